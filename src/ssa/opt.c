// opt.c - the rules of generic.rules, and the helpers they mention.
#include "ssa/ssa_int.h"
#include <math.h>

// c as a constant of v's type.
static i64 wrap_type(VType t, i64 c) {
    switch (t) {
    case VT_BOOL: return c & 1;
    case VT_I8: return (i8)c;
    case VT_I16: return (i16)c;
    case VT_I32: return (i32)c;
    default: return c;
    }
}
static i64 wrap(const Value *v, i64 c) { return wrap_type((VType)v->type, c); }
static u64 as_unsigned(const Value *x) {
    switch (x->type) {
    case VT_BOOL:
    case VT_I8: return (u8)x->auxint;
    case VT_I16: return (u16)x->auxint;
    case VT_I32: return (u32)x->auxint;
    default: return (u64)x->auxint;
    }
}
static bool is_power(i64 c) { return c > 0 && (c & (c - 1)) == 0; }
static i64 log2_of(i64 c) { return __builtin_ctzll((u64)c); }
#include "generic_rules.inc"

void pass_opt(Func *f) {
    if (f->ruled == changes(f)) return;
    ssa_apply_rules(f, rewrite_generic);
    f->ruled = changes(f);
}
void pass_opt_again(Func *f) { pass_opt(f); }
void pass_opt_more(Func *f) { pass_opt(f); }
void pass_opt_last(Func *f) { pass_opt(f); }
void pass_opt_strength(Func *f) { pass_opt(f); }
