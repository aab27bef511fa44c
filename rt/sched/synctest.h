// synctest.h - bubbles of testing/synctest: goroutines with a clock of their own, which moves when all of them are durably blocked.
//
// A bubble is idle when none of its goroutines is running (runnable, or blocked on something outside counts as running) and nothing keeps it active.
// Then one goroutine is woken: the caller of Wait, or the root, who called Run and moves the clock to the next timer. `woken`: it has not run yet.
#pragma once
#include "sched/sched.h"
typedef struct Bubble {
    Lock lock; // protects the rest; inside any other lock
    u64 id;
    TimerHeap timers; // timers.bubble is this bubble
    i64 now;          // ns since 1970; written by the root while all others are blocked
    G *root, *main, *waiter;
    i32 total, running, active;
    bool waiting, done, woken, ended; // ended: Run has returned
    struct Bubble *next;              // all bubbles, for the collector
    usize *assoc;
    u32 nassoc, assoc_cap; // addresses of associated heap objects
} Bubble;
// Hooks of the scheduler. SYSTEM.
void bubble_enter(G *);             // a new goroutine that inherited a bubble, status set
void bubble_leave(G *);             // it ends
void bubble_blocked(Bubble *, G *); // it is waiting now
void bubble_unblocked(G *);         // it is about to be runnable; waitreason is still that of its wait
void bubble_hold(Bubble *);
void bubble_release(Bubble *); // keep it active
void bubbles_after_mark(void);
void bubbles_mark(void (*mark)(void *, void *), void *ctx);
static inline SYSTEM Bubble *bubble_of(G *g) { return g ? g->bubble : 0; }
