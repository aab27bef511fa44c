// signal.c - Linux signals: which handlers are installed when, faults into panics, asynchronous preemption, death by signal.
//
// Handlers run on the thread's alternate stack (SIGNAL: lock free, no allocation). At the start only what every program needs is caught: faults, SIGPIPE,
// the crash signals, SIGQUIT; SIGURG with the second thread; others when os/signal asks. Everything else keeps the kernel's default.
#include "sched/sched.h"
#include "os/linux/linux.h"
#include "diag/prof.h"

void rt_sigreturn(void);
extern u8 async_preempt[] GOSYM("runtime.asyncPreempt");
extern u8 go_sigpanic[] GOSYM("runtime.sigpanic");
extern u8 sigpanic_unaligned[] GOSYM("runtime.sigpanicUnaligned");
extern u8 go_morestack[] GOSYM("runtime.morestack");
extern u8 return_preempted[];

enum { NOTIFY = 1, KILL = 2, THROW = 4, PANIC = 8, DEFAULT = 16, UNBLOCK = 32, IGNORE = 64 };
typedef struct {
    u8 flags;
    const char *name;
} SigInfo;
static const SigInfo sigtable[65] = {
    [SIGHUP] = {NOTIFY | KILL, "SIGHUP: terminal line hangup"},
    [SIGINT] = {NOTIFY | KILL, "SIGINT: interrupt"},
    [SIGQUIT] = {NOTIFY | THROW, "SIGQUIT: quit"},
    [SIGILL] = {THROW | UNBLOCK, "SIGILL: illegal instruction"},
    [SIGTRAP] = {THROW | UNBLOCK, "SIGTRAP: trace trap"},
    [SIGABRT] = {NOTIFY | THROW, "SIGABRT: abort"},
    [SIGBUS] = {PANIC | UNBLOCK, "SIGBUS: bus error"},
    [SIGFPE] = {PANIC | UNBLOCK, "SIGFPE: floating-point exception"},
    [SIGKILL] = {0, "SIGKILL: kill"},
    [SIGUSR1] = {NOTIFY, "SIGUSR1: user-defined signal 1"},
    [SIGSEGV] = {PANIC | UNBLOCK, "SIGSEGV: segmentation violation"},
    [SIGUSR2] = {NOTIFY, "SIGUSR2: user-defined signal 2"},
    [SIGPIPE] = {NOTIFY | IGNORE, "SIGPIPE: write to broken pipe"},
    [SIGALRM] = {NOTIFY, "SIGALRM: alarm clock"},
    [SIGTERM] = {NOTIFY | KILL, "SIGTERM: termination"},
    [SIGSTKFLT] = {THROW | UNBLOCK, "SIGSTKFLT: stack fault"},
    [SIGCHLD] = {NOTIFY | UNBLOCK | IGNORE, "SIGCHLD: child status has changed"},
    [SIGCONT] = {NOTIFY | DEFAULT, "SIGCONT: continue"},
    [SIGSTOP] = {0, "SIGSTOP: stop, unblockable"},
    [SIGTSTP] = {NOTIFY | DEFAULT, "SIGTSTP: keyboard stop"},
    [SIGTTIN] = {NOTIFY | DEFAULT, "SIGTTIN: background read from tty"},
    [SIGTTOU] = {NOTIFY | DEFAULT, "SIGTTOU: background write to tty"},
    [SIGURG] = {NOTIFY | IGNORE, "SIGURG: urgent condition on socket"},
    [SIGXCPU] = {NOTIFY, "SIGXCPU: cpu limit exceeded"},
    [SIGXFSZ] = {NOTIFY, "SIGXFSZ: file size limit exceeded"},
    [SIGVTALRM] = {NOTIFY, "SIGVTALRM: virtual alarm clock"},
    [SIGPROF] = {NOTIFY | UNBLOCK, "SIGPROF: profiling alarm clock"},
    [SIGWINCH] = {NOTIFY | IGNORE, "SIGWINCH: window size change"},
    [SIGIO] = {NOTIFY, "SIGIO: i/o now possible"},
    [SIGPWR] = {NOTIFY, "SIGPWR: power failure restart"},
    [SIGSYS] = {THROW, "SIGSYS: bad system call"},
};
SIGNAL const char *signal_name(u32 s) { return s < 65 && sigtable[s].name ? sigtable[s].name : NULL; }
static u64 handling; // atomic: bit s: our handler is installed
static u32 ignore_sigsys;
static u64 ignored_at_start; // SIGHUP and SIGINT under nohup: written at the start only
static u8 sigstack0[32768] __attribute__((aligned(4096)));

