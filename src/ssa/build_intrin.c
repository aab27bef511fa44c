// build_intrin.c - calls that are operations: the functions of ir/intrinsics.def.
//
// A row names the symbol, a shape (how operands become values) and up to two parameters of the shape. What needs more than the baseline
// of the machine is asked for at run time (POPCNT) or left a call (SSE4.1, FMA).
#include "ssa/build.h"

typedef enum Shape {
    SH_UN,
    SH_UN_INT /* result is int */,
    SH_LEN,
    SH_TZ,
    SH_ONES,
    SH_BIN,
    SH_LOAD,
    SH_STORE,
    SH_XCHG,
    SH_ADD,
    SH_CAS,
    SH_AND,
    SH_OR,
    SH_AND_VOID,
    SH_OR_VOID,
    SH_MUL_WIDE,
    SH_ADD_CARRY,
    SH_SUB_BORROW,
    SH_ROTL,
    SH_GETPC,
    SH_GETSP,
    SH_CTXT,
    SH_PREFETCH,
    SH_MULOVF,
    SH_KEEPALIVE,
    SH_BITS,
    SH_UNBITS,
    SH_DIV_WIDE,
    SH_COPYSIGN,
    SH_NOP,
    SH_SELECT,
    SH_BOOL,
    SH_TZ_NOT_0, // sets of slots of internal/runtime/maps, a bit a slot (group.go)
    SH_LOW_BIT,
    SH_DROP_BITS,
    SH_HALF,
    SH_CTRL_EMPTY,
    SH_CTRL_TOP,
    SH_CTRL_FULL,
    SH_CTRL_H2,
} Shape;
typedef struct Intrin {
    u8 shape;
    u8 vt;
    u16 op;
} Intrin;
static const Intrin table[] = {
// by IrFunc.intrinsic
#define I(sym, shape, vt, op) {SH_##shape, VT_##vt, O_##op},
#include "ir/intrinsics.def"
#undef I
};

static Value *mem_op(Builder *b, int op, VType vt, int nargs, Value **args) { // tuple (value, memory)
    Value *all[5];
    for (int i = 0; i < nargs; i++) all[i] = args[i];
    all[0] = bld_nilcheck(b, args[0]);
    all[nargs] = bld_mem(b);
    Value *v = ssa_value(b->f, b->cur, op, VT_TUPLE, b->pos, nargs + 1, all);
    v->etype = (u8)vt;
    Value *r = bvi(b, O_SELECT_N, op == O_ATOMIC_CAS ? VT_BOOL : vt, 0, 1, v);
    bld_set_mem(b, bvi(b, O_SELECT_N, VT_MEM, 1, 1, v));
    return r;
}
static Value *zext64(Builder *b, Value *x) { return x->type == VT_I64 ? x : bv(b, O_ZEXT, VT_I64, 1, x); }
static Value *bit_length(Builder *b, Value *x) { // 64 - clz
    return bv(b, O_SUB, VT_I64, 2, bld_int(b, 64), bv(b, O_CLZ, VT_I64, 1, zext64(b, x)));
}
static Value *to_int(Builder *b, Value *x) { return zext64(b, x); }
static Value *trailing_zeros(Builder *b, Value *x) {
    int bits = type_bits((VType)x->type);
    if (bits < 32) x = bv(b, O_OR, VT_I32, 2, bv(b, O_ZEXT, VT_I32, 1, x), ssa_const(b->f, VT_I32, 1 << bits));
    return to_int(b, bv(b, O_CTZ, (VType)x->type, 1, x));
}
// The instruction if the machine has it, else sums of neighbouring fields of 1, 2, 4 bits, and of the bytes by a product.
static Value *ones_count(Builder *b, Value *x) {
    x = zext64(b, x);
    i32 var = bld_new_var(b, VT_I64);
    Block *has = bld_block(b), *lacks = bld_block(b), *join = bld_block(b);
    Value *flag = bld_sym_addr(b, obj_sym(b->f->syms, S("runtime.x86HasPOPCNT")), 0);
    lacks->cold = true;
    bld_branch(b, bv(b, O_LOAD, VT_BOOL, 2, flag, bld_mem(b)), has, lacks, 1);
    bld_seal(b, has);
    bld_seal(b, lacks);
    bld_start(b, has);
    bld_write(b, b->cur, var, bv(b, O_POPCNT, VT_I64, 1, x));
    bld_jump(b, join);
    bld_start(b, lacks);
    static const i64 masks[] = {0x5555555555555555, 0x3333333333333333, 0x0f0f0f0f0f0f0f0f};
    for (int i = 0; i < 3; i++) {
        Value *m = bld_int(b, masks[i]), *up = bvi(b, O_SHR, VT_I64, 1, 2, x, bld_int(b, 1 << i));
        x = bv(b, O_ADD, VT_I64, 2, bv(b, O_AND, VT_I64, 2, x, m), bv(b, O_AND, VT_I64, 2, up, m));
    }
    x = bv(b, O_MUL, VT_I64, 2, x, bld_int(b, 0x0101010101010101));
    bld_write(b, b->cur, var, bvi(b, O_SHR, VT_I64, 1, 2, x, bld_int(b, 56)));
    bld_jump(b, join);
    bld_seal(b, join);
    bld_start(b, join);
    return bld_read(b, join, var);
}
static Value *fold_product(Builder *b, Value *x, Value *y) {
    Value *w = bv(b, O_UMUL_WIDE, VT_TUPLE, 2, x, y);
    w->etype = VT_I64;
    return bv(b, O_XOR, VT_I64, 2, bvi(b, O_SELECT_N, VT_I64, 0, 1, w), bvi(b, O_SELECT_N, VT_I64, 1, 1, w));
}

