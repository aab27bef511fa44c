// plugin_sign.c - `vole plugin keygen | sign | verify | show`: keys, signatures of plugins, and whether they are by whom they should be.
//
// In:   files of keys (plugin_key.c), plugins (plugin_file.c). Out: files of keys; plugins with one signature more, replaced in one step; lines about
//       plugins, exit code 0 only if each is signed by a key that is trusted. Nothing of a plugin is run.
#include "cmd/plugin.h"
#include "cmd/toolbase.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- keygen ----------------------------------------------------------------------------------------------------------------

static bool fill_random(u8 *p, size_t n) {
    for (size_t done = 0; done < n;) {
        ssize_t got = getrandom(p + done, n - done, 0);
        if (got < 0 && errno != EINTR) return false;
        if (got > 0) done += (size_t)got;
    }
    return true;
}

// A file that was not there: false, errno, and there is none.
static bool create_file(const char *path, Str text, mode_t mode) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0) return false;
    bool ok = true;
    for (i64 done = 0; done < text.len && ok;) {
        ssize_t n = write(fd, text.ptr + done, (size_t)(text.len - done));
        if (n < 0 && errno == EINTR) continue;
        ok = n >= 0;
        done += ok ? n : 0;
    }
    ok = ok && fsync(fd) == 0;
    int e = errno;
    if (close(fd) != 0 && ok) ok = false, e = errno;
    if (!ok) unlink(path);
    errno = e;
    return ok;
}

static bool is_comment(Str s) {
    for (i64 i = 0; i < s.len; i++)
        if ((u8)s.ptr[i] < ' ' || s.ptr[i] == 0x7f) return false;
    return true;
}

static int write_pair(Cmd *c, Str name, const PluginKey *public, Str secret_line) {
    const char *key = arena_cstr(c->a, arena_printf(c->a, "%.*s.key", SFMT(name))),
               *pub = arena_cstr(c->a, arena_printf(c->a, "%.*s.pub", SFMT(name)));
    if (!create_file(key, secret_line, 0600)) return cmd_fail("create %s: %s", key, err_os(errno));
    if (!create_file(pub, plugin_key_line(c->a, false, public), 0644)) {
        int e = errno;
        unlink(key);
        return cmd_fail("create %s: %s", pub, err_os(e));
    }
    printf("%s, %s: %.*s\n", key, pub, SFMT(plugin_fingerprint(c->a, public->key)));
    return 0;
}

int cmd_plugin_keygen(Cmd *c) {
    if (c->nargs) return usage_error(c, "plugin keygen: no arguments");
    if (flag_given(c, "o") && !c->f.o.len) return usage_error(c, "plugin keygen: -o names no file");
    if (!is_comment(c->f.comment)) return usage_error(c, "plugin keygen: a comment is one line of text");
    plugin_sodium();
    PluginKey seed = {.comment = c->f.comment}, public = seed;
    u8 secret[crypto_sign_SECRETKEYBYTES];
    if (!fill_random(seed.key, sizeof seed.key)) return cmd_fail("getrandom: %s", err_os(errno));
    crypto_sign_seed_keypair(public.key, secret, seed.key);
    Str line = plugin_key_line(c->a, true, &seed);
    int rc = write_pair(c, c->f.o.len ? c->f.o : S("plugin"), &public, line);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(&seed, sizeof seed);
    return rc;
}

// ---- sign ------------------------------------------------------------------------------------------------------------------

typedef struct Signer {
    Cmd *c;
    u8 public[PLUGIN_KEY], secret[crypto_sign_SECRETKEYBYTES];
} Signer;

// In one step, with the mode that it has; behind a link the file that it leads to.
static bool add_signature(Cmd *c, Str path, const PluginView *v, const PluginSignature *s) {
    Str real = file_real_path(c->a, arena_cstr(c->a, path));
    const char *z = arena_cstr(c->a, real);
    struct stat st;
    if (!real.len || stat(z, &st) != 0) return false;
    Str parts[] = {v->file, {(const char *)s, sizeof *s}};
    mode_t mask = umask(0);
    bool ok = file_write_parts(z, parts, NELEM(parts), st.st_mode & 07777, REPLACE_AT_ONCE);
    int e = errno;
    umask(mask);
    errno = e;
    return ok;
}