static void handler(i32 sig, KSiginfo *info, KUcontext *ctx);
static LEAF void set_action(u32 s, void *h) {
    KSigaction sa = {h, SA_SIGINFO | SA_ONSTACK | SA_RESTORER | SA_RESTART, (void *)rt_sigreturn, ~0ull};
    if ((usize)h <= 1) sa.flags &= ~(u64)SA_SIGINFO;
    sys_call(SYS_rt_sigaction, s, (i64)&sa, 0, 8, 0, 0);
}
static SYSTEM void *get_action(u32 s) {
    KSigaction sa = {0};
    sys_call(SYS_rt_sigaction, s, 0, (i64)&sa, 8, 0, 0);
    return sa.handler;
}
static SYSTEM void install(u32 s) {
    set_action(s, (void *)handler);
    __atomic_fetch_or(&handling, 1ull << (s - 1), __ATOMIC_SEQ_CST);
}
static SYSTEM void uninstall(u32 s, void *h) {
    __atomic_fetch_and(&handling, ~(1ull << (s - 1)), __ATOMIC_SEQ_CST);
    set_action(s, h);
}

static SYSTEM void set_altstack(void *p, usize n) {
    KStack st = {p, 0, n};
    sys_call(SYS_sigaltstack, (i64)&st, 0, 0, 0, 0, 0);
}
// Signals that the system would end the process for and a Go program does not notice unless it asks (SIGUSR1, SIGALRM, real-time ones).
static SYSTEM bool is_swallowed(u32 s) {
    return s < 34 ? sigtable[s].flags == NOTIFY || s == SIGPROF : s >= 35 && s <= 64;
}
// SIGHUP and SIGINT that were ignored at the start (nohup) stay so: their disposition is not touched before os/signal asks.
SYSTEM void os_signals_init(void) {
    static const u8 first[] = {SIGSEGV, SIGBUS, SIGFPE, SIGPIPE, SIGQUIT, SIGABRT, SIGILL, SIGTRAP, SIGSTKFLT, SIGSYS};
    set_altstack(sigstack0, sizeof sigstack0);
    for (usize i = 0; i < sizeof first; i++) install(first[i]);
    for (u32 s = 1; s <= 64; s++)
        if (is_swallowed(s)) install(s);
    for (u32 s = SIGHUP; s <= SIGINT; s++)
        if (get_action(s) == (void *)1) ignored_at_start |= 1ull << (s - 1);
}
SYSTEM void os_minit_signals(M *m) { // a new thread: its alternate stack lies at the low end of its mapping
    set_altstack((void *)(m->stack_base + OS_PAGE), 32768);
    os_set_sigmask(0);
}
LEAF void os_block_all_signals(u64 *old) {
    u64 all = ~0ull;
    sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (i64)&all, (i64)old, 8, 0, 0);
}
LEAF void os_set_sigmask(u64 mask) { sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (i64)&mask, 0, 8, 0, 0); }

// ---- threads

