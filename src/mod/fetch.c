// fetch.c - the Fetcher: answers from the cache, else from the proxies in turn; downloading, verifying and unpacking of modules.
//
// What is asked twice is computed once (Cells). A zip file is downloaded into a file without a name in the cache's folder; it gets its name when its
// names, sizes and hash are verified, so that whatever fails or kills the process leaves nothing. Unpacking is marked by VERSION.partial, as the
// go command does it: a folder with that mark, or without a .ziphash, is not there.
#include "mod/fetch_int.h"
#include "mod/auth.h"
#include "mod/vcs.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- the Fetcher ------------------------------------------------------------------------------------------------------

Fetcher *fetch_new(Arena *a, const Env *env, FetchOptions opt) {
    Fetcher *f = ANEW(a, Fetcher);
    f->a = arena_new("fetch");
    f->env = env;
    f->opt = opt;
    f->cells = map_new_str(f->a);
    f->cache = env_get(env, "GOMODCACHE");
    f->http = http_new();
    f->sums = gosum_new();
    f->auth = auth_new();
    proxies_read(f);
    return f;
}

void fetch_free(Fetcher *f) {
    for (i64 i = 0; i < map_len(f->cells); i++) pthread_mutex_destroy(&((Cell *)map_at(f->cells, i)->val)->lock);
    for (i64 i = 0; i < f->idle.len; i++) arena_free(f->idle.ptr[i]);
    for (i64 i = 0; i < f->repos.len; i++) git_free(f->repos.ptr[i]);
    sumdb_free(f->sumdb);
    auth_free(f->auth);
    http_free(f->http);
    free(f->sums);
    arena_free(f->a);
}

Work work_begin(Fetcher *f) {
    mutex_lock(&f->lock);
    Arena *a = f->idle.len ? f->idle.ptr[--f->idle.len] : NULL;
    mutex_unlock(&f->lock);
    return (Work){f, a ? a : arena_new("fetch work")};
}

void work_end(Work *w) {
    arena_reset(w->a);
    mutex_lock(&w->f->lock);
    vec_push(w->f->a, &w->f->idle, w->a);
    mutex_unlock(&w->f->lock);
    w->a = NULL;
}

Str fetch_keep(Fetcher *f, Str s) {
    mutex_lock(&f->lock);
    Str out = arena_str(f->a, s);
    mutex_unlock(&f->lock);
    return out;
}

bool fetch_fail(Work *w, Err *inner, Err *out) {
    if (out) *out = (Err){fetch_keep(w->f, inner->text), inner->kind};
    return false;
}

Cell *cell_enter(Fetcher *f, Str key) {
    mutex_lock(&f->lock);
    Cell *c = map_get_str(f->cells, key);
    if (!c) {
        c = ANEW(f->a, Cell);
        pthread_mutex_init(&c->lock, NULL);
        map_set_str(f->cells, arena_str(f->a, key), c);
    }
    mutex_unlock(&f->lock);
    pthread_mutex_lock(&c->lock);
    return c;
}

void cell_leave(Cell *c) { pthread_mutex_unlock(&c->lock); }

static Cell *enter(Work *w, const char *what, Str path, Str more) {
    return cell_enter(w->f, arena_printf(w->a, "%s %.*s@%.*s", what, SFMT(path), SFMT(more)));
}

// The end of a cell's computation: what is known from now on.
static bool settle(Work *w, Cell *c, bool ok, void *value, Err *e, Err *err) {
    c->done = true, c->ok = ok, c->value = value;
    if (!ok) fetch_fail(w, e, &c->err);
    if (!ok && err) *err = c->err;
    return ok;
}

// Whether a cell is still to be computed, or to be computed further: more proxies may be asked than before.
static bool is_open(const Fetcher *f, const Cell *c) {
    return !c->done || (!c->ok && !c->asked.over && c->asked.next && c->asked.next < f->limit);
}

static bool known(Cell *c, Err *err) {
    if (!c->ok && err) *err = c->err;
    return c->ok;
}

