// stack.c - goroutine stacks: allocation, growth by copying, shrinking.
//
// System stack. Sizes are powers of two from 2 KiB. Up to 16 KiB they are cut from 32 KiB spans and cached per P; larger ones are spans of their own.
// A stack may be copied when its goroutine has only Go frames with exact maps: not while it is in a system call, was preempted asynchronously, or has C
// frames (g->c_sp). Copying adjusts what points into the stack: frame words and saved registers that maps call pointers, the pointers of all stack
// objects (abi/functab.h) of all frames, defer records, panic_, sudogs.
// Invariant: every word that is read, or scanned by the collector, after a copy and before it is written again was adjusted. Such a word is either
// named by the map of its frame's call, or part of a stack object. Which objects are alive need not be found out: in a dead one or one that is
// not set yet, an adjusted word is as meaningless as before. Adjusting twice is harmless, as the old and the new stack do not overlap.
#include "mem/mem.h"
#include "gc/gc.h"
#include "hint.h"
#include "sched/sched.h"

#define NORDER          4
#define POOL_SPAN_PAGES 4u
static struct {
    Lock lock;
    SpanList spans[NORDER];
} pool = {.lock = RANKED(STACKPOOL)}; // spans with a free stack

usize stack_max = 1000000000; // limit of one goroutine's stack: SetMaxStack

static SYSTEM u32 order_of(usize size) {
    u32 o = 0;
    while ((usize)STACK_MIN << o < size) o++;
    return o;
}

static SYSTEM void *pool_get(u32 order) { // pool.lock
    Span *s = pool.spans[order].first;
    if (!s) {
        s = span_alloc(POOL_SPAN_PAGES, SPAN_STACK);
        usize size = (usize)STACK_MIN << order;
        s->stack_free = NULL;
        s->stack_used = 0;
        s->stack_order = order;
        s->elemsize = 0;
        s->limit = s->base;
        s->nelems = 0; // carved on demand: untouched stacks cost no memory
        s->freeindex = 0;
        s->alloc_count = (u32)((POOL_SPAN_PAGES << PAGE_SHIFT) / size);
        list_push(&pool.spans[order], s);
    }
    void *p = s->stack_free;
    if (p) s->stack_free = *(void **)p;
    else p = (void *)(s->base + (usize)s->freeindex++ * ((usize)STACK_MIN << order));
    s->stack_used++;
    if (!s->stack_free && s->freeindex == s->alloc_count) list_remove(s);
    return p;
}
static SYSTEM void pool_put(u32 order, void *p) {
    Span *s = span_of((usize)p);
    if (!s->stack_free && s->freeindex == s->alloc_count) list_push(&pool.spans[order], s);
    *(void **)p = s->stack_free;
    s->stack_free = p;
    if (--s->stack_used == 0 && pool.spans[order].n > 1) {
        list_remove(s);
        span_free(s);
    }
}

SYSTEM usize stack_get(usize size) {
    if (size >= (usize)STACK_MIN << NORDER) {
        Span *s = span_alloc((size + PAGE_SIZE - 1) >> PAGE_SHIFT, SPAN_STACK);
        s->limit = s->base;
        s->nelems = 0;
        return s->base;
    }
    u32 o = order_of(size);
    P *p = this_m()->p;
    if (p && p->stackcache[o].head) {
        void *st = p->stackcache[o].head;
        p->stackcache[o].head = *(void **)st;
        p->stackcache[o].n--;
        return (usize)st;
    }
    lock(&pool.lock);
    void *st = pool_get(o);
    if (p && !gc_in_progress()) {
        i32 n = (8 >> o) - 1; // a batch
        for (i32 i = 0; i < n; i++) {
            void *x = pool_get(o);
            *(void **)x = p->stackcache[o].head;
            p->stackcache[o].head = x;
            p->stackcache[o].n++;
        }
    }
    unlock(&pool.lock);
    return (usize)st;
}
SYSTEM void stack_put(usize lo, usize size) {
    if (size >= (usize)STACK_MIN << NORDER) {
        span_free(span_of(lo));
        return;
    }
    u32 o = order_of(size);
    P *p = this_m()->p;
    if (p && !gc_in_progress() && p->stackcache[o].n < 32 >> o) {
        *(void **)lo = p->stackcache[o].head;
        p->stackcache[o].head = (void *)lo;
        p->stackcache[o].n++;
        return;
    }
    lock(&pool.lock);
    pool_put(o, (void *)lo);
    unlock(&pool.lock);
}
SYSTEM void stack_cache_flush(P *p) {
    lock(&pool.lock);
    for (u32 o = 0; o < NORDER; o++) {
        for (void *x = p->stackcache[o].head; x;) {
            void *n = *(void **)x;
            pool_put(o, x);
            x = n;
        }
        p->stackcache[o].head = NULL;
        p->stackcache[o].n = 0;
    }
    unlock(&pool.lock);
}

