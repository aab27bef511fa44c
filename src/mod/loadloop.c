// loadloop.c - the import graph over packages: loaded again until the requirements that its packages ask for do not change any more.
//
// In:   patterns (or import paths), the requirements.
// Out:  ModState.loaded: every package with the module it comes from, its imports, who imported it first; ModState.reqs completed.
// Each round loads all packages, then updates the roots (direct imports, upgrades), then looks for modules of missing packages where
// that is allowed; roots and versions only grow, so it ends. Library packages are not followed unless "all" is asked for.
#include "mod/graph_int.h"
#include <stdio.h>

// ---- errors
void loader_error(PkgLoader *l, Str text, i32 kind) {
    if (l->o.allow_errors) {
        tell("go: %.*s\n", SFMT(text));
        return;
    }
    if (!l->errs.len) l->first_kind = kind;
    vec_push(l->s->a, &l->errs, text);
}

bool loader_give_errors(PkgLoader *l, Err *err) {
    if (!l->errs.len) return true;
    Buf b = {0};
    for (i64 i = 0; i < l->errs.len; i++) buf_printf(&b, "%s%.*s", i ? "\ngo: " : "", SFMT(l->errs.ptr[i]));
    buf_str(&b, l->advice);
    err_set(err, l->s->a, l->first_kind, "%.*s", SFMT(buf_view(&b)));
    buf_free(&b);
    return false;
}

static bool loader_failed(PkgLoader *l, ModErr e) {
    if (!e.err.text.len) return false;
    loader_error(l, moderr_text(l->s->a, e), e.err.kind);
    return true;
}

Str lpkg_stack(Arena *a, const LPkg *p) {
    VEC(const LPkg *) st = {0};
    for (; p; p = p->stack) vec_push(a, &st, p);
    Buf b = {0};
    for (i64 i = st.len - 1; i >= 0; i--) {
        buf_printf(&b, "%.*s%s", SFMT(st.ptr[i]->p.path), st.ptr[i]->test_of ? ".test" : "");
        if (i > 0) buf_c(&b, st.ptr[i - 1]->test_of == st.ptr[i] ? " tested by\n\t" : " imports\n\t");
    }
    Str r = arena_str(a, buf_view(&b));
    buf_free(&b);
    return r;
}

bool lpkg_external(const ModState *s, const LPkg *p) { return p->p.mod.path.len && !mod_main_named(s, p->p.mod.path); }

static bool in_main(const ModState *s, const LPkg *p) {
    return !p->p.mod.version.len && p->p.mod.path.len && mod_main_named(s, p->p.mod.path);
}

// ---- packages and their marks
static void apply_flags(PkgLoader *l, LPkg *p, u8 flags);

static LPkg *get_pkg(PkgLoader *l, Str path, u8 flags) {
    LPkg *p = map_get_str(l->cache, path);
    if (!p) {
        p = ANEW(l->s->a, LPkg);
        p->p.path = path;
        map_set_str(l->cache, path, p);
        vec_push(l->s->a, &l->queue, p);
    }
    apply_flags(l, p, flags);
    return p;
}

static bool dir_of_std(PkgLoader *l, Str path) {
    Str dir;
    return l->s->o.std_package && l->s->o.std_package(l->s->o.std_ctx, path, &dir);
}

// What an import in a package of the library means: GOROOT/src/vendor.
static Str std_import(PkgLoader *l, Str parent, Str path) {
    if (mod_std_path(path)) return path;
    bool cmd = mod_has_path_prefix(parent, S("cmd"));
    bool own = l->o.vendor_in_goroot && mod_main_named(l->s, cmd ? S("cmd") : S("std"));
    if (own && (cmd || !mod_has_path_prefix(parent, S("vendor")))) return path;
    Str v = path_join(l->s->a, cmd ? S("cmd/vendor") : S("vendor"), path);
    return dir_of_std(l, v) ? v : path;
}

static void make_test(PkgLoader *l, LPkg *p, u8 flags) {
    if (p->test) {
        apply_flags(l, p->test, flags);
        return;
    }
    LPkg *t = p->test = ANEW(l->s->a, LPkg);
    t->p = p->p;
    t->p.imports = NULL;
    t->p.nimports = 0;
    t->test_of = p;
    t->ierr = p->ierr;
    t->in_std = p->in_std;
    apply_flags(l, t, flags);
    for (i64 i = 0; i < p->test_imports.len; i++) {
        Str path = p->test_imports.ptr[i];
        if (p->in_std) path = std_import(l, p->p.path, path);
        vec_push(l->s->a, &t->imports, get_pkg(l, path, t->flags & IN_ALL));
    }
    apply_flags(l, t, IMPORTS_LOADED);
}

