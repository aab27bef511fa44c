// gen_conv.c - conversions, explicit and implied by assignment.
#include "ir/gen.h"

static bool is_number(u8 k) { return k >= TYPE_INT && k <= TYPE_FLOAT64; }
static bool is_complex(u8 k) { return k == TYPE_COMPLEX64 || k == TYPE_COMPLEX128; }
static u8 elem_kind(Type *u) { return types_under(u->slice.elem)->kind; }

IrNode *gen_to_iface(Gen *g, IrNode *a, Type *iface) {
    if (a->op == X_ZERO && type_is(a->type, TYPE_UNTYPED_NIL)) return gen_zero(g, iface);
    if (!is_iface(a->type)) return gen_unop(g, X_MAKE_IFACE, iface, gen_early_boxed(g, a));
    if (a->op == X_ZERO) return gen_zero(g, iface);
    Object **ms; // an itab names its interface: identical method sets are not enough
    if (types_identical(a->type, iface) || types_iface_methods(g->p->checker, types_under(a->type), &ms) == 0)
        return gen_bitcast(g, a, iface);
    return gen_unop(g, X_IFACE_TO_IFACE, iface, a);
}

static IrNode *gen_complex_conv(Gen *g, IrNode *a, Type *t) {
    u8 from = types_under(a->type)->kind, to = types_under(t)->kind;
    if (from == to) return gen_bitcast(g, a, t);
    if (a->op == X_CONST_COMPLEX) {
        IrNode *n = gen_node(g, X_CONST_COMPLEX, t);
        n->f = to == TYPE_COMPLEX64 ? (f64)(f32)a->f : a->f;
        n->f2 = to == TYPE_COMPLEX64 ? (f64)(f32)a->f2 : a->f2;
        return n;
    }
    Type *ft = gen_basic(g, from == TYPE_COMPLEX64 ? TYPE_FLOAT32 : TYPE_FLOAT64),
         *tt = gen_basic(g, to == TYPE_COMPLEX64 ? TYPE_FLOAT32 : TYPE_FLOAT64);
    a = gen_stable(g, a);
    IrNode *n = gen_unop(g, X_COMPLEX, t, gen_numconv(g, gen_unop(g, X_REAL, ft, gen_dup(g, a)), tt));
    n->b = gen_numconv(g, gen_unop(g, X_IMAG, ft, gen_dup(g, a)), tt);
    return n;
}

static IrNode *gen_len_of(Gen *g, IrNode *s) { return gen_unop(g, X_LEN, gen_basic(g, TYPE_INT), s); }

static IrNode *gen_new_array(Gen *g, Type *elem, i64 n) {
    Type *array = types_made_array(g->c, elem, n);
    types_layout(array);
    IrNode *p = gen_node(g, X_NEW, gen_pointer(g, array));
    p->atype = array;
    return p;
}

// For the runtime: where a short result goes if it does not escape.
static IrNode *gen_buffer(Gen *g, Type *elem, i64 n) {
    IrNode *buf = gen_new_array(g, elem, n);
    buf->flags |= IRF_OR_NIL;
    return buf;
}

static IrNode *gen_slice_to_string(Gen *g, IrNode *s, Type *t) {
    IrNode *buf = gen_buffer(g, gen_basic(g, TYPE_UINT8), 32);
    if (elem_kind(types_under(s->type)) == TYPE_INT32) return gen_rt(g, RT_SLICERUNETOSTRING, t, 2, buf, s);
    s = gen_stable(g, s);
    IrNode *ptr = gen_unop(g, X_PTR, gen_pointer(g, gen_basic(g, TYPE_UINT8)), gen_dup(g, s));
    return gen_rt(g, RT_SLICEBYTETOSTRING, t, 3, buf, ptr, gen_len_of(g, gen_dup(g, s)));
}

static IrNode *gen_slice_to_array_ptr(Gen *g, IrNode *s, Type *array, Type *ptr) {
    i64 n = types_under(array)->array.len;
    s = gen_stable(g, s);
    if (n > 0) {
        Type *tint = gen_basic(g, TYPE_INT);
        IrNode *c = gen_if(g, gen_cmp(g, OP_LSS, gen_len_of(g, gen_dup(g, s)), gen_int(g, tint, n)));
        IrNode *panic = gen_node(g, X_S_PANIC_RT, NULL);
        panic->rt = RT_PANICSLICECONVERT;
        vec_push(g->nodes, &panic->list, gen_len_of(g, gen_dup(g, s)));
        vec_push(g->nodes, &panic->list, gen_int(g, tint, n));
        vec_push(g->nodes, &c->sub->body, panic);
    }
    IrNode *data = gen_unop(g, X_PTR, gen_pointer(g, type_elem(s->type)), gen_dup(g, s));
    return gen_bitcast(g, data, ptr);
}

static IrNode *gen_to_string(Gen *g, IrNode *a, Type *t) {
    Type *u = types_under(a->type);
    if (u->kind == TYPE_SLICE) return gen_slice_to_string(g, a, t);
    IrNode *buf = gen_buffer(g, gen_basic(g, TYPE_UINT8), 4);
    return gen_rt(g, RT_INTSTRING, t, 2, buf, gen_numconv(g, a, gen_basic(g, TYPE_INT64)));
}

