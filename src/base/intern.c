// intern.c - interned names.
//
// Readers take no lock: they probe a table of pointers that are published with release order.
// A writer holds the mutex, looks again and inserts; a full table is replaced by one of twice the
// size, and the old one stays behind, because a reader may still be in it (a reader that misses
// there goes on to the locked path, so it is never wrong).
// Before the table a small one of the names that were asked for last is looked at, which stays in the processor's cache: most names of a file
// are few.
#include "base/base.h"
#include <stdatomic.h>

typedef struct Table {
    u64 mask;
    _Atomic(const Name *) slot[];
} Table;

enum { RECENT = 512 }; // a power of two

struct Intern {
    _Atomic(Table *) table;
    _Atomic(const Name *) recent[RECENT];
    Mutex lock; // over count, arena and all stores
    i64 count;
    Arena *arena;
};

static Table *new_table(Arena *a, u64 n) {
    Table *t = arena_alloc(a, (i64)(sizeof(Table) + n * sizeof(void *)), 64);
    t->mask = n - 1;
    return t;
}

Intern *intern_new(void) {
    Arena *a = arena_new("intern");
    Intern *in = ANEW(a, Intern);
    in->arena = a;
    atomic_init(&in->table, new_table(a, 4096));
    return in;
}

void intern_free(Intern *in) { arena_free(in->arena); } // which holds in itself

static bool is_name(const Name *n, Str s, u64 h) {
    return n->hash == h && n->s.len == s.len && memcmp(n->s.ptr, s.ptr, (size_t)s.len) == 0;
}

static const Name *probe(Table *t, Str s, u64 h, u64 *at) {
    u64 i = h & t->mask;
    for (;; i = (i + 1) & t->mask) {
        const Name *n = atomic_load_explicit(&t->slot[i], memory_order_acquire);
        if (!n || is_name(n, s, h)) {
            *at = i;
            return n;
        }
    }
}

static void grow(Intern *in, Table *old) {
    Table *t = new_table(in->arena, (old->mask + 1) * 2);
    for (u64 i = 0; i <= old->mask; i++) {
        const Name *n = atomic_load_explicit(&old->slot[i], memory_order_relaxed);
        if (!n) continue;
        u64 j = n->hash & t->mask;
        while (atomic_load_explicit(&t->slot[j], memory_order_relaxed)) j = (j + 1) & t->mask;
        atomic_store_explicit(&t->slot[j], n, memory_order_relaxed);
    }
    atomic_store_explicit(&in->table, t, memory_order_release);
}

static const Name *insert(Intern *in, Str s, u64 h) {
    u64 at;
    mutex_lock(&in->lock);
    Table *t = atomic_load_explicit(&in->table, memory_order_relaxed);
    const Name *found = probe(t, s, h, &at);
    if (!found) {
        if ((u64)in->count * 2 > t->mask) {
            grow(in, t);
            t = atomic_load_explicit(&in->table, memory_order_relaxed);
            probe(t, s, h, &at);
        }
        int size;
        Name *n = ANEW(in->arena, Name);
        n->s = arena_str(in->arena, s);
        n->hash = h;
        n->exported = s.len && rune_is_upper(utf8_decode(s.ptr, s.len, &size));
        n->blank = s.len == 1 && s.ptr[0] == '_';
        in->count++;
        atomic_store_explicit(&t->slot[at], n, memory_order_release);
        found = n;
    }
    mutex_unlock(&in->lock);
    return found;
}

const Name *intern(Intern *in, Str s) {
    u64 at, h = hash_bytes(s.ptr, s.len, 0);
    _Atomic(const Name *) *recent = &in->recent[h >> 32 & (RECENT - 1)]; // other bits than the table's index
    const Name *n = atomic_load_explicit(recent, memory_order_acquire);
    if (n && is_name(n, s, h)) return n;
    n = probe(atomic_load_explicit(&in->table, memory_order_acquire), s, h, &at);
    if (!n) n = insert(in, s, h);
    atomic_store_explicit(recent, n, memory_order_release);
    return n;
}

const Name *intern_c(Intern *in, const char *z) { return intern(in, str_c(z)); }
