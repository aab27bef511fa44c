// subst.c - types with type parameters replaced.
//
// Two users: the checker (signatures, right-hand sides of instances, bounds) and, by types_subst,
// the phases behind it, for whom in addition local types of a generic function become types of
// their own per instance and aliases disappear.
// What does not mention a parameter is shared, not copied.
#include "types/decls.h"

static Type *sub(Subst *s, Type *t);

// ---- does a type mention type parameters? ------------------------------------------------------------

static bool has_tp(Type *t, bool *unst);

static bool vars_have_tp(Object **v, i64 n, bool *unst) {
    for (i64 i = 0; i < n; i++)
        if (has_tp(v[i]->type, unst)) return true;
    return false;
}

static FuncInfo *outermost(FuncInfo *f) {
    while (f && f->outer) f = f->outer;
    return f;
}

// A type declared in a generic function depends on that function's parameters, mentioned or not.
static bool is_open_local(Type *t) {
    if (t->kind != TYPE_NAMED || !t->named.local_in) return false;
    Type *o = t->named.orig;
    if (o->flags & TF_LOCAL_INST) return false;
    FuncInfo *f = outermost(o->named.local_in);
    return f && f->tparams.len > 0;
}

static bool compute_has_tp(Type *t, bool *unst) {
    switch (t->kind) {
    case TYPE_ARRAY: return has_tp(t->array.elem, unst);
    case TYPE_SLICE: return has_tp(t->slice.elem, unst);
    case TYPE_POINTER: return has_tp(t->pointer.elem, unst);
    case TYPE_CHAN: return has_tp(t->chan.elem, unst);
    case TYPE_MAP: return has_tp(t->map.key, unst) || has_tp(t->map.elem, unst);
    case TYPE_TUPLE: return vars_have_tp(t->tuple.vars, t->tuple.n, unst);
    case TYPE_SIGNATURE: return has_tp(t->sig.params, unst) || has_tp(t->sig.results, unst);
    case TYPE_STRUCT:
        for (i64 i = 0; i < t->strct.nfields; i++)
            if (has_tp(t->strct.fields[i].var->type, unst)) return true;
        return false;
    case TYPE_UNION:
        for (i64 i = 0; i < t->uni.nterms; i++)
            if (has_tp(t->uni.terms[i].type, unst)) return true;
        return false;
    case TYPE_INTERFACE:
        for (i64 i = 0; i < t->iface.nmethods; i++)
            if (has_tp(t->iface.methods[i]->type, unst)) return true;
        for (i64 i = 0; i < t->iface.nembeddeds; i++)
            if (has_tp(t->iface.embeddeds[i], unst)) return true;
        return false;
    case TYPE_NAMED:
        for (i64 i = 0; i < t->named.targs.len; i++)
            if (has_tp(t->named.targs.ptr[i], unst)) return true;
        return is_open_local(t);
    case TYPE_ALIAS:
        for (i64 i = 0; i < t->alias.targs.len; i++)
            if (has_tp(t->alias.targs.ptr[i], unst)) return true;
        return t->alias.actual && has_tp(t->alias.actual, unst);
    case TYPE_PARAM: return true;
    default: return false;
    }
}

// *unst is set when the answer may change: a part is still being declared.
static bool has_tp(Type *t, bool *unst) {
    if (!t || t->kind <= TYPE_UNTYPED_NIL) return false;
    if (t->flags & TF_TP_KNOWN) return t->flags & TF_HAS_TP;
    bool u = (t->kind == TYPE_ALIAS && !t->alias.actual) || (t->kind == TYPE_INTERFACE && !t->iface.tset->complete);
    bool r = compute_has_tp(t, &u);
    if (u) *unst = true;
    else t->flags |= (u8)(TF_TP_KNOWN | (r ? TF_HAS_TP : 0));
    return r;
}

static bool mentions_tp(Type *t) {
    bool u = false;
    return has_tp(t, &u);
}

bool types_is_generic_free(Type *t) { return !mentions_tp(t); }

// ---- substitution ---------------------------------------------------------------------------------------

static Type *lookup_param(Subst *s, Type *t) {
    for (i64 i = 0; i < s->from.len; i++)
        if (s->from.ptr[i] == t) return i < s->to.len && s->to.ptr[i] ? s->to.ptr[i] : t;
    return t;
}

static bool sub_list(Subst *s, TypeList l, TypeList *out) {
    bool changed = false;
    Type *small[8], **v = l.len <= NELEM(small) ? small : ANEWN(s->c->arena, Type *, l.len);
    for (i64 i = 0; i < l.len; i++) {
        v[i] = sub(s, l.ptr[i]);
        if (v[i] != l.ptr[i]) changed = true;
    }
    if (changed) *out = type_list_copy(s->c, v, l.len);
    return changed;
}

static Object *sub_var(Subst *s, Object *v) {
    Type *t = sub(s, v->type);
    if (t == v->type) return v;
    Object *o = ANEW(s->c->arena, Object);
    *o = *v;
    o->type = t;
    o->origin = v->origin;
    return o;
}

