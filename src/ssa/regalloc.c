// regalloc.c - registers for the values of a function: a linear walk over the blocks that splits live ranges as it goes.
//
// In:    machine operations in SSA form; a flags value stands right before its user.
// Out:   every value has a register (or none, if it is always made again at its use: constants, addresses); copies, reloads, spills and
//        moves on edges are values of their own; arguments refer to the value that is in the wanted register at that place; slots have
//        offsets; Func.code holds the stack maps.
// Method: blocks in reverse postorder. In a block the allocator walks forward and knows for each live value in which registers it is
//        and where its next use is; when it runs out of registers the value whose use is farthest loses its register (Belady). No
//        register survives a call. A value that is needed again is reloaded right before its use; so it needs a spill slot, into which it
//        is stored exactly once, in the coldest block that dominates all reloads and starts with the value in a register.
//        A block with one predecessor begins with the state that one left. Where edges meet, the block begins with what is in registers
//        in its hottest predecessor and what is worth a reload (loop headers: what the loop uses before it calls); the other
//        edges get moves. A phi without a register lives in its slot.
// Files: _live (order, liveness), _edge (moves on edges), _frame (spills, slots, stack maps), _check (proof of the result).
//
// The collector sees exactly the pointers that live across a call, all of them in slots: what is used after a call must be reloaded.
#include "ssa/regalloc_int.h"
#include <stdlib.h>

// ---- values that stand for a value in a register -------------------------------------------------------------------
static Value *new_value(Ra *ra, int op, Value *like, int nargs) {
    Value *c = ANEW(ra->a, Value);
    c->id = ra->f->next_value++;
    c->op = (u16)op, c->type = like->type, c->etype = like->etype;
    c->pos = like->pos, c->inl = like->inl;
    c->reg = c->reg2 = -1;
    c->args = c->inline_args;
    c->nargs = nargs;
    if (nargs) c->args[0] = like;
    return c;
}

static void note_copy(Ra *ra, i32 id, Value *c) {
    c->data = ra->vals[id].copies;
    ra->vals[id].copies = c;
}

Value *ra_carrier(Ra *ra, i32 id, int reg) {
    RaVal *val = &ra->vals[id];
    if (val->v->reg == reg) return val->v;
    for (Value *c = val->copies; c; c = c->data)
        if (c->reg == reg) return c;
    Value *c = new_value(ra, O_COPY, val->v, 1);
    c->reg = (i16)reg;
    note_copy(ra, id, c);
    return c;
}

// The four ways a value gets somewhere. Position and inlining are those of the instruction they are for (set by emit).
Value *ra_copy(Ra *ra, i32 id, int dst, int src) {
    Value *c = new_value(ra, O_COPY, ra->vals[id].v, 1);
    c->reg = (i16)dst, c->reg2 = (i16)src;
    return c;
}
Value *ra_reload(Ra *ra, i32 id, int dst) {
    Value *c = new_value(ra, O_RELOAD, ra->vals[id].v, 1);
    c->reg = (i16)dst;
    return c;
}
Value *ra_store(Ra *ra, i32 id, int src) {
    Value *c = new_value(ra, O_SPILL, ra->vals[id].v, 1);
    c->reg2 = (i16)src;
    return c;
}
Value *ra_remat(Ra *ra, i32 id, int dst) {
    Value *v = ra->vals[id].v, *c = new_value(ra, v->op, v, 0);
    c->auxint = v->auxint, c->aux = v->aux, c->am = v->am, c->cc = v->cc;
    c->reg = (i16)dst;
    c->home = NULL;
    c->scratch = id; // for the checker: what it stands for
    return c;
}

static void emit(Ra *ra, Value *c, const Value *at) {
    if (at) c->pos = at->pos, c->inl = at->inl;
    c->block = ra->b;
    vec_push(ra->a, &ra->out, c);
}

void ra_need_slot(Ra *ra, i32 id, Block *reload) {
    RaVal *val = &ra->vals[id];
    CHECK(!val->remat);
    val->lca = val->spilled ? ssa_common_dominator(val->lca, reload) : reload;
    if (!val->lca) val->lca = val->v->block;
    val->spilled = true;
}

// ---- state of the block -----------------------------------------------------------------------------------------------
static void take(Ra *ra, int r, i32 id, Value *carrier) {
    ra->regs[r] = id;
    ra->carrier[r] = carrier;
    ra->used |= bit(r);
    ra->vals[id].regs |= bit(r);
    ra->vals[id].last_reg = (i16)r;
}

static void release(Ra *ra, int r) {
    if (!(ra->used & bit(r))) return;
    ra->vals[ra->regs[r]].regs &= ~bit(r);
    ra->used &= ~bit(r);
    ra->regs[r] = -1;
}

static Use *new_use(Ra *ra, i32 pos, i32 hint, Use *next) {
    Use *u = ra->free_uses;
    if (u) ra->free_uses = u->next;
    else u = ANEW(ra->a, Use);
    *u = (Use){next, pos, hint};
    return u;
}

static void pop_use(Ra *ra, RaVal *val) {
    Use *u = val->uses;
    val->uses = u->next;
    u->next = ra->free_uses;
    ra->free_uses = u;
    if (!val->uses && val->logged) {
        vec_push(ra->a, &ra->pointer_log, ~val->v->id);
        val->logged = false;
    }
}

static bool is_live(const Ra *ra, i32 id) { return ra->vals[id].uses != NULL; }
static i32 call_after(const Ra *ra) { return ra->next_call < ra->calls.len ? ra->calls.ptr[ra->next_call] : 1 << 30; }

