// types_check.c - the checker over real sources.
//
//   types_check                      a few packages of GOROOT/src must check without errors (skipped without a GOROOT)
//   types_check std [path ...]       the same for all of the standard library, or the given packages, bodies included
//   types_check [-lang=1.N] f.go ... prints the diagnostics of one package made of files; exit 1 if there are any
//   types_check batch                reads "lang file..." lines from standard input, prints "== n" after each set's diagnostics
#include "load/load.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/wait.h>
#include <time.h>

typedef struct Session { Arena *a; Intern *in; SourceMap *sm; Diag *d; Loader *l; Checker *c; Str goroot; } Session;

static bool session_init(Session *s, Str goroot)
{
    s->a = arena_new("session");
    s->in = intern_new();
    s->sm = source_map_new();
    s->d = diag_new(s->sm, (DiagOptions){.all = true});
    Str version, msg;
    if (goroot.len) s->goroot = goroot;
    else if (!load_find_goroot(s->a, &s->goroot, &version, &msg)) return false;
    char cwd[4096];
    if (!getcwd(cwd, sizeof cwd)) return false;
    LoadOptions o = {.goroot = s->goroot, .cwd = arena_str(s->a, str_c(cwd)), .goos = S("linux"), .goarch = S("amd64"), .threads = 1};
    s->l = load_new(s->a, s->in, s->d, s->sm, o);
    s->c = checker_new(s->a, s->in, s->d, load_import, s->l);
    return true;
}

static i64 check_paths(Session *s, Str *paths, i64 n)
{
    Package **pkgs = NULL;
    i64 np = 0;
    load_args(s->l, paths, n, &pkgs, &np);
    for (i64 i = 0; i < np; i++) {
        if (!pkgs[i]) continue;
        pkgs[i]->is_main_module = true;
        pkgs[i]->complete = false;
    }
    for (i64 i = 0; i < np; i++)
        if (pkgs[i]) check_package(s->c, pkgs[i]);
    fflush(stdout);
    return diag_flush(s->d, 1);
}

static int check_files(int lang, char **files, int n)
{
    Session s;
    if (!session_init(&s, (Str){0})) return 0;
    Str *v = ANEWN(s.a, Str, n);
    for (int i = 0; i < n; i++) v[i] = str_c(files[i]);
    Package **pkgs = NULL;
    i64 np = 0;
    load_args(s.l, v, n, &pkgs, &np);
    bool syntax = diag_syntax_count(s.d) > 0 && !getenv("CHECK_ALL");
    for (i64 i = 0; i < np; i++) {
        if (!pkgs[i]) continue;
        if (syntax) {
            check_package_branches(s.c, pkgs[i]);
            continue;
        }
        if (lang) pkgs[i]->go_minor = lang;
        pkgs[i]->is_main_module = true;
        pkgs[i]->complete = true;
        check_package(s.c, pkgs[i]);
    }
    return diag_flush(s.d, 1) ? 1 : 0;
}

static int batch(void)
{
    char line[8192];
    int n = 0;
    while (fgets(line, sizeof line, stdin)) {
        char *words[64];
        int nw = 0;
        for (char *w = strtok(line, " \n"); w && nw < 64; w = strtok(NULL, " \n")) words[nw++] = w;
        if (nw < 2) continue;
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            alarm(20);
            exit(check_files(atoi(words[0]), words + 1, nw - 1));
        }
        int st = 0;
        waitpid(pid, &st, 0);
        if (WIFSIGNALED(st)) printf("CRASH signal %d\n", WTERMSIG(st));
        else if (WEXITSTATUS(st) > 1) printf("CRASH exit %d\n", WEXITSTATUS(st));
        printf("== %d\n", n++);
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "batch")) return batch();
    if (argc > 1 && strcmp(argv[1], "std")) {
        int lang = 0, i = 1;
        if (!strncmp(argv[1], "-lang=1.", 8)) lang = atoi(argv[i++] + 8);
        return check_files(lang, argv + i, argc - i);
    }
    Session s;
    if (!session_init(&s, (Str){0})) {
        puts("skipped: no GOROOT");
        return 0;
    }
    Str some[] = {S("fmt"), S("strings"), S("sort"), S("slices"), S("maps"), S("errors"), S("encoding/json")};
    Str all[] = {S("std")};
    Str *paths = argc > 1 ? all : some;
    i64 n = argc > 1 ? 1 : NELEM(some);
    if (argc > 2) {
        n = argc - 2;
        paths = ANEWN(s.a, Str, n);
        for (i64 i = 0; i < n; i++) paths[i] = str_c(argv[2 + i]);
    }
    clock_t t0 = clock();
    i64 errors = check_paths(&s, paths, n);
    printf("%lld errors, %.2f s, %lld MB\n", (long long)errors, (double)(clock() - t0) / CLOCKS_PER_SEC, (long long)(arena_used(s.a) >> 20));
    return errors != 0;
}
