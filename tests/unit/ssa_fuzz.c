// ssa_fuzz.c - random functions in SSA, run by an interpreter before and after the passes: results, calls and memory must be equal.
#include "ssa/build.h"
#include <stdio.h>
#include <stdlib.h>

static u64 rng;
static u32 rnd(u32 n) {
    rng = rng * 6364136223846793005u + 1442695040888963407u;
    return (u32)(rng >> 33) % n;
}

// ---- interpreter -------------------------------------------------------------------------------------
enum { HEAP = 0x10000, HEAP_SIZE = 512, FRAME = 0x100000, WBBUF = 0x900000 };
typedef struct Run {
    u8 heap[HEAP_SIZE], frame[8192], wb[64];
    u64 trace;
    i64 result;
    int exit; /* 0 ret, 1 panic, 2 nil, 3 steps */
    i64 vals[20000], vals2[20000];
    bool flag;
    u64 flags;
    Block *prev;
} Run;
static u8 *mem_at(Run *r, u64 a, i64 n) {
    if (a >= HEAP && a + (u64)n <= HEAP + HEAP_SIZE) return r->heap + (a - HEAP);
    if (a >= FRAME && a + (u64)n <= FRAME + sizeof r->frame) return r->frame + (a - FRAME);
    if (a >= WBBUF && a + (u64)n <= WBBUF + sizeof r->wb) return r->wb + (a - WBBUF);
    return NULL;
}
static i64 wrapv(VType t, i64 c) {
    switch (t) {
    case VT_BOOL: return c & 1;
    case VT_I8: return (i8)c;
    case VT_I16: return (i16)c;
    case VT_I32: return (i32)c;
    default: return c;
    }
}
static u64 uns(VType t, i64 c) {
    switch (t) {
    case VT_BOOL:
    case VT_I8: return (u8)c;
    case VT_I16: return (u16)c;
    case VT_I32: return (u32)c;
    default: return (u64)c;
    }
}
static bool load(Run *r, u64 a, VType t, i64 *out) {
    i64 n = vtype_size(t);
    u8 *p = mem_at(r, a, n);
    u64 x = 0;
    if (!p) return false;
    memcpy(&x, p, (size_t)n);
    *out = wrapv(t, (i64)x);
    return true;
}
static bool store(Run *r, u64 a, VType t, i64 x) {
    i64 n = vtype_size(t);
    u8 *p = mem_at(r, a, n);
    if (!p) return false;
    memcpy(p, &x, (size_t)n);
    return true;
}
static void hash(Run *r, i64 x) { r->trace = (r->trace ^ (u64)x) * 0x100000001b3u; }
static i64 *frame_off;
static bool eval(Run *r, Func *f, Value *v, bool *stop) {
    i64 a[8] = {0}, *out = &r->vals[v->id];
    for (int i = 0; i < v->nargs && i < 8; i++) a[i] = r->vals[v->args[i]->id];
    VType t = (VType)v->type, t0 = v->nargs ? (VType)v->args[0]->type : VT_VOID;
    int bits = type_bits(t);
    switch (v->op) {
    case O_CONST: *out = v->auxint; break;
    case O_COPY: *out = a[0]; break;
    case O_INIT_MEM:
    case O_KEEPALIVE:
    case O_WB_END: break;
    case O_ARG: break; // set by run
    case O_SLOT_ADDR: *out = FRAME + frame_off[v->slot->id] + v->auxint; break;
    case O_ADD: *out = wrapv(t, (i64)((u64)a[0] + (u64)a[1])); break;
    case O_SUB: *out = wrapv(t, (i64)((u64)a[0] - (u64)a[1])); break;
    case O_MUL: *out = wrapv(t, (i64)((u64)a[0] * (u64)a[1])); break;
    case O_MULHI: *out = (i64)(((__int128)a[0] * a[1]) >> bits); break;
    case O_UMULHI: *out = wrapv(t, (i64)(((unsigned __int128)uns(t, a[0]) * uns(t, a[1])) >> bits)); break;
    case O_NEG: *out = wrapv(t, (i64) - (u64)a[0]); break;
    case O_NOT: *out = wrapv(t, ~a[0]); break;
    case O_BNOT: *out = !a[0]; break;
    case O_AND: *out = a[0] & a[1]; break;
    case O_OR: *out = a[0] | a[1]; break;
    case O_XOR: *out = a[0] ^ a[1]; break;
    case O_SHL: {
        u64 c = uns((VType)v->args[1]->type, a[1]);
        *out = c >= (u64)bits ? 0 : wrapv(t, (i64)((u64)a[0] << c));
        if (v->auxint && c >= (u64)bits) *out = 0x5555; /* moved above its guard: nobody may look */
        break;
    }
    case O_SHR: {
        u64 c = uns((VType)v->args[1]->type, a[1]);
        *out = c >= (u64)bits ? (v->auxint ? 0x5555 : 0) : wrapv(t, (i64)(uns(t, a[0]) >> c));
        break;
    }
    case O_SAR: {
        u64 c = uns((VType)v->args[1]->type, a[1]);
        *out = wrapv(t, a[0] >> (c >= (u64)bits ? bits - 1 : (i64)c));
        break;
    }
    case O_ROTL: {
        u64 c = (u64)a[1] & (u64)(bits - 1), x = uns(t, a[0]);
        *out = wrapv(t, (i64)(c ? x << c | x >> ((u64)bits - c) : x));
        break;
    }
    case O_DIV: *out = a[1] == 0 || (a[1] == -1) ? 0 : wrapv(t, a[0] / a[1]); break;
    case O_MOD: *out = a[1] == 0 || (a[1] == -1) ? 0 : wrapv(t, a[0] % a[1]); break;
    case O_UDIV: *out = a[1] == 0 ? 0 : wrapv(t, (i64)(uns(t, a[0]) / uns(t, a[1]))); break;
    case O_UMOD: *out = a[1] == 0 ? 0 : wrapv(t, (i64)(uns(t, a[0]) % uns(t, a[1]))); break;
    case O_EQ: *out = a[0] == a[1]; break;
    case O_NE: *out = a[0] != a[1]; break;
    case O_LT: *out = a[0] < a[1]; break;
    case O_LE: *out = a[0] <= a[1]; break;
    case O_ULT: *out = uns(t0, a[0]) < uns(t0, a[1]); break;
    case O_ULE: *out = uns(t0, a[0]) <= uns(t0, a[1]); break;
    case O_SEXT: *out = a[0]; break;
    case O_ZEXT: *out = (i64)uns(t0, a[0]); break;
    case O_TRUNC: *out = wrapv(t, a[0]); break;
    case O_PTR2INT:
    case O_INT2PTR: *out = a[0]; break;
    case O_PTR_ADD: *out = a[0] + a[1]; break;
    case O_PTR_OFF: *out = a[0] + v->auxint; break;
    case O_PTR_INDEX: *out = (i64)((u64)a[0] + (u64)a[1] * (u64)v->auxint); break;
    case O_SELECT: *out = a[0] ? a[1] : a[2]; break;
    case O_NILCHECK:
        if (!a[0]) {
            r->exit = 2;
            *stop = true;
            return true;
        }
        *out = a[0];
        break;
    case O_LOAD:
        if (!load(r, (u64)(a[0] + v->auxint), t, out)) {
            if (!a[0]) {
                r->exit = 2;
                *stop = true;
                return true;
            }
            return false;
        }
        break;
    case O_STORE:
    case O_STORE_WB:
        if (!store(r, (u64)(a[0] + v->auxint), (VType)v->args[1]->type, a[1])) {
            if (!a[0]) {
                r->exit = 2;
                *stop = true;
                return true;
            }
            return false;
        }
        break;
    case O_ZERO:
    case O_ZERO_WB: {
        u8 *p = mem_at(r, (u64)a[0], v->auxint);
        if (!p) return false;
        memset(p, 0, (size_t)v->auxint);
        break;
    }
    case O_MOVE:
    case O_MOVE_WB: {
        u8 *p = mem_at(r, (u64)a[0], v->auxint), *q = mem_at(r, (u64)a[1], v->auxint);
        if (!p || !q) return false;
        memmove(p, q, (size_t)v->auxint);
        break;
    }
    case O_SELECT_N:
        if (v->type != VT_MEM) *out = v->auxint ? r->vals2[v->args[0]->id] : a[0];
        break;
    case O_WB_ENABLED:
        r->flags = r->flags * 5 + 3;
        *out = (r->flags >> 5) & 1;
        break;
    case O_WB_CALL: *out = WBBUF; break;
    case O_RETURN:
        r->result = a[0];
        r->exit = 0;
        break;
    case O_CALL: {
        Str s = v->call->sym->name;
        if (str_eq(s, S("ext"))) {
            hash(r, a[0]);
            hash(r, a[1]);
            for (int i = 0; i < HEAP_SIZE; i++) hash(r, r->heap[i]);
            i64 x = (i64)(r->trace >> 7);
            store(r, HEAP + (u64)(x & 31) * 8, VT_I64, x);
            *out = x & 0xff;
        } else if (str_eq(s, S("runtime.memmove"))) {
            u8 *p = mem_at(r, (u64)a[0], a[2]), *q = mem_at(r, (u64)a[1], a[2]);
            if (!p || !q) return false;
            memmove(p, q, (size_t)a[2]);
        } else if (str_eq(s, S("runtime.memclrNoHeapPointers"))) {
            u8 *p = mem_at(r, (u64)a[0], a[1]);
            if (!p) return false;
            memset(p, 0, (size_t)a[1]);
        } else if (str_has_prefix(s, S("runtime.goPanic"))) {
            hash(r, a[0]);
            hash(r, a[1]);
            r->exit = 1;
        } else if (str_has_prefix(s, S("runtime.panic"))) r->exit = 1;
        else {
            fprintf(stderr, "call of %.*s\n", SFMT(s));
            abort();
        }
        break;
    }
    default: fprintf(stderr, "no meaning for %s\n", ssa_op_info(f, v->op)->name); abort();
    }
    return true;
}
static bool run(Run *r, Func *f, i64 *args) { // false: wild access
    Block *b = f->entry, *prev = NULL;
    bool stop = false;
    for (int steps = 0; steps < 20000; steps++) {
        i64 pi = 0;
        if (prev)
            for (i64 i = 0; i < prev->succs.len; i++)
                if (prev->succs.ptr[i].b == b) {
                    pi = prev->succs.ptr[i].i;
                    if (prev->kind == BK_IF && prev->succs.ptr[0].b == prev->succs.ptr[1].b)
                        pi = prev->succs.ptr[r->flag ? 0 : 1].i;
                    break;
                }
        static i64 tmp[20000];
        for (i64 k = 0; k < b->values.len; k++)
            if (b->values.ptr[k]->op == O_PHI) tmp[k] = r->vals[b->values.ptr[k]->args[pi]->id];
        for (i64 k = 0; k < b->values.len; k++)
            if (b->values.ptr[k]->op == O_PHI) r->vals[b->values.ptr[k]->id] = tmp[k];
        for (i64 k = 0; k < b->values.len; k++) {
            Value *v = b->values.ptr[k];
            if (v->op == O_PHI || v->op == O_INVALID) continue;
            if (v->op == O_ARG) {
                r->vals[v->id] = args[v->auxint];
                continue;
            }
            if (!eval(r, f, v, &stop)) {
                fprintf(stderr, "wild access by v%d\n", v->id);
                return false;
            }
            if (stop) return true;
        }
        prev = b;
        switch (b->kind) {
        case BK_PLAIN: b = b->succs.ptr[0].b; break;
        case BK_IF:
            r->flag = r->vals[b->ctl[0]->id] != 0;
            b = b->succs.ptr[r->flag ? 0 : 1].b;
            break;
        case BK_RET:
        case BK_EXIT: return true;
        default: abort();
        }
    }
    r->exit = 3;
    return true;
}

