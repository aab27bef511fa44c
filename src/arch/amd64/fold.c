// fold.c - addressing modes and memory operands: what phases "address" and "fold" of amd64.rules call, and when.
//
// In:   machine operations from lower.c. Out: fewer of them: address arithmetic inside memory operands, loads inside arithmetic and
//       compares, load-op-store as one operation, nil checks that a following access of the same pointer makes anyway are gone.
// Keeps: the order of stores, calls and nil checks. A load moves down to its only user when nothing writes memory in between.
#include "arch/amd64/rules.h"

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
static Value *part_base(const Value *v) { return (v->am & AM_BASE) == AM_REG ? v->args[amd64_mem_at(v)] : NULL; }
static Value *part_index(const Value *v) {
    return v->am & AM_INDEX ? v->args[amd64_mem_at(v) + am_nargs(v) - 1] : NULL;
}
static i64 step(const Value *v) { return 1 << (v->am & AM_SCALE); }
static bool is_word(const Value *x) { return x->type >= VT_I64; }

static bool is_near(const Value *v, i64 d) { // code and data are in the lower 2 GiB
    d += am_disp(v);
    return !has_aux(v) && d >= 0 && d <= 0xffffff;
}

// The base register goes; what it stood for is mode am, a displacement and a symbol or slot.
static void replace_base(Func *f, Value *v, int am, i64 d, void *aux) {
    int at = amd64_mem_at(v), old = am_nargs(v);
    Value *index = part_index(v);
    v->am = (u8)((v->am & ~AM_BASE) | am);
    v->aux = aux;
    v->auxint = am_pack(am_disp(v) + d, am_imm(v));
    replace_address(f, v, at, old, index ? 1 : 0, index, NULL);
}

// There is one index and one symbol or slot; an address that others compute as well is worth a register.
static bool can_join(const Value *v, const Value *a) {
    bool indexed = a->am & AM_INDEX;
    if (a == v || !fits32((i64)am_disp(v) + am_disp(a)) || (has_aux(a) && has_aux(v))) return false;
    if (indexed && v->am & AM_INDEX) return false;
    return !indexed || a->uses <= 1 || (a->block == v->block && a->uses <= 3);
}

static void join_address(Func *f, Value *v, const Value *a) {
    Value *base = part_base(a), *index = a->am & AM_INDEX ? part_index(a) : part_index(v);
    int scale = (a->am & AM_INDEX ? a->am : v->am) & AM_SCALE, at = amd64_mem_at(v), old = am_nargs(v);
    if (has_aux(a)) v->aux = a->aux;
    v->am = (u8)(AM_PRESENT | (a->am & AM_BASE) | ((a->am | v->am) & AM_SYM) | (index ? AM_INDEX | scale : 0));
    v->auxint = am_pack((i64)am_disp(v) + am_disp(a), am_imm(v));
    replace_address(f, v, at, old, !!base + !!index, base ? base : index, index);
}

static void replace_index(Func *f, Value *v, Value *x, i64 more_scale, i64 d) {
    int k = amd64_mem_at(v) + am_nargs(v) - 1;
    x->uses++, v->args[k]->uses--;
    v->args[k] = x;
    v->am = (u8)(v->am + more_scale);
    v->auxint = am_pack(am_disp(v) + d, am_imm(v));
}

#define RULES_address
#include "amd64_rules.inc"
#undef RULES_address

static void fold_address(Func *f, Value *v) {
    for (int i = 0; i < 9 && (v->am || v->op == A_ADD) && v->op != O_CALL && rewrite_amd64_address(f, v); i++) {
    }
}

// ---- nil checks ----------------------------------------------------------------------------------------------------
static Value *dereferenced(const Value *v) {
    if (!v->am || v->op == A_LEA || v->op == A_PREFETCH || (v->am & AM_BASE) != AM_REG || (v->am & (AM_INDEX | AM_SYM)))
        return NULL;
    i32 d = am_disp(v);
    return d >= 0 && d < 4096 ? v->args[amd64_mem_at(v)] : NULL;
}

static bool writes_memory(const Func *f, const Value *v) {
    return (ssa_op_info(f, v->op)->flags & (OPF_MEM_OUT | OPF_CALL)) || v->type == VT_MEM ||
           (v->type == VT_TUPLE && (ssa_op_info(f, v->op)->flags & OPF_MEM_IN));
}

// p is dereferenced by v in this epoch (Value.scratch): an earlier check of it is not needed.
static void note_access(Value *p, Value *v, i64 epoch) {
    p->scratch = epoch;
    p->data = v;
}

// The table of a nil interface: gc tests it itself, so that the address shown is 0.
static bool is_nil_table(const Value *p) { return p->op == A_MOVI && p->type == VT_I64 && p->auxint == 0; }

static void drop_nilchecks(Func *f, Block *b, i64 *epoch) {
    bool any = false;
    ++*epoch;
    for (i64 i = b->values.len - 1; i >= 0; i--) {
        Value *v = b->values.ptr[i];
        if (writes_memory(f, v)) ++*epoch;
        Value *p = v->op == A_NILCHECK ? v->args[0] : dereferenced(v);
        if (v->op == A_NILCHECK && is_nil_table(p)) continue;
        if (v->op == A_NILCHECK && p->scratch == *epoch) {
            Value *access = p->data; // which now reports the fault, as the check would; not so a store, as in gc
            if (access->type != VT_MEM) access->pos = v->pos, access->inl = v->inl;
            access->flags |= VF_FAULTS;
            v->flags |= VF_DEAD;
            v->args[0]->uses--, v->args[1]->uses--;
            any = true;
        } else if (p) {
            note_access(p, v, *epoch);
        } else if (v->op == A_MOVE) {
            note_access(v->args[0], v, *epoch);
            note_access(v->args[1], v, *epoch);
        }
    }
    if (!any) return;
    i64 n = 0;
    for (i64 i = 0; i < b->values.len; i++)
        if (!(b->values.ptr[i]->flags & VF_DEAD)) b->values.ptr[n++] = b->values.ptr[i];
    b->values.len = n;
}

