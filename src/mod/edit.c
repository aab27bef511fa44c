// edit.c - changes of the selected versions: what `get` asks for holds exactly, the rest changes no more than that needs.
//
// In:   the requirements as of now; versions that must be selected ("none": the module goes), versions to come close to.
// Out:  new requirements, or the conflicts: ways of requirements that end above a version that must be selected.
// How:  the roots get the wanted versions; where the graph then selects a version above a wanted one (or cannot be read), the root that leads
//       there steps down to its previous version, again and again, until nothing is in the way. A version that was tried is not tried again,
//       so this ends. In a pruned graph a version may be in the way only where its requirements are followed: a module is then bad in the
//       unpruned part alone. Facts: go.dev/ref/mod#go-get, cmd/go/internal/modload/edit.go.
#include "mod/edit.h"
#include "mod/query.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct Why { // why a version cannot be in the graph
    ModVersion dep;  // it is this, or requires it
    Err err;         // its requirements cannot be read
    bool bad;
} Why;
typedef struct Verdict {  // of a version
    Why in[2];            // in the PRUNED and in the UNPRUNED part of the graph
    VEC(ModNode *) users; // who requires it and is not bad yet
    bool is_root, root_unpruned;
} Verdict;

typedef struct Editing {
    ModState *s;
    Arena *a;
    Reqs *orig, *rs;
    Pruning pruning; // of the roots
    Map *must;       // path -> Str *
    Map *wanted;     // path -> Str *: version of what would be a root
    ModVec roots;
    ModGraph *graph;
    Map *raised;   // ModNode: selected above the root of its path
    Map *verdicts; // ModNode -> Verdict
    Map *rejected; // ModNode: tried
    ModConflicts *conflicts;
    Err *err;
} Editing;

static Str *str_box(Arena *a, Str s) {
    Str *p = ANEW(a, Str);
    *p = s;
    return p;
}
static void set_version(Arena *a, Map *m, Str path, Str version) { map_set_str(m, path, str_box(a, version)); }
static bool is_none(Str v) { return str_eq(v, S("none")); }

static bool fail_mod(Editing *e, ModErr *me) {
    *e->err = moderr_err(e->a, *me);
    return false;
}

// ---- verdicts ------------------------------------------------------------------------------------

static Verdict *verdict_of(Editing *e, ModNode *n) {
    Verdict *v = map_get_ptr(e->verdicts, n);
    if (!v) map_set_ptr(e->verdicts, n, v = ANEW(e->a, Verdict));
    return v;
}

// n cannot be in this part of the graph; neither can those that require it. Pruned is part of unpruned.
static void condemn(Editing *e, ModNode *n, Pruning part, Why why) {
    Verdict *v = verdict_of(e, n);
    if (v->in[part].bad) return;
    v->in[part] = why;
    if (part == PRUNED && !v->in[UNPRUNED].bad) v->in[UNPRUNED] = why;
    bool always = v->is_root && v->root_unpruned; // whoever selects it brings its requirements in
    if (part == UNPRUNED && always) v->in[PRUNED] = why;
    Pruning above = v->is_root && (part == PRUNED || always) ? PRUNED : UNPRUNED;
    for (i64 i = 0; i < v->users.len; i++) condemn(e, v->users.ptr[i], above, (Why){.dep = n->v, .bad = true});
    if (above == PRUNED || !v->is_root) v->users.len = 0;
}

// n requires r. False: n is bad for it, in every part that matters.
static bool note_use(Editing *e, ModNode *n, ModNode *r) {
    Verdict *v = verdict_of(e, r);
    Why why = {.dep = r->v, .bad = true};
    if (v->is_root && v->in[v->root_unpruned ? UNPRUNED : PRUNED].bad) {
        condemn(e, n, PRUNED, why);
        return false;
    }
    if (v->in[UNPRUNED].bad) {
        condemn(e, n, UNPRUNED, why);
        if (!verdict_of(e, n)->is_root) return false;
    }
    vec_push(e->a, &v->users, n);
    return true;
}

static const Str *limit_of(const Editing *e, Str path) { return map_get_str(e->must, path); }
static bool above_limit(const Editing *e, ModVersion m) {
    const Str *max = limit_of(e, m.path);
    return max && modver_cmp(m.path, m.version, *max) > 0;
}

