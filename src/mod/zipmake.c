// zipmake.c - makes the zip file of a module from a list of files: what belongs to it, what is wrong with it, the file.
//
// Left out: other modules' folders, packages in vendor folders, links and what is not a regular file. Names and sizes are checked as zip.c checks
// them. The bytes of a zip may differ from the go command's; its h1 hash does not. Facts: golang.org/x/mod/zip.
#include "mod/zip.h"
#include <errno.h>
#include <minizip/zip.h>
#include <stdlib.h>
#include <sys/stat.h>

// ---- minizip writes into a Buf ------------------------------------------------------------------------------------------

typedef struct MemFile {
    Buf *b;
    i64 at;
} MemFile;

static voidpf mem_open(voidpf opaque, const void *name, int mode) {
    (void)name, (void)mode;
    return opaque;
}

static uLong mem_read(voidpf opaque, voidpf stream, void *buf, uLong size) {
    MemFile *f = stream;
    (void)opaque;
    i64 n = i64_min((i64)size, i64_max(0, f->b->len - f->at));
    if (n > 0) memcpy(buf, f->b->ptr + f->at, (size_t)n);
    f->at += n;
    return (uLong)n;
}

static uLong mem_write(voidpf opaque, voidpf stream, const void *buf, uLong size) {
    MemFile *f = stream;
    (void)opaque;
    i64 end = f->at + (i64)size;
    if (end > f->b->len) buf_zero(f->b, end - f->b->len);
    if (size) memcpy(f->b->ptr + f->at, buf, size);
    f->at = end;
    return size;
}

static ZPOS64_T mem_tell(voidpf opaque, voidpf stream) {
    (void)opaque;
    return (ZPOS64_T)((MemFile *)stream)->at;
}

static long mem_seek(voidpf opaque, voidpf stream, ZPOS64_T offset, int origin) {
    MemFile *f = stream;
    (void)opaque;
    f->at = (i64)offset + (origin == ZLIB_FILEFUNC_SEEK_CUR ? f->at : origin == ZLIB_FILEFUNC_SEEK_END ? f->b->len : 0);
    return 0;
}

static int mem_done(voidpf opaque, voidpf stream) {
    (void)opaque, (void)stream;
    return 0;
}

// ---- which files ----------------------------------------------------------------------------------------------------------

typedef struct Rules {
    Map *modules;    // folders with a go.mod, with their slash
    bool new_vendor; // go 1.24: vendor/modules.txt is left out, nested vendor folders are recognised as such
} Rules;

// In a package whose import path has "vendor" as an element that is not the last.
static bool is_vendored(const Rules *r, Str name) {
    i64 from;
    if (r->new_vendor && str_eq(name, S("vendor/modules.txt"))) return true;
    if (str_has_prefix(name, S("vendor/"))) from = 7;
    else {
        i64 at = str_find(name, S("/vendor/"));
        if (at < 0) return false;
        from = r->new_vendor ? at + 8 : 8; // before go 1.24 it was counted from the beginning
    }
    return str_index(str_slice(name, i64_min(from, name.len), name.len), '/') >= 0;
}

static bool in_submodule(const Rules *r, Str p) {
    for (;;) {
        i64 slash = str_rindex(p, '/');
        if (slash < 0) return false;
        if (map_get_str(r->modules, str_slice(p, 0, slash + 1))) return true;
        p = str_slice(p, 0, slash);
    }
}

static Rules read_rules(Arena *a, const ZipSource *files, i64 n, ZipReadFn read, void *ctx) {
    Rules r = {map_new_str(a), false};
    for (i64 i = 0; i < n; i++) {
        i64 slash = str_rindex(files[i].name, '/');
        Str text;
        if (files[i].kind != SOURCE_FILE || !zip_is_gomod(path_base(files[i].name))) continue;
        if (slash >= 0) map_set_str(r.modules, str_slice(files[i].name, 0, slash + 1), (void *)files);
        if (!str_eq(files[i].name, S("go.mod")) || !read(ctx, a, &files[i], &text, NULL)) continue;
        ModFile *m = modfile_parse_lax(a, S("go.mod"), text, NULL, NULL, NULL);
        if (m && m->go.value.len) r.new_vendor = gover_cmp(gover_lang(m->go.value), S("1.24")) >= 0;
    }
    return r;
}

