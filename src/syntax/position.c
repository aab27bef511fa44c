// position.c - where nodes begin and end.
//
// node_start follows gc: messages point at it. It is the leftmost operand of an expression, but for a slice expression
// and a function type, whose own positions ("[" and "(") gc does not correct.
#include "syntax/syntax_int.h"

Pos node_start(const void *node) {
    const Node *n = node;
    for (;;) {
        const void *first = NULL;
        switch (n->kind) {
        case ND_COMPOSITE_LIT: first = ((const CompositeLit *)n)->type; break;
        case ND_KEY_VALUE: first = ((const KeyValue *)n)->key; break;
        case ND_SELECTOR: first = ((const Selector *)n)->e; break;
        case ND_INDEX: first = ((const Index *)n)->e; break;
        case ND_TYPE_ASSERT: first = ((const TypeAssert *)n)->e; break;
        case ND_TYPE_SWITCH_GUARD: {
            const TypeSwitchGuard *g = (const TypeSwitchGuard *)n;
            first = g->lhs ? (const void *)g->lhs : g->e;
            break;
        }
        case ND_BINARY: first = ((const Binary *)n)->l; break;
        case ND_CALL: first = ((const Call *)n)->fun; break;
        case ND_SEND_STMT: first = ((const SendStmt *)n)->ch; break;
        case ND_INC_DEC_STMT: first = ((const IncDecStmt *)n)->e; break;
        case ND_ASSIGN_STMT: {
            const AssignStmt *a = (const AssignStmt *)n;
            if (a->lhs.len) first = a->lhs.ptr[0];
            break;
        }
        }
        if (!first) return ((const Expr *)n)->pos;
        n = first;
    }
}

static Pos end_of_list(const ExprVec *v, Pos other) { return v->len ? node_end(v->ptr[v->len - 1]) : other; }

static Pos end_of_body(const StmtVec *v, Pos other) { return v->len ? node_end(v->ptr[v->len - 1]) : other; }

static Pos expr_end(const Expr *e) {
    switch (e->kind) {
    case ND_IDENT: return e->pos + (Pos)((const Ident *)e)->name->s.len;
    case ND_BASIC_LIT: return e->pos + (Pos)((const BasicLit *)e)->text.len;
    case ND_COMPOSITE_LIT: return ((const CompositeLit *)e)->rbrace + 1;
    case ND_FUNC_LIT: return ((const FuncLit *)e)->body->rbrace + 1;
    case ND_PAREN: return node_end(((const Paren *)e)->e) + 1;
    case ND_SELECTOR: return node_end(((const Selector *)e)->sel);
    case ND_INDEX: return end_of_list(&((const Index *)e)->index, e->pos) + 1;
    case ND_SLICE: {
        const SliceExpr *s = (const SliceExpr *)e;
        const Expr *last = s->max ? s->max : s->hi ? s->hi : s->lo;
        return last && node_end(last) > e->pos ? node_end(last) + 1 : e->pos + 3;
    }
    case ND_TYPE_ASSERT: return node_end(((const TypeAssert *)e)->type) + 1;
    case ND_TYPE_SWITCH_GUARD: return e->pos + (Pos)sizeof(".(type)") - 1;
    case ND_CALL: return ((const Call *)e)->rparen + 1;
    case ND_STAR: return node_end(((const Star *)e)->e);
    case ND_UNARY: return node_end(((const Unary *)e)->e);
    case ND_BINARY: return node_end(((const Binary *)e)->r);
    case ND_KEY_VALUE: return node_end(((const KeyValue *)e)->value);
    case ND_ARRAY_TYPE: return node_end(((const ArrayType *)e)->elem);
    case ND_SLICE_TYPE: return node_end(((const SliceType *)e)->elem);
    case ND_DOTS: return node_end(((const DotsType *)e)->elem);
    case ND_STRUCT_TYPE: return ((const StructType *)e)->fields.close + 1;
    case ND_INTERFACE_TYPE: return ((const InterfaceType *)e)->methods.close + 1;
    case ND_MAP_TYPE: return node_end(((const MapType *)e)->elem);
    case ND_CHAN_TYPE: return node_end(((const ChanType *)e)->elem);
    case ND_FUNC_TYPE: {
        const FuncType *f = (const FuncType *)e;
        i64 n = f->results.fields.len;
        if (!n) return f->params.close + 1;
        return f->results.close > f->results.open ? f->results.close + 1 : node_end(f->results.fields.ptr[n - 1]->type);
    }
    default: return e->pos;
    }
}

