// latecheck.c - what gc checks after the types of a package are known to be fine: bodies that are
// missing, directives (linkname, embed), types too large for the machine.
#include "types/decls.h"

enum { MAX_CHAN_ELEM = 1 << 16 };
static const i64 MAX_WIDTH = (i64)1 << 50;

// ---- functions -----------------------------------------------------------------------------------------------

static bool has_linkname(File *f, Str name) {
    for (i64 i = 0; i < f->linknames.len; i++)
        if (str_eq(f->linknames.ptr[i].local, name)) return true;
    return false;
}

static bool is_linknamed(Package *p, Str name) {
    for (i64 i = 0; i < p->nfiles; i++)
        if (has_linkname(p->files[i], name)) return true;
    return false;
}

static void check_func_decls(Checker *c, Package *p) {
    for (i64 i = 0; i < p->objects.len; i++) {
        Object *o = p->objects.ptr[i];
        if (o->kind != OBJ_FUNC) continue;
        FuncDecl *f = ((DeclInfo *)o->decl_info)->fdecl;
        if ((f->pragma & PRAGMA_SYSTEMSTACK) && (f->pragma & PRAGMA_NOSPLIT))
            check_errorf(c, f->d.pos, "go:nosplit and go:systemstack cannot be combined");
        if (f->body) {
            if (f->pragma & PRAGMA_NOESCAPE)
                check_errorf(c, f->d.pos, "can only use //go:noescape with external func implementations");
        } else if (p->complete && !is_linknamed(p, o->name->s)) {
            check_errorf(c, f->d.pos, "missing function body");
        }
    }
}

// ---- linkname ---------------------------------------------------------------------------------------------------

static void check_linkname(Checker *c, Package *p, File *f, Linkname *l, Map *seen) {
    if (!file_imports(c->arena, f, S("unsafe"))) {
        check_errorf(c, l->pos, "//go:linkname only allowed in Go files that import \"unsafe\"");
        return;
    }
    if (str_index(l->remote, '[') >= 0 && str_index(l->remote, ']') >= 0) {
        check_errorf(c, l->pos, "//go:linkname reference of an instantiation is not allowed");
        return;
    }
    Object *o = scope_lookup(p->scope, intern(c->intern, l->local));
    if (!o || (o->kind != OBJ_FUNC && o->kind != OBJ_VAR)) {
        if (check_allow_version(c, l->pos, 18))
            check_errorf(c, l->pos, "//go:linkname must refer to declared function or variable");
        return;
    }
    if (map_get_ptr(seen, o)) check_errorf(c, l->pos, "duplicate //go:linkname for %.*s", SFMT(l->local));
    map_set_ptr(seen, o, o);
}

static void check_linknames(Checker *c, Package *p) {
    Map *seen = map_new_ptr(c->arena);
    for (i64 i = 0; i < p->nfiles; i++) {
        File *f = p->files[i];
        c->env.file = f;
        for (i64 j = 0; j < f->linknames.len; j++) check_linkname(c, p, f, &f->linknames.ptr[j], seen);
    }
}

// ---- embed --------------------------------------------------------------------------------------------------------

bool types_is_embed_fs(Type *t) {
    t = types_unalias(t);
    if (t->kind != TYPE_NAMED) return false;
    Object *o = t->named.obj;
    return o->pkg && str_eq(o->pkg->path, S("embed")) && str_eq(o->name->s, S("FS"));
}

bool types_can_embed(Type *t) {
    Type *u = types_under(t);
    if (u->kind == TYPE_STRING || types_is_embed_fs(t)) return true;
    return u->kind == TYPE_SLICE && types_under(u->slice.elem)->kind == TYPE_UINT8;
}

static void check_embed_type(Checker *c, Package *p, VarDecl *d) {
    Object *o = scope_lookup(p->scope, d->names.ptr[0]->name);
    if (!o || o->kind != OBJ_VAR || !o->type || !type_valid(o->type) || types_can_embed(o->type)) return;
    check_errorf(c, o->pos, "go:embed cannot apply to var of type %.*s", SFMT(tstr(c, o->type)));
}

