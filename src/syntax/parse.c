// parse.c - the parser's ground: tokens, errors and resynchronisation, directives, whole files.
//
// Method: recursive descent with one token of lookahead. After an error the parser skips to a token that can start the
// next statement or declaration; only the first error of a line is reported.
#include "syntax/parse.h"
#include <stdio.h>

enum { MAX_DEPTH = 10000 };

// ---- nodes ------------------------------------------------------------------------------------------------------------

void *new_expr(Parser *p, i64 size, NodeKind k, Pos pos) {
    Expr *e = arena_alloc(p->a, size, 8);
    e->kind = (u8)k;
    e->pos = pos;
    return e;
}

void *new_stmt(Parser *p, i64 size, NodeKind k, Pos pos) {
    Stmt *s = arena_alloc(p->a, size, 8);
    s->kind = (u8)k;
    s->pos = pos;
    return s;
}

Ident *new_ident(Parser *p, Pos pos, const Name *name) {
    Ident *id = NEW_EXPR(p, Ident, ND_IDENT, pos);
    id->name = name;
    return id;
}

Expr *bad_expr(Parser *p, Pos pos) { return NEW_EXPR(p, Expr, ND_BAD_EXPR, pos); }

bool enter(Parser *p) {
    if (++p->depth <= MAX_DEPTH) return true;
    if (!p->too_deep) diag_error(p->diag, p->l.pos, "nesting depth limit exceeded (%d levels)", MAX_DEPTH);
    p->too_deep = true;
    p->file->had_errors = true;
    p->l.p = p->l.end; // nothing sensible can follow
    p->l.tok = TK_EOF;
    return false;
}

// ---- errors -----------------------------------------------------------------------------------------------------------

const char *tok_string(enum Token t) { return t == TK_COMMA ? "comma" : t == TK_SEMI ? "semicolon or newline" : token_text(t); }

static i64 line_number(Parser *p, Pos pos) {
    SourceFile *s = p->file->src;
    u32 off = pos - s->base;
    i64 lo = 0, hi = s->nlines;
    while (hi - lo > 1) {
        i64 mid = (lo + hi) / 2;
        if (s->lines[mid] <= off) lo = mid;
        else hi = mid;
    }
    return lo + 1;
}

static void found_token(Parser *p, char *out, size_t n) {
    Lexer *l = &p->l;
    switch (l->tok) {
    case TK_NAME: snprintf(out, n, "name %.*s", SFMT(l->name->s)); break;
    case TK_SEMI: snprintf(out, n, "%.*s", SFMT(l->text)); break;
    case TK_LITERAL: snprintf(out, n, "literal %.*s", SFMT(l->text)); break;
    case TK_OP: case TK_STAR: snprintf(out, n, "%s", op_text(l->op)); break;
    case TK_ASSIGN_OP: snprintf(out, n, "%s=", op_text(l->op)); break;
    default:
        if (l->tok >= TK_BREAK) snprintf(out, n, "keyword %s", token_text(l->tok));
        else snprintf(out, n, "%s", tok_string(l->tok));
    }
}

void syntax_error_at(Parser *p, Pos pos, const char *msg) {
    char tok[4096];
    i64 line = line_number(p, pos);
    if (p->l.tok == TK_EOF && (p->file->had_errors || p->l.failed)) return; // follow-up error
    p->file->had_errors = true;
    if (line == p->last_error_line || p->too_deep) return;
    p->last_error_line = line;
    bool about = strncmp(msg, "in ", 3) == 0 || strncmp(msg, "at ", 3) == 0 || strncmp(msg, "after ", 6) == 0;
    if (strncmp(msg, "expected ", 9) == 0 || about) {
        found_token(p, tok, sizeof tok);
        diag_error(p->diag, pos, "syntax error: unexpected %s%s%s", tok, about ? " " : ", ", msg);
    } else if (!*msg) {
        found_token(p, tok, sizeof tok);
        diag_error(p->diag, pos, "syntax error: unexpected %s", tok);
    } else diag_error(p->diag, pos, "syntax error: %s", msg);
}

void plain_error(Parser *p, Pos pos, const char *msg) {
    p->file->had_errors = true;
    if (!p->too_deep) diag_error(p->diag, pos, "%s", msg);
}

void syntax_error(Parser *p, const char *msg) { syntax_error_at(p, p->l.pos, msg); }

static bool in_list(enum Token t, const enum Token *list, i64 n) {
    for (i64 i = 0; i < n; i++)
        if (list[i] == t) return true;
    return false;
}

static bool starts_statement(enum Token t) {
    static const enum Token list[] = {TK_BREAK, TK_CONST, TK_CONTINUE, TK_DEFER, TK_FALLTHROUGH, TK_FOR, TK_GO, TK_GOTO, TK_IF, TK_RETURN, TK_SELECT, TK_SWITCH, TK_TYPE, TK_VAR};
    return in_list(t, list, NELEM(list));
}

