// fatal.c - the end of the process by failure: fatal errors, unrecovered panics, GOTRACEBACK.
//
// Runs on any stack: first it moves to the thread's system stack. Takes the process over: the first thread that dies prints, others sleep for ever.
// Texts are Go's.
#include "diag/sink.h"
#include "os/os.h"
void print_abandon(void);

enum { THROW_NONE, THROW_USER, THROW_RUNTIME };
enum { TB_CRASH = 1, TB_ALL = 2, TB_SHIFT = 2 };
static u32 traceback_setting = ~0u, traceback_env;
static M *crash_owner; // CAS by the first dying thread

LEAF bool is_dying(void) { return __atomic_load_n(&crash_owner, __ATOMIC_ACQUIRE) != 0; }
bool rt_is_dying(void) GOSYM("runtime.isDying");
LEAF bool rt_is_dying(void) { return is_dying(); }

// ---- GOTRACEBACK
static SIGNAL bool is_word(const u8 *p, i64 n, const char *w) {
    i64 i = 0;
    for (; i < n && w[i]; i++)
        if (p[i] != (u8)w[i]) return false;
    return i == n && !w[i];
}
static SIGNAL u32 parse_level(const u8 *p, i64 n) {
    if (n == 0 || is_word(p, n, "single")) return 1 << TB_SHIFT;
    if (is_word(p, n, "none")) return 0;
    if (is_word(p, n, "all")) return 1 << TB_SHIFT | TB_ALL;
    if (is_word(p, n, "system")) return 2 << TB_SHIFT | TB_ALL;
    if (is_word(p, n, "crash")) return 2 << TB_SHIFT | TB_ALL | TB_CRASH;
    u64 v = 0;
    for (i64 i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9' || v > 1 << 28) return TB_ALL;
        v = v * 10 + (u64)(p[i] - '0');
    }
    return TB_ALL | (u32)v << TB_SHIFT;
}
static SIGNAL u32 settings(void) {
    u32 t = __atomic_load_n(&traceback_setting, __ATOMIC_RELAXED);
    if (t != ~0u) return t;
    const char *e = rt_getenv("GOTRACEBACK");
    i64 n = 0;
    while (e && e[n]) n++;
    traceback_env = t = parse_level((const u8 *)e, n);
    __atomic_store_n(&traceback_setting, t, __ATOMIC_RELAXED);
    return t;
}
SIGNAL i32 gotraceback(bool *all, bool *crash) {
    u32 t = settings();
    i32 throwing = this_m()->throwing;
    *crash = t & TB_CRASH;
    *all = throwing >= THROW_RUNTIME || (t & TB_ALL);
    return throwing >= THROW_RUNTIME ? 2 : (i32)(t >> TB_SHIFT);
}
void rt_set_traceback(const u8 *p, i64 n);
SYSTEM void rt_set_traceback(const u8 *p, i64 n) { // the environment is the least that is shown
    settings();
    __atomic_store_n(&traceback_setting, parse_level(p, n) | traceback_env, __ATOMIC_RELAXED);
}
usize rt_set_crash_fd(usize fd);
SYSTEM usize rt_set_crash_fd(usize fd) { return (usize)(i64)__atomic_exchange_n(&crash_fd, (i32)fd, __ATOMIC_SEQ_CST); }

