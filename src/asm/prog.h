// prog.h - one instruction of Plan 9 assembly between parser, frame layout and encoder; inside of asm/.
//
// The parser (parse.c) makes Progs with pseudo registers; frame.c replaces FP, SP and SB by what the machine has, adds
// prologues and epilogues and picks branch sizes; the machine's encoder (amd64/encode.c) turns one Prog into bytes.
// Words: GOROOT's doc/asm.html. Operands stand in source order: sources first, the destination last.
#pragma once
#include "base/base.h"

typedef struct AsmSym AsmSym;
typedef struct Prog Prog;

typedef enum AddrKind {
    ADDR_NONE,
    ADDR_REG,      // AX, X0, K1
    ADDR_IMM,      // $1: offset
    ADDR_FIMM,     // $1.5: fval
    ADDR_SIMM,     // $"text": sval
    ADDR_MEM,      // off(reg)(index*scale), sym+off(SB), name+off(FP)
    ADDR_ADDR,     // $sym+off(SB), $off(reg): the address itself
    ADDR_BRANCH,   // label or n(PC): target
    ADDR_TEXTSIZE, // $frame-args of TEXT: offset, args
    ADDR_REGLIST,  // [Z0-Z3]: reg is the first, args the number
    ADDR_INDIRECT, // JMP *AX, CALL *(AX): as the kind below it; only where the language of asm.html has the star
} AddrKind;
typedef enum AddrName {
    NAME_NONE,
    NAME_EXTERN, // sym(SB)
    NAME_STATIC, // sym<>(SB)
    NAME_AUTO,   // name-8(SP)
    NAME_PARAM,  // name+8(FP)
    NAME_GOTREF, // sym@GOT(SB)
} AddrName;

// Registers of a machine are numbered from 1 in its regs.def; 0 is none. Pseudo registers follow.
enum { REG_NONE = 0, REG_PSEUDO = 1000, REG_FP = REG_PSEUDO, REG_SP_PSEUDO, REG_SB, REG_PC };

typedef struct Addr {
    u8 kind, name;  // AddrKind, AddrName
    u8 scale;       // 1 2 4 8, 0 without index
    u16 reg, index; // base and index register (ADDR_REG: the register itself)
    i64 offset;     // displacement, immediate, frame size
    i32 args;       // ADDR_TEXTSIZE: argument size or -1; ADDR_REGLIST: count
    f64 fval;
    Str sval;
    AsmSym *sym;
    Prog *target; // ADDR_BRANCH
} Addr;

enum { PROG_MAX_ARGS = 5 };
// Suffixes of AVX-512 instructions (VADDPD.RN_SAE.Z): bits of Prog.suffix.
enum {
    SUFFIX_Z = 1,
    SUFFIX_BCST = 2,
    SUFFIX_SAE = 4,
    SUFFIX_RN_SAE = 8,
    SUFFIX_RD_SAE = 16,
    SUFFIX_RU_SAE = 32,
    SUFFIX_RZ_SAE = 64,
};
struct Prog {
    Prog *next;
    u16 op;    // machine's ops.def, or a pseudo operation (ASM_TEXT ...)
    u8 suffix; // SUFFIX_*
    u8 nargs;
    Addr args[PROG_MAX_ARGS];
    Pos pos;   // start of its line
    i32 spadj; // what it adds to the frame (PUSHQ: 8), set by frame.c
    u32 pc;    // offset in the function, set while branches are sized
    u8 size;   // bytes
    bool long_branch;
};

// Pseudo operations; machine operations begin at ASM_OP_MACHINE.
enum {
    ASM_NONE,
    ASM_TEXT,
    ASM_DATA,
    ASM_GLOBL,
    ASM_FUNCDATA,
    ASM_PCDATA,
    ASM_PCALIGN,
    ASM_NOP,
    ASM_END,
    ASM_OP_MACHINE = 32
};

// What a field of an instruction needs from the linker (at most two an instruction). The field's own bytes are 0. The
// addend is that of the operand (sym+addend); for FIX_PC and FIX_CALL the value is sym+addend minus the end of the
// instruction: who makes relocations subtracts size-at. FIX_TLS_LE: sym NULL; the offset of the current G from FS.
typedef struct AsmFixup {
    u8 at, size; // offset in the instruction, 4 or 8 bytes
    u8 kind;     // FIX_*
    AsmSym *sym;
    i64 addend;
} AsmFixup;
enum { FIX_ABS = 1, FIX_PC, FIX_CALL, FIX_TLS_LE };

// ---- amd64/: operations, registers, encoding -----------------------------------------------------------------------
// What edit.c has done before: operands are in their final kinds ($sym(SB) of MOVQ, MOVL is LEAQ, LEAL with ADDR_MEM;
// float immediates are memory; CMPPS's last operand is ADDR_IMM; (reg)(TLS*1) is (TLS)). CALL, JMP sym(SB) stay ADDR_MEM
// with a name: direct, with FIX_CALL.
u16 amd64_find_op(Str name);  // mnemonic without suffixes, aliases included ("JCS" for "JLO"); 0: none
Str amd64_op_name(u16 op);    // canonical, as upstream's listings print it
u16 amd64_find_reg(Str name); // 0: none
Str amd64_reg_name(u16 reg);
bool amd64_is_branch(u16 op); // jumps to a label: sized by frame.c (JMP, Jcc, CALL, LOOP, JCXZ, XBEGIN ...)
// Bytes of one instruction. Memory operands have hardware registers or a symbol (SB) only; a branch to p->args[n].target is encoded with the
// distance target->pc - p->pc, in its long or short form as p->long_branch says (an instruction without a long form fails if it does not fit).
// False: *error says why ("invalid instruction"), in upstream's words. Never writes more than 24 bytes.
bool amd64_encode(Arena *, const Prog *p, u8 out[24], int *size, AsmFixup fix[2], int *nfix, Str *error);
// Fills n bytes with no-operations of the fewest instructions (PCALIGN, loop alignment), as upstream does.
void amd64_fill_nops(u8 *out, i64 n);
