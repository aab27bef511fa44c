// gen_lit.c - composite literals.
//
// Struct and array literals are COMPOSITE values, slice literals SLICE_LIT, map literals a map and stores into it. What is constant
// and large is copied from read-only data; long map literals of constants become loops over such data.
#include "ir/gen.h"

#define STATIC_COPY_MIN 64 // bytes; smaller literals are stored piece by piece
#define MAP_LOOP_MIN    25 // entries

typedef struct Elem {
    i64 index;
    Expr *e;
} Elem;
typedef VEC(Elem) ElemVec;

static i64 field_index(Type *s, const Name *name) {
    for (i64 i = 0; i < s->strct.nfields; i++)
        if (s->strct.fields[i].var->name == name) return i;
    bug("no field %.*s in literal", SFMT(name->s));
}

// Elements with their indices; *len: one more than the largest.
void gen_literal_elems(Gen *g, CompositeLit *l, Type *u, void *out, i64 *len) {
    ElemVec *v = out;
    i64 next = 0, max = 0;
    if (l->ints || l->unparsed) bug("the elements of a table without a tree");
    v->cap = l->elems.len;
    v->ptr = ANEWN(g->nodes, Elem, v->cap);
    for (i64 i = 0; i < l->elems.len; i++) {
        Elem e = {next, l->elems.ptr[i]};
        if (e.e->kind == ND_KEY_VALUE) {
            KeyValue *kv = (KeyValue *)e.e;
            e.e = kv->value;
            if (u->kind == TYPE_STRUCT) e.index = field_index(u, ((Ident *)kv->key)->name);
            else CHECK(exact_is_i64(exact_to_int(g->a, kv->key->val), &e.index));
        }
        next = e.index + 1;
        max = i64_max(max, next);
        vec_push(g->nodes, v, e);
    }
    *len = max;
}

static Type *elem_type(Type *u, i64 i) {
    return u->kind == TYPE_STRUCT ? types_unalias(u->strct.fields[i].var->type) : type_elem(u);
}

static void fill_list(Gen *g, IrNode *n, Type *u, ElemVec *v) {
    n->idx = ANEWN(g->a, i64, v->len + 1);
    for (i64 i = 0; i < v->len; i++) {
        IrNode *val = gen_expr_to(g, v->ptr[i].e, elem_type(u, v->ptr[i].index));
        if (u->kind == TYPE_STRUCT && u->strct.fields[v->ptr[i].index].var->name->blank) { // blank fields stay zero
            gen_emit_expr(g, val);
            continue;
        }
        n->idx[n->list.len] = v->ptr[i].index;
        vec_push(g->nodes, &n->list, val);
    }
}

static IrNode *data_addr(Gen *g, IrData *d, Type *t) {
    IrNode *n = gen_node(g, X_DATA_ADDR, gen_pointer(g, t));
    n->data = d;
    n->flags |= IRF_NONNIL;
    return n;
}

static IrNode *gen_static_copy(Gen *g, Expr *e, Type *t) {
    if (types_size(t) <= STATIC_COPY_MIN || !gen_is_static(g, e, t, true)) return NULL;
    IrData *d = gen_data(g, t, types_size(t), true);
    if (!gen_static_value(g, d, 0, e, t, true)) return NULL;
    return gen_deref(g, data_addr(g, d, t), true);
}

static IrNode *gen_slice_lit(Gen *g, CompositeLit *l, Type *t, Type *u) {
    ElemVec v = {0};
    i64 len;
    gen_literal_elems(g, l, u, &v, &len);
    if (len * types_size(type_elem(u)) > STATIC_COPY_MIN || v.len > 16) {
        Type *array = types_made_array(g->c, type_elem(u), len);
        bool ok = true;
        for (i64 i = 0; i < v.len && ok; i++) ok = gen_is_static(g, v.ptr[i].e, type_elem(u), true);
        if (ok) {
            types_layout(array);
            IrData *d = gen_data(g, array, types_size(array), true);
            for (i64 i = 0; i < v.len; i++)
                CHECK(
                    gen_static_value(g, d, v.ptr[i].index * types_size(type_elem(u)), v.ptr[i].e, type_elem(u), true));
            IrNode *fresh = gen_node(g, X_NEW, gen_pointer(g, array));
            fresh->atype = array;
            IrNode *p = gen_temp(g, fresh);
            gen_assign_node(g, gen_deref(g, gen_dup(g, p), true), gen_deref(g, data_addr(g, d, array), true), IRF_INIT);
            return gen_unop(g, X_SLICE, t, p);
        }
    }
    IrNode *n = gen_node(g, X_SLICE_LIT, t);
    n->i = len;
    fill_list(g, n, u, &v);
    return n;
}

static IrData *static_column(Gen *g, Expr **es, i64 n, Type *t) {
    Type *array = types_made_array(g->c, t, n);
    types_layout(array);
    IrData *d = gen_data(g, array, types_size(array), true);
    for (i64 i = 0; i < n; i++) CHECK(gen_static_value(g, d, i * types_size(t), es[i], t, true));
    return d;
}

