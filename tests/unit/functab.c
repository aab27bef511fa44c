// functab.c - tables of random functions: what obj/ encodes and meta/ puts together is what the runtime (rt/diag/functab.c) reads.
//
// Functions lie in files with //line directives, with inlined calls across files. For every pc the frames that the runtime finds are those that
// the notes and the source map say. A function that moves by some lines has the same bytes, and only other starts.
#include "base/base.h"
#include "meta/meta.h"
#include "obj/obj.h"
#include "../../rt/rt.h"
#include <stdio.h>
#include <stdlib.h>

Module module_;
#include "../../rt/diag/functab.c"
#include "../../rt/diag/args.c"

// rt/diag/print.c is not here: as it writes.
void sink_str(Sink *s, const char *t) {
    while (*t) s->buf[s->n++] = (u8)*t++;
}
void sink_hex(Sink *s, u64 v) { s->n += sprintf((char *)s->buf + s->n, "0x%llx", (unsigned long long)v); }

enum { NFILES = 3, NLINES = 40, NFUNCS = 4, TEXT = 0x400000 };
#define T(c) ((c) ? (void)0 : (printf("seed %llu: %s\n", (unsigned long long)seed, #c), exit(1)))

static u64 seed, state;
static u32 rnd(u32 n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (u32)(state >> 33) % n;
}

typedef struct World {
    Arena *a;
    SourceMap *sources;
    SourceFile *file[NFILES];
    u32 pad; // empty lines in front of the first file
    CodeNotes notes[NFUNCS];
    Sym sym[NFUNCS];
} World;

static void add_directives(World *w, SourceFile *f, u32 pad) {
    static const char *const names[] = {"g.y", "h.y", "", "a0.go"};
    i64 n = rnd(2) ? rnd(4) : 0;
    f->directives = (struct LineDirective *)ANEWN(w->a, LineDirective, n + 1);
    for (u32 line = 0; f->ndirectives < n;) {
        line += 1 + rnd(NLINES / 4);
        LineDirective d = {pad + 10 * line, {.name = str_c(names[rnd(4)]), .literal = true}, (i32)rnd(900) + 1, 0};
        f->directives[f->ndirectives++] = d;
    }
}

static void add_file(World *w, int i) {
    u32 pad = i == 0 ? w->pad : 0;
    Buf b = {0};
    for (u32 k = 0; k < pad; k++) buf_char(&b, '\n');
    for (int k = 0; k < NLINES; k++) buf_c(&b, "123456789\n");
    Str name = arena_printf(w->a, "a%d.go", i);
    w->file[i] = source_map_add(w->sources, name, name, arena_str(w->a, buf_view(&b)));
    w->file[i]->ref = (FileRef){.pkg = S("p"), .name = name};
    add_directives(w, w->file[i], pad);
    buf_free(&b);
}

// Mostly behind `near` in its file.
static Pos any_pos(const World *w, Pos near) {
    u32 i = rnd(NFILES), at = rnd(10 * NLINES);
    for (u32 k = 0; near && rnd(8) && k < NFILES; k++)
        if (near - w->file[k]->base <= w->file[k]->size) i = k;
    return w->file[i]->base + (i == 0 ? w->pad : 0) + at;
}

static void make_notes(World *w, int fn) {
    CodeNotes *n = &w->notes[fn];
    n->pos = rnd(20) ? any_pos(w, 0) : 0;
    i32 inlined = rnd(2) ? (i32)rnd(6) : 0;
    for (i32 i = 0; i < inlined; i++) {
        InlCall c = {i ? (i32)rnd((u32)i + 1) - 1 : -1, arena_printf(w->a, "in%d", i), 0, any_pos(w, 0)};
        c.call_pos = any_pos(w, c.parent < 0 ? n->pos : n->inls.ptr[c.parent].func_pos);
        vec_push(w->a, &n->inls, c);
    }
    u32 pc = rnd(3);
    for (i32 k = (i32)rnd(30); k > 0; k--, pc += 1 + rnd(100)) {
        i32 inl = (i32)rnd((u32)inlined + 1) - 1;
        Pos pos = rnd(20) ? any_pos(w, inl < 0 ? n->pos : n->inls.ptr[inl].func_pos) : 0;
        vec_push(w->a, &n->lines, ((LineEnt){pc, inl, pos}));
    }
    w->sym[fn].size = pc + 1;
}

