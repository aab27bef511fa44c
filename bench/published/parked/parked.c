// parked.c - POSIX threads that wait, for bench/published.py, as parked.go does it with goroutines: parked N. Their attributes are the library's own.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all = PTHREAD_COND_INITIALIZER, end = PTHREAD_COND_INITIALIZER;
static long started;

static void *wait_for_end(void *unused) {
    (void)unused;
    pthread_mutex_lock(&lock);
    started++;
    pthread_cond_signal(&all);
    for (;;)
        pthread_cond_wait(&end, &lock);
}

int main(int argc, char **argv) {
    long n = argc == 2 ? atol(argv[1]) : 0;
    puts("ready");
    fflush(stdout);
    if (getchar() == EOF)
        return 1;
    for (long i = 0; i < n; i++) {
        pthread_t thread;
        int error = pthread_create(&thread, NULL, wait_for_end, NULL);
        if (error) {
            fprintf(stderr, "thread %ld: %s\n", i, strerror(error));
            return 1;
        }
    }
    pthread_mutex_lock(&lock);
    while (started < n)
        pthread_cond_wait(&all, &lock);
    pthread_mutex_unlock(&lock);
    puts("parked");
    fflush(stdout);
    getchar();
    exit(0);
}
