// fold.c - addressing modes and memory operands.
//
// In:   machine operations from lower.c. Out: fewer of them: address arithmetic inside memory operands, loads inside arithmetic and
//       compares, load-op-store as one operation, nil checks that a following access of the same pointer makes anyway are gone.
// Keeps: the order of stores, calls and nil checks. A load moves down to its only user when nothing writes memory in between.
#include "arch/amd64/amd64.h"

int amd64_mem_at(const Value *v) { // index of the first address argument
    switch (v->op) {
    case A_ADDM:
    case A_SUBM:
    case A_ANDM:
    case A_ORM:
    case A_XORM:
    case A_IMULM:
    case A_CMPM:
    case A_UCOMIM:
    case A_FADDM:
    case A_FSUBM:
    case A_FMULM:
    case A_FDIVM: return 1;
    default: return 0;
    }
}

static void replace_args(Func *f, Value *v, int n, Value **args) {
    for (int i = 0; i < n; i++) args[i]->uses++;
    for (int i = 0; i < v->nargs; i++) v->args[i]->uses--;
    v->args = n <= 3 ? v->inline_args : ANEWN(f->arena, Value *, n);
    for (int i = 0; i < n; i++) v->args[i] = args[i];
    v->nargs = n;
}

// Replaces v's address arguments [at, at + old) by n others.
static void replace_address(Func *f, Value *v, int at, int old, int n, Value *a, Value *b) {
    Value *args[8], *in[2] = {a, b};
    int k = 0;
    for (int i = 0; i < at; i++) args[k++] = v->args[i];
    for (int i = 0; i < n; i++) args[k++] = in[i];
    for (int i = at + old; i < v->nargs; i++) args[k++] = v->args[i];
    replace_args(f, v, k, args);
}

static bool has_aux(const Value *v) { return (v->am & AM_SYM) || (v->am & AM_BASE) == AM_SLOT; }

// ---- addressing modes -----------------------------------------------------------------------------------------------
static bool fold_base(Func *f, Value *v, int at) {
    if ((v->am & AM_BASE) != AM_REG) return false;
    Value *p = v->args[at];
    bool indexed = v->am & AM_INDEX;
    Value *index = indexed ? v->args[at + 1] : NULL;
    if (p->op == A_MOVSYM && !has_aux(v)) {
        i64 disp = (i64)am_disp(v) + p->auxint;
        if (disp < 0 || disp > 0xffffff) return false;
        v->am = (u8)((v->am & ~AM_BASE) | AM_NONE | AM_SYM);
        v->sym = p->sym;
        v->auxint = am_pack(disp, am_imm(v));
        replace_address(f, v, at, indexed ? 2 : 1, indexed ? 1 : 0, index, NULL);
        return true;
    }
    if (p->op == A_GETG) {
        v->am = (u8)((v->am & ~AM_BASE) | AM_G);
        replace_address(f, v, at, indexed ? 2 : 1, indexed ? 1 : 0, index, NULL);
        return true;
    }
    if (p->op != A_LEA || p == v) return false;
    i64 disp = (i64)am_disp(v) + am_disp(p);
    if (!fits32(disp) || (has_aux(p) && has_aux(v))) return false;
    bool pindexed = p->am & AM_INDEX;
    if (pindexed && indexed) return false;
    if (pindexed && p->uses > 1 && (p->block != v->block || p->uses > 3)) return false;
    Value *a = NULL, *b = NULL;
    int n = 0;
    if ((p->am & AM_BASE) == AM_REG) a = p->args[0], n++;
    Value *x = pindexed ? p->args[am_nargs(p) - 1] : index;
    if (x) {
        if (n) b = x;
        else a = x;
        n++;
    }
    if (has_aux(p)) v->aux = p->aux;
    u8 scale = (u8)((pindexed ? p->am : v->am) & AM_SCALE);
    int old = am_nargs(v);
    v->am = (u8)(AM_PRESENT | (p->am & AM_BASE) | (p->am & AM_SYM) | (v->am & AM_SYM) | (x ? AM_INDEX | scale : 0));
    v->auxint = am_pack(disp, am_imm(v));
    replace_address(f, v, at, old, n, a, b);
    return true;
}

