// offsets.c - the layouts that assembly and compiled code rely on; CPU features the runtime itself uses.
#include "arch/amd64/gosys.h"
#include "os/os.h"
#define AT(type, field, off) _Static_assert(offsetof(type, field) == (off), #type "." #field)
AT(G, stack_lo, G_STACK_LO);
AT(G, stack_hi, G_STACK_HI);
AT(G, stackguard0, G_STACKGUARD0);
AT(G, panic_, G_PANIC);
AT(G, defer_, G_DEFER);
AT(G, m, G_M);
AT(G, goid, G_ID);
AT(G, sched.sp, GO_SCHED_SP);
AT(G, sched.pc, GO_SCHED_PC);
AT(G, sched.ctxt, GO_SCHED_CTXT);
AT(G, ret0, GO_RET0);
AT(G, ret1, GO_RET1);
AT(G, c_sp, GO_C_SP);
AT(M, self, MO_SELF);
AT(M, curg, MO_CURG);
AT(M, curg, TLS_G);
AT(M, g0, MO_G0);
AT(M, p, MO_P);
AT(M, gsignal, MO_GSIGNAL);
AT(M, syssp, MO_SYSSP);
AT(M, xarg, MO_XARG);
AT(M, xres, MO_XRES);
AT(M, io, MO_IO);
AT(M, return_pc, MO_RETURN_PC);
AT(M, return_at, MO_RETURN_AT);
_Static_assert(STACK_PREEMPT == (u64)GO_PREEMPT, "STACK_PREEMPT");
AT(P, wbbuf_next, PO_WBBUF_NEXT);
AT(P, wbbuf_end, PO_WBBUF_END);
AT(Defer, link, DEFER_LINK);
AT(Defer, fn, DEFER_FN);
AT(Defer, sp, DEFER_SP);
AT(Defer, heap, DEFER_HEAP);
_Static_assert(sizeof(Defer) == DEFER_SIZE, "Defer");
_Static_assert(sizeof(G) <= 400, "goroutine records are many");

u8 cpu_erms; // `rep movsb` and `rep stosb` are fast
u8 cpu_avx2; // and the system keeps the registers; popcnt, bmi are there
SYSTEM void cpu_init(void) {
    enum { POPCNT = 1 << 23, OSXSAVE = 1 << 27, BMI1 = 1 << 3, AVX2 = 1 << 5 };
    u32 a, b, c, d, features, saved, high;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(0), "2"(0));
    if (a < 7) return;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(features), "=d"(d) : "0"(1), "2"(0));
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "0"(7), "2"(0));
    cpu_erms = b >> 9 & 1;
    if (!(features & OSXSAVE) || !(features & POPCNT) || !(b & AVX2) || !(b & BMI1)) return;
    __asm__("xgetbv" : "=a"(saved), "=d"(high) : "c"(0));
    cpu_avx2 = (saved & 6) == 6;
}
