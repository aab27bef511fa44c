// mvs.c - module graphs: read in waves (go.mod files of a wave are fetched together), the selected version of every path, minimal requirements.
//
// In:   roots, and how far the graph goes (Pruning).
// Out:  a ModGraph; with an error in *err it is incomplete, and the error tells the way to the version that could not be read.
// Facts: go.dev/ref/mod#minimal-version-selection, #graph-pruning. The version "" (a main module) is above all others.
#include "mod/graph_int.h"
#include <stdlib.h>

// "v1.2.3/go.mod" sorts behind "v1.2.3".
static Str cut_file(Str v, Str *file) {
    i64 i = str_index(v, '/');
    *file = i < 0 ? (Str){0} : str_slice(v, i, v.len);
    return i < 0 ? v : str_slice(v, 0, i);
}

int modver_order(const void *x, const void *y) {
    const ModVersion *a = x, *b = y;
    int c = str_cmp(a->path, b->path);
    if (c) return c;
    Str fa, fb, va = cut_file(a->version, &fa), vb = cut_file(b->version, &fb);
    c = str_eq(va, vb) ? 0 : modver_cmp(a->path, va, vb);
    if (!c) c = str_cmp(fa, fb);
    return c ? c : str_cmp(a->version, b->version);
}

void modvec_sort(ModVec *v) {
    if (v->len > 1) qsort(v->ptr, (size_t)v->len, sizeof(ModVersion), modver_order);
}

bool modvec_eq(const ModVec *a, const ModVec *b) {
    if (a->len != b->len) return false;
    for (i64 i = 0; i < a->len; i++)
        if (!modver_eq(a->ptr[i], b->ptr[i])) return false;
    return true;
}

// ---- a graph
static void select_version(ModState *s, ModGraph *g, ModVersion v) {
    ModNode **slot = (ModNode **)map_slot_str(g->selected, mod_node(s, v)->v.path);
    if (*slot ? modver_cmp(v.path, (*slot)->v.version, v.version) < 0 : !str_eq(v.version, S("none")))
        *slot = mod_node(s, v);
}

ModGraph *graph_new(ModState *s, const ModVec *roots) {
    ModGraph *g = ANEW(s->a, ModGraph);
    g->roots = *roots;
    g->required = map_new_ptr(s->a);
    g->selected = map_new_str(s->a);
    for (i64 i = 0; i < roots->len; i++) select_version(s, g, roots->ptr[i]);
    return g;
}

void graph_require(ModState *s, ModGraph *g, ModVersion v, ModVec reqs) {
    ModNode *n = mod_node(s, v);
    if (map_get_ptr(g->required, n)) return;
    ModList *l = ANEW(s->a, ModList);
    l->v = reqs;
    map_set_ptr(g->required, n, l);
    for (i64 i = 0; i < reqs.len; i++) select_version(s, g, reqs.ptr[i]);
}

const ModList *graph_required_by(ModState *s, const ModGraph *g, ModVersion v) {
    return map_get_ptr(g->required, mod_node(s, v));
}

Str graph_selected(const ModGraph *g, Str path) {
    ModNode *n = map_get_str(g->selected, path);
    return n ? n->v.version : S("none");
}

ModVec graph_build_list(ModState *s, ModGraph *g) {
    if (g->listed) return g->list;
    Map *seen = map_new_str(s->a);
    ModVec head = {0}, tail = {0};
    for (i64 i = 0; i < g->roots.len; i++) {
        Str path = g->roots.ptr[i].path;
        if (map_get_str(seen, path)) continue;
        map_set_str(seen, path, g);
        Str v = graph_selected(g, path);
        if (!str_eq(v, S("none"))) vec_push(s->a, &head, ((ModVersion){path, v}));
    }
    for (i64 i = 0; i < map_len(g->selected); i++) {
        ModNode *n = map_at(g->selected, i)->val;
        if (n && !map_get_str(seen, n->v.path)) vec_push(s->a, &tail, n->v);
    }
    modvec_sort(&tail);
    for (i64 i = 0; i < tail.len; i++) vec_push(s->a, &head, tail.ptr[i]);
    g->list = head;
    g->listed = true;
    return head;
}

