// rt_chan.c - channels, select, semaphores and condition lists of rt/lang under a toy scheduler: goroutines are ucontexts, the next one to run is chosen
// at random, so many interleavings are seen. Checks that every value arrives once, and that nothing is left waiting.
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#include "../../rt/rt.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#define NG 64
static struct {
    G g;
    M m;
    ucontext_t ctx;
    char stack[64 << 10];
    bool waiting, runnable, done;
    void (*unlockf)(G *, void *);
    void *arg;
    void (*resume)(G *);
    void (*fn)(i64);
    i64 a;
} gs[NG];
static i32 ng, cur = -1;
static ucontext_t main_ctx;
static M fake_m_;
static G *fake_g(void) { return &gs[cur].g; }
static M *fake_m(void) { return &fake_m_; }
#define this_g fake_g
#define this_m fake_m
void lock(Lock *l) {
    assert(l->word == 0);
    l->word = 1;
} // one thread: a lock that is held is a bug
void unlock(Lock *l) {
    assert(l->word == 1);
    l->word = 0;
}
void lock_slow(Lock *l) { assert(!l); }
void unlock_slow(Lock *l, u32 was) { assert(!l && !was); }
Sudog *sudog_acquire(void) {
    Sudog *s = calloc(1, sizeof *s);
    return s;
}
void sudog_release(Sudog *s) {
    assert(!s->next && !s->prev);
    memset(s, 0xdb, sizeof *s);
    free(s);
}
static i32 index_of(G *g) { return (i32)(((char *)g - (char *)&gs[0].g) / (i64)sizeof gs[0]); }
void ready(G *g) {
    i32 i = index_of(g);
    assert(gs[i].waiting);
    gs[i].waiting = false;
    gs[i].runnable = true;
}
static void switch_out(void) { swapcontext(&gs[cur].ctx, &main_ctx); }
static _Thread_local i32 dummy_;
// A parked call continues in its Go caller: here longjmp-like, by setting ret0/ret1 and returning from the wrapper below.
static usize call_result[2];
static bool parked;
NORETURN void park_then(void (*u)(G *, void *), void *arg, WaitReason r, void (*resume)(G *));
NORETURN void park_result(usize r0, usize r1, void (*u)(G *, void *), void *arg, WaitReason r);
NORETURN void park(void (*u)(G *, void *), void *arg, WaitReason r) { park_then(u, arg, r, 0); }
NORETURN void yield_now(void);
u64 rand64(void) { return (u64)rand() << 62 ^ (u64)rand() << 31 ^ (u64)rand(); }
void throw_(const char *m) {
    fprintf(stderr, "throw: %s\n", m);
    abort();
}
void fatal_(const char *m) { throw_(m); }
void wb_bulk(void *d, usize s, usize n, GoType *t) {
    (void)d;
    (void)s;
    (void)n;
    (void)t;
}
void wb_pointer(void **slot, void *v) { *slot = v; }
struct Timer;
void timer_chan_maybe_run(struct Timer *t);
void timer_chan_block(struct Timer *t);
void timer_chan_unblock(struct Timer *t);
void gc_add_root_fn(void (*fn)(void *ctx, void (*mark)(void *ctx, void *p)), bool by_number) {
    (void)fn;
    (void)by_number;
}
u32 write_barrier;
i64 mutex_rate; // no profile of blocked time here
i64 nanotime(void) { return 0; }
#include "../../rt/lang/chan.c"
#define enqueue sema_enqueue
#define dequeue sema_dequeue
#include "../../rt/lang/sema.c"
void timer_chan_maybe_run(Timer *t) { (void)t; }
void timer_chan_block(Timer *t) { (void)t; }
void timer_chan_unblock(Timer *t) { (void)t; }
void typed_memmove(GoType *t, void *d, const void *s) { memmove(d, s, t->size); }
void typed_memclr(GoType *t, void *d) { memset(d, 0, t->size); }
void mem_move(void *d, const void *s, usize n) { memmove(d, s, n); }
void mem_clear(void *d, usize n) { memset(d, 0, n); }