static void put_map(Buf *b) {
    u32 len = rnd(4);
    buf_uleb(b, len ? rnd(3) : 0);
    buf_uleb(b, len);
    for (u32 k = 0; k < len; k++) buf_u8(b, (u8)rnd(256));
}

static void make_maps(World *w, int fn) {
    CodeNotes *n = &w->notes[fn];
    Buf b = {0};
    i32 at[8];
    if (!rnd(3)) return;
    n->frame_words = rnd(300), n->arg_words = rnd(10);
    for (int k = 0; k < 8; k++) {
        at[k] = (i32)b.len;
        put_map(&b);
    }
    n->maps = (u8 *)arena_str(w->a, buf_view(&b)).ptr;
    n->maps_size = b.len;
    buf_free(&b);
    for (u32 pc = 1 + rnd(9); pc < w->sym[fn].size && rnd(9); pc += 1 + rnd(200))
        vec_push(w->a, &n->calls, ((CallSite){pc, at[rnd(8)]}));
    n->objs_map = at[rnd(8)];
    for (u32 k = rnd(4), word = rnd(200); k > 0; k--, word += 10 + rnd(20))
        vec_push(w->a, &n->objs, ((StackObj){word, 1 + rnd(9)}));
}

static void make_sps(World *w, int fn) {
    u32 pc = 0;
    for (i32 k = rnd(3) ? 0 : (i32)rnd(9); k > 0; k--, pc += 1 + rnd(70))
        vec_push(w->a, &w->notes[fn].sps, ((SpEnt){pc, pc ? 8 * (i32)rnd(50) : 0}));
}

static void make_unsafe(World *w, int fn) {
    u32 pc = rnd(5);
    for (u32 k = rnd(2) ? 0 : rnd(9); k > 0; k--) {
        u32 n = 1 + rnd(200);
        vec_push(w->a, &w->notes[fn].unsafe, ((CodeRange){pc, pc + n}));
        pc += n + 1 + rnd(300);
    }
}

static void make_args(World *w, int fn) {
    static const u8 kinds[] = {ARG_OPEN, ARG_CLOSE, ARG_MORE, ARG_NOWHERE, ARG_SLOT, ARG_SLOT, ARG_STACK};
    CodeNotes *n = &w->notes[fn];
    for (i32 k = rnd(4) ? (i32)rnd(12) : 0, words = 0; k > 0 && words < 10; k--) {
        ArgNote x = {.kind = kinds[rnd(NELEM(kinds))]};
        if (x.kind >= ARG_NOWHERE) {
            x.size = (u8)rnd(4), x.at = x.kind == ARG_NOWHERE ? 0 : 8 * rnd(30);
            if (x.kind != ARG_STACK) words++;
            if (x.kind != ARG_STACK && rnd(2)) x.reg = (i8)rnd(9), x.reg_to = 1 + rnd(w->sym[fn].size);
        }
        vec_push(w->a, &n->args, x);
    }
    for (u32 pc = rnd(9); pc < w->sym[fn].size && rnd(6); pc += 1 + rnd(200))
        vec_push(w->a, &n->arg_places, ((ArgPlaces){pc, (u16)rnd(1024)}));
}

