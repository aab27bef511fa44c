// hints.c - did you mean: names in scope, fields, methods, packages.
//
// The names that differ least are candidates; short names must be nearer. Of one candidate the edit is offered, of several their names.
#include "types/exprs.h"

enum { SHOWN = 4 };

typedef struct Nearest { // the candidates
    Str name;
    i64 distance;
    VEC(Object *) found;
} Nearest;

static Nearest nearest_to(Str name) { return (Nearest){.name = name, .distance = str_near_limit(name)}; }

static void consider(Checker *c, Nearest *n, Object *o) {
    if (o->name->blank || !o->name->s.len || str_eq(o->name->s, n->name) || str_eq(n->name, S("init"))) return;
    i64 d = str_distance(n->name, o->name->s);
    if (d > n->distance || d >= o->name->s.len) return;
    for (i64 i = 0; i < n->found.len; i++)
        if (d == n->distance && n->found.ptr[i]->name == o->name) return; // hidden by the one inside
    if (d < n->distance) n->found.len = 0;
    n->distance = d;
    vec_push(c->arena, &n->found, o);
}

static void offer(Checker *c, const Nearest *n, Ident *id) {
    if (n->found.len == 1) {
        Str name = n->found.ptr[0]->name->s;
        DiagEdit e = {id->x.pos, node_end(id), name};
        diag_suggest(c->error, &e, 1, "did you mean %.*s?", SFMT(name));
    } else if (n->found.len) {
        Buf b = {0};
        for (i64 i = 0; i < i64_min(n->found.len, SHOWN); i++)
            buf_printf(&b, "%s%.*s", !i ? "" : i + 1 == n->found.len ? " or " : ", ", SFMT(n->found.ptr[i]->name->s));
        diag_help(c->error, "did you mean %.*s?", SFMT(buf_view(&b)));
        buf_free(&b);
    }
}

void hint_near_label(Checker *c, Ident *id, LabeledStmt *const *labels, i64 n) {
    if (!c->error) return;
    Nearest near = nearest_to(id->name->s);
    for (i64 i = 0; i < n; i++)
        consider(c, &near, obj_new(c, OBJ_LABEL, labels[i]->label->x.pos, c->pkg, labels[i]->label->name, NULL));
    offer(c, &near, id);
}

// ---- what is around ---------------------------------------------------------------------------------------

typedef enum Wanted { WANT_ANY, WANT_TYPE, WANT_OPERAND } Wanted; // OPERAND: of a selector

static bool may_stand(const Object *o, Wanted w) {
    bool has_members = o->kind == OBJ_VAR || o->kind == OBJ_PKG_NAME || (o->kind == OBJ_TYPE_NAME && o->pkg);
    return o->kind != OBJ_LABEL && (w != WANT_TYPE || o->kind == OBJ_TYPE_NAME || o->kind == OBJ_PKG_NAME) &&
           (w != WANT_OPERAND || has_members);
}

static Nearest nearest_in_scope(Checker *c, const Name *name, Wanted w) {
    Nearest n = nearest_to(name->s);
    for (const Scope *s = c->env.scope; s; s = scope_parent(s))
        for (i64 i = 0, k = scope_len(s); i < k; i++)
            if (may_stand(scope_at(s, i), w)) consider(c, &n, scope_at(s, i));
    return n;
}

static Nearest nearest_exported(Checker *c, const Package *p, const Name *name) {
    Nearest n = nearest_to(name->s);
    for (i64 i = 0, k = scope_len(p->scope); i < k; i++)
        if (scope_at(p->scope, i)->name->exported) consider(c, &n, scope_at(p->scope, i));
    return n;
}

void hint_declared(Checker *c, Object *o) {
    if (!c->error || !o || !o->pos) return;
    diag_note(c->error, o->pos, o->pos + (Pos)o->name->s.len, "%.*s is declared", SFMT(o->name->s));
}

