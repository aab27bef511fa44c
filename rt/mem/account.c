// account.c - accounts: what a domain has of the heap, so that a plugin can be held to a limit (contract: struct Account in mem.h; limits: sched/domain.c).
//
// A span belongs to the account that it was taken for, until it is given back; an account has lists of spans of its own (Account.central) and, for each P, a
// cache of its own. When a goroutine runs on a P, or goes into a call of a plugin, the P's cache becomes that of its account (account_follow), so the fast path of
// allocation knows nothing of it. Charged are whole spans, when they are taken; credited when they are swept and found empty. So what an account has used is what
// nobody else can use, however few objects lie in it.
// Stacks: a goroutine of a domain pays for all of its own; one of the host's, in a call, for what its stack grew there, until it leaves.
#include "mem/mem.h"
#include "gc/gc.h"
#include "sched/sched.h"

static Lock account_lock = RANKED(ACCOUNT);
static Account *first; // atomic

SYSTEM Account *accounts(void) { return __atomic_load_n(&first, __ATOMIC_ACQUIRE); }
static SYSTEM void make_room(Account *a, i32 n) {
    if (a->ncache >= n) return;
    MCache **c = persistent_alloc((usize)n * sizeof *c, 8);
    for (i32 i = 0; i < a->ncache; i++) c[i] = a->cache[i];
    a->cache = c;
    a->ncache = n;
}
static SYSTEM Account *unused(void) { // account_lock
    for (Account *a = first; a; a = a->next)
        if (!a->is_used) return a;
    Account *a = persistent_alloc(sizeof *a, 64);
    for (u32 i = 0; i < NSPANCLASS; i++) lock_rank(&a->central[i].lock, CENTRAL);
    a->next = first;
    __atomic_store_n(&first, a, __ATOMIC_RELEASE);
    return a;
}
SYSTEM Account *account_new(void) {
    lock(&account_lock);
    Account *a = unused();
    a->is_used = true;
    make_room(a, procs_made > gomaxprocs ? procs_made : gomaxprocs);
    unlock(&account_lock);
    return a;
}
SYSTEM void accounts_grow(i32 procs) {
    for (Account *a = first; a; a = a->next) make_room(a, procs);
}

LEAF void account_switch(P *p, Account *a) {
    p->account = a;
    MCache *c = a ? a->cache[p->id] : p->mcache_host;
    p->mcache = c ? c : &mcache_none;
}
SYSTEM void mcaches_flush(P *p, bool all) {
    mcache_flush(p->mcache_host, all);
    for (Account *a = first; a; a = a->next)
        if (p->id < a->ncache && a->cache[p->id]) mcache_flush(a->cache[p->id], all);
}

// ---- the end

static SYSTEM void to_host(SpanList *to, SpanList *from) {
    for (Span *s = from->first; s; s = s->next) s->account = NULL;
    spans_append(to, from);
}
SYSTEM void account_close(Account *a) {
    for (i32 i = 0; i < gomaxprocs; i++) {
        if (a->cache[i]) mcache_flush(a->cache[i], true);
        if (allp[i]->account == a) account_switch(allp[i], NULL);
    }
    for (u32 i = 0; i < NSPANCLASS; i++) {
        Central *c = &a->central[i], *h = &heap.central[i];
        to_host(&h->partial, &c->partial);
        to_host(&h->full, &c->full);
        to_host(&h->unswept, &c->unswept);
    }
    u64 at = 0;
    for (G *g; (g = g_next(&at));)
        if (g->payer == a) g->payer = NULL, g->unpaid = 0;
    specials_forget(a);
    a->used = a->limit = a->peak = a->collect_after = 0;
    a->collections = a->unswept = 0;
    memset(a->of, 0, sizeof a->of);
    a->is_used = false;
}

// ---- stacks

LEAF void stack_paid(G *g, usize was, usize is) {
    if (!g->payer) { // a call: for what comes now
        g->payer = account_of(g);
        if (!g->payer) return;
        g->unpaid = (u8)__builtin_ctzll(was);
    }
    account_charge(g->payer, ACCOUNT_STACKS, (i64)is - (i64)was);
}
