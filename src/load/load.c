// load.c - a command's Loader: from arguments to parsed packages, and what checker and back end ask for later.
#include "load/load_int.h"
#include <stdlib.h>

Loader *load_new(Arena *a, Intern *in, Diag *d, SourceMap *sm, LoadOptions o) {
    Loader *l = ANEW(a, Loader);
    *l = (Loader){.a = a, .intern = in, .diag = d, .sources = sm, .o = o};
    l->pkgs = map_new_str(a);
    l->std_folders = map_new_str(a);
    l->folded = map_new_str(a);
    l->by_dir = map_new_str(a);
    l->has_go = map_new_str(a);
    l->listings = map_new_str(a);
    l->looked[0] = map_new_str(a);
    l->looked[1] = map_new_str(a);
    if (str_has_prefix(o.go_version, S("go"))) l->o.go_version = str_slice(o.go_version, 2, o.go_version.len);
    const char *debug = getenv("GODEBUG");
    l->trace_files = debug && strstr(debug, "gofsystrace=1");
    l->goroot_src = path_join(a, o.goroot, S("src"));
    if (o.env) l->module_cache = env_get(o.env, "GOMODCACHE");
    if (l->o.threads < 1) l->o.threads = 1;
    l->arenas = ANEWN(a, Arena *, l->o.threads);
    l->bodies = ANEWN(a, Arena *, l->o.threads);
    l->lines = ANEWN(a, Arena *, l->o.threads);
    for (int i = 0; i < l->o.threads; i++) {
        l->arenas[i] = arena_new("syntax");
        l->bodies[i] = arena_new("bodies");
        l->lines[i] = arena_new("lines");
    }
    return l;
}

bool load_packages(Loader *l, Str *args, i64 n, Pkg ***out, i64 *nout) {
    PkgList list = {0};
    bool good = load_open_modules(l, NULL);
    if (good) good = l->o.versioned ? match_versions(l, args, n, &list) : match_args(l, args, n, &list);
    *out = list.ptr;
    *nout = list.len;
    for (i64 i = 0; l->o.patchable && i < list.len; i++)
        if (str_eq(list.ptr[i]->name, S("main"))) load_import_too(l, list.ptr[i], S("vole/hot"));
    if (l->o.chosen) l->o.chosen(l->o.chosen_ctx, l, list.ptr, list.len);
    return good;
}

// A package of nothing but tests is left out where a pattern found it, else it cannot be built.
static i64 omit_test_only(Pkg **pkgs, i64 n) {
    i64 k = 0;
    for (i64 i = 0; i < n; i++)
        if (pkgs[i]->error || pkgs[i]->files[FILES_GO].len || pkgs[i]->literal) pkgs[k++] = pkgs[i];
    return k;
}

static bool check_buildable(Loader *l, Pkg *p, Map *seen) {
    bool good = true;
    if (!p || map_get_ptr(seen, p)) return true;
    map_set_ptr(seen, p, p);
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++) good &= check_buildable(l, p->deps[i], seen);
    if (p->files[FILES_GO].len) return good;
    diag_error_at(l->diag, p->path, "no non-test Go files in %.*s", SFMT(p->dir));
    return false;
}

bool load_buildable(Loader *l, Pkg **pkgs, i64 *n) {
    Arena *tmp = arena_new("packages seen");
    Map *seen = map_new_ptr(tmp);
    bool good = true;
    *n = omit_test_only(pkgs, *n);
    for (i64 i = 0; i < *n; i++) good &= check_buildable(l, pkgs[i], seen);
    arena_free(tmp);
    return good;
}

bool load_parse(Loader *l, Pkg **pkgs, i64 npkgs, Package ***out, i64 *nout) {
    *nout = 0;
    npkgs = omit_test_only(pkgs, npkgs);
    if (load_report(l, pkgs, npkgs) || !load_buildable(l, pkgs, &npkgs)) return false;
    bool good = true;
    i64 before = l->all.len;
    l->variants = NULL;
    if (npkgs == 1 && pkgs[0]->test_main) tests_choose(l, pkgs[0]);
    parse_all(l, pkgs, npkgs);
    for (i64 i = before; i < l->all.len; i++) good &= godebug_report(l, load_pkg(l->all.ptr[i]));
    *out = ANEWN(l->a, Package *, npkgs + 1);
    for (i64 i = 0; i < npkgs; i++) (*out)[i] = pkgs[i]->package;
    *nout = npkgs;
    return good;
}

bool load_args(Loader *l, Str *args, i64 n, Package ***out, i64 *nout) {
    Pkg **pkgs;
    i64 npkgs, before = diag_count(l->diag);
    *nout = 0;
    load_packages(l, args, n, &pkgs, &npkgs);
    if (diag_count(l->diag) != before) return false; // go.mod
    return load_parse(l, pkgs, npkgs, out, nout);
}

// What was not named and is not imported by anything that was: the runtime.
Package *load_std(Loader *l, Str path) {
    Pkg *p = l->variants ? map_get_str(l->variants, path) : NULL;
    if (!p) p = graph_load(l, path);
    if (p->incomplete && load_report(l, &p, 1)) return NULL;
    parse_all(l, &p, 1);
    return p->package;
}

Package *load_import(void *loader, Package *from, ImportDecl *d, Str path) {
    Loader *l = loader;
    const Pkg *p = from ? load_pkg(from) : NULL;
    if (!p) return load_std(l, path);
    for (i64 i = 0; i < p->imports[IN_PACKAGE].len; i++)
        if (p->deps[i] && str_eq(p->imports[IN_PACKAGE].ptr[i].text, path)) return p->deps[i]->package;
    return NULL; // the head of the file is malformed: the parser has said so
}

Str load_module_path(const Loader *l) {
    return l->mods && mod_enabled(l->mods) && mod_main_count(l->mods) == 1 ? mod_main_at(l->mods, 0)->path : (Str){0};
}

Package *load_package_at(const Loader *l, i64 i) { return l->all.ptr[i]; }
i64 load_package_count(const Loader *l) { return l->all.len; }
