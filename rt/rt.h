// rt.h - the runtime's data and the calls between its folders. Freestanding C17, no libc.
//
// Marks, one on every function (they expand to nothing but are checked by tools/check_rt):
//   SYSTEM  runs on an M's system stack (g0); may take locks; a goroutine is parked or running it through a stub
//   LEAF    may run on a goroutine's stack in the guard area: bounded frame, takes only leaf locks with preemption off, never blocks, never parks
//   SIGNAL  runs on the signal stack; async-signal-safe
// How Go code gets here: SYS rows of abi/runtime.def and the body-less functions of the library are reached through stubs made by the macro
//   GO_SYS("go.symbol", c_function) in .S files: save the goroutine (sched.sp, sched.pc), switch to m->g0's stack, call c_function with the same
//   registers (up to 6 integer arguments), switch back, results in RAX, RDX. A C function that must block calls park(...), which never returns: the
//   goroutine later continues in its Go caller with g->ret0, g->ret1 in RAX, RDX.
//   LEAF C functions carry their Go symbol directly: GOSYM("runtime.newobject").
// Bodies that need Go (callbacks, errors, results of more than two words) are Go functions of lib/runtime that call small C ones.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "abi/abi.h"
#include "abi/functab.h"
#include "abi/gotype.h"

typedef int8_t i8; typedef int16_t i16; typedef int32_t i32; typedef int64_t i64;
typedef uint8_t u8; typedef uint16_t u16; typedef uint32_t u32; typedef uint64_t u64; typedef uintptr_t usize;
#define SYSTEM
#define LEAF
#define SIGNAL
#define GOSYM(name) __asm__(name)
#define NORETURN __attribute__((noreturn))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

typedef struct G G; typedef struct M M; typedef struct P P; typedef struct Sudog Sudog; typedef struct Timer Timer; typedef struct MCache MCache;
typedef struct FuncVal { void *code; /* captured variables follow */ } FuncVal;
typedef struct Defer { struct Defer *link; FuncVal *fn; usize sp; u8 heap; } Defer;

// goroutine states; Gscan is or-ed in by whoever examines the stack
enum { G_IDLE, G_RUNNABLE, G_RUNNING, G_SYSCALL, G_WAITING, G_DEAD = 6, G_PREEMPTED = 9, G_SCAN = 0x1000 };
// wait reasons: table with Go's texts in rt/sched/waitreason.def: W(ID, "text", is_mutex_wait, is_idle_in_synctest)
typedef enum WaitReason {
#define W(id, text) WAIT_##id,
#include "sched/waitreason.def"
#undef W
    WAIT_COUNT
} WaitReason;

typedef struct Sched { usize sp, pc, ctxt; } Sched; // sp points at the Go caller's return address + 8; pc is that return address

struct G {
    usize stack_lo, stack_hi;   // 0, 8
    usize stackguard0;          // 16  own M, or another thread that asks for preemption (atomic)
    void *panic_;               // 24  overlay's *_panic
    Defer *defer_;              // 32
    M *m;                       // 40
    u64 goid;                   // 48
    Sched sched;                // saved while not running
    usize ret0, ret1;           // results of the SYS call that parked it
    u32 status;                 // atomic
    u8 waitreason, preempt, preempt_stop, async_safe_point; u8 paniconfault, throwsplit, lockedext_pad, system_goroutine;
    G *schedlink;               // run queue / free list
    void *param;                // by the waker: the Sudog that fired
    Sudog *waiting;             // list it waits on (lock order), for stack copying
    M *lockedm;
    u64 parent_goid; usize gopc; usize startpc; FuncVal *startfn; // for tracebacks
    i64 waitsince;
    usize syscallsp, syscallpc; // while in G_SYSCALL: Go frames end here
    usize sigpc, sigcode0, sigcode1; u32 sig; // of a fault being turned into a panic
    void *labels, *bubble, *coro; // pprof labels, synctest bubble, iter.Pull
    u8 fips_indicator, fips_bypass, in_select /* parked on a stack-pointing select */, parking_on_chan; u32 select_done; // atomic
    u64 assist_bytes;
    G *alllink_pad; Timer *sleep_timer;
};

struct M {                       // at %fs:0
    M *self;                     // 0
    G *curg;                     // 8   running goroutine (user), NULL while in the scheduler
    G *g0;                       // 16  system-stack goroutine
    P *p;                        // 24
    G *gsignal;                  // 32
    i32 locks; i32 mallocing;    // >0: no preemption
    i32 dying, throwing;
    u32 tid; u32 park_word;      // futex
    P *nextp, *oldp;
    bool spinning, blocked, insyscall; u8 preemptoff;
    M *schedlink, *alllink;
    G *lockedg; u32 locked_ext, locked_int;
    u64 fastrand[2];
    void (*park_unlock)(G *, void *); void *park_arg; // run on g0 after the goroutine is off its stack
    usize libc_pad; i64 id;
    u64 tls_pad[4];
};

struct P {
    i32 id; u32 status;
    M *m; MCache *mcache;
    u32 runqhead, runqtail; G *runq[256]; G *runnext; // head: atomic by thieves; tail: owner
    u32 schedtick, syscalltick;
    struct TimerHeap *timers;
    G *gfree; i32 ngfree;
    Sudog *sudogcache; i32 nsudog;
    usize *wbbuf_next, *wbbuf_end; usize wbbuf[512]; // write barrier buffer
    u64 preempt; P *link;
    void *gcw;
};

