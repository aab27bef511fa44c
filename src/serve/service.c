// service.c - a program that serves, and the change from one version of it to the next.
//
// Every start is an Instance with a tree of its own. At most one is the serving one (`now`), at most one is to take its place (`next`);
// all others were told to end and go when their trees are gone. With handover the next one is started beside the one that serves, which
// is told to end as soon as the next is ready, so a program that does not come up replaces nothing. Without, it waits until all is gone.
#include "serve/address.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

typedef struct Instance {
    Service *s;
    Arena *a; // its own: command, environment
    struct Instance *older;
    char *const *argv, *const *env;
    Tree *tree; // NULL: it was not started yet, or is gone
    pid_t pid;
    i64 run, began, asked; // asked: when it was told to end; 0: not
    bool keeps;            // sockets are kept while it starts
    bool by_itself, replaced;
    int status, out;
    Timer ready, probe;
    int probing; // a connection to see whether it answers; -1
} Instance;
struct Service {
    Arena *a;
    Events *events;
    Trees *trees;
    Sockets *sockets;
    ServiceOptions o;
    Instance *now, *next, *ending;
    bool stopping;
};

static void try_start(Service *s);
static void on_listens(void *ctx);

static void tell_event(Service *s, ServiceEvent e) {
    if (s->o.event) s->o.event(s->o.ctx, &e);
}

// ---- instances -------------------------------------------------------------------------------------------------------

// What we were told ourselves by who watches us, or started us with sockets, is not for the program.
static bool is_ours(Str variable) {
    static const char *const names[] = {"VOLE_SOCKETS=", "LISTEN_FDS=", "LISTEN_PID=", "LISTEN_FDNAMES="};
    for (i64 i = 0; i < NELEM(names); i++)
        if (str_has_prefix(variable, str_c(names[i]))) return true;
    return false;
}

static char *const *copy_strings(Arena *a, char *const *list, bool env, Str last) {
    i64 n = 0, k = 0;
    while (list[n]) n++;
    char **copy = ANEWN(a, char *, n + 2);
    for (i64 i = 0; i < n; i++)
        if (!env || !is_ours(str_c(list[i]))) copy[k++] = (char *)(uintptr_t)arena_cstr(a, str_c(list[i]));
    if (last.len) copy[k] = (char *)(uintptr_t)arena_cstr(a, last);
    return copy;
}

static Instance *new_instance(Service *s, char *const *argv, char *const *env) {
    Arena *a = arena_new_small("service");
    Instance *i = ANEW(a, Instance);
    *i = (Instance){.s = s, .a = a, .out = -1, .probing = -1};
    i->run = s->sockets ? sockets_run(s->sockets, on_listens, i) : 0;
    i->argv = copy_strings(a, argv, false, (Str){0});
    i->env = copy_strings(a, env, true, s->sockets ? sockets_env(s->sockets, a, i->run) : (Str){0});
    return i;
}

static void keep_sockets(Instance *i, bool on) {
    if (i->s->sockets && i->keeps != on) sockets_keep(i->s->sockets, on);
    i->keeps = on;
}

static void end_probe(Instance *i) {
    if (i->probing >= 0) {
        events_file(i->s->events, i->probing, 0, NULL, NULL);
        close(i->probing);
    }
    i->probing = -1;
}

static void end_starting(Instance *i) {
    timer_stop(i->s->events, &i->ready);
    timer_stop(i->s->events, &i->probe);
    end_probe(i);
    keep_sockets(i, false);
}

// ---- output ----------------------------------------------------------------------------------------------------------

static void close_output(Instance *i) {
    if (i->out < 0) return;
    events_file(i->s->events, i->out, 0, NULL, NULL);
    close(i->out);
    i->out = -1;
}

static bool read_output(Instance *i) {
    char text[16384];
    ssize_t n = read(i->out, text, sizeof text);
    if (n > 0) tell_event(i->s, (ServiceEvent){.kind = SERVICE_OUTPUT, .pid = i->pid, .text = {text, n}});
    return n > 0 || (n < 0 && errno == EINTR);
}

static void on_output(void *ctx, u32 what) {
    Instance *i = ctx;
    if (!read_output(i) && errno != EAGAIN) close_output(i);
}

