// write.c - units and their symbols into a pack.
//
// A symbol without a name, merged by content or made beside a descriptor is written with the unit that leads to it; all others by name.
#include "pack/pack_int.h"

typedef struct OutUnit {
    u32 hash, sym, kind, gen;
    i64 off, len;
    bool gone;
} OutUnit;
enum { RECENT = 128 }; // a power of two

struct PackWriter {
    Arena *a;
    Str head;
    Map *ids; // string -> id + 1
    struct {
        Str s; // by where it is: strings stay until the pack is written
        u32 id;
    } recent[RECENT];
    VEC(Str) strings;
    VEC(OutUnit) units;
    Map *by_name[UNIT_KINDS]; // symbol -> unit + 1
    Buf body;
    // the unit that is being written
    bool assembly;
    VEC(Sym *) defs;
    Map *def_ids; // Sym -> index + 1
    Buf symbols;
    PackNames names;
};

// The same files, declarations and types come again and again, from the same places.
static i64 recent_place(Str s) {
    return (i64)((((uintptr_t)s.ptr >> 3) ^ ((uintptr_t)s.ptr >> 12) ^ (u64)s.len) % RECENT);
}

static u32 string_id(PackWriter *w, Str s) {
    i64 at = recent_place(s);
    if (s.len && w->recent[at].s.ptr == s.ptr && w->recent[at].s.len == s.len) return w->recent[at].id;
    void **slot = map_slot_str(w->ids, s);
    if (!*slot) {
        vec_push(w->a, &w->strings, s);
        *slot = (void *)(intptr_t)w->strings.len;
    }
    u32 id = (u32)((intptr_t)*slot - 1);
    w->recent[at].s = s;
    w->recent[at].id = id;
    return id;
}

static void put_string(PackWriter *w, Str s) { buf_uleb(&w->body, string_id(w, s)); }

static void put_bytes(PackWriter *w, Str s) {
    buf_uleb(&w->body, (u64)s.len);
    buf_str(&w->body, s);
}

static void note_unit(PackWriter *w, OutUnit u, Str sym) {
    void **slot = map_slot_str(w->by_name[u.kind], sym);
    if (*slot) w->units.ptr[(intptr_t)*slot - 1].gone = true;
    vec_push(w->a, &w->units, u);
    *slot = (void *)(intptr_t)w->units.len;
}

void pack_set_head(PackWriter *w, Str head) { w->head = head; }

PackWriter *pack_write(Arena *a, const Pack *old, PackKeep *keep, void *ctx) {
    PackWriter *w = ANEW(a, PackWriter);
    w->a = a;
    w->ids = map_new_str(a);
    for (int k = 0; k < UNIT_KINDS; k++) w->by_name[k] = map_new_str(a);
    for (u32 i = 0; old && i < old->nstrings; i++) { // numbers stay, so that units can be copied
        Str s = pack_string(old, i);
        vec_push(a, &w->strings, s);
        map_set_str(w->ids, s, (void *)(intptr_t)w->strings.len);
    }
    for (i64 i = 0; i < pack_count(old); i++) {
        PackUnit u = pack_unit(old, i);
        if (u.kind >= UNIT_KINDS || u.sym >= old->nstrings || !pack_holds_unit(old, u)) continue;
        i64 gen = keep(ctx, (UnitKind)u.kind, pack_string(old, u.sym), u.gen);
        if (gen < 0) continue;
        OutUnit out = {u.hash, u.sym, u.kind, (u32)gen, w->body.len, u.len, false};
        buf_bytes(&w->body, old->units + u.off, u.len);
        note_unit(w, out, pack_string(old, u.sym));
    }
    return w;
}

// ---- needs -------------------------------------------------------------------------------------------------------

static void put_needs(PackWriter *w, const UnitNeeds *n) {
    buf_uleb(&w->body, (u64)n->len);
    for (i64 i = 0; i < n->len; i++) {
        const UnitNeed *x = &n->ptr[i];
        buf_u8(&w->body, x->kind);
        if (x->kind == NEED_RT) buf_uleb(&w->body, x->sym);
        else if (x->kind != NEED_REFLECTION) put_string(w, unit_name(n, x->sym));
        if (unit_need_has_two(x->kind)) put_string(w, unit_name(n, x->init));
    }
}

static void put_methods(PackWriter *w, const Unit *u) {
    buf_uleb(&w->body, (u64)u->nmethods);
    for (i64 i = 0; i < u->nmethods; i++) {
        const UnitMethod *m = &u->methods[i];
        put_string(w, m->key);
        put_string(w, m->sig);
        put_string(w, m->ifn);
        put_string(w, m->tfn);
        buf_u8(&w->body, m->exported);
    }
    buf_uleb(&w->body, (u64)u->nkeys);
    for (i64 i = 0; i < u->nkeys; i++) put_string(w, u->keys[i]);
}

