// match.c - the words of the command line -> packages: files, folders, import paths, patterns.
//
// In:   arguments. Out: Pkgs in order, once each; what was not found is a Pkg with an error. A pattern that matches
//       nothing is a warning on standard error, as the go command gives it.
#include "load/load_int.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_local(Str s) {
    return (s.len && s.ptr[0] == '/') || str_eq(s, S(".")) || str_eq(s, S("..")) || str_has_prefix(s, S("./")) ||
           str_has_prefix(s, S("../"));
}

static bool has_dots(Str s) { return str_find(s, S("...")) >= 0; }

static Str absolute(Loader *l, Str path) {
    return path_clean(l->a, path.ptr[0] == '/' ? path : path_join(l->a, l->o.cwd, path));
}

// ---- patterns -----------------------------------------------------------------------------------------------------------

// "..." stands for any text; not for one that steps into a vendor folder, unless the pattern names it.
static bool match_rest(Str pattern, Str s, bool vendor_ok) {
    while (pattern.len) {
        if (!str_has_prefix(pattern, S("..."))) {
            if (!s.len || s.ptr[0] != pattern.ptr[0]) return false;
            pattern = str_slice(pattern, 1, pattern.len);
            s = str_slice(s, 1, s.len);
            continue;
        }
        Str behind = str_slice(pattern, 3, pattern.len);
        for (i64 i = 0; i <= s.len; i++) {
            if (match_rest(behind, str_slice(s, i, s.len), vendor_ok)) return true;
            if (!vendor_ok && str_in_path(str_slice(s, i, s.len), S("vendor")) && (i == 0 || s.ptr[i - 1] == '/'))
                return false;
        }
        return false;
    }
    return s.len == 0;
}

bool match_pattern(Str pattern, Str path) {
    bool vendor_ok = str_find(pattern, S("vendor")) >= 0;
    if (str_has_suffix(pattern, S("/..."))) { // x/... is x too
        Str base = str_slice(pattern, 0, pattern.len - 4);
        if (match_rest(base, path, vendor_ok)) return true;
    }
    return match_rest(pattern, path, vendor_ok);
}

// ---- walking folders --------------------------------------------------------------------------------------------------

typedef struct Walk {
    Loader *l;
    PkgList *out;
    Str pattern; // of import paths or, local, of folders
    bool local;
    bool meta; // std, cmd: all that is there, copies in vendor folders too
    i64 found;
} Walk;

static void add(Loader *l, PkgList *out, Pkg *p, Str pattern, bool literal) {
    vec_push(l->a, &p->match, pattern);
    p->literal |= literal;
    for (i64 i = 0; i < out->len; i++)
        if (out->ptr[i] == p) return;
    p->named = true;
    vec_push(l->a, out, p);
}

// What no pattern of import paths matches: documentation, and what only cgo brings in.
static bool is_hidden(Str path) { return str_eq(path, S("builtin")) || str_eq(path, S("runtime/cgo")); }

static void visit(Walk *w, Str dir) {
    Loader *l = w->l;
    if (!dir_has_go_files(l, dir)) return;
    Resolved r = resolve_dir(l, dir);
    if (r.err.text.len || (!w->local && !w->meta && !match_pattern(w->pattern, r.path))) return;
    if (!w->local && ((r.std && is_hidden(r.path)) || r.path.ptr[0] == '_')) return;
    Pkg *known = map_get_str(l->pkgs, r.path);
    if (known ? known->error && (known->error->kind == ERR_NO_GO_FILES || known->error->kind == ERR_CONSTRAINTS)
              : !dir_has_package(l, r.path, dir))
        return;
    w->found++;
    add(l, w->out, graph_load_resolved(l, r.path, r), w->pattern, false);
}

// Symbolic links are not followed.
static bool is_folder(Walk *w, Str path) {
    if (!fs_is_dir(w->l, path)) return false;
    if (!S_ISLNK(file_ltype(arena_cstr(w->l->a, path)))) return true;
    if (!w->local && has_dots(w->pattern)) tell("warning: ignoring symlink %.*s\n", SFMT(path));
    return false;
}

static void walk(Walk *w, Str dir, i64 depth) {
    Loader *l = w->l;
    Str *names;
    i64 n;
    if (!w->local || match_pattern(w->pattern, dir)) visit(w, dir);
    if (depth > 200 || !fs_list(l, dir, &names, &n)) return;
    for (i64 i = 0; i < n; i++) {
        Str sub = path_join(l->a, dir, names[i]);
        if (names[i].ptr[0] == '.' || names[i].ptr[0] == '_' || str_eq(names[i], S("testdata"))) continue;
        bool modules = !gopath_mode(l) && !str_in_path(dir, l->goroot_src);
        if (modules && str_eq(names[i], S("vendor"))) continue;
        if (!is_folder(w, sub)) continue;
        if (modules && fs_is_file(l, path_join(l->a, sub, S("go.mod")))) continue;
        walk(w, sub, depth + 1);
    }
}

