// emit.c - one machine value after register allocation -> instructions.
//
// In:    a Value whose arguments have registers (or, where the operation allows it, a spill slot). Out: bytes in Emit.e.
// Jumps inside the expansion of one value are short; between blocks they are emit_func.c's business.
#include "arch/amd64/emit.h"
#include "abi/abi.h"

int amd64_size(int t) { return vtype_size((VType)t) == 8 ? 8 : 4; }
static int mem_size(int t) { return t == VT_BOOL ? 1 : (int)vtype_size((VType)t); }

Mem amd64_slot_mem(const Slot *s, i64 frame_size) {
    return (Mem){RSP, -1, 0, (i32)(s->offset + (s->is_arg ? frame_size + 8 : 0)), NULL};
}

static Mem home_mem(const Emit *m, const Value *v) {
    const Slot *s = v->home ? v->home : v->args[0]->home;
    return amd64_slot_mem(s, m->f->frame_size);
}

// The memory operand of v.
static Mem mem_of(const Emit *m, const Value *v) {
    int at = amd64_mem_at(v);
    Mem a = {-1, -1, (u8)(v->am & AM_SCALE), am_disp(v), v->am & AM_SYM ? v->sym : NULL};
    switch (v->am & AM_BASE) {
    case AM_REG: a.base = (i8)v->args[at++]->reg; break;
    case AM_SLOT: {
        Mem s = amd64_slot_mem(v->slot, m->f->frame_size);
        a.base = RSP, a.disp += s.disp;
        break;
    }
    case AM_OUT:
    case AM_SPV: a.base = RSP; break;
    case AM_G: a.base = R14; break;
    default: break;
    }
    if (v->am & AM_INDEX) a.index = (i8)v->args[at]->reg;
    return a;
}

static void load(Emit *m, VType t, int reg, const Mem *a) {
    Enc *e = &m->e;
    if (reg >= XMM0) {
        i64 size = vtype_size(t);
        enc_rm(e, size == 16 ? I_MOVUPS_RM : size == 8 ? I_MOVSD_RM : I_MOVSS_RM, 4, reg, a);
        return;
    }
    switch (mem_size(t)) {
    case 1: enc_rm(e, I_MOVZX8, 4, reg, a); break;
    case 2: enc_rm(e, I_MOVZX16, 4, reg, a); break;
    default: enc_rm(e, I_MOV_RM, mem_size(t), reg, a); break;
    }
}

static void store(Emit *m, VType t, int reg, const Mem *a) {
    Enc *e = &m->e;
    if (reg >= XMM0) {
        i64 size = vtype_size(t);
        enc_rm(e, size == 16 ? I_MOVUPS_MR : size == 8 ? I_MOVSD_MR : I_MOVSS_MR, 4, reg, a);
        return;
    }
    enc_rm(e, I_MOV_MR, mem_size(t), reg, a);
}

static VType slot_type(const Value *v) { return vtype_size((VType)v->type) < 4 ? VT_I32 : (VType)v->type; }

// x op y where y may be in its slot.
static void op_arg(Emit *m, InsnId id, int size, int reg, const Value *y) {
    if (y->reg >= 0) {
        enc_rr(&m->e, id, size, reg, y->reg);
    } else {
        Mem a = home_mem(m, y);
        enc_rm(&m->e, id, size, reg, &a);
    }
}

static InsnId float_insn(InsnId id, int t) { return t == VT_F64 ? (InsnId)(id + 1) : id; }

// ---- integers ----------------------------------------------------------------------------------------------------
static void lea(Emit *m, int size, int dst, int base, int index, int scale, i32 disp) {
    Mem a = {(i8)base, (i8)index, (u8)scale, disp, NULL};
    enc_rm(&m->e, I_LEA, size, dst, &a);
}

static void emit_add(Emit *m, const Value *v) {
    int size = amd64_size(v->type), d = v->reg, x = v->args[0]->reg, y = v->args[1]->reg;
    if (y < 0) {
        if (d != x) enc_mov_rr(&m->e, size, d, x);
        op_arg(m, I_ADD_RM, size, d, v->args[1]);
    } else if (d == x) enc_rr(&m->e, I_ADD_RM, size, d, y);
    else if (d == y) enc_rr(&m->e, I_ADD_RM, size, d, x);
    else lea(m, size, d, x, y, 0, 0);
}