bool fetch_is_private(const Fetcher *f, Str path) {
    return module_match_prefix_patterns(env_get(f->env, "GONOPROXY"), path);
}

// ---- information ------------------------------------------------------------------------------------------------------

static RevInfo *keep_info(Fetcher *f, const RevInfo *i) {
    mutex_lock(&f->lock);
    RevInfo *k = ANEW(f->a, RevInfo);
    *k = (RevInfo){arena_str(f->a, i->version), arena_str(f->a, i->time), arena_str(f->a, i->name),
                   arena_str(f->a, i->short_name), arena_str(f->a, i->origin)};
    mutex_unlock(&f->lock);
    return k;
}

typedef struct Question {
    Str rev;
    RevInfo *info;
    Str *text, **list, *origin;
    i64 *n;
    int fd;
} Question;

static bool is_direct(Str proxy) { return str_eq(proxy, S("direct")); }

static bool ask_stat(Work *w, Str proxy, Str path, void *ctx, Err *err) {
    Question *q = ctx;
    return is_direct(proxy) ? direct_stat(w, path, q->rev, q->info, err)
                            : proxy_stat(w, proxy, path, q->rev, q->info, err);
}

static bool ask_latest(Work *w, Str proxy, Str path, void *ctx, Err *err) {
    Question *q = ctx;
    return is_direct(proxy) ? direct_latest(w, path, q->info, err) : proxy_latest(w, proxy, path, q->info, err);
}

static bool ask_versions(Work *w, Str proxy, Str path, void *ctx, Err *err) {
    Question *q = ctx;
    *q->origin = S("");
    return is_direct(proxy) ? direct_versions(w, path, q->rev, q->list, q->n, q->origin, err)
                            : proxy_versions(w, proxy, path, q->rev, q->list, q->n, err);
}

static bool ask_gomod(Work *w, Str proxy, Str path, void *ctx, Err *err) {
    Question *q = ctx;
    return is_direct(proxy) ? direct_gomod(w, path, q->rev, q->text, err)
                            : proxy_gomod(w, proxy, path, q->rev, q->text, err);
}

static bool ask_zip(Work *w, Str proxy, Str path, void *ctx, Err *err) {
    Question *q = ctx;
    return is_direct(proxy) ? direct_zip(w, path, q->rev, q->fd, err) : proxy_zip(w, proxy, path, q->rev, q->fd, err);
}

static bool stat_now(Work *w, Str path, Str rev, RevInfo *info, Asked *asked, Err *err) {
    if (!cache_check(w, err)) return false;
    if (cache_read_info(w, path, rev, info)) return true;
    Question q = {.rev = rev, .info = info};
    if (!proxies_resume(w, path, ask_stat, &q, asked, err)) return false;
    cache_write_info(w, path, info);
    return true;
}

bool fetch_stat(Fetcher *f, Str path, Str rev, RevInfo *out, Err *err) {
    Work w = work_begin(f);
    Cell *c = enter(&w, "stat", path, rev);
    if (is_open(f, c)) {
        Err e = c->err;
        RevInfo info = {0};
        bool ok = module_is_toolchain(path) ? toolchain_stat(&w, path, rev, &info, &e)
                                            : stat_now(&w, path, rev, &info, &c->asked, &e);
        settle(&w, c, ok, ok || info.origin.len ? keep_info(f, &info) : NULL, &e, NULL);
    }
    bool ok = known(c, err);
    if (c->value && out) *out = *(RevInfo *)c->value;
    cell_leave(c);
    work_end(&w);
    return ok;
}

// What the newest commit is called will be asked next.
static void remember_stat(Work *w, Str path, const RevInfo *info) {
    Cell *c = enter(w, "stat", path, info->version);
    if (!c->done) settle(w, c, true, keep_info(w->f, info), NULL, NULL);
    cell_leave(c);
}

