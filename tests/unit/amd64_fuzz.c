// amd64_fuzz.c - random functions: interpreted here, compiled by the amd64 back end and run; results must agree.
//
// Usage: amd64_fuzz [first seed [number]]. Exercises lowering, addressing modes, the register allocator (with its checker) and the encoder.
// Pointers are checked the way the collector would use them: at every call, pointers into the buffer that the stack map names are moved
// to the buffer's other copy; one that the map missed is found stale at the end.
#include "amd64_again.h"
#include "amd64_jit.h"
#include "ssa/ssa.h"
#include <immintrin.h>
#include <math.h>

typedef struct Rng {
    u64 s;
} Rng;
static u64 rnd(Rng *r) {
    r->s ^= r->s << 13, r->s ^= r->s >> 7, r->s ^= r->s << 17;
    return r->s * 0x2545f4914f6cdd1dULL >> 11;
}
static i64 below(Rng *r, i64 n) { return (i64)(rnd(r) % (u64)n); }

// ---- generator ---------------------------------------------------------------------------------------------------------
enum { POOL = 4000, BUF = 4096 };
typedef struct Gen {
    Rng r;
    Func *f;
    Arena *a;
    Block *b;
    Value *mem, *base;
    Value *pool[POOL];
    i64 npool;
    i64 budget;
    Slot *slots[3];
    bool calls, floats;
    int loop_depth;
} Gen;
static const VType all_types[] = {VT_I64, VT_I64,  VT_I64, VT_I32, VT_I32, VT_I16,
                                  VT_I8,  VT_BOOL, VT_PTR, VT_F64, VT_F64, VT_F32};

static Value *val(Gen *g, int op, VType t, int n, Value *a, Value *b, Value *c) {
    Value *args[3] = {a, b, c};
    Value *v = ssa_value(g->f, g->b, op, t, 1, n, args);
    v->inl = -1;
    return v;
}
static i64 interesting(Gen *g) {
    static const i64 c[] = {0,
                            1,
                            -1,
                            2,
                            3,
                            5,
                            7,
                            8,
                            9,
                            10,
                            16,
                            24,
                            31,
                            32,
                            33,
                            63,
                            64,
                            65,
                            127,
                            128,
                            255,
                            256,
                            0x7fff,
                            0xffff,
                            0x7fffffff,
                            0x80000000,
                            0xffffffff,
                            0x100000000,
                            INT64_MIN,
                            INT64_MAX,
                            12345678901234};
    if (below(&g->r, 3) == 0) return (i64)(rnd(&g->r) << 11 ^ rnd(&g->r));
    return c[below(&g->r, NELEM(c))];
}
static Value *konst(Gen *g, VType t, i64 c) {
    if (t == VT_I8) c = (i8)c;
    if (t == VT_I16) c = (i16)c;
    if (t == VT_I32) c = (i32)c;
    if (t == VT_BOOL) c &= 1;
    return ssa_const(g->f, t, c);
}
static Value *push(Gen *g, Value *v) {
    if (g->npool < POOL) g->pool[g->npool++] = v;
    return v;
}
static Value *pick(Gen *g, VType t);
static Value *make(Gen *g, VType t) { // a value of the type from nothing
    if (t == VT_F64 || t == VT_F32) {
        static const f64 c[] = {0, 1, -1, 0.5, 3.25, 1e10, -1e-10, 2, 1e300, 123456789};
        if (below(&g->r, 2))
            return ssa_fconst(g->f, t, t == VT_F32 ? (f32)c[below(&g->r, NELEM(c) - 2)] : c[below(&g->r, NELEM(c))]);
        return val(g, O_I2F, t, 1, pick(g, VT_I64), NULL, NULL);
    }
    if (t == VT_PTR) {
        Value *i = val(g, O_AND, VT_I64, 2, pick(g, VT_I64), konst(g, VT_I64, 15), NULL);
        Value *p = val(g, O_PTR_INDEX, VT_PTR, 2, g->base, i, NULL);
        p->auxint = (i64[]){1, 2, 4, 8, 16, 24, 40, 12}[below(&g->r, 8)];
        return p;
    }
    return konst(g, t, interesting(g));
}
static Value *pick(Gen *g, VType t) {
    if (below(&g->r, 8) == 0) {
        if (t != VT_PTR && t != VT_F64 && t != VT_F32) return konst(g, t, interesting(g));
    }
    i64 n = g->npool, k = 0;
    for (i64 tries = 0; tries < 30 && n; tries++) {
        i64 near = below(&g->r, 3) ? i64_min(n, 12) : n;
        Value *v = g->pool[n - 1 - below(&g->r, near)];
        if (v->type == t) return v;
        k++;
    }
    return make(g, t);
}
static VType any_type(Gen *g) {
    VType t = all_types[below(&g->r, NELEM(all_types))];
    if (!g->floats && (t == VT_F64 || t == VT_F32)) t = VT_I64;
    return t;
}
static VType int_type(Gen *g) { return (VType[]){VT_I64, VT_I64, VT_I32, VT_I32, VT_I16, VT_I8}[below(&g->r, 6)]; }
static VType float_type(Gen *g) { return below(&g->r, 3) ? VT_F64 : VT_F32; }

