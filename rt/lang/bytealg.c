// bytealg.c - searching and comparing bytes for internal/bytealg. LEAF, no state. SSE2: sixteen bytes at a time, the last ones overlapping.
#include "rt.h"
#include <emmintrin.h>
#define GO_NAME(go, c) __asm__(".globl \"" go "\"\n.type \"" go "\",@function\n.set \"" go "\"," #c)

typedef __m128i V;
static inline LEAF V load(const u8 *p) { return _mm_loadu_si128((const V *)p); }

LEAF i64 bytealg_index_byte(const u8 *p, i64 n, u8 c) {
    if (n < 16) {
        for (i64 i = 0; i < n; i++)
            if (p[i] == c) return i;
        return -1;
    }
    V want = _mm_set1_epi8((char)c);
    for (i64 i = 0;;) {
        u32 m = (u32)_mm_movemask_epi8(_mm_cmpeq_epi8(load(p + i), want));
        if (m) return i + __builtin_ctz(m);
        if (i == n - 16) return -1;
        i += 16;
        if (i > n - 16) i = n - 16;
    }
}
LEAF i64 bytealg_index_byte_slice(const u8 *p, i64 n, i64 cap, u64 c) { return bytealg_index_byte(p, n, (u8)c); }
LEAF i64 bytealg_index_byte_string(const u8 *p, i64 n, u64 c) { return bytealg_index_byte(p, n, (u8)c); }

LEAF i64 bytealg_count_bytes(const u8 *p, i64 n, u8 c) {
    i64 count = 0, i = 0;
    V want = _mm_set1_epi8((char)c), zero = _mm_setzero_si128(), sum = zero;
    while (i + 16 <= n) { // each lane counts to 255 at most before it is added up
        V acc = zero;
        for (i32 k = 0; k < 255 && i + 16 <= n; k++, i += 16)
            acc = _mm_sub_epi8(acc, _mm_cmpeq_epi8(load(p + i), want));
        sum = _mm_add_epi64(sum, _mm_sad_epu8(acc, zero));
    }
    count = _mm_cvtsi128_si64(sum) + _mm_cvtsi128_si64(_mm_unpackhi_epi64(sum, sum));
    for (; i < n; i++) count += p[i] == c;
    return count;
}
LEAF i64 bytealg_count(const u8 *p, i64 n, i64 cap, u64 c) { return bytealg_count_bytes(p, n, (u8)c); }
LEAF i64 bytealg_count_string(const u8 *p, i64 n, u64 c) { return bytealg_count_bytes(p, n, (u8)c); }

LEAF i64 bytealg_compare_bytes(const u8 *a, i64 na, const u8 *b, i64 nb) {
    i64 n = na < nb ? na : nb, i = 0;
    if (a != b) {
        if (n >= 16)
            for (;;) {
                u32 m = (u32)_mm_movemask_epi8(_mm_cmpeq_epi8(load(a + i), load(b + i))) ^ 0xffff;
                if (m) {
                    i += __builtin_ctz(m);
                    return a[i] < b[i] ? -1 : 1;
                }
                if (i == n - 16) break;
                i += 16;
                if (i > n - 16) i = n - 16;
            }
        else
            for (; i < n; i++)
                if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return na < nb ? -1 : na > nb;
}
LEAF i64 bytealg_compare(const u8 *a, i64 na, i64 ca, const u8 *b, i64 nb, i64 cb) {
    return bytealg_compare_bytes(a, na, b, nb);
}
// Index for 2 <= m <= MaxLen: sixteen places at once by their first and last bytes, then the bytes between.
LEAF static bool equal_between(const u8 *a, const u8 *b, i64 m) { // both ends are equal
    for (i64 i = 1; i < m - 1; i++)
        if (a[i] != b[i]) return false;
    return true;
}
LEAF i64 bytealg_index_bytes(const u8 *a, i64 n, const u8 *b, i64 m) {
    V first = _mm_set1_epi8((char)b[0]), last = _mm_set1_epi8((char)b[m - 1]);
    i64 i = 0;
    for (; i + m - 1 + 16 <= n; i += 16) {
        u32 hit = (u32)_mm_movemask_epi8(
            _mm_and_si128(_mm_cmpeq_epi8(load(a + i), first), _mm_cmpeq_epi8(load(a + i + m - 1), last)));
        for (; hit; hit &= hit - 1) {
            i64 k = i + __builtin_ctz(hit);
            if (equal_between(a + k, b, m)) return k;
        }
    }
    for (; i + m <= n; i++)
        if (a[i] == b[0] && a[i + m - 1] == b[m - 1] && equal_between(a + i, b, m)) return i;
    return -1;
}
LEAF i64 bytealg_index(const u8 *a, i64 n, i64 ca, const u8 *b, i64 m, i64 cb) {
    return bytealg_index_bytes(a, n, b, m);
}
GO_NAME("internal/bytealg.Index", bytealg_index);
GO_NAME("internal/bytealg.IndexString", bytealg_index_bytes);
GO_NAME("internal/bytealg.IndexByte", bytealg_index_byte_slice);
GO_NAME("internal/bytealg.IndexByteString", bytealg_index_byte_string);
GO_NAME("internal/bytealg.Count", bytealg_count);
GO_NAME("internal/bytealg.CountString", bytealg_count_string);
GO_NAME("internal/bytealg.Compare", bytealg_compare);
