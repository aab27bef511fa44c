// get.c - `get`: arguments become queries, queries become versions of modules, versions become requirements.
//
// In:   arguments path[@version], patterns, folders; -u, -t.
// Out:  go.mod and go.sum with the requirements that give these versions, or errors and no change.
// How:  each query collects sets of modules that could answer it. From a set that has one sensible answer this is taken; the build list changes
//       by it, and the queries are asked again about what is new, until nothing changes; then sets with several answers get one of them. What
//       the named packages import is added (or raised, with -u) likewise. Queries are relative to the build list at the beginning, so that
//       the order does not matter. Facts: go.dev/ref/mod#go-get, cmd/go/internal/modget.
#include "mod/get_int.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static bool is(Str s, const char *lit) { return str_eq(s, str_c(lit)); }

// ---- errors --------------------------------------------------------------------------------------

void get_error(Resolver *r, Str text) {
    r->failed = true;
    fprintf(stderr, "go: %.*s\n", SFMT(text));
}

// Does text name word, with one of the marks (or an end of a line) on each side?
static bool names(Str text, Str word, const char *before, const char *after) {
    for (i64 i = 0; word.len && i + word.len <= text.len; i++) {
        if (memcmp(text.ptr + i, word.ptr, (size_t)word.len)) continue;
        char b = i ? text.ptr[i - 1] : '\n', e = i + word.len < text.len ? text.ptr[i + word.len] : '\n';
        if ((b == '\n' || strchr(before, b)) && (e == '\n' || strchr(after, e))) return true;
    }
    return false;
}

void get_query_error(Resolver *r, const GetQuery *q, Str text) {
    bool named = names(text, q->pattern, " \t(\"`", " @:;)\"`");
    if (named && q->raw_version.len) named = names(text, q->version, " @(\"`", " :;)\"`");
    if (named || !q->raw.len) get_error(r, text);
    else get_error(r, arena_printf(r->a, "%.*s: %.*s", SFMT(q->raw), SFMT(text)));
}

static Str name_answer(Resolver *r, const GetQuery *q, ModVersion m) {
    if (!str_eq(m.path, q->pattern) && !str_eq(m.version, q->version))
        return arena_printf(r->a, "%.*s (matching %.*s@%.*s)", SFMT(modver_string(r->a, m)), SFMT(q->pattern),
                            SFMT(q->version));
    if (!str_eq(m.path, q->pattern))
        return arena_printf(r->a, "%.*s (matching %.*s)", SFMT(modver_string(r->a, m)), SFMT(q->raw));
    if (str_eq(m.version, q->version)) return q->raw;
    return arena_printf(r->a, "%.*s@%.*s (%.*s)", SFMT(q->pattern), SFMT(q->version), SFMT(m.version));
}

static Str name_query(Resolver *r, const GetQuery *q, Str version) {
    if (str_eq(version, q->version)) return q->raw;
    return arena_printf(r->a, "%.*s@%.*s (%.*s)", SFMT(q->pattern), SFMT(q->version), SFMT(version));
}

static bool any_wild(const GetQuery *q) { return q->wild || (q->local && str_find(q->pattern, S("...")) >= 0); }

static void tell_conflict(Resolver *r, GetQuery *q, ModVersion m, const Reason *other) {
    if (q->conflicted) return;
    q->conflicted = true;
    Reason x = {m.version, q}, y = *other;
    if (any_wild(q) && !any_wild(y.query)) y = x, x = *other; // the one that is a path first
    Str module = str_eq(m.path, x.query->pattern) ? S("") : arena_printf(r->a, "for module %.*s, ", SFMT(m.path));
    get_query_error(r, q,
                    arena_printf(r->a, "%.*s%.*s conflicts with %.*s", SFMT(module),
                                 SFMT(name_query(r, x.query, x.version)), SFMT(name_query(r, y.query, y.version))));
}

static bool no_such_version(const Err *e) { return e->kind == ERR_NOT_EXIST || e->kind == ERR_NO_MATCH; }
static bool no_such_package(const Err *e) { return no_such_version(e) || e->kind == ERR_NO_PACKAGE; }

// ---- arguments -----------------------------------------------------------------------------------

Str get_cut_version(Str arg, Str *version, bool *found) {
    i64 at = str_index(arg, '@');
    *found = at >= 0;
    *version = at < 0 ? S("") : str_slice(arg, at + 1, arg.len);
    return at < 0 ? arg : str_slice(arg, 0, at);
}

static bool up_or_patch(Str v) { return is(v, "upgrade") || is(v, "patch"); }

