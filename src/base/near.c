// near.c - how far names are from each other: what may have been meant by one that there is not.
#include "base/base.h"

enum { NAME_MAX_LEN = 64, FAR = 99 };

static u8 lower(char c) { return c >= 'A' && c <= 'Z' ? (u8)(c + 32) : (u8)c; }

static i64 min3(i64 a, i64 b, i64 c) { return i64_min(i64_min(a, b), c); }

// Optimal string alignment.
i64 str_distance(Str a, Str b) {
    if (a.len > NAME_MAX_LEN || b.len > NAME_MAX_LEN) return FAR;
    i64 d[3][NAME_MAX_LEN + 1];
    for (i64 j = 0; j <= b.len; j++) d[1][j] = j; // row i is d[(i + 1) % 3]
    for (i64 i = 1; i <= a.len; i++) {
        i64 *before = d[(i + 2) % 3], *last = d[i % 3], *row = d[(i + 1) % 3]; // of i-2, i-1, i: they rotate
        row[0] = i;
        for (i64 j = 1; j <= b.len; j++) {
            u8 x = lower(a.ptr[i - 1]), y = lower(b.ptr[j - 1]);
            row[j] = min3(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y));
            bool swapped = i > 1 && j > 1 && x == lower(b.ptr[j - 2]) && lower(a.ptr[i - 2]) == y;
            if (swapped) row[j] = i64_min(row[j], before[j - 2] + 1);
        }
    }
    return d[(a.len + 1) % 3][b.len];
}

i64 str_near_limit(Str name) { return name.len < 3 ? 0 : name.len < 6 ? 1 : i64_min(name.len / 3, 3); }
