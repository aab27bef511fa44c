// read.c - units of a pack. Every number is looked at before it is used.
#include "pack/pack_int.h"

typedef struct Reader {
    ByteReader b;
    const Pack *pack;
} Reader;

__attribute__((noinline)) static void spoil(Reader *r) { r->b.bad = true; }

static Str text(const void *pack, u32 name) { return pack_string(pack, name); }

Pack *pack_open(Arena *a, Str bytes, void *owner) {
    const u8 *b = (const u8 *)bytes.ptr;
    if (bytes.len < PACK_HEAD || memcmp(b, PACK_MAGIC, 8) != 0) return NULL;
    Pack *p = ANEW(a, Pack);
    p->nstrings = pack_u32(b + 8);
    p->nunits = pack_u32(b + 12);
    p->owner = owner;
    i64 head_len = pack_u32(b + 16), offs = PACK_HEAD, index = offs + 4 * ((i64)p->nstrings + 1);
    i64 head = index + PACK_ENTRY * (i64)p->nunits, strings = head + head_len;
    if (strings > bytes.len) return NULL;
    p->string_offs = b + offs;
    p->index = b + index;
    p->head = (Str){bytes.ptr + head, head_len};
    p->strings = (Str){bytes.ptr + strings, pack_u32(p->string_offs + 4 * (i64)p->nstrings)};
    if (strings + p->strings.len > bytes.len) return NULL;
    p->units = b + strings + p->strings.len;
    p->units_len = bytes.len - strings - p->strings.len;
    p->syms = ANEW(a, struct PackSyms);
    p->syms->of = ANEWN(a, Sym *, (i64)p->nstrings + 1);
    p->names = ANEW(a, UnitNames);
    *p->names = (UnitNames){text, p, p->nstrings, NULL, ANEWN(a, void *, (i64)p->nstrings + 1)};
    return p;
}

i64 pack_count(const Pack *p) { return p ? p->nunits : 0; }
Str pack_head(const Pack *p) { return p->head; }
void *pack_owner(const Pack *p) { return p->owner; }

Str pack_string(const Pack *p, u32 id) {
    if (id >= p->nstrings) return (Str){0};
    u32 from = pack_u32(p->string_offs + 4 * (i64)id), to = pack_u32(p->string_offs + 4 * (i64)id + 4);
    if (from > to || to > (u64)p->strings.len) return (Str){0};
    return (Str){p->strings.ptr + from, to - from};
}

PackUnit pack_unit(const Pack *p, i64 i) {
    const u8 *u = p->index + PACK_ENTRY * i;
    return (PackUnit){pack_u32(u),      pack_u32(u + 4),  pack_u32(u + 8),
                      pack_u32(u + 12), pack_u32(u + 16), pack_u32(u + 20)};
}

bool pack_holds_unit(const Pack *p, PackUnit u) { return (i64)u.off + u.len <= p->units_len; }

// ---- numbers, strings --------------------------------------------------------------------------------------------

static u8 byte(Reader *r) { return br_u8(&r->b); }
static u64 uleb(Reader *r) { return br_uleb(&r->b); }
static i64 sleb(Reader *r) { return br_sleb(&r->b); }
static i64 count(Reader *r) { return br_count(&r->b); }
static Str take(Reader *r, i64 n) { return br_bytes(&r->b, n); }
static Str bytes(Reader *r) { return br_str(&r->b); }

static Str string(Reader *r) {
    u64 id = uleb(r);
    if (id >= r->pack->nstrings) spoil(r);
    return r->b.bad ? (Str){0} : pack_string(r->pack, (u32)id);
}

// ---- what the worklist reads --------------------------------------------------------------------------------------------

static u32 name(Reader *r) {
    u64 id = uleb(r);
    if (id >= r->pack->nstrings) spoil(r);
    return (u32)id;
}

static UnitNeeds needs(Reader *r, Arena *a) {
    UnitNeeds n = {.len = count(r), .names = r->pack->names};
    n.ptr = ANEWN(a, UnitNeed, n.len + 1);
    for (i64 i = 0; i < n.len && !r->b.bad; i++) {
        UnitNeed *x = &n.ptr[i];
        x->kind = byte(r);
        if (x->kind > NEED_RT) spoil(r);
        if (x->kind == NEED_RT) {
            u64 row = uleb(r);
            if (row >= RT_COUNT) spoil(r);
            x->sym = (u32)row;
        } else if (x->kind != NEED_REFLECTION) x->sym = name(r);
        if (unit_need_has_two(x->kind)) x->init = name(r);
    }
    return n;
}

