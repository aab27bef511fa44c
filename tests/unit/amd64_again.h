// amd64_again.h - a decoded instruction encoded once more, form by form: what the disassembler read must give the same bytes.
#pragma once
#include "arch/amd64/amd64.h"

static void encode_imm(Enc *e, const Decoded *d) {
    for (int i = 0; i < d->imm_size; i++) buf_u8(&e->code, (u8)((u64)d->imm >> 8 * i));
}

// sym: what a 32-bit displacement refers to when the encoder was given a symbol (NULL: the displacement is a number).
static void encode_again(Enc *e, const Decoded *d, Sym *sym) {
    const Insn *in = &amd64_insns[d->id];
    Mem m = d->mem;
    m.sym = sym;
    switch (in->operands) {
    case OPD_NONE: enc_none(e, d->id, d->size); break;
    case OPD_R:
    case OPD_I_R: enc_reg(e, d->id, d->size, d->reg); break;
    case OPD_I_AX: enc_alu_ri(e, d->reg, d->size, RAX, d->imm); return;
    case OPD_REL8:
    case OPD_REL32:
        if (d->id == I_CALL) {
            enc_none(e, I_CALL, 4);
            break;
        }
        enc_jump(&e->code, in->flags & IF_CC ? d->cc : -1, in->operands == OPD_REL32, d->imm);
        return;
    case OPD_VEX: enc_vex_fma(e, d->size, d->reg, d->second, d->rm); return;
    default:
        if (in->flags & IF_CC) enc_cc(e, d->id, d->size, d->cc, d->reg, d->rm, d->has_mem ? &m : NULL);
        else enc_op(e, d->id, d->size, d->reg, d->rm, d->has_mem ? &m : NULL, d->imm_size);
    }
    encode_imm(e, d);
}

// Every instruction of the code decodes and encodes to itself, and the last one ends where the code does.
static bool decodes_to_itself(const u8 *code, i64 size, const Reloc *relocs, i64 nrelocs, Arena *a) {
    for (i64 at = 0; at < size;) {
        Decoded d;
        Enc e = {.arena = a};
        if (!amd64_decode(code + at, size - at, &d)) return false;
        Sym *sym = NULL;
        for (i64 i = 0; i < nrelocs; i++)
            if (relocs[i].off == at + d.disp_at && d.disp_size == 4) sym = relocs[i].sym;
        encode_again(&e, &d, sym);
        bool same = d.id == I_NOP_M || // there are forms longer than the operand needs
                    (e.code.len == d.len && !memcmp(e.code.ptr, code + at, d.len));
        buf_free(&e.code);
        if (!same) return false;
        at += d.len;
    }
    return true;
}
