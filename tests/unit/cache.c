// cache.c - the content store and manifests: what comes back is what went in, and everything else is a miss.
#include "cache/cache.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int failures;
#define T(c) ((c) ? (void)0 : (void)(failures++, printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #c)))

static CacheKey key(Arena *a, const char *x, const char *y) {
    CacheHash *h = cache_key_new(a, "test");
    cache_key_add(h, str_c(x));
    cache_key_add(h, str_c(y));
    return cache_key_end(h);
}

static Str entry_of(Arena *a, const char *dir, const CacheKey *k) {
    Buf b = {0};
    for (int i = 0; i < 32; i++) buf_printf(&b, "%02x", k->b[i]);
    Str s = arena_printf(a, "%s/vole/%.1s/%.*s", dir, (const char *)b.ptr, (int)b.len, (const char *)b.ptr);
    buf_free(&b);
    return s;
}

static void test_keys(Arena *a) {
    CacheKey x = key(a, "ab", "c"), y = key(a, "a", "bc"), z = key(a, "ab", "c");
    T(memcmp(&x, &y, sizeof x) != 0 && memcmp(&x, &z, sizeof x) == 0);
}

static void test_store(Arena *a, const char *dir) {
    Cache *c = cache_open(a, (CacheOptions){.dir = str_c(dir)});
    CacheKey k = key(a, "a", "b"), other = key(a, "a", "c");
    Str v, w, file;
    T(!cache_get(c, &k, "x", &v));
    cache_put(c, &k, "x", S("value"));
    T(cache_get(c, &k, "x", &v) && str_eq(v, S("value")) && !cache_get(c, &other, "x", &w));
    cache_put(c, &other, "x", S(""));
    T(cache_get(c, &other, "x", &w) && w.len == 0);
    const char *path = arena_cstr(a, entry_of(a, dir, &k));
    T(unlink(path) == 0 && str_eq(v, S("value"))); // still mapped
    cache_put(c, &k, "x", S("value"));
    T(file_read(a, path, &file) && file.len == CACHE_HEAD + 5);
    for (i64 i = 0; i < file.len * 8; i++) { // each bit
        char *bad = (char *)(uintptr_t)arena_str(a, file).ptr;
        bad[i / 8] = (char)(bad[i / 8] ^ 1 << i % 8);
        T(file_write_atomic(path, (Str){bad, file.len}, 0666) && !cache_get(c, &k, "x", &w) && !file_exists(path));
    }
    for (i64 n = 0; n < file.len; n++)
        T(file_write_atomic(path, str_slice(file, 0, n), 0666) && !cache_get(c, &k, "x", &w));
    T(file_write_atomic(path, arena_printf(a, "%.*sx", SFMT(file)), 0666) && !cache_get(c, &k, "x", &w));
    T(file_write_atomic(arena_cstr(a, entry_of(a, dir, &other)), file, 0666) &&
      !cache_get(c, &other, "x", &w)); // moved
    T(file_write_atomic(path, file, 0666) && cache_get(c, &k, "x", &w));
    cache_close(c);
    Cache *fresh = cache_open(a, (CacheOptions){.dir = str_c(dir), .fresh = true});
    T(!cache_get(fresh, &k, "x", &w));
    Cache *off = cache_open(a, (CacheOptions){.dir = S("off")});
    cache_put(off, &k, "x", S("value"));
    T(!cache_get(off, &k, "x", &w) && !dir_exists("off"));
    cache_close(off);
}

static bool answer(void *ctx, Str question, u64 value) {
    return str_eq(question, S("how many?")) && value == *(u64 *)ctx;
}

static bool holds(Arena *a, const char *dir, Str bytes, u64 *now, Manifest *m) {
    Str why;
    return manifest_holds(a, str_c(dir), bytes, (ManifestAsk){answer, now}, m, &why);
}

static void write_file(Arena *a, const char *dir, const char *name, const char *text) {
    T(file_write_atomic(arena_cstr(a, arena_printf(a, "%s/%s", dir, name)), str_c(text), 0666));
}

