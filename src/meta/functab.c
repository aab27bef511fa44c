// functab.c - the program's function tables (format: abi/functab.h) from those of its functions (obj/encode.c).
//
// In:   text entries in order of address. Out: byte strings for the linker to place: records, names and files numbered,
//       equal tables merged. Everything inside a function is relative to its entry, so only FuncRec.entry depends on the layout.
#include "meta/meta.h"
#include "abi/functab.h"

typedef struct KnownRef {
    const FileRef *ref;
    u32 index;
} KnownRef;
// Byte strings one behind the other, each once. There is one for each function and more, so the table is made for many.
typedef struct Merged {
    Buf *out;
    struct Place {
        u32 hash, off, len; // len 0: free
    } * slots;
    u64 mask;
    i64 n;
} Merged;
typedef struct Tab {
    FuncTab *out;
    Arena *a;
    Merged names, tables;
    Map *files;           // content -> index+1
    Map *refs;            // hash of a FileRef -> KnownRef
    KnownRef recent[256]; // by address
    Map *inlined;         // where a name is -> offset+1
    u64 text_base;
    Str (*file_name)(void *, Arena *, const FileRef *);
    void *ctx;
} Tab;

static void make_slots(Merged *m, Arena *a, u64 size) {
    struct Place *old = m->slots;
    u64 n = old ? m->mask + 1 : 0;
    m->slots = (struct Place *)arena_alloc(a, (i64)(size * sizeof *m->slots), 64);
    m->mask = size - 1;
    for (u64 i = 0; i < n; i++) {
        if (!old[i].len) continue;
        u64 k = old[i].hash & m->mask;
        while (m->slots[k].len) k = (k + 1) & m->mask;
        m->slots[k] = old[i];
    }
}

static Merged merged_new(Arena *a, Buf *out, i64 expected) {
    Merged m = {.out = out};
    u64 size = 64;
    while (size / 4 * 3 < (u64)expected) size *= 2;
    make_slots(&m, a, size);
    return m;
}

// The offset of s, which is not empty, in m->out.
static u32 merged_offset(Merged *m, Arena *a, Str s) {
    if ((u64)m->n * 4 > m->mask * 3) make_slots(m, a, 2 * (m->mask + 1));
    u32 hash = (u32)hash_bytes(s.ptr, s.len, 0);
    u64 k = hash & m->mask;
    for (; m->slots[k].len; k = (k + 1) & m->mask) {
        const struct Place *p = &m->slots[k];
        if (p->hash == hash && p->len == s.len && !memcmp(m->out->ptr + p->off, s.ptr, (size_t)s.len)) return p->off;
    }
    m->slots[k] = (struct Place){hash, (u32)m->out->len, (u32)s.len};
    m->n++;
    buf_str(m->out, s);
    return m->slots[k].off;
}

static u32 name_offset(Tab *t, Str name) {
    Str abi0 = S(ABI0_SUFFIX);
    if (str_has_suffix(name, abi0)) name = str_slice(name, 0, name.len - abi0.len);
    if (!name.len) return 0;
    i64 end = t->out->names.len;
    u32 off = merged_offset(&t->names, t->a, name);
    if (t->out->names.len > end) buf_u8(&t->out->names, 0);
    return off;
}

// Adds a table to pctab, or finds an equal one.
static u32 blob_offset(Tab *t, Str bytes) { return bytes.len ? merged_offset(&t->tables, t->a, bytes) : 0; }

static u32 file_index(Tab *t, Str file) {
    void **slot = map_slot_str(t->files, file);
    if (!*slot) {
        vec_push(t->a, &t->out->files, arena_str(t->a, file));
        *slot = (void *)(uintptr_t)t->out->files.len;
    }
    return (u32)((uintptr_t)*slot - 1);
}

static KnownRef *find_ref(Tab *t, const FileRef *f) {
    KnownRef *k;
    u64 key = hash_bytes(f->name.ptr, f->name.len, hash_bytes(f->pkg.ptr, f->pkg.len, f->literal));
    while ((k = map_get_num(t->refs, key)) && !file_ref_eq(k->ref, f)) key++;
    if (k) return k;
    k = ANEW(t->a, KnownRef);
    *k = (KnownRef){f, file_index(t, t->file_name(t->ctx, t->a, f))};
    map_set_num(t->refs, key, k);
    return k;
}

