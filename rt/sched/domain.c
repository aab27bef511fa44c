// domain.c - domains: which goroutines are a plugin's, and how they are ended (contract: struct Domain in rt.h).
//
// A goroutine belongs to the domain of the one that began it; one of the host's is in a domain while it is in a call (vole/plugin.enter, leave). What a domain
// costs others is a test of a field that is NULL: where goroutines begin and end, and where they are preempted.
//
// A domain that is stopped ends its goroutines with a panic that cannot be recovered (lib/runtime/domain.go). It begins only where code of the plugin itself runs,
// not that of the library or the host: at any instruction where the goroutine may be preempted, as if that had faulted; at the entry of a function, in its
// place. A function that defers would run its deferred calls with what it was just writing, so it is stopped at an instruction only later (INSIST).
// What waits ends when it runs again; or it is asked to by rt_domain_end_waiting: then its wait is over, and it continues with a call of what stops it. A parked
// goroutine has only Go frames, and its wait is the last of them, so that is as a call that panics. It is left where that would harm others: a wait for a sync.Cond, whose
// lock it would not hold when its deferred calls unlock it; for an RWMutex or another semaphore that is not the plugin's own, which it would leave half taken (a Mutex is not); in
// a coroutine, whose other side would wait for it.
//
// Memory: an account (mem/account.c). Who needs a span that would exceed the limit asks here first, from Go code (rt_domain_admit): after two collections it is the
// end of the domain. The allocation itself is refused, by a panic in its place, where the plugin's own code made it, be it through the runtime. Library code that allocates
// for the plugin, and may hold locks that others need, gets small objects up to a reserve, and then from the reserve on, as for large ones, that panic too, as a make with a size too large gives.
// What host code allocates in a call is charged, and never refused: the call ends when it is back in the plugin's code.
#include "sched/sched.h"
#include "gc/gc.h"

enum { LIBRARY = 3, INSIST = 10, AGAIN = 50 }; // rounds of rt_domain_tick

extern u8 go_domain_stop[] GOSYM("runtime.domainStop");
extern u8 go_domain_many[] GOSYM("runtime.domainMany");
extern u8 go_domain_stack[] GOSYM("runtime.domainStack");
extern u8 go_domain_memory[] GOSYM("runtime.domainMemory");
extern u8 go_domain_over[] GOSYM("runtime.domainOver");
void go_domain_malloc(void) GOSYM("runtime.domainMalloc");
void go_domain_growslice(void) GOSYM("runtime.domainGrowslice");

SYSTEM Domain *rt_domain_new(void) {
    Domain *d = persistent_alloc(sizeof *d, 64);
    d->stop = go_domain_stop, d->many = go_domain_many, d->stack_full = go_domain_stack;
    d->memory_full = go_domain_memory;
    d->account = account_new();
    d->account->malloc = go_domain_malloc, d->account->growslice = go_domain_growslice;
    return d;
}
// Its plugin is gone: what it has left is the host's, also the memory that goroutines without its code allocate yet.
SYSTEM void rt_domain_close(Domain *d) {
    if (!d->account) return;
    stop_the_world("unload plugin");
    Account *a = d->account;
    d->account = NULL;
    account_close(a);
    start_the_world();
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
    P *p = this_m()->p;
    account_follow(p, g);
    return (Entered){before, p->id};
}
// The goroutine belongs to a from now on, NULL: to the host.
static LEAF void stack_changes_hands(G *g, Account *a) {
    i64 size = (i64)(g->stack_hi - g->stack_lo);
    if (g->payer) account_charge(g->payer, ACCOUNT_STACKS, g->unpaid ? (1ll << g->unpaid) - size : -size);
    g->payer = a;
    g->unpaid = 0;
    if (a) account_charge(a, ACCOUNT_STACKS, size);
}
LEAF void rt_domain_leave(usize before) {
    G *g = this_g();
    if (!g->domain_call && g->domain) __atomic_fetch_sub(&g->domain->goroutines, 1, __ATOMIC_RELAXED); // joined
    __atomic_store_n(&g->domain, (Domain *)(before & ~(usize)1), __ATOMIC_RELEASE);
    g->domain_call = before & 1;
    g->domain_round = 0;
    if (unlikely(g->payer != NULL) && !g->domain) stack_changes_hands(g, NULL);
    account_follow(this_m()->p, g);
}
// Of a goroutine that was begun for a call: it is the domain's from now on.
LEAF void rt_domain_join(Domain *d) {
    __atomic_fetch_add(&d->goroutines, 1, __ATOMIC_RELAXED);
    G *g = this_g();
    __atomic_store_n(&g->domain, d, __ATOMIC_RELEASE);
    stack_changes_hands(g, d->account);
    account_follow(this_m()->p, g);
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
    stack_changes_hands(g, d->account);
}
SYSTEM void domain_end(G *g) {
    if (!g->domain_call) __atomic_fetch_sub(&g->domain->goroutines, 1, __ATOMIC_RELAXED);
    __atomic_store_n(&g->domain, NULL, __ATOMIC_RELEASE);
    g->domain_call = 0;
    g->domain_round = 0;
    stack_changes_hands(g, NULL);
}

