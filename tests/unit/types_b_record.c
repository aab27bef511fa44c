// types_b_record.c - what the checker leaves in the tree of checked packages is complete and final.
//
// Over each function body and initialiser: a value expression has a mode and a type; outside constant
// expressions no type is untyped; uses have objects; selectors of values have selections; branches have
// targets.
#include "load/load.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct V { SourceMap *sm; i64 n, bad; const char *where; } V;

static void complain(V *v, const void *node, const char *what)
{
    Loc l = source_map_loc(v->sm, node_start(node), false);
    if (v->bad++ < 200) printf("%.*s:%d:%d: %s\n", SFMT(l.path), l.line, l.col, what);
}

static void expr(V *v, Expr *e);
static void stmt(V *v, Stmt *s);
static void block(V *v, BlockStmt *b);

static void exprs(V *v, ExprVec *l) { for (i64 i = 0; i < l->len; i++) expr(v, l->ptr[i]); }

static void ident(V *v, Ident *id)
{
    if (id->name->blank) return;
    if (!id->obj) complain(v, id, "identifier without object");
}

// A value, type or builtin.
static void expr(V *v, Expr *e)
{
    if (!e) return;
    v->n++;
    if (e->kind == ND_KEY_VALUE) { // elements of literals: see below
        expr(v, ((KeyValue *)e)->value);
        return;
    }
    if (e->kind == ND_IDENT && ((Ident *)e)->name->blank) return;
    if (!e->mode) { complain(v, e, "no mode"); return; }
    if (e->mode == MODE_TYPE) { if (!e->type) complain(v, e, "type without type"); return; }
    if (e->mode == MODE_BUILTIN) return;
    if (!e->type) { complain(v, e, "no type"); return; }
    if (e->type->kind == TYPE_INVALID) complain(v, e, "invalid type");
    if ((e->type->kind >= TYPE_UNTYPED_BOOL && e->type->kind <= TYPE_UNTYPED_NIL)) complain(v, e, e->mode == MODE_CONST ? "untyped constant" : "untyped value");
    if (e->mode == MODE_CONST) {
        if (!e->val || exact_kind(e->val) == EX_UNKNOWN) complain(v, e, "constant without value");
        if (e->kind == ND_IDENT) ident(v, (Ident *)e);
        return;
    }
    switch (e->kind) {
    case ND_IDENT: ident(v, (Ident *)e); break;
    case ND_COMPOSITE_LIT: {
        CompositeLit *l = (CompositeLit *)e;
        Type *t = types_under(e->type);
        if (!l->type && t->kind == TYPE_POINTER) t = types_under(t->pointer.elem);
        Type *core = types_core(t);
        if (core) t = types_under(core);
        for (i64 i = 0; i < l->elems.len; i++) {
            Expr *el = l->elems.ptr[i];
            if (el->kind == ND_KEY_VALUE) {
                KeyValue *kv = (KeyValue *)el;
                if (t->kind == TYPE_STRUCT) ident(v, (Ident *)kv->key);
                else expr(v, kv->key);
                expr(v, kv->value);
            } else expr(v, el);
        }
        break;
    }
    case ND_FUNC_LIT:
        if (!((FuncLit *)e)->info) complain(v, e, "literal without info");
        else if (!((FuncLit *)e)->info->body_checked) complain(v, e, "literal body not checked");
        block(v, ((FuncLit *)e)->body);
        break;
    case ND_PAREN: expr(v, ((Paren *)e)->e); break;
    case ND_SELECTOR: {
        Selector *s = (Selector *)e;
        if (!s->sel->obj) complain(v, e, "selector without object");
        if (s->selection) {
            if (!s->selection->obj || !s->selection->recv) complain(v, e, "bad selection");
            expr(v, s->e);
        }
        break;
    }
    case ND_INDEX: {
        Index *x = (Index *)e;
        if (x->targs) break;
        expr(v, x->e);
        exprs(v, &x->index);
        break;
    }
    case ND_SLICE: expr(v, ((SliceExpr *)e)->e); expr(v, ((SliceExpr *)e)->lo); expr(v, ((SliceExpr *)e)->hi); expr(v, ((SliceExpr *)e)->max); break;
    case ND_TYPE_ASSERT: expr(v, ((TypeAssert *)e)->e); expr(v, ((TypeAssert *)e)->type); break;
    case ND_CALL: {
        Call *c = (Call *)e;
        expr(v, c->fun);
        if (c->fun->type && c->fun->type->kind == TYPE_SIGNATURE && c->fun->type->sig.tparams.len) complain(v, e, "call of a generic function");
        exprs(v, &c->args);
        break;
    }
    case ND_STAR: expr(v, ((Star *)e)->e); break;
    case ND_UNARY: expr(v, ((Unary *)e)->e); break;
    case ND_BINARY: expr(v, ((Binary *)e)->l); expr(v, ((Binary *)e)->r); break;
    }
}

static void stmts(V *v, StmtVec *l) { for (i64 i = 0; i < l->len; i++) stmt(v, l->ptr[i]); }
static void block(V *v, BlockStmt *b) { if (b) stmts(v, &b->list); }

static void decl(V *v, Decl *d)
{
    if (d->kind == ND_VAR_DECL) {
        VarDecl *vd = (VarDecl *)d;
        exprs(v, &vd->values);
        for (i64 i = 0; i < vd->names.len; i++)
            if (!vd->names.ptr[i]->obj || !vd->names.ptr[i]->obj->type) complain(v, vd->names.ptr[i], "variable without object or type");
    }
}

