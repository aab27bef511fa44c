// malloc.c - allocation of Go objects.
//
// The fast path runs on the goroutine's stack (LEAF): the P's cached span of the size class, next free bit. Everything else (refill, large objects,
// collection) runs on the system stack with the same result. New objects are zero (or of no pointers and not asked to be), carry their pointer
// description (mem.h), and are born marked while marking is on.
#include "mem/mem.h"
#include "sched/sched.h"
#include "gc/gc.h"
#include "diag/prof.h"
#include "diag/trace.h"

#define S(c, b, p) [c] = b,
const u16 class_size[NCLASS] = {
#include "mem/sizeclass.def"
};
#undef S
#define S(c, b, p) [c] = p,
const u8 class_pages[NCLASS] = {
#include "mem/sizeclass.def"
};
#undef S
#define SAFE(b) ((b) ? (b) : 1)
#define IF(c, b, room, ...)                                                                                            \
    { (c) ? ~0u / SAFE(b) + 1 : 0, (c) ? (b) : 0, (c) ? ((room) / SAFE(b) + 63) / 64 : 0 }
#define S(c, b, p)                                                                                                     \
    [2 * (c)] = IF((b) > 8 && (b) <= HEADER_MIN, b, PAGE_SIZE - BITMAP_BYTES),                                         \
         [2 * (c) + 1] = IF((b) && (b) <= HEADER_MIN, b, PAGE_SIZE),
const SmallClass small_class[NSPANCLASS] = {
#include "mem/sizeclass.def"
};
#undef S
#undef IF
#undef SAFE

static u8 class_of_8[1024 / 8 + 1], class_of_128[(SMALL_MAX - 1024) / 128 + 1]; // filled by malloc_init
u64 zerobase GOSYM("runtime.zerobase");
u32 malloc_hook, mem_profile;
static const MemProfiler *const volatile profiler = &mem_profiler; // NULL if nothing reads the profile
static u32 initialised;
MCache mcache_none = {.alloc = {[0 ... NSPANCLASS - 1] = &heap.empty_span}};

static inline LEAF u32 size_class(usize size) { // size <= SMALL_MAX
    return size <= 1024 ? class_of_8[(size + 7) >> 3] : class_of_128[(size - 1024 + 127) >> 7];
}

// Fills the tables; the first caller is alone (one thread runs Go code until the heap exists) or finds the same values.
static SYSTEM void malloc_init(void) {
    if (__atomic_load_n(&initialised, __ATOMIC_ACQUIRE)) return;
    u32 c = 1;
    for (usize i = 1; i <= 1024 / 8; i++) {
        while (class_size[c] < i * 8) c++;
        class_of_8[i] = (u8)c;
    }
    for (usize i = 0; i <= (SMALL_MAX - 1024) / 128; i++) {
        while (class_size[c] < 1024 + i * 128) c++;
        class_of_128[i] = (u8)c;
    }
    __atomic_store_n(&initialised, 1, __ATOMIC_RELEASE);
    gc_init();
    if (profiler) profiler->start();
}

LEAF usize round_up_size(usize size, bool noscan) {
    if (unlikely(!__atomic_load_n(&initialised, __ATOMIC_ACQUIRE))) LEAF_ON_SYSTEM(malloc_init, 0, 0, 0);
    usize req = size;
    if (!noscan && size > HEADER_MIN) req += 8;
    if (size <= SMALL_MAX - 8) return class_size[size_class(req)] - (req - size);
    if (size + PAGE_SIZE < size) return size;
    return (size + PAGE_SIZE - 1) & -(usize)PAGE_SIZE;
}

// ---- free bits of a span

