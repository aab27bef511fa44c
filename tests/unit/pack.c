// pack.c - units go into a pack and come out again as they were; a damaged pack yields units that are whole in memory, or none.
#include "pack/pack.h"
#include <stdio.h>
#include <stdlib.h>

static int failures;
#define T(c) ((c) ? (void)0 : (void)(failures++, printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #c)))

static u8 *bytes(Arena *a, i64 n, int first) {
    u8 *p = ANEWN(a, u8, n);
    for (i64 i = 0; i < n; i++) p[i] = (u8)(first + i);
    return p;
}

static i64 width(const Reloc *r) { return (r->kind & ~(REL_WEAK | REL_OPTIONAL)) == REL_ABS64 ? 8 : 4; }

// ---- units by hand -------------------------------------------------------------------------------------------------

static Sym *function(Arena *a, Symtab *st) {
    static InlEnt inls[2];
    Sym *f = obj_sym(st, S("p.F")), *table = obj_local(st, a, SYM_UNDEF);
    FileRef *file = ANEW(a, FileRef), *other = ANEW(a, FileRef);
    *file = (FileRef){.pkg = S("p"), .name = S("f.go")};
    *other = (FileRef){.pkg = S("q"), .name = S("/q.y"), .literal = true};
    obj_define(f, SYM_TEXT, a, bytes(a, 64, 1), 64, 16);
    obj_define(table, SYM_RODATA, a, bytes(a, 16, 3), 16, 8);
    obj_reloc(table, 8, REL_ABS64, f, 12); // there and back
    obj_reloc(f, 0, REL_PC32, table, -4);
    obj_reloc(f, 4, REL_CALL32 | REL_OPTIONAL, obj_sym(st, S("q.G")), -4);
    obj_reloc(f, 8, REL_PC32, obj_string(st, S("text")), 1);
    obj_reloc(f, 12, REL_ABS64, obj_string_header(st, obj_string(st, S("header")), 2, 3), 0);
    obj_reloc(f, 60, REL_ABS32 | REL_WEAK, obj_const(st, "12345678", 8, 8), 1LL << 40);
    inls[0] = (InlEnt){.name = S("q.I"), .file = other, .parent = -1, .start = 7, .call = -2};
    inls[1] = (InlEnt){.parent = 0, .start = 1000000, .call = 3};
    f->code = ANEW(a, CodeInfo);
    *f->code = (CodeInfo){.frame_size = 300,
                          .arg_size = 8,
                          .deferreturn = 1,
                          .deferreturn_ret = 2,
                          .body = 3,
                          .flags = 0x8001,
                          .entry_regs = 5,
                          .file = file,
                          .line = 41,
                          .lines = S("lines"),
                          .sps = S("sp"),
                          .args = S("args"),
                          .inls = inls,
                          .ninls = 2};
    return f;
}

static i64 keep_all(void *ctx, UnitKind kind, Str sym, u32 gen) {
    (void)ctx, (void)kind, (void)sym;
    return gen;
}

static void add_func(PackWriter *w, Arena *a, Symtab *st, i32 cost) {
    Sym *f = function(a, st);
    Unit u = {.kind = UNIT_FUNC, .sym = S("p.F"), .cost = cost, .escapes = S("\1\2")};
    unit_begin_needs(&u.needs, a, 4);
    unit_add_need(&u.needs, NEED_FUNC, S("q.G"), (Str){0});
    u.needs.ptr[u.needs.len++] = (UnitNeed){.kind = NEED_RT, .sym = RT_COUNT - 1};
    unit_add_need(&u.needs, NEED_ITAB, S("T"), S("I"));
    unit_add_need(&u.needs, NEED_REFLECTION, (Str){0}, (Str){0});
    pack_add(w, &u, &f, 1);
}

static void add_type(PackWriter *w, Arena *a) {
    UnitNeeds bare, full;
    unit_begin_needs(&bare, a, 1);
    unit_add_need(&bare, NEED_TYPE, S("U"), (Str){0});
    unit_begin_needs(&full, a, 1);
    unit_add_need(&full, NEED_LAZY, S("v"), S("v.init"));
    UnitMethod m[] = {{S("M"), S("func()"), S("T.M"), S("T.M-t"), true}, {.key = S("p.m"), .sig = S("func()")}};
    Str keys[] = {S("K1"), S("K2")};
    Unit u = {.kind = UNIT_TYPE,
              .sym = S("p.F"), // the name of a function too
              .flags = UNIT_FULL,
              .needs = bare,
              .full = full,
              .methods = m,
              .nmethods = 2,
              .keys = keys,
              .nkeys = 2};
    pack_add(w, &u, NULL, 0);
}

