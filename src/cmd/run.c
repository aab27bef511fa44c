// run.c - `vole run`: compiles into anonymous memory and becomes the program.
//
// The image never touches the disk; arguments, streams, signals and the exit code are the program's own because the
// process is the program's. With -exec a file in the temporary folder is needed; it is removed afterwards.
#include "cmd/steps.h"
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
    if (isatty(2) && !cmd_is_plain()) setenv("VOLE_PANICS", "1", 1); // rt/diag/source.c takes it away again
    else unsetenv("VOLE_PANICS");
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

// How many arguments name what is run: .go files, a script, or one package.
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

static Str program_name(Cmd *c, const Pkg *pkg) {
    Str base = path_base(c->args[0]);
    if (str_has_suffix(base, S(".go"))) return str_slice(base, 0, base.len - 3);
    return pkg->command_line_files ? base : executable_name(pkg->path);
}

int run_image(Cmd *c, const Buf *image, Str name, i64 first) {
    char **args = ANEWN(c->a, char *, c->nargs - first + 2);
    for (i64 i = first; i < c->nargs; i++) args[1 + i - first] = c->argv[i];
    fflush(stdout);
    return c->f.exec.len ? exec_through(c, image, name, args) : exec_image(c, image, name, args);
}

// The one package of the arguments; NULL: reported
static Pkg *find_one(Program *p, const Str *args, i64 nargs) {
    Pkg **pkgs;
    i64 n;
    load_packages(p->loader, (Str *)args, nargs, &pkgs, &n);
    if (diag_count(p->diag)) diag_flush(p->diag, 2);
    else if (n == 0) cmd_fail("no packages loaded from %.*s", SFMT(args[0]));
    else if (n > 1) several(args[0], pkgs, n);
    else return pkgs[0];
    return NULL;
}

Package *run_load(Cmd *c, Program *p, const Str *args, i64 nargs) {
    Package **parsed;
    i64 n;
    Pkg *pkg = find_one(p, args, nargs);
    if (pkg && program_parse(p, &pkg, 1, &parsed, &n) && parsed[0]->name) return parsed[0];
    diag_flush(p->diag, 2);
    return NULL;
}

// The `go` that it finds first is vole. Where nothing can be written it finds what its user would.
static int run_program(Cmd *c, const Buf *image, Str name, i64 first) {
    tool_path_env(c);
    return run_image(c, image, name, first);
}

// -n, -x, -work: the program is made by steps; then it runs as others do.
static int run_by_steps(Cmd *c, Program *p, i64 named) {
    Buf image = {0};
    Str bytes = {0};
    i64 one = 1;
    Steps *s = steps_new(c, p, &p->o, false);
    if (!s) return 1;
    StepsTarget t = {.pkg = find_one(p, c->args, named)};
    if (!t.pkg || load_report(p->loader, &t.pkg, 1) || !load_buildable(p->loader, &t.pkg, &one)) {
        diag_flush(p->diag, 2);
        return steps_end(s, 1);
    }
    t.name = program_name(c, t.pkg);
    int rc = steps_build(s, &t, 1);
    if (rc == 0) steps_show_run(s, &t, c->args + named, c->nargs - named);
    bool made = rc == 0 && !c->f.n && file_read(c->a, arena_cstr(c->a, t.result), &bytes);
    steps_end(s, rc);
    if (!made) return rc;
    buf_str(&image, bytes);
    return run_program(c, &image, t.name, named);
}

int cmd_run(Cmd *c) {
    ProgramOptions o = {.main_only = true, .scripts = true};
    if (!build_options(c, &o)) return 1;
    i64 named = count_named(c);
    Buf image = {0};
    Str name;
    if (!named) return 1;
    if (again_image(c, named, &name, &image)) return run_program(c, &image, name, named);
    if (!str_has_suffix(c->args[0], S(".go")) && cmd_is_versioned(c->args[0]) && !load_is_script(c->a, c->args[0]))
        use_versions(c, &o);
    Program *p = program_new(o);
    if (steps_wanted(c)) return run_by_steps(c, p, named);
    Package *pkg = run_load(c, p, c->args, named);
    bool is_main;
    if (!pkg || !build_one(c, p, pkg, &image, &is_main)) return 1;
    name = program_name(c, load_pkg(pkg));
    again_ran(c, name, &image);
    again_end(c, 0);
    return run_program(c, &image, name, named);
}
