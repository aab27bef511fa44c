// amd64_list.c - the disassembler: every row of insns.def with operands of all kinds decodes to what was encoded; texts of Go's assembler.
//
// The texts were put through Go's assembler: what it made of them is what the bytes beside them mean to its disassembler.
#include "amd64_again.h"
#include <stdio.h>

typedef struct Rng {
    u64 s;
} Rng;
static int below(Rng *r, int n) {
    r->s ^= r->s << 13, r->s ^= r->s >> 7, r->s ^= r->s << 17;
    return (int)((r->s * 0x2545f4914f6cdd1dULL >> 33) % (u64)n);
}

static Mem random_mem(Rng *r) {
    static const i32 disps[] = {0, 0, 8, -8, 127, 128, -128, -129, 4096, -70000};
    Mem m = {(i8)(below(r, 5) ? below(r, 16) : -1), (i8)(below(r, 2) ? below(r, 16) : -1), 0, disps[below(r, 10)],
             NULL};
    if (m.index == RSP) m.index = -1;
    if (m.index >= 0) m.scale = (u8)below(r, 4);
    return m;
}

// An instruction of the row that the encoder may be asked for.
static Decoded random_insn(Rng *r, InsnId id) {
    static const int widths[] = {1, 2, 4, 8};
    const Insn *in = &amd64_insns[id];
    Decoded d = {.id = id, .reg = -1, .rm = -1, .second = -1};
    int w = below(r, in->flags & IF_BYTE ? 4 : 3);
    d.size = (u8)widths[in->flags & IF_BYTE ? w : w + 1];
    if (in->flags & IF_NO_W) d.size = in->flags & IF_BYTE_RM ? 1 : 4;
    if (in->flags & (IF_W | IF_D64)) d.size = 8;
    if ((in->flags & (IF_X_REG | IF_X_RM | IF_REG_IN_OP)) && d.size == 2) d.size = 8;
    if ((in->operands == OPD_NONE || id == I_MOVZX16 || id == I_MOVSX16) && d.size == 2) d.size = 4;
    if (id == I_NOP_M && d.size == 8) d.size = 4;
    if (in->flags & IF_CC) d.cc = (u8)below(r, 16);
    d.reg =
        (i8)(in->flags & (IF_DIGIT | IF_DIGIT_IN_OP) ? below(r, 8) : below(r, 16) + (in->flags & IF_X_REG ? XMM0 : 0));
    if ((in->flags & IF_VEX) == IF_VEX) d.second = (i8)(XMM0 + below(r, 16));
    bool rm_only = id == I_PREFETCHNTA || in->operands == OPD_VEX;
    if (id == I_LEA || (!rm_only && below(r, 2))) d.has_mem = true, d.mem = random_mem(r);
    else d.rm = (i8)(below(r, 16) + (in->flags & IF_X_RM ? XMM0 : 0));
    static const i64 imms[] = {0, 1, -1, 100, -128, 1000, -30000, 100000, -2000000000};
    d.imm = imms[below(r, 9)];
    if (in->operands == OPD_I_AX && d.size != 1) d.imm = 30000; // else it is the shorter form
    if (in->operands == OPD_I8_M || in->operands == OPD_I8_RM || in->operands == OPD_REL8 || d.size == 1)
        d.imm = (i8)d.imm;
    else if (d.size == 2 && in->operands != OPD_REL32) d.imm = (i16)d.imm;
    d.imm_size = 0;
    switch (in->operands) {
    case OPD_I8_M:
    case OPD_I8_RM: d.imm_size = 1; break;
    case OPD_I_M:
    case OPD_I_RM: d.imm_size = (u8)(d.size < 4 ? d.size : 4); break;
    case OPD_I_R: d.imm_size = (u8)(d.size == 8 ? 8 : 4); break;
    case OPD_REL32: d.imm_size = 4; break;
    default: break;
    }
    return d;
}

static bool same(const Decoded *a, const Decoded *b) {
    const Insn *in = &amd64_insns[a->id];
    bool modrm = b->has_mem || b->rm >= 0, reg = in->ext < 0 && b->reg >= 0;
    if (a->id != b->id || a->size != b->size || a->cc != b->cc || (reg && a->reg != b->reg) || a->second != b->second)
        return false;
    if (modrm && (a->has_mem != b->has_mem || a->rm != b->rm)) return false;
    if (b->imm_size && a->imm != b->imm) return false;
    const Mem *x = &a->mem, *y = &b->mem;
    return !b->has_mem || (x->base == y->base && x->index == y->index && x->scale == y->scale && x->disp == y->disp);
}

