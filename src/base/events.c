// events.c - epoll, a heap of timers, and signals as a file.
//
// A file's registration carries a number of its own beside the descriptor, so that what was taken out, and a descriptor that was closed
// and opened again, hear nothing of what happened before. Timers that a round sets are looked at in the next one: files never starve.
#include "base/events.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

typedef struct FileEntry {
    EventFile fn; // NULL: nobody waits
    void *ctx;
    u32 number; // of this registration
} FileEntry;
typedef struct SignalEntry {
    EventSignal fn;
    void *ctx;
} SignalEntry;
struct Events {
    Arena *a;
    int epoll, signals; // signals: -1 until one is asked for
    u32 number;
    bool stop, masked;
    VEC(FileEntry) files; // by descriptor
    VEC(Timer *) timers;  // a heap: no timer is earlier than the one above it
    sigset_t before, taken;
    SignalEntry handlers[65];
};

i64 events_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (i64)t.tv_sec * 1000000000 + t.tv_nsec;
}

Events *events_new(void) {
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) return NULL;
    Arena *a = arena_new("events");
    Events *e = ANEW(a, Events);
    e->a = a, e->epoll = epoll, e->signals = -1;
    sigemptyset(&e->taken);
    pthread_sigmask(SIG_SETMASK, NULL, &e->before);
    return e;
}

void events_free(Events *e) {
    if (e->signals >= 0) close(e->signals);
    close(e->epoll);
    if (e->masked) pthread_sigmask(SIG_SETMASK, &e->before, NULL);
    arena_free(e->a);
}

// ---- files ---------------------------------------------------------------------------------------------------------

static FileEntry *file_entry(Events *e, int fd) {
    while (e->files.len <= fd) vec_push(e->a, &e->files, (FileEntry){0});
    return &e->files.ptr[fd];
}

static bool take_out(Events *e, int fd, FileEntry *f) {
    struct epoll_event none = {0};
    bool was = f->fn != NULL;
    *f = (FileEntry){0};
    return !was || epoll_ctl(e->epoll, EPOLL_CTL_DEL, fd, &none) == 0;
}

bool events_file(Events *e, int fd, u32 what, EventFile fn, void *ctx) {
    if (fd < 0) return errno = EBADF, false;
    FileEntry *f = file_entry(e, fd);
    if (!what) return take_out(e, fd, f);
    u32 number = f->fn ? f->number : ++e->number;
    struct epoll_event ev = {.events = what, .data.u64 = (u64)number << 32 | (u32)fd};
    int rc = epoll_ctl(e->epoll, f->fn ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &ev);
    // The owner may have closed it without taking it out, or the number is that of a new file.
    if (rc != 0 && errno == ENOENT) rc = epoll_ctl(e->epoll, EPOLL_CTL_ADD, fd, &ev);
    else if (rc != 0 && errno == EEXIST) rc = epoll_ctl(e->epoll, EPOLL_CTL_MOD, fd, &ev);
    if (rc != 0) return false;
    *f = (FileEntry){fn, ctx, number};
    return true;
}

static void call_file(Events *e, const struct epoll_event *ev) {
    i64 fd = (i64)(u32)ev->data.u64;
    FileEntry f = e->files.ptr[fd];
    if (f.fn && f.number == (u32)(ev->data.u64 >> 32)) f.fn(f.ctx, ev->events);
}

// ---- signals -------------------------------------------------------------------------------------------------------

static void take_signals(void *ctx, u32 what) {
    Events *e = ctx;
    struct signalfd_siginfo info;
    u64 came = 0;
    while (read(e->signals, &info, sizeof info) == (ssize_t)sizeof info)
        if (info.ssi_signo < 65) came |= 1ULL << (info.ssi_signo - 1);
    for (int s = 1; s < 65; s++) {
        SignalEntry h = e->handlers[s];
        if (came >> (s - 1) & 1 && h.fn) h.fn(h.ctx, s);
    }
}

bool events_signals(Events *e, const sigset_t *set, EventSignal fn, void *ctx) {
    sigset_t taken = e->taken;
    for (int s = 1; s < 65; s++)
        if (sigismember(set, s) == 1) sigaddset(&taken, s);
    int fd = signalfd(e->signals, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0) return false;
    if (e->signals < 0 && !events_file(e, fd, EPOLLIN, take_signals, e)) return close(fd), false;
    e->signals = fd, e->taken = taken, e->masked = true;
    for (int s = 1; s < 65; s++)
        if (sigismember(set, s) == 1) e->handlers[s] = (SignalEntry){fn, ctx};
    return pthread_sigmask(SIG_BLOCK, &taken, NULL) == 0;
}

const sigset_t *events_mask(const Events *e) { return &e->before; }

// ---- timers --------------------------------------------------------------------------------------------------------

static void put_timer(Events *e, i64 i, Timer *t) {
    e->timers.ptr[i] = t;
    t->place = i + 1;
}

static void sift_up(Events *e, i64 i, Timer *t) {
    while (i > 0 && e->timers.ptr[(i - 1) / 2]->at > t->at) {
        put_timer(e, i, e->timers.ptr[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    put_timer(e, i, t);
}

static void sift_down(Events *e, i64 i, Timer *t) {
    Timer **h = e->timers.ptr;
    for (i64 k; (k = 2 * i + 1) < e->timers.len; i = k) {
        if (k + 1 < e->timers.len && h[k + 1]->at < h[k]->at) k++;
        if (h[k]->at >= t->at) break;
        put_timer(e, i, h[k]);
    }
    put_timer(e, i, t);
}

void timer_stop(Events *e, Timer *t) {
    if (!t->place) return;
    i64 i = t->place - 1;
    Timer *last = e->timers.ptr[--e->timers.len];
    t->place = 0;
    if (last == t) return;
    if (i > 0 && e->timers.ptr[(i - 1) / 2]->at > last->at) sift_up(e, i, last);
    else sift_down(e, i, last);
}

void timer_set(Events *e, Timer *t, i64 after, void (*fn)(void *ctx), void *ctx) {
    timer_stop(e, t);
    *t = (Timer){.at = events_now() + i64_max(after, 0), .fn = fn, .ctx = ctx};
    vec_push(e->a, &e->timers, t);
    sift_up(e, e->timers.len - 1, t);
}

static void call_timers(Events *e) {
    i64 now = e->timers.len ? events_now() : 0;
    while (!e->stop && e->timers.len && e->timers.ptr[0]->at < now) {
        Timer *t = e->timers.ptr[0];
        timer_stop(e, t);
        t->fn(t->ctx);
    }
}

static int wait_time(const Events *e) { // ms, never too short
    if (!e->timers.len) return -1;
    i64 left = e->timers.ptr[0]->at - events_now();
    return left < 0 ? 0 : (int)i64_min(left / 1000000 + 1, 1 << 30);
}

// ---- the loop --------------------------------------------------------------------------------------------------------

void events_run(Events *e) {
    enum { MOST = 64 };
    struct epoll_event ev[MOST];
    e->stop = false;
    while (!e->stop) {
        int n = epoll_wait(e->epoll, ev, MOST, wait_time(e));
        if (n < 0 && errno != EINTR) fatal("epoll_wait: %s", err_os(errno));
        for (int i = 0; i < n && !e->stop; i++) call_file(e, &ev[i]);
        call_timers(e);
    }
}

void events_stop(Events *e) { e->stop = true; }
