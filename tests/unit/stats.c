// stats.c - path_stats: what it says of many paths at once is what stat and lstat say of each.
#include "base/base.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 700 };

static int failures;

static bool same(const PathStat *x, PathAsk ask) {
    struct stat st;
    bool there = (ask.link ? lstat(ask.path, &st) : stat(ask.path, &st)) == 0;
    if (there != x->there) return false;
    if (!there) return true;
    SeenStat y = seen_stat(&st);
    return memcmp(&y, &x->st, sizeof y) == 0;
}

// Every third is a link to the file before, every seventh is missing, every fifth stands below what is no folder.
static const char *make_path(Arena *a, const char *dir, i64 i) {
    const char *path = arena_cstr(a, arena_printf(a, "%s/%lld", dir, (long long)i));
    const char *before = arena_cstr(a, arena_printf(a, "%lld", (long long)i - 1));
    if (i % 7 == 6) return path;
    if (i % 3 == 2) {
        if (symlink(before, path) != 0) failures++;
    } else {
        FILE *f = fopen(path, "w");
        if (!f || fprintf(f, "%0*d", (int)(i % 50 + 1), 1) < 0 || fclose(f) != 0) failures++;
    }
    return i % 5 == 4 ? arena_cstr(a, arena_printf(a, "%s/x", path)) : path;
}

int main(void) {
    Arena *a = arena_new("stats");
    char dir[] = "/tmp/vole-stats-XXXXXX";
    PathAsk *asks = ANEWN(a, PathAsk, FILES);
    PathStat *got = ANEWN(a, PathStat, FILES);
    if (!mkdtemp(dir)) return 1;
    for (i64 i = 0; i < FILES; i++) asks[i] = (PathAsk){make_path(a, dir, i), i % 2 == 1};
    static const i64 counts[] = {0, 1, 63, 64, 255, 256, 257, FILES};
    for (i64 k = 0; k < NELEM(counts); k++) {
        memset(got, 0xff, sizeof *got * FILES);
        path_stats(asks, counts[k], got);
        for (i64 i = 0; i < counts[k]; i++)
            if (!same(&got[i], asks[i]))
                printf("FAIL %s, one of %lld\n", asks[i].path, (long long)counts[k]), failures++;
    }
    dir_remove_all(a, str_c(dir), NULL);
    printf("%d failures\n", failures);
    arena_free(a);
    return failures != 0;
}
