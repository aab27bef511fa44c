// prof.h - samples for the profiles of memory, blocking and locks. A program that reads no such profile has none of it: what others call is behind
// weak references, which are 0 unless the functions that read profiles are reached (rt/diag/prof.c).
//
// Memory: a span that is given to a P gets a count of objects (sample_left) after which one is sampled, drawn from the geometric distribution that the
// rate means for its size; the memory of the classes is sampled independently, which is the same as sampling all bytes in one row. The fast path of
// malloc does not know of it: the window of free bits that it works on ends before the object to be sampled. Until the first MEM_START bytes are
// allocated every allocation takes the slow path, so that a program that sets runtime.MemProfileRate first thing in main misses nothing.
// Blocking: a goroutine that parks while somebody wants to know carries the time (waitsince, with `blocking` set).
#pragma once
#include "mem/mem.h"
#define MEM_START (512u << 10)

typedef struct MemProfiler { // SYSTEM
    void (*start)(void);
    void (*starting)(usize bytes);                // an allocation while malloc_hook has MALLOC_PROFILE_START
    u32 (*draw)(usize elemsize);                  // objects before the next sample
    bool (*changed)(i64 *rate);                   // is the rate another than *rate? Sets it
    void (*sample)(Span *, usize p, usize bytes); // p has been allocated and is to be sampled
    void (*swept)(Span *);                        // mark bits still stand: samples of dead objects are counted as freed
    void (*cycle)(void);                          // marking is over
} MemProfiler;
extern const MemProfiler mem_profiler __attribute__((weak));
extern u32 mem_profile; // samples of allocations are taken

// Rates; 0: off. Atomic.
extern i64 block_rate, mutex_rate;
typedef struct EventProfiler {                        // SYSTEM
    void (*block)(G *, i64 ns, i64 skip);             // g continues after it was blocked; skip: innermost frames
    void (*mutex)(G *unlocker, i64 waited, i64 skip); // a lock that others waited for was released
} EventProfiler;
extern const EventProfiler event_profiler __attribute__((weak));
extern void (*cpu_profile_thread)(M *m, bool ends);           // SYSTEM; the same, for a thread
extern void (*cpu_profile_tick)(usize pc, usize sp, bool go); // SIGNAL; NULL before the first CPU profile (cpuprof.c)
i64 stack_pcs(G *g, usize pc, usize sp, i64 skip, usize *pcs, i64 max); // traceback.c: as runtime.Callers
