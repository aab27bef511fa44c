// build_mem.c - addresses, loads and stores, lvalues, nil and bounds checks, allocation, slicing.
//
// Every dereference of a pointer that may be nil goes through an explicit NILCHECK here; pass nilcheck folds it into a load or store
// that faults by itself. So until then loads do not fault and may be removed.
#include "ssa/build.h"
#include <stdarg.h>

// ---- addresses ------------------------------------------------------------------------------------
Addr addr_of_slot(Builder *b, Slot *s, i64 off) {
    return (Addr){.base = bld_slot_addr(b, s, 0), .off = off, .kind = AK_STACK};
}
Addr addr_add(Addr a, i64 off) {
    a.off += off;
    return a;
}
Value *addr_ptr(Builder *b, Addr a) {
    if (!a.off) return a.base;
    if (a.base->op == O_SLOT_ADDR) return bld_slot_addr(b, a.base->slot, a.base->auxint + a.off);
    if (a.base->op == O_ADDR) return bld_sym_addr(b, a.base->sym, a.base->auxint + a.off);
    Value *v = bvi(b, O_PTR_OFF, VT_PTR, a.off, 1, a.base);
    v->flags |= a.base->flags & VF_NONNIL;
    return v;
}
static Addr addr_of_ptr(Value *p) {
    Value *q = p;
    while (q->op == O_PTR_OFF || q->op == O_PTR_INDEX || q->op == O_PTR_ADD || q->op == O_COPY || q->op == O_NILCHECK)
        q = q->args[0];
    return (Addr){.base = p,
                  .kind = q->op == O_SLOT_ADDR || q->op == O_OUT_ADDR ? AK_STACK
                          : q->op == O_ADDR                           ? AK_GLOBAL
                                                                      : AK_HEAP};
}
Value *bld_nilcheck(Builder *b, Value *p) {
    if (p->flags & VF_NONNIL) return p;
    Value *v = bv(b, O_NILCHECK, VT_PTR, 2, p, bld_mem(b));
    v->flags |= VF_NONNIL;
    return v;
}
Value *bld_elem_ptr(Builder *b, Value *ptr, Value *idx, i64 size) {
    if (idx->op == O_CONST) {
        if (!idx->auxint || !size) return ptr;
        Value *v = bvi(b, O_PTR_OFF, VT_PTR, idx->auxint * size, 1, ptr);
        v->flags |= VF_NONNIL;
        return v;
    }
    if (!size) return ptr;
    Value *v = bvi(b, O_PTR_INDEX, VT_PTR, size, 2, ptr, idx);
    v->flags |= VF_NONNIL;
    return v;
}

// ---- loads and stores --------------------------------------------------------------------------------
Val bld_load(Builder *b, Addr a, TypeInfo *ti) {
    Val v = {.ti = ti};
    if (!ti->scalar) {
        v.in_mem = true;
        v.addr = a;
        return v;
    }
    for (int i = 0; i < ti->n; i++)
        v.p[i] = bvi(b, O_LOAD, (VType)ti->vt[i], a.off + ti->off[i], 2, a.base, bld_mem(b));
    bld_mark_lengths(&v);
    return v;
}
static void store_part(Builder *b, Addr a, i64 off, Value *x) {
    bool constant = x->op == O_CONST || x->op == O_ADDR;
    if (a.fresh && is_const(x, 0)) return;
    bool wb = x->type == VT_PTR && a.kind != AK_STACK && !(a.fresh && constant);
    Value *st = bvi(b, wb ? O_STORE_WB : O_STORE, VT_MEM, a.off + off, 3, a.base, x, bld_mem(b));
    if (wb && a.fresh) st->flags |= VF_FRESH;
    bld_set_mem(b, st);
}
void bld_store(Builder *b, Addr a, Val v) {
    if (v.in_mem) {
        bld_move_mem(b, a, v.addr, v.ti->size, v.ti->type);
        return;
    }
    for (int i = 0; i < v.ti->n; i++) store_part(b, a, v.ti->off[i], v.p[i]);
}
void bld_zero_mem(Builder *b, Addr a, i64 size, Type *t) {
    if (!size || a.fresh) return;
    bool wb = a.kind != AK_STACK && t && types_has_pointers(t);
    Value *v = bvi(b, wb ? O_ZERO_WB : O_ZERO, VT_MEM, size, 2, addr_ptr(b, a), bld_mem(b));
    v->go_type = t;
    bld_set_mem(b, v);
}
// Arrays behind pointers may be parts of one larger array that lie over each other (conversions of slices to array pointers).
static bool may_overlap(Addr dst, Addr src, Type *t) {
    if (!t || dst.fresh) return false;
    Type *u = types_under(t);
    if (u->kind != TYPE_ARRAY || u->array.len < 2) return false;
    Ref d = ssa_ref(dst.base, dst.off, types_size(t)), s = ssa_ref(src.base, src.off, types_size(t));
    return ssa_may_alias(&d, &s);
}
void bld_zero_new(Builder *b, Slot *s) { // a new variable begins: what led to the one before is dead
    if (!s->size) return;
    bld_zero_mem(b, addr_of_slot(b, s, 0), s->size, s->type);
    bld_mem(b)->flags |= VF_FRESH;
}
void bld_move_mem(Builder *b, Addr dst, Addr src, i64 size, Type *t) {
    if (!size || (dst.base == src.base && dst.off == src.off)) return;
    bool wb = dst.kind != AK_STACK && t && types_has_pointers(t);
    Value *v = bvi(b, wb ? O_MOVE_WB : O_MOVE, VT_MEM, size, 3, addr_ptr(b, dst), addr_ptr(b, src), bld_mem(b));
    v->go_type = t;
    if (may_overlap(dst, src, t)) v->flags |= VF_OVERLAP;
    bld_set_mem(b, v);
}
void bld_store_zero(Builder *b, Addr a, TypeInfo *ti) {
    if (a.fresh) return;
    if (ti->scalar) bld_store(b, a, bld_zero(b, ti));
    else bld_zero_mem(b, a, ti->size, ti->type);
}
Addr bld_to_mem(Builder *b, Val v) {
    if (v.in_mem) return v.addr;
    if (!v.ti->size) return addr_of_ptr(bld_sym_addr(b, obj_sym(b->f->syms, S("runtime.zerobase")), 0));
    Addr a = addr_of_slot(b, bld_temp_slot(b, v.ti->type), 0);
    bld_store(b, a, v);
    return a;
}

