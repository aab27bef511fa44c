// gen_static.c - values known when the program is linked.
//
// In:   an expression and the place in an IrData where its value belongs. Out: bytes and relocations there.
// A value is static if it is made of constants, nil, addresses of package variables, functions, and composites of such. Writable data
// (initial values of package variables) may also hold fresh objects: &T{...}, slices, interfaces; read-only data, from which code copies, may not.
// Never: reaches anything unless it succeeds (gen_is_static decides first).
#include "ir/gen.h"

typedef struct Elem {
    i64 index;
    Expr *e;
} Elem;
typedef VEC(Elem) ElemVec;

IrData *gen_data(Gen *g, Type *t, i64 size, bool readonly) {
    IrData *d = ANEW(g->a, IrData);
    d->type = t;
    d->size = size;
    d->align = t ? (i32)i64_max(1, types_align(t)) : 8;
    d->bytes = arena_alloc(g->a, size ? size : 1, 8);
    d->readonly = readonly;
    d->name = gen_data_name(g);
    return need_data(g->needs, d);
}

static IrReloc *add_reloc(Gen *g, IrData *d, i64 off, int kind) {
    IrReloc r = {.off = off};
    r.kind = kind;
    vec_push(g->a, &d->relocs, r);
    return &d->relocs.ptr[d->relocs.len - 1];
}

static void put_int(IrData *d, i64 off, u64 v, i64 size) {
    for (i64 i = 0; i < size; i++) d->bytes[off + i] = (u8)(v >> (8 * i));
}

static bool put_small(IrData *d, i64 off, Type *t, const Exact *v) {
    i64 i;
    u64 u;
    u8 k = types_under(t)->kind;
    if (!v || k < TYPE_INT || k > TYPE_UINTPTR) return false;
    if (exact_is_i64(v, &i)) put_int(d, off, (u64)i, types_size(t));
    else if (exact_is_u64(v, &u)) put_int(d, off, u, types_size(t));
    else return false;
    return true;
}

static void put_node(Gen *g, IrData *d, i64 off, IrNode *n) {
    Type *t = n->type;
    u8 k = types_under(t)->kind;
    switch (n->op) {
    case X_CONST_INT: put_int(d, off, (u64)n->i, types_size(t)); break;
    case X_CONST_STRING:
        if (!n->str.len) break;
        add_reloc(g, d, off, IRR_STRING)->str = n->str;
        put_int(d, off + 8, (u64)n->str.len, 8);
        break;
    case X_CONST_FLOAT:
    case X_CONST_COMPLEX: {
        bool small = k == TYPE_FLOAT32 || k == TYPE_COMPLEX64;
        f64 parts[2] = {n->f, n->f2};
        for (int i = 0; i < (n->op == X_CONST_COMPLEX ? 2 : 1); i++) {
            f32 s = (f32)parts[i];
            u32 sb;
            u64 db;
            memcpy(&sb, &s, 4);
            memcpy(&db, &parts[i], 8);
            if (small) put_int(d, off + 4 * i, sb, 4);
            else put_int(d, off + 8 * i, db, 8);
        }
        break;
    }
    case X_FUNC:
        add_reloc(g, d, off, IRR_FUNCVAL)->u.fn = n->fn;
        n->fn->in_data = true;
        break;
    case X_ZERO: break;
    default: bug("static node %s", ir_op_name(n->op));
    }
}

// ---- places ------------------------------------------------------------------------------------------------------------

