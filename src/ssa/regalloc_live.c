// regalloc_live.c - block order, frequencies, liveness with next-use distances for the register allocator.
//
// In:   a Func in machine form. Out: no critical edges, Ra.order, and per block the values live at its start, each with the distance
// to its next use. Distances count values; leaving a loop, entering an unlikely block and passing a call make a use far away, so that
// what is used behind them is given up first. Values that are made again wherever they are needed (RaVal.local) are never live.
#include "ssa/regalloc_int.h"

// ---- edges, order ------------------------------------------------------------------------------------------
static Block *split_edge(Func *f, Block *from, i64 s) {
    Edge e = from->succs.ptr[s];
    Block *n = ssa_block(f, BK_PLAIN);
    n->pos = from->pos, n->inl = from->inl;
    vec_push(f->arena, &n->preds, ((Edge){from, (i32)s}));
    vec_push(f->arena, &n->succs, e);
    from->succs.ptr[s] = (Edge){n, 0};
    e.b->preds.ptr[e.i] = (Edge){n, 0};
    return n;
}

static bool has_phi(const Block *b) { return b->values.len && b->values.ptr[0]->op == O_PHI; }

static void split_critical_edges(Func *f) {
    i64 n = f->blocks.len;
    for (i64 i = 0; i < n; i++) {
        Block *b = f->blocks.ptr[i];
        if (b->succs.len < 2) continue;
        for (i64 s = 0; s < b->succs.len; s++) {
            Block *t = b->succs.ptr[s].b;
            if (t->preds.len > 1 || has_phi(t)) split_edge(f, b, s);
        }
    }
}

// The n-th successor to visit: what is visited last comes first in the order, so exits of loops and cold blocks are visited first.
static Block *nth_succ(const Block *b, i64 n) {
    if (b->succs.len != 2) return b->succs.ptr[n].b;
    const Block *x = b->succs.ptr[0].b, *y = b->succs.ptr[1].b;
    bool swap = x->loop_depth != y->loop_depth ? x->loop_depth > y->loop_depth : b->likely >= 0;
    return b->succs.ptr[swap ? 1 - n : n].b;
}

static void visit(Ra *ra, Block *root, Block **post, i64 *npost) {
    typedef struct Frame {
        Block *b;
        i64 next;
    } Frame;
    Frame *stack = ANEWN(ra->a, Frame, ra->f->blocks.len + 1);
    i64 n = 0;
    stack[n++] = (Frame){root, 0};
    root->order = 0;
    while (n) {
        Frame *t = &stack[n - 1];
        if (t->next < t->b->succs.len) {
            Block *s = nth_succ(t->b, t->next++);
            if (s->order == -1) {
                s->order = 0;
                stack[n++] = (Frame){s, 0};
            }
        } else {
            post[(*npost)++] = t->b;
            n--;
        }
    }
}

// Reverse postorder from the entry, then from the recovery block; unreachable blocks leave the function.
static void order_blocks(Ra *ra) {
    Func *f = ra->f;
    Block **post = ANEWN(ra->a, Block *, f->blocks.len);
    i64 n = 0, m;
    for (i64 i = 0; i < f->blocks.len; i++) f->blocks.ptr[i]->order = -1;
    visit(ra, f->entry, post, &n);
    ra->order = ANEWN(ra->a, Block *, f->blocks.len);
    for (i64 i = 0; i < n; i++) ra->order[i] = post[n - 1 - i];
    ra->nreach = m = n;
    if (f->deferreturn_block && f->deferreturn_block->order == -1) {
        n = 0;
        visit(ra, f->deferreturn_block, post, &n);
        for (i64 i = 0; i < n; i++) ra->order[m + i] = post[n - 1 - i];
        m += n;
    }
    ra->norder = m;
    for (i64 i = 0; i < m; i++) ra->order[i]->order = (i32)i;
}

// ---- frequencies -----------------------------------------------------------------------------------------------
static bool is_cold_end(const Block *b) { return b->kind == BK_EXIT; }

static f64 edge_share(const Block *b, i64 s) {
    if (b->succs.len == 1) return 1;
    if (b->succs.len > 2) return 1.0 / (f64)b->succs.len;
    bool cold0 = is_cold_end(b->succs.ptr[0].b), cold1 = is_cold_end(b->succs.ptr[1].b);
    if (cold0 != cold1) return (s == 0) == cold0 ? 0.0001 : 0.9999;
    if (b->likely) return (b->likely > 0) == (s == 0) ? 0.95 : 0.05;
    Block *t = b->succs.ptr[s].b, *o = b->succs.ptr[1 - s].b;
    if (t->loop_depth != o->loop_depth) return t->loop_depth > o->loop_depth ? 0.9 : 0.1;
    return 0.5;
}

static void compute_freq(Ra *ra) {
    for (i64 i = 0; i < ra->norder; i++) {
        Block *b = ra->order[i];
        RaBlock *rb = ra_block(ra, b);
        f64 sum = 0;
        for (i64 p = 0; p < b->preds.len; p++) {
            Block *q = b->preds.ptr[p].b;
            if (q->order >= b->order) {
                rb->is_header = true;
                continue;
            }
            if (q->order >= 0) sum += ra_block(ra, q)->freq * edge_share(q, b->preds.ptr[p].i);
        }
        if (i == 0) sum = 1;
        if (rb->is_header) sum *= 8;
        rb->freq = is_cold_end(b) ? sum * 0.001 : sum;
    }
}