static bool wants_test(PkgLoader *l, LPkg *p) {
    if (p->test_of) return false;
    if (l->all_is_root && in_main(l->s, p)) return true;
    if (l->all_is_root && l->all_closes_over_tests && (p->flags & IN_ALL)) return true;
    return l->o.tests && (p->flags & IS_ROOT);
}

static void apply_flags(PkgLoader *l, LPkg *p, u8 flags) {
    if (!flags) return;
    if ((flags & IN_ALL) && l->all_is_root && !p->test_of) flags |= IS_ROOT;
    if (flags & IS_ROOT) flags |= FROM_ROOT;
    u8 old = p->flags, now = old | flags;
    p->flags = now;
    if (now == old || !(now & IMPORTS_LOADED)) return;
    if (wants_test(l, p)) {
        bool all = in_main(l->s, p) || (l->all_closes_over_tests && (now & IN_ALL));
        make_test(l, p, all ? IN_ALL : 0);
    }
    u8 all = IN_ALL | IMPORTS_LOADED, root = FROM_ROOT | IMPORTS_LOADED;
    bool spread_all = (now & IN_ALL) && (old & all) != all, spread_root = (now & FROM_ROOT) && (old & root) != root;
    for (i64 i = 0; i < p->imports.len; i++) {
        if (spread_all) apply_flags(l, p->imports.ptr[i], IN_ALL);
        if (spread_root) apply_flags(l, p->imports.ptr[i], FROM_ROOT);
    }
}

// ---- one package
static bool magic_import(Str p) { return str_eq(p, S("C")) || mod_is_appengine(p); }

static bool scan_imports(PkgLoader *l, LPkg *p, DirImports *di) {
    ModState *s = l->s;
    Err err = {{0}, 0};
    if (s->o.scan(s->o.scan_ctx, p->p.dir, l->o.any_tags, di, &err)) {
        if (!di->no_go_files) return true;
        err_set(&err, s->a, ERR_NO_GO_FILES, "no Go source files");
    }
    p->ierr = (ImpErr){.err = err};
    return false;
}

static void load_pkg(PkgLoader *l, LPkg *p) {
    ModState *s = l->s;
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    ModGraph *g = l->reqs->pruning == UNPRUNED ? reqs_graph(s, l->reqs, &e) : NULL;
    Found f;
    imp_find(s, p->p.path, l->reqs, e.err.text.len ? NULL : g, l->skip_gomods, &f, &p->ierr);
    p->p.mod = f.mod;
    p->p.dir = f.dir;
    p->alt = f.alt;
    if (map_get_str(s->tools, p->p.path)) apply_flags(l, p, IN_ALL);
    if (!f.dir.len || p->ierr.err.text.len) {
        if (p->ierr.err.text.len) p->p.dir = (Str){0};
        return;
    }
    if (in_main(s, p)) apply_flags(l, p, IN_ALL);
    if (l->o.allow) {
        Err err = {{0}, 0};
        if (!l->o.allow(l->o.allow_ctx, p->p.path, p->p.mod, &err)) p->ierr.err = err;
    }
    const Main *m = p->p.mod.path.len ? mod_main_named(s, p->p.mod.path) : NULL;
    p->in_std = p->p.std = mod_std_path(p->p.path) && (!p->p.mod.path.len || (m && m->in_goroot));
    DirImports di = {0};
    bool follow = !p->in_std || l->all_is_root || p->p.mod.path.len;
    if (follow && !scan_imports(l, p, &di)) return;
    for (i64 i = 0; i < di.nimports; i++) {
        if (magic_import(di.imports[i])) continue;
        Str path = p->in_std ? std_import(l, p->p.path, di.imports[i]) : di.imports[i];
        vec_push(s->a, &p->imports, get_pkg(l, path, p->flags & IN_ALL));
    }
    for (i64 i = 0; i < di.ntest_imports; i++)
        if (!magic_import(di.test_imports[i])) vec_push(s->a, &p->test_imports, di.test_imports[i]);
    apply_flags(l, p, IMPORTS_LOADED);
}

