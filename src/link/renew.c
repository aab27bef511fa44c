// renew.c - a new image of the last one: where nothing moves, what changed is put in its place, and nothing is linked.
//
// In:   the last image with what its link left (renew.h); symbols that were made now, of functions whose source changed, with what they refer to
// by name. That all else is as it was is the caller's promise. Out: the bytes that a link would make; or why it takes a link.
//
// Method: first all is looked at, then the image changes. A symbol keeps its place: same kind and alignment, a size that leaves the next one where it is.
// What it refers to is in the image. What it led to first, by itself, it still leads to: so all that was reached is, and nothing else
// (a link lays out what is reached; the record has a tree of who led where first, and of other relocations none matters). Tables of
// functions are rewritten, with their room; lines move with their declarations.
#include "link/renew.h"
#include <stdlib.h>

typedef struct Changed {
    Sym *sym;
    u32 index; // into syms
    i64 func;  // into function tables; -1: none
} Changed;
typedef struct Blob {   // in pctab
    u32 from, len, now; // now: where it is put; 0: not yet
} Blob;
typedef struct FuncTables { // of a changed function, in the order in which they are laid out
    Str blobs[5];
    u32 files_at; // into Renew.files: its file, those of the inline tree
} FuncTables;
typedef struct Renew {
    LinkRenewal *j;
    Arena *a;
    const RenewHead *h;
    const RenewSym *syms;
    const u32 *slots;
    const RenewAnchor *anchors;
    const u8 *keys; // of declarations
    const RenewState *state;
    const i32 *lines;
    u8 *image;
    Map *known;   // Sym -> content
    Map *targets; // Sym -> index + 1
    VEC(Changed) list;
    u32 *by;            // index -> place in list + 1
    bool *kept;         // index: whoever led here first still does
    i32 *now;           // lines of the declarations
    FuncTables *tables; // parallel to list
    VEC(u32) files;
    Buf pctab;
} Renew;

static bool refuse(Renew *r, const char *why, const Sym *who) {
    if (!r->j->why) r->j->why = why, r->j->who = who ? who->name : (Str){0};
    return false;
}

// ---- what was left --------------------------------------------------------------------------------------------------------

static bool has_table(const RenewHead *h, RenewTable t, i64 least) {
    return t.len >= least && (i64)t.off + t.len <= h->image;
}

static bool tables_fit(const RenewHead *h) {
    bool ok = has_table(h, h->funcs, (i64)h->nfuncs * (i64)sizeof(FuncRec)) && has_table(h, h->names, 1);
    ok = ok && has_table(h, h->pctab, 1) && has_table(h, h->inltree, 0) && has_table(h, h->files, 8 * (i64)h->nfiles);
    return ok && has_table(h, h->data_mask, 0) && h->symtab.off <= h->image;
}

static bool open_record(Renew *r) {
    Str base = r->j->base, state = r->j->state;
    const RenewHead *h = r->h = (const RenewHead *)(const void *)base.ptr;
    if (base.len < (i64)sizeof *h || memcmp(h->magic, RENEW_MAGIC, sizeof h->magic) != 0) return false;
    i64 size = (i64)sizeof *h + (i64)h->nsyms * (i64)sizeof(RenewSym) + ((i64)h->mask + 1) * 4 +
               (i64)h->nanchors * (i64)sizeof(RenewAnchor) + (i64)h->ndecls * 8;
    r->state = (const RenewState *)(const void *)state.ptr;
    if (size != base.len || h->image != r->j->image->len || h->nlaid > h->nsyms || !tables_fit(h)) return false;
    if (state.len < (i64)sizeof *r->state || r->state->ndecls != h->ndecls || r->state->pctab_len > h->pctab.len ||
        state.len != (i64)sizeof *r->state + 4 * (i64)h->ndecls)
        return false;
    r->syms = (const RenewSym *)(const void *)(base.ptr + sizeof *h);
    r->slots = (const u32 *)(const void *)(r->syms + h->nsyms);
    r->anchors = (const RenewAnchor *)(const void *)(r->slots + h->mask + 1);
    r->keys = (const u8 *)(r->anchors + h->nanchors);
    r->lines = (const i32 *)(const void *)(r->state + 1);
    return true;
}

enum { NOWHERE = -1, SEVERAL = -2 };

