// encode.c - what a back end notes of a function's code -> the bytes of abi/functab.h, and its lines back.
//
// The bytes say neither where in its file a function stands nor how files and functions are numbered: lines count from
// the start of the function the code comes from; what else depends on the program is in CodeInfo.file, line and inls.
#include "obj/obj.h"

typedef struct Origin { // where a function starts
    const FileRef *file;
    const SourceFile *src;
    const LineDirective *directive;
    i32 line;
    LocHint near; // the code that was looked up last
    i32 entry;    // in the tree; -1: the function itself
} Origin;
typedef struct Entry {
    InlEnt ent;
    bool directed;   // a place: its lines are as a //line directive has them
    const Pos *decl; // a place: of CodeNotes.starts
} Entry;
typedef struct Encoder {
    const CodeNotes *notes;
    SourceMap *sources;
    Arena *a;
    Origin self, *inlined; // of notes->inls
    VEC(Entry) tree;
    VEC(i32) places; // entries of the tree
    Buf b;
} Encoder;

static Origin find_origin(const Encoder *e, Pos pos, LocHint near) {
    Loc l = pos ? source_map_loc_near(e->sources, pos, true, &near) : (Loc){0};
    return (Origin){l.ref, l.file, l.directive, l.line, near, -1};
}

static bool is_place(const Entry *x, i32 parent, const Origin *at, const Pos *decl) {
    return x->decl == decl && x->ent.parent == parent && x->directed == (at->directive != NULL) &&
           file_ref_eq(x->ent.file, at->file);
}

// The declaration that pos is in, of those that the function's own code is of; NULL: none, or lines are as a directive says.
static const Pos *find_start(const Encoder *e, Pos pos, const Origin *at) {
    i64 lo = 0, hi = e->notes->nstarts; // the last one at pos or before
    while (lo < hi) {
        i64 mid = (lo + hi) / 2;
        if (e->notes->starts[mid] <= pos) lo = mid + 1;
        else hi = mid;
    }
    if (!lo || at->directive) return NULL;
    return &e->notes->starts[lo - 1];
}

// Whose code pos is: inl's (-1: of the function itself), or that of an entry for what lies elsewhere; *line counts from its start.
static i32 find_place(Encoder *e, i32 inl, Pos pos, i32 *line) {
    Origin *o = inl < 0 ? &e->self : &e->inlined[inl], at = find_origin(e, pos, o->near);
    o->near = at.near;
    if (at.src == o->src && at.directive == o->directive) {
        *line = at.line - o->line;
        return o->entry;
    }
    i64 i = 0;
    const Pos *decl = inl < 0 ? find_start(e, pos, &at) : NULL;
    Origin from = decl ? find_origin(e, *decl, at.near) : at;
    if (from.src != at.src || from.directive) from = at, decl = NULL;
    while (i < e->places.len && !is_place(&e->tree.ptr[e->places.ptr[i]], o->entry, &from, decl)) i++;
    if (i == e->places.len) {
        vec_push(e->a, &e->places, (i32)e->tree.len);
        InlEnt place = {.parent = o->entry, .file = from.file, .start = from.line};
        vec_push(e->a, &e->tree, ((Entry){place, from.directive != NULL, decl}));
    }
    *line = at.line - e->tree.ptr[e->places.ptr[i]].ent.start;
    return e->places.ptr[i];
}

// Parents come before what is in them.
static void make_tree(Encoder *e) {
    const CodeNotes *n = e->notes;
    if (!n->inls.len) return;
    e->inlined = ANEWN(e->a, Origin, n->inls.len);
    for (i64 i = 0; i < n->inls.len; i++) {
        const InlCall *c = &n->inls.ptr[i];
        CHECK(c->parent < i);
        i32 line = 0, parent = c->parent < 0 ? -1 : e->inlined[c->parent].entry;
        if (c->call_pos) parent = find_place(e, c->parent, c->call_pos, &line);
        Origin *o = &e->inlined[i];
        *o = find_origin(e, c->func_pos, (LocHint){0});
        o->entry = (i32)e->tree.len;
        InlEnt call = {.name = c->func_name, .file = o->file, .parent = parent, .start = o->line, .call = line};
        vec_push(e->a, &e->tree, ((Entry){.ent = call}));
    }
}

