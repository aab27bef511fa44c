// process.c - the processes of `test`: builds in copies of this one, and the programs that they make.
//
// In:   what to run. Out: its output as it comes, how and when it ended. One thread waits for all: for output, exits, clocks, signals.
// A process that outlives its limit gets SIGQUIT (Go programs print their goroutines then), and SIGKILL if that did not help; what it
// leaves behind is ours (PR_SET_CHILD_SUBREAPER) and dies with it. When this process dies, whatever killed it, so do all of these.
#include "test/test.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static const int received[] = {SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP};

static i64 now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (i64)t.tv_sec * 1000000000 + t.tv_nsec;
}

bool processes_begin(Processes *ps, Arena *a) {
    sigset_t set;
    *ps = (Processes){.a = a};
    sigemptyset(&set);
    for (i64 i = 0; i < NELEM(received); i++) sigaddset(&set, received[i]);
    pthread_sigmask(SIG_BLOCK, &set, &ps->before);
    signal(SIGINT, SIG_DFL), signal(SIGQUIT, SIG_DFL); // a shell's background job ignores them; our programs shall hear
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    ps->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return ps->signals >= 0;
}

void processes_end(Processes *ps) {
    close(ps->signals);
    pthread_sigmask(SIG_SETMASK, &ps->before, NULL);
}

// ---- starting ---------------------------------------------------------------------------------------------------------

typedef struct Start { // pipes of a process that is about to be
    int out[2], error[2];
} Start;

NORETURN static void fail_start(const Start *s) {
    int why = errno;
    ssize_t n = write(s->error[1], &why, sizeof why);
    _exit(n < 0 ? 126 : 127);
}

static void be_program(const ProcessOptions *o, const Start *s) {
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null >= 0) dup2(null, 0);
    if (o->dir && chdir(o->dir) != 0) fail_start(s);
    if (o->direct) dup2(1, 2); // both are one, as in a pipe
    signal(SIGXFSZ, SIG_DFL);
    environ = (char **)(uintptr_t)o->env;
    execvp(o->argv[0], o->argv);
    fail_start(s);
}

static void be_child(Processes *ps, const ProcessOptions *o, const Start *s, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent) _exit(1);
    if (!o->direct) {
        dup2(s->out[1], 1);
        dup2(s->out[1], 2);
    }
    close(ps->signals);
    sigprocmask(SIG_SETMASK, &ps->before, NULL);
    if (o->argv) be_program(o, s);
    for (i64 i = 0; i < ps->all.len; i++) close(ps->all.ptr[i]->fd);
    close(s->out[0]), close(s->error[0]), close(s->error[1]);
    int rc = o->run(o->arg);
    fflush(NULL);
    _exit(rc);
}

// The reason if the program could not be executed.
static void read_start(Processes *ps, Process *p, int fd) {
    int why;
    const char *name = p->o.argv[0];
    bool path = strchr(name, '/') != NULL, failed = read(fd, &why, sizeof why) == (ssize_t)sizeof why;
    if (failed && path) p->failed = arena_printf(ps->a, "fork/exec %s: %s", name, err_os(why));
    else if (failed) p->failed = arena_printf(ps->a, "exec: \"%s\": executable file not found in $PATH", name);
    close(fd);
}

static bool make_pipes(Start *s) {
    if (pipe2(s->out, O_CLOEXEC) != 0) return false;
    if (pipe2(s->error, O_CLOEXEC) == 0) return true;
    close(s->out[0]), close(s->out[1]);
    return false;
}

