// memopt.c - slots into SSA values (promote), and stores nobody reads (dse).
//
// promote: a private slot that is only read and written in whole scalars at constant offsets becomes SSA variables; small moves between such
// slots and anything else are taken apart first. dse: inside a block, a store whose bytes are written again before they are read; and all
// writes to private slots that are never read.
#include "ssa/ssa_int.h"

enum { MAX_LEAVES = 8, MAX_SLOT_PARTS = 16 };
// ---- moves into scalars -----------------------------------------------------------------------------
typedef struct Leaves {
    i32 n;
    u8 vt[MAX_LEAVES];
    i64 off[MAX_LEAVES];
} Leaves;
static bool add_leaf(Leaves *l, VType vt, i64 off) {
    if (l->n == MAX_LEAVES) return false;
    l->vt[l->n] = (u8)vt;
    l->off[l->n++] = off;
    return true;
}
static bool flatten(Leaves *l, Type *t, i64 off) {
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_BOOL: return add_leaf(l, VT_BOOL, off);
    case TYPE_INT8:
    case TYPE_UINT8: return add_leaf(l, VT_I8, off);
    case TYPE_INT16:
    case TYPE_UINT16: return add_leaf(l, VT_I16, off);
    case TYPE_INT32:
    case TYPE_UINT32: return add_leaf(l, VT_I32, off);
    case TYPE_INT:
    case TYPE_UINT:
    case TYPE_INT64:
    case TYPE_UINT64:
    case TYPE_UINTPTR: return add_leaf(l, VT_I64, off);
    case TYPE_FLOAT32: return add_leaf(l, VT_F32, off);
    case TYPE_FLOAT64: return add_leaf(l, VT_F64, off);
    case TYPE_COMPLEX64: return add_leaf(l, VT_F32, off) && add_leaf(l, VT_F32, off + 4);
    case TYPE_COMPLEX128: return add_leaf(l, VT_F64, off) && add_leaf(l, VT_F64, off + 8);
    case TYPE_STRING: return add_leaf(l, VT_PTR, off) && add_leaf(l, VT_I64, off + 8);
    case TYPE_SLICE: return add_leaf(l, VT_PTR, off) && add_leaf(l, VT_I64, off + 8) && add_leaf(l, VT_I64, off + 16);
    case TYPE_INTERFACE: return add_leaf(l, VT_I64, off) && add_leaf(l, VT_PTR, off + 8);
    case TYPE_UNSAFE_POINTER:
    case TYPE_POINTER:
    case TYPE_SIGNATURE:
    case TYPE_MAP:
    case TYPE_CHAN: return add_leaf(l, VT_PTR, off);
    case TYPE_ARRAY:
        if (u->array.len > MAX_LEAVES) return false;
        for (i64 i = 0; i < u->array.len; i++)
            if (!flatten(l, u->array.elem, off + i * types_size(u->array.elem))) return false;
        return true;
    case TYPE_STRUCT:
        for (i64 i = 0; i < u->strct.nfields; i++)
            if (!flatten(l, u->strct.fields[i].var->type, off + types_field_offset(u, i))) return false;
        return true;
    default: return false;
    }
}
// Slots that are reached at an offset which is not constant: they stay in memory, and moves between them are quickest whole.
static bool *indexed_slots(Func *f) {
    bool *indexed = ANEWN(f->arena, bool, f->slots.len + 1);
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (v->op != O_PTR_INDEX && v->op != O_PTR_ADD) continue;
            Ref r = ssa_ref(v, 0, 0);
            if (r.kind == REF_SLOT && !r.exact) indexed[((Slot *)r.root)->id] = true;
        }
    }
    return indexed;
}
static bool may_be_scalars(Value *ptr, const bool *indexed) {
    Ref r = ssa_ref(ptr, 0, 0);
    return r.kind == REF_SLOT && r.exact && ((Slot *)r.root)->is_private && !indexed[((Slot *)r.root)->id];
}
static bool moves_to_itself(const Value *v) {
    if (v->op != O_MOVE && v->op != O_MOVE_WB) return false;
    Ref dst = ssa_ref(v->args[0], 0, 0), src = ssa_ref(v->args[1], 0, 0);
    return dst.kind == REF_SLOT && src.kind == REF_SLOT && dst.root == src.root && dst.exact && src.exact &&
           dst.off == src.off;
}
static void split_move(Func *f, Block *b, ValueVec *out, Value *v, const Leaves *l) {
    Value *dst = v->args[0], *src = v->args[1], *mem = v->args[2], *vals[MAX_LEAVES], *m = mem;
    (void)b;
    f->rewrite_out = out;
    for (int i = 0; i < l->n; i++) {
        vals[i] = ssa_new_before(f, v, O_LOAD, (VType)l->vt[i], 2, src, mem);
        vals[i]->auxint = l->off[i];
    }
    for (int i = 0; i < l->n; i++) {
        bool wb = v->op == O_MOVE_WB && l->vt[i] == VT_PTR;
        m = ssa_new_before(f, v, wb ? O_STORE_WB : O_STORE, VT_MEM, 3, dst, vals[i], m);
        m->auxint = l->off[i];
    }
    f->rewrite_out = NULL;
    ssa_copy_of(f, v, m);
}
static bool fills(const Value *m, const Ref *r) {
    if (m->op != O_MOVE && m->op != O_MOVE_WB) return false;
    Ref dst = ssa_ref(m->args[0], 0, m->auxint);
    return dst.kind == r->kind && dst.root == r->root && dst.exact && dst.off == r->off && dst.size == r->size;
}
// The move that filled all that v moves on, if neither that nor its source was written since.
static Value *filled_by(const Func *f, const Value *v) {
    Ref src = ssa_ref(v->args[1], 0, v->auxint);
    if (src.kind != REF_SLOT || !src.exact || !((Slot *)src.root)->is_private) return NULL;
    Value *path[16], *m = v->args[2];
    int n = 0;
    for (; !fills(m, &src); m = m->args[m->nargs - 1]) {
        if (n == NELEM(path) || m->block != v->block || !m->nargs || ssa_may_write(f, m, &src)) return NULL;
        path[n++] = m;
    }
    Ref from = ssa_ref(m->args[1], 0, v->auxint);
    for (int i = 0; i < n; i++)
        if (ssa_may_write(f, path[i], &from)) return NULL;
    return m->block == v->block ? m : NULL;
}
// What was moved into a slot only to be moved on is moved from where it was.
static void forward_moves(Func *f) {
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (v->op != O_MOVE && v->op != O_MOVE_WB) continue;
            Value *first = filled_by(f, v);
            if (!first) continue;
            Ref dst = ssa_ref(v->args[0], 0, v->auxint), src = ssa_ref(first->args[1], 0, v->auxint);
            bool same = dst.root == src.root && dst.kind == src.kind && dst.exact && src.exact && dst.off == src.off;
            if (same || !ssa_may_alias(&dst, &src)) ssa_set_arg(f, v, 1, first->args[1]);
        }
    }
}
static void split_moves(Func *f) {
    const bool *indexed = indexed_slots(f);
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        ValueVec out = {0};
        bool any = false;
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            Leaves l = {0};
            if (moves_to_itself(v)) ssa_copy_of(f, v, v->args[2]);
            if ((v->op == O_MOVE || v->op == O_MOVE_WB) && v->go_type && types_size(v->go_type) == v->auxint &&
                (may_be_scalars(v->args[0], indexed) || may_be_scalars(v->args[1], indexed)) &&
                flatten(&l, v->go_type, 0)) {
                if (!any)
                    for (i64 j = 0; j < k; j++) vec_push(f->arena, &out, b->values.ptr[j]);
                any = true;
                split_move(f, b, &out, v, &l);
            }
            if (any) vec_push(f->arena, &out, v);
        }
        if (any) {
            b->values.ptr = out.ptr;
            b->values.len = out.len;
            b->values.cap = out.cap;
        }
    }
}

