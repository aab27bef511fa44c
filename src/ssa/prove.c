// prove.c - branches whose outcome follows from the branches that dominate them: bounds checks above all.
//
// In:   dominators, loops. Out: conditions that always hold (or never) are constants; shifts whose count is below the width are marked;
// nil checks behind a comparison with nil are copies.
// Facts are differences: a <= b + k over the signed, mathematical values of SSA values; node `zero` stands for the number 0. They come from
// dominating branches, from definitions (a sum that cannot overflow, an extension, a mask, a remainder ...), and from induction variables.
// A query walks from a upwards and from b downwards until the ends meet (Bodik, Gupta, Sarkar: "ABCD"), within a budget.
// Induction: i = phi(init, i + c) with c > 0, where the way back tests i + c < n (or the loop's entry i < n): init <= i, and i < n if init < n.
#include "ssa/ssa_int.h"

typedef __int128 Num;
typedef struct Fact {
    Value *other;
    i64 k;
    struct Fact *next;
} Fact;
typedef struct Facts {
    Fact *upper /* v <= other + k */, *lower /* other <= v + k */;
    bool nonnil;
    i8 known; /* a condition: 1 true, -1 false */
} Facts;
typedef struct Undo {
    Facts *of;
    Facts old;
} Undo;
typedef struct Prover {
    Func *f;
    Value zero;
    VEC(Undo) undo;
    int budget;
    bool changed;
} Prover;

static Facts *facts_of(Prover *p, Value *v) {
    if (!v->data) v->data = ANEW(p->f->arena, Facts);
    return v->data;
}
static void save(Prover *p, Facts *x) { vec_push(p->f->arena, &p->undo, ((Undo){x, *x})); }
static i64 type_max(const Value *v) {
    switch (v->type) {
    case VT_BOOL: return 1;
    case VT_I8: return INT8_MAX;
    case VT_I16: return INT16_MAX;
    case VT_I32: return INT32_MAX;
    default: return INT64_MAX;
    }
}
static i64 type_min(const Value *v) {
    switch (v->type) {
    case VT_BOOL: return 0;
    case VT_I8: return INT8_MIN;
    case VT_I16: return INT16_MIN;
    case VT_I32: return INT32_MIN;
    default: return INT64_MIN;
    }
}
static bool is_int(const Value *v) { return v->type >= VT_I8 && v->type <= VT_I64; }