static void stmt(V *v, Stmt *s)
{
    if (!s) return;
    switch (s->kind) {
    case ND_EXPR_STMT: expr(v, ((ExprStmt *)s)->e); break;
    case ND_SEND_STMT: expr(v, ((SendStmt *)s)->ch); expr(v, ((SendStmt *)s)->val); break;
    case ND_ASSIGN_STMT: {
        AssignStmt *a = (AssignStmt *)s;
        exprs(v, &a->rhs);
        exprs(v, &a->lhs);
        break;
    }
    case ND_INC_DEC_STMT: expr(v, ((IncDecStmt *)s)->e); break;
    case ND_GO_STMT: case ND_DEFER_STMT: expr(v, ((CallStmt *)s)->call); break;
    case ND_RETURN_STMT: exprs(v, &((ReturnStmt *)s)->results); break;
    case ND_BRANCH_STMT: if (((BranchStmt *)s)->tok != TK_FALLTHROUGH && !((BranchStmt *)s)->target) complain(v, s, "branch without target"); break;
    case ND_BLOCK_STMT: block(v, (BlockStmt *)s); break;
    case ND_IF_STMT: { IfStmt *i = (IfStmt *)s; stmt(v, i->init); expr(v, i->cond); block(v, i->then); stmt(v, i->els); break; }
    case ND_SWITCH_STMT: {
        SwitchStmt *w = (SwitchStmt *)s;
        stmt(v, w->init); expr(v, w->tag);
        for (i64 i = 0; i < w->clauses.len; i++) { exprs(v, &w->clauses.ptr[i]->exprs); stmts(v, &w->clauses.ptr[i]->body); }
        break;
    }
    case ND_TYPE_SWITCH_STMT: {
        TypeSwitchStmt *w = (TypeSwitchStmt *)s;
        stmt(v, w->init); expr(v, w->guard->e);
        for (i64 i = 0; i < w->clauses.len; i++) {
            CaseClause *cc = w->clauses.ptr[i];
            for (i64 k = 0; k < cc->exprs.len; k++) {
                Expr *e = cc->exprs.ptr[k];
                if (e->mode != MODE_TYPE && e->mode != MODE_NIL) complain(v, e, "type case without type");
            }
            if (w->guard->lhs && !w->guard->lhs->name->blank && !cc->obj) complain(v, cc, "clause without variable");
            stmts(v, &cc->body);
        }
        break;
    }
    case ND_SELECT_STMT: {
        SelectStmt *w = (SelectStmt *)s;
        for (i64 i = 0; i < w->clauses.len; i++) { stmt(v, w->clauses.ptr[i]->comm); stmts(v, &w->clauses.ptr[i]->body); }
        break;
    }
    case ND_FOR_STMT: { ForStmt *f = (ForStmt *)s; stmt(v, f->init); expr(v, f->cond); stmt(v, f->post); block(v, f->body); break; }
    case ND_RANGE_STMT: { RangeStmt *f = (RangeStmt *)s; expr(v, f->e); expr(v, f->key); expr(v, f->value); block(v, f->body); break; }
    case ND_LABELED_STMT: stmt(v, ((LabeledStmt *)s)->stmt); break;
    case ND_DECL_STMT: for (i64 i = 0; i < ((DeclStmt *)s)->decls.len; i++) decl(v, ((DeclStmt *)s)->decls.ptr[i]); break;
    }
}

int main(int argc, char **argv)
{
    Arena *a = arena_new("session");
    Intern *in = intern_new();
    SourceMap *sm = source_map_new();
    Diag *d = diag_new(sm, (DiagOptions){.all = true});
    Str goroot, version, msg;
    if (!load_find_goroot(a, &goroot, &version, &msg)) { puts("skipped: no GOROOT"); return 0; }
    char cwd[4096];
    if (!getcwd(cwd, sizeof cwd)) return 1;
    LoadOptions o = {.goroot = goroot, .cwd = str_c(cwd), .goos = S("linux"), .goarch = S("amd64"), .threads = 1};
    Loader *l = load_new(a, in, d, sm, o);
    Checker *c = checker_new(a, in, d, load_import, l);
    Str some[] = {S("fmt"), S("strings"), S("sort"), S("slices"), S("maps"), S("errors"), S("encoding/json"), S("math/big"), S("net/http")};
    Str *paths = some;
    i64 n = NELEM(some);
    if (argc > 1) {
        n = argc - 1;
        paths = ANEWN(a, Str, n);
        for (i64 i = 0; i < n; i++) paths[i] = str_c(argv[i + 1]);
    }
    Package **pkgs = NULL;
    i64 np = 0;
    load_args(l, paths, n, &pkgs, &np);
    V v = {.sm = sm};
    i64 funcs = 0;
    for (i64 i = 0; i < np; i++) {
        if (!pkgs[i]) continue;
        pkgs[i]->is_main_module = true;
        check_package(c, pkgs[i]);
    }
    i64 errors = diag_flush(d, 1);
    for (i64 i = 0; i < np; i++) {
        if (!pkgs[i]) continue;
        for (i64 f = 0; f < pkgs[i]->nfiles; f++) {
            File *file = pkgs[i]->files[f];
            for (i64 k = 0; k < file->decls.len; k++) {
                Decl *dd = file->decls.ptr[k];
                if (dd->kind == ND_FUNC_DECL) { funcs++; block(&v, ((FuncDecl *)dd)->body); }
                else decl(&v, dd);
            }
        }
    }
    printf("%lld functions, %lld expressions, %lld errors, %lld complaints\n", (long long)funcs, (long long)v.n, (long long)errors, (long long)v.bad);
    return v.bad != 0 || errors;
}