// ---- liveness -------------------------------------------------------------------------------------------------------
static void set_add(Ra *ra, i32 id, i32 dist) {
    i32 w = ra->where[id];
    if (w < 0) {
        ra->where[id] = w = (i32)ra->nset++;
        ra->set[w] = id;
        ra->set_dist[w] = dist;
    } else if (dist < ra->set_dist[w]) {
        ra->set_dist[w] = dist;
    }
}

static void set_remove(Ra *ra, i32 id) {
    i32 w = ra->where[id];
    if (w < 0) return;
    i32 last = ra->set[--ra->nset];
    ra->set[w] = last;
    ra->set_dist[w] = ra->set_dist[ra->nset];
    ra->where[last] = w;
    ra->where[id] = -1;
}

static void set_clear(Ra *ra) {
    for (i64 i = 0; i < ra->nset; i++) ra->where[ra->set[i]] = -1;
    ra->nset = 0;
}

static bool is_tracked(const Ra *ra, const Value *v) {
    return ra->vals[v->id].cls != CLS_NONE && !ra->vals[v->id].local;
}

static i32 edge_cost(Ra *ra, const Block *b, i64 s) {
    const Block *t = b->succs.ptr[s].b;
    i32 cost = 0;
    if (t->loop_depth < b->loop_depth) cost += DIST_EXIT;
    if (ra_block(ra, t)->freq < 0.2 * ra_block(ra, b)->freq) cost += DIST_COLD;
    return cost;
}

// The set is empty, and the values of a list are different ones.
static void set_fill(Ra *ra, const LiveVec *live, i32 cost) {
    for (i64 k = 0; k < live->len; k++) {
        i32 id = live->ptr[k].id;
        ra->where[id] = (i32)k;
        ra->set[k] = id;
        ra->set_dist[k] = ra_farther(live->ptr[k].dist, cost);
    }
    ra->nset = live->len;
}

void ra_live_out(Ra *ra, const Block *b) {
    set_clear(ra);
    for (i64 s = 0; s < b->succs.len; s++) {
        Block *t = b->succs.ptr[s].b;
        const LiveVec *live = &ra_block(ra, t)->livein;
        i32 cost = edge_cost(ra, b, s), e = b->succs.ptr[s].i;
        if (!ra->nset) set_fill(ra, live, cost);
        else
            for (i64 k = 0; k < live->len; k++) set_add(ra, live->ptr[k].id, ra_farther(live->ptr[k].dist, cost));
        for (i64 k = 0; k < t->values.len && t->values.ptr[k]->op == O_PHI; k++) {
            Value *phi = t->values.ptr[k];
            Value *x = phi->args[e];
            if (ra->vals[phi->id].cls != CLS_NONE && is_tracked(ra, x))
                set_add(ra, x->id, ra_farther(ra->vals[phi->id].phi_dist, cost));
        }
    }
}

static void note_pressure(RaBlock *rb, const i32 *count) {
    for (int c = CLS_INT; c <= CLS_FLOAT; c++)
        if (count[c] > rb->max_live[c]) rb->max_live[c] = count[c];
}

// What the last walk over b saw is as it was, so another one would find the same.
static bool is_settled(Ra *ra, const Block *b) {
    const RaBlock *rb = ra_block(ra, b);
    for (i64 s = 0; s < b->succs.len; s++)
        if (ra_block(ra, b->succs.ptr[s].b)->changed >= rb->walked) return false;
    return rb->walked > 0;
}

// The set, as what is live at the start of a block. True: there are more or fewer than before.
static bool keep_live(Ra *ra, RaBlock *rb, i32 first_call) {
    i64 before = rb->livein.len, n = ra->nset;
    bool differs = n != before;
    if (rb->livein.cap < n) VEC_ROOM(ra->a, &rb->livein, n);
    LiveEnt *to = rb->livein.ptr;
    for (i64 i = 0; i < n; i++) {
        i32 d = ra->set_dist[i];
        LiveEnt now = {ra->set[i], d > first_call ? ra_farther(d, DIST_CALL) : d};
        differs |= to[i].id != now.id || to[i].dist != now.dist; // beyond what was there: their numbers differ
        to[i] = now;
    }
    rb->livein.len = n;
    if (differs) rb->changed = rb->walked;
    return n != before;
}

