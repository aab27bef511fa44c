// timer.c - timers (contract: timer.h). System stack; a TimerHeap's lock protects its timers.
#include "sched/sched.h"
#include "gc/gc.h"
#include "sched/synctest.h"

SYSTEM void timers_init(P *p) {
    if (p->timers) return;
    TimerHeap *h = persistent_alloc(sizeof *h, 64);
    lock_rank(&h->lock, TIMERS);
    h->p = p;
    p->timers = h;
}
static SYSTEM TimerHeap *my_heap(void) {
    M *m = this_m();
    P *p = m->p ? m->p : allp[0];
    if (!p->timers) timers_init(p);
    return p->timers;
}

// ---- the heap: 4-ary, smallest `when` first; of equal ones in a bubble any, so that tests do not rely on an order

static inline SYSTEM bool is_before(const Timer *a, const Timer *b) {
    return a->when < b->when || (a->when == b->when && a->rank < b->rank);
}

static inline SYSTEM void place(TimerHeap *h, i32 i, Timer *t) {
    h->heap[i] = t;
    t->index = i;
}
static SYSTEM i32 sift_up(TimerHeap *h, i32 i) {
    Timer *t = h->heap[i];
    while (i > 0) {
        i32 up = (i - 1) / 4;
        if (!is_before(t, h->heap[up])) break;
        place(h, i, h->heap[up]);
        i = up;
    }
    place(h, i, t);
    return i;
}
static SYSTEM void sift_down(TimerHeap *h, i32 i) {
    Timer *t = h->heap[i];
    for (;;) {
        i32 c = i * 4 + 1, best = -1;
        for (i32 k = c; k < c + 4 && k < h->n; k++)
            if (best < 0 || is_before(h->heap[k], h->heap[best])) best = k;
        if (best < 0 || !is_before(h->heap[best], t)) break;
        place(h, i, h->heap[best]);
        i = best;
    }
    place(h, i, t);
}
static SYSTEM void update_min(TimerHeap *h) {
    u64 w = h->n ? (u64)h->heap[0]->when : 0;
    if (h->n && w == 0) w = 1;
    __atomic_store_n(&h->minwhen, w, __ATOMIC_SEQ_CST);
}
enum { HEAP_FEW = 1024 }; // up to so many: memory that stays
static SYSTEM void heap_resize(TimerHeap *h, i32 cap) {
    Timer **a = cap <= HEAP_FEW ? persistent_alloc((usize)cap * sizeof *a, 8) : os_map((usize)cap * sizeof *a);
    if (!a) out_of_memory((usize)cap * sizeof *a);
    if (h->n) memcpy(a, h->heap, (usize)h->n * sizeof *a);
    if (h->cap > HEAP_FEW) os_unmap(h->heap, (usize)h->cap * sizeof *a);
    h->heap = a;
    h->cap = cap;
}
static SYSTEM void heap_insert(TimerHeap *h, Timer *t) {
    if (h->n == h->cap) heap_resize(h, h->cap ? h->cap * 2 : 64);
    h->heap[h->n] = t;
    sift_up(h, h->n++);
    update_min(h);
}
static SYSTEM void heap_remove(TimerHeap *h, Timer *t) {
    i32 i = t->index;
    t->index = -1;
    Timer *last = h->heap[--h->n];
    if (last != t) {
        place(h, i, last);
        if (sift_up(h, i) == i) sift_down(h, i);
    }
    if (unlikely(h->cap > 2 * HEAP_FEW && h->n < h->cap / 8)) heap_resize(h, h->cap / 2);
    update_min(h);
}

// The heap a timer belongs to can change while we wait for its lock. A timer in no heap leaves that of a P that is gone.
static SYSTEM TimerHeap *lock_of(Timer *t) {
    for (;;) {
        TimerHeap *h = __atomic_load_n(&t->ts, __ATOMIC_ACQUIRE);
        lock(&h->lock);
        if (h == t->ts && !h->heir) return h;
        if (h == t->ts) __atomic_store_n(&t->ts, h->heir, __ATOMIC_RELEASE);
        unlock(&h->lock);
    }
}

// ---- operations

