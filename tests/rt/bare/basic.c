// basic.c - the runtime without a compiler: the driver of basic.go.s. Each test is a step: a Go function to run, and a check in C (SYSTEM) afterwards.
#include "sched/sched.h"
#include "gc/gc.h"

usize test_roots[8];
usize test_roots_end[0];
u8 test_roots_mask[] = {0xff};
static const u8 node_mask[] = {1}, big_mask[16] = {2};
GoType node_type = {.size = 16, .ptrbytes = 8, .gcdata = node_mask, .align = 8}, byte_type = {.size = 1, .align = 1};
GoType big_type = {.size = 1000, .ptrbytes = 16, .gcdata = big_mask, .align = 8};
i64 mem_rate GOSYM("runtime.MemProfileRate"); // of the library: 0, no samples
i64 mem_rate = 0;
void f_rundown(void) GOSYM("test.rundown");
void f_counter(void) GOSYM("test.counter");
void f_sleeper(void) GOSYM("test.sleeper");
void f_lister(void) GOSYM("test.lister");
void f_list(void) GOSYM("test.list");
void f_spinner(void) GOSYM("test.spinner");
void f_nil(void) GOSYM("test.nilderef");
void f_wait(void) GOSYM("test.waitall");
static u64 ndone, want, counter, flag;
static G *waiter;
static Lock wl;
typedef struct {
    void *code;
    u64 arg;
} Step;
static Step counter_fv = {(void *)f_counter, (u64)&counter}, sleeper_fv = {(void *)f_sleeper, 0},
            lister_fv = {(void *)f_lister, 0}, spinner_fv = {(void *)f_spinner, (u64)&flag};
static Step steps[] = {{(void *)f_rundown, 10},
                       {(void *)f_rundown, 1000000},
                       {(void *)f_list, 30000},
                       {(void *)f_wait, 0},
                       {(void *)f_wait, 1},
                       {(void *)f_wait, 2},
                       {(void *)f_wait, 3},
                       {(void *)f_wait, 4},
                       {(void *)f_wait, 5},
                       {(void *)f_nil, 0},
                       {0, 0}};
static int step;
static i64 t0;
void rt_newproc(FuncVal *);

SYSTEM void test_done(void) {
    lock(&wl);
    G *g = NULL;
    if (++ndone == want && waiter) {
        g = waiter;
        waiter = NULL;
    }
    unlock(&wl);
    if (g) ready(g);
}
static void set_waiter(G *g, void *x) {
    waiter = g;
    unlock(&wl);
}
static void spawn(Step *s, u64 n) {
    want = n;
    ndone = 0;
    for (u64 i = 0; i < n; i++) rt_newproc((FuncVal *)s);
}
SYSTEM void test_waitall(u64 kind) {
    t0 = nanotime();
    switch (kind) {
    case 0: spawn(&counter_fv, 1000); break;
    case 1: spawn(&sleeper_fv, 1000); break;
    case 2: spawn(&lister_fv, 8); break;
    case 3: {
        extern i32 gomaxprocs;
        flag = 0;
        i32 n = 4;
        spawn(&spinner_fv, 4);
        (void)n;
        want = 4;
        break;
    }
    case 4: spawn(&sleeper_fv, 100000); break;
    case 5: spawn(&counter_fv, 10000); break;
    }
    lock(&wl);
    if (ndone == want) {
        unlock(&wl);
        return;
    }
    if (kind == 3) {
        unlock(&wl);
        yield_now();
    }
    park(set_waiter, NULL, WAIT_CHAN_RECEIVE);
}
#define CHECK(c)                                                                                                       \
    do {                                                                                                               \
        if (!(c)) {                                                                                                    \
            rt_print("FAILED step %d line %d: %s\n", (i64)step, (i64)__LINE__, #c);                                    \
            sys_exit(1);                                                                                               \
        }                                                                                                              \
    } while (0)
SYSTEM u64 check_list(u64 *head, u64 n) {
    u64 i = 0;
    for (; head; head = *(u64 **)head) CHECK(head[1] == ++i || (rt_print("%d %d\n", (i64)head[1], (i64)i), 0));
    CHECK(i == n);
    return i;
}
SYSTEM void test_checklist(u64 *head) { check_list(head, 20000); }
SYSTEM Step *test_start(void) {
    if (step) sys_exit(0);
    return &steps[0];
}
SYSTEM Step *test_next(u64 result) {
    CHECK(step != 0 || result == 10);
    CHECK(step != 1 || result == 1000000);
    if (step == 2) check_list((u64 *)result, 30000);
    if (step == 3) CHECK(counter == 100000);
    if (step == 6) {
        flag = 1;
    }
    rt_print("step %d ok, %d us, threads %d\n", (i64)step, (nanotime() - t0) / 1000, (i64)sched.mnext);
    t0 = nanotime();
    step++;
    return steps[step].code ? &steps[step] : NULL;
}
SYSTEM void test_gotpanic(void) {
    G *g = this_g();
    Unwinder u;
    int n = 0;
    for (unwind_init(&u, g, 0, 0); u.ok; unwind_next(&u)) {
        rt_print("  %s kind %d\n", func_name(u.frame.fn), (i64)u.frame.kind);
        n++;
    }
    CHECK(g->sig == 11 && g->sigcode1 == 8 && n == 3);
    rt_print("ok\n");
    sys_exit(0);
}
