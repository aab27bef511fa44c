// build_near.c - how near a comparison came to equal, and what it asked for: for `test -fuzz` (PKG_COUNT_EDGES).
//
// In:   the operands of == and != and the constants of a switch. Out: COUNT_ATs of how many bytes were the same: of numbers the low ones,
//       of strings those in front. So an input that has one byte more right is one that leads further, and a number or a word that
//       the program asks for is found byte by byte. Pass edges gives them their counters.
//       Func.tokens: the constants themselves, which internal/fuzz puts into inputs.
// Not counted is what comes out right by trying: numbers below 256, lengths and indices (signed, not constant), pointers. Of the library
// only comparisons with constants are counted, and none is a token: what users' packages ask for is what leads there.
#include "ssa/build.h"

enum { SMALL = 256, MOST_PREFIX = 31, SOME_PREFIX = 15, MOST_CASES = 16, MOST_TOKEN = 32 };

static void count_at(Builder *b, Value *place, i64 places) { bvi(b, O_COUNT_AT, VT_VOID, places, 1, place); }

static bool is_small(const Value *x) { return x->op == O_CONST && x->auxint > -SMALL && x->auxint < SMALL; }

static bool counts(const Builder *b) { return ir_has_flag(b->ir, PKG_COUNT_EDGES); }
static bool is_users(const Builder *b) { return counts(b) && !b->ir->pkg->std; }

// ---- tokens -------------------------------------------------------------------------------------------------------------

static void note_token(Builder *b, const u8 *bytes, i64 n) {
    if (n < 2 || n > MOST_TOKEN || !is_users(b)) return;
    vec_push(b->a, &b->f->tokens, (u8)n);
    for (i64 i = 0; i < n; i++) vec_push(b->a, &b->f->tokens, bytes[i]);
}

// Little endian and big endian, in as few bytes as an input may have it in.
static void note_number(Builder *b, i64 c, i64 size) {
    u64 x = size == 8 ? (u64)c : (u64)c & ((1ull << 8 * size) - 1);
    u8 low[8], high[8];
    i64 n = x >> 32 ? 8 : x >> 16 ? 4 : 2;
    for (i64 i = 0; i < n; i++) low[i] = high[n - 1 - i] = (u8)(x >> 8 * i);
    note_token(b, low, n);
    note_token(b, high, n);
}

// Constants that are looked for by package strings, or what is left of it when it was inlined.
void bld_near_call(Builder *b, const IrFunc *fn, const Val *args, i64 n) {
    const u8 *bytes;
    if (!is_users(b) || !fn->pkg) return;
    Str path = fn->pkg->path;
    if (!str_eq(path, S("strings")) && !str_eq(path, S("internal/stringslite")) && !str_eq(path, S("internal/bytealg")))
        return;
    for (i64 i = 0; i < n; i++) {
        const Val *x = &args[i];
        if (x->in_mem || x->ti->n != 2 || x->p[1]->op != O_CONST || !bld_const_bytes(x->p[0], &bytes)) continue;
        note_token(b, bytes, x->p[1]->auxint);
    }
}

// ---- comparisons --------------------------------------------------------------------------------------------------------

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
    i64 size = vtype_size((VType)x->type);
    bool constant = x->op == O_CONST || y->op == O_CONST;
    if (!counts(b) || size < 2 || is_small(x) || is_small(y)) return;
    if (x->op == y->op && constant) return;
    if (!constant && (!is_users(b) || !type_unsigned(t) || types_under(t)->kind == TYPE_UINTPTR)) return;
    if (constant) note_number(b, x->op == O_CONST ? x->auxint : y->auxint, size);
    count_low_bytes(b, x, y);
}

void bld_near_strings(Builder *b, Val x, Val y) {
    const u8 *bytes;
    if (!counts(b)) return;
    if (x.p[1]->op == O_CONST) {
        Val t = x;
        x = y;
        y = t;
    }
    Value *n = y.p[1];
    i64 most = n->op == O_CONST ? i64_min(n->auxint, MOST_PREFIX) : SOME_PREFIX;
    if (!most || (n->op != O_CONST && !is_users(b))) return;
    if (n->op == O_CONST && bld_const_bytes(y.p[0], &bytes)) note_token(b, bytes, n->auxint);
    Value *same = bld_rt1(b, RT_COMMONPREFIX, VT_I64, 5, x.p[0], x.p[1], y.p[0], n, bld_int(b, most));
    count_at(b, same, most + 1);
}

// Of a switch: x is compared with some or all of the constants.
void bld_near_case(Builder *b, Value *x, i64 c, i64 ncases) {
    if (ncases <= MOST_CASES) bld_near_ints(b, x, ssa_const(b->f, (VType)x->type, c), NULL);
}
