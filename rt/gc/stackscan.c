// stackscan.c - the pointers of one goroutine's stack. World stopped. System stack.
//
// Roots are what the maps of the frames' calls name, the runtime's own pointers of the goroutine, and, conservatively, the words of a frame that
// was preempted at any instruction, of assembly stubs and of C frames. A root may lead into the same stack: then the stack object there
// (abi/functab.h) is scanned, once, and so on. Objects that nothing leads to are dead, and nothing of them is read.
// Invariant (src/ssa/slotlive.c): what a live precise pointer leads to holds no stale pointer. Not so for conservative ones: the object may be
// dead or not yet set. So all that precise pointers lead to is scanned first; what only conservative ones lead to is scanned conservatively.
// Frames are walked upwards in memory, so that the list of those with objects is sorted.
#include "gc/gc.h"
#include "sched/sched.h"
#include "os/os.h"

#define NFILTER 64
typedef struct ObjFrame {
    const FuncRec *fn;
    usize sp;
    usize first; // number of its first object in `seen`
} ObjFrame;
typedef struct Vec {
    void *p;
    usize n, cap, bytes; // elements; bytes mapped
} Vec;
typedef struct StackScan StackScan;
struct StackScan {
    StackScan *next;
    Worker *w;
    usize lo, size;     // the stack
    Vec precise, maybe; // usize: pointers into it that are to be looked at
    Vec frames;         // ObjFrame
    Vec seen;           // u64: bit for each object of `frames`
    usize nobjs;
    usize at;            // frame found last
    usize last[NFILTER]; // precise pointers seen lately, if any
    bool any;
};
static struct {
    Lock lock;
    StackScan *first;
} idle = {.lock = RANKED(STACKSCAN)};

// ---- memory

static SYSTEM void *vec_add(Vec *v, usize elem) {
    if (v->n == v->cap) {
        usize bytes = v->bytes ? 2 * v->bytes : 4 * OS_PAGE;
        void *p = os_map(bytes);
        if (!p) out_of_memory(bytes);
        if (v->p) {
            memcpy(p, v->p, v->n * elem);
            os_unmap(v->p, v->bytes);
        }
        v->p = p;
        v->bytes = bytes;
        v->cap = bytes / elem;
    }
    return (u8 *)v->p + elem * v->n++;
}
static SYSTEM void vec_trim(Vec *v) {
    if (v->bytes > 64 * OS_PAGE) {
        os_unmap(v->p, v->bytes);
        *v = (Vec){0};
    }
    v->n = 0;
}
static SYSTEM StackScan *get_scan(Worker *w) {
    if (w->scan) return w->scan;
    lock(&idle.lock);
    StackScan *s = idle.first;
    if (s) idle.first = s->next;
    unlock(&idle.lock);
    if (!s) {
        s = persistent_alloc(sizeof *s, 64);
        __atomic_fetch_add(&heap.sys_gc, sizeof *s, __ATOMIC_RELAXED);
    }
    s->w = w;
    return w->scan = s;
}
SYSTEM void stack_scan_done(Worker *w) {
    StackScan *s = w->scan;
    if (!s) return;
    vec_trim(&s->precise), vec_trim(&s->maybe), vec_trim(&s->frames), vec_trim(&s->seen);
    lock(&idle.lock);
    s->next = idle.first;
    idle.first = s;
    unlock(&idle.lock);
    w->scan = NULL;
}

// ---- one word

