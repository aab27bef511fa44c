// template_parse.c - the text of a template -> its tree.
//
// Recursive descent over the bytes; the first error ends it: "template: main:LINE: what".
#include "cmd/template.h"
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

enum { MAX_DEPTH = 1000 };
typedef struct Parser {
    Arena *a;
    Str s;
    i64 at;
    Template *t;
    TNames vars;
    int loops, depth;
    Err *err;
    bool trim; // what follows loses its blanks in front
} Parser;
typedef enum Stop { STOP_EOF, STOP_END, STOP_ELSE } Stop;

static Stop parse_list(Parser *, TNodes *);
static TNode *parse_pipe(Parser *, const char *context, char close);

static bool failed(const Parser *p) { return p->err->text.len > 0; }

static void fail(Parser *p, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void fail(Parser *p, const char *fmt, ...) {
    if (failed(p)) return;
    long long line = 1;
    for (i64 i = 0; i < p->at && i < p->s.len; i++) line += p->s.ptr[i] == '\n';
    va_list ap;
    va_start(ap, fmt);
    Str text = arena_vprintf(p->a, fmt, ap);
    va_end(ap);
    err_set(p->err, p->a, ERR_OTHER, "template: main:%lld: %.*s", line, SFMT(text));
}

static TNode *new_node(Parser *p, TNodeKind k, i64 pos) {
    TNode *n = ANEW(p->a, TNode);
    n->kind = k;
    n->pos = pos;
    return n;
}

// ---- words --------------------------------------------------------------------------------------------------------

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
static char look(const Parser *p, i64 n) { return p->at + n < p->s.len ? p->s.ptr[p->at + n] : 0; }
static bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (u8)c >= 0x80;
}

// At the end of an action: "}}", or " -}}".
static bool at_close(const Parser *p) {
    if (look(p, 0) == '}' && look(p, 1) == '}') return true;
    return is_blank(look(p, 0)) && look(p, 1) == '-' && look(p, 2) == '}' && look(p, 3) == '}';
}

static void skip_blanks(Parser *p) {
    while (p->at < p->s.len && is_blank(look(p, 0)) && !at_close(p)) p->at++;
}

static Str word(Parser *p) {
    i64 from = p->at;
    while (p->at < p->s.len && is_word(look(p, 0))) p->at++;
    return str_slice(p->s, from, p->at);
}

static Str peek_word(const Parser *p) {
    Parser copy = *p;
    return word(&copy);
}

static Str shown(const Parser *p) { // what stands here, for messages
    Str rest = str_slice(p->s, i64_min(p->at, p->s.len), p->s.len);
    Str w = peek_word(p);
    if (!rest.len) return S("EOF");
    return str_quote(p->a, w.len ? w : str_slice(rest, 0, 1));
}

static bool close_action(Parser *p, const char *context) {
    skip_blanks(p);
    if (failed(p)) return false;
    if (p->at >= p->s.len) return fail(p, "unclosed action"), false;
    if (!at_close(p)) {
        if (str_has_prefix(str_slice(p->s, p->at, p->s.len), S(")"))) fail(p, "unexpected right paren");
        else fail(p, "unexpected %.*s in %s", SFMT(shown(p)), context);
        return false;
    }
    p->trim = look(p, 0) != '}';
    p->at += p->trim ? 4 : 2;
    return true;
}

// ---- operands -----------------------------------------------------------------------------------------------------

static TNode *parse_quoted(Parser *p) {
    i64 from = p->at;
    char quote = look(p, 0);
    for (p->at++; p->at < p->s.len && look(p, 0) != quote; p->at++) {
        if (quote != '`' && look(p, 0) == '\n') break;
        if (quote != '`' && look(p, 0) == '\\') p->at++;
    }
    if (p->at >= p->s.len || look(p, 0) != quote) {
        fail(p, quote == '`'    ? "unterminated raw quoted string"
                : quote == '\'' ? "unterminated character constant"
                                : "unterminated quoted string");
        return NULL;
    }
    p->at++;
    TNode *n = new_node(p, T_LITERAL, from);
    n->text = str_slice(p->s, from, p->at);
    Str text;
    if (quote == '\'') { // a rune, read as a string of one
        Str body = str_slice(n->text, 1, n->text.len - 1);
        Str q = str_eq(body, S("\"")) ? S("\"\\\"\"") : arena_printf(p->a, "\"%.*s\"", SFMT(body));
        int size = 0;
        if (str_eq(body, S("\\'"))) q = S("\"'\"");
        if (str_unquote(p->a, q, &text) && text.len) n->value = goval_int(utf8_decode(text.ptr, text.len, &size));
        if (!size || size != text.len) fail(p, "malformed character constant: %.*s", SFMT(n->text));
    } else if (str_unquote(p->a, n->text, &text)) n->value = goval_str(text);
    else fail(p, "invalid syntax");
    return n;
}

