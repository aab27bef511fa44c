// return.c - terminating statements: does control reach the end of a function?
//
// In:  a statement whose branches have their targets (branches.c).
#include "types/exprs.h"

// Is there a break out of `target` in s?
static bool has_break(Stmt *s, Stmt *target);

static bool has_break_list(StmtVec *list, Stmt *target) {
    for (i64 i = 0; i < list->len; i++)
        if (has_break(list->ptr[i], target)) return true;
    return false;
}

static bool has_break_cases(CaseClause **list, i64 n, Stmt *target) {
    for (i64 i = 0; i < n; i++)
        if (has_break_list(&list[i]->body, target)) return true;
    return false;
}

static bool has_break_comms(SelectStmt *s, Stmt *target) {
    for (i64 i = 0; i < s->clauses.len; i++)
        if (has_break_list(&s->clauses.ptr[i]->body, target)) return true;
    return false;
}

static bool has_break(Stmt *s, Stmt *target) {
    if (!s) return false;
    switch (s->kind) {
    case ND_LABELED_STMT: return has_break(((LabeledStmt *)s)->stmt, target);
    case ND_BRANCH_STMT: return ((BranchStmt *)s)->tok == TK_BREAK && ((BranchStmt *)s)->target == target;
    case ND_BLOCK_STMT: return has_break_list(&((BlockStmt *)s)->list, target);
    case ND_IF_STMT: return has_break(&((IfStmt *)s)->then->s, target) || has_break(((IfStmt *)s)->els, target);
    case ND_SWITCH_STMT: return has_break_cases(((SwitchStmt *)s)->clauses.ptr, ((SwitchStmt *)s)->clauses.len, target);
    case ND_TYPE_SWITCH_STMT:
        return has_break_cases(((TypeSwitchStmt *)s)->clauses.ptr, ((TypeSwitchStmt *)s)->clauses.len, target);
    case ND_SELECT_STMT: return has_break_comms((SelectStmt *)s, target);
    case ND_FOR_STMT: return has_break(&((ForStmt *)s)->body->s, target);
    case ND_RANGE_STMT: return has_break(&((RangeStmt *)s)->body->s, target);
    default: return false;
    }
}

static bool is_terminating_list(StmtVec *list) {
    i64 n = list->len;
    while (n > 0 && list->ptr[n - 1]->kind == ND_EMPTY_STMT) n--;
    return n > 0 && is_terminating(list->ptr[n - 1]);
}

static bool is_terminating_switch(CaseClause **list, i64 n, Stmt *s) {
    bool has_default = false;
    for (i64 i = 0; i < n; i++) {
        has_default |= list[i]->is_default || list[i]->exprs.len == 0;
        if (!is_terminating_list(&list[i]->body) || has_break_list(&list[i]->body, s)) return false;
    }
    return has_default;
}

static bool is_terminating_select(SelectStmt *s) {
    for (i64 i = 0; i < s->clauses.len; i++)
        if (!is_terminating_list(&s->clauses.ptr[i]->body)) return false;
    return !has_break_comms(s, &s->s);
}

static bool is_panic_call(Stmt *s) {
    Expr *e = unparen(((ExprStmt *)s)->e);
    return e->kind == ND_CALL && (e->flags & XF_PANIC);
}

bool is_terminating(Stmt *s) {
    if (!s) return false;
    switch (s->kind) {
    case ND_RETURN_STMT:
    case ND_BAD_STMT: return true;
    case ND_LABELED_STMT: return is_terminating(((LabeledStmt *)s)->stmt);
    case ND_EXPR_STMT: return is_panic_call(s);
    case ND_BRANCH_STMT: return ((BranchStmt *)s)->tok == TK_GOTO || ((BranchStmt *)s)->tok == TK_FALLTHROUGH;
    case ND_BLOCK_STMT: return is_terminating_list(&((BlockStmt *)s)->list);
    case ND_IF_STMT:
        return ((IfStmt *)s)->els && is_terminating(&((IfStmt *)s)->then->s) && is_terminating(((IfStmt *)s)->els);
    case ND_SWITCH_STMT:
        return is_terminating_switch(((SwitchStmt *)s)->clauses.ptr, ((SwitchStmt *)s)->clauses.len, s);
    case ND_TYPE_SWITCH_STMT:
        return is_terminating_switch(((TypeSwitchStmt *)s)->clauses.ptr, ((TypeSwitchStmt *)s)->clauses.len, s);
    case ND_SELECT_STMT: return is_terminating_select((SelectStmt *)s);
    case ND_FOR_STMT: return !((ForStmt *)s)->cond && !has_break(&((ForStmt *)s)->body->s, s);
    default: return false;
    }
}
