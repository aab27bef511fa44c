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
typedef struct Tab {
    FuncTab *out;
    Arena *a;
    Map *names, *blobs, *files; // content -> offset+1 / index+1
    Map *refs;                  // hash of a FileRef -> KnownRef
    Map *inlined;               // where a name is -> offset+1
    u64 text_base;
    Str (*file_name)(void *, Arena *, const FileRef *);
    void *ctx;
} Tab;

static u32 name_offset(Tab *t, Str name) {
    Str abi0 = S(ABI0_SUFFIX);
    if (str_has_suffix(name, abi0)) name = str_slice(name, 0, name.len - abi0.len);
    void **slot = map_slot_str(t->names, name);
    if (!*slot) {
        *slot = (void *)(uintptr_t)(t->out->names.len + 1);
        buf_str(&t->out->names, name);
        buf_u8(&t->out->names, 0);
    }
    return (u32)((uintptr_t)*slot - 1);
}

// Adds a table to pctab, or finds an equal one.
static u32 blob_offset(Tab *t, Str bytes) {
    if (!bytes.len) return 0;
    void **slot = map_slot_str(t->blobs, bytes);
    if (!*slot) {
        *slot = (void *)(uintptr_t)t->out->pctab.len;
        buf_str(&t->out->pctab, bytes);
    }
    return (u32)(uintptr_t)*slot;
}

static u32 file_index(Tab *t, Str file) {
    void **slot = map_slot_str(t->files, file);
    if (!*slot) {
        vec_push(t->a, &t->out->files, arena_str(t->a, file));
        *slot = (void *)(uintptr_t)t->out->files.len;
    }
    return (u32)((uintptr_t)*slot - 1);
}

static u32 ref_index(Tab *t, const FileRef *f) {
    if (!f) return 0;
    KnownRef *k;
    u64 key = hash_bytes(f->name.ptr, f->name.len, hash_bytes(f->pkg.ptr, f->pkg.len, f->literal));
    while ((k = map_get_num(t->refs, key)) && !file_ref_eq(k->ref, f)) key++;
    if (k) return k->index;
    k = ANEW(t->a, KnownRef);
    *k = (KnownRef){f, file_index(t, t->file_name(t->ctx, t->a, f))};
    map_set_num(t->refs, key, k);
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

void meta_functab(FuncTab *out, Arena *a, TextEnt *ents, i64 n, u64 text_base,
                  Str (*file_name)(void *, Arena *, const FileRef *), void *ctx) {
    *out = (FuncTab){0};
    Tab t = {out,       a,  map_new_str(a), map_new_str(a), map_new_str(a), map_new_num(a), map_new_ptr(a), text_base,
             file_name, ctx};
    buf_u8(&out->pctab, 0); // offset 0: no table
    name_offset(&t, (Str){"", 0});
    file_index(&t, S("?"));
    for (i64 i = 0; i < n; i++) put_func(&t, &ents[i]);
}
