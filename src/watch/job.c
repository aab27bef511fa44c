// job.c - one child process with its output and, if it runs a function of ours, bytes that come back.
//
// It has a process group of its own, which is killed whole when the job is given up, and it is killed if we are. That it ended is told by its
// pidfd, so that what it left running with our pipes is not waited for. Callbacks may start and give up other jobs.
#include "watch/watch.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

// ---- in the child -----------------------------------------------------------------------------------------------------

// A function of ours runs in a copy of the watcher: it keeps no listening socket of a program that ended, no connection of the proxy.
static int close_others(int back) {
    enum { BACK = 3 };
    if (back != BACK && dup2(back, BACK) < 0) _exit(127);
    close_range(BACK + 1, ~0u, 0);
    return BACK;
}

static void enter_child(const Job *j, int out, int back) {
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pthread_sigmask(SIG_SETMASK, events_mask(j->events), NULL);
    signal(SIGINT, SIG_DFL);
    if (null >= 0) dup2(null, 0);
    dup2(out, 1);
    dup2(out, 2);
    if (j->o.dir && chdir(j->o.dir) != 0) {
        fprintf(stderr, "vole: %s: %s\n", j->o.dir, err_os(errno));
        _exit(127);
    }
    if (j->o.run) _exit(j->o.run(j->o.arg, close_others(back)));
    const char *argv[] = {"/bin/sh", "-c", j->o.command.ptr, NULL};
    signal(SIGXFSZ, SIG_DFL);
    execve(argv[0], (char *const *)argv, j->o.env ? j->o.env : environ);
    fprintf(stderr, "vole: %s: %s\n", argv[0], err_os(errno));
    _exit(127);
}

// ---- here -------------------------------------------------------------------------------------------------------------

static void close_pipe(JobPipe *p) {
    if (p->fd < 0) return;
    events_file(p->job->events, p->fd, 0, NULL, NULL);
    close(p->fd);
    p->fd = -1;
}

static void drop(Job *j) {
    close_pipe(&j->out);
    close_pipe(&j->back);
    if (j->pidfd >= 0) events_file(j->events, j->pidfd, 0, NULL, NULL), close(j->pidfd);
    buf_free(&j->out.buf);
    buf_free(&j->back.buf);
    free(j);
}

// All that is there now; false: the pipe is at its end.
static bool drain(JobPipe *p) {
    char buf[16 << 10];
    ssize_t n;
    Job *j = p->job;
    while ((n = read(p->fd, buf, sizeof buf)) > 0) {
        buf_bytes(&p->buf, buf, n);
        if (p == &j->out && j->o.text) j->o.text(j->o.ctx, (Str){buf, n});
    }
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void read_pipe(void *ctx, u32 what) {
    JobPipe *p = ctx;
    Job *j = p->job;
    if (drain(p)) return;
    close_pipe(p);
    if (p == &j->back && j->out.fd >= 0) drain(&j->out); // what was said before
    if (p == &j->back && j->o.result) j->o.result(j->o.ctx, j);
}

static void take_exit(void *ctx, u32 what) {
    Job *j = ctx;
    while (waitpid(j->pid, &j->status, 0) < 0 && errno == EINTR) {
    }
    j->pid = 0;
    if (j->out.fd >= 0) drain(&j->out);
    bool untold = j->back.fd >= 0;
    if (untold) drain(&j->back), close_pipe(&j->back);
    if (untold && j->o.result) j->o.result(j->o.ctx, j);
    if (j->o.done) j->o.done(j->o.ctx, j);
    drop(j);
}

static void open_pipe(Job *j, JobPipe *p, int fd) {
    *p = (JobPipe){.job = j, .fd = fd};
    fcntl(fd, F_SETFL, O_NONBLOCK);
    events_file(j->events, fd, EPOLLIN, read_pipe, p);
}

Job *job_start(Events *events, const JobOptions *o) {
    int out[2], back[2];
    Job *j = calloc(1, sizeof *j);
    if (!j) fatal("out of memory");
    *j = (Job){.o = *o, .events = events, .pidfd = -1, .began = events_now()};
    if (pipe2(out, O_CLOEXEC) != 0) return free(j), NULL;
    if (pipe2(back, O_CLOEXEC) != 0) return close(out[0]), close(out[1]), free(j), NULL;
    fflush(NULL);
    j->pid = fork();
    if (j->pid == 0) enter_child(j, out[1], back[1]);
    close(out[1]);
    close(back[1]);
    if (j->pid < 0) return close(out[0]), close(back[0]), free(j), NULL;
    setpgid(j->pid, j->pid); // whoever is first
    j->pidfd = (int)syscall(SYS_pidfd_open, j->pid, 0);
    if (j->pidfd < 0) fatal("pidfd_open: %s", err_os(errno));
    open_pipe(j, &j->out, out[0]);
    open_pipe(j, &j->back, back[0]);
    events_file(events, j->pidfd, EPOLLIN, take_exit, j);
    return j;
}

void job_leave(Job *j) { j->o.text = NULL, j->o.result = j->o.done = NULL; }

void job_kill(Job *j) {
    if (j->pid > 0) kill(-j->pid, SIGKILL);
    if (j->pid > 0) kill(j->pid, SIGKILL); // it may not have its group yet
    job_leave(j);                          // its end is heard as any other's
}

bool job_good(const Job *j) { return WIFEXITED(j->status) && WEXITSTATUS(j->status) == 0; }

Str job_fate(Arena *a, const Job *j) {
    if (WIFEXITED(j->status)) return arena_printf(a, "exit status %d", WEXITSTATUS(j->status));
    return arena_printf(a, "signal: %s", strsignal(WTERMSIG(j->status)));
}
