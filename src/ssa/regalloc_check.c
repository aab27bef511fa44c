// regalloc_check.c - proof that the allocator kept the meaning of the function.
//
// In:   for each block the arguments its values had before allocation; the allocated code. Method: an abstract machine whose registers and
// slots hold names of values ("holds v17") or nothing known. It starts at the entry, runs every instruction, and where edges meet keeps
// what all agree on, until nothing changes; then a last round checks that each instruction finds, in each register or slot it reads,
// the value it was given before allocation; that slots marked in a call's stack map hold pointers, and that pointers in unmarked slots
// are not used after the call (they are forgotten there). Only in check mode. bug() with a listing otherwise.
#include "ssa/regalloc_int.h"
#include <stdio.h>

typedef struct OldArgs {
    Value *v;
    Value **args;
    i32 nargs;
} OldArgs;
typedef struct Check {
    OldArgs *old;     // by Value.id
    Value **ctl;      // by block id
    i32 nloc, nslots; // registers, then slots, then flags
    i32 **in;         // by block id: state at its start; NULL: not reached
    i32 *state, *flow;
    bool checking;
} Check;
enum { NOTHING = -1 };

static NORETURN void fail(Ra *ra, const Block *b, const Value *v, const char *what) {
    Func *f = ra->f;
    fprintf(stderr, "func %.*s\n", SFMT(f->name));
    for (i64 i = 0; i < ra->norder; i++) {
        Block *x = ra->order[i];
        fprintf(stderr, "b%d:", x->id);
        for (i64 p = 0; p < x->preds.len; p++) fprintf(stderr, " <-b%d", x->preds.ptr[p].b->id);
        fputc('\n', stderr);
        for (i64 k = 0; k < x->values.len; k++) {
            Value *y = x->values.ptr[k];
            fprintf(stderr, "%s v%d = %s reg %d reg2 %d slot %d (", y == v ? "=>" : "  ", y->id,
                    ssa_op_info(f, y->op)->name, y->reg, y->reg2, y->home ? y->home->id : -1);
            for (int a = 0; a < y->nargs; a++) fprintf(stderr, " v%d:%d", y->args[a]->id, y->args[a]->reg);
            fprintf(stderr, " )\n");
        }
        fprintf(stderr, "  ->");
        for (i64 s = 0; s < x->succs.len; s++) fprintf(stderr, " b%d", x->succs.ptr[s].b->id);
        fputc('\n', stderr);
    }
    bug("register allocation of %.*s: b%d v%d %s: %s", SFMT(f->name), b->id, v ? v->id : -1,
        v ? ssa_op_info(f, v->op)->name : "", what);
}

void ra_check_begin(Ra *ra) {
    Check *c = ra->check = ANEW(ra->a, Check);
    c->old = ANEWN(ra->a, OldArgs, ra->nvals);
    c->ctl = ANEWN(ra->a, Value *, ra->f->next_block);
    for (i64 i = 0; i < ra->norder; i++) {
        Block *b = ra->order[i];
        c->ctl[b->id] = b->ctl[0];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            OldArgs *o = &c->old[v->id];
            *o = (OldArgs){v, ANEWN(ra->a, Value *, v->nargs + 1), v->nargs};
            for (int a = 0; a < v->nargs; a++) o->args[a] = v->args[a];
        }
    }
}

static i32 slot_loc(const Check *c, const Slot *s) { return MAX_REGS + s->id; }
static i32 flags_loc(const Check *c) { return c->nloc - 1; }

// What an argument's place holds must be the value it was.
static void read_arg(Ra *ra, const Block *b, const Value *v, const Value *arg, const Value *was) {
    Check *c = ra->check;
    if (!c->checking) return;
    i32 loc;
    if (was->type == VT_FLAGS) loc = flags_loc(c);
    else if (arg->reg >= 0) loc = arg->reg;
    else if (arg->op == O_RELOAD) loc = slot_loc(c, arg->args[0]->home);
    else fail(ra, b, v, "argument has no place");
    if (c->state[loc] == was->id) return;
    fprintf(stderr, "v%d expected in %d, which holds v%d\n", was->id, loc, c->state[loc]);
    fail(ra, b, v, "reads a wrong value");
}

static bool is_move(const Value *v) { return v->op == O_SPILL || v->op == O_RELOAD; }

