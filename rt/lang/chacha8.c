// chacha8.c - the block function of internal/chacha8rand: four ChaCha8 blocks at once, their words interleaved.
//
// Runs: SYSTEM (its working set is larger than a LEAF frame may be). In: 4 words of seed as 8 words of key; counter of the first block. Out: for each of
// the 16 words of a block the four blocks' values side by side; the key words have the input added, as chacha8rand defines it, the others have not.
#include "rt.h"
typedef u32 V __attribute__((vector_size(16)));
#define ROT(x, n) ((x) << (n) | (x) >> (32 - (n)))
#define QUARTER(a, b, c, d)                                                                                            \
    (a += b, d ^= a, d = ROT(d, 16), c += d, b ^= c, b = ROT(b, 12), a += b, d ^= a, d = ROT(d, 8), c += d, b ^= c,    \
     b = ROT(b, 7))

SYSTEM void rt_chacha8_block(const u32 *seed, V *out, u32 counter) {
    V x[16], key[8];
    static const u32 sigma[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    for (i32 i = 0; i < 4; i++) x[i] = (V){sigma[i], sigma[i], sigma[i], sigma[i]};
    for (i32 i = 0; i < 8; i++) x[4 + i] = key[i] = (V){seed[i], seed[i], seed[i], seed[i]};
    x[12] = (V){counter, counter + 1, counter + 2, counter + 3};
    x[13] = x[14] = x[15] = (V){0, 0, 0, 0};
    for (i32 r = 0; r < 4; r++) {
        QUARTER(x[0], x[4], x[8], x[12]);
        QUARTER(x[1], x[5], x[9], x[13]);
        QUARTER(x[2], x[6], x[10], x[14]);
        QUARTER(x[3], x[7], x[11], x[15]);
        QUARTER(x[0], x[5], x[10], x[15]);
        QUARTER(x[1], x[6], x[11], x[12]);
        QUARTER(x[2], x[7], x[8], x[13]);
        QUARTER(x[3], x[4], x[9], x[14]);
    }
    for (i32 i = 0; i < 8; i++) x[4 + i] += key[i];
    for (i32 i = 0; i < 16; i++) __builtin_memcpy(&out[i], &x[i], 16);
}
