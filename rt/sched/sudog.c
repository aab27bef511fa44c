// sudog.c - records of waiting goroutines: a list per P, overflow in a shared one. SYSTEM; C memory, never freed.
#include "sched/sched.h"

static struct {
    Lock lock;
    Sudog *free;
    i32 n;
} central = {.lock = RANKED(SUDOG)};

SYSTEM Sudog *sudog_acquire(void) {
    P *p = this_m()->p;
    if (!p->sudogcache) {
        lock(&central.lock);
        while (central.free && p->nsudog < 64) {
            Sudog *s = central.free;
            central.free = s->next;
            s->next = p->sudogcache;
            p->sudogcache = s;
            p->nsudog++;
        }
        unlock(&central.lock);
    }
    Sudog *s = p->sudogcache;
    if (!s) return persistent_alloc(sizeof *s, 8);
    p->sudogcache = s->next;
    p->nsudog--;
    *s = (Sudog){0};
    return s;
}
SYSTEM void sudog_release(Sudog *s) {
    P *p = this_m()->p;
    *s = (Sudog){.next = p->sudogcache};
    p->sudogcache = s;
    if (++p->nsudog < 128) return;
    lock(&central.lock);
    while (p->nsudog > 64) {
        Sudog *x = p->sudogcache;
        p->sudogcache = x->next;
        p->nsudog--;
        x->next = central.free;
        central.free = x;
    }
    unlock(&central.lock);
}
