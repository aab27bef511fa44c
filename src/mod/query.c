// query.c - version queries: "latest", "upgrade", "patch", "v1", "v1.2", "v1.2.3", "<v2", ">=v1.2", a branch, a tag, a commit.
//
// In:   a module path or a package pattern, a query, the version that is selected now, and which versions are allowed.
// Out:  the version, or an error in the go command's words. What replace lines say counts as if it were published.
// Never: changes a requirement. Facts: go.dev/ref/mod#version-queries, cmd/go/internal/modload/query.go.
#include "mod/graph_int.h"
#include "mod/query.h"

typedef enum Bound { B_NONE, B_LT, B_LE, B_EQ, B_GE, B_GT } Bound;
typedef struct Query {
    ModState *s;
    Str path, text, current;
    ModAllowedFn allowed;
    void *ctx;
    // what it matches
    Str prefix, limit; // versions begin with prefix and stand to limit as bound says
    Bound bound;
    bool revision;                             // of one version or revision: it is asked for, not chosen
    bool lowest, may_use_latest, incompatible; // incompatible: +incompatible versions are as good as others
} Query;

// Why a query of one of several modules found nothing: of the reasons with the same module, the first in this order is told.
typedef enum Reason {
    R_NONE,
    R_NO_PACKAGE,
    R_NO_VERSION,
    R_NO_PATCH_BASE,
    R_BAD_PATH,
    R_BAD_VERSION,
    R_NOT_EXIST,
    R_OTHER
} Reason;

static bool is(Str s, const char *lit) { return str_eq(s, str_c(lit)); }
static bool is_set(Str version) { return version.len && !is(version, "none"); }
static bool moves_up(const Query *q) { return is(q->text, "upgrade") || is(q->text, "patch"); }

static bool disallowed(const Query *q, Str version, Err *err) {
    if (!q->allowed) return false;
    Err why = {0};
    if (q->allowed(q->ctx, (ModVersion){q->path, version}, &why) || why.kind != ERR_DISALLOWED) return false;
    *err = why;
    return true;
}

// ---- a module's versions, with those that only a replace line knows ------------------------------

static bool is_replaced(const ModState *s, Str path) { return map_get_str(s->highest, path) != NULL; }