static void load_queue(PkgLoader *l) {
    for (i64 done = 0; done < l->queue.len;) {
        StrVec wave = {0};
        i64 end = l->queue.len;
        for (i64 i = done; i < end; i++)
            if (!mod_std_path(l->queue.ptr[i]->p.path)) vec_push(l->s->a, &wave, l->queue.ptr[i]->p.path);
        mod_prefetch_dirs(l->s, l->reqs, l->reqs->pruning == UNPRUNED ? l->reqs->graph : NULL, &wave);
        for (; done < end; done++) load_pkg(l, l->queue.ptr[done]);
    }
}

// Who imported each package first (breadth first from the roots); l->pkgs in that order.
static void build_stacks(PkgLoader *l) {
    for (i64 i = 0; i < l->roots.len; i++) {
        l->roots.ptr[i]->stack = l->roots.ptr[i];
        vec_push(l->s->a, &l->pkgs, l->roots.ptr[i]);
    }
    for (i64 i = 0; i < l->pkgs.len; i++) {
        LPkg *p = l->pkgs.ptr[i];
        for (i64 k = 0; k < p->imports.len; k++) {
            LPkg *n = p->imports.ptr[k];
            if (n->stack) continue;
            n->stack = p;
            vec_push(l->s->a, &l->pkgs, n);
        }
        if (!p->test || p->test->stack) continue;
        p->test->stack = p;
        vec_push(l->s->a, &l->pkgs, p->test);
    }
    for (i64 i = 0; i < l->roots.len; i++) l->roots.ptr[i]->stack = NULL;
}

// ---- requirements that the packages ask for
static void implicit_error(PkgLoader *l, LPkg *p, LPkg *dep) {
    p->ierr = (ImpErr){0};
    err_set(&p->ierr.err, l->s->a, ERR_OTHER,
            "package %.*s imports %.*s from implicitly required module; to add missing requirements, run:\n\tgo get "
            "%.*s@%.*s",
            SFMT(p->p.path), SFMT(dep->p.path), SFMT(dep->p.mod.path), SFMT(dep->p.mod.version));
}

static bool note_direct(PkgLoader *l, LPkg *p, LPkg *dep, Map *direct, ModErr *err) {
    ModState *s = l->s;
    if (s->workspace) {
        if (s->mode == MOD_VENDOR) return true;
        ModGraph *g = reqs_graph(s, l->reqs, err);
        if (err->err.text.len) return false;
        if (!graph_required_by(s, g, dep->p.mod)) implicit_error(l, p, dep);
    } else if (!p->ierr.err.text.len && s->mode != MOD_MOD) {
        Str v;
        if (!reqs_selected(s, l->reqs, dep->p.mod.path, &v) || !str_eq(v, dep->p.mod.version)) {
            implicit_error(l, p, dep);
            return true;
        }
    }
    map_set_str(direct, dep->p.mod.path, s);
    return true;
}

static bool find_direct(PkgLoader *l, Map *direct, ModErr *err) {
    Err *newest = NULL;
    for (i64 i = 0; i < l->pkgs.len; i++) {
        LPkg *p = l->pkgs.ptr[i];
        Err *e = &p->ierr.err;
        if (e->kind == ERR_SUM_WRONG &&
            e->text.len) { // nothing goes on from here, whoever overlooks errors of packages
            err->err = *e, err->mod = (ModVersion){{0}, {0}};
            return false;
        }
        if (e->kind == ERR_TOO_NEW && e->text.len &&
            (!newest || gover_cmp(mod_too_new_version(e->text), mod_too_new_version(newest->text)) > 0))
            newest = e;
        if (!in_main(l->s, p)) continue;
        for (i64 k = 0; k < p->imports.len; k++)
            if (lpkg_external(l->s, p->imports.ptr[k]) && !note_direct(l, p, p->imports.ptr[k], direct, err))
                return false;
    }
    if (newest) err->err = *newest, err->mod = (ModVersion){{0}, {0}};
    return !newest;
}

