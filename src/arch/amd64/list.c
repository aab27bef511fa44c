// list.c - machine code as text: one instruction in the syntax of Go's assembler.
//
// In:     bytes that encode.c made; a text symbol with its relocations. Out: the instruction's row of insns.def and operands; its line.
// Method: prefixes and opcode are looked up in insns.def, the table the encoder works from. So exactly what the encoder makes is known here:
//         anything else is no instruction. tests/unit/amd64_encode.c decodes and encodes again what it encodes.
// Text:   source operand first. Comparisons have their operands in the order they are compared in. Registers have one name for all widths
//         but 8 bits.
#include "arch/amd64/amd64.h"

// ---- bytes to operands --------------------------------------------------------------------------------------------------
typedef struct Prefixes {
    bool w66, f2, f3, vex;
    u8 rex, map, op, second; // second: of VEX
    i64 len;
} Prefixes;

static Prefixes read_prefixes(const u8 *p, i64 n) { // of n >= 3 bytes; reads up to the opcode
    Prefixes x = {0};
    i64 i = 0;
    for (; i < 3 && (p[i] == 0x66 || p[i] == 0xf2 || p[i] == 0xf3); i++)
        x.w66 |= p[i] == 0x66, x.f2 |= p[i] == 0xf2, x.f3 |= p[i] == 0xf3;
    if (i == 0 && p[0] == 0xc4 && n > 4) { // the inverted bits R X B and map; W, inverted second register, L, prefix
        x.vex = true;
        x.rex = (u8)(0x40 | (~p[1] >> 5 & 7) | (p[2] & 0x80 ? 8 : 0));
        x.map = p[1] & 31, x.second = ~p[2] >> 3 & 15, x.w66 = (p[2] & 3) == 1;
        i = 3;
    } else {
        if (i < n && (p[i] & 0xf0) == 0x40) x.rex = p[i++];
        if (i < n && p[i] == 0x0f) i++, x.map = 1;
        if (x.map && i < n && (p[i] == 0x38 || p[i] == 0x3a)) x.map = p[i++] == 0x38 ? 2 : 3;
    }
    x.op = i < n ? p[i] : 0;
    x.len = i + 1;
    return x;
}

static bool has_modrm(const Insn *in) {
    switch (in->operands) {
    case OPD_NONE:
    case OPD_R:
    case OPD_I_R:
    case OPD_I_AX:
    case OPD_REL8:
    case OPD_REL32: return false;
    default: return true;
    }
}

// Whether the row encodes as x, with digit in ModRM; the width it then has, else 0.
static int row_width(const Insn *in, const Prefixes *x, int digit) {
    int under = in->flags & IF_CC ? 15 : in->flags & IF_REG_IN_OP ? 7 : in->flags & IF_DIGIT_IN_OP ? 0x38 : 0;
    bool w = x->rex & 8, byte = in->flags & IF_BYTE && ((x->op & ~under) == in->op - 1);
    if (in->map != x->map || x->vex != ((in->flags & IF_VEX) == IF_VEX)) return 0;
    if (!byte && (x->op & ~under) != in->op) return 0;
    if (in->ext >= 0 && in->ext != digit) return 0;
    if ((in->prefix == 0xf2) != x->f2 || (in->prefix == 0xf3) != x->f3 || (in->prefix == 0x66 && !x->w66)) return 0;
    bool narrow = x->w66 && in->prefix != 0x66;
    if (in->flags & IF_NO_W) return narrow || w ? 0 : in->flags & IF_CC && in->flags & IF_BYTE_RM ? 1 : 4;
    if (in->flags & IF_W && !w) return 0;
    return byte ? 1 : in->flags & IF_D64 || w ? 8 : narrow ? 2 : 4;
}

static i64 read_signed(const u8 *p, int size) {
    u64 x = 0;
    for (int i = 0; i < size; i++) x |= (u64)p[i] << 8 * i;
    return size == 8 ? (i64)x : size == 4 ? (i32)x : size == 2 ? (i16)x : (i8)x;
}

// ModRM, SIB and displacement from p[at] on.
static i64 read_modrm(const u8 *p, i64 n, i64 at, u8 rex, Decoded *d) {
    u8 modrm = p[at++];
    int mod = modrm >> 6, rm = modrm & 7;
    d->reg = (i8)((modrm >> 3 & 7) | (rex & 4) << 1);
    if (mod == 3) {
        d->rm = (i8)(rm | (rex & 1) << 3);
        return at;
    }
    d->has_mem = true;
    d->mem = (Mem){(i8)(rm | (rex & 1) << 3), -1, 0, 0, NULL};
    if (rm == 4) {
        u8 sib = at < n ? p[at++] : 0;
        int index = (sib >> 3 & 7) | (rex & 2) << 2;
        d->mem.base = (i8)((sib & 7) | (rex & 1) << 3);
        if (index != 4) d->mem.index = (i8)index, d->mem.scale = sib >> 6;
        if ((sib & 7) == 5 && mod == 0) d->mem.base = -1, mod = 2;
    } else if (rm == 5 && mod == 0) {
        d->mem.base = -1, d->rip = true, mod = 2;
    }
    d->disp_at = (u8)at, d->disp_size = mod == 0 ? 0 : mod == 1 ? 1 : 4;
    if (at + d->disp_size <= n) d->mem.disp = (i32)read_signed(p + at, d->disp_size);
    return at + d->disp_size;
}