static World *make_world(u32 pad) {
    Arena *a = arena_new("test");
    World *w = ANEW(a, World);
    state = seed;
    w->a = a, w->pad = pad;
    w->sources = source_map_new();
    for (int i = 0; i < NFILES; i++) add_file(w, i);
    for (int i = 0; i < NFUNCS; i++) {
        make_notes(w, i);
        make_maps(w, i);
        make_sps(w, i);
        make_unsafe(w, i);
        make_args(w, i);
        w->sym[i].name = arena_printf(a, "f%d", i);
        w->sym[i].code = ANEW(a, CodeInfo);
        obj_encode(w->sym[i].code, &w->notes[i], w->sources, a, a);
    }
    return w;
}

static Str file_name(void *ctx, Arena *a, const FileRef *f) {
    return f->literal ? arena_printf(a, "//line %.*s", SFMT(f->name))
                      : arena_printf(a, "%.*s/%.*s", SFMT(f->pkg), SFMT(f->name));
}

static FuncTab link_world(World *w) {
    TextEnt ents[NFUNCS];
    FuncTab t = {0};
    u64 at = 0;
    for (int i = 0; i < NFUNCS; at += (u64)w->sym[i++].size)
        ents[i] = (TextEnt){.sym = &w->sym[i], .name = w->sym[i].name, .addr = at, .size = w->sym[i].size};
    meta_functab(&t, w->a, ents, NFUNCS, 0, file_name, NULL);
    const char **files = ANEWN(w->a, const char *, t.files.len);
    for (i64 i = 0; i < t.files.len; i++) files[i] = t.files.ptr[i].ptr;
    memset(recent, 0, sizeof recent); // answers about another program
    module_ = (Module){.text = (u8 *)TEXT, .etext = (u8 *)TEXT + at, .funcs = (FuncRec *)t.recs.ptr, .nfuncs = NFUNCS};
    module_.funcnames = (char *)t.names.ptr;
    module_.pctab = t.pctab.ptr;
    module_.inltree = (InlineRec *)t.inltree.ptr;
    module_.files = files, module_.nfiles = (u64)t.files.len;
    memset(map_cache, 0, sizeof map_cache);
    return t;
}

// ---- what must be read ---------------------------------------------------------------------------------------------------
static void check_frame(World *w, const LogicalFrame *f, Str name, Pos pos, Pos start) {
    Loc l = source_map_loc(w->sources, pos, true), s = source_map_loc(w->sources, start, true);
    T(str_eq(str_c(f->name), name));
    T(f->line == l.line && f->start_line == s.line);
    T(str_eq(str_c(f->file), l.ref ? file_name(NULL, w->a, l.ref) : S("<autogenerated>")));
}

static void check_lines(World *w, int fn, u32 pc) {
    const CodeNotes *n = &w->notes[fn];
    LogicalFrame got[16];
    i32 inl = -1;
    Pos pos = n->pos;
    for (i64 i = 0; i < n->lines.len && n->lines.ptr[i].pc <= pc; i++)
        if (n->lines.ptr[i].pos) pos = n->lines.ptr[i].pos, inl = n->lines.ptr[i].inl;
    usize at = func_entry(&module_.funcs[fn]) + pc;
    T(find_func(at) == &module_.funcs[fn]);
    i32 k = 0, len = func_lines(&module_.funcs[fn], at, false, got, 16);
    for (; inl >= 0; k++) {
        const InlCall *c = &n->inls.ptr[inl];
        T(k < len);
        check_frame(w, &got[k], c->func_name, pos, c->func_pos);
        pos = c->call_pos, inl = c->parent;
    }
    T(k == len - 1);
    check_frame(w, &got[k], w->sym[fn].name, pos, n->pos);
}

static void check_sp(World *w, int fn, u32 pc) {
    const CodeNotes *n = &w->notes[fn];
    bool has = module_.funcs[fn].flags & FUNC_SP_TABLE;
    usize sp = 0;
    T(has == (n->sps.len > 1));
    for (i64 i = 0; i < n->sps.len && n->sps.ptr[i].pc <= pc; i++) sp = (usize)n->sps.ptr[i].bytes;
    if (has) T(func_sp(&module_.funcs[fn], func_entry(&module_.funcs[fn]) + pc) == sp);
}