// All names on the left of = are declared nowhere: := is meant.
static bool offer_define(Checker *c, const Ident *e) {
    AssignStmt *s = c->env.assign;
    if (!s || s->op != OP_NONE) return false;
    bool here = false;
    for (i64 i = 0; i < s->lhs.len; i++) {
        const Ident *id = (const Ident *)s->lhs.ptr[i];
        if (id->x.kind != ND_IDENT) return false;
        if (!id->name->blank && lookup_name(c, id->name)) return false;
        here |= id == e;
    }
    if (!here) return false;
    DiagEdit edit = {s->s.pos, s->s.pos, S(":")};
    diag_suggest(c->error, &edit, 1, "to declare it, write := instead of =");
    return true;
}

// x of x.member is no variable but a package that is not imported. False: there is none of that name.
static bool offer_imports(Checker *c, const Ident *e, Str member) {
    Paths p = c->named && c->selector->sel->name->exported
                  ? c->named(c->import_ctx, c->arena, c->pkg, e->name->s, member)
                  : (Paths){0};
    for (i64 i = 0; i < i64_min(p.len, SHOWN); i++) hint_add_import(c, p.ptr[i], p.len == 1, NULL, 0);
    return p.len > 0;
}

// A package that the file imports exports the name; *several: more than one does.
static Object *exported_by_import(Checker *c, const Name *name, bool *several) {
    const File *f = c->env.file;
    Object *found = NULL;
    *several = false;
    for (i64 i = 0, n = f && f->scope && name->exported ? scope_len(f->scope) : 0; i < n; i++) {
        Object *pn = scope_at(f->scope, i);
        if (pn->kind != OBJ_PKG_NAME || !pn->imported || pn->imported->fake || !pn->imported->scope) continue;
        if (!scope_lookup(pn->imported->scope, name)) continue;
        *several |= found != NULL;
        found = pn;
    }
    return found;
}

// NAME is not declared, but PKG.NAME is.
static bool offer_qualified(Checker *c, const Ident *e, Pos from) {
    bool several;
    Object *pn = exported_by_import(c, e->name, &several);
    if (!pn) return false;
    DiagEdit edit = {from, e->x.pos, arena_printf(c->arena, "%.*s.", SFMT(pn->name->s))};
    diag_suggest(c->error, &edit, 1, "did you mean %.*s.%.*s?", SFMT(pn->name->s), SFMT(e->name->s));
    return true;
}

// What other languages call it.
static bool offer_translation(Checker *c, Ident *e) {
    static const char *const words[][2] = {{"null", "nil"},      {"NULL", "nil"},       {"None", "nil"},
                                           {"True", "true"},     {"False", "false"},    {"undefined", "nil"},
                                           {"float", "float64"}, {"double", "float64"}, {"char", "byte"},
                                           {"str", "string"},    {"String", "string"},  {"boolean", "bool"},
                                           {"integer", "int"},   {"long", "int64"},     {"object", "any"},
                                           {"throw", "panic"},   {"raise", "panic"},    {"printf", "fmt.Printf"},
                                           {"puts", "println"},  {"self", ""},          {"this", ""}};
    for (i64 i = 0; i < NELEM(words); i++) {
        if (!str_eq(e->name->s, str_c(words[i][0]))) continue;
        if (!*words[i][1]) diag_help(c->error, "a method names its receiver: func (t T) name()");
        else if (strchr(words[i][1], '.')) diag_help(c->error, "it is called %s", words[i][1]);
        else {
            DiagEdit edit = {e->x.pos, node_end(e), str_c(words[i][1])};
            diag_suggest(c->error, &edit, 1, "it is called %s", words[i][1]);
        }
        return true;
    }
    return false;
}

void hint_undefined(Checker *c, Ident *e, bool want_type) {
    if (!c->error || offer_translation(c, e)) return;
    if (str_eq(e->name->s, S("init")))
        diag_help(c->error, "func init is called at the start of the program, by nobody else");
    bool operand = c->selector && c->selector->e == &e->x;
    if (operand && offer_imports(c, e, c->selector->sel->name->s)) return;
    if (!operand && offer_qualified(c, e, e->x.pos)) return;
    Nearest n = nearest_in_scope(c, e->name, operand ? WANT_OPERAND : want_type ? WANT_TYPE : WANT_ANY);
    offer(c, &n, e);
    if (!n.found.len || n.distance) offer_define(c, e);
}

