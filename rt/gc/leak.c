// leak.c - goroutines that can never run again: what they wait for is out of reach of all that can run.
//
// System stack. Stops the world, outside of any collection, and marks as the collector does, but takes as roots of goroutines only those that can go on.
// A goroutine that waits for a channel, a lock or the like goes on if that object was reached; then its stack is a root too, and so on until no other
// goroutine is found. The rest has leaked: no memory is taken from it, but profiles tell (G.leak). Marks are cleared afterwards, nothing is freed.
// Errs towards "can go on": conservative roots, and objects outside the heap, count as reached.
#include "gc/gc.h"
#include "sched/sched.h"

bool leak_checking; // written with the world stopped
enum { LEAK_NO, LEAK_UNDECIDED, LEAK_YES };

static SYSTEM bool is_root(const G *g) { // goes on whatever is reached
    if (g->system_goroutine || __atomic_load_n(&g->status, __ATOMIC_ACQUIRE) != G_WAITING) return true;
    switch ((WaitReason)g->waitreason) {
    case WAIT_CHAN_RECEIVE:
    case WAIT_CHAN_SEND:
    case WAIT_SELECT:
    case WAIT_DURABLE_CHAN_RECEIVE:
    case WAIT_DURABLE_CHAN_SEND:
    case WAIT_DURABLE_SELECT:
    case WAIT_CHAN_RECEIVE_NIL:
    case WAIT_CHAN_SEND_NIL:
    case WAIT_SELECT_NO_CASES:
    case WAIT_SYNC_COND_WAIT:
    case WAIT_SYNC_MUTEX_LOCK:
    case WAIT_SYNC_RWMUTEX_RLOCK:
    case WAIT_SYNC_RWMUTEX_LOCK:
    case WAIT_SYNC_WAITGROUP_WAIT:
    case WAIT_DURABLE_WAITGROUP: return false;
    default: return true;
    }
}
// The sudogs of channels hang on g->waiting; a lock's, a WaitGroup's and a Cond's is g->param, and elem the address that is waited on.
static SYSTEM bool is_reached(const G *g) {
    for (Sudog *s = g->waiting; s; s = s->waitlink)
        if (s->c && is_marked((usize)s->c)) return true;
    const Sudog *s = g->waiting ? NULL : g->param;
    return s && s->elem && is_marked((usize)s->elem);
}
static SYSTEM void goes_on(Worker *w, G *g) {
    g->leak = LEAK_NO;
    stack_scan(w, g);
    mark_drain(w);
}
static SYSTEM i64 find(Worker *w) {
    mark_globals(w);
    u64 at = 0;
    for (G *g; (g = g_next(&at));) {
        if (g_is_dead(g)) g->leak = LEAK_NO;
        else if (is_root(g)) goes_on(w, g);
        else g->leak = LEAK_UNDECIDED;
    }
    for (bool more = true; more;) {
        more = false;
        at = 0;
        for (G *g; (g = g_next(&at));) {
            if (g->leak != LEAK_UNDECIDED || !is_reached(g)) continue;
            goes_on(w, g);
            more = true;
        }
    }
    i64 n = 0;
    at = 0;
    for (G *g; (g = g_next(&at));)
        if (g->leak == LEAK_UNDECIDED) {
            g->leak = LEAK_YES;
            n++;
        }
    stack_scan_done(w);
    return n;
}
SYSTEM void gc_stop_between_cycles(const char *why) {
    for (;;) {
        stop_the_world(why);
        if (gc_phase == GC_OFF) return;
        start_the_world();
        gc_start(GC_FORCED); // ends the cycle that is under way, and one more
    }
}
static i64 nleaks; // found last
SYSTEM i64 rt_leak_count(void) { return nleaks; }
SYSTEM i64 rt_find_leaks(void) {
    round_up_size(1, true); // there is a heap
    gc_stop_between_cycles("goroutine leaks");
    for (i32 i = 0; i < gomaxprocs; i++) mcaches_flush(allp[i], true);
    sweep_all();
    Worker w = {0};
    leak_checking = true;
    nleaks = find(&w);
    leak_checking = false;
    marks_clear();
    start_the_world();
    return nleaks;
}
