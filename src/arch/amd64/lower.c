// lower.c - generic operations -> machine operations, one block at a time in reverse postorder.
//
// In:      SSA after the passes. Out: only machine operations and PHI, COPY, SELECT_N, ARG, CONTEXT, INIT_MEM, CALL, RETURN, KEEPALIVE;
//          BK_IF is BK_MACHINE; components of a tuple stand right behind it; a flags value stands right before its only user.
// Never:   keeps TRUNC, PTR2INT, BOUNDS: their users read the argument itself (upper bits of narrow values are undefined, and
//          operations know their width). So a value's type may be wider than its user's.
#include "arch/amd64/amd64.h"
#include <stdio.h>

typedef struct Lower {
    Func *f;
    Block *b;
    ValueVec out;
    Value *at;
} Lower;

// ---- helpers ----------------------------------------------------------------------------------------------------
enum { REAL_COPY = 1 }; // Value.cc of a COPY that is more than another name

static Value *resolve(Value *x) {
    while (x->op == O_COPY && x->cc != REAL_COPY) x = x->args[0];
    return x;
}

static void set_args(Lower *l, Value *v, int n, Value *a, Value *b, Value *c) {
    Value *in[3] = {a, b, c};
    for (int i = 0; i < n; i++) in[i]->uses++;
    for (int i = 0; i < v->nargs; i++) v->args[i]->uses--;
    v->args = v->inline_args;
    for (int i = 0; i < n; i++) v->args[i] = in[i];
    v->nargs = n;
}

static Value *add(Lower *l, int op, VType t, int n, Value *a, Value *b, Value *c) {
    Value *v = ANEW(l->f->arena, Value);
    v->id = l->f->next_value++;
    v->op = (u16)op, v->type = (u8)t, v->block = l->b;
    v->pos = l->at->pos, v->inl = l->at->inl;
    v->reg = v->reg2 = -1;
    v->args = v->inline_args;
    set_args(l, v, n, a, b, c);
    vec_push(l->f->arena, &l->out, v);
    return v;
}

static Value *add_imm(Lower *l, int op, VType t, Value *x, i64 imm) {
    Value *v = add(l, op, t, 1, x, NULL, NULL);
    v->auxint = imm;
    return v;
}

static Value *constant(Lower *l, VType t, i64 c) {
    Value *v = add(l, A_MOVI, t, 0, NULL, NULL, NULL);
    v->auxint = c;
    return v;
}

static Value *extend(Lower *l, Value *x, VType from, VType to, bool sign) {
    Value *v = add(l, sign ? A_MOVSX : A_MOVZX, to, 1, x, NULL, NULL);
    v->etype = (u8)from;
    return v;
}

static bool is_imm(const Value *x, i64 *c) {
    if (x->op != A_MOVI && x->op != O_CONST) return false;
    *c = x->auxint;
    return true;
}
static bool is_imm32(const Value *x, i64 *c) { return is_imm(x, c) && fits32(*c); }

static void become(Value *v, int op) { v->op = (u16)op; }
static void alias(Lower *l, Value *v, Value *x) {
    become(v, O_COPY);
    v->cc = 0;
    set_args(l, v, 1, x, NULL, NULL);
}

static Sym *mask_const(Lower *l, VType t, bool sign) { // 16 bytes: the sign bit, or all others
    u64 m = t == VT_F32 ? 0x80000000u : 0x8000000000000000ULL;
    if (!sign) m = t == VT_F32 ? 0x7fffffffu : 0x7fffffffffffffffULL;
    u64 bytes[2] = {m, 0};
    return obj_const(l->f->syms, bytes, 16, 16);
}

// ---- comparisons ---------------------------------------------------------------------------------------------------
static int swap_cc(int cc) { // for exchanged operands
    switch (cc) {
    case CC_L: return CC_G;
    case CC_G: return CC_L;
    case CC_LE: return CC_GE;
    case CC_GE: return CC_LE;
    case CC_B: return CC_A;
    case CC_A: return CC_B;
    case CC_BE: return CC_AE;
    case CC_AE: return CC_BE;
    default: return cc;
    }
}

static Value *compare_ints(Lower *l, Value *x, Value *y, VType t, int *cc) {
    i64 c;
    if (is_imm32(x, &c) && !is_imm32(y, &c)) {
        Value *s = x;
        x = y;
        y = s;
        *cc = swap_cc(*cc);
    }
    Value *v;
    if (!is_imm32(y, &c)) {
        v = add(l, A_CMP, VT_FLAGS, 2, x, y, NULL);
    } else if (c != 0) {
        v = add_imm(l, A_CMPI, VT_FLAGS, x, c);
    } else if ((x->op == A_AND || x->op == A_ANDI) && x->uses == 1 && x->block == l->b &&
               vtype_size(x->type) == vtype_size(t)) {
        v = x->op == A_AND ? add(l, A_TEST, VT_FLAGS, 2, x->args[0], x->args[1], NULL)
                           : add_imm(l, A_TESTI, VT_FLAGS, x->args[0], x->auxint);
    } else {
        v = add(l, A_TEST, VT_FLAGS, 2, x, x, NULL);
    }
    v->etype = (u8)t;
    return v;
}

