// ifconv.c - branches around almost nothing become conditional moves.
//
//   b: if c -> x, j     x: (cheap) -> j            b: if c -> x, y    x, y: (cheap) -> j
// In: any Func. Out: the phis of j that differ between the two ways are SELECTs in b (with more predecessors: phi arguments are).
// Only where nothing says which way is likely, for at most two selected integers or pointers and at most three cheap operations per arm;
// not for floats (no conditional move) and not if memory differs. An exit from a loop stays a branch. So does what the address of a load
// depends on: behind a predicted branch the processor loads ahead, behind a conditional move it waits (a heap's pop with random keys took
// 1.9 times as long).
#include "ssa/ssa_int.h"

enum { MAX_OPS = 3, MAX_SELECTS = 2 };
static bool is_cheap_op(const Func *f, const Value *v) {
    switch (v->op) {
    case O_CONST:
    case O_COPY:
    case O_ADDR:
    case O_SLOT_ADDR: return true;
    case O_ADD:
    case O_SUB:
    case O_AND:
    case O_OR:
    case O_XOR:
    case O_NEG:
    case O_NOT:
    case O_BNOT:
    case O_SEXT:
    case O_ZEXT:
    case O_TRUNC:
    case O_PTR_OFF:
    case O_PTR_ADD:
    case O_EQ:
    case O_NE:
    case O_LT:
    case O_LE:
    case O_ULT:
    case O_ULE: return true;
    case O_SHL:
    case O_SHR:
    case O_SAR: return v->auxint == 1 && v->args[1]->op == O_CONST;
    default: return false;
    }
}
// ---- addresses
// Value.scratch: 1 if the address of a load or the source of a copy is computed from it.
static void mark_address(Func *f, ValueVec *work, Value *v) {
    if (v->scratch || !(v->type == VT_PTR || (v->type >= VT_I8 && v->type <= VT_I64))) return;
    v->scratch = 1;
    vec_push(f->arena, work, v);
}
static void mark_addresses(Func *f) {
    ValueVec work = {0};
    for (i64 i = 0; i < f->blocks.len; i++)
        for (i64 k = 0; k < f->blocks.ptr[i]->values.len; k++) f->blocks.ptr[i]->values.ptr[k]->scratch = 0;
    for (i64 i = 0; i < f->blocks.len; i++)
        for (i64 k = 0; k < f->blocks.ptr[i]->values.len; k++) {
            Value *v = f->blocks.ptr[i]->values.ptr[k];
            if (v->op == O_LOAD) mark_address(f, &work, v->args[0]);
            else if (v->op == O_MOVE) mark_address(f, &work, v->args[1]);
        }
    while (work.len) {
        Value *v = work.ptr[--work.len];
        for (int a = 0; a < v->nargs; a++) mark_address(f, &work, v->args[a]);
    }
}

// ---- branches
static bool is_arm(const Func *f, const Block *x, const Block *b, const Block *j) {
    if (x == j || x->preds.len != 1 || x->preds.ptr[0].b != b || x->kind != BK_PLAIN || x->succs.ptr[0].b != j ||
        x->cold || x == f->deferreturn_block)
        return false;
    int ops = 0;
    for (i64 k = 0; k < x->values.len; k++) {
        if (!is_cheap_op(f, x->values.ptr[k])) return false;
        ops += x->values.ptr[k]->op != O_CONST;
    }
    return ops <= MAX_OPS;
}
static void take_values(Func *f, Block *b, Block *x) {
    for (i64 k = 0; k < x->values.len; k++) {
        x->values.ptr[k]->block = b;
        vec_push(f->arena, &b->values, x->values.ptr[k]);
    }
    x->values.len = 0;
}
static bool try_block(Func *f, Block *b) {
    if (b->kind != BK_IF || b->likely || b == f->entry) return false;
    Block *x = b->succs.ptr[0].b, *y = b->succs.ptr[1].b, *j;
    if (x == y || x == b || y == b) return false;
    bool ax = false, ay = false;
    if (x->kind == BK_PLAIN && x->succs.len == 1 && is_arm(f, x, b, x->succs.ptr[0].b)) {
        j = x->succs.ptr[0].b;
        ax = true;
        if (y != j) {
            if (!is_arm(f, y, b, j)) return false;
            ay = true;
        }
    } else if (y->kind == BK_PLAIN && y->succs.len == 1 && x == y->succs.ptr[0].b && is_arm(f, y, b, x)) {
        j = x;
        ay = true;
    } else return false;
    if (j == b) return false;
    if (b->loop != j->loop) return false;
    i64 px = ax ? x->succs.ptr[0].i : b->succs.ptr[0].i, py = ay ? y->succs.ptr[0].i : b->succs.ptr[1].i; // ways into j
    int n = 0;
    for (i64 k = 0; k < j->values.len && j->values.ptr[k]->op == O_PHI; k++) {
        Value *phi = j->values.ptr[k];
        if (phi->args[px] == phi->args[py]) continue;
        if (phi->type == VT_MEM || phi->scratch || is_float_type((VType)phi->type) || phi->type == VT_V128 ||
            ++n > MAX_SELECTS)
            return false;
    }
    Value *c = b->ctl[0];
    if (ax) take_values(f, b, x);
    if (ay) take_values(f, b, y);
    for (i64 k = 0; k < j->values.len && j->values.ptr[k]->op == O_PHI; k++) {
        Value *phi = j->values.ptr[k];
        if (phi->args[px] == phi->args[py]) continue;
        Value *s = ssa_value(f, b, O_SELECT, (VType)phi->type, c->pos, 3, (Value *[]){c, phi->args[px], phi->args[py]});
        s->inl = c->inl;
        ssa_set_arg(f, phi, (int)px, s);
    }
    ssa_fold_branch(f, b, 0); // keeps the way that px names
    return true;
}
void pass_ifconv(Func *f) {
    bool any = false;
    mark_addresses(f);
    for (i64 i = 0; i < f->npostorder; i++) any |= try_block(f, f->postorder[i]);
    if (any) ssa_clean(f);
}
