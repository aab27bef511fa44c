// special.c - what is attached to objects: finalizers, cleanups, weak handles. System stack; special_lock, or the world stopped.
//
// Specials hang on the object's span, unordered. While their object lives they are roots for what they need (closures, handles); a finalizer is also a
// root for everything its object refers to, so that only the outermost of a chain of dead objects is finalized in one cycle. When marking is over, before a
// span is swept (Span.decided), for each dead object: weak handles are cleared; if it has a finalizer it is queued and the object survives this cycle,
// else its cleanups are queued. Who reads a weak handle, or attaches something, before that, decides about the span first. While marking nobody decides.
// The queue is served by one goroutine written in Go (lib/runtime/gcapi.go): it takes one record at a time.
#include "gc/gc.h"
#include "sched/sched.h"

enum { SP_FINALIZER, SP_CLEANUP, SP_WEAK };
struct Special {
    Special *next;
    usize p; // as given
    u8 kind;
    FuncVal *fn; // finalizer(arg), cleanup()
    GoType *ot, *fint;
    usize nret;       // finalizer: type of the object pointer, of the parameter, bytes of results
    usize *handle;    // weak
    u64 id;           // cleanup
    Account *account; // whose goroutine made it; NULL: the host's
    Domain *domain;   // of the plugin in whose module the code that will run lies, if it is that of who made it
};
typedef struct FinRec {
    struct FinRec *next;
    FuncVal *fn;
    void *arg;
    GoType *ot, *fint;
    usize nret;
    Domain *domain;
    bool is_finalizer;
} FinRec; // fn..domain, flag: read by Go

static Lock special_lock = RANKED(SPECIAL);
static Span *spans_with; // linked by next_special
static Special *pool;
static struct {
    FinRec *first, *last, *pool, *current;
    G *waiter;
    u64 nqueued[2], nrun[2]; // cleanups, finalizers
} finq;
static u64 cleanup_id;
typedef struct Immortal {
    struct Immortal *next;
    usize p;
    usize *handle;
} Immortal;
static Immortal *immortals; // weak handles of objects that are not in the heap

// ---- deciding what died