extern Module module_ GOSYM("vole.module");
extern u32 write_barrier GOSYM("runtime.writeBarrier");

static inline M *this_m(void) { M *m; __asm__ volatile("movq %%fs:0, %0" : "=r"(m)); return m; }
static inline G *this_g(void) { G *g; __asm__ volatile("movq %%fs:8, %0" : "=r"(g)); return g; } // user goroutine, on whose behalf we run
// (M must be re-read after anything that can park; SYSTEM code that does not park may keep it.)

// ---- boot/, os/: entry, arguments, environment, raw system calls
extern i32 rt_argc; extern u8 **rt_argv; extern u8 **rt_envv; extern u64 *rt_auxv;
const char *rt_getenv(const char *name);
i64 sys_call(i64 nr, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f); // -errno on failure
NORETURN void sys_exit(int code);
void sys_futex_sleep(u32 *addr, u32 val, i64 ns /* <0: forever */); void sys_futex_wake(u32 *addr, u32 n);
i64 nanotime(void); i64 walltime(i32 *nsec);   // LEAF, vDSO
usize *sys_mmap(void *hint, usize n, int prot, int flags);

// ---- diag/: fatal things. Texts are Go's.
NORETURN void throw_(const char *msg);          // "fatal error: msg" + traceback, exit 2
NORETURN void fatal_(const char *msg);
void rt_print(const char *fmt, ...);            // %s %d %x %p %S(GoString by ptr) to fd 2, async-signal-safe
void traceback_g(G *g, usize pc, usize sp); void traceback_others(G *me); NORETURN void crash_exit(int code);
i32 gotraceback(bool *all, bool *crash);

// ---- locks (futex mutex with rank check in debug builds); SYSTEM, or LEAF with m->locks held
typedef struct Lock { u32 word; u32 rank; } Lock;
void lock(Lock *); void unlock(Lock *);
typedef struct Note { u32 word; } Note;
void note_clear(Note *); void note_wakeup(Note *); bool note_sleep(Note *, i64 ns);

// ---- sched/
NORETURN void park(void (*unlockf)(G *, void *), void *arg, WaitReason); // SYSTEM: current goroutine -> waiting; schedule()
NORETURN void park_result(usize r0, usize r1, void (*unlockf)(G *, void *), void *arg, WaitReason); // results unless the waker sets ret0/ret1
void ready(G *);                                // waiting -> runnable, on this P's queue (runnext)
NORETURN void yield_now(void);                  // Gosched: to the global queue
void semacquire(u32 *addr, WaitReason, bool lifo); // SYSTEM; parks, so only as the last thing of a stub function
void stop_the_world(const char *why); void start_the_world(void);
u64 rand64(void); u32 cheaprandn(u32 n);        // LEAF
i32 acquirem_disable(void); void enable(void);  // m->locks++ / --
Sudog *sudog_acquire(void); void sudog_release(Sudog *);
G *newproc1(FuncVal *fn, G *parent, usize callerpc);
void for_each_g(void (*fn)(G *, void *), void *);
void entersyscall_pc(usize pc, usize sp);
struct Sudog { G *g; Sudog *next, *prev; void *elem; /* may point into a stack */ i64 acquiretime, releasetime; u32 ticket; bool is_select, success; u16 waiters; Sudog *parent, *waitlink, *waittail; void *c; };
// timers: per P heaps; f runs on the system stack and may only make goroutines ready, or is a Go func value handed to a goroutine
struct Timer { i64 when, period; void (*f)(void *arg, usize seq, i64 delta); void *arg; usize seq; u32 state; i32 heap_index; P *p; Lock lock; };
void timer_add(Timer *, i64 when, i64 period); bool timer_del(Timer *); bool timer_mod(Timer *, i64 when, i64 period);

// ---- mem/, gc/
void *rt_mallocgc(usize size, GoType *typ, bool zero); // LEAF or SYSTEM
void *persistent_alloc(usize size, usize align);       // SYSTEM, never freed, zero
GoType *type_of_string(void);
bool heap_object(usize p, usize *base, usize *size);   // is p inside an allocated heap object
void wb_pointer(void **slot, void *val);               // *slot = val with barrier, from C
void stack_alloc(G *, usize size); void stack_free(G *);
void gc_start(int why); void gc_add_root_fn(void (*fn)(void *ctx, void (*mark)(void *ctx, void *p)), void *);

// ---- diag/ unwinder: Go frames only (also used by gc and stack copying; A)
typedef struct Frame { FuncRec *fn; usize pc, sp; /* body RSP */ usize fp; /* address of return address + 8: caller's RSP at the call */ bool is_fault; /* pc is a faulting or preempted instruction, not a return address */ G *g; bool dead; } Frame;
typedef struct Unwinder { Frame frame; bool ok; G *g; usize next_pc, next_sp; bool next_fault; } Unwinder;
void unwind_init(Unwinder *, G *, usize pc, usize sp); // pc=sp=0: from g->sched or syscallsp
void unwind_next(Unwinder *);
FuncRec *find_func(usize pc); const char *func_name(const FuncRec *);
// Logical (inlined) frames of a pc, innermost first; returns count written.
typedef struct LogicalFrame { const char *name; const char *file; i32 line; i32 start_line; usize entry; bool wrapper; } LogicalFrame;
i32 func_lines(const FuncRec *, usize pc, bool is_call, LogicalFrame *out, i32 max);
