// gvn.c - common-subexpression elimination with loads, and store-to-load forwarding.
//
// In:   dominators. Out: a pure value, nil check or load for which a dominating block (or the same block, earlier) computed the same is
// a copy of that; a load of what a store just wrote is a copy of the stored value.
// Method: walk of the dominator tree with a hash table of available values; entries are undone when the walk leaves a block. A load's
// memory argument is first moved up over writes that cannot touch its bytes, so loads with writes elsewhere in between are equal.
#include "ssa/ssa_int.h"

typedef struct Entry {
    u64 hash;
    Value *v;
    struct Entry *next;
} Entry;
typedef struct Table {
    Func *f;
    Entry **buckets;
    i64 mask;
    VEC(Entry *) undo;
    bool changed;
} Table;

static Value *skip_copies(Value *v) {
    while (v->op == O_COPY) v = v->args[0];
    return v;
}
static u64 hash_value(const Func *f, const Value *v) {
    u64 h = (u64)v->op * 31 + v->type + (u64)v->auxint * 0x9E3779B97F4A7C15u + (u64)(uintptr_t)v->aux * 13;
    bool comm = op_flags(f, v) & OPF_COMMUTES;
    for (int i = 0; i < v->nargs; i++)
        h = comm && i < 2 ? h + (u64)v->args[i]->id * 0xff51afd7ed558ccdu
                          : (h ^ (u64)v->args[i]->id) * 0xff51afd7ed558ccdu;
    return h ^ h >> 29;
}
static bool same_value(const Func *f, const Value *a, const Value *b) {
    if (a->op != b->op || a->type != b->type || a->etype != b->etype || a->auxint != b->auxint || a->aux != b->aux ||
        a->nargs != b->nargs)
        return false;
    bool same = true;
    for (int i = 0; i < a->nargs && same; i++) same = a->args[i] == b->args[i];
    if (!same && (op_flags(f, a) & OPF_COMMUTES) && a->nargs == 2)
        same = a->args[0] == b->args[1] && a->args[1] == b->args[0];
    return same;
}
static bool same_class(VType a, VType b) { return a == b; }
static Value *forwarded(Value *load, Value *mem, const Ref *r) {
    if (mem->op == O_STORE || mem->op == O_STORE_WB) {
        Ref s = ssa_ref(mem->args[0], mem->auxint, vtype_size((VType)mem->args[1]->type));
        if (s.exact && r->exact && s.kind == r->kind && s.root == r->root && s.off == r->off &&
            same_class((VType)mem->args[1]->type, (VType)load->type))
            return mem->args[1];
        if (!s.exact && load->args[0] == mem->args[0] && load->auxint == mem->auxint &&
            same_class((VType)mem->args[1]->type, (VType)load->type))
            return mem->args[1];
    }
    return NULL;
}
static bool reads_zero(Value *mem, const Ref *r) { // the load lies inside a ZERO
    if (mem->op != O_ZERO && mem->op != O_ZERO_WB) return false;
    Ref z = ssa_ref(mem->args[0], 0, mem->auxint);
    return z.exact && r->exact && z.kind == r->kind && z.root == r->root && z.off <= r->off &&
           r->off + r->size <= z.off + z.size;
}
static bool process_load(Table *t, Value *v) {
    Ref r = ssa_ref(v->args[0], v->auxint, vtype_size((VType)v->type));
    Value *mem = ssa_last_write(t->f, v->args[1], &r);
    Value *x = forwarded(v, mem, &r);
    if (x) {
        ssa_copy_of(t->f, v, x);
        return true;
    }
    if (reads_zero(mem, &r)) {
        Value *z =
            is_float_type((VType)v->type) ? ssa_fconst(t->f, (VType)v->type, 0) : ssa_const(t->f, (VType)v->type, 0);
        ssa_copy_of(t->f, v, z);
        return true;
    }
    // Kept: its real memory argument; found: under the older state.
    v->data = mem;
    return false;
}
static Value *find(Table *t, Value *v, u64 h) {
    for (Entry *e = t->buckets[h & (u64)t->mask]; e; e = e->next)
        if (e->hash == h && same_value(t->f, e->v, v)) return e->v;
    return NULL;
}
static void add(Table *t, Value *v, u64 h) {
    Entry *e = ANEW(t->f->arena, Entry);
    *e = (Entry){h, v, t->buckets[h & (u64)t->mask]};
    t->buckets[h & (u64)t->mask] = e;
    vec_push(t->f->arena, &t->undo, e);
}
static Value *find_load(Table *t, Value *v, u64 h) {
    for (Entry *e = t->buckets[h & (u64)t->mask]; e; e = e->next)
        if (e->hash == h && e->v->op == O_LOAD && e->v->type == v->type && e->v->auxint == v->auxint &&
            e->v->args[0] == v->args[0] && e->v->data == v->data)
            return e->v;
    return NULL;
}
// Rules make constants where they are used: equal values need equal arguments.
static bool is_stray_const(const Func *f, const Value *v) {
    return (v->op == O_CONST || v->op == O_FCONST) && v->block != f->entry;
}
static void join_const(Func *f, Value *v) {
    VType t = (VType)v->type;
    ssa_copy_of(f, v, v->op == O_CONST ? ssa_const(f, t, v->auxint) : ssa_fconst(f, t, v->auxf));
}
static void process(Table *t, Value *v) {
    Func *f = t->f;
    if (is_stray_const(f, v)) {
        join_const(f, v);
        return;
    }
    for (int i = 0; f->has_copies && i < v->nargs; i++)
        if (v->args[i]->op == O_COPY) ssa_set_arg(f, v, i, skip_copies(v->args[i]));
    u16 fl = op_flags(f, v);
    if (v->op == O_LOAD) {
        if (process_load(t, v)) {
            t->changed = true;
            return;
        }
        u64 h = ((u64)v->args[0]->id * 31 + (u64)v->auxint) * 0x9E3779B97F4A7C15u +
                (u64)((Value *)v->data)->id * 0xff51afd7ed558ccdu + v->type;
        Value *x = find_load(t, v, h);
        if (x) {
            ssa_copy_of(f, v, x);
            t->changed = true;
        } else add(t, v, h);
        return;
    }
    if (v->op == O_NILCHECK) { // equal in the pointer alone
        if (v->args[0]->flags & VF_NONNIL) {
            ssa_copy_of(f, v, v->args[0]);
            return;
        }
        u64 h = (u64)v->args[0]->id * 0x9E3779B97F4A7C15u ^ 0x4e494c;
        for (Entry *e = t->buckets[h & (u64)t->mask]; e; e = e->next)
            if (e->hash == h && e->v->op == O_NILCHECK && e->v->args[0] == v->args[0]) {
                Value *x = e->v;
                ssa_copy_of(f, v, x);
                t->changed = true;
                return;
            }
        add(t, v, h);
        return;
    }
    if (!(fl & OPF_PURE) || v->op == O_COPY || v->op == O_PHI || v->op == O_ARG || v->op == O_CONST ||
        v->op == O_FCONST || v->type == VT_MEM)
        return;
    u64 h = hash_value(f, v);
    Value *x = find(t, v, h);
    if (x) {
        x->flags |= v->flags & (VF_NONNEG | VF_NONNIL);
        ssa_copy_of(f, v, x);
        t->changed = true;
    } else add(t, v, h);
}
static void process_block(Table *t, Block *b) {
    for (i64 k = 0; k < b->values.len; k++)
        if (!(b->values.ptr[k]->flags & VF_DEAD)) process(t, b->values.ptr[k]);
    for (int c = 0; c < 2; c++)
        if (b->ctl[c] && b->ctl[c]->op == O_COPY) ssa_set_ctl(t->f, b, skip_copies(b->ctl[0]));
}
static void undo_to(Table *t, i64 mark) {
    while (t->undo.len > mark) {
        Entry *e = t->undo.ptr[--t->undo.len];
        t->buckets[e->hash & (u64)t->mask] = e->next;
    }
}
void ssa_dom_children(Func *f) { // Block.dom_child, dom_next from idom
    for (i64 i = 0; i < f->blocks.len; i++) f->blocks.ptr[i]->dom_child = f->blocks.ptr[i]->dom_next = NULL;
    for (i64 i = 0; i < f->npostorder; i++) { // children end up in reverse postorder
        Block *b = f->postorder[i];
        if (b->idom) {
            b->dom_next = b->idom->dom_child;
            b->idom->dom_child = b;
        }
    }
}
static void gvn(Func *f) {
    ssa_compute_private(f);
    ssa_dom_children(f);
    i64 n = 64;
    while (n < f->next_value && n < 65536) n *= 2;
    if (n > f->gvn_room) f->gvn_buckets = ANEWN(f->arena, void *, f->gvn_room = n);
    Table t = {.f = f, .buckets = (Entry **)f->gvn_buckets, .mask = f->gvn_room - 1};
    typedef struct Frame {
        Block *b;
        i64 mark;
        bool done;
    } Frame;
    VEC(Frame) stack = {0};
    vec_push(f->arena, &stack, ((Frame){f->entry, 0, false}));
    while (stack.len) {
        Frame *fr = &stack.ptr[stack.len - 1];
        if (fr->done) {
            undo_to(&t, fr->mark);
            stack.len--;
            continue;
        }
        fr->done = true;
        fr->mark = t.undo.len;
        Block *b = fr->b;
        process_block(&t, b);
        for (Block *c = b->dom_child; c; c = c->dom_next) vec_push(f->arena, &stack, ((Frame){c, 0, false}));
    }
    ssa_clean(f);
}
void pass_gvn(Func *f) {
    i64 before = changes(f);
    if (f->numbered == before) return;
    gvn(f);
    f->numbered = changes(f) == before ? before : -1;
}
void pass_gvn_again(Func *f) { pass_gvn(f); }