// ---- lvalues --------------------------------------------------------------------------------------------
bool bld_is_lval(IrNode *n) {
    switch (n->op) {
    case X_VAR:
    case X_GLOBAL:
    case X_DEREF: return true;
    case X_FIELD: return bld_is_lval(n->a);
    case X_INDEX: {
        u8 k = types_under(n->a->type)->kind;
        return k == TYPE_SLICE || k == TYPE_POINTER || (k == TYPE_ARRAY && bld_is_lval(n->a));
    }
    default: return false;
    }
}
static LVal lval_at(Builder *b, Type *t, Addr a) { return (LVal){.ti = bld_type(b, t), .addr = a}; }
static LVal lval_of_var(Builder *b, IrVar *v) {
    VarInfo *vi = bld_var(b, v);
    LVal l = {.ti = vi->ti};
    if (vi->ptr_slot) {
        Value *p = bvi(b, O_LOAD, VT_PTR, 0, 2, bld_slot_addr(b, vi->ptr_slot, 0), bld_mem(b));
        p->flags |= VF_NONNIL;
        l.addr = (Addr){.base = p};
    } else if (vi->ptr) {
        Value *p = bld_read(b, b->cur, vi->first);
        l.addr = addr_of_ptr(p);
    } else if (vi->fixed) l.addr = vi->addr;
    else if (vi->slot) l.addr = addr_of_slot(b, vi->slot, 0);
    else {
        l.ssa = true;
        l.first = vi->first;
    }
    return l;
}
static i32 parts_before(Builder *b, Type *strct, i64 field) {
    i32 n = 0;
    Type *u = types_under(strct);
    for (i64 i = 0; i < field; i++) n += bld_type(b, u->strct.fields[i].var->type)->n;
    return n;
}
static LVal lval_of_index(Builder *b, IrNode *n) {
    Type *u = types_under(n->a->type);
    i64 size = types_size(n->type);
    bool uns;
    if (u->kind == TYPE_ARRAY) {
        LVal l = bld_lval(b, n->a);
        Value *i = bld_index64(b, n->b, &uns);
        if (n->pos) b->pos = n->pos; // not that of n->a: the check and the access are at '['
        if (!(n->flags & IRF_NOCHECK)) bld_bounds(b, i, bld_int(b, u->array.len), RT_PANICINDEX, uns, false);
        TypeInfo *ti = bld_type(b, n->type);
        if (l.ssa && u->array.len == 0) // the check above fails; what follows only has to be well-formed
            return lval_at(b, n->type, addr_of_ptr(bld_sym_addr(b, obj_sym(b->f->syms, S("runtime.zerobase")), 0)));
        if (l.ssa) {
            l.ti = ti;
            return l;
        }
        if (i->op == O_CONST) l.addr.off += i->auxint * size;
        else {
            l.addr.base = bld_elem_ptr(b, addr_ptr(b, l.addr), i, size);
            l.addr.off = 0;
        }
        l.ti = ti;
        return l;
    }
    if (u->kind == TYPE_POINTER) {
        Value *p = bld_nilcheck(b, bld_expr1(b, n->a));
        Value *i = bld_index64(b, n->b, &uns);
        if (!(n->flags & IRF_NOCHECK))
            bld_bounds(b, i, bld_int(b, types_under(u->pointer.elem)->array.len), RT_PANICINDEX, uns, false);
        return lval_at(b, n->type, addr_of_ptr(bld_elem_ptr(b, p, i, size)));
    }
    Val s = bld_expr(b, n->a);
    Value *i = bld_index64(b, n->b, &uns);
    if (!(n->flags & IRF_NOCHECK)) bld_bounds(b, i, s.p[1], RT_PANICINDEX, uns, false);
    Addr a = addr_of_ptr(s.p[0]);
    if (i->op == O_CONST && i->auxint * size < 4096) a.off = i->auxint * size;
    else a.base = bld_elem_ptr(b, s.p[0], i, size);
    return lval_at(b, n->type, a);
}
LVal bld_lval(Builder *b, IrNode *n) {
    if (n->pos) b->pos = n->pos;
    switch (n->op) {
    case X_VAR: return lval_of_var(b, n->var);
    case X_GLOBAL:
        return lval_at(
            b, n->type ? n->type : n->global->type,
            (Addr){.base = bld_sym_addr(b, n->global->link ? n->global->link : obj_sym(b->f->syms, n->global->sym), 0),
                   .kind = AK_GLOBAL});
    case X_DEREF: {
        Value *p = bld_expr1(b, n->a);
        if (!(n->flags & IRF_NONNIL)) p = bld_nilcheck(b, p);
        return lval_at(b, n->type, addr_of_ptr(p));
    }
    case X_FIELD: {
        LVal l = bld_lval(b, n->a);
        Type *u = types_under(n->a->type);
        if (l.ssa) l.first += parts_before(b, u, n->i);
        else l.addr.off += types_field_offset(u, n->i);
        l.ti = bld_type(b, n->type);
        return l;
    }
    case X_INDEX: return lval_of_index(b, n);
    default: bug("ssa: %s is no lvalue", ir_op_name((IrOp)n->op));
    }
}
Val bld_load_lval(Builder *b, LVal l) {
    if (!l.ssa) return bld_load(b, l.addr, l.ti);
    Val v = {.ti = l.ti};
    for (int i = 0; i < l.ti->n; i++) v.p[i] = bld_read(b, b->cur, l.first + i);
    return v;
}
void bld_assign(Builder *b, LVal l, Val v) {
    if (l.blank) return;
    if (!l.ssa) {
        bld_store(b, l.addr, v);
        return;
    }
    if (v.in_mem) v = bld_load(b, v.addr, l.ti); // cannot happen: same type, same decomposition
    for (int i = 0; i < l.ti->n; i++) bld_write(b, b->cur, l.first + i, v.p[i]);
}
Val bld_field_of(Builder *b, Val v, Type *strct, i64 field) {
    Type *u = types_under(strct);
    TypeInfo *ti = bld_type(b, u->strct.fields[field].var->type);
    if (v.in_mem) return bld_load(b, addr_add(v.addr, types_field_offset(u, field)), ti);
    Val r = {.ti = ti};
    i32 k = parts_before(b, u, field);
    for (int i = 0; i < ti->n; i++) r.p[i] = v.p[k + i];
    return r;
}

