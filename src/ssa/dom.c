// dom.c - orders and trees over the control-flow graph: postorder, dominators, loops.
//
// Dominators: Cooper, Harvey, Kennedy ("A Simple, Fast Dominance Algorithm"). Loops: natural loops of back edges, merged by header.
#include "ssa/ssa_int.h"

typedef struct OrderFrame {
    Block *b;
    i64 next;
} Frame;
static void make_order_room(Func *f) {
    if (f->blocks.len <= f->order_room) return;
    f->order_room = f->blocks.len + f->blocks.len / 4;
    f->order_stack = ANEWN(f->arena, Frame, f->order_room);
    f->postorder = ANEWN(f->arena, Block *, f->order_room);
}
bool ssa_postorder(Func *f) {
    make_order_room(f);
    Frame *stack = f->order_stack;
    f->npostorder = 0;
    f->has_cycles = false;
    for (i64 i = 0; i < f->blocks.len; i++) f->blocks.ptr[i]->order = -1;
    i64 n = 0;
    stack[n++] = (Frame){f->entry, 0};
    f->entry->order = -2;
    while (n) {
        Frame *t = &stack[n - 1];
        if (t->next < t->b->succs.len) {
            Block *s = t->b->succs.ptr[t->next++].b;
            if (s->order == -1) {
                s->order = -2;
                stack[n++] = (Frame){s, 0};
            } else if (s->order == -2) f->has_cycles = true;
        } else {
            t->b->order = (i32)f->npostorder;
            f->postorder[f->npostorder++] = t->b;
            n--;
        }
    }
    return f->npostorder == f->blocks.len;
}
// The first of b and its dominators that is not below that order. A jump may be one of an earlier round, when dominators were lower.
static Block *climb(Block *b, i32 order) {
    while (b->order < order) b = b->dom_jump && b->dom_jump->order <= order ? b->dom_jump : b->idom;
    return b;
}
static Block *intersect(Block *a, Block *b) {
    while (a != b) {
        a = climb(a, b->order);
        b = climb(b, a->order);
    }
    return a;
}
// Skew-binary jumps: two jumps of the same length above b make one of twice that length.
static void set_depth(Block *b) {
    Block *d = b->idom, *j = d->dom_jump, *jj = j ? j->dom_jump : NULL;
    b->dom_depth = d->dom_depth + 1;
    b->dom_jump = jj && d->dom_depth - j->dom_depth == j->dom_depth - jj->dom_depth ? jj : d;
}
static bool leads_back(const Block *from, const Block *to) { return from->order <= to->order; }
// Unreachable blocks get idom NULL and order -1. Without an edge that leads back, dominators come before what they dominate: one round.
void ssa_compute_dom(Func *f) {
    ssa_postorder(f);
    for (i64 i = 0; i < f->blocks.len; i++) f->blocks.ptr[i]->idom = NULL;
    f->entry->idom = f->entry;
    f->entry->dom_depth = 0;
    f->entry->dom_jump = NULL;
    for (bool again = true; again;) {
        again = false;
        for (i64 i = f->npostorder - 2; i >= 0; i--) {
            Block *b = f->postorder[i], *d = NULL;
            for (i64 p = 0; p < b->preds.len; p++) {
                Block *q = b->preds.ptr[p].b;
                if (q->order < 0 || !q->idom) continue;
                d = d ? intersect(q, d) : q;
            }
            if (b->idom != d) {
                b->idom = d;
                again = f->has_cycles;
            }
            set_depth(b);
        }
    }
    f->entry->idom = NULL;
    f->stale_dom = false;
}
static Block *dominator_at(const Block *b, i32 depth) {
    while (b && b->dom_depth > depth) b = b->dom_jump && b->dom_jump->dom_depth >= depth ? b->dom_jump : b->idom;
    return (Block *)b;
}
bool ssa_dominates(const Block *a, const Block *b) { return a == dominator_at(b, a->dom_depth); }
// NULL if one of them is NULL or unreachable.
Block *ssa_common_dominator(Block *a, Block *b) {
    if (!a || !b) return NULL;
    if (a->dom_depth > b->dom_depth) a = dominator_at(a, b->dom_depth);
    else b = dominator_at(b, a->dom_depth);
    while (a && b && a != b) {
        bool far = a->dom_jump && b->dom_jump && a->dom_jump != b->dom_jump;
        a = far ? a->dom_jump : a->idom;
        b = far ? b->dom_jump : b->idom;
    }
    return a == b ? a : NULL;
}
static void add_to_loop(Func *f, Loop *l, Block *b, Block **stack) {
    i64 n = 0;
    stack[n++] = b;
    while (n) {
        Block *x = stack[--n];
        Loop *in = x->loop;
        while (in && in != l && in->outer && in->outer != l) in = in->outer; // outermost loop found so far around x
        if (in == l || x == l->header) continue;
        if (in && in->outer == l) continue;
        if (in) {
            in->outer = l;
            x = in->header;
        } else x->loop = l;
        for (i64 p = 0; p < x->preds.len; p++)
            if (x->preds.ptr[p].b->order >= 0) stack[n++] = x->preds.ptr[p].b;
    }
}
void ssa_compute_loops(Func *f) {
    if (f->stale_dom) ssa_compute_dom(f);
    i64 nedges = 1;
    f->loops = NULL;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        b->loop = NULL;
        b->loop_header = NULL;
        b->loop_depth = 0;
        nedges += b->preds.len;
    }
    f->stale_loops = false;
    if (!f->has_cycles) return;
    Block **stack = ANEWN(f->arena, Block *, 2 * nedges);
    Loop **tail = &f->loops;
    // In postorder inner headers come before the headers around them.
    for (i64 i = 0; i < f->npostorder; i++) {
        Block *h = f->postorder[i];
        Loop *l = NULL;
        for (i64 p = 0; p < h->preds.len; p++) {
            Block *b = h->preds.ptr[p].b;
            if (b->order < 0 || !leads_back(b, h) || !ssa_dominates(h, b)) continue;
            if (!l) {
                l = ANEW(f->arena, Loop);
                l->header = h;
                *tail = l;
                tail = &l->next;
            }
            if (b != h) add_to_loop(f, l, b, stack);
        }
        if (l) h->loop = l;
    }
    for (Loop *l = f->loops; l; l = l->next) {
        l->depth = 1;
        for (Loop *o = l->outer; o; o = o->outer) l->depth++;
    }
    for (i64 i = 0; i < f->npostorder; i++) {
        Block *b = f->postorder[i];
        if (!b->loop) continue;
        b->loop_depth = b->loop->depth;
        b->loop_header = b->loop->header;
        for (Loop *l = b->loop; l; l = l->outer) l->nblocks++;
    }
}
