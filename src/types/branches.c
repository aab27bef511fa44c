// branches.c - labels, goto, break, continue, fallthrough of one function body.
//
// In:  a body as parsed. Out: BranchStmt.target; errors of misplaced and undefined things.
// Function literals inside have bodies of their own and are not entered.
//
// Method: blocks are walked in order. A goto whose label was not seen yet waits in a list; when its label is
// declared in this block it is resolved, unless a variable was declared in between; what is left over at the
// end of a block waits in the enclosing one.
#include "types/exprs.h"

typedef struct Block {
    struct Block *parent;
    Pos start;
    LabeledStmt *label; // of the statement this block belongs to
} Block;

typedef struct Label {
    LabeledStmt *s;
    Block *block;
    bool used;
} Label;

typedef struct Jump {
    BranchStmt *s;
    bool over_var;
} Jump; // a goto that waits; over_var: a variable was declared since

typedef struct Targets {
    Stmt *breaks, *continues;
    i64 case_index, ncases;
} Targets; // case_index -1: not directly in a case

typedef struct Walk {
    Checker *c;
    BlockStmt *body;
    VEC(Label) labels;
    Map *label_of; // name -> index + 1
    VEC(Jump) jumps;
} Walk;

typedef struct VarDeclared {
    Pos pos;
    Str name;
} VarDeclared; // last one in a block

static void walk_block(Walk *w, Block *parent, Targets t, LabeledStmt *label, Pos start, Stmt **list, i64 n);

static Label *find_label(Walk *w, const Name *n) {
    i64 i = w->label_of ? (i64)(intptr_t)map_get_ptr(w->label_of, n) : 0;
    return i ? &w->labels.ptr[i - 1] : NULL;
}

static bool is_inside(Block *b, Block *outer) {
    while (b && b != outer) b = b->parent;
    return b != NULL;
}

static void declare_label(Walk *w, Block *b, LabeledStmt *s) {
    Label *alt = find_label(w, s->label->name);
    if (alt) {
        Str at = pos_string(w->c, alt->s->label->x.pos);
        check_errorf(w->c, s->label->x.pos, "label %.*s already defined at %.*s", SFMT(s->label->name->s), SFMT(at));
        return;
    }
    vec_push(w->c->arena, &w->labels, ((Label){s, b, false}));
    if (!w->label_of) w->label_of = map_new_ptr(w->c->arena);
    map_set_ptr(w->label_of, s->label->name, (void *)(intptr_t)w->labels.len);
}

// Gotos from `first` on that wait for this label are in the same block or inside it.
static void resolve_jumps(Walk *w, i64 first, LabeledStmt *s, VarDeclared *var) {
    Label *l = find_label(w, s->label->name);
    i64 kept = first;
    for (i64 i = first; i < w->jumps.len; i++) {
        Jump j = w->jumps.ptr[i];
        if (j.s->label->name != s->label->name) {
            w->jumps.ptr[kept++] = j;
            continue;
        }
        j.s->target = &s->s;
        l->used = true;
        if (!j.over_var) continue;
        Str at = pos_string(w->c, var->pos);
        check_errorf(w->c, j.s->label->x.pos, "goto %.*s jumps over declaration of %.*s at %.*s",
                     SFMT(s->label->name->s), SFMT(var->name), SFMT(at));
    }
    w->jumps.len = kept;
}

static void note_var(Walk *w, i64 first, VarDeclared *var, Pos pos, Str name) {
    *var = (VarDeclared){pos, name};
    for (i64 i = first; i < w->jumps.len; i++) w->jumps.ptr[i].over_var = true;
}

// ---- branches --------------------------------------------------------------------------------------------

static bool is_loop(const Stmt *s) { return s && (s->kind == ND_FOR_STMT || s->kind == ND_RANGE_STMT); }
static bool is_switch(const Stmt *s) { return s && (s->kind == ND_SWITCH_STMT || s->kind == ND_TYPE_SWITCH_STMT); }
static bool can_break(const Stmt *s) { return is_loop(s) || is_switch(s) || (s && s->kind == ND_SELECT_STMT); }

static void check_fallthrough(Walk *w, BranchStmt *s, Targets t, bool last) {
    const char *msg = "fallthrough statement out of place";
    if (t.breaks && t.breaks->kind == ND_TYPE_SWITCH_STMT) {
        msg = "cannot fallthrough in type switch";
    } else if (t.breaks && t.breaks->kind == ND_SWITCH_STMT && t.case_index >= 0 && last) {
        if (t.case_index + 1 < t.ncases) return;
        msg = "cannot fallthrough final case in switch";
    }
    check_errorf(w->c, s->s.pos, "%s", msg);
}