// How far away the need for a value is; what is needed only after the next call need not stay in a register.
static i64 use_key(const Ra *ra, i32 id) {
    const RaVal *val = &ra->vals[id];
    if (!val->uses) return (i64)1 << 40;
    i64 k = val->uses->pos;
    if (k > call_after(ra)) k += (i64)1 << 32;
    if (val->remat && k > ra->pos) k = k * 2 + 20; // cheap to get back
    return k;
}

// Registers that something on the way to the value's next uses needs for itself.
static RegSet registers_to_avoid(const Ra *ra, const RaVal *val) {
    if (!val->uses) return 0;
    i32 end = val->uses->pos;
    const Use *u = val->uses;
    for (int i = 0; u && i < 4; i++, u = u->next) end = u->pos;
    RegSet s = 0;
    for (i64 i = ra->next_fixed, n = 0; i < ra->fixed.len && n < 6; i++, n++) {
        if (ra->fixed.ptr[i].pos > end) break;
        s |= ra->fixed.ptr[i].regs;
    }
    return s;
}

// A value that is not used before the next call loses its register there anyway; a constant is made again.
static bool gives_way(const Ra *ra, i32 id) {
    const RaVal *val = &ra->vals[id];
    return !val->uses || val->uses->pos > call_after(ra) || val->local;
}

// A register of mask for value id, emptied if need be. Values in ra->pinned registers stay.
static int alloc_reg(Ra *ra, RegSet mask, int hint, i32 id) {
    const RaVal *val = &ra->vals[id];
    mask &= ~ra->pinned;
    RegSet free = mask & ~ra->used;
    if (hint >= 0 && (free & bit(hint))) return hint;
    if (hint >= 0 && (mask & bit(hint)) && gives_way(ra, ra->regs[hint])) {
        release(ra, hint);
        return hint;
    }
    if (free) {
        if (val->phi_hint >= 0 && (free & bit(val->phi_hint))) return val->phi_hint;
        RegSet good = free & ~registers_to_avoid(ra, val);
        if (val->last_reg >= 0 && (good & bit(val->last_reg))) return val->last_reg;
        return lowest(good ? good : free);
    }
    int best = -1;
    i64 best_key = -1;
    for (RegSet s = mask & ra->used; s; s &= s - 1) {
        int r = lowest(s);
        i32 w = ra->regs[r];
        i64 key = ra->vals[w].regs & ~bit(r) ? (i64)1 << 41 : use_key(ra, w) * 2 + ra->vals[w].spilled;
        if (key > best_key) best = r, best_key = key;
    }
    if (best < 0) bug("register allocator: %.*s: no register for v%d", SFMT(ra->f->name), val->v->id);
    release(ra, best);
    return best;
}

// Register r is wanted for something else: what lives there moves, or is given up.
static void vacate(Ra *ra, int r, RegSet forbidden, const Value *at) {
    if (!(ra->used & bit(r))) return;
    i32 id = ra->regs[r];
    RaVal *val = &ra->vals[id];
    RegSet free = class_regs(ra, val->cls) & ~ra->used & ~ra->pinned & ~forbidden;
    if (is_live(ra, id) && val->regs == bit(r) && free && val->uses->pos <= call_after(ra) && !val->local) {
        RegSet good = free & ~registers_to_avoid(ra, val);
        int hint = val->uses->hint, t = hint >= 0 && (free & bit(hint)) ? hint : lowest(good ? good : free);
        Value *c = ra_copy(ra, id, t, r);
        emit(ra, c, at);
        note_copy(ra, id, c);
        take(ra, t, id, c);
    }
    release(ra, r);
}

// Value x in some register of mask, for an argument of `at`. The register is pinned.
static Value *need_in_reg(Ra *ra, Value *x, RegSet mask, const Value *at) {
    i32 id = x->id;
    RaVal *val = &ra->vals[id];
    RegSet have = val->regs & mask;
    if (have) {
        RegSet pinned = have & ra->pinned;
        int r = lowest(pinned ? pinned : have);
        ra->pinned |= bit(r);
        return ra->carrier[r];
    }
    if (mask && !(mask & (mask - 1))) vacate(ra, lowest(mask), mask, at);
    int r = alloc_reg(ra, mask, val->uses ? val->uses->hint : -1, id);
    Value *c;
    if (val->regs) {
        c = ra_copy(ra, id, r, lowest(val->regs));
    } else if (val->remat) {
        c = ra_remat(ra, id, r);
    } else {
        c = ra_reload(ra, id, r);
        ra_need_slot(ra, id, ra->b);
    }
    emit(ra, c, at);
    if (!val->remat) note_copy(ra, id, c);
    take(ra, r, id, c);
    ra->pinned |= bit(r);
    return c;
}

// ---- uses of the block ---------------------------------------------------------------------------------------------------
static int first_hint(const RaVal *val) { // of the nearest use that wants a register
    const Use *u = val->uses;
    for (int i = 0; u && i < 3; i++, u = u->next)
        if (u->hint >= 0) return u->hint;
    return -1;
}

static void add_use(Ra *ra, Value *x, i32 pos, int hint) {
    RaVal *val = &ra->vals[x->id];
    if (!val->uses) vec_push(ra->a, &ra->live, x->id);
    val->uses = new_use(ra, pos, hint, val->uses);
}

// Registers of a call's results or arguments by their AbiLocs.
static int abi_reg(const Ra *ra, const AbiLoc *l, bool result) {
    const Arch *a = ra->arch;
    if (l->is_float) return (result && a->float_results ? a->float_results : a->float_args)[l->reg_index];
    return (result ? a->int_results : a->int_args)[l->reg_index];
}