SYSTEM void stack_alloc(G *g, usize size) {
    g->stack_lo = stack_get(size);
    g->stack_hi = g->stack_lo + size;
    g->stackguard0 = g->stack_lo + STACK_GUARD;
}
SYSTEM void stack_free(G *g) {
    if (g->stack_lo) stack_put(g->stack_lo, g->stack_hi - g->stack_lo);
    g->stack_lo = g->stack_hi = g->stackguard0 = 0;
}

// ---- the first stack of a goroutine: the smallest one, or twice that where nearly all of the same function had to grow before they ended.
//
// Goroutines that were given a larger one tell nothing, so now and then one is not (by a prime number: functions that take turns are all tried).

enum { TRIED = 31 };
SYSTEM void stack_begin(P *p, G *g) {
    g->big_stack = *hint_at(p->stack_growth, g->startpc) >= HINT_LIKELY && ++p->stack_tries % TRIED;
    usize size = g->big_stack ? 2 * STACK_MIN : STACK_MIN;
    if (g->stack_lo && g->stack_hi - g->stack_lo != size) stack_free(g);
    if (!g->stack_lo) stack_alloc(g, size);
}
SYSTEM void stack_end(P *p, const G *g) {
    if (!g->big_stack) hint_count(hint_at(p->stack_growth, g->startpc), g->stack_hi - g->stack_lo > STACK_MIN);
}

// ---- copying

typedef struct Adjust {
    usize lo, hi, delta;
} Adjust;
static inline SYSTEM void adjust(const Adjust *a, usize *p) {
    if (*p - a->lo < a->hi - a->lo) *p += a->delta;
}

static SYSTEM void adjust_words(const Adjust *a, const Frame *f, const StackMap *m) {
    usize *frame = (usize *)(f->sp + a->delta), *args = (usize *)(f->fp + a->delta);
    for (u32 i = 0; i < m->n; i++) {
        if (!(m->bits[i >> 3] >> (i & 7) & 1)) continue;
        u32 w = m->first + i;
        adjust(a, w < m->frame_words ? &frame[w] : &args[w - m->frame_words]);
    }
}
// Registers saved by morestack: the integer argument registers in order, then the closure context.
static SYSTEM void adjust_entry_regs(const Adjust *a, const Frame *f) {
    usize *r = (usize *)((usize)f->regs + a->delta);
    for (u32 i = 0; i < ABI_INT_REGS; i++)
        if (f->fn->entry_regs >> i & 1) adjust(a, &r[i]);
    adjust(a, &r[ABI_INT_REGS]);
}
static SYSTEM void adjust_frames(const Adjust *a, G *g) {
    Unwinder u;
    StackMap m;
    for (unwind_init(&u, g, 0, 0); u.ok; unwind_next(&u)) {
        Frame *f = &u.frame;
        if (f->kind == FRAME_ENTRY) {
            if (f->regs) adjust_entry_regs(a, f);
            if (frame_stackmap(f, &m)) adjust_words(a, f, &m); // incoming arguments only
            continue;
        }
        ObjTable t;
        if (func_objects(f->fn, &t)) adjust_words(a, f, &t.map);
        if (frame_stackmap(f, &m)) {
            adjust_words(a, f, &m);
        } else if (f->fn->flags & FUNC_ASM &&
                   f->fn->frame_size) { // stubs of reflect: every word may point into the stack
            for (usize *w = (usize *)(f->sp + a->delta), *e = (usize *)(f->fp - 8 + a->delta); w < e; w++) adjust(a, w);
            for (usize *w = (usize *)(f->fp + a->delta), *e = (usize *)((usize)w + makefunc_stack_bytes(f)); w < e; w++)
                adjust(a, w);
        }
    }
}