// ---- checks -------------------------------------------------------------------------------------------------
Value *bld_extend(Builder *b, Value *v, Type *t) {
    if (v->type == VT_I64) return v;
    if (v->op == O_CONST) {
        i64 c = v->auxint;
        if (type_unsigned(t)) c = v->type == VT_I8 ? (u8)c : v->type == VT_I16 ? (u16)c : (u32)c;
        return bld_int(b, c);
    }
    return bv(b, type_unsigned(t) ? O_ZEXT : O_SEXT, VT_I64, 1, v);
}
Value *bld_index64(Builder *b, IrNode *n, bool *isunsigned) {
    *isunsigned = type_unsigned(n->type);
    return bld_extend(b, bld_expr1(b, n), n->type);
}
Value *bld_bounds(Builder *b, Value *idx, Value *len, RtFn panic, bool isunsigned, bool le) {
    if (idx->op == O_CONST && len->op == O_CONST &&
        (le ? (u64)idx->auxint <= (u64)len->auxint : (u64)idx->auxint < (u64)len->auxint))
        return idx;
    if (idx == len && le) return idx;
    Value *ok = bv(b, le ? O_ULE : O_ULT, VT_BOOL, 2, idx, len);
    Block *good = bld_block(b), *bad = bld_block(b);
    bad->cold = true;
    bld_branch(b, ok, good, bad, 1);
    bld_seal(b, good);
    bld_seal(b, bad);
    bld_start(b, bad);
    bld_rt_noreturn(b, (RtFn)(panic + (isunsigned ? 1 : 0)), 2, idx, len);
    bld_start(b, good);
    return idx;
}