static void lower_compare(Lower *l, Value *v, int cc, VType t) {
    Value *x = v->args[0], *y = v->args[1], *flags;
    if (vtype_is_float(t)) {
        bool swap = v->op == O_FLT || v->op == O_FLE; // a < b as b > a: false if unordered
        flags = add(l, A_UCOMI, VT_FLAGS, 2, swap ? y : x, swap ? x : y, NULL);
        flags->etype = (u8)t;
    } else {
        flags = compare_ints(l, x, y, t, &cc);
    }
    become(v, A_SETCC);
    v->cc = (u8)cc;
    set_args(l, v, 1, flags, NULL, NULL);
}

// Flags that are fresh here, for condition x; the comparison is made again.
static Value *flags_of(Lower *l, Value *x, int *cc) {
    if (x->op != A_SETCC) {
        Value *t = add(l, A_TEST, VT_FLAGS, 2, x, x, NULL);
        t->etype = VT_I8;
        *cc = CC_NE;
        return t;
    }
    Value *c = x->args[0];
    *cc = x->cc;
    if (c->op == A_CMPMI) { // a load: keep its place; test the result
        if (x->uses > 1 || l->out.len == 0 || x->block != l->b || l->out.ptr[l->out.len - 1] != x) {
            Value *t = add(l, A_TEST, VT_FLAGS, 2, x, x, NULL);
            t->etype = VT_I8;
            *cc = CC_NE;
            return t;
        }
    }
    Value *n = add(l, c->op, VT_FLAGS, 0, NULL, NULL, NULL);
    n->etype = c->etype, n->auxint = c->auxint, n->am = c->am, n->aux = c->aux;
    for (int i = 0; i < c->nargs; i++) ssa_add_arg(l->f, n, c->args[i]);
    return n;
}

// ---- arithmetic ------------------------------------------------------------------------------------------------------
static void to_imm(Lower *l, Value *v, int op, Value *x, i64 c) {
    become(v, op);
    v->auxint = c;
    set_args(l, v, 1, x, NULL, NULL);
}

static void to_lea(Lower *l, Value *v, Value *base, Value *index, int scale, i64 disp) {
    become(v, A_LEA);
    v->aux = NULL;
    v->am = (u8)(AM_PRESENT | (base ? AM_REG : AM_NONE) | (index ? AM_INDEX | scale : 0));
    v->auxint = am_pack(disp, 0);
    if (base && index) set_args(l, v, 2, base, index, NULL);
    else set_args(l, v, 1, base ? base : index, NULL, NULL);
}

static void lower_binary(Lower *l, Value *v, int op, int op_imm) {
    Value *x = v->args[0], *y = v->args[1];
    i64 c;
    if (is_imm32(x, &c) && op != A_SUB) {
        x = v->args[1];
        y = v->args[0];
    }
    if (op == A_SUB && is_imm(y, &c) && fits32(-c)) {
        to_imm(l, v, A_ADDI, x, -c);
        return;
    }
    if (op == A_AND && is_imm(y, &c) && vtype_size(v->type) == 8 && c == 0xffffffff) {
        become(v, A_MOVZX);
        v->etype = VT_I32;
        set_args(l, v, 1, x, NULL, NULL);
        return;
    }
    if (op == A_AND && is_imm(y, &c) && (c == 0xff || c == 0xffff) && vtype_size(v->type) >= 4) {
        become(v, A_MOVZX);
        v->etype = c == 0xff ? VT_I8 : VT_I16;
        set_args(l, v, 1, x, NULL, NULL);
        return;
    }
    if (op_imm && is_imm32(y, &c)) {
        to_imm(l, v, op_imm, x, c);
        return;
    }
    become(v, op);
    set_args(l, v, 2, x, y, NULL);
}

static void lower_mul(Lower *l, Value *v) {
    Value *x = v->args[0], *y = v->args[1];
    i64 c;
    if (is_imm32(x, &c)) {
        x = v->args[1];
        y = v->args[0];
    }
    if (!is_imm32(y, &c)) {
        become(v, A_IMUL);
        set_args(l, v, 2, x, y, NULL);
        return;
    }
    if (c == 3 || c == 5 || c == 9) to_lea(l, v, x, x, c == 3 ? 1 : c == 5 ? 2 : 3, 0);
    else if (c > 0 && (c & (c - 1)) == 0) to_imm(l, v, A_SHLI, x, __builtin_ctzll((u64)c));
    else if (c == 0) {
        become(v, A_MOVI);
        v->auxint = 0;
        set_args(l, v, 0, NULL, NULL, NULL);
    } else to_imm(l, v, A_IMULI, x, c);
}

