// requirements.c - sets of root requirements: made from go.mod, completed by what packages need, kept consistent with the graph.
//
// In:   the main modules' files; the packages that a loader found.
// Out:  a new Reqs, or the old one if nothing changed (compared by pointer), so that its graph is kept.
// Rules: go.dev/ref/mod#graph-pruning. In a pruned module every module that provides a package of "all" (or of a root pattern) is a
//        root; every root is named once, at its selected version. Where go.mod may not be changed, a change is err_dirty.
#include "mod/graph_int.h"
#include <stdio.h>

bool mod_complete(const ModState *s) { return s->mode != MOD_MOD && !s->workspace; }

bool err_dirty(ModState *s, Err *err) {
    const char *name = s->mode == MOD_VENDOR ? "vendor" : s->mode == MOD_MOD ? "mod" : "readonly";
    if (s->mode_explicit)
        return err_set(err, s->a, ERR_OTHER,
                       "updates to go.mod needed, disabled by -mod=%s; to update it:\n\tgo mod tidy", name);
    if (s->mode_reason.len)
        return err_set(err, s->a, ERR_OTHER,
                       "updates to go.mod needed, disabled by -mod=%s\n\t(%.*s)\n\tto update it:\n\tgo mod tidy", name,
                       SFMT(s->mode_reason));
    return err_set(err, s->a, ERR_OTHER, "updates to go.mod needed; to update it:\n\tgo mod tidy");
}

static Reqs *dirty(ModState *s, Reqs *rs, ModErr *err) {
    err->mod = (ModVersion){{0}, {0}};
    err_dirty(s, &err->err);
    return rs;
}

bool maps_equal(const Map *a, const Map *b) {
    if (map_len(a) != map_len(b)) return false;
    for (i64 i = 0; i < map_len(a); i++)
        if (!map_get_str(b, map_at(a, i)->key.str)) return false;
    return true;
}

Reqs *reqs_new(ModState *s, Pruning p, ModVec roots, Map *direct) {
    Reqs *rs = ANEW(s->a, Reqs);
    *rs = (Reqs){.pruning = p, .roots = roots, .direct = direct, .max_root = map_new_str(s->a)};
    for (i64 i = 0; i < roots.len; i++) {
        ModNode *n = mod_node(s, roots.ptr[i]), *old = map_get_str(rs->max_root, n->v.path);
        if (!old || modver_cmp(n->v.path, old->v.version, n->v.version) < 0) map_set_str(rs->max_root, n->v.path, n);
    }
    return rs;
}

// ---- from files
static void add_go_roots(ModState *s, ModVec *roots, Str go, Str toolchain, Map *direct) {
    vec_push(s->a, roots, ((ModVersion){S("go"), go}));
    map_set_str(direct, S("go"), s);
    if (toolchain.len) vec_push(s->a, roots, ((ModVersion){S("toolchain"), toolchain}));
}

static Str file_go(const ModFile *f) { return f && f->go.value.len ? f->go.value : S("1.16"); }

static void roots_of_file(ModState *s, const ModFile *f, bool toolchain, ModVec *roots, Map *direct) {
    for (i64 i = 0; i < f->require.len; i++) {
        const ModRequire *r = &f->require.ptr[i];
        if (!r->mod.path.len) continue;
        if (mod_excluded(s, r->mod)) {
            tell("go: %s requirement on excluded version %.*s %.*s\n", s->mode == MOD_MOD ? "dropping" : "ignoring",
                 SFMT(r->mod.path), SFMT(r->mod.version));
            continue;
        }
        vec_push(s->a, roots, r->mod);
        if (!r->indirect) map_set_str(direct, r->mod.path, s);
    }
    add_go_roots(s, roots, file_go(f), toolchain ? f->toolchain.value : (Str){0}, direct);
}

static Reqs *reqs_outside(ModState *s, Map *direct) {
    ModVec roots = {0};
    Str go = s->workspace ? mod_main_go(s) : s->local;
    if (s->workspace) vec_push(s->a, &roots, ((ModVersion){S("command-line-arguments"), {0}}));
    add_go_roots(s, &roots, go, arena_printf(s->a, "go%.*s", SFMT(s->local)), direct);
    return reqs_new(s, s->workspace ? WORKSPACE : pruning_of(go), roots, direct);
}