// in[i]: where argument i of a CALL or RETURN must be. Returns the registers that are so fixed.
RegSet ra_call_regs(const Ra *ra, const Value *v, RegSet *in, RegSet *code) {
    const CallInfo *c = v->call;
    RegSet all = 0;
    int i = 0;
    bool is_return = v->op == O_RETURN;
    *code = 0;
    if (!is_return && c->kind == CALL_CLOSURE) in[0] = 0, in[1] = bit(ra->arch->ctxt), all |= in[1], i = 2;
    if (!is_return && c->kind == CALL_INTER) in[0] = 0, i = 1;
    if (!is_return && c->kind == CALL_CONTEXT) in[0] = bit(ra->arch->ctxt), all |= in[0], i = 1;
    for (int k = 0; c && k < c->nargs; k++) {
        if (!c->args[k].in_reg) continue;
        in[i] = bit(abi_reg(ra, &c->args[k], is_return));
        all |= in[i++];
    }
    for (; i < v->nargs; i++) in[i] = 0;
    if (!is_return && (c->kind == CALL_CLOSURE || c->kind == CALL_INTER)) {
        for (int k = 0; k < ra->arch->nint; k++) *code |= bit(ra->arch->int_args[k]);
        *code = in[0] = ra->arch->allocatable_int & ~*code & ~all;
    }
    return all;
}

static bool has_fixed_args(const Ra *ra, const Value *v) {
    return (ssa_op_info(ra->f, v->op)->flags & OPF_CALL) || v->op == O_RETURN;
}

static void add_arg_uses(Ra *ra, Value *v, i32 i) {
    RaVal *val = &ra->vals[v->id];
    if (has_fixed_args(ra, v)) {
        RegSet in_buf[64], *in = v->nargs <= 64 ? in_buf : ANEWN(ra->a, RegSet, v->nargs), code;
        RegSet fixed = ra_call_regs(ra, v, in, &code);
        bool is_call = v->op != O_RETURN;
        if (is_call) vec_push(ra->a, &ra->calls, i);
        vec_push(ra->a, &ra->fixed, ((struct FixedUse){i, fixed}));
        for (int k = v->nargs - 1; k >= 0; k--)
            if (ra->vals[v->args[k]->id].cls != CLS_NONE)
                add_use(ra, v->args[k], i, in[k] && !(in[k] & (in[k] - 1)) ? lowest(in[k]) : -1);
        return;
    }
    if (v->op == O_COPY || v->op == O_KEEPALIVE) {
        if (ra->vals[v->args[0]->id].cls != CLS_NONE)
            add_use(ra, v->args[0], i, v->op == O_COPY ? first_hint(val) : -1);
        return;
    }
    RegConstraint c = {0};
    ra->arch->constraints(v, &c);
    RegSet fixed = c.clobbers;
    int hint = first_hint(val);
    if (hint < 0) hint = val->phi_hint;
    for (int k = v->nargs - 1; k >= 0; k--) {
        if (ra->vals[v->args[k]->id].cls == CLS_NONE) continue;
        RegSet in = k < c.nin ? c.in[k] : 0;
        bool single = in && !(in & (in - 1));
        if (single) fixed |= in;
        add_use(ra, v->args[k], i, single ? lowest(in) : k == 0 && c.same_as_first ? hint : -1);
    }
    if (c.out && !(c.out & (c.out - 1))) fixed |= c.out;
    if (c.out2 && !(c.out2 & (c.out2 - 1))) fixed |= c.out2;
    if (fixed) vec_push(ra->a, &ra->fixed, ((struct FixedUse){i, fixed}));
}

static int edge_hint(Ra *ra, Block *b, i32 id) { // register the value has where b goes
    for (i64 s = 0; s < b->succs.len; s++) {
        RaBlock *rt = ra_block(ra, b->succs.ptr[s].b);
        int r = rt->done ? register_of(rt->starts, rt->start, id) : -1;
        if (r >= 0) return r;
    }
    return -1;
}

enum { MAX_LOOKED_AT = 64 }; // arguments of a phi: each of its blocks does so

static void
phi_hints(Ra *ra, Block *b) { // arguments of phis of the successor: same register as the phi, or as its other arguments
    if (b->succs.len != 1) return;
    Block *t = b->succs.ptr[0].b;
    i32 e = b->succs.ptr[0].i;
    for (i64 k = 0; k < t->values.len && t->values.ptr[k]->op == O_PHI; k++) {
        Value *phi = t->values.ptr[k];
        if (ra->vals[phi->id].cls == CLS_NONE) continue;
        int r = phi->reg;
        for (int a = 0; r < 0 && a < phi->nargs && a < MAX_LOOKED_AT; a++)
            if (a != e && ra_block(ra, t->preds.ptr[a].b)->done) r = ra->vals[phi->args[a]->id].last_reg;
        if (ra->vals[phi->args[e]->id].uses && ra->vals[phi->args[e]->id].uses->hint < 0)
            ra->vals[phi->args[e]->id].uses->hint = r;
    }
}

static void build_uses(Ra *ra, Block *b) {
    i32 n = (i32)b->values.len;
    bool loops_back = b->succs.len == 1 && ra_block(ra, b->succs.ptr[0].b)->done;
    ra->live.len = ra->calls.len = ra->fixed.len = 0;
    ra->next_call = ra->next_fixed = 0;
    ra_live_out(ra, b);
    for (i64 k = 0; k < ra->nset; k++) {
        i32 id = ra->set[k];
        add_use(ra, ra->vals[id].v, ra_farther(ra->set_dist[k], n + 1), loops_back ? edge_hint(ra, b, id) : -1);
    }
    phi_hints(ra, b);
    for (int c = 1; c >= 0; c--)
        if (b->ctl[c] && ra->vals[b->ctl[c]->id].cls != CLS_NONE) add_use(ra, b->ctl[c], n, -1);
    for (i32 i = n - 1; i >= 0; i--) {
        Value *v = b->values.ptr[i];
        if (v->op == O_PHI) break;
        add_arg_uses(ra, v, i);
    }
    for (i64 i = 0, j = ra->calls.len - 1; i < j; i++, j--) {
        i32 t = ra->calls.ptr[i];
        ra->calls.ptr[i] = ra->calls.ptr[j];
        ra->calls.ptr[j] = t;
    }
    for (i64 i = 0, j = ra->fixed.len - 1; i < j; i++, j--) {
        struct FixedUse t = ra->fixed.ptr[i];
        ra->fixed.ptr[i] = ra->fixed.ptr[j];
        ra->fixed.ptr[j] = t;
    }
}

