// gopath.c - GO111MODULE=off: import paths are folders below src in the GOROOT and in each folder of GOPATH.
//
// In:   an import path and who imports it, or a folder. Out: Resolved; err in the go command's words.
// Facts: `go help gopath`, `go help importpath`; vendor folders: that of the nearest folder above the importer; a go.mod on the
// way makes paths with a major version ("x/v2/y") stand for the folder x/y whose go.mod says "module x/v2".
#include "load/load_int.h"

bool gopath_mode(const Loader *l) { return l->mods && !mod_enabled(l->mods); }

bool gopath_next(const Loader *l, i64 *at, Str *root) {
    Str list = env_get(l->o.env, "GOPATH");
    while (*at < list.len) {
        i64 end = *at;
        while (end < list.len && list.ptr[end] != ':') end++;
        *root = str_slice(list, *at, end);
        *at = end + 1;
        if (root->len) return true;
    }
    return false;
}

static Str source_folder(Loader *l, Str root) { return path_join(l->a, root, S("src")); }

static void take(Loader *l, Str path, Str root, Str dir, Resolved *r) {
    *r = (Resolved){.path = path, .dir = dir, .root = root, .go_minor = 26};
}

// ---- vendor folders -----------------------------------------------------------------------------------------------------

// Of the folders above the importer, the next first; src/vendor is the last.
static bool find_vendored(Loader *l, const Pkg *from, Str path, Resolved *r) {
    if (!from->root.len) return false;
    Str src = source_folder(l, from->root), sub = mod_in_dir(l->a, from->dir, src);
    if (!sub.len) return false;
    for (Str at = path_join(l->a, src, sub); at.len >= src.len; at = path_dir(at)) {
        Str full = arena_printf(l->a, "%.*s/vendor/%.*s", SFMT(at), SFMT(path));
        if (!dir_has_go_files(l, full)) continue;
        take(l, str_slice(full, src.len + 1, full.len), from->root, full, r);
        return true;
    }
    return false;
}

// ---- folders ------------------------------------------------------------------------------------------------------------

static bool find_folder(Loader *l, Str path, Resolved *r) {
    i64 at = 0;
    for (Str root; gopath_next(l, &at, &root);) {
        Str dir = arena_printf(l->a, "%.*s/%.*s", SFMT(source_folder(l, root)), SFMT(path));
        if (!fs_is_dir(l, dir)) continue;
        take(l, path, root, dir, r);
        return true;
    }
    return false;
}

// The library comes first, but for what is in a folder src/vendor.
static bool find_plain(Loader *l, Str path, Resolved *r) {
    bool vendor = str_in_path(path, S("vendor"));
    if (vendor && find_folder(l, path, r)) return true;
    return resolve_library(l, path, r) || find_folder(l, path, r);
}

static void missing(Loader *l, Str path, Err *err) {
    Buf b = {0};
    const char *why = " (from $GOPATH)";
    i64 at = 0;
    buf_printf(&b, "cannot find package \"%.*s\" in any of:\n\t%.*s/%.*s (from $GOROOT)", SFMT(path),
               SFMT(l->goroot_src), SFMT(path));
    for (Str root; gopath_next(l, &at, &root); why = "")
        buf_printf(&b, "\n\t%.*s/%.*s%s", SFMT(source_folder(l, root)), SFMT(path), why);
    err_set(err, l->a, ERR_IMPORT_MISSING, "%.*s", SFMT(buf_view(&b)));
    buf_free(&b);
}

// ---- paths with a major version -------------------------------------------------------------------------------------------

// Where the last element "v2", "v3" ... in front of `end` stands (its slash); -1: none.
static i64 find_version(Str path, i64 end) {
    for (i64 i = end - 1; i > 0; i--) {
        if (path.ptr[i] != '/' || i + 2 >= path.len || path.ptr[i + 1] != 'v') continue;
        i64 k = i + 2;
        while (k < path.len && path.ptr[k] >= '0' && path.ptr[k] <= '9') k++;
        bool old = k == i + 3 && path.ptr[i + 2] <= '1';
        if (k > i + 2 && path.ptr[i + 2] != '0' && !old && (k == path.len || path.ptr[k] == '/')) return i;
    }
    return -1;
}