static Str fixed_part(Str pattern) { // the folder in front of the first "..."
    Str s = str_slice(pattern, 0, str_find(pattern, S("...")));
    return str_slice(s, 0, str_rindex(s, '/') + 1);
}

static void match_local(Walk *w, Str pattern) {
    Loader *l = w->l;
    Str start = fixed_part(pattern), dir = absolute(l, start.len ? start : S("."));
    if (!dir_exists(arena_cstr(l->a, dir))) {
        Pkg *p = graph_error_pkg(
            l, pattern,
            (Err){arena_printf(l->a, "pattern %.*s: lstat %.*s: no such file or directory", SFMT(pattern), SFMT(start)),
                  ERR_NOT_EXIST});
        add(l, w->out, p, pattern, false);
        w->found++;
        return;
    }
    Resolved r = resolve_dir(l, dir);
    if (r.err.text.len) {
        Str text =
            str_has_prefix(r.err.text, S("go: ")) || str_has_prefix(r.err.text, S("pattern "))
                ? arena_printf(l->a, "pattern %.*s: %.*s", SFMT(pattern),
                               SFMT(str_has_prefix(r.err.text, S("go: ")) ? str_slice(r.err.text, 4, r.err.text.len)
                                                                          : r.err.text))
                : arena_printf(l->a, "pattern %.*s: %.*s", SFMT(pattern), SFMT(r.err.text));
        add(l, w->out, graph_error_pkg(l, pattern, (Err){text, ERR_OTHER}), pattern, false);
        w->found++;
        return;
    }
    w->local = true;
    w->pattern = path_join(l->a, dir, str_slice(pattern, start.len, pattern.len));
    walk(w, dir, 0);
}

static bool in_std(Str path) { return !str_in_path(path, S("cmd")); }

static void walk_library(Walk *w, Str sub, bool skip_cmd) {
    Loader *l = w->l;
    Str *names;
    i64 n;
    Str dir = sub.len ? path_join(l->a, l->goroot_src, sub) : l->goroot_src;
    if (!skip_cmd || sub.len) {
        if (dir_exists(arena_cstr(l->a, dir))) walk(w, dir, 0);
        return;
    }
    if (!dir_list(l->a, arena_cstr(l->a, dir), &names, &n)) return;
    for (i64 i = 0; i < n; i++)
        if (in_std(names[i]) && names[i].ptr[0] != '.' && names[i].ptr[0] != '_' && !str_eq(names[i], S("testdata")) &&
            dir_exists(arena_cstr(l->a, path_join(l->a, dir, names[i]))))
            walk(w, path_join(l->a, dir, names[i]), 0);
}

static void match_paths(Walk *w, Str pattern) { // import paths
    Loader *l = w->l;
    w->pattern = pattern;
    bool all = str_eq(pattern, S("all"));
    if (w->meta && !all) {
        walk_library(w, str_eq(pattern, S("cmd")) ? S("cmd") : (Str){0}, true);
        return;
    }
    Str fixed = all ? (Str){0} : fixed_part(pattern);
    if (fixed.len) fixed.len--;
    walk_library(w, fixed, false);
    i64 at = 0;
    for (Str root; gopath_mode(l) && gopath_next(l, &at, &root);) {
        Str dir = path_join(l->a, root, path_join(l->a, S("src"), fixed));
        if (dir_exists(arena_cstr(l->a, dir))) walk(w, dir, 0);
    }
}

// ---- single arguments -----------------------------------------------------------------------------------------------------

static Pkg *error_pkg(Loader *l, Str arg, const char *fmt, Str a) {
    Err e;
    err_set(&e, l->a, ERR_OTHER, fmt, SFMT(a));
    return graph_error_pkg(l, arg, e);
}

static Pkg *folder(Loader *l, Str arg) {
    Str dir = absolute(l, arg);
    if (!dir_exists(arena_cstr(l->a, dir))) return error_pkg(l, arg, "stat %.*s: directory not found", dir);
    Resolved r = resolve_dir(l, dir);
    if (r.err.text.len) return graph_error_pkg(l, arg, r.err);
    if (!dir_has_go_files(l, dir)) {
        Str *names;
        i64 n;
        if (dir_list(l->a, arena_cstr(l->a, dir), &names, &n)) return error_pkg(l, arg, "no Go files in %.*s", dir);
        return error_pkg(l, arg, "open %.*s", arena_printf(l->a, "%.*s: %s", SFMT(dir), err_os(errno)));
    }
    return graph_load_resolved(l, r.path, r);
}