static void judge(void *ctx, ModVersion m) {
    Editing *e = ctx;
    ModNode *n = mod_node(e->s, m);
    if (above_limit(e, m)) {
        condemn(e, n, PRUNED, (Why){.dep = m, .bad = true});
        return;
    }
    if (n->done && !n->summary && n->err.err.text.len) {
        condemn(e, n, PRUNED, (Why){.err = n->err.err, .dep = n->err.mod, .bad = true});
        return;
    }
    const ModList *reqs = graph_required_by(e->s, e->graph, m);
    if (!reqs || !m.version.len) return; // not followed, or the main module
    for (i64 i = 0; i < reqs->v.len; i++)
        if (above_limit(e, reqs->v.ptr[i])) {
            condemn(e, n, PRUNED, (Why){.dep = reqs->v.ptr[i], .bad = true});
            return;
        }
    for (i64 i = 0; i < reqs->v.len; i++)
        if (!note_use(e, n, mod_node(e->s, reqs->v.ptr[i]))) return;
}

static bool is_unpruned(const Editing *e, const ModNode *n) {
    return e->pruning == UNPRUNED || (n->summary && n->summary->pruning == UNPRUNED);
}

// The way from a bad version to what is wrong; false: it is fine.
static bool find_conflict(Editing *e, ModNode *n, Pruning part, ModConflict *c) {
    VEC(ModVersion) path = {0};
    *c = (ModConflict){0};
    for (;;) {
        Verdict *v = verdict_of(e, n);
        if (v->is_root && v->root_unpruned) part = UNPRUNED;
        Why *why = &v->in[part];
        if (!why->bad) break;
        vec_push(e->a, &path, n->v);
        c->err = why->err;
        if (why->err.text.len) c->err_mod = why->dep;
        if (why->err.text.len || modver_eq(why->dep, n->v)) break;
        n = mod_node(e->s, why->dep);
    }
    c->path = path.ptr;
    c->npath = path.len;
    if (!path.len) return false;
    ModVersion last = path.ptr[path.len - 1];
    const Str *max = limit_of(e, last.path);
    if (!c->err.text.len && max) c->constraint = (ModVersion){last.path, *max};
    return true;
}

// ---- the graph -----------------------------------------------------------------------------------

static int by_module(const void *x, const void *y) {
    const ModVersion *a = x, *b = y;
    int c = str_cmp(a->path, b->path);
    return c ? c : modver_cmp(a->path, a->version, b->version);
}

static void list_roots(Editing *e) {
    e->roots = (ModVec){0};
    for (i64 i = 0; i < map_len(e->wanted); i++) {
        Str v = *(Str *)map_at(e->wanted, i)->val;
        if (!is_none(v)) vec_push(e->a, &e->roots, ((ModVersion){map_at(e->wanted, i)->key.str, v}));
    }
    if (e->roots.len) qsort(e->roots.ptr, (size_t)e->roots.len, sizeof(ModVersion), by_module);
}

// Reads the graph of the roots, with the requirements of what is selected above a root, until nothing new is selected.
static bool read_extended(Editing *e) {
    e->raised = map_new_ptr(e->a);
    for (;;) {
        ModErr me = {{{0}, 0}, {{0}, {0}}};
        e->graph = graph_read(e->s, e->pruning, &e->roots, e->raised, &me);
        if (me.err.kind == ERR_TOO_NEW) return fail_mod(e, &me);
        if (e->pruning == UNPRUNED) return true;
        i64 before = map_len(e->raised);
        for (i64 i = 0; i < map_len(e->wanted); i++) {
            Str path = map_at(e->wanted, i)->key.str, v = graph_selected(e->graph, path);
            if (is_none(v)) continue;
            ModNode *n = mod_node(e->s, (ModVersion){path, v});
            if (!graph_required_by(e->s, e->graph, n->v) && !map_get_ptr(e->raised, n)) map_set_ptr(e->raised, n, n);
        }
        if (map_len(e->raised) == before) return true;
    }
}

static void mark_root(Editing *e, ModNode *n) {
    Verdict *v = verdict_of(e, n);
    v->is_root = true;
    v->root_unpruned = is_unpruned(e, n);
}

static void judge_all(Editing *e) {
    e->verdicts = map_new_ptr(e->a);
    for (i64 i = 0; i < e->roots.len; i++) mark_root(e, mod_node(e->s, e->roots.ptr[i]));
    for (i64 i = 0; i < map_len(e->raised); i++) mark_root(e, (ModNode *)map_at(e->raised, i)->key.ptr);
    graph_walk(e->s, e->graph, judge, e);
}

// ---- stepping down -------------------------------------------------------------------------------