static Str wrong_query(Resolver *r, const GetQuery *q) { // "": none
    if (q->local && q->raw_version.len)
        return arena_printf(r->a, "can't request explicit version %.*s of path %.*s in main module",
                            SFMT(str_quote(r->a, q->raw_version)), SFMT(str_quote(r->a, q->pattern)));
    if (q->local) return S("");
    if (is(q->pattern, "all") && !up_or_patch(q->version))
        return arena_printf(r->a, "can't request version %.*s of pattern \"all\" that includes the main module",
                            SFMT(str_quote(r->a, q->version)));
    if (!mod_is_meta(q->pattern) || is(q->pattern, "all") || str_eq(q->pattern, q->raw)) return S("");
    if (is(q->pattern, "tool")) return S("can't request explicit version of \"tool\" pattern");
    return arena_printf(r->a, "can't request explicit version of standard-library pattern %.*s",
                        SFMT(str_quote(r->a, q->pattern)));
}

static GetQuery *read_query(Resolver *r, Str arg, Str *why) {
    GetQuery *q = ANEW(r->a, GetQuery);
    bool found;
    q->raw = arg;
    q->seen = map_new_str(r->a);
    q->pattern = get_cut_version(arg, &q->raw_version, &found);
    Str v = q->raw_version, p = q->pattern;
    *why = S("");
    if (v.len && (v.ptr[0] == '-' || v.ptr[0] == '/'))
        *why = arena_printf(r->a, "invalid module version %.*s", SFMT(str_quote(r->a, v)));
    else if (found && (!v.len || str_index(v, '@') >= 0))
        *why = arena_printf(r->a, "invalid module version syntax %.*s", SFMT(str_quote(r->a, arg)));
    q->version = v.len ? v : r->o.upgrade.len ? r->o.upgrade : S("upgrade");
    q->none = is(q->version, "none");
    q->local = is(p, ".") || is(p, "..") || str_has_prefix(p, S("./")) || str_has_prefix(p, S("../")) ||
               str_has_prefix(p, S("/"));
    q->wild = !q->local && str_find(p, S("...")) >= 0;
    if (!why->len) *why = wrong_query(r, q);
    return q;
}

// `get x.go` is mostly a mistake.
static Str go_file_error(Resolver *r, const GetQuery *q) {
    struct stat st;
    if (!str_has_suffix(q->raw, S(".go")) || q->raw_version.len) return S("");
    if (str_index(q->raw, '/') < 0)
        return arena_printf(r->a, "%.*s: arguments must be package or module paths", SFMT(q->raw));
    if (stat(arena_cstr(r->a, q->raw), &st) || S_ISDIR(st.st_mode)) return S("");
    return arena_printf(r->a, "%.*s exists as a file, but 'go get' requires package arguments", SFMT(q->raw));
}

static bool read_args(Resolver *r) {
    for (i64 i = 0; i < (r->o.nargs ? r->o.nargs : 1); i++) {
        Str why, arg = r->o.nargs ? match_clean(r->a, r->o.args[i]) : S(".");
        GetQuery *q = read_query(r, arg, &why);
        if (!why.len && q->none && is(q->pattern, "go")) why = S("cannot use go@none");
        if (!why.len && q->none && is(q->pattern, "toolchain")) {
            r->s->drop_toolchain = true;
            continue;
        }
        if (!r->o.nargs) q->raw = S("");
        if (!why.len) why = go_file_error(r, q);
        if (why.len) get_error(r, why);
        else vec_push(r->a, &r->all_queries, q);
        if (is(q->pattern, "toolchain")) r->s->keep_toolchain = true;
    }
    return !r->failed;
}

// ---- asking --------------------------------------------------------------------------------------

Str get_version_in(const Map *versions, Str path) {
    const Str *v = map_get_str(versions, path);
    return v ? *v : S("none");
}

// A named and a current version are allowed whatever its author says of it now.
typedef struct Ask {
    Resolver *r;
    Str query;
    const Map *current;
} Ask;
static Str ask_current(void *ctx, Str path) { return get_version_in(((Ask *)ctx)->current, path); }
static bool ask_allowed(void *ctx, ModVersion m, Err *err) {
    Ask *ask = ctx;
    if (str_eq(m.version, ask->query)) return mod_check_excluded(ask->r->s, m, err);
    if (up_or_patch(ask->query) && str_eq(m.version, ask_current(ctx, m.path))) return true;
    return mod_check_allowed(ask->r->s, m, err);
}

static bool ask_module(Resolver *r, Str path, Str query, ModVersion *m, Err *err) {
    Ask ask = {r, query, r->initial};
    RevInfo info;
    if (!mod_query(r->s, path, query, get_version_in(r->initial, path), ask_allowed, &ask, &info, err)) return false;
    *m = (ModVersion){path, info.version};
    return true;
}