// ---- the state a block begins with -----------------------------------------------------------------------------------------
static void start_with(Ra *ra, int r, i32 id) {
    ra->rb->start[r] = id, ra->rb->starts |= bit(r);
    Value *v = ra->vals[id].v;
    if (v->op == O_PHI && v->block == ra->b) v->reg = (i16)r;
    take(ra, r, id, ra_carrier(ra, id, r));
}

static void start_entry(Ra *ra, Block *b) {
    const Arch *a = ra->arch;
    for (i64 i = 0; i < b->values.len; i++) {
        Value *v = b->values.ptr[i];
        if (v->op != O_ARG && v->op != O_CONTEXT) continue;
        const AbiLoc *l = v->aux;
        int r = v->op == O_CONTEXT ? a->ctxt : l->is_float ? a->float_args[l->reg_index] : a->int_args[l->reg_index];
        v->reg = (i16)r;
        if (!is_live(ra, v->id)) continue;
        take(ra, r, v->id, v);
        ra->rb->start[r] = v->id, ra->rb->starts |= bit(r);
    }
}

static void start_like(Ra *ra, const RaBlock *pred) {
    for (RegSet s = pred->ends; s; s &= s - 1)
        if (is_live(ra, pred->end[lowest(s)])) start_with(ra, lowest(s), pred->end[lowest(s)]);
}

typedef struct Cand {
    i32 id, key;
    i16 reg;
    bool is_phi;
} Cand;
static int cand_order(const void *x, const void *y) {
    const Cand *a = x, *b = y;
    return a->key != b->key ? (a->key < b->key ? -1 : 1) : a->id < b->id ? -1 : a->id > b->id;
}

static const Block *hottest_pred(Ra *ra, const Block *b, i64 *index) {
    const Block *best = NULL;
    for (i64 p = 0; p < b->preds.len; p++) {
        const Block *q = b->preds.ptr[p].b;
        if (!ra_block(ra, q)->done) continue;
        if (!best || ra_block(ra, q)->freq > ra_block(ra, best)->freq) best = q, *index = p;
    }
    return best;
}

// What may begin the block in a register. key: the lower the better.
static i64 collect_candidates(Ra *ra, Block *b, const RaBlock *main_pred, Cand *cands) {
    RaBlock *rb = ra->rb;
    i64 n = 0;
    int npreds = 0;
    bool header = rb->is_header;
    for (i64 k = 0; k < rb->livein.len; k++)
        ra->vals[rb->livein.ptr[k].id].in_preds = 0, ra->vals[rb->livein.ptr[k].id].block_reg = -1;
    for (i64 p = 0; p < b->preds.len; p++) {
        RaBlock *rp = ra_block(ra, b->preds.ptr[p].b);
        if (!rp->done) continue;
        npreds++;
        for (RegSet s = rp->ends; s; s &= s - 1) {
            int r = lowest(s);
            RaVal *val = &ra->vals[rp->end[r]];
            bool seen = register_of(rp->ends & (bit(r) - 1), rp->end, rp->end[r]) >= 0;
            if (!seen && val->in_preds < 255) val->in_preds++;
            if (rp == main_pred && val->block_reg < 0) val->block_reg = (i16)r;
        }
    }
    for (i64 k = 0; k < rb->livein.len; k++) {
        LiveEnt e = rb->livein.ptr[k];
        RaVal *val = &ra->vals[e.id];
        bool everywhere = val->in_preds >= npreds && npreds;
        i32 key = e.dist;
        if (e.dist >= DIST_CALL) {
            if (!everywhere || header) continue;
            key = DIST_INF;
        } else if (header) {
            if (e.dist >= DIST_EXIT && val->block_reg < 0)
                continue; // not used in the loop and not in a register before it
            if (val->remat && !everywhere) key += 100;
        } else {
            if (!val->in_preds) continue;
            if (val->remat && !everywhere) continue;
        }
        cands[n++] = (Cand){e.id, key, val->block_reg, false};
    }
    for (i64 k = 0; k < b->values.len && b->values.ptr[k]->op == O_PHI; k++) {
        Value *phi = b->values.ptr[k];
        RaVal *val = &ra->vals[phi->id];
        if (val->cls == CLS_NONE || !is_live(ra, phi->id)) continue;
        if (val->phi_dist >= DIST_CALL) continue;
        cands[n++] = (Cand){phi->id, val->phi_dist, -1, true};
    }
    return n;
}

