// bytes.h - reading bytes that other people may have written: every read is checked.
//
// After the first read that does not hold, `bad` is set and all reads yield nothing; the caller looks at it once, at the end.
#pragma once
#include "base/base.h"

typedef struct ByteReader {
    const u8 *p, *end;
    bool bad;
} ByteReader;

static inline ByteReader byte_reader(Str s) {
    return (ByteReader){(const u8 *)s.ptr, (const u8 *)s.ptr + s.len, false};
}
static inline u8 br_u8(ByteReader *r) {
    if (r->p < r->end) return *r->p++;
    r->bad = true;
    return 0;
}
__attribute__((noinline, unused)) static u64 br_long_uleb(ByteReader *r) {
    u64 v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        u8 b = br_u8(r);
        v |= (u64)(b & 127) << shift;
        if (b < 128) return v;
    }
    r->bad = true;
    return 0;
}
__attribute__((noinline, unused)) static i64 br_long_sleb(ByteReader *r) {
    u64 v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        u8 b = br_u8(r);
        v |= (u64)(b & 127) << shift;
        if (b >= 128) continue;
        if ((b & 64) && shift + 7 < 64) v |= ~(u64)0 << (shift + 7);
        return (i64)v;
    }
    r->bad = true;
    return 0;
}
// Most numbers are one byte.
static inline u64 br_uleb(ByteReader *r) { return r->p < r->end && *r->p < 128 ? *r->p++ : br_long_uleb(r); }
static inline i64 br_sleb(ByteReader *r) {
    if (r->p == r->end || *r->p >= 128) return br_long_sleb(r);
    u8 b = *r->p++;
    return b & 64 ? (i64)b - 128 : b;
}
// A count of things of at least one byte each.
static inline i64 br_count(ByteReader *r) {
    u64 n = br_uleb(r);
    if (n > (u64)(r->end - r->p)) r->bad = true;
    return r->bad ? 0 : (i64)n;
}
// The bytes themselves, not a copy.
static inline Str br_bytes(ByteReader *r, i64 n) {
    if (n < 0 || n > r->end - r->p) r->bad = true;
    if (r->bad) return (Str){0};
    r->p += n;
    return (Str){(const char *)r->p - n, n};
}
static inline Str br_str(ByteReader *r) { return br_bytes(r, (i64)br_uleb(r)); } // behind its length
static inline u64 br_u64(ByteReader *r) {                                        // little endian
    Str s = br_bytes(r, 8);
    u64 v = 0;
    if (s.len) memcpy(&v, s.ptr, 8);
    return v;
}
