// provisional.c - the few instructions that system call stubs need, until the table-driven encoder of this folder stands (then this file goes).
//
// In: a Prog. Out: its bytes. Anything else is "not supported yet".
#include "asm/prog.h"

typedef enum Form { F_NONE, F_MOV, F_ALU, F_LEA, F_PUSH, F_POP, F_JCC, F_JMP, F_CALL, F_UNARY, F_TEST } Form;
static const struct Row {
    const char *name;
    u8 form, size, op, ext;
} rows[] = {
    {"", 0, 0, 0, 0},
    {"RET", F_NONE, 0, 0xc3, 0},
    {"SYSCALL", F_NONE, 0, 0x05, 0x0f},
    {"XGETBV", F_NONE, 0xd0, 0x01, 0x0f},
    {"CPUID", F_NONE, 0, 0xa2, 0x0f},
    {"RDTSC", F_NONE, 0, 0x31, 0x0f},
    {"CALL", F_CALL, 8, 0, 0},
    {"JMP", F_JMP, 8, 0, 0},
    {"MOVQ", F_MOV, 8, 0, 0},
    {"MOVL", F_MOV, 4, 0, 0},
    {"MOVB", F_MOV, 1, 0, 0},
    {"LEAQ", F_LEA, 8, 0, 0},
    {"LEAL", F_LEA, 4, 0, 0},
    {"ADDQ", F_ALU, 8, 0, 0},
    {"ADDL", F_ALU, 4, 0, 0},
    {"ORQ", F_ALU, 8, 1, 0},
    {"ORL", F_ALU, 4, 1, 0},
    {"ANDQ", F_ALU, 8, 4, 0},
    {"ANDL", F_ALU, 4, 4, 0},
    {"SUBQ", F_ALU, 8, 5, 0},
    {"SUBL", F_ALU, 4, 5, 0},
    {"XORQ", F_ALU, 8, 6, 0},
    {"XORL", F_ALU, 4, 6, 0},
    {"CMPQ", F_ALU, 8, 7, 1},
    {"CMPL", F_ALU, 4, 7, 1},
    {"NEGQ", F_UNARY, 8, 0xf7, 3},
    {"NOTQ", F_UNARY, 8, 0xf7, 2},
    {"INCQ", F_UNARY, 8, 0xff, 0},
    {"DECQ", F_UNARY, 8, 0xff, 1},
    {"TESTQ", F_TEST, 8, 0x85, 0},
    {"PUSHQ", F_PUSH, 8, 0, 0},
    {"POPQ", F_POP, 8, 0, 0},
    {"JCC", F_JCC, 0, 3, 0},
    {"JCS", F_JCC, 0, 2, 0},
    {"JEQ", F_JCC, 0, 4, 0},
    {"JNE", F_JCC, 0, 5, 0},
    {"JLS", F_JCC, 0, 6, 0},
    {"JHI", F_JCC, 0, 7, 0},
    {"JMI", F_JCC, 0, 8, 0},
    {"JLT", F_JCC, 0, 12, 0},
    {"JGE", F_JCC, 0, 13, 0},
    {"JLE", F_JCC, 0, 14, 0},
    {"JGT", F_JCC, 0, 15, 0},
};
static const char *const regs[] = {"",   "AX",  "CX",  "DX",  "BX",  "SP",  "BP",  "SI",  "DI", "R8",
                                   "R9", "R10", "R11", "R12", "R13", "R14", "R15", "TLS", "X0", "X15"};
enum { TLS = 17 };

u16 amd64_find_op(Str name) {
    static const struct {
        const char *from, *to;
    } alias[] = {{"JAE", "JCC"}, {"JHS", "JCC"}, {"JLO", "JCS"}, {"JB", "JCS"}, {"JE", "JEQ"}, {"JZ", "JEQ"},
                 {"JNZ", "JNE"}, {"JBE", "JLS"}, {"JA", "JHI"},  {"JS", "JMI"}, {"JL", "JLT"}, {"JG", "JGT"}};
    for (i64 i = 0; i < NELEM(alias); i++)
        if (str_eq(name, str_c(alias[i].from))) name = str_c(alias[i].to);
    for (i64 i = 1; i < NELEM(rows); i++)
        if (str_eq(name, str_c(rows[i].name))) return (u16)(ASM_OP_MACHINE + i);
    return 0;
}
Str amd64_op_name(u16 op) { return str_c(rows[op - ASM_OP_MACHINE].name); }
u16 amd64_find_reg(Str name) {
    for (u16 i = 1; i < NELEM(regs); i++)
        if (str_eq(name, str_c(regs[i]))) return i;
    return 0;
}
Str amd64_reg_name(u16 reg) { return str_c(regs[reg]); }
bool amd64_is_branch(u16 op) {
    u8 f = rows[op - ASM_OP_MACHINE].form;
    return f == F_JCC || f == F_JMP || f == F_CALL;
}

