// validtype.c - types that contain themselves by value, also through instances.
//
// nest is the chain of types a value of which would hold the one being looked at; meeting a type
// parameter continues with the type argument of the innermost instance, outside of it.
#include "types/decls.h"

typedef struct Nest {
    Type *t;
    struct Nest *up;
} Nest;
typedef struct Valid {
    Checker *c;
    bool incomplete;
    i64 depth;
} Valid;

static bool valid(Valid *v, Type *t, Nest *nest, Nest *path);

// The object to name in a cycle; of an instance it is where the instance is written.
static Object *type_object(Checker *c, Type *t) {
    Pos pos = named_info(t)->pos;
    if (!pos) return t->named.obj;
    Object *o = ANEW(c->arena, Object);
    *o = *t->named.obj;
    o->pos = pos;
    return o;
}

static void report_nest(Checker *c, Nest *path, Type *t) {
    i64 n = 0;
    Nest *p = path;
    for (; p; p = p->up) {
        n++;
        if (types_identical(p->t, t)) break;
    }
    Object **cycle = ANEWN(c->arena, Object *, n);
    p = path;
    for (i64 i = n - 1; i >= 0; i--, p = p->up) cycle[i] = type_object(c, p->t);
    cycle_error(c, cycle, n, 0);
}

static bool valid_named(Valid *v, Type *t, Nest *nest, Nest *path) {
    Type *orig = t->named.orig;
    if (t->flags & TF_VALID) return true;
    for (Nest *e = nest; e; e = e->up) {
        if (!types_identical(e->t, t)) continue;
        report_nest(v->c, path, t);
        named_set_rhs(orig, v->c->u.basic[TYPE_INVALID]);
        return false;
    }
    Type *rhs = named_rhs(orig);
    if (!rhs) {
        v->incomplete = true;
        return true;
    }
    Nest n = {t, nest}, p = {t, path};
    bool outer = v->incomplete;
    v->incomplete = false;
    bool ok = valid(v, rhs, &n, &p);
    if (ok && !v->incomplete && !orig->named.tparams.len && !orig->named.local_in) t->flags |= TF_VALID;
    v->incomplete |= outer;
    return ok;
}

static bool valid_param(Valid *v, Type *t, Nest *nest, Nest *path) {
    if (!nest) return true;
    Type *inst = nest->t;
    TypeList tp = inst->named.orig->named.tparams;
    for (i64 i = 0; i < tp.len && i < inst->named.targs.len; i++)
        if (tp.ptr[i] == t) return valid(v, inst->named.targs.ptr[i], nest->up, path);
    return true;
}

static bool valid1(Valid *v, Type *t, Nest *nest, Nest *path) {
    switch (t->kind) {
    case TYPE_ARRAY: return valid(v, t->array.elem, nest, path);
    case TYPE_STRUCT:
        for (i64 i = 0; i < t->strct.nfields; i++)
            if (!valid(v, t->strct.fields[i].var->type, nest, path)) return false;
        return true;
    case TYPE_UNION:
        for (i64 i = 0; i < t->uni.nterms; i++)
            if (!valid(v, t->uni.terms[i].type, nest, path)) return false;
        return true;
    case TYPE_INTERFACE:
        for (i64 i = 0; i < t->iface.nembeddeds; i++)
            if (!valid(v, t->iface.embeddeds[i], nest, path)) return false;
        return true;
    case TYPE_NAMED: return valid_named(v, t, nest, path);
    case TYPE_PARAM: return valid_param(v, t, nest, path);
    default: return true;
    }
}

static bool valid(Valid *v, Type *t, Nest *nest, Nest *path) {
    t = types_unalias(t);
    if (!t || v->depth > 3000) return true;
    v->depth++;
    bool ok = valid1(v, t, nest, path);
    v->depth--;
    return ok;
}

void valid_type(Checker *c, Type *named) {
    Valid v = {.c = c};
    valid(&v, named, NULL, NULL);
}

// ---- sizes needed while types are still being declared -----------------------------------------------------------------