static void run_move(Ra *ra, const Block *b, const Value *v) {
    Check *c = ra->check;
    i32 *st = c->state;
    i32 orig = v->args[0]->id;
    if (v->op == O_SPILL) {
        // a store to a slot the owner of which is known to be someone else's phi is a move as well
        st[slot_loc(c, v->home)] = st[v->reg2];
    } else {
        st[v->reg] = st[slot_loc(c, v->home)];
    }
    (void)orig, (void)b;
}

static void forget(i32 *st, RegSet regs) {
    for (; regs; regs &= regs - 1) st[lowest(regs)] = NOTHING;
}

static bool in_map(const Ra *ra, const CallInfo *call, const Slot *s) {
    return obj_map_bit(ra->f->notes, call->map, s->offset / 8);
}

static void run_call(Ra *ra, const Block *b, const Value *v) {
    Check *c = ra->check;
    forget(c->state, ra->arch->allocatable_int | ra->arch->allocatable_float);
    for (i64 i = 0; i < c->nslots; i++) {
        const Slot *s = ra->f->slots.ptr[i];
        i32 *st = &c->state[slot_loc(c, s)];
        if (s->is_arg || s->type || s->size > 8) continue;
        bool marked = in_map(ra, v->call, s);
        bool pointer = *st >= 0 && *st < ra->nvals && ra->vals[*st].v && ra->vals[*st].v->type == VT_PTR;
        if (marked && !pointer && c->checking && !s->has_pointers)
            fail(ra, b, v, "the stack map marks a slot without a pointer");
        if (pointer && !marked) *st = NOTHING;
    }
}

static void run_value(Ra *ra, const Block *b, Value *v) {
    Check *c = ra->check;
    i32 *st = c->state;
    bool old = v->id < ra->nvals && c->old[v->id].v == v;
    if (v->op == O_PHI || v->op == O_ARG || v->op == O_CONTEXT) return;
    OldArgs *o = old ? &c->old[v->id] : NULL;
    // the allocator may have exchanged the arguments of a commutative operation
    bool swapped = old && v->nargs >= 2 && (ssa_op_info(ra->f, v->op)->flags & OPF_COMMUTES) &&
                   o->args[0] != o->args[1] && v->args[0]->reg >= 0 && st[v->args[0]->reg] == o->args[1]->id;
    if (old)
        for (int a = 0; a < c->old[v->id].nargs; a++) {
            Value *was = c->old[v->id].args[a];
            int cls = cls_of((VType)was->type);
            if ((cls == CLS_NONE && was->type != VT_FLAGS) || v->op == O_SELECT_N) continue;
            if (v->op == O_KEEPALIVE && ra->vals[was->id].remat) continue;
            if (swapped && a < 2) was = o->args[1 - a];
            read_arg(ra, b, v, v->args[a], was);
        }
    if (is_move(v)) {
        run_move(ra, b, v);
        return;
    }
    if (v->op == O_COPY && !old) {
        st[v->reg] = st[v->reg2];
        return;
    }
    if (!old) { // made again: v->scratch says which
        st[v->reg] = (i32)v->scratch;
        return;
    }
    if (v->op == O_CALL || (ssa_op_info(ra->f, v->op)->flags & OPF_CALL)) run_call(ra, b, v);
    else if (v->op >= O_MACHINE_FIRST) {
        RegConstraint k = {0};
        Value probe = *v;
        ra->arch->constraints(&probe, &k);
        if (k.same_as_first && c->checking && v->args[0]->reg != v->reg)
            fail(ra, b, v, "result is not in the first argument's register");
        if (c->checking)
            for (int a = 0; a < v->nargs; a++) {
                int r = v->args[a]->reg;
                if (cls_of((VType)v->args[a]->type) == CLS_NONE) continue;
                if (a < k.nin && k.in[a] && (r < 0 || !(k.in[a] & bit(r))))
                    fail(ra, b, v, "argument in a register that is not allowed");
                if (r >= 0 && k.scratch_int && r == v->scratch) fail(ra, b, v, "argument in the scratch register");
                if (r >= 0 && k.early_out && (r == v->reg || r == v->reg2))
                    fail(ra, b, v, "argument in the result's register");
                if (r >= 0 && a > 0 && k.same_as_first && r == v->reg && c->old[v->id].args[a] != c->old[v->id].args[0])
                    fail(ra, b, v, "second argument is overwritten");
            }
        forget(st, k.clobbers);
        if (k.scratch_int) st[v->scratch] = NOTHING;
        if (v->reg >= 0) st[v->reg] = NOTHING;
        if (v->reg2 >= 0) st[v->reg2] = NOTHING;
        if (ssa_op_info(ra->f, v->op)->flags & OPF_CLOBBERS_FLAGS) st[flags_loc(c)] = NOTHING;
    }
    if (v->type == VT_FLAGS) st[flags_loc(c)] = v->id;
    else if (v->reg >= 0 && v->type != VT_TUPLE) st[v->reg] = v->id;
}

