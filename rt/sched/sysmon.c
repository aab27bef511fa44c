// sysmon.c - the monitor thread: takes Ps back from long system calls, asks long runners to yield, polls the network when nobody does, runs late timers,
// starts a collection every two minutes, returns memory. It has no P, allocates nothing, and sleeps while the program is idle.
#include "sched/sched.h"
#include "diag/trace.h"
#include "gc/gc.h"

#define FORCE_GC_NS (2ll * 60 * 1000 * 1000 * 1000)
extern i64 gc_last_end;

static SYSTEM i32 retake(i64 now) {
    i32 n = 0;
    malloc_hook_clear(MALLOC_ASKED); // whoever it was for is asked again
    for (i32 i = 0; i < gomaxprocs; i++) {
        P *p = __atomic_load_n(&allp, __ATOMIC_ACQUIRE)[i];
        if (!p) continue;
        u32 s = __atomic_load_n(&p->status, __ATOMIC_ACQUIRE);
        if (s == P_RUNNING || s == P_SYSCALL) {
            u32 t = p->schedtick, switches = p->switches;
            if (p->sysmon_schedtick != t) {
                p->sysmon_schedtick = t;
                p->sysmon_schedwhen = now;
            } else if (p->sysmon_schedwhen + TIME_SLICE <= now && s == P_RUNNING)
                preempt_one(p, switches == p->sysmon_switches ? PREEMPT_SLICE : PREEMPT_SHARE);
            p->sysmon_switches = switches;
            if (__atomic_load_n(&p->soon_owed, __ATOMIC_RELAXED)) wakep();
        }
        if (s != P_SYSCALL) continue;
        u32 t = p->syscalltick;
        if (p->sysmon_syscalltick != t) {
            p->sysmon_syscalltick = t;
            p->sysmon_syscallwhen = now;
            continue;
        }
        bool empty = !has_work(p);
        if (empty &&
            __atomic_load_n(&sched.nmspinning, __ATOMIC_RELAXED) + __atomic_load_n(&sched.npidle, __ATOMIC_RELAXED) >
                0 &&
            p->sysmon_syscallwhen + TIME_SLICE > now)
            continue;
        if (__atomic_compare_exchange_n(&p->status, &s, P_IDLE, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
            p->syscalltick++;
            TRACE(proc_steal, p);
            n++;
            handoffp(p);
        }
    }
    return n;
}

// GOMAXPROCS follows the affinity mask and the limit of the cgroup, unless the program or its environment set it.
static SYSTEM void procs_tick(i64 now) {
    static i64 next;
    if (gomaxprocs_env || rt_debug.fixedprocs || now < next) return;
    bool first = next == 0;
    next = now + 1000000000;
    i32 n = first ? gomaxprocs : default_procs();
    if (n == gomaxprocs) return;
    __atomic_store_n(&sched.want_procs, n, __ATOMIC_RELEASE);
    startm(NULL, false);
}
// The memory limit follows that of the control group, unless the program or its environment set it.
static SYSTEM void limit_tick(i64 now) {
    static i64 next;
    if (now < next) return;
    next = now + 1000000000;
    i64 limit = gc_limit_wanted();
    if (!limit) return;
    __atomic_store_n(&sched.want_limit, limit, __ATOMIC_RELEASE);
    startm(NULL, false);
}
// GODEBUG=schedtrace=N: a line every N milliseconds.
static SYSTEM void schedtrace_tick(i64 now) {
    static i64 start, last;
    if (rt_debug.schedtrace <= 0 || (start && now < last + rt_debug.schedtrace * 1000000)) return;
    if (!start) start = now;
    last = now;
    lock(&sched.lock);
    rt_print("SCHED %dms: gomaxprocs=%d idleprocs=%d threads=%d spinningthreads=%d needspinning=%d idlethreads=%d "
             "runqueue=%d [ ",
             (now - start) / 1000000, (i64)gomaxprocs, (i64)sched.npidle, (i64)sched.mnext - sched.nmfreed,
             (i64)sched.nmspinning, (i64)sched.needspinning, (i64)sched.nmidle,
             (i64)sched.runq.n + sched.preempted.n + sched.interrupted.n);
    for (i32 i = 0; i < gomaxprocs; i++)
        rt_print("%d ", (i64)(allp[i]->runqtail - allp[i]->runqhead) + (allp[i]->runnext != NULL));
    rt_print("] schedticks=[ ");
    for (i32 i = 0; i < gomaxprocs; i++) rt_print("%d ", (i64)allp[i]->schedtick);
    rt_print("]\n");
    unlock(&sched.lock);
}
// Its naps are NAP_LEAST us while system calls are long and grow by doubling while none is. A service whose Ps are idle between two requests does not
// begin anew with each of them: that was 5 to 9 % of its CPU. All Ps idle at the longest nap: it sleeps until one is taken.
enum { NAP_LEAST = 20, NAP_MOST = 10000, NAP_MARKING = 500, NAPS_EQUAL = 8 };
static SYSTEM void sysmon(void) {
    u32 idle = 0, delay = 0;
    for (;;) {
        if (idle == 0) delay = NAP_LEAST;
        else if (idle > NAPS_EQUAL) delay *= 2;
        u32 most = gc_phase ? NAP_MARKING : NAP_MOST;
        if (delay > most) delay = most;
        os_usleep(delay);
        i64 now = nanotime();
        schedtrace_tick(now);
        if (rt_debug.schedtrace <= 0 && delay == most &&
            (__atomic_load_n(&sched.gcwaiting, __ATOMIC_RELAXED) ||
             __atomic_load_n(&sched.npidle, __ATOMIC_RELAXED) == (u32)gomaxprocs)) {
            lock(&sched.lock);
            if (sched.gcwaiting || sched.npidle == (u32)gomaxprocs) {
                i64 next = timers_next(), nap = FORCE_GC_NS / 2;
                if (next && next - now < nap) nap = next - now;
                if ((next = scavenge_later(now)) && next - now < nap) nap = next - now;
                if ((next = gc_calm_due(now)) && next - now < nap) nap = next - now;
                if (scavenge_wanted(now) && nap > 10000000) nap = 10000000;
                if (nap > 1000000) {
                    note_clear(&sched.sysmonnote);
                    __atomic_store_n(&sched.sysmonwait, 1, __ATOMIC_SEQ_CST);
                    unlock(&sched.lock);
                    note_sleep(&sched.sysmonnote, nap);
                    lock(&sched.lock);
                    sched.sysmonwait = 0;
                    idle = 0;
                    now = nanotime();
                }
            }
            unlock(&sched.lock);
        }
        i64 last = (i64)__atomic_load_n(&sched.lastpoll, __ATOMIC_RELAXED);
        if (netpoll_ready() && last && last + 10 * 1000 * 1000 < now && netpoll_any_waiters()) {
            __atomic_compare_exchange_n(&sched.lastpoll, (u64 *)&last, (u64)now, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED);
            i32 delta;
            G *list = netpoll(0, &delta);
            if (list) {
                netpoll_adjust(delta);
                inject_glist(list);
            }
        }
        i64 next = timers_next();
        if (next && next + 1000000 < now) startm(NULL, false); // late: nobody looks
        if (retake(now)) idle = 0;
        else idle++;
        bool old = gc_last_end && gc_last_end + FORCE_GC_NS < now && gc_percent >= 0;
        if (old) gc_last_end = now;
        if (old || gc_calm(now)) {
            __atomic_store_n(&sched.force_gc, 1, __ATOMIC_RELAXED);
            startm(NULL, false);
        }
        if (unlikely(gc_phase)) gc_ask_again(now);
        scavenge_tick(now);
        procs_tick(now);
        limit_tick(now);
    }
}
SYSTEM void start_sysmon(void) {
    lock(&sched.lock);
    bool go = !sched.sysmon_started;
    sched.sysmon_started = true;
    unlock(&sched.lock);
    if (go) new_m(sysmon, NULL, false);
}