static bool finite_named(Checker *c, Type *t) {
    if (t->flags & TF_FINITE) return true;
    Object *o = t->named.obj;
    bool declared = t->named.orig == t && !(t->flags & TF_LOCAL_INST);
    if (declared && o->color) {
        i64 n = c->work.path.len, i = n - 1;
        while (i > 0 && c->work.path.ptr[i] != o) i--;
        Object **cycle = ANEWN(c->arena, Object *, n - i);
        memcpy(cycle, c->work.path.ptr + i, (size_t)(n - i) * sizeof *cycle);
        cycle_error(c, cycle, n - i, first_in_src(cycle, n - i));
        return false;
    }
    if (t->flags & TF_FINITE_BUSY) {
        o = type_object(c, t);
        cycle_error(c, &o, 1, 0);
        return false;
    }
    Type *rhs = named_rhs(t);
    if (!rhs) return true;
    if (declared) path_push(c, o);
    t->flags |= TF_FINITE_BUSY;
    bool ok = finite_size(c, rhs);
    t->flags &= (u8)~TF_FINITE_BUSY;
    if (declared) path_pop(c);
    if (ok) t->flags |= TF_FINITE;
    return ok;
}

bool finite_size(Checker *c, Type *t) {
    t = types_unalias(t);
    if (!t) return true;
    if (t->kind == TYPE_NAMED) return finite_named(c, t);
    if (t->kind == TYPE_ARRAY) return finite_size(c, t->array.elem);
    if (t->kind != TYPE_STRUCT) return true;
    for (i64 i = 0; i < t->strct.nfields; i++)
        if (!finite_size(c, t->strct.fields[i].var->type)) return false;
    return true;
}

// ---- anonymous interfaces that lead back to themselves ---------------------------------------------------------------

typedef struct Cyclic {
    Checker *c;
    Map *state;
} Cyclic; // 1 on the way, 2 done

static bool visit(Cyclic *k, Type *t);

static bool has_cycle(Cyclic *k, Type *it) {
    struct TypeSet *s = type_set(it);
    for (i64 i = 0; i < s->nmethods; i++)
        if (visit(k, s->methods[i]->type)) return true;
    return false;
}

static bool visit_vars(Cyclic *k, Type *tuple) {
    for (i64 i = 0; i < tuple->tuple.n; i++)
        if (visit(k, tuple->tuple.vars[i]->type)) return true;
    return false;
}

static bool visit(Cyclic *k, Type *t) {
    t = types_unalias(t);
    switch (t->kind) {
    case TYPE_POINTER:
    case TYPE_ARRAY:
    case TYPE_CHAN:
    case TYPE_SLICE: return visit(k, t->slice.elem);
    case TYPE_MAP: return visit(k, t->map.key) || visit(k, t->map.elem);
    case TYPE_SIGNATURE: return visit_vars(k, t->sig.params) || visit_vars(k, t->sig.results);
    case TYPE_STRUCT:
        for (i64 i = 0; i < t->strct.nfields; i++)
            if (visit(k, t->strct.fields[i].var->type)) return true;
        return false;
    case TYPE_INTERFACE: {
        if (!t->iface.nmethods && !t->iface.nembeddeds) return false;
        i64 st = (i64)(intptr_t)map_get_ptr(k->state, t);
        if (st) return st == 1;
        map_set_ptr(k->state, t, (void *)1);
        if (has_cycle(k, t)) return true;
        map_set_ptr(k->state, t, (void *)2);
        return false;
    }
    default: return false;
    }
}

static void sort_by_pos(InterfaceType **v, i64 n) {
    for (i64 i = 1; i < n; i++) {
        InterfaceType *e = v[i];
        i64 j = i;
        for (; j > 0 && v[j - 1]->x.pos > e->x.pos; j--) v[j] = v[j - 1];
        v[j] = e;
    }
}

// Only outermost literals are in the list; a cycle that was reported is not entered again.
void check_anon_cycles(Checker *c, LateChecks *l) {
    Cyclic k = {c, map_new_ptr(c->arena)};
    sort_by_pos(l->anon_ifaces.ptr, l->anon_ifaces.len);
    for (i64 i = 0; i < l->anon_ifaces.len; i++) {
        InterfaceType *e = l->anon_ifaces.ptr[i];
        Type *t = e->x.type ? types_unalias(e->x.type) : NULL;
        if (!t || t->kind != TYPE_INTERFACE || !has_cycle(&k, t)) continue;
        check_errorf(c, e->x.pos,
                     "invalid recursive type: anonymous interface refers to itself (see https://go.dev/issue/56103)");
        for (i64 j = 0; j < map_len(k.state); j++) map_at(k.state, j)->val = (void *)2;
    }
    l->anon_ifaces.len = 0;
}
