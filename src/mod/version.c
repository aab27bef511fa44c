// version.c - module paths: which are valid, their major versions, how they are written in the module cache, patterns over them.
//
// Facts: go.dev/ref/mod#module-path, golang.org/x/mod/module. Errors in its words. Pure functions.
#include "mod/version.h"
#include <strings.h>

bool modver_eq(ModVersion a, ModVersion b) { return str_eq(a.path, b.path) && str_eq(a.version, b.version); }

Str modver_string(Arena *a, ModVersion m) {
    if (!m.version.len) return m.path;
    return arena_printf(a, "%.*s@%.*s", SFMT(m.path), SFMT(m.version));
}

// ---- what a path may be made of ------------------------------------------------------------------

typedef enum PathKind { MODULE_PATH, IMPORT_PATH, FILE_PATH } PathKind;

static bool is_alnum(i32 r) { return ('0' <= r && r <= '9') || ('a' <= r && r <= 'z') || ('A' <= r && r <= 'Z'); }

static bool rune_ok(i32 r, PathKind kind) {
    if (is_alnum(r)) return true;
    if (kind == FILE_PATH) return r < 0x80 ? r && strchr("!#$%&()+,-.=@[]^_{}~ ", r) != NULL : rune_is_letter(r);
    if (r <= 0 || r >= 0x80) return false;
    return strchr(kind == IMPORT_PATH ? "-._~+" : "-._~", r) != NULL;
}

// Names of devices that Windows sees whatever the suffix.
static bool is_windows_name(Str s) {
    static const char *const names[] = {"CON", "PRN", "AUX", "NUL"};
    for (i64 i = 0; i < NELEM(names); i++)
        if (s.len == 3 && !strncasecmp(s.ptr, names[i], 3)) return true;
    bool port = s.len == 4 && (!strncasecmp(s.ptr, "COM", 3) || !strncasecmp(s.ptr, "LPT", 3));
    return port && '1' <= s.ptr[3] && s.ptr[3] <= '9';
}

