// print.c - expressions as gc prints them in messages: on one line, with the bodies of functions and the elements of
// composite literals as an ellipsis, and with the parentheses that the source has.
#include "syntax/syntax_int.h"

static void print_list(Buf *b, const ExprVec *v) {
    for (i64 i = 0; i < v->len; i++) {
        if (i) buf_c(b, ", ");
        expr_print(b, v->ptr[i]);
    }
}

static void print_two(Buf *b, const Expr *l, const char *between, const Expr *r) {
    expr_print(b, l);
    buf_c(b, between);
    expr_print(b, r);
}

// Parameters; a type that several names share is printed once.
static void print_params(Buf *b, const FieldList *fl, char open, char close) {
    buf_char(b, open);
    for (i64 i = 0; i < fl->fields.len; i++) {
        const Field *f = fl->fields.ptr[i], *after = i + 1 < fl->fields.len ? fl->fields.ptr[i + 1] : NULL;
        if (i) buf_c(b, ", ");
        if (f->name) {
            buf_str(b, f->name->name->s);
            if (after && after->name && after->type == f->type) continue;
            buf_char(b, ' ');
        }
        expr_print(b, f->type);
    }
    buf_char(b, close);
}

static void print_signature(Buf *b, const FuncType *t) {
    print_params(b, &t->params, '(', ')');
    if (!t->results.fields.len) return;
    buf_char(b, ' ');
    if (t->results.fields.len == 1 && !t->results.fields.ptr[0]->name) expr_print(b, t->results.fields.ptr[0]->type);
    else print_params(b, &t->results, '(', ')');
}

static void print_fields(Buf *b, const FieldList *fl) {
    for (i64 i = 0; i < fl->fields.len; i++) {
        const Field *f = fl->fields.ptr[i], *after = i + 1 < fl->fields.len ? fl->fields.ptr[i + 1] : NULL;
        bool shared = f->name && after && after->name && after->type == f->type;
        if (f->name) buf_str(b, f->name->name->s);
        if (shared) {
            buf_c(b, ", ");
            continue;
        }
        if (f->name) buf_char(b, ' ');
        expr_print(b, f->type);
        if (f->tag) {
            buf_char(b, ' ');
            buf_str(b, f->tag->text);
        }
        if (after) buf_c(b, "; ");
    }
}

static void print_methods(Buf *b, const FieldList *fl) {
    for (i64 i = 0; i < fl->fields.len; i++) {
        const Field *f = fl->fields.ptr[i];
        if (i) buf_c(b, "; ");
        if (f->name) {
            buf_str(b, f->name->name->s);
            print_signature(b, (const FuncType *)f->type);
        } else {
            expr_print(b, f->type);
        }
    }
}

static void print_chan(Buf *b, const ChanType *t) {
    bool paren = t->dir == CHAN_BOTH && t->elem->kind == ND_CHAN_TYPE && ((const ChanType *)t->elem)->dir == CHAN_RECV;
    buf_c(b, t->dir == CHAN_RECV ? "<-chan " : t->dir == CHAN_SEND ? "chan<- " : "chan ");
    if (paren) buf_char(b, '(');
    expr_print(b, t->elem);
    if (paren) buf_char(b, ')');
}

static void print_slice(Buf *b, const SliceExpr *s) {
    expr_print(b, s->e);
    buf_char(b, '[');
    if (s->lo) expr_print(b, s->lo);
    buf_char(b, ':');
    if (s->hi) expr_print(b, s->hi);
    if (s->max) {
        buf_char(b, ':');
        expr_print(b, s->max);
    }
    buf_char(b, ']');
}

static void print_type(Buf *b, const Expr *e) {
    switch (e->kind) {
    case ND_ARRAY_TYPE: {
        const ArrayType *t = (const ArrayType *)e;
        buf_char(b, '[');
        if (t->len) expr_print(b, t->len);
        else buf_c(b, "...");
        buf_char(b, ']');
        expr_print(b, t->elem);
        return;
    }
    case ND_SLICE_TYPE:
        buf_c(b, "[]");
        expr_print(b, ((const SliceType *)e)->elem);
        return;
    case ND_DOTS:
        buf_c(b, "...");
        expr_print(b, ((const DotsType *)e)->elem);
        return;
    case ND_STRUCT_TYPE:
        buf_c(b, "struct{");
        print_fields(b, &((const StructType *)e)->fields);
        buf_char(b, '}');
        return;
    case ND_FUNC_TYPE:
        buf_c(b, "func");
        print_signature(b, (const FuncType *)e);
        return;
    case ND_INTERFACE_TYPE:
        buf_c(b, "interface{");
        print_methods(b, &((const InterfaceType *)e)->methods);
        buf_char(b, '}');
        return;
    case ND_MAP_TYPE:
        buf_c(b, "map[");
        print_two(b, ((const MapType *)e)->key, "]", ((const MapType *)e)->elem);
        return;
    case ND_CHAN_TYPE: print_chan(b, (const ChanType *)e); return;
    default: bug("expr_print: node kind %d", e->kind);
    }
}

