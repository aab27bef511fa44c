// mark.c - the mark phase: roots, the graph, helpers. World stopped. System stack (of each helping thread).
//
// A grey object is its address in a work buffer. Small objects with pointers are grey if they are marked and have no scan bit; their page is in a queue, once,
// and all that gather in it meanwhile are looked through together (the way of Go's "green tea" collector). A worker owns two buffers and exchanges full and empty ones with the others through two lists; the
// phase is over when all workers are idle and no full buffer is left. Roots are numbered jobs that workers take from a counter: blocks of the data
// segments, goroutines, then the small lists. What is taken from buffers waits in a short queue (Worker.soon) while the CPU fetches it, so memory is not
// waited for one object at a time. Objects above OBLET bytes are scanned in pieces.
#include "gc/gc.h"
#include "sched/sched.h"
#include "sched/synctest.h"

#define OBLET      (16u << 10)
#define ROOT_BLOCK (64u << 10)

static struct {
    Lock lock;
    WorkBuf *full, *empty;
    i64 nfull;           // atomic
    u32 nworkers, nidle; // atomic
    u64 next_job, njobs, ndata_jobs, ng_jobs;
    u32 done;
    u32 active; // atomic: how many hold buffers of their own beside the program
    bool more_specials;
    u64 marked_bytes, scanned_bytes, objects, roots;
} work = {.lock = RANKED(WORK)};

// ---- buffers

static SYSTEM WorkBuf *get_empty(void) {
    lock(&work.lock);
    WorkBuf *b = work.empty;
    if (b) work.empty = b->next;
    unlock(&work.lock);
    if (!b) b = record_get(RECORD_WORK);
    b->n = 0;
    b->next = NULL;
    return b;
}
static SYSTEM void put_empty(WorkBuf *b) {
    lock(&work.lock);
    b->next = work.empty;
    work.empty = b;
    unlock(&work.lock);
}
// After a cycle.
SYSTEM void mark_trim(void) {
    lock(&work.lock);
    WorkBuf *all = work.empty;
    work.empty = NULL;
    unlock(&work.lock);
    for (WorkBuf *b; (b = all);) {
        all = b->next;
        record_put(RECORD_WORK, b);
    }
}
static SYSTEM void put_full(WorkBuf *b) {
    lock(&work.lock);
    b->next = work.full;
    work.full = b;
    __atomic_store_n(&work.nfull, work.nfull + 1, __ATOMIC_RELEASE);
    unlock(&work.lock);
}
static SYSTEM WorkBuf *get_full(void) {
    if (__atomic_load_n(&work.nfull, __ATOMIC_ACQUIRE) == 0) return NULL;
    lock(&work.lock);
    WorkBuf *b = work.full;
    if (b) {
        work.full = b->next;
        __atomic_store_n(&work.nfull, work.nfull - 1, __ATOMIC_RELEASE);
    }
    unlock(&work.lock);
    return b;
}
static SYSTEM void push(Worker *w, usize p) {
    WorkBuf *b = w->buf;
    if (unlikely(!b)) b = w->buf = get_empty();
    if (unlikely(b->n == 254)) {
        if (w->spare && w->spare->n == 0) {
            WorkBuf *t = w->spare;
            w->spare = b;
            b = w->buf = t;
        } else {
            if (w->spare) put_full(w->spare);
            w->spare = b;
            b = w->buf = get_empty();
        }
    }
    b->obj[b->n++] = p;
}
static SYSTEM usize take(Worker *w) { // 0: it has none
    WorkBuf *b = w->buf;
    if (unlikely(!b || b->n == 0)) {
        if (!w->spare || !w->spare->n) return 0;
        w->buf = w->spare;
        w->spare = b;
        b = w->buf;
    }
    return b->obj[--b->n];
}

// ---- pages: the ones that wait longest have gathered most, so first in, first out

