// remotecache.c - a build cache behind HTTP, as Bazel's clients use it: bazel-remote, nginx with WebDAV and the like.
//
// In:   the URL of a server. Out: a CacheRemote. An entry is a blob, /cas/SHA256; /ac/KEY holds an ActionResult (remote_execution.proto) whose
// only output file is that blob. Facts: bazel.build/remote/caching, "HTTP caching protocol".
// Nothing that a server says is trusted: lengths and the blob's SHA-256 are compared, the entry has checksum and key of its own.
// What a server does not have is a miss; any other answer but success is a failure.
#include "mod/fetch_int.h"
#include <sodium.h>

enum { PATIENCE = 10, HASH_DIGITS = 64 };
static const i64 largest_entry = 1ll << 30, largest_result = 1 << 16;

typedef struct Remote {
    Arena *a; // entries
    const Env *env;
    Fetcher *f; // NULL: nothing was asked yet
    Url base;
} Remote;

typedef struct Digest {
    char hash[HASH_DIGITS + 1];
    i64 size;
} Digest;

// ---- ActionResult -----------------------------------------------------------------------------------------------------

enum { OUTPUT_FILES = 2, FILE_PATH = 1, FILE_DIGEST = 2, DIGEST_HASH = 1, DIGEST_SIZE = 2, VARINT = 0, BYTES = 2 };

static void put_bytes(Buf *b, int field, Str s) {
    buf_uleb(b, (u64)(field << 3 | BYTES));
    buf_uleb(b, (u64)s.len);
    buf_str(b, s);
}

static Str action_result(Arena *a, const Digest *d) {
    Buf digest = {0}, file = {0}, result = {0};
    put_bytes(&digest, DIGEST_HASH, str_c(d->hash));
    buf_uleb(&digest, DIGEST_SIZE << 3 | VARINT);
    buf_uleb(&digest, (u64)d->size);
    put_bytes(&file, FILE_PATH, S("entry"));
    put_bytes(&file, FILE_DIGEST, buf_view(&digest));
    put_bytes(&result, OUTPUT_FILES, buf_view(&file));
    Str s = arena_str(a, buf_view(&result));
    buf_free(&digest), buf_free(&file), buf_free(&result);
    return s;
}

static bool take_varint(Str *s, u64 *v) {
    *v = 0;
    for (int shift = 0; shift < 64 && s->len; shift += 7) {
        u8 byte = (u8)s->ptr[0];
        *s = str_slice(*s, 1, s->len);
        *v |= (u64)(byte & 127) << shift;
        if (byte < 128) return true;
    }
    return false;
}

// The next field of a message; false: there is none, or it is damaged.
static bool take_field(Str *s, u64 *field, u64 *number, Str *bytes) {
    u64 tag;
    *bytes = S("");
    if (!take_varint(s, &tag)) return false;
    *field = tag >> 3;
    u64 fixed = (tag & 7) == 1 ? 8 : (tag & 7) == 5 ? 4 : 0;
    if ((tag & 7) == VARINT) return take_varint(s, number);
    if ((tag & 7) == BYTES ? !take_varint(s, &fixed) : !fixed) return false;
    if (fixed > (u64)s->len) return false;
    *bytes = str_slice(*s, 0, (i64)fixed);
    *s = str_slice(*s, (i64)fixed, s->len);
    return true;
}

static bool find_bytes(Str message, u64 wanted, Str *bytes) {
    u64 field, number;
    while (take_field(&message, &field, &number, bytes))
        if (field == wanted) return true;
    return false;
}

static bool read_digest(Str result, Digest *d) {
    Str file, digest, hash = S(""), bytes;
    u64 field, number, size = 0;
    if (!find_bytes(result, OUTPUT_FILES, &file) || !find_bytes(file, FILE_DIGEST, &digest)) return false;
    while (take_field(&digest, &field, &number, &bytes)) {
        if (field == DIGEST_HASH) hash = bytes;
        if (field == DIGEST_SIZE) size = number;
    }
    if (hash.len != HASH_DIGITS || size > (u64)largest_entry) return false;
    for (i64 i = 0; i < hash.len; i++)
        if (!strchr("0123456789abcdef", hash.ptr[i]) || !hash.ptr[i]) return false;
    memcpy(d->hash, hash.ptr, HASH_DIGITS);
    d->hash[HASH_DIGITS] = 0;
    d->size = (i64)size;
    return true;
}

