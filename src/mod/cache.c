// cache.c - the module cache's files: names, locks, .info and .mod files, the list of versions.
//
// Layout and locks are cmd/go's: GOMODCACHE/cache/download/PATH/@v/VERSION.{info,mod,zip,ziphash,lock,partial} and list; folders PATH@VERSION.
// Locks are flock(2) on the whole file, held by an open file description, so that threads of one process exclude each other as processes do.
#include "mod/fetch_int.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- names ------------------------------------------------------------------------------------------------------------

static bool find_cache(Work *w, Err *err) {
    Str c = w->f->cache;
    if (!c.len) return err_set(err, w->a, ERR_OTHER, "module cache not found: neither GOMODCACHE nor GOPATH is set");
    if (c.ptr[0] != '/')
        return err_set(err, w->a, ERR_OTHER, "GOMODCACHE entry is relative; must be absolute path: %.*s.",
                       SFMT(str_quote(w->a, c)));
    const char *p = arena_cstr(w->a, c);
    u32 type = file_type(p);
    if (type && !S_ISDIR(type))
        return err_set(err, w->a, ERR_OTHER, "could not create module cache: %.*s is not a directory",
                       SFMT(str_quote(w->a, c)));
    if (dir_make_all(w->a, c)) return true;
    return err_set(err, w->a, ERR_OTHER, "could not create module cache: mkdir %s: %s", p, err_os(errno));
}

// Without a folder for the cache no module can be had: whoever must have one (err) ends the command, as the go command does.
bool cache_check(Work *w, const Err *err) {
    Err e = {0};
    if (__atomic_load_n(&w->f->cache_found, __ATOMIC_RELAXED)) return true;
    if (find_cache(w, &e)) {
        __atomic_store_n(&w->f->cache_found, true, __ATOMIC_RELAXED);
        return true;
    }
    if (err) fatal_text(arena_printf(w->a, "go: %.*s\n", SFMT(e.text)));
    return false;
}

// Path and version as the cache writes them; false: not what may have a file there.
static bool escaped(Work *w, ModVersion mv, Str *path, Str *version, Err *err) {
    if (!cache_check(w, err) || !module_escape_path(w->a, mv.path, path, err)) return false;
    Str q = str_quote(w->a, mv.version);
    if (!semver_valid(mv.version)) return err_set(err, w->a, ERR_OTHER, "non-semver module version %.*s", SFMT(q));
    if (!str_eq(module_canonical_version(w->a, mv.version), mv.version))
        return err_set(err, w->a, ERR_OTHER, "non-canonical module version %.*s", SFMT(q));
    return module_escape_version(w->a, mv.version, version, err);
}

bool cache_path(Work *w, ModVersion mv, const char *suffix, Str *file, Err *err) {
    Str path, version;
    if (module_is_toolchain(mv.path)) return err_set(err, w->a, ERR_OTHER, "a toolchain is not in the module cache");
    if (!escaped(w, mv, &path, &version, err)) return false;
    *file =
        arena_printf(w->a, "%.*s/cache/download/%.*s/@v/%.*s.%s", SFMT(w->f->cache), SFMT(path), SFMT(version), suffix);
    return true;
}

bool cache_dir(Work *w, ModVersion mv, Str *dir, Err *err) {
    Str path, version;
    if (!escaped(w, mv, &path, &version, err)) return false;
    *dir = arena_printf(w->a, "%.*s/%.*s@%.*s", SFMT(w->f->cache), SFMT(path), SFMT(version));
    return true;
}

DirState cache_dir_state(Work *w, ModVersion mv, Str dir) {
    Str partial, hash;
    u32 type = file_type(arena_cstr(w->a, dir));
    if (!type) return DIR_ABSENT;
    if (!S_ISDIR(type) || !cache_path(w, mv, "partial", &partial, NULL) || !cache_path(w, mv, "ziphash", &hash, NULL))
        return DIR_PARTIAL;
    if (file_exists(arena_cstr(w->a, partial))) return DIR_PARTIAL;
    return file_exists(arena_cstr(w->a, hash)) ? DIR_READY : DIR_PARTIAL;
}

// ---- locks --------------------------------------------------------------------------------------------------------------

int file_lock(const char *path, int flags, Err *err, Arena *a) {
    int fd = open(path, flags | O_CLOEXEC, 0666);
    if (fd < 0) {
        err_set(err, a, errno == ENOENT ? ERR_NOT_EXIST : ERR_OTHER, "open %s: %s", path, err_os(errno));
        return -1;
    }
    int how = (flags & O_ACCMODE) == O_RDONLY ? LOCK_SH : LOCK_EX;
    while (flock(fd, how) != 0) {
        if (errno == EINTR) continue;
        if (errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS) break; // a file system without locks
        err_set(err, a, ERR_OTHER, "lock %s: %s", path, err_os(errno));
        close(fd);
        return -1;
    }
    return fd;
}

void file_unlock(int fd) {
    if (fd >= 0) close(fd);
}

int cache_lock_version(Work *w, ModVersion mv, Err *err) {
    Str file;
    if (!cache_path(w, mv, "lock", &file, err)) return -1;
    if (!dir_make_all(w->a, path_dir(file))) {
        err_set(err, w->a, ERR_OTHER, "mkdir %.*s: %s", SFMT(path_dir(file)), err_os(errno));
        return -1;
    }
    return file_lock(arena_cstr(w->a, file), O_RDWR | O_CREAT, err, w->a);
}

int cache_side_lock(Work *w) {
    if (!cache_check(w, NULL)) return -1;
    Str dir = arena_printf(w->a, "%.*s/cache", SFMT(w->f->cache));
    if (!dir_make_all(w->a, dir)) return -1;
    return file_lock(arena_cstr(w->a, arena_printf(w->a, "%.*s/lock", SFMT(dir))), O_RDWR | O_CREAT, NULL, w->a);
}

