// fuzz_settings.c - lines that people and their tools write beside the source: GOENV files, .netrc, module paths, versions, patterns.
//
// What is escaped is unescaped to the same; what is canonical stays as it is; what compares less compares greater the other way.
#include "fuzz.h"
#include "env/env.h"
#include "mod/auth.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char goenv[64], netrc[64];

static void set_up(void) {
    if (!fuzz_make_top()) return;
    snprintf(goenv, sizeof goenv, "%s/env", fuzz_top);
    snprintf(netrc, sizeof netrc, "%s/netrc", fuzz_top);
    setenv("GOENV", goenv, 1);
    setenv("NETRC", netrc, 1);
    setenv("GOAUTH", "netrc", 1);
    setenv("GOMODCACHE", fuzz_top, 1);
}

static void read_files(Arena *a, Str text) {
    Env *env;
    Err e = {0};
    AuthHeaders h;
    Url u;
    check(file_write_atomic(goenv, text, 0600) && file_write_atomic(netrc, text, 0600));
    if (!env_read(a, S("/"), &env, &e)) {
        check(e.text.len > 0);
        return;
    }
    for (i64 i = 0; i < env_count(env); i++) env_at(env, i);
    env_target_error(a, env_get(env, "GOOS"), env_get(env, "GOARCH"));
    env_experiment_error(a, env_get(env, "GOEXPERIMENT"));
    Fetcher *f = fetch_new(a, env, (FetchOptions){0});
    Work w = work_begin(f);
    if (url_parse(a, S("https://example.org/m"), &u, &e)) auth_headers(&w, &u, NULL, &h, &e);
    work_end(&w);
    fetch_free(f);
}

static void check_path(Arena *a, Str s) {
    Str out, back, prefix, major;
    Err e = {0};
    if (module_check_path(a, s, &e)) {
        check(module_escape_path(a, s, &out, &e) && module_unescape_path(a, out, &back, &e) && str_eq(back, s));
        check(module_check_import_path(a, s, &e));
    } else check(e.text.len > 0);
    module_unescape_path(a, s, &out, &e);
    module_unescape_version(a, s, &out, &e);
    if (module_escape_version(a, s, &out, &e)) check(module_unescape_version(a, out, &back, &e) && str_eq(back, s));
    if (module_split_path_major(s, &prefix, &major)) check(prefix.len + major.len == s.len);
    module_check_file_path(a, s, &e);
    check(module_match_prefix_patterns(s, S("a.b/c/d")) || true);
}

static void check_version(Arena *a, Str s, Str other) {
    Str base, when, rev, c = semver_canonical(a, s);
    Err e = {0};
    check((c.len > 0) == semver_valid(s));
    check(!c.len || (semver_valid(c) && str_eq(semver_canonical(a, c), c) && semver_cmp(c, s) == 0));
    check(semver_cmp(s, other) == -semver_cmp(other, s) && gover_cmp(s, other) == -gover_cmp(other, s));
    check(modver_cmp(S("go"), s, other) == -modver_cmp(S("go"), other, s));
    if (pseudo_is(s) && pseudo_parse(a, s, &base, &when, &rev, &e)) check(when.len == 14);
    if (gover_valid(s)) check(gover_valid(gover_lang(s)));
    toolchain_to_version(s);
    module_canonical_version(a, s);
}

void fuzz_one(Str text) {
    Arena *a = arena_new("fuzz");
    set_up();
    Str s = arena_str(a, text), before = S("v1.2.3");
    if (text.len % 4 == 0) read_files(a, s);
    for (i64 at = 0; at < s.len;) {
        i64 end = str_index(str_slice(s, at, s.len), '\n');
        Str line = end < 0 ? str_slice(s, at, s.len) : str_slice(s, at, at + end);
        check_path(a, line);
        check_version(a, line, before);
        before = line;
        at += line.len + 1;
    }
    arena_free(a);
}
