// synctest.c - contract: synctest.h. SYSTEM; the bubble's lock is innermost and dropped before a goroutine is made ready.
#include "sched/synctest.h"
#include "gc/gc.h"

static Lock bubbles_lock = RANKED(BUBBLES);
static Bubble *bubbles;
static u64 last_id;

// Waits that only a goroutine of the same bubble, or its clock, can end.
static SYSTEM bool is_durable(u8 reason) {
    switch (reason) {
    case WAIT_CHAN_RECEIVE_NIL:
    case WAIT_CHAN_SEND_NIL:
    case WAIT_SELECT_NO_CASES:
    case WAIT_SLEEP:
    case WAIT_SYNC_COND_WAIT:
    case WAIT_COROUTINE:
    case WAIT_SYNCTEST_RUN:
    case WAIT_SYNCTEST_WAIT:
    case WAIT_DURABLE_CHAN_RECEIVE:
    case WAIT_DURABLE_CHAN_SEND:
    case WAIT_DURABLE_SELECT:
    case WAIT_DURABLE_WAITGROUP: return true;
    }
    return false;
}
// With the lock: whom to wake if the bubble is idle.
static SYSTEM G *whom_to_wake(Bubble *b) {
    if (b->total < 0 || b->running < 0 || b->active < 0) throw_("synctest: negative count of goroutines");
    if (b->running > 0 || b->active > 0 || b->woken) return 0;
    u64 next = b->timers.minwhen;
    b->woken = true;
    if (b->waiter && !(next && (i64)next <= b->now)) return b->waiter;
    return b->root;
}
static SYSTEM void change(Bubble *b, i32 total, i32 running, i32 active) {
    lock(&b->lock);
    b->total += total;
    b->running += running;
    b->active += active;
    G *g = whom_to_wake(b);
    unlock(&b->lock);
    if (g) ready(g);
}
SYSTEM void bubble_enter(G *g) { change(g->bubble, 1, g->status != G_WAITING, 0); }
SYSTEM void bubble_leave(G *g) {
    Bubble *b = g->bubble;
    if (g == b->main) b->done = true;
    change(b, -1, -1, 0);
}
SYSTEM void bubble_blocked(Bubble *b, G *g) {
    if (is_durable(g->waitreason)) change(b, 0, -1, 0);
}
SYSTEM void bubble_unblocked(G *g) {
    if (is_durable(g->waitreason)) change(g->bubble, 0, 1, 0);
}
SYSTEM void bubble_hold(Bubble *b) { change(b, 0, 0, 1); }
SYSTEM void bubble_release(Bubble *b) { change(b, 0, 0, -1); }
SYSTEM void bubbles_mark(void (*mark)(void *, void *), void *ctx) {
    for (Bubble *b = bubbles; b; b = b->next)
        for (i32 k = 0; k < b->timers.n; k++)
            if (b->timers.heap[k]->f) mark(ctx, b->timers.heap[k]);
}

// ---- internal/synctest. Go's part: lib/runtime/synctest.go
SYSTEM Bubble *rt_bubble_new(void) { // the caller becomes its root
    Bubble *b = persistent_alloc(sizeof *b, 64);
    G *g = this_g();
    lock_rank(&b->lock, BUBBLE);
    lock_rank(&b->timers.lock, TIMERS);
    b->timers.bubble = b;
    b->now = 946684800000000000; // midnight UTC 2000-01-01
    b->root = g;
    b->total = b->running = 1;
    lock(&bubbles_lock);
    b->id = ++last_id;
    b->next = bubbles;
    bubbles = b;
    unlock(&bubbles_lock);
    g->bubble = b;
    return b;
}
SYSTEM void rt_bubble_main(Bubble *b, FuncVal *fn) {
    procs_init();
    G *g = newproc1(fn, b->root, b->root->sched.pc);
    M *m = acquirem();
    b->main = g;
    runq_put(m->p, g, true);
    wakep();
    releasem(m);
}
// The root: fires what is due, sleeps until the bubble is idle. Result: 1 the clock has moved, again; 0 nothing more can happen.
static SYSTEM void root_woken(G *g) {
    Bubble *b = g->bubble;
    lock(&b->lock);
    b->woken = false;
    i64 next = (i64)b->timers.minwhen;
    g->ret0 = next != 0 && !b->done;
    if (g->ret0 && next > b->now) b->now = next;
    unlock(&b->lock);
}
SYSTEM void rt_bubble_step(Bubble *b) {
    timers_run_heap(&b->timers, b->now);
    park_then(0, 0, WAIT_SYNCTEST_RUN, root_woken);
}
// total goroutines, the root included; in the second word whether main has ended.
typedef struct Pair {
    u64 a, b;
} Pair;
SYSTEM Pair rt_bubble_end(Bubble *b) {
    lock(&b->lock);
    Pair r = {(u64)b->total, b->done};
    unlock(&b->lock);
    return r;
}
LEAF void *rt_set_bubble(Bubble *b) GOSYM("runtime.setBubble");
LEAF void *rt_set_bubble(Bubble *b) {
    G *g = this_g();
    void *old = g->bubble;
    g->bubble = b;
    return old;
}
LEAF Bubble *rt_get_bubble(void) GOSYM("runtime.getBubble");
LEAF Bubble *rt_get_bubble(void) { return this_g()->bubble; }

