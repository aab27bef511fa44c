// match.c - patterns -> import paths, where modules decide: folders and ./..., x/..., and the folders that are packages of modules.
//
// In:   a pattern as match_clean left it; the modules to look into.
// Out:  Match.pkgs (sorted) or Match.dirs; errors beside them, so that `list -e` can show what was found.
// Facts: `go help packages`.
#include "mod/graph_int.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

// ---- words
Str match_clean(Arena *a, Str p) {
    Str query = {0};
    bool local = str_has_prefix(p, S("./")) || str_has_prefix(p, S("../")) || str_eq(p, S(".")) || str_eq(p, S(".."));
    bool abs = p.len && p.ptr[0] == '/';
    i64 at = local || abs ? -1 : str_index(p, '@');
    if (at >= 0) {
        query = str_slice(p, at, p.len);
        p = str_slice(p, 0, at);
    }
    if (!abs && str_index(p, '\\') >= 0) { // as a courtesy to those who come from Windows
        char *z = (char *)arena_cstr(a, arena_str(a, p));
        for (char *c = z; (c = strchr(c, '\\'));) *c = '/';
        p = str_c(z);
    }
    Str c = path_clean(a, p);
    if (str_has_prefix(p, S("./")) && !str_eq(c, S("."))) c = arena_printf(a, "./%.*s", SFMT(c));
    return query.len ? arena_printf(a, "%.*s%.*s", SFMT(c), SFMT(query)) : c;
}

// Elements "vendor" but the last become \1: a wildcard does not cross them.
static Str mark_vendor(Str x, char *out) {
    i64 n = 0;
    for (i64 i = 0; i <= x.len;) {
        i64 j = i;
        while (j < x.len && x.ptr[j] != '/') j++;
        Str e = str_slice(x, i, j);
        if (j < x.len && str_eq(e, S("vendor"))) out[n++] = 1;
        else memcpy(out + n, e.ptr, (size_t)e.len), n += e.len;
        if (j < x.len) out[n++] = '/';
        i = j + 1;
    }
    return (Str){out, n};
}

static bool wild(Str p, Str name) {
    while (p.len) {
        if (str_has_prefix(p, S("..."))) {
            p = str_slice(p, 3, p.len);
            if (!p.len) return str_index(name, 1) < 0;
            for (i64 i = 0; i <= name.len; i++) {
                if (wild(p, str_slice(name, i, name.len))) return true;
                if (i < name.len && name.ptr[i] == 1) return false;
            }
            return false;
        }
        if (!name.len || name.ptr[0] != p.ptr[0]) return false;
        p = str_slice(p, 1, p.len);
        name = str_slice(name, 1, name.len);
    }
    return !name.len;
}

bool mod_pattern_match(Str pattern, Str name) {
    char *mem = malloc((size_t)(pattern.len + name.len) + 2);
    if (!mem) fatal("out of memory");
    Str p = mark_vendor(pattern, mem), n = mark_vendor(name, mem + pattern.len + 1);
    bool ok = wild(p, n);
    if (!ok && str_has_suffix(p, S("\1/..."))) { // x/vendor/... : the folder vendor itself
        Str head = str_slice(p, 0, p.len - 5);
        ok = str_has_suffix(n, S("vendor")) && wild(head, str_slice(n, 0, n.len - 6));
    } else if (!ok && str_has_suffix(p, S("/..."))) ok = wild(str_slice(p, 0, p.len - 4), n);
    free(mem);
    return ok;
}

bool pattern_tree(Str pattern, Str name) {
    i64 i = str_find(pattern, S("..."));
    Str head = i < 0 ? pattern : str_slice(pattern, 0, i);
    if (name.len <= head.len && mod_has_path_prefix(head, name)) return true;
    return i >= 0 && str_has_prefix(name, head);
}

static void add_error(ModState *s, Match *m, Err e) {
    bool literal = str_find(m->m.pattern, S("...")) < 0 && !mod_is_meta(m->m.pattern);
    e.text = arena_printf(s->a, literal ? "%.*s: %.*s" : "pattern %.*s: %.*s", SFMT(m->m.pattern), SFMT(e.text));
    vec_push(s->a, &m->errs, e);
}

// ---- ignore lines of go.mod
typedef struct Ignores {
    const ModFile *file;
} Ignores;

