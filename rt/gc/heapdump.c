// heapdump.c - runtime/debug.WriteHeapDump: a picture of the heap in gc's format "go1.7 heap dump", for programs that read such files.
//
// SYSTEM, on the caller's system stack; stops the world, takes no locks then, allocates nothing. The file is a line and records: a tag, then its fields,
// all of them unsigned varints or strings (length, bytes). Objects, frames and segments end with a list of where their pointers are: 1, offset, ..., 0.
// A frame that was preempted at any instruction, or has no map, is said to have pointers everywhere.
// Not written: the records of the memory profile, which a reader may do without.
#include "gc/gc.h"
#include "lang/lang.h"
#include "sched/sched.h"

enum {
    TAG_EOF,
    TAG_OBJECT,
    TAG_OTHER_ROOT,
    TAG_TYPE,
    TAG_GOROUTINE,
    TAG_FRAME,
    TAG_PARAMS,
    TAG_FINALIZER,
    TAG_ITAB,
    TAG_THREAD,
    TAG_MEMSTATS,
    TAG_QUEUED_FINALIZER,
    TAG_DATA,
    TAG_BSS,
    TAG_DEFER,
    TAG_PANIC
};
enum { FIELDS_END, FIELD_POINTER };
enum { MEMSTATS_WORDS = 24 + 256, MEMSTATS_NGC = 24 + 512 }; // words of runtime.MemStats: up to PauseNs; NumGC
typedef struct Dump {
    i32 fd;
    i64 n;
    u8 buf[4096];
} Dump;

// ---- numbers and bytes

static SYSTEM void flush(Dump *d) {
    for (i64 done = 0; done < d->n;) {
        i64 r = os_write(d->fd, d->buf + done, d->n - done);
        if (r <= 0) break; // as gc: nobody is told
        done += r;
    }
    d->n = 0;
}
static SYSTEM void put_bytes(Dump *d, const void *p, usize n) {
    for (const u8 *b = p; n;) {
        usize room = sizeof d->buf - (usize)d->n, k = n < room ? n : room;
        memcpy(d->buf + d->n, b, k);
        d->n += (i64)k, b += k, n -= k;
        if (d->n == sizeof d->buf) flush(d);
    }
}
static SYSTEM void put(Dump *d, u64 v) {
    u8 b[10];
    usize n = 0;
    for (; v >= 0x80; v >>= 7) b[n++] = (u8)(v | 0x80);
    b[n++] = (u8)v;
    put_bytes(d, b, n);
}
static SYSTEM void put_memory(Dump *d, usize lo, usize n) {
    put(d, n);
    put_bytes(d, (const void *)lo, n);
}
static SYSTEM void put_text(Dump *d, const char *s) {
    usize n = 0;
    while (s[n]) n++;
    put_memory(d, (usize)s, n);
}
static SYSTEM void put_pointer(Dump *d, usize offset) {
    put(d, FIELD_POINTER);
    put(d, offset);
}
static SYSTEM void put_pointers(Dump *d, usize lo, usize hi) {
    for (; lo < hi; lo += 8) put_pointer(d, lo);
}

// ---- types

static SYSTEM usize last_dot(GoString s) { // of those outside of brackets: where the name begins
    i64 depth = 0;
    for (i64 i = s.len; i-- > 0;) {
        if (s.ptr[i] == ']') depth++;
        else if (s.ptr[i] == '[') depth--;
        else if (s.ptr[i] == '.' && !depth) return (usize)i + 1;
    }
    return 0;
}
static SYSTEM void dump_itab(void *ctx, GoItab *m) {
    Dump *d = ctx;
    GoType *t = m->type;
    GoString s = type_text(t), pkg = type_package(t);
    put(d, TAG_TYPE);
    put(d, (usize)t);
    put(d, t->size);
    if (pkg.len) {
        usize at = last_dot(s);
        put(d, (usize)pkg.len + 1 + (usize)s.len - at);
        put_bytes(d, pkg.ptr, (usize)pkg.len);
        put_bytes(d, ".", 1);
        put_bytes(d, s.ptr + at, (usize)s.len - at);
    } else put_memory(d, (usize)s.ptr, (usize)s.len);
    put(d, !(t->tflag & TFLAG_DIRECT_IFACE) || t->ptrbytes);
    put(d, TAG_ITAB);
    put(d, (usize)m);
    put(d, (usize)t);
}

