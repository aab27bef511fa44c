// parse_expr.c - expressions and types.
//
// A type is an expression; which it is settles the checker. In control clauses (xnest < 0) `T {` starts a block, not a
// composite literal, unless parenthesised.
#include "syntax/parse.h"
#include <stdio.h>

static Expr *func_type_or_lit(Parser *);

void parse_expr_list(Parser *p, ExprVec *v) {
    do vec_push(p->a, v, parse_expr_(p));
    while (got(p, TK_COMMA));
}

Expr *parse_expr_(Parser *p) { return parse_binary(p, NULL, PREC_NONE); }

Expr *parse_binary(Parser *p, Expr *x, i32 prec) {
    if (!enter(p)) { leave(p); return bad_expr(p, p->l.pos); }
    if (!x) x = parse_unary(p);
    while ((p->l.tok == TK_OP || p->l.tok == TK_STAR) && p->l.prec > prec) {
        Binary *b = NEW_EXPR(p, Binary, ND_BINARY, p->l.pos);
        i32 tprec = p->l.prec;
        b->op = p->l.op;
        next_tok(p);
        b->l = x;
        b->r = parse_binary(p, NULL, tprec);
        x = &b->x;
    }
    leave(p);
    return x;
}

// <-x where x turned out to be a channel type: <-chan T; the arrow belongs to the innermost chan.
static Expr *arrow_type(Parser *p, Expr *x, Pos pos) {
    ChanDir dir = CHAN_SEND;
    Expr *t = x;
    while (dir == CHAN_SEND) {
        if (t->kind != ND_CHAN_TYPE) break;
        ChanType *c = (ChanType *)t;
        dir = (ChanDir)c->dir;
        if (dir == CHAN_RECV) {
            syntax_error(p, "unexpected <-, expected chan"); // <-(<-chan T)
        }
        c->dir = CHAN_RECV;
        t = c->elem;
    }
    if (dir == CHAN_SEND) {
        Buf b = {0};
        expr_print(&b, t);
        char msg[256];
        snprintf(msg, sizeof msg, "unexpected %.*s, expected chan", (int)i64_min(b.len, 200), b.ptr ? (char *)b.ptr : "");
        syntax_error(p, msg);
        buf_free(&b);
    }
    x->pos = pos;
    return x;
}

Expr *parse_unary(Parser *p) {
    Pos pos = p->l.pos;
    if (p->l.tok == TK_OP || p->l.tok == TK_STAR) {
        Op op = p->l.op;
        if (op == OP_MUL) {
            Star *s = NEW_EXPR(p, Star, ND_STAR, pos);
            next_tok(p);
            if (!enter(p)) { leave(p); return bad_expr(p, pos); }
            s->e = parse_unary(p);
            leave(p);
            return &s->x;
        }
        if (op == OP_ADD || op == OP_SUB || op == OP_NOT || op == OP_XOR || op == OP_TILDE || op == OP_AND) {
            Unary *u = NEW_EXPR(p, Unary, ND_UNARY, pos);
            u->op = op == OP_AND ? OP_ADDR : op;
            next_tok(p);
            if (!enter(p)) { leave(p); return bad_expr(p, pos); }
            Expr *x = parse_unary(p);
            leave(p);
            u->e = op == OP_AND ? unparen(x) : x; // (&(T{...}) means &T{...})
            return &u->x;
        }
    }
    if (p->l.tok == TK_ARROW) {
        next_tok(p);
        if (!enter(p)) { leave(p); return bad_expr(p, pos); }
        Expr *x = parse_unary(p);
        leave(p);
        if (x->kind == ND_CHAN_TYPE) return arrow_type(p, x, pos);
        Unary *u = NEW_EXPR(p, Unary, ND_UNARY, pos);
        u->op = OP_RECV;
        u->e = x;
        return &u->x;
    }
    return parse_pexpr(p, NULL, true);
}

BasicLit *parse_lit(Parser *p) {
    BasicLit *b = NEW_EXPR(p, BasicLit, ND_BASIC_LIT, p->l.pos);
    b->lit = p->l.lit;
    b->bad = p->l.bad;
    b->text = p->l.text;
    next_tok(p);
    return b;
}