// The free objects of a window that come before the one to be sampled.
static LEAF u64 before_sample(Span *s, u64 w) {
    u32 n = (u32)__builtin_popcountll(w);
    if (n <= s->sample_left) {
        s->sample_left -= n;
        return w;
    }
    u64 keep = 0;
    for (; s->sample_left; s->sample_left--, w &= w - 1) keep |= w & -w;
    return keep;
}
// Loads the cache with the word of freeindex; skips full words. False: no free object, or the next one is to be sampled (freeindex < nelems).
static LEAF bool refill_alloc_cache(Span *s) {
    u32 i = s->freeindex;
    for (;;) {
        if (i >= s->nelems) {
            s->freeindex = s->nelems;
            s->alloc_cache = 0;
            return false;
        }
        u64 w = ~s->alloc_bits[i >> 6] >> (i & 63);
        if (unlikely(mem_profile) && s->nelems - i < 64) w &= (1ull << (s->nelems - i)) - 1;
        if (w) {
            s->freeindex = i;
            if (unlikely(mem_profile)) w = before_sample(s, w);
            s->alloc_cache = w;
            return w != 0;
        }
        i = (i | 63) + 1;
    }
}
// Index of the next free object, or nelems.
static inline LEAF __attribute__((always_inline)) u32 next_free(Span *s) {
    for (;;) {
        u64 c = s->alloc_cache;
        if (likely(c != 0)) {
            u32 bit = (u32)__builtin_ctzll(c), i = s->freeindex + bit;
            if (unlikely(i >= s->nelems)) {
                s->freeindex = s->nelems;
                s->alloc_cache = 0;
                return s->nelems;
            }
            s->freeindex = i + 1;
            s->alloc_cache = (i & 63) == 63 ? 0 : c >> 1 >> bit;
            s->alloc_count++;
            return i;
        }
        if (!refill_alloc_cache(s)) return s->nelems;
    }
}

// ---- pointer description of small objects

// The bits of a type repeated over `size` bytes (size <= 512), bit 0 = first word.
static LEAF u64 small_mask(usize size, GoType *t) {
    usize ts = t->size;
    if (ts == 8) return size == 512 ? ~0ull : (1ull << (size / 8)) - 1;
    const u8 *m = unlikely(t->tflag & TFLAG_GCMASK_ON_DEMAND) ? type_mask(t) : t->gcdata;
    usize words = t->ptrbytes / 8;
    u64 one = m[0];
    for (usize i = 1; i < (words + 7) / 8; i++) one |= (u64)m[i] << (8 * i);
    if (words < 64) one &= (1ull << words) - 1;
    u64 all = one;
    for (usize off = ts; off < size; off += ts) all |= one << (off / 8);
    return all;
}
static inline LEAF void set_small_bits(Span *s, usize p, usize size, GoType *t) {
    u64 mask = likely(t->size == size && t->ptrbytes <= 64 && !(t->tflag & TFLAG_GCMASK_ON_DEMAND))
                   ? t->gcdata[0] & ((1u << (t->ptrbytes / 8)) - 1)
                   : small_mask(size, t);
    u32 words = (u32)(s->elemsize / 8), bit = (u32)((p - s->base) / 8), sh = bit & 63;
    u64 *w = span_bitmap(s) + (bit >> 6), ones = words == 64 ? ~0ull : (1ull << words) - 1;
    w[0] = (w[0] & ~(ones << sh)) | mask << sh;
    if (sh + words > 64) w[1] = (w[1] & ~(ones >> (64 - sh))) | mask >> (64 - sh);
}

// ---- the fast path; NULL: take the slow one

