// loop.c - the resident process: batches of changes, keys and signals to cycles; a cycle is one way from a save to ready programs.
//
// A cycle: the environment is read, commands before the build run, what is dirty is built, what was built is started (start.c), the check runs.
// A newer batch gives up what is under way and begins the next cycle with all that is dirty.
#include "watch/loop.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

Str loop_shown(Watch *w, Arena *a, Str path) {
    Str root = w->c->root;
    bool below = str_has_prefix(path, root) && path.len > root.len + 1 && path.ptr[root.len] == '/';
    return arena_str(a, below ? str_slice(path, root.len + 1, path.len) : path);
}

// ---- the end of a cycle -----------------------------------------------------------------------------------------------

// A build, or a program that starts; not what runs beside programs.
static bool is_building(const Watch *w) {
    bool busy = w->pre != NULL;
    for (i64 i = 0; i < w->targets.len; i++) {
        const Target *t = w->targets.ptr[i];
        busy |= t->build || t->patch.waits || (t->pid && !t->ready && !w->ending);
    }
    return busy;
}

static bool is_under_way(const Watch *w) { return is_building(w) || beside_busy(w); }

// Programs that were replaced and are not gone yet.
static bool is_replacing(const Watch *w) {
    bool any = false;
    for (i64 i = 0; i < w->targets.len; i++)
        any |= w->targets.ptr[i]->service && service_replaces(w->targets.ptr[i]->service);
    return any;
}

static bool all_stopped(const Watch *w) {
    bool left = w->pre != NULL;
    for (i64 i = 0; i < w->targets.len; i++) left |= w->targets.ptr[i]->service && !w->targets.ptr[i]->stopped;
    return !left;
}

void loop_settle(Watch *w) {
    if (w->ending) {
        if (all_stopped(w)) events_stop(w->events);
        return;
    }
    if (is_under_way(w) || w->told_idle) return;
    if (w->check_due) beside_check(w);
    if (is_under_way(w) || is_replacing(w)) return;
    w->told_idle = true;
    ShowEvent e = show_event(w, NULL, "idle");
    event_end(&e);
}

// ---- a cycle ----------------------------------------------------------------------------------------------------------

static void read_env_file(Watch *w, Str name) {
    Str path = path_join(w->a, name.len && name.ptr[0] == '/' ? S("") : w->c->root, name), text;
    StrItems names = {0}, values = {0};
    Err err = {0};
    if (!file_read(w->cycle, arena_cstr(w->cycle, path), &text)) return;
    if (!envfile_parse(w->cycle, text, &names, &values, &err))
        show_line(w, SHOW_ERROR, "%.*s:%.*s", SFMT(name), SFMT(err.text));
    for (i64 i = 0; i < names.len; i++) {
        bool known = getenv(arena_cstr(w->cycle, names.ptr[i])) != NULL;
        for (i64 k = 0; k < w->env_names.len; k++) // the later file wins
            if (str_eq(w->env_names.ptr[k], names.ptr[i])) w->env_values.ptr[k] = values.ptr[i], known = true;
        if (known) continue;
        vec_push(w->cycle, &w->env_names, names.ptr[i]);
        vec_push(w->cycle, &w->env_values, values.ptr[i]);
    }
}

static void read_env(Watch *w) {
    w->env_names = w->env_values = (StrItems){0};
    for (i64 i = 0; i < w->c->env_files.len; i++) read_env_file(w, w->c->env_files.ptr[i]);
}

static void build_dirty(Watch *w) {
    if (w->c->check_stops) beside_check(w);
    else w->check_due = true;
    for (i64 i = 0; i < w->targets.len; i++)
        if (w->targets.ptr[i]->dirty && !w->targets.ptr[i]->build) target_build(w->targets.ptr[i]);
    loop_settle(w);
}

static void run_next_pre(Watch *w);

static void pre_text(void *ctx, Str text) { show_text_raw(ctx, text); }

static void end_pre(void *ctx, Job *j) {
    Watch *w = ctx;
    bool good = job_good(j);
    w->pre = NULL;
    if (w->ending) {
        loop_settle(w);
        return;
    }
    if (!good) {
        Str cmd = w->c->pre_cmd.ptr[w->pre_at], fate = job_fate(w->cycle, j);
        ShowEvent e = show_event(w, NULL, "pre-failed");
        event_str(&e, "Command", cmd);
        event_str(&e, "Text", buf_view(&j->out.buf));
        event_end(&e);
        show_line(w, SHOW_ERROR, "%.*s: %.*s", SFMT(cmd), SFMT(fate));
        if (w->c->stop_on_error) {
            loop_settle(w);
            return;
        }
    }
    w->pre_at++;
    run_next_pre(w);
}