static PathSet set_of(Resolver *r, const ModQueryResult *res, i64 n, ModVersion mod) {
    PathSet set = {.mod = mod};
    for (i64 i = 0; i < n; i++) vec_push(r->a, &set.with_package, res[i].mod);
    return set;
}

static PathSet ask_packages(Resolver *r, Str pattern, Str query, const Map *current) {
    Ask ask = {r, query, current};
    ModQueryResult *res = NULL;
    i64 n = 0;
    Err err = {0};
    bool ok = mod_query_packages_from(r->s, pattern, query, ask_current, ask_allowed, &ask, &res, &n, &err);
    PathSet set = set_of(r, res, n, (ModVersion){S(""), S("")});
    if (!ok) set.err = err;
    return set;
}

static PathSet ask_pattern(Resolver *r, const GetQuery *q) {
    Ask ask = {r, q->version, r->initial};
    ModQueryResult *res = NULL;
    i64 n = 0;
    Err err = {0};
    ModVersion only = {S(""), S("")};
    bool ok =
        mod_query_pattern_from(r->s, q->pattern, q->version, ask_current, ask_allowed, &ask, &res, &n, &only, &err);
    return ok ? set_of(r, res, n, only) : (PathSet){.err = err};
}

// Packages of one module (path "": of the library) that a pattern names, for any build.
static StrVec packages_in(Resolver *r, Str pattern, ModVersion m, Err *err) {
    ModState *s = r->s;
    StrVec pkgs = {0};
    Str dir, found;
    bool local, no_sum, go_files;
    *err = (Err){0};
    if (str_find(pattern, S("...")) >= 0 || mod_is_meta(pattern)) {
        Match match = {.m.pattern = pattern};
        ModVec one = {0};
        vec_push(s->a, &one, m);
        match_packages(s, &match, false, &one, true);
        if (match.errs.len) *err = match.errs.ptr[0];
        return match.pkgs;
    }
    if (!mod_fetch(s, m, &dir, &local, &no_sum, err)) return pkgs;
    Main *main = m.version.len ? NULL : mod_main_named(s, m.path);
    if (!mod_dir_in(s, pattern, main ? main->prefix : m.path, dir, local, &found, &go_files)) return pkgs;
    DirImports di = {0};
    Err ignored = {0};
    if (!s->o.scan(s->o.scan_ctx, found, true, &di, &ignored) ? ignored.kind != ERR_NO_GO_FILES : !di.no_go_files)
        vec_push(s->a, &pkgs, pattern);
    return pkgs;
}

static void add_set(Resolver *r, GetQuery *q, Str path, PathSet set) {
    set.path = path;
    if (set.with_package.len || set.mod.path.len || set.err.text.len) vec_push(r->a, &q->candidates, set);
}
static bool first_time(GetQuery *q, Str path) {
    if (map_get_str(q->seen, path)) return false;
    map_set_str(q->seen, path, q);
    return true;
}
static PathSet set_err(Err e) { return (PathSet){.err = e}; }
static PathSet set_text(Str text) { return set_err((Err){text, ERR_OTHER}); }
static PathSet set_mod(ModVersion m) { return (PathSet){.mod = m}; }
static PathSet set_package(Resolver *r, ModVersion m) {
    PathSet set = {0};
    vec_push(r->a, &set.with_package, m);
    return set;
}
static PathSet set_main_version(Resolver *r, const GetQuery *q, ModVersion main) {
    Err e = {0};
    mod_fail_main_version(r->s, q->pattern, q->version, &main, 1, &e);
    return set_err(e);
}
static bool is_main(const Resolver *r, Str path) { return mod_main_named(r->s, path) != NULL; }
static bool matches_path(const GetQuery *q, Str path) {
    return q->wild && !module_is_toolchain(path) ? mod_pattern_match(q->pattern, path) : str_eq(path, q->pattern);
}

// ---- the kinds of queries ------------------------------------------------------------------------

static void query_none(Resolver *r, GetQuery *q) {
    if (!any_wild(q) && first_time(q, q->pattern)) {
        ModVersion m = {q->pattern, S("")};
        add_set(r, q, q->pattern,
                is_main(r, q->pattern) ? set_main_version(r, q, m) : set_mod((ModVersion){q->pattern, S("none")}));
    }
    for (i64 i = 0; i < r->build_list.len; i++) {
        ModVersion m = r->build_list.ptr[i];
        if (!matches_path(q, m.path) || !first_time(q, m.path)) continue;
        add_set(r, q, m.path,
                is_main(r, m.path) ? set_main_version(r, q, m) : set_mod((ModVersion){m.path, S("none")}));
    }
}

