// list_testmain.c - the file that the main package of a test consists of: `list -test` names one that can be read, as go's does.
//
// It is in the build cache under the hash of what it says, and goes with what was not used for long.
#include "cmd/list_int.h"
#include "test/test.h"
#include <sodium.h>

static Str place(List *l, Str text) {
    Str dir = env_get(l->c->env, "GOCACHE");
    if (!dir.len || dir.ptr[0] != '/') return (Str){0};
    CacheHash *h = cache_key_new(l->a, "testmain");
    cache_key_add(h, text);
    CacheKey k = cache_key_end(h);
    char hex[2 * sizeof k.b + 1];
    sodium_bin2hex(hex, sizeof hex, k.b, sizeof k.b);
    return arena_printf(l->a, "%.*s/vole/%.1s/%s-d", SFMT(dir), hex, hex);
}

Str list_test_main(List *l, const ListPkg *n) {
    Str none = S("_testmain.go");
    TestFuncs funcs;
    if (!n->test || n->error || load_test_funcs(l->loader, n->pkg, &funcs)) return none;
    Str text = testmain_text(l->a, n->test, &funcs, n->pkg->path, n->pkg->module.path, NULL, false);
    Str file = place(l, text);
    if (!file.len) return none;
    if (file_exists(arena_cstr(l->a, file))) return file;
    bool ok = dir_make_all(l->a, path_dir(file)) && file_write_atomic(arena_cstr(l->a, file), text, 0666);
    return ok ? file : none;
}
