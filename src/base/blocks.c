// blocks.c - a buddy allocator for arenas' blocks.
//
// In:   sizes. Out: aligned blocks; what was never handed out is zero.
// A chunk is 2 MB, aligned, so that it can be one huge page: one fault and one TLB entry instead of 512. Its first unit says where free blocks
// begin. A chunk that is free as a whole goes back to the system when there are others. The first 64 MB have small
// pages: small commands need few, and a virtual machine that gives free memory back to its host has nothing behind its free huge pages.
// (Buddy system: Knuth, The Art of Computer Programming 1, 2.5.)
#include "base/blocks.h"
#include <pthread.h>
#include <sys/mman.h>

enum { CHUNK = 2 << 20, UNITS = CHUNK / BLOCK_UNIT, ORDERS = 10, SPARE = 1 };
enum { REGION = 32 << 20 };             // address space that is asked for at once
enum { SMALL_CHUNKS = 64 << 20 >> 21 }; // that have small pages

typedef struct Free Free; // in the first bytes of a free block, zero again when it is none
struct Free {
    Free *next, *prev;
};

typedef struct Chunk {
    u8 order[UNITS]; // of a free block that begins at this unit, and 1; else 0
    i64 taken;       // bytes
    i64 touched;     // from here on nothing was ever handed out
} Chunk;
_Static_assert(sizeof(Chunk) <= BLOCK_UNIT, "the head of a chunk is its first unit");

// All arenas of the process share it, as they would share malloc's.
static struct {
    pthread_mutex_t lock;
    Free *free[ORDERS]; // lists; these and all below: under the lock
    u8 *region, *region_end;
    i64 chunks, spare; // spare: chunks without a taken block
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER};

static Chunk *chunk_of(const void *p) { return (Chunk *)((uintptr_t)p & -(uintptr_t)CHUNK); }
static i64 unit_of(const void *p) { return (i64)((uintptr_t)p & (CHUNK - 1)) / BLOCK_UNIT; }
static i64 size_of(int order) { return (i64)BLOCK_UNIT << order; }

static void put_free(u8 *p, int order) {
    Free *f = (Free *)(void *)p;
    *f = (Free){.next = pool.free[order]};
    if (f->next) f->next->prev = f;
    pool.free[order] = f;
    chunk_of(p)->order[unit_of(p)] = (u8)(order + 1);
}

static void drop_free(u8 *p, int order) {
    Free *f = (Free *)(void *)p;
    if (f->prev) f->prev->next = f->next;
    else pool.free[order] = f->next;
    if (f->next) f->next->prev = f->prev;
    *f = (Free){0};
    chunk_of(p)->order[unit_of(p)] = 0;
}

static bool map_region(i64 size) {
    u8 *p =
        mmap(NULL, (size_t)(size + CHUNK), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return false;
    i64 head = (i64)(-(uintptr_t)p & (CHUNK - 1));
    if (head) munmap(p, (size_t)head);
    if (head < CHUNK) munmap(p + head + size, (size_t)(CHUNK - head));
    pool.region = p + head;
    pool.region_end = pool.region + size;
    if (pool.chunks >= SMALL_CHUNKS) madvise(pool.region, (size_t)size, MADV_HUGEPAGE);
    return true;
}

static bool new_chunk(void) {
    if (pool.region == pool.region_end && !map_region(REGION) && !map_region(2 * CHUNK)) return false;
    Chunk *c = (Chunk *)(void *)pool.region;
    pool.region += CHUNK;
    pool.chunks++;
    pool.spare++;
    c->touched = BLOCK_UNIT;
    for (int o = 0; o < ORDERS; o++) put_free((u8 *)c + size_of(o), o);
    return true;
}

static void end_chunk(Chunk *c) {
    for (int o = 0; o < ORDERS; o++) drop_free((u8 *)c + size_of(o), o);
    munmap(c, CHUNK);
    pool.chunks--;
    pool.spare--;
}

static int order_of(i64 size) {
    int o = 0;
    while (size_of(o) < size) o++;
    return o;
}

static u8 *take(int order, bool grow) {
    int o = order;
    while (o < ORDERS && !pool.free[o]) o++;
    if (o == ORDERS) {
        if (!grow || !new_chunk()) return NULL;
        o = order;
    }
    u8 *p = (u8 *)pool.free[o];
    drop_free(p, o);
    while (o > order) put_free(p + size_of(o - 1), o - 1), o--;
    return p;
}

void *block_take(i64 size, bool grow, i64 *dirty) {
    pthread_mutex_lock(&pool.lock);
    u8 *p = take(order_of(size), grow);
    if (p) {
        Chunk *c = chunk_of(p);
        i64 at = p - (u8 *)c;
        *dirty = i64_max(0, i64_min(size, c->touched - at));
        c->touched = i64_max(c->touched, at + size);
        if (!c->taken) pool.spare--;
        c->taken += size;
    }
    pthread_mutex_unlock(&pool.lock);
    return p;
}

void block_give(void *block, i64 size) {
    u8 *p = block;
    int o = order_of(size);
    pthread_mutex_lock(&pool.lock);
    Chunk *c = chunk_of(p);
    c->taken -= size;
    for (; o < ORDERS - 1; o++) {
        u8 *buddy = (u8 *)((uintptr_t)p ^ (uintptr_t)size_of(o));
        if (c->order[unit_of(buddy)] != o + 1) break;
        drop_free(buddy, o);
        if (buddy < p) p = buddy;
    }
    put_free(p, o);
    if (!c->taken && ++pool.spare > SPARE) end_chunk(c);
    pthread_mutex_unlock(&pool.lock);
}