static bool meet(Ra *ra, Block *t, i64 e) { // state flows along edge e into t
    Check *c = ra->check;
    i32 *st = c->state, *in = c->in[t->id];
    i32 *flow = c->flow;
    memcpy(flow, st, sizeof(i32) * (size_t)c->nloc);
    for (i64 k = 0; k < t->values.len && t->values.ptr[k]->op == O_PHI; k++) { // phis take place of their arguments
        Value *phi = t->values.ptr[k];
        i32 loc = phi->reg >= 0 ? phi->reg : ra->vals[phi->id].mem_phi ? slot_loc(c, phi->home) : -1;
        if (loc < 0) continue;
        if (c->checking && st[loc] != phi->args[e]->id) {
            fprintf(stderr, "edge b%d->b%d: v%d (argument of phi v%d) expected in %d, which holds v%d\n",
                    t->preds.ptr[e].b->id, t->id, phi->args[e]->id, phi->id, loc, st[loc]);
            fail(ra, t, phi, "wrong argument of a phi");
        }
        flow[loc] = phi->id;
    }
    bool changed = false;
    if (!in) {
        c->in[t->id] = ANEWN(ra->a, i32, c->nloc);
        memcpy(c->in[t->id], flow, sizeof(i32) * (size_t)c->nloc);
        return true;
    }
    for (i32 i = 0; i < c->nloc; i++)
        if (in[i] != NOTHING && in[i] != flow[i]) in[i] = NOTHING, changed = true;
    return changed;
}

static bool run_block(Ra *ra, Block *b) {
    Check *c = ra->check;
    memcpy(c->state, c->in[b->id], sizeof(i32) * (size_t)c->nloc);
    for (i64 k = 0; k < b->values.len; k++) run_value(ra, b, b->values.ptr[k]);
    if (b->ctl[0] && c->checking && (cls_of((VType)c->ctl[b->id]->type) != CLS_NONE || c->ctl[b->id]->type == VT_FLAGS))
        read_arg(ra, b, NULL, b->ctl[0], c->ctl[b->id]);
    bool changed = false;
    for (i64 s = 0; s < b->succs.len; s++) changed |= meet(ra, b->succs.ptr[s].b, b->succs.ptr[s].i);
    return changed;
}

void ra_check_end(Ra *ra) {
    Check *c = ra->check;
    Func *f = ra->f;
    c->nslots = (i32)f->slots.len;
    c->nloc = MAX_REGS + c->nslots + 1;
    c->in = ANEWN(ra->a, i32 *, f->next_block);
    c->state = ANEWN(ra->a, i32, c->nloc);
    c->flow = ANEWN(ra->a, i32, c->nloc);
    i32 *in = c->in[f->entry->id] = ANEWN(ra->a, i32, c->nloc);
    for (i32 i = 0; i < c->nloc; i++) in[i] = NOTHING;
    for (i64 k = 0; k < f->entry->values.len; k++) {
        Value *v = f->entry->values.ptr[k];
        if ((v->op == O_ARG || v->op == O_CONTEXT) && v->reg >= 0) in[v->reg] = v->id;
    }
    if (f->deferreturn_block && f->deferreturn_block->order >= ra->nreach) {
        in = c->in[f->deferreturn_block->id] = ANEWN(ra->a, i32, c->nloc);
        for (i32 i = 0; i < c->nloc; i++) in[i] = NOTHING;
    }
    for (bool again = true; again;) {
        again = false;
        for (i64 i = 0; i < ra->norder; i++)
            if (c->in[ra->order[i]->id]) again |= run_block(ra, ra->order[i]);
    }
    c->checking = true;
    for (i64 i = 0; i < ra->norder; i++)
        if (c->in[ra->order[i]->id]) run_block(ra, ra->order[i]);
}