static void lower_shift(Lower *l, Value *v, VType ct) {
    static const u16 imm_ops[] = {A_SHLI, A_SHRI, A_SARI}, ops[] = {A_SHL, A_SHR, A_SAR};
    int k = v->op - O_SHL;
    VType t = (VType)v->type;
    i64 size = vtype_size(t), width = size * 8, wide = size == 8 ? 64 : 32, c;
    bool known = v->auxint == 1;
    Value *x = v->args[0], *n = v->args[1];
    if (size < 4 && k > 0) x = extend(l, x, t, VT_I32, k == 2);
    if (is_imm(n, &c)) {
        i64 cs = vtype_size(ct);
        u64 u = cs == 8 ? (u64)c : (u64)c & (((u64)1 << cs * 8) - 1);
        if (u >= (u64)width) {
            if (k == 2) {
                to_imm(l, v, A_SARI, x, width - 1);
                return;
            }
            become(v, A_MOVI);
            v->auxint = 0;
            set_args(l, v, 0, NULL, NULL, NULL);
        } else {
            to_imm(l, v, imm_ops[k], x, (i64)u);
        }
        return;
    }
    v->auxint = 0;
    if (known) {
        become(v, ops[k]);
        set_args(l, v, 2, x, n, NULL);
        return;
    }
    if (k == 2) { // the count saturates
        Value *max = constant(l, VT_I32, wide - 1);
        Value *flags = add_imm(l, A_CMPI, VT_FLAGS, n, wide);
        flags->etype = (u8)ct;
        Value *m = add(l, A_CMOV, VT_I32, 3, n, max, flags);
        m->cc = CC_AE;
        become(v, A_SAR);
        set_args(l, v, 2, x, m, NULL);
        return;
    }
    VType wt = size == 8 ? t : VT_I32;
    Value *s = add(l, ops[k], wt, 2, x, n, NULL);
    Value *flags = add_imm(l, A_CMPI, VT_FLAGS, n, wide);
    flags->etype = (u8)ct;
    Value *mask = add(l, A_SBBMASK, wt, 1, flags, NULL, NULL);
    become(v, A_AND);
    set_args(l, v, 2, s, mask, NULL);
}

static void lower_divide(Lower *l, Value *v, int op) {
    bool sign = op == A_DIV || op == A_MOD;
    Value *x = v->args[0], *y = v->args[1];
    i64 c;
    v->cc = !sign || (is_imm(y, &c) && c != -1);
    if (vtype_size(v->type) < 4) {
        x = extend(l, x, (VType)v->type, VT_I32, sign);
        y = extend(l, y, (VType)v->type, VT_I32, sign);
        v->cc = 1; // no overflow in 32 bits
    }
    become(v, op);
    set_args(l, v, 2, x, y, NULL);
}

static void lower_count_bits(Lower *l, Value *v, VType t) {
    Value *x = v->args[0];
    i64 width = vtype_size(t) * 8;
    if (v->op == O_CTZ) {
        if (width == 64) {
            to_imm(l, v, A_CTZ, x, 64);
        } else if (width == 32) {
            Value *s = add_imm(l, A_BTSI, VT_I64, x, 32);
            become(v, A_BSFNZ), v->etype = VT_I64;
            set_args(l, v, 1, s, NULL, NULL);
        } else {
            Value *s = add_imm(l, A_ORI, VT_I32, x, (i64)1 << width);
            become(v, A_BSFNZ), v->etype = VT_I32;
            set_args(l, v, 1, s, NULL, NULL);
        }
        return;
    }
    if (width < 64) x = extend(l, x, t, VT_I64, false);
    if (v->op == O_CLZ) {
        to_imm(l, v, A_CLZ, x, width - 1);
    } else {
        become(v, A_POPCNT), v->etype = VT_I64;
        set_args(l, v, 1, x, NULL, NULL);
    }
}

static void lower_select(Lower *l, Value *v) {
    int cc;
    Value *yes = v->args[1], *no = v->args[2], *flags = flags_of(l, v->args[0], &cc);
    bool is_float = vtype_is_float(v->type);
    if (cc == CC_FEQ) {
        Value *t = yes;
        yes = no;
        no = t;
        cc = CC_FNE;
    }
    become(v, is_float ? A_FCMOV : A_CMOV);
    v->cc = (u8)cc;
    set_args(l, v, 3, no, yes, flags);
}

