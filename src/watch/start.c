// start.c - from built programs to running ones.
//
// In:   targets that are built. Out: services, each started when those that it depends on are ready; what became of them, told.
// A program that is the same as the one that runs is not started again.
#include "watch/loop.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

static Target *find_target(Watch *w, Str name) {
    for (i64 i = 0; i < w->targets.len; i++)
        if (str_eq(w->targets.ptr[i]->name, name)) return w->targets.ptr[i];
    return NULL;
}

// ---- words and environment --------------------------------------------------------------------------------------------

static bool is_named(const StrItems *names, const char *entry) {
    i64 n = (i64)strcspn(entry, "=");
    for (i64 i = 0; i < names->len; i++)
        if (str_eq(names->ptr[i], (Str){entry, n})) return true;
    return false;
}

char **start_env(Watch *w, const StrItems *more) {
    VEC(char *) v = {0};
    for (char **e = environ; *e; e++)
        if (!is_named(&w->env_names, *e)) vec_push(w->cycle, &v, *e);
    for (i64 i = 0; i < w->env_names.len; i++)
        vec_push(
            w->cycle, &v,
            (char *)arena_printf(w->cycle, "%.*s=%.*s", SFMT(w->env_names.ptr[i]), SFMT(w->env_values.ptr[i])).ptr);
    for (i64 i = 0; more && i < more->len; i++) vec_push(w->cycle, &v, (char *)arena_cstr(w->cycle, more->ptr[i]));
    vec_push(w->cycle, &v, NULL);
    return v.ptr;
}

static void add_all(Arena *a, StrItems *to, const StrItems *from) {
    for (i64 i = 0; i < from->len; i++) vec_push(a, to, from->ptr[i]);
}

// With a separator: a file below the root; without: a program on PATH.
static Str program_path(Watch *w, Arena *a, Str p) {
    if (str_index(p, '/') < 0 || p.ptr[0] == '/') return p;
    return path_clean(a, path_join(a, w->c->root, p));
}

static StrItems command_of(Target *t, Arena *a) {
    const WatchConfig *c = t->w->c;
    StrItems v = {0};
    const StrItems *entry = t->config ? &t->config->entrypoint : &c->entrypoint;
    if (!t->config && c->full_bin.len) { // a line for the shell, with the arguments behind it
        vec_push(a, &v, S("/bin/sh"));
        vec_push(a, &v, S("-c"));
        vec_push(a, &v, arena_printf(a, "%.*s \"$@\"", SFMT(c->full_bin)));
        vec_push(a, &v, S("sh"));
    } else if (entry->len) {
        add_all(a, &v, entry);
        v.ptr[0] = program_path(t->w, a, v.ptr[0]);
    } else if (!t->config && c->bin.len) vec_push(a, &v, program_path(t->w, a, c->bin));
    else if (t->inside) vec_push(a, &v, t->program);
    else vec_push(a, &v, program_path(t->w, a, path_join(a, c->tmp_dir, S("./main"))));
    if (t->config) add_all(a, &v, &t->config->args);
    else add_all(a, &v, &c->args_bin);
    add_all(a, &v, &t->w->o.args);
    return v;
}

static char **vector_of(Arena *a, const StrItems *v) {
    char **argv = ANEWN(a, char *, v->len + 1);
    for (i64 i = 0; i < v->len; i++) argv[i] = (char *)arena_str(a, v->ptr[i]).ptr;
    return argv;
}

static char **copy_env(Arena *a, char **env) {
    i64 n = 0;
    while (env[n]) n++;
    char **out = ANEWN(a, char *, n + 1);
    for (i64 i = 0; i < n; i++) out[i] = (char *)arena_str(a, str_c(env[i])).ptr;
    return out;
}

// ---- the services -----------------------------------------------------------------------------------------------------

static i64 since_save(const Watch *w) { return (events_now() - w->since) / 1000000; }

static void drop_old(Target *t) {
    Arena *a = t->w->cycle;
    if (t->old.len && !str_eq(t->old, t->program) && str_has_prefix(t->old, t->w->o.work))
        dir_remove_all(a, arena_str(a, path_dir(t->old)), NULL);
    t->old = (Str){0};
}