// ---- allocation ------------------------------------------------------------------------------------------------
Value *bld_alloc(Builder *b, Type *t, u8 esc) {
    i64 size = types_size(t);
    if (!size) return bld_sym_addr(b, obj_sym(b->f->syms, S("runtime.zerobase")), 0);
    if (esc == ESC_STACK) {
        Slot *s = bld_temp_slot(b, t);
        bld_zero_new(b, s);
        return bld_slot_addr(b, s, 0);
    }
    Value *p;
    if (types_has_pointers(t)) p = bld_rt1(b, RT_NEWOBJECT, VT_PTR, 1, bld_type_addr(b, t));
    else p = bld_rt1(b, RT_MALLOCGC, VT_PTR, 3, bld_int(b, size), bld_int(b, 0), ssa_const(b->f, VT_BOOL, 1));
    p->flags |= VF_NONNIL;
    return p;
}
Addr bld_alloc_addr(Builder *b, Type *t, u8 esc) {
    Addr a = addr_of_ptr(bld_alloc(b, t, esc));
    a.fresh = true;
    return a;
}

// ---- slicing ---------------------------------------------------------------------------------------------------
// The new data pointer: ptr + delta, but ptr itself if nothing remains, so that it never points behind its object.
static Value *slice_ptr(Builder *b, Value *ptr, Value *lo, Value *rest, i64 size) {
    if (is_const(lo, 0) || !size) return ptr;
    if (rest->op == O_CONST && rest->auxint > 0 && lo->op == O_CONST) return bld_elem_ptr(b, ptr, lo, size);
    Value *delta = size == 1 ? lo : bv(b, O_MUL, VT_I64, 2, lo, bld_int(b, size));
    Value *neg = bv(b, O_NEG, VT_I64, 1, rest);
    Value *mask = bvi(b, O_SAR, VT_I64, 1, 2, neg, bld_int(b, 63));
    Value *p = bv(b, O_PTR_ADD, VT_PTR, 2, ptr, bv(b, O_AND, VT_I64, 2, delta, mask));
    p->flags |= ptr->flags & VF_NONNIL;
    return p;
}
static Value *sub(Builder *b, Value *x, Value *y) {
    if (is_const(y, 0)) return x;
    if (x->op == O_CONST && y->op == O_CONST) return bld_int(b, x->auxint - y->auxint);
    return bv(b, O_SUB, VT_I64, 2, x, y);
}
Val bld_slice_expr(Builder *b, IrNode *n) {
    Type *u = types_under(n->a->type);
    Value *ptr, *len, *cap;
    i64 size = 1;
    bool is_string = u->kind == TYPE_STRING || u->kind == TYPE_UNTYPED_STRING, is_array = u->kind == TYPE_POINTER;
    if (is_array) {
        Type *arr = types_under(u->pointer.elem);
        ptr = bld_nilcheck(b, bld_expr1(b, n->a));
        len = cap = bld_int(b, arr->array.len);
        size = types_size(arr->array.elem);
    } else {
        Val s = bld_expr(b, n->a);
        ptr = s.p[0];
        len = s.p[1];
        cap = is_string ? len : s.p[2];
        if (!is_string) size = types_size(u->slice.elem);
    }
    bool ui = false, uj = false, uk = false;
    Value *i = n->b ? bld_index64(b, n->b, &ui) : bld_int(b, 0);
    Value *j = n->c ? bld_index64(b, n->c, &uj) : len;
    Value *k = n->d ? bld_index64(b, n->d, &uk) : cap;
    Pos pos = n->pos ? n->pos : b->pos;
    b->pos = pos;
    bool nocheck = n->flags & IRF_NOCHECK;
    if (!nocheck && n->d) {
        bld_bounds(b, k, cap, is_array ? RT_PANICSLICE3ALEN : RT_PANICSLICE3ACAP, uk, true);
        bld_bounds(b, j, k, RT_PANICSLICE3B, uj, true);
        bld_bounds(b, i, j, RT_PANICSLICE3C, ui, true);
    } else if (!nocheck) {
        if (n->c) bld_bounds(b, j, k, is_array || is_string ? RT_PANICSLICEALEN : RT_PANICSLICEACAP, uj, true);
        if (n->b) bld_bounds(b, i, j, RT_PANICSLICEB, ui, true);
    }
    Val r = {.ti = bld_type(b, n->type)};
    r.p[1] = sub(b, j, i);
    Value *rest = is_string ? r.p[1] : sub(b, k, i);
    if (!is_string) r.p[2] = rest;
    r.p[0] = slice_ptr(b, ptr, i, rest, size);
    return r;
}
