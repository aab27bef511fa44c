// edit.c - one instruction into the form that the encoder takes.
//
// Addresses as values become LEA; float immediates become constants in memory; thread-local forms are made one; the last operand
// of CMPPS and the like is an immediate without its $.
#include "asm/asm_int.h"

static const char *const f32_ops[] = {"MOVSS", "VMOVSS", "FMOVF",  "FADDF",  "FSUBF",  "FSUBRF",
                                      "FMULF", "FDIVF",  "FDIVRF", "FCOMF",  "FCOMFP", "ADDSS",
                                      "SUBSS", "MULSS",  "DIVSS",  "COMISS", "UCOMISS"};
static const char *const f64_ops[] = {"MOVSD", "VMOVSD", "FMOVD",  "FADDD",  "FSUBD",  "FSUBRD",
                                      "FMULD", "FDIVD",  "FDIVRD", "FCOMD",  "FCOMDP", "ADDSD",
                                      "SUBSD", "MULSD",  "DIVSD",  "COMISD", "UCOMISD"};

static u16 op(const char *name) { return amd64_find_op(str_c(name)); }

void asm_find_ops(AsmOps *o) {
    static const char *const push[] = {"PUSHQ", "PUSHFQ", "PUSHL", "PUSHFL", "PUSHW", "PUSHFW"};
    static const char *const pop[] = {"POPQ", "POPFQ", "POPL", "POPFL", "POPW", "POPFW"};
    static const char *const cmpp[] = {"CMPPD", "CMPPS", "CMPSD", "CMPSS"};
    *o = (AsmOps){op("CALL"), op("JMP"),  op("RET"),   op("MOVQ"), op("MOVL"),
                  op("LEAQ"), op("LEAL"), op("XORPS"), op("ADJSP")};
    for (i64 i = 0; i < NELEM(push); i++) o->push[i] = op(push[i]), o->pop[i] = op(pop[i]);
    for (i64 i = 0; i < NELEM(cmpp); i++) o->cmpp[i] = op(cmpp[i]);
    for (i64 i = 0; i < NELEM(f32_ops); i++) o->f32[i] = op(f32_ops[i]), o->f64[i] = op(f64_ops[i]);
    o->reg_sp = amd64_find_reg(S("SP"));
    o->reg_tls = amd64_find_reg(S("TLS"));
    o->reg_ax = amd64_find_reg(S("AX"));
    o->reg_r14 = amd64_find_reg(S("R14"));
    o->reg_r15 = amd64_find_reg(S("R15"));
    o->reg_x0 = amd64_find_reg(S("X0"));
    o->reg_x15 = amd64_find_reg(S("X15"));
}

static bool in_list(u16 x, const u16 *list, i64 n) {
    for (i64 i = 0; i < n; i++)
        if (x && list[i] == x) return true;
    return false;
}
static bool is_gp(const Asm *s, u16 r) { return r >= s->op.reg_ax && r <= s->op.reg_r15; }
static bool is_xmm(const Asm *s, const Addr *a) {
    return a->kind == ADDR_REG && a->reg >= s->op.reg_x0 && a->reg <= s->op.reg_x15;
}

// MOVQ TLS, AX says where the thread-local block is; the machine finds it by itself: 0(AX)(TLS*1) is (TLS).
static void edit_tls(Asm *s, Prog *p) {
    if ((p->op == s->op.movq || p->op == s->op.movl) && p->nargs == 2 && p->args[0].kind == ADDR_REG &&
        p->args[0].reg == s->op.reg_tls && p->args[1].kind == ADDR_REG && is_gp(s, p->args[1].reg)) {
        p->op = ASM_NOP;
        p->nargs = 0;
        return;
    }
    for (i64 i = 0; i < p->nargs; i++) {
        Addr *a = &p->args[i];
        if (a->kind != ADDR_MEM || a->index != s->op.reg_tls || !is_gp(s, a->reg)) continue;
        a->reg = s->op.reg_tls;
        a->index = a->scale = 0;
    }
}

static void into_memory(Asm *s, Addr *a, bool is32) {
    f32 f = (f32)a->fval;
    AsmSym *y = ANEW(s->a, AsmSym);
    y->name = S("float constant");
    y->is_data = y->is_static = true;
    y->sym = is32 ? obj_const(s->syms, &f, 4, 4) : obj_const(s->syms, &a->fval, 8, 8);
    *a = (Addr){.kind = ADDR_MEM, .name = NAME_STATIC, .sym = y};
}

static void edit_float(Asm *s, Prog *p) {
    if (!p->nargs || p->args[0].kind != ADDR_FIMM) return;
    bool is32 = in_list(p->op, s->op.f32, NELEM(s->op.f32)), is64 = in_list(p->op, s->op.f64, NELEM(s->op.f64));
    if (!is32 && !is64) return;
    bool move = in_list(p->op, is32 ? s->op.f32 : s->op.f64, 2);
    u64 bits;
    memcpy(&bits, &p->args[0].fval, 8);
    if (move && bits == 0 && p->nargs == 2 && is_xmm(s, &p->args[1])) {
        p->op = s->op.xorps;
        p->args[0] = p->args[1];
        return;
    }
    into_memory(s, &p->args[0], is32);
}

void asm_edit(Asm *s, Prog *p) {
    if (p->op < ASM_OP_MACHINE) return;
    edit_tls(s, p);
    Addr *last = p->nargs ? &p->args[p->nargs - 1] : NULL;
    if (p->nargs == 3 && in_list(p->op, s->op.cmpp, NELEM(s->op.cmpp)) && last->kind == ADDR_MEM && !last->name &&
        !last->reg && !last->index)
        last->kind = ADDR_IMM;
    if (p->nargs && p->args[0].kind == ADDR_ADDR && (p->op == s->op.movq || p->op == s->op.movl)) {
        p->op = p->op == s->op.movq ? s->op.leaq : s->op.leal;
        p->args[0].kind = ADDR_MEM;
    }
    edit_float(s, p);
}

bool asm_is_call(const Asm *s, const Prog *p) { return p->op == s->op.call; }
