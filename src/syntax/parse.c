// parse.c - recursive descent: files and declarations, and what all parts of the parser stand on.
//
// In:    a SourceFile. Out: a File; never NULL, but without a package name and declarations if the package clause is bad.
// After a syntax error the parser skips to a token that can follow (advance) and goes on; inside functions it never
// skips over a keyword that begins a statement. At the end of the text no follow-up errors are reported.
#include "syntax/syntax_int.h"
#include <stdio.h>
#include <stdlib.h>

// ---- errors and resynchronisation --------------------------------------------------------------------

const char *token_word(u8 tok) {
    static const char *const keywords[] = {
#define T(n, s)
#define K(n, s) [TK_##n] = "keyword " s,
#include "syntax/tokens.def"
#undef T
#undef K
    };
    if (tok == TK_COMMA) return "comma";
    if (tok == TK_SEMI) return "semicolon or newline";
    return tok < NELEM(keywords) && keywords[tok] ? keywords[tok] : token_text(tok);
}

static Str current_token(Parser *p) {
    Lexer *l = &p->lx;
    switch (l->tok) {
    case TK_NAME: return arena_printf(l->arena, "name %.*s", SFMT(l->lit));
    case TK_SEMI: return l->lit;
    case TK_LITERAL: return arena_printf(l->arena, "literal %.*s", SFMT(l->lit));
    case TK_OP: return str_c(op_text(l->op));
    case TK_ASSIGN_OP: return arena_printf(l->arena, "%s=", op_text(l->op));
    default: return str_c(token_word(l->tok));
    }
}

i64 line_of(const SourceFile *f, Pos pos) {
    i64 lo = 0, hi = f->nlines;
    while (lo < hi) {
        i64 mid = (lo + hi) / 2;
        if (f->lines[mid] <= pos - f->base) lo = mid + 1;
        else hi = mid;
    }
    return lo;
}

// Of several in a row at one line only the first is reported.
static void report(Parser *p, Pos pos, const char *fmt, va_list ap) {
    if (TOK(p) == TK_EOF) {
        lex_check_bytes(&p->lx);
        if (p->lx.nerrors) return; // a follow-up
    }
    i64 line = line_of(p->lx.src, pos);
    if (line == p->last_error_line) {
        p->lx.nerrors++;
        return;
    }
    p->last_error_line = line;
    Str msg = arena_vprintf(p->lx.arena, fmt, ap);
    const char *glue = NULL;
    if (str_has_prefix(msg, S("in ")) || str_has_prefix(msg, S("at ")) || str_has_prefix(msg, S("after "))) glue = " ";
    if (str_has_prefix(msg, S("expected "))) glue = ", ";
    if (!glue) {
        lex_error(&p->lx, pos, "syntax error: %.*s", SFMT(msg));
        return;
    }
    Str tok = current_token(p);
    lex_error(&p->lx, pos, "syntax error: unexpected %.*s%s%.*s", SFMT(tok), glue, SFMT(msg));
}

void syntax_error(Parser *p, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    report(p, POS(p), fmt, ap);
    va_end(ap);
}

void syntax_error_at(Parser *p, Pos pos, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    report(p, pos, fmt, ap);
    va_end(ap);
}

void advance(Parser *p, u64 follow) {
    const u64 statements = BIT(TK_BREAK) | BIT(TK_CONST) | BIT(TK_CONTINUE) | BIT(TK_DEFER) | BIT(TK_FALLTHROUGH) |
                           BIT(TK_FOR) | BIT(TK_GO) | BIT(TK_GOTO) | BIT(TK_IF) | BIT(TK_RETURN) | BIT(TK_SELECT) |
                           BIT(TK_SWITCH) | BIT(TK_TYPE) | BIT(TK_VAR);
    if (!follow) {
        if (TOK(p) != TK_EOF) next(p);
        return;
    }
    if (p->fnest > 0) follow |= statements;
    while (TOK(p) != TK_EOF && !(follow & BIT(TOK(p)))) next(p);
}

