// mains.c - the main modules: their go.mod files (and go.work), and what those say of replacements and exclusions.
//
// In:   a ModState that knows its folders.
// Out:  one Main a module with its file parsed and indexed as it was read, so that a later change can be told from the file's state.
// Never: looks at requirements; a go.mod with a version that is not canonical asks for it (needs_fix).
#include "mod/graph_int.h"
#include <errno.h>

Str mod_version_key(Arena *a, ModVersion v) {
    char *p = ANEWN(a, char, v.path.len + v.version.len + 2);
    if (v.path.len) memcpy(p, v.path.ptr, (size_t)v.path.len);
    p[v.path.len] = '@';
    if (v.version.len) memcpy(p + v.path.len + 1, v.version.ptr, (size_t)v.version.len);
    return (Str){p, v.path.len + v.version.len + 1};
}

// ---- versions in go.mod that are no versions: branches, commits, v1
typedef struct Fixer {
    ModState *s;
    bool fixed;
} Fixer;

static bool fix_version(void *ctx, Str path, Str version, Str *out, Err *err) {
    Fixer *f = ctx;
    Arena *a = f->s->a;
    Str prefix, major, old = version;
    i64 hack = str_has_prefix(path, S("gopkg.in/")) ? str_find(version, S("-gopkgin-")) : -1;
    if (hack >= 0) version = str_slice(version, hack + 9, version.len);
    if (!module_split_path_major(path, &prefix, &major))
        return err_set(err, a, ERR_OTHER, "%.*s@%.*s: invalid version: malformed module path \"%.*s\"", SFMT(path),
                       SFMT(version), SFMT(path));
    if (version.len && str_eq(module_canonical_version(a, version), version)) {
        if (!module_match_path_major(version, major)) {
            Err why = {{0}, 0};
            module_check_path_major(a, version, major, &why);
            return err_set(err, a, ERR_DISALLOWED, "%.*s", SFMT(why.text)); // told with the line's verb and the path
        }
        *out = version;
    } else {
        RevInfo info;
        if (!mod_query(f->s, path, version, (Str){0}, NULL, NULL, &info, err)) return false;
        *out = info.version;
    }
    if (!str_eq(*out, old)) f->fixed = true;
    return true;
}

// ---- the index: what a file said when it was read
static void index_replace(ModState *s, Map *map, const ModFile *f) {
    for (i64 i = 0; i < f->replace.len; i++) {
        ModReplace *r = &f->replace.ptr[i];
        if (!r->old.path.len) continue;
        ModVersion *v = ANEW(s->a, ModVersion);
        *v = r->new_;
        map_set_str(map, mod_version_key(s->a, r->old), v);
    }
}

Main *mod_index_file(ModState *s, Main *m, Str data, bool needs_fix) {
    ModFile *f = m->m.file;
    m->data = data;
    m->needs_fix = needs_fix;
    m->index_go = f->go.value;
    m->index_toolchain = f->toolchain.value;
    m->replace = map_new_str(s->a);
    m->exclude = map_new_str(s->a);
    m->require = map_new_str(s->a);
    index_replace(s, m->replace, f);
    for (i64 i = 0; i < f->exclude.len; i++)
        if (f->exclude.ptr[i].mod.path.len) map_set_str(m->exclude, mod_version_key(s->a, f->exclude.ptr[i].mod), m);
    for (i64 i = 0; i < f->require.len; i++) {
        ModRequire *r = ANEW(s->a, ModRequire);
        *r = f->require.ptr[i];
        if (r->mod.path.len) map_set_str(m->require, mod_version_key(s->a, r->mod), r);
    }
    ModNode *n = mod_node(s, (ModVersion){m->m.path, {0}});
    n->go_version = f->go.value;
    n->go_known = true;
    return m;
}

static bool require_dirty(ModState *s, const Main *m, const ModFile *f) {
    i64 n = 0;
    for (i64 i = 0; i < f->require.len; i++) {
        const ModRequire *r = &f->require.ptr[i];
        if (!r->mod.path.len) continue;
        n++;
        const ModRequire *old = map_get_str(m->require, mod_version_key(s->a, r->mod));
        if (!old || (old->indirect != r->indirect && s->mode != MOD_READONLY)) return true;
    }
    return n != map_len(m->require);
}

