// run.c - runs a program by posix_spawn and collects what it writes. Never through a shell.
#include "mod/run.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static char **make_env(Arena *a, const RunSpec *s) {
    i64 n = 0, k = 0;
    while (environ[n]) n++;
    char **env = ANEWN(a, char *, n + s->nenv + 2);
    for (i64 i = 0; i < n; i++) {
        bool hidden = s->dir && !strncmp(environ[i], "PWD=", 4);
        for (i64 j = 0; j < s->nenv && !hidden; j++) {
            i64 eq = str_index(s->env[j], '=') + 1;
            hidden = !strncmp(environ[i], s->env[j].ptr, (size_t)eq);
        }
        if (!hidden) env[k++] = environ[i];
    }
    for (i64 j = 0; j < s->nenv; j++) env[k++] = (char *)arena_cstr(a, arena_str(a, s->env[j]));
    if (s->dir) env[k++] = (char *)arena_cstr(a, arena_printf(a, "PWD=%s", s->dir));
    return env;
}

static bool spawn(Arena *a, const RunSpec *s, int in, int out, int err, pid_t *pid, Err *e) {
    posix_spawn_file_actions_t act;
    posix_spawnattr_t attr;
    sigset_t none;
    char **argv = ANEWN(a, char *, s->nargs + 1);
    for (i64 i = 0; i < s->nargs; i++) argv[i] = (char *)arena_cstr(a, arena_str(a, s->args[i]));
    posix_spawn_file_actions_init(&act);
    posix_spawn_file_actions_adddup2(&act, in, 0);
    posix_spawn_file_actions_adddup2(&act, out, 1);
    posix_spawn_file_actions_adddup2(&act, err, 2);
    if (s->dir) posix_spawn_file_actions_addchdir_np(&act, s->dir);
    posix_spawnattr_init(&attr);
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    int r = posix_spawnp(pid, argv[0], &act, &attr, argv, make_env(a, s));
    posix_spawn_file_actions_destroy(&act);
    posix_spawnattr_destroy(&attr);
    if (r == ENOENT && !(s->dir && !dir_exists(s->dir)))
        return err_set(e, a, ERR_OTHER, "exec: \"%s\": executable file not found in $PATH", argv[0]);
    return r == 0 || err_set(e, a, ERR_OTHER, "fork/exec %s: %s", argv[0], err_os(r));
}

// Both streams until they end; too much of one ends it. False: errno or too much.
static bool drain(int fds[2], Buf *bufs[2], i64 limit) {
    bool ok = true;
    while (fds[0] >= 0 || fds[1] >= 0) {
        struct pollfd p[2] = {{.fd = fds[0], .events = POLLIN}, {.fd = fds[1], .events = POLLIN}};
        if (poll(p, 2, -1) < 0 && errno != EINTR) return false;
        for (int i = 0; i < 2; i++) {
            if (fds[i] < 0 || !p[i].revents) continue;
            buf_reserve(bufs[i], 1 << 14);
            ssize_t n = read(fds[i], bufs[i]->ptr + bufs[i]->len, (size_t)(bufs[i]->cap - bufs[i]->len));
            if (n < 0 && errno == EINTR) continue;
            if (n > 0) bufs[i]->len += n;
            if (n > 0 && bufs[i]->len <= limit) continue;
            ok = ok && n == 0;
            close(fds[i]);
            fds[i] = -1;
        }
    }
    return ok;
}

static int input_file(Str s) { // a file without a name, so that no pipe can fill up
    if (!s.len) return open("/dev/null", O_RDONLY | O_CLOEXEC);
    int fd = memfd_create("stdin", MFD_CLOEXEC);
    if (fd >= 0 && (write(fd, s.ptr, (size_t)s.len) != s.len || lseek(fd, 0, SEEK_SET) != 0)) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool wait_for(Arena *a, pid_t pid, RunResult *r, Err *e) {
    int st;
    while (waitpid(pid, &st, 0) < 0)
        if (errno != EINTR) return err_set(e, a, ERR_OTHER, "wait: %s", err_os(errno));
    r->code = WIFEXITED(st) ? WEXITSTATUS(st) : -1;
    if (WIFSIGNALED(st)) return err_set(e, a, ERR_OTHER, "signal: %s", strsignal(WTERMSIG(st)));
    return r->code == 0 || err_set(e, a, ERR_OTHER, "exit status %d", r->code);
}

bool run_program(Arena *a, const RunSpec *s, RunResult *r, Err *e) {
    int out[2] = {-1, -1}, err[2] = {-1, -1}, in = input_file(s->input);
    *r = (RunResult){.code = -1};
    pid_t pid = 0;
    bool ok = in >= 0 && pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0;
    if (!ok) err_set(e, a, ERR_OTHER, "pipe: %s", err_os(errno));
    ok = ok && spawn(a, s, in, s->out_fd > 0 ? s->out_fd : out[1], s->join ? out[1] : err[1], &pid, e);
    if (in >= 0) close(in);
    if (out[1] >= 0) close(out[1]);
    if (err[1] >= 0) close(err[1]);
    Buf o = {0}, x = {0};
    Buf *bufs[2] = {&o, &x};
    int fds[2] = {out[0], err[0]};
    if (ok) {
        bool all = drain(fds, bufs, s->limit ? s->limit : MAX_TEXT);
        ok = wait_for(a, pid, r, e);
        if (!all && ok) ok = err_set(e, a, ERR_OTHER, "too much output");
    } else {
        for (int i = 0; i < 2; i++)
            if (fds[i] >= 0) close(fds[i]);
    }
    r->out = arena_str(a, buf_view(&o)), r->err = arena_str(a, buf_view(&x));
    buf_free(&o);
    buf_free(&x);
    return ok;
}