// ---- the end

static SIGNAL bool is_of(const char *name, const char *package) {
    while (*package && *name == *package) name++, package++;
    return !*package && *name == '.';
}
static SIGNAL bool is_of_any(const char *name, const char *packages) {
    for (const char *p = packages; name && *p; p++) {
        if (is_of(name, p)) return true;
        while (*p) p++;
    }
    return false;
}
// Is this code of one of the packages that the plugin alone has?
SIGNAL bool domain_has_code(const Domain *d, usize pc) {
    if (pc - d->lo >= d->size) return false;
    const FuncRec *f = find_func(pc);
    return f && is_of_any(func_name(f), d->packages);
}
SIGNAL bool domain_stops(G *g, usize pc, bool anywhere) {
    Domain *d = g->domain;
    u32 round = __atomic_load_n(&d->stopped, __ATOMIC_ACQUIRE);
    if (!round || (g->domain_round && round < g->domain_round + AGAIN) || !domain_has_code(d, pc)) return false;
    if (anywhere && round < INSIST && find_func(pc)->deferreturn) return false;
    g->domain_round = round;
    return true;
}
// By runtime.morestack below the return address; where that of the caller is.
enum { SAVED = 320, CALLER = SAVED + 8 };
// In newstack: the function that asks for more stack is not called, what it says is.
static SYSTEM void call_instead(G *g, const u8 *fn) {
    *(usize *)(g->sched.sp + SAVED) = (usize)fn;
    g->stackguard0 = g->stack_lo + STACK_GUARD;
}
SYSTEM bool domain_stop_at_entry(G *g) {
    if (g->sig) return false; // it enters runtime.sigpanic, whose caller has another frame
    usize pc = *(usize *)(g->sched.sp + CALLER) - 1;
    if (!domain_stops(g, pc, false)) return false;
    call_instead(g, g->domain->stop);
    return true;
}
// One that gives way, or waits, again and again is hardly ever met at an instruction of its own. Not where it has just got a lock, which nobody would give back.
static SYSTEM bool has_nothing_new(const G *g) {
    switch ((WaitReason)g->waitreason) {
    case WAIT_ZERO: // runtime.Gosched
    case WAIT_CHAN_RECEIVE:
    case WAIT_CHAN_SEND:
    case WAIT_SELECT:
    case WAIT_SLEEP: return true;
    default: return false;
    }
}
SYSTEM void domain_resumed(G *g, bool anywhere) {
    if (likely(!__atomic_load_n(&g->domain->stopped, __ATOMIC_RELAXED))) return;
    if (anywhere && !g->domain_round)
        g->stackguard0 = STACK_PREEMPT; // in the library, nearly always: the next function may be called by the plugin
    if (g->sched.ctxt || g->syscallsp || g->sig || !has_nothing_new(g) || !domain_stops(g, g->sched.pc - 1, false))
        return;
    g->sched.sp -= 8; // the call that returns has called what stops it
    *(usize *)g->sched.sp = g->sched.pc;
    g->sched.pc = (usize)g->domain->stop;
}
SYSTEM bool domain_stack_is_full(G *g, usize want) {
    const Domain *d = g->domain;
    const Account *a = d->account;
    bool memory = a && a->limit && a->of[ACCOUNT_STACKS] > a->limit; // of all its goroutines
    if (want <= d->most_stack && !memory) return false;
    if (want > 2 * d->most_stack) return false; // what runs now needs it: the end by the runtime's own limit
    if (memory && !domain_has_code(d, *(usize *)(g->sched.sp + CALLER) - 1)) return false;
    call_instead(g, memory ? d->memory_full : d->stack_full);
    return true;
}
// In the SYS call of a go statement: true: it ends its goroutine in the place of beginning another.
SYSTEM bool domain_is_full(G *g) {
    Domain *d = g->domain;
    bool many = d->most_goroutines && __atomic_load_n(&d->goroutines, __ATOMIC_RELAXED) >= d->most_goroutines;
    const Account *a = d->account;
    bool memory = a && a->limit && a->of[ACCOUNT_STACKS] > a->limit;
    if (!many && !memory && !__atomic_load_n(&d->stopped, __ATOMIC_RELAXED)) return false;
    if (g->domain_round) return false; // a deferred call of one that ends
    g->sched.sp -= 8;                  // returns into the function, which returns behind the go statement
    *(usize *)(g->sched.sp - 8) = (usize)(many ? d->many : memory ? d->memory_full : d->stop);
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
        if (__atomic_load_n(&d->stopped, __ATOMIC_RELAXED)) preempt_one(p, PREEMPT_SLICE);
    }
}

