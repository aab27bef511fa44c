// buf.c - Buf, growable bytes.
#include "base/base.h"
#include <stdio.h>
#include <stdlib.h>

void buf_free(Buf *b) {
    free(b->ptr);
    *b = (Buf){0};
}

void buf_grow(Buf *b, i64 more) {
    i64 cap = i64_max(b->cap * 2, 64);
    while (cap - b->len < more) cap *= 2;
    u8 *p = realloc(b->ptr, (size_t)cap);
    if (!p) fatal("out of memory");
    b->ptr = p;
    b->cap = cap;
}

void buf_bytes(Buf *b, const void *p, i64 n) {
    if (n == 0) return;
    buf_reserve(b, n);
    memcpy(b->ptr + b->len, p, (size_t)n);
    b->len += n;
}

void buf_str(Buf *b, Str s) { buf_bytes(b, s.ptr, s.len); }
void buf_c(Buf *b, const char *z) { buf_bytes(b, z, (i64)strlen(z)); }

void buf_char(Buf *b, char c) {
    buf_reserve(b, 1);
    b->ptr[b->len++] = (u8)c;
}

void buf_printf(Buf *b, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    buf_reserve(b, 64);
    int n = vsnprintf((char *)b->ptr + b->len, (size_t)(b->cap - b->len), fmt, ap);
    if (n < 0) bug("bad format: %s", fmt);
    if (n >= b->cap - b->len) {
        buf_reserve(b, n + 1);
        vsnprintf((char *)b->ptr + b->len, (size_t)(b->cap - b->len), fmt, again);
    }
    b->len += n;
    va_end(again);
    va_end(ap);
}

void buf_zero(Buf *b, i64 n) {
    if (n <= 0) return;
    buf_reserve(b, n);
    memset(b->ptr + b->len, 0, (size_t)n);
    b->len += n;
}

void buf_align(Buf *b, i64 align) { buf_zero(b, align_up(b->len, align) - b->len); }

static void put_le(Buf *b, u64 v, int bytes) {
    buf_reserve(b, bytes);
    for (int i = 0; i < bytes; i++) b->ptr[b->len++] = (u8)(v >> 8 * i);
}

void buf_u16(Buf *b, u16 v) { put_le(b, v, 2); }
void buf_u32(Buf *b, u32 v) { put_le(b, v, 4); }
void buf_u64(Buf *b, u64 v) { put_le(b, v, 8); }

void buf_uleb(Buf *b, u64 v) {
    for (; v >= 0x80; v >>= 7) buf_u8(b, (u8)(v | 0x80));
    buf_u8(b, (u8)v);
}

void buf_sleb(Buf *b, i64 v) {
    for (;;) {
        u8 byte = v & 0x7F;
        v >>= 7; // arithmetic
        bool done = (v == 0 && !(byte & 0x40)) || (v == -1 && (byte & 0x40));
        buf_u8(b, done ? byte : byte | 0x80);
        if (done) return;
    }
}

Str buf_view(const Buf *b) { return (Str){(const char *)b->ptr, b->len}; }