static int sign_plugin(Signer *g, Str path) {
    Cmd *c = g->c;
    PluginView v;
    PluginDigest digest;
    const char *wrong = plugin_view_read(c->a, path, &v);
    if (wrong) return cmd_fail("%.*s: %s", SFMT(path), wrong);
    plugin_digest(&v, &digest);
    Str print = plugin_fingerprint(c->a, g->public);
    for (i64 i = 0; i < v.nsignatures; i++) {
        PluginSignature s = plugin_signature(&v, i);
        if (!plugin_signature_fits(&digest, &s))
            return cmd_fail("%.*s: the signature by %.*s does not fit the file", SFMT(path),
                            SFMT(plugin_fingerprint(c->a, s.key)));
        if (memcmp(s.key, g->public, sizeof s.key) != 0) continue;
        printf("%.*s: signed by %.*s already\n", SFMT(path), SFMT(print));
        return 0;
    }
    PluginSignature s = {.magic = PLUGIN_SIGNATURE_MAGIC};
    memcpy(s.key, g->public, sizeof s.key);
    crypto_sign_detached(s.signature, NULL, digest.bytes, sizeof digest.bytes, g->secret);
    if (!add_signature(c, path, &v, &s)) return cmd_fail("write %.*s: %s", SFMT(path), err_os(errno));
    printf("%.*s: signed by %.*s\n", SFMT(path), SFMT(print));
    return 0;
}

// The values of a flag that may be repeated.
static StrVec values_of(Cmd *c, const char *name) {
    StrVec v = {0};
    for (i64 i = 0; i < c->given.len; i++)
        if (strcmp(c->given.ptr[i].name, name) == 0) vec_push(c->a, &v, c->given.ptr[i].value);
    return v;
}

int cmd_plugin_sign(Cmd *c) {
    StrVec keys = values_of(c, "key");
    if (keys.len != 1) return usage_error(c, "plugin sign: -key names the file of one secret key");
    if (!c->nargs) return usage_error(c, "plugin sign: which plugins?");
    plugin_sodium();
    Signer g = {.c = c};
    PluginKey seed;
    Str err;
    if (!plugin_secret_read(c->a, keys.ptr[0], &seed, &err)) return cmd_fail("%.*s", SFMT(err));
    crypto_sign_seed_keypair(g.public, g.secret, seed.key);
    sodium_memzero(&seed, sizeof seed);
    int rc = 0;
    for (i64 i = 0; i < c->nargs; i++) rc |= sign_plugin(&g, c->args[i]);
    sodium_memzero(g.secret, sizeof g.secret);
    return rc;
}

// ---- verify ----------------------------------------------------------------------------------------------------------------

typedef struct Trust {
    PluginKeys keys, revoked;
} Trust;
typedef enum SigState { SIG_TRUSTED, SIG_REVOKED, SIG_UNKNOWN, SIG_INVALID } SigState;
static const char *const state_names[] = {"trusted", "revoked", "unknown", "invalid"};
typedef struct Signed { // a signature, judged
    SigState state;
    Str print, comment;
} Signed;
typedef VEC(Signed) SignedList;

static Signed judge(Cmd *c, const Trust *t, const PluginDigest *d, const PluginSignature *s) {
    Signed r = {.state = SIG_UNKNOWN, .print = plugin_fingerprint(c->a, s->key)};
    if (!plugin_signature_fits(d, s)) r.state = SIG_INVALID;
    else if (plugin_has_key(&t->revoked, s->key, &r.comment)) r.state = SIG_REVOKED;
    else if (plugin_has_key(&t->keys, s->key, &r.comment)) r.state = SIG_TRUSTED;
    return r;
}

// What is wrong with a plugin's signatures, and the one that counts; "": nothing is wrong.
static Str decide(Cmd *c, const SignedList *v, Signed *by) {
    const Signed *first[NELEM(state_names)] = {0};
    for (i64 i = v->len; i-- > 0;) first[v->ptr[i].state] = &v->ptr[i];
    if (!v->len) return S("it has no signature");
    if (first[SIG_INVALID])
        return arena_printf(c->a, "the signature by %.*s does not fit the file", SFMT(first[SIG_INVALID]->print));
    if (first[SIG_TRUSTED]) {
        *by = *first[SIG_TRUSTED];
        return (Str){0};
    }
    if (first[SIG_REVOKED]) return arena_printf(c->a, "the key %.*s is revoked", SFMT(first[SIG_REVOKED]->print));
    return arena_printf(c->a, "it is signed by none of the keys, but by %.*s", SFMT(first[SIG_UNKNOWN]->print));
}

