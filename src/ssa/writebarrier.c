// writebarrier.c - STORE_WB, ZERO_WB and MOVE_WB become plain operations behind a test of the collector's flag.
//
// Stores next to each other share one test: if the flag is set, room for all new and all old pointers is taken from the barrier's buffer
// (WB_CALL) and filled; then the plain stores follow on both paths. Needs no barrier: stores to the own frame; constants (addresses of
// symbols and nil are not the collector's) into words known to be nil.
// Between the test and the last store (WB_END) the function may not be preempted: the flag changes only while all goroutines are at safe points.
// Hybrid barrier: the old value is shaded for the snapshot, the new one because the writer's stack may not have been scanned yet.
#include "ssa/ssa_int.h"

enum { MAX_WORDS = 8, MAX_BATCH = 32 };
static bool is_stack(const Value *p) {
    while (p->op == O_PTR_OFF || p->op == O_PTR_INDEX || p->op == O_PTR_ADD || p->op == O_COPY || p->op == O_NILCHECK)
        p = p->args[0];
    return p->op == O_SLOT_ADDR || p->op == O_OUT_ADDR;
}
static bool is_unmanaged(const Value *p) { // points to nothing the collector moves or frees
    if (p->op == O_CONST) return true;
    while (p->op == O_PTR_OFF || p->op == O_COPY) p = p->args[0];
    return p->op == O_ADDR;
}
static int words_of(const Value *v) { return !is_unmanaged(v->args[1]) + !(v->flags & VF_FRESH); }
static void demote(Value *v) {
    if (is_stack(v->args[0]) || (v->op == O_STORE_WB && !words_of(v)))
        v->op = v->op == O_STORE_WB ? O_STORE : v->op == O_ZERO_WB ? O_ZERO : O_MOVE;
}
static Value *at_end(Func *f, Block *b, int op, VType t, i64 auxint, int nargs, Value **args, const Value *like) {
    Value *v = ssa_value(f, b, op, t, like->pos, nargs, args);
    v->inl = like->inl;
    v->auxint = auxint;
    return v;
}
static Value *arg_mem(Value *v) { return v->args[v->nargs - 1]; }
// The plain stores and barrier stores that begin at values[i] and follow each other in the memory chain; what is computed between them
// moves in front. Returns the index behind the last one.
static i64 collect(Func *f, Block *b, i64 i, Value **batch, i64 *n) {
    i64 words = 0, last = i, k = 0;
    Value *mem = arg_mem(b->values.ptr[i]);
    for (i64 j = i; j < b->values.len && k < MAX_BATCH; j++) {
        Value *v = b->values.ptr[j];
        if (v->op == O_STORE_WB || v->op == O_STORE) {
            if (arg_mem(v) != mem) break;
            int w = v->op == O_STORE_WB ? words_of(v) : 0;
            if (words + w > MAX_WORDS) break;
            words += w;
            batch[k++] = v;
            mem = v;
            if (v->op == O_STORE_WB) {
                last = j;
                *n = k;
            }
            continue;
        }
        u16 fl = op_flags(f, v);
        if (!(fl & OPF_PURE) || v->type == VT_MEM || v->type == VT_TUPLE || v->op == O_SELECT_N) break;
    }
    return last + 1;
}
// Order: everything that is not in the batch, then the batch.
static i64 sink_batch(Func *f, Block *b, i64 from, i64 to, Value **batch, i64 n) {
    i64 w = from, k = 0;
    for (i64 j = from; j < to; j++) {
        Value *v = b->values.ptr[j];
        if (k < n && v == batch[k]) k++;
        else b->values.ptr[w++] = v;
    }
    for (i64 j = 0; j < n; j++) b->values.ptr[w + j] = batch[j];
    return w;
}
static void branch_on_flag(Func *f, Block *b, Value *mem, const Value *like, Block *slow, Block *fast) {
    Value *flag = at_end(f, b, O_WB_ENABLED, VT_BOOL, 0, 1, &mem, like);
    b->kind = BK_IF;
    b->likely = -1;
    b->pos = like->pos, b->inl = like->inl;
    ssa_set_ctl(f, b, flag);
    slow->cold = true;
    slow->pos = like->pos, slow->inl = like->inl;
    ssa_edge(f, b, slow);
    ssa_edge(f, b, fast);
}
static void phi_first(Func *f, Block *b, Value *phi) {
    vec_push(f->arena, &b->values, phi);
    memmove(&b->values.ptr[1], &b->values.ptr[0], sizeof(Value *) * (size_t)(b->values.len - 1));
    b->values.ptr[0] = phi;
}
static void fill_buffer(Func *f, Block *slow, Value *mem, Value **batch, i64 n, Value **out) {
    i64 words = 0;
    for (i64 k = 0; k < n; k++)
        if (batch[k]->op == O_STORE_WB) words += words_of(batch[k]);
    Value *call = at_end(f, slow, O_WB_CALL, VT_TUPLE, words, 1, &mem, batch[0]);
    call->etype = VT_I64;
    Value *buf = at_end(f, slow, O_SELECT_N, VT_I64, 0, 1, &call, batch[0]);
    Value *m = at_end(f, slow, O_SELECT_N, VT_MEM, 1, 1, &call, batch[0]);
    i64 off = 0;
    for (i64 k = 0; k < n; k++) {
        Value *st = batch[k];
        if (st->op != O_STORE_WB) continue;
        if (!is_unmanaged(st->args[1])) {
            m = at_end(f, slow, O_STORE, VT_MEM, off, 3, (Value *[]){buf, st->args[1], m}, st);
            off += 8;
        }
        if (!(st->flags & VF_FRESH)) {
            Value *old = at_end(f, slow, O_LOAD, VT_PTR, st->auxint, 2, (Value *[]){st->args[0], m}, st);
            m = at_end(f, slow, O_STORE, VT_MEM, off, 3, (Value *[]){buf, old, m}, st);
            off += 8;
        }
    }
    *out = m;
}
// v, a memory operation, becomes the end of what the test covers; the operation itself stands before it.
static void end_behind(Func *f, Block *b, Value *v) {
    i64 at = 0;
    while (b->values.ptr[at] != v) at++;
    Value *st = ssa_new_value(f, b, v->op, VT_MEM, v->pos, v->nargs, v->args);
    st->inl = v->inl, st->auxint = v->auxint, st->flags = v->flags, st->go_type = v->go_type;
    vec_push(f->arena, &b->values, st);
    memmove(&b->values.ptr[at + 1], &b->values.ptr[at], sizeof(Value *) * (size_t)(b->values.len - 1 - at));
    b->values.ptr[at] = st;
    v->flags = 0;
    ssa_rewrite(f, v, O_WB_END, VT_MEM, 0, NULL, 1, &st);
}
static void expand_batch(Func *f, Block *b, i64 i, Value **batch, i64 n) {
    Value *mem = arg_mem(batch[0]), *slow_mem;
    Block *rest = ssa_split_block(f, b, i), *slow = ssa_block(f, BK_PLAIN);
    branch_on_flag(f, b, mem, batch[0], slow, rest);
    fill_buffer(f, slow, mem, batch, n, &slow_mem);
    ssa_edge(f, slow, rest);
    Value *phi = ssa_new_value(f, rest, O_PHI, VT_MEM, batch[0]->pos, 2, (Value *[]){mem, slow_mem});
    phi_first(f, rest, phi);
    ssa_set_arg(f, batch[0], 2, phi);
    for (i64 k = 0; k < n; k++)
        if (batch[k]->op == O_STORE_WB) {
            batch[k]->op = O_STORE;
            batch[k]->flags &= (u8)~VF_FRESH;
        }
    end_behind(f, rest, batch[n - 1]);
}
static Value *runtime_call(Func *f, Block *b, RtFn fn, int nargs, Value **args, const Value *like) {
    Value *all[8];
    CallInfo *ci = ANEW(f->arena, CallInfo);
    *ci = (CallInfo){.kind = CALL_RUNTIME_LEAF_NOGC,
                     .sym = obj_sym(f->syms, str_c(rt_symbol(fn))),
                     .nargs = nargs - 1,
                     .args = ANEWN(f->arena, AbiLoc, nargs)};
    for (int i = 0; i < nargs; i++) {
        all[i] = args[i];
        if (i < nargs - 1) ci->args[i] = (AbiLoc){.in_reg = true, .reg_index = (i16)i, .vtype = args[i]->type};
    }
    Value *call = at_end(f, b, O_CALL, VT_TUPLE, 0, nargs, all, like);
    call->call = ci;
    f->has_calls = true;
    return at_end(f, b, O_SELECT_N, VT_MEM, 0, 1, &call, like);
}
static void expand_bulk(Func *f, Block *b, i64 i) {
    Value *v = b->values.ptr[i], *mem = arg_mem(v);
    bool move = v->op == O_MOVE_WB;
    Block *rest = ssa_split_block(f, b, i), *slow = ssa_block(f, BK_PLAIN), *fast = ssa_block(f, BK_PLAIN);
    branch_on_flag(f, b, mem, v, slow, fast);
    Sym *ts = obj_sym(f->syms, ir_type_symbol(f->prog, v->go_type));
    Value *type = at_end(f, slow, O_ADDR, VT_I64, 0, 0, NULL, v);
    type->sym = ts;
    Value *m1 =
        runtime_call(f, slow, move ? RT_TYPEDMEMMOVE : RT_TYPEDMEMCLR, move ? 4 : 3,
                     move ? (Value *[]){type, v->args[0], v->args[1], mem} : (Value *[]){type, v->args[0], mem}, v);
    Value *m2 = at_end(f, fast, move ? O_MOVE : O_ZERO, VT_MEM, v->auxint, move ? 3 : 2,
                       move ? (Value *[]){v->args[0], v->args[1], mem} : (Value *[]){v->args[0], mem}, v);
    m2->flags |= v->flags & VF_OVERLAP;
    v->flags &= (u8)~VF_OVERLAP;
    ssa_edge(f, slow, rest);
    ssa_edge(f, fast, rest);
    Value *phi = ssa_new_value(f, rest, O_PHI, VT_MEM, v->pos, 2, (Value *[]){m1, m2});
    phi_first(f, rest, phi);
    ssa_rewrite(f, v, O_WB_END, VT_MEM, 0, NULL, 1, &phi);
}
// Where a block is cut: the operations at values[at] and behind it that share a test; of a bulk operation n is 0.
typedef struct Cut {
    i64 at, n;
} Cut;
typedef VEC(Cut) CutVec;
static bool is_barrier(const Value *v) { return v->op == O_STORE_WB || v->op == O_ZERO_WB || v->op == O_MOVE_WB; }
static void find_cuts(Func *f, Block *b, CutVec *cuts) {
    cuts->len = 0;
    for (i64 k = 0; k < b->values.len; k++)
        if (is_barrier(b->values.ptr[k])) demote(b->values.ptr[k]);
    for (i64 k = 0; k < b->values.len; k++) {
        Value *v = b->values.ptr[k], *batch[MAX_BATCH];
        if (!is_barrier(v)) continue;
        Cut c = {k, 0};
        if (v->op == O_STORE_WB) {
            i64 end = collect(f, b, k, batch, &c.n);
            c.at = sink_batch(f, b, k, end, batch, c.n);
            k = c.at + c.n - 1;
        }
        vec_push(f->arena, cuts, c);
    }
}
// The last cut first: what is behind it is short, however long the block is.
void pass_writebarrier(Func *f) {
    CutVec cuts = {0};
    for (i64 i = 0, n = f->blocks.len; i < n; i++) {
        Block *b = f->blocks.ptr[i];
        find_cuts(f, b, &cuts);
        if (cuts.len) f->has_barriers = true;
        while (cuts.len) {
            Cut c = cuts.ptr[--cuts.len];
            Value *batch[MAX_BATCH] = {0};
            for (i64 k = 0; k < c.n; k++) batch[k] = b->values.ptr[c.at + k];
            if (c.n) expand_batch(f, b, c.at, batch, c.n);
            else expand_bulk(f, b, c.at);
        }
    }
}