static Str take_bytes(Arena *a, Buf *b) {
    Str s = b->len ? arena_str(a, buf_view(b)) : (Str){0};
    b->len = 0;
    return s;
}

static void put_lines(Encoder *e) {
    u32 pc = 0;
    i32 place = -1, line = 0;
    for (i64 i = 0; i < e->notes->lines.len; i++) {
        const LineEnt *x = &e->notes->lines.ptr[i];
        if (!x->pos) continue;
        i32 to_line, to = find_place(e, x->inl, x->pos, &to_line);
        if (to == place && to_line == line) continue;
        buf_uleb(&e->b, (u64)(x->pc - pc) << 1 | (to != place));
        if (to != place) buf_sleb(&e->b, to - place);
        buf_sleb(&e->b, to_line - line);
        pc = x->pc;
        place = to;
        line = to_line;
    }
    if (e->b.len) buf_u8(&e->b, 0); // the end
}

// Where RSP is in a function of assembly; nothing if it never moves.
static void put_sps(Buf *b, const CodeNotes *n) {
    u32 pc = 0;
    for (i64 i = 0; n->sps.len > 1 && i < n->sps.len; i++) {
        buf_uleb(b, n->sps.ptr[i].pc - pc);
        buf_sleb(b, n->sps.ptr[i].bytes);
        pc = n->sps.ptr[i].pc;
    }
    if (b->len) buf_u8(b, 0);
}

static void put_unsafe(Buf *b, const CodeNotes *n) {
    u32 pc = 0;
    for (i64 i = 0; i < n->unsafe.len; i++) {
        const CodeRange *r = &n->unsafe.ptr[i];
        buf_uleb(b, r->from - pc);
        buf_uleb(b, r->to - r->from);
        pc = r->to;
    }
    if (b->len) buf_u8(b, 0), buf_u8(b, 0);
}

static void put_objects(Buf *b, const CodeNotes *n) {
    if (!n->objs.len) return;
    buf_uleb(b, (u64)n->objs.len);
    buf_uleb(b, (u64)n->objs_map);
    u32 word = 0;
    for (i64 i = 0; i < n->objs.len; i++) {
        const StackObj *o = &n->objs.ptr[i];
        buf_uleb(b, o->word - word);
        buf_uleb(b, o->nwords);
        word = o->word + o->nwords;
    }
}

static void put_maps(Buf *b, const CodeNotes *n) {
    if (!n->maps_size) return;
    buf_uleb(b, n->frame_words);
    buf_uleb(b, n->arg_words);
    buf_uleb(b, (u64)n->maps_size);
    buf_bytes(b, n->maps, n->maps_size);
    put_objects(b, n);
    buf_uleb(b, (u64)n->calls.len);
    u32 pc = 0;
    for (i64 i = 0; i < n->calls.len; i++) {
        buf_uleb(b, n->calls.ptr[i].ret_pc - pc);
        buf_uleb(b, (u64)n->calls.ptr[i].map);
        pc = n->calls.ptr[i].ret_pc;
    }
}

// known by words that came in registers -> by those of them that have a slot.
static u64 known_slots(const CodeNotes *n, u32 known) {
    u64 bits = 0;
    int word = 0, slot = 0;
    for (i64 i = 0; i < n->args.len; i++) {
        u8 kind = n->args.ptr[i].kind;
        if (kind == ARG_SLOT) bits |= (u64)(known >> word & 1) << slot++;
        word += kind == ARG_SLOT || kind == ARG_NOWHERE;
    }
    return bits;
}
static void put_args(Buf *b, const CodeNotes *n) {
    if (!n->args.len) return;
    bool slots = false, places = n->arg_places.len > 0;
    for (i64 i = 0; i < n->args.len; i++) {
        const ArgNote *x = &n->args.ptr[i];
        u8 kind = x->kind == ARG_SLOT && !places ? ARG_NOWHERE : x->kind;
        buf_u8(b, (u8)(kind | x->size | (x->reg_to ? ARG_REG : 0)));
        if (kind == ARG_SLOT || kind == ARG_STACK) buf_uleb(b, x->at);
        if (x->reg_to) buf_uleb(b, (u64)x->reg_to << 4 | (u64)x->reg);
        slots |= kind == ARG_SLOT;
    }
    buf_u8(b, ARG_END);
    if (!slots) return;
    u32 pc = 0;
    for (i64 i = 0; i < n->arg_places.len; i++) {
        const ArgPlaces *p = &n->arg_places.ptr[i];
        CHECK(!i || p->pc > pc);
        buf_uleb(b, p->pc - pc);
        buf_uleb(b, known_slots(n, p->known));
        pc = p->pc;
    }
    buf_u8(b, 0);
}