static Expr *operand(Parser *p) {
    Pos pos = p->l.pos;
    switch (p->l.tok) {
    case TK_NAME: return &parse_name(p)->x;
    case TK_LITERAL: return &parse_lit(p)->x;
    case TK_LPAREN: {
        next_tok(p);
        p->xnest++;
        Expr *x = parse_expr_(p);
        p->xnest--;
        want(p, TK_RPAREN);
        Paren *pr = NEW_EXPR(p, Paren, ND_PAREN, pos);
        pr->e = x;
        return &pr->x;
    }
    case TK_FUNC: return func_type_or_lit(p);
    case TK_LBRACK: case TK_CHAN: case TK_MAP: case TK_STRUCT: case TK_INTERFACE: return parse_type(p);
    default: {
        Expr *x = bad_expr(p, pos);
        syntax_error(p, "expected expression");
        const enum Token follow[] = {TK_RPAREN, TK_RBRACK, TK_RBRACE};
        advance(p, follow, 3);
        return x;
    }
    }
}

static Expr *func_type_or_lit(Parser *p) {
    Pos pos = p->l.pos;
    next_tok(p);
    FuncType *t = parse_func_type(p, pos, "function type");
    if (p->l.tok != TK_LBRACE) return &t->x;
    p->xnest++;
    FuncLit *f = NEW_EXPR(p, FuncLit, ND_FUNC_LIT, pos);
    f->type = t;
    f->body = parse_func_body(p);
    p->xnest--;
    return &f->x;
}

// ---- composite literals ---------------------------------------------------------------------------------------------

static Expr *complit(Parser *p);

static Expr *bare_complit(Parser *p) { return p->l.tok == TK_LBRACE ? complit(p) : parse_expr_(p); }

static bool complit_elem(Parser *p, void *ctx) {
    CompositeLit *c = ctx;
    Pos pos = p->l.pos;
    Expr *e = bare_complit(p);
    if (p->l.tok == TK_COLON) {
        KeyValue *kv = NEW_EXPR(p, KeyValue, ND_KEY_VALUE, pos);
        next_tok(p);
        kv->key = e;
        kv->value = bare_complit(p);
        c->nkeys++;
        e = &kv->x;
    }
    vec_push(p->a, &c->elems, e);
    return false;
}

static Expr *complit(Parser *p) {
    CompositeLit *c = NEW_EXPR(p, CompositeLit, ND_COMPOSITE_LIT, p->l.pos);
    if (!enter(p)) { leave(p); return &c->x; }
    p->xnest++;
    want(p, TK_LBRACE);
    c->rbrace = list_of(p, "composite literal", TK_COMMA, TK_RBRACE, complit_elem, c);
    p->xnest--;
    leave(p);
    return &c->x;
}

// ---- primary expressions -------------------------------------------------------------------------------------------------

static bool arg_elem(Parser *p, void *ctx) {
    Call *c = ctx;
    vec_push(p->a, &c->args, parse_expr_(p));
    c->has_dots = got(p, TK_DOTDOTDOT);
    return c->has_dots;
}

static Expr *call(Parser *p, Expr *fun, Pos pos) {
    Call *c = NEW_EXPR(p, Call, ND_CALL, pos);
    c->fun = fun;
    next_tok(p);
    p->xnest++;
    c->rparen = list_of(p, "argument list", TK_COMMA, TK_RPAREN, arg_elem, c);
    p->xnest--;
    return &c->x;
}

static Expr *dot(Parser *p, Expr *x, Pos pos) {
    next_tok(p);
    if (p->l.tok == TK_NAME) {
        Selector *s = NEW_EXPR(p, Selector, ND_SELECTOR, pos);
        s->e = x;
        s->sel = parse_name(p);
        return &s->x;
    }
    if (p->l.tok == TK_LPAREN) {
        next_tok(p);
        if (got(p, TK_TYPE)) {
            TypeSwitchGuard *g = NEW_EXPR(p, TypeSwitchGuard, ND_TYPE_SWITCH_GUARD, pos);
            g->e = x;
            want(p, TK_RPAREN);
            return &g->x;
        }
        TypeAssert *t = NEW_EXPR(p, TypeAssert, ND_TYPE_ASSERT, pos);
        t->e = x;
        t->type = parse_type(p);
        want(p, TK_RPAREN);
        return &t->x;
    }
    syntax_error(p, "expected name or (");
    const enum Token follow[] = {TK_SEMI, TK_RPAREN};
    advance(p, follow, 2);
    return x;
}

