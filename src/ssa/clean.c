// clean.c - what every other pass leaves behind: unreachable blocks, copies, trivial phis, dead values, jumps to jumps.
//
// Removes what is dead, cuts copies and phis of one value, folds constant branches, merges a block with its only successor if that has no other
// predecessor, and skips empty blocks. Keeps: the entry block on its own (constants are appended to it at any time).
// Where nothing was edited since all that was done, nothing is to do.
#include "ssa/ssa_int.h"
#include "ssa/build.h"

static bool fold_branches(Func *f) {
    bool any = false;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        if (b->kind == BK_IF && b->ctl[0]->op == O_CONST) {
            ssa_fold_branch(f, b, b->ctl[0]->auxint ? 0 : 1);
            any = true;
        } else if (b->kind == BK_IF && b->ctl[0]->op == O_BNOT) {
            Value *x = b->ctl[0]->args[0];
            Edge e0 = b->succs.ptr[0], e1 = b->succs.ptr[1];
            b->succs.ptr[0] = e1;
            b->succs.ptr[1] = e0;
            e1.b->preds.ptr[e1.i].i = 0;
            e0.b->preds.ptr[e0.i].i = 1;
            b->likely = (i8)-b->likely;
            ssa_set_ctl(f, b, x);
            i--; // again: it may be constant, or negated twice
            any = true;
        } else if (b->kind == BK_JUMP_TABLE && b->ctl[0]->op == O_CONST && (u64)b->ctl[0]->auxint < (u64)b->succs.len) {
            ssa_fold_branch(f, b, b->ctl[0]->auxint);
            any = true;
        }
    }
    return any;
}
static void mark_dead(Func *f, Value *v) { v->flags |= VF_DEAD; }
static bool is_reached(const Func *f, const Block *b) { return b->order >= 0 || b == f->deferreturn_block; }
// All edges from unreachable blocks at once: a block may have 100,000 of them.
static void drop_dead_preds(Func *f, Block *b) {
    i64 n = 0, len = b->preds.len;
    for (i64 p = 0; p < len; p++) n += is_reached(f, b->preds.ptr[p].b);
    if (n == len) return;
    for (i64 k = 0; k < b->values.len; k++) {
        Value *v = b->values.ptr[k];
        if (v->op != O_PHI) continue;
        i32 w = 0;
        for (i64 p = 0; p < len; p++) {
            if (is_reached(f, b->preds.ptr[p].b)) v->args[w++] = v->args[p];
            else v->args[p]->uses--;
        }
        v->nargs = w;
    }
    n = 0;
    for (i64 p = 0; p < len; p++) {
        Edge e = b->preds.ptr[p];
        if (!is_reached(f, e.b)) continue;
        e.b->succs.ptr[e.i].i = (i32)n;
        b->preds.ptr[n++] = e;
    }
    b->preds.len = n;
}
static void kill_block(Func *f, Block *b) {
    b->succs.len = b->preds.len = 0;
    for (int c = 0; c < 2; c++)
        if (b->ctl[c]) {
            b->ctl[c]->uses--;
            b->ctl[c] = NULL;
        }
    for (i64 k = 0; k < b->values.len; k++) {
        Value *v = b->values.ptr[k];
        if (!(v->flags & VF_DEAD))
            for (int a = 0; a < v->nargs; a++) v->args[a]->uses--;
        v->nargs = 0;
        mark_dead(f, v);
    }
    b->values.len = 0;
}
static bool remove_unreachable(Func *f) {
    if (ssa_postorder(f)) return false;
    for (i64 i = 0; i < f->blocks.len; i++)
        if (is_reached(f, f->blocks.ptr[i])) drop_dead_preds(f, f->blocks.ptr[i]);
    i64 n = 0;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        if (is_reached(f, b)) f->blocks.ptr[n++] = b;
        else kill_block(f, b);
    }
    bool any = n != f->blocks.len;
    f->blocks.len = n;
    return any;
}
// What v is a copy of; copies of copies are made to point there at once, or chains of them are walked again and again.
static Value *skip_copies(Value *v) {
    Value *end = v;
    while (end->op == O_COPY) end = end->args[0];
    while (v->op == O_COPY && v->args[0] != end) {
        Value *next = v->args[0];
        next->uses--;
        v->args[0] = end;
        end->uses++;
        v = next;
    }
    return end;
}
static Value *cut(Value **use) {
    Value *v = *use;
    if (v->op != O_COPY) return v;
    Value *s = skip_copies(v);
    v->uses--;
    s->uses++;
    return *use = s;
}
// Of what decides where blocks lead; all others are cut when they are marked as live.
static void cut_controls(Func *f) {
    for (i64 i = 0; f->has_copies && i < f->blocks.len; i++)
        for (int c = 0; c < 2; c++)
            if (f->blocks.ptr[i]->ctl[c]) cut(&f->blocks.ptr[i]->ctl[c]);
}
// ---- phis of one value ---------------------------------------------------------------------------------------------------
typedef struct PhiUse PhiUse;
struct PhiUse {
    Value *phi;
    PhiUse *next;
};
typedef struct Phi {
    Value *v;
    PhiUse *users; // phis that have v, or a phi that became a copy of v, as argument
    bool queued;
} Phi;
typedef struct Phis {
    Func *f;
    VEC(Phi) all; // Value.scratch - 1 is the index; 0 is no phi
    VEC(Value *) work;
} Phis;
static Value *only_value(Value *phi) {
    Value *same = NULL;
    for (int a = 0; a < phi->nargs; a++) {
        Value *x = skip_copies(phi->args[a]);
        if (x == phi || x == same) continue;
        if (same) return NULL;
        same = x;
    }
    return same;
}
// Phis come first in their block; some of them may be copies by now.
static bool is_phi_or_was(const Value *v) { return v->op == O_PHI || v->op == O_COPY; }
static bool has_trivial_phi(const Func *f) {
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len && is_phi_or_was(b->values.ptr[k]); k++)
            if (b->values.ptr[k]->op == O_PHI && only_value(b->values.ptr[k])) return true;
    }
    return false;
}
static Phi *phi_of(const Phis *p, const Value *v) { return v->op == O_PHI ? &p->all.ptr[v->scratch - 1] : NULL; }
static void enqueue(Phis *p, Value *v) {
    Phi *x = phi_of(p, v);
    if (!x || x->queued) return;
    x->queued = true;
    vec_push(p->f->arena, &p->work, v);
}
static void find_phis(Phis *p) {
    Func *f = p->f;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len && is_phi_or_was(b->values.ptr[k]); k++) {
            Value *v = b->values.ptr[k];
            if (v->op != O_PHI) continue;
            vec_push(f->arena, &p->all, (Phi){.v = v});
            v->scratch = p->all.len;
        }
    }
    for (i64 i = 0; i < p->all.len; i++) {
        Value *v = p->all.ptr[i].v;
        for (int a = 0; a < v->nargs; a++) {
            Phi *x = phi_of(p, skip_copies(v->args[a]));
            if (!x || x->v == v) continue;
            PhiUse *u = ANEW(f->arena, PhiUse);
            *u = (PhiUse){v, x->users};
            x->users = u;
        }
        enqueue(p, v);
    }
}
// The users of a phi that became a copy are users of what it is a copy of; they are looked at again.
static void hand_over(Phis *p, Phi *from, Phi *to) {
    for (PhiUse *u = from->users, *next; u; u = next) {
        next = u->next;
        if (u->phi->op != O_PHI) continue;
        enqueue(p, u->phi);
        if (!to || u->phi == to->v) continue;
        u->next = to->users;
        to->users = u;
    }
    from->users = NULL;
}
static void cut_phis(Func *f) {
    if (!has_trivial_phi(f)) return;
    Phis p = {.f = f};
    find_phis(&p);
    while (p.work.len) {
        Value *v = p.work.ptr[--p.work.len];
        Phi *x = phi_of(&p, v);
        if (!x) continue;
        x->queued = false;
        Value *same = only_value(v);
        if (!same) continue;
        ssa_copy_of(f, v, same);
        hand_over(&p, x, phi_of(&p, same));
    }
}
// Operations that are no roots unless they fault, pure or not: nil checks of loads are apart.
#define MAY_END(op)                                                                                                    \
    ((op) == O_PHI || (op) == O_COPY || (op) == O_LOAD || (op) == O_WB_ENABLED || (op) == O_INIT_MEM ||                \
     (op) == O_INVALID)