void want(Parser *p, u8 tok) {
    if (got(p, tok)) return;
    syntax_error(p, "expected %s", token_word(tok));
    advance(p, 0);
}

bool got_assign(Parser *p) {
    if (TOK(p) == TK_DEFINE) syntax_error(p, "expected =");
    else if (TOK(p) != TK_ASSIGN) return false;
    next(p);
    return true;
}

static void too_deep(Parser *p, int levels) {
    lex_error(&p->lx, POS(p), "nested too deeply (more than %d levels)", levels);
    p->lx.p = p->lx.end; // the rest would only be follow-up errors
    p->lx.tok = TK_EOF;
}

bool enter(Parser *p) {
    if (++p->depth <= MAX_DEPTH) return true;
    if (p->depth == MAX_DEPTH + 1 && TOK(p) != TK_EOF) too_deep(p, MAX_DEPTH);
    return false;
}

// Chains (a+b+c…, else if) are parsed without recursion, but they are deep trees for the phases that follow.
bool chain_ok(Parser *p, int length) {
    if (length < MAX_CHAIN || TOK(p) == TK_EOF) return true;
    too_deep(p, MAX_CHAIN);
    return false;
}

// ---- lists -------------------------------------------------------------------------------------------

void grow_stack(Parser *p) {
    i64 cap = p->capstack ? p->capstack * 2 : 256;
    void **s = realloc(p->stack, (size_t)cap * sizeof *s);
    if (!s) fatal("out of memory");
    p->stack = s;
    p->capstack = cap;
}

void *pop_list(Parser *p, i64 mark, i64 *n) {
    *n = p->nstack - mark;
    if (!*n) return NULL;
    void **v = ANEWN(p->lx.arena, void *, *n);
    memcpy(v, p->stack + mark, (size_t)*n * sizeof *v);
    p->nstack = mark;
    return v;
}

bool list_more(Parser *p, const List *l) { return TOK(p) != TK_EOF && TOK(p) != l->close && !l->done && !l->broken; }

void list_sep(Parser *p, List *l) {
    if (got(p, l->sep) || TOK(p) == l->close) return; // the separator is optional at the end
    syntax_error(p, "in %s; possibly missing %s or %s", l->context, token_word(l->sep), token_word(l->close));
    advance(p, BIT(TK_RPAREN) | BIT(TK_RBRACK) | BIT(TK_RBRACE));
    if (TOK(p) != l->close) l->broken = true;
}

Pos list_end(Parser *p, List *l) {
    Pos pos = POS(p);
    if (!l->broken) want(p, l->close);
    return pos;
}

// ---- names and literals --------------------------------------------------------------------------------

Ident *new_ident(Parser *p, Pos pos, const Name *name) {
    Ident *id = NEW_EXPR(p, Ident, ND_IDENT, pos);
    id->name = name;
    return id;
}

Ident *parse_name(Parser *p) {
    if (TOK(p) == TK_NAME) {
        Ident *id = new_ident(p, POS(p), intern(p->intern, p->lx.lit));
        next(p);
        return id;
    }
    Ident *id = new_ident(p, POS(p), intern(p->intern, S("_")));
    syntax_error(p, "expected name");
    advance(p, 0);
    return id;
}

BasicLit *parse_literal_opt(Parser *p) {
    if (TOK(p) != TK_LITERAL) return NULL;
    BasicLit *b = NEW_EXPR(p, BasicLit, ND_BASIC_LIT, POS(p));
    b->lit = p->lx.kind;
    b->bad = p->lx.bad;
    b->text = p->lx.lit;
    next(p);
    return b;
}

#define SET_LIST(p, vec, mark) ((vec).ptr = pop_list((p), (mark), &(vec).len), (vec).cap = (vec).len)

static void push_names(Parser *p) {
    push(p, parse_name(p));
    while (got(p, TK_COMMA)) push(p, parse_name(p));
}

// ---- declarations ----------------------------------------------------------------------------------------

// What the parser needs to know of the declaration that a spec is part of.
typedef struct Context {
    DeclGroup *group;
    int iota;
    bool local;
} Context;