static bool fold_index(Func *f, Value *v, int at) {
    if (!(v->am & AM_INDEX)) return false;
    int k = at + am_nargs(v) - 1, scale = v->am & AM_SCALE;
    Value *x = v->args[k];
    i64 disp = am_disp(v), s = 1 << scale;
    Value *y;
    if (x->op == A_ADDI && x->type >= VT_I64 && fits32(disp + x->auxint * s)) {
        v->auxint = am_pack(disp + x->auxint * s, am_imm(v));
        y = x->args[0];
    } else if (x->op == A_SHLI && x->type >= VT_I64 && x->auxint + scale <= 3) {
        v->am = (u8)((v->am & ~AM_SCALE) | (scale + x->auxint));
        y = x->args[0];
    } else if (x->op == A_LEA && x->am == (AM_PRESENT | AM_REG) && x->type >= VT_I64 && fits32(disp + am_disp(x) * s)) {
        v->auxint = am_pack(disp + am_disp(x) * s, am_imm(v));
        y = x->args[0];
    } else {
        return false;
    }
    y->uses++, x->uses--;
    v->args[k] = y;
    return true;
}

static void fold_address(Func *f, Value *v) {
    if (!v->am || v->op == O_CALL) return;
    int at = amd64_mem_at(v);
    for (int i = 0; i < 8 && (fold_base(f, v, at) || fold_index(f, v, at)); i++) {
    }
}

// ADD of a shifted value: one lea. Only where flags and memory play no part.
static void fold_add(Func *f, Value *v) {
    if (v->op != A_ADD || vtype_size(v->type) < 4) return;
    for (int k = 0; k < 2; k++) {
        Value *s = v->args[k], *o = v->args[1 - k];
        if (s->op != A_SHLI || s->uses != 1 || s->auxint > 3 || vtype_size(s->type) < vtype_size(v->type)) continue;
        Value *args[2] = {o, s->args[0]};
        v->op = A_LEA;
        v->am = (u8)(AM_PRESENT | AM_REG | AM_INDEX | s->auxint);
        v->aux = NULL, v->auxint = 0;
        replace_args(f, v, 2, args);
        return;
    }
}

// ---- nil checks ----------------------------------------------------------------------------------------------------
static const Value *dereferenced(const Value *v) {
    if (!v->am || v->op == A_LEA || v->op == A_PREFETCH || (v->am & AM_BASE) != AM_REG || (v->am & (AM_INDEX | AM_SYM)))
        return NULL;
    i32 d = am_disp(v);
    return d >= 0 && d < 4096 ? v->args[amd64_mem_at(v)] : NULL;
}

static bool writes_memory(const Func *f, const Value *v) {
    return (ssa_op_info(f, v->op)->flags & (OPF_MEM_OUT | OPF_CALL)) || v->type == VT_MEM ||
           (v->type == VT_TUPLE && (ssa_op_info(f, v->op)->flags & OPF_MEM_IN));
}

static void drop_nilchecks(Func *f, Block *b,
                           i64 *epoch) { // Value.scratch: epoch in which the pointer is dereferenced further down
    bool any = false;
    ++*epoch;
    for (i64 i = b->values.len - 1; i >= 0; i--) {
        Value *v = b->values.ptr[i];
        if (writes_memory(f, v)) ++*epoch;
        if (v->op == A_NILCHECK) {
            if (v->args[0]->scratch == *epoch) {
                v->flags |= VF_DEAD;
                v->args[0]->uses--, v->args[1]->uses--;
                any = true;
            }
            v->args[0]->scratch = *epoch;
        } else {
            const Value *p = dereferenced(v);
            if (p) ((Value *)(uintptr_t)p)->scratch = *epoch;
            if (v->op == A_MOVE) v->args[0]->scratch = v->args[1]->scratch = *epoch;
        }
    }
    if (!any) return;
    i64 n = 0;
    for (i64 i = 0; i < b->values.len; i++)
        if (!(b->values.ptr[i]->flags & VF_DEAD)) b->values.ptr[n++] = b->values.ptr[i];
    b->values.len = n;
}

// ---- loads into operations ------------------------------------------------------------------------------------------
typedef struct Fold {
    Func *f;
    Block *b;
    i64 epoch, first;
} Fold; // epoch: number of writes so far; Value.scratch of a load: epoch it was in

static bool can_fold_load(const Fold *s, const Value *x, i64 size) {
    return x->op == A_LOAD && x->uses == 1 && x->cc != 1 && x->block == s->b && x->scratch == s->epoch &&
           vtype_size(x->etype) == size && !(x->flags & VF_DEAD);
}

