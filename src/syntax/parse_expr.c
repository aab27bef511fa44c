// parse_expr.c - expressions.
//
// A "{" behind an operand begins a composite literal if the operand can be a type and we are not in a statement header
// (xnest >= 0). Parentheses are kept where gc's parser keeps them, because messages print them.
#include "syntax/syntax_int.h"

static Expr *parse_unary(Parser *);

Expr *bad_expr(Parser *p) { return NEW_EXPR(p, Expr, ND_BAD_EXPR, POS(p)); }

Expr *unparen(Expr *e) {
    while (e && e->kind == ND_PAREN) e = ((Paren *)e)->e;
    return e;
}

Expr *parse_expression(Parser *p) { return parse_binary(p, NULL, 0); }

Expr *parse_binary(Parser *p, Expr *left, int prec) {
    if (!left) left = parse_unary(p);
    for (int n = 0; (TOK(p) == TK_OP || TOK(p) == TK_STAR) && p->lx.prec > prec && chain_ok(p, n); n++) {
        Binary *b = NEW_EXPR(p, Binary, ND_BINARY, POS(p));
        int own = p->lx.prec;
        b->op = p->lx.op;
        b->l = left;
        next(p);
        b->r = parse_binary(p, NULL, own);
        left = &b->x;
    }
    return left;
}

ExprVec parse_expr_list(Parser *p) {
    ExprVec v = {0};
    Expr *e = parse_expression(p);
    if (TOK(p) != TK_COMMA) {
        v.ptr = ANEW(p->lx.arena, Expr *);
        v.ptr[0] = e;
        v.len = v.cap = 1;
        return v;
    }
    i64 mark = p->nstack;
    push(p, e);
    while (got(p, TK_COMMA)) push(p, parse_expression(p));
    v.ptr = pop_list(p, mark, &v.len);
    v.cap = v.len;
    return v;
}

// ---- unary -----------------------------------------------------------------------------------------------

// "<-" was followed by x, a channel type: the arrow belongs to the type. "<-chan (chan<- E)" and the like were parsed with
// the arrows one place too far to the right; each moves one type outwards.
static void move_arrows(Parser *p, Expr *x) {
    u8 dir = CHAN_SEND;
    Expr *t = x;
    while (dir == CHAN_SEND && t->kind == ND_CHAN_TYPE) {
        ChanType *c = (ChanType *)t;
        dir = c->dir;
        if (dir == CHAN_RECV) syntax_error(p, "unexpected <-, expected chan");
        c->dir = CHAN_RECV;
        t = c->elem;
    }
    if (dir == CHAN_SEND) {
        Str s = expr_str(p->lx.arena, t);
        syntax_error(p, "unexpected %.*s, expected chan", SFMT(s));
    }
}

static Expr *parse_receive(Parser *p) {
    Pos pos = POS(p);
    next(p);
    Expr *e = parse_unary(p);
    if (e->kind == ND_CHAN_TYPE) {
        move_arrows(p, e);
        return e;
    }
    Unary *u = NEW_EXPR(p, Unary, ND_UNARY, pos);
    u->op = OP_RECV;
    u->e = e;
    return &u->x;
}

static Expr *parse_prefixed(Parser *p, Op op) {
    Pos pos = POS(p);
    next(p);
    Expr *e = parse_unary(p);
    if (op == OP_MUL) {
        Star *s = NEW_EXPR(p, Star, ND_STAR, pos);
        s->e = e;
        return &s->x;
    }
    Unary *u = NEW_EXPR(p, Unary, ND_UNARY, pos);
    u->op = op == OP_AND ? OP_ADDR : op;
    u->e = op == OP_AND ? unparen(e) : e; // &(T{}) is &T{}
    return &u->x;
}

static Expr *parse_unary(Parser *p) {
    Expr *e;
    if (!enter(p)) {
        leave(p);
        return bad_expr(p);
    }
    if (TOK(p) == TK_ARROW) {
        e = parse_receive(p);
    } else if (TOK(p) == TK_STAR ||
               (TOK(p) == TK_OP && (p->lx.op == OP_ADD || p->lx.op == OP_SUB || p->lx.op == OP_NOT ||
                                    p->lx.op == OP_XOR || p->lx.op == OP_TILDE || p->lx.op == OP_AND))) {
        e = parse_prefixed(p, p->lx.op);
    } else {
        e = parse_primary(p, NULL, true);
    }
    leave(p);
    return e;
}

// ---- operands --------------------------------------------------------------------------------------------

static Expr *parse_paren(Parser *p, bool keep) {
    Pos pos = POS(p);
    next(p);
    p->xnest++;
    Expr *e = parse_expression(p);
    p->xnest--;
    want(p, TK_RPAREN);
    if (!keep && TOK(p) != TK_LBRACE) return e; // "(T){" wants an error later
    Paren *n = NEW_EXPR(p, Paren, ND_PAREN, pos);
    n->e = e;
    return &n->x;
}

