// components.c - the order in which functions are inlined into and escape-analysed: components of the call graph, callees first.
//
// In:   functions that the worklist reached. Out: of each component, as soon as all that it may call is final: inlined (inline.c), what
//       escapes known (escape.c), and the functions handed to IrProgram.ready, the closures in them that somebody still makes included.
// Then: their nodes are the back end's, which ends them. Functions that callers inline later keep a copy (IrFunc.spare).
// Nothing depends on which function is asked for first: members of a component are never inlined into one another, and whether a
// method that became direct is inlined is asked when it is final too.
//
// Method: Tarjan's algorithm with an explicit stack. Entering a function builds its tree and acts on its needs (ir_walk_func), so the
// order of the whole front end is depth first: callees are built, inlined and compiled while their callers wait.
#include "ir/gen.h"
#include "ir/unit.h"

typedef struct CallNode CallNode;
struct CallNode {
    IrFunc *f;
    VEC(CallNode *) edges;
    i32 index, low;
    bool on_stack;
    int round;         /* of inlining */
    IrFuncVec pending; /* functions for the next round, closures included */
};
typedef struct Frame {
    CallNode *node;
    i64 edge;
} Frame;
typedef struct IrGraph {
    IrProgram *p;
    Arena *a, *tmp; // tmp: tables while one function or component is looked at
    VEC(Frame) work;
    VEC(CallNode *) stack;
    i32 index, count;
} Graph;

static Graph *graph_of(IrProgram *p) {
    if (!p->graph) {
        Arena *a = arena_new_in(p->arena, "call graph");
        p->graph = ANEW(a, Graph);
        *p->graph = (Graph){.p = p, .a = a, .tmp = arena_new_in(p->arena, "component")};
    }
    return p->graph;
}

// Of a function that has a tree, or will have one when it is entered. NULL: nobody can look into it.
static CallNode *node_of(Graph *g, IrFunc *f) {
    if (!f->calls && f->has_body && !f->by_name && f->queued) {
        f->calls = ANEW(g->a, CallNode);
        f->calls->f = f;
    }
    return f->calls;
}

// ---- edges ---------------------------------------------------------------------------------------------------------

// A function whose code is there already is looked into if callers inline it: its tree is built once more.
static bool is_closed(const IrFunc *f) { return f->unit && (f->unit->cost < 0 || f->unit->cost > IR_INLINE_BUDGET); }

static void add_edge(Graph *g, CallNode *from, IrFunc *to) {
    to = ir_outermost(to);
    CallNode *n = is_closed(to) ? NULL : node_of(g, to);
    if (n && n != from) vec_push(g->a, &from->edges, n);
}

static void add_edges(Graph *g, CallNode *from, const IrVec *v);
static void add_node_edges(Graph *g, CallNode *from, const IrNode *n) {
    if (!n) return;
    if (n->fn && (n->op == X_CALL || n->op == X_FUNC || n->op == X_CLOSURE)) add_edge(g, from, n->fn);
    if (n->a) add_node_edges(g, from, n->a);
    if (n->b) add_node_edges(g, from, n->b);
    if (n->c) add_node_edges(g, from, n->c);
    if (n->d) add_node_edges(g, from, n->d);
    if (n->list.len) add_edges(g, from, &n->list);
    if (!ir_has_body(n)) return;
    add_edges(g, from, &n->sub->body);
    add_edges(g, from, &n->sub->els);
    add_edges(g, from, &n->sub->post);
    for (i64 i = 0; i < n->sub->ncases; i++) add_edges(g, from, &n->sub->cases[i].body);
}
static void add_edges(Graph *g, CallNode *from, const IrVec *v) {
    for (i64 i = 0; i < v->len; i++) add_node_edges(g, from, v->ptr[i]);
}

static void enter(Graph *g, CallNode *n) {
    IrFunc *f = n->f;
    n->index = n->low = ++g->index;
    n->on_stack = true;
    vec_push(g->a, &g->stack, n);
    ir_walk_func(g->p, f);
    if (!f->built && !(f->unit && ir_build_again(g->p, f))) return;
    ir_take_tree(f);
    add_edges(g, n, &f->body);
    for (i64 i = 0; f->needs && i < f->needs->list.len; i++)
        if (f->needs->list.ptr[i].kind == NEED_CLOSURE) add_edges(g, n, &f->needs->list.ptr[i].fn->body);
}

// ---- closures ------------------------------------------------------------------------------------------------------

