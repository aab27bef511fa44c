// trace.c - execution traces in the format of Go 1.26 (internal/trace reads them): events go into a buffer of their thread, full buffers into the queue of
// their generation, from which ReadTrace takes them.
//
// SYSTEM. Nothing here is linked unless a program can start a trace. Locks: trace.lock (queues, free buffers); tracetab.c's. Never allocates from the heap.
//
// A generation is complete in itself: it begins with the state of every P and goroutine, and its stacks and strings are in it. It begins and ends with the
// world stopped and sched.lock held; then nobody else writes events (trace.h), so this thread may write into every thread's buffer and take all of them.
// Counts of a goroutine's and P's changes (trace_seq) are written by their owners and put the events of several threads in order; time does not.
// After that, with the world running, what the generation refers to is dumped (tracetab.c), and the reader is told that it is complete (flushed).
#include "diag/trace.h"
#include "diag/prof.h"
#include "gc/gc.h"
#include "sched/sched.h"

// clang-format off
enum { EV_PROCS_CHANGE = 9, EV_PROC_START, EV_PROC_STOP, EV_PROC_STEAL, EV_PROC_STATUS, EV_GO_CREATE, EV_GO_CREATE_SYSCALL, EV_GO_START,
    EV_GO_DESTROY, EV_GO_DESTROY_SYSCALL, EV_GO_STOP, EV_GO_BLOCK, EV_GO_UNBLOCK, EV_SYSCALL_BEGIN, EV_SYSCALL_END, EV_SYSCALL_END_BLOCKED,
    EV_GO_STATUS, EV_STW_BEGIN, EV_STW_END, EV_GC_ACTIVE, EV_GC_BEGIN, EV_GC_END, EV_SWEEP_ACTIVE, EV_SWEEP_BEGIN, EV_SWEEP_END,
    EV_ASSIST_ACTIVE, EV_ASSIST_BEGIN, EV_ASSIST_END, EV_HEAP_ALLOC, EV_HEAP_GOAL, EV_GO_LABEL, EV_TASK_BEGIN, EV_TASK_END, EV_REGION_BEGIN,
    EV_REGION_END, EV_LOG, EV_GO_SWITCH, EV_GO_SWITCH_DESTROY, EV_GO_CREATE_BLOCKED, EV_GO_STATUS_STACK, EV_EXPERIMENTAL, EV_SYNC, EV_CLOCK, EV_END_OF_GENERATION };
enum { GO_RUNNABLE = 1, GO_RUNNING, GO_SYSCALL, GO_WAITING };   // of EV_GO_STATUS
enum { PROC_RUNNING = 1, PROC_IDLE };                           // of EV_PROC_STATUS
enum { DUE_PROCS = 1, DUE_GC_BEGIN = 2, DUE_GC_END = 4 };
// clang-format on
#define NO_THREAD (~0ull)

struct TraceBuf { // 64 KB with its head
    TraceBuf *next;
    u64 last; // time of the last event
    i32 size_at, n;
    u8 data[65536 - 24];
};
enum { SIZE_BYTES = 5, EVENT_MAX = 80 }; // the length of a batch is known last

static struct {
    Lock lock;
    TraceBuf *head[2], *tail[2], *free, *reading; // by generation; lock
    u64 read_gen, flushed;                        // generation that the reader reads, last complete one; lock
    u64 last_gen;                                 // after the end of a trace: its last generation, else 0; lock
    bool header_read, end_read;                   // lock
    G *reader;                                    // waits; atomic
    u32 work;                                     // there is something to read; atomic
    // written with the world stopped and sched.lock held, but for the last two, which the owner of the world writes
    u64 gen;         // never 0 again after the first trace
    bool gc_open;    // the trace says that a collection is under way
    u32 due;         // DUE_*: what had no goroutine to be reported by; atomic
    const char *stw; // why the world is stopped, if the trace says so
    u64 gc_seq;
    i32 procs; // that the trace knows of
} trace = {.lock = RANKED(TRACE)};