static inline LEAF __attribute__((always_inline)) void *alloc_small(MCache *c, usize size, GoType *typ, bool noscan,
                                                                    bool zero) {
    if (noscan) {
        if (size < TINY_SIZE) {
            usize off = c->tiny_off;
            if (!(size & 7)) off = (off + 7) & -8ull;
            else if (!(size & 3)) off = (off + 3) & -4ull;
            else if (!(size & 1)) off = (off + 1) & -2ull;
            if (off + size <= TINY_SIZE && c->tiny) {
                c->tiny_off = off + size;
                c->tiny_allocs++;
                return (void *)(c->tiny + off);
            }
            Span *s = c->alloc[2 << 1 | 1];
            u32 i = next_free(s);
            if (unlikely(i >= s->nelems)) return NULL;
            u64 *p = (u64 *)(s->base + (usize)i * 16);
            p[0] = p[1] = 0;
            if (size < c->tiny_off || !c->tiny) {
                c->tiny = (usize)p;
                c->tiny_off = size;
            }
            return p;
        }
        u32 cl = size_class(size);
        Span *s = c->alloc[cl << 1 | 1];
        u32 i = next_free(s);
        if (unlikely(i >= s->nelems)) return NULL;
        void *p = (void *)(s->base + (usize)i * s->elemsize);
        if (zero && s->needzero) memclr(p, s->elemsize);
        return p;
    }
    bool header = size > HEADER_MIN;
    u32 cl = size_class(size + (header ? 8 : 0));
    Span *s = c->alloc[cl << 1];
    u32 i = next_free(s);
    if (unlikely(i >= s->nelems)) return NULL;
    usize p = s->base + (usize)i * s->elemsize;
    if (s->needzero) memclr((void *)p, s->elemsize);
    if (header) {
        *(GoType **)p = typ;
        return (void *)(p + 8);
    }
    set_small_bits(s, p, size, typ);
    return (void *)p;
}

static inline LEAF __attribute__((always_inline)) void *malloc_fast(usize size, GoType *typ, bool zero) {
    if (unlikely(size == 0)) return &zerobase;
    if (unlikely(malloc_hook | (size > SMALL_MAX - 8))) return NULL;
    return alloc_small(this_m()->p->mcache, size, typ, !typ || typ->ptrbytes == 0, zero);
}

void *leaf_malloc_slow(usize size, GoType *typ, bool zero, usize cfa);
LEAF void *leaf_malloc(usize size, GoType *typ, bool zero, usize cfa) {
    void *p = malloc_fast(size, typ, zero);
    return likely(p != NULL) ? p : leaf_malloc_slow(size, typ, zero, cfa);
}

// ---- caches

SYSTEM MCache *mcache_new(void) {
    MCache *c = persistent_alloc(sizeof *c, 64);
    for (int i = 0; i < NSPANCLASS; i++) c->alloc[i] = &heap.empty_span;
    return c;
}
// While marking, all objects that are free in a cached span are marked: so those that are allocated are born marked, and the fast path need not know.
static SYSTEM void mark_free(Span *s, bool on) {
    for (u32 i = s->freeindex >> 6, n = (s->nelems + 63) / 64; i < n; i++) {
        u64 bits = ~s->alloc_bits[i];
        if (i == s->freeindex >> 6) bits &= ~0ull << (s->freeindex & 63);
        if (i == s->nelems >> 6) bits &= (1ull << (s->nelems & 63)) - 1;
        if (on && page_marks(s) &&
            !is_noscan(s)) // the scan bit first: mark.c reads it last. It stays, also if the object is not allocated
            __atomic_fetch_or(&page_marks(s)->scans[i], bits, __ATOMIC_RELAXED);
        if (on) __atomic_fetch_or(&s->mark_bits[i], bits, __ATOMIC_RELEASE);
        else __atomic_fetch_and(&s->mark_bits[i], ~bits, __ATOMIC_RELAXED);
    }
}
static SYSTEM void uncache(MCache *c, u32 spc) {
    Span *s = c->alloc[spc];
    if (s == &heap.empty_span) return;
    if (unlikely(gc_phase)) mark_free(s, false);
    c->alloc[spc] = &heap.empty_span;
    c->nmalloc[spc >> 1] += s->alloc_count - s->alloc_count_before;
    __atomic_fetch_sub(&heap.live, (u64)(s->nelems - s->alloc_count) * s->elemsize, __ATOMIC_RELAXED);
    Central *ct = central_of(c->account, spc);
    lock(&ct->lock);
    s->cached = 0;
    list_push(s->alloc_count == s->nelems ? &ct->full : &ct->partial, s);
    unlock(&ct->lock);
}
SYSTEM void mcache_flush(MCache *c, bool all) {
    if (c == &mcache_none) return;
    if (all) {
        for (u32 i = 0; i < NSPANCLASS; i++) uncache(c, i);
        c->tiny = c->tiny_off = 0;
    } else {
        for (u32 i = 0; i < NSPANCLASS; i++) {
            Span *s = c->alloc[i];
            c->nmalloc[i >> 1] += s->alloc_count - s->alloc_count_before;
            s->alloc_count_before = s->alloc_count;
        }
    }
    lock(&heap.stats_lock);
    for (int i = 0; i < NCLASS; i++) {
        heap.nmalloc[i] += c->nmalloc[i];
        c->nmalloc[i] = 0;
    }
    heap.tiny_allocs += c->tiny_allocs;
    heap.large_allocs += c->large_allocs;
    heap.large_alloc_bytes += c->large_alloc_bytes;
    c->tiny_allocs = c->large_allocs = c->large_alloc_bytes = 0;
    unlock(&heap.stats_lock);
}