static void match_arg(Loader *l, Str arg, PkgList *out) {
    Walk w = {.l = l, .out = out, .pattern = arg};
    w.meta = str_eq(arg, S("std")) || str_eq(arg, S("cmd")) || (gopath_mode(l) && str_eq(arg, S("all")));
    Str clean = is_local(arg) || !str_has_suffix(arg, S("/")) ? arg : str_slice(arg, 0, arg.len - 1);
    if (has_dots(arg) || w.meta) {
        if (is_local(arg)) match_local(&w, arg);
        else match_paths(&w, arg);
        if (!w.found) tell("go: warning: \"%.*s\" matched no packages\n", SFMT(arg));
        return;
    }
    add(l, out, is_local(arg) ? folder(l, arg) : graph_load(l, clean), arg, true);
}

// ---- files -------------------------------------------------------------------------------------------------------------

// A .go file, or one that cannot be looked at; a package may be called like it.
static bool names_file(Loader *l, Str abs) {
    if (fs_is_file(l, abs)) return true;
    return !file_type(arena_cstr(l->a, abs)) && errno != ENOENT && errno != ENOTDIR;
}

bool load_is_script(Arena *a, Str path) {
    char head[2] = {0};
    struct stat st;
    if (str_index(path, '/') < 0 || str_has_suffix(path, S(".go"))) return false;
    int fd = open(arena_cstr(a, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && read(fd, head, 2) == 2;
    if (fd >= 0) close(fd);
    return is && head[0] == '#' && head[1] == '!';
}

static bool is_go_file(Loader *l, Str arg) {
    return str_has_suffix(arg, S(".go")) || (l->o.scripts && load_is_script(l->a, absolute(l, arg)));
}

static Pkg *package_of_files(Loader *l, Str *args, i64 n) {
    Str dir = {0}, *names = ANEWN(l->a, Str, n);
    for (i64 i = 0; i < n; i++) {
        Str text, abs = absolute(l, args[i]);
        if (!is_go_file(l, args[i])) return error_pkg(l, args[i], "named files must be .go files: %.*s", args[i]);
        if (fs_is_dir(l, abs)) return error_pkg(l, args[i], "%.*s is a directory, should be a Go file", args[i]);
        if (!names_file(l, abs)) return error_pkg(l, args[i], "stat %.*s: no such file or directory", args[i]);
        if (!fs_read(l, l->a, abs, &text)) {
            Str why = arena_printf(l->a, "%.*s: %s", SFMT(args[i]), err_os(errno));
            return error_pkg(l, args[i], "open %.*s", why);
        }
        if (dir.len && !str_eq(dir, path_dir(abs))) {
            Str had = path_clean(l->a, path_dir(args[i - 1])), has = path_clean(l->a, path_dir(args[i]));
            Str both = arena_printf(l->a, "%.*s and %.*s", SFMT(had), SFMT(has));
            return error_pkg(l, args[i], "named files must all be in one directory; have %.*s", both);
        }
        dir = path_dir(abs);
        names[i] = path_base(abs);
    }
    Pkg *p = ANEW(l->a, Pkg);
    *p =
        (Pkg){.path = S("command-line-arguments"), .dir = dir, .root = dir, .command_line_files = true, .go_minor = 26};
    p->main_module = p->named = true;
    if (l->mods && !mod_enabled(l->mods)) p->root = resolve_dir(l, dir).root; // for its vendor folders
    dir_scan_files(l, p, names, n);
    return p;
}

// ---- modules ----------------------------------------------------------------------------------------------------------------

static bool is_literal(Str p) {
    static const char *const meta[] = {"all", "std", "cmd", "tool", "work"};
    for (i64 i = 0; i < NELEM(meta); i++)
        if (str_eq(p, str_c(meta[i]))) return false;
    return !has_dots(p);
}

static const char no_package[] = "unknown import path \"%.*s\": internal error: module loader did not resolve import";

// One pattern with what mod/ found for it.
static void take_match(Loader *l, const ModMatch *m, Str arg, PkgList *out) {
    for (i64 i = 0; i < m->npaths; i++) {
        bool none = str_eq(m->paths[i], S("C"));
        add(l, out, none ? error_pkg(l, arg, no_package, arg) : graph_load(l, m->paths[i]), arg, is_literal(arg));
    }
    if (!m->nerrs) return;
    Err e = m->errs[0];
    Str prefix = arena_printf(l->a, "%.*s: ", SFMT(m->pattern)); // a literal's error says no more than the argument
    if (str_has_prefix(e.text, prefix)) e.text = str_slice(e.text, prefix.len, e.text.len);
    Str *names;
    i64 n;
    if (is_local(arg) && is_literal(arg) && !dir_list(l->a, arena_cstr(l->a, absolute(l, arg)), &names, &n) &&
        errno == EACCES)
        e.text = arena_printf(l->a, "open %.*s: %s", SFMT(absolute(l, arg)), err_os(EACCES));
    add(l, out, graph_error_pkg(l, arg, e), arg, is_literal(arg));
}

static bool match_modules(Loader *l, Str *args, i64 n, PkgList *out) {
    ModMatch *matches;
    if (!modules_match(l, args, n, &matches)) return false;
    for (i64 i = 0; i < n; i++) take_match(l, &matches[i], args[i], out);
    return true;
}

// Library packages alone need no modules.
static bool need_modules(Loader *l, Str *args, i64 n) {
    if (!l->mods || !mod_enabled(l->mods)) return false;
    for (i64 i = 0; i < n; i++)
        if (is_local(args[i]) || !is_literal(args[i]) || resolve_needs_modules(l, args[i])) return true;
    return false;
}

// The modules behind what named files import.
static bool load_file_imports(Loader *l, const Pkg *p) {
    StrList paths = {0};
    for (i64 i = 0; i < p->imports[IN_PACKAGE].len; i++) {
        Str path = p->imports[IN_PACKAGE].ptr[i].text;
        if (str_eq(path, S("C")) || str_eq(path, S("unsafe")) || is_local(path)) continue;
        if (!types_bad_import_path(l->a, path).len && resolve_needs_modules(l, path)) vec_push(l->a, &paths, path);
    }
    ModMatch *matches;
    return !paths.len || modules_match(l, paths.ptr, paths.len, &matches);
}

bool match_versions(Loader *l, Str *args, i64 n, PkgList *out) {
    Str *patterns;
    ModVersion root;
    if (!modules_use_outside(l, args, n, &patterns, &root) || !match_modules(l, patterns, n, out)) return false;
    select_module(l, root, out);
    if (l->o.main_only) select_mains(l, patterns, n, out);
    return true;
}

bool match_args(Loader *l, Str *args, i64 n, PkgList *out) {
    static const Str dot = {".", 1};
    if (n == 0) {
        args = (Str *)&dot;
        n = 1;
    }
    bool files = false;
    for (i64 i = 0; i < n; i++) files |= is_go_file(l, args[i]) && names_file(l, absolute(l, args[i]));
    if (files) {
        Pkg *p = package_of_files(l, args, n);
        if (!p->error && !load_file_imports(l, p)) return false;
        if (p->dir.len) graph_load_scanned(l, p);
        vec_push(l->a, out, p);
    } else if (!need_modules(l, args, n))
        for (i64 i = 0; i < n; i++) match_arg(l, args[i], out);
    else if (!match_modules(l, args, n, out)) return false;
    if (l->o.main_only) select_mains(l, args, n, out);
    bool good = true;
    for (i64 i = 0; i < out->len; i++) good &= !out->ptr[i]->incomplete && !out->ptr[i]->error;
    return good;
}

// A folder pattern: what is in front of the last part with dots is a folder, below which the rest is matched.
static bool matches_folder(Loader *l, Str pattern, const Pkg *p) {
    i64 dots = str_find(pattern, S("...")),
        slash = dots < 0 ? pattern.len : str_rindex(str_slice(pattern, 0, dots), '/');
    Str dir = absolute(l, slash > 0 ? str_slice(pattern, 0, slash) : S("/"));
    if (dots < 0) return str_eq(p->dir, dir);
    Str rest = str_slice(pattern, slash + 1, pattern.len);
    if (!str_in_path(p->dir, dir)) return false;
    Str rel = p->dir.len == dir.len ? S(".") : str_slice(p->dir, dir.len + (dir.len > 1), p->dir.len);
    return match_pattern(rest, rel);
}

bool load_matches(Loader *l, Str pattern, const Pkg *p) {
    bool modules = l->mods && mod_enabled(l->mods);
    if (is_local(pattern) && pattern.ptr[0] != '/') return matches_folder(l, pattern, p);
    if (str_eq(pattern, S("all"))) return true;
    if (str_eq(pattern, S("std"))) return p->std;
    if (str_eq(pattern, S("cmd"))) return p->std && str_has_prefix(p->path, S("cmd/"));
    if (modules && str_eq(pattern, S("tool"))) return mod_is_tool(l->mods, p->path);
    if (modules && str_eq(pattern, S("work")))
        return p->module.path.len && !p->module.version.len && mod_main_of_path(l->mods, p->module.path);
    return match_pattern(pattern, p->path);
}
