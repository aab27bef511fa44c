// arena.c - memory by lifetime, and Vec on top of it.
//
// An arena is a chain of blocks. New memory is zero; `dirty` is how far a block has ever been used, so after arena_reset only what was dirty
// has to be cleared again, and only shortly before it is handed out. A request larger than a quarter of a block gets a block of its own.
#include "base/base.h"
#include "base/blocks.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { BLOCK_SMALL = 2 << 10, BLOCK_MIN = 8 << 10, BLOCK_MAX = 128 << 10 };
enum { CLEARED = 1 << 10 };                    // at once, at least
enum { KEPT = 4 << 20 };                       // bytes of blocks that a reset leaves
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
    i64 cap, dirty;     // of data: its size; from dirty on it is zero (of cur's only what is behind `at`)
    i64 mapped, pooled; // bytes of the mapping or of the block of blocks.c; both 0: from malloc
    _Alignas(16) u8 data[];
};

struct Arena {
    u8 *at, *zero_to, *end; // in cur: handed out next, zero up to here, its end
    const char *name;
    Block *first, *cur; // blocks behind cur are empty
    Block *large;       // blocks of their own, freed by reset
    i64 next_cap;
    i64 used;             // but for cur
    Arena *owner, *owned; // owned: the first of a list by next
    Arena *next, *prev;
};