// The value of a number without its underscores, z. NULL, or what is wrong with it.
static const char *read_number(const char *z, GoVal *out) {
    const char *digits = z + (*z == '+' || *z == '-');
    char *end, mark = digits[0] == '0' ? digits[1] | 32 : 0;
    bool is_hex = mark == 'x', is_float = strpbrk(z, is_hex ? ".pP" : ".eE") != NULL;
    int base = mark == 'b' ? 2 : mark == 'o' ? 8 : 0;
    if (is_hex && is_float && !strpbrk(z, "pP")) return "illegal number syntax";
    errno = 0;
    if (base) *out = goval_int((i64)strtoll(digits + 2, &end, base) * (*z == '-' ? -1 : 1));
    else if (is_float) *out = goval_float(strtod(z, &end));
    else *out = goval_int((i64)strtoll(z, &end, 0));
    if (end == z || end == digits || (mark > 0x60 && !digits[2])) return "illegal number syntax";
    if (*end) return "bad number syntax";
    if (is_float && isinf(out->f)) return "illegal number syntax";
    return !is_float && errno == ERANGE ? "integer overflow" : NULL;
}

static TNode *parse_number(Parser *p) {
    i64 from = p->at;
    if (look(p, 0) == '+' || look(p, 0) == '-') p->at++;
    while (is_word(look(p, 0)) || look(p, 0) == '.' ||
           ((look(p, 0) == '+' || look(p, 0) == '-') && memchr("eEpP", look(p, -1), 4) && look(p, 1) >= '0'))
        p->at++;
    TNode *n = new_node(p, T_LITERAL, from);
    n->text = str_slice(p->s, from, p->at);
    Buf b = {0};
    for (i64 i = 0; i < n->text.len; i++)
        if (n->text.ptr[i] != '_') buf_char(&b, n->text.ptr[i]);
    buf_char(&b, 0);
    const char *wrong = read_number((const char *)b.ptr, &n->value);
    buf_free(&b);
    if (wrong) fail(p, "%s: %.*s", wrong, SFMT(str_quote(p->a, n->text)));
    return n;
}

static void parse_field(Parser *p, TNames *names) {
    p->at++;
    vec_push(p->a, names, word(p));
}

static void parse_fields(Parser *p, TNames *names) {
    while (look(p, 0) == '.' && is_word(look(p, 1))) parse_field(p, names);
}

static TNode *parse_variable(Parser *p) {
    TNode *n = new_node(p, T_VAR, p->at);
    i64 from = p->at++;
    word(p);
    Str name = str_slice(p->s, from, p->at);
    vec_push(p->a, &n->names, name);
    for (i64 i = 0; i < p->vars.len; i++)
        if (str_eq(p->vars.ptr[i], name)) return n;
    fail(p, "undefined variable %.*s", SFMT(str_quote(p->a, name)));
    return n;
}

static TNode *parse_word(Parser *p) {
    i64 pos = p->at;
    Str w = word(p);
    TNode *n = new_node(p, T_FUNC, pos);
    n->text = w;
    if (str_eq(w, S("nil"))) n->kind = T_NIL;
    else if (str_eq(w, S("true")) || str_eq(w, S("false"))) {
        n->kind = T_LITERAL;
        n->value = goval_bool(str_eq(w, S("true")));
    } else if (!template_is_func(w)) fail(p, "function %.*s not defined", SFMT(str_quote(p->a, w)));
    return n;
}

