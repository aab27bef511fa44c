// combine.c - bytes that are put together, or taken apart, next to each other in memory: one access.
//
//   uint32(b[0]) | uint32(b[1])<<8 | ...   a load of the whole; in the other order one and a byte swap
//   b[0], b[1], ... = byte(x), byte(x>>8), ...   a store of the whole; in the other order of a byte swap
// In: any Func whose checks are gone as far as they go. Out: fewer loads and stores.
// Only within a block and one state of memory: the wide load stands where the last of the narrow ones stood, the wide store where the last
// store stood. All of them could run, so can the wide one. The machine takes unaligned addresses.
#include "ssa/ssa_int.h"

enum { PARTS = 8 };
typedef struct Place { // base or aux + index * scale + off
    const Value *base, *index;
    const void *aux;
    i64 scale, off;
} Place;

static Place place_of(const Value *p, i64 off) {
    Place r = {.off = off};
    for (;;) {
        if (p->op == O_PTR_OFF) {
            r.off += p->auxint;
        } else if ((p->op == O_PTR_ADD || p->op == O_PTR_INDEX) && !r.index) {
            r.index = p->args[1];
            r.scale = p->op == O_PTR_ADD ? 1 : p->auxint;
            while (r.index->op == O_ADD && r.index->args[1]->op == O_CONST) {
                r.off += r.index->args[1]->auxint * r.scale;
                r.index = r.index->args[0];
            }
        } else if (p->op != O_COPY && p->op != O_NILCHECK) {
            break;
        }
        p = p->args[0];
    }
    if (p->op == O_SLOT_ADDR || p->op == O_ADDR) r.aux = p->aux, r.off += p->auxint;
    else r.base = p;
    return r;
}
static bool same_area(const Place *a, const Place *b) {
    return a->base == b->base && a->index == b->index && a->aux == b->aux && a->scale == b->scale;
}

typedef struct Part { // a narrow access and the place of its bits in the whole
    Value *access;
    Place at;
    i64 shift;
} Part;
typedef struct Parts {
    Part p[PARTS];
    int n;
    i64 size; // bytes of each
} Parts;

static bool add_part(Parts *s, Value *access, i64 size, i64 shift) {
    Part part = {access, place_of(access->args[0], access->auxint), shift};
    if (s->n == PARTS || (s->n && (size != s->size || !same_area(&part.at, &s->p[0].at)))) return false;
    int i = s->n++; // in order of the address
    for (; i && s->p[i - 1].at.off > part.at.off; i--) s->p[i] = s->p[i - 1];
    s->p[i] = part;
    s->size = size;
    return true;
}

// 1: the parts are adjacent, the first holds the lowest bits; -1: the highest; 0: neither.
static int direction(const Parts *s) {
    i64 n = s->n * s->size, step = 8 * s->size;
    if (s->n < 2 || (n & (n - 1)) || n > 8) return 0;
    int dir = s->p[1].shift > s->p[0].shift ? 1 : -1;
    if (dir < 0 && s->size != 1) return 0;
    for (int i = 1; i < s->n; i++)
        if (s->p[i].at.off != s->p[i - 1].at.off + s->size || s->p[i].shift != s->p[i - 1].shift + dir * step) return 0;
    return dir;
}
static i64 lowest_shift(const Parts *s, int dir) { return s->p[dir > 0 ? 0 : s->n - 1].shift; }
static VType whole_type(const Parts *s) {
    i64 n = s->n * s->size;
    return n == 2 ? VT_I16 : n == 4 ? VT_I32 : VT_I64;
}

enum { MAX_DEPTH = 16 }; // of a tree of eight bytes: seven joints, a shift at each

// ---- loads ---------------------------------------------------------------------------------------------------------
static bool is_joint(const Value *v) { return v->op == O_OR || v->op == O_XOR || v->op == O_ADD; }

static bool find_loads(Parts *s, Value *v, const Value *root, i64 shift, int depth) {
    if (depth > MAX_DEPTH) return false;
    if (v != root && (v->uses != 1 || v->block != root->block)) return false;
    if (is_joint(v) && v->type == root->type)
        return find_loads(s, v->args[0], root, shift, depth + 1) && find_loads(s, v->args[1], root, shift, depth + 1);
    if (v->op == O_SHL && v->args[1]->op == O_CONST && v->type == root->type) {
        i64 c = v->args[1]->auxint;
        return c >= 0 && shift + c < type_bits((VType)root->type) &&
               find_loads(s, v->args[0], root, shift + c, depth + 1);
    }
    if (v->op != O_ZEXT) return false;
    Value *l = v->args[0];
    if (l->op != O_LOAD || l->uses != 1 || l->block != root->block || l->flags & VF_FAULTS) return false;
    if (l->type != VT_I8 && l->type != VT_I16 && l->type != VT_I32) return false;
    if (shift + type_bits((VType)l->type) > type_bits((VType)root->type)) return false;
    return (!s->n || l->args[1] == s->p[0].access->args[1]) && add_part(s, l, vtype_size((VType)l->type), shift);
}

