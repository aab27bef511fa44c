// gover.c - Go versions ("1.21", "1.21rc1", "1.21.3") and names of toolchains ("go1.21.3-custom"); how versions of a module compare.
//
// Facts: go.dev/doc/toolchain#version, internal/gover. Before 1.21 the language version and the first release are one: 1.20 is 1.20.0.
// Pure functions; what they give back is a slice of their argument.
#include "mod/version.h"

typedef struct Gover {
    Str major, minor, patch, kind, pre; // patch "" : the language version since 1.21
    i64 lang_end;                       // end of "1.21" in the text
} Gover;

static bool is_digit(char c) { return '0' <= c && c <= '9'; }

static bool cut_int(Str *s, Str *n) {
    i64 i = 0;
    while (i < s->len && is_digit(s->ptr[i])) i++;
    if (i == 0 || (s->ptr[0] == '0' && i > 1)) return false;
    *n = str_slice(*s, 0, i);
    *s = str_slice(*s, i, s->len);
    return true;
}

static int cmp_int(Str a, Str b) {
    if (a.len != b.len) return a.len < b.len ? -1 : 1;
    int c = str_cmp(a, b);
    return (c > 0) - (c < 0);
}

// "rc1", "beta2": letters, then perhaps a number, then nothing.
static bool parse_kind(Str s, Gover *v) {
    i64 i = 0;
    while (i < s.len && 'a' <= s.ptr[i] && s.ptr[i] <= 'z') i++;
    if (i == 0 || (i < s.len && !is_digit(s.ptr[i]))) return false;
    v->kind = str_slice(s, 0, i);
    s = str_slice(s, i, s.len);
    return !s.len || (cut_int(&s, &v->pre) && !s.len);
}

static bool parse_fields(Str s, Gover *v) {
    Str all = s;
    if (!cut_int(&s, &v->major)) return false;
    v->minor = v->patch = S("0");
    v->lang_end = all.len;
    if (!s.len) return true;
    if (s.ptr[0] != '.') return false;
    s = str_slice(s, 1, s.len);
    if (!cut_int(&s, &v->minor)) return false;
    v->lang_end = all.len - s.len;
    v->patch = S("");
    if (!s.len) {
        if (cmp_int(v->minor, S("21")) < 0) v->patch = S("0");
        return true;
    }
    if (s.ptr[0] != '.') return parse_kind(s, v);
    s = str_slice(s, 1, s.len);
    return cut_int(&s, &v->patch) && !s.len;
}

static bool parse(Str s, Gover *v) {
    *v = (Gover){0};
    if (parse_fields(s, v)) return true;
    *v = (Gover){0};
    return false;
}

bool gover_valid(Str s) {
    Gover v;
    return parse(s, &v);
}

int gover_cmp(Str a, Str b) {
    Gover x, y;
    parse(a, &x), parse(b, &y);
    int c = cmp_int(x.major, y.major);
    if (!c) c = cmp_int(x.minor, y.minor);
    if (!c) c = cmp_int(x.patch, y.patch);
    if (!c) c = str_cmp(x.kind, y.kind);
    if (!c) c = cmp_int(x.pre, y.pre);
    return (c > 0) - (c < 0);
}

Str gover_lang(Str s) {
    Gover v;
    if (!parse(s, &v)) return S("");
    if (str_eq(v.major, S("1")) && str_eq(v.minor, S("0"))) return v.major;
    return str_slice(s, 0, v.lang_end);
}

bool gover_is_lang(Str s) {
    Gover v;
    return parse(s, &v) && !v.patch.len && !v.kind.len;
}

bool gover_is_prerelease(Str s) {
    Gover v;
    return parse(s, &v) && v.kind.len;
}

i64 gover_minor(Str s) {
    Gover v;
    if (!parse(s, &v) || v.minor.len > 9) return -1;
    i64 n = 0;
    for (i64 i = 0; i < v.minor.len; i++) n = n * 10 + v.minor.ptr[i] - '0';
    return n;
}

Str toolchain_to_version(Str name) {
    if (str_index(name, '/') >= 0 || str_index(name, '\\') >= 0) return S("");
    if (!str_has_prefix(name, S("go"))) return S("");
    Str v = str_slice(name, 2, name.len);
    for (i64 i = 0; i < v.len; i++)
        if (v.ptr[i] == ' ' || v.ptr[i] == '\t' || v.ptr[i] == '-') v.len = i;
    return gover_valid(v) ? v : S("");
}

// What a toolchain line takes: "default", "go1", "go1.…"; looser than Go's own names, for the sake of those to come.
bool toolchain_valid(Str name) {
    return str_eq(name, S("default")) || str_eq(name, S("go1")) || str_has_prefix(name, S("go1."));
}

static int toolchain_cmp(Str a, Str b) {
    return gover_cmp(gover_valid(a) ? a : toolchain_to_version(a), gover_valid(b) ? b : toolchain_to_version(b));
}

bool module_is_toolchain(Str path) { return str_eq(path, S("go")) || str_eq(path, S("toolchain")); }

int modver_cmp(Str path, Str a, Str b) {
    if (str_eq(a, b)) return 0;
    if (!a.len || !b.len) return a.len ? -1 : 1;
    Str none = S("none");
    if (str_eq(a, none) || str_eq(b, none)) return str_eq(a, none) ? -1 : 1;
    if (str_eq(path, S("go"))) return gover_cmp(a, b);
    if (str_eq(path, S("toolchain"))) return toolchain_cmp(a, b);
    return semver_cmp(a, b);
}

bool modver_valid(Str path, Str v) {
    if (str_eq(path, S("go"))) return gover_valid(v);
    if (str_eq(path, S("toolchain"))) return gover_valid(toolchain_to_version(v));
    return semver_valid(v);
}

bool modver_is_prefix(Str path, Str v) {
    if (str_eq(path, S("go"))) return gover_is_lang(v);
    if (str_eq(path, S("toolchain"))) return gover_is_lang(toolchain_to_version(v));
    int dots = 0;
    for (i64 i = 0; i < v.len; i++) {
        if (v.ptr[i] == '-' || v.ptr[i] == '+') return false;
        dots += v.ptr[i] == '.';
    }
    return dots < 2;
}

bool modver_is_prerelease(Str path, Str v) {
    if (str_eq(path, S("go"))) return gover_is_prerelease(v);
    if (str_eq(path, S("toolchain"))) return gover_is_prerelease(toolchain_to_version(v));
    return semver_prerelease(v).len > 0;
}

Str modver_major_minor(Str path, Str v) {
    if (str_eq(path, S("go"))) return gover_lang(v);
    if (str_eq(path, S("toolchain"))) return gover_lang(toolchain_to_version(v));
    return semver_major_minor(v);
}
