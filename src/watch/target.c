// target.c - one program: its build in a child process, what that looked at, and whether a change is one for it.
//
// In:   a target that is dirty. Out: start_built, or the errors told. What the build looked at is watched from then on; of builds that failed, what
// the last good one looked at too. Files that changed between being read and being watched make it dirty again.
#include "watch/loop.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- how it is built --------------------------------------------------------------------------------------------------

static void add_words(Target *t, Str package) {
    const StrItems *flags = &t->w->o.words;
    for (i64 i = 0; i < flags->len; i++) vec_push(t->w->a, &t->words, flags->ptr[i]);
    vec_push(t->w->a, &t->words, package.len ? package : S("."));
}

static void find_output(Target *t) {
    for (i64 i = 0; i < t->words.len; i++) {
        Str w = t->words.ptr[i];
        if (str_has_prefix(w, S("--"))) w = str_slice(w, 1, w.len);
        if (str_eq(w, S("-o")) && i + 1 < t->words.len) t->where = t->words.ptr[i + 1];
        else if (str_has_prefix(w, S("-o="))) t->where = str_slice(w, 3, w.len);
    }
}

// The program stands where the configuration says, so it must be made there.
static void make_default(Target *t) {
    const WatchConfig *c = t->w->c;
    bool placed = c->bin.len || c->entrypoint.len || c->full_bin.len;
    if (placed) {
        vec_push(t->w->a, &t->words, S("-o"));
        vec_push(t->w->a, &t->words, path_join(t->w->a, c->tmp_dir, S("main")));
    }
    add_words(t, t->w->o.package);
}

static Str placed_at(Target *t, Str path) { return path_clean(t->w->a, path_join(t->w->a, t->w->c->root, path)); }

// What is started is the program that we build, by itself: a shell, a debugger, a command of the user's do with it what we cannot know.
static bool runs_alone(Target *t) {
    static const char *const words[] = {"-toolexec", "-cover", "-buildmode", "-work", "-x", "-n"};
    const WatchConfig *c = t->w->c;
    const StrItems *entry = t->config ? &t->config->entrypoint : &c->entrypoint;
    Str started = entry->len ? entry->ptr[0] : t->config ? (Str){0} : c->bin;
    for (i64 i = 0; i < t->words.len; i++)
        for (i64 k = 0; k < NELEM(words); k++)
            if (str_has_prefix(t->words.ptr[i], str_c(words[k]))) return false;
    if (!t->inside || (!t->config && c->full_bin.len)) return false;
    return !started.len || (t->where.len && str_eq(placed_at(t, started), placed_at(t, t->where)));
}

void target_init(Target *t) {
    const WatchConfig *c = t->w->c;
    Str cmd = t->config ? t->config->cmd : c->cmd;
    t->inside = true;
    t->patch.listen = t->patch.fd = -1;
    if (t->config && t->config->package.len) add_words(t, t->config->package);
    else if (!cmd.len) make_default(t);
    else if (!config_is_go_build(t->w->a, cmd, &t->words)) t->inside = false, t->cmd = arena_str(t->w->a, cmd);
    find_output(t);
    t->patch.mode = c->patch;
    if (!t->inside || (c->patch == PATCH_AUTO && !runs_alone(t))) t->patch.mode = PATCH_NEVER;
}

// ---- the build --------------------------------------------------------------------------------------------------------

static int child(void *arg, int result) {
    Target *t = arg;
    const WatchDo *d = t->w->d;
    WatchBuilt built = {.patchable = t->patch.mode != PATCH_NEVER,
                        .careful = t->patch.mode == PATCH_AUTO,
                        .notes = t->patch.notes,
                        .base = t->fresh ? (Str){0} : patch_base(t),
                        .maker = t->patch.maker};
    Buf b = {0};
    for (i64 i = 0; i < t->w->env_names.len; i++)
        setenv(arena_cstr(t->w->a, t->w->env_names.ptr[i]), arena_cstr(t->w->a, t->w->env_values.ptr[i]), 1);
    built.record = arena_printf(t->w->a, "%.*s.record", SFMT(t->output));
    d->build(d->ctx, &t->words, t->where.len ? (Str){0} : t->output, t->w->color, &built);
    built_encode(&b, &built);
    fflush(NULL);
    built_send(result, &b);
    close(result);
    d->finish(d->ctx);
    return !built.good;
}

static void end_build(Target *t) {
    t->build = NULL;
    t->build_time = events_now() - t->build_began;
}

