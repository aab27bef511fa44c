// decl.c - declarations of objects: resolving them on demand, cycles, type declarations and their
// type parameters, methods of a type, declarations inside functions.
//
// An object is white (no type), grey (on the path of declarations being checked) or black. Meeting
// a grey object is a cycle: fine if it goes through a type definition, an error if it is made of
// aliases or of types and values.
#include "types/decls.h"

void path_push(Checker *c, Object *o) {
    o->color = 1;
    vec_push(c->arena, &c->work.path, o);
}

void path_pop(Checker *c) { c->work.path.ptr[--c->work.path.len]->color = 0; }

static i64 path_index(Checker *c, Object *o) {
    for (i64 i = c->work.path.len - 1; i >= 0; i--)
        if (c->work.path.ptr[i] == o) return i;
    return -1;
}

void check_declare(Checker *c, Scope *s, Ident *id, Object *o, Pos scope_pos) {
    if (!o->name->blank) {
        Object *alt = scope_insert(s, o);
        if (alt) {
            ErrMsg e;
            err_begin(&e, c);
            err_add(&e, o->pos, "%.*s redeclared in this block", SFMT(o->name->s));
            err_alt_decl(&e, alt);
            err_report(&e);
            return;
        }
        o->scope_pos = scope_pos;
    }
    if (id) id->obj = o;
}

void check_add_dependency(Checker *c, Object *to) {
    DeclInfo *d = c->env.decl;
    if (!d) return;
    to = to->origin ? to->origin : to;
    DeclInfo *td = to->decl_info;
    if (!td || (to->kind != OBJ_CONST && to->kind != OBJ_VAR && to->kind != OBJ_FUNC)) return;
    if (td->pkg != d->pkg) return;
    if (!d->dep_set) {
        for (i64 i = 0; i < d->deps.len; i++)
            if (d->deps.ptr[i] == to) return;
        if (d->deps.len >= 16) {
            d->dep_set = map_new_ptr(c->arena);
            for (i64 i = 0; i < d->deps.len; i++) map_set_ptr(d->dep_set, d->deps.ptr[i], d);
        }
    } else if (map_get_ptr(d->dep_set, to)) {
        return;
    }
    if (d->dep_set) map_set_ptr(d->dep_set, to, d);
    vec_push(c->arena, &d->deps, to);
}

// ---- cycles -------------------------------------------------------------------------------------------------

static bool is_alias_name(Object *o) {
    DeclInfo *d = o->decl_info;
    if (d && d->tdecl) return d->tdecl->alias;
    return o->type && o->type->kind == TYPE_ALIAS;
}

i64 first_in_src(Object **v, i64 n) {
    i64 f = 0;
    for (i64 i = 1; i < n; i++)
        if (v[i]->pos < v[f]->pos) f = i;
    return f;
}

static Str cycle_name(Checker *c, Object *o) {
    return sprintf_(c, "%.*s%.*s", SFMT(pkg_prefix(c, o->pkg)), SFMT(o->name->s));
}

void cycle_error(Checker *c, Object **cycle, i64 n, i64 start) {
    Object *o = cycle[start];
    bool is_type = o->kind == OBJ_TYPE_NAME;
    if (is_type && o->type && o->type->kind == TYPE_ALIAS) o->type->alias.actual = c->u.basic[TYPE_INVALID];
    ErrMsg e;
    err_begin(&e, c);
    Str name = cycle_name(c, o);
    if (n == 1) {
        err_add(&e, o->pos, "invalid %s: %.*s refers to itself", is_type ? "recursive type" : "cycle in declaration",
                SFMT(name));
        err_report(&e);
        return;
    }
    if (is_type) err_add(&e, o->pos, "invalid recursive type %.*s", SFMT(name));
    else err_add(&e, o->pos, "invalid cycle in declaration of %.*s", SFMT(name));
    for (i64 i = 0; i < n; i++) {
        Object *next = cycle[(start + i + 1) % n];
        err_add(&e, o->pos, "%.*s refers to %.*s", SFMT(cycle_name(c, o)), SFMT(cycle_name(c, next)));
        o = next;
    }
    err_report(&e);
}