static void emit_addi(Emit *m, const Value *v) {
    int size = amd64_size(v->type), d = v->reg, x = v->args[0]->reg;
    i64 c = v->auxint;
    if (d != x) {
        if (c == 0) enc_mov_rr(&m->e, size, d, x);
        else lea(m, size, d, x, -1, 0, (i32)c);
        return;
    }
    if (c == 1) enc_rr(&m->e, I_INC, size, -1, d);
    else if (c == -1) enc_rr(&m->e, I_DEC, size, -1, d);
    else if (c == 128) enc_alu_ri(&m->e, 5, size, d, -128);
    else enc_alu_ri(&m->e, 0, size, d, c);
}

static void emit_imuli(Emit *m, const Value *v) {
    int size = amd64_size(v->type);
    bool small = fits8(v->auxint);
    enc_op_imm(&m->e, small ? I_IMUL_I8 : I_IMUL_I32, size, v->reg, v->args[0]->reg, NULL, v->auxint);
}

static void emit_div(Emit *m, const Value *v) {
    Enc *e = &m->e;
    int size = amd64_size(v->type), d = v->args[1]->reg;
    if (v->op == A_UDIV || v->op == A_UMOD) {
        enc_rr(e, I_XOR_RM, 4, RDX, RDX);
        enc_rr(e, I_DIV, size, -1, d);
        return;
    }
    i64 fix = -1, done = -1;
    if (!v->cc) { // min / -1 traps
        enc_alu_ri(e, 7, size, d, -1);
        fix = enc_jcc8(e, CC_E);
    }
    enc_none(e, size == 8 ? I_CQO : I_CDQ, size);
    enc_rr(e, I_IDIV, size, -1, d);
    if (fix < 0) return;
    done = enc_jmp8(e);
    enc_here8(e, fix);
    if (v->op == A_DIV) enc_rr(e, I_NEG, size, -1, RAX);
    else enc_rr(e, I_XOR_RM, 4, RDX, RDX);
    enc_here8(e, done);
}

static void emit_carry(Emit *m, const Value *v) {
    Enc *e = &m->e;
    int size = 8;
    enc_ri(e, I_BT_I, 4, v->args[2]->reg, 0);
    enc_rr(e, v->op == A_ADD_CARRY ? I_ADC_RM : I_SBB_RM, size, v->reg, v->args[1]->reg);
    enc_cc(e, I_SETCC, 1, CC_B, -1, v->reg2, NULL);
    enc_rr(e, I_MOVZX8, 4, v->reg2, v->reg2);
}

static void emit_extend(Emit *m, const Value *v) {
    Enc *e = &m->e;
    int d = v->reg, x = v->args[0]->reg;
    bool sign = v->op == A_MOVSX;
    int size = sign ? amd64_size(v->type) : 4;
    switch (mem_size(v->etype)) {
    case 1: enc_rr(e, sign ? I_MOVSX8 : I_MOVZX8, size, d, x); break;
    case 2: enc_rr(e, sign ? I_MOVSX16 : I_MOVZX16, size, d, x); break;
    default:
        if (sign) enc_rr(e, I_MOVSXD, 8, d, x);
        else enc_rr(e, I_MOV_RM, 4, d, x);
    }
}

static void emit_shift(Emit *m, const Value *v, InsnId id, bool imm) {
    int size = v->op == A_ROL || v->op == A_ROLI ? mem_size(v->type) : amd64_size(v->type);
    if (v->op == A_BTSI) size = amd64_size(v->type);
    if (!imm) {
        enc_rr(&m->e, id, size, -1, v->reg);
        return;
    }
    if (v->op == A_SHLI && v->auxint == 1) {
        enc_rr(&m->e, I_ADD_RM, size, v->reg, v->reg);
        return;
    }
    enc_ri(&m->e, id, size, v->reg, v->auxint);
}