enum { A_PAGE = 1 }; // entries: the page's address, and in its low bits spanclass << 1 | A_PAGE
__attribute__((noinline)) static SYSTEM void push_page(Worker *w, usize entry) {
    WorkBuf *b = w->last_pages;
    if (unlikely(!b || b->n == 254)) {
        WorkBuf *empty = get_empty();
        if (b) b->next = empty;
        else w->first_pages = empty;
        w->last_pages = b = empty;
    }
    b->obj[b->n++] = entry;
}
static SYSTEM usize take_page(Worker *w) { // 0: it has none
    WorkBuf *b = w->first_pages;
    if (!b) return 0;
    if (unlikely(w->page_at == b->n)) {
        w->page_at = 0;
        if (b == w->last_pages) {
            b->n = 0;
            return 0;
        }
        w->first_pages = b->next;
        put_empty(b);
        b = w->first_pages;
    }
    return b->obj[w->page_at++];
}
// The entry that is taken so much later, 0 if it is in no hand.
static inline SYSTEM usize page_ahead(const Worker *w, int n) {
    const WorkBuf *b = w->first_pages;
    return b && w->page_at + n < b->n ? b->obj[w->page_at + n] : 0;
}
static SYSTEM void flush_pages(Worker *w) {
    WorkBuf *b = w->first_pages;
    if (b && w->page_at) {
        b->n -= w->page_at;
        __builtin_memmove(b->obj, b->obj + w->page_at, (usize)b->n * sizeof *b->obj);
    }
    for (WorkBuf *next; b; b = next) {
        next = b->next;
        if (b->n) put_full(b);
        else put_empty(b);
    }
    w->first_pages = w->last_pages = NULL;
    w->page_at = 0;
}
// Something for a worker that has nothing: all but the buffer in hand, or the younger half of it.
static SYSTEM void share_pages(Worker *w) {
    WorkBuf *b = w->first_pages;
    if (!b) return;
    if (b != w->last_pages) {
        for (WorkBuf *next, *rest = b->next; rest; rest = next) {
            next = rest->next;
            put_full(rest);
        }
        b->next = NULL;
        w->last_pages = b;
    } else if (b->n - w->page_at >= 8) {
        WorkBuf *half = get_empty();
        half->n = (b->n - w->page_at) / 2;
        b->n -= half->n;
        __builtin_memcpy(half->obj, b->obj + b->n, (usize)half->n * sizeof *half->obj);
        put_full(half);
    }
}
// A buffer of somebody else's, if this worker has nothing. False: there is none.
static SYSTEM bool take_full(Worker *w) {
    WorkBuf *b = get_full();
    if (!b) return false;
    if (b->obj[0] & A_PAGE) {
        if (w->first_pages) put_empty(w->first_pages);
        b->next = NULL;
        w->first_pages = w->last_pages = b;
        w->page_at = 0;
    } else {
        if (w->buf) put_empty(w->buf);
        w->buf = b;
    }
    return true;
}

// ---- objects

enum { SOON = sizeof((Worker *)0)->soon / sizeof(usize) };
static SYSTEM usize pop(Worker *w) { // 0: nothing
    while (w->waiting < SOON) {
        usize p = take(w);
        if (!p) break;
        __builtin_prefetch((void *)p); // its type, or its first words
        w->soon[(w->first + w->waiting++) % SOON] = p;
    }
    if (!w->waiting) return 0;
    usize p = w->soon[w->first];
    w->first = (w->first + 1) % SOON;
    w->waiting--;
    return p;
}
static SYSTEM void flush(Worker *w) {
    flush_pages(w);
    for (; w->waiting; w->waiting--) push(w, w->soon[(w->first + w->waiting - 1) % SOON]);
    if (w->buf) {
        if (w->buf->n) put_full(w->buf);
        else put_empty(w->buf);
    }
    if (w->spare) {
        if (w->spare->n) put_full(w->spare);
        else put_empty(w->spare);
    }
    w->buf = w->spare = NULL;
}

// ---- marking one pointer

