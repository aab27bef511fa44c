// folder.c - what is in a folder, and what differs from the last look.
//
// Entries are kept sorted by name. Times, size and inode tell a change; a file that was written according to its events has changed in
// any case, since two writes within one tick of the clock leave the same times.
#include "watch/folder.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void *grow(void *p, i64 *cap, i64 size) {
    *cap = *cap ? *cap * 2 : 8;
    p = realloc(p, (size_t)(*cap * size));
    if (!p) fatal("out of memory");
    return p;
}

static char *copy(const char *name) {
    char *p = strdup(name);
    if (!p) fatal("out of memory");
    return p;
}

// The place of a name, or where it would stand.
static i64 place_of(const Folder *f, const char *name) {
    i64 lo = 0, hi = f->n;
    while (lo < hi) {
        i64 mid = (lo + hi) / 2;
        if (strcmp(f->entries[mid].name, name) < 0) lo = mid + 1;
        else hi = mid;
    }
    return lo;
}

static Entry *find_any(const Folder *f, const char *name) {
    i64 i = place_of(f, name);
    return i < f->n && strcmp(f->entries[i].name, name) == 0 ? &f->entries[i] : NULL;
}

Entry *folder_find(const Folder *f, const char *name) {
    Entry *e = find_any(f, name);
    return e && e->mode ? e : NULL;
}

static Entry *append(Folder *f, const char *name, Entry e) {
    if (f->n == f->cap) f->entries = grow(f->entries, &f->cap, sizeof(Entry));
    e.name = copy(name);
    f->entries[f->n] = e;
    return &f->entries[f->n++];
}

// The entry of a name; a new one stands for what is not there.
static Entry *make_entry(Folder *f, const char *name) {
    i64 i = place_of(f, name);
    if (i < f->n && strcmp(f->entries[i].name, name) == 0) return &f->entries[i];
    Entry e = *append(f, name, (Entry){0});
    memmove(f->entries + i + 1, f->entries + i, (size_t)(f->n - 1 - i) * sizeof(Entry));
    f->entries[i] = e;
    return &f->entries[i];
}

static int by_entry(const void *x, const void *y) { return strcmp(((const Entry *)x)->name, ((const Entry *)y)->name); }

static void entry_of(const struct stat *st, bool link, Entry *e) {
    SeenStat s = seen_stat(st);
    *e = (Entry){.size = s.size, .mtime = s.mtime, .ctime = s.ctime, .ino = s.ino, .mode = s.mode, .link = link};
}

static bool stat_at(int dir, const char *name, Entry *e) {
    struct stat st, behind;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) return false;
    bool link = S_ISLNK(st.st_mode), leads = link && fstatat(dir, name, &behind, 0) == 0;
    entry_of(leads ? &behind : &st, link, e);
    return true;
}

bool folder_stat(const Folder *f, const char *name, Entry *e) {
    int fd = open(f->path.ptr, O_PATH | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && stat_at(fd, name, e);
    if (fd >= 0) close(fd);
    return good;
}

// Of a folder only that it is one: what is in it is its own affair.
static bool differs(const Entry *x, const Entry *y) {
    if ((x->mode ^ y->mode) & S_IFMT) return true;
    if (S_ISDIR(x->mode)) return x->ino != y->ino;
    return x->size != y->size || x->mtime != y->mtime || x->ino != y->ino;
}

void folder_mark(Folder *f, const char *name, bool written, bool open) {
    Entry *e = make_entry(f, name);
    if (!e->dirty) {
        if (f->dirty.len == f->dirty.cap) f->dirty.ptr = grow(f->dirty.ptr, &f->dirty.cap, sizeof(Dirty));
        f->dirty.ptr[f->dirty.len++] = (Dirty){.name = e->name};
        e->dirty = (i32)f->dirty.len;
    }
    Dirty *d = &f->dirty.ptr[e->dirty - 1];
    d->written |= written;
    d->open = open;
}

static void look_at(Folder *f, int dir, const char *name, bool baseline) {
    Entry now, *old = folder_find(f, name);
    if (!stat_at(dir, name, &now)) return;
    if (baseline) append(f, name, now);
    else if (!old || differs(old, &now)) folder_mark(f, name, false, false);
}

static int by_name(const void *x, const void *y) { return strcmp(*(char *const *)x, *(char *const *)y); }

// Entries whose names are not in the list any more.
static void mark_missing(Folder *f, char **names, i64 n) {
    if (n) qsort(names, (size_t)n, sizeof *names, by_name);
    for (i64 i = 0; i < f->n; i++) {
        char *name = f->entries[i].name;
        if (f->entries[i].mode && (!n || !bsearch(&name, names, (size_t)n, sizeof *names, by_name)))
            folder_mark(f, name, false, false);
    }
}

bool folder_scan(Folder *f, bool baseline) {
    DIR *d = opendir(f->path.ptr);
    char **names = NULL;
    i64 n = 0, cap = 0;
    if (baseline) folder_clear(f);
    for (struct dirent *e; d && (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        look_at(f, dirfd(d), e->d_name, baseline);
        if (baseline) continue;
        if (n == cap) names = grow(names, &cap, sizeof *names);
        names[n++] = copy(e->d_name);
    }
    if (!baseline) mark_missing(f, names, n);
    else if (f->n) qsort(f->entries, (size_t)f->n, sizeof(Entry), by_entry);
    for (i64 i = 0; i < n; i++) free(names[i]);
    free(names);
    if (d) closedir(d);
    return d != NULL;
}

FolderNews folder_settle(Folder *f, const Dirty *d, u32 *mode, bool *link) {
    Entry now = {0}, *e = find_any(f, d->name), old = *e;
    bool there = folder_stat(f, d->name, &now);
    *mode = there ? now.mode : old.mode;
    *link = there ? now.link : old.link;
    now.name = e->name;
    *e = now;
    if (!there) return old.mode ? NEWS_GONE : NEWS_NONE;
    bool news = !old.mode || differs(&old, &now) || (d->written && !S_ISDIR(now.mode));
    return !news ? NEWS_NONE : old.mode ? NEWS_WRITTEN : NEWS_MADE;
}

void folder_sweep(Folder *f) {
    i64 k = 0;
    f->dirty.len = 0;
    for (i64 i = 0; i < f->n; i++)
        if (f->entries[i].mode) f->entries[k++] = f->entries[i];
        else free(f->entries[i].name);
    f->n = k;
}

void folder_clear(Folder *f) {
    for (i64 i = 0; i < f->n; i++) free(f->entries[i].name);
    f->n = f->dirty.len = 0;
}
