// cache.c - the content store: a file an entry, GOCACHE/vole/K/KEY; found by name, verified when read, written beside and renamed.
// (16 folders: to make a folder costs as much as to make a file, and a cold build makes as many files as it uses packages.)
//
// In:   keys and bytes. Out: the same bytes, or a miss.
// An entry: magic, format, length, checksum and key (64 bytes), then the value. A bad one is removed where that is possible.
// Entries that are put together are one file with a name for each (bundle.c): they are used, and go, together.
// Used entries get a new time when theirs is an hour old, so that those used least go first: after five days without use when once a
// day somebody looks, sooner while all together are larger than the limit. What is mapped stays readable when its name goes.
#include "cache/cache_int.h"
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

typedef struct Mapped {
    Str file;
    dev_t dev;
    ino_t ino;
    BundleTable bundle; // if it is one
    i64 users;          // values that somebody looks at
} Mapped;

struct Cache {
    Arena *a, *names; // names: of the entry that is looked at
    CacheOptions o;
    Str dir; // "": none
    VEC(Mapped) maps;
    bool together;  // between cache_begin and cache_end
    Bundle *bundle; // NULL until the first entry
    i64 written;    // bytes by this process
    VEC(CacheRemote) remotes;
};

// ---- keys -------------------------------------------------------------------------------------------------------------

struct CacheHash {
    crypto_hash_sha256_state s;
};

CacheHash *cache_key_new(Arena *a, const char *purpose) {
    CacheHash *h = ANEW(a, CacheHash);
    crypto_hash_sha256_init(&h->s);
    cache_key_add(h, str_c(purpose));
    return h;
}

void cache_key_add(CacheHash *h, Str part) {
    crypto_hash_sha256_update(&h->s, (const u8 *)&part.len, sizeof part.len);
    crypto_hash_sha256_update(&h->s, (const u8 *)part.ptr, (u64)part.len);
}

CacheKey cache_key_end(CacheHash *h) {
    CacheKey k;
    crypto_hash_sha256_final(&h->s, k.b);
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
    Str v = str_slice(file, CACHE_HEAD, file.len);
    head_of(head, k, v);
    if (memcmp(head, file.ptr, CACHE_HEAD) != 0) return false;
    *value = v;
    return true;
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

static void unmap(const Mapped *m) {
    if (m->file.len) munmap((void *)(uintptr_t)m->file.ptr, (size_t)m->file.len);
}

static Mapped *mapped_bundle(Cache *c, const struct stat *st) {
    for (i64 i = 0; i < c->maps.len; i++) {
        Mapped *m = &c->maps.ptr[i];
        if (m->bundle.n && m->dev == st->st_dev && m->ino == st->st_ino && m->file.len == st->st_size) return m;
    }
    return NULL;
}

// A bundle is mapped once. NULL: there is no such file. *fresh: it is not among the maps yet.
static Mapped *map_file(Cache *c, const char *path, Mapped *fresh, struct stat *st) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return NULL;
    bool ok = fstat(fd, st) == 0 && S_ISREG(st->st_mode);
    Mapped *m = ok ? mapped_bundle(c, st) : NULL;
    void *p = ok && !m && st->st_size ? mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    close(fd);
    if (m || !ok) return m;
    *fresh = (Mapped){.file = p == MAP_FAILED ? S("") : (Str){p, st->st_size}, .dev = st->st_dev, .ino = st->st_ino};
    bundle_open(fresh->file, &fresh->bundle);
    return fresh;
}

static void use_again(const char *path, const struct stat *st) {
    if (time(NULL) - st->st_mtime > HOUR) utimensat(AT_FDCWD, path, NULL, 0);
}

static bool parse_mapped(const Mapped *m, const CacheKey *k, Str *value, const char **why) {
    Str entry = m->file;
    *why = "damaged";
    if (m->bundle.n && !bundle_find(m->file, &m->bundle, k, &entry)) return false;
    return cache_parse(entry, k, value, why);
}

