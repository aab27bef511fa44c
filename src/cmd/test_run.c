// test_run.c - the programs of the jobs, and their verdicts: "ok", "FAIL", "?" and what stands beside them.
//
// In:   a job whose build has ended. Out: its lines on standard output, as text or as events; Test.rc, the exit code.
// A program runs in its package's folder, with PWD and with vole as the `go` of PATH, without standard input.
#include "cmd/test_int.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern char **environ;

// ---- output -----------------------------------------------------------------------------------------------------------

bool test_streams(const Test *t) { return !t->f.packages.len || t->c->f.bench.len || t->c->f.fuzz.len; }

static bool shows_passes(const Test *t) { return t->f.v || t->c->f.test_list.len || t->f.help; }

bool test_echoes(const Test *t) {
    bool one = t->npackages == 1 || t->o.threads == 1;
    return t->f.json || test_streams(t) || (shows_passes(t) && one);
}

void test_show(Str s) {
    fflush(stdout);
    while (s.len > 0) {
        ssize_t n = write(1, s.ptr, (size_t)s.len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return; // nowhere left to say it
        s = str_slice(s, n, s.len);
    }
}

static void show_events(TestJob *j) {
    test_show(buf_view(&j->events));
    j->events.len = 0;
}

enum { MOST_KEPT = 16 << 20, LONGEST_COVERAGE = 1 << 16 };

static void put(TestJob *j, Str s) {
    if (j->cacheable && test_echoes(j->t) && j->kept.len + s.len <= MOST_KEPT) buf_str(&j->kept, s);
    else if (test_echoes(j->t)) j->cacheable = false;
    if (j->json) {
        convert_write(j->json, s);
        show_events(j);
    } else if (test_echoes(j->t)) test_show(s);
    else buf_str(&j->held, s);
}

void test_write(TestJob *j, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    put(j, arena_vprintf(j->t->c->a, fmt, ap));
    va_end(ap);
}

static void end_line(TestJob *j) {
    static const struct {
        const char *line, *verdict;
    } warnings[] = {{"testing: warning: no tests to run", " [no tests to run]"},
                    {"testing: warning: no fuzz tests to fuzz", " [no fuzz tests to fuzz]"}};
    Str cover = S("coverage: "), line = buf_view(&j->whole);
    i64 at = str_find(line, cover);
    if (at >= 0) j->coverage = arena_str(j->t->c->a, str_slice(line, at + cover.len, line.len));
    buf_free(&j->whole);
    for (i64 i = 0; i < NELEM(warnings) && !j->line.long_; i++)
        if (str_eq((Str){j->line.b, j->line.len}, str_c(warnings[i].line))) j->nothing = warnings[i].verdict;
    j->line = (TestLine){.len = 0};
}

static void take_output(void *ctx, Str s) {
    TestJob *j = ctx;
    put(j, s);
    if (test_streams(j->t)) return; // the go command does not look at it
    j->output_len += s.len;
    for (i64 i = 0; i < s.len; i++) {
        if (s.ptr[i] != '\n' && j->t->cover.on && !j->coverage.ptr && j->whole.len < LONGEST_COVERAGE)
            buf_char(&j->whole, s.ptr[i]);
        if (s.ptr[i] == '\n') end_line(j);
        else if (j->line.len < (i64)sizeof j->line.b) j->line.b[j->line.len++] = s.ptr[i];
        else j->line.long_ = true;
    }
}

// ---- running ----------------------------------------------------------------------------------------------------------

static char **arguments(TestJob *j) {
    Cmd *c = j->t->c;
    StrVec words = {0};
    char open;
    if (c->f.exec.len) split_quoted(c->a, c->f.exec, &words, &open);
    vec_push(c->a, &words, j->binary);
    if (j->cacheable)
        vec_push(c->a, &words, arena_printf(c->a, "-test.testlogfile=%.*s/testlog.txt", SFMT(path_dir(j->binary))));
    vec_push(c->a, &words, S("-test.paniconexit0"));
    if (c->f.fuzz.len) vec_push(c->a, &words, arena_printf(c->a, "-test.fuzzcachedir=%.*s", SFMT(test_fuzz_dir(j))));
    Str dir = test_cover_dir(j), profile = S("-test.coverprofile=");
    if (dir.len) vec_push(c->a, &words, arena_printf(c->a, "-test.gocoverdir=%.*s", SFMT(dir)));
    for (i64 i = 0; i < j->t->f.args.len; i++) {
        Str arg = j->t->f.args.ptr[i];
        if (str_has_prefix(arg, profile)) arg = arena_printf(c->a, "%.*s%.*s", SFMT(profile), SFMT(test_cover_file(j)));
        vec_push(c->a, &words, arg);
    }
    char **argv = ANEWN(c->a, char *, words.len + 1);
    for (i64 i = 0; i < words.len; i++) argv[i] = (char *)(uintptr_t)arena_cstr(c->a, words.ptr[i]);
    return argv;
}

static char **environment(TestJob *j) {
    Arena *a = j->t->c->a;
    i64 n = 0, k = 0;
    while (j->t->env[n]) n++;
    char **env = ANEWN(a, char *, n + 3);
    Str dir = test_cover_dir(j);
    for (i64 i = 0; i < n; i++)
        if (strncmp(j->t->env[i], "PWD=", 4) != 0 && (!dir.len || strncmp(j->t->env[i], "GOCOVERDIR=", 11) != 0))
            env[k++] = j->t->env[i];
    if (dir.len) env[k++] = (char *)(uintptr_t)arena_cstr(a, arena_printf(a, "GOCOVERDIR=%.*s", SFMT(dir)));
    env[k] = (char *)(uintptr_t)arena_cstr(a, arena_printf(a, "PWD=%.*s", SFMT(j->pkg->dir)));
    return env;
}

static void show_command(TestJob *j, char **argv) {
    Cmd *c = j->t->c;
    if (!c->f.n && !c->f.x) return;
    Buf b = {0};
    for (i64 i = 0; argv[i]; i++) buf_printf(&b, "%s%s", i ? " " : "", argv[i]);
    Str s = buf_view(&b), work = j->t->work;
    for (i64 at; (at = str_find(s, work)) >= 0; s = str_slice(s, at + work.len, s.len))
        fprintf(stderr, "%.*s$WORK", SFMT(str_slice(s, 0, at)));
    fprintf(stderr, "%.*s\n", SFMT(s));
    buf_free(&b);
}

static void end_json(TestJob *j, bool good) {
    if (!j->json) return;
    convert_end(j->json, true, good);
    show_events(j);
    buf_free(&j->events);
}

static void be_done(TestJob *j, bool good) {
    j->stage = TEST_DONE;
    end_json(j, good);
}

// ns until a program that should have ended itself is told to.
static i64 kill_time(const Test *t, i64 *wait_delay) {
    static const i64 second = 1000000000;
    *wait_delay = 0;
    if (t->f.timeout <= 0 || t->c->f.bench.len || t->c->f.fuzz.len) return 0;
    *wait_delay = i64_max(t->f.timeout / 10, 5 * second);
    return t->f.timeout + i64_max(*wait_delay, 60 * second);
}

void test_start_run(TestJob *j) {
    Test *t = j->t;
    j->stage = TEST_DONE;
    if (t->fail_fast) return;
    if (!j->build_failed && !test_vet_passed(j)) {
        j->build_failed = true;
        if (j->target.len) unlink(arena_cstr(t->c->a, j->target));
    }
    if (t->c->f.c && j->has_tests) return;
    if (t->f.json) {
        j->json = convert_new(t->c->a, &j->events, j->pkg->path, true);
        show_events(j);
    }
    if (j->build_failed) {
        if (j->json && t->f.json_builds) convert_failed_build(j->json, j->failed_build);
        test_write(j, "FAIL\t%.*s [build failed]\n", SFMT(j->pkg->path));
        be_done(j, false);
        return;
    }
    if (!j->has_tests) {
        if (test_cover_untested(j)) {
            be_done(j, true);
            return;
        }
        test_write(j, "?   \t%.*s\t[no test files]\n", SFMT(j->pkg->path));
        be_done(j, true);
        return;
    }
    if (!j->known.len) test_find_built(j);
    if (j->known.len) {
        j->cacheable = false;
        put(j, j->known);
        be_done(j, true);
        return;
    }
    char **argv = arguments(j);
    show_command(j, argv);
    if (t->c->f.n) return;
    ProcessOptions o = {.argv = argv, .env = environment(j), .output = take_output, .ctx = j};
    o.dir = arena_cstr(t->c->a, j->pkg->dir);
    o.direct = test_streams(t) && !j->json;
    o.limit = kill_time(t, &o.wait_delay);
    j->stage = TEST_RUNNING;
    j->process = process_start(&t->ps, o);
}

// ---- verdicts ---------------------------------------------------------------------------------------------------------

// What goes in front of the last line if the output does not end with one.
static void complete_line(TestJob *j) {
    if (j->line.len) put(j, S("\n"));
}

static void tell_failure(TestJob *j, Str seconds) {
    Test *t = j->t;
    Arena *a = t->c->a;
    const Process *p = j->process;
    bool well = !p->failed.len && WIFEXITED(p->status) && !WEXITSTATUS(p->status);
    bool cut = p->cut && well; // of one that failed its own failure is told
    bool by_exit = !p->failed.len && !cut && WIFEXITED(p->status);
    t->rc = 1;
    t->fail_fast |= t->c->f.failfast;
    if (p->quit) test_write(j, "*** Test killed with quit: ran too long (%.*s).\n", SFMT(duration_text(a, p->o.limit)));
    else if (cut)
        test_write(j, "*** Test I/O incomplete %.*s after exiting.\n", SFMT(duration_text(a, p->o.wait_delay)));
    if (!by_exit || !j->output_len) test_write(j, "%.*s\n", SFMT(process_error(a, p)));
    else complete_line(j);
    bool marked = t->f.json || str_eq(t->c->f.test_v, S("test2json"));
    test_write(j, "%sFAIL\t%.*s\t%.*s\n", marked ? "\x16" : "", SFMT(j->pkg->path), SFMT(seconds));
}

void test_end_run(TestJob *j) {
    const Process *p = j->process;
    Test *t = j->t;
    Str seconds = arena_printf(t->c->a, "%.3fs", (f64)(p->ended - p->began) / 1e9);
    bool good = process_good(p);
    if (good) {
        if (!shows_passes(t) && !t->f.json) j->held.len = 0;
        complete_line(j);
        test_write(j, "ok  \t%.*s\t%.*s%s%.*s%s\n", SFMT(j->pkg->path), SFMT(seconds),
                   j->coverage.len ? "\tcoverage: " : "", SFMT(j->coverage), j->nothing ? j->nothing : "");
        test_keep_result(j, buf_view(test_echoes(t) ? &j->kept : &j->held));
    } else tell_failure(j, seconds);
    buf_free(&j->kept);
    unlink(arena_cstr(t->c->a, j->binary));
    be_done(j, good);
}
