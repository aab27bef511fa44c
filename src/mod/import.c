// import.c - import path -> module and folder: library, main modules, vendor/, the requirements; and what to say when none has it.
//
// In:   a Reqs, and its graph if the whole of it is to be asked (NULL: the roots first, the graph only if they do not have the package).
// Out:  exactly one module that has a folder with Go files, and the modules that could have had one (Found.alt).
// Never: adds a requirement (imp_query names one that could be added).
#include "mod/graph_int.h"
#include "mod/query.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

bool mod_std_path(Str path) {
    i64 i = str_index(path, '/');
    return str_index(i < 0 ? path : str_slice(path, 0, i), '.') < 0;
}

bool mod_has_path_prefix(Str path, Str prefix) {
    if (!str_has_prefix(path, prefix)) return false;
    return path.len == prefix.len || !prefix.len || path.ptr[prefix.len] == '/';
}

bool mod_is_appengine(Str p) {
    return mod_has_path_prefix(p, S("appengine")) || mod_has_path_prefix(p, S("appengine_internal"));
}

bool mod_is_meta(Str p) {
    return str_eq(p, S("std")) || str_eq(p, S("cmd")) || str_eq(p, S("tool")) || str_eq(p, S("work")) ||
           str_eq(p, S("all"));
}

// ---- folders
static bool remember(ModState *s, Map *map, Str dir, bool (*look)(ModState *, Str)) {
    bool *known = map_get_str(map, dir);
    if (!known) {
        known = ANEW(s->a, bool);
        *known = look(s, dir);
        map_set_str(map, dir, known);
    }
    return *known;
}

static bool look_gomod(ModState *s, Str dir) { return mod_file_there(s, path_join(s->a, dir, S("go.mod"))); }

static bool look_go_files(ModState *s, Str dir) {
    if (s->o.has_go_files) return s->o.has_go_files(s->o.read_ctx, dir);
    Str *names;
    i64 n;
    if (!dir_list(s->a, arena_cstr(s->a, dir), &names, &n)) return false;
    for (i64 i = 0; i < n; i++) {
        if (!str_has_suffix(names[i], S(".go"))) continue;
        Str file = arena_printf(s->a, "%.*s/%.*s", SFMT(dir), SFMT(names[i]));
        if (S_ISREG(file_type(file.ptr))) return true;
    }
    return false;
}

// The folder of a package if it were in the module `prefix` at root; *dir "" if it cannot be there.
bool mod_dir_in(ModState *s, Str path, Str prefix, Str root, bool local, Str *dir, bool *go_files) {
    *dir = (Str){0};
    *go_files = false;
    if (!mod_has_path_prefix(path, prefix)) return false;
    Str rest = str_slice(path, prefix.len, path.len);
    while (rest.len && rest.ptr[0] == '/') rest = str_slice(rest, 1, rest.len);
    Str d = rest.len ? path_join(s->a, root, rest) : root;
    for (Str up = d; local && up.len > root.len; up = path_dir(up))
        if (remember(s, s->have_gomod, up, look_gomod)) return false;
    *dir = d;
    *go_files = remember(s, s->have_go, d, look_go_files);
    return *go_files;
}

// ---- folder of a module version
static bool replacement_dir(ModState *s, ModVersion v, ModVersion r, Str *dir, Err *err) {
    *dir = r.path.ptr[0] == '/' ? r.path : path_join(s->a, mod_replace_base(s), r.path);
    if (file_type(arena_cstr(s->a, *dir))) return true;
    Str name = modver_string(s->a, v);
    if (errno == ENOENT)
        return err_set(err, s->a, ERR_OTHER, "%.*s: replacement directory %.*s does not exist", SFMT(name),
                       SFMT(r.path));
    return err_set(err, s->a, ERR_OTHER, "%.*s: replacement directory %.*s: stat %.*s: %s", SFMT(name), SFMT(r.path),
                   SFMT(*dir), err_os(errno));
}

static void prefix_version(ModState *s, ModVersion v, Err *err) {
    Str own = arena_printf(s->a, "%.*s: ", SFMT(modver_string(s->a, v)));
    if (!str_has_prefix(err->text, own)) err->text = arena_printf(s->a, "%.*s%.*s", SFMT(own), SFMT(err->text));
}

