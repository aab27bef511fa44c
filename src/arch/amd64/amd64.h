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
    FORM_BIT,       // x op= bit y             both in registers
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
#define I(n, pfx, map, op, ext, flags, go, operands) I_##n,
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
enum InsnFlags {    // rows of insns.def; the width is that of REX.W and the prefix 66 unless a flag says otherwise
    IF_BYTE = 1,    // has an 8-bit form: opcode - 1
    IF_BYTE_RM = 2, // r/m is a byte register whatever the width
    IF_NO_W = 4,    // one width
    IF_W = 8,       // 64 bits
    IF_D64 = 16,    // 64 bits without REX.W
    IF_X_REG = 32,  // reg is a float register
    IF_X_RM = 64,   // r/m is a float register
    IF_CC = 128,    // the condition is added to the opcode
    IF_DIGIT = 256, // reg is a digit
    IF_DIGIT_IN_OP = 512,    // 8 times the digit is added to the opcode
    IF_REG_IN_OP = 1024,     // the register is added to the opcode
    IF_VEX = 2048 | 32 | 64, // three float registers
    IF_SSE = IF_NO_W | IF_X_REG | IF_X_RM,
};
typedef enum Operands { // source first, as in Go's assembler
    OPD_NONE,
    OPD_RM, // r/m, reg
    OPD_MR, // reg, r/m
    OPD_M,
    OPD_R,
    OPD_I8_M,  // immediate byte, r/m. Comparisons of Go's assembler have their operands the other way round
    OPD_I_M,   // immediate of the width, at most 4 bytes
    OPD_I_AX,  // the same, with AX
    OPD_I_R,   // 4 bytes, or 8 with REX.W
    OPD_I8_RM, // immediate, r/m, reg
    OPD_I_RM,
    OPD_CX_M,
    OPD_REL8,
    OPD_REL32,
    OPD_VEX, // r/m, second, reg
} Operands;
typedef struct Insn { // a row of insns.def
    u8 prefix, map, op;
    i8 ext;
    u16 flags;
    const char *go;
    u8 operands;
} Insn;
extern const Insn amd64_insns[];
extern const char *const amd64_digits[8]; // what the digits of the rows with IF_DIGIT do

// size: 1 2 4 8. reg: register or /digit already in the row (-1). rm: register, or -1 with m.
void enc_op(Enc *, InsnId, int size, int reg, int rm, const Mem *m, int imm_bytes);
void enc_rr(Enc *, InsnId, int size, int reg, int rm);
void enc_rm(Enc *, InsnId, int size, int reg, const Mem *);
void enc_op_imm(Enc *, InsnId, int size, int reg, int rm, const Mem *m, i64 imm); // with the immediate of the row
void enc_ri(Enc *, InsnId, int size, int rm, i64 imm);
void enc_cc(Enc *, InsnId, int size, int cc, int reg, int rm, const Mem *); // rows with IF_CC
void enc_reg(Enc *, InsnId, int size, int reg);                             // rows with IF_REG_IN_OP
void enc_none(Enc *, InsnId, int size);
void enc_alu_ri(Enc *, int digit, int size, int rm, i64 imm); // add or adc sbb and sub xor cmp: shortest form
void enc_alu_mi(Enc *, int digit, int size, const Mem *, i64 imm);
void enc_mov_ri(Enc *, int size, int reg, i64 imm); // shortest; does not touch flags
void enc_mov_rr(Enc *, int size, int dst, int src);
void enc_vex_fma(Enc *, int size, int dst, int a, int b); // dst += a * b
void enc_call_sym(Enc *, Sym *);
void enc_jmp_sym(Enc *, Sym *);
void enc_mov_sym(Enc *, int reg, Sym *, i64 addend);      // mov r32, address
void enc_jump(Buf *, int cc, bool is_long, i64 distance); // cc -1: always; distance from the end of the jump
i64 enc_jcc8(Enc *, int cc);
i64 enc_jmp8(Enc *);           // forward short jump; returns the place of its byte
void enc_here8(Enc *, i64 at); // the jump at `at` comes here
void enc_nops(Buf *, i64 n);

// ---- disassembler (list.c): what the encoder makes, and nothing else ---------------------------------------------------------
typedef struct Decoded {
    InsnId id;
    u8 size, len;
    i8 reg, rm, second; // reg: or the digit of a row with IF_DIGIT; second: OPD_VEX; -1: none
    u8 cc;
    bool has_mem, rip; // rip: mem.disp counts from the end of the instruction
    u8 disp_at, disp_size, imm_at, imm_size;
    Mem mem;
    i64 imm;
} Decoded;
bool amd64_decode(const u8 *p, i64 n, Decoded *);
i64 amd64_list(Buf *, const Sym *text, i64 at);

// ---- the pieces of the back end ---------------------------------------------------------------------------------------------
void amd64_lower(Func *);
void amd64_fold(Func *); // addressing modes, loads into operations
void amd64_drop_dead(Func *);
void amd64_constraints(const Value *, RegConstraint *);
bool amd64_rematerializable(const Value *);
void amd64_emit(Func *, Sym *out, Arena *);
extern const Arch amd64_arch;
