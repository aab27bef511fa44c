// strength.c - division and remainder by constants without dividing.
//
// Powers of two become shifts and masks (signed ones with a correction for negative dividends), other constants a multiplication by the
// reciprocal, rounded up: for W bits and d, m = floor(2^(W+s) / d) + 1 with the smallest s for which the error is too small to matter
// (Granlund, Montgomery: "Division by Invariant Integers using Multiplication"). A remainder is x - (x / d) * d. A dividend that is known
// to have no sign (auxint 1 of UDIV, UMOD) leaves the error twice the room: then the reciprocal always fits.
#include "ssa/ssa_int.h"

typedef unsigned __int128 u128;
typedef struct Maker {
    Func *f;
    Value *at;
    VType t;
} Maker;
static Value *mk(Maker *m, int op, VType t, i64 aux, Value *x, Value *y) {
    Value *v = y ? ssa_new_before(m->f, m->at, op, t, 2, x, y) : ssa_new_before(m->f, m->at, op, t, 1, x);
    v->auxint = aux;
    return v;
}
static Value *mk_const(Maker *m, VType t, i64 c) { return ssa_const(m->f, t, c); }
static Value *shift(Maker *m, int op, Value *x, i64 n) {
    return n ? mk(m, op, (VType)x->type, 1, x, mk_const(m, VT_I64, n)) : x;
}
static bool is_power(u64 c) { return c && (c & (c - 1)) == 0; }

static Value *unsigned_quotient(Maker *m, Value *x, u64 d, int spare) { // spare: upper bits of x that are known to be 0
    if (is_power(d)) return shift(m, O_SHR, x, __builtin_ctzll(d));
    if (m->t == VT_I32) { // exact for all 32-bit dividends with a 64-bit reciprocal
        Value *w = mk(m, O_ZEXT, VT_I64, 0, x, NULL);
        return mk(m, O_TRUNC, VT_I32, 0, mk(m, O_UMULHI, VT_I64, 0, w, mk_const(m, VT_I64, (i64)(~0ull / d + 1))),
                  NULL);
    }
    i64 even = 0;
    for (int s = 0; s < 64; s++) {
        // m = floor(2^(64+s) / d) + 1, in 128 bits: 64 + s <= 127
        u128 p = (u128)1 << (64 + s), q = p / d + 1, e = q * d - p;
        if (e > ((u128)1 << (s + spare))) continue;
        if (q >> 64 == 0) return shift(m, O_SHR, mk(m, O_UMULHI, VT_I64, 0, x, mk_const(m, VT_I64, (i64)(u64)q)), s);
        if ((d & 1) == 0 && !even) { // an even divisor: halve both first, then the reciprocal has a bit less to hold
            even = __builtin_ctzll(d);
            return unsigned_quotient(m, shift(m, O_SHR, x, even), d >> even, spare);
        }
        Value *t = mk(m, O_UMULHI, VT_I64, 0, x, mk_const(m, VT_I64, (i64)(u64)q)); // without its 65th bit
        Value *half = shift(m, O_SHR, mk(m, O_SUB, VT_I64, 0, x, t), 1);
        return shift(m, O_SHR, mk(m, O_ADD, VT_I64, 0, half, t), s - 1);
    }
    return NULL;
}
static Value *sign_of(Maker *m, Value *x) { return shift(m, O_SAR, x, type_bits((VType)x->type) - 1); } // -1 or 0
static Value *biased(Maker *m, Value *x, int k) { // x + (x < 0 ? 2^k - 1 : 0)
    int w = type_bits(m->t);
    return mk(m, O_ADD, m->t, 0, x, shift(m, O_SHR, k == 1 ? x : shift(m, O_SAR, x, w - 1), w - k));
}
static Value *signed_quotient(Maker *m, Value *x, i64 c) {
    u64 d = c < 0 ? -(u64)c : (u64)c;
    int w = type_bits(m->t);
    Value *q = NULL;
    if (is_power(d)) {
        int k = __builtin_ctzll(d);
        q = k ? shift(m, O_SAR, biased(m, x, k), k) : x;
    } else
        for (int s = 0; s < w - 1; s++) {
            u128 p = (u128)1 << (w + s), r = p / d + 1, e = r * d - p;
            if (e >= ((u128)1 << (s + 1))) continue;
            if (w == 32) {
                Value *wide =
                    mk(m, O_MUL, VT_I64, 0, mk(m, O_SEXT, VT_I64, 0, x, NULL), mk_const(m, VT_I64, (i64)(u64)r));
                q = mk(m, O_TRUNC, VT_I32, 0, shift(m, O_SAR, wide, 32 + s), NULL);
            } else {
                Value *hi = mk(m, O_MULHI, VT_I64, 0, x, mk_const(m, VT_I64, (i64)(u64)r));
                if (r >> 63) hi = mk(m, O_ADD, VT_I64, 0, hi, x); // the constant counts as r - 2^64
                q = shift(m, O_SAR, hi, s);
            }
            q = mk(m, O_SUB, m->t, 0, q, sign_of(m, x));
            break;
        }
    if (q && c < 0) q = mk(m, O_NEG, m->t, 0, q, NULL);
    return q;
}
static bool divides(const Value *v) { return v->op == O_DIV || v->op == O_MOD || v->op == O_UDIV || v->op == O_UMOD; }
static bool rewrite(Func *f, Value *v) {
    if (!divides(v) || v->args[1]->op != O_CONST || !v->args[1]->auxint || (v->type != VT_I32 && v->type != VT_I64))
        return false;
    Maker m = {f, v, (VType)v->type};
    Value *x = v->args[0], *q;
    i64 c = v->args[1]->auxint;
    bool uns = v->op == O_UDIV || v->op == O_UMOD, mod = v->op == O_MOD || v->op == O_UMOD;
    if (uns) {
        u64 d = v->type == VT_I32 ? (u32)c : (u64)c;
        if (mod && is_power(d)) {
            ssa_rewrite(f, v, O_AND, m.t, 0, NULL, 2, (Value *[]){x, mk_const(&m, m.t, (i64)(d - 1))});
            return true;
        }
        q = unsigned_quotient(&m, x, d, v->auxint == 1);
    } else {
        u64 d = c < 0 ? -(u64)c : (u64)c;
        if (c == INT64_MIN || (v->type == VT_I32 && c == INT32_MIN)) return false;
        if (mod && is_power(d) && d > 1) { // x - (biased x with its low bits cleared)
            Value *whole = mk(&m, O_AND, m.t, 0, biased(&m, x, __builtin_ctzll(d)), mk_const(&m, m.t, -(i64)d));
            ssa_rewrite(f, v, O_SUB, m.t, 0, NULL, 2, (Value *[]){x, whole});
            return true;
        }
        q = signed_quotient(&m, x, c);
    }
    if (!q) return false;
    if (mod) {
        Value *p = mk(&m, O_MUL, m.t, 0, q, v->args[1]);
        ssa_rewrite(f, v, O_SUB, m.t, 0, NULL, 2, (Value *[]){x, p});
    } else ssa_copy_of(f, v, q);
    return true;
}
static bool has_division(const Func *f) {
    for (i64 i = 0; i < f->blocks.len; i++)
        for (i64 k = 0; k < f->blocks.ptr[i]->values.len; k++)
            if (divides(f->blocks.ptr[i]->values.ptr[k])) return true;
    return false;
}
void pass_strength(Func *f) {
    if (has_division(f)) ssa_apply_rules(f, rewrite);
}