static bool download(ModState *s, ModNode *n, Str *dir, Err *err) {
    if (!n->dir_done) {
        n->dir_done = true;
        n->dir_ok = fetch_dir(s->fetch, n->v, &n->dir, &n->dir_err);
        if (!n->dir_ok) prefix_version(s, n->v, &n->dir_err);
    }
    *dir = n->dir;
    if (!n->dir_ok) *err = n->dir_err;
    return n->dir_ok;
}

bool mod_fetch(ModState *s, ModVersion v, Str *dir, bool *local, bool *no_sum, Err *err) {
    *local = true;
    *no_sum = false;
    Main *m = v.version.len ? NULL : mod_main_named(s, v.path);
    if (m) {
        *dir = m->m.dir;
        return true;
    }
    ModVersion r;
    if (mod_replacement(s, v, &r)) {
        if (!r.version.len) return replacement_dir(s, v, r, dir, err);
        v = r;
    }
    *local = false;
    if (mod_must_have_sums(s) && !fetch_have_sum(s->fetch, v)) {
        *no_sum = true;
        return err_set(err, s->a, ERR_SUM_MISSING, "%.*s: missing go.sum entry", SFMT(modver_string(s->a, v)));
    }
    return download(s, mod_node(s, v), dir, err);
}

static Str root_or_graph(ModState *s, Reqs *rs, ModGraph *g, Str prefix) {
    Str v;
    if (g) return graph_selected(g, prefix);
    return reqs_selected(s, rs, prefix, &v) ? v : S("none");
}

static Str parent_path(Str path) {
    i64 i = str_rindex(path, '/');
    return i < 0 ? (Str){0} : str_slice(path, 0, i);
}

// What the packages of these paths may need is downloaded at once.
void mod_prefetch_dirs(ModState *s, Reqs *rs, ModGraph *g, const StrVec *paths) {
    if (s->mode == MOD_VENDOR) return;
    VEC(ModNode *) want = {0};
    Map *seen = map_new_ptr(s->a);
    for (i64 i = 0; i < paths->len; i++) {
        for (Str p = paths->ptr[i]; p.len; p = parent_path(p)) {
            if (module_is_toolchain(p)) continue;
            Str ver = root_or_graph(s, rs, g, p), dir;
            if (!ver.len || str_eq(ver, S("none"))) continue;
            ModVersion v = mod_resolve(s, (ModVersion){p, ver});
            ModNode *n = mod_node(s, v);
            if (!v.version.len || n->dir_done || map_get_ptr(seen, n)) continue;
            map_set_ptr(seen, n, n);
            if (mod_must_have_sums(s) && !fetch_have_sum(s->fetch, v)) continue;
            if (!fetch_cached_dir(s->fetch, v, &dir)) vec_push(s->a, &want, n);
        }
    }
    if (want.len < 2) return;
    FetchJob *jobs = ANEWN(s->a, FetchJob, want.len);
    for (i64 i = 0; i < want.len; i++) jobs[i] = (FetchJob){.mod = want.ptr[i]->v};
    fetch_many(s->fetch, jobs, want.len);
    for (i64 i = 0; i < want.len; i++) {
        ModNode *n = want.ptr[i];
        n->dir_done = true;
        n->dir_ok = !jobs[i].err.text.len;
        n->dir = jobs[i].result;
        n->dir_err = jobs[i].err;
        if (!n->dir_ok) prefix_version(s, n->v, &n->dir_err);
    }
}

// ---- errors
static bool invalid(ModState *s, ImpErr *e, const char *fmt, Str path) {
    return err_set(&e->err, s->a, ERR_OTHER, fmt, SFMT(path));
}

static bool missing(ModState *s, Str path, ImpErr *e, MissingImport m) {
    e->missing = ANEW(s->a, MissingImport);
    *e->missing = m;
    e->missing->path = path;
    imp_word(s, path, e, (Str){0}, (Str){0}, false);
    return false;
}