static void tell_built(Target *t) {
    ShowEvent e = show_event(t->w, t, "built");
    event_int(&e, "Ms", t->build_time / 1000000);
    event_str(&e, "Program", t->program);
    event_end(&e);
}

static void take_result(void *ctx, Job *j) {
    Target *t = ctx;
    WatchBuilt v;
    Arena *a = arena_new("what a build looked at");
    if (!built_decode(a, buf_view(&j->back.buf), &v)) {
        arena_free(a);
        return; // take_end tells
    }
    end_build(t);
    t->patch.maker = j->pid;
    job_leave(j);
    Str said = buf_view(&j->out.buf);
    if (!v.good) {
        report_errors(t->w, t, said);
        start_failed(t);
    } else if (v.patched) {
        show_text(t->w, said);
        tell_built(t);
        if (v.nfuncs) patch_send(t, &v);
        else patch_drop(&v), start_same(t);
    } else {
        show_text(t->w, said);
        patch_replace(t, &v);
        start_replace(t, v.program, v.image);
        tell_built(t);
        start_built(t, false);
    }
    FileSet *set = v.good ? &t->good : &t->bad;
    if (v.good && t->bad.a) arena_free(t->bad.a), t->bad.a = NULL;
    if (set_take(t->w, set, &v, a)) t->dirty = true;
    if (t->dirty && !t->build) target_build(t);
    else loop_settle(t->w);
}

// Of a child that ended without a result, and of a command.
static void take_end(void *ctx, Job *j) {
    Target *t = ctx;
    Str said = buf_view(&j->out.buf);
    end_build(t);
    if (job_good(j) && !t->inside) {
        tell_built(t);
        start_built(t, true);
    } else {
        Str why = arena_printf(t->w->cycle, "%.*s%sthe build ended with %.*s", SFMT(said),
                               said.len && said.ptr[said.len - 1] != '\n' ? "\n" : "", SFMT(job_fate(t->w->cycle, j)));
        report_errors(t->w, t, said.len && !t->inside ? said : why);
        start_failed(t);
    }
    loop_settle(t->w);
}

void target_give_up(Target *t) {
    if (!t->build) return;
    job_kill(t->build);
    t->build = NULL;
    ShowEvent e = show_event(t->w, t, "overtaken");
    event_end(&e);
}

void target_build(Target *t) {
    Watch *w = t->w;
    t->dirty = t->patch.waits; // then it is built behind the answer
    if (t->dirty) return;
    t->builds++;
    if (w->proxy) proxy_expect(w->proxy, true);
    t->output = arena_printf(w->a, "%.*s/%lld.%lld", SFMT(w->o.work), (long long)t->index, (long long)t->builds);
    JobOptions o = {.ctx = t, .done = take_end, .dir = w->c->root.ptr};
    if (t->inside) o.run = child, o.arg = t, o.result = take_result;
    else o.command = t->cmd, o.env = start_env(w, NULL);
    t->build_began = events_now();
    ShowEvent e = show_event(w, t, "build");
    event_end(&e);
    t->build = job_start(w->events, &o);
    if (!t->build) show_line(w, SHOW_ERROR, "cannot start a build: %s", err_os(errno));
}

// ---- changes ----------------------------------------------------------------------------------------------------------

bool target_counts(const Target *t, Str path) {
    return (t->bad.a && set_counts(&t->bad, path)) || (t->good.a && set_counts(&t->good, path));
}

// Both a test and a file that nothing imports leave the program as it is; so does a save without a change.
Relevance target_asks(Target *t, const Change *c) {
    bool is_test = str_has_suffix(c->path, S("_test.go")), failed = t->bad.a != NULL;
    bool in_bad = failed && set_has(&t->bad, c->path), in_good = t->good.a && set_has(&t->good, c->path);
    if (t->inside && in_bad) return set_asks(&t->bad, c) ? MATTERS : NO_MATTER;
    if (t->inside && in_good) return failed || set_asks(&t->good, c) ? MATTERS : NO_MATTER;
    bool named = (failed && set_asks(&t->bad, c)) || (t->good.a && set_asks(&t->good, c));
    if (t->inside && !is_test && named) return MATTERS;
    if (!t->w->rules || rules_match(t->w->rules, c->path) != RULE_BUILD) return NO_MATTER;
    return t->inside && str_has_suffix(c->path, S(".go")) ? MATTERS : MATTERS_TO_PROGRAM;
}
