// build_slice.c - composites, slice literals, make, append, copy, concatenation.
#include "ssa/build.h"

enum { BUFFER = 32 }; // bytes in the frame for what may be little

static Type *array_of(Builder *b, Type *elem, i64 n) { // made here: types_new_array belongs to the checker's thread
    Type *t = ANEW(b->a, Type);
    t->kind = TYPE_ARRAY;
    t->layout_done = true;
    t->align = (u8)types_align(elem);
    t->array.elem = elem;
    t->array.len = n;
    t->size = n * types_size(elem);
    t->ptrdata = n && types_has_pointers(elem) ? t->size - types_size(elem) + types_under(elem)->ptrdata : 0;
    return t;
}
static Value *mul_size(Builder *b, Value *n, i64 size) {
    if (size == 1) return n;
    if (n->op == O_CONST) return bld_int(b, n->auxint * size);
    return bv(b, O_MUL, VT_I64, 2, n, bld_int(b, size));
}

// ---- composites ----------------------------------------------------------------------------------------
static i64 elem_off(Type *u, i64 i) {
    return u->kind == TYPE_STRUCT ? types_field_offset(u, i) : i * types_size(u->array.elem);
}
static Type *elem_type(Type *u, i64 i) { return u->kind == TYPE_STRUCT ? u->strct.fields[i].var->type : u->array.elem; }
static bool covers_all(Type *u, IrNode *n) {
    i64 want = u->kind == TYPE_STRUCT ? u->strct.nfields : u->array.len, size = 0;
    if (n->list.len < want) return false;
    for (i64 i = 0; i < n->list.len; i++) size += types_size(elem_type(u, n->idx[i]));
    return size == types_size(u); // no padding: the collector and comparisons see nothing undefined
}
void bld_composite_into(Builder *b, Addr a, IrNode *n) {
    Type *u = types_under(n->type);
    if (!covers_all(u, n) && !a.fresh) {
        bld_zero_mem(b, a, types_size(u), n->type);
        if (a.kind == AK_STACK) a.fresh = true; // what follows may leave out zeros
    }
    for (i64 i = 0; i < n->list.len; i++) {
        IrNode *e = n->list.ptr[i];
        Addr at = addr_add(a, elem_off(u, n->idx[i]));
        if (e->op == X_COMPOSITE && !bld_type(b, e->type)->scalar) bld_composite_into(b, at, e);
        else if (e->op == X_ZERO) bld_store_zero(b, at, bld_type(b, e->type));
        else bld_store(b, at, bld_expr(b, e));
    }
}
static i32 parts_of_elems(Builder *b, Type *u, i64 before) {
    i32 n = 0;
    for (i64 i = 0; i < before; i++) n += bld_type(b, elem_type(u, i))->n;
    return n;
}
Val bld_composite(Builder *b, IrNode *n) {
    TypeInfo *ti = bld_type(b, n->type);
    Type *u = types_under(n->type);
    if (!ti->scalar) {
        Addr a = addr_of_slot(b, bld_temp_slot(b, n->type), 0);
        bld_composite_into(b, a, n);
        return (Val){.ti = ti, .in_mem = true, .addr = a};
    }
    Val r = bld_zero(b, ti);
    for (i64 i = 0; i < n->list.len; i++) {
        Val v = bld_expr(b, n->list.ptr[i]);
        i32 k = parts_of_elems(b, u, n->idx[i]), m = bld_type(b, elem_type(u, n->idx[i]))->n;
        for (i32 j = 0; j < m; j++) r.p[k + j] = v.p[j];
    }
    return r;
}
static Addr alloc_array(Builder *b, Type *elem, i64 n, u8 esc) {
    i64 size = n * types_size(elem);
    if (!size) return (Addr){.base = bld_sym_addr(b, obj_sym(b->f->syms, S("runtime.zerobase")), 0)};
    if (esc == ESC_STACK) return bld_alloc_addr(b, array_of(b, elem, n), ESC_STACK);
    Value *type = types_has_pointers(elem) ? bld_type_addr(b, elem) : bld_int(b, 0);
    Value *p = bld_rt1(b, RT_MALLOCGC, VT_PTR, 3, bld_int(b, size), type, ssa_const(b->f, VT_BOOL, 1));
    p->flags |= VF_NONNIL;
    return (Addr){.base = p, .fresh = true};
}
Val bld_slice_lit(Builder *b, IrNode *n) {
    Type *elem = types_under(n->type)->slice.elem;
    i64 size = types_size(elem);
    Addr a = alloc_array(b, elem, n->i, n->esc);
    for (i64 i = 0; i < n->list.len; i++) {
        IrNode *e = n->list.ptr[i];
        Addr at = addr_add(a, n->idx[i] * size);
        if (!size) bld_expr(b, e);
        else if (e->op == X_COMPOSITE && !bld_type(b, e->type)->scalar) bld_composite_into(b, at, e);
        else if (e->op != X_ZERO) bld_store(b, at, bld_expr(b, e));
    }
    Val r = {.ti = bld_type(b, n->type)};
    r.p[0] = a.base;
    r.p[1] = r.p[2] = bld_int(b, n->i);
    return r;
}
static void end_with(Builder *b, Block *at, RtFn panic) {
    bld_seal(b, at);
    bld_start(b, at);
    bld_rt_noreturn(b, panic, 0);
}
// An array in the frame has room for the capacity: the length may not be more.
static void check_length(Builder *b, Value *len, Value *cap, bool is_signed) {
    Block *bad = bld_block(b), *good = bld_block(b);
    bld_branch(b, bv(b, O_ULE, VT_BOOL, 2, len, cap), good, bad, 1);
    if (is_signed) {
        Block *negative = bld_block(b), *large = bld_block(b);
        bld_seal(b, bad);
        bld_start(b, bad);
        b->cur->cold = true;
        bld_branch(b, bv(b, O_LT, VT_BOOL, 2, len, bld_int(b, 0)), negative, large, 0);
        end_with(b, negative, RT_PANICMAKESLICELEN);
        bad = large;
    }
    end_with(b, bad, RT_PANICMAKESLICECAP);
    bld_seal(b, good);
    bld_start(b, good);
}
// How many elements of a make whose capacity is not constant fit into the frame, as in gc.
static i64 small_room(Builder *b, const IrNode *n, i64 size) {
    if (n->esc != ESC_STACK || !size || size > BUFFER || ir_has_flag(b->ir, PKG_NO_OPT)) return 0;
    return BUFFER / size;
}
// In the frame if the capacity turns out to be at most `room`.
static Value *make_small(Builder *b, Type *elem, Value *len, Value *cap, i64 room) {
    i32 vp = bld_new_var(b, VT_PTR);
    Block *small = bld_block(b), *large = bld_block(b), *join = bld_block(b);
    Value *fits = bv(b, O_ULE, VT_BOOL, 2, cap, bld_int(b, room));
    if (len != cap) fits = bv(b, O_AND, VT_BOOL, 2, fits, bv(b, O_ULE, VT_BOOL, 2, len, cap));
    bld_branch(b, fits, small, large, 0);
    bld_seal(b, small);
    bld_seal(b, large);
    bld_start(b, small);
    bld_write(b, b->cur, vp, bld_alloc(b, array_of(b, elem, room), ESC_STACK));
    bld_jump(b, join);
    bld_start(b, large);
    Value *p = bld_rt1(b, RT_MAKESLICE, VT_PTR, 3, bld_type_addr(b, elem), len, cap);
    p->flags |= VF_NONNIL;
    bld_write(b, b->cur, vp, p);
    bld_jump(b, join);
    bld_seal(b, join);
    bld_start(b, join);
    return bld_read(b, join, vp);
}
Val bld_make_slice(Builder *b, IrNode *n) {
    Type *elem = types_under(n->type)->slice.elem;
    Value *len = bld_extend(b, bld_expr1(b, n->a), n->a->type);
    Value *cap = n->b ? bld_extend(b, bld_expr1(b, n->b), n->b->type) : len;
    if (n->pos) b->pos = n->pos;
    Val r = {.ti = bld_type(b, n->type)};
    i64 size = types_size(elem);
    bool fits = cap->op == O_CONST && cap->auxint >= 0 && (!size || cap->auxint <= (1 << 20) / size);
    bool fixed = fits && len->op == O_CONST && len->auxint >= 0 && len->auxint <= cap->auxint;
    if (fits && len->op != O_CONST && n->esc == ESC_STACK && size) {
        check_length(b, len, cap, !type_unsigned(n->a->type));
        fixed = true;
    }
    i64 room = cap->op == O_CONST ? 0 : small_room(b, n, size);
    if (room) r.p[0] = make_small(b, elem, len, cap, room);
    else if (fixed && (n->esc == ESC_STACK || !size)) r.p[0] = alloc_array(b, elem, cap->auxint, n->esc).base;
    else {
        r.p[0] = bld_rt1(b, RT_MAKESLICE, VT_PTR, 3, bld_type_addr(b, elem), len, cap);
        r.p[0]->flags |= VF_NONNIL;
    }
    r.p[1] = len;
    r.p[2] = cap;
    return r;
}