// A 32-bit operation whose register has zero upper bits.
static bool clears_upper(const Value *x) {
    if (x->type != VT_I32 || x->op < O_MACHINE_FIRST) return false;
    switch (x->op) {
    case A_BSFNZ:
    case A_CMOV:
    case A_BTSI:
    case A_POPCNT:
    case A_MOVI: return false;
    case A_LOAD: return true;
    default: return !(amd64_arch.ops[x->op - O_MACHINE_FIRST].flags & OPF_MEM_OUT);
    }
}

static void lower_extend(Lower *l, Value *v, VType from, bool sign) {
    Value *x = v->args[0];
    if (!sign && from == VT_I32 && clears_upper(x)) {
        become(v, O_COPY);
        v->cc = REAL_COPY;
        return;
    }
    become(v, sign ? A_MOVSX : A_MOVZX);
    v->etype = (u8)from;
}

// ---- memory ---------------------------------------------------------------------------------------------------------------
// Turns v, whose args[0] is a pointer and whose auxint is an offset, into a machine operation with a memory operand.
static void with_address(Lower *l, Value *v, int op, VType width) {
    i64 off = v->auxint;
    if (!fits32(off)) {
        Value *far = add(l, A_ADD, VT_PTR, 2, v->args[0], constant(l, VT_I64, off), NULL);
        v->args[0]->uses--, far->uses++;
        v->args[0] = far;
        off = 0;
    }
    become(v, op);
    v->am = AM_PRESENT | AM_REG;
    v->aux = NULL;
    v->auxint = am_pack(off, 0);
    v->etype = (u8)width;
}

static bool store_imm(const Value *x, VType t, i64 *c) {
    if (x->op == A_FCONST) {
        if (t == VT_F32) {
            f32 f = (f32)x->auxf;
            u32 u;
            memcpy(&u, &f, 4);
            *c = (i32)u;
            return true;
        }
        memcpy(c, &x->auxf, 8);
        return t == VT_F64 && fits32(*c);
    }
    return is_imm32(x, c);
}

static void lower_store(Lower *l, Value *v, VType t) {
    i64 c;
    Value *x = v->args[1], *mem = v->args[2];
    with_address(l, v, A_STORE, t);
    if (!store_imm(x, t, &c)) return;
    become(v, A_STOREI);
    v->auxint = am_pack(am_disp(v), c);
    set_args(l, v, 2, v->args[0], mem, NULL);
}

enum { MOVE_PAIRS_MAX = 32, MOVE_INLINE_MAX = 128, ZERO_INLINE_MAX = 192 };

static Value *move_piece(Lower *l, Value *dst, Value *src, Value *mem, i64 off, VType t) {
    Value *x = add(l, A_LOAD, t, 2, src, mem, NULL);
    x->am = AM_PRESENT | AM_REG, x->etype = (u8)t, x->auxint = am_pack(off, 0);
    x->cc = 1; // stays where it is: the pieces before and behind it are stores
    Value *s = add(l, A_STORE, VT_MEM, 3, dst, x, mem);
    s->am = AM_PRESENT | AM_REG, s->etype = (u8)t, s->auxint = am_pack(off, 0);
    return s;
}

static void lower_move(Lower *l, Value *v) {
    i64 n = v->auxint;
    Value *dst = v->args[0], *src = v->args[1], *mem = v->args[2];
    if (n > MOVE_PAIRS_MAX) {
        become(v, n <= MOVE_INLINE_MAX ? A_MOVE : A_REP_MOVS);
        return;
    }
    static const struct {
        i64 size;
        u8 t;
    } pieces[] = {{16, VT_V128}, {8, VT_I64}, {4, VT_I32}, {2, VT_I16}, {1, VT_I8}};
    i64 off = 0;
    for (int k = 0; k < NELEM(pieces) && off < n; k++) {
        i64 s = pieces[k].size;
        for (; n - off >= s; off += s) mem = move_piece(l, dst, src, mem, off, (VType)pieces[k].t);
        if (off < n && n > s && s > 1) { // the rest overlaps what was moved
            mem = move_piece(l, dst, src, mem, n - s, (VType)pieces[k].t);
            off = n;
        }
    }
    alias(l, v, mem);
}

static void lower_zero(Lower *l, Value *v) {
    i64 n = v->auxint;
    if (n > ZERO_INLINE_MAX) {
        become(v, A_REP_STOS);
        return;
    }
    v->auxint = 0;
    with_address(l, v, A_ZERO, VT_I8);
    v->auxint = am_pack(0, n);
}

// ---- calls --------------------------------------------------------------------------------------------------------------------
static bool is_c_function(const CallInfo *c) {
    return c->kind == CALL_RUNTIME_LEAF_NOGC ||
           (c->kind == CALL_STATIC && c->sym && str_has_prefix(c->sym->name, S("runtime.")));
}