static void take_ready(Target *t) {
    Watch *w = t->w;
    bool first = !t->ready;
    t->ready = true;
    ShowEvent e = show_event(w, t, "ready");
    event_int(&e, "Pid", t->pid);
    event_int(&e, "Ms", since_save(w));
    event_int(&e, "BuildMs", t->build_time / 1000000);
    if (t->patch.why.len) event_str(&e, "Restarted", t->patch.why);
    event_end(&e);
    if (first && t->patch.why.len)
        show_cycle(w, t, "restarted: %.*s; ready %lld ms after the save", SFMT(t->patch.why), (long long)since_save(w));
    else if (first)
        show_cycle(w, t, "built in %lld ms, ready %lld ms after the save", (long long)(t->build_time / 1000000),
                   (long long)since_save(w));
    t->patch.why = (Str){0};
    if (w->proxy) proxy_reload(w->proxy);
    for (i64 i = 0; i < w->targets.len; i++) { // those that go with it
        Target *d = w->targets.ptr[i];
        for (i64 k = 0; d->config && d->pid && !d->waits && d->config->restart_with && k < d->config->depends_on.len;
             k++)
            if (str_eq(d->config->depends_on.ptr[k], t->name)) start_built(d, true);
    }
    start_waiting(w);
    loop_settle(w);
}

static void run_again(void *ctx) {
    Target *t = ctx;
    t->w->since = events_now();
    start_built(t, true);
}

static void tell_exit(Target *t, const ServiceEvent *s) {
    Watch *w = t->w;
    bool exited = WIFEXITED(s->status);
    Str how = exited ? arena_printf(w->cycle, "exit status %d", WEXITSTATUS(s->status))
                     : arena_printf(w->cycle, "signal: %s", strsignal(WTERMSIG(s->status)));
    ShowEvent e = show_event(w, t, "exit");
    event_int(&e, "Pid", s->pid);
    event_str(&e, "Status", how);
    event_int(&e, "Code", exited ? WEXITSTATUS(s->status) : -1);
    event_end(&e);
    if (w->ending) return;
    const char *goes_on = s->serves ? "; the last one goes on" : "";
    show_line(w, SHOW_RUNNER, "%.*s%sthe program ended: %.*s%s", SFMT(t->name), t->name.len ? ": " : "", SFMT(how),
              goes_on);
}

static void take_exit(Target *t, const ServiceEvent *s) {
    tell_exit(t, s);
    t->image = 0;
    t->ready = s->serves;
    t->pid = s->serves ? service_pid(t->service) : 0;
    if (!t->w->ending && !s->serves && t->w->c->rerun)
        timer_set(t->w->events, &t->again, t->w->c->rerun_delay, run_again, t);
    loop_settle(t->w);
}

static void take_failure(Target *t, const ServiceEvent *s) {
    ShowEvent e = show_event(t->w, t, "start-failed");
    event_str(&e, "Text", s->text);
    event_end(&e);
    show_line(t->w, SHOW_ERROR, "cannot start the program: %.*s", SFMT(s->text));
    t->image = 0;
    t->ready = s->serves;
    loop_settle(t->w);
}

static void take_event(void *ctx, const ServiceEvent *s) {
    Target *t = ctx;
    Watch *w = t->w;
    ShowEvent e;
    switch (s->kind) {
    case SERVICE_STARTED:
        t->pid = s->pid;
        t->ready = false;
        e = show_event(w, t, "start");
        event_int(&e, "Pid", s->pid);
        event_end(&e);
        return;
    case SERVICE_IS_READY: take_ready(t); return;
    case SERVICE_REPLACED:
        drop_old(t);
        e = show_event(w, t, "replaced");
        event_int(&e, "Ms", s->since / 1000000);
        event_end(&e);
        loop_settle(w);
        return;
    case SERVICE_ENDED: take_exit(t, s); return;
    case SERVICE_KILLED:
        e = show_event(w, t, "killed");
        event_int(&e, "Left", s->left);
        event_end(&e);
        show_line(w, SHOW_RUNNER, "%lld process%s had to be killed", (long long)s->left, s->left == 1 ? "" : "es");
        return;
    case SERVICE_FAILED: take_failure(t, s); return;
    case SERVICE_OUTPUT: show_output(w, t, s->text); return;
    case SERVICE_STOPPED:
        t->stopped = true;
        t->ready = false;
        t->image = t->pid = 0;
        loop_settle(w);
        return;
    }
}

