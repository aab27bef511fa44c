// fuzz_parse.c - the parser must survive any bytes: no crash, no hang, an error or a tree.
//
//   clang -std=c17 -D_GNU_SOURCE -fno-strict-aliasing -g -O1 -fsanitize=fuzzer,address,undefined -Isrc \
//       tests/fuzz/fuzz_parse.c src/base/*.c src/syntax/*.c -lmpfr -lgmp -lpthread -lm -o build/fuzz_parse
// With -DREPLAY and without "fuzzer" it is a program that parses the files it is given.
#include "syntax/syntax.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Every node is printed, so that a NULL where the tree must not have one is found.
static void use_tree(const File *f) {
    Buf b = {0};
    if (f->package) tree_dump(&b, f);
    for (i64 i = 0; i < f->decls.len; i++)
        if (node_start(f->decls.ptr[i]) > f->eof || node_end(f->decls.ptr[i]) > f->eof + 8) abort();
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 20) return 0;
    Arena *a = arena_new("fuzz");
    Intern *in = intern_new();
    SourceMap *sm = source_map_new();
    Diag *d = diag_new(sm, (DiagOptions){.color = size & 1});
    SourceFile *src = source_map_add(sm, S("x.go"), S("/x.go"), arena_str(a, (Str){(const char *)data, (i64)size}));
    File *f = parse_file(a, in, d, src, (ParseOptions){.user_code = size & 2});
    if (!f->had_errors) use_tree(f);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    diag_flush(d, null);
    close(null);
    diag_free(d);
    source_map_free(sm);
    intern_free(in);
    arena_free(a);
    return 0;
}

#ifdef REPLAY
int main(int argc, char **argv) {
    Arena *a = arena_new("files");
    for (int i = 1; i < argc; i++) {
        Str text;
        if (file_read(a, argv[i], &text)) LLVMFuzzerTestOneInput((const uint8_t *)text.ptr, (size_t)text.len);
    }
    return 0;
}
#endif