static IrData *runes_of(Gen *g, Str s, Type *elem, i64 *len) {
    i32 *r = ANEWN(g->a, i32, s.len + 1);
    i64 n = 0;
    for (i64 i = 0; i < s.len; n++) {
        int size;
        r[n] = utf8_decode(s.ptr + i, s.len - i, &size);
        i += size;
    }
    *len = n;
    Type *array = types_made_array(g->c, elem, n);
    types_layout(array);
    IrData *d = gen_data(g, array, n * 4, true);
    for (i64 i = 0; i < n; i++)
        for (int k = 0; k < 4; k++) d->bytes[i * 4 + k] = (u8)((u32)r[i] >> (8 * k));
    return d;
}

// A constant string as a slice: its capacity is its length.
static IrNode *gen_const_to_slice(Gen *g, IrNode *a, Type *t, bool rune) {
    i64 len = a->str.len;
    IrNode *from = NULL;
    if (rune) {
        IrData *d = runes_of(g, a->str, type_elem(t), &len);
        from = gen_node(g, X_DATA_ADDR, NULL);
        from->data = d;
    }
    IrNode *fresh = gen_new_array(g, type_elem(t), len), *p = gen_temp(g, fresh);
    if (rune) from->type = fresh->type;
    else from = gen_bitcast(g, gen_unop(g, X_PTR, gen_pointer(g, gen_basic(g, TYPE_UINT8)), a), fresh->type);
    if (len) gen_assign_node(g, gen_deref(g, gen_dup(g, p), true), gen_deref(g, from, true), IRF_INIT);
    return gen_unop(g, X_SLICE, t, p);
}

static IrNode *gen_string_to_slice(Gen *g, IrNode *a, Type *t) {
    bool rune = elem_kind(types_under(t)) == TYPE_INT32;
    if (a->op == X_CONST_STRING) return gen_const_to_slice(g, a, t, rune);
    IrNode *buf = gen_buffer(g, type_elem(t), 32);
    return gen_rt(g, rune ? RT_STRINGTOSLICERUNE : RT_STRINGTOSLICEBYTE, t, 2, buf, a);
}

// Conversions that are more than an operation of the tree.
static IrNode *convert_slowly(Gen *g, IrNode *a, Type *t, Type *u, Type *v) {
    if (is_complex(u->kind)) return gen_complex_conv(g, a, t);
    if (v->kind == TYPE_STRING) return gen_hoist(g, gen_to_string(g, a, t));
    if (v->kind == TYPE_POINTER) return gen_slice_to_array_ptr(g, a, type_elem(v), t);
    IrNode *p = gen_slice_to_array_ptr(g, a, t, gen_pointer(g, t));
    if (v->array.len == 0) return gen_zero(g, t);
    return gen_temp(g, gen_deref(g, p, true)); // a copy, made now
}

IrNode *gen_convert(Gen *g, IrNode *a, Type *t) {
    t = types_unalias(t);
    if (a->type == t || types_identical(a->type, t)) return a;
    Type *u = types_under(a->type), *v = types_under(t);
    if (a->op == X_ZERO && u->kind == TYPE_UNTYPED_NIL) return gen_zero(g, t);
    if (v->kind == TYPE_INTERFACE) return gen_to_iface(g, a, t);
    if (is_number(u->kind) && is_number(v->kind)) return gen_numconv(g, a, t);
    if (u->kind == TYPE_STRING && v->kind == TYPE_SLICE) {
        return gen_hoist(g, gen_string_to_slice(g, a, t));
    }
    if ((is_complex(u->kind) && is_complex(v->kind)) || (v->kind == TYPE_STRING && u->kind != TYPE_STRING) ||
        (u->kind == TYPE_SLICE && (v->kind == TYPE_ARRAY || v->kind == TYPE_POINTER))) {
        Late l = gen_late(g);
        return gen_late_end(g, l, convert_slowly(g, a, t, u, v));
    }
    return gen_bitcast(g, a, t);
}

IrNode *gen_conversion(Gen *g, Call *c) {
    Type *t = gen_type(g, &c->x);
    Expr *arg = c->args.ptr[0];
    Type *v = types_under(t);
    if (arg->val && v->kind <= TYPE_STRING && v->kind >= TYPE_BOOL) {
        bool rune = v->kind == TYPE_STRING && exact_kind(arg->val) != EX_STRING;
        if (!rune) return gen_const(g, t, arg->val);
    }
    if (arg->mode == MODE_NIL) return gen_zero(g, t);
    IrNode *x = gen_expr(g, arg);
    // what a call returned as an integer is a pointer at once: a further call in the expression may collect
    bool result = v->kind == TYPE_UNSAFE_POINTER && type_is(x->type, TYPE_UINTPTR) && x->op == X_VAR && x->var->autotmp;
    return result ? gen_temp(g, gen_convert(g, x, t)) : gen_convert(g, x, t);
}
