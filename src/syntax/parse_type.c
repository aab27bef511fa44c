// parse_type.c - types, and the lists of parameters, fields and methods in them.
//
// "a, b T" gives one Field a name, which share the type node.
#include "syntax/syntax_int.h"

Expr *parse_type(Parser *p) {
    Expr *t = parse_type_opt(p);
    if (t) return t;
    t = bad_expr(p);
    syntax_error(p, "expected type");
    advance(p, BIT(TK_COMMA) | BIT(TK_COLON) | BIT(TK_SEMI) | BIT(TK_RPAREN) | BIT(TK_RBRACK) | BIT(TK_RBRACE));
    return t;
}

// ---- names, instances --------------------------------------------------------------------------------------

static Index *new_index(Parser *p, Pos pos, Expr *e, ExprVec index) {
    Index *x = NEW_EXPR(p, Index, ND_INDEX, pos);
    x->e = e;
    x->index = index;
    return x;
}

static ExprVec one_expr(Parser *p, Expr *e) {
    ExprVec v = {ANEW(p->lx.arena, Expr *), 1, 1};
    v.ptr[0] = e;
    return v;
}

// T { "," T } [ "," ]; unless strict the first may be any expression.
ExprVec parse_type_list(Parser *p, bool strict, bool *comma) {
    ExprVec v = {0};
    p->xnest++;
    Expr *e = strict ? parse_type(p) : parse_expression(p);
    *comma = TOK(p) == TK_COMMA;
    if (*comma) {
        i64 mark = p->nstack;
        push(p, e);
        while (got(p, TK_COMMA)) {
            e = parse_type_opt(p);
            if (!e) break;
            push(p, e);
        }
        v.ptr = pop_list(p, mark, &v.len);
        v.cap = v.len;
    } else {
        v = one_expr(p, e);
    }
    p->xnest--;
    return v;
}

// [name] with an optional selector and type arguments. first: the name, if consumed already.
static Expr *parse_type_name(Parser *p, Ident *first) {
    Expr *t = NULL;
    bool comma;
    if (first) {
        t = &first->x;
    } else {
        if (TOK(p) == TK_NAME) {
            t = &parse_name(p)->x;
        } else {
            t = &new_ident(p, POS(p), intern(p->intern, S("_")))->x;
            syntax_error(p, "expected name");
            advance(p, BIT(TK_DOT) | BIT(TK_SEMI) | BIT(TK_RBRACE));
        }
    }
    if (TOK(p) == TK_DOT) {
        Selector *s = NEW_EXPR(p, Selector, ND_SELECTOR, POS(p));
        next(p);
        s->e = t;
        s->sel = parse_name(p);
        t = &s->x;
    }
    if (TOK(p) != TK_LBRACK) return t;
    Pos pos = POS(p);
    next(p);
    ExprVec args;
    if (TOK(p) == TK_RBRACK) {
        syntax_error(p, "expected type argument list");
        args = one_expr(p, bad_expr(p));
    } else {
        args = parse_type_list(p, true, &comma);
    }
    want(p, TK_RBRACK);
    return &new_index(p, pos, t, args)->x;
}

// ---- arrays, slices, channels --------------------------------------------------------------------------------

// "[" is consumed, at pos, and so is the length if it is not NULL.
Expr *parse_array_type(Parser *p, Pos pos, Expr *len) {
    if (!len && !got(p, TK_DOTDOTDOT)) {
        p->xnest++;
        len = parse_expression(p);
        p->xnest--;
    }
    if (TOK(p) == TK_COMMA) { // fine in a type parameter list, and easily taken for one
        syntax_error(p, "unexpected comma; expected ]");
        next(p);
    }
    want(p, TK_RBRACK);
    ArrayType *t = NEW_EXPR(p, ArrayType, ND_ARRAY_TYPE, pos);
    t->len = len;
    t->elem = parse_type(p);
    return &t->x;
}

// "[" and "]" are consumed.
Expr *parse_slice_type(Parser *p, Pos pos) {
    SliceType *t = NEW_EXPR(p, SliceType, ND_SLICE_TYPE, pos);
    t->elem = parse_type(p);
    return &t->x;
}

