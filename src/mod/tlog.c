// tlog.c - the checksum database's transparency log: parsing and verifying of notes, the arithmetic of the tree.
#include "mod/tlog.h"
#include <sodium.h>

static bool decode(Str s, u8 *out, size_t max, size_t *n) {
    return s.len &&
           sodium_base642bin(out, max, s.ptr, (size_t)s.len, NULL, n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

static bool is_name(Str s) {
    for (i64 i = 0; i < s.len;) {
        int size;
        i32 r = utf8_decode(s.ptr + i, s.len - i, &size);
        if ((r == RUNE_ERROR && size == 1) || r <= ' ' || r == '+' || r == 0x85 || r == 0xa0 || r == 0x2028 ||
            r == 0x2029)
            return false;
        i += size;
    }
    return s.len > 0;
}

static u32 big_endian(const u8 *p) { return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3]; }

static u32 key_hash(Str name, const u8 *key, size_t n) {
    crypto_hash_sha256_state st;
    u8 sum[32];
    crypto_hash_sha256_init(&st);
    crypto_hash_sha256_update(&st, (const u8 *)name.ptr, (u64)name.len);
    crypto_hash_sha256_update(&st, (const u8 *)"\n", 1);
    crypto_hash_sha256_update(&st, key, n);
    crypto_hash_sha256_final(&st, sum);
    return big_endian(sum);
}

static bool parse_hex(Str s, u32 *out) {
    *out = 0;
    for (i64 i = 0; i < s.len; i++) {
        const char *p = strchr("0123456789abcdef", s.ptr[i] | 32);
        if (!p || !*p) return false;
        *out = *out << 4 | (u32)(p - "0123456789abcdef");
    }
    return s.len == 8;
}

bool note_key_parse(Arena *a, Str vkey, NoteKey *k, Err *err) {
    i64 p = str_index(vkey, '+'), q = p < 0 ? -1 : str_index(str_slice(vkey, p + 1, vkey.len), '+');
    u8 key[64];
    size_t n = 0;
    *k = (NoteKey){0};
    if (q < 0) return err_set(err, a, ERR_OTHER, "malformed verifier id");
    k->name = str_slice(vkey, 0, p);
    Str hex = str_slice(vkey, p + 1, p + 1 + q), b64 = str_slice(vkey, p + q + 2, vkey.len);
    if (!is_name(k->name) || !parse_hex(hex, &k->hash) || !decode(b64, key, sizeof key, &n) || n == 0)
        return err_set(err, a, ERR_OTHER, "malformed verifier id");
    if (k->hash != key_hash(k->name, key, n)) return err_set(err, a, ERR_OTHER, "invalid verifier hash");
    if (key[0] != 1) return err_set(err, a, ERR_OTHER, "unknown verifier algorithm"); // 1: Ed25519
    if (n != 33) return err_set(err, a, ERR_OTHER, "malformed verifier id");
    memcpy(k->key, key + 1, 32);
    return true;
}

static bool is_text(Str s) {
    for (i64 i = 0; i < s.len;) {
        int size;
        i32 r = utf8_decode(s.ptr + i, s.len - i, &size);
        if ((r < ' ' && r != '\n') || (r == RUNE_ERROR && size == 1)) return false;
        i += size;
    }
    return true;
}

static i64 find_last(Str s, Str sub) {
    for (i64 i = s.len - sub.len; i >= 0; i--)
        if (!memcmp(s.ptr + i, sub.ptr, (size_t)sub.len)) return i;
    return -1;
}

bool note_open(Arena *a, Str msg, const NoteKey *k, Str *text, Err *err) {
    static const char malformed[] = "malformed note";
    Str split = S("\n\n"), mark = S("\xe2\x80\x94 "); // an em dash begins a signature
    i64 at = is_text(msg) ? find_last(msg, split) : -1;
    if (at < 0) return err_set(err, a, ERR_OTHER, malformed);
    *text = str_slice(msg, 0, at + 1);
    Str sigs = str_slice(msg, at + 2, msg.len);
    if (!sigs.len || sigs.ptr[sigs.len - 1] != '\n') return err_set(err, a, ERR_OTHER, malformed);
    bool verified = false;
    for (int count = 0; sigs.len; count++) {
        i64 end = str_index(sigs, '\n');
        Str line = str_slice(sigs, 0, end);
        sigs = str_slice(sigs, end + 1, sigs.len);
        if (!str_has_prefix(line, mark) || count >= 100) return err_set(err, a, ERR_OTHER, malformed);
        line = str_slice(line, mark.len, line.len);
        i64 blank = str_index(line, ' ');
        u8 sig[512];
        size_t n = 0;
        Str name = blank < 0 ? line : str_slice(line, 0, blank);
        if (blank < 0 || !is_name(name) || !decode(str_slice(line, blank + 1, line.len), sig, sizeof sig, &n) || n < 5)
            return err_set(err, a, ERR_OTHER, malformed);
        if (!str_eq(name, k->name) || big_endian(sig) != k->hash || verified) continue;
        if (n != 68 || crypto_sign_verify_detached(sig + 4, (const u8 *)text->ptr, (u64)text->len, k->key) != 0)
            return err_set(err, a, ERR_OTHER, "invalid signature for key %.*s+%08x", SFMT(name), k->hash);
        verified = true;
    }
    return verified || err_set(err, a, ERR_OTHER, "note has no verifiable signatures");
}

// A decimal as it is printed, and nothing behind it.
static bool parse_number(Str s, i64 *out) {
    *out = 0;
    if (!s.len || s.len > 18 || (s.len > 1 && s.ptr[0] == '0')) return false;
    for (i64 i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        *out = *out * 10 + (s.ptr[i] - '0');
    }
    return true;
}

static bool cut_line(Str *s, Str *line) {
    i64 end = str_index(*s, '\n');
    if (end < 0) return false;
    *line = str_slice(*s, 0, end);
    *s = str_slice(*s, end + 1, s->len);
    return true;
}

bool tree_parse(Arena *a, Str text, Tree *t, Err *err) {
    Str head, size, hash;
    u8 h[64];
    size_t n = 0;
    bool ok = text.len <= 1000000 && cut_line(&text, &head) && cut_line(&text, &size) && cut_line(&text, &hash);
    ok = ok && str_eq(head, S("go.sum database tree")) && parse_number(size, &t->n) && t->n < (i64)1 << 50;
    ok = ok && decode(hash, h, sizeof h, &n) && n == HASH;
    if (ok) memcpy(t->hash.b, h, HASH);
    return ok || err_set(err, a, ERR_OTHER, "malformed tree note");
}

bool record_parse(Arena *a, Str msg, i64 *id, Str *text, Str *note, Err *err) {
    Str line;
    bool ok = cut_line(&msg, &line) && parse_number(line, id);
    i64 at = ok ? str_find(msg, S("\n\n")) : -1;
    if (at < 0) return err_set(err, a, ERR_OTHER, "malformed record data");
    *text = str_slice(msg, 0, at + 1), *note = str_slice(msg, at + 2, msg.len);
    return (is_text(*text) && text->ptr[0] != '\n') || err_set(err, a, ERR_OTHER, "malformed record data");
}

// ---- the tree -----------------------------------------------------------------------------------------------------------

Hash record_hash(Str text) {
    crypto_hash_sha256_state st;
    Hash h;
    crypto_hash_sha256_init(&st);
    crypto_hash_sha256_update(&st, (const u8 *)"\0", 1);
    crypto_hash_sha256_update(&st, (const u8 *)text.ptr, (u64)text.len);
    crypto_hash_sha256_final(&st, h.b);
    return h;
}

Hash node_hash(Hash left, Hash right) {
    u8 buf[1 + 2 * HASH] = {1};
    Hash h;
    memcpy(buf + 1, left.b, HASH);
    memcpy(buf + 1 + HASH, right.b, HASH);
    crypto_hash_sha256(h.b, buf, sizeof buf);
    return h;
}

Hash tree_hash_empty(void) {
    Hash h;
    crypto_hash_sha256(h.b, (const u8 *)"", 0);
    return h;
}

int tree_nodes(i64 lo, i64 hi, TreeNode nodes[MAX_NODES]) {
    int count = 0;
    while (lo < hi) {
        int level = 0;
        while ((i64)2 << level <= hi - lo) level++;
        CHECK((lo & (((i64)1 << level) - 1)) == 0 && count < MAX_NODES);
        nodes[count++] = (TreeNode){level, lo >> level};
        lo += (i64)1 << level;
    }
    return count;
}

Hash fold_nodes(const Hash *h, int n) {
    Hash out = h[n - 1];
    for (int i = n - 2; i >= 0; i--) out = node_hash(h[i], out);
    return out;
}

static Hash root_of(const u8 *p, int n) { // n: a power of two
    Hash h;
    if (n > 1) return node_hash(root_of(p, n / 2), root_of(p + (i64)n / 2 * HASH, n / 2));
    memcpy(h.b, p, HASH);
    return h;
}

Hash tile_node(const u8 *tile, TreeNode x) {
    int up = x.level % 8;
    i64 first = (x.n << up) & (TILE_WIDTH - 1);
    return root_of(tile + first * HASH, 1 << up);
}

Str tile_path(Arena *a, int level, i64 n, int width) {
    Str s = arena_printf(a, "%03d", (int)(n % 1000));
    while (n >= 1000) {
        n /= 1000;
        s = arena_printf(a, "x%03d/%.*s", (int)(n % 1000), SFMT(s));
    }
    if (width < TILE_WIDTH) return arena_printf(a, "tile/8/%d/%.*s.p/%d", level, SFMT(s), width);
    return arena_printf(a, "tile/8/%d/%.*s", level, SFMT(s));
}

Str hash_base64(Arena *a, Hash h) {
    char b64[64];
    sodium_bin2base64(b64, sizeof b64, h.b, HASH, sodium_base64_VARIANT_ORIGINAL);
    return arena_printf(a, "%s", b64);
}