static inline SYSTEM void precise(StackScan *s, usize p) {
    if (unlikely(p - s->lo < s->size)) {
        usize *last = &s->last[(p >> 3) % NFILTER];
        if (*last == p) return;
        *last = p;
        s->any = true;
        *(usize *)vec_add(&s->precise, sizeof p) = p;
    } else if (unlikely(rt_debug.verify && p == STACK_POISON)) throw_("stack map names a word that was never set");
    else mark_word(s->w, p);
}
static inline SYSTEM void maybe(StackScan *s, usize p) {
    if (p - s->lo < s->size) *(usize *)vec_add(&s->maybe, sizeof p) = p;
    else mark_maybe(s->w, p);
}
static SYSTEM void conservative(StackScan *s, usize lo, usize hi) {
    for (usize *p = (usize *)(lo & -8ull); (usize)p < hi; p++) maybe(s, *p);
}
// The pointers that m names among words [lo, hi), which lie at base.
__attribute__((always_inline)) static inline SYSTEM void masked(StackScan *s, usize base, const StackMap *m, u32 lo,
                                                                u32 hi, void (*visit)(StackScan *, usize)) {
    u32 i = lo > m->first ? lo - m->first : 0, end = hi < m->first + m->n ? hi - m->first : m->n;
    if (hi <= m->first) return;
    for (; i < end; i++) {
        if (!(i & 7) && !m->bits[i >> 3]) i += 7;
        else if (m->bits[i >> 3] >> (i & 7) & 1) visit(s, ((usize *)base)[m->first + i - lo]);
    }
}

static SYSTEM bool has_word(const StackMap *m, u32 w) {
    u32 i = w - m->first;
    return w >= m->first && i < m->n && m->bits[i >> 3] >> (i & 7) & 1;
}

// ---- objects

static SYSTEM bool was_seen(StackScan *s, usize i) {
    u64 *bits = &((u64 *)s->seen.p)[i / 64], bit = 1ull << i % 64;
    if (*bits & bit) return true;
    *bits |= bit;
    return false;
}
// The object of frame f that p points to; false: none. Its words: t.
static SYSTEM bool find_in(const ObjFrame *f, usize p, ObjTable *t, usize *base, usize *number) {
    if (!func_objects(f->fn, t)) return false;
    usize fp = f->sp + f->fn->frame_size + 8;
    for (*number = f->first; next_object(t); ++*number) {
        *base =
            t->word < t->map.frame_words ? f->sp + 8 * (usize)t->word : fp + 8 * (usize)(t->word - t->map.frame_words);
        if (p - *base < 8 * (usize)t->nwords) return true;
    }
    return false;
}
// Index of the first frame above p. Searched from the last one found on, in growing steps: pointers mostly lead to frames nearby.
static SYSTEM usize frame_above(StackScan *s, usize p) {
    const ObjFrame *f = s->frames.p;
    usize n = s->frames.n, step = 1, hi = s->at < n ? s->at : n, lo = hi;
    for (; hi < n && f[hi].sp <= p; step *= 2) {
        lo = hi + 1;
        hi = n - hi > step ? hi + step : n;
    }
    for (; lo > 0 && f[lo - 1].sp > p; step *= 2) {
        hi = lo - 1;
        lo = lo > step ? lo - step : 0;
    }
    while (lo < hi) {
        usize mid = (lo + hi) / 2;
        if (f[mid].sp <= p) lo = mid + 1;
        else hi = mid;
    }
    return s->at = lo;
}
static SYSTEM void scan_object(StackScan *s, usize p, void (*visit)(StackScan *, usize)) {
    const ObjFrame *frames = s->frames.p;
    usize lo = frame_above(s, p);
    ObjTable t;
    usize base, number;
    // in the frame itself, or among the arguments of the one it calls
    if (!(lo >= 1 && find_in(&frames[lo - 1], p, &t, &base, &number)) &&
        !(lo >= 2 && find_in(&frames[lo - 2], p, &t, &base, &number)))
        return;
    if (!was_seen(s, number)) masked(s, base, &t.map, t.word, t.word + t.nwords, visit);
}
static SYSTEM void scan_objects(StackScan *s) {
    while (s->precise.n) scan_object(s, ((usize *)s->precise.p)[--s->precise.n], precise);
    while (s->maybe.n) scan_object(s, ((usize *)s->maybe.p)[--s->maybe.n], maybe);
}
static SYSTEM void add_objects(StackScan *s, const Frame *f) {
    ObjTable t;
    if (f->kind == FRAME_ENTRY || !func_objects(f->fn, &t)) return;
    *(ObjFrame *)vec_add(&s->frames, sizeof(ObjFrame)) = (ObjFrame){f->fn, f->sp, s->nobjs};
    s->nobjs += t.n;
    while (s->seen.n * 64 < s->nobjs) *(u64 *)vec_add(&s->seen, 8) = 0;
}