#define THREAD_STACK (256u << 10)
SYSTEM i64 os_thread_start(M *m, void (*start)(M *)) {
    usize size = THREAD_STACK;
    if (!(__atomic_load_n(&handling, __ATOMIC_RELAXED) >> (SIGURG - 1) & 1)) install(SIGURG);
    u8 *base =
        (u8 *)sys_mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK);
    if (!base) return ENOMEM;
    sys_call(SYS_mprotect, (i64)base, OS_PAGE, PROT_NONE, 0, 0, 0);                     // below the signal stack
    sys_call(SYS_mprotect, (i64)(base + OS_PAGE + 32768), OS_PAGE, PROT_NONE, 0, 0, 0); // below the system stack
    m->stack_base = (usize)base;
    m->stack_size = size;
    usize top = (usize)base + size - 64;
    m->g0->stack_lo = (usize)base + 2 * OS_PAGE + 32768;
    m->g0->stack_hi = (usize)base + size;
    m->g0->stackguard0 = m->g0->stack_lo + STACK_GUARD;
    m->syssp = top & -16ull;
    u64 old;
    os_block_all_signals(&old);
    i64 thread_clone(u64 flags, usize stack, M * m, void (*start)(M *));
    i64 r =
        thread_clone(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_SYSVSEM | CLONE_THREAD | CLONE_SETTLS,
                     m->syssp, m, start);
    os_set_sigmask(old);
    if (r < 0) os_unmap(base, size);
    return r < 0 ? -r : 0;
}
NORETURN void thread_unmap_exit(usize base, usize size);
void m_forget(M *m);
SYSTEM NORETURN void os_thread_exit(M *m) {
    u64 old;
    m_forget(m);
    os_block_all_signals(&old);
    thread_unmap_exit(m->stack_base, m->stack_size);
}
SYSTEM void os_preempt_thread(M *m) {
    static i64 pid;
    if (!pid) pid = sys_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
    if (m->tid) sys_call(SYS_tgkill, pid, m->tid, SIGURG, 0, 0, 0);
}

// ---- death

SIGNAL void os_raise(i32 sig) { sys_call(SYS_tgkill, sys_call(SYS_getpid, 0, 0, 0, 0, 0, 0), os_tid(), sig, 0, 0, 0); }
SIGNAL NORETURN void os_die_of(i32 sig) { // default action, unblocked, to ourselves
    set_action((u32)sig, NULL);
    u64 none = 0;
    sys_call(SYS_rt_sigprocmask, SIG_SETMASK, (i64)&none, 0, 8, 0, 0);
    os_raise(sig);
    for (int i = 0; i < 100; i++) os_yield();
    sys_exit(2);
}
NORETURN void crash_signal(u32 sig, i32 code, usize addr, usize pc, usize sp, const u64 *reg); // rt/diag

// ---- the handler

