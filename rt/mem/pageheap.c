// pageheap.c - runs of pages: taking, giving back, coalescing, growing the heap, returning memory to the system.
//
// Runs on the system stack; heap.lock. Allocates nothing but Span records (persistent memory).
// Free runs are kept in lists by size class: first level log2 of the page count, second level 16 subdivisions; two bit maps find the first list
// whose runs are all large enough (good fit, O(1)); the rest of the run goes back.
#include "mem/mem.h"

Heap heap = {
    .lock = RANKED(HEAP), .stats_lock = RANKED(STATS), .central = {[0 ... NSPANCLASS - 1] = {.lock = RANKED(CENTRAL)}}};

// ---- persistent memory: never freed, zero

static struct {
    Lock lock;
    u8 *p;
    usize left;
} persist = {.lock = RANKED(PERSIST)};
static u8 first_chunk[8192] __attribute__((aligned(64)));
SYSTEM void *persistent_alloc(usize size, usize align) {
    if (align < 8) align = 8;
    lock(&persist.lock);
    if (!persist.p) {
        persist.p = first_chunk;
        persist.left = sizeof first_chunk;
    }
    usize pad = -(usize)persist.p & (align - 1);
    if (persist.left < pad + size) {
        usize n = size > 65536 ? (size + align + OS_PAGE - 1) & -(usize)OS_PAGE : 262144;
        u8 *p = os_map(n);
        if (!p) {
            unlock(&persist.lock);
            out_of_memory(n);
        }
        __atomic_fetch_add(&heap.sys_other, n, __ATOMIC_RELAXED);
        if (size > 65536) {
            unlock(&persist.lock);
            return p + (-(usize)p & (align - 1));
        }
        persist.p = p;
        persist.left = n;
        pad = 0;
    }
    void *r = persist.p + pad;
    persist.p += pad + size;
    persist.left -= pad + size;
    unlock(&persist.lock);
    return r;
}

// ---- lists of spans (heap classes)

SYSTEM void list_push(SpanList *l, Span *s) {
    s->list = l;
    s->prev = NULL;
    s->next = l->first;
    if (l->first) l->first->prev = s;
    else l->last = s;
    l->first = s;
    l->n++;
}
SYSTEM void list_remove(Span *s) {
    SpanList *l = s->list;
    if (s->prev) s->prev->next = s->next;
    else l->first = s->next;
    if (s->next) s->next->prev = s->prev;
    else l->last = s->prev;
    s->next = s->prev = NULL;
    s->list = NULL;
    l->n--;
}

SYSTEM Span *list_pop(SpanList *l) {
    Span *s = l->first;
    if (!s) return NULL;
    l->first = s->next;
    if (s->next) s->next->prev = NULL;
    else l->last = NULL;
    s->next = s->prev = NULL;
    s->list = NULL;
    l->n--;
    return s;
}

// ---- released bitmap

static inline SYSTEM usize page_of(usize addr) { return (addr - heap.base) >> PAGE_SHIFT; }

// Visits the words of [page, page+n): counts set bits and sets (op 1) or clears (op 0) them; op 2 only counts.
static SYSTEM usize released_range(usize page, usize n, int op) {
    usize count = 0;
    while (n) {
        usize bit = page & 63, k = 64 - bit < n ? 64 - bit : n;
        u64 m = (k == 64 ? ~0ull : (1ull << k) - 1) << bit, *w = &heap.released[page >> 6];
        count += (usize)__builtin_popcountll(*w & m);
        if (op == 1) *w |= m;
        else if (op == 0) *w &= ~m;
        page += k;
        n -= k;
    }
    return count;
}

// ---- free runs