static void gen_int_op(Gen *g) {
    static const u16 two[] = {O_ADD, O_SUB, O_MUL, O_AND, O_OR, O_XOR, O_ADD, O_SUB};
    static const u16 cmps[] = {O_EQ, O_NE, O_LT, O_LE, O_ULT, O_ULE};
    VType t = int_type(g);
    Value *v, *x, *y;
    switch (below(&g->r, 22)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4: push(g, val(g, two[below(&g->r, NELEM(two))], t, 2, pick(g, t), pick(g, t), NULL)); break;
    case 5: push(g, val(g, below(&g->r, 2) ? O_NEG : O_NOT, t, 1, pick(g, t), NULL, NULL)); break;
    case 6:
    case 7: {
        VType ct = int_type(g);
        v = val(g, O_SHL + (int)below(&g->r, 3), t, 2, pick(g, t), pick(g, ct), NULL);
        push(g, v);
        break;
    }
    case 8: {
        Value *c = val(g, O_AND, VT_I32, 2, pick(g, VT_I32), konst(g, VT_I32, vtype_size(t) * 8 - 1), NULL);
        v = val(g, O_SHL + (int)below(&g->r, 3), t, 2, pick(g, t), c, NULL);
        v->auxint = 1;
        push(g, v);
        break;
    }
    case 9: push(g, val(g, O_ROTL, t, 2, pick(g, t), pick(g, VT_I64), NULL)); break;
    case 10:
    case 11: {
        y = val(g, O_OR, t, 2, pick(g, t), konst(g, t, 1), NULL);
        push(g, val(g, (int[]){O_DIV, O_UDIV, O_MOD, O_UMOD}[below(&g->r, 4)], t, 2, pick(g, t), y, NULL));
        break;
    }
    case 12:
        t = below(&g->r, 2) ? VT_I64 : VT_I32;
        push(g, val(g, below(&g->r, 2) ? O_MULHI : O_UMULHI, t, 2, pick(g, t), pick(g, t), NULL));
        break;
    case 13: {
        int k = (int)below(&g->r, 3);
        Value *w;
        if (k == 0) w = val(g, O_UMUL_WIDE, VT_TUPLE, 2, pick(g, VT_I64), pick(g, VT_I64), NULL);
        else {
            Value *c = val(g, O_AND, VT_I64, 2, pick(g, VT_I64), konst(g, VT_I64, 1), NULL);
            w = val(g, k == 1 ? O_ADD_CARRY : O_SUB_BORROW, VT_TUPLE, 3, pick(g, VT_I64), pick(g, VT_I64), c);
        }
        w->etype = VT_I64;
        for (int i = 0; i < 2; i++) {
            if (below(&g->r, 4) == 0) continue;
            v = val(g, O_SELECT_N, VT_I64, 1, w, NULL, NULL);
            v->auxint = i;
            push(g, v);
        }
        break;
    }
    case 14:
    case 15: push(g, val(g, cmps[below(&g->r, 6)], VT_BOOL, 2, x = pick(g, t), pick(g, t), NULL)); break;
    case 16: {
        VType to = below(&g->r, 2) ? VT_I64 : VT_I32, from = to == VT_I32
                                                                 ? (below(&g->r, 2) ? VT_I16 : VT_I8)
                                                                 : (VType[]){VT_I32, VT_I16, VT_I8}[below(&g->r, 3)];
        push(g, val(g, below(&g->r, 2) ? O_SEXT : O_ZEXT, to, 1, pick(g, from), NULL, NULL));
        break;
    }
    case 17:
        push(g, val(g, O_TRUNC, (VType[]){VT_I32, VT_I16, VT_I8}[below(&g->r, 3)], 1, pick(g, VT_I64), NULL, NULL));
        break;
    case 18:
        t = any_type(g);
        push(g, val(g, O_SELECT, t, 3, pick(g, VT_BOOL), pick(g, t), pick(g, t)));
        break;
    case 19:
        push(g, val(g, (int[]){O_CTZ, O_CLZ, O_POPCNT, O_BSWAP}[below(&g->r, 4)], t, 1, pick(g, t), NULL, NULL));
        break;
    case 20: push(g, val(g, O_BNOT, VT_BOOL, 1, pick(g, VT_BOOL), NULL, NULL)); break;
    default: push(g, val(g, O_ZEXT, VT_I64, 1, pick(g, VT_BOOL), NULL, NULL)); break;
    }
}

static void gen_float_op(Gen *g) {
    VType t = float_type(g), it;
    switch (below(&g->r, 12)) {
    case 0:
    case 1:
    case 2:
    case 3:
        push(g, val(g, (int[]){O_FADD, O_FSUB, O_FMUL, O_FDIV}[below(&g->r, 4)], t, 2, pick(g, t), pick(g, t), NULL));
        break;
    case 4: push(g, val(g, (int[]){O_FNEG, O_FABS, O_FSQRT}[below(&g->r, 3)], t, 1, pick(g, t), NULL, NULL)); break;
    case 5:
        push(g, val(g, (int[]){O_FEQ, O_FNE, O_FLT, O_FLE}[below(&g->r, 4)], VT_BOOL, 2, pick(g, t), pick(g, t), NULL));
        break;
    case 6:
        it = below(&g->r, 2) ? VT_I64 : VT_I32;
        push(g, val(g, O_I2F, t, 1, pick(g, it), NULL, NULL));
        break;
    case 7: push(g, val(g, O_U2F, t, 1, pick(g, VT_I64), NULL, NULL)); break;
    case 8:
        it = below(&g->r, 2) ? VT_I64 : VT_I32;
        push(g, val(g, O_F2I, it, 1, pick(g, t), NULL, NULL));
        break;
    case 9: push(g, val(g, O_F2U, VT_I64, 1, pick(g, t), NULL, NULL)); break;
    case 10:
        push(g, val(g, O_F2F, t == VT_F64 ? VT_F32 : VT_F64, 1, pick(g, t == VT_F64 ? VT_F64 : VT_F32), NULL, NULL));
        g->pool[g->npool - 1]->type = t == VT_F64 ? VT_F32 : VT_F64;
        break;
    default: push(g, val(g, below(&g->r, 2) ? O_FMIN : O_FMAX, t, 2, pick(g, t), pick(g, t), NULL)); break;
    }
}

static Value *gen_address(Gen *g, i64 *off) {
    *off = below(&g->r, 16) * 8;
    if (below(&g->r, 3) == 0) {
        Value *p = val(g, O_SLOT_ADDR, VT_PTR, 0, NULL, NULL, NULL);
        p->slot = g->slots[below(&g->r, 3)];
        *off = below(&g->r, 4) * 8;
        if (below(&g->r, 2)) {
            Value *i = val(g, O_AND, VT_I64, 2, pick(g, VT_I64), konst(g, VT_I64, 3), NULL);
            p = val(g, O_PTR_INDEX, VT_PTR, 2, p, i, NULL);
            p->auxint = 8;
        }
        return p;
    }
    Value *p = g->base;
    if (below(&g->r, 2)) p = pick(g, VT_PTR);
    if (below(&g->r, 2)) {
        Value *i = val(g, O_AND, VT_I64, 2, pick(g, VT_I64), konst(g, VT_I64, 15), NULL);
        p = val(g, O_PTR_INDEX, VT_PTR, 2, p, i, NULL);
        p->auxint = (i64[]){1, 2, 4, 8, 24}[below(&g->r, 5)];
    }
    if (below(&g->r, 3) == 0) {
        p = val(g, O_PTR_OFF, VT_PTR, 1, p, NULL, NULL);
        p->auxint = below(&g->r, 9) * 4 - 16;
    }
    return p;
}