static i64 find_key(const Renew *r, u64 key) {
    for (u32 at = (u32)key & r->h->mask, n = 0; r->slots[at] && n <= r->h->mask; at = (at + 1) & r->h->mask, n++) {
        u32 i = r->slots[at] - 1;
        if (i >= r->h->nsyms) return NOWHERE;
        if (r->syms[i].key == key) return r->syms[i].several ? SEVERAL : i;
    }
    return NOWHERE;
}

static i64 find_sym(Renew *r, Sym *s) {
    void **slot = map_slot_ptr(r->targets, s);
    if (!*slot) *slot = (void *)(intptr_t)(find_key(r, link_renew_key(r->a, r->known, s)) + 3);
    return (i64)(intptr_t)*slot - 3;
}

// Where a symbol's bytes are in the image; NULL: nowhere.
static u8 *place_of(const Renew *r, const RenewSym *x, i64 size) {
    if (x->section > OS_DATA) return NULL;
    i64 off = r->h->off[x->section] + (i64)(x->addr - r->h->addr[x->section]);
    return off < 0 || size > r->h->image - off ? NULL : r->image + off;
}

// ---- does it fit ------------------------------------------------------------------------------------------------------------

static i64 func_of(const Renew *r, const RenewSym *x) {
    const FuncRec *f = (const FuncRec *)(const void *)(r->image + r->h->funcs.off);
    u32 entry = x->addr - (u32)r->h->addr[OS_TEXT];
    return link_func_at(f, r->h->nfuncs, entry);
}

static bool same_mask(const Renew *r, const Sym *s, const RenewSym *x) {
    if (s->kind != SYM_DATA) return true;
    const u8 *mask = r->image + r->h->data_mask.off;
    for (i64 i = 0, w = (i64)(x->addr - r->h->addr[OS_DATA]) / 8; i < s->size / 8; i++, w++) {
        if (w / 8 >= r->h->data_mask.len) return false;
        bool set = i < s->nptrwords && s->ptrmask[i / 8] >> (i % 8) & 1;
        if (set != (mask[w / 8] >> (w % 8) & 1)) return false;
    }
    return true;
}

// The next symbol stays where it is.
static bool has_room(const Sym *s, const RenewSym *x) {
    if (s->size == (i64)x->size) return true;
    u64 end = x->addr + (u64)s->size, next = x->addr + (u64)x->room;
    return x->next_align && (u64)align_up((i64)end, x->next_align) == next && s->kind == SYM_TEXT;
}

static bool keeps_place(Renew *r, Sym *s, const RenewSym *x) {
    i64 align = i64_max(s->align, s->kind == SYM_TEXT ? 16 : 1);
    if (x->summed || s->kind == SYM_TYPE || s->kind == SYM_ITAB || s->from_elf)
        return refuse(r, "is what no edit changes", s);
    if (s->kind != x->kind || align != (i64)1 << x->align_log || !has_room(s, x))
        return refuse(r, "has another size", s);
    if (s->data && ((i64)x->room < s->size || !place_of(r, x, x->room))) return refuse(r, "has no place", s);
    if (!same_mask(r, s, x)) return refuse(r, "has pointers elsewhere", s);
    return true;
}

static bool is_weak(const Reloc *x) { return x->kind & REL_WEAK; }

static bool was_left_out(const Renew *r, const RenewSym *of, const Reloc *x) {
    const u8 *p = place_of(r, of, of->room);
    return p && x->off && !memcmp(p + x->off - 1, "\x0f\x1f\x44\x00\x00", 5);
}

static bool check_reloc(Renew *r, const Changed *c, const Reloc *x) {
    if (!x->sym) return true;
    i64 t = x->sym->kind == SYM_ABS ? SEVERAL : find_sym(r, x->sym);
    if (t == SEVERAL) return refuse(r, "refers to one of several", c->sym);
    if (t == NOWHERE && (x->kind & REL_OPTIONAL) && was_left_out(r, &r->syms[c->index], x)) return true;
    if (t == NOWHERE) return is_weak(x) || refuse(r, "refers to what was not there", x->sym);
    u32 place = r->syms[t].place;
    if (place >= r->h->nlaid) return refuse(r, "is damaged", NULL);
    if (is_weak(x)) return true;
    bool first = r->syms[place].parent == c->index;
    if (r->syms[t].anonymous && !first) return refuse(r, "has data that another has as well", c->sym);
    r->kept[place] |= first;
    return true;
}

