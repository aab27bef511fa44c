// regalloc_edge.c - moves where edges meet, parallel moves.
//
// In:   what each block has in registers at its start and end. Out: copies, reloads and stores at the end of predecessors, which
// all have one successor (critical edges were split). All moves of an edge happen at once: they are put in order here, after slots are
// known, because a phi's slot may be the one another phi's argument is read from.
// Temporaries: the float scratch register for slot to slot; for cycles a free register, else the scratch register, else a slot.
#include "ssa/regalloc_int.h"

typedef struct Par { // one parallel move being put in order
    Ra *ra;
    Move *m;
    i64 n;
    RaVec *out;
    RegSet free;
    i32 readers[MAX_REGS];
    i32 *ready;
    i64 nready;
    bool *done;
    Map *writer_of_slot;
    i32 writer[MAX_REGS];
} Par;

static Slot *slot_of(const Par *p, i32 id) { return p->ra->vals[id].v->home; }
static void push(Par *p, Value *c) { vec_push(p->ra->a, p->out, c); }

static Value *reload_slot(Par *p, i32 id, int reg, Slot *s) {
    Value *c = ra_reload(p->ra, id, reg);
    c->home = s;
    push(p, c);
    return c;
}
static void store_slot(Par *p, i32 id, int reg, Slot *s) {
    Value *c = ra_store(p->ra, id, reg);
    c->home = s;
    push(p, c);
}

static void remat_to_slot(Par *p, const Move *m) {
    Ra *ra = p->ra;
    int scratch = ra->arch->float_scratch;
    if (ra->vals[m->id].cls == CLS_FLOAT) {
        push(p, ra_remat(ra, m->id, scratch));
        store_slot(p, m->id, scratch, slot_of(p, m->to));
    } else if (p->free) {
        int t = lowest(p->free);
        push(p, ra_remat(ra, m->id, t));
        store_slot(p, m->id, t, slot_of(p, m->to));
    } else { // borrow a register
        int t = lowest(ra->arch->allocatable_int);
        Value *save = ra_copy(ra, m->id, scratch, t), *back = ra_copy(ra, m->id, t, scratch);
        save->type = back->type = VT_I64;
        push(p, save);
        push(p, ra_remat(ra, m->id, t));
        store_slot(p, m->id, t, slot_of(p, m->to));
        push(p, back);
    }
}

static void emit_move(Par *p, const Move *m) {
    Ra *ra = p->ra;
    if (m->dst >= 0) {
        if (m->src >= 0) push(p, ra_copy(ra, m->id, m->dst, m->src));
        else if (m->src == LOC_REMAT) push(p, ra_remat(ra, m->id, m->dst));
        else push(p, ra_reload(ra, m->id, m->dst));
    } else if (m->src >= 0) {
        store_slot(p, m->id, m->src, slot_of(p, m->to));
    } else if (m->src == LOC_REMAT) {
        remat_to_slot(p, m);
    } else {
        push(p, ra_reload(ra, m->id, ra->arch->float_scratch));
        store_slot(p, m->id, ra->arch->float_scratch, slot_of(p, m->to));
    }
}

static i32 *reader_count(Par *p, const Move *m) { // of the move's source
    if (m->src >= 0) return &p->readers[m->src];
    if (m->src == LOC_SLOT && p->ra->slot_readers) return &p->ra->slot_readers[slot_of(p, m->id)->id];
    return NULL;
}
static i32 dst_readers(Par *p, const Move *m) {
    return m->dst >= 0 ? p->readers[m->dst] : p->ra->slot_readers[slot_of(p, m->to)->id];
}

static i64 writer_of(Par *p, const Move *m) { // the move that overwrites m's source, or -1
    if (m->src >= 0) return p->writer[m->src];
    if (!p->writer_of_slot || m->src != LOC_SLOT) return -1;
    return (i64)(intptr_t)map_get_ptr(p->writer_of_slot, slot_of(p, m->id)) - 1;
}

static void run_ready(Par *p) {
    while (p->nready) {
        i32 i = p->ready[--p->nready];
        Move *m = &p->m[i];
        emit_move(p, m);
        p->done[i] = true;
        i32 *count = reader_count(p, m);
        if (!count || --*count > 0) continue;
        i64 w = writer_of(p, m);
        if (w >= 0 && !p->done[w]) p->ready[p->nready++] = (i32)w;
    }
}