static Pragma take_pragma(Parser *p) {
    Pragma pr = p->lx.pragma;
    if (p->lx.has_pragma) p->lx.pragma = (Pragma){0}, p->lx.has_pragma = false;
    return pr;
}

static void *new_decl(Parser *p, NodeKind k, i64 size) {
    Decl *d = arena_alloc(p->lx.arena, size, 8);
    d->kind = (u8)k;
    d->pos = POS(p);
    return d;
}

static Decl *parse_import(Parser *p, Context *cx) {
    ImportDecl *d = new_decl(p, ND_IMPORT_DECL, sizeof *d);
    Pragma pr = take_pragma(p);
    pragma_check(&p->lx, &pr, 0, false);
    d->group = cx->group;
    if (TOK(p) == TK_NAME) d->name = parse_name(p);
    else if (TOK(p) == TK_DOT) {
        d->name = new_ident(p, POS(p), intern(p->intern, S(".")));
        next(p);
    }
    d->path = parse_literal_opt(p);
    if (!d->path) {
        syntax_error(p, "missing import path");
        advance(p, BIT(TK_SEMI) | BIT(TK_RPAREN));
        return NULL; // nothing to import
    }
    if (!d->path->bad && d->path->lit != LIT_STRING) {
        syntax_error_at(p, d->path->x.pos, "import path must be a string");
        d->path->bad = true;
    }
    vec_push(p->lx.arena, &p->file->imports, d);
    return &d->d;
}

static Decl *parse_const(Parser *p, Context *cx) {
    ConstDecl *d = new_decl(p, ND_CONST_DECL, sizeof *d);
    Pragma pr = take_pragma(p);
    pragma_check(&p->lx, &pr, 0, false);
    d->group = cx->group;
    d->iota = cx->iota++;
    i64 mark = p->nstack;
    push_names(p);
    SET_LIST(p, d->names, mark);
    if (TOK(p) == TK_EOF || TOK(p) == TK_SEMI || TOK(p) == TK_RPAREN) return &d->d;
    d->type = parse_type_opt(p);
    if (got_assign(p)) d->values = parse_expr_list(p);
    return &d->d;
}

// Whether the variable may have the patterns is said behind the types (types/latecheck.c).
static void take_embed(Parser *p, VarDecl *d, const Pragma *pr, bool local) {
    if (!pr->embeds.len) return;
    d->embed = ANEW(p->lx.arena, EmbedPatterns);
    d->embed->pos = pr->embeds.ptr[0];
    for (i64 i = 0; i < pr->patterns.len; i++) vec_push(p->lx.arena, &d->embed->patterns, pr->patterns.ptr[i]);
    if (local) vec_push(p->lx.arena, &p->file->local_embeds, d);
}

static Decl *parse_var(Parser *p, Context *cx) {
    VarDecl *d = new_decl(p, ND_VAR_DECL, sizeof *d);
    Pragma pr = take_pragma(p);
    pragma_check(&p->lx, &pr, 0, true);
    d->group = cx->group;
    i64 mark = p->nstack;
    push_names(p);
    SET_LIST(p, d->names, mark);
    if (got_assign(p)) {
        d->values = parse_expr_list(p);
    } else {
        d->type = parse_type(p);
        if (got_assign(p)) d->values = parse_expr_list(p);
    }
    take_embed(p, d, &pr, cx->local);
    return &d->d;
}