void graph_walk(ModState *s, ModGraph *g, void (*f)(void *, ModVersion), void *ctx) {
    ModVec q = {0};
    Map *seen = map_new_ptr(s->a);
    const ModVec *next = &g->roots;
    for (i64 at = -1; at < q.len; at++) {
        if (at >= 0) {
            f(ctx, q.ptr[at]);
            const ModList *l = graph_required_by(s, g, q.ptr[at]);
            if (!l) continue;
            next = &l->v;
        }
        for (i64 i = 0; i < next->len; i++) {
            ModNode *n = mod_node(s, next->ptr[i]);
            if (map_get_ptr(seen, n) || str_eq(n->v.version, S("none"))) continue;
            map_set_ptr(seen, n, n);
            vec_push(s->a, &q, n->v);
        }
    }
}

ModVec graph_find_path(ModState *s, ModGraph *g, bool (*found)(void *, ModVersion), void *ctx) {
    Map *from = map_new_ptr(s->a); // node -> who required it first; itself for a root
    ModVec q = {0}, path = {0};
    for (i64 i = 0; i < g->roots.len; i++) {
        ModNode *n = mod_node(s, g->roots.ptr[i]);
        map_set_ptr(from, n, n);
        vec_push(s->a, &q, n->v);
    }
    for (i64 at = 0; at < q.len; at++) {
        ModNode *n = mod_node(s, q.ptr[at]);
        if (found(ctx, n->v)) {
            for (ModNode *p = n;; p = map_get_ptr(from, p)) {
                vec_push(s->a, &path, p->v);
                if (map_get_ptr(from, p) == p) break;
            }
            for (i64 i = 0, j = path.len - 1; i < j; i++, j--) {
                ModVersion t = path.ptr[i];
                path.ptr[i] = path.ptr[j];
                path.ptr[j] = t;
            }
            return path;
        }
        const ModList *l = graph_required_by(s, g, n->v);
        for (i64 i = 0; l && i < l->v.len; i++) {
            ModNode *r = mod_node(s, l->v.ptr[i]);
            if (map_get_ptr(from, r)) continue;
            map_set_ptr(from, r, n);
            vec_push(s->a, &q, r->v);
        }
    }
    return path;
}

// ---- reading
typedef struct Work {
    ModNode *n;
    Pruning pruning;
} Work;
typedef struct Reader {
    ModState *s;
    ModGraph *g;
    Map *unprune, *queued[3], *failed, *summaries;
    VEC(Work) wave, next;
} Reader;

static void enqueue(Reader *r, ModNode *n, Pruning p) {
    if (str_eq(n->v.version, S("none")) || map_get_ptr(r->queued[p], n)) return;
    map_set_ptr(r->queued[p], n, n);
    vec_push(r->s->a, &r->next, ((Work){n, p}));
}

static Summary *read_one(Reader *r, ModNode *n) {
    Summary *m = map_get_ptr(r->summaries, n);
    if (m || map_get_ptr(r->failed, n)) return m;
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    m = node_summary(r->s, n, &e);
    if (!m) {
        map_set_ptr(r->failed, n, n);
        return NULL;
    }
    map_set_ptr(r->summaries, n, m);
    graph_require(r->s, r->g, n->v, m->require);
    return m;
}

static void read_work(Reader *r, Work w) {
    Summary *m = read_one(r, w.n);
    if (!m) return;
    Pruning next = w.pruning == UNPRUNED ? UNPRUNED : m->pruning;
    for (i64 i = 0; i < m->require.len; i++) {
        ModNode *dep = mod_node(r->s, m->require.ptr[i]);
        bool follow = w.pruning != PRUNED || m->pruning == UNPRUNED || (r->unprune && map_get_ptr(r->unprune, dep));
        if (follow) enqueue(r, dep, next);
    }
}