// ---- bytes

LEAF i64 put_uleb(u8 *p, u64 v) {
    i64 n = 0;
    for (; v >= 0x80; v >>= 7) p[n++] = (u8)(v | 0x80);
    p[n++] = (u8)v;
    return n;
}
static SYSTEM TraceBuf *new_buffer(u64 gen, u64 m, u64 now) {
    lock(&trace.lock);
    TraceBuf *b = trace.free;
    if (b) trace.free = b->next;
    unlock(&trace.lock);
    if (!b && !(b = os_map(sizeof *b))) out_of_memory(sizeof *b);
    b->next = NULL;
    b->last = now;
    u8 *p = b->data;
    *p++ = EV_BATCH;
    p += put_uleb(p, gen);
    p += put_uleb(p, m);
    p += put_uleb(p, now);
    b->size_at = (i32)(p - b->data);
    b->n = b->size_at + SIZE_BYTES;
    return b;
}
static SYSTEM void push(TraceBuf *b, u64 gen) {
    u64 size = (u64)(b->n - b->size_at - SIZE_BYTES);
    for (i32 i = 0; i < SIZE_BYTES; i++, size >>= 7)
        b->data[b->size_at + i] = (u8)((size & 127) | (i < SIZE_BYTES - 1 ? 128 : 0));
    lock(&trace.lock);
    u32 q = gen & 1;
    if (trace.tail[q]) trace.tail[q]->next = b;
    else trace.head[q] = b;
    trace.tail[q] = b;
    unlock(&trace.lock);
    __atomic_store_n(&trace.work, 1, __ATOMIC_RELEASE);
}
SYSTEM void trace_batch_bytes(TraceBuf **b, u64 gen, u8 kind, const u8 *p, i64 n) {
    if (*b && (*b)->n + n > (i64)sizeof(*b)->data) trace_batch_end(b, gen);
    if (!*b) {
        *b = new_buffer(gen, NO_THREAD, (u64)nanotime());
        (*b)->data[(*b)->n++] = kind;
    }
    memcpy((*b)->data + (*b)->n, p, (usize)n);
    (*b)->n += (i32)n;
}
SYSTEM void trace_batch_end(TraceBuf **b, u64 gen) {
    if (*b) push(*b, gen);
    *b = NULL;
}
static SYSTEM void emit(M *m, u8 type, i32 n, const u64 *args) {
    u64 now = (u64)nanotime();
    TraceBuf *b = m->trace_buf;
    if (b && b->n + EVENT_MAX > (i32)sizeof b->data) {
        push(b, trace.gen);
        b = NULL;
    }
    if (!b) b = m->trace_buf = new_buffer(trace.gen, (u64)m->id, now);
    if (now < b->last) now = b->last;
    u8 *p = b->data + b->n;
    *p++ = type;
    p += put_uleb(p, now - b->last);
    for (i32 i = 0; i < n; i++) p += put_uleb(p, args[i]);
    b->last = now;
    b->n = (i32)(p - b->data);
}
#define EMIT(m, type, ...) emit(m, type, sizeof((u64[]){__VA_ARGS__}) / 8, (u64[]){__VA_ARGS__})
static SYSTEM void emit0(M *m, u8 type) { emit(m, type, 0, NULL); }

// ---- what events refer to

