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

typedef int8_t i8;
typedef int16_t i16;
typedef int32_t i32;
typedef int64_t i64;
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef uintptr_t usize;
#define SYSTEM
#define LEAF
#define SIGNAL
#define GOSYM(name) __asm__(name)
#define NORETURN    __attribute__((noreturn))
#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

typedef struct G G;
typedef struct M M;
typedef struct P P;
typedef struct Sudog Sudog;
typedef struct Timer Timer;
typedef struct MCache MCache;
typedef struct FuncVal {
    void *code; /* captured variables follow */
} FuncVal;
typedef struct Defer {
    struct Defer *link;
    FuncVal *fn;
    usize sp;
    u8 heap;
} Defer;

typedef struct Lock {
    u32 word;
    u32 rank;
} Lock;
typedef enum LockRank {
    RANK_NONE,
#define L(id, many) RANK_##id,
#include "lockrank.def"
#undef L
    RANK_COUNT
} LockRank;
#ifdef RTDEBUG
#define RANKED(id)                                                                                                     \
    { .rank = RANK_##id } // initialiser
#define lock_rank(l, id)       ((l)->rank = RANK_##id)
#define check_no_locks(w, but) lock_check_none(w, but)
void lock_check_none(const char *where, u64 but); // throws if this thread holds one, those of the ranks `but` left out
#else
#define RANKED(id)                                                                                                     \
    { 0 }
#define lock_rank(l, id)       ((void)0)
#define check_no_locks(w, but) ((void)0)
#endif
// goroutine states; Gscan is or-ed in by whoever examines the stack
enum { G_IDLE, G_RUNNABLE, G_RUNNING, G_SYSCALL, G_WAITING, G_DEAD = 6, G_PREEMPTED = 9, G_SCAN = 0x1000 };
// wait reasons: table with Go's texts in rt/sched/waitreason.def: W(ID, "text", is_mutex_wait, is_idle_in_synctest)
typedef enum WaitReason {
#define W(id, text) WAIT_##id,
#include "sched/waitreason.def"
#undef W
    WAIT_COUNT
} WaitReason;

typedef struct Sched {
    usize sp, pc, ctxt;
} Sched; // sp points at the Go caller's return address + 8; pc is that return address
// (ctxt != 0: not started yet; pc is the entry of the function, sp points at its return address, ctxt is its func value)

// A plugin's part of the process (sched/domain.c). Never freed; one a plugin that vole/plugin has loaded. Known to lib/vole/plugin.
typedef struct Domain {
    const char *
        packages; // those that only the plugin has, each ended by NUL, one more at the end; with lo, size: by the loader, before code of it runs
    usize lo, size;                                   // its module
    i64 goroutines;                                   // that belong to it; atomic
    i64 most_goroutines;                              // 0: any; with most_stack: by the loader
    usize most_stack;                                 // bytes
    i64 cpu;                                          // ns, sampled; atomic, by rt_domain_tick
    const u8 *stop, *many, *stack_full, *memory_full; // Go functions that end a goroutine
    const char *library;                              // packages of the library that it uses, as packages
    struct Account *account;                          // mem/mem.h; NULL when the plugin is gone
    u32 stopped;                                      // 0: no; else rounds since, atomic, by vole/plugin's monitor
    u32 over;                                         // atomic: it has more memory than it may have
} Domain;

struct G {                          // offsets of the first words: abi/abi.h and rt/arch/amd64/gosys.h
    usize stack_lo, stack_hi;       // 0, 8
    usize stackguard0;              // 16  own M, or another thread that asks for preemption (atomic)
    void *panic_;                   // 24  overlay's *_panic
    Defer *defer_;                  // 32
    M *m;                           // 40  while it runs or is in a system call
    struct SleepTimer *sleep_timer; // 48
    Sched sched;                    // 56  saved while not running, and during a SYS call
    usize ret0, ret1;               // 80  results of the SYS call that parked it
    u32 status;                     // 96  atomic
    u8 waitreason, preempt /* PREEMPT_* */,
        async_preempted /* innermost frame is that of asyncPreempt, or ret0 and ret1 may lead into the stack */,
        paniconfault;
    u8 in_morestack, system_goroutine, blocking /* for the block profile */;
    u8 users_turn; // of a system goroutine: it runs the program's code, a finalizer
    u8 prof_skip;  // frames that an event of the block profile leaves out
    u8 leak;       // gc/leak.c: not 0, what it waits for was out of reach; world stopped
    u8 serves;     // it has accepted a connection, or was started by one that had: plugin/ran.c
    u8 big_stack;  // it began with more than the smallest: mem/stack.c
    usize c_sp; // 112 C frames of a LEAF function from here to sched.sp: scan them conservatively, do not move the stack
    u8 fips_indicator, fips_bypass, in_select;
    void (*on_resume)(
        G *);       // park_then: runs on the system stack, as if still in the SYS call, before the goroutine continues
    G *schedlink;   // run queue / free list
    void *param;    // by the waker: the Sudog that fired
    u64 goid;       // 152: as gc's (abi.h)
    Sudog *waiting; // sudogs it waits on, linked by waitlink: GC roots (c, elem), adjusted by stack copying (elem)
    M *lockedm;
    usize gopc, startpc;
    u64 parent_goid; // for tracebacks
    i64 waitsince;
    usize syscallsp, syscallpc; // while in G_SYSCALL: Go frames end here
    usize sigpc, sigcode0, sigcode1;
    u32 sig;                      // of a fault being turned into a panic
    u32 select_done;              // atomic
    void *labels, *bubble, *coro; // pprof labels, synctest bubble, iter.Pull
    u32 scan_lock;                // held by who looks through its stack, or changes where that ends (gc.h)
    u32 scanned;                  // the cycle that has done so
    u64 trace_seq;                // diag/trace.h: changes of this generation; by who owns the goroutine
    Domain *domain;               // whose it is, or which call it is in; by itself, read by rt_domain_tick
    u32 domain_round;             // Domain.stopped when it was asked to end, 0: it was not
    u8 domain_call;               // one of the host's, in a call
    u8 unpaid;                    // payer has paid for its stack but 2^unpaid bytes; 0: for all of it
    struct Account *payer;        // for its stack: of the domain that it belongs to, or in whose call it grew
};

struct M {       // at %fs:0; offsets: rt/arch/amd64/gosys.h
    M *self;     // 0
    G *curg;     // 8   running goroutine (user), NULL while in the scheduler
    G *g0;       // 16  system-stack goroutine
    P *p;        // 24
    G *gsignal;  // 32
    usize syssp; // 40  where SYS stubs set RSP
    i32 locks;
    i32 mallocing;       // 48  >0: no preemption, no collection
    i32 dying, throwing; // 56
    usize xarg[3];       // 64  arguments 7..9 (GO_SYSN)
    usize xres[7];       // 88  results 3..9 (GO_SYSN)
    usize io;            // 144 what the poller was asked for last, for the system call that follows: netpoll.c
    usize return_pc,
        *return_at; // 152: where the handler of signals put another return address, NULL: nowhere; and what was there
    u32 tid;
    u32 park_word; // futex
    P *nextp, *oldp;
    bool spinning, blocked, insyscall;
    u8 preemptoff;
    i16 in_go_call /* depth of go_call */;
    M *schedlink, *alllink;
    G *lockedg;
    u32 locked_ext;
    u64 fastrand[2];
    i64 id;
    u32 need_preempt;
    u32 gchelp;                   // woken to help marking
    usize stack_base, stack_size; // mapping of the thread, 0 for the first
    usize stopped_sp; // non-zero while it waits on its system stack: C frames above are scanned conservatively
    void (*startfn)(void);
    u64 sigmask_saved;
    i32 prof_timer;             // of the CPU profile: its id + 1, 0: none
    Domain *go_domain;          // of the timer whose function runs; by it
    struct TraceBuf *trace_buf; // diag/trace.c: events of this thread; by it, and by who begins or ends a generation
    u64 trace_gen, trace_seq;   // at its last system call: generation, trace_seq of the P
#ifdef RTDEBUG                  // locks this thread holds: bits of their ranks; how many of each, the last one
    u64 held;
    u32 nheld[RANK_COUNT];
    const Lock *last_held[RANK_COUNT];
#endif
};

enum { HINT_BITS = 6 }; // hint.h: places of a table
struct P {
    usize *wbbuf_next, *wbbuf_end; // 0, 8: write barrier buffer
    i32 id;
    u32 status;
    M *m;
    MCache *mcache;          // of account, who runs here: NULL is the host
    struct Account *account; // mem/account.c
    MCache *mcache_host;
    u32 runqhead, runqtail;
    G *runq[256];
    G *runnext;     // head: atomic by thieves; tail: owner
    G *interrupted; // was only asked to come by and goes on here, if nobody else takes it; atomic
    u32 schedtick, syscalltick;
    struct TimerHeap *timers;
    G *gfree, *gfree_full; // dead goroutines with stacks: ngfree of them, and a whole batch (proc.c) or none
    i32 ngfree;
    Sudog *sudogcache;
    i32 nsudog;
    u64 preempt;
    P *link;
    i64 gc_seen; // when all Ps were asked to come by, as it knows
    i64 gc_time; // ns that marking took here, this cycle
    u32 sysmon_schedtick, sysmon_syscalltick;
    u32 switches, sysmon_switches; // by its owner: goroutines that began to run here, with slices of their own or not
    i64 sysmon_schedwhen, sysmon_syscallwhen;
    i64 late_turn; // when a goroutine of sched.preempted, or one that was interrupted in its turn, began to run here
    // sched/soon.c: since when one of two goroutines runs, which; how long the first did; their place in the table; no thread was woken (atomic)
    u64 soon_since, soon_first;
    u8 *soon_place, soon_state;
    bool soon_owed;
    u8 soon[1 << HINT_BITS]; // hint.h
    u8 stack_growth[1 << HINT_BITS],
        stack_tries; // mem/stack.c: functions whose goroutines grow; those given a larger stack
    struct {
        void *head;
        i32 n;
    } stackcache[4];
    u64 goidcache, goidcacheend;
    u64 trace_seq; // diag/trace.h: changes of this generation; by its owner
    i64 trace_m;   // id of the M whose system call it was given up for; by its owner
    usize wbbuf[256];
};

static inline LEAF bool is_hidden(const G *g) {
    return g->system_goroutine && !g->users_turn;
} // from tracebacks and profiles
static inline SIGNAL bool g_is_dead(const G *g) {
    u32 s = __atomic_load_n(&g->status, __ATOMIC_RELAXED) & ~(u32)G_SCAN;
    return s == G_DEAD || s == G_IDLE;
}
extern Module module_ GOSYM("vole.module");
typedef struct RunInfo { // what runs in the place of the program's init functions and main, if main_main is set: before the first goroutine
    void (*const *inits)(void);
    i64 ninits;
    void (*const *main_main)(void);
} RunInfo;
extern RunInfo rt_run;
extern u32 write_barrier GOSYM("runtime.writeBarrier");

static inline LEAF M *this_m(void) {
    M *m;
    __asm__ volatile("movq %%fs:0, %0" : "=r"(m));
    return m;
}
static inline LEAF G *this_g(void) {
    G *g;
    __asm__ volatile("movq %%fs:8, %0" : "=r"(g));
    return g;
} // user goroutine, on whose behalf we run
// (M must be re-read after anything that can park; SYSTEM code that does not park may keep it.)

// ---- boot/, os/: entry, arguments, environment, raw system calls
extern i32 rt_argc;
extern u8 **rt_argv;
extern u8 **rt_envv;
extern u64 *rt_auxv;
const char *rt_getenv(const char *name);
i64 sys_call(i64 nr, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f); // -errno on failure
NORETURN void sys_exit(int code);
void sys_futex_sleep(u32 *addr, u32 val, i64 ns /* <0: forever */);
void sys_futex_wake(u32 *addr, u32 n);
i64 nanotime(void);
i64 walltime(i32 *nsec); // LEAF, vDSO
usize *sys_mmap(void *hint, usize n, int prot, int flags);

// ---- diag/: fatal things. Texts are Go's.
NORETURN void throw_(const char *msg); // "fatal error: msg" + traceback, exit 2
NORETURN void fatal_(const char *msg);
NORETURN void out_of_memory(usize size); // of a block that the system does not give (mem/pageheap.c)
void rt_print(const char *fmt, ...);     // %s %d %x %p %S(GoString by ptr) to fd 2, async-signal-safe
void traceback_g(G *g, usize pc, usize sp);
const char *wait_reason_text(u32 reason); // SIGNAL: as Go spells it
void traceback_others(G *me);
NORETURN void crash_exit(int code);
i32 gotraceback(bool *all, bool *crash);

// ---- locks (futex mutex, above); LEAF: m->locks is up while one is held. Ranks (lockrank.def) are checked in debug builds.
void lock(Lock *);
void unlock(Lock *);
void lock_slow(Lock *);            // LEAF: when it is not free
void unlock_slow(Lock *, u32 was); // LEAF: when others may wait
typedef struct Note {
    u32 word;
} Note;
void note_clear(Note *);
void note_wakeup(Note *);
bool note_sleep(Note *, i64 ns);

// ---- sched/
// A SYSTEM function that must block puts the goroutine in some queue and parks as its last act. The goroutine is already off its stack, so unlockf
// simply runs after its state is G_WAITING; from then on any thread may make it ready.
NORETURN void park(void (*unlockf)(G *, void *), void *arg,
                   WaitReason); // SYSTEM: current goroutine -> waiting; schedule()
NORETURN void park_result(usize r0, usize r1, void (*unlockf)(G *, void *), void *arg,
                          WaitReason); // results unless the waker sets ret0/ret1
NORETURN void park_then(void (*unlockf)(G *, void *), void *arg, WaitReason,
                        void (*resume)(G *));      // resume: the second half of the SYS call, on the
                                                   // system stack with g current; sets g->ret0, ret1; may park again
void ready(G *);                                   // waiting -> runnable, on this P's queue (runnext)
NORETURN void yield_now(void);                     // Gosched: to the global queue
void semacquire(u32 *addr, WaitReason, bool lifo); // SYSTEM; parks, so only as the last thing of a stub function
void stop_the_world(const char *why);
void start_the_world(void);
u64 rand64(void);
u32 cheaprandn(u32 n); // LEAF
// Lowest address of the C frames that may hold pointers, callee-saved registers among them: they are stored in the frame that asks. Not in a loop.
#define C_FRAMES() (__builtin_unwind_init(), (usize)__builtin_alloca(16))
static inline LEAF M *acquirem(void) {
    M *m = this_m();
    m->locks++;
    return m;
} // LEAF: no preemption until releasem
static inline LEAF void releasem(M *m) { m->locks--; }
usize go_call(FuncVal *fn, usize a, usize b, usize c,
              usize d); // SYSTEM: call a Go function on the system stack; it may neither block nor grow; first result
void chan_lock_waiting(
    G *); // SYSTEM (rt/lang): nobody touches what a goroutine that waits at channels has on its stack for them
void chan_unlock_waiting(G *);
Sudog *sudog_acquire(void);
void sudog_release(Sudog *);
G *newproc1(FuncVal *fn, G *parent, usize callerpc);
void for_each_g(void (*fn)(G *, void *), void *);
void entersyscall_pc(usize pc, usize sp);
struct Sudog {
    G *g;
    Sudog *next, *prev;
    void *elem; /* may point into a stack */
    i64 acquiretime, releasetime;
    i64 waited_since; // for the mutex profile: when the wait for a lock began, else 0
    u32 ticket;
    bool is_select, success;
    u16 waiters;
    Sudog *parent, *waitlink, *waittail;
    void *c;
};
// timers: rt/sched/timer.h

// ---- mem/, gc/
void *rt_mallocgc(usize size, GoType *typ,
                  bool zero); // SYSTEM, no lock held (may collect; C frames of this stack are scanned conservatively)
// LEAF, only in the function that Go code called (uses its frame address): the fast path stays on the goroutine's stack, the slow path runs on the
// system stack and may collect. Pointers in the C frame stay valid: it is scanned conservatively and the stack is not moved meanwhile.
void *leaf_malloc(usize size, GoType *typ, bool zero, usize cfa);
#define LEAF_MALLOC(size, typ, zero) leaf_malloc(size, typ, zero, (usize)__builtin_frame_address(0) + 16)
// LEAF, the same way: give up the C frame, run fn(a, b, c) as a SYS call of the Go caller and return its results to it.
NORETURN void leaf_to_system(usize cfa, void *fn, usize a, usize b, usize c, usize d);
#define LEAF_TO_SYSTEM(fn, a, b, c, d)                                                                                 \
    leaf_to_system((usize)__builtin_frame_address(0) + 16, (void *)(fn), (usize)(a), (usize)(b), (usize)(c), (usize)(d))
// LEAF: fn(a, b, c) on the system stack, if this is the goroutine's; the frame stays. fn neither parks nor collects. For what needs more stack than the
// guard area has.
usize leaf_on_system(void *fn, usize a, usize b, usize c);
#define LEAF_ON_SYSTEM(fn, a, b, c) leaf_on_system((void *)(fn), (usize)(a), (usize)(b), (usize)(c))
void *memclr(void *p, usize n);
void *memmove(void *, const void *, usize);
void *memcpy(void *, const void *, usize);
void *memset(void *, int, usize);
bool mem_equal(const void *, const void *, usize);
usize round_up_size(usize size, bool noscan)
    GOSYM("runtime.roundupsize");                // LEAF: bytes that an allocation of `size` really gets
void *persistent_alloc(usize size, usize align); // SYSTEM, never freed, zero
GoType *type_of_string(void);
bool heap_object(usize p, usize *base, usize *size); // is p inside an allocated heap object
void wb_pointer(void **slot, void *val);             // *slot = val with barrier, from C
void stack_alloc(G *, usize size);
void stack_free(G *);
void stack_begin(P *, G *); // before it first runs: one of the size that its function needs
void stack_end(P *, const G *);
void gc_start(int why);
void gc_add_root_fn(void (*fn)(void *ctx, void (*mark)(void *ctx, void *p)), bool by_number);

// ---- diag/ unwinder: Go frames only (also used by gc and stack copying; A)
// kind: FRAME_CALL pc is a return address; FRAME_FAULT pc is the instruction that faulted (callee is runtime.sigpanic); FRAME_ENTRY at the function's entry,
// argument registers saved at `regs` (in morestack) or not started (regs NULL); FRAME_ASYNC preempted at pc, registers at `regs`.
// In an unmoved FRAME_FAULT `regs` are the registers of the fault.
enum { FRAME_CALL, FRAME_FAULT, FRAME_ENTRY, FRAME_ASYNC };
typedef struct Frame {
    FuncRec *fn;
    usize pc, sp;  /* body RSP */
    usize fp;      /* address of return address + 8: caller's RSP at the call */
    bool is_fault; /* pc is an instruction, not a return address: all kinds but CALL */
    u8 kind;
    G *g;
    bool dead;
    usize *regs;
} Frame;
typedef struct Unwinder {
    Frame frame;
    bool ok;
    G *g;
    usize next_pc, next_sp;
    bool next_fault;
} Unwinder;
void unwind_init(Unwinder *, G *, usize pc,
                 usize sp); // pc=sp=0: from g->sched or syscallsp; else as after a call returned to pc with RSP sp
void unwind_next(Unwinder *);
enum {
    FAULT_SAVE = 80
}; // integer argument registers that the handler of a fault saves above the return address of sigpanic
// Stack arguments and results of a call that is in a stub of reflect.MakeFunc or a method value: no function's map describes them. The stub keeps its
// context at 0(RSP): {fn, *bitVector{n uint32; ...}, ...} (reflect.makeFuncCtxt).
static inline SYSTEM usize makefunc_stack_bytes(const Frame *f) {
    if (!(f->fn->flags & FUNC_MAKE_FUNC_STUB) || f->kind == FRAME_ENTRY) return 0; // at its entry it has no frame
    const usize *ctxt = *(const usize *const *)f->sp;
    return (usize) * (const u32 *)ctxt[1] * 8;
}
FuncRec *find_func(usize pc);
void func_caches_clear(void); // SYSTEM, world stopped: a module goes
const char *func_name(const FuncRec *);
u64 functab_uleb(const u8 **);
Module *module_of(const FuncRec *);
usize func_entry(const FuncRec *);
usize func_sp(const FuncRec *, usize pc); // FUNC_SP_TABLE: bytes from RSP at pc to the return address
bool func_is_unsafe(const FuncRec *,
                    usize pc); // not to be preempted there: between a test of write_barrier and what it is for
enum { MAX_MODULES = 1024 };
extern Module
    *rt_modules[MAX_MODULES]; // [0]: the program. rt/plugin/ adds at the end, and takes away with the world stopped
extern i32 rt_nmodules;
u64 modules_data(void); // LEAF: bytes of package variables that may hold pointers
// Stack map of a frame: words [first, first + n) may be pointers; bit i of bits: word first + i. Words are counted from frame.sp, behind frame_words of
// them from frame.fp. False: no map (dead or assembly).
typedef struct StackMap {
    const u8 *bits;
    u32 first, n, frame_words, arg_words;
} StackMap;
bool frame_stackmap(const Frame *, StackMap *);
// The stack objects of a function, one after the other: words [word, word + nwords); map: pointers of all of them.
typedef struct ObjTable {
    StackMap map;
    const u8 *next;
    u32 n, word, nwords;
} ObjTable;
bool func_objects(const FuncRec *, ObjTable *); // false: it has none
bool next_object(ObjTable *);
// Logical (inlined) frames of a pc, innermost first; returns count written.
typedef struct LogicalFrame {
    const char *name;
    const char *file;
    i32 line;
    i32 start_line;
    usize entry;
    bool wrapper;
} LogicalFrame;
i32 func_lines(const FuncRec *, usize pc, bool is_call, LogicalFrame *out, i32 max);