static void lower_call(Lower *l, Value *v) {
    CallInfo *c = v->call;
    if (c->kind == CALL_CLOSURE) {
        Value *code = v->args[0], *ctx = v->args[1];
        if (code->op == A_LOAD && code->uses == 1 && code->block == l->b && code->args[0] == ctx &&
            am_disp(code) == 0) {
            for (int i = 0; i + 1 < v->nargs; i++) v->args[i] = v->args[i + 1];
            v->nargs--;
            code->uses--; // dead
            c->kind = CALL_CONTEXT;
        }
    }
    if (!is_c_function(c)) return;
    for (int i = 0; i < c->nargs; i++) { // C wants small arguments extended
        VType t = (VType)c->args[i].vtype;
        if (t != VT_BOOL && t != VT_I8 && t != VT_I16) continue;
        Value *x = extend(l, v->args[i], t, VT_I32, false);
        v->args[i]->uses--, x->uses++;
        v->args[i] = x;
    }
}

// ---- atomics --------------------------------------------------------------------------------------------------------------------
static Value *component(Value *tuple, i64 i) {
    for (Value *s = tuple->data; s; s = s->data)
        if (s->auxint == i) return s;
    return NULL;
}

static void lower_atomic_load(Lower *l, Value *v) {
    Value *s = component(v, 0), *m = component(v, 1), *mem = v->args[1];
    if (m) alias(l, m, mem);
    VType t = (VType)(s ? s->type : v->etype);
    with_address(l, v, A_LOAD, t);
    v->type = (u8)t;
    v->cc = 1;
    if (s) alias(l, s, v);
    v->data = NULL;
}

static void lower_atomic_store(Lower *l, Value *v, VType t) {
    with_address(l, v, A_XCHG, t); // its result is not wanted
}

static void lower_atomic(Lower *l, Value *v, VType t) {
    Value *s = component(v, 0);
    bool unused = !s || !s->uses;
    int op;
    switch (v->op) {
    case O_ATOMIC_XCHG: op = A_XCHG; break;
    case O_ATOMIC_ADD: op = unused ? A_LOCK_ADD : A_XADD; break;
    case O_ATOMIC_AND: op = unused ? A_LOCK_AND : A_ATOMIC_AND; break;
    case O_ATOMIC_OR: op = unused ? A_LOCK_OR : A_ATOMIC_OR; break;
    default: op = A_CMPXCHG; break;
    }
    v->auxint = 0;
    with_address(l, v, op, t);
}

// ---- dispatch --------------------------------------------------------------------------------------------------------------------
static void lower_pointer(Lower *l, Value *v) {
    Value *p = v->args[0];
    i64 c;
    if (v->op == O_PTR_OFF || (v->op == O_PTR_ADD && is_imm(v->args[1], &c)) ||
        (v->op == O_PTR_INDEX && is_imm(v->args[1], &c))) {
        if (v->op == O_PTR_OFF) c = v->auxint;
        if (v->op == O_PTR_INDEX) c = (i64)((u64)c * (u64)v->auxint);
        if (fits32(c)) {
            to_lea(l, v, p, NULL, 0, c);
            return;
        }
        Value *k = constant(l, VT_I64, c);
        to_lea(l, v, p, k, 0, 0);
        return;
    }
    Value *i = v->args[1];
    if (v->op == O_PTR_ADD) {
        to_lea(l, v, p, i, 0, 0);
        return;
    }
    i64 s = v->auxint;
    if (s <= 0 || !fits32(s)) {
        Value *m = add(l, A_IMUL, VT_I64, 2, i, constant(l, VT_I64, s), NULL);
        to_lea(l, v, p, m, 0, 0);
        return;
    }
    int j = (int)i64_min(__builtin_ctzll((u64)s), 3);
    s >>= j;
    if (s == 3 || s == 5 || s == 9) {
        Value *m = add(l, A_LEA, VT_I64, 2, i, i, NULL);
        m->am = (u8)(AM_PRESENT | AM_REG | AM_INDEX | (s == 3 ? 1 : s == 5 ? 2 : 3));
        i = m;
    } else if (s > 1 && (s & (s - 1)) == 0) {
        i = add_imm(l, A_SHLI, VT_I64, i, __builtin_ctzll((u64)s));
    } else if (s > 1) {
        i = add_imm(l, A_IMULI, VT_I64, i, s);
    }
    to_lea(l, v, p, i, j, 0);
}

static void lower_simple_address(Value *v, int am) {
    become(v, A_LEA);
    v->am = (u8)(AM_PRESENT | am);
    v->auxint = am_pack(v->auxint, 0);
}