static void gen_mem_op(Gen *g) {
    i64 off;
    VType t = any_type(g);
    if (t == VT_PTR || t == VT_BOOL) t = VT_I64;
    Value *p = gen_address(g, &off);
    switch (below(&g->r, 10)) {
    case 0:
    case 1:
    case 2:
    case 3: {
        Value *v = val(g, O_LOAD, t, 2, p, g->mem, NULL);
        v->auxint = off;
        push(g, v);
        if (below(&g->r, 2) && t <= VT_I64) push(g, val(g, O_ADD, t, 2, pick(g, t), v, NULL));
        if (below(&g->r, 3) == 0 && t < VT_I64)
            push(g, val(g, below(&g->r, 2) ? O_ZEXT : O_SEXT, VT_I64, 1, v, NULL, NULL));
        break;
    }
    case 4:
    case 5:
    case 6:
        g->mem = val(g, O_STORE, VT_MEM, 3, p, pick(g, t), g->mem);
        g->mem->auxint = off;
        break;
    case 7: {
        if (t > VT_I64) t = VT_I64;
        Value *v = val(g, O_LOAD, t, 2, p, g->mem, NULL);
        v->auxint = off;
        Value *s = val(g, (int[]){O_ADD, O_SUB, O_AND, O_OR, O_XOR}[below(&g->r, 5)], t, 2, v, pick(g, t), NULL);
        g->mem = val(g, O_STORE, VT_MEM, 3, p, s, g->mem);
        g->mem->auxint = off;
        break;
    }
    case 8:
        g->mem = val(g, O_ZERO, VT_MEM, 2, g->base, g->mem, NULL);
        g->mem->auxint = (i64[]){1, 3, 8, 12, 16, 24, 31, 40, 64, 100, 200, 256, 301}[below(&g->r, 13)];
        break;
    default: {
        Value *d = val(g, O_PTR_OFF, VT_PTR, 1, g->base, NULL, NULL);
        d->auxint = 1024 + below(&g->r, 16) * 8;
        g->mem = val(g, O_MOVE, VT_MEM, 3, d, g->base, g->mem);
        g->mem->auxint =
            (i64[]){1, 2, 3, 5, 8, 11, 12, 16, 20, 24, 31, 32, 33, 40, 64, 100, 128, 129, 200, 301}[below(&g->r, 20)];
        break;
    }
    }
}

static void gen_atomic(Gen *g) {
    i64 off;
    Value *p = gen_address(g, &off);
    if (off) {
        p = val(g, O_PTR_OFF, VT_PTR, 1, p, NULL, NULL);
        p->auxint = off;
    }
    VType t = below(&g->r, 2) ? VT_I64 : VT_I32;
    static const u16 ops[] = {O_ATOMIC_LOAD, O_ATOMIC_XCHG, O_ATOMIC_ADD,  O_ATOMIC_AND,
                              O_ATOMIC_OR,   O_ATOMIC_CAS,  O_ATOMIC_STORE};
    int op = ops[below(&g->r, NELEM(ops))];
    Value *args[4] = {p, g->mem, NULL, NULL};
    int n = 2;
    if (op != O_ATOMIC_LOAD) {
        args[1] = pick(g, t), n = 3;
        if (op == O_ATOMIC_CAS) args[2] = pick(g, t), n = 4;
        args[n - 1] = g->mem;
    }
    Value *v = ssa_value(g->f, g->b, op, op == O_ATOMIC_STORE ? VT_MEM : VT_TUPLE, 1, n, args);
    if (op == O_ATOMIC_STORE) {
        g->mem = v;
        return;
    }
    v->etype = op == O_ATOMIC_CAS ? VT_BOOL : t;
    if (below(&g->r, 3)) {
        Value *s = val(g, O_SELECT_N, op == O_ATOMIC_CAS ? VT_BOOL : t, 1, v, NULL, NULL);
        push(g, s);
    }
    g->mem = val(g, O_SELECT_N, VT_MEM, 1, v, NULL, NULL);
    g->mem->auxint = 1;
}

static void gen_call(Gen *g) {
    CallInfo *c = ANEW(g->a, CallInfo);
    i64 n = below(&g->r, 10), ni = 0, nf = 0, k = 0;
    Value *args[32];
    c->kind = (u8)(int[]){CALL_STATIC, CALL_STATIC, CALL_CLOSURE, CALL_INTER}[below(&g->r, 4)];
    c->sym = obj_sym(g->f->syms, S("helper"));
    c->args = ANEWN(g->a, AbiLoc, 20);
    c->results = ANEWN(g->a, AbiLoc, 20);
    if (c->kind != CALL_STATIC) { // address of the helper through memory or a symbol
        Value *code = val(g, O_ADDR, VT_I64, 0, NULL, NULL, NULL);
        code->sym = c->sym;
        Value *ctx = NULL;
        if (c->kind == CALL_CLOSURE) {
            ctx = val(g, O_ADDR, VT_PTR, 0, NULL, NULL, NULL);
            ctx->sym = obj_sym(g->f->syms, S("closure"));
            if (below(&g->r, 2)) code = val(g, O_LOAD, VT_I64, 2, ctx, g->mem, NULL);
        }
        args[k++] = code;
        if (ctx) args[k++] = ctx;
    }
    for (i64 i = 0; i < n; i++) {
        VType t = any_type(g);
        bool fl = t == VT_F64 || t == VT_F32;
        if (fl ? nf >= 15 : ni >= 9) continue;
        c->args[c->nargs++] = (AbiLoc){true, fl, (i16)(fl ? nf++ : ni++), 0, (u8)t, 0};
        args[k++] = pick(g, t);
    }
    args[k++] = g->mem;
    Value *call = ssa_value(g->f, g->b, O_CALL, VT_TUPLE, 1, (int)k, args);
    call->call = c;
    i64 nr = below(&g->r, 4);
    ni = nf = 0;
    for (i64 i = 0; i < nr; i++) {
        VType t = any_type(g);
        bool fl = t == VT_F64 || t == VT_F32;
        c->results[c->nresults++] = (AbiLoc){true, fl, (i16)(fl ? nf++ : ni++), 0, (u8)t, 0};
        if (below(&g->r, 5) == 0) continue;
        Value *s = val(g, O_SELECT_N, t, 1, call, NULL, NULL);
        s->auxint = i;
        push(g, s);
    }
    g->mem = val(g, O_SELECT_N, VT_MEM, 1, call, NULL, NULL);
    g->mem->auxint = c->nresults;
}

static Block *new_block(Gen *g) { return ssa_block(g->f, BK_PLAIN); }
static Value *phi(Gen *g, Block *b, VType t) {
    Block *save = g->b;
    g->b = b;
    // phis first
    Value *v = ssa_value(g->f, b, O_PHI, t, 1, 0, NULL);
    g->b = save;
    v->inl = -1;
    return v;
}
static void gen_region(Gen *g, int depth);

