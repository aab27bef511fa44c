// fips.c - go:fipsinfo: what crypto/internal/fips140/check verifies when GODEBUG=fips140=on.
//
// In:   the symbols that are live; later their order, the image. Out: the variable as data: a magic text, an HMAC-SHA256 (with a key of
//       zeros) of what the module's code, constants and initial data are, its own address, the four ranges that were summed.
// The module is the packages below crypto/internal/fips140/: sections are in the order of names, so each range is one.
#include "link/link_int.h"
#include <sodium.h>

enum { SUM = 16, SELF = 48, RANGES = 56, SIZE = 120, NRANGES = 4 };
static const OutSec summed[NRANGES] = {OS_TEXT, OS_RODATA, OS_NOPTRDATA, OS_DATA};
static const char magic[SUM + 1] = "\xff Go fipsinfo \xff";

void link_fips_begin(Link *l) {
    Sym *s = NULL;
    for (i64 i = 0; i < l->live.len && !s; i++)
        if (str_eq(l->live.ptr[i]->name, S("go:fipsinfo"))) s = l->live.ptr[i];
    if (!s || s->size != SIZE || (s->kind != SYM_BSS && s->kind != SYM_NOPTRBSS)) return;
    u8 *data = arena_alloc(l->a, SIZE, 16);
    memcpy(data, magic, SUM);
    obj_define(s, SYM_NOPTRDATA, l->a, data, SIZE, 16);
    obj_reloc(s, SELF, REL_ABS64, s, 0);
    for (int i = 0; i < 2 * NRANGES; i++) {
        l->fips_bounds[i] = obj_local(l->job->syms, l->a, SYM_ABS);
        obj_reloc(s, (u32)(RANGES + 8 * i), REL_ABS64, l->fips_bounds[i], 0);
    }
    l->fips = s;
}

bool link_fips_summed(const Sym *s) { return !s->from_elf && str_has_prefix(s->name, S("crypto/internal/fips140/")); }

// Addresses are final.
void link_fips_place(Link *l) {
    for (int r = 0; l->fips && r < NRANGES; r++) {
        const Section *sec = &l->sec[summed[r]];
        u64 lo = sec->addr, hi = sec->addr;
        for (i64 i = 0; i < sec->syms.len; i++) {
            const Sym *s = sec->syms.ptr[i];
            if (!link_fips_summed(s)) continue;
            if (lo == hi) lo = s->addr;
            hi = s->addr + (u64)s->size;
        }
        l->fips_bounds[2 * r]->addr = lo;
        l->fips_bounds[2 * r + 1]->addr = hi;
    }
}

// HMAC with a key of zeros (RFC 2104).
typedef struct Hmac {
    bool fast;
    Sha256 in;
    crypto_auth_hmacsha256_state plain;
} Hmac;

static void begin_padded(Sha256 *s, u8 pad) {
    u8 block[64];
    memset(block, pad, sizeof block);
    sha256_begin(s);
    sha256_add(s, block, sizeof block);
}

static void hmac_begin(Hmac *h) {
    static const u8 key[crypto_auth_hmacsha256_KEYBYTES] = {0};
    h->fast = sha256_begin(&h->in);
    if (h->fast) begin_padded(&h->in, 0x36);
    else crypto_auth_hmacsha256_init(&h->plain, key, sizeof key);
}

static void hmac_add(Hmac *h, const void *p, i64 n) {
    if (h->fast) sha256_add(&h->in, p, n);
    else crypto_auth_hmacsha256_update(&h->plain, p, (u64)n);
}

static void hmac_end(Hmac *h, u8 *sum) {
    if (!h->fast) {
        crypto_auth_hmacsha256_final(&h->plain, sum);
        return;
    }
    u8 inner[32];
    Sha256 out;
    sha256_end(&h->in, inner);
    begin_padded(&out, 0x5c);
    sha256_add(&out, inner, sizeof inner);
    sha256_end(&out, sum);
}

void link_fips_sum(Link *l, Buf *image) {
    static const char head[] = "go fips object v1\n";
    Hmac h;
    if (!l->fips) return;
    hmac_begin(&h);
    hmac_add(&h, head, sizeof head - 1);
    for (int r = 0; r < NRANGES; r++) {
        const Section *sec = &l->sec[summed[r]];
        u64 lo = l->fips_bounds[2 * r]->addr, n = l->fips_bounds[2 * r + 1]->addr - lo;
        u8 size[8];
        for (int i = 0; i < 8; i++) size[i] = (u8)(n >> (56 - 8 * i));
        hmac_add(&h, size, sizeof size);
        hmac_add(&h, image->ptr + sec->off + (lo - sec->addr), (i64)n);
    }
    const Section *own = &l->sec[OS_NOPTRDATA];
    hmac_end(&h, image->ptr + own->off + (l->fips->addr - own->addr) + SUM);
}
