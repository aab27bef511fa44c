// bundle.c - many entries in one file, which has a name for each of them: one inode for the packs of a build.
//
// In:   entries as cache.c makes them. Out: a file without a name until it is whole; a table of what is in it.
// The file: a head (64 bytes: magic, format, number of entries, place of the table, its checksum), the entries, each at a multiple of 64, and
// the table, by key. Entries keep their own checksums; here nothing is believed of them but where they lie.
// (To make an inode costs a file system more than all else about a small file: ext4 looks at each that was freed in the last minutes.)
#include "cache/cache_int.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { BUNDLE_ALIGN = 64 };
static const char magic[8] = "volebndl";

typedef struct BundleHead {
    char magic[8];
    u64 format, n, table, check;
    u64 zero[3];
} BundleHead;
_Static_assert(sizeof(BundleHead) == BUNDLE_ALIGN && sizeof(BundleItem) == 48, "as in files");

// ---- writing ------------------------------------------------------------------------------------------------------------

Bundle *bundle_new(const char *dir) {
    int fd = file_nameless(dir, 0666);
    if (fd < 0) return NULL;
    Arena *a = arena_new("bundle");
    Bundle *b = ANEW(a, Bundle);
    *b = (Bundle){.a = a, .fd = fd, .end = sizeof(BundleHead)};
    return b;
}

static void write_at(Bundle *b, i64 at, Str data) {
    for (i64 done = 0; done < data.len && !b->error;) {
        ssize_t n = pwrite(b->fd, data.ptr + done, (size_t)(data.len - done), at + done);
        if (n > 0) done += n;
        else if (n == 0) b->error = ENOSPC;
        else if (errno != EINTR) b->error = errno;
    }
}

static i64 aligned(i64 at) { return (at + BUNDLE_ALIGN - 1) & -(i64)BUNDLE_ALIGN; }

void bundle_add(Bundle *b, const CacheKey *k, const char *what, const Str *parts, i64 n) {
    BundleItem item = {.key = *k, .at = (u64)b->end};
    for (i64 i = 0; i < n; i++) {
        write_at(b, b->end, parts[i]);
        b->end += parts[i].len;
    }
    item.size = (u64)b->end - item.at;
    b->end = aligned(b->end);
    vec_push(b->a, &b->items, item);
    vec_push(b->a, &b->whats, arena_cstr(b->a, str_c(what)));
}

static int by_key(const void *x, const void *y) {
    const BundleItem *a = x, *b = y;
    return memcmp(a->key.b, b->key.b, sizeof a->key.b);
}

bool bundle_seal(Bundle *b) {
    i64 n = b->items.len, size = n * (i64)sizeof(BundleItem);
    BundleItem *table = ANEWN(b->a, BundleItem, n);
    memcpy(table, b->items.ptr, (size_t)size);
    qsort(table, (size_t)n, sizeof *table, by_key);
    BundleHead h = {.format = CACHE_FORMAT, .n = (u64)n, .table = (u64)b->end};
    h.check = hash_bytes(table, size, CACHE_FORMAT);
    memcpy(h.magic, magic, sizeof magic);
    write_at(b, b->end, (Str){(const char *)table, size});
    write_at(b, 0, (Str){(const char *)&h, sizeof h});
    errno = b->error;
    return !b->error;
}

void bundle_end(Bundle *b) {
    close(b->fd);
    arena_free(b->a);
}

// ---- reading ------------------------------------------------------------------------------------------------------------

bool bundle_open(Str file, BundleTable *t) {
    BundleHead h;
    *t = (BundleTable){0};
    if (file.len < (i64)sizeof h || memcmp(file.ptr, magic, sizeof magic) != 0) return false;
    memcpy(&h, file.ptr, sizeof h);
    u64 room = (u64)file.len;
    if (h.format != CACHE_FORMAT || h.table > room || h.table % BUNDLE_ALIGN ||
        h.n != (room - h.table) / sizeof(BundleItem))
        return false;
    const BundleItem *items = (const BundleItem *)(const void *)(file.ptr + h.table);
    if (h.check != hash_bytes(items, file.len - (i64)h.table, CACHE_FORMAT)) return false;
    *t = (BundleTable){items, (i64)h.n};
    return true;
}

bool bundle_find(Str file, const BundleTable *t, const CacheKey *k, Str *entry) {
    BundleItem wanted = {.key = *k};
    const BundleItem *x = t->n ? bsearch(&wanted, t->items, (size_t)t->n, sizeof wanted, by_key) : NULL;
    if (!x || x->at > (u64)file.len || x->size > (u64)file.len - x->at) return false;
    *entry = str_slice(file, (i64)x->at, (i64)(x->at + x->size));
    return true;
}
