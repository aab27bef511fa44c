// again.c - commands that have nothing to do: build, install and run compare what an earlier one of the same words saw, and stop.
//
// In:   the words, the environment, the manifest that such a command left in the cache. Out: nothing more is done, or all is done and
// a new manifest is left. The key is made of all that is not in the file system; what is there is compared by the manifest itself.
// Never: after an error, after output that go would show again (-m, -S, warnings), for commands that show what they do (-n, -x, -work),
// for versions (pkg@latest), which are a question to the network, and under the switches by which vole is examined (VOLE_...).
#include "cmd/cmd.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

extern char **environ;

typedef struct Again {
    Seen *seen;
    FileTable *files; // NULL until something is built
    CacheKey key;
    Str cwd;
    bool on;    // the command is one that may be left undone
    bool known; // it has been done before
} Again;

// Of programs that are written to a file a copy is kept if they are built in that place a second time and are not larger.
enum { LARGE = 16 << 20 };

void again_begin(Cmd *c) {
    static const char *const names[] = {"build", "install", "run"};
    bool known = false;
    for (i64 i = 0; i < NELEM(names); i++) known |= strcmp(c->command->name, names[i]) == 0;
    if (strcmp(c->command->name, "test") == 0) c->again = ANEW(c->a, Again); // it only keeps packs
    if (!known) return;
    c->again = ANEW(c->a, Again);
    c->again->seen = seen_new(c->a);
    seen_use(c->again->seen);
}

// ---- which commands ---------------------------------------------------------------------------------------------------

// Flags of the tools after which a build is silent.
static bool is_silent_word(Str w) {
    static const char *const known[] = {"-l", "-N", "-B", "-s",    "-w", "-X",
                                        "-D", "-I", "-e", "-lang", "-c", "-buildid"};
    i64 dash = str_find(w, S("=-"));
    if (w.len && w.ptr[0] != '-' && dash > 0) w = str_slice(w, dash + 1, w.len); // pattern=-flag
    if (!w.len || w.ptr[0] != '-') return true;
    if (w.len > 1 && w.ptr[1] == '-') w = str_slice(w, 1, w.len);
    i64 eq = str_index(w, '=');
    if (eq > 0) w = str_slice(w, 0, eq);
    for (i64 i = 0; i < NELEM(known); i++)
        if (str_eq(w, str_c(known[i]))) return true;
    return false;
}

static bool is_silent(Cmd *c, Str flags) {
    StrVec words = {0};
    char open;
    if (!split_quoted(c->a, flags, &words, &open)) return false;
    for (i64 i = 0; i < words.len; i++)
        if (!is_silent_word(words.ptr[i])) return false;
    return true;
}

static bool is_examined(void) {
    static const char *const harmless[] = {"VOLE_NET_TIMEOUT=", "VOLE_PLAIN=", "VOLE_SOURCE_LINES=", "VOLE_SOCKETS="};
    for (char **e = environ; *e; e++) {
        bool own = strncmp(*e, "VOLE_", 5) == 0;
        for (i64 i = 0; i < NELEM(harmless); i++) own = own && strncmp(*e, harmless[i], strlen(harmless[i])) != 0;
        if (own) return true;
    }
    return false;
}

static bool has_versions(const Cmd *c, i64 nargs) {
    for (i64 i = 0; i < nargs; i++)
        if (cmd_is_versioned(c->args[i])) return true;
    return false;
}

static bool may_rest(Cmd *c, i64 nargs) {
    const Flags *f = &c->f;
    if (f->n || f->x || f->work || f->why.len || f->gccgoflags.len || has_versions(c, nargs) || is_examined())
        return false;
    for (i64 i = 0; i < c->given.len; i++) // each that was given, $GOFLAGS's too
        if (str_has_suffix(str_c(c->given.ptr[i].name), S("flags")) && !is_silent(c, c->given.ptr[i].value))
            return false;
    return true;
}

// ---- the key ------------------------------------------------------------------------------------------------------------

// PATH leads to a GOROOT, which is a part of vole's own key, and to git, which is asked again.
static bool counts(const char *e) {
    static const char *const names[] = {"GO", "CGO_", "GIT_", "HOME=", "TMPDIR=", "XDG_"};
    for (i64 i = 0; i < NELEM(names); i++)
        if (strncmp(e, names[i], strlen(names[i])) == 0) return true;
    return false;
}

