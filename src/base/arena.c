// arena.c - memory by lifetime, and Vec on top of it.
//
// An arena is a chain of blocks. New memory is zero; `dirty` is how far a block has ever been used, so
// after arena_reset only what was dirty has to be cleared again, and only when it is handed out. A request larger than a quarter of a block gets a block of its own.
#include "base/base.h"
#include "base/blocks.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { BLOCK_SMALL = 2 << 10, BLOCK_MIN = 8 << 10, BLOCK_MAX = 128 << 10 };
enum { HUGE = 2 << 20, HUGE_FROM = 16 << 20 }; // a huge page; what an arena holds before its blocks are huge pages

#ifdef __has_feature
#if __has_feature(address_sanitizer) && !defined __SANITIZE_ADDRESS__
#define __SANITIZE_ADDRESS__
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
enum { LARGE = -1 }; // a block each, so that the sanitizer sees where one thing ends and the next begins
#else
enum { LARGE = BLOCK_MAX / 4 };
#endif

typedef struct Block Block;
struct Block {
    Block *next;
    i64 cap, used, dirty; // of data; used <= dirty <= cap or dirty is from an earlier life
    i64 mapped, pooled;   // bytes of the mapping or of the block of blocks.c; both 0: from malloc
    _Alignas(16) u8 data[];
};

struct Arena {
    const char *name;
    Block *first, *cur; // blocks behind cur are empty
    Block *large;       // blocks of their own, freed by reset
    i64 next_cap;
    i64 used;
    Arena *owner, *owned; // owned: the first of a list by next
    Arena *next, *prev;
};

Arena *arena_new(const char *name) {
    Arena *a = calloc(1, sizeof(Arena));
    if (!a) fatal("out of memory");
    a->name = name;
    a->next_cap = BLOCK_MIN;
    return a;
}

Arena *arena_new_in(Arena *owner, const char *name) {
    Arena *a = arena_new(name);
    a->owner = owner;
    a->next = owner->owned;
    if (a->next) a->next->prev = a;
    owner->owned = a;
    return a;
}

Arena *arena_new_small(const char *name) {
    Arena *a = arena_new(name);
    a->next_cap = BLOCK_SMALL;
    return a;
}