// Splits x, which was parsed as an expression, into a type parameter name and its constraint if it can be read so:
// "P *C" parses as a product, "P (C)" as a call. Where it could be an array length too (P*C with C a plain name), only if
// `force`. The constraint is NULL for a plain name; the result NULL if x is an expression and nothing else.
static Ident *split_constraint(Parser *p, Expr *x, bool force, Expr **constraint) {
    *constraint = NULL;
    if (x->kind == ND_IDENT) return (Ident *)x;
    if (x->kind == ND_CALL) {
        Call *c = (Call *)x;
        bool one = c->fun->kind == ND_IDENT && c->args.len == 1 && !c->has_dots;
        if (!one || (!force && !is_type_elem(c->args.ptr[0]))) return NULL;
        *constraint = unparen(c->args.ptr[0]);
        return (Ident *)c->fun;
    }
    if (x->kind != ND_BINARY) return NULL;
    Binary *b = (Binary *)x;
    force = force || is_type_elem(b->r);
    if (b->op == OP_MUL && b->l->kind == ND_IDENT && force) {
        Star *s = NEW_EXPR(p, Star, ND_STAR, x->pos);
        s->e = b->r;
        *constraint = &s->x;
        return (Ident *)b->l;
    }
    if (b->op == OP_OR) {
        Expr *first;
        Ident *name = split_constraint(p, b->l, force, &first);
        if (!name || !first) return NULL;
        Binary *u = NEW_EXPR(p, Binary, ND_BINARY, x->pos);
        u->op = OP_OR, u->l = first, u->r = b->r;
        *constraint = &u->x;
        return name;
    }
    return NULL;
}

// Behind "type T [": an array length or the first type parameter.
static void parse_type_params_or_array(Parser *p, TypeDecl *d, Pos lbrack) {
    if (TOK(p) == TK_RBRACK) {
        next(p);
        d->type = parse_slice_type(p, lbrack);
        return;
    }
    if (TOK(p) != TK_NAME) {
        d->type = parse_array_type(p, lbrack, NULL);
        return;
    }
    // No constant expression begins with "name [", so that must be a constraint.
    Expr *x = &parse_name(p)->x, *constraint;
    if (TOK(p) != TK_LBRACK) {
        p->xnest++;
        x = parse_binary(p, parse_primary(p, x, false), 0);
        p->xnest--;
    }
    Ident *name = split_constraint(p, x, TOK(p) == TK_COMMA, &constraint);
    if (!name || (!constraint && TOK(p) == TK_RBRACK)) {
        d->type = parse_array_type(p, lbrack, x);
        return;
    }
    d->tparams = ANEW(p->lx.arena, FieldList);
    d->tparams->open = lbrack;
    parse_params(p, d->tparams, name, constraint, TK_RBRACK, true, false);
    d->alias = got_assign(p);
    d->type = parse_type_opt(p);
}

static Decl *parse_type_spec(Parser *p, Context *cx) {
    TypeDecl *d = new_decl(p, ND_TYPE_DECL, sizeof *d);
    Pragma pr = take_pragma(p);
    pragma_check(&p->lx, &pr, 0, false);
    d->pragma = pr.flags & 0xFFFF;
    d->group = cx->group;
    d->name = parse_name(p);
    if (TOK(p) == TK_LBRACK) {
        Pos lbrack = POS(p);
        next(p);
        parse_type_params_or_array(p, d, lbrack);
    } else {
        d->alias = got_assign(p);
        d->type = parse_type_opt(p);
    }
    if (!d->type) {
        d->type = bad_expr(p);
        syntax_error(p, "in type declaration");
        advance(p, BIT(TK_SEMI) | BIT(TK_RPAREN));
    }
    return &d->d;
}

static Decl *parse_spec(Parser *p, u8 keyword, Context *cx) {
    switch (keyword) {
    case TK_IMPORT: return parse_import(p, cx);
    case TK_CONST: return parse_const(p, cx);
    case TK_TYPE: return parse_type_spec(p, cx);
    default: return parse_var(p, cx);
    }
}

void parse_decls(Parser *p, u8 keyword, DeclVec *out, bool local) {
    Context cx = {.local = local};
    Decl *d;
    if (TOK(p) != TK_LPAREN) {
        d = parse_spec(p, keyword, &cx);
        if (d) vec_push(p->lx.arena, out, d);
        return;
    }
    cx.group = ANEW(p->lx.arena, DeclGroup);
    pragma_clear(&p->lx); // before "(" is consumed: what follows may hold directives of the first spec
    next(p);
    List l = {"grouped declaration", TK_SEMI, TK_RPAREN, 0, 0};
    for (; list_more(p, &l); list_sep(p, &l)) {
        d = parse_spec(p, keyword, &cx);
        if (d) vec_push(p->lx.arena, out, d);
    }
    list_end(p, &l);
}