static SYSTEM RecordKind bits_kind(u16 bytes) {
    return bytes == 64 ? RECORD_BITS64 : bytes == 128 ? RECORD_BITS128 : RECORD_BITS256;
}
// Bitmaps of its objects, zero: in the span if they are short.
static SYSTEM void span_bits_make(Span *s) {
    PageMarks *m = page_marks(s);
    u32 words = (s->nelems + 63) / 64, all = m ? words : 2 * words;
    u64 *b = s->inline_bits;
    s->bits_bytes = 0;
    if (8 * all <= sizeof s->inline_bits) memset(s->inline_bits, 0, sizeof s->inline_bits);
    else {
        s->bits_bytes = 8 * all <= 64 ? 64 : 8 * all <= 128 ? 128 : 256;
        b = record_get(bits_kind(s->bits_bytes));
    }
    s->alloc_bits = b;
    s->mark_bits = m ? m->marks : b + (s->bits_bytes ? s->bits_bytes / 16 : words);
}
SYSTEM void span_bits_free(Span *s) {
    if (s->bits_bytes) {
        u64 *b = page_marks(s) || s->alloc_bits < s->mark_bits ? s->alloc_bits : s->mark_bits;
        record_put(bits_kind(s->bits_bytes), b);
        s->bits_bytes = 0;
    }
    s->alloc_bits = s->mark_bits = NULL;
}
SYSTEM void span_init_heap(Span *s, u8 spanclass, usize elemsize) {
    usize bytes = (usize)s->npages << PAGE_SHIFT;
    s->spanclass = spanclass;
    s->elemsize = elemsize;
    if (spanclass >> 1) {
        if (has_bitmap(s)) bytes -= BITMAP_BYTES;
        s->nelems = (u32)(bytes / elemsize);
        s->elemsize_magic = ~0u / (u32)elemsize + 1;
        s->limit = s->base + s->nelems * elemsize;
        // A fresh page is written before it is read: it comes with one fault.
        if (has_bitmap(s) && !s->needzero) __builtin_memset(span_bitmap(s), 0, sizeof(u64));
        else if (has_bitmap(s)) __builtin_memset(span_bitmap(s), 0, BITMAP_BYTES);
    } else {
        s->nelems = 1;
        s->elemsize_magic = 0;
        s->limit = s->base + bytes;
    }
    s->freeindex = 0;
    s->alloc_count = s->alloc_count_before = 0;
    s->specials = NULL;
    s->decided = gc_cycle;
    s->samples = NULL;
    s->cached = 0;
    span_bits_make(s);
    s->alloc_cache = 0;
}