static bool has_tilde_digits(Str s) {
    i64 t = str_rindex(s, '~');
    if (t < 0 || t == s.len - 1) return false;
    for (i64 i = t + 1; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return true;
}

static Str quote_char(Arena *a, i32 r) {
    char enc[4];
    Str q = str_quote(a, (Str){enc, utf8_put(enc, r)});
    if (r == '"') return S("'\"'");
    if (r == '\'') return S("'\\''");
    return arena_printf(a, "'%.*s'", (int)q.len - 2, q.ptr + 1);
}

// *why stays "" if the element is fine.
static void check_elem(Arena *a, Str e, PathKind kind, Str *why) {
    i64 dots = 0;
    for (i64 i = 0; i < e.len; i++) dots += e.ptr[i] == '.';
    if (!e.len) *why = S("empty path element");
    else if (dots == e.len) *why = arena_printf(a, "invalid path element %.*s", SFMT(str_quote(a, e)));
    else if (e.ptr[0] == '.' && kind == MODULE_PATH) *why = S("leading dot in path element");
    else if (e.ptr[e.len - 1] == '.') *why = S("trailing dot in path element");
    for (i64 i = 0; i < e.len && !why->len;) {
        int size;
        i32 r = utf8_decode(e.ptr + i, e.len - i, &size);
        i += size;
        if (!rune_ok(r, kind)) *why = arena_printf(a, "invalid char %.*s", SFMT(quote_char(a, r)));
    }
    if (why->len) return;
    i64 dot = str_index(e, '.');
    Str head = dot < 0 ? e : str_slice(e, 0, dot);
    if (is_windows_name(head))
        *why = arena_printf(a, "%.*s disallowed as path element component on Windows", SFMT(str_quote(a, head)));
    else if (kind != FILE_PATH && has_tilde_digits(head)) *why = S("trailing tilde and digits in path element");
}

static bool is_utf8(Str s) {
    for (i64 i = 0; i < s.len;) {
        int size;
        if (utf8_decode(s.ptr + i, s.len - i, &size) == RUNE_ERROR && size == 1) return false;
        i += size;
    }
    return true;
}

static Str check_path(Arena *a, Str p, PathKind kind) {
    if (!is_utf8(p)) return S("invalid UTF-8");
    if (!p.len) return S("empty string");
    if (p.ptr[0] == '-' && kind != FILE_PATH) return S("leading dash");
    if (str_find(p, S("//")) >= 0) return S("double slash");
    if (p.ptr[p.len - 1] == '/') return S("trailing slash");
    Str why = S("");
    for (i64 start = 0, i = 0; i <= p.len && !why.len; i++) {
        if (i < p.len && p.ptr[i] != '/') continue;
        check_elem(a, str_slice(p, start, i), kind, &why);
        start = i + 1;
    }
    return why;
}

static Str check_first_elem(Arena *a, Str p) {
    i64 n = str_index(p, '/');
    Str e = n < 0 ? p : str_slice(p, 0, n);
    if (!e.len) return S("leading slash");
    if (str_index(e, '.') < 0) return S("missing dot in first path element");
    for (i64 i = 0; i < e.len; i++) {
        char c = e.ptr[i];
        if (c != '-' && c != '.' && !('0' <= c && c <= '9') && !('a' <= c && c <= 'z'))
            return arena_printf(a, "invalid char %.*s in first path element", SFMT(quote_char(a, c)));
    }
    Str prefix, major;
    return module_split_path_major(p, &prefix, &major) ? S("") : S("invalid version");
}

static bool malformed(Arena *a, Err *err, const char *kind, Str path, Str why) {
    if (!why.len) return true;
    return err_set(err, a, ERR_OTHER, "malformed %s path %.*s: %.*s", kind, SFMT(str_quote(a, path)), SFMT(why));
}

bool module_check_path(Arena *a, Str path, Err *err) {
    Str why = check_path(a, path, MODULE_PATH);
    if (!why.len) why = check_first_elem(a, path);
    return malformed(a, err, "module", path, why);
}

bool module_check_import_path(Arena *a, Str path, Err *err) {
    return malformed(a, err, "import", path, check_path(a, path, IMPORT_PATH));
}

bool module_check_file_path(Arena *a, Str path, Err *err) {
    return malformed(a, err, "file", path, check_path(a, path, FILE_PATH));
}

// ---- major versions ------------------------------------------------------------------------------

static bool split_gopkg_in(Str path, Str *prefix, Str *major) {
    Str unstable = S("-unstable");
    i64 i = path.len;
    if (str_has_suffix(path, unstable)) i -= unstable.len;
    i64 end = i;
    while (i && '0' <= path.ptr[i - 1] && path.ptr[i - 1] <= '9') i--;
    *prefix = path;
    *major = S("");
    if (i <= 1 || path.ptr[i - 1] != 'v' || path.ptr[i - 2] != '.') return false;
    Str m = str_slice(path, i - 2, path.len);
    if (i == end || (path.ptr[i] == '0' && !str_eq(m, S(".v0")))) return false;
    *prefix = str_slice(path, 0, i - 2);
    *major = m;
    return true;
}

bool module_split_path_major(Str path, Str *prefix, Str *major) {
    if (str_has_prefix(path, S("gopkg.in/"))) return split_gopkg_in(path, prefix, major);
    i64 i = path.len;
    bool dot = false;
    while (i && (path.ptr[i - 1] == '.' || ('0' <= path.ptr[i - 1] && path.ptr[i - 1] <= '9')))
        dot |= path.ptr[--i] == '.';
    *prefix = path;
    *major = S("");
    if (i <= 1 || i == path.len || path.ptr[i - 1] != 'v' || path.ptr[i - 2] != '/') return true;
    Str m = str_slice(path, i - 2, path.len);
    if (dot || m.ptr[2] == '0' || str_eq(m, S("/v1"))) return false;
    *prefix = str_slice(path, 0, i - 2);
    *major = m;
    return true;
}

static Str trim_unstable(Str major) {
    Str unstable = S("-unstable");
    if (!str_has_prefix(major, S(".v")) || !str_has_suffix(major, unstable)) return major;
    return str_slice(major, 0, major.len - unstable.len);
}

Str module_path_major_prefix(Str major) {
    major = trim_unstable(major);
    return major.len ? str_slice(major, 1, major.len) : major;
}

bool module_match_path_major(Str version, Str major) {
    major = trim_unstable(major);
    if (str_has_prefix(version, S("v0.0.0-")) && str_eq(major, S(".v1"))) return true;
    Str m = semver_major(version);
    if (major.len) return str_eq(m, str_slice(major, 1, major.len));
    return str_eq(m, S("v0")) || str_eq(m, S("v1")) || str_eq(semver_build(version), S("+incompatible"));
}

bool module_check_path_major(Arena *a, Str version, Str major, Err *err) {
    if (module_match_path_major(version, major)) return true;
    Str want = major.len ? module_path_major_prefix(major) : S("v0 or v1");
    return err_set(err, a, ERR_OTHER, "version %.*s invalid: should be %.*s, not %.*s", SFMT(str_quote(a, version)),
                   SFMT(want), SFMT(semver_major(version)));
}

Str module_canonical_version(Arena *a, Str v) {
    Str c = semver_canonical(a, v);
    if (!str_eq(semver_build(v), S("+incompatible"))) return c;
    return arena_printf(a, "%.*s+incompatible", SFMT(c));
}

bool module_check(Arena *a, ModVersion m, Err *err) {
    if (!module_check_path(a, m.path, err)) return false;
    if (!semver_valid(m.version))
        return err_set(err, a, ERR_OTHER, "%.*s@%.*s: invalid version: not a semantic version", SFMT(m.path),
                       SFMT(m.version));
    Str prefix, major;
    module_split_path_major(m.path, &prefix, &major);
    if (module_match_path_major(m.version, major)) return true;
    Str want = major.len ? module_path_major_prefix(major) : S("v0 or v1");
    return err_set(err, a, ERR_OTHER, "%.*s@%.*s: invalid version: should be %.*s, not %.*s", SFMT(m.path),
                   SFMT(m.version), SFMT(want), SFMT(semver_major(m.version)));
}

// ---- names in the module cache: "!a" is 'A' ------------------------------------------------------

static Str escape(Arena *a, Str s) {
    Buf b = {0};
    for (i64 i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if ('A' <= c && c <= 'Z') buf_char(&b, '!');
        buf_char(&b, 'A' <= c && c <= 'Z' ? (char)(c | 32) : c);
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static bool unescape(Arena *a, Str s, Str *out) {
    char *p = arena_alloc(a, s.len + 1, 1);
    i64 n = 0;
    for (i64 i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if ((u8)c >= 0x80 || ('A' <= c && c <= 'Z')) return false;
        if (c == '!') {
            if (++i == s.len || s.ptr[i] < 'a' || s.ptr[i] > 'z') return false;
            c = (char)(s.ptr[i] - 32);
        }
        p[n++] = c;
    }
    *out = (Str){p, n};
    return true;
}

bool module_escape_path(Arena *a, Str path, Str *out, Err *err) {
    if (!module_check_path(a, path, err)) return false;
    *out = escape(a, path);
    return true;
}

bool module_escape_version(Arena *a, Str v, Str *out, Err *err) {
    Str why = S("");
    check_elem(a, v, FILE_PATH, &why);
    bool ascii = true;
    for (i64 i = 0; i < v.len; i++) ascii &= (u8)v.ptr[i] < 0x80;
    if (why.len || !ascii || str_index(v, '!') >= 0)
        return err_set(err, a, ERR_OTHER, "version %.*s invalid: disallowed version string", SFMT(str_quote(a, v)));
    *out = escape(a, v);
    return true;
}

bool module_unescape_path(Arena *a, Str escaped, Str *out, Err *err) {
    Str q = str_quote(a, escaped);
    if (!unescape(a, escaped, out)) return err_set(err, a, ERR_OTHER, "invalid escaped module path %.*s", SFMT(q));
    Err why = {0};
    if (module_check_path(a, *out, &why)) return true;
    return err_set(err, a, ERR_OTHER, "invalid escaped module path %.*s: %.*s", SFMT(q), SFMT(why.text));
}

bool module_unescape_version(Arena *a, Str escaped, Str *out, Err *err) {
    if (!unescape(a, escaped, out))
        return err_set(err, a, ERR_OTHER, "invalid escaped version %.*s", SFMT(str_quote(a, escaped)));
    Str why = S("");
    check_elem(a, *out, FILE_PATH, &why);
    if (!why.len) return true;
    return err_set(err, a, ERR_OTHER, "invalid escaped version %.*s: %.*s", SFMT(str_quote(a, *out)), SFMT(why));
}

// ---- GOPRIVATE and its like ----------------------------------------------------------------------

// One rune of a class, perhaps behind a backslash.
static bool class_rune(Str *p, i32 *r) {
    if (!p->len || p->ptr[0] == '-' || p->ptr[0] == ']') return false;
    if (p->ptr[0] == '\\') *p = str_slice(*p, 1, p->len);
    if (!p->len) return false;
    int size;
    *r = utf8_decode(p->ptr, p->len, &size);
    if (*r == RUNE_ERROR && size == 1) return false;
    *p = str_slice(*p, size, p->len);
    return p->len > 0;
}

// [a-z], [^x] behind its '['; 1 matches, 0 does not, -1 bad pattern. *p moves behind ']'.
static int match_class(Str *p, i32 r) {
    bool negated = p->len && p->ptr[0] == '^', found = false;
    if (negated) *p = str_slice(*p, 1, p->len);
    for (i64 n = 0;; n++) {
        if (p->len && p->ptr[0] == ']' && n) break;
        i32 lo, hi;
        if (!class_rune(p, &lo)) return -1;
        hi = lo;
        if (p->ptr[0] == '-') {
            *p = str_slice(*p, 1, p->len);
            if (!class_rune(p, &hi)) return -1;
        }
        found |= lo <= r && r <= hi;
    }
    *p = str_slice(*p, 1, p->len);
    return found != negated;
}

// path.Match for one element and more: '*' and '?' take no slash. A bad pattern matches nothing.
static bool glob_match(Str p, Str s) {
    Str star_p = {0}, star_s = {0};
    bool star = false;
    while (s.len || p.len) {
        Str rest = p;
        bool ok = false;
        int size = 0;
        i32 r = s.len ? utf8_decode(s.ptr, s.len, &size) : 0;
        char c = p.len ? p.ptr[0] : 0;
        if (p.len) rest = str_slice(p, 1, p.len);
        if (p.len && c == '*') {
            star = true, star_p = rest, star_s = s;
            p = rest;
            continue;
        }
        if (p.len && s.len) {
            if (c == '?') ok = r != '/';
            else if (c == '[') {
                int m = match_class(&rest, r);
                if (m < 0) return false;
                ok = m;
            } else {
                if (c == '\\') {
                    if (!rest.len) return false;
                    c = rest.ptr[0], rest = str_slice(rest, 1, rest.len);
                }
                ok = s.ptr[0] == c;
                size = 1;
            }
        }
        if (ok) {
            p = rest;
            s = str_slice(s, size, s.len);
            continue;
        }
        if (!star || !star_s.len || star_s.ptr[0] == '/') return false;
        star_s = str_slice(star_s, 1, star_s.len);
        p = star_p, s = star_s;
    }
    return true;
}

// The first elements of target, as many as the glob has; false if there are fewer.
static bool match_prefix(Str glob, Str target) {
    i64 slashes = 0;
    for (i64 i = 0; i < glob.len; i++) slashes += glob.ptr[i] == '/';
    i64 i = 0;
    for (; i < target.len; i++)
        if (target.ptr[i] == '/' && slashes-- == 0) break;
    if (slashes > 0) return false;
    return glob_match(glob, str_slice(target, 0, i));
}

bool module_match_prefix_patterns(Str globs, Str target) {
    while (globs.len) {
        i64 comma = str_index(globs, ',');
        Str glob = comma < 0 ? globs : str_slice(globs, 0, comma);
        globs = comma < 0 ? S("") : str_slice(globs, comma + 1, globs.len);
        if (glob.len && glob.ptr[glob.len - 1] == '/') glob = str_slice(glob, 0, glob.len - 1);
        if (glob.len && match_prefix(glob, target)) return true;
    }
    return false;
}
