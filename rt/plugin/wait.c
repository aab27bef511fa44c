// wait.c - the goroutine that takes patches waits for the next one.
//
// It is no goroutine of the program, and neither it nor the thread that looks at the socket in its place counts where the runtime asks whether all
// goroutines are asleep: a deadlock is reported as in a program that nobody watches.
// Runs: SYSTEM, on behalf of package vole/hot; watch on a thread without a P.
#include "plugin/patch.h"
#include "sched/sched.h"

static Note asked;
static G *waiter; // by itself before asked, by the thread behind it
static i64 socket;

static SYSTEM void watch(void) {
    for (;;) {
        note_sleep(&asked, -1);
        note_clear(&asked);
        os_wait_readable(socket);
        G *g = waiter;
        g->schedlink = NULL;
        inject_glist(g);
    }
}

static SYSTEM void ask(G *g, void *arg) { note_wakeup(&asked); }

SYSTEM void rt_patch_wait(i64 fd) {
    static bool started;
    if (!started) new_m(watch, NULL, false);
    started = true;
    waiter = this_g();
    socket = fd;
    park(ask, NULL, WAIT_IO_WAIT);
}
