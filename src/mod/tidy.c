// tidy.c - the fewest roots that keep every package's version; which sums must stay in go.sum; whether an older go would agree.
//
// In:   a loader whose packages are loaded (mod tidy: "all", any build tags).
// Out:  reqs_tidy: new roots; tidy_keep_sums: "path version" of all lines that reloading the same packages needs; tidy_finish: go.sum trimmed.
// Facts: go.dev/ref/mod#go-mod-tidy, #graph-pruning, #go-sum-files.
#include "mod/graph_int.h"
#include <stdio.h>

// ---- roots of a pruned module
typedef struct Roots {
    ModState *s;
    ModVec v;
    Map *paths;
} Roots;

static void add_root(Roots *r, ModVersion m) {
    vec_push(r->s->a, &r->v, m);
    map_set_str(r->paths, m.path, r);
}

static Roots go_roots(ModState *s, Reqs *old) {
    Roots r = {.s = s, .paths = map_new_str(s->a)};
    Str v;
    if (reqs_selected(s, old, S("go"), &v)) add_root(&r, (ModVersion){S("go"), v});
    if (reqs_selected(s, old, S("toolchain"), &v)) add_root(&r, (ModVersion){S("toolchain"), v});
    return r;
}

static Reqs *with_roots(Roots *r, Reqs *old) {
    ModVec copy = {0};
    modvec_sort(&r->v);
    for (i64 i = 0; i < r->v.len; i++) vec_push(r->s->a, &copy, r->v.ptr[i]);
    return reqs_new(r->s, PRUNED, copy, old->direct);
}

typedef VEC(LPkg *) PkgVec;

static void queue_pkg(ModState *s, PkgVec *q, Map *queued, LPkg *p) {
    if (!p || map_get_ptr(queued, p)) return;
    map_set_ptr(queued, p, p);
    vec_push(s->a, q, p);
}

// Test dependencies outside of "all": one depth after the other, those with the shortest way first.
static Reqs *cover_depths(Roots *r, Reqs *tidy, PkgVec q, Map *queued, ModErr *err) {
    while (q.len) {
        ModGraph *g = reqs_graph(r->s, tidy, err);
        if (err->err.text.len) return NULL;
        PkgVec next = {0};
        i64 before = r->v.len;
        for (i64 i = 0; i < q.len; i++) {
            LPkg *p = q.ptr[i];
            ModVersion m = p->p.mod;
            if (!m.path.len) continue;
            for (i64 k = 0; k < p->imports.len; k++) queue_pkg(r->s, &next, queued, p->imports.ptr[k]);
            queue_pkg(r->s, &next, queued, p->test);
            if (map_get_str(r->paths, m.path) || mod_main_named(r->s, m.path)) continue;
            if (modver_cmp(m.path, graph_selected(g, m.path), m.version) < 0) add_root(r, m);
        }
        if (r->v.len > before) tidy = with_roots(r, tidy);
        q = next;
    }
    return tidy;
}

// Without its root, an import may have become ambiguous: then its module is one.
static Reqs *disambiguate(Roots *r, Reqs *tidy, PkgLoader *l, ModErr *err) {
    for (;;) {
        reqs_graph(r->s, tidy, err);
        if (err->err.text.len) return NULL;
        i64 before = r->v.len;
        for (i64 i = 0; i < l->pkgs.len; i++) {
            LPkg *p = l->pkgs.ptr[i];
            Found f;
            ImpErr e;
            if (!lpkg_external(r->s, p) || map_get_str(r->paths, p->p.mod.path)) continue;
            if (!imp_find(r->s, p->p.path, tidy, NULL, true, &f, &e) && e.err.kind == ERR_AMBIGUOUS)
                add_root(r, p->p.mod);
        }
        if (r->v.len == before) return tidy;
        tidy = with_roots(r, tidy);
    }
}

