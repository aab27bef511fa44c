// exchange.c - one connection of the proxy: requests of a client go to the program, answers come back, as they are.
//
// A client's connection has at most one connection to the program, so heads that concern connections hold for both and pass unchanged.
// Heads and bodies are read only to know where they end. What changes: "Accept-Encoding" of a request for a page (identity), and in an
// HTML answer to it one element (page.h), with Content-Length, or in chunks of our own. A request that got no answer because the program
// went is sent again if its method allows that and we still have it; others never use a connection that another request used.
// Callbacks end in conn_go_on, which alone frees; all else sets a state.
#include "serve/proxy.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { FULL = 256 << 10, AGAIN_MOST = 1 << 20, PAGE_MOST = 16 << 20, TRIES = 3 };
static const i64 slow_head = 60000000000, idle_client = 300000000000, next_try = 20000000, linger = 2000000000;

static void on_client(void *ctx, u32 what);
static void on_app(void *ctx, u32 what);

// ---- pipes and sides ----------------------------------------------------------------------------------------------------

Str pipe_view(const Pipe *p) { return (Str){(const char *)p->b.ptr + p->at, p->b.len - p->at}; }
void pipe_add(Pipe *p, Str s) { buf_str(&p->b, s); }
static i64 pipe_len(const Pipe *p) { return p->b.len - p->at; }

void pipe_take(Pipe *p, i64 n) {
    p->at += n;
    if (p->at == p->b.len) p->at = p->b.len = 0;
    if (p->at < 64 << 10 || p->at < p->b.len / 2) return;
    memmove(p->b.ptr, p->b.ptr + p->at, (size_t)(p->b.len - p->at));
    p->b.len -= p->at, p->at = 0;
}

static void receive(Side *s) {
    char bytes[32 << 10];
    if (s->fd < 0 || s->ended || pipe_len(&s->in) >= FULL) return;
    ssize_t n = recv(s->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0) pipe_add(&s->in, (Str){bytes, n});
    else if (n == 0) s->ended = true;
    else if (errno != EAGAIN && errno != EINTR) s->ended = s->broken = true;
}

