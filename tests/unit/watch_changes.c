// watch_changes.c - what changes in folders: one batch a burst, of the last state, with events and by looking again and again.
// Each step does something to a folder and waits for the batch that tells it; a step that nothing may follow waits for the next one's batch.
#include "watch/watch.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const i64 SECOND = 1000000000;

typedef struct Test {
    Arena *a;
    Events *events;
    Changes *changes;
    Str dir;
    Buf told; // of the batch: "+a ~b -c "
    i64 batches;
    Timer guard;
    bool timed_out;
    int failures;
} Test;

static bool enters(void *ctx, Str dir) { return str_find(dir, S("/skipped")) < 0; }
static bool counts(void *ctx, Str path) { return !str_has_suffix(path, S(".tmp")); }
static void notice(void *ctx, Str text) {}

static int by_text(const void *x, const void *y) { return str_cmp(*(const Str *)x, *(const Str *)y); }

static void batch(void *ctx, const Change *c, i64 n, i64 began) {
    Test *t = ctx;
    Str *v = ANEWN(t->a, Str, n);
    for (i64 i = 0; i < n; i++)
        v[i] =
            arena_printf(t->a, "%c%.*s ", "+~-"[c[i].kind], SFMT(str_slice(c[i].path, t->dir.len + 1, c[i].path.len)));
    qsort(v, (size_t)n, sizeof *v, by_text);
    for (i64 i = 0; i < n; i++)
        if (!i || !str_eq(v[i], v[i - 1])) buf_str(&t->told, v[i]);
    t->batches++;
    events_stop(t->events);
}

static void give_up(void *ctx) {
    Test *t = ctx;
    t->timed_out = true;
    events_stop(t->events);
}

// The next batch, which says this.
static void expect(Test *t, int line, const char *want) {
    t->told.len = 0;
    t->timed_out = false;
    timer_set(t->events, &t->guard, 60 * SECOND, give_up, t);
    events_run(t->events);
    timer_stop(t->events, &t->guard);
    if (!t->timed_out && str_eq(buf_view(&t->told), str_c(want))) return;
    t->failures++;
    printf("%d: got %s\"%.*s\", want \"%s\"\n", line, t->timed_out ? "nothing, " : "", (int)t->told.len,
           (const char *)t->told.ptr, want);
}
#define EXPECT(want) expect(t, __LINE__, want)

static const char *at(Test *t, const char *name) { return arena_printf(t->a, "%.*s/%s", SFMT(t->dir), name).ptr; }

static void put(Test *t, const char *name, const char *text) {
    FILE *f = fopen(at(t, name), "w");
    if (!f || fputs(text, f) < 0 || fclose(f) != 0) fatal("%s", name);
}

static void shell(Test *t, const char *command) {
    if (system(arena_printf(t->a, "cd '%.*s' && %s", SFMT(t->dir), command).ptr) != 0) fatal("%s", command);
}

static void try_files(Test *t) {
    put(t, "a", "1");
    EXPECT("+a ");
    put(t, "a", "2"); // the same size, perhaps the same tick of the clock
    EXPECT("~a ");
    put(t, "b.tmp", "x");
    rename(at(t, "b.tmp"), at(t, "a")); // as editors do
    EXPECT("~a ");
    put(t, "sub/c", "x");
    EXPECT("+sub/c ");
    put(t, "x", "x");
    unlink(at(t, "x")); // came and went
    unlink(at(t, "a"));
    EXPECT("-a ");
    put(t, "skipped/n", "x");
    put(t, "n.tmp", "x");
    put(t, "d", "");
    put(t, "d", "not empty any more");
    EXPECT("+d ");
}