static int imm_bytes(const Insn *in, int width) {
    switch (in->operands) {
    case OPD_I8_M:
    case OPD_I8_RM:
    case OPD_REL8: return 1;
    case OPD_REL32: return 4;
    case OPD_I_R: return width == 8 ? 8 : 4;
    case OPD_I_M:
    case OPD_I_AX:
    case OPD_I_RM: return width < 4 ? width : 4;
    default: return 0;
    }
}

static void name_registers(const Insn *in, const Prefixes *x, Decoded *d) {
    if (in->flags & IF_DIGIT_IN_OP) d->reg = (i8)(x->op >> 3 & 7);
    if (in->flags & IF_REG_IN_OP) d->reg = (i8)((x->op & 7) | (x->rex & 1) << 3);
    if (in->ext >= 0) d->reg = -1;
    if (in->flags & IF_X_REG && d->reg >= 0) d->reg = (i8)(d->reg + XMM0);
    if (in->flags & IF_X_RM && d->rm >= 0) d->rm = (i8)(d->rm + XMM0);
    if (x->vex) d->second = (i8)(x->second + XMM0);
    if (in->flags & IF_CC) d->cc = x->op & 15;
}

bool amd64_decode(const u8 *p, i64 n, Decoded *d) {
    u8 padded[16] = {0}; // so that prefixes may be read without looking at n
    memcpy(padded, p, (size_t)i64_min(n, 15));
    Prefixes x = read_prefixes(padded, n);
    int digit = padded[x.len] >> 3 & 7, width = 0, id = 0;
    while (id < I_COUNT && !(width = row_width(&amd64_insns[id], &x, digit))) id++;
    if (!width) return false;
    const Insn *in = &amd64_insns[id];
    *d = (Decoded){.id = (InsnId)id, .size = (u8)width, .reg = -1, .rm = -1, .second = -1};
    i64 at = has_modrm(in) ? read_modrm(padded, 15, x.len, x.rex, d) : x.len;
    name_registers(in, &x, d);
    d->imm_at = (u8)at, d->imm_size = (u8)imm_bytes(in, width);
    if (at + d->imm_size > i64_min(n, 15)) return false;
    d->imm = read_signed(padded + at, d->imm_size);
    d->len = (u8)(at + d->imm_size);
    return true;
}

// ---- operands to text ---------------------------------------------------------------------------------------------------
static void put_reg(Buf *o, int reg, bool byte) {
    static const char *const names[] = {"AX", "CX", "DX", "BX", "SP", "BP", "SI", "DI"};
    if (reg >= XMM0) buf_printf(o, "X%d", reg - XMM0);
    else if (reg >= R8) buf_printf(o, byte ? "R%dB" : "R%d", reg - R8 + 8);
    else if (byte && reg < RSP) buf_printf(o, "%cL", names[reg][0]);
    else buf_printf(o, byte ? "%sB" : "%s", names[reg]);
}

static const Reloc *reloc_at(const Sym *text, i64 off) {
    for (i64 i = 0; i < text->relocs.len; i++)
        if (text->relocs.ptr[i].off == off) return &text->relocs.ptr[i];
    return NULL;
}

static void put_address(Buf *o, const Sym *text, const Reloc *r, i64 addend) {
    arch_put_sym(o, r->sym, text);
    if (addend) buf_printf(o, "%+lld", (long long)addend);
    buf_c(o, "(SB)");
}

static void put_mem(Buf *o, const Decoded *d, const Sym *text, i64 at) {
    const Mem *m = &d->mem;
    const Reloc *r = d->disp_size == 4 ? reloc_at(text, at + d->disp_at) : NULL;
    if (r) put_address(o, text, r, d->rip ? r->addend + (d->len - d->disp_at) : r->addend);
    else if (m->disp || (m->base < 0 && m->index < 0)) buf_printf(o, "%d", m->disp);
    if (m->base >= 0) {
        buf_char(o, '(');
        put_reg(o, m->base, false);
        buf_c(o, r ? "*1)" : ")");
    } else if (d->rip && !r) {
        buf_c(o, "(IP)");
    }
    if (m->index < 0) return;
    buf_char(o, '(');
    put_reg(o, m->index, false);
    buf_printf(o, "*%d)", 1 << m->scale);
}

