// run.c - `vole run`: compiles into anonymous memory and becomes the program.
//
// The image never touches the disk; arguments, streams, signals and the exit code are the program's own because the
// process is the program's. With -exec a file in the temporary folder is needed; it is removed afterwards.
#include "cmd/cmd.h"
#include <errno.h>
#include <fcntl.h>
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
    if (fd < 0 || !write_all(fd, image)) fatal("run: cannot hold the program in memory: %s", err_os(errno));
    args[0] = (char *)arena_cstr(c->a, name);
    signal(SIGXFSZ, SIG_DFL);
    fexecve(fd, args, environ);
    fatal("run: cannot execute the program: %s", err_os(errno));
}

// The command of -exec, words in quotes if need be, in front of the program's own.
static char **exec_command(Cmd *c, char *program, char **args) {
    StrVec words = {0};
    char open;
    split_quoted(c->a, c->f.exec, &words, &open); // it was looked at before
    i64 n = 1, k = 0;
    while (args[n]) n++;
    char **all = ANEWN(c->a, char *, words.len + n + 1);
    for (; k < words.len; k++) all[k] = (char *)arena_cstr(c->a, words.ptr[k]);
    all[k++] = program;
    for (i64 i = 1; i < n; i++) all[k++] = args[i];
    return all;
}

static int wait_for(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The program's file has its name: it stands alone in a folder that is removed afterwards.
static int exec_through(Cmd *c, const Buf *image, Str name, char **args) {
    Str dir;
    if (!work_make_dir(c, "vole-runXXXXXX", &dir))
        return cmd_fail("creating work dir: mkdir %.*s: %s", SFMT(dir), err_os(errno));
    const char *path = arena_cstr(c->a, path_join(c->a, dir, name));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    bool good = fd >= 0 && write_all(fd, image);
    int why = errno, rc = 0;
    if (fd >= 0) close(fd);
    char **command = exec_command(c, (char *)path, args);
    pid_t pid = good ? fork() : 0;
    if (good && pid == 0) {
        signal(SIGXFSZ, SIG_DFL);
        execvp(command[0], command);
        cmd_fail("run: cannot execute %s: %s", command[0], err_os(errno));
        _exit(1);
    }
    if (good && pid < 0) good = false, why = errno;
    if (good) rc = wait_for(pid);
    dir_remove_all(c->a, dir, NULL);
    return good ? rc : cmd_fail("run: cannot run %s: %s", path, err_os(why));
}

// How many arguments name what is run: .go files, or one package.
static i64 count_named(Cmd *c) {
    i64 n = 0;
    while (n < c->nargs && str_has_suffix(c->args[n], S(".go"))) n++;
    for (i64 i = 0; i < n; i++) {
        if (str_has_suffix(c->args[i], S("_test.go"))) {
            cmd_fail("cannot run *_test.go files (%.*s)", SFMT(c->args[i]));
            return 0;
        }
        if (file_type(arena_cstr(c->a, c->args[i]))) continue;
        const char *why = err_os(errno);
        fprintf(stderr, "stat %.*s: %s\n", SFMT(c->args[i]), why);
        return 0;
    }
    if (n == 0 && c->nargs > 0 && c->args[0].len && c->args[0].ptr[0] != '-') return 1;
    if (n == 0) cmd_fail("no go files listed");
    return n;
}

static void several(Str pattern, Pkg **pkgs, i64 n) {
    cmd_fail("pattern %.*s matches multiple packages:", SFMT(pattern));
    for (i64 i = 0; i < n; i++) fprintf(stderr, "\t%.*s\n", SFMT(pkgs[i]->path));
}

static Str program_name(Cmd *c, const Package *pkg) {
    Str base = path_base(c->args[0]);
    return str_has_suffix(base, S(".go")) ? str_slice(base, 0, base.len - 3) : executable_name(pkg->path);
}

int run_image(Cmd *c, const Buf *image, Str name, i64 first) {
    char **args = ANEWN(c->a, char *, c->nargs - first + 2);
    for (i64 i = first; i < c->nargs; i++) args[1 + i - first] = c->argv[i];
    fflush(stdout);
    return c->f.exec.len ? exec_through(c, image, name, args) : exec_image(c, image, name, args);
}

Package *run_load(Cmd *c, Program *p, const Str *args, i64 nargs) {
    Pkg **pkgs;
    Package **parsed;
    i64 n;
    load_packages(p->loader, (Str *)args, nargs, &pkgs, &n);
    if (diag_count(p->diag)) diag_flush(p->diag, 2);
    else if (n == 0) cmd_fail("no packages loaded from %.*s", SFMT(args[0]));
    else if (n > 1) several(args[0], pkgs, n);
    else if (program_parse(p, pkgs, n, &parsed, &n) && parsed[0]->name) return parsed[0];
    diag_flush(p->diag, 2);
    return NULL;
}

int cmd_run(Cmd *c) {
    ProgramOptions o = {.main_only = true};
    if (!build_options(c, &o)) return 1;
    i64 named = count_named(c);
    Buf image = {0};
    Str name;
    if (!named) return 1;
    if (again_image(c, named, &name, &image)) return run_image(c, &image, name, named);
    if (!str_has_suffix(c->args[0], S(".go")) && cmd_is_versioned(c->args[0])) use_versions(c, &o);
    Program *p = program_new(o);
    Package *pkg = run_load(c, p, c->args, named);
    bool is_main;
    if (!pkg || !work_open(c)) return 1;
    bool built = build_one(c, p, pkg, &image, &is_main);
    work_close(c, 0);
    if (!built) return 1;
    again_ran(c, program_name(c, pkg), &image);
    again_end(c, 0);
    return c->f.n ? 0 : run_image(c, &image, program_name(c, pkg), named);
}
