// test_fuzz.c - what `test -fuzz` does otherwise: which packages count their edges, where inputs are kept.
//
// In:   a package of the program, or the job. Out: its flag PKG_COUNT_EDGES; the folder below GOCACHE/fuzz, which internal/fuzz fills.
// Failing inputs are written beside the package, so it must be one of a main module.
// All packages count but those that testing and internal/fuzz use while the fuzz test runs, and the runtime's own, which the flag of the
// compiler does not reach either, internal/strconv among them, as with gc: what they count says little of an input, and each input that is
// kept for it takes time from the others.
#include "cmd/test_int.h"
#include "mod/mod.h"

static bool is_below(Str path, Str dir) {
    return str_has_prefix(path, dir) && (path.len == dir.len || path.ptr[dir.len] == '/');
}

static bool is_one_of(const Pkg *p, const char *const *list) { // or in a folder of it
    for (; p->std && *list; list++)
        if (is_below(p->path, str_c(*list))) return true;
    return false;
}

u32 test_fuzz_flags(const Cmd *c, const Pkg *p) {
    static const char *const runtime[] = {"runtime",
                                          "internal/runtime",
                                          "internal/abi",
                                          "internal/bytealg",
                                          "internal/byteorder",
                                          "internal/chacha8rand",
                                          "internal/cpu",
                                          "internal/strconv",
                                          "internal/stringslite",
                                          NULL};
    static const char *const silent[] = {"context", "internal/fuzz", "internal/godebug", "internal/sync", "os/signal",
                                         "reflect", "sync",          "syscall",          "testing",       "time",
                                         NULL};
    if (is_one_of(p, runtime)) return 0;
    bool by_test = c->f.fuzz.len && !is_one_of(p, silent);
    return by_test || p->flags.bits & PKG_COUNT_EDGES ? PKG_COUNT_EDGES : 0;
}

// The library's packages are of a main module where the command is run in its own folder.
static bool is_in_main_library(Loader *l, const Pkg *p) {
    ModState *mods;
    if (!load_open_modules(l, &mods) || !mods || !mod_enabled(mods)) return true;
    Str name = is_below(p->path, S("cmd")) ? S("cmd") : S("std");
    for (i64 i = 0; i < mod_main_count(mods); i++) {
        const ModMain *m = mod_main_at(mods, i);
        if (str_eq(m->path, name) && is_below(p->dir, m->dir)) return true;
    }
    return false;
}

bool test_fuzz_allowed(Loader *l, const Pkg *p) {
    if (p->main_module) return true;
    return p->std ? is_in_main_library(l, p) : !p->module.path.len;
}

Str test_fuzz_dir(const TestJob *j) {
    Cmd *c = j->t->c;
    return arena_printf(c->a, "%.*s/fuzz/%.*s", SFMT(env_get(c->env, "GOCACHE")), SFMT(j->pkg->path));
}
