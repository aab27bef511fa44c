// operand.c - one operand of an instruction: tokens -> Addr.
//
//   $sym±off(SB)(reg)(index*scale), sym<>±off(SB), name±off(FP), name±off(SP), off(reg)(index*scale), reg, $const, $1.5, $"text",
//   n(PC), label, [Z0-Z3], *reg. Every piece may be absent; what is found tells what the operand is.
// Expressions: unsigned 64-bit arithmetic, Go's precedences.
#include "asm/asm_int.h"
#include <errno.h>
#include <stdlib.h>

// ---- tokens of the operand -----------------------------------------------------------------------------------------

static const Tok eof = {T_EOF, {"EOF", 3}};
static Tok next(Asm *s) { return s->at < s->nin ? s->in[s->at++] : eof; }
static i32 peek(const Asm *s) { return s->at < s->nin ? s->in[s->at].kind : T_EOF; }

static void unexpected(Asm *s, const char *what) {
    Tok t = next(s);
    asm_error(s, "expected %s, found %.*s", what, SFMT(t.text));
}
static Tok get(Asm *s, i32 kind) {
    if (peek(s) != kind) unexpected(s, tok_kind_name(s->a, kind));
    return next(s);
}
static void expect_end(Asm *s) {
    if (peek(s) != T_EOF) unexpected(s, "end of operand");
}

static bool have(const Asm *s, i32 kind) {
    for (i64 i = s->at; i < s->nin; i++)
        if (s->in[i].kind == kind) return true;
    return false;
}

// ---- expressions -------------------------------------------------------------------------------------------------------

static u64 whole(Asm *s, Str t) {
    u64 v = 0;
    int base = 10;
    i64 i = 0;
    if (t.len > 1 && t.ptr[0] == '0') {
        char c = (char)(t.ptr[1] | 32);
        base = c == 'x' ? 16 : c == 'b' ? 2 : 8;
        i = c == 'x' || c == 'b' || c == 'o' ? 2 : 1;
    }
    bool bad = i == t.len, big = false;
    for (; i < t.len; i++) {
        char c = t.ptr[i];
        if (c == '_') continue;
        int d = c >= '0' && c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
        bad |= d < 0 || d >= base;
        big |= __builtin_mul_overflow(v, (u64)base, &v) || __builtin_add_overflow(v, (u64)d, &v);
    }
    if (bad) asm_error(s, "strconv.ParseUint: parsing %.*s: invalid syntax", SFMT(asm_quote(s->a, t)));
    else if (big) asm_error(s, "strconv.ParseUint: parsing %.*s: value out of range", SFMT(asm_quote(s->a, t)));
    return bad ? 0 : big ? UINT64_MAX : v;
}

static f64 real(Asm *s, Str t) {
    char *z = arena_alloc(s->a, t.len + 1, 1), *end;
    i64 n = 0;
    for (i64 i = 0; i < t.len; i++)
        if (t.ptr[i] != '_') z[n++] = t.ptr[i];
    f64 v = strtod(z, &end);
    if (*end || !n) asm_error(s, "strconv.ParseFloat: parsing %.*s: invalid syntax", SFMT(asm_quote(s->a, t)));
    return v;
}

static u64 character(Asm *s, Str lit) {
    Str u;
    int n;
    if (!asm_unquote(s->a, lit, &u) || !u.len) {
        asm_error(s, "invalid syntax");
        return 0;
    }
    i32 r = utf8_decode(u.ptr, u.len, &n);
    if (n == 1 && r == RUNE_ERROR) asm_error(s, "illegal UTF-8 encoding for character constant");
    return (u64)r;
}

enum { MAX_NESTING = 1000 };
static u64 expr(Asm *, int depth);

static u64 factor(Asm *s, int depth) {
    Tok t = next(s);
    if (depth > MAX_NESTING) {
        asm_error(s, "expression is nested too deeply");
        s->at = s->nin;
        return 0;
    }
    switch (t.kind) {
    case T_INT: return whole(s, t.text);
    case T_CHAR: return character(s, t.text);
    case '+': return factor(s, depth + 1);
    case '-': return -factor(s, depth + 1);
    case '~': return ~factor(s, depth + 1);
    case '(': {
        u64 v = expr(s, depth + 1);
        if (next(s).kind != ')') asm_error(s, "missing closing paren");
        return v;
    }
    default: asm_error(s, "unexpected %.*s evaluating expression", SFMT(t.text)); return 0;
    }
}

