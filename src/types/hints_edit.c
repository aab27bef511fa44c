// hints_edit.c - edits that add and remove: imports, variables that nobody uses.
#include "types/exprs.h"

void hint_replace(Checker *c, const void *node, Str text, const char *fmt, ...) {
    if (!c->error) return;
    va_list ap;
    va_start(ap, fmt);
    Str s = arena_vprintf(c->arena, fmt, ap);
    va_end(ap);
    DiagEdit e = {node_start(node), node_end(node), text};
    diag_fix(c->error, &e, 1, "%.*s", SFMT(s));
}

// ---- the source around a place -----------------------------------------------------------------------

static SourceFile *source_of(Checker *c, Pos pos) { return diag_source(c->diag, pos); }

// The whole line that [lo, hi) is alone on, else just that.
static DiagEdit without(Checker *c, Pos lo, Pos hi) {
    SourceFile *f = source_of(c, lo);
    if (!f) return (DiagEdit){lo, hi, S("")};
    i64 a = (i64)(lo - f->base), b = (i64)(hi - f->base), from = a, to = b;
    while (from > 0 && strchr(" \t", f->text.ptr[from - 1])) from--;
    while (to < f->text.len && f->text.ptr[to] && strchr(" \t;\r", f->text.ptr[to])) to++;
    bool begins = !from || f->text.ptr[from - 1] == '\n', ends = to >= f->text.len || f->text.ptr[to] == '\n';
    bool follows = to > b && memchr(f->text.ptr + b, ';', (size_t)(to - b));
    if (follows && !ends) return (DiagEdit){lo, f->base + (Pos)to, S("")}; // another one stands behind it
    if (!begins || !ends) return (DiagEdit){lo, hi, S("")};
    return (DiagEdit){f->base + (Pos)from, f->base + (Pos)i64_min(to + 1, f->text.len), S("")};
}

// The place of the keyword in front of a declaration that is alone; of the declaration if it is not there.
static Pos with_keyword(Checker *c, Pos pos, Str word) {
    SourceFile *f = source_of(c, pos);
    i64 i = f ? (i64)(pos - f->base) : 0;
    while (i > 0 && strchr(" \t", f->text.ptr[i - 1])) i--;
    return i >= word.len && str_eq(str_slice(f->text, i - word.len, i), word) ? f->base + (Pos)(i - word.len) : pos;
}

static Str indent_at(Checker *c, Pos pos) {
    SourceFile *f = source_of(c, pos);
    if (!f) return S("");
    i64 lo = (i64)(pos - f->base), hi;
    while (lo > 0 && f->text.ptr[lo - 1] != '\n') lo--;
    for (hi = lo; hi < f->text.len && strchr(" \t", f->text.ptr[hi]);) hi++;
    return str_slice(f->text, lo, hi);
}

// ---- imports ---------------------------------------------------------------------------------------------

static Str import_path(const ImportDecl *d) {
    Str s = d->path ? d->path->text : (Str){0};
    return s.len >= 2 ? str_slice(s, 1, s.len - 1) : s;
}

// Where an import of path goes: behind the one that sorts before it, in the first group; else a declaration of its own.
DiagEdit hint_import_edit(Checker *c, Str path) {
    const File *f = c->env.file;
    const ImportDecl *first = NULL, *before = NULL;
    for (i64 i = 0; i < f->imports.len; i++) {
        const ImportDecl *d = f->imports.ptr[i];
        if (!d->path) continue;
        if (!first) first = d;
        if (!d->group || d->group != first->group) break;
        if (!before || str_cmp(import_path(d), path) < 0) before = d;
    }
    Arena *a = c->arena;
    if (before && before->group) {
        bool less = str_cmp(import_path(before), path) < 0;
        if (less) {
            Pos at = node_end(before);
            return (DiagEdit){at, at, arena_printf(a, "\n\t\"%.*s\"", SFMT(path))};
        }
        Pos at = before->name ? before->name->x.pos : before->path->x.pos;
        return (DiagEdit){at, at, arena_printf(a, "\"%.*s\"\n\t", SFMT(path))};
    }
    Pos at = first ? node_end(first) : f->package ? node_end(f->package) : 0;
    return (DiagEdit){at, at, arena_printf(a, first ? "\nimport \"%.*s\"" : "\n\nimport \"%.*s\"", SFMT(path))};
}

void hint_add_import(Checker *c, Str path, bool sure, const DiagEdit *also, i64 nalso) {
    if (!c->error || !c->env.file) return;
    DiagEdit e[2] = {hint_import_edit(c, path)};
    if (nalso) e[1] = *also;
    if (sure) diag_fix(c->error, e, 1 + nalso, "add import \"%.*s\"", SFMT(path));
    else diag_offer(c->error, e, 1 + nalso, "import \"%.*s\" is missing?", SFMT(path));
}