// The system call runs on a context of its own, as on a system stack, and is dropped when it parks.
static ucontext_t sys_ctx, sys_caller;
static char sys_stack[64 << 10];
static void (*sys_fn)(void *);
static void *sys_arg;
static void sys_entry(void) {
    sys_fn(sys_arg);
    parked = false;
    setcontext(&sys_caller);
}
static void finish_park(void (*u)(G *, void *), void *arg, void (*resume)(G *), bool now_runnable) {
    i32 me = cur;
    gs[me].resume = resume;
    gs[me].waiting = !now_runnable;
    gs[me].runnable = now_runnable;
    if (u) u(&gs[me].g, arg);
    parked = true;
    setcontext(&sys_caller);
}
NORETURN void park_then(void (*u)(G *, void *), void *arg, WaitReason r, void (*resume)(G *)) {
    (void)r;
    finish_park(u, arg, resume, false);
    abort();
}
NORETURN void park_result(usize r0, usize r1, void (*u)(G *, void *), void *arg, WaitReason r) {
    (void)r;
    G *g = this_g();
    g->ret0 = r0;
    g->ret1 = r1;
    finish_park(u, arg, 0, false);
    abort();
}
NORETURN void yield_now(void) {
    finish_park(0, 0, 0, true);
    abort();
}
static void resume_in_sys(void *g) { gs[cur].resume(g); }
static void sys(void (*fn)(void *), void *arg) {
    for (;;) {
        sys_fn = fn;
        sys_arg = arg;
        getcontext(&sys_ctx);
        sys_ctx.uc_stack.ss_sp = sys_stack;
        sys_ctx.uc_stack.ss_size = sizeof sys_stack;
        sys_ctx.uc_link = 0;
        makecontext(&sys_ctx, sys_entry, 0);
        swapcontext(&sys_caller, &sys_ctx);
        if (!parked) return;
        switch_out(); // until chosen again
        if (!gs[cur].resume) return;
        fn = resume_in_sys;
        arg = &gs[cur].g;
    }
}
typedef struct Call {
    i64 a[5];
    Pair r;
    i32 what;
} Call;
enum { SEND, RECV, CLOSE, SELECT, FINISH, SEM_ACQ, SEM_REL, COND_WAIT, COND_ALL, COND_ONE };
static void do_call(void *p) {
    Call *c = p;
    i64 *a = c->a;
    G *g = this_g();
    g->ret0 = g->ret1 = 777;
    switch (c->what) {
    case SEND: c->r.a = rt_chansend((Chan *)a[0], (void *)a[1], (u64)a[2]); break;
    case RECV: c->r = rt_chanrecv((Chan *)a[0], (void *)a[1], (u64)a[2]); break;
    case CLOSE: c->r.a = rt_closechan((Chan *)a[0]); break;
    case SELECT: c->r = rt_selectstart((SCase *)a[0], (u16 *)a[1], a[2], a[3], (u64)a[4]); break;
    case FINISH: c->r = rt_selectfinish((SCase *)a[0], (u16 *)a[1], a[2], a[3]); break;
    case SEM_ACQ: rt_semacquire_mutex((u32 *)a[0], (u64)a[1], 0); break;
    case SEM_REL: rt_semrelease_handoff((u32 *)a[0], (u64)a[1], 0); break;
    case COND_WAIT: rt_notify_wait((NotifyList *)a[0], (u32)a[1]); break;
    case COND_ALL: rt_notify_all((NotifyList *)a[0]); break;
    case COND_ONE: rt_notify_one((NotifyList *)a[0]); break;
    }
    g->ret0 = c->r.a;
    g->ret1 = c->r.b;
}
static Pair call(i32 what, i64 a0, i64 a1, i64 a2, i64 a3, i64 a4) {
    Call c = {{a0, a1, a2, a3, a4}, {0, 0}, what};
    sys(do_call, &c);
    G *g = this_g();
    return (Pair){g->ret0, g->ret1};
}
static void yield(void) {
    gs[cur].runnable = true;
    switch_out();
}
static i32 chan_send(Chan *c, i64 v, bool block) { return (i32)call(SEND, (i64)c, (i64)&v, block, 0, 0).a; }
static bool chan_recv(Chan *c, i64 *v, bool block, bool *ok) {
    Pair p = call(RECV, (i64)c, (i64)v, block, 0, 0);
    *ok = p.b & 1;
    return p.a & 1;
}
enum { CROWD = 40 };
static i64 select_go(SCase *cas, i64 ns, i64 nr, bool block, i32 *r) {
    u16 order[2 * CROWD];
    Pair p = call(SELECT, (i64)cas, (i64)order, ns, nr, block);
    if ((i64)p.a == -2) p = call(FINISH, (i64)cas, (i64)order, ns, nr, 0);
    *r = (i32)p.b;
    return (i64)p.a;
}
static void entry(void) {
    gs[cur].fn(gs[cur].a);
    gs[cur].done = true;
    switch_out();
    abort();
}
static void go(void (*fn)(i64), i64 a) {
    i32 i = ng++;
    assert(i < NG);
    memset(&gs[i].g, 0, sizeof gs[i].g);
    gs[i].fn = fn;
    gs[i].a = a;
    gs[i].done = gs[i].waiting = false;
    gs[i].runnable = true;
    getcontext(&gs[i].ctx);
    gs[i].ctx.uc_stack.ss_sp = gs[i].stack;
    gs[i].ctx.uc_stack.ss_size = sizeof gs[i].stack;
    gs[i].ctx.uc_link = 0;
    makecontext(&gs[i].ctx, entry, 0);
}
static i32 run(void) { // until nothing is runnable; how many still wait
    for (;;) {
        i32 n = 0, pick = -1;
        for (i32 i = 0; i < ng; i++)
            if (gs[i].runnable && rand() % ++n == 0) pick = i;
        if (pick < 0) break;
        cur = pick;
        gs[pick].runnable = false;
        swapcontext(&main_ctx, &gs[pick].ctx);
        cur = -1;
    }
    i32 w = 0;
    for (i32 i = 0; i < ng; i++) w += !gs[i].done;
    return w;
}