bool fetch_latest(Fetcher *f, Str path, RevInfo *out, Err *err) {
    Work w = work_begin(f);
    Cell *c = enter(&w, "latest", path, S(""));
    if (is_open(f, c)) {
        Err e = c->err;
        RevInfo info = {0};
        Question q = {.info = &info};
        bool ok = module_is_toolchain(path)
                      ? toolchain_latest(&w, path, &info, &e)
                      : cache_check(&w, &e) && proxies_resume(&w, path, ask_latest, &q, &c->asked, &e);
        RevInfo old;
        if (ok && !module_is_toolchain(path) && !cache_read_info(&w, path, info.version, &old))
            cache_write_info(&w, path, &info);
        settle(&w, c, ok, ok || info.origin.len ? keep_info(f, &info) : NULL, &e, NULL);
        if (ok) remember_stat(&w, path, &info);
    }
    bool ok = known(c, err);
    if (c->value && out) *out = *(RevInfo *)c->value;
    cell_leave(c);
    work_end(&w);
    return ok;
}

static bool ask_origin(Work *w, Str proxy, Str path, void *ctx, Err *err) {
    if (is_direct(proxy)) return direct_origin_holds(w, path, ctx, err);
    return err_set(err, w->a, ERR_OTHER, "a proxy does not say what a repository is like");
}

bool fetch_origin_holds(Fetcher *f, Str path, const Origin *o) {
    Work w = work_begin(f);
    Err ignored = {0};
    Origin copy = *o;
    bool ok = proxies_try(&w, path, ask_origin, &copy, &ignored);
    work_end(&w);
    return ok;
}

typedef struct VersionList {
    Str *list;
    i64 n;
    Str origin;
} VersionList;

static VersionList *keep_list(Fetcher *f, Str *list, i64 n, Str origin) {
    mutex_lock(&f->lock);
    VersionList *v = ANEW(f->a, VersionList);
    *v = (VersionList){ANEWN(f->a, Str, n + 1), n, arena_str(f->a, origin)};
    for (i64 i = 0; i < n; i++) v->list[i] = arena_str(f->a, list[i]);
    mutex_unlock(&f->lock);
    return v;
}

bool fetch_versions(Fetcher *f, Str path, Str prefix, Str **list, i64 *n, Str *origin, Err *err) {
    Work w = work_begin(f);
    Cell *c = enter(&w, "versions", path, prefix);
    if (is_open(f, c)) {
        Err e = c->err;
        Str *l = NULL, o = S("");
        i64 count = 0;
        Question q = {.rev = prefix, .list = &l, .n = &count, .origin = &o};
        bool ok = module_is_toolchain(path) ? toolchain_versions(&w, path, &l, &count, &e)
                                            : proxies_resume(&w, path, ask_versions, &q, &c->asked, &e);
        settle(&w, c, ok, ok ? keep_list(f, l, count, o) : NULL, &e, NULL);
    }
    bool ok = known(c, err);
    VersionList *v = c->value;
    if (ok) *list = v->list, *n = v->n;
    if (ok && origin) *origin = v->origin;
    cell_leave(c);
    work_end(&w);
    return ok;
}

// ---- go.mod -------------------------------------------------------------------------------------------------------------

static bool check_gomod(Work *w, ModVersion mv, Str text, Err *err) {
    ModVersion sum = {mv.path, arena_printf(w->a, "%.*s/go.mod", SFMT(mv.version))};
    return gosum_check(w, sum, gosum_of_text(w->a, text), err);
}

static bool gomod_now(Work *w, ModVersion mv, Str *text, Err *err) {
    if (module_is_toolchain(mv.path)) {
        *text = arena_printf(w->a, "module %.*s\n", SFMT(mv.path));
        return true;
    }
    if (!cache_check(w, err)) return false;
    if (cache_read_gomod(w, mv, text)) return check_gomod(w, mv, *text, err);
    Question q = {.rev = mv.version, .text = text};
    if (!proxies_try(w, mv.path, ask_gomod, &q, err) || !check_gomod(w, mv, *text, err)) return false;
    if (!cache_write_gomod(w, mv, *text)) tell("go: writing go.mod cache: %s\n", err_os(errno));
    return true;
}