_Static_assert(HEAP_MAX >> PAGE_SHIFT == 1ull << (TLSF_FL + 2), "first level of the lists of free runs");
static SYSTEM void size_to_list(usize n, u32 *fl, u32 *sl) { // list that holds runs of n pages
    if (n < TLSF_SL) {
        *fl = 0;
        *sl = (u32)n;
        return;
    }
    u32 log = 63 - (u32)__builtin_clzll(n);
    *fl = log - 3;
    *sl = (u32)(n >> (log - 4)) & (TLSF_SL - 1);
}
static SYSTEM void run_insert(Span *s) {
    u32 fl, sl;
    size_to_list(s->npages, &fl, &sl);
    s->state = SPAN_FREE;
    s->prev = NULL;
    s->next = heap.free[fl][sl];
    if (s->next) s->next->prev = s;
    heap.free[fl][sl] = s;
    heap.fl_map |= 1u << fl;
    heap.sl_map[fl] |= 1u << sl;
    usize p = page_of(s->base);
    heap.spans[p] = heap.spans[p + s->npages - 1] = (usize)s;
}
static SYSTEM void run_remove(Span *s) {
    u32 fl, sl;
    size_to_list(s->npages, &fl, &sl);
    if (s->prev) s->prev->next = s->next;
    else heap.free[fl][sl] = s->next;
    if (s->next) s->next->prev = s->prev;
    if (!heap.free[fl][sl]) {
        heap.sl_map[fl] &= ~(1u << sl);
        if (!heap.sl_map[fl]) heap.fl_map &= ~(1u << fl);
    }
    s->next = s->prev = NULL;
}
static SYSTEM Span *run_find(usize n) { // a run of at least n pages, removed from its list
    u32 fl, sl;
    usize want = n;
    if (n >= TLSF_SL) {
        u32 log = 63 - (u32)__builtin_clzll(n);
        want = n + (1ull << (log - 4)) - 1;
    } // lists from here on fit whole
    size_to_list(want, &fl, &sl);
    u32 m = heap.sl_map[fl] & ~0u << sl;
    if (!m) {
        u32 f = fl + 1 < 32 ? heap.fl_map & ~0u << (fl + 1) : 0;
        if (!f) { // the list of n itself may hold one that fits
            size_to_list(n, &fl, &sl);
            for (Span *s = heap.free[fl][sl]; s; s = s->next)
                if (s->npages >= n) {
                    run_remove(s);
                    return s;
                }
            return NULL;
        }
        fl = (u32)__builtin_ctz(f);
        m = heap.sl_map[fl];
    }
    Span *s = heap.free[fl][__builtin_ctz(m)];
    run_remove(s);
    return s;
}
static SYSTEM Span *span_record(void) { return record_get(RECORD_SPAN); }
static SYSTEM void drop_record(Span *s) {
    s->state = SPAN_DEAD;
    record_put(RECORD_SPAN, s);
}

static SYSTEM void run_merge_insert(Span *s) {
    usize p = page_of(s->base), end = p + s->npages;
    if (p > 0) {
        Span *l = span_at(p - 1);
        if (l && l->state == SPAN_FREE) {
            run_remove(l);
            s->base = l->base;
            s->npages += l->npages;
            drop_record(l);
        }
    }
    if (end < heap.used >> PAGE_SHIFT) {
        Span *r = span_at(end);
        if (r && r->state == SPAN_FREE) {
            run_remove(r);
            s->npages += r->npages;
            drop_record(r);
        }
    }
    run_insert(s);
}

// ---- growing

