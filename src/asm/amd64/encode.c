// encode.c - one instruction of amd64 -> bytes and fixups.
//
// In:     a Prog whose operands are in their final kinds (prog.h). It is not changed.
// Out:    the bytes that Go's assembler chooses: those of the first form in ops_*.def whose operand classes fit.
// Never:  looks at other instructions, but for the pc of a branch's target.
//
// The form says what there is, its shape which operand is encoded where (pick_operands); legacy, VEX and EVEX differ in what
// stands before ModRM only.
#include "asm/amd64/operand.h"

typedef struct Encoder {
    Arena *a;
    const Prog *p;
    const Form *f;
    int len; // of the form: 0 128, 1 256, 2 512 bits
    const Addr *m, *r, *v, *k, *o, *h, *imm, *label;
    char imm_role, label_role;
    u8 *out;
    int n;
    AsmFixup *fix;
    int nfix;
    Str error; // the first
} Encoder;

static void fail(Encoder *e, Str why) {
    if (!e->error.len) e->error = why;
}

static void put(Encoder *e, int byte) { e->out[e->n++] = (u8)byte; }

static void put_le(Encoder *e, u64 v, int size) {
    for (int i = 0; i < size; i++) put(e, (int)(v >> (8 * i) & 0xff));
}

static void put_fixup(Encoder *e, int kind, AsmSym *sym, i64 addend) {
    e->fix[e->nfix++] = (AsmFixup){(u8)e->n, 4, (u8)kind, sym, addend};
    put_le(e, 0, 4);
}

static bool is_symbol(const Addr *a) {
    return a->name == NAME_EXTERN || a->name == NAME_STATIC || a->name == NAME_GOTREF;
}
static bool is_segment(u16 reg) { return reg_in(reg, REG_CS, REG_GS); }
static const Addr *last_arg(const Encoder *e) { return &e->p->args[e->p->nargs - 1]; }

// The register of an operand; AX of a byte instruction is AL.
static u16 reg_of(const Encoder *e, const Addr *a) {
    bool byte = ((e->f->flags & B) && (a == e->p->args || a == last_arg(e))) || ((e->f->flags & B1) && a == e->p->args);
    return byte && reg_in(a->reg, REG_AX, REG_R15) ? (u16)(a->reg - REG_AX + REG_AL) : a->reg;
}

static int number_of(const Encoder *e, const Addr *a) { return a ? reg_number(reg_of(e, a)) : 0; }

// ---- which form ------------------------------------------------------------------------------------------------------

static int class_of_length(int class, int len) {
    static const u8 sized[][3] = {
        {C_X, C_Y, C_Z}, {C_XM, C_YM, C_ZM}, {C_XS, C_YS, C_ZS},
        {C_X, C_X, C_Y}, {C_XM, C_XM, C_YM}, {C_XS, C_XS, C_YS},
    };
    return class < C_V ? class : sized[class - C_V][len];
}

// An operand of no class at all fits behind those of an instruction without operands, as upstream has it.
static bool fits(const Shape *s, int len, const u64 *classes, int n, bool with_mask) {
    int at = 0;
    for (int i = 0; i < s->nargs; i++) {
        if (s->roles[i] == 'K' && !with_mask) continue;
        if (at == n || !(classes[at++] >> class_of_length(s->classes[i], len) & 1)) return false;
    }
    for (; at < n; at++)
        if (classes[at] || s->nargs) return false;
    return true;
}

static void pick_operands(Encoder *e, const Shape *s, bool with_mask) {
    e->m = e->r = e->v = e->k = e->o = e->h = e->imm = e->label = NULL;
    const Addr *a = e->p->args;
    for (const char *role = s->roles; *role; role++) {
        if (*role == 'K' && !with_mask) continue;
        switch (*role) {
        case 'm': e->m = a; break;
        case 'r': e->r = a; break;
        case '2': e->m = e->r = a; break;
        case 'v': e->v = a; break;
        case 'k':
        case 'K': e->k = a; break;
        case 'o': e->o = a; break;
        case 'h': e->h = a; break;
        case 'b':
        case 'd':
        case 'w':
        case 'q':
        case 'D': e->imm = a, e->imm_role = *role; break;
        case 'j':
        case 'l':
        case 'c': e->label = a, e->label_role = *role; break;
        }
        a++;
    }
}