static SYSTEM u64 string_id(const char *s) {
    i64 n = 0;
    while (s[n]) n++;
    return trace_string(trace.gen, (const u8 *)s, n);
}
static SYSTEM u64 stack_at(G *g, usize pc, usize sp, u32 how, u32 skip) {
    usize pcs[TRACE_MAX_FRAMES];
    i64 n = 0;
    Unwinder u;
    for (unwind_init(&u, g, pc, sp); u.ok && n < TRACE_MAX_FRAMES; unwind_next(&u)) {
        if (n == 0 && u.frame.kind != FRAME_CALL) how = 0;
        pcs[n++] = u.frame.pc + u.frame.is_fault;
    }
    return trace_stack(trace.gen, pcs, n, how, skip);
}
// Of this thread's goroutine, which is in a SYS call; 0 in the scheduler and in Go code on the system stack.
static SYSTEM u64 stack_here(u32 how, u32 skip) {
    M *m = this_m();
    if (!m->curg || m->in_go_call) return 0;
    if (m->curg->prof_skip) {
        how = 0;
        skip += m->curg->prof_skip;
    }
    return stack_at(m->curg, 0, 0, how, skip);
}
static SYSTEM const char *block_reason(WaitReason w) {
    switch (w) {
    case WAIT_CHAN_RECEIVE:
    case WAIT_DURABLE_CHAN_RECEIVE: return "chan receive";
    case WAIT_CHAN_SEND:
    case WAIT_DURABLE_CHAN_SEND: return "chan send";
    case WAIT_SELECT:
    case WAIT_DURABLE_SELECT: return "select";
    case WAIT_CHAN_RECEIVE_NIL:
    case WAIT_CHAN_SEND_NIL:
    case WAIT_SELECT_NO_CASES: return "forever";
    case WAIT_IO_WAIT: return "network";
    case WAIT_SLEEP: return "sleep";
    case WAIT_SYNC_COND_WAIT: return "sync.(*Cond).Wait";
    case WAIT_SEMACQUIRE:
    case WAIT_SYNC_MUTEX_LOCK:
    case WAIT_SYNC_RWMUTEX_RLOCK:
    case WAIT_SYNC_RWMUTEX_LOCK:
    case WAIT_SYNC_WAITGROUP_WAIT:
    case WAIT_DURABLE_WAITGROUP: return "sync";
    case WAIT_SYNCTEST_RUN:
    case WAIT_SYNCTEST_WAIT: return "synctest";
    case WAIT_WAIT_FOR_GC_CYCLE: return "wait until GC ends";
    case WAIT_FINALIZER_WAIT:
    case WAIT_CLEANUP_WAIT:
    case WAIT_TRACE_READER_BLOCKED: return "system goroutine wait";
    default: return "unspecified";
    }
}

// ---- goroutines

static SYSTEM void go_create(G *g, bool parked) {
    const usize start = g->startpc + 1;
    g->trace_seq = 0;
    EMIT(this_m(), parked ? EV_GO_CREATE_BLOCKED : EV_GO_CREATE, g->goid, trace_stack(trace.gen, &start, 1, 0, 0),
         stack_here(0, 0));
}
static SYSTEM void gc_event(bool begins) {
    trace.gc_open = begins;
    u64 seq = ++trace.gc_seq;
    if (begins) EMIT(this_m(), EV_GC_BEGIN, seq, stack_here(STACK_LEAF, 0));
    else EMIT(this_m(), EV_GC_END, seq);
}
static SYSTEM void emit_due(void) { // this M runs a goroutine
    u32 due = __atomic_exchange_n(&trace.due, 0, __ATOMIC_ACQ_REL);
    if (due & DUE_PROCS) EMIT(this_m(), EV_PROCS_CHANGE, (u64)trace.procs, 0);
    if (due & DUE_GC_BEGIN) gc_event(true);
    if (due & DUE_GC_END && trace.gc_open) gc_event(false);
}
static SYSTEM void go_start(G *g) {
    EMIT(this_m(), EV_GO_START, g->goid, ++g->trace_seq);
    if (unlikely(__atomic_load_n(&trace.due, __ATOMIC_RELAXED))) emit_due();
}
static SYSTEM void go_stop(TraceStop why) {
    EMIT(this_m(), EV_GO_STOP, string_id(why == TRACE_PREEMPTED ? "preempted" : "runtime.Gosched"),
         stack_here(why == TRACE_PREEMPTED ? 0 : STACK_LEAF, 0));
}
static SYSTEM void go_block(WaitReason w) {
    u32 skip = w == WAIT_IO_WAIT ? 2 : 0; // (*pollDesc).wait and its caller
    EMIT(this_m(), EV_GO_BLOCK, string_id(block_reason(w)), stack_here(STACK_LEAF, skip));
}
static SYSTEM void go_unblock(G *g) {
    EMIT(this_m(), EV_GO_UNBLOCK, g->goid, ++g->trace_seq, stack_here(STACK_LEAF, 0));
}
static SYSTEM void go_end(void) { emit0(this_m(), EV_GO_DESTROY); }
static SYSTEM void go_switch(G *next, bool end) {
    EMIT(this_m(), end ? EV_GO_SWITCH_DESTROY : EV_GO_SWITCH, next->goid, ++next->trace_seq);
}

