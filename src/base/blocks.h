// blocks.h - memory for arenas: blocks of a power of two, from chunks that are huge pages where the system has them.
#pragma once
#include "base/base.h"

enum { BLOCK_UNIT = 2 << 10, BLOCK_LARGEST = 1 << 20 };

// size: a power of two between the two. Its first 16 bytes hold anything, the others are zero from *dirty on (counted from the block's start).
// NULL: no memory, or without grow no free block. Any thread.
void *block_take(i64 size, bool grow, i64 *dirty);
void block_give(void *, i64 size);
