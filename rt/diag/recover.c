// recover.c - the parts of panics that look at frames: where a recovered goroutine continues, and who may recover. SYSTEM, no locks, no allocation.
// Places on the stack come as distances from its upper end.
#include "rt.h"

SYSTEM usize rt_deferreturn_pc(usize depth) {
    Unwinder u;
    G *g = this_g();
    usize sp = g->stack_hi - depth;
    for (unwind_init(&u, g, 0, 0); u.ok; unwind_next(&u)) {
        if (u.frame.sp != sp) continue;
        if (!u.frame.fn->deferreturn) throw_("no deferreturn");
        return func_entry(u.frame.fn) + u.frame.fn->deferreturn;
    }
    throw_("recovery failed");
}
static SYSTEM bool same(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}
// Wrappers are the compiler's, and reflect's way to the function of a method value or of MakeFunc.
static SYSTEM bool is_wrapper(const FuncRec *f) {
    if (f->flags & (FUNC_WRAPPER | FUNC_MAKE_FUNC_STUB | FUNC_REFLECT_CALL)) return true;
    const char *n = func_name(f);
    return same(n, "runtime.reflectcall") || same(n, "reflect.callReflect") || same(n, "reflect.callMethod");
}
SYSTEM bool rt_called_through_wrappers(usize caller, usize panic_frame) {
    Unwinder u;
    G *g = this_g();
    usize callersp = g->stack_hi - caller, argp = g->stack_hi - panic_frame;
    bool above = false; // past the function that calls recover
    for (unwind_init(&u, g, 0, 0); u.ok && u.frame.sp <= argp; unwind_next(&u)) {
        if (u.frame.sp == argp) return above;
        if (above && !is_wrapper(u.frame.fn)) return false;
        if (u.frame.fp == callersp) above = true;
    }
    return false;
}
