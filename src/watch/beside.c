// beside.c - jobs beside the builds: rules' commands, the check, tests.
//
// In:   what changed. Out: commands run, findings told. A rule that matches while its command runs runs once more behind it; what a check that a newer
// cycle overtakes finds is not told.
#include "watch/loop.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// ---- rules ------------------------------------------------------------------------------------------------------------

static void run_rule(void *);

static void tell_rule(RuleRun *r, const Job *j) {
    Watch *w = r->w;
    ShowEvent e = show_event(w, NULL, job_good(j) ? "rule" : "rule-failed");
    event_str(&e, "Rule", r->rule->name);
    event_str(&e, "Text", buf_view(&j->out.buf));
    event_end(&e);
    if (!job_good(j)) show_line(w, SHOW_ERROR, "%.*s: %.*s", SFMT(r->rule->name), SFMT(job_fate(w->cycle, j)));
}

static void end_rule(void *ctx, Job *j) {
    RuleRun *r = ctx;
    r->job = NULL;
    tell_rule(r, j);
    if (r->more) run_rule(r);
    else loop_settle(r->w);
}

static void rule_text(void *ctx, Str text) { show_text_raw(((RuleRun *)ctx)->w, text); }

static void run_rule(void *ctx) {
    RuleRun *r = ctx;
    Watch *w = r->w;
    r->more = false;
    show_line(w, SHOW_BUILD, "%.*s (%.*s changed)", SFMT(r->rule->name), SFMT(r->path));
    JobOptions o = {.command = arena_str(w->cycle, r->rule->cmd),
                    .dir = w->c->root.ptr,
                    .env = start_env(w, NULL),
                    .text = rule_text,
                    .done = end_rule,
                    .ctx = r};
    r->job = job_start(w->events, &o);
    if (!r->job) show_line(w, SHOW_ERROR, "%.*s: %s", SFMT(r->rule->name), err_os(errno));
}

void beside_rule(Watch *w, i64 rule, Str path) {
    RuleRun *r = w->rule_runs.ptr[rule];
    r->path = arena_str(w->cycle, path);
    w->told_idle = false;
    if (r->job) r->more = true;
    else if (r->rule->delay > 0 && !r->timer.place) timer_set(w->events, &r->timer, r->rule->delay, run_rule, r);
    else if (r->rule->delay <= 0) run_rule(r);
}

// ---- the check --------------------------------------------------------------------------------------------------------

static void add_folder(Arena *a, Map *seen, StrItems *out, Str root, Str path) {
    Str dir = path_dir(path);
    bool below = str_has_prefix(dir, root) && (dir.len == root.len || dir.ptr[root.len] == '/');
    if (!below || !str_has_suffix(path, S(".go")) || map_get_str(seen, dir)) return;
    map_set_str(seen, dir, seen);
    vec_push(a, out, arena_printf(a, ".%.*s", SFMT(str_slice(dir, root.len, dir.len))));
}

// The project's packages that programs were built of; before the first build, what shall be built.
static int check_child(void *arg, int result) {
    Watch *w = arg;
    StrItems folders = {0};
    Map *seen = map_new_str(w->cycle);
    for (i64 i = 0; i < w->targets.len; i++) {
        const Target *t = w->targets.ptr[i];
        for (i64 k = 0; t->good.a && k < map_len(t->good.files); k++)
            add_folder(w->cycle, seen, &folders, w->c->root, map_at(t->good.files, k)->key.str);
        if (t->inside && !t->good.a) vec_push(w->cycle, &folders, t->words.ptr[t->words.len - 1]);
    }
    if (nice(19) < 0) return 1; // what the user waits for comes first
    return folders.len ? w->d->check(w->d->ctx, &folders) : 0;
}

static void end_check(void *ctx, Job *j) {
    Watch *w = ctx;
    Str said = buf_view(&j->out.buf);
    bool good = job_good(j);
    w->check = NULL;
    if (w->check_stale && !w->c->check_stops) { // another one follows
        w->check_stale = false;
        loop_settle(w);
        return;
    }
    w->check_bad = !good;
    Buf b = {0};
    if (!good) report_json(&b, w->c->root, said);
    ShowEvent e = show_event(w, NULL, good ? "checked" : "check-failed");
    if (!good) event_raw(&e, "Errors", buf_view(&b));
    event_int(&e, "Ms", (events_now() - j->began) / 1000000);
    event_end(&e);
    buf_free(&b);
    if (!good) show_text(w, said), show_cycle(w, NULL, "the check found something");
    if (good && w->c->check_stops) start_waiting(w);
    loop_settle(w);
}

static bool has_inside(const Watch *w) { return w->targets.len && w->targets.ptr[0]->inside; }

void beside_check(Watch *w) {
    bool vet = str_eq(w->c->check, S("vet"));
    w->check_due = w->check_stale = false;
    if (w->check) job_kill(w->check);
    w->check = NULL;
    w->check_bad = false;
    if (!w->c->check.len || str_eq(w->c->check, S("off")) || (vet && !has_inside(w))) return;
    JobOptions o = {.dir = w->c->root.ptr, .done = end_check, .ctx = w};
    if (vet) o.run = check_child, o.arg = w;
    else o.command = arena_str(w->cycle, w->c->check), o.env = start_env(w, NULL);
    w->check = job_start(w->events, &o);
}

