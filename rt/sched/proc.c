// proc.c - goroutines and the scheduler's loop: ready, park, schedule, find work, steal, start and stop threads.
//
// System stack. schedule() never returns: it ends in gogo. A thread that waits keeps no P. See sched.h for the wake-up rule.
#include "sched/sched.h"
#include "diag/prof.h"
#include "diag/trace.h"
#include "sched/synctest.h"
#include "gc/gc.h"

NORETURN void gogo(G *g);
extern u8 goexit_return[];
usize go_call_asm(FuncVal *fn, usize a, usize b, usize c, usize d);

Scheduler sched = {.lock = RANKED(SCHED), .gfree_lock = RANKED(GFREE), .lastpoll = 1, .maxmcount = 10000, .mnext = 1};
P p0 = {.status = P_RUNNING, .schedtick = 1};
static P *allp_first[1] = {&p0};
P **allp = allp_first;
i32 gomaxprocs = 1, ncpu, procs_made = 1;
u32 trace_on;
void (*trace_sample)(const usize *pcs, i64 n);
i64 trace_period = 1000000000;
M m0;
G g0, *main_g;
static bool procs_started;

// ---- run queues of a P: head by anyone (CAS), tail by the owner

static SYSTEM bool runq_put_slow(P *p, G *g, u32 h, u32 t) { // half of the queue and g to the global queue
    G *batch[129];
    u32 n = (t - h) / 2;
    for (u32 i = 0; i < n; i++) batch[i] = p->runq[(h + i) & 255];
    if (!__atomic_compare_exchange_n(&p->runqhead, &h, h + n, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) return false;
    batch[n] = g;
    lock(&sched.lock);
    for (u32 i = 0; i <= n; i++) globrunq_put(batch[i]);
    unlock(&sched.lock);
    return true;
}
SYSTEM void runq_put(P *p, G *g, bool next) {
    if (rt_debug.schedrand && cheaprandn(2)) next = false;
    if (next) {
        G *old = __atomic_exchange_n(&p->runnext, g, __ATOMIC_ACQ_REL);
        if (!old) return;
        g = old;
    }
    for (;;) {
        u32 h = __atomic_load_n(&p->runqhead, __ATOMIC_ACQUIRE), t = p->runqtail;
        if (t - h < 256) {
            p->runq[t & 255] = g;
            __atomic_store_n(&p->runqtail, t + 1, __ATOMIC_RELEASE);
            return;
        }
        if (runq_put_slow(p, g, h, t)) return;
    }
}
static SYSTEM G *runq_get(P *p, bool *inherit) {
    G *g = __atomic_load_n(&p->runnext, __ATOMIC_RELAXED);
    if (g && __atomic_compare_exchange_n(&p->runnext, &g, NULL, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
        *inherit = true;
        return g;
    }
    *inherit = false;
    for (;;) {
        u32 h = __atomic_load_n(&p->runqhead, __ATOMIC_ACQUIRE);
        if (p->runqtail == h) return NULL;
        g = p->runq[h & 255];
        if (__atomic_compare_exchange_n(&p->runqhead, &h, h + 1, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) return g;
    }
}
static SYSTEM bool runq_empty(P *p) {
    for (;;) { // a runnext kicked into the queue between the loads must not be missed
        u32 h = __atomic_load_n(&p->runqhead, __ATOMIC_ACQUIRE), t = __atomic_load_n(&p->runqtail, __ATOMIC_ACQUIRE);
        G *n = __atomic_load_n(&p->runnext, __ATOMIC_ACQUIRE);
        if (t == __atomic_load_n(&p->runqtail, __ATOMIC_ACQUIRE)) return h == t && !n;
    }
}
static SYSTEM G *runq_steal(P *to, P *from,
                            bool steal_next) { // half of from's queue moves to to's, one of it is returned
    u32 t = to->runqtail;
    for (;;) {
        u32 h = __atomic_load_n(&from->runqhead, __ATOMIC_ACQUIRE),
            ft = __atomic_load_n(&from->runqtail, __ATOMIC_ACQUIRE), n = ft - h;
        n -= n / 2;
        if (n == 0) {
            G *g = steal_next ? __atomic_load_n(&from->runnext, __ATOMIC_ACQUIRE) : NULL;
            if (!g) return NULL;
            if (from->status == P_RUNNING) os_usleep(3); // it is about to run it: leave it the chance
            if (!__atomic_compare_exchange_n(&from->runnext, &g, NULL, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
                continue;
            return g;
        }
        if (n > 128) continue;                                          // head and tail read at different times
        G *g = __atomic_load_n(&from->runq[h & 255], __ATOMIC_RELAXED); // who has waited longest
        for (u32 i = 1; i < n; i++)
            to->runq[(t + i - 1) & 255] = __atomic_load_n(&from->runq[(h + i) & 255], __ATOMIC_RELAXED);
        if (!__atomic_compare_exchange_n(&from->runqhead, &h, h + n, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            continue;
        if (n > 1) __atomic_store_n(&to->runqtail, t + n - 1, __ATOMIC_RELEASE);
        return g;
    }
}
static SYSTEM void queue_put(GQueue *q, G *g) { // sched.lock
    g->schedlink = NULL;
    if (q->tail) q->tail->schedlink = g;
    else q->head = g;
    q->tail = g;
    __atomic_store_n(&q->n, q->n + 1, __ATOMIC_RELAXED);
}
static SYSTEM G *queue_pop(GQueue *q) { // sched.lock; NULL: empty
    G *g = q->head;
    if (!g) return NULL;
    if (!(q->head = g->schedlink)) q->tail = NULL;
    __atomic_store_n(&q->n, q->n - 1, __ATOMIC_RELAXED);
    g->schedlink = NULL;
    return g;
}
SYSTEM void globrunq_put(G *g) { queue_put(&sched.runq, g); }
static SYSTEM G *globrunq_get(P *p, i32 max) { // sched.lock; a fair share for p
    i32 n = sched.runq.n;
    if (n == 0) return NULL;
    i32 k = n / gomaxprocs + 1;
    if (k > n) k = n;
    if (max > 0 && k > max) k = max;
    if (k > 128) k = 128;
    G *g = queue_pop(&sched.runq);
    for (i32 i = 1; i < k; i++) runq_put(p, queue_pop(&sched.runq), false);
    return g;
}
static SYSTEM bool queued(const GQueue *q) { return __atomic_load_n(&q->n, __ATOMIC_RELAXED) != 0; }
static SYSTEM bool global_work(void) {
    return queued(&sched.runq) || queued(&sched.interrupted) || queued(&sched.preempted);
}
// The next of the goroutines that were preempted. They run when nothing else can, but a P takes one at least after as long as the others had it.
static SYSTEM G *take_preempted(P *p) {
    if (!queued(&sched.preempted)) return NULL;
    lock(&sched.lock);
    G *g = queue_pop(&sched.preempted);
    unlock(&sched.lock);
    if (g) p->late_turn = nanotime();
    return g;
}
// A goroutine that only had to come by goes on where it was, with its time slice, before those that used theirs up: a stop of the world changes nothing in
// who runs. More than one of a P: the others wait in sched.interrupted.
static SYSTEM G *interrupted_take(P *p) {
    return __atomic_load_n(&p->interrupted, __ATOMIC_RELAXED)
               ? __atomic_exchange_n(&p->interrupted, NULL, __ATOMIC_ACQ_REL)
               : NULL;
}
SYSTEM bool has_work(P *p) { return !runq_empty(p) || __atomic_load_n(&p->interrupted, __ATOMIC_RELAXED); }
static SYSTEM G *take_interrupted(P *p, bool *inherit) {
    G *own = interrupted_take(p);
    if (own) {
        *inherit = true;
        p->switches--; // nobody else ran: it is no other one
    }
    if (own || !queued(&sched.interrupted)) return own;
    lock(&sched.lock);
    G *g = queue_pop(&sched.interrupted);
    unlock(&sched.lock);
    return g;
}
// After as long as the others had the P, which may be for ever where they yield again and again: one of those that were preempted or interrupted, each as
// likely as another: were one kind first, the other would never have a turn.
static SYSTEM G *late_turn(P *p) {
    if (p->schedtick % 8 != 5) return NULL;
    u32 own = __atomic_load_n(&p->interrupted, __ATOMIC_RELAXED) != NULL;
    if (!(own || queued(&sched.interrupted) || queued(&sched.preempted)) || p->late_turn + 2 * TIME_SLICE > nanotime())
        return NULL;
    G *g = NULL;
    lock(&sched.lock);
    u32 displaced = own + (u32)sched.interrupted.n, n = displaced + (u32)sched.preempted.n, i = n ? cheaprandn(n) : 0;
    if (i >= own) g = queue_pop(i < displaced ? &sched.interrupted : &sched.preempted);
    unlock(&sched.lock);
    if (i < own) g = interrupted_take(p);
    if (g) p->late_turn = nanotime();
    return g;
}

// ---- idle lists; sched.lock

static SYSTEM void pidle_put(P *p) {
    p->status = P_IDLE;
    if (unlikely(sched.pwant != NULL) && give_to_waiter(p)) return;
    p->link = sched.pidle;
    sched.pidle = p;
    __atomic_fetch_add(&sched.npidle, 1, __ATOMIC_SEQ_CST);
}
static SYSTEM P *pidle_get(void) {
    P *p = sched.pidle;
    if (!p) return NULL;
    sched.pidle = p->link;
    p->link = NULL;
    __atomic_fetch_sub(&sched.npidle, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&sched.sysmonwait, __ATOMIC_RELAXED)) {
        sched.sysmonwait = 0;
        note_wakeup(&sched.sysmonnote);
    }
    return p;
}
static SYSTEM void acquire_p(P *p) {
    M *m = this_m();
    m->p = p;
    p->m = m;
    p->status = P_RUNNING;
    TRACE(proc_start, p);
}
static SYSTEM P *release_p(void) {
    M *m = this_m();
    P *p = m->p;
    TRACE(proc_stop, p);
    m->p = NULL;
    p->m = NULL;
    p->status = P_IDLE;
    return p;
}
static SYSTEM void midle_put(M *m) {
    m->blocked = true;
    m->schedlink = sched.midle;
    sched.midle = m;
    sched.nmidle++;
    check_dead();
}
static SYSTEM bool midle_remove(M *m) {
    if (!m->blocked) return false;
    for (M **l = &sched.midle; *l; l = &(*l)->schedlink)
        if (*l == m) {
            *l = m->schedlink;
            m->schedlink = NULL;
            m->blocked = false;
            sched.nmidle--;
            return true;
        }
    return false;
}
static SYSTEM M *midle_get(void) {
    M *m = sched.midle;
    if (m) midle_remove(m);
    return m;
}

// ---- threads waiting and waking

static SYSTEM void m_wake(M *m) { note_wakeup((Note *)&m->park_word); }

// Sleeps until startm gives this M a P (true), or until the deadline or a stray wake-up if timed (false: no P, no longer listed).
static SYSTEM bool m_sleep(i64 until) {
    M *m = this_m();
    usize here = (usize)__builtin_frame_address(0);
    lock(&sched.lock);
again:
    note_clear((Note *)&m->park_word);
    m->stopped_sp = here;
    midle_put(m);
    unlock(&sched.lock);
    for (;;) {
        i64 ns = -1;
        if (until) {
            ns = until - nanotime();
            if (ns < 0) ns = 0;
        }
        note_sleep((Note *)&m->park_word, ns);
        lock(&sched.lock);
        if (!m->blocked) break; // taken off the list by startm or the collector
        if (until) {
            midle_remove(m);
            unlock(&sched.lock);
            m->stopped_sp = 0;
            return false;
        }
        note_clear((Note *)&m->park_word);
        unlock(&sched.lock);
    }
    unlock(&sched.lock);
    if (m->gchelp) {
        gc_help();
        lock(&sched.lock);
        m->gchelp = 0;
        goto again;
    }
    m->stopped_sp = 0;
    P *p = m->nextp;
    m->nextp = NULL;
    acquire_p(p);
    return true;
}
SYSTEM void stop_m(void) { m_sleep(0); }

// Runs p on some thread. p NULL: an idle P, if there is one. spinning: the caller counted nmspinning already.
SYSTEM bool startm(P *p, bool spinning) {
    M *self = this_m();
    self->locks++;
    lock(&sched.lock);
    if (!p && !(p = pidle_get())) {
        unlock(&sched.lock);
        if (spinning) __atomic_fetch_sub(&sched.nmspinning, 1, __ATOMIC_SEQ_CST);
        self->locks--;
        return false;
    }
    M *m = midle_get();
    if (m) {
        m->spinning = spinning;
        m->nextp = p;
        unlock(&sched.lock);
        m_wake(m);
    } else {
        unlock(&sched.lock);
        new_m(NULL, p, spinning);
    }
    self->locks--;
    return true;
}
// One more P starts to look for work, unless somebody already looks.
SYSTEM void wakep(void) {
    if (__atomic_load_n(&sched.npidle, __ATOMIC_SEQ_CST) == 0) return;
    if (__atomic_load_n(&sched.nmspinning, __ATOMIC_SEQ_CST) != 0) return;
    u32 zero = 0;
    if (!__atomic_compare_exchange_n(&sched.nmspinning, &zero, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) return;
    M *self = this_m();
    self->locks++;
    lock(&sched.lock);
    P *p = pidle_get();
    if (!p) {
        __atomic_fetch_sub(&sched.nmspinning, 1, __ATOMIC_SEQ_CST);
        unlock(&sched.lock);
        self->locks--;
        return;
    }
    M *m = midle_get();
    if (m) {
        m->spinning = true;
        m->nextp = p;
    }
    unlock(&sched.lock);
    if (m) m_wake(m);
    else new_m(NULL, p, true);
    self->locks--;
}
// This thread gives p up (system call, locked thread): somebody else runs it if there is work, else it is idle.
SYSTEM void handoffp(P *p) {
    if (has_work(p) || global_work() || sched.force_gc || gc_phase) {
        startm(p, false);
        return;
    }
    if (__atomic_load_n(&sched.nmspinning, __ATOMIC_SEQ_CST) + __atomic_load_n(&sched.npidle, __ATOMIC_SEQ_CST) == 0) {
        u32 zero = 0;
        if (__atomic_compare_exchange_n(&sched.nmspinning, &zero, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
            startm(p, true);
            return;
        }
    }
    lock(&sched.lock);
    if (sched.gcwaiting) {
        p->status = P_GCSTOP;
        if (--sched.stopwait == 0) note_wakeup(&sched.stopnote);
        unlock(&sched.lock);
        return;
    }
    if (give_to_waiter(p)) {
        unlock(&sched.lock);
        return;
    }
    if (global_work()) {
        unlock(&sched.lock);
        startm(p, false);
        return;
    }
    // the last P may have to watch the network
    if (sched.npidle == (u32)gomaxprocs - 1 && netpoll_ready() && __atomic_load_n(&sched.lastpoll, __ATOMIC_RELAXED)) {
        unlock(&sched.lock);
        startm(p, false);
        return;
    }
    u64 when = p->timers ? __atomic_load_n(&p->timers->minwhen, __ATOMIC_RELAXED) : 0;
    pidle_put(p);
    unlock(&sched.lock);
    if (when) wake_for_timer((i64)when);
}

// ---- states

static SYSTEM void set_status(G *g, u32 s) { __atomic_store_n(&g->status, s, __ATOMIC_RELEASE); }

// g is next on p, and somebody else is woken to take it unless that is of no use (soon.c). site: by what, 0: not by a goroutine.
static SYSTEM void put_and_wake(P *p, G *g, usize site) {
    bool soon = site && __atomic_load_n(&sched.npidle, __ATOMIC_RELAXED) && soon_expected(p, site, cycles());
    runq_put(p, g, true);
    if (!soon) wakep(); // looks at npidle behind the put: a P may have become idle meanwhile
}
SYSTEM void ready(G *g) {
    M *m = this_m();
    if ((g->status & ~(u32)G_SCAN) != G_WAITING) throw_("bad g->status in ready");
    if (unlikely(g->bubble != NULL)) bubble_unblocked(g);
    if (!m->p) {
        lock(&sched.lock);
        TRACE(go_unblock, g);
        set_status(g, G_RUNNABLE);
        globrunq_put(g);
        unlock(&sched.lock);
        startm(NULL, false);
        return;
    }
    m->locks++;
    TRACE(go_unblock, g);
    set_status(g, G_RUNNABLE);
    put_and_wake(m->p, g, m->curg ? m->curg->startpc + 2 * g->startpc : 0);
    m->locks--;
}
// With a P: what idle Ps can take at once goes to the global queue, the rest to the queue of this P, before goroutines that were preempted.
SYSTEM void inject_glist(G *list) {
    if (!list) return;
    i32 n = 0;
    M *m = this_m();
    i32 global = m->p ? (i32)__atomic_load_n(&sched.npidle, __ATOMIC_SEQ_CST) : INT32_MAX;
    G *next;
    lock(&sched.lock);
    for (; list && n < global; list = next, n++) {
        next = list->schedlink;
        TRACE(go_unblock, list);
        set_status(list, G_RUNNABLE);
        globrunq_put(list);
    }
    unlock(&sched.lock);
    m->locks++;
    for (; list; list = next) {
        next = list->schedlink;
        TRACE(go_unblock, list);
        set_status(list, G_RUNNABLE);
        runq_put(m->p, list, false);
    }
    m->locks--;
    for (; n > 0 && __atomic_load_n(&sched.npidle, __ATOMIC_SEQ_CST); n--)
        if (!startm(NULL, false)) break;
    if (m->p) wakep();
}

// Makes runnable what waits for the network and need not any more; false: nothing.
SYSTEM bool poll_network(void) {
    if (!netpoll_ready() || !netpoll_any_waiters()) return false;
    i32 delta;
    G *list = netpoll(0, &delta);
    netpoll_adjust(delta);
    inject_glist(list);
    return list != NULL;
}
// Something other than what was preempted could run on this P at once.
SYSTEM bool work_waits(P *p) {
    if (!runq_empty(p) || queued(&sched.runq) || __atomic_load_n(&sched.gcwaiting, __ATOMIC_RELAXED)) return true;
    return (p->timers && p->timers->minwhen && (i64)p->timers->minwhen <= nanotime()) || poll_network();
}

static SYSTEM G *drop_g(u32 status) { // the current goroutine leaves its M
    M *m = this_m();
    G *g = m->curg;
    m->curg = NULL;
    g->m = NULL;
    set_status(g, status);
    return g;
}
// For the block profile: waits for other goroutines count, not those for time or the world.
static SYSTEM void block_begins(G *g, WaitReason why) {
    switch (why) {
    case WAIT_CHAN_RECEIVE:
    case WAIT_CHAN_SEND:
    case WAIT_SELECT:
    case WAIT_SEMACQUIRE:
    case WAIT_SYNC_COND_WAIT:
    case WAIT_SYNC_MUTEX_LOCK:
    case WAIT_SYNC_RWMUTEX_RLOCK:
    case WAIT_SYNC_RWMUTEX_LOCK:
    case WAIT_SYNC_WAITGROUP_WAIT:
        g->waitsince = nanotime();
        g->blocking = 1;
        break;
    default: break;
    }
}
static SYSTEM void block_ends(G *g) {
    g->blocking = 0;
    event_profiler.block(g, nanotime() - g->waitsince, g->prof_skip);
}
SYSTEM NORETURN void park_then(void (*unlockf)(G *, void *), void *arg, WaitReason why, void (*resume)(G *)) {
    M *m = this_m();
    if (m->in_go_call) throw_("park: on the system stack");
    m->curg->waitreason = (u8)why;
    m->curg->on_resume = resume;
    if (unlikely(__atomic_load_n(&block_rate, __ATOMIC_RELAXED))) block_begins(m->curg, why);
    if (rt_debug.stackmove && stack_movable(m->curg) && !m->curg->waiting)
        stack_copy(m->curg, m->curg->stack_hi - m->curg->stack_lo);
    Bubble *b = m->curg->bubble;
    if (unlikely(b != NULL)) bubble_hold(b); // until the wait is complete
    TRACE(go_block, why);
    G *g = drop_g(G_WAITING);
    if (unlikely(b != NULL)) bubble_blocked(b, g);
    if (unlockf) unlockf(g, arg);
    if (unlikely(b != NULL)) bubble_release(b);
    if (m->locks > 0) throw_("park: holding locks");
    schedule();
}
SYSTEM NORETURN void park(void (*unlockf)(G *, void *), void *arg, WaitReason why) {
    park_then(unlockf, arg, why, NULL);
}
SYSTEM NORETURN void park_result(usize r0, usize r1, void (*unlockf)(G *, void *), void *arg, WaitReason why) {
    G *g = this_g();
    g->ret0 = r0;
    g->ret1 = r1;
    park_then(unlockf, arg, why, NULL);
}
static SYSTEM NORETURN void leave_for(GQueue *q) {
    TRACE(go_stop, q == &sched.runq ? TRACE_YIELD : TRACE_PREEMPTED);
    G *g = drop_g(G_RUNNABLE);
    if (q == &sched.interrupted) g = __atomic_exchange_n(&this_m()->p->interrupted, g, __ATOMIC_ACQ_REL);
    if (g) {
        lock(&sched.lock);
        queue_put(q, g);
        unlock(&sched.lock);
    }
    if (g || !runq_empty(this_m()->p)) wakep(); // it alone runs here again
    schedule();
}
SYSTEM NORETURN void yield_now(void) {
    this_m()->curg->waitreason = WAIT_ZERO;
    leave_for(&sched.runq);
}
SYSTEM NORETURN void preempt_yield(G *g) {
    u8 why = g->preempt;
    g->preempt = 0;
    malloc_hook_clear(MALLOC_ASKED);
    leave_for(why == PREEMPT_SLICE ? &sched.preempted : why == PREEMPT_SHARE ? &sched.runq : &sched.interrupted);
}
// asyncPreempt saved all registers.
SYSTEM void async_preempted(void) {
    M *m = this_m();
    m->curg->async_preempted = 1;
    preempt_yield(m->curg);
}
// From the stubs of SYS calls, which return r0, r1 to a goroutine that was asked to give way meanwhile. Returns if its caller may not.
typedef struct Results {
    usize r0, r1;
} Results;
SYSTEM Results preempt_at_return(usize r0, usize r1) {
    M *m = this_m();
    G *g = m->curg;
    const FuncRec *f = find_func(g->sched.pc - 1);
    if (!m->locks && !m->preemptoff && m->p && m->p->status == P_RUNNING && g->status == G_RUNNING && f &&
        !(f->flags & (FUNC_ASM | FUNC_NOSPLIT | FUNC_SYSTEM | FUNC_TOP))) {
        g->ret0 = r0;
        g->ret1 = r1;
        g->async_preempted = 1;
        preempt_yield(g);
    }
    return (Results){r0, r1};
}

static SYSTEM NORETURN void execute(G *g, bool inherit) {
    M *m = this_m();
    m->curg = g;
    g->m = m;
    set_status(g, G_RUNNING);
    account_follow(m->p, g);
    if (unlikely(gc_phase)) gc_resumed(g, true);
    TRACE(go_start, g);
    g->preempt = 0;
    if (unlikely(g->blocking)) block_ends(g);
    g->waitsince = 0;
    bool anywhere = g->async_preempted;
    g->async_preempted = 0;
    g->stackguard0 = unlikely(rt_debug.stackmove) ? STACK_MOVE : g->stack_lo + STACK_GUARD;
    if (!inherit) m->p->schedtick++;
    m->p->switches++;
    if (unlikely(__atomic_load_n(&sched.gcwaiting, __ATOMIC_RELAXED))) g->stackguard0 = STACK_PREEMPT;
    if (g->on_resume) {
        void (*f)(G *) = g->on_resume;
        g->on_resume = NULL;
        f(g);
    }
    if (unlikely(g->domain != NULL)) domain_resumed(g, anywhere);
    gogo(g);
}

// ---- looking for work

static SYSTEM void reset_spinning(void) {
    M *m = this_m();
    m->spinning = false;
    __atomic_fetch_sub(&sched.nmspinning, 1, __ATOMIC_SEQ_CST);
    wakep(); // work was found: somebody else looks for more
}
static SYSTEM void stop_spinning(M *m) {
    if (!m->spinning) return;
    m->spinning = false;
    __atomic_fetch_sub(&sched.nmspinning, 1, __ATOMIC_SEQ_CST);
}
// sched.lock, which is dropped: sleeps until another M hands over a P. First come, first served: two that only wait for others would hand the P to
// each other for ever.
static SYSTEM void queue_for_p(void) {
    M *m = this_m();
    m->stopped_sp = C_FRAMES();
    m->schedlink = NULL;
    M **end = &sched.pwant;
    while (*end) end = &(*end)->schedlink;
    __atomic_store_n(end, m, __ATOMIC_RELAXED);
    unlock(&sched.lock);
    while (!__atomic_load_n(&m->nextp, __ATOMIC_ACQUIRE)) {
        note_sleep((Note *)&m->park_word, -1);
        note_clear((Note *)&m->park_word);
    }
    P *p = m->nextp;
    m->nextp = NULL;
    acquire_p(p);
    if (m->curg) account_follow(p, m->curg);
    if (unlikely(gc_phase) && m->curg) gc_resumed(m->curg, false);
    m->stopped_sp = 0;
}
// The world is being stopped: this M gives its P up and sleeps. At the top of the scheduler's loop it is an idle M afterwards; in the middle of a runtime
// function, or of something that the scheduler does for the collector, it must go on with it, so it queues for a P (sched.pwant).
SYSTEM void gcstop_m(bool in_the_middle) {
    M *m = this_m();
    stop_spinning(m);
    P *p = release_p();
    lock(&sched.lock);
    p->status = P_GCSTOP;
    if (--sched.stopwait == 0) note_wakeup(&sched.stopnote);
    if (!in_the_middle) {
        unlock(&sched.lock);
        stop_m();
        return;
    }
    queue_for_p();
}
// In a loop that waits for what another thread will finish: lets it stop this one, or gives it this one's P.
SYSTEM void wait_for_other(void) {
    M *m = this_m();
    if (m->p && __atomic_load_n(&sched.gcwaiting, __ATOMIC_RELAXED)) {
        gcstop_m(true);
        return;
    }
    if (m->p && __atomic_load_n(&sched.pwant, __ATOMIC_RELAXED)) {
        lock(&sched.lock);
        if (!sched.gcwaiting && sched.pwant) {
            P *idle = pidle_get();
            give_to_waiter(idle ? idle : release_p());
            if (!idle) {
                queue_for_p();
                return;
            }
        }
        unlock(&sched.lock);
    }
    os_yield();
}
// sched.lock: p goes to an M that queues for one; false: nobody does.
SYSTEM bool give_to_waiter(P *p) {
    M *w = sched.pwant;
    if (!w) return false;
    __atomic_store_n(&sched.pwant, w->schedlink, __ATOMIC_RELAXED);
    w->schedlink = NULL;
    __atomic_store_n(&w->nextp, p, __ATOMIC_RELEASE);
    m_wake(w);
    return true;
}
static SYSTEM G *steal_work(P *p, bool *ran_timer) {
    *ran_timer = false;
    u32 n = (u32)gomaxprocs;
    for (int round = 0; round < 4; round++) {
        u32 start = cheaprandn(n);
        for (u32 i = 0; i < n; i++) {
            if (sched.gcwaiting) return NULL;
            P *q = allp[(start + i) % n];
            if (q == p) continue;
            if (round == 3 && q->timers && q->timers->minwhen) {
                i64 now = nanotime();
                if ((i64)q->timers->minwhen <= now) {
                    timers_run(q, now);
                    bool inherit;
                    G *g = runq_get(p, &inherit);
                    if (g) return g;
                    *ran_timer = true;
                }
            }
            if (q->status == P_IDLE && !has_work(q)) continue;
            G *g = runq_steal(p, q, round == 3);
            if (!g && round == 3) g = interrupted_take(q);
            if (g) return g;
        }
    }
    return NULL;
}
static SYSTEM bool any_work(void) {
    for (i32 i = 0; i < gomaxprocs; i++)
        if (has_work(allp[i])) return true;
    return global_work();
}
static SYSTEM G *take_list(G *list) { // first of a netpoll list, the rest becomes runnable
    G *rest = list->schedlink;
    list->schedlink = NULL;
    inject_glist(rest);
    TRACE(go_unblock, list);
    set_status(list, G_RUNNABLE);
    return list;
}

static SYSTEM void start_spinning(M *m) {
    m->spinning = true;
    __atomic_fetch_add(&sched.nmspinning, 1, __ATOMIC_SEQ_CST);
}
// What comes before any goroutine: a stop of the world, a thread that wants a P, a cycle, other settings. True: something was; all is to be looked at again.
static SYSTEM bool ran_errand(M *m) {
    if (unlikely(__atomic_load_n(&sched.gcwaiting, __ATOMIC_ACQUIRE))) {
        gcstop_m(false);
        return true;
    }
    if (unlikely(__atomic_load_n(&sched.pwant, __ATOMIC_RELAXED) != NULL)) {
        lock(&sched.lock);
        bool gone = sched.pwant != NULL;
        if (gone) {
            stop_spinning(m);
            give_to_waiter(release_p());
        }
        unlock(&sched.lock);
        if (gone) {
            stop_m();
            return true;
        }
    }
    if (unlikely(sched.force_gc) && __atomic_exchange_n(&sched.force_gc, 0, __ATOMIC_ACQ_REL)) {
        gc_start(GC_PERIODIC);
        return true;
    }
    if (unlikely(sched.want_procs)) {
        i32 n = __atomic_exchange_n(&sched.want_procs, 0, __ATOMIC_ACQ_REL);
        stop_the_world("GOMAXPROCS");
        if (n > 0 && !gomaxprocs_env) procresize(n);
        start_the_world();
        return true;
    }
    if (unlikely(sched.want_limit)) {
        gc_limit_change(__atomic_exchange_n(&sched.want_limit, 0, __ATOMIC_ACQ_REL));
        return true;
    }
    return false;
}
static SYSTEM G *globrunq_take(P *p, i32 max) {
    lock(&sched.lock);
    G *g = globrunq_get(p, max);
    unlock(&sched.lock);
    return g;
}
// The next goroutine of p's own queue, of all Ps' queues, or that the network made ready.
static SYSTEM G *next_queued(P *p, bool *inherit) {
    G *g;
    if (p->schedtick % 61 == 0 && sched.runq.n && (g = globrunq_take(p, 1))) return g;
    if ((g = late_turn(p))) return g;
    bool shares = false;
    if ((g = runq_get(p, &shares))) {
        *inherit = shares;
        return g;
    }
    if (__atomic_load_n(&sched.runq.n, __ATOMIC_RELAXED) && (g = globrunq_take(p, 0))) return g;
    if (netpoll_ready() && netpoll_any_waiters() && __atomic_load_n(&sched.lastpoll, __ATOMIC_RELAXED)) {
        i32 delta;
        G *list = netpoll(0, &delta);
        if (list) {
            netpoll_adjust(delta);
            return take_list(list);
        }
    }
    if ((g = take_interrupted(p, inherit))) return g;
    return take_preempted(p);
}
// From another P, if not too many threads look already. again: timers ran, which may have made work.
static SYSTEM G *next_stolen(M *m, P *p, bool *again) {
    if (!m->spinning && 2 * __atomic_load_n(&sched.nmspinning, __ATOMIC_RELAXED) >=
                            (u32)gomaxprocs - __atomic_load_n(&sched.npidle, __ATOMIC_RELAXED))
        return NULL;
    if (!m->spinning) start_spinning(m);
    return steal_work(p, again);
}
static SYSTEM bool acquire_idle_p(bool in_stop) { // in_stop: also while the world is being stopped
    lock(&sched.lock);
    P *q = sched.gcwaiting && !in_stop ? NULL : pidle_get();
    unlock(&sched.lock);
    if (q) acquire_p(q);
    return q != NULL;
}
// Nothing to do: the P goes back, after a last look. True: there was something, in g or for whoever looks again.
static SYSTEM bool found_at_last(M *m, P *p, G **g) {
    lock(&sched.lock);
    bool again = sched.gcwaiting;
    if (!again)
        again = (*g = globrunq_get(p, 0)) || (*g = queue_pop(&sched.interrupted)) || (*g = queue_pop(&sched.preempted));
    if (!again && !m->spinning && __atomic_load_n(&sched.needspinning, __ATOMIC_RELAXED) == 1) {
        start_spinning(m);
        __atomic_store_n(&sched.needspinning, 0, __ATOMIC_RELAXED);
        again = true;
    }
    if (!again) {
        release_p();
        pidle_put(p);
    }
    unlock(&sched.lock);
    if (again) return true;
    bool was_spinning = m->spinning;
    stop_spinning(m);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (!any_work() || !acquire_idle_p(true)) return false; // what came while we still counted as spinning
    if (was_spinning) start_spinning(m);
    return true;
}
// Without a P: until the network, or a timer at `when` (0: none). A goroutine, if one is there and a P for it.
static SYSTEM G *sleep_in_poll(M *m, i64 when) {
    __atomic_store_n(&sched.polluntil, (u64)when, __ATOMIC_SEQ_CST);
    when = timers_next(); // a timer that came before polluntil was visible
    i64 delay = -1;
    if (when) {
        i64 now = nanotime();
        delay = when > now ? when - now : 0;
    }
    i32 delta = 0;
    m->stopped_sp = (usize)__builtin_frame_address(0);
    G *list = netpoll(delay, &delta);
    m->stopped_sp = 0;
    __atomic_store_n(&sched.polluntil, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&sched.lastpoll, (u64)nanotime(), __ATOMIC_SEQ_CST);
    netpoll_adjust(delta);
    if (acquire_idle_p(false)) return list ? take_list(list) : NULL;
    inject_glist(list);
    stop_m();
    return NULL;
}
// Without a P, as the one thread that wakes for timers.
static SYSTEM void sleep_until(i64 when) {
    __atomic_store_n(&sched.polluntil, (u64)when, __ATOMIC_SEQ_CST);
    i64 w = timers_next();
    bool have_p = m_sleep(w && w < when ? w : when);
    __atomic_store_n(&sched.timekeeper, NULL, __ATOMIC_SEQ_CST);
    __atomic_store_n(&sched.polluntil, 0, __ATOMIC_SEQ_CST);
    if (!have_p && !acquire_idle_p(false)) stop_m();
}
// Without a P: sleeps until there is work. With one again.
static SYSTEM G *sleep_for_work(M *m) {
    i64 when = timers_next();
    if (netpoll_ready() && (netpoll_any_waiters() || when) && __atomic_exchange_n(&sched.lastpoll, 0, __ATOMIC_SEQ_CST))
        return sleep_in_poll(m, when);
    M *none = NULL;
    if (when && __atomic_compare_exchange_n(&sched.timekeeper, &none, m, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
        sleep_until(when);
    else stop_m();
    return NULL;
}

static SYSTEM G *find_runnable(bool *inherit) {
    M *m = this_m();
    for (;;) {
        *inherit = false;
        if (ran_errand(m)) continue;
        if (unlikely(gc_phase)) {
            stop_spinning(m);
            gc_between();
        }
        P *p = m->p;
        TRACE(poll);
        if (p->timers && p->timers->minwhen) {
            i64 now = nanotime();
            if ((i64)p->timers->minwhen <= now) timers_run(p, now);
        }
        G *g = next_queued(p, inherit);
        if (g) return g;
        bool again = false;
        if ((g = next_stolen(m, p, &again))) return g;
        if (again) continue;
        if (unlikely(gc_phase)) {
            stop_spinning(m);
            if (gc_idle()) continue;
        }
        if (heap.unswept) {
            stop_spinning(m);
            if (sweep_some(16)) continue;
        }
        bool found = found_at_last(m, p, &g);
        if (!found) g = sleep_for_work(m);
        if (g) return g;
    }
}

static void stop_locked_m(void);
static void start_locked_m(G *g);
SYSTEM NORETURN void schedule(void) {
    M *m = this_m();
    check_no_locks("schedule", 0);
    if (m->io) netpoll_io_end(m);
    if (m->p && m->p->soon_state) soon_learn(m->p, cycles());
    if (m->lockedg) {
        stop_locked_m();
        execute(m->lockedg, false);
    }
    for (;;) {
        bool inherit;
        G *g = find_runnable(&inherit);
        if (m->spinning) reset_spinning();
        if (g->lockedm) {
            start_locked_m(g);
            continue;
        }
        execute(g, inherit);
    }
}

// ---- locked threads

// This M runs only lockedg: wait, without a P, until another M hands us one because lockedg can run.
static SYSTEM void stop_locked_m(void) {
    M *m = this_m();
    if (m->p) handoffp(release_p());
    lock(&sched.lock);
    sched.nmidlelocked++;
    m->stopped_sp = (usize)__builtin_frame_address(0);
    check_dead();
    unlock(&sched.lock);
    while (!__atomic_load_n(&m->nextp, __ATOMIC_ACQUIRE)) {
        note_sleep((Note *)&m->park_word, -1);
        note_clear((Note *)&m->park_word);
    }
    m->stopped_sp = 0;
    P *p = m->nextp;
    m->nextp = NULL;
    acquire_p(p);
}
static SYSTEM void start_locked_m(G *g) {
    M *lm = g->lockedm;
    P *p = release_p();
    lock(&sched.lock);
    sched.nmidlelocked--;
    unlock(&sched.lock);
    __atomic_store_n(&lm->nextp, p, __ATOMIC_RELEASE);
    m_wake(lm);
    stop_m();
}
LEAF void rt_lock_os_thread(void) GOSYM("runtime.LockOSThread");
void rt_lock_os_thread(void) {
    M *m = this_m();
    m->locked_ext++;
    m->lockedg = m->curg;
    m->curg->lockedm = m;
}
LEAF void rt_unlock_os_thread(void) GOSYM("runtime.UnlockOSThread");
void rt_unlock_os_thread(void) {
    M *m = this_m();
    if (m->locked_ext == 0 || --m->locked_ext > 0) return;
    m->lockedg = NULL;
    m->curg->lockedm = NULL;
}

// ---- birth and death

SIGNAL G *g_next(u64 *place) { return records_next(RECORD_G, place, records_end()); }
SIGNAL void for_each_g(void (*fn)(G *, void *), void *ctx) {
    u64 at = 0;
    for (G *g; (g = g_next(&at));) fn(g, ctx);
}
// Dead goroutines, with stacks of the smallest size or none: a P has some, linked by schedlink. The others are in sched.gfree, in batches: in the first of a batch
// param is the next batch, select_done how many it has. So none is touched on the way but those: a list of many is not in the caches.
enum { GFREE_BATCH = 32 };
static SYSTEM void gfree_give(G *batch, i32 n) {
    batch->select_done = (u32)n;
    lock(&sched.gfree_lock);
    batch->param = sched.gfree;
    sched.gfree = batch;
    __atomic_store_n(&sched.ngfree, sched.ngfree + n, __ATOMIC_RELAXED);
    unlock(&sched.gfree_lock);
}
static SYSTEM G *gfree_take(i32 *n) {
    lock(&sched.gfree_lock);
    G *g = sched.gfree;
    if (g) {
        sched.gfree = g->param;
        *n = (i32)g->select_done;
        __atomic_store_n(&sched.ngfree, sched.ngfree - *n, __ATOMIC_RELAXED);
    }
    unlock(&sched.gfree_lock);
    if (g) {
        g->param = NULL;
        g->select_done = 0;
    }
    return g;
}
static SYSTEM G *gfree_get(P *p) {
    G *g = p->gfree;
    if (!g) {
        i32 n = GFREE_BATCH;
        if ((g = p->gfree_full)) p->gfree_full = NULL;
        else if (!sched.gfree || !(g = gfree_take(&n))) return NULL;
        p->ngfree = n;
    }
    G *next = p->gfree = g->schedlink;
    p->ngfree--;
    g->schedlink = NULL;
    if (next) { // it will be next: where its first frame goes, and who comes after it
        __builtin_prefetch((void *)(next->stack_hi - 64), 1);
        if (next->schedlink) __builtin_prefetch(next->schedlink);
    }
    return g;
}
static SYSTEM void gfree_put(P *p, G *g) {
    if (g->stack_hi - g->stack_lo != STACK_MIN) stack_free(g);
    g->schedlink = p->gfree;
    p->gfree = g;
    if (++p->ngfree < GFREE_BATCH) return;
    G *full = p->gfree_full;
    p->gfree_full = p->gfree;
    p->gfree = NULL;
    p->ngfree = 0;
    if (full) gfree_give(full, GFREE_BATCH);
}
static SYSTEM void gfree_give_all(P *p) {
    if (p->gfree) gfree_give(p->gfree, p->ngfree);
    if (p->gfree_full) gfree_give(p->gfree_full, GFREE_BATCH);
    p->gfree = p->gfree_full = NULL;
    p->ngfree = 0;
}
// After a collection, and before the next can begin: it looks at all records without a lock. What no P has goes back, with stacks and timers.
SYSTEM void gfree_trim(void) {
    i32 n;
    for (G *list; (list = gfree_take(&n));)
        for (G *g; (g = list);) {
            list = g->schedlink;
            stack_free(g);
            if (g->sleep_timer) record_put(RECORD_SLEEP, g->sleep_timer);
            record_put(RECORD_G, g);
        }
}
static SYSTEM u64 new_goid(P *p) {
    if (p->goidcache == p->goidcacheend) {
        p->goidcache = __atomic_fetch_add(&sched.goidgen, 16, __ATOMIC_RELAXED) + 1;
        p->goidcacheend = p->goidcache + 16;
    }
    return p->goidcache++;
}
// A goroutine that will run fn; not in any queue; state G_WAITING if parked, else runnable.
SYSTEM G *newproc_state(FuncVal *fn, G *parent, usize callerpc, u32 status) {
    if (!fn) fatal_("go of nil func value");
    M *m = this_m();
    P *p = m->p;
    G *g = gfree_get(p);
    if (!g) {
        g = record_get(RECORD_G);
        set_status(g, G_DEAD);
    }
    g->startpc = (usize)fn->code;
    stack_begin(p, g);
    usize *top =
        (usize *)(g->stack_hi - 24); // where its arguments would be is still this stack: reflect's stubs point there
    *top = (usize)goexit_return;
    g->sched = (Sched){(usize)top, (usize)fn->code, (usize)fn};
    g->goid = new_goid(p);
    g->gopc = callerpc;
    g->parent_goid = parent ? parent->goid : 0;
    g->labels = parent ? parent->labels : NULL;
    g->fips_bypass = parent ? parent->fips_bypass : 0;
    g->bubble = parent ? parent->bubble : NULL;
    g->serves = parent && !m->in_go_call && parent->serves;
    Domain *d = unlikely(m->in_go_call) ? m->go_domain : parent ? parent->domain : NULL;
    if (unlikely(d != NULL)) domain_begin(g, d);
    g->stackguard0 = g->stack_lo + STACK_GUARD;
    if (unlikely(gc_phase)) gc_new_goroutine(g, fn);
    set_status(g, status);
    TRACE(go_create, g, status == G_WAITING);
    if (unlikely(g->bubble != NULL)) bubble_enter(g);
    return g;
}
SYSTEM G *newproc1(FuncVal *fn, G *parent, usize callerpc) { return newproc_state(fn, parent, callerpc, G_RUNNABLE); }

SYSTEM void rt_newproc(FuncVal *fn) {
    G *self = this_g();
    if (unlikely(!procs_started)) procs_init();
    M *m = this_m();
    if (unlikely(self && self->domain && !m->in_go_call) && domain_is_full(self)) return;
    // Go code on the system stack (a timer's function) jumps here from its stub
    usize pc = m->in_go_call ? (usize)__builtin_return_address(0) : self ? self->sched.pc : 0;
    G *g = newproc1(fn, self, pc);
    m->locks++;
    put_and_wake(m->p, g, pc);
    m->locks--;
}
// The current goroutine is no more; its record is free for the next. The M has no goroutine afterwards.
SYSTEM void goroutine_end(G *g) {
    M *m = this_m();
    m->curg = NULL;
    if (unlikely(g->bubble != NULL)) bubble_leave(g);
    if (unlikely(g->domain != NULL)) domain_end(g);
    if (g->system_goroutine) __atomic_fetch_sub(&sched.ngsys, 1, __ATOMIC_RELAXED);
    set_status(g, G_DEAD);
    g->m = NULL;
    g->lockedm = NULL;
    m->lockedg = NULL;
    m->locked_ext = 0;
    g->panic_ = NULL;
    g->defer_ = NULL;
    g->param = NULL;
    g->waiting = NULL;
    g->labels = NULL;
    g->coro = NULL;
    g->bubble = NULL;
    g->waitreason = 0;
    g->paniconfault = 0;
    g->syscallsp = 0;
    g->on_resume = NULL;
    g->ret0 = g->ret1 = 0;
    g->sig = 0;
    g->fips_bypass = g->fips_indicator = 0;
    g->leak = 0;
    g->system_goroutine = g->users_turn = g->prof_skip = 0;
    g->preempt = 0;
    g->sched = (Sched){0};
    stack_end(m->p, g);
    gfree_put(m->p, g);
}
SYSTEM NORETURN void goexit0(void) {
    M *m = this_m();
    G *g = m->curg;
    bool locked = g->lockedm != NULL;
    TRACE(go_end);
    goroutine_end(g);
    if (locked && m != &m0) { // the thread may be in a state nobody else wants
        handoffp(release_p());
        os_thread_exit(m);
    }
    schedule();
}

SYSTEM usize go_call(FuncVal *fn, usize a, usize b, usize c, usize d) {
    M *m = this_m();
    m->in_go_call++;
    m->locks++;
    usize r = go_call_asm(fn, a, b, c, d);
    m->locks--;
    m->in_go_call--;
    return r;
}

// ---- Ps

static SYSTEM void p_init(P *p, i32 id) {
    p->id = id;
    if (!p->mcache) p->mcache = p->mcache_host = &mcache_none;
    p->wbbuf_next = p->wbbuf;
    p->wbbuf_end = p->wbbuf + sizeof p->wbbuf / sizeof p->wbbuf[0];
}
SYSTEM void proc_boot(void) {
    p_init(&p0, 0);
    p0.m = &m0;
    m0.p = &p0;
}

// Sets the number of Ps. World stopped or only one P in use; the caller's M keeps a P. Ps that fall away give all they hold to others.
SYSTEM void procresize(i32 n) {
    static i32 allp_cap = 1;
    i32 old = gomaxprocs;
    M *m = this_m();
    accounts_grow(n);
    if (n > allp_cap) {
        P **a = persistent_alloc((usize)n * sizeof *a, 8);
        for (i32 i = 0; i < allp_cap; i++) a[i] = allp[i];
        allp = a;
        allp_cap = n;
    }
    for (i32 i = old; i < n; i++) {
        if (!allp[i]) allp[i] = persistent_alloc(sizeof(P), 64);
        p_init(allp[i], i);
        if (allp[i]->timers) timers_revive(allp[i]);
        allp[i]->status = P_GCSTOP;
        if (i >= procs_made) {
            procs_made = i + 1;
            TRACE(proc_new, allp[i]);
        }
    }
    if (m->p && m->p->id >= n) {
        P *p = release_p();
        p->status = P_GCSTOP;
        acquire_p(allp[0]);
    }
    for (i32 i = n; i < old; i++) {
        P *p = allp[i];
        bool inherit;
        lock(&sched.lock); // threads without a P use the global queue while the world is stopped
        for (G *g; (g = runq_get(p, &inherit)) || (g = interrupted_take(p));) globrunq_put(g);
        unlock(&sched.lock);
        if (p->timers) timers_adopt(allp[0], p);
        gc_lost_p(p);
        mcaches_flush(p, true);
        account_switch(p, NULL);
        stack_cache_flush(p);
        gfree_give_all(p);
        p->status = P_DEAD;
    }
    gomaxprocs = n;
}
SYSTEM i32 default_procs(void) {
    i32 n = os_ncpu();
    i32 lim = rt_debug.nocontainer ? 0 : os_cpu_limit();
    if (lim) {
        if (lim < 2) lim = 2;
        if (lim < n) n = lim;
    }
    return n;
}
bool gomaxprocs_env; // GOMAXPROCS was set by the environment or a call
SYSTEM void procs_init(void) {
    if (procs_started) return;
    procs_started = true;
    ncpu = os_ncpu();
    i64 v = 0;
    for (const char *s = rt_getenv("GOMAXPROCS"); s && *s; s++) {
        if (*s < '0' || *s > '9' || v > 100000) {
            v = 0;
            break;
        }
        v = v * 10 + (*s - '0');
    }
    gomaxprocs_env = v > 0;
    i32 n = v > 0 ? (i32)v : default_procs();
    lock(&sched.lock);
    procresize(n);
    for (i32 i = n - 1; i >= 0; i--)
        if (allp[i] != this_m()->p) pidle_put(allp[i]);
    unlock(&sched.lock);
    start_sysmon();
}

// ---- deadlock: sched.lock held, an M is about to wait

SYSTEM void check_dead(void) {
    if (this_m()->dying || sched.exiting) return;
    i32 run = sched.mnext - (i32)sched.nmfreed - sched.nmidle - sched.nmidlelocked - sched.nmsys;
    if (run > 0) return;
    if (run < 0) throw_("checkdead: inconsistent counts");
    i32 waiting = 0;
    u64 at = 0;
    for (G *g; (g = g_next(&at));) {
        if (g->system_goroutine) continue;
        u32 s = g->status & ~(u32)G_SCAN;
        if (s == G_WAITING || s == G_PREEMPTED) waiting++;
        else if (s == G_RUNNABLE || s == G_RUNNING || s == G_SYSCALL) return; // about to be found
    }
    if (sched.gcwaiting) return;
    if (timers_next()) return;
    unlock(&sched.lock); // a fatal error may need it
    if (waiting == 0) fatal_("no goroutines (main called runtime.Goexit) - deadlock!");
    fatal_("all goroutines are asleep - deadlock!");
}
SYSTEM i32 gc_wake_helpers(i32 n) {
    i32 got = 0;
    lock(&sched.lock);
    M *list = NULL, *keep = NULL;
    while (got < n) {
        M *m = midle_get();
        if (!m) break;
        if (m == sched.timekeeper) {
            keep = m;
            continue;
        } // it would miss its deadline
        m->gchelp = 1;
        m->schedlink = list;
        list = m;
        got++;
    }
    if (keep) {
        keep->blocked = true;
        keep->schedlink = sched.midle;
        sched.midle = keep;
        sched.nmidle++;
    }
    unlock(&sched.lock);
    while (list) {
        M *m = list;
        list = m->schedlink;
        m->schedlink = NULL;
        m_wake(m);
    }
    return got;
}
