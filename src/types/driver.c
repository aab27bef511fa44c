// driver.c - entries into the checker, delayed actions, and the checks of a whole package.
//
// An entry from outside (check_enter ... check_leave) runs what was delayed before it returns, so callers
// always see finished types. Entries from inside nest.
#include "types/decls.h"

void check_enter(Checker *c) {
    if (!c->work.busy++) c->about = NULL; // its body may have ended
}

void check_leave(Checker *c) {
    if (c->work.busy == 1) {
        check_process_delayed(c, 0);
        record_untyped(c);
        reached_checks(c);
    }
    c->work.busy--;
}

void check_later(Checker *c, void (*fn)(Checker *, void *), void *arg) {
    vec_push(c->arena, &c->work.delayed, ((Delayed){fn, arg, c->pkg, c->env.file, c->env.decl, c->bodies}));
}

i64 check_delayed_top(Checker *c) { return c->work.delayed.len; }

void check_process_delayed(Checker *c, i64 top) {
    Package *saved_pkg = c->pkg;
    CheckEnv saved = c->env;
    Arena *bodies = c->bodies;
    for (i64 i = top; i < c->work.delayed.len; i++) {
        Delayed d = c->work.delayed.ptr[i];
        c->pkg = d.pkg;
        c->env.file = d.file;
        c->env.decl = d.decl;
        c->bodies = d.bodies;
        d.fn(c, d.arg);
    }
    c->work.delayed.len = top;
    c->pkg = saved_pkg;
    c->env = saved;
    c->bodies = bodies;
}

// ---- entries ----------------------------------------------------------------------------------------------------

void check_object(Checker *c, Object *o) {
    o = o->origin ? o->origin : o;
    if (o->type && !o->color) return;
    check_enter(c);
    check_obj_decl(c, o);
    check_leave(c);
}

// A body that was parsed with its file, or that is built for more than one instance, stays.
static Arena *arena_of_body(Checker *c, FuncInfo *fi, const BlockStmt *body) {
    if (!body->unparsed || fi->tparams.len) return c->all_bodies;
    fi->body = arena_new_small("body");
    fi->nparams = fi->sig->sig.scope ? scope_len(fi->sig->sig.scope) : 0;
    vec_push(c->arena, &c->own_bodies, fi);
    return fi->body;
}

static void check_parsed(Checker *c, FuncInfo *fi, DeclInfo *d) {
    check_enter(c);
    Package *saved_pkg = c->pkg;
    CheckEnv saved = c->env;
    c->pkg = d->pkg;
    c->env = (CheckEnv){.scope = d->file->scope, .file = d->file, .decl = d};
    check_func_body(c, d, fi->obj->name->s, fi->sig, d->fdecl->body, fi, NULL);
    c->env = saved;
    c->pkg = saved_pkg;
    check_leave(c);
}

void check_body(Checker *c, FuncInfo *fi) {
    if (!fi || fi->body_checked || !fi->obj) return;
    fi->body_checked = true;
    fi->body_ended = false;
    DeclInfo *d = fi->obj->decl_info;
    if (!d->fdecl->body || !fi->sig || fi->sig->kind != TYPE_SIGNATURE) return;
    BlockStmt *body = d->fdecl->body;
    bool lazy = body->unparsed;
    Arena *bodies = c->bodies;
    c->bodies = arena_of_body(c, fi, body);
    parse_body(c->bodies, c->intern, c->diag, d->file, body);
    if (!lazy || !body->had_errors) check_parsed(c, fi, d);
    c->bodies = bodies;
}

// Types that are declared in it stay, and lead to their declarations.
void check_end_body(Checker *c, FuncInfo *fi) {
    if (!fi || !fi->body || fi->local_types.len || c->work.busy) return;
    BlockStmt *body = ((DeclInfo *)fi->obj->decl_info)->fdecl->body;
    if (body->had_errors) return;
    if (fi->sig->sig.scope) scope_truncate(fi->sig->sig.scope, fi->nparams); // what it declares is declared anew
    arena_free(fi->body);
    fi->body = NULL;
    body->list = (StmtVec){0};
    body->unparsed = true;
    fi->body_checked = false;
    fi->body_ended = true;
}

void check_release_bodies(Checker *c) {
    if (c->all_bodies == c->arena) return;
    for (i64 i = 0; i < c->own_bodies.len; i++) {
        FuncInfo *fi = c->own_bodies.ptr[i];
        arena_free(fi->body);
        fi->body = NULL;
    }
    arena_free(c->all_bodies);
    c->own_bodies.len = 0;
    c->bodies = c->all_bodies = c->arena;
}

