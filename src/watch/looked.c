// looked.c - what a build looked at: as bytes from its child, and as a set that is watched.
//
// Files are watched in their folders; what was looked for and not there is watched where something else of that folder counts, or it is the
// project's. Of folders whose names count a file that comes or goes is a change: a source, or any if a pattern was matched with all names.
#include "watch/loop.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- what comes back from the child -----------------------------------------------------------------------------------

static void put_str(Buf *b, Str s) {
    buf_u64(b, (u64)s.len);
    buf_str(b, s);
}

static void put_list(Buf *b, const StrItems *v) {
    buf_u64(b, (u64)v->len);
    for (i64 i = 0; i < v->len; i++) put_str(b, v->ptr[i]);
}

void built_encode(Buf *b, const WatchBuilt *v) {
    buf_u64(b, v->good);
    buf_u64(b, v->image);
    put_str(b, v->program);
    put_str(b, v->record);
    put_str(b, v->refused);
    put_str(b, v->changed);
    buf_u64(b, v->patched);
    buf_u64(b, (u64)v->nfuncs);
    buf_u64(b, (u64)v->files.len);
    for (i64 i = 0; i < v->files.len; i++) {
        const WatchFile *f = &v->files.ptr[i];
        put_str(b, f->path);
        buf_u64(b, (u64)f->size);
        buf_u64(b, (u64)f->mtime);
        buf_u64(b, f->hash);
    }
    put_list(b, &v->packages);
    put_list(b, &v->folders);
    put_list(b, &v->every);
}

typedef struct Reader { // the same program on both sides; a child that was killed may have written a part
    Arena *a;
    Str s;
    i64 at;
    bool bad;
} Reader;

static u64 get_num(Reader *r) {
    u64 n = 0;
    r->bad |= r->s.len - r->at < 8;
    if (r->bad) return 0;
    memcpy(&n, r->s.ptr + r->at, 8);
    r->at += 8;
    return n;
}

static Str get_str(Reader *r) {
    i64 n = (i64)get_num(r);
    r->bad |= n < 0 || n > r->s.len - r->at;
    if (r->bad) return (Str){0};
    r->at += n;
    return arena_str(r->a, str_slice(r->s, r->at - n, r->at));
}

static void get_list(Reader *r, StrItems *v) {
    i64 n = (i64)get_num(r);
    for (i64 i = 0; i < n && !r->bad; i++) vec_push(r->a, v, get_str(r));
}

bool built_decode(Arena *a, Str bytes, WatchBuilt *v) {
    Reader r = {.a = a, .s = bytes};
    *v = (WatchBuilt){.good = get_num(&r)};
    v->image = get_num(&r);
    v->program = get_str(&r);
    v->record = get_str(&r);
    v->refused = get_str(&r);
    v->changed = get_str(&r);
    v->patched = get_num(&r);
    v->nfuncs = (i64)get_num(&r);
    i64 n = (i64)get_num(&r);
    for (i64 i = 0; i < n && !r.bad; i++) {
        WatchFile f = {.path = get_str(&r)};
        f.size = (i64)get_num(&r);
        f.mtime = (i64)get_num(&r);
        f.hash = get_num(&r);
        vec_push(a, &v->files, f);
    }
    get_list(&r, &v->packages);
    get_list(&r, &v->folders);
    get_list(&r, &v->every);
    return !r.bad;
}

void built_send(int fd, const Buf *b) {
    for (i64 at = 0; at < b->len;) {
        ssize_t n = write(fd, b->ptr + at, (size_t)(b->len - at));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) _exit(1);
        at += n;
    }
}

// ---- what a build looked at -------------------------------------------------------------------------------------------

static bool has_changed(const WatchFile *f) {
    struct stat st;
    bool there = stat(f->path.ptr, &st) == 0;
    switch (f->size) {
    case WATCH_THERE: return !there;
    case WATCH_NOTHING: return there;
    case WATCH_NO_FOLDER: return there && S_ISDIR(st.st_mode);
    case WATCH_NO_FILE: return there && !S_ISDIR(st.st_mode);
    default: break;
    }
    if (!there) return true;
    SeenStat s = seen_stat(&st);
    return s.size != f->size || s.mtime != f->mtime;
}

