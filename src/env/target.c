// target.c - what targets and experiments Go knows: facts of its internal/platform and internal/goexperiment.
//
// In:  GOOS, GOARCH, GOEXPERIMENT.      Out: whether they exist; vole itself builds for fewer (cmd/build.c says so).
#include "env/env.h"

static const EnvTarget targets[] = {
#define TARGET(goos, goarch, properties) {goos, goarch, properties},
#include "env/targets.def"
#undef TARGET
};
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

const EnvTarget *env_targets(i64 *n) {
    *n = NELEM(targets);
    return targets;
}

static bool known_target(Str goos, Str goarch) {
    for (i64 i = 0; i < NELEM(targets); i++)
        if (str_eq(goos, str_c(targets[i].goos)) && str_eq(goarch, str_c(targets[i].goarch))) return true;
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

bool env_target_has(Str goos, Str goarch, u32 property) {
    for (i64 i = 0; i < NELEM(targets); i++)
        if (str_eq(goos, str_c(targets[i].goos)) && str_eq(goarch, str_c(targets[i].goarch)))
            return (targets[i].properties & property) != 0;
    return false;
}

Str env_target_error(Arena *a, Str goos, Str goarch) {
    if (known_target(goos, goarch)) return (Str){0};
    return arena_printf(a, "unsupported GOOS/GOARCH pair %.*s/%.*s", SFMT(goos), SFMT(goarch));
}