static void check_plain_branch(Walk *w, BranchStmt *s, Targets t, bool last) {
    switch (s->tok) {
    case TK_BREAK:
        s->target = t.breaks;
        if (!t.breaks) check_errorf(w->c, s->s.pos, "break is not in a loop, switch, or select");
        break;
    case TK_CONTINUE:
        s->target = t.continues;
        if (!t.continues) check_errorf(w->c, s->s.pos, "continue is not in a loop");
        break;
    case TK_FALLTHROUGH: check_fallthrough(w, s, t, last); break;
    default: break;
    }
}

// Of the labels so far.
static void offer_labels(Walk *w, Ident *id) {
    LabeledStmt **v = ANEWN(w->c->arena, LabeledStmt *, w->labels.len + 1);
    for (i64 i = 0; i < w->labels.len; i++) v[i] = w->labels.ptr[i].s;
    hint_near_label(w->c, id, v, w->labels.len);
}

// break L, continue L: L must label an enclosing statement.
static void check_labeled_exit(Walk *w, BranchStmt *s, Block *b) {
    const char *word = s->tok == TK_BREAK ? "break" : "continue";
    Str name = s->label->name->s;
    Label *l = find_label(w, s->label->name);
    if (!l) {
        check_errorf(w->c, s->label->x.pos, "%s label not defined: %.*s", word, SFMT(name));
        offer_labels(w, s->label);
        return;
    }
    l->used = true;
    while (b && b->label != l->s) b = b->parent;
    Stmt *target = b ? l->s->stmt : NULL;
    if (s->tok == TK_BREAK ? can_break(target) : is_loop(target)) s->target = target;
    else check_errorf(w->c, s->label->x.pos, "invalid %s label %.*s", word, SFMT(name));
}

static void check_goto(Walk *w, BranchStmt *s, Block *b) {
    w->body->has_goto = true;
    Label *l = find_label(w, s->label->name);
    if (l) l->used = true;
    if (l && is_inside(b, l->block)) s->target = &l->s->s;
    else vec_push(w->c->arena, &w->jumps, ((Jump){s, false}));
}

static void check_branch(Walk *w, BranchStmt *s, Block *b, Targets t, bool last) {
    s->target = NULL;
    if (!s->label) check_plain_branch(w, s, t, last);
    else if (s->tok == TK_GOTO) check_goto(w, s, b);
    else check_labeled_exit(w, s, b);
}

// ---- statements --------------------------------------------------------------------------------------------

static void walk_body(Walk *w, Block *b, Targets t, LabeledStmt *label, BlockStmt *body) {
    if (body) walk_block(w, b, t, label, body->s.pos, body->list.ptr, body->list.len);
}

static void walk_clauses(Walk *w, Block *b, Targets t, LabeledStmt *label, Stmt *s, CaseClause **list, i64 n) {
    for (i64 i = 0; i < n; i++)
        walk_block(w, b, (Targets){s, t.continues, i, n}, label, list[i]->s.pos, list[i]->body.ptr, list[i]->body.len);
}

static void walk_nested(Walk *w, Block *b, Targets t, LabeledStmt *label, Stmt *s) {
    Targets inner = {t.breaks, t.continues, -1, 0}, loop = {s, s, -1, 0}, sel = {s, t.continues, -1, 0};
    switch (s->kind) {
    case ND_BLOCK_STMT: walk_body(w, b, inner, label, (BlockStmt *)s); break;
    case ND_IF_STMT: {
        IfStmt *i = (IfStmt *)s;
        walk_body(w, b, inner, label, i->then);
        if (i->els) walk_block(w, b, inner, label, i->els->pos, &i->els, 1);
        break;
    }
    case ND_FOR_STMT: walk_body(w, b, loop, label, ((ForStmt *)s)->body); break;
    case ND_RANGE_STMT: walk_body(w, b, loop, label, ((RangeStmt *)s)->body); break;
    case ND_SWITCH_STMT:
        walk_clauses(w, b, t, label, s, ((SwitchStmt *)s)->clauses.ptr, ((SwitchStmt *)s)->clauses.len);
        break;
    case ND_TYPE_SWITCH_STMT:
        walk_clauses(w, b, t, label, s, ((TypeSwitchStmt *)s)->clauses.ptr, ((TypeSwitchStmt *)s)->clauses.len);
        break;
    case ND_SELECT_STMT: {
        SelectStmt *ss = (SelectStmt *)s;
        for (i64 i = 0; i < ss->clauses.len; i++) {
            CommClause *cc = ss->clauses.ptr[i];
            walk_block(w, b, sel, label, cc->s.pos, cc->body.ptr, cc->body.len);
        }
        break;
    }
    default: break;
    }
}