static void gen_if(Gen *g, int depth) {
    Block *head = g->b, *arms[4], *ends[4], *join = new_block(g);
    Value *mems[4];
    i64 mark = g->npool, n = below(&g->r, 5) == 0 ? 4 : 2, np = 1 + below(&g->r, 3);
    VType types[4];
    Value *res[4][4];
    for (i64 k = 0; k < np; k++) types[k] = any_type(g);
    if (n == 2) {
        Value *c = pick(g, VT_BOOL);
        head->kind = BK_IF, head->ctl[0] = c;
        head->likely = (i8)(below(&g->r, 3) - 1);
    } else {
        Value *c = val(g, O_AND, VT_I64, 2, pick(g, VT_I64), konst(g, VT_I64, 3), NULL);
        head->kind = BK_JUMP_TABLE, head->ctl[0] = c;
    }
    head->ctl[0]->uses++;
    for (i64 i = 0; i < n; i++) {
        if (n == 2 && i == 1 && below(&g->r, 3) == 0) arms[i] = join;
        else arms[i] = new_block(g);
        ssa_edge(g->f, head, arms[i]);
    }
    Value *mem0 = g->mem;
    for (i64 i = 0; i < n; i++) {
        if (arms[i] == join) {
            ends[i] = NULL;
            continue;
        }
        g->b = arms[i];
        g->mem = mem0;
        g->npool = mark;
        gen_region(g, depth + 1);
        for (i64 k = 0; k < np; k++) res[i][k] = pick(g, types[k]);
        ends[i] = g->b;
        mems[i] = g->mem;
        g->b->kind = BK_PLAIN;
        ssa_edge(g->f, g->b, join);
    }
    g->npool = mark;
    g->b = join;
    // predecessors of join in the order of its edges: the direct edge from head (if any) came first
    i64 order[4], m = 0;
    for (i64 p = 0; p < join->preds.len; p++)
        for (i64 i = 0; i < n; i++)
            if ((ends[i] ? ends[i] : head) == join->preds.ptr[p].b && (ends[i] || arms[i] == join)) order[m++] = i;
    Value *mp = phi(g, join, VT_MEM);
    for (i64 p = 0; p < m; p++) ssa_add_arg(g->f, mp, ends[order[p]] ? mems[order[p]] : mem0);
    for (i64 k = 0; k < np; k++) {
        Value *v = phi(g, join, types[k]);
        for (i64 p = 0; p < m; p++) {
            Value *x;
            if (ends[order[p]]) x = res[order[p]][k];
            else {
                x = NULL;
                for (i64 i = mark - 1; i >= 0 && !x; i--)
                    if (g->pool[i]->type == types[k]) x = g->pool[i];
                if (!x)
                    x = types[k] == VT_F64 || types[k] == VT_F32 ? ssa_fconst(g->f, types[k], 1.5)
                        : types[k] == VT_PTR                     ? g->base
                                                                 : konst(g, types[k], 7);
            }
            ssa_add_arg(g->f, v, x);
        }
        push(g, v);
    }
    g->mem = mp;
}

static void gen_loop(Gen *g, int depth) {
    Block *pre = g->b, *head = new_block(g), *body = new_block(g), *exit = new_block(g);
    i64 mark = g->npool, np = 1 + below(&g->r, 4);
    pre->kind = BK_PLAIN;
    Value *init[4], *ph[4];
    VType types[4];
    for (i64 k = 0; k < np; k++) types[k] = any_type(g), init[k] = pick(g, types[k]);
    ssa_edge(g->f, pre, head);
    g->b = head;
    Value *mp = phi(g, head, VT_MEM);
    ssa_add_arg(g->f, mp, g->mem);
    Value *i = phi(g, head, VT_I64);
    ssa_add_arg(g->f, i, konst(g, VT_I64, 0));
    for (i64 k = 0; k < np; k++) {
        ph[k] = phi(g, head, types[k]);
        ssa_add_arg(g->f, ph[k], init[k]);
    }
    for (i64 k = 0; k < np; k++) push(g, ph[k]);
    push(g, i);
    g->mem = mp;
    Value *lim = val(g, O_AND, VT_I64, 2, pick(g, VT_I64), konst(g, VT_I64, 3), NULL);
    Value *c = val(g, O_LE, VT_BOOL, 2, i, lim, NULL);
    // the limit may change each time round: bound the count too
    Value *c2 = val(g, O_LT, VT_BOOL, 2, i, konst(g, VT_I64, g->loop_depth ? 3 : 6), NULL);
    c = val(g, O_AND, VT_BOOL, 2, c, c2, NULL);
    head->kind = BK_IF, head->ctl[0] = c, c->uses++;
    ssa_edge(g->f, head, body);
    ssa_edge(g->f, head, exit);
    i64 mark2 = g->npool;
    Value *mem_head = g->mem;
    g->b = body;
    g->loop_depth++;
    gen_region(g, depth + 1);
    g->loop_depth--;
    Value *next = val(g, O_ADD, VT_I64, 2, i, konst(g, VT_I64, 1), NULL);
    Value *back[4];
    for (i64 k = 0; k < np; k++) back[k] = below(&g->r, 5) == 0 ? (ph[below(&g->r, np)]) : pick(g, types[k]);
    for (i64 k = 0; k < np; k++)
        if (back[k]->type != types[k]) back[k] = pick(g, types[k]);
    g->b->kind = BK_PLAIN;
    ssa_edge(g->f, g->b, head);
    ssa_add_arg(g->f, mp, g->mem);
    ssa_add_arg(g->f, i, next);
    for (i64 k = 0; k < np; k++) ssa_add_arg(g->f, ph[k], back[k]);
    g->npool = mark2;
    g->b = exit;
    g->mem = mem_head;
    (void)mark;
}

static void gen_region(Gen *g, int depth) {
    i64 n = 1 + below(&g->r, depth == 0 ? 40 : 12);
    for (i64 k = 0; k < n && g->budget > 0; k++) {
        g->budget--;
        switch (below(&g->r, 16)) {
        case 0:
            if (depth < 4) gen_if(g, depth);
            break;
        case 1:
            if (depth < 4 && g->loop_depth < 2) gen_loop(g, depth);
            break;
        case 2:
            if (g->calls) gen_call(g);
            break;
        case 3:
        case 4: gen_mem_op(g); break;
        case 5:
        case 6:
            if (g->floats) {
                gen_float_op(g);
                break;
            } // fall through
            gen_int_op(g);
            break;
        case 7: push(g, make(g, VT_PTR)); break;
        case 8:
            if (below(&g->r, 3) == 0) {
                gen_atomic(g);
                break;
            }
            gen_int_op(g);
            break;
        default: gen_int_op(g); break;
        }
    }
}

