// toml.c - TOML 1.0: text to tree.
//
// In:   bytes of anybody. Out: a tree, or one error with its line. Everything of the standard is taken, nothing else: texts that are not
// UTF-8, control characters, keys and tables that are defined twice, numbers out of range and dates that do not exist are errors.
// Depth is limited, so that no text overflows the stack.
#include "watch/toml.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { MAX_DEPTH = 100 };

typedef struct Reader {
    Arena *a;
    const char *p, *end;
    i64 line;
    int depth;
    Err *err;
} Reader;

static bool fail(Reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
static bool fail(Reader *r, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Str text = arena_vprintf(r->a, fmt, ap);
    va_end(ap);
    if (!r->err->text.len) err_set(r->err, r->a, ERR_OTHER, "%lld: %.*s", (long long)r->line, SFMT(text));
    return false;
}

const char *toml_kind_name(TomlKind k) {
    static const char *const names[] = {"a string", "an integer", "a float", "a boolean",
                                        "a date",   "an array",   "a table"};
    return names[k];
}

Toml *toml_get(const Toml *t, Str name) {
    for (i64 i = 0; i < t->names.len; i++)
        if (str_eq(t->names.ptr[i], name)) return t->items.ptr[i];
    return NULL;
}

static Toml *new_value(Reader *r, TomlKind kind) {
    Toml *t = ANEW(r->a, Toml);
    t->kind = kind;
    t->line = r->line;
    return t;
}

static void add(Reader *r, Toml *table, Str name, Toml *v) {
    vec_push(r->a, &table->names, name);
    vec_push(r->a, &table->items, v);
}

// ---- characters -------------------------------------------------------------------------------------------------------

static int peek(const Reader *r) { return r->p < r->end ? (u8)*r->p : -1; }
static int peek_at(const Reader *r, i64 i) { return r->end - r->p > i ? (u8)r->p[i] : -1; }

static bool at_newline(const Reader *r) { return peek(r) == '\n' || (peek(r) == '\r' && peek_at(r, 1) == '\n'); }

static void skip_newline(Reader *r) {
    r->p += *r->p == '\r' ? 2 : 1;
    r->line++;
}

static void skip_blanks(Reader *r) {
    while (peek(r) == ' ' || peek(r) == '\t') r->p++;
}

static bool is_control(int c) { return (c < ' ' && c != '\t') || c == 0x7f; }

static bool skip_comment(Reader *r) {
    if (peek(r) != '#') return true;
    while (r->p < r->end && !at_newline(r)) {
        if (is_control(peek(r))) return fail(r, "a comment holds a control character");
        r->p++;
    }
    return true;
}

// Blanks, comments and newlines inside of arrays.
static bool skip_space(Reader *r) {
    for (;;) {
        skip_blanks(r);
        if (!skip_comment(r)) return false;
        if (r->p == r->end || !at_newline(r)) return true;
        skip_newline(r);
    }
}

static bool end_line(Reader *r) {
    skip_blanks(r);
    if (!skip_comment(r)) return false;
    if (r->p == r->end) return true;
    if (!at_newline(r)) return fail(r, "something stands behind the end of what was expected on this line");
    skip_newline(r);
    return true;
}

// ---- strings ----------------------------------------------------------------------------------------------------------

static int hex_digit(int c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_rune(Reader *r, Buf *b, int digits) {
    u32 rune = 0;
    char utf8[4];
    for (int i = 0; i < digits; i++, r->p++) {
        int d = r->p < r->end ? hex_digit((u8)*r->p) : -1;
        if (d < 0) return fail(r, "an escape needs %d hexadecimal digits", digits);
        rune = rune << 4 | (u32)d;
    }
    if (rune > 0x10FFFF || (rune >= 0xD800 && rune < 0xE000)) return fail(r, "an escape names no character");
    buf_bytes(b, utf8, utf8_put(utf8, (i32)rune));
    return true;
}

// Behind a backslash at the end of a line: all white space up to the next character goes.
static bool skip_folded(Reader *r) {
    skip_blanks(r);
    if (r->p == r->end || !at_newline(r)) return fail(r, "unknown escape");
    while (r->p < r->end && (peek(r) == ' ' || peek(r) == '\t' || at_newline(r)))
        if (at_newline(r)) skip_newline(r);
        else r->p++;
    return true;
}

static bool read_escape(Reader *r, Buf *b, bool multi) {
    static const char letters[] = "btnfr\"\\", values[] = "\b\t\n\f\r\"\\";
    int c = peek(r);
    const char *at = c > 0 ? strchr(letters, c) : NULL;
    if (at) {
        buf_char(b, values[at - letters]);
        r->p++;
        return true;
    }
    if (c == 'u' || c == 'U') {
        r->p++;
        return read_rune(r, b, c == 'u' ? 4 : 8);
    }
    if (multi && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) return skip_folded(r);
    return fail(r, "unknown escape");
}

static bool at_three(const Reader *r, int quote) {
    return peek(r) == quote && peek_at(r, 1) == quote && peek_at(r, 2) == quote;
}

// True at the end of the string, behind its quotes.
static bool read_end(Reader *r, Buf *b, int quote, bool multi) {
    if (!multi) return peek(r) == quote && r->p++;
    if (!at_three(r, quote)) return false;
    int more = 0;
    while (more < 2 && peek_at(r, 3 + more) == quote) more++;
    for (int i = 0; i < more; i++) buf_char(b, (char)quote);
    r->p += 3 + more;
    return true;
}

static bool read_chars(Reader *r, Buf *b, int quote, bool multi) {
    while (!read_end(r, b, quote, multi)) {
        int c = peek(r);
        if (c < 0) return fail(r, "a string is not closed");
        if (at_newline(r)) {
            if (!multi) return fail(r, "a string is not closed");
            buf_char(b, '\n');
            skip_newline(r);
        } else if (is_control(c)) return fail(r, "a string holds a control character");
        else if (c == '\\' && quote == '"') {
            r->p++;
            if (!read_escape(r, b, multi)) return false;
        } else buf_char(b, *r->p++);
    }
    return true;
}

static bool read_string(Reader *r, bool may_be_multi, Str *out) {
    int quote = peek(r);
    bool multi = may_be_multi && at_three(r, quote);
    Buf b = {0};
    r->p += multi ? 3 : 1;
    if (multi && r->p < r->end && at_newline(r)) skip_newline(r);
    bool good = read_chars(r, &b, quote, multi);
    *out = arena_str(r->a, buf_view(&b));
    buf_free(&b);
    return good;
}

// ---- numbers and dates ------------------------------------------------------------------------------------------------

static bool is_digit(int c) { return c >= '0' && c <= '9'; }

static Str read_word(Reader *r) {
    const char *from = r->p;
    while (r->p < r->end && !strchr(" \t\r\n,]}#=", *r->p)) r->p++;
    return (Str){from, r->p - from};
}

// The digits without "_", which may stand between two of them alone; false: it stands elsewhere.
static bool plain_digits(Arena *a, Str w, Str *out) {
    char *p = arena_alloc(a, w.len + 1, 1);
    i64 n = 0;
    for (i64 i = 0; i < w.len; i++) {
        bool inner = i > 0 && i + 1 < w.len && hex_digit((u8)w.ptr[i - 1]) >= 0 && hex_digit((u8)w.ptr[i + 1]) >= 0;
        if (w.ptr[i] == '_' && !inner) return false;
        if (w.ptr[i] != '_') p[n++] = w.ptr[i];
    }
    *out = (Str){p, n};
    return true;
}

static bool read_int(Str w, int base, i64 *out) {
    char *end;
    if (!w.len) return false;
    errno = 0;
    *out = strtoll(w.ptr, &end, base);
    return errno == 0 && end == w.ptr + w.len;
}

static bool based_int(Str w, i64 *out) {
    int base = w.ptr[1] == 'x' ? 16 : w.ptr[1] == 'o' ? 8 : w.ptr[1] == 'b' ? 2 : 0;
    return base && w.len > 2 && hex_digit((u8)w.ptr[2]) >= 0 && read_int(str_slice(w, 2, w.len), base, out);
}

// sign, digits without a zero in front, ".digits", exponent: as the standard has it.
static bool is_float(Str w) {
    i64 i = w.len && (w.ptr[0] == '+' || w.ptr[0] == '-'), from = i;
    while (i < w.len && is_digit(w.ptr[i])) i++;
    if (i == from || (w.ptr[from] == '0' && i - from > 1)) return false;
    if (i < w.len && w.ptr[i] == '.') {
        from = ++i;
        while (i < w.len && is_digit(w.ptr[i])) i++;
        if (i == from) return false;
    }
    if (i < w.len && (w.ptr[i] | 32) == 'e') {
        i++;
        if (i < w.len && (w.ptr[i] == '+' || w.ptr[i] == '-')) i++;
        from = i;
        while (i < w.len && is_digit(w.ptr[i])) i++;
        if (i == from) return false;
    }
    return i == w.len;
}

static bool is_special(Str w, f64 *out) {
    f64 sign = w.len && w.ptr[0] == '-' ? -1 : 1;
    if (w.len && (w.ptr[0] == '+' || w.ptr[0] == '-')) w = str_slice(w, 1, w.len);
    *out = sign * (str_eq(w, S("inf")) ? INFINITY : NAN);
    return str_eq(w, S("inf")) || str_eq(w, S("nan"));
}

static bool two_digits(Str w, i64 at, int lo, int hi, int *out) {
    if (w.len < at + 2 || !is_digit(w.ptr[at]) || !is_digit(w.ptr[at + 1])) return false;
    *out = (w.ptr[at] - '0') * 10 + w.ptr[at + 1] - '0';
    return *out >= lo && *out <= hi;
}

static bool is_date(Str w) {
    static const u8 days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int c, y, m, d;
    if (w.len != 10 || w.ptr[4] != '-' || w.ptr[7] != '-') return false;
    if (!two_digits(w, 0, 0, 99, &c) || !two_digits(w, 2, 0, 99, &y)) return false;
    if (!two_digits(w, 5, 1, 12, &m) || !two_digits(w, 8, 1, 31, &d)) return false;
    y += c * 100;
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return d <= days[m - 1] + (m == 2 && leap);
}

static bool is_time(Str w) {
    int n;
    if (w.len < 8 || w.ptr[2] != ':' || w.ptr[5] != ':') return false;
    if (!two_digits(w, 0, 0, 23, &n) || !two_digits(w, 3, 0, 59, &n) || !two_digits(w, 6, 0, 60, &n)) return false;
    if (w.len == 8) return true;
    for (i64 i = 9; i < w.len; i++)
        if (!is_digit(w.ptr[i])) return false;
    return w.ptr[8] == '.' && w.len > 9;
}

static Str without_offset(Str w) {
    int n;
    if (w.len && (w.ptr[w.len - 1] | 32) == 'z') return str_slice(w, 0, w.len - 1);
    i64 at = w.len - 6;
    bool offset = at > 0 && (w.ptr[at] == '+' || w.ptr[at] == '-') && w.ptr[at + 3] == ':' &&
                  two_digits(w, at + 1, 0, 23, &n) && two_digits(w, at + 4, 0, 59, &n);
    return offset ? str_slice(w, 0, at) : w;
}

static bool is_moment(Str w) {
    if (is_date(w) || is_time(w)) return true;
    if (w.len < 19 || !strchr("tT ", w.ptr[10]) || !is_date(str_slice(w, 0, 10))) return false;
    return is_time(without_offset(str_slice(w, 11, w.len)));
}

// A blank between date and time is a part of the word.
static Str read_moment_word(Reader *r) {
    const char *from = r->p;
    Str w = read_word(r);
    if (w.len == 10 && is_date(w) && peek(r) == ' ' && is_digit(peek_at(r, 1))) {
        r->p++;
        read_word(r);
    }
    return (Str){from, r->p - from};
}

static Toml *read_number(Reader *r) {
    Toml *t = new_value(r, TOML_INT);
    Str w = read_moment_word(r), plain;
    bool good = plain_digits(r->a, w, &plain), minus = plain.len && (plain.ptr[0] == '-' || plain.ptr[0] == '+');
    bool zero = good && plain.len > 1 + minus && plain.ptr[minus] == '0';
    if (!w.len) return fail(r, "a value is missing"), NULL;
    if (good && zero && !minus && based_int(plain, &t->num)) return t;
    if (good && is_float(plain)) {
        bool is_int = str_index(plain, '.') < 0 && str_index(plain, 'e') < 0 && str_index(plain, 'E') < 0;
        if (is_int && read_int(plain, 10, &t->num)) return t;
        if (is_int) return fail(r, "an integer does not fit into 64 bits: %.*s", SFMT(w)), NULL;
        t->kind = TOML_FLOAT;
        t->real = strtod(arena_cstr(r->a, plain), NULL);
        return t;
    }
    if (is_special(w, &t->real)) t->kind = TOML_FLOAT;
    else if (is_moment(w)) t->kind = TOML_DATE, t->str = w;
    else return fail(r, "not a value: %.*s", SFMT(w)), NULL;
    return t;
}

// ---- values -----------------------------------------------------------------------------------------------------------

static Toml *read_value(Reader *r);
static bool read_pair(Reader *r, Toml *table);

static Toml *read_array(Reader *r) {
    Toml *t = new_value(r, TOML_ARRAY);
    t->closed = true;
    for (r->p++;;) {
        if (!skip_space(r)) return NULL;
        if (peek(r) == ']') break;
        Toml *v = read_value(r);
        if (!v) return NULL;
        vec_push(r->a, &t->items, v);
        if (!skip_space(r)) return NULL;
        if (peek(r) == ']') break;
        if (peek(r) != ',') return fail(r, "an array needs \",\" or \"]\" here"), NULL;
        r->p++;
    }
    r->p++;
    return t;
}

static void close_table(Toml *t) {
    t->closed = true;
    for (i64 i = 0; i < t->items.len; i++)
        if (t->items.ptr[i]->kind == TOML_TABLE) close_table(t->items.ptr[i]);
}

static Toml *read_inline(Reader *r) {
    Toml *t = new_value(r, TOML_TABLE);
    r->p++;
    skip_blanks(r);
    while (peek(r) != '}') {
        if (!read_pair(r, t)) return NULL;
        skip_blanks(r);
        if (peek(r) == '}') break;
        if (peek(r) != ',') return fail(r, "an inline table needs \",\" or \"}\" here"), NULL;
        r->p++;
        skip_blanks(r);
        if (peek(r) == '}') return fail(r, "an inline table ends with a comma"), NULL;
    }
    r->p++;
    close_table(t);
    return t;
}

static Toml *read_bool(Reader *r) {
    Toml *t = new_value(r, TOML_BOOL);
    Str w = read_word(r);
    t->on = str_eq(w, S("true"));
    if (t->on || str_eq(w, S("false"))) return t;
    return fail(r, "not a value: %.*s", SFMT(w)), NULL;
}

static Toml *read_value(Reader *r) {
    int c = peek(r);
    Toml *t;
    if (++r->depth > MAX_DEPTH) return fail(r, "nested too deeply"), NULL;
    if (c == '"' || c == '\'') {
        t = new_value(r, TOML_STRING);
        if (!read_string(r, true, &t->str)) return NULL;
    } else if (c == '[') t = read_array(r);
    else if (c == '{') t = read_inline(r);
    else if (c == 't' || c == 'f') t = read_bool(r);
    else t = read_number(r);
    r->depth--;
    return t;
}

// ---- keys and tables --------------------------------------------------------------------------------------------------

typedef VEC(Str) Keys;

static bool is_bare(int c) { return is_digit(c) || (c | 32) - 'a' < 26u || c == '-' || c == '_'; }

static bool read_simple_key(Reader *r, Str *out) {
    int c = peek(r);
    if (c == '"' || c == '\'') {
        if (at_three(r, c)) return fail(r, "a key cannot be a string of several lines");
        return read_string(r, false, out);
    }
    const char *from = r->p;
    while (r->p < r->end && is_bare((u8)*r->p)) r->p++;
    *out = (Str){from, r->p - from};
    return out->len || fail(r, "a key is missing");
}

static bool read_keys(Reader *r, Keys *keys) {
    for (;;) {
        Str key;
        skip_blanks(r);
        if (!read_simple_key(r, &key)) return false;
        vec_push(r->a, keys, key);
        if (keys->len > MAX_DEPTH) return fail(r, "nested too deeply");
        skip_blanks(r);
        if (peek(r) != '.') return true;
        r->p++;
    }
}

static Toml *dotted_table(Reader *r, Toml *in, Str name) {
    Toml *t = toml_get(in, name);
    if (!t) {
        t = new_value(r, TOML_TABLE);
        t->dotted = t->defined = true;
        add(r, in, name, t);
        return t;
    }
    if (t->kind == TOML_TABLE && t->dotted && !t->closed) return t;
    return fail(r, "%.*s is defined already, on line %lld", SFMT(name), (long long)t->line), NULL;
}

static bool read_pair(Reader *r, Toml *table) {
    Keys keys = {0};
    if (!read_keys(r, &keys)) return false;
    if (peek(r) != '=') return fail(r, "\"=\" is missing behind the key %.*s", SFMT(keys.ptr[keys.len - 1]));
    r->p++;
    skip_blanks(r);
    for (i64 i = 0; i + 1 < keys.len; i++)
        if (!(table = dotted_table(r, table, keys.ptr[i]))) return false;
    Str name = keys.ptr[keys.len - 1];
    Toml *old = toml_get(table, name);
    if (old) return fail(r, "%.*s is defined already, on line %lld", SFMT(name), (long long)old->line);
    Toml *v = read_value(r);
    if (v) add(r, table, name, v);
    return v != NULL;
}

// A table on the way to that of a header.
static Toml *step_into(Reader *r, Toml *in, Str name) {
    Toml *t = toml_get(in, name);
    if (!t) {
        t = new_value(r, TOML_TABLE);
        add(r, in, name, t);
        return t;
    }
    if (t->kind == TOML_ARRAY && t->sections) return t->items.ptr[t->items.len - 1];
    if (t->kind == TOML_TABLE && !t->closed) return t;
    return fail(r, "%.*s is no table that can be added to, see line %lld", SFMT(name), (long long)t->line), NULL;
}

static Toml *open_table(Reader *r, Toml *in, Str name) {
    Toml *t = toml_get(in, name);
    if (t && (t->kind != TOML_TABLE || t->defined || t->closed))
        return fail(r, "%.*s is defined already, on line %lld", SFMT(name), (long long)t->line), NULL;
    if (!t) add(r, in, name, t = new_value(r, TOML_TABLE));
    t->defined = true;
    t->line = r->line;
    return t;
}

static Toml *open_section(Reader *r, Toml *in, Str name) {
    Toml *t = toml_get(in, name);
    if (t && !(t->kind == TOML_ARRAY && t->sections))
        return fail(r, "%.*s is defined already, on line %lld", SFMT(name), (long long)t->line), NULL;
    if (!t) {
        t = new_value(r, TOML_ARRAY);
        t->sections = true;
        add(r, in, name, t);
    }
    Toml *one = new_value(r, TOML_TABLE);
    one->defined = true;
    vec_push(r->a, &t->items, one);
    return one;
}

static Toml *read_header(Reader *r, Toml *root) {
    Keys keys = {0};
    bool section = peek_at(r, 1) == '[';
    r->p += section ? 2 : 1;
    if (!read_keys(r, &keys)) return NULL;
    if (peek(r) != ']' || (section && peek_at(r, 1) != ']')) return fail(r, "a header is not closed"), NULL;
    r->p += section ? 2 : 1;
    Toml *t = root;
    for (i64 i = 0; t && i + 1 < keys.len; i++) t = step_into(r, t, keys.ptr[i]);
    Str name = keys.ptr[keys.len - 1];
    return !t ? NULL : section ? open_section(r, t, name) : open_table(r, t, name);
}

static bool check_utf8(Reader *r, Str s) {
    for (i64 at = 0, size_; at < s.len; at += size_) {
        int size = 1;
        u8 c = (u8)s.ptr[at];
        if (c >= 0x80 && utf8_decode(s.ptr + at, s.len - at, &size) == RUNE_ERROR && size == 1)
            return fail(r, "the text is not UTF-8");
        r->line += c == '\n';
        size_ = size;
    }
    r->line = 1;
    return true;
}

static bool read_document(Reader *r, Toml *root) {
    Toml *table = root;
    while (r->p < r->end) {
        skip_blanks(r);
        int c = peek(r);
        bool good = true;
        if (c == '[') good = (table = read_header(r, root)) != NULL;
        else if (c >= 0 && c != '#' && !at_newline(r)) good = read_pair(r, table);
        if (!good || !end_line(r)) return false;
    }
    return true;
}

Toml *toml_parse(Arena *a, Str text, Err *err) {
    Reader r = {.a = a, .p = text.ptr, .end = text.ptr + text.len, .line = 1, .err = err};
    if (str_has_prefix(text, S("\xEF\xBB\xBF"))) r.p += 3;
    if (!check_utf8(&r, text)) return NULL;
    Toml *root = new_value(&r, TOML_TABLE);
    root->defined = true;
    return read_document(&r, root) ? root : NULL;
}
