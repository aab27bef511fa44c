// linkname.c - C bodies of functions that only programs with //go:linkname call. Contracts are gc's; SYSTEM where it says so, else LEAF.
#include "lang/lang.h"
#include "mem/mem.h"
#include "sched/sched.h"

// ---- gopark, goready

static const u8 reasons[] = { // gc's numbers of wait reasons
    WAIT_ZERO,
    WAIT_GC_ASSIST_MARKING,
    WAIT_IO_WAIT,
    WAIT_DUMPING_HEAP,
    WAIT_GARBAGE_COLLECTION,
    WAIT_GARBAGE_COLLECTION_SCAN,
    WAIT_PANIC_WAIT,
    WAIT_GC_ASSIST_WAIT,
    WAIT_GC_SWEEP_WAIT,
    WAIT_GC_SCAVENGE_WAIT,
    WAIT_FINALIZER_WAIT,
    WAIT_FORCE_GC_IDLE,
    WAIT_ZERO /* GOMAXPROCS updater */,
    WAIT_SEMACQUIRE,
    WAIT_SLEEP,
    WAIT_CHAN_RECEIVE_NIL,
    WAIT_CHAN_SEND_NIL,
    WAIT_SELECT_NO_CASES,
    WAIT_SELECT,
    WAIT_CHAN_RECEIVE,
    WAIT_CHAN_SEND,
    WAIT_SYNC_COND_WAIT,
    WAIT_SYNC_MUTEX_LOCK,
    WAIT_SYNC_RWMUTEX_RLOCK,
    WAIT_SYNC_RWMUTEX_LOCK,
    WAIT_SYNC_WAITGROUP_WAIT,
    WAIT_TRACE_READER_BLOCKED,
    WAIT_WAIT_FOR_GC_CYCLE,
    WAIT_GC_WORKER_IDLE};

// The Go function decides, on the system stack and after the goroutine waits, whether it goes on waiting.
static SYSTEM void ask_unlockf(G *g, void *lock) {
    FuncVal *f = g->param;
    g->param = NULL;
    if (f && !(go_call(f, (usize)g, (usize)lock, 0, 0) & 1)) ready(g);
}
SYSTEM void rt_gopark(FuncVal *unlockf, void *lock, u64 reason) {
    G *g = this_g();
    g->param = unlockf;
    park(ask_unlockf, lock, reason < sizeof reasons ? (WaitReason)reasons[reason] : WAIT_ZERO);
}

// ---- memory

typedef struct BaseSpan {
    usize base, span;
} BaseSpan;
SYSTEM BaseSpan rt_find_object_gc(usize p) { // base, span, index; base 0: not in the heap
    usize base;
    M *m = this_m();
    m->xres[0] = 0;
    if (!heap_object(p, &base, NULL)) return (BaseSpan){0, 0};
    Span *s = span_of(p);
    m->xres[0] = obj_index(s, p);
    return (BaseSpan){base, (usize)s};
}
LEAF usize rt_checkptr_base(usize p) GOSYM("runtime.checkptrBase");
LEAF usize rt_checkptr_base(usize p) { // start of what p points into: 1 for the stack, p itself if nobody knows
    G *g = this_g();
    usize base;
    if (p >= g->stack_lo && p < g->stack_hi) return 1;
    if (heap_object(p, &base, NULL)) return base;
    for (i32 i = 0; i < rt_nmodules; i++) {
        const Module *m = rt_modules[i];
        if (p >= (usize)m->data && p < (usize)m->edata) return (usize)m->data;
        if (p >= (usize)m->bss && p < (usize)m->ebss) return (usize)m->bss;
    }
    return p;
}

// ---- threads

LEAF usize rt_getm(void) GOSYM("runtime.getm");
LEAF usize rt_getm(void) { return (usize)this_m(); }
LEAF bool rt_locked_os_thread(void) GOSYM("runtime.lockedOSThread");
LEAF bool rt_locked_os_thread(void) { return this_g()->lockedm != NULL && this_m()->lockedg != NULL; }
