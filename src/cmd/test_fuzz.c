// test_fuzz.c - what `test -fuzz` does otherwise: which packages count their edges, where inputs are kept.
//
// In:   a package of the program, or the job. Out: its flag PKG_COUNT_EDGES; the folder below GOCACHE/fuzz, which internal/fuzz fills.
// All packages count but those that testing and internal/fuzz use while the fuzz test runs, and the runtime's own: what they count says
// nothing of an input.
#include "cmd/test_int.h"

static bool is_below(Str path, Str dir) {
    return str_has_prefix(path, dir) && (path.len == dir.len || path.ptr[dir.len] == '/');
}

u32 test_fuzz_flags(const Cmd *c, const Pkg *p) {
    static const char *const silent[] = {"context",
                                         "internal/fuzz",
                                         "internal/godebug",
                                         "internal/runtime",
                                         "internal/sync",
                                         "reflect",
                                         "runtime",
                                         "sync",
                                         "syscall",
                                         "testing",
                                         "internal/abi",
                                         "internal/cpu",
                                         "internal/bytealg",
                                         "internal/goarch",
                                         "internal/chacha8rand",
                                         "time"};
    if (!c->f.fuzz.len) return 0;
    for (i64 i = 0; p->std && i < NELEM(silent); i++)
        if (is_below(p->path, str_c(silent[i]))) return 0;
    return PKG_COUNT_EDGES;
}

Str test_fuzz_dir(const TestJob *j) {
    Cmd *c = j->t->c;
    return arena_printf(c->a, "%.*s/fuzz/%.*s", SFMT(env_get(c->env, "GOCACHE")), SFMT(j->pkg->path));
}
