// fuzz_pack.c - packs come from the cache, which may hold anybody's bytes: a unit is there and can be defined and written again, or is not.
#include "fuzz.h"
#include "pack/pack_int.h"

// Where the linker will write and read.
static void look(const Sym *s) {
    for (i64 i = 0; i < s->relocs.len; i++) {
        const Reloc *r = &s->relocs.ptr[i];
        check(s->data && r->sym &&
              (i64)r->off + ((r->kind & ~(REL_WEAK | REL_OPTIONAL)) == REL_ABS64 ? 8 : 4) <= s->size);
    }
    check(s->nptrwords <= s->size / 8 + 1);
    volatile u8 bit = 0;
    for (i64 i = 0; i < s->nptrwords; i++) bit |= s->ptrmask[i / 8];
    for (i64 i = 0; s->code && i < s->code->ninls; i++) check(s->code->inls[i].parent < i);
}

static void define(PackIndex *x, UnitKind kind, Str sym, Arena *a) {
    const Unit *u = pack_find(x, kind, sym, 0);
    if (!u) return;
    check(u->kind == kind && str_eq(u->sym, sym) && pack_find(x, kind, sym, 0) == u);
    Symtab *st = obj_symtab_new(a);
    bool whole = unit_define(u, st, a); // if not, the program is made without units
    for (i64 i = 0; whole && i < obj_count(st); i++) look(obj_at(st, i));
}

static i64 keep_all(void *ctx, UnitKind kind, Str sym, u32 gen) {
    (void)ctx, (void)kind, (void)sym;
    return gen;
}

// What a program with a new unit keeps of it.
static void write_again(const Pack *old, Arena *a) {
    PackWriter *w = pack_write(a, old, keep_all, NULL);
    Unit more = {.kind = UNIT_GLOBAL, .sym = S("more")};
    Buf b = {0};
    pack_add(w, &more, NULL, 0);
    pack_end(w, &b);
    Pack *p = pack_open(a, buf_view(&b), NULL);
    check(p != NULL && pack_count(p) <= pack_count(old) + 1);
    check(pack_find(pack_index_new(a, &p, 1), UNIT_GLOBAL, S("more"), 0) != NULL);
    buf_free(&b);
}

void fuzz_one(Str text) {
    Arena *a = arena_new("fuzz");
    Pack *p = pack_open(a, text, NULL);
    if (p) {
        Pack *twice[] = {p, p};
        PackIndex *x = pack_index_new(a, twice, 2);
        for (i64 i = 0; i < pack_count(p); i++)
            for (int kind = 0; kind < UNIT_KINDS; kind++)
                define(x, (UnitKind)kind, pack_string(p, pack_unit(p, i).sym), a);
        write_again(p, a);
    }
    arena_free(a);
}