static Reqs *tidy_pruned(ModState *s, Reqs *old, PkgLoader *l, ModErr *err) {
    Roots r = go_roots(s, old);
    PkgVec q = {0};
    Map *queued = map_new_ptr(s->a);
    for (i64 i = 0; i < l->pkgs.len; i++) {
        LPkg *p = l->pkgs.ptr[i];
        if (!(p->flags & IN_ALL)) continue;
        if (lpkg_external(s, p) && !map_get_str(r.paths, p->p.mod.path)) add_root(&r, p->p.mod);
        queue_pkg(s, &q, queued, p);
    }
    Reqs *tidy = cover_depths(&r, with_roots(&r, old), q, queued, err);
    return tidy ? disambiguate(&r, tidy, l, err) : old;
}

// ---- roots of an unpruned module
static Reqs *tidy_unpruned(ModState *s, Reqs *old, PkgLoader *l, ModErr *err) {
    Roots r = go_roots(s, old);
    StrVec base = {0};
    Map *alt = map_new_str(s->a); // modules that could have provided a package: must not be at a lower version
    ModVec min, list;
    for (i64 i = 0; i < l->pkgs.len; i++) {
        LPkg *p = l->pkgs.ptr[i];
        if (!lpkg_external(s, p)) continue;
        if (!map_get_str(r.paths, p->p.mod.path)) {
            add_root(&r, p->p.mod);
            if (map_get_str(old->direct, p->p.mod.path)) vec_push(s->a, &base, p->p.mod.path);
        }
        for (i64 k = 0; k < p->alt.len; k++) map_set_str(alt, p->alt.ptr[k].path, mod_node(s, p->alt.ptr[k]));
    }
    if (!mvs_requirements(s, &r.v, &base, &min, &list, err)) return old;
    i64 before = r.v.len;
    for (i64 i = 0; i < list.len; i++) {
        ModNode *n = map_get_str(alt, list.ptr[i].path);
        if (n && modver_cmp(n->v.path, list.ptr[i].version, n->v.version) < 0) vec_push(s->a, &r.v, n->v);
    }
    if (r.v.len > before && !mvs_requirements(s, &r.v, &base, &min, &list, err)) return old;
    return reqs_new(s, UNPRUNED, min, old->direct);
}

Reqs *reqs_tidy(ModState *s, Reqs *old, PkgLoader *l, ModErr *err) {
    return old->pruning == UNPRUNED ? tidy_unpruned(s, old, l, err) : tidy_pruned(s, old, l, err);
}

// ---- sums
typedef struct Keep {
    ModState *s;
    Map *map;
    ModGraph *g;
} Keep;

static void keep_line(Keep *k, ModVersion v, bool gomod) {
    v = mod_resolve(k->s, v);
    if (!v.version.len) return;
    map_set_str(k->map, arena_printf(k->s->a, "%.*s %.*s%s", SFMT(v.path), SFMT(v.version), gomod ? "/go.mod" : ""),
                k->s);
}

static Str parent_path(Str path) {
    i64 i = str_rindex(path, '/');
    return i < 0 ? (Str){0} : str_slice(path, 0, i);
}

static void keep_candidates(Keep *k, Str path, Reqs *rs, ModGraph *g) {
    for (Str p = path; p.len; p = parent_path(p)) {
        Str v = g ? graph_selected(g, p) : (Str){0};
        if (!g && !reqs_selected(k->s, rs, p, &v)) continue;
        if (v.len && !str_eq(v, S("none"))) keep_line(k, (ModVersion){p, v}, false);
    }
}

static void keep_package(Keep *k, const LPkg *p, Reqs *rs, bool gomod) {
    Err e;
    Str v;
    ModErr me = {{{0}, 0}, {{0}, {0}}};
    if (p->test_of || (!p->p.mod.path.len && !p->ierr.err.text.len) ||
        !module_check_import_path(k->s->a, p->p.path, &e))
        return;
    if (gomod && p->p.mod.path.len) keep_line(k, p->p.mod, true);
    bool by_root = rs->pruning == PRUNED && p->p.mod.path.len && reqs_selected(k->s, rs, p->p.mod.path, &v) &&
                   str_eq(v, p->p.mod.version);
    keep_candidates(k, p->p.path, rs, by_root ? NULL : reqs_graph(k->s, rs, &me));
}

static void keep_required(void *ctx, ModVersion v) {
    Keep *k = ctx;
    if (graph_required_by(k->s, k->g, v)) keep_line(k, v, true);
}