static bool verifying, checking; // checking: pointers are looked at closely
static usize verifying_from;     // the object that is being looked through, 0: roots
static SYSTEM NORETURN void unmarked(Span *s, u32 i) {
    rt_print("runtime: marked object %x refers to unmarked object %x of size %d\n", verifying_from,
             s->base + i * s->elemsize, (i64)s->elemsize);
    throw_("heap verification");
}
// False: it was marked.
static inline SYSTEM bool set_bit(Worker *w, u64 *word, u64 bit) {
    if (w->parallel) return !(__atomic_fetch_or(word, bit, __ATOMIC_SEQ_CST) & bit);
    *word |= bit;
    return true;
}
static inline SYSTEM bool has_bit(const u64 *word, u64 bit) { return __atomic_load_n(word, __ATOMIC_RELAXED) & bit; }
// The mark was set before, and who looks the page through takes PAGE_QUEUED away before it reads marks: so one of the two sees the other.
static inline SYSTEM void queue_page(Worker *w, PageMarks *m, usize page, u32 class) {
    if (has_bit(&m->marks[7], PAGE_QUEUED) || !set_bit(w, &m->marks[7], PAGE_QUEUED)) return;
    push_page(w, page | class << 1 | A_PAGE);
}
static SYSTEM void grey(Worker *w, Span *s, u32 i) {
    u64 *word = &s->mark_bits[i >> 6], bit = 1ull << (i & 63);
    if (has_bit(word, bit)) return;
    if (unlikely(verifying)) unmarked(s, i);
    if (!set_bit(w, word, bit)) return;
    w->marked_bytes += s->elemsize;
    w->objects++;
    if (is_noscan(s)) return;
    if (page_marks(s)) queue_page(w, page_marks(s), s->base, s->spanclass);
    else push(w, s->base + (usize)i * s->elemsize);
}
// In a page of small objects. class: a span class.
__attribute__((always_inline)) static inline SYSTEM void grey_small(Worker *w, usize p, u32 class) {
    const SmallClass *k = &small_class[class];
    PageMarks *m = &heap.marks[(p - heap.base) >> PAGE_SHIFT];
    u32 i = (u32)((p % PAGE_SIZE) * (u64)k->magic >> 32);
    u64 *word = &m->marks[i >> 6], bit = 1ull << (i & 63);
    if (has_bit(word, bit) || !set_bit(w, word, bit)) return;
    w->marked_bytes += k->size;
    w->objects++;
    if (!(class & 1)) queue_page(w, m, p & -(usize)PAGE_SIZE, class);
}
static SYSTEM void mark_slow(Worker *w, usize p) {
    Span *s = heap_span_of(p);
    if (unlikely(!s)) return;
    u32 i = obj_index(s, p);
    if (unlikely(rt_debug.verify) && obj_is_free(s, i)) {
        rt_print("runtime: pointer %x to free object of span %x size %d\n", p, s->base, (i64)s->elemsize);
        throw_("found bad pointer in Go heap");
    }
    grey(w, s, i);
}
__attribute__((always_inline)) static inline SYSTEM void mark_at(Worker *w, usize p) { // in the heap's range
    usize entry = __atomic_load_n(&heap.spans[(p - heap.base) >> PAGE_SHIFT], __ATOMIC_RELAXED);
    if (likely(entry & (SPAN_ALIGN - 1)) && likely(!checking)) grey_small(w, p, entry & (SPAN_ALIGN - 1));
    else mark_slow(w, p);
}
SYSTEM void mark_ptr(Worker *w, usize p) { mark_at(w, p); }
SYSTEM void mark_maybe(Worker *w, usize p) { // anything that looks like a pointer to an allocated object
    if (unlikely(p - heap.watch_lo < heap.watch_size)) gc_watched(p);
    Span *s = heap_span_of(p);
    if (!s || unlikely(verifying)) return; // it may be one that nothing else leads to
    u32 i = obj_index(s, p);
    if (i < s->nelems && !obj_is_free(s, i)) grey(w, s, i);
}
SYSTEM void mark_conservative(Worker *w, usize lo, usize hi) {
    for (usize *p = (usize *)(lo & -8ull); (usize)p < hi; p++) mark_maybe(w, *p);
}

// ---- scanning

// A word that the program may be changing: read once.
static inline SYSTEM usize load_word(const usize *p) { return __atomic_load_n(p, __ATOMIC_RELAXED); }
typedef u64 __attribute__((aligned(1))) Unaligned64;
SYSTEM void mark_block(Worker *w, usize base, usize words, const u8 *mask) {
    for (usize i = 0; i < words; i += 8, mask++) {
        u32 m = *mask;
        if (!m) {
            for (; i + 64 <= words && !*(const Unaligned64 *)mask; i += 64) mask += 8; // no pointers far and wide
            if (i >= words) return;
            m = *mask;
        }
        if (i + 8 > words) m &= (1u << (words - i)) - 1;
        for (; m; m &= m - 1) mark_word(w, load_word((usize *)base + i + (usize)__builtin_ctz(m)));
    }
}
// [lo, hi) of a block of elements of type t that starts at base.
static SYSTEM void scan_elems(Worker *w, usize base, usize lo, usize hi, GoType *t) {
    const u8 *mask = type_mask(t);
    usize size = t->size, words = t->ptrbytes / 8;
    if (size == 8) {
        for (usize *p = (usize *)lo; (usize)p < hi; p++) mark_word(w, load_word(p));
        return;
    }
    usize e = base + (lo - base) / size * size;
    for (; e < hi; e += size) {
        usize first = e < lo ? (lo - e) / 8 & -8ull : 0, last = words; // up to seven words again
        if (e + words * 8 > hi) last = (hi - e) / 8;
        if (first < last) mark_block(w, e + 8 * first, last - first, mask + first / 8);
    }
}
SYSTEM void mark_typed(Worker *w, usize base, usize size, GoType *t) {
    if (t->ptrbytes) scan_elems(w, base, base, base + size, t);
}

