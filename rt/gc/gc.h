// gc.h - collector: precise, non-moving mark and sweep, beside the program or, with GODEBUG=gcstoptheworld=1, with the world stopped. A cycle that
// is short enough is marked in the stop that begins it.
//
// ---- Phases. gc_phase is GC_OFF or GC_MARK; write_barrier is the same as a flag for compiled code. Both change only while the world is stopped, so
// whoever has a P may read them once and act on it until it stops for others (wait_for_other, park, a safe point). A cycle:
//   1. what is unswept is swept, by all who allocate, idle Ps, and at last by the one that starts the cycle
//   2. stop: pools are cleared, caches of Ps emptied, roots that C changes at will marked; phase GC_MARK (concurrent.c, begin)
//   3. beside the program: data segments, stacks, timers, specials (jobs and pieces, mark.c), the graph from there
//   4. stop: write barrier buffers are emptied. Is anything grey, more than can be scanned at once, the world goes on with 3. Else the verifier looks
//      if asked, phase GC_OFF; mark bits become allocation bits by sweeping, later, and specials are decided about before (concurrent.c, try_end)
// With the world stopped all the time (collect in cycle.c) it is the same without barrier: gc_phase stays GC_OFF.
// Invariant while marking: what was reachable when marking began, and what is allocated since, will be marked (snapshot). Objects are white
// (unmarked), grey (marked, in a work buffer or in a write barrier buffer), black. No running goroutine has a white pointer that is not on a way
// from a grey object, from an unscanned root, or from the stack of a goroutine that waits.
//
// ---- Stacks. Whenever the world is stopped, no goroutine is in the middle of Go code: each is runnable, waits, is in a system call, or in the
// middle of a runtime function whose thread waits for a P. So a stack is scanned before its goroutine runs again after step 2 (gc_resumed: when it
// is executed, at the exit of a system call, in the switch of a coroutine, when its thread has a P again) or, if it does not run, by a job.
// A running goroutine's stack is black: it is never scanned again, and its stores need not tell what they store.
// G.scan_lock is held by who scans: the state is stored before the lock is tried and read behind it, so of a job and a goroutine that goes on one sees the other. A thread
// without a P that changes where its goroutine's frames end (exitsyscall_slow) takes the lock too. A stack is moved by its own goroutine, or with the lock and the
// locks of the channels it waits at (stack_shrink). New goroutines are black, their function is shaded.
//
// ---- Barrier: before a pointer in the heap or a data segment is overwritten the old value is shaded (snapshot), and the new one too (it may come from
// the stack of one that waits: channels). Both go to the P's buffer; a full one is emptied into work buffers (barrier.c).
// Compiled code tests the flag once for several stores. From the test to the last store it must not be preempted at any instruction: the
// compiler notes these ranges (ssa/writebarrier.c WB_END, abi/functab.h FuncRec.unsafe), the signal handler leaves them alone (os/linux/signal.c).
// Calls are safe: there is none in between but of LEAF functions. C code that tests and stores is LEAF or SYSTEM: it keeps its P from test to store.
//   typed copies and clears   wb_bulk, for whole elements, before the copy; words are moved whole (arch/amd64/mem.S)
//   atomic pointers           barrier.c: shades both, then exchanges
//   channels                  a copy to or from the stack of one that waits shades what is copied (lang/chan.c copy_stack); buffers have typed copies
//   go statement, coroutines  gc_new_goroutine
//   finalizers, cleanups      taken from the queue: shaded (special.c take); the records are roots, new ones need not be
//   weak to strong            shaded; handles of what died are cleared before its span is swept, or before one of them is read (special.c)
//   timers                    those in heaps are roots, under their heap's lock; f and arg of one that fires are only used by Go code on the system
//                             stack, which stores them with barriers or starts a goroutine. Timers that change P: gc_lost_p
//   defer, panic, labels, bubble, sudogs    hang on the G and count as its stack; only their own goroutine changes them (sudog.elem: see channels)
//   semaphores, reflect's offsets, profile labels    gc_add_root_fn, in step 2
//   maps, unique, sync.Pool   Go code
//
// ---- Allocation is black: when a cache takes a span while marking, all objects that are free in it are marked, and unmarked again when the span leaves it with some
// still free (malloc.c mark_free). So the fast path knows nothing. A span becomes visible to the marker when it is complete (span_publish).
// No heap span is given back while marking.
//
// ---- Who marks: concurrent.c. Effort is counted in scanned bytes and marked objects. When it should begin, and what who allocates owes: cycle.c.
#pragma once
#include "mem/mem.h"

