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

static void report_bug(void) {
    if (context.pass) {
        dprintf(2, "\tin pass %s", context.pass);
        if (context.function.len) dprintf(2, " of %.*s", SFMT(context.function));
        dprintf(2, "\n");
    }
    dprintf(2, "\tThis is a mistake in vole, not in your program. Please report it with the command that was run,\n"
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
    dprintf(2, "vole: internal error: %s at address %p\n", signal_word(sig), info->si_addr);
    report_bug();
}

void bug_catch_signals(void) {
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    stack_t ss = {.ss_size = 64 << 10};
    ss.ss_sp = malloc(ss.ss_size);
    if (!ss.ss_sp || sigaltstack(&ss, NULL) != 0) return;
    struct sigaction sa = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&sa.sa_mask);
    for (i64 i = 0; i < NELEM(signals); i++) sigaction(signals[i], &sa, NULL);
}
