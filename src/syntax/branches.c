// branches.c - labels and branch statements of one function body.
//
// In:    the body of a function without syntax errors. Out: BranchStmt.target of break, continue and goto.
// Errors: labels unused, undefined, declared twice; break, continue and fallthrough out of place; gotos into blocks and over
//        variable declarations. Function literals inside are not entered: they have been checked on their own.
//
// Method: one walk. A goto whose label is not known yet waits in `forward`; when a label comes, those that wait in its
// block are resolved; when a block ends, those that still wait go on waiting in the block around it.
#include "syntax/syntax_int.h"
#include <stdlib.h>

typedef struct Block {
    struct Block *outer;
    Pos start;
    LabeledStmt *labeled; // the statement whose block it is has this label
} Block;

typedef struct Label {
    LabeledStmt *stmt;
    Pos block_start;
    const Block *block; // valid while the block is open
    bool used;
} Label;

typedef struct Forward {
    BranchStmt *branch;
    Pos jumped; // variable declaration in the current block that it jumps over, or 0
    Str var;
} Forward;

// What unlabeled branches refer to.
typedef struct Targets {
    Stmt *breaks, *continues;
    i64 clause, nclauses; // of the switch around, whose clause list this is directly; else clause < 0
} Targets;

typedef struct Branches {
    Lexer *lx;
    VEC(Label) labels;
    VEC(Forward) forward;
} Branches;

static void check_list(Branches *, Block *outer, Targets, LabeledStmt *labeled, Pos start, const StmtVec *);

static Label *find_label(Branches *b, const Name *name) {
    for (i64 i = 0; i < b->labels.len; i++)
        if (b->labels.ptr[i].stmt->label->name == name) return &b->labels.ptr[i];
    return NULL;
}

static void print_pos(Branches *b, Pos pos, Buf *out) {
    Loc loc = diag_loc(b->lx->diag, pos);
    buf_printf(out, "%.*s:%d", SFMT(loc.path), loc.line);
    if (loc.col) buf_printf(out, ":%d", loc.col);
}

static void error_with_pos(Branches *b, Pos at, Str msg, Pos other) {
    Buf out = {0};
    print_pos(b, other, &out);
    lex_error(b->lx, at, "%.*s at %.*s", SFMT(msg), SFMT(buf_view(&out)));
    buf_free(&out);
}

// ---- labels and gotos --------------------------------------------------------------------------------------------

static void declare_label(Branches *b, Block *blk, i64 waiting, LabeledStmt *s) {
    const Name *name = s->label->name;
    Arena *a = b->lx->arena;
    Label *l = find_label(b, name);
    if (l) {
        error_with_pos(b, s->label->x.pos, arena_printf(a, "label %.*s already defined", SFMT(name->s)), l->stmt->label->x.pos);
    } else {
        vec_push(a, &b->labels, ((Label){s, blk->start, blk, false}));
        l = &b->labels.ptr[b->labels.len - 1];
    }
    i64 kept = waiting;
    for (i64 i = waiting; i < b->forward.len; i++) {
        Forward f = b->forward.ptr[i];
        if (f.branch->label->name != name) {
            b->forward.ptr[kept++] = f;
            continue;
        }
        f.branch->target = &s->s;
        l->used = true;
        if (f.jumped)
            error_with_pos(b, f.branch->label->x.pos,
                           arena_printf(a, "goto %.*s jumps over declaration of %.*s", SFMT(name->s), SFMT(f.var)), f.jumped);
    }
    b->forward.len = kept;
}

static void record_var(Branches *b, i64 waiting, Pos pos, Str var) {
    for (i64 i = waiting; i < b->forward.len; i++) b->forward.ptr[i].jumped = pos, b->forward.ptr[i].var = var;
}

static void check_goto(Branches *b, Block *blk, BranchStmt *s) {
    Label *l = find_label(b, s->label->name);
    if (l) {
        l->used = true;
        for (; blk; blk = blk->outer)
            if (l->block == blk) {
                s->target = &l->stmt->s;
                return;
            }
    }
    vec_push(b->lx->arena, &b->forward, ((Forward){.branch = s}));
}