SYSTEM void timer_init(Timer *t, void (*cf)(Timer *, usize, i64), void *carg) {
    *t = (Timer){.cf = cf, .carg = carg, .index = -1, .ts = my_heap(), .send_lock = RANKED(TIMER_SEND)};
}
// An idle thread that sleeps past `when` must look again.
SYSTEM void wake_for_timer(i64 when) {
    if (__atomic_load_n(&sched.lastpoll, __ATOMIC_SEQ_CST) == 0) { // an M is in the network poller
        i64 until = (i64)__atomic_load_n(&sched.polluntil, __ATOMIC_SEQ_CST);
        if (until == 0 || until > when) netpoll_break();
        return;
    }
    M *k = __atomic_load_n(&sched.timekeeper, __ATOMIC_SEQ_CST);
    if (k) {
        i64 until = (i64)__atomic_load_n(&sched.polluntil, __ATOMIC_SEQ_CST);
        if (until == 0 || until > when) note_wakeup((Note *)&k->park_word);
        return;
    }
    if (this_m()->p) wakep(); // nobody watches the clock
}
static SYSTEM void fire(TimerHeap *h, Timer *t, i64 now);
static SYSTEM bool arm(Timer *t, i64 when, i64 period) { // lock of t->ts held and dropped; true if it was pending
    TimerHeap *h = t->ts;
    bool was = t->when > 0 && !t->dead;
    t->period = period;
    t->seq++;
    if (when <= 0) when = 1;
    bool want = !t->is_chan || t->blocked > 0, first = false;
    t->when = when;
    t->rank = h->bubble ? (u32)rand64() : 0;
    if (t->index >= 0) {
        i32 i = sift_up(h, t->index);
        sift_down(h, i);
        update_min(h);
    } else if (want) heap_insert(h, t);
    first = t->index == 0;
    if (h->bubble && t->index >= 0 && !t->is_chan && when <= h->bubble->now) { // its bubble need not be idle first
        fire(h, t, h->bubble->now);
        return was;
    }
    unlock(&h->lock);
    if (first && !h->bubble) wake_for_timer(when);
    return was;
}
SYSTEM bool timer_reset(Timer *t, i64 when, i64 period) {
    TimerHeap *h = lock_of(t), *mine = my_heap();
    if (h != mine && t->index < 0 && !h->bubble) { // move to this P
        __atomic_store_n(&t->ts, mine, __ATOMIC_RELEASE);
        unlock(&h->lock);
        lock_of(t);
    }
    return arm(t, when, period);
}
SYSTEM bool timer_stop(Timer *t) {
    TimerHeap *h = lock_of(t);
    bool was = t->when > 0;
    if (t->index >= 0) heap_remove(h, t);
    t->when = 0;
    t->seq++;
    unlock(&h->lock);
    return was;
}

// ---- firing