void hint_undefined_in(Checker *c, Selector *e, Package *p) {
    if (!c->error) return;
    Object *hidden = scope_lookup(p->scope, e->sel->name);
    if (hidden) diag_help(c->error, "%.*s is not exported by package %.*s", SFMT(e->sel->name->s), SFMT(p->path));
    Nearest n = nearest_exported(c, p, e->sel->name);
    offer(c, &n, e->sel);
    if (!n.found.len) offer_qualified(c, e->sel, node_start(e));
}

// ---- fields and methods -------------------------------------------------------------------------------------

static bool is_visible(Checker *c, const Object *o) { return o->name->exported || same_pkg(o->pkg, c->pkg); }

static void consider_members(Checker *c, Nearest *n, Type *t, i64 depth, bool methods) {
    bool ptr;
    Type *base = type_deref(t, &ptr), *named = as_named(base), *u = types_under(base);
    for (i64 i = 0; methods && named && i < named_nmethods(named); i++) {
        Object *m = named->named.orig->named.methods[i];
        if (is_visible(c, m)) consider(c, n, m);
    }
    struct TypeSet *ts = methods && u->kind == TYPE_INTERFACE ? type_set(u) : NULL;
    for (i64 i = 0; ts && i < ts->nmethods; i++)
        if (is_visible(c, ts->methods[i])) consider(c, n, ts->methods[i]);
    for (i64 i = 0; u->kind == TYPE_STRUCT && i < u->strct.nfields; i++) {
        Object *f = u->strct.fields[i].var;
        if (is_visible(c, f)) consider(c, n, f);
        if (f->embedded && methods && depth < 4) consider_members(c, n, f->type, depth + 1, methods);
    }
}

// What there is to choose from, if nothing is near and there are few.
static void list_fields(Checker *c, Type *t) {
    bool ptr;
    Type *u = types_under(type_deref(t, &ptr));
    if (u->kind != TYPE_STRUCT || !u->strct.nfields || u->strct.nfields > 8) return;
    Buf b = {0};
    i64 n = 0;
    for (i64 i = 0; i < u->strct.nfields; i++) {
        const Object *f = u->strct.fields[i].var;
        if (is_visible(c, f)) buf_printf(&b, "%s%.*s", n++ ? ", " : "", SFMT(f->name->s));
    }
    if (n) diag_help(c->error, "its fields are %.*s", SFMT(buf_view(&b)));
    buf_free(&b);
}

static void declared_type(Checker *c, Type *t) {
    bool ptr;
    Type *named = as_named(type_deref(t, &ptr));
    Object *o = named ? named->named.obj : NULL;
    if (o && o->pkg && o->pkg == c->pkg) hint_declared(c, o);
}

// x is a variable, and a package that the file imports has the same name.
static bool tell_hidden_package(Checker *c, const Operand *x) {
    if (!x->expr || x->expr->kind != ND_IDENT || !c->env.file || !c->env.file->scope) return false;
    Object *o = ((Ident *)x->expr)->obj;
    Object *pn = o ? scope_lookup(c->env.file->scope, o->name) : NULL;
    if (!pn || pn == o || pn->kind != OBJ_PKG_NAME) return false;
    diag_help(c->error, "this %.*s hides package %.*s: rename one of them", SFMT(o->name->s), SFMT(pn->imported->path));
    hint_declared(c, o);
    return true;
}

void hint_missing_member(Checker *c, Operand *x, Ident *sel) {
    if (!c->error || tell_hidden_package(c, x) || hint_translate_member(c, x, sel)) return;
    Nearest n = nearest_to(sel->name->s);
    consider_members(c, &n, x->type, 0, true);
    offer(c, &n, sel);
    if (!n.found.len) list_fields(c, x->type);
    declared_type(c, x->type);
}

void hint_missing_field(Checker *c, Type *t, Expr *key) {
    if (!c->error || key->kind != ND_IDENT) return;
    Ident *id = (Ident *)key;
    Nearest n = nearest_to(id->name->s);
    consider_members(c, &n, t, 0, false);
    offer(c, &n, id);
    if (!n.found.len) list_fields(c, t);
    declared_type(c, t);
}
