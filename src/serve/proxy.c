// proxy.c - a streaming reverse proxy for the program that is watched: it waits while that is replaced, and tells pages of it.
//
// Binds to loopback, on both families, unless an interface is named. Connections are exchange.c's.
#include "serve/proxy.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { CONNS_MOST = 2000 };

static bool accept_one(Proxy *p, int on) {
    int fd = accept4(on, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), yes = 1;
    if (fd < 0) return errno == EINTR || errno == ECONNABORTED;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (p->count >= CONNS_MOST) close(fd);
    else conn_new(p, fd);
    return true;
}

static void on_first(void *ctx, u32 what) {
    Proxy *p = ctx;
    while (accept_one(p, p->fd[0])) {
    }
}

static void on_second(void *ctx, u32 what) {
    Proxy *p = ctx;
    while (accept_one(p, p->fd[1])) {
    }
}

// Browsers take "localhost" for ::1 first.
static int listen_beside(Proxy *p, const Address *first) {
    struct sockaddr_in in = *(const struct sockaddr_in *)&first->a;
    Address six = {.len = sizeof(struct sockaddr_in6)};
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&six.a;
    *in6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = in.sin_port, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    return in.sin_family == AF_INET && in.sin_addr.s_addr == htonl(INADDR_LOOPBACK)
               ? address_listen(&six, SOCK_NONBLOCK | SOCK_CLOEXEC)
               : -1;
}

static bool open_listener(Proxy *p, Err *err) {
    Address at;
    Str text = p->o.listen.len ? p->o.listen : S(":0");
    if (!address_parse(p->a, text, "127.0.0.1", &at, err)) return false;
    p->fd[0] = address_listen(&at, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (p->fd[0] < 0) return err_set(err, p->a, ERR_OTHER, "proxy: listen %.*s: %s", SFMT(text), err_os(errno));
    getsockname(p->fd[0], (struct sockaddr *)&at.a, &at.len);
    p->at = address_string(p->a, &at);
    p->fd[1] = listen_beside(p, &at);
    bool good = events_file(p->events, p->fd[0], EPOLLIN, on_first, p);
    if (p->fd[1] >= 0) good &= events_file(p->events, p->fd[1], EPOLLIN, on_second, p);
    return good || err_set(err, p->a, ERR_OTHER, "proxy: %s", err_os(errno));
}

Proxy *proxy_new(Arena *a, Events *e, const ProxyOptions *o, Err *err) {
    Proxy *p = ANEW(a, Proxy);
    *p = (Proxy){.a = a, .events = e, .o = *o, .fd = {-1, -1}, .generation = events_now(), .head = ANEW(a, HttpHead)};
    if (o->tls || o->cert.len || o->key.len)
        return err_set(err, a, ERR_OTHER, "not supported yet: TLS in the proxy"), NULL;
    if (!address_parse(a, o->app, "127.0.0.1", &p->app, err)) return NULL;
    if (open_listener(p, err)) return p;
    proxy_free(p);
    return NULL;
}

Str proxy_address(const Proxy *p) { return p->at; }

// ---- what pages hear -----------------------------------------------------------------------------------------------------

static void add_event(Buf *b, const char *name, Str data) {
    buf_printf(b, "event: %s\ndata: %.*s\n\n", name, SFMT(data));
}

void proxy_welcome(Proxy *p, Buf *b) {
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)p->generation);
    add_event(b, "hello", str_c(number));
    if (p->error.len) add_event(b, "failed", buf_view(&p->error));
}

static void tell_pages(Proxy *p, const char *name, Str data) {
    for (Conn *c = p->all, *next; c; c = next) {
        next = c->next;
        if (c->state != CONN_EVENTS) continue;
        add_event(&c->client.out.b, name, data);
        conn_go_on(c);
    }
}

static void retry_all(Proxy *p) {
    for (Conn *c = p->all, *next; c; c = next) {
        next = c->next;
        conn_retry(c);
    }
}

void proxy_reload(Proxy *p) {
    p->hopeless = false;
    p->generation++;
    buf_free(&p->error);
    for (Conn *c = p->all; c; c = c->next) conn_leave_program(c);
    tell_pages(p, "reload", S("1"));
    proxy_hold(p, false);
}

void proxy_hold(Proxy *p, bool on) {
    p->hold = on;
    if (!on) retry_all(p);
}

void proxy_expect(Proxy *p, bool on) {
    p->hopeless = !on;
    if (!on) retry_all(p);
}

void proxy_error(Proxy *p, Str json) {
    buf_free(&p->error);
    for (i64 i = 0; i < json.len; i++)
        buf_char(&p->error, json.ptr[i] == '\n' || json.ptr[i] == '\r' ? ' ' : json.ptr[i]);
    tell_pages(p, json.len ? "failed" : "good", json.len ? buf_view(&p->error) : S("1"));
}

void proxy_free(Proxy *p) {
    while (p->all) conn_free(p->all);
    for (int i = 0; i < 2; i++) {
        if (p->fd[i] < 0) continue;
        events_file(p->events, p->fd[i], 0, NULL, NULL);
        close(p->fd[i]);
    }
    buf_free(&p->error);
}