// May the declaration of o, which is grey, be referred to?
static bool valid_cycle(Checker *c, Object *o) {
    i64 start = path_index(c, o);
    if (start < 0) return true;
    Object **cycle = c->work.path.ptr + start;
    i64 n = c->work.path.len - start, nval = 0, ndef = 0;
    for (i64 i = 0; i < n; i++) {
        if (cycle[i]->kind == OBJ_CONST || cycle[i]->kind == OBJ_VAR) nval++;
        if (cycle[i]->kind != OBJ_TYPE_NAME) continue;
        if (c->env.in_tparam_list && type_is_generic(cycle[i]->type)) return true; // through a type parameter list
        if (!is_alias_name(cycle[i])) ndef++;
    }
    if (nval == n) return true; // reported with the order of initialization
    if (nval == 0 && ndef > 0) return true;
    Object **copy = ANEWN(c->arena, Object *, n);
    memcpy(copy, cycle, (size_t)n * sizeof *copy);
    cycle_error(c, copy, n, first_in_src(copy, n));
    return false;
}

static void check_grey(Checker *c, Object *o) {
    Type *bad = c->u.basic[TYPE_INVALID];
    bool ok = valid_cycle(c, o);
    switch (o->kind) {
    case OBJ_CONST:
    case OBJ_VAR:
        if (!ok || !o->type) o->type = bad;
        if (o->kind == OBJ_CONST && !o->val) o->val = exact_unknown();
        break;
    case OBJ_TYPE_NAME:
        if (!ok) o->type = bad;
        break;
    default: break;
    }
}

// Direct cycles: type T U; type U T, aliases too. Run when a package is collected.
void check_direct_cycles(Checker *c, Package *p) {
    Map *done = map_new_ptr(c->arena);
    for (i64 k = 0; k < p->objects.len; k++) {
        Object *o = p->objects.ptr[k];
        VEC(Object *) path = {0};
        while (o->kind == OBJ_TYPE_NAME && !map_get_ptr(done, o)) {
            i64 at = -1;
            for (i64 i = 0; i < path.len; i++)
                if (path.ptr[i] == o) at = i;
            if (at >= 0) {
                o->type = c->u.basic[TYPE_INVALID];
                cycle_error(c, path.ptr + at, path.len - at, first_in_src(path.ptr + at, path.len - at));
                break;
            }
            vec_push(c->arena, &path, o);
            DeclInfo *d = o->decl_info;
            if (!d || !d->tdecl || !d->tdecl->type || d->tdecl->type->kind != ND_IDENT) break;
            Object *next = scope_lookup(p->scope, ((Ident *)d->tdecl->type)->name);
            if (!next) break;
            o = next;
        }
        for (i64 i = 0; i < path.len; i++) map_set_ptr(done, path.ptr[i], c);
    }
}

// ---- type declarations -------------------------------------------------------------------------------------------

typedef struct TypeLater {
    Object *obj;
    TypeDecl *decl;
    Type *rhs;
    bool version_error;
} TypeLater;

static void check_type_later(Checker *c, void *arg) {
    TypeLater *l = arg;
    Type *n = l->obj->type ? as_named(l->obj->type) : NULL;
    if (n) valid_type(c, n);
    if (l->version_error || !l->rhs) return;
    n = as_named(l->rhs);
    if (!n || !n->named.obj->pkg || n->named.obj->pkg == c->pkg) return;
    Type *u = types_under(n);
    if (u->kind == TYPE_INTERFACE && !typeset_is_method_set(type_set(u)))
        check_verify_version(c, node_start(l->decl->type), 18, "using type constraint %.*s", SFMT(tstr(c, l->rhs)));
}

Type *declare_tparam(Checker *c, Ident *id, Pos scope_pos) {
    Object *o = obj_new(c, OBJ_TYPE_NAME, id->x.pos, c->pkg, id->name, NULL);
    Type *t = param_new(c, o, c->u.basic[TYPE_INVALID]);
    check_declare(c, c->env.scope, id, o, scope_pos);
    return t;
}

