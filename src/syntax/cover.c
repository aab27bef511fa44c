// cover.c - the blocks of functions that `-cover` counts.
//
// In:   the files of a package, without errors and with all bodies parsed. Out: what each block spans, and where in the tree its counter
//       stands; blocks, their order and their edges are those of cmd/cover, so that profiles can be compared and merged.
// Keeps: the tree.
//
// A list of statements is cut behind each statement that leads elsewhere or holds a function literal. A block ends where a brace or the
// body of a literal opens, else where its last statement ends; the last block of braces that were not cut reaches to their end.
// Literals are counted with the function around them.
#include "syntax/cover_int.h"
#include "syntax/syntax_int.h"

typedef struct Cover {
    Arena *a;
    SourceMap *sources;
    CoverTable *t;
    const CoverOptions *o;
    const File *file;
    CoverFunc *f; // NULL: outside of functions
    i64 first;    // its first counter
    Map *seen;    // edges of blocks: "file:line:col:line:col"
    LocHint hint;
} Cover;

// ---- positions --------------------------------------------------------------------------------------------------------

static const u8 *text_at(const Cover *c, Pos pos) {
    return (const u8 *)c->file->src->text.ptr + (pos - c->file->src->base);
}
static const u8 *text_end(const Cover *c) { return (const u8 *)c->file->src->text.ptr + c->file->src->size; }

static Pos expr_start(const Expr *e) {
    for (;;) {
        const Expr *first = e->kind == ND_SLICE           ? ((const SliceExpr *)e)->e
                            : e->kind == ND_COMPOSITE_LIT ? ((const CompositeLit *)e)->type
                            : e->kind == ND_SELECTOR      ? ((const Selector *)e)->e
                            : e->kind == ND_INDEX         ? ((const Index *)e)->e
                            : e->kind == ND_TYPE_ASSERT   ? ((const TypeAssert *)e)->e
                            : e->kind == ND_BINARY        ? ((const Binary *)e)->l
                            : e->kind == ND_CALL          ? ((const Call *)e)->fun
                                                          : NULL;
        if (!first) return e->pos;
        e = first;
    }
}

static Pos stmt_start(const Stmt *s) {
    switch (s->kind) {
    case ND_EXPR_STMT: return expr_start(((const ExprStmt *)s)->e);
    case ND_SEND_STMT: return expr_start(((const SendStmt *)s)->ch);
    case ND_INC_DEC_STMT: return expr_start(((const IncDecStmt *)s)->e);
    case ND_ASSIGN_STMT: return expr_start(((const AssignStmt *)s)->lhs.ptr[0]);
    case ND_LABELED_STMT: return ((const LabeledStmt *)s)->label->x.pos;
    default: return s->pos;
    }
}

static Pos stmt_text_end(const Cover *c, const Stmt *s) {
    Pos start = stmt_start(s);
    const u8 *p = text_at(c, start);
    if (s->kind == ND_EMPTY_STMT) return start + (*p == ';');
    return start + (Pos)(simple_stmt_end(p, text_end(c)) - p);
}

// ---- blocks -----------------------------------------------------------------------------------------------------------

static CoverUnit new_unit(Cover *c, Pos start, Pos end, i64 stmts) {
    Loc a = source_map_loc_near(c->sources, start, true, &c->hint);
    Loc b = source_map_loc_near(c->sources, end, true, &c->hint);
    CoverUnit u = {a.line, a.col, b.line, b.col, (i32)stmts};
    for (;; u.end_col++) { // lines of //line directives may repeat
        Str key = arena_printf(c->a, "%.*s:%d:%d:%d:%d", SFMT(a.path), u.line, u.col, u.end_line, u.end_col);
        void **slot = map_slot_str(c->seen, key);
        if (!*slot) {
            *slot = c;
            return u;
        }
    }
}

static void add_unit(Cover *c, Map *where, const void *node, Pos start, Pos end, i64 stmts) {
    map_set_ptr(where, node, (void *)(intptr_t)(c->first + c->f->units.len));
    vec_push(c->a, &c->f->units, new_unit(c, start, end, stmts));
}