// ---- objects

static SYSTEM void put_elems(Dump *d, GoType *t, usize size) { // pointers of elements of type t in a block
    if (!t || !t->ptrbytes) return;
    const u8 *mask = type_mask(t);
    for (usize at = 0; at < size; at += t->size)
        for (usize w = 0; w < t->ptrbytes / 8 && at + 8 * w < size; w++)
            if (mask[w >> 3] >> (w & 7) & 1) put_pointer(d, at + 8 * w);
}
static SYSTEM void put_bits(Dump *d, const u8 *mask, usize first, usize words) {
    for (usize w = 0; w < words; w++)
        if (mask[(first + w) >> 3] >> ((first + w) & 7) & 1) put_pointer(d, 8 * w);
}
static SYSTEM void dump_object(Dump *d, const Span *s, usize p) {
    bool header = !is_noscan(s) && s->elemsize > HEADER_MIN && s->spanclass >> 1;
    usize lo = p + (header ? 8 : 0), size = s->elemsize - (lo - p);
    put(d, TAG_OBJECT);
    put(d, lo);
    put_memory(d, lo, size);
    if (is_noscan(s)) {
    } else if (header) put_elems(d, *(GoType **)p, size);
    else if (s->spanclass >> 1) put_bits(d, (const u8 *)span_bitmap(s), (p - s->base) / 8, size / 8);
    else put_elems(d, s->large_type, size);
    put(d, FIELDS_END);
}
static SYSTEM void dump_objects(Dump *d) {
    usize pages = heap.used >> PAGE_SHIFT;
    for (usize at = 0; at < pages;) {
        const Span *s = span_at(at);
        if (!s || s->base != heap.base + (at << PAGE_SHIFT)) {
            at++;
            continue;
        }
        at += s->npages;
        for (u32 i = 0; s->state == SPAN_HEAP && i < s->nelems; i++)
            if (!obj_is_free(s, i)) dump_object(d, s, s->base + i * s->elemsize);
    }
}

// ---- goroutines

typedef struct Callee {
    Frame frame;
    StackMap map;
    u64 depth;
    bool any, mapped;
} Callee; // of the frame that is written; its arguments lie in that one
static SYSTEM void put_map(Dump *d, const StackMap *m, u32 lo, u32 hi,
                           usize at) { // of words [lo, hi), which begin at `at`
    for (u32 i = 0; i < m->n; i++) {
        u32 w = m->first + i;
        if (w >= lo && w < hi && m->bits[i >> 3] >> (i & 7) & 1) put_pointer(d, at + 8 * (usize)(w - lo));
    }
}
static SYSTEM void dump_frame(Dump *d, const Frame *f, Callee *c) {
    usize size = f->fp > f->sp ? f->fp - f->sp : 0;
    StackMap m;
    bool mapped = frame_stackmap(f, &m);
    put(d, TAG_FRAME);
    put(d, f->sp);
    put(d, c->depth);
    put(d, c->any ? c->frame.sp : 0);
    put_memory(d, f->sp, size);
    put(d, func_entry(f->fn));
    put(d, f->pc);
    put(d, f->dead ? 0 : f->pc); // where it goes on
    put_text(d, func_name(f->fn));
    if (c->mapped && c->frame.fp >= f->sp)
        put_map(d, &c->map, c->map.frame_words, c->map.frame_words + c->map.arg_words, c->frame.fp - f->sp);
    if (f->kind == FRAME_ASYNC || (!mapped && f->fn->frame_size)) put_pointers(d, 0, size / 8 * 8);
    else if (mapped && f->kind != FRAME_ENTRY) put_map(d, &m, 0, m.frame_words, 0);
    put(d, FIELDS_END);
    *c = (Callee){*f, m, c->depth + 1, true, mapped && f->kind != FRAME_ASYNC};
}
static SYSTEM void dump_defers(Dump *d, G *g) {
    for (const Defer *x = g->defer_; x; x = x->link) {
        put(d, TAG_DEFER);
        put(d, (usize)x);
        put(d, (usize)g);
        put(d, x->sp);
        put(d, 0); // of its call, which is not kept
        put(d, (usize)x->fn);
        put(d, x->fn ? (usize)x->fn->code : 0);
        put(d, (usize)x->link);
    }
}
typedef struct Panic { // _panic of lib/runtime/runtime2.go
    usize frame, caller;
    GoEface arg;
    struct Panic *link;
} Panic;
static SYSTEM void dump_panics(Dump *d, G *g) {
    for (const Panic *x = g->panic_; x; x = x->link) {
        put(d, TAG_PANIC);
        put(d, (usize)x);
        put(d, (usize)g);
        put(d, (usize)x->arg.type);
        put(d, (usize)x->arg.data);
        put(d, 0);
        put(d, (usize)x->link);
    }
}
static SYSTEM void dump_goroutine(Dump *d, G *g) {
    bool self = g == this_g();
    put(d, TAG_GOROUTINE);
    put(d, (usize)g);
    put(d, g->syscallsp ? g->syscallsp : g->sched.sp);
    put(d, g->goid);
    put(d, g->gopc);
    put(d, self ? G_WAITING : g->status);
    put(d, is_hidden(g));
    put(d, 0);
    put(d, (u64)g->waitsince);
    put_text(d, wait_reason_text(self ? WAIT_DUMPING_HEAP : g->waitreason));
    put(d, g->sched.ctxt);
    put(d, (usize)g->m);
    put(d, (usize)g->defer_);
    put(d, (usize)g->panic_);
    Callee c = {0};
    Unwinder u;
    for (unwind_init(&u, g, 0, 0); u.ok; unwind_next(&u)) dump_frame(d, &u.frame, &c);
    dump_defers(d, g);
    dump_panics(d, g);
}

