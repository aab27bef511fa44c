// events.h - one thread that waits for many things: files, timers, signals.
//
// Everything here belongs to the thread that made the Events; callbacks run in events_run, one after the other, and may add and take out
// whatever they like, also what has just happened in the same round (what was taken out is not called any more).
// Times: ns of CLOCK_MONOTONIC. Errors: false and errno.
#pragma once
#include <signal.h>
#include "base/base.h"

typedef struct Events Events;
typedef void (*EventFile)(void *ctx, u32 what);     // EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR, EPOLLRDHUP
typedef void (*EventSignal)(void *ctx, int signal); // several that came meanwhile: once
typedef struct Timer {                              // the owner's, zero: not set
    i64 at;
    void (*fn)(void *ctx);
    void *ctx;
    i64 place; // 1 + its place among those that are set
} Timer;

Events *events_new(void);
void events_free(Events *); // closes nothing of others
// Waits for `what` at fd; a second call changes it, 0 takes the file out (before it is closed).
bool events_file(Events *, int fd, u32 what, EventFile, void *ctx);
bool events_signals(Events *, const sigset_t *, EventSignal,
                    void *ctx);              // blocks them; a child gets events_mask back before it executes
const sigset_t *events_mask(const Events *); // of signals, before the first events_signals
void timer_set(Events *, Timer *, i64 after, void (*fn)(void *ctx), void *ctx); // once; set again: moved
void timer_stop(Events *, Timer *);
i64 events_now(void);
void events_run(Events *);  // until events_stop
void events_stop(Events *); // from a callback