static Str *keep_str(Fetcher *f, Str s) {
    mutex_lock(&f->lock);
    Str *p = ANEW(f->a, Str);
    *p = arena_str(f->a, s);
    mutex_unlock(&f->lock);
    return p;
}

bool fetch_gomod(Fetcher *f, ModVersion mv, Str *text, Err *err) {
    Work w = work_begin(f);
    Cell *c = enter(&w, "gomod", mv.path, mv.version);
    if (!c->done) {
        Err e = {0};
        Str t = S("");
        bool ok = gomod_now(&w, mv, &t, &e);
        settle(&w, c, ok, ok ? keep_str(f, t) : NULL, &e, NULL);
    }
    bool ok = known(c, err);
    if (ok && text) *text = *(Str *)c->value;
    cell_leave(c);
    work_end(&w);
    return ok;
}

bool fetch_cached_gomod(Fetcher *f, ModVersion mv, Str *text) {
    Work w = work_begin(f);
    Str t;
    bool ok = cache_read_gomod(&w, mv, &t);
    if (ok) *text = fetch_keep(f, t);
    work_end(&w);
    return ok;
}

// ---- zip files ----------------------------------------------------------------------------------------------------------

static bool is_sum(Str s) { return s.len == 47 && str_has_prefix(s, S("h1:")) && str_index(s, 0) < 0; }

static bool read_ziphash(Work *w, ModVersion mv, Str *h1) {
    Str file, text;
    if (!cache_path(w, mv, "ziphash", &file, NULL) || !file_read_locked(w->a, arena_cstr(w->a, file), &text))
        return false;
    *h1 = str_trim(text);
    return is_sum(*h1);
}

// Hashes a file, verifies it, notes the hash.
static bool verify_zip(Work *w, ModVersion mv, Str zip, Err *err) {
    Str h1, file;
    if (!fetch_hash_zip(w->a, zip, &h1, err) || !gosum_check(w, mv, h1, err)) return false;
    if (!cache_path(w, mv, "ziphash", &file, err)) return false;
    if (file_write_locked(w->a, arena_cstr(w->a, file), h1)) return true;
    return err_set(err, w->a, ERR_OTHER, "open %.*s: %s", SFMT(file), err_os(errno));
}

static bool check_module(Work *w, ModVersion mv, Err *err) {
    Str h1, zip;
    if (read_ziphash(w, mv, &h1)) return gosum_check(w, mv, h1, err);
    return cache_path(w, mv, "zip", &zip, err) && verify_zip(w, mv, zip, err);
}

static int nameless_file(const char *dir, char *named, size_t size) {
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
    named[0] = 0;
    if (fd >= 0) return fd;
    snprintf(named, size, "%s/v.zipXXXXXX.tmp", dir); // a file system that has only named ones
    return mkostemps(named, 4, O_CLOEXEC);
}

static bool name_file(int fd, const char *named, const char *to) {
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    if (named[0]) return chmod(named, 0644) == 0 && rename(named, to) == 0;
    return linkat(AT_FDCWD, self, AT_FDCWD, to, AT_SYMLINK_FOLLOW) == 0 || errno == EEXIST;
}

static void announce(Work *w, ModVersion mv) {
    if (w->f->opt.progress) tell("go: downloading %.*s %.*s\n", SFMT(mv.path), SFMT(mv.version));
}