static void word_missing(ModState *s, const MissingImport *m, Err *err) {
    Arena *a = s->a;
    Str p = m->path;
    err->kind = ERR_IMPORT_MISSING;
    if (m->module.path.len) {
        if (m->missing_at.len)
            err->text =
                arena_printf(a, "package %.*s provided by %.*s at latest version %.*s but not at required version %.*s",
                             SFMT(p), SFMT(m->module.path), SFMT(m->module.version), SFMT(m->missing_at));
        else
            err->text = arena_printf(a, "missing module for import: %.*s@%.*s provides %.*s", SFMT(m->module.path),
                                     SFMT(m->module.version), SFMT(p));
        return;
    }
    if (m->is_std) {
        Str note = {0};
        if (m->importer_go.len)
            note = arena_printf(a, "\nnote: imported by a module that requires go %.*s", SFMT(m->importer_go));
        err->text = arena_printf(a, "package %.*s is not in std (%.*s)%.*s", SFMT(p),
                                 SFMT(path_join(a, s->goroot_src, p)), SFMT(note));
        return;
    }
    if (m->query_err.len && !m->no_root) {
        err->text = arena_printf(a, "cannot find module providing package %.*s: %.*s", SFMT(p), SFMT(m->query_err));
        return;
    }
    if (s->mode == MOD_MOD || (s->mode == MOD_READONLY && s->o.missing_found)) {
        err->text = arena_printf(a, "cannot find module providing package %.*s", SFMT(p));
        return;
    }
    if (m->replaced.path.len) {
        Str arg = m->replaced.path;
        if (!str_has_suffix(m->replaced.version, S("-00010101000000-000000000000")))
            arg = modver_string(a, m->replaced);
        err->text = arena_printf(
            a, "module %.*s provides package %.*s and is replaced but not required; to add it:\n\tgo get %.*s",
            SFMT(m->replaced.path), SFMT(p), SFMT(arg));
        return;
    }
    Str start = arena_printf(a, "no required module provides package %.*s", SFMT(p));
    if (m->query_err.len) err->text = arena_printf(a, "%.*s: %.*s", SFMT(start), SFMT(m->query_err));
    else if (m->importing && m->importing != s->containing)
        err->text = arena_printf(a, "%.*s; to add it:\n\tcd %.*s\n\tgo get %.*s", SFMT(start),
                                 SFMT(m->importing->m.dir), SFMT(p));
    else err->text = arena_printf(a, "%.*s; to add it:\n\tgo get %.*s", SFMT(start), SFMT(p));
}

static void word_no_sums(ModState *s, Str path, ImpErr *e, Str importer, Str version, bool test) {
    Arena *a = s->a;
    Str by = importer.len ? arena_printf(a, " (imported by %.*s)", SFMT(importer)) : (Str){0}, hint = {0};
    if (importer.len)
        hint = arena_printf(a, "; to add:\n\tgo get%s %.*s%s%.*s", test ? " -t" : "", SFMT(importer),
                            version.len ? "@" : "", SFMT(version));
    else if (e->no_sums.len) {
        Buf b = {0};
        for (i64 i = 0; i < e->no_sums.len; i++) buf_printf(&b, "%s%.*s", i ? " " : "", SFMT(e->no_sums.ptr[i].path));
        hint = arena_printf(a, "; to add:\n\tgo mod download %.*s", SFMT(buf_view(&b)));
        buf_free(&b);
    }
    e->err.kind = ERR_SUM_MISSING;
    if (e->found)
        e->err.text =
            arena_printf(a,
                         "missing go.sum entry needed to verify package %.*s%.*s is provided by exactly one module%.*s",
                         SFMT(path), SFMT(by), SFMT(hint));
    else
        e->err.text = arena_printf(a, "missing go.sum entry for module providing package %.*s%.*s%.*s", SFMT(path),
                                   SFMT(by), SFMT(hint));
}

void imp_word(ModState *s, Str path, ImpErr *e, Str importer, Str version, bool test) {
    if (e->missing) word_missing(s, e->missing, &e->err);
    else if (e->err.kind == ERR_SUM_MISSING) word_no_sums(s, path, e, importer, version, test);
}

typedef struct Hits {
    ModVec mods;
    StrVec dirs, roots;
} Hits;

static void hit(ModState *s, Hits *h, ModVersion v, Str root, Str dir) {
    vec_push(s->a, &h->mods, v);
    vec_push(s->a, &h->roots, root);
    vec_push(s->a, &h->dirs, dir);
}

