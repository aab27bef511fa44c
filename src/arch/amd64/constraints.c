// constraints.c - which registers the arguments and results of a machine operation may be in.
#include "arch/amd64/amd64.h"

static void fixed(RegConstraint *c, int i, RegSet s) {
    c->in[i] = s;
    if (c->nin <= i) c->nin = i + 1;
}

static void constrain_special(const Value *v, RegConstraint *c) {
    int n = am_nargs(v);
    switch (v->op) {
    case A_BSWAP:
    case A_FXORC:
    case A_FANDC:
    case A_FMA:
    case A_FCOPYSIGN: c->same_as_first = true; break;
    case A_CMOV:
        c->same_as_first = true;
        c->mem_ok = 2;
        break;
    case A_ADD: c->mem_ok = 2; break;
    case A_FCMOV: c->same_as_first = true; break;
    case A_MULHI:
    case A_UMULHI:
        fixed(c, 0, BIT(RAX));
        c->out = BIT(RDX);
        c->clobbers = BIT(RAX);
        break;
    case A_UMUL_WIDE:
        fixed(c, 0, BIT(RAX));
        c->out = BIT(RDX);
        c->out2 = BIT(RAX);
        break;
    case A_DIV:
    case A_UDIV:
        fixed(c, 0, BIT(RAX));
        fixed(c, 1, INT_REGS & ~BIT(RAX) & ~BIT(RDX));
        c->out = BIT(RAX);
        c->clobbers = BIT(RDX);
        break;
    case A_MOD:
    case A_UMOD:
        fixed(c, 0, BIT(RAX));
        fixed(c, 1, INT_REGS & ~BIT(RAX) & ~BIT(RDX));
        c->out = BIT(RDX);
        c->clobbers = BIT(RAX);
        break;
    case A_UDIV_WIDE:
        fixed(c, 0, BIT(RDX));
        fixed(c, 1, BIT(RAX));
        fixed(c, 2, INT_REGS & ~BIT(RAX) & ~BIT(RDX));
        c->out = BIT(RAX);
        c->out2 = BIT(RDX);
        break;
    case A_ADD_CARRY:
    case A_SUB_BORROW:
        c->same_as_first = true;
        c->out = INT_REGS;
        c->out2 = INT_REGS;
        break;
    case A_CTZ:
    case A_CLZ:
    case A_FMIN: c->early_out = true; break;
    case A_U2F: c->scratch_int = 1; break;
    case A_REP_STOS:
        fixed(c, 0, BIT(RDI));
        c->clobbers = BIT(RDI) | BIT(RAX) | BIT(RCX);
        break;
    case A_REP_MOVS:
        fixed(c, 0, BIT(RDI));
        fixed(c, 1, BIT(RSI));
        c->clobbers = BIT(RDI) | BIT(RSI) | BIT(RCX);
        break;
    case A_XCHG:
    case A_XADD:
        c->early_out = true;
        c->out = INT_REGS;
        break;
    case A_CMPXCHG:
        for (int i = 0; i < n; i++) fixed(c, i, INT_REGS & ~BIT(RAX));
        fixed(c, n, BIT(RAX));
        fixed(c, n + 1, INT_REGS & ~BIT(RAX));
        c->out = INT_REGS & ~BIT(RAX);
        c->clobbers = BIT(RAX);
        break;
    case A_ATOMIC_AND:
    case A_ATOMIC_OR:
        for (int i = 0; i <= n; i++) fixed(c, i, INT_REGS & ~BIT(RAX));
        c->out = BIT(RAX);
        c->early_out = true;
        c->scratch_int = 1;
        break;
    case A_WB_CALL: c->out = BIT(R11); break;
    default: break;
    }
}

void amd64_constraints(const Value *v, RegConstraint *c) {
    if (v->op < O_MACHINE_FIRST) return;
    switch (amd64_info(v->op)->form) {
    case FORM_TWO:
        c->same_as_first = true;
        c->mem_ok = 2;
        break;
    case FORM_TWO_IMM:
    case FORM_TWO_MEM:
    case FORM_ONE:
    case FORM_BIT:
    case FORM_SHIFT_IMM: c->same_as_first = true; break;
    case FORM_SHIFT:
        fixed(c, 0, INT_REGS & ~BIT(RCX));
        fixed(c, 1, BIT(RCX));
        c->same_as_first = true;
        break;
    case FORM_CMP: c->mem_ok = 2; break;
    case FORM_SPECIAL: constrain_special(v, c); break;
    default: break;
    }
}

bool amd64_rematerializable(const Value *v) {
    switch (v->op) {
    case A_MOVI:
    case A_FCONST:
    case A_MOVSYM:
    case A_GETG:
    case A_GETSP:
    case A_CALLER_SP:
    case A_CALLER_PC: return true;
    case A_LEA: return v->nargs == 0;
    default: return false;
    }
}