// Assembly of the program (it has lines, unlike that of the runtime) may keep anything in R14: its stack tells whose it is.
static SIGNAL bool runs_go(const G *g, const KUcontext *ctx) {
    if (!g || ctx->reg[CTX_R14] == (u64)g) return g != NULL;
    const FuncRec *f = find_func(ctx->reg[CTX_RIP]);
    return f && f->flags & FUNC_ASM && f->lines && ctx->reg[CTX_RSP] - g->stack_lo < g->stack_hi - g->stack_lo;
}
// Where a function stopped at an arbitrary instruction may be preempted: in the body, with RSP at its body value.
static SIGNAL bool safe_point(usize pc, G *g, usize sp) {
    FuncRec *f = find_func(pc);
    if (!f || f->flags & (FUNC_ASM | FUNC_NOSPLIT | FUNC_SYSTEM | FUNC_TOP)) return false;
    usize entry = func_entry(f), off = pc - entry;
    if (off < f->body || sp < g->stack_lo + 640 || sp > g->stack_hi || ((sp + f->frame_size) & 15) != 8) return false;
    if (func_is_unsafe(f, pc)) return false;
    const u8 *c = (const u8 *)pc;
    if (c[0] == 0xc3) return false; // ret: the frame is gone
    if (f->body) {
        usize target = 0;
        if (c[0] == 0xe8) {
            target = pc + 5 + (usize)(i64) * (i32 *)(c + 1);
            if (target == (usize)go_morestack) return false;
        }
        if (c[0] == 0xe9) target = pc + 5 + (usize)(i64) * (i32 *)(c + 1);
        else if (c[0] == 0xeb) target = pc + 2 + (usize)(i64)(i8)c[1];
        if (target == entry) return false; // back from morestack
    }
    return true;
}
// For tracebacks (diag/args.c): the integer argument registers in their order (abi/abi.h).
static SIGNAL void save_arguments(usize *to, const KUcontext *ctx) {
    static const u8 order[] = {CTX_RDI, CTX_RSI, CTX_RDX, CTX_RCX, CTX_R8, CTX_R9, CTX_RAX, CTX_RBX, CTX_R11};
    for (i32 i = 0; i < (i32)sizeof order; i++) to[i] = ctx->reg[order[i]];
}
// The goroutine continues in runtime.sigpanic, called by the instruction at pc.
static SIGNAL void become_panic(G *g, KUcontext *ctx, usize sp, usize pc, u32 sig, usize code, usize addr) {
    g->sig = sig;
    g->sigcode0 = code;
    g->sigcode1 = addr;
    g->sigpc = ctx->reg[CTX_RIP];
    sp -= FAULT_SAVE;
    save_arguments((usize *)sp, ctx);
    sp -= 8;
    *(usize *)sp = pc;
    ctx->reg[CTX_RSP] = sp;
    ctx->reg[CTX_RIP] = (u64)(sp & 8 ? go_sigpanic : sigpanic_unaligned);
    ctx->reg[CTX_R14] = (u64)g;
}
// A block operation that Go code called is not interrupted, but returns to return_preempted, which preempts its caller there. False: it is none.
static SIGNAL bool preempt_behind(M *m, G *g, usize pc, usize sp) {
    const FuncRec *f = find_func(pc);
    usize entry = f ? func_entry(f) : 0, *at = (usize *)sp;
    if (entry != (usize)memmove && entry != (usize)memclr && entry != (usize)mem_equal) return false;
    if (!safe_point(*at, g, sp + 8)) return false;
    m->return_pc = *at;
    m->return_at = at;
    *at = (usize)return_preempted;
    return true;
}
// Whatever else happens in a block operation finds its caller's address where it was.
static SIGNAL void return_address_back(M *m) {
    usize *at = m->return_at;
    if (likely(!at)) return;
    if (*at == (usize)return_preempted) *at = m->return_pc;
    m->return_at = NULL;
}
// C code on the goroutine's stack: the fast path of allocation perhaps, in a loop that has no other safe point. It is closed until somebody has given way.
static SIGNAL void ask_allocator(void) { __atomic_fetch_or(&malloc_hook, MALLOC_ASKED, __ATOMIC_RELAXED); }
static SIGNAL void try_preempt(KUcontext *ctx) {
    M *m = this_m();
    G *g = m->curg;
    P *p = m->p;
    if (!g || !p || p->status != P_RUNNING || !g->preempt || g->status != G_RUNNING || m->locks || m->preemptoff ||
        m->in_go_call)
        return;
    usize sp = ctx->reg[CTX_RSP], pc = ctx->reg[CTX_RIP];
    if (sp < g->stack_lo || sp > g->stack_hi) return; // in a SYS call: that asks when it returns
    bool go = ctx->reg[CTX_R14] == (u64)g;
    if (!go || !safe_point(pc, g, sp)) {
        if (!go || !preempt_behind(m, g, pc, sp)) ask_allocator();
        return;
    }
    if (unlikely(g->domain != NULL) && domain_stops(g, pc, true)) {
        become_panic(g, ctx, sp, pc, SIG_DOMAIN, 0, 0);
        return;
    }
    sp -= 8;
    *(usize *)sp = pc;
    ctx->reg[CTX_RSP] = sp;
    ctx->reg[CTX_RIP] = (u64)async_preempt;
}
// A fault of Go code becomes a panic of its goroutine: it continues in runtime.sigpanic, called by the faulting instruction.
static SIGNAL bool try_panic(i32 sig, KSiginfo *info, KUcontext *ctx) {
    M *m = this_m();
    G *g = m->curg;
    if (!g || g->status != G_RUNNING || m->locks || m->in_go_call || !runs_go(g, ctx)) return false;
    usize sp = ctx->reg[CTX_RSP], pc = ctx->reg[CTX_RIP];
    if (sp < g->stack_lo || sp > g->stack_hi) return false;
    FuncRec *f = find_func(pc);
    bool leaf = f && f->flags & FUNC_ASM && f->frame_size == 0 && !f->lines;
    if (!f || leaf) { // a jump to nowhere (nil func value) or a frameless function of the runtime's: the caller did it
        usize ret = *(usize *)sp;
        if (!find_func(ret - 1) || (!leaf && pc != info->addr && pc > 4096)) return false;
        sp += 8;
        pc = ret - 1;
    }
    become_panic(g, ctx, sp, pc, (u32)sig, (usize)info->code, info->addr);
    return true;
}
static SIGNAL void handler(i32 sig, KSiginfo *info, KUcontext *ctx) {
    const SigInfo *t = &sigtable[sig < 65 ? sig : 0];
    bool from_user = info->code <= 0;
    return_address_back(this_m());
    if (sig == SIGURG) try_preempt(ctx);
    if (sig == SIGPROF && cpu_profile_tick) {
        G *g = this_m()->curg;
        cpu_profile_tick(ctx->reg[CTX_RIP], ctx->reg[CTX_RSP], runs_go(g, ctx));
        return;
    }
    if (t->flags & PANIC && !from_user && try_panic(sig, info, ctx)) return;
    if (sig == SIGSYS && __atomic_load_n(&ignore_sigsys, __ATOMIC_RELAXED)) return;
    if (from_user || t->flags & NOTIFY) {
        if (sig_send((u32)sig)) return;
        if (sig_ignored((u32)sig)) return;
    }
    if (t->flags & KILL) os_die_of(sig);
    if (!(t->flags & (THROW | PANIC))) return;
    crash_signal((u32)sig, info->code, info->addr, ctx->reg[CTX_RIP], ctx->reg[CTX_RSP], ctx->reg);
}

