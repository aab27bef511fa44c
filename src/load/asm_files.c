// asm_files.c - which .s files belong to a package, by name and constraint.
#include "load/load_int.h"
#include <errno.h>

static const char *const noasm[] = {
#define NOASM(p) p,
#include "load/noasm.def"
#undef NOASM
// packages whose Go files are chosen so that no assembly is needed
#define PUREGO(p) p,
#define BIG(p)    p,
#define NOARCH(p) p,
#include "load/overrides.def"
#undef PUREGO
#undef BIG
#undef NOARCH
};

static bool has_none(const Package *p) {
    const LoadPackage *lp = p->load;
    if (!lp || lp->command_line_files) return true;
    for (i64 i = 0; lp->std && i < NELEM(noasm); i++)
        if (str_eq(p->path, str_c(noasm[i]))) return true;
    return false;
}

SourceFile **load_asm_files(Loader *l, Package *p, i64 *n) {
    Str *names, text;
    i64 nnames;
    VEC(SourceFile *) out = {0};
    BuildTags tags = {l->o.goos, l->o.goarch, l->o.tags, l->o.ntags, false};
    *n = 0;
    if (has_none(p) || !dir_list(l->a, arena_cstr(l->a, p->dir), &names, &nnames)) return NULL;
    for (i64 i = 0; i < nnames; i++) {
        bool bad = false;
        if (!str_has_suffix(names[i], S(".s")) || names[i].ptr[0] == '_' || names[i].ptr[0] == '.') continue;
        if (!constraint_name_matches(names[i], &tags)) continue;
        Str path = path_join(l->a, p->dir, names[i]);
        if (!file_read(l->a, arena_cstr(l->a, path), &text)) {
            diag_error_at(l->diag, load_display_path(l, path), "%s", strerror(errno));
            continue;
        }
        if (!constraint_file_matches(text, &tags, &bad)) continue;
        vec_push(l->a, &out, source_map_add(l->sources, load_display_path(l, path), path, text));
    }
    *n = out.len;
    return out.ptr;
}
