// lex_lit.c - number, rune and string literals.
//
// A literal always becomes a token; one that was complained about has `bad` set. Errors of a number name
// the first thing that is wrong with it, and only that.
#include "syntax/syntax_int.h"

static bool is_decimal(u8 c) { return '0' <= c && c <= '9'; }
static u8 to_lower(u8 c) { return c | 0x20; } // letters only
static bool is_hex(u8 c) { return is_decimal(c) || ('a' <= to_lower(c) && to_lower(c) <= 'f'); }

static void set_literal(Lexer *l, const u8 *start, LitKind kind, bool ok) {
    l->nlsemi = true;
    l->tok = TK_LITERAL;
    l->lit = (Str){(const char *)start, l->p - start};
    l->kind = (u8)kind;
    l->bad = !ok;
}

// ---- numbers ---------------------------------------------------------------------------------------

typedef struct Number {
    Lexer *l;
    const u8 *start;
    int base;
    u8 prefix;           // 0, '0' (octal by a leading 0), 'x', 'o', 'b'
    bool digit, sep;     // seen in the part being read; sep: in any part
    const u8 *bad_digit; // first digit that is too large for base, or NULL
    bool ok;
} Number;

static const char *base_name(int base) {
    return base == 2 ? "binary" : base == 8 ? "octal" : base == 10 ? "decimal" : "hexadecimal";
}

#define NUMBER_ERROR(n, at, ...)                                                                                       \
    do {                                                                                                               \
        if ((n)->ok) lex_error((n)->l, lex_pos_at((n)->l, (at)), __VA_ARGS__);                                         \
        (n)->ok = false;                                                                                               \
    } while (0)

static void take_digits(Number *n, int base) {
    const u8 *p = n->l->p;
    for (; *p == '_' || (base == 16 ? is_hex(*p) : is_decimal(*p)); p++) {
        if (*p == '_') {
            n->sep = true;
            continue;
        }
        n->digit = true;
        if (base < 10 && *p >= '0' + base && !n->bad_digit) n->bad_digit = p;
    }
    n->l->p = p;
}

static void take_prefix(Number *n) {
    if (*n->l->p != '0') return;
    n->l->p++;
    n->base = 8, n->prefix = '0', n->digit = true;
    u8 c = to_lower(*n->l->p);
    if (c != 'x' && c != 'o' && c != 'b') return;
    n->l->p++;
    n->prefix = c, n->digit = false;
    n->base = c == 'x' ? 16 : c == 'o' ? 8 : 2;
}

// Every '_' stands between two digits, or between the prefix and a digit.
static const u8 *find_bad_separator(const u8 *p, const u8 *end, u8 prefix) {
    bool after_digit = false;
    if (prefix && prefix != '0') p += 2, after_digit = true;
    for (; p < end; p++) {
        bool digit = is_decimal(*p) || (prefix == 'x' && is_hex(*p));
        if (*p == '_') {
            bool before_digit = p + 1 < end && (p[1] == '_' || is_decimal(p[1]) || (prefix == 'x' && is_hex(p[1])));
            if (!after_digit || !before_digit) return p;
        }
        after_digit = digit;
    }
    return NULL;
}

void lex_number(Lexer *l, const u8 *start, bool seen_point) {
    Number n = {.l = l, .start = start, .base = 10, .ok = true};
    LitKind kind = LIT_INT;
    if (!seen_point) {
        take_prefix(&n);
        take_digits(&n, n.base);
        if (*l->p == '.') {
            if (n.prefix == 'o' || n.prefix == 'b')
                NUMBER_ERROR(&n, l->p, "invalid radix point in %s literal", base_name(n.base));
            l->p++;
            seen_point = true;
        }
    }
    if (seen_point) {
        kind = LIT_FLOAT;
        take_digits(&n, n.base);
    }
    if (!n.digit) NUMBER_ERROR(&n, l->p, "%s literal has no digits", base_name(n.base));
    u8 e = to_lower(*l->p);
    if (e == 'e' || e == 'p') {
        if (e == 'e' && n.prefix && n.prefix != '0')
            NUMBER_ERROR(&n, l->p, "'%c' exponent requires decimal mantissa", *l->p);
        if (e == 'p' && n.prefix != 'x') NUMBER_ERROR(&n, l->p, "'%c' exponent requires hexadecimal mantissa", *l->p);
        l->p++;
        kind = LIT_FLOAT;
        if (*l->p == '+' || *l->p == '-') l->p++;
        n.digit = false;
        take_digits(&n, 10);
        if (!n.digit) NUMBER_ERROR(&n, l->p, "exponent has no digits");
    } else if (n.prefix == 'x' && kind == LIT_FLOAT) {
        NUMBER_ERROR(&n, l->p, "hexadecimal mantissa requires a 'p' exponent");
    }
    if (*l->p == 'i') {
        kind = LIT_IMAG;
        l->p++;
    }
    if (kind == LIT_INT && n.bad_digit)
        NUMBER_ERROR(&n, n.bad_digit, "invalid digit '%c' in %s literal", *n.bad_digit, base_name(n.base));
    if (n.sep && n.ok) {
        const u8 *bad = find_bad_separator(start, l->p, n.prefix);
        if (bad) NUMBER_ERROR(&n, bad, "'_' must separate successive digits");
    }
    set_literal(l, start, kind, n.ok);
}