static bool affects_packages(PkgLoader *l, Reqs *rs, bool *changed, ModErr *err) {
    ModGraph *g = reqs_graph(l->s, rs, err);
    if (err->err.text.len) return false;
    for (i64 i = 0; i < l->pkgs.len && !*changed; i++) {
        LPkg *p = l->pkgs.ptr[i];
        if (lpkg_external(l->s, p) && !str_eq(graph_selected(g, p->p.mod.path), p->p.mod.version)) *changed = true;
        Found f;
        ImpErr e;
        if (!*changed && p->ierr.err.text.len && imp_find(l->s, p->p.path, rs, NULL, l->skip_gomods, &f, &e))
            *changed = true;
    }
    return true;
}

static bool update_requirements(PkgLoader *l, bool *changed, ModErr *err) {
    ModState *s = l->s;
    Map *direct = map_new_str(s->a);
    *changed = false;
    if (!l->all_is_root || !l->o.any_tags)
        for (i64 i = 0; i < map_len(l->reqs->direct); i++)
            if (map_at(l->reqs->direct, i)->val) map_set_str(direct, map_at(l->reqs->direct, i)->key.str, s);
    if (!find_direct(l, direct, err)) return false;
    const ModVec *add = NULL;
    if (l->o.tidy) {
        Reqs *tidy = reqs_tidy(s, l->reqs, l, err);
        if (err->err.text.len) return false;
        add = &tidy->roots;
    }
    Reqs *rs = reqs_update(s, direct, l->reqs, l, add, l->o.roots_imported, err);
    if (err->err.text.len) return false;
    if (!str_eq(reqs_go(s, rs), reqs_go(s, l->reqs))) *changed = true;
    else if (rs != l->reqs && !modvec_eq(&rs->roots, &l->reqs->roots) && !affects_packages(l, rs, changed, err))
        return false;
    l->reqs = rs;
    return true;
}

// ---- missing packages
static void note_importing_main(PkgLoader *l, LPkg *p) {
    for (LPkg *c = p->stack; c && p->ierr.missing; c = c->stack) {
        Main *m = c->p.mod.path.len ? mod_main_named(l->s, c->p.mod.path) : NULL;
        if (!m) continue;
        p->ierr.missing->importing = m;
        imp_word(l->s, p->p.path, &p->ierr, (Str){0}, (Str){0}, false);
        return;
    }
}

typedef struct Added {
    ModVersion mod;
    LPkg *pkg;
} Added;
typedef VEC(Added) AddedVec;

static bool resolve_missing(PkgLoader *l, AddedVec *added, ModErr *err) {
    ModState *s = l->s;
    AddedVec found = {0};
    LPkg *newest = NULL;
    for (i64 i = 0; i < l->pkgs.len; i++) {
        LPkg *p = l->pkgs.ptr[i];
        if (p->test_of || p->ierr.err.kind != ERR_IMPORT_MISSING || !p->ierr.err.text.len) continue;
        ModVersion m = {{0}, {0}};
        ImpErr e;
        if (imp_query(s, p->p.path, l->reqs, &m, &e)) vec_push(s->a, &found, ((Added){m, p}));
        else {
            p->ierr = e;
            note_importing_main(l, p);
        }
        if (e.err.kind == ERR_TOO_NEW && e.err.text.len &&
            (!newest || gover_cmp(mod_too_new_version(e.err.text), mod_too_new_version(newest->ierr.err.text)) > 0))
            newest = p;
    }
    if (newest) {
        tell("go: toolchain upgrade needed to resolve %.*s\n", SFMT(newest->p.path));
        err->err = newest->ierr.err;
        return false;
    }
    Map *seen = map_new_ptr(s->a);
    for (i64 i = 0; i < found.len; i++) {
        Added f = found.ptr[i];
        ModNode *n = mod_node(s, f.mod);
        tell("go: found %.*s in %.*s %.*s\n", SFMT(f.pkg->p.path), SFMT(f.mod.path), SFMT(f.mod.version));
        if (map_get_ptr(seen, n)) continue;
        map_set_ptr(seen, n, n);
        vec_push(s->a, added, f);
    }
    return true;
}

// An error in a module that was just found is told with the packages that led to it.
static void word_added_error(PkgLoader *l, const AddedVec *added, ModErr e) {
    Str text = moderr_text(l->s->a, e);
    for (i64 i = 0; i < added->len; i++) {
        Str own = arena_printf(l->s->a, "%.*s: ", SFMT(modver_string(l->s->a, added->ptr[i].mod)));
        if (!str_has_prefix(text, own)) continue;
        loader_error(l, arena_printf(l->s->a, "%.*s: %.*s", SFMT(lpkg_stack(l->s->a, added->ptr[i].pkg)), SFMT(text)),
                     e.err.kind);
        return;
    }
    loader_error(l, text, e.err.kind);
}