static int check_rows(Arena *a) {
    Rng r = {88172645463325252ULL};
    int bad = 0;
    for (int id = 0; id < I_COUNT; id++)
        for (int k = 0; k < 300; k++) {
            Decoded want = random_insn(&r, (InsnId)id), got;
            Enc e = {.arena = a};
            encode_again(&e, &want, NULL);
            bool ok = amd64_decode(e.code.ptr, e.code.len, &got) && got.len == e.code.len && same(&want, &got) &&
                      decodes_to_itself(e.code.ptr, e.code.len, NULL, 0, a);
            for (i64 n = 0; ok && n < e.code.len; n++) ok = !amd64_decode(e.code.ptr, n, &got) || got.len <= n;
            if (!ok) {
                printf("%s, width %d:", amd64_insns[id].go, want.size);
                for (i64 i = 0; i < e.code.len; i++) printf(" %02x", e.code.ptr[i]);
                printf(" decodes wrongly\n");
                bad = 1;
            }
            buf_free(&e.code);
            if (!ok) break;
        }
    return bad;
}

static const struct {
    const char *hex, *text;
} texts[] = {
#include "amd64_list.inc"
};

static int check_texts(Arena *a) {
    int bad = 0;
    for (i64 k = 0; k < NELEM(texts); k++) {
        u8 code[16];
        i64 n = (i64)strlen(texts[k].hex) / 2;
        for (i64 i = 0; i < n; i++) {
            unsigned x;
            sscanf(texts[k].hex + 2 * i, "%2x", &x);
            code[i] = (u8)x;
        }
        Sym s = {.data = code, .size = n, .arena = a};
        Buf o = {0};
        i64 len = amd64_list(&o, &s, 0);
        if (len != n || o.len != (i64)strlen(texts[k].text) || memcmp(o.ptr, texts[k].text, (size_t)o.len))
            bad = 1, printf("%s: %.*s, want %s\n", texts[k].hex, (int)o.len, o.ptr, texts[k].text);
        buf_free(&o);
    }
    return bad;
}

// Symbols come from relocations.
static int check_symbols(Arena *a) {
    Symtab *st = obj_symtab_new(a);
    f64 pi = 3.5;
    Sym *var = obj_sym(st, S("main.x")), *num = obj_const(st, &pi, 8, 8), *str = obj_string(st, S("a\n\"b")),
        *table = obj_local(st, a, SYM_RODATA);
    Enc e = {.arena = a};
    enc_rm(&e, I_MOV_RM, 8, RAX, &(Mem){-1, -1, 0, 8, var});
    enc_alu_mi(&e, 0, 4, &(Mem){-1, -1, 0, 0, var}, 1000);
    enc_rm(&e, I_ADDSD, 4, XMM0, &(Mem){-1, -1, 0, 0, num});
    enc_mov_sym(&e, R9, str, 0);
    enc_rm(&e, I_JMP_M, 8, -1, &(Mem){-1, RCX, 3, 0, table});
    enc_rm(&e, I_MOVZX8, 4, RCX, &(Mem){RAX, RDX, 1, -4, var});
    enc_call_sym(&e, var);
    enc_jmp_sym(&e, var);
    Sym text = {.name = S("main.f"), .kind = SYM_TEXT, .arena = a, .data = e.code.ptr, .size = e.code.len};
    for (i64 i = 0; i < e.relocs.len; i++) vec_push(a, &text.relocs, e.relocs.ptr[i]);
    const char *want = "MOVQ\tmain.x+8(SB), AX\n"
                       "ADDL\t$1000, main.x(SB)\n"
                       "ADDSD\t$f64.400c000000000000(SB), X0\n"
                       "MOVL\t$go:string.\"a\\n\\\"b\"(SB), R9\n"
                       "JMP\tmain.f..1(SB)(CX*8)\n"
                       "MOVBLZX\tmain.x-4(SB)(AX*1)(DX*2), CX\n"
                       "CALL\tmain.x(SB)\n"
                       "JMP\tmain.x(SB)\n";
    Buf o = {0};
    for (i64 at = 0, n; at < text.size && (n = amd64_list(&o, &text, at)) > 0; at += n) buf_char(&o, '\n');
    bool ok = o.len == (i64)strlen(want) && !memcmp(o.ptr, want, (size_t)o.len);
    if (!ok) printf("symbols:\n%.*swant:\n%s", (int)o.len, o.ptr, want);
    return !ok;
}

int main(int argc, char **argv) {
    Arena *a = arena_new("test");
    return check_rows(a) | check_texts(a) | check_symbols(a);
}
