// mod_graph.c - the module graph on folders made here: versions come from replacements by folders, nothing is downloaded.
#include "mod/mod.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int failures;
static Arena *a;
static Env *env;
static Str top;
#define EXPECT(c, ...)                                                                                                 \
    do {                                                                                                               \
        if (!(c)) failures++, printf("%d: %s: ", __LINE__, #c), printf(__VA_ARGS__), printf("\n");                     \
    } while (0)
#define EXPECT_STR(got, want)                                                                                          \
    do {                                                                                                               \
        Str got_ = (got);                                                                                              \
        EXPECT(str_eq(got_, str_c(want)), "got \"%.*s\", want \"%s\"", SFMT(got_), want);                              \
    } while (0)

static void put(const char *name, const char *text) {
    char path[4096];
    snprintf(path, sizeof path, "%.*s/%s", SFMT(top), name);
    for (char *p = path + top.len + 1; (p = strchr(p, '/')) != NULL; p++) {
        *p = 0;
        mkdir(path, 0777);
        *p = '/';
    }
    CHECK(file_write_atomic(path, str_c(text), 0644));
}

// Imports as words in quotes behind "import ".
static bool scan(void *ctx, Str dir, bool any_tags, DirImports *out, Err *err) {
    Str *names;
    i64 n;
    VEC(Str) imports = {0};
    *out = (DirImports){.no_go_files = true};
    if (!dir_list(a, arena_cstr(a, dir), &names, &n)) return err_set(err, a, ERR_OTHER, "no folder");
    for (i64 i = 0; i < n; i++) {
        Str text;
        if (!str_has_suffix(names[i], S(".go"))) continue;
        out->no_go_files = false;
        CHECK(file_read(a, path_join(a, dir, names[i]).ptr, &text));
        for (i64 at; (at = str_find(text, S("import \""))) >= 0;) {
            text = str_slice(text, at + 8, text.len);
            vec_push(a, &imports, str_slice(text, 0, str_index(text, '"')));
        }
    }
    out->imports = imports.ptr;
    out->nimports = imports.len;
    return true;
}

static bool std_package(void *ctx, Str path, Str *dir) {
    *dir = path_join(a, path_join(a, env_goroot(env), S("src")), path);
    return str_eq(path, S("fmt"));
}

static ModState *open_at(const char *dir, ModUse use, Err *err) {
    ModOptions o = {.cwd = path_join(a, top, str_c(dir)),
                    .use = use,
                    .scan = scan,
                    .std_package = std_package,
                    .need_root = true,
                    .no_workspace = true};
    ModState *s;
    *err = (Err){{0}, 0};
    Fetcher *f = fetch_new(a, env, (FetchOptions){.parallel = 1});
    return mod_open(a, env, f, o, &s, err) ? s : NULL;
}

static Str build_list(ModState *s) {
    ModVersion *list;
    i64 n;
    Err err = {{0}, 0};
    if (!mod_build_list(s, &list, &n, &err)) return err.text;
    Buf b = {0};
    for (i64 i = 0; i < n; i++) buf_printf(&b, "%s%.*s", i ? " " : "", SFMT(modver_string(a, list[i])));
    return arena_str(a, buf_view(&b));
}

// main -> a, b; a -> c v1.1.0; b -> c v1.2.0; b is unpruned, so that what c requires (d) is read through it.
static void make_diamond(void) {
    put("m/go.mod",
        "module ex.com/m\n\ngo 1.21\n\nrequire (\n\tex.com/a v1.0.0\n\tex.com/b v1.0.0\n\tex.com/c v1.2.0 // "
        "indirect\n)\n\nreplace (\n\tex.com/a => ../a\n\tex.com/b => ../b\n\tex.com/c v1.2.0 => "
        "../c\n\tex.com/d => ../d\n)\n");
    put("m/main.go", "package main\nimport \"fmt\"\nimport \"ex.com/a\"\nimport \"ex.com/b/sub\"\n");
    put("a/go.mod", "module ex.com/a\n\ngo 1.17\n\nrequire ex.com/c v1.1.0\n");
    put("a/a.go", "package a\nimport \"ex.com/c\"\n");
    put("b/go.mod", "module ex.com/b\n\nrequire ex.com/c v1.2.0\n");
    put("b/sub/b.go", "package sub\n");
    put("c/go.mod", "module ex.com/c\n\ngo 1.20\n\nrequire ex.com/d v1.0.0\n");
    put("c/c.go", "package c\n");
    put("d/go.mod", "module ex.com/d\n");
    put("d/d.go", "package d\n");
}

static void test_graph(void) {
    Err err;
    ModState *s = open_at("m", MODUSE_BUILD, &err);
    EXPECT(s != NULL, "%.*s", SFMT(err.text));
    if (!s) return;
    EXPECT(mod_mode(s) == MOD_READONLY, "mode %d", mod_mode(s));
    EXPECT_STR(build_list(s),
               "ex.com/m ex.com/a@v1.0.0 ex.com/b@v1.0.0 ex.com/c@v1.2.0 ex.com/d@v1.0.0 go@1.21 toolchain@go1.21");
    Str dir;
    ModVersion v;
    EXPECT(mod_find_package(s, S("ex.com/b/sub"), &dir, &v, &err), "%.*s", SFMT(err.text));
    EXPECT_STR(dir, arena_printf(a, "%.*s/b/sub", SFMT(top)).ptr);
    EXPECT_STR(modver_string(a, v), "ex.com/b@v1.0.0");
    EXPECT_STR(mod_go_version(s, v), "1.16");
    EXPECT(mod_find_package(s, S("fmt"), &dir, &v, &err) && !v.path.len, "fmt");
    EXPECT(!mod_find_package(s, S("ex.com/b/none"), &dir, &v, &err), "found");
    EXPECT_STR(err.text, "no required module provides package ex.com/b/none; to add it:\n\tgo get ex.com/b/none");
    EXPECT(!mod_find_package(s, S("ex.org/x"), &dir, &v, &err) && err.kind == ERR_IMPORT_MISSING, "found");
    EXPECT_STR(err.text, "no required module provides package ex.org/x; to add it:\n\tgo get ex.org/x");
    EXPECT(!mod_find_package(s, S("nosuch/x"), &dir, &v, &err), "found");
    EXPECT_STR(err.text,
               arena_printf(a, "package nosuch/x is not in std (%.*s/src/nosuch/x)", SFMT(env_goroot(env))).ptr);
}

static void test_packages(void) {
    Err err;
    ModState *s = open_at("m", MODUSE_BUILD, &err);
    Str pat[] = {S("./...")};
    ModMatch *m;
    bool ok = s && mod_load_packages(s, (ModLoadOptions){0}, pat, 1, &m, &err);
    EXPECT(ok, "%.*s", SFMT(err.text));
    if (!ok) return;
    EXPECT(m->npaths == 1, "%lld paths", (long long)m->npaths);
    ModPackage *c = mod_package(s, S("ex.com/c"));
    EXPECT(c && c->stack && str_eq(c->stack->path, S("ex.com/a")), "who imports c");
    if (c) EXPECT_STR(modver_string(a, c->mod), "ex.com/c@v1.2.0");
}

// A go.mod that lacks what the packages need is not changed unless the command may.
static void test_tidy(void) {
    put("t/go.mod", "module ex.com/t\n\ngo 1.21\n\nrequire (\n\tex.com/a v1.0.0 // indirect\n\tex.com/d v1.0.0\n)\n\n"
                    "replace (\n\tex.com/a => ../a\n\tex.com/c => ../c\n\tex.com/d => ../d\n)\n");
    put("t/t.go", "package t\nimport \"ex.com/a\"\n");
    Err err;
    Str pat[] = {S("all")}, text, file = arena_printf(a, "%.*s/t/go.mod", SFMT(top));
    ModMatch *m;
    ModState *s = open_at("t", MODUSE_UPDATE, &err);
    ModLoadOptions o = {
        .tests = true, .tidy = true, .any_tags = true, .resolve_missing = true, .silence_missing_std = true};
    bool ok = s && mod_load_packages(s, o, pat, 1, &m, &err) && mod_commit(s, &err);
    EXPECT(ok, "%.*s", SFMT(err.text));
    CHECK(file_read(a, file.ptr, &text));
    EXPECT_STR(text, "module ex.com/t\n\ngo 1.21\n\nrequire ex.com/a v1.0.0\n\nrequire ex.com/c v1.1.0 // indirect\n\n"
                     "replace (\n\tex.com/a => ../a\n\tex.com/c => ../c\n\tex.com/d => ../d\n)\n");
}

// main -> p v1.1.0 -> q v1.2.0; p v1.0.0 -> q v1.0.0: q goes down, and p with it.
static void test_edits(void) {
    put("e/go.mod", "module ex.com/e\n\ngo 1.21\n\nrequire ex.com/p v1.1.0\n\nrequire ex.com/q v1.2.0 // indirect\n\n\n"
                    "replace (\n\tex.com/p v1.0.0 => ../p0\n\tex.com/p v1.1.0 => ../p1\n\tex.com/q v1.0.0 => ../q\n\t"
                    "ex.com/q v1.2.0 => ../q\n)\n");
    put("p0/go.mod", "module ex.com/p\n\ngo 1.21\n\nrequire ex.com/q v1.0.0\n");
    put("p1/go.mod", "module ex.com/p\n\ngo 1.21\n\nrequire ex.com/q v1.2.0\n");
    put("q/go.mod", "module ex.com/q\n\ngo 1.21\n");
    Err err;
    ModState *s = open_at("e", MODUSE_UPDATE, &err);
    bool changed, ok = s != NULL;
    EXPECT(ok, "%.*s", SFMT(err.text));
    if (!ok) return;
    ModVersion same[] = {{S("ex.com/q"), S("v1.2.0")}}, down[] = {{S("ex.com/q"), S("v1.0.0")}};
    ModVersion both[] = {{S("ex.com/p"), S("v1.1.0")}, {S("ex.com/q"), S("none")}};
    ok = mod_edit_requirements(s, same, 1, NULL, 0, &changed, &err);
    EXPECT(ok && !changed, "%.*s", SFMT(err.text));
    ok = mod_edit_requirements(s, both, 2, NULL, 0, &changed, &err);
    EXPECT(!ok, "conflict");
    EXPECT_STR(err.text,
               "version constraints conflict:\n\tex.com/p@v1.1.0 requires ex.com/q@v1.2.0, but none is requested");
    ok = mod_edit_requirements(s, down, 1, NULL, 0, &changed, &err);
    EXPECT(ok && changed, "%.*s", SFMT(err.text));
    EXPECT_STR(build_list(s), "ex.com/e ex.com/p@v1.0.0 ex.com/q@v1.0.0 go@1.21 toolchain@go1.21");
    ok = mod_edit_requirements(s, down, 1, both, 1, &changed, &err); // as far up as q lets it
    EXPECT(ok && !changed, "%.*s", SFMT(err.text));
    ok = mod_edit_requirements(s, both + 1, 1, NULL, 0, &changed, &err);
    EXPECT(ok && changed, "%.*s", SFMT(err.text));
    EXPECT_STR(build_list(s), "ex.com/e go@1.21 toolchain@go1.21");
    RevInfo rev;
    ok = mod_query(s, S("ex.com/q"), S("<v1.2.0"), S("v1.2.0"), NULL, NULL, &rev, &err);
    EXPECT(ok, "%.*s", SFMT(err.text));
    EXPECT_STR(rev.version, "v1.0.0");
    EXPECT(!mod_query(s, S("ex.com/q"), S("v1.3"), S(""), NULL, NULL, &rev, &err) && err.kind == ERR_NO_MATCH, "v1.3");
    EXPECT_STR(err.text, "no matching versions for query \"v1.3\"");
    EXPECT(!mod_query(s, S("ex.com/q"), S(">v1.2"), S(""), NULL, NULL, &rev, &err), ">v1.2");
    EXPECT_STR(err.text, "ambiguous semantic version \"v1.2\" in range \">v1.2\"");
}

static int get_in(const char *dir, const char *arg) {
    Err err;
    ModState *s = open_at(dir, MODUSE_UPDATE, &err);
    EXPECT(s != NULL, "%.*s", SFMT(err.text));
    Str args[] = {str_c(arg)};
    return s ? mod_get(s, (GetOptions){.upgrade = S(""), .args = args, .nargs = 1}) : -1;
}

static void test_get(void) {
    Str text, file = arena_printf(a, "%.*s/e/go.mod", SFMT(top));
    EXPECT(get_in("e", "ex.com/q@v1.0.0") == 0, "down");
    CHECK(file_read(a, file.ptr, &text));
    EXPECT(str_find(text, S("require ex.com/p v1.0.0\n\nrequire ex.com/q v1.0.0 // indirect\n")) >= 0, "%.*s",
           SFMT(text));
    EXPECT(get_in("e", "ex.com/p@v1.1.0") == 0, "up");
    EXPECT(get_in("e", "ex.com/p@v1.2.0") == 1, "no such version");
    EXPECT(get_in("e", "ex.com/e@v1.2.0") == 1, "the main module");
    CHECK(file_read(a, file.ptr, &text));
    EXPECT(str_find(text, S("require ex.com/p v1.1.0\n\nrequire ex.com/q v1.2.0 // indirect\n")) >= 0, "%.*s",
           SFMT(text));
    EXPECT(get_in("e", "ex.com/...@none") == 1, "the main module is one of them");
    EXPECT(get_in("e", "ex.com/p@none") == 0, "none");
    CHECK(file_read(a, file.ptr, &text));
    EXPECT(str_find(text, S("require ex.com/q v1.2.0 // indirect\n")) >= 0, "%.*s", SFMT(text));
}

static void test_errors(void) {
    Err err;
    put("new/go.mod", "module ex.com/n\n\ngo 1.99\n");
    EXPECT(!open_at("new", MODUSE_BUILD, &err) && err.kind == ERR_TOO_NEW, "opened");
    put("bad/go.mod", "module ex.com/n\nfoo\n");
    EXPECT(!open_at("bad", MODUSE_BUILD, &err), "opened");
    EXPECT(str_has_suffix(err.text, S("go.mod:2: unknown directive: foo")), "%.*s", SFMT(err.text));
    put("v/go.mod", "module ex.com/v\n\ngo 1.21\n\nrequire ex.com/a v1.0.0\n");
    put("v/vendor/modules.txt", "# ex.com/a v1.1.0\n## explicit; go 1.17\nex.com/a\n");
    EXPECT(!open_at("v", MODUSE_BUILD, &err), "opened");
    EXPECT(str_find(err.text, S("inconsistent vendoring in ")) >= 0, "%.*s", SFMT(err.text));
}

int main(void) {
    char dir[] = "/tmp/vole-mod_graph-XXXXXX";
    if (!mkdtemp(dir)) return 1;
    a = arena_new("test");
    top = str_c(dir);
    setenv("GOPROXY", "off", 1);
    setenv("GOFLAGS", "", 1);
    setenv("GOWORK", "off", 1);
    setenv("GOMODCACHE", arena_printf(a, "%s/cache", dir).ptr, 1);
    Err err = {{0}, 0};
    if (!env_read(a, S("."), &env, &err)) fatal("%.*s", SFMT(err.text));
    make_diamond();
    test_graph();
    test_packages();
    test_tidy();
    test_edits();
    test_get();
    test_errors();
    if (system(arena_printf(a, "rm -rf %s", dir).ptr) != 0) failures++;
    return failures != 0;
}
