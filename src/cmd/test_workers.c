// test_workers.c - processes that build the programs of tests, each one program after the other on one front end.
//
// In:   jobs, one at a time, by their number. Out: what their builds say, then the worker's mark and whether they went well.
// A worker is a copy of this process as it is when the packages are loaded. What it parses and checks for one program it has for the next.
// After a build that failed it ends, so that the errors of a package are told in each build that they stop, as if it were the only one.
#include "cmd/test_int.h"
#include <errno.h>
#include <sys/socket.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

enum { MARK = 16, END = -1 }; // END: in the place of a number, that there is nothing more to do

struct TestWorker {
    Test *t;
    Process *process;
    int jobs[2];   // both ends of the way to it: its own, ours
    u8 mark[MARK]; // behind what a build says
    TestJob *job;  // that it builds; NULL: it waits for one
    bool ending;   // no more jobs go there
};

// ---- in the worker ----------------------------------------------------------------------------------------------------

static bool read_number(int fd, i32 *number) {
    ssize_t n;
    while ((n = read(fd, number, sizeof *number)) < 0 && errno == EINTR) {
    }
    return n == (ssize_t)sizeof *number && *number != END;
}

static void tell_result(const TestWorker *w, bool good) {
    u8 b[MARK + 1];
    memcpy(b, w->mark, MARK);
    b[MARK] = good;
    fflush(NULL);
    for (ssize_t at = 0, n; at < (ssize_t)sizeof b; at += n)
        if ((n = write(1, b + at, sizeof b - (size_t)at)) < 0) return;
}

static int work(void *arg) {
    TestWorker *w = arg;
    Test *t = w->t;
    i32 number;
    bool good = true;
    close(w->jobs[1]);
    again_child_begin(t->c);
    t->p->keep_bodies = true;
    while (good && read_number(w->jobs[0], &number)) {
        good = test_build(t->jobs.ptr[number]);
        program_release(t->p);
        tell_result(w, good);
    }
    return again_child_end(t->c, !good);
}

// ---- here -------------------------------------------------------------------------------------------------------------

static void send_number(TestWorker *w, i32 number) {
    while (send(w->jobs[1], &number, sizeof number, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
}

static void end_job(TestWorker *w, bool good) {
    TestJob *j = w->job;
    w->job = NULL;
    w->ending |= !good;
    w->t->ps.told = true;
    test_end_build(j, good);
}

static void take_text(void *ctx, Str bytes) {
    TestWorker *w = ctx;
    if (!w->job) return;
    Buf *b = &w->job->text;
    buf_str(b, bytes);
    i64 at = b->len - MARK - 1; // a worker that has told its result waits
    if (at < 0 || memcmp(b->ptr + at, w->mark, MARK) != 0) return;
    b->len = at;
    end_job(w, b->ptr[at + MARK]);
}

static TestWorker *start_worker(Test *t) {
    TestWorker *w = ANEW(t->c->a, TestWorker);
    *w = (TestWorker){.t = t};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, w->jobs) != 0) fatal("socketpair: %s", err_os(errno));
    randombytes_buf(w->mark, MARK);
    w->process = process_start(&t->ps, (ProcessOptions){.run = work, .arg = w, .output = take_text, .ctx = w});
    close(w->jobs[0]);
    vec_push(t->c->a, &t->workers, w);
    return w;
}

void test_give(TestJob *j) {
    Test *t = j->t;
    TestWorker *w = NULL;
    i32 number = 0;
    for (i64 i = 0; i < t->workers.len && !w; i++)
        if (!t->workers.ptr[i]->job && !t->workers.ptr[i]->ending) w = t->workers.ptr[i];
    if (!w) w = start_worker(t);
    while (t->jobs.ptr[number] != j) number++;
    w->job = j;
    send_number(w, number);
}

void test_end_workers(Test *t, bool idle) {
    i64 k = 0;
    for (i64 i = 0; i < t->workers.len; i++) {
        TestWorker *w = t->workers.ptr[i];
        if (idle && !w->job && !w->ending) send_number(w, END), w->ending = true;
        if (w->process->done && w->job) end_job(w, false); // it ended by itself
        if (w->process->done) close(w->jobs[1]);
        else t->workers.ptr[k++] = w;
    }
    t->workers.len = k;
}