static SYSTEM void span_belongs(Span *s, Account *a) { // not published yet
    s->account = a;
    if (unlikely(a != NULL)) account_charge(a, ACCOUNT_HEAP, (i64)s->npages << PAGE_SHIFT);
}
// A span of the class with at least one free object: swept partial ones first, then unswept ones, then fresh pages. Where nearly all are full, nobody
// looks through them all for one with room.
static SYSTEM Span *central_get(Account *a, u32 spc) {
    enum { MOST_SWEPT = 64 };
    Central *ct = central_of(a, spc);
    lock(&ct->lock);
    for (u32 i = 0; i < MOST_SWEPT || a; i++) { // an account's fresh pages are limited
        Span *s = list_pop(&ct->partial);
        if (s) {
            s->cached = 1;
            unlock(&ct->lock);
            return s;
        }
        s = list_pop(&ct->unswept);
        if (!s) break;
        unlock(&ct->lock);
        if (sweep_span(s, true)) return s; // kept for us: it has room
        lock(&ct->lock);
    }
    unlock(&ct->lock);
    if (__atomic_load_n(&heap.unswept, __ATOMIC_RELAXED)) sweep_some(4); // before the heap grows
    Span *s = span_alloc(class_pages[spc >> 1], SPAN_HEAP);
    span_init_heap(s, (u8)spc, class_size[spc >> 1]);
    span_belongs(s, a);
    s->cached = 1;
    span_publish(s);
    return s;
}
static SYSTEM void refill(MCache *c, u32 spc) {
    uncache(c, spc);
    Span *s = central_get(c->account, spc);
    s->alloc_count_before = s->alloc_count;
    if (unlikely(mem_profile)) s->sample_left = profiler->draw(s->elemsize);
    refill_alloc_cache(s);
    if (unlikely(gc_phase)) mark_free(s, true);
    c->debt += (u64)(s->nelems - s->alloc_count) * s->elemsize;
    if (heap.unswept) sweep_some(heap.sweep_step);
    u64 bytes = (u64)(s->nelems - s->alloc_count) * s->elemsize;
    u64 live = __atomic_add_fetch(&heap.live, bytes, __ATOMIC_RELAXED);
    TRACE(heap_live, live);
    c->alloc[spc] = s;
}

static MCache *own_mcache(M *m);
// Clears pages that nobody knows of yet, in pieces: whoever wants to stop the world meanwhile need not wait for the end. The cache of the P that this
// thread has then.
static SYSTEM MCache *clear_large(usize at, usize bytes) {
    enum { PIECE = 256 << 10 };
    M *m = this_m();
    for (usize n; bytes; at += n, bytes -= n) {
        n = bytes < PIECE ? bytes : PIECE;
        memclr((void *)at, n);
        if (unlikely(__atomic_load_n(&sched.gcwaiting, __ATOMIC_RELAXED)) && m->locks == 0) wait_for_other();
    }
    return own_mcache(m);
}
static SYSTEM void *alloc_large(MCache *c, usize size, GoType *typ, bool noscan, bool zero) {
    if (size + PAGE_SIZE < size) fatal_("runtime: out of memory");
    usize npages = (size + PAGE_SIZE - 1) >> PAGE_SHIFT, bytes = npages << PAGE_SHIFT;
    if (__atomic_load_n(&heap.unswept, __ATOMIC_RELAXED)) sweep_some(npages < 64 ? npages : 64);
    Span *s = span_alloc(npages, SPAN_HEAP);
    if (s->needzero && (zero || !noscan)) c = clear_large(s->base, bytes);
    span_init_heap(s, noscan ? 1 : 0, bytes);
    span_belongs(s, c->account);
    s->large_type = noscan ? NULL : typ;
    s->alloc_count = s->alloc_count_before = s->freeindex = 1;
    if (unlikely(gc_phase)) s->mark_bits[0] = 1; // born marked
    span_publish(s);
    c->large_allocs++;
    c->large_alloc_bytes += bytes;
    u64 live = __atomic_add_fetch(&heap.live, bytes, __ATOMIC_RELAXED);
    TRACE(heap_live, live);
    c->debt += bytes;
    Central *ct = central_of(c->account, s->spanclass);
    lock(&ct->lock);
    list_push(&ct->full, s);
    unlock(&ct->lock);
    if (unlikely(mem_profile) && profiler->draw(bytes) == 0) profiler->sample(s, s->base, bytes);
    return (void *)s->base;
}