static void test_manifest(Arena *a, const char *dir) {
    Seen *w = seen_new(a);
    Manifest m;
    Str text, *names;
    i64 n;
    u64 now = 7;
    const char *why, *f = arena_cstr(a, arena_printf(a, "%s/f", dir)),
                     *none = arena_cstr(a, arena_printf(a, "%s/none", dir));
    write_file(a, dir, "f", "text");
    seen_use(w);
    T(file_read(a, f, &text) && file_exists(f) && !file_exists(none) && !dir_exists(none) && file_type(f) == S_IFREG);
    T(!file_ltype(none) && file_real_path(a, f).len && !file_may_run(f) && dir_list(a, dir, &names, &n));
    seen_note(SEEN_ANSWER, S("how many?"), NULL, now);
    seen_use(NULL);
    Str bytes = manifest_make(a, str_c(dir), w, &why);
    T(bytes.len && holds(a, dir, bytes, &now, &m) && m.restated.len == 2 && !m.newer); // written just now
    now = 8;
    T(!holds(a, dir, bytes, &now, &m));
    now = 7;
    struct timespec old[2] = {{1000, 0}, {1000, 0}};
    T(utimensat(AT_FDCWD, f, old, 0) == 0 && holds(a, dir, bytes, &now, &m));
    write_file(a, dir, "f", "tex2");
    T(!holds(a, dir, bytes, &now, &m));
    write_file(a, dir, "f", "text");
    T(holds(a, dir, bytes, &now, &m));
    T(str_eq(manifest_restate(a, manifest_restate(a, bytes, &m), &m), manifest_restate(a, bytes, &m)));
    write_file(a, dir, "none", "");
    T(!holds(a, dir, bytes, &now, &m));
    T(unlink(none) == 0 && holds(a, dir, bytes, &now, &m));
    for (i64 i = 0; i < bytes.len; i++) T(!holds(a, dir, str_slice(bytes, 0, i), &now, &m));
    for (i64 i = 0; i < 20000; i++) { // anything may come of it but a crash
        char *bad = (char *)(uintptr_t)arena_str(a, bytes).ptr;
        u64 r = hash_bytes(&i, sizeof i, 1);
        bad[r % (u64)bytes.len] = (char)(r >> 40);
        if (r >> 63) bad[(r >> 20) % (u64)bytes.len] = (char)(r >> 48);
        if (holds(a, dir, (Str){bad, bytes.len}, &now, &m)) T(manifest_restate(a, (Str){bad, bytes.len}, &m).len > 0);
    }
}

static void test_spoiled(Arena *a, const char *dir) {
    const char *why, *f = arena_cstr(a, arena_printf(a, "%s/f", dir));
    Str text;
    Seen *w = seen_new(a);
    seen_use(w);
    T(file_read(a, f, &text));
    write_file(a, dir, "f", "new!");
    T(file_read(a, f, &text));
    seen_use(NULL);
    T(!manifest_make(a, str_c(dir), w, &why).len && strstr(why, "changed"));
}

static void make_old(const char *path) {
    struct timespec old[2] = {{1000, 0}, {1000, 0}};
    T(utimensat(AT_FDCWD, path, old, 0) == 0);
}

// What was changed just now is read each time; its change time cannot be set back, so time must pass.
static void test_files(Arena *a, const char *dir, const char *files) {
    enum { N = 4000 };
    FileHash h, g;
    Str text;
    static const char *names[N];
    for (int i = 0; i < N; i++) {
        names[i] = arena_cstr(a, arena_printf(a, "%s/n%d", files, i));
        T(file_write_atomic(names[i], arena_printf(a, "text %d", i), 0666));
        make_old(names[i]);
    }
    FileTable *t = files_open(a, str_c(dir));
    const char *now = arena_cstr(a, arena_printf(a, "%s/now", files));
    for (int i = 0; i < 3; i++) {
        Str bytes = arena_printf(a, "now %d", i / 2);
        T(file_write_atomic(now, bytes, 0666) && files_hash(t, a, now, &h, &text) && str_eq(text, bytes));
        T(files_hash(t, a, now, &g, &text) && str_eq(text, bytes) && memcmp(&h, &g, sizeof h) == 0);
    }
    T(!files_hash(t, a, "/none/there", &h, &text) && !files_hash(t, a, files, &h, &text));
    files_close(t);
    struct timespec wait = {2, 100000000};
    nanosleep(&wait, NULL);
    for (int round = 0; round < 3; round++) {
        i64 read = 0;
        t = files_open(a, str_c(dir));
        for (int i = 0; i < N; i++) {
            Seen *w = seen_new(a);
            seen_use(w);
            T(files_hash(t, a, names[i], &h, &text));
            seen_use(NULL);
            Str want = arena_printf(a, "text %d", i);
            T(h.quick == hash_bytes(want.ptr, want.len, 1) && h.size == want.len && seen_count(w) == 1);
            T(seen_at(w, 0)->kind == SEEN_READ && seen_at(w, 0)->hash == h.quick && !seen_at(w, 0)->fresh);
            read += text.ptr != NULL;
        }
        files_close(t);
        T(read == (round == 0 ? N : 0));
    }
    // Each damage costs a file that is read again, never a wrong hash; a head that is not ours costs all.
    const char *table = arena_cstr(a, arena_printf(a, "%s/vole/files", dir));
    Str whole;
    T(file_read(a, table, &whole));
    for (int i = 0; i < 200; i++) {
        char *bad = (char *)(uintptr_t)arena_str(a, whole).ptr;
        u64 r = hash_bytes(&i, sizeof i, 1), n = 0;
        for (int k = 0; k < 500; k++)
            bad[32 + hash_bytes(&k, sizeof k, r) % (u64)(whole.len - 32)] ^= (char)(1 + k % 255);
        i64 len = i % 4 ? whole.len : (i64)(r % (u64)whole.len);
        T(file_write_atomic(table, (Str){bad, len}, 0666));
        t = files_open(a, str_c(dir));
        for (int f = i; f < N; f += 100) {
            T(files_hash(t, a, names[f], &h, &text));
            Str want = arena_printf(a, "text %d", f);
            T(h.quick == hash_bytes(want.ptr, want.len, 1));
            n += text.ptr != NULL;
        }
        files_close(t);
        T(i % 4 ? n < 40 : n == (u64)(N - i + 99) / 100);
    }
    T(unlink(names[5]) == 0 && file_write_atomic(names[5], S("texx 5"), 0666)); // the same size and time, another file
    make_old(names[5]);
    t = files_open(a, str_c(dir));
    T(files_hash(t, a, names[5], &h, &text) && str_eq(text, S("texx 5")));
    files_close(t);
    t = files_open(a, S("off"));
    T(files_hash(t, a, names[6], &h, &text) && text.ptr && files_hash(t, a, names[6], &h, NULL));
    files_close(t);
}

