// mem.h - the heap's data. One contiguous reserved range; pages of 8 KiB; spans of pages; objects of one size in a span.
//
// A page is part of exactly one span: heap.spans[page] for every page of an in-use span, first and last page of a free one. In its low bits an in-use
// span of small objects (SmallClass) has its class; their marks are in a table by pages: marking looks at no Span.
// Free: coalesced with its neighbours, in a two-level segregated list (pageheap.c). Released pages (bitmap heap.released) are not backed by memory and
// read as zero; pages never used are released. So a span needs zeroing iff one of its pages was not released when it was taken.
// Object i of a heap span is allocated iff i < freeindex or alloc_bits[i] (owner: the P that caches the span); marked iff mark_bits[i].
// Where the pointers are: noscan classes: nowhere. Objects <= 512 bytes: bitmap in the last 128 bytes of their (one page) span, a bit a word. Larger
// small objects: the first word of the slot is the type, the object starts at slot + 8. Large objects: span->large_type.
// Memory for an array: type = element type, repeated until the end of the slot.
#pragma once
#include "os/os.h"

#define PAGE_SHIFT       13
#define PAGE_SIZE        8192u
#define NCLASS           68
#define NSPANCLASS       (2 * NCLASS) // class << 1 | noscan
#define SMALL_MAX        32768u
#define HEADER_MIN       512u // scan objects above it carry a type word
#define TINY_SIZE        16u
#define BITMAP_BYTES     128u
#define OBJ_PER_SPAN_MAX 1024

enum {
    SPAN_FREE = 0,
    SPAN_HEAP = 1,
    SPAN_STACK = 2,
    SPAN_DEAD = 3 /* in nobody's list, or a heap span in the making */
};

typedef struct Special Special;
typedef struct Sample Sample;
typedef struct Span Span;
typedef struct Account Account;
struct Span {
    usize base;
    u32 npages;
    u8 state, spanclass, needzero, cached; // cached: in some mcache
    u32 nelems, freeindex;
    u32 elemsize_magic;
    u32 alloc_count;
    usize elemsize;
    usize limit;     // limit: end of the last object
    u64 alloc_cache; // complement of alloc_bits at freeindex, shifted
    u64 *alloc_bits, *mark_bits;
    u64 inline_bits[4];
    Span *next, *prev;
    struct SpanList *list;
    GoType *large_type;
    Special *specials;
    Sample *samples;
    union {
        struct {
            Span *next_special, *prev_special;
        };
        struct { // of stacks
            void *stack_free;
            u32 stack_used, stack_order;
        };
    };
    u32 decided; // cycle whose dead objects with specials were decided about (gc/special.c)
    bool in_special_list, swept_large;
    u16 bits_bytes;         // of the record that has its bitmaps; 0: inline_bits has them
    u32 alloc_count_before; // when it was cached, for statistics
    u32 sample_left;        // objects to allocate before one is sampled (diag/prof.h), if mem_profile
    Account *account;       // whose objects are here; NULL: the host's
};
_Static_assert(sizeof(Span) <= 192, "a span fits three lines of the cache: a small object's page costs so much more");
typedef struct SpanList {
    Span *first, *last;
    usize n;
} SpanList;

typedef struct Central {
    Lock lock;
    SpanList partial, full, unswept;
} Central;

struct MCache {
    Span *alloc[NSPANCLASS];
    usize tiny, tiny_off;
    u64 tiny_allocs, nmalloc[NCLASS], large_alloc_bytes, large_allocs; // statistics since the last flush
    u64 debt;                                                          // bytes taken that no assist was paid for
    i64 sample_rate;  // that the cached spans' sample_left are drawn for
    Account *account; // NULL: the host's
};
extern MCache mcache_none; // of a P that has not allocated yet

// What a domain has of the heap (account.c). Its objects lie in spans that have no others, so what they are charged with is exact: whole pages.
// Records are used again when their plugin is gone, never freed.
enum { ACCOUNT_HEAP, ACCOUNT_STACKS, ACCOUNT_RECORDS, ACCOUNT_KINDS };
struct Account {
    i64 used, limit, peak, of[ACCOUNT_KINDS]; // bytes; used, of: atomic; limit 0: none. Known to lib/vole/plugin
    u64 collections;                          // that its limit made necessary; atomic
    i64 collect_after;                        // when the next one may be
    u64 unswept;                              // of its spans; atomic
    void (*malloc)(void), (*growslice)(void); // Go functions: the slow path near the limit
    MCache **cache;                           // by the number of the P, NULL: none yet
    i32 ncache;
    bool is_used;
    Account *next; // of all
    Central central[NSPANCLASS];
};

