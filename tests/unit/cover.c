// cover.c - the blocks that -cover counts: those of an odd file (cover.inc), and the bytes of what is told of a package.
#include "syntax/syntax.h"
#include "tests/unit/cover.inc"
#include <stdio.h>

static int failures;

static void check(bool ok, const char *what) {
    if (ok) return;
    printf("FAIL %s\n", what);
    failures++;
}

static CoverTable *table_of(Arena *a, SourceMap *m, Str text, const CoverOptions *o) {
    Diag *d = diag_new(m, (DiagOptions){0});
    SourceFile *src = source_map_add(m, S("a.go"), S("/x/a.go"), text);
    File *f = parse_file(a, intern_new(), d, src, (ParseOptions){0});
    check(f->nerrors == 0, "the file has no errors");
    return cover_table(a, m, &f, 1, o);
}

static void check_blocks(Arena *a, SourceMap *m) {
    CoverOptions o = {.path = S("p"), .name = S("p")};
    CoverTable *t = table_of(a, m, str_c(source), &o);
    Buf b = {0};
    for (i64 i = 0; i < t->funcs.len; i++)
        for (i64 k = 0; k < t->funcs.ptr[i].units.len; k++) {
            const CoverUnit *u = &t->funcs.ptr[i].units.ptr[k];
            buf_printf(&b, "%d.%d,%d.%d %d\n", u->line, u->col, u->end_line, u->end_col, u->stmts);
        }
    check(str_eq(buf_view(&b), str_c(blocks)), "blocks of an odd file");
    buf_free(&b);
}

// The hash and the length are those that internal/coverage/encodemeta gives.
static void check_meta(Arena *a, SourceMap *m) {
    static const u8 hash[16] = {0xeb, 0x8e, 0x67, 0x5e, 0xa6, 0xbd, 0xdd, 0x24,
                                0x04, 0xe3, 0x6f, 0x49, 0x7b, 0x9c, 0x51, 0x23};
    CoverOptions o = {.path = S("x.org/m"), .name = S("m"), .module = S("x.org")};
    CoverTable *t = table_of(a, m, S("package m\n\nfunc F() { G() }\n\nvar v = func() {}\n"), &o);
    check(t->funcs.len == 2 && t->nwords == 8, "two functions with a counter each");
    check(t->funcs.len == 2 && str_eq(t->funcs.ptr[1].name, S("func.L5.C9")) && t->funcs.ptr[1].lit,
          "a literal's name");
    check(t->meta.len == 114, "the length of what is told");
    check(memcmp(t->hash.b, hash, sizeof hash) == 0, "its hash");
}

int main(void) {
    Arena *a = arena_new("test");
    SourceMap *m = source_map_new();
    check_blocks(a, m);
    check_meta(a, m);
    if (!failures) printf("cover: blocks and what is told of a package\n");
    return failures > 0;
}