// from longest to shortest module path in h, told the other way round
static bool ambiguous(ModState *s, Str path, const Hits *h, bool modules, ImpErr *e) {
    Buf b = {0};
    for (i64 k = 0; k < h->dirs.len; k++) {
        i64 i = modules ? h->dirs.len - 1 - k : k;
        Str dir = h->dirs.ptr[i];
        ModVersion v = h->mods.ptr[i];
        if (!modules) buf_printf(&b, "\n\t%.*s", SFMT(dir));
        else
            buf_printf(&b, "\n\t%.*s%s%.*s (%.*s)", SFMT(v.path), v.version.len ? " " : "", SFMT(v.version), SFMT(dir));
    }
    err_set(&e->err, s->a, ERR_AMBIGUOUS, "ambiguous import: found package %.*s in multiple %s:%.*s", SFMT(path),
            modules ? "modules" : "directories", SFMT(buf_view(&b)));
    buf_free(&b);
    return false;
}

// ---- lookups
static bool bad_path(ModState *s, Str path, ImpErr *e) {
    if (str_index(path, '@') >= 0) return !invalid(s, e, "import path \"%.*s\" should not have @version", path);
    if (str_eq(path, S(".")) || str_eq(path, S("..")) || str_has_prefix(path, S("./")) ||
        str_has_prefix(path, S("../")))
        return !invalid(s, e, "\"%.*s\" is relative, but relative import paths are not supported in module mode", path);
    if (str_has_prefix(path, S("/")))
        return !invalid(s, e, "\"%.*s\" is not a package path; see 'go help packages'", path);
    if (mod_is_meta(path)) return !invalid(s, e, "\"%.*s\" is not an importable package; see 'go help packages'", path);
    return !str_eq(path, S("C")) && !module_check_import_path(s->a, path, &e->err);
}

static bool find_std(ModState *s, Str path, Hits *h, Found *f) {
    Str dir;
    if (!mod_std_path(path) || !s->o.std_package || !s->o.std_package(s->o.std_ctx, path, &dir)) return false;
    for (i64 i = 0; i < s->mains.len; i++) {
        Main *m = s->mains.ptr[i];
        Str d;
        bool go;
        if (!m->in_goroot || !mod_dir_in(s, path, m->prefix, m->m.dir, true, &d, &go)) continue;
        *f = (Found){.mod = {m->m.path, {0}}, .root = m->m.dir, .dir = d};
        return true;
    }
    hit(s, h, (ModVersion){{0}, {0}}, s->goroot_src, dir);
    return false;
}

bool mod_in_vendor(ModState *s, Str path) {
    Str vendor = mod_vendor_dir(s), dir;
    bool go;
    return vendor.len && mod_dir_in(s, path, (Str){0}, vendor, false, &dir, &go);
}

static void find_vendored(ModState *s, Str path, Hits *h) {
    Str vendor = mod_vendor_dir(s), dir;
    bool go;
    if (!vendor.len || !mod_dir_in(s, path, (Str){0}, vendor, false, &dir, &go)) return;
    ModNode *n = map_get_str(s->vendor.package, path);
    if (n || gover_cmp(mod_main_go(s), S("1.23")) < 0) hit(s, h, n ? n->v : (ModVersion){{0}, {0}}, vendor, dir);
    else
        tell("go: ignoring package %.*s which exists in the vendor directory but is missing from "
             "vendor/modules.txt. To sync "
             "the vendor directory run go %s vendor.\n",
             SFMT(path), s->workspace ? "work" : "mod");
}

static bool one_hit(const Hits *h, Found *f) {
    *f = (Found){.mod = h->mods.ptr[0], .root = h->roots.ptr[0], .dir = h->dirs.ptr[0]};
    return true;
}

static bool find_in_vendor(ModState *s, Str path, Hits *h, Found *f, ImpErr *e) {
    for (i64 i = 0; i < s->mains.len; i++) {
        Main *m = s->mains.ptr[i];
        Str d;
        bool go;
        if (mod_dir_in(s, path, m->prefix, m->m.dir, true, &d, &go))
            hit(s, h, (ModVersion){m->m.path, {0}}, m->m.dir, d);
    }
    if (s->has_root) find_vendored(s, path, h);
    if (h->dirs.len > 1) return ambiguous(s, path, h, false, e);
    if (!h->dirs.len) return missing(s, path, e, (MissingImport){0});
    return one_hit(h, f);
}