static void methods(Reader *r, Arena *a, Unit *u) {
    u->nmethods = count(r);
    u->methods = ANEWN(a, UnitMethod, u->nmethods + 1);
    for (i64 i = 0; i < u->nmethods && !r->b.bad; i++) {
        UnitMethod *m = &u->methods[i];
        m->key = string(r);
        m->sig = string(r);
        m->ifn = string(r);
        m->tfn = string(r);
        m->exported = byte(r) != 0;
    }
    u->nkeys = count(r);
    u->keys = ANEWN(a, Str, u->nkeys + 1);
    for (i64 i = 0; i < u->nkeys && !r->b.bad; i++) u->keys[i] = string(r);
}

static void origin(Reader *r, Arena *a, Unit *u) {
    u->own_pkg = string(r);
    u->own_decl = string(r);
    u->own = br_u64(&r->b);
    u->summary = br_u64(&r->b);
    u->ndeps = count(r);
    u->deps = ANEWN(a, UnitDep, u->ndeps + 1);
    for (i64 i = 0; i < u->ndeps && !r->b.bad; i++) {
        u->deps[i].sym = string(r);
        u->deps[i].strict = byte(r) != 0;
        u->deps[i].summary = br_u64(&r->b);
    }
}

static bool read_unit(const Pack *p, PackUnit at, Arena *a, Unit *u) {
    if (!pack_holds_unit(p, at)) return false;
    Reader r = {byte_reader((Str){(const char *)p->units + at.off, at.len}), p};
    *u = (Unit){.kind = (UnitKind)at.kind, .pack = p, .sym = pack_string(p, at.sym), .gen = at.gen};
    u->flags = (u32)uleb(&r);
    u->cost = (i32)sleb(&r);
    u->escapes = bytes(&r);
    u->needs = needs(&r, a);
    if (u->kind == UNIT_TYPE) {
        u->full = needs(&r, a);
        methods(&r, a, u);
    }
    if (u->kind == UNIT_DESCRIPTOR) u->methods_at = (i64)uleb(&r);
    if (u->flags & UNIT_TRACKED) origin(&r, a, u);
    u->symbols = (Str){(const char *)r.b.p, r.b.end - r.b.p};
    return !r.b.bad;
}

// ---- all packs together --------------------------------------------------------------------------------------------------

typedef struct Entry {
    u32 hash, unit; // unit + 1; 0: free
    const Pack *pack;
    Unit *decoded; // NULL: not yet
} Entry;
struct PackIndex {
    Arena *a;
    Entry *entries;
    u32 mask;
};

static bool is_entry(const Entry *e, u32 hash, UnitKind kind, Str sym) {
    if (e->hash != hash) return false;
    PackUnit u = pack_unit(e->pack, (i64)e->unit - 1);
    return u.kind == kind && str_eq(pack_string(e->pack, u.sym), sym);
}

PackIndex *pack_index_new(Arena *a, Pack **packs, i64 n) {
    PackIndex *x = ANEW(a, PackIndex);
    u64 total = 0, size = 64;
    for (i64 i = 0; i < n; i++) total += packs[i]->nunits;
    while (size < total * 2) size *= 2;
    x->a = a;
    x->mask = (u32)(size - 1);
    x->entries = ANEWN(a, Entry, (i64)size);
    for (i64 i = 0; i < n; i++)
        for (i64 k = 0; k < packs[i]->nunits; k++) {
            u32 hash = pack_unit(packs[i], k).hash, at = hash & x->mask;
            while (x->entries[at].unit) at = (at + 1) & x->mask;
            x->entries[at] = (Entry){hash, (u32)k + 1, packs[i], NULL};
        }
    return x;
}

Unit *pack_find(PackIndex *x, UnitKind kind, Str sym, i64 nth) {
    u32 hash = pack_hash(sym, kind);
    for (u32 i = hash & x->mask; x->entries[i].unit; i = (i + 1) & x->mask) {
        Entry *e = &x->entries[i];
        if (!is_entry(e, hash, kind, sym) || nth--) continue;
        if (e->decoded) return e->decoded;
        Unit *u = ANEW(x->a, Unit);
        if (read_unit(e->pack, pack_unit(e->pack, (i64)e->unit - 1), x->a, u)) e->decoded = u;
        return e->decoded;
    }
    return NULL;
}

// ---- symbols ------------------------------------------------------------------------------------------------------------

typedef struct Definer {
    Reader r;
    Symtab *st;
    Arena *a;
    Sym **own;
    i64 nown;
    const UnitLines *lines;
} Definer;