// Address of a part of a package variable: the variable and the offset. No effects.
static Object *static_place(Gen *g, Expr *e, i64 *off) {
    e = unparen(e);
    switch (e->kind) {
    case ND_IDENT: {
        Object *o = ((Ident *)e)->obj;
        *off = 0;
        return o && o->kind == OBJ_VAR && !o->func && !o->is_field ? o : NULL;
    }
    case ND_SELECTOR: {
        Selector *s = (Selector *)e;
        if (!s->selection) {
            Object *o = s->sel->obj;
            *off = 0;
            return o && o->kind == OBJ_VAR ? o : NULL;
        }
        if (s->selection->kind != SEL_FIELD || type_is(gen_type(g, s->e), TYPE_POINTER)) return NULL;
        Object *o = static_place(g, s->e, off);
        if (!o) return NULL;
        Type *t = gen_type(g, s->e);
        for (i64 i = 0; i < s->selection->npath; i++) {
            Type *u = types_under(t);
            if (u->kind != TYPE_STRUCT) return NULL;
            types_layout(u);
            *off += types_field_offset(u, s->selection->path[i]);
            t = types_unalias(u->strct.fields[s->selection->path[i]].var->type);
        }
        return o;
    }
    case ND_INDEX: {
        Index *x = (Index *)e;
        if (x->targs || !x->e->type || !type_is(gen_type(g, x->e), TYPE_ARRAY) || !x->index.ptr[0]->val) return NULL;
        Object *o = static_place(g, x->e, off);
        i64 i;
        if (!o || !exact_is_i64(exact_to_int(g->a, x->index.ptr[0]->val), &i)) return NULL;
        *off += i * types_size(type_elem(gen_type(g, x->e)));
        return o;
    }
    default: return NULL;
    }
}

Object *gen_static_func(Expr *e, TypeList **targs) {
    e = unparen(e);
    *targs = NULL;
    if (e->kind == ND_INDEX && ((Index *)e)->targs) {
        *targs = ((Index *)e)->targs;
        e = unparen(((Index *)e)->e);
        TypeList *dummy;
        return gen_static_func(e, &dummy);
    }
    Ident *id = e->kind == ND_IDENT                                     ? (Ident *)e
                : e->kind == ND_SELECTOR && !((Selector *)e)->selection ? ((Selector *)e)->sel
                                                                        : NULL;
    if (!id || !id->obj || id->obj->kind != OBJ_FUNC) return NULL;
    *targs = id->targs;
    return id->obj;
}

static bool is_errors_new(Gen *g, Call *c) {
    TypeList *targs;
    Object *f = gen_static_func(c->fun, &targs);
    return f && f->pkg && str_eq(f->pkg->path, S("errors")) && str_eq(f->name->s, S("New")) && !f->recv_named &&
           c->args.len == 1 && c->args.ptr[0]->val;
}

// ---- decision ------------------------------------------------------------------------------------------------------------

static bool same_representation(Type *from, Type *to) {
    Type *u = types_under(from), *v = types_under(to);
    if (u->kind == TYPE_INTERFACE || v->kind == TYPE_INTERFACE) return types_identical(u, v);
    if (u->kind == v->kind && u->kind != TYPE_ARRAY) return true;
    if ((u->kind == TYPE_POINTER || u->kind == TYPE_UNSAFE_POINTER) &&
        (v->kind == TYPE_POINTER || v->kind == TYPE_UNSAFE_POINTER))
        return true;
    return types_identical(u, v);
}

static bool composite_is_static(Gen *g, CompositeLit *l, Type *t, bool readonly) {
    Type *u = types_under(t);
    if (u->kind != TYPE_STRUCT && u->kind != TYPE_ARRAY && (readonly || u->kind != TYPE_SLICE)) return false;
    for (i64 i = 0; i < l->elems.len; i++) {
        Expr *e = l->elems.ptr[i];
        Type *et = NULL;
        if (u->kind == TYPE_STRUCT) {
            i64 f = i;
            if (e->kind == ND_KEY_VALUE)
                for (f = 0;
                     f < u->strct.nfields - 1 && u->strct.fields[f].var->name != ((Ident *)((KeyValue *)e)->key)->name;)
                    f++;
            et = u->strct.fields[f].var->type;
        } else et = type_elem(u);
        if (e->kind == ND_KEY_VALUE) e = ((KeyValue *)e)->value;
        if (!gen_is_static(g, e, types_unalias(et), readonly)) return false;
    }
    return true;
}

