// encode.c - x86-64 instructions as bytes, from the rows of insns.def.
//
// In:   a row, an operand size, registers or a memory operand. Out: bytes and relocations appended to an Enc.
// Symbols without base and index are addressed relative to RIP (shorter), with them by their absolute 32-bit address.
#include "arch/amd64/amd64.h"

const Insn amd64_insns[] = {
#define I(n, pfx, map, op, ext, flags, go, operands) {pfx, map, op, ext, flags, go, operands},
#include "arch/amd64/insns.def"
#undef I
};
const char *const amd64_digits[8] = {"ADD", "OR", "ADC", "SBB", "AND", "SUB", "XOR", "CMP"};

static int hw(int reg) { return reg < 0 ? 0 : reg & 15; }

// A byte register 4..7 means SPL..DIL only under a REX prefix.
static bool needs_rex_byte(const Insn *in, int size, int reg, int rm) {
    bool byte = size == 1 && (in->flags & IF_BYTE);
    if (byte && reg >= RSP && reg <= RDI && in->ext < 0 && !(in->flags & IF_DIGIT)) return true;
    return (byte || (in->flags & IF_BYTE_RM)) && rm >= RSP && rm <= RDI;
}

static void put_disp(Enc *e, const Mem *m, int kind, int imm_bytes) {
    if (m->sym) {
        i64 addend = kind == REL_PC32 ? (i64)m->disp - 4 - imm_bytes : m->disp;
        vec_push(e->arena, &e->relocs, ((Reloc){(u32)e->code.len, (u8)kind, m->sym, addend}));
        buf_u32(&e->code, 0);
    } else {
        buf_u32(&e->code, (u32)m->disp);
    }
}

static void put_mem(Enc *e, int reg, const Mem *m, int imm_bytes) {
    int r = hw(reg) & 7;
    if (m->base < 0 && m->index < 0) {
        if (m->sym) {
            buf_u8(&e->code, (u8)(r << 3 | 5));
            put_disp(e, m, REL_PC32, imm_bytes);
            return;
        }
        buf_u8(&e->code, (u8)(r << 3 | 4)), buf_u8(&e->code, 0x25);
        put_disp(e, m, REL_ABS32, imm_bytes);
        return;
    }
    int index = m->index < 0 ? 4 : m->index & 7;
    if (m->base < 0) {
        buf_u8(&e->code, (u8)(r << 3 | 4)), buf_u8(&e->code, (u8)(m->scale << 6 | index << 3 | 5));
        put_disp(e, m, REL_ABS32, imm_bytes);
        return;
    }
    int base = m->base & 7, mod = m->sym ? 2 : m->disp == 0 && base != 5 ? 0 : fits8(m->disp) ? 1 : 2;
    if (m->index >= 0 || base == 4) {
        buf_u8(&e->code, (u8)(mod << 6 | r << 3 | 4)), buf_u8(&e->code, (u8)(m->scale << 6 | index << 3 | base));
    } else {
        buf_u8(&e->code, (u8)(mod << 6 | r << 3 | base));
    }
    if (mod == 1) buf_u8(&e->code, (u8)m->disp);
    if (mod == 2) put_disp(e, m, REL_ABS32, imm_bytes);
}

static void put_opcode(Enc *e, const Insn *in, int size, int rex, int op) {
    if (size == 2 && !(in->flags & IF_NO_W)) buf_u8(&e->code, 0x66);
    if (in->prefix) buf_u8(&e->code, in->prefix);
    if ((size == 8 && !(in->flags & (IF_NO_W | IF_D64))) || in->flags & IF_W) rex |= 0x48;
    if (rex) buf_u8(&e->code, (u8)rex);
    if (in->map) buf_u8(&e->code, 0x0f);
    if (in->map == 2) buf_u8(&e->code, 0x38);
    if (in->map == 3) buf_u8(&e->code, 0x3a);
    buf_u8(&e->code, (u8)op);
}