static Str module_of(Loader *l, Str dir) {
    Str text;
    if (!fs_read(l, l->a, path_join(l->a, dir, S("go.mod")), &text)) return (Str){0};
    return modfile_module_path(l->a, text);
}

static bool below_gomod(Loader *l, const Pkg *from) {
    Str src = source_folder(l, from->root);
    for (Str at = from->dir; from->root.len && str_in_path(at, src); at = path_dir(at))
        if (module_of(l, at).len) return true;
    return false;
}

static Str without_version(Loader *l, const Pkg *from, Str path) {
    Resolved r;
    if (find_version(path, path.len) < 0 || !below_gomod(l, from) || find_plain(l, path, &r)) return path;
    for (i64 i = path.len; (i = find_version(path, i)) >= 0;) {
        i64 end = i + 1;
        while (end < path.len && path.ptr[end] != '/') end++;
        Str mod = find_plain(l, str_slice(path, 0, i), &r) ? module_of(l, r.dir) : (Str){0};
        if (!mod.len) continue;
        if (!str_eq(mod, str_slice(path, 0, end))) return path;
        return arena_printf(l->a, "%.*s%.*s", SFMT(str_slice(path, 0, i)), SFMT(str_slice(path, end, path.len)));
    }
    return path;
}

// ---- what others ask ------------------------------------------------------------------------------------------------------

static bool refuse(Loader *l, Str path, Err *err) {
    Str clean = path_clean(l->a, path);
    if (str_has_prefix(path, S("mod/")))
        return !err_set(err, l->a, ERR_OTHER, "disallowed import path \"%.*s\"", SFMT(path));
    if (str_index(path, '@') >= 0)
        return !err_set(err, l->a, ERR_OTHER,
                        "can only use path@version syntax with 'go get' and 'go install' in module-aware mode");
    if (!str_eq(clean, path) && path.len && path.ptr[0] != '/')
        return !err_set(err, l->a, ERR_OTHER, "non-canonical import path \"%.*s\": should be \"%.*s\"", SFMT(path),
                        SFMT(clean));
    return false;
}

Resolved gopath_import(Loader *l, const Pkg *from, Str path) {
    Resolved r = {.path = path};
    if (refuse(l, path, &r.err)) return r;
    if (from && !from->std && find_vendored(l, from, path, &r)) return r;
    Str folder = from && !from->std ? without_version(l, from, path) : path;
    if (!find_plain(l, folder, &r)) missing(l, path, &r.err);
    return r;
}

// A folder whose import path another folder has got is called by its name, as one outside of GOPATH is.
Resolved gopath_folder(Loader *l, Str dir) {
    Resolved r = {0};
    i64 at = 0;
    for (Str root; gopath_next(l, &at, &root);) {
        Str path = mod_in_dir(l->a, dir, source_folder(l, root)); // a link to a folder in there is in there
        if (!path.len || str_eq(path, S("."))) continue;
        Str std = path_join(l->a, l->goroot_src, path);
        if (fs_is_dir(l, std)) r.conflict_dir = std;
        i64 before = 0;
        for (Str other; !r.conflict_dir.len && gopath_next(l, &before, &other) && !str_eq(other, root);) {
            Str same = path_join(l->a, source_folder(l, other), path);
            if (fs_is_dir(l, same)) r.conflict_dir = same;
        }
        if (r.conflict_dir.len) break;
        take(l, path, root, path_join(l->a, source_folder(l, root), path), &r);
        return r;
    }
    Str conflict = r.conflict_dir;
    take(l, arena_printf(l->a, "_%.*s", SFMT(dir)), dir, dir, &r);
    r.conflict_dir = conflict;
    return r;
}
