// value.c - values, blocks, edges: the primitives every pass is made of.
//
// Keeps: Value.uses counts arguments and block controls that mention the value; edges know their reverse index; phis come first in a
// block and have one argument a predecessor. The entry block holds arguments, constants and nothing that has an effect, so a constant
// may be appended to it at any time.
#include "ssa/ssa_int.h"
#include <stdarg.h>

const OpInfo ssa_generic_ops[] = {
#define O(n, nargs, flags, doc) {#n, nargs, flags},
#include "ssa/ops.def"
#undef O
};

// ---- values ----------------------------------------------------------------------------------------
static void put_args(Func *f, Value *v, int nargs, Value **args) {
    f->edits++;
    v->nargs = nargs;
    i64 cap = 4;
    while (cap < nargs) cap *= 2;
    v->args = nargs <= 3 ? v->inline_args : ARAWN(f->arena, Value *, cap);
    for (int i = 0; i < nargs; i++) {
        v->args[i] = args[i];
        args[i]->uses++;
    }
}
Value *ssa_new_value(Func *f, Block *b, int op, VType t, Pos pos, int nargs, Value **args) {
    Value *v = ANEW(f->arena, Value);
    v->id = f->next_value++;
    v->op = (u16)op;
    v->type = (u8)t;
    v->block = b;
    v->pos = pos;
    v->inl = f->cur_inl;
    v->reg = v->reg2 = -1;
    put_args(f, v, nargs, args);
    f->has_copies |= op == O_COPY;
    return v;
}
Value *ssa_value(Func *f, Block *b, int op, VType t, Pos pos, int nargs, Value **args) {
    Value *v = ssa_new_value(f, b, op, t, pos, nargs, args);
    vec_push(f->arena, &b->values, v);
    return v;
}
Value *ssa_insert_before(Func *f, Value *at, int op, VType t, int nargs, Value **args) {
    Block *b = at->block;
    Value *v = ssa_new_value(f, b, op, t, at->pos, nargs, args);
    v->inl = at->inl;
    i64 i = 0;
    while (b->values.ptr[i] != at) i++;
    vec_push(f->arena, &b->values, v);
    memmove(&b->values.ptr[i + 1], &b->values.ptr[i], sizeof(Value *) * (size_t)(b->values.len - 1 - i));
    b->values.ptr[i] = v;
    return v;
}
Value *ssa_new_before(Func *f, Value *at, int op, VType t, int nargs, ...) {
    Value *args[16];
    va_list ap;
    va_start(ap, nargs);
    for (int i = 0; i < nargs; i++) args[i] = va_arg(ap, Value *);
    va_end(ap);
    if (!f->rewrite_out) return ssa_insert_before(f, at, op, t, nargs, args);
    Value *v = ssa_new_value(f, at->block, op, t, at->pos, nargs, args);
    v->inl = at->inl;
    for (i64 k = 0; f->rewriting && k < f->rewrite_at; k++)
        vec_push(f->arena, f->rewrite_out, f->rewriting->values.ptr[k]);
    f->rewriting = NULL;
    vec_push(f->arena, f->rewrite_out, v);
    return v;
}
static bool is_removable(const Func *f, const Value *v) {
    if (v->op == O_PHI) return true;
    u16 fl = ssa_op_info(f, v->op)->flags;
    return (fl & OPF_PURE) && !(fl & OPF_CONTROL);
}
// A use of v is gone; what only it kept alive goes with it.
void ssa_drop_use(Func *f, Value *v) {
    if (--v->uses > 0 || f->no_kill || (v->flags & VF_DEAD) || v->op == O_PHI || v->op == O_ARG ||
        !is_removable(f, v) || v->type == VT_MEM)
        return;
    int n = v->nargs;
    v->op = O_INVALID;
    v->nargs = 0;
    v->flags |= VF_DEAD;
    for (int i = 0; i < n; i++) ssa_drop_use(f, v->args[i]);
}
void ssa_rewrite(Func *f, Value *v, int op, VType t, i64 auxint, void *aux, int nargs, Value **args) {
    Value *keep[16];
    int n = v->nargs;
    Value **old = v->args == v->inline_args ? keep : v->args;
    if (v->args == v->inline_args)
        for (int i = 0; i < n; i++) keep[i] = v->args[i];
    put_args(f, v, nargs, args);
    f->has_copies |= op == O_COPY;
    v->op = (u16)op;
    v->type = (u8)t;
    v->auxint = auxint;
    v->aux = aux;
    for (int i = 0; i < n; i++) ssa_drop_use(f, old[i]);
}
void ssa_reset(Func *f, Value *v, int op, VType t) { ssa_rewrite(f, v, op, t, 0, NULL, 0, NULL); }
void ssa_add_arg(Func *f, Value *v, Value *arg) {
    f->edits++;
    i64 n = v->nargs;
    if (!v->args) v->args = v->inline_args;
    if (n >= 3 && (n == 3 || (n & (n - 1)) == 0)) {
        Value **a = ARAWN(f->arena, Value *, n == 3 ? 4 : 2 * n);
        memcpy(a, v->args, sizeof(Value *) * (size_t)n);
        v->args = a;
    }
    v->args[v->nargs++] = arg;
    arg->uses++;
}
void ssa_set_arg(Func *f, Value *v, int i, Value *arg) {
    Value *old = v->args[i];
    if (old == arg) return;
    f->edits++;
    v->args[i] = arg;
    arg->uses++;
    ssa_drop_use(f, old);
}
void ssa_copy_of(Func *f, Value *v, Value *x) { ssa_rewrite(f, v, O_COPY, (VType)v->type, 0, NULL, 1, &x); }
void ssa_remove_arg(Func *f, Value *v, i64 i) {
    Value *old = v->args[i];
    f->edits++;
    for (i64 k = i; k + 1 < v->nargs; k++) v->args[k] = v->args[k + 1];
    v->nargs--;
    ssa_drop_use(f, old);
}
void ssa_set_ctl(Func *f, Block *b, Value *v) {
    Value *old = b->ctl[0];
    f->edits++;
    if (v) v->uses++;
    b->ctl[0] = v;
    if (old) ssa_drop_use(f, old);
}
// O(all values); passes that replace often leave copies instead (ssa_copy_of).
void ssa_replace_uses(Func *f, Value *old, Value *with) {
    f->edits++;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            for (int a = 0; a < v->nargs; a++)
                if (v->args[a] == old) {
                    v->args[a] = with;
                    with->uses++;
                    old->uses--;
                }
        }
        for (int c = 0; c < 2; c++)
            if (b->ctl[c] == old) {
                b->ctl[c] = with;
                with->uses++;
                old->uses--;
            }
    }
}
void ssa_compute_uses(Func *f) {
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) b->values.ptr[k]->uses = 0;
    }
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            for (int a = 0; a < v->nargs; a++) v->args[a]->uses++;
        }
        for (int c = 0; c < 2; c++)
            if (b->ctl[c]) b->ctl[c]->uses++;
    }
    f->stale_uses = false;
}
static bool is_that_const(const Value *v, int op, VType t, u64 bits) {
    return v->op == op && v->type == t && (u64)v->auxint == bits && !(v->flags & VF_DEAD);
}
static Value *find_const(Func *f, int op, VType t, u64 bits) {
    u64 key = (bits ^ bits >> 29) * 0x9E3779B97F4A7C15u + ((u64)op << 8 | t);
    Value **recent = &f->recent_consts[(key ^ key >> 32) % NELEM(f->recent_consts)];
    if (*recent && is_that_const(*recent, op, t, bits)) return *recent;
    if (!f->consts) f->consts = map_new_num(f->arena);
    for (;; key++) {
        Value *v = map_get_num(f->consts, key);
        if (v && !(v->flags & VF_DEAD)) {
            if (is_that_const(v, op, t, bits)) return *recent = v;
            continue;
        }
        v = ssa_value(f, f->entry, op, t, 0, 0, NULL);
        v->inl = -1;
        map_set_num(f->consts, key, v);
        return *recent = v;
    }
}
Value *ssa_const(Func *f, VType t, i64 c) {
    switch (t) {
    case VT_BOOL: c = c != 0; break;
    case VT_I8: c = (i8)c; break;
    case VT_I16: c = (i16)c; break;
    case VT_I32: c = (i32)c; break;
    default: break;
    }
    Value *v = find_const(f, O_CONST, t, (u64)c);
    v->auxint = c;
    return v;
}
Value *ssa_fconst(Func *f, VType t, f64 x) {
    u64 bits;
    memcpy(&bits, &x, 8);
    Value *v = find_const(f, O_FCONST, t, bits);
    v->auxf = x;
    return v;
}

