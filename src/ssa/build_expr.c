// build_expr.c - expressions: constants, arithmetic with Go's division and shift rules, conversions, control flow in expressions.
#include "ssa/build.h"
#include <math.h>

bool type_unsigned(Type *t) {
    u8 k = types_under(t)->kind;
    return k >= TYPE_UINT && k <= TYPE_UINTPTR;
}

// ---- integers ---------------------------------------------------------------------------------------
static void check_divisor(Builder *b, Value *y) {
    if (y->op == O_CONST && y->auxint) return;
    Value *ok = bv(b, O_NE, VT_BOOL, 2, y, ssa_const(b->f, (VType)y->type, 0));
    Block *good = bld_block(b), *bad = bld_block(b);
    bad->cold = true;
    bld_branch(b, ok, good, bad, 1);
    bld_seal(b, good);
    bld_seal(b, bad);
    bld_start(b, bad);
    bld_rt_noreturn(b, RT_PANICDIVIDE, 0);
    bld_start(b, good);
}
// A signed division by -1 is done apart: the machine's faults on the smallest dividend.
static Value *divide_signed(Builder *b, bool mod, VType vt, Value *x, Value *y) {
    if (y->op == O_CONST) {
        if (y->auxint == -1) return mod ? ssa_const(b->f, vt, 0) : bv(b, O_NEG, vt, 1, x);
        return bv(b, mod ? O_MOD : O_DIV, vt, 2, x, y);
    }
    i32 var = bld_new_var(b, vt);
    Block *one = bld_block(b), *any = bld_block(b), *join = bld_block(b);
    bld_branch(b, bv(b, O_EQ, VT_BOOL, 2, y, ssa_const(b->f, vt, -1)), one, any, -1);
    bld_seal(b, one);
    bld_seal(b, any);
    bld_start(b, one);
    bld_write(b, b->cur, var, mod ? ssa_const(b->f, vt, 0) : bv(b, O_NEG, vt, 1, x));
    bld_jump(b, join);
    bld_start(b, any);
    bld_write(b, b->cur, var, bv(b, mod ? O_MOD : O_DIV, vt, 2, x, y));
    bld_jump(b, join);
    bld_seal(b, join);
    bld_start(b, join);
    return bld_read(b, join, var);
}
static Value *divide(Builder *b, bool mod, Value *x, Value *y, Type *t) {
    VType vt = (VType)x->type;
    bool uns = type_unsigned(t);
    check_divisor(b, y);
    if (vt == VT_I8 || vt == VT_I16) { // no overflow in 32 bits
        Value *wx = bv(b, uns ? O_ZEXT : O_SEXT, VT_I32, 1, x), *wy = bv(b, uns ? O_ZEXT : O_SEXT, VT_I32, 1, y);
        int op = uns ? (mod ? O_UMOD : O_UDIV) : (mod ? O_MOD : O_DIV);
        return bv(b, O_TRUNC, vt, 1, bv(b, op, VT_I32, 2, wx, wy));
    }
    if (uns) return bv(b, mod ? O_UMOD : O_UDIV, vt, 2, x, y);
    return divide_signed(b, mod, vt, x, y);
}
static Value *shift(Builder *b, Op op, Value *x, Value *count, Type *t, IrNode *n) {
    Type *ct = n ? n->b->type : NULL;
    int bits = type_bits((VType)x->type);
    bool checked = ct && !type_unsigned(ct) && !(n->flags & IRF_NONNEG);
    if (count->op == O_CONST && !(checked && count->auxint < 0)) {
        u64 c = (u64)count->auxint;
        if (ct && type_unsigned(ct) && count->type != VT_I64)
            c = count->type == VT_I8 ? (u8)c : count->type == VT_I16 ? (u16)c : (u32)c;
        if (c >= (u64)bits) {
            if (op == OP_SHL || type_unsigned(t)) return ssa_const(b->f, (VType)x->type, 0);
            c = (u64)bits - 1;
        }
        return bvi(b,
                   op == OP_SHL       ? O_SHL
                   : type_unsigned(t) ? O_SHR
                                      : O_SAR,
                   (VType)x->type, 1, 2, x, bld_int(b, (i64)c));
    }
    if (checked) {
        Value *ok = bv(b, O_LE, VT_BOOL, 2, ssa_const(b->f, (VType)count->type, 0), count);
        Block *good = bld_block(b), *bad = bld_block(b);
        bad->cold = true;
        bld_branch(b, ok, good, bad, 1);
        bld_seal(b, good);
        bld_seal(b, bad);
        bld_start(b, bad);
        bld_rt_noreturn(b, RT_PANICSHIFT, 0);
        bld_start(b, good);
    }
    return bv(b, op == OP_SHL ? O_SHL : type_unsigned(t) ? O_SHR : O_SAR, (VType)x->type, 2, x, count);
}
Value *bld_arith(Builder *b, Op op, Value *x, Value *y, Type *t, IrNode *n) {
    VType vt = (VType)x->type;
    if (is_float_type(vt)) {
        switch (op) {
        case OP_ADD: return bv(b, O_FADD, vt, 2, x, y);
        case OP_SUB: return bv(b, O_FSUB, vt, 2, x, y);
        case OP_MUL: return bv(b, O_FMUL, vt, 2, x, y);
        case OP_DIV: return bv(b, O_FDIV, vt, 2, x, y);
        default: bug("ssa: float operator %s", op_text(op));
        }
    }
    switch (op) {
    case OP_ADD: return bv(b, O_ADD, vt, 2, x, y);
    case OP_SUB: return bv(b, O_SUB, vt, 2, x, y);
    case OP_MUL: return bv(b, O_MUL, vt, 2, x, y);
    case OP_AND: return bv(b, O_AND, vt, 2, x, y);
    case OP_OR: return bv(b, O_OR, vt, 2, x, y);
    case OP_XOR: return bv(b, O_XOR, vt, 2, x, y);
    case OP_ANDNOT: return bv(b, O_AND, vt, 2, x, bv(b, O_NOT, vt, 1, y));
    case OP_DIV: return divide(b, false, x, y, t);
    case OP_REM: return divide(b, true, x, y, t);
    case OP_SHL:
    case OP_SHR: return shift(b, op, x, y, t, n);
    default: bug("ssa: operator %s", op_text(op));
    }
}
static Val complex_arith(Builder *b, IrNode *n, Val x, Val y) {
    Val r = {.ti = bld_type(b, n->type)};
    VType vt = (VType)x.p[0]->type;
    switch (n->oper) {
    case OP_ADD:
    case OP_SUB:
        for (int i = 0; i < 2; i++) r.p[i] = bv(b, n->oper == OP_ADD ? O_FADD : O_FSUB, vt, 2, x.p[i], y.p[i]);
        return r;
    case OP_MUL: { // in float64, as gc does
        Value *xr = x.p[0], *xi = x.p[1], *yr = y.p[0], *yi = y.p[1];
        if (vt == VT_F32) {
            xr = bv(b, O_F2F, VT_F64, 1, xr);
            xi = bv(b, O_F2F, VT_F64, 1, xi);
            yr = bv(b, O_F2F, VT_F64, 1, yr);
            yi = bv(b, O_F2F, VT_F64, 1, yi);
        }
        r.p[0] = bv(b, O_FSUB, VT_F64, 2, bv(b, O_FMUL, VT_F64, 2, xr, yr), bv(b, O_FMUL, VT_F64, 2, xi, yi));
        r.p[1] = bv(b, O_FADD, VT_F64, 2, bv(b, O_FMUL, VT_F64, 2, xr, yi), bv(b, O_FMUL, VT_F64, 2, xi, yr));
        if (vt == VT_F32)
            for (int i = 0; i < 2; i++) r.p[i] = bv(b, O_F2F, VT_F32, 1, r.p[i]);
        return r;
    }
    case OP_DIV: {
        Value *args[4] = {x.p[0], x.p[1], y.p[0], y.p[1]};
        if (vt == VT_F32)
            for (int i = 0; i < 4; i++) args[i] = bv(b, O_F2F, VT_F64, 1, args[i]);
        bld_rt(b, RT_COMPLEX128DIV, 4, args, 2, (u8[]){VT_F64, VT_F64}, r.p);
        if (vt == VT_F32)
            for (int i = 0; i < 2; i++) r.p[i] = bv(b, O_F2F, VT_F32, 1, r.p[i]);
        return r;
    }
    default: bug("ssa: complex operator %s", op_text(n->oper));
    }
}
static Val binary(Builder *b, IrNode *n) {
    if (types_under(n->type)->kind == TYPE_STRING) {
        IrNode c = *n;
        IrNode *ops[2] = {n->a, n->b};
        c.op = X_CONCAT;
        c.list.ptr = ops;
        c.list.len = 2;
        return bld_concat(b, &c);
    }
    Val x = bld_expr(b, n->a), y = bld_expr(b, n->b);
    if (n->pos) b->pos = n->pos;
    if (x.ti->n == 2) return complex_arith(b, n, x, y);
    return bld_val1(b, n->type, bld_arith(b, n->oper, x.p[0], y.p[0], n->type, n));
}
Value *bld_not(Builder *b, Value *v) {
    return v->op == O_CONST ? ssa_const(b->f, VT_BOOL, !v->auxint) : bv(b, O_BNOT, VT_BOOL, 1, v);
}
static Val unary(Builder *b, IrNode *n) {
    Val x = bld_expr(b, n->a), r = {.ti = x.ti};
    if (n->oper == OP_NOT) {
        r.p[0] = bld_not(b, x.p[0]);
        return r;
    }
    for (int i = 0; i < x.ti->n; i++) {
        VType vt = (VType)x.p[i]->type;
        switch (n->oper) {
        case OP_SUB: r.p[i] = bv(b, is_float_type(vt) ? O_FNEG : O_NEG, vt, 1, x.p[i]); break;
        case OP_XOR: r.p[i] = bv(b, O_NOT, vt, 1, x.p[i]); break;
        case OP_ADD: r.p[i] = x.p[i]; break;
        default: bug("ssa: unary operator %s", op_text(n->oper));
        }
    }
    return r;
}

