// semver.c - semantic versions with a leading v, as Go's modules use them: "v1", "v1.2" and "v1.2.3-pre+build" are valid.
//
// Facts: semver.org 2.0.0; golang.org/x/mod/semver. Pure functions; a part of a version is a slice of it.
#include "mod/version.h"

typedef struct Semver {
    Str major, minor, patch; // digits; minor and patch: "0" where the short form leaves them out
    Str pre, build;          // with their '-' and '+'
    i64 minor_end, short_;   // end of "v1.2" in the text; numbers that are left out
} Semver;

static bool is_digit(char c) { return '0' <= c && c <= '9'; }
static bool is_ident(char c) { return is_digit(c) || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || c == '-'; }

// Digits without a needless zero in front.
static bool cut_int(Str *s, Str *n) {
    i64 i = 0;
    while (i < s->len && is_digit(s->ptr[i])) i++;
    if (i == 0 || (s->ptr[0] == '0' && i > 1)) return false;
    *n = str_slice(*s, 0, i);
    *s = str_slice(*s, i, s->len);
    return true;
}

static bool is_bad_num(Str id) {
    for (i64 i = 0; i < id.len; i++)
        if (!is_digit(id.ptr[i])) return false;
    return id.len > 1 && id.ptr[0] == '0';
}

// "-a.b" or "+a.b": identifiers that are not empty; numbers of a prerelease have no zeros in front.
static bool cut_idents(Str *s, Str *out, bool prerelease) {
    i64 i = 1, start = 1;
    for (; i <= s->len; i++) {
        bool end = i == s->len || (prerelease && s->ptr[i] == '+');
        if (!end && s->ptr[i] != '.') {
            if (!is_ident(s->ptr[i])) return false;
            continue;
        }
        if (i == start || (prerelease && is_bad_num(str_slice(*s, start, i)))) return false;
        start = i + 1;
        if (end) break;
    }
    *out = str_slice(*s, 0, i);
    *s = str_slice(*s, i, s->len);
    return true;
}

static bool parse(Str v, Semver *p) {
    *p = (Semver){0};
    if (!v.len || v.ptr[0] != 'v') return false;
    Str s = str_slice(v, 1, v.len);
    if (!cut_int(&s, &p->major)) return false;
    p->minor = p->patch = S("0");
    p->minor_end = v.len;
    p->short_ = 2;
    if (!s.len) return true;
    if (s.ptr[0] != '.') return false;
    s = str_slice(s, 1, s.len);
    if (!cut_int(&s, &p->minor)) return false;
    p->minor_end = v.len - s.len;
    p->short_ = 1;
    if (!s.len) return true;
    if (s.ptr[0] != '.') return false;
    s = str_slice(s, 1, s.len);
    if (!cut_int(&s, &p->patch)) return false;
    p->short_ = 0;
    if (s.len && s.ptr[0] == '-' && !cut_idents(&s, &p->pre, true)) return false;
    if (s.len && s.ptr[0] == '+' && !cut_idents(&s, &p->build, false)) return false;
    return s.len == 0;
}

static int cmp_int(Str a, Str b) {
    if (a.len != b.len) return a.len < b.len ? -1 : 1;
    int c = str_cmp(a, b);
    return (c > 0) - (c < 0);
}

static bool is_num(Str s) {
    for (i64 i = 0; i < s.len; i++)
        if (!is_digit(s.ptr[i])) return false;
    return true;
}

static Str next_ident(Str *s) {
    i64 i = 0;
    while (i < s->len && s->ptr[i] != '.') i++;
    Str id = str_slice(*s, 0, i);
    *s = str_slice(*s, i, s->len);
    return id;
}

// No prerelease is newer than any; numbers by value and before words; the longer list is newer.
static int cmp_pre(Str a, Str b) {
    if (str_eq(a, b)) return 0;
    if (!a.len || !b.len) return a.len ? -1 : 1;
    while (a.len && b.len) {
        a = str_slice(a, 1, a.len), b = str_slice(b, 1, b.len);
        Str x = next_ident(&a), y = next_ident(&b);
        if (str_eq(x, y)) continue;
        bool nx = is_num(x), ny = is_num(y);
        if (nx != ny) return nx ? -1 : 1;
        if (nx && x.len != y.len) return x.len < y.len ? -1 : 1;
        return str_cmp(x, y) < 0 ? -1 : 1;
    }
    return a.len ? 1 : -1;
}

bool semver_valid(Str v) {
    Semver p;
    return parse(v, &p);
}

int semver_cmp(Str a, Str b) {
    Semver x, y;
    bool okx = parse(a, &x), oky = parse(b, &y);
    if (!okx || !oky) return okx - oky;
    int c = cmp_int(x.major, y.major);
    if (!c) c = cmp_int(x.minor, y.minor);
    if (!c) c = cmp_int(x.patch, y.patch);
    return c ? c : cmp_pre(x.pre, y.pre);
}

Str semver_canonical(Arena *a, Str v) {
    Semver p;
    if (!parse(v, &p)) return S("");
    if (p.short_) return arena_printf(a, "%.*s%s", SFMT(v), p.short_ == 2 ? ".0.0" : ".0");
    return str_slice(v, 0, v.len - p.build.len);
}

Str semver_major(Str v) {
    Semver p;
    return parse(v, &p) ? str_slice(v, 0, 1 + p.major.len) : S("");
}

Str semver_major_minor(Str v) {
    Semver p;
    if (!parse(v, &p)) return S("");
    return str_slice(v, 0, p.minor_end);
}

Str semver_prerelease(Str v) {
    Semver p;
    return parse(v, &p) ? p.pre : S("");
}

Str semver_build(Str v) {
    Semver p;
    return parse(v, &p) ? p.build : S("");
}