bool file_read_locked(Arena *a, const char *path, Str *text) {
    int fd = file_lock(path, O_RDONLY, NULL, a);
    bool ok = file_read_open(a, fd, path, text);
    int e = errno;
    file_unlock(fd);
    errno = e;
    return ok;
}

static bool write_at(int fd, Str s) {
    for (i64 at = 0; at < s.len;) {
        ssize_t n = pwrite(fd, s.ptr + at, (size_t)(s.len - at), at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        at += n;
    }
    return true;
}

// In place, as cmd/go does it: whoever holds the lock sees the old or the new text. A file that cannot be written whole is emptied.
bool file_write_locked(Arena *a, const char *path, Str text) {
    int fd = file_lock(path, O_RDWR | O_CREAT, NULL, a);
    if (fd < 0) return false;
    bool ok = ftruncate(fd, 0) == 0 && write_at(fd, text);
    if (!ok) ok = ftruncate(fd, 0) == 0 && false;
    file_unlock(fd);
    return ok;
}

// ---- .info, .mod, list ---------------------------------------------------------------------------------------------------

static bool read_file(Work *w, ModVersion mv, const char *suffix, Str *text) {
    Str file;
    if (module_is_toolchain(mv.path) || !cache_path(w, mv, suffix, &file, NULL)) return false;
    return file_read(w->a, arena_cstr(w->a, file), text);
}

// GOPROXY=off: a commit that the cache knows by a pseudo-version.
static bool read_info_by_hash(Work *w, Str path, Str rev, RevInfo *info) {
    Str esc, *names, best = S("");
    i64 n;
    if (rev.len < 12 || !module_escape_path(w->a, path, &esc, NULL)) return false;
    for (i64 i = 0; i < rev.len; i++)
        if (!strchr("0123456789abcdef", rev.ptr[i])) return false;
    Str dir = arena_printf(w->a, "%.*s/cache/download/%.*s/@v", SFMT(w->f->cache), SFMT(esc));
    if (!dir_list(w->a, arena_cstr(w->a, dir), &names, &n)) return false;
    Str tail = arena_printf(w->a, "-%.12s.info", rev.ptr);
    for (i64 i = 0; i < n; i++) {
        Str v = str_slice(names[i], 0, i64_max(0, names[i].len - 5));
        if (str_has_suffix(names[i], tail) && pseudo_is(v) && (!best.len || semver_cmp(v, best) > 0)) best = v;
    }
    return best.len && cache_read_info(w, path, best, info);
}

bool cache_read_info(Work *w, Str path, Str version, RevInfo *info) {
    Str text;
    ModVersion mv = {path, version};
    if (read_file(w, mv, "info", &text)) {
        // A revision's information is found under its version only, and what is there must say so.
        return revinfo_parse(w->a, text, info, NULL) && semver_valid(info->version);
    }
    return str_eq(env_get(w->f->env, "GOPROXY"), S("off")) && read_info_by_hash(w, path, version, info);
}

static bool write_file(Work *w, ModVersion mv, const char *suffix, Str text) {
    Str file;
    if (!cache_path(w, mv, suffix, &file, NULL) || !dir_make_all(w->a, path_dir(file))) return false;
    return file_write_atomic(arena_cstr(w->a, file), text, 0666);
}

bool cache_write_info(Work *w, Str path, const RevInfo *info) {
    ModVersion mv = {path, info->version};
    return write_file(w, mv, "info", revinfo_json(w->a, info, true));
}

bool cache_read_gomod(Work *w, ModVersion mv, Str *text) {
    return read_file(w, mv, "mod", text) && !str_has_prefix(*text, S("//vgo 0.0."));
}

static int compare_semver(const void *x, const void *y) {
    Str a = *(const Str *)x, b = *(const Str *)y;
    int c = semver_cmp(a, b);
    return c ? c : str_cmp(a, b);
}

// "list": the versions whose go.mod is here, for a file: proxy made of the cache.
static void rewrite_list(Work *w, Str dir) {
    const char *list = arena_cstr(w->a, arena_printf(w->a, "%.*s/list", SFMT(dir)));
    int fd = file_lock(list, O_RDWR | O_CREAT, NULL, w->a);
    Str *names, old;
    i64 n;
    if (fd < 0) return;
    VEC(Str) v = {0};
    if (dir_list(w->a, arena_cstr(w->a, dir), &names, &n))
        for (i64 i = 0; i < n; i++) {
            Str s = str_has_suffix(names[i], S(".mod")) ? str_slice(names[i], 0, names[i].len - 4) : S("");
            if (s.len && str_eq(module_canonical_version(w->a, s), s)) vec_push(w->a, &v, s);
        }
    if (v.len) qsort(v.ptr, (size_t)v.len, sizeof(Str), compare_semver);
    Buf b = {0};
    for (i64 i = 0; i < v.len; i++) buf_printf(&b, "%.*s\n", SFMT(v.ptr[i]));
    bool same = file_read_open(w->a, fd, list, &old) && str_eq(old, buf_view(&b));
    if (!same && (ftruncate(fd, 0) != 0 || !write_at(fd, buf_view(&b))) && ftruncate(fd, 0) != 0) {
    } // best effort
    buf_free(&b);
    file_unlock(fd);
}

bool cache_write_gomod(Work *w, ModVersion mv, Str text) {
    Str file;
    if (!write_file(w, mv, "mod", text) || !cache_path(w, mv, "mod", &file, NULL)) return false;
    rewrite_list(w, path_dir(file));
    return true;
}
