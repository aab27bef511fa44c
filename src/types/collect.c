// collect.c - the package-level objects of a package: imports, scopes, methods to their types.
// Nothing is resolved here.
#include "types/decls.h"

typedef struct Method {
    Object *obj;
    bool ptr;
    const Name *recv;
} Method;
typedef struct Collector {
    Checker *c;
    Package *p;
    PackageDecls *pa;
    File *file;
    VEC(Method) methods;
    VEC(Package *) imports;
    ConstDecl *last; // whose values an empty const spec repeats
    DeclGroup *group;
    i64 iota;
} Collector;

static Object *pkg_object(Collector *k, ObjKind kind, Ident *id, void *decl) {
    Checker *c = k->c;
    Object *o = obj_new(c, kind, id->x.pos, k->p, id->name, NULL);
    DeclInfo *d = ANEW(c->arena, DeclInfo);
    o->decl = decl;
    o->decl_info = d;
    o->file = k->file;
    d->obj = o;
    d->file = k->file;
    d->pkg = k->p;
    d->order = ++k->pa->order;
    vec_push(c->arena, &k->p->objects, o);
    return o;
}

static void declare_pkg(Collector *k, Ident *id, Object *o) {
    Checker *c = k->c;
    if (id->name == c->known.init) {
        check_errorf(c, id->x.pos, "cannot declare init - must be func");
        return;
    }
    if (id->name == c->known.main && k->p->name == c->known.main) {
        check_errorf(c, id->x.pos, "cannot declare main - must be func");
        return;
    }
    check_declare(c, k->p->scope, id, o, 0);
    id->obj = o;
}

// ---- imports ----------------------------------------------------------------------------------------------------

Str types_bad_import_path(Arena *a, Str path) {
    if (!path.len) return S("empty string");
    if (path.ptr[0] == '/') return S("import path cannot be absolute path");
    int size = 1;
    for (i64 i = 0; i < path.len; i += size) {
        i32 r = utf8_decode(path.ptr + i, path.len - i, &size);
        if (r > ' ' && r < 127 && !memchr("!\"#$%&'()*,:;<=>?[\\]^{|}`", r, 25)) continue;
        if (r >= 0xA1 && r != RUNE_ERROR) continue;
        bool shown = (r >= ' ' && r < 127) || r == RUNE_ERROR;
        return shown ? arena_printf(a, "invalid character U+%04X '%.*s'", (unsigned)r, r == RUNE_ERROR ? 3 : 1,
                                    r == RUNE_ERROR ? "\xEF\xBF\xBD" : path.ptr + i)
                     : arena_printf(a, "invalid character U+%04X", (unsigned)r);
    }
    return (Str){0};
}

static bool valid_import_path(Checker *c, BasicLit *lit, Str *path) {
    Str why = S("invalid syntax");
    if (lit_unquote(c->arena, lit->text, path)) why = types_bad_import_path(c->arena, *path);
    if (why.len) check_errorf(c, lit->x.pos, "invalid import path (%.*s)", SFMT(why));
    return !why.len;
}

static void dot_import(Collector *k, ImportDecl *d, Object *pn, Package *imp) {
    Checker *c = k->c;
    for (i64 i = 0, n = scope_len(imp->scope); i < n; i++) {
        Object *o = scope_at(imp->scope, i);
        if (!o->name->exported) continue;
        Object *alt = scope_insert(k->file->scope, o);
        if (alt) {
            ErrMsg e;
            err_begin(&e, c);
            err_add(&e, d->name->x.pos, "%.*s redeclared in this block", SFMT(alt->name->s));
            err_alt_decl(&e, alt);
            err_report(&e);
        } else {
            vec_push(c->arena, &k->pa->dots, ((DotImport){k->file->scope, o->name, pn}));
        }
    }
}