// ---- symbols ------------------------------------------------------------------------------------------------------

static u32 def_id(PackWriter *w, Sym *s) {
    void **slot = map_slot_ptr(w->def_ids, s);
    if (!*slot) {
        vec_push(w->a, &w->defs, s);
        *slot = (void *)(intptr_t)w->defs.len;
    }
    return (u32)((intptr_t)*slot - 1);
}

// Made by several units, and the same in all of them.
static bool is_shared(const Sym *s) { return s->kind != SYM_UNDEF && s->kind != SYM_TEXT && s->local && s->dupok; }

// A name of one file of assembly: others may have it too.
static bool is_static(const PackWriter *w, const Sym *s) { return w->assembly && s->local && !s->dupok && s->name.len; }

static void note_name(PackWriter *w, Sym *t) {
    for (i64 i = 0; i < w->names.len; i++)
        if (w->names.ptr[i] == t) return;
    vec_push(w->a, &w->names, t);
}

static void put_target(PackWriter *w, Sym *t) {
    Str string = S("go:string."), header = S("go:stringhdr."), constant = S("go:const.");
    if (t->kind == SYM_RODATA && str_has_prefix(t->name, string)) {
        buf_u8(&w->body, REF_STRING);
        put_bytes(w, (Str){(char *)t->data, t->size});
    } else if (t->kind == SYM_RODATA && str_has_prefix(t->name, header)) {
        i64 len;
        memcpy(&len, t->data + 8, 8);
        buf_u8(&w->body, REF_STRING_HEADER);
        buf_uleb(&w->body, (u64)t->relocs.ptr[0].addend);
        buf_uleb(&w->body, (u64)len);
        put_bytes(w, (Str){(char *)t->relocs.ptr[0].sym->data, t->relocs.ptr[0].sym->size});
    } else if (t->kind == SYM_RODATA && str_has_prefix(t->name, constant)) {
        buf_u8(&w->body, REF_CONST);
        buf_uleb(&w->body, t->align);
        put_bytes(w, (Str){(char *)t->data, t->size});
    } else if (map_get_ptr(w->def_ids, t) || !t->name.len || is_shared(t)) {
        buf_u8(&w->body, REF_OWN);
        buf_uleb(&w->body, def_id(w, t));
    } else {
        buf_u8(&w->body, REF_NAME);
        put_string(w, t->name);
        if (t->inlined) note_name(w, t);
    }
}

static void put_file(PackWriter *w, const FileRef *f) {
    buf_u8(&w->body, (u8)(!f ? 0 : f->literal ? 2 : 1));
    if (!f) return;
    put_string(w, f->pkg);
    put_string(w, f->name);
}

// A line, and how it moves: with a declaration.
static void put_line(PackWriter *w, i32 line, const LineAnchor *at) {
    buf_sleb(&w->body, line);
    put_string(w, at->decl);
    if (at->decl.len) buf_sleb(&w->body, at->line);
}

static void put_code(PackWriter *w, const CodeInfo *c) {
    Buf *b = &w->body;
    u32 numbers[] = {c->frame_size, c->arg_size, c->deferreturn, c->deferreturn_ret, c->body, c->flags, c->entry_regs};
    for (i64 i = 0; i < NELEM(numbers); i++) buf_uleb(b, numbers[i]);
    put_file(w, c->file);
    put_line(w, c->line, &c->anchor);
    put_bytes(w, c->lines);
    put_bytes(w, c->maps);
    put_bytes(w, c->sps);
    put_bytes(w, c->unsafe);
    put_bytes(w, c->args);
    buf_uleb(b, (u64)c->ninls);
    for (i64 i = 0; i < c->ninls; i++) {
        const InlEnt *e = &c->inls[i];
        buf_u8(b, e->name.ptr != NULL);
        if (e->name.ptr) put_string(w, e->name);
        put_file(w, e->file);
        buf_sleb(b, e->parent);
        put_line(w, e->start, &e->anchor);
        buf_sleb(b, e->call);
    }
}

