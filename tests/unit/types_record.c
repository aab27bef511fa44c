// types_record.c - what the checker leaves in the tree of checked packages is complete and final.
//
// Over each function body and initialiser: a value expression has a mode and a type; outside constant
// expressions no type is untyped; uses have objects; selectors of values have selections; branches have
// targets. Variables: who captures, assigns, takes the address.
#include "load/load.h"
#include "env/env.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct V {
    SourceMap *sm;
    i64 n, bad;
    const char *where;
} V;

static void complain(V *v, const void *node, const char *what) {
    Loc l = source_map_loc(v->sm, node_start(node), false);
    if (v->bad++ < 200) printf("%.*s:%d:%d: %s\n", SFMT(l.path), l.line, l.col, what);
}

static void expr(V *v, Expr *e);
static void stmt(V *v, Stmt *s);
static void block(V *v, BlockStmt *b);

static void exprs(V *v, ExprVec *l) {
    for (i64 i = 0; i < l->len; i++) expr(v, l->ptr[i]);
}

static void ident(V *v, Ident *id) {
    if (id->name->blank) return;
    if (!id->obj) complain(v, id, "identifier without object");
}

// A value, type or builtin.
static void expr(V *v, Expr *e) {
    if (!e) return;
    v->n++;
    if (e->kind == ND_KEY_VALUE) { // elements of literals: see below
        expr(v, ((KeyValue *)e)->value);
        return;
    }
    if (e->kind == ND_IDENT && ((Ident *)e)->name->blank) return;
    if (!e->mode) {
        complain(v, e, "no mode");
        return;
    }
    if (e->mode == MODE_TYPE) {
        if (!e->type) complain(v, e, "type without type");
        return;
    }
    if (e->mode == MODE_BUILTIN) return;
    if (!e->type) {
        complain(v, e, "no type");
        return;
    }
    if (e->type->kind == TYPE_INVALID) complain(v, e, "invalid type");
    if ((e->type->kind >= TYPE_UNTYPED_BOOL && e->type->kind <= TYPE_UNTYPED_NIL))
        complain(v, e, e->mode == MODE_CONST ? "untyped constant" : "untyped value");
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
    case ND_SLICE:
        expr(v, ((SliceExpr *)e)->e);
        expr(v, ((SliceExpr *)e)->lo);
        expr(v, ((SliceExpr *)e)->hi);
        expr(v, ((SliceExpr *)e)->max);
        break;
    case ND_TYPE_ASSERT:
        expr(v, ((TypeAssert *)e)->e);
        expr(v, ((TypeAssert *)e)->type);
        break;
    case ND_CALL: {
        Call *c = (Call *)e;
        expr(v, c->fun);
        if (c->fun->type && c->fun->type->kind == TYPE_SIGNATURE && c->fun->type->sig.tparams.len)
            complain(v, e, "call of a generic function");
        exprs(v, &c->args);
        break;
    }
    case ND_STAR: expr(v, ((Star *)e)->e); break;
    case ND_UNARY: expr(v, ((Unary *)e)->e); break;
    case ND_BINARY:
        expr(v, ((Binary *)e)->l);
        expr(v, ((Binary *)e)->r);
        break;
    }
}

static void stmts(V *v, StmtVec *l) {
    for (i64 i = 0; i < l->len; i++) stmt(v, l->ptr[i]);
}
static void block(V *v, BlockStmt *b) {
    if (b) stmts(v, &b->list);
}

static void decl(V *v, Decl *d) {
    if (d->kind == ND_VAR_DECL) {
        VarDecl *vd = (VarDecl *)d;
        exprs(v, &vd->values);
        for (i64 i = 0; i < vd->names.len; i++)
            if (!vd->names.ptr[i]->obj || !vd->names.ptr[i]->obj->type)
                complain(v, vd->names.ptr[i], "variable without object or type");
    }
}

