// cachedrv.c - drives src/cache with caches elsewhere from a command line, for tests/cache/run.py.
//
// Usage: cachedrv [-prog COMMAND] [-url URL] FOLDER (get NAME | put NAME BYTES)...; -prog's words end at blanks. "get NAME" prints the value
// (of a long one its length and hash) or "miss". BYTES N* are N bytes that depend on the name.
#include "mod/mod.h"
#include <stdio.h>
#include <stdlib.h>

static CacheKey key_of(Arena *a, const char *name) {
    CacheHash *h = cache_key_new(a, "test");
    cache_key_add(h, str_c(name));
    return cache_key_end(h);
}

static Str value_of(Arena *a, const char *name, const char *bytes) {
    i64 n = strchr(bytes, '*') ? atoll(bytes) : 0;
    if (!n) return str_c(bytes);
    char *p = arena_alloc(a, n, 1);
    u64 h = hash_bytes(name, (i64)strlen(name), 1);
    for (i64 i = 0; i < n; i++) p[i] = (char)((h = h * 6364136223846793005u + 1) >> 56);
    return (Str){p, n};
}

static void print_value(bool found, Str v) {
    if (!found) puts("miss");
    else if (v.len < 100) printf("%.*s\n", SFMT(v));
    else printf("%lld bytes, %016llx\n", (long long)v.len, (unsigned long long)hash_bytes(v.ptr, v.len, 1));
}

static bool add_url(Cache *c, Arena *a, const char *url) {
    Env *env;
    Err e = {0};
    CacheRemote r;
    bool ok = env_read(a, S("/"), &env, &e) && remote_cache(a, env, str_c(url), &r, &e);
    if (ok) cache_add_remote(c, r);
    else fprintf(stderr, "%.*s\n", SFMT(e.text));
    return ok;
}

static void add_program(Cache *c, Arena *a, const char *words) {
    VEC(Str) v = {0};
    for (Str s = str_c(words); s.len;) {
        i64 blank = str_index(s, ' ');
        vec_push(a, &v, blank < 0 ? s : str_slice(s, 0, blank));
        s = blank < 0 ? S("") : str_slice(s, blank + 1, s.len);
    }
    cache_add_remote(c, cache_program(a, v.ptr, v.len));
}

int main(int argc, char **argv) {
    Arena *a = arena_new("test");
    const char *program = NULL, *url = NULL;
    int i = 1;
    for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
        if (strcmp(argv[i], "-prog") == 0) program = argv[i + 1];
        else if (strcmp(argv[i], "-url") == 0) url = argv[i + 1];
    }
    if (i >= argc) return 2;
    Cache *c = cache_open(a, (CacheOptions){.dir = str_c(argv[i++])});
    if (program) add_program(c, a, program);
    if (url && !add_url(c, a, url)) return 1;
    while (i < argc) {
        bool put = strcmp(argv[i], "put") == 0;
        if (i + (put ? 2 : 1) >= argc) return 2;
        const char *name = argv[i + 1];
        CacheKey k = key_of(a, name);
        Str v;
        if (put) cache_share(c, &k, name, value_of(a, name, argv[i + 2]));
        else print_value(cache_find(c, &k, name, &v), v);
        i += put ? 3 : 2;
    }
    fflush(stdout);
    cache_close(c);
    arena_free(a);
    return 0;
}