static void query_path(Resolver *r, GetQuery *q) {
    ModState *s = r->s;
    Str dir;
    if (q->none) {
        query_none(r, q);
        return;
    }
    if (!first_time(q, q->pattern)) return;
    bool std = mod_std_path(q->pattern) && s->o.std_package && s->o.std_package(s->o.std_ctx, q->pattern, &dir);
    if (!std) {
        add_set(r, q, q->pattern, ask_pattern(r, q));
        return;
    }
    if (q->raw_version.len)
        add_set(r, q, q->pattern,
                set_text(arena_printf(r->a, "can't request explicit version %.*s of standard library package %.*s",
                                      SFMT(str_quote(r->a, q->version)), SFMT(q->pattern))));
    q->matches_packages = true;
}

static PathSet in_main_folder(Resolver *r, const GetQuery *q) {
    Main *m = r->s->mains.ptr[0];
    Str abs = path_abs(r->a, q->pattern), rel = mod_in_dir(r->a, abs, m->m.dir);
    Str detail = q->pattern.ptr[0] == '/' ? S("") : arena_printf(r->a, " (%.*s)", SFMT(abs));
    if (!rel.len)
        return set_text(arena_printf(r->a, "%.*s%.*s is not within module rooted at %.*s", SFMT(q->pattern),
                                     SFMT(detail), SFMT(m->m.dir)));
    Str path = is(rel, ".") ? m->prefix : m->prefix.len ? path_join(r->a, m->prefix, rel) : rel;
    if (str_has_prefix(rel, S("vendor/"))) path = str_slice(rel, 7, rel.len);
    ModVersion main = {m->m.path, S("")};
    Err err;
    StrVec pkgs = packages_in(r, path, main, &err);
    if (err.text.len) return set_err(err);
    if (pkgs.len) return set_package(r, main);
    if (!q->raw.len || is(q->raw, ".")) return set_text(S("no package to get in current directory"));
    if (!any_wild(q))
        return set_text(arena_printf(r->a, "%.*s%.*s is not a package in module rooted at %.*s", SFMT(q->pattern),
                                     SFMT(detail), SFMT(m->m.dir)));
    fprintf(stderr, "go: warning: \"%.*s\" matched no packages\n", SFMT(path));
    return (PathSet){0};
}

static PathSet try_wild(Resolver *r, const GetQuery *q, ModVersion m) {
    Err err;
    StrVec pkgs = packages_in(r, q->pattern, m, &err);
    if (err.text.len) return set_err(err);
    if (pkgs.len) return set_package(r, m);
    return matches_path(q, m.path) ? set_mod(m) : (PathSet){0};
}

static bool none_for(const Resolver *r, Str path) {
    for (i64 i = 0; i < r->all_queries.len; i++) {
        const GetQuery *q = r->all_queries.ptr[i];
        if (q->none && !q->local && (q->wild ? matches_path(q, path) : str_eq(q->pattern, path))) return true;
    }
    return false;
}

static PathSet wild_in_module(Resolver *r, const GetQuery *q, ModVersion m) {
    if (none_for(r, m.path)) return (PathSet){0};
    Err err = {0};
    if (is_main(r, m.path) && !up_or_patch(q->version)) {
        if (matches_path(q, m.path)) return set_main_version(r, q, m);
        StrVec pkgs = packages_in(r, q->pattern, m, &err);
        if (!err.text.len && pkgs.len) mod_fail_main_packages(r->s, q->pattern, q->version, pkgs.ptr, pkgs.len, &err);
        return err.text.len ? set_err(err) : try_wild(r, q, m);
    }
    ModVersion now;
    if (ask_module(r, m.path, q->version, &now, &err)) return try_wild(r, q, now);
    return no_such_version(&err) ? (PathSet){0} : set_err(err); // it may still go, or come to another version
}

static bool may_contain(const GetQuery *q, Str module) {
    return !module_is_toolchain(module) && pattern_tree(q->pattern, module);
}

static void query_wild(Resolver *r, GetQuery *q) {
    if (q->none) {
        query_none(r, q);
        return;
    }
    for (i64 i = 0; i < r->build_list.len; i++) {
        ModVersion m = r->build_list.ptr[i];
        if (may_contain(q, m.path) && first_time(q, m.path)) add_set(r, q, m.path, wild_in_module(r, q, m));
    }
}

static void query_tools(Resolver *r, GetQuery *q) {
    for (i64 i = 0; i < r->s->tool_paths.len; i++) {
        Str tool = r->s->tool_paths.ptr[i];
        if (first_time(q, tool)) add_set(r, q, tool, ask_packages(r, tool, q->version, r->initial));
    }
}

