// soon.c - which wake-ups of goroutines need no other thread. SYSTEM.
//
// Who makes a goroutine runnable wakes a thread for it if a P is idle. Often that thread finds nothing: the goroutine that made it stops at once and this P
// runs the new one meanwhile, or the new one has hardly anything to do (net/http starts one with each request that watches the connection, and it wakes the
// first when the answer is written). The thread that was woken cost a futex, two switches and a wait for events, as much as a tenth of a request. So for
// each go statement, and each pair of goroutines' functions of which one wakes the other, it is learned what running both at once would have saved: what is
// shorter of the time until the first stops and the time that the second runs then. Where that was nearly always less than waking a thread takes, and the
// second never waited long, nobody is woken.
//
// What was foretold wrongly counts against several that were right; the monitor thread wakes somebody if it sees a P that owes it (sysmon.c); a second
// goroutine in the queue of the P always wakes a thread, and counts against the first.
#include "hint.h"
#include "sched/sched.h"

// Cycles: so long the second may wait (25 to 50 us); what waking a thread takes (3 to 6 us).
enum { SOON = 100000, WORTH_IT = 12000 };
enum { NOTHING, FIRST_RUNS, SECOND_RUNS };

static SYSTEM void judge(P *p, bool right) {
    hint_count(p->soon_place, right);
    p->soon_state = NOTHING;
    __atomic_store_n(&p->soon_owed, false, __ATOMIC_RELAXED);
}
static SYSTEM void judge_second(P *p, u64 now) {
    u64 run = now - p->soon_since;
    judge(p, (run < p->soon_first ? run : p->soon_first) <= WORTH_IT);
}
// Before a goroutine is put into p's queue, at now; site tells by whom: nobody need be woken for it.
SYSTEM bool soon_expected(P *p, usize site, u64 now) {
    if (p->soon_state == SECOND_RUNS) judge_second(p, now);
    else if (p->soon_owed) judge(p, false);
    p->soon_state = NOTHING;
    if (p->runqhead != p->runqtail || p->runnext || rt_debug.schedrand) return false;
    p->soon_place = hint_at(p->soon, site);
    p->soon_since = now;
    p->soon_state = FIRST_RUNS;
    if (*p->soon_place < HINT_LIKELY) return false;
    __atomic_store_n(&p->soon_owed, true, __ATOMIC_RELAXED);
    return true;
}
// p looks for work at now, and soon_state is not 0.
SYSTEM void soon_learn(P *p, u64 now) {
    if (p->soon_state == SECOND_RUNS) {
        judge_second(p, now);
        return;
    }
    p->soon_first = now - p->soon_since;
    if (p->soon_first > SOON) judge(p, false);
    else {
        p->soon_since = now;
        p->soon_state = SECOND_RUNS;
        __atomic_store_n(&p->soon_owed, false, __ATOMIC_RELAXED);
    }
}