static void put_op(Enc *e, const Insn *in, int size, int op, int reg, int rm, const Mem *m, int imm_bytes) {
    int rex = hw(reg) & 8 ? 0x44 : 0;
    if (m) {
        if (m->index >= 0 && (m->index & 8)) rex |= 0x42;
        if (m->base >= 0 && (m->base & 8)) rex |= 0x41;
    } else if (hw(rm) & 8) {
        rex |= 0x41;
    }
    if (needs_rex_byte(in, size, reg, m ? -1 : rm)) rex |= 0x40;
    put_opcode(e, in, size, rex, op - (size == 1 && (in->flags & IF_BYTE)));
    if (m) put_mem(e, reg, m, imm_bytes);
    else buf_u8(&e->code, (u8)(0xc0 | (hw(reg) & 7) << 3 | (hw(rm) & 7)));
}

void enc_op(Enc *e, InsnId id, int size, int reg, int rm, const Mem *m, int imm_bytes) {
    const Insn *in = &amd64_insns[id];
    put_op(e, in, size, in->op, in->ext >= 0 ? in->ext : reg, rm, m, imm_bytes);
}

void enc_cc(Enc *e, InsnId id, int size, int cc, int reg, int rm, const Mem *m) {
    const Insn *in = &amd64_insns[id];
    put_op(e, in, size, in->op + cc, in->ext >= 0 ? in->ext : reg, rm, m, 0);
}

void enc_reg(Enc *e, InsnId id, int size, int reg) {
    const Insn *in = &amd64_insns[id];
    put_opcode(e, in, size, reg & 8 ? 0x41 : 0, in->op | (reg & 7));
}

void enc_none(Enc *e, InsnId id, int size) { put_opcode(e, &amd64_insns[id], size, 0, amd64_insns[id].op); }

void enc_rr(Enc *e, InsnId id, int size, int reg, int rm) { enc_op(e, id, size, reg, rm, NULL, 0); }
void enc_rm(Enc *e, InsnId id, int size, int reg, const Mem *m) { enc_op(e, id, size, reg, -1, m, 0); }

static void put_imm(Enc *e, int bytes, i64 imm) {
    if (bytes == 1) buf_u8(&e->code, (u8)imm);
    else if (bytes == 2) buf_u16(&e->code, (u16)imm);
    else buf_u32(&e->code, (u32)imm);
}

void enc_op_imm(Enc *e, InsnId id, int size, int reg, int rm, const Mem *m, i64 imm) {
    Operands o = amd64_insns[id].operands;
    int bytes = o == OPD_I8_M || o == OPD_I8_RM || size == 1 ? 1 : size == 2 ? 2 : 4;
    enc_op(e, id, size, reg, rm, m, bytes);
    put_imm(e, bytes, imm);
}

void enc_ri(Enc *e, InsnId id, int size, int rm, i64 imm) { enc_op_imm(e, id, size, -1, rm, NULL, imm); }

void enc_alu_ri(Enc *e, int digit, int size, int rm, i64 imm) {
    const Insn *in = &amd64_insns[I_ALU_AX];
    if (size != 1 && fits8(imm)) {
        enc_op_imm(e, I_ALU_I8, size, digit, rm, NULL, imm);
    } else if (rm == RAX) { // one byte shorter
        put_opcode(e, in, size, 0, (in->op - (size == 1)) | digit << 3);
        put_imm(e, size, imm);
    } else {
        enc_op_imm(e, I_ALU_I32, size, digit, rm, NULL, imm);
    }
}

void enc_alu_mi(Enc *e, int digit, int size, const Mem *m, i64 imm) {
    enc_op_imm(e, size != 1 && fits8(imm) ? I_ALU_I8 : I_ALU_I32, size, digit, -1, m, imm);
}