// ---- the slow path

static SYSTEM void redraw_samples(MCache *c) { // the rate has changed
    for (u32 i = 0; i < NSPANCLASS; i++) {
        Span *s = c->alloc[i];
        if (s == &heap.empty_span) continue;
        s->sample_left = profiler->draw(s->elemsize);
        s->alloc_cache = 0;
    }
}
static inline LEAF u32 span_class(usize size, bool noscan) { // size <= SMALL_MAX - 8
    u32 cl = noscan ? size < TINY_SIZE ? 2 : size_class(size) : size_class(size + (size > HEADER_MIN ? 8 : 0));
    return cl << 1 | noscan;
}
LEAF usize span_bytes_for(usize size, bool noscan, u32 *spc) {
    bool large = size > SMALL_MAX - 8;
    *spc = large ? noscan : span_class(size, noscan);
    return large ? (size + PAGE_SIZE - 1) & -(usize)PAGE_SIZE : (usize)class_pages[*spc >> 1] << PAGE_SHIFT;
}
static SYSTEM void *alloc_medium(MCache *c, usize size, GoType *typ, bool noscan, bool zero) {
    u32 spc = span_class(size, noscan);
    void *p;
    bool sample = false;
    while (!(p = alloc_small(c, size, typ, noscan, zero))) {
        Span *s = c->alloc[spc];
        if (mem_profile && s->freeindex < s->nelems) { // there is a free object: the one to be sampled
            sample = true;
            s->sample_left = 1;
            refill_alloc_cache(s);
        } else refill(c, spc);
    }
    if (unlikely(sample)) {
        Span *s = c->alloc[spc];
        profiler->sample(s, (usize)p, s->elemsize);
        s->sample_left = profiler->draw(s->elemsize);
        s->alloc_cache = 0;
    }
    return p;
}
// The cache of this M's P, made at its first use. Not to be kept over gc_start, which may return with another P.
static SYSTEM MCache *own_mcache(M *m) {
    P *p = m->p;
    if (likely(p->mcache != &mcache_none)) return p->mcache;
    MCache *c = p->mcache = mcache_new();
    c->account = p->account;
    *(p->account ? &p->account->cache[p->id] : &p->mcache_host) = c;
    return c;
}
SYSTEM void *rt_mallocgc(usize size, GoType *typ, bool zero) {
    if (size == 0) return &zerobase;
    check_no_locks("allocation", 1ull << RANK_PRINT | 1ull << RANK_TIMER_SEND) /* Go code runs under these */;
    malloc_init();
    M *m = this_m();
    if (!m->p) throw_("malloc without P");
    if (unlikely(malloc_hook & MALLOC_STRESS)) gc_stress();
    if (unlikely(mem_profile && malloc_hook & MALLOC_PROFILE_START)) profiler->starting(size);
    bool noscan = !typ || typ->ptrbytes == 0;
    if (m->locks == 0) {
        gc_before_alloc();
        m = this_m();
    }
    // no collection from here on: nothing that is scanned holds p
    MCache *c = own_mcache(m);
    if (unlikely(mem_profile) && profiler->changed(&c->sample_rate)) redraw_samples(c);
    void *p = size > SMALL_MAX - 8 ? alloc_large(c, size, typ, noscan, zero) : alloc_medium(c, size, typ, noscan, zero);
    return p;
}

// ---- entry points of compiled code (LEAF)

NORETURN void leaf_jump(usize cfa, void (*go_function)(void)); // continue as if the Go caller had called go_function
#define LEAF_GO(fn) leaf_jump((usize)__builtin_frame_address(0) + 16, fn)
void go_panicmakeslicelen(void) GOSYM("runtime.panicmakeslicelen");
void go_panicmakeslicecap(void) GOSYM("runtime.panicmakeslicecap");
void go_growslicepanic(void) GOSYM("runtime.growslicepanic");