static Func *generate(Gen *g, Arena *a, Symtab *st, SsaOptions *opt, u64 seed) {
    *g = (Gen){.a = a};
    g->r.s = seed * 0x9e3779b97f4a7c15ULL + 88172645463325252ULL;
    for (int i = 0; i < 8; i++) rnd(&g->r);
    Func *f = g->f = ANEW(a, Func);
    f->name = arena_printf(a, "fuzz%llu", (unsigned long long)seed);
    f->arena = a, f->arch = arch_find(S("amd64")), f->syms = st, f->opt = opt;
    g->calls = below(&g->r, 3) > 0, g->floats = below(&g->r, 3) > 0;
    g->budget = (i64[]){8, 20, 60, 200, 600}[below(&g->r, 5)];
    f->entry = g->b = ssa_block(f, BK_PLAIN);
    for (int i = 0; i < 3; i++) g->slots[i] = ssa_slot(f, 64, i == 1 ? 16 : 8, NULL);
    g->mem = val(g, O_INIT_MEM, VT_MEM, 0, NULL, NULL, NULL);
    for (int i = 0; i < 9; i++) {
        AbiLoc *l = ANEW(a, AbiLoc);
        *l = (AbiLoc){true, false, (i16)i, 0, i == 0 ? VT_PTR : VT_I64, 0};
        Value *v =
            val(g, O_ARG,
                i == 0 ? VT_PTR : (VType)(int[]){VT_I64, VT_I32, VT_I64, VT_I8, VT_I64, VT_I16, VT_I64, VT_I64}[i - 1],
                0, NULL, NULL, NULL);
        v->auxint = i, v->aux = l;
        push(g, v);
        if (i == 0) g->base = v;
    }
    for (int i = 0; i < 4 && g->floats; i++) {
        AbiLoc *l = ANEW(a, AbiLoc);
        *l = (AbiLoc){true, true, (i16)i, 0, i < 3 ? VT_F64 : VT_F32, 0};
        Value *v = val(g, O_ARG, i < 3 ? VT_F64 : VT_F32, 0, NULL, NULL, NULL);
        v->auxint = 9 + i, v->aux = l;
        push(g, v);
    }
    Block *first = new_block(g);
    ssa_edge(f, f->entry, first);
    g->b = first;
    for (int i = 0; i < 3; i++) {
        Value *p = val(g, O_SLOT_ADDR, VT_PTR, 0, NULL, NULL, NULL);
        p->slot = g->slots[i];
        g->mem = val(g, O_ZERO, VT_MEM, 2, p, g->mem, NULL);
        g->mem->auxint = 64;
    }
    gen_region(g, 0);
    CallInfo *c = ANEW(a, CallInfo);
    c->args = ANEWN(a, AbiLoc, 24);
    Value *args[25];
    int n = 0, ni = 0, nf = 0;
    for (int k = 0; k < 14; k++) {
        VType t = any_type(g);
        bool fl = t == VT_F64 || t == VT_F32;
        if (!fl && ni >= 9) continue;
        c->args[c->nargs++] = (AbiLoc){true, fl, (i16)(fl ? nf++ : ni++), 0, (u8)t, 0};
        args[n++] = pick(g, t);
    }
    args[n++] = g->mem;
    Value *ret = ssa_value(f, g->b, O_RETURN, VT_TUPLE, 1, n, args);
    ret->call = c;
    g->b->kind = BK_RET;
    g->b->ctl[0] = ret;
    ret->uses++;
    return f;
}

// ---- what calls do: shared by the interpreter and the compiled code -------------------------------------------------------
static u8 *buf_now; // the buffer's place
static u64 canon64(u64 x) {
    f64 d;
    memcpy(&d, &x, 8);
    return d != d ? 0x7ff8000000000001ULL : x;
}
static u32 canon32(u32 x) {
    f32 d;
    memcpy(&d, &x, 4);
    return d != d ? 0x7fc00001u : x;
}
static u64 narrow(VType t, u64 x) {
    switch (t) {
    case VT_BOOL: return x & 1;
    case VT_I8: return x & 0xff;
    case VT_I16: return x & 0xffff;
    case VT_I32: return x & 0xffffffff;
    case VT_F32: return canon32((u32)x);
    case VT_F64: return canon64(x);
    case VT_PTR: return x - (u64)(uintptr_t)buf_now; // as an offset
    default: return x;
    }
}
static u64 call_hash; // of all calls so far
static void mix(u64 x) {
    call_hash = (call_hash ^ x) * 0x100000001b3ULL;
    call_hash ^= call_hash >> 29;
}
static u64 call_result(VType t, i64 i) {
    u64 h = call_hash + (u64)i * 0x9e3779b97f4a7c15ULL;
    h ^= h >> 31;
    if (t == VT_PTR) return (u64)(uintptr_t)buf_now + (h & 0xff);
    if (t == VT_F64) {
        f64 d = (f64)(i64)(h & 0xffff) / 8;
        memcpy(&h, &d, 8);
        return h;
    }
    if (t == VT_F32) {
        f32 d = (f32)(i64)(h & 0xfff) / 4;
        u32 u;
        memcpy(&u, &d, 4);
        return u | 0xabcd000000000000ULL;
    }
    if (t == VT_BOOL) return h & 1;
    return h;
}

// ---- interpreter -------------------------------------------------------------------------------------------------------------
typedef struct Interp {
    u64 *v;
    u8 *slots[8];
    u64 *phi_tmp;
    i64 steps;
} Interp;
static i64 sext(VType t, u64 x) { return t == VT_I8 ? (i8)x : t == VT_I16 ? (i16)x : t == VT_I32 ? (i32)x : (i64)x; }
static u64 zext(VType t, u64 x) {
    return t == VT_BOOL ? x & 1 : t == VT_I8 ? (u8)x : t == VT_I16 ? (u16)x : t == VT_I32 ? (u32)x : x;
}
static f64 getf(VType t, u64 x) {
    if (t == VT_F32) {
        u32 u = (u32)x;
        f32 f;
        memcpy(&f, &u, 4);
        return f;
    }
    f64 d;
    memcpy(&d, &x, 8);
    return d;
}
static u64 putf(VType t, f64 d) {
    if (t == VT_F32) {
        f32 f = (f32)d;
        u32 u;
        memcpy(&u, &f, 4);
        return u;
    }
    u64 x;
    memcpy(&x, &d, 8);
    return x;
}
static f64 go_min(f64 x, f64 y) {
    if (x != x || y != y) return NAN;
    if (x == 0 && y == 0) return signbit(x) ? x : y;
    return x < y ? x : y;
}
static f64 go_max(f64 x, f64 y) {
    if (x != x || y != y) return NAN;
    if (x == 0 && y == 0) return signbit(x) ? y : x;
    return x > y ? x : y;
}

