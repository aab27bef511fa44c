// map.c - Map: an index (0: free) over entries kept in order of insertion; FEW entries have none and are looked through.
//
// An index word is the upper half of the hash and the entry's number + 1, so that a look at a full place that is another key's does not
// touch its entry. Nothing is removed; the index is at most 3/4 full. Both halves live in the map's arena.
#include "base/base.h"

enum { FEW = 8 };

struct Map {
    Arena *arena;
    u64 *index; // mask + 1 of them; NULL: at most FEW entries
    u64 mask;
    VEC(MapEnt) ents;
};

static Map *new_map(Arena *a) {
    Map *m = ANEW(a, Map);
    m->arena = a;
    return m;
}

Map *map_new_ptr(Arena *a) { return new_map(a); }
Map *map_new_num(Arena *a) { return new_map(a); }
Map *map_new_str(Arena *a) { return new_map(a); }

static u64 hash_num(u64 x) {
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93ull;
    x ^= x >> 32;
    return x;
}

static MapEnt *find_str(const Map *m, Str key, u64 hash) {
    for (i64 k = 0; !m->index && k < m->ents.len; k++)
        if (m->ents.ptr[k].hash == hash && str_eq(m->ents.ptr[k].key.str, key)) return &m->ents.ptr[k];
    if (!m->index) return NULL;
    for (u64 i = hash & m->mask; m->index[i]; i = (i + 1) & m->mask) {
        if ((m->index[i] ^ hash) >> 32) continue;
        MapEnt *e = &m->ents.ptr[(u32)m->index[i] - 1];
        if (e->hash == hash && str_eq(e->key.str, key)) return e;
    }
    return NULL;
}

// A pointer is a number here.
static MapEnt *find_num(const Map *m, u64 num, u64 hash) {
    for (i64 k = 0; !m->index && k < m->ents.len; k++)
        if (m->ents.ptr[k].key.num == num) return &m->ents.ptr[k];
    if (!m->index) return NULL;
    u64 word;
    for (u64 i = hash & m->mask; (word = m->index[i]); i = (i + 1) & m->mask) {
        if ((word ^ hash) >> 32) continue;
        MapEnt *e = &m->ents.ptr[(u32)word - 1];
        if (e->key.num == num) return e;
    }
    return NULL;
}

// Entry n into the first free place of its hash.
static void put(Map *m, u64 hash, i64 n) {
    u64 i = hash & m->mask;
    while (m->index[i]) i = (i + 1) & m->mask;
    m->index[i] = (hash & ~(u64)0xffffffff) | (u64)(n + 1);
}

static i64 room_of(u64 places) { return (i64)(places / 4 * 3); }

// Index and entries grow together, so that neither has memory that the other has no place for.
static void grow(Map *m) {
    if (m->ents.cap < FEW) {
        vec_grow_raw(m->arena, (void **)&m->ents.ptr, &m->ents.cap, sizeof *m->ents.ptr);
        return;
    }
    u64 n = m->index ? (m->mask + 1) * 2 : 2 * FEW;
    m->index = ANEWN(m->arena, u64, (i64)n);
    m->mask = n - 1;
    MapEnt *ents = ARAWN(m->arena, MapEnt, room_of(n));
    if (m->ents.len) memcpy(ents, m->ents.ptr, sizeof *ents * (size_t)m->ents.len);
    m->ents.ptr = ents;
    m->ents.cap = room_of(n);
    for (i64 e = 0; e < m->ents.len; e++) put(m, m->ents.ptr[e].hash, e);
}

static void **add(Map *m, MapEnt k) {
    if (m->ents.len == m->ents.cap) grow(m);
    m->ents.ptr[m->ents.len++] = k;
    if (m->index) put(m, k.hash, m->ents.len - 1);
    return &m->ents.ptr[m->ents.len - 1].val;
}

static void **slot_num(Map *m, u64 num) {
    u64 hash = hash_num(num);
    MapEnt *e = find_num(m, num, hash);
    return e ? &e->val : add(m, (MapEnt){.hash = hash, .key.num = num});
}

static void *get_num(const Map *m, u64 num) {
    if (!m) return NULL;
    MapEnt *e = find_num(m, num, hash_num(num));
    return e ? e->val : NULL;
}

void *map_get_ptr(const Map *m, const void *k) { return get_num(m, (u64)(uintptr_t)k); }
void *map_get_num(const Map *m, u64 k) { return get_num(m, k); }

void *map_get_str(const Map *m, Str k) {
    if (!m || !m->ents.len) return NULL;
    MapEnt *e = find_str(m, k, hash_bytes(k.ptr, k.len, 0));
    return e ? e->val : NULL;
}

void **map_slot_ptr(Map *m, const void *k) { return slot_num(m, (u64)(uintptr_t)k); }

void **map_slot_str(Map *m, Str k) {
    u64 hash = hash_bytes(k.ptr, k.len, 0);
    MapEnt *e = find_str(m, k, hash);
    return e ? &e->val : add(m, (MapEnt){.hash = hash, .key.str = k});
}

void map_set_ptr(Map *m, const void *k, void *v) { *map_slot_ptr(m, k) = v; }
void map_set_num(Map *m, u64 k, void *v) { *slot_num(m, k) = v; }
void map_set_str(Map *m, Str k, void *v) { *map_slot_str(m, k) = v; }
i64 map_len(const Map *m) { return m ? m->ents.len : 0; }

MapEnt *map_at(const Map *m, i64 i) {
    CHECK(0 <= i && i < m->ents.len);
    return &m->ents.ptr[i];
}
