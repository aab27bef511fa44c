// zip.c - zip files of modules: what may be in one, their hash, their unpacking.
//
// A zip file is other people's bytes. The directory is read first and all names and declared sizes are checked, before anything is unpacked;
// what is unpacked may not be longer than declared. Facts: golang.org/x/mod/zip. Reading is minizip's.
#include "mod/zip.h"
#include <errno.h>
#include <fcntl.h>
#include <minizip/unzip.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- reading ----------------------------------------------------------------------------------------------------------

static bool read_directory(Arena *a, ZipReader *z, Err *err) {
    unz_global_info64 g;
    VEC(ZipEntry) v = {0};
    if (unzGetGlobalInfo64(z->u, &g) != UNZ_OK) return err_set(err, a, ERR_OTHER, "zip: not a valid zip file");
    int r = unzGoToFirstFile(z->u);
    if (g.number_entry == 0) return true;
    for (; r == UNZ_OK; r = unzGoToNextFile(z->u)) {
        unz_file_info64 i;
        unz64_file_pos pos;
        if (unzGetCurrentFileInfo64(z->u, &i, NULL, 0, NULL, 0, NULL, 0) != UNZ_OK ||
            unzGetFilePos64(z->u, &pos) != UNZ_OK)
            return err_set(err, a, ERR_OTHER, "zip: not a valid zip file");
        char *name = arena_alloc(a, (i64)i.size_filename + 1, 1);
        if (unzGetCurrentFileInfo64(z->u, &i, name, i.size_filename, NULL, 0, NULL, 0) != UNZ_OK)
            return err_set(err, a, ERR_OTHER, "zip: not a valid zip file");
        u32 unix_type = (u32)(i.external_fa >> 16) & S_IFMT; // 0 where the file does not say
        ZipEntry e = {.name = {name, (i64)i.size_filename},
                      .size = i.uncompressed_size > (u64)INT64_MAX ? INT64_MAX : (i64)i.uncompressed_size,
                      .packed = i.compressed_size > (u64)INT64_MAX ? INT64_MAX : (i64)i.compressed_size,
                      .pos = {pos.pos_in_zip_directory, pos.num_of_file},
                      .symlink = unix_type == S_IFLNK};
        vec_push(a, &v, e);
    }
    if (r != UNZ_END_OF_LIST_OF_FILE || (u64)v.len != g.number_entry)
        return err_set(err, a, ERR_OTHER, "zip: not a valid zip file");
    z->entries = v.ptr, z->n = v.len;
    return true;
}

// Nothing but the end of a directory: minizip does not open that.
static bool is_empty_zip(const char *path, i64 size) {
    char buf[22];
    int fd = size == sizeof buf ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    bool yes = fd >= 0 && pread(fd, buf, sizeof buf, 0) == sizeof buf && !memcmp(buf, "PK\5\6\0\0\0\0\0\0\0\0", 12);
    if (fd >= 0) close(fd);
    return yes;
}

bool zip_open(Arena *a, Str file, ZipReader *z, Err *err) {
    const char *path = arena_cstr(a, arena_str(a, file));
    struct stat st;
    *z = (ZipReader){0};
    if (stat(path, &st) != 0)
        return err_set(err, a, errno == ENOENT ? ERR_NOT_EXIST : ERR_OTHER, "open %s: %s", path, err_os(errno));
    z->size = st.st_size;
    if (is_empty_zip(path, z->size)) return true;
    z->u = unzOpen64(path);
    if (!z->u) return err_set(err, a, ERR_OTHER, "zip: not a valid zip file");
    if (read_directory(a, z, err)) return true;
    zip_close(z);
    return false;
}

void zip_close(ZipReader *z) {
    if (z->u) unzClose(z->u);
    z->u = NULL;
}

bool zip_read(Arena *a, ZipReader *z, const ZipEntry *e, bool (*sink)(void *, const u8 *, i64), void *ctx, Err *err) {
    u8 buf[1 << 15];
    unz64_file_pos pos = {e->pos[0], e->pos[1]};
    if (unzGoToFilePos64(z->u, &pos) != UNZ_OK) return err_set(err, a, ERR_OTHER, "zip: not a valid zip file");
    int r = unzOpenCurrentFile(z->u);
    if (r != UNZ_OK)
        return err_set(err, a, ERR_OTHER, "%.*s: zip: unsupported compression algorithm or bad header", SFMT(e->name));
    i64 got = 0;
    bool ok = true;
    while (ok) {
        r = unzReadCurrentFile(z->u, buf, sizeof buf);
        if (r == 0) break;
        if (r < 0) ok = err_set(err, a, ERR_OTHER, "%.*s: zip: damaged data", SFMT(e->name));
        else if ((got += r) > e->size)
            ok = err_set(err, a, ERR_OTHER, "uncompressed size of file %.*s is larger than declared size (%lld bytes)",
                         SFMT(e->name), (long long)e->size);
        else if (!sink(ctx, buf, r)) ok = err_set(err, a, ERR_OTHER, "%s", err_os(errno));
    }
    if (ok && got != e->size) ok = err_set(err, a, ERR_OTHER, "%.*s: unexpected EOF", SFMT(e->name));
    r = unzCloseCurrentFile(z->u);
    if (ok && r != UNZ_OK) ok = err_set(err, a, ERR_OTHER, "%.*s: zip: checksum error", SFMT(e->name));
    return ok;
}