static Expr *parse_func(Parser *p) {
    Pos pos = POS(p);
    next(p);
    FuncType *t = parse_func_type(p, "function type");
    if (TOK(p) != TK_LBRACE) return &t->x;
    FuncLit *f = NEW_EXPR(p, FuncLit, ND_FUNC_LIT, pos);
    f->type = t;
    p->xnest++;
    f->body = parse_func_body(p);
    p->xnest--;
    return &f->x;
}

static Expr *parse_operand(Parser *p, bool keep_parens) {
    switch (TOK(p)) {
    case TK_NAME: return &parse_name(p)->x;
    case TK_LITERAL: return &parse_literal_opt(p)->x;
    case TK_LPAREN: return parse_paren(p, keep_parens);
    case TK_FUNC: return parse_func(p);
    case TK_LBRACK:
    case TK_CHAN:
    case TK_MAP:
    case TK_STRUCT:
    case TK_INTERFACE: return parse_type(p);
    }
    Expr *e = bad_expr(p);
    syntax_error(p, "expected expression");
    advance(p, BIT(TK_RPAREN) | BIT(TK_RBRACK) | BIT(TK_RBRACE));
    return e;
}

// ---- composite literals ------------------------------------------------------------------------------------

static CompositeLit *parse_braces(Parser *);

static Expr *parse_element(Parser *p) {
    if (TOK(p) != TK_LBRACE) return parse_expression(p);
    if (!enter(p)) {
        leave(p);
        return bad_expr(p);
    }
    Expr *e = &parse_braces(p)->x;
    leave(p);
    return e;
}

// At "{" of a table outside functions. Leaves it unparsed; NULL: it has to be parsed now.
static CompositeLit *pass_numbers(Parser *p) {
    enum { WORTH = 48 }; // bytes: less is parsed as fast as it is asked for later
    Lexer *l = &p->lx;
    u8 unparsed;
    if (!l->opt.lazy_bodies || l->opt.user_code || p->fnest || TOK(p) != TK_LBRACE) return NULL;
    const u8 *close = skip_numbers(l->p, l->end, &unparsed);
    if (!close || close - l->p < WORTH) return NULL;
    CompositeLit *c = NEW_EXPR(p, CompositeLit, ND_COMPOSITE_LIT, POS(p));
    c->unparsed = unparsed;
    c->rbrace = lex_pos_at(l, close);
    l->p = close + 1;
    l->nlsemi = true;
    next(p);
    return c;
}

// Behind "{", up to the "}".
void parse_elements(Parser *p, CompositeLit *c, List *l) {
    i64 mark = p->nstack;
    for (; list_more(p, l); list_sep(p, l)) {
        Expr *e = parse_element(p);
        if (TOK(p) == TK_COLON) {
            KeyValue *kv = NEW_EXPR(p, KeyValue, ND_KEY_VALUE, POS(p));
            next(p);
            kv->key = e;
            kv->value = parse_element(p);
            e = &kv->x;
            c->nkeys++;
        }
        push(p, e);
    }
    c->elems.ptr = pop_list(p, mark, &c->elems.len);
    c->elems.cap = c->elems.len;
}

// The "{...}" of a literal; the caller sets the type.
static CompositeLit *parse_braces(Parser *p) {
    CompositeLit *c = pass_numbers(p);
    if (c) return c;
    List l = ELEMENTS;
    c = NEW_EXPR(p, CompositeLit, ND_COMPOSITE_LIT, POS(p));
    p->xnest++;
    want(p, TK_LBRACE);
    parse_elements(p, c, &l);
    c->rbrace = list_end(p, &l);
    p->xnest--;
    return c;
}

static bool is_value(const Expr *e) { // and certainly not a type
    switch (e->kind) {
    case ND_BASIC_LIT:
    case ND_COMPOSITE_LIT:
    case ND_FUNC_LIT:
    case ND_SLICE:
    case ND_TYPE_ASSERT:
    case ND_TYPE_SWITCH_GUARD:
    case ND_CALL:
    case ND_UNARY:
    case ND_BINARY: return true;
    case ND_PAREN: return is_value(((const Paren *)e)->e);
    case ND_INDEX: {
        const Index *x = (const Index *)e;
        return is_value(x->e) || (x->index.len == 1 && is_value(x->index.ptr[0]));
    }
    default: return false;
    }
}

static bool can_be_literal_type(Parser *p, const Expr *e) {
    switch (e->kind) {
    case ND_IDENT:
    case ND_SELECTOR: return p->xnest >= 0;
    case ND_INDEX: return p->xnest >= 0 && !is_value(e);
    case ND_ARRAY_TYPE:
    case ND_SLICE_TYPE:
    case ND_STRUCT_TYPE:
    case ND_MAP_TYPE: return true;
    default: return false;
    }
}

bool is_type_elem(const Expr *e) {
    switch (e->kind) {
    case ND_ARRAY_TYPE:
    case ND_STRUCT_TYPE:
    case ND_FUNC_TYPE:
    case ND_INTERFACE_TYPE:
    case ND_SLICE_TYPE:
    case ND_MAP_TYPE:
    case ND_CHAN_TYPE: return true;
    case ND_BINARY: return is_type_elem(((const Binary *)e)->l) || is_type_elem(((const Binary *)e)->r);
    case ND_UNARY: return ((const Unary *)e)->op == OP_TILDE || is_type_elem(((const Unary *)e)->e);
    case ND_STAR: return is_type_elem(((const Star *)e)->e);
    case ND_PAREN: return is_type_elem(((const Paren *)e)->e);
    default: return false;
    }
}