// A file is watched in its folder; one that is not there only if something else of that folder counts, or it is the project's.
static bool is_near(const Watch *w, const FileSet *set, Str dir) {
    Str root = w->c->root;
    bool below = str_has_prefix(dir, root) && (dir.len == root.len || dir.ptr[root.len] == '/');
    return below || map_get_str(set->folders, dir);
}

static bool watch_set(Watch *w, const FileSet *set) {
    Map *seen = map_new_str(set->a);
    bool changed = false;
    for (i64 i = 0; i < map_len(set->files); i++) {
        const WatchFile *f = map_at(set->files, i)->val;
        Str dir = arena_str(set->a, path_dir(f->path));
        bool absent = f->size < 0 && f->size != WATCH_THERE;
        if (!map_get_str(seen, dir) && (!absent || is_near(w, set, dir))) {
            map_set_str(seen, dir, w);
            changes_folder(w->changes, dir);
        }
        if (!has_changed(f)) continue;
        changed = true;
        beside_note(w, f->path);
    }
    for (i64 i = 0; i < map_len(set->folders); i++) {
        Str dir = map_at(set->folders, i)->key.str;
        if (!map_get_str(seen, dir)) changes_folder(w->changes, dir);
    }
    return changed;
}

bool set_take(Watch *w, FileSet *set, const WatchBuilt *v, Arena *a) {
    if (set->a) arena_free(set->a);
    *set = (FileSet){a, map_new_str(a), map_new_str(a)};
    for (i64 i = 0; i < v->files.len; i++) map_set_str(set->files, v->files.ptr[i].path, &v->files.ptr[i]);
    for (i64 i = 0; i < v->folders.len; i++) map_set_str(set->folders, v->folders.ptr[i], (void *)FOLDER_SOURCES);
    for (i64 i = 0; i < v->every.len; i++) map_set_str(set->folders, v->every.ptr[i], (void *)FOLDER_ALL);
    return watch_set(w, set);
}

// ---- changes ----------------------------------------------------------------------------------------------------------

static bool is_source(Str path) {
    static const char *const exts[] = {".go", ".s", ".c", ".cc",  ".cpp", ".cxx", ".h",    ".hh",      ".hpp", ".hxx",
                                       ".m",  ".f", ".F", ".for", ".f90", ".S",   ".swig", ".swigcxx", ".syso"};
    Str base = path_base(path);
    i64 dot = str_rindex(base, '.');
    if (base.ptr[0] == '.' || base.ptr[0] == '_') return false;
    for (i64 i = 0; dot > 0 && i < NELEM(exts); i++)
        if (str_eq(str_slice(base, dot, base.len), str_c(exts[i]))) return true;
    return false;
}

static bool is_no_kind(const WatchFile *f) { return f->size == WATCH_NO_FOLDER || f->size == WATCH_NO_FILE; }

bool set_has(const FileSet *set, Str path) {
    const WatchFile *f = map_get_str(set->files, path);
    return f && !is_no_kind(f);
}

// A folder that a pattern with dots goes into.
static bool is_package_folder(Str path) {
    struct stat st;
    Str base = path_base(path);
    if (base.ptr[0] == '.' || base.ptr[0] == '_' || str_eq(base, S("testdata"))) return false;
    return lstat(path.ptr, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool names_count(const FileSet *set, Str path) {
    u64 kind = (u64)(uintptr_t)map_get_str(set->folders, path_dir(path));
    return kind == FOLDER_ALL ||
           (kind == FOLDER_SOURCES && (is_source(path) || (set->deep && is_package_folder(path))));
}

bool set_counts(const FileSet *set, Str path) { return set_has(set, path) || names_count(set, path); }

static bool is_same(const WatchFile *f) {
    Str text;
    Arena *a = arena_new("compare");
    bool same = file_read(a, f->path.ptr, &text) && hash_bytes(text.ptr, text.len, 1) == f->hash;
    arena_free(a);
    return same;
}

bool set_asks(const FileSet *set, const Change *c) {
    const WatchFile *f = map_get_str(set->files, c->path);
    if (f && is_no_kind(f) && has_changed(f)) return true;
    if (f && !is_no_kind(f)) return c->kind == CHANGE_GONE || !f->hash || !is_same(f);
    return c->kind != CHANGE_WRITTEN && names_count(set, c->path);
}
