// manydrv.c - builds one program after the other on one front end, in this process, for tests/many/run.py.
//
// Usage: manydrv BUILD CACHE THREADS OUT PACKAGE...
// BUILD is the folder with vole in it. CACHE: where packs are, "off": nowhere. The packages are main packages of the module in the current
// folder; OUT: a folder for the executables, named by their number in the list, "off": none is written. Each is built as often as it is named, in that order, and freed before the next. Of each a line: its path, "ok" and the hash
// and the length of the executable, or "failed", and the process's own memory in bytes behind it. Errors go to standard error.
#include "program/program.h"
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

static i64 own_memory(void) {
    FILE *f = fopen("/proc/self/status", "r");
    char line[256];
    long long kb = -1;
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "RssAnon: %lld", &kb) == 1) break;
    if (f) fclose(f);
    return kb * 1024;
}

static ProgramOptions options(Arena *a, const char *build, const char *cache, int threads) {
    Env *env;
    Err err = {0};
    Str dir = path_abs(a, str_c(build)), bin = dir;
    if (!env_read(a, bin, &env, &err)) fatal("%.*s", SFMT(err.text));
    ProgramOptions o = {.env = env, .goroot = env_goroot(env), .go_version = env_go_version(env), .threads = threads};
    o.goos = env_get(env, "GOOS");
    o.goarch = env_get(env, "GOARCH");
    o.archive_path = path_join(a, dir, S("lib/rt-linux-amd64.a"));
    o.overlay = path_clean(a, path_join(a, dir, S("../lib")));
    o.cwd = path_abs(a, S("."));
    o.plain = true;
    o.vcs = VCS_NEVER;
    o.build_settings = S("build\t-compiler=gc\n");
    if (cache[0] == '/') {
        o.cache = cache_open(a, (CacheOptions){.dir = str_c(cache)});
        o.files = files_open(a, str_c(cache));
    }
    return o;
}

static void build(Program *p, Pkg *pkg, const char *out, int number) {
    Package **pkgs;
    i64 n;
    Buf image = {0};
    bool ok = program_parse(p, &pkg, 1, &pkgs, &n) && n == 1 && program_check(p, pkgs[0]) &&
              program_build(p, pkgs[0], &image);
    diag_flush(p->diag, 2);
    printf("%.*s ", SFMT(pkg->path));
    if (ok) printf("ok %016llx %lld", (unsigned long long)hash_bytes(image.ptr, image.len, 1), (long long)image.len);
    else printf("failed");
    const char *name = arena_cstr(p->session, arena_printf(p->session, "%s/%d", out, number));
    if (ok && out[0] == '/' && !file_write_atomic(name, buf_view(&image), 0777)) fatal("cannot write %s", name);
    buf_free(&image);
    program_release(p);
    malloc_trim(0);
    printf(" %lld\n", (long long)own_memory());
    fflush(stdout);
}

int main(int argc, char **argv) {
    Arena *a = arena_new("manydrv");
    if (argc < 6) return 2;
    Program *p = program_new(options(a, argv[1], argv[2], atoi(argv[3])));
    p->keep_bodies = true;
    Map *by_path = map_new_str(a);
    for (int i = 5; i < argc; i++) {
        Str path = str_c(argv[i]);
        Pkg **pkgs;
        i64 n;
        void **slot = map_slot_str(by_path, path);
        if (!*slot) {
            if (!load_packages(p->loader, &path, 1, &pkgs, &n) || n != 1) fatal("no package %s", argv[i]);
            *slot = pkgs[0];
        }
        build(p, *slot, argv[4], i - 5);
    }
    if (p->o.cache) cache_close(p->o.cache);
    return 0;
}
