// blocks.c - blocks for arenas: taken and given back at random by several threads, no two overlap, what is said to be zero is.
#include "base/blocks.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 4, HELD = 300, STEPS = 60000 };

typedef struct Held {
    u8 *p;
    i64 size;
    u8 tag;
} Held;

static atomic_int failures;
static void check(bool good, const char *what, i64 size) {
    if (good || atomic_fetch_add(&failures, 1) > 10) return;
    printf("FAIL %s, block of %lld\n", what, (long long)size);
}

static u32 next(u64 *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (u32)(*seed >> 33);
}

static bool is_all(const u8 *p, i64 n, u8 value) {
    for (i64 i = 0; i < n; i++)
        if (p[i] != value) return false;
    return true;
}

static void take(Held *h, u64 *seed) {
    i64 dirty = -1;
    bool grow = next(seed) % 4 != 0;
    *h = (Held){.size = (i64)BLOCK_UNIT << (next(seed) % 3 ? next(seed) % 4 : next(seed) % 10),
                .tag = (u8)(1 + next(seed) % 255)};
    h->p = block_take(h->size, grow, &dirty);
    if (!h->p) {
        check(!grow, "none", h->size);
        return;
    }
    check(((uintptr_t)h->p & (uintptr_t)(h->size - 1)) == 0, "not aligned", h->size);
    check(dirty >= 0 && dirty <= h->size, "dirty", h->size);
    i64 from = dirty < 16 ? 16 : dirty;
    if (from < h->size) check(is_all(h->p + from, h->size - from, 0), "not zero", h->size);
    memset(h->p, h->tag, (size_t)h->size);
}

static void give(Held *h) {
    if (h->p) {
        check(is_all(h->p, h->size, h->tag), "somebody else wrote", h->size);
        block_give(h->p, h->size);
    }
    h->p = NULL;
}

// In a new chunk a block is halved and whole again: the list's links, which stood in the middle, are gone.
static void test_halves(void) {
    i64 dirty;
    void *first = block_take(BLOCK_UNIT, true, &dirty), *low = block_take(BLOCK_UNIT, true, &dirty);
    block_give(first, BLOCK_UNIT); // a neighbour in the list of what is free
    block_give(low, BLOCK_UNIT);
    u8 *both = block_take(2 * BLOCK_UNIT, true, &dirty);
    check(both == low && dirty == BLOCK_UNIT, "not the same place", 2 * BLOCK_UNIT);
    check(is_all(both + dirty, 2 * BLOCK_UNIT - dirty, 0), "links", 2 * BLOCK_UNIT);
    block_give(both, 2 * BLOCK_UNIT);
}

static void *work(void *arg) {
    u64 seed = (u64)(uintptr_t)arg;
    Held held[HELD] = {0};
    for (int i = 0; i < STEPS; i++) {
        Held *h = &held[next(&seed) % HELD];
        if (h->p) give(h);
        else take(h, &seed);
        if (i % 20000 == 19999) // chunks end
            for (int k = 0; k < HELD; k++) give(&held[k]);
    }
    for (int k = 0; k < HELD; k++) give(&held[k]);
    return NULL;
}

int main(void) {
    pthread_t t[THREADS];
    test_halves();
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&t[i], NULL, work, (void *)(uintptr_t)(i + 1)) != 0) return 1;
    for (int i = 0; i < THREADS; i++) pthread_join(t[i], NULL);
    if (failures) return 1;
    printf("blocks: %d threads, %d steps each\n", THREADS, STEPS);
    return 0;
}