// Closures that were copied while their functions were inlined are found through the bodies again. One that is finished belongs to a function
// that was inlined with it by name: its nodes are the back end's, which may have ended them.
static void collect_closures(Arena *a, const IrVec *v, Map *seen, IrFuncVec *out);
static void collect_node(Arena *a, const IrNode *n, Map *seen, IrFuncVec *out) {
    if (!n) return;
    if ((n->op == X_CLOSURE || n->op == X_FUNC || n->op == X_CALL) && n->fn && n->fn->outer && !n->fn->finished &&
        !map_get_ptr(seen, n->fn)) {
        map_set_ptr(seen, n->fn, n->fn);
        vec_push(a, out, n->fn);
        collect_closures(a, &n->fn->body, seen, out);
    }
    if (n->a) collect_node(a, n->a, seen, out);
    if (n->b) collect_node(a, n->b, seen, out);
    if (n->c) collect_node(a, n->c, seen, out);
    if (n->d) collect_node(a, n->d, seen, out);
    if (n->list.len) collect_closures(a, &n->list, seen, out);
    if (!ir_has_body(n)) return;
    collect_closures(a, &n->sub->body, seen, out);
    collect_closures(a, &n->sub->els, seen, out);
    collect_closures(a, &n->sub->post, seen, out);
    for (i64 i = 0; i < n->sub->ncases; i++) collect_closures(a, &n->sub->cases[i].body, seen, out);
}
static void collect_closures(Arena *a, const IrVec *v, Map *seen, IrFuncVec *out) {
    for (i64 i = 0; i < v->len; i++) collect_node(a, v->ptr[i], seen, out);
}
// Not looked for in a function that made none; a closure may also name one that was made outside of it.
static void collect_of(Graph *g, const IrFunc *f, Map *seen, IrFuncVec *out) {
    if (f->has_closures || f->outer) collect_closures(g->tmp, &f->body, seen, out);
}

// Literals of static data stand in no body: they wait until everything else is final (finish_static), and their nodes with them.
static bool is_static_literal(const IrFunc *f) { return f->in_data && !f->finished && f->built && f->has_body; }

static void hold_static_literals(const IrFunc *f) {
    for (i64 i = 0; f->needs && i < f->needs->list.len; i++) {
        const Need *n = &f->needs->list.ptr[i];
        if (n->kind == NEED_CLOSURE && is_static_literal(n->fn)) ir_hold_trees(n->fn);
    }
}

// ---- a function, a component ------------------------------------------------------------------------------------------

// A round of inlining for a function whose callees were looked at, its closures first. True: there are new callees, and a round after them.
static bool inline_node(Graph *g, CallNode *n) {
    IrFuncVec now = n->pending, next = {0}, called = {0};
    if (!n->round) {
        IrFuncVec inner = {0};
        collect_of(g, n->f, map_new_ptr(g->tmp), &inner);
        for (i64 k = inner.len - 1; k >= 0; k--) vec_push(g->a, &now, inner.ptr[k]);
        vec_push(g->a, &now, n->f);
        arena_reset(g->tmp);
    }
    for (i64 i = 0; i < now.len; i++)
        if (ir_inline_round(g->p, now.ptr[i], n->round, g->a, &called)) vec_push(g->a, &next, now.ptr[i]);
    if (next.len && next.ptr[next.len - 1] != n->f) vec_push(g->a, &next, n->f); // its closures may be smaller now
    for (i64 i = 0; i < called.len; i++) add_edge(g, n, called.ptr[i]);
    n->pending = next;
    n->round++;
    return next.len > 0;
}

// For those who inline it later, with the closures that are still made in it.
static void keep_copy(Graph *g, IrFunc *f, const IrFuncVec *all) {
    if (f->cost < 0 || f->cost > IR_INLINE_BUDGET) return;
    IrFuncVec parts = {0};
    for (i64 i = 0; i < all->len; i++)
        if (ir_outermost(all->ptr[i]) == f) vec_push(g->tmp, &parts, all->ptr[i]);
    ir_keep_copy(g->p, parts.ptr, parts.len);
}

// From here on the nodes are the back end's. Each function holds them once, in a unit's place for the loop here alone.
static void hand_over(Graph *g, const IrFuncVec *all) {
    IrProgram *p = g->p;
    if (!p->ready) return;
    for (i64 i = 0; i < all->len; i++) {
        IrFunc *f = all->ptr[i];
        ir_hold_trees(f);
        if (f->outer) continue;
        keep_copy(g, f, all);
        hold_static_literals(f);
    }
    for (i64 i = 0; i < all->len; i++) {
        IrFunc *f = all->ptr[i];
        if (ir_outermost(f)->unit || !p->ready(p, f)) ir_release_trees(f);
    }
}

