// operand.h - inside of asm/amd64/: registers, classes of operands, instruction forms.
#pragma once
#include "asm/prog.h"

enum {
    AMD64_REG_NONE,
#define R(name) REG_##name,
#include "asm/amd64/regs.def"
#undef R
    REG_COUNT
};

// Classes that an operand can belong to; one is in several of them. The upper sixteen X and Y registers are in X, Y, XM ...
// like the others: whether a form can have them says whether it has EVEX (operand_is_high).
enum {
    C_OTHER, // none that a form asks for
    // immediates: $0, $1, $0..3, signed and unsigned bytes, either, 4 bytes signed, unsigned, either, all; addresses $x(SB)
    C_I0,
    C_I1,
    C_U2,
    C_I8,
    C_U8,
    C_IB,
    C_S32,
    C_U32,
    C_I32,
    C_I64,
    C_A,
    // general registers: CX is CL, too; RX is AX, BX, CX, DX; RB a byte register or the low byte of R; ...M: or memory
    C_AL,
    C_AX,
    C_CX,
    C_RX,
    C_RB,
    C_RBM,
    C_R,
    C_RM,
    C_M,
    // MMX, SSE and AVX registers; XS: memory with a vector index; X4: a list of four; KN: not K0
    C_MM,
    C_MMM,
    C_X0,
    C_X,
    C_XM,
    C_XS,
    C_X4,
    C_Y,
    C_YM,
    C_YS,
    C_Y4,
    C_Z,
    C_ZM,
    C_ZS,
    C_Z4,
    C_K,
    C_KN,
    C_KM,
    C_ST0,
    C_ST,
    C_LABEL,
    C_IND, // *sym(SB)
    C_SEG,
    C_CS,
    C_SS,
    C_DS,
    C_ES,
    C_FS,
    C_GS,
    C_GDTR,
    C_IDTR,
    C_LDTR,
    C_MSW,
    C_TASK,
    C_CR,
    C_DR,
    C_DRL,
    C_TR,
    C_COUNT,
    // of the form's length, and half as long
    C_V = 64,
    C_VM,
    C_VS,
    C_H,
    C_HM,
    C_HS,
};
_Static_assert(C_COUNT <= 64, "classes are bits of a u64");

u64 operand_classes(const Addr *);  // set of C_*; empty: an operand that no instruction can have
bool operand_is_high(const Addr *); // names one of the upper sixteen vector registers
int reg_number(u16 reg);            // as encoded; 0 for none
bool reg_needs_rex(u16 reg);        // SPB, BPB, SIB, DIB
static inline bool reg_in(u16 reg, u16 first, u16 last) { return reg >= first && reg <= last; }

// ---- instructions (ops.c) --------------------------------------------------------------------------------------------
enum {
    OP_BEFORE = ASM_OP_MACHINE - 1,
#define OP(name) OP_##name,
#define L(...)
#define V(...)
#define E(...)
#include "asm/amd64/ops.def"
#undef OP
#undef L
#undef V
#undef E
    OP_END
};
enum { FORM_ARGS = 5 };
typedef struct Shape {
    char roles[FORM_ARGS + 1];
    u8 nargs;
    u8 classes[FORM_ARGS];
} Shape;
enum { // Form.flags
    P66 = 1,
    PF2 = 2,
    PF3 = 4,
    M0F = 8,
    M38 = 16,
    M3A = M0F | M38,
    W = 32,
    B = 64,
    B1 = 128,
    NO64 = 256,
    MISSING = 512,
};
enum { LEN_X = 1, LEN_Y = 2, LEN_Z = 4, LEN_XY = 3, LEN_YZ = 6, LEN_XZ = 5, LEN_XYZ = 7 };
enum { ENC_LEGACY, ENC_VEX, ENC_EVEX };
enum { TAIL_R = 0x100, TAIL_N, TAIL_LITERAL = 0x200 }; // else a digit
enum { B4 = 1, B8 = 2, ZERO = 4, RND = 8, SAE = 16 };  // Form.may
enum { N_SCALED = 0x80 };                              // Form.unit: else its lower bits are bytes
typedef struct Form {
    u8 shape, enc, lens, opcode;
    u16 flags, tail;
    u8 unit, may;
} Form;

const Form *op_forms(u16 op, i64 *n);
const Shape *form_shape(const Form *);
