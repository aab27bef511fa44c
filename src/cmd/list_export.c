// list_export.c - `list -export`: archives of the packages that are listed, made by the steps of a build where they are not in the cache.
//
// In:   the listed packages, whose files are the library's own. Out: ListPkg.export and build_id; of a package that cannot be compiled the
//       error that the compiler gave. The archives are of the packages as vole builds them: a loader of their own knows the overlay.
#include "cmd/list_int.h"
#include "cmd/steps.h"
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

static void export_one(List *l, Program *p, Steps *s, ListPkg *n) {
    if (n->kind != LIST_PLAIN || n->error || n->pkg->error || load_is_fake(n->pkg)) return;
    Pkg *pkg = n->pkg->command_line_files ? NULL : load_path(p->loader, n->path);
    StepsArchive made = {{0}};
    if (!pkg || pkg->error) return;
    bool ok = steps_archive(s, pkg, &made);
    if (ok && made.cached) n->export = made.file, n->build_id = made.build_id;
    if (!ok) take_error(l, n, made.said);
}

static bool can_export(List *l) {
    Str cache = env_get(l->c->env, "GOCACHE");
    if (l->c->f.test) return !fprintf(stderr, "vole: not supported yet: list -export with -test\n");
    if (cache.len && cache.ptr[0] == '/') return true;
    return !cmd_fail("build cache is disabled by GOCACHE=%.*s, but required as of Go 1.12", SFMT(cache));
}

bool list_export(List *l) {
    Pkg **pkgs;
    i64 n;
    if (!can_export(l)) return false;
    Program *p = program_new(l->o);
    load_packages(p->loader, l->c->args, l->c->nargs, &pkgs, &n);
    Steps *s = steps_new(l->c, p, &l->o, true);
    if (!s) return false;
    for (i64 i = 0; i < l->pkgs.len; i++) export_one(l, p, s, l->pkgs.ptr[i]);
    steps_end(s, 0);
    return l->rc == 0;
}