static void run_next_pre(Watch *w) {
    if (w->pre_at >= w->c->pre_cmd.len) {
        build_dirty(w);
        return;
    }
    JobOptions o = {.command = arena_str(w->cycle, w->c->pre_cmd.ptr[w->pre_at]),
                    .dir = w->c->root.ptr,
                    .env = start_env(w, NULL),
                    .text = pre_text,
                    .done = end_pre,
                    .ctx = w};
    w->pre = job_start(w->events, &o);
    if (w->pre) return;
    show_line(w, SHOW_ERROR, "cannot start a command: %s", err_os(errno));
    build_dirty(w);
}

void loop_begin_cycle(Watch *w) {
    w->cycles++;
    w->told_idle = false;
    if (w->pre) job_kill(w->pre);
    w->pre = NULL;
    w->pre_at = 0;
    w->check_stale = w->check != NULL; // it goes on: what it finds out of packages is kept
    if (w->c->clear_on_rebuild) show_clear(w);
    read_env(w);
    if (w->o.test) beside_test(w);
    else run_next_pre(w);
}

void loop_restart(Watch *w) {
    w->since = events_now();
    w->changed.len = 0;
    for (i64 i = 0; i < w->targets.len; i++) {
        Target *t = w->targets.ptr[i];
        target_give_up(t);
        t->dirty = t->fresh = true;
    }
    loop_begin_cycle(w);
}

// ---- what changed -----------------------------------------------------------------------------------------------------

static bool is_env_file(const Watch *w, Str path) {
    Arena *a = arena_new("env files");
    bool is = false;
    for (i64 i = 0; i < w->c->env_files.len && !is; i++) {
        Str name = w->c->env_files.ptr[i];
        is = str_eq(path, path_clean(a, name.len && name.ptr[0] == '/' ? name : path_join(a, w->c->root, name)));
    }
    arena_free(a);
    return is;
}

static bool counts(void *ctx, Str path) {
    Watch *w = ctx;
    for (i64 i = 0; i < w->targets.len; i++)
        if (w->targets.ptr[i]->inside && target_counts(w->targets.ptr[i], path)) return true;
    if (w->tested.a && set_counts(&w->tested, path)) return true;
    return is_env_file(w, path) || (w->rules && rules_match(w->rules, path) != RULE_NONE);
}

static bool enters(void *ctx, Str dir) {
    Watch *w = ctx;
    return w->rules && rules_enter(w->rules, dir);
}

// exclude_unchanged: what files hold, as far as it is known. 0: there is none.
static u64 content_of(Str path) {
    Str text;
    Arena *a = arena_new("content");
    u64 hash = file_read(a, arena_cstr(a, path), &text) ? hash_bytes(text.ptr, text.len, 1) | 1 : 0;
    arena_free(a);
    return hash;
}

static void learn(void *ctx, Str path) {
    Watch *w = ctx;
    bool known = map_get_str(w->hashes, path) != NULL;
    map_set_str(w->hashes, known ? path : arena_str(w->a, path), (void *)(uintptr_t)content_of(path));
}

static bool is_unchanged(Watch *w, const Change *c) {
    const void *old = map_get_str(w->hashes, c->path);
    learn(w, c->path);
    return old && old == map_get_str(w->hashes, c->path);
}

static void note_changed(Watch *w, const Change *c) {
    Str shown = loop_shown(w, w->cycle, c->path);
    bool known = false;
    for (i64 i = 0; i < w->changed.len && i < 100 && !known; i++) known = str_eq(w->changed.ptr[i], shown);
    if (!known) vec_push(w->cycle, &w->changed, shown);
    if (w->o.debug) show_line(w, SHOW_WATCHER, "%.*s has changed", SFMT(c->path));
}

static bool take_change(Watch *w, const Change *c, bool *ruled) {
    bool any = false;
    i64 rule = w->rules ? rules_match(w->rules, c->path) : RULE_NONE;
    if (w->c->exclude_unchanged && is_unchanged(w, c)) return false;
    if (rule >= 0) {
        beside_rule(w, rule, loop_shown(w, w->cycle, c->path));
        *ruled = true;
        return false;
    }
    bool env = is_env_file(w, c->path);
    for (i64 i = 0; i < w->targets.len; i++) {
        Target *t = w->targets.ptr[i];
        Relevance r = env ? MATTERS_TO_PROGRAM : target_asks(t, c);
        if (r == NO_MATTER) continue;
        target_give_up(t);
        t->dirty = any = true;
        if (r != MATTERS_TO_PROGRAM) continue;
        t->fresh = true;
        patch_because(t, arena_printf(w->cycle, "%.*s changed, which the build does not read",
                                      SFMT(loop_shown(w, w->cycle, c->path))));
    }
    if (w->o.test && w->tested.a && set_asks(&w->tested, c)) any = true;
    if (any) note_changed(w, c);
    if (any || str_has_suffix(c->path, S(".go"))) beside_note(w, c->path);
    return any;
}