static Expr *slice_rest(Parser *p, Expr *x, Expr *lo, Pos pos) { // at the first colon
    SliceExpr *s = NEW_EXPR(p, SliceExpr, ND_SLICE, pos);
    s->e = x;
    s->lo = lo;
    next_tok(p);
    if (p->l.tok != TK_COLON && p->l.tok != TK_RBRACK) s->hi = parse_expr_(p);
    if (p->l.tok == TK_COLON) {
        s->full = true;
        if (!s->hi) {
            plain_error(p, p->l.pos, "middle index required in 3-index slice");
            s->hi = bad_expr(p, p->l.pos);
        }
        next_tok(p);
        if (p->l.tok != TK_RBRACK) s->max = parse_expr_(p);
        else {
            plain_error(p, p->l.pos, "final index required in 3-index slice");
            s->max = bad_expr(p, p->l.pos);
        }
    }
    p->xnest--;
    want(p, TK_RBRACK);
    return &s->x;
}

static Expr *index_or_slice(Parser *p, Expr *x, Pos pos) {
    next_tok(p);
    p->xnest++;
    if (p->l.tok == TK_RBRACK) {
        syntax_error(p, "expected operand");
        Index *bad = NEW_EXPR(p, Index, ND_INDEX, pos);
        bad->e = x;
        vec_push(p->a, &bad->index, bad_expr(p, p->l.pos));
        p->xnest--;
        next_tok(p);
        return &bad->x;
    }
    Expr *i = NULL;
    if (p->l.tok != TK_COLON) {
        Index *ix = NEW_EXPR(p, Index, ND_INDEX, pos);
        ix->e = x;
        i = parse_expr_(p);
        if (p->l.tok == TK_COMMA || p->l.tok == TK_RBRACK) {
            vec_push(p->a, &ix->index, i);
            while (got(p, TK_COMMA) && p->l.tok != TK_RBRACK) vec_push(p->a, &ix->index, parse_type(p));
            p->xnest--;
            want(p, TK_RBRACK);
            return &ix->x;
        }
    }
    if (p->l.tok != TK_COLON) {
        syntax_error(p, "expected comma, : or ]");
        const enum Token follow[] = {TK_COMMA, TK_COLON, TK_RBRACK};
        advance(p, follow, 3);
    }
    if (p->l.tok == TK_COLON) return slice_rest(p, x, i, pos);
    p->xnest--;
    want(p, TK_RBRACK);
    return x;
}

// May a '{' behind x start a composite literal of type x?
static bool is_complit_type(Parser *p, Expr *x) {
    Expr *t = unparen(x);
    bool ok = p->xnest >= 0;
    switch (t->kind) {
    case ND_IDENT: case ND_SELECTOR: return ok;
    case ND_INDEX: return ok && (((Index *)t)->e->kind == ND_IDENT || ((Index *)t)->e->kind == ND_SELECTOR);
    case ND_ARRAY_TYPE: case ND_SLICE_TYPE: case ND_STRUCT_TYPE: case ND_MAP_TYPE: return true;
    default: return false;
    }
}

Expr *parse_pexpr(Parser *p, Expr *x, bool keep_parens) {
    if (!enter(p)) { leave(p); return bad_expr(p, p->l.pos); }
    Pos pos = p->l.pos;
    if (!x) x = operand(p);
    else pos = x->pos;
    for (;;) {
        switch (p->l.tok) {
        case TK_DOT: x = dot(p, x, pos); continue;
        case TK_LBRACK: x = index_or_slice(p, x, pos); continue;
        case TK_LPAREN: x = call(p, x, pos); continue;
        case TK_LBRACE: {
            if (!is_complit_type(p, x)) break;
            if (unparen(x) != x) syntax_error(p, "cannot parenthesize type in composite literal");
            CompositeLit *c = (CompositeLit *)complit(p);
            c->type = unparen(x);
            x = &c->x;
            continue;
        }
        default: break;
        }
        break;
    }
    leave(p);
    (void)keep_parens;
    return x;
}

// ---- types --------------------------------------------------------------------------------------------------------------

