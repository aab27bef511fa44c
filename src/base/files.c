// files.c - reading, writing and naming files.
#include "base/base.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_rest(int fd, char *p, i64 n, i64 *got) {
    *got = 0;
    while (*got < n) {
        ssize_t r = read(fd, p + *got, (size_t)(n - *got));
        if (r < 0 && errno == EINTR) continue;
        if (r < 0) return false;
        if (r == 0) break;
        *got += r;
    }
    return true;
}

// A pipe or a file of /proc says size 0: read until it ends.
static bool read_stream(Arena *a, int fd, Str *out) {
    Buf b = {0};
    for (;;) {
        i64 got;
        buf_reserve(&b, 1 << 16);
        if (!read_rest(fd, (char *)b.ptr + b.len, b.cap - b.len, &got)) {
            buf_free(&b);
            return false;
        }
        if (got == 0) break;
        b.len += got;
    }
    *out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return true;
}

static bool read_fd(Arena *a, int fd, Str *out, struct stat *st) {
    if (fstat(fd, st) != 0) return false;
    if (S_ISDIR(st->st_mode)) {
        errno = EISDIR;
        return false;
    }
    if (!S_ISREG(st->st_mode) || st->st_size == 0) return read_stream(a, fd, out);
    char *p = arena_alloc(a, st->st_size + 1, 16);
    i64 got;
    if (!read_rest(fd, p, st->st_size, &got)) return false;
    *out = (Str){p, got};
    return true;
}

static bool is_absence(int e) { return e == ENOENT || e == ENOTDIR; }

static void note_read(const char *path, bool ok, const struct stat *st, Str text) {
    SeenStat s = {0};
    if (ok) s = seen_stat(st);
    if (ok ? !S_ISREG(s.mode) : !is_absence(errno) && errno != EISDIR) seen_spoil("it read what is no plain file");
    seen_note(SEEN_READ, str_c(path), &s, ok ? hash_bytes(text.ptr, text.len, 1) : 0);
}

bool file_read_open(Arena *a, int fd, const char *path, Str *out) {
    struct stat st;
    bool ok = fd >= 0 && read_fd(a, fd, out, &st);
    int e = errno;
    if (seen_on()) note_read(path, ok, &st, *out);
    errno = e;
    return ok;
}

bool file_read(Arena *a, const char *path, Str *out) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = file_read_open(a, fd, path, out);
    int e = errno;
    if (fd >= 0) close(fd);
    errno = e;
    return ok;
}

// What one write brings lies in large pieces of the page cache, and the kernel (6.18) maps a whole piece where one page of it is touched. So an
// executable is written in pieces: of 64 KB, what kernels map around a fault in any case, but not more than MOST.
static i64 piece_of(i64 size, int mode) {
    enum { AROUND = 64 << 10, MOST = 128 };
    i64 piece = AROUND;
    while (piece * MOST < size) piece *= 2;
    return mode & 0111 ? piece : size;
}

static bool write_part(int fd, Str data, int mode) {
    i64 piece = piece_of(data.len, mode);
    for (i64 done = 0; done < data.len;) {
        ssize_t w = write(fd, data.ptr + done, (size_t)i64_min(data.len - done, piece - done % piece));
        if (w < 0 && errno == EINTR) continue;
        if (w < 0) return false;
        done += w;
    }
    return true;
}

static bool write_all(int fd, const Str *parts, i64 n, int mode) {
    bool ok = true;
    for (i64 i = 0; i < n && ok; i++) ok = write_part(fd, parts[i], mode);
    return ok;
}

// The finished file gets its name; an older file of that name is replaced in one step, or is gone first.
static bool name_file(int fd, const char *path, char *tmp, Replace how) {
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    for (int i = 0; i < 100; i++) {
        if (linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0) return true;
        if (errno != EEXIST) return false;
        if (how == REPLACE_AT_ONCE) break;
        unlink(path);
    }
    for (int i = 0; i < 100; i++) {
        sprintf(tmp, "%s.tmp-%d.%d", path, (int)getpid(), i);
        if (linkat(AT_FDCWD, self, AT_FDCWD, tmp, AT_SYMLINK_FOLLOW) != 0) {
            if (errno == EEXIST) continue;
            return false;
        }
        if (rename(tmp, path) == 0) return true;
        int e = errno;
        unlink(tmp);
        errno = e;
        return false;
    }
    return false;
}