static Pos stmt_end(const Stmt *s) {
    switch (s->kind) {
    case ND_EXPR_STMT: return node_end(((const ExprStmt *)s)->e);
    case ND_SEND_STMT: return node_end(((const SendStmt *)s)->val);
    case ND_ASSIGN_STMT: return end_of_list(&((const AssignStmt *)s)->rhs, s->pos);
    case ND_INC_DEC_STMT: return s->pos + 2;
    case ND_GO_STMT:
    case ND_DEFER_STMT: return node_end(((const CallStmt *)s)->call);
    case ND_RETURN_STMT: return end_of_list(&((const ReturnStmt *)s)->results, s->pos + (Pos)sizeof("return") - 1);
    case ND_BRANCH_STMT: {
        const BranchStmt *b = (const BranchStmt *)s;
        return b->label ? node_end(b->label) : s->pos + (Pos)strlen(token_text(b->tok));
    }
    case ND_BLOCK_STMT: return ((const BlockStmt *)s)->rbrace + 1;
    case ND_IF_STMT: {
        const IfStmt *i = (const IfStmt *)s;
        while (i->els && i->els->kind == ND_IF_STMT) i = (const IfStmt *)i->els;
        return node_end(i->els ? (const void *)i->els : i->then);
    }
    case ND_SWITCH_STMT: return ((const SwitchStmt *)s)->rbrace + 1;
    case ND_TYPE_SWITCH_STMT: return ((const TypeSwitchStmt *)s)->rbrace + 1;
    case ND_SELECT_STMT: return ((const SelectStmt *)s)->rbrace + 1;
    case ND_FOR_STMT: return node_end(((const ForStmt *)s)->body);
    case ND_RANGE_STMT: return node_end(((const RangeStmt *)s)->body);
    case ND_LABELED_STMT: return node_end(((const LabeledStmt *)s)->stmt);
    case ND_DECL_STMT: {
        const DeclStmt *d = (const DeclStmt *)s;
        return d->decls.len ? node_end(d->decls.ptr[d->decls.len - 1]) : s->pos;
    }
    case ND_CASE_CLAUSE: return end_of_body(&((const CaseClause *)s)->body, ((const CaseClause *)s)->colon + 1);
    case ND_COMM_CLAUSE: return end_of_body(&((const CommClause *)s)->body, ((const CommClause *)s)->colon + 1);
    default: return s->pos;
    }
}

static Pos names_end(Ident *const *v, i64 n, Pos other) { return n ? node_end(v[n - 1]) : other; }

static Pos decl_end(const Decl *d) {
    switch (d->kind) {
    case ND_IMPORT_DECL: return node_end(((const ImportDecl *)d)->path);
    case ND_CONST_DECL: {
        const ConstDecl *c = (const ConstDecl *)d;
        if (c->values.len) return end_of_list(&c->values, 0);
        return c->type ? node_end(c->type) : names_end(c->names.ptr, c->names.len, d->pos);
    }
    case ND_VAR_DECL: {
        const VarDecl *v = (const VarDecl *)d;
        if (v->values.len) return end_of_list(&v->values, 0);
        return v->type ? node_end(v->type) : names_end(v->names.ptr, v->names.len, d->pos);
    }
    case ND_TYPE_DECL: return node_end(((const TypeDecl *)d)->type);
    default: {
        const FuncDecl *f = (const FuncDecl *)d;
        return node_end(f->body ? (const void *)f->body : f->type);
    }
    }
}

Pos node_end(const void *node) {
    const Node *n = node;
    if (n->kind < ND_BAD_STMT) return expr_end(node);
    if (n->kind < ND_IMPORT_DECL) return stmt_end(node);
    return decl_end(node);
}