static u64 shift(u64 v, u64 n, bool left) { return n > 63 ? 0 : left ? v << n : v >> n; }

static u64 term(Asm *s, int depth) {
    u64 v = factor(s, depth);
    for (;;) {
        i32 op = peek(s);
        if (op != '*' && op != '/' && op != '%' && op != '&' && op != T_LSH && op != T_RSH) return v;
        next(s);
        if (op == '/' && (i64)v < 0) asm_error(s, "divide of value with high bit set");
        u64 y = op == T_RSH ? term(s, depth + 1) : factor(s, depth);
        switch (op) {
        case '*': v *= y; break;
        case '&': v &= y; break;
        case '/':
            if (!y) asm_error(s, "division by zero");
            else v /= y;
            break;
        case '%':
            if ((i64)v < 0) asm_error(s, "modulo of value with high bit set");
            if (!y) asm_error(s, "modulo by zero");
            else v %= y;
            break;
        case T_LSH:
            if ((i64)y < 0) asm_error(s, "negative left shift count");
            return shift(v, y, true);
        default:
            if ((i64)y < 0) asm_error(s, "negative right shift count");
            if ((i64)v < 0) asm_error(s, "right shift of value with high bit set");
            v = shift(v, y, false);
        }
    }
}

static u64 expr(Asm *s, int depth) {
    u64 v = term(s, depth);
    for (;;) {
        switch (peek(s)) {
        case '+': next(s), v += term(s, depth); break;
        case '-': next(s), v -= term(s, depth); break;
        case '|': next(s), v |= term(s, depth); break;
        case '^': next(s), v ^= term(s, depth); break;
        default: return v;
        }
    }
}
u64 asm_expr(Asm *s) { return expr(s, 0); }

static f64 float_expr(Asm *s, int depth) {
    Tok t = next(s);
    if (depth > MAX_NESTING) {
        asm_error(s, "expression is nested too deeply");
        return 0;
    }
    switch (t.kind) {
    case '(': {
        f64 v = float_expr(s, depth + 1);
        if (next(s).kind != ')') asm_error(s, "missing closing paren");
        return v;
    }
    case '+': return float_expr(s, depth + 1);
    case '-': return -float_expr(s, depth + 1);
    case T_FLOAT: return real(s, t.text);
    default: asm_error(s, "unexpected %.*s evaluating float expression", SFMT(t.text)); return 0;
    }
}

// ---- registers -----------------------------------------------------------------------------------------------------------

static u16 find_reg(const Asm *s, Str name) {
    if (name.len == 2) {
        if (str_eq(name, S("FP"))) return REG_FP;
        if (str_eq(name, S("SB"))) return REG_SB;
        if (str_eq(name, S("PC"))) return REG_PC;
    }
    if (name.len == 1 && name.ptr[0] == 'g') return s->op.reg_r14;
    return amd64_find_reg(name);
}

static u8 scale_of(Asm *s, Str t) {
    if (t.len == 1 && (t.ptr[0] == '1' || t.ptr[0] == '2' || t.ptr[0] == '4' || t.ptr[0] == '8'))
        return (u8)(t.ptr[0] - '0');
    asm_error(s, "bad scale: %.*s", SFMT(t));
    return 0;
}

// What may follow a register: *scale; false: reported.
static bool register_scale(Asm *s, Str name, char prefix, u8 *scale) {
    *scale = 0;
    if (prefix && prefix != '*') asm_error(s, "prefix %c not allowed for register: %c%.*s", prefix, prefix, SFMT(name));
    if (peek(s) == ',' || peek(s) == '+') {
        asm_error(s, "(register%cregister) not supported on this architecture", peek(s));
        return false;
    }
    if (peek(s) == '*') {
        next(s);
        *scale = scale_of(s, next(s).text);
    }
    return true;
}

// reg or reg*scale; false: reported.
static bool register_ref(Asm *s, Str name, u16 *reg, u8 *scale) {
    *scale = 0;
    *reg = find_reg(s, name);
    if (*reg) return register_scale(s, name, 0, scale);
    asm_error(s, "expected register; found %.*s", SFMT(name));
    return false;
}