static SYSTEM void queue(Special *x) {
    FinRec *r = finq.pool;
    if (r) finq.pool = r->next;
    else r = persistent_alloc(sizeof *r, 8);
    *r = (FinRec){.fn = x->fn,
                  .arg = x->kind == SP_FINALIZER ? (void *)x->p : NULL,
                  .ot = x->ot,
                  .fint = x->fint,
                  .nret = x->nret,
                  .domain = x->domain,
                  .is_finalizer = x->kind == SP_FINALIZER};
    if (finq.last) finq.last->next = r;
    else finq.first = r;
    finq.last = r;
    finq.nqueued[r->is_finalizer]++;
}
static SYSTEM bool marked(const Span *s, usize p) {
    u32 i = obj_index(s, p);
    return s->mark_bits[i >> 6] >> (i & 63) & 1;
}
static SYSTEM void with_finalizers(Span *s, u64 *bits) { // by index: an object may have any number of cleanups
    for (u32 i = 0; i <= s->nelems / 64; i++) bits[i] = 0;
    for (Special *x = s->specials; x; x = x->next) {
        u32 i = obj_index(s, x->p);
        if (x->kind == SP_FINALIZER) bits[i >> 6] |= 1ull << (i & 63);
    }
}
static SYSTEM void keep(Span *s, usize p) { // what it refers to was marked as a root
    u32 i = obj_index(s, p);
    s->mark_bits[i >> 6] |= 1ull << (i & 63);
    __atomic_fetch_add(&heap.live, s->elemsize, __ATOMIC_RELAXED);
}
static SYSTEM void unlink_span(Span *s) { // special_lock
    *(s->prev_special ? &s->prev_special->next_special : &spans_with) = s->next_special;
    if (s->next_special) s->next_special->prev_special = s->prev_special;
    s->next_special = s->prev_special = NULL;
    s->in_special_list = false;
}
static SYSTEM void drop(Special *sp) {
    if (unlikely(sp->account != NULL)) account_charge(sp->account, ACCOUNT_RECORDS, -(i64)sizeof *sp);
    sp->next = pool;
    pool = sp;
}
// special_lock; not while marking: marks are those of the cycle that ended last, and nobody sweeps s.
static SYSTEM void decide(Span *s) {
    if (s->decided == gc_cycle) return;
    // handles first: nobody gets at an object once its finalizer is queued
    for (Special *x = s->specials; x; x = x->next)
        if (x->kind == SP_WEAK && !marked(s, x->p)) __atomic_store_n(x->handle, 0, __ATOMIC_RELEASE);
    u64 finalized[OBJ_PER_SPAN_MAX / 64 + 1];
    with_finalizers(s, finalized);
    for (Special **l = &s->specials, *x; (x = *l);) { // what has no finalizer
        u32 i = obj_index(s, x->p);
        bool later = x->kind == SP_CLEANUP && finalized[i >> 6] >> (i & 63) & 1;
        if (x->kind == SP_FINALIZER || marked(s, x->p) || later) {
            l = &x->next;
            continue;
        }
        *l = x->next;
        if (x->kind == SP_CLEANUP) queue(x);
        drop(x);
    }
    Special *queued = NULL;
    for (Special **l = &s->specials, *x; (x = *l);) { // several finalizers of one tiny block: all run now
        if (x->kind != SP_FINALIZER || marked(s, x->p)) {
            l = &x->next;
            continue;
        }
        *l = x->next;
        queue(x);
        x->next = queued;
        queued = x;
    }
    for (Special *x; (x = queued);) {
        queued = x->next;
        if (!marked(s, x->p)) keep(s, x->p);
        drop(x);
    }
    __atomic_store_n(&s->decided, gc_cycle, __ATOMIC_RELEASE);
}
SYSTEM void specials_decide(Span *s) {
    lock(&special_lock);
    decide(s);
    if (!s->specials && s->in_special_list) unlink_span(s); // it may go
    unlock(&special_lock);
    if (!__atomic_load_n(&sched.gcwaiting, __ATOMIC_RELAXED)) specials_wake(); // else who stopped the world does
}

// ---- records

// The highest address first: objects are made in ascending order, and mostly get theirs when they are made, so no place is looked for long.
static SYSTEM Special *new_special(Span *s, usize p, u8 kind) { // special_lock
    if (!gc_phase) decide(s); // now, or not at all in this cycle: what is attached now lives
    Special *sp = pool;
    if (sp) pool = sp->next;
    else sp = persistent_alloc(sizeof *sp, 8);
    Special **l = &s->specials;
    while (*l && (*l)->p > p) l = &(*l)->next;
    *sp = (Special){.p = p, .kind = kind, .next = *l, .account = this_m()->p->account};
    if (unlikely(sp->account != NULL)) account_charge(sp->account, ACCOUNT_RECORDS, sizeof *sp);
    *l = sp;
    if (!s->in_special_list) {
        s->in_special_list = true;
        s->prev_special = NULL;
        s->next_special = spans_with;
        if (spans_with) spans_with->prev_special = s;
        spans_with = s;
    }
    return sp;
}
static SYSTEM Span *object_span(usize p) { return heap_object(p, NULL, NULL) ? span_of(p) : NULL; }

SYSTEM void specials_drop(const Domain *d) {
    for (Span *s = spans_with, *next; s; s = next) {
        next = s->next_special;
        for (Special **l = &s->specials, *x; (x = *l);) {
            if (x->domain != d) {
                l = &x->next;
                continue;
            }
            *l = x->next;
            drop(x);
        }
        if (!s->specials) unlink_span(s);
    }
    FinRec **l = &finq.first;
    finq.last = NULL;
    for (FinRec *r; (r = *l);) {
        if (r->domain != d) {
            finq.last = r;
            l = &r->next;
            continue;
        }
        *l = r->next;
        finq.nrun[r->is_finalizer]++;
        *r = (FinRec){.next = finq.pool};
        finq.pool = r;
    }
}
SYSTEM void specials_forget(const Account *a) {
    for (Span *s = spans_with; s; s = s->next_special)
        for (Special *x = s->specials; x; x = x->next)
            if (x->account == a) x->account = NULL;
}