void hint_unused_import(Checker *c, Object *pn) {
    const ImportDecl *d = pn->decl;
    if (!c->error || !d || !d->path) return;
    DiagEdit e;
    if (d->group) e = without(c, d->name ? d->name->x.pos : d->path->x.pos, node_end(d->path));
    else e = without(c, with_keyword(c, d->name ? d->name->x.pos : d->path->x.pos, S("import")), node_end(d->path));
    diag_range(c->error, d->name ? d->name->x.pos : d->path->x.pos, node_end(d->path));
    diag_fix(c->error, &e, 1, "remove it");
}

// ---- variables -------------------------------------------------------------------------------------------

typedef struct Declared { // the statement that declares a variable
    Pos pos;              // of its name
    Stmt *stmt;           // AssignStmt, DeclStmt, RangeStmt, TypeSwitchStmt
    VarDecl *var;         // in a DeclStmt
    bool listed;          // it stands in a block, where others may come before and behind it
} Declared;

static bool find_in(Declared *k, Stmt *s, bool listed);

static bool find_in_list(Declared *k, const StmtVec *v) {
    for (i64 i = 0; i < v->len; i++)
        if (find_in(k, v->ptr[i], true)) return true;
    return false;
}

static bool names(const Declared *k, const void *e) { return e && ((const Expr *)e)->pos == k->pos; }

static bool is_declared_by(Declared *k, Stmt *s) {
    if (s->kind == ND_ASSIGN_STMT) {
        const AssignStmt *a = (const AssignStmt *)s;
        for (i64 i = 0; i < a->lhs.len; i++)
            if (names(k, a->lhs.ptr[i])) return true;
    } else if (s->kind == ND_RANGE_STMT) {
        return names(k, ((RangeStmt *)s)->key) || names(k, ((RangeStmt *)s)->value);
    } else if (s->kind == ND_TYPE_SWITCH_STMT) {
        return names(k, ((TypeSwitchStmt *)s)->guard->lhs);
    } else if (s->kind == ND_DECL_STMT) {
        const DeclStmt *d = (const DeclStmt *)s;
        for (i64 i = 0; i < d->decls.len; i++) {
            k->var = (VarDecl *)d->decls.ptr[i];
            for (i64 j = 0; k->var->d.kind == ND_VAR_DECL && j < k->var->names.len; j++)
                if (names(k, k->var->names.ptr[j])) return true;
        }
    }
    return false;
}

static bool find_in(Declared *k, Stmt *s, bool listed) {
    if (!s) return false;
    if (is_declared_by(k, s)) {
        k->stmt = s;
        k->listed = listed;
        return true;
    }
    switch (s->kind) {
    case ND_BLOCK_STMT: return find_in_list(k, &((BlockStmt *)s)->list);
    case ND_LABELED_STMT: return find_in(k, ((LabeledStmt *)s)->stmt, false);
    case ND_IF_STMT: {
        IfStmt *i = (IfStmt *)s;
        return find_in(k, i->init, false) || find_in(k, &i->then->s, false) || find_in(k, i->els, false);
    }
    case ND_FOR_STMT: return find_in(k, ((ForStmt *)s)->init, false) || find_in(k, &((ForStmt *)s)->body->s, false);
    case ND_RANGE_STMT: return find_in(k, &((RangeStmt *)s)->body->s, false);
    case ND_SWITCH_STMT: {
        SwitchStmt *w = (SwitchStmt *)s;
        if (find_in(k, w->init, false)) return true;
        for (i64 i = 0; i < w->clauses.len; i++)
            if (find_in_list(k, &w->clauses.ptr[i]->body)) return true;
        return false;
    }
    case ND_TYPE_SWITCH_STMT: {
        TypeSwitchStmt *w = (TypeSwitchStmt *)s;
        if (find_in(k, w->init, false)) return true;
        for (i64 i = 0; i < w->clauses.len; i++)
            if (find_in_list(k, &w->clauses.ptr[i]->body)) return true;
        return false;
    }
    case ND_SELECT_STMT: {
        SelectStmt *w = (SelectStmt *)s;
        for (i64 i = 0; i < w->clauses.len; i++)
            if (find_in(k, w->clauses.ptr[i]->comm, false) || find_in_list(k, &w->clauses.ptr[i]->body)) return true;
        return false;
    }
    default: return false;
    }
}