static bool conversion_is_static(Gen *g, Call *c, bool readonly) {
    Type *t = gen_type(g, &c->x);
    Expr *arg = c->args.ptr[0];
    if (arg->val) {
        u8 k = types_under(t)->kind;
        if (k == TYPE_STRING) return exact_kind(arg->val) == EX_STRING;
        if (k >= TYPE_BOOL && k < TYPE_STRING) return true;
        if (k == TYPE_SLICE) return !readonly && exact_kind(arg->val) == EX_STRING && type_is(type_elem(t), TYPE_UINT8);
        if (k == TYPE_INTERFACE) return gen_is_static(g, arg, t, readonly);
        return false;
    }
    if (arg->mode == MODE_NIL) return true;
    Type *at = gen_type(g, arg);
    if (!is_iface(t) && !same_representation(at, t)) return false;
    return gen_is_static(g, arg, is_iface(t) ? t : at, readonly);
}

static bool slice_is_static(Gen *g, SliceExpr *s) {
    i64 off, v;
    if (!type_is(gen_type(g, s->e), TYPE_ARRAY) || !static_place(g, s->e, &off)) return false;
    Expr *b[3] = {s->lo, s->hi, s->max};
    for (int i = 0; i < 3; i++)
        if (b[i] && !(b[i]->val && exact_is_i64(exact_to_int(g->a, b[i]->val), &v))) return false;
    return true;
}

bool gen_is_static(Gen *g, Expr *e, Type *t, bool readonly) {
    i64 off;
    TypeList *targs;
    e = unparen(e);
    if (e->mode == MODE_NIL || (e->type && types_unalias(e->type)->kind == TYPE_UNTYPED_NIL)) return true;
    if (!e->type) return false;
    Type *et = gen_type(g, e);
    if (is_iface(t) && !is_iface(et)) {
        if (type_direct_iface(et)) return !readonly && gen_is_static(g, e, et, readonly);
        return gen_is_static(g, e, et, true);
    }
    if (e->val) return true;
    if (is_iface(t) && !types_identical(types_under(et), types_under(t))) return false;
    switch (e->kind) {
    case ND_IDENT:
    case ND_INDEX: return gen_static_func(e, &targs) != NULL;
    case ND_SELECTOR:
        if (gen_static_func(e, &targs)) return true;
        return ((Selector *)e)->selection && ((Selector *)e)->selection->kind == SEL_METHOD_EXPR;
    case ND_UNARY: {
        Unary *x = (Unary *)e;
        if (x->op != OP_ADDR && x->op != OP_AND) return false;
        Expr *o = unparen(x->e);
        if (o->kind == ND_COMPOSITE_LIT) return !readonly && gen_is_static(g, o, gen_type(g, o), false);
        return static_place(g, o, &off) != NULL;
    }
    case ND_COMPOSITE_LIT:
        if (type_is(et, TYPE_POINTER))
            return !readonly && composite_is_static(g, (CompositeLit *)e, type_elem(et), false);
        return composite_is_static(g, (CompositeLit *)e, et, readonly);
    case ND_FUNC_LIT: return !((FuncLit *)e)->info->captures.len && !readonly;
    case ND_SLICE: return slice_is_static(g, (SliceExpr *)e);
    case ND_CALL: {
        Call *c = (Call *)e;
        if (c->fun->mode == MODE_TYPE) return conversion_is_static(g, c, readonly);
        return !readonly && is_errors_new(g, c);
    }
    default: return false;
    }
}

// ---- filling --------------------------------------------------------------------------------------------------------------

static void fill(Gen *g, IrData *d, i64 off, Expr *e, Type *t, bool readonly);