static void read_waves(Reader *r) {
    while (r->next.len) {
        r->wave = r->next;
        r->next.ptr = NULL;
        r->next.len = r->next.cap = 0;
        ModNode **nodes = ANEWN(r->s->a, ModNode *, r->wave.len);
        for (i64 i = 0; i < r->wave.len; i++) nodes[i] = r->wave.ptr[i].n;
        node_prefetch(r->s, nodes, r->wave.len);
        for (i64 i = 0; i < r->wave.len; i++) read_work(r, r->wave.ptr[i]);
    }
}

// In a workspace, versions that a dependency of a main module selects above what was read are read too: their packages may be used.
static bool enqueue_selected(Reader *r, Map *paths, Map *seen) {
    ModState *s = r->s;
    VEC(ModNode *) need = {0};
    for (i64 i = 0; i < map_len(paths); i++) {
        Str path = map_at(paths, i)->key.str;
        ModNode *n = mod_node(s, (ModVersion){path, graph_selected(r->g, path)});
        if (!map_get_ptr(seen, n)) {
            vec_push(s->a, &need, n);
            continue;
        }
        const ModList *l = graph_required_by(s, r->g, n->v);
        for (i64 k = 0; l && k < l->v.len; k++) {
            ModVersion q = l->v.ptr[k];
            ModNode *sel = mod_node(s, (ModVersion){q.path, graph_selected(r->g, q.path)});
            if (modver_cmp(q.path, sel->v.version, q.version) > 0 && !map_get_ptr(seen, sel))
                vec_push(s->a, &need, sel);
        }
    }
    for (i64 i = 0; i < need.len; i++) {
        enqueue(r, need.ptr[i], WORKSPACE);
        map_set_ptr(seen, need.ptr[i], r);
        map_set_str(paths, need.ptr[i]->v.path, r);
    }
    return need.len > 0;
}

static void read_workspace(Reader *r, const ModVec *roots) {
    Map *paths = map_new_str(r->s->a), *seen = map_new_ptr(r->s->a);
    for (i64 i = 0; i < roots->len; i++) map_set_str(paths, roots->ptr[i].path, r);
    while (enqueue_selected(r, paths, seen)) read_waves(r);
}

static bool is_failed(void *ctx, ModVersion v) {
    Reader *r = ctx;
    return map_get_ptr(r->failed, mod_node(r->s, v)) != NULL;
}

// "a@v1 requires\n\tb@v1: text"
static void word_error(Reader *r, ModErr *err) {
    ModState *s = r->s;
    ModVec path = graph_find_path(s, r->g, is_failed, r);
    if (!path.len) return;
    ModVersion last = path.ptr[path.len - 1];
    ModErr e = mod_node(s, last)->err;
    i64 i = 0;
    while (i < path.len && !path.ptr[i].version.len) i++;
    Buf b = {0};
    for (; i + 1 < path.len; i++) buf_printf(&b, "%.*s requires\n\t", SFMT(modver_string(s->a, path.ptr[i])));
    if (!e.mod.path.len || modver_eq(e.mod, last)) {
        if (last.version.len) buf_printf(&b, "%.*s: ", SFMT(modver_string(s->a, last)));
        buf_str(&b, e.err.text);
    } else
        buf_printf(&b, "%.*s (replaced by %.*s): %.*s", SFMT(modver_string(s->a, last)),
                   SFMT(modver_string(s->a, e.mod)), SFMT(e.err.text));
    err->err = (Err){arena_str(s->a, buf_view(&b)), e.err.kind};
    err->mod = (ModVersion){{0}, {0}};
    buf_free(&b);
}

static ModVec main_versions(ModState *s) {
    ModVec v = {0};
    for (i64 i = 0; i < s->mains.len; i++) vec_push(s->a, &v, ((ModVersion){s->mains.ptr[i]->m.path, {0}}));
    if (!v.len) vec_push(s->a, &v, ((ModVersion){S("command-line-arguments"), {0}}));
    return v;
}