typedef enum Verdict { TAKEN, LEFT_OUT, WRONG } Verdict;

static Verdict judge(Arena *a, const Rules *r, Map *seen, const ZipSource *f, Err *err) {
    Str p = f->name;
    if (!str_eq(path_clean(a, p), p)) return err_set(err, a, ERR_OTHER, "file path is not clean"), WRONG;
    if (p.ptr[0] == '/') return err_set(err, a, ERR_OTHER, "file path is not relative"), WRONG;
    if (is_vendored(r, p) || in_submodule(r, p) || str_eq(p, S(".hg_archival.txt"))) return LEFT_OUT;
    if (!module_check_file_path(a, p, err)) return WRONG;
    if (zip_is_gomod(p) && !str_eq(p, S("go.mod")))
        return err_set(err, a, ERR_OTHER, "go.mod files must have lowercase names"), WRONG;
    if (!zip_collide(a, seen, p, false, err)) return WRONG;
    if (f->kind != SOURCE_FILE) return LEFT_OUT;
    if (str_eq(p, S("go.mod")) && f->size > MAX_GOMOD)
        return err_set(err, a, ERR_OTHER, "go.mod file too large (max size is %d bytes)", MAX_GOMOD), WRONG;
    if (str_eq(p, S("LICENSE")) && f->size > MAX_LICENSE)
        return err_set(err, a, ERR_OTHER, "LICENSE file too large (max size is %d bytes)", MAX_LICENSE), WRONG;
    return TAKEN;
}

// ---- the file ---------------------------------------------------------------------------------------------------------------

static bool add_file(Arena *a, zipFile z, Str name, Str text, Err *err) {
    zip_fileinfo info = {0};
    bool ok = zipOpenNewFileInZip64(z, arena_cstr(a, name), &info, NULL, 0, NULL, 0, NULL, Z_DEFLATED,
                                    Z_DEFAULT_COMPRESSION, 0) == ZIP_OK;
    ok = ok && (!text.len || zipWriteInFileInZip(z, text.ptr, (unsigned)text.len) == ZIP_OK);
    return (ok && zipCloseFileInZip(z) == ZIP_OK) || err_set(err, a, ERR_OTHER, "zip: cannot write");
}

static bool write_zip(Arena *a, ModVersion mv, const ZipSource **taken, i64 n, ZipReadFn read, void *ctx, Buf *out,
                      Err *err) {
    MemFile f = {out, 0};
    zlib_filefunc64_def io = {mem_open, mem_read, mem_write, mem_tell, mem_seek, mem_done, mem_done, &f};
    zipFile z = zipOpen2_64("", APPEND_STATUS_CREATE, NULL, &io);
    if (!z) return err_set(err, a, ERR_OTHER, "zip: cannot write");
    Arena *one = arena_new("zip file");
    bool ok = true;
    for (i64 i = 0; i < n && ok; i++) {
        Str text, name = arena_printf(one, "%.*s@%.*s/%.*s", SFMT(mv.path), SFMT(mv.version), SFMT(taken[i]->name));
        Err e = {0};
        ok = read(ctx, one, taken[i], &text, &e) &&
             (text.len <= taken[i]->size ||
              err_set(&e, one, ERR_OTHER, "file \"%.*s\" is larger than declared size", SFMT(taken[i]->name))) &&
             add_file(one, z, name, text, &e);
        if (!ok) err_set(err, a, e.kind, "%.*s", SFMT(e.text));
        arena_reset(one);
    }
    arena_free(one);
    return zipClose(z, NULL) == ZIP_OK && ok;
}