static void query_work(Resolver *r, GetQuery *q) {
    if (!first_time(q, q->pattern)) return;
    ModVersion main = {r->s->mains.ptr[0]->m.path, S("")};
    Err err;
    StrVec pkgs = packages_in(r, q->pattern, main, &err);
    if (err.text.len) add_set(r, q, q->pattern, set_err(err));
    else if (pkgs.len) add_set(r, q, q->pattern, set_package(r, main));
    else fprintf(stderr, "go: warning: \"work\" matched no packages\n");
}

typedef enum QueryKind { Q_PATH, Q_LOCAL, Q_WILD, Q_ALL, Q_TOOL, Q_WORK } QueryKind;
static QueryKind kind_of(const GetQuery *q) {
    if (is(q->pattern, "all")) return Q_ALL;
    if (is(q->pattern, "work")) return Q_WORK;
    if (is(q->pattern, "tool")) return Q_TOOL;
    return q->local ? Q_LOCAL : q->wild ? Q_WILD : Q_PATH;
}

// ---- packages that are imported ------------------------------------------------------------------

typedef bool (*FindFn)(Resolver *, Str path, ModVersion,
                       void *ctx); // false: the module is to change, its imports do not count
typedef struct Walk {
    Resolver *r;
    FindFn find;
    void *ctx;
} Walk;
#define VERSION_CHANGE "version change needed"

static bool walk_allow(void *ctx, Str path, ModVersion m, Err *err) {
    Walk *w = ctx;
    if (!m.path.len || !m.version.len || w->find(w->r, path, m, w->ctx)) return true;
    return err_set(err, w->r->a, ERR_OTHER, VERSION_CHANGE);
}

// Calls find for the package of every module that the patterns' packages import, and for packages that nothing provides.
static bool walk_packages(Resolver *r, const StrVec *patterns, FindFn find, void *ctx) {
    Walk w = {r, find, ctx};
    ModLoadOptions o = {.any_tags = true,
                        .tests = r->o.tests,
                        .roots_imported = true,
                        .silence_errors = true,
                        .vendor_in_goroot = true,
                        .allow = walk_allow,
                        .allow_ctx = &w};
    ModMatch *matches;
    Err err = {0};
    if (!mod_load_packages(r->s, o, patterns->ptr, patterns->len, &matches, &err)) {
        get_error(r, err.text);
        return false;
    }
    StrVec missing = {0};
    for (i64 i = 0; i < mod_package_count(r->s); i++) {
        const ModPackage *p = mod_package_at(r->s, i);
        if (p->from_test || !p->err.text.len) continue;
        if (r->work && get_work_has(r, p->path)) continue; // another module of the workspace provides it
        if (p->err.kind == ERR_IMPORT_MISSING || p->err.kind == ERR_AMBIGUOUS) vec_push(r->a, &missing, p->path);
    }
    for (i64 i = 0; i < missing.len; i++) find(r, missing.ptr[i], (ModVersion){S(""), S("")}, ctx);
    return true;
}

static int by_set_path(const void *x, const void *y) {
    return str_cmp(((const PathSet *)x)->path, ((const PathSet *)y)->path);
}

static bool find_for_all(Resolver *r, Str path, ModVersion m, void *ctx) {
    bool ok = true;
    for (i64 i = 0; i < r->all_queries.len; i++) {
        GetQuery *q = r->all_queries.ptr[i];
        if (kind_of(q) != Q_ALL || !first_time(q, path)) continue;
        PathSet set = ask_packages(r, path, q->version, r->initial);
        if (set.with_package.len != 1 || !modver_eq(set.with_package.ptr[0], m)) ok = false;
        add_set(r, q, path, set);
    }
    return ok;
}

static bool query_all(Resolver *r) {
    bool any = false;
    for (i64 i = 0; i < r->all_queries.len; i++) any |= kind_of(r->all_queries.ptr[i]) == Q_ALL;
    StrVec pattern = {0};
    vec_push(r->a, &pattern, S("all"));
    if (!any) return true;
    if (!walk_packages(r, &pattern, find_for_all, NULL)) return false;
    for (i64 i = 0; i < r->all_queries.len; i++) {
        GetQuery *q = r->all_queries.ptr[i];
        if (kind_of(q) == Q_ALL && q->candidates.len > 1)
            qsort(q->candidates.ptr, (size_t)q->candidates.len, sizeof(PathSet), by_set_path);
    }
    return true;
}