static void finish_component(Graph *g, const IrFuncVec *scc) {
    IrFuncVec all = {0};
    Map *seen = map_new_ptr(g->tmp);
    bool plain = false;
    i32 number = g->count++;
    for (i64 i = 0; i < scc->len; i++) vec_push(g->tmp, &all, scc->ptr[i]);
    for (i64 i = 0; i < scc->len; i++) collect_of(g, scc->ptr[i], seen, &all);
    for (i64 i = 0; i < all.len; i++) {
        all.ptr[i]->scc = number;
        all.ptr[i]->finished = true;
    }
    for (i64 i = 0; i < scc->len; i++) plain |= ir_has_flag(scc->ptr[i], PKG_NO_OPT);
    if (!plain) ir_escape_batch(g->p, all.ptr, all.len);
    for (i64 i = 0; i < all.len; i++) {
        const Package *home = ir_outermost(all.ptr[i])->home;
        if (home && home->tracked) ir_note_callees(g->p->arena, g->tmp, all.ptr[i]);
    }
    hand_over(g, &all);
    arena_reset(g->tmp);
}

static void pop_component(Graph *g, CallNode *n) {
    Arena *a = arena_new_small("component");
    IrFuncVec scc = {0};
    for (;;) {
        CallNode *m = g->stack.ptr[--g->stack.len];
        m->on_stack = false;
        if (m->f->built) vec_push(a, &scc, m->f);
        if (m == n) break;
    }
    finish_component(g, &scc);
    arena_free(a);
}

// After an error trees may have holes, and nothing is compiled.
static bool has_stopped(const Graph *g) { return diag_count(g->p->diag) > 0; }

static void visit(Graph *g, CallNode *root) {
    if (root->index) return;
    vec_push(g->a, &g->work, ((Frame){root, 0}));
    while (g->work.len) {
        Frame *fr = &g->work.ptr[g->work.len - 1];
        CallNode *n = fr->node;
        if (!n->index) {
            enter(g, n);
            if (has_stopped(g)) return;
        }
        if (fr->edge < n->edges.len) {
            CallNode *m = n->edges.ptr[fr->edge++];
            if (!m->index) vec_push(g->a, &g->work, ((Frame){m, 0}));
            else if (m->on_stack && m->index < n->low) n->low = m->index;
            continue;
        }
        if (n->f->built && (!n->round || n->pending.len) && inline_node(g, n)) continue; // there are more edges now
        g->work.len--;
        if (g->work.len) {
            CallNode *up = g->work.ptr[g->work.len - 1].node;
            if (n->low < up->low) up->low = n->low;
        }
        if (n->low == n->index) pop_component(g, n);
    }
}

void ir_complete(IrProgram *p, IrFunc *f) {
    Graph *g = graph_of(p);
    CallNode *n = f->outer || f->unit || has_stopped(g) ? NULL : node_of(g, f);
    if (n) visit(g, n);
    else ir_walk_func(p, f);
}

void ir_complete_again(IrProgram *p, IrFunc *f) {
    Graph *g = graph_of(p);
    CallNode *n = has_stopped(g) ? NULL : node_of(g, f);
    if (n) visit(g, n);
}

// ---- when all else is final -----------------------------------------------------------------------------------------------

// Function literals of static data: each is a component of its own, behind all that it may call.
static void finish_static(Graph *g) {
    for (i64 i = 0; i < g->p->datas.len; i++)
        for (i64 k = 0; k < g->p->datas.ptr[i]->relocs.len; k++) {
            const IrReloc *r = &g->p->datas.ptr[i]->relocs.ptr[k];
            if (r->kind != IRR_FUNCVAL && r->kind != IRR_FUNC_CODE) continue;
            IrFunc *f = r->u.fn;
            if (!f->outer || ir_outermost(f)->unit || !is_static_literal(f)) continue;
            CallNode *n = ANEW(g->a, CallNode);
            n->f = f;
            visit(g, n);
            if (g->p->ready) ir_release_trees(f);
        }
}

static void drop_unmade_closures(IrProgram *p) {
    for (i64 i = 0; i < p->order.len; i++) {
        IrFunc *f = p->order.ptr[i];
        if (f->outer && !f->finished) f->built = false;
    }
}

void ir_optimise(IrProgram *p) {
    Graph *g = graph_of(p);
    i64 order = p->order.len;
    for (i64 i = 0; i < order; i++) ir_complete(p, p->order.ptr[i]);
    finish_static(g);
    drop_unmade_closures(p);
    p->graph = NULL;
    arena_free(g->tmp);
    arena_free(g->a);
}