// ---- runes and strings -----------------------------------------------------------------------------

// A rune as Go's %q shows it.
static const char *quote_rune(i32 r, char out[16]) {
    static const char named[] = "\a\b\f\n\r\t\v", letters[] = "abfnrtv";
    const char *at = r > 0 && r < 0x80 ? strchr(named, r) : NULL;
    int n = 0;
    out[n++] = '\'';
    if (at) out[n++] = '\\', out[n++] = letters[at - named];
    else if (r == '\'' || r == '\\') out[n++] = '\\', out[n++] = (char)r;
    else if (r < 0x20 || r == 0x7F) {
        out[n++] = '\\', out[n++] = 'x';
        out[n++] = "0123456789abcdef"[r >> 4 & 15], out[n++] = "0123456789abcdef"[r & 15];
    } else n += utf8_put(out + n, r);
    out[n++] = '\'', out[n] = 0;
    return out;
}

// l->p is behind a backslash. At the end of the text the caller complains.
static bool lex_escape(Lexer *l, u8 quote) {
    int n, base;
    u32 max;
    u8 c = *l->p;
    if (l->p >= l->end) return true;
    if (c == quote || (c && strchr("abfnrtv\\", c))) {
        l->p++;
        return true;
    }
    if ('0' <= c && c <= '7') n = 3, base = 8, max = 255;
    else if (c == 'x') n = 2, base = 16, max = 255;
    else if (c == 'u') n = 4, base = 16, max = 0x10FFFF;
    else if (c == 'U') n = 8, base = 16, max = 0x10FFFF;
    else {
        lex_error(l, lex_pos_at(l, l->p), "unknown escape");
        return false;
    }
    if (base == 16) l->p++;
    u32 x = 0;
    for (; n > 0; n--, l->p++) {
        if (l->p >= l->end) return true;
        int digit = is_decimal(*l->p) ? *l->p - '0' : is_hex(*l->p) ? to_lower(*l->p) - 'a' + 10 : 99;
        if (digit >= base) {
            int size;
            char q[16];
            i32 r = utf8_decode((const char *)l->p, l->end - l->p, &size);
            lex_error(l, lex_pos_at(l, l->p), "invalid character %s in %s escape", quote_rune(r, q), base_name(base));
            return false;
        }
        x = x * (u32)base + (u32)digit;
    }
    if (x > max && base == 8) {
        lex_error(l, lex_pos_at(l, l->p), "octal escape value %u > 255", x);
        return false;
    }
    if (x > max || (0xD800 <= x && x < 0xE000)) {
        lex_error(l, lex_pos_at(l, l->p), "escape is invalid Unicode code point U+%04X", x);
        return false;
    }
    return true;
}

void lex_string(Lexer *l, const u8 *start) {
    bool ok = true;
    for (;;) {
        const u8 *p = l->p;
        while (*p != '"' && *p != '\\' && *p != '\n' && *p != 0) p++;
        l->p = p;
        if (*p == '"') {
            l->p++;
            break;
        }
        if (*p == '\\') {
            l->p++;
            if (!lex_escape(l, '"')) ok = false;
            continue;
        }
        if (*p == '\n') {
            lex_error(l, lex_pos_at(l, p), "newline in string");
            ok = false;
            break;
        }
        if (p >= l->end) {
            lex_error(l, lex_pos_at(l, start), "string not terminated");
            ok = false;
            break;
        }
        l->p++; // a NUL
    }
    set_literal(l, start, LIT_STRING, ok);
}

void lex_raw_string(Lexer *l, const u8 *start) {
    const u8 *close = memchr(l->p, '`', (size_t)(l->end - l->p));
    l->p = close ? close + 1 : l->end;
    if (!close) lex_error(l, lex_pos_at(l, start), "string not terminated");
    set_literal(l, start, LIT_STRING, close != NULL);
}

