// plugin_key.c - keys that sign plugins: their files, what is signed, fingerprints.
//
// A file of keys is text, a key a line: "vole-plugin-public-key-1 BASE64 COMMENT", empty lines and lines that begin with # are none; the file of
// a secret key has one line, "vole-plugin-secret-key-1 BASE64 COMMENT", whose bytes are the seed of Ed25519. The arithmetic is libsodium's.
#include "cmd/plugin.h"
#include <errno.h>
#include <sodium.h>

#define PUBLIC_LINE "vole-plugin-public-key-1"
#define SECRET_LINE "vole-plugin-secret-key-1"
_Static_assert(sizeof PLUGIN_SIGNED_AS == 25 && crypto_hash_sha512_BYTES == 64, "PluginDigest has room for both");

void plugin_sodium(void) {
    if (sodium_init() < 0) fatal("libsodium cannot be used");
}

// A line without its end: what is wrong with it, NULL: nothing.
static const char *parse_line(Arena *a, Str line, Str kind, PluginKey *k) {
    i64 blank = str_index(line, ' ');
    Str rest = blank < 0 ? (Str){0} : str_slice(line, blank + 1, line.len);
    if (!str_eq(blank < 0 ? line : str_slice(line, 0, blank), kind)) return "does not begin with";
    blank = str_index(rest, ' ');
    Str text = blank < 0 ? rest : str_slice(rest, 0, blank);
    size_t n = 0;
    if (sodium_base642bin(k->key, sizeof k->key, text.ptr, (size_t)text.len, NULL, &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        n != sizeof k->key)
        return "has no 32 bytes of base64 behind";
    k->comment = blank < 0 ? (Str){0} : arena_str(a, str_slice(rest, blank + 1, rest.len));
    return NULL;
}

static bool read_lines(Arena *a, Str path, bool secret, PluginKeys *out, Str *err) {
    Str text, kind = secret ? S(SECRET_LINE) : S(PUBLIC_LINE);
    if (!file_read(a, arena_cstr(a, path), &text)) {
        *err = arena_printf(a, "open %.*s: %s", SFMT(path), err_os(errno));
        return false;
    }
    i64 number = 1, had = out->len;
    for (i64 from = 0, to; from < text.len; from = to + 1, number++) {
        for (to = from; to < text.len && text.ptr[to] != '\n';) to++;
        Str line = str_slice(text, from, to);
        if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
        if (!line.len || line.ptr[0] == '#') continue;
        PluginKey k;
        const char *wrong = parse_line(a, line, kind, &k);
        bool valid = wrong || secret || crypto_core_ed25519_is_valid_point(k.key) == 1;
        if (wrong)
            *err = arena_printf(a, "%.*s:%lld: the line %s %.*s", SFMT(path), (long long)number, wrong, SFMT(kind));
        else if (!valid)
            *err = arena_printf(a, "%.*s:%lld: not a public key of Ed25519", SFMT(path), (long long)number);
        if (wrong || !valid) return false;
        vec_push(a, out, k);
    }
    if (out->len > had || !secret) return true;
    *err = arena_printf(a, "%.*s: no key", SFMT(path));
    return false;
}

bool plugin_keys_read(Arena *a, Str path, PluginKeys *out, Str *err) { return read_lines(a, path, false, out, err); }

bool plugin_secret_read(Arena *a, Str path, PluginKey *k, Str *err) {
    PluginKeys keys = {0};
    if (!read_lines(a, path, true, &keys, err)) return false;
    *k = keys.ptr[0];
    if (keys.len == 1) return true;
    *err = arena_printf(a, "%.*s: more than one key", SFMT(path));
    return false;
}

static Str base64(Arena *a, const u8 *bytes, size_t n, int variant) {
    size_t room = sodium_base64_encoded_len(n, variant);
    char *s = arena_alloc(a, (i64)room, 1);
    sodium_bin2base64(s, room, bytes, n, variant);
    return str_c(s);
}

Str plugin_key_line(Arena *a, bool secret, const PluginKey *k) {
    Str text = base64(a, k->key, sizeof k->key, sodium_base64_VARIANT_ORIGINAL);
    return arena_printf(a, "%s %.*s%s%.*s\n", secret ? SECRET_LINE : PUBLIC_LINE, SFMT(text), k->comment.len ? " " : "",
                        SFMT(k->comment));
}

Str plugin_fingerprint(Arena *a, const u8 *key) {
    u8 sum[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(sum, key, PLUGIN_KEY);
    Str text = base64(a, sum, sizeof sum, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    return arena_printf(a, "SHA256:%.*s", SFMT(text));
}

bool plugin_has_key(const PluginKeys *keys, const u8 *key, Str *comment) {
    for (i64 i = 0; i < keys->len; i++) {
        if (memcmp(keys->ptr[i].key, key, PLUGIN_KEY) != 0) continue;
        *comment = keys->ptr[i].comment;
        return true;
    }
    return false;
}

void plugin_digest(const PluginView *v, PluginDigest *d) {
    memcpy(d->bytes, PLUGIN_SIGNED_AS, 24);
    crypto_hash_sha512(d->bytes + 24, (const u8 *)v->file.ptr, v->end);
}

bool plugin_signature_fits(const PluginDigest *d, const PluginSignature *s) {
    return crypto_sign_verify_detached(s->signature, d->bytes, sizeof d->bytes, s->key) == 0;
}