static u32 ref_index(Tab *t, const FileRef *f) {
    if (!f) return 0;
    KnownRef *k = &t->recent[(uintptr_t)f / sizeof(FileRef) % NELEM(t->recent)];
    if (k->ref != f) *k = (KnownRef){f, find_ref(t, f)->index};
    return k->index;
}

// The names of inlined functions are few, and each is in one place.
static u32 inlined_name(Tab *t, Str name) {
    if (!name.ptr) return INLINE_PLACE;
    void **slot = map_slot_ptr(t->inlined, name.ptr);
    if (!*slot) *slot = (void *)(uintptr_t)(name_offset(t, name) + 1);
    return (u32)((uintptr_t)*slot - 1);
}

static u32 inline_tree(Tab *t, CodeInfo *c) {
    u32 first = (u32)(t->out->inltree.len / (i64)sizeof(InlineRec));
    for (i64 i = 0; i < c->ninls; i++) {
        InlEnt *e = &c->inls[i];
        InlineRec r = {e->parent, inlined_name(t, e->name), ref_index(t, e->file), e->call, e->start};
        buf_bytes(&t->out->inltree, &r, sizeof r);
    }
    return first;
}

static void put_func(Tab *t, TextEnt *e) {
    FuncRec r = {.entry = (u32)(e->addr - t->text_base),
                 .size = (u32)e->size,
                 .name = name_offset(t, e->name),
                 .frame_size = e->frame_size,
                 .flags = (u16)e->flags};
    CodeInfo *c = e->sym ? e->sym->code : NULL;
    if (c) {
        r.frame_size = c->frame_size;
        r.arg_size = c->arg_size;
        r.line = c->line;
        r.file = ref_index(t, c->file);
        r.lines = blob_offset(t, c->lines);
        r.stackmap = blob_offset(t, c->maps);
        r.inltree = inline_tree(t, c);
        r.deferreturn = c->deferreturn;
        r.deferreturn_ret = c->sps.len ? blob_offset(t, c->sps) : c->deferreturn_ret;
        r.unsafe = blob_offset(t, c->unsafe);
        r.args = blob_offset(t, c->args);
        r.body = c->body;
        r.flags = c->flags;
        r.entry_regs = c->entry_regs;
    }
    if (!c && e->file.len) {
        r.file = file_index(t, e->file);
        r.line = e->line;
    }
    buf_bytes(&t->out->recs, &r, sizeof r);
    t->out->nfuncs++;
}

static void put_ends(FuncTab *t) {
    buf_u32(&t->ends, (u32)t->names.len);
    buf_u32(&t->ends, (u32)t->pctab.len);
    buf_u32(&t->ends, (u32)t->inltree.len);
    buf_u32(&t->ends, (u32)t->files.len);
}

// The tables of functions that were compiled one after the other are far apart when functions are sorted by name.
static void look_ahead(const CodeInfo *c) {
    __builtin_prefetch(c->lines.ptr);
    __builtin_prefetch(c->maps.ptr);
    __builtin_prefetch(c->inls);
}

void meta_functab(FuncTab *out, Arena *a, TextEnt *ents, i64 n, u64 text_base,
                  Str (*file_name)(void *, Arena *, const FileRef *), void *ctx) {
    *out = (FuncTab){.want_ends = out->want_ends};
    Tab t = {.out = out, .a = a, .text_base = text_base, .file_name = file_name, .ctx = ctx};
    t.names = merged_new(a, &out->names, n);
    t.tables = merged_new(a, &out->pctab, 2 * n);
    t.files = map_new_str(a);
    t.refs = map_new_num(a);
    t.inlined = map_new_ptr(a);
    buf_u8(&out->pctab, 0);               // offset 0: no table
    buf_u8(&out->names, 0);               // offset 0: ""
    file_index(&t, S("<autogenerated>")); // of functions that no file has
    for (i64 i = 0; i < n; i++) {
        if (i + 8 < n && ents[i + 8].sym) __builtin_prefetch(ents[i + 8].sym->code);
        if (i + 4 < n && ents[i + 4].sym) look_ahead(ents[i + 4].sym->code);
        put_func(&t, &ents[i]);
        if (out->want_ends) put_ends(out);
    }
}