// The newest allowed version below m; "none" if there is none.
static bool previous_version(Editing *e, ModVersion m, Str *out) {
    Str *list, origin;
    i64 n = 0;
    Err err = {0};
    *out = S("none");
    if (!mod_versions(e->s, m.path, &list, &n, &origin, &err)) {
        if (err.kind == ERR_NOT_EXIST) return true;
        *e->err = err;
        return false;
    }
    for (i64 i = n - 1; i >= 0; i--) {
        Err no = {0};
        if (modver_cmp(m.path, list[i], m.version) >= 0) continue;
        if (!mod_check_allowed(e->s, (ModVersion){m.path, list[i]}, &no) && no.kind == ERR_DISALLOWED) continue;
        *out = list[i];
        break;
    }
    return true;
}

static bool step_down(Editing *e, ModVersion m, Str before, Str *out) {
    ModVersion prev = m;
    Pruning part = e->pruning;
    ModNode *n = mod_node(e->s, m);
    if (part == PRUNED && n->summary) part = n->summary->pruning;
    map_set_ptr(e->rejected, n, n);
    for (;;) {
        Str v;
        bool known = previous_version(e, prev, &v);
        bool passed = modver_cmp(m.path, prev.version, before) > 0 && (!known || modver_cmp(m.path, v, before) < 0);
        if (!known && !passed) return false;
        prev.version = passed ? before : v; // the version that was there counts, even if it is no release
        ModNode *p = mod_node(e->s, prev);
        if (map_get_ptr(e->rejected, p) && !is_none(prev.version)) continue;
        if (!verdict_of(e, p)->in[part].bad) break;
        map_set_ptr(e->rejected, p, p);
        if (is_none(prev.version)) break;
    }
    *out = prev.version;
    return true;
}

static void tell_step(Editing *e, const ModConflict *c, ModVersion m, Str now, Str before) {
    if (!c->err.text.len) return;
    Str to = modver_string(e->a, (ModVersion){m.path, now});
    Str action = is_none(now)          ? arena_printf(e->a, "removing %.*s", SFMT(modver_string(e->a, m)))
                 : str_eq(now, before) ? arena_printf(e->a, "restoring %.*s", SFMT(to))
                                       : arena_printf(e->a, "trying %.*s", SFMT(to));
    fprintf(stderr, "go: %.*s\n\t%.*s\n", SFMT(mod_conflict_text(e->a, c)), SFMT(action));
}

// A root that leads to something bad: told as a conflict, left to be raised, or it steps down. *dirty: the roots change.
static bool settle_root(Editing *e, ModVersion m, bool *dirty) {
    ModNode *n = mod_node(e->s, m);
    ModConflict c;
    if (!find_conflict(e, n, verdict_of(e, n)->root_unpruned ? UNPRUNED : PRUNED, &c)) return true;
    const Str *must = limit_of(e, m.path);
    Str selected = graph_selected(e->graph, m.path);
    if (must && str_eq(*must, m.version)) {
        vec_push(e->a, e->conflicts, c);
        return true;
    }
    if (!str_eq(selected, m.version)) { // a higher version may be fine
        ModNode *u = mod_node(e->s, (ModVersion){m.path, selected});
        Verdict *v = verdict_of(e, u);
        if (!v->in[verdict_of(e, n)->root_unpruned ? UNPRUNED : PRUNED].bad && !map_get_ptr(e->rejected, u))
            return true;
    }
    ModErr ignored = {{{0}, 0}, {{0}, {0}}};
    Str before = graph_selected(reqs_graph(e->s, e->orig, &ignored), m.path), now;
    if (c.err.text.len && str_eq(before, m.version)) { // it was so before: nothing is known to be in its way
        vec_push(e->a, e->conflicts, c);
        return true;
    }
    if (!step_down(e, m, before, &now)) return false;
    set_version(e->a, e->wanted, m.path, now);
    *dirty = true;
    tell_step(e, &c, m, now, before);
    return true;
}

// Roots that nothing must hold down take the version that the graph selects.
static bool accept_raised(Editing *e) {
    bool dirty = false;
    for (i64 i = 0; i < map_len(e->wanted); i++) {
        Str path = map_at(e->wanted, i)->key.str, *v = map_at(e->wanted, i)->val, now = graph_selected(e->graph, path);
        if (limit_of(e, path) || str_eq(*v, now)) continue;
        map_at(e->wanted, i)->val = str_box(e->a, now);
        dirty = true;
    }
    return dirty;
}