static bool add_found(PkgLoader *l, const AddedVec *added) {
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    ModVec add = {0};
    for (i64 i = 0; i < added->len; i++) vec_push(l->s->a, &add, added->ptr[i].mod);
    modvec_sort(&add);
    Reqs *rs = reqs_update(l->s, l->reqs->direct, l->reqs, NULL, &add, l->o.roots_imported, &e);
    if (e.err.text.len) {
        word_added_error(l, added, e);
        return false;
    }
    if (modvec_eq(&rs->roots, &l->reqs->roots)) bug("requirements that packages need had no effect");
    l->reqs = rs;
    return true;
}

// ---- roots
static void update_match(PkgLoader *l, Match *m, bool done);

static StrVec list_roots(PkgLoader *l) {
    StrVec v = {0};
    for (i64 i = 0; i < l->matches.len; i++) {
        update_match(l, l->matches.ptr[i], false);
        for (i64 k = 0; k < l->matches.ptr[i]->pkgs.len; k++) vec_push(l->s->a, &v, l->matches.ptr[i]->pkgs.ptr[k]);
    }
    return v;
}

// Modules of root packages become roots before anything else is loaded: mostly, one round is enough then.
static bool preload_roots(PkgLoader *l, const StrVec *paths, bool *changed) {
    ModState *s = l->s;
    ModVec need = {0};
    Map *seen = map_new_ptr(s->a);
    *changed = false;
    mod_prefetch_dirs(s, l->reqs, NULL, paths);
    for (i64 i = 0; i < paths->len; i++) {
        Found f;
        ImpErr e;
        Str v;
        if (!imp_find(s, paths->ptr[i], l->reqs, NULL, l->skip_gomods, &f, &e) &&
            (e.err.kind != ERR_IMPORT_MISSING || !l->o.resolve_missing ||
             !imp_query(s, paths->ptr[i], l->reqs, &f.mod, &e)))
            continue;
        ModNode *n = mod_node(s, f.mod);
        if (!f.mod.path.len || map_get_ptr(seen, n)) continue;
        if (reqs_selected(s, l->reqs, f.mod.path, &v) && str_eq(v, f.mod.version)) continue;
        map_set_ptr(seen, n, n);
        vec_push(s->a, &need, f.mod);
    }
    if (!need.len) return true;
    modvec_sort(&need);
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    Reqs *rs = reqs_update(s, l->reqs->direct, l->reqs, NULL, &need, l->o.roots_imported, &e);
    if (loader_failed(l, e)) return false;
    if (modvec_eq(&rs->roots, &l->reqs->roots)) bug("requirements of root packages had no effect");
    l->reqs = rs;
    *changed = true;
    return true;
}

// ---- the loop
static bool use_go_version(PkgLoader *l) {
    Str go = l->o.tidy_go.len ? l->o.tidy_go : reqs_go(l->s, l->reqs);
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    l->reqs = reqs_convert(l->s, l->reqs, pruning_of(go), &e);
    l->skip_gomods = l->o.tidy && gover_cmp(go, S("1.21")) < 0;
    l->all_closes_over_tests = gover_cmp(go, S("1.16")) < 0 && !l->o.use_vendor_all;
    return !loader_failed(l, e);
}

static void reset(PkgLoader *l) {
    l->cache = map_new_str(l->s->a);
    l->roots.len = l->pkgs.len = l->queue.len = 0;
}

typedef enum Round { ROUND_AGAIN, ROUND_DONE, ROUND_FAILED } Round;

