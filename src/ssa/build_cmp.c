// build_cmp.c - comparison of values of every type.
//
// Scalars compare at once; strings by length, then memory; interfaces by first word, then the runtime; structs and arrays as plain
// memory where that is the same, else field by field, else by the type's equality function (ir_eq_symbol).
#include "ssa/build.h"

static Value *cmp2(Builder *b, int op, Value *x, Value *y) { return bv(b, op, VT_BOOL, 2, x, y); }
static Value *compare_ints(Builder *b, Op op, Value *x, Value *y, bool uns) {
    switch (op) {
    case OP_EQL: return cmp2(b, O_EQ, x, y);
    case OP_NEQ: return cmp2(b, O_NE, x, y);
    case OP_LSS: return cmp2(b, uns ? O_ULT : O_LT, x, y);
    case OP_LEQ: return cmp2(b, uns ? O_ULE : O_LE, x, y);
    case OP_GTR: return cmp2(b, uns ? O_ULT : O_LT, y, x);
    default: return cmp2(b, uns ? O_ULE : O_LE, y, x);
    }
}
static Value *compare_floats(Builder *b, Op op, Value *x, Value *y) {
    switch (op) {
    case OP_EQL: return cmp2(b, O_FEQ, x, y);
    case OP_NEQ: return cmp2(b, O_FNE, x, y);
    case OP_LSS: return cmp2(b, O_FLT, x, y);
    case OP_LEQ: return cmp2(b, O_FLE, x, y);
    case OP_GTR: return cmp2(b, O_FLT, y, x);
    default: return cmp2(b, O_FLE, y, x);
    }
}
// ---- chains of conditions: the first that fails gives false -----------------------------------------------
typedef struct Chain {
    Block *join;
    i32 var;
} Chain;
static Chain chain_start(Builder *b) { return (Chain){bld_block(b), bld_new_var(b, VT_BOOL)}; }
static void chain_and(Builder *b, Chain *c, Value *cond) {
    if (is_const(cond, 1)) return;
    Block *next = bld_block(b);
    bld_write(b, b->cur, c->var, ssa_const(b->f, VT_BOOL, 0));
    bld_branch(b, cond, next, c->join, 0);
    bld_seal(b, next);
    bld_start(b, next);
}
static Value *chain_end(Builder *b, Chain *c, Value *last) {
    bld_write(b, b->cur, c->var, last);
    bld_jump(b, c->join);
    bld_seal(b, c->join);
    bld_start(b, c->join);
    return bld_read(b, c->join, c->var);
}

// ---- strings ---------------------------------------------------------------------------------------------------
static Value *call_memequal(Builder *b, Value *p, Value *q, Value *n) {
    return bld_rt1(b, RT_MEMEQUAL, VT_BOOL, 3, p, q, n);
}
// The bytes of a constant string: the symbol's data if it is one.
bool bld_const_bytes(const Value *p, const u8 **out) {
    if (p->op != O_ADDR || !p->sym || !p->sym->constant || p->sym->relocs.len) return false;
    *out = p->sym->data + p->auxint;
    return true;
}
static Value *load_at(Builder *b, Value *p, i64 off, VType vt) { return bvi(b, O_LOAD, vt, off, 2, p, bld_mem(b)); }
// n bytes at p equal the constant: XORs of as few loads as possible.
static Value *equal_const(Builder *b, Value *p, const u8 *c, i64 n) {
    Value *acc = NULL;
    for (i64 off = 0; off < n;) {
        i64 left = n - off, w = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
        if (left < 8 && n >= 8) {
            w = 8;
            off = n - 8;
        } // overlap the last word
        else if (left == 3 && n >= 4) {
            w = 4;
            off = n - 4;
        }
        VType vt = w == 8 ? VT_I64 : w == 4 ? VT_I32 : w == 2 ? VT_I16 : VT_I8;
        i64 k = 0;
        for (i64 i = w - 1; i >= 0; i--) k = (i64)((u64)k << 8 | c[off + i]);
        Value *d = bv(b, O_XOR, vt, 2, load_at(b, p, off, vt), ssa_const(b->f, vt, k));
        if (vt != VT_I64) d = bv(b, O_ZEXT, VT_I64, 1, d);
        acc = acc ? bv(b, O_OR, VT_I64, 2, acc, d) : d;
        off += w;
    }
    return bv(b, O_EQ, VT_BOOL, 2, acc, bld_int(b, 0));
}
static Value *equal_strings(Builder *b, Val x, Val y) {
    if (x.p[0] == y.p[0] && x.p[1] == y.p[1]) return ssa_const(b->f, VT_BOOL, 1); // generic code asks x != x for NaN
    if (x.p[1]->op == O_CONST) {
        Val t = x;
        x = y;
        y = t;
    }
    bld_near_strings(b, x, y);
    Value *same_len = cmp2(b, O_EQ, x.p[1], y.p[1]);
    if (is_const(y.p[1], 0)) return same_len;
    Chain c = chain_start(b);
    chain_and(b, &c, same_len);
    const u8 *bytes;
    if (y.p[1]->op == O_CONST && y.p[1]->auxint <= 32 && bld_const_bytes(y.p[0], &bytes))
        return chain_end(b, &c, equal_const(b, x.p[0], bytes, y.p[1]->auxint));
    return chain_end(b, &c, call_memequal(b, x.p[0], y.p[0], x.p[1]));
}
static Value *order_strings(Builder *b, Op op, Val x, Val y) {
    Value *c = bld_rt1(b, RT_CMPSTRING, VT_I64, 4, x.p[0], x.p[1], y.p[0], y.p[1]);
    return compare_ints(b, op, c, bld_int(b, 0), false);
}