// ---- from Go

static SYSTEM Domain *domain_of(usize code) {
    Domain *d = this_g()->domain;
    return d && code - d->lo < d->size ? d : NULL;
}
// 0 done, 1 already set, 2 not in the heap
SYSTEM i64 rt_add_finalizer(void *p, FuncVal *fn, GoType *ot, GoType *fint, usize nret) {
    Span *s = object_span((usize)p);
    if (!s) return 2;
    lock(&special_lock);
    usize object = s->base + obj_index(s, (usize)p) * s->elemsize;
    for (Special *x = s->specials; x && x->p >= object; x = x->next)
        if (x->kind == SP_FINALIZER && obj_index(s, x->p) == obj_index(s, (usize)p) &&
            (x->p == (usize)p || s->elemsize != 16)) {
            unlock(&special_lock);
            return 1;
        }
    Special *x = new_special(s, (usize)p, SP_FINALIZER);
    x->fn = fn;
    x->ot = ot;
    x->fint = fint;
    x->nret = nret;
    x->domain = domain_of((usize)fn->code);
    unlock(&special_lock);
    return 0;
}
SYSTEM void rt_remove_finalizer(void *p) {
    Span *s = object_span((usize)p);
    if (!s) return;
    lock(&special_lock);
    for (Special **l = &s->specials, *x; (x = *l) && x->p >= (usize)p; l = &x->next)
        if (x->kind == SP_FINALIZER && x->p == (usize)p) {
            *l = x->next;
            drop(x);
            break;
        }
    unlock(&special_lock);
}
SYSTEM u64 rt_add_cleanup(void *p, FuncVal *fn, usize code) { // 0: not in the heap; code of what fn calls
    Span *s = object_span((usize)p);
    if (!s) return 0;
    lock(&special_lock);
    Special *x = new_special(s, (usize)p, SP_CLEANUP);
    x->fn = fn;
    u64 id = x->id = ++cleanup_id;
    x->domain = domain_of(code);
    unlock(&special_lock);
    return id;
}
SYSTEM void rt_stop_cleanup(void *p, u64 id) {
    Span *s = object_span((usize)p);
    if (!s) return;
    lock(&special_lock);
    for (Special **l = &s->specials, *x; (x = *l) && x->p >= (usize)p; l = &x->next)
        if (x->kind == SP_CLEANUP && x->id == id) {
            *l = x->next;
            drop(x);
            break;
        }
    unlock(&special_lock);
}
// The handle of p, which is one as long as its object lives; NULL: it has none. special_lock; s NULL: p is not in the heap.
static SYSTEM usize *find_weak(Span *s, usize p) {
    for (Immortal *i = s ? NULL : immortals; i; i = i->next)
        if (i->p == p) return i->handle;
    for (Special *x = s ? s->specials : NULL; x && x->p >= p; x = x->next)
        if (x->kind == SP_WEAK && x->p == p) return x->handle;
    return NULL;
}
SYSTEM void *rt_register_weak(void *p) {
    Span *s = object_span((usize)p);
    lock(&special_lock);
    usize *h = find_weak(s, (usize)p);
    unlock(&special_lock);
    if (h) return h;
    usize *fresh = s ? rt_mallocgc(16, NULL, true) : NULL; // not under the lock: may collect; p is on this stack
    lock(&special_lock);
    h = find_weak(s, (usize)p);
    if (!h) {
        h = s ? fresh : persistent_alloc(16, 16);
        *h = (usize)p;
        if (s) new_special(s, (usize)p, SP_WEAK)->handle = h;
        else {
            Immortal *i = persistent_alloc(sizeof *i, 8);
            *i = (Immortal){immortals, (usize)p, h};
            immortals = i;
        }
    }
    unlock(&special_lock);
    return h;
}
static SYSTEM void settle(usize *h) {
    lock(&special_lock);
    usize p = *h;
    Span *s = p ? span_of(p) : NULL;
    if (s) decide(s);
    unlock(&special_lock);
    specials_wake();
}
LEAF void *rt_weak_to_strong(usize *h) GOSYM("weak.runtime_makeStrongFromWeak");
void *rt_weak_to_strong(usize *h) { // the marker learns of what is found here
    if (!h) return NULL;
    if (unlikely(__atomic_load_n(&heap.unswept, __ATOMIC_ACQUIRE))) {
        usize p = __atomic_load_n(h, __ATOMIC_ACQUIRE);
        Span *s = p ? span_of(p) : NULL;
        if (s && __atomic_load_n(&s->decided, __ATOMIC_ACQUIRE) != gc_cycle) LEAF_ON_SYSTEM(settle, h, 0, 0);
    }
    void *p = (void *)__atomic_load_n(h, __ATOMIC_ACQUIRE);
    gc_shade(p, NULL);
    return p;
}