static void free_instance(Instance *i) {
    while (i->out >= 0 && read_output(i)) {
    }
    close_output(i);
    end_starting(i);
    if (i->s->sockets) sockets_run_end(i->s->sockets, i->run);
    arena_free(i->a);
}

// ---- ending ----------------------------------------------------------------------------------------------------------

static void remove_ending(Instance *i) {
    Instance **at = &i->s->ending;
    while (*at && *at != i) at = &(*at)->older;
    if (*at) *at = i->older;
}

static void end_instance(Instance *i) {
    Service *s = i->s;
    end_starting(i);
    remove_ending(i); // one that was retired
    if (s->now == i) s->now = NULL;
    if (s->next == i) s->next = NULL;
    if (!i->tree) {
        free_instance(i);
        return;
    }
    i->older = s->ending;
    s->ending = i;
    i->asked = events_now();
    tree_end(i->tree, s->o.signal, s->o.kill_delay);
}

static void on_gone(void *ctx, i64 killed) {
    Instance *i = ctx;
    Service *s = i->s;
    i->tree = NULL;
    remove_ending(i); // on_exited put it there at the latest
    ServiceEvent e = {.pid = i->pid, .status = i->status, .since = events_now() - i->asked, .left = killed};
    bool replaced = i->replaced;
    free_instance(i);
    if (killed) e.kind = SERVICE_KILLED, tell_event(s, e);
    if (replaced) e.kind = SERVICE_REPLACED, tell_event(s, e);
    if (s->stopping && !s->ending && !s->next) {
        s->stopping = false;
        tell_event(s, (ServiceEvent){.kind = SERVICE_STOPPED});
    }
    try_start(s);
}

// What it leaves behind when it ends by itself ends too: it would be in the way of the next.
static void on_exited(void *ctx, int status) {
    Instance *i = ctx;
    Service *s = i->s;
    i->status = status;
    if (i->asked) return;
    if (i->replaced) {
        end_instance(i);
        return;
    }
    bool first = s->now == NULL || s->now == i;
    while (i->out >= 0 && read_output(i)) {
    }
    ServiceEvent e = {
        .kind = SERVICE_ENDED, .pid = i->pid, .status = status, .serves = !first, .since = events_now() - i->began};
    end_instance(i);
    tell_event(s, e);
}

// ---- ready -----------------------------------------------------------------------------------------------------------

static void end_retired(void *ctx) { end_instance(ctx); }

// The one that serves is no longer needed. It is told to end when it has had the time to read what it accepted.
static void retire(Instance *i) {
    static const i64 reading = 100000000;
    Service *s = i->s;
    i->replaced = true;
    if (!s->sockets || !sockets_quiet(s->sockets, i->run)) {
        end_instance(i);
        return;
    }
    end_starting(i);
    i->older = s->ending;
    s->ending = i;
    timer_set(s->events, &i->ready, reading, end_retired, i);
}

static void on_all_bound(void *ctx) { keep_sockets(ctx, false); }

// It may have more to bind than what it listens on: sockets that only the one before had are kept a moment longer.
static void be_ready(Instance *i) {
    static const i64 binding = 1000000000;
    Service *s = i->s;
    if (s->next != i) return;
    Instance *before = s->now;
    s->now = i, s->next = NULL;
    timer_stop(s->events, &i->probe);
    end_probe(i);
    if (i->keeps) timer_set(s->events, &i->ready, binding, on_all_bound, i);
    else timer_stop(s->events, &i->ready);
    if (before) retire(before);
    tell_event(s, (ServiceEvent){.kind = SERVICE_IS_READY, .pid = i->pid, .since = events_now() - i->began});
}
static void on_ready_time(void *ctx) { be_ready(ctx); }
static void on_listens(void *ctx) { be_ready(ctx); }

static void start_probe(void *ctx);

static void on_probe(void *ctx, u32 what) {
    Instance *i = ctx;
    int why = 0;
    socklen_t len = sizeof why;
    getsockopt(i->probing, SOL_SOCKET, SO_ERROR, &why, &len);
    end_probe(i);
    if (why == 0) be_ready(i);
    else timer_set(i->s->events, &i->probe, 10000000, start_probe, i);
}