// Who finds the name of a program that somebody still has open for writing cannot run it.
static int reopen(int fd) {
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    return open(self, O_PATH | O_CLOEXEC);
}

// A file without a name until it is complete: whatever kills the process leaves nothing behind. False with *known unset: the file system cannot.
static bool write_nameless(const char *path, const Str *parts, i64 n, int mode, char *tmp, Replace how, bool *known) {
    strcpy(tmp, path);
    char *slash = strrchr(tmp, '/');
    if (slash) slash[slash == tmp] = 0;
    int fd = open(slash ? tmp : ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, (mode_t)mode);
    *known = fd >= 0;
    if (fd < 0) return false;
    bool ok = write_all(fd, parts, n, mode);
    int e = errno, again = ok ? reopen(fd) : -1;
    if (ok && again < 0) *known = ok = false; // no /proc
    if (close(fd) != 0 && ok) ok = false, e = errno;
    if (ok && !name_file(again, path, tmp, how)) {
        e = errno;
        *known = e != ENOENT && e != EPERM && e != EXDEV;
        ok = false;
    }
    if (again >= 0) close(again);
    errno = e;
    return ok;
}

static bool write_named(const char *path, const Str *parts, i64 n, int mode, char *tmp) {
    int fd = -1;
    for (int i = 0; i < 100 && fd < 0; i++) {
        sprintf(tmp, "%s.tmp-%d.%d", path, (int)getpid(), i);
        fd = open(tmp, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, (mode_t)mode);
        if (fd < 0 && errno != EEXIST) return false;
    }
    if (fd < 0) return false;
    bool ok = write_all(fd, parts, n, mode);
    int e = errno;
    if (close(fd) != 0 && ok) ok = false, e = errno;
    errno = e;
    if (ok && rename(tmp, path) == 0) return true;
    e = errno;
    unlink(tmp);
    errno = e;
    return false;
}

// A device, a pipe or a socket is written to, never replaced.
static bool is_special(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static bool write_through(const char *path, const Str *parts, i64 n) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return false;
    bool ok = write_all(fd, parts, n, 0);
    int e = errno;
    if (close(fd) != 0 && ok) return false;
    errno = e;
    return ok;
}

bool file_write_atomic(const char *path, Str data, int mode) {
    return file_write_parts(path, &data, 1, mode, REPLACE_AT_ONCE);
}

bool file_write_parts(const char *path, const Str *parts, i64 n, int mode, Replace how) {
    if (is_special(path)) return write_through(path, parts, n);
    char *tmp = malloc(strlen(path) + 64);
    if (!tmp) fatal("out of memory");
    bool known, ok = write_nameless(path, parts, n, mode, tmp, how, &known);
    if (!ok && !known) ok = write_named(path, parts, n, mode, tmp);
    int e = errno;
    free(tmp);
    errno = e;
    return ok;
}

bool file_exists(const char *path) {
    struct stat st;
    bool found = stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
    if (seen_on()) seen_note(SEEN_IS_FILE, str_c(path), NULL, found);
    return found;
}

bool dir_exists(const char *path) {
    struct stat st;
    bool found = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    if (seen_on()) seen_note(SEEN_IS_DIR, str_c(path), NULL, found);
    return found;
}

static u32 note_type(SeenKind kind, const char *path, int rc, const struct stat *st) {
    SeenStat s = {.mode = rc == 0 ? st->st_mode & S_IFMT : 0};
    int e = errno;
    if (seen_on()) seen_note(kind, str_c(path), &s, 0);
    errno = e;
    return s.mode;
}

u32 file_type(const char *path) {
    struct stat st;
    return note_type(SEEN_TYPE, path, stat(path, &st), &st);
}