// ---- memory

// World running. It has more than it may have: the host is told, by a goroutine of its own.
static SYSTEM void goes_over(Domain *d) {
    static const FuncVal over = {go_domain_over};
    if (__atomic_exchange_n(&d->over, 1, __ATOMIC_ACQ_REL)) return;
    rt_domain_stop(d);
    G *g = newproc1((FuncVal *)&over, NULL, 0);
    M *m = this_m();
    m->locks++;
    runq_put(m->p, g, false);
    wakep();
    m->locks--;
}
// Whether the plugin's code stands behind the frames that count for nobody (is_of_any's list), and, if that may be, behind the library's.
static SYSTEM bool is_behind(const Domain *d, G *g, const char *nobody, bool in_library) {
    Unwinder u;
    for (unwind_init(&u, g, 0, 0); u.ok; unwind_next(&u)) {
        const char *name = func_name(u.frame.fn);
        if (domain_has_code(d, u.frame.pc - 1)) return true;
        if (is_of_any(name, nobody)) continue;
        if (!in_library || !d->library || !is_of_any(name, d->library)) return false;
    }
    return !g->domain_call;
}
static SYSTEM bool may_end_here(const Domain *d, G *g, bool in_library) {
    return is_behind(d, g, "runtime\0internal/runtime/maps\0", in_library);
}
static SYSTEM bool has_room(const Account *a, i64 reserve, i64 bytes, u32 spc) {
    if (__atomic_load_n(&a->used, __ATOMIC_RELAXED) + bytes <= a->limit + reserve) return true;
    return spc > 1 && __atomic_load_n(&a->central[spc].partial.first, __ATOMIC_RELAXED); // none that others do not need
}
// May the goroutine's domain have another object of this size? The second result of COLLECT: how long it has to wait before, so that the collections that a domain
// needs take a quarter of the time at most.
typedef struct Admission {
    i64 what, wait;
} Admission;
SYSTEM Admission rt_domain_admit(usize size, bool noscan, i64 tried) {
    enum { ADMITTED, COLLECT, REFUSED, TRIES = 2 };
    G *g = this_g();
    Domain *d = g->domain;
    Account *a = account_of(g);
    if (!a || !a->limit) return (Admission){ADMITTED};
    u32 spc;
    i64 bytes = (i64)span_bytes_for(size, noscan, &spc);
    if (has_room(a, 0, bytes, spc)) return (Admission){ADMITTED};
    while (__atomic_load_n(&a->unswept, __ATOMIC_ACQUIRE))
        if (!sweep_account(a, 64)) wait_for_other(); // who sweeps the last ones
    if (has_room(a, 0, bytes, spc)) return (Admission){ADMITTED};
    bool ends = __atomic_load_n(&d->stopped, __ATOMIC_RELAXED);
    if (!ends && tried < TRIES && bytes <= a->limit) {
        __atomic_fetch_add(&a->collections, 1, __ATOMIC_RELAXED);
        i64 wait = a->collect_after - nanotime();
        return (Admission){COLLECT, wait > 0 ? wait : 0};
    }
    if (has_room(a, ends ? a->limit / 8 + (256 << 10) : 0, bytes, spc))
        return (Admission){ADMITTED}; // for deferred calls
    goes_over(d);
    bool in_library = spc <= 1 || !has_room(a, a->limit / 8 + (256 << 10), bytes, spc);
    return (Admission){may_end_here(d, g, in_library) ? REFUSED : ADMITTED};
}
SYSTEM void rt_domain_collected(i64 ns) {
    Account *a = account_of(this_g());
    if (a) a->collect_after = nanotime() + 3 * ns;
}

