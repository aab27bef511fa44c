// serve_http.c - heads and chunks are read the same wherever they are cut, what is wrong is refused, and the element finds its place.
#include "serve/http.h"
#include "serve/page.h"
#include <stdio.h>
#include <stdlib.h>

static int failures;
#define T(c) ((c) ? (void)0 : (void)(failures++, printf("FAIL %s:%d: %s\n", __FILE__, __LINE__, #c)))

static HttpHead h;

static void test_request(void) {
    Str s = S("POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nconnection: keep-alive, Upgrade\r\n\r\nhello");
    for (i64 i = 0; i < s.len - 5; i++) T(http_request(str_slice(s, 0, i), &h) == HTTP_MORE);
    T(http_request(s, &h) == HTTP_GOOD && h.size == s.len - 5 && h.length == 5 && !h.chunked && h.upgrade && !h.close);
    T(str_eq(h.method, S("POST")) && str_eq(h.target, S("/a?b=c")) && h.minor == 1);
    T(str_eq(http_field(&h, S("HOST"))->value, S("x")) && !http_field(&h, S("hos")));
    const HttpField *f = http_field(&h, S("content-length"));
    T(str_eq(str_slice(s, f->at, f->end), S("Content-Length: 5\r\n")));
    T(http_request(S("\r\nGET / HTTP/1.0\nA:\n\n"), &h) == HTTP_GOOD && h.close && h.size == 21 && h.length == -1);
    T(http_request(S("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), &h) == HTTP_GOOD && !h.close);
}

static void test_wrong_requests(void) {
    static const char *const wrong[] = {
        "GET /\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET  HTTP/1.1\r\n\r\n", "G@T / HTTP/1.1\r\n\r\n",
        "GET /a b HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nA : b\r\n\r\n", "GET / HTTP/1.1\r\n folded: b\r\n\r\n",
        "GET / HTTP/1.1\r\nnone\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "GET / HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\001\r\n\r\n", "GET / HTTP/1.1\r\n: b\r\n\r\n", "\001\r\n\r\n"};
    for (i64 i = 0; i < NELEM(wrong); i++)
        if (http_request(str_c(wrong[i]), &h) != HTTP_WRONG || h.wrong != 400) failures++, printf("FAIL: taken: %s\n", wrong[i]);
    Buf b = {0};
    buf_c(&b, "GET / HTTP/1.1\r\n");
    for (int i = 0; i <= HTTP_FIELDS; i++) buf_printf(&b, "a%d: b\r\n", i);
    T(http_request(buf_view(&b), &h) == HTTP_WRONG && h.wrong == 431);
    b.len = 0;
    buf_c(&b, "GET / HTTP/1.1\r\nA: ");
    while (b.len < HTTP_HEAD_MOST - 1) buf_char(&b, 'x');
    T(http_request(buf_view(&b), &h) == HTTP_MORE);
    buf_char(&b, 'x');
    T(http_request(buf_view(&b), &h) == HTTP_WRONG && h.wrong == 431);
    buf_free(&b);
}

static void test_response(void) {
    T(http_response(S("HTTP/1.1 200\r\n\r\n"), &h) == HTTP_GOOD && h.status == 200 && h.length == -1);
    T(http_response(S("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n"), &h) == HTTP_GOOD && h.chunked);
    T(http_response(S("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"), &h) == HTTP_GOOD && !h.chunked);
    T(http_response(S("SSH-2.0-x\r\n\r\n"), &h) == HTTP_WRONG && h.wrong == 502);
    T(http_response(S("HTTP/1.1 20 OK\r\n\r\n"), &h) == HTTP_WRONG);
}

// Payload of a chunked body that comes in pieces of `step`; -1: wrong; *used: how much belongs to it.
static i64 read_chunks(Str s, i64 step, Buf *out, i64 *used) {
    HttpChunks c = {0};
    i64 at = 0;
    while (at < s.len && c.state < CHUNK_DONE) {
        Str data, in = str_slice(s, at, i64_min(at + step, s.len));
        i64 n = http_chunks(&c, in, &data);
        T(n > 0 && n <= in.len && data.ptr >= in.ptr && data.ptr + data.len <= in.ptr + in.len);
        buf_str(out, data);
        at += n;
    }
    *used = at;
    return c.state == CHUNK_DONE ? out->len : -1;
}

static void test_chunks(void) {
    Str s = S("5;x=\"y\"\r\nhello\r\n1\n \nB\r\n0123456789a\r\n0\r\nTrailer: yes\r\n\r\nnext");
    for (i64 step = 1; step <= s.len; step++) {
        Buf b = {0};
        i64 used;
        T(read_chunks(s, step, &b, &used) == 17 && used == s.len - 4 && str_eq(buf_view(&b), S("hello 0123456789a")));
        buf_free(&b);
    }
    static const char *const wrong[] = {"x\r\n", "\r\n", "5\r\nhelloX", "FFFFFFFFFFFFFFFFFF\r\n", "-1\r\n", "5 \x01"};
    for (i64 i = 0; i < NELEM(wrong) - 1; i++) {
        Buf b = {0};
        i64 used;
        T(read_chunks(str_c(wrong[i]), 1, &b, &used) == -1);
        buf_free(&b);
    }
}

static void check_inject(const char *in, const char *want, i64 step) {
    Inject j = {.element = S("<E>")};
    Buf out = {0};
    Str s = str_c(in);
    for (i64 at = 0; at < s.len; at += step) inject_data(&j, str_slice(s, at, i64_min(at + step, s.len)), &out);
    inject_end(&j, &out);
    if (!str_eq(buf_view(&out), str_c(want))) failures++, printf("FAIL: %s at %d: %.*s\n", in, (int)step, SFMT(buf_view(&out)));
    buf_free(&out), buf_free(&j.held);
}

static void test_inject(void) {
    static const char *const pairs[][2] = {
        {"<body>a</body></html>", "<body>a<E></body></html>"},
        {"a</BODY >\n", "a<E></BODY >\n"},
        {"</body>x</body>y", "</body>x<E></body>y"},
        {"</body</body", "</body<E></body"},
        {"</bod</bo</body>", "</bod</bo<E></body>"},
        {"no end </bod", "no end </bod"},
        {"</b", "</b"},
        {"", ""}};
    for (i64 i = 0; i < NELEM(pairs); i++)
        for (i64 step = 1; step < 24; step++) check_inject(pairs[i][0], pairs[i][1], step);
}

// Too much behind a </body>: it is not held for ever.
static void test_inject_much(void) {
    Inject j = {.element = S("<E>")};
    Buf out = {0}, much = {0};
    for (int i = 0; i < 1 << 16; i++) buf_char(&much, 'x');
    inject_data(&j, S("a</body>"), &out);
    for (int i = 0; i < 20; i++) inject_data(&j, buf_view(&much), &out);
    T(j.done && str_has_prefix(buf_view(&out), S("a<E></body>xxx")));
    inject_end(&j, &out);
    T(out.len == 11 + 20 * (1 << 16));
    buf_free(&out), buf_free(&much), buf_free(&j.held);
}

static void test_nonce(void) {
    T(str_eq(page_nonce(S("style-src 'nonce-a'; script-src 'self' 'nonce-Zm9v+/=='")), S("Zm9v+/==")));
    T(str_eq(page_nonce(S("default-src 'nonce-abc'")), S("abc")));
    T(page_nonce(S("default-src 'self'")).len == 0 && page_nonce(S("'nonce-\"><x'")).len == 0);
}

int main(void) {
    test_request();
    test_wrong_requests();
    test_response();
    test_chunks();
    test_inject();
    test_inject_much();
    test_nonce();
    return failures != 0;
}
