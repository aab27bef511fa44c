// target.c - what targets and experiments Go knows: facts of its internal/platform and internal/goexperiment.
//
// In:  GOOS, GOARCH, GOEXPERIMENT.      Out: whether they exist; vole itself builds for fewer (cmd/build.c says so).
#include "env/env.h"

static const char *const targets[] = {
    "aix/ppc64",       "android/386",     "android/amd64", "android/arm",    "android/arm64", "darwin/amd64",
    "darwin/arm64",    "dragonfly/amd64", "freebsd/386",   "freebsd/amd64",  "freebsd/arm",   "freebsd/arm64",
    "freebsd/riscv64", "illumos/amd64",   "ios/amd64",     "ios/arm64",      "js/wasm",       "linux/386",
    "linux/amd64",     "linux/arm",       "linux/arm64",   "linux/loong64",  "linux/mips",    "linux/mips64",
    "linux/mips64le",  "linux/mipsle",    "linux/ppc64",   "linux/ppc64le",  "linux/riscv64", "linux/s390x",
    "linux/sparc64",   "netbsd/386",      "netbsd/amd64",  "netbsd/arm",     "netbsd/arm64",  "openbsd/386",
    "openbsd/amd64",   "openbsd/arm",     "openbsd/arm64", "openbsd/mips64", "openbsd/ppc64", "openbsd/riscv64",
    "plan9/386",       "plan9/amd64",     "plan9/arm",     "solaris/amd64",  "wasip1/wasm",   "windows/386",
    "windows/amd64",   "windows/arm64"};
static const char *const experiments[] = {"fieldtrack",
                                          "preemptibleloops",
                                          "staticlockranking",
                                          "boringcrypto",
                                          "regabi",
                                          "regabiwrappers",
                                          "regabiargs",
                                          "heapminimum512kib",
                                          "arenas",
                                          "cgocheck2",
                                          "loopvar",
                                          "newinliner",
                                          "dwarf5",
                                          "jsonv2",
                                          "greenteagc",
                                          "randomizedheapbase64",
                                          "runtimefreegc",
                                          "sizespecializedmalloc",
                                          "goroutineleakprofile",
                                          "simd",
                                          "runtimesecret"};

static bool known_target(Str goos, Str goarch) {
    for (i64 i = 0; i < NELEM(targets); i++) {
        Str t = str_c(targets[i]);
        if (t.len == goos.len + 1 + goarch.len && str_has_prefix(t, goos) && t.ptr[goos.len] == '/' &&
            str_has_suffix(t, goarch))
            return true;
    }
    return false;
}

static bool known_experiment(Str name) {
    if (!name.len || str_eq(name, S("none"))) return true;
    if (str_has_prefix(name, S("no"))) name = str_slice(name, 2, name.len);
    for (i64 i = 0; i < NELEM(experiments); i++)
        if (str_eq(name, str_c(experiments[i]))) return true;
    return false;
}

Str env_experiment_error(Arena *a, Str list) {
    for (i64 at = 0; at < list.len;) {
        i64 end = at;
        while (end < list.len && list.ptr[end] != ',') end++;
        Str name = str_slice(list, at, end);
        at = end + 1;
        if (known_experiment(name)) continue;
        if (str_has_prefix(name, S("no"))) name = str_slice(name, 2, name.len);
        return arena_printf(a, "unknown GOEXPERIMENT %.*s", SFMT(name));
    }
    return (Str){0};
}

Str env_target_error(Arena *a, Str goos, Str goarch) {
    if (known_target(goos, goarch)) return (Str){0};
    return arena_printf(a, "unsupported GOOS/GOARCH pair %.*s/%.*s", SFMT(goos), SFMT(goarch));
}
