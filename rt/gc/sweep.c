// sweep.c - mark bits become allocation bits; empty spans go back to the page heap. System stack; any number of threads, world running.
//
// sweep_begin (world stopped) moves every heap span to its class's `unswept` list. Whoever takes a span off that list sweeps it.
#include "gc/gc.h"
#include "sched/sched.h"
#include "diag/prof.h"

static const MemProfiler *const volatile profiler = &mem_profiler;

SYSTEM void spans_append(SpanList *to, SpanList *from) {
    if (!from->first) return;
    if (to->last) {
        to->last->next = from->first;
        from->first->prev = to->last;
    } else to->first = from->first;
    to->last = from->last;
    to->n += from->n;
    *from = (SpanList){0};
}
static SYSTEM u64 all_unswept(Central *central) {
    u64 n = 0;
    for (Central *c = central; c < central + NSPANCLASS; c++) {
        spans_append(&c->unswept, &c->full);
        spans_append(&c->unswept, &c->partial);
        n += c->unswept.n;
    }
    return n;
}
SYSTEM void sweep_begin(void) {
    u64 n = all_unswept(heap.central);
    for (Account *a = accounts(); a; a = a->next) n += a->unswept = all_unswept(a->central);
    __atomic_store_n(&heap.unswept, n, __ATOMIC_RELEASE);
}
static SYSTEM void clobber_free(Span *s) { // objects that die now
    for (u32 i = 0; i < s->nelems; i++)
        if (!obj_is_free(s, i) && !(s->mark_bits[i >> 6] >> (i & 63) & 1))
            memset((void *)(s->base + i * s->elemsize), 0xdb, s->elemsize);
}
static inline SYSTEM void marks_to_allocs(Span *s, u32 words) {
    u64 *a = s->alloc_bits, *m = s->mark_bits;
    PageMarks *page = page_marks(s);
    if (page) {
        for (u32 i = 0; i < words; i++) {
            a[i] = m[i];
            m[i] = 0;
            if (!is_noscan(s)) page->scans[i] = 0;
        }
        return;
    }
    s->alloc_bits = m;
    s->mark_bits = a;
    for (u32 i = 0; i < words; i++) a[i] = 0;
}
static SYSTEM bool sweep(Span *s, bool keep) {
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
        if (unlikely(s->account != NULL)) account_charge(s->account, ACCOUNT_HEAP, -((i64)s->npages << PAGE_SHIFT));
        if (page_marks(s) && !is_noscan(s)) memset(page_marks(s)->scans, 0, 8 * words);
        span_bits_free(s);
        span_free(s);
        return false;
    }
    marks_to_allocs(s, words);
    s->alloc_count = s->alloc_count_before = live;
    s->freeindex = 0;
    s->alloc_cache = 0;
    bool full = live == s->nelems;
    if (keep && !full) {
        s->cached = 1;
        return true;
    }
    if (full) s->freeindex = s->nelems;
    Central *c = central_of(s->account, s->spanclass);
    lock(&c->lock);
    list_push(full ? &c->full : &c->partial, s);
    unlock(&c->lock);
    return false;
}
SYSTEM bool sweep_span(Span *s, bool keep) {
    Account *a = s->account;
    bool kept = sweep(s, keep);
    if (unlikely(a != NULL)) __atomic_fetch_sub(&a->unswept, 1, __ATOMIC_RELEASE);
    return kept;
}
static SYSTEM usize sweep_list(Central *c, usize most) {
    usize done = 0;
    while (done < most && c->unswept.first) {
        lock(&c->lock);
        Span *s = list_pop(&c->unswept);
        unlock(&c->lock);
        if (!s) break;
        sweep_span(s, false);
        done++;
    }
    return done;
}
SYSTEM usize sweep_account(Account *a, usize nspans) {
    usize done = 0;
    if (!__atomic_load_n(&a->unswept, __ATOMIC_ACQUIRE)) return 0;
    for (u32 i = 0; i < NSPANCLASS && done < nspans; i++) done += sweep_list(&a->central[i], nspans - done);
    return done;
}
SYSTEM usize sweep_some(usize nspans) {
    static u32 cursor; // shared hint, races are harmless
    usize done = 0;
    for (u32 k = 0; k < NSPANCLASS && done < nspans; k++) {
        u32 i = (__atomic_load_n(&cursor, __ATOMIC_RELAXED) + k) % NSPANCLASS;
        done += sweep_list(&heap.central[i], nspans - done);
        if (done >= nspans) __atomic_store_n(&cursor, i, __ATOMIC_RELAXED);
    }
    for (Account *a = accounts(); unlikely(a != NULL) && done < nspans; a = a->next)
        done += sweep_account(a, nspans - done);
    return done;
}
SYSTEM void sweep_all(void) {
    while (heap.unswept && sweep_some(1024)) {
    }
}
