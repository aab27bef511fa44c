// arch_tags.c - the build tags of a machine's features: what GOAMD64, GOARM64, GORISCV64 ... say for a GOARCH.
//
// In:  settings and GOARCH.      Out: "amd64.v1", "amd64.v2" ..., in the order of rising features; or what is wrong with a value.
// Facts: `go help buildconstraint`, `go help environment`.
#include "env/env.h"

typedef struct Levels { // a machine whose values are steps: each holds with all before it
    const char *arch, *var, *fallback, *wrong;
    const char *steps[10]; // values
    bool alone;            // each value stands for itself
} Levels;

static const Levels machines[] = {
    {"amd64", "GOAMD64", "v1", "must be v1, v2, v3, v4", {"v1", "v2", "v3", "v4"}, false},
    {"386", "GO386", "sse2", "must be sse2, softfloat", {"sse2", "softfloat"}, true},
    {"arm",
     "GOARM",
     "7",
     "must start with 5, 6, or 7, and may optionally end in either \",hardfloat\" or \",softfloat\"",
     {"5", "6", "7"},
     false},
    {"mips", "GOMIPS", "hardfloat", "must be hardfloat, softfloat", {"hardfloat", "softfloat"}, true},
    {"mipsle", "GOMIPS", "hardfloat", "must be hardfloat, softfloat", {"hardfloat", "softfloat"}, true},
    {"mips64", "GOMIPS64", "hardfloat", "must be hardfloat, softfloat", {"hardfloat", "softfloat"}, true},
    {"mips64le", "GOMIPS64", "hardfloat", "must be hardfloat, softfloat", {"hardfloat", "softfloat"}, true},
    {"ppc64", "GOPPC64", "power8", "must be power8, power9, power10", {"power8", "power9", "power10"}, false},
    {"ppc64le", "GOPPC64", "power8", "must be power8, power9, power10", {"power8", "power9", "power10"}, false},
    {"riscv64",
     "GORISCV64",
     "rva20u64",
     "must be rva20u64, rva22u64, rva23u64",
     {"rva20u64", "rva22u64", "rva23u64"},
     false}};

static Str cut_suffix(Str s, const char *suffix) {
    return str_has_suffix(s, str_c(suffix)) ? str_slice(s, 0, s.len - (i64)strlen(suffix)) : s;
}

static void add(Arena *a, EnvTags *out, Str arch, Str step) {
    vec_push(a, out, arena_printf(a, "%.*s.%.*s", SFMT(arch), SFMT(step)));
}

static Str wrong(Arena *a, const char *var, const char *why) { return arena_printf(a, "invalid %s: %s", var, why); }

static Str add_steps(Arena *a, const Env *env, const Levels *m, EnvTags *out) {
    Str value = env_get(env, m->var);
    if (!value.len) value = str_c(m->fallback);
    if (str_eq(str_c(m->arch), S("arm"))) value = cut_suffix(cut_suffix(value, ",softfloat"), ",hardfloat");
    i64 level = 0;
    while (level < NELEM(m->steps) && m->steps[level] && !str_eq(value, str_c(m->steps[level]))) level++;
    if (level == NELEM(m->steps) || !m->steps[level]) return wrong(a, m->var, m->wrong);
    for (i64 i = m->alone ? level : 0; i <= level; i++) add(a, out, str_c(m->arch), str_c(m->steps[i]));
    return (Str){0};
}

// v8.0 to v8.9, v9.0 to v9.5; v9.N has all that v8.N+5 has.
static Str add_arm64(Arena *a, const Env *env, EnvTags *out) {
    Str v = env_get(env, "GOARM64");
    if (!v.len) v = S("v8.0");
    for (Str before = {0}; before.len != v.len;) {
        before = v;
        v = cut_suffix(cut_suffix(v, ",lse"), ",crypto");
    }
    bool form = v.len == 4 && v.ptr[0] == 'v' && (v.ptr[1] == '8' || v.ptr[1] == '9') && v.ptr[2] == '.';
    int minor = form ? v.ptr[3] - '0' : -1, most = form && v.ptr[1] == '8' ? 9 : 5;
    if (minor < 0 || minor > most)
        return wrong(a, "GOARM64",
                     "must start with v8.{0-9} or v9.{0-5} and may optionally end in \",lse\" and/or \",crypto\"");
    for (int i = 0; i <= minor; i++) add(a, out, S("arm64"), arena_printf(a, "v%c.%d", v.ptr[1], i));
    for (int i = 0; v.ptr[1] == '9' && i <= minor + 5 && i <= 9; i++)
        add(a, out, S("arm64"), arena_printf(a, "v8.%d", i));
    return (Str){0};
}

static Str add_wasm(Arena *a, const Env *env, EnvTags *out) {
    Str list = env_get(env, "GOWASM");
    for (i64 at = 0; at < list.len;) {
        i64 end = at;
        while (end < list.len && list.ptr[end] != ',') end++;
        Str s = str_slice(list, at, end);
        at = end + 1;
        if (s.len && !str_eq(s, S("satconv")) && !str_eq(s, S("signext")))
            return wrong(a, "GOWASM", arena_cstr(a, arena_printf(a, "no such feature \"%.*s\"", SFMT(s))));
    }
    add(a, out, S("wasm"), S("satconv"));
    add(a, out, S("wasm"), S("signext"));
    return (Str){0};
}

EnvTags env_arch_tags(Arena *a, const Env *env, Str goarch, Str *error) {
    EnvTags out = {0};
    *error = (Str){0};
    if (str_eq(goarch, S("arm64"))) *error = add_arm64(a, env, &out);
    if (str_eq(goarch, S("wasm"))) *error = add_wasm(a, env, &out);
    for (i64 i = 0; i < NELEM(machines); i++)
        if (str_eq(goarch, str_c(machines[i].arch))) *error = add_steps(a, env, &machines[i], &out);
    return out;
}
