// serve_tree.c - programs and all that they start end when they should, whatever they do against it and whoever is killed.
//
// Each program holds the write end of a pipe: the end of the pipe is the proof that none of them is left.
#include "serve/serve.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures;
#define T(c) ((c) ? (void)0 : (void)(failures++, printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #c)))

extern char **environ;

// ---- programs -------------------------------------------------------------------------------------------------------

static void sleep_for_ever(void) {
    for (;;) pause();
}

// Ignores what asks it to end, has a child, a grandchild whose parent is gone, and one more of them in a session of its own;
// all hold the port and descriptor 3, on which each writes a byte.
static void be_stubborn(void) {
    int s = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof a;
    static const int asks[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    for (i64 i = 0; i < NELEM(asks); i++) signal(asks[i], SIG_IGN);
    if (bind(s, (void *)&a, sizeof a) != 0 || listen(s, 5) != 0 || getsockname(s, (void *)&a, &n) != 0) _exit(1);
    if (write(3, &a.sin_port, 2) != 2) _exit(1);
    if (fork() == 0) sleep_for_ever();
    for (int own = 0; own < 2; own++) {
        pid_t pid = fork();
        if (pid == 0) {
            if (own) setsid();
            if (fork() > 0) _exit(0);
            if (own) setsid();
            if (write(3, "g", 1) != 1) _exit(1);
            sleep_for_ever();
        }
        waitpid(pid, NULL, 0);
    }
    sleep_for_ever();
}

// Says what it was given.
static void be_told(void) {
    struct stat st;
    char dir[4096];
    bool own = atoi(getenv("LISTEN_PID") ? getenv("LISTEN_PID") : "0") == getpid();
    sigset_t mask;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    printf("%s %s %d %d %d %s %d %d\n", getenv("LISTEN_FDS"), getenv("GIVEN"), own, fstat(3, &st) == 0,
           fstat(5, &st) == 0, getcwd(dir, sizeof dir), getpgrp() == getpid(), sigismember(&mask, SIGTERM));
    fflush(stdout);
    _exit(7);
}

// Ends when it is asked, but its child in another session does not.
static void be_parent(void) {
    if (fork() == 0) {
        setsid();
        if (write(3, "c", 1) != 1) _exit(1);
        sleep_for_ever();
    }
    sleep_for_ever();
}

static void be(const char *what) {
    if (!strcmp(what, "stubborn")) be_stubborn();
    if (!strcmp(what, "told")) be_told();
    if (!strcmp(what, "parent")) be_parent();
    _exit(99);
}

// ---- the tests --------------------------------------------------------------------------------------------------------

typedef struct Run {
    Events *events;
    Trees *trees;
    int status;
    bool exited, gone;
    i64 killed;
} Run;

static void on_exited(void *ctx, int status) {
    Run *r = ctx;
    r->status = status, r->exited = true;
    events_stop(r->events);
}

static void on_gone(void *ctx, i64 killed) {
    Run *r = ctx;
    r->gone = true, r->killed = killed;
    events_stop(r->events);
}

static void begin(Run *r, Arena *a) {
    Err e = {0};
    *r = (Run){.events = events_new()};
    r->trees = trees_new(a, r->events, &e);
    if (!r->trees) printf("%.*s\n", SFMT(e.text)), exit(1);
}

static void end(Run *r) {
    trees_end(r->trees);
    events_free(r->events);
}

static Tree *start(Run *r, const char *what, int pass, Err *e) {
    static char self[4096];
    char *argv[] = {self, "be", (char *)(uintptr_t)what, NULL};
    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0) exit(1);
    TreeOptions o = {.argv = argv, .env = environ, .in = -1, .out = -1, .err = -1, .pass = &pass, .npass = pass >= 0, .exited = on_exited, .gone = on_gone, .ctx = r};
    r->exited = r->gone = false;
    return tree_start(r->trees, &o, e);
}

static bool read_bytes(int fd, void *p, size_t n) {
    for (size_t k = 0; k < n;) {
        ssize_t got = read(fd, (char *)p + k, n - k);
        if (got <= 0) return false;
        k += (size_t)got;
    }
    return true;
}

static bool has_ended(int fd) {
    char rest[16];
    ssize_t n;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    while (poll(&p, 1, 60000) == 1)
        if ((n = read(fd, rest, sizeof rest)) == 0) return true;
    return false;
}

static bool is_free(u16 port) {
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = port, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool good = bind(s, (void *)&a, sizeof a) == 0 && listen(s, 1) == 0;
    close(s);
    return good;
}

static void test_told(Arena *a) {
    Run r;
    int out[2];
    char line[4096] = "", here[] = "/";
    Err e = {0};
    begin(&r, a);
    static char self[4096];
    char *argv[] = {self, "be", "told", NULL}, *env[] = {"GIVEN=x y", "LISTEN_PID=1", NULL};
    int pass[] = {1, 1, 1};
    T(readlink("/proc/self/exe", self, sizeof self - 1) > 0 && pipe2(out, O_CLOEXEC) == 0);
    env[1] = NULL;
    TreeOptions o = {.argv = argv, .env = env, .dir = here, .in = -1, .out = out[1], .err = -1, .pass = pass, .npass = 3, .listen_fds = true, .exited = on_exited, .gone = on_gone, .ctx = &r};
    Tree *t = tree_start(r.trees, &o, &e);
    T(t != NULL);
    close(out[1]);
    T(read(out[0], line, sizeof line - 1) > 0);
    T(!strcmp(line, "3 x y 1 1 1 / 1 0\n"));
    while (!r.gone) events_run(r.events);
    T(r.exited && WIFEXITED(r.status) && WEXITSTATUS(r.status) == 7 && r.killed == 0);
    close(out[0]);
    end(&r);
}