static Sym *own(Definer *d, u64 i) {
    if (i < (u64)d->nown) return d->own[i];
    spoil(&d->r);
    return NULL;
}

// What is remembered beside a pack belongs to the first symbol table that asks.
static bool may_remember(Definer *d) {
    Symtab *nobody = NULL, **table = &d->r.pack->syms->table;
    if (__atomic_load_n(table, __ATOMIC_RELAXED) == d->st) return true;
    return __atomic_compare_exchange_n(table, &nobody, d->st, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED) ||
           nobody == d->st;
}

// The symbol that a string names: asked for once in each pack.
static Sym *named(Definer *d, u32 id) {
    struct PackSyms *m = d->r.pack->syms;
    Sym **slot = may_remember(d) ? &m->of[id] : NULL;
    Sym *s = slot ? __atomic_load_n(slot, __ATOMIC_ACQUIRE) : NULL;
    if (s) return s;
    s = obj_sym_of(d->st, pack_string(d->r.pack, id));
    if (slot) __atomic_store_n(slot, s, __ATOMIC_RELEASE);
    return s;
}

static Sym *target(Definer *d) {
    Reader *r = &d->r;
    switch (byte(r)) {
    case REF_NAME: {
        u64 id = uleb(r);
        if (id >= r->pack->nstrings || !pack_string(r->pack, (u32)id).len) spoil(r);
        return r->b.bad ? NULL : named(d, (u32)id);
    }
    case REF_OWN: return own(d, uleb(r));
    case REF_STRING: {
        Str s = bytes(r);
        return r->b.bad ? NULL : obj_string(d->st, s);
    }
    case REF_STRING_HEADER: {
        i64 addend = (i64)uleb(r), len = (i64)uleb(r);
        Str s = bytes(r);
        return r->b.bad ? NULL : obj_string_header(d->st, obj_string(d->st, s), addend, len);
    }
    case REF_CONST: {
        u64 align = uleb(r);
        Str s = bytes(r);
        if (align > 64 || (align & (align - 1))) spoil(r);
        return r->b.bad ? NULL : obj_const(d->st, s.ptr, s.len, (i64)align);
    }
    default: spoil(r); return NULL;
    }
}

// By their strings in the pack.
static bool same_file(const FileRef *a, const FileRef *b) {
    return a->literal == b->literal && a->pkg.ptr == b->pkg.ptr && a->name.ptr == b->name.ptr &&
           a->name.len == b->name.len;
}

static PackFile *new_file(Definer *d, const FileRef *now, PackFile *next) {
    PackFile *f = ANEW(d->a, PackFile);
    *f = (PackFile){*now, next};
    return f;
}

