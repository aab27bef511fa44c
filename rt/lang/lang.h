// lang.h - shared by the files of rt/lang: channels, and the typed copies that rt/gc and rt/mem give to Go and C alike.
#pragma once
#include "rt.h"
#include "sched/timer.h"

typedef struct WaitQ {
    Sudog *first, *last;
} WaitQ;
// hchan of lib/runtime/chan.go, which allocates it.
typedef struct Chan {
    u64 qcount, dataqsiz;
    void *buf; // dataqsiz elements
    GoType *elemtype;
    Timer *timer; // of a channel timer, else NULL
    void *bubble;
    u64 sendx, recvx;
    WaitQ recvq, sendq;
    Lock lock;
    u32 elemsize, closed;
} Chan;
_Static_assert(sizeof(Chan) == 112, "hchan");

#ifdef RTDEBUG
static inline LEAF void lock_chan(Chan *c) {
    lock_rank(&c->lock, CHAN);
    lock(&c->lock);
}
static inline LEAF void unlock_chan(Chan *c) { unlock(&c->lock); }
#else // lock and unlock in place: they are a fifth of what an operation takes
static inline LEAF void lock_chan(Chan *c) {
    this_m()->locks++;
    u32 free = 0;
    if (unlikely(!__atomic_compare_exchange_n(&c->lock.word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)))
        lock_slow(&c->lock);
}
static inline LEAF void unlock_chan(Chan *c) {
    M *m = this_m();
    u32 was = __atomic_exchange_n(&c->lock.word, 0, __ATOMIC_RELEASE);
    if (unlikely(was != 1)) unlock_slow(&c->lock, was);
    if (--m->locks == 0 && unlikely(m->curg && m->curg->preempt)) m->curg->stackguard0 = STACK_PREEMPT;
}
#endif
void typed_memmove(GoType *, void *dst, const void *src) GOSYM("runtime.typedmemmove");
void typed_memclr(GoType *, void *) GOSYM("runtime.typedmemclr");
void mem_move(void *dst, const void *src, usize n) GOSYM("runtime.memmove");
void mem_clear(void *, usize n) GOSYM("runtime.memclrNoHeapPointers");
void wb_bulk(void *dst, usize src, usize bytes,
             GoType *elem); // rt/gc: shades what a copy of elements overwrites (dst) and stores (src)
// While marking: a value is copied to where no barrier looks, a stack that may have been scanned.
static inline SYSTEM void shade_pointers(GoType *t, const void *src) {
    if (unlikely(write_barrier) && t->ptrbytes) wb_bulk(0, (usize)src, t->size, t);
}
// types.c
GoString type_text(GoType *);                      // LEAF: as reflect's String
GoItab *itab_share(GoItab *);                      // SYSTEM
GoItab *rt_make_itab(GoInterfaceType *, GoType *); // SYSTEM: fun[0] is 0 if the type does not have the methods
void itabs_forget(usize lo, usize size);           // SYSTEM, world stopped
// rt/plugin/: memory for a method table of a plugin's type or interface, which goes with it; NULL: there is none. NULL where nothing loads plugins.
extern void *(*itab_room)(const GoType *, const GoInterfaceType *, usize size);
GoString type_package(GoType *);                                // LEAF: path of a named type's package, else empty
void itabs_each(void (*visit)(void *ctx, GoItab *), void *ctx); // SYSTEM, world stopped