// ---- slots into variables ------------------------------------------------------------------------------
typedef struct Part {
    i64 off;
    u8 vt;
    i32 var;
} Part;
typedef struct SlotInfo {
    bool ok;
    i32 n;
    Part parts[MAX_SLOT_PARTS];
} SlotInfo;
typedef struct Promoter {
    Func *f;
    SlotInfo *slots;
    i32 nvars;
    u8 *vts;
    Map *starts, *ends;
} Promoter;
static void add_part(SlotInfo *s, i64 off, VType vt) {
    for (i32 i = 0; i < s->n; i++) {
        Part *q = &s->parts[i];
        if (q->off == off && q->vt == vt) return;
        if (off < q->off + vtype_size((VType)q->vt) && q->off < off + vtype_size(vt)) {
            s->ok = false;
            return;
        }
    }
    if (s->n == MAX_SLOT_PARTS) {
        s->ok = false;
        return;
    }
    s->parts[s->n++] = (Part){off, (u8)vt, 0};
}
static SlotInfo *info_of(Promoter *p, Value *ptr, i64 off, Ref *r) {
    *r = ssa_ref(ptr, off, 0);
    if (r->kind != REF_SLOT) return NULL;
    SlotInfo *s = &p->slots[((Slot *)r->root)->id];
    return s->ok ? s : NULL;
}
static bool is_address_step(const Value *v) { return v->op == O_PTR_OFF || v->op == O_COPY || v->op == O_NILCHECK; }
static void gather(Promoter *p) {
    Func *f = p->f;
    Ref r;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (is_address_step(v)) continue;
            for (int a = 0; a < v->nargs; a++) {
                if (v->args[a]->type != VT_PTR) continue;
                SlotInfo *s = info_of(p, v->args[a], 0, &r);
                if (!s) continue;
                bool access = a == 0 && (v->op == O_LOAD || v->op == O_STORE || v->op == O_STORE_WB ||
                                         v->op == O_ZERO || v->op == O_ZERO_WB);
                if (!access || !r.exact) {
                    s->ok = false;
                    continue;
                }
                if (v->op == O_LOAD) add_part(s, r.off + v->auxint, (VType)v->type);
                else if (v->op == O_STORE || v->op == O_STORE_WB)
                    add_part(s, r.off + v->auxint, (VType)v->args[1]->type);
            }
        }
    }
    for (i64 i = 0; i < f->blocks.len; i++) { // a ZERO must not cut a part in two
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (v->op != O_ZERO && v->op != O_ZERO_WB) continue;
            SlotInfo *s = info_of(p, v->args[0], 0, &r);
            if (s)
                for (i32 q = 0; q < s->n; q++) {
                    i64 lo = s->parts[q].off, hi = lo + vtype_size((VType)s->parts[q].vt);
                    if (lo < r.off + v->auxint && r.off < hi && !(r.off <= lo && hi <= r.off + v->auxint))
                        s->ok = false;
                }
        }
    }
}
static Value *zero_of(Promoter *p, i32 var) {
    VType t = (VType)p->vts[var];
    return is_float_type(t) ? ssa_fconst(p->f, t, 0) : ssa_const(p->f, t, 0);
}
static Value *skip_copies(Value *v) {
    while (v->op == O_COPY) v = v->args[0];
    return v;
}
static u64 key_of(const Block *b, i32 var) { return (u64)(u32)(b->id + 1) << 32 | (u32)var; }
static Value *at_end(Promoter *p, Block *b, i32 var);
static Value *at_start(Promoter *p, Block *b, i32 var) {
    Value *v = map_get_num(p->starts, key_of(b, var));
    if (v) return skip_copies(v);
    if (b->preds.len == 0) v = zero_of(p, var);
    else if (b->preds.len == 1) v = at_end(p, b->preds.ptr[0].b, var);
    else {
        v = ssa_new_value(p->f, b, O_PHI, (VType)p->vts[var], b->pos, 0, NULL);
        v->inl = b->inl;
        vec_push(p->f->arena, &b->values, v);
        memmove(&b->values.ptr[1], &b->values.ptr[0], sizeof(Value *) * (size_t)(b->values.len - 1));
        b->values.ptr[0] = v;
        map_set_num(p->starts, key_of(b, var), v);
        for (i64 i = 0; i < b->preds.len; i++) ssa_add_arg(p->f, v, at_end(p, b->preds.ptr[i].b, var));
        return v;
    }
    map_set_num(p->starts, key_of(b, var), v);
    return v;
}
static Value *at_end(Promoter *p, Block *b, i32 var) {
    for (;;) {
        Value *v = map_get_num(p->ends, key_of(b, var));
        if (v) return skip_copies(v);
        if (b->preds.len != 1 || map_get_num(p->starts, key_of(b, var))) return at_start(p, b, var);
        b = b->preds.ptr[0].b;
    }
}
static i32 var_at(const SlotInfo *s, i64 off) {
    for (i32 i = 0; i < s->n; i++)
        if (s->parts[i].off == off) return s->parts[i].var;
    return -1;
}
static void note_ends(Promoter *p) {
    Ref r;
    for (i64 i = 0; i < p->f->blocks.len; i++) {
        Block *b = p->f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (v->op == O_STORE || v->op == O_STORE_WB) {
                SlotInfo *s = info_of(p, v->args[0], v->auxint, &r);
                if (s) map_set_num(p->ends, key_of(b, var_at(s, r.off)), v->args[1]);
            } else if (v->op == O_ZERO || v->op == O_ZERO_WB) {
                SlotInfo *s = info_of(p, v->args[0], 0, &r);
                if (s)
                    for (i32 q = 0; q < s->n; q++)
                        if (r.off <= s->parts[q].off && s->parts[q].off < r.off + v->auxint)
                            map_set_num(p->ends, key_of(b, s->parts[q].var), zero_of(p, s->parts[q].var));
            }
        }
    }
}
static void replace(Promoter *p, Block *b, Value **now) {
    Ref r;
    memset(now, 0, sizeof(Value *) * (size_t)p->nvars);
    for (i64 k = 0; k < b->values.len; k++) {
        Value *v = b->values.ptr[k];
        if (v->op == O_LOAD) {
            SlotInfo *s = info_of(p, v->args[0], v->auxint, &r);
            if (!s) continue;
            i32 var = var_at(s, r.off);
            if (!now[var]) {
                i64 n = b->values.len;
                now[var] = at_start(p, b, var);
                k += b->values.len - n; // phis came in front
            }
            ssa_copy_of(p->f, v, skip_copies(now[var]));
        } else if (v->op == O_STORE || v->op == O_STORE_WB) {
            SlotInfo *s = info_of(p, v->args[0], v->auxint, &r);
            if (!s) continue;
            now[var_at(s, r.off)] = skip_copies(v->args[1]);
            ssa_copy_of(p->f, v, v->args[2]);
        } else if (v->op == O_ZERO || v->op == O_ZERO_WB) {
            SlotInfo *s = info_of(p, v->args[0], 0, &r);
            if (!s) continue;
            for (i32 q = 0; q < s->n; q++)
                if (r.off <= s->parts[q].off && s->parts[q].off < r.off + v->auxint)
                    now[s->parts[q].var] = zero_of(p, s->parts[q].var);
            ssa_copy_of(p->f, v, v->args[1]);
        }
    }
}
void pass_promote(Func *f) {
    if (!f->slots.len) return;
    ssa_compute_private(f);
    forward_moves(f);
    split_moves(f);
    Promoter p = {.f = f, .slots = ANEWN(f->arena, SlotInfo, f->slots.len)};
    for (i64 i = 0; i < f->slots.len; i++) p.slots[i].ok = f->slots.ptr[i]->is_private;
    gather(&p);
    bool any = false;
    for (i64 i = 0; i < f->slots.len; i++)
        if (p.slots[i].ok) {
            any = true;
            for (i32 k = 0; k < p.slots[i].n; k++) p.slots[i].parts[k].var = p.nvars++;
        }
    if (any) {
        p.vts = ANEWN(f->arena, u8, p.nvars + 1);
        for (i64 i = 0; i < f->slots.len; i++)
            if (p.slots[i].ok)
                for (i32 k = 0; k < p.slots[i].n; k++) p.vts[p.slots[i].parts[k].var] = p.slots[i].parts[k].vt;
        p.starts = map_new_num(f->arena);
        p.ends = map_new_num(f->arena);
        f->no_kill = true;
        note_ends(&p);
        Value **now = ANEWN(f->arena, Value *, p.nvars + 1);
        for (i64 i = 0; i < f->blocks.len; i++) replace(&p, f->blocks.ptr[i], now);
        f->no_kill = false;
    }
    ssa_clean(f);
}

