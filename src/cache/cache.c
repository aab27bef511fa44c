// cache.c - the content store: a file an entry, GOCACHE/vole/K/KEY; found by name, verified when read, written beside and renamed.
// (16 folders: to make a folder costs as much as to make a file, and a cold build makes as many files as it uses packages.)
//
// In:   keys and bytes. Out: the same bytes, or a miss.
// An entry: magic, format, length, checksum and key (64 bytes), then the value. A bad one is removed where that is possible.
// Used entries get a new time when theirs is an hour old, so that those used least go first: after five days without use when once a
// day somebody looks, sooner while all together are larger than the limit. What is mapped stays readable when its name goes.
#include "cache/cache.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HOUR = 3600, DAY = 24 * HOUR };
static const i64 default_limit = 10ll << 30;
static const char magic[8] = "volecach";

struct Cache {
    Arena *a, *names; // names: of the entry that is looked at
    CacheOptions o;
    Str dir; // "": none
    VEC(Str) maps;
    i64 written; // bytes by this process
    VEC(CacheRemote) remotes;
};

// ---- keys -------------------------------------------------------------------------------------------------------------

struct CacheHash {
    crypto_generichash_state s; // BLAKE2b: libsodium has it for vectors, SHA-256 not
};

CacheHash *cache_key_new(Arena *a, const char *purpose) {
    CacheHash *h = ANEW(a, CacheHash);
    crypto_generichash_init(&h->s, NULL, 0, sizeof(CacheKey));
    cache_key_add(h, str_c(purpose));
    return h;
}

void cache_key_add(CacheHash *h, Str part) {
    crypto_generichash_update(&h->s, (const u8 *)&part.len, sizeof part.len);
    crypto_generichash_update(&h->s, (const u8 *)part.ptr, (u64)part.len);
}

CacheKey cache_key_end(CacheHash *h) {
    CacheKey k;
    crypto_generichash_final(&h->s, k.b, sizeof k.b);
    return k;
}

// ---- entries ------------------------------------------------------------------------------------------------------------

// Until the next call.
static Str entry_name(Cache *c, const CacheKey *k) {
    arena_reset(c->names);
    char hex[65];
    sodium_bin2hex(hex, sizeof hex, k->b, sizeof k->b);
    return arena_printf(c->names, "%.*s/%.1s/%s", SFMT(c->dir), hex, hex);
}

static void head_of(u8 head[CACHE_HEAD], const CacheKey *k, Str value) {
    u64 numbers[2] = {(u64)value.len, hash_bytes(value.ptr, value.len, CACHE_FORMAT)};
    u64 format = CACHE_FORMAT;
    memcpy(head, magic, 8);
    memcpy(head + 8, &format, 8);
    memcpy(head + 16, numbers, 16);
    memcpy(head + 32, k->b, 32);
}

bool cache_parse(Str file, const CacheKey *k, Str *value, const char **why) {
    u8 head[CACHE_HEAD];
    u64 len;
    *why = "damaged";
    if (file.len < CACHE_HEAD) return false;
    memcpy(&len, file.ptr + 16, 8);
    if (memcmp(file.ptr, magic, 8) != 0 || len != (u64)(file.len - CACHE_HEAD)) return false;
    *value = str_slice(file, CACHE_HEAD, file.len);
    head_of(head, k, *value);
    return memcmp(head, file.ptr, CACHE_HEAD) == 0;
}

static void trace(const Cache *c, const char *event, const char *what, const CacheKey *k, const char *why) {
    if (!c->o.trace) return;
    fprintf(stderr, "vole: cache %s %02x%02x%02x%02x %s%s%s\n", event, k->b[0], k->b[1], k->b[2], k->b[3], what,
            why ? ": " : "", why ? why : "");
}

Cache *cache_open(Arena *a, CacheOptions o) {
    Cache *c = ANEW(a, Cache);
    *c = (Cache){.a = a, .names = arena_new_in(a, "names of entries"), .o = o};
    if (o.dir.len && o.dir.ptr[0] == '/') c->dir = arena_printf(a, "%.*s/vole", SFMT(o.dir));
    if (!c->o.limit) c->o.limit = default_limit;
    return c;
}

static bool map_file(const char *path, Str *file, struct stat *st) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    bool ok = fstat(fd, st) == 0 && S_ISREG(st->st_mode);
    void *p = ok && st->st_size ? mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    close(fd);
    *file = (Str){p == MAP_FAILED ? "" : p, p == MAP_FAILED ? 0 : st->st_size};
    return ok;
}