void obj_encode_maps(CodeInfo *c, const CodeNotes *n, Arena *out) {
    Buf b = {0};
    put_maps(&b, n);
    c->maps = take_bytes(out, &b);
    buf_free(&b);
}

void obj_encode(CodeInfo *c, const CodeNotes *n, SourceMap *sources, Arena *tmp, Arena *out) {
    Encoder e = {.notes = n, .sources = sources, .a = tmp};
    if (sources) {
        e.self = find_origin(&e, n->pos, (LocHint){0});
        c->file = e.self.file;
        c->line = e.self.line;
        make_tree(&e);
        put_lines(&e);
        c->lines = take_bytes(out, &e.b);
    }
    put_sps(&e.b, n);
    c->sps = take_bytes(out, &e.b);
    put_unsafe(&e.b, n);
    c->unsafe = take_bytes(out, &e.b);
    put_maps(&e.b, n);
    c->maps = take_bytes(out, &e.b);
    put_args(&e.b, n);
    c->args = take_bytes(out, &e.b);
    if (c->sps.len) c->flags |= FUNC_SP_TABLE;
    if (n->objs.len) c->flags |= FUNC_STACK_OBJECTS;
    if (e.tree.len) {
        c->inls = ANEWN(out, InlEnt, e.tree.len);
        while (c->ninls < e.tree.len) c->inls[c->ninls] = e.tree.ptr[c->ninls].ent, c->ninls++;
    }
    buf_free(&e.b);
}

// ---- reading ------------------------------------------------------------------------------------------------------------
static u64 read_uleb(const u8 **p) {
    u64 v = 0;
    for (int shift = 0;; shift += 7) {
        u8 b = *(*p)++;
        v |= (u64)(b & 127) << shift;
        if (b < 128) return v;
    }
}
static i64 read_sleb(const u8 **p) {
    u64 v = 0;
    int shift = 0;
    u8 b;
    do {
        b = *(*p)++;
        v |= (u64)(b & 127) << shift;
        shift += 7;
    } while (b >= 128);
    if (b & 64 && shift < 64) v |= ~(u64)0 << shift;
    return (i64)v;
}

bool obj_map_bit(const CodeNotes *n, i32 map, i64 word) {
    const u8 *p = n->maps + map;
    i64 first = (i64)read_uleb(&p), len = (i64)read_uleb(&p), at = word / 8 - first;
    return at >= 0 && at < len && (p[at] >> (word % 8) & 1);
}

static void show(LineWalk *w) {
    const InlEnt *t = w->place < 0 ? NULL : &w->code->inls[w->place];
    w->file = t ? t->file : w->code->file;
    w->line = (t ? t->start : w->code->line) + w->rel;
}

LineWalk obj_lines(const CodeInfo *c) {
    LineWalk w = {.code = c, .next = (const u8 *)c->lines.ptr, .place = -1};
    show(&w);
    return w;
}

bool obj_lines_next(LineWalk *w) {
    const u8 *p = w->next;
    if (!p) return false;
    u64 head = read_uleb(&p);
    if (!head && w->next != (const u8 *)w->code->lines.ptr) return false;
    w->pc += (u32)(head >> 1);
    if (head & 1) w->place += (i32)read_sleb(&p);
    w->rel += (i32)read_sleb(&p);
    w->next = p;
    show(w);
    return true;
}