static Value *negate_float(Lower *l, Value *x, VType t) {
    Value *v = add(l, A_FXORC, t, 1, x, NULL, NULL);
    v->sym = mask_const(l, t, true);
    return v;
}

static void lower_fmax(Lower *l, Value *v) { // max(x, y) = -min(-x, -y)
    VType t = (VType)v->type;
    Value *x = negate_float(l, v->args[0], t), *y = negate_float(l, v->args[1], t);
    Value *m = add(l, A_FMIN, t, 2, x, y, NULL);
    become(v, A_FXORC);
    v->sym = mask_const(l, t, true);
    set_args(l, v, 1, m, NULL, NULL);
}

static void lower_wb_call(Lower *l, Value *v) {
    char name[48];
    snprintf(name, sizeof name, "runtime.gcWriteBarrier%d", (int)v->auxint);
    become(v, A_WB_CALL);
    v->sym = obj_sym(l->f->syms, str_c(name));
}

static void lower_value(Lower *l, Value *v) {
    VType t = (VType)v->type, t0 = v->nargs ? (VType)v->args[0]->type : VT_VOID,
          t1 = v->nargs > 1 ? (VType)v->args[1]->type : VT_VOID, t2 = v->nargs > 2 ? (VType)v->args[2]->type : VT_VOID;
    (void)t2;
    l->at = v;
    if (v->op != O_PHI)
        for (int i = 0; i < v->nargs; i++) {
            Value *x = resolve(v->args[i]);
            if (x != v->args[i]) x->uses++, v->args[i]->uses--, v->args[i] = x;
        }
    switch (v->op) {
    case O_CONST: become(v, A_MOVI); break;
    case O_FCONST: become(v, A_FCONST); break;
    case O_ADDR: become(v, A_MOVSYM); break;
    case O_SLOT_ADDR: lower_simple_address(v, AM_SLOT); break;
    case O_OUT_ADDR: lower_simple_address(v, AM_OUT); break;
    case O_GETG: become(v, A_GETG); break;
    case O_SP: become(v, A_GETSP); break;
    case O_CALLER_SP: become(v, A_CALLER_SP); break;
    case O_CALLER_PC: become(v, A_CALLER_PC); break;
    case O_ADD: lower_binary(l, v, A_ADD, A_ADDI); break;
    case O_SUB: lower_binary(l, v, A_SUB, 0); break;
    case O_AND: lower_binary(l, v, A_AND, A_ANDI); break;
    case O_OR: lower_binary(l, v, A_OR, A_ORI); break;
    case O_XOR: lower_binary(l, v, A_XOR, A_XORI); break;
    case O_MUL: lower_mul(l, v); break;
    case O_NEG: become(v, A_NEG); break;
    case O_NOT: become(v, A_NOT); break;
    case O_BNOT: to_imm(l, v, A_XORI, v->args[0], 1); break;
    case O_SHL:
    case O_SHR:
    case O_SAR: lower_shift(l, v, t1); break;
    case O_ROTL: {
        i64 c;
        if (is_imm(v->args[1], &c)) to_imm(l, v, A_ROLI, v->args[0], c & (vtype_size(t) * 8 - 1));
        else become(v, A_ROL);
        break;
    }
    case O_DIV: lower_divide(l, v, A_DIV); break;
    case O_UDIV: lower_divide(l, v, A_UDIV); break;
    case O_MOD: lower_divide(l, v, A_MOD); break;
    case O_UMOD: lower_divide(l, v, A_UMOD); break;
    case O_MULHI: become(v, A_MULHI); break;
    case O_UMULHI: become(v, A_UMULHI); break;
    case O_UMUL_WIDE: become(v, A_UMUL_WIDE); break;
    case O_UDIV_WIDE: become(v, A_UDIV_WIDE); break;
    case O_ADD_CARRY: become(v, A_ADD_CARRY); break;
    case O_SUB_BORROW: become(v, A_SUB_BORROW); break;
    case O_EQ: lower_compare(l, v, CC_E, t0); break;
    case O_NE: lower_compare(l, v, CC_NE, t0); break;
    case O_LT: lower_compare(l, v, CC_L, t0); break;
    case O_LE: lower_compare(l, v, CC_LE, t0); break;
    case O_ULT: lower_compare(l, v, CC_B, t0); break;
    case O_ULE: lower_compare(l, v, CC_BE, t0); break;
    case O_FEQ: lower_compare(l, v, CC_FEQ, t0); break;
    case O_FNE: lower_compare(l, v, CC_FNE, t0); break;
    case O_FLT: lower_compare(l, v, CC_A, t0); break;
    case O_FLE: lower_compare(l, v, CC_AE, t0); break;
    case O_FADD: become(v, A_FADD); break;
    case O_FSUB: become(v, A_FSUB); break;
    case O_FMUL: become(v, A_FMUL); break;
    case O_FDIV: become(v, A_FDIV); break;
    case O_FSQRT: become(v, A_FSQRT); break;
    case O_FNEG:
        become(v, A_FXORC);
        v->sym = mask_const(l, t, true);
        break;
    case O_FABS:
        become(v, A_FANDC);
        v->sym = mask_const(l, t, false);
        break;
    case O_FMA:
        become(v, A_FMA);
        set_args(l, v, 3, v->args[2], v->args[0], v->args[1]);
        break;
    case O_FCOPYSIGN: become(v, A_FCOPYSIGN); break;
    case O_FROUND: become(v, A_FROUND); break;
    case O_FMIN: become(v, A_FMIN); break;
    case O_FMAX: lower_fmax(l, v); break;
    case O_SEXT: lower_extend(l, v, t0, true); break;
    case O_ZEXT: lower_extend(l, v, t0, false); break;
    case O_TRUNC:
    case O_PTR2INT:
    case O_BOUNDS:
    case O_COPY: alias(l, v, v->args[0]); break;
    case O_INT2PTR:
        become(v, O_COPY);
        v->cc = REAL_COPY;
        break;
    case O_I2F:
        become(v, A_I2F);
        v->etype = (u8)t0;
        break;
    case O_U2F:
        become(v, A_U2F);
        v->etype = (u8)t0;
        break;
    case O_F2I:
        become(v, A_F2I);
        v->etype = (u8)t0;
        break;
    case O_F2U:
        become(v, A_F2U);
        v->etype = (u8)t0;
        break;
    case O_F2F:
        become(v, A_F2F);
        v->etype = (u8)t0;
        break;
    case O_F2BITS: become(v, A_F2BITS); break;
    case O_BITS2F: become(v, A_BITS2F); break;
    case O_PTR_ADD:
    case O_PTR_OFF:
    case O_PTR_INDEX: lower_pointer(l, v); break;
    case O_SELECT: lower_select(l, v); break;
    case O_CTZ:
    case O_CLZ:
    case O_POPCNT: lower_count_bits(l, v, t0); break;
    case O_BSWAP:
        if (vtype_size(t) == 2) to_imm(l, v, A_ROLI, v->args[0], 8);
        else if (vtype_size(t) == 1) alias(l, v, v->args[0]);
        else become(v, A_BSWAP);
        break;
    case O_NILCHECK:
        add(l, A_NILCHECK, VT_VOID, 2, v->args[0], v->args[1], NULL);
        alias(l, v, v->args[0]);
        break;
    case O_LOAD: with_address(l, v, A_LOAD, t); break;
    case O_STORE: lower_store(l, v, t1); break;
    case O_ZERO: lower_zero(l, v); break;
    case O_MOVE: lower_move(l, v); break;
    case O_CALL: lower_call(l, v); break;
    case O_ATOMIC_LOAD: lower_atomic_load(l, v); break;
    case O_ATOMIC_STORE: lower_atomic_store(l, v, t1); break;
    case O_ATOMIC_XCHG:
    case O_ATOMIC_ADD:
    case O_ATOMIC_AND:
    case O_ATOMIC_OR:
    case O_ATOMIC_CAS: lower_atomic(l, v, t1); break;
    case O_PAUSE: become(v, A_PAUSE); break;
    case O_PREFETCH: {
        i64 hint = v->auxint;
        v->auxint = 0;
        with_address(l, v, A_PREFETCH, VT_I8);
        v->auxint = am_pack(0, hint);
        break;
    }
    case O_WB_ENABLED: {
        Value *c = add(l, A_CMPMI, VT_FLAGS, 1, v->args[0], NULL, NULL);
        c->am = AM_PRESENT | AM_SYM, c->etype = VT_I32;
        c->sym = obj_sym(l->f->syms, S("runtime.writeBarrier"));
        become(v, A_SETCC);
        v->cc = CC_NE;
        set_args(l, v, 1, c, NULL, NULL);
        break;
    }
    case O_WB_CALL: lower_wb_call(l, v); break;
    case O_PHI:
    case O_ARG:
    case O_CONTEXT:
    case O_INIT_MEM:
    case O_RETURN:
    case O_SELECT_N:
    case O_KEEPALIVE: break;
    default: bug("amd64: cannot lower %s", ssa_op_info(l->f, v->op)->name);
    }
}

