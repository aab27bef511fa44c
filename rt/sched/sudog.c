// sudog.c - records of waiting goroutines: a list per P, the others mem/records.c's. SYSTEM.
#include "mem/mem.h"
#include "sched/sched.h"

enum { SOME = 16, MOST = 128 }; // taken at once; in the list

SYSTEM Sudog *sudog_acquire(void) {
    P *p = this_m()->p;
    if (!p->sudogcache)
        for (; p->nsudog < SOME; p->nsudog++) {
            Sudog *s = record_get(RECORD_SUDOG);
            s->next = p->sudogcache;
            p->sudogcache = s;
        }
    Sudog *s = p->sudogcache;
    p->sudogcache = s->next;
    p->nsudog--;
    s->next = NULL;
    return s;
}
SYSTEM void sudog_release(Sudog *s) {
    P *p = this_m()->p;
    // field by field: for so few, the machine's instruction that fills memory takes longer
    s->g = NULL;
    s->prev = s->parent = s->waitlink = s->waittail = NULL;
    s->elem = s->c = NULL;
    s->acquiretime = s->releasetime = s->waited_since = 0;
    s->ticket = 0;
    s->is_select = s->success = false;
    s->waiters = 0;
    s->next = p->sudogcache;
    p->sudogcache = s;
    if (++p->nsudog < MOST) return;
    while (p->nsudog > MOST / 2) {
        Sudog *x = p->sudogcache;
        p->sudogcache = x->next;
        p->nsudog--;
        record_put(RECORD_SUDOG, x);
    }
}