// ---- maps in the frame ----------------------------------------------------------------------------------------
// As gc has them: the header, and of a small map the group with its slots, all free. What it grows to is on the heap.
Val bld_frame_map(Builder *b, IrNode *n) {
    enum { SEED = 8, DIR_PTR = 16 }; // maps.Map
    const u64 all_free = 0x8080808080808080;
    Type *u64_type = b->uni->basic[TYPE_UINT64], *ptr_type = b->uni->basic[TYPE_UNSAFE_POINTER];
    Addr m = bld_alloc_addr(b, n->btype, ESC_STACK);
    if (n->rt == RT_MAKEMAP) {
        Value *hint = bld_extend(b, bld_expr1(b, n->list.ptr[1]), n->list.ptr[1]->type);
        if (n->pos) b->pos = n->pos;
        bld_rt1(b, RT_MAKEMAP, VT_PTR, 3, bld_expr1(b, n->list.ptr[0]), hint, m.base);
        return bld_val1(b, n->type, m.base);
    }
    if (n->pos) b->pos = n->pos;
    Addr group = bld_alloc_addr(b, n->atype, ESC_STACK);
    bld_store(b, group, bld_val1(b, u64_type, bld_int(b, (i64)all_free)));
    bld_store(b, addr_add(m, DIR_PTR), bld_val1(b, ptr_type, group.base));
    bld_store(b, addr_add(m, SEED), bld_val1(b, u64_type, bld_rt1(b, RT_RAND, VT_I64, 0)));
    return bld_val1(b, n->type, m.base);
}