enum { GC_HEAP, GC_FORCED, GC_PERIODIC };
enum { GC_OFF, GC_MARK };
extern u32 gc_phase, gc_cycle; // gc_cycle: number of the cycle begun last
void gc_init(void);
extern u64 gc_trigger;
i64 gc_start_time(void);                       // of the first allocation
u64 specials_count(bool finalizers, bool run); // queued so far, or run
bool specials_pending(void);                   // world stopped: a finalizer or cleanup runs or is queued
extern i32 gc_percent;
extern i64 gc_memory_limit;
i64 gc_limit_wanted(void);      // monitor thread: the control group allows another amount now; 0: nothing changed
void gc_limit_change(i64 want); // stops the world
static inline SYSTEM bool gc_should_start(void) {
    return unlikely(__atomic_load_n(&heap.live, __ATOMIC_RELAXED) >= __atomic_load_n(&gc_trigger, __ATOMIC_RELAXED));
}
void gc_stress(void); // VOLEDEBUG: called at each allocation
bool gc_in_progress(void);
bool scavenge_wanted(i64 now);
i64 scavenge_later(i64 now);
i64 gc_calm_due(i64 now);
bool gc_calm(i64 now); // monitor thread: a cycle is to begin
void scavenge_tick(i64 now);

// concurrent.c
bool gc_concurrent(void); // the setting
void gc_start_concurrent(int why);
void gc_resumed(
    G *g, bool shrink); // while marking, with a P: g, state G_RUNNING, is about to run. shrink: its stack may be moved
void gc_new_goroutine(G *g, FuncVal *fn);
void gc_between(void);      // while marking: the scheduler's loop; may stop the world
void gc_ask_again(i64 now); // monitor thread
bool gc_idle(void);         // the same with nothing to run; false: there was nothing to do here either
void gc_before_alloc(
    void); // on the slow path of allocation, no lock held: lets others stop the world, starts a cycle, assists
void gc_lost_p(P *p);
void gc_end_phase(void); // of the cycle that marks, if one does
// A time slice of bringing this cycle to its end; true: it is. Does nothing for a goroutine that is asked to give way: never to be called in a loop in C.
bool gc_force(u32 cycle);
void gc_other_phase(void);
void scan_lock(G *g);
void scan_unlock(G *g);
// cycle.c, world stopped
void cycle_begin(int why);
bool cycle_short(void); // marking will take no longer than a stop may
bool cycle_late(void);
bool cycle_put_off(
    void); // any time: the heap has reached its trigger, but sooner than it is worth while; then that lies higher now
void cycle_paused(i64 ns);
u64 cycle_owed(u64 allocated, bool *late);
void cycle_flush(void);
typedef struct MarkWork {
    i64 ns, beside; // of marking; of these beside the program
    u64 assisted;   // effort of assists
    i64 cpu;        // time on CPUs for it, if there is a memory limit
} MarkWork;
void cycle_end(u64 marked, i64 marked_at, i64 t0, const MarkWork *work);

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
    u64 objects, roots; // roots: bytes of data segments and stacks looked through
    u32 first, waiting; // of soon
    usize soon[16];     // taken from buf, and on their way into the CPU's caches
    WorkBuf *first_pages,
        *last_pages; // with small objects to look through, in the order in which they came: buffers of entries of pages (mark.c)
    i64 page_at;            // in the first: the next one
    struct StackScan *scan; // stackscan.c, while it scans stacks
} Worker;
void mark_ptr(Worker *w, usize p); // precise
void mark_trim(void);              // gives buffers back
void mark_conservative(Worker *w, usize lo, usize hi);
void mark_block(Worker *w, usize base, usize words, const u8 *mask); // pointers of a masked block
void mark_typed(Worker *w, usize base, usize size, GoType *t);
void mark_drain(Worker *w);
void mark_flush(Worker *w);
i32 gc_new_helper(void);
void mark_maybe(Worker *w, usize p); // conservative
void gc_watched(usize p);            // holder.c
static inline SYSTEM void mark_word(Worker *w, usize p) {
    if (p - heap.base < heap.used) mark_ptr(w, p);
    else if (unlikely(p - heap.watch_lo < heap.watch_size)) gc_watched(p);
}
void scan_contents(Worker *w, usize base); // pointers of an object (or of a piece of a large one)
u64 mark_all(void);                        // the whole mark phase, world stopped; bytes marked
void mark_begin(bool concurrent);          // world stopped
void mark_fixed(void);                     // world stopped: roots that C changes at will
u64 mark_slice(u64 budget, bool stopped);  // marks until so much effort was made, or the world is to be stopped
bool mark_work_left(void);                 // something grey in the work buffers, or roots
bool mark_maybe_done(void);                // nothing, and nobody marks at the moment
u64 mark_roots(void);  // effort of looking through data segments and stacks, in bytes; as mark_finish
u64 mark_finish(void); // world stopped; bytes marked
u64 mark_effort(void);
void mark_goroutine(G *g);
void mark_timers(P *p);
void mark_buffer(const usize *from, const usize *to);
void verify_heap(void);       // debug: no marked object refers to an unmarked one
void verify_unmarked(void);   // debug, before marking: no span carries marks of an earlier cycle
bool is_marked(usize p);      // heap object
void gc_help(void);           // a helper thread's part
void mark_globals(Worker *w); // world stopped, no cycle: all roots but the stacks, and what they lead to
void marks_clear(void);       // world stopped, no cycle: of all objects
typedef struct Extent {
    usize at, size;
} Extent;
static inline SYSTEM bool extent_has(Extent e, usize at) { return at - e.at < e.size; }
void mark_segments(Worker *, const Module *,
                   bool (*next)(usize at)); // one pointer after the other, each with what it leads to
