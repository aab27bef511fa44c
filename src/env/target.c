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
// In the order of internal/goexperiment's flags; on: by default.
static const struct Experiment {
    const char *name;
    bool on;
} experiments[] = {{"fieldtrack", false},
                   {"preemptibleloops", false},
                   {"staticlockranking", false},
                   {"boringcrypto", false},
                   {"regabiwrappers", true},
                   {"regabiargs", true},
                   {"heapminimum512kib", false},
                   {"arenas", false},
                   {"cgocheck2", false},
                   {"loopvar", false},
                   {"newinliner", false},
                   {"dwarf5", true},
                   {"jsonv2", false},
                   {"greenteagc", true},
                   {"randomizedheapbase64", true},
                   {"runtimefreegc", false},
                   {"sizespecializedmalloc", false},
                   {"goroutineleakprofile", false},
                   {"simd", false},
                   {"runtimesecret", false}};

static bool known_target(Str goos, Str goarch) {
    for (i64 i = 0; i < NELEM(targets); i++) {
        Str t = str_c(targets[i]);
        if (t.len == goos.len + 1 + goarch.len && str_has_prefix(t, goos) && t.ptr[goos.len] == '/' &&
            str_has_suffix(t, goarch))
            return true;
    }
    return false;
}

// Sets what a word of GOEXPERIMENT says; false: there is no such experiment.
static bool set_experiment(Str name, bool *on) {
    bool value = !str_has_prefix(name, S("no")), found = false;
    if (!name.len || str_eq(name, S("regabi")) || str_eq(name, S("noregabi"))) return true; // always so on amd64
    if (str_eq(name, S("none"))) {
        for (i64 i = 0; i < NELEM(experiments); i++) on[i] = str_has_prefix(str_c(experiments[i].name), S("regabi"));
        return true;
    }
    if (!value) name = str_slice(name, 2, name.len);
    for (i64 i = 0; i < NELEM(experiments); i++) {
        if (!str_eq(name, str_c(experiments[i].name))) continue;
        on[i] = value || str_has_prefix(name, S("regabi"));
        found = true;
    }
    return found;
}

Str env_experiments(Arena *a, Str list, Str *error) {
    bool on[NELEM(experiments)];
    Buf b = {0};
    *error = (Str){0};
    for (i64 i = 0; i < NELEM(experiments); i++) on[i] = experiments[i].on;
    for (i64 at = 0; at < list.len && !error->len;) {
        i64 end = at;
        while (end < list.len && list.ptr[end] != ',') end++;
        Str name = str_slice(list, at, end);
        at = end + 1;
        if (set_experiment(name, on)) continue;
        if (str_has_prefix(name, S("no"))) name = str_slice(name, 2, name.len);
        *error = arena_printf(a, "unknown GOEXPERIMENT %.*s", SFMT(name));
    }
    for (i64 i = 0; i < NELEM(experiments); i++)
        if (on[i] != experiments[i].on)
            buf_printf(&b, "%s%s%s", b.len ? "," : "", on[i] ? "" : "no", experiments[i].name);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

Str env_experiment_error(Arena *a, Str list) {
    Str error;
    env_experiments(a, list, &error);
    return error;
}

Str env_target_error(Arena *a, Str goos, Str goarch) {
    if (known_target(goos, goarch)) return (Str){0};
    return arena_printf(a, "unsupported GOOS/GOARCH pair %.*s/%.*s", SFMT(goos), SFMT(goarch));
}
