// prof.c - the samples of prof.h: a table of call stacks with counts, filled by malloc, sweep, the scheduler and semaphores, read by runtime.MemProfile,
// BlockProfile and MutexProfile.
//
// SYSTEM. Lock: prof_lock. Persistent memory only. Nothing here is linked unless a function that reads profiles is reached.
//
// Memory counts become visible when both allocations and frees are known: what is allocated before a collection (cycle c: later[c + 2]) together with the
// frees that the sweep after it finds (cycle c + 1: later[c + 1 + 1]), when that sweep is over.
#include "diag/prof.h"
#include "gc/gc.h"
#include "sched/sched.h"

enum { KIND_MEM, KIND_BLOCK, KIND_MUTEX, NKIND };
enum { NHASH = 16384, MAX_STACK = 128 };
typedef struct Counts {
    i64 allocs, frees, alloc_bytes, free_bytes;
} Counts;
typedef struct Bucket {
    struct Bucket *hash_next, *all_next;
    usize hash, bytes; // bytes of one object (memory)
    Counts seen, later[3];
    double count, ns; // events
    i64 nstack;
    usize stack[];
} Bucket;
struct Sample { // of a live object: on its span's list
    struct Sample *next;
    u32 index;
    Bucket *bucket;
};

static Lock prof_lock = RANKED(PROF);
static Bucket *table[NKIND][NHASH], *all[NKIND];
static Sample *sample_pool;
static u64 cycle;
static bool flushed;
static u64 start_bytes;
i64 block_rate, mutex_rate;
extern i64 mem_rate GOSYM("runtime.MemProfileRate");

// ---- call stacks

static SYSTEM Bucket *bucket_of(u32 kind, const usize *pcs, i64 n, usize bytes) { // prof_lock
    usize h = bytes * 0x9e3779b97f4a7c15;
    for (i64 i = 0; i < n; i++) h = ((h << 5 | h >> 59) ^ pcs[i]) * 0x9e3779b97f4a7c15;
    h ^= h >> 32;
    Bucket **head = &table[kind][h % NHASH];
    for (Bucket *b = *head; b; b = b->hash_next) {
        if (b->hash != h || b->bytes != bytes || b->nstack != n) continue;
        i64 i = 0;
        while (i < n && b->stack[i] == pcs[i]) i++;
        if (i == n) return b;
    }
    Bucket *b = persistent_alloc(sizeof *b + (usize)n * sizeof b->stack[0], 8);
    b->hash = h;
    b->bytes = bytes;
    b->nstack = n;
    for (i64 i = 0; i < n; i++) b->stack[i] = pcs[i];
    b->hash_next = *head;
    *head = b;
    b->all_next = all[kind];
    all[kind] = b;
    return b;
}

// ---- random numbers

// -ln(u) for a random u in (0, 1], to four digits: the exponent of u exactly, the mantissa by a polynomial.
static SYSTEM double exponential(void) {
    u64 r = (rand64() >> 11) + 1; // 1 .. 2^53
    u32 top = 63 - (u32)__builtin_clzll(r);
    double m = (double)r / (double)(1ull << top) - 1; // [0, 1)
    double log2m = m * (1.4418 + m * (-0.7056 + m * (0.4160 + m * (-0.1939 + m * 0.0417))));
    double v = (53 - (double)top - log2m) * 0.693147180559945;
    return v > 0 ? v : 0;
}

// ---- memory

static SYSTEM void mem_start(void) {
    if (mem_profile) return;
    mem_profile = 1;
    __atomic_fetch_or(&malloc_hook, MALLOC_PROFILE_START, __ATOMIC_RELAXED);
}
static SYSTEM u32 mem_draw(usize elemsize) {
    i64 rate = __atomic_load_n(&mem_rate, __ATOMIC_RELAXED);
    if (rate <= 0) return ~0u;
    if (rate == 1) return 0;
    double n = exponential() * (double)rate / (double)elemsize;
    return n >= 4294967295.0 ? ~0u : (u32)n;
}
static SYSTEM bool mem_changed(i64 *rate) {
    i64 now = __atomic_load_n(&mem_rate, __ATOMIC_RELAXED);
    bool changed = *rate != now;
    *rate = now;
    return changed;
}
static SYSTEM void mem_sample(Span *s, usize p, usize bytes) {
    M *m = this_m();
    if (!m->curg || m->in_go_call) return; // no goroutine asked for it
    usize pcs[MAX_STACK];
    i64 n = stack_pcs(m->curg, 0, 0, 0, pcs, MAX_STACK);
    lock(&prof_lock);
    Bucket *b = bucket_of(KIND_MEM, pcs, n, bytes);
    Counts *c = &b->later[(cycle + 2) % 3];
    c->allocs++;
    c->alloc_bytes += (i64)bytes;
    Sample *x = sample_pool;
    if (x) sample_pool = x->next;
    else x = persistent_alloc(sizeof *x, 8);
    *x = (Sample){s->samples, obj_index(s, p), b};
    s->samples = x;
    unlock(&prof_lock);
}
static SYSTEM void mem_swept(Span *s) {
    lock(&prof_lock);
    for (Sample **l = &s->samples, *x; (x = *l);) {
        if (s->mark_bits[x->index >> 6] >> (x->index & 63) & 1) {
            l = &x->next;
            continue;
        }
        Counts *c = &x->bucket->later[(cycle + 1) % 3];
        c->frees++;
        c->free_bytes += (i64)x->bucket->bytes;
        *l = x->next;
        x->next = sample_pool;
        sample_pool = x;
    }
    unlock(&prof_lock);
}
static SYSTEM void make_visible(Counts *seen, Counts *c) {
    seen->allocs += c->allocs;
    seen->frees += c->frees;
    seen->alloc_bytes += c->alloc_bytes;
    seen->free_bytes += c->free_bytes;
    *c = (Counts){0};
}
static SYSTEM void flush(void) { // prof_lock; the sweep of the last cycle is over
    if (flushed) return;
    flushed = true;
    for (Bucket *b = all[KIND_MEM]; b; b = b->all_next) make_visible(&b->seen, &b->later[(cycle + 1) % 3]);
}
static SYSTEM void mem_cycle(void) { // world stopped; the sweep of the cycle before is over
    lock(&prof_lock);
    flush();
    cycle++;
    flushed = false;
    unlock(&prof_lock);
}
static SYSTEM void mem_starting(usize size) {
    if (__atomic_add_fetch(&start_bytes, size, __ATOMIC_RELAXED) >= MEM_START)
        __atomic_fetch_and(&malloc_hook, ~MALLOC_PROFILE_START, __ATOMIC_RELAXED);
}
const MemProfiler mem_profiler = {mem_start, mem_starting, mem_draw, mem_changed, mem_sample, mem_swept, mem_cycle};