static Package *import_package(Collector *k, ImportDecl *d, Str path) {
    Checker *c = k->c;
    if (str_eq(path, S("unsafe"))) return c->known.unsafe;
    Package *p = c->import ? c->import(c->import_ctx, k->p, d, path) : NULL;
    if (!p) {
        p = ANEW(c->arena, Package);
        i64 slash = str_rindex(path, '/');
        p->path = p->link_path = path;
        p->name = intern(c->intern, str_slice(path, slash + 1, path.len));
        p->fake = p->collected = true;
    }
    if (!p->scope) {
        p->scope = p->collected ? scope_new(c->arena, c->u.scope, "package") : scope_new_lazy(c, p);
    }
    for (i64 i = 0; i < k->imports.len; i++)
        if (k->imports.ptr[i] == p) return p;
    vec_push(c->arena, &k->imports, p);
    return p;
}

static void collect_import(Collector *k, ImportDecl *d) {
    Checker *c = k->c;
    Str path;
    if (!d->path || d->path->bad || !valid_import_path(c, d->path, &path)) return;
    Package *imp = import_package(k, d, path);
    const Name *name = imp->name ? imp->name : intern(c->intern, path_base(path));
    if (d->name) {
        name = d->name->name;
        if (str_eq(path, S("C"))) {
            check_errorf(c, d->name->x.pos, "cannot rename import \"C\"");
            return;
        }
    }
    if (name == c->known.init) {
        check_errorf(c, d->d.pos, "cannot import package as init - init must be a func");
        return;
    }
    Object *pn = obj_new(c, OBJ_PKG_NAME, d->name ? d->name->x.pos : d->d.pos, k->p, name, c->u.basic[TYPE_INVALID]);
    pn->imported = imp;
    pn->file = k->file;
    pn->decl = d;
    if (d->name) d->name->obj = pn;
    if (imp->fake) pn->used = true;
    vec_push(c->arena, &k->pa->imports, pn);
    if (str_eq(name->s, S("."))) dot_import(k, d, pn, imp);
    else check_declare(c, k->file->scope, NULL, pn, 0);
}

// ---- declarations ------------------------------------------------------------------------------------------------

static void collect_const(Collector *k, ConstDecl *s) {
    Checker *c = k->c;
    if (!k->group || s->group != k->group) {
        k->group = s->group;
        k->last = NULL;
        k->iota = 0;
    } else {
        k->iota++;
    }
    bool inherited = true;
    if (s->type || s->values.len) {
        k->last = s;
        inherited = false;
    } else if (!k->last) {
        k->last = ANEW(c->arena, ConstDecl);
        inherited = false;
    }
    const Exact *iota = exact_i64(c->arena, k->iota);
    for (i64 i = 0; i < s->names.len; i++) {
        Object *o = pkg_object(k, OBJ_CONST, s->names.ptr[i], s);
        DeclInfo *d = o->decl_info;
        d->type = k->last->type;
        d->init = i < k->last->values.len ? k->last->values.ptr[i] : NULL;
        d->inherited = inherited;
        d->iota = iota;
        declare_pkg(k, s->names.ptr[i], o);
    }
    check_arity(c, s->d.pos, s->names.len, s->names.ptr, &k->last->values, true, inherited);
}

static void collect_var(Collector *k, VarDecl *s) {
    Checker *c = k->c;
    i64 n = s->names.len;
    Object **lhs = ANEWN(c->arena, Object *, n ? n : 1);
    for (i64 i = 0; i < n; i++) {
        Object *o = lhs[i] = pkg_object(k, OBJ_VAR, s->names.ptr[i], s);
        DeclInfo *d = o->decl_info;
        d->type = s->type;
        if (s->values.len == 1) {
            d->init = s->values.ptr[0];
            d->lhs = lhs;
            d->nlhs = n;
        } else if (i < s->values.len) {
            d->init = s->values.ptr[i];
        }
        declare_pkg(k, s->names.ptr[i], o);
    }
    if (!s->type || s->values.len) check_arity(c, s->d.pos, n, s->names.ptr, &s->values, false, false);
}