// ---- large moves ---------------------------------------------------------------------------------------------
enum { INLINE_MOVE = 128, INLINE_ZERO = 256, INLINE_OVERLAP = 32 };
static bool is_call(const Value *v) {
    if (v->op == O_ZERO) return v->auxint > INLINE_ZERO;
    return v->op == O_MOVE && v->auxint > (v->flags & VF_OVERLAP ? INLINE_OVERLAP : INLINE_MOVE);
}
static Value *move_call(Func *f, Block *b, Value *v) {
    bool move = v->op == O_MOVE;
    Value *size = ssa_const(f, VT_I64, v->auxint);
    return runtime_call(
        f, b, move ? RT_MEMMOVE : RT_MEMCLR, move ? 4 : 3,
        move ? (Value *[]){v->args[0], v->args[1], size, arg_mem(v)} : (Value *[]){v->args[0], size, arg_mem(v)}, v);
}
// A small move whose sides may overlap: everything is loaded before anything is stored.
static Value *load_then_store(Func *f, Block *b, Value *v) {
    Value *part[INLINE_OVERLAP], *mem = arg_mem(v);
    i64 off[INLINE_OVERLAP], n = 0, at = 0;
    for (VType t; at < v->auxint; at += vtype_size(t), n++) {
        i64 left = v->auxint - at;
        t = left >= 8 ? VT_I64 : left >= 4 ? VT_I32 : left >= 2 ? VT_I16 : VT_I8;
        part[n] = at_end(f, b, O_LOAD, t, at, 2, (Value *[]){v->args[1], mem}, v);
        off[n] = at;
    }
    for (i64 i = 0; i < n; i++)
        mem = at_end(f, b, O_STORE, VT_MEM, off[i], 3, (Value *[]){v->args[0], part[i], mem}, v);
    return mem;
}
// At the end of b: clears size bytes of the frame; the memory behind that.
Value *ssa_zero_bytes(Func *f, Block *b, Value *ptr, i64 size, Value *mem) {
    Value *args[3] = {ptr, mem};
    if (size <= INLINE_ZERO) return at_end(f, b, O_ZERO, VT_MEM, size, 2, args, ptr);
    args[1] = ssa_const(f, VT_I64, size), args[2] = mem;
    return runtime_call(f, b, RT_MEMCLR, 3, args, ptr);
}
static bool is_expanded(const Value *v) { return is_call(v) || (v->op == O_MOVE && v->flags & VF_OVERLAP); }
// MOVE and ZERO beyond what the machine does in line become calls, moves within one array what is safe there.
void pass_expand(Func *f) {
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        i64 k = 0, n = b->values.len;
        while (k < n && !is_expanded(b->values.ptr[k])) k++;
        if (k == n) continue;
        Value **tail = ANEWN(f->arena, Value *, n - k);
        memcpy(tail, &b->values.ptr[k], sizeof(Value *) * (size_t)(n - k));
        b->values.len = k;
        for (i64 j = 0; j < n - k; j++) {
            Value *v = tail[j], *m = NULL;
            if (is_expanded(v)) m = is_call(v) ? move_call(f, b, v) : load_then_store(f, b, v);
            vec_push(f->arena, &b->values, v);
            if (m) ssa_copy_of(f, v, m);
        }
    }
}