static TNode *parse_term(Parser *p) { // NULL: none stands here
    char c = look(p, 0), next = look(p, 1);
    if (c == '.' && !(next >= '0' && next <= '9')) {
        TNode *n = new_node(p, is_word(next) ? T_FIELD : T_DOT, p->at);
        if (n->kind == T_DOT) p->at++;
        else parse_field(p, &n->names);
        return n;
    }
    if (c == '$') return parse_variable(p);
    if (c == '"' || c == '`' || c == '\'') return parse_quoted(p);
    if (c == '.' || c == '+' || c == '-' || (c >= '0' && c <= '9')) return parse_number(p);
    if (is_word(c)) return parse_word(p);
    if (c != '(') return NULL;
    if (++p->depth > MAX_DEPTH) return fail(p, "max expression depth exceeded"), NULL;
    p->at++;
    TNode *n = parse_pipe(p, "parenthesized pipeline", ')');
    p->depth--;
    return n;
}

static TNode *parse_operand(Parser *p) {
    TNode *n = parse_term(p);
    if (!n || failed(p) || look(p, 0) != '.' || !is_word(look(p, 1))) return n;
    if (n->kind == T_VAR || n->kind == T_FIELD) {
        n->pos = p->at; // as messages have it
        parse_fields(p, &n->names);
        return n;
    }
    if (n->kind == T_LITERAL || n->kind == T_NIL || n->kind == T_DOT) {
        fail(p, "unexpected . after term %.*s", SFMT(str_quote(p->a, template_node_text(p->a, n))));
        return n;
    }
    TNode *chain = new_node(p, T_CHAIN, p->at);
    chain->inner = n;
    parse_fields(p, &chain->names);
    return chain;
}

// ---- pipelines ----------------------------------------------------------------------------------------------------

// "$x :=", "$i, $x :=" (range), "$x =" in front of a pipeline.
static void parse_decls(Parser *p, TNode *n, const char *context) {
    i64 from = p->at;
    TNames names = {0};
    while (look(p, 0) == '$') {
        i64 at = p->at++;
        word(p);
        vec_push(p->a, &names, str_slice(p->s, at, p->at));
        skip_blanks(p);
        if (look(p, 0) != ',') break;
        p->at++;
        skip_blanks(p);
    }
    bool declares = look(p, 0) == ':' && look(p, 1) == '=', assigns = look(p, 0) == '=';
    if (!names.len || (!declares && !assigns)) {
        p->at = from;
        return;
    }
    p->at += declares ? 2 : 1;
    n->names = names;
    n->assigns = assigns;
    if (names.len > 1 && (names.len > 2 || strcmp(context, "range") != 0))
        fail(p, "too many declarations in %s", context);
    for (i64 i = 0; i < names.len && declares; i++) vec_push(p->a, &p->vars, names.ptr[i]);
}

static void parse_command(Parser *p, TNodes *args) {
    for (skip_blanks(p); !failed(p); skip_blanks(p)) {
        TNode *n = parse_operand(p);
        if (!n) break;
        vec_push(p->a, args, n);
        char c = look(p, 0);
        if (p->at < p->s.len && !is_blank(c) && c != '|' && c != ')' && !at_close(p)) {
            fail(p,
                 is_word(c) || c == '"' || c == '$' || c == '(' || c == '.' ? "unexpected %.*s in operand"
                                                                            : "bad character %.*s",
                 SFMT(shown(p)));
        }
    }
    if (!args->len) fail(p, p->at >= p->s.len ? "unclosed action" : "missing value for command");
}

static TNode *parse_pipe(Parser *p, const char *context, char close) {
    skip_blanks(p);
    TNode *n = new_node(p, T_PIPE, p->at);
    parse_decls(p, n, context);
    skip_blanks(p);
    if (!failed(p) && (close ? look(p, 0) == close : at_close(p))) fail(p, "missing value for %s", context);
    while (!failed(p)) {
        TNodes args = {0};
        parse_command(p, &args);
        if (failed(p)) break;
        TNodeKind k = args.ptr[0]->kind;
        if (n->commands.len && (k == T_LITERAL || k == T_DOT || k == T_NIL))
            fail(p, "non executable command in pipeline stage %lld", (long long)n->commands.len + 1);
        vec_push(p->a, &n->commands, args);
        skip_blanks(p);
        if (look(p, 0) != '|') break;
        p->at++;
    }
    if (failed(p)) return n;
    if (close && look(p, 0) != close) fail(p, at_close(p) ? "unclosed left paren" : "unclosed action");
    else if (close) p->at++;
    else close_action(p, context);
    return n;
}