// What a frame of any kind at pc must say of its arguments, by the notes.
static void check_args(World *w, int fn, u32 pc) {
    static u64 stack[80], regs[9];
    for (i32 i = 0; i < NELEM(stack); i++) stack[i] = ~(u64)i * 0x1234567;
    for (i32 i = 0; i < NELEM(regs); i++) regs[i] = (u64)i << 60 | (u64)i;
    const CodeNotes *n = &w->notes[fn];
    FuncRec *f = &module_.funcs[fn];
    u8 kind = (u8)rnd(4), text[999];
    Frame fr = {.fn = f, .pc = func_entry(f) + pc, .sp = (usize)stack, .fp = (usize)&stack[40], .kind = kind};
    if (kind == FRAME_FAULT || rnd(2)) fr.regs = (usize *)regs;
    u32 at = kind == FRAME_CALL ? pc - 1 : pc, known = 0;
    if (kind == FRAME_CALL && pc == 0) return;
    for (i64 i = 0; i < n->arg_places.len && n->arg_places.ptr[i].pc <= at; i++) known = n->arg_places.ptr[i].known;
    if (kind == FRAME_ENTRY) known = 0;
    Buf want = {0};
    buf_c(&want, "(");
    bool first = true;
    int word = 0;
    for (i64 i = 0; i < n->args.len; i++) {
        const ArgNote *x = &n->args.ptr[i];
        if (!first && x->kind != ARG_CLOSE) buf_c(&want, ", ");
        first = x->kind == ARG_OPEN;
        if (x->kind < ARG_NOWHERE) {
            buf_c(&want, x->kind == ARG_OPEN ? "{" : x->kind == ARG_CLOSE ? "}" : "...");
            continue;
        }
        u64 all = ~(u64)0 >> (64 - (8 << x->size));
        bool in_slot = x->kind == ARG_SLOT && known >> word & 1;
        bool in_reg = x->reg_to && fr.regs && (kind == FRAME_ENTRY || (kind == FRAME_FAULT && pc < x->reg_to));
        if (x->kind == ARG_STACK) buf_printf(&want, "0x%llx", (unsigned long long)(stack[40 + x->at / 8] & all));
        else if (in_reg) buf_printf(&want, "0x%llx", (unsigned long long)(regs[x->reg] & all));
        else if (in_slot)
            buf_printf(&want, "0x%llx%s", (unsigned long long)(stack[x->at / 8] & all), kind == FRAME_ASYNC ? "?" : "");
        else buf_c(&want, "_");
        word += x->kind != ARG_STACK;
    }
    buf_c(&want, ")");
    Sink s = {.buf = text, .cap = sizeof text};
    put_args(&s, &fr);
    T(s.n == want.len && !memcmp(text, want.ptr, (size_t)s.n));
    buf_free(&want);
}
static void check_unsafe(World *w, int fn, u32 pc) {
    const CodeNotes *n = &w->notes[fn];
    bool unsafe = false;
    for (i64 i = 0; i < n->unsafe.len; i++) unsafe |= pc >= n->unsafe.ptr[i].from && pc < n->unsafe.ptr[i].to;
    T(func_is_unsafe(&module_.funcs[fn], func_entry(&module_.funcs[fn]) + pc) == unsafe);
}

static void check_map(const CodeNotes *n, const StackMap *m, i32 map) {
    for (u32 i = 0; i < 400; i++) {
        u32 k = i - m->first;
        T((i >= m->first && k < m->n && (m->bits[k / 8] >> k % 8 & 1)) == obj_map_bit(n, map, i));
    }
}