// ---- loads into operations ------------------------------------------------------------------------------------------
typedef struct Fold { // Func.pass_data
    Block *b;
    i64 epoch; // number of writes to memory so far; Value.scratch of what reads memory: the epoch it was in
} Fold;

// n bytes that l loads may be read by v instead; uses: how many v has of it.
static bool loads_n(const Func *f, const Value *l, i64 n, int uses) {
    const Fold *s = f->pass_data;
    return l->uses == uses && l->cc != 1 && l->block == s->b && l->scratch == s->epoch && bytes(l->etype) == n &&
           !(l->flags & VF_DEAD);
}
static bool loads(const Func *f, const Value *v, const Value *l, i64 n) { return loads_n(f, l, n, 1); }
static bool loads_twice(const Func *f, const Value *v, const Value *l, i64 n) { return loads_n(f, l, n, 2); }

static bool same_place(const Value *v, const Value *x) { // memory operands
    const Value *const *a = (const Value *const *)v->args + amd64_mem_at(v), *const *b = (const Value *const *)x->args +
                                                                                         amd64_mem_at(x);
    if (v->am != x->am || am_disp(v) != am_disp(x) || (has_aux(v) && v->aux != x->aux)) return false;
    for (int i = 0; i < am_nargs(v); i++)
        if (a[i] != b[i]) return false;
    return true;
}

static Value *part_val(const Value *store) { return store->args[am_nargs(store)]; }

// v stores d, which nothing else uses, where d's operand l was loaded.
static bool is_only_stored(const Func *f, const Value *v, const Value *d) {
    const Fold *s = f->pass_data;
    return d->uses == 1 && d->block == s->b && !(d->flags & VF_DEAD) && !vtype_is_float(v->etype);
}
static bool updates(const Func *f, const Value *v, const Value *d, const Value *l) {
    return is_only_stored(f, v, d) && size(d) >= bytes(v->etype) && loads(f, d, l, bytes(v->etype)) && same_place(v, l);
}
static bool updates_own(const Func *f, const Value *v, const Value *d) { // the load is in d already
    const Fold *s = f->pass_data;
    return is_only_stored(f, v, d) && d->scratch == s->epoch && size(d) == bytes(v->etype) && same_place(v, d);
}

static Sym *float_const(Func *f, const Value *c) {
    f32 small = (f32)c->auxf;
    return c->type == VT_F32 ? obj_const(f->syms, &small, 4, 4) : obj_const(f->syms, &c->auxf, 8, 8);
}

// x, which nothing uses any more, goes, and the load that only it used.
static void drop(Value *x) {
    x->flags |= VF_DEAD;
    for (int i = 0; i < x->nargs; i++)
        if (!--x->args[i]->uses && x->args[i]->op == A_LOAD) drop(x->args[i]);
    x->nargs = 0;
}

// v becomes op with n arguments and the memory operand of load x, or, v being a store, with its own.
static void take_memory(Func *f, Value *v, int op, i64 imm, int n, Value **keep, Value *x) {
    Value *args[8], *unused = x == v ? part_val(v) : x;
    int k = 0;
    if (x == v)
        for (int i = 0; i < am_nargs(v); i++) args[k++] = v->args[i];
    for (int i = 0; i < n; i++) args[k++] = keep[i];
    if (x == v) args[k++] = v->args[v->nargs - 1];
    else
        for (int i = 0; i < x->nargs; i++) args[k++] = x->args[i];
    bool extends = v->op == A_MOVZX || v->op == A_MOVSX;
    v->op = (u16)op;
    v->am = x->am, v->aux = x->aux;
    v->auxint = am_pack(am_disp(x), imm);
    if (extends || (x->flags & VF_FAULTS)) v->pos = x->pos, v->inl = x->inl; // a nil dereference is reported there
    v->flags |= x->flags & VF_FAULTS;
    replace_args(f, v, k, args);
    drop(unused);
}

#define RULES_fold
#include "amd64_rules.inc"

static void fold_loads(Func *f, Fold *s, Block *b) {
    s->b = b;
    s->epoch++;
    for (i64 i = 0; i < b->values.len; i++) {
        Value *v = b->values.ptr[i];
        if (v->flags & VF_DEAD) continue;
        if (v->op >= O_MACHINE_FIRST) rewrite_amd64_fold(f, v);
        if (v->am) v->scratch = s->epoch;
        if (writes_memory(f, v)) s->epoch++;
    }
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
            fold_address(f, b->values.ptr[k]);
        }
    }
    amd64_drop_dead(f);
    for (i64 i = f->npostorder - 1; i >= 0; i--) drop_nilchecks(f, f->postorder[i], &epoch);
    for (i64 i = f->npostorder - 1; i >= 0; i--) {
        Block *b = f->postorder[i];
        for (i64 k = 0; k < b->values.len; k++) b->values.ptr[k]->scratch = 0;
    }
    Fold s = {.epoch = epoch};
    f->pass_data = &s;
    for (i64 i = f->npostorder - 1; i >= 0; i--) fold_loads(f, &s, f->postorder[i]);
    f->pass_data = NULL;
    amd64_drop_dead(f);
}
