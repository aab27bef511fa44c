// seen.c - what a command asked the file system, so that a later one can tell whether all answers are still the same.
//
// In:   questions of the functions in files.c and seen_answer, of one thread and of those that parallel_for starts for it.
// Out:  a list of SeenItem, each question once. Two different answers to one question spoil the list: the world moved meanwhile.
// The list in use is the second and last per-thread state of the toolchain (the first: fail.c).
#include "base/base.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct Seen {
    Arena *a;
    Mutex lock;
    Map *known; // kind and path -> SeenItem
    VEC(SeenItem *) list;
    const char *spoiled;
};

static _Thread_local Seen *current;

Seen *seen_new(Arena *a) {
    Seen *w = ANEW(a, Seen);
    w->a = a;
    w->known = map_new_str(a);
    return w;
}

Seen *seen_use(Seen *w) {
    Seen *before = current;
    current = w;
    return before;
}

bool seen_on(void) { return current != NULL; }
i64 seen_count(const Seen *w) { return w->list.len; }
SeenItem *seen_at(const Seen *w, i64 i) { return w->list.ptr[i]; }
const char *seen_spoiled(const Seen *w) { return w->spoiled; }

void seen_spoil(const char *why) {
    if (!current) return;
    mutex_lock(&current->lock);
    if (!current->spoiled) current->spoiled = why;
    mutex_unlock(&current->lock);
}

i64 seen_ns(struct timespec t) { return (i64)t.tv_sec * 1000000000 + t.tv_nsec; }

SeenStat seen_stat(const struct stat *st) {
    return (SeenStat){st->st_mode, st->st_size, seen_ns(st->st_mtim), seen_ns(st->st_ctim), st->st_ino};
}

// A file that changed a moment ago may change again without a sign: clocks of file systems tick slowly, some every two seconds.
bool seen_is_fresh(const SeenStat *st) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return i64_max(st->mtime, st->ctime) > seen_ns(now) - 2000000000;
}

static bool same(const SeenItem *x, const SeenItem *y) {
    bool files = x->st.size == y->st.size && x->st.mtime == y->st.mtime && x->st.ino == y->st.ino;
    return x->hash == y->hash && ((x->st.mode ^ y->st.mode) & S_IFMT) == 0 && (x->kind != SEEN_READ || files);
}

static void add(Seen *w, SeenItem s) {
    Str key = arena_printf(w->a, "%c%.*s", 'a' + (int)s.kind, SFMT(s.path));
    SeenItem *old = map_get_str(w->known, key);
    if (old) {
        if (!same(old, &s) && !w->spoiled) w->spoiled = "files changed during the build";
        return;
    }
    SeenItem *n = ANEW(w->a, SeenItem);
    *n = s;
    n->path = str_slice(key, 1, key.len);
    map_set_str(w->known, key, n);
    vec_push(w->a, &w->list, n);
}

void seen_note(SeenKind kind, Str path, const SeenStat *st, u64 hash) {
    Seen *w = current;
    if (!w) return;
    SeenItem s = {.kind = kind, .path = path, .hash = hash};
    if (st) s.st = *st, s.fresh = seen_is_fresh(st);
    mutex_lock(&w->lock);
    add(w, s);
    mutex_unlock(&w->lock);
}

u64 seen_names(const Str *names, i64 n) {
    u64 sum = (u64)n;
    for (i64 i = 0; i < n; i++) sum += hash_bytes(names[i].ptr, names[i].len, 1);
    return sum;
}

// What a child process saw comes back through a file: the same program on both sides, nothing to check.
void seen_send(const Seen *w, i64 from, int fd) {
    Buf b = {0};
    for (i64 i = from; i < w->list.len; i++) {
        buf_bytes(&b, w->list.ptr[i], sizeof(SeenItem));
        buf_str(&b, w->list.ptr[i]->path);
    }
    ssize_t n = w->spoiled ? -1 : pwrite(fd, b.ptr, (size_t)b.len, 1);
    char whole = n == b.len;
    if (pwrite(fd, &whole, 1, 0) != 1) _exit(1);
    buf_free(&b);
}

void seen_receive(Seen *w, int fd) {
    struct stat st;
    char *p = fstat(fd, &st) == 0 && st.st_size > 0 ? arena_alloc(w->a, st.st_size, 1) : NULL;
    if (!p || pread(fd, p, (size_t)st.st_size, 0) != st.st_size || !p[0]) {
        if (!w->spoiled) w->spoiled = "a part of the build was not watched";
        return;
    }
    for (i64 at = 1; at < st.st_size;) {
        SeenItem s;
        memcpy(&s, p + at, sizeof s);
        s.path.ptr = p + at + sizeof s;
        at += (i64)sizeof s + s.path.len;
        add(w, s);
    }
}

void tell(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    seen_spoil("it printed something");
}