static bool is_name_byte(char b) {
    return b == '_' || (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (u8)b >= 0x80;
}

// Does the word stand anywhere else in [from, to)? Comments and strings count: then it is not certain.
static bool stands_elsewhere(Checker *c, Str word, Pos pos, Pos to) {
    SourceFile *f = source_of(c, pos);
    if (!f) return true;
    Str t = f->text;
    for (i64 i = (i64)(pos - f->base) + word.len, n = i64_min((i64)(to - f->base), t.len); i + word.len <= n; i++)
        if (!memcmp(t.ptr + i, word.ptr, (size_t)word.len) && !is_name_byte(t.ptr[i - 1]) &&
            (i + word.len == t.len || !is_name_byte(t.ptr[i + word.len])))
            return true;
    return false;
}

// Nothing in it counts as a use of a variable, so that nothing becomes unused without it.
static bool is_literal(const Expr *e) {
    return !e || e->kind == ND_BASIC_LIT || (e->kind == ND_COMPOSITE_LIT && !((const CompositeLit *)e)->elems.len);
}

static void offer_blank_use(Checker *c, const Object *v, Pos at) {
    DiagEdit e = {at, at, arena_printf(c->arena, "\n%.*s_ = %.*s", SFMT(indent_at(c, at)), SFMT(v->name->s))};
    diag_fix(c->error, &e, 1, "use it, or say that it is not needed");
}

static void unused_in_assign(Checker *c, const Object *v, const Declared *k, const AssignStmt *a) {
    i64 fresh = 0;
    for (i64 i = 0; i < a->lhs.len; i++) {
        const Ident *id = (const Ident *)a->lhs.ptr[i];
        fresh += id->x.kind == ND_IDENT && !id->name->blank && id->obj && id->obj->pos == id->x.pos;
    }
    if (k->listed && a->lhs.len == 1 && a->rhs.len == 1 && is_literal(a->rhs.ptr[0])) {
        DiagEdit e = without(c, node_start(a), node_end(a));
        diag_fix(c->error, &e, 1, "remove it");
        return;
    }
    DiagEdit e[2] = {{v->pos, v->pos + (Pos)v->name->s.len, S("_")}, {a->s.pos, a->s.pos + 2, S("=")}};
    diag_fix(c->error, e, fresh <= 1 ? 2 : 1, "if only %s is needed, assign to _",
             a->lhs.len > 1 ? "the rest" : "what its value does");
}

static void unused_in_range(Checker *c, const Object *v, const Declared *k, const RangeStmt *r) {
    DiagEdit e = {v->pos, v->pos + (Pos)v->name->s.len, S("_")};
    bool is_key = names(k, r->key);
    bool other = is_key ? r->value && !((Ident *)r->value)->name->blank : r->key && !((Ident *)r->key)->name->blank;
    if (!is_key && other) e.lo = node_end(r->key), e.text = S("");
    else if (!other) e = (DiagEdit){node_start(r->key), node_start(r->e), S("range ")};
    diag_fix(c->error, &e, 1, "leave it out");
}

static void unused_in_var(Checker *c, const Object *v, const Declared *k) {
    const VarDecl *d = k->var;
    bool alone = d->names.len == 1 && ((DeclStmt *)k->stmt)->decls.len == 1;
    if (alone && (!d->values.len || is_literal(d->values.ptr[0])) && !d->group) {
        DiagEdit e = without(c, with_keyword(c, v->pos, S("var")), node_end(k->stmt));
        diag_fix(c->error, &e, 1, "remove it");
        return;
    }
    DiagEdit e = {v->pos, v->pos + (Pos)v->name->s.len, S("_")};
    diag_fix(c->error, &e, 1, "if it is not needed, call it _");
}

static BlockStmt *body_of(const FuncInfo *f) {
    return f->node->kind == ND_FUNC_LIT ? ((FuncLit *)f->node)->body : ((FuncDecl *)f->node)->body;
}

void hint_unused_var(Checker *c, Object *v) {
    if (!c->error || !c->env.func || !c->env.func->node) return;
    Declared k = {.pos = v->pos};
    BlockStmt *body = body_of(c->env.func);
    if (!body || !find_in(&k, &body->s, true)) return;
    if (stands_elsewhere(c, v->name->s, v->pos, body->rbrace)) { // assigned to, or another of that name
        if (k.listed && k.stmt->kind != ND_RANGE_STMT && k.stmt->kind != ND_TYPE_SWITCH_STMT)
            offer_blank_use(c, v, node_end(k.stmt));
        return;
    }
    if (k.stmt->kind == ND_ASSIGN_STMT) unused_in_assign(c, v, &k, (AssignStmt *)k.stmt);
    else if (k.stmt->kind == ND_RANGE_STMT) unused_in_range(c, v, &k, (RangeStmt *)k.stmt);
    else if (k.stmt->kind == ND_DECL_STMT) unused_in_var(c, v, &k);
}

void hint_unused_label(Checker *c, LabeledStmt *s) {
    if (!c->error) return;
    SourceFile *f = source_of(c, s->label->x.pos);
    Pos end = node_end(s->label);
    i64 i = f ? (i64)(end - f->base) : 0;
    if (!f || i >= f->text.len || f->text.ptr[i] != ':') return;
    DiagEdit e = without(c, s->label->x.pos, end + 1);
    diag_fix(c->error, &e, 1, "remove it");
}

void hint_unused_guard(Checker *c, TypeSwitchGuard *g) {
    if (!c->error) return;
    DiagEdit e = {g->lhs->x.pos, node_start(g->e), S("")};
    diag_fix(c->error, &e, 1, "leave it out");
}