static void collect_type(Collector *k, TypeDecl *s) {
    Object *o = pkg_object(k, OBJ_TYPE_NAME, s->name, s);
    ((DeclInfo *)o->decl_info)->tdecl = s;
    declare_pkg(k, s->name, o);
}

// False: an error about its type parameters was reported.
static bool collect_plain_func(Collector *k, FuncDecl *s, Object *o) {
    Checker *c = k->c;
    const Name *name = s->name->name;
    bool ok = true;
    if (name == c->known.init || (name == c->known.main && k->p->name == c->known.main)) {
        if (s->type->tparams && s->type->tparams->fields.len) {
            check_soft_errorf(c, s->type->tparams->fields.ptr[0]->pos, "func %.*s must have no type parameters",
                              SFMT(name->s));
            ok = false;
        }
        if (s->type->params.fields.len || s->type->results.fields.len)
            check_soft_errorf(c, s->name->x.pos, "func %.*s must have no arguments and no return values",
                              SFMT(name->s));
    }
    if (name == c->known.init) {
        o->parent = k->p->scope;
        s->name->obj = o;
        vec_push(c->arena, &k->p->inits, o);
        if (!s->body) check_soft_errorf(c, o->pos, "func init must have a body");
    } else {
        check_declare(c, k->p->scope, s->name, o, 0);
        s->name->obj = o;
    }
    return ok;
}

static void collect_func(Collector *k, FuncDecl *s) {
    Checker *c = k->c;
    Object *o = pkg_object(k, OBJ_FUNC, s->name, s);
    ((DeclInfo *)o->decl_info)->fdecl = s;
    bool ok = true;
    if (!s->recv) {
        ok = collect_plain_func(k, s, o);
    } else {
        bool ptr;
        Expr *base;
        unpack_recv(c, s->recv->type, false, &ptr, &base, NULL);
        o->ptr_recv = ptr;
        if (base && base->kind == ND_IDENT && !s->name->name->blank)
            vec_push(c->arena, &k->methods, ((Method){o, ptr, ((Ident *)base)->name}));
        s->name->obj = o;
    }
    FieldList *tp = s->type->tparams;
    if (ok && tp && tp->fields.len) check_verify_version(c, tp->fields.ptr[0]->pos, 18, "type parameter");
}

static void collect_file(Collector *k, File *f) {
    Checker *c = k->c;
    k->file = f;
    c->env.file = f;
    f->scope = scope_new(c->arena, k->p->scope, "file");
    k->group = NULL;
    k->last = NULL;
    for (i64 i = 0; i < f->decls.len; i++) {
        Decl *d = f->decls.ptr[i];
        if (d->kind != ND_CONST_DECL) k->group = NULL;
        switch (d->kind) {
        case ND_IMPORT_DECL: collect_import(k, (ImportDecl *)d); break;
        case ND_CONST_DECL: collect_const(k, (ConstDecl *)d); break;
        case ND_VAR_DECL: collect_var(k, (VarDecl *)d); break;
        case ND_TYPE_DECL: collect_type(k, (TypeDecl *)d); break;
        case ND_FUNC_DECL: collect_func(k, (FuncDecl *)d); break;
        default: break;
        }
    }
}

// ---- afterwards ---------------------------------------------------------------------------------------------------

// File scopes and the package scope must not declare the same name.
static void check_file_scopes(Collector *k) {
    Checker *c = k->c;
    for (i64 i = 0; i < k->p->nfiles; i++) {
        Scope *s = k->p->files[i]->scope;
        for (i64 j = 0, n = s ? scope_len(s) : 0; j < n; j++) {
            Object *o = scope_at(s, j), *alt = scope_lookup(k->p->scope, o->name);
            if (!alt) continue;
            ErrMsg e;
            err_begin(&e, c);
            if (o->kind == OBJ_PKG_NAME)
                err_add(&e, alt->pos, "%.*s already declared through import of package %.*s (\"%.*s\")",
                        SFMT(alt->name->s), SFMT(o->imported->name->s), SFMT(o->imported->path));
            else
                err_add(&e, alt->pos, "%.*s already declared through dot-import of package %.*s (\"%.*s\")",
                        SFMT(alt->name->s), SFMT(o->pkg->name->s), SFMT(o->pkg->path));
            err_alt_decl(&e, o);
            err_report(&e);
        }
    }
}