// ---- queries ---------------------------------------------------------------------------------------
static bool leq(Prover *p, Value *a, Value *b, Num k, int depth);
static bool at_least(Prover *p, Value *v, i64 c, int depth) { return leq(p, &p->zero, v, -(Num)c, depth); }
static bool at_most(Prover *p, Value *v, i64 c, int depth) { return leq(p, v, &p->zero, c, depth); }
// v = x + c without overflow?
static bool sum_is_exact(Prover *p, Value *v, Value *x, i64 c, int depth) {
    if (depth <= 0) return false;
    return c >= 0 ? leq(p, x, &p->zero, (Num)type_max(v) - c, depth)
                  : leq(p, &p->zero, x, -((Num)type_min(v) - c), depth);
}
static u64 type_mask(VType t) {
    int w = type_bits(t);
    return w == 64 ? ~0ull : (1ull << w) - 1;
}
// x / c <= b + k if x, which is not negative, is at most b + this.
static Num quotient_at_most(const Prover *p, const Value *b, Num k, i64 c) {
    return b == &p->zero && k >= 0 && k <= INT32_MAX ? k * c + (c - 1) : k;
}
// a <= b + k by what a is.
static bool upper_by_definition(Prover *p, Value *a, Value *b, Num k, int d) {
    Value *x = a->nargs > 0 ? a->args[0] : NULL, *y = a->nargs > 1 ? a->args[1] : NULL;
    bool yc = y && y->op == O_CONST;
    switch (a->op) {
    case O_ADD: return yc && sum_is_exact(p, a, x, y->auxint, d - 1) && leq(p, x, b, k - y->auxint, d - 1);
    case O_SUB: return at_least(p, x, 0, d - 1) && at_least(p, y, 0, d - 1) && leq(p, x, b, k, d - 1);
    case O_SEXT: return leq(p, x, b, k, d - 1);
    case O_ZEXT:
        if (b == &p->zero && k >= (Num)type_mask((VType)x->type)) return true;
        return at_least(p, x, 0, d - 1) && leq(p, x, b, k, d - 1);
    case O_TRUNC:
        return at_least(p, x, type_min(a), d - 1) && at_most(p, x, type_max(a), d - 1) && leq(p, x, b, k, d - 1);
    case O_AND: {
        if (yc && y->auxint >= 0 && b == &p->zero && k >= y->auxint) return true;
        return (at_least(p, x, 0, d - 1) && leq(p, x, b, k, d - 1)) ||
               (!yc && at_least(p, y, 0, d - 1) && leq(p, y, b, k, d - 1));
    }
    case O_SHR:
        if (yc && y->auxint > 0 && y->auxint < type_bits((VType)a->type) && b == &p->zero &&
            k >= (Num)(type_mask((VType)a->type) >> y->auxint))
            return true;
        // fallthrough
    case O_SAR:
        if (yc && y->auxint == 1 && x->op == O_ADD) { // (lo + hi) / 2 with 0 <= lo < hi
            for (int s = 0; s < 2; s++) {
                Value *lo = x->args[s], *hi = x->args[1 - s];
                if (at_least(p, lo, 0, d - 2) && leq(p, lo, hi, -1, d - 2) &&
                    (a->op == O_SHR || at_most(p, hi, type_max(a) / 2, d - 2)) && leq(p, hi, b, k + 1, d - 2))
                    return true;
            }
        }
        if (yc && y->auxint >= 0 && y->auxint < 31) k = quotient_at_most(p, b, k, (i64)1 << y->auxint);
        return at_least(p, x, 0, d - 1) && leq(p, x, b, k, d - 1);
    case O_UDIV:
    case O_DIV:
        if (!yc || y->auxint <= 0) return false;
        if (a->op == O_UDIV && b == &p->zero && k >= (Num)(type_mask((VType)a->type) / (u64)y->auxint)) return true;
        return at_least(p, x, 0, d - 1) && leq(p, x, b, quotient_at_most(p, b, k, y->auxint), d - 1);
    case O_UMOD:
    case O_MOD:
        if (yc && y->auxint > 0 && b == &p->zero && k >= y->auxint - 1) return true;
        if (!yc && at_least(p, y, 1, d - 1) && leq(p, y, b, k + 1, d - 1)) return true;
        return at_least(p, x, 0, d - 1) && leq(p, x, b, k, d - 1);
    case O_CTZ:
    case O_CLZ:
    case O_POPCNT: return b == &p->zero && k >= 64;
    case O_SELECT: { // min(x, y)
        Value *c = a->args[0], *u = a->args[1], *w = a->args[2];
        if ((c->op == O_LT || c->op == O_LE) && c->args[0] == u && c->args[1] == w)
            return leq(p, u, b, k, d - 1) || leq(p, w, b, k, d - 1);
        return leq(p, u, b, k, d - 1) && leq(p, w, b, k, d - 1);
    }
    case O_COPY: return leq(p, x, b, k, d);
    case O_PHI:
        if (a->nargs > 3 || (a->block->loop && a->block->loop->header == a->block)) return false;
        for (int i = 0; i < a->nargs; i++)
            if (!leq(p, a->args[i], b, k, d - 2)) return false;
        return true;
    default: return false;
    }
}
// a <= b + k by what b is.
static bool lower_by_definition(Prover *p, Value *a, Value *b, Num k, int d) {
    Value *x = b->nargs > 0 ? b->args[0] : NULL, *y = b->nargs > 1 ? b->args[1] : NULL;
    bool yc = y && y->op == O_CONST;
    switch (b->op) {
    case O_ADD:
        if (yc) return sum_is_exact(p, b, x, y->auxint, d - 1) && leq(p, a, x, k + y->auxint, d - 1);
        if (a == &p->zero && k >= 0 && at_least(p, x, 0, d - 1) &&
            at_least(p, y, 0, d - 1)) // 0 <= x + y if both are and the sum cannot overflow
            return at_most(p, x, type_max(b) / 2, d - 1) && at_most(p, y, type_max(b) / 2, d - 1);
        // neither is negative, nor is the sum: it did not overflow, and is not below any of them
        return a != &p->zero && (leq(p, a, x, k, d - 1) || leq(p, a, y, k, d - 1)) && at_least(p, x, 0, d - 1) &&
               at_least(p, y, 0, d - 1) && at_least(p, b, 0, d - 1);
    case O_SUB: return a == &p->zero && k >= 0 && at_least(p, y, 0, d - 1) && leq(p, y, x, 0, d - 1); // 0 <= x - y
    case O_SEXT: return leq(p, a, x, k, d - 1);
    case O_ZEXT:
        if (a == &p->zero && k >= 0) return true;
        return at_least(p, x, 0, d - 1) && leq(p, a, x, k, d - 1);
    case O_TRUNC:
        return at_least(p, x, type_min(b), d - 1) && at_most(p, x, type_max(b), d - 1) && leq(p, a, x, k, d - 1);
    case O_AND: return a == &p->zero && k >= 0 && (at_least(p, x, 0, d - 1) || at_least(p, y, 0, d - 1));
    case O_SHR:
        if (a == &p->zero && k >= 0 && yc && y->auxint > 0 && y->auxint < type_bits((VType)b->type)) return true;
        // fallthrough
    case O_SAR:
        if (yc && y->auxint == 1 && x->op == O_ADD)
            for (int s = 0; s < 2; s++) {
                Value *lo = x->args[s], *hi = x->args[1 - s];
                if (at_least(p, lo, 0, d - 2) && leq(p, lo, hi, 0, d - 2) &&
                    (b->op == O_SHR || at_most(p, hi, type_max(b) / 2, d - 2)) && leq(p, a, lo, k, d - 2))
                    return true;
            }
        return a == &p->zero && k >= 0 && at_least(p, x, 0, d - 1);
    case O_DIV:
    case O_MOD:
        return a == &p->zero && k >= 0 && at_least(p, x, 0, d - 1) && (b->op == O_MOD || at_least(p, y, 0, d - 1));
    case O_UDIV:
    case O_UMOD:
        if (a != &p->zero || k < 0) return false;
        if (yc && y->auxint > (b->op == O_UDIV ? 1 : 0)) return true;
        return at_least(p, x, 0, d - 1) && at_least(p, y, 0, d - 1);
    case O_CTZ:
    case O_CLZ:
    case O_POPCNT: return a == &p->zero && k >= 0;
    case O_SELECT: {
        Value *c = b->args[0], *u = b->args[1], *w = b->args[2];
        if ((c->op == O_LT || c->op == O_LE) && c->args[0] == w && c->args[1] == u)
            return leq(p, a, u, k, d - 1) || leq(p, a, w, k, d - 1); // max
        return leq(p, a, u, k, d - 1) && leq(p, a, w, k, d - 1);
    }
    case O_COPY: return leq(p, a, x, k, d);
    case O_PHI:
        if (b->nargs > 3 || (b->block->loop && b->block->loop->header == b->block)) return false;
        for (int i = 0; i < b->nargs; i++)
            if (!leq(p, a, b->args[i], k, d - 2)) return false;
        return true;
    default: return false;
    }
}
static bool leq(Prover *p, Value *a, Value *b, Num k, int depth) {
    if (a->op == O_CONST) {
        k -= a->auxint;
        a = &p->zero;
    }
    if (b->op == O_CONST) {
        k += b->auxint;
        b = &p->zero;
    }
    if (a == b) return k >= 0;
    if (b == &p->zero && k >= type_max(a)) return true;
    if (a == &p->zero && -k <= type_min(b)) return true;
    if (a == &p->zero && k >= 0 && (b->flags & VF_NONNEG)) return true;
    if (depth <= 0 || p->budget-- <= 0) return false;
    if (a != &p->zero) {
        if (a->data)
            for (Fact *x = ((Facts *)a->data)->upper; x; x = x->next)
                if (leq(p, x->other, b, k - x->k, depth - 1)) return true;
        if (upper_by_definition(p, a, b, k, depth)) return true;
    }
    if (b != &p->zero) {
        if (b->data)
            for (Fact *x = ((Facts *)b->data)->lower; x; x = x->next)
                if (leq(p, a, x->other, k - x->k, depth - 1)) return true;
        if (lower_by_definition(p, a, b, k, depth)) return true;
    }
    return false;
}
enum { DEPTH = 7, BUDGET = 400 };
static bool holds(Prover *p, Value *a, Value *b, i64 k) {
    p->budget = BUDGET;
    return leq(p, a, b, k, DEPTH);
}
static bool nonneg(Prover *p, Value *a) { return holds(p, &p->zero, a, 0); }