// ---- names --------------------------------------------------------------------------------------------------------------

typedef struct FoldRange {
    u32 lo, hi, stride;
    i32 delta;
} FoldRange;
#define FOLD(lo, hi, stride, delta) {lo, hi, stride, delta},
static const FoldRange folds[] = {
#include "mod/fold.def"
};

static i32 fold_rune(i32 r) {
    if (r < 0x80) return r >= 'A' && r <= 'Z' ? r + 32 : r;
    i64 lo = 0, hi = NELEM(folds);
    while (lo < hi) {
        i64 mid = (lo + hi) / 2;
        if (folds[mid].hi < (u32)r) lo = mid + 1;
        else hi = mid;
    }
    bool in = lo < NELEM(folds) && folds[lo].lo <= (u32)r && ((u32)r - folds[lo].lo) % folds[lo].stride == 0;
    return in ? r + folds[lo].delta : r;
}

Str zip_fold(Arena *a, Str s) {
    char *p = arena_alloc(a, 4 * s.len + 4, 1);
    i64 n = 0;
    for (i64 i = 0; i < s.len;) {
        int size;
        i32 r = utf8_decode(s.ptr + i, s.len - i, &size);
        n += utf8_put(p + n, fold_rune(r));
        i += size;
    }
    return (Str){p, n};
}

typedef struct Seen {
    Str path;
    bool is_dir;
} Seen;

bool zip_collide(Arena *a, Map *seen, Str p, bool is_dir, Err *err) {
    for (;;) {
        Str key = zip_fold(a, p);
        Seen *s = map_get_str(seen, key);
        if (!s) {
            s = ANEW(a, Seen);
            *s = (Seen){p, is_dir};
            map_set_str(seen, key, s);
        } else if (!str_eq(s->path, p)) {
            Str x = str_quote(a, s->path), y = str_quote(a, p);
            return err_set(err, a, ERR_OTHER, "case-insensitive file name collision: %.*s and %.*s", SFMT(x), SFMT(y));
        } else if (s->is_dir != is_dir) {
            return err_set(err, a, ERR_OTHER, "entry %.*s is both a file and a directory", SFMT(str_quote(a, p)));
        } else if (!is_dir) {
            return err_set(err, a, ERR_OTHER, "multiple entries for file %.*s", SFMT(str_quote(a, p)));
        } else return true; // its parents are known
        i64 slash = str_rindex(p, '/');
        if (slash <= 0) return true;
        p = str_slice(p, 0, slash), is_dir = true;
    }
}

bool zip_is_gomod(Str base) { // in any case
    static const char want[] = "go.mod";
    if (base.len != 6) return false;
    for (i64 i = 0; i < 6; i++)
        if ((base.ptr[i] | (i == 2 ? 0 : 32)) != want[i]) return false;
    return true;
}

// One entry by its name behind the prefix; folders end in a slash.
static bool check_name(Arena *a, Map *seen, Str name, Err *err) {
    bool is_dir = str_has_suffix(name, S("/"));
    if (is_dir) name.len--;
    if (!str_eq(path_clean(a, name), name)) return err_set(err, a, ERR_OTHER, "file path is not clean");
    if (!module_check_file_path(a, name, err) || !zip_collide(a, seen, name, is_dir, err)) return false;
    if (is_dir || !zip_is_gomod(path_base(name))) return true;
    if (!str_eq(path_base(name), name)) return err_set(err, a, ERR_OTHER, "go.mod file not in module root directory");
    if (!str_eq(name, S("go.mod"))) return err_set(err, a, ERR_OTHER, "go.mod files must have lowercase names");
    return true;
}

static const char *too_large(Str name, i64 size) {
    if (str_eq(name, S("go.mod")) && size > MAX_GOMOD) return "go.mod file too large (max size is 16777216 bytes)";
    if (str_eq(name, S("LICENSE")) && size > MAX_LICENSE) return "LICENSE file too large (max size is 16777216 bytes)";
    return NULL;
}