static void fill_literal(Gen *g, IrData *d, i64 off, CompositeLit *l, Type *t, bool readonly) {
    Type *u = types_under(t);
    ElemVec v = {0};
    i64 len = l->nints;
    if (!l->ints) gen_literal_elems(g, l, u, &v, &len);
    types_layout(u);
    if (u->kind == TYPE_STRUCT) {
        for (i64 i = 0; i < v.len; i++)
            if (!u->strct.fields[v.ptr[i].index].var->name->blank)
                fill(g, d, off + types_field_offset(u, v.ptr[i].index), v.ptr[i].e,
                     types_unalias(u->strct.fields[v.ptr[i].index].var->type), readonly);
        return;
    }
    Type *et = type_elem(u);
    if (u->kind == TYPE_SLICE) {
        Type *array = types_made_array(g->c, et, len);
        types_layout(array);
        IrData *back = gen_data(g, array, types_size(array), readonly);
        add_reloc(g, d, off, IRR_DATA)->u.data = back;
        put_int(d, off + 8, (u64)len, 8);
        put_int(d, off + 16, (u64)len, 8);
        d = back;
        off = 0;
    }
    for (i64 i = 0; i < l->nints; i++) put_int(d, off + i * types_size(et), l->ints[i], types_size(et));
    for (i64 i = 0; i < v.len; i++) fill(g, d, off + v.ptr[i].index * types_size(et), v.ptr[i].e, et, readonly);
}

static void fill_iface_word(Gen *g, IrData *d, i64 off, Type *concrete, Type *iface) {
    IrReloc *r;
    need_type_full(g->needs, concrete);
    if (is_empty_iface(g, iface)) {
        r = add_reloc(g, d, off, IRR_TYPE);
        r->u.type = ir_canonical_type(g->p, concrete);
        return;
    }
    need_itab(g->needs, concrete, iface);
    r = add_reloc(g, d, off, IRR_ITAB);
    r->u.type = concrete;
    r->iface = iface;
}

static void fill_iface(Gen *g, IrData *d, i64 off, Expr *e, Type *et, Type *t, bool readonly) {
    fill_iface_word(g, d, off, et, t);
    if (type_direct_iface(et)) {
        fill(g, d, off + 8, e, et, readonly);
        return;
    }
    IrData *box = gen_data(g, et, types_size(et), true);
    fill(g, box, 0, e, et, true);
    add_reloc(g, d, off + 8, IRR_DATA)->u.data = box;
}

static void fill_errors_new(Gen *g, IrData *d, i64 off, Call *c, Type *iface) {
    TypeList *targs;
    Object *f = gen_static_func(c->fun, &targs);
    Object *tn = scope_lookup(f->pkg->scope, intern_c(g->p->intern, "errorString"));
    CHECK(tn != NULL);
    check_object(g->c, tn);
    Type *ptr = gen_pointer(g, tn->type);
    fill_iface_word(g, d, off, ptr, iface);
    IrData *obj = gen_data(g, tn->type, 16, false);
    put_node(g, obj, 0, gen_string(g, gen_basic(g, TYPE_STRING), exact_string_val(c->args.ptr[0]->val)));
    add_reloc(g, d, off + 8, IRR_DATA)->u.data = obj;
}

static void fill_conversion(Gen *g, IrData *d, i64 off, Call *c, bool readonly) {
    Type *t = gen_type(g, &c->x);
    Expr *arg = c->args.ptr[0];
    if (arg->mode == MODE_NIL) return;
    u8 k = types_under(t)->kind;
    if (arg->val && k != TYPE_INTERFACE) {
        if (k != TYPE_SLICE) {
            put_node(g, d, off, gen_const(g, t, arg->val));
            return;
        }
        Str s = exact_string_val(arg->val);
        Type *array = types_made_array(g->c, type_elem(t), s.len);
        types_layout(array);
        IrData *back = gen_data(g, array, s.len, false);
        memcpy(back->bytes, s.ptr, (size_t)s.len);
        add_reloc(g, d, off, IRR_DATA)->u.data = back;
        put_int(d, off + 8, (u64)s.len, 8);
        put_int(d, off + 16, (u64)s.len, 8);
        return;
    }
    fill(g, d, off, arg, k == TYPE_INTERFACE ? t : gen_type(g, arg), readonly);
}