// ---- append --------------------------------------------------------------------------------------------------
typedef struct Growth {
    Value *ptr, *len, *cap;
} Growth; // after making room: data, new length, capacity
// How many elements fit into the buffer in the frame that an append begins with; 0: none. One for each slice variable, as in gc.
static i64 buffer_room(Builder *b, IrNode *n, i64 size) {
    if (n->esc != ESC_STACK || (n->flags & IRF_SPREAD) || !size || size > BUFFER || ir_has_flag(b->ir, PKG_NO_OPT))
        return 0;
    if (n->a->op == X_VAR) {
        if (map_get_ptr(b->buffered, n->a->var)) return 0;
        map_set_ptr(b->buffered, n->a->var, n);
    }
    return BUFFER / size;
}
// The first time that the slice has no elements and `len` fit, they go into the frame: once in a call, so what has the buffer keeps it.
static void use_buffer(Builder *b, Val s, Value *len, i64 room, Type *elem, i32 vp, i32 vc, Block *join) {
    i32 vused = bld_new_var(b, VT_BOOL);
    bld_write(b, b->f->entry, vused, ssa_const(b->f, VT_BOOL, 0));
    Value *fits = bv(b, O_LE, VT_BOOL, 2, len, bld_int(b, room)),
          *empty = bv(b, O_EQ, VT_BOOL, 2, s.p[1], bld_int(b, 0));
    Value *unused = bv(b, O_BNOT, VT_BOOL, 1, bld_read(b, b->cur, vused));
    Block *use = bld_block(b), *slow = bld_block(b);
    bld_branch(b, bv(b, O_AND, VT_BOOL, 2, bv(b, O_AND, VT_BOOL, 2, fits, empty), unused), use, slow, 0);
    bld_seal(b, use);
    bld_seal(b, slow);
    bld_start(b, use);
    bld_write(b, b->cur, vp, bld_alloc(b, array_of(b, elem, room), ESC_STACK));
    bld_write(b, b->cur, vc, bld_int(b, room));
    bld_write(b, b->cur, vused, ssa_const(b->f, VT_BOOL, 1));
    bld_jump(b, join);
    bld_start(b, slow);
}
static Growth make_room(Builder *b, Val s, Value *more, Type *elem, i64 room) {
    i32 vp = bld_new_var(b, VT_PTR), vc = bld_new_var(b, VT_I64);
    Value *len = bv(b, O_ADD, VT_I64, 2, s.p[1], more);
    Block *grow = bld_block(b), *join = bld_block(b);
    bld_write(b, b->cur, vp, s.p[0]);
    bld_write(b, b->cur, vc, s.p[2]);
    bld_branch(b, bv(b, O_ULT, VT_BOOL, 2, s.p[2], len), grow, join, -1);
    bld_seal(b, grow);
    bld_start(b, grow);
    grow->cold = true;
    if (room) use_buffer(b, s, len, room, elem, vp, vc, join);
    Value *args[5] = {s.p[0], len, s.p[2], more, bld_type_addr(b, elem)}, *out[2];
    bld_rt(b, RT_GROWSLICE, 5, args, 2, (u8[]){VT_PTR, VT_I64}, out);
    bld_write(b, b->cur, vp, out[0]);
    bld_write(b, b->cur, vc, out[1]);
    bld_jump(b, join);
    bld_seal(b, join);
    bld_start(b, join);
    return (Growth){bld_read(b, join, vp), len, bld_read(b, join, vc)};
}
static void copy_elems(Builder *b, Value *dst, Value *src, Value *n, Type *elem) {
    if (types_has_pointers(elem)) bld_rt1(b, RT_TYPEDSLICECOPY, VT_I64, 5, bld_type_addr(b, elem), dst, n, src, n);
    else bld_rt1(b, RT_MEMMOVE, VT_VOID, 3, dst, src, mul_size(b, n, types_size(elem)));
}
// append(s, make([]T, n)...): room for n elements, cleared, and no slice in between. gc checks n so.
static Val extend(Builder *b, IrNode *n, Type *elem) {
    i64 size = types_size(elem);
    Val s = bld_expr(b, n->a), r = {.ti = bld_type(b, n->type)};
    IrNode *count = n->list.ptr[0]->a;
    Value *more = bld_extend(b, bld_expr1(b, count), count->type);
    if (n->pos) b->pos = n->pos;
    Block *bad = bld_block(b), *good = bld_block(b);
    bad->cold = true;
    bld_branch(b, bv(b, O_LT, VT_BOOL, 2, more, bld_int(b, 0)), bad, good, -1);
    bld_seal(b, bad);
    bld_start(b, bad);
    bld_rt_noreturn(b, RT_PANICMAKESLICELEN, 0);
    bld_seal(b, good);
    bld_start(b, good);
    Growth g = make_room(b, s, more, elem, 0);
    Value *end = bvi(b, O_PTR_INDEX, VT_PTR, size, 2, g.ptr, s.p[1]);
    bld_rt1(b, types_has_pointers(elem) ? RT_MEMCLR_PTRS : RT_MEMCLR, VT_VOID, 2, end, mul_size(b, more, size));
    r.p[0] = g.ptr;
    r.p[1] = g.len;
    r.p[2] = g.cap;
    return r;
}
Val bld_append(Builder *b, IrNode *n) {
    Type *elem = types_under(n->type)->slice.elem;
    i64 size = types_size(elem), k = n->list.len;
    if (size && ir_is_extension(n)) return extend(b, n, elem);
    Val s = bld_expr(b, n->a), r = {.ti = bld_type(b, n->type)};
    if (!(n->flags & IRF_SPREAD) && k == 0) {
        s.ti = r.ti;
        return s;
    }
    Val *vals = ANEWN(b->a, Val, k + 1);
    for (i64 i = 0; i < k; i++) vals[i] = bld_expr(b, n->list.ptr[i]);
    if (n->pos) b->pos = n->pos;
    Value *more = n->flags & IRF_SPREAD ? vals[0].p[1] : bld_int(b, k);
    Growth g = make_room(b, s, more, elem, buffer_room(b, n, size));
    Value *end = size ? bvi(b, O_PTR_INDEX, VT_PTR, size, 2, g.ptr, s.p[1]) : g.ptr;
    if (n->flags & IRF_SPREAD) {
        if (size) copy_elems(b, end, vals[0].p[0], more, elem);
    } else if (size) {
        end->flags |= VF_NONNIL;
        for (i64 i = 0; i < k; i++) bld_store(b, (Addr){.base = end, .off = i * size}, vals[i]);
    }
    r.p[0] = g.ptr;
    r.p[1] = g.len;
    r.p[2] = g.cap;
    return r;
}
Val bld_copy(Builder *b, IrNode *n) {
    Type *elem = types_under(n->a->type)->slice.elem;
    Val d = bld_expr(b, n->a), s = bld_expr(b, n->b);
    if (n->pos) b->pos = n->pos;
    Value *less = bv(b, O_LT, VT_BOOL, 2, s.p[1], d.p[1]);
    Value *k = bv(b, O_SELECT, VT_I64, 3, less, s.p[1], d.p[1]);
    if (types_size(elem)) copy_elems(b, d.p[0], s.p[0], k, elem);
    return bld_val1(b, n->type ? n->type : b->int_, k);
}

