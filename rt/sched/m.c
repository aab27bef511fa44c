// m.c - threads, locks and notes, stopping the world, system calls of goroutines, random numbers.
#include "sched/sched.h"
#include "gc/gc.h"
#include "diag/prof.h"
#include "diag/trace.h"

// ---- locks: futex mutex. word: 0 free, 1 held, 2 held and somebody sleeps

#ifdef RTDEBUG
static const struct {
    const char *name;
    bool many;
} ranks[] = {
    {"none", false},
#define L(id, many) {#id, many},
#include "lockrank.def"
#undef L
};
static SYSTEM void print_bad_lock(M *m, u32 rank, const char *what) {
    u64 held = m->held;
    m->held = 0;
    rt_print("runtime: %s: lock %s; this thread holds", what, ranks[rank].name);
    for (u32 r = 1; r < sizeof ranks / sizeof *ranks; r++)
        if (held >> r & 1) rt_print(" %s", ranks[r].name);
    rt_print("\n");
}
static LEAF NORETURN void bad_lock(M *m, u32 rank, const char *what) {
    LEAF_ON_SYSTEM(print_bad_lock, m, rank, what);
    throw_("lock order");
}
static LEAF void lock_check(M *m, const Lock *l) {
    u32 r = l->rank;
    if (m->dying) return;
    if (r == RANK_NONE) bad_lock(m, r, "no rank");
    u64 above = m->held >> r;
    if (above > 1 || (above && (!ranks[r].many || l <= m->last_held[r]))) bad_lock(m, r, "wrong order");
}
static LEAF void lock_taken(M *m, const Lock *l) {
    u32 r = l->rank;
    m->held |= 1ull << r;
    m->nheld[r]++;
    m->last_held[r] = l;
}
static LEAF void lock_left(M *m, const Lock *l) {
    u32 r = l->rank;
    if (m->dying) return;
    if (!(m->held >> r & 1)) bad_lock(m, r, "released by another thread");
    if (--m->nheld[r] == 0) m->held &= ~(1ull << r);
}
LEAF void lock_check_none(const char *where, u64 but) {
    M *m = this_m();
    if (m->held & ~but && !m->dying) bad_lock(m, RANK_NONE, where);
}
#else
#define lock_check(m, l) ((void)0)
#define lock_taken(m, l) ((void)0)
#define lock_left(m, l)  ((void)0)
#endif
LEAF void lock(Lock *l) {
    M *m = this_m();
    m->locks++;
    lock_check(m, l);
    u32 v = 0;
    if (unlikely(!__atomic_compare_exchange_n(&l->word, &v, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
        lock_slow(l);
    lock_taken(m, l);
}
LEAF void lock_slow(Lock *l) {
    for (int i = 0; i < 4 && ncpu != 1; i++) {
        for (int k = 0; k < 30; k++) __builtin_ia32_pause();
        u32 v = 0;
        if (__atomic_load_n(&l->word, __ATOMIC_RELAXED) == 0 &&
            __atomic_compare_exchange_n(&l->word, &v, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return;
    }
    while (__atomic_exchange_n(&l->word, 2, __ATOMIC_ACQUIRE) != 0) sys_futex_sleep(&l->word, 2, -1);
}
LEAF void unlock(Lock *l) {
    M *m = this_m();
    lock_left(m, l);
    u32 v = __atomic_exchange_n(&l->word, 0, __ATOMIC_RELEASE);
    if (unlikely(v != 1)) unlock_slow(l, v);
    if (--m->locks == 0 && unlikely(m->curg && m->curg->preempt))
        m->curg->stackguard0 = STACK_PREEMPT; // asked for meanwhile
}
LEAF void unlock_slow(Lock *l, u32 was) {
    if (was == 0) throw_("unlock of unlocked lock");
    sys_futex_wake(&l->word, 1);
}
// Before what the waker sets is looked at, with no load of that moved before it: a wake-up from then on counts.
SYSTEM void note_clear(Note *n) { __atomic_store_n(&n->word, 0, __ATOMIC_SEQ_CST); }
LEAF void note_wakeup(Note *n) {
    if (__atomic_exchange_n(&n->word, 1, __ATOMIC_ACQ_REL) == 0) sys_futex_wake(&n->word, 1);
}
SYSTEM bool note_sleep(Note *n, i64 ns) {
    i64 end = ns >= 0 ? nanotime() + ns : 0;
    while (__atomic_load_n(&n->word, __ATOMIC_ACQUIRE) == 0) {
        if (ns < 0) {
            sys_futex_sleep(&n->word, 0, -1);
            continue;
        }
        i64 left = end - nanotime();
        if (left <= 0) break;
        sys_futex_sleep(&n->word, 0, left);
    }
    return __atomic_load_n(&n->word, __ATOMIC_ACQUIRE) != 0;
}

// ---- random numbers: xoroshiro128++ per thread

static inline LEAF u64 rotl(u64 x, int k) { return x << k | x >> (64 - k); }
LEAF u64 rand64(void) {
    u64 *s = this_m()->fastrand, a = s[0], b = s[1], r = rotl(a + b, 17) + a;
    b ^= a;
    s[0] = rotl(a, 49) ^ b ^ b << 21;
    s[1] = rotl(b, 28);
    return r;
}
LEAF u32 cheaprandn(u32 n) { return (u32)(((rand64() >> 32) * n) >> 32); }

// ---- threads

static SYSTEM u64 splitmix(u64 *x) {
    u64 z = *x += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}
SYSTEM void m_init(M *m) { // seeds, id
    u64 seed[2];
    os_random(seed, 16);
    static u64 count;
    u64 x = seed[0] ^ rotl(seed[1], 32) ^ (__atomic_add_fetch(&count, 1, __ATOMIC_RELAXED) * 0xd1342543de82ef95);
    if (rt_debug.schedrand) x = rt_debug.schedrand + count;
    m->fastrand[0] = splitmix(&x);
    m->fastrand[1] = splitmix(&x);
}
static SYSTEM NORETURN void m_main(M *m) {
    os_minit_signals(m);
    m->tid = os_tid();
    if (unlikely(cpu_profile_thread != NULL)) cpu_profile_thread(m, false);
    if (m->startfn) m->startfn();
    if (m->gchelp) {
        gc_help();
        m->gchelp = 0;
    }
    if (m->nextp) {
        P *p = m->nextp;
        m->nextp = NULL;
        m->p = p;
        p->m = m;
        p->status = P_RUNNING;
        TRACE(proc_start, p);
    } else stop_m();
    schedule();
}
static SYSTEM M *make_m(void (*fn)(void), P *p, bool spinning, bool help) {
    M *self = this_m();
    self->locks++;
    lock(&sched.lock);
    while (sched.execlock) {
        unlock(&sched.lock);
        os_usleep(50);
        lock(&sched.lock);
    }
    if (sched.mnext - sched.nmfreed >= sched.maxmcount) {
        unlock(&sched.lock);
        rt_print("runtime: program exceeds %d-thread limit\n", (i64)sched.maxmcount);
        throw_("thread exhaustion");
    }
    M *m = persistent_alloc(sizeof *m, 64);
    m->g0 = persistent_alloc(sizeof(G), 16); // not in allgs
    m->self = m;
    m->g0->m = m;
    m->id = sched.mnext++;
    m->nextp = p;
    m->startfn = fn;
    m->spinning = spinning;
    m->gchelp = help;
    if (fn) sched.nmsys++;
    m->alllink = sched.allm;
    __atomic_store_n(&sched.allm, m, __ATOMIC_RELEASE);
    unlock(&sched.lock);
    m_init(m);
    i64 err = os_thread_start(m, m_main);
    if (err) {
        enum { EAGAIN = 11 };
        rt_print("runtime: failed to create new OS thread (have %d already; errno=%d)\n", (i64)sched.mnext - 1, err);
        if (err == EAGAIN) rt_print("runtime: may need to increase max user processes (ulimit -u)\n");
        throw_("newosproc");
    }
    if (!fn) start_sysmon();
    self->locks--;
    return m;
}
SYSTEM M *new_m(void (*fn)(void), P *p, bool spinning) { return make_m(fn, p, spinning, false); }
// World stopped: one more thread, to help marking; 1 if there is one.
SYSTEM i32 gc_new_helper(void) {
    make_m(NULL, NULL, false, true);
    return 1;
}
SYSTEM void m_forget(M *m) { // the thread ends; its M is out of the lists for ever
    if (unlikely(cpu_profile_thread != NULL)) cpu_profile_thread(m, true);
    lock(&sched.lock);
    TRACE(thread_ends, m);
    for (M **l = &sched.allm; *l; l = &(*l)->alllink)
        if (*l == m) {
            *l = m->alllink;
            break;
        }
    sched.nmfreed++;
    check_dead();
    unlock(&sched.lock);
}

// ---- stopping the world

static SYSTEM bool preempt_m(P *p, M *m, u8 why) {
    G *g = m ? m->curg : NULL;
    if (!g) return false;
    if (g->preempt < why) g->preempt = why;
    __atomic_store_n(&g->stackguard0, STACK_PREEMPT, __ATOMIC_RELAXED);
    if (!rt_debug.asyncpreemptoff) {
        p->preempt = 1;
        os_preempt_thread(m);
    }
    return true;
}
SYSTEM bool preempt_one(P *p, u8 why) {
    M *m = p->m;
    return m != this_m() && preempt_m(p, m, why);
}
SYSTEM void preempt_all(void) {
    for (i32 i = 0; i < gomaxprocs; i++)
        if (allp[i]->status == P_RUNNING) preempt_one(allp[i], PREEMPT_ASK);
}

static SYSTEM void world_acquire(void) {
    u32 mine = __atomic_fetch_add(&sched.world_ticket, 1, __ATOMIC_RELAXED);
    while (__atomic_load_n(&sched.world_turn, __ATOMIC_ACQUIRE) != mine) wait_for_other();
}
u64 world_pauses[4][PAUSE_BUCKETS]; // of the one who stops the world
static i64 world_since;
static bool world_for_gc;
// VOLEDEBUG=stoptrace=US: what a stop that takes so many microseconds consists of. Owner: who stops the world.
static struct {
    const char *why, *step[8];
    i64 at[8];
    u32 n;
} steps;
SYSTEM void world_step(const char *name) {
    if (likely(!rt_debug.stoptrace) || steps.n == 8) return;
    steps.step[steps.n] = name;
    steps.at[steps.n++] = nanotime();
}
static SYSTEM void print_steps(i64 ns) {
    if (ns >= rt_debug.stoptrace) {
        rt_print("STOP %s: %d us:", steps.why, ns / 1000);
        for (u32 i = 0; i < steps.n; i++)
            rt_print(" %s %d", steps.step[i], (steps.at[i] - (i ? steps.at[i - 1] : world_since)) / 1000);
        rt_print("\n");
    }
    steps.n = 0;
}
static SYSTEM void note_pause(int kind, i64 ns) {
    u32 e = 63 - (u32)__builtin_clzll(ns > 1 ? (u64)ns : 1), i = 2 * e + (e && (u64)ns >> (e - 1) & 1);
    world_pauses[kind + !world_for_gc][i < PAUSE_BUCKETS ? i : PAUSE_BUCKETS - 1]++;
}
// The caller has a P and keeps it; all others have none, or are in system calls. Returns with the world stopped.
SYSTEM void stop_the_world(const char *why) {
    check_no_locks("stop the world", 0);
    world_acquire();
    TRACE(world_stops, why);
    M *m = this_m();
    m->locks++;
    i64 t0 = nanotime();
    lock(&sched.lock);
    sched.stopwait = gomaxprocs;
    __atomic_store_n(&sched.gcwaiting, 1, __ATOMIC_SEQ_CST);
    __atomic_fetch_or(&malloc_hook, MALLOC_STOP, __ATOMIC_SEQ_CST);
    preempt_all();
    m->p->status = P_GCSTOP;
    sched.stopwait--;
    for (i32 i = 0; i < gomaxprocs; i++) {
        P *p = allp[i];
        u32 s = P_SYSCALL;
        if (__atomic_compare_exchange_n(&p->status, &s, P_GCSTOP, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
            p->syscalltick++;
            sched.stopwait--;
            TRACE(proc_steal, p);
        }
    }
    for (P *p; (p = sched.pidle);) {
        sched.pidle = p->link;
        p->link = NULL;
        __atomic_fetch_sub(&sched.npidle, 1, __ATOMIC_SEQ_CST);
        p->status = P_GCSTOP;
        sched.stopwait--;
    }
    bool wait = sched.stopwait > 0;
    if (!wait) note_clear(&sched.stopnote);
    unlock(&sched.lock);
    for (i64 ns = 20 * 1000; wait; ns = 100 * 1000) { // a signal that met C code is lost
        if (note_sleep(&sched.stopnote, ns)) {
            note_clear(&sched.stopnote);
            break;
        }
        preempt_all();
    }
    world_since = t0;
    steps.why = why;
    world_step("wait");
    world_for_gc = why[0] == 'G' && why[1] == 'C';
    note_pause(0, nanotime() - t0);
}
// What became readable while the world stood still is first in the queue of this P; the goroutine that runs here gives way to it.
static SYSTEM void poll_after_stop(M *m) {
    if (poll_network() && m->curg) m->curg->preempt = PREEMPT_SLICE;
}
SYSTEM void start_the_world(void) {
    M *m = this_m();
    P *work = NULL;
    TRACE(world_starts);
    i64 stood = nanotime() - world_since;
    note_pause(2, stood);
    if (unlikely(rt_debug.stoptrace)) print_steps(stood);
    lock(&sched.lock);
    __atomic_store_n(&sched.gcwaiting, 0, __ATOMIC_SEQ_CST);
    malloc_hook_clear(MALLOC_STOP);
    m->p->status = P_RUNNING;
    for (i32 i = gomaxprocs - 1; i >= 0; i--) {
        P *p = allp[i];
        if (p == m->p || give_to_waiter(p)) continue;
        if (has_work(p)) {
            p->link = work;
            work = p;
        } else {
            p->status = P_IDLE;
            p->link = sched.pidle;
            sched.pidle = p;
            __atomic_fetch_add(&sched.npidle, 1, __ATOMIC_SEQ_CST);
        }
    }
    if (sched.sysmonwait) {
        sched.sysmonwait = 0;
        note_wakeup(&sched.sysmonnote);
    }
    unlock(&sched.lock);
    while (work) {
        P *p = work;
        work = p->link;
        p->link = NULL;
        p->status = P_IDLE;
        startm(p, false);
    }
    poll_after_stop(m);
    wakep();
    __atomic_store_n(&sched.world_turn, sched.world_turn + 1, __ATOMIC_RELEASE);
    if (--m->locks == 0 && m->curg && m->curg->preempt) m->curg->stackguard0 = STACK_PREEMPT;
}

// ---- system calls: called by nosplit Go code around a blocking call (LEAF); sysmon or a stopping collector may take the P meanwhile

static LEAF void entersyscall_at(usize pc, usize sp) {
    M *m = this_m();
    G *g = m->curg;
    P *p = m->p;
    g->syscallpc = pc;
    __atomic_store_n(&g->syscallsp, sp, __ATOMIC_RELEASE);
    __atomic_store_n(&g->status, G_SYSCALL, __ATOMIC_RELEASE);
    if (unlikely(__atomic_load_n(&sched.sysmonwait, __ATOMIC_RELAXED))) {
        __atomic_store_n(&sched.sysmonwait, 0, __ATOMIC_RELAXED);
        note_wakeup(&sched.sysmonnote);
    }
    m->oldp = p;
    p->m = NULL;
    m->p = NULL;
    __atomic_store_n(&p->status, P_SYSCALL, __ATOMIC_SEQ_CST);
    if (unlikely(__atomic_load_n(&sched.gcwaiting, __ATOMIC_SEQ_CST))) {
        lock(&sched.lock);
        u32 s = P_SYSCALL;
        if (sched.stopwait > 0 &&
            __atomic_compare_exchange_n(&p->status, &s, P_GCSTOP, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
            p->syscalltick++;
            if (unlikely(trace_on)) LEAF_ON_SYSTEM(tracer.proc_steal, p, 0, 0);
            if (--sched.stopwait == 0) note_wakeup(&sched.stopnote);
        }
        unlock(&sched.lock);
    }
}
// Apart, so that without a trace nothing is saved for them.
static LEAF __attribute__((noinline)) void trace_begin(usize cfa) {
    LEAF_ON_SYSTEM(tracer.sys_begin, *(usize *)(cfa - 8), cfa, this_m()->p);
}
static LEAF __attribute__((noinline)) void trace_end(void) { LEAF_ON_SYSTEM(tracer.sys_end, this_m()->p, 0, 0); }
LEAF void go_entersyscall(void) GOSYM("runtime.entersyscall");
void go_entersyscall(void) {
    usize cfa = (usize)__builtin_frame_address(0) + 16;
    if (unlikely(trace_on)) trace_begin(cfa);
    entersyscall_at(*(usize *)(cfa - 8), cfa);
}
static LEAF bool reacquire_old_p(M *m, G *g) {
    P *p = m->oldp;
    u32 s = P_SYSCALL;
    if (!p || !__atomic_compare_exchange_n(&p->status, &s, P_RUNNING, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
        return false;
    m->oldp = NULL;
    m->p = p;
    p->m = m;
    p->syscalltick++;
    account_follow(p, g);
    __atomic_store_n(&g->status, G_RUNNING, __ATOMIC_RELEASE);
    if (unlikely(gc_phase)) LEAF_ON_SYSTEM(gc_resumed, g, false, 0);
    g->syscallsp = 0;
    return true;
}
static void exitsyscall_slow(void);
LEAF void go_exitsyscall(void) GOSYM("runtime.exitsyscall");
void go_exitsyscall(void) {
    M *m = this_m();
    G *g = m->curg;
    if (likely(reacquire_old_p(m, g))) {
        if (unlikely(g->preempt || __atomic_load_n(&sched.gcwaiting, __ATOMIC_RELAXED))) g->stackguard0 = STACK_PREEMPT;
        if (unlikely(trace_on)) trace_end();
        return;
    }
    LEAF_TO_SYSTEM(exitsyscall_slow, 0, 0, 0, 0);
}
static SYSTEM void trace_return(P *p, G *g) {
    tracer.proc_start(p);
    tracer.sys_end_blocked();
    tracer.go_start(g);
}
// The P is gone: take an idle one, else queue the goroutine. Does not return in the second case.
static SYSTEM void exitsyscall_slow(void) {
    M *m = this_m();
    G *g = m->curg;
    scan_lock(g); // without a P: marking may begin at any time
    lock(&sched.lock);
    P *p = sched.gcwaiting ? NULL : sched.pidle;
    if (p) {
        sched.pidle = p->link;
        p->link = NULL;
        __atomic_fetch_sub(&sched.npidle, 1, __ATOMIC_SEQ_CST);
        if (sched.sysmonwait) {
            sched.sysmonwait = 0;
            note_wakeup(&sched.sysmonnote);
        }
        m->oldp = NULL;
        m->p = p;
        p->m = m;
        p->status = P_RUNNING;
        unlock(&sched.lock);
        account_follow(p, g);
        __atomic_store_n(&g->status, G_RUNNING, __ATOMIC_RELEASE);
        if (unlikely(trace_on)) trace_return(p, g);
        g->syscallsp = 0;
        scan_unlock(g);
        if (unlikely(gc_phase)) gc_resumed(g, false);
        g->stackguard0 = g->stack_lo + STACK_GUARD;
        return;
    }
    TRACE(sys_end_blocked);
    m->curg = NULL;
    g->m = NULL;
    __atomic_store_n(&g->status, G_RUNNABLE, __ATOMIC_RELEASE);
    g->syscallsp = 0;
    g->ret0 = g->ret1 = 0;
    bool locked = g->lockedm != NULL;
    globrunq_put(g);
    unlock(&sched.lock);
    scan_unlock(g);
    if (locked) schedule(); // waits until somebody hands over a P
    stop_m();
    schedule();
}
// SYSTEM: this M blocks in C on behalf of the current goroutine (note_sleep and the like): its P goes to others meanwhile.
SYSTEM void block_begin(void) {
    M *m = this_m();
    G *g = m->curg;
    P *p = m->p;
    if (unlikely(trace_on)) {
        tracer.sys_begin(0, 0, p);
        tracer.proc_stop(p);
    }
    g->syscallpc = g->sched.pc;
    __atomic_store_n(&g->syscallsp, g->sched.sp, __ATOMIC_RELEASE);
    __atomic_store_n(&g->status, G_SYSCALL, __ATOMIC_RELEASE);
    m->p = NULL;
    p->m = NULL;
    m->oldp = NULL;
    p->status = P_IDLE;
    handoffp(p);
}
SYSTEM void block_end(void) { exitsyscall_slow(); } // may not return: results in g->ret0/ret1 are then 0

// ---- entry points

SYSTEM void rt_gosched(void) { yield_now(); }
LEAF i64 rt_procpin(void) GOSYM("sync.runtime_procPin");
i64 rt_procpin(void) {
    M *m = this_m();
    m->locks++;
    return m->p->id;
}
LEAF void rt_procunpin(void) GOSYM("sync.runtime_procUnpin");
void rt_procunpin(void) {
    M *m = this_m();
    if (--m->locks == 0 && unlikely(m->curg->preempt)) m->curg->stackguard0 = STACK_PREEMPT;
}
typedef struct Procs {
    i64 old, stopped;
} Procs;
// runtime.GOMAXPROCS: the number before, and whether the world is stopped now, with n Ps.
SYSTEM Procs rt_stop_and_set_procs(i64 n) {
    procs_init();
    i64 old = gomaxprocs;
    if (n > 0) gomaxprocs_env = true;
    if (n <= 0 || n == old) return (Procs){old, 0};
    if (n > 100000) n = 100000;
    stop_the_world("GOMAXPROCS");
    procresize((i32)n);
    return (Procs){old, 1};
}
SYSTEM void rt_default_gomaxprocs(void) {
    procs_init();
    ncpu = os_ncpu();
    i32 n = default_procs();
    gomaxprocs_env = false;
    if (n == gomaxprocs) return;
    stop_the_world("GOMAXPROCS");
    procresize(n);
    start_the_world();
}
SYSTEM i64 rt_numcpu(void) {
    if (!ncpu) ncpu = os_ncpu();
    return ncpu;
}
SYSTEM i64 rt_numgoroutine(void) {
    i64 n = 0;
    u64 at = 0;
    for (G *g; (g = g_next(&at));)
        if (!g_is_dead(g) && !g->system_goroutine) n++;
    return n;
}
SYSTEM i64 rt_set_max_threads(i64 n) {
    lock(&sched.lock);
    i64 old = sched.maxmcount;
    sched.maxmcount = n > INT32_MAX ? INT32_MAX : (i32)n;
    bool bad = sched.mnext - sched.nmfreed > sched.maxmcount;
    unlock(&sched.lock);
    if (bad) throw_("thread exhaustion");
    return old;
}
SYSTEM i64 rt_set_max_stack(i64 n) {
    i64 old = (i64)stack_max;
    stack_max = (usize)n;
    return old;
}
LEAF bool rt_can_spin(i64 i) {
    if (i >= 4 || ncpu <= 1 ||
        gomaxprocs <= (i32)(__atomic_load_n(&sched.npidle, __ATOMIC_RELAXED) +
                            __atomic_load_n(&sched.nmspinning, __ATOMIC_RELAXED)) +
                          1)
        return false;
    P *p = this_m()->p;
    return p->runqhead == p->runqtail && !p->runnext;
}
LEAF void rt_do_spin(void) {
    for (int i = 0; i < 30; i++) __builtin_ia32_pause();
}
