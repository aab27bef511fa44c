// build_places.c - which statements of a function assign which of its variables.
//
// In:   an IrFunc. Out: for each variable the places of its assignments, in order; for each statement with branches the span of places inside.
// Why:  a variable that nothing inside of a statement assigns has behind it, and in each iteration, the value from in front of it. bld_read
//       goes there at once: no phi for each variable that lives across a loop or an if, which the nesting of them would multiply.
// Keeps: to what it can see: a span with a label in it may be entered by a goto, and is not used.
#include "ssa/build.h"

typedef struct Walk {
    Builder *b;
    i32 place, labels;
} Walk;

static Places *places_of(Builder *b, const IrVar *v) {
    CHECK(v->index >= 0 && v->index < b->nvars[v->kind]);
    return &b->places[v->kind][v->index];
}

static void note(Walk *w, const IrVar *v) {
    if (v) vec_push(w->b->a, &places_of(w->b, v)->at, w->place++);
}

static void note_lvalue(Walk *w, const IrNode *n) {
    while (n && (n->op == X_FIELD || n->op == X_BITCAST || n->op == X_INDEX)) n = n->a;
    if (n && n->op == X_VAR) note(w, n->var);
}

static void note_stores(Walk *w, const IrNode *n) {
    switch (n->op) {
    case X_S_DCL: note(w, n->var); break;
    case X_S_ASSIGN:
    case X_S_STORE_ZERO: note_lvalue(w, n->a); break;
    case X_S_ASSIGN_MULTI:
        for (i64 i = 0; i < n->list.len; i++) note_lvalue(w, n->list.ptr[i]);
        break;
    case X_S_RETURN:
        for (i64 i = 0; i < w->b->ir->nresults; i++) note(w, w->b->ir->results[i]);
        break;
    case X_S_LABEL: w->labels++; break;
    default: break;
    }
}

static void walk_list(Walk *w, const IrVec *v);
static void walk(Walk *w, const IrNode *n) {
    if (!n) return;
    bool spans = n->op == X_S_IF || n->op == X_S_LOOP || n->op == X_S_BLOCK || n->op == X_S_JUMP_TABLE;
    Span *s = spans ? ANEW(w->b->a, Span) : NULL;
    i32 labels = w->labels;
    if (s) s->lo = w->place;
    note_stores(w, n);
    if (w->b->ir->has_blocks) { // else no expression holds a statement
        if (n->a) walk(w, n->a);
        if (n->b) walk(w, n->b);
        if (n->c) walk(w, n->c);
        if (n->d) walk(w, n->d);
        if (n->list.len) walk_list(w, &n->list);
    }
    if (!ir_has_body(n)) return;
    walk_list(w, &n->sub->body);
    walk_list(w, &n->sub->els);
    walk_list(w, &n->sub->post);
    for (i64 i = 0; i < n->sub->ncases; i++) walk_list(w, &n->sub->cases[i].body);
    if (!s) return;
    s->hi = w->place;
    if (labels == w->labels) map_set_ptr(w->b->spans, n, s);
}
static void walk_list(Walk *w, const IrVec *v) {
    for (i64 i = 0; i < v->len; i++) walk(w, v->ptr[i]);
}

void bld_find_places(Builder *b) {
    Walk w = {.b = b};
    b->spans = map_new_ptr(b->a);
    walk_list(&w, &b->ir->body);
}

// v's scalars are the SSA variables from `first` on.
void bld_set_places(Builder *b, IrVar *v, i32 first, int n) {
    const Places *p = places_of(b, v);
    for (int i = 0; i < n; i++) b->var_places.ptr[first + i] = p;
}

bool bld_is_assigned(const Builder *b, i32 var, const Span *s) {
    const Places *p = b->var_places.ptr[var];
    if (!p) return true; // the builder's own
    i64 lo = 0, hi = p->at.len;
    while (lo < hi) {
        i64 m = (lo + hi) / 2;
        if (p->at.ptr[m] < s->lo) lo = m + 1;
        else hi = m;
    }
    return lo < p->at.len && p->at.ptr[lo] < s->hi;
}

// blk is only reached through the statement, which begins at the end of `before`.
void bld_set_before(Builder *b, Block *blk, Block *before, const IrNode *statement) {
    const Span *s = map_get_ptr(b->spans, statement);
    if (!s || !before) return;
    BlockVars *v = blk->data;
    v->before = before;
    v->span = s;
}