static bool others_dirty(ModState *s, const Main *m, const ModFile *f) {
    i64 nrep = 0, nex = 0;
    for (i64 i = 0; i < f->replace.len; i++) {
        const ModReplace *r = &f->replace.ptr[i];
        if (!r->old.path.len) continue;
        nrep++;
        const ModVersion *old = map_get_str(m->replace, mod_version_key(s->a, r->old));
        if (!old || !modver_eq(*old, r->new_)) return true;
    }
    for (i64 i = 0; i < f->exclude.len; i++) {
        if (!f->exclude.ptr[i].mod.path.len) continue;
        nex++;
        if (!map_get_str(m->exclude, mod_version_key(s->a, f->exclude.ptr[i].mod))) return true;
    }
    return nrep != map_len(m->replace) || nex != map_len(m->exclude);
}

bool mod_file_dirty(ModState *s, Main *m) {
    ModFile *f = m->m.file;
    return m->needs_fix || !str_eq(f->module, m->m.path) || !str_eq(f->go.value, m->index_go) ||
           !str_eq(f->toolchain.value, m->index_toolchain) || require_dirty(s, m, f) || others_dirty(s, m, f);
}

// ---- reading
static bool check_file(ModState *s, Str name, const ModFile *f, Err *err) {
    if (f->go.value.len && gover_cmp(f->go.value, s->local) > 0) return mod_too_new(s, name, f->go.value, err);
    if (!f->module.len)
        return err_set(err, s->a, ERR_OTHER,
                       "error reading %.*s: missing module declaration. To specify the module path:\n\tgo mod edit "
                       "-module=example.com/mod",
                       SFMT(name));
    if (module_is_toolchain(f->module))
        return err_set(err, s->a, ERR_OTHER, "error reading %.*s: invalid module path: \"%.*s\"", SFMT(name),
                       SFMT(f->module));
    return true;
}

static bool read_main(ModState *s, Main *m, Err *err) {
    Str name = mod_short_path(s, m->m.gomod), text;
    errno = 0;
    if (!mod_read_text(s, m->m.gomod, &text))
        return err_set(err, s->a, ERR_NOT_EXIST, "open %.*s: %s", SFMT(s->workspace ? name : m->m.gomod),
                       errno == ENOENT || !errno ? "no such file or directory" : err_os(errno));
    Fixer fix = {s, false};
    Err why = {{0}, 0}, lax = {{0}, 0};
    ModFile *f = modfile_parse(s->a, name, text, fix_version, &fix, &why);
    if (!f) {
        f = modfile_parse_lax(s->a, name, text, fix_version, &fix, &lax);
        if (f && f->go.value.len && gover_cmp(f->go.value, s->local) > 0) return mod_too_new(s, name, f->go.value, err);
        return err_set(err, s->a, ERR_OTHER, "errors parsing %.*s:\n%.*s", SFMT(name), SFMT(why.text));
    }
    if (!check_file(s, name, f, err)) return false;
    m->m.file = f;
    m->m.path = m->prefix = f->module;
    mod_index_file(s, m, text, fix.fixed);
    return true;
}

static bool work_too_old(ModState *s, const Main *m, Str go, Err *err) {
    bool lists = s->work->go.value.len > 0;
    return err_set(
        err, s->a, ERR_TOO_NEW,
        "module %.*s listed in go.work file requires go >= %.*s, but go.work %s go %.*s; to update it:\n\tgo work use",
        SFMT(mod_short_path(s, m->m.dir)), SFMT(go), lists ? "lists" : "implicitly requires",
        SFMT(lists ? s->work->go.value : S("1.18")));
}

