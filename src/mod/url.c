// url.c - URLs as proxies, checksum databases and code hosts name them.
//
// Facts: RFC 3986 and what net/url makes of it. Pure functions; results are in the Arena.
#include "mod/fetch_int.h"

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Percent signs decoded; false: a bad escape.
static bool unescape(Arena *a, Str s, Str *out) {
    char *p = arena_alloc(a, s.len + 1, 1);
    i64 n = 0;
    for (i64 i = 0; i < s.len; i++) {
        if (s.ptr[i] != '%') {
            p[n++] = s.ptr[i];
            continue;
        }
        if (i + 2 >= s.len) return false;
        int hi = hex_digit(s.ptr[i + 1]), lo = hex_digit(s.ptr[i + 2]);
        if (hi < 0 || lo < 0) return false;
        p[n++] = (char)(hi << 4 | lo);
        i += 2;
    }
    *out = (Str){p, n};
    return true;
}

static bool is_plain(char c, const char *also) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
    return c && strchr(also, c) != NULL;
}

static Str escape(Arena *a, Str s, const char *also) {
    static const char digits[] = "0123456789ABCDEF";
    char *p = arena_alloc(a, 3 * s.len + 1, 1);
    i64 n = 0;
    for (i64 i = 0; i < s.len; i++) {
        u8 c = (u8)s.ptr[i];
        if (is_plain((char)c, also)) {
            p[n++] = (char)c;
            continue;
        }
        p[n++] = '%';
        p[n++] = digits[c >> 4];
        p[n++] = digits[c & 15];
    }
    return (Str){p, n};
}

Str url_escape_path(Arena *a, Str s) { return escape(a, s, "-_.~$&+:=@/"); }

static Str cut_scheme(Str *s) {
    for (i64 i = 0; i < s->len; i++) {
        char c = s->ptr[i];
        if (c == ':' && i > 0) {
            Str scheme = str_slice(*s, 0, i);
            *s = str_slice(*s, i + 1, s->len);
            return scheme;
        }
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && (i == 0 || !is_plain(c, "+-."))) break;
    }
    return S("");
}

static void parse_authority(Arena *a, Str s, Url *u) {
    i64 at = str_rindex(s, '@');
    u->host = at < 0 ? s : str_slice(s, at + 1, s.len);
    if (at < 0) return;
    Str info = str_slice(s, 0, at);
    i64 colon = str_index(info, ':');
    u->has_user = true;
    u->has_password = colon >= 0;
    Str name = colon < 0 ? info : str_slice(info, 0, colon),
        word = colon < 0 ? S("") : str_slice(info, colon + 1, info.len);
    if (!unescape(a, name, &u->user)) u->user = name;
    if (!unescape(a, word, &u->password)) u->password = word;
}

bool url_parse(Arena *a, Str text, Url *u, Err *err) {
    *u = (Url){.scheme = S("")};
    for (i64 i = 0; i < text.len; i++)
        if ((u8)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
            return err_set(err, a, ERR_OTHER, "parse %.*s: net/url: invalid control character in URL",
                           SFMT(str_quote(a, text)));
    Str s = text;
    i64 i = str_index(s, '#');
    if (i >= 0) u->fragment = str_slice(s, i + 1, s.len), s = str_slice(s, 0, i);
    if (s.len && s.ptr[0] == ':')
        return err_set(err, a, ERR_OTHER, "parse %.*s: missing protocol scheme", SFMT(str_quote(a, text)));
    u->scheme = cut_scheme(&s);
    i = str_index(s, '?');
    if (i >= 0) u->has_query = true, u->query = str_slice(s, i + 1, s.len), s = str_slice(s, 0, i);
    if (str_has_prefix(s, S("//"))) {
        s = str_slice(s, 2, s.len);
        i = str_index(s, '/');
        parse_authority(a, i < 0 ? s : str_slice(s, 0, i), u);
        s = i < 0 ? S("") : str_slice(s, i, s.len);
    }
    if (!unescape(a, s, &u->path))
        return err_set(err, a, ERR_OTHER, "parse %.*s: invalid URL escape", SFMT(str_quote(a, text)));
    if (!str_eq(escape(a, u->path, "-_.~$&+:=@/"), s)) u->raw_path = s;
    return true;
}

static Str format(Arena *a, const Url *u, bool redact) {
    Buf b = {0};
    if (u->scheme.len) buf_printf(&b, "%.*s:", SFMT(u->scheme));
    if (u->host.len || u->has_user || str_eq(u->scheme, S("file"))) buf_c(&b, "//");
    if (u->has_user) {
        buf_str(&b, escape(a, u->user, "-_.~$&+,;="));
        if (u->has_password) buf_char(&b, ':');
        if (u->has_password) buf_str(&b, redact ? S("xxxxx") : escape(a, u->password, "-_.~$&+,;="));
        buf_char(&b, '@');
    }
    buf_str(&b, u->host);
    Str path = u->raw_path.len ? u->raw_path : url_escape_path(a, u->path);
    if (path.len && path.ptr[0] != '/' && u->host.len) buf_char(&b, '/');
    buf_str(&b, path);
    if (u->has_query) buf_printf(&b, "?%.*s", SFMT(u->query));
    if (u->fragment.len) buf_printf(&b, "#%.*s", SFMT(u->fragment));
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

Str url_string(Arena *a, const Url *u) { return format(a, u, false); }
Str url_redacted(Arena *a, const Url *u) { return format(a, u, true); }

static Str join(Arena *a, Str x, Str y) {
    if (x.len && x.ptr[x.len - 1] == '/') x.len--;
    if (y.len && y.ptr[0] == '/') y = str_slice(y, 1, y.len);
    return arena_printf(a, "%.*s/%.*s", SFMT(x), SFMT(y));
}

Url url_join(Arena *a, const Url *base, Str path) {
    Url u = *base;
    Str raw = base->raw_path.len ? base->raw_path : url_escape_path(a, base->path), plain;
    if (!unescape(a, path, &plain)) plain = path;
    u.path = join(a, base->path, plain);
    u.raw_path = join(a, raw, path);
    return u;
}