// ---- tests ------------------------------------------------------------------------------------------------------------

static int test_child(void *arg, int result) {
    Watch *w = arg;
    const WatchDo *d = w->d;
    WatchBuilt looked = {0};
    StrItems words = {0};
    Buf b = {0};
    for (i64 i = 0; i < w->o.words.len; i++) vec_push(w->tests, &words, w->o.words.ptr[i]);
    vec_push(w->tests, &words, w->o.package.len ? w->o.package : S("./..."));
    looked.good = d->select(d->ctx, &words, &w->test_changed, &looked, &looked.packages);
    built_encode(&b, &looked);
    fflush(NULL);
    built_send(result, &b);
    close(result);
    if (!looked.good || !looked.packages.len) return !looked.good;
    return d->test(d->ctx, &w->o.words, &looked.packages);
}

static void test_text(void *ctx, Str text) {
    Watch *w = ctx;
    if (!w->o.json) {
        show_text_raw(w, text);
        return;
    }
    ShowEvent e = show_event(w, NULL, "test-output");
    event_str(&e, "Output", text);
    event_end(&e);
}

static bool has_dots(const Watch *w) {
    bool any = !w->o.package.len || str_find(w->o.package, S("...")) >= 0;
    for (i64 i = 0; i < w->o.words.len; i++) any |= str_find(w->o.words.ptr[i], S("...")) >= 0;
    return any;
}

static void test_looked(void *ctx, Job *j) {
    Watch *w = ctx;
    WatchBuilt v;
    Arena *a = arena_new("what tests looked at");
    if (!built_decode(a, buf_view(&j->back.buf), &v)) {
        arena_free(a);
        return;
    }
    ShowEvent e = show_event(w, NULL, "test");
    event_list(&e, "Packages", &v.packages);
    event_end(&e);
    w->tested_packages = v.packages.len;
    if (w->o.test && set_take(w, &w->tested, &v, a)) w->test_more = true;
    else if (!w->o.test) arena_free(a);
    w->tested.deep = w->o.test && has_dots(w);
}

// Changes that tests failed for count until they pass; those that came meanwhile do in any case.
static void forget_changed(Watch *w) {
    StrItems *v = &w->test_changed;
    memmove(v->ptr, v->ptr + w->test_known, (size_t)(v->len - w->test_known) * sizeof *v->ptr);
    v->len -= w->test_known;
    w->test_known = 0;
    if (v->len) return;
    *v = (StrItems){0};
    arena_reset(w->tests);
}

static void end_test(void *ctx, Job *j) {
    Watch *w = ctx;
    long long ms = (events_now() - j->began) / 1000000, n = w->tested_packages;
    bool good = job_good(j);
    w->test = NULL;
    ShowEvent e = show_event(w, NULL, good ? "tested" : "test-failed");
    event_int(&e, "Ms", ms);
    event_end(&e);
    if (!n && good) show_cycle(w, NULL, "no tests depend on it");
    else show_cycle(w, NULL, "tests of %lld package%s %s, %lld ms", n, n == 1 ? "" : "s", good ? "pass" : "fail", ms);
    if (good) forget_changed(w);
    if (w->test_more && w->test_changed.len) beside_test(w);
    else loop_settle(w);
}

void beside_note(Watch *w, Str path) {
    for (i64 i = w->test_known; i < w->test_changed.len; i++)
        if (str_eq(w->test_changed.ptr[i], path)) return;
    vec_push(w->tests, &w->test_changed, arena_str(w->tests, path));
}

void beside_test(Watch *w) {
    if (w->test) job_kill(w->test);
    w->test_more = w->told_idle = false;
    w->tested_packages = 0;
    w->test_known = w->test_changed.len;
    JobOptions o = {.dir = w->c->root.ptr,
                    .run = test_child,
                    .arg = w,
                    .text = test_text,
                    .result = test_looked,
                    .done = end_test,
                    .ctx = w};
    w->test = job_start(w->events, &o);
    if (!w->test) show_line(w, SHOW_ERROR, "cannot start the tests: %s", err_os(errno));
}

// ---- all of them ------------------------------------------------------------------------------------------------------

bool beside_busy(const Watch *w) {
    bool busy = w->check || w->test;
    for (i64 i = 0; i < w->rule_runs.len; i++) busy |= w->rule_runs.ptr[i]->job || w->rule_runs.ptr[i]->timer.place;
    return busy;
}

void beside_stop(Watch *w) {
    if (w->check) job_kill(w->check);
    if (w->test) job_kill(w->test);
    w->check = w->test = NULL;
    for (i64 i = 0; i < w->rule_runs.len; i++) {
        RuleRun *r = w->rule_runs.ptr[i];
        timer_stop(w->events, &r->timer);
        if (r->job) job_kill(r->job);
        r->job = NULL;
    }
}
