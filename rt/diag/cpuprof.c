// cpuprof.c - the CPU profile: SIGPROF by a timer of each thread; each puts the stack of what it interrupted into a ring that runtime/pprof empties.
//
// cpu_tick: SIGNAL, on the thread that was interrupted. The rest: SYSTEM. Nothing here is linked unless a program can start such a profile; the handler
// calls cpu_tick through cpu_profile_tick.
//
// A record: words (its own included), time, labels of the goroutine, return addresses from the innermost on (the interrupted instruction's is one more
// than its address). Threads that are interrupted take turns (`writing`); the reader takes no lock: it moves `tail`, they move `head`.
#include "diag/prof.h"
#include "diag/trace.h"
#include "os/linux/linux.h"
#include "sched/sched.h"
#include "gc/gc.h"

enum { RING = 1 << 17, MAX_STACK = 64, HEAD_WORDS = 3 };
extern u8 async_preempt[] GOSYM("runtime.asyncPreempt");
static struct {
    u64 *ring;
    u64 head, tail; // words ever written, read; atomic
    u32 writing;    // atomic
    u64 lost;       // samples that found no room; atomic
    i64 hz;         // 0: not running
    bool header;    // the reader has not had the first record
    bool rooted;
} prof;
void (*cpu_profile_tick)(usize pc, usize sp, bool go);
void (*cpu_profile_thread)(M *m, bool ends);

static SIGNAL i64 go_frames(G *g, usize pc, usize sp, usize *pcs, i64 n) {
    Unwinder u;
    for (unwind_init(&u, g, pc, sp); u.ok && n < MAX_STACK; unwind_next(&u))
        pcs[n++] = u.frame.pc + (u.frame.kind != FRAME_CALL);
    return n;
}
void find_go_caller(G *g, usize here, usize *pc, usize *sp); // fatal.c
// go: R14 was the goroutine, so Go code or a LEAF function was running.
static SIGNAL i64 take_stack(usize pc, usize sp, bool go, usize *pcs) {
    M *m = this_m();
    G *g = m->curg;
    if (g && pc == (usize)async_preempt && sp >= g->stack_lo && sp < g->stack_hi) { // both signals came at once
        pc = *(usize *)sp;
        sp += 8;
    }
    FuncRec *f = find_func(pc);
    if (!g) {
        pcs[0] = pc + 1;
        return 1;
    }
    bool on_g = sp >= g->stack_lo && sp < g->stack_hi;
    if (go && on_g && f && f->flags & FUNC_ASM && f->lines) return go_frames(g, pc + 1, sp, pcs, 0);
    if (go && on_g && f && !(f->flags & (FUNC_SYSTEM | FUNC_ASM)) && pc - func_entry(f) >= f->body &&
        *(const u8 *)pc != 0xc3)
        return go_frames(g, pc + 1, sp, pcs, 0);
    pcs[0] = pc + 1;
    if (!on_g) return g->status == G_RUNNING && g->sched.pc ? go_frames(g, 0, 0, pcs, 1) : 1; // in a SYS call
    usize ret = *(usize *)sp; // no frame yet, or none any more; else look for the caller
    FuncRec *caller = find_func(ret - 1);
    if (f && !(f->flags & FUNC_SYSTEM) && caller && !(caller->flags & (FUNC_SYSTEM | FUNC_ASM)))
        return go_frames(g, ret, sp + 8, pcs, 1);
    find_go_caller(g, sp, &pc, &sp);
    return pc ? go_frames(g, pc, sp, pcs, 1) : 1;
}
static SIGNAL void put(i64 n, const usize *pcs) {
    u64 head = prof.head, words = HEAD_WORDS + (u64)n;
    if (head + words - __atomic_load_n(&prof.tail, __ATOMIC_ACQUIRE) > RING) {
        prof.lost++;
        return;
    }
    G *g = this_m()->curg;
    u64 first[HEAD_WORDS] = {words, (u64)nanotime(), g ? (u64)g->labels : 0};
    for (u64 i = 0; i < HEAD_WORDS; i++) prof.ring[(head + i) % RING] = first[i];
    for (u64 i = 0; i < (u64)n; i++) prof.ring[(head + HEAD_WORDS + i) % RING] = pcs[i];
    __atomic_store_n(&prof.head, head + words, __ATOMIC_RELEASE);
}
static SIGNAL void cpu_tick(usize pc, usize sp, bool go) {
    if (!__atomic_load_n(&prof.hz, __ATOMIC_ACQUIRE)) return;
    usize pcs[MAX_STACK];
    i64 n = take_stack(pc, sp, go, pcs);
    while (__atomic_exchange_n(&prof.writing, 1, __ATOMIC_ACQUIRE)) __builtin_ia32_pause(); // another thread's handler
    put(n, pcs);
    if (trace_sample) trace_sample(pcs, n);
    __atomic_store_n(&prof.writing, 0, __ATOMIC_RELEASE);
}
static SYSTEM void mark_labels(void *ctx, void (*mark)(void *ctx, void *p)) {
    u64 head = __atomic_load_n(&prof.head, __ATOMIC_ACQUIRE);
    for (u64 at = prof.tail; at < head; at += prof.ring[at % RING]) mark(ctx, (void *)prof.ring[(at + 2) % RING]);
}
// A timer for each thread on its own CPU time: one for the process would hit whichever thread the kernel likes.
static SYSTEM void start_timer(M *m) {
    i64 hz = prof.hz, period = 1000000000 / hz, first = (i64)(rand64() % (u64)period) + 1;
    struct {
        u64 value;
        i32 sig, notify;
        u32 tid, pad[11];
    } event = {.sig = SIGPROF, .notify = 4 /* SIGEV_THREAD_ID */, .tid = m->tid};
    i64 clock = (i32)(~m->tid << 3 | 6); // CPU time of that thread
    i32 id;
    if (!m->tid || m->prof_timer || sys_call(SYS_timer_create, clock, (i64)&event, (i64)&id, 0, 0, 0) < 0) return;
    m->prof_timer = id + 1;
    i64 spec[4] = {period / 1000000000, period % 1000000000, first / 1000000000, first % 1000000000};
    sys_call(SYS_timer_settime, id, 0, (i64)spec, 0, 0, 0);
}
static SYSTEM void stop_timer(M *m) {
    if (m->prof_timer) sys_call(SYS_timer_delete, m->prof_timer - 1, 0, 0, 0, 0, 0);
    m->prof_timer = 0;
}
static SYSTEM void cpu_thread(M *m, bool ends) { // a thread that begins or ends
    lock(&sched.lock);
    if (ends) stop_timer(m);
    else if (prof.hz) start_timer(m);
    unlock(&sched.lock);
}
static SYSTEM void for_all_threads(void (*fn)(M *)) {
    lock(&sched.lock);
    for (M *m = sched.allm; m; m = m->alllink) fn(m);
    unlock(&sched.lock);
}
void os_signal_enable(u32 s);