Expr *parse_type(Parser *p) {
    Expr *t = type_or_nil(p);
    if (t) return t;
    t = bad_expr(p, p->l.pos);
    syntax_error(p, "expected type");
    const enum Token follow[] = {TK_COMMA, TK_COLON, TK_SEMI, TK_RPAREN, TK_RBRACK, TK_RBRACE};
    advance(p, follow, 6);
    return t;
}

Expr *array_type(Parser *p, Pos pos, Expr *len) { // behind '[' (and the length if given)
    if (!len && !got(p, TK_DOTDOTDOT)) {
        p->xnest++;
        len = parse_expr_(p);
        p->xnest--;
    }
    if (p->l.tok == TK_COMMA) { // trailing commas are accepted in type parameter lists but not here
        syntax_error(p, "unexpected comma; expecting ]");
        next_tok(p);
    }
    want(p, TK_RBRACK);
    ArrayType *t = NEW_EXPR(p, ArrayType, ND_ARRAY_TYPE, pos);
    t->len = len;
    t->elem = parse_type(p);
    return &t->x;
}

Expr *slice_type(Parser *p, Pos pos) { // behind "[]"
    SliceType *t = NEW_EXPR(p, SliceType, ND_SLICE_TYPE, pos);
    t->elem = parse_type(p);
    return &t->x;
}

static Expr *chan_elem(Parser *p) {
    Expr *t = type_or_nil(p);
    if (t) return t;
    t = bad_expr(p, p->l.pos);
    syntax_error(p, "missing channel element type");
    return t;
}

static void field_decl(Parser *, FieldList *);
static void embedded_elem(Parser *, FieldList *, Expr *first);

static bool struct_field(Parser *p, void *ctx) {
    field_decl(p, ctx);
    return false;
}

static Expr *struct_type(Parser *p) {
    StructType *t = NEW_EXPR(p, StructType, ND_STRUCT_TYPE, p->l.pos);
    next_tok(p);
    t->fields.open = p->l.pos;
    want(p, TK_LBRACE);
    t->fields.close = list_of(p, "struct type", TK_SEMI, TK_RBRACE, struct_field, &t->fields);
    return &t->x;
}

static void add_field(Parser *p, FieldList *l, Pos pos, Ident *name, Expr *type, BasicLit *tag, bool embedded) {
    Field *f = ANEW(p->a, Field);
    *f = (Field){pos, name, type, tag, embedded};
    vec_push(p->a, &l->fields, f);
}

static BasicLit *tag_or_nil(Parser *p) {
    if (p->l.tok == TK_LITERAL && p->l.lit == LIT_STRING) return parse_lit(p);
    if (p->l.tok == TK_LITERAL && p->l.lit != LIT_STRING) {
        syntax_error(p, "struct field tag must be a string");
        next_tok(p);
    }
    return NULL;
}

static Expr *embedded_type(Parser *p) {
    if (p->l.tok == TK_LPAREN) {
        syntax_error(p, "cannot parenthesize embedded type");
        next_tok(p);
        Expr *t = embedded_type(p);
        got(p, TK_RPAREN);
        return t;
    }
    Pos pos = p->l.pos;
    if (p->l.tok == TK_STAR) {
        next_tok(p);
        Star *s = NEW_EXPR(p, Star, ND_STAR, pos);
        if (p->l.tok == TK_LPAREN) return embedded_type(p);
        s->e = qualified_name(p, NULL);
        return &s->x;
    }
    return qualified_name(p, NULL);
}

// x [n]E or x[n,], x[n]: a field with an array type, or an embedded instance.
static Expr *array_or_targs(Parser *p, Ident *name, bool *is_instance) {
    Pos pos = p->l.pos;
    *is_instance = false;
    next_tok(p);
    if (p->l.tok == TK_RBRACK) {
        next_tok(p);
        return slice_type(p, pos);
    }
    if (p->l.tok == TK_DOTDOTDOT) return array_type(p, pos, NULL);
    Index *ix = NEW_EXPR(p, Index, ND_INDEX, name->x.pos);
    p->xnest++;
    Expr *first = parse_expr_(p);
    p->xnest--;
    bool comma = false;
    vec_push(p->a, &ix->index, first);
    while (p->l.tok == TK_COMMA) {
        comma = true;
        next_tok(p);
        if (p->l.tok == TK_RBRACK) break;
        vec_push(p->a, &ix->index, parse_type(p));
    }
    want(p, TK_RBRACK);
    if (!comma) {
        Expr *elem = type_or_nil(p);
        if (elem) {
            ArrayType *t = NEW_EXPR(p, ArrayType, ND_ARRAY_TYPE, pos);
            t->len = first;
            t->elem = elem;
            return &t->x;
        }
    }
    ix->e = &name->x;
    *is_instance = true;
    return &ix->x;
}