static void emit_setcc(Emit *m, const Value *v) {
    Enc *e = &m->e;
    if (v->cc != CC_FEQ && v->cc != CC_FNE) {
        enc_cc(&m->e, I_SETCC, 1, v->cc, -1, v->reg, NULL);
        return;
    }
    // equal: zero and not unordered. Without a second register: a jump around the second setcc.
    bool eq = v->cc == CC_FEQ;
    enc_cc(&m->e, I_SETCC, 1, eq ? CC_NP : CC_P, -1, v->reg, NULL);
    i64 j = enc_jcc8(e, CC_P);
    enc_cc(&m->e, I_SETCC, 1, eq ? CC_E : CC_NE, -1, v->reg, NULL);
    enc_here8(e, j);
}

static void emit_cmov(Emit *m, const Value *v) {
    int size = amd64_size(v->type), cc = v->cc;
    const Value *y = v->args[1];
    Mem a = {0};
    if (y->reg < 0) a = home_mem(m, y);
    const Mem *pa = y->reg < 0 ? &a : NULL;
    if (cc == CC_FNE) {
        enc_cc(&m->e, I_CMOV, size, CC_NE, v->reg, y->reg, pa);
        cc = CC_P;
    }
    enc_cc(&m->e, I_CMOV, size, cc, v->reg, y->reg, pa);
}

static void emit_fcmov(Emit *m, const Value *v) { // cc ? y : x
    Enc *e = &m->e;
    if (v->reg == v->args[1]->reg) return;
    i64 take = v->cc == CC_FNE ? enc_jcc8(e, CC_P) : -1;
    i64 skip = enc_jcc8(e, v->cc == CC_FNE ? CC_E : v->cc ^ 1);
    if (take >= 0) enc_here8(e, take);
    enc_mov_rr(e, 8, v->reg, v->args[1]->reg);
    enc_here8(e, skip);
}

static void emit_clz(Emit *m, const Value *v) {
    Enc *e = &m->e;
    enc_mov_ri(e, 8, v->reg, -1);
    enc_rr(e, I_BSR, 8, v->reg, v->args[0]->reg); // leaves the register alone if the source is 0
    enc_rr(e, I_NEG, 8, -1, v->reg);
    enc_alu_ri(e, 0, 8, v->reg, v->auxint);
}

// ---- floats -------------------------------------------------------------------------------------------------------
static Mem const_mem(Emit *m, const void *bytes, i64 size, i64 align) {
    return (Mem){-1, -1, 0, 0, obj_const(m->f->syms, bytes, size, align)};
}

static void emit_fconst(Emit *m, const Value *v) {
    Enc *e = &m->e;
    u64 bits;
    f32 small = (f32)v->auxf;
    memcpy(&bits, &v->auxf, 8);
    if (bits == 0) {
        enc_rr(e, I_XORPS, 4, v->reg, v->reg);
        return;
    }
    Mem a = v->type == VT_F32 ? const_mem(m, &small, 4, 4) : const_mem(m, &v->auxf, 8, 8);
    load(m, (VType)v->type, v->reg, &a);
}

static void emit_int_to_float(Emit *m, int dst, int src, int size, VType t) {
    enc_rr(&m->e, I_XORPS, 4, dst, dst); // the instruction keeps the upper half: no false dependency
    enc_rr(&m->e, float_insn(I_CVTSI2SS, t), size, dst, src);
}

static void emit_u2f(Emit *m, const Value *v) {
    Enc *e = &m->e;
    VType t = (VType)v->type;
    int x = v->args[0]->reg, s = (int)v->scratch, d = v->reg;
    if (vtype_size(v->etype) < 8) {
        enc_rr(e, I_MOV_RM, 4, s, x);
        emit_int_to_float(m, d, s, 8, t);
        return;
    }
    enc_rr(e, I_TEST_MR, 8, x, x);
    i64 big = enc_jcc8(e, CC_S);
    emit_int_to_float(m, d, x, 8, t);
    i64 done = enc_jmp8(e);
    enc_here8(e, big); // halve, keeping the lost bit for rounding; convert; double
    enc_rr(e, I_MOV_RM, 8, s, x);
    enc_ri(e, I_SHR_I, 8, s, 1);
    enc_ri(e, I_BT_I, 8, x, 0);
    i64 even = enc_jcc8(e, CC_AE);
    enc_alu_ri(e, 1, 8, s, 1);
    enc_here8(e, even);
    emit_int_to_float(m, d, s, 8, t);
    enc_rr(e, float_insn(I_ADDSS, t), 4, d, d);
    enc_here8(e, done);
}

