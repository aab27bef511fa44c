// str.c - Str, hashing and UTF-8.
#include "base/base.h"
#include <stdlib.h>

Str str_c(const char *z) { return (Str){z, (i64)strlen(z)}; }

bool str_eq(Str a, Str b) { return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, (size_t)a.len) == 0); }

int str_cmp(Str a, Str b) {
    i64 n = i64_min(a.len, b.len);
    int c = n ? memcmp(a.ptr, b.ptr, (size_t)n) : 0;
    if (c) return c;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_has_prefix(Str s, Str p) { return s.len >= p.len && (p.len == 0 || memcmp(s.ptr, p.ptr, (size_t)p.len) == 0); }

bool str_has_suffix(Str s, Str p) {
    return s.len >= p.len && (p.len == 0 || memcmp(s.ptr + s.len - p.len, p.ptr, (size_t)p.len) == 0);
}

i64 str_index(Str s, char c) {
    const char *p = s.len ? memchr(s.ptr, c, (size_t)s.len) : NULL;
    return p ? p - s.ptr : -1;
}

i64 str_rindex(Str s, char c) {
    const char *p = s.len ? memrchr(s.ptr, c, (size_t)s.len) : NULL;
    return p ? p - s.ptr : -1;
}

i64 str_find(Str s, Str sub) {
    if (sub.len == 0) return 0;
    const char *p = s.len ? memmem(s.ptr, (size_t)s.len, sub.ptr, (size_t)sub.len) : NULL;
    return p ? p - s.ptr : -1;
}

Str str_slice(Str s, i64 lo, i64 hi) {
    CHECK(0 <= lo && lo <= hi && hi <= s.len);
    return (Str){s.ptr + lo, hi - lo};
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }

Str str_trim(Str s) {
    while (s.len && is_blank(s.ptr[0])) s.ptr++, s.len--;
    while (s.len && is_blank(s.ptr[s.len - 1])) s.len--;
    return s;
}

// ---- hashing: 16 bytes a step, folded by a 64x64->128 multiplication -------------------------

static u64 load64(const u8 *p) {
    u64 v;
    memcpy(&v, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

static u64 load32(const u8 *p) {
    u32 v;
    memcpy(&v, p, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap32(v);
#endif
    return v;
}

static u64 fold(u64 a, u64 b) {
    unsigned __int128 m = (unsigned __int128)a * b;
    return (u64)m ^ (u64)(m >> 64);
}

#define HASH_K0 0x9e3779b97f4a7c15ull
#define HASH_K1 0xd6e8feb86659fd93ull
#define HASH_K2 0xa0761d6478bd642full

// What came before stays, even if a word of the text is the constant and the product nothing.
static u64 step(u64 h, u64 a, u64 b) { return fold(a ^ HASH_K0, b ^ h) ^ (h << 25 | h >> 39); }

u64 hash_bytes(const void *ptr, i64 n, u64 seed) {
    const u8 *p = ptr;
    u64 h = seed ^ HASH_K2, a, b;
    i64 left = n;
    for (; left > 16; left -= 16, p += 16) h = step(h, load64(p), load64(p + 8));
    if (left >= 8) {
        a = load64(p), b = load64(p + left - 8);
    } else if (left >= 4) {
        a = load32(p), b = load32(p + left - 4);
    } else if (left > 0) {
        a = (u64)p[0] << 16 | (u64)p[left / 2] << 8 | p[left - 1], b = 0;
    } else {
        a = b = 0;
    }
    return fold(HASH_K1 ^ (u64)n, step(h, a, b));
}

// ---- UTF-8 -------------------------------------------------------------------------------------

// Shortest form only, no surrogates, at most 0x10FFFF.
i32 utf8_decode(const char *ptr, i64 n, int *size) {
    const u8 *p = (const u8 *)ptr;
    *size = 1;
    if (p[0] < 0x80) return p[0];
    if (p[0] < 0xC2) return RUNE_ERROR;
    if (p[0] < 0xE0) {
        if (n < 2 || (p[1] & 0xC0) != 0x80) return RUNE_ERROR;
        *size = 2;
        return (p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    }
    if (p[0] < 0xF0) {
        if (n < 3 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80) return RUNE_ERROR;
        i32 r = (p[0] & 0x0F) << 12 | (p[1] & 0x3F) << 6 | (p[2] & 0x3F);
        if (r < 0x800 || (0xD800 <= r && r < 0xE000)) return RUNE_ERROR;
        *size = 3;
        return r;
    }
    if (p[0] > 0xF4 || n < 4 || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80 || (p[3] & 0xC0) != 0x80)
        return RUNE_ERROR;
    i32 r = (p[0] & 0x07) << 18 | (p[1] & 0x3F) << 12 | (p[2] & 0x3F) << 6 | (p[3] & 0x3F);
    if (r < 0x10000 || r > 0x10FFFF) return RUNE_ERROR;
    *size = 4;
    return r;
}

int utf8_put(char out[4], i32 r) {
    if (r < 0 || r > 0x10FFFF || (0xD800 <= r && r < 0xE000)) r = RUNE_ERROR;
    if (r < 0x80) {
        out[0] = (char)r;
        return 1;
    }
    if (r < 0x800) {
        out[0] = (char)(0xC0 | r >> 6), out[1] = (char)(0x80 | (r & 0x3F));
        return 2;
    }
    if (r < 0x10000) {
        out[0] = (char)(0xE0 | r >> 12), out[1] = (char)(0x80 | (r >> 6 & 0x3F)), out[2] = (char)(0x80 | (r & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | r >> 18), out[1] = (char)(0x80 | (r >> 12 & 0x3F));
    out[2] = (char)(0x80 | (r >> 6 & 0x3F)), out[3] = (char)(0x80 | (r & 0x3F));
    return 4;
}

// ---- Unicode classes ----------------------------------------------------------------------------

typedef struct RuneRange {
    i32 lo, hi;
} RuneRange;
#define R(lo, hi) {lo, hi},
#define UNICODE_LETTER
static const RuneRange letters[] = {
#include "base/unicode.def"
};
#undef UNICODE_LETTER
#define UNICODE_UPPER
static const RuneRange uppers[] = {
#include "base/unicode.def"
};
#undef UNICODE_UPPER
#define UNICODE_LOWER
static const RuneRange lowers[] = {
#include "base/unicode.def"
};
#undef UNICODE_LOWER
#define UNICODE_DIGIT
static const RuneRange digits[] = {
#include "base/unicode.def"
};
#undef UNICODE_DIGIT
#define UNICODE_PRINT
static const RuneRange prints[] = {
#include "base/unicode.def"
};
#undef UNICODE_PRINT
#undef R

static bool in_ranges(const RuneRange *t, i64 n, i32 r) {
    i64 lo = 0, hi = n;
    while (lo < hi) {
        i64 mid = (lo + hi) / 2;
        if (r > t[mid].hi) lo = mid + 1;
        else hi = mid;
    }
    return lo < n && t[lo].lo <= r;
}

bool rune_is_letter(i32 r) {
    if (r < 0x80) return ('a' <= r && r <= 'z') || ('A' <= r && r <= 'Z');
    return in_ranges(letters, NELEM(letters), r);
}

bool rune_is_print(i32 r) {
    if (r < 0x80) return 0x20 <= r && r < 0x7F;
    return in_ranges(prints, NELEM(prints), r);
}

bool rune_is_upper(i32 r) {
    if (r < 0x80) return 'A' <= r && r <= 'Z';
    return in_ranges(uppers, NELEM(uppers), r);
}

bool rune_is_lower(i32 r) {
    if (r < 0x80) return 'a' <= r && r <= 'z';
    return in_ranges(lowers, NELEM(lowers), r);
}

bool rune_is_digit(i32 r) {
    if (r < 0x80) return '0' <= r && r <= '9';
    return in_ranges(digits, NELEM(digits), r);
}

static int compare(const void *a, const void *b) { return str_cmp(*(const Str *)a, *(const Str *)b); }

void str_sort(Str *list, i64 n) {
    if (n > 1) qsort(list, (size_t)n, sizeof *list, compare);
}

Str str_lower(Arena *a, Str s) {
    char *p = ANEWN(a, char, s.len + 1);
    for (i64 i = 0; i < s.len; i++) p[i] = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? (char)(s.ptr[i] + 32) : s.ptr[i];
    return (Str){p, s.len};
}