static Round load_round(PkgLoader *l) {
    reset(l);
    if (!use_go_version(l)) return ROUND_FAILED;
    StrVec paths = list_roots(l);
    bool changed = false;
    if (l->reqs->pruning == PRUNED && l->s->mode == MOD_MOD) {
        if (!preload_roots(l, &paths, &changed)) return ROUND_FAILED;
        if (changed) return ROUND_AGAIN;
    }
    Map *seen = map_new_ptr(l->s->a);
    for (i64 i = 0; i < paths.len; i++) {
        LPkg *p = get_pkg(l, paths.ptr[i], IS_ROOT);
        if (map_get_ptr(seen, p)) continue;
        map_set_ptr(seen, p, p);
        vec_push(l->s->a, &l->roots, p);
    }
    load_queue(l);
    build_stacks(l);
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    update_requirements(l, &changed, &e);
    if (loader_failed(l, e)) return ROUND_FAILED;
    if (changed) return ROUND_AGAIN;
    if (!l->o.resolve_missing || (!l->s->has_root && !l->s->o.missing_found)) return ROUND_DONE;
    AddedVec added = {0};
    resolve_missing(l, &added, &e);
    if (loader_failed(l, e)) return ROUND_FAILED;
    if (!added.len) return ROUND_DONE;
    return add_found(l, &added) ? ROUND_AGAIN : ROUND_FAILED;
}

// ---- tidy: only what is needed stays
static bool is_go_version(void *ctx, ModVersion v) { return str_eq(v.path, S("go")) && str_eq(v.version, *(Str *)ctx); }

static Reqs *set_tidy_go(PkgLoader *l, Reqs *rs) {
    ModState *s = l->s;
    Str want = l->o.tidy_go;
    Reqs *tidy = reqs_override(s, rs, (ModVersion){S("go"), want});
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    ModGraph *g = reqs_graph(s, tidy, &e);
    if (loader_failed(l, e)) return rs;
    Str have = graph_selected(g, S("go"));
    if (str_eq(have, want)) return tidy;
    ModVec path = graph_find_path(s, g, is_go_version, &have);
    Str first = path.len > 1 ? modver_string(s->a, path.ptr[1]) : S("go");
    Str text = path.len <= 2 ? arena_printf(s->a, "%.*s is above %.*s", SFMT(first), SFMT(want))
                             : arena_printf(s->a, "%.*s %srequires go@%.*s, but %.*s is requested", SFMT(first),
                                            path.len > 3 ? "indirectly " : "", SFMT(have), SFMT(want));
    loader_error(l, text, ERR_OTHER);
    return rs;
}

static void make_tidy(PkgLoader *l) {
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    Reqs *rs = reqs_tidy(l->s, l->reqs, l, &e);
    if (loader_failed(l, e)) return;
    if (l->o.tidy_go.len) rs = set_tidy_go(l, rs);
    l->reqs = rs;
}

// ---- what is wrong with the packages
static void finish_error(PkgLoader *l, LPkg *p) {
    ModState *s = l->s;
    LPkg *by = p->stack;
    if (p->ierr.err.kind == ERR_SUM_MISSING && by)
        imp_word(s, p->p.path, &p->ierr, by->p.path, by->p.mod.version, by->test_of != NULL);
    if (!p->ierr.missing || !p->ierr.missing->is_std || !by) return;
    ModNode *n = by->p.mod.path.len ? mod_node(s, by->p.mod) : NULL;
    if (!n || !n->go_known || gover_cmp(s->local, n->go_version) >= 0) return;
    p->ierr.missing->importer_go = n->go_version;
    imp_word(s, p->p.path, &p->ierr, (Str){0}, (Str){0}, false);
}

static void report_packages(PkgLoader *l) {
    for (i64 i = 0; i < l->pkgs.len; i++) {
        LPkg *p = l->pkgs.ptr[i];
        if (!p->ierr.err.text.len) continue;
        finish_error(l, p);
        if (p->ierr.missing && p->ierr.missing->is_std && l->o.silence_missing_std) continue;
        if (l->o.silence_errors || (l->o.silence_no_go && p->ierr.err.kind == ERR_NO_GO_FILES)) continue;
        loader_error(l, arena_printf(l->s->a, "%.*s: %.*s", SFMT(lpkg_stack(l->s->a, p)), SFMT(p->ierr.err.text)),
                     p->ierr.err.kind);
    }
}

static void check_shared_sources(PkgLoader *l) {
    ModState *s = l->s;
    ModVec mods = l->reqs->graph ? graph_build_list(s, l->reqs->graph) : l->reqs->roots;
    Map *first = map_new_str(s->a);
    for (i64 i = 0; i < mods.len; i++) {
        ModVersion src = mod_resolve(s, mods.ptr[i]);
        Str key = mod_version_key(s->a, src);
        Str *prev = map_get_str(first, key);
        if (!prev) map_set_str(first, key, &mods.ptr[i].path);
        else if (!str_eq(*prev, mods.ptr[i].path))
            loader_error(l,
                         arena_printf(s->a, "%.*s@%.*s used for two different module paths (%.*s and %.*s)",
                                      SFMT(src.path), SFMT(src.version), SFMT(*prev), SFMT(mods.ptr[i].path)),
                         ERR_OTHER);
    }
}