typedef struct SmallClass { // of objects up to HEADER_MIN bytes, in spans of a page
    u32 magic;              // elemsize_magic
    u16 size, words;        // of a bitmap of its objects
} SmallClass;
extern const SmallClass small_class[NSPANCLASS]; // size 0: it is none
// Marks of a page of such objects. Atomic while marking. All zero between cycles once it is swept, and of other pages.
typedef struct PageMarks {
    u64 marks[8]; // with pointers: PAGE_QUEUED in the last one, the page is in a marker's queue
    u64 scans[8]; // with pointers: objects that were looked through in this cycle, or need not be; 8-byte objects without: more marks
} PageMarks;
#define PAGE_QUEUED (1ull << 63)

#define HEAP_MAX    (1ull << 40) // address space of the heap
#define RECORDS_MAX (1ull << 36) // and of records, at most a quarter of the heap's
enum { TLSF_SL = 16, TLSF_FL = 25 /* lists up to that of a run of HEAP_MAX */ };
typedef struct Heap {
    Lock lock;                  // page heap: spans[], free lists, counters below
    usize base, reserved, used; // used: bytes handed to the page heap so far (grows)
    usize watch_lo,
        watch_size; // gc/holder.c: addresses outside of the heap that it looks for, else none; world stopped
    usize *spans;   // Span | spanclass
    PageMarks *marks;
    u64 *released;
    usize spans_committed, marks_committed, released_committed;
    u32 fl_map;
    u32 sl_map[TLSF_FL];
    Span *free[TLSF_FL][TLSF_SL];
    Span empty_span; // full for ever: initial content of mcaches
    Central central[NSPANCLASS];
    // bytes; lock
    u64 pages_inuse, pages_free, pages_released, stack_inuse, heap_inuse;
    // atomic
    u64 live;              // heap bytes in use or cached, as the pacer sees it
    u64 unswept;           // spans not yet swept
    u64 sweep_step;        // of them to be swept for each span that a cache takes: so all are before the next cycle
    u64 sys_other, sys_gc; // persistent memory; that of the marker among it
    // statistics (flushed mcaches; freed by sweeping); stats_lock
    Lock stats_lock;
    u64 nmalloc[NCLASS], nfree[NCLASS], large_alloc_bytes, large_allocs, large_free_bytes, large_frees, tiny_allocs;
} Heap;
extern Heap heap;
extern const u16 class_size[NCLASS];
extern const u8 class_pages[NCLASS];
extern u32 malloc_hook; // non-zero: the fast path is closed. Bits, atomic:
enum {
    MALLOC_STRESS = 1,        // stress modes
    MALLOC_PROFILE_START = 2, // diag/prof.h
    MALLOC_STOP = 4,          // the world is being stopped: who allocates notices at once
    MALLOC_ASKED =
        8 // a signal that asks a goroutine to give way landed in C code on its stack: perhaps in the fast path, which is all that a loop may call
};
static inline SIGNAL void malloc_hook_clear(u32 bits) {
    if (__atomic_load_n(&malloc_hook, __ATOMIC_RELAXED) & bits)
        __atomic_fetch_and(&malloc_hook, ~bits, __ATOMIC_RELAXED);
}

