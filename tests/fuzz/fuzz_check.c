// fuzz_check.c - the checker must survive any bytes that look like a file: no crash, no hang; a package or errors.
//
// Built by `make fuzz`. Imports fail (there is no loader), but for "unsafe". With -DREPLAY it is a program that checks the files it is given.
#include "types/types.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Package *no_import(void *ctx, Package *from, ImportDecl *decl, Str path) { return NULL; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 << 16) return 0;
    Arena *a = arena_new("fuzz"), *session = arena_new("types");
    Intern *in = intern_new();
    SourceMap *sm = source_map_new();
    Diag *d = diag_new(sm, (DiagOptions){.all = true});
    SourceFile *src = source_map_add(sm, S("x.go"), S("/x.go"), arena_str(a, (Str){(const char *)data, (i64)size}));
    File *f = parse_file(a, in, d, src, (ParseOptions){.user_code = true});
    if (f->package && diag_syntax_count(d) == 0) {
        Checker *c = checker_new(session, in, d, no_import, NULL);
        Package p = {.name = f->package->name,
                     .path = S("p"),
                     .link_path = S("p"),
                     .dir = S("/"),
                     .files = &f,
                     .nfiles = 1,
                     .is_main_module = true,
                     .complete = true,
                     .go_minor = 26};
        check_package(c, &p);
    }
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    diag_flush(d, null);
    close(null);
    diag_free(d);
    source_map_free(sm);
    intern_free(in);
    arena_free(session);
    arena_free(a);
    return 0;
}

#ifdef REPLAY
int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        Arena *a = arena_new("replay");
        Str s;
        if (file_read(a, argv[i], &s)) LLVMFuzzerTestOneInput((const uint8_t *)s.ptr, (size_t)s.len);
        arena_free(a);
    }
}
#endif
