// fuzz_http.c - heads and chunked bodies as clients and programs may send them, cut anywhere, and pages into which an element goes.
#include "fuzz.h"
#include "serve/http.h"
#include "serve/page.h"

static void check_head(Str s, const HttpHead *h, HttpParse got) {
    check(got != HTTP_WRONG || h->wrong >= 400);
    if (got != HTTP_GOOD) return;
    check(h->size > 0 && h->size <= s.len && s.ptr[h->size - 1] == '\n' && !(h->chunked && h->length >= 0));
    for (i64 i = 0; i < h->nfields; i++) check(h->fields[i].at >= 0 && h->fields[i].end <= h->size && h->fields[i].name.len > 0);
}

// A head that is whole is the same, and as long, whatever follows; a part of it is wrong already or not yet whole.
static void read_heads(Str s, HttpHead *h) {
    HttpParse got = http_request(s, h);
    check_head(s, h, got);
    i64 size = got == HTTP_GOOD ? h->size : 0;
    if (size) check(http_request(str_slice(s, 0, size), h) == HTTP_GOOD && h->size == size);
    if (size) check(http_request(str_slice(s, 0, size - 1), h) == HTTP_MORE);
    check_head(s, h, http_response(s, h));
}

static i64 read_body(Str s, i64 step, Buf *out) {
    HttpChunks c = {0};
    i64 at = 0;
    while (at < s.len && c.state < CHUNK_DONE) {
        Str data, in = str_slice(s, at, i64_min(at + step, s.len));
        i64 n = http_chunks(&c, in, &data);
        check(n > 0 && n <= in.len && data.len <= n);
        buf_str(out, data);
        at += n;
    }
    return c.state == CHUNK_WRONG ? -1 : at;
}

static void inject(Str s, i64 step, Buf *out) {
    Inject j = {.element = S("<E>")};
    for (i64 at = 0; at < s.len; at += step) inject_data(&j, str_slice(s, at, i64_min(at + step, s.len)), out);
    inject_end(&j, out);
    buf_free(&j.held);
}

void fuzz_one(Str text) {
    HttpHead *h = calloc(1, sizeof *h);
    Buf a = {0}, b = {0}, c = {0}, d = {0};
    check(h != NULL);
    read_heads(text, h);
    check(read_body(text, text.len, &a) == read_body(text, 1, &b) && str_eq(buf_view(&a), buf_view(&b)));
    inject(text, i64_max(text.len, 1), &c), inject(text, 3, &d);
    check(str_eq(buf_view(&c), buf_view(&d)) && (c.len == text.len || c.len == text.len + 3));
    page_nonce(text);
    buf_free(&a), buf_free(&b), buf_free(&c), buf_free(&d);
    free(h);
}