Arena *arena_new(const char *name) {
    Arena *a = calloc(1, sizeof(Arena));
    if (!a) fatal("out of memory");
    a->name = name;
    a->next_cap = BLOCK_MIN;
    a->at = a->zero_to = a->end = (u8 *)a; // no room yet
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

static u8 *align_at(u8 *p, i64 align) { return p + (-(uintptr_t)p & (uintptr_t)(align - 1)); }

static void enter(Arena *a, Block *b) {
    a->cur = b;
    a->at = b->data;
    a->end = b->data + b->cap;
    a->zero_to = b->dirty ? a->at : a->end;
}

static void leave(Arena *a) {
    if (!a->cur) return;
    i64 used = a->at - a->cur->data;
    a->used += used;
    a->cur->dirty = i64_max(a->cur->dirty, used);
}

// What is handed out up to here is zero, and a little more. to <= end.
static void clear_to(Arena *a, u8 *to) {
    u8 *dirty = a->cur->data + a->cur->dirty, *from = a->zero_to;
    if (to <= from) return;
    if (dirty - to < CLEARED) to = dirty;
    else to += CLEARED;
    if (from < to) memset(from, 0, (size_t)(to - from));
    a->zero_to = to >= dirty ? a->end : to;
}

static void *alloc_large(Arena *a, i64 size, i64 align, bool zero) {
    Block *b = new_block(align > 16 ? size + align : size);
    b->next = a->large;
    a->large = b;
    a->used += size;
    if (zero) memset(b->data, 0, (size_t)i64_min(b->cap, b->dirty));
    return align_at(b->data, align);
}

static Block *next_block(Arena *a, i64 room) {
    Block *b = a->cur ? a->cur->next : a->first;
    if (b) return b;
    i64 cap = a->used >= HUGE_FROM && LARGE > 0 ? HUGE : a->next_cap;
    while (cap - (i64)sizeof(Block) < room) cap *= 2;
    b = new_block(cap - (i64)sizeof(Block));
    if (a->next_cap < BLOCK_MAX && a->next_cap * 4 <= a->used)
        a->next_cap *= 2; // an eighth is not used yet, on average
    if (a->cur) a->cur->next = b;
    else a->first = b;
    return b;
}

_Static_assert(offsetof(Arena, at) == offsetof(ArenaRoom, at) &&
                   offsetof(Arena, zero_to) == offsetof(ArenaRoom, zero_to),
               "the same words");

static inline void *alloc_slow(Arena *a, i64 size, i64 align, bool zero) {
    if (size < 0) bug("arena %s: negative size", a->name);
    if (size > LARGE) return alloc_large(a, size, align, zero);
    while (!a->cur || size > a->end - align_at(a->at, align)) {
        leave(a);
        enter(a, next_block(a, size + align));
    }
    u8 *p = align_at(a->at, align);
    if (zero) clear_to(a, p + size);
    a->at = p + size;
    if (a->zero_to < a->at) a->zero_to = a->at;
    return p;
}

void *arena_alloc_slow(Arena *a, i64 size, i64 align) { return alloc_slow(a, size, align, true); }
void *arena_alloc_raw_slow(Arena *a, i64 size, i64 align) { return alloc_slow(a, size, align, false); }

static void free_chain(Block *b) {
    while (b) {
        Block *next = b->next;
        if (b->mapped) munmap(b, (size_t)b->mapped);
        else if (b->pooled) block_give(b, b->pooled);
        else free(b);
        b = next;
    }
}

// What one large function needed is not kept for small ones.
static void trim(Arena *a) {
    i64 kept = 0;
    Block *b = a->first;
    while (b && (kept += b->cap) < KEPT) b = b->next;
    if (!b) return;
    free_chain(b->next);
    b->next = NULL;
}

void arena_reset(Arena *a) {
    leave(a);
    trim(a);
    if (a->first) enter(a, a->first);
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

i64 arena_used(const Arena *a) { return a->used + (a->cur ? a->at - a->cur->data : 0); }

Str arena_str(Arena *a, Str s) {
    char *p = arena_alloc(a, s.len + 1, 1);
    if (s.len) memcpy(p, s.ptr, (size_t)s.len);
    return (Str){p, s.len};
}

const char *arena_cstr(Arena *a, Str s) { return arena_str(a, s).ptr; }

static const char *decimal(int value, char piece[12], i64 *len) {
    unsigned v = value < 0 ? 0u - (unsigned)value : (unsigned)value;
    char *p = piece + 12;
    do *--p = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    if (value < 0) *--p = '-';
    *len = piece + 12 - p;
    return p;
}

// Formats of nothing but text, %.*s, %s, %c and %d, which are nearly all: writes to out, if it is not NULL. Result: the length, -1 for another format.
static i64 format_plain(char *out, const char *fmt, va_list ap) {
    i64 n = 0;
    for (const char *f = fmt; *f; f++) {
        char piece[12];
        const char *s = f;
        i64 len = 1;
        if (*f == '%') {
            bool limited = f[1] == '.' && f[2] == '*';
            f += limited ? 3 : 1;
            i64 limit = limited ? va_arg(ap, int) : INT64_MAX;
            if (*f == 's')
                s = va_arg(ap, const char *),
                len = limit > 0 ? (i64)strnlen(s, (size_t)limit) : 0; // an empty Str may be NULL
            else if (limited) return -1;
            else if (*f == 'c') piece[0] = (char)va_arg(ap, int), s = piece;
            else if (*f == 'd') s = decimal(va_arg(ap, int), piece, &len);
            else if (*f != '%') return -1;
        }
        if (out && len) memcpy(out + n, s, (size_t)len);
        n += len;
    }
    return n;
}

Str arena_vprintf(Arena *a, const char *fmt, va_list ap) {
    char small[256];
    va_list plain;
    va_copy(plain, ap);
    i64 length = format_plain(NULL, fmt, plain);
    va_end(plain);
    if (length >= 0) {
        char *p = arena_alloc(a, length + 1, 1);
        format_plain(p, fmt, ap);
        p[length] = 0;
        return (Str){p, length};
    }
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
static bool grow_in_place(Arena *a, const void *p, i64 size, i64 more, bool zero) {
    if (!a->cur || (const u8 *)p + size != a->at || more > a->end - a->at) return false;
    if (zero) clear_to(a, a->at + more);
    a->at += more;
    if (a->zero_to < a->at) a->zero_to = a->at;
    return true;
}

static inline void grow(Arena *a, void **ptr, i64 *cap, i64 elem, bool zero) {
    i64 had = *cap * elem, n = *cap ? *cap * 2 : 4;
    *cap = n;
    if (had && grow_in_place(a, *ptr, had, n * elem - had, zero)) return;
    void *p = zero ? arena_alloc(a, n * elem, 16) : arena_alloc_raw(a, n * elem, 16);
    if (had) memcpy(p, *ptr, (size_t)had);
    *ptr = p;
}

void vec_grow(Arena *a, void **ptr, i64 *cap, i64 elem) { grow(a, ptr, cap, elem, true); }
void vec_grow_raw(Arena *a, void **ptr, i64 *cap, i64 elem) { grow(a, ptr, cap, elem, false); }
