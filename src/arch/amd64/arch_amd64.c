// arch_amd64.c - the tables of the machine.
#include "arch/amd64/amd64.h"
#include "abi/abi.h"

static const RegInfo regs[] = {
    {"rax", 0, false},   {"rcx", 1, false},   {"rdx", 2, false},   {"rbx", 3, false},   {"rsp", 4, false},
    {"rbp", 5, false},   {"rsi", 6, false},   {"rdi", 7, false},   {"r8", 8, false},    {"r9", 9, false},
    {"r10", 10, false},  {"r11", 11, false},  {"r12", 12, false},  {"r13", 13, false},  {"r14", 14, false},
    {"r15", 15, false},  {"xmm0", 0, true},   {"xmm1", 1, true},   {"xmm2", 2, true},   {"xmm3", 3, true},
    {"xmm4", 4, true},   {"xmm5", 5, true},   {"xmm6", 6, true},   {"xmm7", 7, true},   {"xmm8", 8, true},
    {"xmm9", 9, true},   {"xmm10", 10, true}, {"xmm11", 11, true}, {"xmm12", 12, true}, {"xmm13", 13, true},
    {"xmm14", 14, true}, {"xmm15", 15, true},
};
static const i16 int_args[] = {RDI, RSI, RDX, RCX, R8, R9, RAX, RBX, R11};
static const i16 int_results[] = {RAX, RDX, RCX, RDI, RSI, R8, R9, RBX, R11};
static const i16 float_args[] = {XMM0,     XMM0 + 1, XMM0 + 2,  XMM0 + 3,  XMM0 + 4,  XMM0 + 5,  XMM0 + 6, XMM0 + 7,
                                 XMM0 + 8, XMM0 + 9, XMM0 + 10, XMM0 + 11, XMM0 + 12, XMM0 + 13, XMM0 + 14};
_Static_assert(sizeof int_args == 2 * ABI_INT_REGS && sizeof int_results == sizeof int_args &&
                   sizeof float_args == 2 * ABI_FLOAT_REGS,
               "abi.h");

static const OpInfo ops[] = {
#define M(n, nargs, flags, form, insn, doc) {#n, nargs, flags},
#include "arch/amd64/ops.def"
#undef M
};
const AmdOpInfo amd64_op_infos[] = {
#define M(n, nargs, flags, form, insn, doc) {form, insn},
#include "arch/amd64/ops.def"
#undef M
};

const Arch amd64_arch = {
    .name = "amd64",
    .ptr_size = 8,
    .regs = regs,
    .nregs = NREGS,
    .allocatable_int = INT_REGS,
    .allocatable_float = FLOAT_REGS,
    .int_args = int_args,
    .float_args = float_args,
    .int_results = int_results,
    .float_results = float_args,
    .nint = ABI_INT_REGS,
    .nfloat = ABI_FLOAT_REGS,
    .sp = RSP,
    .g = R14,
    .ctxt = R10,
    .float_scratch = XMM15,
    .ops = ops,
    .nops = NELEM(ops),
    .lower = amd64_lower,
    .constraints = amd64_constraints,
    .rematerializable = amd64_rematerializable,
    .emit = amd64_emit,
    .list = amd64_list,
};