static void emit_f2u(Emit *m, const Value *v) {
    Enc *e = &m->e;
    VType t = (VType)v->etype;
    int x = v->args[0]->reg, d = v->reg;
    f64 two63 = 9223372036854775808.0;
    f32 small = (f32)two63;
    Mem lim = t == VT_F32 ? const_mem(m, &small, 4, 4) : const_mem(m, &two63, 8, 8);
    enc_rm(e, float_insn(I_UCOMISS, t), 4, x, &lim);
    i64 big = enc_jcc8(e, CC_AE);
    enc_rr(e, float_insn(I_CVTTSS2SI, t), 8, d, x);
    i64 done = enc_jmp8(e);
    enc_here8(e, big);
    enc_rr(e, I_MOVAPS_RM, 4, XMM15, x);
    enc_rm(e, float_insn(I_SUBSS, t), 4, XMM15, &lim);
    enc_rr(e, float_insn(I_CVTTSS2SI, t), 8, d, XMM15);
    enc_ri(e, I_BTS_I, 8, d, 63); // above the range it stays 1<<63, as in gc
    enc_here8(e, done);
}

static void emit_copysign(Emit *m, const Value *v) { // magnitude of args[0], sign of args[1]
    u64 sign[2] = {v->type == VT_F32 ? 0x80000000u : 1ULL << 63, 0},
        rest[2] = {v->type == VT_F32 ? 0x7fffffffu : ~0ULL >> 1, 0};
    Mem s = const_mem(m, sign, 16, 16), r = const_mem(m, rest, 16, 16);
    enc_rm(&m->e, I_MOVAPS_RM, 4, XMM15, &s);
    enc_rr(&m->e, I_ANDPS, 4, XMM15, v->args[1]->reg);
    enc_rm(&m->e, I_ANDPS, 4, v->reg, &r);
    enc_rr(&m->e, I_ORPS, 4, v->reg, XMM15);
}

// minsd gives its second operand if one is NaN or both are zeros. Asking both ways and or-ing makes NaN and -0 win.
static void emit_fmin(Emit *m, const Value *v) {
    InsnId min = float_insn(I_MINSS, v->type);
    int x = v->args[0]->reg, y = v->args[1]->reg;
    enc_rr(&m->e, I_MOVAPS_RM, 4, XMM15, x);
    enc_rr(&m->e, min, 4, XMM15, y);
    enc_rr(&m->e, I_MOVAPS_RM, 4, v->reg, XMM15);
    enc_rr(&m->e, min, 4, v->reg, x);
    enc_rr(&m->e, I_ORPS, 4, v->reg, XMM15);
}

// ---- memory ---------------------------------------------------------------------------------------------------------
static void emit_storei(Emit *m, const Value *v) {
    Mem a = mem_of(m, v);
    enc_op_imm(&m->e, I_MOV_MI, mem_size(v->etype), -1, -1, &a, am_imm(v));
}

static void emit_zero(Emit *m, const Value *v) {
    Enc *e = &m->e;
    Mem a = mem_of(m, v);
    i64 n = am_imm(v);
    if (n >= 16) enc_rr(e, I_XORPS, 4, XMM15, XMM15);
    for (; n >= 16; n -= 16, a.disp += 16) enc_rm(e, I_MOVUPS_MR, 4, XMM15, &a);
    i64 all = am_imm(v);
    if (n && all > 16) { // overlaps what is zero already
        a.disp -= (i32)(16 - n);
        enc_rm(e, I_MOVUPS_MR, 4, XMM15, &a);
        return;
    }
    static const int sizes[] = {8, 4, 2, 1};
    for (int k = 0; k < 4; k++)
        for (; n >= sizes[k]; n -= sizes[k], a.disp += sizes[k]) enc_op_imm(e, I_MOV_MI, sizes[k], -1, -1, &a, 0);
}

static void emit_move(Emit *m, const Value *v) { // through the scratch register, 16 bytes a time; the rest overlaps
    Mem d = {(i8)v->args[0]->reg, -1, 0, 0, NULL}, s = {(i8)v->args[1]->reg, -1, 0, 0, NULL};
    i64 n = v->auxint;
    for (i64 off = 0; off < n; off += 16) {
        if (n - off < 16) off = n - 16;
        s.disp = d.disp = (i32)off;
        enc_rm(&m->e, I_MOVUPS_RM, 4, XMM15, &s);
        enc_rm(&m->e, I_MOVUPS_MR, 4, XMM15, &d);
    }
}

