// outside.c - package@version without a main module: `install` and `run` of what no go.mod requires.
//
// In:   a state opened with no_root, and arguments that all end in the same @version.
// Out:  the patterns without it, and the module that provides the first one, required by nothing but the command line.
// Never: writes a go.mod or go.sum. Facts: `go help install`.
#include "mod/graph_int.h"
#include "mod/query.h"
#include <stdio.h>

static bool is_local(Str p) {
    return str_eq(p, S(".")) || str_eq(p, S("..")) || str_has_prefix(p, S("./")) || str_has_prefix(p, S("../"));
}

static bool is_library(ModState *s, Str p) {
    Str dir = {0};
    return str_find(p, S("...")) < 0 && mod_std_path(p) && s->o.std_package(s->o.std_ctx, p, &dir);
}

static const char *wrong_pattern(ModState *s, Str p) { // NULL: nothing is
    if (is_local(p)) return "argument must be a package path, not a relative path";
    if (p.len && p.ptr[0] == '/') return "argument must be a package path, not an absolute path";
    if (mod_is_meta(p)) return "argument must be a package path, not a meta-package";
    if (!str_eq(path_clean(s->a, p), p)) return "argument must be a clean package path";
    return is_library(s, p) ? "argument must not be a package in the standard library" : NULL;
}

static bool read_args(ModState *s, const Str *args, i64 n, Str *patterns, Str *version, Err *err) {
    *version = S("");
    for (i64 i = 0; i < n && !version->len; i++) {
        i64 at = str_index(args[i], '@');
        if (at < 0) continue;
        *version = str_slice(args[i], at + 1, args[i].len);
        if (!version->len) return err_set(err, s->a, ERR_OTHER, "%.*s: version must not be empty", SFMT(args[i]));
    }
    Str suffix = arena_printf(s->a, "@%.*s", SFMT(*version));
    for (i64 i = 0; i < n; i++) {
        if (!str_has_suffix(args[i], suffix))
            return err_set(err, s->a, ERR_OTHER,
                           "%.*s: all arguments must refer to packages in the same module at the same version (%.*s)",
                           SFMT(args[i]), SFMT(suffix));
        Str p = str_slice(args[i], 0, args[i].len - suffix.len);
        const char *wrong = wrong_pattern(s, p);
        if (wrong) return err_set(err, s->a, ERR_OTHER, "%.*s: %s", SFMT(args[i]), wrong);
        patterns[i] = match_clean(s->a, p);
    }
    return true;
}

static Str none_selected(void *ctx, Str path) {
    (void)ctx, (void)path;
    return S("none");
}

static void tell_deprecation(ModState *s, ModVersion v) {
    Str why = mod_deprecation(s, v);
    if (why.len) tell("go: module %.*s is deprecated: %.*s\n", SFMT(v.path), SFMT(mod_short_message(s->a, why, "")));
}

// What only a main module may say would be ignored: the program would be another one than its author builds.
static bool check_directives(ModState *s, Str arg, ModVersion v, Err *err) {
    Str text, name = modver_string(s->a, v);
    Err why = {0};
    if (!fetch_gomod(s->fetch, v, &text, &why))
        return err_set(err, s->a, why.kind, "%.*s: %.*s", SFMT(arg), SFMT(why.text));
    ModFile *f = modfile_parse(s->a, S("go.mod"), text, NULL, NULL, &why);
    if (!f) return err_set(err, s->a, ERR_OTHER, "%.*s (in %.*s): %.*s", SFMT(arg), SFMT(name), SFMT(why.text));
    const char *kind = f->replace.len ? "replace" : f->exclude.len ? "exclude" : NULL;
    if (!kind) return true;
    return err_set(err, s->a, ERR_OTHER,
                   "%.*s (in %.*s):\n\tThe go.mod file for the module providing named packages contains one or\n"
                   "\tmore %s directives. It must not contain directives that would cause\n"
                   "\tit to be interpreted differently than if it were the main module.",
                   SFMT(arg), SFMT(name), kind);
}

static bool find_provider(ModState *s, Str arg, Str pattern, Str version, ModVersion *root, Err *err) {
    ModQueryResult *found;
    i64 n;
    Err why = {0};
    ModAllowedFn allowed =
        query_is_revision(pattern, version) ? NULL : mod_check_allowed; // a retracted one by its name
    if (!mod_query_packages_from(s, pattern, version, none_selected, allowed, s, &found, &n, &why))
        return err_set(err, s->a, why.kind, "%.*s: %.*s", SFMT(arg), SFMT(why.text));
    *root = found[0].mod; // the longest path
    return true;
}

bool mod_use_outside(ModState *s, const Str *args, i64 n, Str **patterns, ModVersion *root, Err *err) {
    Str version;
    Err why = {0};
    bool changed;
    *patterns = ANEWN(s->a, Str, n + 1);
    if (!read_args(s, args, n, *patterns, &version, err)) return false;
    if (!find_provider(s, args[0], (*patterns)[0], version, root, err)) return false;
    tell_deprecation(s, *root);
    if (!check_directives(s, args[0], *root, err)) return false;
    if (mod_edit_requirements(s, root, 1, NULL, 0, &changed, &why)) return true;
    return err_set(err, s->a, why.kind, "%.*s: %.*s", SFMT(args[0]), SFMT(why.text));
}