Reqs *reqs_of_mains(ModState *s) {
    ModVec roots = {0};
    Map *direct = map_new_str(s->a);
    if (!s->mains.len) return reqs_outside(s, direct);
    if (!s->workspace) {
        roots_of_file(s, s->mains.ptr[0]->m.file, true, &roots, direct);
        modvec_sort(&roots);
        return reqs_new(s, pruning_of(mod_main_go(s)), roots, direct);
    }
    for (i64 i = 0; i < s->mains.len; i++) {
        const ModFile *f = s->mains.ptr[i]->m.file;
        vec_push(s->a, &roots, ((ModVersion){s->mains.ptr[i]->m.path, {0}}));
        for (i64 k = 0; k < f->require.len; k++)
            if (f->require.ptr[k].mod.path.len && !f->require.ptr[k].indirect)
                map_set_str(direct, f->require.ptr[k].mod.path, s);
    }
    Map *unused = map_new_str(s->a); // as the go command: go is no direct requirement of a workspace
    add_go_roots(s, &roots, mod_main_go(s), s->work->toolchain.value, unused);
    modvec_sort(&roots);
    return reqs_new(s, WORKSPACE, roots, direct);
}

// -mod=vendor: the graph is what modules.txt says.
static bool vendor_explicit(ModState *s, Reqs *rs, Err *err) {
    bool ok = true;
    for (i64 i = 0; i < s->vendor.list.len; i++) {
        ModVersion v = s->vendor.list.ptr[i];
        Str have;
        if (reqs_selected(s, rs, v.path, &have) && str_eq(have, v.version)) continue;
        tell("go: vendored module %.*s should be required explicitly in go.mod\n", SFMT(modver_string(s->a, v)));
        ok = false;
    }
    return ok || err_dirty(s, err);
}

void reqs_init_vendor(ModState *s, Reqs *rs, Err *err) {
    ModVec roots = {0};
    for (i64 i = 0; i < s->mains.len; i++) vec_push(s->a, &roots, ((ModVersion){s->mains.ptr[i]->m.path, {0}}));
    if (!roots.len) vec_push(s->a, &roots, ((ModVersion){S("command-line-arguments"), {0}}));
    ModGraph *g = graph_new(s, s->workspace ? &rs->roots : &roots);
    rs->graph = g;
    g->complete = true;
    if (!s->mains.len) {
        graph_require(s, g, roots.ptr[0], rs->roots);
        return;
    }
    ModVersion txt = {S("vendor/modules.txt"), {0}};
    if (rs->pruning == PRUNED) {
        if (vendor_explicit(s, rs, err)) graph_require(s, g, roots.ptr[0], rs->roots);
        return;
    }
    for (i64 i = 0; i < s->mains.len; i++) {
        ModVec reqs = {0};
        Map *direct = map_new_str(s->a);
        if (s->workspace) roots_of_file(s, s->mains.ptr[i]->m.file, false, &reqs, direct);
        for (i64 k = 0; !s->workspace && k < rs->roots.len; k++) vec_push(s->a, &reqs, rs->roots.ptr[k]);
        vec_push(s->a, &reqs, txt);
        graph_require(s, g, roots.ptr[i], reqs);
    }
    graph_require(s, g, txt, s->vendor.list);
}

// ---- questions
bool reqs_selected(ModState *s, const Reqs *rs, Str path, Str *version) {
    *version = (Str){0};
    if (mod_main_named(s, path)) return true;
    ModNode *n = map_get_str(rs->max_root, path);
    if (n) *version = n->v.version;
    return n != NULL;
}

Str reqs_go(ModState *s, const Reqs *rs) {
    Str v;
    return reqs_selected(s, rs, S("go"), &v) ? v : s->local;
}

bool reqs_redundant(ModState *s, const Reqs *rs) {
    for (i64 i = 0; i < rs->roots.len; i++)
        if (mod_main_named(s, rs->roots.ptr[i].path) ||
            (i > 0 && str_eq(rs->roots.ptr[i].path, rs->roots.ptr[i - 1].path)))
            return true;
    return false;
}

ModGraph *reqs_graph(ModState *s, Reqs *rs, ModErr *err) {
    if (!rs->graph) rs->graph = graph_read(s, rs->pruning, &rs->roots, NULL, &rs->graph_err);
    if (rs->graph_err.err.text.len) *err = rs->graph_err;
    return rs->graph;
}

static bool roots_selected(ModState *s, const Reqs *rs, const ModGraph *g) {
    if (s->workspace) {
        for (i64 i = 0; i < s->mains.len; i++)
            if (graph_selected(g, s->mains.ptr[i]->m.path).len) return false;
        return true;
    }
    for (i64 i = 0; i < rs->roots.len; i++)
        if (!str_eq(graph_selected(g, rs->roots.ptr[i].path), rs->roots.ptr[i].version)) return false;
    return true;
}