// 1: c is true, -1: false, 0: unknown.
static int decide(Prover *p, Value *c) {
    if (c->data && ((Facts *)c->data)->known) return ((Facts *)c->data)->known;
    if (c->nargs != 2 || c->op < O_EQ || c->op > O_ULE) return c->op == O_BNOT ? -decide(p, c->args[0]) : 0;
    Value *x = c->args[0], *y = c->args[1];
    if (!is_int(x)) {
        if (c->op != O_EQ && c->op != O_NE) return 0;
        Value *q = is_const(y, 0) ? x : is_const(x, 0) ? y : NULL;
        if (q && q->type == VT_PTR && ((q->flags & VF_NONNIL) || (q->data && ((Facts *)q->data)->nonnil)))
            return c->op == O_NE ? 1 : -1;
        return 0;
    }
    switch (c->op) {
    case O_LT: return holds(p, x, y, -1) ? 1 : holds(p, y, x, 0) ? -1 : 0;
    case O_LE: return holds(p, x, y, 0) ? 1 : holds(p, y, x, -1) ? -1 : 0;
    case O_EQ: return holds(p, x, y, -1) || holds(p, y, x, -1) ? -1 : holds(p, x, y, 0) && holds(p, y, x, 0) ? 1 : 0;
    case O_NE: return holds(p, x, y, -1) || holds(p, y, x, -1) ? 1 : holds(p, x, y, 0) && holds(p, y, x, 0) ? -1 : 0;
    case O_ULT:
        if (!nonneg(p, x)) return 0;
        if (holds(p, x, y, -1)) return 1;
        return nonneg(p, y) && holds(p, y, x, 0) ? -1 : 0;
    case O_ULE:
        if (!nonneg(p, x)) return 0;
        if (holds(p, x, y, 0)) return 1;
        return nonneg(p, y) && holds(p, y, x, -1) ? -1 : 0;
    default: return 0;
    }
}