// ---- blocks and edges --------------------------------------------------------------------------------
Block *ssa_block(Func *f, BlockKind kind) {
    Block *b = ANEW(f->arena, Block);
    b->id = f->next_block++;
    b->kind = (u8)kind;
    b->f = f;
    b->inl = -1;
    b->preds.ptr = b->few, b->succs.ptr = b->few + 2;
    b->preds.cap = b->succs.cap = 2;
    vec_push(f->arena, &f->blocks, b);
    f->edits++;
    f->stale_dom = f->stale_loops = true;
    return b;
}
// Marks of what there is, by old number, become new numbers.
static i32 count_up(i32 *number, i32 n) {
    i32 next = 0;
    for (i32 i = 0; i < n; i++)
        if (number[i]) number[i] = next++;
    return next;
}
void ssa_renumber(Func *f) {
    i32 *value = ANEWN(f->arena, i32, f->next_value), *block = ANEWN(f->arena, i32, f->next_block);
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        block[b->id] = 1;
        for (i64 k = 0; k < b->values.len; k++) value[b->values.ptr[k]->id] = 1;
    }
    f->next_value = count_up(value, f->next_value);
    f->next_block = count_up(block, f->next_block);
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        b->id = block[b->id];
        for (i64 k = 0; k < b->values.len; k++) b->values.ptr[k]->id = value[b->values.ptr[k]->id];
    }
}
void ssa_edge(Func *f, Block *from, Block *to) {
    i32 i = (i32)from->succs.len, j = (i32)to->preds.len;
    vec_push(f->arena, &from->succs, ((Edge){to, j}));
    vec_push(f->arena, &to->preds, ((Edge){from, i}));
    f->edits++;
    f->stale_dom = f->stale_loops = true;
}
static void remove_pred(Func *f, Block *b, i64 j) {
    for (i64 k = j; k + 1 < b->preds.len; k++) {
        b->preds.ptr[k] = b->preds.ptr[k + 1];
        Edge e = b->preds.ptr[k];
        e.b->succs.ptr[e.i].i = (i32)k;
    }
    b->preds.len--;
    for (i64 k = 0; k < b->values.len; k++) {
        Value *v = b->values.ptr[k];
        if (v->op == O_PHI) ssa_remove_arg(f, v, j);
    }
}
void ssa_remove_edge(Func *f, Block *from, i64 s) {
    Edge e = from->succs.ptr[s];
    for (i64 k = s; k + 1 < from->succs.len; k++) {
        from->succs.ptr[k] = from->succs.ptr[k + 1];
        Edge x = from->succs.ptr[k];
        x.b->preds.ptr[x.i].i = (i32)k;
    }
    from->succs.len--;
    remove_pred(f, e.b, e.i);
    f->edits++;
    f->stale_dom = f->stale_loops = true;
}
// Edge s of from is split: a new plain block lies on it.
Block *ssa_split_edge(Func *f, Block *from, i64 s) {
    Edge e = from->succs.ptr[s];
    Block *n = ssa_block(f, BK_PLAIN);
    n->pos = from->pos, n->inl = from->inl;
    vec_push(f->arena, &n->preds, ((Edge){from, (i32)s}));
    vec_push(f->arena, &n->succs, e);
    from->succs.ptr[s] = (Edge){n, 0};
    e.b->preds.ptr[e.i] = (Edge){n, 0};
    return n;
}
// b's conditional becomes a jump along edge keep.
void ssa_fold_branch(Func *f, Block *b, i64 keep) {
    for (i64 s = b->succs.len - 1; s >= 0; s--)
        if (s != keep) {
            ssa_remove_edge(f, b, s);
            if (s < keep) keep--;
        }
    ssa_set_ctl(f, b, NULL);
    b->kind = BK_PLAIN;
    b->likely = 0;
}
Block *ssa_split_block(Func *f, Block *b, i64 at) {
    Block *n = ssa_block(f, (BlockKind)b->kind);
    n->likely = b->likely;
    n->pos = b->pos, n->inl = b->inl;
    n->cold = b->cold;
    n->mop = b->mop;
    n->ctl[0] = b->ctl[0];
    n->ctl[1] = b->ctl[1];
    b->ctl[0] = b->ctl[1] = NULL;
    b->kind = BK_PLAIN;
    b->likely = 0;
    for (i64 k = at; k < b->values.len; k++) {
        b->values.ptr[k]->block = n;
        vec_push(f->arena, &n->values, b->values.ptr[k]);
    }
    b->values.len = at;
    for (i64 e = 0; e < b->succs.len; e++) {
        Edge x = b->succs.ptr[e];
        vec_push(f->arena, &n->succs, x);
        x.b->preds.ptr[x.i] = (Edge){n, (i32)e};
    }
    b->succs.len = 0;
    return n;
}
Slot *ssa_slot(Func *f, i64 size, i64 align, Type *t) {
    Slot *s = ANEW(f->arena, Slot);
    s->id = (i32)f->slots.len;
    s->size = size;
    s->align = align ? align : 1;
    s->type = t;
    s->has_pointers = t && types_has_pointers(t);
    vec_push(f->arena, &f->slots, s);
    return s;
}