static void show_json(Str path, Str wrong, const SignedList *v, const Signed *by) {
    Buf b = {0};
    buf_c(&b, "{\"File\":");
    buf_json(&b, path);
    buf_printf(&b, ",\"OK\":%s", wrong.len ? "false" : "true");
    if (wrong.len) buf_c(&b, ",\"Error\":"), buf_json(&b, wrong);
    else buf_printf(&b, ",\"Key\":\"%.*s\"", SFMT(by->print));
    buf_c(&b, ",\"Signatures\":[");
    for (i64 i = 0; i < v->len; i++) {
        buf_printf(&b, "%s{\"Key\":\"%.*s\",\"State\":\"%s\"", i ? "," : "", SFMT(v->ptr[i].print),
                   state_names[v->ptr[i].state]);
        if (v->ptr[i].comment.len) buf_c(&b, ",\"Comment\":"), buf_json(&b, v->ptr[i].comment);
        buf_c(&b, "}");
    }
    buf_c(&b, "]}\n");
    fwrite(b.ptr, 1, (size_t)b.len, stdout);
    buf_free(&b);
}

static bool verify_plugin(Cmd *c, const Trust *t, Str path) {
    PluginView v;
    SignedList list = {0};
    Signed by = {0};
    Arena *own = arena_new("plugin");
    const char *bad = plugin_view_read(own, path, &v);
    PluginDigest digest;
    if (!bad) plugin_digest(&v, &digest);
    for (i64 i = 0; !bad && i < v.nsignatures; i++) {
        PluginSignature s = plugin_signature(&v, i);
        vec_push(c->a, &list, judge(c, t, &digest, &s));
    }
    arena_free(own);
    Str wrong = bad ? str_c(bad) : decide(c, &list, &by);
    if (c->f.json) show_json(path, wrong, &list, &by);
    else if (wrong.len) printf("%.*s: FAILED: %.*s\n", SFMT(path), SFMT(wrong));
    else
        printf("%.*s: ok: signed by %.*s%s%.*s\n", SFMT(path), SFMT(by.print), by.comment.len ? " " : "",
               SFMT(by.comment));
    return !wrong.len;
}

static bool read_trust(Cmd *c, Trust *t) {
    StrVec keys = values_of(c, "key"), revoked = values_of(c, "revoked");
    Str err;
    bool ok = true;
    for (i64 i = 0; i < keys.len && ok; i++) ok = plugin_keys_read(c->a, keys.ptr[i], &t->keys, &err);
    if (ok && !t->keys.len) return !cmd_fail("%.*s: no key", SFMT(keys.ptr[0]));
    for (i64 i = 0; i < revoked.len && ok; i++) ok = plugin_keys_read(c->a, revoked.ptr[i], &t->revoked, &err);
    return ok || !cmd_fail("%.*s", SFMT(err));
}

int cmd_plugin_verify(Cmd *c) {
    if (!flag_given(c, "key")) return usage_error(c, "plugin verify: -key names a file of public keys");
    if (!c->nargs) return usage_error(c, "plugin verify: which plugins?");
    plugin_sodium();
    Trust t = {0};
    if (!read_trust(c, &t)) return 1;
    bool ok = true;
    for (i64 i = 0; i < c->nargs; i++) ok &= verify_plugin(c, &t, c->args[i]);
    return ok ? 0 : 1;
}

// ---- show ------------------------------------------------------------------------------------------------------------------

int cmd_plugin_show(Cmd *c) {
    StrVec args = {0};
    if (c->f.decls) vec_push(c->a, &args, S("-decls"));
    for (i64 i = 0; i < c->nargs; i++) vec_push(c->a, &args, c->args[i]);
    if (!c->nargs) return usage_error(c, "plugin show: which plugins?");
    return tool_plugin(c, args) ? 1 : 0; // as the other commands of plugins; the tool has exit code 2
}