Process *process_start(Processes *ps, ProcessOptions o) {
    Process *p = ANEW(ps->a, Process);
    Start s;
    pid_t parent = getpid();
    *p = (Process){.o = o, .fd = -1, .began = now()};
    fflush(NULL);
    bool piped = make_pipes(&s);
    p->pid = piped ? fork() : -1;
    if (p->pid == 0) be_child(ps, &o, &s, parent);
    if (p->pid < 0) p->failed = arena_printf(ps->a, "fork: %s", err_os(errno));
    if (piped) {
        close(s.out[1]), close(s.error[1]);
        if (p->pid > 0 && o.argv) read_start(ps, p, s.error[0]);
        else close(s.error[0]);
        if (o.direct || p->pid < 0) close(s.out[0]);
        else p->fd = s.out[0];
    }
    p->exited = p->pid < 0;
    p->deadline = o.limit ? p->began + o.limit : 0;
    vec_push(ps->a, &ps->all, p);
    return p;
}

// ---- waiting ----------------------------------------------------------------------------------------------------------

static bool is_known(const Processes *ps, pid_t pid) {
    for (i64 i = 0; i < ps->all.len; i++)
        if (ps->all.ptr[i]->pid == pid && !ps->all.ptr[i]->exited) return true;
    return pid == ps->keeper;
}

static void kill_listed(Processes *ps, const char *file) {
    FILE *f = fopen(file, "re");
    int pid;
    while (f && fscanf(f, "%d", &pid) == 1)
        if (!is_known(ps, pid)) kill(pid, SIGKILL);
    if (f) fclose(f);
}

// What a process that had to be killed left behind has come to us.
static void kill_orphans(Processes *ps) {
    DIR *d = opendir("/proc/self/task");
    char file[64];
    for (struct dirent *e; d && (e = readdir(d));) {
        if (e->d_name[0] == '.') continue;
        snprintf(file, sizeof file, "/proc/self/task/%.20s/children", e->d_name);
        kill_listed(ps, file);
    }
    if (d) closedir(d);
}

static void close_output(Process *p) {
    if (p->fd >= 0) close(p->fd);
    p->fd = -1;
}

static void take_output(Process *p) {
    static const size_t most = 64 << 10;
    char *buf = malloc(most);
    ssize_t n = buf ? read(p->fd, buf, most) : 0;
    if (n > 0) p->o.output(p->o.ctx, (Str){buf, n});
    else if (n == 0 || errno != EINTR) close_output(p);
    free(buf);
}

static void look_for_exits(Processes *ps) {
    for (i64 i = 0; i < ps->all.len; i++) {
        Process *p = ps->all.ptr[i];
        if (p->exited || waitpid(p->pid, &p->status, WNOHANG) != p->pid) continue;
        p->exited = true;
        if (p->quit || p->killed) kill_orphans(ps);
        if (!p->quit) p->deadline = p->o.wait_delay ? now() + p->o.wait_delay : 0;
    }
}

// A signal that a process sent to us alone; of the terminal's our programs hear themselves.
static void pass_on(Processes *ps, int sig) {
    for (i64 i = 0; i < ps->all.len; i++)
        if (ps->all.ptr[i]->o.argv && !ps->all.ptr[i]->exited) kill(ps->all.ptr[i]->pid, sig);
}

static void take_signals(Processes *ps) {
    struct signalfd_siginfo info;
    while (read(ps->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGCHLD) continue;
        int sig = (int)info.ssi_signo;
        bool ask = sig == SIGINT || sig == SIGQUIT;
        if (!ps->ended || !ask) ps->ended = sig;
        if (ask && info.ssi_code <= 0) pass_on(ps, sig);
    }
    look_for_exits(ps);
}

// Its time is over: first it is asked, then it is made to end, then its output is not waited for.
static void on_deadline(Processes *ps, Process *p) {
    p->deadline = 0;
    if (!p->exited && !p->quit) {
        p->quit = kill(p->pid, SIGQUIT) == 0;
        p->deadline = p->o.wait_delay ? now() + p->o.wait_delay : 0;
        return;
    }
    p->cut = p->fd >= 0 && p->exited && !p->quit;
    if (!p->exited) {
        kill(p->pid, SIGKILL);
        p->killed = true;
    }
    if (p->cut) kill_orphans(ps); // one of them has it
    close_output(p);
}