static bool find_by_prefix(ModState *s, Str path, Reqs *rs, ModGraph *g, Hits *h, ModVec *alt, ImpErr *e) {
    for (Str p = path; p.len; p = parent_path(p)) {
        if (module_is_toolchain(p)) continue;
        Str ver = root_or_graph(s, rs, g, p), root, dir;
        if (str_eq(ver, S("none"))) continue;
        ModVersion v = {p, ver};
        bool local, no_sum, go;
        Err err = {{0}, 0};
        if (!mod_fetch(s, v, &root, &local, &no_sum, &err)) {
            if (!no_sum) {
                e->err = err;
                return false;
            }
            vec_push(s->a, &e->no_sums, v);
            continue;
        }
        Main *m = ver.len ? NULL : mod_main_named(s, p);
        if (mod_dir_in(s, path, m ? m->prefix : p, root, local, &dir, &go)) hit(s, h, v, root, dir);
        else vec_push(s->a, alt, v);
    }
    return true;
}

static bool missing_sums(ModState *s, Str path, i64 hits, ImpErr *e) {
    for (i64 i = 0, j = e->no_sums.len - 1; i < j; i++, j--) {
        ModVersion t = e->no_sums.ptr[i];
        e->no_sums.ptr[i] = e->no_sums.ptr[j];
        e->no_sums.ptr[j] = t;
    }
    e->found = hits > 0;
    e->err.kind = ERR_SUM_MISSING;
    imp_word(s, path, e, (Str){0}, (Str){0}, false);
    return false;
}

static bool found_one(ModState *s, const Hits *h, bool skip_gomod, Found *f, ImpErr *e) {
    one_hit(h, f);
    ModErr me = {{{0}, 0}, {{0}, {0}}};
    bool need = !skip_gomod && f->mod.path.len && !mod_main_named(s, f->mod.path);
    if (!need || node_summary(s, mod_node(s, f->mod), &me)) return true;
    e->err = moderr_err(s->a, me);
    return false;
}

bool imp_find(ModState *s, Str path, Reqs *rs, ModGraph *g, bool skip_gomod, Found *f, ImpErr *e) {
    *f = (Found){0};
    *e = (ImpErr){0};
    if (bad_path(s, path, e)) return false;
    if (str_eq(path, S("C"))) return true;
    Hits std = {0};
    if (find_std(s, path, &std, f)) return true;
    if (s->mode == MOD_VENDOR) return find_in_vendor(s, path, &std, f, e);
    for (;;) {
        Hits h = {0};
        if (std.dirs.len) hit(s, &h, std.mods.ptr[0], std.roots.ptr[0], std.dirs.ptr[0]);
        ModVec alt = {0};
        e->no_sums = (ModVec){0};
        if (!find_by_prefix(s, path, rs, g, &h, &alt, e)) return false;
        if (h.dirs.len > 1) return ambiguous(s, path, &h, true, e);
        if (e->no_sums.len) return missing_sums(s, path, h.dirs.len, e);
        if (h.dirs.len == 1) {
            if (!found_one(s, &h, skip_gomod, f, e)) return false;
            f->alt = alt;
            return true;
        }
        if (g) {
            Str why = s->has_root ? (Str){0} : mod_no_root_error(s).text;
            return missing(s, path, e,
                           (MissingImport){.is_std = mod_std_path(path), .query_err = why, .no_root = why.len > 0});
        }
        ModErr me = {{{0}, 0}, {{0}, {0}}};
        g = reqs_graph(s, rs, &me);
        if (me.err.text.len) {
            e->err = moderr_err(s->a, me);
            return false;
        }
    }
}

// ---- what could be required
static int longest_first(const void *x, const void *y) {
    const ModVersion *a = x, *b = y;
    if (a->path.len != b->path.len) return a->path.len > b->path.len ? -1 : 1;
    return str_cmp(a->path, b->path);
}

static Str zero_version(ModState *s, Str path) {
    Str prefix, major;
    Str v = module_split_path_major(path, &prefix, &major) && major.len ? module_path_major_prefix(major) : S("v0");
    return arena_printf(s->a, "%.*s.0.0-00010101000000-000000000000", SFMT(v));
}

static bool replaced_candidates(ModState *s, Str path, Reqs *rs, ModVec *mods, ImpErr *e) {
    for (i64 i = 0; i < s->highest_paths.len; i++) {
        Str mp = s->highest_paths.ptr[i], mv = *(Str *)map_get_str(s->highest, mp);
        if (!mod_has_path_prefix(path, mp)) continue;
        if (!mv.len) mv = zero_version(s, mp);
        ModErr me = {{{0}, 0}, {{0}, {0}}};
        ModGraph *g = reqs_graph(s, rs, &me);
        if (me.err.text.len) {
            e->err = moderr_err(s->a, me);
            return false;
        }
        if (modver_cmp(mp, graph_selected(g, mp), mv) < 0) vec_push(s->a, mods, ((ModVersion){mp, mv}));
    }
    if (mods->len > 1) qsort(mods->ptr, (size_t)mods->len, sizeof(ModVersion), longest_first);
    return true;
}