static void note_body(void *pos, const FuncLit *l) {
    if (!*(Pos *)pos) *(Pos *)pos = l->body->s.pos;
}

// Where the body of the first literal opens; 0: there is none.
static Pos literal_in(const Stmt *s, const Expr *e) {
    Pos pos = 0;
    literals_in_simple(s, note_body, &pos);
    literals_in_expr(e, note_body, &pos);
    return pos;
}

static Pos first_pos(Pos a, Pos b, Pos c, Pos other) { return a ? a : b ? b : c ? c : other; }

static Pos boundary(const Cover *c, const Stmt *s) {
    switch (s->kind) {
    case ND_BLOCK_STMT: return s->pos;
    case ND_IF_STMT: {
        const IfStmt *i = (const IfStmt *)s;
        return first_pos(literal_in(i->init, NULL), literal_in(NULL, i->cond), 0, i->then->s.pos);
    }
    case ND_FOR_STMT: {
        const ForStmt *f = (const ForStmt *)s;
        Pos post = literal_in(f->post, NULL);
        return first_pos(literal_in(f->init, NULL), literal_in(NULL, f->cond), post, f->body->s.pos);
    }
    case ND_RANGE_STMT:
        return first_pos(literal_in(NULL, ((const RangeStmt *)s)->e), 0, 0, ((const RangeStmt *)s)->body->s.pos);
    case ND_SWITCH_STMT: {
        const SwitchStmt *w = (const SwitchStmt *)s;
        return first_pos(literal_in(w->init, NULL), literal_in(NULL, w->tag), 0, w->lbrace);
    }
    case ND_TYPE_SWITCH_STMT:
        return first_pos(literal_in(((const TypeSwitchStmt *)s)->init, NULL), 0, 0,
                         ((const TypeSwitchStmt *)s)->lbrace);
    case ND_SELECT_STMT: return ((const SelectStmt *)s)->lbrace;
    case ND_LABELED_STMT: return boundary(c, ((const LabeledStmt *)s)->stmt);
    default: {
        Pos lit = literal_in(s, NULL);
        return lit ? lit : stmt_text_end(c, s);
    }
    }
}

static bool is_panic(const Stmt *s) {
    if (s->kind != ND_EXPR_STMT || ((const ExprStmt *)s)->e->kind != ND_CALL) return false;
    const Call *call = (const Call *)((const ExprStmt *)s)->e;
    return call->fun->kind == ND_IDENT && call->args.len == 1 && str_eq(((Ident *)call->fun)->name->s, S("panic"));
}

static bool is_control(const Stmt *s) {
    return s->kind == ND_FOR_STMT || s->kind == ND_RANGE_STMT || s->kind == ND_SWITCH_STMT ||
           s->kind == ND_TYPE_SWITCH_STMT || s->kind == ND_SELECT_STMT;
}

static bool ends_block(const Stmt *s) {
    if (is_control(s) || s->kind == ND_BLOCK_STMT || s->kind == ND_BRANCH_STMT || s->kind == ND_IF_STMT) return true;
    return s->kind == ND_LABELED_STMT || is_panic(s) || literal_in(s, NULL);
}

// The list of `node`, which begins at start. braces: it is a block's, whose "}" is in front of end; else end is that of an empty list.
static void add_list(Cover *c, const void *node, Pos start, Pos end, const StmtVec *list, bool braces) {
    if (!list->len) {
        add_unit(c, c->t->within, node, start + braces, end, 0);
        return;
    }
    bool whole = braces, more = true;
    const Stmt *s = list->ptr[0]; // what the block begins with: a statement of the list, or behind its label
    for (i64 i = 0; more;) {
        const Stmt *first = s;
        Pos edge = end;
        i64 n = 0;
        for (bool cut = false; !cut && more;) {
            const Stmt *label = s;
            edge = boundary(c, s);
            cut = ends_block(s);
            n++;
            if (s->kind == ND_LABELED_STMT && !is_control(((const LabeledStmt *)s)->stmt)) {
                edge = stmt_start(label);
                s = ((const LabeledStmt *)label)->stmt;
            } else if ((more = ++i < list->len)) s = list->ptr[i];
            if (cut) whole = false;
        }
        if (whole) edge = end;
        if (start != edge) add_unit(c, c->t->before, first, start, edge, n);
        if (more) start = stmt_start(s);
    }
}