// hash_word of rt/mem/hash.c.
Val bld_word_hash(Builder *b, IrNode *n) {
    Value *key[3], *x[3];
    for (int i = 0; i < 3; i++) x[i] = bld_expr1(b, n->list.ptr[i]);
    for (int i = 0; i < 3; i++) {
        Value *at = bld_sym_addr(b, obj_sym(b->f->syms, S("runtime.hashKey")), 8 * i);
        key[i] = bv(b, O_LOAD, VT_I64, 2, at, bld_mem(b));
    }
    Value *seeded = bv(b, O_XOR, VT_I64, 2, bv(b, O_XOR, VT_I64, 2, x[0], x[1]), key[0]);
    Value *r = fold_product(b, bv(b, O_XOR, VT_I64, 2, x[0], key[1]), seeded);
    return bld_val1(b, n->type, fold_product(b, bv(b, O_XOR, VT_I64, 2, key[2], x[2]), r));
}

// A group's control bytes: empty is 0x80, deleted 0xfe, others are the hash's low 7 bits.
static Value *slot_set(Builder *b, Shape shape, Value **x) {
    if (shape == SH_CTRL_H2) return bv(b, O_BYTES_EQ, VT_I64, 2, x[0], bv(b, O_BYTES_SPLAT, VT_F64, 1, x[1]));
    Value *g = x[0];
    if (shape == SH_CTRL_EMPTY) // the top bit without the second one
        g = bv(b, O_AND, VT_I64, 2, g,
               bv(b, O_XOR, VT_I64, 2, bvi(b, O_SHL, VT_I64, 1, 2, g, bld_int(b, 6)), bld_int(b, -1)));
    Value *set = bv(b, O_BYTES_SIGN, VT_I64, 1, g);
    return shape == SH_CTRL_FULL ? bv(b, O_XOR, VT_I64, 2, set, bld_int(b, 0xff)) : set;
}