// ---- dead stores -------------------------------------------------------------------------------------------
// Private slots that are never read: nothing needs their writes.
static void drop_unread(Func *f) {
    bool *read = ANEWN(f->arena, bool, f->slots.len + 1);
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (v->op == O_PTR_OFF || v->op == O_PTR_ADD || v->op == O_PTR_INDEX || v->op == O_COPY ||
                v->op == O_NILCHECK)
                continue;
            for (int a = 0; a < v->nargs; a++) {
                if (v->args[a]->type != VT_PTR) continue;
                if (a == 0 && (v->op == O_STORE || v->op == O_STORE_WB || v->op == O_ZERO || v->op == O_ZERO_WB ||
                               v->op == O_MOVE || v->op == O_MOVE_WB))
                    continue;
                Ref r = ssa_ref(v->args[a], 0, 0);
                if (r.kind == REF_SLOT) read[((Slot *)r.root)->id] = true;
            }
        }
    }
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (v->op != O_STORE && v->op != O_STORE_WB && v->op != O_ZERO && v->op != O_ZERO_WB && v->op != O_MOVE &&
                v->op != O_MOVE_WB)
                continue;
            Ref r = ssa_ref(v->args[0], 0, 0);
            if (r.kind == REF_SLOT && ((Slot *)r.root)->is_private && !read[((Slot *)r.root)->id])
                ssa_copy_of(f, v, v->args[v->nargs - 1]);
        }
    }
}
enum { MAX_COVERED = 24 };
typedef struct Covered {
    Ref refs[MAX_COVERED];
    i32 n;
} Covered; // bytes that are written again before they are read
static bool is_covered(const Covered *c, const Ref *r) {
    for (i32 i = 0; i < c->n; i++) {
        const Ref *x = &c->refs[i];
        if (x->kind == r->kind && x->root == r->root && x->exact && r->exact && x->off <= r->off &&
            r->off + r->size <= x->off + x->size)
            return true;
    }
    return false;
}
static void forget_read(Covered *c, const Ref *r) {
    for (i32 i = 0; i < c->n;)
        if (ssa_may_alias(&c->refs[i], r)) c->refs[i] = c->refs[--c->n];
        else i++;
}
// Somebody else may look, but not at private slots: stack maps leave out what is written before it is read (slotlive.c).
static void forget_visible(Covered *c) {
    for (i32 i = 0; i < c->n;) {
        Slot *s = c->refs[i].kind == REF_SLOT ? c->refs[i].root : NULL;
        if (s && s->is_private) i++;
        else c->refs[i] = c->refs[--c->n];
    }
}
static void dse_block(Func *f, Block *b) {
    Covered c;
    c.n = 0;
    for (i64 k = b->values.len - 1; k >= 0; k--) {
        Value *v = b->values.ptr[k];
        Ref r;
        switch (v->op) {
        case O_LOAD:
            r = ssa_ref(v->args[0], v->auxint, vtype_size((VType)v->type));
            forget_read(&c, &r);
            break;
        case O_STORE:
        case O_STORE_WB:
        case O_ZERO:
        case O_ZERO_WB:
        case O_MOVE:
        case O_MOVE_WB:
            r = v->op == O_STORE || v->op == O_STORE_WB
                    ? ssa_ref(v->args[0], v->auxint, vtype_size((VType)v->args[1]->type))
                    : ssa_ref(v->args[0], 0, v->auxint);
            if (is_covered(&c, &r)) {
                ssa_copy_of(f, v, v->args[v->nargs - 1]);
                break;
            }
            if (r.exact && c.n < MAX_COVERED) c.refs[c.n++] = r;
            if (v->op == O_MOVE || v->op == O_MOVE_WB) {
                Ref s = ssa_ref(v->args[1], 0, v->auxint);
                forget_read(&c, &s);
            }
            break;
        default:
            if ((op_flags(f, v) & (OPF_MEM_IN | OPF_CALL)) || v->type == VT_MEM) forget_visible(&c);
            break;
        }
    }
}
void pass_dse(Func *f) {
    ssa_compute_private(f);
    drop_unread(f);
    for (i64 i = 0; i < f->blocks.len; i++) dse_block(f, f->blocks.ptr[i]);
    ssa_clean(f);
}
// Slots that nothing refers to any more take no place in the frame and in stack maps.
void pass_slots(Func *f) {
    for (i64 i = 0; i < f->slots.len; i++) f->slots.ptr[i]->is_private = false; // here: referred to
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (v->op == O_SLOT_ADDR) v->slot->is_private = true;
        }
    }
    i64 n = 0;
    for (i64 i = 0; i < f->slots.len; i++) {
        Slot *s = f->slots.ptr[i];
        if (!s->is_private && !s->is_arg) continue;
        s->is_private = false;
        s->id = (i32)n;
        f->slots.ptr[n++] = s;
    }
    f->slots.len = n;
}