static bool ignored(ModState *s, const ModFile *f, Str rel, Str shown) {
    if (!f || !rel.len || !f->ignore.len) return false;
    Str dir = arena_printf(s->a, "/%.*s/", SFMT(rel));
    for (i64 i = 0; i < f->ignore.len; i++) {
        Str p = f->ignore.ptr[i].value;
        if (!p.len) continue;
        bool relative = str_has_prefix(p, S("./"));
        if (relative) p = str_slice(p, 2, p.len);
        while (p.len && p.ptr[0] == '/') p = str_slice(p, 1, p.len);
        while (p.len && p.ptr[p.len - 1] == '/') p = str_slice(p, 0, p.len - 1);
        Str pat = arena_printf(s->a, "/%.*s/", SFMT(p));
        if (relative ? !str_has_prefix(dir, pat) : str_find(dir, pat) < 0) continue;
        if (s->o.trace) fprintf(stderr, "# ignoring directory %.*s\n", SFMT(shown));
        return true;
    }
    return false;
}

// ---- a walk through a module
typedef struct Walk {
    ModState *s;
    Match *m;
    Map *have;
    bool any_tags, meta, stop_vendor, stop_gomod;
    Str root, import_root;
    const ModFile *file;
} Walk;

static bool plain_name(Str e) {
    return !str_has_prefix(e, S(".")) && !str_has_prefix(e, S("_")) && !str_eq(e, S("testdata"));
}

static void try_package(Walk *w, Str dir, Str name) {
    if (map_get_str(w->have, name)) return;
    map_set_str(w->have, name, w);
    if (!w->meta && !mod_pattern_match(w->m->m.pattern, name)) return;
    DirImports di = {0};
    Err err = {{0}, 0};
    bool ok = w->s->o.scan(w->s->o.scan_ctx, dir, w->any_tags, &di, &err);
    if ((ok && di.no_go_files) || (!ok && err.kind == ERR_NO_GO_FILES)) return;
    vec_push(w->s->a, &w->m->pkgs, name);
}

static void walk_dir(Walk *w, Str dir, Str rel);

static void walk_entry(Walk *w, Str dir, Str rel, Str name) {
    ModState *s = w->s;
    Str path = path_join(s->a, dir, name);
    Str sub = rel.len ? arena_printf(s->a, "%.*s/%.*s", SFMT(rel), SFMT(name)) : name;
    if (mod_is_real_dir(s, path)) {
        walk_dir(w, path, sub);
        return;
    }
    if (!S_ISLNK(file_ltype(path.ptr)) || !plain_name(name) || str_find(w->m->m.pattern, S("...")) < 0) return;
    Str import = w->import_root.len ? path_join(s->a, w->import_root, sub) : sub;
    if (!w->meta && !pattern_tree(w->m->m.pattern, import)) return;
    if (S_ISDIR(file_type(path.ptr))) tell("warning: ignoring symlink %.*s\n", SFMT(path));
}

static void walk_dir(Walk *w, Str dir, Str rel) {
    ModState *s = w->s;
    Str elem = rel.len ? path_base(rel) : (Str){0};
    Str name = !rel.len ? w->import_root : w->import_root.len ? path_join(s->a, w->import_root, rel) : rel;
    if (rel.len && (!plain_name(elem) || ignored(s, w->file, rel, dir))) return;
    if (name.len && !w->meta && !pattern_tree(w->m->m.pattern, name)) return;
    if (rel.len && w->stop_gomod && mod_file_there(s, path_join(s->a, dir, S("go.mod")))) return;
    if (name.len) try_package(w, dir, name);
    if (w->stop_vendor && str_eq(elem, S("vendor"))) return;
    Str *names;
    i64 n;
    if (!mod_list_dir(s, dir, &names, &n)) {
        Err e = {{0}, 0};
        err_set(&e, s->a, ERR_OTHER, "open %.*s: %s", SFMT(dir), err_os(errno));
        add_error(s, w->m, e);
        return;
    }
    for (i64 i = 0; i < n; i++) walk_entry(w, dir, rel, names[i]);
}

static void walk(Walk w, Str root, Str import_root, bool stop_vendor, bool stop_gomod, const ModFile *f) {
    w.root = root;
    w.import_root = import_root;
    w.stop_vendor = stop_vendor;
    w.stop_gomod = stop_gomod;
    w.file = f;
    walk_dir(&w, root, (Str){0});
}