static i64 place_in_block(const Value *v) {
    const Block *b = v->block;
    i64 i = 0;
    while (b->values.ptr[i] != v) i++;
    return i;
}

static bool combine_loads(Func *f, Value *v) {
    if (!is_joint(v) || v->type < VT_I16 || v->type > VT_I64) return false;
    Parts s;
    s.n = 0;
    if (!find_loads(&s, v, v, 0, 0)) return false;
    int dir = direction(&s);
    if (!dir) return false;
    Value *last = s.p[0].access;
    for (int i = 1; i < s.n; i++)
        if (place_in_block(s.p[i].access) > place_in_block(last)) last = s.p[i].access;
    VType t = whole_type(&s), vt = (VType)v->type;
    Value *first = s.p[0].access;
    Value *x = ssa_insert_before(f, last, O_LOAD, t, 2, (Value *[]){first->args[0], first->args[1]});
    x->auxint = first->auxint;
    if (dir < 0) x = ssa_insert_before(f, v, O_BSWAP, t, 1, &x);
    if (t != vt) x = ssa_insert_before(f, v, O_ZEXT, vt, 1, &x);
    i64 shift = lowest_shift(&s, dir);
    if (!shift) {
        ssa_copy_of(f, v, x);
        return true;
    }
    Value *c = ssa_const(f, VT_I64, shift);
    ssa_rewrite(f, v, O_SHL, vt, 1, NULL, 2, (Value *[]){x, c});
    return true;
}

// ---- stores --------------------------------------------------------------------------------------------------------
// What a store of a narrow part stores: x >> *shift.
static Value *stored_part(Value *v, i64 *shift) {
    *shift = 0;
    if (v->op != O_TRUNC) return NULL;
    Value *x = v->args[0];
    if ((x->op == O_SHR || x->op == O_SAR) && x->args[1]->op == O_CONST) {
        *shift = x->args[1]->auxint;
        x = x->args[0];
    }
    return x;
}

static bool combine_stores(Func *f, Value *v) { // v: the last of them
    i64 none;
    if (!stored_part(v->args[1], &none)) return false;
    Parts s;
    s.n = 0;
    Value *whole = NULL, *mem = v;
    while (mem->op == O_STORE && mem->block == v->block && (mem == v || mem->uses == 1) && s.n < PARTS) {
        i64 shift, size = vtype_size((VType)mem->args[1]->type);
        Value *x = stored_part(mem->args[1], &shift);
        if (!x || (whole && x != whole) || mem->flags & VF_FAULTS || shift < 0) break;
        if (shift + 8 * size > type_bits((VType)x->type) || !add_part(&s, mem, size, shift)) break;
        whole = x;
        mem = mem->args[2];
    }
    int dir = direction(&s);
    if (!dir) return false;
    VType t = whole_type(&s), wt = (VType)whole->type;
    i64 shift = lowest_shift(&s, dir);
    Value *x = whole, *first = s.p[0].access, *ptr = first->args[0];
    i64 off = first->auxint;
    if (shift) {
        Value *c = ssa_const(f, VT_I64, shift);
        x = ssa_insert_before(f, v, O_SHR, wt, 2, (Value *[]){x, c});
        x->auxint = 1;
    }
    if (t != wt) x = ssa_insert_before(f, v, O_TRUNC, t, 1, &x);
    if (dir < 0) x = ssa_insert_before(f, v, O_BSWAP, t, 1, &x);
    for (int i = 0; i < s.n; i++) // the others pass their state on
        if (s.p[i].access != v) ssa_copy_of(f, s.p[i].access, s.p[i].access->args[2]);
    ssa_rewrite(f, v, O_STORE, VT_MEM, off, NULL, 3, (Value *[]){ptr, x, mem});
    return true;
}

void pass_combine(Func *f) {
    bool any = false;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = b->values.len - 1; k >= 0; k--) {
            Value *v = b->values.ptr[k];
            if (v->flags & VF_DEAD) continue;
            if (v->op == O_STORE ? combine_stores(f, v) : combine_loads(f, v)) {
                any = true;
                k = i64_min(k + 4, b->values.len); // there are new values before v
            }
        }
    }
    if (any) ssa_clean(f);
}