// ---- system calls and Ps

static SYSTEM void sys_begin(usize pc, usize sp, P *p) {
    M *m = this_m();
    EMIT(m, EV_SYSCALL_BEGIN, ++p->trace_seq, stack_at(m->curg, pc, sp, 0, pc ? 1 : 0));
    p->trace_m = m->id;
    m->trace_gen = trace.gen;
    m->trace_seq = p->trace_seq;
}
static SYSTEM void sys_end_blocked(void) { emit0(this_m(), EV_SYSCALL_END_BLOCKED); }
static SYSTEM void proc_start(P *p) { EMIT(this_m(), EV_PROC_START, (u64)p->id, ++p->trace_seq); }
static SYSTEM void proc_stop(P *p) { emit0(this_m(), EV_PROC_STOP); }
static SYSTEM void proc_steal(P *p) { EMIT(this_m(), EV_PROC_STEAL, (u64)p->id, ++p->trace_seq, (u64)p->trace_m); }
// The P was taken away and is in another thread's system call now: that is where this thread got it from.
static SYSTEM void sys_end(P *p) {
    M *m = this_m();
    if (p->trace_m == m->id && m->trace_gen == trace.gen && m->trace_seq == p->trace_seq) {
        emit0(m, EV_SYSCALL_END);
        return;
    }
    proc_steal(p);
    proc_start(p);
    sys_end_blocked();
    go_start(m->curg);
}
static SYSTEM void proc_new(P *p) {
    p->trace_seq = 0;
    EMIT(this_m(), EV_PROC_STATUS, (u64)p->id, PROC_IDLE);
}

// ---- the world, the collector

static SYSTEM void world_stops(const char *why) {
    M *m = this_m();
    if (!m->curg) return; // the format wants a goroutine
    trace.stw = why;
    EMIT(m, EV_STW_BEGIN, string_id(trace.stw), stack_here(STACK_LEAF, 0));
}
static SYSTEM void world_starts(void) {
    M *m = this_m();
    if (trace.stw) emit0(m, EV_STW_END);
    trace.stw = NULL;
    if (trace.procs == gomaxprocs) return;
    trace.procs = gomaxprocs;
    if (m->curg) EMIT(m, EV_PROCS_CHANGE, (u64)gomaxprocs, stack_here(0, 0));
    else __atomic_fetch_or(&trace.due, DUE_PROCS, __ATOMIC_RELEASE);
}
static SYSTEM void gc_hook(bool begins) {
    u32 due = __atomic_load_n(&trace.due, __ATOMIC_ACQUIRE);
    if (!begins && !trace.gc_open && !(due & DUE_GC_BEGIN)) return; // it began before the trace
    if (this_m()->curg && !(due & (DUE_GC_BEGIN | DUE_GC_END))) gc_event(begins);
    else __atomic_fetch_or(&trace.due, begins ? DUE_GC_BEGIN : DUE_GC_END, __ATOMIC_RELEASE);
}
static SYSTEM void heap_sizes(u64 live, u64 goal) {
    M *m = this_m();
    EMIT(m, EV_HEAP_ALLOC, live);
    EMIT(m, EV_HEAP_GOAL, goal);
}
static SYSTEM void heap_live(u64 live) { EMIT(this_m(), EV_HEAP_ALLOC, live); }
static SYSTEM void assist(bool begins) {
    M *m = this_m();
    if (!m->curg) return;
    if (begins) EMIT(m, EV_ASSIST_BEGIN, stack_here(0, 0));
    else emit0(m, EV_ASSIST_END);
}