// ---- the collector

// Roots, piece by piece beside the program: what is new, and what is gone, needs none (gc.h).
static Span *next_marked; // special_lock: in spans_with
static bool current_marked;
static FinRec *next_queued;             // special_lock: in finq
SYSTEM void specials_mark_begin(void) { // world stopped
    next_marked = spans_with;
    next_queued = finq.first;
    current_marked = false;
}
static SYSTEM void mark_special(Worker *w, Span *s, const Special *x) {
    if (x->kind == SP_WEAK) {
        mark_word(w, (usize)x->handle);
        return;
    }
    mark_word(w, (usize)x->fn);
    if (x->kind != SP_FINALIZER) return;
    mark_word(w, (usize)x->ot);
    mark_word(w, (usize)x->fint);
    if (!is_noscan(s)) scan_contents(w, s->base + (usize)obj_index(s, x->p) * s->elemsize);
}
static SYSTEM void mark_record(Worker *w, const FinRec *r) {
    mark_word(w, (usize)r->fn);
    mark_word(w, (usize)r->arg);
    mark_word(w, (usize)r->ot);
    mark_word(w, (usize)r->fint);
}
SYSTEM bool specials_mark_roots(Worker *w) {
    enum { PIECE = 64 };
    lock(&special_lock);
    if (!current_marked && finq.current) mark_record(w, finq.current);
    current_marked = true;
    i32 n = 0;
    for (; next_queued && n < PIECE; next_queued = next_queued->next, n++) mark_record(w, next_queued);
    Span *s = next_marked;
    for (; s && n < PIECE; s = s->next_special)
        for (Special *x = s->specials; x; x = x->next, n++) mark_special(w, s, x);
    next_marked = s;
    bool more = s || next_queued;
    unlock(&special_lock);
    return more;
}
// ---- a module that may go, world stopped

static const char *const what[] = {
    [SP_FINALIZER] = "a finalizer has", [SP_CLEANUP] = "a cleanup has", [SP_WEAK] = "a weak pointer has"};