static bool try_form(Encoder *e, const Form *f, const u64 *classes, bool high) {
    if ((high || e->p->suffix) && f->enc != ENC_EVEX) return false;
    const Shape *s = form_shape(f);
    for (int len = 0; len < 3; len++) {
        if (!(f->lens >> len & 1)) continue;
        for (int mask = 0; mask < 2; mask++)
            if (fits(s, len, classes, e->p->nargs, mask)) {
                e->f = f, e->len = len;
                pick_operands(e, s, mask);
                return true;
            }
    }
    return false;
}

// CALL and JMP of a symbol go there; of other memory to what stands in it.
static bool is_direct(const Prog *p, const Addr *a) {
    return (p->op == OP_CALL || p->op == OP_JMP) && a == &p->args[p->nargs - 1] && a->kind == ADDR_MEM &&
           (a->name == NAME_EXTERN || a->name == NAME_STATIC);
}

static bool find_form(Encoder *e) {
    u64 classes[PROG_MAX_ARGS];
    bool high = false;
    for (int i = 0; i < e->p->nargs; i++) {
        const Addr *a = &e->p->args[i];
        classes[i] = is_direct(e->p, a) ? 1ull << C_LABEL : operand_classes(a);
        high |= operand_is_high(a);
    }
    i64 n;
    const Form *f = op_forms(e->p->op, &n);
    for (i64 i = 0; i < n; i++) {
        if (f[i].flags & MISSING) fail(e, S("asmins: missing op"));
        else if (try_form(e, &f[i], classes, high)) return true;
    }
    fail(e, S("invalid instruction"));
    return false;
}

// ---- ModRM and behind it -----------------------------------------------------------------------------------------------

static bool is_vector(u16 r) { return reg_in(r, REG_X0, REG_Z31); }
static bool is_general(u16 r) { return reg_in(r, REG_AX, REG_R15); }

static void bad_address(Encoder *e, const Addr *a) {
    Str x = amd64_reg_name(a->index), b = amd64_reg_name(a->reg);
    if (a->index) fail(e, arena_printf(e->a, "asmidx: bad address %d/%.*s/%.*s", a->scale, SFMT(x), SFMT(b)));
    else if (!a->offset) fail(e, arena_printf(e->a, "asmand: bad address (%.*s)", SFMT(b)));
    else fail(e, arena_printf(e->a, "asmand: bad address %lld(%.*s)", (long long)a->offset, SFMT(b)));
}

static void put_sib(Encoder *e, const Addr *a, u16 index, u16 base) {
    static const u8 scales[] = {0xff, 0, 1, 0xff, 2, 0xff, 0xff, 0xff, 3};
    int sib = 4 << 3;
    if (index) {
        bool ok = (is_general(index) && index != REG_SP) || is_vector(index);
        if (!ok || a->scale > 8 || scales[a->scale] == 0xff) bad_address(e, a);
        else sib = scales[a->scale] << 6 | (reg_number(index) & 7) << 3;
    }
    if (base && !is_general(base)) bad_address(e, a);
    put(e, sib | (base ? reg_number(base) & 7 : 5));
}

// Bytes that a byte of displacement stands for: EVEX compresses.
static i32 displacement_unit(const Encoder *e) {
    const Form *f = e->f;
    if (e->p->suffix & SUFFIX_BCST) return f->may & B4 ? 4 : f->may & B8 ? 8 : 1;
    return f->unit & N_SCALED ? (f->unit & ~N_SCALED) << e->len : f->unit;
}

static void put_memory(Encoder *e, const Addr *a, int reg) {
    i32 disp = (i32)a->offset, unit = displacement_unit(e);
    u16 index = is_segment(a->index) ? REG_NONE : a->index;
    u16 base = a->name == NAME_AUTO || a->name == NAME_PARAM ? REG_SP : is_segment(a->reg) ? REG_NONE : a->reg;
    reg <<= 3;
    if (is_symbol(a)) {
        put(e, reg | 5);
        put_fixup(e, FIX_PC, a->sym, a->offset);
        return;
    }
    if (!base || base == REG_TLS) {
        put(e, reg | 4);
        put_sib(e, a, index, REG_NONE);
        if (base == REG_TLS) put_fixup(e, FIX_TLS_LE, NULL, a->offset);
        else put_le(e, (u32)disp, 4);
        return;
    }
    if (!is_general(base)) bad_address(e, a);
    bool sib = index || base == REG_SP || base == REG_R12;
    bool none = !disp && base != REG_BP && base != REG_R13;
    bool small = disp % unit == 0 && disp / unit >= -128 && disp / unit <= 127;
    put(e, (none ? 0 : small ? 0x40 : 0x80) | reg | (sib ? 4 : reg_number(base) & 7));
    if (sib) put_sib(e, a, index, base);
    if (!none) put_le(e, (u32)(small ? disp / unit : disp), small ? 1 : 4);
}

