// resolve.c - import path -> folder: the library (overlay, GOROOT and its vendor folders), the main module, vendor/.
//
// In:   an import path and the package that imports it. Out: Resolved; with dir "", err says why there is none, in the go
//       command's words. Nothing is read but folders and, once, go.mod and vendor/modules.txt (module.c).
#include "load/load_int.h"

bool str_in_path(Str path, Str prefix) {
    return str_has_prefix(path, prefix) &&
           (path.len == prefix.len || !prefix.len || prefix.ptr[prefix.len - 1] == '/' || path.ptr[prefix.len] == '/');
}

static bool has_dotted_domain(Str path) {
    i64 slash = str_index(path, '/');
    return str_index(slash < 0 ? path : str_slice(path, 0, slash), '.') >= 0;
}

bool resolve_in_module(const Loader *l, Str path) { return l->module_path.len && str_in_path(path, l->module_path); }

// ---- the library ------------------------------------------------------------------------------------------------------

static bool overlay_has(Loader *l, Str dir) {
    Str *names;
    i64 n;
    if (!dir_exists(arena_cstr(l->a, dir)) || !dir_list(l->a, arena_cstr(l->a, dir), &names, &n)) return false;
    for (i64 i = 0; i < n; i++)
        if (str_has_suffix(names[i], S(".go")) || str_eq(names[i], S("files.list"))) return true;
    return false;
}

Str resolve_std(Loader *l, Str path, Str *root) {
    if (l->o.overlay.len) {
        Str dir = path_join(l->a, l->o.overlay, path);
        *root = l->o.overlay;
        if (overlay_has(l, dir)) return dir;
    }
    *root = l->goroot_src;
    Str dir = path_join(l->a, *root, path);
    return dir_exists(arena_cstr(l->a, dir)) ? dir : (Str){0};
}

static bool try_std(Loader *l, Str path, Resolved *r) {
    Str root, dir = resolve_std(l, path, &root);
    if (dir.len) *r = (Resolved){.path = path, .dir = dir, .root = root, .std = true, .go_minor = 26};
    return dir.len > 0;
}

// The library's own copies of packages from elsewhere.
static bool try_std_vendor(Loader *l, const Pkg *from, Str path, Resolved *r) {
    if (!has_dotted_domain(path)) return false;
    if (str_in_path(from->path, S("cmd")) && try_std(l, arena_printf(l->a, "cmd/vendor/%.*s", SFMT(path)), r))
        return true;
    return try_std(l, arena_printf(l->a, "vendor/%.*s", SFMT(path)), r);
}

// ---- modules ------------------------------------------------------------------------------------------------------------

static i32 language(const Loader *l, i64 of_module) {
    return l->o.lang_minor ? l->o.lang_minor : of_module ? (i32)of_module : 26;
}

static Resolved of_main_module(Loader *l, Str path, Str dir) {
    return (Resolved){.path = path,
                      .dir = dir,
                      .root = l->module_root,
                      .main_module = true,
                      .go_minor = language(l, l->module_minor)};
}

static bool try_module(Loader *l, Str path, Resolved *r) {
    Str rel = path.len == l->module_path.len ? S(".") : str_slice(path, l->module_path.len + 1, path.len);
    Str dir = path_clean(l->a, path_join(l->a, l->module_root, rel));
    if (!dir_has_go_files(l, dir)) return false;
    *r = of_main_module(l, path, dir);
    return true;
}

static bool try_vendor(Loader *l, Str path, Resolved *r) {
    VendoredModule *m = l->vendored ? map_get_str(l->vendored, path) : NULL;
    if (!m) return false;
    *r = (Resolved){.path = path,
                    .dir = path_join(l->a, path_join(l->a, l->module_root, S("vendor")), path),
                    .root = l->module_root,
                    .go_minor = m->go_minor};
    return true;
}

static void missing(Loader *l, Str path, Err *err) {
    for (i64 i = 0; i < l->required.len; i++)
        if (str_in_path(path, l->required.ptr[i])) {
            err_set(err, l->a, ERR_IMPORT_MISSING,
                    "not supported yet: package %.*s of the required module %.*s (only the module of the current "
                    "folder, its vendor folder and the library)",
                    SFMT(path), SFMT(l->required.ptr[i]));
            return;
        }
    if (!has_dotted_domain(path))
        err_set(err, l->a, ERR_IMPORT_MISSING, "package %.*s is not in std (%.*s/src/%.*s)", SFMT(path),
                SFMT(l->o.goroot), SFMT(path));
    else if (l->module_path.len)
        err_set(err, l->a, ERR_IMPORT_MISSING, "no required module provides package %.*s; to add it:\n\tgo get %.*s",
                SFMT(path), SFMT(path));
    else
        err_set(err, l->a, ERR_IMPORT_MISSING,
                "no required module provides package %.*s: go.mod file not found in current directory or any parent "
                "directory; see 'go help modules'",
                SFMT(path));
}

// "./x" in a file that was named on the command line, outside of modules.
static Resolved resolve_relative(Loader *l, const Pkg *from, Str path) {
    Resolved r = {.path = path};
    if (l->module_path.len && !from->command_line_files) {
        err_set(&r.err, l->a, ERR_OTHER,
                "\"%.*s\" is relative, but relative import paths are not supported in module mode", SFMT(path));
        return r;
    }
    Str dir = path_clean(l->a, path_join(l->a, from->dir, path));
    if (dir_exists(arena_cstr(l->a, dir)))
        return (Resolved){.path = dir, .dir = dir, .root = dir, .go_minor = language(l, l->module_minor)};
    err_set(&r.err, l->a, ERR_NOT_EXIST, "package %.*s: cannot find folder %.*s", SFMT(path), SFMT(dir));
    return r;
}

Resolved resolve_import(Loader *l, const Pkg *from, Str path) {
    Resolved r = {.path = path};
    if (from && (str_has_prefix(path, S("./")) || str_has_prefix(path, S("../"))))
        return resolve_relative(l, from, path);
    if (from && from->std && try_std_vendor(l, from, path, &r)) return r;
    if (resolve_in_module(l, path) && try_module(l, path, &r)) return r;
    if (!has_dotted_domain(path) && try_std(l, path, &r)) return r;
    if (try_vendor(l, path, &r)) return r;
    missing(l, path, &r.err);
    return r;
}

Resolved resolve_dir(Loader *l, Str dir) {
    Resolved r = {0};
    if (str_in_path(dir, l->goroot_src) && dir.len > l->goroot_src.len) {
        Str path = str_slice(dir, l->goroot_src.len + 1, dir.len);
        if (!try_std(l, path, &r)) r = (Resolved){.path = path, .dir = dir, .root = l->goroot_src, .std = true};
        return r;
    }
    if (!l->module_root.len)
        err_set(&r.err, l->a, ERR_OTHER,
                "go: go.mod file not found in current directory or any parent directory; see 'go help modules'");
    else if (str_eq(dir, l->module_root)) return of_main_module(l, l->module_path, dir);
    else if (str_in_path(dir, l->module_root)) {
        i64 at = l->module_root.len + (l->module_root.len > 1);
        return of_main_module(l, path_join(l->a, l->module_path, str_slice(dir, at, dir.len)), dir);
    } else
        err_set(&r.err, l->a, ERR_OTHER, "directory %.*s outside main module or its selected dependencies", SFMT(dir));
    return r;
}