static void put_rm(Buf *o, const Decoded *d, const Sym *text, i64 at) {
    const Insn *in = &amd64_insns[d->id];
    if (d->has_mem) put_mem(o, d, text, at);
    else put_reg(o, d->rm, (in->flags & IF_BYTE_RM) || (d->size == 1 && (in->flags & IF_BYTE)));
}

static void put_imm(Buf *o, const Decoded *d, const Sym *text, i64 at) {
    const Insn *in = &amd64_insns[d->id];
    const Reloc *r = reloc_at(text, at + d->imm_at);
    bool count = (in->operands == OPD_I8_M && !(in->flags & IF_DIGIT)) || in->flags & IF_X_RM; // of bits, or a mode
    buf_char(o, '$');
    if (r && r->kind == REL_ABS32) put_address(o, text, r, r->addend);
    else buf_printf(o, "%lld", count ? (long long)(u8)d->imm : (long long)d->imm);
}

static void put_target(Buf *o, const Decoded *d, const Sym *text, i64 at) {
    const Reloc *r = reloc_at(text, at + d->imm_at);
    if (r) put_address(o, text, r, r->addend + 4);
    else buf_printf(o, "%lld", (long long)(at + d->len + d->imm));
}

static void put_mnemonic(Buf *o, const Decoded *d) {
    static const char *const conditions[] = {"OS", "OC", "CS", "CC", "EQ", "NE", "LS", "HI",
                                             "MI", "PL", "PS", "PC", "LT", "GE", "LE", "GT"};
    for (const char *p = amd64_insns[d->id].go; *p; p++) {
        if (*p == '%') buf_char(o, d->size == 1 ? 'B' : d->size == 2 ? 'W' : d->size == 4 ? 'L' : 'Q');
        else if (*p == '*') buf_char(o, d->size == 8 ? 'D' : 'S');
        else if (*p == '@') buf_c(o, conditions[d->cc]);
        else if (*p == '#') buf_c(o, amd64_digits[d->reg]);
        else buf_char(o, *p);
    }
}

// The operands, in the order of Go's assembler.
static void put_operands(Buf *o, const Decoded *d, const Sym *text, i64 at) {
    const Insn *in = &amd64_insns[d->id];
    bool byte = d->size == 1 && (in->flags & IF_BYTE);
    bool compare = in->flags & (IF_DIGIT | IF_DIGIT_IN_OP) && d->reg == 7;
    if (in->operands != OPD_NONE) buf_char(o, '\t');
    switch (in->operands) {
    case OPD_RM:
        put_rm(o, d, text, at), buf_c(o, ", ");
        put_reg(o, d->reg, byte);
        break;
    case OPD_MR:
        put_reg(o, d->reg, byte), buf_c(o, ", ");
        put_rm(o, d, text, at);
        break;
    case OPD_M: put_rm(o, d, text, at); break;
    case OPD_R: put_reg(o, d->reg, false); break;
    case OPD_I8_M:
    case OPD_I_M:
        if (compare) put_rm(o, d, text, at), buf_c(o, ", ");
        put_imm(o, d, text, at);
        if (!compare) buf_c(o, ", "), put_rm(o, d, text, at);
        break;
    case OPD_I_AX:
        if (compare) put_reg(o, RAX, byte), buf_c(o, ", ");
        put_imm(o, d, text, at);
        if (!compare) buf_c(o, ", "), put_reg(o, RAX, byte);
        break;
    case OPD_I_R:
        put_imm(o, d, text, at), buf_c(o, ", ");
        put_reg(o, d->reg, false);
        break;
    case OPD_I8_RM:
    case OPD_I_RM:
        put_imm(o, d, text, at), buf_c(o, ", ");
        put_rm(o, d, text, at), buf_c(o, ", ");
        put_reg(o, d->reg, false);
        break;
    case OPD_CX_M:
        buf_c(o, byte ? "CL, " : "CX, ");
        put_rm(o, d, text, at);
        break;
    case OPD_REL8:
    case OPD_REL32: put_target(o, d, text, at); break;
    case OPD_VEX:
        put_rm(o, d, text, at), buf_c(o, ", ");
        put_reg(o, d->second, false), buf_c(o, ", ");
        put_reg(o, d->reg, false);
        break;
    default: break;
    }
}

i64 amd64_list(Buf *o, const Sym *text, i64 at) {
    Decoded d;
    if (!amd64_decode(text->data + at, text->size - at, &d)) return 0;
    put_mnemonic(o, &d);
    put_operands(o, &d, text, at);
    return d.len;
}
