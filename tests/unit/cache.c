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
    Str s = arena_printf(a, "%s/vole/%.2s/%.*s", dir, (const char *)b.ptr, (int)b.len, (const char *)b.ptr);
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
    Watch *w = watch_new(a);
    Manifest m;
    Str text, *names;
    i64 n;
    u64 now = 7;
    const char *why, *f = arena_cstr(a, arena_printf(a, "%s/f", dir)),
                     *none = arena_cstr(a, arena_printf(a, "%s/none", dir));
    write_file(a, dir, "f", "text");
    watch_use(w);
    T(file_read(a, f, &text) && file_exists(f) && !file_exists(none) && !dir_exists(none) && file_type(f) == S_IFREG);
    T(!file_ltype(none) && file_real_path(a, f).len && !file_may_run(f) && dir_list(a, dir, &names, &n));
    watch_note(SEEN_ANSWER, S("how many?"), NULL, now);
    watch_use(NULL);
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
    Watch *w = watch_new(a);
    watch_use(w);
    T(file_read(a, f, &text));
    write_file(a, dir, "f", "new!");
    T(file_read(a, f, &text));
    watch_use(NULL);
    T(!manifest_make(a, str_c(dir), w, &why).len && strstr(why, "changed"));
}

int main(void) {
    Arena *a = arena_new("test");
    char dir[] = "/tmp/vole-cache-XXXXXX", files[] = "/tmp/vole-files-XXXXXX";
    if (!mkdtemp(dir) || !mkdtemp(files)) return 1;
    test_keys(a);
    test_store(a, dir);
    test_manifest(a, files);
    test_spoiled(a, files);
    T(dir_remove_all(a, str_c(dir), NULL) && dir_remove_all(a, str_c(files), NULL));
    arena_free(a);
    if (failures) printf("%d failures\n", failures);
    return failures > 0;
}
