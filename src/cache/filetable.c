// filetable.c - GOCACHE/vole/files: path, size, times, inode -> hash of the bytes. Open addressing, entries of one size.
//
// In:   paths. Out: hashes; the file is read only if it is not known or has changed.
// Every entry has a checksum of its own: one that is torn, damaged or foreign is an empty one. New entries are written into their places
// (two processes may write at once: the last one wins, the other's file is read again next time); a table that is full is written anew
// and renamed, with those entries that somebody asked for within a month. Files that changed less than two seconds before they were
// read are not kept: they may change again without a sign.
#include "cache/cache_int.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct Entry {
    u64 path[2]; // hashes of it; 0, 0: empty
    i64 size, mtime, ctime;
    u64 ino;
    u64 quick;
    u8 content[32];
    u64 day;   // since 1970, of the last use
    u64 check; // hash of all before
} Entry;
_Static_assert(sizeof(Entry) == 104, "the format of the file");

typedef struct Head {
    char magic[8];
    u64 format, slots, check;
} Head;

enum { FORMAT = 1, FIRST_SLOTS = 4096, MAX_SLOTS = 1 << 19, KEPT_DAYS = 30, USE_DAYS = 5, LONGEST_WAY = 64 };

struct FileTable {
    Arena *a;
    Mutex lock;
    Str file;  // "": none
    int fd;    // of the table that was read, open for writing; -1: none
    void *map; // the file, privately; NULL: slots are malloc's
    i64 map_len;
    Entry *slots;
    u8 *dirty;
    i64 nslots;
    u64 today;
    bool read;  // the file was looked at
    bool grown; // must be written as a whole
    bool changed;
    Notes *notes; // NULL: nobody asked for one
};

static u64 check_of(const Entry *e) { return hash_bytes(e, offsetof(Entry, check), FORMAT); }
static bool is_empty(const Entry *e) { return (!e->path[0] && !e->path[1]) || e->check != check_of(e); }

static Head head_of(i64 slots) {
    Head h = {{'v', 'o', 'l', 'e', 'f', 'i', 'l', 'e'}, FORMAT, (u64)slots, 0};
    h.check = hash_bytes(&h, offsetof(Head, check), FORMAT);
    return h;
}

static Entry *new_slots(FileTable *t, i64 n) {
    t->nslots = n;
    t->slots = calloc((size_t)n, sizeof(Entry));
    t->dirty = calloc((size_t)n, 1);
    if (!t->slots || !t->dirty) fatal("out of memory");
    return t->slots;
}

static void drop_slots(void *map, i64 map_len, Entry *slots) {
    if (map) munmap(map, (size_t)map_len);
    else free(slots);
}

// The slot of the path, or the one where it would be; NULL: the table is too full there.
static Entry *slot_of(FileTable *t, const u64 path[2]) {
    for (i64 i = 0; i < LONGEST_WAY; i++) {
        Entry *e = &t->slots[(path[0] + (u64)i) & (u64)(t->nslots - 1)];
        if (is_empty(e) || (e->path[0] == path[0] && e->path[1] == path[1])) return e;
    }
    return NULL;
}

static bool is_table(const void *map, i64 len, i64 *slots) {
    Head h;
    if (len < (i64)sizeof h) return false;
    memcpy(&h, map, sizeof h);
    if (h.slots < FIRST_SLOTS || h.slots > MAX_SLOTS || (h.slots & (h.slots - 1)) != 0) return false;
    *slots = (i64)h.slots;
    Head want = head_of(*slots);
    return memcmp(&h, &want, sizeof h) == 0 && len == (i64)(sizeof h + h.slots * sizeof(Entry));
}

