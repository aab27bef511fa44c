// unify.c - makes two types equal by finding types for type parameters.
//
// Exact mode: the types must become identical. Otherwise a defined type matches a type literal
// with the same structure, channel directions are ignored and interfaces match by their methods;
// in assign mode that holds at the top only and element types must match exactly.
#include "types/unify.h"

enum { DEPTH_LIMIT = 100 };

static bool nify(Unifier *u, Type *x, Type *y, int mode, IfacePair *p);

void unifier_init(Unifier *u, Checker *c, TypeList tparams, TypeList targs, bool ifaces) {
    *u = (Unifier){.c = c, .tparams = tparams, .ifaces = ifaces};
    u->handles = ANEWN(c->arena, Type **, tparams.len ? tparams.len : 1);
    for (i64 i = 0; i < tparams.len; i++) {
        u->handles[i] = ANEW(c->arena, Type *);
        if (i < targs.len) *u->handles[i] = targs.ptr[i];
    }
}

// Index of t among the parameters being solved for, or -1.
static i64 bound_index(Unifier *u, Type *t) {
    t = types_unalias(t);
    if (!t || t->kind != TYPE_PARAM) return -1;
    for (i64 i = 0; i < u->tparams.len; i++)
        if (u->tparams.ptr[i] == t) return i;
    return -1;
}

Type *unifier_at(Unifier *u, Type *tp) {
    i64 i = bound_index(u, tp);
    return i < 0 ? NULL : *u->handles[i];
}

void unifier_set(Unifier *u, Type *tp, Type *t) {
    i64 i = bound_index(u, tp);
    if (i >= 0) *u->handles[i] = t;
}

i64 unifier_unknowns(Unifier *u) {
    i64 n = 0;
    for (i64 i = 0; i < u->tparams.len; i++) n += !*u->handles[i];
    return n;
}

static void set_handle(Unifier *u, i64 x, Type **h) {
    Type **old = u->handles[x];
    for (i64 i = 0; i < u->tparams.len; i++)
        if (u->handles[i] == old) u->handles[i] = h;
}

// False if both have types already that are not the same place.
static bool join(Unifier *u, i64 x, i64 y) {
    Type **hx = u->handles[x], **hy = u->handles[y];
    if (hx == hy) return true;
    if (*hx && *hy) return false;
    if (*hx) set_handle(u, y, hx);
    else set_handle(u, x, hy);
    return true;
}

static Type *as_iface(Type *t) {
    if (type_is_param(t)) return NULL;
    Type *u = types_under(t);
    return u->kind == TYPE_INTERFACE ? u : NULL;
}

static bool same_pair(IfacePair *p, Type *x, Type *y) {
    for (; p; p = p->prev)
        if ((p->x == x && p->y == y) || (p->x == y && p->y == x)) return true;
    return false;
}

static bool nify_ifaces(Unifier *u, Type *x, Type *y, IfacePair *p) {
    struct TypeSet *a = type_set(x), *b = type_set(y);
    if (a->comparable != b->comparable || !terms_equal(a->terms, b->terms)) return false;
    if (same_pair(p, x, y)) return true;
    IfacePair q = {x, y, p};
    if (a->nmethods > b->nmethods) {
        struct TypeSet *t = a;
        a = b;
        b = t;
    }
    for (i64 i = 0; i < a->nmethods; i++) {
        Object *m = typeset_lookup(b, a->methods[i]->pkg, a->methods[i]->name, false, NULL);
        if (!m || !nify(u, a->methods[i]->type, m->type, UNIFY_EXACT, &q)) return false;
    }
    return true;
}

static bool nify_iface_type(Unifier *u, Type *xi, Type *y, IfacePair *p) {
    struct TypeSet *s = type_set(xi);
    for (i64 i = 0; i < s->nmethods; i++) {
        Object *m = check_lookup_field_or_method(u->c, y, false, s->methods[i]->pkg, s->methods[i]->name, false, NULL,
                                                 NULL, NULL);
        if (!m || m->kind != OBJ_FUNC) return false;
        check_obj_decl(u->c, m);
        if (!m->type || !nify(u, s->methods[i]->type, m->type, UNIFY_EXACT, p)) return false;
    }
    return true;
}

// x is a parameter with a type, y a type: they must match; of two that match loosely, keep the better.
static bool nify_known(Unifier *u, i64 px, Type *y, int mode, IfacePair *p) {
    Type *x = *u->handles[px];
    if (!nify(u, x, y, mode, p)) return false;
    bool xn = as_named(x) != NULL, yn = as_named(y) != NULL;
    Type *xi = as_iface(x), *yi = as_iface(y);
    if (u->ifaces && !(mode & UNIFY_EXACT)) {
        if (xi && yi) {
            if (xn && yn) return types_identical(x, y);
            if (type_set(xi)->nmethods != type_set(yi)->nmethods) return false;
        } else if (xi || yi) {
            return false;
        }
    }
    if (!(mode & UNIFY_EXACT)) {
        if (xn) return true;
        if (yn) {
            *u->handles[px] = y;
        } else {
            Type *yc = types_under(y);
            if (yc->kind == TYPE_CHAN && yc->chan.dir != CHAN_BOTH) *u->handles[px] = y;
        }
    }
    return true;
}