// Moves g's stack to a new one of new_size bytes. g is not running Go code; g->sched is valid.
SYSTEM void stack_copy(G *g, usize new_size) {
    usize lo = g->stack_lo, hi = g->stack_hi, used = hi - g->sched.sp;
    usize new_lo = stack_get(new_size), new_hi = new_lo + new_size;
    Adjust a = {lo, hi, new_hi - hi};
    memcpy((void *)(new_hi - used), (void *)(hi - used), used);
    adjust_frames(&a, g);
    adjust(&a, (usize *)&g->panic_);
    for (usize *link = (usize *)&g->defer_;;) {
        adjust(&a, link);
        Defer *d = (Defer *)*link;
        if (!d) break;
        adjust(&a, &d->sp);
        adjust(&a, (usize *)&d->fn);
        link = (usize *)&d->link;
    }
    for (Sudog *s = g->waiting; s; s = s->waitlink) adjust(&a, (usize *)&s->elem);
    adjust(&a, (usize *)&g->param);
    g->sched.sp += a.delta;
    if (unlikely(g->domain != NULL) || unlikely(g->payer != NULL)) stack_paid(g, hi - lo, new_size);
    g->stack_lo = new_lo;
    g->stack_hi = new_hi;
    if (g->stackguard0 != STACK_PREEMPT) g->stackguard0 = new_lo + STACK_GUARD;
    if (rt_debug.clobberfree) memset((void *)lo, 0xfd, hi - lo);
    stack_put(lo, hi - lo);
}

SYSTEM bool stack_movable(G *g) { return g->stack_lo && !g->syscallsp && !g->c_sp && !g->async_preempted; }
// World stopped, or with its scan_lock: halves the stack of a goroutine that uses less than a quarter.
SYSTEM void stack_shrink(G *g) {
    usize size = g->stack_hi - g->stack_lo, used = g->stack_hi - g->sched.sp + STACK_GUARD;
    if (!stack_movable(g)) return;
    if (!rt_debug.stackmove && (size <= STACK_MIN || used >= size / 4)) return;
    chan_lock_waiting(g);
    stack_copy(g, rt_debug.stackmove ? size : size / 2);
    chan_unlock_waiting(g);
}

// ---- growth: called by runtime.morestack on the system stack; the interrupted function is at its entry

SYSTEM NORETURN static void stack_overflow(G *g, usize sp) {
    rt_print("runtime: goroutine stack exceeds %d-byte limit\n", (i64)stack_max);
    rt_print("runtime: sp=%x stack=[%x, %x]\n", sp, g->stack_lo, g->stack_hi);
    throw_("stack overflow");
}

SYSTEM void newstack(void) {
    M *m = this_m();
    G *g = m->curg;
    usize guard = __atomic_load_n(&g->stackguard0, __ATOMIC_RELAXED);
    if (guard == STACK_PREEMPT) {
        g->stackguard0 = g->stack_lo + STACK_GUARD;
        if (m->locks == 0 && m->preemptoff == 0 && m->p && m->p->status == P_RUNNING) {
            if (unlikely(g->domain != NULL) && domain_stop_at_entry(g)) return;
            preempt_yield(g);
        }
        // not now: releasing the lock asks again. Fall through: more stack may be needed too, and is found out by returning.
        return;
    }
    if (guard == STACK_MOVE) {
        stack_copy(g, g->stack_hi - g->stack_lo);
        g->stackguard0 = g->stack_lo + STACK_GUARD;
        return;
    }
    usize size = g->stack_hi - g->stack_lo, sp = g->sched.sp, used = g->stack_hi - sp;
    Unwinder u;
    unwind_init(&u, g, 0, 0);
    usize need = used + (u.ok ? u.frame.fn->frame_size : 0) + STACK_GUARD + 512, want = size * 2;
    while (want < need) want *= 2;
    if (want > stack_max || want > 1ull << 31) stack_overflow(g, sp);
    stack_copy(g, want);
    if (unlikely(g->domain != NULL)) domain_stack_is_full(g, want);
}
SYSTEM NORETURN void g0_overflow(void) { throw_("morestack on g0"); }
