// goapi.c - small C bodies of package runtime and of the library's hooks. LEAF where nothing else is said.
#include "lang/lang.h"
#include "sched/sched.h"
#include "diag/trace.h"

typedef struct ModuleInfo {
    void (*const *inits)(void);
    i64 ninits;
    void (*const *main_main)(void);
    GoString version, modinfo;
} ModuleInfo;
static LEAF i64 c_len(const char *s) {
    i64 n = 0;
    while (s && s[n]) n++;
    return n;
}
LEAF void rt_module_info(ModuleInfo *out) GOSYM("runtime.getModuleInfo");
RunInfo rt_run;
LEAF void rt_module_info(ModuleInfo *out) {
    bool other = rt_run.main_main;
    out->inits = other ? rt_run.inits : module_.inits;
    out->ninits = other ? rt_run.ninits : (i64)module_.ninits;
    out->main_main = other ? rt_run.main_main : &module_.main_main;
    out->version = (GoString){(const u8 *)module_.build_version, c_len(module_.build_version)};
    out->modinfo = (GoString){(const u8 *)module_.modinfo, (i64)module_.modinfo_len};
}
LEAF GoString rt_gogetenv(const u8 *key, i64 n) GOSYM("runtime.gogetenv");
LEAF GoString rt_gogetenv(const u8 *key, i64 n) {
    for (u8 **e = rt_envv; e && *e; e++) {
        i64 i = 0;
        while (i < n && (*e)[i] == key[i]) i++;
        if (i == n && (*e)[n] == '=') return (GoString){*e + n + 1, c_len((const char *)*e + n + 1)};
    }
    return (GoString){0, 0};
}
LEAF i64 rt_common_prefix(const u8 *a, i64 na, const u8 *b, i64 nb, i64 most) GOSYM("runtime.commonPrefix");
LEAF i64 rt_common_prefix(const u8 *a, i64 na, const u8 *b, i64 nb, i64 most) {
    i64 n = 0;
    if (na < most) most = na;
    if (nb < most) most = nb;
    while (n < most && a[n] == b[n]) n++;
    return n;
}
LEAF usize rt_sigword(i64 i) GOSYM("runtime.sigword");
LEAF usize rt_sigword(i64 i) {
    G *g = this_g();
    switch (i) {
    case 0: return g->sig;
    case 1: return g->sigcode0;
    case 2: return g->sigcode1;
    default: return g->paniconfault;
    }
}
LEAF void rt_clearsig(void) GOSYM("runtime.clearsig");
LEAF void rt_clearsig(void) { this_g()->sig = 0; }
LEAF u8 rt_fips_get(i64 i) GOSYM("runtime.fipsGet");
LEAF u8 rt_fips_get(i64 i) {
    G *g = this_g();
    return i ? g->fips_bypass : g->fips_indicator;
}
LEAF void rt_fips_set(i64 i, u64 v) GOSYM("runtime.fipsSet");
LEAF void rt_fips_set(i64 i, u64 v) {
    G *g = this_g();
    if (i) g->fips_bypass = (u8)v;
    else g->fips_indicator = (u8)v;
}
LEAF bool rt_heap_pointer(usize p) GOSYM("runtime.heapPointer");
LEAF bool rt_heap_pointer(usize p) {
    usize base, size;
    return heap_object(p, &base, &size);
}
LEAF void *rt_func_at(usize pc) GOSYM("runtime.funcAt");
LEAF void *rt_func_at(usize pc) {
    FuncRec *f = find_func(pc);
    return f && !(f->flags & FUNC_SYSTEM) ? f : 0;
}
LEAF const char *rt_func_name(FuncRec *f) GOSYM("runtime.funcNameC");
LEAF const char *rt_func_name(FuncRec *f) { return f ? func_name(f) : 0; }
LEAF usize rt_func_entry(FuncRec *f) GOSYM("runtime.funcEntryC");
LEAF usize rt_func_entry(FuncRec *f) { return func_entry(f); }
SYSTEM NORETURN void rt_exit(i64 code) { sys_exit((int)code); }
// End of runtime.callN: results go from the frame to the caller's block, whose type is t; pointers among the register results are made visible.
typedef struct RegArgs {
    usize ints[9];
    u64 floats[15];
    void *ptrs[9];
    u8 return_is_ptr[2];
} RegArgs;
LEAF void rt_reflectcallmove(GoType *t, u8 *dst, u8 *src, usize n, RegArgs *regs, usize offset) {
    if (n) {
        if (write_barrier && t && t->ptrbytes) wb_bulk(dst - offset, (usize)(src - offset), t->size, t);
        mem_move(dst, src, n);
    }
    for (u32 i = 0; i < 9; i++)
        if (regs->return_is_ptr[i >> 3] >> (i & 7) & 1) wb_pointer(&regs->ptrs[i], (void *)regs->ints[i]);
}
LEAF bool rt_panic_on_fault(u64 on) GOSYM("runtime.panicOnFault");
LEAF bool rt_panic_on_fault(u64 on) {
    G *g = this_g();
    bool old = g->paniconfault;
    g->paniconfault = on & 1;
    return old;
}
LEAF bool rt_in_module(usize p) GOSYM("runtime.inModule");
static LEAF bool in_module(const Module *m, usize p) {
#define IN(lo, hi) (p >= (usize)m->lo && p < (usize)m->hi)
    return IN(data, edata) || IN(bss, ebss) || IN(noptrdata, enoptrdata) || IN(noptrbss, enoptrbss) ||
           IN(rodata, erodata) || IN(types, etypes);
}
LEAF bool rt_in_module(usize p) {
    for (i32 i = 0; i < rt_nmodules; i++)
        if (in_module(rt_modules[i], p)) return true;
    return false;
}
SYSTEM void rt_new_system_goroutine(FuncVal *fn) {
    G *self = this_g();
    procs_init();
    G *g = newproc1(fn, 0, self->sched.pc);
    M *m = acquirem();
    g->system_goroutine = 1;
    __atomic_fetch_add(&sched.ngsys, 1, __ATOMIC_RELAXED);
    runq_put(m->p, g, false);
    wakep();
    releasem(m);
}
// ---- runtime/trace: what the program says about itself
SYSTEM void rt_trace_task(u64 id, u64 parent, const u8 *name, i64 n) { TRACE(task, id, parent, name, n); }
SYSTEM void rt_trace_task_end(u64 id) { TRACE(task_end, id); }
SYSTEM void rt_trace_region(u64 task, u64 end, const u8 *name, i64 n) { TRACE(region, task, end, name, n); }
SYSTEM void rt_trace_log(u64 task, const u8 *category, i64 nc, const u8 *text, i64 n) {
    TRACE(log, task, category, nc, text, n);
}
SYSTEM i64 rt_trace_period(void) { return trace_period; }