static Type *sub_tuple(Subst *s, Type *t) {
    Object **nv = NULL;
    for (i64 i = 0; i < t->tuple.n; i++) {
        Object *v = sub_var(s, t->tuple.vars[i]);
        if (v != t->tuple.vars[i] && !nv) {
            nv = ANEWN(s->c->arena, Object *, t->tuple.n);
            memcpy(nv, t->tuple.vars, (size_t)t->tuple.n * sizeof *nv);
        }
        if (nv) nv[i] = v;
    }
    if (!nv) return t;
    Type *r = type_new(s->c, TYPE_TUPLE);
    r->tuple.vars = nv;
    r->tuple.n = t->tuple.n;
    return r;
}

static Type *sub_struct(Subst *s, Type *t) {
    StructField *nf = NULL;
    i64 n = t->strct.nfields;
    for (i64 i = 0; i < n; i++) {
        Object *v = sub_var(s, t->strct.fields[i].var);
        if (v != t->strct.fields[i].var && !nf) {
            nf = ANEWN(s->c->arena, StructField, n);
            memcpy(nf, t->strct.fields, (size_t)n * sizeof *nf);
        }
        if (nf) nf[i].var = v;
    }
    if (!nf) return t;
    Type *r = type_new(s->c, TYPE_STRUCT);
    r->strct.fields = nf;
    r->strct.nfields = n;
    r->strct.offsets = ANEWN(s->c->arena, i64, n);
    return r;
}

static Type *sub_sig(Subst *s, Type *t) {
    Type *p = sub_tuple(s, t->sig.params), *r = sub_tuple(s, t->sig.results);
    if (p == t->sig.params && r == t->sig.results) return t;
    Type *n = type_new(s->c, TYPE_SIGNATURE);
    n->sig = t->sig;
    n->sig.params = p;
    n->sig.results = r;
    return n;
}

static Object **sub_methods(Subst *s, Object **m, i64 n) {
    Object **nm = NULL;
    for (i64 i = 0; i < n; i++) {
        Type *t = sub(s, m[i]->type);
        if (t == m[i]->type) continue;
        if (!nm) {
            nm = ANEWN(s->c->arena, Object *, n);
            memcpy(nm, m, (size_t)n * sizeof *nm);
        }
        nm[i] = ANEW(s->c->arena, Object);
        *nm[i] = *m[i];
        nm[i]->type = t;
        nm[i]->origin = m[i]->origin;
    }
    return nm;
}

static Type *sub_iface(Subst *s, Type *t) {
    Object **m = sub_methods(s, t->iface.methods, t->iface.nmethods);
    TypeList e = {t->iface.embeddeds, t->iface.nembeddeds};
    bool changed = sub_list(s, e, &e);
    if (!m && !changed) return t;
    Type *r = iface_new(s->c);
    r->iface.methods = m ? m : t->iface.methods;
    r->iface.nmethods = t->iface.nmethods;
    r->iface.embeddeds = e.ptr;
    r->iface.nembeddeds = e.len;
    r->iface.embed_pos = t->iface.embed_pos;
    r->iface.implicit = t->iface.implicit;
    r->iface.tset->complete = t->iface.tset->complete;
    r->iface.tset->pos = t->iface.tset->pos;
    return r;
}

static Type *sub_union(Subst *s, Type *t) {
    UnionTerm *nt = NULL;
    for (i64 i = 0; i < t->uni.nterms; i++) {
        Type *e = sub(s, t->uni.terms[i].type);
        if (e == t->uni.terms[i].type) continue;
        if (!nt) {
            nt = ANEWN(s->c->arena, UnionTerm, t->uni.nterms);
            memcpy(nt, t->uni.terms, (size_t)t->uni.nterms * sizeof *nt);
        }
        nt[i].type = e;
    }
    if (!nt) return t;
    Type *r = type_new(s->c, TYPE_UNION);
    r->uni.terms = nt;
    r->uni.nterms = t->uni.nterms;
    return r;
}

static Type *sub_named(Subst *s, Type *t) {
    Type *orig = t->named.orig;
    if (s->env && is_open_local(t) && outermost(orig->named.local_in) == s->env->func) {
        Type *lo = instantiate_local(s->c, orig, s->env);
        if (!t->named.targs.len) return lo;
        TypeList targs = t->named.targs;
        sub_list(s, targs, &targs);
        return instantiate(s->c, lo, targs);
    }
    if (t->named.targs.len != orig->named.tparams.len) return s->c->u.basic[TYPE_INVALID]; // reported elsewhere
    TypeList targs;
    if (!sub_list(s, t->named.targs, &targs)) return t;
    return instantiate(s->c, orig, targs);
}