// ---- waits

static SYSTEM bool is_mine(const Domain *d, usize p) { // memory of the plugin's
    const Span *s = heap_span_of(p);
    return p - d->lo < d->size || (s && d->account && s->account == d->account);
}
static SYSTEM bool waits_for_itself(const Domain *d, G *g, bool in_library) {
    return is_behind(d, g, "runtime\0sync\0internal/sync\0time\0", in_library);
}
// World stopped. Ends its wait, if it may; false: it goes on waiting.
static SYSTEM bool end_wait(const Domain *d, G *g) {
    switch ((WaitReason)g->waitreason) {
    case WAIT_CHAN_RECEIVE_NIL:
    case WAIT_CHAN_SEND_NIL:
    case WAIT_SELECT_NO_CASES: return true;
    case WAIT_CHAN_RECEIVE:
    case WAIT_CHAN_SEND:
    case WAIT_SELECT: chan_cancel(g); return true;
    case WAIT_SLEEP: return timer_stop(&g->sleep_timer->t);
    case WAIT_IO_WAIT: return poll_cancel(g);
    case WAIT_SEMACQUIRE:
    case WAIT_SYNC_RWMUTEX_RLOCK:
    case WAIT_SYNC_RWMUTEX_LOCK:
        if (!is_mine(d, (usize)sema_waited_for(g))) return false;
        sema_cancel(g);
        return true;
    case WAIT_SYNC_MUTEX_LOCK:
    case WAIT_SYNC_WAITGROUP_WAIT: sema_cancel(g); return true;
    default: return false;
    }
}
static SYSTEM G *waiters_to_end(Domain *d, u32 round) {
    static const FuncVal stop = {go_domain_stop};
    G *list = NULL;
    u64 at = 0;
    for (G *g; (g = g_next(&at));) {
        if (g->domain != d || g->status != G_WAITING || g->bubble || g->system_goroutine) continue;
        if (g->domain_round && round < g->domain_round + AGAIN) continue; // its deferred calls wait
        if (!waits_for_itself(d, g, round >= LIBRARY) || !end_wait(d, g)) continue;
        g->on_resume = NULL;
        g->param = NULL;
        g->ret0 = g->ret1 = 0;
        g->domain_round = round;
        g->sched.sp -= 8; // it has called what stops it
        *(usize *)g->sched.sp = g->sched.pc;
        g->sched.pc = (usize)go_domain_stop;
        g->sched.ctxt = (usize)&stop;
        g->schedlink = list;
        list = g;
    }
    return list;
}
// Those that wait are ended too, as far as that goes; of a domain that is stopped.
SYSTEM void rt_domain_end_waiting(Domain *d) {
    u32 round = __atomic_load_n(&d->stopped, __ATOMIC_RELAXED);
    if (!round) return;
    stop_the_world("stop plugin");
    G *list = waiters_to_end(d, round);
    start_the_world();
    inject_glist(list);
}
// Nothing that it has left for later runs any more: functions of timers, finalizers, cleanups.
SYSTEM void rt_domain_abandon(Domain *d) {
    gc_stop_between_cycles("stop plugin");
    timers_drop(d);
    specials_drop(d);
    start_the_world();
}