static void use_again(const char *path, const struct stat *st) {
    if (time(NULL) - st->st_mtime > HOUR) utimensat(AT_FDCWD, path, NULL, 0);
}

bool cache_get(Cache *c, const CacheKey *k, const char *what, Str *value) {
    struct stat st;
    Str file;
    const char *why = c->o.fresh ? "everything is made anew" : "no cache";
    bool good = false;
    if (c->dir.len && !c->o.fresh) {
        const char *path = arena_cstr(c->names, entry_name(c, k));
        why = "not there";
        if (map_file(path, &file, &st)) {
            good = cache_parse(file, k, value, &why);
            if (good) use_again(path, &st);
            else unlink(path);
            if (good) vec_push(c->a, &c->maps, file);
            else if (file.len) munmap((void *)(uintptr_t)file.ptr, (size_t)file.len);
        }
    }
    trace(c, good ? "hit " : "miss", what, k, good ? NULL : why);
    return good;
}

// ---- writing ------------------------------------------------------------------------------------------------------------

static bool write_entry(Cache *c, const CacheKey *k, Str path, Str value) {
    u8 head[CACHE_HEAD];
    head_of(head, k, value);
    const Str parts[] = {{(const char *)head, sizeof head}, value};
    const char *z = arena_cstr(c->names, path);
    if (file_write_parts(z, parts, NELEM(parts), 0666, REPLACE_WITH_GAP)) return true; // no entry is a miss
    return errno == ENOENT && dir_make_all(c->names, path_dir(path)) &&
           file_write_parts(z, parts, NELEM(parts), 0666, REPLACE_WITH_GAP);
}

void cache_put(Cache *c, const CacheKey *k, const char *what, Str value) {
    if (!c->dir.len) return;
    Seen *w = seen_use(NULL); // the cache is no input
    bool good = write_entry(c, k, entry_name(c, k), value);
    trace(c, good ? "put " : "lost", what, k, good ? NULL : err_os(errno));
    if (good) c->written += value.len + CACHE_HEAD;
    seen_use(w);
}

// ---- trimming -----------------------------------------------------------------------------------------------------------

typedef struct Old {
    Str path;
    i64 used, size;
} Old;
typedef VEC(Old) OldFiles;

static int by_use(const void *x, const void *y) {
    const Old *a = x, *b = y;
    return a->used < b->used ? -1 : a->used > b->used ? 1 : str_cmp(a->path, b->path);
}

static void collect(Cache *c, Arena *a, OldFiles *all) {
    Str *dirs, *names;
    i64 nd, n;
    if (!dir_list(a, arena_cstr(a, c->dir), &dirs, &nd)) return;
    for (i64 i = 0; i < nd; i++) {
        Str dir = path_join(a, c->dir, dirs[i]);
        if (dirs[i].len > 2 || !dir_list(a, arena_cstr(a, dir), &names, &n)) continue;
        for (i64 k = 0; k < n; k++) {
            struct stat st;
            Old o = {.path = path_join(a, dir, names[k])};
            if (lstat(arena_cstr(a, o.path), &st) != 0 || !S_ISREG(st.st_mode)) continue;
            o.used = st.st_mtime, o.size = st.st_size;
            if (str_find(names[k], S(".tmp-")) >= 0) o.used -= 5 * DAY - HOUR; // of a process that was killed
            vec_push(a, all, o);
        }
    }
}

// The folder's total is only roughly known between two looks: the last line of the file `trim`, "TIME BYTES".
static void trim(Cache *c) {
    Arena *a = arena_new("trim");
    OldFiles all = {0};
    i64 now = (i64)time(NULL), total = 0, gone = 0;
    collect(c, a, &all);
    for (i64 i = 0; i < all.len; i++) total += all.ptr[i].size;
    if (all.len) qsort(all.ptr, (size_t)all.len, sizeof(Old), by_use);
    for (i64 i = 0; i < all.len; i++) {
        bool full = total > c->o.limit - c->o.limit / 10, unused = all.ptr[i].used < now - 5 * DAY;
        if (!full && !unused) break;
        if (unlink(arena_cstr(a, all.ptr[i].path)) == 0) gone++;
        total -= all.ptr[i].size;
    }
    if (c->o.trace) fprintf(stderr, "vole: cache trim: %lld of %lld removed\n", (long long)gone, (long long)all.len);
    Str line = arena_printf(a, "%lld %lld\n", (long long)now, (long long)total);
    file_write_atomic(arena_cstr(a, arena_printf(a, "%.*s/trim", SFMT(c->dir))), line, 0666);
    arena_free(a);
}

