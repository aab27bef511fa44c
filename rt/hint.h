// hint.h - what was nearly always so, by a key: counters of one P, in a table by hash. Hints: two keys that share a place do no harm.
//
// What was so counts one, what was not counts against several that were. Runs: SYSTEM, by the owner of the table.
#pragma once
#include "rt.h"

enum { HINT_LIKELY = 16, HINT_MOST = 32, HINT_AGAINST = 4 };

static inline SYSTEM u8 *hint_at(u8 *table, usize key) { return &table[key * 0x9e3779b97f4a7c15 >> (64 - HINT_BITS)]; }
static inline SYSTEM void hint_count(u8 *n, bool so) {
    if (so) *n += *n < HINT_MOST;
    else *n = *n > HINT_AGAINST ? *n - HINT_AGAINST : 0;
}
