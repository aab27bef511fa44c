// bytealg.c - searching bytes for internal/bytealg. LEAF, no state. 16 bytes at a time, or 32 where the processor can.
//
// Fewer than 16 bytes are loaded as 16 where the page allows it: what lies beyond is masked out, never judged.
#include "rt.h"
#include "os/os.h"
#include <immintrin.h>
#define GO_NAME(go, c) __asm__(".globl \"" go "\"\n.type \"" go "\",@function\n.set \"" go "\"," #c)
#define NOINLINE       __attribute__((noinline)) // keeps the frame of a long loop out of the short way
#define WIDE           __attribute__((target("avx2,popcnt,bmi")))

typedef __m128i V;
typedef __m256i W;
static inline LEAF V load(const u8 *p) { return _mm_loadu_si128((const V *)p); }
static inline LEAF WIDE W load32(const u8 *p) { return _mm256_loadu_si256((const W *)p); }
static inline LEAF u32 equal16(const u8 *p, V want) { return (u32)_mm_movemask_epi8(_mm_cmpeq_epi8(load(p), want)); }
static inline LEAF WIDE u32 mask32(W w) { return (u32)_mm256_movemask_epi8(w); }

// The n < 16 bytes at p as a bit set of those that are equal.
static inline LEAF u32 equal_short(const u8 *p, i64 n, V want) {
    if (n == 0) return 0;
    if (((usize)p & (OS_PAGE - 1)) <= OS_PAGE - 16) return equal16(p, want) & ((1u << n) - 1);
    return equal16(p + n - 16, want) >> (16 - n);
}

// n >= 64
static LEAF WIDE i64 index_byte_wide(const u8 *p, i64 n, u8 c) {
    W want = _mm256_set1_epi8((char)c);
    u32 near = mask32(_mm256_cmpeq_epi8(load32(p), want));
    if (near) return __builtin_ctz(near);
    const u8 *q = p + 32, *end = p + n;
    for (; end - q >= 128; q += 128) {
        W a = _mm256_cmpeq_epi8(load32(q), want), b = _mm256_cmpeq_epi8(load32(q + 32), want);
        W d = _mm256_cmpeq_epi8(load32(q + 64), want), e = _mm256_cmpeq_epi8(load32(q + 96), want);
        if (mask32(_mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(d, e)))) {
            u64 lo = mask32(a) | (u64)mask32(b) << 32, hi = mask32(d) | (u64)mask32(e) << 32;
            return q - p + (lo ? __builtin_ctzll(lo) : 64 + __builtin_ctzll(hi));
        }
    }
    while (q < end) {
        if (end - q < 32) q = end - 32;
        u32 m = mask32(_mm256_cmpeq_epi8(load32(q), want));
        if (m) return q - p + __builtin_ctz(m);
        q += 32;
    }
    return -1;
}
static inline LEAF i64 index_byte(const u8 *p, i64 n, u8 c) {
    V want = _mm_set1_epi8((char)c);
    if (n < 16) {
        u32 m = equal_short(p, n, want);
        return m ? __builtin_ctz(m) : -1;
    }
    if (n >= 64 && cpu_avx2) return index_byte_wide(p, n, c);
    for (i64 i = 0;;) {
        u32 m = equal16(p + i, want);
        if (m) return i + __builtin_ctz(m);
        if (i == n - 16) return -1;
        i += 16;
        if (i > n - 16) i = n - 16;
    }
}
LEAF i64 bytealg_index_byte_slice(const u8 *p, i64 n, i64 cap, u64 c) { return index_byte(p, n, (u8)c); }
LEAF i64 bytealg_index_byte_string(const u8 *p, i64 n, u64 c) { return index_byte(p, n, (u8)c); }