// ---- strings ---------------------------------------------------------------------------------------------------
Val bld_concat(Builder *b, IrNode *n) {
    i64 k = n->list.len;
    Val *vals = ANEWN(b->a, Val, k + 1);
    for (i64 i = 0; i < k; i++) vals[i] = bld_expr(b, n->list.ptr[i]);
    if (n->pos) b->pos = n->pos;
    Val r = {.ti = bld_type(b, n->type)};
    if (k == 1) {
        r = vals[0];
        r.ti = bld_type(b, n->type);
        return r;
    }
    Value *buf = ssa_const(b->f, VT_PTR, 0);
    if (n->esc == ESC_STACK)
        buf = bld_slot_addr(b, ssa_slot(b->f, 32, 1, array_of(b, b->uni->basic[TYPE_UINT8], 32)), 0);
    Value *args[8] = {buf};
    int na = 1;
    RtFn fn = k == 2 ? RT_CONCATSTRING2 : k == 3 ? RT_CONCATSTRING3 : RT_CONCATSTRINGS;
    if (k <= 3)
        for (i64 i = 0; i < k; i++) {
            args[na++] = vals[i].p[0];
            args[na++] = vals[i].p[1];
        }
    else {
        Addr a = addr_of_slot(b, bld_temp_slot(b, array_of(b, b->uni->basic[TYPE_STRING], k)), 0);
        for (i64 i = 0; i < k; i++) bld_store(b, addr_add(a, 16 * i), vals[i]);
        args[na++] = a.base;
        args[na++] = bld_int(b, k);
        args[na++] = bld_int(b, k);
    }
    bld_rt(b, fn, na, args, 2, (u8[]){VT_PTR, VT_I64}, r.p);
    return r;
}