// ---- conversions --------------------------------------------------------------------------------------------
static Value *convert_int(Builder *b, Value *x, Type *from, VType to) {
    i64 have = vtype_size((VType)x->type), want = vtype_size(to);
    if (have == want) return x;
    if (x->op == O_CONST) {
        i64 c = x->auxint;
        if (have < want && type_unsigned(from)) c = x->type == VT_I8 ? (u8)c : x->type == VT_I16 ? (u16)c : (u32)c;
        return ssa_const(b->f, to, c);
    }
    if (have > want) return bv(b, O_TRUNC, to, 1, x);
    return bv(b, type_unsigned(from) ? O_ZEXT : O_SEXT, to, 1, x);
}
static Value *int_to_float(Builder *b, Value *x, Type *from, VType to) {
    bool uns = type_unsigned(from);
    i64 size = vtype_size((VType)x->type);
    if (uns && size == 8) return bv(b, O_U2F, to, 1, x);
    VType mid = size == 8 || (uns && size == 4) ? VT_I64 : VT_I32;
    return bv(b, O_I2F, to, 1, convert_int(b, x, from, mid));
}
static Value *float_to_int(Builder *b, Value *x, Type *to, VType vt) {
    bool uns = type_unsigned(to);
    i64 size = vtype_size(vt);
    if (uns && size == 8) return bv(b, O_F2U, VT_I64, 1, x);
    VType mid = size == 8 || (uns && size == 4) ? VT_I64 : VT_I32;
    Value *v = bv(b, O_F2I, mid, 1, x);
    return mid == vt ? v : bv(b, O_TRUNC, vt, 1, v);
}
static Value *convert1(Builder *b, Value *x, Type *from, Type *to, VType vt) {
    bool ff = is_float_type((VType)x->type), tf = is_float_type(vt);
    if (ff && tf) return x->type == vt ? x : bv(b, O_F2F, vt, 1, x);
    if (tf) return int_to_float(b, x, from, vt);
    if (ff) return float_to_int(b, x, to, vt);
    return convert_int(b, x, from, vt);
}
Val bld_convert(Builder *b, Val v, Type *from, Type *to) {
    Val r = {.ti = bld_type(b, to)};
    for (int i = 0; i < r.ti->n; i++) r.p[i] = convert1(b, v.p[i], from, to, (VType)r.ti->vt[i]);
    return r;
}
static Val bitcast(Builder *b, IrNode *n) {
    Val v = bld_expr(b, n->a), r = v;
    r.ti = bld_type(b, n->type);
    if (v.in_mem != !r.ti->scalar) { // one side is taken apart, the other is not: through memory
        Addr a = bld_to_mem(b, v);
        return bld_load(b, a, r.ti);
    }
    if (v.in_mem) return r;
    for (int i = 0; i < r.ti->n; i++) {
        VType have = (VType)v.p[i]->type, want = (VType)r.ti->vt[i];
        if (have == want) continue;
        if (v.p[i]->op == O_CONST) r.p[i] = ssa_const(b->f, want, v.p[i]->auxint);
        else if (want == VT_PTR) r.p[i] = bv(b, O_INT2PTR, want, 1, v.p[i]);
        else if (have == VT_PTR) r.p[i] = bv(b, O_PTR2INT, want, 1, v.p[i]);
        else bug("ssa: bitcast in %.*s", SFMT(b->ir->sym));
    }
    return r;
}

