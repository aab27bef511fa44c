// build_iface.c - interfaces: making them, taking them apart, assertions.
//
// First word: descriptor or itab, an integer to the collector (descriptors are never freed); second word: the value itself if it is
// pointer-shaped (type_direct_iface), else the address of an immutable copy.
#include "ssa/build.h"

bool iface_is_empty(Type *t) {
    Type *u = types_under(t);
    return u->kind != TYPE_INTERFACE || (!u->iface.nmethods && !u->iface.nembeddeds);
}
static bool empty(Builder *b, Type *t) {
    if (iface_is_empty(t)) return true;
    Object **m;
    return types_under(t)->iface.nembeddeds && types_iface_methods(b->prog->checker, t, &m) == 0;
}

Value *bld_type_word(Builder *b, Val v, Type *iface) {
    if (empty(b, iface)) return v.p[0];
    i32 var = bld_new_var(b, VT_I64);
    Block *some = bld_block(b), *join = bld_block(b);
    bld_write(b, b->cur, var, bld_int(b, 0));
    bld_branch(b, bv(b, O_NE, VT_BOOL, 2, v.p[0], bld_int(b, 0)), some, join, 1);
    bld_seal(b, some);
    bld_start(b, some);
    bld_write(b, b->cur, var, bvi(b, O_LOAD, VT_I64, ITAB_TYPE, 2, v.p[0], bld_mem(b)));
    bld_jump(b, join);
    bld_seal(b, join);
    bld_start(b, join);
    return bld_read(b, join, var);
}
static Value *first_word(Builder *b, Type *concrete, Type *iface) {
    if (empty(b, iface)) return bld_type_addr(b, concrete);
    Value *v = bld_sym_addr(b, obj_sym(b->f->syms, ir_itab_symbol(b->prog, concrete, iface)), 0);
    v->type = VT_I64;
    return v;
}
static Value *const_data(Builder *b, Val v) { // read-only copy of constants, or NULL
    i64 size = v.ti->size;
    if (v.in_mem || !size || size > 64) return NULL;
    if (v.ti->n == 2 && v.p[0]->op == O_ADDR && v.p[0]->sym->name.len && v.p[1]->op == O_CONST && v.ti->vt[0] == VT_PTR)
        return bld_sym_addr(b, obj_string_header(b->f->syms, v.p[0]->sym, v.p[0]->auxint, v.p[1]->auxint), 0);
    for (int i = 0; i < v.ti->n; i++)
        if (v.p[i]->op != O_FCONST && v.p[i]->op != O_CONST) return NULL;
    u8 *bytes = ANEWN(b->a, u8, size);
    for (int i = 0; i < v.ti->n; i++) {
        i64 w = vtype_size((VType)v.ti->vt[i]);
        if (v.p[i]->op == O_FCONST && w == 4) {
            f32 x = (f32)v.p[i]->auxf;
            memcpy(bytes + v.ti->off[i], &x, 4);
        } else if (v.p[i]->op == O_FCONST) memcpy(bytes + v.ti->off[i], &v.p[i]->auxf, 8);
        else memcpy(bytes + v.ti->off[i], &v.p[i]->auxint, (size_t)w);
    }
    return bld_sym_addr(b, obj_const(b->f->syms, bytes, size, types_align(v.ti->type)), 0);
}
static Value *heap_data(Builder *b, Val v) {
    Type *t = v.ti->type, *u = types_under(t);
    if (!v.in_mem && v.ti->n == 1 && !is_float_type((VType)v.ti->vt[0]) && !v.ti->ptrs) {
        if (v.ti->size == 2 && types_align(t) == 2) return bld_rt1(b, RT_CONVT16, VT_PTR, 1, v.p[0]);
        if (v.ti->size == 4 && types_align(t) == 4) return bld_rt1(b, RT_CONVT32, VT_PTR, 1, v.p[0]);
        if (v.ti->size == 8 && types_align(t) == 8) return bld_rt1(b, RT_CONVT64, VT_PTR, 1, v.p[0]);
    }
    if (!v.in_mem && u->kind == TYPE_STRING) return bld_rt1(b, RT_CONVTSTRING, VT_PTR, 2, v.p[0], v.p[1]);
    if (!v.in_mem && u->kind == TYPE_SLICE) return bld_rt1(b, RT_CONVTSLICE, VT_PTR, 3, v.p[0], v.p[1], v.p[2]);
    Addr a = bld_alloc_addr(b, t, ESC_HEAP);
    bld_store(b, a, v);
    return a.base;
}
static Value *data_word(Builder *b, Val v, u8 esc) {
    Type *t = v.ti->type;
    if (type_direct_iface(t)) {
        CHECK(!v.in_mem && v.ti->n == 1);
        return v.p[0]->type == VT_PTR ? v.p[0] : bv(b, O_INT2PTR, VT_PTR, 1, v.p[0]);
    }
    if (!v.ti->size) return bld_sym_addr(b, obj_sym(b->f->syms, S("runtime.zerobase")), 0);
    if (v.ti->size == 1 && !v.in_mem) {
        Value *table = bld_sym_addr(b, obj_sym(b->f->syms, S("runtime.staticuint64s")), 0);
        if (v.p[0]->op == O_CONST) return bld_sym_addr(b, table->sym, 8 * (i64)(u8)v.p[0]->auxint);
        Value *p = bvi(b, O_PTR_INDEX, VT_PTR, 8, 2, table, bv(b, O_ZEXT, VT_I64, 1, v.p[0]));
        p->flags |= VF_NONNIL;
        return p;
    }
    Value *c = const_data(b, v);
    if (c) return c;
    if (esc == ESC_STACK) {
        Addr a = addr_of_slot(b, bld_temp_slot(b, t), 0);
        bld_store(b, a, v);
        return addr_ptr(b, a);
    }
    return heap_data(b, v);
}
Val bld_make_iface(Builder *b, IrNode *n) {
    Val v = bld_expr(b, n->a);
    if (n->pos) b->pos = n->pos;
    if (n->a->op == X_ZERO && types_under(n->a->type)->kind == TYPE_UNTYPED_NIL)
        return bld_zero(b, bld_type(b, n->type));
    v.ti = bld_type(b, n->a->type);
    Val r = {.ti = bld_type(b, n->type)};
    r.p[0] = first_word(b, n->a->type, n->type);
    r.p[1] = data_word(b, v, n->esc);
    return r;
}
Val bld_iface_to_iface(Builder *b, IrNode *n) {
    Val v = bld_expr(b, n->a), r = v;
    Type *from = n->a->type, *to = n->type;
    r.ti = bld_type(b, to);
    if (n->pos) b->pos = n->pos;
    if (types_identical(from, to)) return r; // identical method sets are not enough: the itab names its interface
    if (empty(b, to)) {
        r.p[0] = bld_type_word(b, v, from);
        return r;
    }
    // nil stays nil, else the itab of (dynamic type, to)
    i32 var = bld_new_var(b, VT_I64);
    Block *some = bld_block(b), *join = bld_block(b);
    bld_write(b, b->cur, var, bld_int(b, 0));
    bld_branch(b, bv(b, O_NE, VT_BOOL, 2, v.p[0], bld_int(b, 0)), some, join, 1);
    bld_seal(b, some);
    bld_start(b, some);
    Value *t = empty(b, from) ? v.p[0] : bvi(b, O_LOAD, VT_I64, ITAB_TYPE, 2, v.p[0], bld_mem(b));
    bld_write(b, b->cur, var, bld_rt1(b, RT_ASSERTE2I, VT_I64, 2, bld_type_addr(b, to), t));
    bld_jump(b, join);
    bld_seal(b, join);
    bld_start(b, join);
    r.p[0] = bld_read(b, join, var);
    return r;
}
Val bld_unpack(Builder *b, Value *data, TypeInfo *ti) {
    if (type_direct_iface(ti->type)) {
        Val v = {.ti = ti, .p = {data}};
        return v;
    }
    return bld_load(b, (Addr){.base = data, .readonly = true}, ti);
}