static void field_decl(Parser *p, FieldList *l) {
    Pos pos = p->l.pos;
    if (p->l.tok != TK_NAME) {
        if (p->l.tok == TK_STAR || p->l.tok == TK_LPAREN) {
            Expr *t = embedded_type(p);
            add_field(p, l, pos, NULL, t, tag_or_nil(p), true);
            return;
        }
        syntax_error(p, "expected field name or embedded type");
        const enum Token follow[] = {TK_SEMI, TK_RBRACE};
        advance(p, follow, 2);
        return;
    }
    Ident *name = parse_name(p);
    if (p->l.tok == TK_DOT || p->l.tok == TK_LITERAL || p->l.tok == TK_SEMI || p->l.tok == TK_RBRACE) { // embedded
        Expr *t = qualified_name(p, name);
        add_field(p, l, pos, NULL, t, tag_or_nil(p), true);
        return;
    }
    VEC(Ident *) names = {0};
    vec_push(p->a, &names, name);
    while (got(p, TK_COMMA)) vec_push(p->a, &names, parse_name(p));
    Expr *type;
    bool instance = false;
    if (names.len == 1 && p->l.tok == TK_LBRACK) type = array_or_targs(p, name, &instance);
    else type = parse_type(p);
    BasicLit *tag = tag_or_nil(p);
    if (instance) { add_field(p, l, pos, NULL, type, tag, true); return; }
    for (i64 i = 0; i < names.len; i++) add_field(p, l, names.ptr[i]->x.pos, names.ptr[i], type, tag, false);
}

static void iface_method(Parser *p, FieldList *l, Ident *name) {
    FuncType *t = parse_func_type(p, name->x.pos, "interface method");
    add_field(p, l, name->x.pos, name, &t->x, NULL, false);
}

// Behind a name at "[": an embedded instance T[A, B], or a method with type parameters m[P any](), which is an error.
static void bracket_elem(Parser *p, FieldList *l, Ident *name) {
    Pos open = p->l.pos;
    next_tok(p);
    if (p->l.tok == TK_RBRACK) {
        Pos close = p->l.pos;
        next_tok(p);
        plain_error(p, close, p->l.tok == TK_LPAREN ? "empty type parameter list" : "empty type argument list");
        if (p->l.tok == TK_LPAREN) iface_method(p, l, name);
        else embedded_elem(p, l, &name->x);
        return;
    }
    FieldList list = {0};
    parse_param_list(p, &list, NULL, NULL, TK_RBRACK, false);
    if (list.fields.len && list.fields.ptr[0]->name) {
        plain_error(p, open, "interface method must have no type parameters");
        iface_method(p, l, name);
        return;
    }
    Index *ix = NEW_EXPR(p, Index, ND_INDEX, name->x.pos);
    ix->e = &name->x;
    for (i64 i = 0; i < list.fields.len; i++) vec_push(p->a, &ix->index, list.fields.ptr[i]->type);
    embedded_elem(p, l, ix->index.len ? &ix->x : &name->x);
}

static bool iface_elem(Parser *p, void *ctx) {
    FieldList *l = ctx;
    if (p->l.tok == TK_NAME) {
        Ident *name = parse_name(p);
        if (p->l.tok == TK_LPAREN || p->l.tok == TK_LBRACK) {
            if (p->l.tok == TK_LPAREN) iface_method(p, l, name);
            else bracket_elem(p, l, name);
            return false;
        }
        if (p->l.tok == TK_COMMA) { // old style "a, b()": one error
            syntax_error(p, "unexpected comma; expected semicolon, newline, or }");
            const enum Token follow[] = {TK_SEMI, TK_RBRACE};
            advance(p, follow, 2);
            return false;
        }
        embedded_elem(p, l, qualified_name(p, name));
        return false;
    }
    bool starts = p->l.tok == TK_LPAREN || p->l.tok == TK_STAR || (p->l.tok == TK_OP && p->l.op == OP_TILDE) || p->l.tok == TK_LBRACK || p->l.tok == TK_MAP || p->l.tok == TK_CHAN ||
                  p->l.tok == TK_STRUCT || p->l.tok == TK_INTERFACE || p->l.tok == TK_FUNC || p->l.tok == TK_ARROW;
    if (starts) {
        embedded_elem(p, l, NULL);
        return false;
    }
    syntax_error(p, "expected interface method or embedded type"); // unexpected token
    const enum Token follow[] = {TK_SEMI, TK_RBRACE};
    advance(p, follow, 2);
    return false;
}