static Type *check_bound(Checker *c, Expr *e) {
    bool lit =
        (e->kind == ND_UNARY && ((Unary *)e)->op == OP_TILDE) || (e->kind == ND_BINARY && ((Binary *)e)->op == OP_OR);
    if (!lit) return check_type(c, e);
    InterfaceType *it = ANEW(c->arena, InterfaceType);
    it->x.kind = ND_INTERFACE_TYPE;
    it->x.pos = e->pos;
    Field *f = ANEW(c->arena, Field);
    f->pos = e->pos;
    f->type = e;
    vec_push(c->arena, &it->methods.fields, f);
    Type *t = check_type(c, &it->x);
    if (t->kind == TYPE_INTERFACE) t->iface.implicit = true;
    return t;
}

// Declares the type parameters of owner (Named, Alias, Signature) in the current scope.
void collect_tparams(Checker *c, Type *owner, FieldList *list) {
    i64 n = list->fields.len;
    TypeList tp = {ANEWN(c->arena, Type *, n ? n : 1), n};
    for (i64 i = 0; i < n; i++) {
        Field *f = list->fields.ptr[i];
        Ident *id = f->name;
        if (!id) {
            id = ANEW(c->arena, Ident);
            id->x.kind = ND_IDENT;
            id->x.pos = f->pos;
            id->name = c->known.blank;
        }
        tp.ptr[i] = declare_tparam(c, id, list->fields.ptr[0]->pos);
        tp.ptr[i]->param.index = (i32)i;
    }
    // before the bounds: type T[P T[P]] ...
    if (owner->kind == TYPE_NAMED) owner->named.tparams = tp;
    else if (owner->kind == TYPE_ALIAS) owner->alias.tparams = tp;
    else owner->sig.tparams = tp;
    bool saved = c->env.in_tparam_list;
    c->env.in_tparam_list = true;
    Type *bound = NULL;
    for (i64 i = 0; i < n; i++) {
        Field *f = list->fields.ptr[i];
        if (i == 0 || f->type != list->fields.ptr[i - 1]->type) {
            bound = f->type ? check_bound(c, f->type) : c->u.basic[TYPE_INVALID];
            if (type_is_param(bound)) {
                check_errorf(c, node_start(f->type), "cannot use a type parameter as constraint");
                bound = c->u.basic[TYPE_INVALID];
            }
        }
        tp.ptr[i]->param.bound = bound;
    }
    c->env.in_tparam_list = saved;
}

static bool in_list(TypeList l, Type *t) {
    for (i64 i = 0; i < l.len; i++)
        if (l.ptr[i] == t) return true;
    return false;
}

static void alias_decl(Checker *c, Object *o, TypeDecl *d, TypeLater *l) {
    bool generic = d->tparams && d->tparams->fields.len;
    if (generic && !check_verify_version(c, d->tparams->fields.ptr[0]->pos, 23, "generic type alias"))
        l->version_error = true;
    if (!l->version_error && !check_verify_version(c, d->d.pos, 9, "type alias")) l->version_error = true;
    Type *a = alias_new(c, o, NULL);
    Scope *saved = c->env.scope;
    if (generic) {
        open_scope(c, "type parameters");
        collect_tparams(c, a, d->tparams);
    }
    Type *rhs = check_def_type(c, d->type, o);
    if (!a->alias.actual) a->alias.actual = rhs; // set already: invalid, after a cycle
    if (rhs->kind == TYPE_PARAM && in_list(a->alias.tparams, rhs)) {
        check_errorf(c, node_start(d->type), "cannot use type parameter declared in alias declaration as RHS");
        a->alias.actual = c->u.basic[TYPE_INVALID];
    }
    Type *u = types_unalias(a);
    if (u->kind == TYPE_ALIAS && (u == a || !u->alias.actual)) {
        bool loop = u == a;
        if (loop) a->alias.actual = c->u.basic[TYPE_INVALID];
    }
    l->rhs = rhs;
    c->env.scope = saved;
}

// Before its right-hand side is looked at: that decides whether *T depends on type parameters.
static void set_local(Checker *c, Type *t, TypeDecl *d) {
    if (!map_get_ptr(c->local.done, c->pkg)) number_local_types(c, c->pkg);
    t->named.local_in = c->env.func;
    t->named.local_index = (i32)(intptr_t)map_get_ptr(c->local.index, d);
    if (c->env.func) vec_push(c->arena, &c->env.func->local_types, t);
}