static bool collect(Renew *r) {
    const Symtab *st = r->j->syms;
    r->by = ANEWN(r->a, u32, r->h->nsyms + 1);
    r->kept = ANEWN(r->a, bool, r->h->nsyms + 1);
    for (i64 i = 0; i < obj_count(st); i++) {
        Sym *s = obj_at(st, i);
        if (s->kind == SYM_UNDEF || r->j->is_same(r->j->ctx, s)) continue;
        i64 at = find_sym(r, s);
        if (at == SEVERAL && !s->constant) return refuse(r, "is one of several", s);
        if (at < 0) continue; // nobody refers to it, or it is found out there
        const RenewSym *x = &r->syms[at];
        if (x->place != at || r->by[at]) return refuse(r, "is in the archive", s);
        if (!keeps_place(r, s, x)) return false;
        Changed c = {s, (u32)at, s->kind == SYM_TEXT ? func_of(r, x) : -1};
        if (s->kind == SYM_TEXT && (c.func < 0 || !s->code)) return refuse(r, "is in no table", s);
        vec_push(r->a, &r->list, c);
        r->by[at] = (u32)r->list.len;
    }
    return true;
}

static bool is_reached(Renew *r) {
    for (i64 i = 0; i < r->list.len; i++) {
        const Changed *c = &r->list.ptr[i];
        for (i64 k = 0; k < c->sym->relocs.len; k++)
            if (!check_reloc(r, c, &c->sym->relocs.ptr[k])) return false;
    }
    for (u32 i = 0; i < r->h->nlaid; i++) {
        u32 by = r->syms[i].parent;
        if (by >= r->h->nlaid) return refuse(r, "is damaged", NULL);
        if (by != i && r->by[by] && !r->kept[i])
            return refuse(r, "leads no more to all it did", r->list.ptr[r->by[by] - 1].sym);
    }
    return true;
}

// ---- lines ------------------------------------------------------------------------------------------------------------------

static bool find_lines(Renew *r) {
    Map *now = map_new_num(r->a);
    for (i64 i = 0; i < r->j->ndecls; i++) map_set_num(now, r->j->decls[i].key, (void *)(uintptr_t)&r->j->decls[i]);
    r->now = ANEWN(r->a, i32, r->h->ndecls + 1);
    for (u32 i = 0; i < r->h->ndecls; i++) {
        u64 key;
        memcpy(&key, r->keys + 8 * (i64)i, 8);
        const LinkDecl *d = map_get_num(now, key);
        if (!d) return refuse(r, "lacks a declaration", NULL);
        r->now[i] = d->line;
    }
    for (u32 i = 0; i < r->h->nanchors; i++)
        if (r->anchors[i].decl >= r->h->ndecls || (i64)r->anchors[i].off + 4 > r->h->image)
            return refuse(r, "is damaged", NULL);
    return true;
}

static void move_lines(Renew *r) {
    for (u32 i = 0; i < r->h->nanchors; i++) {
        const RenewAnchor *x = &r->anchors[i];
        i32 line, by = r->now[x->decl] - r->lines[x->decl];
        if (!by) continue;
        memcpy(&line, r->image + x->off, 4);
        line += by;
        memcpy(r->image + x->off, &line, 4);
    }
}

// ---- function tables ------------------------------------------------------------------------------------------------------

static FuncRec *func_at(const Renew *r, i64 i) { return (FuncRec *)(void *)(r->image + r->h->funcs.off) + i; }

static Str text_at(const Renew *r, RenewTable t, u32 off) {
    if (off >= t.len) return (Str){0};
    const char *p = (const char *)r->image + t.off + off;
    return (Str){p, (i64)strnlen(p, t.len - off)};
}

// The number of a file in the tables; -1: it is not there.
static i64 file_number(Renew *r, const FileRef *f) {
    if (!f) return 0;
    Str name = r->j->file_name(r->j->ctx, r->a, f);
    for (u32 i = 0; i < r->h->nfiles; i++) {
        u64 addr;
        memcpy(&addr, r->image + r->h->files.off + 8 * (i64)i, 8);
        i64 off = (i64)(addr - r->h->addr[OS_TABLES]) + r->h->off[OS_TABLES];
        if (off < 0 || off + name.len >= r->h->image) return -1;
        if (!memcmp(r->image + off, name.ptr, (size_t)name.len) && !r->image[off + name.len]) return i;
    }
    return -1;
}

