// goapi.c - small system functions that Go code calls: arguments, environment, raw writes, exit, system calls on all threads. SYSTEM.
#include "os/linux/linux.h"
#include "sched/sched.h"
#include "gc/gc.h"
#include "diag/prof.h"

SYSTEM i64 rt_write(usize fd, const void *p, i32 n) { return (i32)os_write((i32)fd, p, n); }
typedef struct {
    i64 val, err;
} ValErr;
SYSTEM ValErr rt_fcntl(i32 fd, i32 cmd, i32 arg) {
    i64 r = sys_call(SYS_fcntl, fd, cmd, arg, 0, 0, 0);
    return r < 0 ? (ValErr){-1, -r} : (ValErr){r, 0};
}
static SYSTEM GoString cstr(u8 *s) {
    i64 n = 0;
    while (s && s[n]) n++;
    return (GoString){s, n};
}
SYSTEM i64 rt_get_argc(void) { return rt_argc; }
SYSTEM GoString rt_get_arg(i64 i) { return cstr(rt_argv[i]); }
SYSTEM GoString rt_get_env(i64 i) { return cstr(rt_envv[i]); } // ptr NULL at the end
SYSTEM usize rt_get_auxv(i64 i) { return rt_auxv[i]; }
SYSTEM void rt_sys_exit(i32 code) { sys_exit(code); }
SYSTEM i64 rt_gettimeofday(i64 *tv) {
    i32 ns;
    tv[0] = walltime(&ns);
    tv[1] = ns / 1000;
    return 0;
}

// ---- a system call on every thread (setuid and the like): each is interrupted by signal 33 and makes the call in its handler
#define SIG_ALLTHREADS 33
static struct {
    i64 a[7];
    u32 todo, failed;
    i64 r, want;
} all;
static SIGNAL void on_thread(i32 sig, KSiginfo *info, KUcontext *ctx) {
    i64 r = sys_call(all.a[0], all.a[1], all.a[2], all.a[3], all.a[4], all.a[5], all.a[6]);
    if (r != all.want) __atomic_store_n(&all.failed, 1, __ATOMIC_SEQ_CST);
    __atomic_fetch_sub(&all.todo, 1, __ATOMIC_SEQ_CST);
}
void rt_sigreturn(void);
// func(trap, a1..a6) (r1, r2, err)
SYSTEM ValErr rt_all_threads_syscall(i64 trap, i64 a1, i64 a2, i64 a3, i64 a4, i64 a5) {
    M *self = this_m();
    i64 a6 = (i64)self->xarg[0];
    stop_the_world("doAllThreadsSyscall");
    sched.execlock = 1; // no thread is born meanwhile
    i64 r = sys_call(trap, a1, a2, a3, a4, a5, a6);
    if (r >= 0 || r <= -4096) {
        KSigaction sa = {(void *)on_thread, SA_SIGINFO | SA_ONSTACK | SA_RESTORER | SA_RESTART, (void *)rt_sigreturn,
                         ~0ull};
        sys_call(SYS_rt_sigaction, SIG_ALLTHREADS, (i64)&sa, 0, 8, 0, 0);
        i64 args[7] = {trap, a1, a2, a3, a4, a5, a6}, pid = sys_call(SYS_getpid, 0, 0, 0, 0, 0, 0);
        memcpy(all.a, args, sizeof args);
        all.want = r;
        all.failed = 0;
        for (M *m = sched.allm; m; m = m->alllink) {
            if (m == self) continue;
            while (!__atomic_load_n(&m->tid, __ATOMIC_ACQUIRE)) os_yield(); // being born
            __atomic_store_n(&all.todo, 1, __ATOMIC_SEQ_CST);
            if (sys_call(SYS_tgkill, pid, m->tid, SIG_ALLTHREADS, 0, 0, 0) < 0) continue;
            while (__atomic_load_n(&all.todo, __ATOMIC_SEQ_CST)) os_yield();
        }
        if (all.failed) throw_("AllThreadsSyscall6 results differ between threads; runtime corrupted");
    }
    sched.execlock = 0;
    start_the_world();
    bool err = r < 0 && r > -4096;
    self->xres[0] = err ? (usize)-r : 0;
    return err ? (ValErr){-1, 0} : (ValErr){r, 0};
}