static void register_list(Asm *s, Addr *a) {
    Str lo = next(s).text;
    u16 l = find_reg(s, lo), h;
    if (!l) {
        if (str_eq(lo, S("EOF"))) asm_error(s, "register list: expected ']', found EOF");
        else asm_error(s, "register list: bad low register in `[%.*s`", SFMT(lo));
        return;
    }
    Tok t = next(s);
    if (t.kind != '-') {
        asm_error(s, "register list: expected '-' after `[%.*s`, found %s", SFMT(lo), tok_kind_name(s->a, t.kind));
        return;
    }
    Str hi = next(s).text;
    h = find_reg(s, hi);
    if (!h) {
        asm_error(s, "register list: bad high register in `[%.*s-%.*s`", SFMT(lo), SFMT(hi));
        return;
    }
    t = next(s);
    if (t.kind != ']')
        asm_error(s, "register list: expected ']' after `[%.*s-%.*s`, found %s", SFMT(lo), SFMT(hi),
                  tok_kind_name(s->a, t.kind));
    a->kind = ADDR_REGLIST;
    a->reg = l;
    a->args = (i32)h - (i32)l + 1;
}

// ---- symbols ---------------------------------------------------------------------------------------------------------------

AsmSym *asm_sym(Asm *s, Str name, bool is_static, u8 abi) {
    Str key = arena_printf(s->a, "%d%.*s", abi, SFMT(name));
    void **slot = map_slot_str(is_static ? s->statics : s->externs, key);
    if (!*slot) {
        AsmSym *y = ANEW(s->a, AsmSym);
        y->name = arena_str(s->a, name);
        y->is_static = is_static;
        y->abi = abi;
        y->pos = s->pos;
        *slot = y;
        vec_push(s->a, &s->all, y);
    }
    return *slot;
}

Str asm_sym_name(const Addr *a) { return a->sym ? a->sym->name : S("<erroneous symbol>"); }

// After the name: nothing, <>, <ABI0>, <ABIInternal>.
static bool attributes(Asm *s, Str name, u8 *abi) {
    bool is_static = false;
    if (peek(s) != '<') return false;
    next(s);
    if (peek(s) == '>') is_static = true;
    else if (peek(s) == T_IDENT) {
        Str word = next(s).text;
        if (!s->o->allow_abi)
            asm_error(s, "ABI selector only permitted when compiling runtime, reference was to %.*s",
                      SFMT(asm_quote(s->a, name)));
        else if (str_eq(word, S("ABIInternal"))) *abi = 1;
        else if (!str_eq(word, S("ABI0")))
            asm_error(s, "malformed ABI selector %.*s in reference to %.*s", SFMT(asm_quote(s->a, word)),
                      SFMT(asm_quote(s->a, name)));
    }
    get(s, '>');
    return is_static;
}

static void pseudo_register(Asm *s, Addr *a, Str reg, bool is_static, char prefix) {
    if (str_eq(reg, S("FP"))) a->name = NAME_PARAM;
    else if (str_eq(reg, S("SB"))) a->name = is_static ? NAME_STATIC : NAME_EXTERN;
    else if (str_eq(reg, S("SP"))) a->name = NAME_AUTO;
    else if (str_eq(reg, S("PC"))) {
        if (prefix) asm_error(s, "illegal addressing mode for PC");
        a->kind = ADDR_BRANCH;
    } else asm_error(s, "expected pseudo-register; found %.*s", SFMT(reg));
    if (prefix == '$') a->kind = ADDR_ADDR;
}

static void symbol_reference(Asm *s, Addr *a, Str name, char prefix) {
    u8 abi = 0;
    if (name.len && name.ptr[0] == '.') name = arena_printf(s->a, "%.*s%.*s", SFMT(s->prefix), SFMT(name));
    a->kind = prefix == '$' ? ADDR_ADDR : prefix == '*' ? ADDR_INDIRECT : ADDR_MEM;
    bool is_static = attributes(s, name, &abi);
    if (peek(s) == '+' || peek(s) == '-') a->offset = (i64)asm_expr(s);
    if (peek(s) == T_EOF) {
        a->sval = name;
        if (prefix == 0 && s->is_jump) return; // a label
        asm_error(s, "illegal or missing addressing mode for symbol %.*s", SFMT(name));
        return;
    }
    get(s, '(');
    Str reg = get(s, T_IDENT).text;
    get(s, ')');
    pseudo_register(s, a, reg, is_static, prefix);
    if (a->name == NAME_EXTERN || a->name == NAME_STATIC) a->sym = asm_sym(s, name, is_static, abi);
    a->sval = name;
}

