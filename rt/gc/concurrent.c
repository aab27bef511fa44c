// concurrent.c - marking beside the program: who marks when, and how a cycle begins and ends. Protocol: gc.h. System stack.
//
// Nobody is a worker by profession. Marking is done in slices, on Ps, by whoever comes by: the scheduler's loop between goroutines (a quarter of the
// P's time), a P that has nothing to run, a goroutine that allocates (its assist), and who waits for the end of the cycle. A slice holds buffers of
// its own only while it lasts, and ends soon when the world is to be stopped.
#include "gc/gc.h"
#include "diag/trace.h"
#include "sched/sched.h"

u32 gc_phase, gc_cycle;
static u32 running;   // atomic: a cycle is wanted or on its way
static u32 ending;    // atomic: somebody stops the world to end it
static i64 credit;    // atomic: effort beyond what was asked for; assists use it up
static i64 began;     // when marking did
static i64 spent;     // atomic: ns in slices
static i64 spent_cpu; // the same by the threads' clocks, if there is a memory limit
static u64 assisted;  // atomic: effort of assists
static i64 asked;     // atomic: when all Ps were asked to come by, as the cycle seems to be over; 0: they were not
enum {
    PIECE = 64 << 10, // effort that a goroutine pays at a time; some ten microseconds
    LARGE_PIECE = 8 * PIECE,
    LAST_PIECE = 64 << 10 // that may be done in the last stop
};

enum { DEEP = 64 << 10 }; // bytes of stack that are not scanned in passing
SYSTEM bool gc_concurrent(void) { return !rt_debug.gcstoptheworld; }

// ---- stacks (scan_lock: gc.h)

