// coro.c - coroutines for iter.Pull: a goroutine parked in a coro, exchanged with the running one without the scheduler. System stack.
#include "sched/sched.h"
#include "sched/synctest.h"
#include "gc/gc.h"
#include "diag/trace.h"

NORETURN void gogo(G *g);
typedef struct Coro {
    G *g;
    FuncVal *f;
    bool done;
} Coro; // on the heap: g is not a heap pointer, f is one
static const u8 coro_mask[] = {2};
static GoType coro_type = {
    .size = sizeof(Coro), .ptrbytes = 16, .align = 8, .field_align = 8, .kind = KIND_STRUCT, .gcdata = coro_mask};

static SYSTEM G *swap(Coro *c, G *g) { return __atomic_exchange_n(&c->g, g, __ATOMIC_ACQ_REL); }

static SYSTEM NORETURN void switch_to(G *next) {
    M *m = this_m();
    next->m = m;
    m->curg = next;
    __atomic_store_n(&next->status, G_RUNNING, __ATOMIC_RELEASE);
    account_follow(m->p, next);
    if (unlikely(gc_phase)) gc_resumed(next, true);
    next->stackguard0 = next->stack_lo + STACK_GUARD;
    if (sched.gcwaiting) next->stackguard0 = STACK_PREEMPT;
    gogo(next);
}
SYSTEM Coro *rt_newcoro(FuncVal *f, FuncVal *start) {
    Coro *c = rt_mallocgc(sizeof *c, &coro_type, true);
    wb_pointer((void **)&c->f, f);
    G *g = newproc_state(start, this_g(), this_g()->sched.pc, G_WAITING);
    g->coro = c;
    g->waitreason = WAIT_COROUTINE;
    c->g = g;
    return c;
}
SYSTEM Coro *rt_coro_self(void) { return this_g()->coro; }
SYSTEM FuncVal *rt_coro_func(Coro *c) { return c->f; }

SYSTEM void rt_coroswitch(Coro *c) {
    M *m = this_m();
    G *g = m->curg;
    bool locked = g->lockedm != NULL;
    if (locked && m->lockedg != g) throw_("coroswitch: inconsistent lock");
    g->waitreason = WAIT_COROUTINE;
    g->ret0 = g->ret1 = 0;
    m->curg = NULL;
    g->m = NULL;
    if (g->lockedm) {
        g->lockedm = NULL;
        m->lockedg = NULL;
    }
    __atomic_store_n(&g->status, G_WAITING, __ATOMIC_RELEASE);
    G *next = swap(c, g);
    if (!next) {
        rt_print("coroswitch on exited coro\n");
        throw_("coroswitch on exited coro");
    }
    TRACE(go_switch, next, false);
    if (locked) {
        next->lockedm = m;
        m->lockedg = next;
    }
    switch_to(next);
}
// The coroutine's function returned: its goroutine ends and the one parked in c continues.
SYSTEM NORETURN void rt_coroexit(Coro *c) {
    M *m = this_m();
    G *g = m->curg;
    G *next = swap(c, NULL);
    if (next && next->bubble) bubble_unblocked(next);
    bool locked = g->lockedm != NULL;
    if (locked) {
        g->lockedm = NULL;
        m->lockedg = NULL;
    }
    if (next) TRACE(go_switch, next, true);
    else TRACE(go_end);
    goroutine_end(g);
    if (!next) schedule();
    if (locked) {
        next->lockedm = m;
        m->lockedg = next;
    }
    switch_to(next);
}