bool bld_intrinsic(Builder *b, IrNode *n, Val **results, i64 *nres) {
    if (!ir_is_intrinsic(n->fn)) return false;
    const Intrin *in = &table[n->fn->intrinsic - 1];
    Val v[4];
    Value *x[4] = {0};
    CHECK(n->list.len <= 4);
    for (i64 i = 0; i < n->list.len; i++) {
        v[i] = bld_expr(b, n->list.ptr[i]);
        x[i] = v[i].p[0];
    }
    if (n->pos) b->pos = n->pos;
    VType vt = (VType)in->vt;
    Type *t = n->type;
    i64 k = !t ? 0 : t->kind == TYPE_TUPLE ? t->tuple.n : 1;
    Val *r = ANEWN(b->a, Val, k + 1);
    for (i64 i = 0; i < k; i++) r[i].ti = bld_type(b, t->kind == TYPE_TUPLE ? t->tuple.vars[i]->type : t);
    *results = r;
    *nres = k;
    switch ((Shape)in->shape) {
    case SH_UN: r[0].p[0] = bv(b, in->op, vt, 1, x[0]); return true;
    case SH_UN_INT: // leading zeros
        r[0].p[0] = bv(b, O_SUB, VT_I64, 2, bv(b, O_CLZ, VT_I64, 1, zext64(b, x[0])),
                       bld_int(b, 64 - type_bits((VType)x[0]->type)));
        return true;
    case SH_LEN: r[0].p[0] = bit_length(b, x[0]); return true;
    case SH_TZ: r[0].p[0] = trailing_zeros(b, x[0]); return true;
    case SH_TZ_NOT_0: r[0].p[0] = bvi(b, O_CTZ, VT_I64, 1, 1, x[0]); return true;
    case SH_LOW_BIT:
        r[0].p[0] = bv(b, O_NE, VT_BOOL, 2, bv(b, O_AND, VT_I64, 2, x[0], bld_int(b, 1)), bld_int(b, 0));
        return true;
    case SH_DROP_BITS: // i is below the width
        r[0].p[0] = bvi(b, O_SHL, VT_I64, 1, 2, bvi(b, O_SHR, VT_I64, 1, 2, x[0], x[1]), x[1]);
        return true;
    case SH_HALF: r[0].p[0] = bvi(b, O_SHR, VT_I64, 1, 2, x[0], bld_int(b, 1)); return true;
    case SH_CTRL_EMPTY:
    case SH_CTRL_TOP:
    case SH_CTRL_FULL:
    case SH_CTRL_H2: r[0].p[0] = slot_set(b, (Shape)in->shape, x); return true;
    case SH_ONES: r[0].p[0] = ones_count(b, x[0]); return true;
    case SH_BIN: r[0].p[0] = bv(b, in->op, vt, 2, x[0], x[1]); return true;
    case SH_LOAD: r[0].p[0] = mem_op(b, O_ATOMIC_LOAD, vt, 1, x); return true;
    case SH_STORE:
        bld_set_mem(b, bv(b, O_ATOMIC_STORE, VT_MEM, 3, bld_nilcheck(b, x[0]), x[1], bld_mem(b)));
        return true;
    case SH_XCHG: r[0].p[0] = mem_op(b, O_ATOMIC_XCHG, vt, 2, x); return true;
    case SH_ADD: r[0].p[0] = mem_op(b, O_ATOMIC_ADD, vt, 2, x); return true;
    case SH_CAS: r[0].p[0] = mem_op(b, O_ATOMIC_CAS, vt, 3, x); return true;
    case SH_AND: r[0].p[0] = mem_op(b, O_ATOMIC_AND, vt, 2, x); return true;
    case SH_OR: r[0].p[0] = mem_op(b, O_ATOMIC_OR, vt, 2, x); return true;
    case SH_AND_VOID: mem_op(b, O_ATOMIC_AND, vt, 2, x); return true;
    case SH_OR_VOID: mem_op(b, O_ATOMIC_OR, vt, 2, x); return true;
    case SH_MUL_WIDE: {
        Value *w = bv(b, O_UMUL_WIDE, VT_TUPLE, 2, x[0], x[1]);
        w->etype = VT_I64;
        for (int i = 0; i < 2; i++) r[i].p[0] = bvi(b, O_SELECT_N, VT_I64, i, 1, w);
        return true;
    }
    case SH_MULOVF: {
        Value *w = bv(b, O_UMUL_WIDE, VT_TUPLE, 2, x[0], x[1]);
        w->etype = VT_I64;
        r[0].p[0] = bvi(b, O_SELECT_N, VT_I64, 1, 1, w);
        r[1].p[0] = bv(b, O_NE, VT_BOOL, 2, bvi(b, O_SELECT_N, VT_I64, 0, 1, w), bld_int(b, 0));
        return true;
    }
    case SH_ADD_CARRY:
    case SH_SUB_BORROW: {
        Value *w = bv(b, in->shape == SH_ADD_CARRY ? O_ADD_CARRY : O_SUB_BORROW, VT_TUPLE, 3, x[0], x[1], x[2]);
        w->etype = VT_I64;
        for (int i = 0; i < 2; i++) r[i].p[0] = bvi(b, O_SELECT_N, VT_I64, i, 1, w);
        return true;
    }
    case SH_ROTL: r[0].p[0] = bv(b, O_ROTL, (VType)x[0]->type, 2, x[0], x[1]); return true;
    case SH_GETPC: r[0].p[0] = bv(b, O_CALLER_PC, VT_I64, 0); return true;
    case SH_GETSP: r[0].p[0] = bv(b, O_CALLER_SP, VT_I64, 0); return true;
    case SH_CTXT:
        CHECK(b->ctxt);
        r[0].p[0] = bv(b, O_PTR2INT, VT_I64, 1, b->ctxt);
        return true;
    case SH_PREFETCH: bld_set_mem(b, bv(b, O_PREFETCH, VT_MEM, 2, x[0], bld_mem(b))); return true;
    case SH_KEEPALIVE:
        for (int i = 0; i < v[0].ti->n; i++)
            if (v[0].p[i]->type == VT_PTR) bld_set_mem(b, bv(b, O_KEEPALIVE, VT_MEM, 2, v[0].p[i], bld_mem(b)));
        return true;
    case SH_BITS: r[0].p[0] = bv(b, O_F2BITS, vt, 1, x[0]); return true;
    case SH_UNBITS: r[0].p[0] = bv(b, O_BITS2F, vt, 1, x[0]); return true;
    case SH_COPYSIGN: r[0].p[0] = bv(b, O_FCOPYSIGN, VT_F64, 2, x[0], x[1]); return true;
    case SH_SELECT:
        r[0].p[0] = bv(b, O_SELECT, VT_I64, 3, bv(b, O_NE, VT_BOOL, 2, x[0], bld_int(b, 0)), x[1], x[2]);
        return true;
    case SH_BOOL: r[0].p[0] = bv(b, O_TRUNC, VT_I8, 1, bv(b, O_ZEXT, VT_I32, 1, x[0])); return true;
    case SH_DIV_WIDE:
    case SH_NOP: return false;
    }
    return false;
}
