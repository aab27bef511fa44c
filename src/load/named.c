// named.c - packages that somebody may have meant: by the name of a package that no import declares, by a wrong import path.
//
// Looked through: the library, the main modules, and of required modules those that are in the module cache. Nothing is
// fetched. Only done for the help below an error, so folders are simply read.
#include "load/load_int.h"

enum { DEEPEST = 12, MOST_FOUND = 8 };

typedef struct Named {
    Loader *l;
    Arena *a;
    Str name, member; // of the package; of what it must declare, or ""
    Str from;         // import path of the package that would import it
    bool inside;      // of a main module: internal packages can be had
    StrList found;
} Named;

typedef void (*FolderFn)(void *ctx, Str path, Str dir);

// Folders below dir that may be packages.
static void each_folder(Arena *a, Str path, Str dir, bool inside, i64 depth, FolderFn fn, void *ctx) {
    Str *names;
    i64 n;
    if (path.len) fn(ctx, path, dir);
    if (depth > DEEPEST || !dir_list(a, arena_cstr(a, dir), &names, &n)) return;
    for (i64 i = 0; i < n; i++) {
        Str s = names[i];
        if (s.ptr[0] == '.' || s.ptr[0] == '_' || str_index(s, '.') >= 0) continue;
        if (str_eq(s, S("testdata")) || str_eq(s, S("vendor")) || (!inside && str_eq(s, S("internal")))) continue;
        if (!inside && !depth && (str_eq(s, S("cmd")) || str_eq(s, S("builtin")))) continue;
        Str sub = path_join(a, dir, s);
        if (!dir_exists(arena_cstr(a, sub)) || file_exists(arena_cstr(a, path_join(a, sub, S("go.mod"))))) continue;
        each_folder(a, path.len ? path_join(a, path, s) : s, sub, inside, depth + 1, fn, ctx);
    }
}

static bool is_version(Str s) { return s.len > 1 && s.ptr[0] == 'v' && s.ptr[1] >= '0' && s.ptr[1] <= '9'; }

// The name that a package of that path has, as a rule.
static Str usual_name(Str path) {
    Str base = path_base(path);
    return is_version(base) && str_index(path, '/') >= 0 ? path_base(path_dir(path)) : base;
}

// ---- what a folder declares -----------------------------------------------------------------------------

static bool has_line(Str text, Str start, const char *ends) {
    for (i64 lo = 0; lo < text.len;) {
        Str rest = str_slice(text, lo, text.len);
        if (str_has_prefix(rest, start) && rest.len > start.len && strchr(ends, rest.ptr[start.len])) return true;
        i64 nl = str_index(rest, '\n');
        lo = nl < 0 ? text.len : lo + nl + 1;
    }
    return false;
}

static bool declares(Arena *a, Str text, Str name) {
    static const char *const words[] = {"func ", "type ", "var ", "const ", "\t"};
    for (i64 i = 0; i < NELEM(words); i++)
        if (has_line(text, arena_printf(a, "%s%.*s", words[i], SFMT(name)), " ([=,\t\n\r")) return true;
    return false;
}

// Is the folder a package of that name, with that declaration in it?
static bool fits(Named *k, Str dir) {
    Str *names, text;
    i64 n;
    bool package = false, member = !k->member.len;
    if (!dir_list(k->a, arena_cstr(k->a, dir), &names, &n)) return false;
    Str clause = arena_printf(k->a, "package %.*s", SFMT(k->name));
    for (i64 i = 0; i < n && !(package && member); i++) {
        if (!str_has_suffix(names[i], S(".go")) || str_has_suffix(names[i], S("_test.go"))) continue;
        if (!file_read(k->a, arena_cstr(k->a, path_join(k->a, dir, names[i])), &text)) continue;
        if (!package) package = has_line(text, clause, " \t\r\n;/");
        if (!member) member = declares(k->a, text, k->member);
    }
    return package && member;
}

static void add_found(Named *k, Str path) {
    for (i64 i = 0; i < k->found.len; i++)
        if (str_eq(k->found.ptr[i], path)) return;
    if (k->found.len < MOST_FOUND && !str_eq(path, k->from)) vec_push(k->a, &k->found, path);
}

static void try_folder(void *ctx, Str path, Str dir) {
    Named *k = ctx;
    if (str_eq(usual_name(path), k->name) && fits(k, dir) && dir_has_package(k->l, path, dir)) add_found(k, path);
}

// Required modules: the root, and a folder of that name.
static void try_requirements(Named *k) {
    ModVersion *list;
    i64 n;
    Err err = {0};
    if (!k->l->mods || !mod_enabled(k->l->mods) || !mod_build_list(k->l->mods, &list, &n, &err)) return;
    for (i64 i = mod_main_count(k->l->mods); i < n; i++) {
        Str dir =
            arena_printf(k->a, "%.*s/%.*s@%.*s", SFMT(k->l->module_cache), SFMT(list[i].path), SFMT(list[i].version));
        if (!dir_exists(arena_cstr(k->a, dir))) continue;
        if (fits(k, dir)) add_found(k, list[i].path);
        Str sub = path_join(k->a, dir, k->name);
        if (dir_exists(arena_cstr(k->a, sub)) && fits(k, sub)) add_found(k, path_join(k->a, list[i].path, k->name));
    }
}

Paths load_packages_named(void *loader, Arena *a, const Package *from, Str name, Str member) {
    Loader *l = loader;
    Named k = {.l = l, .a = a, .name = name, .member = member, .from = from->path};
    for (i64 i = 0; l->mods && i < mod_main_count(l->mods); i++) {
        const ModMain *m = mod_main_at(l->mods, i);
        each_folder(a, m->path, m->dir, true, 1, try_folder, &k);
    }
    each_folder(a, (Str){0}, l->goroot_src, false, 0, try_folder, &k);
    try_requirements(&k);
    return (Paths){k.found.ptr, k.found.len};
}

// ---- a wrong path ---------------------------------------------------------------------------------------------

typedef struct NearPath {
    Str wanted, best;
    i64 distance;
} NearPath;

static void try_path(void *ctx, Str path, Str dir) {
    NearPath *k = ctx;
    i64 d = str_distance(k->wanted, path);
    if (d >= k->distance || str_eq(path, k->wanted)) return;
    k->distance = d;
    k->best = path;
}

Str load_path_near(Loader *l, Arena *a, Str wanted) {
    NearPath k = {.wanted = wanted, .distance = str_near_limit(wanted) + 1};
    for (i64 i = 0; l->mods && i < mod_main_count(l->mods); i++) {
        const ModMain *m = mod_main_at(l->mods, i);
        if (str_has_prefix(wanted, m->path)) each_folder(a, m->path, m->dir, true, 1, try_path, &k);
    }
    if (str_index(path_base(wanted), '.') < 0) each_folder(a, (Str){0}, l->goroot_src, false, 0, try_path, &k);
    return k.best;
}