// ---- facts -------------------------------------------------------------------------------------------------
static void learn(Prover *p, Value *a, Value *b, Num k) { // a <= b + k
    if (a->op == O_CONST) {
        k -= a->auxint;
        a = &p->zero;
    }
    if (b->op == O_CONST) {
        k += b->auxint;
        b = &p->zero;
    }
    if (a == b || k > INT64_MAX || k < INT64_MIN) return;
    Facts *fa = facts_of(p, a), *fb = facts_of(p, b);
    if (a != &p->zero) {
        save(p, fa);
        Fact *n = ANEW(p->f->arena, Fact);
        *n = (Fact){b, (i64)k, fa->upper};
        fa->upper = n;
    }
    if (b != &p->zero) {
        save(p, fb);
        Fact *n = ANEW(p->f->arena, Fact);
        *n = (Fact){a, (i64)k, fb->lower};
        fb->lower = n;
    }
}
static void learn_condition(Prover *p, Value *c, bool truth);
static void learn_different(Prover *p, Value *x, Value *y) {
    if (holds(p, x, y, 0)) learn(p, x, y, -1);
    else if (holds(p, y, x, 0)) learn(p, y, x, -1);
}
static void learn_nonnil(Prover *p, Value *q) {
    Facts *x = facts_of(p, q);
    save(p, x);
    x->nonnil = true;
}
static void learn_condition(Prover *p, Value *c, bool truth) {
    Facts *x = facts_of(p, c);
    save(p, x);
    x->known = truth ? 1 : -1;
    if (c->op == O_BNOT) {
        learn_condition(p, c->args[0], !truth);
        return;
    }
    if (c->op == O_AND && truth) {
        learn_condition(p, c->args[0], true);
        learn_condition(p, c->args[1], true);
        return;
    }
    if (c->op == O_OR && !truth) {
        learn_condition(p, c->args[0], false);
        learn_condition(p, c->args[1], false);
        return;
    }
    if (c->nargs != 2 || c->op < O_EQ || c->op > O_ULE) return;
    Value *a = c->args[0], *b = c->args[1];
    if (!is_int(a)) {
        Value *q = is_const(b, 0) ? a : is_const(a, 0) ? b : NULL;
        if (q && a->type == VT_PTR && (c->op == O_NE) == truth && (c->op == O_NE || c->op == O_EQ)) learn_nonnil(p, q);
        return;
    }
    switch (c->op) {
    case O_LT:
        if (truth) learn(p, a, b, -1);
        else learn(p, b, a, 0);
        break;
    case O_LE:
        if (truth) learn(p, a, b, 0);
        else learn(p, b, a, -1);
        break;
    case O_EQ:
        if (truth) {
            learn(p, a, b, 0);
            learn(p, b, a, 0);
        } else learn_different(p, a, b);
        break;
    case O_NE:
        if (!truth) {
            learn(p, a, b, 0);
            learn(p, b, a, 0);
        } else learn_different(p, a, b);
        break;
    case O_ULT:
    case O_ULE: {
        int strict = c->op == O_ULT;
        if (truth) {
            if (nonneg(p, b)) {
                learn(p, &p->zero, a, 0);
                learn(p, a, b, -strict);
            }
        } else if (nonneg(p, a)) {
            learn(p, &p->zero, b, 0);
            learn(p, b, a, strict - 1);
        }
        break;
    }
    default: break;
    }
}
static void undo_to(Prover *p, i64 mark) {
    while (p->undo.len > mark) {
        Undo *u = &p->undo.ptr[--p->undo.len];
        *u->of = u->old;
    }
}