static void check_func_pragma(Parser *p, FuncDecl *d, const Pragma *pr) {
    pragma_check(&p->lx, pr, PRAGMA_FUNC_OK, false);
    d->pragma = pr->flags & 0xFFFF;
    if (d->body &&
        (d->pragma & (PRAGMA_UINTPTRKEEPALIVE | PRAGMA_UINTPTRESCAPES | PRAGMA_NOSPLIT)) == PRAGMA_UINTPTRKEEPALIVE)
        diag_error(p->lx.diag, d->d.pos, "go:uintptrkeepalive requires go:nosplit");
}

// At "{". Leaves the body unparsed; NULL: it has to be parsed now.
static BlockStmt *pass_body(Parser *p) {
    Lexer *l = &p->lx;
    const u8 *close = skip_body(l->p, l->end);
    if (!close) return NULL;
    BlockStmt *body = NEW_STMT(p, BlockStmt, ND_BLOCK_STMT, POS(p));
    body->unparsed = close > l->p;
    body->rbrace = lex_pos_at(l, close);
    l->p = close + 1;
    l->nlsemi = true;
    next(p);
    return body;
}

static BlockStmt *parse_declared_body(Parser *p) {
    Lexer *l = &p->lx;
    BlockStmt *body = NEW_STMT(p, BlockStmt, ND_BLOCK_STMT, POS(p));
    if (l->opt.bodies) l->arena = l->opt.bodies;
    *body = *parse_func_body(p);
    l->arena = l->keep;
    if (l->opt.user_code) p->file->bodies.ptr[p->file->bodies.len - 1] = body;
    return body;
}

static FuncDecl *parse_func_decl(Parser *p) {
    FuncDecl *d = new_decl(p, ND_FUNC_DECL, sizeof *d);
    Pragma pr = take_pragma(p);
    bool method = false;
    if (got(p, TK_LPAREN)) {
        FieldList recv = {0};
        method = true;
        parse_params(p, &recv, NULL, NULL, TK_RPAREN, false, false);
        d->nrecv = (int)recv.fields.len;
        if (d->nrecv == 0) lex_error(&p->lx, POS(p), "method has no receiver");
        else if (d->nrecv > 1) lex_error(&p->lx, POS(p), "method has multiple receivers");
        if (d->nrecv) d->recv = recv.fields.ptr[0];
    }
    if (TOK(p) == TK_NAME) {
        d->name = parse_name(p);
        d->type = parse_func_type(p, method ? "method" : NULL);
    } else {
        d->name = new_ident(p, POS(p), intern(p->intern, S("_")));
        d->type = NEW_EXPR(p, FuncType, ND_FUNC_TYPE, POS(p));
        syntax_error(p, method ? "expected name" : "expected name or (");
        advance(p, BIT(TK_LBRACE) | BIT(TK_SEMI));
    }
    if (TOK(p) == TK_LBRACE) {
        d->body = p->lx.opt.lazy_bodies ? pass_body(p) : NULL;
        if (!d->body) d->body = parse_declared_body(p);
    }
    check_func_pragma(p, d, &pr);
    return d;
}

BlockStmt *parse_func_body(Parser *p) {
    i64 errors = p->lx.nerrors;
    p->fnest++;
    BlockStmt *body = parse_block(p, "");
    p->fnest--;
    body->had_errors = p->lx.nerrors > errors;
    if (p->lx.opt.user_code) vec_push(p->lx.keep, &p->file->bodies, body);
    return body;
}

// ---- files ---------------------------------------------------------------------------------------------

#define TOP_LEVEL (BIT(TK_IMPORT) | BIT(TK_CONST) | BIT(TK_TYPE) | BIT(TK_VAR) | BIT(TK_FUNC))