// ---- scenarios
static GoType word = {.size = 8};
static Chan *new_chan(u64 n) {
    Chan *c = calloc(1, sizeof *c);
    c->buf = calloc(n + 1, 8);
    c->dataqsiz = n;
    c->elemsize = 8;
    c->elemtype = &word;
    return c;
}
static Chan *chs[4];
static i64 sent_sum, got_sum, got_n, senders;
static void sender(i64 k) {
    for (i64 i = 1; i <= 50; i++) {
        i64 v = k * 1000 + i;
        sent_sum += v;
        if (rand() % 2) {
            i64 v2 = v;
            SCase cas[3] = {{chs[rand() % 4], &v}, {chs[rand() % 4], &v2}, {rand() % 2 ? chs[rand() % 4] : 0, &v}};
            i32 r;
            i64 which = select_go(cas, 3, 0, true, &r);
            assert(which >= 0 && which < 3 && r == 0);
        } else if (rand() % 3 == 0) {
            while (chan_send(chs[rand() % 4], v, false) == 0) yield();
        } else assert(chan_send(chs[rand() % 4], v, true) == 1);
    }
    if (--senders == 0)
        for (i32 i = 0; i < 4; i++) call(CLOSE, (i64)chs[i], 0, 0, 0, 0);
}
static void receiver(i64 k) {
    (void)k;
    bool open[4] = {true, true, true, true};
    for (;;) {
        i64 v[4] = {0, 0, 0, 0};
        bool ok;
        if (rand() % 2) {
            SCase cas[5];
            for (i32 i = 0; i < 4; i++) cas[i] = (SCase){open[i] ? chs[i] : 0, &v[i]};
            if (!open[0] && !open[1] && !open[2] && !open[3]) return;
            i32 r;
            i64 which = select_go(cas, 0, 4, true, &r);
            if (r == 0) open[which] = false;
            else got_sum += v[which], got_n++;
        } else {
            i32 i = rand() % 4;
            if (!open[i]) {
                if (!open[0] && !open[1] && !open[2] && !open[3]) return;
                continue;
            }
            if (chan_recv(chs[i], &v[i], rand() % 8 == 0, &ok)) {
                if (!ok) open[i] = false;
                else got_sum += v[i], got_n++;
            } else yield();
        }
    }
}
static u32 sem;
static bool held;
static i64 acquired;
static void locker(i64 k) {
    for (i64 i = 0; i < 40; i++) {
        call(SEM_ACQ, (i64)&sem, rand() % 2, 0, 0, 0);
        assert(!held);
        held = true;
        acquired++;
        if (rand() % 2) yield();
        held = false;
        call(SEM_REL, (i64)&sem, rand() % 2, 0, 0, 0);
    }
}
static NotifyList cond;
static i64 awake, started;
static void waiter(i64 k) {
    (void)k;
    u32 t = rt_notify_add(&cond);
    started++;
    if (rand() % 2) yield();
    call(COND_WAIT, (i64)&cond, (i64)t, 0, 0, 0);
    awake++;
}
static void notifier(i64 n) {
    while (started < n) yield();
    i64 one = n / 2;
    for (i64 i = 0; i < one; i++) {
        call(COND_ONE, (i64)&cond, 0, 0, 0, 0);
        if (rand() % 2) yield();
    }
    while (awake < one) yield();
    assert(awake == one);
    call(COND_ALL, (i64)&cond, 0, 0, 0, 0);
}
static void closed_sender(i64 k) {
    (void)k;
    acquired += chan_send(chs[0], 1, true) == 2;
}
static void closed_selector(i64 k) {
    (void)k;
    i64 v = 1;
    i32 r;
    SCase cas[2] = {{chs[0], &v}, {chs[1], &v}};
    acquired += select_go(cas, 1, 1, true, &r) == 0 && r == 2;
}
static void closer(i64 k) {
    (void)k;
    for (i32 i = 0; i < 3; i++) yield();
    call(CLOSE, (i64)chs[0], 0, 0, 0, 0);
}
// More cases than are sorted by insertion, some of one channel: in the order of addresses when they wait, and each value arrives.
static Chan *crowd[CROWD / 2];
enum { ROUNDS = 30 };
static void crowd_selector(i64 n) {
    for (i32 round = 0; round < ROUNDS; round++) {
        i64 v[CROWD] = {0};
        SCase cas[CROWD];
        for (i64 i = 0; i < n; i++) cas[i] = (SCase){rand() % 5 ? crowd[rand() % (CROWD / 2)] : 0, &v[i]};
        for (i32 i = 0; i < CROWD / 2; i++) cas[n - CROWD / 2 + i].c = crowd[i];
        i32 r;
        i64 which = select_go(cas, 0, n, true, &r);
        assert(which >= 0 && which < n && r == 1 && crowd[v[which]] == cas[which].c);
        got_n++;
    }
}
static void crowd_sender(i64 k) {
    (void)k;
    for (i32 round = 0; round < ROUNDS; round++) {
        i64 at = rand() % (CROWD / 2);
        if (rand() % 2) yield();
        for (Sudog *w = gs[0].g.waiting; w && w->waitlink; w = w->waitlink) assert(w->c <= w->waitlink->c);
        chan_send(crowd[at], at, true);
    }
}
// Of channels that are ready each is chosen as often.
static void even_selector(i64 n) {
    i64 v, times[CROWD] = {0}, each = 1000;
    SCase cas[CROWD];
    for (i64 i = 0; i < n; i++) {
        cas[i] = (SCase){i % 3 == 1 ? 0 : new_chan(1), &v};
        if (cas[i].c) chan_send(cas[i].c, i, true);
    }
    i64 ready = n - (n + 1) / 3;
    for (i64 i = 0; i < ready * each; i++) {
        i32 r;
        i64 which = select_go(cas, 0, n, i % 2, &r);
        assert(r == 1 && which == v);
        times[which]++;
        chan_send(cas[which].c, which, true);
    }
    for (i64 i = 0; i < n; i++) assert(cas[i].c ? times[i] > each * 8 / 10 && times[i] < each * 12 / 10 : !times[i]);
}