static void test_errors(Arena *a) {
    Run r;
    Err e = {0};
    begin(&r, a);
    char *argv[] = {"no-such-program", NULL}, *slash[] = {"/no/such", NULL}, *good[] = {"true", NULL};
    TreeOptions o = {.argv = argv, .env = environ, .in = -1, .out = -1, .err = -1};
    T(!tree_start(r.trees, &o, &e) && str_eq(e.text, S("exec: \"no-such-program\": executable file not found in $PATH")));
    o.argv = slash;
    T(!tree_start(r.trees, &o, &e) && str_eq(e.text, S("fork/exec /no/such: no such file or directory")));
    o.argv = good, o.dir = "/no/folder";
    T(!tree_start(r.trees, &o, &e) && str_eq(e.text, S("chdir /no/folder: no such file or directory")));
    end(&r);
}

static Tree *start_stubborn(Run *r, int *fd, u16 *port) {
    int p[2];
    char both[2];
    Err e = {0};
    T(pipe2(p, O_CLOEXEC) == 0);
    Tree *t = start(r, "stubborn", p[1], &e);
    T(t != NULL);
    close(p[1]);
    *fd = p[0];
    T(read_bytes(p[0], port, 2) && read_bytes(p[0], both, 2));
    T(!is_free(*port));
    return t;
}

static void test_stubborn(Arena *a) {
    Run r;
    int fd;
    u16 port;
    begin(&r, a);
    Tree *t = start_stubborn(&r, &fd, &port);
    i64 began = events_now();
    tree_end(t, SIGTERM, 50000000);
    while (!r.gone) events_run(r.events);
    T(events_now() - began >= 50000000);
    T(r.exited && WIFSIGNALED(r.status) && WTERMSIG(r.status) == SIGKILL && r.killed == 4);
    T(has_ended(fd) && is_free(port));
    close(fd);
    start_stubborn(&r, &fd, &port); // and at our own end
    end(&r);
    T(has_ended(fd) && is_free(port));
    close(fd);
}

// Its child hears the signal as soon as it is gone itself.
static void test_parent(Arena *a) {
    Run r;
    int p[2];
    char byte;
    Err e = {0};
    begin(&r, a);
    T(pipe2(p, O_CLOEXEC) == 0);
    Tree *t = start(&r, "parent", p[1], &e);
    close(p[1]);
    T(t && read_bytes(p[0], &byte, 1));
    tree_end(t, SIGTERM, 3600000000000);
    while (!r.gone) events_run(r.events);
    T(WIFSIGNALED(r.status) && WTERMSIG(r.status) == SIGTERM && r.killed == 0 && has_ended(p[0]));
    close(p[0]);
    end(&r);
}

// The one who watches is killed: by its end nothing is left.
static void test_watcher_killed(Arena *a) {
    int out[2];
    u16 port;
    T(pipe2(out, O_CLOEXEC) == 0);
    pid_t watcher = fork();
    if (watcher == 0) {
        Run r;
        Err e = {0};
        begin(&r, a);
        start(&r, "stubborn", out[1], &e);
        close(out[1]);
        events_run(r.events);
        _exit(0);
    }
    close(out[1]);
    char both[2];
    T(read_bytes(out[0], &port, 2) && read_bytes(out[0], both, 2));
    kill(watcher, SIGKILL);
    waitpid(watcher, NULL, 0);
    T(has_ended(out[0]) && is_free(port));
    close(out[0]);
}

static pid_t parent_of(pid_t pid) {
    char path[64], text[512] = "";
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "re");
    if (f && fgets(text, sizeof text, f)) sscanf(strrchr(text, ')') + 1, " %*c %d", &parent);
    if (f) fclose(f);
    return parent;
}

// A keeper is killed, then the first one: the next program starts all the same.
static void test_keepers_killed(Arena *a) {
    Run r;
    int fd;
    u16 port;
    Err e = {0};
    begin(&r, a);
    Tree *t = start_stubborn(&r, &fd, &port);
    pid_t keeper = parent_of(tree_pid(t)), first = parent_of(keeper);
    T(keeper > 1 && first > 1 && parent_of(first) == getpid());
    kill(keeper, SIGKILL);
    while (!r.gone) events_run(r.events);
    T(r.exited && has_ended(fd) && is_free(port));
    close(fd);
    kill(first, SIGKILL);
    waitid(P_PID, (id_t)first, &(siginfo_t){0}, WEXITED | WNOWAIT);
    T((t = start_stubborn(&r, &fd, &port)) != NULL);
    tree_end(t, SIGKILL, 0);
    while (!r.gone) events_run(r.events);
    T(has_ended(fd) && is_free(port) && e.text.len == 0);
    close(fd);
    end(&r);
}

int main(int argc, char **argv) {
    if (argc == 3) be(argv[2]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    Arena *a = arena_new("test");
    test_told(a);
    test_errors(a);
    test_stubborn(a);
    test_parent(a);
    test_watcher_killed(a);
    test_keepers_killed(a);
    arena_free(a);
    return failures != 0;
}