void enc_mov_ri(Enc *e, int size, int reg, i64 imm) {
    if (size < 8) imm = (i64)(u32)imm;
    if (imm == (i64)(u32)imm) {
        enc_reg(e, I_MOV_RI, 4, reg);
        buf_u32(&e->code, (u32)imm);
    } else if (fits32(imm)) {
        enc_ri(e, I_MOV_MI, 8, reg, imm);
    } else {
        enc_reg(e, I_MOV_RI, 8, reg);
        buf_u64(&e->code, (u64)imm);
    }
}

void enc_mov_rr(Enc *e, int size, int dst, int src) {
    if (dst >= XMM0 && src >= XMM0) enc_rr(e, I_MOVAPS_RM, 4, dst, src);
    else if (dst >= XMM0) enc_rr(e, I_MOVD_XR, size < 4 ? 4 : size, dst, src);
    else if (src >= XMM0) enc_rr(e, I_MOVD_RX, size < 4 ? 4 : size, src, dst);
    else enc_rr(e, I_MOV_RM, size < 4 ? 4 : size, dst, src);
}

void enc_vex_fma(Enc *e, int size, int dst, int a, int b) {
    int d = hw(dst), x = hw(a), y = hw(b);
    buf_u8(&e->code, 0xc4);
    buf_u8(&e->code, (u8)((d & 8 ? 0 : 0x80) | 0x40 | (y & 8 ? 0 : 0x20) | 2));
    buf_u8(&e->code, (u8)((size == 8 ? 0x80 : 0) | (~x & 15) << 3 | 1));
    buf_u8(&e->code, amd64_insns[I_FMA231SS].op);
    buf_u8(&e->code, (u8)(0xc0 | (d & 7) << 3 | (y & 7)));
}

static void put_rel32(Enc *e, Sym *sym) {
    vec_push(e->arena, &e->relocs,
             ((Reloc){(u32)e->code.len, REL_CALL32 | (sym->optional ? REL_OPTIONAL : 0), sym, -4}));
    buf_u32(&e->code, 0);
}
void enc_call_sym(Enc *e, Sym *sym) { enc_none(e, I_CALL, 4), put_rel32(e, sym); }
void enc_jmp_sym(Enc *e, Sym *sym) { enc_none(e, I_JMP, 4), put_rel32(e, sym); }

void enc_mov_sym(Enc *e, int reg, Sym *sym, i64 addend) {
    enc_reg(e, I_MOV_RI, 4, reg);
    vec_push(e->arena, &e->relocs, ((Reloc){(u32)e->code.len, REL_ABS32, sym, addend}));
    buf_u32(&e->code, 0);
}

void enc_jump(Buf *o, int cc, bool is_long, i64 distance) {
    const Insn *in = &amd64_insns[is_long ? (cc < 0 ? I_JMP : I_JCC) : (cc < 0 ? I_JMP8 : I_JCC8)];
    if (in->map) buf_u8(o, 0x0f);
    buf_u8(o, (u8)(in->op + (cc < 0 ? 0 : cc)));
    if (is_long) buf_u32(o, (u32)distance);
    else buf_u8(o, (u8)distance);
}

i64 enc_jcc8(Enc *e, int cc) {
    enc_jump(&e->code, cc, false, 0);
    return e->code.len - 1;
}
i64 enc_jmp8(Enc *e) { return enc_jcc8(e, -1); }
void enc_here8(Enc *e, i64 at) {
    i64 d = e->code.len - (at + 1);
    CHECK(d < 128);
    e->code.ptr[at] = (u8)d;
}

void enc_nops(Buf *o, i64 n) {
    static const u8 nops[9][9] = {{0x90},
                                  {0x66, 0x90},
                                  {0x0f, 0x1f, 0x00},
                                  {0x0f, 0x1f, 0x40, 0},
                                  {0x0f, 0x1f, 0x44, 0, 0},
                                  {0x66, 0x0f, 0x1f, 0x44, 0, 0},
                                  {0x0f, 0x1f, 0x80, 0, 0, 0, 0},
                                  {0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0},
                                  {0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0}};
    for (; n > 0; n -= 9) buf_bytes(o, nops[i64_min(n, 9) - 1], i64_min(n, 9));
}
