// asm_encode_fuzz.c - the encoder of amd64 with Progs that no parser made: it never crashes, never writes more than it may, and
// says why it fails. Names of instructions and registers are found again.
//
//   asm_encode_fuzz [SEED [N]]
#include "asm/prog.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;
#define EXPECT(c, ...)                                                                                                 \
    do {                                                                                                               \
        if (!(c)) failures++, printf("%d: %s: ", __LINE__, #c), printf(__VA_ARGS__), printf("\n");                     \
    } while (0)

static u64 state;
static u64 any(void) { // xorshift
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}
static u64 below(u64 n) { return any() % n; }

static u16 last_op, last_reg;

static void check_names(void) {
    u16 op = ASM_OP_MACHINE, reg = 1;
    for (; amd64_op_name(op).len; op++) {
        Str name = amd64_op_name(op);
        EXPECT(amd64_find_op(name) == op, "%.*s", SFMT(name));
    }
    for (; amd64_reg_name(reg).len; reg++) {
        Str name = amd64_reg_name(reg);
        EXPECT(amd64_find_reg(name) == reg, "%.*s", SFMT(name));
    }
    EXPECT(op > ASM_OP_MACHINE + 1500, "%d instructions", op - ASM_OP_MACHINE);
    EXPECT(reg > 200, "%d registers", reg);
    last_op = op;
    last_reg = reg;
    static const char *const bad[] = {"",    "A",   "ADDQ.Z", "addq", "ADDQX", "ZZZ",
                                      "R16", "X32", "X01",    "K8",   "AXX",   "\377"};
    for (i64 i = 0; i < NELEM(bad); i++)
        EXPECT(!amd64_find_op(str_c(bad[i])) && !amd64_find_reg(str_c(bad[i])), "%s", bad[i]);
    EXPECT(!amd64_op_name(0).ptr && !amd64_op_name(op).ptr && !amd64_op_name(UINT16_MAX).ptr, "no such instruction");
    EXPECT(!amd64_reg_name(reg).ptr && !amd64_reg_name(REG_SB).ptr && !amd64_reg_name(UINT16_MAX).ptr,
           "no such register");
    EXPECT(!amd64_is_branch(0) && !amd64_is_branch(UINT16_MAX) && amd64_is_branch(amd64_find_op(S("JNE"))), "branches");
}

static u16 any_reg(void) {
    switch (below(12)) {
    case 0: return 0;
    case 1: return (u16)(REG_PSEUDO + below(6));
    case 2: return (u16)any();
    default: return (u16)below(last_reg + 1);
    }
}

static i64 any_offset(void) {
    static const i64 edges[] = {0,   1,   3,         127,       128,        -128,      -129,
                                255, 256, INT32_MAX, INT32_MIN, UINT32_MAX, INT64_MAX, INT64_MIN};
    return below(3) ? edges[below(NELEM(edges))] : (i64)any();
}

static Addr any_addr(AsmSym *sym, Prog *target) {
    static const u8 kinds[] = {ADDR_REG, ADDR_REG, ADDR_REG, ADDR_MEM, ADDR_MEM, ADDR_IMM};
    static const u8 scales[] = {0, 1, 2, 4, 8, 3, 255};
    Addr a = {.kind = below(8) ? kinds[below(NELEM(kinds))] : (u8)below(ADDR_INDIRECT + 2)};
    a.reg = any_reg();
    a.offset = any_offset();
    if (below(2)) a.index = any_reg(), a.scale = scales[below(NELEM(scales))];
    if (!below(3)) a.name = (u8)below(NAME_GOTREF + 2);
    if (!below(4)) a.reg = a.index = a.scale = 0;
    a.args = a.kind == ADDR_REGLIST && below(3) ? 4 : (i32)any();
    a.sym = sym;
    a.target = below(4) ? target : NULL;
    return a;
}

static void check_prog(Arena *a, const Prog *p) {
    u8 out[40], again[40];
    AsmFixup fix[3];
    int size = -1, nfix = -1, size2 = -1, nfix2 = -1;
    Str error = {0}, name = amd64_op_name(p->op);
    memset(out, 0xa5, sizeof out);
    memset(again, 0xa5, sizeof again);
    memset(fix, 0xa5, sizeof fix);
    bool ok = amd64_encode(a, p, out, &size, fix, &nfix, &error);
    for (int i = 24; i < 40; i++) EXPECT(out[i] == 0xa5, "%.*s writes behind its 24 bytes", SFMT(name));
    EXPECT(fix[2].at == 0xa5, "%.*s has too many fixups", SFMT(name));
    EXPECT(ok || error.len, "%.*s fails without a word", SFMT(name));
    if (!ok) return;
    EXPECT(size > 0 && size <= 24, "%.*s has %d bytes", SFMT(name), size);
    EXPECT(nfix >= 0 && nfix <= 2, "%.*s has %d fixups", SFMT(name), nfix);
    for (int i = 0; i < nfix; i++)
        EXPECT(fix[i].at + fix[i].size <= size, "%.*s: a fixup behind the instruction", SFMT(name));
    amd64_encode(a, p, again, &size2, fix, &nfix2, &error);
    EXPECT(size == size2 && nfix == nfix2 && !memcmp(out, again, 40), "%.*s is not the same again", SFMT(name));
}

static void check_nops(void) {
    for (i64 n = 0; n < 64; n++) {
        u8 out[65];
        memset(out, 0xa5, sizeof out);
        amd64_fill_nops(out, n);
        EXPECT(out[n] == 0xa5 && (!n || out[n - 1] != 0xa5), "%lld bytes of NOPs", (long long)n);
    }
}

int main(int argc, char **argv) {
    state = argc > 1 ? strtoull(argv[1], NULL, 10) | 1 : 88172645463325252ull;
    i64 n = argc > 2 ? atoll(argv[2]) : 1000000, encoded = 0;
    check_names();
    check_nops();
    Arena *a = arena_new("asm_encode_fuzz");
    AsmSym *sym = arena_alloc(a, 8, 8); // never looked into
    Prog target = {.pc = 100};
    for (i64 i = 0; i < n; i++) {
        Prog p = {.op = (u16)(below(50) ? ASM_OP_MACHINE + below(last_op - ASM_OP_MACHINE) : any()),
                  .pc = (u32)below(400)};
        p.suffix = below(4) ? 0 : (u8)any();
        p.nargs = (u8)below(PROG_MAX_ARGS + 1);
        p.long_branch = below(2);
        for (int k = 0; k < p.nargs; k++) p.args[k] = any_addr(sym, &target);
        if (p.nargs && below(2) && amd64_is_branch(p.op)) p.args[p.nargs - 1].kind = ADDR_BRANCH;
        check_prog(a, &p);
        u8 out[24];
        AsmFixup fix[2];
        int size, nfix;
        Str error;
        encoded += amd64_encode(a, &p, out, &size, fix, &nfix, &error);
        if (i % 100000 == 0) arena_free(a), a = arena_new("asm_encode_fuzz"), sym = arena_alloc(a, 8, 8);
    }
    EXPECT(encoded > n / 500, "only %lld instructions were valid", (long long)encoded);
    printf("%lld Progs, %lld encoded, %d failures\n", (long long)n, (long long)encoded, failures);
    arena_free(a);
    return failures != 0;
}
