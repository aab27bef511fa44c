// callees.c - the functions whose cost, body or escape summary a function's code was made with.
//
// In:   a function (or one of the closures in it) after inlining and escape analysis. Out: they are added to IrFunc.callees of the
//       outermost function: outermost functions, each once.
// More than it made use of may be there; nothing that it made use of is missing: all that its final tree calls or names, and all that was
// inlined into it.
#include "ir/ir.h"

typedef struct Callees {
    Arena *a;
    IrFunc *f; // the outermost one
    Map *seen;
} Callees;

static void add(Callees *c, IrFunc *fn) {
    if (!fn || fn->lazy) return;
    fn = ir_outermost(fn);
    if (fn == c->f) return;
    void **slot = map_slot_ptr(c->seen, fn);
    if (*slot) return;
    vec_push(c->a, &c->f->callees, fn);
    *slot = fn;
}

static void add_list(Callees *c, const IrVec *v);
static void add_node(Callees *c, const IrNode *n) {
    if (!n) return;
    if (n->fn) add(c, n->fn);
    add_node(c, n->a);
    add_node(c, n->b);
    add_node(c, n->c);
    add_node(c, n->d);
    add_list(c, &n->list);
    if (!ir_has_body(n)) return;
    add_list(c, &n->sub->body);
    add_list(c, &n->sub->els);
    add_list(c, &n->sub->post);
    for (i64 i = 0; i < n->sub->ncases; i++) add_list(c, &n->sub->cases[i].body);
}
static void add_list(Callees *c, const IrVec *v) {
    for (i64 i = 0; i < v->len; i++) add_node(c, v->ptr[i]);
}

void ir_note_callees(Arena *a, Arena *tmp, IrFunc *f) {
    Callees c = {a, ir_outermost(f), map_new_ptr(tmp)};
    for (i64 i = 0; i < c.f->callees.len; i++) map_set_ptr(c.seen, c.f->callees.ptr[i], c.f);
    add_list(&c, &f->body);
    for (i64 i = 0; i < f->inlined.len; i++) add(&c, f->inlined.ptr[i].callee);
}