static bool get_file(Cache *c, const CacheKey *k, Str *value, const char **why) {
    struct stat st;
    Mapped fresh;
    const char *path = arena_cstr(c->names, entry_name(c, k));
    Mapped *m = map_file(c, path, &fresh, &st);
    *why = "not there";
    if (!m) return false;
    bool good = parse_mapped(m, k, value, why);
    if (good) use_again(path, &st);
    else unlink(path);
    if (good) m->users++;
    if (good && m == &fresh) vec_push(c->a, &c->maps, fresh);
    if (!good && m == &fresh) unmap(m);
    return good;
}

bool cache_get(Cache *c, const CacheKey *k, const char *what, Str *value) {
    const char *why = c->o.fresh ? "everything is made anew" : "no cache";
    bool good = c->dir.len && !c->o.fresh && get_file(c, k, value, &why);
    trace(c, good ? "hit " : "miss", what, k, good ? NULL : why);
    return good;
}

// ---- writing ------------------------------------------------------------------------------------------------------------

enum { ENTRY_PARTS = 2 };
typedef struct Entry {
    u8 head[CACHE_HEAD];
    Str parts[ENTRY_PARTS];
} Entry;

static void make_entry(Entry *e, const CacheKey *k, Str value) {
    head_of(e->head, k, value);
    e->parts[0] = (Str){(const char *)e->head, CACHE_HEAD};
    e->parts[1] = value;
}

static bool write_entry(Cache *c, Str path, const Str *parts, i64 n) {
    const char *z = arena_cstr(c->names, path);
    if (file_write_parts(z, parts, n, 0666, REPLACE_WITH_GAP)) return true; // no entry is a miss
    return errno == ENOENT && dir_make_all(c->names, path_dir(path)) &&
           file_write_parts(z, parts, n, 0666, REPLACE_WITH_GAP);
}

static void tell_put(Cache *c, bool good, const CacheKey *k, const char *what, i64 size) {
    trace(c, good ? "put " : "lost", what, k, good ? NULL : err_os(errno));
    if (good) c->written += size;
}

void cache_begin(Cache *c) { c->together = true; }

// False: this file system has no nameless files; each entry is a file then.
static bool has_bundle(Cache *c) {
    if (c->bundle) return true;
    const char *dir = arena_cstr(c->names, c->dir);
    c->bundle = bundle_new(dir);
    if (!c->bundle && errno == ENOENT && dir_make_all(c->names, c->dir)) c->bundle = bundle_new(dir);
    return c->bundle;
}

void cache_put(Cache *c, const CacheKey *k, const char *what, Str value) {
    Entry e;
    if (!c->dir.len) return;
    make_entry(&e, k, value);
    Seen *w = seen_use(NULL); // the cache is no input
    if (c->together && has_bundle(c)) bundle_add(c->bundle, k, what, e.parts, ENTRY_PARTS);
    else tell_put(c, write_entry(c, entry_name(c, k), e.parts, ENTRY_PARTS), k, what, value.len + CACHE_HEAD);
    seen_use(w);
}

static bool name_entry(Cache *c, int fd, Str path) {
    const char *z = arena_cstr(c->names, path);
    if (file_give_name(fd, z, REPLACE_WITH_GAP)) return true;
    return errno == ENOENT && dir_make_all(c->names, path_dir(path)) && file_give_name(fd, z, REPLACE_WITH_GAP);
}

// A folder that is another file system, or a file system without second names.
static bool copy_entry(Cache *c, const Bundle *b, const BundleItem *x, Str path) {
    if (errno != EXDEV && errno != EPERM && errno != EMLINK && errno != EOPNOTSUPP) return false;
    i64 size = b->end;
    char *p = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, b->fd, 0);
    if (p == MAP_FAILED) return false;
    Str entry = {p + x->at, (i64)x->size};
    bool good = write_entry(c, path, &entry, 1);
    int e = errno;
    munmap(p, (size_t)size);
    errno = e;
    return good;
}