static bool settle(Editing *e) {
    for (bool dirty = true; dirty && !e->conflicts->len;) {
        list_roots(e);
        if (!read_extended(e)) return false;
        judge_all(e);
        dirty = false;
        for (i64 i = 0; i < e->roots.len; i++)
            if (!settle_root(e, e->roots.ptr[i], &dirty)) return false;
        if (!dirty && !e->conflicts->len) dirty = accept_raised(e);
    }
    return true;
}

// ---- from and to requirements --------------------------------------------------------------------

// How far the graph goes once the wanted go version holds.
static bool take_pruning(Editing *e, const ModVec *must) {
    e->pruning = e->orig->pruning;
    for (i64 i = 0; i < must->len; i++) {
        ModVersion m = must->ptr[i];
        if (str_eq(m.path, S("go"))) {
            e->pruning = pruning_of(m.version);
            break;
        }
        if (str_eq(m.path, S("toolchain")) && pruning_of(toolchain_to_version(m.version)) == UNPRUNED) {
            e->pruning = UNPRUNED;
            break;
        }
    }
    if (e->pruning == e->rs->pruning) return true;
    ModErr me = {{{0}, 0}, {{0}, {0}}};
    e->rs = reqs_convert(e->s, e->rs, e->pruning, &me);
    return !me.err.text.len || fail_mod(e, &me);
}

// Without pruning every module of the build list counts: it may provide packages without being named.
static bool start_with(Editing *e) {
    if (e->pruning == PRUNED) {
        for (i64 i = 0; i < map_len(e->rs->max_root); i++) {
            ModNode *n = map_at(e->rs->max_root, i)->val;
            set_version(e->a, e->wanted, n->v.path, n->v.version);
        }
        return true;
    }
    ModErr me = {{{0}, 0}, {{0}, {0}}};
    ModGraph *g = reqs_graph(e->s, e->rs, &me);
    if (me.err.text.len) return fail_mod(e, &me);
    ModVec list = graph_build_list(e->s, g);
    for (i64 i = e->s->mains.len; i < list.len; i++)
        set_version(e->a, e->wanted, list.ptr[i].path, list.ptr[i].version);
    return true;
}

static void want(Editing *e, const ModVec *must, const ModVec *try_) {
    for (i64 i = 0; i < try_->len; i++) {
        ModVersion m = try_->ptr[i];
        const Str *have = map_get_str(e->wanted, m.path);
        if (!have || modver_cmp(m.path, *have, m.version) < 0) set_version(e->a, e->wanted, m.path, m.version);
    }
    for (i64 i = 0; i < must->len; i++) {
        ModVersion m = must->ptr[i];
        const Str *have = limit_of(e, m.path);
        if (have && !str_eq(*have, m.version)) { // two versions of one module
            bool lower = modver_cmp(m.path, *have, m.version) > 0;
            ModVersion other = {m.path, *have}, *path = ANEW(e->a, ModVersion);
            *path = lower ? other : m;
            ModConflict c = {.path = path, .npath = 1, .constraint = lower ? m : other};
            vec_push(e->a, e->conflicts, c);
            continue;
        }
        set_version(e->a, e->must, m.path, m.version);
        set_version(e->a, e->wanted, m.path, m.version);
    }
}

// Without pruning go.mod names only what the rest does not imply.
static bool reduce_roots(Editing *e, const ModVec *must) {
    StrVec base = {0};
    for (i64 i = 0; i < must->len; i++)
        if (!is_none(must->ptr[i].version) && !mod_main_named(e->s, must->ptr[i].path))
            vec_push(e->a, &base, must->ptr[i].path);
    for (i64 i = 0; i < e->roots.len; i++) {
        Str v, path = e->roots.ptr[i].path;
        if (!reqs_selected(e->s, e->rs, path, &v)) continue;
        if (str_eq(v, e->roots.ptr[i].version) || map_get_str(e->rs->direct, path)) vec_push(e->a, &base, path);
    }
    ModVec min, list;
    ModErr me = {{{0}, 0}, {{0}, {0}}};
    if (!mvs_requirements(e->s, &e->roots, &base, &min, &list, &me)) return fail_mod(e, &me);
    e->roots = min;
    return true;
}