// The graph is read; if a root is not at its selected version, the roots become consistent.
Reqs *reqs_expand(ModState *s, Reqs *rs, ModErr *err) {
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    ModGraph *g = reqs_graph(s, rs, &e);
    if (!e.err.text.len && !roots_selected(s, rs, g)) {
        Reqs *now = reqs_update(s, rs->direct, rs, NULL, NULL, false, &e);
        if (!e.err.text.len) {
            rs = now;
            reqs_graph(s, rs, &e);
        }
    }
    if (e.err.text.len) *err = e;
    return rs;
}

Reqs *reqs_override(ModState *s, Reqs *rs, ModVersion v) {
    ModVec roots = {0};
    for (i64 i = 0; i < rs->roots.len; i++)
        if (!str_eq(rs->roots.ptr[i].path, v.path)) vec_push(s->a, &roots, rs->roots.ptr[i]);
    vec_push(s->a, &roots, v);
    modvec_sort(&roots);
    return reqs_new(s, rs->pruning, roots, rs->direct);
}

static ModVec without_mains(ModState *s, ModVec list) {
    ModVec v = {0};
    i64 skip = s->mains.len ? s->mains.len : 1;
    for (i64 i = skip; i < list.len; i++) vec_push(s->a, &v, list.ptr[i]);
    return v;
}

// ---- unpruned: go 1.16 and before
static bool unpruned_is_current(ModState *s, Map *direct, Reqs *rs, const ModGraph *g, const ModVec *add) {
    Str v;
    for (i64 i = 0; i < rs->roots.len; i++)
        if (!str_eq(rs->roots.ptr[i].version, graph_selected(g, rs->roots.ptr[i].path))) return false;
    for (i64 i = 0; add && i < add->len; i++)
        if (!str_eq(add->ptr[i].version, graph_selected(g, add->ptr[i].path))) return false;
    for (i64 i = 0; i < map_len(direct); i++)
        if (!reqs_selected(s, rs, map_at(direct, i)->key.str, &v)) return false;
    return true;
}

static Reqs *update_unpruned(ModState *s, Map *direct, Reqs *rs, const ModVec *add, ModErr *err) {
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    ModGraph *g = reqs_graph(s, rs, &e);
    if (e.err.text.len) {
        *err = e;
        return rs;
    }
    if (mod_complete(s)) return unpruned_is_current(s, direct, rs, g, add) ? rs : dirty(s, rs, err);
    StrVec base = {0};
    Map *in_base = map_new_str(s->a);
    for (i64 i = 0; i < rs->roots.len; i++) {
        ModVersion r = rs->roots.ptr[i];
        if (map_get_str(in_base, r.path) || !str_eq(graph_selected(g, r.path), r.version)) continue;
        map_set_str(in_base, r.path, s);
        vec_push(s->a, &base, r.path);
    }
    ModVec keep = without_mains(s, graph_build_list(s, g)), min, list;
    for (i64 i = 0; add && i < add->len; i++) vec_push(s->a, &keep, add->ptr[i]);
    for (i64 i = 0; i < keep.len; i++) {
        Str path = keep.ptr[i].path;
        if (!map_get_str(direct, path) || map_get_str(in_base, path)) continue;
        map_set_str(in_base, path, s);
        vec_push(s->a, &base, path);
    }
    if (!mvs_requirements(s, &keep, &base, &min, &list, err)) return rs;
    if (rs->pruning == UNPRUNED && modvec_eq(&min, &rs->roots) && maps_equal(direct, rs->direct)) return rs;
    return reqs_new(s, UNPRUNED, min, direct);
}

Reqs *reqs_convert(ModState *s, Reqs *rs, Pruning p, ModErr *err) {
    if (rs->pruning == p || rs->pruning == WORKSPACE) return rs;
    if (p == UNPRUNED) return update_unpruned(s, rs->direct, rs, NULL, err);
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    ModGraph *g = reqs_graph(s, rs, &e);
    if (e.err.text.len) {
        *err = e;
        return rs;
    }
    return reqs_new(s, PRUNED, without_mains(s, graph_build_list(s, g)), rs->direct);
}