static int replaced_stat(ModState *s, Str version, RevInfo *info) {
    *info = (RevInfo){.version = version};
    Str base, time14 = S(""), rev = S("");
    Err ignored = {0};
    if (!pseudo_is(version) || !pseudo_parse(s->a, version, &base, &time14, &rev, &ignored)) return true;
    info->short_name = rev;
    const char *t = time14.ptr;
    if (time14.len == 14)
        info->time = arena_printf(s->a, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", t, t + 4, t + 6, t + 8, t + 10, t + 12);
    return true;
}

static bool stat_version(ModState *s, Str path, Str rev, RevInfo *info, Err *err) {
    Err why = {0};
    if (module_is_toolchain(path) || module_check_path(s->a, path, &why))
        if (fetch_stat(s->fetch, path, rev, info, &why)) return true;
    if (is_replaced(s, path) && str_eq(module_canonical_version(s->a, rev), rev)) {
        Str v = rev, prefix, major;
        if (module_split_path_major(path, &prefix, &major) && !major.len && !module_match_path_major(v, major) &&
            !semver_build(v).len)
            v = arena_printf(s->a, "%.*s+incompatible", SFMT(v));
        ModVersion r;
        if (mod_replacement(s, (ModVersion){path, v}, &r)) return replaced_stat(s, v, info);
    }
    *err = why;
    return false;
}

static void add_replaced(ModState *s, Map *replace, Str path, Str prefix, StrVec *out) {
    for (i64 i = 0; replace && i < map_len(replace); i++) {
        Str key = map_at(replace, i)->key.str; // "path@version"
        if (!str_has_prefix(key, path) || key.len <= path.len + 1 || key.ptr[path.len] != '@') continue;
        Str v = str_slice(key, path.len + 1, key.len);
        if (!str_has_prefix(v, prefix) || pseudo_is(v)) continue;
        i64 at = 0;
        while (at < out->len && modver_cmp(path, out->ptr[at], v) < 0) at++;
        if (at < out->len && str_eq(out->ptr[at], v)) continue;
        vec_push(s->a, out, v);
        for (i64 j = out->len - 1; j > at; j--) out->ptr[j] = out->ptr[j - 1];
        out->ptr[at] = v;
    }
}

static bool list_versions(ModState *s, Str path, Str prefix, StrVec *out, Str *origin, Err *err) {
    *out = (StrVec){0};
    *origin = S("");
    Str *list;
    i64 n = 0;
    Err why = {0};
    bool replaced = is_replaced(s, path);
    bool ok = module_is_toolchain(path) || module_check_path(s->a, path, &why);
    if (!ok && replaced) ok = true;
    else if (ok) ok = fetch_versions(s->fetch, path, prefix, &list, &n, origin, &why);
    if (!ok && (!replaced || why.kind != ERR_NOT_EXIST)) {
        *err = why;
        return false;
    }
    for (i64 i = 0; ok && i < n; i++) vec_push(s->a, out, list[i]);
    if (!replaced) return true;
    for (i64 i = 0; i < s->mains.len; i++) add_replaced(s, s->mains.ptr[i]->replace, path, prefix, out);
    return true;
}

static bool latest_version(ModState *s, Str path, RevInfo *info, Err *err) {
    Err why = {0};
    bool ok =
        (module_is_toolchain(path) || module_check_path(s->a, path, &why)) && fetch_latest(s->fetch, path, info, &why);
    Str *highest = map_get_str(s->highest, path);
    if (highest) {
        Str v = *highest, prefix, major;
        if (!v.len) { // replaced at all versions: older than any real one
            bool split = module_split_path_major(path, &prefix, &major) && major.len;
            v = pseudo_make(s->a, split ? str_slice(major, 1, major.len) : S("v0"), S(""), S("00010101000000"),
                            S("000000000000"));
        }
        if (!ok || modver_cmp(path, v, info->version) > 0) return replaced_stat(s, v, info);
    }
    if (!ok) *err = why;
    return ok;
}

// ---- what a query says ---------------------------------------------------------------------------

bool query_is_revision(Str path, Str query) {
    if (is(query, "latest") || is(query, "upgrade") || is(query, "patch")) return false;
    if (query.len && (query.ptr[0] == '<' || query.ptr[0] == '>')) return false;
    return !modver_valid(path, query) || !modver_is_prefix(path, query);
}

static bool fits_major(const Query *q, Str version) {
    Str prefix, major;
    return module_split_path_major(q->path, &prefix, &major) && module_match_path_major(version, major);
}

static bool read_range(Query *q, Reason *why, Err *err) {
    Arena *a = q->s->a;
    bool orequal = q->text.len > 1 && q->text.ptr[1] == '=', less = q->text.ptr[0] == '<';
    Str v = str_slice(q->text, 1 + orequal, q->text.len);
    *why = R_OTHER;
    Str qv = str_quote(a, v), qq = str_quote(a, q->text);
    if (!modver_valid(q->path, v))
        return err_set(err, a, ERR_OTHER, "invalid semantic version %.*s in range %.*s", SFMT(qv), SFMT(qq));
    if (less == orequal && modver_is_prefix(q->path, v)) // <=v1.2, >v1.2: does that mean v1.2.0?
        return err_set(err, a, ERR_OTHER, "ambiguous semantic version %.*s in range %.*s", SFMT(qv), SFMT(qq));
    q->bound = less ? (orequal ? B_LE : B_LT) : (orequal ? B_GE : B_GT);
    q->limit = v;
    q->lowest = !less;
    q->incompatible = q->incompatible || !fits_major(q, v);
    return true;
}

static bool read_query(Query *q, Reason *why, Err *err) {
    Arena *a = q->s->a;
    Str text = q->text;
    q->incompatible = str_has_suffix(q->current, S("+incompatible"));
    if (is(text, "latest")) {
        q->may_use_latest = true;
    } else if (moves_up(q)) {
        bool patch = is(text, "patch");
        if (patch && !is_set(q->current)) {
            *why = R_NO_PATCH_BASE;
            return err_set(err, a, ERR_OTHER,
                           "can't query version \"patch\" of module %.*s: no existing version is required",
                           SFMT(q->path));
        }
        q->may_use_latest = !is_set(q->current) || pseudo_is(q->current);
        if (is_set(q->current)) q->bound = B_GE, q->limit = q->current;
        if (patch) q->prefix = arena_printf(a, "%.*s.", SFMT(modver_major_minor(q->path, q->current)));
    } else if (text.len && (text.ptr[0] == '<' || text.ptr[0] == '>')) {
        return read_range(q, why, err);
    } else if (modver_valid(q->path, text)) {
        bool prefix = modver_is_prefix(q->path, text);
        q->revision = !prefix;
        q->bound = prefix ? B_GE : B_EQ; // v1.2 is no prerelease of v1.2.0
        q->limit = text;
        q->prefix = prefix ? arena_printf(a, "%.*s.", SFMT(text)) : semver_canonical(a, text);
        q->incompatible = q->incompatible || !fits_major(q, text);
    } else {
        q->revision = true;
    }
    return true;
}

static bool in_bound(const Query *q, Str v) {
    if (q->bound == B_NONE) return true;
    int c = modver_cmp(q->path, v, q->limit);
    switch (q->bound) {
    case B_LT: return c < 0;
    case B_LE: return c <= 0;
    case B_EQ: return c == 0;
    case B_GE: return c >= 0;
    default: return c > 0;
    }
}

static bool matches(const Query *q, Str v) {
    Err ignored = {0};
    if (q->prefix.len && !str_has_prefix(v, q->prefix)) { // of Go versions 1.21 itself is one of 1.21.*
        Str head = str_slice(q->prefix, 0, q->prefix.len - str_has_suffix(q->prefix, S(".")));
        if (!module_is_toolchain(q->path) || !str_eq(head, v)) return false;
    }
    return in_bound(q, v) && !disallowed(q, v, &ignored);
}

// Has the version a go.mod of its own: not only the line that is made for modules without one.
static bool has_gomod(const Query *q, Str version, bool *has, Err *err) {
    Str text;
    ModVersion m = mod_resolve(q->s, (ModVersion){q->path, version});
    *has = true;
    if (!m.version.len) return true; // a folder
    if (!fetch_gomod(q->s->fetch, m, &text, err)) return false;
    *has = !str_eq(text, arena_printf(q->s->a, "module %.*s\n", SFMT(m.path)));
    return true;
}

// The versions that match, releases and others. A module that has go.mod keeps its +incompatible versions out.
static bool sort_out(const Query *q, const StrVec *all, StrVec *releases, StrVec *others, Err *err) {
    bool incompatible = q->incompatible;
    Str compatible = S(""); // the newest
    *releases = *others = (StrVec){0};
    for (i64 i = 0; i < all->len; i++) {
        Str v = all->ptr[i];
        if (!matches(q, v)) continue;
        if (!incompatible && !str_has_suffix(v, S("+incompatible"))) {
            compatible = v;
        } else if (!incompatible && compatible.len) {
            bool has;
            if (!has_gomod(q, compatible, &has, err)) return false;
            if (has) break;
            incompatible = true;
        }
        vec_push(q->s->a, modver_is_prerelease(q->path, v) ? others : releases, v);
    }
    return true;
}

// ---- answering -----------------------------------------------------------------------------------

static Reason reason_of(const Err *e) {
    if (e->kind == ERR_NOT_EXIST) return R_NOT_EXIST;
    bool version =
        str_find(e->text, S("invalid version: ")) >= 0 || str_find(e->text, S("invalid pseudo-version: ")) >= 0;
    if (version || str_find(e->text, S("\" invalid: ")) >= 0) return R_BAD_VERSION;
    return str_has_prefix(e->text, S("malformed module path ")) ? R_BAD_PATH : R_OTHER;
}

static bool stat_revision(Query *q, RevInfo *info, Err *err) {
    ModState *s = q->s;
    Err first = {0}, second = {0};
    bool ok = stat_version(s, q->path, q->text, info, &first);
    Str canonical = module_canonical_version(s->a, q->text);
    if (!ok && canonical.len && !str_eq(canonical, q->text)) { // v1.2.3+meta may be a tag v1.2.3
        ok = stat_version(s, q->path, canonical, info, &second);
        if (!ok && second.kind != ERR_NOT_EXIST) first = second;
    }
    if (!ok) *err = first;
    return ok && !disallowed(q, info->version, err);
}

// When a revision was made, as the 14 digits of a pseudo-version; "" if that is not known.
static Str time_digits(Arena *a, Str rfc3339) {
    if (rfc3339.len < 20 || rfc3339.ptr[19] == '+' || rfc3339.ptr[19] == '-') return S("");
    const char *t = rfc3339.ptr;
    return arena_printf(a, "%.4s%.2s%.2s%.2s%.2s%.2s", t, t + 5, t + 8, t + 11, t + 14, t + 17);
}

// Info of the version that was chosen. From a pseudo-version nothing goes back in time.
static bool look_up(Query *q, Str version, RevInfo *info, Err *err) {
    ModState *s = q->s;
    if (!stat_version(s, q->path, version, info, err)) return false;
    if (!moves_up(q) || !pseudo_is(q->current) || !info->time.len) return true;
    Str base, current, rev, chosen = time_digits(s->a, info->time);
    Err ignored = {0};
    if (!pseudo_parse(s->a, q->current, &base, &current, &rev, &ignored)) return true;
    if (!chosen.len || str_cmp(chosen, current) >= 0) return true;
    return !disallowed(q, q->current, err) && stat_version(s, q->path, q->current, info, err);
}

static bool choose_version(Query *q, RevInfo *info, Reason *why, Err *err) {
    ModState *s = q->s;
    StrVec all, releases, others;
    Str origin;
    if (!list_versions(s, q->path, q->prefix, &all, &origin, err)) return false;
    if (!sort_out(q, &all, &releases, &others, err)) return false;
    const StrVec *from = releases.len ? &releases : &others;
    bool ok = true, done = true;
    if (from->len) {
        ok = look_up(q, q->lowest ? from->ptr[0] : from->ptr[from->len - 1], info, err);
    } else {
        RevInfo latest = {0};
        Err e = {0};
        bool have = q->may_use_latest && latest_version(s, q->path, &latest, &e);
        if (q->may_use_latest) origin = fetch_merge_origins(s->a, origin, latest.origin);
        if (q->may_use_latest && !have && e.kind != ERR_NOT_EXIST) {
            info->origin = origin;
            *err = e;
            return false;
        }
        if (have && matches(q, latest.version)) ok = look_up(q, latest.version, info, err);
        else if (moves_up(q) && is_set(q->current))
            ok = !disallowed(q, q->current, err) && look_up(q, q->current, info, err);
        else done = false;
    }
    if (done) {
        info->origin = fetch_merge_origins(s->a, origin, info->origin);
        return ok;
    }
    *info = (RevInfo){.version = S(""), .origin = origin};
    *why = R_NO_VERSION;
    Str stay =
        moves_up(q) && is_set(q->current) ? arena_printf(s->a, " (current version is %.*s)", SFMT(q->current)) : S("");
    return err_set(err, s->a, ERR_NO_MATCH, "no matching versions for query %.*s%.*s", SFMT(str_quote(s->a, q->text)),
                   SFMT(stay));
}

static bool answer(Query *q, RevInfo *info, Reason *why, Err *err) {
    ModState *s = q->s;
    *info = (RevInfo){.version = S("")};
    *why = R_OTHER;
    if (is_set(q->current) && !modver_valid(q->path, q->current))
        return err_set(err, s->a, ERR_OTHER, "invalid previous version %.*s@%.*s", SFMT(q->path), SFMT(q->current));
    if (s->mode == MOD_VENDOR) {
        Str reason = s->mode_reason.len ? arena_printf(s->a, "\n\t(%.*s)", SFMT(s->mode_reason)) : S("");
        return err_set(err, s->a, ERR_OTHER, "cannot query module due to -mod=vendor%.*s", SFMT(reason));
    }
    if (mod_main_named(s, q->path) && moves_up(q)) return true;
    if (is(q->path, "std") || is(q->path, "cmd"))
        return err_set(err, s->a, ERR_OTHER, "can't query specific version (%.*s) of standard-library module %.*s",
                       SFMT(str_quote(s->a, q->text)), SFMT(str_quote(s->a, q->path)));
    Err bad = {0};
    if (!is_replaced(s, q->path) && !module_is_toolchain(q->path) && !module_check_path(s->a, q->path, &bad)) {
        *why = R_BAD_PATH;
        *err = bad;
        return false;
    }
    if (!read_query(q, why, err)) return false;
    *why = R_NONE;
    bool ok = q->revision ? stat_revision(q, info, err) : choose_version(q, info, why, err);
    if (!ok && *why == R_NONE) *why = reason_of(err);
    return ok;
}

bool mod_query(ModState *s, Str path, Str query, Str current, ModAllowedFn allowed, void *ctx, RevInfo *info,
               Err *err) {
    Query q = {.s = s, .path = path, .text = query, .current = current, .allowed = allowed, .ctx = ctx};
    Reason why;
    return answer(&q, info, &why, err);
}

bool mod_versions(ModState *s, Str path, Str **list, i64 *n, Str *origin, Err *err) {
    StrVec v;
    if (!list_versions(s, path, S(""), &v, origin, err)) return false;
    *list = v.ptr;
    *n = v.len;
    return true;
}

// ---- which module has a package or packages of a pattern -----------------------------------------

typedef struct PatternQuery {
    ModState *s;
    Str pattern, query;
    bool wild;
    ModCurrentFn current;
    ModAllowedFn allowed;
    void *ctx;
    // what was found out about modules whose path begins the pattern
    StrVec candidates;
    ModVec mains;    // main modules that match themselves
    ModVersion only; // a module that matches, but has no package that does
    bool have_only;
    VEC(ModQueryResult) found;
    Reason worst;
    Err worst_err;
} PatternQuery;

// Packages of a module in root that match.
static bool packages_of(PatternQuery *p, ModVersion m, Str root, bool local, StrVec *pkgs, Err *err) {
    ModState *s = p->s;
    *pkgs = (StrVec){0};
    if (p->wild) {
        Match match = {.m.pattern = p->pattern};
        ModVec one = {0};
        vec_push(s->a, &one, m);
        match_packages(s, &match, false, &one, true);
        *pkgs = match.pkgs;
        if (match.errs.len && !pkgs->len) *err = match.errs.ptr[0];
        return pkgs->len || !match.errs.len;
    }
    Main *main = m.version.len ? NULL : mod_main_named(s, m.path);
    Str dir;
    bool go_files;
    if (mod_dir_in(s, p->pattern, main ? main->prefix : m.path, root, local, &dir, &go_files))
        vec_push(s->a, pkgs, p->pattern);
    return true;
}

bool mod_fail_main_packages(ModState *s, Str pattern, Str query, const Str *pkgs, i64 n, Err *err) {
    if (n > 1)
        return err_set(err, s->a, ERR_OTHER,
                       "pattern %.*s matches %ld packages in the main module, so can't request version %.*s",
                       SFMT(pattern), (long)n, SFMT(query));
    if (str_find(pattern, S("...")) >= 0 || mod_is_meta(pattern))
        return err_set(err, s->a, ERR_OTHER,
                       "pattern %.*s matches package %.*s in the main module, so can't request version %.*s",
                       SFMT(pattern), SFMT(pkgs[0]), SFMT(query));
    return err_set(err, s->a, ERR_OTHER, "package %.*s is in the main module, so can't request version %.*s",
                   SFMT(pkgs[0]), SFMT(query));
}

// 1: the answer is a main module; 0: go on; -1: an error.
static int ask_mains(PatternQuery *p, Err *err) {
    ModState *s = p->s;
    bool up = is(p->query, "upgrade") || is(p->query, "patch");
    for (i64 i = 0; i < s->mains.len; i++) {
        ModVersion m = {s->mains.ptr[i]->m.path, S("")};
        StrVec pkgs;
        if (!packages_of(p, m, s->mains.ptr[i]->m.dir, true, &pkgs, err)) return -1;
        if (pkgs.len && !up) {
            mod_fail_main_packages(s, p->pattern, p->query, pkgs.ptr, pkgs.len, err);
            return -1;
        }
        if (pkgs.len) {
            ModQueryResult r = {.mod = m, .rev.version = S(""), .packages = pkgs.ptr, .npackages = pkgs.len};
            vec_push(s->a, &p->found, r);
            return 1;
        }
        if (!mod_pattern_match(p->pattern, m.path)) continue;
        vec_push(s->a, &p->mains, m);
        if (up) p->only = m, p->have_only = true;
    }
    return 0;
}

bool mod_fail_main_version(ModState *s, Str pattern, Str query, const ModVersion *mains, i64 n, Err *err) {
    Str q = str_quote(s->a, query);
    if (mod_main_named(s, pattern))
        return err_set(err, s->a, ERR_OTHER, "can't request version %.*s of the main module (%.*s)", SFMT(q),
                       SFMT(pattern));
    Buf b = {0};
    for (i64 i = 0; i < n; i++) buf_printf(&b, "%s%.*s", i ? ", " : "", SFMT(mains[i].path));
    err_set(err, s->a, ERR_OTHER, "can't request version %.*s of pattern %.*s that includes the main module%s (%.*s)",
            SFMT(q), SFMT(str_quote(s->a, pattern)), n > 1 ? "s" : "", (int)b.len, (char *)b.ptr);
    buf_free(&b);
    return false;
}

Str mod_no_package_text(ModState *s, ModVersion m, Str query, Str pattern) {
    ModVersion r;
    Str found = S("");
    bool same = str_eq(query, m.version);
    if (mod_replacement(s, m, &r)) {
        Str by = modver_string(s->a, r);
        if (same) found = arena_printf(s->a, " (replaced by %.*s)", SFMT(by));
        else found = arena_printf(s->a, " (%.*s, replaced by %.*s)", SFMT(m.version), SFMT(by));
    } else if (!same) {
        found = arena_printf(s->a, " (%.*s)", SFMT(m.version));
    }
    const char *what = str_find(pattern, S("...")) >= 0 ? "packages matching" : "package";
    return arena_printf(s->a, "module %.*s@%.*s found%.*s, but does not contain %s %.*s", SFMT(m.path), SFMT(query),
                        SFMT(found), what, SFMT(pattern));
}

static Reason ask_module(PatternQuery *p, Str path, ModQueryResult *r, Err *err) {
    ModState *s = p->s;
    Query q = {.s = s,
               .path = path,
               .text = p->query,
               .current = p->current(p->ctx, path),
               .allowed = p->allowed,
               .ctx = p->ctx};
    Reason why;
    *r = (ModQueryResult){.mod.path = path};
    if (!answer(&q, &r->rev, &why, err)) return why;
    r->mod.version = r->rev.version;
    if (module_is_toolchain(path)) return R_NONE;
    Str dir;
    bool local, no_sum;
    StrVec pkgs;
    if (!mod_fetch(s, r->mod, &dir, &local, &no_sum, err)) return reason_of(err);
    Err e = {0};
    bool ok = packages_of(p, r->mod, dir, local, &pkgs, &e);
    r->packages = pkgs.ptr;
    r->npackages = pkgs.len;
    if (pkgs.len || mod_pattern_match(p->pattern, path)) return R_NONE;
    if (!ok) {
        *err = e;
        return R_OTHER;
    }
    *err = (Err){mod_no_package_text(s, r->mod, p->query, p->pattern), ERR_NO_PACKAGE};
    return R_NO_PACKAGE;
}

// The most telling reason of the longest path.
static void note_reason(PatternQuery *p, Reason why, ModVersion m, Err *e) {
    bool better = !p->worst_err.text.len || (p->worst != R_OTHER && why < p->worst);
    if (why == R_NO_PACKAGE && p->worst == R_NO_PACKAGE) better = false;
    if (why == R_OTHER) // after something better was seen a short path's trouble does not matter
        better = !p->found.len && !p->have_only && p->worst != R_OTHER && p->worst != R_NO_PACKAGE;
    if (!better) return;
    p->worst = why;
    p->worst_err = *e;
}

// Paths that a module may have which begin with the path's elements, the longest first.
static void find_candidates(PatternQuery *p, Str path) {
    for (;;) {
        Str prefix, major;
        if (!mod_main_named(p->s, path) && module_split_path_major(path, &prefix, &major))
            vec_push(p->s->a, &p->candidates, path);
        i64 slash = str_rindex(path, '/');
        if (slash < 0) return;
        path = str_slice(path, 0, slash);
    }
}

static void warm_one(void *ctx, i64 i, int worker) {
    PatternQuery *p = ctx;
    Str path = p->candidates.ptr[i], origin, *list;
    i64 n;
    RevInfo info;
    Err ignored = {0};
    if (query_is_revision(path, p->query)) fetch_stat(p->s->fetch, path, p->query, &info, &ignored);
    else fetch_versions(p->s->fetch, path, S(""), &list, &n, &origin, &ignored);
}

// Asks the proxy about all candidates at once; what it says is remembered by the Fetcher.
static void warm_up(PatternQuery *p) {
    StrVec all = p->candidates;
    p->candidates = (StrVec){0};
    for (i64 i = 0; i < all.len; i++) {
        Err ignored = {0};
        if (module_check_path(p->s->a, all.ptr[i], &ignored) && !is_replaced(p->s, all.ptr[i]))
            vec_push(p->s->a, &p->candidates, all.ptr[i]);
    }
    if (p->candidates.len > 1) parallel_for(p->candidates.len, (int)i64_min(p->candidates.len, 8), warm_one, p);
    p->candidates = all;
}

static bool ask_candidates_now(PatternQuery *p, Err *err) {
    if (p->s->mode != MOD_VENDOR) warm_up(p);
    for (i64 i = 0; i < p->candidates.len; i++) {
        ModQueryResult r;
        Err e = {0};
        Reason why = ask_module(p, p->candidates.ptr[i], &r, &e);
        if (why != R_NONE) note_reason(p, why, r.mod, &e);
        else if (r.npackages) vec_push(p->s->a, &p->found, r);
        else p->only = r.mod, p->have_only = true;
    }
    bool other = p->worst == R_OTHER; // told even if a longer path was found
    if (p->found.len || p->have_only) {
        if (!other) return true;
    }
    *err = p->worst_err;
    return false;
}

// Each proxy is asked for all candidates before the next one is: what the first one has, counts. "direct" need not be reached.
static bool ask_candidates(PatternQuery *p, Err *err) {
    PatternQuery before = *p;
    bool ok = false;
    fetch_limit(p->s->fetch, 1);
    for (i64 k = 2;; k++) {
        ok = ask_candidates_now(p, err);
        if (ok || !fetch_goes_on(p->s->fetch, err)) break;
        fetch_limit(p->s->fetch, k);
        *p = before;
        *err = (Err){0};
    }
    fetch_limit(p->s->fetch, 0);
    if (!ok && p->mains.len && !p->found.len && !p->have_only && p->worst_err.kind == ERR_NOT_EXIST)
        return mod_fail_main_version(p->s, p->pattern, p->query, p->mains.ptr, p->mains.len, err);
    return ok;
}

bool mod_query_pattern_from(ModState *s, Str pattern, Str query, ModCurrentFn current, ModAllowedFn allowed, void *ctx,
                            ModQueryResult **out, i64 *n, ModVersion *mod_only, Err *err) {
    PatternQuery p = {.s = s, .pattern = pattern, .query = query, .current = current, .allowed = allowed, .ctx = ctx};
    i64 dots = str_find(pattern, S("..."));
    Str base = pattern;
    p.wild = dots >= 0;
    if (p.wild) {
        base = path_dir(str_slice(pattern, 0, dots + 3));
        if (!base.len || is(base, "."))
            return err_set(err, s->a, ERR_OTHER,
                           "no modules to query for %.*s@%.*s because first path element contains a wildcard",
                           SFMT(pattern), SFMT(query));
    }
    int r = ask_mains(&p, err);
    if (r < 0) return false;
    if (!r) find_candidates(&p, base);
    bool ok = true;
    if (!r && p.candidates.len) ok = ask_candidates(&p, err);
    else if (!r && !p.have_only && p.mains.len)
        ok = mod_fail_main_version(s, p.pattern, p.query, p.mains.ptr, p.mains.len, err);
    else if (!r && !p.have_only)
        ok = err_set(err, s->a, ERR_OTHER, "%.*s",
                     SFMT(mod_no_package_text(s, (ModVersion){S(""), S("")}, query, pattern)));
    *out = p.found.ptr;
    *n = p.found.len;
    *mod_only = p.have_only ? p.only : (ModVersion){S(""), S("")};
    return ok;
}

bool mod_query_packages_from(ModState *s, Str pattern, Str query, ModCurrentFn current, ModAllowedFn allowed, void *ctx,
                             ModQueryResult **out, i64 *n, Err *err) {
    ModVersion only;
    if (!mod_query_pattern_from(s, pattern, query, current, allowed, ctx, out, n, &only, err)) return false;
    if (*n) return true;
    return err_set(err, s->a, ERR_NO_PACKAGE, "%.*s", SFMT(mod_no_package_text(s, only, query, pattern)));
}

static Str selected_now(void *ctx, Str path) { return mod_selected(ctx, path); }

bool mod_query_pattern(ModState *s, Str pattern, Str query, ModAllowedFn allowed, void *ctx, ModQueryResult **out,
                       i64 *n, ModVersion *mod_only, Err *err) {
    CHECK(ctx == s); // mod_selected is asked what is selected
    return mod_query_pattern_from(s, pattern, query, selected_now, allowed, ctx, out, n, mod_only, err);
}