#define O(n, nargs, flags, doc) [O_##n] = MAY_END(O_##n) ? VF_FAULTS : (flags)&OPF_PURE ? 0 : 255,
// Values with one of these flags, of VF_FAULTS, are roots; all: any value is.
static const u8 root_flags[O_GENERIC_COUNT] = {
#include "ssa/ops.def"
};
#undef O
static bool is_root(const Value *v) {
    u8 f = v->op < O_GENERIC_COUNT ? root_flags[v->op] : 255;
    return (f & (v->flags | 1)) != 0; // all: also without any
}
// Room for all values. Result: how many there are.
static i64 make_room(Func *f, ValueVec *work) {
    i64 all = 0;
    for (i64 i = 0; i < f->blocks.len; i++) all += f->blocks.ptr[i]->values.len;
    if (work->cap < all) VEC_ROOM(f->arena, work, all + all / 4);
    return all;
}
static void mark_roots(Func *f, ValueVec *work) {
    i64 n = 0;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        Value **ptr = b->values.ptr, **end = ptr + b->values.len;
        for (; ptr < end; ptr++) {
            Value *v = *ptr;
            work->ptr[n] = v;
            n += v->scratch = is_root(v);
        }
    }
    work->len = n;
}
static inline void mark(Func *f, Value *v, ValueVec *work) {
    if (v->scratch) return;
    v->scratch = 1;
    vec_push(f->arena, work, v);
}
static void drop_unmarked(Func *f, Block *b) {
    i64 n = 0;
    for (i64 k = 0; k < b->values.len; k++) {
        Value *v = b->values.ptr[k];
        if (v->scratch) {
            b->values.ptr[n++] = v;
            continue;
        }
        for (int a = 0; a < v->nargs; a++) v->args[a]->uses--;
        v->nargs = 0;
        mark_dead(f, v);
    }
    f->removed += b->values.len - n;
    b->values.len = n;
}
// What is live refers to no copies behind it. Memory effects count as roots: stores are removed by pass dse, calls never.
static void drop_what_is_not_live(Func *f, i64 all, ValueVec *work) {
    i64 marked;
    mark_roots(f, work);
    for (i64 i = 0; i < f->blocks.len; i++) {
        Value **ctl = f->blocks.ptr[i]->ctl;
        if (ctl[0]) mark(f, cut(&ctl[0]), work);
        if (ctl[1]) mark(f, cut(&ctl[1]), work);
    }
    for (marked = 0; marked < work->len; marked++) {
        Value *v = work->ptr[marked];
        for (Value **x = v->args, **end = x + v->nargs; x < end; x++) mark(f, cut(x), work);
    }
    for (i64 i = 0; i < f->blocks.len && marked != all; i++) drop_unmarked(f, f->blocks.ptr[i]);
}
// ---- the same where no value depends on itself: dead is what nobody uses, and then what only that used ----------------------
static bool is_unused(const Value *v) { return !v->uses && !is_root(v); }
static void cut_args(Func *f) {
    for (i64 i = 0; i < f->blocks.len; i++) {
        Value **at = f->blocks.ptr[i]->values.ptr, **end = at + f->blocks.ptr[i]->values.len;
        for (; at < end; at++)
            for (Value **x = (*at)->args, **last = x + (*at)->nargs; x < last; x++) cut(x);
    }
}
static i64 find_unused(Func *f, Value **to) {
    i64 n = 0;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Value **at = f->blocks.ptr[i]->values.ptr, **end = at + f->blocks.ptr[i]->values.len;
        for (; at < end; at++)
            if (is_unused(*at)) to[n++] = *at;
    }
    return n;
}
static void drop_dead(Func *f, Block *b) {
    i64 n = 0;
    for (i64 k = 0; k < b->values.len; k++)
        if (!(b->values.ptr[k]->flags & VF_DEAD)) b->values.ptr[n++] = b->values.ptr[k];
    f->removed += b->values.len - n;
    b->values.len = n;
}
static void drop_unused(Func *f, ValueVec *work, bool copies) {
    if (copies) cut_controls(f), cut_args(f);
    work->len = find_unused(f, work->ptr);
    for (i64 i = 0; i < work->len; i++) {
        Value *v = work->ptr[i];
        mark_dead(f, v);
        for (int a = 0; a < v->nargs; a++)
            if (--v->args[a]->uses == 0 && !is_root(v->args[a])) vec_push(f->arena, work, v->args[a]);
        v->nargs = 0;
    }
    for (i64 i = 0; i < f->blocks.len && work->len; i++) drop_dead(f, f->blocks.ptr[i]);
}
static void remove_dead_values(Func *f, bool cycles) {
    bool copies = f->has_copies;
    ValueVec work = {f->work.ptr, 0, f->work.cap};
    i64 all = make_room(f, &work);
    if (cycles && f->has_cycles) drop_what_is_not_live(f, all, &work);
    else drop_unused(f, &work, copies);
    f->has_copies = false;
    f->work = work;
}
// b -> s where s has no other predecessor: one block.
static bool merge_blocks(Func *f) {
    bool any = false;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        if (b == f->entry || b == f->deferreturn_block) continue;
        while (b->kind == BK_PLAIN && b->succs.len == 1) {
            Block *s = b->succs.ptr[0].b;
            if (s == b || s->preds.len != 1 || s == f->entry) break;
            for (i64 k = 0; k < s->values.len; k++) {
                Value *v = s->values.ptr[k];
                if (v->op == O_PHI) {
                    Value *x = v->args[0];
                    ssa_copy_of(f, v, x);
                }
                v->block = b;
                vec_push(f->arena, &b->values, v);
            }
            s->values.len = 0;
            b->kind = s->kind;
            b->likely = s->likely;
            b->ctl[0] = s->ctl[0];
            b->ctl[1] = s->ctl[1];
            b->cold |= s->cold;
            if (s->pos) b->pos = s->pos, b->inl = s->inl;
            s->ctl[0] = s->ctl[1] = NULL;
            s->kind = BK_PLAIN;
            b->succs.len = 0;
            for (i64 e = 0; e < s->succs.len; e++) {
                Edge x = s->succs.ptr[e];
                vec_push(f->arena, &b->succs, x);
                x.b->preds.ptr[x.i] = (Edge){b, (i32)e};
            }
            s->succs.len = s->preds.len = 0;
            any = true;
        }
    }
    return any;
}
// An empty block that only jumps on is skipped, if the phis at the target stay well defined.
static bool skip_empty(Func *f) {
    bool any = false;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        if (b == f->entry || b->kind != BK_PLAIN || b->values.len || b->succs.len != 1 || !b->preds.len) continue;
        Edge out = b->succs.ptr[0];
        Block *s = out.b;
        if (s == b || s == f->entry) continue;
        bool phis = s->values.len && s->values.ptr[0]->op == O_PHI, clash = false;
        if (phis)
            for (i64 p = 0; p < b->preds.len && !clash;
                 p++) { // a predecessor that reaches s already would have two arguments
                Block *q = b->preds.ptr[p].b;
                for (i64 e = 0; e < q->succs.len; e++) clash |= q->succs.ptr[e].b == s;
                for (i64 r = 0; r < p; r++) clash |= b->preds.ptr[r].b == q;
            }
        if (clash) continue;
        while (b->preds.len > 1) { // further predecessors get edges of their own
            Edge in = b->preds.ptr[b->preds.len - 1];
            b->preds.len--;
            in.b->succs.ptr[in.i] = (Edge){s, (i32)s->preds.len};
            vec_push(f->arena, &s->preds, in);
            for (i64 k = 0; k < s->values.len && s->values.ptr[k]->op == O_PHI; k++)
                ssa_add_arg(f, s->values.ptr[k], s->values.ptr[k]->args[out.i]);
        }
        Edge in = b->preds.ptr[0];
        in.b->succs.ptr[in.i] = (Edge){s, out.i};
        s->preds.ptr[out.i] = in;
        b->preds.len = b->succs.len = 0;
        any = true;
    }
    return any;
}
// One round; true: another one may find more. dead: values may be dead since the last one; reached: all blocks are; cycles: also
// values are dropped that only each other use.
static bool clean_round(Func *f, bool *dead, bool reached, bool cycles) {
    cut_controls(f);
    bool again = fold_branches(f);
    if (again || !reached) again |= remove_unreachable(f);
    cut_phis(f);
    *dead |= again;
    again |= merge_blocks(f);
    *dead |= f->has_copies;
    if (*dead) remove_dead_values(f, cycles);
    again |= skip_empty(f);
    *dead = again && remove_unreachable(f);
    return again;
}
static void clean(Func *f, bool cycles) {
    if (f->edits == f->cleaned && (!cycles || !f->has_cycles || f->edits == f->swept)) return;
    bool moved = false;
    bool reached = !f->stale_dom && f->npostorder == f->blocks.len;
    for (bool dead = true; clean_round(f, &dead, reached, cycles);) moved = reached = true;
    if (moved) f->stale_dom = f->stale_loops = true; // else blocks and edges are what they were
    f->cleaned = f->edits;
    if (cycles) f->swept = f->edits;
}
// What only itself uses (a counter of a loop that nothing asks for) is looked for at the begin, and twice before the end: it costs a walk from all
// that is live, and no pass makes more of less there.
void pass_clean(Func *f) { clean(f, true); }
void pass_clean_again(Func *f) { clean(f, false); }
void pass_clean_late(Func *f) { clean(f, true); }
void ssa_clean(Func *f) { clean(f, false); }
void pass_clean_more(Func *f) { clean(f, true); }
void pass_recovery(Func *f) {
    if (f->has_defer && f->builder) bld_recovery(f->builder);
}
