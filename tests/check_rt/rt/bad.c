// bad.c - one violation of each rule that tools/check_rt.py knows; run.py compares what it says with bad.out. Never part of a program.
#define SYSTEM
#define LEAF
#define SIGNAL
typedef unsigned long usize;
void asm_unknown(void), asm_known(void);
void deep(char *), use(char *);
extern void (*hook)(void);

__attribute__((noinline)) void unmarked(void) { asm_known(); }
SYSTEM LEAF __attribute__((noinline)) void marked_twice(void) { asm_known(); }
SYSTEM __attribute__((noinline)) void takes_its_time(void) { unmarked(); }
LEAF void calls_system(void) {
    takes_its_time();
    asm_known();
}
static inline SYSTEM void inlined_system(void) { asm_known(); }
LEAF void calls_inlined_system(void) { inlined_system(); }
SIGNAL void signal_calls_system(void) {
    takes_its_time();
    asm_known();
}
LEAF __attribute__((noinline)) usize recursive(usize n) { return n ? recursive(n - 1) * n + recursive(n / 2) : 1; }
LEAF void through_pointer(void) {
    hook();
    asm_known();
}
LEAF void too_deep(void) {
    char big[700];
    use(big);
}
LEAF __attribute__((noinline)) void use(char *p) { __asm__ volatile("" ::"r"(p)); }
LEAF void unknown_frame(usize n) {
    char *p = __builtin_alloca(n);
    use(p);
}
LEAF void no_row(void) {
    asm_unknown();
    asm_known();
}
LEAF void good(void) {
    char small[100];
    use(small);
}
