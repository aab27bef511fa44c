// git.c - git repositories for modules: a bare repository a remote in GOMODCACHE/cache/vcs, shared with the go command and locked as it locks it.
//
// It is filled as far as a question needs: the remote's refs, one commit at depth 1, at last all heads and tags. Only commits that a head or a tag
// reaches are ever taken. git is run without a shell and never asks anybody; what names come from outside stand behind --end-of-options.
// A repository belongs to whoever is between git_enter and git_leave.
#include "mod/vcs.h"
#include "mod/run.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef struct Ref {
    Str name, hash;
} Ref;
typedef struct StatEntry {
    bool ok;
    GitInfo info;
    Err err;
} StatEntry;
struct GitRepo {
    pthread_mutex_t lock;
    Arena *a;
    Str remote, dir, lock_file;
    int lock_fd;
    bool opened, sha256, local;                               // local: of a work tree
    enum { FETCHED_NONE, FETCHED_SOME, FETCHED_ALL } fetched; // in this process
    bool have_refs;
    Err refs_err;
    VEC(Ref) refs; // sorted by name
    Map *stats;    // revision -> StatEntry
};

Str git_url(const GitRepo *r) { return r->remote; }

// ---- running git ----------------------------------------------------------------------------------------------------------

static void set_default(Arena *a, StrList *env, const char *name, const char *value) {
    const char *v = getenv(name);
    if (!v || !*v) vec_push(a, env, arena_printf(a, "%s=%s", name, value));
}

