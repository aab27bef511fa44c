// chan.c - channels and select.
//
// Runs: SYSTEM, behind the Go functions of lib/runtime/chan.go, which make the panics; LEAF where it says so. Locks: those of the channels, several in
// the order of their addresses (select). Never allocates but sudogs. An operation that must wait enqueues a sudog and parks; whoever completes it copies
// the value directly between the two stacks, sets sudog.success and makes the goroutine ready.
//
// Invariants, under the channel's lock: at least one of recvq, sendq is empty, but for one goroutine that selects on both directions. qcount > 0 implies
// recvq empty; qcount < dataqsiz implies sendq empty. A sudog's elem is only touched under the lock of its channel: who moves a parked goroutine's stack
// must hold the locks of all channels that g->waiting names (chan_lock_waiting).
#include "lang/lang.h"
#include "sched/synctest.h"

typedef struct Pair {
    u64 a, b;
} Pair;
enum { NOT_DONE, DONE, CLOSED }; // of a send

static inline SYSTEM u8 *slot(Chan *c, u64 i) { return (u8 *)c->buf + i * c->elemsize; }

static SYSTEM void enqueue(WaitQ *q, Sudog *s) {
    s->next = 0;
    s->prev = q->last;
    if (q->last) q->last->next = s;
    else q->first = s;
    q->last = s;
}
static SYSTEM void unlink_sudog(WaitQ *q, Sudog *s) {
    if (s->prev) s->prev->next = s->next;
    else if (q->first == s) q->first = s->next;
    else return; // not queued any more
    if (s->next) s->next->prev = s->prev;
    else q->last = s->prev;
    s->next = s->prev = 0;
}
// The first waiter that has not been served through another case of its select.
static SYSTEM Sudog *dequeue(WaitQ *q) {
    for (;;) {
        Sudog *s = q->first;
        if (!s) return 0;
        unlink_sudog(q, s);
        u32 zero = 0;
        if (s->is_select &&
            !__atomic_compare_exchange_n(&s->g->select_done, &zero, 1, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            continue;
        return s;
    }
}
static SYSTEM void wake(Sudog *s, bool success) {
    s->success = success;
    s->g->param = s;
    ready(s->g);
}
static SYSTEM Sudog *wait_on(Chan *c, WaitQ *q, G *g, void *elem, bool is_select) {
    Sudog *s = sudog_acquire();
    s->g = g;
    s->c = c;
    s->elem = elem;
    s->is_select = is_select;
    s->success = false;
    s->waitlink = 0;
    enqueue(q, s);
    return s;
}
// Elements of one word without pointers are frequent: they are copied here, and their slots need not be cleared.
static inline SYSTEM bool is_plain_word(const Chan *c) { return c->elemsize == 8 && !c->elemtype->ptrbytes; }
static inline SYSTEM void copy_word(void *dst, const void *src) { __builtin_memcpy(dst, src, 8); }
// A copy into or out of the stack of a goroutine that may have been scanned already: its pointers are shaded.
static SYSTEM void copy_stack(Chan *c, void *dst, void *src) {
    if (!dst) return;
    if (is_plain_word(c)) {
        copy_word(dst, src);
        return;
    }
    shade_pointers(c->elemtype, src);
    mem_move(dst, src, c->elemsize);
}
static SYSTEM void clear_elem(Chan *c, void *p) {
    if (!p) return;
    if (c->elemtype->ptrbytes) typed_memclr(c->elemtype, p);
    else mem_clear(p, c->elemsize);
}
static SYSTEM void put(Chan *c, void *elem) {
    if (is_plain_word(c)) copy_word(slot(c, c->sendx), elem);
    else typed_memmove(c->elemtype, slot(c, c->sendx), elem);
    if (++c->sendx == c->dataqsiz) c->sendx = 0;
    c->qcount++;
}
static SYSTEM void take(Chan *c, void *elem) {
    u8 *p = slot(c, c->recvx);
    if (is_plain_word(c)) {
        if (elem) copy_word(elem, p);
    } else {
        if (elem) typed_memmove(c->elemtype, elem, p);
        clear_elem(c, p);
    }
    if (++c->recvx == c->dataqsiz) c->recvx = 0;
    c->qcount--;
}
// With the lock held: the value goes to a receiver or the buffer; what a receiver or select found ready.
static SYSTEM i32 try_send(Chan *c, void *elem) {
    if (c->closed) return CLOSED;
    Sudog *s = dequeue(&c->recvq);
    if (s) {
        copy_stack(c, s->elem, elem);
        s->elem = 0;
        wake(s, true);
        return DONE;
    }
    if (c->qcount < c->dataqsiz) {
        put(c, elem);
        return DONE;
    }
    return NOT_DONE;
}
static SYSTEM bool try_recv(Chan *c, void *elem, bool *received) {
    *received = true;
    if (c->closed) {
        if (c->qcount == 0) {
            clear_elem(c, elem);
            *received = false;
            return true;
        }
    } else {
        Sudog *s = dequeue(&c->sendq);
        if (s) {
            if (c->dataqsiz == 0) copy_stack(c, elem, s->elem);
            else {
                take(c, elem);
                put(c, s->elem);
            } // full: the head of the queue for us, its slot for the sender
            s->elem = 0;
            wake(s, true);
            return true;
        }
    }
    if (c->qcount > 0) {
        take(c, elem);
        return true;
    }
    return false;
}
static SYSTEM void unlock_parked(G *g, void *c) {
    (void)g;
    unlock_chan(c);
}
static SYSTEM Sudog *end_wait(G *g) {
    Sudog *s = g->waiting;
    g->waiting = 0;
    g->param = 0;
    return s;
}

static SYSTEM void sent(G *g) {
    Sudog *s = end_wait(g);
    g->ret0 = s->success ? DONE : CLOSED;
    sudog_release(s);
}
// A channel made in a bubble of testing/synctest may not be used outside; a wait on it is durable.
static SYSTEM void check_bubble(Chan *c, const char *what) {
    if (unlikely(c->bubble != 0) && bubble_of(this_g()) != c->bubble) fatal_(what);
}
SYSTEM u64 rt_chansend(Chan *c, void *elem, u64 block) {
    block &= 1;
    if (!c) {
        if (!block) return NOT_DONE;
        park(0, 0, WAIT_CHAN_SEND_NIL);
    }
    check_bubble(c, "send on synctest channel from outside bubble");
    if (!block && !__atomic_load_n(&c->closed, __ATOMIC_RELAXED) &&
        (c->dataqsiz ? c->qcount == c->dataqsiz : !c->recvq.first))
        return NOT_DONE;
    lock_chan(c);
    i32 r = try_send(c, elem);
    if (r != NOT_DONE || !block) {
        unlock_chan(c);
        return (u64)r;
    }
    G *g = this_g();
    g->param = 0;
    g->waiting = wait_on(c, &c->sendq, g, elem, false);
    park_then(unlock_parked, c, c->bubble ? WAIT_DURABLE_CHAN_SEND : WAIT_CHAN_SEND, sent);
}

static SYSTEM void received(G *g) {
    Sudog *s = end_wait(g);
    Chan *c = s->c;
    if (c->timer) timer_chan_unblock(c->timer);
    g->ret0 = 1;
    g->ret1 = s->success;
    sudog_release(s);
}
SYSTEM Pair rt_chanrecv(Chan *c, void *elem, u64 block) {
    block &= 1;
    if (!c) {
        if (!block) return (Pair){0, 0};
        park(0, 0, WAIT_CHAN_RECEIVE_NIL);
    }
    check_bubble(c, "receive on synctest channel from outside bubble");
    if (c->timer) timer_chan_maybe_run(c->timer);
    if (!block && !__atomic_load_n(&c->qcount, __ATOMIC_RELAXED) && !c->sendq.first &&
        !__atomic_load_n(&c->closed, __ATOMIC_ACQUIRE))
        return (Pair){0, 0};
    lock_chan(c);
    bool ok;
    if (try_recv(c, elem, &ok)) {
        unlock_chan(c);
        return (Pair){1, ok};
    }
    if (!block) {
        unlock_chan(c);
        return (Pair){0, 0};
    }
    G *g = this_g();
    g->param = 0;
    g->waiting = wait_on(c, &c->recvq, g, elem, false);
    if (c->timer) timer_chan_block(c->timer);
    park_then(unlock_parked, c, c->bubble ? WAIT_DURABLE_CHAN_RECEIVE : WAIT_CHAN_RECEIVE, received);
}

// 0: done, 1: nil channel, 2: closed already
SYSTEM u64 rt_closechan(Chan *c) {
    if (!c) return 1;
    check_bubble(c, "close of synctest channel from outside bubble");
    lock_chan(c);
    if (c->closed) {
        unlock_chan(c);
        return 2;
    }
    __atomic_store_n(&c->closed, 1, __ATOMIC_RELEASE);
    Sudog *all = 0, *s;
    while ((s = dequeue(&c->recvq))) {
        clear_elem(c, s->elem);
        s->elem = 0;
        s->next = all;
        all = s;
    }
    while ((s = dequeue(&c->sendq))) {
        s->elem = 0;
        s->next = all;
        all = s;
    }
    unlock_chan(c);
    Sudog *order = 0; // first come, first woken
    while ((s = all)) {
        all = s->next;
        s->next = order;
        order = s;
    }
    while ((s = order)) {
        order = s->next;
        s->next = 0;
        wake(s, false);
    }
    return 0;
}
LEAF i64 rt_chanlen(Chan *c) GOSYM("runtime.chanlen");
LEAF i64 rt_chancap(Chan *c) GOSYM("runtime.chancap");
LEAF i64 rt_chanlen(Chan *c) { return !c || c->timer ? 0 : (i64)__atomic_load_n(&c->qcount, __ATOMIC_RELAXED); }
LEAF i64 rt_chancap(Chan *c) { return !c || c->timer ? 0 : (i64)c->dataqsiz; }

// ---- channel timers (rt/sched/timer.h)
SYSTEM void chan_set_timer(void *c, Timer *t) { wb_pointer((void **)&((Chan *)c)->timer, t); }
SYSTEM bool chan_timer_drain(void *c_) {
    Chan *c = c_;
    lock_chan(c);
    bool some = c->qcount > 0;
    if (some) take(c, 0);
    unlock_chan(c);
    return some;
}
// World stopped: a goroutine that waits at channels waits no longer. Nobody has served it, or it would be runnable.
SYSTEM void chan_cancel(G *g) {
    for (Sudog *s = g->waiting, *next; s; s = next) {
        next = s->waitlink;
        Chan *c = s->c;
        const Sudog *head = s;
        while (head->prev) head = head->prev;
        bool receives = c->recvq.first == head;
        if (receives && c->timer) timer_chan_unblock(c->timer);
        unlink_sudog(receives ? &c->recvq : &c->sendq, s);
        sudog_release(s);
    }
    g->waiting = 0;
}
// ---- for stack copying: no one touches the elements of a parked goroutine meanwhile
SYSTEM void chan_lock_waiting(G *g) {
    Chan *last = 0;
    for (Sudog *s = g->waiting; s; s = s->waitlink)
        if (s->c && s->c != last) lock_chan(last = s->c);
}
SYSTEM void chan_unlock_waiting(G *g) {
    Chan *last = 0;
    for (Sudog *s = g->waiting; s; s = s->waitlink)
        if (s->c && s->c != last) unlock_chan(last = s->c);
}

// ---- select. order: room for 2n numbers: first the cases in random order, then those with channels in the order of their addresses.
typedef struct SCase {
    Chan *c;
    void *elem;
} SCase;
typedef struct Select {
    SCase *cas;
    u16 *poll, *lockorder;
    i64 nsends, n, live;
    bool durable;
} Select;

static SYSTEM void lock_all(Select *s) {
    Chan *last = 0;
    for (i64 i = 0; i < s->live; i++) {
        Chan *c = s->cas[s->lockorder[i]].c;
        if (c != last) lock_chan(last = c);
    }
}
static SYSTEM void unlock_all(Select *s) {
    for (i64 i = s->live - 1; i >= 0; i--) {
        Chan *c = s->cas[s->lockorder[i]].c;
        if (i > 0 && c == s->cas[s->lockorder[i - 1]].c) continue;
        unlock_chan(c);
    }
}
// One random number serves as many cases as its bits choose among evenly (12! of 2^64): what multiplying leaves below the point is the next one.
enum { CASES_A_RANDOM_NUMBER = 12 };
static SYSTEM void make_poll_order(Select *s) {
    i64 n = 0;
    u64 random = 0;
    for (i64 i = 0; i < s->n; i++) {
        Chan *c = s->cas[i].c;
        if (!c) {
            s->cas[i].elem = 0;
            continue;
        }
        check_bubble(c, "select on synctest channel from outside bubble");
        s->durable &= c->bubble != 0;
        if (c->timer) timer_chan_maybe_run(c->timer);
        if (n % CASES_A_RANDOM_NUMBER == 0) random = rand64();
        unsigned __int128 product = (unsigned __int128)random * (u64)(n + 1);
        u64 j = (u64)(product >> 64);
        random = (u64)product;
        s->poll[n++] = s->poll[j];
        s->poll[j] = (u16)i;
    }
    s->live = n;
}
static SYSTEM void sift(Select *s, i64 i, i64 n) {
    u16 *o = s->lockorder, v = o[i];
    for (i64 k; (k = 2 * i + 1) < n; i = k) {
        if (k + 1 < n && s->cas[o[k]].c < s->cas[o[k + 1]].c) k++;
        if (s->cas[v].c >= s->cas[o[k]].c) break;
        o[i] = o[k];
    }
    o[i] = v;
}
static SYSTEM void sort_by_heap(Select *s, i64 n) {
    for (i64 i = n / 2 - 1; i >= 0; i--) sift(s, i, n);
    for (i64 i = n - 1; i > 0; i--) {
        u16 t = s->lockorder[0];
        s->lockorder[0] = s->lockorder[i];
        s->lockorder[i] = t;
        sift(s, 0, i);
    }
}
// Few cases are sorted by insertion, beginning with the order they are written in: with the same channels the processor foresees all branches.
enum { FEW_CASES = 16 };
static SYSTEM void make_lock_order(Select *s) {
    u16 *o = s->lockorder;
    i64 n = 0;
    for (i64 i = 0; i < s->n; i++) {
        Chan *c = s->cas[i].c;
        if (!c) continue;
        i64 k = n++;
        if (s->n <= FEW_CASES)
            for (; k > 0 && s->cas[o[k - 1]].c > c; k--) o[k] = o[k - 1];
        o[k] = (u16)i;
    }
    if (s->n > FEW_CASES) sort_by_heap(s, n);
}
// With the lock of c, channel of case k: done, and what selectgo gets.
static SYSTEM bool try_case(Select *s, i64 k, Chan *c, Pair *result) {
    result->a = (u64)k;
    if (k < s->nsends) {
        i32 r = try_send(c, s->cas[k].elem);
        result->b = r == CLOSED ? 2 : 0;
        return r != NOT_DONE;
    }
    bool received;
    bool done = try_recv(c, s->cas[k].elem, &received);
    result->b = received;
    return done;
}
// Without the lock: it may be that the case can go on.
static SYSTEM bool looks_ready(Select *s, i64 k, Chan *c) {
    if (__atomic_load_n(&c->closed, __ATOMIC_RELAXED)) return true;
    u64 count = __atomic_load_n(&c->qcount, __ATOMIC_RELAXED);
    if (k < s->nsends) return count < c->dataqsiz || __atomic_load_n(&c->recvq.first, __ATOMIC_RELAXED);
    return count > 0 || __atomic_load_n(&c->sendq.first, __ATOMIC_RELAXED);
}
// A case that can go on goes on under the lock of its channel alone. False says nothing: channels were looked at one after the other.
static SYSTEM bool try_one_by_one(Select *s, Pair *result) {
    for (i64 i = 0; i < s->live; i++) {
        i64 k = s->poll[i];
        Chan *c = s->cas[k].c;
        if (!looks_ready(s, k, c)) continue;
        lock_chan(c);
        bool done = try_case(s, k, c, result);
        unlock_chan(c);
        if (done) return true;
    }
    return false;
}
// Once the last channel is unlocked the goroutine may be running and its sudogs gone.
static SYSTEM void unlock_selected(G *g, void *arg) {
    (void)arg;
    Chan *last = 0;
    for (Sudog *s = g->waiting; s; s = s->waitlink) {
        if (s->c != last && last) unlock_chan(last);
        last = s->c;
    }
    if (last) unlock_chan(last);
}
// Results: the case, and 0 nothing received (closed), 1 received, 2 sent on a closed channel. Case -1: none ready; -2: parked and woken again, the
// caller calls rt_selectfinish.
SYSTEM Pair rt_selectstart(SCase *cas, u16 *order, i64 nsends, i64 nrecvs, u64 block) {
    Select s = {cas, order, order + nsends + nrecvs, nsends, nsends + nrecvs, 0, true};
    Pair result;
    make_poll_order(&s);
    if (try_one_by_one(&s, &result)) return result;
    make_lock_order(&s);
    lock_all(&s);
    for (i64 i = 0; i < s.live; i++)
        if (try_case(&s, s.poll[i], cas[s.poll[i]].c, &result)) {
            unlock_all(&s);
            return result;
        }
    if (!(block & 1)) {
        unlock_all(&s);
        return (Pair){(u64)-1, 0};
    }
    G *g = this_g();
    Sudog **link = &g->waiting;
    for (i64 i = 0; i < s.live; i++) {
        i64 k = s.lockorder[i];
        Chan *c = cas[k].c;
        *link = wait_on(c, k < nsends ? &c->sendq : &c->recvq, g, cas[k].elem, true);
        link = &(*link)->waitlink;
        if (k >= nsends && c->timer) timer_chan_block(c->timer);
    }
    *link = 0;
    g->param = 0;
    __atomic_store_n(&g->select_done, 0, __ATOMIC_RELEASE);
    park_result((usize)-2, 0, unlock_selected, 0,
                !s.n        ? WAIT_SELECT_NO_CASES
                : s.durable ? WAIT_DURABLE_SELECT
                            : WAIT_SELECT);
}
// Whoever woke the goroutine has chosen the case, taken its sudog out and is done with it; those of the other cases nobody completes any more, they only
// have to leave their queues, each under the lock of its channel.
SYSTEM Pair rt_selectfinish(SCase *cas, u16 *order, i64 nsends, i64 nrecvs) {
    u16 *o = order + nsends + nrecvs;
    G *g = this_g();
    Sudog *fired = g->param, *w = g->waiting;
    g->param = 0;
    g->waiting = 0;
    Pair r = {(u64)-1, 0};
    for (Sudog *next; w; w = next, o++) {
        next = w->waitlink;
        i64 k = *o;
        Chan *c = cas[k].c;
        if (k >= nsends && c->timer) timer_chan_unblock(c->timer);
        if (w == fired) {
            r.a = (u64)k;
            r.b = k < nsends ? (w->success ? 0 : 2) : w->success;
        } else {
            lock_chan(c);
            unlink_sudog(k < nsends ? &c->sendq : &c->recvq, w);
            unlock_chan(c);
        }
        w->waitlink = 0;
        w->elem = 0;
        sudog_release(w);
    }
    if ((i64)r.a < 0) throw_("selectgo: bad wakeup");
    return r;
}
SYSTEM NORETURN void rt_block(void) { park(0, 0, WAIT_SELECT_NO_CASES); }