// The pointers of object i of n words.
static inline SYSTEM void scan_small(Worker *w, usize page, u32 i, u32 n) {
    u32 bit = i * n, sh = bit & 63;
    const u64 *bm = (const u64 *)(page + PAGE_SIZE - BITMAP_BYTES) + (bit >> 6);
    u64 m = bm[0] >> sh;
    if (sh + n > 64) m |= bm[1] << (64 - sh);
    if (n < 64) m &= (1ull << n) - 1;
    const usize *words = (const usize *)page + bit;
    for (; m; m &= m - 1) {
        usize p = load_word(words + __builtin_ctzll(m));
        if (p - heap.base < heap.used) mark_at(w, p);
        else mark_word(w, p);
    }
}
// Takes the objects that were marked since the page was looked through last. Two may do so at once: scan bits say who takes which. They are read behind
// the marks: an object that is born black has its scan bit first (malloc.c mark_free), and keeps it.
static inline SYSTEM u32 take_fresh(Worker *w, PageMarks *m, u32 words, u16 *list) {
    u32 n = 0;
    if (w->parallel) __atomic_fetch_and(&m->marks[7], ~PAGE_QUEUED, __ATOMIC_SEQ_CST);
    else m->marks[7] &= ~PAGE_QUEUED;
    for (u32 j = 0; j < words; j++) {
        u64 fresh = __atomic_load_n(&m->marks[j], __ATOMIC_ACQUIRE);
        if (j == 7) fresh &= ~PAGE_QUEUED;
        fresh &= ~__atomic_load_n(&m->scans[j], __ATOMIC_RELAXED);
        if (!fresh) continue;
        if (w->parallel) fresh &= ~__atomic_fetch_or(&m->scans[j], fresh, __ATOMIC_RELAXED);
        else m->scans[j] |= fresh;
        for (; fresh; fresh &= fresh - 1) list[n++] = (u16)(64 * j + (u32)__builtin_ctzll(fresh));
    }
    return n;
}
static inline SYSTEM PageMarks *marks_of(usize entry) { return &heap.marks[(entry - heap.base) >> PAGE_SHIFT]; }
static inline SYSTEM const SmallClass *class_of(usize entry) { return &small_class[entry % PAGE_SIZE >> 1]; }
__attribute__((always_inline)) static inline SYSTEM void fetch_object(usize p, u32 size) {
    __builtin_prefetch((void *)p);
    if (size > 16) __builtin_prefetch((void *)(p + size - 8));
}
static SYSTEM void scan_page(Worker *w, usize entry) {
    enum { AHEAD = 8 };
    u16 list[512];
    usize page = entry & -(usize)PAGE_SIZE;
    u32 size = class_of(entry)->size, n = take_fresh(w, marks_of(entry), class_of(entry)->words, list);
    for (u32 j = 0; j < AHEAD && j < n; j++) fetch_object(page + list[j] * size, size);
    for (u32 j = 0; j < n; j++) {
        if (j + AHEAD < n) fetch_object(page + list[j + AHEAD] * size, size);
        scan_small(w, page, list[j], size / 8);
    }
    w->scanned_bytes += n * size;
}
// Into the CPU's caches: of a page that comes soon its marks and its bitmap of pointers, of one that comes next some objects.
static inline SYSTEM void fetch_pages(Worker *w) {
    usize entry = page_ahead(w, 5);
    if (entry) {
        usize end = (entry | (PAGE_SIZE - 1)) + 1;
        __builtin_prefetch(marks_of(entry)->marks);
        __builtin_prefetch(marks_of(entry)->scans);
        __builtin_prefetch((void *)(end - BITMAP_BYTES));
        __builtin_prefetch((void *)(end - BITMAP_BYTES / 2));
    }
    if ((entry = page_ahead(w, 1))) {
        usize page = entry & -(usize)PAGE_SIZE;
        const PageMarks *m = marks_of(entry);
        u32 left = 4, words = class_of(entry)->words, size = class_of(entry)->size;
        for (u32 j = 0; j < words && left; j++)
            for (u64 fresh = m->marks[j] & ~m->scans[j]; fresh && left; fresh &= fresh - 1, left--)
                fetch_object(page + (64 * j + (u32)__builtin_ctzll(fresh)) * size, size);
    }
}

SYSTEM void scan_contents(Worker *w, usize b) {
    Span *s = span_of(b);
    usize size = s->elemsize;
    w->scanned_bytes += size < OBLET || s->spanclass >> 1 ? size : OBLET;
    if (has_bitmap(s)) {
        scan_small(w, s->base, obj_index(s, b), (u32)(size / 8));
        return;
    }
    if (s->spanclass >> 1) {
        GoType *t = *(GoType **)b;
        if (t) scan_elems(w, b + 8, b + 8, b + size, t);
        return;
    }
    GoType *t = s->large_type; // a large object, or a piece of one
    if (!t) return;
    usize end = s->limit, lo = b;
    if (b + OBLET < end) push(w, b + OBLET); // the rest is for whoever takes it
    scan_elems(w, s->base, lo, lo + OBLET < end ? lo + OBLET : end, t);
}

