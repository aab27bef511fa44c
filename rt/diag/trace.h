// trace.h - execution traces: the hooks of scheduler, system calls, collector and timers. A program that cannot start a trace has none of it: `tracer` is
// behind a weak reference, which is 0 unless StartTrace is reached, and every hook is one test of trace_on.
//
// The rule that makes the trace consistent: whoever reports a change of a goroutine or P owns a P (one that a stop of the world waits for), or holds
// sched.lock; the change itself happens before either ends. Generations begin and end (trace.c) with the world stopped and sched.lock held, so what they
// see of goroutines and Ps is what was reported.
#pragma once
#include "rt.h"

// Set with the world stopped and sched.lock held; read by who owns a P or holds sched.lock.
extern u32 trace_on;
typedef enum TraceStop { TRACE_YIELD, TRACE_PREEMPTED } TraceStop;
typedef struct Tracer {                   // SYSTEM. "This" M, goroutine, P: those of the thread that calls
    void (*go_create)(G *g, bool parked); // g is made, nobody else knows it
    void (*go_start)(G *g);               // begins to run here
    void (*go_stop)(TraceStop);           // this goroutine becomes runnable
    void (*go_block)(WaitReason);         // this goroutine waits
    void (*go_unblock)(G *g);             // becomes runnable
    void (*go_end)(void);                 // this goroutine ends
    void (*go_switch)(G *next, bool end); // this goroutine waits or ends, next runs in its place
    void (*sys_begin)(usize pc, usize sp, P *p);
    void (*sys_end)(P *p); // with the P that it began with, or that another thread's system call gave up meanwhile
    void (*sys_end_blocked)(void);
    void (*proc_start)(P *p);
    void (*proc_stop)(P *p);
    void (*proc_steal)(P *p); // from the thread that is in a system call
    void (*proc_new)(P *p);
    void (*world_stops)(const char *why);
    void (*world_starts)(void);
    void (*gc)(bool begins);
    void (*heap)(u64 live, u64 goal);
    void (*heap_live)(u64 live);
    void (*assist)(bool begins); // this goroutine marks; the world is not stopped in between
    void (*thread_ends)(M *m);   // sched.lock
    void (*poll)(void);          // with a P: wakes the reader if there is something to read
    void (*region)(u64 task, u64 end, const u8 *name, i64 len);
    void (*task)(u64 id, u64 parent, const u8 *name, i64 len);
    void (*task_end)(u64 id);
    void (*log)(u64 task, const u8 *category, i64 ncategory, const u8 *text, i64 ntext);
} Tracer;
extern const Tracer tracer __attribute__((weak));
#define TRACE(hook, ...)                                                                                               \
    do {                                                                                                               \
        if (unlikely(trace_on)) tracer.hook(__VA_ARGS__);                                                              \
    } while (0)
// SIGNAL: a sample of the CPU profile; NULL while there is no trace. One thread at a time.
extern void (*trace_sample)(const usize *pcs, i64 n);
extern i64 trace_period; // GODEBUG=traceadvanceperiod=N: ns from generation to generation

// ---- tracetab.c: what events refer to, by generation. SYSTEM.
typedef struct TraceTables TraceTables;
// A stack: addresses as the unwinder gives them, innermost first. STACK_LEAF: the C function that the innermost one called is shown if it is one that
// programs call. STACK_WHOLE: with runtime.main. skip: so many logical frames are left out.
enum { STACK_LEAF = 1, STACK_WHOLE = 2 };
u64 trace_stack(u64 gen, const usize *pcs, i64 n, u32 how, u32 skip);
u64 trace_string(u64 gen, const u8 *s, i64 n);
void trace_tables_dump(u64 gen); // writes them into batches and empties them
// ---- trace.c, for tracetab.c: batches that belong to no thread
typedef struct TraceBuf TraceBuf;
void trace_batch_bytes(TraceBuf **b, u64 gen, u8 kind, const u8 *p, i64 n); // appends whole entries
void trace_batch_end(TraceBuf **b, u64 gen);
i64 put_uleb(u8 *p, u64 v);
enum { EV_BATCH = 1, EV_STACKS, EV_STACK, EV_STRINGS, EV_STRING, EV_CPU_SAMPLES, EV_CPU_SAMPLE, EV_FREQUENCY };
enum { TRACE_MAX_FRAMES = 128, TRACE_MAX_STRING = 1024 };