static void add_environment(Cmd *c, CacheHash *h) {
    StrVec v = {0};
    for (char **e = environ; *e; e++)
        if (counts(*e)) vec_push(c->a, &v, str_c(*e));
    str_sort(v.ptr, v.len);
    for (i64 i = 0; i < v.len; i++) cache_key_add(h, v.ptr[i]);
}

static CacheKey key_of(Cmd *c, i64 nargs) {
    u64 own = cmd_own_key(c);
    CacheHash *h = cache_key_new(c->a, "manifest 1");
    cache_key_add(h, (Str){(const char *)&own, sizeof own});
    cache_key_add(h, str_c(c->command->name));
    cache_key_add(h, c->again->cwd);
    for (i64 i = 0; i < c->given.len; i++) {
        const FlagItem *f = &c->given.ptr[i];
        if (strcmp(f->name, "a") == 0 || strcmp(f->name, "debug-cache") == 0) continue;
        cache_key_add(h, str_c(f->name));
        cache_key_add(h, f->value);
    }
    cache_key_add(h, S("arguments"));
    for (i64 i = 0; i < nargs; i++) cache_key_add(h, c->args[i]);
    cache_key_add(h, S("environment"));
    add_environment(c, h);
    return cache_key_end(h);
}

static CacheKey image_key(Cmd *c, Str path) {
    CacheHash *h = cache_key_new(c->a, "image 1");
    cache_key_add(h, (Str){(const char *)c->again->key.b, sizeof c->again->key.b});
    cache_key_add(h, path);
    return cache_key_end(h);
}

// "500M": bytes
static i64 cache_limit(void) {
    const char *s = getenv("VOLECACHESIZE");
    char *end;
    if (!s || !*s) return 0;
    i64 n = strtoll(s, &end, 10);
    int shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    return n <= 0 || n > INT64_MAX >> 31 ? 0 : n << shift;
}

static void add_program(Cmd *c, Str words) {
    StrVec v = {0};
    char open;
    if (split_quoted(c->a, words, &v, &open) && v.len) cache_add_remote(c->cache, cache_program(c->a, v.ptr, v.len));
}

static void add_url(Cmd *c, const char *url) {
    CacheRemote r;
    Err err = {0};
    if (remote_cache(c->a, c->env, str_c(url), &r, &err)) cache_add_remote(c->cache, r);
    else fprintf(stderr, "vole: build cache %s: %.*s; going on without it\n", url, SFMT(err.text));
}

Cache *cmd_cache(Cmd *c) {
    if (c->cache) return c->cache;
    const char *url = getenv("VOLECACHEURL");
    CacheOptions o = {env_get(c->env, "GOCACHE"), c->f.a, c->f.debug_cache, cache_limit()};
    c->cache = cache_open(c->a, o);
    add_program(c, env_get(c->env, "GOCACHEPROG"));
    if (url && *url) add_url(c, url);
    return c->cache;
}

static void begin(Cmd *c, i64 nargs) {
    Again *g = c->again;
    Seen *w = seen_use(NULL);
    g->on = may_rest(c, nargs);
    g->cwd = cmd_cwd(c);
    if (g->on) g->key = key_of(c, nargs);
    seen_use(g->on ? w : NULL);
}

// ---- comparing ------------------------------------------------------------------------------------------------------------

static bool same_answer(void *ctx, Str question, u64 answer) {
    Cmd *c = ctx;
    return str_eq(question, S("vcs")) && vcs_state(c->a, c->again->cwd, NULL) == answer;
}

static bool read_manifest(Cmd *c, Manifest *m, Str *bytes, bool few_calls) {
    Again *g = c->again;
    Str why;
    g->known = cache_get(cmd_cache(c), &g->key, "manifest", bytes);
    if (!g->known) return false;
    if (manifest_holds(c->a, g->cwd, *bytes, (ManifestAsk){same_answer, c, few_calls}, m, &why)) return true;
    if (c->f.debug_cache) fprintf(stderr, "vole: cache: manifest: %.*s\n", SFMT(why));
    return false;
}

static bool kept_image(Cmd *c, const SeenItem *s, Str *image) {
    CacheKey k = image_key(c, s->path);
    return cache_get(cmd_cache(c), &k, "program", image) && image->len == s->st.size &&
           hash_bytes(image->ptr, image->len, 1) == s->hash;
}

static bool stat_made(const char *path, SeenItem *s) {
    struct stat st;
    if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode)) return false;
    s->st = seen_stat(&st);
    return true;
}

