// cover.c - packages whose blocks are counted (-cover): their tables.
//
// In:   a package that is parsed, or none is needed of: then its files are parsed here, and what is wrong with them is not said.
#include "load/load_int.h"

// Files of packages without an import path are named by their own.
static CoverOptions options_of(const Pkg *p) {
    CoverOptions o = {.path = p->path, .name = p->name, .module = p->module.path};
    o.local = p->command_line_files || str_has_prefix(p->path, S("_/"));
    CoverMode mode = (CoverMode)((p->cover & PKG_COVER) >> PKG_COVER_SHIFT);
    o.without_atomic = mode == COVER_ATOMIC && str_eq(p->path, S("sync/atomic"));
    return o;
}

const CoverTable *load_cover_table(Loader *l, const Package *pkg) {
    CoverOptions o = options_of(load_pkg(pkg));
    return cover_table(l->a, l->sources, pkg->files, pkg->nfiles, &o);
}

const CoverTable *load_cover_read(Loader *l, Pkg *p) {
    CoverOptions o = options_of(p);
    i64 n = p->files[FILES_GO].len, errors = 0;
    File **files = ANEWN(l->a, File *, n + 1);
    Diag *unheard = diag_new(l->sources, (DiagOptions){.plain = true});
    for (i64 i = 0; i < n; i++) {
        PkgFile *f = p->files[FILES_GO].ptr[i];
        SourceFile *src = source_map_add(l->sources, f->path, f->path, load_text(l, f)); // lines are noted in it
        files[i] = parse_file(l->a, l->intern, unheard, src, (ParseOptions){0});
        errors += files[i]->nerrors;
    }
    diag_free(unheard);
    return errors ? NULL : cover_table(l->a, l->sources, files, n, &o);
}