// Follows aliases from a receiver's type name to the defined type it stands for.
static Object *base_type_name(Collector *k, Method *m) {
    const Name *name = m->recv;
    bool ptr = m->ptr;
    for (int n = 0; name && n < 100; n++) {
        Object *o = scope_lookup(k->p->scope, name);
        if (!o || o->kind != OBJ_TYPE_NAME || !o->decl_info) return NULL;
        TypeDecl *d = ((DeclInfo *)o->decl_info)->tdecl;
        if (!d) return NULL;
        if (!d->alias) {
            m->ptr = ptr;
            return o;
        }
        if (d->tparams) return NULL;
        Expr *t = unparen(d->type);
        if (t->kind == ND_STAR) {
            if (ptr) return NULL;
            ptr = true;
            t = unparen(((Star *)t)->e);
        }
        name = t->kind == ND_IDENT ? ((Ident *)t)->name : NULL;
    }
    return NULL;
}

static void attach_methods(Collector *k) {
    for (i64 i = 0; i < k->methods.len; i++) {
        Method *m = &k->methods.ptr[i];
        Object *base = base_type_name(k, m);
        if (!base) continue;
        m->obj->ptr_recv = m->ptr;
        DeclInfo *d = base->decl_info;
        vec_push(k->c->arena, &d->methods, m->obj);
    }
}

static int cmp_pkgs(const Package *a, const Package *b) { return str_cmp(a->path, b->path); }

static void set_imports(Collector *k) {
    Package **v = k->imports.ptr;
    i64 n = k->imports.len;
    for (i64 i = 1; i < n; i++) {
        Package *p = v[i];
        i64 j = i;
        for (; j > 0 && cmp_pkgs(v[j - 1], p) > 0; j--) v[j] = v[j - 1];
        v[j] = p;
    }
    if (!k->p->imports) {
        k->p->imports = v;
        k->p->nimports = n;
    }
}

static void check_package_names(Collector *k) {
    Checker *c = k->c;
    Package *p = k->p;
    for (i64 i = 0; i < p->nfiles; i++) {
        Ident *id = p->files[i]->package;
        if (!id) continue;
        if (!p->name) p->name = id->name;
        if (id->name->blank) check_errorf(c, id->x.pos, "invalid package name _");
        else if (id->name != p->name)
            check_errorf(c, id->x.pos, "package %.*s; expected package %.*s", SFMT(id->name->s), SFMT(p->name->s));
    }
}

// Trees that have errors of syntax are not looked at.
static void parse_now(Package *p) {
    if (p->parse) p->parse(p->parse_ctx, p);
    if (!p->trusted) return;
    for (i64 i = 0; i < p->nfiles; i++) p->fake |= p->files[i]->syntax_errors;
    if (p->fake) p->nfiles = 0;
}

void check_collect(Checker *c, Package *p) {
    if (p->collected) return;
    p->collected = true;
    parse_now(p);
    if (!p->link_path.len) p->link_path = p->path;
    Package *saved_pkg = c->pkg;
    CheckEnv saved = c->env;
    Collector k = {.c = c, .p = p, .pa = package_decls(c, p)};
    c->pkg = p;
    c->env = (CheckEnv){0};
    if (p->scope) { // made lazily: leave its laziness behind
        scope_len(p->scope);
    } else {
        p->scope = scope_new(c->arena, c->u.scope, "package");
    }
    check_package_names(&k);
    for (i64 i = 0; i < p->nfiles; i++) collect_file(&k, p->files[i]);
    check_file_scopes(&k);
    attach_methods(&k);
    set_imports(&k);
    check_direct_cycles(c, p);
    c->env = saved;
    c->pkg = saved_pkg;
}
