// packages.c - commands that work on the files of packages without compiling them: `fmt`, `clean`.
#include "cmd/cmd.h"
#include "env/env.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

bool cmd_packages(Cmd *c, Program **p, Pkg ***out, i64 *n) {
    ProgramOptions o = {0};
    if (!build_options(c, &o)) return false;
    *p = program_new(o);
    load_packages((*p)->loader, c->args, c->nargs, out, n);
    return true;
}

Str short_path(Cmd *c, Str path) {
    Str cwd = path_abs(c->a, S("."));
    if (str_has_prefix(path, cwd) && path.len > cwd.len && path.ptr[cwd.len] == '/')
        return str_slice(path, cwd.len + 1, path.len);
    return path;
}

bool in_dependency(const Pkg *p) { return !p->std && !p->main_module && !p->command_line_files && p->module.path.len; }

static int report_error(Program *p, const Pkg *pkg) {
    Str text = load_error_text(p->loader, pkg->error);
    fprintf(stderr, "%.*s\n", SFMT(text));
    return 1;
}

// ---- fmt ------------------------------------------------------------------------------------------------------------

static bool find_gofmt(Cmd *c, Str *path) {
    Str gobin = env_get(c->env, "GOBIN");
    *path = path_join(c->a, gobin, S("gofmt"));
    return (gobin.len && access(arena_cstr(c->a, *path), X_OK) == 0) || tool_binary(c, S("gofmt"), path);
}

static int run_gofmt(Cmd *c, Str gofmt, const StrVec *files) {
    char **argv = ANEWN(c->a, char *, files->len + 4);
    argv[0] = (char *)arena_cstr(c->a, gofmt);
    argv[1] = (char *)"-l";
    argv[2] = (char *)"-w";
    for (i64 i = 0; i < files->len; i++) argv[3 + i] = (char *)arena_cstr(c->a, files->ptr[i]);
    if (c->f.n || c->f.x) {
        printf("%s", argv[0]);
        for (i64 i = 1; argv[i]; i++) printf(" %s", argv[i]);
        printf("\n");
    }
    if (c->f.n) return 0;
    int rc = cmd_spawn(c, gofmt, argv, NULL);
    if (rc < 0) return cmd_fail("%.*s: %s", SFMT(gofmt), err_os(errno));
    if (rc) fprintf(stderr, "exit status %d\n", rc);
    return rc != 0;
}

// What is wrong with a package so that its files are left alone; NULL: nothing. Without Go files for the build, or with patterns that
// embed nothing, they are formatted all the same.
static const PkgError *reason_against(Program *p, const Pkg *pkg, bool files) {
    const PkgError *e = pkg->error ? pkg->error : load_head_error(p->loader, pkg);
    if (!e || e->kind == ERR_NO_GO_FILES || e->kind == ERR_CONSTRAINTS) return NULL;
    return e->kind == ERR_EMBED && files ? NULL : e;
}

int cmd_fmt(Cmd *c) {
    static const FileKind kinds[] = {FILES_GO, FILES_CGO, FILES_IGNORED_GO, FILES_TEST_GO, FILES_XTEST_GO};
    Program *p;
    Pkg **pkgs;
    i64 n;
    Str gofmt;
    int rc = 0, said = 0;
    StrVec files = {0};
    if (!cmd_packages(c, &p, &pkgs, &n) || diag_flush(p->diag, 2) > 0) return 1;
    for (i64 i = 0; i < n; i++) {
        const Pkg *pkg = pkgs[i];
        if (in_dependency(pkg)) {
            if (!said++) fprintf(stderr, "go: not formatting packages in dependency modules\n");
            continue;
        }
        i64 before = files.len;
        const PkgError *e;
        for (i64 k = 0; k < NELEM(kinds); k++)
            for (i64 f = 0; f < pkg->files[kinds[k]].len; f++)
                vec_push(c->a, &files, short_path(c, pkg->files[kinds[k]].ptr[f]->path));
        if (!(e = reason_against(p, pkg, files.len > before))) continue;
        fprintf(stderr, "%.*s\n", SFMT(load_error_text(p->loader, e)));
        files.len = before;
        rc = 1;
    }
    if (files.len == 0) return rc;
    if (!find_gofmt(c, &gofmt)) return 1;
    for (i64 at = 0; at < files.len; at += 1000) { // arguments of a process have a limit
        StrVec part = {.ptr = files.ptr + at, .len = i64_min(1000, files.len - at)};
        rc |= run_gofmt(c, gofmt, &part);
    }
    return rc;
}

// ---- clean ----------------------------------------------------------------------------------------------------------

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
            if (old && !c->f.n) rc |= cmd_remove_tree(c, path);
        } else if (!c->f.n && (is_old_result(names[i]) || has_name(&results, names[i]))) rc |= remove_file(c, path);
    }
    Str target = c->f.i ? install_target(c, pkg) : (Str){0};
    if (target.len && (c->f.n || c->f.x)) printf("rm -f %.*s\n", SFMT(target));
    if (target.len && !c->f.n) rc |= remove_file(c, target);
    return rc;
}

static void note_failure(Cmd *c, const char *path, Err *first) {
    if (errno != ENOENT && !first->text.len) err_set(first, c->a, ERR_OTHER, "unlinkat %s: %s", path, err_os(errno));
}

// All that can go goes; *first: why something could not.
static void remove_all(Cmd *c, Str path, Err *first) {
    struct stat st;
    Str *names;
    i64 n;
    const char *z = arena_cstr(c->a, path);
    if (lstat(z, &st) != 0) return note_failure(c, z, first);
    if (S_ISDIR(st.st_mode)) {
        chmod(z, 0700); // folders of the module cache cannot be written
        if (!dir_list(c->a, z, &names, &n)) return note_failure(c, z, first);
        for (i64 i = 0; i < n; i++) remove_all(c, path_join(c->a, path, names[i]), first);
    }
    if (S_ISDIR(st.st_mode) ? rmdir(z) != 0 : unlink(z) != 0) note_failure(c, z, first);
}

int cmd_remove_tree(Cmd *c, Str path) {
    Err first = {0};
    remove_all(c, path, &first);
    return first.text.len ? cmd_fail("%.*s", SFMT(first.text)) : 0;
}

static int clean_cache(Cmd *c) { // what vole keeps there; the folder may be shared with others
    Str cache = env_get(c->env, "GOCACHE");
    if (!cache.len || str_eq(cache, S("off"))) return 0;
    Str tools = path_join(c->a, cache, S("tools"));
    if (c->f.n || c->f.x) printf("rm -r %.*s\n", SFMT(tools));
    return c->f.n ? 0 : cmd_remove_tree(c, tools);
}

static int clean_modcache(Cmd *c) {
    Str dir = env_get(c->env, "GOMODCACHE");
    if (!dir.len) return cmd_fail("cannot clean -modcache without a module cache");
    if (c->f.n || c->f.x) printf("rm -rf %.*s\n", SFMT(dir));
    return c->f.n ? 0 : cmd_remove_tree(c, dir);
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
    for (i64 i = 0; i < n; i++) rc |= pkgs[i]->dir.len ? clean_graph(c, done, pkgs[i]) : report_error(p, pkgs[i]);
    return rc;
}

int cmd_clean(Cmd *c) {
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
    return rc; // there are no results of tests and of fuzzing yet
}
