// symabis.c - which functions a file of assembly defines, and what it refers to: `asm -gensymabis`.
//
// In:   tokens of a file. Out: lines "def NAME ABI0", then "ref NAME ABI0", each once a file, in its order.
// Never: parses operands. Constants of go_asm.h are not known yet when the compiler asks.
#include "asm/asm_int.h"

typedef struct Scan {
    Arena *a;
    Str package;
    Map *seen;
    VEC(Str) defs, refs;
    VEC(Tok) line;
} Scan;

static bool is_char(const Scan *s, i64 i, char c) { return i < s->line.len && s->line.ptr[i].kind == c; }
static bool is_word(const Scan *s, i64 i, const char *w) {
    return i < s->line.len && s->line.ptr[i].kind == T_IDENT && str_eq(s->line.ptr[i].text, str_c(w));
}

// The name at i: of symbols of the package itself with its path. "": it is the file's own (name<>), or none. *next: behind it.
static Str global_name(const Scan *s, i64 i, i64 *next) {
    if (i >= s->line.len || s->line.ptr[i].kind != T_IDENT) return (Str){0};
    Str name = s->line.ptr[i].text;
    *next = i + 1;
    if (is_char(s, i + 1, '<')) {
        if (is_char(s, i + 2, '>')) return (Str){0};
        *next = i + 4; // <ABIInternal>
    }
    return name.ptr[0] == '.' ? arena_printf(s->a, "%.*s%.*s", SFMT(s->package), SFMT(name)) : name;
}

static bool is_static_base(const Scan *s, i64 i) { return is_char(s, i, '(') && is_word(s, i + 1, "SB"); }

static void add_once(Scan *s, bool def, Str name) {
    Str key = arena_printf(s->a, "%c%.*s", def ? 'd' : 'r', SFMT(name));
    if (map_get_str(s->seen, key)) return;
    map_set_str(s->seen, key, s);
    if (def) vec_push(s->a, &s->defs, name);
    else vec_push(s->a, &s->refs, name);
}

static void take_line(Scan *s) {
    i64 next, from = 0;
    Str name;
    bool data = is_word(s, 0, "GLOBL") || is_word(s, 0, "DATA");
    if (is_word(s, 0, "TEXT")) {
        name = global_name(s, 1, &next);
        if (name.len && is_static_base(s, next)) add_once(s, true, name);
        from = 2;
    }
    for (i64 i = from; i < s->line.len && !data; i++) {
        name = global_name(s, i, &next);
        if (name.len && (is_char(s, next, '+') || is_char(s, next, '-'))) next += 2;
        if (name.len && is_static_base(s, next)) add_once(s, false, name);
    }
    s->line.len = 0;
}

bool asm_symabis(Arena *a, Diag *diag, SourceFile *file, const AsmOptions *o, Buf *out) {
    Scan s = {.a = a, .package = o->package, .seen = map_new_str(a)};
    Lexer lex;
    asm_lex_init(&lex, a, diag, file, o);
    for (i32 kind; (kind = asm_token_next(&lex)) != T_EOF;) {
        if (kind == '\n' || kind == ';') take_line(&s);
        else if (kind != '#') vec_push(a, &s.line, ((Tok){kind, asm_plain(a, asm_token_text(&lex))}));
    }
    take_line(&s);
    for (i64 i = 0; i < s.defs.len; i++) buf_printf(out, "def %.*s ABI0\n", SFMT(s.defs.ptr[i]));
    for (i64 i = 0; i < s.refs.len; i++) buf_printf(out, "ref %.*s ABI0\n", SFMT(s.refs.ptr[i]));
    return !lex.stopped;
}
