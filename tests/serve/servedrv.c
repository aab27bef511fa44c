// servedrv.c - drives src/serve/ for tests/serve/run.py: orders as lines on stdin, events as lines on stdout.
//
// Usage: servedrv [-replace] [-address A] [-signal N] [-kill-delay MS] [-ready MS] [-listen A]... [-plain] [-output] [-terminal]
//        -proxy LISTEN APP [-app-timeout MS]: with a proxy; its address is the first line. A program that is ready makes pages load again.
// Orders: start PROGRAM [ARG...], stop, signal N, quit; hold, reload, error JSON. Its end without `quit` is a test too (kill -9).
#include "serve/serve.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

typedef struct Driver {
    Arena *a;
    Events *events;
    Trees *trees;
    Sockets *sockets;
    Service *service;
    ServiceOptions o;
    Proxy *proxy;
    ProxyOptions po;
    char line[65536];
    i64 len;
} Driver;

static void on_event(void *ctx, const ServiceEvent *e) {
    static const char *const names[] = {
        [SERVICE_STARTED] = "started", [SERVICE_IS_READY] = "ready", [SERVICE_REPLACED] = "replaced",
        [SERVICE_ENDED] = "ended",     [SERVICE_KILLED] = "killed",  [SERVICE_FAILED] = "failed",
        [SERVICE_OUTPUT] = "output",   [SERVICE_STOPPED] = "stopped"};
    printf("%s %d %d %lld %lld %d %.*s\n", names[e->kind], (int)e->pid,
           WIFSIGNALED(e->status) ? -WTERMSIG(e->status) : WEXITSTATUS(e->status), (long long)e->since,
           (long long)e->left, e->serves, SFMT(e->text));
    fflush(stdout);
    Driver *d = ctx;
    if (d->proxy && e->kind == SERVICE_IS_READY) proxy_reload(d->proxy);
}

static void do_order(Driver *d, char *line) {
    if (d->proxy && !strncmp(line, "error ", 6)) {
        proxy_error(d->proxy, str_c(line + 6));
        return;
    }
    char *word[64] = {0}, *save = NULL;
    i64 n = 0;
    for (char *w = strtok_r(line, " ", &save); w && n < 63; w = strtok_r(NULL, " ", &save)) word[n++] = w;
    if (!n) return;
    if (d->proxy && !strcmp(word[0], "start") && !d->o.handover) proxy_hold(d->proxy, true);
    if (!strcmp(word[0], "hold")) proxy_hold(d->proxy, true);
    else if (!strcmp(word[0], "reload")) proxy_reload(d->proxy);
    else if (!strcmp(word[0], "start")) service_start(d->service, word + 1, environ);
    else if (!strcmp(word[0], "stop")) service_stop(d->service);
    else if (!strcmp(word[0], "signal")) service_signal(d->service, atoi(word[1]));
    else if (!strcmp(word[0], "quit")) events_stop(d->events);
    else fatal("no such order: %s", word[0]);
}

static void on_orders(void *ctx, u32 what) {
    Driver *d = ctx;
    ssize_t n = read(0, d->line + d->len, sizeof d->line - 1 - (size_t)d->len);
    if (n <= 0) events_stop(d->events);
    if (n <= 0) return;
    d->len += n;
    for (char *end; (end = memchr(d->line, '\n', (size_t)d->len));) {
        i64 used = end + 1 - d->line;
        char *line = strndup(d->line, (size_t)used - 1);
        memmove(d->line, end + 1, (size_t)(d->len -= used));
        do_order(d, line);
        free(line);
    }
}

static void must(Driver *d, bool good, const Err *e) {
    if (!good) fatal("%.*s", SFMT(e->text));
}

static void read_flags(Driver *d, char **argv) {
    Err e = {0};
    d->o = (ServiceOptions){.tree = {.in = -1, .out = 2, .err = -1},
                            .handover = true,
                            .signal = SIGTERM,
                            .kill_delay = 5000000000,
                            .ready_timeout = 600000000000,
                            .event = on_event,
                            .ctx = d};
    for (char **p = argv + 1; *p; p++) {
        if (!strcmp(*p, "-replace")) d->o.handover = false;
        else if (!strcmp(*p, "-terminal")) d->o.tree.terminal = true, d->o.tree.in = open("/dev/tty", O_RDWR | O_CLOEXEC);
        else if (!strcmp(*p, "-output")) d->o.output = true;
        else if (!strcmp(*p, "-plain")) sockets_free(d->sockets), d->sockets = NULL;
        else if (!strcmp(*p, "-address")) d->o.address = str_c(*++p);
        else if (!strcmp(*p, "-proxy")) d->po.listen = str_c(*++p), d->po.app = str_c(*++p);
        else if (!strcmp(*p, "-app-timeout")) d->po.app_timeout = atoll(*++p) * 1000000;
        else if (!strcmp(*p, "-tls")) d->po.tls = true;
        else if (!strcmp(*p, "-signal")) d->o.signal = atoi(*++p);
        else if (!strcmp(*p, "-kill-delay")) d->o.kill_delay = atoll(*++p) * 1000000;
        else if (!strcmp(*p, "-ready")) d->o.ready_timeout = atoll(*++p) * 1000000;
        else if (!strcmp(*p, "-listen")) must(d, sockets_bind(d->sockets, str_c(*++p), &e), &e);
        else fatal("no such flag: %s", *p);
    }
}

int main(int argc, char **argv) {
    static Driver d;
    Err e = {0};
    d.a = arena_new("driver");
    must(&d, (d.events = events_new()) != NULL, &(Err){S("epoll"), 0});
    must(&d, (d.trees = trees_new(d.a, d.events, &e)) != NULL, &e);
    must(&d, (d.sockets = sockets_new(d.a, d.events, &e)) != NULL, &e);
    d.po.app_timeout = 600000000000;
    read_flags(&d, argv);
    if (d.po.app.len) {
        must(&d, (d.proxy = proxy_new(d.a, d.events, &d.po, &e)) != NULL, &e);
        printf("proxy 0 0 0 0 0 %.*s\n", SFMT(proxy_address(d.proxy)));
        fflush(stdout);
    }
    d.service = service_new(d.a, d.events, d.trees, d.sockets, &d.o);
    if (!events_file(d.events, 0, EPOLLIN, on_orders, &d)) fatal("stdin: %s", err_os(errno));
    events_run(d.events);
    if (d.proxy) proxy_free(d.proxy);
    trees_end(d.trees);
    if (d.sockets) sockets_free(d.sockets);
    events_free(d.events);
    arena_free(d.a);
    return 0;
}