static void send_out(Side *s) {
    while (s->fd >= 0 && !s->broken && pipe_len(&s->out)) {
        Str v = pipe_view(&s->out);
        ssize_t n = send(s->fd, v.ptr, (size_t)v.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (n < 0) s->broken = true;
        else pipe_take(&s->out, n);
    }
    if (s->broken) pipe_take(&s->out, pipe_len(&s->out));
    if (s->finish && s->fd >= 0 && !pipe_len(&s->out)) shutdown(s->fd, SHUT_WR), s->finish = false;
}

// Nothing to wait for: it stays known, and breaking is heard once.
static void wait_for(Conn *c, Side *s, u32 what, EventFile fn) {
    if (!what) what = EPOLLET;
    if (s->fd >= 0 && s->waits != what && events_file(c->p->events, s->fd, what, fn, c)) s->waits = what;
}

static void close_side(Conn *c, Side *s) {
    if (s->fd >= 0) {
        events_file(c->p->events, s->fd, 0, NULL, NULL);
        close(s->fd);
    }
    buf_free(&s->in.b), buf_free(&s->out.b);
    *s = (Side){.fd = -1};
}

// ---- the connection -------------------------------------------------------------------------------------------------------

static void end_exchange(Conn *c) {
    buf_free(&c->sent), buf_free(&c->inject.held), buf_free(&c->whole), buf_free(&c->whole_head);
    free((char *)(uintptr_t)c->inject.element.ptr);
    c->inject = (Inject){0};
    c->page = PAGE_AS_IS;
    c->request = c->answer = (Flow){0};
    c->again = c->began = false;
    c->tries = 0;
}

void conn_free(Conn *c) {
    timer_stop(c->p->events, &c->timer);
    close_side(c, &c->client);
    close_side(c, &c->app);
    end_exchange(c);
    *c->link = c->next;
    if (c->next) c->next->link = c->link;
    c->p->count--;
    free(c);
}

static void on_slow(void *ctx) { conn_free(ctx); }

void conn_new(Proxy *p, int fd) {
    Conn *c = calloc(1, sizeof *c);
    if (!c) fatal("out of memory");
    *c = (Conn){.p = p, .next = p->all, .link = &p->all, .client = {.fd = fd}, .app = {.fd = -1}};
    if (c->next) c->next->link = &c->next;
    p->all = c;
    p->count++;
    timer_set(p->events, &c->timer, slow_head, on_slow, c);
    wait_for(c, &c->client, EPOLLIN, on_client);
    if (!c->client.waits) conn_free(c);
}

// Nothing but what is in client.out goes out any more.
static void be_last(Conn *c) {
    close_side(c, &c->app);
    c->client.finish = true;
    c->state = CONN_LAST;
    timer_set(c->p->events, &c->timer, slow_head, on_slow, c);
}

static void say_last(Conn *c, int status, const char *why) {
    Arena *a = arena_new_small("page");
    if (c->began) c->state = CONN_DEAD; // who reads it shall see that it is not whole
    else {
        pipe_add(&c->client.out, page_error(a, status, why, c->html, c->p->generation));
        be_last(c);
    }
    arena_free(a);
}

// ---- requests -------------------------------------------------------------------------------------------------------------

static Flow new_flow(const HttpHead *h, bool rest) {
    if (h->chunked) return (Flow){.kind = BODY_CHUNKED};
    if (h->length > 0) return (Flow){.kind = BODY_LENGTH, .left = h->length};
    return rest && h->length < 0 ? (Flow){.kind = BODY_REST} : (Flow){.done = true};
}

// How much of what is there belongs to the body; *data: its payload.
static i64 measure_body(Flow *f, Str in, Str *data) {
    i64 n = in.len;
    if (f->kind == BODY_CHUNKED) {
        n = http_chunks(&f->chunks, in, data);
        f->done = f->chunks.state == CHUNK_DONE;
        return n;
    }
    if (f->kind == BODY_LENGTH) {
        n = i64_min(n, f->left);
        f->left -= n;
        f->done = f->left == 0;
    }
    *data = str_slice(in, 0, n);
    return n;
}

static void keep_sent(Conn *c, Str s) {
    if (!c->again) return;
    c->again = c->sent.len + s.len <= AGAIN_MOST;
    if (c->again) buf_str(&c->sent, s);
    else buf_free(&c->sent);
}

static bool is_safe(Str method) {
    static const char *const safe[] = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"};
    for (i64 i = 0; i < NELEM(safe); i++)
        if (str_eq(method, str_c(safe[i]))) return true;
    return false;
}

static void read_request(Conn *c, const HttpHead *h) {
    const HttpField *accept = http_field(h, S("accept"));
    c->head = str_eq(h->method, S("HEAD"));
    c->html = str_eq(h->method, S("GET")) && accept && str_find_fold(accept->value, S("text/html"), 0) >= 0;
    c->safe = is_safe(h->method);
    c->close = h->close;
    c->again = true;
    c->request = new_flow(h, false);
    c->waits_since = events_now();
}

// The head as it came; of a page, in an encoding that we can read.
static void keep_head(Conn *c, const HttpHead *h, Str all) {
    const HttpField *f = c->html ? http_field(h, S("accept-encoding")) : NULL;
    keep_sent(c, str_slice(all, 0, f ? f->at : h->size));
    if (!f) return;
    keep_sent(c, S("Accept-Encoding: identity\r\n"));
    keep_sent(c, str_slice(all, f->end, h->size));
}

static void answer_own(Conn *c, Str type, Str body) {
    buf_printf(&c->client.out.b,
               "HTTP/1.1 200 OK\r\nContent-Type: %.*s\r\nContent-Length: %lld\r\nCache-Control: no-store\r\n\r\n",
               SFMT(type), (long long)body.len);
    if (!c->head) pipe_add(&c->client.out, body);
    if (c->close) be_last(c);
}

static void be_events(Conn *c) {
    pipe_add(&c->client.out, S("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
                               "Connection: close\r\n\r\nretry: 300\n\n"));
    proxy_welcome(c->p, &c->client.out.b);
    close_side(c, &c->app);
    timer_stop(c->p->events, &c->timer);
    c->state = CONN_EVENTS;
}

// Requests for us. They have no body.
static bool take_own(Conn *c, const HttpHead *h) {
    i64 query = str_index(h->target, '?');
    Str path = query < 0 ? h->target : str_slice(h->target, 0, query);
    if ((!str_eq(h->method, S("GET")) && !c->head) || !c->request.done) return false;
    if (str_eq(path, S(PAGE_SCRIPT))) answer_own(c, S("text/javascript; charset=utf-8"), str_c(page_script));
    else if (str_eq(path, S(PAGE_EVENTS)) && !c->head) be_events(c);
    else return false;
    return true;
}

static bool is_app_gone(const Conn *c) {
    char byte;
    ssize_t n = recv(c->app.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n >= 0 || errno != EAGAIN; // it ended, or says what nobody asked for
}

static void connect_app(Conn *c);

static void begin_request(Conn *c, const HttpHead *h) {
    read_request(c, h);
    if (take_own(c, h)) {
        pipe_take(&c->client.in, h->size);
        end_exchange(c);
        return;
    }
    keep_head(c, h, pipe_view(&c->client.in));
    pipe_take(&c->client.in, h->size);
    timer_stop(c->p->events, &c->timer);
    if (c->app.fd >= 0 && (!c->safe || c->stale || c->p->hold || is_app_gone(c))) close_side(c, &c->app);
    c->reused = c->app.fd >= 0;
    if (c->reused) c->state = CONN_EXCHANGE, pipe_add(&c->app.out, buf_view(&c->sent));
    else connect_app(c);
}

static void begin_raw(Conn *c) {
    timer_stop(c->p->events, &c->timer);
    c->waits_since = events_now();
    connect_app(c);
}

// No method of HTTP/1 begins as HTTP/2 does.
static bool is_http2(Str in) {
    static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    return in.len >= (i64)sizeof preface - 1 && memcmp(in.ptr, preface, sizeof preface - 1) == 0;
}

static bool take_request(Conn *c) {
    Str in = pipe_view(&c->client.in);
    HttpParse got = in.len ? http_request(in, c->p->head) : HTTP_MORE;
    if (str_has_prefix(in, S("PRI * HTTP/2.0\r\n"))) {
        if (is_http2(in)) begin_raw(c);
        else if (c->client.ended) c->state = CONN_DEAD;
        return c->state != CONN_HEAD;
    }
    if (got == HTTP_GOOD) begin_request(c, c->p->head);
    else if (got == HTTP_WRONG) say_last(c, c->p->head->wrong, "this request is not HTTP/1.1");
    else if (c->client.ended) be_last(c);
    else return false;
    return true;
}

// ---- the program -------------------------------------------------------------------------------------------------------------

static void try_again(void *ctx) { conn_retry(ctx); }

static void wait_more(Conn *c) {
    close_side(c, &c->app);
    c->state = CONN_WAIT;
    if (c->p->hopeless) say_last(c, 502, "there is no program: it could not be built");
    else if (events_now() - c->waits_since <= c->p->o.app_timeout)
        timer_set(c->p->events, &c->timer, next_try, try_again, c);
    else say_last(c, 504, "the program does not answer");
}

static void connect_app(Conn *c) {
    c->stale = false;
    c->reused = false;
    c->app.fd = c->p->hold ? -1 : address_connect(&c->p->app, SOCK_NONBLOCK | SOCK_CLOEXEC);
    c->state = CONN_CONNECT;
    if (c->app.fd >= 0) wait_for(c, &c->app, EPOLLOUT, on_app);
    if (c->app.fd < 0 || !c->app.waits) wait_more(c);
}

void conn_retry(Conn *c) {
    if (c->state != CONN_WAIT) return;
    timer_stop(c->p->events, &c->timer);
    connect_app(c);
    conn_go_on(c);
}

// What is known of the request goes first.
static void be_connected(Conn *c) {
    int why = 0;
    socklen_t len = sizeof why;
    getsockopt(c->app.fd, SOL_SOCKET, SO_ERROR, &why, &len);
    if (why) {
        wait_more(c);
        return;
    }
    timer_stop(c->p->events, &c->timer);
    c->state = c->sent.len ? CONN_EXCHANGE : CONN_RAW;
    pipe_add(&c->app.out, buf_view(&c->sent));
}

// The program went before it answered: once more, if nothing can be done twice by that, and not for ever if it always does so.
static void lose_app(Conn *c) {
    bool replaced = c->reused || c->stale || c->p->hold;
    if (replaced) c->waits_since = events_now();
    else c->tries++;
    if (!c->again || !c->safe || c->began || pipe_len(&c->app.in) || c->tries >= TRIES) {
        say_last(c, 502, "the program ended before it answered");
        return;
    }
    close_side(c, &c->app);
    c->state = CONN_WAIT;
    timer_set(c->p->events, &c->timer, replaced ? 0 : next_try, try_again, c);
}

void conn_leave_program(Conn *c) {
    c->stale = true;
    if (c->state == CONN_HEAD) close_side(c, &c->app);
}

// ---- answers -----------------------------------------------------------------------------------------------------------------

static bool is_page(const Conn *c, const HttpHead *h) {
    const HttpField *type = http_field(h, S("content-type")), *code = http_field(h, S("content-encoding"));
    bool html = type && type->value.len >= 9 && str_eq_fold(str_slice(type->value, 0, 9), S("text/html"));
    bool plain = !code || str_eq_fold(code->value, S("identity"));
    return c->html && html && plain && h->status != 206 && h->length <= PAGE_MOST;
}

static void begin_page(Conn *c, const HttpHead *h, Str head) {
    const HttpField *policy = http_field(h, S("content-security-policy")), *length = http_field(h, S("content-length"));
    Arena *a = arena_new_small("page");
    Str e = page_element(a, c->p->generation, policy ? page_nonce(policy->value) : (Str){0});
    c->inject.element = (Str){strndup(e.ptr, (size_t)e.len), e.len};
    arena_free(a);
    if (!c->inject.element.ptr) fatal("out of memory");
    c->page = length ? PAGE_WHOLE : PAGE_STREAM;
    if (!length) return;
    buf_str(&c->whole_head, head);
    c->length_at = length->at, c->length_end = length->end;
}

static void take_answer_head(Conn *c, const HttpHead *h, Str head) {
    bool none = c->head || h->status == 204 || h->status == 304;
    if (h->status == 101) c->state = CONN_RAW;
    c->began = h->status >= 200 || h->status == 101;
    if (h->status >= 200) {
        c->close |= h->close;
        c->answer = none ? (Flow){.done = true} : new_flow(h, true);
        if (!c->answer.done && is_page(c, h)) begin_page(c, h, head);
    }
    if (c->page != PAGE_WHOLE) pipe_add(&c->client.out, head);
    pipe_take(&c->app.in, head.len);
}

static bool move_answer_head(Conn *c) {
    Str in = pipe_view(&c->app.in);
    HttpParse got = in.len ? http_response(in, c->p->head) : HTTP_MORE;
    if (got == HTTP_GOOD) take_answer_head(c, c->p->head, str_slice(in, 0, c->p->head->size));
    else if (got == HTTP_WRONG) say_last(c, 502, "the program does not answer in HTTP/1.1");
    else if (c->app.ended) lose_app(c);
    else return false;
    return true;
}

static void send_chunk(Conn *c, Str data) {
    if (!data.len) return;
    buf_printf(&c->client.out.b, "%llx\r\n", (unsigned long long)data.len);
    pipe_add(&c->client.out, data);
    pipe_add(&c->client.out, S("\r\n"));
}

// All of a page of known length is held, since only its end tells where the element goes.
static void take_whole(Conn *c, Str data) {
    buf_str(&c->whole, data);
    if (!c->answer.done) return;
    Buf out = {0};
    Str head = buf_view(&c->whole_head);
    inject_data(&c->inject, buf_view(&c->whole), &out);
    inject_end(&c->inject, &out);
    pipe_add(&c->client.out, str_slice(head, 0, c->length_at));
    buf_printf(&c->client.out.b, "Content-Length: %lld\r\n", (long long)out.len);
    pipe_add(&c->client.out, str_slice(head, c->length_end, head.len));
    pipe_add(&c->client.out, buf_view(&out));
    buf_free(&out);
}

// `last`: the payload has ended; raw: what follows it, as it came.
static void take_stream(Conn *c, Str data, bool last, Str raw) {
    bool chunked = c->answer.kind == BODY_CHUNKED;
    Buf out = {0};
    inject_data(&c->inject, data, &out);
    if (last) inject_end(&c->inject, &out);
    if (chunked) send_chunk(c, buf_view(&out));
    else pipe_add(&c->client.out, buf_view(&out));
    if (last && chunked) pipe_add(&c->client.out, S("0\r\n"));
    pipe_add(&c->client.out, raw);
    buf_free(&out);
}

static void move_body(Conn *c, Str in) {
    int before = c->answer.chunks.state;
    Str data, none = {0};
    i64 n = measure_body(&c->answer, in, &data);
    int after = c->answer.chunks.state;
    if (after == CHUNK_WRONG) c->state = CONN_DEAD;
    else if (c->page == PAGE_AS_IS) pipe_add(&c->client.out, str_slice(in, 0, n));
    else if (c->page == PAGE_WHOLE) take_whole(c, data);
    else if (before >= CHUNK_TRAILER) pipe_add(&c->client.out, str_slice(in, 0, n));
    else take_stream(c, data, after == CHUNK_TRAILER, none);
    pipe_take(&c->app.in, n);
}

static bool move_answer_body(Conn *c) {
    Str in = pipe_view(&c->app.in);
    if (in.len && pipe_len(&c->client.out) < FULL) {
        move_body(c, in);
        return true;
    }
    if (in.len || !c->app.ended) return false;
    if (c->answer.kind != BODY_REST || c->app.broken) c->state = CONN_DEAD; // cut short
    else if (c->page == PAGE_STREAM) take_stream(c, (Str){0}, true, (Str){0});
    c->answer.done = c->close = true;
    return true;
}

// The next request, if there can be one.
static bool end_answer(Conn *c) {
    if (c->close || !c->request.done || c->app.ended || pipe_len(&c->app.in))
        c->close = c->close || !c->request.done, close_side(c, &c->app);
    end_exchange(c);
    c->state = CONN_HEAD;
    if (c->close) be_last(c);
    else timer_set(c->p->events, &c->timer, idle_client, on_slow, c);
    if (c->stale) close_side(c, &c->app);
    return true;
}

static bool move_answer(Conn *c) {
    if (!c->began) return move_answer_head(c);
    return c->answer.done ? end_answer(c) : move_answer_body(c);
}

static bool move_request(Conn *c) {
    Str in = pipe_view(&c->client.in), data;
    if (c->request.done || !in.len || pipe_len(&c->app.out) >= FULL) return false;
    i64 n = measure_body(&c->request, in, &data);
    if (c->request.chunks.state == CHUNK_WRONG) {
        say_last(c, 400, "the body of this request is not in chunks");
        return true;
    }
    keep_sent(c, str_slice(in, 0, n));
    pipe_add(&c->app.out, str_slice(in, 0, n));
    pipe_take(&c->client.in, n);
    return true;
}

// ---- bytes both ways ---------------------------------------------------------------------------------------------------

static bool move_raw(Side *from, Side *to) {
    Str in = pipe_view(&from->in);
    if (!in.len || pipe_len(&to->out) >= FULL) return false;
    pipe_add(&to->out, in);
    pipe_take(&from->in, in.len);
    return true;
}

static void end_raw(Conn *c) {
    Side *s[2] = {&c->client, &c->app};
    bool over = true;
    for (int i = 0; i < 2; i++) {
        bool all = s[i]->ended && !pipe_len(&s[i]->in);
        if (all && s[i]->waits) s[1 - i]->finish = true, send_out(s[1 - i]);
        over &= all && !pipe_len(&s[1 - i]->out);
    }
    if (over || c->client.broken || c->app.broken) c->state = CONN_DEAD;
}

// ---- what can be done is done ---------------------------------------------------------------------------------------------

static bool step(Conn *c) {
    switch (c->state) {
    case CONN_HEAD: return take_request(c);
    case CONN_EXCHANGE: {
        bool moved = move_request(c);
        return (c->state == CONN_EXCHANGE && move_answer(c)) || moved;
    }
    case CONN_RAW: {
        bool there = move_raw(&c->client, &c->app), back = move_raw(&c->app, &c->client);
        return there || back;
    }
    case CONN_EVENTS:
    case CONN_LAST: pipe_take(&c->client.in, pipe_len(&c->client.in)); return false;
    default: return false;
    }
}

// Who does not want an answer any more, or has it all.
static void look_for_end(Conn *c) {
    bool gone = c->client.ended && (c->state == CONN_EVENTS || c->state == CONN_WAIT || c->state == CONN_CONNECT ||
                                    (c->state == CONN_EXCHANGE && !pipe_len(&c->client.in)));
    if (gone || (c->client.broken && c->state != CONN_RAW)) c->state = CONN_DEAD;
    if (c->state == CONN_RAW) end_raw(c);
    if (c->state != CONN_LAST || pipe_len(&c->client.out)) return;
    if (c->client.ended) c->state = CONN_DEAD;
    else if (c->timer.at > events_now() + linger) timer_set(c->p->events, &c->timer, linger, on_slow, c);
}

static void set_waits(Conn *c) {
    bool idle = c->state == CONN_HEAD;
    bool reads = !c->client.ended && pipe_len(&c->client.in) < FULL;
    bool hears = !c->app.ended && pipe_len(&c->app.in) < FULL && (idle || pipe_len(&c->client.out) < FULL);
    wait_for(c, &c->client, (reads ? EPOLLIN : 0) | (pipe_len(&c->client.out) ? EPOLLOUT : 0), on_client);
    if (c->state == CONN_CONNECT) wait_for(c, &c->app, EPOLLOUT, on_app);
    else wait_for(c, &c->app, (hears ? EPOLLIN : 0) | (pipe_len(&c->app.out) ? EPOLLOUT : 0), on_app);
}

void conn_go_on(Conn *c) {
    do {
        while (step(c)) {
        }
        send_out(&c->client), send_out(&c->app);
    } while (step(c));
    look_for_end(c);
    if (c->state == CONN_DEAD) conn_free(c);
    else set_waits(c);
}

static void on_client(void *ctx, u32 what) {
    Conn *c = ctx;
    if (what & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(&c->client);
    if (what & EPOLLERR) c->client.broken = c->client.ended = true;
    conn_go_on(c);
}

static void on_app(void *ctx, u32 what) {
    Conn *c = ctx;
    if (c->state == CONN_CONNECT) be_connected(c);
    else if (what & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(&c->app);
    if (c->state == CONN_HEAD && (c->app.ended || pipe_len(&c->app.in))) close_side(c, &c->app);
    conn_go_on(c);
}