// Behind a name: "[n]E", "[]E" or type arguments "[T1, T2]" (then an Index whose operand the caller sets).
static Expr *parse_array_or_args(Parser *p) {
    Pos pos = POS(p);
    bool comma;
    want(p, TK_LBRACK);
    if (got(p, TK_RBRACK)) return parse_slice_type(p, pos);
    ExprVec v = parse_type_list(p, false, &comma);
    want(p, TK_RBRACK);
    Expr *elem = comma ? NULL : parse_type_opt(p);
    if (!elem) return &new_index(p, pos, NULL, v)->x;
    ArrayType *t = NEW_EXPR(p, ArrayType, ND_ARRAY_TYPE, pos);
    t->len = v.ptr[0];
    t->elem = elem;
    return &t->x;
}

static Expr *parse_chan_type(Parser *p, Pos pos, ChanDir dir) {
    ChanType *t = NEW_EXPR(p, ChanType, ND_CHAN_TYPE, pos);
    t->dir = (u8)dir;
    t->elem = parse_type_opt(p);
    if (!t->elem) {
        t->elem = bad_expr(p);
        syntax_error(p, "missing channel element type");
    }
    return &t->x;
}

static Expr *parse_map_type(Parser *p) {
    MapType *t = NEW_EXPR(p, MapType, ND_MAP_TYPE, POS(p));
    next(p);
    want(p, TK_LBRACK);
    t->key = parse_type(p);
    want(p, TK_RBRACK);
    t->elem = parse_type(p);
    return &t->x;
}

static Star *new_star(Parser *p, Pos pos, Expr *e) {
    Star *s = NEW_EXPR(p, Star, ND_STAR, pos);
    s->e = e;
    return s;
}

// ---- structs ---------------------------------------------------------------------------------------------------

static Field *new_field(Parser *p, Pos pos, Ident *name, Expr *type) {
    Field *f = ANEW(p->lx.arena, Field);
    f->pos = pos;
    f->name = name;
    f->type = type;
    return f;
}

static void add_embedded(Parser *p, Pos pos, Expr *type) {
    Field *f = new_field(p, pos, NULL, type);
    f->embedded = true;
    f->tag = parse_literal_opt(p);
    push(p, f);
}

// Named fields, or an embedded type that begins with a name.
static void parse_named_fields(Parser *p) {
    Pos pos = POS(p);
    Ident *name = parse_name(p);
    if (TOK(p) == TK_DOT || TOK(p) == TK_LITERAL || TOK(p) == TK_SEMI || TOK(p) == TK_RBRACE) {
        add_embedded(p, pos, parse_type_name(p, name));
        return;
    }
    i64 mark = p->nstack;
    push(p, new_field(p, name->x.pos, name, NULL));
    while (got(p, TK_COMMA)) {
        Ident *more = parse_name(p);
        push(p, new_field(p, more->x.pos, more, NULL));
    }
    Expr *type;
    if (p->nstack == mark + 1 && TOK(p) == TK_LBRACK) {
        type = parse_array_or_args(p);
        if (type->kind == ND_INDEX) {
            ((Index *)type)->e = &name->x;
            p->nstack = mark;
            add_embedded(p, pos, type);
            return;
        }
    } else {
        type = parse_type(p);
    }
    BasicLit *tag = parse_literal_opt(p);
    for (i64 i = mark; i < p->nstack; i++) {
        Field *f = p->stack[i];
        f->type = type;
        f->tag = tag;
    }
}

// "*T", and "(T)", "(*T)", "*(T)" with a complaint.
static void parse_embedded_pointer(Parser *p) {
    Pos pos = POS(p);
    Expr *t;
    if (got(p, TK_STAR)) {
        if (TOK(p) == TK_LPAREN) {
            syntax_error(p, "cannot parenthesize embedded type");
            next(p);
            t = parse_type_name(p, NULL);
            got(p, TK_RPAREN);
        } else {
            t = parse_type_name(p, NULL);
        }
        add_embedded(p, pos, &new_star(p, pos, t)->x);
        return;
    }
    syntax_error(p, "cannot parenthesize embedded type");
    next(p);
    Pos star = POS(p);
    if (got(p, TK_STAR)) t = &new_star(p, star, parse_type_name(p, NULL))->x;
    else t = parse_type_name(p, NULL);
    got(p, TK_RPAREN);
    add_embedded(p, pos, t);
}