static void put_modrm(Encoder *e) {
    if (!e->m) return;
    int reg = e->f->tail == TAIL_R ? number_of(e, e->r) & 7 : e->f->tail;
    if (e->m->kind == ADDR_REG) {
        put(e, 0xc0 | reg << 3 | (number_of(e, e->m) & 7));
        return;
    }
    if (e->m->offset != (i32)e->m->offset && e->p->op != OP_LEAL) fail(e, S("offset too large"));
    put_memory(e, e->m, reg);
}

static void put_immediate(Encoder *e) {
    if (e->h) put(e, number_of(e, e->h) << 4);
    if (!e->imm) return;
    u64 v = (u64)e->imm->offset;
    switch (e->imm_role) {
    case 'b': put_le(e, v, 1); break;
    case 'w': put_le(e, v, 2); break;
    case 'd': put_le(e, v, e->f->flags & P66 ? 2 : 4); break;
    default: put_le(e, v, 8);
    }
}

// ---- before ModRM -----------------------------------------------------------------------------------------------------

static int segment_prefix(const Addr *a) {
    if (a->kind != ADDR_MEM) return 0;
    u16 s = a->name == NAME_NONE && (is_segment(a->reg) || a->reg == REG_TLS) && a->reg != REG_SS ? a->reg : a->index;
    switch (s) {
    case REG_CS: return 0x2e;
    case REG_DS: return 0x3e;
    case REG_ES: return 0x26;
    case REG_TLS: return s == a->index ? 0 : 0x64;
    case REG_FS: return 0x64;
    case REG_GS: return 0x65;
    }
    return 0;
}

// Only of the first and the last operand, as upstream.
static void put_segments(Encoder *e) {
    const Prog *p = e->p;
    for (int i = 0; i<p->nargs; i += p->nargs> 1 ? p->nargs - 1 : 1) {
        int byte = segment_prefix(&p->args[i]);
        if (byte) put(e, byte);
    }
}

// Bits above the third of the numbers in ModRM and SIB, in the places that REX and VEX have: R 4, X 2, B 1.
static int extension(const Encoder *e) {
    int x = number_of(e, e->r) & 8 ? 4 : 0;
    if (!e->m) return x;
    if (e->m->kind != ADDR_REG && !is_segment(e->m->index) && reg_number(e->m->index) & 8) x |= 2;
    bool base = e->m->kind == ADDR_REG || (!is_symbol(e->m) && is_general(e->m->reg));
    if (base && number_of(e, e->m) & 8) x |= 1;
    return x;
}

static void put_legacy(Encoder *e) {
    const Form *f = e->f;
    int rex = extension(e) | (f->flags & W ? 8 : 0);
    if (e->o && number_of(e, e->o) & 8) rex |= 1;
    if (e->r && reg_needs_rex(reg_of(e, e->r))) rex |= 0x40;
    if (e->m && e->m->kind == ADDR_REG && reg_needs_rex(reg_of(e, e->m))) rex |= 0x40;
    if (e->o && reg_needs_rex(reg_of(e, e->o))) rex |= 0x40;
    if (f->flags & P66) put(e, 0x66);
    if (f->flags & PF2) put(e, 0xf2);
    if (f->flags & PF3) put(e, 0xf3);
    if (rex) put(e, 0x40 | rex);
    if (f->flags & M3A) {
        put(e, 0x0f);
        if ((f->flags & M3A) == M38) put(e, 0x38);
        else if ((f->flags & M3A) == M3A) put(e, 0x3a);
    }
    put(e, f->opcode | (e->o ? number_of(e, e->o) & 7 : 0));
    if (f->tail & TAIL_LITERAL) put(e, f->tail & 0xff);
}

static int map_of(const Form *f) { return (f->flags & M3A) / M0F; }
static int prefix_of(const Form *f) { return f->flags & P66 ? 1 : f->flags & PF3 ? 2 : f->flags & PF2 ? 3 : 0; }