void cache_end(Cache *c) {
    Bundle *b = c->bundle;
    c->bundle = NULL;
    c->together = false;
    if (!b) return;
    Seen *w = seen_use(NULL);
    bool whole = bundle_seal(b);
    int e = errno;
    for (i64 i = 0; i < b->items.len; i++) {
        const BundleItem *x = &b->items.ptr[i];
        Str path = entry_name(c, &x->key);
        errno = e;
        bool good = whole && (name_entry(c, b->fd, path) || copy_entry(c, b, x, path));
        tell_put(c, good, &x->key, b->whats.ptr[i], (i64)x->size);
    }
    bundle_end(b);
    seen_use(w);
}

// ---- trimming -----------------------------------------------------------------------------------------------------------

typedef struct Old {
    Str path;
    i64 used, size;
    u64 ino;
} Old;
typedef VEC(Old) OldFiles;

static int by_use(const void *x, const void *y) {
    const Old *a = x, *b = y;
    if (a->used != b->used) return a->used < b->used ? -1 : 1;
    return a->ino != b->ino ? (a->ino < b->ino ? -1 : 1) : str_cmp(a->path, b->path);
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
            o.used = st.st_mtime, o.size = st.st_size, o.ino = st.st_ino;
            if (str_find(names[k], S(".tmp-")) >= 0) o.used -= 5 * DAY - HOUR; // of a process that was killed
            vec_push(a, all, o);
        }
    }
}

// All names of a file come one behind the other.
static bool is_first_name(const OldFiles *all, i64 i) { return !i || all->ptr[i].ino != all->ptr[i - 1].ino; }

// The folder's total is only roughly known between two looks: the last line of the file `trim`, "TIME BYTES".
static void trim(Cache *c) {
    Arena *a = arena_new("trim");
    OldFiles all = {0};
    i64 now = (i64)time(NULL), total = 0, gone = 0;
    collect(c, a, &all);
    if (all.len) qsort(all.ptr, (size_t)all.len, sizeof(Old), by_use);
    for (i64 i = 0; i < all.len; i++) total += is_first_name(&all, i) ? all.ptr[i].size : 0;
    for (i64 i = 0; i < all.len; i++) {
        bool full = total > c->o.limit - c->o.limit / 10, unused = all.ptr[i].used < now - 5 * DAY;
        bool first = is_first_name(&all, i);
        if (first && !full && !unused) break;
        if (unlink(arena_cstr(a, all.ptr[i].path)) == 0) gone++;
        if (i + 1 == all.len || is_first_name(&all, i + 1)) total -= all.ptr[i].size;
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
    Entry e;
    cache_put(c, k, what, value);
    if (c->remotes.len) make_entry(&e, k, value);
    for (i64 i = 0; i < c->remotes.len; i++) {
        CacheRemote *r = &c->remotes.ptr[i];
        Str why = S("");
        if (!r->get) continue;
        bool good = r->put(r->ctx, k, e.parts, ENTRY_PARTS, &why);
        trace(c, good ? "sent" : "lost", what, k, arena_cstr(c->a, r->name));
        if (!good) leave_alone(r, why);
    }
}

void cache_forget(Cache *c, Str value) {
    for (i64 i = 0; i < c->maps.len; i++) {
        Mapped *m = &c->maps.ptr[i];
        if (value.ptr < m->file.ptr || value.ptr >= m->file.ptr + m->file.len) continue;
        if (--m->users > 0) return;
        unmap(m);
        *m = c->maps.ptr[--c->maps.len];
        return;
    }
}

void cache_close(Cache *c) {
    for (i64 i = 0; i < c->remotes.len; i++)
        if (c->remotes.ptr[i].get) c->remotes.ptr[i].close(c->remotes.ptr[i].ctx);
    c->remotes.len = 0;
    for (i64 i = 0; i < c->maps.len; i++) unmap(&c->maps.ptr[i]);
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