// The same, and what follows is of that kind. Not what is attached to objects and has code or types of that module, nor what is known by number only: a type that has
// the number has the type that was given it too.
void mark_each_record(Worker *w, void (*next)(Worker *, const char *what), Extent module);
void mark_records(Worker *w);    // world stopped, no cycle: what C holds
void mark_c_frames(Worker *w);   // the same: threads in the middle of a runtime function
Span *heap_next_span(usize *at); // the first that begins at page *at or behind, NULL at the end; *at is behind it then
void gc_stop_between_cycles(const char *why); // leak.c: stops the world while nothing is marked
// holder.c: what refers to a module that is to go, from outside of it. World stopped between cycles, everything swept, and no frame of it on a stack.
typedef struct Holder {
    usize lo, size; // the module
    const Module *module;
    usize at;           // in it, that something refers to; 0: nothing does
    const G *g;         // whose stack leads there,
    usize variable;     // or the package variable that does,
    const char *what;   // or what else the runtime holds, with "has"
    const GoType *typ;  // an object of this type of the module is not garbage
    const Extent *skip; // variables that are not looked through: would anything else hold it? Nothing is changed then
    i64 nskip;
    bool passing; // what led there are words that may be old: of a frame preempted anywhere, or of C; they pass when that goroutine has gone on
} Holder;
bool gc_find_holder(Holder *);
extern bool leak_checking; // leak.c: what goroutines wait for is no root
// stackscan.c
void stack_scan(Worker *w, G *g);
void stack_scan_done(Worker *w); // gives back what scanning stacks needed
// sweep.c
bool sweep_span(
    Span *s,
    bool keep); // s is in no list; true: kept by the caller (it has room), else it went to a list or back to the page heap
usize sweep_some(usize nspans);
usize sweep_account(Account *a, usize nspans);
void spans_append(SpanList *to,
                  SpanList *from); // from becomes empty; Span.list stays as it was: list_pop does not need it
void sweep_all(void);
void sweep_begin(void); // world stopped, marking done
void span_bits_free(Span *s);
// special.c
void specials_mark_begin(void);
void specials_mark_each(Worker *w, void (*next)(Worker *, const char *what),
                        Extent module); // SYSTEM: not those of the module
void specials_mark_own(Worker *w, void (*next)(Worker *, const char *what),
                       Extent module); // SYSTEM: those, of objects that are marked
void specials_drop_module(
    Extent module); // world stopped between cycles: its own go, and handles of what lies in it lead nowhere
bool specials_mark_roots(Worker *w); // a piece; false: it was the last
void specials_decide(Span *s);       // about to be swept: which of its objects with specials died
void specials_wake(void);
void specials_drop(const Domain *d);    // world stopped between cycles: none of its functions runs any more
void specials_forget(const Account *a); // world stopped: it pays for none any more
void finalizers_each(void (*visit)(void *ctx, bool queued, usize p, FuncVal *fn, GoType *fint, GoType *ot),
                     void *ctx); // world stopped
// barrier.c
void wb_bulk(void *dst, usize src, usize bytes,
             GoType *elem); // before a typed copy or clear: shade old contents of dst, new ones of src (NULL, 0: none)
void wb_flush(void);
void wb_flush_p(P *p);
void gc_shade(const void *a, const void *b); // LEAF: while marking, objects that C hands out or takes over