static void emit_rep(Emit *m, const Value *v) {
    Enc *e = &m->e;
    i64 n = v->auxint, rest = n & 7;
    enc_mov_ri(e, 8, RCX, n / 8);
    bool stos = v->op == A_REP_STOS;
    if (stos) enc_rr(e, I_XOR_RM, 4, RAX, RAX);
    enc_none(e, stos ? I_REP_STOS : I_REP_MOVS, 8);
    if (!rest) return;
    Mem d = {RDI, -1, 0, (i32)(rest - 8), NULL}, s = {RSI, -1, 0, (i32)(rest - 8), NULL};
    if (!stos) enc_rm(e, I_MOV_RM, 8, RCX, &s);
    enc_rm(e, I_MOV_MR, 8, stos ? RAX : RCX, &d);
}

static void emit_atomic(Emit *m, const Value *v) {
    Enc *e = &m->e;
    Mem a = mem_of(m, v);
    int size = mem_size(v->etype), n = am_nargs(v), val = v->args[n]->reg, d = v->reg, s = (int)v->scratch;
    switch (v->op) {
    case A_XCHG:
        enc_mov_rr(e, 8, d, val);
        enc_rm(e, I_XCHG_MR, size, d, &a);
        break;
    case A_XADD:
        enc_mov_rr(e, 8, d, val);
        enc_none(e, I_LOCK, 4), enc_rm(e, I_XADD_MR, size, d, &a);
        enc_rr(e, I_ADD_RM, size < 4 ? 4 : size, d, val);
        break;
    case A_LOCK_ADD: enc_none(e, I_LOCK, 4), enc_rm(e, I_ADD_MR, size, val, &a); break;
    case A_LOCK_AND: enc_none(e, I_LOCK, 4), enc_rm(e, I_AND_MR, size, val, &a); break;
    case A_LOCK_OR: enc_none(e, I_LOCK, 4), enc_rm(e, I_OR_MR, size, val, &a); break;
    case A_CMPXCHG:
        enc_none(e, I_LOCK, 4), enc_rm(e, I_CMPXCHG_MR, size, v->args[n + 1]->reg, &a);
        enc_cc(&m->e, I_SETCC, 1, CC_E, -1, d, NULL);
        break;
    default: { // and, or: RAX is the old value
        load(m, (VType)v->etype, RAX, &a);
        i64 loop = e->code.len;
        enc_mov_rr(e, 8, s, RAX);
        enc_rr(e, v->op == A_ATOMIC_AND ? I_AND_RM : I_OR_RM, size < 4 ? 4 : size, s, val);
        enc_none(e, I_LOCK, 4), enc_rm(e, I_CMPXCHG_MR, size, s, &a);
        i64 j = enc_jcc8(e, CC_NE);
        e->code.ptr[j] = (u8)(loop - (j + 1));
    }
    }
}

static void emit_prefetch(Emit *m, const Value *v, const Mem *a) { // locality 0 (none) to 3 (all caches)
    static const u16 rows[] = {I_PREFETCHNTA, I_PREFETCHT2, I_PREFETCHT1, I_PREFETCHT0};
    enc_rm(&m->e, (InsnId)rows[i64_min(am_imm(v), 3)], 4, -1, a);
}

// A counter that has been used never is 0 again. Nearly always the branch is not taken.
static void emit_count(Emit *m, const Value *v) {
    Enc *e = &m->e;
    Mem a = {-1, -1, 0, (i32)v->auxint, v->sym};
    if (v->op == A_COUNT_AT) {
        a.base = (i8)v->args[0]->reg;
        enc_op_imm(e, I_MOV_MI, 1, -1, -1, &a, 1);
        return;
    }
    enc_rm(e, I_INC, 1, -1, &a);
    i64 counted = enc_jcc8(e, CC_NE);
    enc_rm(e, I_INC, 1, -1, &a);
    enc_here8(e, counted);
}

