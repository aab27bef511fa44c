// alias.c - which memory operations can touch which bytes.
//
// An address is a root (slot, symbol, or any other value) plus a constant offset, or an unknown offset. Slots whose address is only used
// by loads, stores, ZERO and MOVE are private: no call and no other pointer reaches them (ssa_compute_private).
#include "ssa/ssa_int.h"

Ref ssa_ref(Value *ptr, i64 off, i64 size) {
    Ref r = {.off = off, .size = size, .exact = true};
    for (;;) {
        switch (ptr->op) {
        case O_PTR_OFF:
            r.off += ptr->auxint;
            ptr = ptr->args[0];
            continue;
        case O_PTR_ADD:
        case O_PTR_INDEX:
            r.exact = false;
            ptr = ptr->args[0];
            continue;
        case O_COPY:
        case O_NILCHECK:
        case O_INT2PTR:
        case O_PTR2INT: ptr = ptr->args[0]; continue;
        case O_SLOT_ADDR:
            r.off += ptr->auxint;
            r.kind = REF_SLOT;
            r.root = ptr->slot;
            return r;
        case O_ADDR:
            r.off += ptr->auxint;
            r.kind = REF_SYM;
            r.root = ptr->sym;
            return r;
        case O_OUT_ADDR:
            r.off += ptr->auxint;
            r.kind = REF_OUT;
            r.root = NULL;
            return r;
        default:
            r.kind = REF_PTR;
            r.root = ptr;
            return r;
        }
    }
}
static bool is_escaping_use(const Value *v, int arg) {
    switch (v->op) {
    case O_LOAD: return false;
    case O_STORE:
    case O_STORE_WB: return arg != 0;
    case O_ZERO:
    case O_ZERO_WB: return false;
    case O_MOVE:
    case O_MOVE_WB: return false;
    case O_EQ:
    case O_NE: return false;
    default: return true;
    }
}
// What ssa_ref goes on from, or finds a slot in.
static const bool may_be_slot[O_GENERIC_COUNT] = {
    [O_SLOT_ADDR] = true, [O_PTR_OFF] = true,  [O_PTR_ADD] = true, [O_PTR_INDEX] = true,
    [O_COPY] = true,      [O_NILCHECK] = true, [O_INT2PTR] = true, [O_PTR2INT] = true};
