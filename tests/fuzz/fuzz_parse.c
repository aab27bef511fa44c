// fuzz_parse.c - the parser must survive any bytes: an error or a tree, which can be walked and whose nodes lie in the text.
#include "fuzz.h"
#include <stdlib.h>

// Every node is printed, so that a NULL where the tree must not have one is found.
static void use_tree(const File *f) {
    Buf b = {0};
    if (f->package) tree_dump(&b, f);
    for (i64 i = 0; i < f->decls.len; i++)
        if (node_start(f->decls.ptr[i]) > f->eof || node_end(f->decls.ptr[i]) > f->eof + 8) abort();
    buf_free(&b);
}

void fuzz_one(Str text) {
    FuzzSource s = fuzz_source(text, (DiagOptions){.color = text.len & 1, .json = text.len & 4});
    File *f = parse_file(s.arena, s.intern, s.diag, s.src, (ParseOptions){.user_code = text.len & 2});
    if (!f->nerrors) use_tree(f);
    fuzz_done(&s);
}
