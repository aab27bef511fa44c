// sched.h - the scheduler's data.
//
// An M is a thread, a P the right to run Go code (gomaxprocs of them), a G a goroutine. sched.lock protects the idle lists, the global queue, procresize.
// sched.gcwaiting: the world is being stopped or is stopped; everybody who sees it gives up its P (gcstop).
// Wake-up rule: whoever makes work (ready, newproc, timers, netpoll) wakes one idle P if no M is spinning; the last spinning M that finds work wakes the
// next (proc.c). A spinning M looks everywhere once more after it stopped to count as spinning.
#pragma once
#include "os/os.h"
#include "sched/timer.h"

enum { P_IDLE, P_RUNNING, P_SYSCALL, P_GCSTOP, P_DEAD };
#define TIME_SLICE (10 * 1000 * 1000) // ns; who runs longer is preempted (sysmon)
#define STACK_MOVE 0xfffffffffffffbeeULL

typedef struct GQueue {
    G *head, *tail;
    i32 n;
} GQueue;
typedef struct Scheduler {
    Lock lock;
    M *midle;
    i32 nmidle, nmidlelocked, mnext;
    i32 nmsys;
    i64 nmfreed;
    i32 maxmcount;
    P *pidle;
    u32 npidle;                   // npidle atomic
    u32 nmspinning, needspinning; // atomic
    GQueue runq, preempted,
        interrupted; // of all Ps; those that were preempted come after all others, those that were only asked to come by before them
    G *gfree; // batches of dead goroutines with stacks (proc.c)
    i32 ngfree;
    Lock gfree_lock;
    u32 gcwaiting;
    i32 stopwait;
    Note stopnote; // gcwaiting atomic
    u32 sysmonwait;
    Note sysmonnote;
    bool sysmon_started;
    u64 lastpoll; // atomic: time of last network poll, 0: an M is polling
    u64 polluntil;
    M *timekeeper;                // the idle M that sleeps until the next timer (atomic), when no network poller does
    u32 world_ticket, world_turn; // atomic: who stops the world: first come, first served
    M *allm;
    M *pwant;       // Ms that stopped for the world in the middle of a runtime function and need a P again
    u32 force_gc;   // atomic: sysmon wants a cycle
    i32 want_procs; // atomic: sysmon wants so many Ps, 0: nothing
    i64 want_limit; // atomic: the memory limit has become this, 0: nothing
    i32 ngsys;      // system goroutines (atomic)
    u64 goidgen;    // atomic
    u32 exiting;
    u32 execlock;
} Scheduler;
extern Scheduler sched;
static inline LEAF u64 cycles(void) { return __builtin_ia32_rdtsc(); } // for short times on one processor: a hint
// How long stopping the world took and how long it was stopped: [stopping for GC, for others, in all for GC, for others]; bucket 2e + h: 2^e ns and, if h,
// half as much more, up to the next.
enum { PAUSE_BUCKETS = 80 };
extern u64 world_pauses[4][PAUSE_BUCKETS];
extern P **allp;
extern i32 gomaxprocs, ncpu;
extern i32 procs_made; // of allp: those that exist; grows with the world stopped
extern P p0;
extern M m0;
extern G g0, *main_g;

typedef struct Debug {
    i64 gcstress;
    bool stackmove, clobberfree, verify;
    u64 schedrand;
    bool inert;
    i64 gctrace;
    bool asyncpreemptoff, async_timers /* atomic */;
    bool gcstoptheworld;
    u32 gcphase;
    i64 schedtrace;
    i64 stoptrace; // ns: stops of the world that take as long are printed with their steps
    bool fixedprocs, nocontainer, nomemcontainer; // updatemaxprocs=0, containermaxprocs=0, containermemlimit=0
} Debug;                                          // VOLEDEBUG, GODEBUG
extern Debug rt_debug;