static int phi_start_reg(Ra *ra, Value *phi, i64 main_index, RegSet free) {
    RaVal *val = &ra->vals[phi->id];
    int hint = first_hint(val);
    Block *q = phi->block->preds.ptr[main_index].b;
    RaBlock *rp = ra_block(ra, q);
    i32 arg = phi->args[main_index]->id;
    if (free & ~ra->rb->fixed) free &= ~ra->rb->fixed;
    if (hint >= 0 && (free & bit(hint)) && ra->rb->is_header) return hint;
    int from = register_of(rp->ends & free, rp->end, arg);
    if (from >= 0) return from;
    if (hint >= 0 && (free & bit(hint))) return hint;
    for (int a = 0; a < phi->nargs; a++) {
        int r = ra->vals[phi->args[a]->id].last_reg;
        if (r >= 0 && (free & bit(r)) && ra_block(ra, phi->block->preds.ptr[a].b)->done) return r;
    }
    RegSet good = free & ~registers_to_avoid(ra, val) & ~ra->rb->fixed;
    if (!good) good = free & ~registers_to_avoid(ra, val);
    return lowest(good ? good : free);
}

static void start_merged(Ra *ra, Block *b) {
    RaBlock *rb = ra->rb;
    i64 main_index = 0;
    const Block *q = hottest_pred(ra, b, &main_index);
    CHECK(q);
    i64 nphi = 0;
    while (nphi < b->values.len && b->values.ptr[nphi]->op == O_PHI) nphi++;
    Cand *cands = ANEWN(ra->a, Cand, rb->livein.len + nphi + 1);
    i64 n = collect_candidates(ra, b, ra_block(ra, q), cands);
    qsort(cands, (size_t)n, sizeof(Cand), cand_order);
    int left[3] = {0, __builtin_popcountll(ra->arch->allocatable_int),
                   __builtin_popcountll(ra->arch->allocatable_float)};
    // Values that merely pass through a loop stay in registers only where the loop does not need them.
    int through[3] = {0};
    for (int c = CLS_INT; c <= CLS_FLOAT; c++) {
        i32 passing = 0;
        for (i64 k = 0; k < rb->livein.len; k++)
            passing += ra->vals[rb->livein.ptr[k].id].cls == c && rb->livein.ptr[k].dist >= DIST_EXIT;
        through[c] = rb->is_header ? left[c] - (rb->loop_max[c] - passing) : left[c];
    }
    i64 m = 0;
    for (i64 k = 0; k < n; k++) {
        int c = ra->vals[cands[k].id].cls;
        if (!left[c]) continue;
        if (rb->is_header && !cands[k].is_phi && cands[k].key >= DIST_EXIT && through[c]-- <= 0) continue;
        left[c]--;
        cands[m++] = cands[k];
    }
    RegSet taken = 0;
    for (i64 k = 0; k < m; k++) // out of the way of the loop's divisions and shifts, if there is room
        if (cands[k].reg >= 0 && (rb->fixed & bit(cands[k].reg)) && rb->is_header && m < 12) cands[k].reg = -1;
    for (i64 k = 0; k < m; k++)
        if (cands[k].reg >= 0) {
            if (taken & bit(cands[k].reg)) bug("register allocator: two values in a register");
            taken |= bit(cands[k].reg), start_with(ra, cands[k].reg, cands[k].id);
        }
    for (i64 k = 0; k < m; k++) {
        if (cands[k].reg >= 0) continue;
        RaVal *val = &ra->vals[cands[k].id];
        RegSet free = class_regs(ra, val->cls) & ~ra->used;
        int r;
        if (cands[k].is_phi) {
            r = phi_start_reg(ra, val->v, main_index, free);
            for (int a = 0; a < val->v->nargs; a++) ra->vals[val->v->args[a]->id].phi_hint = (i16)r;
        } else {
            int hint = first_hint(val);
            if (rb->is_header && (free & ~rb->fixed)) free &= ~rb->fixed;
            r = alloc_reg(ra, free, hint >= 0 && (free & bit(hint)) ? hint : -1, cands[k].id);
        }
        start_with(ra, r, cands[k].id);
    }
    for (i64 k = 0; k < nphi; k++) {
        RaVal *val = &ra->vals[b->values.ptr[k]->id];
        if (val->cls == CLS_NONE || val->v->reg >= 0 || !is_live(ra, val->v->id)) continue;
        val->mem_phi = val->spilled = true;
    }
}

// ---- calls, returns ------------------------------------------------------------------------------------------------------
// All arguments go to their registers at once; nothing else needs to survive in a register.
static void place_fixed_args(Ra *ra, Value *v) {
    RegSet in_buf[64], *in = v->nargs <= 64 ? in_buf : ANEWN(ra->a, RegSet, v->nargs), code;
    RegSet fixed = ra_call_regs(ra, v, in, &code);
    Move *moves = ANEWN(ra->a, Move, v->nargs + 1);
    i64 n = 0;
    for (int k = 0; k < v->nargs; k++) {
        Value *x = v->args[k];
        RaVal *val = &ra->vals[x->id];
        if (val->cls == CLS_NONE || !in[k]) continue;
        int dst = lowest(in[k]);
        if (k == 0 && code) { // the code pointer: anywhere but in an argument register
            RegSet have = val->regs & in[0];
            dst = have ? lowest(have) : lowest(in[0] & ~ra->used ? in[0] & ~ra->used : in[0]);
        }
        int src = val->regs & bit(dst) ? dst : val->regs ? lowest(val->regs) : val->remat ? LOC_REMAT : LOC_SLOT;
        if (src == LOC_SLOT) ra_need_slot(ra, x->id, ra->b);
        moves[n++] = (Move){dst, src, x->id, -1};
        v->args[k] = ra_carrier(ra, x->id, dst);
    }
    i64 first = ra->out.len;
    ra_parallel_move(ra, moves, n, class_regs(ra, CLS_INT) & ~fixed & ~code, &ra->out);
    for (i64 i = first; i < ra->out.len; i++)
        ra->out.ptr[i]->pos = v->pos, ra->out.ptr[i]->inl = v->inl, ra->out.ptr[i]->block = ra->b;
}