static void take_fields(Parser *p, FieldList *fl, i64 mark) {
    fl->fields.ptr = pop_list(p, mark, &fl->fields.len);
    fl->fields.cap = fl->fields.len;
}

static Expr *parse_struct_type(Parser *p) {
    StructType *t = NEW_EXPR(p, StructType, ND_STRUCT_TYPE, POS(p));
    List l = {"struct type", TK_SEMI, TK_RBRACE, 0, 0};
    i64 mark = p->nstack;
    next(p);
    t->fields.open = POS(p);
    want(p, TK_LBRACE);
    for (; list_more(p, &l); list_sep(p, &l)) {
        if (TOK(p) == TK_NAME) {
            parse_named_fields(p);
        } else if (TOK(p) == TK_STAR || TOK(p) == TK_LPAREN) {
            parse_embedded_pointer(p);
        } else {
            syntax_error(p, "expected field name or embedded type");
            advance(p, BIT(TK_SEMI) | BIT(TK_RBRACE));
        }
    }
    take_fields(p, &t->fields, mark);
    t->fields.close = list_end(p, &l);
    return &t->x;
}

// ---- interfaces --------------------------------------------------------------------------------------------------

static bool at_op(Parser *p, Op op) { return TOK(p) == TK_OP && p->lx.op == op; }

// [~] T
static Expr *parse_term(Parser *p) {
    if (at_op(p, OP_TILDE)) {
        Unary *u = NEW_EXPR(p, Unary, ND_UNARY, POS(p));
        u->op = OP_TILDE;
        next(p);
        u->e = parse_type(p);
        return &u->x;
    }
    Expr *t = parse_type_opt(p);
    if (t) return t;
    t = bad_expr(p);
    syntax_error(p, "expected ~ term or type");
    advance(p, BIT(TK_OP) | BIT(TK_SEMI) | BIT(TK_RPAREN) | BIT(TK_RBRACK) | BIT(TK_RBRACE));
    return t;
}

// T | T | ...; first may be consumed already.
static Expr *parse_union(Parser *p, Expr *first) {
    Expr *t = first ? first : parse_term(p);
    while (at_op(p, OP_OR)) {
        Binary *b = NEW_EXPR(p, Binary, ND_BINARY, POS(p));
        next(p);
        b->op = OP_OR;
        b->l = t;
        b->r = parse_term(p);
        t = &b->x;
    }
    return t;
}

#define METHOD "interface method"

static void set_method(Parser *p, Field *f, Ident *name) {
    f->name = name;
    f->type = &parse_func_type(p, METHOD)->x;
}

// "name[": a generic method, which is an error, or an embedded instance.
static void parse_method_or_instance(Parser *p, Field *f, Ident *name) {
    Pos lbrack = POS(p);
    next(p);
    if (TOK(p) == TK_RBRACK) {
        Pos pos = POS(p);
        next(p);
        bool method = TOK(p) == TK_LPAREN;
        lex_error(&p->lx, pos, method ? "empty type parameter list" : "empty type argument list");
        if (method) set_method(p, f, name);
        else f->type = &name->x;
        return;
    }
    FieldList list = {0}; // type arguments look like parameters without names
    parse_params(p, &list, NULL, NULL, TK_RBRACK, false, false);
    if (!list.fields.len) { // after other errors
        if (TOK(p) == TK_LPAREN) set_method(p, f, name);
        else f->type = &name->x;
        return;
    }
    if (list.fields.ptr[0]->name) {
        set_method(p, f, name);
        lex_error(&p->lx, lbrack, METHOD " must have no type parameters");
        return;
    }
    i64 mark = p->nstack;
    for (i64 i = 0; i < list.fields.len; i++) push(p, list.fields.ptr[i]->type);
    ExprVec args = {0};
    args.ptr = pop_list(p, mark, &args.len);
    args.cap = args.len;
    f->type = &new_index(p, lbrack, &name->x, args)->x;
}

static Field *parse_interface_elem(Parser *p) {
    Field *f = new_field(p, POS(p), NULL, NULL);
    if (TOK(p) == TK_NAME) {
        Ident *name = parse_name(p);
        if (TOK(p) == TK_LPAREN) set_method(p, f, name);
        else if (TOK(p) == TK_LBRACK) parse_method_or_instance(p, f, name);
        else f->type = parse_type_name(p, name);
        if (f->name) return f;
    }
    f->type = parse_union(p, f->type);
    f->embedded = true;
    return f;
}

