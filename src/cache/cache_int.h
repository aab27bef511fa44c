// cache_int.h - inside of cache/: what the table of files keeps beside it (notes.c), files that hold many entries (bundle.c).
#pragma once
#include "cache/cache.h"

typedef struct Notes Notes;
Notes *notes_open(Arena *, Str file, u64 vole); // vole: what this vole is
bool notes_get(Notes *, const FileHash *, Str *value);
void notes_put(Notes *, const FileHash *, Str value);
void notes_close(Notes *); // what is new is written

typedef struct BundleItem {
    CacheKey key;
    u64 at, size; // in the file
} BundleItem;
typedef struct Bundle { // that is being written
    Arena *a;
    int fd;
    int error; // errno of the first thing that failed; nothing is written from then on
    i64 end;
    VEC(BundleItem) items; // in the order they came in
    VEC(const char *) whats;
} Bundle;
Bundle *bundle_new(const char *dir); // NULL: no file without a name can be made there, errno
void bundle_add(Bundle *, const CacheKey *, const char *what, const Str *parts, i64 n);
bool bundle_seal(Bundle *); // the file is whole; false: errno
void bundle_end(Bundle *);

typedef struct BundleTable { // n == 0: not a bundle
    const BundleItem *items;
    i64 n;
} BundleTable;
bool bundle_open(Str file, BundleTable *);
bool bundle_find(Str file, const BundleTable *, const CacheKey *, Str *entry);