void check_var_init(Checker *c, Object *o) {
    DeclInfo *d = o->decl_info;
    if (!d || o->kind != OBJ_VAR) return;
    if (!o->type) check_object(c, o);
    if (d->init_checked || !d->init || o->color) return;
    check_enter(c);
    Package *saved_pkg = c->pkg;
    CheckEnv saved = c->env;
    Arena *bodies = c->bodies;
    c->bodies = c->all_bodies;
    c->pkg = d->pkg;
    c->env = (CheckEnv){.scope = d->file->scope, .file = d->file, .decl = d};
    i64 n = d->nlhs > 1 ? d->nlhs : 1;
    Object **lhs = d->nlhs > 1 ? d->lhs : &o;
    for (i64 i = 0; i < n; i++) {
        check_obj_decl(c, lhs[i]);
        ((DeclInfo *)lhs[i]->decl_info)->init_checked = true;
    }
    check_init_vars(c, lhs, n, &d->init, 1, NULL);
    c->env = saved;
    c->pkg = saved_pkg;
    c->bodies = bodies;
    check_leave(c);
}

Type *check_expr_standalone(Checker *c, Package *p, Scope *s, Expr *e) {
    check_enter(c);
    Package *saved_pkg = c->pkg;
    CheckEnv saved = c->env;
    c->pkg = p;
    c->env = (CheckEnv){.scope = s ? s : p->scope};
    Operand x = {0};
    check_expr_or_type(c, &x, e, true);
    c->env = saved;
    c->pkg = saved_pkg;
    check_leave(c);
    return x.type;
}

// ---- a whole package ----------------------------------------------------------------------------------------------

static void check_unused_imports(Checker *c, Package *p) {
    PackageDecls *pa = package_decls(c, p);
    for (i64 i = 0; i < pa->imports.len; i++) {
        Object *o = pa->imports.ptr[i];
        if (o->used || o->name->blank) continue;
        Str path = o->imported->path, elem = path, name = o->name->s;
        i64 slash = str_rindex(path, '/');
        if (slash >= 0) elem = str_slice(path, slash + 1, path.len);
        if (!name.len || str_eq(name, S(".")) || str_eq(name, elem))
            check_soft_errorf(c, o->pos, "\"%.*s\" imported and not used", SFMT(path));
        else check_soft_errorf(c, o->pos, "\"%.*s\" imported as %.*s and not used", SFMT(path), SFMT(name));
        hint_unused_import(c, o);
    }
}

// Types first, then aliases, then the rest, each in order of source.
static void check_objects(Checker *c, Package *p) {
    for (int phase = 0; phase < 3; phase++) {
        for (i64 i = 0; i < p->objects.len; i++) {
            Object *o = p->objects.ptr[i];
            DeclInfo *d = o->decl_info;
            int want = o->kind != OBJ_TYPE_NAME ? 2 : d->tdecl->alias ? 1 : 0;
            if (want == phase && !o->type) check_obj_decl(c, o);
        }
    }
    check_process_delayed(c, 0);
}

static void check_bodies(Checker *c, Package *p) {
    for (i64 i = 0; i < p->objects.len; i++) {
        Object *o = p->objects.ptr[i];
        if (o->kind == OBJ_FUNC) check_body(c, func_info(c, o));
        else if (o->kind == OBJ_VAR) check_var_init(c, o);
        check_process_delayed(c, 0);
    }
}

void check_package(Checker *c, Package *p) {
    if (p->checked) return;
    p->checked = true;
    i64 errors = c->nerrors;
    check_enter(c);
    Package *saved_pkg = c->pkg;
    CheckEnv saved = c->env;
    check_collect(c, p);
    c->pkg = p;
    c->env = (CheckEnv){0};
    check_objects(c, p);
    check_bodies(c, p);
    init_order(c, p);
    if (!p->trusted) {
        check_unused_imports(c, p);
        if (c->nerrors == errors) mono_check(c);
        if (c->nerrors == errors) check_anon_cycles(c, &c->late);
        if (diag_count(c->diag) == 0) late_checks(c, p);
        c->late.literals.len = 0;
        c->late.anon_ifaces.len = 0;
    }
    c->env = saved;
    c->pkg = saved_pkg;
    check_leave(c);
}