static bool is_at_rest(const Watch *w) { return !is_under_way(w); }

// Strings of a cycle live until the next one begins at rest.
static void forget_cycle(Watch *w) {
    w->changed = w->env_names = w->env_values = (StrItems){0};
    for (i64 i = 0; i < w->targets.len; i++) w->targets.ptr[i]->patch.why = w->targets.ptr[i]->patch.changed = (Str){0};
    arena_reset(w->cycle);
}

static void take_batch(void *ctx, const Change *c, i64 n, i64 began) {
    Watch *w = ctx;
    bool any = false, ruled = false;
    if (w->ending) return;
    if (is_at_rest(w)) forget_cycle(w);
    else if (!is_building(w)) w->changed.len = 0; // told already
    for (i64 i = 0; i < n; i++) any |= take_change(w, &c[i], &ruled);
    if (!any) {
        if (ruled) loop_settle(w);
        return;
    }
    w->since = began;
    ShowEvent e = show_event(w, NULL, "change");
    event_list(&e, "Files", &w->changed);
    event_end(&e);
    loop_begin_cycle(w);
}

static void take_notice(void *ctx, Str text) {
    Watch *w = ctx;
    ShowEvent e = show_event(w, NULL, "notice");
    event_str(&e, "Text", text);
    event_end(&e);
    show_line(w, SHOW_WATCHER, "%.*s", SFMT(text));
}

// ---- the end ----------------------------------------------------------------------------------------------------------

void loop_quit(Watch *w) {
    if (w->ending) return;
    w->ending = true;
    if (w->pre) job_kill(w->pre);
    w->pre = NULL;
    beside_stop(w);
    for (i64 i = 0; i < w->targets.len; i++) target_give_up(w->targets.ptr[i]);
    start_stop_all(w);
    loop_settle(w);
}

static void take_signal(void *ctx, int signal) {
    Watch *w = ctx;
    if (w->ending) trees_end(w->trees), events_stop(w->events); // the second one
    else loop_quit(w);
}

static void wait_for(Watch *w, pid_t pid, Str line) {
    int status = 0;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    show_line(w, SHOW_ERROR, "%.*s: failed", SFMT(line));
}

static void run_post(Watch *w) {
    for (i64 i = 0; i < w->c->post_cmd.len; i++) {
        Str line = w->c->post_cmd.ptr[i];
        Buf b = {0};
        fflush(NULL);
        buf_str(&b, line);
        buf_u8(&b, 0);
        pid_t pid = fork();
        if (pid == 0) {
            const char *argv[] = {"/bin/sh", "-c", (const char *)b.ptr, NULL};
            if (chdir(w->c->root.ptr) != 0) _exit(127);
            if (w->o.json) dup2(2, 1);
            execve(argv[0], (char *const *)argv, start_env(w, NULL));
            _exit(127);
        }
        buf_free(&b);
        wait_for(w, pid, line);
    }
}

// ---- the beginning ----------------------------------------------------------------------------------------------------

static void add_target(Watch *w, const WatchServiceConfig *config) {
    Target *t = ANEW(w->a, Target);
    *t = (Target){.w = w, .index = w->targets.len, .config = config, .dirty = true};
    if (config) t->name = config->name;
    target_init(t);
    vec_push(w->a, &w->targets, t);
}

static void add_targets(Watch *w) {
    for (i64 i = 0; i < w->c->services.len; i++) add_target(w, &w->c->services.ptr[i]);
    if (!w->c->services.len && !w->o.test) add_target(w, NULL);
    for (i64 i = 0; i < w->c->rules.len; i++) {
        RuleRun *r = ANEW(w->a, RuleRun);
        *r = (RuleRun){.w = w, .rule = &w->c->rules.ptr[i]};
        vec_push(w->a, &w->rule_runs, r);
    }
}

// Without configuration only what builds look at is watched.
static bool wants_rules(const Watch *w) {
    bool outside = false;
    for (i64 i = 0; i < w->targets.len; i++) outside |= !w->targets.ptr[i]->inside;
    bool given = w->c->file.len > 0;
    for (i64 i = 0; i < w->c->given.len; i++) given |= strncmp(w->c->given.ptr[i], "build.", 6) == 0;
    return !w->o.test && (outside || given);
}

