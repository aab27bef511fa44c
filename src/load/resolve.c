// resolve.c - import path -> folder: the library (overlay, GOROOT and its vendor folders), modules; GOPATH is gopath.c's.
//
// In:   an import path and the package that imports it. Out: Resolved; with dir "", err says why there is none, in the go
//       command's words. Nothing is read but folders; what modules provide is mod/'s to say (modules.c).
#include "load/load_int.h"

bool str_in_path(Str path, Str prefix) {
    return str_has_prefix(path, prefix) &&
           (path.len == prefix.len || !prefix.len || prefix.ptr[prefix.len - 1] == '/' || path.ptr[prefix.len] == '/');
}

static bool has_dotted_domain(Str path) {
    i64 slash = str_index(path, '/');
    return str_index(slash < 0 ? path : str_slice(path, 0, slash), '.') >= 0;
}

// ---- the library ------------------------------------------------------------------------------------------------------

static bool overlay_has(Loader *l, Str dir) {
    Str *names;
    i64 n;
    if (!fs_list(l, dir, &names, &n)) return false;
    for (i64 i = 0; i < n; i++)
        if (str_has_suffix(names[i], S(".go")) || str_eq(names[i], S("files.list"))) return true;
    return false;
}

// Folders without Go files ("go", "crypto/internal") are no packages.
static Str find_std(Loader *l, Str path, Str *root) {
    if (l->o.overlay.len) {
        Str dir = path_join(l->a, l->o.overlay, path);
        *root = l->o.overlay;
        if (overlay_has(l, dir)) return dir;
    }
    if (l->o.additions.len && (str_in_path(path, S("vole")) || str_eq(path, S("plugin")))) {
        Str dir = path_join(l->a, l->o.additions, path);
        *root = l->o.additions;
        if (dir_has_go_files(l, dir)) return dir;
    }
    *root = l->goroot_src;
    Str dir = path_join(l->a, *root, path);
    return dir_has_go_files(l, dir) ? dir : (Str){0};
}

// Asked for each import: the answer is kept.
Str resolve_std(Loader *l, Str path, Str *root) {
    StdFolder *f = map_get_str(l->std_folders, path);
    if (!f) {
        f = ANEW(l->a, StdFolder);
        f->dir = find_std(l, path, &f->root);
        map_set_str(l->std_folders, arena_str(l->a, path), f);
    }
    *root = f->root;
    return f->dir;
}

bool resolve_library(Loader *l, Str path, Resolved *r) {
    Str root, dir = resolve_std(l, path, &root);
    if (dir.len) *r = (Resolved){.path = path, .dir = dir, .root = root, .std = true, .go_minor = 26};
    return dir.len > 0;
}

// The library's own copies of packages from elsewhere.
bool resolve_std_vendor(Loader *l, const Pkg *from, Str path, Resolved *r) {
    if (!has_dotted_domain(path)) return false;
    if (str_in_path(from->path, S("cmd")) && resolve_library(l, arena_printf(l->a, "cmd/vendor/%.*s", SFMT(path)), r))
        return true;
    return resolve_library(l, arena_printf(l->a, "vendor/%.*s", SFMT(path)), r);
}

// ---- all --------------------------------------------------------------------------------------------------------------------

static void missing(Loader *l, Str path, Err *err) {
    if (!has_dotted_domain(path))
        err_set(err, l->a, ERR_IMPORT_MISSING, "package %.*s is not in std (%.*s/src/%.*s)", SFMT(path),
                SFMT(l->o.goroot), SFMT(path));
    else
        err_set(err, l->a, ERR_IMPORT_MISSING,
                "no required module provides package %.*s: go.mod file not found in current directory or any parent "
                "directory; see 'go help modules'",
                SFMT(path));
}

// "./x" in a file that was named on the command line, outside of modules.
static Resolved resolve_relative(Loader *l, const Pkg *from, Str path) {
    Resolved r = {.path = path};
    bool modules = l->mods && mod_enabled(l->mods);
    if (!gopath_mode(l) && (modules || !from->command_line_files)) {
        err_set(&r.err, l->a, ERR_OTHER,
                "\"%.*s\" is relative, but relative import paths are not supported in module mode", SFMT(path));
        return r;
    }
    Str dir = path_clean(l->a, path_join(l->a, from->dir, path));
    if (dir_exists(arena_cstr(l->a, dir)))
        return (Resolved){.path = dir, .dir = dir, .root = dir, .go_minor = from->go_minor};
    err_set(&r.err, l->a, ERR_NOT_EXIST, "package %.*s: cannot find folder %.*s", SFMT(path), SFMT(dir));
    return r;
}

// Modules can have a package of this name: its first element has a dot, or it is below a main module's path.
bool resolve_needs_modules(Loader *l, Str path) {
    if (!l->mods || !mod_enabled(l->mods)) return false;
    Str root;
    if (mod_mode(l->mods) == MOD_VENDOR && mod_in_vendor(l->mods, path)) return true;
    return has_dotted_domain(path) || mod_main_of_path(l->mods, path) || !resolve_std(l, path, &root).len;
}

static bool is_meta(Str p) { // words that stand for several packages
    return str_eq(p, S("all")) || str_eq(p, S("std")) || str_eq(p, S("cmd")) || str_eq(p, S("tool")) ||
           str_eq(p, S("work"));
}

Resolved resolve_import(Loader *l, const Pkg *from, Str path) {
    Resolved r = {.path = path};
    bool dots = str_eq(path, S(".")) || str_eq(path, S("..")) || str_has_prefix(path, S("./")) ||
                str_has_prefix(path, S("../"));
    if (l->o.imports) return archived_import(l, from, path);
    if (from && dots) return resolve_relative(l, from, path);
    if (is_meta(path)) {
        err_set(&r.err, l->a, ERR_OTHER, "\"%.*s\" is not an importable package; see 'go help packages'", SFMT(path));
        return r;
    }
    if (from && from->std && resolve_std_vendor(l, from, path, &r)) return r;
    if (gopath_mode(l)) return gopath_import(l, from, path);
    if (resolve_needs_modules(l, path)) {
        if (!modules_find(l, path, &r)) r.dir = (Str){0};
        return r;
    }
    if (!has_dotted_domain(path) && resolve_library(l, path, &r)) return r;
    missing(l, path, &r.err);
    return r;
}

Resolved resolve_dir(Loader *l, Str dir) {
    Resolved r = {0};
    if (str_in_path(dir, l->goroot_src) && dir.len > l->goroot_src.len) {
        Str path = str_slice(dir, l->goroot_src.len + 1, dir.len);
        if (!resolve_library(l, path, &r)) r = (Resolved){.path = path, .dir = dir, .root = l->goroot_src, .std = true};
        return r;
    }
    if (gopath_mode(l)) return gopath_folder(l, dir);
    const ModMain *m = l->mods ? mod_main_of_dir(l->mods, dir) : NULL;
    if (m) {
        Str rest = str_slice(dir, m->dir.len, dir.len);
        while (rest.len && rest.ptr[0] == '/') rest = str_slice(rest, 1, rest.len);
        r = (Resolved){.path = rest.len ? path_join(l->a, m->path, rest) : m->path, .dir = dir, .root = m->dir};
        r.main_module = true;
        return r;
    }
    err_set(&r.err, l->a, ERR_OTHER,
            "go: go.mod file not found in current directory or any parent directory; see 'go help modules'");
    return r;
}