static bool is_loop(const Stmt *s) { return s->kind == ND_FOR_STMT || s->kind == ND_RANGE_STMT; }

static bool is_breakable(const Stmt *s) {
    return is_loop(s) || s->kind == ND_SWITCH_STMT || s->kind == ND_TYPE_SWITCH_STMT || s->kind == ND_SELECT_STMT;
}

static void check_labeled(Branches *b, Block *blk, BranchStmt *s) {
    Str name = s->label->name->s;
    const char *word = s->tok == TK_BREAK ? "break" : "continue";
    Label *l = find_label(b, s->label->name);
    if (!l) {
        lex_error(b->lx, s->label->x.pos, "%s label not defined: %.*s", word, SFMT(name));
        return;
    }
    l->used = true;
    while (blk && blk->labeled != l->stmt) blk = blk->outer;
    Stmt *t = blk ? l->stmt->stmt : NULL;
    if (t && (s->tok == TK_BREAK ? is_breakable(t) : is_loop(t))) s->target = t;
    else lex_error(b->lx, s->label->x.pos, "invalid %s label %.*s", word, SFMT(name));
}

static void check_fallthrough(Branches *b, BranchStmt *s, const Targets *t, bool last) {
    const char *why = "fallthrough statement out of place";
    if (t->breaks && t->breaks->kind == ND_TYPE_SWITCH_STMT) why = "cannot fallthrough in type switch";
    else if (t->breaks && t->breaks->kind == ND_SWITCH_STMT && t->clause >= 0 && last) {
        if (t->clause + 1 < t->nclauses) return;
        why = "cannot fallthrough final case in switch";
    }
    lex_error(b->lx, s->s.pos, "%s", why);
}

static void check_branch(Branches *b, Block *blk, BranchStmt *s, const Targets *t, bool last) {
    if (s->tok == TK_FALLTHROUGH) check_fallthrough(b, s, t, last);
    else if (s->tok == TK_GOTO) check_goto(b, blk, s);
    else if (s->label) check_labeled(b, blk, s);
    else if (s->tok == TK_BREAK) {
        s->target = t->breaks;
        if (!t->breaks) lex_error(b->lx, s->s.pos, "break is not in a loop, switch, or select");
    } else {
        s->target = t->continues;
        if (!t->continues) lex_error(b->lx, s->s.pos, "continue is not in a loop");
    }
}

// ---- the walk ----------------------------------------------------------------------------------------------------

static void check_block(Branches *b, Block *blk, Targets t, LabeledStmt *labeled, const BlockStmt *s) {
    check_list(b, blk, t, labeled, s->s.pos, &s->list);
}

static void check_if(Branches *b, Block *blk, Targets t, LabeledStmt *labeled, IfStmt *s) {
    t.clause = -1;
    for (;;) {
        check_block(b, blk, t, labeled, s->then);
        if (!s->els) return;
        if (s->els->kind != ND_IF_STMT) break;
        s = (IfStmt *)s->els;
    }
    check_block(b, blk, t, labeled, (BlockStmt *)s->els);
}

static void check_clauses(Branches *b, Block *blk, Targets t, LabeledStmt *labeled, CaseClause **v, i64 n) {
    t.nclauses = n;
    for (i64 i = 0; i < n; i++) {
        t.clause = i;
        check_list(b, blk, t, labeled, v[i]->s.pos, &v[i]->body);
    }
}