// v takes over the memory operand of load x; v's new arguments: `keep` (or none), address, memory.
static void take_load(Fold *s, Value *v, int op, Value *keep, Value *x) {
    Value *args[5];
    int n = 0;
    if (keep) args[n++] = keep;
    for (int i = 0; i < x->nargs; i++) args[n++] = x->args[i];
    bool extends = v->op == A_MOVZX || v->op == A_MOVSX;
    v->op = (u16)op;
    v->am = x->am, v->aux = x->aux;
    v->auxint = am_pack(am_disp(x), am_imm(v));
    if (extends || (x->flags & VF_FAULTS)) v->pos = x->pos, v->inl = x->inl; // a nil dereference is reported there
    v->flags |= x->flags & VF_FAULTS;
    replace_args(s->f, v, n, args);
    for (int i = 0; i < x->nargs; i++) x->args[i]->uses--;
    x->nargs = 0;
    x->flags |= VF_DEAD;
}

static int memory_form(int op) {
    switch (op) {
    case A_ADD: return A_ADDM;
    case A_SUB: return A_SUBM;
    case A_AND: return A_ANDM;
    case A_OR: return A_ORM;
    case A_XOR: return A_XORM;
    case A_IMUL: return A_IMULM;
    case A_FADD: return A_FADDM;
    case A_FSUB: return A_FSUBM;
    case A_FMUL: return A_FMULM;
    case A_FDIV: return A_FDIVM;
    case A_CMP: return A_CMPM;
    case A_UCOMI: return A_UCOMIM;
    default: return 0;
    }
}

static void fold_constant(Fold *s, Value *v, int op, Value *x, Value *c) { // float constant as a memory operand
    bool small = c->type == VT_F32;
    f32 f4 = (f32)c->auxf;
    Sym *sym = obj_const(s->f->syms, small ? (void *)&f4 : (void *)&c->auxf, small ? 4 : 8, small ? 4 : 8);
    v->op = (u16)op;
    v->am = AM_PRESENT | AM_SYM;
    v->sym = sym, v->auxint = 0;
    replace_args(s->f, v, 1, &x);
}

static void fold_two(Fold *s, Value *v) {
    int op = memory_form(v->op);
    if (!op) return;
    bool cmp = v->type == VT_FLAGS;
    i64 size = vtype_size(cmp ? v->etype : v->type);
    if (!cmp && size < 4) return;
    Value *x = v->args[0], *y = v->args[1];
    if (x == y) return;
    if (y->op == A_FCONST && y->uses == 1 && y->auxf != 0) {
        fold_constant(s, v, op, x, y);
        return;
    }
    if (can_fold_load(s, y, size)) {
        take_load(s, v, op, x, y);
        return;
    }
    if (!(amd64_arch.ops[v->op - O_MACHINE_FIRST].flags & OPF_COMMUTES) || cmp) return;
    if (x->op == A_FCONST && x->uses == 1 && x->auxf != 0) fold_constant(s, v, op, y, x);
    else if (can_fold_load(s, x, size)) take_load(s, v, op, y, x);
}

static void fold_compare_imm(Fold *s, Value *v) {
    Value *x = v->args[0];
    i64 imm;
    if (v->op == A_CMPI) imm = v->auxint;
    else if (v->op == A_TEST && x == v->args[1] && x->uses == 2) imm = 0;
    else return;
    if (v->op == A_TEST) { // both uses are ours
        if (x->op != A_LOAD || x->cc == 1 || x->block != s->b || x->scratch != s->epoch ||
            vtype_size(x->etype) != vtype_size(v->etype) || (x->flags & VF_DEAD))
            return;
    } else if (!can_fold_load(s, x, vtype_size(v->etype))) {
        return;
    }
    v->auxint = am_pack(0, imm);
    take_load(s, v, A_CMPMI, NULL, x);
}

static void fold_extend(Fold *s, Value *v) {
    Value *x = v->args[0];
    if (!can_fold_load(s, x, vtype_size(v->etype))) return;
    u8 from = v->etype;
    v->auxint = 0;
    take_load(s, v, v->op == A_MOVSX ? A_LOADSX : A_LOAD, NULL, x);
    v->etype = from == VT_BOOL ? VT_I8 : from;
    v->scratch = s->epoch;
}

static bool same_place(const Value *v, const Value *x) { // memory operands of a STORE and a LOAD
    if (v->am != x->am || am_disp(v) != am_disp(x) || (has_aux(v) && v->aux != x->aux)) return false;
    for (int i = 0; i < am_nargs(v); i++)
        if (v->args[i] != x->args[i]) return false;
    return true;
}