void check_type_decl(Checker *c, Object *o, TypeDecl *d) {
    TypeLater *l = ANEW(c->arena, TypeLater);
    *l = (TypeLater){.obj = o, .decl = d};
    check_later(c, check_type_later, l);
    if (d->alias) {
        alias_decl(c, o, d, l);
        return;
    }
    bool generic = d->tparams && d->tparams->fields.len;
    if (generic && !check_verify_version(c, d->tparams->fields.ptr[0]->pos, 18, "type parameter"))
        l->version_error = true;
    Type *n = named_new(c, o);
    if (!o->decl_info) set_local(c, n, d);
    Scope *saved = c->env.scope;
    if (generic) {
        open_scope(c, "type parameters");
        collect_tparams(c, n, d->tparams);
    }
    Type *rhs = l->rhs = check_def_type(c, d->type, o);
    if (type_is_param(rhs)) {
        check_errorf(c, node_start(d->type), "cannot use a type parameter as RHS in type declaration");
        rhs = c->u.basic[TYPE_INVALID];
    }
    named_set_rhs(n, rhs);
    c->env.scope = saved;
}

// ---- methods of a type ---------------------------------------------------------------------------------------------

static void check_field_names(Checker *c, void *arg) {
    Type *base = arg;
    Type *u = types_under(base);
    if (u->kind != TYPE_STRUCT || !base->named.nmethods) return;
    for (i64 i = 0; i < u->strct.nfields; i++) {
        Object *f = u->strct.fields[i].var;
        if (f->name->blank) continue;
        i64 m = named_method_index(base, f->pkg, f->name, false);
        if (m < 0) continue;
        ErrMsg e;
        err_begin(&e, c);
        err_add(&e, base->named.methods[m]->pos, "field and method with the same name %.*s", SFMT(f->name->s));
        err_alt_decl(&e, f);
        err_report(&e);
    }
}

static void collect_methods(Checker *c, Object *o) {
    DeclInfo *d = o->decl_info;
    if (!d || !d->methods.len) return;
    Type *base = o->type ? as_named(o->type) : NULL;
    if (base) check_later(c, check_field_names, base);
    Map *seen = map_new_ptr(c->arena);
    for (i64 i = 0; i < d->methods.len; i++) {
        Object *m = d->methods.ptr[i];
        Object *alt = map_get_ptr(seen, m->name);
        if (alt) {
            check_errorf(c, m->pos, "method %.*s.%.*s already declared at %.*s", SFMT(o->name->s), SFMT(m->name->s),
                         SFMT(pos_string(c, alt->pos)));
            continue;
        }
        map_set_ptr(seen, m->name, m);
        if (!base) continue;
        m->recv_named = base;
        if (base->named.nmethods == base->named.capmethods)
            vec_grow(c->arena, (void **)&base->named.methods, &base->named.capmethods, (i64)sizeof(Object *));
        base->named.methods[base->named.nmethods++] = m;
    }
    d->methods.len = 0;
}

// ---- functions --------------------------------------------------------------------------------------------------------

static void body_later(Checker *c, void *arg) { check_body(c, arg); }

static void func_decl(Checker *c, Object *o, DeclInfo *d) {
    FuncDecl *f = d->fdecl;
    Type *sig = o->type = type_new(c, TYPE_SIGNATURE); // guards against cycles
    sig->sig.params = sig->sig.results = c->u.empty_tuple;
    func_type_in(c, sig, f->type, f->recv, f->recv ? NULL : f->type->tparams);
    bool generic = f->type->tparams && f->type->tparams->fields.len;
    if (generic && !f->body) check_soft_errorf(c, f->d.pos, "generic function is missing function body");
    if (f->body && !d->pkg->trusted) check_later(c, body_later, func_info(c, o));
}

static void set_func(Object *v, FuncInfo *fi) {
    if (v) v->func = fi;
}