static bool finish(Editing *e, const ModVec *must, bool *changed) {
    if (e->pruning == UNPRUNED && !reduce_roots(e, must)) return false;
    *changed = e->pruning != e->orig->pruning || !modvec_eq(&e->roots, &e->orig->roots);
    if (!*changed) return true;
    Map *direct = map_new_str(e->a);
    for (i64 i = 0; i < e->roots.len; i++)
        if (map_get_str(e->rs->direct, e->roots.ptr[i].path)) map_set_str(direct, e->roots.ptr[i].path, e->s);
    Reqs *now = reqs_new(e->s, e->pruning, e->roots, direct);
    Str go;
    if (e->pruning == UNPRUNED && reqs_selected(e->s, now, S("go"), &go) && pruning_of(go) == PRUNED) {
        ModErr me = {{{0}, 0}, {{0}, {0}}}; // a dependency asks for go 1.17: everything is named now
        now = reqs_convert(e->s, now, PRUNED, &me);
        if (me.err.text.len) return fail_mod(e, &me);
    }
    e->s->reqs = now;
    return true;
}

bool mod_edit(ModState *s, const ModVec *must, const ModVec *try_, bool *changed, ModConflicts *conflicts, Err *err) {
    Editing e = {
        .s = s, .a = s->a, .must = map_new_str(s->a), .wanted = map_new_str(s->a), .conflicts = conflicts, .err = err};
    *conflicts = (ModConflicts){0};
    *changed = false;
    if (!mod_current_reqs(s, &e.orig, err)) return false;
    CHECK(e.orig->pruning != WORKSPACE);
    e.rs = e.orig;
    e.rejected = map_new_ptr(s->a);
    if (!take_pruning(&e, must) || !start_with(&e)) return false;
    want(&e, must, try_);
    if (!settle(&e)) return false;
    if (conflicts->len) return err_set(err, s->a, ERR_OTHER, "%.*s", SFMT(mod_conflicts_text(s->a, conflicts)));
    return finish(&e, must, changed);
}

// ---- words ---------------------------------------------------------------------------------------

Str mod_conflict_err(Arena *a, const ModConflict *c) {
    ModVersion last = c->path[c->npath - 1];
    ModErr e = {.err = c->err, .mod = c->err_mod};
    if (modver_eq(e.mod, last)) e.mod = (ModVersion){S(""), S("")};
    return moderr_text(a, e);
}

Str mod_conflict_text(Arena *a, const ModConflict *c) {
    Str first = modver_string(a, c->path[0]), last = modver_string(a, c->path[c->npath - 1]);
    Str why = c->err.text.len ? mod_conflict_err(a, c) : S("");
    if (c->npath == 1 && why.len) return arena_printf(a, "%.*s: %.*s", SFMT(first), SFMT(why));
    if (c->npath == 1) return arena_printf(a, "%.*s is above %.*s", SFMT(first), SFMT(c->constraint.version));
    const char *adverb = c->npath > 2 ? "indirectly " : "";
    if (why.len) return arena_printf(a, "%.*s %srequires %.*s: %.*s", SFMT(first), adverb, SFMT(last), SFMT(why));
    return arena_printf(a, "%.*s %srequires %.*s, but %.*s is requested", SFMT(first), adverb, SFMT(last),
                        SFMT(c->constraint.version));
}

Str mod_conflict_way(Arena *a, const ModConflict *c) {
    Buf b = {0};
    buf_str(&b, modver_string(a, c->path[0]));
    if (c->npath == 1) buf_c(&b, " found");
    for (i64 i = 1; i < c->npath; i++) buf_printf(&b, " requires\n\t%.*s", SFMT(modver_string(a, c->path[i])));
    if (c->constraint.path.len) buf_printf(&b, ", but %.*s is requested", SFMT(c->constraint.version));
    if (c->err.text.len) buf_printf(&b, ": %.*s", SFMT(mod_conflict_err(a, c)));
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

Str mod_conflicts_text(Arena *a, const ModConflicts *list) {
    Buf b = {0};
    buf_c(&b, "version constraints conflict:");
    for (i64 i = 0; i < list->len; i++) buf_printf(&b, "\n\t%.*s", SFMT(mod_conflict_text(a, &list->ptr[i])));
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

bool mod_edit_requirements(ModState *s, const ModVersion *must, i64 n, const ModVersion *try_, i64 ntry, bool *changed,
                           Err *err) {
    ModVec m = {0}, t = {0};
    ModConflicts conflicts;
    for (i64 i = 0; i < n; i++) vec_push(s->a, &m, must[i]);
    for (i64 i = 0; i < ntry; i++) vec_push(s->a, &t, try_[i]);
    return mod_edit(s, &m, &t, changed, &conflicts, err);
}
