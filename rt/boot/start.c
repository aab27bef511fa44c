// start.c - from the kernel's entry to the main goroutine. Initialises only what every program needs: thread block, signals of faults, goroutine 1.
//
// rt_start is the list of what happens, in order. The heap begins with the first allocation (malloc_init), further Ps and the monitor thread with the first
// `go` (procs_init), the poller with the first network descriptor (rt_poll_init).
#include "os/os.h"
#include "sched/sched.h"
#include "gc/gc.h"
#include "diag/trace.h"
#include "plugin/child.h"
#include "plugin/patch.h"

i32 rt_argc;
u8 **rt_argv;
u8 **rt_envv;
u64 *rt_auxv;
Debug rt_debug;
void hash_init(void);
void rt_godebug_defaults(const u8 *p, i64 n);
void runtime_main(void) GOSYM("runtime.main");
static const ChildEntry *const volatile child = &child_entry;   // NULL without package plugin
static const PatchStart *const volatile patches = &patch_start; // NULL without vole/hot
static FuncVal main_fv = {(void *)runtime_main};

SIGNAL const char *rt_getenv(const char *name) {
    for (u8 **e = rt_envv; e && *e; e++) {
        const char *n = name;
        u8 *v = *e;
        while (*n && (u8)*n == *v) n++, v++;
        if (!*n && *v == '=') return (const char *)v + 1;
    }
    return NULL;
}

// ---- VOLEDEBUG=gcstress=N,stackmove=1,schedrand=SEED,clobberfree=1,verify=1 and the parts of GODEBUG that concern us
static SYSTEM bool option(const char **s, const char *name, i64 *out) {
    const char *p = *s;
    while (*name && *p == *name) p++, name++;
    if (*name || *p != '=') return false;
    i64 v = 0;
    for (p++; *p >= '0' && *p <= '9'; p++) v = v * 10 + (*p - '0');
    *out = v;
    return true;
}
static SYSTEM void parse(const char *s) {
    i64 v;
    while (s && *s) {
        if (option(&s, "gcstress", &v)) rt_debug.gcstress = v;
        else if (option(&s, "stackmove", &v)) rt_debug.stackmove = v;
        else if (option(&s, "schedrand", &v)) rt_debug.schedrand = (u64)v;
        else if (option(&s, "clobberfree", &v)) rt_debug.clobberfree = v;
        else if (option(&s, "verify", &v)) rt_debug.verify = v;
        else if (option(&s, "gctrace", &v)) rt_debug.gctrace = v;
        else if (option(&s, "gcphase", &v)) rt_debug.gcphase = (u32)v;
        else if (option(&s, "gcstoptheworld", &v)) rt_debug.gcstoptheworld = v != 0;
        else if (option(&s, "stoptrace", &v)) rt_debug.stoptrace = v * 1000;
        else if (option(&s, "schedtrace", &v)) rt_debug.schedtrace = v;
        else if (option(&s, "traceadvanceperiod", &v)) trace_period = v;
        else if (option(&s, "updatemaxprocs", &v)) rt_debug.fixedprocs = v == 0;
        else if (option(&s, "containermaxprocs", &v)) rt_debug.nocontainer = v == 0;
        else if (option(&s, "containermemlimit", &v)) rt_debug.nomemcontainer = v == 0;
        else if (option(&s, "asyncpreemptoff", &v)) rt_debug.asyncpreemptoff = v;
        else if (option(&s, "asynctimerchan", &v)) rt_async_timers(v == 2);
        while (*s && *s != ',') s++;
        if (*s) s++;
    }
}
// The settings of the program (GODEBUG of go.mod and //go:debug), once, before the first goroutine but main: the environment comes before them.
SYSTEM void rt_godebug_defaults(const u8 *p, i64 n) {
    char *s = persistent_alloc((usize)n + 1, 1);
    memcpy(s, p, (usize)n);
    parse(s);
    parse(rt_getenv("GODEBUG"));
}
static SYSTEM void read_stack(usize *sp) {
    rt_argc = (i32)sp[0];
    rt_argv = (u8 **)(sp + 1);
    rt_envv = rt_argv + rt_argc + 1;
    u8 **e = rt_envv;
    while (*e) e++;
    rt_auxv = (u64 *)(e + 1);
}

SYSTEM NORETURN void rt_start(usize *sp) {
    read_stack(sp);
    // the first thread: its system stack is the process stack
    m0.self = &m0;
    m0.g0 = &g0;
    g0.m = &m0;
    usize here = (usize)__builtin_frame_address(0);
    m0.syssp = (here - 256) & -16ull;
    g0.stack_hi = here + 4096;
    g0.stack_lo = here - (1u << 20);
    g0.stackguard0 = g0.stack_lo + STACK_GUARD;
    sched.allm = &m0;
    os_set_tls(&m0);
    os_open_streams();
    if (child) child->begin();
    if (patches) patches->begin();
    m0.tid = os_tid();
    parse(rt_getenv("VOLEDEBUG"));
    parse(rt_getenv("GODEBUG"));
    handover_init();
    panics_init();
    m_init(&m0);
    hash_init();
    cpu_init();
    os_signals_init();
    proc_boot();
    // from here on goroutines can run
    main_g = newproc1(&main_fv, NULL, 0);
    runq_put(&p0, main_g, true);
    schedule();
}