static void put_vex(Encoder *e) {
    const Form *f = e->f;
    int x = extension(e), w = f->flags & W ? 0x80 : 0;
    int vlp = (~number_of(e, e->v) & 15) << 3 | e->len << 2 | prefix_of(f);
    if (map_of(f) == 1 && !(x & 3) && !w) {
        put(e, 0xc5);
        put(e, (x & 4 ? 0 : 0x80) | vlp);
    } else {
        put(e, 0xc4);
        put(e, (~x & 7) << 5 | map_of(f));
        put(e, w | vlp);
    }
    put(e, f->opcode);
}

static int rounding_of(u8 suffix) {
    return suffix & SUFFIX_RN_SAE   ? 0
           : suffix & SUFFIX_RD_SAE ? 1
           : suffix & SUFFIX_RU_SAE ? 2
           : suffix & SUFFIX_RZ_SAE ? 3
                                    : -1;
}

static bool is_single(int lens) { return !(lens & (lens - 1)); }

static void check_suffixes(Encoder *e) {
    const Form *f = e->f;
    u8 s = e->p->suffix;
    bool memory = e->m && e->m->kind == ADDR_MEM, longest = is_single(f->lens) || e->len == 2;
    if (s & SUFFIX_Z) {
        if (!(f->may & ZERO)) fail(e, S("unsupported zeroing"));
        if (!e->k) fail(e, S("mask register must be specified for .Z instructions"));
    }
    if (rounding_of(s) >= 0) {
        if (memory) fail(e, S("illegal rounding with memory argument"));
        else if (!(f->may & RND) || !longest) fail(e, S("unsupported rounding"));
    } else if (s & SUFFIX_BCST) {
        if (!memory) fail(e, S("illegal broadcast without memory argument"));
        else if (!(f->may & (B4 | B8))) fail(e, S("unsupported broadcast"));
    } else if (s & SUFFIX_SAE) {
        if (memory) fail(e, S("illegal SAE with memory argument"));
        else if (!(f->may & SAE) || !longest) fail(e, S("unsupported SAE"));
    }
}

static void put_evex(Encoder *e) {
    const Form *f = e->f;
    check_suffixes(e);
    int x = extension(e), v = number_of(e, e->v), r = number_of(e, e->r), rounding = rounding_of(e->p->suffix);
    bool reg = e->m && e->m->kind == ADDR_REG;
    if (reg && reg_number(e->m->reg) & 16) x |= 2;
    int high_v = !reg && e->m && e->m->index && is_vector(e->m->index) && reg_number(e->m->index) & 16 ? 16 : v & 16;
    bool b = rounding >= 0 || e->p->suffix & (SUFFIX_BCST | SUFFIX_SAE);
    put(e, 0x62);
    put(e, (~x & 7) << 5 | (r & 16 ? 0 : 0x10) | map_of(f));
    put(e, (f->flags & W ? 0x80 : 0) | (~v & 15) << 3 | 4 | prefix_of(f));
    put(e, (e->p->suffix & SUFFIX_Z ? 0x80 : 0) | (rounding >= 0 ? rounding : e->len) << 5 | b << 4 | (high_v ? 0 : 8) |
               (e->k ? reg_number(e->k->reg) : 0));
    put(e, f->opcode);
}

// ---- branches and data -------------------------------------------------------------------------------------------------

static void put_distance(Encoder *e, int size) {
    i64 d = (i64)e->label->target->pc - ((i64)e->p->pc + e->n + size);
    if (size == 1 && e->label_role == 'l' && (d < -128 || d > 127)) fail(e, S("loop too far"));
    put_le(e, (u64)d, size);
}

static void put_branch(Encoder *e) {
    const Addr *a = e->label;
    int opcode = e->f->opcode, jmp = e->p->op == OP_JMP;
    bool symbol = a->kind == ADDR_MEM; // is_direct
    if (!symbol && (!a->target || e->p->op == OP_CALL)) {
        fail(e, jmp ? S("jmp/branch/loop without target") : S("call without target"));
        return;
    }
    if (e->label_role == 'c') {
        put(e, opcode);
        if (e->f->tail & TAIL_LITERAL) put(e, e->f->tail & 0xff);
    } else if (e->label_role == 'l' || !(e->p->long_branch || symbol)) {
        if (e->label_role == 'l' && e->p->long_branch) fail(e, S("loop too far"));
        if (e->p->op == OP_JCXZL) put(e, 0x67);
        put(e, opcode);
        put_distance(e, 1);
        return;
    } else if (jmp) put(e, 0xe9);
    else put(e, 0x0f), put(e, opcode + 0x10);
    if (symbol) put_fixup(e, FIX_CALL, a->sym, a->offset);
    else put_distance(e, 4);
}