static bool read_work_module(ModState *s, Main *m, Err *err) {
    Err why = {{0}, 0};
    if (!read_main(s, m, &why)) {
        if (why.kind == ERR_TOO_NEW && !s->o.work_command)
            return work_too_old(s, m, mod_too_new_version(why.text), err);
        return err_set(err, s->a, why.kind, "cannot load module %.*s listed in go.work file: %.*s",
                       SFMT(mod_short_path(s, m->m.dir)), SFMT(why.text));
    }
    if (s->o.work_command) return true;
    Str mine = m->m.file->go.value.len ? m->m.file->go.value : S("1.16");
    if (gover_cmp(mine, mod_main_go(s)) <= 0 || gover_cmp(mine, S("1.21")) < 0) return true;
    return work_too_old(s, m, mine, err);
}

static bool parse_work(ModState *s, Err *err) {
    Str name = mod_short_path(s, s->gowork), text;
    errno = 0;
    if (!mod_read_text(s, s->gowork, &text))
        return err_set(err, s->a, ERR_NOT_EXIST, "reading go.work: open %.*s: %s", SFMT(name),
                       errno == ENOENT || !errno ? "no such file or directory" : err_os(errno));
    Err why = {{0}, 0};
    s->work = workfile_parse(s->a, name, text, NULL, NULL, &why);
    if (!s->work) return err_set(err, s->a, ERR_OTHER, "errors parsing go.work:\n%.*s", SFMT(why.text));
    Str go = s->work->go.value;
    return !go.len || gover_cmp(go, s->local) <= 0 || mod_too_new(s, name, go, err);
}

static bool read_work(ModState *s, Err *err) {
    if (!parse_work(s, err)) return false;
    Map *seen = map_new_str(s->a);
    for (i64 i = 0; i < s->work->use.len; i++) {
        Str dir = s->work->use.ptr[i].value;
        if (!dir.len) continue;
        dir = dir.ptr[0] == '/' ? path_clean(s->a, dir) : path_join(s->a, path_dir(s->gowork), dir);
        if (map_get_str(seen, dir))
            return err_set(err, s->a, ERR_OTHER,
                           "error loading go.work:\n%.*s:%lld: path %.*s appears multiple times in workspace",
                           SFMT(mod_short_path(s, s->gowork)), (long long)modline_number(s->work->use.ptr[i].line),
                           SFMT(dir));
        map_set_str(seen, dir, s);
        vec_push(s->a, &s->roots, dir);
    }
    s->work_replace = map_new_str(s->a);
    index_replace(s, s->work_replace, s->work);
    return true;
}

// ---- one set of main modules
static void add_highest(ModState *s, Str path, Str version) {
    Str *old = map_get_str(s->highest, path);
    if (!old) {
        old = ANEW(s->a, Str);
        map_set_str(s->highest, path, old);
        vec_push(s->a, &s->highest_paths, path);
        *old = version;
    } else if (version.len && (!old->len || modver_cmp(path, version, *old) > 0)) *old = version;
}

static bool work_replaces(ModState *s, Map *by_work, Map *all, Err *err) {
    for (i64 i = 0; s->work && i < s->work->replace.len; i++) {
        ModReplace *r = &s->work->replace.ptr[i];
        if (!r->old.path.len) continue;
        if (!r->old.version.len && mod_main_named(s, r->old.path))
            return err_set(err, s->a, ERR_OTHER,
                           "workspace module %.*s is replaced at all versions in the go.work file. To fix, remove the "
                           "replacement from the go.work file or specify the version at which to replace the module.",
                           SFMT(r->old.path));
        map_set_str(by_work, r->old.path, s);
        add_highest(s, r->old.path, r->old.version);
        map_set_str(all, mod_version_key(s->a, r->old), &r->new_);
    }
    return true;
}

