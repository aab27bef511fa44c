// types_check.c - the checker over real sources.
//
//   types_check                      a few packages of GOROOT/src must check without errors (skipped without a GOROOT)
//   types_check std [path ...]       the same for all of the standard library, or the given packages, bodies included
//   types_check [-lang=1.N] f.go ... prints the diagnostics of one package made of files; exit 1 if there are any
//   types_check batch                reads "lang file..." lines from standard input, prints "== n" after each set's diagnostics
#include "load/load.h"
#include "env/env.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/wait.h>
#include <time.h>

typedef struct Session {
    Arena *a;
    Intern *in;
    SourceMap *sm;
    Diag *d;
    Loader *l;
    Checker *c;
    Str goroot;
} Session;

static bool session_init(Session *s, Str goroot) {
    s->a = arena_new("session");
    s->in = intern_new();
    s->sm = source_map_new();
    s->d = diag_new(s->sm, (DiagOptions){.all = true});
    Str version, msg;
    if (goroot.len) s->goroot = goroot;
    else if (!env_find_goroot(s->a, (Str){0}, &s->goroot, &version, &msg)) return false;
    char cwd[4096];
    if (!getcwd(cwd, sizeof cwd)) return false;
    LoadOptions o = {.goroot = s->goroot,
                     .cwd = arena_str(s->a, str_c(cwd)),
                     .goos = S("linux"),
                     .goarch = S("amd64"),
                     .threads = 1};
    s->l = load_new(s->a, s->in, s->d, s->sm, o);
    s->c = checker_new(s->a, s->in, s->d, load_import, s->l);
    return true;
}

// As later phases do it: single bodies and initializations on demand, here from the last to the first.
static void check_lazily(Checker *c, Package *p) {
    check_collect(c, p);
    for (i64 i = p->objects.len - 1; i >= 0; i--) {
        Object *o = p->objects.ptr[i];
        if (o->kind == OBJ_FUNC) check_body(c, func_info(c, o));
        else check_object(c, o);
    }
    types_init_order(c, p);
}

static int cmp_obj(const void *x, const void *y) {
    return str_cmp((*(Object *const *)x)->name->s, (*(Object *const *)y)->name->s);
}
static int cmp_strs(const void *x, const void *y) { return str_cmp(*(const Str *)x, *(const Str *)y); }

static void dump_methods(Session *s, Type *t) {
    MethodEntry *m;
    i64 n = types_method_set(s->c, t, &m);
    Str *l = ANEWN(s->a, Str, n + 1);
    for (i64 i = 0; i < n; i++) {
        Buf b = {0};
        buf_printf(&b, "%.*s:[", SFMT(m[i].name->s));
        for (i64 k = 0; k < m[i].npath; k++) buf_printf(&b, "%s%d", k ? " " : "", (int)m[i].path[k]);
        buf_printf(&b, "]:%.*s", SFMT(types_string(s->a, m[i].func->type, NULL)));
        l[i] = arena_str(s->a, buf_view(&b));
        buf_free(&b);
    }
    qsort(l, (size_t)n, sizeof *l, cmp_strs);
    printf(" {");
    for (i64 i = 0; i < n; i++) printf("%s%.*s", i ? ";" : "", SFMT(l[i]));
    printf("}");
}

static void dump_type(Session *s, Type *t) {
    Type *u = types_unalias(t);
    if (u->kind == TYPE_NAMED && u->named.orig == u && u->named.tparams.len) return;
    if (t->kind == TYPE_ALIAS && t->alias.tparams.len && !t->alias.targs.len) return;
    Type *under = types_under(t);
    printf(" %lld %lld", (long long)types_size(t), (long long)types_align(t));
    if (under->kind == TYPE_STRUCT) {
        printf(" [");
        for (i64 i = 0; i < under->strct.nfields; i++)
            printf("%s%lld", i ? " " : "", (long long)types_field_offset(under, i));
        printf("]");
    }
    dump_methods(s, t);
    dump_methods(s, types_new_pointer(s->c, t));
}

// Objects of a package with their types, sizes and method sets, and its order of initialization: to be
// compared with what go/types says.
static void dump(Session *s, Package *p) {
    check_collect(s->c, p);
    i64 n = scope_len(p->scope);
    Object **v = ANEWN(s->a, Object *, n + 1);
    for (i64 i = 0; i < n; i++) v[i] = scope_at(p->scope, i);
    qsort(v, (size_t)n, sizeof *v, cmp_obj);
    for (i64 i = 0; i < n; i++) {
        Object *o = v[i];
        check_object(s->c, o);
        printf("%.*s.%.*s %.*s", SFMT(p->path), SFMT(o->name->s), SFMT(types_string(s->a, o->type, NULL)));
        if (o->kind == OBJ_CONST) printf(" = %.*s", SFMT(exact_text_full(s->a, o->val)));
        if (o->kind == OBJ_TYPE_NAME) dump_type(s, o->type);
        printf("\n");
    }
    types_init_order(s->c, p);
    for (i64 i = 0; i < p->ninit; i++) {
        printf("%.*s init", SFMT(p->path));
        for (i64 k = 0; k < p->init_order[i].nlhs; k++) printf(" %.*s", SFMT(p->init_order[i].lhs[k]->name->s));
        printf("\n");
    }
}

static i64 check_paths(Session *s, Str *paths, i64 n) {
    Package **pkgs = NULL;
    i64 np = 0;
    load_args(s->l, paths, n, &pkgs, &np);
    bool lazy = getenv("LAZY") != NULL || getenv("DUMP") != NULL;
    for (i64 i = 0; i < np && getenv("DUMP"); i++)
        if (pkgs[i]) dump(s, pkgs[i]);
    for (i64 i = np - 1; i >= 0 && lazy; i--)
        if (pkgs[i]) check_lazily(s->c, pkgs[i]);
    for (i64 i = 0; i < np && !lazy; i++) {
        if (!pkgs[i]) continue;
        pkgs[i]->trusted = false;
        pkgs[i]->complete = false;
    }
    for (i64 i = 0; i < np && !lazy; i++)
        if (pkgs[i]) check_package(s->c, pkgs[i]);
    fflush(stdout);
    return diag_flush(s->d, 1);
}

static int check_files(int lang, char **files, int n) {
    Session s;
    if (!session_init(&s, (Str){0})) return 0;
    Str *v = ANEWN(s.a, Str, n);
    for (int i = 0; i < n; i++) v[i] = str_c(files[i]);
    Package **pkgs = NULL;
    i64 np = 0;
    load_args(s.l, v, n, &pkgs, &np);
    bool syntax = false;
    for (i64 i = 0; i < np; i++) {
        if (!pkgs[i]) continue;
        check_package_branches(s.c, pkgs[i]);
        for (i64 k = 0; k < pkgs[i]->nfiles; k++) syntax |= pkgs[i]->files[k] && pkgs[i]->files[k]->syntax_errors;
    }
    for (i64 i = 0; i < np && (!syntax || getenv("CHECK_ALL")); i++) {
        if (!pkgs[i]) continue;
        if (lang) pkgs[i]->go_minor = lang;
        pkgs[i]->trusted = false;
        pkgs[i]->complete = true;
        check_package(s.c, pkgs[i]);
    }
    return diag_flush(s.d, 1) ? 1 : 0;
}

static int batch(void) {
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

int main(int argc, char **argv) {
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
    printf("%lld errors, %.2f s, %lld MB\n", (long long)errors, (double)(clock() - t0) / CLOCKS_PER_SEC,
           (long long)(arena_used(s.a) >> 20));
    return errors != 0;
}