// Skips to a token of the list, or inside a function to one that starts a statement.
void advance(Parser *p, const enum Token *follow, i64 n) {
    if (n == 0) { // just one token
        if (p->l.tok != TK_EOF) next_tok(p);
        return;
    }
    while (p->l.tok != TK_EOF && !in_list(p->l.tok, follow, n) && !(p->fnest > 0 && starts_statement(p->l.tok))) next_tok(p);
}

bool got(Parser *p, enum Token t) {
    if (p->l.tok != t) return false;
    next_tok(p);
    return true;
}

void want(Parser *p, enum Token t) {
    if (got(p, t)) return;
    char msg[64];
    snprintf(msg, sizeof msg, "expected %s", tok_string(t));
    syntax_error(p, msg);
    advance(p, NULL, 0);
}

bool got_assign(Parser *p) {
    if (p->l.tok == TK_DEFINE) syntax_error(p, "expected =");
    else if (p->l.tok != TK_ASSIGN) return false;
    next_tok(p);
    return true;
}

Ident *parse_name(Parser *p) {
    if (p->l.tok == TK_NAME) {
        Ident *id = new_ident(p, p->l.pos, p->l.name);
        next_tok(p);
        return id;
    }
    Ident *id = new_ident(p, p->l.pos, intern_c(p->l.intern, "_"));
    syntax_error(p, "expected name");
    advance(p, NULL, 0);
    return id;
}

// List = [ f { sep f } [sep] ] close. f returns true to end the list early. Returns the position of close.
Pos list_of(Parser *p, const char *context, enum Token sep, enum Token close, bool (*f)(Parser *, void *), void *ctx) {
    bool done = false;
    while (p->l.tok != TK_EOF && p->l.tok != close && !done) {
        done = f(p, ctx);
        if (!got(p, sep) && p->l.tok != close) {
            char msg[128];
            snprintf(msg, sizeof msg, "in %s; possibly missing %s or %s", context, tok_string(sep), tok_string(close));
            syntax_error(p, msg);
            const enum Token follow[] = {TK_RPAREN, TK_RBRACK, TK_RBRACE};
            advance(p, follow, 3);
            if (p->l.tok != close) return p->l.pos; // position could be better but the list is broken
        }
    }
    Pos pos = p->l.pos;
    want(p, close);
    return pos;
}

// ---- directives ---------------------------------------------------------------------------------------------------------

static const struct { const char *name; u32 flag; } pragmas[] = {
    {"go:noinline", PRAGMA_NOINLINE}, {"go:noescape", PRAGMA_NOESCAPE}, {"go:nosplit", PRAGMA_NOSPLIT}, {"go:norace", PRAGMA_NORACE}, {"go:nocheckptr", PRAGMA_NOCHECKPTR},
    {"go:uintptrescapes", PRAGMA_UINTPTRESCAPES}, {"go:uintptrkeepalive", PRAGMA_UINTPTRKEEPALIVE}, {"go:systemstack", PRAGMA_SYSTEMSTACK}, {"go:nowritebarrier", PRAGMA_NOWRITEBARRIER},
    {"go:nowritebarrierrec", PRAGMA_NOWRITEBARRIER}, {"go:yeswritebarrierrec", PRAGMA_YESWRITEBARRIERREC}, {"go:notinheap", PRAGMA_NOTINHEAP}, {"go:linknamestd", PRAGMA_LINKNAME_STD},
};

static Str next_field(Str *s) {
    i64 i = 0;
    while (i < s->len && (s->ptr[i] == ' ' || s->ptr[i] == '\t')) i++;
    i64 from = i;
    while (i < s->len && s->ptr[i] != ' ' && s->ptr[i] != '\t') i++;
    Str f = str_slice(*s, from, i);
    *s = str_slice(*s, i, s->len);
    return f;
}

static void linkname_directive(Parser *p, Pos pos, Str rest) {
    Linkname n = {.pos = pos, .local = next_field(&rest), .remote = next_field(&rest)};
    if (!n.local.len || next_field(&rest).len) {
        diag_error(p->diag, pos, "usage: //go:linkname localname [linkname]");
        return;
    }
    vec_push(p->a, &p->file->linknames, n);
}

static Str embed_pattern(Parser *p, Pos pos, Str *rest) {
    *rest = str_trim(*rest);
    if (!rest->len || (rest->ptr[0] != '"' && rest->ptr[0] != '`')) return next_field(rest);
    char q = rest->ptr[0];
    i64 i = 1;
    while (i < rest->len && rest->ptr[i] != q) i += rest->ptr[i] == '\\' && q == '"' ? 2 : 1;
    Str out = {0};
    if (i >= rest->len || !lit_unquote(p->a, str_slice(*rest, 0, i + 1), &out)) diag_error(p->diag, pos, "invalid quoted string in //go:embed: %.*s", SFMT(*rest));
    *rest = str_slice(*rest, i64_min(i + 1, rest->len), rest->len);
    return out;
}

