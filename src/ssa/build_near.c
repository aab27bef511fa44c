// build_near.c - how near a comparison came to equal, counted for `test -fuzz` (PKG_COUNT_EDGES).
//
// In:   the operands of == and != and the constants of a switch. Out: COUNT_ATs of how many bytes were the same: of numbers the low ones,
//       of strings those in front. So an input that has one byte more right is one that leads further, and a number or a word that
//       the program asks for is found byte by byte. Pass edges gives them their counters.
// Not counted is what comes out right by trying: numbers below 256, lengths and indices (signed, not constant), pointers.
#include "ssa/build.h"

enum { SMALL = 256, MOST_PREFIX = 31, SOME_PREFIX = 15, MOST_CASES = 16 };

static void count_at(Builder *b, Value *place, i64 places) { bvi(b, O_COUNT_AT, VT_VOID, places, 1, place); }

static bool is_small(const Value *x) { return x->op == O_CONST && x->auxint > -SMALL && x->auxint < SMALL; }

static bool counts(const Builder *b) { return ir_has_flag(b->ir, PKG_COUNT_EDGES); }

static void count_low_bytes(Builder *b, Value *x, Value *y) {
    VType vt = (VType)x->type;
    i64 size = vtype_size(vt);
    Value *d = bv(b, O_XOR, vt, 2, x, y);
    if (size < 8) // a bit behind it stands for "all"
        d = bv(b, O_OR, VT_I64, 2, bv(b, O_ZEXT, VT_I64, 1, d), bld_int(b, 1ll << 8 * size));
    Value *bits = bv(b, O_CTZ, VT_I64, 1, d);
    count_at(b, bvi(b, O_SHR, VT_I64, 1, 2, bits, bld_int(b, 3)), size + 1);
}

void bld_near_ints(Builder *b, Value *x, Value *y, Type *t) {
    bool constant = x->op == O_CONST || y->op == O_CONST;
    if (!counts(b) || vtype_size((VType)x->type) < 2 || is_small(x) || is_small(y)) return;
    if (x->op == y->op && constant) return;
    if (!constant && (!type_unsigned(t) || types_under(t)->kind == TYPE_UINTPTR)) return;
    count_low_bytes(b, x, y);
}

void bld_near_strings(Builder *b, Val x, Val y) {
    Value *n = y.p[1]->op == O_CONST ? y.p[1] : x.p[1];
    i64 most = n->op == O_CONST ? i64_min(n->auxint, MOST_PREFIX) : SOME_PREFIX;
    if (!counts(b) || !most) return;
    Value *same = bld_rt1(b, RT_COMMONPREFIX, VT_I64, 5, x.p[0], x.p[1], y.p[0], y.p[1], bld_int(b, most));
    count_at(b, same, most + 1);
}

// Of a switch: x is compared with some or all of the constants.
void bld_near_case(Builder *b, Value *x, i64 c, i64 ncases) {
    if (ncases <= MOST_CASES) bld_near_ints(b, x, ssa_const(b->f, (VType)x->type, c), NULL);
}
