// clean.c - `vole clean`: removes what builds left in the folders of packages, or empties the caches.
//
// In:   packages; -i, -r, -n, -x; or -cache, -testcache, -fuzzcache, -modcache. Out: exit code.
// Never: removes what is not named after a package or one of its files, or from the cache what others keep there.
#include "cmd/cmd.h"
#include "test/test.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static bool has_name(const StrVec *v, Str name) {
    for (i64 i = 0; i < v->len; i++)
        if (str_eq(v->ptr[i], name)) return true;
    return false;
}

static bool is_package_file(const Pkg *pkg, Str name) {
    static const FileKind kinds[] = {FILES_GO, FILES_CGO, FILES_TEST_GO, FILES_XTEST_GO};
    if (str_eq(pkg->name, S("main"))) return false;
    for (i64 k = 0; k < NELEM(kinds); k++)
        for (i64 f = 0; f < pkg->files[kinds[k]].len; f++)
            if (str_eq(pkg->files[kinds[k]].ptr[f]->name, name)) return true;
    return false;
}

static void add_result(Cmd *c, StrVec *v, Str base, const char *suffix) {
    vec_push(c->a, v, arena_printf(c->a, "%.*s%s", SFMT(base), suffix));
    vec_push(c->a, v, arena_printf(c->a, "%.*s%s.exe", SFMT(base), suffix));
}

// Names of what a build of the package, of its tests or of one of its files would have left there.
static StrVec results_of(Cmd *c, const Pkg *pkg, const Str *names, i64 n) {
    StrVec v = {0};
    Str elem = path_base(pkg->dir), exe = executable_name(pkg->path);
    if (str_eq(pkg->name, S("main"))) add_result(c, &v, elem, ""), add_result(c, &v, exe, "");
    add_result(c, &v, elem, ".test");
    add_result(c, &v, exe, ".test");
    for (i64 i = 0; i < n; i++) {
        bool dir = dir_exists(arena_cstr(c->a, path_join(c->a, pkg->dir, names[i])));
        if (dir || !str_has_suffix(names[i], S(".go")) || is_package_file(pkg, names[i])) continue;
        if (str_has_suffix(names[i], S("_test.go")))
            add_result(c, &v, str_slice(names[i], 0, names[i].len - 8), ".test");
        add_result(c, &v, str_slice(names[i], 0, names[i].len - 3), "");
    }
    return v;
}

static bool is_old_result(Str name) { // of builds before the go command
    static const char *const names[] = {"_testmain.go", "test.out", "build.out", "a.out"};
    static const char *const ends[] = {".5", ".6", ".8", ".a", ".o", ".so"};
    for (i64 i = 0; i < NELEM(names); i++)
        if (str_eq(name, str_c(names[i]))) return true;
    i64 dot = str_rindex(name, '.');
    for (i64 i = 0; i < NELEM(ends) && dot >= 0; i++)
        if (str_eq(str_slice(name, dot, name.len), str_c(ends[i]))) return true;
    return false;
}

static int remove_file(Cmd *c, Str path) {
    const char *z = arena_cstr(c->a, path);
    if (unlink(z) == 0 || errno == ENOENT) return 0;
    return cmd_fail("remove %s: %s", z, err_os(errno));
}

static int remove_tree(Cmd *c, Str path) {
    Str failed;
    return dir_remove_all(c->a, path, &failed) ? 0 : cmd_fail("unlinkat %.*s: %s", SFMT(failed), err_os(errno));
}

static int clean_package(Cmd *c, const Pkg *pkg) {
    Str *names;
    i64 n;
    int rc = 0;
    if (!dir_list(c->a, arena_cstr(c->a, pkg->dir), &names, &n))
        return cmd_fail("%.*s: %s", SFMT(pkg->dir), err_os(errno));
    StrVec results = results_of(c, pkg, names, n);
    if (c->f.n || c->f.x) {
        printf("cd %.*s\nrm -f", SFMT(pkg->dir));
        for (i64 i = 0; i < results.len; i++) printf(" %.*s", SFMT(results.ptr[i]));
        printf("\n");
    }
    for (i64 i = 0; i < n; i++) {
        Str path = path_join(c->a, pkg->dir, names[i]);
        if (dir_exists(arena_cstr(c->a, path))) {
            bool old = str_eq(names[i], S("_test")) || str_eq(names[i], S("_obj"));
            if (old && (c->f.n || c->f.x)) printf("rm -rf %.*s\n", SFMT(path));
            if (old && !c->f.n) rc |= remove_tree(c, path);
        } else if (!c->f.n && (is_old_result(names[i]) || has_name(&results, names[i]))) rc |= remove_file(c, path);
    }
    Str target = c->f.i ? install_target(c, pkg) : (Str){0};
    if (target.len && (c->f.n || c->f.x)) printf("rm -f %.*s\n", SFMT(target));
    if (target.len && !c->f.n) rc |= remove_file(c, target);
    return rc;
}