static void keep_graph(Keep *k, Reqs *rs, bool zips, bool zip_gomods) {
    if (!rs->graph) {
        for (i64 i = 0; i < rs->roots.len; i++) {
            keep_line(k, rs->roots.ptr[i], true);
            if (zips) keep_line(k, rs->roots.ptr[i], false);
        }
        return;
    }
    k->g = rs->graph;
    graph_walk(k->s, rs->graph, keep_required, k);
    ModVec list = graph_build_list(k->s, rs->graph);
    for (i64 i = 0; zips && i < list.len; i++) {
        if (zip_gomods) keep_line(k, list.ptr[i], true);
        keep_line(k, list.ptr[i], false);
    }
}

Map *tidy_keep_sums(ModState *s, PkgLoader *l, Reqs *rs, bool zips) {
    Keep k = {.s = s, .map = map_new_str(s->a)};
    bool old_go = gover_cmp(l ? reqs_go(s, l->reqs) : mod_main_go(s), S("1.21")) < 0;
    bool lax = old_go && (s->mode != MOD_MOD || (l && l->o.tidy));
    for (i64 i = 0; l && i < l->pkgs.len; i++) keep_package(&k, l->pkgs.ptr[i], rs, !lax);
    keep_graph(&k, rs, zips, !lax);
    return k.map;
}

// ---- would an older go select the same?
typedef struct Compat {
    PkgLoader *l;
    ModGraph *g;
    Str version;
    bool upgrade, e_flag;
} Compat;

static Str previous_go(Arena *a, Str go) {
    i64 minor = gover_minor(go);
    return minor > 0 ? arena_printf(a, "1.%lld", (long long)minor - 1) : go;
}

static void suggest(Compat *c, Reqs *rs) {
    ModState *s = c->l->s;
    if (c->l->o.allow_errors) return;
    Str go = reqs_go(s, rs), v = c->version;
    Str go_flag = str_eq(go, mod_main_go(s)) ? (Str){0} : arena_printf(s->a, " -go=%.*s", SFMT(go));
    Str compat = str_eq(v, previous_go(s->a, go)) ? (Str){0} : arena_printf(s->a, " -compat=%.*s", SFMT(v));
    const char *e = c->e_flag ? " -e" : "";
    Buf b = {0};
    buf_c(&b, "\n\n");
    if (c->upgrade)
        buf_printf(&b,
                   "To upgrade to the versions selected by go %.*s%s:\n\tgo mod tidy%s -go=%.*s && go mod tidy%s "
                   "-go=%.*s%.*s\n",
                   SFMT(v), c->e_flag ? ", leaving some packages unresolved" : "", e, SFMT(v), e, SFMT(go),
                   SFMT(compat));
    else if (c->e_flag)
        buf_printf(&b, "To proceed despite packages unresolved in go %.*s:\n\tgo mod tidy -e%.*s%.*s\n", SFMT(v),
                   SFMT(go_flag), SFMT(compat));
    buf_printf(&b,
               "If reproducibility with go %.*s is not needed:\n\tgo mod tidy%.*s -compat=%.*s\nFor information about "
               "'go mod tidy' compatibility, see:\n\thttps://go.dev/ref/mod#graph-pruning",
               SFMT(v), SFMT(go_flag), SFMT(go));
    c->l->advice = arena_str(s->a, buf_view(&b));
    buf_free(&b);
}

static void note_unselected(Compat *c) {
    Reqs *rs = c->l->reqs;
    for (i64 i = 0; i < rs->roots.len; i++)
        if (!str_eq(graph_selected(c->g, rs->roots.ptr[i].path), rs->roots.ptr[i].version)) c->upgrade = true;
}

static void would_fail(Compat *c, LPkg *p, const ImpErr *e) {
    Arena *a = c->l->s->a;
    Str stack = lpkg_stack(a, p), mod = modver_string(a, p->p.mod), v = c->version, text;
    if (e->missing) {
        ModVersion sel = {p->p.mod.path, graph_selected(c->g, p->p.mod.path)};
        text = arena_printf(a, "%.*s loaded from %.*s,\n\tbut go %.*s would fail to locate it in %.*s", SFMT(stack),
                            SFMT(mod), SFMT(v), SFMT(modver_string(a, sel)));
    } else
        text = arena_printf(a, "%.*s loaded from %.*s,\n\tbut go %.*s would fail to locate it:\n\t%.*s", SFMT(stack),
                            SFMT(mod), SFMT(v), SFMT(e->err.text));
    loader_error(c->l, text, ERR_OTHER);
    c->e_flag = true;
    note_unselected(c);
}