// ---- control flow inside expressions ----------------------------------------------------------------------------
static bool has_effects(IrNode *n) { // may n be evaluated without being asked for?
    switch (n->op) {
    case X_CONST_INT:
    case X_VAR:
    case X_ZERO: return n->op == X_VAR && types_under(n->type)->kind != TYPE_BOOL;
    default: return true;
    }
}
void bld_cond(Builder *b, IrNode *n, Block *yes, Block *no, int likely) {
    if (n->op == X_UNARY && n->oper == OP_NOT) {
        bld_cond(b, n->a, no, yes, -likely);
        return;
    }
    if (n->op == X_ANDAND || n->op == X_OROR) {
        Block *second = bld_block(b);
        if (n->op == X_ANDAND) bld_cond(b, n->a, second, no, likely > 0 ? 1 : 0);
        else bld_cond(b, n->a, yes, second, likely < 0 ? -1 : 0);
        bld_seal(b, second);
        bld_start(b, second);
        bld_cond(b, n->b, yes, no, likely);
        return;
    }
    if (n->op == X_BLOCK && n->a) {
        bld_stmts(b, &n->sub->body);
        if (!b->cur) return;
        bld_cond(b, n->a, yes, no, likely);
        return;
    }
    Value *v = bld_expr1(b, n);
    bld_branch(b, v, yes, no, likely);
}
static Val logical(Builder *b, IrNode *n) {
    if (!has_effects(n->b)) {
        Value *x = bld_expr1(b, n->a), *y = bld_expr1(b, n->b);
        return bld_val1(b, n->type, bv(b, n->op == X_ANDAND ? O_AND : O_OR, VT_BOOL, 2, x, y));
    }
    i32 var = bld_new_var(b, VT_BOOL);
    Block *second = bld_block(b), *join = bld_block(b);
    Value *x = bld_expr1(b, n->a);
    bld_write(b, b->cur, var, ssa_const(b->f, VT_BOOL, n->op == X_OROR));
    if (n->op == X_ANDAND) bld_branch(b, x, second, join, 0);
    else bld_branch(b, x, join, second, 0);
    bld_seal(b, second);
    bld_start(b, second);
    bld_write(b, b->cur, var, bld_expr1(b, n->b));
    bld_jump(b, join);
    bld_seal(b, join);
    bld_start(b, join);
    return bld_val1(b, n->type, bld_read(b, join, var));
}
static Val conditional(Builder *b, IrNode *n) {
    TypeInfo *ti = bld_type(b, n->type);
    i32 first = (i32)b->var_types.len;
    for (int i = 0; i < ti->n; i++) bld_new_var(b, (VType)ti->vt[i]);
    LVal l = {.ti = ti, .ssa = ti->scalar, .first = first};
    if (!ti->scalar) l.addr = addr_of_slot(b, bld_temp_slot(b, n->type), 0);
    Block *yes = bld_block(b), *no = bld_block(b), *join = bld_block(b);
    bld_cond(b, n->a, yes, no, 0);
    bld_seal(b, yes);
    bld_seal(b, no);
    IrNode *arms[2] = {n->b, n->c};
    Block *at[2] = {yes, no};
    for (int i = 0; i < 2; i++) {
        bld_start(b, at[i]);
        bld_assign(b, l, bld_expr(b, arms[i]));
        bld_jump(b, join);
    }
    bld_seal(b, join);
    bld_start(b, join);
    return bld_load_lval(b, l);
}
static Val min_max(Builder *b, IrNode *n) {
    Val x = bld_expr(b, n->list.ptr[0]), y = bld_expr(b, n->list.ptr[1]);
    bool is_min = n->oper == OP_LSS;
    if (type_is_float(n->type))
        return bld_val1(b, n->type, bv(b, is_min ? O_FMIN : O_FMAX, (VType)x.p[0]->type, 2, x.p[0], y.p[0]));
    Value *less = is_min ? bld_compare(b, OP_LSS, y, x, n->type, false, false)
                         : bld_compare(b, OP_LSS, x, y, n->type, false, false); // keeps x when equal
    Val r = {.ti = bld_type(b, n->type)};
    for (int i = 0; i < r.ti->n; i++) r.p[i] = bv(b, O_SELECT, (VType)x.p[i]->type, 3, less, y.p[i], x.p[i]);
    return r;
}
static Val const_string(Builder *b, IrNode *n) {
    Val v = bld_zero(b, bld_type(b, n->type));
    if (n->str.len) {
        v.p[0] = bld_sym_addr(b, obj_string(b->f->syms, n->str), 0);
        v.p[1] = bld_int(b, n->str.len);
    }
    return v;
}
static Val index_value(Builder *b, IrNode *n) {
    bool uns;
    Type *u = types_under(n->a->type);
    if (u->kind == TYPE_STRING || u->kind == TYPE_UNTYPED_STRING) {
        Val s = bld_expr(b, n->a);
        Value *i = bld_index64(b, n->b, &uns);
        if (n->pos) b->pos = n->pos;
        if (!(n->flags & IRF_NOCHECK)) bld_bounds(b, i, s.p[1], RT_PANICINDEX, uns, false);
        return bld_load(b, (Addr){.base = bld_elem_ptr(b, s.p[0], i, 1)}, bld_type(b, n->type));
    }
    CHECK(u->kind == TYPE_ARRAY);
    Val a = bld_expr(b, n->a);
    Value *i = bld_index64(b, n->b, &uns);
    if (n->pos) b->pos = n->pos;
    if (!(n->flags & IRF_NOCHECK)) bld_bounds(b, i, bld_int(b, u->array.len), RT_PANICINDEX, uns, false);
    TypeInfo *ti = bld_type(b, n->type);
    if (!a.in_mem && u->array.len == 1) {
        a.ti = ti;
        return a;
    }
    if (u->array.len == 0) return bld_zero(b, ti);
    Addr at = bld_to_mem(b, a);
    return bld_load(b, (Addr){.base = bld_elem_ptr(b, addr_ptr(b, at), i, ti->size), .kind = at.kind}, ti);
}
static Val address_of(Builder *b, IrNode *n) {
    if (!bld_is_lval(n->a)) { // a value: its copy in memory
        Val v = bld_expr(b, n->a);
        Addr a = addr_of_slot(b, bld_temp_slot(b, n->a->type), 0);
        bld_store(b, a, v);
        return bld_val1(b, n->type, addr_ptr(b, a));
    }
    LVal l = bld_lval(b, n->a);
    CHECK(!l.ssa);
    Value *p = addr_ptr(b, l.addr);
    return bld_val1(b, n->type, p);
}
static Val block_expr(Builder *b, IrNode *n) {
    bld_stmts(b, &n->sub->body);
    if (!b->cur) {
        b->cur = bld_block(b);
        bld_seal(b, b->cur);
    } // does not return
    if (!n->a) return (Val){0};
    return bld_expr(b, n->a);
}
static Val part(Builder *b, IrNode *n, int i) {
    Val v = bld_expr(b, n->a);
    Value *x = v.p[i];
    TypeInfo *ti = bld_type(b, n->type);
    if (x->type != ti->vt[0]) x = bv(b, ti->vt[0] == VT_PTR ? O_INT2PTR : O_PTR2INT, (VType)ti->vt[0], 1, x);
    return bld_val1(b, n->type, x);
}
static Val call_expr(Builder *b, IrNode *n) {
    bool map = n->op == X_CALL_RT && (n->rt == RT_MAKEMAP || n->rt == RT_MAKEMAP_SMALL);
    if (map && n->esc == ESC_STACK) return bld_frame_map(b, n);
    if (n->op == X_CALL_RT && n->rt == RT_ASSERTE2I2) return bld_type_case(b, n);
    if (n->op == X_CALL_RT && n->rt == RT_WORDHASH) return bld_word_hash(b, n);
    Val *results;
    i64 k = bld_call(b, n, &results);
    return k ? results[0] : (Val){0};
}
static Val header(Builder *b, IrNode *n) {
    Val r = {.ti = bld_type(b, n->type)};
    IrNode *ops[3] = {n->a, n->b, n->op == X_SLICE_HEADER ? n->c : NULL};
    for (int i = 0; i < r.ti->n; i++) {
        Value *x = bld_expr1(b, ops[i]);
        if (r.ti->vt[i] == VT_I64 && x->type != VT_PTR) x = bld_extend(b, x, ops[i]->type);
        if (x->type != r.ti->vt[i])
            x = x->op == O_CONST ? ssa_const(b->f, (VType)r.ti->vt[i], x->auxint)
                                 : bv(b, r.ti->vt[i] == VT_PTR ? O_INT2PTR : O_PTR2INT, (VType)r.ti->vt[i], 1, x);
        r.p[i] = x;
    }
    return r;
}
static Val static_addr(Builder *b, IrNode *n) {
    Value *v;
    switch (n->op) {
    case X_FUNC:
        v = bld_sym_addr(b,
                         obj_sym(b->f->syms, arena_printf(b->a,
                                                          "%.*s\xc2\xb7"
                                                          "f",
                                                          SFMT(n->fn->sym))),
                         0);
        break;
    case X_CODE_ADDR: v = bv(b, O_PTR2INT, VT_I64, 1, bld_sym_addr(b, obj_sym(b->f->syms, n->fn->sym), 0)); break;
    case X_TYPE_ADDR: v = bld_type_addr(b, n->atype); break;
    case X_ITAB_ADDR: v = bld_sym_addr(b, obj_sym(b->f->syms, ir_itab_symbol(b->prog, n->atype, n->btype)), 0); break;
    default:
        CHECK(n->data->sym);
        v = bld_sym_addr(b, n->data->sym, n->i);
        break;
    }
    TypeInfo *ti = bld_type(b, n->type);
    if (v->type != ti->vt[0]) v = bv(b, ti->vt[0] == VT_PTR ? O_INT2PTR : O_PTR2INT, (VType)ti->vt[0], 1, v);
    if (ti->vt[0] == VT_PTR) v->flags |= VF_NONNIL;
    return bld_val1(b, n->type, v);
}
static Value *caller_value(Builder *b, int op) { return bv(b, op, VT_I64, 0); }

