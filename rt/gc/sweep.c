// sweep.c - mark bits become allocation bits; empty spans go back to the page heap. System stack; any number of threads, world running.
//
// sweep_begin (world stopped) moves every heap span to its class's `unswept` list. Whoever takes a span off that list sweeps it.
#include "gc/gc.h"
#include "sched/sched.h"
#include "diag/prof.h"

static const MemProfiler *const volatile profiler = &mem_profiler;

// Span.list of what moves stays as it was: list_pop does not need it.
static SYSTEM void append(SpanList *to, SpanList *from) {
    if (!from->first) return;
    if (to->last) {
        to->last->next = from->first;
        from->first->prev = to->last;
    } else to->first = from->first;
    to->last = from->last;
    to->n += from->n;
    *from = (SpanList){0};
}
SYSTEM void sweep_begin(void) {
    u64 n = 0;
    for (int i = 0; i < NSPANCLASS; i++) {
        Central *c = &heap.central[i];
        append(&c->unswept, &c->full);
        append(&c->unswept, &c->partial);
        n += c->unswept.n;
    }
    __atomic_store_n(&heap.unswept, n, __ATOMIC_RELEASE);
}
static SYSTEM void clobber_free(Span *s) { // objects that die now
    for (u32 i = 0; i < s->nelems; i++)
        if (!obj_is_free(s, i) && !(s->mark_bits[i >> 6] >> (i & 63) & 1))
            memset((void *)(s->base + i * s->elemsize), 0xdb, s->elemsize);
}
SYSTEM bool sweep_span(Span *s, bool keep) {
    if (unlikely(s->in_special_list)) specials_decide(s);
    __atomic_store_n(&s->decided, gc_cycle, __ATOMIC_RELEASE);
    __atomic_fetch_sub(&heap.unswept, 1, __ATOMIC_RELEASE);
    u32 live = 0, words = (s->nelems + 63) / 64;
    for (u32 i = 0; i < words; i++) live += (u32)__builtin_popcountll(s->mark_bits[i]);
    if (unlikely(rt_debug.clobberfree)) clobber_free(s);
    if (unlikely(s->samples != NULL)) profiler->swept(s);
    u32 freed = s->alloc_count - live, cl = s->spanclass >> 1;
    if (freed) {
        if (cl) __atomic_fetch_add(&heap.nfree[cl], freed, __ATOMIC_RELAXED);
        else {
            __atomic_fetch_add(&heap.large_frees, 1, __ATOMIC_RELAXED);
            __atomic_fetch_add(&heap.large_free_bytes, s->elemsize, __ATOMIC_RELAXED);
        }
        if (live < s->nelems) s->needzero = 1;
    }
    if (live == 0) {
        span_bits_free(s);
        span_free(s);
        return false;
    }
    u64 *a = s->alloc_bits;
    s->alloc_bits = s->mark_bits;
    s->mark_bits = a;
    for (u32 i = 0; i < words; i++) a[i] = 0;
    s->alloc_count = s->alloc_count_before = live;
    s->freeindex = 0;
    s->alloc_cache = 0;
    bool full = live == s->nelems;
    if (keep && !full) {
        s->cached = 1;
        return true;
    }
    if (full) s->freeindex = s->nelems;
    Central *c = &heap.central[s->spanclass];
    lock(&c->lock);
    list_push(full ? &c->full : &c->partial, s);
    unlock(&c->lock);
    return false;
}
SYSTEM usize sweep_some(usize nspans) {
    static u32 cursor; // shared hint, races are harmless
    usize done = 0;
    for (u32 k = 0; k < NSPANCLASS && done < nspans; k++) {
        u32 i = (__atomic_load_n(&cursor, __ATOMIC_RELAXED) + k) % NSPANCLASS;
        Central *c = &heap.central[i];
        while (done < nspans && c->unswept.first) {
            lock(&c->lock);
            Span *s = list_pop(&c->unswept);
            unlock(&c->lock);
            if (!s) break;
            sweep_span(s, false);
            done++;
        }
        if (done >= nspans) __atomic_store_n(&cursor, i, __ATOMIC_RELAXED);
    }
    return done;
}
SYSTEM void sweep_all(void) {
    while (heap.unswept && sweep_some(1024)) {
    }
}
