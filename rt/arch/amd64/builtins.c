// builtins.c - functions that gcc and clang call on their own where the base instruction set lacks one.
#include "rt.h"
int __popcountdi2(int64_t v);
LEAF int __popcountdi2(int64_t a) {
    uint64_t v = (uint64_t)a;
    v -= v >> 1 & 0x5555555555555555;
    v = (v & 0x3333333333333333) + (v >> 2 & 0x3333333333333333);
    v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return (int)(v * 0x0101010101010101 >> 56);
}