// ---- pruned: go 1.17 and newer
// Does the requirement list of each of these modules agree with the roots?
static bool spot_check(ModState *s, Reqs *rs, Map *nodes) {
    i64 n = map_len(nodes);
    ModNode **list = ANEWN(s->a, ModNode *, n + 1);
    for (i64 i = 0; i < n; i++) list[i] = (ModNode *)map_at(nodes, i)->key.ptr;
    node_prefetch(s, list, n);
    for (i64 i = 0; i < n; i++) {
        ModErr e;
        Summary *m = node_summary(s, list[i], &e);
        if (!m) return false;
        for (i64 k = 0; k < m->require.len; k++) {
            Str v;
            ModVersion r = m->require.ptr[k];
            if (reqs_selected(s, rs, r.path, &v) && modver_cmp(r.path, v, r.version) < 0) return false;
        }
    }
    return true;
}

static bool wants_root(const LPkg *p, bool roots_imported) {
    return (p->flags & IN_ALL) || (roots_imported && (p->flags & FROM_ROOT)) || (p->flags & IS_ROOT);
}

typedef struct Growth {
    ModVec roots;
    Map *spot; // ModNode -> itself
    bool upgraded;
} Growth;

static Growth grow_roots(ModState *s, Reqs *rs, PkgLoader *l, const ModVec *add, bool roots_imported) {
    Growth g = {.spot = map_new_ptr(s->a)};
    Map *added = map_new_ptr(s->a);
    for (i64 i = 0; i < rs->roots.len; i++) vec_push(s->a, &g.roots, rs->roots.ptr[i]);
    Str v;
    for (i64 i = 0; l && i < l->pkgs.len; i++) {
        LPkg *p = l->pkgs.ptr[i];
        if (!lpkg_external(s, p) || !wants_root(p, roots_imported)) continue;
        ModNode *n = mod_node(s, p->p.mod);
        if (reqs_selected(s, rs, n->v.path, &v)) map_set_ptr(g.spot, n, n);
        else if (!map_get_ptr(added, n)) {
            map_set_ptr(added, n, n);
            vec_push(s->a, &g.roots, n->v);
            g.upgraded = true;
        }
    }
    for (i64 i = 0; add && i < add->len; i++) {
        ModVersion m = add->ptr[i];
        if (reqs_selected(s, rs, m.path, &v) && modver_cmp(m.path, v, m.version) >= 0) continue;
        vec_push(s->a, &g.roots, m);
        g.upgraded = true;
    }
    modvec_sort(&g.roots);
    return g;
}

// Each root once, at its selected version; true if one was raised.
static bool settle_roots(ModState *s, Reqs *rs, ModGraph *g, ModVec *roots) {
    bool raised = false;
    Map *seen = map_new_str(s->a);
    *roots = (ModVec){0};
    for (i64 i = 0; i < rs->roots.len; i++) {
        ModVersion r = rs->roots.ptr[i];
        Str v;
        if (mod_main_named(s, r.path) || map_get_str(seen, r.path)) continue;
        map_set_str(seen, r.path, s);
        if (g) v = graph_selected(g, r.path);
        else reqs_selected(s, rs, r.path, &v);
        vec_push(s->a, roots, ((ModVersion){r.path, v}));
        if (!str_eq(v, r.version)) raised = true;
    }
    return raised;
}

static Reqs *update_pruned(ModState *s, Map *direct, Reqs *rs, PkgLoader *l, const ModVec *add, bool roots_imported,
                           ModErr *err) {
    Growth w = grow_roots(s, rs, l, add, roots_imported);
    for (;;) {
        ModErr e = {{{0}, 0}, {{0}, {0}}};
        ModGraph *g = NULL;
        if (w.upgraded) {
            if (mod_complete(s)) return dirty(s, rs, err);
            rs = reqs_new(s, PRUNED, w.roots, direct);
            g = reqs_graph(s, rs, &e);
        } else if (rs->graph) g = rs->graph;
        else if (!spot_check(s, rs, w.spot)) g = reqs_graph(s, rs, &e);
        if (e.err.text.len) {
            *err = e;
            return rs;
        }
        w.upgraded = settle_roots(s, rs, g, &w.roots);
        if (w.upgraded) continue;
        if (s->mode != MOD_MOD) return rs;
        break;
    }
    if (rs->pruning == PRUNED && modvec_eq(&w.roots, &rs->roots) && maps_equal(direct, rs->direct)) return rs;
    return reqs_new(s, PRUNED, w.roots, direct);
}