// ---- assertions ---------------------------------------------------------------------------------------------
// Asserted to a concrete type: is the descriptor the one wanted?
static Value *is_type(Builder *b, Val v, Type *iface, Type *want) {
    Value *t = bld_type_addr(b, want);
    if (empty(b, iface)) return bv(b, O_EQ, VT_BOOL, 2, v.p[0], t);
    return bv(b, O_EQ, VT_BOOL, 2, bld_type_word(b, v, iface), t);
}
static Val assert_concrete(Builder *b, IrNode *n, Val v, bool comma_ok, Value **ok) {
    TypeInfo *ti = bld_type(b, n->atype);
    Block *good = bld_block(b), *bad = bld_block(b);
    bld_branch(b, is_type(b, v, n->a->type, n->atype), good, bad, comma_ok ? 0 : 1);
    bld_seal(b, good);
    bld_seal(b, bad);
    if (!comma_ok) {
        bad->cold = true;
        bld_start(b, bad);
        bld_rt_noreturn(b, empty(b, n->a->type) ? RT_PANICDOTTYPEE : RT_PANICDOTTYPEI, 3, v.p[0],
                        bld_type_addr(b, n->atype), bld_type_addr(b, n->a->type));
        bld_start(b, good);
        return bld_unpack(b, v.p[1], ti);
    }
    i32 okv = bld_new_var(b, VT_BOOL), first = (i32)b->var_types.len;
    for (int i = 0; i < ti->n; i++) bld_new_var(b, (VType)ti->vt[i]);
    LVal l = {.ti = ti, .ssa = ti->scalar, .first = first};
    Block *join = bld_block(b);
    bld_start(b, good);
    if (!ti->scalar)
        l.addr = (Addr){.base = ssa_value(b->f, b->body, O_SLOT_ADDR, VT_PTR, b->pos, 0, NULL), .kind = AK_STACK};
    if (!ti->scalar) l.addr.base->slot = bld_temp_slot(b, n->atype);
    bld_assign(b, l, bld_unpack(b, v.p[1], ti));
    bld_write(b, b->cur, okv, ssa_const(b->f, VT_BOOL, 1));
    bld_jump(b, join);
    bld_start(b, bad);
    if (l.ssa) bld_assign(b, l, bld_zero(b, ti));
    else bld_zero_mem(b, l.addr, ti->size, ti->type);
    bld_write(b, b->cur, okv, ssa_const(b->f, VT_BOOL, 0));
    bld_jump(b, join);
    bld_seal(b, join);
    bld_start(b, join);
    *ok = bld_read(b, join, okv);
    return bld_load_lval(b, l);
}
// The method table of type t for interface to, as runtime.assertE2I and assertE2I2 find it, which are called only if the cache of package
// runtime (itabSlot in lib/runtime/iface.go) has none. A table without functions says that t has not the methods.
static Value *cached_itab(Builder *b, Type *to, Value *t, bool may_fail) {
    Value *inter = bld_type_addr(b, to), *nil = bld_int(b, 0);
    u8 low = (u8)ir_type_hash(str_slice(inter->sym->name, 5, inter->sym->name.len)); // behind "type:"
    Value *mixed =
        bv(b, O_XOR, VT_I64, 2, bv(b, O_SHR, VT_I64, 2, t, bld_int(b, 3)), bv(b, O_SHR, VT_I64, 2, t, bld_int(b, 9)));
    Value *index = bv(b, O_AND, VT_I64, 2, bv(b, O_XOR, VT_I64, 2, mixed, bld_int(b, low)), bld_int(b, 255));
    Value *cache = bld_sym_addr(b, obj_sym(b->f->syms, S("runtime.itabCache")), 0);
    Value *slot = bvi(b, O_PTR_INDEX, VT_PTR, 8, 2, cache, index);
    slot->flags |= VF_NONNIL;
    Value *tab = bvi(b, O_LOAD, VT_I64, 0, 2, slot, bld_mem(b));
    i32 var = bld_new_var(b, VT_I64);
    Block *any = bld_block(b), *same = bld_block(b), *hit = bld_block(b), *miss = bld_block(b), *join = bld_block(b);
    miss->cold = true;
    bld_branch(b, bv(b, O_NE, VT_BOOL, 2, tab, nil), any, miss, 1);
    bld_seal(b, any);
    bld_start(b, any);
    bld_branch(b, bv(b, O_EQ, VT_BOOL, 2, bvi(b, O_LOAD, VT_I64, ITAB_TYPE, 2, tab, bld_mem(b)), t), same, miss, 1);
    bld_seal(b, same);
    bld_start(b, same);
    bld_branch(b, bv(b, O_EQ, VT_BOOL, 2, bvi(b, O_LOAD, VT_I64, ITAB_INTER, 2, tab, bld_mem(b)), inter), hit, miss, 1);
    bld_seal(b, hit);
    bld_start(b, hit);
    Value *has = bv(b, O_NE, VT_BOOL, 2, bvi(b, O_LOAD, VT_I64, ITAB_FUN, 2, tab, bld_mem(b)), nil);
    if (may_fail) bld_write(b, b->cur, var, bv(b, O_SELECT, VT_I64, 3, has, tab, nil));
    else bld_write(b, b->cur, var, tab);
    if (may_fail) bld_jump(b, join);
    else bld_branch(b, has, join, miss, 1);
    bld_seal(b, miss);
    bld_start(b, miss);
    bld_write(b, b->cur, var, bld_rt1(b, may_fail ? RT_ASSERTE2I2 : RT_ASSERTE2I, VT_I64, 2, inter, t));
    bld_jump(b, join);
    bld_seal(b, join);
    bld_start(b, join);
    return bld_read(b, join, var);
}
Val bld_type_case(Builder *b, IrNode *n) {
    Value *t = bld_expr1(b, n->list.ptr[1]);
    if (n->pos) b->pos = n->pos;
    return bld_val1(b, n->type, cached_itab(b, n->list.ptr[0]->atype, t, true));
}
static Val assert_iface(Builder *b, IrNode *n, Val v, bool comma_ok, Value **ok) {
    Type *from = n->a->type, *to = n->atype;
    Val r = {.ti = bld_type(b, to), .p = {NULL, v.p[1]}};
    Value *nil = bld_int(b, 0);
    if (!comma_ok) {
        Block *good = bld_block(b), *bad = bld_block(b);
        bad->cold = true;
        bld_branch(b, bv(b, O_NE, VT_BOOL, 2, v.p[0], nil), good, bad, 1);
        bld_seal(b, good);
        bld_seal(b, bad);
        bld_start(b, bad);
        bld_rt_noreturn(b, RT_PANICNILDOTTYPE, 1, bld_type_addr(b, to));
        bld_start(b, good);
        Value *t = empty(b, from) ? v.p[0] : bvi(b, O_LOAD, VT_I64, ITAB_TYPE, 2, v.p[0], bld_mem(b));
        r.p[0] = empty(b, to) ? t : cached_itab(b, to, t, false);
        return r;
    }
    Value *t = bld_type_word(b, v, from);
    if (empty(b, to)) r.p[0] = t;
    else {
        i32 var = bld_new_var(b, VT_I64);
        Block *some = bld_block(b), *join = bld_block(b);
        bld_write(b, b->cur, var, nil);
        bld_branch(b, bv(b, O_NE, VT_BOOL, 2, t, nil), some, join, 1);
        bld_seal(b, some);
        bld_start(b, some);
        bld_write(b, b->cur, var, cached_itab(b, to, t, true));
        bld_jump(b, join);
        bld_seal(b, join);
        bld_start(b, join);
        r.p[0] = bld_read(b, join, var);
    }
    *ok = bv(b, O_NE, VT_BOOL, 2, r.p[0], nil);
    r.p[1] = bv(b, O_SELECT, VT_PTR, 3, *ok, v.p[1], ssa_const(b->f, VT_PTR, 0));
    return r;
}
Val bld_assert(Builder *b, IrNode *n, bool comma_ok, Value **ok) {
    Val v = bld_expr(b, n->a);
    if (n->pos) b->pos = n->pos;
    if (types_under(n->atype)->kind == TYPE_INTERFACE) return assert_iface(b, n, v, comma_ok, ok);
    return assert_concrete(b, n, v, comma_ok, ok);
}