u32 file_ltype(const char *path) {
    struct stat st;
    return note_type(SEEN_LTYPE, path, lstat(path, &st), &st);
}

Str file_real_path(Arena *a, const char *path) {
    char *p = realpath(path, NULL);
    int e = errno;
    if (!p && e == ENOMEM) fatal("out of memory");
    Str real = p ? arena_str(a, str_c(p)) : (Str){0};
    free(p);
    if (seen_on()) seen_note(SEEN_REAL, str_c(path), NULL, hash_bytes(real.ptr, real.len, 1));
    errno = e;
    return real;
}

bool file_may_run(const char *path) {
    bool may = access(path, X_OK) == 0;
    if (seen_on()) seen_note(SEEN_RUN, str_c(path), NULL, may);
    return may;
}

bool dir_list(Arena *a, const char *path, Str **names, i64 *n) {
    DIR *d = opendir(path);
    struct stat st;
    SeenStat before = {0}; // as it was when the first name was read
    if (!d) {
        int e = errno;
        if (e == ENOMEM) fatal("out of memory"); // what is in it would seem not to be there
        if (!is_absence(e)) seen_spoil("a folder cannot be read");
        if (seen_on()) seen_note(SEEN_NAMES, str_c(path), &before, 0);
        errno = e;
        return false;
    }
    if (seen_on() && fstat(dirfd(d), &st) == 0) before = seen_stat(&st);
    VEC(Str) v = {0};
    struct dirent *e;
    while (errno = 0, (e = readdir(d)) != NULL) { // malloc sets errno though it succeeds
        Str s = str_c(e->d_name);
        if (!str_eq(s, S(".")) && !str_eq(s, S(".."))) vec_push(a, &v, arena_str(a, s));
    }
    int err = errno;
    if (seen_on()) seen_note(SEEN_NAMES, str_c(path), &before, seen_names(v.ptr, v.len));
    closedir(d);
    errno = err;
    if (err) return false;
    str_sort(v.ptr, v.len);
    *names = v.ptr;
    *n = v.len;
    return true;
}

bool dir_make_all(Arena *a, Str dir) {
    char *p = (char *)arena_cstr(a, arena_str(a, dir));
    if (mkdir(p, 0777) == 0) return true; // mostly only the last one is missing
    for (i64 i = 1; i <= dir.len; i++) {
        if (i < dir.len && p[i] != '/') continue;
        char c = p[i];
        p[i] = 0;
        bool ok = mkdir(p, 0777) == 0;
        int e = errno;
        ok = ok || e == EEXIST || dir_exists(p);
        p[i] = c;
        if (!ok) return errno = e, false;
    }
    return dir_exists(p) || (errno = ENOTDIR, false);
}

typedef struct Removal {
    Arena *a;
    Str failed; // the first that could not be removed
    int why;
} Removal;

static void keep_failure(Removal *r, Str path) {
    if (errno == ENOENT || r->failed.len) return;
    r->failed = path;
    r->why = errno;
}

// Never follows a link: what a link names is not in the folder.
static void remove_tree(Removal *r, Str path) {
    struct stat st;
    Str *names;
    i64 n;
    const char *z = arena_cstr(r->a, path);
    if (lstat(z, &st) != 0) {
        keep_failure(r, path);
        return;
    }
    if (S_ISDIR(st.st_mode)) {
        chmod(z, 0700); // folders of the module cache cannot be written
        if (dir_list(r->a, z, &names, &n))
            for (i64 i = 0; i < n; i++) remove_tree(r, path_join(r->a, path, names[i]));
        else keep_failure(r, path);
    }
    if (S_ISDIR(st.st_mode) ? rmdir(z) != 0 : unlink(z) != 0) keep_failure(r, path);
}

bool dir_remove_all(Arena *a, Str path, Str *failed) {
    Removal r = {.a = arena_new("removal")};
    remove_tree(&r, path);
    if (failed) *failed = arena_str(a, r.failed);
    bool good = !r.failed.len;
    arena_free(r.a);
    errno = r.why;
    return good;
}