static Expr *parse_interface_type(Parser *p) {
    InterfaceType *t = NEW_EXPR(p, InterfaceType, ND_INTERFACE_TYPE, POS(p));
    List l = {"interface type", TK_SEMI, TK_RBRACE, 0, 0};
    i64 mark = p->nstack;
    next(p);
    t->methods.open = POS(p);
    want(p, TK_LBRACE);
    for (; list_more(p, &l); list_sep(p, &l)) push(p, parse_interface_elem(p));
    take_fields(p, &t->methods, mark);
    t->methods.close = list_end(p, &l);
    return &t->x;
}

// ---- functions ---------------------------------------------------------------------------------------------------

static void parse_results(Parser *p, FieldList *fl) {
    fl->open = POS(p);
    if (got(p, TK_LPAREN)) {
        parse_params(p, fl, NULL, NULL, TK_RPAREN, false, false);
        return;
    }
    Expr *t = parse_type_opt(p);
    if (t) vec_push(p->lx.arena, &fl->fields, new_field(p, fl->open, NULL, t));
    fl->close = fl->open;
}

// Type parameters (reported if context is not NULL), parameters, results.
FuncType *parse_func_type(Parser *p, const char *context) {
    FuncType *t = NEW_EXPR(p, FuncType, ND_FUNC_TYPE, POS(p));
    if (got(p, TK_LBRACK)) {
        if (context) syntax_error_at(p, t->x.pos, "%s must have no type parameters", context);
        if (TOK(p) == TK_RBRACK) {
            syntax_error(p, "empty type parameter list");
            next(p);
        } else {
            FieldList *tp = ANEW(p->lx.arena, FieldList);
            tp->open = t->x.pos;
            parse_params(p, tp, NULL, NULL, TK_RBRACK, true, false);
            if (!context && tp->fields.len) t->tparams = tp;
        }
    }
    t->params.open = POS(p);
    want(p, TK_LPAREN);
    parse_params(p, &t->params, NULL, NULL, TK_RPAREN, false, true);
    parse_results(p, &t->results);
    return t;
}

// "..." T
static Expr *parse_dots(Parser *p) {
    DotsType *t = NEW_EXPR(p, DotsType, ND_DOTS, POS(p));
    next(p);
    t->elem = parse_type_opt(p);
    if (t->elem) return &t->x;
    Expr *bad = bad_expr(p);
    syntax_error(p, "... is missing type");
    return bad;
}

// One parameter: a name, a type, or both. A lone name goes to f->name whether it is one or a type: parse_params knows
// when it has seen all. NULL after an error. Unions and ~ are for type parameters (close is "]").
static Field *parse_param(Parser *p, Ident *name, u8 close) {
    bool constraints = close == TK_RBRACK;
    Field *f = new_field(p, name ? name->x.pos : POS(p), NULL, NULL);
    if (!name && constraints && at_op(p, OP_TILDE)) {
        f->type = parse_union(p, NULL);
        return f;
    }
    if (!name && TOK(p) == TK_NAME) name = parse_name(p);
    if (name && (TOK(p) == TK_LBRACK || TOK(p) == TK_DOT || (constraints && at_op(p, OP_OR)))) {
        if (TOK(p) == TK_LBRACK) {
            f->type = parse_array_or_args(p);
            if (f->type->kind == ND_INDEX) ((Index *)f->type)->e = &name->x;
            else f->name = name;
        } else {
            f->type = TOK(p) == TK_DOT ? parse_type_name(p, name) : &name->x;
        }
        if (constraints) f->type = parse_union(p, f->type);
        return f;
    }
    f->name = name;
    if (TOK(p) == TK_DOTDOTDOT) {
        f->type = parse_dots(p);
        return f;
    }
    if (constraints && at_op(p, OP_TILDE)) {
        f->type = parse_union(p, NULL);
        return f;
    }
    f->type = parse_type_opt(p);
    if (constraints && f->type) f->type = parse_union(p, f->type);
    if (f->name || f->type) return f;
    syntax_error(p, "expected %s", token_word(close));
    advance(p, BIT(TK_COMMA) | BIT(close));
    return NULL;
}