static bool load_from_roots(PkgLoader *l, Err *err) {
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    if (l->reqs->pruning == UNPRUNED) {
        l->reqs = reqs_expand(l->s, l->reqs, &e);
        loader_failed(l, e);
    }
    if (!loader_give_errors(l, err)) return false;
    Round r = ROUND_AGAIN;
    while (r == ROUND_AGAIN) r = load_round(l);
    if (!loader_give_errors(l, err)) return false;
    if (l->o.tidy && r == ROUND_DONE) make_tidy(l);
    if (!loader_give_errors(l, err)) return false;
    report_packages(l);
    check_shared_sources(l);
    return true;
}

// ---- patterns
static StrVec pattern_all(PkgLoader *l) {
    StrVec v = {0};
    Err e;
    for (i64 i = 0; i < l->pkgs.len; i++) {
        LPkg *p = l->pkgs.ptr[i];
        if ((p->flags & IN_ALL) && !p->test_of && module_check_import_path(l->s->a, p->p.path, &e))
            vec_push(l->s->a, &v, p->p.path);
    }
    str_sort(v.ptr, v.len);
    return v;
}

static ModVec mains_to_match(PkgLoader *l) {
    ModVec v = {0};
    for (i64 i = 0; i < l->s->mains.len; i++) {
        const ModMain *m = &l->s->mains.ptr[i]->m;
        if (!l->o.only || l->o.only == m) vec_push(l->s->a, &v, ((ModVersion){m->path, {0}}));
    }
    return v;
}

static void add_tools(PkgLoader *l, Match *m) {
    for (i64 i = 0; i < l->s->tool_paths.len; i++) vec_push(l->s->a, &m->pkgs, l->s->tool_paths.ptr[i]);
}

static void match_folders(PkgLoader *l, Match *m, bool done) {
    ModState *s = l->s;
    if (!m->dirs_done) match_dirs(s, m, l->reqs, l->o.only);
    m->pkgs.len = 0;
    bool literal = str_find(m->m.pattern, S("...")) < 0;
    for (i64 i = 0; i < m->dirs.len; i++) {
        Str path;
        bool skip;
        Err err = {{0}, 0};
        if (match_local_path(s, m->dirs.ptr[i], l->reqs, &path, &err, &skip)) vec_push(s->a, &m->pkgs, path);
        else if (!s->has_root && (literal || !skip)) l->outside = true;
        else if (done && (literal || !skip)) {
            err.text =
                arena_printf(s->a, literal ? "%.*s: %.*s" : "pattern %.*s: %.*s", SFMT(m->m.pattern), SFMT(err.text));
            vec_push(s->a, &m->errs, err);
        }
    }
}

static void match_wild(PkgLoader *l, Match *m) {
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    m->errs.len = 0;
    ModVec list = graph_build_list(l->s, reqs_graph(l->s, l->reqs, &e));
    if (e.err.text.len) vec_push(l->s->a, &m->errs, moderr_err(l->s->a, e));
    match_packages(l->s, m, true, &list, l->o.any_tags);
}

static void match_all(PkgLoader *l, Match *m, bool done) {
    if (done) {
        m->pkgs = pattern_all(l);
        return;
    }
    m->errs.len = 0;
    ModVec mods = mains_to_match(l);
    match_packages(l->s, m, false, &mods, l->o.any_tags);
    add_tools(l, m);
}

static void match_std(PkgLoader *l, Match *m) {
    if (m->dirs_done) return;
    m->dirs_done = true;
    Match w = {.m = {.pattern = m->m.pattern}};
    ModVec none = {0};
    match_packages(l->s, &w, true, &none, false);
    for (i64 i = 0; i < w.pkgs.len; i++) {
        bool cmd = mod_has_path_prefix(w.pkgs.ptr[i], S("cmd"));
        if (cmd == str_eq(m->m.pattern, S("cmd"))) vec_push(l->s->a, &m->pkgs, w.pkgs.ptr[i]);
    }
}