static Expr *embedded_term(Parser *p) {
    if (p->l.tok == TK_OP && p->l.op == OP_TILDE) {
        Unary *u = NEW_EXPR(p, Unary, ND_UNARY, p->l.pos);
        u->op = OP_TILDE;
        next_tok(p);
        u->e = parse_type(p);
        return &u->x;
    }
    Expr *t = type_or_nil(p);
    if (t) return t;
    t = bad_expr(p, p->l.pos);
    syntax_error(p, "expected ~ term or type");
    const enum Token follow[] = {TK_OP, TK_SEMI, TK_RPAREN, TK_RBRACK, TK_RBRACE};
    advance(p, follow, 5);
    return t;
}

// Term { "|" Term }
static Expr *union_expr(Parser *p, Expr *first) {
    Expr *t = first ? first : embedded_term(p);
    while (p->l.tok == TK_OP && p->l.op == OP_OR) {
        Binary *b = NEW_EXPR(p, Binary, ND_BINARY, p->l.pos);
        b->op = OP_OR;
        next_tok(p);
        b->l = t;
        b->r = embedded_term(p);
        t = &b->x;
    }
    return t;
}

static void embedded_elem(Parser *p, FieldList *l, Expr *first) {
    Pos pos = first ? node_start(first) : p->l.pos;
    add_field(p, l, pos, NULL, union_expr(p, first), NULL, true);
}

static Expr *interface_type(Parser *p) {
    InterfaceType *t = NEW_EXPR(p, InterfaceType, ND_INTERFACE_TYPE, p->l.pos);
    next_tok(p);
    t->methods.open = p->l.pos;
    want(p, TK_LBRACE);
    t->methods.close = list_of(p, "interface type", TK_SEMI, TK_RBRACE, iface_elem, &t->methods);
    return &t->x;
}

static Expr *bracket_type(Parser *p, Pos pos) {
    next_tok(p);
    if (got(p, TK_RBRACK)) return slice_type(p, pos);
    return array_type(p, pos, NULL);
}

static Expr *map_type(Parser *p, Pos pos) {
    next_tok(p);
    want(p, TK_LBRACK);
    MapType *t = NEW_EXPR(p, MapType, ND_MAP_TYPE, pos);
    t->key = parse_type(p);
    want(p, TK_RBRACK);
    t->elem = parse_type(p);
    return &t->x;
}

static Expr *type_inner(Parser *p) {
    Pos pos = p->l.pos;
    switch (p->l.tok) {
    case TK_STAR: {
        next_tok(p);
        Star *s = NEW_EXPR(p, Star, ND_STAR, pos);
        s->e = parse_type(p);
        return &s->x;
    }
    case TK_ARROW: {
        next_tok(p);
        want(p, TK_CHAN);
        ChanType *c = NEW_EXPR(p, ChanType, ND_CHAN_TYPE, pos);
        c->dir = CHAN_RECV;
        c->elem = chan_elem(p);
        return &c->x;
    }
    case TK_FUNC: next_tok(p); return &parse_func_type(p, pos, "function type")->x;
    case TK_LBRACK: return bracket_type(p, pos);
    case TK_CHAN: {
        next_tok(p);
        ChanType *c = NEW_EXPR(p, ChanType, ND_CHAN_TYPE, pos);
        c->dir = got(p, TK_ARROW) ? CHAN_SEND : CHAN_BOTH;
        c->elem = chan_elem(p);
        return &c->x;
    }
    case TK_MAP: return map_type(p, pos);
    case TK_STRUCT: return struct_type(p);
    case TK_INTERFACE: return interface_type(p);
    case TK_NAME: return qualified_name(p, NULL);
    case TK_LPAREN: {
        next_tok(p);
        Paren *pr = NEW_EXPR(p, Paren, ND_PAREN, pos);
        pr->e = parse_type(p);
        want(p, TK_RPAREN);
        return &pr->x;
    }
    default: return NULL;
    }
}