// ---- os/signal, os

// Not to be had: 32 to 34 are those that C libraries keep for themselves (cancelling threads, setuid of all).
static SYSTEM bool is_kept_back(u32 s) { return s == 0 || s == SIGKILL || s == SIGSTOP || (s >= 32 && s <= 34); }
SYSTEM void os_signal_enable(u32 s) {
    if (is_kept_back(s)) return;
    install(s);
}
SYSTEM void os_signal_disable(u32 s) {
    if (is_kept_back(s)) return;
    u8 f = s < 65 ? sigtable[s].flags : 0;
    if (f & (PANIC | THROW) || s == SIGPIPE || s == SIGURG || is_swallowed(s)) return; // the runtime wants them itself
    uninstall(s, (void *)(ignored_at_start >> (s - 1) & 1));
}
SYSTEM void os_signal_ignore(u32 s) {
    if (s == 0 || s == SIGKILL || s == SIGSTOP) return;
    uninstall(s, (void *)1);
}
SYSTEM bool os_signal_is_ignored(u32 s) {
    return s > 0 && !(__atomic_load_n(&handling, __ATOMIC_RELAXED) >> (s - 1) & 1) && get_action(s) == (void *)1;
}
SYSTEM void rt_sigpipe(void) { // EPIPE on fd 1 or 2
    if (sig_ignored(SIGPIPE) || sig_wanted(SIGPIPE)) {
        if (sig_wanted(SIGPIPE)) sig_send(SIGPIPE);
        return;
    }
    os_die_of(SIGPIPE);
}
SYSTEM void rt_ignore_sigsys(void) { __atomic_store_n(&ignore_sigsys, 1, __ATOMIC_SEQ_CST); }
SYSTEM void rt_restore_sigsys(void) { __atomic_store_n(&ignore_sigsys, 0, __ATOMIC_SEQ_CST); }

// ---- fork and exec (syscall): the child shares our memory and runs Go code that must not be interrupted or grow its stack

LEAF void rt_before_fork(void) GOSYM("syscall.runtime_BeforeFork");
void rt_before_fork(void) {
    M *m = this_m();
    m->locks++;
    os_block_all_signals(&m->sigmask_saved);
}
LEAF void rt_after_fork(void) GOSYM("syscall.runtime_AfterFork");
void rt_after_fork(void) {
    M *m = this_m();
    os_set_sigmask(m->sigmask_saved);
    if (--m->locks == 0 && m->curg->preempt) m->curg->stackguard0 = STACK_PREEMPT;
}
LEAF void rt_after_fork_in_child(void) GOSYM("syscall.runtime_AfterForkInChild");
void rt_after_fork_in_child(void) { // shares memory with the parent, not the signal table: nothing here may write
    u64 h = __atomic_load_n(&handling, __ATOMIC_RELAXED);
    for (u32 s = 1; s <= 64; s++)
        if (h >> (s - 1) & 1) set_action(s, NULL);
    os_set_sigmask(this_m()->sigmask_saved);
}
SYSTEM void rt_before_exec(void) {
    __atomic_store_n(&sched.execlock, 1, __ATOMIC_SEQ_CST);
    lock(&sched.lock);
    unlock(&sched.lock);
}
SYSTEM void rt_after_exec(void) { __atomic_store_n(&sched.execlock, 0, __ATOMIC_SEQ_CST); }