static bool add_file(Renew *r, const FileRef *f) {
    i64 n = file_number(r, f);
    vec_push(r->a, &r->files, (u32)n);
    return n >= 0;
}

static u32 place_name(const Renew *r, Str name, u32 was) { // whether the name is the one it was
    if (!name.ptr) return was == INLINE_PLACE;
    Str abi0 = S(ABI0_SUFFIX);
    if (str_has_suffix(name, abi0)) name.len -= abi0.len;
    return was != INLINE_PLACE && str_eq(name, text_at(r, r->h->names, was));
}

// Names and files are numbered in the order in which they come first, so they must be the ones that were.
static bool same_inlined(Renew *r, const Changed *c, FuncTables *t) {
    const CodeInfo *code = c->sym->code;
    const FuncRec *f = func_at(r, c->func);
    i64 end = c->func + 1 < r->h->nfuncs ? func_at(r, c->func + 1)->inltree : r->h->inltree.len / sizeof(InlineRec);
    const InlineRec *old = (const InlineRec *)(const void *)(r->image + r->h->inltree.off) + f->inltree;
    t->files_at = (u32)r->files.len;
    if (!add_file(r, code->file) || r->files.ptr[t->files_at] != f->file)
        return refuse(r, "is in another file", c->sym);
    if (end < f->inltree || end * (i64)sizeof(InlineRec) > r->h->inltree.len || code->ninls != end - f->inltree)
        return refuse(r, "has other calls inlined", c->sym);
    for (i64 i = 0; i < code->ninls; i++) {
        const InlEnt *e = &code->inls[i];
        bool same = add_file(r, e->file) && r->files.ptr[r->files.len - 1] == old[i].file;
        if (!same || !place_name(r, e->name, old[i].name)) return refuse(r, "has other calls inlined", c->sym);
    }
    return true;
}

static u32 *field(FuncRec *f, int i) {
    switch (i) {
    case 0: return &f->lines;
    case 1: return &f->stackmap;
    case 2: return f->flags & FUNC_SP_TABLE ? &f->deferreturn_ret : NULL;
    case 3: return &f->unsafe;
    default: return &f->args;
    }
}

typedef struct Blobs {
    VEC(Blob) old, fresh; // old: those that are there, one behind the other; fresh: new ones, from: into text
    Buf text;
} Blobs;

static bool list_blobs(Renew *r, Blobs *b) {
    u32 last = 0;
    for (i64 i = 0; i < r->h->nfuncs; i++)
        for (int k = 0; k < 5; k++) {
            const u32 *f = field(func_at(r, i), k);
            if (!f || *f <= last) continue;
            if (*f >= r->state->pctab_len) return refuse(r, "is damaged", NULL);
            if (last) b->old.ptr[b->old.len - 1].len = *f - last;
            last = *f;
            vec_push(r->a, &b->old, ((Blob){.from = last}));
        }
    if (last) b->old.ptr[b->old.len - 1].len = r->state->pctab_len - last;
    return true;
}

static Blob *find_blob(Blobs *b, u32 off) {
    i64 lo = 0, hi = b->old.len;
    while (lo < hi) {
        i64 mid = (lo + hi) / 2;
        if (b->old.ptr[mid].from < off) lo = mid + 1;
        else hi = mid;
    }
    return lo < b->old.len && b->old.ptr[lo].from == off ? &b->old.ptr[lo] : NULL;
}

static Blob *blob_of(Renew *r, Blobs *b, Str s) {
    const u8 *base = r->image + r->h->pctab.off;
    for (i64 i = 0; i < b->old.len; i++)
        if (b->old.ptr[i].len == s.len && !memcmp(base + b->old.ptr[i].from, s.ptr, (size_t)s.len))
            return &b->old.ptr[i];
    for (i64 i = 0; i < b->fresh.len; i++)
        if (b->fresh.ptr[i].len == s.len && !memcmp(b->text.ptr + b->fresh.ptr[i].from, s.ptr, (size_t)s.len))
            return &b->fresh.ptr[i];
    vec_push(r->a, &b->fresh, ((Blob){.from = (u32)b->text.len, .len = (u32)s.len}));
    buf_str(&b->text, s);
    return &b->fresh.ptr[b->fresh.len - 1];
}