// ---- what the instruction alone does not say -----------------------------------------------------------------------------

static bool is_gather(u16 op) {
    static const u16 ops[] = {OP_VGATHERDPD, OP_VGATHERQPD, OP_VGATHERDPS, OP_VGATHERQPS,
                              OP_VPGATHERDD, OP_VPGATHERQD, OP_VPGATHERDQ, OP_VPGATHERQQ};
    for (u64 i = 0; i < sizeof ops / sizeof *ops; i++)
        if (ops[i] == op) return true;
    return false;
}

static int number_or_none(u16 r) { return reg_in(r, REG_AL, REG_Z31) ? reg_number(r) : -1; }

// Gathers whose registers are the same ones are undefined.
static void check_gather(Encoder *e) {
    const Addr *a = e->p->args;
    if (e->p->nargs < 3) {
        fail(e, S("need a third arg for gather instruction"));
        return;
    }
    int dest = number_or_none(last_arg(e)->reg);
    if (reg_in(a[1].reg, REG_K0, REG_K7)) {
        if (dest == number_or_none(a[0].index)) fail(e, S("index and destination registers should be distinct"));
        return;
    }
    int mask = number_or_none(a[0].reg), index = number_or_none(a[1].index);
    if (dest == mask || dest == index || mask == index)
        fail(e, S("mask, index, and destination registers should be distinct"));
}

static void encode(Encoder *e) {
    if (is_gather(e->p->op)) check_gather(e);
    if (e->error.len || !find_form(e)) return;
    if (e->f->flags & NO64) fail(e, S("asmins: illegal in 64-bit mode"));
    put_segments(e);
    if (e->label) put_branch(e);
    else if (e->imm && e->imm_role == 'D') put_le(e, (u64)e->imm->offset, e->f->opcode);
    else {
        if (e->f->enc == ENC_LEGACY) put_legacy(e);
        else if (e->f->enc == ENC_VEX) put_vex(e);
        else put_evex(e);
        put_modrm(e);
        put_immediate(e);
    }
}

// ADJSP $n: what makes the frame n bytes larger; -128 is shorter than 128.
static bool encode_adjsp(Arena *a, const Prog *p, u8 out[24], int *size, AsmFixup fix[2], int *nfix, Str *error) {
    Prog q = *p;
    i64 v = p->args[0].offset;
    if (p->nargs != 1 || p->args[0].kind != ADDR_IMM || !v) {
        *error = S("invalid instruction");
        return false;
    }
    bool add = v == 128 || (v < 0 && v != -128);
    q.op = add ? OP_ADDQ : OP_SUBQ;
    q.nargs = 2;
    if (add) q.args[0].offset = (i64)(0 - (u64)v);
    q.args[1] = (Addr){.kind = ADDR_REG, .reg = REG_SP};
    return amd64_encode(a, &q, out, size, fix, nfix, error);
}

bool amd64_encode(Arena *a, const Prog *p, u8 out[24], int *size, AsmFixup fix[2], int *nfix, Str *error) {
    *nfix = 0;
    if (p->op == OP_ADJSP) return encode_adjsp(a, p, out, size, fix, nfix, error);
    Encoder e = {.a = a, .p = p, .out = out, .fix = fix};
    encode(&e);
    *nfix = e.nfix;
    *size = e.n;
    *error = e.error;
    return !e.error.len;
}

void amd64_fill_nops(u8 *out, i64 n) {
    static const u8 nops[][9] = {
        {0x90},
        {0x66, 0x90},
        {0x0f, 0x1f, 0x00},
        {0x0f, 0x1f, 0x40, 0x00},
        {0x0f, 0x1f, 0x44, 0x00, 0x00},
        {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
        {0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
        {0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
        {0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
    };
    while (n > 0) {
        i64 k = i64_min(n, 9);
        memcpy(out, nops[k - 1], (size_t)k);
        out += k;
        n -= k;
    }
}