// ---- rules -----------------------------------------------------------------------------------------------
static Value *skip_copies(Value *v) {
    while (v->op == O_COPY) v = v->args[0];
    return v;
}
static void clean_args(Func *f, Value *v) {
    for (int i = 0; i < v->nargs; i++)
        if (v->args[i]->op == O_COPY) ssa_set_arg(f, v, i, skip_copies(v->args[i]));
}
static i64 drop_dead(Value **v, i64 n) {
    i64 left = 0;
    for (i64 k = 0; k < n; k++)
        if (!(v[k]->flags & VF_DEAD)) v[left++] = v[k];
    return left;
}
// Most blocks get no new values: theirs are written to `out` when the first one comes.
static bool rewrite_block(Func *f, Block *b, bool (*rewrite)(Func *, Value *), ValueVec *out) {
    bool changed = false, dead = false;
    i64 edits = f->edits;
    out->len = 0;
    f->rewrite_out = out;
    f->rewriting = b;
    for (i64 k = 0; k < b->values.len; k++) {
        Value *v = b->values.ptr[k];
        dead |= (v->flags & VF_DEAD) != 0;
        if (v->flags & VF_DEAD) continue;
        f->rewrite_at = k;
        if (f->has_copies) clean_args(f, v);
        for (int n = 0; n < 100 && !(v->flags & VF_DEAD) && v->op != O_COPY && rewrite(f, v); n++) {
            changed = true;
            if (f->has_copies) clean_args(f, v);
        }
        if (!f->rewriting) vec_push(f->arena, out, v);
    }
    bool filled = !f->rewriting;
    f->rewriting = NULL;
    f->rewrite_out = NULL;
    for (int c = 0; c < 2; c++)
        if (b->ctl[c] && b->ctl[c]->op == O_COPY) {
            Value *old = b->ctl[c];
            f->edits++;
            b->ctl[c] = skip_copies(old);
            b->ctl[c]->uses++;
            ssa_drop_use(f, old);
        }
    if (!filled) {
        if (f->edits != edits || dead) b->values.len = drop_dead(b->values.ptr, b->values.len);
        return changed;
    }
    ValueVec old = {b->values.ptr, 0, b->values.cap};
    b->values.ptr = out->ptr;
    b->values.len = drop_dead(out->ptr, out->len);
    b->values.cap = out->cap;
    *out = old;
    return changed;
}
bool ssa_apply_rules(Func *f, bool (*rewrite)(Func *, Value *)) {
    bool any = false, again = true;
    ValueVec out = {0};
    for (int round = 0; again && round < 50; round++) {
        again = false;
        for (i64 i = 0; i < f->blocks.len; i++) again |= rewrite_block(f, f->blocks.ptr[i], rewrite, &out);
        any |= again;
    }
    return any;
}