SYSTEM void heap_init(void) {
    usize size = HEAP_MAX, records = RECORDS_MAX;
    void *p = NULL;
    for (; size >= 1ull << 26; size >>= 1) {
        if (records > size / 4) records = size / 4;
        p = os_reserve((void *)0xc000000000, size + records);
        if (p) break;
    }
    if (!p) throw_("runtime: cannot reserve arena virtual address space");
    usize a = ((usize)p + (1u << 22) - 1) & -(usize)(1u << 22);
    records_init(a + size, records - (a - (usize)p));
    usize pages = size >> PAGE_SHIFT;
    heap.spans = os_reserve(NULL, pages * sizeof(Span *));
    heap.marks = os_reserve(NULL, pages * sizeof(PageMarks));
    heap.released = os_reserve(NULL, pages / 8 + OS_PAGE);
    if (!heap.spans || !heap.marks || !heap.released) throw_("runtime: cannot reserve arena metadata");
    heap.reserved = size & -(usize)(1u << 22);
    heap.base = a;
}
static SYSTEM bool commit_table(void *table, usize *committed, usize need) {
    need = (need + OS_PAGE - 1) & -(usize)OS_PAGE;
    if (need <= *committed) return true;
    if (!os_commit((u8 *)table + *committed, need - *committed)) return false;
    *committed = need;
    return true;
}
static SYSTEM bool heap_grow(usize npages) {
    if (!heap.base) heap_init();
    usize need = npages << PAGE_SHIFT, step = heap.used / 64; // more is never used, but backed by huge pages
    if (step < 4u << 20) step = 4u << 20;
    if (step > 256u << 20) step = 256u << 20;
    if (need < step) need = step;
    need = (need + (4u << 20) - 1) & -(usize)(4u << 20);
    if (heap.used + need > heap.reserved) {
        need = (npages << PAGE_SHIFT);
        need = (need + (4u << 20) - 1) & -(usize)(4u << 20);
        if (heap.used + need > heap.reserved) return false;
    }
    usize page = heap.used >> PAGE_SHIFT, n = need >> PAGE_SHIFT;
    if (!commit_table(heap.spans, &heap.spans_committed, (page + n) * sizeof(Span *)) ||
        !commit_table(heap.marks, &heap.marks_committed, (page + n) * sizeof(PageMarks)) ||
        !commit_table(heap.released, &heap.released_committed, (page + n) / 8 + 8) ||
        !os_commit((void *)(heap.base + heap.used), need))
        return false;
    if (heap.used == 0) os_huge((void *)heap.base, need, false); // a small program stays small
    released_range(page, n, 1);
    Span *s = span_record();
    s->base = heap.base + heap.used;
    s->npages = (u32)n;
    heap.used += need;
    heap.pages_free += n;
    heap.pages_released += n;
    run_merge_insert(s);
    return true;
}

// ---- interface

extern i64 gc_memory_limit;
static void release_for_limit(void);
SYSTEM void out_of_memory(usize size) {
    i64 used = (i64)(heap.heap_inuse + heap.stack_inuse);
    rt_print("runtime: out of memory: cannot allocate %d-byte block (%d in use)\n", (i64)size, used);
    fatal_("out of memory");
}
SYSTEM Span *span_alloc(usize npages, u8 state) {
    if (npages > HEAP_MAX >> PAGE_SHIFT) out_of_memory(npages << PAGE_SHIFT); // no list for it
    lock(&heap.lock);
    Span *s = run_find(npages);
    if (!s) {
        if (!heap_grow(npages) || !(s = run_find(npages))) {
            unlock(&heap.lock);
            out_of_memory(npages << PAGE_SHIFT);
        }
    }
    if (s->npages > npages) {
        Span *rest = span_record();
        rest->base = s->base + (npages << PAGE_SHIFT);
        rest->npages = s->npages - (u32)npages;
        s->npages = (u32)npages;
        run_insert(rest);
    }
    usize p = page_of(s->base), rel = released_range(p, npages, 0);
    s->needzero = rel != npages;
    heap.pages_free -= npages;
    heap.pages_released -= rel;
    heap.pages_inuse += npages;
    if (state == SPAN_HEAP) heap.heap_inuse += npages << PAGE_SHIFT;
    else heap.stack_inuse += npages << PAGE_SHIFT;
    for (usize i = 0; i < npages; i++) heap.spans[p + i] = (usize)s;
    __atomic_store_n(&s->state, state == SPAN_HEAP ? SPAN_DEAD : state, __ATOMIC_RELEASE);
    if (rel && unlikely(gc_memory_limit != INT64_MAX)) release_for_limit();
    unlock(&heap.lock);
    return s;
}
SYSTEM void span_free(Span *s) {
    lock(&heap.lock);
    usize n = s->npages;
    if (s->state == SPAN_HEAP) heap.heap_inuse -= n << PAGE_SHIFT;
    else heap.stack_inuse -= n << PAGE_SHIFT;
    heap.pages_inuse -= n;
    heap.pages_free += n;
    s->spanclass = 0;
    s->large_type = NULL;
    s->specials = NULL;
    s->list = NULL;
    heap.spans[page_of(s->base)] = (usize)s; // no class: inside of a larger run the entry stays
    run_merge_insert(s);
    unlock(&heap.lock);
}