// For the library's tests: whether the word at p, in an object of the heap, is looked at as a pointer.
SYSTEM u64 rt_is_pointer_word(usize p) {
    Span *s = span_of(p);
    if (!s || s->state != SPAN_HEAP || s->spanclass & 1) return 0;
    usize size = s->elemsize, b = s->base + (usize)obj_index(s, p) * size, bit = (p - s->base) / 8;
    if (size <= HEADER_MIN) return span_bitmap(s)[bit >> 6] >> (bit & 63) & 1;
    bool header = s->spanclass >> 1;
    GoType *t = header ? *(GoType **)b : s->large_type;
    usize at = p - b - (header ? 8 : 0);
    if (!t || at >= size || at % t->size >= t->ptrbytes) return 0;
    usize word = at % t->size / 8;
    return type_mask(t)[word >> 3] >> (word & 7) & 1;
}

// ---- roots

// Looking through a stack: what is used of it, and as much again as finding its frames costs; of the smallest ones all of it.
static inline SYSTEM u64 stack_effort(const G *g) {
    enum { FRAMES = 1792 };
    u64 all = g->stack_hi - g->stack_lo, used = FRAMES + g->stack_hi - g->sched.sp;
    return used < all ? used : all;
}
// A goroutine that does not run. One that does is looked through before it goes on (gc_resumed).
static SYSTEM void root_goroutine(Worker *w, G *g) {
    if (g->scanned == gc_cycle) return;
    scan_lock(g); // waits: not all who hold it scan (exitsyscall_slow)
    u32 s = __atomic_load_n(&g->status, __ATOMIC_SEQ_CST);
    bool waits = s == G_WAITING || s == G_RUNNABLE || s == G_PREEMPTED;
    if (g->scanned != gc_cycle && (waits || s == G_SYSCALL || (s == G_RUNNING && !gc_phase))) {
        if (waits) stack_shrink(g);
        stack_scan(w, g);
        w->roots += stack_effort(g);
        g->scanned = gc_cycle;
    }
    scan_unlock(g);
}
typedef struct RootFn {
    struct RootFn *next;
    void (*fn)(void *, void (*)(void *, void *), void *);
    void (*fn2)(void *ctx, void (*mark)(void *ctx, void *p));
    bool by_number;
} RootFn;
static RootFn *root_fns;
static Lock root_lock = RANKED(ROOT);
SYSTEM void gc_add_root_fn(void (*fn)(void *ctx, void (*mark)(void *ctx, void *p)), bool by_number) {
    RootFn *r = persistent_alloc(sizeof *r, 8);
    r->fn2 = fn;
    r->by_number = by_number;
    lock(&root_lock);
    r->next = root_fns;
    root_fns = r;
    unlock(&root_lock);
}
static SYSTEM void mark_callback(void *ctx, void *p) { mark_word(ctx, (usize)p); }
// What C holds that may change at any time, world stopped.
static SYSTEM void mark_fixed_roots(Worker *w) {
    bubbles_mark(mark_callback, w);
    for (RootFn *r = root_fns; r; r = r->next) r->fn2(w, mark_callback);
}
SYSTEM void mark_records(Worker *w) {
    while (specials_mark_roots(w)) {
    }
    for (i32 i = 0; i < gomaxprocs; i++) timers_mark(allp[i], mark_callback, w);
    mark_fixed_roots(w);
}
SYSTEM void mark_each_record(Worker *w, void (*next)(Worker *, const char *what), Extent module) {
    specials_mark_each(w, next, module);
    for (i32 i = 0; i < gomaxprocs; i++) next(w, "a timer has"), timers_mark(allp[i], mark_callback, w);
    next(w, "a profile label or another record of the runtime has");
    bubbles_mark(mark_callback, w);
    for (RootFn *r = root_fns; r; r = r->next)
        if (!r->by_number) r->fn2(w, mark_callback);
    next(w, NULL);
}
// C frames of threads that are in the middle of a runtime function called by Go code (gc_start sets stopped_sp of its own thread); for their
// pointers into the goroutine's stack see stackscan.c
SYSTEM void mark_c_frames(Worker *w) {
    for (M *m = sched.allm; m; m = m->alllink)
        if (m->curg && m->stopped_sp && m->stopped_sp < m->syssp) mark_conservative(w, m->stopped_sp, m->syssp);
}
typedef struct Seg {
    usize lo, hi;
    const u8 *mask;
} Seg;
static SYSTEM Seg segment_of(const Module *m, bool bss) {
    return bss ? (Seg){(usize)m->bss, (usize)m->ebss, m->bss_mask}
               : (Seg){(usize)m->data, (usize)m->edata, m->data_mask};
}
static SYSTEM Seg segment(i32 k) { return segment_of(rt_modules[k / 2], k & 1); } // data and bss of each module
static SYSTEM bool run_job(Worker *w, u64 job) {
    if (job < work.ndata_jobs) {
        for (i32 k = 0; k < 2 * rt_nmodules; k++) {
            Seg s = segment(k);
            u64 n = (s.hi - s.lo + ROOT_BLOCK - 1) / ROOT_BLOCK;
            if (job >= n) {
                job -= n;
                continue;
            }
            usize lo = s.lo + job * ROOT_BLOCK, hi = lo + ROOT_BLOCK < s.hi ? lo + ROOT_BLOCK : s.hi;
            if (s.mask) mark_block(w, lo, (hi - lo) / 8, s.mask + (lo - s.lo) / 64);
            w->roots += hi - lo;
            return true;
        }
        return true;
    }
    job -= work.ndata_jobs;
    if (job >= work.ng_jobs) {
        if (job - work.ng_jobs < (u64)gomaxprocs) timers_mark(allp[job - work.ng_jobs], mark_callback, w);
        return true;
    }
    u64 at = job * RECORDS_AT_ONCE;
    for (G *g; (g = records_next(RECORD_G, &at, (job + 1) * RECORDS_AT_ONCE));) root_goroutine(w, g);
    return true;
}