// All that may be wrong with the names and sizes, a line each.
bool zip_check(Arena *a, const ZipReader *z, ModVersion mv, Err *err) {
    if (!module_check(a, mv, err)) return false;
    if (z->size > MAX_ZIP)
        return err_set(err, a, ERR_OTHER, "module zip file is too large (%lld bytes; limit is %d bytes)",
                       (long long)z->size, MAX_ZIP);
    Str prefix = arena_printf(a, "%.*s@%.*s/", SFMT(mv.path), SFMT(mv.version));
    Map *seen = map_new_str(a);
    Buf wrong = {0};
    i64 total = 0;
    for (i64 i = 0; i < z->n; i++) {
        ZipEntry *e = &z->entries[i];
        Err one = {0};
        bool in = str_has_prefix(e->name, prefix);
        Str name = in ? str_slice(e->name, prefix.len, e->name.len) : S("");
        const char *large = too_large(name, e->size);
        if (!in) err_set(&one, a, ERR_OTHER, "path does not have prefix %.*s", SFMT(str_quote(a, prefix)));
        else if (!name.len) continue;
        else if (check_name(a, seen, name, &one) && large) err_set(&one, a, ERR_OTHER, "%s", large);
        if (one.text.len && wrong.len < 1 << 16)
            buf_printf(&wrong, "%s%.*s: %.*s", wrong.len ? "\n" : "", SFMT(e->name), SFMT(one.text));
        total = e->size > MAX_ZIP - total ? MAX_ZIP + 1 : total + e->size;
        if (total > MAX_ZIP) break;
    }
    bool ok = total <= MAX_ZIP && !wrong.len;
    if (total > MAX_ZIP)
        err_set(err, a, ERR_OTHER, "total uncompressed size of module contents too large (max size is %d bytes)",
                MAX_ZIP);
    else if (!ok) err_set(err, a, ERR_OTHER, "%.*s", SFMT(buf_view(&wrong)));
    buf_free(&wrong);
    return ok;
}

// ---- hashes ---------------------------------------------------------------------------------------------------------------

static bool hash_sink(void *ctx, const u8 *p, i64 n) { return crypto_hash_sha256_update(ctx, p, (u64)n) == 0; }

static int compare_entries(const void *x, const void *y) {
    return str_cmp(((const ZipEntry *)x)->name, ((const ZipEntry *)y)->name);
}

bool zip_hash(Arena *a, ZipReader *z, Str *h1, Err *err) {
    ZipEntry *sorted = ANEWN(a, ZipEntry, z->n + 1);
    Str *names = ANEWN(a, Str, z->n + 1);
    u8(*sums)[32] = arena_alloc(a, 32 * (z->n + 1), 16);
    if (z->n) memcpy(sorted, z->entries, (size_t)z->n * sizeof *sorted);
    if (z->n) qsort(sorted, (size_t)z->n, sizeof *sorted, compare_entries);
    for (i64 i = 0; i < z->n; i++) {
        crypto_hash_sha256_state st;
        names[i] = sorted[i].name;
        if (str_index(names[i], '\n') >= 0)
            return err_set(err, a, ERR_OTHER, "dirhash: filenames with newlines are not supported");
        crypto_hash_sha256_init(&st);
        if (!zip_read(a, z, &sorted[i], hash_sink, &st, err)) return false;
        crypto_hash_sha256_final(&st, sums[i]);
    }
    *h1 = hash_h1(a, names, (const u8(*)[32])sums, z->n);
    return true;
}

bool fetch_hash_zip(Arena *a, Str file, Str *h1, Err *err) {
    ZipReader z;
    if (!zip_open(a, file, &z, err)) return false;
    bool ok = zip_hash(a, &z, h1, err);
    zip_close(&z);
    return ok;
}

static bool list_files(Arena *a, Str dir, Str rel, TreeFiles *out, Err *err) {
    Str *names;
    i64 n;
    Str here = rel.len ? path_join(a, dir, rel) : dir;
    if (!dir_list(a, arena_cstr(a, here), &names, &n))
        return err_set(err, a, errno == ENOENT ? ERR_NOT_EXIST : ERR_OTHER, "open %.*s: %s", SFMT(here), err_os(errno));
    for (i64 i = 0; i < n; i++) {
        Str name = rel.len ? path_join(a, rel, names[i]) : names[i];
        struct stat st;
        if (lstat(arena_cstr(a, path_join(a, dir, name)), &st) != 0)
            return err_set(err, a, ERR_OTHER, "lstat %.*s: %s", SFMT(name), err_os(errno));
        if (!S_ISDIR(st.st_mode)) vec_push(a, out, name);
        else if (!list_files(a, dir, name, out, err)) return false;
    }
    return true;
}