// ---- dying
SIGNAL NORETURN void crash_exit(int code) {
    print_abandon();
    bool all, crash;
    gotraceback(&all, &crash);
    if (crash) { // for a core dump
        struct {
            usize handler, flags, restorer, mask;
        } dfl = {0};
        sys_call(13, 6, (i64)&dfl, 0, 8, 0, 0);
        u64 none = 0;
        sys_call(14, 2, (i64)&none, 0, 8, 0, 0);
        sys_call(234, sys_call(39, 0, 0, 0, 0, 0, 0), this_m()->tid, 6, 0, 0, 0);
    }
    sys_exit(code);
}
// False if this thread was already dying: something failed while it printed.
static SIGNAL bool begin_death(void) {
    M *m = this_m(), *none = 0;
    m->mallocing++;
    if (m->locks < 0) m->locks = 1;
    if (__atomic_compare_exchange_n(&crash_owner, &none, m, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        m->dying = 1;
        return true;
    }
    if (none != m)
        for (;;) {
            u32 w = 0;
            sys_futex_sleep(&w, 0, -1);
        }
    switch (m->dying++) {
    case 1: rt_print("panic during panic\n"); return false;
    case 2: rt_print("stack trace unavailable\n"); sys_exit(4);
    default: sys_exit(5);
    }
}
const char *signal_name(u32 sig); // os: "SIGSEGV: segmentation violation", NULL
static SIGNAL void put_signal(Sink *s, u32 sig, usize code, usize addr, usize pc) {
    const char *text = signal_name(sig);
    sink_str(s, "[signal ");
    if (text) sink_str(s, text);
    else sink_hex(s, sig);
    sink_printf(s, " code=%x addr=%x pc=%x]\n", (u64)code, (u64)addr, (u64)pc);
}
static SYSTEM NORETURN void print_stacks(G *g, usize pc, usize sp) {
    SINK_FD(s, 1024);
    M *m = this_m();
    bool all, crash;
    if (g && g->sig) put_signal(&s, g->sig, g->sigcode0, g->sigcode1, g->sigpc);
    if (gotraceback(&all, &crash) > 0) {
        if (g) {
            sink_str(&s, "\n");
            goroutine_header(&s, g);
            sink_flush(&s);
            traceback_to(&s, g, pc, sp);
        } else all = true;
        if (all && m->dying == 1) {
            m->dying = 2;
            sink_flush(&s);
            traceback_others_to(&s, g);
            m->dying = 1;
        }
    }
    sink_flush(&s);
    crash_exit(2);
}

// Where did Go code call this C code? On the system stack: g->sched. In a LEAF function: the first word up the stack that is an address in Go code.
LEAF void find_go_caller(G *g, usize here, usize *pc, usize *sp) {
    *pc = *sp = 0;
    if (!g || here < g->stack_lo || here >= g->stack_hi) return;
    for (usize p = (here + 7) & ~(usize)7; p < g->stack_hi; p += 8) {
        FuncRec *f = find_func(*(usize *)p - 1);
        if (f && !(f->flags & (FUNC_SYSTEM | FUNC_ASM))) {
            *pc = *(usize *)p;
            *sp = p + 8;
            return;
        }
    }
}
static SYSTEM void put_indented(Sink *s, const u8 *p, i64 n) {
    for (i64 i = 0; i < n; i++) {
        sink_bytes(s, p + i, 1);
        if (p[i] == '\n') sink_str(s, "\t");
    }
}
typedef struct Death {
    GoString msg;
    i32 kind;
    usize pc, sp;
} Death;
static SYSTEM NORETURN void die_here(usize d_, usize b, usize c) {
    Death *d = (Death *)d_;
    M *m = this_m();
    print_abandon();
    SINK_FD(s, 256);
    sink_str(&s, "fatal error: ");
    put_indented(&s, d->msg.ptr, d->msg.len);
    sink_str(&s, "\n");
    bool first = begin_death();
    sink_flush(&s);
    if (!m->throwing) m->throwing = d->kind;
    if (!first) sys_exit(4);
    print_stacks(m->curg, d->pc, d->sp);
}
static LEAF NORETURN void die(const u8 *p, i64 n, i32 kind) {
    G *g = this_g();
    usize here = (usize)__builtin_frame_address(0);
    Death d = {{p, n}, kind, 0, 0};
    find_go_caller(g, here, &d.pc, &d.sp);
    LEAF_ON_SYSTEM(die_here, &d, 0, 0);
    __builtin_unreachable();
}
static LEAF i64 c_len(const char *s) {
    i64 n = 0;
    while (s[n]) n++;
    return n;
}
LEAF NORETURN void throw_(const char *msg) { die((const u8 *)msg, c_len(msg), THROW_RUNTIME); }
SYSTEM NORETURN void fatal_(const char *msg) { die((const u8 *)msg, c_len(msg), THROW_USER); }
NORETURN void rt_throw_string(const u8 *p, i64 n);
NORETURN void rt_fatal_string(const u8 *p, i64 n);
SYSTEM NORETURN void rt_throw_string(const u8 *p, i64 n) { die(p, n, THROW_RUNTIME); }
SYSTEM NORETURN void rt_fatal_string(const u8 *p, i64 n) { die(p, n, THROW_USER); }

// ---- unrecovered panics: Go's fatalpanic calls startpanic, prints the values, calls dopanic
bool rt_startpanic(void);
NORETURN void rt_dopanic(void);
SYSTEM bool rt_startpanic(void) {
    bool first = begin_death();
    this_m()->locks++;
    return first;
}
SYSTEM NORETURN void rt_dopanic(void) {
    print_abandon();
    print_stacks(this_g(), 0, 0);
}

// The bytes at pc, none of the next page.
static SIGNAL void put_instruction(Sink *s, usize pc) {
    sink_str(s, "instruction bytes:");
    for (usize i = 0; i < 16 && (i == 0 || (pc + i) % OS_PAGE); i++) {
        sink_str(s, " ");
        sink_hex(s, *(const u8 *)(pc + i));
    }
    sink_str(s, "\n");
}

// ---- signals that end the process with stacks and registers; on the signal stack. reg: in the order of the kernel's mcontext.
NORETURN void crash_signal(u32 sig, i32 code, usize addr, usize pc, usize sp, const u64 *reg);
SIGNAL NORETURN void crash_signal(u32 sig, i32 code, usize addr, usize pc, usize sp, const u64 *reg) {
    static const struct {
        const char *name;
        u8 index;
    } regs[] = {{"rax    ", 13}, {"rbx    ", 11}, {"rcx    ", 14}, {"rdx    ", 12}, {"rdi    ", 8},  {"rsi    ", 9},
                {"rbp    ", 10}, {"rsp    ", 15}, {"r8     ", 0},  {"r9     ", 1},  {"r10    ", 2},  {"r11    ", 3},
                {"r12    ", 4},  {"r13    ", 5},  {"r14    ", 6},  {"r15    ", 7},  {"rip    ", 16}, {"rflags ", 17}};
    M *m = this_m();
    G *g = m->curg;
    SINK_FD(s, 512);
    bool first = begin_death(), fault = code > 0 && (sig == 7 || sig == 8 || sig == 11), all, crash;
    m->throwing = THROW_RUNTIME;
    if (fault) {
        sink_str(&s, "fatal error: unexpected signal during runtime execution\n");
        put_signal(&s, sig, (usize)code, addr, pc);
    } else {
        const char *text = signal_name(sig);
        if (text) sink_printf(&s, "%s\n", text);
        else sink_printf(&s, "Signal %d\n", (i64)sig);
        sink_printf(&s, "PC=%x m=%d sigcode=%d", (u64)pc, m->id, (i64)code);
        if (sig == 7 || sig == 11) sink_printf(&s, " addr=%x", (u64)addr);
        sink_str(&s, "\n");
        if (sig == 4 || sig == 8) put_instruction(&s, pc);
    }
    sink_flush(&s);
    if (first && gotraceback(&all, &crash) > 0) {
        FuncRec *f = find_func(pc);
        if (f && f->flags & FUNC_ASM && f->lines) pc++; // the program's assembly: its RSP is known everywhere
        else if (!f || f->flags & (FUNC_SYSTEM | FUNC_ASM)) find_go_caller(g, sp, &pc, &sp); // 0: from g->sched
        if (g) {
            sink_str(&s, "\n");
            goroutine_header(&s, g);
            sink_flush(&s);
            traceback_to(&s, g, pc, sp);
        }
        traceback_others_to(&s, g);
        sink_str(&s, "\n");
        for (usize i = 0; i < sizeof regs / sizeof *regs; i++) {
            sink_str(&s, regs[i].name);
            sink_hex(&s, reg[regs[i].index]);
            sink_str(&s, "\n");
        }
    }
    sink_flush(&s);
    crash_exit(2);
}
