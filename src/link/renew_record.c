// renew_record.c - what a link leaves for the next one (renew.h): where all symbols are and who led to them, which lines move with which declaration.
//
// In:   a link that is laid out and written. Out: base and state. The link itself does not change, but for Sym.order.
#include "link/renew.h"
#include <stdlib.h>

enum { NAMES = 5, CONTENTS = 6, DECLS = 7 }; // seeds

u64 link_renew_name(Str name) {
    u64 h = hash_bytes(name.ptr, name.len, NAMES);
    return h ? h : 1;
}

u64 link_renew_decl(const FileRef *f, Str decl) {
    return hash_bytes(decl.ptr, decl.len, hash_bytes(f->pkg.ptr, f->pkg.len, DECLS));
}

static u64 mix(u64 h, u64 v) { return hash_bytes(&v, sizeof v, h); }

u64 link_renew_content(Arena *a, Map *known, Sym *s) {
    void **slot = map_slot_ptr(known, s);
    if (*slot) return *(u64 *)*slot;
    u64 *p = ANEW(a, u64);
    *p = 1; // one that leads to itself
    *slot = p;
    u64 h = mix(mix(CONTENTS, (u64)s->kind << 32 | s->align), (u64)s->size);
    if (s->data) h = hash_bytes(s->data, s->size, h);
    if (s->nptrwords) h = hash_bytes(s->ptrmask, (s->nptrwords + 7) / 8, h);
    for (i64 i = 0; i < s->relocs.len; i++) {
        const Reloc *r = &s->relocs.ptr[i];
        h = mix(mix(h, (u64)r->off << 8 | r->kind), (u64)r->addend);
        if (r->sym) h = mix(h, link_renew_key(a, known, r->sym));
    }
    return *p = h ? h : 1;
}

typedef struct Recording {
    Link *l;
    Arena *a;
    VEC(RenewSym) syms;
    VEC(RenewAnchor) anchors;
    VEC(LinkDecl) decls;
    Map *known, *decl_of; // decl_of: key -> index + 1
} Recording;

static u8 log_of(u32 align) {
    u8 n = 0;
    while (align >> n > 1) n++;
    return n;
}

static u32 align_of(const Sym *s, OutSec os) { return os == OS_TEXT && s->align < 16 ? 16 : s->align ? s->align : 1; }

static RenewSym describe(Recording *r, Sym *s, OutSec os) {
    bool hidden = s->from_elf && !s->name.len;
    return (RenewSym){.key = hidden ? mix(DECLS, link_addr(s)) : link_renew_key(r->a, r->known, s),
                      .addr = (u32)link_addr(s),
                      .size = (u32)s->size,
                      .kind = s->kind,
                      .section = (u8)os,
                      .align_log = log_of(align_of(s, os)),
                      .anonymous = !s->name.len,
                      .summed = link_fips_summed(s)};
}

static bool is_table(OutSec os) { return os == OS_TABLES || os == OS_BUILDINFO; } // nobody refers to them by name

static void add_laid_out(Recording *r) {
    u32 elf = 1;
    for (int os = 0; os < OS_COUNT; os++) {
        const Section *sec = &r->l->sec[os];
        for (i64 i = 0; i < sec->syms.len && !is_table((OutSec)os); i++) {
            Sym *s = sec->syms.ptr[i], *next = i + 1 < sec->syms.len ? sec->syms.ptr[i + 1] : NULL;
            RenewSym x = describe(r, s, (OutSec)os);
            s->order = r->syms.len;
            x.room = (u32)((next ? next->addr : sec->addr + (u64)sec->size) - s->addr);
            x.next_align = next ? align_of(next, (OutSec)os) : 0;
            if (s->name.len && !s->local) x.elf = elf++;
            x.place = (u32)s->order;
            vec_push(r->a, &r->syms, x);
        }
    }
}

static void set_parents(Recording *r) {
    i64 at = 0;
    for (int os = 0; os < OS_COUNT; os++)
        for (i64 i = 0; i < r->l->sec[os].syms.len && !is_table((OutSec)os); i++, at++) {
            const Sym *by = r->l->sec[os].syms.ptr[i]->link;
            r->syms.ptr[at].parent = by ? (u32)by->order : (u32)at;
        }
}

// Functions and variables of the archive are places in its sections.
static void add_inside(Recording *r) {
    const Symtab *st = r->l->job->syms;
    for (i64 i = 0; i < obj_count(st); i++) {
        Sym *s = obj_at(st, i);
        if (!s->section || !s->reached || !s->section->reached || !s->name.len || s->kind == SYM_UNDEF) continue;
        RenewSym x = describe(r, s, OS_COUNT);
        x.parent = x.place = (u32)s->section->order;
        vec_push(r->a, &r->syms, x);
    }
}

