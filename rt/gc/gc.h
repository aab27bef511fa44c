// gc.h - collector: precise, non-moving mark and sweep.
//
// A cycle: stop the world; finish sweeping; mark from the roots, on all Ps' threads when there is work for them; decide about specials (finalizers, cleanups,
// weak handles); turn mark bits into allocation bits lazily (sweeping); start the world. Compiled code already carries the hybrid write barrier
// (write_barrier), objects are born marked when it is on, and sweeping is concurrent; so marking could leave the pause.
#pragma once
#include "mem/mem.h"

enum { GC_HEAP, GC_FORCED, GC_PERIODIC };
void gc_init(void);
extern u64 gc_trigger;
i64 gc_start_time(void);                       // of the first allocation
u64 specials_count(bool finalizers, bool run); // queued so far, or run
extern i32 gc_percent;
extern i64 gc_memory_limit;
static inline SYSTEM bool gc_should_start(void) {
    return unlikely(__atomic_load_n(&heap.live, __ATOMIC_RELAXED) >= __atomic_load_n(&gc_trigger, __ATOMIC_RELAXED));
}
void gc_stress(void);       // VOLEDEBUG: called at each allocation
void gc_allocated(usize p); // marking or stress: a new object
bool gc_in_progress(void);
bool scavenge_wanted(void);
void scavenge_tick(i64 now);

// mark.c
typedef struct WorkBuf {
    struct WorkBuf *next;
    i64 n;
    usize obj[254];
} WorkBuf;
typedef struct Worker {
    WorkBuf *buf, *spare;
    u64 marked_bytes, scanned_bytes;
    bool parallel;
    u64 objects;
    struct StackScan *scan; // stackscan.c, while it scans stacks
} Worker;
void mark_ptr(Worker *w, usize p); // precise
void mark_conservative(Worker *w, usize lo, usize hi);
void mark_block(Worker *w, usize base, usize words, const u8 *mask); // pointers of a masked block
void mark_typed(Worker *w, usize base, usize size, GoType *t);
void mark_drain(Worker *w);
void mark_flush(Worker *w);
i32 gc_new_helper(void);
void mark_maybe(Worker *w, usize p); // conservative
static inline SYSTEM void mark_word(Worker *w, usize p) {
    if (p - heap.base < heap.used) mark_ptr(w, p);
}
void scan_contents(Worker *w, usize base); // pointers of an object (or of a piece of a large one)
u64 mark_all(void);                        // the whole mark phase, world stopped; bytes marked
void verify_heap(void);                    // debug: no marked object refers to an unmarked one
void verify_unmarked(void);                // debug, before marking: no span carries marks of an earlier cycle
bool is_marked(usize p);                   // heap object
void gc_help(void);                        // a helper thread's part
// stackscan.c
void stack_scan(Worker *w, G *g);
void stack_scan_done(Worker *w); // gives back what scanning stacks needed
// sweep.c
bool sweep_span(
    Span *s,
    bool keep); // s is in no list; true: kept by the caller (it has room), else it went to a list or back to the page heap
usize sweep_some(usize nspans);
void sweep_all(void);
void sweep_begin(void); // world stopped, marking done
void span_bits_free(Span *s);
// special.c
void specials_mark_roots(Worker *w);
void specials_after_mark(Worker *w);
void specials_wake(void);
void finalizers_each(void (*visit)(void *ctx, bool queued, usize p, FuncVal *fn, GoType *fint, GoType *ot),
                     void *ctx); // world stopped
// barrier.c
void wb_bulk(void *dst, usize src, usize bytes,
             GoType *elem); // before a typed copy or clear: shade old contents of dst, new ones of src (NULL, 0: none)
void wb_flush(void);