// Under the version's lock.
static bool download_zip(Work *w, ModVersion mv, Str zip, Err *err) {
    Str h1;
    const char *path = arena_cstr(w->a, zip);
    if (file_exists(path)) return read_ziphash(w, mv, &h1) || verify_zip(w, mv, zip, err);
    char named[4096];
    int fd = nameless_file(arena_cstr(w->a, path_dir(zip)), named, sizeof named);
    if (fd < 0) return err_set(err, w->a, ERR_OTHER, "open %s: %s", path, err_os(errno));
    Question q = {.rev = mv.version, .fd = fd};
    Str file = named[0] ? str_c(named) : arena_printf(w->a, "/proc/self/fd/%d", fd);
    Err e = {0};
    bool ok = proxies_try(w, mv.path, ask_zip, &q, err);
    if (ok && !zip_check_prefix(w, file, mv, zip, &e))
        ok = err_set(err, w->a, e.kind, "%.*s@%.*s: %.*s", SFMT(mv.path), SFMT(mv.version), SFMT(e.text));
    ok = ok && verify_zip(w, mv, file, err);
    if (ok && !name_file(fd, named, path)) ok = err_set(err, w->a, ERR_OTHER, "rename to %s: %s", path, err_os(errno));
    if (!ok && named[0]) unlink(named);
    close(fd);
    return ok;
}

static bool zip_now(Work *w, ModVersion mv, Str *zip, Err *err) {
    Str h1;
    if (!cache_path(w, mv, "zip", zip, err)) return false;
    if (file_exists(arena_cstr(w->a, *zip)) && read_ziphash(w, mv, &h1)) return gosum_check(w, mv, h1, err);
    announce(w, mv);
    int lock = cache_lock_version(w, mv, err);
    if (lock < 0) return false;
    bool ok = download_zip(w, mv, *zip, err);
    file_unlock(lock);
    // The go command keeps the .info of what it downloads, and would ask for it after us: no error if there is none.
    if (ok) fetch_stat(w->f, mv.path, mv.version, NULL, &(Err){0});
    return ok;
}

bool fetch_zip(Fetcher *f, ModVersion mv, Str *file, Err *err) {
    Work w = work_begin(f);
    Cell *c = enter(&w, "zip", mv.path, mv.version);
    if (!c->done) {
        Err e = {0};
        Str zip;
        bool ok = zip_now(&w, mv, &zip, &e);
        settle(&w, c, ok, ok ? keep_str(f, zip) : NULL, &e, NULL);
    }
    bool ok = known(c, err);
    if (ok && file) *file = *(Str *)c->value;
    cell_leave(c);
    work_end(&w);
    return ok;
}

// ---- folders ------------------------------------------------------------------------------------------------------------

// Folders that an older go command left beside ours.
static void remove_debris(Work *w, Str dir) {
    Str *names, base = arena_printf(w->a, "%.*s.tmp-", SFMT(path_base(dir)));
    i64 n;
    if (!dir_list(w->a, arena_cstr(w->a, path_dir(dir)), &names, &n)) return;
    for (i64 i = 0; i < n; i++)
        if (str_has_prefix(names[i], base)) dir_remove_all(w->a, path_join(w->a, path_dir(dir), names[i]), NULL);
}

static bool unpack_locked(Work *w, ModVersion mv, Str zip, Str dir, Err *err) {
    Str partial;
    DirState state = cache_dir_state(w, mv, dir);
    if (state == DIR_READY) return true;
    remove_debris(w, dir);
    if (state == DIR_PARTIAL && !dir_remove_all(w->a, dir, NULL))
        return err_set(err, w->a, ERR_OTHER, "remove %.*s: %s", SFMT(dir), err_os(errno));
    if (!cache_path(w, mv, "partial", &partial, err)) return false;
    if (!dir_make_all(w->a, path_dir(dir)))
        return err_set(err, w->a, ERR_OTHER, "mkdir %.*s: %s", SFMT(path_dir(dir)), err_os(errno));
    const char *mark = arena_cstr(w->a, partial);
    if (!file_write_atomic(mark, S(""), 0666)) return err_set(err, w->a, ERR_OTHER, "open %s: %s", mark, err_os(errno));
    if (zip_unpack(w, zip, mv, dir, w->f->opt.modcacherw, err))
        return unlink(mark) == 0 || err_set(err, w->a, ERR_OTHER, "remove %s: %s", mark, err_os(errno));
    if (dir_remove_all(w->a, dir, NULL)) unlink(mark);
    return false;
}

