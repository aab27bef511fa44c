// pseudo.c - versions of commits without a tag: vX.0.0-yyyymmddhhmmss-rev, vX.Y.Z-pre.0.time-rev, vX.Y.(Z+1)-0.time-rev.
//
// Facts: go.dev/ref/mod#pseudo-versions, golang.org/x/mod/module/pseudo.go.
#include "mod/version.h"

static bool is_digit(char c) { return '0' <= c && c <= '9'; }
static bool is_alnum(char c) { return is_digit(c) || ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z'); }

// The parts of a version that has a pseudo-version's form.
typedef struct Parts {
    Str base, time, rev, build; // base: "vX.0.0", "vX.Y.Z-pre.0", "vX.Y.(Z+1)-0"
    bool bare;                  // the first form: nothing was tagged before
} Parts;

static bool parse(Str v, Parts *p) {
    *p = (Parts){0};
    if (!semver_valid(v)) return false;
    p->build = semver_build(v);
    Str s = str_slice(v, 0, v.len - p->build.len);
    i64 j = str_rindex(s, '-');
    if (j < 0) return false;
    p->rev = str_slice(s, j + 1, s.len);
    for (i64 i = 0; i < p->rev.len; i++)
        if (!is_alnum(p->rev.ptr[i])) return false;
    s = str_slice(s, 0, j);
    i64 n = s.len;
    while (n && is_digit(s.ptr[n - 1])) n--;
    if (!p->rev.len || s.len - n != 14 || n < 2) return false;
    p->time = str_slice(s, n, s.len);
    p->base = str_slice(s, 0, n - 1);
    p->bare = s.ptr[n - 1] == '-';
    Str pre = semver_prerelease(p->base);
    if (p->bare) return str_has_suffix(p->base, S(".0.0")) && !pre.len && semver_valid(p->base);
    return s.ptr[n - 1] == '.' && (str_eq(pre, S("-0")) || str_has_suffix(pre, S(".0")));
}

bool pseudo_is(Str v) {
    Parts p;
    return parse(v, &p);
}

static Str inc_decimal(Arena *a, Str n) {
    char *d = arena_alloc(a, n.len + 2, 1);
    memcpy(d, n.ptr, (size_t)n.len);
    i64 i = n.len - 1;
    for (; i >= 0 && d[i] == '9'; i--) d[i] = '0';
    if (i >= 0) {
        d[i]++;
        return (Str){d, n.len};
    }
    d[0] = '1';
    d[n.len] = '0';
    return (Str){d, n.len + 1};
}

// "" : there is no number before.
static Str dec_decimal(Arena *a, Str n) {
    char *d = arena_alloc(a, n.len + 1, 1);
    memcpy(d, n.ptr, (size_t)n.len);
    i64 i = n.len - 1;
    for (; i >= 0 && d[i] == '0'; i--) d[i] = '9';
    if (i < 0) return S("");
    if (i == 0 && d[0] == '1' && n.len > 1) return (Str){d + 1, n.len - 1};
    d[i]--;
    return (Str){d, n.len};
}

Str pseudo_make(Arena *a, Str major, Str older, Str time14, Str rev) {
    if (!major.len) major = S("v0");
    Str build = semver_build(older);
    older = semver_canonical(a, older);
    if (!older.len) return arena_printf(a, "%.*s.0.0-%.*s-%.*s", SFMT(major), SFMT(time14), SFMT(rev));
    if (semver_prerelease(older).len)
        return arena_printf(a, "%.*s.0.%.*s-%.*s%.*s", SFMT(older), SFMT(time14), SFMT(rev), SFMT(build));
    i64 dot = str_rindex(older, '.') + 1;
    Str patch = inc_decimal(a, str_slice(older, dot, older.len));
    return arena_printf(a, "%.*s%.*s-0.%.*s-%.*s%.*s", (int)dot, older.ptr, SFMT(patch), SFMT(time14), SFMT(rev),
                        SFMT(build));
}

static bool bad(Arena *a, Err *err, Str v, const char *why, Str what) {
    return err_set(err, a, ERR_OTHER, "pseudo-version %.*s invalid: %s%.*s", SFMT(str_quote(a, v)), why, SFMT(what));
}

// The tag that a pseudo-version was made from; "" if there was none.
static bool base_of(Arena *a, Str v, Parts p, Str *base, Err *err) {
    *base = S("");
    if (p.bare) {
        if (!p.build.len) return true;
        return bad(a, err, v, "lacks base version, but has build metadata ", str_quote(a, p.build));
    }
    if (!str_eq(semver_prerelease(p.base), S("-0"))) {
        *base = arena_printf(a, "%.*s%.*s", (int)p.base.len - 2, p.base.ptr, SFMT(p.build));
        return true;
    }
    Str tag = str_slice(p.base, 0, p.base.len - 2);
    i64 dot = str_rindex(tag, '.') + 1;
    Str patch = dec_decimal(a, str_slice(tag, dot, tag.len));
    if (!patch.len) {
        Str why = arena_printf(a, "version before %.*s would have negative patch number", SFMT(tag));
        return bad(a, err, v, "", why);
    }
    *base = arena_printf(a, "%.*s%.*s%.*s", (int)dot, tag.ptr, SFMT(patch), SFMT(p.build));
    return true;
}

bool pseudo_parse(Arena *a, Str v, Str *base, Str *time14, Str *rev, Err *err) {
    Parts p;
    if (!parse(v, &p)) return bad(a, err, v, "syntax error", S(""));
    if (time14) *time14 = p.time;
    if (rev) *rev = p.rev;
    return !base || base_of(a, v, p, base, err);
}