static void stmt(V *v, Stmt *s) {
    if (!s) return;
    switch (s->kind) {
    case ND_EXPR_STMT: expr(v, ((ExprStmt *)s)->e); break;
    case ND_SEND_STMT:
        expr(v, ((SendStmt *)s)->ch);
        expr(v, ((SendStmt *)s)->val);
        break;
    case ND_ASSIGN_STMT: {
        AssignStmt *a = (AssignStmt *)s;
        exprs(v, &a->rhs);
        exprs(v, &a->lhs);
        break;
    }
    case ND_INC_DEC_STMT: expr(v, ((IncDecStmt *)s)->e); break;
    case ND_GO_STMT:
    case ND_DEFER_STMT: expr(v, ((CallStmt *)s)->call); break;
    case ND_RETURN_STMT: exprs(v, &((ReturnStmt *)s)->results); break;
    case ND_BRANCH_STMT:
        if (((BranchStmt *)s)->tok != TK_FALLTHROUGH && !((BranchStmt *)s)->target)
            complain(v, s, "branch without target");
        break;
    case ND_BLOCK_STMT: block(v, (BlockStmt *)s); break;
    case ND_IF_STMT: {
        IfStmt *i = (IfStmt *)s;
        stmt(v, i->init);
        expr(v, i->cond);
        block(v, i->then);
        stmt(v, i->els);
        break;
    }
    case ND_SWITCH_STMT: {
        SwitchStmt *w = (SwitchStmt *)s;
        stmt(v, w->init);
        expr(v, w->tag);
        for (i64 i = 0; i < w->clauses.len; i++) {
            exprs(v, &w->clauses.ptr[i]->exprs);
            stmts(v, &w->clauses.ptr[i]->body);
        }
        break;
    }
    case ND_TYPE_SWITCH_STMT: {
        TypeSwitchStmt *w = (TypeSwitchStmt *)s;
        stmt(v, w->init);
        expr(v, w->guard->e);
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
        for (i64 i = 0; i < w->clauses.len; i++) {
            stmt(v, w->clauses.ptr[i]->comm);
            stmts(v, &w->clauses.ptr[i]->body);
        }
        break;
    }
    case ND_FOR_STMT: {
        ForStmt *f = (ForStmt *)s;
        stmt(v, f->init);
        expr(v, f->cond);
        stmt(v, f->post);
        block(v, f->body);
        break;
    }
    case ND_RANGE_STMT: {
        RangeStmt *f = (RangeStmt *)s;
        expr(v, f->e);
        expr(v, f->key);
        expr(v, f->value);
        block(v, f->body);
        break;
    }
    case ND_LABELED_STMT: stmt(v, ((LabeledStmt *)s)->stmt); break;
    case ND_DECL_STMT:
        for (i64 i = 0; i < ((DeclStmt *)s)->decls.len; i++) decl(v, ((DeclStmt *)s)->decls.ptr[i]);
        break;
    }
}

// Names of variables say what must be found out about them: behind the last "_" c captured, r reassigned, a address taken,
// p per iteration, n nothing.
static const char flags_source[] = "package p\n"
                                   "type T struct{ f int; a [2]int }\n"
                                   "func (t *T) ptr() {}\nfunc (t T) val() {}\n"
                                   "func _(a_n int, b_r int, c_a T, d_n T, e_cr int) (r_r int) {\n"
                                   "\tb_r = a_n\n\tc_a.ptr()\n\td_n.val()\n"
                                   "\tfunc() { e_cr = 1; f_n := 1; _ = f_n }()\n"
                                   "\tg_a := 1\n\th_r := 1\n\th_r++\n\ti_n := &g_a\n\t_ = i_n\n"
                                   "\tvar j_r T\n\tj_r.a[1] = 2\n\tvar k_a T\n\t_ = k_a.a[:]\n\tvar l_n "
                                   "[]int\n\tl_n[0] = 1\n\tvar m_n *T\n\tm_n.f = 1\n\tm_n.ptr()\n"
                                   "\tfor o_cpr := 0; o_cpr < 3; o_cpr++ { func() { _ = o_cpr }() }\n"
                                   "\tfor q_p := range 3 { _ = q_p }\n"
                                   "\tvar s_r int\n\tfor s_r = range 3 { _ = s_r }\n"
                                   "\tvar u_r int\n\tv_n, u_r := 1, 2\n\t_, _ = v_n, u_r\n"
                                   "\tvar w_c int\n\tfunc() { func() { _ = w_c }() }()\n"
                                   "\treturn 1\n}\n";

static void check_flags(V *v, const Name *n, Object *o) {
    i64 at = str_rindex(n->s, '_');
    if (at < 1) return;
    Str want = str_slice(n->s, at + 1, n->s.len);
    bool ok = (str_index(want, 'c') >= 0) == o->captured && (str_index(want, 'r') >= 0) == o->reassigned &&
              (str_index(want, 'a') >= 0) == o->addr_taken && (str_index(want, 'p') >= 0) == o->per_iteration;
    if (ok) return;
    v->bad++;
    printf("%.*s: captured %d, reassigned %d, address taken %d, per iteration %d\n", SFMT(n->s), o->captured,
           o->reassigned, o->addr_taken, o->per_iteration);
}

static void flags_of_scope(V *v, Stmt *s);

static void flags_of_expr(V *v, Expr *e) {
    if (e->kind == ND_IDENT && ((Ident *)e)->obj && ((Ident *)e)->obj->kind == OBJ_VAR)
        check_flags(v, ((Ident *)e)->name, ((Ident *)e)->obj);
    if (e->kind == ND_CALL) flags_of_expr(v, ((Call *)e)->fun);
    if (e->kind == ND_FUNC_LIT) flags_of_scope(v, &((FuncLit *)e)->body->s);
}