static Str joined(Arena *a, const Str *args, i64 n) {
    Buf b = {0};
    for (i64 i = 0; i < n; i++) buf_printf(&b, "%s%.*s", i ? " " : "", SFMT(args[i]));
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

typedef struct GitRun {
    Str out, err;
    int code;
    int fd; // > 0: where standard output goes
} GitRun;

static bool run_args(Work *w, const GitRepo *r, StrList *args, GitRun *g, Err *err) {
    StrList env = {0};
    RunResult res;
    Err e = {0};
    set_default(w->a, &env, "GIT_TERMINAL_PROMPT", "0");
    set_default(w->a, &env, "GCM_INTERACTIVE", "never");
    const char *ssh = getenv("GIT_SSH");
    if (!ssh || !*ssh) set_default(w->a, &env, "GIT_SSH_COMMAND", "ssh -o ControlMaster=no -o BatchMode=yes");
    if (!r->local) vec_push(w->a, &env, arena_printf(w->a, "GIT_DIR=%.*s", SFMT(r->dir)));
    RunSpec s = {.dir = arena_cstr(w->a, r->dir),
                 .args = args->ptr,
                 .nargs = args->len,
                 .env = env.ptr,
                 .nenv = env.len,
                 .out_fd = g->fd,
                 .limit = MAX_ZIP};
    Str line = joined(w->a, args->ptr, args->len);
    if (w->f->opt.trace) fprintf(stderr, "cd %.*s; %.*s\n", SFMT(r->dir), SFMT(line));
    bool ok = run_program(w->a, &s, &res, &e);
    g->out = res.out, g->err = res.err, g->code = res.code;
    if (ok) return true;
    Buf b = {0};
    buf_printf(&b, "%.*s in %.*s: %.*s", SFMT(line), SFMT(r->dir), SFMT(e.text));
    while (res.err.len && res.err.ptr[res.err.len - 1] == '\n') res.err.len--;
    if (res.err.len) buf_c(&b, ":\n\t");
    for (i64 i = 0; i < res.err.len; i++) {
        buf_char(&b, res.err.ptr[i]);
        if (res.err.ptr[i] == '\n') buf_char(&b, '\t');
    }
    err_set(err, w->a, ERR_OTHER, "%.*s", SFMT(buf_view(&b)));
    buf_free(&b);
    return false;
}

// Words of a template, with what stands for %1 to %3 as one word each.
static bool git(Work *w, const GitRepo *r, GitRun *g, Err *err, const char *words, Str x, Str y) {
    StrList args = {0};
    for (const char *p = words; *p;) {
        const char *end = strchr(p, ' ');
        Str word = {p, end ? end - p : (i64)strlen(p)};
        vec_push(w->a, &args, str_eq(word, S("%1")) ? x : str_eq(word, S("%2")) ? y : word);
        p = end ? end + 1 : p + word.len;
    }
    return run_args(w, r, &args, g, err);
}

// ---- opening ----------------------------------------------------------------------------------------------------------------

static bool work_dir(Work *w, GitRepo *r, Err *err) {
    Str key = arena_printf(w->a, "git3:%.*s", SFMT(r->remote)), have;
    u8 sum[32];
    char hex[65];
    if (!cache_check(w, err)) return false;
    crypto_hash_sha256(sum, (const u8 *)key.ptr, (u64)key.len);
    sodium_bin2hex(hex, sizeof hex, sum, sizeof sum);
    r->dir = arena_printf(r->a, "%.*s/cache/vcs/%s", SFMT(w->f->cache), hex);
    r->lock_file = arena_printf(r->a, "%.*s.lock", SFMT(r->dir));
    if (!dir_make_all(w->a, path_dir(r->dir)))
        return err_set(err, w->a, ERR_OTHER, "mkdir %.*s: %s", SFMT(path_dir(r->dir)), err_os(errno));
    r->lock_fd = file_lock(arena_cstr(w->a, r->lock_file), O_RDWR | O_CREAT, err, w->a);
    if (r->lock_fd < 0) return false;
    const char *info = arena_cstr(w->a, arena_printf(w->a, "%.*s.info", SFMT(r->dir)));
    if (file_read(w->a, info, &have) && dir_exists(arena_cstr(w->a, r->dir))) {
        if (str_eq(str_trim(have), key)) return true;
        return err_set(err, w->a, ERR_OTHER, "%s exists with wrong content (have %.*s want %.*s)", info,
                       SFMT(str_quote(w->a, str_trim(have))), SFMT(str_quote(w->a, key)));
    }
    dir_remove_all(w->a, r->dir, NULL);
    if (dir_make_all(w->a, r->dir) && file_write_atomic(info, key, 0666)) return true;
    err_set(err, w->a, ERR_OTHER, "mkdir %.*s: %s", SFMT(r->dir), err_os(errno));
    dir_remove_all(w->a, r->dir, NULL);
    return false;
}

static bool load_refs(Work *w, GitRepo *r, Err *err);

static bool init_repo(Work *w, GitRepo *r, Err *err) {
    GitRun g = {0};
    Err e = {0};
    bool known = load_refs(w, r, &e), sha256 = known && r->refs.len && r->refs.ptr[0].hash.len == 64;
    bool ok =
        git(w, r, &g, err, sha256 ? "git init --bare --object-format=sha256" : "git init --bare --object-format=sha1",
            S(""), S("")) &&
        git(w, r, &g, err, "git remote add origin -- %1", r->remote, S(""));
    if (!ok) dir_remove_all(w->a, r->dir, NULL);
    return ok;
}

static bool is_sha256(Work *w, GitRepo *r) {
    GitRun g = {0};
    Err e = {0};
    return git(w, r, &g, &e, "git config extensions.objectformat", S(""), S("")) &&
           str_eq(str_trim(g.out), S("sha256"));
}

static bool open_repo(Work *w, GitRepo *r, Err *err) {
    if (str_find(r->remote, S("://")) < 0)
        return err_set(err, w->a, ERR_OTHER, "git remote (%.*s) must not be local directory%s", SFMT(r->remote),
                       str_index(r->remote, ':') >= 0 ? " (use URL syntax not host:path syntax)" : "");
    if (!work_dir(w, r, err)) return false;
    bool there = dir_exists(arena_cstr(w->a, path_join(w->a, r->dir, S("objects"))));
    if (!there && !init_repo(w, r, err)) return false;
    r->sha256 = is_sha256(w, r);
    return r->opened = true;
}

static void leave_files(GitRepo *r) {
    file_unlock(r->lock_fd);
    r->lock_fd = -1;
}

static GitRepo *new_repo(Work *w, Str remote) {
    GitRepo *r = calloc(1, sizeof *r);
    if (!r) fatal("out of memory");
    pthread_mutex_init(&r->lock, NULL);
    r->a = arena_new("git");
    r->remote = arena_str(r->a, remote);
    r->stats = map_new_str(r->a);
    r->lock_fd = -1;
    mutex_lock(&w->f->lock);
    vec_push(w->f->a, &w->f->repos, r);
    mutex_unlock(&w->f->lock);
    return r;
}

GitRepo *git_local(Work *w, Str dir) {
    GitRepo *r = new_repo(w, dir);
    pthread_mutex_lock(&r->lock);
    r->dir = r->remote;
    r->opened = r->local = r->have_refs = true; // what tags there are is asked of git alone
    r->sha256 = is_sha256(w, r);
    return r;
}

GitRepo *git_enter(Work *w, Str remote, Err *err) {
    Cell *c = cell_enter(w->f, arena_printf(w->a, "git %.*s", SFMT(remote)));
    if (!c->done) c->value = new_repo(w, remote), c->done = true;
    GitRepo *r = c->value;
    cell_leave(c);
    pthread_mutex_lock(&r->lock);
    bool ok = r->opened;
    if (ok) {
        r->lock_fd = file_lock(arena_cstr(w->a, r->lock_file), O_RDWR | O_CREAT, err, w->a);
        ok = r->lock_fd >= 0;
    } else ok = open_repo(w, r, err);
    if (ok) return r;
    leave_files(r);
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

void git_leave(GitRepo *r) {
    leave_files(r);
    pthread_mutex_unlock(&r->lock);
}

void git_free(GitRepo *r) {
    pthread_mutex_destroy(&r->lock);
    arena_free(r->a);
    free(r);
}

// ---- refs -------------------------------------------------------------------------------------------------------------------

static bool next_line(Str *text, Str *line) {
    if (!text->len) return false;
    i64 end = str_index(*text, '\n');
    *line = end < 0 ? *text : str_slice(*text, 0, end);
    *text = end < 0 ? S("") : str_slice(*text, end + 1, text->len);
    return true;
}

static int compare_refs(const void *x, const void *y) {
    return str_cmp(((const Ref *)x)->name, ((const Ref *)y)->name);
}

// A line of ls-remote. "name^{}" tells what an annotated tag points at; it follows the tag's own line.
static void add_ref(GitRepo *r, Str line) {
    i64 tab = str_index(line, '\t');
    if (tab < 0) return;
    Ref ref = {arena_str(r->a, str_slice(line, tab + 1, line.len)), arena_str(r->a, str_slice(line, 0, tab))};
    bool wanted = str_eq(ref.name, S("HEAD")) || str_has_prefix(ref.name, S("refs/heads/")) ||
                  str_has_prefix(ref.name, S("refs/tags/"));
    if (!wanted || str_index(ref.name, ' ') >= 0) return;
    if (str_has_suffix(ref.name, S("^{}"))) {
        ref.name.len -= 3;
        for (i64 i = 0; i < r->refs.len; i++)
            if (str_eq(r->refs.ptr[i].name, ref.name)) {
                r->refs.ptr[i].hash = ref.hash;
                return;
            }
    }
    vec_push(r->a, &r->refs, ref);
}

static void explain_remote(Work *w, GitRepo *r, Str said, Err *e) {
    Url u;
    Str text;
    Err web = {0};
    if (str_find(said, S("fatal: could not read Username")) >= 0)
        err_set(e, w->a, e->kind,
                "%.*s\nConfirm the import path was entered correctly.\nIf this is a private repository, see "
                "https://golang.org/doc/faq#git_https for additional information.",
                SFMT(e->text));
    // git does not say whether there is such a repository: the server does.
    bool http = str_has_prefix(r->remote, S("http://")) || str_has_prefix(r->remote, S("https://"));
    if (http && url_parse(w->a, r->remote, &u, NULL) && !http_get_text(w, &u, &text, &web) && web.kind == ERR_NOT_EXIST)
        e->kind = ERR_NOT_EXIST;
}

static bool load_refs(Work *w, GitRepo *r, Err *err) {
    if (!r->have_refs) {
        GitRun g = {0};
        Err e = {0};
        r->have_refs = true;
        // The remote's name may not be there yet: the URL is as good.
        if (git(w, r, &g, &e, "git ls-remote -q --end-of-options %1", r->opened ? S("origin") : r->remote, S(""))) {
            for (Str text = g.out, line; next_line(&text, &line);) add_ref(r, line);
            if (r->refs.len) qsort(r->refs.ptr, (size_t)r->refs.len, sizeof(Ref), compare_refs);
        } else {
            explain_remote(w, r, g.err, &e);
            r->refs_err = (Err){arena_str(r->a, e.text), e.kind};
        }
    }
    if (!r->refs_err.text.len) return true;
    *err = r->refs_err;
    return false;
}

static Str ref_hash(const GitRepo *r, const char *prefix, Str name) {
    Str p = str_c(prefix);
    for (i64 i = 0; i < r->refs.len; i++) {
        Str s = r->refs.ptr[i].name;
        if (s.len == p.len + name.len && str_has_prefix(s, p) && str_has_suffix(s, name)) return r->refs.ptr[i].hash;
    }
    return S("");
}

// A tag that a pseudo-version or a list of versions could be made of.
static bool is_version_tag(Work *w, Str tag) {
    Str c = semver_canonical(w->a, tag);
    return c.len && str_has_prefix(tag, c) && !pseudo_is(tag);
}

static Str sum_of(Arena *a, const char *kind, const Buf *b) {
    u8 h[32];
    char b64[64];
    crypto_hash_sha256(h, b->ptr ? b->ptr : (const u8 *)"", (u64)b->len);
    sodium_bin2base64(b64, sizeof b64, h, sizeof h, sodium_base64_VARIANT_ORIGINAL);
    return arena_printf(a, "%s:%s", kind, b64);
}

bool git_tags(Work *w, GitRepo *r, Str prefix, StrList *tags, Str *sum, Err *err) {
    if (!load_refs(w, r, err)) return false;
    i64 dir = str_rindex(prefix, '/') + 1;
    Buf b = {0};
    *tags = (StrList){0};
    for (i64 i = 0; i < r->refs.len; i++) {
        Ref *ref = &r->refs.ptr[i];
        if (!str_has_prefix(ref->name, S("refs/tags/"))) continue;
        Str tag = str_slice(ref->name, 10, ref->name.len);
        if (!str_has_prefix(tag, prefix)) continue;
        vec_push(w->a, tags, tag);
        if (is_version_tag(w, str_slice(tag, dir, tag.len)))
            buf_printf(&b, "%.*s %.*s\n", SFMT(str_quote(w->a, tag)), SFMT(ref->hash));
    }
    if (sum) *sum = sum_of(w->a, "t1", &b);
    buf_free(&b);
    return true;
}

bool git_ref(Work *w, GitRepo *r, Str ref, Str *hash, Err *err) {
    if (!load_refs(w, r, err)) return false;
    *hash = ref_hash(r, "", ref);
    return true;
}

bool git_repo_sum(Work *w, GitRepo *r, Str *sum) {
    Err ignored = {0};
    Buf b = {0};
    if (!load_refs(w, r, &ignored)) return false;
    for (i64 i = 0; i < r->refs.len; i++)
        buf_printf(&b, "%.*s %.*s\n", SFMT(str_quote(w->a, r->refs.ptr[i].name)), SFMT(r->refs.ptr[i].hash));
    *sum = sum_of(w->a, "r1", &b);
    buf_free(&b);
    return true;
}

// ---- commits ------------------------------------------------------------------------------------------------------------------

static Str format_time(Arena *a, i64 t, const char *form) {
    struct tm tm;
    time_t at = (time_t)t;
    char buf[64];
    if (!gmtime_r(&at, &tm)) return S("");
    strftime(buf, sizeof buf, form, &tm);
    return arena_printf(a, "%s", buf);
}

Str time_rfc3339(Arena *a, i64 t) { return format_time(a, t, "%Y-%m-%dT%H:%M:%SZ"); }
Str time_14(Arena *a, i64 t) { return format_time(a, t, "%Y%m%d%H%M%S"); }

static bool is_hash(const GitRepo *r, Str s) { // or the beginning of one
    if (s.len < 7 || s.len > (r->sha256 ? 64 : 40)) return false;
    for (i64 i = 0; i < s.len; i++)
        if (!strchr("0123456789abcdef", s.ptr[i])) return false;
    return true;
}

static void add_tag(GitRepo *r, StrList *tags, Str tag) {
    for (i64 i = 0; i < tags->len; i++)
        if (str_eq(tags->ptr[i], tag)) return;
    vec_push(r->a, tags, arena_str(r->a, tag));
}

// "HEAD -> master, tag: v1.2.3, tag: v1.2.4": tags cannot hold a blank or a comma.
static void read_tags(GitRepo *r, Str names, StrList *tags) {
    while (names.len) {
        i64 end = str_find(names, S(", "));
        Str one = end < 0 ? names : str_slice(names, 0, end);
        names = end < 0 ? S("") : str_slice(names, end + 2, names.len);
        if (str_has_prefix(one, S("tag: "))) add_tag(r, tags, str_slice(one, 5, one.len));
    }
}

static bool unknown(Work *w, Str rev, Err *err) {
    return err_set(err, w->a, ERR_NOT_EXIST, "unknown revision %.*s", SFMT(rev));
}

static bool stat_local(Work *w, GitRepo *r, Str version, Str rev, GitInfo *info, Err *err) {
    GitRun g = {0};
    Err e = {0};
    if (!git(w, r, &g, &e,
             "git -c log.showsignature=false log --no-decorate -n1 --format=format:%H%n%ct%n%D --end-of-options %1 --",
             rev, S("")))
        return unknown(w, rev, err);
    Str text = g.out, hash = S(""), when = S(""), names = S("");
    if (!next_line(&text, &hash) || !next_line(&text, &when))
        return err_set(err, w->a, ERR_OTHER, "unexpected response from git log: %.*s", SFMT(str_quote(w->a, g.out)));
    next_line(&text, &names);
    i64 t = strtoll(arena_cstr(w->a, arena_str(w->a, when)), NULL, 10);
    *info = (GitInfo){
        .name = arena_str(r->a, hash), .time = time_rfc3339(r->a, t), .time14 = time_14(r->a, t), .ref = S("")};
    info->short_name = str_slice(info->name, 0, i64_min(12, info->name.len));
    info->version = info->name;
    read_tags(r, names, &info->tags);
    if (load_refs(w, r, &e)) // a shallow fetch does not bring all tags
        for (i64 i = 0; i < r->refs.len; i++)
            if (str_eq(r->refs.ptr[i].hash, hash) && str_has_prefix(r->refs.ptr[i].name, S("refs/tags/")))
                add_tag(r, &info->tags, str_slice(r->refs.ptr[i].name, 10, r->refs.ptr[i].name.len));
    str_sort(info->tags.ptr, info->tags.len);
    for (i64 i = 0; i < info->tags.len; i++)
        if (str_eq(info->tags.ptr[i], version)) info->version = info->tags.ptr[i];
    if (!str_has_prefix(hash, rev)) info->ref = arena_str(r->a, rev);
    return true;
}

static bool fetch_all(Work *w, GitRepo *r, Err *err) {
    GitRun g = {0};
    if (r->fetched == FETCHED_ALL) return true;
    if (r->local) return err_set(err, w->a, ERR_NOT_EXIST, "there is no such revision in %.*s", SFMT(r->dir));
    if (!git(w, r, &g, err, "git fetch -f --end-of-options origin refs/heads/*:refs/heads/* refs/tags/*:refs/tags/*",
             S(""), S("")))
        return false;
    bool shallow = file_exists(arena_cstr(w->a, path_join(w->a, r->dir, S("shallow"))));
    if (shallow && !git(w, r, &g, err, "git fetch --unshallow -f --end-of-options origin", S(""), S(""))) return false;
    r->fetched = FETCHED_ALL;
    return true;
}

// Which ref and hash a revision is; *rev becomes the hash where the name's meaning can change.
static bool resolve(Work *w, GitRepo *r, Str *rev, Str *ref, Str *hash, Err *err) {
    *ref = *hash = S("");
    Str h;
    if ((h = ref_hash(r, "refs/tags/", *rev)).len) {
        *ref = arena_printf(r->a, "refs/tags/%.*s", SFMT(*rev)), *hash = h;
    } else if ((h = ref_hash(r, "refs/heads/", *rev)).len) {
        *ref = arena_printf(r->a, "refs/heads/%.*s", SFMT(*rev)), *hash = *rev = h;
    } else if (str_eq(*rev, S("HEAD")) && (h = ref_hash(r, "", *rev)).len) {
        *ref = S("HEAD"), *hash = *rev = h;
    } else if (is_hash(r, *rev)) {
        Str prefix = *rev;
        for (i64 i = 0; i < r->refs.len; i++) { // by name, so the first of a hash is the one
            if (!str_has_prefix(r->refs.ptr[i].hash, prefix)) continue;
            if (hash->len && !str_eq(*hash, r->refs.ptr[i].hash))
                return err_set(err, w->a, ERR_OTHER, "ambiguous revision %.*s", SFMT(prefix));
            if (!ref->len) *ref = r->refs.ptr[i].name;
            *hash = *rev = r->refs.ptr[i].hash;
        }
        if (!hash->len && rev->len == (r->sha256 ? 64 : 40)) *hash = *rev;
    } else return unknown(w, *rev, err);
    return true;
}

// The commit is here, but the tag that led to it is not.
static bool add_local_tag(Work *w, GitRepo *r, Str rev, Str ref, Str hash, GitInfo *info, Err *err) {
    if (!str_has_prefix(ref, S("refs/tags/"))) return true;
    GitRun g = {0};
    Err e = {0};
    if (git(w, r, &g, &e, "git rev-parse -q --verify --end-of-options %1", ref, S(""))) return true;
    if (!git(w, r, &g, err, "git tag --end-of-options %1 %2", str_slice(ref, 10, ref.len), hash)) return false;
    return stat_local(w, r, rev, ref, info, err);
}

static bool stat_remote(Work *w, GitRepo *r, Str rev, bool tried, GitInfo *info, Err *err) {
    Str ref, hash;
    GitRun g = {0};
    Err e = {0};
    if (!load_refs(w, r, err) || !resolve(w, r, &rev, &ref, &hash, err)) return false;
    bool ok = false;
    if (hash.len && stat_local(w, r, rev, hash, info, &e)) {
        ok = true;
        if (!add_local_tag(w, r, rev, ref, hash, info, err)) return false;
    } else if (ref.len && r->fetched <= FETCHED_SOME) {
        r->fetched = FETCHED_SOME;
        bool head = str_eq(ref, S("HEAD"));
        Str spec = head ? arena_printf(w->a, "%.*s:refs/dummy", SFMT(hash))
                        : arena_printf(w->a, "%.*s:%.*s", SFMT(ref), SFMT(ref));
        if (git(w, r, &g, &e, "git -c protocol.version=2 fetch -f --depth=1 --end-of-options origin %1", spec, S("")))
            ok = stat_local(w, r, rev, head ? hash : ref, info, &e);
    }
    (void)tried;
    if (!ok && (!fetch_all(w, r, err) || !stat_local(w, r, rev, rev, info, err))) return false;
    info->ref = str_eq(ref, info->name) ? S("") : ref;
    return true;
}

static bool stat_now(Work *w, GitRepo *r, Str rev, GitInfo *info, Err *err) {
    Err e = {0};
    GitRun g = {0};
    bool hash = is_hash(r, rev);
    if (hash && stat_local(w, r, rev, rev, info, &e)) return true;
    Str ref = arena_printf(w->a, "refs/tags/%.*s", SFMT(rev));
    if (git(w, r, &g, &e, "git rev-parse -q --verify --end-of-options %1", ref, S("")) &&
        stat_local(w, r, rev, ref, info, &e))
        return true;
    return stat_remote(w, r, rev, hash, info, err);
}

bool git_stat(Work *w, GitRepo *r, Str rev, GitInfo *info, Err *err) {
    StatEntry *s = map_get_str(r->stats, rev);
    if (!s) {
        Err e = {0};
        s = ANEW(r->a, StatEntry);
        s->ok = stat_now(w, r, rev, &s->info, &e);
        if (!s->ok) s->err = (Err){arena_str(r->a, e.text), e.kind};
        map_set_str(r->stats, arena_str(r->a, rev), s);
    }
    if (s->ok) *info = s->info;
    else *err = s->err;
    return s->ok;
}

bool git_latest(Work *w, GitRepo *r, GitInfo *info, Err *err) {
    if (!load_refs(w, r, err)) return false;
    Str head = ref_hash(r, "", S("HEAD"));
    if (!head.len) return err_set(err, w->a, ERR_NOT_EXIST, "no commits");
    if (!git_stat(w, r, head, info, err)) return false;
    info->ref = S("HEAD");
    return true;
}

// ---- files ------------------------------------------------------------------------------------------------------------------

bool git_read_file(Work *w, GitRepo *r, Str rev, Str file, Str *text, Err *err) {
    GitInfo info;
    GitRun g = {0};
    Err e = {0};
    if (!git_stat(w, r, rev, &info, err)) return false;
    if (!git(w, r, &g, &e, "git cat-file --end-of-options blob %1",
             arena_printf(w->a, "%.*s:%.*s", SFMT(info.name), SFMT(file)), S("")))
        return err_set(err, w->a, ERR_NOT_EXIST, "file does not exist");
    *text = g.out;
    return true;
}

// No file of the repository's own may change what an archive holds.
static bool ensure_attributes(Work *w, GitRepo *r, Err *err) {
    Str want = S("\n* -export-subst -export-ignore\n"), have = S("");
    Str dir = path_join(w->a, r->dir, S("info"));
    const char *file = arena_cstr(w->a, path_join(w->a, dir, S("attributes")));
    file_read(w->a, file, &have);
    if (str_has_suffix(have, want)) return true;
    Str text = arena_printf(w->a, "%.*s%.*s", SFMT(have), SFMT(want));
    if (dir_make_all(w->a, dir) && file_write_atomic(file, text, 0666)) return true;
    return err_set(err, w->a, ERR_OTHER, "open %s: %s", file, err_os(errno));
}

bool git_archive(Work *w, GitRepo *r, Str rev, Str subdir, int fd, Err *err) {
    GitInfo info;
    GitRun g = {.fd = fd};
    if (!git_stat(w, r, rev, &info, err) || !ensure_attributes(w, r, err)) return false;
    const char *words =
        "git -c core.autocrlf=input -c core.eol=lf archive --format=zip --prefix=prefix/ --end-of-options %1 %2";
    if (!subdir.len)
        words = "git -c core.autocrlf=input -c core.eol=lf archive --format=zip --prefix=prefix/ --end-of-options %1";
    if (git(w, r, &g, err, words, info.name, subdir)) return true;
    if (str_find(g.err, S("did not match any files")) >= 0)
        return err_set(err, w->a, ERR_NOT_EXIST, "file does not exist");
    return false;
}

// ---- history ------------------------------------------------------------------------------------------------------------------

static bool highest_tag(Work *w, GitRepo *r, Str rev, Str prefix, bool (*allowed)(void *, Str), void *ctx, Str *tag,
                        Err *err) {
    GitRun g = {0};
    Str best = S("");
    *tag = S("");
    if (!git(w, r, &g, err, "git for-each-ref --format=%(refname) %1", arena_printf(w->a, "--merged=%.*s", SFMT(rev)),
             S("")))
        return false;
    for (Str text = g.out, line; next_line(&text, &line);) {
        if (!str_has_prefix(line, S("refs/tags/"))) continue;
        Str t = str_slice(line, 10, line.len);
        if (!str_has_prefix(t, prefix) || !allowed(ctx, t)) continue;
        Str v = str_slice(t, prefix.len, t.len);
        if (!best.len || semver_cmp(v, best) > 0) best = v;
    }
    if (best.len) *tag = arena_printf(w->a, "%.*s%.*s", SFMT(prefix), SFMT(best));
    return true;
}

bool git_recent_tag(Work *w, GitRepo *r, Str rev, Str prefix, bool (*allowed)(void *, Str), void *ctx, Str *tag,
                    Err *err) {
    GitInfo info;
    StrList tags;
    if (!git_stat(w, r, rev, &info, err) || !highest_tag(w, r, info.name, prefix, allowed, ctx, tag, err)) return false;
    if (tag->len) return true;
    if (!git_tags(w, r, arena_printf(w->a, "%.*sv", SFMT(prefix)), &tags, NULL, err)) return false;
    if (!tags.len || r->fetched == FETCHED_ALL) return true;
    return fetch_all(w, r, err) && highest_tag(w, r, info.name, prefix, allowed, ctx, tag, err); // the history tells
}

bool git_descends(Work *w, GitRepo *r, Str rev, Str tag, bool *yes, Err *err) {
    static const char ask[] = "git merge-base --is-ancestor -- %1 %2";
    GitRun g = {0};
    GitInfo info;
    StrList tags;
    Err e = {0};
    *yes = git(w, r, &g, &e, ask, tag, rev);
    if (*yes) return true;
    if (!git_tags(w, r, tag, &tags, NULL, err)) return false;
    if (!tags.len) return true;
    if (!git_stat(w, r, rev, &info, err) || !fetch_all(w, r, err)) return false;
    *yes = git(w, r, &g, &e, ask, tag, rev);
    if (*yes || g.code == 1) return true;
    *err = e;
    return false;
}