static int clean_cache(Cmd *c) { // what vole keeps there; the folder may be shared with others
    Str cache = env_get(c->env, "GOCACHE");
    if (!cache.len || cache.ptr[0] != '/') return 0;
    static const char *const own[] = {"tools", "built", "vole"};
    int rc = 0;
    for (i64 i = 0; i < NELEM(own); i++) {
        Str dir = path_join(c->a, cache, str_c(own[i]));
        if (c->f.n || c->f.x) printf("rm -r %.*s\n", SFMT(dir));
        if (!c->f.n) rc |= remove_tree(c, dir);
    }
    return rc;
}

static int clean_fuzzcache(Cmd *c) {
    Str cache = env_get(c->env, "GOCACHE");
    if (!cache.len || cache.ptr[0] != '/') return 0;
    Str dir = path_join(c->a, cache, S("fuzz"));
    if (c->f.n || c->f.x) printf("rm -rf %.*s\n", SFMT(dir));
    return c->f.n ? 0 : remove_tree(c, dir);
}

static int clean_modcache(Cmd *c) {
    Str dir = env_get(c->env, "GOMODCACHE");
    if (!dir.len) return cmd_fail("cannot clean -modcache without a module cache");
    if (c->f.n || c->f.x) printf("rm -rf %.*s\n", SFMT(dir));
    return c->f.n ? 0 : remove_tree(c, dir);
}

static int clean_graph(Cmd *c, Map *done, Pkg *pkg) {
    if (map_get_ptr(done, pkg)) return 0;
    map_set_ptr(done, pkg, pkg);
    int rc = clean_package(c, pkg);
    for (i64 i = 0; c->f.r && pkg->deps && i < pkg->imports[IN_PACKAGE].len; i++)
        if (pkg->deps[i]) rc |= clean_graph(c, done, pkg->deps[i]);
    return rc;
}

static int clean_packages(Cmd *c) {
    Program *p;
    Pkg **pkgs;
    i64 n;
    int rc = 0;
    Map *done = map_new_ptr(c->a);
    if (!cmd_packages(c, &p, &pkgs, &n)) return 1;
    for (i64 i = 0; i < n; i++) rc |= pkgs[i]->dir.len ? clean_graph(c, done, pkgs[i]) : cmd_package_error(p, pkgs[i]);
    return rc;
}

int cmd_clean(Cmd *c) {
    Str cache = env_get(c->env, "GOCACHE");
    bool asks = c->f.cache || c->f.testcache || c->f.fuzzcache, off = str_eq(cache, S("off"));
    if (asks && cache.len && cache.ptr[0] != '/' && !off) return cmd_fail("GOCACHE is not an absolute path");
    const char *kept = c->f.cache       ? "-cache"
                       : c->f.testcache ? "-testcache"
                       : c->f.fuzzcache ? "-fuzzcache"
                       : c->f.modcache  ? "-modcache"
                                        : NULL;
    int rc = 0;
    if (c->nargs > 0 && kept) return cmd_fail("clean %s cannot be used with package arguments", kept);
    if (c->nargs > 0 || c->f.i || c->f.r || !kept) rc |= clean_packages(c);
    if (c->f.cache) rc |= clean_cache(c);
    if (c->f.modcache) rc |= clean_modcache(c);
    if (c->f.fuzzcache) rc |= clean_fuzzcache(c);
    if (c->f.testcache && !c->f.cache && cache.len && !off && !c->f.n && !results_expire(c->a, cache))
        rc = cmd_fail("open %.*s/testexpire.txt: %s", SFMT(cache), err_os(errno));
    return rc;
}