// ---- what is inside ---------------------------------------------------------------------------------------------------

static void walk_stmt(Cover *c, const Stmt *s);
static void walk_stmts(Cover *c, const StmtVec *v) {
    for (i64 i = 0; i < v->len; i++) walk_stmt(c, v->ptr[i]);
}

static void walk_block(Cover *c, const BlockStmt *b, Pos start) {
    add_list(c, b, start, b->rbrace + 1, &b->list, true);
    walk_stmts(c, &b->list);
}

static void walk_literal(void *ctx, const FuncLit *l) { walk_block(ctx, l->body, l->body->s.pos); }
static void walk_expr(Cover *c, const Expr *e) { literals_in_expr(e, walk_literal, c); }

static void walk_if(Cover *c, const IfStmt *s) {
    literals_in_simple(s->init, walk_literal, c);
    walk_expr(c, s->cond);
    walk_block(c, s->then, s->then->s.pos);
    if (!s->els) return;
    Pos after = s->then->rbrace + 1;
    const u8 *text = text_at(c, after);
    Pos start = after + (Pos)(find_else(text, text_end(c)) - text) + 4;
    if (s->els->kind == ND_BLOCK_STMT) {
        walk_block(c, (const BlockStmt *)s->els, start);
        return;
    }
    Stmt *one[] = {s->els}; // as if it stood in braces
    StmtVec list = {.ptr = one, .len = 1};
    add_list(c, s->els, start, start, &list, true);
    walk_stmt(c, s->els);
}

static void walk_switch(Cover *c, const SwitchStmt *s) {
    literals_in_simple(s->init, walk_literal, c);
    walk_expr(c, s->tag);
    for (i64 i = 0; i < s->clauses.len; i++) {
        const CaseClause *k = s->clauses.ptr[i];
        add_list(c, k, k->colon + 1, k->colon + 1, &k->body, false);
    }
    for (i64 i = 0; i < s->clauses.len; i++) {
        for (i64 j = 0; j < s->clauses.ptr[i]->exprs.len; j++) walk_expr(c, s->clauses.ptr[i]->exprs.ptr[j]);
        walk_stmts(c, &s->clauses.ptr[i]->body);
    }
}

static void walk_type_switch(Cover *c, const TypeSwitchStmt *s) {
    literals_in_simple(s->init, walk_literal, c);
    walk_expr(c, s->guard->e);
    for (i64 i = 0; i < s->clauses.len; i++) {
        const CaseClause *k = s->clauses.ptr[i];
        add_list(c, k, k->colon + 1, k->colon + 1, &k->body, false);
    }
    for (i64 i = 0; i < s->clauses.len; i++) walk_stmts(c, &s->clauses.ptr[i]->body);
}

static void walk_select(Cover *c, const SelectStmt *s) {
    for (i64 i = 0; i < s->clauses.len; i++) {
        const CommClause *k = s->clauses.ptr[i];
        add_list(c, k, k->colon + 1, k->colon + 1, &k->body, false);
    }
    for (i64 i = 0; i < s->clauses.len; i++) {
        literals_in_simple(s->clauses.ptr[i]->comm, walk_literal, c);
        walk_stmts(c, &s->clauses.ptr[i]->body);
    }
}

static void walk_for(Cover *c, const ForStmt *s) {
    literals_in_simple(s->init, walk_literal, c);
    walk_expr(c, s->cond);
    literals_in_simple(s->post, walk_literal, c);
    walk_block(c, s->body, s->body->s.pos);
}

static void walk_range(Cover *c, const RangeStmt *s) {
    walk_expr(c, s->key);
    walk_expr(c, s->value);
    walk_expr(c, s->e);
    walk_block(c, s->body, s->body->s.pos);
}