// ---- roots

static SYSTEM void scan_frame(StackScan *s, const Frame *f) {
    StackMap m;
    if (f->kind == FRAME_ASYNC) {
        conservative(s, (usize)f->regs, f->fp + f->fn->arg_size);
        return;
    }
    if (f->kind == FRAME_ENTRY && f->regs) {
        for (u32 i = 0; i < ABI_INT_REGS; i++)
            if (f->fn->entry_regs >> i & 1) precise(s, f->regs[i]);
        maybe(s, f->regs[ABI_INT_REGS]); // the context, if the function has one
    }
    if (!frame_stackmap(f, &m)) {
        if (f->fn->flags & FUNC_ASM && f->fn->frame_size) conservative(s, f->sp, f->fp - 8); // stubs of reflect
        usize args = makefunc_stack_bytes(f);
        if (args) conservative(s, f->fp, f->fp + args);
        return;
    }
    if (f->kind != FRAME_ENTRY) masked(s, f->sp, &m, 0, m.frame_words, precise);
    masked(s, f->fp, &m, m.frame_words, m.frame_words + m.arg_words, precise);
}
static SYSTEM void scan_runtime_pointers(StackScan *s, G *g) {
    precise(s, g->sched.ctxt);
    precise(s, (usize)g->labels);
    precise(s, (usize)g->bubble);
    precise(s, (usize)g->coro);
    maybe(s, g->ret0);
    maybe(s, g->ret1);
    precise(s, (usize)g->panic_);
    for (Sudog *d = g->waiting; d; d = d->waitlink) {
        precise(s, (usize)d->c);
        precise(s, (usize)d->elem);
    }
    for (Defer *d = g->defer_; d; d = d->link) { // what is deferred lives, also when its frame has faulted
        precise(s, (usize)d);
        precise(s, (usize)d->fn);
    }
    if (g->c_sp) conservative(s, g->c_sp, g->sched.sp);
    M *m = g->m; // in the middle of a runtime function: its C frames
    if (m && m->curg == g && m->stopped_sp && m->stopped_sp < m->syssp) conservative(s, m->stopped_sp, m->syssp);
}
// VOLEDEBUG=clobberfree: what was found dead is overwritten: pointers of objects that nothing leads to, but for words that the call's map names.
static SYSTEM void clobber_frame(StackScan *s, const Frame *f, usize number) {
    StackMap m;
    ObjTable t;
    if (f->kind != FRAME_CALL || !frame_stackmap(f, &m) || !func_objects(f->fn, &t)) return;
    for (; next_object(&t); number++) {
        if (((u64 *)s->seen.p)[number / 64] >> number % 64 & 1) continue;
        for (u32 w = t.word; w < t.word + t.nwords; w++) {
            if (!has_word(&t.map, w) || has_word(&m, w)) continue;
            ((usize *)(w < m.frame_words ? f->sp : f->fp - 8 * (usize)m.frame_words))[w] = STACK_POISON;
        }
    }
}
static SYSTEM void clobber_dead(StackScan *s, G *g) {
    const ObjFrame *next = s->frames.p, *end = next + s->frames.n;
    Unwinder u;
    for (unwind_init(&u, g, 0, 0); u.ok && next < end; unwind_next(&u))
        if (next->sp == u.frame.sp && next->fn == u.frame.fn) clobber_frame(s, &u.frame, next++->first);
}
SYSTEM void stack_scan(Worker *w, G *g) {
    StackScan *s = get_scan(w);
    s->lo = g->stack_lo;
    s->size = g->stack_hi - g->stack_lo;
    s->frames.n = s->seen.n = s->nobjs = 0;
    if (s->any) memset(s->last, 0, sizeof s->last);
    s->any = false;
    scan_runtime_pointers(s, g);
    Unwinder u;
    for (unwind_init(&u, g, 0, 0); u.ok; unwind_next(&u)) {
        scan_frame(s, &u.frame);
        add_objects(s, &u.frame);
    }
    scan_objects(s);
    if (unlikely(rt_debug.clobberfree)) clobber_dead(s, g);
}
