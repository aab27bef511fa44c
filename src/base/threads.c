// threads.c - parallel loops, queues of work and a mutex of one word.
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
    Seen *seen;
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
    seen_use(w->loop->seen);
    run_worker(w->loop, w->id);
    bug_thread_end(stack);
    return NULL;
}

void parallel_for(i64 n, int nworkers, void (*fn)(void *ctx, i64 i, int worker), void *ctx) {
    Seen *seen = seen_use(NULL);
    Loop loop = {n, 0, fn, ctx, seen};
    seen_use(seen);
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

// ---- Pool ------------------------------------------------------------------------------------------

struct Pool {
    pthread_mutex_t lock; // over all of the queue
    pthread_cond_t more, idle;
    void **ring;                     // `len` things from `first` on
    i64 cap, first, len, room, busy; // busy: workers that are at work
    bool ended;
    void (*fn)(void *ctx, void *thing, int worker);
    void *ctx;
    Seen *seen;
    int nworkers, started;
    struct PoolWorker {
        Pool *pool;
        int id;
        pthread_t thread;
    } * workers;
};

// Requires: the lock held.
static void put(Pool *p, void *thing) {
    if (p->len == p->cap) {
        void **bigger = calloc((size_t)p->cap * 2, sizeof *bigger);
        if (!bigger) fatal("out of memory");
        for (i64 i = 0; i < p->len; i++) bigger[i] = p->ring[(p->first + i) % p->cap];
        free(p->ring);
        p->ring = bigger;
        p->cap *= 2;
        p->first = 0;
    }
    p->ring[(p->first + p->len++) % p->cap] = thing;
}

// Requires: the lock held, and something there.
static void *take(Pool *p) {
    void *thing = p->ring[p->first];
    p->first = (p->first + 1) % p->cap;
    p->len--;
    return thing;
}

static void work(Pool *p, int id, bool wait) {
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (wait && !p->len && !p->ended) pthread_cond_wait(&p->more, &p->lock);
        if (!p->len) break;
        void *thing = take(p);
        p->busy++;
        pthread_mutex_unlock(&p->lock);
        p->fn(p->ctx, thing, id);
        pthread_mutex_lock(&p->lock);
        if (--p->busy == 0) pthread_cond_signal(&p->idle);
    }
    pthread_mutex_unlock(&p->lock);
}

static void *pool_main(void *arg) {
    struct PoolWorker *w = arg;
    void *stack = bug_thread_begin();
    seen_use(w->pool->seen);
    work(w->pool, w->id, true);
    bug_thread_end(stack);
    return NULL;
}

Pool *pool_new(int nworkers, i64 room, void (*fn)(void *ctx, void *thing, int worker), void *ctx) {
    Pool *p = calloc(1, sizeof *p);
    if (p) p->ring = calloc((size_t)(p->cap = 64), sizeof *p->ring);
    if (p) p->workers = calloc((size_t)nworkers, sizeof *p->workers);
    if (!p || !p->ring || !p->workers) fatal("out of memory");
    p->fn = fn;
    p->ctx = ctx;
    p->room = room;
    p->nworkers = nworkers;
    p->seen = seen_use(NULL);
    seen_use(p->seen);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->more, NULL);
    pthread_cond_init(&p->idle, NULL);
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    for (p->started = 1; p->started < nworkers; p->started++) { // fewer threads than asked for do the same work
        struct PoolWorker *w = &p->workers[p->started];
        *w = (struct PoolWorker){.pool = p, .id = p->started};
        if (pthread_create(&w->thread, &attr, pool_main, w) != 0) break;
    }
    pthread_attr_destroy(&attr);
    return p;
}

void pool_add(Pool *p, void *thing) {
    if (p->started < 2) {
        p->fn(p->ctx, thing, 0);
        return;
    }
    pthread_mutex_lock(&p->lock);
    put(p, thing);
    void *mine = p->len > p->room ? take(p) : NULL;
    pthread_cond_signal(&p->more);
    pthread_mutex_unlock(&p->lock);
    if (mine) p->fn(p->ctx, mine, 0);
}

void pool_wait(Pool *p) {
    pthread_mutex_lock(&p->lock);
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
    work(p, 0, false);
    pthread_mutex_lock(&p->lock);
    while (p->busy) pthread_cond_wait(&p->idle, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

void pool_end(Pool *p, bool drop) {
    pthread_mutex_lock(&p->lock);
    if (drop) p->len = 0;
    p->ended = true;
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
    work(p, 0, false);
    for (int i = 1; i < p->started; i++) pthread_join(p->workers[i].thread, NULL);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->more);
    pthread_cond_destroy(&p->idle);
    free(p->workers);
    free(p->ring);
    free(p);
}

int cpu_count(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    int n = CPU_COUNT(&set);
    return n > 0 ? n : 1;
}