// pageheap.c
void heap_init(void);                     // the first thread, before others exist
Span *span_alloc(usize npages, u8 state); // SYSTEM; NULL only if the system has no memory: then throws
void span_free(Span *s);
usize heap_release_some(usize bytes); // give free pages back; bytes released
void heap_stats(void);
// records.c
typedef enum RecordKind {
#define R(id, size) RECORD_##id,
#include "mem/records.def"
#undef R
    RECORD_KINDS
} RecordKind;
void records_init(usize base, usize size); // of a reserved range
void *record_get(RecordKind k);            // SYSTEM, zero
void record_put(RecordKind k, void *p);
void records_release(usize bytes);                        // gives pages back in which nothing is in use
u64 records_idle(void);                                   // bytes of such pages
u64 records_mapped(void);                                 // bytes that are backed by memory, in all
u64 records_of(RecordKind k), record_bytes(RecordKind k); // bytes backed for a kind; in use of them
u64 records_used(RecordKind k);                           // SIGNAL: how many
// SIGNAL: the first record of the kind that is in use at *place or after it, before `end` (at most records_end()); *place is moved behind it. NULL: none.
// Beside the program it may be new, zero, or just be put back.
void *records_next(RecordKind k, u64 *place, u64 end);
u64 records_end(void);
enum { RECORDS_AT_ONCE = 256 }; // places: four pages
// malloc.c
MCache *mcache_new(void);
void mcache_flush(MCache *c, bool all);                     // all: give the spans back too
usize span_bytes_for(usize size, bool noscan, u32 *spc);    // LEAF: of the span that an object would need; its class
void span_init_heap(Span *s, u8 spanclass, usize elemsize); // of a SPAN_DEAD one that span_alloc gave for the heap
static inline LEAF void span_publish(Span *s);              // from now on the marker takes words for pointers into it
// account.c
Account *account_new(void);
void account_close(Account *);         // world stopped: what is left is the host's
void account_switch(P *p, Account *a); // LEAF
void accounts_grow(i32 procs);         // world stopped: so many Ps
void mcaches_flush(P *p, bool all);    // all of a P, as mcache_flush
Account *accounts(void);               // the first of all; more may come in front of it
static inline LEAF void account_charge(Account *a, u32 kind, i64 bytes) { // or credit
    __atomic_fetch_add(&a->of[kind], bytes, __ATOMIC_RELAXED);
    i64 used = __atomic_add_fetch(&a->used, bytes, __ATOMIC_RELAXED);
    if (used > a->peak) a->peak = used;
}
static inline LEAF Account *account_of(const G *g) { return unlikely(g->domain != NULL) ? g->domain->account : NULL; }
// g is about to run on p, or has changed its domain there: what it allocates from now on is its domain's.
static inline LEAF void account_follow(P *p, const G *g) {
    if (likely(!((usize)g->domain | (usize)p->account))) return;
    Account *a = account_of(g);
    if (a != p->account) account_switch(p, a);
}
static inline LEAF Central *central_of(Account *a, u32 spc) {
    return unlikely(a != NULL) ? &a->central[spc] : &heap.central[spc];
}
void stack_paid(G *g, usize was, usize is); // LEAF: its stack has another size; g->domain or g->payer is not NULL
// stack.c
usize stack_get(usize size);
void stack_put(usize lo, usize size);
void stack_cache_flush(P *p);
void stack_pool_trim(void);

enum { SPAN_ALIGN = 64 };
static inline LEAF Span *span_at(usize page) { return (Span *)(heap.spans[page] & -(usize)SPAN_ALIGN); }
static inline LEAF Span *span_of(usize p) { // of an address in a used page, else NULL
    usize off = p - heap.base;
    return off < heap.used ? span_at(off >> PAGE_SHIFT) : NULL;
}
static inline LEAF bool has_bitmap(const Span *s) {
    return s->spanclass >> 1 && !(s->spanclass & 1) && s->elemsize <= HEADER_MIN;
}
static inline LEAF PageMarks *page_marks(const Span *s) { // NULL: its marks are its own
    return small_class[s->spanclass].size ? &heap.marks[(s->base - heap.base) >> PAGE_SHIFT] : NULL;
}
static inline LEAF void span_publish(Span *s) {
    __atomic_store_n(&s->state, SPAN_HEAP, __ATOMIC_RELEASE);
    if (page_marks(s))
        __atomic_store_n(&heap.spans[(s->base - heap.base) >> PAGE_SHIFT], (usize)s | s->spanclass, __ATOMIC_RELEASE);
}
// The span of heap objects that p points into, else NULL. While marking none is given back, so what is found stays.
static inline LEAF Span *heap_span_of(usize p) {
    Span *s = span_of(p);
    if (!s || __atomic_load_n(&s->state, __ATOMIC_ACQUIRE) != SPAN_HEAP || p - s->base >= s->limit - s->base)
        return NULL;
    return s;
}
static inline LEAF u32 obj_index(const Span *s, usize p) {
    return (u32)(((u64)(p - s->base) * s->elemsize_magic) >> 32);
}
static inline LEAF bool is_noscan(const Span *s) { return s->spanclass & 1; }
static inline LEAF bool obj_is_free(const Span *s, u32 i) {
    return i >= s->freeindex && !(s->alloc_bits[i >> 6] >> (i & 63) & 1);
}
static inline LEAF u64 *span_bitmap(const Span *s) { return (u64 *)(s->base + PAGE_SIZE - BITMAP_BYTES); }
void list_push(SpanList *l, Span *s);
void list_remove(Span *s);
Span *list_pop(
    SpanList
        *l); // the first, NULL: none; for lists that others may have appended to this one (Span.list is not looked at)

// type masks (typemask.c)
const u8 *type_mask(GoType *t); // pointer bitmap of ptrbytes/8 bits; builds those made on demand