int main(void) {
    (void)dummy_;
    (void)call_result;
    for (i32 seed = 1; seed <= 300; seed++) {
        srand((u32)seed);
        ng = 0;
        for (i32 i = 0; i < 4; i++) chs[i] = new_chan((u64)(i == 3 ? 5 : i));
        sent_sum = got_sum = got_n = 0;
        senders = 6;
        for (i64 i = 0; i < 6; i++) go(sender, i);
        for (i64 i = 0; i < 5; i++) go(receiver, i);
        assert(run() == 0);
        assert(sent_sum == got_sum && got_n == 300);
        for (i32 i = 0; i < 4; i++) assert(!chs[i]->recvq.first && !chs[i]->sendq.first && chs[i]->qcount == 0);

        ng = 0;
        sem = 1;
        acquired = 0;
        for (i64 i = 0; i < 8; i++) go(locker, i);
        assert(run() == 0 && sem == 1 && acquired == 320);
        for (i32 i = 0; i < NBUCKETS; i++) assert(!buckets[i].heads && !buckets[i].nwait);

        ng = 0;
        memset(&cond, 0, sizeof cond);
        awake = started = 0;
        for (i64 i = 0; i < 9; i++) go(waiter, i);
        go(notifier, 9);
        assert(run() == 0 && awake == 9 && !cond.head && !cond.tail);

        ng = 0;
        acquired = 0;
        chs[0] = new_chan(0);
        chs[1] = new_chan(0);
        go(closed_sender, 0);
        go(closed_selector, 0);
        go(closed_selector, 0);
        go(closer, 0);
        assert(run() == 0 && acquired == 3 && !chs[1]->recvq.first);
    }
    for (i64 n = 2; n <= CROWD; n += 19) {
        ng = 0;
        go(even_selector, n);
        assert(run() == 0);
    }
    for (i32 i = 0; i < CROWD / 2; i++) crowd[i] = new_chan(0);
    for (i64 n = CROWD / 2; n <= CROWD; n++) {
        ng = 0;
        got_n = 0;
        go(crowd_selector, n);
        go(crowd_sender, 0);
        assert(run() == 0 && got_n == ROUNDS);
        for (i32 i = 0; i < CROWD / 2; i++) assert(!crowd[i]->recvq.first && !crowd[i]->sendq.first);
    }
    puts("ok");
    return 0;
}