static int wait_time(const Processes *ps) { // ms
    i64 first = 0, t = now();
    for (i64 i = 0; i < ps->all.len; i++) {
        i64 d = ps->all.ptr[i]->deadline;
        if (d && (!first || d < first)) first = d;
    }
    if (!first) return -1;
    return first <= t ? 0 : (int)i64_min((first - t) / 1000000 + 1, 1 << 30);
}

static void remove_done(Processes *ps) {
    i64 k = 0;
    for (i64 i = 0; i < ps->all.len; i++) {
        Process *p = ps->all.ptr[i];
        p->done = p->exited && p->fd < 0;
        if (p->done) p->ended = now();
        else ps->all.ptr[k++] = p;
    }
    ps->all.len = k;
}

static void wait_once(Processes *ps) {
    i64 n = ps->all.len;
    struct pollfd *fds = calloc((size_t)n + 1, sizeof *fds);
    if (!fds) fatal("out of memory");
    fds[n] = (struct pollfd){.fd = ps->signals, .events = POLLIN};
    for (i64 i = 0; i < n; i++) fds[i] = (struct pollfd){.fd = ps->all.ptr[i]->fd, .events = POLLIN};
    poll(fds, (nfds_t)n + 1, wait_time(ps));
    for (i64 i = 0; i < n; i++)
        if (fds[i].revents) take_output(ps->all.ptr[i]);
    if (fds[n].revents) take_signals(ps);
    for (i64 i = 0; i < n; i++)
        if (ps->all.ptr[i]->deadline && now() >= ps->all.ptr[i]->deadline) on_deadline(ps, ps->all.ptr[i]);
    free(fds);
}

void processes_wait(Processes *ps) {
    i64 n = ps->all.len;
    int before = ps->ended;
    remove_done(ps);
    while (ps->all.len == n && n && ps->ended == before && !ps->told) {
        wait_once(ps);
        remove_done(ps);
    }
    ps->told = false;
}

void processes_kill(Processes *ps) {
    for (i64 i = 0; i < ps->all.len; i++) {
        Process *p = ps->all.ptr[i];
        if (p->exited) continue;
        kill(p->pid, SIGKILL);
        while (waitpid(p->pid, &p->status, 0) < 0 && errno == EINTR) {
        }
        p->exited = true;
    }
    kill_orphans(ps);
}

// ---- results ----------------------------------------------------------------------------------------------------------

bool process_good(const Process *p) {
    return !p->failed.len && !p->cut && !p->quit && WIFEXITED(p->status) && WEXITSTATUS(p->status) == 0;
}

static const char *signal_text(int sig) {
    static const char *const texts[] = {[SIGHUP] = "hangup",
                                        [SIGINT] = "interrupt",
                                        [SIGQUIT] = "quit",
                                        [SIGILL] = "illegal instruction",
                                        [SIGTRAP] = "trace/breakpoint trap",
                                        [SIGABRT] = "aborted",
                                        [SIGBUS] = "bus error",
                                        [SIGFPE] = "floating point exception",
                                        [SIGKILL] = "killed",
                                        [SIGUSR1] = "user defined signal 1",
                                        [SIGSEGV] = "segmentation fault",
                                        [SIGUSR2] = "user defined signal 2",
                                        [SIGPIPE] = "broken pipe",
                                        [SIGALRM] = "alarm clock",
                                        [SIGTERM] = "terminated"};
    return sig < NELEM(texts) ? texts[sig] : NULL;
}

Str process_error(Arena *a, const Process *p) {
    if (p->failed.len) return p->failed;
    if (WIFEXITED(p->status) && WEXITSTATUS(p->status))
        return arena_printf(a, "exit status %d", WEXITSTATUS(p->status));
    if (!WIFSIGNALED(p->status)) return S("exec: WaitDelay expired before I/O complete");
    const char *text = signal_text(WTERMSIG(p->status)), *core = WCOREDUMP(p->status) ? " (core dumped)" : "";
    if (text) return arena_printf(a, "signal: %s%s", text, core);
    return arena_printf(a, "signal: signal %d%s", WTERMSIG(p->status), core);
}
