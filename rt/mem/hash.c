// hash.c - hashes of memory for maps and hash/maphash: multiply and fold, keyed by the process. LEAF.
#include "rt.h"

// Written once, by hash_init before any other thread is. Compiled code reads the first three (ssa/build_intrin.c).
u64 hash_key[4] GOSYM("runtime.hashKey");
SYSTEM void hash_init(void) {
    for (int i = 0; i < 4; i++) hash_key[i] = rand64() | 1;
}
static inline LEAF u64 mix(u64 a, u64 b) {
    __uint128_t r = (__uint128_t)a * b;
    return (u64)r ^ (u64)(r >> 64);
}
static inline LEAF u64 rd8(const u8 *p) {
    u64 v;
    __builtin_memcpy(&v, p, 8);
    return v;
}
static inline LEAF u64 rd4(const u8 *p) {
    u32 v;
    __builtin_memcpy(&v, p, 4);
    return v;
}
LEAF usize rt_memhash(const u8 *p, usize seed, usize n) GOSYM("runtime.memhash");
usize rt_memhash(const u8 *p, usize seed, usize n) {
    u64 a, b;
    seed ^= hash_key[0];
    usize len = n;
    if (n <= 16) {
        if (n >= 8) {
            a = rd8(p);
            b = rd8(p + n - 8);
        } else if (n >= 4) {
            a = rd4(p);
            b = rd4(p + n - 4);
        } else if (n > 0) {
            a = (u64)p[0] << 16 | (u64)p[n >> 1] << 8 | p[n - 1];
            b = 0;
        } else a = b = 0;
    } else {
        if (n > 48) {
            u64 s1 = seed, s2 = seed;
            do {
                seed = mix(rd8(p) ^ hash_key[1], rd8(p + 8) ^ seed);
                s1 = mix(rd8(p + 16) ^ hash_key[2], rd8(p + 24) ^ s1);
                s2 = mix(rd8(p + 32) ^ hash_key[3], rd8(p + 40) ^ s2);
                p += 48;
                n -= 48;
            } while (n > 48);
            seed ^= s1 ^ s2;
        }
        while (n > 16) {
            seed = mix(rd8(p) ^ hash_key[1], rd8(p + 8) ^ seed);
            p += 16;
            n -= 16;
        }
        a = rd8(p + n - 16);
        b = rd8(p + n - 8);
    }
    return mix(hash_key[2] ^ len, mix(a ^ hash_key[1], b ^ seed));
}
// A word of `size` bytes, 4 or 8.
static inline LEAF usize hash_word(u64 word, usize seed, usize size) {
    return mix(hash_key[2] ^ size, mix(word ^ hash_key[1], word ^ seed ^ hash_key[0]));
}
LEAF usize rt_wordhash(u64 word, usize seed, usize size) GOSYM("runtime.wordhash");
usize rt_wordhash(u64 word, usize seed, usize size) { return hash_word(word, seed, size); }
LEAF usize rt_memhash32(const u8 *p, usize seed) GOSYM("runtime.memhash32");
usize rt_memhash32(const u8 *p, usize seed) { return hash_word(rd4(p), seed, 4); }
LEAF usize rt_memhash64(const u8 *p, usize seed) GOSYM("runtime.memhash64");
usize rt_memhash64(const u8 *p, usize seed) { return hash_word(rd8(p), seed, 8); }
LEAF usize rt_strhash(const GoString *s, usize seed) GOSYM("runtime.strhash");
usize rt_strhash(const GoString *s, usize seed) { return rt_memhash(s->ptr, seed, (usize)s->len); }
LEAF u64 rt_rand(void) GOSYM("runtime.rand");
u64 rt_rand(void) { return rand64(); }