void lex_rune(Lexer *l, const u8 *start) {
    bool ok = true;
    for (int n = 0;; n++) {
        const u8 *p = l->p;
        if (*p == '\'') {
            if (ok && n == 0) lex_error(l, lex_pos_at(l, p), "empty rune literal or unescaped '");
            else if (ok && n != 1) lex_error(l, lex_pos_at(l, start), "more than one character in rune literal");
            ok = ok && n == 1;
            l->p++;
            break;
        }
        if (*p == '\\') {
            l->p++;
            if (!lex_escape(l, '\'')) ok = false;
            continue;
        }
        if (*p == '\n' || p >= l->end) {
            if (ok && *p == '\n') lex_error(l, lex_pos_at(l, p), "newline in rune literal");
            else if (ok) lex_error(l, lex_pos_at(l, start), "rune literal not terminated");
            ok = false;
            break;
        }
        int size = 1;
        if (*p >= 0x80) utf8_decode((const char *)p, l->end - p, &size);
        l->p += size;
    }
    set_literal(l, start, LIT_RUNE, ok);
}

// ---- values ----------------------------------------------------------------------------------------

static i32 read_hex(const char *p, int n) {
    u32 x = 0;
    for (int i = 0; i < n; i++) x = x * 16 + (u32)(is_decimal((u8)p[i]) ? p[i] - '0' : to_lower((u8)p[i]) - 'a' + 10);
    return (i32)x;
}

static i64 escape_len(Str s) { // of the escape s begins with, without the backslash; 0 if malformed
    if (!s.len) return 0;
    i64 n = 1, digits = 0;
    switch (s.ptr[0]) {
    case '0' ... '7': n = 3, digits = 8; break;
    case 'x': n = 3, digits = 16; break;
    case 'u': n = 5, digits = 16; break;
    case 'U': n = 9, digits = 16; break;
    default: return strchr("abfnrtv\\'\"", s.ptr[0]) && s.ptr[0] ? 1 : 0;
    }
    if (s.len < n) return 0;
    for (i64 i = digits == 16; i < n; i++)
        if (digits == 16 ? !is_hex((u8)s.ptr[i]) : s.ptr[i] < '0' || s.ptr[i] > '7') return 0;
    return n;
}

// The value of an escape; *byte: it stands for a byte rather than a rune. False if it is malformed.
static bool read_escape(Str *s, i32 *value, bool *byte) {
    static const char letters[] = "abfnrtv\\'\"", values[] = "\a\b\f\n\r\t\v\\'\"";
    i64 n = escape_len(*s);
    if (!n) return false;
    char c = s->ptr[0];
    *byte = c == 'x' || ('0' <= c && c <= '7');
    if (c == 'x' || c == 'u' || c == 'U') *value = read_hex(s->ptr + 1, (int)n - 1);
    else if (*byte) *value = (c - '0') * 64 + (s->ptr[1] - '0') * 8 + (s->ptr[2] - '0');
    else *value = values[strchr(letters, c) - letters];
    *s = str_slice(*s, n, s->len);
    return true;
}

bool lit_unquote(Arena *a, Str t, Str *out) {
    if (t.len < 2 || t.ptr[0] != t.ptr[t.len - 1] || (t.ptr[0] != '"' && t.ptr[0] != '`')) return false;
    Str s = str_slice(t, 1, t.len - 1);
    bool raw = t.ptr[0] == '`';
    if (str_index(s, raw ? '\r' : '\\') < 0) {
        *out = s;
        return true;
    }
    char *buf = arena_alloc(a, s.len + 1, 1); // no escape is longer than what it stands for
    i64 n = 0;
    while (s.len) {
        char c = s.ptr[0];
        s = str_slice(s, 1, s.len);
        if (raw || c != '\\') {
            if (!raw || c != '\r') buf[n++] = c;
            continue;
        }
        i32 v;
        bool byte;
        if (!read_escape(&s, &v, &byte)) return false;
        if (byte) buf[n++] = (char)v;
        else n += utf8_put(buf + n, v);
    }
    *out = (Str){buf, n};
    return true;
}

bool lit_unquote_rune(Str t, i32 *out) {
    if (t.len < 3 || t.ptr[0] != '\'' || t.ptr[t.len - 1] != '\'') return false;
    Str s = str_slice(t, 1, t.len - 1);
    if (s.ptr[0] != '\\') {
        int size;
        *out = utf8_decode(s.ptr, s.len, &size);
        return size == s.len;
    }
    bool byte;
    s = str_slice(s, 1, s.len);
    return read_escape(&s, out, &byte) && s.len == 0;
}
