// crash.c - the end of the process by a signal that is nobody's: Go's text, registers, exit code 2. SIGNAL, on the alternate stack.
#include "sched/sched.h"
#include "os/linux/linux.h"

const char *signal_name(u32 s);
static const struct { const char *name; int reg; } regs[] = {
    {"rax", CTX_RAX}, {"rbx", CTX_RBX}, {"rcx", CTX_RCX}, {"rdx", CTX_RDX}, {"rdi", CTX_RDI}, {"rsi", CTX_RSI}, {"rbp", CTX_RBP}, {"rsp", CTX_RSP}, {"r8 ", CTX_R8}, {"r9 ", CTX_R9},
    {"r10", CTX_R10}, {"r11", CTX_R11}, {"r12", CTX_R12}, {"r13", CTX_R13}, {"r14", CTX_R14}, {"r15", CTX_R15}, {"rip", CTX_RIP}, {"rflags", CTX_EFLAGS}};

NORETURN void crash_signal(u32 sig, i32 code, usize addr, usize pc, usize sp, const u64 *reg) {
    M *m = this_m();
    static u32 once;
    if (__atomic_exchange_n(&once, 1, __ATOMIC_SEQ_CST)) for (;;) os_usleep(1000000); // another thread prints
    m->throwing = 2;
    m->dying = 1;
    if (sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE) {
        rt_print("fatal error: unexpected signal during runtime execution\n");
        rt_print("[signal %s code=%x addr=%x pc=%x]\n\n", signal_name(sig), (usize)(u32)code, addr, pc);
    } else {
        const char *n = signal_name(sig);
        if (n) rt_print("%s\n", n); else rt_print("Signal %d\n", (i64)sig);
        rt_print("PC=%x m=%d sigcode=%d\n", pc, m->id, (i64)code);
        rt_print("\n");
    }
    bool all, crash;
    if (gotraceback(&all, &crash) > 0) {
        G *g = m->curg;
        if (g && sp >= g->stack_lo && sp < g->stack_hi && find_func(pc)) {
            g->sched.pc = pc; g->sched.sp = sp; // as if it had called from here
            traceback_g(g, pc, sp);
        } else if (g) traceback_g(g, 0, 0);
        traceback_others(g);
        rt_print("\n");
        for (usize i = 0; i < sizeof regs / sizeof regs[0]; i++) rt_print("%s    %x\n", regs[i].name, reg[regs[i].reg]);
    }
    if (crash) os_die_of(SIGABRT);
    sys_exit(2);
}
