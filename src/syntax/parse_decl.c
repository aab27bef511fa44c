// parse_decl.c - declarations: import, const, type, var, func.
#include "syntax/parse.h"

static void add_decl(Parser *p, DeclVec *v, void *d) { vec_push(p->a, v, (Decl *)d); }

static void *new_decl(Parser *p, i64 size, NodeKind k, Pos pos) { return new_stmt(p, size, k, pos); }
#define NEW_DECL(p, T, k, at) ((T *)new_decl((p), (i64)sizeof(T), (k), (at)))

typedef struct Group { DeclVec *out; DeclGroup *group; int iota; enum Token keyword; } Group;

static void import_decl(Parser *p, Group *g) {
    ImportDecl *d = NEW_DECL(p, ImportDecl, ND_IMPORT_DECL, p->l.pos);
    d->group = g->group;
    if (p->l.tok == TK_NAME) d->name = parse_name(p);
    else if (p->l.tok == TK_DOT) {
        d->name = new_ident(p, p->l.pos, intern_c(p->l.intern, "."));
        next_tok(p);
    }
    if (p->l.tok == TK_LITERAL && p->l.lit == LIT_STRING) {
        d->path = parse_lit(p);
        add_decl(p, g->out, d);
        return;
    }
    if (p->l.tok == TK_LITERAL) {
        syntax_error(p, "import path must be a string");
        next_tok(p);
        return;
    }
    syntax_error(p, "missing import path; require quoted string");
    const enum Token follow[] = {TK_SEMI, TK_RPAREN};
    advance(p, follow, 2);
}

static void const_decl(Parser *p, Group *g) {
    ConstDecl *d = NEW_DECL(p, ConstDecl, ND_CONST_DECL, p->l.pos);
    d->group = g->group;
    d->iota = g->iota++;
    do vec_push(p->a, &d->names, parse_name(p));
    while (got(p, TK_COMMA));
    if (p->l.tok != TK_EOF && p->l.tok != TK_SEMI && p->l.tok != TK_RPAREN) {
        d->type = type_or_nil(p);
        if (got_assign(p)) parse_expr_list(p, &d->values);
    }
    add_decl(p, g->out, d);
}

static void var_decl(Parser *p, Group *g) {
    VarDecl *d = NEW_DECL(p, VarDecl, ND_VAR_DECL, p->l.pos);
    d->group = g->group;
    d->embed = p->embed;
    p->embed = NULL;
    do vec_push(p->a, &d->names, parse_name(p));
    while (got(p, TK_COMMA));
    if (got_assign(p)) parse_expr_list(p, &d->values);
    else {
        d->type = parse_type(p);
        if (got_assign(p)) parse_expr_list(p, &d->values);
    }
    add_decl(p, g->out, d);
}

// Could x be the end of a constraint, so that `type T[P x]` declares a type parameter? Elements that are types only.
static bool is_type_elem(Expr *x) {
    switch (x->kind) {
    case ND_ARRAY_TYPE: case ND_SLICE_TYPE: case ND_STRUCT_TYPE: case ND_FUNC_TYPE: case ND_INTERFACE_TYPE: case ND_MAP_TYPE: case ND_CHAN_TYPE: return true;
    case ND_BINARY: return is_type_elem(((Binary *)x)->l) || is_type_elem(((Binary *)x)->r);
    case ND_UNARY: return ((Unary *)x)->op == OP_TILDE;
    case ND_PAREN: return is_type_elem(((Paren *)x)->e);
    default: return false;
    }
}

// x is an array length or "P C" read as an expression. If it is the latter, *name is P and the result the constraint (or NULL).
static Ident *split_tparam(Parser *p, Expr *x, Expr **constraint, bool force) {
    *constraint = NULL;
    if (x->kind == ND_IDENT) return (Ident *)x;
    if (x->kind == ND_BINARY) {
        Binary *b = (Binary *)x;
        if (b->op == OP_MUL && b->l->kind == ND_IDENT && (force || is_type_elem(b->r))) { // P *C
            Star *s = NEW_EXPR(p, Star, ND_STAR, b->x.pos);
            s->e = b->r;
            *constraint = &s->x;
            return (Ident *)b->l;
        }
        if (b->op == OP_OR) { // P *C | Q
            Expr *l;
            Ident *name = split_tparam(p, b->l, &l, force || is_type_elem(b->r));
            if (name && l) {
                Binary *u = NEW_EXPR(p, Binary, ND_BINARY, b->x.pos);
                u->op = OP_OR;
                u->l = l;
                u->r = b->r;
                *constraint = &u->x;
                return name;
            }
        }
    }
    if (x->kind == ND_CALL) { // P (C)
        Call *c = (Call *)x;
        if (c->fun->kind == ND_IDENT && c->args.len == 1 && !c->has_dots && (force || is_type_elem(c->args.ptr[0]))) {
            Paren *pr = NEW_EXPR(p, Paren, ND_PAREN, node_start(c->args.ptr[0]));
            pr->e = c->args.ptr[0];
            *constraint = &pr->x;
            return (Ident *)c->fun;
        }
    }
    return NULL;
}