enum { RELEASE_LEAST = 1 << 20 }; // bytes in one system call, if the run has as many
static inline SYSTEM bool is_released(usize page) { return heap.released[page >> 6] >> (page & 63) & 1; }
// The tables of spans and marks have nothing to say of pages inside a free run: their memory beside [from, end) of the run goes back too.
static SYSTEM void forget_inside(const Span *s, usize from, usize end) {
    enum { ENTRIES = OS_PAGE / sizeof(Span *), MARKS = OS_PAGE / sizeof(PageMarks) };
    usize page = (from + MARKS - 1) & -(usize)MARKS, behind = end & -(usize)MARKS;
    if (behind > page) os_release(&heap.marks[page], (behind - page) * sizeof(PageMarks));
    usize first = page_of(s->base) + 1, last = first + s->npages - 2;
    if (first + ENTRIES < from) first = from - ENTRIES;
    if (last > end + ENTRIES) last = end + ENTRIES;
    first = (first + ENTRIES - 1) & -(usize)ENTRIES;
    last &= -(usize)ENTRIES;
    if (last > first) os_release(&heap.spans[first], (last - first) * sizeof(Span *));
}
// Releases pages of a free run that are not released yet, the last ones first: who takes pages begins in front. heap.lock is dropped during the system
// call; they are in no list meanwhile, but what is in front of them is: or the heap would grow because memory is being given back.
static SYSTEM usize run_release(Span *s, usize bytes) {
    run_remove(s);
    s->state = SPAN_DEAD; // neighbours that become free do not merge with it
    usize p = page_of(s->base), all = s->npages, end = p + all;
    usize most = ((bytes > RELEASE_LEAST ? bytes : RELEASE_LEAST) >> PAGE_SHIFT) + 1;
    while (end > p && is_released(end - 1)) end--;
    usize from = end - p > most ? end - most : p, rel = released_range(from, end - from, 1);
    if (from > p) {
        Span *front = span_record();
        front->base = s->base;
        front->npages = (u32)(from - p);
        s->base = heap.base + (from << PAGE_SHIFT);
        s->npages -= front->npages;
        heap.spans[from] = heap.spans[from + s->npages - 1] = (usize)s;
        run_insert(front);
        all -= from - p;
    }
    heap.pages_released += end - from - rel;
    heap.pages_free -= all;
    unlock(&heap.lock);
    os_release((void *)(heap.base + (from << PAGE_SHIFT)), (end - from) << PAGE_SHIFT);
    lock(&heap.lock);
    heap.pages_free += all;
    run_merge_insert(s);
    forget_inside(s, from, end);
    return (end - from - rel) << PAGE_SHIFT;
}
static SYSTEM usize release_locked(usize bytes) {
    usize done = 0;
    for (i32 fl = TLSF_FL - 1; fl >= 0 && done < bytes; fl--)
        for (i32 sl = TLSF_SL - 1; sl >= 0 && done < bytes; sl--)
            for (Span *s = heap.free[fl][sl]; s && done < bytes;) {
                if (released_range(page_of(s->base), s->npages, 2) == s->npages) {
                    s = s->next;
                    continue;
                }
                done += run_release(s, bytes - done);
                s = heap.free[fl][sl]; // the list may have changed
            }
    return done;
}
SYSTEM usize heap_release_some(usize bytes) {
    lock(&heap.lock);
    usize r = release_locked(bytes);
    unlock(&heap.lock);
    return r;
}
static SYSTEM u64 mapped_bytes(void) {
    return ((heap.pages_inuse + heap.pages_free - heap.pages_released) << PAGE_SHIFT) + heap.sys_other +
           records_mapped();
}
SYSTEM u64 heap_mapped(void) { return mapped_bytes(); }
// Pages were taken that had gone back: others go in their place. Where none had, nothing is mapped, and what is free may be needed next.
static SYSTEM void release_for_limit(void) {
    u64 all = mapped_bytes();
    if (all > (u64)gc_memory_limit) release_locked(all - (u64)gc_memory_limit);
}