static void walk_module(Walk w, ModVersion v) {
    ModState *s = w.s;
    if (module_is_toolchain(v.path) || (!w.meta && !pattern_tree(w.m->m.pattern, v.path))) return;
    Main *m = v.version.len ? NULL : mod_main_named(s, v.path);
    if (m) {
        walk(w, m->m.dir, m->prefix, true, true, m->m.file);
        return;
    }
    if (!v.version.len && !s->mains.len) return;
    Str root;
    bool local, no_sum;
    Err err = {{0}, 0};
    if (!mod_fetch(s, v, &root, &local, &no_sum, &err)) {
        add_error(s, w.m, err);
        return;
    }
    ModErr me = {{{0}, 0}, {{0}, {0}}};
    Summary *sum = node_summary(s, mod_node(s, v), &me);
    walk(w, root, v.path, true, local, sum ? sum->file : NULL);
}

void match_packages(ModState *s, Match *m, bool std, const ModVec *modules, bool any_tags) {
    m->pkgs = (StrVec){0};
    Walk w = {.s = s, .m = m, .have = map_new_str(s->a), .any_tags = any_tags, .meta = mod_is_meta(m->m.pattern)};
    map_set_str(w.have, S("builtin"), s);
    map_set_str(w.have, S("runtime/cgo"), s);
    if (std) {
        if (!str_eq(m->m.pattern, S("cmd"))) walk(w, s->goroot_src, (Str){0}, false, true, NULL);
        if (pattern_tree(m->m.pattern, S("cmd")))
            walk(w, path_join(s->a, s->goroot_src, S("cmd")), S("cmd"), false, true, NULL);
    }
    bool library = str_eq(m->m.pattern, S("std")) || str_eq(m->m.pattern, S("cmd"));
    if (library) { // even if it is the main module: what is in vendor/ has its name in the library
    } else if (s->mode == MOD_VENDOR) {
        for (i64 i = 0; i < s->mains.len; i++)
            walk(w, s->mains.ptr[i]->m.dir, s->mains.ptr[i]->prefix, true, true, s->mains.ptr[i]->m.file);
        if (s->has_root && dir_exists(arena_cstr(s->a, mod_vendor_dir(s))))
            walk(w, mod_vendor_dir(s), (Str){0}, true, false, NULL);
    } else
        for (i64 i = 0; i < modules->len; i++) walk_module(w, modules->ptr[i]);
    str_sort(m->pkgs.ptr, m->pkgs.len);
}

// ---- folders
static Str abs_dir(ModState *s, Str dir) {
    return dir.ptr[0] == '/' ? path_clean(s->a, dir) : path_join(s->a, s->o.cwd, dir);
}

static Str dir_in_version(ModState *s, Str dir, ModVersion v) {
    if (module_is_toolchain(v.path) || (!v.version.len && mod_main_named(s, v.path))) return (Str){0};
    ModVersion r = mod_resolve(s, v);
    Str root;
    if (!r.version.len) root = r.path.ptr[0] == '/' ? r.path : path_join(s->a, mod_replace_base(s), r.path);
    else if (!s->fetch || !fetch_cached_dir(s->fetch, r, &root)) return (Str){0};
    Str sub = mod_in_dir(s->a, dir, root);
    if (!sub.len || str_find(sub, S("/vendor/")) >= 0 || str_has_prefix(sub, S("vendor/")) || str_index(sub, '@') >= 0)
        return (Str){0};
    return path_join(s->a, v.path, sub);
}

static Str path_in_cache(ModState *s, Str dir, Reqs *rs) {
    Str p;
    for (i64 i = 0; rs->pruning == PRUNED && i < rs->roots.len; i++) {
        Str v;
        ModVersion r = rs->roots.ptr[i];
        if (!reqs_selected(s, rs, r.path, &v) || !str_eq(v, r.version)) continue;
        if ((p = dir_in_version(s, dir, r)).len) return p;
    }
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    ModVec list = graph_build_list(s, reqs_graph(s, rs, &e));
    for (i64 i = 0; i < list.len; i++)
        if ((p = dir_in_version(s, dir, list.ptr[i])).len) return p;
    return (Str){0};
}