Expr *type_or_nil(Parser *p) {
    if (!enter(p)) { leave(p); return bad_expr(p, p->l.pos); }
    Expr *t = type_inner(p);
    leave(p);
    return t;
}

static bool type_elem(Parser *p, void *ctx) {
    vec_push(p->a, (ExprVec *)ctx, parse_type(p));
    return false;
}

// Name [ "." Name ] [ "[" types "]" ]
Expr *qualified_name(Parser *p, Ident *name) {
    Expr *x;
    if (name) x = &name->x;
    else if (p->l.tok == TK_NAME) x = &parse_name(p)->x;
    else {
        x = &new_ident(p, p->l.pos, intern_c(p->l.intern, "_"))->x;
        syntax_error(p, "expected name");
        const enum Token follow[] = {TK_DOT, TK_SEMI, TK_RBRACE};
        advance(p, follow, 3);
    }
    if (p->l.tok == TK_DOT) {
        Selector *s = NEW_EXPR(p, Selector, ND_SELECTOR, x->pos);
        next_tok(p);
        s->e = x;
        s->sel = parse_name(p);
        x = &s->x;
    }
    if (p->l.tok == TK_LBRACK) {
        Index *ix = NEW_EXPR(p, Index, ND_INDEX, x->pos);
        ix->e = x;
        next_tok(p);
        p->xnest++;
        if (p->l.tok == TK_RBRACK) syntax_error(p, "expected type argument list");
        list_of(p, "type argument list", TK_COMMA, TK_RBRACK, type_elem, &ix->index);
        p->xnest--;
        if (!ix->index.len) vec_push(p->a, &ix->index, bad_expr(p, p->l.pos));
        x = &ix->x;
    }
    return x;
}

// ---- signatures -----------------------------------------------------------------------------------------------------------

static void func_results(Parser *p, FuncType *t) {
    if (p->l.tok == TK_LPAREN) {
        t->results.open = p->l.pos;
        next_tok(p);
        parse_param_list(p, &t->results, NULL, NULL, TK_RPAREN, false);
        return;
    }
    Pos pos = p->l.pos;
    Expr *r = type_or_nil(p);
    if (r) add_field(p, &t->results, pos, NULL, r, NULL, false);
}

// Behind "func" (and the name): [ tparams ] params results. Type parameters are an error except in declarations (context empty).
FuncType *parse_func_type(Parser *p, Pos pos, const char *context) {
    FuncType *t = NEW_EXPR(p, FuncType, ND_FUNC_TYPE, pos);
    if (p->l.tok == TK_LBRACK) {
        Pos open = p->l.pos;
        next_tok(p);
        if (*context) {
            char msg[80];
            snprintf(msg, sizeof msg, "%s must have no type parameters", context);
            syntax_error_at(p, open, msg);
        }
        FieldList *tp = ANEW(p->a, FieldList);
        tp->open = open;
        if (p->l.tok == TK_RBRACK) {
            syntax_error(p, "empty type parameter list");
            next_tok(p);
        } else {
            parse_param_list(p, tp, NULL, NULL, TK_RBRACK, true);
            if (!*context) t->tparams = tp;
        }
    }
    t->params.open = p->l.pos;
    want(p, TK_LPAREN);
    parse_param_list(p, &t->params, NULL, NULL, TK_RPAREN, false);
    func_results(p, t);
    return t;
}

typedef struct Params { FieldList *list; Ident *name; Expr *type; enum Token close; i64 named, typed; } Params;

static Expr *dots_type(Parser *p, bool allowed) {
    DotsType *d = NEW_EXPR(p, DotsType, ND_DOTS, p->l.pos);
    next_tok(p);
    d->elem = type_or_nil(p);
    if (!d->elem) {
        d->elem = bad_expr(p, d->x.pos);
        syntax_error(p, "... is missing type");
    }
    (void)allowed;
    return &d->x;
}