// 0 done; 1 the profile before has not been read to its end
SYSTEM i64 rt_set_cpu_profile_rate(i64 hz) {
    if (hz <= 0) {
        if (!prof.hz) return 0;
        __atomic_store_n(&prof.hz, 0, __ATOMIC_RELEASE);
        for_all_threads(stop_timer);
        return 0;
    }
    if (prof.hz || prof.header || prof.head != prof.tail) return 1;
    if (hz > 1000000) hz = 1000000;
    if (!prof.ring) prof.ring = os_map(RING * sizeof(u64));
    if (!prof.ring) out_of_memory(RING * sizeof(u64));
    if (!prof.rooted) gc_add_root_fn(mark_labels, false);
    prof.rooted = true;
    procs_init();
    __atomic_store_n(&cpu_profile_tick, cpu_tick, __ATOMIC_RELEASE);
    __atomic_store_n(&cpu_profile_thread, cpu_thread, __ATOMIC_RELEASE);
    prof.header = true;
    prof.lost = 0;
    __atomic_store_n(&prof.hz, hz, __ATOMIC_RELEASE);
    os_signal_enable(SIGPROF);
    for_all_threads(start_timer);
    return 0;
}
typedef struct Read {
    i64 words, records; // records: times 2, and 1 if there will be no more
} Read;
// Moves whole records in the form of runtime/pprof to data and their labels to tags: {3, time, rate}, then {3 + n, time, 1, n addresses}.
SYSTEM Read rt_read_cpu_profile(u64 *data, i64 room, void **tags, i64 ntags, i64 hz) {
    Read r = {0, 0};
    bool over = !__atomic_load_n(&prof.hz, __ATOMIC_ACQUIRE);
    if (prof.header) {
        prof.header = false;
        data[0] = 3;
        data[1] = (u64)nanotime();
        data[2] = (u64)hz;
        r = (Read){3, 1};
    }
    u64 head = __atomic_load_n(&prof.head, __ATOMIC_ACQUIRE), at = prof.tail;
    for (; at < head && r.records < ntags; r.records++) {
        i64 n = (i64)prof.ring[at % RING];
        if (r.words + n > room) break;
        for (i64 i = 0; i < n; i++) data[r.words + i] = prof.ring[(at + (u64)i) % RING];
        wb_pointer(&tags[r.records], (void *)data[r.words + 2]);
        data[r.words + 2] = 1;
        r.words += n;
        at += (u64)n;
    }
    __atomic_store_n(&prof.tail, at, __ATOMIC_RELEASE);
    if (over && at == head && prof.lost && r.records < ntags && r.words + 4 <= room) { // samples without a stack
        u64 rec[4] = {4, (u64)nanotime(), 0, prof.lost};
        for (i64 i = 0; i < 4; i++) data[r.words + i] = rec[i];
        r.words += 4;
        r.records++;
        prof.lost = 0;
    }
    r.records = r.records * 2 + (over && at == head && !prof.lost);
    return r;
}
