// obj.c - the symbol table of one build.
//
// Lookup by name is the only thing that several threads do at once; one mutex guards it. Content-merged
// constants are ordinary symbols whose name is derived from their bytes.
#include "obj/obj.h"
#include <stdio.h>

typedef struct Place {
    Sym *sym; // NULL: free
    u64 hash;
} Place;
struct Symtab {
    Mutex lock;
    Arena *arena;
    Place *places; // mask + 1 of them, a power of two, at most 3/4 taken
    u64 mask;
    i64 named;
    VEC(Sym *) all;
};

Symtab *obj_symtab_new(Arena *owner) {
    Arena *a = arena_new_in(owner, "symbols");
    Symtab *st = ANEW(a, Symtab);
    st->arena = a;
    return st;
}

static u64 hash_of(Str name) { return hash_bytes(name.ptr, name.len, 0); }

// Requires: st->lock held. NULL: there is none.
static Sym *find(const Symtab *st, Str name, u64 hash) {
    if (!st->places) return NULL;
    for (u64 i = hash & st->mask; st->places[i].sym; i = (i + 1) & st->mask)
        if (st->places[i].hash == hash && str_eq(st->places[i].sym->name, name)) return st->places[i].sym;
    return NULL;
}

static void put(Symtab *st, Place x) {
    u64 i = x.hash & st->mask;
    while (st->places[i].sym) i = (i + 1) & st->mask;
    st->places[i] = x;
}

// Requires: st->lock held.
static void add_name(Symtab *st, Sym *s, u64 hash) {
    if ((u64)++st->named > (st->places ? (st->mask + 1) / 4 * 3 : 0)) {
        Place *old = st->places;
        u64 n = old ? st->mask + 1 : 0;
        st->mask = old ? n * 2 - 1 : 1023;
        st->places = ANEWN(st->arena, Place, (i64)st->mask + 1);
        for (u64 i = 0; i < n; i++)
            if (old[i].sym) put(st, old[i]);
    }
    put(st, (Place){s, hash});
}

// Requires: st->lock held.
static Sym *add_sym(Symtab *st, Str name, SymKind kind) {
    Sym *s = arena_alloc(st->arena, sizeof(Sym), 64);
    s->name = name;
    s->kind = kind;
    s->align = 1;
    s->arena = st->arena;
    s->order = st->all.len;
    vec_push(st->arena, &st->all, s);
    return s;
}

static Sym *sym_of_name(Symtab *st, Str name, bool stays) {
    u64 hash = hash_of(name);
    mutex_lock(&st->lock);
    Sym *s = find(st, name, hash);
    if (!s) {
        s = add_sym(st, stays ? name : arena_str(st->arena, name), SYM_UNDEF);
        add_name(st, s, hash);
    }
    mutex_unlock(&st->lock);
    return s;
}

Sym *obj_sym(Symtab *st, Str name) { return sym_of_name(st, name, false); }
Sym *obj_sym_of(Symtab *st, Str name) { return sym_of_name(st, name, true); }

Sym *obj_find(Symtab *st, Str name) {
    mutex_lock(&st->lock);
    Sym *s = st->places ? find(st, name, hash_of(name)) : NULL;
    mutex_unlock(&st->lock);
    return s;
}

Sym *obj_local(Symtab *st, Arena *a, SymKind kind) {
    mutex_lock(&st->lock);
    Sym *s = add_sym(st, (Str){0}, kind);
    mutex_unlock(&st->lock);
    s->local = true;
    s->arena = a;
    return s;
}

bool obj_claim(Sym *s) { return !__atomic_exchange_n(&s->claimed, true, __ATOMIC_ACQ_REL) && s->kind == SYM_UNDEF; }

