// map.c - Map: an index (0: free) over entries kept in order of insertion.
//
// An index word is the upper half of the hash and the entry's number + 1, so that a look at a full place that is another key's does not
// touch its entry. Nothing is removed; the index is at most 3/4 full. Both halves live in the map's arena.
#include "base/base.h"

typedef enum KeyKind { KEY_PTR, KEY_NUM, KEY_STR } KeyKind;

struct Map {
    Arena *arena;
    KeyKind kind;
    u64 *index; // mask + 1 of them
    u64 mask;
    VEC(MapEnt) ents;
};

static Map *new_map(Arena *a, KeyKind kind) {
    Map *m = ANEW(a, Map);
    m->arena = a;
    m->kind = kind;
    return m;
}

Map *map_new_ptr(Arena *a) { return new_map(a, KEY_PTR); }
Map *map_new_num(Arena *a) { return new_map(a, KEY_NUM); }
Map *map_new_str(Arena *a) { return new_map(a, KEY_STR); }

static u64 hash_num(u64 x) {
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93ull;
    x ^= x >> 32;
    return x;
}

static u64 hash_key(const MapEnt *k, KeyKind kind) {
    if (kind == KEY_STR) return hash_bytes(k->key.str.ptr, k->key.str.len, 0);
    return hash_num(kind == KEY_PTR ? (u64)(uintptr_t)k->key.ptr : k->key.num);
}

static bool same_key(const MapEnt *a, const MapEnt *b, KeyKind kind) {
    if (a->hash != b->hash) return false;
    if (kind == KEY_STR) return str_eq(a->key.str, b->key.str);
    return kind == KEY_PTR ? a->key.ptr == b->key.ptr : a->key.num == b->key.num;
}

static MapEnt *find(const Map *m, MapEnt *k) {
    if (!m || !m->index) return NULL;
    for (u64 i = k->hash & m->mask; m->index[i]; i = (i + 1) & m->mask) {
        if ((m->index[i] ^ k->hash) >> 32) continue;
        MapEnt *e = &m->ents.ptr[(u32)m->index[i] - 1];
        if (same_key(e, k, m->kind)) return e;
    }
    return NULL;
}

// Entry n into the first free place of its hash.
static void put(Map *m, u64 hash, i64 n) {
    u64 i = hash & m->mask;
    while (m->index[i]) i = (i + 1) & m->mask;
    m->index[i] = (hash & ~(u64)0xffffffff) | (u64)(n + 1);
}

static void grow_index(Map *m) {
    u64 n = m->index ? (m->mask + 1) * 2 : 8;
    m->index = ANEWN(m->arena, u64, (i64)n);
    m->mask = n - 1;
    for (i64 e = 0; e < m->ents.len; e++) put(m, m->ents.ptr[e].hash, e);
}

static void **slot(Map *m, MapEnt k) {
    k.hash = hash_key(&k, m->kind);
    MapEnt *e = find(m, &k);
    if (e) return &e->val;
    if (!m->index || (u64)m->ents.len + 1 > (m->mask + 1) / 4 * 3) grow_index(m);
    vec_push(m->arena, &m->ents, k);
    put(m, k.hash, m->ents.len - 1);
    return &m->ents.ptr[m->ents.len - 1].val;
}

static void *get(const Map *m, MapEnt k, KeyKind kind) {
    if (!m || !m->ents.len) return NULL;
    k.hash = hash_key(&k, kind);
    MapEnt *e = find(m, &k);
    return e ? e->val : NULL;
}

void *map_get_ptr(const Map *m, const void *k) { return get(m, (MapEnt){.key.ptr = k}, KEY_PTR); }
void *map_get_num(const Map *m, u64 k) { return get(m, (MapEnt){.key.num = k}, KEY_NUM); }
void *map_get_str(const Map *m, Str k) { return get(m, (MapEnt){.key.str = k}, KEY_STR); }
void **map_slot_ptr(Map *m, const void *k) { return slot(m, (MapEnt){.key.ptr = k}); }
void **map_slot_str(Map *m, Str k) { return slot(m, (MapEnt){.key.str = k}); }
void map_set_ptr(Map *m, const void *k, void *v) { *map_slot_ptr(m, k) = v; }
void map_set_num(Map *m, u64 k, void *v) { *slot(m, (MapEnt){.key.num = k}) = v; }
void map_set_str(Map *m, Str k, void *v) { *map_slot_str(m, k) = v; }
i64 map_len(const Map *m) { return m ? m->ents.len : 0; }

MapEnt *map_at(const Map *m, i64 i) {
    CHECK(0 <= i && i < m->ents.len);
    return &m->ents.ptr[i];
}
