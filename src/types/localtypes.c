// localtypes.c - numbers the types declared in functions: the n-th such type of the package.
//
// Bodies are checked in any order, so the number comes from the syntax alone: one walk over the
// package's bodies in order of source, the first time one of its local types is met. Of those that are not parsed yet only the few
// that may declare a type are.
#include "types/decls.h"

typedef struct Walk {
    Checker *c;
    File *file;
    i64 count;
} Walk;

static void walk_expr(Walk *w, Expr *e);
static void walk_stmt(Walk *w, Stmt *s);

static void walk_exprs(Walk *w, ExprVec *v) {
    for (i64 i = 0; i < v->len; i++) walk_expr(w, v->ptr[i]);
}

static void walk_stmts(Walk *w, StmtVec *v) {
    for (i64 i = 0; i < v->len; i++) walk_stmt(w, v->ptr[i]);
}

static void walk_expr(Walk *w, Expr *e) {
    if (!e) return;
    switch (e->kind) {
    case ND_COMPOSITE_LIT:
        walk_expr(w, ((CompositeLit *)e)->type);
        walk_exprs(w, &((CompositeLit *)e)->elems);
        break;
    case ND_FUNC_LIT:
        if (((FuncLit *)e)->body) walk_stmts(w, &((FuncLit *)e)->body->list);
        break;
    case ND_PAREN: walk_expr(w, ((Paren *)e)->e); break;
    case ND_SELECTOR: walk_expr(w, ((Selector *)e)->e); break;
    case ND_INDEX:
        walk_expr(w, ((Index *)e)->e);
        walk_exprs(w, &((Index *)e)->index);
        break;
    case ND_SLICE:
        walk_expr(w, ((SliceExpr *)e)->e);
        walk_expr(w, ((SliceExpr *)e)->lo);
        walk_expr(w, ((SliceExpr *)e)->hi);
        walk_expr(w, ((SliceExpr *)e)->max);
        break;
    case ND_TYPE_ASSERT: walk_expr(w, ((TypeAssert *)e)->e); break;
    case ND_CALL:
        walk_expr(w, ((Call *)e)->fun);
        walk_exprs(w, &((Call *)e)->args);
        break;
    case ND_STAR: walk_expr(w, ((Star *)e)->e); break;
    case ND_UNARY: walk_expr(w, ((Unary *)e)->e); break;
    case ND_BINARY:
        walk_expr(w, ((Binary *)e)->l);
        walk_expr(w, ((Binary *)e)->r);
        break;
    case ND_KEY_VALUE:
        walk_expr(w, ((KeyValue *)e)->key);
        walk_expr(w, ((KeyValue *)e)->value);
        break;
    case ND_ARRAY_TYPE: walk_expr(w, ((ArrayType *)e)->len); break;
    default: break;
    }
}

static void number(Walk *w, TypeDecl *d) {
    if (d->alias) return;
    map_set_ptr(w->c->local.index, d, (void *)(intptr_t)++w->count);
}

static void walk_body(Walk *w, BlockStmt *b) {
    if (b->unparsed && body_may_declare_type(w->file, b))
        parse_body(w->c->all_bodies, w->c->intern, w->c->diag, w->file, b);
    walk_stmts(w, &b->list);
}

static void walk_decl(Walk *w, Decl *d, bool local) {
    if (d->kind == ND_TYPE_DECL && local) number(w, (TypeDecl *)d);
    if (d->kind == ND_VAR_DECL) walk_exprs(w, &((VarDecl *)d)->values);
    if (d->kind == ND_CONST_DECL) walk_exprs(w, &((ConstDecl *)d)->values);
    if (d->kind == ND_FUNC_DECL && ((FuncDecl *)d)->body) walk_body(w, ((FuncDecl *)d)->body);
}

static void walk_clauses(Walk *w, CaseClause **v, i64 n) {
    for (i64 i = 0; i < n; i++) {
        walk_exprs(w, &v[i]->exprs);
        walk_stmts(w, &v[i]->body);
    }
}

static void walk_stmt(Walk *w, Stmt *s) {
    if (!s) return;
    switch (s->kind) {
    case ND_EXPR_STMT: walk_expr(w, ((ExprStmt *)s)->e); break;
    case ND_SEND_STMT:
        walk_expr(w, ((SendStmt *)s)->ch);
        walk_expr(w, ((SendStmt *)s)->val);
        break;
    case ND_ASSIGN_STMT:
        walk_exprs(w, &((AssignStmt *)s)->lhs);
        walk_exprs(w, &((AssignStmt *)s)->rhs);
        break;
    case ND_INC_DEC_STMT: walk_expr(w, ((IncDecStmt *)s)->e); break;
    case ND_GO_STMT:
    case ND_DEFER_STMT: walk_expr(w, ((CallStmt *)s)->call); break;
    case ND_RETURN_STMT: walk_exprs(w, &((ReturnStmt *)s)->results); break;
    case ND_BLOCK_STMT: walk_stmts(w, &((BlockStmt *)s)->list); break;
    case ND_IF_STMT: {
        IfStmt *i = (IfStmt *)s;
        walk_stmt(w, i->init);
        walk_expr(w, i->cond);
        walk_stmts(w, &i->then->list);
        walk_stmt(w, i->els);
        break;
    }
    case ND_SWITCH_STMT: {
        SwitchStmt *x = (SwitchStmt *)s;
        walk_stmt(w, x->init);
        walk_expr(w, x->tag);
        walk_clauses(w, x->clauses.ptr, x->clauses.len);
        break;
    }
    case ND_TYPE_SWITCH_STMT: {
        TypeSwitchStmt *x = (TypeSwitchStmt *)s;
        walk_stmt(w, x->init);
        walk_expr(w, x->guard->e);
        walk_clauses(w, x->clauses.ptr, x->clauses.len);
        break;
    }
    case ND_SELECT_STMT: {
        SelectStmt *x = (SelectStmt *)s;
        for (i64 i = 0; i < x->clauses.len; i++) {
            walk_stmt(w, x->clauses.ptr[i]->comm);
            walk_stmts(w, &x->clauses.ptr[i]->body);
        }
        break;
    }
    case ND_FOR_STMT: {
        ForStmt *x = (ForStmt *)s;
        walk_stmt(w, x->init);
        walk_expr(w, x->cond);
        walk_stmt(w, x->post);
        walk_stmts(w, &x->body->list);
        break;
    }
    case ND_RANGE_STMT: {
        RangeStmt *x = (RangeStmt *)s;
        walk_expr(w, x->e);
        walk_stmts(w, &x->body->list);
        break;
    }
    case ND_LABELED_STMT: walk_stmt(w, ((LabeledStmt *)s)->stmt); break;
    case ND_DECL_STMT: {
        DeclStmt *x = (DeclStmt *)s;
        for (i64 i = 0; i < x->decls.len; i++) walk_decl(w, x->decls.ptr[i], true);
        break;
    }
    default: break;
    }
}

void number_local_types(Checker *c, Package *p) {
    if (map_get_ptr(c->local.done, p)) return;
    map_set_ptr(c->local.done, p, p);
    Walk w = {.c = c};
    for (i64 i = 0; i < p->nfiles; i++) {
        w.file = p->files[i];
        for (i64 j = 0; j < w.file->decls.len; j++) walk_decl(&w, w.file->decls.ptr[j], false);
    }
}