// ---- actions ------------------------------------------------------------------------------------------------------

static void parse_control(Parser *p, TNode *n, const char *context) {
    i64 vars = p->vars.len;
    n->inner = parse_pipe(p, context, 0);
    if (failed(p)) return;
    bool loop = n->kind == T_RANGE;
    p->loops += loop;
    if (++p->depth > MAX_DEPTH) fail(p, "max expression depth exceeded");
    Stop stop = parse_list(p, &n->list);
    p->loops -= loop;
    if (stop == STOP_ELSE && !failed(p)) {
        n->has_else = true;
        skip_blanks(p);
        Str w = peek_word(p);
        bool chained = (n->kind == T_IF && str_eq(w, S("if"))) || (n->kind == T_WITH && str_eq(w, S("with")));
        if (chained) {
            TNode *sub = new_node(p, n->kind, p->at);
            word(p);
            parse_control(p, sub, context); // its {{end}} is this one's too
            vec_push(p->a, &n->other, sub);
            stop = STOP_END;
        } else if (close_action(p, "else")) {
            stop = parse_list(p, &n->other);
            if (stop == STOP_ELSE) fail(p, "expected end; found {{else}}");
        }
    }
    if (stop == STOP_EOF) fail(p, "unexpected EOF");
    p->depth--;
    p->vars.len = vars;
}

static bool parse_name(Parser *p, const char *context, Str *name) {
    skip_blanks(p);
    char c = look(p, 0);
    if (c != '"' && c != '`') return fail(p, "unexpected %.*s in %s", SFMT(shown(p)), context), false;
    TNode *n = parse_quoted(p);
    if (n) *name = n->value.s;
    return n && !failed(p);
}

static void parse_body(Parser *p, Str name, i64 pos) { // of define and block
    TNames vars = p->vars;
    TNode *body = new_node(p, T_CALL, pos);
    p->vars = (TNames){0};
    vec_push(p->a, &p->vars, S("$"));
    if (!failed(p) && parse_list(p, &body->list) != STOP_END) fail(p, "unexpected EOF");
    p->vars = vars;
    map_set_str(p->t->defined, name, body);
}

static TNode *parse_call(Parser *p, bool block, i64 pos) {
    const char *context = block ? "block clause" : "template clause";
    TNode *n = new_node(p, T_CALL, pos);
    skip_blanks(p);
    n->pos = p->at;
    if (!parse_name(p, context, &n->text)) return n;
    skip_blanks(p);
    if (block || !at_close(p)) n->inner = parse_pipe(p, context, 0);
    else close_action(p, context);
    if (block) parse_body(p, n->text, pos);
    return n;
}

static TNode *parse_loop_word(Parser *p, bool is_break, i64 pos) {
    const char *w = is_break ? "{{break}}" : "{{continue}}";
    if (!p->loops) fail(p, "%s outside {{range}}", w);
    else close_action(p, w);
    return new_node(p, is_break ? T_BREAK : T_CONTINUE, pos);
}

// Behind "{{". A statement, or NULL: *stop, or nothing (comment, define).
static TNode *parse_action(Parser *p, Stop *stop, bool *ends) {
    skip_blanks(p);
    i64 pos = p->at;
    Str w = peek_word(p);
    static const struct {
        const char *word;
        TNodeKind kind;
    } controls[] = {{"if", T_IF}, {"range", T_RANGE}, {"with", T_WITH}};
    for (i64 i = 0; i < NELEM(controls); i++)
        if (str_eq(w, str_c(controls[i].word))) {
            word(p);
            TNode *n = new_node(p, controls[i].kind, pos);
            parse_control(p, n, controls[i].word);
            return n;
        }
    bool is_end = str_eq(w, S("end")), is_else = str_eq(w, S("else"));
    if (is_end || is_else) {
        word(p);
        *ends = true;
        *stop = is_end ? STOP_END : STOP_ELSE;
        if (is_end) close_action(p, "end");
        return NULL;
    }
    bool is_break = str_eq(w, S("break")), block = str_eq(w, S("block"));
    if (is_break || str_eq(w, S("continue"))) return word(p), parse_loop_word(p, is_break, pos);
    if (block || str_eq(w, S("template"))) return word(p), parse_call(p, block, pos);
    if (str_eq(w, S("define"))) {
        Str name;
        word(p);
        if (parse_name(p, "define clause", &name) && close_action(p, "define clause")) parse_body(p, name, pos);
        return NULL;
    }
    TNode *n = new_node(p, T_ACTION, pos);
    n->inner = parse_pipe(p, "command", 0);
    return n;
}