// Code or types of it; or what a finalizer would be called with has, as the name in an os.File.
static SYSTEM bool is_of(Extent m, const Span *s, const Special *x) {
    if (x->kind == SP_WEAK) return false;
    if (extent_has(m, (usize)x->fn) || extent_has(m, *(const usize *)x->fn)) return true;
    if (x->kind != SP_FINALIZER) return false;
    const usize *word = (const usize *)(s->base + (usize)obj_index(s, x->p) * s->elemsize);
    bool leads = extent_has(m, (usize)x->ot) || extent_has(m, (usize)x->fint);
    for (usize i = 0; !leads && !is_noscan(s) && i < s->elemsize / sizeof *word; i++) leads = extent_has(m, word[i]);
    return leads;
}
// All others, one after the other; next is told what the one that follows is, and at the end NULL.
SYSTEM void specials_mark_each(Worker *w, void (*next)(Worker *, const char *what), Extent module) {
    const FinRec *r = finq.current;
    if (r) next(w, what[r->is_finalizer ? SP_FINALIZER : SP_CLEANUP]), mark_record(w, r);
    for (r = finq.first; r; r = r->next) next(w, what[r->is_finalizer ? SP_FINALIZER : SP_CLEANUP]), mark_record(w, r);
    for (Span *s = spans_with; s; s = s->next_special)
        for (Special *x = s->specials; x; x = x->next)
            if (!is_of(module, s, x)) next(w, what[x->kind]), mark_special(w, s, x);
    next(w, NULL);
}
SYSTEM void specials_mark_own(Worker *w, void (*next)(Worker *, const char *what), Extent module) {
    for (Span *s = spans_with; s; s = s->next_special)
        for (Special *x = s->specials; x; x = x->next)
            if (is_of(module, s, x) && marked(s, x->p)) next(w, what[x->kind]), mark_special(w, s, x);
    next(w, NULL);
}
SYSTEM void specials_drop_module(Extent module) {
    for (Span *s = spans_with, *after; s; s = after) {
        after = s->next_special;
        for (Special **l = &s->specials, *x; (x = *l);) {
            if (!is_of(module, s, x)) {
                l = &x->next;
                continue;
            }
            *l = x->next;
            drop(x);
        }
        if (!s->specials) unlink_span(s);
    }
    for (Immortal **l = &immortals, *i; (i = *l);) {
        if (!extent_has(module, i->p)) {
            l = &i->next;
            continue;
        }
        *i->handle = 0;
        *l = i->next;
    }
}
// ---- the goroutine that runs them

SYSTEM void specials_wake(void) {
    G *g = NULL;
    lock(&special_lock);
    if (finq.first && finq.waiter) {
        g = finq.waiter;
        finq.waiter = NULL;
    }
    unlock(&special_lock);
    if (g) ready(g);
}
static SYSTEM FinRec *take(void) { // special_lock
    FinRec *r = finq.first;
    if (!r) return NULL;
    if (!(finq.first = r->next)) finq.last = NULL;
    if (next_queued == r) next_queued = r->next; // shaded below
    finq.current = r;
    gc_shade(r->fn, r->arg); // from the queue to a stack that was looked through
    gc_shade(r->ot, r->fint);
    return r;
}
static void resume_next(G *g);
static SYSTEM void unlock_special(G *g, void *arg) {
    finq.waiter = g;
    unlock(&special_lock);
}
static SYSTEM FinRec *next_record(void) {
    this_g()->users_turn = 0;
    lock(&special_lock);
    FinRec *r = finq.current;
    if (r) {
        finq.current = NULL;
        bool ran = r->is_finalizer;
        *r = (FinRec){.next = finq.pool};
        finq.pool = r;
        finq.nrun[ran]++;
    }
    r = take();
    if (!r) park_then(unlock_special, NULL, WAIT_FINALIZER_WAIT, resume_next);
    unlock(&special_lock);
    this_g()->users_turn = 1;
    return r;
}
static SYSTEM void resume_next(G *g) {
    g->ret0 = (usize)next_record();
    g->ret1 = 0;
}
SYSTEM FinRec *rt_next_finalizer(void) {
    G *g = this_g();
    if (!g->system_goroutine) {
        g->system_goroutine = 1;
        __atomic_fetch_add(&sched.ngsys, 1, __ATOMIC_RELAXED);
    }
    return next_record();
}
SYSTEM bool specials_pending(void) { return finq.current || finq.first; }
SYSTEM u64 specials_count(bool finalizers, bool run) { return run ? finq.nrun[finalizers] : finq.nqueued[finalizers]; }
SYSTEM void finalizers_each(void (*visit)(void *, bool, usize, FuncVal *, GoType *, GoType *), void *ctx) {
    for (Span *s = spans_with; s; s = s->next_special)
        for (Special *x = s->specials; x; x = x->next)
            if (x->kind == SP_FINALIZER) visit(ctx, false, x->p, x->fn, x->fint, x->ot);
    for (FinRec *r = finq.first; r; r = r->next)
        if (r->is_finalizer) visit(ctx, true, (usize)r->arg, r->fn, r->fint, r->ot);
}