typedef struct Out {
    u8 *p;
    int n;
    AsmFixup *fix;
    int nfix;
} Out;
static void byte(Out *o, i64 b) { o->p[o->n++] = (u8)b; }
static void word(Out *o, i64 v, int n) {
    for (int i = 0; i < n; i++) byte(o, v >> (8 * i));
}
static bool fits8(i64 v) { return v == (i8)v; }
static bool fits32(i64 v) { return v == (i32)v; }
static int num(u16 r) { return r - 1; }
static bool is_gp(const Addr *a) { return a->kind == ADDR_REG && a->reg < TLS; }

static void fixup(Out *o, u8 kind, const Addr *a) {
    o->fix[o->nfix++] = (AsmFixup){(u8)o->n, 4, kind, a->sym, a->offset};
    word(o, 0, 4);
}

// [prefix] REX op modrm: reg and a register or memory operand.
static bool modrm(Out *o, int size, int op, int reg, const Addr *a, bool two) {
    bool tls = a->kind == ADDR_MEM && a->reg == TLS;
    int base = a->reg && !tls ? num(a->reg) : 0, index = a->index ? num(a->index) : 0;
    int rex = (size == 8 ? 8 : 0) | (reg >> 3 & 1) << 2 | (index >> 3 & 1) << 1 | (base >> 3 & 1);
    if (tls) byte(o, 0x64);
    if (rex || (size == 1 && (reg >= 4 || (a->kind == ADDR_REG && base >= 4)))) byte(o, 0x40 | rex);
    if (two) byte(o, 0x0f);
    byte(o, op);
    reg = (reg & 7) << 3;
    if (a->kind == ADDR_REG) {
        byte(o, 0xc0 | reg | (base & 7));
        return true;
    }
    if (a->kind != ADDR_MEM || a->index >= TLS || !fits32(a->offset)) return false;
    if (tls) {
        byte(o, 4 | reg), byte(o, 0x25);
        fixup(o, FIX_TLS_LE, a);
        return true;
    }
    if (a->name) {
        if (a->index) return false;
        byte(o, 5 | reg);
        fixup(o, FIX_PC, a);
        return true;
    }
    if (!a->reg && !a->index) {
        byte(o, 4 | reg), byte(o, 0x25), word(o, a->offset, 4);
        return true;
    }
    int mod = a->offset == 0 && (base & 7) != 5 ? 0 : fits8(a->offset) ? 0x40 : 0x80;
    if (!a->reg) return false;
    if (a->index || (base & 7) == 4) {
        int scale = a->scale == 8 ? 3 : a->scale == 4 ? 2 : a->scale == 2;
        byte(o, mod | reg | 4);
        byte(o, scale << 6 | (a->index ? index & 7 : 4) << 3 | (base & 7));
    } else byte(o, mod | reg | (base & 7));
    if (mod) word(o, a->offset, mod == 0x40 ? 1 : 4);
    return true;
}

static bool mov(Out *o, const struct Row *r, const Prog *p) {
    const Addr *a = &p->args[0], *b = &p->args[1];
    if (p->nargs != 2) return false;
    int wide = r->size != 1;
    if (is_gp(a) && (is_gp(b) || b->kind == ADDR_MEM)) return modrm(o, r->size, 0x88 | wide, num(a->reg), b, false);
    if (a->kind == ADDR_MEM && is_gp(b)) return modrm(o, r->size, 0x8a | wide, num(b->reg), a, false);
    if (a->kind != ADDR_IMM) return false;
    if (is_gp(b) && r->size > 1) {
        int n = num(b->reg);
        if (r->size == 4 || (a->offset >= 0 && a->offset <= UINT32_MAX)) {
            if (n >= 8) byte(o, 0x41);
            byte(o, 0xb8 | (n & 7)), word(o, a->offset, 4);
            return true;
        }
        if (fits32(a->offset)) {
            byte(o, 0x48 | n >> 3), byte(o, 0xc7), byte(o, 0xc0 | (n & 7)), word(o, a->offset, 4);
            return true;
        }
        byte(o, 0x48 | n >> 3), byte(o, 0xb8 | (n & 7)), word(o, a->offset, 8);
        return true;
    }
    if (!modrm(o, r->size, 0xc6 | wide, 0, b, false)) return false;
    word(o, a->offset, r->size == 1 ? 1 : 4);
    return r->size == 4 || fits32(a->offset);
}