// ---- induction variables ------------------------------------------------------------------------------------
// The condition under which the way back into the header is taken: *truth its value. NULL: unconditional.
static Value *back_condition(Block *latch, i64 succ, bool *truth) {
    if (latch->kind != BK_IF || latch->succs.ptr[0].b == latch->succs.ptr[1].b) return NULL;
    *truth = succ == 0;
    return latch->ctl[0];
}
// Does c (with that truth) say next < bound (or <=: *strict false)? up false: bound < next.
static Value *bound_of(Value *c, bool truth, Value *next, bool up, bool *strict, bool *differ) {
    *differ = false;
    while (c->op == O_BNOT) {
        c = c->args[0];
        truth = !truth;
    }
    if (c->nargs != 2) return NULL;
    Value *a = c->args[0], *b = c->args[1];
    if ((c->op == O_NE && truth) || (c->op == O_EQ && !truth)) {
        *differ = true;
        *strict = true;
        return a == next ? b : b == next ? a : NULL;
    }
    if (c->op != O_LT && c->op != O_LE) return NULL;
    *strict = (c->op == O_LT) == truth;
    if (!truth) {
        Value *t = a;
        a = b;
        b = t;
    } // not (a < b): b <= a
    if (up) return a == next ? b : NULL;
    return b == next ? a : NULL;
}
static bool dominates_loop(Value *v, Loop *l) {
    return v->op == O_CONST || (v->block != l->header && ssa_dominates(v->block, l->header));
}
// Is there a branch on i inside the loop, above its increment, that bounds it?
static bool bounded_inside(Loop *l, Block *at, Value *i, bool up) {
    for (Block *b = at; b && b != l->header->idom; b = b->idom) {
        Block *d = b->idom;
        if (!d || b->preds.len != 1 || d->kind != BK_IF || b->preds.ptr[0].b != d) {
            if (b == l->header) break;
            continue;
        }
        bool strict, differ;
        if (bound_of(d->ctl[0], b->preds.ptr[0].i == 0, i, up, &strict, &differ) && strict && !differ) return true;
        if (b == l->header) break;
    }
    return false;
}
// Whatever next is: a bound that the way back tests and that holds at the start holds in every iteration (n > 0 in `for n > 0 { n /= 10 }`).
static void guarded(Prover *p, Loop *l, Edge e, Value *i, Value *init, Value *next) {
    bool truth, strict, differ;
    Value *cond = back_condition(e.b, e.i, &truth);
    if (!cond) return;
    for (int up = 0; up < 2; up++) {
        Value *bound = bound_of(cond, truth, next, up, &strict, &differ);
        if (!bound || differ || !dominates_loop(bound, l)) continue;
        i64 w = strict ? -1 : 0;
        if (up ? holds(p, init, bound, w) : holds(p, bound, init, w)) {
            if (up) learn(p, i, bound, w);
            else learn(p, bound, i, w);
        }
    }
}
static void induction(Prover *p, Block *h) {
    if (h->preds.len != 2 || !h->loop || h->loop->header != h) return;
    Loop *l = h->loop;
    int back = ssa_dominates(h, h->preds.ptr[0].b) ? 0 : 1;
    if (!ssa_dominates(h, h->preds.ptr[back].b) || ssa_dominates(h, h->preds.ptr[1 - back].b)) return;
    Edge e = h->preds.ptr[back];
    for (i64 k = 0; k < h->values.len && h->values.ptr[k]->op == O_PHI; k++) {
        Value *i = h->values.ptr[k];
        if (!is_int(i)) continue;
        Value *init = i->args[1 - back], *next = i->args[back];
        guarded(p, l, e, i, init, next);
        if (next->op != O_ADD || next->args[0] != i || next->args[1]->op != O_CONST) continue;
        i64 c = next->args[1]->auxint;
        if (!c || c > 1 << 20 || c < -(1 << 20)) continue;
        bool up = c > 0, truth, strict = false, differ = false, no_overflow = false;
        Value *cond = back_condition(e.b, e.i, &truth),
              *bound = cond ? bound_of(cond, truth, next, up, &strict, &differ) : NULL;
        if (bound && !dominates_loop(bound, l)) bound = NULL;
        if (bound && differ && (c != 1 && c != -1)) bound = NULL;
        if (bound) { // holds on the way back; does it hold at the start?
            if (differ) {
                bool start = up ? holds(p, init, bound, 0) : holds(p, bound, init, 0);
                if (start) { // steps of one cannot jump over the bound
                    no_overflow = true;
                    bool below = up ? holds(p, init, bound, -1) : holds(p, bound, init, -1);
                    if (below) {
                        if (up) learn(p, i, bound, -1);
                        else learn(p, bound, i, -1);
                    }
                }
            } else {
                i64 w = strict ? -1 : 0;
                bool start = up ? holds(p, init, bound, w) : holds(p, bound, init, w);
                // i + c cannot overflow: i < bound at every start of an iteration, and lengths are far from the largest number
                bool small = c == 1 || c == -1 ? strict || bound->op == O_CONST : true;
                if (bound->op == O_CONST)
                    small = up ? (Num)bound->auxint + c <= type_max(i) : (Num)bound->auxint + c >= type_min(i);
                else if (c > 1) small = (bound->flags & VF_NONNEG) && i->type == VT_I64;
                else if (c < -1) small = false;
                if (start && small) {
                    no_overflow = true;
                    if (up) learn(p, i, bound, w);
                    else learn(p, bound, i, w);
                }
            }
        }
        if (!no_overflow && (c == 1 || c == -1)) no_overflow = bounded_inside(l, next->block, i, up);
        if (!no_overflow) continue;
        if (up) learn(p, init, i, 0);
        else learn(p, i, init, 0);
    }
}