static void check_embed(Checker *c, File *f, VarDecl *d, bool local) {
    Pos pos = d->embed->pos;
    c->env.file = f;
    if (!f || !file_imports(c->arena, f, S("embed")))
        check_errorf(c, pos, "go:embed requires import \"embed\" (or import _ \"embed\", if package is not used)");
    else if (d->names.len > 1) check_errorf(c, pos, "go:embed cannot apply to multiple vars");
    else if (d->values.len) check_errorf(c, pos, "go:embed cannot apply to var with initializer");
    else if (!d->type) check_errorf(c, pos, "go:embed cannot apply to var without type");
    else if (local) check_errorf(c, pos, "go:embed cannot apply to var inside func");
    else check_verify_version(c, pos, 16, "go:embed");
}

static void check_embeds(Checker *c, Package *p) {
    for (i64 i = 0; i < p->nfiles; i++) {
        File *f = p->files[i];
        for (i64 j = 0; j < f->decls.len; j++) {
            VarDecl *d = (VarDecl *)f->decls.ptr[j];
            if (d->d.kind != ND_VAR_DECL || !d->embed) continue;
            i64 before = diag_count(c->diag);
            check_embed(c, f, d, false);
            if (diag_count(c->diag) == before && d->type) check_embed_type(c, p, d);
        }
        for (i64 j = 0; j < f->local_embeds.len; j++) check_embed(c, f, f->local_embeds.ptr[j], true);
    }
}

// ---- sizes ------------------------------------------------------------------------------------------------------------

static void check_literal_size(Checker *c, TypeLiteral *l) {
    Type *t = l->type;
    if (!types_is_generic_free(t)) return;
    if (t->kind == TYPE_CHAN) {
        i64 n = types_size(t->chan.elem);
        if (n < 0 || n >= MAX_CHAN_ELEM) check_errorf(c, l->pos, "channel element type too large (>64kB)");
        return;
    }
    i64 n = types_size(t->array.elem);
    if (n > 0 && t->array.len > (MAX_WIDTH - 1) / n)
        check_errorf(c, l->pos, "type %.*s larger than address space", SFMT(tstr(c, t)));
}

static void check_struct_sizes(Checker *c, Package *p) {
    for (i64 i = 0; i < p->objects.len; i++) {
        Object *o = p->objects.ptr[i];
        if (o->kind != OBJ_TYPE_NAME || !o->type || !type_is(o->type, TYPE_STRUCT) || !types_is_generic_free(o->type))
            continue;
        if (types_size(o->type) < 0)
            check_errorf(c, o->pos, "type %.*s larger than address space", SFMT(tstr(c, o->type)));
    }
}

LateChecks *late_list(Checker *c) { return !c->pkg || c->pkg->std ? NULL : c->pkg->trusted ? &c->reached : &c->late; }

// What would make the building endless or wrong; the rest of such a package is trusted.
void reached_checks(Checker *c) {
    LateChecks *l = &c->reached;
    if (!l->literals.len && !l->anon_ifaces.len && !c->mono.reached) return;
    for (i64 i = 0; i < l->literals.len; i++) check_literal_size(c, &l->literals.ptr[i]);
    check_anon_cycles(c, l);
    if (c->mono.reached) mono_check(c);
    l->literals.len = 0;
    c->mono.reached = false;
}

void late_checks(Checker *c, Package *p) {
    check_func_decls(c, p);
    check_linknames(c, p);
    if (diag_count(c->diag) == 0) check_embeds(c, p);
    for (i64 i = 0; i < c->late.literals.len; i++) check_literal_size(c, &c->late.literals.ptr[i]);
    if (diag_count(c->diag) == 0) check_struct_sizes(c, p);
}