Value *bld_expr1(Builder *b, IrNode *n) {
    Val v = bld_expr(b, n);
    if (!v.p[0] || v.in_mem) bug("ssa: %s is no scalar in %.*s", ir_op_name((IrOp)n->op), SFMT(b->ir->sym));
    return v.p[0];
}
static Value *frame_memory(Builder *b, IrNode *n) {
    if (n->esc != ESC_STACK) return ssa_const(b->f, VT_PTR, 0);
    return bld_slot_addr(b, bld_temp_slot(b, n->atype), 0);
}
static Val expr(Builder *b, IrNode *n) {
    switch ((IrOp)n->op) {
    case X_CONST_INT: {
        TypeInfo *ti = bld_type(b, n->type);
        if (is_float_type((VType)ti->vt[0])) return bld_val1(b, n->type, ssa_fconst(b->f, (VType)ti->vt[0], (f64)n->i));
        return bld_val1(b, n->type, ssa_const(b->f, (VType)ti->vt[0], n->i));
    }
    case X_CONST_FLOAT:
        return bld_val1(b, n->type,
                        ssa_fconst(b->f, (VType)bld_type(b, n->type)->vt[0],
                                   bld_type(b, n->type)->vt[0] == VT_F32 ? (f64)(f32)n->f : n->f));
    case X_CONST_COMPLEX: {
        Val r = {.ti = bld_type(b, n->type)};
        VType vt = (VType)r.ti->vt[0];
        r.p[0] = ssa_fconst(b->f, vt, vt == VT_F32 ? (f64)(f32)n->f : n->f);
        r.p[1] = ssa_fconst(b->f, vt, vt == VT_F32 ? (f64)(f32)n->f2 : n->f2);
        return r;
    }
    case X_CONST_STRING: return const_string(b, n);
    case X_ZERO: return bld_zero(b, bld_type(b, n->type));
    case X_VAR:
    case X_GLOBAL:
    case X_DEREF: return bld_load_lval(b, bld_lval(b, n));
    case X_FUNC:
    case X_CODE_ADDR:
    case X_TYPE_ADDR:
    case X_ITAB_ADDR:
    case X_DATA_ADDR: return static_addr(b, n);
    case X_ADDR: return address_of(b, n);
    case X_FIELD:
        if (bld_is_lval(n)) return bld_load_lval(b, bld_lval(b, n));
        return bld_field_of(b, bld_expr(b, n->a), n->a->type, n->i);
    case X_INDEX:
        if (bld_is_lval(n)) return bld_load_lval(b, bld_lval(b, n));
        return index_value(b, n);
    case X_SLICE: return bld_slice_expr(b, n);
    case X_SLICE_HEADER:
    case X_STRING_HEADER:
    case X_IFACE_HEADER: return header(b, n);
    case X_PTR: return part(b, n, 0);
    case X_LEN: {
        Type *u = types_under(n->a->type);
        if (u->kind == TYPE_ARRAY) return bld_val1(b, n->type, bld_int(b, u->array.len));
        return part(b, n, 1);
    }
    case X_CAP: return part(b, n, 2);
    case X_REAL: return part(b, n, 0);
    case X_IMAG: return part(b, n, 1);
    case X_COMPLEX: {
        Val r = {.ti = bld_type(b, n->type)};
        r.p[0] = bld_expr1(b, n->a);
        r.p[1] = bld_expr1(b, n->b);
        return r;
    }
    case X_UNARY: return unary(b, n);
    case X_BINARY: return binary(b, n);
    case X_COMPARE: return bld_val1(b, n->type, bld_compare_node(b, n));
    case X_ANDAND:
    case X_OROR: return logical(b, n);
    case X_COND: return conditional(b, n);
    case X_CONCAT: return bld_concat(b, n);
    case X_CONV: {
        Val v = bld_expr(b, n->a);
        return bld_convert(b, v, n->a->type, n->type);
    }
    case X_BITCAST: return bitcast(b, n);
    case X_MIN_MAX: return min_max(b, n);
    case X_MAKE_IFACE: return bld_make_iface(b, n);
    case X_IFACE_TO_IFACE: return bld_iface_to_iface(b, n);
    case X_ASSERT: return bld_assert(b, n, false, NULL);
    case X_TYPE_WORD: {
        Val v = bld_expr(b, n->a);
        Value *w = bld_type_word(b, v, n->a->type);
        return bld_val1(b, n->type, bld_type(b, n->type)->vt[0] == VT_PTR ? bv(b, O_INT2PTR, VT_PTR, 1, w) : w);
    }
    case X_ITAB_WORD: return part(b, n, 0);
    case X_DATA_WORD: return part(b, n, 1);
    case X_UNPACK: {
        Val v = bld_expr(b, n->a);
        return bld_unpack(b, v.p[1], bld_type(b, n->type));
    }
    case X_CALL:
    case X_CALL_CLOSURE:
    case X_CALL_IFACE:
    case X_CALL_RT: return call_expr(b, n);
    case X_CLOSURE: return bld_closure(b, n);
    case X_NEW:
        return bld_val1(b, n->type, n->flags & IRF_OR_NIL ? frame_memory(b, n) : bld_alloc(b, n->atype, n->esc));
    case X_MAKE_SLICE: return bld_make_slice(b, n);
    case X_COMPOSITE: return bld_composite(b, n);
    case X_SLICE_LIT: return bld_slice_lit(b, n);
    case X_APPEND: return bld_append(b, n);
    case X_COPY: return bld_copy(b, n);
    case X_BLOCK: return block_expr(b, n);
    case X_RECOVER: {
        Val r = {.ti = bld_type(b, n->type)};
        Value *sp = caller_value(b, O_CALLER_SP);
        bld_rt(b, RT_GORECOVER, 1, &sp, 2, (u8[]){VT_I64, VT_PTR}, r.p);
        return r;
    }
    case X_CALLER_SP: return bld_val1(b, n->type, caller_value(b, O_CALLER_SP));
    case X_CALLER_PC: return bld_val1(b, n->type, caller_value(b, O_CALLER_PC));
    case X_OWN_SP: return bld_val1(b, n->type, caller_value(b, O_SP));
    case X_CLOSURE_PTR: {
        TypeInfo *ti = bld_type(b, n->type);
        return bld_val1(b, n->type, ti->vt[0] == VT_PTR ? b->ctxt : bv(b, O_PTR2INT, VT_I64, 1, b->ctxt));
    }
    case X_GETG: {
        TypeInfo *ti = bld_type(b, n->type);
        return bld_val1(b, n->type, bv(b, O_GETG, (VType)ti->vt[0], 0));
    }
    default: bug("ssa: expression %s in %.*s", ir_op_name((IrOp)n->op), SFMT(b->ir->sym));
    }
}
Val bld_expr(Builder *b, IrNode *n) {
    Pos pos = b->pos;
    i32 inl = b->f->cur_inl;
    if (n->pos) b->pos = n->pos, b->f->cur_inl = n->inl;
    Val v = expr(b, n);
    b->pos = pos;
    b->f->cur_inl = inl;
    return v;
}