// 1: found, 0: no, -1: error
static int query_replaced(ModState *s, Str path, const ModVec *mods, ModVersion *out, ImpErr *e) {
    for (i64 i = 0; i < mods->len; i++) {
        ModVersion m = mods->ptr[i];
        Str root, dir;
        bool local, no_sum, go;
        if (!mod_fetch(s, m, &root, &local, &no_sum, &e->err)) {
            if (no_sum) imp_word(s, path, e, (Str){0}, (Str){0}, false);
            return -1;
        }
        if (!mod_dir_in(s, path, m.path, root, local, &dir, &go)) continue;
        *out = m;
        if (s->mode != MOD_READONLY) return 1;
        missing(s, path, e, (MissingImport){.replaced = m});
        return -1;
    }
    Err why = {{0}, 0};
    if (!mods->len || module_check_path(s->a, path, &why)) return 0;
    ModVersion r;
    mod_replacement(s, mods->ptr[0], &r);
    err_set(&e->err, s->a, ERR_OTHER,
            "module %.*s@latest found (%.*s, replaced by %.*s), but does not contain package %.*s",
            SFMT(mods->ptr[0].path), SFMT(mods->ptr[0].version), SFMT(modver_string(s->a, r)), SFMT(path));
    return -1;
}

static Str lookup_disabled(ModState *s) {
    const char *mode = s->mode == MOD_VENDOR ? "vendor" : "readonly";
    if (s->mode_explicit) return arena_printf(s->a, "import lookup disabled by -mod=%s", mode);
    if (!s->mode_reason.len) return (Str){0};
    return arena_printf(s->a, "import lookup disabled by -mod=%s\n\t(%.*s)", mode, SFMT(s->mode_reason));
}

static bool query_latest(ModState *s, Str path, Reqs *rs, ModVersion *out, ImpErr *e) {
    tell("go: finding module for package %.*s\n", SFMT(path));
    ModErr me = {{{0}, 0}, {{0}, {0}}};
    ModGraph *g = reqs_graph(s, rs, &me);
    if (me.err.text.len) {
        e->err = moderr_err(s->a, me);
        return false;
    }
    ModQueryResult *res;
    i64 n;
    ModVersion mod_only = {{0}, {0}};
    Err err = {{0}, 0};
    bool ok = mod_query_pattern(s, path, S("latest"), mod_check_allowed, s, &res, &n, &mod_only, &err);
    if (ok && !n)
        ok = err_set(&err, s->a, ERR_NO_PACKAGE, "%.*s", SFMT(mod_no_package_text(s, mod_only, S("latest"), path)));
    if (!ok) {
        if (err.kind == ERR_NOT_EXIST || err.kind == ERR_IMPORT_MISSING)
            return missing(s, path, e, (MissingImport){.query_err = err.text});
        e->err = err;
        return false;
    }
    if (!n) {
        e->err = (Err){mod_no_package_text(s, mod_only, S("latest"), path), ERR_OTHER};
        return false;
    }
    MissingImport m = {0};
    for (i64 i = 0; i < n; i++) {
        Str v = graph_selected(g, res[i].mod.path);
        if (modver_cmp(res[i].mod.path, v, res[i].mod.version) <= 0) {
            *out = res[i].mod;
            return true;
        }
        if (i == 0) m.missing_at = v;
    }
    m.module = res[0].mod;
    return missing(s, path, e, m);
}

bool imp_query(ModState *s, Str path, Reqs *rs, ModVersion *out, ImpErr *e) {
    ModVec mods = {0};
    *e = (ImpErr){0};
    if (!replaced_candidates(s, path, rs, &mods, e)) return false;
    int r = query_replaced(s, path, &mods, out, e);
    if (r) return r > 0;
    if (mod_std_path(path)) return missing(s, path, e, (MissingImport){.is_std = true});
    if (s->mode != MOD_MOD && !s->o.missing_found)
        return missing(s, path, e, (MissingImport){.query_err = lookup_disabled(s)});
    return query_latest(s, path, rs, out, e);
}