static Digest digest_of(const Str *parts, i64 n) {
    crypto_hash_sha256_state s;
    u8 sum[crypto_hash_sha256_BYTES];
    Digest d = {{0}, 0};
    crypto_hash_sha256_init(&s);
    for (i64 i = 0; i < n; i++) {
        crypto_hash_sha256_update(&s, (const u8 *)parts[i].ptr, (u64)parts[i].len);
        d.size += parts[i].len;
    }
    crypto_hash_sha256_final(&s, sum);
    sodium_bin2hex(d.hash, sizeof d.hash, sum, sizeof sum);
    return d;
}

// ---- requests ---------------------------------------------------------------------------------------------------------

static Url place(Work *w, const Remote *r, const char *kind, const char *name) {
    return url_join(w->a, &r->base, arena_printf(w->a, "%s/%s", kind, name));
}

// False: a miss, or a failure with its words in *why.
static bool get(Work *w, Remote *r, const Url *u, i64 limit, Buf *body, Str *why) {
    HttpResponse h;
    Err err = {0};
    if (!http_once(w, u, NULL, 0, limit, PATIENCE, &h, &err)) {
        *why = arena_str(r->a, err.text);
        return false;
    }
    *body = h.body;
    if (h.status == 200) return true;
    if (h.status != 404 && h.status != 410) *why = arena_str(r->a, h.status_text);
    buf_free(body);
    return false;
}

static bool put(Work *w, Remote *r, const Url *u, const Str *parts, i64 n, Str *why) {
    HttpResponse h;
    Err err = {0};
    if (!http_once(w, u, parts, n, 1 << 20, PATIENCE, &h, &err)) *why = arena_str(r->a, err.text);
    else if (h.status < 200 || h.status > 299) *why = arena_str(r->a, h.status_text);
    else return buf_free(&h.body), true;
    buf_free(&h.body);
    return false;
}

static Work begin(Remote *r) {
    if (!r->f) r->f = fetch_new(r->a, r->env, (FetchOptions){0});
    return work_begin(r->f);
}

static bool find_digest(Work *w, Remote *r, const CacheKey *k, Digest *d, Str *why) {
    char hex[HASH_DIGITS + 1];
    Buf body = {0};
    sodium_bin2hex(hex, sizeof hex, k->b, sizeof k->b);
    Url u = place(w, r, "ac", hex);
    if (!get(w, r, &u, largest_result, &body, why)) return false;
    bool good = read_digest(buf_view(&body), d);
    buf_free(&body);
    if (!good) *why = S("its answer is not understood");
    return good;
}

static bool remote_get(void *ctx, const CacheKey *k, Str *entry, Str *why) {
    Remote *r = ctx;
    Work w = begin(r);
    Digest d, have;
    Buf body = {0};
    bool good = find_digest(&w, r, k, &d, why);
    if (good) {
        Url u = place(&w, r, "cas", d.hash);
        good = get(&w, r, &u, largest_entry, &body, why);
    }
    if (good) {
        Str bytes = buf_view(&body);
        have = digest_of(&bytes, 1);
        good = have.size == d.size && strcmp(have.hash, d.hash) == 0;
        if (good) *entry = arena_str(r->a, bytes);
        else *why = S("a blob is not what its name says");
    }
    buf_free(&body);
    work_end(&w);
    return good;
}

static bool remote_put(void *ctx, const CacheKey *k, const Str *parts, i64 n, Str *why) {
    Remote *r = ctx;
    Work w = begin(r);
    char hex[HASH_DIGITS + 1];
    Digest d = digest_of(parts, n);
    Str result = action_result(w.a, &d);
    sodium_bin2hex(hex, sizeof hex, k->b, sizeof k->b);
    Url blob = place(&w, r, "cas", d.hash), name = place(&w, r, "ac", hex);
    bool good =
        put(&w, r, &blob, parts, n, why) && put(&w, r, &name, &result, 1, why); // the name when the blob is there
    work_end(&w);
    return good;
}

static void remote_close(void *ctx) {
    Remote *r = ctx;
    if (r->f) fetch_free(r->f);
    r->f = NULL;
}

bool remote_cache(Arena *a, const Env *env, Str url, CacheRemote *out, Err *err) {
    Remote *r = ANEW(a, Remote);
    *r = (Remote){.a = a, .env = env};
    if (!url_parse(a, url, &r->base, err)) return false;
    bool http = str_eq(r->base.scheme, S("http")) || str_eq(r->base.scheme, S("https"));
    if (!http || !r->base.host.len) return err_set(err, a, ERR_OTHER, "unsupported scheme: %.*s", SFMT(url));
    *out = (CacheRemote){url_redacted(a, &r->base), remote_get, remote_put, remote_close, r};
    return true;
}