// ---- generator ---------------------------------------------------------------------------------------
enum { NV = 6 };
static Builder *b;
static i32 ivar[NV], wvar[3], pvar[2];
static Slot *slots[3];
static int budget, depth;
static Value *heap_arg;
static Value *I(i64 c) { return bld_int(b, c); }
static Value *rd(i32 v) { return bld_read(b, b->cur, v); }
static void wr(i32 v, Value *x) { bld_write(b, b->cur, v, x); }
static Value *expr(int d) {
    if (d <= 0) return rnd(3) ? rd(ivar[rnd(NV)]) : I((i64)rnd(2) ? rnd(40) - 10 : (i64)rnd(1u << 30) * rnd(4000));
    switch (rnd(19)) {
    case 0: return bv(b, O_ADD, VT_I64, 2, expr(d - 1), expr(d - 1));
    case 1: return bv(b, O_SUB, VT_I64, 2, expr(d - 1), expr(d - 1));
    case 2: return bv(b, O_MUL, VT_I64, 2, expr(d - 1), rnd(2) ? I(1 << rnd(5)) : expr(d - 1));
    case 3: return bv(b, O_AND, VT_I64, 2, expr(d - 1), rnd(2) ? I(rnd(256)) : expr(d - 1));
    case 4: return bv(b, O_OR + rnd(2), VT_I64, 2, expr(d - 1), expr(d - 1));
    case 5:
        return bv(b, O_SHL + rnd(3), VT_I64, 2, expr(d - 1),
                  rnd(2) ? I(rnd(70)) : bv(b, O_AND, VT_I64, 2, expr(d - 1), I(127)));
    case 6: return bv(b, O_NEG + rnd(2), VT_I64, 1, expr(d - 1));
    case 7: {
        static const i64 ds[] = {1, 2, 3, 5, 7, 8, 10, 100, 641, 1000, 4096, -2, -3, -7, -8, 1000000007, 6, 12, 25};
        i64 c = ds[rnd(19)];
        int op = O_DIV + (int)rnd(4);
        if (rnd(2)) return bv(b, op, VT_I64, 2, expr(d - 1), I(c));
        Value *w = bv(b, op, VT_I32, 2, bv(b, O_TRUNC, VT_I32, 1, expr(d - 1)), ssa_const(b->f, VT_I32, c));
        return bv(b, O_SEXT, VT_I64, 1, w);
    }
    case 8: return bv(b, O_SEXT + rnd(2), VT_I64, 1, bv(b, O_TRUNC, (VType)(VT_I8 + rnd(3)), 1, expr(d - 1)));
    case 9: return bv(b, O_ZEXT, VT_I64, 1, bv(b, O_EQ + (int)rnd(6), VT_BOOL, 2, expr(d - 1), expr(d - 1)));
    case 10: {
        Value *c = bv(b, O_EQ + (int)rnd(6), VT_BOOL, 2, expr(d - 1), expr(d - 1));
        return bv(b, O_SELECT, VT_I64, 3, c, expr(d - 1), expr(d - 1));
    }
    case 11: return bvi(b, O_LOAD, VT_I64, 8 * rnd(4), 2, bld_slot_addr(b, slots[rnd(2)], 0), bld_mem(b));
    case 12:
        return bvi(b, O_LOAD, VT_I64, 0, 2,
                   bvi(b, O_PTR_INDEX, VT_PTR, 8, 2, bld_slot_addr(b, slots[rnd(3)], 0),
                       bv(b, O_AND, VT_I64, 2, expr(d - 1), I(3))),
                   bld_mem(b));
    case 13: {
        Value *p = bld_nilcheck(b, rd(pvar[rnd(2)]));
        return bvi(b, O_LOAD, VT_I64, 8 * rnd(4), 2, p, bld_mem(b));
    }
    case 14: {
        if (rnd(3)) return rd(ivar[rnd(NV)]);
        Value *p = heap_arg, *i = rnd(2) ? expr(d - 1) : bv(b, O_ADD, VT_I64, 2, rd(ivar[rnd(NV)]), I(rnd(3))),
              *n = bvi(b, O_LOAD, VT_I64, 0, 2, p, bld_mem(b));
        n = bv(b, O_AND, VT_I64, 2, n, I(15));
        if (rnd(2)) n = I(1 + rnd(15));
        bld_bounds(b, i, n, RT_PANICINDEX, false, false);
        return bvi(b, O_LOAD, VT_I64, 0, 2, bvi(b, O_PTR_INDEX, VT_PTR, 8, 2, p, i), bld_mem(b));
    }
    case 15: {
        Value *w = rd(wvar[rnd(3)]);
        return bv(b, rnd(2) ? O_SEXT : O_ZEXT, VT_I64, 1, w);
    }
    case 16: {
        Value *x = expr(d - 1), *y = expr(d - 1);
        return bv(b, O_SHR, VT_I64, 2, bv(b, O_ADD, VT_I64, 2, x, y), I(1));
    }
    case 17: {
        Value *l = bvi(b, O_LOAD, VT_I32, 4 * rnd(4), 2, bld_slot_addr(b, slots[2], 0), bld_mem(b));
        return bv(b, O_SEXT, VT_I64, 1, l);
    }
    default: return rd(ivar[rnd(NV)]);
    }
}
static Value *cond(void) {
    Value *c =
        bv(b, O_EQ + (int)rnd(6), VT_BOOL, 2, rnd(2) ? rd(ivar[rnd(NV)]) : expr(1), rnd(2) ? I(rnd(20)) : expr(1));
    if (rnd(6) == 0) c = bv(b, O_BNOT, VT_BOOL, 1, c);
    if (rnd(8) == 0) c = bv(b, rnd(2) ? O_AND : O_OR, VT_BOOL, 2, c, bv(b, O_LT, VT_BOOL, 2, expr(1), expr(1)));
    return c;
}
static void stmts(void);
static void stmt(void) {
    switch (rnd(17)) {
    case 0:
    case 1:
    case 2: wr(ivar[rnd(NV)], expr(3)); break;
    case 3: wr(wvar[rnd(3)], bv(b, O_TRUNC, VT_I32, 1, expr(2))); break;
    case 4: {
        Value *x = rd(wvar[rnd(3)]), *y = rd(wvar[rnd(3)]);
        wr(wvar[rnd(3)], bv(b, O_ADD + (int)rnd(3), VT_I32, 2, x, y));
        break;
    }
    case 5:
        bld_set_mem(b, bvi(b, O_STORE, VT_MEM, 8 * rnd(4), 3, bld_slot_addr(b, slots[rnd(2)], 0), expr(2), bld_mem(b)));
        break;
    case 6: {
        Value *p = bvi(b, O_PTR_INDEX, VT_PTR, 8, 2, bld_slot_addr(b, slots[1 + rnd(2)], 0),
                       bv(b, O_AND, VT_I64, 2, expr(2), I(3))),
              *x = expr(2);
        bld_set_mem(b, bvi(b, O_STORE, VT_MEM, 0, 3, p, x, bld_mem(b)));
        break;
    }
    case 7: {
        Value *p = bld_nilcheck(b, rd(pvar[rnd(2)])), *x = expr(2);
        if (rnd(2)) x = bv(b, O_INT2PTR, VT_PTR, 1, x);
        bld_set_mem(b, bvi(b, x->type == VT_PTR ? O_STORE_WB : O_STORE, VT_MEM, 8 * rnd(4), 3, p, x, bld_mem(b)));
        break;
    }
    case 8: {
        Value *args[2] = {expr(1), expr(1)}, *out;
        bld_sym_call(b, obj_sym(b->f->syms, S("ext")), false, 2, args, 1, (u8[]){VT_I64}, &out);
        wr(ivar[rnd(NV)], out);
        break;
    }
    case 9: bld_zero_mem(b, addr_of_slot(b, slots[rnd(3)], 0), 32, NULL); break;
    case 10: {
        int i = (int)rnd(3), j = (int)rnd(3);
        if (i != j) bld_move_mem(b, addr_of_slot(b, slots[i], 0), addr_of_slot(b, slots[j], 0), 32, NULL);
        break;
    }
    case 11:
        wr(pvar[rnd(2)], rnd(20) == 0
                             ? ssa_const(b->f, VT_PTR, 0)
                             : bvi(b, O_PTR_INDEX, VT_PTR, 8, 2, heap_arg, bv(b, O_AND, VT_I64, 2, expr(1), I(7))));
        break;
    case 12:
    case 13: {
        if (depth > 3) break;
        Block *yes = bld_block(b), *no = bld_block(b), *join = bld_block(b);
        bld_branch(b, cond(), yes, no, 0);
        bld_seal(b, yes);
        bld_seal(b, no);
        depth++;
        bld_start(b, yes);
        stmts();
        if (b->cur) bld_jump(b, join);
        bld_start(b, no);
        if (rnd(2)) stmts();
        if (b->cur) bld_jump(b, join);
        depth--;
        bld_seal(b, join);
        bld_start(b, join);
        break;
    }
    case 14:
    case 15: { // counted loop, both shapes
        if (depth > 2) break;
        i32 i = ivar[rnd(NV)], count = bld_new_var(b, VT_I64);
        wr(count, I(0));
        if (rnd(4)) wr(i, rnd(2) ? I(rnd(4)) : expr(1));
        Value *n = rnd(2) ? I(rnd(12)) : expr(1);
        i64 step = rnd(3) ? 1 : rnd(2) ? 2 : -1;
        int op = rnd(4) == 0 ? O_NE : rnd(3) ? O_LT : O_LE;
        Block *head = bld_block(b), *body = bld_block(b), *post = bld_block(b), *done = bld_block(b);
        bool rotated = rnd(2);
#define TEST() (step < 0 ? bv(b, op, VT_BOOL, 2, I(0), rd(i)) : bv(b, op, VT_BOOL, 2, rd(i), n))
        if (rotated) bld_branch(b, TEST(), body, done, 1);
        else {
            bld_jump(b, head);
            bld_start(b, head);
            bld_branch(b, TEST(), body, done, 1);
            bld_seal(b, body);
        }
        bld_start(b, body);
        depth++;
        stmts();
        depth--;
        Value *c = bv(b, O_ADD, VT_I64, 2, rd(count), I(1));
        wr(count, c);
        bld_branch(b, bv(b, O_LT, VT_BOOL, 2, c, I(9)), post, done, 1);
        bld_seal(b, post);
        bld_start(b, post);
        wr(i, bv(b, O_ADD, VT_I64, 2, rd(i), I(step)));
        if (rotated) {
            bld_branch(b, TEST(), body, done, 1);
            bld_seal(b, body);
        } else bld_jump(b, head);
        bld_seal(b, head);
        bld_seal(b, done);
        bld_start(b, done);
        break;
    }
    default:
        if (depth && rnd(6) == 0) {
            bld_rt_noreturn(b, RT_PANICDIVIDE, 0);
            b->cur = bld_block(b);
            bld_seal(b, b->cur);
        }
    }
}
static void stmts(void) {
    for (int n = 1 + (int)rnd(5); n > 0 && budget > 0; n--) {
        budget--;
        stmt();
    }
}
static Func *generate(Arena *a, Symtab *syms, const Arch *arch, SsaOptions *opt) {
    Func *f = ANEW(a, Func);
    *f = (Func){
        .name = S("fuzz"), .arena = a, .out = a, .arch = arch, .syms = syms, .opt = opt, .cur_inl = -1, .no_kill = true};
    Builder *bb = ANEW(a, Builder);
    b = bb;
    b->f = f;
    b->a = a;
    static IrFunc ir;
    b->ir = &ir;
    bld_new_var(b, VT_MEM);
    f->entry = bld_block(b);
    b->body = bld_block(b);
    bld_start(b, f->entry);
    bld_jump(b, b->body);
    bld_seal(b, f->entry);
    bld_seal(b, b->body);
    bld_start(b, b->body);
    b->mem_anchor = bv(b, O_COPY, VT_MEM, 1, bv(b, O_INIT_MEM, VT_MEM, 0));
    bld_set_mem(b, b->mem_anchor);
    for (int i = 0; i < 3; i++) {
        slots[i] = ssa_slot(f, 32, 8, NULL);
        bld_zero_mem(b, addr_of_slot(b, slots[i], 0), 32, NULL);
    }
    for (int i = 0; i < 4; i++) {
        Value *v = ssa_value(f, f->entry, O_ARG, i == 3 ? VT_PTR : VT_I64, 0, 0, NULL);
        v->auxint = i;
        if (i < 3) {
            ivar[i] = bld_new_var(b, VT_I64);
            wr(ivar[i], v);
        } else heap_arg = v;
    }
    for (int i = 3; i < NV; i++) {
        ivar[i] = bld_new_var(b, VT_I64);
        wr(ivar[i], I(i));
    }
    for (int i = 0; i < 3; i++) {
        wvar[i] = bld_new_var(b, VT_I32);
        wr(wvar[i], ssa_const(f, VT_I32, i));
    }
    for (int i = 0; i < 2; i++) {
        pvar[i] = bld_new_var(b, VT_PTR);
        wr(pvar[i], heap_arg);
    }
    budget = 10 + (int)rnd(60);
    depth = 0;
    while (budget > 0) stmts();
    Value *sum = I(0);
    for (int i = 0; i < NV; i++) sum = bv(b, O_ADD, VT_I64, 2, bv(b, O_MUL, VT_I64, 2, sum, I(31)), rd(ivar[i]));
    for (int i = 0; i < 3; i++) sum = bv(b, O_XOR, VT_I64, 2, sum, bv(b, O_SEXT, VT_I64, 1, rd(wvar[i])));
    for (int i = 0; i < 12; i++)
        sum = bv(b, O_ADD, VT_I64, 2, sum,
                 bvi(b, O_LOAD, VT_I64, 8 * (i & 3), 2, bld_slot_addr(b, slots[i / 4], 0), bld_mem(b)));
    CallInfo *ci = ANEW(a, CallInfo);
    Value *ret = bv(b, O_RETURN, VT_VOID, 2, sum, bld_mem(b));
    ret->call = ci;
    b->cur->kind = BK_RET;
    ssa_set_ctl(f, b->cur, ret);
    f->no_kill = false;
    return f;
}
static void start(Run *r, u64 seed) {
    memset(r, 0, sizeof *r);
    for (int i = 0; i < HEAP_SIZE / 8; i++) {
        u64 x = (seed + (u64)i) * 0x9E3779B97F4A7C15u;
        x >>= rnd(2) ? 60 : 0;
        memcpy(r->heap + 8 * i, &x, 8);
    }
    r->flags = seed;
}
int main(int argc, char **argv) {
    u64 from = argc > 1 ? strtoull(argv[1], NULL, 10) : 1,
        to = argc > 2 ? strtoull(argv[2], NULL, 10) : from + (argc > 1 ? 1 : 1500);
    static const Arch arch = {.name = "none", .ptr_size = 8, .nint = 9, .nfloat = 15};
    SsaOptions opt = {.check = true, .dump_func = argc == 2 ? "fuzz" : NULL, .dump_fd = 1};
    if (getenv("MAXPASS")) opt.max_pass = atoi(getenv("MAXPASS"));
    Run *r2 = malloc(sizeof *r2);
    frame_off = malloc(sizeof(i64) * 100);
    for (int i = 0; i < 100; i++) frame_off[i] = i * 64;
    Arena *a = arena_new("fuzz");
    int kinds[4] = {0};
    for (u64 seed = from; seed < to; seed++) {
        Symtab *syms = obj_symtab_new(a);
        i64 args[3][4];
        Run *base = malloc(3 * sizeof *base);
        rng = seed * 7919;
        rnd(2);
        Func *f = generate(a, syms, &arch, &opt);
        if (f->next_value > 15000) continue;
        for (int t = 0; t < 3; t++) {
            for (int i = 0; i < 3; i++) args[t][i] = rnd(2) ? rnd(20) : (i64)rng;
            args[t][3] = HEAP;
            u64 keep = rng;
            rng = seed * 31 + (u64)t;
            start(&base[t], seed + (u64)t);
            rng = keep;
            if (!run(&base[t], f, args[t])) {
                printf("seed %llu: wild before passes\n", (unsigned long long)seed);
                return 1;
            }
            kinds[base[t].exit]++;
        }
        ssa_run_passes(f);
        for (int t = 0; t < 3; t++) {
            u64 keep = rng;
            rng = seed * 31 + (u64)t;
            start(r2, seed + (u64)t);
            rng = keep;
            bool ok = run(r2, f, args[t]);
            Run *x = &base[t];
            if (x->exit == 3 || (ok && r2->exit == 3)) continue; // out of steps
            if (!ok || x->exit != r2->exit || x->trace != r2->trace || (x->exit == 0 && x->result != r2->result) ||
                memcmp(x->heap, r2->heap, HEAP_SIZE)) {
                printf("seed %llu run %d: exit %d/%d result %lld/%lld trace %d heap %d\n", (unsigned long long)seed, t,
                       x->exit, r2->exit, (long long)x->result, (long long)r2->result, x->trace == r2->trace,
                       !memcmp(x->heap, r2->heap, HEAP_SIZE));
                return 1;
            }
        }
        free(base);
        arena_reset(a);
    }
    printf("ok: %d returned, %d panicked, %d nil, %d too long\n", kinds[0], kinds[1], kinds[2], kinds[3]);
    return 0;
}
