// licm.c - loop-invariant code motion.
//
// In:   dominators, loops. Out: pure values whose operands are defined outside a loop, and loads from bytes that nothing in the loop writes,
// move to the block in front of the loop (made if there is none), outermost possible loop.
// What may not be computed in vain (divisions, loads from addresses that checks in the loop guard, nil checks) moves only from blocks that every
// iteration that begins passes, nil checks only if nothing visible happens before them in the first iteration. Constants and addresses stay: they are free.
#include "ssa/ssa_int.h"

bool ssa_speculable(const Func *f, const Value *v) {
    if (!(op_flags(f, v) & OPF_PURE)) return false;
    return v->op != O_DIV && v->op != O_MOD && v->op != O_UDIV && v->op != O_UMOD && v->op != O_UDIV_WIDE &&
           v->op != O_ARG;
}
typedef struct LoopInfo {
    Loop *l;
    Block *pre;
    VEC(Value *) hoisted;
    bool writes_all;
} LoopInfo;
static bool in_loop(const Block *b, const Loop *l) {
    const Loop *x = b->loop;
    while (x && x->depth > l->depth) x = x->outer;
    return x == l;
}
// The only predecessor of the header outside the loop, as a block of its own.
static Block *make_preheader(Func *f, Loop *l) {
    Block *h = l->header;
    i64 outside = -1, n = 0;
    for (i64 p = 0; p < h->preds.len; p++)
        if (!in_loop(h->preds.ptr[p].b, l)) {
            outside = p;
            n++;
        }
    if (n != 1) return NULL;
    Edge e = h->preds.ptr[outside];
    if (e.b->kind == BK_PLAIN && e.b != f->entry && e.b->succs.len == 1) return e.b;
    Block *m = ssa_split_edge(f, e.b, e.i);
    m->loop = l->outer;
    m->loop_depth = l->depth - 1;
    m->loop_header = l->outer ? l->outer->header : NULL;
    m->idom = m->dom_jump = e.b;
    m->dom_depth = e.b->dom_depth + 1; // what it dominates gets stale; fixed by the driver
    m->cold = e.b->cold;
    return m;
}
static bool is_cheap(const Value *v) {
    return v->op == O_CONST || v->op == O_FCONST || v->op == O_ADDR || v->op == O_SLOT_ADDR || v->op == O_OUT_ADDR ||
           v->op == O_COPY || v->op == O_PHI || v->op == O_SELECT_N;
}
static bool is_invariant(const Value *v, const Loop *l, bool skip_mem) {
    for (int i = 0; i < v->nargs - skip_mem; i++)
        if (in_loop(v->args[i]->block, l)) return false;
    return true;
}
// The memory a load in l sees before the loop, if nothing in the loop writes its bytes.
static Value *memory_before(Func *f, Loop *l, Value *v) {
    Ref r = ssa_ref(v->args[0], v->auxint, vtype_size((VType)v->type));
    Value *m = ssa_last_write(f, v->args[v->nargs - 1], &r);
    return in_loop(m->block, l) ? NULL : m;
}
static Value *header_memory(Loop *l) { // memory phi of the header, or NULL if the loop writes nothing
    for (i64 k = 0; k < l->header->values.len; k++) {
        Value *v = l->header->values.ptr[k];
        if (v->op == O_PHI && v->type == VT_MEM) return v;
    }
    return NULL;
}
static Value *incoming_memory(Loop *l, Block *pre, Value *v) {
    Value *phi = header_memory(l);
    if (!phi) return v->args[v->nargs - 1];
    for (i64 p = 0; p < l->header->preds.len; p++)
        if (l->header->preds.ptr[p].b == pre) return phi->args[p];
    return NULL;
}
// Does b run whenever the loop is entered? True for the header and what follows it on a single path.
static bool is_certain(Block *b, Loop *l) {
    for (; b != l->header; b = b->idom)
        if (!b->idom || b->idom->succs.len != 1) return false;
    return true;
}
// An address that can be read wherever it is computed: in the frame, of a symbol, or a field behind a pointer that was checked.
static bool is_safe_address(Value *p) {
    while (p->op == O_PTR_OFF || p->op == O_COPY) p = p->args[0];
    return p->op == O_SLOT_ADDR || p->op == O_ADDR || p->op == O_NILCHECK || p->op == O_CONTEXT;
}
static bool no_effect_before(Func *f, Block *b, i64 k, Loop *l) {
    for (;;) {
        for (i64 i = 0; i < k; i++) {
            Value *v = b->values.ptr[i];
            if (v->op == O_PHI || v->op == O_NILCHECK) continue;
            u16 fl = op_flags(f, v);
            if ((fl & (OPF_MEM_OUT | OPF_CALL)) || v->type == VT_MEM || (v->type == VT_TUPLE && (fl & OPF_MEM_IN)))
                return false;
        }
        if (b == l->header) return true;
        b = b->idom;
        k = b->values.len;
    }
}
static void move_to(Func *f, Value *v, Block *pre) {
    v->block = pre;
    vec_push(f->arena, &pre->values, v);
}
static bool try_hoist(Func *f, Loop *l, Block **pre, Block *b, i64 k) {
    Value *v = b->values.ptr[k];
    if (is_cheap(v)) return false;
    bool load = v->op == O_LOAD, check = v->op == O_NILCHECK;
    if (!load && !check && !(op_flags(f, v) & OPF_PURE)) return false;
    if (v->type == VT_MEM || v->type == VT_TUPLE || v->op == O_ARG || v->op == O_SP || v->op == O_GETG ||
        !is_invariant(v, l, load || check))
        return false;
    if (load && (v->flags & VF_FAULTS)) return false;
    Value *mem = NULL;
    if (load) {
        mem = memory_before(f, l, v);
        if (!mem) return false;
        if (!is_safe_address(v->args[0]) && !is_certain(b, l)) return false;
    } else if (check) {
        if (!is_certain(b, l) || !no_effect_before(f, b, k, l)) return false;
    } else if (!ssa_speculable(f, v) && !is_certain(b, l)) return false;
    if (!*pre) {
        *pre = make_preheader(f, l);
        if (!*pre) return false;
    }
    if (load || check) {
        Value *in = incoming_memory(l, *pre, v);
        if (!in) return false;
        ssa_set_arg(f, v, v->nargs - 1, in);
    }
    move_to(f, v, *pre);
    return true;
}
static void hoist_loop(Func *f, Loop *l, Block **order, i64 n) {
    Block *pre = NULL;
    for (bool again = true; again;) {
        again = false;
        // reverse postorder: operands first, and the header before all others
        for (i64 i = n - 1 - l->header->order, left = l->nblocks; i < n && left > 0; i++) {
            Block *b = order[i];
            if (!in_loop(b, l)) continue;
            left--;
            if (b->cold) continue;
            for (i64 k = 0; k < b->values.len; k++) {
                if (try_hoist(f, l, &pre, b, k)) {
                    again = true;
                    memmove(&b->values.ptr[k], &b->values.ptr[k + 1],
                            sizeof(Value *) * (size_t)(b->values.len - k - 1));
                    b->values.len--;
                    k--;
                }
            }
        }
    }
}
void pass_licm(Func *f) {
    if (!f->loops) return;
    ssa_compute_private(f);
    i64 n = f->npostorder;
    Block **order = ANEWN(f->arena, Block *, n);
    for (i64 i = 0; i < n; i++) order[i] = f->postorder[n - 1 - i];
    for (Loop *l = f->loops; l; l = l->next)
        hoist_loop(f, l, order, n); // inner loops first: what leaves them may go on
}