// Of a package that the named ones import: what provides it if nothing does; with -u what is newer than what does.
static bool find_upgrade(Resolver *r, Str path, ModVersion m, void *ctx) {
    PathSets *upgrades = ctx;
    Str version = S("latest");
    if (m.path.len) {
        if (!r->o.upgrade.len || map_get_str(r->resolved, m.path)) return true;
        version = r->o.upgrade;
    }
    PathSet set = ask_packages(r, path, version, r->selected);
    for (i64 i = 0; i < set.with_package.len; i++)
        if (modver_eq(set.with_package.ptr[i], m)) return true;
    Err ignored = {0};
    if (set.err.text.len && (no_such_package(&set.err) || (!m.path.len && !module_check_path(r->a, path, &ignored))))
        return true; // no version helps: it is told when everything is loaded
    set.path = path;
    vec_push(r->a, upgrades, set);
    return false;
}

static StrVec package_patterns(Resolver *r) {
    StrVec v = {0};
    for (i64 i = 0; i < r->all_queries.len; i++)
        if (r->all_queries.ptr[i]->matches_packages) vec_push(r->a, &v, r->all_queries.ptr[i]->pattern);
    return v;
}

static bool find_upgrades(Resolver *r, PathSets *upgrades) {
    StrVec patterns = package_patterns(r);
    *upgrades = (PathSets){0};
    if (!patterns.len) return true;
    if (!walk_packages(r, &patterns, find_upgrade, upgrades)) return false;
    if (upgrades->len > 1) qsort(upgrades->ptr, (size_t)upgrades->len, sizeof(PathSet), by_set_path);
    return true;
}

// ---- choosing ------------------------------------------------------------------------------------

// The only sensible answer of a set, if there is one. *m.path "": all answers conflict with what is resolved already.
static bool is_unique(Resolver *r, const PathSet *set, PathSet *left, ModVersion *m, bool *package) {
    *left = (PathSet){.path = set->path, .mod = {S(""), S("")}};
    *package = true;
    for (i64 i = 0; i < set->with_package.len; i++) {
        ModVersion c = set->with_package.ptr[i];
        if (none_for(r, c.path)) continue;
        const Reason *why = map_get_str(r->resolved, c.path);
        bool main = is_main(r, c.path);
        if (main ? !c.version.len : why && str_eq(why->version, c.version)) {
            *m = c;
            return true;
        }
        if (!main && !why) vec_push(r->a, &left->with_package, c);
    }
    const Reason *why = map_get_str(r->resolved, set->mod.path);
    if (set->mod.path.len && (!why || str_eq(why->version, set->mod.version))) left->mod = set->mod;
    if (left->with_package.len == 1 && (!left->mod.path.len || modver_eq(left->mod, left->with_package.ptr[0]))) {
        *m = left->with_package.ptr[0];
        return true;
    }
    *package = false;
    *m = left->mod;
    return !left->with_package.len;
}

// Some answer: of a module that was there at the beginning, else the longest path.
static ModVersion choose_any(Resolver *r, const PathSet *set, bool *package) {
    *package = set->with_package.len > 0;
    for (i64 i = 0; i < set->with_package.len; i++)
        if (!is(get_version_in(r->initial, set->with_package.ptr[i].path), "none")) return set->with_package.ptr[i];
    return *package ? set->with_package.ptr[0] : set->mod;
}

static void resolve(Resolver *r, GetQuery *q, ModVersion m, bool package) {
    if (package) q->matches_packages = true;
    if (is_main(r, m.path) && m.version.len) {
        get_query_error(r, q, set_main_version(r, q, (ModVersion){m.path, S("")}).err.text);
        return;
    }
    const Reason *why = map_get_str(r->resolved, m.path);
    if (why && !str_eq(why->version, m.version)) {
        tell_conflict(r, q, m, why);
        return;
    }
    Reason *now = ANEW(r->a, Reason);
    *now = (Reason){m.version, q};
    map_set_str(r->resolved, m.path, now);
    vec_push(r->a, &q->resolved, m);
}

static Str reason_text(Resolver *r, ModVersion m) {
    const Reason *why = map_get_str(r->resolved, m.path);
    return why ? name_answer(r, why->query, (ModVersion){m.path, why->version}) : modver_string(r->a, m);
}