// ---- elsewhere ----------------------------------------------------------------------------------------------------------

void cache_add_remote(Cache *c, CacheRemote r) { vec_push(c->a, &c->remotes, r); }

static void leave_alone(CacheRemote *r, Str why) {
    fprintf(stderr, "vole: build cache %.*s: %.*s; going on without it\n", SFMT(r->name), SFMT(why));
    r->close(r->ctx);
    r->get = NULL;
}

static bool ask(Cache *c, CacheRemote *r, const CacheKey *k, const char *what, Str *value) {
    Str entry, why = S("");
    const char *bad = NULL;
    bool found = r->get(r->ctx, k, &entry, &why);
    bool good = found && cache_parse(entry, k, value, &bad);
    trace(c, good ? "found" : "miss ", what, k, arena_cstr(c->a, r->name));
    if (found && !good) why = arena_printf(c->a, "a %s entry", bad);
    if (why.len) leave_alone(r, why);
    return good;
}

bool cache_find(Cache *c, const CacheKey *k, const char *what, Str *value) {
    if (cache_get(c, k, what, value)) return true;
    for (i64 i = 0; i < c->remotes.len && !c->o.fresh; i++) {
        CacheRemote *r = &c->remotes.ptr[i];
        if (!r->get || !ask(c, r, k, what, value)) continue;
        cache_put(c, k, what, *value);
        *value = arena_str(c->a, *value); // the remote may be left alone before the cache is closed
        return true;
    }
    return false;
}

bool cache_find_file(Cache *c, const CacheKey *k, const char *what, Str *path) {
    Str value;
    if (!cache_find(c, k, what, &value)) return false;
    *path = arena_str(c->a, entry_name(c, k));
    return true;
}

void cache_share(Cache *c, const CacheKey *k, const char *what, Str value) {
    u8 head[CACHE_HEAD];
    cache_put(c, k, what, value);
    if (c->remotes.len) head_of(head, k, value);
    const Str parts[] = {{(const char *)head, sizeof head}, value};
    for (i64 i = 0; i < c->remotes.len; i++) {
        CacheRemote *r = &c->remotes.ptr[i];
        Str why = S("");
        if (!r->get) continue;
        bool good = r->put(r->ctx, k, parts, NELEM(parts), &why);
        trace(c, good ? "sent" : "lost", what, k, arena_cstr(c->a, r->name));
        if (!good) leave_alone(r, why);
    }
}

void cache_forget(Cache *c, Str value) {
    for (i64 i = 0; i < c->maps.len; i++) {
        Str m = c->maps.ptr[i];
        if (value.ptr < m.ptr || value.ptr >= m.ptr + m.len) continue;
        munmap((void *)(uintptr_t)m.ptr, (size_t)m.len);
        c->maps.ptr[i] = c->maps.ptr[--c->maps.len];
        return;
    }
}

void cache_close(Cache *c) {
    for (i64 i = 0; i < c->remotes.len; i++)
        if (c->remotes.ptr[i].get) c->remotes.ptr[i].close(c->remotes.ptr[i].ctx);
    c->remotes.len = 0;
    for (i64 i = 0; i < c->maps.len; i++) munmap((void *)(uintptr_t)c->maps.ptr[i].ptr, (size_t)c->maps.ptr[i].len);
    c->maps.len = 0;
    if (!c->written) return;
    Seen *w = seen_use(NULL);
    const char *path = arena_cstr(c->a, arena_printf(c->a, "%.*s/trim", SFMT(c->dir)));
    Str text;
    long long when = 0, total = 0;
    if (file_read(c->a, path, &text)) sscanf(text.ptr, "%lld %lld", &when, &total);
    i64 now = (i64)time(NULL);
    total += c->written;
    if (when > now || now - when > DAY || total > c->o.limit) trim(c);
    else file_write_atomic(path, arena_printf(c->a, "%lld %lld\n", when, total), 0666);
    c->written = 0;
    seen_use(w);
}
