// test.c - `vole test`: builds and runs the tests of packages, several at once, and tells the verdicts in the packages' order.
//
// Programs are started in the packages' order, each when those before it are built; benchmarks one after the other, when all is built.
// The folder with the programs is gone at the end, whatever the end is (test/keeper.c).
#include "cmd/test_int.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern char **environ;

// ---- the schedule -----------------------------------------------------------------------------------------------------

static i64 count_in(const Test *t, TestStage a, TestStage b) {
    i64 n = 0;
    for (i64 i = 0; i < t->jobs.len; i++) n += t->jobs.ptr[i]->stage == a || t->jobs.ptr[i]->stage == b;
    return n;
}

static bool has_room(const Test *t) { return !t->ps.ended && count_in(t, TEST_BUILDING, TEST_RUNNING) < t->o.threads; }

// A build has threads of its own, and what one worker knows another has to find out.
static bool may_build(const Test *t) {
    return has_room(t) && count_in(t, TEST_BUILDING, TEST_BUILDING) < i64_max(t->o.threads / 2, 1);
}

// Those before it are built, or with benchmarks: all are, and those before it are done. With -failfast those before it have begun: what one
// of them ends with decides over this one, also if it only has to be told that this one did not build.
static bool may_run(const Test *t, i64 at) {
    bool bench = t->c->f.bench.len > 0;
    if (t->jobs.ptr[at]->stage != TEST_BUILT || !test_vet_settled(t->jobs.ptr[at])) return false;
    for (i64 i = 0; i < (bench ? t->jobs.len : at); i++) {
        TestStage s = t->jobs.ptr[i]->stage;
        if (s < TEST_BUILT || (bench && i < at && s < TEST_DONE)) return false;
        if (t->c->f.failfast && i < at && s == TEST_BUILT) return false;
    }
    return true;
}

static bool start_once(Test *t) { // true: of a job there was nothing to build, it may run now
    bool built = false;
    for (i64 i = 0; i < t->jobs.len && has_room(t); i++)
        if (may_run(t, i)) test_start_run(t->jobs.ptr[i]);
    for (i64 i = 0; i < t->jobs.len && may_build(t); i++) {
        if (t->jobs.ptr[i]->stage != TEST_WAITS) continue;
        test_start_build(t->jobs.ptr[i]);
        built |= t->jobs.ptr[i]->stage == TEST_BUILT;
    }
    return built;
}

// No event follows a job that was built at once, and a worker without work would be waited for.
static void start_all(Test *t) {
    while (start_once(t)) {
    }
}

static bool print_ready(Test *t) { // true: all is printed
    for (i64 i = 0; i < t->jobs.len; i++) {
        TestJob *j = t->jobs.ptr[i];
        if (j->stage < TEST_DONE) return false;
        if (j->stage == TEST_PRINTED) continue;
        test_show(buf_view(&j->held));
        buf_free(&j->held);
        test_cover_merge(j);
        j->stage = TEST_PRINTED;
    }
    return true;
}

static void end_done(Test *t) {
    test_vet_end(t);
    test_end_workers(t, !count_in(t, TEST_WAITS, TEST_WAITS));
    for (i64 i = 0; i < t->jobs.len; i++) {
        TestJob *j = t->jobs.ptr[i];
        if (j->process && j->process->done && j->stage == TEST_RUNNING) test_end_run(j);
    }
}

static void run_jobs(Test *t) {
    test_vet_begin(t);
    while (!print_ready(t)) {
        start_all(t);
        if (print_ready(t)) break;
        if (!t->ps.all.len && t->ps.ended) t->rc = 1;
        if (!t->ps.all.len && (t->ps.ended || !has_room(t))) break;
        if (!t->ps.all.len) continue;
        processes_wait(&t->ps);
        if (t->ps.ended == SIGTERM || t->ps.ended == SIGHUP) { // of the others our programs hear themselves
            processes_kill(&t->ps);
            t->rc = 1;
            break;
        }
        end_done(t);
    }
    while (!t->ps.ended && t->workers.len) { // they keep what they know of files
        test_end_workers(t, true);
        processes_wait(&t->ps);
        end_done(t);
    }
}

// ---- all of it --------------------------------------------------------------------------------------------------------

static bool open_work(Test *t) {
    Cmd *c = t->c;
    if (!work_make_dir(c, "go-buildXXXXXX", &t->work))
        return !cmd_fail("creating work dir: mkdir %.*s: %s", SFMT(t->work), err_os(errno));
    if (c->f.work || c->f.x) fprintf(stderr, "WORK=%.*s\n", SFMT(t->work));
    if (!c->f.work && !keeper_start(&t->keeper, c->a, t->work)) return !cmd_fail("fork: %s", err_os(errno));
    t->ps.keeper = t->keeper.pid;
    return true;
}

static void end_by(int sig) { // as if it had not been received
    signal(sig, SIG_DFL);
    raise(sig);
}

static void tell_failure(Test *t) {
    bool built = true;
    for (i64 i = 0; i < t->jobs.len; i++) built &= !t->jobs.ptr[i]->build_failed || !t->jobs.ptr[i]->has_tests;
    if (t->rc && !t->f.json && !t->c->f.fuzz.len && t->f.packages.len && (built || !t->c->f.c)) test_show(S("FAIL\n"));
}

static int run_tests(Test *t) {
    Cmd *c = t->c;
    if (!processes_begin(&t->ps, c->a)) return cmd_fail("signalfd: %s", err_os(errno));
    if (open_work(t)) {
        if (test_load(t) && test_cover_begin(t)) {
            run_jobs(t);
            if (t->ps.ended) t->rc = 1; // though the program may have ended well: one that fuzzes does
            tell_failure(t);
        } else t->rc = 1;
        test_cover_end(t);
        if (!c->f.work) {
            dir_remove_all(c->a, t->work, NULL);
            keeper_end(&t->keeper);
        }
    } else t->rc = 1;
    int sig = t->ps.ended;
    processes_end(&t->ps);
    if (sig == SIGTERM || sig == SIGHUP) end_by(sig);
    return t->rc;
}

int cmd_test(Cmd *c) {
    Test t = {.c = c, .told = map_new_str(c->a), .keys = map_new_ptr(c->a)};
    int rc = 1;
    if (!test_flags(c, &t.f, &rc)) return rc;
    if (!build_options(c, &t.o)) return 1;
    t.o.json = t.f.json_builds;
    t.o.tests = t.o.test_binary = true;
    t.o.chosen = NULL; // packages are counted by program
    if (cover_wanted(c)) test_cover_options(&t);
    t.o.leaks = c->f.leaks;
    if (!tool_path_env(c)) return cmd_fail("cannot make a link to vole in the cache: %s", err_os(errno));
    t.env = environ;
    return again_child_end(c, run_tests(&t));
}
