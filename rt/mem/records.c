// records.c - records that the runtime keeps in great numbers: spans, goroutines, places in queues, mark bits.
//
// SYSTEM; records.lock; records_next without it. A record is zero when it is handed out. They lie in a reserved range of chunks of 1 MiB; the first page
// (of the system) of a chunk says what is in the others. A page has records of one kind for ever: an old pointer still points to a record of its kind, be
// it in use or not. Pages with nothing in use are given back, and read as zeros then: of each kind, zero must mean nothing.
// The lowest free record is handed out first, so what outlives a peak comes to lie together.
#include "mem/mem.h"
#include "gc/gc.h"
#include "sched/sched.h"

enum { PLACE_PAGE = 6, PLACE_CHUNK = 6 + 20 - 12 }; // a place names chunk, page, record
enum { CHUNK_SHIFT = 20, PAGES = 1 << (CHUNK_SHIFT - 12), MAX_CHUNKS = 1 << 16, WORDS = PAGES / 64 };
_Static_assert(OS_PAGE == 1 << 12, "pages of a chunk");

static const u16 record_size[RECORD_KINDS] = {
#define R(id, size) [RECORD_##id] = (size),
#include "mem/records.def"
#undef R
};
#define R(id, size)                                                                                                    \
    _Static_assert((size) >= OS_PAGE / 64 && (size) % 16 == 0, "a word has a bit for each record of a page: " #id);
#include "mem/records.def"
#undef R

typedef struct Chunk {
    u64 free[PAGES];                                          // a bit a record
    u64 kind[RECORD_KINDS][WORDS], room[RECORD_KINDS][WORDS]; // pages of a kind; those of them with a free record
    u64 resident[WORDS], idle[WORDS];                         // used since they were given back; and nothing in use
} Chunk;
_Static_assert(sizeof(Chunk) <= OS_PAGE, "the first page of a chunk");

static struct {
    Lock lock;
    usize base, max;                           // chunks; set once
    usize n;                                   // chunks in use
    u32 fresh;                                 // of the last chunk: the first page that has no kind
    u64 end;                                   // the place behind all pages that have one; atomic
    u32 first[RECORD_KINDS];                   // no word of `room` before it has a bit
    u64 room[RECORD_KINDS][MAX_CHUNKS / 64];   // chunks with a free record
    u64 used[RECORD_KINDS];                    // records; atomic
    u64 resident[RECORD_KINDS], headers, idle; // pages
    usize at;                                  // chunk where giving back goes on
} records = {.lock = RANKED(RECORDS)};

static inline SIGNAL Chunk *chunk_at(usize i) { return (Chunk *)(records.base + (i << CHUNK_SHIFT)); }
static inline SYSTEM Chunk *chunk_of(const void *p) { return (Chunk *)((usize)p & -(usize)(1 << CHUNK_SHIFT)); }
static inline SYSTEM usize index_of(const Chunk *c) { return ((usize)c - records.base) >> CHUNK_SHIFT; }
static inline SIGNAL u64 all_of(RecordKind k) { // of the records of a page
    u32 n = OS_PAGE / record_size[k];
    return n == 64 ? ~0ull : (1ull << n) - 1;
}
static inline SYSTEM bool has(const u64 *set, u32 i) { return set[i >> 6] >> (i & 63) & 1; }
static inline SYSTEM void add(u64 *set, u32 i) { set[i >> 6] |= 1ull << (i & 63); }
static inline SYSTEM void drop(u64 *set, u32 i) { set[i >> 6] &= ~(1ull << (i & 63)); }

static SYSTEM void add_room(Chunk *c, RecordKind k, u32 page) {
    u32 i = (u32)index_of(c);
    add(c->room[k], page);
    add(records.room[k], i);
    if (i >> 6 < records.first[k]) records.first[k] = i >> 6;
}
static SYSTEM void drop_room(Chunk *c, RecordKind k, u32 page) {
    drop(c->room[k], page);
    for (u32 w = 0; w < WORDS; w++)
        if (c->room[k][w]) return;
    drop(records.room[k], (u32)index_of(c));
}

SYSTEM void records_init(usize base, usize size) {
    records.base = base;
    records.max = size >> CHUNK_SHIFT < MAX_CHUNKS ? size >> CHUNK_SHIFT : MAX_CHUNKS;
    records.fresh = PAGES;
}
static SYSTEM void add_page(RecordKind k) {
    if (!records.max) heap_init();
    if (records.fresh == PAGES) {
        if (records.n == records.max || !os_commit(chunk_at(records.n), 1 << CHUNK_SHIFT)) {
            unlock(&records.lock);
            out_of_memory(1 << CHUNK_SHIFT);
        }
        records.headers++;
        records.fresh = 1;
        records.n++;
    }
    Chunk *c = chunk_at(records.n - 1);
    u32 page = records.fresh++;
    c->free[page] = all_of(k);
    add(c->kind[k], page);
    add_room(c, k, page);
    __atomic_store_n(&records.end, ((records.n - 1) << PLACE_CHUNK) + (records.fresh << PLACE_PAGE), __ATOMIC_RELEASE);
}
static SYSTEM Chunk *chunk_with_room(RecordKind k) {
    u32 end = (u32)((records.n + 63) >> 6);
    for (u32 w; (w = records.first[k]) < end; records.first[k]++)
        if (records.room[k][w]) return chunk_at(w * 64u + (u32)__builtin_ctzll(records.room[k][w]));
    return NULL;
}
SYSTEM void *record_get(RecordKind k) {
    lock(&records.lock);
    Chunk *c = chunk_with_room(k);
    if (!c) {
        add_page(k);
        c = chunk_with_room(k);
    }
    u32 w = 0;
    while (!c->room[k][w]) w++;
    u32 page = w * 64 + (u32)__builtin_ctzll(c->room[k][w]), i = (u32)__builtin_ctzll(c->free[page]);
    u8 *p = (u8 *)c + page * OS_PAGE + i * record_size[k];
    if (has(c->resident, page)) {
        if (has(c->idle, page)) {
            drop(c->idle, page);
            records.idle--;
        }
        memclr(p, record_size[k]);
    } else {
        add(c->resident, page);
        records.resident[k]++;
    }
    u64 left = c->free[page] & ~(1ull << i);
    __atomic_store_n(&c->free[page], left, __ATOMIC_RELEASE); // seen from here on, as zeros
    if (!left) drop_room(c, k, page);
    __atomic_store_n(&records.used[k], records.used[k] + 1, __ATOMIC_RELAXED);
    unlock(&records.lock);
    return p;
}
SYSTEM void record_put(RecordKind k, void *p) {
    Chunk *c = chunk_of(p);
    u32 at = (u32)((usize)p - (usize)c), page = at / OS_PAGE, i = at % OS_PAGE / record_size[k];
    lock(&records.lock);
    u64 now = c->free[page] | 1ull << i;
    if (!c->free[page]) add_room(c, k, page);
    __atomic_store_n(&c->free[page], now, __ATOMIC_RELEASE);
    if (now == all_of(k)) {
        add(c->idle, page);
        records.idle++;
    }
    __atomic_store_n(&records.used[k], records.used[k] - 1, __ATOMIC_RELAXED);
    unlock(&records.lock);
}

// ---- giving back

static SYSTEM RecordKind kind_of(const Chunk *c, u32 page) {
    RecordKind k = 0;
    while (!has(c->kind[k], page)) k++;
    return k;
}
// The idle pages from `from` on that lie side by side; nobody takes a record there until they are back. records.lock, dropped meanwhile.
static SYSTEM u32 release_run(Chunk *c, u32 from, u32 most) {
    u32 end = from;
    for (; end < PAGES && end - from < most && has(c->idle, end); end++) {
        RecordKind k = kind_of(c, end);
        drop(c->idle, end);
        drop(c->resident, end);
        drop_room(c, k, end);
        records.resident[k]--;
        records.idle--;
    }
    unlock(&records.lock);
    os_release((u8 *)c + from * OS_PAGE, (end - from) * OS_PAGE);
    lock(&records.lock);
    for (u32 page = from; page < end; page++) add_room(c, kind_of(c, page), page);
    return end - from;
}
SYSTEM void records_release(usize bytes) {
    usize left = (bytes + OS_PAGE - 1) / OS_PAGE;
    lock(&records.lock);
    for (usize seen = 0; seen < records.n && left && records.idle; seen++, records.at++) {
        if (records.at >= records.n) records.at = 0;
        Chunk *c = chunk_at(records.at);
        for (u32 page = 1; page < PAGES && left; page++)
            if (has(c->idle, page)) left -= release_run(c, page, left < PAGES ? (u32)left : PAGES);
    }
    unlock(&records.lock);
}
SYSTEM u64 records_idle(void) { return records.idle * OS_PAGE; }
SYSTEM u64 records_mapped(void) {
    u64 n = records.headers;
    for (RecordKind k = 0; k < RECORD_KINDS; k++) n += records.resident[k];
    return n * OS_PAGE;
}
SYSTEM u64 records_of(RecordKind k) { return records.resident[k] * OS_PAGE; }
SIGNAL u64 records_used(RecordKind k) { return __atomic_load_n(&records.used[k], __ATOMIC_RELAXED); }
SYSTEM u64 record_bytes(RecordKind k) { return records_used(k) * record_size[k]; }

// ---- all of a kind

SIGNAL u64 records_end(void) { return __atomic_load_n(&records.end, __ATOMIC_ACQUIRE); }
SIGNAL void *records_next(RecordKind k, u64 *place, u64 end) {
    for (u64 at = *place; at < end;) {
        Chunk *c = chunk_at(at >> PLACE_CHUNK);
        u32 page = (u32)(at >> PLACE_PAGE) % PAGES;
        u64 pages = __atomic_load_n(&c->kind[k][page >> 6], __ATOMIC_ACQUIRE) >> (page & 63);
        if (!(pages & 1)) { // on to the next page of the kind among 64, or behind them
            u32 skip = pages ? (u32)__builtin_ctzll(pages) : 64 - (page & 63);
            at = ((at >> PLACE_PAGE) + skip) << PLACE_PAGE;
            continue;
        }
        u64 used = ~__atomic_load_n(&c->free[page], __ATOMIC_ACQUIRE) & all_of(k) & ~0ull << (at & 63);
        if (!used) {
            at = (at | 63) + 1;
            continue;
        }
        u32 i = (u32)__builtin_ctzll(used);
        *place = (at & ~63ull) + i + 1;
        return (u8 *)c + page * OS_PAGE + i * record_size[k];
    }
    *place = end;
    return NULL;
}