static bool parse_package_clause(Parser *p) {
    p->lx.top = false;
    if (!got(p, TK_PACKAGE)) {
        syntax_error(p, "package statement must be first");
        return false;
    }
    Pragma pr = take_pragma(p);
    pragma_check(&p->lx, &pr, PRAGMA_GO_BUILD, false);
    Ident *name = parse_name(p);
    want(p, TK_SEMI);
    lex_check_bytes(&p->lx);
    if (p->lx.nerrors) return false;
    p->file->package = name;
    return true;
}

static bool ends_in_bodyless_func(const File *f) {
    const Decl *last = f->decls.len ? f->decls.ptr[f->decls.len - 1] : NULL;
    return last && last->kind == ND_FUNC_DECL && !((const FuncDecl *)last)->body;
}

static void parse_top_level(Parser *p) {
    File *f = p->file;
    u8 previous = TK_IMPORT;
    while (TOK(p) != TK_EOF) {
        u8 tok = TOK(p);
        if (tok == TK_IMPORT && previous != TK_IMPORT) syntax_error(p, "imports must appear before other declarations");
        if (tok != TK_IMPORT && p->lx.opt.imports_only) return;
        previous = tok;
        if (tok == TK_FUNC) {
            next(p);
            vec_push(p->lx.arena, &f->decls, &parse_func_decl(p)->d);
        } else if (TOP_LEVEL & BIT(tok)) {
            next(p);
            parse_decls(p, tok, &f->decls, false);
        } else {
            if (tok == TK_LBRACE && ends_in_bodyless_func(f))
                syntax_error(p, "unexpected semicolon or newline before {");
            else syntax_error(p, "non-declaration statement outside function body");
            advance(p, TOP_LEVEL);
            continue;
        }
        pragma_clear(&p->lx); // before ";" is consumed: what follows may hold directives of the next declaration
        if (TOK(p) != TK_EOF && !got(p, TK_SEMI)) {
            syntax_error(p, "after top level declaration");
            advance(p, TOP_LEVEL);
        }
    }
    pragma_clear(&p->lx);
}

bool file_imports(Arena *a, const File *f, Str path) {
    for (i64 i = 0; i < f->imports.len; i++) {
        const BasicLit *l = f->imports.ptr[i]->path;
        Str said;
        if (l && !l->bad && lit_unquote(a, l->text, &said) && str_eq(said, path)) return true;
    }
    return false;
}

static void check_linknames(Parser *p) {
    File *f = p->file;
    if (p->lx.opt.imports_only || !f->linknames.len || file_imports(p->lx.arena, f, S("unsafe"))) return;
    for (i64 i = 0; i < f->linknames.len; i++)
        diag_error(p->lx.diag, f->linknames.ptr[i].pos,
                   "//go:linkname only allowed in Go files that import \"unsafe\"");
    f->linknames.len = 0;
}

static void init_parser(Parser *p, Arena *a, Intern *in, Diag *d, SourceFile *src, ParseOptions opt) {
    *p = (Parser){.intern = in, .file = ANEW(a, File)};
    p->file->src = src;
    lex_init(&p->lx, a, d, src, p->file, opt);
    next(p);
}

File *parse_file(Arena *a, Intern *in, Diag *d, SourceFile *src, ParseOptions opt) {
    Parser p;
    init_parser(&p, a, in, d, src, opt);
    if (parse_package_clause(&p)) parse_top_level(&p);
    File *f = p.file;
    lex_check_bytes(&p.lx);
    f->eof = POS(&p);
    check_linknames(&p);
    f->nerrors = p.lx.nreported;
    f->syntax_errors = p.lx.syntax_errors || !f->package;
    free(p.stack);
    return f;
}

Expr *parse_expr(Arena *a, Intern *in, Diag *d, SourceFile *src) {
    Parser p;
    init_parser(&p, a, in, d, src, (ParseOptions){0});
    Expr *e = parse_expression(&p);
    got(&p, TK_SEMI);
    if (TOK(&p) != TK_EOF) syntax_error(&p, "after expression");
    lex_check_bytes(&p.lx);
    free(p.stack);
    return p.lx.nerrors ? NULL : e;
}
