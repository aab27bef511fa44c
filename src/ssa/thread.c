// thread.c - jumps over a test whose outcome is known on the way in.
//
//   j: c = phi(true, x); if c -> yes, no        the way that brings true goes to yes at once
//   j: p = phi(0, x); c = p == 7; if c ...      so does one that brings a constant
// In: loops. Out: the same, with fewer ways into j. It makes branches of conditions that an inlined function returned (a && b), so that
// pass prove sees each of them.
// Only where j does nothing but test, and its values have no other use: what j's successors use is then older than j, and dominates all ways
// into it. A loop's header stays: the loop would get a second entry.
#include "ssa/ssa_int.h"

// The phi that decides j's branch, if j computes nothing else.
static Value *deciding_phi(const Block *j) {
    if (j->kind != BK_IF || j->succs.ptr[0].b == j->succs.ptr[1].b || (j->loop && j->loop->header == j)) return NULL;
    Value *c = j->ctl[0], *phi = c;
    if (c->block != j || c->uses != 1) return NULL;
    if (c->op == O_EQ || c->op == O_NE || c->op == O_LT || c->op == O_LE) {
        if (c->args[1]->op != O_CONST || c->args[0]->type < VT_BOOL || c->args[0]->type > VT_I64) return NULL;
        phi = c->args[0];
    }
    i64 own = phi == c ? 1 : 2;
    bool alone = phi->op == O_PHI && phi->block == j && phi->uses == 1 && j->values.len == own;
    return alone ? phi : NULL;
}
// Which successor is taken if the phi is x; -1: unknown.
static int outcome(const Value *c, const Value *x) {
    if (x->op != O_CONST) return -1;
    i64 a = x->auxint;
    if (c->op == O_PHI) return a ? 0 : 1;
    i64 b = c->args[1]->auxint;
    bool yes = c->op == O_EQ ? a == b : c->op == O_NE ? a != b : c->op == O_LT ? a < b : a <= b;
    return yes ? 0 : 1;
}
static bool has_way_to(const Block *b, const Block *to) {
    for (i64 e = 0; e < b->succs.len; e++)
        if (b->succs.ptr[e].b == to) return true;
    return false;
}
// The way that enters j as number `way` goes to j's successor s.
static void redirect(Func *f, Block *j, i64 way, int s) {
    Edge in = j->preds.ptr[way], out = j->succs.ptr[s];
    Block *n = ssa_split_edge(f, in.b, in.i);
    n->cold = j->cold;
    for (i64 k = 0; k < out.b->values.len && out.b->values.ptr[k]->op == O_PHI; k++)
        ssa_add_arg(f, out.b->values.ptr[k], out.b->values.ptr[k]->args[out.i]);
    ssa_edge(f, n, out.b);
    ssa_remove_edge(f, n, 0);
}
static bool thread_block(Func *f, Block *j) {
    Value *phi = deciding_phi(j);
    if (!phi) return false;
    bool any = false;
    for (i64 way = j->preds.len - 1; way >= 0; way--) {
        int s = outcome(j->ctl[0], phi->args[way]);
        if (s < 0 || has_way_to(j->preds.ptr[way].b, j->succs.ptr[s].b)) continue;
        redirect(f, j, way, s);
        any = true;
    }
    return any;
}
void pass_thread(Func *f) {
    bool any = false;
    i64 n = f->blocks.len;
    for (i64 i = 0; i < n; i++) any |= thread_block(f, f->blocks.ptr[i]);
    if (any) ssa_clean(f);
}