static void pop_arg_uses(Ra *ra, Value **args, int n) {
    for (int k = 0; k < n; k++) {
        RaVal *val = &ra->vals[args[k]->id];
        if (val->cls != CLS_NONE) pop_use(ra, val);
    }
}

static inline void note_pointer(Ra *ra, i32 id) {
    RaVal *val = &ra->vals[id];
    if (!val->pointer || !val->defined || !val->uses || val->logged) return;
    vec_push(ra->a, &ra->pointer_log, id);
    val->logged = true;
}

static void alloc_fixed(Ra *ra, Value *v) {
    Value *keep[64], **args = v->nargs <= 64 ? keep : ANEWN(ra->a, Value *, v->nargs);
    if (v->nargs) memcpy(args, v->args, sizeof(Value *) * (size_t)v->nargs);
    place_fixed_args(ra, v);
    pop_arg_uses(ra, args, v->nargs);
    if (v->op == O_RETURN) return;
    vec_push(ra->a, &ra->call_lives, ((CallLive){v->call, ra->pointer_log.len}));
    ra->next_call++;
    for (RegSet s = ra->used; s; s &= s - 1) release(ra, lowest(s));
}

// The components of a tuple stand right behind it.
static void define_component(Ra *ra, Value *tuple, Value *v) {
    int r;
    if (ssa_op_info(ra->f, tuple->op)->flags & OPF_CALL) {
        const CallInfo *c = tuple->call;
        CHECK(v->auxint < c->nresults && c->results[v->auxint].in_reg);
        r = abi_reg(ra, &c->results[v->auxint], true);
    } else {
        r = v->auxint == 0 ? tuple->reg : tuple->reg2;
    }
    v->reg = (i16)r;
    if (is_live(ra, v->id)) take(ra, r, v->id, v);
}

// ---- ordinary operations ---------------------------------------------------------------------------------------------------
static void release_dead(Ra *ra, Value **args, int n) {
    for (int k = 0; k < n; k++) {
        RaVal *val = &ra->vals[args[k]->id];
        if (val->cls == CLS_NONE || val->uses) continue;
        for (RegSet s = val->regs; s; s &= s - 1) release(ra, lowest(s));
    }
}

// x op= y destroys x's register. If x lives on and is nowhere else, it must be copied, unless it is cheaper to lose it.
static void save_first(Ra *ra, Value *v, Value **orig, const RegConstraint *c) {
    for (int k = 0;; k++) {
        int r = v->args[0]->reg;
        RaVal *val = &ra->vals[orig[0]->id];
        if (!val->uses || val->regs != bit(r) || val->remat) break;
        Value *b = v->nargs > 1 ? v->args[1] : NULL;
        bool commutes =
            (ssa_op_info(ra->f, v->op)->flags & OPF_COMMUTES) && k == 0 && b && b->reg >= 0 && c->in[0] == c->in[1];
        if (commutes && orig[1] != orig[0] &&
            (!ra->vals[orig[1]->id].uses || ra->vals[orig[1]->id].regs != bit(b->reg))) {
            Value *t = v->args[0];
            v->args[0] = v->args[1];
            v->args[1] = t;
            t = orig[0];
            orig[0] = orig[1];
            orig[1] = t;
            continue;
        }
        RegSet mask = (c->in[0] ? c->in[0] : class_regs(ra, val->cls)) & ~ra->pinned;
        RegSet elsewhere = class_regs(ra, val->cls) & ~ra->used & ~ra->pinned;
        if (c->in[0] && !(c->in[0] & (c->in[0] - 1))) { // the operation wants this register: x moves
            vacate(ra, r, c->clobbers | c->out | c->out2, v);
            return;
        }
        if (!(mask & ~ra->used) && !elsewhere) {
            // no register free: the one with the farthest use goes
            i64 own = use_key(ra, orig[0]->id), far = -1;
            for (RegSet s = mask & ra->used; s; s &= s - 1) far = i64_max(far, use_key(ra, ra->regs[lowest(s)]));
            if (far <= own) break;
        }
        if (!mask) break;
        int hint = first_hint(&ra->vals[v->id]);
        int t = alloc_reg(ra, mask, hint, v->id);
        Value *copy = ra_copy(ra, orig[0]->id, t, r);
        emit(ra, copy, v);
        v->args[0] = copy;
        ra->pinned |= bit(t);
        return; // t is free again as soon as the operation has written it
    }
    release(ra, v->args[0]->reg);
}

static void alloc_outputs(Ra *ra, Value *v, const RegConstraint *c, RegSet busy) {
    int cls = cls_of((VType)v->type);
    RegSet keep = ra->pinned; // the arguments, dead or not: nothing is copied over them
    if (c->same_as_first) {
        v->reg = v->args[0]->reg;
    } else if (c->out || cls != CLS_NONE) {
        RegSet mask = c->out ? c->out : class_regs(ra, cls) & ~c->clobbers;
        i32 id = v->id;
        if (!(mask & (mask - 1))) vacate(ra, lowest(mask), c->clobbers | c->out | c->out2, v);
        ra->pinned = busy;
        int hint = first_hint(&ra->vals[id]);
        for (int k = 0; k < 2 && k < v->nargs && hint < 0; k++) // the register of an argument that ends here
            if (v->args[k]->reg >= 0 && !(ra->used & bit(v->args[k]->reg))) hint = v->args[k]->reg;
        v->reg = (i16)alloc_reg(ra, mask, hint, id);
    }
    if (c->out2) {
        ra->pinned = keep;
        if (!(c->out2 & (c->out2 - 1))) vacate(ra, lowest(c->out2), c->clobbers | c->out | c->out2, v);
        ra->pinned = busy | (v->reg >= 0 ? bit(v->reg) : 0);
        v->reg2 = (i16)alloc_reg(ra, c->out2, -1, v->id);
    }
    ra->pinned = keep;
}