static void generic_decl(Parser *p, TypeDecl *d, Pos open, Ident *name, Expr *constraint) {
    d->tparams = ANEW(p->a, FieldList);
    d->tparams->open = open;
    parse_param_list(p, d->tparams, name, constraint, TK_RBRACK, true);
    d->alias = got_assign(p);
    d->type = type_or_nil(p);
}

// Behind the name, at '[': type parameters or an array type.
static void type_decl_bracket(Parser *p, TypeDecl *d) {
    Pos open = p->l.pos;
    next_tok(p);
    if (p->l.tok == TK_NAME) {
        // `[P C]`, `[P *C]`, `[N]E`, `[N * M]E`: parse an expression and look at what it is and what follows.
        Expr *x = &parse_name(p)->x;
        if (p->l.tok != TK_LBRACK) {
            p->xnest++;
            x = parse_binary(p, parse_pexpr(p, x, false), PREC_NONE);
            p->xnest--;
        }
        Expr *constraint;
        Ident *name = split_tparam(p, x, &constraint, p->l.tok == TK_COMMA);
        if (name && (constraint || p->l.tok != TK_RBRACK)) {
            generic_decl(p, d, open, name, constraint);
            return;
        }
        d->type = array_type(p, open, x);
        return;
    }
    if (p->l.tok == TK_RBRACK) {
        next_tok(p);
        d->type = slice_type(p, open);
        return;
    }
    d->type = array_type(p, open, NULL);
}

static void type_decl(Parser *p, Group *g) {
    TypeDecl *d = NEW_DECL(p, TypeDecl, ND_TYPE_DECL, p->l.pos);
    d->group = g->group;
    d->pragma = take_pragma(p, 0);
    d->name = parse_name(p);
    if (p->l.tok == TK_LBRACK) type_decl_bracket(p, d);
    else {
        d->alias = got_assign(p);
        d->type = type_or_nil(p);
    }
    if (!d->type) {
        d->type = bad_expr(p, p->l.pos);
        syntax_error(p, "in type declaration");
        const enum Token follow[] = {TK_SEMI, TK_RPAREN};
        advance(p, follow, 2);
    }
    add_decl(p, g->out, d);
}

static void receiver(Parser *p, FuncDecl *f) {
    FieldList l = {0};
    Pos pos = p->l.pos;
    next_tok(p);
    parse_param_list(p, &l, NULL, NULL, TK_RPAREN, false);
    f->nrecv = (int)l.fields.len;
    if (l.fields.len == 0) {
        diag_error(p->diag, pos, "method has no receiver");
        p->file->had_errors = true;
        return;
    }
    if (l.fields.len > 1) {
        diag_error(p->diag, pos, "method has multiple receivers");
        p->file->had_errors = true;
    }
    f->recv = l.fields.ptr[0];
}

static void func_decl(Parser *p, DeclVec *out) {
    FuncDecl *f = NEW_DECL(p, FuncDecl, ND_FUNC_DECL, p->l.pos);
    f->pragma = take_pragma(p, PRAGMA_OF_FUNC);
    const char *context = "";
    if (p->l.tok == TK_LPAREN) {
        context = "method";
        receiver(p, f);
    }
    if (p->l.tok != TK_NAME) {
        syntax_error(p, *context ? "expected name" : "expected name or (");
        const enum Token follow[] = {TK_LBRACE, TK_SEMI};
        advance(p, follow, 2);
        return;
    }
    f->d.pos = p->l.pos;
    f->name = parse_name(p);
    f->type = parse_func_type(p, f->name->x.pos, context);
    if (p->l.tok == TK_LBRACE) f->body = parse_func_body(p);
    add_decl(p, out, f);
}

static void one_spec(Parser *p, Group *g) {
    if (g->keyword != TK_TYPE) take_pragma(p, 0);
    switch (g->keyword) {
    case TK_IMPORT: import_decl(p, g); break;
    case TK_CONST: const_decl(p, g); break;
    case TK_TYPE: type_decl(p, g); break;
    default: var_decl(p, g); break;
    }
}

static bool spec_elem(Parser *p, void *ctx) {
    one_spec(p, ctx);
    clear_pragma(p);
    return false;
}

void parse_decl_group(Parser *p, DeclVec *out, enum Token keyword) { // at the keyword
    next_tok(p);
    if (keyword == TK_FUNC) {
        func_decl(p, out);
        return;
    }
    Group g = {out, NULL, 0, keyword};
    if (p->l.tok == TK_LPAREN) {
        g.group = ANEW(p->a, DeclGroup);
        if (keyword != TK_VAR) clear_pragma(p);
        else take_pragma(p, 0);
        next_tok(p);
        list_of(p, keyword == TK_IMPORT ? "import declaration" : keyword == TK_CONST ? "const declaration" : keyword == TK_TYPE ? "type declaration" : "var declaration", TK_SEMI, TK_RPAREN, spec_elem, &g);
        return;
    }
    one_spec(p, &g);
}