static void check_maps(World *w, int fn) {
    const CodeNotes *n = &w->notes[fn];
    FuncRec *f = &module_.funcs[fn];
    Frame fr = {.fn = f, .kind = FRAME_ENTRY};
    StackMap m;
    T(frame_stackmap(&fr, &m) == (n->maps_size > 0));
    if (!n->maps_size) return;
    check_map(n, &m, 0);
    T(m.frame_words == n->frame_words && m.arg_words == n->arg_words);
    fr.kind = FRAME_CALL;
    for (i64 i = 0; i < n->calls.len; i++) {
        fr.pc = func_entry(f) + n->calls.ptr[i].ret_pc;
        T(frame_stackmap(&fr, &m));
        check_map(n, &m, n->calls.ptr[i].map);
        fr.pc++;
        T(frame_stackmap(&fr, &m) == (i + 1 < n->calls.len && n->calls.ptr[i + 1].ret_pc == fr.pc - func_entry(f)));
    }
    ObjTable t;
    T(func_objects(f, &t) == (n->objs.len > 0));
    if (!n->objs.len) return;
    check_map(n, &t.map, n->objs_map);
    for (i64 i = 0; i < n->objs.len; i++)
        T(next_object(&t) && t.word == n->objs.ptr[i].word && t.nwords == n->objs.ptr[i].nwords);
    T(!next_object(&t));
}

// Where pos is in no directive of the first file, lines have moved.
static void check_moved(const World *w, const World *to) {
    for (int fn = 0; fn < NFUNCS; fn++) {
        const CodeInfo *a = w->sym[fn].code, *b = to->sym[fn].code;
        T(str_eq(a->lines, b->lines) && str_eq(a->maps, b->maps) && str_eq(a->sps, b->sps) &&
          str_eq(a->unsafe, b->unsafe) && str_eq(a->args, b->args) && a->ninls == b->ninls);
        T(file_ref_eq(a->file, b->file) && (b->line == a->line || b->line == a->line + (i32)to->pad));
        if (a->file && !a->file->literal && !str_eq(a->file->name, S("a0.go"))) T(a->line == b->line);
        for (i64 i = 0; i < a->ninls; i++) {
            InlEnt *x = &a->inls[i], *y = &b->inls[i];
            T(x->parent < i && x->parent == y->parent && x->call == y->call && str_eq(x->name, y->name) &&
              file_ref_eq(x->file, y->file));
            T(y->start == x->start || y->start == x->start + (i32)to->pad);
        }
    }
}

// The toolchain's own reader.
static void check_walk(const World *w, int fn) {
    const CodeNotes *n = &w->notes[fn];
    LineWalk now = obj_lines(w->sym[fn].code), next = now;
    bool more = obj_lines_next(&next);
    Pos pos = n->pos;
    for (i64 i = 0; i < n->lines.len; i++) {
        if (n->lines.ptr[i].pos) pos = n->lines.ptr[i].pos;
        for (; more && next.pc <= n->lines.ptr[i].pc; more = obj_lines_next(&next)) now = next;
        Loc l = source_map_loc(w->sources, pos, true);
        T(now.line == l.line && file_ref_eq(now.file, l.ref));
    }
    T(!more);
}

int main(void) {
    for (seed = 1; seed <= 1500; seed++) {
        World *w = make_world(0), *moved = make_world(1 + rnd(50));
        FuncTab t = link_world(w);
        for (int fn = 0; fn < NFUNCS; fn++) {
            for (u32 pc = 0; pc < w->sym[fn].size; pc += rnd(4))
                check_lines(w, fn, pc), check_sp(w, fn, pc), check_unsafe(w, fn, pc), check_args(w, fn, pc);
            check_maps(w, fn);
            check_walk(w, fn);
        }
        check_moved(w, moved);
        buf_free(&t.recs), buf_free(&t.names), buf_free(&t.pctab), buf_free(&t.inltree);
        source_map_free(w->sources), source_map_free(moved->sources);
        arena_free(moved->a), arena_free(w->a);
    }
    printf("functab: ok\n");
    return 0;
}
