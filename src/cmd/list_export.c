// list_export.c - `list -export`: archives of the packages that are listed, made by the steps of a build where they are not in the cache.
//
// In:   the listed packages, whose files are the library's own. Out: ListPkg.export and build_id; of a package that cannot be compiled the
//       error that the compiler gave. The archives are of the packages as vole builds them: a loader of their own knows the overlay.
#include "cmd/list_int.h"
#include "cmd/steps.h"
#include "test/test.h"
#include <stdio.h>

// What the compiler said, as the error of a package.
static void take_error(List *l, ListPkg *n, Str said) {
    PkgError *e = ANEW(l->a, PkgError);
    *e = (PkgError){.text = arena_printf(l->a, "# %.*s\n%.*s", SFMT(n->path), SFMT(said)), .kind = ERR_OTHER};
    n->incomplete = true;
    if (!said.len) return; // what it imports has failed
    n->error = e;
    if (l->c->f.e) return;
    fprintf(stderr, "%.*s", SFMT(e->text));
    l->rc = 1;
}

static void note_variants(List *l, Map *variants, Pkg *v) {
    Str name = load_desc(l->a, v);
    if (map_get_str(variants, name)) return;
    map_set_str(variants, name, v);
    for (i64 i = 0; v->deps && i < v->imports[IN_PACKAGE].len; i++)
        if (v->deps[i] && v->deps[i]->for_test.len) note_variants(l, variants, v->deps[i]);
}

// -test: the variants of a package and what lies between them, by the names under which they are listed. What is wrong with them stands
// on the nodes.
static void add_variants(List *l, Program *p, Pkg *pkg, Map *variants) {
    TestProgram t;
    TestFuncs funcs;
    const Pkg *failed;
    if (pkg->error || !(pkg->files[FILES_TEST_GO].len + pkg->files[FILES_XTEST_GO].len)) return;
    if (!load_test_program(p->loader, pkg, &t, &failed) || load_test_funcs(p->loader, pkg, &funcs)) return;
    load_test_main(p->loader, &t, testmain_text(l->a, &t, &funcs, pkg->path, pkg->module.path, NULL, false));
    note_variants(l, variants, t.main);
}

static Pkg *pkg_of(Program *p, const ListPkg *n, Map *variants) {
    if (n->kind != LIST_PLAIN || n->for_test.len) return map_get_str(variants, n->path);
    return n->pkg->command_line_files ? NULL : load_path(p->loader, n->for_main.len ? n->plain : n->path);
}

static void export_one(List *l, Program *p, Steps *s, ListPkg *n, Map *variants) {
    if (n->error || (n->kind == LIST_PLAIN && n->pkg->error) || load_is_fake(n->pkg)) return;
    Pkg *pkg = pkg_of(p, n, variants);
    StepsArchive made = {{0}};
    if (!pkg || pkg->error || !pkg->files[FILES_GO].len) return; // of tests alone: there is nothing to export
    bool ok = steps_archive(s, pkg, &made);
    if (ok && made.cached) n->export = made.file, n->build_id = made.build_id;
    if (!ok) take_error(l, n, made.said);
}

static bool can_export(List *l) {
    Str cache = env_get(l->c->env, "GOCACHE");
    if (cache.len && cache.ptr[0] == '/') return true;
    return !cmd_fail("build cache is disabled by GOCACHE=%.*s, but required as of Go 1.12", SFMT(cache));
}

bool list_export(List *l) {
    Pkg **pkgs;
    i64 n;
    if (!can_export(l)) return false;
    ProgramOptions o = l->o;
    o.tests = l->c->f.test;
    Program *p = program_new(o);
    Map *variants = map_new_str(l->a);
    load_packages(p->loader, l->c->args, l->c->nargs, &pkgs, &n);
    for (i64 i = 0; i < n && o.tests; i++) add_variants(l, p, pkgs[i], variants);
    Steps *s = steps_new(l->c, p, &l->o, true);
    if (!s) return false;
    for (i64 i = 0; i < l->pkgs.len; i++) export_one(l, p, s, l->pkgs.ptr[i], variants);
    steps_end(s, 0);
    return l->rc == 0;
}