static u32 put_blob(Renew *r, Blobs *b, Blob *x) {
    if (x->now) return x->now;
    bool old = b->old.len && x >= b->old.ptr && x < b->old.ptr + b->old.len;
    x->now = (u32)r->pctab.len;
    buf_bytes(&r->pctab, old ? r->image + r->h->pctab.off + x->from : b->text.ptr + x->from, x->len);
    return x->now;
}

// The tables of all that changed are the ones that they had.
static bool same_blobs(const Renew *r, Blobs *b) {
    const u8 *base = r->image + r->h->pctab.off;
    for (i64 i = 0; i < r->list.len && r->list.ptr[i].func >= 0; i++)
        for (int k = 0; k < 5; k++) {
            const u32 *f = field(func_at(r, r->list.ptr[i].func), k);
            const Blob *x = f && *f ? find_blob(b, *f) : NULL;
            Str now = r->tables[i].blobs[k];
            if (now.len != (x ? (i64)x->len : 0) || (x && memcmp(base + x->from, now.ptr, (size_t)now.len) != 0))
                return false;
        }
    return true;
}

// All tables, each where it comes first; offsets go to places.
static bool lay_out_blobs(Renew *r, Blobs *b, u32 *places) {
    buf_u8(&r->pctab, 0);
    for (i64 i = 0, next = 0; i < r->h->nfuncs; i++) {
        const FuncTables *t = NULL; // functions are looked at by address, and so are those that changed
        if (next < r->list.len && r->list.ptr[next].func == i) t = &r->tables[next++];
        for (int k = 0; k < 5; k++) {
            const u32 *f = t ? NULL : field(func_at(r, i), k);
            Blob *x = NULL;
            if (t && t->blobs[k].len) x = blob_of(r, b, t->blobs[k]);
            if (!t && f && *f && !(x = find_blob(b, *f))) return refuse(r, "is damaged", NULL);
            places[5 * i + k] = x ? put_blob(r, b, x) : 0;
        }
    }
    return link_pctab_room(r->pctab.len) == (i64)r->h->pctab.len ||
           refuse(r, "has tables of another size", r->list.ptr[0].sym);
}

static int by_func(const void *pa, const void *pb) {
    i64 a = ((const Changed *)pa)->func, b = ((const Changed *)pb)->func;
    if ((a < 0) != (b < 0)) return a < 0 ? 1 : -1; // data behind
    return a < b ? -1 : a > b;
}

static bool tables_are_known(Renew *r) {
    r->tables = ANEWN(r->a, FuncTables, r->list.len + 1);
    for (i64 i = 0; i < r->list.len; i++) {
        if (r->list.ptr[i].func < 0) continue;
        const CodeInfo *code = r->list.ptr[i].sym->code;
        r->tables[i].blobs[0] = code->lines, r->tables[i].blobs[1] = code->maps, r->tables[i].blobs[2] = code->sps;
        r->tables[i].blobs[3] = code->unsafe, r->tables[i].blobs[4] = code->args; // field's order
        if (!same_inlined(r, &r->list.ptr[i], &r->tables[i])) return false;
    }
    return true;
}

// ---- the new image ------------------------------------------------------------------------------------------------------------

static void put_func(Renew *r, const Changed *c, u32 sps) { // sps: where its table is; 0: as it was
    FuncRec *f = func_at(r, c->func);
    if (!sps) sps = f->deferreturn_ret;
    const CodeInfo *code = c->sym->code;
    f->size = (u32)c->sym->size;
    f->frame_size = code->frame_size;
    f->arg_size = code->arg_size;
    f->line = code->line;
    f->deferreturn = code->deferreturn;
    f->body = code->body;
    f->flags = code->flags;
    f->entry_regs = code->entry_regs;
    f->deferreturn_ret = code->sps.len ? sps : code->deferreturn_ret;
    InlineRec *inl = (InlineRec *)(void *)(r->image + r->h->inltree.off) + f->inltree;
    for (i64 i = 0; i < code->ninls; i++) {
        inl[i].parent = code->inls[i].parent;
        inl[i].line = code->inls[i].call;
        inl[i].start_line = code->inls[i].start;
    }
}

static void put_places(FuncRec *f, const u32 *p) {
    f->lines = p[0];
    f->stackmap = p[1];
    if (f->flags & FUNC_SP_TABLE) f->deferreturn_ret = p[2];
    f->unsafe = p[3];
    f->args = p[4];
}