static u64 eval(Interp *in, Func *f, Value *v, u64 *tuple) {
    VType t = (VType)v->type, t0 = v->nargs ? (VType)v->args[0]->type : VT_VOID;
    u64 a = v->nargs ? in->v[v->args[0]->id] : 0, b = v->nargs > 1 ? in->v[v->args[1]->id] : 0,
        c = v->nargs > 2 ? in->v[v->args[2]->id] : 0;
    i64 sa = sext(t0, a), sb = v->nargs > 1 ? sext((VType)v->args[1]->type, b) : 0;
    u64 za = zext(t0, a), zb = v->nargs > 1 ? zext((VType)v->args[1]->type, b) : 0;
    i64 bits = vtype_size(t) * 8, bits0 = vtype_size(t0) * 8;
    f64 fa = 0, fb = 0;
    if (t0 == VT_F32 || t0 == VT_F64) {
        fa = getf(t0, a);
        if (v->nargs > 1) fb = getf(t0, b);
    }
    switch (v->op) {
    case O_CONST: return (u64)v->auxint;
    case O_FCONST: return putf(t, v->auxf);
    case O_ADDR: {
        static u64 somewhere[8];
        return (u64)(uintptr_t)somewhere;
    } // the callee is the same anyway
    case O_SLOT_ADDR: return (u64)(uintptr_t)in->slots[v->slot->id] + (u64)v->auxint;
    case O_ADD: return a + b;
    case O_SUB: return a - b;
    case O_MUL: return a * b;
    case O_NEG: return -a;
    case O_NOT: return ~a;
    case O_BNOT: return za ^ 1;
    case O_AND: return a & b;
    case O_OR: return a | b;
    case O_XOR: return a ^ b;
    case O_SHL: return zb >= (u64)bits ? 0 : a << zb;
    case O_SHR: return zb >= (u64)bits ? 0 : za >> zb;
    case O_SAR: return (u64)(sa >> (zb >= (u64)bits ? bits - 1 : (i64)zb));
    case O_ROTL: {
        u64 n = b & (u64)(bits - 1);
        return n ? za << n | za >> (bits - (i64)n) : za;
    }
    case O_DIV: return sb == -1 ? -(u64)sa : (u64)(sa / sb);
    case O_MOD: return sb == -1 ? 0 : (u64)(sa % sb);
    case O_UDIV: return za / zb;
    case O_UMOD: return za % zb;
    case O_MULHI: return bits == 64 ? (u64)(((__int128)sa * sb) >> 64) : (u64)((sa * sb) >> 32);
    case O_UMULHI: return bits == 64 ? (u64)(((unsigned __int128)za * zb) >> 64) : (za * zb) >> 32;
    case O_UMUL_WIDE: tuple[0] = (u64)(((unsigned __int128)a * b) >> 64), tuple[1] = a * b; return 0;
    case O_ADD_CARRY: {
        unsigned __int128 s = (unsigned __int128)a + b + c;
        tuple[0] = (u64)s, tuple[1] = (u64)(s >> 64);
        return 0;
    }
    case O_SUB_BORROW: {
        unsigned __int128 s = (unsigned __int128)a - b - c;
        tuple[0] = (u64)s, tuple[1] = (u64)(s >> 64) & 1;
        return 0;
    }
    case O_EQ: return za == zb;
    case O_NE: return za != zb;
    case O_LT: return sa < sb;
    case O_LE: return sa <= sb;
    case O_ULT: return za < zb;
    case O_ULE: return za <= zb;
    case O_FEQ: return fa == fb;
    case O_FNE: return fa != fb;
    case O_FLT: return fa < fb;
    case O_FLE: return fa <= fb;
    case O_FADD: return t == VT_F32 ? putf(t, (f32)fa + (f32)fb) : putf(t, fa + fb);
    case O_FSUB: return t == VT_F32 ? putf(t, (f32)fa - (f32)fb) : putf(t, fa - fb);
    case O_FMUL: return t == VT_F32 ? putf(t, (f32)fa * (f32)fb) : putf(t, fa * fb);
    case O_FDIV: return t == VT_F32 ? putf(t, (f32)fa / (f32)fb) : putf(t, fa / fb);
    case O_FNEG: return a ^ (t == VT_F32 ? 0x80000000u : 1ULL << 63);
    case O_FABS: return a & (t == VT_F32 ? 0x7fffffffu : ~0ULL >> 1);
    case O_FSQRT: return t == VT_F32 ? putf(t, sqrtf((f32)fa)) : putf(t, sqrt(fa));
    case O_FMIN: return putf(t, go_min(fa, fb));
    case O_FMAX: return putf(t, go_max(fa, fb));
    case O_SEXT: return (u64)sa;
    case O_ZEXT: return za;
    case O_TRUNC: return a;
    case O_I2F: return t == VT_F32 ? putf(t, (f32)sa) : putf(t, (f64)sa);
    case O_U2F: return t == VT_F32 ? putf(t, (f32)a) : putf(t, (f64)a);
    case O_F2I:
        if (t0 == VT_F32)
            return bits == 64 ? (u64)_mm_cvttss_si64(_mm_set_ss((f32)fa)) : (u64)_mm_cvttss_si32(_mm_set_ss((f32)fa));
        return bits == 64 ? (u64)_mm_cvttsd_si64(_mm_set_sd(fa)) : (u64)_mm_cvttsd_si32(_mm_set_sd(fa));
    case O_F2U: {
        f64 lim = 9223372036854775808.0;
        if (fa >= lim) return (u64)_mm_cvttsd_si64(_mm_set_sd(fa - lim)) ^ 1ULL << 63;
        return (u64)_mm_cvttsd_si64(_mm_set_sd(fa));
    }
    case O_F2F: return putf(t, fa);
    case O_PTR_OFF: return a + (u64)v->auxint;
    case O_PTR_INDEX: return a + b * (u64)v->auxint;
    case O_SELECT: return za ? b : c;
    case O_CTZ: return za ? (u64)__builtin_ctzll(za) : (u64)bits0;
    case O_CLZ: return za ? (u64)(__builtin_clzll(za) - (64 - bits0)) : (u64)bits0;
    case O_POPCNT: return (u64)__builtin_popcountll(za);
    case O_BSWAP: return bits0 == 8 ? za : __builtin_bswap64(za) >> (64 - bits0);
    case O_LOAD: {
        u64 x = 0;
        memcpy(&x, (void *)(uintptr_t)(a + (u64)v->auxint), (size_t)vtype_size(t));
        return x;
    }
    case O_STORE:
        memcpy((void *)(uintptr_t)(a + (u64)v->auxint), &b, (size_t)vtype_size((VType)v->args[1]->type));
        return 0;
    case O_ZERO: memset((void *)(uintptr_t)a, 0, (size_t)v->auxint); return 0;
    case O_MOVE: memmove((void *)(uintptr_t)a, (void *)(uintptr_t)b, (size_t)v->auxint); return 0;
    case O_ATOMIC_LOAD:
    case O_ATOMIC_XCHG:
    case O_ATOMIC_ADD:
    case O_ATOMIC_AND:
    case O_ATOMIC_OR:
    case O_ATOMIC_CAS:
    case O_ATOMIC_STORE: {
        VType w = v->op == O_ATOMIC_LOAD ? (VType)v->etype : (VType)v->args[1]->type;
        u64 x = 0, y;
        size_t n = (size_t)vtype_size(w);
        memcpy(&x, (void *)(uintptr_t)a, n);
        tuple[0] = x;
        y = v->op == O_ATOMIC_ADD ? x + b : v->op == O_ATOMIC_AND ? (x & b) : v->op == O_ATOMIC_OR ? (x | b) : b;
        if (v->op == O_ATOMIC_ADD) tuple[0] = y;
        if (v->op == O_ATOMIC_CAS) {
            tuple[0] = x == zext(w, b);
            if (!tuple[0]) return 0;
            y = c;
        }
        if (v->op != O_ATOMIC_LOAD) memcpy((void *)(uintptr_t)a, &y, n);
        return 0;
    }
    case O_CALL: {
        int k = v->call->kind == CALL_CLOSURE ? 2 : v->call->kind == CALL_INTER ? 1 : 0;
        mix((u64)v->call->nargs);
        for (int i = 0; i < v->call->nargs; i++) mix(narrow((VType)v->call->args[i].vtype, in->v[v->args[k + i]->id]));
        for (int i = 0; i < v->call->nresults; i++) tuple[i] = call_result((VType)v->call->results[i].vtype, i);
        return 0;
    }
    default: bug("interpreter: %s", ssa_op_info(f, v->op)->name);
    }
}