static void add_data(PackWriter *w, Arena *a, Symtab *st) {
    Sym *d = obj_sym(st, S("type:T")), *v = obj_sym(st, S("p.v"));
    obj_define(d, SYM_TYPE, a, bytes(a, 48, 9), 48, 8);
    d->dupok = true;
    d->type_str = S("p.T");
    Unit u = {.kind = UNIT_DESCRIPTOR, .sym = S("type:T,3"), .methods_at = 40};
    pack_add(w, &u, &d, 1);
    obj_define(v, SYM_BSS, a, NULL, 80, 8);
    v->ptrmask = bytes(a, 2, 0x51);
    v->nptrwords = 10;
    v->tentative = true;
    pack_add(w, &(Unit){.kind = UNIT_GLOBAL, .sym = S("p.v"), .flags = UNIT_TENTATIVE}, &v, 1);
}

static Str make(Arena *a) {
    Symtab *st = obj_symtab_new(a);
    PackWriter *w = pack_write(a, NULL, keep_all, NULL);
    Buf b = {0};
    add_func(w, a, st, -5);
    add_type(w, a);
    add_data(w, a, st);
    pack_end(w, &b);
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

static PackIndex *open(Arena *a, Str s) {
    Pack *p = pack_open(a, s, NULL);
    return p ? pack_index_new(a, &p, 1) : NULL;
}

// ---- out again -------------------------------------------------------------------------------------------------------

static void test_units(Arena *a, PackIndex *x) {
    const Unit *f = pack_find(x, UNIT_FUNC, S("p.F"), 0), *t = pack_find(x, UNIT_TYPE, S("p.F"), 0);
    T(f && f->cost == -5 && str_eq(f->escapes, S("\1\2")) && f->needs.len == 4);
    if (!f || !t) exit(1);
    T(f->needs.ptr[0].kind == NEED_FUNC && str_eq(unit_name(&f->needs, f->needs.ptr[0].sym), S("q.G")));
    T(f->needs.ptr[1].kind == NEED_RT && f->needs.ptr[1].sym == RT_COUNT - 1);
    T(str_eq(unit_name(&f->needs, f->needs.ptr[2].sym), S("T")) &&
      str_eq(unit_name(&f->needs, f->needs.ptr[2].init), S("I")));
    T(f->needs.ptr[3].kind == NEED_REFLECTION);
    T(t->flags == UNIT_FULL && t->needs.len == 1 && t->full.len == 1 && t->nmethods == 2 && t->nkeys == 2);
    T(str_eq(unit_name(&t->full, t->full.ptr[0].init), S("v.init")) && str_eq(t->keys[1], S("K2")));
    T(t->methods[0].exported && str_eq(t->methods[0].tfn, S("T.M-t")) && str_eq(t->methods[0].ifn, S("T.M")));
    T(!t->methods[1].exported && !t->methods[1].ifn.len && str_eq(t->methods[1].key, S("p.m")));
    T(!pack_find(x, UNIT_GLOBAL, S("p.F"), 0) && !pack_find(x, UNIT_FUNC, S("q.G"), 0) &&
      !pack_find(x, UNIT_FUNC, S(""), 0));
    const Unit *d = pack_find(x, UNIT_DESCRIPTOR, S("type:T,3"), 0), *v = pack_find(x, UNIT_GLOBAL, S("p.v"), 0);
    T(d && d->methods_at == 40 && v && v->flags == UNIT_TENTATIVE);
}

static void test_code(Arena *a, const Sym *f) {
    static const i64 addends[] = {-4, -4, 1, 0, 1LL << 40};
    static const u8 kinds[] = {REL_PC32, REL_CALL32 | REL_OPTIONAL, REL_PC32, REL_ABS64, REL_ABS32 | REL_WEAK};
    T(f->kind == SYM_TEXT && f->size == 64 && f->align == 16 && memcmp(f->data, bytes(a, 64, 1), 64) == 0);
    T(f->relocs.len == 5);
    for (i64 i = 0; i < f->relocs.len; i++)
        T(f->relocs.ptr[i].addend == addends[i] && f->relocs.ptr[i].kind == kinds[i]);
    const Sym *table = f->relocs.ptr[0].sym, *header = f->relocs.ptr[3].sym, *text = f->relocs.ptr[2].sym;
    T(table->kind == SYM_RODATA && !table->name.len && table->relocs.len == 1 && table->relocs.ptr[0].sym == f);
    T(str_eq((Str){(char *)text->data, text->size}, S("text")));
    T(header->size == 16 && header->relocs.ptr[0].addend == 2 && header->data[8] == 3);
    const CodeInfo *c = f->code;
    T(c->frame_size == 300 && c->flags == 0x8001 && c->entry_regs == 5 && c->line == 41 && c->body == 3);
    T(str_eq(c->lines, S("lines")) && !c->maps.len && str_eq(c->sps, S("sp")) && str_eq(c->args, S("args")) &&
      c->ninls == 2);
    T(!c->file->literal && str_eq(c->file->name, S("f.go")) && c->inls[0].file->literal && !c->inls[1].file);
    T(str_eq(c->inls[0].name, S("q.I")) && c->inls[0].parent == -1 && c->inls[0].call == -2);
    T(!c->inls[1].name.ptr && c->inls[1].start == 1000000 && c->inls[1].parent == 0);
}

static void test_symbols(Arena *a, PackIndex *x) {
    Symtab *st = obj_symtab_new(a);
    T(unit_define(pack_find(x, UNIT_FUNC, S("p.F"), 0), st, a));
    T(unit_define(pack_find(x, UNIT_DESCRIPTOR, S("type:T,3"), 0), st, a));
    T(unit_define(pack_find(x, UNIT_GLOBAL, S("p.v"), 0), st, a));
    test_code(a, obj_sym(st, S("p.F")));
    const Sym *d = obj_sym(st, S("type:T")), *v = obj_sym(st, S("p.v"));
    T(d->kind == SYM_TYPE && d->dupok && str_eq(d->type_str, S("p.T")) && d->size == 48 && d->data[47] == 9 + 47);
    T(v->kind == SYM_BSS && v->size == 80 && !v->data && v->nptrwords == 10 && v->ptrmask[1] == 0x52 && v->tentative);
}

// A new unit takes the place of an old one of its name; what is not named stays; the same again is the same bytes.
static void test_again(Arena *a, Str old) {
    Pack *p = pack_open(a, old, NULL);
    PackWriter *w = pack_write(a, p, keep_all, NULL);
    Buf b = {0}, c = {0};
    pack_end(w, &b);
    T(str_eq(buf_view(&b), old) && pack_count(p) == 4);
    w = pack_write(a, p, keep_all, NULL);
    add_func(w, a, obj_symtab_new(a), 77);
    pack_end(w, &c);
    p = pack_open(a, buf_view(&c), NULL);
    PackIndex *x = pack_index_new(a, &p, 1);
    T(pack_count(p) == 4 && pack_find(x, UNIT_FUNC, S("p.F"), 0)->cost == 77 && pack_find(x, UNIT_TYPE, S("p.F"), 0));
    test_symbols(a, x);
    buf_free(&b);
    buf_free(&c);
}

// ---- damage ----------------------------------------------------------------------------------------------------------

static void look(const Sym *s) {
    for (i64 i = 0; i < s->relocs.len; i++) {
        const Reloc *r = &s->relocs.ptr[i];
        T(s->data && r->sym && (i64)r->off + width(r) <= s->size);
    }
    T(s->nptrwords <= s->size / 8 + 1);
}

// A package's assembly: names that two files have are two symbols, whoever defines the name elsewhere is not meant.
static void test_assembly(Arena *a) {
    Symtab *st = obj_symtab_new(a);
    Sym *f = obj_sym(st, S("p.A·abi0")), *t[2], *roots[3] = {f};
    PackWriter *w = pack_write(a, NULL, keep_all, NULL);
    Buf b = {0};
    obj_define(f, SYM_TEXT, a, bytes(a, 16, 1), 16, 64);
    for (u8 i = 0; i < 2; i++) {
        t[i] = roots[i + 1] = obj_local(st, a, SYM_UNDEF);
        t[i]->name = S("p.table");
        obj_define(t[i], SYM_RODATA, a, bytes(a, 8, i), 8, 8);
        obj_reloc(f, 8U * i, REL_PC32, t[i], 0);
    }
    obj_reloc(f, 4, REL_PC32, obj_sym(st, S("p.table")), 0);
    UnitNeeds needs;
    unit_begin_needs(&needs, a, 2);
    unit_add_need(&needs, NEED_ASM, S("p.A·abi0"), S("p"));
    unit_add_need(&needs, NEED_DATA, S("runtime.x"), (Str){0});
    pack_add(w, &(Unit){.kind = UNIT_ASM, .sym = S("p"), .needs = needs}, roots, 3);
    pack_add(w, &(Unit){.kind = UNIT_EXTERN, .sym = S("p.e"), .flags = UNIT_NO_ASM}, NULL, 0);
    pack_end(w, &b);
    PackIndex *x = open(a, buf_view(&b));
    const Unit *u = pack_find(x, UNIT_ASM, S("p"), 0), *e = pack_find(x, UNIT_EXTERN, S("p.e"), 0);
    Sym **own;
    i64 n;
    st = obj_symtab_new(a);
    T(e && e->flags == UNIT_NO_ASM && u && u->needs.len == 2 && u->needs.ptr[0].kind == NEED_ASM);
    T(str_eq(unit_name(&u->needs, u->needs.ptr[0].init), S("p")) && u->needs.ptr[1].kind == NEED_DATA);
    T(unit_define_all(u, st, a, &own, &n) && n == 3 && own[0] == obj_sym(st, S("p.A·abi0")));
    Sym *named = obj_sym(st, S("p.table"));
    T(named->kind == SYM_UNDEF && own[0]->relocs.len == 3 && own[0]->relocs.ptr[2].sym == named);
    for (int i = 0; i < 2; i++) {
        const Sym *s = own[0]->relocs.ptr[i].sym;
        T(s == own[i + 1] && s->local && str_eq(s->name, S("p.table")) && s->size == 8 && s->data[0] == i);
    }
    buf_free(&b);
}

// A relocation of what is smaller than it: it is written as given, and refused.
static void test_small(Arena *a) {
    static const u8 kinds[] = {REL_ABS64, REL_ABS32, REL_ABS64 | REL_WEAK, REL_ABS64 | REL_OPTIONAL, REL_PC32};
    for (i64 i = 0; i < NELEM(kinds); i++)
        for (int size = 0; size < 12; size++) {
            Symtab *st = obj_symtab_new(a);
            Sym *s = obj_sym(st, S("s"));
            PackWriter *w = pack_write(a, NULL, keep_all, NULL);
            Buf b = {0};
            obj_define(s, SYM_DATA, a, bytes(a, size + 1, 0), size, 1);
            obj_reloc(s, 1, (RelocKind)kinds[i], s, 0);
            pack_add(w, &(Unit){.kind = UNIT_GLOBAL, .sym = S("s")}, &s, 1);
            pack_end(w, &b);
            PackIndex *x = open(a, buf_view(&b));
            T(unit_define(pack_find(x, UNIT_GLOBAL, S("s"), 0), obj_symtab_new(a), a) ==
              (1 + width(&s->relocs.ptr[0]) <= size));
            buf_free(&b);
        }
}

// In memory of its own, so that a sanitizer sees each byte too far.
static void try_bytes(const char *p, i64 len) {
    Arena *a = arena_new("damaged");
    char *copy = malloc((size_t)len + 1);
    memcpy(copy + 1, p, (size_t)len);
    PackIndex *x = open(a, (Str){copy + 1, len});
    static const char *const names[] = {"p.F", "type:T,3", "p.v"};
    for (int kind = 0; x && kind < UNIT_KINDS; kind++)
        for (int i = 0; i < 3; i++) {
            const Unit *u = pack_find(x, (UnitKind)kind, str_c(names[i]), 0);
            Symtab *st = obj_symtab_new(a);
            bool whole = u && unit_define(u, st, a); // if not, the program is made without units
            for (i64 n = 0; whole && n < obj_count(st); n++) look(obj_at(st, n));
        }
    if (x) {
        Buf b = {0};
        pack_end(pack_write(a, pack_open(a, (Str){copy + 1, len}, NULL), keep_all, NULL), &b);
        T(pack_open(a, buf_view(&b), NULL));
        buf_free(&b);
    }
    arena_free(a);
    free(copy);
}

static void test_damage(Str s) {
    char *p = malloc((size_t)s.len);
    memcpy(p, s.ptr, (size_t)s.len);
    for (i64 i = 0; i < s.len * 8; i++) { // each bit
        p[i / 8] = (char)(p[i / 8] ^ 1 << i % 8);
        try_bytes(p, s.len);
        p[i / 8] = s.ptr[i / 8];
    }
    for (i64 i = 0; i < s.len; i++) { // each byte with what counts and lengths end in; each length
        static const u8 ends[] = {0, 127, 128, 255};
        for (int k = 0; k < 4; k++) {
            p[i] = (char)ends[k];
            try_bytes(p, s.len);
        }
        p[i] = s.ptr[i];
        try_bytes(p, i);
    }
    free(p);
}

int main(void) {
    Arena *a = arena_new("test");
    Str s = make(a);
    PackIndex *x = open(a, s);
    T(str_eq(make(a), s));
    if (!x) return 1;
    test_units(a, x);
    test_symbols(a, x);
    test_again(a, s);
    test_small(a);
    test_assembly(a);
    test_damage(s);
    T(!open(a, S("")) && !open(a, S("volepak2")) && !open(a, S("volepak1\0\0\0\0\0\0\0\0\0\0\0\0")));
    if (!failures) printf("pack: ok\n");
    return failures != 0;
}
