// run.c - `vole run`: compiles into anonymous memory and becomes the program.
//
// The image never touches the disk; arguments, streams, signals and the exit code are the program's own because the
// process is the program's. With -exec a file in the temporary folder is needed; it is removed afterwards.
#include "cmd/cmd.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static bool write_all(int fd, const Buf *b) {
    for (i64 at = 0; at < b->len;) {
        ssize_t n = write(fd, b->ptr + at, (size_t)(b->len - at));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
    }
    return true;
}

static int exec_image(Cmd *c, const Buf *image, Str name, char **args) {
    int fd = memfd_create(arena_cstr(c->a, name), MFD_CLOEXEC);
    if (fd < 0 || !write_all(fd, image)) fatal("run: cannot hold the program in memory: %s", strerror(errno));
    args[0] = (char *)arena_cstr(c->a, name);
    signal(SIGXFSZ, SIG_DFL);
    fexecve(fd, args, environ);
    fatal("run: cannot execute the program: %s", strerror(errno));
}

static int exec_through(Cmd *c, const Buf *image, char **args) {
    Str gotmp = env_get(c->env, "GOTMPDIR");
    const char *tmp = gotmp.len ? arena_cstr(c->a, gotmp) : getenv("TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%s/vole-run-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    int fd = mkstemp(path);
    if (fd < 0 || !write_all(fd, image) || fchmod(fd, 0700) != 0)
        fatal("run: cannot write %s: %s", path, strerror(errno));
    close(fd);
    pid_t pid = fork();
    if (pid == 0) {
        args[0] = path;
        signal(SIGXFSZ, SIG_DFL);
        args[-1] = (char *)arena_cstr(c->a, c->f.exec);
        execvp(args[-1], args - 1);
        fprintf(stderr, "vole: run: cannot execute %s: %s\n", args[-1], strerror(errno));
        _exit(127);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    unlink(path);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int cmd_run(Cmd *c) {
    ProgramOptions o = {0};
    if (!build_options(c, &o)) return 1;
    i64 n = 0;
    while (n < c->nargs && str_has_suffix(c->args[n], S(".go"))) n++;
    if (n == 0) n = c->nargs > 0 && c->args[0].ptr[0] != '-' ? 1 : 0;
    if (n == 0) {
        fprintf(stderr, "vole: run: no go files listed\n");
        return 1;
    }
    Cmd first = *c;
    first.nargs = n;
    if (has_version(&first)) return 1;
    Program *p = program_new(o);
    Package **pkgs;
    i64 npkgs;
    Buf image = {0};
    bool is_main;
    if (!program_load(p, c->args, n, &pkgs, &npkgs) || (npkgs == 1 && !pkgs[0]->name)) {
        diag_flush(p->diag, 2);
        return 1;
    }
    if (npkgs == 0) return cmd_fail("no packages loaded from %.*s", SFMT(c->args[0]));
    if (npkgs != 1 || !pkgs[0]->name || !str_eq(pkgs[0]->name->s, S("main"))) {
        fprintf(stderr, "package %.*s is not a main package\n", SFMT(npkgs ? pkgs[0]->path : S("(none)")));
        return 1;
    }
    if (!build_one(c, p, pkgs[0], &image, &is_main)) return 1;
    if (c->f.n) return 0;
    char **args = ANEWN(c->a, char *, c->nargs - n + 3);
    args++; // room for the -exec command
    for (i64 i = n; i < c->nargs; i++) args[1 + i - n] = c->argv[i];
    Str base = path_base(c->args[0]);
    Str name = str_has_suffix(base, S(".go")) ? str_slice(base, 0, base.len - 3) : path_base(pkgs[0]->path);
    return c->f.exec.len ? exec_through(c, &image, args) : exec_image(c, &image, name, args);
}
