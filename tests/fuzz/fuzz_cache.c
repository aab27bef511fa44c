// fuzz_cache.c - what lies in the cache may be anybody's bytes: an entry is refused or yields its value, a manifest holds or does not.
#include "cache/cache.h"
#include "fuzz.h"

static bool no_answer(void *ctx, Str question, u64 answer) { return false; }

void fuzz_one(Str text) {
    Arena *a = arena_new("fuzz");
    CacheKey k = {{0}};
    Str value, why;
    const char *damage;
    Manifest m;
    if (text.len >= CACHE_HEAD) memcpy(k.b, text.ptr + CACHE_HEAD - 32, 32);
    if (cache_parse(text, &k, &value, &damage)) check(value.ptr + value.len == text.ptr + text.len);
    if (manifest_holds(a, S("/"), text, (ManifestAsk){no_answer, NULL}, &m, &why)) {
        Str again = manifest_restate(a, text, &m);
        check(again.len > 0);
        manifest_holds(a, S("/"), again, (ManifestAsk){no_answer, NULL}, &m, &why);
    }
    arena_free(a);
}