static bool has_candidate_files(ModState *s, Str dir) {
    Str *names;
    i64 n;
    if (s->o.has_go_files) return s->o.has_go_files(s->o.read_ctx, dir);
    if (!dir_list(s->a, arena_cstr(s->a, dir), &names, &n)) return false;
    for (i64 i = 0; i < n; i++)
        if (str_has_suffix(names[i], S(".go")) && names[i].ptr[0] != '_' && names[i].ptr[0] != '.') return true;
    return false;
}

// 1: *path, 0: not there, -1: error
static int path_in_mains(ModState *s, Str dir, Str *path, Err *err) {
    Str longest = {0}, lacking = {0}, mod = {0};
    for (i64 i = 0; i < s->mains.len; i++) {
        Main *m = s->mains.ptr[i];
        if (!str_has_prefix(dir, m->m.dir) || dir.len <= m->m.dir.len ||
            (m->m.dir.len > 1 && dir.ptr[m->m.dir.len] != '/'))
            continue;
        Str rel = str_slice(dir, m->m.dir.len + (m->m.dir.len > 1), dir.len), d;
        bool go;
        if (str_index(rel, '@') >= 0) continue;
        if (str_has_prefix(rel, S("vendor/"))) {
            *path = str_slice(rel, 7, rel.len);
            if (s->mode != MOD_VENDOR)
                return err_set(err, s->a, ERR_OTHER, "without -mod=vendor, directory %.*s has no package path",
                               SFMT(dir)) -
                       1;
            if (!map_get_str(s->vendor.package, *path))
                return err_set(err, s->a, ERR_OTHER, "directory %.*s is not a package listed in vendor/modules.txt",
                               SFMT(dir)) -
                       1;
            return 1;
        }
        *path = m->prefix.len ? path_join(s->a, m->prefix, rel) : rel;
        if (!m->prefix.len || mod_dir_in(s, *path, m->prefix, m->m.dir, true, &d, &go)) return 1;
        if (m->prefix.len > longest.len) longest = m->prefix, lacking = *path, mod = m->m.path;
    }
    if (!longest.len) return 0;
    return err_set(err, s->a, ERR_OTHER, "main module (%.*s) does not contain package %.*s", SFMT(mod), SFMT(lacking)) -
           1;
}

static bool outside_error(ModState *s, Str dir, Err *err) {
    Str name = mod_short_path(s, dir), root;
    Str what = str_eq(name, S(".")) ? S("current directory") : arena_printf(s->a, "directory %.*s", SFMT(name));
    if (!s->has_root) {
        *err = mod_no_root_error(s);
        return false;
    }
    if (!s->workspace)
        return err_set(err, s->a, ERR_OTHER, "%.*s outside main module or its selected dependencies", SFMT(what));
    if ((root = mod_find_root(s, dir)).len)
        return err_set(
            err, s->a, ERR_OTHER,
            "%.*s is contained in a module that is not one of the workspace modules listed in go.work. You can add the "
            "module to the workspace using:\n\tgo work use %.*s",
            SFMT(what), SFMT(mod_short_path(s, root)));
    return err_set(err, s->a, ERR_OTHER, "%.*s outside modules listed in go.work or their selected dependencies",
                   SFMT(what));
}

static bool dir_is_package(ModState *s, Str dir, Err *err) {
    DirImports di = {0};
    Err e = {{0}, 0};
    bool ok = s->o.scan(s->o.scan_ctx, dir, false, &di, &e);
    if ((ok && !di.no_go_files) || has_candidate_files(s, dir)) return true;
    if (!ok && e.kind == ERR_OTHER)
        return true; // the package is there; what is wrong with it is said when it is loaded
    if (!mod_is_dir(s, dir)) return err_set(err, s->a, ERR_NOT_EXIST, "stat %.*s: directory not found", SFMT(dir));
    return err_set(err, s->a, ERR_NO_GO_FILES, "no Go files in %.*s", SFMT(dir));
}

// Import path of a folder. *skip: a wildcard passes over it (builtin, GOROOT/src).
bool match_local_path(ModState *s, Str dir, Reqs *rs, Str *path, Err *err, bool *skip) {
    dir = abs_dir(s, dir);
    *skip = false;
    if (!dir_is_package(s, dir, err)) return false;
    for (i64 i = 0; i < s->mains.len; i++) {
        Main *m = s->mains.ptr[i];
        if (!str_eq(m->m.dir, dir)) continue;
        *path = m->prefix;
        *skip = str_eq(dir, s->goroot_src);
        return !*skip || err_set(err, s->a, ERR_OTHER, "GOROOT/src is not an importable package");
    }
    int r = path_in_mains(s, dir, path, err);
    if (r < 0) return false;
    if (r == 0) {
        Str sub = mod_in_dir(s->a, dir, s->goroot_src);
        bool std = sub.len && !str_eq(sub, S(".")) && str_index(sub, '@') < 0;
        *path = std ? sub : path_in_cache(s, dir, rs);
        if (!path->len) return outside_error(s, dir, err);
    }
    *skip = str_eq(*path, S("builtin"));
    return !*skip || err_set(err, s->a, ERR_OTHER, "\"builtin\" is a pseudo-package, not an importable package");
}