// Some parameters have names and types, so all must: gives types to those that share the next one's. Errors are reported
// once a list, at the leftmost place, or at the end if trailing names have no type.
static void distribute_types(Parser *p, Field **v, i64 n, bool all_types_named, bool need_names, Pos end) {
    Pos at = 0;
    Expr *type = NULL;
    for (i64 i = n - 1; i >= 0; i--) {
        Field *f = v[i];
        if (f->type) {
            type = f->type;
            if (!f->name) {
                at = node_start(type);
                f->name = new_ident(p, at, intern(p->intern, S("_")));
            }
        } else if (type) {
            f->type = type;
        } else {
            at = f->name->x.pos;
            f->type = NEW_EXPR(p, Expr, ND_BAD_EXPR, at);
        }
    }
    if (!at) return;
    if (all_types_named) syntax_error_at(p, end, need_names ? "missing type constraint" : "missing parameter type");
    else if (!need_names) syntax_error_at(p, at, "missing parameter name");
    else
        syntax_error_at(p, at,
                        n == 1 ? "missing type parameter name or invalid array length" : "missing type parameter name");
}

static void check_dots(Parser *p, FieldList *fl, bool dots_ok) {
    bool reported = false;
    for (i64 i = 0; i < fl->fields.len; i++) {
        Field *f = fl->fields.ptr[i];
        if (f->type->kind != ND_DOTS || (dots_ok && i + 1 == fl->fields.len)) continue;
        if (!reported)
            lex_error(&p->lx, f->type->pos, dots_ok ? "can only use ... with final parameter" : "invalid use of ...");
        reported = true;
        f->type = ((DotsType *)f->type)->elem;
    }
}

// The opening bracket is consumed, and so are first and first_type unless NULL.
void parse_params(Parser *p, FieldList *fl, Ident *first, Expr *first_type, u8 close, bool need_names, bool dots_ok) {
    List l = {"parameter list", TK_COMMA, close, 0, 0};
    i64 mark = p->nstack, named = 0, typed = 0;
    bool complete = first && first_type && TOK(p) == close; // nothing left to parse
    while (complete || list_more(p, &l)) {
        Field *f = first_type ? new_field(p, first->x.pos, first, first_type) : parse_param(p, first, close);
        first = NULL, first_type = NULL, complete = false;
        if (f) {
            named += f->name && f->type;
            typed += f->type != NULL;
            push(p, f);
        }
        list_sep(p, &l);
    }
    take_fields(p, fl, mark);
    fl->close = list_end(p, &l);
    Field **v = fl->fields.ptr;
    i64 n = fl->fields.len;
    if (named == 0 && !need_names) {
        for (i64 i = 0; i < n; i++)
            if (v[i]->name) v[i]->type = &v[i]->name->x, v[i]->name = NULL;
    } else if (named != n) {
        distribute_types(p, v, n, named == typed, need_names, fl->close);
    }
    check_dots(p, fl, dots_ok);
}

// ---- any type ----------------------------------------------------------------------------------------------------

static Expr *parse_type_here(Parser *p) {
    Pos pos = POS(p);
    Expr *t;
    switch (TOK(p)) {
    case TK_NAME: return parse_type_name(p, NULL);
    case TK_STAR: next(p); return &new_star(p, pos, parse_type(p))->x;
    case TK_ARROW:
        next(p);
        want(p, TK_CHAN);
        return parse_chan_type(p, pos, CHAN_RECV);
    case TK_CHAN: next(p); return parse_chan_type(p, pos, got(p, TK_ARROW) ? CHAN_SEND : CHAN_BOTH);
    case TK_FUNC: next(p); return &parse_func_type(p, "function type")->x;
    case TK_LBRACK:
        next(p);
        if (got(p, TK_RBRACK)) return parse_slice_type(p, pos);
        return parse_array_type(p, pos, NULL);
    case TK_MAP: return parse_map_type(p);
    case TK_STRUCT: return parse_struct_type(p);
    case TK_INTERFACE: return parse_interface_type(p);
    case TK_LPAREN:
        next(p);
        t = parse_type(p);
        want(p, TK_RPAREN);
        return t;
    default: return NULL;
    }
}

// NULL, without a complaint, if there is none.
Expr *parse_type_opt(Parser *p) {
    Expr *t = enter(p) ? parse_type_here(p) : bad_expr(p);
    leave(p);
    return t;
}
