// lex.c - tokens of Plan 9 assembly, after the preprocessor.
//
// In:   text of a file; includes and macro bodies are pushed on a stack of sources.
// Out:  tokens one by one; a line of a directive leaves a '#'. Blanks are gone, newlines are tokens.
// Errors end the file: after the first one every token is T_EOF.
#include "asm/asm_int.h"
#include <stdio.h>
#include <stdlib.h>

enum { MAX_DEPTH = 100, MAX_TOKENS = 20000000 };

// ---- messages ------------------------------------------------------------------------------------------------------

Str asm_where(Arena *a, const AsmOptions *o, Pos pos) {
    if (!pos) return (Str){0};
    Loc l = source_map_loc(o->sources, pos, true);
    return arena_printf(a, "%.*s:%d", SFMT(l.path), l.line);
}

void asm_lex_error(Lexer *l, const char *fmt, ...) {
    va_list ap;
    if (l->stopped) return;
    va_start(ap, fmt);
    Str msg = arena_vprintf(l->a, fmt, ap);
    va_end(ap);
    diag_error_in(l->diag, l->o->heading, asm_where(l->a, l->o, asm_token_pos(l)), "%.*s", SFMT(msg));
    l->stopped = true;
}

Str asm_quote(Arena *a, Str s) {
    Buf b = {0};
    buf_char(&b, '"');
    for (i64 i = 0; i < s.len; i++) {
        u8 c = (u8)s.ptr[i];
        if (c == '"' || c == '\\') buf_printf(&b, "\\%c", c);
        else if (c == '\n') buf_c(&b, "\\n");
        else if (c == '\t') buf_c(&b, "\\t");
        else if (c == '\r') buf_c(&b, "\\r");
        else if (c < ' ' || c == 127) buf_printf(&b, "\\x%02x", c);
        else buf_char(&b, (char)c);
    }
    buf_char(&b, '"');
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

const char *tok_kind_name(Arena *a, i32 kind) {
    char c[4];
    switch (kind) {
    case T_EOF: return "EOF";
    case T_IDENT: return "identifier";
    case T_INT: return "integer constant";
    case T_FLOAT: return "float constant";
    case T_CHAR: return "rune constant";
    case T_STRING: return "string constant";
    case '\n': return "'\\n'";
    case '\'': return "'\\''";
    default: return arena_cstr(a, arena_printf(a, "'%.*s'", kind > 0 ? utf8_put(c, kind) : 1, kind > 0 ? c : "?"));
    }
}

// ---- one source ------------------------------------------------------------------------------------------------------

static Source *top(const Lexer *l) { return &l->stack.ptr[l->stack.len - 1]; }

Pos asm_token_pos(const Lexer *l) {
    Source *s = top(l);
    return s->is_text ? s->file->base + (Pos)s->line_start : s->pos;
}

static i32 rune_at(const Source *s, i64 at, int *size) {
    Str t = s->file->text;
    *size = 0;
    return at >= t.len ? T_EOF : utf8_decode(t.ptr + at, t.len - at, size);
}

static bool is_plain_ident(u8 c) { return (c | 32) - 'a' < 26u || c - '0' < 10u || c == '_'; }

static bool is_ident_rune(i32 r, bool first) {
    if (r < 0) return false;
    if (r == '_' || r == 0xB7 || r == 0x2215) return true;
    if (r < 0x80) return (r | 32) - 'a' < 26u || (!first && r - '0' < 10u);
    return rune_is_letter(r) || (!first && rune_is_digit(r));
}

static i64 ident_end(const Source *s, i64 at) {
    int n;
    Str t = s->file->text;
    for (bool first = true;; first = false, at += n) {
        while (!first && at < t.len && is_plain_ident((u8)t.ptr[at])) at++;
        if (!first && at < t.len && (u8)t.ptr[at] < 0x80) return at;
        if (!is_ident_rune(rune_at(s, at, &n), first)) return at;
    }
}

static bool is_digit(char c, int base) {
    int v = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : 99;
    return v < base;
}
static i64 digits(Str t, i64 at, int base) {
    while (at < t.len && (is_digit(t.ptr[at], base) || t.ptr[at] == '_')) at++;
    return at;
}

// A number: whole ones and floats as in Go.
static i32 scan_number(Source *s) {
    Str t = s->file->text;
    i64 at = s->at;
    int base = 10;
    char c = at + 1 < t.len && t.ptr[at] == '0' ? (char)(t.ptr[at + 1] | 32) : 0;
    if (c == 'x') base = 16;
    if (c == 'x' || c == 'b' || c == 'o') at += 2;
    at = digits(t, at, base);
    bool is_float = false;
    if (at < t.len && t.ptr[at] == '.' && c != 'b' && c != 'o') {
        is_float = true;
        at = digits(t, at + 1, base);
    }
    if (at < t.len && ((base == 10 && (t.ptr[at] | 32) == 'e') || (base == 16 && (t.ptr[at] | 32) == 'p'))) {
        is_float = true;
        at++;
        if (at < t.len && (t.ptr[at] == '+' || t.ptr[at] == '-')) at++;
        at = digits(t, at, 10);
    }
    s->at = at;
    return is_float ? T_FLOAT : T_INT;
}

static i32 scan_quoted(Lexer *l, Source *s, char quote) {
    Str t = s->file->text;
    i64 at = s->at + 1;
    while (at < t.len && t.ptr[at] != quote && t.ptr[at] != '\n') at += t.ptr[at] == '\\' && at + 1 < t.len ? 2 : 1;
    if (at >= t.len || t.ptr[at] != quote) asm_lex_error(l, "literal not terminated");
    s->at = i64_min(at + 1, t.len);
    return quote == '"' ? T_STRING : T_CHAR;
}

static void new_line(Source *s) { s->line_start = s->at; }

// Skips a comment; true: it is a //go:build line.
static bool skip_comment(Lexer *l, Source *s) {
    Str t = s->file->text;
    i64 from = s->at;
    if (t.ptr[s->at + 1] == '/') {
        const char *end = memchr(t.ptr + from, '\n', (size_t)(t.len - from));
        s->at = end ? end - t.ptr : t.len;
        Str text = str_slice(t, from, s->at);
        return str_has_prefix(text, S("//go:build")) && (text.len == 10 || text.ptr[10] == ' ' || text.ptr[10] == '\t');
    }
    i64 end = str_find(str_slice(t, s->at + 2, t.len), S("*/"));
    if (end < 0) {
        asm_lex_error(l, "comment not terminated");
        s->at = t.len;
        return false;
    }
    for (end += s->at + 4; s->at < end;)
        if (t.ptr[s->at++] == '\n') new_line(s);
    return false;
}

static Str plain_text(Lexer *l, Str t) {
    if (asm_is_ascii(t)) return t;
    char *p = arena_alloc(l->a, t.len, 1);
    i64 n = 0;
    for (i64 i = 0; i < t.len;) {
        Str rest = str_slice(t, i, t.len);
        bool dot = str_has_prefix(rest, S("\302\267")), slash = str_has_prefix(rest, S("\342\210\225"));
        p[n++] = dot ? '.' : slash ? '/' : t.ptr[i];
        i += dot ? 2 : slash ? 3 : 1;
    }
    return (Str){p, n};
}

static i32 scan_two(Source *s, i32 c) {
    Str t = s->file->text;
    char next = s->at < t.len ? t.ptr[s->at] : 0;
    i32 kind = c == '-' && next == '>'   ? T_ARR
               : c == '@' && next == '>' ? T_ROT
               : c == '<' && next == '<' ? T_LSH
               : c == '>' && next == '>' ? T_RSH
                                         : c;
    s->at += kind != c;
    return kind;
}

static i32 scan_text(Lexer *l, Source *s) {
    Str t = s->file->text;
    i32 kind;
    i64 from;
    for (;;) {
        for (from = s->at; from < t.len && (t.ptr[from] == ' ' || t.ptr[from] == '\t' || t.ptr[from] == '\r');) from++;
        s->at = from;
        if (s->at + 1 >= t.len || t.ptr[s->at] != '/' || (t.ptr[s->at + 1] != '/' && t.ptr[s->at + 1] != '*')) break;
        if (!skip_comment(l, s)) continue;
        s->tok = (Tok){T_BUILD, str_slice(t, from, s->at)};
        return T_BUILD;
    }
    int n;
    i32 c = rune_at(s, s->at, &n);
    if (c == T_EOF) kind = T_EOF;
    else if (is_ident_rune(c, true)) kind = T_IDENT, s->at = ident_end(s, s->at);
    else if (is_digit((char)c, 10) && c < 0x80) kind = scan_number(s);
    else if (c == '.' && s->at + 1 < t.len && is_digit(t.ptr[s->at + 1], 10)) kind = scan_number(s);
    else if (c == '"' || c == '\'') kind = scan_quoted(l, s, (char)c);
    else {
        s->at += n;
        kind = scan_two(s, c);
        if (c == '\n') new_line(s);
    }
    s->tok = (Tok){kind, str_slice(t, from, s->at)};
    s->col = s->at;
    return kind;
}

static i32 scan(Lexer *l) {
    for (;;) {
        Source *s = top(l);
        i32 kind;
        if (s->is_text) kind = scan_text(l, s);
        else if (s->next < s->toks.n) {
            s->tok = s->toks.ptr[s->next++];
            s->col = s->next;
            kind = s->tok.kind;
        } else kind = T_EOF;
        if (++l->ntokens > MAX_TOKENS) asm_lex_error(l, "macros make more than %d tokens", MAX_TOKENS);
        if (l->stopped) return T_EOF;
        if (kind != T_EOF || l->stack.len == 1) {
            if (kind == T_EOF) s->tok = (Tok){T_EOF, (Str){0}};
            return kind;
        }
        l->stack.len--;
    }
}

static Str scan_str(const Lexer *l) { return top(l)->tok.text; }

static void push(Lexer *l, Source s) {
    if (l->stack.len > MAX_DEPTH) {
        asm_lex_error(l, "input recursion");
        return;
    }
    vec_push(l->a, &l->stack, s);
}

// ---- macros -------------------------------------------------------------------------------------------------------------

static u64 name_bit(Str s) { return 1ull << (((u8)s.ptr[0] * 7 + (u8)s.ptr[s.len - 1] + (u64)s.len) & 63); }

static void set_macro(Lexer *l, Macro *m) {
    if (m->name.len) l->macro_bits |= name_bit(m->name);
    map_set_str(l->macros, m->name, m);
}

static Macro *find_macro(const Lexer *l, Str name) {
    return name.len && l->macro_bits & name_bit(name) ? map_get_str(l->macros, name) : NULL;
}

static bool enabled(const Lexer *l) { return !l->ifdefs.len || l->ifdefs.ptr[l->ifdefs.len - 1]; }

static void expect_text(Lexer *l, const char *what) {
    asm_lex_error(l, "%s ; got %.*s", what, SFMT(asm_quote(l->a, scan_str(l))));
}

static void expect_newline(Lexer *l, const char *directive) {
    if (scan(l) != '\n') expect_text(l, arena_cstr(l->a, arena_printf(l->a, "expected newline after %s", directive)));
}

static Str macro_name(Lexer *l) {
    if (scan(l) != T_IDENT) expect_text(l, "expected identifier after # directive");
    return l->stopped ? (Str){0} : scan_str(l);
}

static TokList keep(Lexer *l, i64 from) {
    TokList t = {.n = l->scratch.len - from};
    t.ptr = ANEWN(l->a, Tok, t.n + 1);
    if (t.n) memcpy(t.ptr, l->scratch.ptr + from, (size_t)t.n * sizeof(Tok));
    l->scratch.len = from;
    return t;
}

static void formals(Lexer *l, Macro *m) {
    VEC(Str) args = {0};
    m->has_args = true;
    for (bool accept = true; !l->stopped;) {
        i32 tok = scan(l);
        if (tok == ')') break;
        if (tok == ',') {
            if (accept) asm_lex_error(l, "bad syntax in definition for macro: %.*s", SFMT(m->name));
            accept = true;
        } else if (tok == T_IDENT) {
            if (!accept) asm_lex_error(l, "bad syntax in definition for macro: %.*s", SFMT(m->name));
            for (i64 i = 0; i < args.len; i++)
                if (str_eq(args.ptr[i], scan_str(l)))
                    asm_lex_error(l, "duplicate argument %.*s in definition for macro: %.*s", SFMT(scan_str(l)),
                                  SFMT(m->name));
            vec_push(l->a, &args, scan_str(l));
            accept = false;
        } else asm_lex_error(l, "bad definition for macro: %.*s", SFMT(m->name));
    }
    m->args = args.ptr;
    m->nargs = args.len;
}

static void define(Lexer *l) {
    Macro *m = ANEW(l->a, Macro);
    m->name = macro_name(l);
    if (l->stopped) return;
    i64 col = top(l)->col, from = l->scratch.len;
    i32 tok = scan(l);
    if (tok == '(' && top(l)->col == col + 1) { // no blank before it
        formals(l, m);
        tok = scan(l);
    }
    bool empty = tok == T_EOF && !m->has_args;
    while (tok != '\n' && !empty && !l->stopped) {
        if (tok == T_EOF) asm_lex_error(l, "missing newline in definition for macro: %.*s", SFMT(m->name));
        if (tok == '\\') {
            tok = scan(l);
            if (tok != '\n' && tok != '\\')
                asm_lex_error(l, "can only escape \\ or \\n in definition for macro: %.*s", SFMT(m->name));
        }
        Tok t = {tok, plain_text(l, scan_str(l))};
        vec_push(l->a, &l->scratch, t);
        tok = scan(l);
    }
    if (l->stopped) return;
    if (map_get_str(l->macros, m->name)) asm_lex_error(l, "redefinition of macro: %.*s", SFMT(m->name));
    m->body = keep(l, from);
    set_macro(l, m);
}

// Tokens up to the ',' or ')' that ends an argument.
static i32 argument(Lexer *l, const Macro *m, TokList *out) {
    i64 from = l->scratch.len;
    for (i64 nesting = 0;;) {
        i32 tok = scan(l);
        if (tok == T_EOF || tok == '\n') asm_lex_error(l, "unterminated arg list invoking macro: %.*s", SFMT(m->name));
        if (l->stopped) return ')';
        if (nesting == 0 && (tok == ')' || tok == ',')) {
            *out = keep(l, from);
            return tok;
        }
        nesting += (tok == '(') - (tok == ')');
        Tok t = {tok, plain_text(l, scan_str(l))};
        vec_push(l->a, &l->scratch, t);
    }
}

static const TokList *actual(const Macro *m, const TokList *args, const Tok *t) {
    for (i64 i = 0; t->kind == T_IDENT && i < m->nargs; i++)
        if (str_eq(m->args[i], t->text)) return &args[i];
    return NULL;
}

static void push_body(Lexer *l, TokList body) { push(l, (Source){.toks = body, .pos = asm_token_pos(l)}); }

static void invoke_with_args(Lexer *l, const Macro *m) {
    VEC(TokList) args = {0};
    for (i32 end = ','; end == ',' && !l->stopped;) {
        TokList t = {0};
        end = argument(l, m, &t);
        vec_push(l->a, &args, t);
    }
    bool none = m->nargs == 0 && args.len == 1 && args.ptr[0].n == 0;
    if (!none && args.len != m->nargs) asm_lex_error(l, "wrong arg count for macro %.*s", SFMT(m->name));
    if (l->stopped) return;
    i64 from = l->scratch.len;
    for (i64 i = 0; i < m->body.n; i++) {
        const TokList *sub = actual(m, args.ptr, &m->body.ptr[i]);
        if (!sub) vec_push(l->a, &l->scratch, m->body.ptr[i]);
        for (i64 k = 0; sub && k < sub->n; k++) vec_push(l->a, &l->scratch, sub->ptr[k]);
        if (l->scratch.len > MAX_TOKENS) asm_lex_error(l, "macros make more than %d tokens", MAX_TOKENS);
        if (l->stopped) return;
    }
    push_body(l, keep(l, from));
}

static void invoke(Lexer *l, const Macro *m) {
    if (!m->has_args) {
        push_body(l, m->body);
        return;
    }
    i32 tok = scan(l);
    if (tok == '(') {
        invoke_with_args(l, m);
        return;
    }
    l->peek = (Tok){tok, scan_str(l)}; // its name alone: stays, before the token that was read
    l->has_peek = true;
    Tok *t = ANEW(l->a, Tok);
    *t = (Tok){T_MACRO, m->name};
    push_body(l, (TokList){t, 1});
}

// ---- directives ----------------------------------------------------------------------------------------------------------

static void ifdef(Lexer *l, bool truth) {
    Str name = macro_name(l);
    expect_newline(l, "#if[n]def");
    if (l->stopped) return;
    if (!enabled(l)) truth = false;
    else if (!map_get_str(l->macros, name)) truth = !truth;
    vec_push(l->a, &l->ifdefs, truth);
}

static void else_(Lexer *l) {
    expect_newline(l, "#else");
    if (!l->ifdefs.len) asm_lex_error(l, "unmatched #else");
    if (l->stopped) return;
    i64 n = l->ifdefs.len;
    if (n == 1 || l->ifdefs.ptr[n - 2]) l->ifdefs.ptr[n - 1] = !l->ifdefs.ptr[n - 1];
}

static void endif(Lexer *l) {
    expect_newline(l, "#endif");
    if (!l->ifdefs.len) asm_lex_error(l, "unmatched #endif");
    if (!l->stopped) l->ifdefs.len--;
}

static void push_file(Lexer *l, SourceFile *f) {
    source_map_index(l->o->sources, f);
    f->ndirectives = 0; // it may have been assembled for another program before
    bool bom = str_has_prefix(f->text, S("\xef\xbb\xbf"));
    push(l, (Source){.file = f, .is_text = true, .at = bom ? 3 : 0});
}

static bool open_file(Lexer *l, Str name, Str *text, Str *path) {
    *path = name;
    if (str_eq(name, S("go_asm.h")) && l->o->go_asm_h) {
        *text = l->o->go_asm_h(l->o->ctx);
        return true;
    }
    if (l->o->find_include) return l->o->find_include(l->o->ctx, name, text, path);
    if (name.len && name.ptr[0] == '/') return file_read(l->a, arena_cstr(l->a, name), text);
    for (i64 i = -1; i < l->o->ninclude_dirs; i++) {
        *path = path_join(l->a, i < 0 ? l->main_dir : l->o->include_dirs[i], name);
        if (file_read(l->a, arena_cstr(l->a, *path), text)) return true;
    }
    return false;
}

static void include(Lexer *l) {
    Str name, text, path;
    if (scan(l) != T_STRING) expect_text(l, "expected string after #include");
    if (l->stopped) return;
    if (!asm_unquote(l->a, scan_str(l), &name)) asm_lex_error(l, "unquoting include file name:  invalid syntax");
    expect_newline(l, "#include");
    if (l->stopped) return;
    if (!open_file(l, name, &text, &path)) {
        asm_lex_error(l, "#include: open %.*s: no such file or directory", SFMT(name));
        return;
    }
    if (l->o->included) l->o->included(l->o->ctx, name, path, text);
    SourceFile *f = source_map_again(l->o->sources, name, path, text);
    if (!l->o->go_asm_h || !str_eq(name, S("go_asm.h"))) vec_push(l->a, &l->included, path);
    if (l->main_file->ref.pkg.len && str_eq(path_dir(path), l->main_dir))
        f->ref = (FileRef){.pkg = l->main_file->ref.pkg, .name = path_base(f->abs_path)};
    push_file(l, f);
}

static void line_directive(Lexer *l) {
    if (scan(l) != T_INT) expect_text(l, "expected line number after #line");
    if (l->stopped) return;
    i64 line = strtoll(arena_cstr(l->a, scan_str(l)), NULL, 10);
    if (line < 1 || line > INT32_MAX) asm_lex_error(l, "error parsing #line (cannot happen): value out of range");
    if (scan(l) != T_STRING) expect_text(l, "expected file name in #line");
    if (l->stopped) return;
    Str name;
    if (!asm_unquote(l->a, scan_str(l), &name)) asm_lex_error(l, "unquoting #line file name:  invalid syntax");
    i32 tok = scan(l);
    if (tok != '\n') asm_lex_error(l, "unexpected token at end of #line:  %s", tok_kind_name(l->a, tok));
    Source *s = top(l);
    if (l->stopped || !s->is_text) return;
    SourceFile *f = s->file;
    FileRef shown = {.name = name, .literal = true};
    source_map_direct(l->o->sources, f, &(LineDirective){(u32)s->at, shown, (i32)line, 0});
}

static void undef(Lexer *l) {
    Str name = macro_name(l);
    if (l->stopped) return;
    if (!map_get_str(l->macros, name)) asm_lex_error(l, "#undef for undefined macro: %.*s", SFMT(name));
    if (scan(l) != '\n') asm_lex_error(l, "syntax error in #undef for macro: %.*s", SFMT(name));
    map_set_str(l->macros, name, NULL);
}

// A line that begins with '#'; true: the next token begins a line.
static bool hash(Lexer *l) {
    if (scan(l) != T_IDENT) expect_text(l, "expected identifier after '#'");
    if (l->stopped) return false;
    Str w = scan_str(l);
    bool on = enabled(l);
    if (str_eq(w, S("else"))) else_(l);
    else if (str_eq(w, S("endif"))) endif(l);
    else if (str_eq(w, S("ifdef"))) ifdef(l, true);
    else if (str_eq(w, S("ifndef"))) ifdef(l, false);
    else if (str_eq(w, S("line"))) line_directive(l);
    else if (!on) return false;
    else if (str_eq(w, S("define"))) define(l);
    else if (str_eq(w, S("include"))) include(l);
    else if (str_eq(w, S("undef"))) undef(l);
    else asm_lex_error(l, "unexpected token after '#': %.*s", SFMT(w));
    return true;
}

// ---- the interface -----------------------------------------------------------------------------------------------------------

static void predefine(Lexer *l, Str name, Str value) {
    Macro *m = ANEW(l->a, Macro);
    SourceFile f = {.text = arena_str(l->a, value)};
    Source s = {.file = &f, .is_text = true};
    m->name = name;
    i64 from = l->scratch.len;
    push(l, s);
    while (scan_text(l, top(l)) != T_EOF) {
        Tok t = {top(l)->tok.kind, plain_text(l, top(l)->tok.text)};
        vec_push(l->a, &l->scratch, t);
    }
    l->stack.len--;
    m->body = keep(l, from);
    set_macro(l, m);
}

void asm_lex_init(Lexer *l, Arena *a, Diag *diag, SourceFile *file, const AsmOptions *o) {
    *l = (Lexer){.a = a, .diag = diag, .o = o, .line_begins = true};
    l->macros = map_new_str(a);
    l->main_file = file;
    l->main_dir = path_dir(file->abs_path);
    push_file(l, file);
    for (i64 i = 0; i < o->ndefines; i++) predefine(l, o->defines[i].name, o->defines[i].value);
}

static i32 give(Lexer *l, Tok t) {
    l->last = t;
    return t.kind;
}

i32 asm_token_next(Lexer *l) {
    if (l->stopped) return give(l, (Tok){T_EOF, (Str){0}});
    if (l->has_peek) {
        l->has_peek = false;
        return give(l, l->peek);
    }
    for (i64 nesting = 0; nesting < MAX_DEPTH;) {
        i32 kind = scan(l);
        if (l->stopped) break;
        if (kind == '#') {
            if (!l->line_begins) asm_lex_error(l, "'#' must be first item on line");
            else l->line_begins = hash(l);
            return give(l, l->stopped ? (Tok){T_EOF, (Str){0}} : (Tok){'#', S("#")});
        }
        Macro *m = kind == T_IDENT ? find_macro(l, scan_str(l)) : NULL;
        if (m) {
            nesting++;
            invoke(l, m);
            continue;
        }
        if (kind == T_EOF && l->ifdefs.len) asm_lex_error(l, "unclosed #ifdef or #ifndef");
        l->line_begins = kind == '\n';
        if (kind == T_MACRO) top(l)->tok.kind = T_IDENT;
        if (enabled(l) || kind == T_EOF) return give(l, top(l)->tok);
    }
    asm_lex_error(l, "recursive macro invocation");
    return give(l, (Tok){T_EOF, (Str){0}});
}

Str asm_token_text(const Lexer *l) { return l->last.text; }

// ---- literals -------------------------------------------------------------------------------------------------------------------

static int hex_value(char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; }

// An escape at s.ptr[i] (behind the backslash): appended; its length, 0: malformed.
static i64 unescape(Str s, i64 i, Buf *out) {
    static const char from[] = "abfnrtv\\'\"", to[] = "\a\b\f\n\r\t\v\\'\"";
    char c = s.ptr[i], u[4];
    const char *p = c ? strchr(from, c) : NULL;
    if (p) {
        buf_char(out, to[p - from]);
        return 1;
    }
    i64 n = c == 'x'               ? 2
            : c == 'u'             ? 4
            : c == 'U'             ? 8
            : c >= '0' && c <= '7' ? 3
                                   : 0,
        lo = c >= '0' && c <= '7' ? i : i + 1;
    int base = lo == i ? 8 : 16;
    if (!n || lo + n > s.len) return 0;
    u64 v = 0;
    for (i64 k = lo; k < lo + n; k++) {
        if (!is_digit(s.ptr[k], base)) return 0;
        v = v * (u64)base + (u64)hex_value(s.ptr[k]);
    }
    if (c == 'u' || c == 'U') {
        if (v > 0x10ffff || (v >= 0xd800 && v < 0xe000)) return 0;
        buf_bytes(out, u, utf8_put(u, (i32)v));
    } else {
        if (v > 255) return 0;
        buf_u8(out, (u8)v);
    }
    return lo + n - i;
}

bool asm_unquote(Arena *a, Str lit, Str *out) {
    Buf b = {0};
    bool ok = lit.len >= 2 && lit.ptr[0] == lit.ptr[lit.len - 1];
    Str s = ok ? str_slice(lit, 1, lit.len - 1) : (Str){0};
    for (i64 i = 0; ok && i < s.len;) {
        if (s.ptr[i] != '\\') {
            buf_char(&b, s.ptr[i++]);
            continue;
        }
        i64 n = i + 1 < s.len ? unescape(s, i + 1, &b) : 0;
        ok = n > 0;
        i += 1 + n;
    }
    *out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return ok;
}