// ---- ./...
typedef struct DirWalk {
    ModState *s;
    Match *m;
    Str pattern, prefix, root;
    const ModFile *file;
} DirWalk;

static void walk_local(DirWalk *w, Str path, bool top) {
    ModState *s = w->s;
    Str elem = path_base(path), abs = abs_dir(s, path);
    if (!str_eq(elem, S(".")) && !str_eq(elem, S("..")) && !plain_name(elem)) return;
    Str rel = mod_in_dir(s->a, abs, w->root);
    if (rel.len && !str_eq(rel, S(".")) && ignored(s, w->file, rel, abs)) return;
    if (!top && mod_file_there(s, path_join(s->a, abs, S("go.mod")))) return;
    Str name = w->prefix.len && !str_has_prefix(path, w->prefix)
                   ? arena_printf(s->a, "%.*s%.*s", SFMT(w->prefix), SFMT(path))
                   : path;
    if (mod_pattern_match(w->pattern, name)) {
        DirImports di = {0};
        Err err = {{0}, 0};
        bool ok = s->o.scan(s->o.scan_ctx, abs, false, &di, &err);
        if (ok ? !di.no_go_files : err.kind != ERR_NO_GO_FILES) vec_push(s->a, &w->m->dirs, name);
    }
    Str *names;
    i64 n;
    if (!mod_list_dir(s, abs, &names, &n)) return;
    for (i64 i = 0; i < n; i++) {
        Str sub = str_eq(path, S(".")) ? names[i] : path_join(s->a, path, names[i]);
        if (mod_is_real_dir(s, path_join(s->a, abs, names[i]))) walk_local(w, sub, false);
    }
}

static bool in_scope(ModState *s, Str dir, Reqs *rs, const ModMain *only) {
    Str root = mod_find_root(s, dir);
    for (i64 i = 0; i < s->mains.len; i++)
        if ((!only || only == &s->mains.ptr[i]->m) && str_eq(s->mains.ptr[i]->m.dir, root)) return true;
    return mod_in_dir(s->a, dir, s->goroot_src).len || path_in_cache(s, dir, rs).len;
}

void match_dirs(ModState *s, Match *m, Reqs *rs, const ModMain *only) {
    Str p = m->m.pattern;
    m->dirs_done = true;
    i64 dots = str_find(p, S("..."));
    if (dots < 0) {
        vec_push(s->a, &m->dirs, p);
        return;
    }
    Str clean = path_clean(s->a, p);
    Str dir = path_dir(str_slice(clean, 0, str_find(clean, S("...")) + 3));
    Str abs = abs_dir(s, dir);
    if (!in_scope(s, abs, rs, only)) {
        Err e = {{0}, 0};
        err_set(&e, s->a, ERR_OTHER, "directory prefix %.*s does not contain %s", SFMT(mod_short_path(s, abs)),
                s->workspace ? "modules listed in go.work or their selected dependencies"
                             : "main module or its selected dependencies");
        add_error(s, m, e);
        return;
    }
    if (!mod_is_dir(s, abs)) {
        Err e = {{0}, 0};
        err_set(&e, s->a, ERR_NOT_EXIST, "lstat %s%.*s/: no such file or directory",
                str_has_prefix(p, S("./")) ? "./" : "", SFMT(dir));
        add_error(s, m, e);
        return;
    }
    DirWalk w = {.s = s, .m = m, .pattern = clean};
    if (str_has_prefix(p, S("./"))) {
        w.prefix = S("./");
        w.pattern = arena_printf(s->a, "./%.*s", SFMT(clean));
    }
    const ModMain *main = mod_main_of_dir(s, abs);
    if (main) {
        w.root = main->dir;
        w.file = main->file;
    }
    walk_local(&w, dir, true);
}