static bool takes_output(const Watch *w) { return w->o.json || (w->color && w->c->color_app.len); }

static Service *make_service(Target *t) {
    const WatchConfig *c = t->w->c;
    ServiceOptions o = {.handover = c->handover,
                        .signal = c->send_interrupt ? SIGINT : SIGTERM,
                        .kill_delay = c->kill_delay ? c->kill_delay : 5000000000,
                        .ready_timeout = 1000000000,
                        .address =
                            c->app_port ? arena_printf(t->w->a, "127.0.0.1:%lld", (long long)c->app_port) : (Str){0},
                        .output = takes_output(t->w),
                        .event = take_event,
                        .ctx = t};
    o.tree = (TreeOptions){.dir = c->root.ptr, .in = -1, .out = -1, .err = -1};
    if (t->w->keys) o.tree.in = t->w->null;
    return service_new(t->w->a, t->w->events, t->w->trees, t->w->sockets, &o);
}

static bool is_held(const Target *t) { // one that it depends on is not ready
    for (i64 i = 0; t->config && i < t->config->depends_on.len; i++) {
        const Target *on = find_target(t->w, t->config->depends_on.ptr[i]);
        if (on && !on->ready) return true;
    }
    return false;
}

static void launch(Target *t) {
    Watch *w = t->w;
    Arena *a = t->run[1];
    t->waits = t->fresh = false;
    timer_stop(w->events, &t->again);
    if (a) arena_free(a);
    t->run[1] = t->run[0];
    t->run[0] = a = arena_new("words of a program");
    StrItems words = command_of(t, a);
    StrItems more = {0};
    if (w->o.panics && !takes_output(w)) vec_push(a, &more, S("VOLE_PANICS=1"));
    if (t->config) add_all(a, &more, &t->config->env);
    Str patches = t->inside ? patch_listen(t, a) : (Str){0};
    if (patches.len) vec_push(a, &more, patches);
    patch_started(t);
    char **env = copy_env(a, start_env(w, &more));
    if (!t->service) t->service = make_service(t);
    t->image = t->next;
    t->ready = t->stopped = false;
    service_start(t->service, vector_of(a, &words), env);
}

void start_waiting(Watch *w) {
    for (i64 i = 0; i < w->targets.len; i++) {
        Target *t = w->targets.ptr[i];
        if (t->waits && !is_held(t) && !(w->c->check_stops && (w->check || w->check_bad))) launch(t);
    }
}

void start_replace(Target *t, Str program, u64 image) {
    if (!str_eq(t->program, program)) {
        drop_old(t);
        t->old = t->program;
        t->program = arena_str(t->w->a, program);
    }
    t->next = image;
}

void start_same(Target *t) {
    ShowEvent e = show_event(t->w, t, "same");
    event_end(&e);
    show_cycle(t->w, t, "built in %lld ms, the program is the same", (long long)(t->build_time / 1000000));
    if (t->w->proxy) proxy_error(t->w->proxy, (Str){0});
}

void start_built(Target *t, bool anew) {
    Watch *w = t->w;
    bool same = t->pid && t->image && t->image == t->next;
    if (same && !anew && !t->fresh) {
        patch_started(t); // it is what runs
        start_same(t);
        return;
    }
    t->waits = true;
    start_waiting(w);
}

void start_failed(Target *t) {
    t->w->check_due = false; // there is nothing more to say of what does not compile
    if (t->w->c->stop_on_error && t->service) service_stop(t->service);
}

void start_stop_all(Watch *w) {
    for (i64 i = 0; i < w->targets.len; i++) {
        timer_stop(w->events, &w->targets.ptr[i]->again);
        w->targets.ptr[i]->waits = false;
        if (w->targets.ptr[i]->service) service_stop(w->targets.ptr[i]->service);
    }
}