// A read-only symbol named prefix+bytes, defined on first use. The whole content is the key, so equal
// constants are one symbol whichever thread comes first.
static Sym *merged(Symtab *st, Str prefix, const void *bytes, i64 size, i64 align) {
    char small[256];
    i64 n = prefix.len + size;
    Buf big = {0};
    char *key = small;
    if (n > (i64)sizeof small) {
        buf_reserve(&big, n);
        key = (char *)big.ptr;
    }
    memcpy(key, prefix.ptr, (size_t)prefix.len);
    if (size) memcpy(key + prefix.len, bytes, (size_t)size);
    Str name = {key, n};
    u64 hash = hash_of(name);
    mutex_lock(&st->lock);
    Sym *s = find(st, name, hash);
    if (!s) {
        name = arena_str(st->arena, name);
        s = add_sym(st, name, SYM_RODATA);
        add_name(st, s, hash);
        s->local = s->dupok = s->constant = true;
        s->data = (u8 *)name.ptr + prefix.len;
        s->size = size;
        s->align = (u32)align;
        if (align > 1) { // name bytes may be unaligned in memory; only the file matters, but keep data its own
            u8 *copy = arena_alloc(st->arena, size, align);
            memcpy(copy, bytes, (size_t)size);
            s->data = copy;
        }
    }
    mutex_unlock(&st->lock);
    buf_free(&big);
    return s;
}

Sym *obj_string(Symtab *st, Str bytes) { return merged(st, S("go:string."), bytes.ptr, bytes.len, 1); }

// The header {address, length} of a constant string, as interfaces point to one; merged like the string itself.
Sym *obj_string_header(Symtab *st, Sym *string, i64 addend, i64 len) {
    char prefix[64];
    int n = snprintf(prefix, sizeof prefix, "go:stringhdr.%lld.%lld.", (long long)addend, (long long)len);
    Buf key = {0};
    buf_bytes(&key, prefix, n);
    buf_str(&key, string->name);
    u64 hash = hash_of(buf_view(&key));
    mutex_lock(&st->lock);
    Sym *s = find(st, buf_view(&key), hash);
    if (!s) {
        s = add_sym(st, arena_str(st->arena, buf_view(&key)), SYM_RODATA);
        add_name(st, s, hash);
        s->local = s->dupok = s->constant = true;
        u8 *data = arena_alloc(st->arena, 16, 8);
        memcpy(data + 8, &len, 8);
        obj_define(s, SYM_RODATA, st->arena, data, 16, 8);
        obj_reloc(s, 0, REL_ABS64, string, addend);
    }
    mutex_unlock(&st->lock);
    buf_free(&key);
    return s;
}

Sym *obj_const(Symtab *st, const void *bytes, i64 size, i64 align) {
    char prefix[32] = "go:const.";
    prefix[9] = (char)('0' + align % 64); // the alignment is part of the identity
    return merged(st, (Str){prefix, 10}, bytes, size, align);
}

void obj_define(Sym *s, SymKind kind, Arena *a, u8 *data, i64 size, i64 align) {
    s->kind = kind;
    s->arena = a;
    s->data = data;
    s->size = size;
    s->align = (u32)align;
}

void obj_reserve_relocs(Sym *s, i64 n) {
    s->relocs.ptr = ANEWN(s->arena, Reloc, n);
    s->relocs.cap = n;
    s->relocs.len = 0;
}

void obj_reloc(Sym *s, u32 off, RelocKind kind, Sym *target, i64 addend) {
    Reloc r = {off, (u8)kind, target, addend};
    vec_push(s->arena, &s->relocs, r);
}

i64 obj_count(const Symtab *st) { return st->all.len; }
Sym *obj_at(const Symtab *st, i64 i) { return st->all.ptr[i]; }

int obj_compare_relocs(const Sym *a, const Sym *b) {
    if (a->relocs.len != b->relocs.len) return a->relocs.len < b->relocs.len ? -1 : 1;
    for (i64 i = 0; i < a->relocs.len; i++) {
        const Reloc *x = &a->relocs.ptr[i], *y = &b->relocs.ptr[i];
        int c = str_cmp(x->sym->name, y->sym->name);
        if (c) return c;
        if (x->off != y->off) return x->off < y->off ? -1 : 1;
        if (x->addend != y->addend) return x->addend < y->addend ? -1 : 1;
    }
    return 0;
}

int obj_compare(const Sym *a, const Sym *b) {
    if ((a->name.len > 0) != (b->name.len > 0)) return a->name.len ? -1 : 1;
    int c = str_cmp(a->name, b->name);
    if (c) return c;
    if (a->size != b->size) return a->size < b->size ? -1 : 1;
    if (a->data && b->data && (c = memcmp(a->data, b->data, (size_t)a->size)) != 0) return c;
    if ((c = obj_compare_relocs(a, b)) != 0) return c;
    return a->order < b->order ? -1 : a->order > b->order;
}
