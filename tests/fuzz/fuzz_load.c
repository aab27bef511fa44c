// fuzz_load.c - a folder with one Go file of any bytes (or one of assembly, or an overlay): constraints, head, imports, embed
// patterns, directives, what `list` shows of it; nothing is parsed or compiled.
//
// The text is x.go; if it begins with '{' it is the JSON of -overlay, and if with '#' a file of assembly.
#include "cmd/list_int.h"
#include "fuzz.h"
#include "mod/fetch_int.h"
#include <stdlib.h>
#include <unistd.h>

static Str under(Arena *a, const char *name) { return path_join(a, str_c(fuzz_top), str_c(name)); }

static void put(Arena *a, const char *name, Str text) {
    Str file = under(a, name);
    check(dir_make_all(a, path_dir(file)) && file_write_atomic(arena_cstr(a, file), text, 0644));
}

static void set_up(Arena *a) {
    if (!fuzz_make_top()) return;
    static const char *const empty[] = {"p/a.txt", "p/sub/b.txt", "p/sub/.hidden", "p/sub/_x", "p/other/go.mod"};
    for (i64 i = 0; i < NELEM(empty); i++) put(a, empty[i], S("x"));
    put(a, "p/q/q.go", S("package q\n\nimport _ \"fmt\"\n"));
    put(a, "goroot/VERSION", S("go1.26.3"));
    put(a, "goroot/src/fmt/fmt.go", S("package fmt\n"));
    put(a, "goroot/src/internal/godebugs/table.go", S("package godebugs\n\nvar All = []Info{\n\t{Name: \"a\"},\n}\n"));
}

static void show(Loader *l, const Pkg *p) {
    if (p->error) check(load_error_text(l, p->error).len > 0);
    for (int scope = 0; scope < IMPORT_SCOPES; scope++) load_embed_files(l, p, (ImportScope)scope);
    load_head_error(l, p);
}

void fuzz_one(Str text) {
    Arena *a = arena_new("fuzz");
    set_up(a);
    FuzzSource s = fuzz_source(text, (DiagOptions){.plain = true});
    bool json = text.len && text.ptr[0] == '{', assembly = text.len && text.ptr[0] == '#';
    put(a, "p/x.go", json || assembly ? S("package p\n") : text);
    put(a, "p/x.s", assembly ? text : S("\n"));
    put(a, "overlay.json", json ? text : S("{}"));
    LoadOptions o = {.goroot = under(a, "goroot"),
                     .go_version = S("1.26.3"),
                     .cwd = under(a, "p"),
                     .goos = S("linux"),
                     .goarch = S("amd64"),
                     .threads = 1,
                     .tests = true,
                     .allow_errors = true,
                     .overlay_file = under(a, "overlay.json")};
    Loader *l = load_new(a, s.intern, s.diag, s.sources, o);
    Str args[] = {S("."), S("./q")};
    Pkg **pkgs;
    i64 n = 0;
    load_packages(l, args, 2, &pkgs, &n);
    for (i64 i = 0; i < n; i++) show(l, pkgs[i]);
    doc_synopsis(a, s.src->text);
    fuzz_done(&s);
    arena_free(a);
}
