// watch_test.c - which tests a change can affect.
//
// In:   patterns, changed files. Out: packages that have tests which depend on one of the files: it is a source of theirs or of what they or their
// tests import, is embedded there, or lies in their testdata. go.mod, go.sum and go.work affect all. Nothing is parsed for it.
#include "cmd/watch_int.h"
#include <stdio.h>
#include <sys/stat.h>

typedef struct Affected {
    WatchCmd *w;
    Loader *l;
    const StrItems *changed;
    bool all;
} Affected;

static bool is_test(Str path) { return str_has_suffix(path, S("_test.go")); }
static bool has_tests(const Pkg *p) { return p->files[FILES_TEST_GO].len + p->files[FILES_XTEST_GO].len > 0; }

static bool embeds(Arena *a, const Pkg *q, Str path) {
    for (i64 i = 0; i < q->embed_files.len; i++)
        if (str_eq(path, path_join(a, q->dir, q->embed_files.ptr[i]))) return true;
    return false;
}

static bool is_source(Str path) {
    static const char *const exts[] = {".go", ".s", ".h", ".c"};
    for (i64 i = 0; i < NELEM(exts); i++)
        if (str_has_suffix(path, str_c(exts[i]))) return true;
    return false;
}

// p: whose tests; q: a package that they depend on
static bool touches(const Affected *s, const Pkg *p, const Pkg *q, Str path) {
    Arena *a = s->w->child.a;
    bool own = str_eq(p->dir, q->dir), beside = str_eq(path_dir(path), q->dir);
    if (own && str_has_prefix(p->dir, path) && (p->dir.len == path.len || p->dir.ptr[path.len] == '/'))
        return true; // a folder that is new
    if (beside && is_source(path)) return own || !is_test(path);
    if (embeds(a, q, path)) return true;
    return own && str_has_prefix(path, arena_printf(a, "%.*s/testdata/", SFMT(p->dir)));
}

static bool depends(const Affected *s, const Pkg *p, const Pkg *q, Map *seen) {
    if (!q || q->std || map_get_ptr(seen, q)) return false;
    map_set_ptr(seen, q, seen);
    for (i64 i = 0; i < s->changed->len; i++)
        if (touches(s, p, q, s->changed->ptr[i])) return true;
    for (i64 i = 0; q->deps && i < q->imports[IN_PACKAGE].len; i++)
        if (depends(s, p, q->deps[i], seen)) return true;
    return false;
}

// What cannot be set up is tested too: that tells why.
static bool is_affected(const Affected *s, Pkg *p) {
    TestProgram t = {0};
    const Pkg *failed = NULL;
    Map *seen = map_new_ptr(s->w->child.a);
    if (!has_tests(p)) return false;
    if (s->all || p->error || !load_test_program(s->l, p, &t, &failed)) return true;
    return depends(s, p, p, seen) || depends(s, p, t.test, seen) || depends(s, p, t.xtest, seen);
}

static bool affects_all(const StrItems *changed) {
    static const char *const names[] = {"go.mod", "go.sum", "go.work", "go.work.sum"};
    for (i64 i = 0; i < changed->len; i++)
        for (i64 k = 0; k < NELEM(names); k++)
            if (str_eq(path_base(changed->ptr[i]), str_c(names[k]))) return true;
    return !changed->len;
}

// Files that tests may open: those of testdata folders.
static void add_testdata(Arena *a, Str dir, WatchBuilt *out) {
    Str *names;
    i64 n;
    struct stat st;
    if (out->files.len > 20000 || !dir_list(a, arena_cstr(a, dir), &names, &n)) return;
    vec_push(a, &out->every, dir);
    vec_push(a, &out->folders, dir);
    for (i64 i = 0; i < n; i++) {
        Str path = path_join(a, dir, names[i]);
        if (stat(arena_cstr(a, path), &st) != 0) continue;
        SeenStat s = seen_stat(&st);
        if (S_ISDIR(st.st_mode)) add_testdata(a, path, out);
        else vec_push(a, &out->files, ((WatchFile){.path = path, .size = s.size, .mtime = s.mtime}));
    }
}

static bool load(WatchCmd *w, const StrItems *words, Loader **l, Pkg ***pkgs, i64 *n) {
    ProgramOptions o = {0};
    if (!watch_command(w, "list", words) || !build_options(&w->child, &o)) return false;
    o.tests = true;
    Program *p = program_new(o);
    load_packages(p->loader, w->child.args, w->child.nargs, pkgs, n);
    *l = p->loader;
    Pkg **all;
    load_with_tests(*l, *pkgs, *n, &all);
    return diag_flush(p->diag, 2) == 0;
}

bool watch_select(void *ctx, const StrItems *words, const StrItems *changed, WatchBuilt *out, StrItems *packages) {
    WatchCmd *w = ctx;
    Affected s = {.w = w, .changed = changed, .all = affects_all(changed)};
    Pkg **pkgs;
    i64 n;
    Seen *seen = seen_new(w->c->a);
    seen_use(seen);
    bool good = load(w, words, &s.l, &pkgs, &n);
    for (i64 i = 0; good && i < n; i++)
        if (is_affected(&s, pkgs[i])) vec_push(w->c->a, packages, pkgs[i]->path);
    seen_use(NULL);
    watch_seen(w, seen, out);
    for (i64 i = 0; good && i < n; i++) add_testdata(w->c->a, path_join(w->c->a, pkgs[i]->dir, S("testdata")), out);
    return good;
}

int watch_test(void *ctx, const StrItems *words, const StrItems *packages) {
    WatchCmd *w = ctx;
    StrItems all = {0};
    for (i64 i = 0; i < words->len; i++) vec_push(w->c->a, &all, words->ptr[i]);
    for (i64 i = 0; i < packages->len; i++) vec_push(w->c->a, &all, packages->ptr[i]);
    if (!watch_command(w, "test", &all)) return 1;
    w->child.again = NULL;
    again_begin(&w->child);
    int rc = w->child.command->run(&w->child);
    fflush(NULL);
    return rc;
}