static void put_symbol(PackWriter *w, Sym *s) {
    Buf *b = &w->body;
    buf_u8(b, s->kind);
    buf_u8(b, (u8)((s->dupok ? IS_DUPOK : 0) | (s->local ? IS_LOCAL : 0) | (s->tentative ? IS_TENTATIVE : 0) |
                   (s->data ? HAS_DATA : 0) | (s->code ? HAS_CODE : 0) | (s->ptrmask ? HAS_MASK : 0)));
    buf_uleb(b, s->align);
    buf_uleb(b, (u64)s->size);
    if (s->data) buf_bytes(b, s->data, s->size);
    if (s->ptrmask) {
        buf_uleb(b, (u64)s->nptrwords);
        buf_bytes(b, s->ptrmask, (s->nptrwords + 7) / 8);
    }
    put_string(w, s->type_str);
    if (s->code) put_code(w, s->code);
    buf_uleb(b, (u64)s->relocs.len);
    for (i64 i = 0; i < s->relocs.len; i++) {
        const Reloc *r = &s->relocs.ptr[i];
        buf_uleb(b, r->off);
        buf_u8(b, r->kind);
        buf_sleb(b, r->addend);
        put_target(w, r->sym);
    }
}

// Names of all first: they refer to each other.
const PackNames *pack_add_symbols(PackWriter *w, UnitKind kind, Sym **roots, i64 n) {
    Buf head = w->body;
    w->body = w->symbols;
    w->body.len = w->defs.len = w->names.len = 0;
    w->assembly = kind == UNIT_ASM;
    w->def_ids = map_new_ptr(w->a);
    for (i64 i = 0; i < n; i++) def_id(w, roots[i]);
    for (i64 i = 0; i < w->defs.len; i++) put_symbol(w, w->defs.ptr[i]); // more come up
    w->symbols = w->body;
    w->body = head;
    return &w->names;
}

static void put_symbols(PackWriter *w) {
    buf_uleb(&w->body, (u64)w->defs.len);
    for (i64 i = 0; i < w->defs.len; i++) {
        Str name = w->defs.ptr[i]->name;
        put_string(w, is_static(w, w->defs.ptr[i]) ? arena_printf(w->a, "%.*s" STATIC_MARK, SFMT(name)) : name);
    }
    buf_bytes(&w->body, w->symbols.ptr, w->symbols.len);
}

static void put_origin(PackWriter *w, const Unit *u) {
    Buf *b = &w->body;
    put_string(w, u->own_pkg);
    put_string(w, u->own_decl);
    buf_u64(b, u->own);
    buf_u64(b, u->summary);
    buf_uleb(b, (u64)u->ndeps);
    for (i64 i = 0; i < u->ndeps; i++) {
        put_string(w, u->deps[i].sym);
        buf_u8(b, u->deps[i].strict);
        buf_u64(b, u->deps[i].summary);
    }
}

void pack_add_unit(PackWriter *w, const Unit *u) {
    i64 off = w->body.len;
    buf_uleb(&w->body, u->flags);
    buf_sleb(&w->body, u->cost);
    put_bytes(w, u->escapes);
    put_needs(w, &u->needs);
    if (u->kind == UNIT_TYPE) {
        put_needs(w, &u->full);
        put_methods(w, u);
    }
    if (u->kind == UNIT_DESCRIPTOR) buf_uleb(&w->body, (u64)u->methods_at);
    if (u->flags & UNIT_TRACKED) put_origin(w, u);
    put_symbols(w);
    OutUnit out = {pack_hash(u->sym, u->kind), string_id(w, u->sym), u->kind, u->gen, off, w->body.len - off, false};
    note_unit(w, out, u->sym);
}

void pack_add(PackWriter *w, const Unit *u, Sym **roots, i64 nroots) {
    pack_add_symbols(w, u->kind, roots, nroots);
    pack_add_unit(w, u);
}

void pack_end(PackWriter *w, Buf *out) {
    u32 live = 0, at = 0;
    for (i64 i = 0; i < w->units.len; i++) live += !w->units.ptr[i].gone;
    buf_c(out, PACK_MAGIC);
    buf_u32(out, (u32)w->strings.len);
    buf_u32(out, live);
    buf_u32(out, (u32)w->head.len);
    for (i64 i = 0; i < w->strings.len; i++) {
        buf_u32(out, at);
        at += (u32)w->strings.ptr[i].len;
    }
    buf_u32(out, at);
    for (i64 i = 0; i < w->units.len; i++) {
        const OutUnit *u = &w->units.ptr[i];
        if (u->gone) continue;
        u32 numbers[] = {u->hash, u->sym, u->kind, u->gen, (u32)u->off, (u32)u->len};
        for (i64 k = 0; k < NELEM(numbers); k++) buf_u32(out, numbers[k]);
    }
    buf_str(out, w->head);
    for (i64 i = 0; i < w->strings.len; i++) buf_str(out, w->strings.ptr[i]);
    buf_bytes(out, w->body.ptr, w->body.len);
    buf_free(&w->symbols);
    buf_free(&w->body);
}
