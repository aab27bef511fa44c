// list_stale.c - Stale and StaleReason: would `install` make anything of a package?
//
// In:   a package with its graph. Out: whether what is installed is missing, older than a source, or made with other settings.
// vole keeps no compiled packages. One of the library is made with each program and is never stale; another one that is no
// program is as long as nothing changed since it was built without errors (built.c).
#include "cmd/list_int.h"
#include <sys/stat.h>

// A file of the package that changed after t; "": none.
static Str newer_file(List *l, const Pkg *p, struct timespec t) {
    struct stat st;
    for (int k = 0; k < FILES_KINDS; k++) {
        if (k == FILES_IGNORED_GO || k == FILES_IGNORED_OTHER || k == FILES_TEST_GO || k == FILES_XTEST_GO) continue;
        for (i64 i = 0; i < p->files[k].len; i++) {
            const PkgFile *f = p->files[k].ptr[i];
            if (stat(arena_cstr(l->a, f->path), &st) != 0) continue;
            if (st.st_mtim.tv_sec > t.tv_sec || (st.st_mtim.tv_sec == t.tv_sec && st.st_mtim.tv_nsec > t.tv_nsec))
                return f->name;
        }
    }
    for (i64 i = 0; i < p->embed_files.len; i++)
        if (stat(arena_cstr(l->a, path_join(l->a, p->dir, p->embed_files.ptr[i])), &st) == 0 &&
            st.st_mtim.tv_sec > t.tv_sec)
            return p->embed_files.ptr[i];
    return (Str){0};
}

static Str newer_source(List *l, ListPkg *n, struct timespec t) {
    ListPkgs root = {0};
    Str own = newer_file(l, n->pkg, t);
    if (own.len) return arena_printf(l->a, "newer source file: %.*s", SFMT(own));
    vec_push(l->a, &root, n);
    ListPkgs all = list_closure(l, &root);
    for (i64 i = 0; i < all.len; i++)
        if (!all.ptr[i]->pkg->std && newer_file(l, all.ptr[i]->pkg, t).len)
            return arena_printf(l->a, "stale dependency: %.*s", SFMT(all.ptr[i]->path));
    return (Str){0};
}

static Str stale_program(List *l, ListPkg *n) {
    Str target = install_target(l->c, n->pkg), file, version, mod;
    Str now = load_build_info(l->loader, n->pkg, build_settings(l->c, &l->o, n->pkg));
    struct stat st;
    if (!target.len || stat(arena_cstr(l->a, target), &st) != 0 || !file_read(l->a, arena_cstr(l->a, target), &file))
        return S("not installed");
    Str why = newer_source(l, n, st.st_mtim);
    if (why.len) return why;
    bool same = build_info_of(l->a, file, &version, &mod) && str_has_prefix(version, l->o.go_version);
    same = same && str_eq(mod, now) && built_look(l->c, &l->o, l->loader, n->pkg) != BUILT_OTHERWISE;
    return same ? (Str){0} : S("build ID mismatch");
}

// "": it is not stale.
Str list_stale(List *l, ListPkg *n) {
    bool program = n->kind == LIST_PLAIN && str_eq(n->pkg->name, S("main"));
    if (program) {
        Str why = stale_program(l, n);
        diag_flush(l->diag, 2);
        return why;
    }
    if (n->kind != LIST_PLAIN) return S("no install target");
    bool good = n->pkg->std || built_look(l->c, &l->o, l->loader, n->pkg) == BUILT_SAME;
    return good ? (Str){0} : S("not built since it changed");
}

bool list_asks_stale(const List *l) {
    if (l->c->f.f.len) return str_find(l->c->f.f, S(".Stale")) >= 0;
    if (!l->c->f.list_json.ptr || str_eq(l->c->f.list_json, S("false"))) return false;
    for (i64 i = 0; i < l->fields.len; i++)
        if (str_eq(l->fields.ptr[i], S("Stale")) || str_eq(l->fields.ptr[i], S("StaleReason"))) return true;
    return l->fields.len == 0;
}
