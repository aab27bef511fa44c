// late.c - the passes right before lowering: nil checks into faulting accesses, constants next to their uses, critical edges, layout.
#include "ssa/ssa_int.h"

// ---- nil checks --------------------------------------------------------------------------------------
enum { NULL_PAGE = 4096 };
static bool accesses(const Func *f, const Value *v, const Value *check) {
    if (!(op_flags(f, v) & OPF_FAULT) || (op_flags(f, v) & OPF_CALL)) return false;
    bool sized = v->op == O_ZERO || v->op == O_MOVE;
    if (v->op == O_MOVE && (v->args[1] == check || v->args[1] == check->args[0]))
        return v->auxint > 0 && v->auxint < NULL_PAGE;
    if (v->args[0] != check && v->args[0] != check->args[0]) return false;
    if (sized) return v->auxint > 0 && v->auxint < NULL_PAGE;
    return v->auxint >= 0 && v->auxint < NULL_PAGE && (v->op == O_LOAD || v->op == O_STORE || v->op == O_STORE_WB);
}
// Folds a check into the first access behind it in its block, if nothing visible happens between them.
void pass_nilcheck_late(Func *f) {
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *c = b->values.ptr[k];
            if (c->op != O_NILCHECK) continue;
            if (c->args[0]->type == VT_I64 && is_const(c->args[0], 0)) continue; // nil's method: gc shows address 0
            for (i64 j = k + 1; j < b->values.len; j++) {
                Value *v = b->values.ptr[j];
                if (accesses(f, v, c)) {
                    v->flags |= VF_FAULTS;
                    if (v->op == O_LOAD)
                        v->pos = c->pos, v->inl = c->inl; // it reports the fault; not so stores, as in gc
                    ssa_copy_of(f, c, c->args[0]);
                    break;
                }
                u16 fl = op_flags(f, v);
                if ((fl & (OPF_MEM_OUT | OPF_CALL)) || v->type == VT_TUPLE || v->op == O_NILCHECK || v->type == VT_MEM)
                    break;
            }
        }
    }
    ssa_clean(f);
}

// ---- constants --------------------------------------------------------------------------------------------
static bool is_cheap(const Value *v) {
    return v->op == O_CONST || v->op == O_FCONST || v->op == O_ADDR || v->op == O_SLOT_ADDR || v->op == O_OUT_ADDR;
}
// In blocks where a cheap value is used it is made anew, in front of its first use; the register allocator then has nothing to keep.
typedef struct Clone {
    Block *b;
    Value *v;
} Clone;
static Value *clone_into(Func *f, Block *b, Value *v, ValueVec *out) {
    Clone *c = v->data;
    if (c && c->b == b) return c->v;
    if (!c) c = v->data = ANEW(f->arena, Clone);
    Value *n = ssa_new_value(f, b, v->op, (VType)v->type, v->pos, 0, NULL);
    n->auxint = v->auxint;
    n->aux = v->aux;
    n->flags = v->flags;
    n->inl = v->inl;
    vec_push(f->arena, out, n);
    c->b = b;
    c->v = n;
    return n;
}
void pass_tighten(Func *f) {
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) b->values.ptr[k]->data = NULL;
    }
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        ValueVec out = {0};
        VEC_ROOM(f->arena, &out, b->values.len + 2);
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (v->op != O_PHI)
                for (int a = 0; a < v->nargs; a++) {
                    Value *x = v->args[a];
                    if (!is_cheap(x) || x->block == b) continue;
                    Value *n = clone_into(f, b, x, &out);
                    v->args[a] = n;
                    n->uses++;
                    x->uses--;
                }
            vec_push(f->arena, &out, v);
        }
        if (b->ctl[0] && is_cheap(b->ctl[0]) && b->ctl[0]->block != b) {
            Value *x = b->ctl[0], *n = clone_into(f, b, x, &out);
            b->ctl[0] = n;
            n->uses++;
            x->uses--;
        }
        for (i64 s = 0; s < b->succs.len; s++) { // phi arguments belong to the end of the predecessor
            Edge e = b->succs.ptr[s];
            for (i64 k = 0; k < e.b->values.len && e.b->values.ptr[k]->op == O_PHI; k++) {
                Value *phi = e.b->values.ptr[k], *x = phi->args[e.i];
                if (!is_cheap(x) || x->block == b) continue;
                Value *n = clone_into(f, b, x, &out);
                phi->args[e.i] = n;
                n->uses++;
                x->uses--;
            }
        }
        b->values.ptr = out.ptr;
        b->values.len = out.len;
        b->values.cap = out.cap;
    }
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        i64 n = 0;
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (is_cheap(v) && !v->uses) v->flags |= VF_DEAD;
            else b->values.ptr[n++] = v;
        }
        b->values.len = n;
    }
}