// ---- draining

static void finish(Worker *w);
// One object or page: objects first, pages gather more meanwhile. False: nobody has any that can be taken.
static SYSTEM bool scan_one(Worker *w) {
    do {
        usize p = pop(w);
        if (p) {
            scan_contents(w, p);
            return true;
        }
        if ((p = take_page(w))) {
            fetch_pages(w);
            scan_page(w, p);
            return true;
        }
    } while (take_full(w));
    return false;
}
static SYSTEM void drain_local(Worker *w) {
    while (scan_one(w)) {
        if (likely(!w->parallel || !__atomic_load_n(&work.nidle, __ATOMIC_RELAXED) ||
                   __atomic_load_n(&work.nfull, __ATOMIC_RELAXED)))
            continue;
        share_pages(w);
        if (w->spare && w->spare->n == 254) {
            put_full(w->spare);
            w->spare = NULL;
        }
    }
}
SYSTEM void mark_flush(Worker *w) { flush(w); }
SYSTEM void mark_drain(Worker *w) {
    drain_local(w);
    flush(w);
}

static SYSTEM void participate(Worker *w) {
    for (;;) {
        u64 job;
        while ((job = __atomic_fetch_add(&work.next_job, 1, __ATOMIC_RELAXED)) < work.njobs) {
            run_job(w, job);
            drain_local(w);
        }
        drain_local(w);
        flush(w);
        if (!w->parallel) return;
        // idle: over when everybody is
        u32 idle = __atomic_add_fetch(&work.nidle, 1, __ATOMIC_SEQ_CST);
        for (u32 spins = 0;; spins++) {
            if (__atomic_load_n(&work.nfull, __ATOMIC_ACQUIRE)) {
                __atomic_fetch_sub(&work.nidle, 1, __ATOMIC_SEQ_CST);
                break;
            }
            idle = __atomic_load_n(&work.nidle, __ATOMIC_SEQ_CST);
            if (idle == __atomic_load_n(&work.nworkers, __ATOMIC_SEQ_CST) &&
                __atomic_load_n(&work.nfull, __ATOMIC_SEQ_CST) == 0) {
                __atomic_store_n(&work.done, 1, __ATOMIC_SEQ_CST);
            }
            if (__atomic_load_n(&work.done, __ATOMIC_SEQ_CST)) return;
            if (spins < 200) __builtin_ia32_pause();
            else os_yield();
        }
    }
}
static SYSTEM void finish(Worker *w) {
    __atomic_fetch_add(&work.marked_bytes, w->marked_bytes, __ATOMIC_SEQ_CST);
    __atomic_fetch_add(&work.scanned_bytes, w->scanned_bytes, __ATOMIC_SEQ_CST);
    __atomic_fetch_add(&work.objects, w->objects, __ATOMIC_SEQ_CST);
    __atomic_fetch_add(&work.roots, w->roots, __ATOMIC_SEQ_CST);
    w->marked_bytes = w->scanned_bytes = w->objects = w->roots = 0;
    stack_scan_done(w);
}
static u32 helpers_running; // atomic
SYSTEM void gc_help(void) {
    Worker w = {.parallel = true};
    participate(&w);
    finish(&w);
    __atomic_fetch_sub(&helpers_running, 1, __ATOMIC_SEQ_CST);
}