static void tell_conflicts(Resolver *r, const ModConflicts *list) {
    for (i64 i = 0; i < list->len && r->o.verbose; i++)
        fprintf(stderr, "go: %.*s\n", SFMT(mod_conflict_way(r->a, &list->ptr[i])));
    for (i64 i = 0; i < list->len; i++) {
        const ModConflict *c = &list->ptr[i];
        const char *adverb = c->npath > 2 ? "indirectly " : "";
        Str first = reason_text(r, c->path[0]), last = modver_string(r->a, c->path[c->npath - 1]);
        if (c->err.text.len)
            get_error(r, arena_printf(r->a, "%.*s %srequires %.*s: %.*s", SFMT(first), adverb, SFMT(last),
                                      SFMT(mod_conflict_err(r->a, c))));
        else
            get_error(r, arena_printf(r->a, "%.*s %srequires %.*s, not %.*s", SFMT(first), adverb, SFMT(last),
                                      SFMT(reason_text(r, c->constraint))));
    }
}

static void take_build_list(Resolver *r) {
    ModVersion *list;
    i64 n = 0;
    Err err = {0};
    if (!mod_build_list(r->s, &list, &n, &err)) {
        get_error(r, err.text);
        return;
    }
    r->build_list = (ModVec){0};
    r->selected = map_new_str(r->a);
    for (i64 i = 0; i < n; i++) {
        Str *v = ANEW(r->a, Str);
        *v = list[i].version;
        vec_push(r->a, &r->build_list, list[i]);
        map_set_str(r->selected, list[i].path, v);
    }
}

// What is resolved holds now, and the additions as far as that lets them. True: the build list changed.
static bool update_build_list(Resolver *r, const ModVec *additions) {
    ModVec must = {0};
    for (i64 i = 0; i < map_len(r->resolved); i++) {
        ModVersion m = {map_at(r->resolved, i)->key.str, ((Reason *)map_at(r->resolved, i)->val)->version};
        if (!is_main(r, m.path)) vec_push(r->a, &must, m);
    }
    ModConflicts conflicts;
    Err err = {0};
    bool changed = false;
    if (mod_edit(r->s, &must, additions, &changed, &conflicts, &err)) {
        if (changed) take_build_list(r);
    } else if (conflicts.len) {
        tell_conflicts(r, &conflicts);
    } else {
        get_error(r, err.text);
    }
    return changed && !r->failed;
}

// Takes the answers that are unique. The number of sets that are done with.
static i64 resolve_unique(Resolver *r, GetQuery *q) {
    PathSets left = {0};
    i64 done = 0;
    for (i64 i = 0; i < q->candidates.len; i++) {
        PathSet *set = &q->candidates.ptr[i], rest;
        ModVersion m;
        bool package;
        if (set->err.text.len) {
            get_query_error(r, q, set->err.text);
        } else if (!is_unique(r, set, &rest, &m, &package)) {
            vec_push(r->a, &left, rest);
            continue;
        } else {
            if (!m.path.len) m = choose_any(r, set, &package); // to tell the conflict
            resolve(r, q, m, package);
        }
        done++;
    }
    q->candidates = left;
    return done;
}

static bool resolve_queries(Resolver *r, bool only_wild) {
    const ModVec nothing = {0};
    i64 resolved = 0, before = -1;
    while (resolved != before) {
        before = resolved;
        for (i64 i = 0; i < r->all_queries.len; i++)
            if (!only_wild || kind_of(r->all_queries.ptr[i]) == Q_WILD)
                resolved += resolve_unique(r, r->all_queries.ptr[i]);
        if (r->failed) return false;
    }
    if (resolved && update_build_list(r, &nothing)) return true;
    if (r->failed) return false;
    i64 chosen = 0;
    for (i64 i = 0; i < r->all_queries.len; i++) {
        GetQuery *q = r->all_queries.ptr[i];
        if (only_wild && kind_of(q) != Q_WILD) continue;
        for (i64 k = 0; k < q->candidates.len; k++, chosen++) {
            bool package;
            ModVersion m = choose_any(r, &q->candidates.ptr[k], &package);
            resolve(r, q, m, package);
        }
    }
    return !r->failed && chosen && update_build_list(r, &nothing);
}

static bool apply_upgrades(Resolver *r, const PathSets *upgrades) {
    ModVec tentative = {0};
    for (i64 i = 0; i < upgrades->len; i++) {
        const PathSet *set = &upgrades->ptr[i];
        PathSet left;
        ModVersion m;
        bool package;
        if (set->err.text.len) {
            get_error(r, set->err.text);
            continue;
        }
        if (!is_unique(r, set, &left, &m, &package)) m = choose_any(r, &left, &package);
        if (m.path.len) vec_push(r->a, &tentative, m);
    }
    return !r->failed && update_build_list(r, &tentative);
}

// ---- the command ---------------------------------------------------------------------------------