// After assembly was called, or by it: the current G is that of the thread.
void amd64_load_g(Enc *e) {
    static const u8 code[] = {0x64, 0x4c, 0x8b, 0x34, 0x25, TLS_G, 0, 0, 0}; // mov r14, fs:[TLS_G]
    buf_bytes(&e->code, code, sizeof code);
}

// ---- calls ----------------------------------------------------------------------------------------------------------
static void emit_call(Emit *m, const Value *v) {
    Enc *e = &m->e;
    const CallInfo *c = v->call;
    if (c->kind == CALL_CONTEXT) {
        Mem a = {R10, -1, 0, 0, NULL};
        enc_rm(e, I_CALL_M, 8, -1, &a);
    } else if (c->kind == CALL_CLOSURE || c->kind == CALL_INTER) {
        enc_rr(e, I_CALL_M, 8, -1, v->args[0]->reg);
    } else {
        enc_call_sym(e, c->sym);
    }
    if (c->kind != CALL_RUNTIME_LEAF_NOGC || c->defer_return)
        vec_push(m->arena, &m->sites, ((struct SiteAt){(u32)e->code.len, c->map, c->defer_return}));
    if (c->abi0) amd64_load_g(e);
}

// ---- dispatch ---------------------------------------------------------------------------------------------------------
static void emit_special(Emit *m, Value *v) {
    Enc *e = &m->e;
    int d = v->reg, size = amd64_size(v->type);
    Mem a = v->am ? mem_of(m, v) : (Mem){0};
    const AmdOpInfo *info = amd64_info(v->op);
    switch (v->op) {
    case A_MOVI:
        if (d >= XMM0) {
            Mem k = const_mem(m, &v->auxint, 8, 8);
            load(m, VT_F64, d, &k);
        } else if (v->auxint == 0 && !m->flags_live) enc_rr(e, I_XOR_RM, 4, d, d);
        else enc_mov_ri(e, size, d, v->auxint);
        break;
    case A_FCONST: emit_fconst(m, v); break;
    case A_LEA:
        if (a.base >= 0 && a.index < 0 && a.disp == 0 && !a.sym) enc_mov_rr(e, size, d, a.base);
        else if (a.base < 0 && a.index < 0) enc_mov_sym(e, d, a.sym, a.disp);
        else enc_rm(e, I_LEA, size, d, &a);
        break;
    case A_MOVSYM: enc_mov_sym(e, d, v->sym, v->auxint); break;
    case A_GETG: enc_mov_rr(e, 8, d, R14); break;
    case A_GETSP: enc_mov_rr(e, 8, d, RSP); break;
    case A_CALLER_SP: lea(m, 8, d, RSP, -1, 0, (i32)(m->f->frame_size + 8)); break;
    case A_CALLER_PC:
        a = (Mem){RSP, -1, 0, (i32)m->f->frame_size, NULL};
        enc_rm(e, I_MOV_RM, 8, d, &a);
        break;
    case A_ADD: emit_add(m, v); break;
    case A_ADDI: emit_addi(m, v); break;
    case A_IMULI: emit_imuli(m, v); break;
    case A_BSWAP: enc_reg(e, I_BSWAP, size, d); break;
    case A_MULHI:
    case A_UMULHI:
    case A_UMUL_WIDE: enc_rr(e, info->insn, v->op == A_UMUL_WIDE ? 8 : size, -1, v->args[1]->reg); break;
    case A_DIV:
    case A_UDIV:
    case A_MOD:
    case A_UMOD: emit_div(m, v); break;
    case A_UDIV_WIDE: enc_rr(e, I_DIV, 8, -1, v->args[2]->reg); break;
    case A_ADD_CARRY:
    case A_SUB_BORROW: emit_carry(m, v); break;
    case A_MOVZX:
    case A_MOVSX: emit_extend(m, v); break;
    case A_CTZ:
        enc_mov_ri(e, 4, d, v->auxint);
        enc_rr(e, I_TZCNT, 8, d, v->args[0]->reg);
        break;
    case A_CLZ: emit_clz(m, v); break;
    case A_BYTES_SPLAT:
        enc_mov_rr(e, 8, d, v->args[0]->reg);
        enc_rr(e, I_PUNPCKLBW, 4, d, d);
        enc_op_imm(e, I_PSHUFLW, 4, d, d, NULL, 0);
        break;
    case A_BYTES_EQ: // the upper halves are 0: 8 bits too many
        enc_mov_rr(e, 8, XMM15, v->args[0]->reg);
        enc_rr(e, I_PCMPEQB, 4, XMM15, v->args[1]->reg);
        enc_rr(e, I_PMOVMSKB, 4, d, XMM15);
        enc_rr(e, I_MOVZX8, 4, d, d);
        break;
    case A_BYTES_SIGN:
        enc_mov_rr(e, 8, XMM15, v->args[0]->reg);
        enc_rr(e, I_PMOVMSKB, 4, d, XMM15);
        break;
    case A_TESTI: {
        int s = mem_size(v->etype), x = v->args[0]->reg;
        enc_ri(e, I_TEST_I, s, x, v->auxint);
        break;
    }
    case A_BTI: enc_ri(e, I_BT_I, amd64_size(v->etype), v->args[0]->reg, v->auxint); break;
    case A_BT: enc_rr(e, I_BT_MR, amd64_size(v->etype), v->args[1]->reg, v->args[0]->reg); break;
    case A_SETCC: emit_setcc(m, v); break;
    case A_SBBMASK: enc_rr(e, I_SBB_RM, size, d, d); break;
    case A_CMOV: emit_cmov(m, v); break;
    case A_FCMOV: emit_fcmov(m, v); break;
    case A_FXORC:
    case A_FANDC:
        a = (Mem){-1, -1, 0, 0, v->sym};
        enc_rm(e, info->insn, 4, d, &a);
        break;
    case A_FROUND: enc_op_imm(e, float_insn(I_ROUNDSS, v->type), 4, d, v->args[0]->reg, NULL, v->auxint | 8); break;
    case A_FMA: enc_vex_fma(e, size, d, v->args[1]->reg, v->args[2]->reg); break;
    case A_FCOPYSIGN: emit_copysign(m, v); break;
    case A_FMIN: emit_fmin(m, v); break;
    case A_I2F: emit_int_to_float(m, d, v->args[0]->reg, amd64_size(v->etype), (VType)v->type); break;
    case A_U2F: emit_u2f(m, v); break;
    case A_F2I: enc_rr(e, float_insn(I_CVTTSS2SI, v->etype), size, d, v->args[0]->reg); break;
    case A_F2U: emit_f2u(m, v); break;
    case A_F2F: enc_rr(e, v->etype == VT_F32 ? I_CVTSS2SD : I_CVTSD2SS, 4, d, v->args[0]->reg); break;
    case A_F2BITS:
    case A_BITS2F: enc_mov_rr(e, size, d, v->args[0]->reg); break;
    case A_LOAD: load(m, (VType)v->etype, d, &a); break;
    case A_LOADSX:
        if (mem_size(v->etype) == 4) enc_rm(e, size == 8 ? I_MOVSXD : I_MOV_RM, size, d, &a);
        else enc_rm(e, mem_size(v->etype) == 1 ? I_MOVSX8 : I_MOVSX16, size, d, &a);
        break;
    case A_STORE: store(m, (VType)v->etype, v->args[am_nargs(v)]->reg, &a); break;
    case A_STOREI: emit_storei(m, v); break;
    case A_NILCHECK:
        a = (Mem){(i8)v->args[0]->reg, -1, 0, 0, NULL};
        enc_rm(e, I_TEST_MR, 1, RAX, &a);
        break;
    case A_ZERO: emit_zero(m, v); break;
    case A_MOVE: emit_move(m, v); break;
    case A_REP_STOS:
    case A_REP_MOVS: emit_rep(m, v); break;
    case A_PAUSE: enc_none(e, I_PAUSE, 4); break;
    case A_PREFETCH: emit_prefetch(m, v, &a); break;
    case A_COUNT:
    case A_COUNT_AT: emit_count(m, v); break;
    case A_WB_CALL: enc_call_sym(e, v->sym); break;
    case A_WB_END: break;
    default: emit_atomic(m, v); break;
    }
}