// World stopped. Timers are jobs only where the program runs on (concurrent).
SYSTEM void mark_begin(bool concurrent) {
    checking = rt_debug.verify;
    work.next_job = 0;
    work.done = 0;
    work.nidle = 0;
    work.nworkers = 1;
    work.marked_bytes = work.scanned_bytes = work.objects = work.roots = 0;
    work.ndata_jobs = 0;
    for (i32 k = 0; k < 2 * rt_nmodules; k++) {
        Seg s = segment(k);
        work.ndata_jobs += (s.hi - s.lo + ROOT_BLOCK - 1) / ROOT_BLOCK;
    }
    work.ng_jobs = (records_end() + RECORDS_AT_ONCE - 1) / RECORDS_AT_ONCE;
    work.njobs = work.ndata_jobs + work.ng_jobs + (concurrent ? (u64)gomaxprocs : 0);
    specials_mark_begin();
    work.more_specials = concurrent;
}

// ---- beside the program

static SYSTEM bool next_root(Worker *w) {
    if (__atomic_load_n(&work.next_job, __ATOMIC_RELAXED) < work.njobs) {
        u64 job = __atomic_fetch_add(&work.next_job, 1, __ATOMIC_RELAXED);
        if (job < work.njobs) return run_job(w, job);
    }
    if (!__atomic_load_n(&work.more_specials, __ATOMIC_ACQUIRE)) return false;
    if (!specials_mark_roots(w)) __atomic_store_n(&work.more_specials, false, __ATOMIC_RELEASE);
    return true;
}
static inline SYSTEM u64 effort(const Worker *w) { return w->scanned_bytes + w->roots + 24 * w->objects; }
SYSTEM bool mark_work_left(void) {
    return __atomic_load_n(&work.nfull, __ATOMIC_ACQUIRE) ||
           __atomic_load_n(&work.next_job, __ATOMIC_RELAXED) < work.njobs ||
           __atomic_load_n(&work.more_specials, __ATOMIC_ACQUIRE);
}
SYSTEM bool mark_maybe_done(void) { return !__atomic_load_n(&work.active, __ATOMIC_SEQ_CST) && !mark_work_left(); }
SYSTEM u64 mark_slice(u64 budget, bool stopped) {
    Worker w = {.parallel = !stopped};
    __atomic_fetch_add(&work.active, 1, __ATOMIC_SEQ_CST);
    while (effort(&w) < budget && (stopped || !__atomic_load_n(&sched.gcwaiting, __ATOMIC_RELAXED))) {
        if (!scan_one(&w) && !next_root(&w)) break;
    }
    u64 done = effort(&w);
    flush(&w);
    finish(&w);
    __atomic_fetch_sub(&work.active, 1, __ATOMIC_SEQ_CST);
    return done;
}
// One goroutine, whose scan_lock the caller holds.
SYSTEM void mark_goroutine(G *g) {
    Worker w = {.parallel = true};
    __atomic_fetch_add(
        &work.active, 1,
        __ATOMIC_SEQ_CST); // a deep stack takes a while, and nobody should wait for it with the world stopped
    stack_scan(&w, g);
    g->scanned = gc_cycle;
    flush(&w);
    finish(&w);
    __atomic_fetch_sub(&work.active, 1, __ATOMIC_SEQ_CST);
}
SYSTEM void mark_fixed(void) { // world stopped
    Worker w = {.parallel = true};
    mark_fixed_roots(&w);
    flush(&w);
    finish(&w);
}
SYSTEM void mark_timers(P *p) {
    Worker w = {.parallel = true};
    timers_mark(p, mark_callback, &w);
    flush(&w);
    finish(&w);
}
SYSTEM u64 mark_effort(void) { // of this cycle so far
    return __atomic_load_n(&work.scanned_bytes, __ATOMIC_RELAXED) + __atomic_load_n(&work.roots, __ATOMIC_RELAXED) +
           24 * __atomic_load_n(&work.objects, __ATOMIC_RELAXED);
}
SYSTEM u64 mark_roots(void) { return work.roots; }
SYSTEM u64 mark_finish(void) { // world stopped, nothing grey; bytes marked
    bubbles_after_mark();
    return work.marked_bytes;
}