// ---- the walk --------------------------------------------------------------------------------------------------
static void enter_block(Prover *p, Block *b) {
    i64 ways = 0,
        at = 0; // a loop's header is entered first through its one way in: what holds there holds for all iterations
    for (i64 i = 0; i < b->preds.len; i++)
        if (b->preds.len == 1 || !ssa_dominates(b, b->preds.ptr[i].b)) {
            ways++;
            at = i;
        }
    if (ways == 1) {
        Edge e = b->preds.ptr[at];
        if (e.b->kind == BK_IF && e.b->succs.ptr[0].b != e.b->succs.ptr[1].b) learn_condition(p, e.b->ctl[0], e.i == 0);
    }
    induction(p, b);
}
static void visit(Prover *p, Block *b) {
    Func *f = p->f;
    for (i64 k = 0; k < b->values.len; k++) {
        Value *v = b->values.ptr[k];
        if ((v->op == O_SHL || v->op == O_SHR || v->op == O_SAR) && !v->auxint && v->args[1]->op != O_CONST) {
            if (nonneg(p, v->args[1]) &&
                (p->budget = BUDGET, at_most(p, v->args[1], type_bits((VType)v->type) - 1, DEPTH)))
                v->auxint = 1;
        } else if ((v->op == O_DIV || v->op == O_MOD) && nonneg(p, v->args[0]) && nonneg(p, v->args[1])) {
            v->op = v->op == O_DIV ? O_UDIV : O_UMOD; // cheaper by shifts and reciprocals, and -1 is no case
            v->auxint = 1;
        } else if (v->op == O_NILCHECK) {
            Facts *x = v->args[0]->data;
            if (x && x->nonnil) {
                Value *q = v->args[0];
                ssa_copy_of(
                    f, v,
                    q); // uses of the pointer below are unguarded loads: they stay behind this branch (licm asks for a NILCHECK)
                p->changed = true;
            }
        }
    }
    if (b->kind == BK_IF && b->ctl[0]->op != O_CONST) {
        int d = decide(p, b->ctl[0]);
        if (d) {
            ssa_set_ctl(f, b, ssa_const(f, VT_BOOL, d > 0));
            p->changed = true;
        }
    }
}
static void prove(Func *f) {
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) b->values.ptr[k]->data = NULL;
    }
    ssa_dom_children(f);
    Prover *p = ANEW(f->arena, Prover);
    p->f = f;
    p->zero.type = VT_I64;
    p->zero.op = O_INVALID;
    typedef struct Frame {
        Block *b;
        i64 mark;
        bool done;
    } Frame;
    VEC(Frame) stack = {0};
    vec_push(f->arena, &stack, ((Frame){f->entry, 0, false}));
    while (stack.len) {
        Frame *fr = &stack.ptr[stack.len - 1];
        if (fr->done) {
            undo_to(p, fr->mark);
            stack.len--;
            continue;
        }
        fr->done = true;
        fr->mark = p->undo.len;
        Block *b = fr->b;
        enter_block(p, b);
        visit(p, b);
        for (Block *c = b->dom_child; c; c = c->dom_next) vec_push(f->arena, &stack, ((Frame){c, 0, false}));
    }
    if (p->changed) ssa_clean(f);
}
void pass_prove(Func *f) {
    i64 before = changes(f);
    if (f->proved == before) return;
    prove(f);
    f->proved = changes(f) == before ? before : -1;
}
void pass_prove_again(Func *f) { pass_prove(f); }