// ---- notes -----------------------------------------------------------------------------------------------------------------

static FileHash content(int i) {
    FileHash h = {.size = i};
    for (i64 k = 0; k < NELEM(h.content); k++) h.content[k] = (u8)(hash_bytes(&i, sizeof i, (u64)k) >> 8);
    return h;
}

// Of n contents each has its note or none, never another one's; how many have it.
static i64 count_notes(Arena *a, const char *dir, int n) {
    FileTable *t = files_open(a, str_c(dir));
    i64 found = 0;
    for (int i = 0; i < n; i++) {
        FileHash h = content(i);
        Str note;
        if (!files_note(t, &h, &note)) continue;
        found++;
        T(str_eq(note,
                 arena_printf(a, "note %d %.*s", i, i % 50, "..................................................")));
    }
    files_close(t);
    return found;
}

static void test_notes(Arena *a, const char *dir) {
    enum { N = 600 };
    const char *file = arena_printf(a, "%s/vole/notes", dir).ptr;
    T(count_notes(a, dir, N) == 0 && !file_exists(file));
    for (int round = 0; round < 3; round++) { // each adds to what is there
        FileTable *t = files_open(a, str_c(dir));
        for (int i = round * N / 3; i < (round + 1) * N / 3; i++) {
            FileHash h = content(i);
            Str s = arena_printf(a, "note %d %.*s", i, i % 50, ".................................................."),
                note;
            files_keep_note(t, &h, s);
            T(files_note(t, &h, &note) && str_eq(note, s));
        }
        files_close(t);
        T(count_notes(a, dir, N) == (round + 1) * N / 3);
    }
    Str good, bad;
    T(file_read(a, file, &good));
    for (int i = 0; i < 200; i++) { // damage
        u8 *p = arena_alloc(a, good.len, 1);
        i64 at = (i64)(hash_bytes(&i, sizeof i, 3) % (u64)good.len), len = i % 10 ? good.len : at;
        memcpy(p, good.ptr, (size_t)good.len);
        p[at] ^= (u8)(1 + i % 255);
        bad = (Str){(char *)p, len};
        T(file_write_atomic(file, bad, 0666) && count_notes(a, dir, N) <= N);
    }
    T(file_write_atomic(file, good, 0666) && count_notes(a, dir, N) == N);
    u8 other[32]; // what another vole wrote
    memcpy(other, good.ptr, sizeof other);
    other[8] ^= 1;
    u64 check = hash_bytes(other, 24, 1);
    memcpy(other + 24, &check, 8);
    const Str parts[] = {{(char *)other, 32}, {good.ptr + 32, good.len - 32}};
    T(file_write_parts(file, parts, 2, 0666, REPLACE_AT_ONCE) && count_notes(a, dir, N) == 0);
    T(count_notes(a, "off", 10) == 0);
}

int main(void) {
    Arena *a = arena_new("test");
    char dir[] = "/tmp/vole-cache-XXXXXX", files[] = "/tmp/vole-files-XXXXXX";
    if (!mkdtemp(dir) || !mkdtemp(files)) return 1;
    test_keys(a);
    test_store(a, dir);
    test_manifest(a, files);
    test_spoiled(a, files);
    test_files(a, dir, files);
    test_notes(a, dir);
    T(dir_remove_all(a, str_c(dir), NULL) && dir_remove_all(a, str_c(files), NULL));
    arena_free(a);
    if (failures) printf("%d failures\n", failures);
    return failures > 0;
}