static void start_probe(void *ctx) {
    Instance *i = ctx;
    Address at;
    Err err = {0};
    Arena *a = arena_new_small("probe");
    bool good = address_parse(a, i->s->o.address, "127.0.0.1", &at, &err);
    arena_free(a);
    i->probing = good ? address_connect(&at, SOCK_NONBLOCK | SOCK_CLOEXEC) : -1;
    if (i->probing >= 0 && events_file(i->s->events, i->probing, EPOLLOUT, on_probe, i)) return;
    end_probe(i);
    if (good) timer_set(i->s->events, &i->probe, 10000000, start_probe, i);
}

// ---- starting --------------------------------------------------------------------------------------------------------

static bool open_output(Instance *i, TreeOptions *o) {
    int p[2];
    if (pipe2(p, O_CLOEXEC) != 0) return false;
    fcntl(p[0], F_SETFL, O_NONBLOCK);
    i->out = p[0];
    o->out = o->err = p[1];
    return events_file(i->s->events, p[0], EPOLLIN, on_output, i);
}

static bool run_instance(Instance *i, Err *err) {
    Service *s = i->s;
    TreeOptions o = s->o.tree;
    o.argv = i->argv, o.env = i->env, o.exited = on_exited, o.gone = on_gone, o.ctx = i;
    if (s->sockets) o.pass = sockets_fds(s->sockets, &o.npass), o.listen_fds = o.npass > 0;
    if (s->o.output && !open_output(i, &o)) return err_set(err, i->a, ERR_OTHER, "pipe: %s", err_os(errno));
    i->began = events_now();
    i->tree = tree_start(s->trees, &o, err);
    if (s->o.output) close(o.out);
    i->pid = i->tree ? tree_pid(i->tree) : 0;
    return i->tree != NULL;
}

static void fail_start(Instance *i, const Err *err) {
    Service *s = i->s;
    ServiceEvent e = {.kind = SERVICE_FAILED, .text = err->text, .serves = s->now != NULL};
    s->next = NULL;
    tell_event(s, e);
    free_instance(i);
}

// Starts what waits, if nothing is in its way.
static void try_start(Service *s) {
    Instance *i = s->next;
    Err err = {0};
    if (!i || i->tree || (!s->o.handover && (s->now || s->ending))) return;
    if (!run_instance(i, &err)) {
        fail_start(i, &err);
        return;
    }
    tell_event(s, (ServiceEvent){.kind = SERVICE_STARTED, .pid = i->pid});
    if (s->next != i) return; // the callback changed its mind
    timer_set(s->events, &i->ready, s->o.ready_timeout, on_ready_time, i);
    if (!s->o.handover && s->o.address.len) start_probe(i);
}

Service *service_new(Arena *a, Events *e, Trees *ts, Sockets *ss, const ServiceOptions *o) {
    Service *s = ANEW(a, Service);
    *s = (Service){.a = a, .events = e, .trees = ts, .sockets = ss, .o = *o};
    return s;
}

void service_start(Service *s, char *const *argv, char *const *env) {
    Instance *i = new_instance(s, argv, env);
    keep_sockets(i, true); // before the one that has them is told to end
    if (s->next) end_instance(s->next);
    s->next = i;
    s->stopping = false;
    if (!s->o.handover && s->now) {
        s->now->replaced = true;
        end_instance(s->now);
    }
    try_start(s);
}

void service_stop(Service *s) {
    if (s->next) end_instance(s->next);
    if (s->now) end_instance(s->now);
    for (Instance *i = s->ending, *older; i; i = older) {
        older = i->older;
        if (!i->asked) end_instance(i);
    }
    s->stopping = s->ending != NULL;
    if (!s->ending) tell_event(s, (ServiceEvent){.kind = SERVICE_STOPPED});
}

void service_signal(Service *s, int sig) {
    Instance *i = s->now ? s->now : s->next;
    if (i && i->tree) tree_signal(i->tree, sig);
}

ServiceState service_state(const Service *s) {
    if (s->now) return SERVICE_READY;
    return s->next ? SERVICE_STARTING : SERVICE_NONE;
}

bool service_replaces(const Service *s) {
    const Instance *i = s->ending;
    while (i && !i->replaced) i = i->older;
    return i != NULL;
}

pid_t service_pid(const Service *s) {
    const Instance *i = s->now ? s->now : s->next;
    return i ? i->pid : 0;
}