// ---- events

// An event that took ns is counted for all those that were not looked at.
static SYSTEM void add_event(u32 kind, G *g, i64 skip, double count, double ns) {
    usize pcs[MAX_STACK];
    i64 n = stack_pcs(g, 0, 0, skip, pcs, MAX_STACK);
    lock(&prof_lock);
    Bucket *b = bucket_of(kind, pcs, n, 0);
    b->count += count;
    b->ns += ns;
    unlock(&prof_lock);
}
static SYSTEM void block_event(G *g, i64 ns, i64 skip) {
    i64 rate = __atomic_load_n(&block_rate, __ATOMIC_RELAXED);
    if (ns < 1) ns = 1;
    if (rate <= 0 || (rate > ns && (i64)(rand64() % (u64)rate) > ns)) return;
    if (ns < rate) add_event(KIND_BLOCK, g, skip, (double)rate / (double)ns, (double)rate);
    else add_event(KIND_BLOCK, g, skip, 1, (double)ns);
}
static SYSTEM void mutex_event(G *g, i64 waited, i64 skip) {
    i64 rate = __atomic_load_n(&mutex_rate, __ATOMIC_RELAXED);
    if (rate <= 0 || rand64() % (u64)rate) return;
    add_event(KIND_MUTEX, g, skip, (double)rate, (double)waited * (double)rate);
}
const EventProfiler event_profiler = {block_event, mutex_event};

// ---- readers

// References that are not weak: whoever is reached here wants the samples.
static const MemProfiler *const volatile memory = &mem_profiler;
static const EventProfiler *const volatile events = &event_profiler;
SYSTEM void rt_set_block_rate(i64 rate) {
    (void)events;
    __atomic_store_n(&block_rate, rate < 0 ? 0 : rate, __ATOMIC_RELAXED);
}
SYSTEM i64 rt_set_mutex_rate(i64 rate) {
    (void)events;
    return rate < 0 ? mutex_rate : __atomic_exchange_n(&mutex_rate, rate, __ATOMIC_RELAXED);
}
// runtime.blockevent, which the library's tests link to: its caller was blocked for ns; skip 1 is that caller.
SYSTEM void rt_blockevent(i64 ns, i64 skip) { block_event(this_g(), ns, skip > 0 ? skip - 1 : 0); }
// One record is 5 words (memory: allocated and freed bytes, allocated and freed objects, depth; events: count, ns, -, -, depth) and `depth` words of
// stack. Writes as many records as fit into out, returns how many there are. flags: 1 memory whose objects are all freed too; the rest is the kind.
SYSTEM i64 rt_read_profile(i64 kind, u64 all_records, i64 *out, i64 words, i64 depth) {
    i64 n = 0;
    if (kind == KIND_MEM) sweep_all();
    lock(&prof_lock);
    if (kind == KIND_MEM) {
        memory->start();
        flush();
        bool none = true;
        for (Bucket *b = all[KIND_MEM]; b && none; b = b->all_next) none = !b->seen.allocs && !b->seen.frees;
        if (none) // no cycle yet: what there is
            for (Bucket *b = all[KIND_MEM]; b; b = b->all_next)
                for (i64 i = 0; i < 3; i++) make_visible(&b->seen, &b->later[i]);
    }
    for (Bucket *b = all[kind]; b; b = b->all_next) {
        const Counts *c = &b->seen;
        if (kind == KIND_MEM && !(all_records & 1) && c->alloc_bytes == c->free_bytes) continue;
        if ((n + 1) * (5 + depth) <= words) {
            i64 *w = out + n * (5 + depth), k = b->nstack < depth ? b->nstack : depth;
            w[0] = kind == KIND_MEM ? c->alloc_bytes : (i64)b->count;
            w[1] = kind == KIND_MEM ? c->free_bytes : (i64)b->ns;
            w[2] = c->allocs;
            w[3] = c->frees;
            w[4] = k;
            for (i64 i = 0; i < depth; i++) w[5 + i] = i < k ? (i64)b->stack[i] : 0;
        }
        n++;
    }
    unlock(&prof_lock);
    return n;
}