// Only cycles are left. The source of move i is saved, which makes the move that writes it ready.
static void break_cycle(Par *p, i32 i) {
    Ra *ra = p->ra;
    Move *m = &p->m[i];
    bool slots = false;
    i32 k = i;
    do {
        slots |= p->m[k].src == LOC_SLOT && p->m[k].dst == LOC_SLOT;
        k = (i32)writer_of(p, &p->m[k]);
    } while (k >= 0 && k != i);
    int cls = ra->vals[m->id].cls, scratch = ra->arch->float_scratch;
    int t = cls == CLS_INT && p->free ? lowest(p->free) : !slots ? scratch : -1;
    i64 w = writer_of(p, m);
    i32 *count = reader_count(p, m);
    Slot *tmp = NULL;
    if (t >= 0) {
        push(p, m->src >= 0 ? ra_copy(ra, m->id, t, m->src) : ra_reload(ra, m->id, t));
    } else {
        tmp = ssa_slot(ra->f, 16, 16, NULL);
        tmp->vtype = VT_V128;
        int from = m->src >= 0 ? m->src : scratch;
        if (m->src < 0) push(p, ra_reload(ra, m->id, scratch));
        store_slot(p, m->id, from, tmp);
    }
    --*count;
    p->ready[p->nready++] = (i32)w;
    p->done[i] = true; // not emitted by run_ready
    run_ready(p);
    if (t >= 0) {
        if (m->dst >= 0) push(p, ra_copy(ra, m->id, m->dst, t));
        else store_slot(p, m->id, t, slot_of(p, m->to));
    } else {
        int r = m->dst >= 0 ? m->dst : scratch;
        reload_slot(p, m->id, r, tmp);
        if (m->dst < 0) store_slot(p, m->id, r, slot_of(p, m->to));
    }
}

static bool is_same_place(Par *p, const Move *m) {
    if (m->dst >= 0) return m->dst == m->src;
    return m->src == LOC_SLOT && slot_of(p, m->id) == slot_of(p, m->to);
}

// free: integer registers that hold nothing and are nobody's destination.
void ra_parallel_move(Ra *ra, Move *moves, i64 n, RegSet free, RaVec *out) {
    Par p = {.ra = ra, .m = moves, .out = out, .free = free};
    for (i64 i = 0; i < n; i++)
        if (!is_same_place(&p, &moves[i])) moves[p.n++] = moves[i];
        else if (moves[i].src >= 0) p.free &= ~bit(moves[i].src);
    if (!p.n) return;
    p.ready = ANEWN(ra->a, i32, p.n);
    p.done = ANEWN(ra->a, bool, p.n);
    for (int r = 0; r < MAX_REGS; r++) p.writer[r] = -1;
    for (i64 i = 0; i < p.n; i++) {
        Move *m = &moves[i];
        i32 *count = reader_count(&p, m);
        if (count) ++*count;
        if (m->src >= 0) p.free &= ~bit(m->src);
        if (m->dst >= 0) {
            p.writer[m->dst] = (i32)i, p.free &= ~bit(m->dst);
        } else {
            if (!p.writer_of_slot) p.writer_of_slot = map_new_ptr(ra->a);
            map_set_ptr(p.writer_of_slot, slot_of(&p, m->to), (void *)(intptr_t)(i + 1));
        }
    }
    for (i64 i = 0; i < p.n; i++)
        if (dst_readers(&p, &moves[i]) == 0) p.ready[p.nready++] = (i32)i;
    run_ready(&p);
    for (i32 i = 0; i < p.n; i++)
        if (!p.done[i]) break_cycle(&p, i);
}

// ---- edges ---------------------------------------------------------------------------------------------------------
static bool is_merged(const Block *b) {
    return b->preds.len > 1 || (b->preds.len == 1 && b->values.len && b->values.ptr[0]->op == O_PHI);
}

// Value that must arrive for `id` (live at b's start) over edge e.
static i32 incoming(Ra *ra, const Block *b, i32 id, i64 e) {
    Value *v = ra->vals[id].v;
    return v->op == O_PHI && v->block == b ? v->args[e]->id : id;
}

