// archive.c - an archive comes back as it was written, with its objects; whatever byte is changed or missing, what is read is that or an error.
#include "archive/archive.h"
#include <stdio.h>

static int failures;
#define T(c) ((c) ? (void)0 : (void)(failures++, printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #c)))

static const Str header = {"go object linux amd64 go1.26 vole/1", 35};

static Str make(Arena *a) {
    Archive p = {
        .header = header, .build_id = S("a/b"), .path = S("x.org/p"), .name = S("p"), .dir = S("/p"), .go_minor = 21};
    Buf b = {0}, object = {0}, out = {0};
    ArMembers members = {0};
    Err err = {0};
    AsmObject o = {.file = {S("f.s"), S("/p/f.s"), S("TEXT ·F(SB), 0, $0\n")}};
    ArchiveEmbed e = {.pattern = S("*.txt")};
    p.flags = 3;
    vec_push(a, &p.files, ((ArchiveText){S("p.go"), S("/p/p.go"), S("package p\n")}));
    vec_push(a, &p.imports, ((ArchiveImport){S("golang.org/x/q"), S("vendor/golang.org/x/q")}));
    vec_push(a, &e.files, S("a.txt"));
    vec_push(a, &p.embeds, e);
    vec_push(a, &p.embedded, ((ArchiveText){S("a.txt"), {0}, {"\0x", 2}}));
    vec_push(a, &o.includes, ((ArchiveText){S("textflag.h"), S("/i/textflag.h"), {0}}));
    vec_push(a, &o.defines, S("X=1"));
    archive_write(&p, &b);
    asm_object_write(&o, header, &object);
    T(ar_read(a, S("x.a"), buf_view(&b), &members, &err));
    vec_push(a, &members, ((ArMember){S("f.o"), buf_view(&object)}));
    ar_write(&out, &members);
    return buf_view(&out);
}

static bool same(const Archive *p) {
    return str_eq(p->path, S("x.org/p")) && str_eq(p->name, S("p")) && str_eq(p->dir, S("/p")) && p->go_minor == 21 &&
           p->flags == 3 && !p->std && p->files.len == 1 && str_eq(p->files.ptr[0].text, S("package p\n")) &&
           p->imports.len == 1 && str_eq(p->imports.ptr[0].path, S("vendor/golang.org/x/q")) && p->embeds.len == 1 &&
           p->embeds.ptr[0].files.len == 1 && p->embedded.len == 1 && p->embedded.ptr[0].text.len == 2 &&
           p->objects.len == 1 && str_eq(p->objects.ptr[0].file.path, S("/p/f.s")) &&
           str_eq(p->objects.ptr[0].defines.ptr[0], S("X=1")) &&
           str_eq(p->objects.ptr[0].includes.ptr[0].name, S("textflag.h"));
}

int main(void) {
    Arena *a = arena_new("test");
    Str whole = make(a);
    Archive *p;
    Err err = {0};
    T(archive_read(a, S("x.a"), whole, header, &p, &err) && same(p) && str_eq(p->build_id, S("a/b")));
    T(!archive_read(a, S("x.a"), whole, S("go object linux amd64 go1.27 vole/1"), &p, &err) &&
      str_find(err.text, S("another version")) > 0);
    for (i64 n = 0; n < whole.len; n++) { // only a member at the end can be missing unnoticed: an object, as a whole
        err = (Err){0};
        bool ok = archive_read(a, S("x.a"), str_slice(whole, 0, n), header, &p, &err);
        T(ok ? p->objects.len == 0 && p->files.len == 1 : err.text.len > 0);
    }
    for (i64 i = 0; i < whole.len; i++) {
        Str other = arena_str(a, whole);
        ((char *)other.ptr)[i] ^= 0x55;
        err = (Err){0};
        bool ok = archive_read(a, S("x.a"), other, header, &p, &err);
        T(ok ? same(p) : err.text.len > 0); // what is for people only may differ
    }
    arena_free(a);
    return failures != 0;
}