// ---- what the program says

static SYSTEM u64 user_string(const u8 *s, i64 n) { return trace_string(trace.gen, s, n); }
static SYSTEM void user_region(u64 task, u64 end, const u8 *name, i64 n) {
    EMIT(this_m(), end ? EV_REGION_END : EV_REGION_BEGIN, task, user_string(name, n), stack_here(0, 0));
}
static SYSTEM void user_task(u64 id, u64 parent, const u8 *name, i64 n) {
    EMIT(this_m(), EV_TASK_BEGIN, id, parent, user_string(name, n), stack_here(0, 0));
}
static SYSTEM void user_task_end(u64 id) { EMIT(this_m(), EV_TASK_END, id, stack_here(0, 0)); }
static SYSTEM void user_log(u64 task, const u8 *category, i64 ncategory, const u8 *text, i64 n) {
    EMIT(this_m(), EV_LOG, task, user_string(category, ncategory), user_string(text, n), stack_here(0, 0));
}

// ---- samples of the CPU profile: a ring that signal handlers fill, one at a time, and the end of a generation empties

enum { RING = 1 << 16, SAMPLE_HEAD = 6 }; // words: length, generation, time, M, P, goroutine, addresses
static struct {
    u64 *ring;
    u64 head, tail; // words ever written, read; atomic
} samples;
static SIGNAL void put_sample(const usize *pcs, i64 n) {
    u64 head = samples.head, words = SAMPLE_HEAD + (u64)n;
    if (!trace_on || head + words - __atomic_load_n(&samples.tail, __ATOMIC_ACQUIRE) > RING) return;
    M *m = this_m();
    u64 w[SAMPLE_HEAD] = {
        words, trace.gen, (u64)nanotime(), (u64)m->id, m->p ? (u64)m->p->id : NO_THREAD, m->curg ? m->curg->goid : 0};
    for (u64 i = 0; i < words; i++) samples.ring[(head + i) % RING] = i < SAMPLE_HEAD ? w[i] : pcs[i - SAMPLE_HEAD];
    __atomic_store_n(&samples.head, head + words, __ATOMIC_RELEASE);
}
static SYSTEM void dump_samples(u64 gen) {
    TraceBuf *b = NULL;
    u64 head = __atomic_load_n(&samples.head, __ATOMIC_ACQUIRE), at = samples.tail;
    while (at < head && samples.ring[(at + 1) % RING] <= gen) {
        u64 w[SAMPLE_HEAD + 64], n = samples.ring[at % RING];
        for (u64 i = 0; i < n && i < sizeof w / 8; i++) w[i] = samples.ring[(at + i) % RING];
        at += n;
        if (w[1] != gen) continue;
        u8 out[EVENT_MAX];
        i64 k = 0;
        out[k++] = EV_CPU_SAMPLE;
        for (i32 i = 2; i < SAMPLE_HEAD; i++) k += put_uleb(out + k, w[i]);
        k += put_uleb(out + k, trace_stack(gen, (const usize *)w + SAMPLE_HEAD, (i64)n - SAMPLE_HEAD, STACK_WHOLE, 0));
        trace_batch_bytes(&b, gen, EV_CPU_SAMPLES, out, k);
    }
    __atomic_store_n(&samples.tail, at, __ATOMIC_RELEASE);
    trace_batch_end(&b, gen);
}

// ---- generations: world stopped, sched.lock held