static bool skip_comment(Parser *p) {
    if (look(p, 0) != '/' || look(p, 1) != '*') return false;
    i64 end = str_find(str_slice(p->s, p->at + 2, p->s.len), S("*/"));
    if (end < 0) return fail(p, "unclosed comment"), true;
    p->at += end + 4;
    if (!at_close(p)) fail(p, "comment ends before closing delimiter");
    else close_action(p, "comment");
    return true;
}

static void take_text(Parser *p, TNodes *out) {
    i64 open = str_find(str_slice(p->s, p->at, p->s.len), S("{{")), from = p->at;
    i64 end = open < 0 ? p->s.len : p->at + open;
    p->at = end;
    if (p->trim)
        while (from < end && is_blank(p->s.ptr[from])) from++;
    p->trim = false;
    if (open >= 0 && look(p, 2) == '-' && is_blank(look(p, 3)))
        while (end > from && is_blank(p->s.ptr[end - 1])) end--;
    if (end <= from) return;
    TNode *n = new_node(p, T_TEXT, from);
    n->text = str_slice(p->s, from, end);
    vec_push(p->a, out, n);
}

static Stop parse_list(Parser *p, TNodes *out) {
    Stop stop = STOP_EOF;
    bool ends = false;
    while (!failed(p) && !ends) {
        take_text(p, out);
        if (p->at >= p->s.len) return STOP_EOF;
        p->at += 2;
        if (look(p, 0) == '-' && is_blank(look(p, 1))) p->at += 2;
        if (skip_comment(p)) continue;
        TNode *n = parse_action(p, &stop, &ends);
        if (n) vec_push(p->a, out, n);
    }
    return stop;
}

bool template_parse(Arena *a, Str text, Template **out, Err *err) {
    Template *t = *out = ANEW(a, Template);
    *t = (Template){.a = a, .text = text, .defined = map_new_str(a)};
    Parser p = {.a = a, .s = text, .t = t, .err = err};
    *err = (Err){0};
    t->main = new_node(&p, T_CALL, 0);
    vec_push(a, &p.vars, S("$"));
    Stop stop = parse_list(&p, &t->main->list);
    if (!failed(&p) && stop != STOP_EOF) fail(&p, "unexpected {{%s}}", stop == STOP_END ? "end" : "else");
    return !failed(&p);
}

// ---- a node as text, for messages -----------------------------------------------------------------------------------

static void print_node(Buf *b, const TNode *n) {
    switch (n->kind) {
    case T_DOT: buf_char(b, '.'); return;
    case T_CHAIN:
        if (n->inner->kind == T_PIPE) buf_char(b, '(');
        print_node(b, n->inner);
        if (n->inner->kind == T_PIPE) buf_char(b, ')');
        break;
    case T_PIPE:
        for (i64 i = 0; i < n->names.len; i++) buf_printf(b, "%s%.*s", i ? ", " : "", SFMT(n->names.ptr[i]));
        if (n->names.len) buf_c(b, n->assigns ? " = " : " := ");
        for (i64 i = 0; i < n->commands.len; i++)
            for (i64 k = 0; k < n->commands.ptr[i].len; k++) {
                const TNode *arg = n->commands.ptr[i].ptr[k];
                buf_c(b, k ? " " : i ? " | " : "");
                if (arg->kind == T_PIPE) buf_char(b, '(');
                print_node(b, arg);
                if (arg->kind == T_PIPE) buf_char(b, ')');
            }
        return;
    case T_FIELD:
    case T_VAR: break;
    default: buf_str(b, n->text); return;
    }
    for (i64 i = 0; i < n->names.len; i++)
        buf_printf(b, "%s%.*s", n->kind == T_VAR && i == 0 ? "" : ".", SFMT(n->names.ptr[i]));
}

Str template_node_text(Arena *a, const TNode *n) {
    Buf b = {0};
    print_node(&b, n);
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}
