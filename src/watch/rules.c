// rules.c - which files the configuration watches, and what a change of one means.
//
// In:   the configuration, a path. Out: a build, the command of a rule, or nothing.
// Folders: hidden ones, tmp_dir and testdata_dir never; those of exclude_dir but for a rule's include_dir; with include_dir only
// those, which may be outside of the root. Files: include_file, then extensions; not what exclude_file or exclude_regex names. Regular
// expressions are Go's where POSIX's can say the same; what they cannot is an error.
#include "watch/watch.h"
#include <fnmatch.h>
#include <limits.h>
#include <regex.h>

typedef VEC(regex_t *) Regexes;
struct WatchRules {
    Arena *a;
    const WatchConfig *c;
    Str binary; // the program, which a pattern "*" does not mean
    Regexes excluded;
    VEC(Regexes) of_rules;
};

// ---- regular expressions ----------------------------------------------------------------------------------------------

static const char *class_of(char c) {
    return c == 'd' ? "[0-9]" : c == 'D' ? "[^0-9]" : c == 'A' ? "^" : c == 'z' ? "$" : NULL;
}

// Go's words for what POSIX has too; false: POSIX has no such thing.
static bool translate(Str s, Buf *b, int *flags) {
    if (str_has_prefix(s, S("(?i)"))) *flags |= REG_ICASE, s = str_slice(s, 4, s.len);
    for (i64 i = 0; i < s.len; i++) {
        char c = s.ptr[i], next = i + 1 < s.len ? s.ptr[i + 1] : 0;
        if (c == '\\') {
            if (next == 'p' || next == 'P' || next == 'x' || next == 'Q' || next == 'C') return false;
            if (class_of(next)) buf_c(b, class_of(next));
            else buf_char(b, c), buf_char(b, next);
            i++;
        } else if (c == '(' && next == '?') {
            if (i + 2 >= s.len || s.ptr[i + 2] != ':') return false;
            buf_char(b, '(');
            i += 2;
        } else if ((c == '*' || c == '+' || c == '?' || c == '}') &&
                   next == '?') { // few or many: it matches all the same
            buf_char(b, c);
            i++;
        } else buf_char(b, c);
    }
    return true;
}

static bool add_regex(WatchRules *r, Str pattern, Regexes *out, Err *err) {
    Buf b = {0};
    int flags = REG_EXTENDED | REG_NOSUB;
    regex_t *re = ANEW(r->a, regex_t);
    char text[128] = "vole does not know a part of it";
    bool good = translate(pattern, &b, &flags);
    buf_u8(&b, 0);
    int rc = good ? regcomp(re, (const char *)b.ptr, flags) : REG_BADPAT;
    if (good && rc) regerror(rc, re, text, sizeof text);
    buf_free(&b);
    if (rc) return err_set(err, r->a, ERR_OTHER, "regular expression %.*s: %s", SFMT(str_quote(r->a, pattern)), text);
    vec_push(r->a, out, re);
    return true;
}

static bool any_regex(const Regexes *all, const char *path) {
    for (i64 i = 0; i < all->len; i++)
        if (regexec(all->ptr[i], path, 0, NULL, 0) == 0) return true;
    return false;
}

// ---- paths ------------------------------------------------------------------------------------------------------------

static bool is_below(Str path, Str dir) { // or dir itself
    if (!str_has_prefix(path, dir)) return false;
    return path.len == dir.len || dir.len == 1 || path.ptr[dir.len] == '/';
}

static Str absolute(const WatchRules *r, Str path) {
    return path_clean(r->a, path.len && path.ptr[0] == '/' ? path : path_join(r->a, r->c->root, path));
}

static StrItems absolute_all(WatchRules *r, const StrItems *v) {
    StrItems out = {0};
    for (i64 i = 0; i < v->len; i++) vec_push(r->a, &out, absolute(r, v->ptr[i]));
    return out;
}

static Str relative(const WatchRules *r, Str path) {
    return is_below(path, r->c->root) && path.len > r->c->root.len ? str_slice(path, r->c->root.len + 1, path.len)
                                                                   : path;
}

static bool below_any(const StrItems *dirs, Str path) {
    for (i64 i = 0; i < dirs->len; i++)
        if (is_below(path, dirs->ptr[i])) return true;
    return false;
}

static bool above_any(const StrItems *dirs, Str path) {
    for (i64 i = 0; i < dirs->len; i++)
        if (is_below(dirs->ptr[i], path)) return true;
    return false;
}

static bool is_one(const StrItems *v, Str s) {
    for (i64 i = 0; i < v->len; i++)
        if (str_eq(v->ptr[i], s)) return true;
    return false;
}

static bool has_ext(const WatchRules *r, const StrItems *exts, Str path) {
    Str base = path_base(path);
    i64 dot = str_rindex(base, '.');
    Str ext = dot < 0 ? (Str){0} : str_slice(base, dot + 1, base.len);
    for (i64 i = 0; i < exts->len; i++) {
        Str want = exts->ptr[i];
        if (str_eq(want, S("*")) && !str_eq(path, r->binary)) return true;
        if (str_has_prefix(want, S("."))) want = str_slice(want, 1, want.len);
        if (want.len && dot >= 0 && str_eq(want, ext)) return true;
    }
    return false;
}

static bool is_hidden(const WatchRules *r, Str dir) { // a part of it below the root begins with a dot
    Str rel = relative(r, dir);
    for (i64 i = 0; i < rel.len; i++)
        if (rel.ptr[i] == '.' && (i == 0 || rel.ptr[i - 1] == '/') && rel.len > i + 1) return true;
    return false;
}

