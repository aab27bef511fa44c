// notes.c - GOCACHE/vole/notes: what was found out about files, by their content: small values that are cheaper to keep than to find again.
//
// In:   contents (FileHash). Out: the value that was kept for one, if it was kept by this very vole: the file begins with what vole is.
// Each value has a checksum; what is damaged, foreign or of another vole is not there. The file is mapped, only what is asked for is read
// of it; with new values it is written anew and renamed (of two processes the last one wins, the other's values are found again).
#include "cache/cache_int.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Head {
    char magic[8];
    u64 vole, slots, check;
} Head;
typedef struct Slot {
    u64 key[2]; // of the content; 0, 0: empty
    u32 off, len;
    u64 check; // of the value, with the key
} Slot;
_Static_assert(sizeof(Slot) == 32, "the format of the file");

enum { MAX_BYTES = 32 << 20, FIRST_SLOTS = 256 };

typedef struct Fresh {
    u64 key[2];
    Str value;
} Fresh;
struct Notes {
    Arena *a;
    Str file;
    u64 vole;
    char *map; // NULL: none
    i64 map_len;
    const Slot *slots;
    u64 nslots;
    Map *known; // first half of the key -> Fresh
    VEC(Fresh *) fresh;
};

static u64 check_of(const u64 key[2], Str value) { return hash_bytes(value.ptr, value.len, key[0] ^ key[1]); }

static Head head_of(u64 vole, u64 slots) {
    Head h = {{'v', 'o', 'l', 'e', 'n', 'o', 't', 'e'}, vole, slots, 0};
    h.check = hash_bytes(&h, offsetof(Head, check), 1);
    return h;
}

static bool is_ours(Notes *n) {
    Head h, want;
    if (n->map_len < (i64)sizeof h) return false;
    memcpy(&h, n->map, sizeof h);
    want = head_of(n->vole, h.slots);
    if (memcmp(&h, &want, sizeof h) != 0 || h.slots < FIRST_SLOTS || (h.slots & (h.slots - 1)) != 0) return false;
    if (h.slots > (u64)(n->map_len - (i64)sizeof h) / sizeof(Slot)) return false;
    n->nslots = h.slots;
    n->slots = (const Slot *)(const void *)(n->map + sizeof h);
    return true;
}

Notes *notes_open(Arena *a, Str file, u64 vole) {
    Notes *n = ANEW(a, Notes);
    *n = (Notes){.a = a, .file = file, .vole = vole, .known = map_new_num(a)};
    int fd = open(arena_cstr(a, file), O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0) return n;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        void *m = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (m != MAP_FAILED) n->map = m, n->map_len = st.st_size;
    }
    close(fd);
    if (!n->map || !is_ours(n)) n->nslots = 0;
    return n;
}

static void key_of(const FileHash *h, u64 key[2]) {
    memcpy(key, h->content, 16);
    key[0] |= 1;
}

static bool value_of(const Notes *n, const Slot *s, Str *value) {
    i64 data = (i64)(sizeof(Head) + n->nslots * sizeof(Slot)), size = n->map_len - data;
    if (s->off > (u64)size || s->len > (u64)size - s->off) return false;
    *value = (Str){n->map + data + s->off, s->len};
    return check_of(s->key, *value) == s->check;
}

bool notes_get(Notes *n, const FileHash *h, Str *value) {
    u64 key[2];
    key_of(h, key);
    const Fresh *f = map_get_num(n->known, key[0]);
    if (f && f->key[1] == key[1]) return *value = f->value, true;
    for (u64 i = key[0] >> 1, k = 0; k < n->nslots; i++, k++) {
        const Slot *s = &n->slots[i & (n->nslots - 1)];
        if (!s->key[0]) return false;
        if (s->key[0] == key[0] && s->key[1] == key[1]) return value_of(n, s, value);
    }
    return false;
}

void notes_put(Notes *n, const FileHash *h, Str value) {
    Fresh *f = ANEW(n->a, Fresh);
    key_of(h, f->key);
    f->value = arena_str(n->a, value);
    map_set_num(n->known, f->key[0], f);
    vec_push(n->a, &n->fresh, f);
}

// ---- writing -----------------------------------------------------------------------------------------------------------

typedef struct Out {
    Slot *slots;
    u64 nslots;
    Buf data;
} Out;

static void put(Out *o, const u64 key[2], Str value) {
    u64 i = key[0] >> 1;
    for (;; i++) {
        Slot *s = &o->slots[i & (o->nslots - 1)];
        if (s->key[0] == key[0] && s->key[1] == key[1]) return;
        if (s->key[0]) continue;
        *s = (Slot){{key[0], key[1]}, (u32)o->data.len, (u32)value.len, check_of(key, value)};
        buf_str(&o->data, value);
        return;
    }
}

static void write_all(Notes *n, Out *o) {
    Head h = head_of(n->vole, o->nslots);
    const Str parts[] = {{(const char *)&h, sizeof h},
                         {(const char *)o->slots, (i64)(o->nslots * sizeof(Slot))},
                         {(const char *)o->data.ptr, o->data.len}};
    file_write_parts(arena_cstr(n->a, n->file), parts, NELEM(parts), 0666,
                     REPLACE_WITH_GAP); // without it, it is found out again
}

void notes_close(Notes *n) {
    i64 count = n->fresh.len;
    bool keep = n->map_len < MAX_BYTES;
    for (u64 i = 0; keep && n->fresh.len && i < n->nslots; i++) count += n->slots[i].key[0] != 0;
    Out o = {.nslots = FIRST_SLOTS};
    while (o.nslots < 2 * (u64)count) o.nslots *= 2;
    if (n->fresh.len) o.slots = calloc((size_t)o.nslots, sizeof(Slot));
    if (o.slots) {
        Str value;
        for (i64 i = 0; i < n->fresh.len; i++) put(&o, n->fresh.ptr[i]->key, n->fresh.ptr[i]->value);
        for (u64 i = 0; keep && i < n->nslots; i++)
            if (n->slots[i].key[0] && value_of(n, &n->slots[i], &value)) put(&o, n->slots[i].key, value);
        write_all(n, &o);
    }
    free(o.slots);
    buf_free(&o.data);
    if (n->map) munmap(n->map, (size_t)n->map_len);
}