static bool main_replaces(ModState *s, Main *m, Map *by_work, Map *all, Err *err) {
    Map *own = map_new_str(s->a);
    for (i64 i = 0; i < m->m.file->replace.len; i++) {
        ModReplace *r = &m->m.file->replace.ptr[i];
        if (!r->old.path.len || map_get_str(by_work, r->old.path)) continue;
        ModVersion *v = ANEW(s->a, ModVersion);
        *v = r->new_;
        if (s->workspace && !v->version.len && v->path.ptr[0] != '/') v->path = path_join(s->a, m->m.dir, v->path);
        Str key = mod_version_key(s->a, r->old), old = modver_string(s->a, r->old);
        ModVersion *prev = map_get_str(all, key);
        if (prev && !map_get_str(own, key) && !modver_eq(*prev, *v))
            return err_set(
                err, s->a, ERR_OTHER,
                "conflicting replacements for %.*s:\n\t%.*s\n\t%.*s\nuse \"go work edit -replace %.*s=[override]\" to "
                "resolve",
                SFMT(old), SFMT(modver_string(s->a, *prev)), SFMT(modver_string(s->a, *v)), SFMT(old));
        map_set_str(own, key, v);
        map_set_str(all, key, v);
        add_highest(s, r->old.path, r->old.version);
    }
    return true;
}

static bool main_tools(ModState *s, Main *m, Err *err) {
    for (i64 i = 0; i < m->m.file->tool.len; i++) {
        Str t = m->m.file->tool.ptr[i].value;
        if (!t.len || map_get_str(s->tools, t)) continue;
        Err why = {{0}, 0};
        if (!module_check_import_path(s->a, t, &why)) {
            Str text = why.text;
            if (str_has_prefix(text, S("malformed import path"))) text = str_slice(text, 21, text.len);
            return err_set(err, s->a, ERR_OTHER, "malformed tool path%.*s", SFMT(text));
        }
        map_set_str(s->tools, t, s);
        vec_push(s->a, &s->tool_paths, t);
    }
    return true;
}

bool mod_is_tool(const ModState *s, Str path) { return map_get_str(s->tools, path) != NULL; }

const Str *mod_tools(const ModState *s, i64 *n) {
    Str *sorted = ANEWN(s->a, Str, s->tool_paths.len + 1);
    *n = s->tool_paths.len;
    if (!*n) return sorted;
    memcpy(sorted, s->tool_paths.ptr, (size_t)*n * sizeof *sorted);
    str_sort(sorted, *n);
    return sorted;
}

static bool join_mains(ModState *s, Err *err) {
    Map *by_work = map_new_str(s->a), *all = map_new_str(s->a), *paths = map_new_str(s->a);
    for (i64 i = 0; i < s->mains.len; i++) {
        Str p = s->mains.ptr[i]->m.path;
        if (map_get_str(paths, p))
            return err_set(err, s->a, ERR_OTHER, "module %.*s appears multiple times in workspace", SFMT(p));
        map_set_str(paths, p, s);
    }
    if (!work_replaces(s, by_work, all, err)) return false;
    Str here = mod_find_root(s, s->o.cwd);
    for (i64 i = 0; i < s->mains.len; i++) {
        Main *m = s->mains.ptr[i];
        if (here.len && str_eq(m->m.dir, here)) s->containing = m;
        m->in_goroot = mod_in_dir(s->a, m->m.dir, s->goroot_src).len > 0;
        if (m->in_goroot && str_eq(m->m.path, S("std"))) m->prefix = (Str){0};
        if (!main_replaces(s, m, by_work, all, err) || !main_tools(s, m, err)) return false;
    }
    return true;
}

static void use_sums(ModState *s) {
    if (!s->fetch) return;
    StrVec others = {0};
    for (i64 i = 0; s->workspace && i < s->roots.len; i++)
        vec_push(s->a, &others, path_join(s->a, s->roots.ptr[i], S("go.sum")));
    Str own = {0};
    if (s->workspace) own = arena_printf(s->a, "%.*s.sum", SFMT(s->gowork));
    else if (s->gomod.len) own = arena_printf(s->a, "%.*s.sum", SFMT(str_slice(s->gomod, 0, s->gomod.len - 4)));
    if (s->o.overlaid) fetch_view(s->fetch, (FileView){s->o.read_file, s->o.overlaid, s->o.read_ctx});
    fetch_use_gosum(s->fetch, own, others.ptr, others.len);
}

