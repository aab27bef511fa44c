// bytealg.c - searching bytes for internal/bytealg. LEAF, no state. 16 bytes at a time, or 32 where the processor can.
//
// Fewer than 16 bytes are loaded as 16 where the page allows it: what lies beyond is masked out, never judged.
#include "rt.h"
#include "os/os.h"
#include <immintrin.h>
#define GO_NAME(go, c) __asm__(".globl \"" go "\"\n.type \"" go "\",@function\n.set \"" go "\"," #c)
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
static LEAF WIDE i64 count_wide(const u8 *p, i64 n, u8 c) { // n >= 32
    W want = _mm256_set1_epi8((char)c);
    const u8 *end = p + n;
    i64 count = 0;
    for (; end - p >= 128; p += 128) {
        u64 a = mask32(_mm256_cmpeq_epi8(load32(p), want)), b = mask32(_mm256_cmpeq_epi8(load32(p + 32), want));
        u64 d = mask32(_mm256_cmpeq_epi8(load32(p + 64), want)), e = mask32(_mm256_cmpeq_epi8(load32(p + 96), want));
        count += __builtin_popcountll(a | b << 32) + __builtin_popcountll(d | e << 32);
    }
    for (; end - p >= 32; p += 32) count += __builtin_popcount(mask32(_mm256_cmpeq_epi8(load32(p), want)));
    if (p == end) return count;
    u32 m = mask32(_mm256_cmpeq_epi8(load32(end - 32), want)); // the last ones are its upper bits
    return count + __builtin_popcount(m >> (32 - (end - p)));
}
static inline LEAF i64 count_bytes(const u8 *p, i64 n, u8 c) {
    V want = _mm_set1_epi8((char)c);
    if (n >= 32 && cpu_avx2) return count_wide(p, n, c);
    i64 count = 0, i = 0;
    for (; i + 16 <= n; i += 16) count += count_bits(equal16(p + i, want));
    return count + count_bits(equal_short(p + i, n - i, want));
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
        if (equal_needle(a + k, b, m)) return k;
    }
    return -1;
}
static inline LEAF u32 both16(const u8 *a, i64 m, V first, V last) {
    return equal16(a, first) & equal16(a + m - 1, last);
}

static LEAF WIDE i64 index_wide(const u8 *a, i64 places, const u8 *b, i64 m) { // places >= 32
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
static inline LEAF i64 index_bytes(const u8 *a, i64 n, const u8 *b, i64 m) {
    i64 places = n - m + 1, k;
    if (places <= 0) return -1;
    if (places >= 32 && cpu_avx2) return index_wide(a, places, b, m);
    V first = _mm_set1_epi8((char)b[0]), last = _mm_set1_epi8((char)b[m - 1]);
    if (places < 16) {
        u32 hit = equal_short(a, places, first) & equal_short(a + m - 1, places, last);
        return first_place(a, hit, b, m);
    }
    for (i64 i = 0;;) {
        k = first_place(a + i, both16(a + i, m, first, last), b, m);
        if (k >= 0) return i + k;
        if (i == places - 16) return -1;
        i += 16;
        if (i > places - 16) i = places - 16;
    }
}
LEAF i64 bytealg_index(const u8 *a, i64 n, i64 ca, const u8 *b, i64 m, i64 cb) { return index_bytes(a, n, b, m); }
LEAF i64 bytealg_index_string(const u8 *a, i64 n, const u8 *b, i64 m) { return index_bytes(a, n, b, m); }
GO_NAME("internal/bytealg.Index", bytealg_index);
GO_NAME("internal/bytealg.IndexString", bytealg_index_string);
GO_NAME("internal/bytealg.IndexByte", bytealg_index_byte_slice);
GO_NAME("internal/bytealg.IndexByteString", bytealg_index_byte_string);
GO_NAME("internal/bytealg.Count", bytealg_count);
GO_NAME("internal/bytealg.CountString", bytealg_count_string);