static bool is_local(Str p) {
    return str_has_prefix(p, S("./")) || str_has_prefix(p, S("../")) || str_eq(p, S(".")) || str_eq(p, S("..")) ||
           str_has_prefix(p, S("/"));
}

static void update_match(PkgLoader *l, Match *m, bool done) {
    Str p = m->m.pattern;
    if (is_local(p)) match_folders(l, m, done);
    else if (str_find(p, S("...")) >= 0) match_wild(l, m);
    else if (!mod_is_meta(p)) {
        m->pkgs.len = 0;
        vec_push(l->s->a, &m->pkgs, p);
    } else if (str_eq(p, S("work"))) {
        ModVec mods = mains_to_match(l);
        match_packages(l->s, m, false, &mods, l->o.any_tags);
    } else if (str_eq(p, S("all"))) match_all(l, m, done);
    else if (str_eq(p, S("tool"))) {
        m->pkgs.len = 0;
        add_tools(l, m);
    } else match_std(l, m);
}

static void finish_matches(PkgLoader *l, ModMatch **out) {
    ModState *s = l->s;
    *out = ANEWN(s->a, ModMatch, l->matches.len + 1);
    for (i64 i = 0; i < l->matches.len; i++) {
        Match *m = l->matches.ptr[i];
        update_match(l, m, true);
        m->m.paths = m->pkgs.ptr;
        m->m.npaths = m->pkgs.len;
        m->m.errs = m->errs.ptr;
        m->m.nerrs = m->errs.len;
        (*out)[i] = m->m;
        for (i64 k = 0; k < m->errs.len && !l->o.silence_errors; k++)
            loader_error(l, m->errs.ptr[k].text, m->errs.ptr[k].kind);
    }
}

static void warn_unmatched(PkgLoader *l) {
    for (i64 i = 0; i < l->matches.len && !l->o.silence_unmatched; i++) {
        Match *m = l->matches.ptr[i];
        if (!m->pkgs.len && !m->errs.len) tell("go: warning: \"%.*s\" matched no packages\n", SFMT(m->m.pattern));
    }
}

static void publish(PkgLoader *l) {
    for (i64 i = 0; i < l->pkgs.len; i++) {
        LPkg *p = l->pkgs.ptr[i];
        p->p.err = p->ierr.err;
        p->p.in_all = (p->flags & IN_ALL) != 0;
        p->p.is_root = (p->flags & IS_ROOT) != 0;
        p->p.from_test = p->test_of != NULL;
        p->p.stack = (ModPackage *)p->stack;
        p->p.test = (ModPackage *)p->test;
        p->p.imports = (ModPackage **)p->imports.ptr;
        p->p.nimports = p->imports.len;
    }
    l->s->loaded = l;
    l->s->reqs = l->reqs;
}

bool mod_load_packages(ModState *s, ModLoadOptions o, const Str *patterns, i64 n, ModMatch **out, Err *err) {
    PkgLoader *l = ANEW(s->a, PkgLoader);
    *l = (PkgLoader){.s = s, .o = o};
    if (!mod_current_reqs(s, &l->reqs, err)) return false;
    l->initial = l->reqs;
    for (i64 i = 0; i < n || (!n && !i); i++) {
        Match *m = ANEW(s->a, Match);
        m->m.pattern = n ? match_clean(s->a, patterns[i]) : S(".");
        if (str_eq(m->m.pattern, S("all"))) l->all_is_root = true;
        vec_push(s->a, &l->matches, m);
    }
    if (!load_from_roots(l, err)) return false;
    finish_matches(l, out);
    if (l->outside) {
        *err = mod_no_root_error(s);
        return false;
    }
    if (!loader_give_errors(l, err)) {
        publish(l);
        return false;
    }
    warn_unmatched(l);
    publish(l);
    return !o.tidy || tidy_finish(s, l, err);
}

ModPackage *mod_package(ModState *s, Str path) {
    LPkg *p = s->loaded ? map_get_str(s->loaded->cache, path) : NULL;
    return p ? &p->p : NULL;
}
i64 mod_package_count(const ModState *s) { return s->loaded ? s->loaded->pkgs.len : 0; }
ModPackage *mod_package_at(const ModState *s, i64 i) { return &s->loaded->pkgs.ptr[i]->p; }