// ---- the operand -------------------------------------------------------------------------------------------------------------

// (R1), (R2*scale), (R1)(R2*scale), (PC), behind an offset or a symbol.
static void register_indirect(Asm *s, Addr *a, char prefix) {
    u16 r;
    u8 scale;
    get(s, '(');
    Tok t = next(s);
    if (!register_ref(s, t.text, &r, &scale)) {
        asm_error(s, "indirect through non-register %.*s", SFMT(t.text));
        return;
    }
    get(s, ')');
    a->kind = ADDR_MEM;
    if (r >= REG_PSEUDO) {
        if (r != REG_PC && a->name == NAME_NONE) asm_error(s, "cannot reference %.*s without a symbol", SFMT(t.text));
        pseudo_register(s, a, t.text, false, prefix);
        return;
    }
    a->reg = r;
    if (prefix == '$') a->kind = ADDR_ADDR;
    if (scale == 0 && peek(s) == '(') {
        next(s);
        t = next(s);
        if (!register_ref(s, t.text, &r, &scale)) asm_error(s, "indirect through non-register %.*s", SFMT(t.text));
        a->index = r;
        a->scale = scale;
        get(s, ')');
    } else if (scale) {
        a->reg = 0;
        a->index = r;
        a->scale = scale;
    }
}

static bool starts_constant(Asm *s, const Tok *t, bool *missing) {
    switch (t->kind) {
    case T_INT:
    case T_FLOAT:
    case T_STRING:
    case T_CHAR:
    case '+':
    case '-':
    case '~': return true;
    case '(':
        if (peek(s) == T_EOF) {
            asm_error(s, "missing right parenthesis");
            *missing = true;
            return false;
        }
        return s->in[s->at].kind != T_IDENT || !find_reg(s, s->in[s->at].text);
    default: return false;
    }
}

// A constant; true: the operand is complete.
static bool constant(Asm *s, Addr *a, char prefix) {
    if (have(s, T_FLOAT)) {
        if (prefix != '$') asm_error(s, "floating-point constant must be an immediate");
        a->kind = ADDR_FIMM;
        a->fval = float_expr(s, 0);
    } else if (have(s, T_STRING)) {
        if (prefix != '$') {
            asm_error(s, "string constant must be an immediate");
            return true;
        }
        a->kind = ADDR_SIMM;
        if (!asm_unquote(s->a, get(s, T_STRING).text, &a->sval)) asm_error(s, "string parse error: invalid syntax");
    } else {
        a->offset = (i64)asm_expr(s);
        if (peek(s) == '(') return false;
        a->kind = prefix == '$' ? ADDR_IMM : prefix == '*' ? ADDR_INDIRECT : ADDR_MEM;
    }
    expect_end(s);
    return true;
}

void asm_operand(Asm *s, const Tok *in, i64 n, Addr *a) {
    char prefix = 0;
    bool missing = false;
    *a = (Addr){0};
    s->in = in;
    s->nin = n;
    s->at = 0;
    if (peek(s) == '$' || peek(s) == '*') prefix = (char)next(s).kind;
    Tok t = next(s);
    u16 reg = t.kind == T_IDENT ? find_reg(s, t.text) : 0;
    if (t.kind == T_IDENT && !reg) {
        symbol_reference(s, a, t.text, prefix);
        if (peek(s) == T_EOF) return;
    } else if (t.kind == '[') {
        if (prefix) asm_error(s, "illegal use of register list");
        register_list(s, a);
        expect_end(s);
        return;
    } else if (reg) {
        u8 scale;
        a->reg = reg;
        if (register_scale(s, t.text, prefix, &scale)) {
            if (scale) asm_error(s, "expected simple register reference");
            a->kind = ADDR_REG;
        }
        expect_end(s);
        return;
    } else if (starts_constant(s, &t, &missing)) {
        s->at--;
        if (constant(s, a, prefix)) return;
    } else if (missing) {
        return;
    } else if (t.kind == '(') {
        s->at--;
    }
    register_indirect(s, a, prefix);
    expect_end(s);
}
