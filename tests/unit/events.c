// events.c - base/events.h: files, timers and signals come when they should, and nothing that was taken out comes.
#include "base/events.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures;
#define T(c) ((c) ? (void)0 : (void)(failures++, printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #c)))

typedef struct State {
    Events *e;
    int fd[4][2];
    i64 calls, order[600], count;
    Timer timers[600];
    Timer end;
    int signals[65];
} State;

static void stop(void *ctx) { events_stop(((State *)ctx)->e); }

// The first that is called takes the other out; both were ready in the same round.
static void take_other(void *ctx, u32 what) {
    State *s = ctx;
    s->calls++;
    events_file(s->e, s->fd[0][0], 0, NULL, NULL);
    events_file(s->e, s->fd[1][0], 0, NULL, NULL);
    timer_set(s->e, &s->end, 0, stop, s);
}

static void test_taken_out(State *s) {
    for (int i = 0; i < 2; i++) {
        T(pipe2(s->fd[i], O_CLOEXEC | O_NONBLOCK) == 0 && write(s->fd[i][1], "x", 1) == 1);
        T(events_file(s->e, s->fd[i][0], EPOLLIN, take_other, s));
    }
    s->calls = 0;
    events_run(s->e);
    T(s->calls == 1);
    for (int i = 0; i < 2; i++) close(s->fd[i][0]), close(s->fd[i][1]);
}

// The first that is called closes the other and opens something with its number that is not ready.
static void must_not(void *ctx, u32 what) { ((State *)ctx)->calls += 100; }
static void reopen(void *ctx, u32 what) {
    State *s = ctx;
    int fresh[2];
    s->calls++;
    for (int i = 0; i < 2; i++) events_file(s->e, s->fd[i][0], 0, NULL, NULL);
    for (int i = 0; i < 2; i++) close(s->fd[i][0]);
    T(pipe2(fresh, O_CLOEXEC) == 0 && pipe2(s->fd[2], O_CLOEXEC) == 0);
    s->fd[3][0] = fresh[0], s->fd[3][1] = fresh[1];
    T(fresh[0] == s->fd[0][0] || fresh[0] == s->fd[1][0]);
    T(events_file(s->e, fresh[0], EPOLLIN, must_not, s) && events_file(s->e, s->fd[2][0], EPOLLIN, must_not, s));
    timer_set(s->e, &s->end, 0, stop, s);
}

static void test_number_again(State *s) {
    for (int i = 0; i < 2; i++) {
        T(pipe2(s->fd[i], O_CLOEXEC) == 0 && write(s->fd[i][1], "x", 1) == 1);
        T(events_file(s->e, s->fd[i][0], EPOLLIN, reopen, s));
    }
    s->calls = 0;
    events_run(s->e);
    T(s->calls == 1);
    for (int i = 2; i < 4; i++) events_file(s->e, s->fd[i][0], 0, NULL, NULL);
    for (int i = 0; i < 4; i++) close(s->fd[i][1]);
    for (int i = 2; i < 4; i++) close(s->fd[i][0]);
}

static void test_errors(State *s) {
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    T(!events_file(s->e, -1, EPOLLIN, must_not, s) && errno == EBADF);
    T(!events_file(s->e, fd, EPOLLIN, must_not, s) && errno == EPERM); // a file of a disk is always ready
    T(events_file(s->e, fd, 0, NULL, NULL));
    close(fd);
}

typedef struct Numbered {
    State *s;
    i64 i;
} Numbered;
static void note(void *ctx) {
    Numbered *n = ctx;
    n->s->order[n->s->count++] = n->i;
}

// Random order, some moved, some stopped: those left come in the order of their times.
static void test_timers(State *s) {
    static const i64 n = 500;
    Numbered num[500];
    i64 due[500], rng = 12345, set = 0;
    s->count = 0;
    for (i64 i = 0; i < n; i++) {
        num[i] = (Numbered){s, i};
        rng = (rng * 1103515245 + 12345) & 0x7fffffff;
        timer_set(s->e, &s->timers[i], rng % 20000000, note, &num[i]);
    }
    for (i64 i = 0; i < n; i += 3) timer_stop(s->e, &s->timers[i]), timer_stop(s->e, &s->timers[i]);
    for (i64 i = 0; i < n; i += 5) timer_set(s->e, &s->timers[i], (i * 7919) % 15000000, note, &num[i]);
    for (i64 i = 0; i < n; i++) set += s->timers[i].place != 0, due[i] = s->timers[i].at;
    timer_set(s->e, &s->end, 40000000, stop, s);
    i64 began = events_now();
    events_run(s->e);
    T(events_now() - began >= 40000000);
    T(s->count == set && set > 300 && set < 500);
    for (i64 i = 1; i < s->count; i++) T(due[s->order[i - 1]] <= due[s->order[i]]);
    for (i64 i = 0; i < n; i++) T(s->timers[i].place == 0);
}

// A timer that sets itself anew at once does not keep files from being heard.
static void again(void *ctx) {
    State *s = ctx;
    s->count++;
    timer_set(s->e, &s->timers[0], 0, again, s);
}
static void heard(void *ctx, u32 what) {
    State *s = ctx;
    s->calls++;
    timer_stop(s->e, &s->timers[0]);
    events_stop(s->e);
}
static void test_no_starving(State *s) {
    T(pipe2(s->fd[0], O_CLOEXEC) == 0);
    s->calls = s->count = 0;
    T(events_file(s->e, s->fd[0][0], EPOLLIN, heard, s));
    timer_set(s->e, &s->timers[0], 0, again, s);
    T(write(s->fd[0][1], "x", 1) == 1);
    events_run(s->e);
    T(s->calls == 1 && s->timers[0].place == 0);
    events_file(s->e, s->fd[0][0], 0, NULL, NULL);
    close(s->fd[0][0]), close(s->fd[0][1]);
}

static void on_signal(void *ctx, int sig) {
    State *s = ctx;
    s->signals[sig]++;
    timer_set(s->e, &s->end, 0, stop, s);
}

static void test_signals(State *s) {
    sigset_t one, two, now;
    sigemptyset(&one), sigemptyset(&two);
    sigaddset(&one, SIGUSR1), sigaddset(&two, SIGCHLD), sigaddset(&two, SIGUSR2);
    T(events_signals(s->e, &one, on_signal, s) && events_signals(s->e, &two, on_signal, s));
    kill(getpid(), SIGUSR1), kill(getpid(), SIGUSR1), kill(getpid(), SIGUSR2);
    events_run(s->e);
    T(s->signals[SIGUSR1] == 1 && s->signals[SIGUSR2] == 1);
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    while (!s->signals[SIGCHLD]) events_run(s->e);
    T(waitpid(pid, NULL, WNOHANG) == pid);
    T(sigismember(events_mask(s->e), SIGUSR1) == 0);
    sigprocmask(SIG_SETMASK, NULL, &now);
    T(sigismember(&now, SIGUSR1) == 1 && sigismember(&now, SIGCHLD) == 1);
}

int main(void) {
    State *s = calloc(1, sizeof *s);
    sigset_t now;
    s->e = events_new();
    T(s->e != NULL);
    test_taken_out(s);
    test_number_again(s);
    test_errors(s);
    test_timers(s);
    test_no_starving(s);
    test_signals(s);
    events_free(s->e);
    sigprocmask(SIG_SETMASK, NULL, &now);
    T(sigismember(&now, SIGUSR1) == 0);
    free(s);
    return failures != 0;
}