// ---- numbers for runtime/metrics
u64 gc_scanned_bytes(void);
static SYSTEM i64 goroutines_in(u32 status) {
    i64 n = 0;
    u64 at = 0;
    for (G *g; (g = g_next(&at));)
        n += !g->system_goroutine && (__atomic_load_n(&g->status, __ATOMIC_RELAXED) & ~(u32)G_SCAN) == status;
    return n;
}
static SYSTEM i64 cpu_time(void) { // of the process, ns
    i64 usage[18];
    sys_call(SYS_getrusage, 0, (i64)usage, 0, 0, 0, 0);
    return (usage[0] + usage[2]) * 1000000000 + (usage[1] + usage[3]) * 1000;
}
// The order is that of the constants in lib/runtime/metrics.go.
SYSTEM i64 rt_sched_metric(i64 which) {
    switch (which) {
    case 0: return gomaxprocs;
    case 1: return (i64)sched.goidgen; // goroutines created, rounded up per P
    case 2: return sched.mnext - sched.nmfreed;
    case 3: return gc_percent;
    case 4: return gc_memory_limit;
    case 5: return goroutines_in(G_RUNNABLE) + goroutines_in(G_PREEMPTED);
    case 6: return goroutines_in(G_RUNNING);
    case 7: return goroutines_in(G_WAITING);
    case 8: return goroutines_in(G_SYSCALL);
    case 9: return (i64)heap.tiny_allocs;
    case 10: return (i64)modules_data();
    case 11: return (i64)gc_scanned_bytes();
    case 12: return cpu_time();
    case 13:
    case 14:
    case 15:
    case 16: return (i64)specials_count((which - 13) & 1, which >= 15);
    case 17: return nanotime() - gc_start_time();
    default: return 0;
    }
}
// Histograms: 0..3 world_pauses; 4, 5 objects allocated and freed, 6 their sizes, by size class (the last: larger ones). Length.
SYSTEM i64 rt_metric_array(i64 which, u64 *out, i64 room) {
    i64 n = which < 4 ? PAUSE_BUCKETS : NCLASS;
    for (i64 i = 0; i < n && i < room; i++) switch (which) {
        case 4: out[i] = i + 1 < n ? heap.nmalloc[i + 1] : heap.large_allocs; break;
        case 5: out[i] = i + 1 < n ? heap.nfree[i + 1] : heap.large_frees; break;
        case 6: out[i] = i + 1 < n ? class_size[i + 1] : 0; break;
        default: out[i] = world_pauses[which & 3][i];
        }
    return n;
}
// Stacks of all goroutines (leaked: of those that the last search found), `depth` words each as far as `out` has room, and the labels of the first
// nlabels; the number of goroutines.
SYSTEM i64 rt_goroutine_stacks(usize *out, i64 nwords, i64 depth, void **labels, i64 nlabels, u64 leaked) {
    i64 n = 0;
    stop_the_world("profile");
    u64 at = 0;
    for (G *g; (g = g_next(&at));) {
        if (g_is_dead(g) || is_hidden(g) || ((leaked & 1) && !g->leak)) continue;
        if (depth && (n + 1) * depth <= nwords) stack_pcs(g, 0, 0, 0, out + n * depth, depth);
        if (n < nlabels) wb_pointer(&labels[n], g->labels);
        n++;
    }
    start_the_world();
    return n;
}
SYSTEM void rt_set_prof_label(void *l) { wb_pointer(&this_g()->labels, l); }
SYSTEM void *rt_get_prof_label(void) { return this_g()->labels; }
typedef struct {
    usize base, size;
} BaseSize;
SYSTEM BaseSize rt_find_object(usize p) { // base 0: not in the heap
    BaseSize r = {0, 0};
    return heap_object(p, &r.base, &r.size) ? r : (BaseSize){0, 0};
}