static bool is_excluded_dir(const WatchRules *r, Str dir) {
    return below_any(&r->c->exclude_dir, dir) || (r->c->tmp_dir.len && is_below(dir, r->c->tmp_dir)) ||
           (r->c->testdata_dir.len && is_below(dir, r->c->testdata_dir)) ||
           (is_below(dir, r->c->root) && dir.len > r->c->root.len && is_hidden(r, dir));
}

// ---- rules ------------------------------------------------------------------------------------------------------------

static bool rule_takes(const WatchRules *r, i64 i, Str path) {
    const WatchRule *w = &r->c->rules.ptr[i];
    bool named = is_one(&w->include_file, path);
    if (!named && w->include_dir.len && !below_any(&w->include_dir, path)) return false;
    if (!named && !w->include_dir.len && (is_excluded_dir(r, path_dir(path)) || !is_below(path, r->c->root)))
        return false;
    if (!named && w->include_ext.len && !has_ext(r, &w->include_ext, path)) return false;
    if (!named && !w->include_ext.len && w->include_file.len) return false; // only those files
    return !any_regex(&r->of_rules.ptr[i], path.ptr);
}

static bool build_takes(const WatchRules *r, Str path) {
    const WatchConfig *c = r->c;
    const char *z = path.ptr;
    if (is_one(&c->include_file, path)) return true;
    if (any_regex(&r->excluded, z)) return false;
    for (i64 i = 0; i < c->exclude_file.len; i++)
        if (fnmatch(c->exclude_file.ptr[i].ptr, z, FNM_PATHNAME) == 0) return false;
    Str dir = path_dir(path);
    if (is_excluded_dir(r, dir)) return false;
    if (c->include_dir.len ? !below_any(&c->include_dir, path) : !is_below(path, c->root)) return false;
    return has_ext(r, &c->include_ext, path);
}

i64 rules_match(const WatchRules *r, Str path) {
    char z[PATH_MAX];
    if (path.len >= (i64)sizeof z) return RULE_NONE;
    memcpy(z, path.ptr, (size_t)path.len);
    z[path.len] = 0;
    path.ptr = z;
    for (i64 i = 0; i < r->c->rules.len; i++)
        if (rule_takes(r, i, path)) return i;
    return build_takes(r, path) ? RULE_BUILD : RULE_NONE;
}

bool rules_enter(const WatchRules *r, Str dir) {
    const WatchConfig *c = r->c;
    for (i64 i = 0; i < c->rules.len; i++) {
        const StrItems *dirs = &c->rules.ptr[i].include_dir;
        if (below_any(dirs, dir) || above_any(dirs, dir)) return true;
        for (i64 k = 0; k < c->rules.ptr[i].include_file.len; k++)
            if (is_below(c->rules.ptr[i].include_file.ptr[k], dir)) return true;
    }
    for (i64 i = 0; i < c->include_file.len; i++)
        if (is_below(c->include_file.ptr[i], dir)) return true;
    if (is_excluded_dir(r, dir)) return false;
    return !c->include_dir.len || below_any(&c->include_dir, dir) || above_any(&c->include_dir, dir);
}

void rules_roots(const WatchRules *r, Arena *a, StrItems *out) {
    vec_push(a, out, r->c->root);
    for (i64 i = 0; i < r->c->include_dir.len; i++)
        if (!is_below(r->c->include_dir.ptr[i], r->c->root)) vec_push(a, out, r->c->include_dir.ptr[i]);
    for (i64 i = 0; i < r->c->rules.len; i++)
        for (i64 k = 0; k < r->c->rules.ptr[i].include_dir.len; k++)
            if (!is_below(r->c->rules.ptr[i].include_dir.ptr[k], r->c->root))
                vec_push(a, out, r->c->rules.ptr[i].include_dir.ptr[k]);
}

// ---- from the configuration -------------------------------------------------------------------------------------------

static bool read_rule(WatchRules *r, WatchRule *w, Err *err) {
    Regexes all = {0};
    w->include_dir = absolute_all(r, &w->include_dir);
    w->include_file = absolute_all(r, &w->include_file);
    for (i64 i = 0; i < w->exclude_regex.len; i++)
        if (!add_regex(r, w->exclude_regex.ptr[i], &all, err)) return false;
    vec_push(r->a, &r->of_rules, all);
    return true;
}

WatchRules *rules_new(Arena *a, const WatchConfig *from, Err *err) {
    WatchRules *r = ANEW(a, WatchRules);
    WatchConfig *c = ANEW(a, WatchConfig);
    *c = *from;
    r->a = a;
    r->c = c;
    c->exclude_dir = absolute_all(r, &from->exclude_dir);
    c->include_dir = absolute_all(r, &from->include_dir);
    c->include_file = absolute_all(r, &from->include_file);
    c->exclude_file = absolute_all(r, &from->exclude_file);
    c->tmp_dir = c->tmp_dir.len ? absolute(r, c->tmp_dir) : c->tmp_dir;
    c->testdata_dir = c->testdata_dir.len ? absolute(r, c->testdata_dir) : c->testdata_dir;
    r->binary = absolute(r, c->bin.len ? c->bin : S("./tmp/main"));
    c->rules.ptr = ANEWN(a, WatchRule, c->rules.len + 1);
    if (c->rules.len) memcpy(c->rules.ptr, from->rules.ptr, sizeof(WatchRule) * (size_t)c->rules.len);
    for (i64 i = 0; i < from->exclude_regex.len; i++)
        if (!add_regex(r, from->exclude_regex.ptr[i], &r->excluded, err)) return NULL;
    for (i64 i = 0; i < c->rules.len; i++)
        if (!read_rule(r, &c->rules.ptr[i], err)) return NULL;
    return r;
}
