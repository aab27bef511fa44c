// amd64.h - private to arch/amd64: register numbers, machine operations, addressing modes, the encoder.
//
// Machine values take their width from Value.type, 8- and 16-bit arithmetic is done in 32 bits (upper bits are undefined).
// Compares and memory operations that have no register result keep the width of their operand in Value.etype.
#pragma once
#include "arch/arch.h"

enum {
    RAX,
    RCX,
    RDX,
    RBX,
    RSP,
    RBP,
    RSI,
    RDI,
    R8,
    R9,
    R10,
    R11,
    R12,
    R13,
    R14,
    R15,
    XMM0,
    XMM15 = XMM0 + 15,
    NREGS,
};
#define BIT(r)     ((RegSet)1 << (r))
#define INT_REGS   (0xffffULL & ~BIT(RSP) & ~BIT(R14))
#define FLOAT_REGS (0x7fffULL << XMM0) // XMM15 is the code generator's scratch

typedef enum Form { // how an operation is constrained and encoded
    FORM_NONE,      // no code (or special: see emit_value)
    FORM_TWO,       // x op= y
    FORM_TWO_IMM,   // x op= auxint
    FORM_TWO_MEM,   // x op= [addr]              args: x, addr..., mem
    FORM_ONE,       // x = op x
    FORM_SHIFT,     // x op= CL
    FORM_SHIFT_IMM,
    FORM_CONVERT, // dst = op src
    FORM_MEM_REG, // [addr] op= reg            args: addr..., reg, mem
    FORM_MEM_IMM, // [addr] op= imm            args: addr..., mem
    FORM_CMP,
    FORM_CMP_IMM,
    FORM_CMP_MEM,
    FORM_CMP_MEM_IMM,
    FORM_SPECIAL, // a case in constraints.c and emit.c
} Form;

typedef enum AmdOp {
    A__first = O_MACHINE_FIRST - 1,
#define M(n, nargs, flags, form, insn, doc) A_##n,
#include "arch/amd64/ops.def"
#undef M
    A__end,
} AmdOp;

typedef enum InsnId {
#define I(n, pfx, map, op, ext, flags) I_##n,
#include "arch/amd64/insns.def"
#undef I
    I_COUNT
} InsnId;

typedef struct AmdOpInfo {
    u8 form;
    u16 insn;
} AmdOpInfo;
extern const AmdOpInfo amd64_op_infos[];
static inline const AmdOpInfo *amd64_info(int op) { return &amd64_op_infos[op - O_MACHINE_FIRST]; }

// Condition codes: hardware numbers, then two that need the parity flag as well. `cc ^ 1` negates each.
enum {
    CC_O,
    CC_NO,
    CC_B,
    CC_AE,
    CC_E,
    CC_NE,
    CC_BE,
    CC_A,
    CC_S,
    CC_NS,
    CC_P,
    CC_NP,
    CC_L,
    CC_GE,
    CC_LE,
    CC_G,
    CC_FEQ,
    CC_FNE
};

// Value.am: addressing mode of a memory operand. [base + index << scale + disp]; disp is the low half of auxint, an immediate its high half.
enum {
    AM_SCALE = 3, // log2
    AM_INDEX = 4, // an index register follows the base among the arguments
    AM_BASE = 0x38,
    AM_NONE = 0,
    AM_REG = 0x08,
    AM_SLOT = 0x10 /* Value.slot */,
    AM_OUT = 0x18 /* outgoing area */,
    AM_G = 0x20,
    AM_SPV = 0x28 /* body RSP */,
    AM_SYM = 0x40,     // + Value.sym
    AM_PRESENT = 0x80, // there is a memory operand
};
static inline int am_nargs(const Value *v) { return ((v->am & AM_BASE) == AM_REG) + !!(v->am & AM_INDEX); }
static inline i32 am_disp(const Value *v) { return (i32)(u32)v->auxint; }
static inline i32 am_imm(const Value *v) { return (i32)(v->auxint >> 32); }
static inline i64 am_pack(i64 disp, i64 imm) { return (i64)((u64)imm << 32 | (u32)disp); }
int amd64_mem_at(const Value *v); // index of the first argument of v's memory operand
static inline bool fits8(i64 x) { return x == (i8)x; }
static inline bool fits32(i64 x) { return x == (i32)x; }
static inline bool vtype_is_float(int t) { return t == VT_F32 || t == VT_F64 || t == VT_V128; }

// ---- encoder (encode.c): appends instructions to code, relocations to relocs -----------------------------------------------
typedef struct Mem {
    i8 base, index;
    u8 scale; /* -1: none */
    i32 disp;
    Sym *sym;
} Mem;
typedef struct Enc {
    Buf code;
    VEC(Reloc) relocs;
    Arena *arena;
} Enc;
enum {
    IF_BYTE = 1 /* 8-bit form is the opcode - 1 */,
    IF_NO_W = 2 /* no REX.W, 66: width is in the opcode */,
    IF_BYTE_RM = 4 /* r/m is a byte register */,
    IF_D64 = 8 /* 64 bits by default */,
    IF_VEX = 16
};

// size: 1 2 4 8. reg: register or /digit already in the row (-1). rm: register, or -1 with m.
void enc_op(Enc *, InsnId, int size, int reg, int rm, const Mem *m, int imm_bytes);
void enc_rr(Enc *, InsnId, int size, int reg, int rm);
void enc_rm(Enc *, InsnId, int size, int reg, const Mem *);
void enc_ri(Enc *, InsnId, int size, int rm,
            i64 imm); // imm: 8 bits if IF_BYTE row with size 1 or an 8-bit row, else 32
void enc_alu_ri(Enc *, int digit, int size, int rm, i64 imm); // add or adc sbb and sub xor cmp: shortest form
void enc_alu_mi(Enc *, int digit, int size, const Mem *, i64 imm);
void enc_mov_ri(Enc *, int size, int reg, i64 imm); // shortest; does not touch flags
void enc_mov_rr(Enc *, int size, int dst, int src);
void enc_vex_fma(Enc *, int size, int dst, int a, int b); // dst += a * b
void enc_call_sym(Enc *, Sym *);
void enc_jmp_sym(Enc *, Sym *);
void enc_mov_sym(Enc *, int reg, Sym *, i64 addend); // mov r32, address
i64 enc_jcc8(Enc *, int cc);
i64 enc_jmp8(Enc *);           // forward short jump; returns the place of its byte
void enc_here8(Enc *, i64 at); // the jump at `at` comes here
void enc_nops(Enc *, i64 n);

// ---- the pieces of the back end ---------------------------------------------------------------------------------------------
void amd64_lower(Func *);
void amd64_fold(Func *); // addressing modes, loads into operations
void amd64_drop_dead(Func *);
void amd64_constraints(const Value *, RegConstraint *);
bool amd64_rematerializable(const Value *);
void amd64_emit(Func *, Sym *out, Arena *);
extern const Arch amd64_arch;
