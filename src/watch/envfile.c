// envfile.c - .env files: lines NAME=VALUE.
//
// In:   a file's text. Out: names and values in order, or the line that is none. `export` may stand in front; behind "#" is a comment
// where a blank stands before it. "..." knows \n \r \t \" \\ \$ and may go over lines, '...' is taken as it is. ${NAME} and $NAME stand for
// what was set above or in the environment, but in '...'.
#include "watch/watch.h"
#include <stdlib.h>

typedef struct Reader {
    Arena *a;
    Str s;
    i64 at, line;
    StrItems *names, *values;
} Reader;

static int peek(const Reader *r) { return r->at < r->s.len ? (u8)r->s.ptr[r->at] : -1; }
static bool is_name(int c, bool first) {
    return c == '_' || (c | 32) - 'a' < 26u || (!first && ((c >= '0' && c <= '9') || c == '.' || c == '-'));
}

static void skip_blanks(Reader *r) {
    while (peek(r) == ' ' || peek(r) == '\t' || peek(r) == '\r') r->at++;
}

static Str value_of(const Reader *r, Str name) {
    for (i64 i = r->names->len; i-- > 0;)
        if (str_eq(r->names->ptr[i], name)) return r->values->ptr[i];
    const char *v = getenv(arena_cstr(r->a, name));
    return v ? str_c(v) : (Str){0};
}

// At a "$": the variable's value, or "$" itself.
static void expand(Reader *r, Buf *b) {
    bool brace = r->at + 1 < r->s.len && r->s.ptr[r->at + 1] == '{';
    i64 from = r->at + 1 + brace, to = from;
    while (to < r->s.len && is_name((u8)r->s.ptr[to], to == from) && r->s.ptr[to] != '-' && r->s.ptr[to] != '.') to++;
    bool good = to > from && (!brace || (to < r->s.len && r->s.ptr[to] == '}'));
    if (good) buf_str(b, value_of(r, str_slice(r->s, from, to)));
    else buf_char(b, '$');
    r->at = good ? to + brace : r->at + 1;
}

static void escape(Reader *r, Buf *b) {
    static const char letters[] = "nrt\"\\$", values[] = "\n\r\t\"\\$";
    int c = ++r->at < r->s.len ? (u8)r->s.ptr[r->at] : -1;
    const char *at = c > 0 ? strchr(letters, c) : NULL;
    if (!at) {
        buf_char(b, '\\');
        return;
    }
    buf_char(b, values[at - letters]);
    r->at++;
}

static bool quoted(Reader *r, Buf *b) {
    int quote = peek(r);
    for (r->at++; peek(r) != quote;) {
        int c = peek(r);
        if (c < 0) return false;
        r->line += c == '\n';
        if (quote == '"' && c == '\\') escape(r, b);
        else if (quote == '"' && c == '$') expand(r, b);
        else buf_char(b, (char)c), r->at++;
    }
    r->at++;
    skip_blanks(r);
    return peek(r) == '\n' || peek(r) == '#' || peek(r) < 0;
}

static void bare(Reader *r, Buf *b) {
    i64 from = r->at;
    while (peek(r) >= 0 && peek(r) != '\n') {
        bool blank = r->at == from || r->s.ptr[r->at - 1] == ' ' || r->s.ptr[r->at - 1] == '\t';
        if (peek(r) == '#' && blank) break;
        if (peek(r) == '$') expand(r, b);
        else buf_char(b, r->s.ptr[r->at++]);
    }
}

static bool pair(Reader *r) {
    i64 from = r->at;
    while (is_name(peek(r), r->at == from)) r->at++;
    Str name = str_slice(r->s, from, r->at);
    skip_blanks(r);
    if (str_eq(name, S("export")) && is_name(peek(r), true)) return pair(r);
    if (!name.len || (peek(r) != '=' && peek(r) != ':')) return false;
    r->at++;
    skip_blanks(r);
    Buf b = {0};
    bool is_quoted = peek(r) == '"' || peek(r) == '\'', good = true;
    if (is_quoted) good = quoted(r, &b);
    else bare(r, &b);
    Str value = arena_str(r->a, is_quoted ? buf_view(&b) : str_trim(buf_view(&b)));
    buf_free(&b);
    vec_push(r->a, r->names, name);
    vec_push(r->a, r->values, value);
    return good;
}

bool envfile_parse(Arena *a, Str text, StrItems *names, StrItems *values, Err *err) {
    Reader r = {.a = a, .s = text, .line = 1, .names = names, .values = values};
    if (str_has_prefix(text, S("\xEF\xBB\xBF"))) r.at = 3;
    for (; r.at < text.len; r.at++, r.line++) {
        skip_blanks(&r);
        i64 line = r.line;
        if (peek(&r) != '#' && peek(&r) != '\n' && peek(&r) >= 0 && !pair(&r))
            return err_set(err, a, ERR_OTHER, "%lld: not a line NAME=VALUE", (long long)line);
        while (peek(&r) >= 0 && peek(&r) != '\n') r.at++;
    }
    return true;
}