static void embed_directive(Parser *p, Pos pos, Str rest) {
    if (!p->embed) {
        p->embed = ANEW(p->a, EmbedPatterns);
        p->embed->pos = pos;
    }
    rest = str_trim(rest);
    if (!rest.len) diag_error(p->diag, pos, "usage: //go:embed pattern...");
    while ((rest = str_trim(rest)).len) {
        Str pat = embed_pattern(p, pos, &rest);
        if (pat.len) vec_push(p->a, &p->embed->patterns, pat);
    }
}

static void add_line_directive(Parser *p, Pos next, Str file, i64 line, i64 col) {
    SourceFile *s = p->file->src;
    if (s->ndirectives == s->capdirectives) vec_grow(p->a, (void **)&s->directives, &s->capdirectives, sizeof(LineDirective));
    s->directives[s->ndirectives++] = (LineDirective){next - s->base, file, (i32)line, (i32)col};
}

static bool trailing_number(Str *s, i64 *n) {
    i64 colon = str_rindex(*s, ':');
    if (colon < 0 || colon + 1 == s->len) return false;
    i64 v = 0;
    for (i64 i = colon + 1; i < s->len; i++) {
        if (s->ptr[i] < '0' || s->ptr[i] > '9') return false;
        v = v > 1 << 30 ? v : v * 10 + s->ptr[i] - '0';
    }
    *n = v;
    *s = str_slice(*s, 0, colon);
    return true;
}

// //line file:line[:col] holds from the next line on, /*line ...*/ from behind the comment on.
static void line_directive(Parser *p, Pos pos, Str text, bool block) {
    Str s = block ? str_slice(text, 7, text.len - 2) : str_slice(text, 7, text.len);
    i64 n2 = 0, n = 0;
    if (!trailing_number(&s, &n2)) return; // no number: not a directive (gc ignores it)
    bool has_col = trailing_number(&s, &n);
    i64 line = has_col ? n : n2, col = has_col ? n2 : 0;
    if (line <= 0 || line > 1 << 30) { diag_error(p->diag, pos, "invalid line number: %lld", (long long)line); return; }
    if (has_col && (col <= 0 || col > 1 << 30)) { diag_error(p->diag, pos, "invalid column number: %lld", (long long)col); return; }
    Pos next = pos + (Pos)text.len;
    if (!block) {
        const char *q = text.ptr + text.len;
        next += *q == '\r' ? 2 : 1;
    }
    add_line_directive(p, next, s, line, col);
}

static void note_pragma(Parser *p, Pos pos, Str word) {
    static const u32 of_runtime = PRAGMA_SYSTEMSTACK | PRAGMA_NOWRITEBARRIER | PRAGMA_YESWRITEBARRIERREC, unplaced = PRAGMA_NOTINHEAP | PRAGMA_LINKNAME_STD;
    u32 flag = str_eq(word, S("go:build")) ? PRAGMA_GO_BUILD : 0;
    for (i64 i = 0; i < NELEM(pragmas); i++)
        if (str_eq(word, str_c(pragmas[i].name))) flag = pragmas[i].flag;
    if (!flag) return;
    if (p->user_code && (flag & of_runtime)) diag_error(p->diag, pos, "//%.*s only allowed in runtime", SFMT(word));
    if (p->user_code && flag == PRAGMA_UINTPTRKEEPALIVE) diag_error(p->diag, pos, "//%.*s is only allowed in the standard library", SFMT(word));
    p->pragma |= flag & ~(u32)PRAGMA_GO_BUILD;
    if (!(flag & unplaced)) vec_push(p->a, &p->marks, ((PragmaMark){flag, pos}));
}

static void on_directive(void *ctx, Pos pos, Str text) {
    Parser *p = ctx;
    if (str_has_prefix(text, S("//line "))) { line_directive(p, pos, text, false); return; }
    if (str_has_prefix(text, S("/*line "))) { line_directive(p, pos, text, true); return; }
    Str rest = str_slice(text, 2, text.len), word = next_field(&rest);
    if (str_eq(word, S("go:linkname"))) linkname_directive(p, pos, rest);
    else if (str_eq(word, S("go:embed"))) embed_directive(p, pos, rest);
    else if (str_eq(word, S("go:build")) && !p->file->package) {
        i64 at = str_find(rest, S("go1."));
        i64 end = at + 4;
        while (at >= 0 && end < rest.len && rest.ptr[end] >= '0' && rest.ptr[end] <= '9') end++;
        bool plain = at >= 0 && str_find(rest, S("||")) < 0 && !(at > 0 && rest.ptr[at - 1] == '!');
        if (plain) p->file->go_version = str_slice(rest, at, end);
    }
    else if (p->user_code && str_has_prefix(word, S("go:cgo_")) && !str_eq(word, S("go:cgo_import_dynamic")))
        diag_error(p->diag, pos + 2, "//%.*s only allowed in cgo-generated code", SFMT(str_slice(text, 2, text.len)));
    note_pragma(p, pos + 2, word); // behind the slashes
}