Reqs *reqs_update(ModState *s, Map *direct, Reqs *rs, PkgLoader *l, const ModVec *add, bool roots_imported,
                  ModErr *err) {
    switch (rs->pruning) {
    case UNPRUNED: return update_unpruned(s, direct, rs, add, err);
    case PRUNED: return update_pruned(s, direct, rs, l, add, roots_imported, err);
    case WORKSPACE: break;
    }
    CHECK(!add || !add->len);
    Reqs *now = reqs_new(s, WORKSPACE, rs->roots, direct);
    now->graph = rs->graph; // the roots are the same
    now->graph_err = rs->graph_err;
    return now;
}

// ---- the requirements of the command
static bool add_go_line(ModState *s, Reqs **rs, ModErr *err) {
    Main *m = s->mains.ptr[0];
    if (m->index_go.len || (*rs)->pruning == WORKSPACE) return true;
    ModNode *n = mod_node(s, (ModVersion){m->m.path, {0}});
    if (s->mode != MOD_MOD || s->o.use == MODUSE_EXPLORE) {
        n->go_version = S("1.16");
        return true;
    }
    Str v = s->o.tidy_go.len ? s->o.tidy_go : s->local;
    if (!modfile_set_go(m->m.file, v, &err->err)) return false;
    n->go_version = v;
    *rs = reqs_override(s, *rs, (ModVersion){S("go"), v});
    if (gover_cmp(v, S("1.17")) >= 0) *rs = reqs_convert(s, *rs, PRUNED, err);
    return !err->err.text.len;
}

static bool read_requirements(ModState *s, Err *err) {
    Reqs *rs = reqs_of_mains(s);
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    if (s->mode == MOD_VENDOR) {
        reqs_init_vendor(s, rs, &e.err);
        if (e.err.text.len) {
            *err = e.err;
            return false;
        }
    }
    if (!s->workspace && s->mains.len) {
        if (reqs_redundant(s, rs)) rs = reqs_update(s, rs->direct, rs, NULL, NULL, false, &e);
        if (!e.err.text.len) add_go_line(s, &rs, &e);
    }
    if (e.err.text.len) {
        *err = moderr_err(s->a, e);
        return false;
    }
    s->reqs = rs;
    return true;
}

bool mod_current_reqs(ModState *s, Reqs **rs, Err *err) {
    if (!s->reqs && !read_requirements(s, err)) return false;
    *rs = s->reqs;
    return true;
}

bool mod_load_graph(ModState *s, ModGraph **g, Err *err) {
    Reqs *rs;
    if (!mod_current_reqs(s, &rs, err)) return false;
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    rs = reqs_expand(s, rs, &e);
    if (e.err.text.len) {
        *err = moderr_err(s->a, e);
        return false;
    }
    s->reqs = rs;
    *g = rs->graph;
    return true;
}

bool mod_build_list(ModState *s, ModVersion **list, i64 *n, Err *err) {
    ModGraph *g;
    if (!mod_load_graph(s, &g, err)) return false;
    ModVec v = graph_build_list(s, g);
    *list = v.ptr;
    *n = v.len;
    return true;
}

Str mod_selected(ModState *s, Str path) {
    Reqs *rs;
    Err err = {{0}, 0};
    Str v;
    if (!mod_current_reqs(s, &rs, &err)) return S("none");
    if (rs->pruning == PRUNED && reqs_selected(s, rs, path, &v)) return v;
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    return graph_selected(reqs_graph(s, rs, &e), path);
}

bool mod_edges(ModState *s, ModVersion v, ModVersion **reqs, i64 *n) {
    Reqs *rs;
    Err err = {{0}, 0};
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    if (!mod_current_reqs(s, &rs, &err)) return false;
    const ModList *l = graph_required_by(s, reqs_graph(s, rs, &e), v);
    if (!l) return false;
    *reqs = l->v.ptr;
    *n = l->v.len;
    return true;
}

bool mod_set_direct(ModState *s, const Str *paths, i64 n, bool direct) {
    Reqs *rs;
    Err err = {{0}, 0};
    if (!mod_current_reqs(s, &rs, &err)) return false;
    Map *now = map_new_str(s->a);
    for (i64 i = 0; i < map_len(rs->direct); i++)
        if (map_at(rs->direct, i)->val) map_set_str(now, map_at(rs->direct, i)->key.str, s);
    for (i64 i = 0; i < n; i++) map_set_str(now, paths[i], direct ? s : NULL);
    Reqs *new_ = reqs_new(s, rs->pruning, rs->roots, now);
    new_->graph = rs->graph;
    new_->graph_err = rs->graph_err;
    s->reqs = new_;
    return true;
}