// The slow path. Where a domain comes near its limit, Go code asks for room before (lib/runtime/domain.go): that may take a collection.
NORETURN void leaf_jump_with(usize cfa, void (*go_function)(void), const usize args[6]); // the same, with arguments
static LEAF bool is_tight(usize size, bool noscan) {
    M *m = this_m();
    const Account *a = m->p->account;
    u32 spc;
    return a && a->limit && !m->locks && !m->in_go_call && !m->preemptoff &&
           __atomic_load_n(&a->used, __ATOMIC_RELAXED) + (i64)span_bytes_for(size, noscan, &spc) > a->limit;
}
// A goroutine that was asked to give way does so before it allocates: a Go function in the place of the call has it at its entry. That is the only safe point
// of a loop that allocates, since signals that ask find it in here. Where newstack would refuse it, the call goes on.
void go_malloc_later(void) GOSYM("runtime.mallocLater");
void go_growslice_later(void) GOSYM("runtime.growsliceLater");
static LEAF bool gives_way(void) {
    M *m = this_m();
    G *g = m->curg;
    return g && unlikely(g->stackguard0 == STACK_PREEMPT) && !m->in_go_call && !m->locks && !m->preemptoff &&
           m->p->status == P_RUNNING;
}
static LEAF NORETURN void slow_call(usize cfa, usize size, GoType *typ, bool zero) {
    if (gives_way()) leaf_jump_with(cfa, go_malloc_later, (usize[6]){size, (usize)typ, zero});
    if (unlikely(this_m()->p->account != NULL) && is_tight(size, !typ || !typ->ptrbytes))
        leaf_jump_with(cfa, this_m()->p->account->malloc, (usize[6]){size, (usize)typ, zero});
    leaf_to_system(cfa, (void *)rt_mallocgc, size, (usize)typ, zero, 0);
}
#define SLOW_CALL(size, typ, zero) slow_call((usize)__builtin_frame_address(0) + 16, size, typ, zero)

LEAF void *go_newobject(GoType *typ) GOSYM("runtime.newobject");
void *go_newobject(GoType *typ) {
    void *p = malloc_fast(typ->size, typ, true);
    if (likely(p != NULL)) return p;
    SLOW_CALL(typ->size, typ, true);
}
LEAF void *go_mallocgc(usize size, GoType *typ, bool zero) GOSYM("runtime.mallocgc");
void *go_mallocgc(usize size, GoType *typ, bool zero) {
    void *p = malloc_fast(size, typ, zero);
    if (likely(p != NULL)) return p;
    SLOW_CALL(size, typ, zero);
}
#define MAX_ALLOC (1ull << 48)
LEAF void *go_makeslice(GoType *elem, i64 len, i64 cap) GOSYM("runtime.makeslice");
void *go_makeslice(GoType *elem, i64 len, i64 cap) {
    usize mem;
    if (unlikely(__builtin_mul_overflow(elem->size, (usize)cap, &mem) || mem > MAX_ALLOC || len < 0 || len > cap)) {
        if (__builtin_mul_overflow(elem->size, (usize)len, &mem) || mem > MAX_ALLOC || len < 0)
            LEAF_GO(go_panicmakeslicelen);
        LEAF_GO(go_panicmakeslicecap);
    }
    void *p = malloc_fast(mem, elem, true);
    if (likely(p != NULL)) return p;
    SLOW_CALL(mem, elem, true);
}
LEAF void *go_newarray(GoType *elem, i64 n) GOSYM("runtime.newarray");
void go_newarraypanic(void) GOSYM("runtime.newarraypanic");
void *go_newarray(GoType *elem, i64 n) {
    usize mem;
    if (unlikely(n < 0 || __builtin_mul_overflow(elem->size, (usize)n, &mem) || mem > MAX_ALLOC))
        LEAF_GO(go_newarraypanic);
    void *p = malloc_fast(mem, elem, true);
    if (likely(p != NULL)) return p;
    SLOW_CALL(mem, elem, true);
}