Str path_join(Arena *a, Str x, Str y) {
    if (!x.len) return path_clean(a, y);
    if (!y.len) return path_clean(a, x);
    return path_clean(a, arena_printf(a, "%.*s/%.*s", SFMT(x), SFMT(y)));
}

// Lexical: no double slashes, no ".", ".." only at the start of a relative path; never empty.
Str path_clean(Arena *a, Str p) {
    bool rooted = p.len && p.ptr[0] == '/';
    char *out = arena_alloc(a, p.len + 2, 1);
    i64 n = 0, keep; // out[..keep) cannot be backed over
    if (rooted) out[n++] = '/';
    keep = n;
    for (i64 i = 0; i < p.len;) {
        i64 j = i;
        while (j < p.len && p.ptr[j] != '/') j++;
        Str part = {p.ptr + i, j - i};
        i = j + 1;
        if (!part.len || str_eq(part, S("."))) continue;
        if (str_eq(part, S(".."))) {
            if (n > keep) {
                n--;
                while (n > keep && out[n - 1] != '/') n--;
                if (n > keep) n--; // the slash
                continue;
            }
            if (rooted) continue;
        }
        if (n > (rooted ? 1 : 0)) out[n++] = '/';
        memcpy(out + n, part.ptr, (size_t)part.len);
        n += part.len;
        if (str_eq(part, S(".."))) keep = n;
    }
    if (n == 0) out[n++] = '.';
    out[n] = 0;
    return (Str){out, n};
}

Str path_base(Str p) {
    while (p.len > 1 && p.ptr[p.len - 1] == '/') p.len--;
    i64 i = str_rindex(p, '/');
    if (i < 0) return p.len ? p : S(".");
    return p.len == 1 ? p : (Str){p.ptr + i + 1, p.len - i - 1};
}

Str path_dir(Str p) {
    i64 i = str_rindex(p, '/');
    if (i < 0) return S(".");
    while (i > 0 && p.ptr[i - 1] == '/') i--;
    return i == 0 ? S("/") : (Str){p.ptr, i};
}

// The current folder is called as the shell calls it, through whatever symbolic links: $PWD if that is the place.
static bool pwd_is_here(const char *pwd) {
    struct stat there, here;
    return pwd[0] == '/' && stat(pwd, &there) == 0 && stat(".", &here) == 0 && there.st_dev == here.st_dev &&
           there.st_ino == here.st_ino;
}

Str path_abs(Arena *a, Str p) {
    if (p.len && p.ptr[0] == '/') return path_clean(a, p);
    const char *env = getenv("PWD");
    Str pwd = path_clean(a, str_c(env ? env : ""));
    if (pwd_is_here(arena_cstr(a, pwd))) return path_join(a, pwd, p);
    char *cwd = getcwd(NULL, 0);
    if (!cwd) fatal("cannot find the current directory: %s", err_os(errno));
    Str s = path_join(a, str_c(cwd), p);
    free(cwd);
    return s;
}

bool path_list_next(Str *list, Str *dir) {
    for (*dir = S(""); list->len && !dir->len;) {
        i64 colon = str_index(*list, ':'), end = colon < 0 ? list->len : colon;
        *dir = str_slice(*list, 0, end);
        *list = str_slice(*list, i64_min(end + 1, list->len), list->len);
    }
    return dir->len > 0;
}

bool file_on_path(Arena *a, Str program) {
    const char *path = getenv("PATH");
    Str list = str_c(path ? path : ""), dir;
    while (path_list_next(&list, &dir))
        if (file_exists(arena_cstr(a, path_join(a, dir, program)))) return true;
    return false;
}

Str file_above(Arena *a, Str dir, const char *name, Str stop, FileThere there, void *ctx) {
    for (dir = path_clean(a, dir);; dir = path_dir(dir)) {
        Str file = path_join(a, dir, str_c(name));
        if (there ? there(ctx, file) : file_exists(arena_cstr(a, file))) return file;
        Str up = path_dir(dir);
        if (str_eq(up, dir) || (stop.len && str_eq(up, stop))) return S("");
    }
}
