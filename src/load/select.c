// select.c - which packages of the command line `run` and `install package@version` want.
//
// In:   the packages that arguments name. Out: the main packages of them; one that was named and is not main, or is not of
//       the module that provides the first argument, has an error. Nothing is printed but warnings about patterns.
#include "load/load_int.h"
#include <stdio.h>

static bool is_main(const Pkg *p) { return str_eq(p->name, S("main")) || (!p->name.len && p->error); }

// Which of its names a package of several has is anybody's guess: it could be main.
static bool is_wanted(const Pkg *p) { return is_main(p) || p->literal || p->files[FILES_INVALID_GO].len; }

static bool matches(const Pkg *p, Str pattern) {
    for (i64 i = 0; i < p->match.len; i++)
        if (str_eq(p->match.ptr[i], pattern)) return true;
    return false;
}

static void warn_unless_main(const PkgList *list, Str pattern) {
    i64 found = 0;
    if (str_find(pattern, S("...")) < 0) return;
    for (i64 i = 0; i < list->len; i++) {
        if (!matches(list->ptr[i], pattern)) continue;
        if (is_wanted(list->ptr[i])) return;
        found++;
    }
    if (found) tell("go: warning: \"%.*s\" matched only non-main packages\n", SFMT(pattern));
}

void select_mains(Loader *l, const Str *args, i64 n, PkgList *list) {
    i64 k = 0;
    for (i64 i = 0; i < n; i++) warn_unless_main(list, args[i]);
    for (i64 i = 0; i < list->len; i++) {
        Pkg *p = list->ptr[i];
        if (!is_wanted(p) && !p->command_line_files) continue;
        bool told = p->error || p->files[FILES_INVALID_GO].len; // of it load_report says more
        if (!is_main(p) && !told) graph_error(l, p, ERR_OTHER, "package %.*s is not a main package", SFMT(p->path));
        list->ptr[k++] = p;
    }
    list->len = k;
}

void select_module(Loader *l, ModVersion root, PkgList *list) {
    Str want = modver_string(l->a, root);
    for (i64 i = 0; i < list->len; i++) {
        Pkg *p = list->ptr[i];
        if (p->error || modver_eq(p->module, root)) continue;
        if (!p->module.path.len)
            graph_error(l, p, ERR_OTHER, "package %.*s not provided by module %.*s", SFMT(p->path), SFMT(want));
        else
            graph_error(l, p, ERR_OTHER,
                        "package %.*s provided by module %.*s\n"
                        "\tAll packages must be provided by the same module (%.*s).",
                        SFMT(p->path), SFMT(modver_string(l->a, p->module)), SFMT(want));
    }
}