static bool check_package(Compat *c, LPkg *p, Reqs *rs) {
    ModState *s = c->l->s;
    Found f;
    ImpErr e;
    if (p->test_of || (!p->p.mod.path.len && !p->ierr.err.text.len)) return true;
    bool ok = imp_find(s, p->p.path, rs, c->g, c->l->skip_gomods, &f, &e);
    if (modver_eq(f.mod, p->p.mod)) return true;
    if (!ok) {
        would_fail(c, p, &e);
        return false;
    }
    c->upgrade = true;
    Str text =
        p->ierr.err.text.len
            ? arena_printf(s->a, "%.*s failed to load from any module,\n\tbut go %.*s would load it from %.*s",
                           SFMT(p->p.path), SFMT(c->version), SFMT(modver_string(s->a, f.mod)))
            : arena_printf(s->a, "%.*s loaded from %.*s,\n\tbut go %.*s would select %.*s\n", SFMT(lpkg_stack(s->a, p)),
                           SFMT(modver_string(s->a, p->p.mod)), SFMT(c->version), SFMT(f.mod.version));
    loader_error(c->l, text, ERR_OTHER);
    return false;
}

static void check_compat(PkgLoader *l, Reqs *rs, Str version) {
    Compat c = {.l = l, .version = version};
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    c.g = reqs_graph(l->s, rs, &e);
    bool ok = !e.err.text.len;
    if (!ok) {
        Str why = moderr_text(l->s->a, e);
        loader_error(l, arena_printf(l->s->a, "error loading go %.*s module graph: %.*s", SFMT(version), SFMT(why)),
                     ERR_OTHER);
    }
    for (i64 i = 0; !e.err.text.len && i < l->pkgs.len; i++)
        if (!check_package(&c, l->pkgs.ptr[i], rs)) ok = false;
    if (!ok) suggest(&c, rs);
}

static Str compat_version(PkgLoader *l, Str go) {
    Str v = l->o.tidy_compat;
    if (!v.len) v = gover_cmp(go, S("1.21")) < 0 ? previous_go(l->s->a, go) : go;
    return gover_cmp(v, go) > 0 ? go : v;
}

// ---- the end of mod tidy
static void say_unused(PkgLoader *l) {
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    for (i64 i = 0; i < l->initial->roots.len; i++) {
        Str path = l->initial->roots.ptr[i].path, v;
        bool unused = l->reqs->pruning == UNPRUNED
                          ? str_eq(graph_selected(reqs_graph(l->s, l->reqs, &e), path), S("none"))
                          : !reqs_selected(l->s, l->reqs, path, &v);
        if (unused) fprintf(stderr, "unused %.*s\n", SFMT(path));
    }
}

static void keep_both(Map *keep, const Map *more) {
    for (i64 i = 0; i < map_len(more); i++) map_set_str(keep, map_at(more, i)->key.str, map_at(more, i)->val);
}

bool tidy_finish(ModState *s, PkgLoader *l, Err *err) {
    if (l->o.verbose) say_unused(l);
    Map *keep = tidy_keep_sums(s, l, l->reqs, false);
    Str go = reqs_go(s, l->reqs), compat = compat_version(l, go);
    if (pruning_of(compat) != l->reqs->pruning) {
        Reqs *rs = reqs_new(s, pruning_of(compat), l->reqs->roots, l->reqs->direct);
        i64 before = l->errs.len;
        check_compat(l, rs, compat);
        if (l->errs.len > before) return loader_give_errors(l, err);
        keep_both(keep, tidy_keep_sums(s, l, rs, false));
    }
    l->keep = keep;
    l->compat = compat;
    fetch_trim_gosum(s->fetch, keep);
    return true;
}