static bool check_path(ModState *s, Str path, Err *err) {
    Err why = {{0}, 0};
    if (module_check_import_path(s->a, path, &why)) return true;
    Str text = why.text;
    if (str_has_prefix(text, S("malformed import path"))) text = str_slice(text, 21, text.len);
    return err_set(err, s->a, ERR_OTHER, "malformed module path%.*s", SFMT(text));
}

bool mod_read_mains(ModState *s, Err *err) {
    if (s->workspace && !read_work(s, err)) return false;
    if (s->o.modfile.len) s->gomod = path_join(s->a, s->o.modfile.ptr[0] == '/' ? (Str){0} : s->o.cwd, s->o.modfile);
    else if (!s->workspace && s->roots.len) s->gomod = path_join(s->a, s->roots.ptr[0], S("go.mod"));
    s->has_root = s->roots.len > 0;
    use_sums(s);
    Buf all = {0};
    i32 kind = 0;
    for (i64 i = 0; i < s->roots.len; i++) {
        Main *m = ANEW(s->a, Main);
        m->m.dir = s->roots.ptr[i];
        m->m.gomod = s->workspace ? path_join(s->a, m->m.dir, S("go.mod")) : s->gomod;
        Err e = {{0}, 0};
        if ((s->workspace ? read_work_module : read_main)(s, m, &e)) {
            vec_push(s->a, &s->mains, m);
            check_path(s, m->m.path, &e);
        }
        if (!e.text.len) continue;
        buf_printf(&all, "%s%.*s", all.len ? "\n" : "", SFMT(e.text));
        kind = e.kind;
    }
    if (all.len) err_set(err, s->a, kind, "%.*s", SFMT(buf_view(&all)));
    bool ok = !all.len;
    buf_free(&all);
    return ok && join_mains(s, err);
}

// ---- replacements and exclusions
Str mod_replace_base(const ModState *s) {
    if (s->workspace) return path_dir(s->gowork);
    return s->mains.len ? s->mains.ptr[0]->m.dir : s->o.cwd;
}

static const ModVersion *replaced(const ModState *s, const Map *map, ModVersion v) {
    if (!map || !map_len(map)) return NULL;
    const ModVersion *r = map_get_str(map, mod_version_key(s->a, v));
    return r ? r : map_get_str(map, mod_version_key(s->a, (ModVersion){v.path, {0}}));
}

// A folder named in a go.mod of a workspace is told relative to go.work.
static ModVersion from_work(const ModState *s, const Main *m, ModVersion r) {
    if (!s->workspace || r.version.len || r.path.ptr[0] == '/') return r;
    Str rel = mod_rel_path(s->a, path_dir(s->gowork), path_join(s->a, m->m.dir, r.path));
    bool dots = str_has_prefix(rel, S("../")) || str_eq(rel, S("..")) || str_eq(rel, S("."));
    return (ModVersion){dots ? rel : arena_printf(s->a, "./%.*s", SFMT(rel)), {0}};
}

bool mod_replacement(const ModState *s, ModVersion v, ModVersion *out) {
    *out = (ModVersion){{0}, {0}};
    if (!v.version.len && mod_main_named(s, v.path)) return false;
    const ModVersion *r = replaced(s, s->work_replace, v);
    if (r) {
        *out = *r;
        return true;
    }
    for (i64 i = 0; i < s->mains.len; i++)
        if ((r = replaced(s, s->mains.ptr[i]->replace, v)) != NULL) *out = from_work(s, s->mains.ptr[i], *r);
    return out->path.len > 0;
}

ModVersion mod_resolve(const ModState *s, ModVersion v) {
    ModVersion r;
    return mod_replacement(s, v, &r) ? r : v;
}

bool mod_excluded(const ModState *s, ModVersion v) {
    for (i64 i = 0; i < s->mains.len; i++) {
        Map *x = s->mains.ptr[i]->exclude;
        if (map_len(x) && map_get_str(x, mod_version_key(s->a, v))) return true;
    }
    return false;
}