// Runs t, which is due; h->lock is held and dropped.
static SYSTEM void fire(TimerHeap *h, Timer *t, i64 now) {
    i64 delta = now - t->when;
    usize seq = t->seq;
    if (t->period > 0) {
        t->when += t->period * (1 + delta / t->period);
        if (t->when < 0) t->when = INT64_MAX;
        if (t->index >= 0) {
            sift_down(h, t->index);
            update_min(h);
        }
    } else {
        if (t->index >= 0) heap_remove(h, t);
        t->when = 0;
    }
    if (!t->f) {
        void (*cf)(Timer *, usize, i64) = t->cf;
        unlock(&h->lock);
        cf(t, seq, delta);
        return;
    }
    FuncVal *f = t->f;
    GoEface arg = t->arg;
    bool chan = t->is_chan;
    if (chan && t->period == 0) t->sending++;
    unlock(&h->lock);
    if (!chan) {
        M *m = this_m();
        m->go_domain = t->domain;
        go_call(f, (usize)arg.type, (usize)arg.data, seq, (usize)delta);
        m->go_domain = NULL;
        return;
    }
    lock(&t->send_lock);
    TimerHeap *h2 = lock_of(t);
    if (t->period == 0 && t->sending > 0) t->sending--;
    bool stale = t->seq != seq;
    unlock(&h2->lock);
    if (!stale) go_call(f, (usize)arg.type, (usize)arg.data, seq, (usize)delta);
    unlock(&t->send_lock);
}
SYSTEM void timers_run(P *p, i64 now) { timers_run_heap(p->timers, now); }
SYSTEM void timers_run_heap(TimerHeap *h, i64 now) {
    for (;;) {
        u64 min = __atomic_load_n(&h->minwhen, __ATOMIC_ACQUIRE);
        if (min == 0 || (i64)min > now) return;
        lock(&h->lock);
        Timer *t = h->n ? h->heap[0] : NULL;
        if (!t || t->when > now) {
            unlock(&h->lock);
            return;
        }
        fire(h, t, now);
    }
}
SYSTEM i64 timers_next(void) {
    u64 best = 0;
    for (i32 i = 0; i < gomaxprocs; i++) {
        P *p = allp[i];
        u64 w = p && p->timers ? __atomic_load_n(&p->timers->minwhen, __ATOMIC_SEQ_CST) : 0;
        if (w && (!best || w < best)) best = w;
    }
    return (i64)best;
}
SYSTEM void timers_adopt(P *to, P *from) { // world stopped
    timers_init(to);
    TimerHeap *a = to->timers, *b = from->timers;
    lock(a < b ? &a->lock : &b->lock);
    lock(a < b ? &b->lock : &a->lock);
    while (b->n) {
        Timer *t = b->heap[b->n - 1];
        heap_remove(b, t);
        t->ts = a;
        heap_insert(a, t);
    }
    b->heir = a; // for the timers in no heap
    unlock(&b->lock);
    unlock(&a->lock);
}
SYSTEM void timers_revive(P *p) { // world stopped
    lock(&p->timers->lock);
    p->timers->heir = NULL;
    unlock(&p->timers->lock);
}
// Collector: Go timers in heaps keep themselves alive.
SYSTEM void timers_mark(P *p, void (*mark)(void *, void *), void *ctx) {
    TimerHeap *h = p->timers;
    if (!h) return;
    lock(&h->lock);
    for (i32 k = 0; k < h->n; k++)
        if (h->heap[k]->f) mark(ctx, h->heap[k]);
    unlock(&h->lock);
}

// ---- channel timers

SYSTEM void timer_chan_maybe_run(Timer *t) {
    TimerHeap *h = lock_of(t);
    if (t->index >= 0 || t->when == 0) {
        unlock(&h->lock);
        return;
    } // fires by itself, or is not armed
    i64 now = h->bubble ? h->bubble->now : nanotime();
    if (t->when > now) {
        unlock(&h->lock);
        return;
    }
    fire(h, t, now);
}
SYSTEM void timer_chan_block(Timer *t) {
    TimerHeap *h = lock_of(t);
    i64 wake = 0;
    if (t->blocked++ == 0 && t->when > 0 && t->index < 0) {
        heap_insert(h, t);
        if (t->index == 0 && !h->bubble) wake = t->when;
    }
    unlock(&h->lock);
    if (wake) wake_for_timer(wake);
}
SYSTEM void timer_chan_unblock(Timer *t) {
    TimerHeap *h = lock_of(t);
    if (--t->blocked == 0 && t->index >= 0) heap_remove(h, t);
    unlock(&h->lock);
}

// ---- package time

static const u8 gotimer_mask[] = {
// words of GoTimer that are pointers: c, t.f, t.arg.type, t.arg.data
#define BIT(field, byte) (((offsetof(GoTimer, field) / 8 / 8 == (byte)) ? 1 << (offsetof(GoTimer, field) / 8 % 8) : 0))
#define BYTE(b)          BIT(c, b) | BIT(t.f, b) | BIT(t.arg.type, b) | BIT(t.arg.data, b)
    BYTE(0), BYTE(1)};
static GoType gotimer_type = {.size = sizeof(GoTimer),
                              .ptrbytes = offsetof(GoTimer, t.arg) + 16,
                              .align = 8,
                              .field_align = 8,
                              .kind = KIND_STRUCT,
                              .gcdata = gotimer_mask};