// Memory in huge pages if the system has any: a fault for 2 MB, and few entries of the TLB. NULL: there is none.
static Block *map_block(i64 size) {
    size = (size + 4095) & ~(i64)4095;
    u8 *p = mmap(NULL, (size_t)(size + HUGE), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return NULL;
    i64 head = (i64)(-(uintptr_t)p & (HUGE - 1));
    if (head) munmap(p, (size_t)head);
    if (head < HUGE) munmap(p + head + size, (size_t)(HUGE - head));
    madvise(p + head, (size_t)size, MADV_HUGEPAGE);
    Block *b = (Block *)(void *)(p + head);
    b->mapped = size;
    return b;
}

// A block of blocks.c that has room for size, one that is free already where it would waste more than a quarter; NULL: none.
static Block *pool_block(i64 size) {
    i64 whole = BLOCK_UNIT, dirty;
    while (whole < size) whole *= 2;
    if (whole > BLOCK_LARGEST) return NULL;
    Block *b = block_take(whole, whole - size <= whole / 4, &dirty);
    if (b) *b = (Block){.pooled = whole, .dirty = i64_max(0, dirty - (i64)sizeof(Block))};
    return b;
}

static Block *new_block(i64 cap) {
    i64 size = (i64)sizeof(Block) + cap;
    Block *b = size >= HUGE ? map_block(size) : LARGE > 0 ? pool_block(size) : NULL;
    if (!b) b = calloc(1, (size_t)size);
    if (!b) fatal("out of memory");
    b->cap = cap;
    return b;
}

static void *take(Block *b, i64 size, i64 align) {
    uintptr_t base = (uintptr_t)b->data;
    i64 at = (i64)(((base + (uintptr_t)b->used + (uintptr_t)align - 1) & -(uintptr_t)align) - base);
    if (at + size > b->cap) return NULL;
    if (at < b->dirty) memset(b->data + at, 0, (size_t)i64_min(size, b->dirty - at));
    b->used = at + size;
    if (b->dirty < b->used) b->dirty = b->used;
    return b->data + at;
}

static void *alloc_slow(Arena *a, i64 size, i64 align) {
    if (size > LARGE) {
        Block *b = new_block(align > 16 ? size + align : size);
        b->next = a->large;
        a->large = b;
        return take(b, size, align);
    }
    for (;;) {
        Block *b = a->cur ? a->cur->next : a->first;
        if (!b) {
            i64 cap = a->used >= HUGE_FROM && LARGE > 0 ? HUGE : a->next_cap;
            while (cap - (i64)sizeof(Block) < size + align) cap *= 2;
            b = new_block(cap - (i64)sizeof(Block));
            if (a->next_cap < BLOCK_MAX && a->next_cap * 4 <= a->used)
                a->next_cap *= 2; // an eighth is not used yet, on average
            if (a->cur) a->cur->next = b;
            else a->first = b;
        }
        a->cur = b;
        void *p = take(b, size, align);
        if (p) return p;
    }
}

void *arena_alloc(Arena *a, i64 size, i64 align) {
    if (size < 0) bug("arena %s: negative size", a->name);
    a->used += size;
    if (a->cur) {
        void *p = take(a->cur, size, align);
        if (p) return p;
    }
    return alloc_slow(a, size, align);
}

static void free_chain(Block *b) {
    while (b) {
        Block *next = b->next;
        if (b->mapped) munmap(b, (size_t)b->mapped);
        else if (b->pooled) block_give(b, b->pooled);
        else free(b);
        b = next;
    }
}

void arena_reset(Arena *a) {
    for (Block *b = a->first; b && b->used; b = b->next) b->used = 0;
    a->cur = a->first;
    free_chain(a->large);
    a->large = NULL;
    a->used = 0;
}

static void leave_owner(Arena *a) {
    if (!a->owner) return;
    if (a->prev) a->prev->next = a->next;
    else a->owner->owned = a->next;
    if (a->next) a->next->prev = a->prev;
}

void arena_free(Arena *a) {
    if (!a) return;
    while (a->owned) arena_free(a->owned);
    leave_owner(a);
    free_chain(a->first);
    free_chain(a->large);
    free(a);
}

i64 arena_used(const Arena *a) { return a->used; }

Str arena_str(Arena *a, Str s) {
    char *p = arena_alloc(a, s.len + 1, 1);
    if (s.len) memcpy(p, s.ptr, (size_t)s.len);
    return (Str){p, s.len};
}

const char *arena_cstr(Arena *a, Str s) { return arena_str(a, s).ptr; }

Str arena_vprintf(Arena *a, const char *fmt, va_list ap) {
    char small[256];
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    if (n < 0) bug("bad format: %s", fmt);
    char *p = arena_alloc(a, n + 1, 1);
    if (n < (int)sizeof small) memcpy(p, small, (size_t)n + 1);
    else vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (Str){p, n};
}

Str arena_printf(Arena *a, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Str s = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return s;
}

// Room behind what was handed out last: a vector that grows while nothing else is made leaves no copies behind.
static bool grow_in_place(Arena *a, const void *p, i64 size, i64 more) {
    Block *b = a->cur;
    if (LARGE < 0 || !b || (const u8 *)p + size != b->data + b->used || b->used + more > b->cap) return false;
    if (b->used < b->dirty) memset(b->data + b->used, 0, (size_t)i64_min(more, b->dirty - b->used));
    b->used += more;
    if (b->dirty < b->used) b->dirty = b->used;
    a->used += more;
    return true;
}

void vec_grow(Arena *a, void **ptr, i64 *cap, i64 elem) {
    i64 n = *cap ? *cap * 2 : 4;
    if (*cap && grow_in_place(a, *ptr, *cap * elem, (n - *cap) * elem)) {
        *cap = n;
        return;
    }
    void *p = arena_alloc(a, n * elem, 16);
    if (*cap) memcpy(p, *ptr, (size_t)(*cap * elem));
    *ptr = p;
    *cap = n;
}