static Type *sub_alias(Subst *s, Type *t) {
    if (s->env) return sub(s, types_unalias(t)->kind == TYPE_ALIAS ? s->c->u.basic[TYPE_INVALID] : types_unalias(t));
    if (!t->alias.targs.len) {
        if (t->alias.tparams.len || !t->alias.actual || !mentions_tp(t)) return t;
        Type *r = sub(s, t->alias.actual); // local alias of a generic function
        return r == t->alias.actual ? t : r;
    }
    TypeList targs;
    if (!sub_list(s, t->alias.targs, &targs)) return t;
    return instantiate(s->c, t->alias.orig, targs);
}

static Type *sub_elem1(Subst *s, Type *t) {
    Type *e = sub(s, t->slice.elem); // elem is first in array, slice, pointer, chan
    if (e == t->slice.elem) return t;
    Type *r = type_new(s->c, (TypeKind)t->kind);
    if (t->kind == TYPE_ARRAY) r->array = t->array;
    if (t->kind == TYPE_CHAN) r->chan = t->chan;
    r->slice.elem = e;
    return r;
}

static Type *sub_map(Subst *s, Type *t) {
    Type *k = sub(s, t->map.key), *e = sub(s, t->map.elem);
    return k == t->map.key && e == t->map.elem ? t : types_new_map(s->c, k, e);
}

static Type *sub(Subst *s, Type *t) {
    if (!t || t->kind <= TYPE_UNTYPED_NIL) return t;
    if (t->kind == TYPE_PARAM) return lookup_param(s, t);
    if (!mentions_tp(t)) return s->env ? types_unalias(t) : t;
    if (++s->depth > 1000) {
        s->depth--;
        return t;
    }
    Map *cache = s->env ? s->env->cache : NULL;
    Type *r = cache ? map_get_ptr(cache, t) : NULL;
    if (r) {
        s->depth--;
        return r;
    }
    switch (t->kind) {
    case TYPE_ARRAY:
    case TYPE_SLICE:
    case TYPE_POINTER:
    case TYPE_CHAN: r = sub_elem1(s, t); break;
    case TYPE_MAP: r = sub_map(s, t); break;
    case TYPE_STRUCT: r = sub_struct(s, t); break;
    case TYPE_TUPLE: r = sub_tuple(s, t); break;
    case TYPE_SIGNATURE: r = sub_sig(s, t); break;
    case TYPE_INTERFACE: r = sub_iface(s, t); break;
    case TYPE_UNION: r = sub_union(s, t); break;
    case TYPE_NAMED: r = sub_named(s, t); break;
    case TYPE_ALIAS: r = sub_alias(s, t); break;
    default: r = t; break;
    }
    s->depth--;
    if (cache) map_set_ptr(cache, t, r);
    return r;
}

Type *subst_type(Checker *c, Type *t, TypeList from, TypeList to) {
    if (!from.len) return t;
    Subst s = {.c = c, .from = from, .to = to};
    return sub(&s, t);
}

Type *types_subst_list(Checker *c, Type *t, TypeList from, TypeList to) { return subst_type(c, t, from, to); }

Type *types_subst(Checker *c, Type *t, TypeEnv *env) {
    if (!env || !env->tparams.len) return t;
    if (!env->cache) env->cache = map_new_ptr(c->arena);
    Subst s = {.c = c, .from = env->tparams, .to = env->targs, .env = env};
    Type *r = t && t->kind == TYPE_SIGNATURE ? map_get_ptr(env->cache, t) : NULL;
    if (r && !r->sig.tparams.len) return r;
    r = sub(&s, t);
    if (r && r->kind == TYPE_SIGNATURE && r->sig.tparams.len && !mentions_tp(r)) {
        Type *n = type_new(c, TYPE_SIGNATURE);
        n->sig = r->sig;
        n->sig.tparams = n->sig.rparams = (TypeList){0};
        if (n->sig.recv) n->sig.recv = sub_var(&s, n->sig.recv);
        r = n;
        map_set_ptr(env->cache, t, r);
    }
    return r;
}

// The method object of an instance for `m` seen through env: receiver base substituted.
Object *types_subst_method(Checker *c, Object *m, TypeEnv *env) {
    Type *sig = m->type;
    if (!env || !sig || sig->kind != TYPE_SIGNATURE || !sig->sig.recv) return m;
    Type *recv = sig->sig.recv->type;
    Type *base = as_named(type_deref(recv, NULL));
    if (m->recv_named && base) {
        Type *nb = as_named(types_subst(c, base, env));
        if (!nb || nb == base) return m;
        i64 i = named_method_index(nb, m->pkg, m->name, false);
        return i < 0 ? m : types_method_at(c, nb, i);
    }
    // method of an interface
    Type *ns = types_subst(c, sig, env);
    Type *nr = types_subst(c, recv, env);
    if (nr != recv) {
        Type *u = types_under(nr);
        if (u->kind == TYPE_INTERFACE) {
            Object *o = typeset_lookup(type_set(u), m->pkg, m->name, false, NULL);
            if (o) return o;
        }
    }
    if (ns == sig) return m;
    Object *o = ANEW(c->arena, Object);
    *o = *m;
    o->type = ns;
    o->origin = m->origin;
    return o;
}