SYSTEM u64 mark_all(void) {
    mark_begin(false);
    Worker w = {0};
    // Helpers only where there is enough to do: threads that exist already, idle ones.
    i32 want = gomaxprocs - 1;
    if (want > 15) want = 15;
    if (want > 0 && (heap.heap_inuse > 4u << 20 || records_used(RECORD_G) > 2000)) {
        w.parallel = true;
        i32 have = 0;
        lock(&sched.lock);
        for (M *m = sched.midle; m; m = m->schedlink) have++;
        unlock(&sched.lock);
        if (have < want) have = want < have + 1 ? want : have + 1; // at most one new thread a cycle
        __atomic_store_n(&helpers_running, 0, __ATOMIC_SEQ_CST);
        i32 got = 0;
        // count them as workers before they start, so that nobody finishes early
        __atomic_store_n(&work.nworkers, 1 + (u32)want, __ATOMIC_SEQ_CST);
        __atomic_store_n(&helpers_running, (u32)want, __ATOMIC_SEQ_CST);
        got = gc_wake_helpers(want);
        if (got == 0) got += gc_new_helper();
        __atomic_fetch_sub(&helpers_running, (u32)(want - got), __ATOMIC_SEQ_CST);
        __atomic_fetch_sub(&work.nworkers, (u32)(want - got), __ATOMIC_SEQ_CST);
        if (got == 0) w.parallel = false;
    }
    mark_records(&w);
    mark_c_frames(&w);
    participate(&w);
    while (__atomic_load_n(&helpers_running, __ATOMIC_SEQ_CST)) os_yield();
    finish(&w);
    return mark_finish();
}
SYSTEM u64 gc_scanned_bytes(void) { return work.scanned_bytes; }
SYSTEM bool is_marked(usize p) {
    Span *s = heap_span_of(p);
    if (!s) return true;
    u32 i = obj_index(s, p);
    return s->mark_bits[i >> 6] >> (i & 63) & 1;
}
// What a write barrier buffer holds. Words that were not filled in, as the store faulted, are old ones.
SYSTEM void mark_buffer(const usize *from, const usize *to) {
    Worker w = {.parallel = true};
    for (; from < to; from++)
        if (*from) mark_maybe(&w, *from);
    flush(&w);
    __atomic_fetch_add(&work.marked_bytes, w.marked_bytes, __ATOMIC_RELAXED);
    __atomic_fetch_add(&work.objects, w.objects, __ATOMIC_RELAXED);
}
SYSTEM Span *heap_next_span(usize *at) {
    for (; *at < heap.used >> PAGE_SHIFT; (*at)++) {
        Span *s = span_at(*at);
        if (!s || s->base != heap.base + (*at << PAGE_SHIFT)) continue;
        *at += s->npages;
        return s;
    }
    return NULL;
}
SYSTEM void marks_clear(void) {
    usize at = 0;
    for (Span *s; (s = heap_next_span(&at));)
        for (u32 i = 0; s->state == SPAN_HEAP && i < (s->nelems + 63) / 64; i++) {
            s->mark_bits[i] = 0;
            if (page_marks(s) && !is_noscan(s)) page_marks(s)->scans[i] = 0;
        }
}
SYSTEM void mark_segments(Worker *w, const Module *m, bool (*next)(usize at)) {
    for (i32 k = 0; k < 2; k++) {
        Seg s = segment_of(m, k);
        for (usize i = 0; s.mask && i < (s.hi - s.lo) / 8; i++) {
            if (!(s.mask[i >> 3] >> (i & 7) & 1)) continue;
            if (!next(s.lo + 8 * i)) continue;
            mark_word(w, load_word((usize *)s.lo + i));
            drain_local(w);
        }
    }
}
SYSTEM void mark_globals(Worker *w) {
    specials_mark_begin();
    for (i32 k = 0; k < 2 * rt_nmodules; k++) {
        Seg s = segment(k);
        if (s.mask) mark_block(w, s.lo, (s.hi - s.lo) / 8, s.mask);
    }
    mark_records(w);
    mark_c_frames(w);
    mark_drain(w);
}
// Before marking: every span was swept. One that still carries marks is in a cache that nobody flushed.
SYSTEM void verify_unmarked(void) {
    usize at = 0;
    for (Span *s; (s = heap_next_span(&at));)
        for (u32 i = 0; s->state == SPAN_HEAP && i < (s->nelems + 63) / 64; i++)
            if (s->mark_bits[i]) {
                rt_print("runtime: span %x of objects of size %d was not swept\n", s->base, (i64)s->elemsize);
                throw_("heap verification");
            }
}
SYSTEM void verify_heap(void) {
    Worker w = {0};
    usize at = 0;
    verifying = checking = true;
    for (Span *s; (s = heap_next_span(&at));) {
        if (s->state != SPAN_HEAP || is_noscan(s)) continue;
        for (u32 i = 0; i < s->nelems; i++)
            if (s->mark_bits[i >> 6] >> (i & 63) & 1) {
                verifying_from = s->base + i * s->elemsize;
                scan_contents(&w, verifying_from);
                for (usize o; (o = pop(&w));) scan_contents(&w, o); // pieces of large objects
            }
    }
    verifying_from = 0;
    for (u64 job = 0; job < work.ndata_jobs; job++) run_job(&w, job);
    at = 0;
    for (G *g; (g = g_next(&at));)
        if (!g_is_dead(g)) stack_scan(&w, g);
    verifying = false;
    checking = rt_debug.verify;
    flush(&w);
    stack_scan_done(&w);
}
