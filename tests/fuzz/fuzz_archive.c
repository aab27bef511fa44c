// fuzz_archive.c - archives that `tool link` is given may hold anybody's bytes: a package that is whole, or one error.
#include "fuzz.h"
#include "archive/archive.h"

static const Str header = {"go object linux amd64 go1.26 vole/1", 35};

static void look(const Archive *p) {
    check(p->path.len && p->name.len && p->files.len);
    volatile char last = 0;
    for (i64 i = 0; i < p->files.len; i++)
        last = p->files.ptr[i].text.ptr[p->files.ptr[i].text.len]; // the NUL behind it
    for (i64 i = 0; i < p->objects.len; i++) last = p->objects.ptr[i].file.text.ptr[p->objects.ptr[i].file.text.len];
    check(last == 0);
}

static void read_it(Arena *a, Str bytes) {
    Archive *p;
    Err err = {0};
    if (archive_read(a, S("x.a"), bytes, header, &p, &err)) look(p);
    else check(err.text.len > 0 && str_index(err.text, '\n') < 0);
}

// The text as the fields of a parcel whose hash is right.
static Str parcel(Arena *a, Str fields) {
    Buf b = {0};
    buf_printf(&b, "%.*s\n\n!\nvoleprcl", SFMT(header));
    buf_u64(&b, hash_bytes(fields.ptr, fields.len, 1));
    buf_str(&b, fields);
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

void fuzz_one(Str text) {
    Arena *a = arena_new("fuzz");
    Buf b = {0};
    ArMember members[] = {{S("_go_.o"), parcel(a, text)}, {S("x.o"), parcel(a, text)}};
    read_it(a, text);
    for (i64 n = 1; n <= NELEM(members); n++) {
        b.len = 0;
        ar_write(&b, &(ArMembers){.ptr = members, .len = n});
        read_it(a, buf_view(&b));
    }
    buf_free(&b);
    arena_free(a);
}
