// quote.c - Go's string literals: a text as %q prints it, and back.
#include "base/base.h"

static void quote_rune(Buf *b, i32 r) {
    static const char escapes[] = "a\ab\bf\fn\nr\rt\tv\v\"\"\\\\";
    for (int i = 0; escapes[i]; i += 2)
        if (r == escapes[i + 1]) {
            buf_char(b, '\\');
            buf_char(b, escapes[i]);
            return;
        }
    if (r < 0x20 || r == 0x7F) buf_printf(b, "\\x%02x", (unsigned)r);
    else if (r < 0x10000) buf_printf(b, "\\u%04x", (unsigned)r);
    else buf_printf(b, "\\U%08x", (unsigned)r);
}

Str str_quote(Arena *a, Str s) {
    Buf b = {0};
    buf_char(&b, '"');
    for (i64 i = 0; i < s.len;) {
        int size;
        i32 r = utf8_decode(s.ptr + i, s.len - i, &size);
        if (r == RUNE_ERROR && size == 1) buf_printf(&b, "\\x%02x", (u8)s.ptr[i]);
        else if (r != '"' && r != '\\' && rune_is_print(r)) buf_bytes(&b, s.ptr + i, size);
        else quote_rune(&b, r);
        i += size;
    }
    buf_char(&b, '"');
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

// n digits of a base; -1: there are not as many.
static i64 read_digits(Str s, i64 at, int n, int base) {
    i64 v = 0;
    if (at + n > s.len) return -1;
    for (int i = 0; i < n; i++) {
        char c = s.ptr[at + i];
        int d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : 99;
        if (d >= base) return -1;
        v = v * base + d;
    }
    return v;
}

// The escape behind a backslash at s[at]; bytes consumed, 0: none that Go knows.
static int unquote_escape(Buf *b, Str s, i64 at) {
    static const char simple[] = "a\ab\bf\fn\nr\rt\tv\v\"\"\\\\";
    if (at >= s.len) return 0;
    char c = s.ptr[at];
    for (int i = 0; simple[i]; i += 2)
        if (c == simple[i]) {
            buf_char(b, simple[i + 1]);
            return 1;
        }
    int n = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    i64 v = n ? read_digits(s, at + 1, n, 16) : read_digits(s, at, 3, 8);
    if (v < 0) return 0;
    if (n == 0 || n == 2) {
        if (v > 255) return 0;
        buf_char(b, (char)v);
        return 3;
    }
    if (v > 0x10FFFF || (0xD800 <= v && v < 0xE000)) return 0;
    char enc[4];
    buf_bytes(b, enc, utf8_put(enc, (i32)v));
    return n + 1;
}

static bool unquote_into(Buf *b, Str s) {
    for (i64 i = 0; i < s.len;) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\n') return false;
        if (s.ptr[i] != '\\') {
            buf_char(b, s.ptr[i++]);
            continue;
        }
        int n = unquote_escape(b, s, i + 1);
        if (!n) return false;
        i += 1 + n;
    }
    return true;
}

bool str_unquote(Arena *a, Str text, Str *out) {
    if (text.len < 2 || text.ptr[0] != text.ptr[text.len - 1]) return false;
    Str in = str_slice(text, 1, text.len - 1);
    if (text.ptr[0] != '"' && text.ptr[0] != '`') return false;
    if (text.ptr[0] == '`' && str_index(in, '`') >= 0) return false;
    Buf b = {0};
    bool ok = true;
    if (text.ptr[0] == '"') ok = unquote_into(&b, in);
    else
        for (i64 i = 0; i < in.len; i++)
            if (in.ptr[i] != '\r') buf_char(&b, in.ptr[i]);
    if (ok) *out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return ok;
}

void buf_json(Buf *b, Str s) {
    buf_char(b, '"');
    for (i64 i = 0; i < s.len;) {
        int size;
        i32 r = utf8_decode(s.ptr + i, s.len - i, &size);
        char c = r >= '\b' && r <= '\r' ? "btn.fr"[r - '\b'] : '.';
        if (r == '"' || r == '\\') buf_printf(b, "\\%c", r);
        else if (c != '.') buf_printf(b, "\\%c", c);
        else if (r < ' ' || r == '<' || r == '>' || r == '&' || r == 0x2028 || r == 0x2029) buf_printf(b, "\\u%04x", r);
        else if (r == RUNE_ERROR && size == 1) buf_c(b, "\\ufffd");
        else buf_bytes(b, s.ptr + i, size);
        i += size;
    }
    buf_char(b, '"');
}