static bool too_new(Work *w, ModVersion mv, Str dir, Err *err) {
    Str text;
    if (!file_read(w->a, arena_cstr(w->a, path_join(w->a, dir, S("go.mod"))), &text)) return false;
    ModFile *m = modfile_parse_lax(w->a, S("go.mod"), text, NULL, NULL, NULL);
    if (!modfile_is_too_new(w->f->env, m)) return false;
    modfile_too_new(w->a, w->f->env, modver_string(w->a, mv), m->go.value, err);
    return true;
}

static bool dir_now(Work *w, ModVersion mv, Str *dir, Err *err) {
    Str zip;
    if (module_is_toolchain(mv.path)) return err_set(err, w->a, ERR_OTHER, "a toolchain is not in the module cache");
    if (!cache_dir(w, mv, dir, err)) return false;
    if (cache_dir_state(w, mv, *dir) != DIR_READY) {
        if (!fetch_zip(w->f, mv, &zip, err)) return false;
        int lock = cache_lock_version(w, mv, err);
        if (lock < 0) return false;
        bool ok = unpack_locked(w, mv, zip, *dir, err);
        file_unlock(lock);
        if (!ok) return false;
    }
    return check_module(w, mv, err) && !too_new(w, mv, *dir, err);
}

bool fetch_dir(Fetcher *f, ModVersion mv, Str *dir, Err *err) {
    Work w = work_begin(f);
    Cell *c = enter(&w, "dir", mv.path, mv.version);
    if (!c->done) {
        Err e = {0};
        Str d;
        bool ok = dir_now(&w, mv, &d, &e);
        settle(&w, c, ok, ok ? keep_str(f, d) : NULL, &e, NULL);
    }
    bool ok = known(c, err);
    if (ok && dir) *dir = *(Str *)c->value;
    cell_leave(c);
    work_end(&w);
    return ok;
}

bool fetch_cached_dir(Fetcher *f, ModVersion mv, Str *dir) {
    Work w = work_begin(f);
    Str d;
    bool ok = !module_is_toolchain(mv.path) && cache_dir(&w, mv, &d, NULL) && cache_dir_state(&w, mv, d) == DIR_READY;
    if (ok && dir) *dir = fetch_keep(f, d);
    work_end(&w);
    return ok;
}

static Str existing(Work *w, ModVersion mv, const char *suffix) {
    Str file;
    if (!cache_path(w, mv, suffix, &file, NULL) || !file_exists(arena_cstr(w->a, file))) return S("");
    return fetch_keep(w->f, file);
}

void fetch_files(Fetcher *f, ModVersion mv, FetchFiles *out) {
    Work w = work_begin(f);
    Str h1, text;
    *out =
        (FetchFiles){existing(&w, mv, "info"), existing(&w, mv, "mod"), existing(&w, mv, "zip"), S(""), S(""), S("")};
    if (!fetch_cached_dir(f, mv, &out->dir)) out->dir = S("");
    if (read_ziphash(&w, mv, &h1)) out->sum = fetch_keep(f, h1);
    if (cache_read_gomod(&w, mv, &text)) out->gomod_sum = fetch_keep(f, gosum_of_text(w.a, text));
    work_end(&w);
}

// ---- many at once ---------------------------------------------------------------------------------------------------------

typedef struct Many {
    Fetcher *f;
    FetchJob *jobs;
} Many;

static void run_job(void *ctx, i64 i, int worker) {
    Many *m = ctx;
    FetchJob *j = &m->jobs[i];
    (void)worker;
    if (j->gomod_only) fetch_gomod(m->f, j->mod, &j->result, &j->err);
    else if (j->zip) fetch_zip(m->f, j->mod, &j->result, &j->err);
    else fetch_dir(m->f, j->mod, &j->result, &j->err);
}

void fetch_many(Fetcher *f, FetchJob *jobs, i64 n) {
    Many m = {f, jobs};
    parallel_for(n, f->opt.parallel > 0 ? f->opt.parallel : 10, run_job, &m);
}
