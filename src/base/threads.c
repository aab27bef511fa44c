// threads.c - parallel loops and a mutex of one word.
#include "base/base.h"
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// ---- Mutex: 0 free, 1 held, 2 held and somebody may sleep ---------------------------------------

void mutex_lock(Mutex *m) {
    int free_word = 0;
    if (__atomic_compare_exchange_n(&m->word, &free_word, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
    for (int spin = 0; spin < 64; spin++) {
        free_word = 0;
        if (__atomic_compare_exchange_n(&m->word, &free_word, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
    }
    while (__atomic_exchange_n(&m->word, 2, __ATOMIC_ACQUIRE) != 0)
        syscall(SYS_futex, &m->word, FUTEX_WAIT_PRIVATE, 2, NULL, NULL, 0);
}

void mutex_unlock(Mutex *m) {
    if (__atomic_exchange_n(&m->word, 0, __ATOMIC_RELEASE) == 2)
        syscall(SYS_futex, &m->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

// ---- parallel_for --------------------------------------------------------------------------------

enum { MAX_WORKERS = 256, STACK_BYTES = 256 << 20 }; // stack: reserved, touched only as deep as needed

typedef struct Loop {
    i64 n, next;
    void (*fn)(void *ctx, i64 i, int worker);
    void *ctx;
    Watch *watch;
} Loop;

typedef struct Worker {
    Loop *loop;
    int id;
    pthread_t thread;
} Worker;

static void run_worker(Loop *l, int id) {
    for (;;) {
        i64 i = __atomic_fetch_add(&l->next, 1, __ATOMIC_RELAXED);
        if (i >= l->n) return;
        l->fn(l->ctx, i, id);
    }
}

static void *worker_main(void *arg) {
    Worker *w = arg;
    void *stack = bug_thread_begin();
    watch_use(w->loop->watch);
    run_worker(w->loop, w->id);
    bug_thread_end(stack);
    return NULL;
}

void parallel_for(i64 n, int nworkers, void (*fn)(void *ctx, i64 i, int worker), void *ctx) {
    Watch *watch = watch_use(NULL);
    Loop loop = {n, 0, fn, ctx, watch};
    watch_use(watch);
    Worker w[MAX_WORKERS];
    int count = (int)i64_min(i64_min(n, nworkers), MAX_WORKERS), started = 1;
    if (count > 1) {
        pthread_attr_t attr;
        pthread_attr_init(&attr);
        pthread_attr_setstacksize(&attr, STACK_BYTES);
        for (; started < count; started++) { // fewer threads than asked for do the same work
            w[started].loop = &loop;
            w[started].id = started;
            if (pthread_create(&w[started].thread, &attr, worker_main, &w[started]) != 0) break;
        }
        pthread_attr_destroy(&attr);
    }
    run_worker(&loop, 0);
    for (int i = 1; i < started; i++) pthread_join(w[i].thread, NULL);
}

int cpu_count(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    int n = CPU_COUNT(&set);
    return n > 0 ? n : 1;
}
