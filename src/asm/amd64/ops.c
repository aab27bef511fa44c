// ops.c - the tables of instructions: names, forms, shapes.
//
// The rows of ops_*.def become an array of names in bytewise order, one of forms, and one of where each instruction's forms
// begin. Enumerators count the rows, so that the compiler makes all of it.
#include "asm/amd64/operand.h"

enum {
#define SHAPE(name, ...) SHAPE_##name,
#include "asm/amd64/shapes.def"
#undef SHAPE
    SHAPE_COUNT
};
_Static_assert(SHAPE_COUNT <= 256, "Form.shape is a byte");
static const Shape shapes[] = {
#define SHAPE(name, roles, ...) {roles, sizeof roles - 1, {__VA_ARGS__}},
#include "asm/amd64/shapes.def"
#undef SHAPE
};

#define ROW__(file, line) ROW_##file##_##line
#define ROW_(file, line)  ROW__(file, line)
#define ROW               ROW_(FILE_ID, __LINE__)
enum { // AT_name: index of its first form
#define OP(name) AT_##name, BACK_##name = AT_##name - 1,
#define L(...)   ROW,
#define V(...)   ROW,
#define E(...)   ROW,
#include "asm/amd64/ops.def"
#undef OP
#undef L
#undef V
#undef E
    AT_END
};
static const u16 begins[] = {
#define OP(name) AT_##name,
#define L(...)
#define V(...)
#define E(...)
#include "asm/amd64/ops.def"
#undef OP
    AT_END,
};
static const Str names[] = {
#define OP(name) {#name, sizeof #name - 1},
#include "asm/amd64/ops.def"
#undef OP
#undef L
#undef V
#undef E
};

#define TAIL_LIT(byte) (TAIL_LITERAL | (byte))
#define UNIT(n)        UNIT_##n
enum {
    TAIL_0,
    TAIL_1,
    TAIL_2,
    TAIL_3,
    TAIL_4,
    TAIL_5,
    TAIL_6,
    TAIL_7,
    UNIT_N1 = 1,
    UNIT_N2 = 2,
    UNIT_N4 = 4,
    UNIT_N8 = 8,
    UNIT_N16 = 16,
    UNIT_N32 = 32,
    UNIT_N64 = 64,
    UNIT_S2 = N_SCALED | 2,
    UNIT_S4 = N_SCALED | 4,
    UNIT_S8 = N_SCALED | 8,
    UNIT_S16 = N_SCALED | 16,
};
static const Form forms[] = {
#define OP(name)
#define L(shape, flags, opcode, tail)       {SHAPE_##shape, ENC_LEGACY, LEN_X, opcode, flags, TAIL_##tail, 1, 0},
#define V(shape, lens, flags, opcode, tail) {SHAPE_##shape, ENC_VEX, LEN_##lens, opcode, flags, TAIL_##tail, 1, 0},
#define E(shape, lens, flags, opcode, tail, unit, may)                                                                 \
    {SHAPE_##shape, ENC_EVEX, LEN_##lens, opcode, flags, TAIL_##tail, UNIT_##unit, may},
#include "asm/amd64/ops.def"
};
_Static_assert(sizeof forms / sizeof *forms == AT_END, "a row a form");

typedef struct Alias {
    Str name;
    u16 op;
} Alias;
static const Alias aliases[] = {
#define A(alias, name) {{#alias, sizeof #alias - 1}, OP_##name},
#include "asm/amd64/aliases.def"
#undef A
};

// -1, 0, 1 in bytewise order.
static int compare(Str a, Str b) {
    int c = memcmp(a.ptr, b.ptr, (size_t)i64_min(a.len, b.len));
    return c ? c : (a.len > b.len) - (a.len < b.len);
}

static u16 find_alias(Str name) {
    for (i64 lo = 0, hi = sizeof aliases / sizeof *aliases; lo < hi;) {
        i64 mid = (lo + hi) / 2;
        int c = compare(name, aliases[mid].name);
        if (!c) return aliases[mid].op;
        if (c < 0) hi = mid;
        else lo = mid + 1;
    }
    return 0;
}

u16 amd64_find_op(Str name) {
    for (i64 lo = 0, hi = OP_END - ASM_OP_MACHINE; lo < hi;) {
        i64 mid = (lo + hi) / 2;
        int c = compare(name, names[mid]);
        if (!c) return (u16)(ASM_OP_MACHINE + mid);
        if (c < 0) hi = mid;
        else lo = mid + 1;
    }
    return find_alias(name);
}

static bool is_op(u16 op) { return op >= ASM_OP_MACHINE && op < OP_END; }

Str amd64_op_name(u16 op) { return is_op(op) ? names[op - ASM_OP_MACHINE] : (Str){0}; }

const Form *op_forms(u16 op, i64 *n) {
    *n = 0;
    if (!is_op(op)) return NULL;
    i64 i = op - ASM_OP_MACHINE;
    *n = begins[i + 1] - begins[i];
    return forms + begins[i];
}

const Shape *form_shape(const Form *f) { return &shapes[f->shape]; }

bool amd64_is_branch(u16 op) {
    i64 n;
    const Form *f = op_forms(op, &n);
    for (i64 i = 0; i < n; i++)
        for (const char *r = shapes[f[i].shape].roles; *r; r++)
            if (*r == 'j' || *r == 'l' || *r == 'c') return true;
    return false;
}
