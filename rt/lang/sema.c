// sema.c - semaphores of package sync and internal/poll, and the notification lists of sync.Cond.
//
// Runs: SYSTEM. Locks: one bucket's, or one list's. Waiters on one address form a queue (waitlink from the head, waittail in the head); the heads of a
// bucket's addresses are linked by next and prev. A woken waiter either was given the count (ticket 1) or competes for it again.
#include "lang/lang.h"
#include "sched/synctest.h"
#include "diag/prof.h"
#include "gc/gc.h"

typedef struct Bucket {
    Lock lock;
    Sudog *heads;
    u32 nwait; /* atomic; sleepers and those about to sleep */
    u32 pad[9];
} Bucket;
#define NBUCKETS 251
static Bucket buckets[NBUCKETS] = {[0 ... NBUCKETS - 1] = {.lock = RANKED(SEMA)}};
static SYSTEM Bucket *bucket_of(u32 *addr) { return &buckets[((usize)addr >> 3) % NBUCKETS]; }

static SYSTEM bool try_acquire(u32 *addr) {
    u32 v = __atomic_load_n(addr, __ATOMIC_ACQUIRE);
    while (v)
        if (__atomic_compare_exchange_n(addr, &v, v - 1, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return true;
    return false;
}
static SYSTEM void replace_head(Bucket *b, Sudog *old, Sudog *new) { // new NULL: remove
    Sudog *p = old->prev, *n = old->next;
    if (new) {
        new->prev = p;
        new->next = n;
        new->waittail = old->waittail;
    }
    if (p) p->next = new ? new : n;
    else b->heads = new ? new : n;
    if (n) n->prev = new ? new : p;
    old->prev = old->next = old->waittail = 0;
}
// What sleepers wait for stays allocated: its memory must not become another semaphore.
static u32 rooted;
static SYSTEM void mark_addresses(void *ctx, void (*mark)(void *ctx, void *p)) {
    for (i32 i = 0; i < NBUCKETS && !leak_checking; i++)
        for (Sudog *h = buckets[i].heads; h; h = h->next) mark(ctx, h->elem);
}
static SYSTEM void queue(Bucket *b, u32 *addr, Sudog *s, bool lifo) {
    if (!__atomic_exchange_n(&rooted, 1, __ATOMIC_RELAXED)) gc_add_root_fn(mark_addresses, false);
    s->elem = addr;
    s->waitlink = 0;
    s->ticket = 0;
    Sudog *h = b->heads;
    while (h && h->elem != addr) h = h->next;
    if (!h) {
        s->waittail = s;
        s->prev = 0;
        s->next = b->heads;
        if (b->heads) b->heads->prev = s;
        b->heads = s;
    } else if (lifo) {
        replace_head(b, h, s);
        s->waitlink = h;
    } else {
        h->waittail->waitlink = s;
        h->waittail = s;
    }
}
static SYSTEM Sudog *dequeue(Bucket *b, u32 *addr) {
    Sudog *h = b->heads;
    while (h && h->elem != addr) h = h->next;
    if (!h) return 0;
    Sudog *next = h->waitlink;
    replace_head(b, h, next);
    h->waitlink = 0;
    h->elem = 0;
    return h;
}
static SYSTEM void unlock_bucket(G *g, void *b) {
    (void)g;
    unlock(&((Bucket *)b)->lock);
}

static SYSTEM bool is_mutex(WaitReason r) { return r >= WAIT_SYNC_MUTEX_LOCK && r <= WAIT_SYNC_RWMUTEX_LOCK; }
static void woken(G *g);
// Sleeps until the count is ours. The sudog remembers address and reason for the next round (c, acquiretime: no channel is involved).
static SYSTEM void wait_for(G *g, u32 *addr, WaitReason reason, bool lifo, u8 skip) {
    Bucket *b = bucket_of(addr);
    lock(&b->lock);
    __atomic_fetch_add(&b->nwait, 1, __ATOMIC_SEQ_CST); // before the last look: a release sees us or we see it
    if (try_acquire(addr)) {
        __atomic_fetch_sub(&b->nwait, 1, __ATOMIC_SEQ_CST);
        unlock(&b->lock);
        return;
    }
    Sudog *s = sudog_acquire();
    s->g = g;
    s->c = 0;
    s->is_select = false;
    s->success = false;
    s->acquiretime = (i64)(usize)addr;
    s->releasetime = reason;
    s->waited_since = unlikely(__atomic_load_n(&mutex_rate, __ATOMIC_RELAXED) && is_mutex(reason)) ? nanotime() : 0;
    queue(b, addr, s, lifo);
    g->param = s;
    g->prof_skip = skip;
    park_then(unlock_bucket, b, reason, woken);
}
static SYSTEM void woken(G *g) {
    Sudog *s = g->param;
    u32 *addr = (u32 *)(usize)s->acquiretime;
    WaitReason reason = (WaitReason)s->releasetime;
    bool mine = s->ticket;
    u8 skip = g->prof_skip;
    g->prof_skip = 0;
    g->param = 0;
    s->ticket = 0;
    s->acquiretime = s->releasetime = 0;
    sudog_release(s);
    if (!mine && !try_acquire(addr)) wait_for(g, addr, reason, false, skip);
}
SYSTEM u32 *sema_waited_for(const G *g) { // by one that waits for a semaphore
    const Sudog *s = g->param;
    return (u32 *)(usize)s->acquiretime;
}
// World stopped: it waits no longer.
SYSTEM void sema_cancel(G *g) {
    Sudog *s = g->param;
    Bucket *b = bucket_of(sema_waited_for(g));
    Sudog *h = b->heads;
    while (h->elem != s->elem) h = h->next;
    if (h == s) dequeue(b, s->elem);
    else {
        Sudog *before = h;
        while (before->waitlink != s) before = before->waitlink;
        before->waitlink = s->waitlink;
        if (h->waittail == s) h->waittail = before;
    }
    b->nwait--;
    sudog_release(s);
}
static SYSTEM void acquire(u32 *addr, WaitReason reason, u64 lifo, i64 skip) {
    if (!try_acquire(addr)) wait_for(this_g(), addr, reason, lifo & 1, (u8)skip);
}
SYSTEM void semacquire(u32 *addr, WaitReason reason, bool lifo) { acquire(addr, reason, lifo, 0); }
SYSTEM static bool release(u32 *addr, bool handoff,
                           i64 skip) { // true: the count was handed to a waiter, who should run now
    Bucket *b = bucket_of(addr);
    __atomic_fetch_add(addr, 1, __ATOMIC_SEQ_CST);
    if (!__atomic_load_n(&b->nwait, __ATOMIC_SEQ_CST)) return false;
    lock(&b->lock);
    Sudog *s = __atomic_load_n(&b->nwait, __ATOMIC_SEQ_CST) ? dequeue(b, addr) : 0;
    if (s) __atomic_fetch_sub(&b->nwait, 1, __ATOMIC_SEQ_CST);
    unlock(&b->lock);
    if (!s) return false;
    if (s->ticket) throw_("corrupted semaphore ticket");
    if (unlikely(s->waited_since)) event_profiler.mutex(this_g(), nanotime() - s->waited_since, skip);
    bool given = handoff && try_acquire(addr);
    s->ticket = given;
    ready(s->g);
    return given && this_m()->locks == 0;
}

// skip: frames between the caller and the method of sync that the program called, which the profiles leave out.
// What sync calls is a frame itself (lib/runtime/wait.go).
enum { WAIT_FRAME = 1 };
SYSTEM void rt_semacquire(u32 *addr) { semacquire(addr, WAIT_SEMACQUIRE, false); }
SYSTEM void rt_semacquire_sync(u32 *addr) { acquire(addr, WAIT_SEMACQUIRE, 0, WAIT_FRAME); }
SYSTEM void rt_semacquire_mutex(u32 *addr, u64 lifo, i64 skip) {
    acquire(addr, WAIT_SYNC_MUTEX_LOCK, lifo, skip + WAIT_FRAME);
}
SYSTEM void rt_semacquire_rlock(u32 *addr, u64 lifo, i64 skip) {
    acquire(addr, WAIT_SYNC_RWMUTEX_RLOCK, lifo, skip + WAIT_FRAME);
}
SYSTEM void rt_semacquire_wlock(u32 *addr, u64 lifo, i64 skip) {
    acquire(addr, WAIT_SYNC_RWMUTEX_LOCK, lifo, skip + WAIT_FRAME);
}
SYSTEM void rt_semacquire_waitgroup(u32 *addr, u64 durable) {
    acquire(addr, durable & 1 ? WAIT_DURABLE_WAITGROUP : WAIT_SYNC_WAITGROUP_WAIT, 0, WAIT_FRAME);
}
SYSTEM void rt_semrelease(u32 *addr) { release(addr, false, 0); }
SYSTEM void rt_semrelease_handoff(u32 *addr, u64 handoff, i64 skip) {
    if (release(addr, handoff & 1, skip)) yield_now();
}

// ---- sync.Cond. Tickets are taken without the lock; a waiter whose ticket has been notified already does not sleep.
typedef struct NotifyList {
    u32 wait /* atomic: next ticket */, notify /* next to be notified */;
    Lock lock;
    Sudog *head, *tail;
} NotifyList;
_Static_assert(sizeof(NotifyList) == 32, "sync.notifyList");
static SYSTEM void lock_list(NotifyList *l) { // memory of Go code
    lock_rank(&l->lock, NOTIFY);
    lock(&l->lock);
}
static SYSTEM bool before(u32 a, u32 b) { return (i32)(a - b) < 0; }
static SYSTEM void unlock_list(G *g, void *l) {
    (void)g;
    unlock(&((NotifyList *)l)->lock);
}
static SYSTEM void check_waker(Sudog *s) {
    if (unlikely(s->g->bubble != 0) && bubble_of(this_g()) != s->g->bubble)
        fatal_("semaphore wake of synctest goroutine from outside bubble");
}
static SYSTEM void notified(G *g) {
    Sudog *s = g->param;
    g->param = 0;
    g->prof_skip = 0;
    sudog_release(s);
}

SYSTEM void rt_notify_wait(NotifyList *l, u32 ticket) {
    lock_list(l);
    if (before(ticket, l->notify)) {
        unlock(&l->lock);
        return;
    }
    G *g = this_g();
    Sudog *s = sudog_acquire();
    s->g = g;
    s->c = 0;
    s->elem = l;
    s->is_select = false;
    s->ticket = ticket;
    s->next = 0;
    if (l->tail) l->tail->next = s;
    else l->head = s;
    l->tail = s;
    g->param = s;
    g->prof_skip = WAIT_FRAME;
    park_then(unlock_list, l, WAIT_SYNC_COND_WAIT, notified);
}
SYSTEM void rt_notify_all(NotifyList *l) {
    if (__atomic_load_n(&l->wait, __ATOMIC_SEQ_CST) == __atomic_load_n(&l->notify, __ATOMIC_SEQ_CST)) return;
    lock_list(l);
    Sudog *s = l->head;
    l->head = l->tail = 0;
    __atomic_store_n(&l->notify, __atomic_load_n(&l->wait, __ATOMIC_SEQ_CST), __ATOMIC_SEQ_CST);
    unlock(&l->lock);
    while (s) {
        Sudog *next = s->next;
        s->next = 0;
        s->ticket = 0;
        check_waker(s);
        ready(s->g);
        s = next;
    }
}
SYSTEM void rt_notify_one(NotifyList *l) {
    if (__atomic_load_n(&l->wait, __ATOMIC_SEQ_CST) == __atomic_load_n(&l->notify, __ATOMIC_SEQ_CST)) return;
    lock_list(l);
    u32 t = l->notify;
    if (t == __atomic_load_n(&l->wait, __ATOMIC_SEQ_CST)) {
        unlock(&l->lock);
        return;
    }
    __atomic_store_n(&l->notify, t + 1, __ATOMIC_SEQ_CST);
    Sudog *prev = 0, *s = l->head;
    while (s && s->ticket != t) prev = s, s = s->next; // its owner may not sleep yet: then it will not
    if (s) {
        if (prev) prev->next = s->next;
        else l->head = s->next;
        if (l->tail == s) l->tail = prev;
    }
    unlock(&l->lock);
    if (s) {
        s->next = 0;
        s->ticket = 0;
        check_waker(s);
        ready(s->g);
    }
}
LEAF u32 rt_notify_add(NotifyList *l) { return __atomic_fetch_add(&l->wait, 1, __ATOMIC_SEQ_CST); }