// One backward walk over b. True if the set of live-in values or their number changed.
static bool live_block(Ra *ra, Block *b) {
    RaBlock *rb = ra_block(ra, b);
    if (is_settled(ra, b)) return false;
    rb->walked = ++ra->walks;
    i32 n = (i32)b->values.len, count[3] = {0}, first_call = INT32_MAX;
    ra_live_out(ra, b);
    for (i64 i = 0; i < ra->nset; i++) {
        ra->set_dist[i] = ra_farther(ra->set_dist[i], n + 1);
        count[ra->vals[ra->set[i]].cls]++;
    }
    note_pressure(rb, count);
    for (int c = 0; c < 2; c++)
        if (b->ctl[c] && is_tracked(ra, b->ctl[c])) {
            count[ra->vals[b->ctl[c]->id].cls] += ra->where[b->ctl[c]->id] < 0;
            set_remove(ra, b->ctl[c]->id), set_add(ra, b->ctl[c]->id, n);
        }
    rb->has_call = false;
    for (i32 i = n - 1; i >= 0; i--) {
        Value *v = b->values.ptr[i];
        RaVal *val = &ra->vals[v->id];
        if (val->cls != CLS_NONE) {
            i32 w = ra->where[v->id];
            if (v->op == O_PHI) {
                i32 dist = w < 0                          ? DIST_INF
                           : ra->set_dist[w] > first_call ? (i32)i64_min(ra->set_dist[w] + DIST_CALL, DIST_INF)
                                                          : ra->set_dist[w];
                if (val->phi_dist != dist) rb->changed = rb->walked;
                val->phi_dist = dist;
            }
            if (w >= 0) count[val->cls]--;
            set_remove(ra, v->id);
        }
        if (v->op == O_PHI) continue;
        if (ssa_op_info(ra->f, v->op)->flags & OPF_CALL) first_call = i, rb->has_call = true;
        for (int k = 0; k < v->nargs; k++) {
            Value *x = v->args[k];
            if (!is_tracked(ra, x)) continue;
            count[ra->vals[x->id].cls] += ra->where[x->id] < 0;
            set_remove(ra, x->id), set_add(ra, x->id, i);
        }
        note_pressure(rb, count);
    }
    return keep_live(ra, rb, first_call);
}

// Registers that operations in loops take for themselves: values that live through the loop had better be elsewhere.
static void collect_fixed(Ra *ra, Block *b) {
    RegSet all = 0;
    for (i64 i = 0; i < b->values.len; i++) {
        const Value *v = b->values.ptr[i];
        if (v->op < O_MACHINE_FIRST) continue;
        RegConstraint c = {0};
        ra->arch->constraints(v, &c);
        all |= c.clobbers;
        for (int k = 0; k < c.nin; k++)
            if (!(c.in[k] & (c.in[k] - 1))) all |= c.in[k];
        if (!(c.out & (c.out - 1))) all |= c.out;
        if (!(c.out2 & (c.out2 - 1))) all |= c.out2;
    }
    for (Loop *l = b->loop; l; l = l->outer) ra_block(ra, l->header)->fixed |= all;
}

static void compute_liveness(Ra *ra) {
    bool loops = false;
    for (i64 i = 0; i < ra->norder; i++) loops |= ra_block(ra, ra->order[i])->is_header;
    bool again = true;
    for (int round = 0; again; round++) {
        again = false;
        for (i64 i = ra->norder - 1; i >= 0; i--) again |= live_block(ra, ra->order[i]);
        if (!loops) break;            // one backward pass sees every successor first
        if (round == 0) again = true; // distances over back edges
    }
    set_clear(ra);
    for (i64 i = 0; i < ra->norder; i++) {
        Block *b = ra->order[i];
        RaBlock *rb = ra_block(ra, b);
        if (b->loop) collect_fixed(ra, b);
        for (int c = CLS_INT; c <= CLS_FLOAT; c++) {
            if (rb->is_header) rb->loop_max[c] = (i32)i64_max(rb->loop_max[c], rb->max_live[c]);
            for (Loop *l = b->loop; l; l = l->outer) {
                RaBlock *rh = ra_block(ra, l->header);
                if (rh->loop_max[c] < rb->max_live[c]) rh->loop_max[c] = rb->max_live[c];
            }
        }
    }
}

void ra_prepare(Ra *ra) {
    Func *f = ra->f;
    split_critical_edges(f);
    if (f->stale_dom) ssa_compute_dom(f);
    if (f->stale_loops) ssa_compute_loops(f);
    order_blocks(ra);
    ra->blocks = ANEWN(ra->a, RaBlock, f->next_block);
    i32 *regs = ARAWN(ra->a, i32, f->next_block * 2 * MAX_REGS);
    for (i64 i = 0; i < f->next_block; i++, regs += 2 * MAX_REGS)
        ra->blocks[i].start = regs, ra->blocks[i].end = regs + MAX_REGS;
    compute_freq(ra);
    i32 pos = 0;
    for (i64 i = 0; i < ra->norder; i++) {
        RaBlock *rb = ra_block(ra, ra->order[i]);
        rb->pos0 = pos;
        rb->npos = (i32)ra->order[i]->values.len + 1;
        pos += rb->npos + 1;
    }
    ra->where = ARAWN(ra->a, i32, ra->nvals);
    ra->set = ARAWN(ra->a, i32, ra->nvals);
    ra->set_dist = ARAWN(ra->a, i32, ra->nvals);
    for (i32 i = 0; i < ra->nvals; i++) ra->where[i] = -1;
    compute_liveness(ra);
}