static void walk_stmt(Cover *c, const Stmt *s) {
    switch (s->kind) {
    case ND_BLOCK_STMT: walk_block(c, (const BlockStmt *)s, s->pos); break;
    case ND_IF_STMT: walk_if(c, (const IfStmt *)s); break;
    case ND_SWITCH_STMT: walk_switch(c, (const SwitchStmt *)s); break;
    case ND_TYPE_SWITCH_STMT: walk_type_switch(c, (const TypeSwitchStmt *)s); break;
    case ND_SELECT_STMT: walk_select(c, (const SelectStmt *)s); break;
    case ND_FOR_STMT: walk_for(c, (const ForStmt *)s); break;
    case ND_RANGE_STMT: walk_range(c, (const RangeStmt *)s); break;
    case ND_LABELED_STMT: walk_stmt(c, ((const LabeledStmt *)s)->stmt); break;
    default: literals_in_simple(s, walk_literal, c); break;
    }
}

// ---- functions --------------------------------------------------------------------------------------------------------

static Str file_name(const Cover *c, Pos pos) {
    if (c->o->local) return c->file->src->abs_path;
    Loc l = source_map_loc(c->sources, pos, true);
    return arena_printf(c->a, "%.*s/%.*s", SFMT(c->o->path), SFMT(path_base(l.path)));
}

static void count_body(Cover *c, Str name, Pos pos, bool lit, const BlockStmt *body) {
    CoverFunc f = {.name = name, .file = file_name(c, pos), .lit = lit};
    c->f = &f;
    c->first = c->t->nwords + COVER_HEAD;
    walk_block(c, body, body->s.pos);
    c->t->nwords = c->first + f.units.len;
    vec_push(c->a, &c->t->funcs, f);
    c->f = NULL;
}

static Str func_name(Cover *c, const FuncDecl *d) {
    if (!d->recv) return d->name->name->s;
    const Expr *t = d->recv->type;
    bool star = t->kind == ND_STAR;
    if (star) t = ((const Star *)t)->e;
    if (t->kind != ND_IDENT) return d->name->name->s;
    return arena_printf(c->a, "%s%.*s.%.*s", star ? "*" : "", SFMT(((const Ident *)t)->name->s),
                        SFMT(d->name->name->s));
}

static void count_func(Cover *c, const FuncDecl *d) {
    Str name = d->name->name->s;
    if (!d->body || d->name->name->blank) return;
    if (c->o->without_atomic && (str_eq(name, S("AddUint32")) || str_eq(name, S("StoreUint32")))) return;
    count_body(c, func_name(c, d), d->d.pos, false, d->body);
}

static void count_literal(void *ctx, const FuncLit *l) {
    Cover *c = ctx;
    Loc at = source_map_loc(c->sources, l->x.pos, true);
    count_body(c, arena_printf(c->a, "func.L%d.C%d", at.line, at.col), l->x.pos, true, l->body);
}

CoverTable *cover_table(Arena *a, SourceMap *sources, File *const *files, i64 n, const CoverOptions *o) {
    CoverTable *t = ANEW(a, CoverTable);
    Cover c = {.a = a, .sources = sources, .t = t, .o = o, .seen = map_new_str(a)};
    t->before = map_new_ptr(a);
    t->within = map_new_ptr(a);
    for (i64 i = 0; i < n; i++) {
        c.file = files[i];
        if (str_has_suffix(c.file->src->abs_path, S("_test.go"))) continue;
        for (i64 k = 0; k < c.file->decls.len; k++) {
            const Decl *d = c.file->decls.ptr[k];
            if (d->kind == ND_FUNC_DECL) count_func(&c, (const FuncDecl *)d);
            else literals_in_decl(d, count_literal, &c);
        }
    }
    cover_meta(a, t, o);
    return t;
}

i64 cover_before(const CoverTable *t, const void *stmt) { return (i64)(intptr_t)map_get_ptr(t->before, stmt); }
i64 cover_within(const CoverTable *t, const void *list) { return (i64)(intptr_t)map_get_ptr(t->within, list); }