// ---- the rest

static SYSTEM void dump_finalizer(void *ctx, bool queued, usize p, FuncVal *fn, GoType *fint, GoType *ot) {
    Dump *d = ctx;
    put(d, queued ? TAG_QUEUED_FINALIZER : TAG_FINALIZER);
    put(d, p);
    put(d, (usize)fn);
    put(d, (usize)fn->code);
    put(d, (usize)fint);
    put(d, (usize)ot);
}
static SYSTEM void dump_segment(Dump *d, u32 tag, const u8 *lo, const u8 *hi, const u8 *mask) {
    put(d, tag);
    put(d, (usize)lo);
    put_memory(d, (usize)lo, (usize)(hi - lo));
    if (mask) put_bits(d, mask, 0, (usize)(hi - lo) / 8);
    put(d, FIELDS_END);
}
static SYSTEM void dump_params(Dump *d) {
    put(d, TAG_PARAMS);
    put(d, 0); // little endian
    put(d, 8);
    put(d, heap.base);
    put(d, heap.base + heap.used);
    put_text(d, "amd64");
    put_text(d, module_.build_version);
    put(d, (u64)os_ncpu());
}
static SYSTEM void dump_threads(Dump *d) {
    for (const M *m = sched.allm; m; m = m->alllink) {
        put(d, TAG_THREAD);
        put(d, (usize)m);
        put(d, (u64)m->id);
        put(d, m->tid);
    }
}
// memstats: runtime.MemStats, as words.
SYSTEM void rt_write_heap_dump(usize fd, const u64 *memstats) {
    Dump d = {.fd = (i32)fd};
    stop_the_world("write heap dump");
    sweep_all();
    put_bytes(&d, "go1.7 heap dump\n", 16);
    dump_params(&d);
    itabs_each(dump_itab, &d);
    dump_objects(&d);
    u64 at = 0;
    for (G *g; (g = g_next(&at));)
        if (!g_is_dead(g)) dump_goroutine(&d, g);
    dump_threads(&d);
    for (i32 i = 0; i < rt_nmodules; i++) {
        const Module *m = rt_modules[i];
        dump_segment(&d, TAG_DATA, m->data, m->edata, m->data_mask);
        dump_segment(&d, TAG_BSS, m->bss, m->ebss, m->bss_mask);
    }
    finalizers_each(dump_finalizer, &d);
    put(&d, TAG_MEMSTATS);
    for (i64 i = 0; i < MEMSTATS_WORDS; i++) put(&d, memstats[i]);
    put(&d, (u32)memstats[MEMSTATS_NGC]);
    put(&d, TAG_EOF);
    flush(&d);
    start_the_world();
}