static void reject_pragmas(Parser *p, u32 allowed) {
    for (i64 i = 0; i < p->marks.len; i++)
        if (p->marks.ptr[i].flag & ~allowed) diag_error(p->diag, p->marks.ptr[i].pos, "misplaced compiler directive");
    p->marks.len = 0;
    p->pragma = 0;
}

u32 take_pragma(Parser *p, u32 allowed) {
    u32 flags = p->pragma;
    reject_pragmas(p, allowed);
    return flags;
}

void clear_pragma(Parser *p) {
    if (p->embed) diag_error(p->diag, p->embed->pos, "misplaced go:embed directive");
    p->embed = NULL;
    reject_pragmas(p, 0);
}

// ---- files ---------------------------------------------------------------------------------------------------------------

static void package_clause(Parser *p) {
    if (p->l.tok != TK_PACKAGE) {
        syntax_error(p, "package statement must be first");
        p->too_deep = true; // silence: nothing below means anything
        return;
    }
    take_pragma(p, PRAGMA_GO_BUILD);
    next_tok(p);
    p->file->package = parse_name(p);
    want(p, TK_SEMI);
}

static void top_level_end(Parser *p) {
    if (p->l.tok == TK_EOF || got(p, TK_SEMI)) return;
    syntax_error(p, "after top level declaration");
    const enum Token follow[] = {TK_IMPORT, TK_CONST, TK_TYPE, TK_VAR, TK_FUNC};
    advance(p, follow, 5);
}

static void declarations(Parser *p, bool imports_only) {
    enum Token prev = TK_IMPORT;
    const enum Token follow[] = {TK_IMPORT, TK_CONST, TK_TYPE, TK_VAR, TK_FUNC};
    while (p->l.tok != TK_EOF) {
        if (p->l.tok == TK_IMPORT && prev != TK_IMPORT) syntax_error(p, "imports must appear before other declarations");
        if (imports_only && p->l.tok != TK_IMPORT) return;
        prev = p->l.tok;
        switch (p->l.tok) {
        case TK_IMPORT: case TK_CONST: case TK_TYPE: case TK_VAR: case TK_FUNC: parse_decl_group(p, &p->file->decls, p->l.tok); break;
        default:
            if (p->l.tok == TK_LBRACE && p->file->decls.len > 0 && p->file->decls.ptr[p->file->decls.len - 1]->kind == ND_FUNC_DECL &&
                !((FuncDecl *)p->file->decls.ptr[p->file->decls.len - 1])->body)
                syntax_error(p, "unexpected semicolon or newline before {");
            else syntax_error(p, "non-declaration statement outside function body");
            next_tok(p);
            advance(p, follow, 5);
            continue;
        }
        clear_pragma(p);
        top_level_end(p);
    }
}

static Parser start(Arena *a, Intern *in, Diag *d, SourceFile *src) {
    Parser p = {.a = a, .diag = d};
    p.file = ANEW(a, File);
    p.file->src = src;
    lex_init(&p.l, a, in, d, src);
    return p;
}

File *parse_file(Arena *a, Intern *in, Diag *d, SourceFile *src, ParseOptions o) {
    Parser p = start(a, in, d, src);
    p.l.directive = on_directive;
    p.l.ctx = &p;
    p.user_code = o.user_code;
    next_tok(&p);
    package_clause(&p);
    if (!p.too_deep) declarations(&p, o.imports_only);
    if (p.l.tok == TK_EOF) clear_pragma(&p);
    p.file->eof = p.l.pos;
    for (i64 i = 0; i < p.file->decls.len; i++)
        if (p.file->decls.ptr[i]->kind == ND_IMPORT_DECL) vec_push(a, &p.file->imports, (ImportDecl *)p.file->decls.ptr[i]);
    return p.file;
}

Expr *parse_expr(Arena *a, Intern *in, Diag *d, SourceFile *src) {
    Parser p = start(a, in, d, src);
    next_tok(&p);
    Expr *e = parse_expr_(&p);
    if (p.l.tok == TK_SEMI) next_tok(&p);
    if (p.l.tok != TK_EOF) syntax_error(&p, "after expression");
    return p.file->had_errors ? NULL : e;
}