static inline LEAF i64 count_bits(u32 m) { // without popcnt
    m -= m >> 1 & 0x55555555;
    m = (m & 0x33333333) + (m >> 2 & 0x33333333);
    return ((m + (m >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24;
}
static inline LEAF WIDE u64 equal32(const u8 *p, W want) { return mask32(_mm256_cmpeq_epi8(load32(p), want)); }
static LEAF NOINLINE WIDE i64 count_wide(const u8 *p, i64 n, W want) { // n > 64
    const u8 *end = p + n;
    i64 count = 0;
    for (; end - p >= 128; p += 128) {
        count += __builtin_popcountll(equal32(p, want) | equal32(p + 32, want) << 32);
        count += __builtin_popcountll(equal32(p + 64, want) | equal32(p + 96, want) << 32);
    }
    for (; end - p >= 32; p += 32) count += __builtin_popcountll(equal32(p, want));
    if (p == end) return count;
    return count +
           __builtin_popcountll(equal32(end - 32, want) >> (32 - (end - p))); // the last ones are its upper bits
}
static LEAF WIDE i64 count_avx2(const u8 *p, i64 n, u8 c) {
    V want = _mm_set1_epi8((char)c);
    if (n < 16) return __builtin_popcount(equal_short(p, n, want));
    if (n < 32) { // two parts; of the second, those that the first has are shifted out
        u32 last = equal16(p + n - 16, want) >> (32 - n);
        return __builtin_popcount(equal16(p, want)) + __builtin_popcount(last);
    }
    W both = _mm256_set1_epi8((char)c);
    if (n > 64) return count_wide(p, n, both);
    u64 last = equal32(p + n - 32, both) >> (64 - n);
    return __builtin_popcountll(equal32(p, both)) + __builtin_popcountll(last);
}
static LEAF i64 count_sse2(const u8 *p, i64 n, u8 c) {
    V want = _mm_set1_epi8((char)c);
    i64 count = 0, i = 0;
    for (; i + 16 <= n; i += 16) count += count_bits(equal16(p + i, want));
    return count + count_bits(equal_short(p + i, n - i, want));
}
static inline LEAF i64 count_bytes(const u8 *p, i64 n, u8 c) {
    return likely(cpu_avx2) ? count_avx2(p, n, c) : count_sse2(p, n, c);
}
LEAF i64 bytealg_count(const u8 *p, i64 n, i64 cap, u64 c) { return count_bytes(p, n, (u8)c); }
LEAF i64 bytealg_count_string(const u8 *p, i64 n, u64 c) { return count_bytes(p, n, (u8)c); }

// Index for 2 <= m <= MaxLen: many places at once by their first and last bytes, then the bytes between.
typedef u64 __attribute__((aligned(1), may_alias)) Word;
typedef u32 __attribute__((aligned(1), may_alias)) Half;
static inline LEAF bool equal_needle(const u8 *a, const u8 *b, i64 m) { // both ends are equal
    if (m <= 3) return a[1] == b[1];
    if (m < 8) return *(const Half *)a == *(const Half *)b && *(const Half *)(a + m - 4) == *(const Half *)(b + m - 4);
    for (i64 i = 0; i + 8 < m; i += 8)
        if (*(const Word *)(a + i) != *(const Word *)(b + i)) return false;
    return *(const Word *)(a + m - 8) == *(const Word *)(b + m - 8);
}
static inline LEAF i64 first_place(const u8 *a, u32 hit, const u8 *b, i64 m) { // hit: bits of candidates
    for (; hit; hit &= hit - 1) {
        i64 k = __builtin_ctz(hit);
        if (likely(equal_needle(a + k, b, m))) return k;
    }
    return -1;
}
static inline LEAF u32 both16(const u8 *a, i64 m, V first, V last) {
    return equal16(a, first) & equal16(a + m - 1, last);
}

// The bit set of fewer than 16 places where the first and last byte of the needle stand.
static inline LEAF u32 hits_short(const u8 *a, i64 n, i64 m, V first, V last) {
    i64 places = n - m + 1;
    if (likely(n >= 16)) return equal16(a, first) & equal16(a + n - 16, last) >> (16 - places);
    if (likely(((usize)a & (OS_PAGE - 1)) <= OS_PAGE - 32)) return both16(a, m, first, last) & ((1u << places) - 1);
    return equal_short(a, places, first) & equal_short(a + m - 1, places, last);
}
static LEAF NOINLINE WIDE i64 index_wide(const u8 *a, i64 places, const u8 *b, i64 m) { // places >= 32
    W first = _mm256_set1_epi8((char)b[0]), last = _mm256_set1_epi8((char)b[m - 1]);
    for (i64 i = 0;;) {
        W x = _mm256_cmpeq_epi8(load32(a + i), first), y = _mm256_cmpeq_epi8(load32(a + i + m - 1), last);
        u32 hit = mask32(_mm256_and_si256(x, y));
        if (hit) {
            i64 k = first_place(a + i, hit, b, m);
            if (k >= 0) return i + k;
        }
        if (i == places - 32) return -1;
        i += 32;
        if (i > places - 32) i = places - 32;
    }
}
static LEAF NOINLINE i64 index_by_16(const u8 *a, i64 places, const u8 *b, i64 m) { // places >= 16
    V first = _mm_set1_epi8((char)b[0]), last = _mm_set1_epi8((char)b[m - 1]);
    for (i64 i = 0;;) {
        i64 k = first_place(a + i, both16(a + i, m, first, last), b, m);
        if (k >= 0) return i + k;
        if (i == places - 16) return -1;
        i += 16;
        if (i > places - 16) i = places - 16;
    }
}
static inline LEAF i64 index_short(const u8 *a, i64 n, const u8 *b, i64 m) { // fewer than 16 places
    V first = _mm_set1_epi8((char)b[0]), last = _mm_set1_epi8((char)b[m - 1]);
    return first_place(a, hits_short(a, n, m, first, last), b, m);
}
static LEAF WIDE i64 index_avx2(const u8 *a, i64 n, const u8 *b, i64 m) {
    i64 places = n - m + 1;
    if (likely((usize)(places - 1) < 15)) return index_short(a, n, b, m);
    if (places <= 0) return -1;
    return places < 32 ? index_by_16(a, places, b, m) : index_wide(a, places, b, m);
}
static LEAF i64 index_sse2(const u8 *a, i64 n, const u8 *b, i64 m) {
    i64 places = n - m + 1;
    if (places <= 0) return -1;
    return places < 16 ? index_short(a, n, b, m) : index_by_16(a, places, b, m);
}
static inline LEAF i64 index_bytes(const u8 *a, i64 n, const u8 *b, i64 m) {
    return likely(cpu_avx2) ? index_avx2(a, n, b, m) : index_sse2(a, n, b, m);
}
LEAF i64 bytealg_index(const u8 *a, i64 n, i64 ca, const u8 *b, i64 m, i64 cb) { return index_bytes(a, n, b, m); }
LEAF i64 bytealg_index_string(const u8 *a, i64 n, const u8 *b, i64 m) { return index_bytes(a, n, b, m); }
GO_NAME("internal/bytealg.Index", bytealg_index);
GO_NAME("internal/bytealg.IndexString", bytealg_index_string);
GO_NAME("internal/bytealg.IndexByte", bytealg_index_byte_slice);
GO_NAME("internal/bytealg.IndexByteString", bytealg_index_byte_string);
GO_NAME("internal/bytealg.Count", bytealg_count);
GO_NAME("internal/bytealg.CountString", bytealg_count_string);