static bool stays_in_memory(Ra *ra, const Value *x, const RegConstraint *c, int k) {
    const RaVal *val = &ra->vals[x->id];
    if (!(c->mem_ok >> k & 1) || val->regs || val->remat || !val->uses) return false;
    const Use *next = val->uses->next;
    if (!next || next->pos > call_after(ra)) return true;
    return !(class_regs(ra, val->cls) & ~ra->used & ~ra->pinned);
}

static Value *memory_carrier(Ra *ra, Value *x) {
    Value *c = new_value(ra, O_RELOAD, x, 1);
    ra_need_slot(ra, x->id, ra->b);
    return c;
}

static void alloc_args(Ra *ra, Value *v, Value **orig, const RegConstraint *c) {
    for (int round = 0; round < 3; round++) // first fixed registers, then small sets, then any
        for (int k = 0; k < v->nargs; k++) {
            Value *x = orig[k];
            RaVal *val = &ra->vals[x->id];
            if (val->cls == CLS_NONE) continue;
            RegSet in = k < c->nin && c->in[k] ? c->in[k] : class_regs(ra, val->cls);
            int want = !(in & (in - 1)) ? 0 : in != class_regs(ra, val->cls) ? 1 : 2;
            if (want != round) continue;
            v->args[k] = stays_in_memory(ra, x, c, k) ? memory_carrier(ra, x) : need_in_reg(ra, x, in, v);
        }
}

static void alloc_op(Ra *ra, Value *v) {
    RegConstraint c = {0};
    Value *keep[8], **orig = v->nargs <= 8 ? keep : ANEWN(ra->a, Value *, v->nargs);
    if (v->nargs) memcpy(orig, v->args, sizeof(Value *) * (size_t)v->nargs);
    ra->arch->constraints(v, &c);
    ra->pinned = 0;
    // x + y with x in its slot: y + [slot]
    if ((c.mem_ok & 2) && (ssa_op_info(ra->f, v->op)->flags & OPF_COMMUTES) && ra->vals[orig[1]->id].regs &&
        stays_in_memory(ra, orig[0], &c, 1)) {
        Value *t = orig[0];
        orig[0] = orig[1];
        orig[1] = t;
    }
    alloc_args(ra, v, orig, &c);
    RegSet args = ra->pinned;
    pop_arg_uses(ra, orig, v->nargs);
    if (c.same_as_first) save_first(ra, v, orig, &c);
    args |= ra->pinned;
    release_dead(ra, orig, v->nargs);
    for (RegSet s = c.clobbers & ra->used; s; s &= s - 1) vacate(ra, lowest(s), c.clobbers | c.out | c.out2, v);
    ra->pinned = args;
    RegSet busy = c.early_out || c.same_as_first ? args : 0;
    if (c.scratch_int) {
        RegSet save = ra->pinned;
        ra->pinned = args | c.clobbers | c.out | c.out2;
        int s = alloc_reg(ra, ra->arch->allocatable_int, -1, v->id);
        v->scratch = s;
        busy |= bit(s);
        ra->pinned = save | bit(s);
    }
    alloc_outputs(ra, v, &c, busy);
    vec_push(ra->a, &ra->out, v);
    if (v->type != VT_TUPLE && v->reg >= 0 && is_live(ra, v->id)) {
        release(ra, v->reg);
        take(ra, v->reg, v->id, v);
    }
}

// A copy whose source ends here is only a new name.
static void alloc_copy(Ra *ra, Value *v) {
    Value *x = v->args[0];
    RaVal *val = &ra->vals[x->id];
    if (val->cls == CLS_NONE) {
        vec_push(ra->a, &ra->out, v);
        return;
    }
    ra->pinned = 0;
    Value *c = need_in_reg(ra, x, class_regs(ra, val->cls), v);
    int r = c->reg;
    v->args[0] = c;
    pop_use(ra, val);
    if (!val->uses || val->remat || (val->regs & ~bit(r))) {
        for (RegSet s = val->uses ? bit(r) : val->regs; s; s &= s - 1) release(ra, lowest(s));
        v->reg = v->reg2 = (i16)r;
    } else {
        v->reg2 = (i16)r;
        v->reg = (i16)alloc_reg(ra, class_regs(ra, val->cls), first_hint(&ra->vals[v->id]), v->id);
    }
    vec_push(ra->a, &ra->out, v);
    if (is_live(ra, v->id)) take(ra, v->reg, v->id, v);
}

static void alloc_keepalive(Ra *ra, Value *v) {
    RaVal *val = &ra->vals[v->args[0]->id];
    if (val->cls != CLS_NONE) {
        if (val->regs) v->args[0] = ra->carrier[lowest(val->regs)];
        else if (!val->remat) v->args[0] = memory_carrier(ra, v->args[0]);
        pop_use(ra, val);
        if (!val->uses)
            for (RegSet s = val->regs; s; s &= s - 1) release(ra, lowest(s));
    }
    vec_push(ra->a, &ra->out, v);
}

static void alloc_value(Ra *ra, Value *v) {
    RaVal *val = &ra->vals[v->id];
    while (ra->next_fixed < ra->fixed.len && ra->fixed.ptr[ra->next_fixed].pos <= ra->pos) ra->next_fixed++;
    if (has_fixed_args(ra, v)) {
        alloc_fixed(ra, v);
        vec_push(ra->a, &ra->out, v);
    } else if (v->op == O_PHI || v->op == O_ARG || v->op == O_CONTEXT) {
        vec_push(ra->a, &ra->out, v);
    } else if (v->op == O_SELECT_N) {
        if (val->cls != CLS_NONE) define_component(ra, v->args[0], v);
        vec_push(ra->a, &ra->out, v);
    } else if (val->remat) {
        return; // made where it is needed
    } else if (v->op == O_COPY) {
        alloc_copy(ra, v);
    } else if (v->op == O_KEEPALIVE) {
        alloc_keepalive(ra, v);
    } else {
        alloc_op(ra, v);
    }
    val->defined = true;
    note_pointer(ra, v->id);
}

