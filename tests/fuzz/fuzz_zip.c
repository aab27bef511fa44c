// fuzz_zip.c - a module's zip file may hold any bytes: it is refused, or hashed and unpacked into its folder, and nothing is written elsewhere.
#include "fuzz.h"
#include "mod/zip.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void set_up(void) {
    if (!fuzz_make_top()) return;
    setenv("GOENV", "off", 1);
    setenv("GOMODCACHE", fuzz_top, 1);
    setenv("GOSUMDB", "off", 1);
    setenv("GOPROXY", "off", 1);
}

// What is in the folder beside the file and the unpacked module: nothing.
static void check_folder(Arena *a, bool unpacked) {
    Str *names;
    i64 n;
    check(dir_list(a, fuzz_top, &names, &n) && n == (unpacked ? 2 : 1));
}

void fuzz_one(Str text) {
    set_up();
    Arena *a = arena_new("fuzz");
    Env *env;
    Err e = {0};
    ModVersion mv = {S("a.b/m"), S("v1.0.0")};
    check(env_read(a, S("/"), &env, &e));
    Str file = path_join(a, str_c(fuzz_top), S("z")), dir = path_join(a, str_c(fuzz_top), S("dir")), h1, other;
    check(file_write_atomic(arena_cstr(a, file), text, 0644));
    Fetcher *f = fetch_new(a, env, (FetchOptions){0});
    Work w = work_begin(f);
    fetch_hash_zip(a, file, &h1, &e);
    bool ok = zip_unpack(&w, file, mv, dir, true, &e), there = dir_exists(arena_cstr(a, dir));
    check_folder(a, there);
    if (ok && there) check(fetch_hash_dir(a, dir, S("a.b/m@v1.0.0"), &other, &e)); // all of it can be read
    dir_remove_all(a, dir, NULL);
    work_end(&w);
    fetch_free(f);
    arena_free(a);
}