static inline LEAF i64 next_cap(i64 new_len, i64 old_cap) { // growth rule of append
    i64 twice = old_cap + old_cap;
    if (new_len > twice) return new_len;
    if (old_cap < 256) return twice;
    u64 cap = (u64)old_cap;
    do cap += (cap + 3 * 256) >> 2;
    while (cap < (u64)new_len);
    return (i64)cap <= 0 ? new_len : (i64)cap;
}
typedef struct {
    void *p;
    i64 cap;
} PtrCap;
// admitted: there is room for it.
static inline LEAF __attribute__((always_inline)) PtrCap grow(usize cfa, void *old, i64 new_len, i64 old_cap, i64 num,
                                                              GoType *elem, bool admitted) {
    usize es = elem->size;
    if (unlikely(new_len < 0)) leaf_jump(cfa, go_growslicepanic);
    if (es == 0) return (PtrCap){&zerobase, new_len};
    bool noscan = elem->ptrbytes == 0;
    i64 old_len = new_len - num, cap = next_cap(new_len, old_cap);
    usize mem;
    if (unlikely(__builtin_mul_overflow(es, (usize)cap, &mem) || mem > MAX_ALLOC)) leaf_jump(cfa, go_growslicepanic);
    mem = round_up_size(mem, noscan);
    cap = es == 1 ? (i64)mem : es == 8 ? (i64)(mem / 8) : (i64)(mem / es);
    usize len_mem = es * (usize)old_len, new_mem = es * (usize)new_len;
    if (unlikely(mem > MAX_ALLOC)) leaf_jump(cfa, go_growslicepanic);
    mem = (usize)cap * es;
    void *p = malloc_fast(mem, elem, !noscan);
    if (unlikely(!p)) {
        if (unlikely(gives_way()))
            leaf_jump_with(cfa, go_growslice_later,
                           (usize[6]){(usize)old, (usize)new_len, (usize)old_cap, (usize)num, (usize)elem});
        if (!admitted && unlikely(this_m()->p->account != NULL) && is_tight(mem, noscan))
            leaf_jump_with(cfa, this_m()->p->account->growslice,
                           (usize[6]){(usize)old, (usize)new_len, (usize)old_cap, (usize)num, (usize)elem, mem});
        p = leaf_malloc_slow(mem, elem, !noscan, cfa);
    }
    if (noscan) memclr((u8 *)p + new_mem, mem - new_mem);
    else if (unlikely(write_barrier) && old_len > 0) wb_bulk(NULL, (usize)old, len_mem, elem);
    if (len_mem) __builtin_memmove(p, old, len_mem);
    return (PtrCap){p, cap};
}
LEAF PtrCap go_growslice(void *old, i64 new_len, i64 old_cap, i64 num, GoType *elem) GOSYM("runtime.growsliceC");
PtrCap go_growslice(void *old, i64 new_len, i64 old_cap, i64 num, GoType *elem) {
    return grow((usize)__builtin_frame_address(0) + 16, old, new_len, old_cap, num, elem, false);
}
LEAF PtrCap go_growslice_admitted(void *old, i64 new_len, i64 old_cap, i64 num, GoType *elem)
    GOSYM("runtime.growsliceAdmitted");
PtrCap go_growslice_admitted(void *old, i64 new_len, i64 old_cap, i64 num, GoType *elem) {
    return grow((usize)__builtin_frame_address(0) + 16, old, new_len, old_cap, num, elem, true);
}

LEAF bool heap_object(usize p, usize *base, usize *size) {
    Span *s = span_of(p);
    if (!s || s->state != SPAN_HEAP || p < s->base || p >= s->limit) return false;
    u32 i = obj_index(s, p);
    if (i >= s->nelems || obj_is_free(s, i)) return false;
    if (base)
        *base = s->base + i * s->elemsize + (s->elemsize > HEADER_MIN && !is_noscan(s) && s->spanclass >> 1 ? 8 : 0);
    if (size) *size = s->elemsize;
    return true;
}
