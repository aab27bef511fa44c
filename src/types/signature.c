// signature.c - function types: receivers and their type parameters, parameters, results.
#include "types/decls.h"

typedef struct RecvCheck {
    Pos pos;
    Object *recv;
} RecvCheck;
typedef VEC(Object *) ObjVec;

static bool is_cgo_type(Object *o) { return str_has_prefix(o->name->s, S("_Ctype_")); }

static void valid_recv(Checker *c, void *arg) {
    RecvCheck *k = arg;
    Type *rt = type_deref(k->recv->type, NULL), *t = types_unalias(rt);
    if (!type_valid(t)) return;
    if (t->kind == TYPE_NAMED) {
        if (t->named.obj->pkg != c->pkg || is_cgo_type(t->named.obj)) {
            check_errorf(c, k->pos, "cannot define new methods on non-local type %.*s", SFMT(tstr(c, rt)));
            return;
        }
        Type *u = types_under(t);
        const char *cause = NULL;
        if (u->kind == TYPE_UNSAFE_POINTER) cause = "unsafe.Pointer";
        if (u->kind == TYPE_POINTER || u->kind == TYPE_INTERFACE) cause = "pointer or interface type";
        if (cause) check_errorf(c, k->pos, "invalid receiver type %.*s (%s)", SFMT(tstr(c, rt)), cause);
    } else if (t->kind <= TYPE_UNTYPED_NIL) {
        check_errorf(c, k->pos, "cannot define new methods on non-local type %.*s", SFMT(tstr(c, rt)));
    } else {
        check_errorf(c, k->pos, "invalid receiver type %.*s", SFMT(tstr(c, k->recv->type)));
    }
}

// ---- receivers ------------------------------------------------------------------------------------------------

// Splits "*T[A, _]": pointer, T, [A, _].
void unpack_recv(Checker *c, Expr *rt, bool want_params, bool *ptr, Expr **base, IdentVec *params) {
    *ptr = false;
    *base = rt ? unparen(rt) : NULL;
    if (!*base) return;
    if ((*base)->kind == ND_STAR) {
        *ptr = true;
        *base = unparen(((Star *)*base)->e);
    }
    if (!*base || (*base)->kind != ND_INDEX) return;
    Index *ix = (Index *)*base;
    *base = ix->e;
    if (!want_params) return;
    for (i64 i = 0; i < ix->index.len; i++) {
        Expr *a = ix->index.ptr[i];
        Ident *id = a->kind == ND_IDENT ? (Ident *)a : NULL;
        if (!id) {
            if (a->kind != ND_BAD_EXPR)
                check_errorf(c, node_start(a), "receiver type parameter %.*s must be an identifier",
                             SFMT(expr_str(c->arena, a)));
            id = ANEW(c->arena, Ident);
            id->x.kind = ND_IDENT;
            id->x.pos = a->pos;
            id->name = c->known.blank;
        }
        vec_push(c->arena, params, id);
    }
}

static Type *unpointer(Type *t) {
    while (t && t->kind == TYPE_POINTER) t = t->pointer.elem;
    return t;
}

// Methods on an instantiated type are not allowed, not even through a chain of aliases.
static Type *check_alias_recv(Checker *c, Type *t, Expr *base) {
    Type *a = unpointer(t);
    while (a && a->kind == TYPE_ALIAS) {
        Type *b = unpointer(a->alias.actual);
        if (b && (b->kind == TYPE_NAMED || b->kind == TYPE_ALIAS) && generic_tparams(b).len) {
            check_errorf(c, node_start(base), "cannot define new methods on instantiated type %.*s", SFMT(tstr(c, b)));
            return c->u.basic[TYPE_INVALID];
        }
        a = b;
    }
    return t;
}

// Records the types of the parts of a receiver type expression: (*(T[P])), *(T[P]), T[P].
static void record_recv(Checker *c, Expr *e, Type *t) {
    for (;;) {
        record_type(c, e, t);
        if (e->kind == ND_PAREN) {
            e = ((Paren *)e)->e;
        } else if (e->kind == ND_STAR && t->kind == TYPE_POINTER) {
            e = ((Star *)e)->e;
            t = t->pointer.elem;
        } else {
            return;
        }
    }
}

static Type *generic_recv_base(Checker *c, Expr *rbase) {
    Str cause = {0};
    Type *t = check_generic_type(c, rbase, &cause);
    if (!type_valid(t)) {
        if (cause.len) check_errorf(c, node_start(rbase), "%.*s", SFMT(cause));
        return NULL;
    }
    if (t->kind == TYPE_NAMED) return t;
    check_errorf(c, node_start(rbase), "cannot define new methods on generic alias type %.*s", SFMT(tstr(c, t)));
    return NULL;
}

