// stamp.c - what a build stamps into a program about its work tree: system, revision, time, modified, the main module's version.
//
// Facts: cmd/go/internal/{vcs,load}, `go help buildconstraint`'s -buildvcs. Only git can be asked; of the other systems it is known that they are
// there. Nothing is written, nothing is fetched.
#include "mod/run.h"
#include "mod/vcs.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct System {
    const char *name, *root;
    bool is_dir;
} System;
static const System systems[] = {
    {"hg", ".hg", true},   {"git", ".git", true},          {"svn", ".svn", true},
    {"bzr", ".bzr", true}, {"fossil", ".fslckout", false}, {"fossil", "_FOSSIL_", false},
};

static const char *system_of(Arena *a, Str dir, const char *not_this) {
    for (i64 i = 0; i < NELEM(systems); i++) {
        const char *path = arena_cstr(a, path_join(a, dir, str_c(systems[i].root)));
        if (not_this && !strcmp(systems[i].name, not_this)) continue;
        if (systems[i].is_dir ? dir_exists(path) : file_exists(path)) return systems[i].name;
    }
    return NULL;
}

// The innermost system, if no other one is around it: that might be there to have its hooks run. Git protects itself.
bool vcs_find(Arena *a, Str dir, VcsStatus *s, Err *err) {
    const char *debug = getenv("GODEBUG");
    bool any = debug && strstr(debug, "allowmultiplevcs=1");
    *s = (VcsStatus){.vcs = S("")};
    for (Str d = path_clean(a, dir); d.len > 1; d = path_dir(d)) {
        const char *name = system_of(a, d, NULL);
        if (!name) continue;
        if (!s->vcs.len) {
            s->vcs = str_c(name), s->root = d;
            if (any) break;
            if (str_eq(s->vcs, S("git"))) name = system_of(a, d, "git");
            else continue;
        } else if (str_eq(s->vcs, S("git"))) name = system_of(a, d, "git");
        if (name)
            return err_set(err, a, ERR_OTHER, "multiple VCS detected: %.*s in %.*s, and %s in %.*s", SFMT(s->vcs),
                           SFMT(str_quote(a, s->root)), name, SFMT(str_quote(a, d)));
    }
    return s->vcs.len > 0;
}

static bool run_git(Arena *a, const VcsStatus *v, Str *args, i64 n, Str *out, Err *err) {
    Str dir = v->root;
    if (v->trace) {
        fprintf(stderr, "cd %.*s\n", SFMT(dir));
        for (i64 i = 0; i < n; i++) fprintf(stderr, "%s%.*s", i ? " " : "", SFMT(args[i]));
        fprintf(stderr, "\n");
    }
    RunSpec s = {.dir = arena_cstr(a, arena_str(a, dir)), .args = args, .nargs = n};
    RunResult r;
    bool ok = run_program(a, &s, &r, err);
    *out = r.out;
    return ok;
}

static bool read_status(Arena *a, VcsStatus *s, Err *err) {
    Str status[] = {S("git"), S("status"), S("--porcelain")};
    Str log[] = {S("git"), S("-c"), S("log.showsignature=false"), S("log"), S("-1"), S("--format=%H:%ct")};
    Str out;
    Err e = {0};
    if (!run_git(a, s, status, NELEM(status), &out, err)) return false;
    s->modified = out.len > 0;
    s->revision = s->time = s->version = S("");
    if (!run_git(a, s, log, NELEM(log), &out, &e)) { // no commits yet
        if (!s->modified) *err = e;
        return s->modified;
    }
    out = str_trim(out);
    i64 colon = str_index(out, ':');
    if (colon < 1) return err_set(err, a, ERR_OTHER, "unable to parse output of git log");
    s->revision = str_slice(out, 0, colon);
    s->time = time_rfc3339(a, strtoll(arena_cstr(a, arena_str(a, str_slice(out, colon + 1, out.len))), NULL, 10));
    return true;
}

// What the module would be called if somebody fetched this commit; "" where that cannot be told.
static void find_version(Arena *a, const Env *env, Str module_path, VcsStatus *s) {
    Str text, prefix, major, version;
    Err e = {0};
    if (!file_read(a, arena_cstr(a, path_join(a, s->root, S("go.mod"))), &text)) return;
    Str root = modfile_module_path(a, text);
    if (!root.len || !module_split_path_major(root, &prefix, &major)) return;
    Fetcher *f = fetch_new(a, env, (FetchOptions){0});
    Work w = work_begin(f);
    if (direct_local_version(&w, s->root, prefix, module_path, s->revision, &version, &e))
        s->version = arena_printf(a, "%.*s%s", SFMT(version),
                                  !s->modified                                  ? ""
                                  : str_has_suffix(version, S("+incompatible")) ? ".dirty"
                                                                                : "+dirty");
    work_end(&w);
    fetch_free(f);
}

bool vcs_status(Arena *a, const Env *env, bool trace, Str dir, Str module_path, VcsStatus *s, Err *err) {
    *err = (Err){0};
    if (!vcs_find(a, dir, s, err)) return false;
    s->trace = trace;
    const char *program = arena_cstr(a, arena_str(a, s->vcs));
    if (!file_on_path(a, str_c(program)))
        return err_set(err, a, ERR_NOT_EXIST, "exec: \"%s\": executable file not found in $PATH", program);
    if (!str_eq(s->vcs, S("git")))
        return err_set(err, a, ERR_OTHER, "not supported yet: build stamps of %s repositories", program);
    if (!read_status(a, s, err)) return false;
    if (s->revision.len) find_version(a, env, module_path, s);
    return true;
}

static u64 add_part(u64 h, Str s) { return hash_bytes(s.ptr, s.len, h); }

u64 vcs_state(Arena *a, Str dir, const VcsStatus *known) {
    Str status[] = {S("git"), S("status"), S("--porcelain")};
    Str refs[] = {S("git"), S("show-ref"), S("--head"), S("--tags")}, out;
    VcsStatus s;
    Err err = {0};
    bool found = vcs_find(a, dir, &s, &err);
    u64 h = add_part(add_part(add_part(found, s.vcs), s.root), err.text);
    if (!found || !str_eq(s.vcs, S("git"))) return h;
    bool asked = known || run_git(a, &s, status, NELEM(status), &out, &err);
    h = add_part(h, known     ? known->modified ? S("modified") : S("clean")
                        : !asked ? S("?")
                    : out.len ? S("modified")
                              : S("clean"));
    return add_part(h, run_git(a, &s, refs, NELEM(refs), &out, &err) ? out : S("?"));
}
