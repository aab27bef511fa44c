// fail.c - the two ways to end the process early: fatal for the world, bug for ourselves.
//
// The context that a bug report names is the only per-thread state of the toolchain.
#include "base/base.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static _Thread_local struct {
    const char *pass;
    Str function;
} context;

void bug_context(const char *pass, Str function) {
    context.pass = pass;
    context.function = function;
}

static void say(const char *kind, const char *fmt, va_list ap) {
    char text[4096];
    vsnprintf(text, sizeof text, fmt, ap);
    dprintf(2, "vole: %s%s\n", kind, text);
}

void fatal(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    say("", fmt, ap);
    va_end(ap);
    _exit(1);
}

void fatal_text(Str text) {
    fflush(stdout);
    while (text.len > 0) {
        ssize_t n = write(2, text.ptr, (size_t)text.len);
        if (n <= 0) break;
        text.ptr += n, text.len -= n;
    }
    _exit(1);
}

// dprintf takes memory, whose lock the crashed code may hold: it hung there once.
static void put(const char *fmt, ...) PRINTF_LIKE(1, 2);
static void put(const char *fmt, ...) {
    char line[1024];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    if (n > 0 && write(2, line, (size_t)i64_min(n, (i64)sizeof line - 1)) < 0) _exit(2);
}

static void report_bug(void) {
    if (context.pass) {
        put("\tin pass %s", context.pass);
        if (context.function.len) put(" of %.*s", SFMT(context.function));
        put("\n");
    }
    put("\tThis is a mistake in vole, not in your program. Please report it with the command that was run,\n"
        "\tthe output of `vole version` and, if you can, the source that leads to it.\n");
    _exit(2);
}

void bug(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    say("internal error: ", fmt, ap);
    va_end(ap);
    report_bug();
    __builtin_unreachable();
}

static const char *signal_word(int sig) {
    switch (sig) {
    case SIGSEGV: return "invalid memory access or stack overflow";
    case SIGBUS: return "bus error";
    case SIGFPE: return "arithmetic exception";
    case SIGILL: return "illegal instruction";
    default: return "abort";
    }
}

static void on_crash(int sig, siginfo_t *info, void *uc) {
    signal(sig, SIG_DFL);
    if (info->si_code > 0) put("vole: internal error: %s at address %p\n", signal_word(sig), info->si_addr);
    else put("vole: internal error: %s: sent by process %d\n", signal_word(sig), (int)info->si_pid);
    report_bug();
}

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

void bug_catch_signals(void) {
    struct sigaction sa = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&sa.sa_mask);
    for (i64 i = 0; i < NELEM(crash_signals); i++) sigaction(crash_signals[i], &sa, NULL);
}

void bug_leave_to_others(void) {
    sigset_t set;
    sigfillset(&set); // whoever works may block what he wants to receive
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

enum { CRASH_STACK = 64 << 10 };

void *bug_thread_begin(void) {
    stack_t old, ss = {.ss_size = CRASH_STACK};
    if (sigaltstack(NULL, &old) != 0 || !(old.ss_flags & SS_DISABLE)) return NULL; // a sanitizer's is there
    ss.ss_sp = malloc(ss.ss_size);
    if (ss.ss_sp) sigaltstack(&ss, NULL);
    return ss.ss_sp;
}

void bug_thread_end(void *stack) {
    stack_t none = {.ss_flags = SS_DISABLE};
    if (!stack) return;
    sigaltstack(&none, NULL);
    free(stack);
}