static Type *recv_with_params(Checker *c, Field *recv, bool ptr, Expr *rbase, IdentVec *ids, Pos scope_pos,
                              TypeList *out) {
    Type *base = generic_recv_base(c, rbase);
    Type *bad = c->u.basic[TYPE_INVALID];
    TypeList rp = {ANEWN(c->arena, Type *, ids->len), ids->len};
    for (i64 i = 0; i < ids->len; i++) {
        rp.ptr[i] = declare_tparam(c, ids->ptr[i], scope_pos);
        rp.ptr[i]->param.index = (i32)i;
        ids->ptr[i]->obj = rp.ptr[i]->param.obj;
        record_type(c, &ids->ptr[i]->x, rp.ptr[i]);
    }
    *out = rp;
    if (!base) return bad;
    TypeList bp = base->named.tparams;
    if (bp.len != rp.len) {
        check_errorf(c, node_start(rbase), "receiver declares %d type parameter%s, but receiver base type declares %d",
                     (int)rp.len, rp.len == 1 ? "" : "s", (int)bp.len);
    } else {
        for (i64 i = 0; i < rp.len; i++) {
            mono_canon(c, rp.ptr[i], bp.ptr[i]);
            rp.ptr[i]->param.bound = subst_type(c, bp.ptr[i]->param.bound, bp, rp);
        }
    }
    check_verify_version(c, node_start(rbase), 18, "type instantiation");
    Type *t = instantiate(c, base, rp);
    if (ptr && type_valid(t)) t = types_new_pointer(c, t);
    record_recv(c, recv->type, t);
    return t;
}

static Object *collect_recv(Checker *c, Field *recv, Pos scope_pos, TypeList *rparams) {
    bool ptr;
    Expr *rbase;
    IdentVec ids = {0};
    unpack_recv(c, recv->type, true, &ptr, &rbase, &ids);
    Type *t;
    if (!ids.len) {
        t = check_var_type(c, recv->type);
        t = check_alias_recv(c, t, rbase ? rbase : recv->type);
    } else {
        t = recv_with_params(c, recv, ptr, rbase, &ids, scope_pos, rparams);
    }
    Object *v =
        types_new_var(c, recv->name ? recv->name->x.pos : recv->pos, c->pkg, recv->name ? recv->name->name : NULL, t);
    v->is_recv = v->is_param = true;
    v->used = true; // receivers need not be used
    RecvCheck *k = ANEW(c->arena, RecvCheck);
    *k = (RecvCheck){node_start(rbase ? rbase : recv->type), v};
    check_later(c, valid_recv, k);
    return v;
}

// ---- parameters -------------------------------------------------------------------------------------------------

static void collect_params(Checker *c, FieldList *l, bool results, ObjVec *out, bool *variadic) {
    Type *t = NULL;
    Expr *prev = NULL;
    *variadic = false;
    for (i64 i = 0; i < l->fields.len; i++) {
        Field *f = l->fields.ptr[i];
        if (f->type != prev || !t) {
            Expr *e = prev = f->type;
            if (e->kind == ND_DOTS) {
                if (!results && i == l->fields.len - 1) *variadic = true;
                else
                    check_errorf(c, node_start(e),
                                 results ? "invalid use of ..." : "can only use ... with final parameter");
                e = ((DotsType *)e)->elem;
            }
            t = check_var_type(c, e);
        }
        Object *v = types_new_var(c, f->name ? f->name->x.pos : f->pos, c->pkg, f->name ? f->name->name : NULL, t);
        v->is_param = !results;
        v->is_result = results;
        v->used = true; // neither parameters nor results need be used
        if (f->name) f->name->obj = v;
        vec_push(c->arena, out, v);
    }
    if (*variadic) {
        Object *last = out->ptr[out->len - 1];
        last->type = types_new_slice(c, last->type);
        record_type(c, l->fields.ptr[l->fields.len - 1]->type, last->type);
    }
}

static void declare_params(Checker *c, FieldList *l, ObjVec *v, Pos scope_pos) {
    for (i64 i = 0; i < v->len; i++)
        if (l->fields.ptr[i]->name) check_declare(c, c->env.scope, l->fields.ptr[i]->name, v->ptr[i], scope_pos);
}

// Fills sig from ft. The scope of its parameters becomes sig->sig.scope.
Type *func_type_in(Checker *c, Type *sig, FuncType *ft, Field *recv, FieldList *tparams) {
    Scope *saved = open_scope(c, "function");
    sig->sig.scope = c->env.scope;
    sig->sig.params = sig->sig.results = c->u.empty_tuple;
    Object *rv = NULL;
    if (recv) rv = collect_recv(c, recv, ft->x.pos, &sig->sig.rparams);
    if (tparams) collect_tparams(c, sig, tparams);
    ObjVec params = {0}, results = {0};
    bool variadic, dummy;
    collect_params(c, &ft->params, false, &params, &variadic);
    collect_params(c, &ft->results, true, &results, &dummy);
    Pos pos = node_end(ft);
    if (rv && recv->name) check_declare(c, c->env.scope, recv->name, rv, pos);
    declare_params(c, &ft->params, &params, pos);
    declare_params(c, &ft->results, &results, pos);
    sig->sig.recv = rv;
    sig->sig.params = types_new_tuple(c, params.ptr, params.len);
    sig->sig.results = types_new_tuple(c, results.ptr, results.len);
    sig->sig.variadic = variadic;
    c->env.scope = saved;
    return sig;
}

Type *check_func_type(Checker *c, FuncType *ft, Field *recv, Scope **body_scope) {
    Type *sig = func_type_in(c, type_new(c, TYPE_SIGNATURE), ft, recv, recv ? NULL : ft->tparams);
    if (body_scope) *body_scope = sig->sig.scope;
    return sig;
}