FuncInfo *func_info(Checker *c, Object *o) {
    o = o->origin ? o->origin : o;
    DeclInfo *d = o->decl_info;
    if (!d || !d->fdecl) return NULL;
    if (d->info) return d->info;
    if (!o->type) check_object(c, o);
    if (d->info) return d->info;
    FuncInfo *fi = d->info = ANEW(c->arena, FuncInfo);
    Type *sig = o->type;
    fi->obj = o;
    fi->sig = sig;
    fi->node = (Node *)d->fdecl;
    fi->pkg = d->pkg;
    d->fdecl->info = fi;
    if (!sig || sig->kind != TYPE_SIGNATURE) return fi;
    TypeList r = sig->sig.rparams, t = sig->sig.tparams;
    fi->tparams = (TypeList){ANEWN(c->arena, Type *, r.len + t.len + 1), r.len + t.len};
    for (i64 i = 0; i < r.len; i++) fi->tparams.ptr[i] = r.ptr[i];
    for (i64 i = 0; i < t.len; i++) fi->tparams.ptr[r.len + i] = t.ptr[i];
    set_func(sig->sig.recv, fi);
    for (i64 i = 0; i < sig->sig.params->tuple.n; i++) set_func(sig->sig.params->tuple.vars[i], fi);
    for (i64 i = 0; i < sig->sig.results->tuple.n; i++) set_func(sig->sig.results->tuple.vars[i], fi);
    return fi;
}

// ---- objects ------------------------------------------------------------------------------------------------------------

static void const_decl(Checker *c, Object *o, DeclInfo *d) {
    o->val = d->iota;
    c->env.iota = d->iota;
    check_const_decl(c, o, d->type, d->init, d->inherited);
    if (!o->type) o->type = c->u.basic[TYPE_INVALID];
    if (!o->val) o->val = exact_unknown();
}

// Outside the main module a variable with a type waits with its initialization until someone asks.
static void var_decl(Checker *c, Object *o, DeclInfo *d) {
    if (d->type && d->init && d->pkg->trusted) {
        o->type = check_var_type(c, d->type);
        return;
    }
    check_var_decl(c, o, d->nlhs > 1 ? d->lhs : NULL, d->nlhs > 1 ? d->nlhs : 0, d->type, d->init);
    d->init_checked = true;
    if (!o->type) o->type = c->u.basic[TYPE_INVALID];
}

void check_obj_decl(Checker *c, Object *o) {
    if (o->origin && o->origin != o) return; // of an instance: made complete
    if (o->color) {
        check_grey(c, o);
        return;
    }
    if (o->type) return;
    DeclInfo *d = o->decl_info;
    if (!d) {
        o->type = c->u.basic[TYPE_INVALID];
        return;
    }
    path_push(c, o);
    CheckEnv saved = c->env;
    Package *saved_pkg = c->pkg;
    Arena *bodies = c->bodies;
    c->bodies = c->all_bodies; // also where a body leads to it
    c->pkg = d->pkg;
    c->env = (CheckEnv){.scope = d->file ? d->file->scope : d->pkg->scope, .file = d->file};
    switch (o->kind) {
    case OBJ_CONST:
        c->env.decl = d;
        const_decl(c, o, d);
        break;
    case OBJ_VAR:
        c->env.decl = d;
        var_decl(c, o, d);
        break;
    case OBJ_TYPE_NAME:
        check_type_decl(c, o, d->tdecl);
        collect_methods(c, o);
        break;
    case OBJ_FUNC: func_decl(c, o, d); break;
    default: break;
    }
    c->env = saved;
    c->pkg = saved_pkg;
    c->bodies = bodies;
    path_pop(c);
}

// ---- declarations in functions ---------------------------------------------------------------------------------------------

void check_arity(Checker *c, Pos pos, i64 nnames, Ident **names, ExprVec *vals, bool is_const, bool inherited) {
    i64 l = nnames, r = vals->len;
    if (l < r) {
        Expr *n = vals->ptr[l];
        if (inherited) check_errorf(c, pos, "extra init expr at %.*s", SFMT(pos_string(c, n->pos)));
        else check_errorf(c, node_start(n), "extra init expr %.*s", SFMT(expr_str(c->arena, n)));
    } else if (l > r && (is_const || r != 1)) {
        check_errorf(c, names[r]->x.pos, "missing init expr for %.*s", SFMT(names[r]->name->s));
    }
}

