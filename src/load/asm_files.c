// asm_files.c - which .s files of a package are assembled.
#include "load/load_int.h"

static const char *const noasm[] = {
#define NOASM(p) p,
#include "load/noasm.def"
#undef NOASM
// packages whose Go files are chosen so that no assembly is needed
#define NOARCH(p) p,
#define HOLDS(p, tag)
#include "load/overrides.def"
#undef HOLDS
#undef NOARCH
};

static bool has_none(const Pkg *p) {
    if (p->command_line_files) return true;
    for (i64 i = 0; p->std && i < NELEM(noasm); i++)
        if (str_eq(p->path, str_c(noasm[i]))) return true;
    return false;
}

bool load_is_fake(const Pkg *p) { return str_eq(p->path, S("unsafe")) || (p->std && str_eq(p->path, S("builtin"))); }

// An archive holds what was assembled. Of a package that has none, its tests may have some.
bool load_assembles(const Pkg *p, const PkgFile *f) {
    return p->archive || !has_none(p) || (p->for_test.len && str_has_suffix(f->name, S("_test.s")));
}

bool load_uses_assembly(const Pkg *p) {
    for (i64 i = 0; i < p->files[FILES_S].len; i++)
        if (load_assembles(p, p->files[FILES_S].ptr[i])) return true;
    return false;
}

SourceFile **load_asm_files(Loader *l, Package *pkg, i64 *n) {
    const Pkg *p = load_pkg(pkg);
    const PkgFiles *files = &p->files[FILES_S];
    *n = 0;
    SourceFile **out = ANEWN(l->a, SourceFile *, files->len + 1);
    for (i64 i = 0; i < files->len; i++) {
        PkgFile *f = files->ptr[i];
        if (!load_assembles(p, f)) continue;
        load_add_source(l, p, f);
        out[(*n)++] = f->src;
    }
    return out;
}