static void emit_machine(Emit *m, Value *v) {
    Enc *e = &m->e;
    const AmdOpInfo *info = amd64_info(v->op);
    bool is_float = vtype_is_float(v->type);
    int size = amd64_size(v->type);
    switch (info->form) {
    case FORM_TWO:
        if (is_float) op_arg(m, float_insn(info->insn, v->type), 4, v->reg, v->args[1]);
        else op_arg(m, info->insn, size, v->reg, v->args[1]);
        break;
    case FORM_TWO_IMM: enc_alu_ri(e, info->insn, size, v->reg, v->auxint); break;
    case FORM_TWO_MEM: {
        Mem a = mem_of(m, v);
        if (is_float) enc_rm(e, float_insn(info->insn, v->type), 4, v->reg, &a);
        else enc_rm(e, info->insn, size, v->reg, &a);
        break;
    }
    case FORM_ONE: enc_rr(e, info->insn, size, -1, v->reg); break;
    case FORM_BIT: enc_rr(e, info->insn, size, v->args[1]->reg, v->reg); break;
    case FORM_SHIFT: emit_shift(m, v, info->insn, false); break;
    case FORM_SHIFT_IMM: emit_shift(m, v, info->insn, true); break;
    case FORM_CONVERT:
        if (v->op == A_POPCNT && v->reg != v->args[0]->reg) // some machines wait for the old value of the register
            enc_rr(e, I_XOR_RM, 4, v->reg, v->reg);
        if (is_float) enc_rr(e, float_insn(info->insn, v->type), 4, v->reg, v->args[0]->reg);
        else enc_rr(e, info->insn, v->etype ? amd64_size(v->etype) : size, v->reg, v->args[0]->reg);
        break;
    case FORM_MEM_REG: {
        Mem a = mem_of(m, v);
        enc_rm(e, info->insn, mem_size(v->etype), v->args[am_nargs(v)]->reg, &a);
        break;
    }
    case FORM_MEM_IMM: {
        Mem a = mem_of(m, v);
        bool one = v->op == A_MADDI && (am_imm(v) == 1 || am_imm(v) == -1);
        if (one) enc_rm(e, am_imm(v) > 0 ? I_INC : I_DEC, mem_size(v->etype), -1, &a);
        else enc_alu_mi(e, info->insn, mem_size(v->etype), &a, am_imm(v));
        break;
    }
    case FORM_CMP:
        if (v->op == A_UCOMI) op_arg(m, float_insn(info->insn, v->etype), 4, v->args[0]->reg, v->args[1]);
        else op_arg(m, info->insn, mem_size(v->etype), v->args[0]->reg, v->args[1]);
        break;
    case FORM_CMP_IMM: enc_alu_ri(e, 7, mem_size(v->etype), v->args[0]->reg, v->auxint); break;
    case FORM_CMP_MEM: {
        Mem a = mem_of(m, v);
        if (v->op == A_UCOMIM) enc_rm(e, float_insn(info->insn, v->etype), 4, v->args[0]->reg, &a);
        else enc_rm(e, info->insn, mem_size(v->etype), v->args[0]->reg, &a);
        break;
    }
    case FORM_CMP_MEM_IMM: {
        Mem a = mem_of(m, v);
        enc_alu_mi(e, 7, mem_size(v->etype), &a, am_imm(v));
        break;
    }
    default: emit_special(m, v); break;
    }
}

void amd64_emit_value(Emit *m, Value *v) {
    Mem a;
    switch (v->op) {
    case O_PHI:
    case O_ARG:
    case O_CONTEXT:
    case O_INIT_MEM:
    case O_SELECT_N:
    case O_RETURN:
    case O_KEEPALIVE: return;
    case O_COPY:
        if (v->reg >= 0 && v->reg != v->reg2) enc_mov_rr(&m->e, amd64_size(v->type), v->reg, v->reg2);
        return;
    case O_SPILL:
        a = home_mem(m, v);
        store(m, slot_type(v), v->reg2, &a);
        return;
    case O_RELOAD:
        a = home_mem(m, v);
        load(m, slot_type(v), v->reg, &a);
        return;
    case O_CALL: emit_call(m, v); return;
    default: break;
    }
    emit_machine(m, v);
    if (v->type == VT_FLAGS) m->flags_live = true;
    else if (v->nargs && v->args[v->nargs - 1]->type == VT_FLAGS) m->flags_live = false;
}
