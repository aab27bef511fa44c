// modules.c - the loader's side of mod/: opens the modules of a command, tells mod/ what folders import, asks it for folders.
//
// In:   LoadOptions.env (NULL: there are no modules, as in tests of single phases) and what the command says about go.mod.
// Out:  Loader.mods, the packages that the patterns of the command line name, a Resolved for an import path from a module.
// Library packages are resolve.c's; a program that imports nothing else asks nothing of mod/.
#include "load/load_int.h"
#include <errno.h>

// ---- what mod/ asks ---------------------------------------------------------------------------------------------------

static void add_paths(Arena *a, const PkgWords *words, StrList *out, Map *seen) {
    for (i64 i = 0; i < words->len; i++) {
        if (map_get_str(seen, words->ptr[i].text)) continue;
        map_set_str(seen, words->ptr[i].text, seen);
        vec_push(a, out, words->ptr[i].text);
    }
}

static void sort_paths(StrList *list) { str_sort(list->ptr, list->len); }

static bool scan_folder(void *ctx, Str dir, bool any_tags, DirImports *out, Err *err) {
    Loader *l = ctx;
    *out = (DirImports){0};
    Str *names;
    i64 n;
    if (!fs_list(l, dir, &names, &n))
        return err_set(err, l->a, errno == ENOENT ? ERR_NOT_EXIST : ERR_OTHER, "open %.*s: %s", SFMT(dir),
                       err_os(errno));
    const Pkg *p = dir_look(l, dir, any_tags);
    StrList imports = {0}, tests = {0};
    add_paths(l->a, &p->imports[IN_PACKAGE], &imports, map_new_str(l->a));
    Map *seen = map_new_str(l->a);
    add_paths(l->a, &p->imports[IN_TEST], &tests, seen);
    add_paths(l->a, &p->imports[IN_XTEST], &tests, seen);
    sort_paths(&imports);
    sort_paths(&tests);
    bool none = p->error && (p->error->kind == ERR_NO_GO_FILES || p->error->kind == ERR_CONSTRAINTS);
    *out = (DirImports){.name = p->name,
                        .imports = imports.ptr,
                        .nimports = imports.len,
                        .test_imports = tests.ptr,
                        .ntest_imports = tests.len,
                        .no_go_files = none};
    return true;
}

static bool find_library(void *ctx, Str path, Str *dir) {
    Loader *l = ctx;
    Str root;
    *dir = resolve_std(l, path, &root);
    return dir->len > 0;
}

static bool read_file(void *ctx, Arena *a, Str path, Str *text) { return fs_read(ctx, a, path, text); }
static bool is_overlaid(void *ctx, Str path) { return fs_is_overlaid(ctx, path); }
static bool list_folder(void *ctx, Str dir, Str **names, i64 *n) { return fs_list(ctx, dir, names, n); }
static bool is_folder(void *ctx, Str dir) { return fs_is_dir(ctx, dir); }
static bool has_go_files(void *ctx, Str dir) { return dir_has_go_files(ctx, dir); }

// ---- opening --------------------------------------------------------------------------------------------------------------

static bool fail(Loader *l, Err err) {
    Str text = err.text;
    if (str_has_prefix(text, S("go: "))) text = str_slice(text, 4, text.len);
    diag_error_at(l->diag, (Str){0}, "go: %.*s", SFMT(text));
    l->mods_failed = true;
    return false;
}

static bool check_godebug(Loader *l, const ModFile *f) {
    for (i64 i = 0; f && i < f->godebug.len; i++) {
        Godebug g = {f->godebug.ptr[i].key, f->godebug.ptr[i].value};
        if (!g.key.len) continue;
        Err e = godebug_check(l, "godebug", g.key, g.value);
        if (!e.text.len) continue;
        const char *base = f->is_work ? "go.work" : "go.mod";
        Err at = {arena_printf(l->a, "error loading %s:\n%s:%lld: %.*s", base, base,
                               (long long)modline_number(f->godebug.ptr[i].line), SFMT(e.text)),
                  ERR_OTHER};
        return fail(l, at);
    }
    return true;
}