static int find_reg(const RaBlock *rp, i32 id, int prefer) {
    if (prefer >= 0 && (rp->ends & bit(prefer)) && rp->end[prefer] == id) return prefer;
    return register_of(rp->ends, rp->end, id);
}

static void plan_edge(Ra *ra, Block *b, i64 e) {
    Block *q = b->preds.ptr[e].b;
    RaBlock *rb = ra_block(ra, b), *rq = ra_block(ra, q);
    for (RegSet s = rb->starts; s; s &= s - 1) {
        int r = lowest(s);
        i32 id = incoming(ra, b, rb->start[r], e);
        if (!ra->vals[id].remat && find_reg(rq, id, r) < 0) ra_need_slot(ra, id, q);
    }
    for (i64 k = 0; k < b->values.len && b->values.ptr[k]->op == O_PHI; k++) {
        Value *phi = b->values.ptr[k];
        if (!ra->vals[phi->id].mem_phi) continue;
        RaVal *arg = &ra->vals[phi->args[e]->id];
        if (arg->remat) continue;
        if (arg->spilled || find_reg(rq, phi->args[e]->id, -1) < 0) {
            ra_need_slot(ra, phi->args[e]->id, q);
            arg->slot_hint = phi->id;
        }
    }
}

void ra_plan_edges(Ra *ra) {
    for (i64 i = 0; i < ra->norder; i++) {
        Block *b = ra->order[i];
        if (!is_merged(b)) continue;
        for (i64 e = 0; e < b->preds.len; e++)
            if (ra_block(ra, b->preds.ptr[e].b)->done) plan_edge(ra, b, e);
    }
}

static void emit_edge(Ra *ra, Block *b, i64 e, Move *moves) {
    Block *q = b->preds.ptr[e].b;
    RaBlock *rb = ra_block(ra, b), *rq = ra_block(ra, q);
    RegSet free = ra->arch->allocatable_int & ~rb->starts;
    i64 n = 0;
    for (RegSet s = rb->starts; s; s &= s - 1) {
        int r = lowest(s);
        i32 id = incoming(ra, b, rb->start[r], e);
        int src = find_reg(rq, id, r);
        if (src < 0) src = ra->vals[id].remat ? LOC_REMAT : LOC_SLOT;
        moves[n++] = (Move){r, src, id, -1};
    }
    for (i64 k = 0; k < b->values.len && b->values.ptr[k]->op == O_PHI; k++) {
        Value *phi = b->values.ptr[k];
        if (!ra->vals[phi->id].mem_phi) continue;
        i32 id = phi->args[e]->id;
        RaVal *arg = &ra->vals[id];
        int src = arg->remat ? LOC_REMAT : find_reg(rq, id, -1);
        if (!arg->remat &&
            (src < 0 || (arg->spilled && arg->v->home == phi->home && (arg->mem_phi || ssa_dominates(arg->lca, q)))))
            src = LOC_SLOT;
        moves[n++] = (Move){LOC_SLOT, src, id, phi->id};
    }
    i64 first = q->values.len;
    RaVec out = {q->values.ptr, q->values.len, q->values.cap};
    ra_parallel_move(ra, moves, n, free, &out);
    q->values.ptr = out.ptr, q->values.len = out.len, q->values.cap = out.cap;
    for (i64 i = first; i < q->values.len; i++) q->values.ptr[i]->block = q, q->values.ptr[i]->pos = 0;
}

void ra_emit_edges(Ra *ra) {
    ra->slot_readers = ANEWN(ra->a, i32, ra->f->slots.len + 1);
    for (i64 i = 0; i < ra->norder; i++) {
        Block *b = ra->order[i];
        if (!is_merged(b)) continue;
        i64 nphi = 0;
        while (nphi < b->values.len && b->values.ptr[nphi]->op == O_PHI) nphi++;
        Move *moves = ARAWN(ra->a, Move, nphi + MAX_REGS);
        for (i64 e = 0; e < b->preds.len; e++)
            if (ra_block(ra, b->preds.ptr[e].b)->done) emit_edge(ra, b, e, moves);
    }
}