static Object *local_object(Checker *c, ObjKind k, Ident *id) {
    Object *o = obj_new(c, k, id->x.pos, c->pkg, id->name, NULL);
    o->func = c->env.func;
    return o;
}

static void local_const(Checker *c, ConstDecl *s, ConstDecl *last, bool inherited, i64 iota) {
    i64 top = check_delayed_top(c), n = s->names.len;
    Object **lhs = ANEWN(c->arena, Object *, n ? n : 1);
    const Exact *saved = c->env.iota;
    Pos saved_pos = c->env.err_pos;
    for (i64 i = 0; i < n; i++) {
        lhs[i] = local_object(c, OBJ_CONST, s->names.ptr[i]);
        lhs[i]->val = c->env.iota = exact_i64(c->arena, iota);
        check_const_decl(c, lhs[i], last->type, i < last->values.len ? last->values.ptr[i] : NULL, inherited);
        if (!lhs[i]->type) lhs[i]->type = c->u.basic[TYPE_INVALID];
    }
    c->env.iota = saved;
    c->env.err_pos = saved_pos;
    check_arity(c, s->d.pos, n, s->names.ptr, &last->values, true, inherited);
    check_process_delayed(c, top);
    Pos pos = node_end(s);
    for (i64 i = 0; i < n; i++) check_declare(c, c->env.scope, s->names.ptr[i], lhs[i], pos);
    for (i64 i = 0; i < n; i++) s->names.ptr[i]->obj = lhs[i];
}

static void local_var(Checker *c, VarDecl *s) {
    i64 top = check_delayed_top(c), n = s->names.len;
    Object **lhs = ANEWN(c->arena, Object *, n ? n : 1);
    for (i64 i = 0; i < n; i++) lhs[i] = local_object(c, OBJ_VAR, s->names.ptr[i]);
    for (i64 i = 0; i < n; i++) {
        bool multi = s->values.len == 1 && n != 1;
        Expr *init = s->values.len == n || i < s->values.len ? (i < s->values.len ? s->values.ptr[i] : NULL) : NULL;
        if (multi) init = s->values.ptr[0];
        check_var_decl(c, lhs[i], multi ? lhs : NULL, multi ? n : 0, s->type, init);
        if (s->values.len == 1) break;
    }
    for (i64 i = 0; i < n; i++)
        if (!lhs[i]->type) lhs[i]->type = c->u.basic[TYPE_INVALID];
    if (!s->type || s->values.len) check_arity(c, s->d.pos, n, s->names.ptr, &s->values, false, false);
    check_process_delayed(c, top);
    Pos pos = node_end(s);
    for (i64 i = 0; i < n; i++) check_declare(c, c->env.scope, s->names.ptr[i], lhs[i], pos);
    for (i64 i = 0; i < n; i++) s->names.ptr[i]->obj = lhs[i];
}

static void local_type(Checker *c, TypeDecl *s) {
    Object *o = local_object(c, OBJ_TYPE_NAME, s->name);
    o->decl = s;
    check_declare(c, c->env.scope, s->name, o, s->name->x.pos);
    path_push(c, o);
    check_type_decl(c, o, s);
    path_pop(c);
    s->name->obj = o;
}

void check_decl_stmt(Checker *c, DeclStmt *ds) {
    i64 first = -1;
    ConstDecl *last = NULL, *prev = NULL;
    for (i64 i = 0; i < ds->decls.len; i++) {
        Decl *d = ds->decls.ptr[i];
        if (d->kind == ND_CONST_DECL) {
            ConstDecl *s = (ConstDecl *)d;
            bool inherited = true;
            if (first < 0 || !s->group || !prev || prev->group != s->group) {
                first = i;
                last = NULL;
            }
            if (s->type || s->values.len) {
                last = s;
                inherited = false;
            } else if (!last) {
                last = ANEW(c->arena, ConstDecl);
                inherited = false;
            }
            local_const(c, s, last, inherited, i - first);
            prev = s;
            continue;
        }
        first = -1;
        if (d->kind == ND_VAR_DECL) local_var(c, (VarDecl *)d);
        else if (d->kind == ND_TYPE_DECL) local_type(c, (TypeDecl *)d);
    }
}