static void query_missing_wild(Resolver *r) {
    for (i64 i = 0; i < r->all_queries.len; i++) {
        GetQuery *q = r->all_queries.ptr[i];
        if (kind_of(q) != Q_WILD || q->none || q->matches_packages || !first_time(q, q->pattern)) continue;
        PathSet set = ask_pattern(r, q);
        if (set.err.text.len && no_such_package(&set.err) && q->resolved.len) continue; // a pattern of modules only
        add_set(r, q, q->pattern, set);
    }
}

// A module that matches a pattern must be at the version that the pattern asks for.
static void check_wild_module(Resolver *r, const GetQuery *q, ModVersion m) {
    Err err = {0};
    ModVersion want;
    if (!matches_path(q, m.path)) {
        StrVec pkgs = packages_in(r, q->pattern, m, &err);
        if (!pkgs.len && err.text.len) get_query_error(r, q, err.text);
        if (!pkgs.len) return;
    }
    if (!ask_module(r, m.path, q->version, &want, &err)) {
        get_query_error(r, q, err.text);
        return;
    }
    if (str_eq(want.version, m.version)) return;
    Str named = modver_string(r->a, want);
    if (!str_eq(want.version, q->version))
        named = arena_printf(r->a, "%.*s@%.*s (%.*s)", SFMT(m.path), SFMT(q->version), SFMT(want.version));
    StrVec pkgs = packages_in(r, q->pattern, want, &err);
    if (err.text.len) get_query_error(r, q, err.text);
    else if (!pkgs.len)
        get_query_error(
            r, q,
            arena_printf(r->a,
                         "%.*s matches packages in %.*s but not %.*s: specify a different version for module %.*s",
                         SFMT(q->raw), SFMT(modver_string(r->a, m)), SFMT(named), SFMT(m.path)));
    else bug("get selected %.*s instead of %.*s", SFMT(modver_string(r->a, m)), SFMT(want.version));
}

static void check_wild(Resolver *r) {
    for (i64 i = 0; i < r->all_queries.len; i++) {
        const GetQuery *q = r->all_queries.ptr[i];
        for (i64 k = 0; kind_of(q) == Q_WILD && k < r->build_list.len; k++)
            if (may_contain(q, r->build_list.ptr[k].path)) check_wild_module(r, q, r->build_list.ptr[k]);
    }
}

static void query_once(Resolver *r) {
    for (i64 i = 0; i < r->all_queries.len; i++) {
        GetQuery *q = r->all_queries.ptr[i];
        switch (kind_of(q)) {
        case Q_LOCAL:
            if (first_time(q, q->pattern)) add_set(r, q, q->pattern, in_main_folder(r, q));
            break;
        case Q_PATH: query_path(r, q); break;
        case Q_TOOL: query_tools(r, q); break;
        case Q_WORK: query_work(r, q); break;
        default: break;
        }
    }
}

static bool settle(Resolver *r) {
    query_once(r);
    while (!r->failed) {
        for (i64 i = 0; i < r->all_queries.len; i++)
            if (kind_of(r->all_queries.ptr[i]) == Q_WILD) query_wild(r, r->all_queries.ptr[i]);
        if (!query_all(r)) break;
        if (resolve_queries(r, false)) continue;
        PathSets upgrades;
        if (r->failed || !find_upgrades(r, &upgrades)) break;
        if (apply_upgrades(r, &upgrades)) continue;
        if (r->failed) break;
        query_missing_wild(r);
        if (!resolve_queries(r, true)) break;
    }
    if (!r->failed) check_wild(r);
    return !r->failed;
}

static ModVec requirements_of(Resolver *r) {
    const ModFile *f = r->s->mains.ptr[0]->m.file;
    ModVec v = {0};
    for (i64 i = 0; i < f->require.len; i++) vec_push(r->a, &v, f->require.ptr[i].mod);
    if (f->go.value.len) vec_push(r->a, &v, ((ModVersion){S("go"), f->go.value}));
    if (f->toolchain.value.len) vec_push(r->a, &v, ((ModVersion){S("toolchain"), f->toolchain.value}));
    return v;
}

int mod_get(ModState *s, GetOptions o) {
    Resolver r = {.s = s, .a = s->a, .o = o, .resolved = map_new_str(s->a)};
    CHECK(!s->workspace && s->mains.len == 1);
    if (!read_args(&r)) return 1;
    take_build_list(&r);
    r.initial = r.selected;
    r.work = get_open_work(&r, NULL);
    if (r.failed || !settle(&r) || !get_check_packages(&r)) return 1;
    if (o.tool && !get_update_tools(&r)) return 1;
    ModVec before = requirements_of(&r);
    Err err = {0};
    if (!mod_commit(s, &err)) {
        get_error(&r, err.text);
        return 1;
    }
    ModVec after = requirements_of(&r);
    get_report_changes(&r, &before, &after);
    return 0;
}