// One parameter: Name Type | Name | Type (all with ...); in type parameter lists constraints.
static bool param_decl(Parser *p, void *ctx) {
    Params *c = ctx;
    Ident *name = c->name;
    Expr *type = c->type;
    bool tparam = c->close == TK_RBRACK;
    Pos pos = name ? name->x.pos : type ? node_start(type) : p->l.pos;
    c->name = NULL;
    c->type = NULL;
    if (!name && !type && p->l.tok == TK_NAME) name = parse_name(p);
    if (name && !type) {
        bool instance = false;
        if (tparam && p->l.tok == TK_LBRACK) { // name "[" ... : generic constraint instance or array type
            type = array_or_targs(p, name, &instance);
            if (instance) { type = union_expr(p, type); name = NULL; }
            else type = union_expr(p, type);
        } else if (p->l.tok == TK_LBRACK) {
            type = array_or_targs(p, name, &instance);
            if (instance) name = NULL;
        } else if (p->l.tok == TK_DOT) {
            type = qualified_name(p, name);
            name = NULL;
            if (tparam) type = union_expr(p, type);
        } else if (tparam && p->l.tok == TK_OP && p->l.op == OP_OR) {
            type = union_expr(p, &name->x);
            name = NULL;
        } else if (p->l.tok == TK_DOTDOTDOT) type = dots_type(p, true);
        else if (tparam && ((p->l.tok == TK_OP && p->l.op == OP_TILDE))) type = union_expr(p, NULL);
        else {
            type = type_or_nil(p);
            if (tparam && type) type = union_expr(p, type);
        }
    } else if (!name && !type) {
        if (p->l.tok == TK_DOTDOTDOT) type = dots_type(p, true);
        else if (tparam && p->l.tok == TK_OP && p->l.op == OP_TILDE) type = union_expr(p, NULL);
        else {
            type = type_or_nil(p);
            if (tparam && type) type = union_expr(p, type);
        }
        if (!type) {
            char msg[64];
            snprintf(msg, sizeof msg, "expected %s", tok_string(c->close));
            syntax_error(p, msg);
            const enum Token follow[] = {TK_COMMA, c->close};
            advance(p, follow, 2);
            return false;
        }
    }
    if (name && type) c->named++;
    else if (type) c->typed++;
    add_field(p, c->list, pos, name, type, NULL, false);
    return false;
}

// Either all parameters have names or none has: a lone name is a type in the latter case.
static void distribute(Parser *p, Params *c, bool require_names, Pos close) {
    FieldList *l = c->list;
    if (c->named == 0 && !require_names) {
        for (i64 i = 0; i < l->fields.len; i++) {
            Field *f = l->fields.ptr[i];
            if (f->name && !f->type) { f->type = &f->name->x; f->name = NULL; }
        }
        return;
    }
    Expr *type = NULL;
    Pos err = 0;
    bool is_type_err = false;
    for (i64 i = l->fields.len - 1; i >= 0; i--) {
        Field *f = l->fields.ptr[i];
        if (f->type) {
            type = f->type;
            if (!f->name) {
                err = node_start(f->type);
                is_type_err = true;
                f->name = new_ident(p, err, intern_c(p->l.intern, "_"));
            }
        } else if (type) f->type = type;
        else {
            err = f->pos;
            is_type_err = false;
            f->type = bad_expr(p, f->pos);
        }
    }
    if (!err) return;
    if (require_names) {
        if (c->named == c->typed && !is_type_err) syntax_error_at(p, close, "missing type constraint");
        else if (is_type_err) syntax_error_at(p, err, l->fields.len == 1 ? "missing type parameter name or invalid array length" : "missing type parameter name");
        else syntax_error_at(p, close, "missing type constraint");
    } else if (is_type_err) syntax_error_at(p, err, "missing parameter name");
    else syntax_error_at(p, close, "missing parameter type");
}

FieldList *parse_param_list(Parser *p, FieldList *l, Ident *first_name, Expr *first_type, enum Token close, bool require_names) {
    Params c = {.list = l, .name = first_name, .type = first_type, .close = close};
    p->xnest++;
    l->close = list_of(p, require_names ? "type parameter list" : "parameter or result list", TK_COMMA, close, param_decl, &c);
    p->xnest--;
    if (l->fields.len) distribute(p, &c, require_names, l->close);
    return l;
}