void expr_print(Buf *b, const Expr *e) {
    switch (e->kind) {
    case ND_BAD_EXPR: buf_c(b, "<bad expr>"); return;
    case ND_IDENT: buf_str(b, ((const Ident *)e)->name->s); return;
    case ND_BASIC_LIT: buf_str(b, ((const BasicLit *)e)->text); return;
    case ND_FUNC_LIT: {
        const FuncLit *f = (const FuncLit *)e;
        expr_print(b, &f->type->x);
        buf_c(b, f->body->list.len ? " {…}" : " {}");
        return;
    }
    case ND_COMPOSITE_LIT: {
        const CompositeLit *c = (const CompositeLit *)e;
        if (c->type) expr_print(b, c->type);
        buf_c(b, c->elems.len ? "{…}" : "{}");
        return;
    }
    case ND_PAREN:
        buf_char(b, '(');
        expr_print(b, ((const Paren *)e)->e);
        buf_char(b, ')');
        return;
    case ND_SELECTOR: print_two(b, ((const Selector *)e)->e, ".", &((const Selector *)e)->sel->x); return;
    case ND_INDEX:
        expr_print(b, ((const Index *)e)->e);
        buf_char(b, '[');
        print_list(b, &((const Index *)e)->index);
        buf_char(b, ']');
        return;
    case ND_SLICE: print_slice(b, (const SliceExpr *)e); return;
    case ND_TYPE_ASSERT:
        print_two(b, ((const TypeAssert *)e)->e, ".(", ((const TypeAssert *)e)->type);
        buf_char(b, ')');
        return;
    case ND_TYPE_SWITCH_GUARD: {
        const TypeSwitchGuard *g = (const TypeSwitchGuard *)e;
        if (g->lhs) buf_printf(b, "%.*s := ", SFMT(g->lhs->name->s));
        expr_print(b, g->e);
        buf_c(b, ".(type)");
        return;
    }
    case ND_CALL:
        expr_print(b, ((const Call *)e)->fun);
        buf_char(b, '(');
        print_list(b, &((const Call *)e)->args);
        buf_c(b, ((const Call *)e)->has_dots ? "...)" : ")");
        return;
    case ND_STAR:
        buf_char(b, '*');
        expr_print(b, ((const Star *)e)->e);
        return;
    case ND_UNARY:
        buf_c(b, op_text(((const Unary *)e)->op));
        expr_print(b, ((const Unary *)e)->e);
        return;
    case ND_BINARY: {
        const Binary *x = (const Binary *)e;
        expr_print(b, x->l);
        buf_printf(b, " %s ", op_text(x->op));
        expr_print(b, x->r);
        return;
    }
    case ND_KEY_VALUE: print_two(b, ((const KeyValue *)e)->key, ": ", ((const KeyValue *)e)->value); return;
    default: print_type(b, e);
    }
}

Str expr_str(Arena *a, const Expr *e) {
    Buf b = {0};
    expr_print(&b, e);
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

void stmt_print(Buf *b, const Stmt *s) {
    switch (s->kind) {
    case ND_EXPR_STMT: expr_print(b, ((const ExprStmt *)s)->e); return;
    case ND_SEND_STMT: print_two(b, ((const SendStmt *)s)->ch, " <- ", ((const SendStmt *)s)->val); return;
    case ND_INC_DEC_STMT:
        expr_print(b, ((const IncDecStmt *)s)->e);
        buf_c(b, ((const IncDecStmt *)s)->inc ? "++" : "--");
        return;
    case ND_ASSIGN_STMT: {
        const AssignStmt *a = (const AssignStmt *)s;
        print_list(b, &a->lhs);
        buf_printf(b, " %s= ", op_text(a->op));
        print_list(b, &a->rhs);
        return;
    }
    case ND_RANGE_STMT: {
        const RangeStmt *r = (const RangeStmt *)s;
        if (r->key) expr_print(b, r->key);
        if (r->value) {
            buf_c(b, ", ");
            expr_print(b, r->value);
        }
        if (r->key) buf_c(b, r->def ? " := " : " = ");
        buf_c(b, "range ");
        expr_print(b, r->e);
        return;
    }
    default: bug("stmt_print: node kind %d", s->kind);
    }
}
