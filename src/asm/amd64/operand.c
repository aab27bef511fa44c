// operand.c - registers of amd64 and the classes that operands belong to.
#include "asm/amd64/operand.h"

static const Str reg_names[] = {
    {0},
#define R(name) {#name, sizeof #name - 1},
#include "asm/amd64/regs.def"
#undef R
};

Str amd64_reg_name(u16 reg) { return reg < REG_COUNT ? reg_names[reg] : (Str){0}; }

// Number behind the first letter: X17. -1: no number, or one that does not stand alone (R8B, X017).
static int number_behind(Str s) {
    if (s.len < 2 || s.len > 3 || (s.len == 3 && s.ptr[1] == '0')) return -1;
    int n = 0;
    for (i64 i = 1; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return -1;
        n = n * 10 + (s.ptr[i] - '0');
    }
    return n;
}

static u16 find_numbered(char letter, int n) {
    switch (letter) {
    case 'X': return n < 32 ? (u16)(REG_X0 + n) : 0;
    case 'Y': return n < 32 ? (u16)(REG_Y0 + n) : 0;
    case 'Z': return n < 32 ? (u16)(REG_Z0 + n) : 0;
    case 'K': return n < 8 ? (u16)(REG_K0 + n) : 0;
    case 'M': return n < 8 ? (u16)(REG_M0 + n) : 0;
    case 'F': return n < 8 ? (u16)(REG_F0 + n) : 0;
    case 'R': return n >= 8 && n < 16 ? (u16)(REG_AX + n) : 0;
    }
    return 0;
}

enum { LONGEST_NAME = 5 };

// The names as words, so that one is compared at once: most of the words that are looked for are symbols' and labels'.
static const char reg_words[][8] = {
    "",
#define R(name) #name,
#include "asm/amd64/regs.def"
#undef R
};
#define R(name) _Static_assert(sizeof #name - 1 <= LONGEST_NAME, "LONGEST_NAME");
#include "asm/amd64/regs.def"
#undef R

u16 amd64_find_reg(Str name) {
    if (!name.len || name.len > LONGEST_NAME) return 0;
    int n = number_behind(name);
    if (n >= 0) return find_numbered(name.ptr[0], n);
    if (str_eq(name, S("g"))) return REG_R14;
    u64 word = 0, other;
    memcpy(&word, name.ptr, (size_t)name.len);
    for (u16 r = 1; r < REG_COUNT; r++) {
        memcpy(&other, reg_words[r], sizeof other);
        if (word == other) return r;
    }
    return 0;
}

int reg_number(u16 r) {
    static const u8 segments[] = {1, 2, 3, 0, 4, 5}; // CS SS DS ES FS GS
    static const u16 kinds[] = {REG_AL, REG_AX, REG_F0,  REG_M0,  REG_K0, REG_X0,
                                REG_Y0, REG_Z0, REG_CR0, REG_DR0, REG_TR0};
    if (reg_in(r, REG_AX, REG_R15)) return r - REG_AX; // most are of these two
    if (reg_in(r, REG_X0, REG_X31)) return r - REG_X0;
    if (reg_in(r, REG_AH, REG_BH)) return 4 + r - REG_AH;
    if (reg_in(r, REG_CS, REG_GS)) return segments[r - REG_CS];
    if (!r || reg_in(r, REG_GDTR, REG_TASK) || r >= REG_TLS) return 0;
    u16 first = 0;
    for (u64 i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i] <= r && kinds[i] > first) first = kinds[i];
    return r - first;
}

bool reg_needs_rex(u16 r) { return reg_in(r, REG_SPB, REG_DIB); }

#define C(name) (1ull << C_##name)

static u64 classes_of_general(u16 r) {
    u64 c = C(R) | C(RM) | C(RB) | C(RBM) | C(MMM);
    if (r == REG_AX) c |= C(AX);
    if (r == REG_CX) c |= C(CX);
    if (r <= REG_BX) c |= C(RX);
    return c;
}

static u64 classes_of_byte(u16 r) {
    if (r == REG_SPB) return 0;
    return C(RB) | C(RBM) | (r == REG_AL ? C(AL) : 0) | (r == REG_CL ? C(CX) : 0);
}