// Settings of the main module (of the workspace) that are the program's.
static bool read_settings(Loader *l) {
    i64 n = mod_main_count(l->mods);
    const ModFile *f = mod_work_file(l->mods);
    if (!check_godebug(l, f)) return false;
    for (i64 i = 0; i < n; i++)
        if (!check_godebug(l, mod_main_at(l->mods, i)->file)) return false;
    if (n == 0) return true;
    if (!f) f = mod_main_at(l->mods, 0)->file;
    if (!f) return true;
    i64 minor = f->go.value.len ? gover_minor(f->go.value) : f->is_work ? 18 : 16;
    l->module_minor = minor > 0 ? minor : 16;
    for (i64 i = 0; i < f->godebug.len; i++) {
        Godebug g = {f->godebug.ptr[i].key, f->godebug.ptr[i].value};
        if (g.key.len) vec_push(l->a, &l->module_godebug, g);
    }
    return true;
}

bool load_open_modules(Loader *l, ModState **mods) {
    if (l->mods_opened || !l->o.env) {
        if (mods) *mods = l->mods;
        return !l->mods_failed;
    }
    l->mods_opened = true;
    FetchOptions fo = {.trace = l->o.modules.trace,
                       .modcacherw = l->o.modcacherw,
                       .insecure = l->o.insecure,
                       .mend_sums = l->o.modules.mend_sums,
                       .progress = !l->o.modules.quiet,
                       .parallel = 10};
    l->fetcher = fetch_new(l->a, l->o.env, fo);
    ModOptions mo = l->o.modules;
    mo.cwd = l->o.cwd;
    mo.tags = l->o.tags;
    mo.ntags = l->o.ntags;
    mo.scan = scan_folder;
    mo.std_package = find_library;
    mo.scan_ctx = mo.std_ctx = l;
    Err err = {0};
    ModState *s = NULL;
    if (!overlay_open(l, l->o.overlay_file, &err)) return fail(l, err);
    mo.has_go_files = has_go_files;
    if (l->overlay || l->trace_files) {
        mo.read_file = read_file;
        mo.overlaid = is_overlaid;
        mo.list_dir = list_folder;
        mo.is_dir = is_folder;
    }
    mo.read_ctx = l;
    if (!mod_open(l->a, l->o.env, l->fetcher, mo, &s, &err)) return fail(l, err);
    l->mods = s;
    if (mods) *mods = s;
    return !mod_enabled(s) || read_settings(l);
}

// ---- patterns ---------------------------------------------------------------------------------------------------------------

// What the patterns name, with the import graph that needs modules; requirements are completed as -mod allows.
bool modules_match(Loader *l, const Str *patterns, i64 n, ModMatch **out) {
    ModLoadOptions o = {
        .tests = l->o.tests, .resolve_missing = true, .silence_errors = true, .allow_errors = l->o.allow_errors};
    Err err = {0};
    if (!mod_load_packages(l->mods, o, patterns, n, out, &err)) return fail(l, err);
    if (mod_main_count(l->mods) > 0 && !mod_commit(l->mods, &err)) return fail(l, err);
    return true;
}

bool modules_use_outside(Loader *l, const Str *args, i64 n, Str **patterns, ModVersion *root) {
    Err err = {0};
    return mod_use_outside(l->mods, args, n, patterns, root, &err) || fail(l, err);
}

// ---- import path -> folder ----------------------------------------------------------------------------------------------

static i32 language(Loader *l, ModVersion v) {
    i64 minor = gover_minor(mod_go_version(l->mods, v));
    return minor > 0 ? (i32)minor : 26;
}

bool modules_find(Loader *l, Str path, Resolved *r) {
    Str dir = {0};
    ModVersion v = {0};
    r->err = (Err){0};
    if (!mod_find_package(l->mods, path, &dir, &v, &r->err)) return false;
    r->path = path;
    r->dir = dir;
    r->module = v;
    r->std = !v.path.len && (str_in_path(dir, l->goroot_src) || (l->o.overlay.len && str_in_path(dir, l->o.overlay)) ||
                             (l->o.additions.len && str_in_path(dir, l->o.additions)));
    r->root = path_dir(dir);
    if (!v.path.len) { // the library, or a folder of vendor/ that modules.txt does not list
        r->go_minor = r->std ? 26 : 16;
        return true;
    }
    r->go_minor = language(l, v);
    const ModMain *m = mod_main_of_path(l->mods, v.path);
    r->main_module = !v.version.len && m && str_eq(m->path, v.path);
    r->std = r->main_module && str_in_path(dir, l->goroot_src);
    Str rest = str_slice(path, i64_min(path.len, v.path.len), path.len);
    r->root = str_has_suffix(dir, rest) ? str_slice(dir, 0, dir.len - rest.len) : dir;
    return true;
}