static void note_decl_stmt(Walk *w, i64 first, VarDeclared *var, DeclStmt *s) {
    for (i64 i = 0; i < s->decls.len; i++) {
        VarDecl *d = (VarDecl *)s->decls.ptr[i];
        if (d->d.kind != ND_VAR_DECL) continue;
        note_var(w, first, var, d->d.pos, d->names.len > 0 ? d->names.ptr[0]->name->s : S("_"));
        return;
    }
}

static Str lhs_text(Walk *w, AssignStmt *s) {
    Buf b = {0};
    for (i64 i = 0; i < s->lhs.len; i++) {
        if (i) buf_c(&b, ", ");
        expr_print(&b, s->lhs.ptr[i]);
    }
    Str r = arena_str(w->c->arena, buf_view(&b));
    buf_free(&b);
    return r;
}

// Gotos inside this block that still wait stand in w->jumps from `first` on.
static void walk_block(Walk *w, Block *parent, Targets t, LabeledStmt *label, Pos start, Stmt **list, i64 n) {
    Block *b = ANEW(w->c->arena, Block);
    *b = (Block){parent, start, label};
    i64 first = w->jumps.len;
    VarDeclared var = {0};
    while (n > 0 && list[n - 1]->kind == ND_EMPTY_STMT) n--; // invisible to fallthrough
    for (i64 i = 0; i < n; i++) {
        Stmt *s = list[i];
        LabeledStmt *own = NULL;
        while (s && s->kind == ND_LABELED_STMT) {
            LabeledStmt *ls = (LabeledStmt *)s;
            if (!ls->label->name->blank) {
                declare_label(w, b, ls);
                resolve_jumps(w, first, ls, &var);
                own = ls;
            }
            s = ls->stmt;
        }
        if (!s) continue;
        if (s->kind == ND_BRANCH_STMT) check_branch(w, (BranchStmt *)s, b, t, i + 1 == n);
        else if (s->kind == ND_DECL_STMT) note_decl_stmt(w, first, &var, (DeclStmt *)s);
        else if (s->kind == ND_ASSIGN_STMT && ((AssignStmt *)s)->op == OP_DEF)
            note_var(w, first, &var, s->pos, lhs_text(w, (AssignStmt *)s));
        else walk_nested(w, b, t, own, s);
    }
    for (i64 i = first; i < w->jumps.len; i++) w->jumps.ptr[i].over_var = false; // they may leave this block
}

void check_branches(Checker *c, BlockStmt *body) {
    Walk w = {.c = c, .body = body};
    if (body->had_errors || body->branches_checked) return;
    body->branches_checked = true;
    walk_block(&w, NULL, (Targets){NULL, NULL, -1, 0}, NULL, body->s.pos, body->list.ptr, body->list.len);
    for (i64 i = 0; i < w.jumps.len; i++) {
        BranchStmt *s = w.jumps.ptr[i].s;
        Label *l = find_label(&w, s->label->name);
        Str name = s->label->name->s;
        if (!l) {
            check_errorf(c, s->label->x.pos, "label %.*s not defined", SFMT(name));
            offer_labels(&w, s->label);
            continue;
        }
        l->used = true;
        Str at = pos_string(c, l->block->start);
        check_errorf(c, s->label->x.pos, "goto %.*s jumps into block starting at %.*s", SFMT(name), SFMT(at));
    }
    for (i64 i = 0; i < w.labels.len; i++) {
        Label *l = &w.labels.ptr[i];
        if (!l->used)
            check_errorf(c, l->s->label->x.pos, "label %.*s defined and not used", SFMT(l->s->label->name->s)),
                hint_unused_label(c, l->s);
    }
}

void check_package_branches(Checker *c, Package *p) {
    Package *saved = c->pkg;
    c->pkg = p;
    for (i64 i = 0; i < p->nfiles; i++) {
        File *f = p->files[i];
        for (i64 k = 0; f && k < f->bodies.len; k++) check_branches(c, f->bodies.ptr[k]);
    }
    c->pkg = saved;
}