// ---- blocks -----------------------------------------------------------------------------------------------------------------------
static void
link_components(Lower *l) { // SELECT_Ns leave their blocks and hang on their tuple (Value.data) until it is placed
    Func *f = l->f;
    for (i64 i = 0; i < f->blocks.len; i++)
        for (i64 k = 0; k < f->blocks.ptr[i]->values.len; k++) f->blocks.ptr[i]->values.ptr[k]->data = NULL;
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        i64 n = 0;
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (v->op == O_SELECT_N) {
                Value *t = resolve(v->args[0]), *same = component(t, v->auxint);
                if (!same) {
                    v->data = t->data, t->data = v, v->block = t->block;
                    continue;
                }
                alias(l, v, same);
            }
            b->values.ptr[n++] = v;
        }
        b->values.len = n;
    }
}

static void lower_block(Lower *l, Block *b) {
    l->b = b;
    l->out = (ValueVec){0};
    for (i64 k = 0; k < b->values.len; k++) {
        Value *v = b->values.ptr[k];
        if (v->flags & VF_DEAD) continue;
        Value *parts = v->data;
        lower_value(l, v);
        vec_push(l->f->arena, &l->out, v);
        v->data = NULL;
        for (Value *next; parts; parts = next) {
            next = parts->data;
            parts->data = NULL;
            vec_push(l->f->arena, &l->out, parts);
        }
    }
    for (int c = 0; c < 2; c++)
        if (b->ctl[c]) {
            Value *x = resolve(b->ctl[c]);
            x->uses++, b->ctl[c]->uses--, b->ctl[c] = x;
        }
    l->at = b->ctl[0] ? b->ctl[0] : b->values.len ? b->values.ptr[b->values.len - 1] : NULL;
    if (b->kind == BK_IF) {
        int cc;
        Value at = {.pos = b->pos, .inl = l->at->inl};
        if (at.pos) l->at = &at;
        Value *flags = flags_of(l, b->ctl[0], &cc);
        b->ctl[0]->uses--;
        b->ctl[0] = flags, flags->uses++;
        b->kind = BK_MACHINE, b->mop = (u16)cc;
    } else if (b->kind == BK_JUMP_TABLE && vtype_size(b->ctl[0]->type) < 8) {
        Value *x = extend(l, b->ctl[0], (VType)b->ctl[0]->type, VT_I64, false);
        b->ctl[0]->uses--;
        b->ctl[0] = x, x->uses++;
    }
    b->values.ptr = l->out.ptr, b->values.len = l->out.len, b->values.cap = l->out.cap;
}