static void flags_of_scope(V *v, Stmt *s) {
    if (!s) return;
    if (s->kind == ND_BLOCK_STMT)
        for (i64 i = 0; i < ((BlockStmt *)s)->list.len; i++) flags_of_scope(v, ((BlockStmt *)s)->list.ptr[i]);
    if (s->kind == ND_ASSIGN_STMT)
        for (i64 i = 0; i < ((AssignStmt *)s)->lhs.len; i++) {
            flags_of_expr(v, ((AssignStmt *)s)->lhs.ptr[i]);
            if (i < ((AssignStmt *)s)->rhs.len) flags_of_expr(v, ((AssignStmt *)s)->rhs.ptr[i]);
        }
    if (s->kind == ND_EXPR_STMT) flags_of_expr(v, ((ExprStmt *)s)->e);
    if (s->kind == ND_DECL_STMT) {
        VarDecl *d = (VarDecl *)((DeclStmt *)s)->decls.ptr[0];
        if (d->d.kind == ND_VAR_DECL) check_flags(v, d->names.ptr[0]->name, d->names.ptr[0]->obj);
    }
    if (s->kind == ND_FOR_STMT) flags_of_scope(v, ((ForStmt *)s)->init);
    if (s->kind == ND_RANGE_STMT) flags_of_expr(v, ((RangeStmt *)s)->key);
}

static void test_flags(V *v, Arena *a, Intern *in, Diag *d) {
    SourceFile *src = source_map_add(v->sm, S("flags.go"), S("/flags.go"), S(flags_source));
    Package *p = ANEW(a, Package);
    File *f = parse_file(a, in, d, src, (ParseOptions){0});
    Checker *c = checker_new(a, in, d, NULL, NULL);
    p->path = p->link_path = S("p");
    p->name = f->package->name;
    p->files = &f;
    p->nfiles = 1;
    p->complete = true;
    p->go_minor = 26;
    check_package(c, p);
    for (i64 i = 0; i < f->decls.len; i++) {
        FuncDecl *fd = (FuncDecl *)f->decls.ptr[i];
        if (fd->d.kind != ND_FUNC_DECL) continue;
        for (i64 k = 0; k < fd->type->params.fields.len; k++)
            check_flags(v, fd->type->params.fields.ptr[k]->name->name, fd->type->params.fields.ptr[k]->name->obj);
        for (i64 k = 0; k < fd->type->results.fields.len; k++)
            check_flags(v, fd->type->results.fields.ptr[k]->name->name, fd->type->results.fields.ptr[k]->name->obj);
        flags_of_scope(v, &fd->body->s);
    }
    v->bad += diag_flush(d, 1);
}

int main(int argc, char **argv) {
    Arena *a = arena_new("session");
    Intern *in = intern_new();
    SourceMap *sm = source_map_new();
    Diag *d = diag_new(sm, (DiagOptions){.all = true});
    V v = {.sm = sm};
    test_flags(&v, a, in, d);
    Str goroot, version, msg;
    if (!env_find_goroot(a, (Str){0}, &goroot, &version, &msg)) {
        puts("skipped the library: no GOROOT");
        return v.bad != 0;
    }
    char cwd[4096];
    if (!getcwd(cwd, sizeof cwd)) return 1;
    LoadOptions o = {.goroot = goroot, .cwd = str_c(cwd), .goos = S("linux"), .goarch = S("amd64"), .threads = 1};
    Loader *l = load_new(a, in, d, sm, o);
    Checker *c = checker_new(a, in, d, load_import, l);
    Str some[] = {S("fmt"),    S("strings"),       S("sort"),     S("slices"),  S("maps"),
                  S("errors"), S("encoding/json"), S("math/big"), S("net/http")};
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
    i64 funcs = 0;
    for (i64 i = 0; i < np; i++) {
        if (!pkgs[i]) continue;
        pkgs[i]->trusted = false;
        check_package(c, pkgs[i]);
    }
    i64 errors = diag_flush(d, 1);
    for (i64 i = 0; i < np; i++) {
        if (!pkgs[i]) continue;
        for (i64 f = 0; f < pkgs[i]->nfiles; f++) {
            File *file = pkgs[i]->files[f];
            for (i64 k = 0; k < file->decls.len; k++) {
                Decl *dd = file->decls.ptr[k];
                if (dd->kind == ND_FUNC_DECL) {
                    funcs++;
                    block(&v, ((FuncDecl *)dd)->body);
                } else decl(&v, dd);
            }
        }
    }
    printf("%lld functions, %lld expressions, %lld errors, %lld complaints\n", (long long)funcs, (long long)v.n,
           (long long)errors, (long long)v.bad);
    return v.bad != 0 || errors;
}
