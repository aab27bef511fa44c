// fuzz_modfile.c - go.mod, go.work, go.sum and modules.txt must survive any bytes; what was read and printed reads the same again.
#include "fuzz.h"
#include "mod/mod.h"
#include <stdlib.h>

static void check_printed(Arena *a, ModFile *f, ModFile *(*parse)(Arena *, Str, Str, ModFixFn, void *, Err *)) {
    Err err = {0};
    Str once = modfile_format(f);
    ModFile *again = parse(a, S("f"), once, NULL, NULL, &err);
    if (!again || !str_eq(modfile_format(again), once)) abort();
    if (again->require.len != f->require.len || again->replace.len != f->replace.len) abort();
    modfile_sort_blocks(f);
    modfile_cleanup(f);
    modfile_format(f);
}

void fuzz_one(Str text) {
    Arena *a = arena_new("fuzz");
    Err err = {0};
    ModFile *f = modfile_parse(a, S("f"), text, NULL, NULL, &err);
    if (f) check_printed(a, f, modfile_parse);
    else if (!err.text.len) abort();
    modfile_parse_lax(a, S("f"), text, NULL, NULL, &err);
    f = workfile_parse(a, S("f"), text, NULL, NULL, &err);
    if (f) check_printed(a, f, workfile_parse);
    SumFile sum;
    if (sumfile_parse(a, S("f"), text, &sum, &err)) sumfile_format(a, &sum);
    VendorFile v;
    vendorfile_parse(a, S("f"), text, &v, &err);
    modfile_module_path(a, text);
    arena_free(a);
}