static bool alu(Out *o, const struct Row *r, const Prog *p) {
    if (p->nargs != 2) return false;
    const Addr *a = &p->args[r->ext ? 1 : 0], *b = &p->args[r->ext ? 0 : 1]; // CMP: in Intel's order
    if (is_gp(a) && (is_gp(b) || b->kind == ADDR_MEM)) return modrm(o, r->size, r->op << 3 | 1, num(a->reg), b, false);
    if (a->kind == ADDR_MEM && is_gp(b)) return modrm(o, r->size, r->op << 3 | 3, num(b->reg), a, false);
    if (a->kind != ADDR_IMM || !fits32(a->offset)) return false;
    if (fits8(a->offset)) {
        if (!modrm(o, r->size, 0x83, r->op, b, false)) return false;
        byte(o, a->offset);
        return true;
    }
    if (is_gp(b) && num(b->reg) == 0) {
        if (r->size == 8) byte(o, 0x48);
        byte(o, r->op << 3 | 5);
    } else if (!modrm(o, r->size, 0x81, r->op, b, false)) return false;
    word(o, a->offset, 4);
    return true;
}

static bool branch(Out *o, const struct Row *r, const Prog *p) {
    if (p->nargs != 1) return false;
    const Addr *a = &p->args[0];
    bool call = r->form == F_CALL;
    if (a->kind == ADDR_BRANCH) {
        if (!a->target) return false;
        bool is_long = call || p->long_branch;
        int n = !is_long ? 2 : r->form == F_JCC ? 6 : 5;
        i64 d = (i64)a->target->pc - (p->pc + n);
        if (!is_long) byte(o, r->form == F_JCC ? 0x70 | r->op : 0xeb), byte(o, d);
        else if (r->form == F_JCC) byte(o, 0x0f), byte(o, 0x80 | r->op), word(o, d, 4);
        else byte(o, call ? 0xe8 : 0xe9), word(o, d, 4);
        return true;
    }
    if (r->form == F_JCC) return false;
    if (a->kind == ADDR_MEM && a->name) {
        byte(o, call ? 0xe8 : 0xe9);
        fixup(o, FIX_CALL, a);
        return true;
    }
    Addr t = *a;
    if (t.kind == ADDR_INDIRECT) t.kind = ADDR_MEM;
    return modrm(o, 0, 0xff, call ? 2 : 4, &t, false);
}

static bool one(Out *o, const struct Row *r, const Prog *p) {
    const Addr *a = &p->args[0];
    switch (r->form) {
    case F_NONE:
        if (r->ext) byte(o, r->ext);
        byte(o, r->op);
        if (r->size) byte(o, r->size);
        return p->nargs == 0;
    case F_MOV: return mov(o, r, p);
    case F_ALU: return alu(o, r, p);
    case F_LEA:
        return p->nargs == 2 && is_gp(&p->args[1]) && a->kind == ADDR_MEM &&
               modrm(o, r->size, 0x8d, num(p->args[1].reg), a, false);
    case F_TEST: return p->nargs == 2 && is_gp(a) && modrm(o, r->size, r->op, num(a->reg), &p->args[1], false);
    case F_UNARY: return p->nargs == 1 && modrm(o, r->size, r->op, r->ext, a, false);
    case F_PUSH:
    case F_POP:
        if (p->nargs != 1 || !is_gp(a)) return false;
        if (num(a->reg) >= 8) byte(o, 0x41);
        byte(o, (r->form == F_PUSH ? 0x50 : 0x58) | (num(a->reg) & 7));
        return true;
    default: return branch(o, r, p);
    }
}

bool amd64_encode(Arena *arena, const Prog *p, u8 out[24], int *size, AsmFixup fix[2], int *nfix, Str *error) {
    Out o = {out, 0, fix, 0};
    const struct Row *r = &rows[p->op - ASM_OP_MACHINE];
    if (p->suffix || !one(&o, r, p)) {
        *error = arena_printf(arena, "not supported yet: this form of %s", r->name);
        return false;
    }
    *size = o.n;
    *nfix = o.nfix;
    return true;
}
void amd64_fill_nops(u8 *out, i64 n) { memset(out, 0x90, (size_t)n); }
