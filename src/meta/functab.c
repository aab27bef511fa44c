// functab.c - the function tables: FuncRecs, names, line tables, inline trees, stack maps (format: abi/functab.h).
//
// In:   text entries in order of address. Out: byte strings for the linker to place. Everything inside a function is
//       relative to its entry, so only FuncRec.entry depends on the layout.
#include "meta/meta.h"
#include "abi/functab.h"

typedef struct Tab {
    FuncTab *out;
    Arena *a;
    SourceMap *sources;
    Map *names, *blobs, *files; // content -> offset+1 / index+1
    u64 text_base;
    Str (*file_name)(void *, Arena *, Loc);
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

// Adds a table to pctab, or finds an equal one; b is emptied.
static u32 blob_offset(Tab *t, Buf *b) {
    if (b->len == 0) return 0;
    Str key = arena_str(t->a, buf_view(b));
    void **slot = map_slot_str(t->blobs, key);
    if (!*slot) {
        *slot = (void *)(uintptr_t)t->out->pctab.len;
        buf_str(&t->out->pctab, key);
    }
    b->len = 0;
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

typedef struct FileLine {
    u32 file;
    i32 line;
} FileLine;

static FileLine file_line(Tab *t, Pos pos) {
    if (!pos) return (FileLine){0, 0};
    Loc l = source_map_loc(t->sources, pos, true);
    return (FileLine){file_index(t, t->file_name(t->ctx, t->a, l)), l.line};
}

static u32 line_table(Tab *t, CodeInfo *c, FileLine start) {
    Buf b = {0};
    u32 pc = 0;
    i32 inl = -1;
    FileLine cur = start;
    for (i64 i = 0; i < c->lines.len; i++) {
        LineEnt *e = &c->lines.ptr[i];
        if (!e->pos) continue;
        FileLine fl = file_line(t, e->pos);
        if (fl.file == cur.file && fl.line == cur.line && e->inl == inl) continue;
        bool has_inl = e->inl != inl, has_file = fl.file != cur.file;
        buf_uleb(&b, (u64)(e->pc - pc) << 2 | (u64)has_inl << 1 | has_file);
        if (has_inl) buf_sleb(&b, e->inl - inl);
        if (has_file) buf_sleb(&b, (i64)fl.file - cur.file);
        buf_sleb(&b, fl.line - cur.line);
        pc = e->pc;
        inl = e->inl;
        cur = fl;
    }
    if (b.len) buf_u8(&b, 0); // the end
    u32 off = blob_offset(t, &b);
    buf_free(&b);
    return off;
}

static void stack_objects(Buf *b, CodeInfo *c) {
    if (!c->objs.len) return;
    buf_uleb(b, (u64)c->objs.len);
    buf_uleb(b, (u64)c->objs_map);
    u32 word = 0;
    for (i64 i = 0; i < c->objs.len; i++) {
        StackObj *o = &c->objs.ptr[i];
        buf_uleb(b, o->word - word);
        buf_uleb(b, o->nwords);
        word = o->word + o->nwords;
    }
}

static u32 stack_maps(Tab *t, CodeInfo *c) {
    if (!c->maps_size) return 0;
    Buf b = {0};
    buf_uleb(&b, c->frame_words);
    buf_uleb(&b, c->arg_words);
    buf_uleb(&b, (u64)c->maps_size);
    buf_bytes(&b, c->maps, c->maps_size);
    stack_objects(&b, c);
    buf_uleb(&b, (u64)c->calls.len);
    u32 pc = 0;
    for (i64 i = 0; i < c->calls.len; i++) {
        buf_uleb(&b, c->calls.ptr[i].ret_pc - pc);
        buf_uleb(&b, (u64)c->calls.ptr[i].map);
        pc = c->calls.ptr[i].ret_pc;
    }
    u32 off = blob_offset(t, &b);
    buf_free(&b);
    return off;
}

// Where RSP is in a function of assembly; 0: it never moves.
static u32 sp_table(Tab *t, CodeInfo *c) {
    if (c->sps.len < 2) return 0;
    Buf b = {0};
    u32 pc = 0;
    for (i64 i = 0; i < c->sps.len; i++) {
        buf_uleb(&b, c->sps.ptr[i].pc - pc);
        buf_sleb(&b, c->sps.ptr[i].bytes);
        pc = c->sps.ptr[i].pc;
    }
    buf_u8(&b, 0);
    u32 off = blob_offset(t, &b);
    buf_free(&b);
    return off;
}

static u32 inline_tree(Tab *t, CodeInfo *c) {
    u32 first = (u32)(t->out->inltree.len / (i64)sizeof(InlineRec));
    for (i64 i = 0; i < c->inls.len; i++) {
        InlEnt *e = &c->inls.ptr[i];
        FileLine call = file_line(t, e->call_pos), start = file_line(t, e->func_pos);
        InlineRec r = {e->parent, name_offset(t, e->func_name), call.file, call.line, start.line};
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
        FileLine start = file_line(t, c->pos);
        r.frame_size = c->frame_size;
        r.arg_size = c->arg_size;
        r.line = start.line;
        r.file = start.file;
        r.lines = line_table(t, c, start);
        r.stackmap = stack_maps(t, c);
        r.inltree = inline_tree(t, c);
        r.deferreturn = c->deferreturn;
        r.deferreturn_ret = c->deferreturn_ret;
        r.body = c->body;
        r.flags = c->flags;
        r.entry_regs = c->entry_regs;
        if (c->sps.len > 1) {
            r.inltree = sp_table(t, c);
            r.flags |= FUNC_SP_TABLE;
        }
    }
    if (!c && e->file.len) {
        r.file = file_index(t, e->file);
        r.line = e->line;
    }
    buf_bytes(&t->out->recs, &r, sizeof r);
    t->out->nfuncs++;
}

void meta_functab(FuncTab *out, Arena *a, SourceMap *sources, TextEnt *ents, i64 n, u64 text_base,
                  Str (*file_name)(void *, Arena *, Loc), void *ctx) {
    *out = (FuncTab){0};
    Tab t = {out, a, sources, map_new_str(a), map_new_str(a), map_new_str(a), text_base, file_name, ctx};
    buf_u8(&out->pctab, 0); // offset 0: no table
    name_offset(&t, (Str){"", 0});
    file_index(&t, S("?"));
    for (i64 i = 0; i < n; i++) put_func(&t, &ents[i]);
}