static void check_stmt(Branches *b, Block *blk, i64 waiting, Targets t, Stmt *s, bool last) {
    LabeledStmt *labeled = NULL;
    Targets in = t;
    for (; s->kind == ND_LABELED_STMT; s = ((LabeledStmt *)s)->stmt) {
        labeled = ((LabeledStmt *)s)->label->name->blank ? NULL : (LabeledStmt *)s;
        if (labeled) declare_label(b, blk, waiting, labeled);
    }
    in.clause = -1;
    in.breaks = s;
    switch (s->kind) {
    case ND_DECL_STMT: {
        DeclStmt *d = (DeclStmt *)s;
        for (i64 i = 0; i < d->decls.len; i++)
            if (d->decls.ptr[i]->kind == ND_VAR_DECL) {
                VarDecl *v = (VarDecl *)d->decls.ptr[i];
                record_var(b, waiting, v->d.pos, v->names.ptr[0]->name->s);
                break;
            }
        break;
    }
    case ND_ASSIGN_STMT: {
        AssignStmt *a = (AssignStmt *)s;
        if (a->op != OP_DEF || b->forward.len == waiting) break;
        Buf names = {0};
        for (i64 i = 0; i < a->lhs.len; i++) {
            if (i) buf_c(&names, ", ");
            expr_print(&names, a->lhs.ptr[i]);
        }
        record_var(b, waiting, a->s.pos, arena_str(b->lx->arena, buf_view(&names)));
        buf_free(&names);
        break;
    }
    case ND_BRANCH_STMT: check_branch(b, blk, (BranchStmt *)s, &t, last); break;
    case ND_BLOCK_STMT:
        t.clause = -1;
        check_block(b, blk, t, labeled, (BlockStmt *)s);
        break;
    case ND_IF_STMT: check_if(b, blk, t, labeled, (IfStmt *)s); break;
    case ND_FOR_STMT:
        in.continues = s;
        check_block(b, blk, in, labeled, ((ForStmt *)s)->body);
        break;
    case ND_RANGE_STMT:
        in.continues = s;
        check_block(b, blk, in, labeled, ((RangeStmt *)s)->body);
        break;
    case ND_SWITCH_STMT: {
        SwitchStmt *w = (SwitchStmt *)s;
        check_clauses(b, blk, in, labeled, w->clauses.ptr, w->clauses.len);
        break;
    }
    case ND_TYPE_SWITCH_STMT: {
        TypeSwitchStmt *w = (TypeSwitchStmt *)s;
        check_clauses(b, blk, in, labeled, w->clauses.ptr, w->clauses.len);
        break;
    }
    case ND_SELECT_STMT: {
        SelectStmt *w = (SelectStmt *)s;
        for (i64 i = 0; i < w->clauses.len; i++)
            check_list(b, blk, in, labeled, w->clauses.ptr[i]->s.pos, &w->clauses.ptr[i]->body);
        break;
    }
    }
}

static void check_list(Branches *b, Block *outer, Targets t, LabeledStmt *labeled, Pos start, const StmtVec *list) {
    Block blk = {outer, start, labeled};
    i64 waiting = b->forward.len, n = list->len;
    while (n > 0 && list->ptr[n - 1]->kind == ND_EMPTY_STMT) n--;
    for (i64 i = 0; i < n; i++) check_stmt(b, &blk, waiting, t, list->ptr[i], i + 1 == n);
    for (i64 i = waiting; i < b->forward.len; i++) b->forward.ptr[i].jumped = 0; // may yet leave the block and be fine
    for (i64 i = 0; i < b->labels.len; i++)
        if (b->labels.ptr[i].block == &blk) b->labels.ptr[i].block = NULL;
}

void check_branches(Lexer *lx, BlockStmt *body) {
    Branches b = {.lx = lx};
    check_list(&b, NULL, (Targets){.clause = -1}, NULL, body->s.pos, &body->list);
    for (i64 i = 0; i < b.forward.len; i++) {
        Ident *label = b.forward.ptr[i].branch->label;
        Label *l = find_label(&b, label->name);
        if (!l) {
            lex_error(lx, label->x.pos, "label %.*s not defined", SFMT(label->name->s));
            continue;
        }
        l->used = true;
        error_with_pos(&b, label->x.pos, arena_printf(lx->arena, "goto %.*s jumps into block starting", SFMT(label->name->s)),
                       l->block_start);
    }
    for (i64 i = 0; i < b.labels.len; i++) {
        Ident *label = b.labels.ptr[i].stmt->label;
        if (!b.labels.ptr[i].used) lex_error(lx, label->x.pos, "label %.*s defined and not used", SFMT(label->name->s));
    }
}
