// mono.c - rejects programs whose instances would never end, e.g. func f[T any]() { f[*T]() }.
//
// Vertices are type parameters (and local types of generic functions), an edge says that a type
// built from the source flows into the target, with weight 1 if it grew on the way. A cycle of
// positive weight is an endless instantiation (found as in Bellman-Ford).
#include "types/decls.h"

void mono_canon(Checker *c, Type *mpar, Type *tpar) { map_set_ptr(c->mono.canon, mpar, tpar); }

static i64 add_vertex(Checker *c, Object *o) {
    vec_push(c->arena, &c->mono.vertices, ((MonoVertex){.obj = o}));
    map_set_ptr(c->mono.index, o, (void *)(intptr_t)c->mono.vertices.len);
    return c->mono.vertices.len - 1;
}

static i64 param_vertex(Checker *c, Type *tp) {
    for (Type *x; (x = map_get_ptr(c->mono.canon, tp));) tp = x;
    i64 i = (i64)(intptr_t)map_get_ptr(c->mono.index, tp->param.obj);
    return i ? i - 1 : add_vertex(c, tp->param.obj);
}

static void add_edge(Checker *c, i64 dst, i64 src, i64 weight, Pos pos, Type *t) {
    vec_push(c->arena, &c->mono.edges, ((MonoEdge){dst, src, weight, pos, t}));
    c->mono.grows |= weight > 0;
}

// Vertex of a type declared in a generic function, -1 for others.
static i64 local_vertex(Checker *c, Package *p, Type *named) {
    Object *o = named->named.obj;
    FuncInfo *f = named->named.orig->named.local_in;
    if (o->pkg != p || !f) return -1;
    while (f->outer) f = f->outer;
    if (!f->tparams.len) return -1;
    i64 i = (i64)(intptr_t)map_get_ptr(c->mono.index, o);
    if (i) return i - 1;
    i = add_vertex(c, o);
    for (i64 k = 0; k < f->tparams.len; k++)
        add_edge(c, i, param_vertex(c, f->tparams.ptr[k]), 1, o->pos, f->tparams.ptr[k]);
    return i;
}

typedef struct Flow {
    Checker *c;
    Package *p;
    Pos pos;
    Type *tpar, *targ;
    int depth;
} Flow;

static void flow(Flow *f, i64 src, Type *t) {
    add_edge(f->c, param_vertex(f->c, f->tpar), src, t != f->targ, f->pos, f->targ);
}

static void walk(Flow *f, Type *t);

static void walk_vars(Flow *f, Type *tuple) {
    for (i64 i = 0; i < tuple->tuple.n; i++) walk(f, tuple->tuple.vars[i]->type);
}

static void walk(Flow *f, Type *t) {
    t = types_unalias(t);
    if (f->depth > 50) return;
    f->depth++;
    switch (t->kind) {
    case TYPE_PARAM: flow(f, param_vertex(f->c, t), t); break;
    case TYPE_NAMED: {
        i64 src = local_vertex(f->c, f->p, t);
        if (src >= 0) flow(f, src, t);
        for (i64 i = 0; i < t->named.targs.len; i++) walk(f, t->named.targs.ptr[i]);
        break;
    }
    case TYPE_ARRAY:
    case TYPE_SLICE:
    case TYPE_POINTER:
    case TYPE_CHAN: walk(f, t->slice.elem); break;
    case TYPE_MAP:
        walk(f, t->map.key);
        walk(f, t->map.elem);
        break;
    case TYPE_SIGNATURE:
        walk_vars(f, t->sig.params);
        walk_vars(f, t->sig.results);
        break;
    case TYPE_STRUCT:
        for (i64 i = 0; i < t->strct.nfields; i++) walk(f, t->strct.fields[i].var->type);
        break;
    case TYPE_INTERFACE: {
        struct TypeSet *s = type_set(t);
        for (i64 i = 0; i < s->nmethods; i++) walk(f, s->methods[i]->type);
        break;
    }
    default: break;
    }
    f->depth--;
}

void mono_record(Checker *c, Package *p, Pos pos, TypeList tparams, TypeList targs, Expr **args) {
    for (i64 i = 0; i < tparams.len && i < targs.len; i++) {
        Type *tp = tparams.ptr[i];
        for (Type *x; (x = map_get_ptr(c->mono.canon, tp));) tp = x;
        if (tp->param.obj->pkg != p || types_is_generic_free(targs.ptr[i])) continue;
        Flow f = {c, p, args && args[i] ? node_start(args[i]) : pos, tp, targs.ptr[i], 0};
        walk(&f, targs.ptr[i]);
        c->mono.reached |= c->mono.grows && !p->std && p->trusted;
    }
}

static void report_loop(Checker *c, i64 v) {
    VEC(i64) stack = {0};
    bool *seen = ANEWN(c->arena, bool, c->mono.vertices.len);
    while (!seen[v]) {
        vec_push(c->arena, &stack, v);
        seen[v] = true;
        v = c->mono.edges.ptr[c->mono.vertices.ptr[v].pre].src;
    }
    i64 first = 0;
    while (stack.ptr[first] != v) first++;
    ErrMsg e;
    err_begin(&e, c);
    err_add(&e, c->mono.vertices.ptr[v].obj->pos, "instantiation cycle:");
    for (i64 i = first; i < stack.len; i++) {
        MonoEdge *edge = &c->mono.edges.ptr[c->mono.vertices.ptr[stack.ptr[i]].pre];
        Object *o = c->mono.vertices.ptr[edge->dst].obj;
        const char *how = o->type && o->type->kind == TYPE_PARAM ? "instantiated as" : "implicitly parameterized by";
        err_add(&e, edge->pos, "%.*s %s %.*s", SFMT(o->name->s), how, SFMT(tstr(c, edge->type)));
    }
    err_report(&e);
}

void mono_check(Checker *c) {
    for (bool again = true; again;) {
        again = false;
        for (i64 i = 0; i < c->mono.edges.len; i++) {
            MonoEdge *e = &c->mono.edges.ptr[i];
            MonoVertex *src = &c->mono.vertices.ptr[e->src], *dst = &c->mono.vertices.ptr[e->dst];
            i64 w = src->weight + e->weight;
            if (w <= dst->weight) continue;
            dst->pre = i;
            dst->len = src->len + 1;
            if (dst->len >= c->mono.vertices.len) {
                report_loop(c, e->dst);
                c->mono.edges.len = 0;
                return;
            }
            dst->weight = w;
            again = true;
        }
    }
}
