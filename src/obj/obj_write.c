// obj_write.c - the object file of a package: what `vole build -o x.a` of a library leaves.
//
// A Unix archive with one member, "_vole_.o".
// Format "voleobj1": magic, uleb count of symbols, then per symbol in order of name: uleb-length name, kind, uleb align, uleb size,
// uleb count of runs of data [each uleb zeros in front, uleb length, bytes; zeros to the end], uleb count of relocations, each uleb offset, kind, uleb-length target name ("" for anonymous data, then
// its uleb number follows), sleb addend. Anonymous symbols come after the named ones, numbered in that order. Functions and data only;
// positions and stack maps are not in it (nothing reads libraries back: programs are compiled whole).
#include "obj/obj.h"
#include <stdlib.h>

static int cmp_sym(const void *pa, const void *pb) { return obj_compare(*(Sym *const *)pa, *(Sym *const *)pb); }

static void put_str(Buf *b, Str s) {
    buf_uleb(b, (u64)s.len);
    buf_str(b, s);
}

enum { ZERO_GAP = 64 }; // zeros that end a run

// The next run of data at or behind `at`: returns its begin, or the size if there is none.
static i64 next_run(const Sym *s, i64 at, i64 *end) {
    while (at < s->size && !s->data[at]) at++;
    i64 last = at;
    for (i64 i = at; i < s->size && i - last <= ZERO_GAP; i++)
        if (s->data[i]) last = i + 1;
    *end = last;
    return at;
}

static void put_data(Buf *b, const Sym *s) {
    i64 n = 0, end = 0;
    for (i64 at = 0; s->data && (at = next_run(s, end, &end)) < s->size; n++) {
    }
    buf_uleb(b, (u64)n);
    end = 0;
    for (i64 i = 0; i < n; i++) {
        i64 before = end, at = next_run(s, end, &end);
        buf_uleb(b, (u64)(at - before));
        buf_uleb(b, (u64)(end - at));
        buf_bytes(b, s->data + at, end - at);
    }
}

static void put_sym(Buf *b, const Sym *s) {
    put_str(b, s->name);
    buf_u8(b, s->kind);
    buf_uleb(b, s->align);
    buf_uleb(b, (u64)s->size);
    put_data(b, s);
    buf_uleb(b, (u64)s->relocs.len);
    for (i64 i = 0; i < s->relocs.len; i++) {
        const Reloc *r = &s->relocs.ptr[i];
        buf_uleb(b, r->off);
        buf_u8(b, r->kind);
        put_str(b, r->sym ? r->sym->name : (Str){0});
        if (r->sym && !r->sym->name.len) buf_uleb(b, (u64)r->sym->addr);
        buf_sleb(b, r->addend);
    }
}

// The archive's magic and the header of its one member: sixteen bytes of name, then date, owner, group, mode and size as text.
static void put_archive(Buf *out, Str member) {
    buf_printf(out, "!<arch>\n%-16s%-12d%-6d%-6d%-8s%-10lld`\n", "_vole_.o", 0, 0, 0, "100644", (long long)member.len);
    buf_str(out, member);
    if (member.len % 2) buf_char(out, '\n');
}

void obj_write(const Symtab *st, Arena *a, Buf *out) {
    VEC(Sym *) list = {0};
    for (i64 i = 0; i < obj_count(st); i++)
        if (obj_at(st, i)->kind != SYM_UNDEF) vec_push(a, &list, obj_at(st, i));
    if (list.len) qsort(list.ptr, (size_t)list.len, sizeof(Sym *), cmp_sym);
    for (i64 i = 0; i < list.len; i++) list.ptr[i]->addr = (u64)i;
    Buf b = {0};
    buf_c(&b, "voleobj1");
    buf_uleb(&b, (u64)list.len);
    for (i64 i = 0; i < list.len; i++) put_sym(&b, list.ptr[i]);
    put_archive(out, buf_view(&b));
    buf_free(&b);
}
