// traceback.c - goroutine stacks as text, in Go's format; runtime.Callers, runtime.Stack.
//
// Runs on system or signal stacks. Takes no locks: other goroutines are only read when the world is stopped or the process dies. Never allocates.
//
// Shown are logical frames: an inlined call is "f(...)" with a position and no offset, others have their arguments (args.c). Hidden are compiler-made wrappers (unless they call a panic
// function) and, at GOTRACEBACK levels below 2, functions of package runtime that are not exported.
#include "diag/sink.h"
#include "diag/prof.h"

#define INNER_FRAMES 50 // at least so many of the innermost and
#define OUTER_FRAMES 50 // of the outermost frames are printed
#define MAX_INLINE   40

static SIGNAL bool has_prefix(const char *s, const char *p) {
    while (*p)
        if (*s++ != *p++) return false;
    return true;
}
static SIGNAL bool same(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

static const char *const status_text[] = {"idle", "runnable", "running", "syscall", "waiting",
                                          "???",  "dead",     "???",     "???",     "preempted"};
static const char *const wait_text[] = {
#define W(id, text) text,
#include "sched/waitreason.def"
#undef W
};
SIGNAL const char *wait_reason_text(u32 reason) { return reason < WAIT_COUNT ? wait_text[reason] : ""; }

static SIGNAL bool is_panic_function(const char *n) {
    return same(n, "runtime.gopanic") || same(n, "runtime.sigpanic") || same(n, "runtime.panicwrap");
}
// Not shown, as if the deferred function had been called by the one that deferred it.
static SIGNAL bool is_wrapper(const LogicalFrame *f) { return f->wrapper || same(f->name, "runtime.deferreturn"); }
// runtime.F and runtime.(*T).M with upper-case names
static SIGNAL bool is_exported_runtime(const char *n) {
    if (!has_prefix(n, "runtime.")) return false;
    const char *f = n += 8, *last = n;
    for (; *f; f++)
        if (*f == '.') last = f + 1;
    if (last != n && (n[0] == '(' ? n[1] == '*' ? n[2] : n[1] : n[0]) - 'A' > 25u) return false;
    return (u8)(last[0] - 'A') < 26;
}
static SIGNAL bool is_shown(const LogicalFrame *f, bool first, bool panic_callee) {
    bool all, crash;
    if (gotraceback(&all, &crash) > 1) return true;
    if (is_wrapper(f) && !panic_callee) return false;
    if (same(f->name, "runtime.runFinalizers") || same(f->name, "runtime.runCleanups")) return true;
    if (!first && same(f->name, "runtime.gopanic")) return true;
    bool dot = false;
    for (const char *p = f->name; *p; p++) dot |= *p == '.';
    return dot && (!has_prefix(f->name, "runtime.") || is_exported_runtime(f->name));
}

// Type arguments are shortened to [...].
static SIGNAL void put_name(Sink *s, const char *n) {
    if (same(n, "runtime.gopanic")) {
        sink_str(s, "panic");
        return;
    }
    const char *open = 0, *close = 0;
    for (const char *p = n; *p; p++) {
        if (*p == '[' && !open) open = p;
        if (*p == ']') close = p;
    }
    if (!open || !close || close < open) {
        sink_str(s, n);
        return;
    }
    sink_bytes(s, (const u8 *)n, open - n);
    sink_str(s, "[...]");
    sink_str(s, close + 1);
}
static SIGNAL void put_frame(Sink *s, const LogicalFrame *f, bool inlined, const Frame *fr, bool details) {
    put_name(s, f->name);
    if (inlined) sink_str(s, "(...)");
    else put_args(s, fr);
    sink_printf(s, "\n\t%s:%d", f->file, (i64)f->line);
    if (!inlined) {
        if (fr->pc > f->entry) sink_printf(s, " +%x", (u64)(fr->pc - f->entry));
        if (details) sink_printf(s, " fp=%x sp=%x pc=%x", (u64)fr->fp, (u64)fr->sp, (u64)fr->pc);
    }
    sink_str(s, "\n");
}

// Below a goroutine's first function: who looks at the runtime's frames sees what it returns to.
extern u8 goexit_return[];
static SIGNAL void put_goexit(Sink *s, const Unwinder *u) {
    LogicalFrame lf[MAX_INLINE];
    FuncRec *f = find_func((usize)goexit_return);
    if (!f || func_lines(f, (usize)goexit_return, false, lf, MAX_INLINE) != 1) return;
    usize sp = u->frame.fp;
    sink_printf(s, "runtime.goexit({})\n\t%s:%d +0x1 fp=%x sp=%x pc=%x\n", lf[0].file, (i64)lf[0].line, (u64)sp + 8,
                (u64)sp, (u64)goexit_return + 1);
}

// Between code and the fault that it made: no call of either.
static SIGNAL bool is_between(const LogicalFrame *f) { return same(f->name, "runtime.sigpanicUnaligned"); }

// Prints the shown frames with numbers lo <= i < hi, returns how many there are in all.
// fold: those of the library are left out.
static SIGNAL i64 trace_range(Sink *s, G *g, usize pc, usize sp, bool show_runtime, bool fold, i64 lo, i64 hi) {
    LogicalFrame lf[MAX_INLINE];
    bool all, crash, panic_callee = false, with_source = panics_pretty(s);
    i32 level = gotraceback(&all, &crash);
    bool details = level >= 2 || (g->m && g->m->throwing > 1 && g == g->m->curg);
    i64 n = 0, folded = 0;
    Unwinder u;
    for (unwind_init(&u, g, pc, sp); u.ok; unwind_next(&u)) {
        if (!u.frame.fn) break;
        i32 k = func_lines(u.frame.fn, u.frame.pc, !u.frame.is_fault, lf, MAX_INLINE);
        for (i32 i = 0; i < k; i++) {
            bool shown = show_runtime || is_shown(&lf[i], n == 0, panic_callee);
            panic_callee = is_panic_function(lf[i].name);
            if (!shown || is_between(&lf[i])) continue;
            if (fold && panics_library(&lf[i])) {
                folded++;
                continue;
            }
            if (n >= lo && n < hi) {
                put_frame(s, &lf[i], i < k - 1, &u.frame, details);
                if (with_source && !panics_library(&lf[i])) panics_source(s, &lf[i]);
            }
            n++;
        }
    }
    if (level >= 2 && u.next_pc == (usize)goexit_return) {
        if (n >= lo && n < hi) put_goexit(s, &u);
        n++;
    }
    if (n >= lo && n <= hi && n > 0) panics_folded(s, folded);
    return n;
}
static SIGNAL void put_created_by(Sink *s, G *g) {
    FuncRec *f = g->gopc ? find_func(g->gopc) : 0;
    if (!f || g->goid == 1) return;
    LogicalFrame lf[MAX_INLINE];
    i32 k = func_lines(f, g->gopc, true, lf, MAX_INLINE);
    if (k == 0 || !is_shown(&lf[k - 1], false, false)) return;
    sink_str(s, "created by ");
    put_name(s, lf[k - 1].name);
    if (g->parent_goid) sink_printf(s, " in goroutine %u", g->parent_goid);
    sink_printf(s, "\n\t%s:%d", lf[0].file, (i64)lf[0].line);
    if (g->gopc > lf[k - 1].entry) sink_printf(s, " +%x", (u64)(g->gopc - lf[k - 1].entry));
    sink_str(s, "\n");
}
SIGNAL void traceback_to(Sink *s, G *g, usize pc, usize sp) {
    bool rt = false, fold = panics_pretty(s);
    i64 n = trace_range(s, g, pc, sp, rt, fold, 0, INNER_FRAMES);
    if (n == 0 && fold) n = trace_range(s, g, pc, sp, rt, fold = false, 0, INNER_FRAMES);
    if (n == 0) n = trace_range(s, g, pc, sp, rt = true, false, 0, INNER_FRAMES);
    if (n > INNER_FRAMES) {
        i64 elided = n - INNER_FRAMES - OUTER_FRAMES;
        if (elided > 0) sink_printf(s, "...%d frames elided...\n", elided);
        else elided = 0;
        trace_range(s, g, pc, sp, rt, fold, INNER_FRAMES + elided, n);
    }
    put_created_by(s, g);
}

SIGNAL void goroutine_header(Sink *s, G *g) {
    bool all, crash;
    i32 level = gotraceback(&all, &crash);
    u32 st = __atomic_load_n(&g->status, __ATOMIC_RELAXED) & ~(u32)G_SCAN;
    const char *text = st < sizeof status_text / sizeof *status_text ? status_text[st] : "???";
    if (st == G_WAITING && g->waitreason != WAIT_ZERO && g->waitreason < WAIT_COUNT) text = wait_text[g->waitreason];
    sink_printf(s, "goroutine %u", g->goid);
    if ((g->m && g->m->throwing > 1 && g == g->m->curg) || level >= 2) {
        sink_printf(s, " gp=%p", g);
        if (g->m) sink_printf(s, " m=%d mp=%p", g->m->id, g->m);
        else sink_str(s, " m=nil");
    }
    sink_printf(s, " [%s", text);
    if (g->leak && st == G_WAITING) sink_str(s, " (leaked)");
    if ((st == G_WAITING || st == G_SYSCALL) && g->waitsince) {
        i64 min = (nanotime() - g->waitsince) / 60000000000;
        if (min >= 1) sink_printf(s, ", %d minutes", min);
    }
    if (g->lockedm) sink_str(s, ", locked to thread");
    sink_str(s, "]:\n");
}

typedef struct Others {
    Sink *s;
    G *me;
    M *m;
} Others;
static SYSTEM void trace_other(G *g, void *arg) {
    Others *o = arg;
    u32 st = __atomic_load_n(&g->status, __ATOMIC_RELAXED) & ~(u32)G_SCAN;
    bool all, crash;
    if (g == o->me || g == o->m->curg || st == G_DEAD || st == G_IDLE) return;
    if (is_hidden(g) && gotraceback(&all, &crash) < 2) return;
    sink_str(o->s, "\n");
    goroutine_header(o->s, g);
    if (st == G_RUNNING && g->m != o->m) {
        sink_str(o->s, "\tgoroutine running on other thread; stack unavailable\n");
        put_created_by(o->s, g);
    } else traceback_to(o->s, g, 0, 0);
}
SIGNAL void traceback_others_to(Sink *s, G *me) {
    M *m = this_m();
    if (m->curg && m->curg != me) {
        sink_str(s, "\n");
        goroutine_header(s, m->curg);
        traceback_to(s, m->curg, 0, 0);
    }
    Others o = {s, me, m};
    for_each_g(trace_other, &o);
}
SYSTEM void traceback_g(G *g, usize pc, usize sp) {
    SINK_FD(s, 512);
    traceback_to(&s, g, pc, sp);
    sink_flush(&s);
}
SYSTEM void traceback_others(G *me) {
    SINK_FD(s, 512);
    traceback_others_to(&s, me);
    sink_flush(&s);
}

// ---- runtime.Callers: one word a logical frame: the return address, with the number of the logical frame (innermost 0) in the top 16 bits.
SYSTEM i64 stack_pcs(G *g, usize pc, usize sp, i64 skip, usize *pcs, i64 max) {
    LogicalFrame lf[MAX_INLINE];
    i64 n = 0;
    bool panic_callee = false;
    Unwinder u;
    for (unwind_init(&u, g, pc, sp); u.ok && n < max; unwind_next(&u)) {
        i32 k = func_lines(u.frame.fn, u.frame.pc, !u.frame.is_fault, lf, MAX_INLINE);
        for (i32 i = 0; i < k && n < max; i++) {
            bool hidden = is_wrapper(&lf[i]) && !panic_callee;
            panic_callee = is_panic_function(lf[i].name);
            if (hidden) continue;
            if (skip > 0) {
                skip--;
                continue;
            }
            pcs[n++] = (u.frame.pc + u.frame.is_fault) | (usize)i << 48; // readers subtract one
        }
        if (u.next_pc == (usize)goexit_return && n < max && skip-- == 0) pcs[n++] = u.next_pc + 1; // the outermost
    }
    return n;
}
i64 rt_callers(i64 skip, usize *pcs, i64 len, i64 cap);
SYSTEM i64 rt_callers(i64 skip, usize *pcs, i64 len, i64 cap) { return stack_pcs(this_g(), 0, 0, skip, pcs, len); }
i64 rt_pc_lines(usize pc, u64 is_call, LogicalFrame *out, i64 max);
SYSTEM i64 rt_pc_lines(usize pc, u64 is_call, LogicalFrame *out, i64 max) {
    FuncRec *f = find_func(pc);
    if (!f || max < 1) return 0;
    if (!(f->flags & FUNC_SYSTEM)) return func_lines(f, pc, is_call & 1, out, (i32)max);
    out[0] = (LogicalFrame){.name = func_name(f), .file = "", .entry = func_entry(f)}; // C, in a CPU profile
    return 1;
}
// ---- runtime.Stack
i64 rt_stack(u8 *buf, i64 len, i64 cap, u64 all);
SYSTEM i64 rt_stack(u8 *buf, i64 len, i64 cap, u64 all) {
    Sink s = {buf, 0, len, false};
    if (len == 0) return 0;
    if (all & 1) stop_the_world("stack trace");
    G *g = this_g();
    Unwinder u;
    unwind_init(&u, g, 0, 0);
    unwind_next(&u); // runtime.Stack itself is not shown
    goroutine_header(&s, g);
    traceback_to(&s, g, u.frame.pc, u.frame.sp);
    if (all & 1) {
        traceback_others_to(&s, g);
        start_the_world();
    }
    return s.n;
}
// ---- the goroutines that gc/leak.c found
static SYSTEM void trace_leaked(G *g, void *s) {
    if (!g->leak || is_hidden(g) || g_is_dead(g)) return;
    sink_str(s, "\n");
    goroutine_header(s, g);
    traceback_to(s, g, 0, 0);
}
SYSTEM void rt_print_leaks(void) {
    SINK_FD(s, 512);
    stop_the_world("goroutine leaks");
    for_each_g(trace_leaked, &s);
    start_the_world();
    sink_flush(&s);
}