SYSTEM GoTimer *rt_new_timer(i64 when, i64 period, FuncVal *f, GoType *argt, void *argd, void *c) {
    GoTimer *t = rt_mallocgc(sizeof *t, &gotimer_type, true);
    timer_init(&t->t, NULL, NULL);
    Bubble *b = bubble_of(this_g());
    if (b) t->t.ts = &b->timers;
    if (this_g()) t->t.domain = this_g()->domain;
    wb_pointer((void **)&t->t.f, f);
    wb_pointer((void **)&t->t.arg.type, argt);
    wb_pointer(&t->t.arg.data, argd);
    if (c && !__atomic_load_n(&rt_debug.async_timers, __ATOMIC_RELAXED)) {
        t->t.is_chan = true;
        chan_set_timer(c, &t->t);
    }
    procs_init(); // somebody must watch the clock while this goroutine runs
    timer_reset(&t->t, when, period);
    t->init = 1;
    return t;
}
SYSTEM void rt_async_timers(u64 on) { __atomic_store_n(&rt_debug.async_timers, on & 1, __ATOMIC_RELAXED); }
// Channel timers: what was sent and not received is withdrawn, so neither Stop nor Reset leaves a stale value behind. One that is due and not in the
// heap has not sent: it was pending either way, so the clock is not asked.
SYSTEM bool rt_stop_timer(GoTimer *g) {
    Timer *t = &g->t;
    if (t->ts->bubble && !bubble_of(this_g())) fatal_("stop of synctest timer from outside bubble");
    if (!t->is_chan) return timer_stop(t);
    lock(&t->send_lock);
    TimerHeap *h = lock_of(t);
    bool pending = t->when > 0 || (t->period == 0 && t->sending > 0);
    if (t->index >= 0) heap_remove(h, t);
    t->when = 0;
    t->seq++;
    unlock(&h->lock);
    if (chan_timer_drain(t->arg.data)) pending = true;
    unlock(&t->send_lock);
    return pending;
}
SYSTEM bool rt_reset_timer(GoTimer *g, i64 when, i64 period) {
    Timer *t = &g->t;
    if (t->ts->bubble && !bubble_of(this_g())) fatal_("reset of synctest timer from outside bubble");
    if (!t->is_chan) return timer_reset(t, when, period);
    lock(&t->send_lock);
    TimerHeap *h = lock_of(t);
    bool pending = t->when > 0 || (t->period == 0 && t->sending > 0);
    (void)h;
    arm(t, when, period);
    if (chan_timer_drain(t->arg.data)) pending = true;
    unlock(&t->send_lock);
    return pending;
}

static SYSTEM bool runs(const Timer *t, const Domain *d) { // time.AfterFunc: the argument is the function
    const FuncVal *f = t->arg.data;
    return t->domain == d && t->f && !t->is_chan && f && domain_has_code(d, (usize)f->code);
}
SYSTEM void timers_drop(const Domain *d) {
    for (i32 k = 0; k < procs_made; k++) {
        TimerHeap *h = allp[k]->timers;
        i32 n = 0;
        for (i32 i = 0; h && i < h->n; i++) {
            Timer *t = h->heap[i];
            if (!runs(t, d)) place(h, n++, t);
            else t->index = -1, t->when = 0, t->seq++;
        }
        if (!h || n == h->n) continue;
        h->n = n;
        for (i32 i = (n - 2) / 4; n > 1 && i >= 0; i--) sift_down(h, i);
        update_min(h);
    }
}

// ---- Sleep

static SYSTEM void wake_sleeper(Timer *t, usize seq, i64 delta) { ready(t->carg); }
static SYSTEM void start_sleep(G *g, void *when) { timer_reset(&g->sleep_timer->t, (i64)when, 0); }
SYSTEM void rt_sleep(i64 ns) {
    if (ns <= 0) return;
    G *g = this_g();
    if (!g->sleep_timer) {
        g->sleep_timer = record_get(RECORD_SLEEP);
        timer_init(&g->sleep_timer->t, wake_sleeper, g);
    }
    Bubble *b = bubble_of(g);
    if (b || g->sleep_timer->t.ts->bubble)
        g->sleep_timer->t.ts = b ? &b->timers : my_heap(); // not armed: nobody looks at it
    i64 when = (b ? b->now : nanotime()) + ns;
    if (when < 0) when = INT64_MAX;
    g->ret0 = g->ret1 = 0;
    park(start_sleep, (void *)when, WAIT_SLEEP);
}