bool zip_make(Arena *a, ModVersion mv, const ZipSource *files, i64 n, ZipReadFn read, void *ctx, Buf *out, Err *err) {
    Err e = {0};
    if (!str_eq(module_canonical_version(a, mv.version), mv.version))
        return err_set(err, a, ERR_OTHER, "create zip: version %.*s is not canonical", SFMT(str_quote(a, mv.version)));
    if (!module_check(a, mv, &e)) return err_set(err, a, ERR_OTHER, "create zip: %.*s", SFMT(e.text));
    Rules rules = read_rules(a, files, n, read, ctx);
    Map *seen = map_new_str(a);
    VEC(const ZipSource *) taken = {0};
    Buf wrong = {0};
    i64 total = 0;
    for (i64 i = 0; i < n; i++) {
        Err one = {0};
        Verdict v = judge(a, &rules, seen, &files[i], &one);
        if (v == WRONG) buf_printf(&wrong, "%s%.*s: %.*s", wrong.len ? "\n" : "", SFMT(files[i].name), SFMT(one.text));
        if (v != TAKEN) continue;
        total = files[i].size > MAX_ZIP - total ? MAX_ZIP + 1 : total + files[i].size;
        if (total > MAX_ZIP) break;
        vec_push(a, &taken, &files[i]);
    }
    bool ok = total <= MAX_ZIP && !wrong.len;
    if (total > MAX_ZIP)
        err_set(err, a, ERR_OTHER, "create zip: module source tree too large (max size is %d bytes)", MAX_ZIP);
    else if (!ok) err_set(err, a, ERR_OTHER, "create zip: %.*s", SFMT(buf_view(&wrong)));
    buf_free(&wrong);
    return ok && write_zip(a, mv, taken.ptr, taken.len, read, ctx, out, err);
}

// ---- of a folder ------------------------------------------------------------------------------------------------------------

typedef VEC(ZipSource) Sources;

static bool walk(Arena *a, Str dir, Str rel, Sources *out, Err *err) {
    static const char *const vcs[] = {".bzr", ".git", ".hg", ".svn"};
    Str *names, here = rel.len ? path_join(a, dir, rel) : dir;
    i64 n;
    if (!dir_list(a, arena_cstr(a, here), &names, &n))
        return err_set(err, a, ERR_OTHER, "open %.*s: %s", SFMT(here), err_os(errno));
    for (i64 i = 0; i < n; i++) {
        Str name = rel.len ? arena_printf(a, "%.*s/%.*s", SFMT(rel), SFMT(names[i])) : names[i];
        struct stat st;
        if (lstat(arena_cstr(a, path_join(a, dir, name)), &st) != 0)
            return err_set(err, a, ERR_OTHER, "lstat %.*s: %s", SFMT(name), err_os(errno));
        ZipSource f = {name, st.st_size,
                       S_ISREG(st.st_mode)   ? SOURCE_FILE
                       : S_ISLNK(st.st_mode) ? SOURCE_SYMLINK
                                             : SOURCE_OTHER,
                       0};
        bool skip = false;
        for (i64 k = 0; k < NELEM(vcs); k++) skip = skip || str_eq(names[i], str_c(vcs[k]));
        if (!S_ISDIR(st.st_mode)) vec_push(a, out, f);
        else if (!skip && !walk(a, dir, name, out, err)) return false;
    }
    return true;
}

static bool read_file(void *ctx, Arena *a, const ZipSource *f, Str *text, Err *err) {
    const char *path = arena_cstr(a, path_join(a, *(Str *)ctx, f->name));
    return file_read(a, path, text) || err_set(err, a, ERR_OTHER, "open %s: %s", path, err_os(errno));
}

bool fetch_make_zip(Arena *a, ModVersion mv, Str dir, Str subdir, Buf *zip, Err *err) {
    Sources files = {0};
    Str root = path_join(a, dir, subdir);
    return walk(a, root, S(""), &files, err) && zip_make(a, mv, files.ptr, files.len, read_file, &root, zip, err);
}