// Slot.is_private for all slots: an address that flows anywhere but into an access makes its slot public.
void ssa_compute_private(Func *f) {
    bool any = false;
    for (i64 i = 0; i < f->slots.len; i++) {
        Slot *s = f->slots.ptr[i];
        any |= s->is_private = !s->always_live && !s->is_arg;
    }
    if (!any) return;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (v->op == O_LOAD || v->op == O_EQ || v->op == O_NE || v->op == O_ZERO || v->op == O_MOVE) continue;
            for (int a = 0; a < v->nargs; a++) {
                Value *x = v->args[a];
                if (x->op >= O_GENERIC_COUNT || !may_be_slot[x->op] || (x->type != VT_PTR && x->type != VT_I64))
                    continue;
                if (v->op == O_PTR_OFF || v->op == O_PTR_ADD || v->op == O_PTR_INDEX || v->op == O_NILCHECK ||
                    v->op == O_COPY) {
                    if (a == 0) continue;
                }
                if (!is_escaping_use(v, a)) continue;
                Ref r = ssa_ref(x, 0, 0);
                if (r.kind == REF_SLOT) ((Slot *)r.root)->is_private = false;
            }
        }
    }
}
static bool is_private(const Ref *r) { return r->kind == REF_SLOT && ((Slot *)r->root)->is_private; }
static bool is_fresh_pointer(const Value *p) { // result of an allocation
    if (p->op != O_SELECT_N || p->args[0]->op != O_CALL) return false;
    const CallInfo *c = p->args[0]->call;
    return c->sym && (str_eq(c->sym->name, S("runtime.newobject")) || str_eq(c->sym->name, S("runtime.mallocgc")) ||
                      str_eq(c->sym->name, S("runtime.makeslice")));
}
bool ssa_may_alias(const Ref *x, const Ref *y) {
    if (x->kind == REF_OUT || y->kind == REF_OUT) {
        if (x->kind != y->kind) return false;
    } else if (x->kind == y->kind && x->root == y->root) {
    } else if (x->kind != REF_PTR && y->kind != REF_PTR)
        return false; // distinct slots and symbols (symbols do not overlap)
    else {
        if (x->kind == REF_PTR && y->kind == REF_PTR) {
            const Value *p = x->root, *q = y->root;
            return !((is_fresh_pointer(p) && is_fresh_pointer(q)));
        }
        const Ref *known = x->kind == REF_PTR ? y : x, *ptr = x->kind == REF_PTR ? x : y;
        if (is_private(known)) return false;
        if (is_fresh_pointer(ptr->root)) return false;
        return true;
    }
    if (!x->exact || !y->exact) return true;
    return x->off < y->off + y->size && y->off < x->off + x->size;
}
static Ref store_ref(const Value *v) {
    if (v->op == O_STORE || v->op == O_STORE_WB)
        return ssa_ref(v->args[0], v->auxint, vtype_size((VType)v->args[1]->type));
    return ssa_ref(v->args[0], 0, v->auxint);
}
// Can the memory operation v (the producer of a memory state) write bytes of r?
bool ssa_may_write(const Func *f, const Value *v, const Ref *r) {
    switch (v->op) {
    case O_STORE:
    case O_STORE_WB:
    case O_ZERO:
    case O_ZERO_WB:
    case O_MOVE:
    case O_MOVE_WB: {
        Ref s = store_ref(v);
        return ssa_may_alias(&s, r);
    }
    case O_KEEPALIVE:
    case O_PREFETCH:
    case O_WB_END:
    case O_PAUSE: return false;
    case O_SELECT_N: // of a call or an atomic
        if (v->args[0]->op == O_WB_CALL) return false;
        return !is_private(r) || v->args[0]->op != O_CALL;
    default: return true; // phi, initial memory
    }
}
// Other read-only symbols may be defined or not, as the threads go.
bool ssa_is_readonly(const Ref *r) { return r->kind == REF_SYM && ((Sym *)r->root)->constant; }

typedef struct Walk {
    Func *f;
    const Ref *r;
    int budget;
    VEC(Value *) visiting;
} Walk;
static Value *skip_copies(Value *v) {
    while (v->op == O_COPY) v = v->args[0];
    return v;
}
static Value *walk_up(Walk *w, Value *mem);
// All ways into a phi lead to one older state without a write (or back to the phi): that state. NULL: only back to a phi being visited.
static Value *through_phi(Walk *w, Value *phi) {
    for (i64 i = 0; i < w->visiting.len; i++)
        if (w->visiting.ptr[i] == phi) return NULL;
    if (w->visiting.len >= 6 || phi->nargs > 6) return phi;
    vec_push(w->f->arena, &w->visiting, phi);
    Value *one = NULL;
    bool many = false;
    for (int i = 0; i < phi->nargs && !many; i++) {
        Value *m = walk_up(w, phi->args[i]);
        if (!m || m == phi || m == one) continue;
        many = one != NULL;
        one = m;
    }
    w->visiting.len--;
    return many ? phi : one;
}
static Value *walk_up(Walk *w, Value *mem) {
    for (;;) {
        mem = skip_copies(mem);
        if (mem->op == O_INIT_MEM || w->budget-- <= 0) return mem;
        if (mem->op == O_PHI) {
            Value *m = through_phi(w, mem);
            if (m == mem || !m) return m;
            return m;
        }
        if (ssa_may_write(w->f, mem, w->r)) return mem;
        mem = mem->op == O_SELECT_N ? mem->args[0]->args[mem->args[0]->nargs - 1] : mem->args[mem->nargs - 1];
    }
}
Value *ssa_last_write(Func *f, Value *mem, const Ref *r) {
    Walk w = {.f = f, .r = r, .budget = 60};
    Value *m = walk_up(&w, mem);
    return m ? m : skip_copies(mem);
}