// ---- primary expressions -----------------------------------------------------------------------------------

static Expr *parse_selector(Parser *p, Expr *e) {
    Pos pos = POS(p);
    next(p);
    if (TOK(p) == TK_NAME) {
        Selector *s = NEW_EXPR(p, Selector, ND_SELECTOR, pos);
        s->e = e;
        s->sel = parse_name(p);
        return &s->x;
    }
    if (!got(p, TK_LPAREN)) {
        syntax_error(p, "expected name or (");
        advance(p, BIT(TK_SEMI) | BIT(TK_RPAREN));
        return e;
    }
    Expr *result;
    if (got(p, TK_TYPE)) {
        TypeSwitchGuard *g = NEW_EXPR(p, TypeSwitchGuard, ND_TYPE_SWITCH_GUARD, pos);
        g->e = e;
        result = &g->x;
    } else {
        TypeAssert *a = NEW_EXPR(p, TypeAssert, ND_TYPE_ASSERT, pos);
        a->e = e;
        a->type = parse_type(p);
        result = &a->x;
    }
    want(p, TK_RPAREN);
    return result;
}

// Behind "e[lo", at the colon or what stands in its place.
static Expr *parse_slice_rest(Parser *p, Expr *e, Expr *lo, Pos pos) {
    if (!got(p, TK_COLON)) {
        syntax_error(p, "expected comma, : or ]");
        advance(p, BIT(TK_COMMA) | BIT(TK_COLON) | BIT(TK_RBRACK));
    }
    SliceExpr *s = NEW_EXPR(p, SliceExpr, ND_SLICE, pos);
    s->e = e;
    s->lo = lo;
    p->xnest++;
    if (TOK(p) != TK_COLON && TOK(p) != TK_RBRACK) s->hi = parse_expression(p);
    if (TOK(p) == TK_COLON) {
        s->full = true;
        if (!s->hi) {
            lex_error(&p->lx, POS(p), "middle index required in 3-index slice");
            s->hi = bad_expr(p);
        }
        next(p);
        if (TOK(p) != TK_RBRACK) {
            s->max = parse_expression(p);
        } else {
            lex_error(&p->lx, POS(p), "final index required in 3-index slice");
            s->max = bad_expr(p);
        }
    }
    p->xnest--;
    want(p, TK_RBRACK);
    return &s->x;
}

static ExprVec one_expr(Parser *p, Expr *e) {
    ExprVec v = {ANEW(p->lx.arena, Expr *), 1, 1};
    v.ptr[0] = e;
    return v;
}

static Expr *parse_index_or_slice(Parser *p, Expr *e) {
    Pos pos = POS(p);
    ExprVec index = {0};
    bool comma = false;
    next(p);
    if (TOK(p) == TK_COLON) return parse_slice_rest(p, e, NULL, pos);
    if (TOK(p) == TK_RBRACK) {
        syntax_error(p, "expected operand");
        index = one_expr(p, bad_expr(p));
    } else {
        index = parse_type_list(p, false, &comma);
    }
    if (!comma && TOK(p) != TK_RBRACK) return parse_slice_rest(p, e, index.ptr[0], pos);
    want(p, TK_RBRACK);
    Index *x = NEW_EXPR(p, Index, ND_INDEX, pos);
    x->e = e;
    x->index = index;
    return &x->x;
}

static Expr *parse_call(Parser *p, Expr *fun) {
    Call *c = NEW_EXPR(p, Call, ND_CALL, POS(p));
    List l = {"argument list", TK_COMMA, TK_RPAREN, 0, 0};
    i64 mark = p->nstack;
    next(p);
    p->xnest++;
    for (; list_more(p, &l); list_sep(p, &l)) {
        push(p, parse_expression(p));
        l.done = c->has_dots = got(p, TK_DOTDOTDOT);
    }
    c->fun = fun;
    c->args.ptr = pop_list(p, mark, &c->args.len);
    c->args.cap = c->args.len;
    c->rparen = list_end(p, &l);
    p->xnest--;
    return &c->x;
}

Expr *parse_primary(Parser *p, Expr *e, bool keep_parens) {
    if (!e) e = parse_operand(p, keep_parens);
    for (;;) {
        switch (TOK(p)) {
        case TK_DOT: e = parse_selector(p, e); break;
        case TK_LBRACK: e = parse_index_or_slice(p, e); break;
        case TK_LPAREN: e = parse_call(p, e); break;
        case TK_LBRACE: {
            Expr *type = unparen(e);
            if (!can_be_literal_type(p, type)) return e;
            if (type != e) syntax_error(p, "cannot parenthesize type in composite literal");
            CompositeLit *c = parse_braces(p);
            c->type = e;
            e = &c->x;
            break;
        }
        default: return e;
        }
    }
}
