// fetchdrv.c - drives src/mod/fetch.h from a command line, for the tests of fetching (tests/mod/run.py).
//
// Usage: fetchdrv [-sum GO.SUM] [-x] [-rw] stat PATH REV | latest PATH | versions PATH [PREFIX] | gomod PATH VERSION | dir PATH@VERSION... |
//        zip PATH VERSION | hashdir DIR PREFIX | hashzip FILE | vcs DIR PATH. Exit status 1 after an error, which is on standard error; 2 if it says
//        that something does not exist.
#include "mod/mod.h"
#include <stdio.h>
#include <stdlib.h>

static int report(const Err *e) {
    fprintf(stderr, "%.*s\n", SFMT(e->text));
    return e->kind == ERR_NOT_EXIST ? 2 : 1;
}

static int print_info(bool ok, const RevInfo *i, const Err *e) {
    if (!ok) return report(e);
    printf("%.*s %.*s %.*s\n", SFMT(i->version), SFMT(i->time), SFMT(i->origin));
    return 0;
}

static int download(Fetcher *f, Arena *a, char **argv, int n) {
    FetchJob *jobs = ANEWN(a, FetchJob, n);
    int bad = 0;
    for (int i = 0; i < n; i++) {
        Str s = str_c(argv[i]);
        i64 at = str_rindex(s, '@');
        if (at < 0) at = s.len;
        jobs[i].mod = (ModVersion){str_slice(s, 0, at), at < s.len ? str_slice(s, at + 1, s.len) : S("")};
    }
    fetch_many(f, jobs, n);
    for (int i = 0; i < n; i++) {
        if (jobs[i].err.text.len) bad = report(&jobs[i].err);
        else printf("%.*s\n", SFMT(jobs[i].result));
    }
    return bad;
}

static int command(Fetcher *f, Arena *a, const Env *env, char **v, int n) {
    Str cmd = str_c(v[0]), x = str_c(n > 1 ? v[1] : ""), y = str_c(n > 2 ? v[2] : ""), text;
    Err e = {0};
    RevInfo info = {0};
    if (str_eq(cmd, S("stat"))) return print_info(fetch_stat(f, x, y, &info, &e), &info, &e);
    if (str_eq(cmd, S("latest"))) return print_info(fetch_latest(f, x, &info, &e), &info, &e);
    if (str_eq(cmd, S("dir"))) return download(f, a, v + 1, n - 1);
    if (str_eq(cmd, S("versions"))) {
        Str *list;
        i64 count;
        if (!fetch_versions(f, x, y, &list, &count, NULL, &e)) return report(&e);
        for (i64 i = 0; i < count; i++) printf("%.*s\n", SFMT(list[i]));
        return 0;
    }
    if (str_eq(cmd, S("vcs"))) {
        VcsStatus s;
        if (!vcs_status(a, env, false, x, y, &s, &e)) return e.text.len ? report(&e) : 0;
        printf("%.*s %.*s %.*s %.*s %s %.*s\n", SFMT(s.vcs), SFMT(s.root), SFMT(s.revision), SFMT(s.time),
               s.modified ? "true" : "false", SFMT(s.version));
        return 0;
    }
    ModVersion mv = {x, y};
    bool ok = str_eq(cmd, S("gomod"))     ? fetch_gomod(f, mv, &text, &e)
              : str_eq(cmd, S("zip"))     ? fetch_zip(f, mv, &text, &e)
              : str_eq(cmd, S("hashdir")) ? fetch_hash_dir(a, x, y, &text, &e)
              : str_eq(cmd, S("hashzip")) ? fetch_hash_zip(a, x, &text, &e)
                                          : err_set(&e, a, ERR_OTHER, "unknown command %s", v[0]);
    if (!ok) return report(&e);
    printf("%.*s\n", SFMT(text));
    return 0;
}

int main(int argc, char **argv) {
    Arena *a = arena_new("driver");
    Env *env;
    Err e = {0};
    FetchOptions opt = {.progress = true};
    Str sum = S("");
    int i = 1;
    if (!env_read(a, S("/"), &env, &e)) return report(&e);
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (!strcmp(argv[i], "-x")) opt.trace = true;
        else if (!strcmp(argv[i], "-rw")) opt.modcacherw = true;
        else if (!strcmp(argv[i], "-sum") && i + 1 < argc) sum = path_abs(a, str_c(argv[++i]));
    }
    if (i >= argc) return 1;
    Fetcher *f = fetch_new(a, env, opt);
    fetch_use_gosum(f, sum, NULL, 0);
    int code = command(f, a, env, argv + i, argc - i);
    if (code == 0 && !fetch_write_gosum(f, NULL, false, &e)) code = report(&e);
    fetch_free(f);
    arena_free(a);
    return code;
}
