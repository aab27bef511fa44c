// domain.c - domains: which goroutines are a plugin's, and how they are ended (contract: struct Domain in rt.h).
//
// A goroutine belongs to the domain of the one that began it; one of the host's is in a domain while it is in a call (vole/plugin.enter, leave). What a domain
// costs others is a test of a field that is NULL: where goroutines begin and end, and where they are preempted.
//
// A domain that is stopped ends its goroutines with a panic that cannot be recovered (lib/runtime/domain.go). It begins only where code of the plugin itself runs,
// not that of the library or the host: at any instruction where the goroutine may be preempted, as if that had faulted; at the entry of a function, in its
// place. A function that defers would run its deferred calls with what it was just writing, so it is stopped at an instruction only later (INSIST).
// What waits is not woken: it ends when it runs again.
#include "sched/sched.h"

enum { INSIST = 10, AGAIN = 50 }; // rounds of rt_domain_tick

extern u8 go_domain_stop[] GOSYM("runtime.domainStop");
extern u8 go_domain_many[] GOSYM("runtime.domainMany");
extern u8 go_domain_stack[] GOSYM("runtime.domainStack");

SYSTEM Domain *rt_domain_new(void) {
    Domain *d = persistent_alloc(sizeof *d, 64);
    d->stop = go_domain_stop, d->many = go_domain_many, d->stack_full = go_domain_stack;
    return d;
}

typedef struct Entered {
    usize before; // the Domain, bit 0: G.domain_call
    i64 processor;
} Entered;
LEAF Entered rt_domain_enter(Domain *d) {
    G *g = this_g();
    usize before = (usize)g->domain | g->domain_call;
    g->domain_call = 1;
    __atomic_store_n(&g->domain, d, __ATOMIC_RELEASE);
    return (Entered){before, this_m()->p->id};
}
LEAF void rt_domain_leave(usize before) {
    G *g = this_g();
    if (!g->domain_call && g->domain) __atomic_fetch_sub(&g->domain->goroutines, 1, __ATOMIC_RELAXED); // joined
    __atomic_store_n(&g->domain, (Domain *)(before & ~(usize)1), __ATOMIC_RELEASE);
    g->domain_call = before & 1;
    g->domain_round = 0;
}
// Of a goroutine that was begun for a call: it is the domain's from now on.
LEAF void rt_domain_join(Domain *d) {
    __atomic_fetch_add(&d->goroutines, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&this_g()->domain, d, __ATOMIC_RELEASE);
}
// The domain that the goroutine belongs to, or is in a call of.
typedef struct DomainOf {
    Domain *d;
    u64 call;
} DomainOf;
LEAF DomainOf rt_domain_of(void) GOSYM("runtime.domainOf");
LEAF DomainOf rt_domain_of(void) { return (DomainOf){this_g()->domain, this_g()->domain_call}; }

SYSTEM void domain_begin(G *g, Domain *d) {
    g->domain = d;
    __atomic_fetch_add(&d->goroutines, 1, __ATOMIC_RELAXED);
}
SYSTEM void domain_end(G *g) {
    if (!g->domain_call) __atomic_fetch_sub(&g->domain->goroutines, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&g->domain, NULL, __ATOMIC_RELEASE);
    g->domain_call = 0;
    g->domain_round = 0;
}

// ---- the end

static SIGNAL bool is_of(const char *name, const char *package) {
    while (*package && *name == *package) name++, package++;
    return !*package && *name == '.';
}
// Is this code of one of the packages that the plugin alone has?
static SIGNAL bool is_own(const Domain *d, usize pc) {
    if (pc - d->lo >= d->size) return false;
    const FuncRec *f = find_func(pc);
    const char *name = f ? func_name(f) : NULL;
    for (const char *p = d->packages; name && *p; p++) {
        if (is_of(name, p)) return true;
        while (*p) p++;
    }
    return false;
}
SIGNAL bool domain_stops(G *g, usize pc, bool anywhere) {
    Domain *d = g->domain;
    u32 round = __atomic_load_n(&d->stopped, __ATOMIC_ACQUIRE);
    if (!round || (g->domain_round && round < g->domain_round + AGAIN) || !is_own(d, pc)) return false;
    if (anywhere && round < INSIST && find_func(pc)->deferreturn) return false;
    g->domain_round = round;
    return true;
}
// In newstack: the function that asks for more stack is not called, what it says is.
static SYSTEM void call_instead(G *g, const u8 *fn) {
    enum { SAVED = 320 }; // by runtime.morestack, below the return address
    *(usize *)(g->sched.sp + SAVED) = (usize)fn;
    g->stackguard0 = g->stack_lo + STACK_GUARD;
}
SYSTEM bool domain_stop_at_entry(G *g) {
    enum { CALLER = 328 };
    if (g->sig) return false; // it enters runtime.sigpanic, whose caller has another frame
    usize pc = *(usize *)(g->sched.sp + CALLER) - 1;
    if (!domain_stops(g, pc, false)) return false;
    call_instead(g, g->domain->stop);
    return true;
}
SYSTEM bool domain_stack_is_full(G *g, usize want) {
    if (want <= g->domain->most_stack) return false;
    if (want > 2 * g->domain->most_stack) return false; // what runs now needs it: the end by the runtime's own limit
    call_instead(g, g->domain->stack_full);
    return true;
}
// In the SYS call of a go statement: true: it ends its goroutine in the place of beginning another.
SYSTEM bool domain_is_full(G *g) {
    Domain *d = g->domain;
    bool many = d->most_goroutines && __atomic_load_n(&d->goroutines, __ATOMIC_RELAXED) >= d->most_goroutines;
    if (!many && !__atomic_load_n(&d->stopped, __ATOMIC_RELAXED)) return false;
    if (g->domain_round) return false; // a deferred call of one that ends
    g->sched.sp -= 8;                  // returns into the function, which returns behind the go statement
    *(usize *)(g->sched.sp - 8) = (usize)(many ? d->many : d->stop);
    return true;
}
SYSTEM void rt_domain_stop(Domain *d) {
    u32 no = 0;
    __atomic_compare_exchange_n(&d->stopped, &no, 1, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}
// Now and then, by one goroutine: ns of processor time go to whose goroutines run now; those of domains that are stopped are asked to end.
SYSTEM void rt_domain_tick(i64 ns) {
    M *self = this_m();
    for (i32 i = 0; i < gomaxprocs; i++) {
        P *p = allp[i];
        M *m = __atomic_load_n(&p->m, __ATOMIC_RELAXED);
        G *g = m && m != self ? __atomic_load_n(&m->curg, __ATOMIC_RELAXED) : NULL;
        Domain *d = g ? __atomic_load_n(&g->domain, __ATOMIC_ACQUIRE) : NULL;
        if (!d) continue;
        __atomic_fetch_add(&d->cpu, ns, __ATOMIC_RELAXED);
        if (__atomic_load_n(&d->stopped, __ATOMIC_RELAXED)) preempt_one(p);
    }
}