static bool interpret(Func *f, Regs *args, u64 *out) {
    Interp in = {.v = calloc((size_t)f->next_value + 1, 8), .phi_tmp = calloc((size_t)f->next_value + 1, 8)};
    u64(*tuples)[20] = calloc((size_t)f->next_value + 1, sizeof *tuples);
    for (i64 i = 0; i < f->slots.len; i++) in.slots[i] = calloc(1, (size_t)f->slots.ptr[i]->size + 64);
    Block *b = f->entry;
    i64 edge = 0;
    bool ok = true;
    for (;;) {
        if (++in.steps > 20000) {
            ok = false;
            break;
        }
        for (i64 k = 0; k < b->values.len && b->values.ptr[k]->op == O_PHI; k++)
            in.phi_tmp[k] = in.v[b->values.ptr[k]->args[edge]->id];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (v->op == O_PHI) in.v[v->id] = in.phi_tmp[k];
            else if (v->op == O_ARG)
                in.v[v->id] = ((AbiLoc *)v->aux)->is_float ? args->f[((AbiLoc *)v->aux)->reg_index]
                                                           : args->i[((AbiLoc *)v->aux)->reg_index];
            else if (v->op == O_SELECT_N) in.v[v->id] = tuples[v->args[0]->id][v->auxint];
            else if (v->op != O_RETURN && v->op != O_INIT_MEM) in.v[v->id] = eval(&in, f, v, tuples[v->id]);
        }
        if (b->kind == BK_RET) {
            Value *r = b->ctl[0];
            for (int i = 0; i < r->call->nargs; i++)
                out[i] = narrow((VType)r->call->args[i].vtype, in.v[r->args[i]->id]);
            break;
        }
        i64 s = 0;
        if (b->kind == BK_IF) s = (in.v[b->ctl[0]->id] & 1) ? 0 : 1;
        if (b->kind == BK_JUMP_TABLE) s = (i64)in.v[b->ctl[0]->id];
        edge = b->succs.ptr[s].i;
        b = b->succs.ptr[s].b;
    }
    for (i64 i = 0; i < f->slots.len; i++) free(in.slots[i]);
    free(in.v), free(in.phi_tmp), free(tuples);
    return ok;
}

// ---- running compiled code -----------------------------------------------------------------------------------------------
static Sym *cur_sym;
static const CodeNotes *cur_notes;
static u8 *copies[2];
static i64 ncalls_done;
static bool moving;
static CallInfo **site_info;
static i64 nsite_info;

static bool in_buf(u64 p) { return p >= (u64)(uintptr_t)buf_now - BUF && p < (u64)(uintptr_t)buf_now + 2 * BUF; }

void jit_on_call(void) {
    CodeInfo *code = cur_sym->code;
    const CodeNotes *notes = cur_notes;
    u32 ret = (u32)(jit_call_target - cur_sym->addr);
    i64 k = 0;
    while (k < notes->calls.len && notes->calls.ptr[k].ret_pc != ret) k++;
    if (k == notes->calls.len) {
        fprintf(stderr, "no call site at %#x\n", ret);
        abort();
    }
    CallInfo *c = site_info[k];
    mix((u64)c->nargs);
    for (int i = 0; i < c->nargs; i++) {
        AbiLoc *l = &c->args[i];
        mix(narrow((VType)l->vtype, l->is_float ? jit_call_args.f[l->reg_index] : jit_call_args.i[l->reg_index]));
    }
    if (moving) { // the collector moves the buffer
        u8 *to = buf_now == copies[0] ? copies[1] : copies[0];
        u64 *frame = (u64 *)(uintptr_t)jit_saved_sp;
        for (i64 w = 0; w < notes->frame_words; w++) {
            if (!obj_map_bit(notes, notes->calls.ptr[k].map, w)) continue;
            if (in_buf(frame[w])) frame[w] += (u64)(to - buf_now);
            else if (frame[w] - jit_saved_sp >= (u64)code->frame_size) {
                fprintf(stderr, "map names a word that is no pointer: %#llx\n", (unsigned long long)frame[w]);
                abort();
            }
        }
        memcpy(to - BUF, buf_now - BUF, 3 * BUF);
        memset(buf_now - BUF, 0xee, 3 * BUF);
        buf_now = to;
    }
    memset(&jit_call_results, 0x5a, sizeof jit_call_results);
    for (int i = 0; i < c->nresults; i++) {
        AbiLoc *l = &c->results[i];
        u64 x = call_result((VType)l->vtype, i);
        if (!l->is_float && vtype_size((VType)l->vtype) < 8)
            x = (x & (((u64)1 << (vtype_size((VType)l->vtype) * 8)) - 1)) |
                (l->vtype == VT_BOOL ? 0xffffff00 : 0xdead000000000000ULL << 0); // junk above
        if (l->is_float) jit_call_results.f[l->reg_index] = x;
        else jit_call_results.i[l->reg_index] = x;
    }
    ncalls_done++;
}