// Only what is asked for is read of it. Nobody shortens the file: it is replaced.
static bool map_table(FileTable *t) {
    struct stat st;
    const char *z = arena_cstr(t->a, t->file);
    t->fd = open(z, O_RDWR | O_CLOEXEC);
    int fd = t->fd >= 0 ? t->fd : open(z, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    bool plain = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
    void *m = plain ? mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    if (fd != t->fd) close(fd);
    if (m == MAP_FAILED) return false;
    if (!is_table(m, st.st_size, &t->nslots)) return munmap(m, (size_t)st.st_size), false;
    t->map = m;
    t->map_len = st.st_size;
    t->slots = (Entry *)(void *)((char *)m + sizeof(Head));
    t->dirty = calloc((size_t)t->nslots, 1);
    if (!t->dirty) fatal("out of memory");
    return true;
}

static void read_table(FileTable *t) {
    t->read = true;
    bool good = t->file.len && map_table(t);
    if (!good) new_slots(t, FIRST_SLOTS);
    t->grown = !good || t->fd < 0;
}

FileTable *files_open(Arena *a, Str dir) {
    FileTable *t = ANEW(a, FileTable);
    t->a = a;
    t->fd = -1;
    t->today = (u64)time(NULL) / 86400;
    if (dir.len && dir.ptr[0] == '/') t->file = arena_printf(a, "%.*s/vole/files", SFMT(dir));
    return t;
}

static void forget(FileTable *t) {
    if (!t->read) return;
    if (t->fd >= 0) close(t->fd);
    drop_slots(t->map, t->map_len, t->slots);
    free(t->dirty);
    *t = (FileTable){.a = t->a, .file = t->file, .fd = -1, .today = t->today, .notes = t->notes};
}

void files_reload(FileTable *t) { forget(t); }

// ---- asking -------------------------------------------------------------------------------------------------------------

// Twice the room; where that would be too large, only what was asked for today.
static void grow(FileTable *t) {
    Entry *old = t->slots;
    void *map = t->map;
    i64 n = t->nslots;
    bool full = n == MAX_SLOTS;
    u64 since = full ? t->today : t->today - (u64)i64_min((i64)t->today, KEPT_DAYS);
    free(t->dirty);
    t->map = NULL;
    new_slots(t, full ? n : 2 * n);
    t->grown = true;
    for (i64 i = 0; i < n; i++) {
        Entry *e = is_empty(&old[i]) || old[i].day < since ? NULL : slot_of(t, old[i].path);
        if (e) *e = old[i];
    }
    drop_slots(map, t->map_len, old);
}

static void mark(FileTable *t, Entry *e) {
    e->day = t->today;
    e->check = check_of(e);
    t->dirty[e - t->slots] = 1;
    t->changed = true;
}

static void path_key(const char *path, u64 key[2]) {
    i64 n = (i64)strlen(path);
    key[0] = hash_bytes(path, n, 1);
    key[1] = hash_bytes(path, n, 2) | 1;
}

static bool look_up(FileTable *t, const u64 key[2], const SeenStat *s, FileHash *h) {
    mutex_lock(&t->lock);
    if (!t->read) read_table(t);
    Entry *e = slot_of(t, key);
    bool found =
        e && !is_empty(e) && e->size == s->size && e->mtime == s->mtime && e->ctime == s->ctime && e->ino == s->ino;
    if (found) {
        memcpy(h->content, e->content, sizeof h->content);
        h->quick = e->quick;
        h->size = e->size;
        if (e->day + USE_DAYS < t->today) mark(t, e);
    }
    mutex_unlock(&t->lock);
    return found;
}

static void remember(FileTable *t, const u64 key[2], const SeenStat *s, const FileHash *h) {
    mutex_lock(&t->lock);
    if (!t->read) read_table(t);
    Entry *e = slot_of(t, key);
    if (!e) grow(t), e = slot_of(t, key);
    if (e) {
        *e = (Entry){{key[0], key[1]}, s->size, s->mtime, s->ctime, s->ino, h->quick, {0}, 0, 0};
        memcpy(e->content, h->content, sizeof h->content);
        mark(t, e);
    }
    mutex_unlock(&t->lock);
}

void files_hash_text(Str text, FileHash *h) {
    if (sodium_init() < 0)
        fatal("libsodium cannot be used"); // else the plain implementation of BLAKE2b works, three times as long
    crypto_generichash(h->content, sizeof h->content, (const u8 *)text.ptr, (u64)text.len, NULL, 0);
    h->quick = hash_bytes(text.ptr, text.len, 1);
    h->size = text.len;
}

bool files_hash(FileTable *t, Arena *a, const char *path, FileHash *h, Str *text) {
    struct stat st;
    SeenStat s = {0};
    Str bytes = {0};
    u64 key[2];
    path_key(path, key);
    bool plain =
        path[0] == '/' && stat(path, &st) == 0 && S_ISREG(st.st_mode); // a relative path is another file elsewhere
    if (plain) s = seen_stat(&st);
    bool known = plain && look_up(t, key, &s, h);
    if (known) seen_note(SEEN_READ, str_c(path), &s, h->quick);
    else if (file_read(a, path, &bytes)) {
        files_hash_text(bytes, h);
        if (plain && s.size == bytes.len && !seen_is_fresh(&s)) remember(t, key, &s, h);
    } else return false;
    if (text) *text = bytes;
    return true;
}

// ---- notes ----------------------------------------------------------------------------------------------------------------

static Notes *notes_of(FileTable *t) {
    if (t->notes || !t->file.len) return t->notes;
    Str own = own_content(t->a);
    if (own.len)
        t->notes = notes_open(t->a, arena_printf(t->a, "%.*s/notes", SFMT(path_dir(t->file))),
                              hash_bytes(own.ptr, own.len, 1));
    return t->notes;
}

bool files_note(FileTable *t, const FileHash *h, Str *note) {
    Notes *n = notes_of(t);
    return n && notes_get(n, h, note);
}

void files_keep_note(FileTable *t, const FileHash *h, Str note) {
    Notes *n = notes_of(t);
    if (n) notes_put(n, h, note);
}

// ---- writing --------------------------------------------------------------------------------------------------------------

static void write_whole(FileTable *t) {
    Head h = head_of(t->nslots);
    const Str parts[] = {{(const char *)&h, sizeof h}, {(const char *)t->slots, t->nslots * (i64)sizeof(Entry)}};
    const char *z = arena_cstr(t->a, t->file);
    if (!file_write_parts(z, parts, NELEM(parts), 0666, REPLACE_WITH_GAP) && errno == ENOENT &&
        dir_make_all(t->a, path_dir(t->file)))
        file_write_parts(z, parts, NELEM(parts), 0666, REPLACE_WITH_GAP); // without it files are read again
}

static void write_entries(FileTable *t) {
    for (i64 i = 0; i < t->nslots; i++) {
        if (!t->dirty[i]) continue;
        off_t at = (off_t)(sizeof(Head) + (u64)i * sizeof(Entry));
        if (pwrite(t->fd, &t->slots[i], sizeof(Entry), at) != sizeof(Entry)) return; // a torn one is an empty one
    }
}

void files_close(FileTable *t) {
    Seen *w = seen_use(NULL);
    if (t->file.len && t->changed) {
        if (t->grown) write_whole(t);
        else write_entries(t);
    }
    if (t->notes) notes_close(t->notes);
    t->notes = NULL;
    seen_use(w);
    forget(t);
}