static SYSTEM bool scan_trylock(G *g) {
    u32 zero = 0;
    return __atomic_compare_exchange_n(&g->scan_lock, &zero, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}
SYSTEM void scan_lock(G *g) {
    for (u32 spins = 0; !scan_trylock(g); spins++) {
        if (spins < 100) __builtin_ia32_pause();
        else os_yield();
    }
}
SYSTEM void scan_unlock(G *g) { __atomic_store_n(&g->scan_lock, 0, __ATOMIC_RELEASE); }
SYSTEM void gc_resumed(G *g, bool shrink) {
    scan_lock(g);
    i64 t = 0;
    if (g->scanned != gc_cycle) {
        if (shrink) stack_shrink(g);
        if (unlikely(g->stack_hi - g->sched.sp > DEEP)) t = nanotime();
        mark_goroutine(g);
    }
    scan_unlock(g);
    if (likely(!t)) return;
    __atomic_fetch_add(&spent, nanotime() - t, __ATOMIC_RELAXED);
    wakep(); // Ps that found nothing to mark, and the cycle not to be over
}
SYSTEM void gc_new_goroutine(G *g, FuncVal *fn) {
    gc_shade(fn, g->labels);
    g->scanned = gc_cycle;
}
// World stopped: goroutines in the middle of a runtime function whose threads still wait for a P, and so could not see to it themselves. False: the stack
// of one is too deep to be scanned now; its thread is among the first to get a P when the world goes on, and scans it.
static SYSTEM bool scan_stopped(void) {
    for (M *m = sched.allm; m; m = m->alllink) {
        G *g = m->curg;
        if (!g || m == this_m() || g->status != G_RUNNING || g->scanned == gc_cycle) continue;
        if (g->stack_hi - g->sched.sp > DEEP) return false;
        mark_goroutine(g);
    }
    return true;
}

// ---- begin and end

static SYSTEM void use_idle_ps(void) {
    u32 n = __atomic_load_n(&sched.npidle, __ATOMIC_RELAXED);
    if (heap.heap_inuse < 4u << 20 && records_used(RECORD_G) < 2000) return; // not worth it
    for (n = n < 15 ? n : 15; n > 0 && startm(NULL, false); n--) {
    }
}
// Sweeps what is left of the cycle before, as long as nobody wants to stop the world.
static SYSTEM void sweep_rest(void) {
    while (__atomic_load_n(&heap.unswept, __ATOMIC_RELAXED) && sweep_some(16))
        if (__atomic_load_n(&sched.gcwaiting, __ATOMIC_RELAXED)) wait_for_other();
}
// World stopped, all is marked, since marked_at; it stands still since t0.
static SYSTEM void finish(i64 marked_at, i64 t0, bool beside) {
    u64 marked = mark_finish();
    cycle_flush();
    world_step("flush");
    if (rt_debug.verify) verify_heap();
    __atomic_store_n(&write_barrier, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&gc_phase, GC_OFF, __ATOMIC_SEQ_CST);
    cycle_end(marked, marked_at, t0, &(MarkWork){spent, beside ? spent : 0, assisted, beside ? spent_cpu : spent});
    world_step("end");
    TRACE(gc, false);
}
static SYSTEM void finished(void) { // world running
    gfree_trim();
    mark_trim();
    __atomic_store_n(&running, 0, __ATOMIC_RELEASE);
    specials_wake();
}
// World stopped: marks for a while. True: all is marked.
static SYSTEM bool mark_at_once(void) {
    enum { MOST = 200 * 1000, STEP = 16 << 10 };
    i64 t = began;
    while (mark_work_left() && t - began < MOST) {
        mark_slice(STEP, true);
        t = nanotime();
    }
    spent = t - began;
    return !mark_work_left();
}
// False: the cycle is over already.
static SYSTEM bool begin(int why, usize c_frames) {
    M *m = this_m();
    sweep_rest();
    i64 t0 = nanotime();
    stop_the_world("GC sweep termination");
    TRACE(gc, true);
    m->stopped_sp = c_frames;
    bool at_once = cycle_short();
    cycle_begin(why);
    world_step("begin");
    mark_begin(true);
    for (i32 i = 0; i < gomaxprocs; i++) allp[i]->gc_time = 0;
    credit = spent = spent_cpu = asked = 0;
    assisted = 0;
    began = nanotime();
    mark_fixed();
    world_step("roots");
    if (at_once && mark_at_once()) {
        finish(nanotime(), t0, false);
        m->stopped_sp = 0;
        start_the_world();
        finished();
        return false;
    }
    __atomic_store_n(&gc_phase, GC_MARK, __ATOMIC_SEQ_CST);
    __atomic_store_n(&write_barrier, 1, __ATOMIC_SEQ_CST);
    cycle_paused(nanotime() - t0);
    start_the_world();
    if (m->curg) gc_resumed(m->curg, false);
    m->stopped_sp = 0;
    use_idle_ps();
    return true;
}
// World stopped. False: there is more to mark than should be now.
static SYSTEM bool complete(void) {
    for (i32 i = 0; i < gomaxprocs; i++) wb_flush_p(allp[i]);
    world_step("barrier");
    if (!scan_stopped()) return false;
    world_step("stacks");
    mark_slice(LAST_PIECE, true);
    world_step("mark");
    return !mark_work_left();
}
static SYSTEM bool try_end(void) {
    u32 zero = 0;
    if (!__atomic_compare_exchange_n(&ending, &zero, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return false;
    if (!gc_phase) { // ended before it was our turn; from here on nobody else ends it
        __atomic_store_n(&ending, 0, __ATOMIC_RELEASE);
        return false;
    }
    i64 t0 = nanotime();
    stop_the_world("GC mark termination");
    bool done = complete();
    if (done) finish(t0, t0, true);
    else cycle_paused(nanotime() - t0);
    __atomic_store_n(&asked, 0, __ATOMIC_SEQ_CST);
    start_the_world();
    __atomic_store_n(&ending, 0, __ATOMIC_RELEASE);
    if (done) finished();
    return done;
}
// Have all Ps that run goroutines come by since they were asked?
static SYSTEM bool all_seen(const P *but, i64 when) {
    for (i32 i = 0; i < gomaxprocs; i++)
        if (allp[i] != but && allp[i]->status == P_RUNNING && allp[i]->gc_seen != when) return false;
    return true;
}
// A goroutine has got its P and will look through its stack next. A guess: others run.
static SYSTEM bool stack_awaits_scan(void) {
    for (i32 i = 0; i < gomaxprocs; i++) {
        const M *m = allp[i]->status == P_RUNNING ? allp[i]->m : NULL;
        const G *g = m ? m->curg : NULL;
        if (g && g->scanned != gc_cycle) return true;
    }
    return false;
}
// With nothing in sight to mark, and nobody who marks any more either: the cycle ends. But first the other Ps are asked to come by, and the last one
// that does stops the world: then their threads have a CPU, or had one just now, and nobody stands still for one who has none.
enum { PATIENCE = 5 * 1000 * 1000 };
static SYSTEM void end_if_done(void) {
    if (mark_work_left()) return;
    wb_flush();
    if (!mark_maybe_done() || stack_awaits_scan()) return;
    P *p = this_m()->p;
    i64 now = nanotime(), when = 0;
    if (__atomic_compare_exchange_n(&asked, &when, now, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
        when = now;
        if (!all_seen(p, when)) preempt_all();
    }
    p->gc_seen = when;
    if (all_seen(p, when) || now - when > PATIENCE) try_end();
}

// From the monitor thread, while marking: signals are lost where they meet the runtime's own code, so Ps that did not come by are asked again; and if nobody
// asked yet, or patience is over, an idle P, if there is one, sees to the end of the cycle.
SYSTEM void gc_ask_again(i64 now) {
    enum { AGAIN = 200 * 1000 };
    i64 when = __atomic_load_n(&asked, __ATOMIC_RELAXED);
    bool idle = __atomic_load_n(&sched.npidle, __ATOMIC_RELAXED);
    if (!when && idle && !mark_work_left()) startm(NULL, false);
    if (!when || now - when < AGAIN) return;
    for (i32 i = 0; i < gomaxprocs; i++) {
        P *p = __atomic_load_n(&allp, __ATOMIC_ACQUIRE)[i];
        if (p && __atomic_load_n(&p->status, __ATOMIC_ACQUIRE) == P_RUNNING && p->gc_seen != when)
            preempt_one(p, PREEMPT_ASK);
    }
    if (now - when > PATIENCE && idle) startm(NULL, false);
}

// ---- slices

static SYSTEM u64 slice(u64 budget) {
    bool limited = gc_memory_limit != INT64_MAX;
    i64 t = nanotime(), cpu = unlikely(limited) ? os_thread_time() : 0;
    if (unlikely(rt_debug.gcphase))
        budget = 1 + cheaprandn(2u << cheaprandn(20)); // mostly small, but a large heap ends too
    u64 done = mark_slice(budget, false);
    t = nanotime() - t;
    this_m()->p->gc_time += t;
    __atomic_fetch_add(&spent, t, __ATOMIC_RELAXED);
    if (unlikely(limited)) __atomic_fetch_add(&spent_cpu, os_thread_time() - cpu, __ATOMIC_RELAXED);
    return done;
}
// VOLEDEBUG=gcphase=N: N times as long in a phase as it takes, and to the other one at random allocations.
static SYSTEM bool dawdles(void) { return rt_debug.gcphase && cheaprandn(rt_debug.gcphase); }
// Between two goroutines: until a quarter of this P's time went into marking, and ADVANCE in the beginning: so a small heap is marked before those who
// compute without allocating have used up their time slices. Ends after a piece when there is something else to do than to go on with one of them.
SYSTEM void gc_between(void) {
    enum { ADVANCE = 2 * 1000 * 1000 };
    P *p = this_m()->p;
    if (dawdles()) return;
    for (bool more = true; more && mark_work_left();) {
        i64 owed = (nanotime() - began) / 4 + ADVANCE - p->gc_time;
        if (owed < 20 * 1000) return;
        u64 done = slice(owed > 200 * 1000 ? 2 * PIECE : PIECE);
        __atomic_fetch_add(&credit, (i64)done, __ATOMIC_RELAXED);
        more = !work_waits(p);
    }
    end_if_done();
}
SYSTEM bool gc_idle(void) {
    if (!mark_work_left()) {
        u32 cycle = gc_cycle;
        end_if_done();
        return cycle != gc_cycle || !gc_phase;
    }
    u64 done = slice(PIECE);
    __atomic_fetch_add(&credit, (i64)done, __ATOMIC_RELAXED);
    return true;
}
static SYSTEM void assist(void) {
    MCache *c = this_m()->p->mcache;
    if (dawdles()) return;
    bool late;
    i64 owed = (i64)cycle_owed(c->debt, &late);
    c->debt = 0;
    if (!late && __atomic_load_n(&credit, __ATOMIC_RELAXED) >= owed) {
        __atomic_fetch_sub(&credit, owed, __ATOMIC_RELAXED);
        return;
    }
    if (mark_work_left()) {
        i64 most = late ? LARGE_PIECE : PIECE, want = owed < PIECE / 4 ? PIECE / 4 : owed > most ? most : owed;
        TRACE(assist, true);
        i64 done = (i64)slice((u64)want);
        TRACE(assist, false);
        __atomic_fetch_add(&assisted, (u64)done, __ATOMIC_RELAXED);
        if (done > owed) __atomic_fetch_add(&credit, done - owed, __ATOMIC_RELAXED);
        if (mark_work_left() && __atomic_load_n(&sched.npidle, __ATOMIC_RELAXED)) wakep();
    }
    end_if_done();
    // Others have all that is left, and perhaps no CPU: this thread leaves them its own instead of letting the heap grow. Who wants to stop the world
    // meanwhile wakes it by the signal that it preempts with.
    if (late && gc_phase && !mark_work_left()) os_usleep(50);
    if (__atomic_load_n(&sched.gcwaiting, __ATOMIC_RELAXED)) wait_for_other();
}
// A loop that allocates has perhaps no other safe point, and signals that ask it to stop find it in here.
SYSTEM void gc_before_alloc(void) {
    if (unlikely(__atomic_load_n(&sched.gcwaiting, __ATOMIC_RELAXED))) wait_for_other();
    if (gc_should_start() && !cycle_put_off()) gc_start(GC_HEAP);
    if (unlikely(gc_phase)) assist();
}
// Who needs the end of the cycle marks as well as it can.
static SYSTEM void help(void) {
    if (__atomic_load_n(&sched.gcwaiting, __ATOMIC_RELAXED)) wait_for_other();
    else if (mark_work_left()) slice(LARGE_PIECE);
    else {
        end_if_done();
        if (gc_phase) wait_for_other();
    }
}

// ---- cycles

// A piece of bringing this cycle to its end, with sweeping; true: it is there.
static SYSTEM bool force_step(u32 cycle) {
    if (gc_cycle == cycle && !gc_phase && heap.unswept) sweep_some(64);
    else if (gc_phase && (i32)(gc_cycle - cycle) <= 0) help();
    else if ((i32)(gc_cycle - cycle) >= 0) return true;
    else {
        u32 zero = 0;
        if (__atomic_compare_exchange_n(&running, &zero, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            begin(GC_FORCED, 0); // in C frames of who asks, scanning would only find what earlier calls left
        else wait_for_other();
    }
    return false;
}
SYSTEM void gc_start_concurrent(int why) {
    u32 zero = 0;
    if (why == GC_FORCED) { // any cycle that begins from now on: others may begin one after the other
        u32 cycle = gc_cycle + 1;
        while (!force_step(cycle)) {
        }
        return;
    }
    if (!__atomic_compare_exchange_n(&running, &zero, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        if (!gc_phase && cycle_late()) wait_for_other(); // who begins it has no CPU perhaps
        return;
    }
    if (why == GC_HEAP && !gc_should_start() && !(malloc_hook & MALLOC_STRESS)) {
        __atomic_store_n(&running, 0, __ATOMIC_RELEASE);
        return;
    }
    begin(why, C_FRAMES()); // which may hold pointers
}
SYSTEM bool gc_force(u32 cycle) {
    M *m = this_m();
    for (i64 end = nanotime() + TIME_SLICE; nanotime() < end && !m->curg->preempt;)
        if (force_step(cycle)) return true;
    return false;
}
SYSTEM void gc_end_phase(void) {
    for (u32 cycle = gc_cycle; gc_phase && gc_cycle == cycle;) help();
}
SYSTEM void gc_other_phase(void) {
    if (!gc_phase) gc_start_concurrent(GC_HEAP);
    else if (cheaprandn(4) == 0) gc_end_phase();
}
// World stopped: P p will not be one any more; its timers are P 0's.
SYSTEM void gc_lost_p(P *p) {
    if (!gc_phase) return;
    wb_flush_p(p);
    mark_timers(allp[0]);
}