static SYSTEM void set_waiter(G *g, void *b_) {
    Bubble *b = b_;
    lock(&b->lock);
    b->waiter = g;
    unlock(&b->lock);
}
static SYSTEM void waiter_woken(G *g) {
    Bubble *b = g->bubble;
    lock(&b->lock);
    b->waiter = 0;
    b->waiting = b->woken = false;
    unlock(&b->lock);
    g->ret0 = 1;
}
SYSTEM u64 rt_bubble_wait(Bubble *b) { // 0: somebody waits already
    lock(&b->lock);
    bool busy = b->waiting;
    b->waiting = true;
    unlock(&b->lock);
    if (busy) return 0;
    park_then(set_waiter, b, WAIT_SYNCTEST_WAIT, waiter_woken);
}
SYSTEM void rt_bubble_hold(Bubble *b) { bubble_hold(b); }
SYSTEM void rt_bubble_release(Bubble *b) { bubble_release(b); }

// ---- associations of heap objects (wait groups) with bubbles: 0 none, 1 this bubble, 2 another
static SYSTEM u32 find_assoc(Bubble *b, usize p) {
    for (u32 i = 0; i < b->nassoc; i++)
        if (b->assoc[i] == p) return i;
    return ~0u;
}
SYSTEM u64 rt_bubble_associate(Bubble *mine, usize p, u64 add) {
    usize base, size;
    if (!mine || !heap_object(p, &base, &size)) return 0; // package variables belong to no bubble
    u64 r = 0;
    lock(&bubbles_lock);
    for (Bubble *b = bubbles; b && !r; b = b->next)
        if (find_assoc(b, p) != ~0u) r = b == mine ? 1 : 2;
    if (!r && add & 1) {
        if (mine->nassoc == mine->assoc_cap) {
            u32 cap = mine->assoc_cap ? 2 * mine->assoc_cap : 16;
            usize *a = persistent_alloc(cap * sizeof *a, 8);
            for (u32 i = 0; i < mine->nassoc; i++) a[i] = mine->assoc[i];
            mine->assoc = a;
            mine->assoc_cap = cap;
        }
        mine->assoc[mine->nassoc++] = p;
        r = 1;
    }
    unlock(&bubbles_lock);
    return r;
}
SYSTEM void rt_bubble_disassociate(usize p) {
    lock(&bubbles_lock);
    for (Bubble *b = bubbles; b; b = b->next) {
        u32 i = find_assoc(b, p);
        if (i != ~0u) b->assoc[i] = b->assoc[--b->nassoc];
    }
    unlock(&bubbles_lock);
}
// With the lock, or the world stopped: bubbles that are over, and that no object is associated with, are forgotten.
static SYSTEM void forget_ended(void) {
    for (Bubble **q = &bubbles; *q;) {
        Bubble *b = *q;
        if (b->ended && b->total <= 1 && b->nassoc == 0) *q = b->next;
        else q = &b->next;
    }
}
SYSTEM void
rt_bubble_drop(Bubble *b) { // Run is over: nothing asks for it any more, unless goroutines or objects remain
    lock(&bubbles_lock);
    b->ended = true;
    forget_ended();
    unlock(&bubbles_lock);
    this_g()->bubble = 0;
}
// The world is stopped, all live objects are marked: others have no bubble any more.
SYSTEM void bubbles_after_mark(void) {
    for (Bubble *b = bubbles; b; b = b->next)
        for (u32 i = 0; i < b->nassoc;) {
            usize base, size;
            if (heap_object(b->assoc[i], &base, &size) && is_marked(b->assoc[i])) i++;
            else b->assoc[i] = b->assoc[--b->nassoc];
        }
    forget_ended();
}