static void resolve_phis(Func *f) {
    for (i64 i = 0; i < f->blocks.len; i++) {
        Block *b = f->blocks.ptr[i];
        for (i64 k = 0; k < b->values.len && b->values.ptr[k]->op == O_PHI; k++) {
            Value *v = b->values.ptr[k];
            for (int a = 0; a < v->nargs; a++) v->args[a] = resolve(v->args[a]);
        }
    }
}

static bool is_useless(const Func *f, const Value *v) {
    if (v->uses) return false;
    if (v->op == A_LOAD || v->op == A_LOADSX) return v->cc != 1 && !(v->flags & VF_FAULTS);
    return v->op == O_PHI || v->op == O_SELECT_N || (ssa_op_info(f, v->op)->flags & OPF_PURE);
}

// Drops what nothing uses. Uses in earlier blocks of a loop are seen before their definitions' other uses: one backward round is enough for
// all but dead loops of phis.
void amd64_drop_dead(Func *f) {
    ssa_compute_uses(f);
    for (bool again = true; again;) {
        again = false;
        for (i64 i = f->npostorder - 1 + (f->deferreturn_block ? 1 : 0); i >= 0; i--) {
            Block *b = i == f->npostorder ? f->deferreturn_block : f->postorder[f->npostorder - 1 - i];
            bool any = false;
            for (i64 k = b->values.len - 1; k >= 0; k--) {
                Value *v = b->values.ptr[k];
                if (v->op == O_ARG || v->op == O_CONTEXT || !is_useless(f, v)) continue;
                for (int a = 0; a < v->nargs; a++) {
                    v->args[a]->uses--;
                    if (!v->args[a]->uses && (v->args[a]->op == O_PHI || v->args[a]->block->order <= b->order))
                        again |= v->args[a]->block != b;
                }
                v->flags |= VF_DEAD;
                any = true;
            }
            if (!any) continue;
            i64 n = 0;
            for (i64 k = 0; k < b->values.len; k++)
                if (!(b->values.ptr[k]->flags & VF_DEAD)) b->values.ptr[n++] = b->values.ptr[k];
            b->values.len = n;
        }
    }
}

void amd64_lower(Func *f) {
    Lower l = {.f = f};
    ssa_postorder(f);
    ssa_compute_uses(f);
    link_components(&l);
    for (i64 i = f->npostorder - 1; i >= 0; i--) lower_block(&l, f->postorder[i]);
    if (f->deferreturn_block && f->deferreturn_block->order < 0) lower_block(&l, f->deferreturn_block);
    resolve_phis(f);
    amd64_drop_dead(f);
    amd64_fold(f);
}