static u64 classes_of_control(u16 r) {
    static const u64 segments[] = {C(CS), C(SS), C(DS), C(ES), C(FS), C(GS)};
    if (reg_in(r, REG_CS, REG_GS)) return C(SEG) | segments[r - REG_CS];
    switch (r) {
    case REG_GDTR: return C(GDTR);
    case REG_IDTR: return C(IDTR);
    case REG_LDTR: return C(LDTR);
    case REG_MSW: return C(MSW);
    case REG_TASK: return C(TASK);
    case REG_CR0:
    case REG_CR2:
    case REG_CR3:
    case REG_CR4:
    case REG_CR8: return C(CR);
    case REG_DR0:
    case REG_DR6:
    case REG_DR7: return C(DR) | C(DRL);
    case REG_DR2:
    case REG_DR3: return C(DR);
    case REG_TR6:
    case REG_TR7: return C(TR);
    }
    return reg_in(r, REG_CR9, REG_CR15) ? 0 : C(OTHER);
}

static u64 classes_of_reg(u16 r) {
    if (reg_in(r, REG_AX, REG_R15)) return classes_of_general(r);
    if (reg_in(r, REG_AL, REG_R15B) || reg_in(r, REG_AH, REG_BH)) return classes_of_byte(r);
    if (reg_in(r, REG_X0, REG_X31)) return C(X) | C(XM) | (r == REG_X0 ? C(X0) : 0);
    if (reg_in(r, REG_Y0, REG_Y31)) return C(Y) | C(YM);
    if (reg_in(r, REG_Z0, REG_Z31)) return C(Z) | C(ZM);
    if (reg_in(r, REG_K0, REG_K7)) return C(K) | C(KM) | (r == REG_K0 ? 0 : C(KN));
    if (reg_in(r, REG_M0, REG_M7)) return C(MM) | C(MMM);
    if (reg_in(r, REG_F0, REG_F7)) return C(ST) | (r == REG_F0 ? C(ST0) : 0);
    return r && r < REG_COUNT ? classes_of_control(r) : 0;
}

static u64 classes_of_number(i64 v) {
    u64 c = C(I64);
    if (v == 0) c |= C(I0);
    if (v == 1) c |= C(I1);
    if (v >= 0 && v <= 3) c |= C(U2);
    if (v >= -128 && v <= 127) c |= C(I8) | C(IB);
    if (v >= 0 && v <= 255) c |= C(U8) | C(IB);
    if (v == (i32)v) c |= C(S32) | C(I32);
    if (v == (u32)v) c |= C(U32) | C(I32);
    return c;
}

static bool is_symbol(const Addr *a) {
    return a->name == NAME_EXTERN || a->name == NAME_STATIC || a->name == NAME_GOTREF;
}

static u64 classes_of_memory(const Addr *a) {
    if (a->index == REG_SP || a->index >= REG_PSEUDO) return 0;
    if (reg_in(a->index, REG_X0, REG_X31)) return C(XS);
    if (reg_in(a->index, REG_Y0, REG_Y31)) return C(YS);
    if (reg_in(a->index, REG_Z0, REG_Z31)) return C(ZS);
    if (is_symbol(a) && ((a->reg && a->reg != REG_SB) || a->index || a->scale)) return 0;
    if ((a->name == NAME_AUTO || a->name == NAME_PARAM) && a->reg && a->reg != REG_SP) return 0;
    return C(M) | C(RM) | C(RBM) | C(MMM) | C(XM) | C(YM) | C(ZM) | C(KM);
}

static u64 classes_of_list(const Addr *a) {
    if (a->args != 4) return 0;
    if (reg_in(a->reg, REG_X0, REG_X28)) return C(X4);
    if (reg_in(a->reg, REG_Y0, REG_Y28)) return C(Y4);
    if (reg_in(a->reg, REG_Z0, REG_Z28)) return C(Z4);
    return 0;
}

u64 operand_classes(const Addr *a) {
    switch (a->kind) {
    case ADDR_REG: return classes_of_reg(a->reg);
    case ADDR_IMM: return classes_of_number(a->offset);
    case ADDR_MEM: return classes_of_memory(a);
    // $8(AX) without a symbol is the number, but for MOVL and MOVQ, which became LEAL and LEAQ before.
    case ADDR_ADDR: return a->name == NAME_GOTREF ? 0 : a->name != NAME_NONE ? C(A) : classes_of_number(a->offset);
    case ADDR_BRANCH: return C(LABEL);
    case ADDR_REGLIST: return classes_of_list(a);
    case ADDR_INDIRECT: return a->name != NAME_NONE && (!a->reg || a->reg == REG_SB) && !a->index ? C(IND) : 0;
    }
    return C(OTHER);
}

bool operand_is_high(const Addr *a) {
    u16 r = a->kind == ADDR_REG ? a->reg : a->kind == ADDR_MEM ? a->index : 0;
    return reg_in(r, REG_X16, REG_X31) || reg_in(r, REG_Y16, REG_Y31);
}
