// rt_soon.c - which wake-ups rt/sched/soon.c does without, against a clock of our own: what is learned of pairs of goroutines that take turns, of ones that
// run side by side, of fans, and how soon something that was foretold wrongly is forgotten.
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#include "../../rt/sched/sched.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

Scheduler sched;
Debug rt_debug;
#include "../../rt/sched/soon.c"

static P p;
static u64 now = 1;
static G some;

// One goroutine is made runnable at site; the first runs for `first` cycles, the second for `second`. True: nobody was woken.
static bool turn(usize site, u64 first, u64 second) {
    bool soon = soon_expected(&p, site, now);
    assert(p.soon_owed == soon);
    p.runnext = &some;
    now += first;
    assert(p.soon_state != NOTHING);
    soon_learn(&p, now); // the first stops
    assert(!p.soon_owed);
    p.runnext = NULL;
    now += second;
    if (p.soon_state != NOTHING) soon_learn(&p, now);
    assert(p.soon_state == NOTHING);
    return soon;
}
static int turns_until(bool wanted, usize site, u64 first, u64 second) {
    for (int i = 0; i < 1000; i++)
        if (turn(site, first, second) == wanted) return i;
    return -1;
}
static void fresh(void) { memset(&p, 0, sizeof p); }

int main(void) {
    // taking turns: one of the two has little to do
    fresh();
    assert(turns_until(true, 0x401000, 1000, 50) == HINT_LIKELY);
    fresh();
    assert(turns_until(true, 0x401000, 90000, 500) == HINT_LIKELY);
    fresh();
    assert(turns_until(true, 0x401000, 500, 90000000) == HINT_LIKELY);
    // both have to do: they are run at once; so are those that would wait long
    fresh();
    assert(turns_until(true, 0x401000, 50000, 50000) == -1);
    assert(turns_until(true, 0x401000, 13000, 13000) == -1);
    assert(turns_until(true, 0x401000, SOON + 1, 10) == -1);
    // what changes is noticed, the more certain it was the later, but soon
    fresh();
    for (int i = 0; i < 1000; i++) turn(0x401000, 1000, 50);
    int wrong = turns_until(false, 0x401000, 50000, 50000);
    assert(wrong > 0 && wrong <= (HINT_MOST - HINT_LIKELY) / HINT_AGAINST + 1);
    // one of four is wrong: not relied on
    fresh();
    int relied = 0;
    for (int i = 0; i < 4000; i++) relied += turn(0x401000, i % 4 ? 1000 : 10 * SOON, 50);
    assert(relied == 0);
    // a second one in the queue: always woken for, and what was foretold was wrong
    fresh();
    for (int i = 0; i < 1000; i++) turn(0x401000, 1000, 50);
    u8 before = *p.soon_place;
    assert(soon_expected(&p, 0x401000, now));
    p.runnext = &some;
    assert(!soon_expected(&p, 0x401000, now += 100) && !p.soon_owed && p.soon_state == NOTHING);
    assert(*p.soon_place == before - HINT_AGAINST);
    p.runnext = NULL;
    p.runqtail = 1;
    assert(!soon_expected(&p, 0x401000, now += 100));
    p.runqtail = 0;
    // the second wakes the first while it runs: both pairs are learned
    fresh();
    int i = 0;
    for (; i < 100; i++) {
        bool go = soon_expected(&p, 0x401000, now);
        soon_learn(&p, now += 20000);
        bool back = soon_expected(&p, 0x402000, now += 300);
        soon_learn(&p, now += 200);
        soon_learn(&p, now += 20000);
        if (go && back) break;
    }
    assert(i == HINT_LIKELY);
    // schedrand wants threads
    rt_debug.schedrand = 1;
    assert(!soon_expected(&p, 0x401000, now));
    puts("ok");
    return 0;
}