// [addr] = [addr] op y
static void fold_store(Fold *s, Value *v) {
    if (v->op != A_STORE) return;
    int n = am_nargs(v);
    Value *d = v->args[n], *mem = v->args[n + 1];
    i64 size = vtype_size(v->etype);
    if (d->uses != 1 || d->block != s->b || (d->flags & VF_DEAD) || vtype_is_float(v->etype)) return;
    int op = 0, op_imm = 0;
    switch (d->op) {
    case A_ADD:
    case A_ADDM: op = A_MADD; break;
    case A_SUB: op = A_MSUB; break;
    case A_AND:
    case A_ANDM: op = A_MAND; break;
    case A_OR:
    case A_ORM: op = A_MOR; break;
    case A_XOR:
    case A_XORM: op = A_MXOR; break;
    case A_ADDI: op_imm = A_MADDI; break;
    case A_ANDI: op_imm = A_MANDI; break;
    case A_ORI: op_imm = A_MORI; break;
    case A_XORI: op_imm = A_MXORI; break;
    default: return;
    }
    if (vtype_size(d->type) < size) return;
    Value *args[4], *y = NULL;
    for (int i = 0; i < n; i++) args[i] = v->args[i];
    if (d->am) { // the load was folded into d: x op [addr]
        if (d->scratch != s->epoch || vtype_size(d->type) != size) return;
        Value at = *d;
        at.args = d->args + 1;
        if (!same_place(v, &at)) return;
        y = d->args[0];
    } else {
        Value *x = d->args[0];
        if (op && (d->op != A_SUB) && !(can_fold_load(s, x, size) && same_place(v, x))) {
            x = d->args[1];
            y = d->args[0];
        } else if (op) y = d->args[1];
        if (!can_fold_load(s, x, size) || !same_place(v, x)) return;
        x->flags |= VF_DEAD;
        for (int i = 0; i < x->nargs; i++) x->args[i]->uses--;
        x->nargs = 0;
    }
    if (op_imm && !fits32(d->auxint)) return;
    i64 imm = d->auxint;
    int k = n;
    if (op) args[k++] = y;
    args[k++] = mem;
    v->op = (u16)(op ? op : op_imm);
    if (!op) v->auxint = am_pack(am_disp(v), imm);
    replace_args(s->f, v, k, args);
    for (int i = 0; i < d->nargs; i++) d->args[i]->uses--;
    d->nargs = 0;
    d->flags |= VF_DEAD;
}

static void fold_loads(Func *f, Block *b, i64 *epoch) {
    Fold s = {f, b, ++*epoch, 0};
    bool any = false;
    for (i64 i = 0; i < b->values.len; i++) {
        Value *v = b->values.ptr[i];
        if (v->flags & VF_DEAD) {
            any = true;
            continue;
        }
        switch (v->op) {
        case A_LOAD:
        case A_LOADSX: v->scratch = s.epoch; break;
        case A_CMPI: fold_compare_imm(&s, v); break;
        case A_TEST: fold_compare_imm(&s, v); break;
        case A_MOVZX:
        case A_MOVSX: fold_extend(&s, v); break;
        case A_STORE: fold_store(&s, v); break;
        default:
            fold_two(&s, v);
            if (v->am) v->scratch = s.epoch;
            break;
        }
        if (writes_memory(f, v)) s.epoch++;
    }
    *epoch = s.epoch;
    for (i64 i = 0; i < b->values.len && !any; i++) any = b->values.ptr[i]->flags & VF_DEAD;
    if (!any) return;
    i64 n = 0;
    for (i64 i = 0; i < b->values.len; i++)
        if (!(b->values.ptr[i]->flags & VF_DEAD)) b->values.ptr[n++] = b->values.ptr[i];
    b->values.len = n;
}

void amd64_fold(Func *f) {
    i64 epoch = 0;
    for (i64 i = f->npostorder - 1; i >= 0; i--) {
        Block *b = f->postorder[i];
        for (i64 k = 0; k < b->values.len; k++) {
            b->values.ptr[k]->scratch = 0;
            fold_add(f, b->values.ptr[k]);
            fold_address(f, b->values.ptr[k]);
        }
    }
    amd64_drop_dead(f);
    for (i64 i = f->npostorder - 1; i >= 0; i--) drop_nilchecks(f, f->postorder[i], &epoch);
    for (i64 i = f->npostorder - 1; i >= 0; i--) {
        Block *b = f->postorder[i];
        for (i64 k = 0; k < b->values.len; k++) b->values.ptr[k]->scratch = 0;
    }
    for (i64 i = f->npostorder - 1; i >= 0; i--) fold_loads(f, f->postorder[i], &epoch);
    amd64_drop_dead(f);
}