// An output that is gone or another's comes from the cache. False: it must be built; then errors are told there.
static bool restore(Cmd *c, SeenItem *s, bool *restored) {
    const char *path = arena_cstr(c->a, s->path);
    Str image;
    if (manifest_is_made(path, s)) return true;
    if (dir_exists(path) || !output_may_be_replaced(path) || !kept_image(c, s, &image)) return false;
    if (!dir_make_all(c->a, path_dir(s->path)) || !file_write_atomic(path, image, 0777)) return false;
    return *restored = stat_made(path, s);
}

bool again_done(Cmd *c) {
    Again *g = c->again;
    Manifest m;
    Str bytes;
    begin(c, c->nargs);
    if (!g->on) return false;
    Seen *w = seen_use(NULL);
    bool good = read_manifest(c, &m, &bytes, false), restored = false;
    for (i64 i = 0; good && i < m.made.len; i++) good = restore(c, &m.made.ptr[i], &restored);
    if (good && (restored || m.newer)) cache_put(cmd_cache(c), &g->key, "manifest", manifest_restate(c->a, bytes, &m));
    if (good) cache_close(cmd_cache(c));
    seen_use(w);
    return good;
}

bool again_image(Cmd *c, i64 nargs, Str *name, Buf *image) {
    Again *g = c->again;
    Manifest m;
    Str bytes, kept;
    begin(c, nargs);
    if (!g->on) return false;
    Seen *w = seen_use(NULL);
    bool good = read_manifest(c, &m, &bytes, true) && m.made.len == 1 && kept_image(c, &m.made.ptr[0], &kept);
    if (good && m.newer) cache_put(cmd_cache(c), &g->key, "manifest", manifest_restate(c->a, bytes, &m));
    if (good) *name = m.made.ptr[0].path, *image = (Buf){(u8 *)(uintptr_t)kept.ptr, kept.len, kept.len};
    seen_use(w);
    return good;
}

void again_packs(Cmd *c, ProgramOptions *o) {
    Again *g = c->again;
    Str dir = env_get(c->env, "GOCACHE");
    if (!g || getenv("VOLE_NO_UNITS") || !dir.len || dir.ptr[0] != '/') return; // nothing would be kept
    if (!g->files) g->files = files_open(c->a, env_get(c->env, "GOCACHE"));
    o->cache = cmd_cache(c);
    o->files = g->files;
    o->trace_units = c->f.debug_cache;
}

void again_packs_alone(Cmd *c, ProgramOptions *o) {
    if (!c->again) c->again = ANEW(c->a, Again);
    again_packs(c, o);
}

// ---- keeping --------------------------------------------------------------------------------------------------------------

static void keep_image(Cmd *c, Str path, const Buf *image) {
    CacheKey k = image_key(c, path);
    cache_put(cmd_cache(c), &k, "program", buf_view(image));
}

void again_made(Cmd *c, Str path, const Buf *image, u64 hash) {
    SeenItem s = {0};
    if (!c->again || !c->again->on || str_eq(path, S("/dev/null"))) return;
    if (!stat_made(arena_cstr(c->a, path), &s)) {
        seen_spoil("it wrote what is no plain file");
        return;
    }
    seen_note(SEEN_MADE, path, &s.st, hash);
    if (c->again->known && image->len <= LARGE) keep_image(c, path, image);
}

void again_ran(Cmd *c, Str name, const Buf *image) {
    if (!c->again->on) return;
    SeenStat st = {.size = image->len};
    seen_note(SEEN_IMAGE, name, &st, hash_bytes(image->ptr, image->len, 1));
    keep_image(c, name, image);
}

static int end(Cmd *c, int rc) {
    if (c->again && c->again->files) files_close(c->again->files);
    if (c->cache) cache_close(c->cache);
    return rc;
}

int again_end(Cmd *c, int rc) {
    Again *g = c->again;
    const char *why = NULL;
    seen_use(NULL);
    Str bytes = rc == 0 && g->on ? manifest_make(c->a, g->cwd, g->seen, &why) : (Str){0};
    if (bytes.len) cache_put(cmd_cache(c), &g->key, "manifest", bytes);
    else if (why && c->f.debug_cache) fprintf(stderr, "vole: cache: no manifest: %s\n", why);
    return end(c, rc);
}

void again_child_begin(Cmd *c) {
    if (c->again && c->again->files) files_reload(c->again->files);
}

int again_child_end(Cmd *c, int rc) { return end(c, rc); }