static SYSTEM void put_clocks(void) {
    TraceBuf *b = new_buffer(trace.gen, NO_THREAD, (u64)nanotime());
    i32 ns;
    i64 seconds = walltime(&ns);
    u64 now = (u64)nanotime();
    u8 *p = b->data + b->n;
    *p++ = EV_SYNC;
    *p++ = EV_FREQUENCY;
    p += put_uleb(p, 1000000000);
    *p++ = EV_CLOCK;
    p += put_uleb(p, now - b->last);
    p += put_uleb(p, now);
    p += put_uleb(p, (u64)seconds);
    p += put_uleb(p, (u64)ns);
    b->n = (i32)(p - b->data);
    push(b, trace.gen);
}
static SYSTEM void put_goroutine(G *g, void *arg) {
    u32 s = __atomic_load_n(&g->status, __ATOMIC_ACQUIRE) & ~(u32)G_SCAN;
    if (s == G_DEAD || s == G_IDLE) return;
    g->trace_seq = 0;
    M *m = g->m;
    if (s == G_RUNNING || s == G_SYSCALL) { // told by its own thread, which it belongs to from here on
        EMIT(m, EV_GO_STATUS, g->goid, (u64)m->id, s == G_RUNNING ? GO_RUNNING : GO_SYSCALL);
        return;
    }
    EMIT(this_m(), EV_GO_STATUS_STACK, g->goid, NO_THREAD, s == G_RUNNABLE ? GO_RUNNABLE : GO_WAITING,
         stack_at(g, 0, 0, STACK_LEAF, 0));
}
static SYSTEM void begin_generation(void) {
    M *me = this_m();
    trace.gen++;
    put_clocks();
    for (i32 i = 0; i < procs_made; i++) {
        P *p = allp[i];
        p->trace_seq = 0;
        EMIT(me, EV_PROC_STATUS, (u64)p->id, p == me->p ? PROC_RUNNING : PROC_IDLE);
    }
    for_each_g(put_goroutine, NULL);
    EMIT(me, EV_PROCS_CHANGE, (u64)gomaxprocs, 0);
    trace.procs = gomaxprocs;
    if (gc_phase != GC_OFF && (trace.gc_open || trace.gc_seq == 0)) {
        trace.gc_open = true;
        EMIT(me, EV_GC_ACTIVE, ++trace.gc_seq);
    }
}
static SYSTEM void end_generation(void) {
    for (M *m = sched.allm; m; m = m->alllink) {
        if (m->trace_buf) push(m->trace_buf, trace.gen);
        m->trace_buf = NULL;
    }
}
static SYSTEM void thread_ends(M *m) {
    if (m->trace_buf) push(m->trace_buf, trace.gen);
    m->trace_buf = NULL;
}

// ---- start, advance, stop, read: called by lib/runtime/trace.go, one at a time but for the reader

static SYSTEM void wake_reader(void) {
    G *g = __atomic_exchange_n(&trace.reader, NULL, __ATOMIC_ACQ_REL);
    if (g) ready(g);
}
static SYSTEM void poll_reader(void) {
    if (__atomic_load_n(&trace.work, __ATOMIC_RELAXED) && __atomic_load_n(&trace.reader, __ATOMIC_RELAXED))
        wake_reader();
}
const Tracer tracer = {go_create,   go_start,     go_stop,         go_block,      go_unblock, go_end,     go_switch,
                       sys_begin,   sys_end,      sys_end_blocked, proc_start,    proc_stop,  proc_steal, proc_new,
                       world_stops, world_starts, gc_hook,         heap_sizes,    heap_live,  assist,     thread_ends,
                       poll_reader, user_region,  user_task,       user_task_end, user_log};
static const Tracer *const volatile all_of_it = &tracer;