ModGraph *graph_read(ModState *s, Pruning p, const ModVec *roots, Map *unprune, ModErr *err) {
    Reader r = {.s = s, .unprune = unprune, .failed = map_new_ptr(s->a), .summaries = map_new_ptr(s->a)};
    for (int i = 0; i < 3; i++) r.queued[i] = map_new_ptr(s->a);
    ModVec mains = main_versions(s);
    r.g = graph_new(s, s->workspace ? roots : &mains);
    if (p != WORKSPACE) graph_require(s, r.g, mains.ptr[0], *roots);
    for (i64 i = 0; i < roots->len; i++) enqueue(&r, mod_node(s, roots->ptr[i]), p);
    read_waves(&r);
    if (p == WORKSPACE) read_workspace(&r, roots);
    r.g->complete = !map_len(r.failed);
    if (!r.g->complete) word_error(&r, err);
    return r.g;
}

// ---- minimal requirements
typedef struct Minimal {
    ModState *s;
    ModGraph *g;
    Map *walked, *have;
    VEC(ModNode *) postorder;
    ModVec min;
} Minimal;

static void walk_postorder(Minimal *m, ModNode *n) {
    if (map_get_ptr(m->walked, n)) return;
    map_set_ptr(m->walked, n, n);
    const ModList *l = map_get_ptr(m->g->required, n);
    for (i64 i = 0; l && i < l->v.len; i++) walk_postorder(m, mod_node(m->s, l->v.ptr[i]));
    vec_push(m->s->a, &m->postorder, n);
}

static void walk_implied(Minimal *m, ModNode *n) {
    if (map_get_ptr(m->have, n)) return;
    map_set_ptr(m->have, n, n);
    const ModList *l = map_get_ptr(m->g->required, n);
    for (i64 i = 0; l && i < l->v.len; i++) walk_implied(m, mod_node(m->s, l->v.ptr[i]));
}

static int by_path(const void *x, const void *y) {
    return str_cmp(((const ModVersion *)x)->path, ((const ModVersion *)y)->path);
}

// What the main module has to require so that the build list of `roots` comes out: the paths of base, and what these do not imply.
bool mvs_requirements(ModState *s, const ModVec *roots, const StrVec *base, ModVec *min, ModVec *build_list,
                      ModErr *err) {
    Minimal m = {.s = s, .walked = map_new_ptr(s->a), .have = map_new_ptr(s->a)};
    err->err.text.len = 0;
    m.g = graph_read(s, UNPRUNED, roots, NULL, err);
    if (err->err.text.len) return false;
    *build_list = graph_build_list(s, m.g);
    ModNode *main_node = mod_node(s, build_list->ptr[0]);
    map_set_ptr(m.walked, main_node, main_node);
    for (i64 i = 0; i < build_list->len; i++) walk_postorder(&m, mod_node(s, build_list->ptr[i]));
    Map *based = map_new_str(s->a);
    for (i64 i = 0; i < base->len; i++) {
        Str path = base->ptr[i];
        if (map_get_str(based, path)) continue;
        map_set_str(based, path, s);
        ModNode *n = mod_node(s, (ModVersion){path, graph_selected(m.g, path)});
        vec_push(s->a, &m.min, n->v);
        walk_implied(&m, n);
    }
    for (i64 i = m.postorder.len - 1; i >= 0; i--) {
        ModNode *n = m.postorder.ptr[i];
        if (map_get_str(m.g->selected, n->v.path) != n || map_get_ptr(m.have, n)) continue;
        vec_push(s->a, &m.min, n->v);
        walk_implied(&m, n);
    }
    if (m.min.len > 1) qsort(m.min.ptr, (size_t)m.min.len, sizeof(ModVersion), by_path);
    *min = m.min;
    return true;
}