// places NULL: tables stay. Pages that nothing changes on are not touched: they would be copied.
static void put_tables(Renew *r, const u32 *places) {
    for (i64 i = 0; places && i < r->h->nfuncs; i++) {
        FuncRec f = *func_at(r, i);
        put_places(&f, &places[5 * i]);
        if (memcmp(&f, func_at(r, i), sizeof f) != 0) *func_at(r, i) = f;
    }
    for (i64 i = 0; i < r->list.len && r->list.ptr[i].func >= 0; i++)
        put_func(r, &r->list.ptr[i], places ? places[5 * r->list.ptr[i].func + 2] : 0);
    if (!places) return;
    u8 *to = r->image + r->h->pctab.off;
    memcpy(to, r->pctab.ptr, (size_t)r->pctab.len);
    memset(to + r->pctab.len, 0, (size_t)(r->h->pctab.len - r->pctab.len));
}

static bool put_relocs(Renew *r, const Changed *c, u8 *to) {
    const RenewSym *x = &r->syms[c->index];
    for (i64 i = 0; i < c->sym->relocs.len; i++) {
        const Reloc *y = &c->sym->relocs.ptr[i];
        i64 t = y->sym ? find_sym(r, y->sym) : NOWHERE;
        if (t < 0 && y->kind & REL_OPTIONAL) {
            memcpy(to + y->off - 1, "\x0f\x1f\x44\x00\x00", 5);
            continue;
        }
        u64 v = t < 0 ? 0 : r->syms[t].addr + (u64)y->addend;
        int kind = y->kind & ~(REL_WEAK | REL_OPTIONAL);
        if (!link_put(to + y->off, kind, x->addr + y->off, v, t < 0, r->h->text, r->h->types)) return false;
    }
    return true;
}

static bool put_symbol(Renew *r, const Changed *c) {
    const RenewSym *x = &r->syms[c->index];
    const Sym *s = c->sym;
    u8 *to = place_of(r, x, x->room);
    if (!to) return true;
    if (s->data) memcpy(to, s->data, (size_t)s->size);
    else memset(to, 0, (size_t)s->size);
    memset(to + s->size, s->kind == SYM_TEXT ? 0xcc : 0, (size_t)((i64)x->room - s->size));
    if (x->elf && r->h->symtab.off) {
        i64 at = (i64)r->h->symtab.off + 24 * (i64)x->elf + 16; // st_size
        u64 size = (u64)s->size;
        if (at + 8 > r->h->image) return false;
        memcpy(r->image + at, &size, 8);
    }
    return put_relocs(r, c, to);
}

static void make_state(Renew *r, u32 pctab_len) {
    RenewState s = {pctab_len, r->h->ndecls};
    buf_bytes(&r->j->new_state, &s, sizeof s);
    for (u32 i = 0; i < r->h->ndecls; i++) buf_u32(&r->j->new_state, (u32)r->now[i]);
}

static bool renew(Renew *r) {
    Blobs b = {0};
    if (!open_record(r)) return refuse(r, "is damaged", NULL);
    if (!collect(r) || !is_reached(r) || !find_lines(r)) return false;
    if (r->list.len) qsort(r->list.ptr, (size_t)r->list.len, sizeof r->list.ptr[0], by_func);
    u32 *places = NULL, pctab_len = r->state->pctab_len;
    bool ok = tables_are_known(r) && list_blobs(r, &b);
    if (ok && !same_blobs(r, &b)) {
        places = ANEWN(r->a, u32, 5 * (i64)r->h->nfuncs + 1);
        buf_reserve(&r->pctab, r->h->pctab.len);
        ok = lay_out_blobs(r, &b, places);
        pctab_len = (u32)r->pctab.len;
    }
    buf_free(&b.text);
    if (!ok) return false;
    // from here on the image changes
    move_lines(r);
    put_tables(r, places);
    for (i64 i = 0; ok && i < r->list.len; i++) ok = put_symbol(r, &r->list.ptr[i]);
    make_state(r, pctab_len);
    return ok || refuse(r, "is too far away", NULL);
}

bool link_renew(LinkRenewal *j) {
    Renew r = {.j = j, .a = arena_new("renewing an image"), .image = j->image->ptr};
    r.known = map_new_ptr(r.a);
    r.targets = map_new_ptr(r.a);
    bool ok = renew(&r);
    buf_free(&r.pctab);
    arena_free(r.a);
    return ok;
}