static void fill_buffer(u64 seed) {
    u8 *p = buf_now - BUF;
    Rng r = {seed * 77 + 1234567};
    for (i64 i = 0; i < 3 * BUF; i++) p[i] = (u8)(rnd(&r) >> 7);
}

static bool run_seed(u64 seed, bool verbose) {
    static Arena *a, *out;
    static Symtab *st;
    if (!a) a = arena_new("test"), out = arena_new("out");
    st = obj_symtab_new(a);
    arena_reset(a), arena_reset(out);
    jit_used = 0;
    SsaOptions opt = {.check = true};
    Gen *g = malloc(sizeof *g);
    Func *f = generate(g, a, st, &opt, seed);
    Sym *closure = obj_sym(st, S("closure")), *helper = obj_sym(st, S("helper"));
    jit_place(helper);
    u8 *cw = ANEWN(out, u8, 8);
    memcpy(cw, &helper->addr, 8);
    obj_define(closure, SYM_DATA, out, cw, 8, 8);
    Regs in = {0}, regs;
    Rng r = {seed + 99};
    copies[0] = calloc(3, BUF), copies[1] = calloc(3, BUF);
    u8 *c0 = copies[0], *c1 = copies[1];
    copies[0] += BUF, copies[1] += BUF;
    buf_now = copies[0];
    for (int i = 1; i < 9; i++) in.i[i] = below(&r, 2) ? rnd(&r) << 11 ^ rnd(&r) : (u64)below(&r, 100);
    for (int i = 0; i < 4; i++) {
        f64 d = (f64)below(&r, 1000) / 16;
        in.f[i] = putf(i < 3 ? VT_F64 : VT_F32, d);
    }
    in.i[0] = (u64)(uintptr_t)buf_now;
    fill_buffer(seed);
    u64 want[32] = {0}, got[32] = {0}, want_calls, want_buf;
    call_hash = seed;
    if (verbose) {
        Buf o = {0};
        ssa_print(&o, f);
        fwrite(o.ptr, 1, (size_t)o.len, stderr);
    }
    bool ok = interpret(f, &in, want);
    want_calls = call_hash, want_buf = hash_bytes(buf_now - BUF, 3 * BUF, 1);
    Value *ret = NULL;
    CallInfo *rc = NULL;
    for (i64 i = 0; i < f->blocks.len; i++)
        if (f->blocks.ptr[i]->kind == BK_RET) ret = f->blocks.ptr[i]->ctl[0], rc = ret->call;
    ssa_compute_uses(f);
    f->stale_dom = f->stale_loops = true;
    ssa_verify(f);
    f->arch->lower(f);
    if (verbose) {
        Buf o = {0};
        arch_dump(&o, f);
        fwrite(o.ptr, 1, (size_t)o.len, stderr);
    }
    ssa_regalloc(f);
    if (verbose) {
        Buf o = {0};
        arch_dump(&o, f);
        fwrite(o.ptr, 1, (size_t)o.len, stderr);
    }
    Sym *s = obj_sym(st, S("fuzz"));
    f->arch->emit(f, s, out);
    if (!decodes_to_itself(s->data, s->size, s->relocs.ptr, s->relocs.len, out)) {
        printf("the code does not decode to itself\n");
        exit(1);
    }
    jit_place(s);
    if (verbose) {
        FILE *fp = fopen("/tmp/fuzz.bin", "wb");
        fwrite(s->data, 1, (size_t)s->size, fp);
        fclose(fp);
    }
    // which call is at which site: in the order of the code
    site_info = calloc((size_t)f->notes->calls.len + 1, sizeof *site_info);
    nsite_info = 0;
    for (i64 i = 0; i < f->blocks.len; i++)
        for (i64 k = 0; k < f->blocks.ptr[i]->values.len; k++)
            if (f->blocks.ptr[i]->values.ptr[k]->op == O_CALL)
                site_info[nsite_info++] = f->blocks.ptr[i]->values.ptr[k]->call;
    if (ok) {
        CHECK(nsite_info == f->notes->calls.len);
        cur_sym = s;
        cur_notes = f->notes;
        moving = true;
        fill_buffer(seed);
        call_hash = seed;
        regs = in;
        jit_g.guard = 0;
        jit_enter(s->addr, &regs, &jit_g);
        for (int i = 0; i < rc->nargs; i++) {
            AbiLoc *l = &rc->args[i];
            got[i] = narrow((VType)l->vtype, l->is_float ? regs.f[l->reg_index] : regs.i[l->reg_index]);
        }
        u64 got_buf = hash_bytes(buf_now - BUF, 3 * BUF, 1);
        for (int i = 0; i < rc->nargs; i++) {
            if (rc->args[i].vtype == VT_PTR) want[i] = (u64)(i64)want[i];
            if (got[i] != want[i]) {
                fprintf(stderr, "seed %llu: result %d: %#llx, want %#llx\n", (unsigned long long)seed, i,
                        (unsigned long long)got[i], (unsigned long long)want[i]);
                ok = false;
            }
        }
        if (call_hash != want_calls) {
            fprintf(stderr, "seed %llu: calls differ\n", (unsigned long long)seed);
            ok = false;
        }
        if (got_buf != want_buf) {
            fprintf(stderr, "seed %llu: memory differs\n", (unsigned long long)seed);
            ok = false;
        }
    } else {
        ok = true; // too long; compiled at least
    }
    free(site_info), free(g), free(c0), free(c1);
    return ok;
}

int main(int argc, char **argv) {
    u64 first = argc > 1 ? strtoull(argv[1], NULL, 0) : 1, n = argc > 2 ? strtoull(argv[2], NULL, 0) : 300;
    for (u64 s = first; s < first + n; s++)
        if (!run_seed(s, argc > 3)) return 1;
    return 0;
}