static void gen_map_loop(Gen *g, IrNode *m, Type *u, Expr **keys, Expr **vals, i64 n) {
    Type *kt = types_unalias(u->map.key), *vt = types_unalias(u->map.elem), *tint = gen_basic(g, TYPE_INT);
    IrData *kd = static_column(g, keys, n, kt), *vd = static_column(g, vals, n, vt);
    IrVar *i = gen_temp_var(g, tint);
    i->reassigned = true;
    gen_assign_node(g, gen_var(g, i), gen_int(g, tint, 0), IRF_DCL);
    IrNode *loop = gen_unop(g, X_S_LOOP, NULL, gen_cmp(g, OP_LSS, gen_var(g, i), gen_int(g, tint, n)));
    gen_emit(g, loop);
    IrVec *old = gen_into(g, &loop->sub->body);
    IrNode *key = gen_index_node(g, gen_deref(g, data_addr(g, kd, kd->type), true), gen_var(g, i), true);
    IrNode *val = gen_index_node(g, gen_deref(g, data_addr(g, vd, vd->type), true), gen_var(g, i), true);
    IrNode *slot = gen_map_slot(g, gen_dup(g, m), gen_temp(g, key));
    gen_assign_node(g, slot, val, 0);
    gen_into(g, &loop->sub->post);
    gen_assign_node(g, gen_var(g, i), gen_binary(g, OP_ADD, gen_var(g, i), gen_int(g, tint, 1)), 0);
    gen_into(g, old);
}

static IrNode *gen_make_map(Gen *g, Type *t, i64 hint) {
    return gen_temp(g, gen_new_map(g, t, gen_int(g, gen_basic(g, TYPE_INT), hint)));
}

// The map is made behind the first value: of maps in maps no more than one waits for its values, however deep they are nested.
static IrNode *gen_map_lit(Gen *g, CompositeLit *l, Type *t, Type *u) {
    i64 n = l->elems.len, ns = 0;
    Type *kt = types_unalias(u->map.key), *vt = types_unalias(u->map.elem);
    IrNode *m = NULL;
    Expr **keys = ANEWN(g->nodes, Expr *, n + 1), **vals = ANEWN(g->nodes, Expr *, n + 1);
    bool *is_static = ANEWN(g->nodes, bool, n + 1);
    for (i64 i = 0; i < n; i++) {
        KeyValue *kv = (KeyValue *)l->elems.ptr[i];
        is_static[i] = gen_is_static(g, kv->key, kt, true) && gen_is_static(g, kv->value, vt, true);
        if (!is_static[i]) continue;
        keys[ns] = kv->key;
        vals[ns++] = kv->value;
    }
    bool loop = ns > MAP_LOOP_MIN;
    if (loop) {
        m = gen_make_map(g, t, n);
        gen_map_loop(g, m, u, keys, vals, ns);
    }
    for (i64 i = 0; i < n; i++) {
        KeyValue *kv = (KeyValue *)l->elems.ptr[i];
        if (loop && is_static[i]) continue;
        IrNode *key = gen_stable(g, gen_expr_to(g, kv->key, kt));
        IrNode *val = gen_stable(g, gen_expr_to(g, kv->value, vt));
        if (!m) m = gen_make_map(g, t, n);
        gen_assign_node(g, gen_map_slot(g, gen_dup(g, m), key), val, 0);
    }
    return m ? m : gen_make_map(g, t, n);
}

static IrNode *gen_composite_of(Gen *g, CompositeLit *l, Type *t) {
    Type *u = types_under(t);
    if (u->kind == TYPE_SLICE) return gen_slice_lit(g, l, t, u);
    if (u->kind == TYPE_MAP) return gen_map_lit(g, l, t, u);
    CHECK(u->kind == TYPE_STRUCT || u->kind == TYPE_ARRAY);
    if (!l->elems.len) return gen_zero(g, t);
    IrNode *n = type_is(gen_type(g, &l->x), TYPE_POINTER) ? NULL : gen_static_copy(g, &l->x, t);
    if (n) return n;
    ElemVec v = {0};
    i64 len;
    gen_literal_elems(g, l, u, &v, &len);
    n = gen_node(g, X_COMPOSITE, t);
    fill_list(g, n, u, &v);
    return n;
}

IrNode *gen_composite(Gen *g, CompositeLit *l) { return gen_composite_of(g, l, gen_type(g, &l->x)); }

IrNode *gen_composite_addr(Gen *g, CompositeLit *l, Type *elem) {
    IrNode *fresh = gen_node(g, X_NEW, gen_pointer(g, elem));
    fresh->atype = elem;
    fresh->flags |= IRF_NONNIL;
    u8 k = types_under(elem)->kind;
    IrNode *val = NULL;
    if (l->elems.len || k == TYPE_SLICE || k == TYPE_MAP) {
        val = gen_composite_of(g, l, elem);
    }
    Late late = gen_late(g);
    IrNode *p = gen_temp(g, fresh);
    if (val) gen_assign_node(g, gen_deref(g, gen_dup(g, p), true), val, IRF_INIT);
    return gen_late_end(g, late, p);
}