// 0: done; 1: there is a trace already
SYSTEM i64 rt_trace_start(void) {
    (void)all_of_it;
    if (trace_on) return 1;
    procs_init();
    if (!samples.ring && !(samples.ring = os_map(RING * sizeof(u64)))) out_of_memory(RING * sizeof(u64));
    __atomic_store_n(&trace_sample, put_sample, __ATOMIC_RELEASE);
    stop_the_world("start trace");
    lock(&sched.lock);
    lock(&trace.lock);
    trace.header_read = trace.end_read = false;
    trace.read_gen = trace.gen + 1;
    trace.flushed = trace.last_gen = 0;
    unlock(&trace.lock);
    trace.gc_seq = 0;
    trace.gc_open = false;
    trace.stw = NULL;
    __atomic_store_n(&trace.due, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&trace_on, 1, __ATOMIC_SEQ_CST);
    begin_generation();
    unlock(&sched.lock);
    world_stops("start trace");
    start_the_world();
    return 0;
}
// Ends the generation, and the trace if `stop`. False: there is no trace. The reader has the rest of the generation when this returns.
SYSTEM bool rt_trace_advance(u64 stop) {
    bool end = stop & 1;
    if (!trace_on) return false;
    stop_the_world(end ? "stop trace" : "trace generation");
    const char *stw = trace.stw;
    if (stw) emit0(this_m(), EV_STW_END);
    trace.stw = NULL;
    lock(&sched.lock);
    u64 gen = trace.gen;
    end_generation();
    if (end) __atomic_store_n(&trace_on, 0, __ATOMIC_SEQ_CST);
    else begin_generation();
    unlock(&sched.lock);
    if (!end && stw) world_stops(stw);
    start_the_world();
    dump_samples(gen);
    trace_tables_dump(gen);
    lock(&trace.lock);
    trace.flushed = gen;
    if (end) trace.last_gen = gen;
    unlock(&trace.lock);
    wake_reader();
    return true;
}

typedef struct Chunk {
    const u8 *p;
    i64 n; // 0: ask again; -1: a generation has been read; -2: the trace has
} Chunk;
static SYSTEM bool complete(void) { return trace.read_gen && trace.flushed >= trace.read_gen; }
static SYSTEM bool readable(void) {
    return trace.head[trace.read_gen & 1] || complete() || (!trace.header_read && trace.read_gen);
}
static SYSTEM void wait_for_work(G *g, void *arg) {
    lock(&trace.lock);
    bool now = readable();
    if (!now) __atomic_store_n(&trace.reader, g, __ATOMIC_RELEASE);
    unlock(&trace.lock);
    if (now) ready(g);
}
static SYSTEM Chunk next_chunk(void) { // trace.lock
    static const u8 header[16] = "go 1.26 trace\0\0", end = EV_END_OF_GENERATION;
    if (trace.reading) {
        trace.reading->next = trace.free;
        trace.free = trace.reading;
        trace.reading = NULL;
    }
    if (!trace.header_read && trace.read_gen) {
        trace.header_read = true;
        return (Chunk){header, sizeof header};
    }
    u32 q = trace.read_gen & 1;
    TraceBuf *b = trace.head[q];
    if (b) {
        if (!(trace.head[q] = b->next)) trace.tail[q] = NULL;
        trace.reading = b;
        return (Chunk){b->data, b->n};
    }
    __atomic_store_n(&trace.work, 0, __ATOMIC_RELAXED);
    if (!complete()) return (Chunk){NULL, 0};
    trace.end_read = !trace.end_read;
    if (trace.end_read) return (Chunk){&end, 1};
    if (trace.read_gen == trace.last_gen) {
        trace.read_gen = 0;
        return (Chunk){NULL, -2};
    }
    trace.read_gen++;
    return (Chunk){NULL, -1};
}
SYSTEM Chunk rt_trace_read(void) {
    lock(&trace.lock);
    Chunk c = next_chunk();
    unlock(&trace.lock);
    if (c.n == 0) park_result(0, 0, wait_for_work, NULL, WAIT_TRACE_READER_BLOCKED);
    return c;
}