// ---- interfaces ------------------------------------------------------------------------------------------------------
static Value *equal_ifaces(Builder *b, Val x, Val y, Type *t) {
    Chain c = chain_start(b);
    chain_and(b, &c, cmp2(b, O_EQ, x.p[0], y.p[0]));
    return chain_end(b, &c,
                     bld_rt1(b, iface_is_empty(t) ? RT_EFACEEQ : RT_IFACEEQ, VT_BOOL, 3, x.p[0], x.p[1], y.p[1]));
}

// ---- structs and arrays ----------------------------------------------------------------------------------------------
// Are values equal exactly if their bytes are?
static bool is_plain(Type *t) {
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_STRING:
    case TYPE_INTERFACE:
    case TYPE_FLOAT32:
    case TYPE_FLOAT64:
    case TYPE_COMPLEX64:
    case TYPE_COMPLEX128: return false;
    case TYPE_ARRAY: return is_plain(u->array.elem);
    case TYPE_STRUCT: {
        i64 end = 0;
        for (i64 i = 0; i < u->strct.nfields; i++) {
            Object *f = u->strct.fields[i].var;
            if (f->name->blank || types_field_offset(u, i) != end || !is_plain(f->type)) return false;
            end += types_size(f->type);
        }
        return end == types_size(u);
    }
    default: return true;
    }
}
static Value *equal_plain(Builder *b, Val x, Val y, i64 size) {
    if (!size) return ssa_const(b->f, VT_BOOL, 1);
    Addr p = bld_to_mem(b, x), q = bld_to_mem(b, y);
    if (size == 1 || size == 2 || size == 4 || size == 8) {
        VType vt = size == 1 ? VT_I8 : size == 2 ? VT_I16 : size == 4 ? VT_I32 : VT_I64;
        return cmp2(b, O_EQ, load_at(b, p.base, p.off, vt), load_at(b, q.base, q.off, vt));
    }
    return call_memequal(b, addr_ptr(b, p), addr_ptr(b, q), bld_int(b, size));
}
static Value *equal_by_function(Builder *b, Val x, Val y, Type *t) {
    Value *args[2] = {addr_ptr(b, bld_to_mem(b, x)), addr_ptr(b, bld_to_mem(b, y))}, *r;
    Str sym = ir_eq_symbol(b->prog, b->a, t);
    CHECK(sym.len);
    bld_sym_call(b, obj_sym(b->f->syms, sym), false, 2, args, 1, (u8[]){VT_BOOL}, &r);
    return r;
}
static Value *equal(Builder *b, Val x, Val y, Type *t);
static Value *equal_structs(Builder *b, Val x, Val y, Type *t) {
    Type *u = types_under(t);
    if (x.in_mem && is_plain(t)) return equal_plain(b, x, y, types_size(t));
    if (x.in_mem && u->strct.nfields > 8) return equal_by_function(b, x, y, t);
    Chain c = chain_start(b);
    Value *last = NULL;
    for (int pass = 0; pass < 2;
         pass++) // cheap fields first, as gc does; strings' and interfaces' calls and panics in order
        for (i64 i = 0; i < u->strct.nfields; i++) {
            Object *f = u->strct.fields[i].var;
            u8 k = types_under(f->type)->kind;
            bool costly = k == TYPE_STRING || k == TYPE_INTERFACE || k == TYPE_STRUCT || k == TYPE_ARRAY;
            if (f->name->blank || costly != (pass == 1)) continue;
            if (last) chain_and(b, &c, last);
            last = equal(b, bld_field_of(b, x, u, i), bld_field_of(b, y, u, i), f->type);
        }
    return chain_end(b, &c, last ? last : ssa_const(b->f, VT_BOOL, 1));
}
static Value *equal_arrays(Builder *b, Val x, Val y, Type *t) {
    Type *u = types_under(t);
    if (u->array.len == 0) return ssa_const(b->f, VT_BOOL, 1);
    if (u->array.len == 1) {
        TypeInfo *ti = bld_type(b, u->array.elem);
        Val ex = x, ey = y;
        if (x.in_mem) {
            ex = bld_load(b, x.addr, ti);
            ey = bld_load(b, y.addr, ti);
        } else ex.ti = ey.ti = ti;
        return equal(b, ex, ey, u->array.elem);
    }
    if (is_plain(t)) return equal_plain(b, x, y, types_size(t));
    return equal_by_function(b, x, y, t);
}
static Value *equal(Builder *b, Val x, Val y, Type *t) {
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_STRING:
    case TYPE_UNTYPED_STRING: return equal_strings(b, x, y);
    case TYPE_INTERFACE: return equal_ifaces(b, x, y, t);
    case TYPE_STRUCT: return equal_structs(b, x, y, t);
    case TYPE_ARRAY: return equal_arrays(b, x, y, t);
    case TYPE_FLOAT32:
    case TYPE_FLOAT64: return cmp2(b, O_FEQ, x.p[0], y.p[0]);
    case TYPE_COMPLEX64:
    case TYPE_COMPLEX128:
        return bv(b, O_AND, VT_BOOL, 2, cmp2(b, O_FEQ, x.p[0], y.p[0]), cmp2(b, O_FEQ, x.p[1], y.p[1]));
    default: return cmp2(b, O_EQ, x.p[0], y.p[0]);
    }
}
Value *bld_compare(Builder *b, Op op, Val x, Val y, Type *t, bool x_nil, bool y_nil) {
    Type *u = types_under(t);
    if (x_nil || y_nil) { // func, slice, map, chan, pointer, interface against nil: the first word decides
        Value *v = x_nil ? y.p[0] : x.p[0];
        return cmp2(b, op == OP_EQL ? O_EQ : O_NE, v, ssa_const(b->f, (VType)v->type, 0));
    }
    if (type_is_float(t)) return compare_floats(b, op, x.p[0], y.p[0]);
    if (type_is_integer(t) && (op == OP_EQL || op == OP_NEQ)) bld_near_ints(b, x.p[0], y.p[0], t);
    if (type_is_integer(t)) return compare_ints(b, op, x.p[0], y.p[0], type_unsigned(t));
    if (op == OP_EQL) return equal(b, x, y, t);
    if (op == OP_NEQ) return bld_not(b, equal(b, x, y, t));
    CHECK(u->kind == TYPE_STRING || u->kind == TYPE_UNTYPED_STRING);
    return order_strings(b, op, x, y);
}
static bool is_nil(IrNode *n) {
    if (n->op != X_ZERO) return false;
    u8 k = types_under(n->type)->kind;
    return k == TYPE_INTERFACE || k == TYPE_SLICE || k == TYPE_MAP || k == TYPE_CHAN || k == TYPE_SIGNATURE ||
           k == TYPE_POINTER || k == TYPE_UNSAFE_POINTER;
}
Value *bld_compare_node(Builder *b, IrNode *n) {
    bool xn = is_nil(n->a), yn = is_nil(n->b);
    Val x = bld_expr(b, n->a), y = bld_expr(b, n->b);
    if (n->pos) b->pos = n->pos;
    return bld_compare(b, n->oper, x, y, xn ? n->b->type : n->a->type, xn, yn);
}