static void begin_changes(Watch *w) {
    const WatchConfig *c = w->c;
    StrItems roots = {0};
    ChangesOptions o = {.poll = c->poll,
                        .follow_links = c->follow_symlink,
                        .interval = c->poll_interval,
                        .delay = c->delay,
                        .quiet_file = arena_str(w->a, path_join(w->a, c->root, S(".git/index.lock"))),
                        .enters = enters,
                        .counts = counts,
                        .batch = take_batch,
                        .notice = take_notice,
                        .ctx = w};
    w->changes = changes_new(w->a, w->events, &o);
    if (w->rules) rules_roots(w->rules, w->a, &roots);
    for (i64 i = 0; i < roots.len; i++) changes_tree(w->changes, arena_str(w->a, roots.ptr[i]));
    if (c->exclude_unchanged) changes_each(w->changes, learn);
    for (i64 i = 0; i < c->env_files.len; i++) {
        Str name = c->env_files.ptr[i], path = name.ptr[0] == '/' ? name : path_join(w->a, c->root, name);
        changes_folder(w->changes, arena_str(w->a, path_dir(path_clean(w->a, path))));
    }
}

static bool begin_proxy(Watch *w, Err *err) {
    const WatchConfig *c = w->c;
    if (!c->proxy_enabled) return true;
    if (!c->proxy_port || !c->app_port)
        return err_set(err, w->a, ERR_OTHER, "proxy.enabled needs proxy.proxy_port and proxy.app_port");
    ProxyOptions o = {.listen = arena_printf(w->a, ":%lld", (long long)c->proxy_port),
                      .app = arena_printf(w->a, "127.0.0.1:%lld", (long long)c->app_port),
                      .app_timeout = c->app_start_timeout};
    w->proxy = proxy_new(w->a, w->events, &o, err);
    return w->proxy != NULL;
}

static bool begin_services(Watch *w, Err *err) {
    w->trees = trees_new(w->a, w->events, err);
    if (!w->trees) return false;
    w->sockets = sockets_new(w->a, w->events, err);
    if (!w->sockets) return false;
    for (i64 i = 0; i < w->c->listen.len; i++)
        if (!sockets_bind(w->sockets, w->c->listen.ptr[i], err)) return false;
    return begin_proxy(w, err);
}

static bool begin(Watch *w, Err *err) {
    sigset_t set;
    sigemptyset(&set);
    for (i64 i = 0; i < 3; i++) sigaddset(&set, (const int[]){SIGINT, SIGTERM, SIGHUP}[i]);
    w->events = events_new();
    w->null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (!w->events || w->null < 0 || !events_signals(w->events, &set, take_signal, w))
        return err_set(err, w->a, ERR_OTHER, "%s", err_os(errno));
    add_targets(w);
    if (wants_rules(w) && !(w->rules = rules_new(w->a, w->c, err))) return false;
    return begin_services(w, err);
}

static void show_banner(Watch *w) {
    const WatchConfig *c = w->c;
    ShowEvent e = show_event(w, NULL, "begin");
    event_str(&e, "Root", c->root);
    event_end(&e);
    for (i64 i = 0; i < c->warnings.len; i++) show_line(w, SHOW_ERROR, "%.*s", SFMT(c->warnings.ptr[i]));
    if (c->banner_given && c->startup_banner.len) show_line(w, SHOW_MAIN, "%.*s", SFMT(c->startup_banner));
    if (c->banner_given) return;
    Str from = c->file.len ? loop_shown(w, w->a, c->file) : S("no configuration");
    show_line(w, SHOW_MAIN, "vole watch: %.*s, %.*s%s", SFMT(from), SFMT(c->root), w->keys ? " (h: keys)" : "");
}

static bool use_color(const WatchConfig *c) {
    if (str_eq(c->color_mode, S("always"))) return true;
    return !str_eq(c->color_mode, S("never")) && isatty(2) && !getenv("NO_COLOR");
}

static int end(Watch *w) {
    keys_end(w);
    trees_end(w->trees);
    if (w->proxy) proxy_free(w->proxy);
    sockets_free(w->sockets);
    changes_free(w->changes);
    run_post(w);
    if (w->c->clean_on_exit && w->c->tmp_dir.len)
        dir_remove_all(w->a, path_clean(w->a, path_join(w->a, w->c->root, w->c->tmp_dir)), NULL);
    ShowEvent e = show_event(w, NULL, "end");
    event_end(&e);
    return 0;
}

int watch_run(Arena *a, const WatchOptions *o, const WatchDo *d) {
    Watch *w = ANEW(a, Watch);
    Err err = {0};
    *w = (Watch){.a = a,
                 .o = *o,
                 .d = d,
                 .cycle = arena_new("cycle"),
                 .tests = arena_new("tests"),
                 .hashes = map_new_str(a),
                 .since = events_now()};
    w->c = &w->o.config;
    w->color = use_color(w->c);
    if (!begin(w, &err)) {
        fprintf(stderr, "vole watch: %.*s\n", SFMT(err.text));
        return 1;
    }
    keys_begin(w);
    show_banner(w);
    begin_changes(w);
    loop_begin_cycle(w);
    events_run(w->events);
    return end(w);
}