// Each file of a pack is there once; two threads may make the same one at once, which is no harm.
static const FileRef *known_file(Definer *d, const FileRef *now, u32 id) {
    if (!may_remember(d)) return &new_file(d, now, NULL)->ref;
    PackFile **slot = &d->r.pack->syms->files[id % PACK_FILES], *first = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
    for (const PackFile *f = first; f; f = f->next)
        if (same_file(&f->ref, now)) return &f->ref;
    PackFile *f = new_file(d, now, first);
    __atomic_compare_exchange_n(slot, &first, f, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
    return &f->ref;
}

static const FileRef *file(Definer *d) {
    u8 kind = byte(&d->r);
    if (!kind) return NULL;
    u32 pkg = name(&d->r), base = name(&d->r);
    FileRef now = {.literal = kind == 2, .pkg = pack_string(d->r.pack, pkg), .name = pack_string(d->r.pack, base)};
    return known_file(d, &now, base);
}

static i32 line(Definer *d, const FileRef *f, LineAnchor *at) {
    i32 line = (i32)sleb(&d->r);
    Str decl = string(&d->r);
    if (!decl.len) return line;
    i32 was = (i32)sleb(&d->r), now = was;
    if (d->lines && !d->r.b.bad && (!f || !d->lines->find(d->lines->ctx, f, decl, &now))) spoil(&d->r);
    *at = (LineAnchor){decl, now};
    return line + now - was;
}

static CodeInfo *code(Definer *d) {
    Reader *r = &d->r;
    CodeInfo *c = ANEW(d->a, CodeInfo);
    c->frame_size = (u32)uleb(r);
    c->arg_size = (u32)uleb(r);
    c->deferreturn = (u32)uleb(r);
    c->deferreturn_ret = (u32)uleb(r);
    c->body = (u32)uleb(r);
    c->flags = (u16)uleb(r);
    c->entry_regs = (u16)uleb(r);
    c->file = file(d);
    c->line = line(d, c->file, &c->anchor);
    c->lines = bytes(r);
    c->maps = bytes(r);
    c->sps = bytes(r);
    c->unsafe = bytes(r);
    c->args = bytes(r);
    c->ninls = count(r);
    c->inls = ANEWN(d->a, InlEnt, c->ninls + 1);
    for (i64 i = 0; i < c->ninls && !r->b.bad; i++) {
        InlEnt *e = &c->inls[i];
        if (byte(r)) e->name = string(r);
        e->file = file(d);
        e->parent = (i32)sleb(r);
        e->start = line(d, e->file, &e->anchor);
        e->call = (i32)sleb(r);
        if (e->parent >= i || e->parent < -1) spoil(r);
    }
    return c;
}

static i64 reloc_size(u8 kind) {
    int k = kind & ~(REL_WEAK | REL_OPTIONAL);
    return k == REL_ABS64 ? 8 : k == REL_REACH ? 0 : 4;
}

static void relocs(Definer *d, Sym *s) {
    Reader *r = &d->r;
    i64 n = count(r);
    if (n && !r->b.bad) obj_reserve_relocs(s, n);
    for (i64 i = 0; i < n && !r->b.bad; i++) {
        u64 off = uleb(r);
        u8 kind = byte(r);
        i64 addend = sleb(r);
        Sym *t = target(d);
        if ((kind & ~(REL_WEAK | REL_OPTIONAL)) > REL_REACH || !t || !s->data || s->size < reloc_size(kind) ||
            off > (u64)(s->size - reloc_size(kind)))
            spoil(r);
        if (!r->b.bad) obj_reloc(s, (u32)off, (RelocKind)kind, t, addend);
    }
}

static void pointer_mask(Reader *r, Sym *s) {
    u64 n = uleb(r);
    if (n > (u64)s->size / 8 + 1) spoil(r);
    if (r->b.bad) return;
    s->nptrwords = (i64)n;
    s->ptrmask = (u8 *)take(r, ((i64)n + 7) / 8).ptr;
    if (r->b.bad) s->nptrwords = 0;
}

static void symbol(Definer *d, Sym *s) {
    Reader *r = &d->r;
    u8 kind = byte(r), flags = byte(r);
    i64 align = (i64)uleb(r), size = (i64)uleb(r);
    bool bss = kind == SYM_BSS || kind == SYM_NOPTRBSS || kind == SYM_COUNTERS;
    Str data = flags & HAS_DATA ? take(r, size) : (Str){0};
    if (kind == SYM_UNDEF || kind > SYM_COUNTERS || size < 0 || align < 0 || align > 4096 || (align & (align - 1)) ||
        (!(flags & HAS_DATA) && !bss && size))
        spoil(r);
    if (r->b.bad) return;
    Sym scratch = {0}, *to = obj_claim(s) ? s : &scratch; // what somebody else has is read past
    obj_define(to, (SymKind)kind, d->a, (u8 *)data.ptr, size, align);
    to->dupok = flags & IS_DUPOK;
    to->local = flags & IS_LOCAL;
    to->tentative = flags & IS_TENTATIVE;
    if (flags & HAS_MASK) pointer_mask(r, to);
    to->type_str = string(r);
    if (flags & HAS_CODE) to->code = code(d);
    relocs(d, to);
}

bool unit_define(const Unit *u, Symtab *st, Arena *a) { return unit_define_all(u, st, a, NULL, NULL); }

bool unit_define_all(const Unit *u, Symtab *st, Arena *a, Sym ***own_syms, i64 *nown) {
    Definer d = {.r = {byte_reader(u->symbols), u->pack}, .st = st, .a = a, .lines = u->lines};
    d.nown = count(&d.r);
    d.own = ANEWN(a, Sym *, d.nown + 1);
    for (i64 i = 0; i < d.nown && !d.r.b.bad; i++) {
        u64 id = uleb(&d.r);
        if (id >= d.r.pack->nstrings) spoil(&d.r);
        if (d.r.b.bad) break;
        Str name = pack_string(d.r.pack, (u32)id);
        bool is_static = str_has_suffix(name, S(STATIC_MARK));
        d.own[i] = name.len && !is_static ? named(&d, (u32)id) : obj_local(st, a, SYM_UNDEF);
        if (is_static) d.own[i]->name = str_slice(name, 0, name.len - (i64)strlen(STATIC_MARK));
    }
    if (own_syms) *own_syms = d.own, *nown = d.nown;
    for (i64 i = 0; i < d.nown && !d.r.b.bad; i++) symbol(&d, d.own[i]);
    return !d.r.b.bad;
}