// ---- edges and order -----------------------------------------------------------------------------------------
void pass_critical(Func *f) {
    for (i64 i = 0, n = f->blocks.len; i < n; i++) {
        Block *b = f->blocks.ptr[i];
        if (b->succs.len < 2) continue;
        for (i64 s = 0; s < b->succs.len; s++)
            if (b->succs.ptr[s].b->preds.len > 1) {
                Block *m = ssa_split_edge(f, b, s);
                m->cold = b->cold || b->succs.ptr[s].b->cold;
            }
    }
}
// Does the edge lead to where its branch hardly ever goes? Into a loop and out of it do not count.
static bool is_cold_edge(Edge e, const Block *to) {
    if (e.b->cold) return true;
    return e.b->kind == BK_IF && ((e.b->likely > 0 && e.i == 1) || (e.b->likely < 0 && e.i == 0)) &&
           e.b->succs.ptr[0].b != e.b->succs.ptr[1].b && to->loop_depth <= e.b->loop_depth &&
           !(e.b->loop && e.b->loop != to->loop);
}
static bool leads_to_cold(const Block *b) { // whatever follows it is
    for (i64 s = 0; s < b->succs.len; s++)
        if (!b->succs.ptr[s].b->cold) return false;
    return b->kind == BK_EXIT || b->succs.len > 0;
}
static bool comes_from_cold(const Block *b) {
    for (i64 p = 0; p < b->preds.len; p++)
        if (!is_cold_edge(b->preds.ptr[p], b)) return false;
    return b->preds.len > 0;
}
static void find_cold(Func *f) {
    for (bool again = true, up = true; again || !up; up = !up) { // against the edges, then along them
        again = up ? false : again;
        for (i64 k = 0; k < f->npostorder; k++) {
            Block *b = f->postorder[up ? k : f->npostorder - 1 - k];
            if (b->cold || b == f->entry || !(leads_to_cold(b) || comes_from_cold(b))) continue;
            b->cold = again = true;
        }
    }
    for (i64 i = 0; i < f->npostorder; i++) {
        Block *b = f->postorder[i];
        if (b->kind == BK_IF && !b->likely) b->likely = (i8)(b->succs.ptr[1].b->cold - b->succs.ptr[0].b->cold);
    }
}
static Block *best_successor(Block *b) {
    Block *best = NULL;
    int score = -1;
    for (i64 s = 0; s < b->succs.len; s++) {
        Block *t = b->succs.ptr[s].b;
        if (t->scratch_placed || t->cold != b->cold) continue;
        int sc = 4 * (t->loop_depth >= b->loop_depth) + 2 * ((b->likely > 0 && s == 0) || (b->likely < 0 && s == 1)) +
                 (t->preds.len == 1);
        if (sc > score) {
            score = sc;
            best = t;
        }
    }
    return best;
}
typedef VEC(Block *) BlockVec;
// The order being made. Blocks that wait to begin a trace are a stack for each loop depth; cold ones, which come last, are one stack.
typedef struct Traces {
    Func *f;
    BlockVec out, *waiting;
    i32 top;
    bool cold;
} Traces;
static void let_wait(Traces *t, Block *b) {
    if (b->scratch_placed || (b->cold && !t->cold)) return;
    i32 depth = t->cold ? 0 : b->loop_depth;
    vec_push(t->f->arena, &t->waiting[depth], b);
    t->top = (i32)i64_max(t->top, depth);
}
static Block *take_waiting(Traces *t) { // the most deeply nested one, of these the one that was seen last
    for (; t->top >= 0; t->top--) {
        BlockVec *v = &t->waiting[t->top];
        while (v->len) {
            Block *b = v->ptr[--v->len];
            if (!b->scratch_placed) return b;
        }
    }
    return NULL;
}
static void place_traces(Traces *t, Block *b) {
    for (; b || (b = take_waiting(t)) != NULL;) {
        b->scratch_placed = true;
        vec_push(t->f->arena, &t->out, b);
        Block *next = best_successor(b);
        for (i64 s = 0; s < b->succs.len; s++)
            if (b->succs.ptr[s].b != next) let_wait(t, b->succs.ptr[s].b);
        b = next;
    }
}
// Greedy traces: follow the best successor; begin again at the most deeply nested, most recently seen block that waits. Cold blocks last.
void pass_layout(Func *f) {
    find_cold(f);
    i32 depth = 0;
    for (i64 i = 0; i < f->blocks.len; i++) {
        f->blocks.ptr[i]->scratch_placed = false;
        depth = (i32)i64_max(depth, f->blocks.ptr[i]->loop_depth);
    }
    Traces t = {.f = f, .waiting = ANEWN(f->arena, BlockVec, depth + 1), .top = -1};
    place_traces(&t, f->entry);
    t.cold = true;
    for (i64 i = f->npostorder - 1; i >= 0; i--) let_wait(&t, f->postorder[i]);
    place_traces(&t, NULL);
    BlockVec out = t.out;
    if (f->deferreturn_block) vec_push(f->arena, &out, f->deferreturn_block);
    CHECK(out.len == f->blocks.len);
    f->blocks.ptr = out.ptr;
    f->blocks.len = out.len;
    f->blocks.cap = out.cap;
}