bool fetch_hash_dir(Arena *a, Str dir, Str prefix, Str *h1, Err *err) {
    TreeFiles files = {0};
    if (!list_files(a, path_clean(a, dir), S(""), &files, err)) return false;
    str_sort(files.ptr, files.len);
    Str *names = ANEWN(a, Str, files.len + 1);
    u8(*sums)[32] = arena_alloc(a, 32 * (files.len + 1), 16);
    Arena *text = arena_new("hash");
    bool ok = true;
    for (i64 i = 0; i < files.len && ok; i++) {
        Str s;
        const char *path = arena_cstr(a, path_join(a, dir, files.ptr[i]));
        names[i] = path_join(a, prefix, files.ptr[i]);
        ok = file_read(text, path, &s) || err_set(err, a, ERR_OTHER, "open %s: %s", path, err_os(errno));
        if (ok) crypto_hash_sha256(sums[i], (const u8 *)s.ptr, (u64)s.len);
        arena_reset(text);
    }
    arena_free(text);
    // The prefix does not change the order: it is the same for all.
    if (ok) *h1 = hash_h1(a, names, (const u8(*)[32])sums, files.len);
    return ok;
}

// ---- unpacking ------------------------------------------------------------------------------------------------------------

static bool file_sink(void *ctx, const u8 *p, i64 n) {
    int fd = *(int *)ctx;
    while (n > 0) {
        ssize_t k = write(fd, p, (size_t)n);
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) return false;
        p += k, n -= k;
    }
    return true;
}

static bool unpack_file(Arena *a, ZipReader *z, ZipEntry *e, Str dst, Err *err) {
    const char *path = arena_cstr(a, dst);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
    if (fd < 0) return err_set(err, a, ERR_OTHER, "open %s: %s", path, err_os(errno));
    bool ok = zip_read(a, z, e, file_sink, &fd, err);
    if (close(fd) != 0 && ok) ok = err_set(err, a, ERR_OTHER, "close %s: %s", path, err_os(errno));
    return ok;
}

static void make_readonly(Arena *a, Str dir) {
    Str *names;
    i64 n;
    struct stat st;
    if (!dir_list(a, arena_cstr(a, dir), &names, &n)) return;
    for (i64 i = 0; i < n; i++) {
        Str p = path_join(a, dir, names[i]);
        if (lstat(arena_cstr(a, p), &st) == 0 && S_ISDIR(st.st_mode)) make_readonly(a, p);
    }
    if (stat(arena_cstr(a, dir), &st) == 0) chmod(arena_cstr(a, dir), st.st_mode & 07555);
}

static bool unpack_all(Work *w, ZipReader *z, ModVersion mv, Str dir, Err *err) {
    i64 skip = mv.path.len + mv.version.len + 2;
    Str last = S("");
    if (!dir_make_all(w->a, dir)) return err_set(err, w->a, ERR_OTHER, "mkdir %.*s: %s", SFMT(dir), err_os(errno));
    for (i64 i = 0; i < z->n; i++) {
        Str name = str_slice(z->entries[i].name, skip, z->entries[i].name.len);
        if (!name.len || name.ptr[name.len - 1] == '/') continue;
        Str dst = arena_printf(w->a, "%.*s/%.*s", SFMT(dir), SFMT(name)), parent = path_dir(dst);
        if (!str_eq(parent, last) && !dir_make_all(w->a, parent))
            return err_set(err, w->a, ERR_OTHER, "mkdir %.*s: %s", SFMT(parent), err_os(errno));
        last = parent;
        if (!unpack_file(w->a, z, &z->entries[i], dst, err)) return false;
    }
    return true;
}

bool zip_unpack(Work *w, Str file, ModVersion mv, Str dir, bool writable, Err *err) {
    ZipReader z;
    Err e = {0};
    bool ok = zip_open(w->a, file, &z, &e) && zip_check(w->a, &z, mv, &e) && unpack_all(w, &z, mv, dir, &e);
    zip_close(&z);
    if (!ok) return err_set(err, w->a, e.kind, "unzip %.*s: %.*s", SFMT(file), SFMT(e.text));
    if (!writable) make_readonly(w->a, dir);
    return true;
}

// Before a downloaded file is hashed: names begin as they must and nothing is absurdly large. shown: the name it will have.
bool zip_check_prefix(Work *w, Str file, ModVersion mv, Str shown, Err *err) {
    ZipReader z;
    if (!zip_open(w->a, file, &z, err)) return false;
    Str prefix = arena_printf(w->a, "%.*s@%.*s/", SFMT(mv.path), SFMT(mv.version));
    bool ok = true;
    for (i64 i = 0; i < z.n && ok; i++)
        if (!str_has_prefix(z.entries[i].name, prefix))
            ok = err_set(err, w->a, ERR_OTHER, "zip for %.*s has unexpected file %.*s",
                         SFMT(str_slice(prefix, 0, prefix.len - 1)), SFMT(z.entries[i].name));
    Err e = {0};
    if (ok && !zip_check(w->a, &z, mv, &e))
        ok = err_set(err, w->a, e.kind, "unzip %.*s: %.*s", SFMT(shown), SFMT(e.text));
    zip_close(&z);
    return ok;
}