static bool nify_tuples(Unifier *u, Type *x, Type *y, int mode, IfacePair *p) {
    if (x->tuple.n != y->tuple.n) return false;
    for (i64 i = 0; i < x->tuple.n; i++)
        if (!nify(u, x->tuple.vars[i]->type, y->tuple.vars[i]->type, mode, p)) return false;
    return true;
}

static bool nify_structs(Unifier *u, Type *x, Type *y, int mode, IfacePair *p) {
    if (x->strct.nfields != y->strct.nfields) return false;
    for (i64 i = 0; i < x->strct.nfields; i++) {
        StructField *f = &x->strct.fields[i], *g = &y->strct.fields[i];
        if (f->var->embedded != g->var->embedded || !str_eq(f->tag, g->tag)) return false;
        if (!same_id(f->var, g->var->pkg, g->var->name, false)) return false;
        if (!nify(u, f->var->type, g->var->type, mode, p)) return false;
    }
    return true;
}

static bool nify_named(Unifier *u, Type *x, Type *y, int mode, IfacePair *p) {
    TypeList xa = x->named.targs, ya = y->named.targs;
    if (xa.len != ya.len) return false;
    for (i64 i = 0; i < xa.len; i++)
        if (!nify(u, xa.ptr[i], ya.ptr[i], mode, p)) return false;
    return xa.len ? x->named.orig == y->named.orig : x == y;
}

static bool nify_exact_ifaces(Unifier *u, Type *x, Type *y, IfacePair *p) {
    if (type_set(x)->nmethods != type_set(y)->nmethods) return false;
    return nify_ifaces(u, x, y, p);
}

static bool nify_kind(Unifier *u, Type *x, Type *y, Type *yorig, int mode, IfacePair *p) {
    int em = mode & UNIFY_ASSIGN ? mode | UNIFY_EXACT : mode;
    if (x->kind == TYPE_PARAM) { // not one of ours: its core type stands for it
        Type *core = types_core(x);
        return core && nify(u, core, yorig, UNIFY_ASSIGN, p);
    }
    if (x->kind != y->kind) return false;
    switch (x->kind) {
    case TYPE_ARRAY:
        return (x->array.len < 0 || y->array.len < 0 || x->array.len == y->array.len) &&
               nify(u, x->array.elem, y->array.elem, em, p);
    case TYPE_SLICE: return nify(u, x->slice.elem, y->slice.elem, em, p);
    case TYPE_POINTER: return nify(u, x->pointer.elem, y->pointer.elem, em, p);
    case TYPE_MAP: return nify(u, x->map.key, y->map.key, em, p) && nify(u, x->map.elem, y->map.elem, em, p);
    case TYPE_CHAN:
        return (!(mode & UNIFY_EXACT) || x->chan.dir == y->chan.dir) && nify(u, x->chan.elem, y->chan.elem, em, p);
    case TYPE_STRUCT: return nify_structs(u, x, y, em, p);
    case TYPE_TUPLE: return nify_tuples(u, x, y, mode, p);
    case TYPE_SIGNATURE:
        return x->sig.variadic == y->sig.variadic && nify_tuples(u, x->sig.params, y->sig.params, em, p) &&
               nify_tuples(u, x->sig.results, y->sig.results, em, p);
    case TYPE_INTERFACE: return nify_exact_ifaces(u, x, y, p);
    case TYPE_NAMED: return nify_named(u, x, y, mode, p);
    default: return x->kind <= TYPE_UNTYPED_NIL;
    }
}

static bool nify1(Unifier *u, Type *x, Type *y, int mode, IfacePair *p) {
    if (x == y || types_unalias(x) == types_unalias(y)) return true;
    if (u->depth > DEPTH_LIMIT) return false;
    if (as_named(x) || bound_index(u, y) >= 0) {
        Type *t = x;
        x = y;
        y = t;
    }
    Type *ny = as_named(y);
    bool x_iface = !type_is_param(x) && types_under(x)->kind == TYPE_INTERFACE;
    if (!(mode & UNIFY_EXACT) && ny && is_type_lit(x) && !(u->ifaces && x_iface)) {
        y = types_under(ny);
        if (x == y || types_unalias(x) == types_unalias(y)) return true;
    }
    i64 px = bound_index(u, x), py = bound_index(u, y);
    if (px >= 0 && py >= 0) {
        if (join(u, px, py)) return true;
        return nify(u, *u->handles[px], *u->handles[py], mode, p);
    }
    if (px >= 0) {
        if (*u->handles[px]) return nify_known(u, px, y, mode, p);
        *u->handles[px] = y;
        return true;
    }
    if (u->ifaces && !(mode & UNIFY_EXACT)) {
        Type *xi = as_iface(x), *yi = as_iface(y);
        if (xi && yi) return nify_ifaces(u, xi, yi, p);
        if (xi) return nify_iface_type(u, xi, y, p);
        if (yi) return nify_iface_type(u, yi, x, p);
    }
    if (type_is_param(y)) {
        Type *t = x;
        x = y;
        y = t;
    }
    return nify_kind(u, types_unalias(x), types_unalias(y), y, mode, p);
}

static bool nify(Unifier *u, Type *x, Type *y, int mode, IfacePair *p) {
    if (!x || !y) return false;
    u->depth++;
    bool r = nify1(u, x, y, mode, p);
    u->depth--;
    return r;
}

bool unify(Unifier *u, Type *x, Type *y, int mode) { return nify(u, x, y, mode, NULL); }