// ---- blocks ------------------------------------------------------------------------------------------------------------------
static void note_positions(Ra *ra, Block *b) { // of definitions and last uses, before the arguments are replaced
    RaBlock *rb = ra->rb;
    for (i32 i = 0; i < b->values.len; i++) {
        Value *v = b->values.ptr[i];
        bool at_start = v->op == O_PHI || v->op == O_ARG || v->op == O_CONTEXT;
        ra->vals[v->id].start = ra->vals[v->id].end = at_start ? rb->pos0 : rb->pos0 + 1 + i;
        if (v->op == O_PHI) continue;
        for (int k = 0; k < v->nargs; k++) {
            RaVal *val = &ra->vals[v->args[k]->id];
            if (val->end < rb->pos0 + 1 + i) val->end = rb->pos0 + 1 + i;
        }
    }
    for (int c = 0; c < 2; c++)
        if (b->ctl[c] && ra->vals[b->ctl[c]->id].end < rb->pos0 + rb->npos)
            ra->vals[b->ctl[c]->id].end = rb->pos0 + rb->npos;
}

static void begin_block(Ra *ra, Block *b) {
    ra->b = b;
    ra->rb = ra_block(ra, b);
    ra->used = ra->pinned = 0;
    ra->out = (RaVec){0};
    VEC_ROOM(ra->a, &ra->out, b->values.len + 4);
    ra->pos = 0;
    for (int r = 0; r < MAX_REGS; r++) ra->regs[r] = -1;
    build_uses(ra, b);
    for (i64 k = 0; k < ra->live.len; k++) {
        ra->vals[ra->live.ptr[k]].regs = 0;
        note_pointer(ra, ra->live.ptr[k]);
    }
    bool phis = b->values.len && b->values.ptr[0]->op == O_PHI;
    if (b == ra->f->entry) start_entry(ra, b);
    else if (!b->preds.len) CHECK(ra->rb->livein.len == 0);
    else if (b->preds.len == 1 && !phis && ra_block(ra, b->preds.ptr[0].b)->done)
        start_like(ra, ra_block(ra, b->preds.ptr[0].b));
    else start_merged(ra, b);
}

static void end_block(Ra *ra, Block *b) {
    RaBlock *rb = ra->rb;
    for (int c = 0; c < 2; c++)
        if (b->ctl[c] && ra->vals[b->ctl[c]->id].cls != CLS_NONE) {
            RaVal *val = &ra->vals[b->ctl[c]->id];
            ra->pinned = 0;
            b->ctl[c] = need_in_reg(ra, b->ctl[c], class_regs(ra, val->cls), NULL);
            pop_use(ra, val);
            if (!val->uses)
                for (RegSet s = val->regs; s; s &= s - 1) release(ra, lowest(s));
        }
    for (RegSet s = ra->used; s; s &= s - 1) {
        int r = lowest(s);
        if (is_live(ra, ra->regs[r])) rb->end[r] = ra->regs[r], rb->ends |= bit(r);
    }
    for (i64 i = 0; i < ra->live.len; i++) {
        RaVal *val = &ra->vals[ra->live.ptr[i]];
        while (val->uses) pop_use(ra, val);
        val->regs = 0;
    }
    b->values.ptr = ra->out.ptr, b->values.len = ra->out.len, b->values.cap = ra->out.cap;
    rb->done = true;
}

static void alloc_block(Ra *ra, Block *b) {
    begin_block(ra, b);
    note_positions(ra, b);
    for (i64 i = 0; i < b->values.len; i++) {
        Value *v = b->values.ptr[i];
        ra->pos = (i32)i;
        alloc_value(ra, v);
    }
    ra->pos = (i32)b->values.len;
    end_block(ra, b);
}

static void init_values(Ra *ra) {
    Func *f = ra->f;
    ra->nvals = f->next_value;
    ra->vals = ARAWN(ra->a, RaVal, ra->nvals); // each is in a block: ssa_renumber
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            RaVal *val = &ra->vals[v->id];
            v->block = b, v->reg = v->reg2 = -1, v->home = NULL, v->data = NULL, v->scratch = 0;
            *val = (RaVal){.v = v,
                           .cls = (u8)cls_of((VType)v->type),
                           .phi_hint = -1,
                           .last_reg = -1,
                           .start = -1,
                           .end = -1,
                           .slot_hint = -1,
                           .block_reg = -1};
            val->remat = ra->arch->rematerializable(v);
            val->local = val->remat && val->cls == CLS_INT;
            val->pointer = v->type == VT_PTR && !val->remat;
        }
    }
}

void ssa_regalloc(Func *f) {
    Ra *ra = ANEW(f->arena, Ra);
    ra->f = f, ra->arch = f->arch, ra->a = f->arena;
    ssa_renumber(f);
    init_values(ra);
    ra_prepare(ra);
    if (f->opt && f->opt->check) ra_check_begin(ra);
    for (i64 i = 0; i < ra->norder; i++) alloc_block(ra, ra->order[i]);
    ra_plan_edges(ra);
    ra_place_spills(ra);
    ra_assign_slots(ra);
    ra_emit_edges(ra);
    ra_frame(ra);
    if (ra->check) ra_check_end(ra);
    ra_layout(ra);
}