static void fill_slice(Gen *g, IrData *d, i64 off, SliceExpr *s) {
    i64 at, lo = 0, n = types_under(gen_type(g, s->e))->array.len, hi = n, max = n;
    Object *o = static_place(g, s->e, &at);
    if (s->lo) exact_is_i64(exact_to_int(g->a, s->lo->val), &lo);
    if (s->hi) exact_is_i64(exact_to_int(g->a, s->hi->val), &hi);
    if (s->max) exact_is_i64(exact_to_int(g->a, s->max->val), &max);
    IrReloc *r = add_reloc(g, d, off, IRR_GLOBAL);
    r->u.global = gen_global(g, o);
    r->addend = at + (max > lo ? lo : 0) * types_size(type_elem(gen_type(g, s->e)));
    put_int(d, off + 8, (u64)(hi - lo), 8);
    put_int(d, off + 16, (u64)(max - lo), 8);
}

static void fill_address(Gen *g, IrData *d, i64 off, Expr *o) {
    i64 at;
    if (o->kind == ND_COMPOSITE_LIT) {
        Type *t = gen_type(g, o);
        IrData *obj = gen_data(g, t, types_size(t), false);
        add_reloc(g, d, off, IRR_DATA)->u.data = obj;
        fill(g, obj, 0, o, t, false);
        return;
    }
    Object *v = static_place(g, o, &at);
    IrReloc *r = add_reloc(g, d, off, IRR_GLOBAL);
    IrGlobal *gl = gen_global(g, v);
    r->u.global = gl;
    r->addend = at;
}

static void fill(Gen *g, IrData *d, i64 off, Expr *e, Type *t, bool readonly) {
    e = unparen(e);
    if (e->mode == MODE_NIL || types_unalias(e->type)->kind == TYPE_UNTYPED_NIL) return;
    Pos save = g->pos;
    g->pos = e->pos;
    Type *et = gen_type(g, e);
    if (is_iface(t) && !is_iface(et)) {
        fill_iface(g, d, off, e, et, t, readonly);
    } else if (put_small(d, off, is_iface(t) ? et : t, e->val)) { // no node: tables have tens of thousands
    } else if (e->val) put_node(g, d, off, gen_const(g, is_iface(t) ? et : t, e->val));
    else switch (e->kind) {
        case ND_IDENT:
        case ND_SELECTOR:
        case ND_INDEX:
        case ND_FUNC_LIT: put_node(g, d, off, gen_expr(g, e)); break;
        case ND_UNARY: fill_address(g, d, off, unparen(((Unary *)e)->e)); break;
        case ND_COMPOSITE_LIT:
            if (type_is(et, TYPE_POINTER)) {
                IrData *obj = gen_data(g, type_elem(et), types_size(type_elem(et)), false);
                add_reloc(g, d, off, IRR_DATA)->u.data = obj;
                fill_literal(g, obj, 0, (CompositeLit *)e, type_elem(et), false);
            } else fill_literal(g, d, off, (CompositeLit *)e, et, readonly);
            break;
        case ND_SLICE: fill_slice(g, d, off, (SliceExpr *)e); break;
        case ND_CALL:
            if (((Call *)e)->fun->mode == MODE_TYPE) fill_conversion(g, d, off, (Call *)e, readonly);
            else fill_errors_new(g, d, off, (Call *)e, t);
            break;
        default: bug("static expression of kind %d", e->kind);
        }
    g->pos = save;
}

bool gen_static_value(Gen *g, IrData *d, i64 off, Expr *e, Type *t, bool readonly) {
    if (!gen_is_static(g, e, t, readonly)) return false;
    fill(g, d, off, e, t, readonly);
    return true;
}