// proc.c
NORETURN void schedule(void);
void procs_init(void); // Ps beyond the first, at the first goroutine
void wakep(void);
bool startm(P *p, bool spinning);
void handoffp(P *p);
NORETURN void preempt_yield(G *g); // g goes behind all that gave way by itself
void runq_put(P *p, G *g, bool next);
void globrunq_put(G *g);
void inject_glist(G *list); // list by schedlink, waiting goroutines: make all runnable
void stop_m(void);
M *new_m(void (*fn)(void), P *p, bool spinning); // throws if the system has no more threads
void start_sysmon(void);
// Why a goroutine is to give way, and where it goes: all Ps are to come by (it goes on at once); those that had the time slice together used it up (behind who
// is runnable); it did so alone (behind all).
enum { PREEMPT_ASK = 1, PREEMPT_SHARE, PREEMPT_SLICE };
bool preempt_one(P *p, u8 why);
void preempt_all(void);            // all Ps are to come by
void world_step(const char *name); // with the world stopped, for VOLEDEBUG=stoptrace: something is done
void procresize(i32 n);
i32 gc_wake_helpers(i32 n);
void check_dead(void);
void gcstop_m(bool in_the_middle);
void wait_for_other(void);
bool poll_network(void);
bool work_waits(P *p);
bool has_work(P *p); // that it can begin with itself
bool give_to_waiter(P *p);
void gfree_trim(void);
i32 default_procs(void);
// SIGNAL: the next of the records of goroutines, dead ones among them; *place is 0 at first. They are mem/records.c's.
G *g_next(u64 *place);
G *newproc_state(FuncVal *fn, G *parent, usize callerpc, u32 status);
void proc_boot(void);
void parse_debug(void);
void goroutine_end(G *g);
void block_begin(void);
void block_end(void);
void m_init(M *m);
void retake_p_for_syscall(P *p);
NORETURN void coro_exit(G *g);
extern bool gomaxprocs_env;
bool go_call_active(void);
// soon.c
bool soon_expected(P *p, usize site, u64 now);
void soon_learn(P *p, u64 now);
// stack.c
void stack_copy(G *g, usize new_size);
void stack_shrink(G *g);
bool stack_movable(G *g);
extern usize stack_max;
// timer.c
struct TimerHeap {
    Lock lock;
    Timer **heap;
    i32 n, cap;
    u64 minwhen; /* atomic, 0: empty */
    P *p;
    struct Bubble *bubble;
    struct TimerHeap *heir; // of a P that is gone (P_DEAD): where its timers go; lock
};
void timers_run(P *p, i64 now);
void timers_run_heap(TimerHeap *h, i64 now);
i64 timers_next(void); // earliest over all Ps, 0: none
void timers_adopt(P *to, P *from);
void timers_revive(P *p); // a P that was gone is back
void timers_mark(P *p, void (*mark)(void *, void *), void *ctx);
void timers_init(P *p);
void timers_drop(const Domain *d); // world stopped: those of its functions
// netpoll.c
bool netpoll_ready(void);          // initialised
G *netpoll(i64 delay, i32 *delta); // <0 block, 0 poll, else ns; list of ready goroutines by schedlink
void netpoll_break(void);
void netpoll_io_end(M *m); // its goroutine stops: what the kernel holds back for more of it is sent
bool netpoll_any_waiters(void);
void netpoll_adjust(i32 delta);
bool poll_cancel(G *g);
void wake_for_timer(i64 when);
// rt/lang, world stopped: g, which waits, waits no longer
void chan_cancel(G *g);
void sema_cancel(G *g);
u32 *sema_waited_for(const G *g);
// sigqueue.c
bool sig_send(u32 sig); // SIGNAL
u32 sig_wanted(u32 sig);
bool sig_ignored(u32 sig);
void sig_deliver(void);
extern u32 sig_pending_note;
// os: fork
extern u32 signals_installed_mask;
// domain.c; of a goroutine with a domain
void domain_begin(G *, Domain *);
void domain_end(G *);
bool domain_stops(G *, usize pc, bool anywhere); // SIGNAL: it ends at pc; anywhere: not at a call
bool domain_stop_at_entry(G *);                  // in newstack
void domain_resumed(G *, bool anywhere);         // it continues: behind a SYS call, or anywhere where it was preempted
bool domain_stack_is_full(G *, usize want);      // in newstack
bool domain_is_full(G *);                        // in the SYS call of a go statement
bool domain_has_code(const Domain *, usize pc);  // SIGNAL: of packages that the plugin alone has
enum { SIG_DOMAIN = 1000 };                      // G.sig of one that ends (lib/runtime/panic.go)