// A key that several have is nobody's.
static void fill_slots(Recording *r, u32 *slots, u32 mask) {
    for (i64 i = 0; i < r->syms.len; i++) {
        RenewSym *x = &r->syms.ptr[i];
        u32 at = (u32)x->key & mask;
        for (; slots[at] && r->syms.ptr[slots[at] - 1].key != x->key; at = (at + 1) & mask) {
        }
        if (!slots[at]) slots[at] = (u32)i + 1;
        else r->syms.ptr[slots[at] - 1].several = true;
    }
}

// ---- lines ------------------------------------------------------------------------------------------------------------

static u32 decl_index(Recording *r, u64 key, i32 line) {
    u64 i = (u64)(uintptr_t)map_get_num(r->decl_of, key);
    if (i) return (u32)i - 1;
    vec_push(r->a, &r->decls, ((LinkDecl){key, line}));
    map_set_num(r->decl_of, key, (void *)(uintptr_t)r->decls.len);
    return (u32)r->decls.len - 1;
}

static void add_anchor(Recording *r, const FileRef *f, const LineAnchor *at, i64 off) {
    if (!at->decl.len || !f) return;
    vec_push(r->a, &r->anchors, ((RenewAnchor){(u32)off, decl_index(r, link_renew_decl(f, at->decl), at->line)}));
}

static void add_anchors(Recording *r, const RenewHead *h) {
    i64 inl = 0;
    for (i64 i = 0; i < r->l->nents; i++) {
        const CodeInfo *c = r->l->ents[i].sym ? r->l->ents[i].sym->code : NULL;
        if (!c) continue;
        add_anchor(r, c->file, &c->anchor, h->funcs.off + i * (i64)sizeof(FuncRec) + (i64)offsetof(FuncRec, line));
        for (i64 k = 0; k < c->ninls; k++, inl++)
            add_anchor(r, c->inls[k].file, &c->inls[k].anchor,
                       h->inltree.off + inl * (i64)sizeof(InlineRec) + (i64)offsetof(InlineRec, start_line));
    }
}

// ---- all of it ------------------------------------------------------------------------------------------------------------

static RenewTable table_of(const Link *l, const Sym *s) {
    const Section *sec = &l->sec[OS_TABLES];
    return (RenewTable){(u32)(sec->off + (i64)(s->addr - sec->addr)), (u32)s->size};
}

static RenewHead make_head(Recording *r, i64 image) {
    const Link *l = r->l;
    RenewHead h = {.magic = RENEW_MAGIC, .text = l->text, .types = l->types, .image = image};
    h.funcs = table_of(l, l->tables[TAB_FUNCS]);
    h.names = table_of(l, l->tables[TAB_NAMES]);
    h.pctab = table_of(l, l->tables[TAB_PCTAB]);
    h.inltree = table_of(l, l->tables[TAB_INLTREE]);
    h.files = table_of(l, l->tables[TAB_FILES]);
    h.data_mask = table_of(l, l->tables[TAB_DATA_MASK]);
    h.symtab = (RenewTable){(u32)l->symtab_off, 0};
    h.nfuncs = (u32)l->nents;
    h.nfiles = h.files.len / 8;
    for (int os = 0; os < OS_COUNT; os++) h.addr[os] = l->sec[os].addr, h.off[os] = l->sec[os].off;
    return h;
}

void link_renew_record(Link *l, i64 image, LinkRecord *out) {
    Recording r = {.l = l, .a = arena_new("record of a link")};
    if (l->sec[OS_COUNTERS].size || image > INT32_MAX) return;
    r.known = map_new_ptr(r.a);
    r.decl_of = map_new_num(r.a);
    RenewHead h = make_head(&r, image);
    add_laid_out(&r);
    h.nlaid = (u32)r.syms.len;
    set_parents(&r);
    add_inside(&r);
    add_anchors(&r, &h);
    u32 size = 64;
    while ((i64)size < 2 * r.syms.len) size *= 2;
    u32 *slots = ANEWN(r.a, u32, size);
    fill_slots(&r, slots, size - 1);
    h.mask = size - 1;
    h.nsyms = (u32)r.syms.len;
    h.nanchors = (u32)r.anchors.len;
    h.ndecls = (u32)r.decls.len;
    buf_bytes(&out->base, &h, sizeof h);
    buf_bytes(&out->base, r.syms.ptr, r.syms.len * (i64)sizeof(RenewSym));
    buf_bytes(&out->base, slots, (i64)size * 4);
    buf_bytes(&out->base, r.anchors.ptr, r.anchors.len * (i64)sizeof(RenewAnchor));
    RenewState s = {(u32)l->pctab_len, (u32)r.decls.len};
    buf_bytes(&out->state, &s, sizeof s);
    for (i64 i = 0; i < r.decls.len; i++) {
        buf_u64(&out->base, r.decls.ptr[i].key);
        buf_u32(&out->state, (u32)r.decls.ptr[i].line);
    }
    arena_free(r.a);
}