static void try_folders(Test *t) {
    shell(t, "mkdir -p new/deep && echo x >new/deep/f && echo x >new/g");
    EXPECT("+new +new/deep +new/deep/f +new/g ");
    put(t, "new/deep/f", "y");
    EXPECT("~new/deep/f ");
    shell(t, "mkdir -p ../moved.$$/in && echo x >../moved.$$/in/f && mv ../moved.$$ arrived");
    EXPECT("+arrived +arrived/in +arrived/in/f ");
    put(t, "arrived/in/f", "y");
    EXPECT("~arrived/in/f ");
    shell(t, "rm -r arrived new/deep");
    EXPECT("-arrived -arrived/in -arrived/in/f -new/deep -new/deep/f ");
    shell(t, "mkdir -p new/deep && echo z >new/deep/f"); // again
    EXPECT("+new/deep +new/deep/f ");
    put(t, "new/deep/f", "y");
    EXPECT("~new/deep/f ");
    shell(t, "mv new old");
    EXPECT("+old +old/deep +old/deep/f +old/g -new -new/deep -new/deep/f -new/g ");
    put(t, "old/g", "y");
    EXPECT("~old/g ");
}

static void try_missing(Test *t) { // a folder that is waited for
    changes_folder(t->changes, str_c(at(t, "waited/for/long")));
    shell(t, "mkdir -p waited/for/long && echo x >waited/for/long/f");
    EXPECT("+waited +waited/for +waited/for/long +waited/for/long/f ");
    put(t, "waited/for/long/f", "y");
    EXPECT("~waited/for/long/f ");
}

static void try_links(Test *t) {
    shell(t, "mkdir -p ../elsewhere.$$ && echo x >../elsewhere.$$/f && ln -s \"$(realpath ../elsewhere.$$)\" link && "
             "ln -s . loop");
    EXPECT("+link +loop ");
    shell(t, "mkdir real && echo x >real/f && ln -s real/f linked");
    EXPECT("+linked +real +real/f ");
    put(t, "real/f", "y");
    EXPECT("~linked ~real/f ");
}

static void try_many(Test *t) { // a checkout: 5,000 files in 50 folders, while git holds its lock
    shell(
        t,
        "mkdir .git && : >.git/index.lock && for d in $(seq 50); do mkdir m$d; for f in $(seq 100); do echo x >m$d/$f; "
        "done; done; sleep 0.3; echo y >m7/7; rm .git/index.lock");
    i64 before = t->batches;
    t->told.len = 0;
    timer_set(t->events, &t->guard, 60 * SECOND, give_up, t);
    events_run(t->events);
    timer_stop(t->events, &t->guard);
    i64 n = 0;
    for (i64 i = 0; i < t->told.len; i++) n += t->told.ptr[i] == ' ';
    if (t->batches != before + 1 || n < 5050)
        t->failures++,
            printf("%d: %lld changes in %lld batches\n", __LINE__, (long long)n, (long long)(t->batches - before));
    shell(t, "rm -r m* .git; mkdir skipped.now");
    timer_set(t->events, &t->guard, 60 * SECOND, give_up, t);
    events_run(t->events);
    timer_stop(t->events, &t->guard);
}

static void run(Test *t, bool poll) {
    char dir[] = "/tmp/vole-changesXXXXXX";
    if (!mkdtemp(dir)) fatal("mkdtemp");
    t->events = events_new();
    t->dir = arena_printf(t->a, "%s/root", dir);
    mkdir(t->dir.ptr, 0777);
    mkdir(at(t, "sub"), 0777);
    mkdir(at(t, "skipped"), 0777);
    ChangesOptions o = {.poll = poll,
                        .interval = 30000000,
                        .quiet_file = str_c(at(t, ".git/index.lock")),
                        .enters = enters,
                        .counts = counts,
                        .batch = batch,
                        .notice = notice,
                        .ctx = t};
    t->changes = changes_new(t->a, t->events, &o);
    changes_tree(t->changes, t->dir);
    try_files(t);
    try_folders(t);
    if (!poll) try_missing(t);
    try_links(t);
    if (!poll) try_many(t);
    changes_free(t->changes);
    events_free(t->events);
    dir_remove_all(t->a, str_c(dir), NULL);
}

int main(void) {
    Test t = {.a = arena_new("test")};
    run(&t, false);
    i64 n = t.batches;
    run(&t, true);
    if (!t.failures)
        printf("changes: %lld batches of events, %lld of looks\n", (long long)n, (long long)(t.batches - n));
    return t.failures > 0;
}
