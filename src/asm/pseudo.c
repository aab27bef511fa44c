// pseudo.c - TEXT, DATA, GLOBL, FUNCDATA, PCDATA, PCALIGN, NOP, END.
#include "asm/asm_int.h"
#include <stdlib.h>

enum { MAX_DATA = 1 << 30 };

static void operand(Asm *s, i64 i, Addr *a) {
    asm_operand(s, s->toks.ptr + s->operands[i].lo, s->operands[i].hi - s->operands[i].lo, a);
}

static bool valid_symbol(Asm *s, const char *pseudo, const Addr *a, bool offset_ok) {
    Str q = asm_quote(s->a, asm_sym_name(a));
    if (!a->sym || (a->name != NAME_EXTERN && a->name != NAME_STATIC) || a->scale || a->reg) {
        asm_error(s, "%s symbol %.*s must be a symbol(SB)", pseudo, SFMT(q));
        return false;
    }
    if (!offset_ok && a->offset) {
        asm_error(s, "%s symbol %.*s must not be offset from SB", pseudo, SFMT(q));
        return false;
    }
    return true;
}

// The text of an operand, for messages.
static Str text_of(Asm *s, i64 i) {
    Buf b = {0};
    for (i64 k = s->operands[i].lo; k < s->operands[i].hi; k++) buf_str(&b, s->toks.ptr[k].text);
    Str out = arena_str(s->a, buf_view(&b));
    buf_free(&b);
    return out;
}

static bool immediate(Asm *s, const char *pseudo, i64 i, i64 *out) {
    Addr a;
    operand(s, i, &a);
    *out = a.offset;
    if (a.kind == ADDR_IMM && !a.name && !a.reg && !a.index) return true;
    asm_error(s, "%s: expected immediate constant; found %.*s", pseudo, SFMT(text_of(s, i)));
    return false;
}

static i64 integer(Asm *s, const char *pseudo, i64 i) {
    Addr a;
    operand(s, i, &a);
    if (a.kind != ADDR_MEM || a.name || a.reg || a.index)
        asm_error(s, "%s: expected integer constant; found %.*s", pseudo, SFMT(text_of(s, i)));
    return a.offset;
}

static i64 positive(Asm *s, Str t) {
    u64 v = 0;
    const Tok tok = {T_INT, t};
    s->in = &tok;
    s->nin = 1;
    s->at = 0;
    v = asm_expr(s);
    if ((i64)v < 0) asm_error(s, "%.*s overflows int64", SFMT(t));
    return (i64)v;
}

// ---- TEXT --------------------------------------------------------------------------------------------------------------

// $frame-args: two numbers.
static bool frame_size(Asm *s, i64 i, Str name, i64 *frame, i64 *args) {
    const Tok *t = s->toks.ptr + s->operands[i].lo;
    i64 n = s->operands[i].hi - s->operands[i].lo, at = 1;
    bool ok = n >= 2 && t[0].kind == '$', negative = ok && t[1].kind == '-';
    at += negative;
    if (!ok || at >= n || t[at].kind != T_INT) {
        asm_error(s, "TEXT %.*s: frame size must be an immediate constant", SFMT(name));
        return false;
    }
    *frame = positive(s, t[at++].text);
    if (negative) *frame = -*frame;
    *args = -1;
    if (at == n) return true;
    if (n - at != 2 || t[at].kind != '-' || t[at + 1].kind != T_INT) {
        asm_error(s, "TEXT %.*s: argument size must be of form -integer", SFMT(name));
        return false;
    }
    *args = positive(s, t[at + 1].text);
    if (*frame > INT32_MAX || *args > INT32_MAX) {
        asm_error(s, "TEXT %.*s: frame size must be an immediate constant", SFMT(name));
        return false;
    }
    return true;
}

static void text(Asm *s) {
    Addr name;
    AsmText *t = ANEW(s->a, AsmText);
    if (s->noperands != 2 && s->noperands != 3) {
        asm_error(s, "expect two or three operands for TEXT");
        return;
    }
    asm_patch_labels(s);
    operand(s, 0, &name);
    if (!valid_symbol(s, "TEXT", &name, false)) return;
    if (s->noperands == 3) t->flags = integer(s, "TEXT", 1);
    if (name.sym->abi && !(t->flags & TF_NOSPLIT))
        asm_error(s, "TEXT %.*s: ABIInternal requires NOSPLIT", SFMT(asm_quote(s->a, name.sym->name)));
    if (!frame_size(s, s->noperands - 1, name.sym->name, &t->frame, &t->args)) return;
    if (name.sym->is_text || name.sym->is_data) {
        asm_error(s, "symbol %.*s redeclared", SFMT(name.sym->name));
        return;
    }
    name.sym->is_text = true;
    t->sym = name.sym;
    t->pos = s->pos;
    vec_push(s->a, &s->texts, t);
    s->text = t;
    Prog *p = t->head = ANEW(s->tmp, Prog);
    p->op = ASM_TEXT;
    asm_append(s, p, true);
}

// ---- DATA, GLOBL ---------------------------------------------------------------------------------------------------------

static void put(AsmSym *y, i64 off, const void *bytes, i64 n, i64 room) {
    if (off + room > y->bytes.len) buf_zero(&y->bytes, off + room - y->bytes.len);
    memcpy(y->bytes.ptr + off, bytes, (size_t)n);
}

static void data_value(Asm *s, AsmSym *y, i64 off, i64 size, Addr *v) {
    f32 f;
    switch (v->kind) {
    case ADDR_IMM:
        if (size == 1 || size == 2 || size == 4 || size == 8) put(y, off, &v->offset, size, size);
        else asm_error(s, "bad int size for DATA argument: %lld", (long long)size);
        break;
    case ADDR_FIMM:
        f = (f32)v->fval;
        if (size == 4) put(y, off, &f, 4, 4);
        else if (size == 8) put(y, off, &v->fval, 8, 8);
        else asm_error(s, "bad float size for DATA argument: %lld", (long long)size);
        break;
    case ADDR_SIMM:
        if (v->sval.len > size)
            asm_error(s, "WriteString: bad string size: %lld < %lld", (long long)size, (long long)v->sval.len);
        else put(y, off, v->sval.ptr, v->sval.len, size);
        break;
    default:
        if (size != 8) asm_error(s, "bad addr size for DATA argument: %lld", (long long)size);
        else if (!v->sym) asm_error(s, "DATA value must be an immediate constant or address");
        else {
            u64 zero = 0;
            put(y, off, &zero, 8, 8);
            vec_push(s->a, &y->relocs, ((Reloc){(u32)off, REL_ABS64, (Sym *)(void *)v->sym, v->offset}));
        }
    }
}

static void data(Asm *s) {
    Addr name, v;
    if (s->noperands != 2) {
        asm_error(s, "expect two operands for DATA");
        return;
    }
    struct Operand *o = &s->operands[0];
    i64 n = o->hi - o->lo;
    const Tok *t = s->toks.ptr + o->lo;
    if (n < 3 || t[n - 2].kind != '/' || t[n - 1].kind != T_INT) {
        asm_error(s, "expect /size for DATA argument");
        return;
    }
    char *end;
    const char *z = arena_cstr(s->a, t[n - 1].text);
    i64 size = strtoll(z, &end, 10);
    if (*end || size > MAX_DATA) {
        asm_error(s, "bad size for DATA argument: %.*s", SFMT(asm_quote(s->a, t[n - 1].text)));
        return;
    }
    o->hi -= 2;
    operand(s, 0, &name);
    if (!valid_symbol(s, "DATA", &name, true)) return;
    operand(s, 1, &v);
    if (v.kind != ADDR_IMM && v.kind != ADDR_FIMM && v.kind != ADDR_SIMM && v.kind != ADDR_ADDR) {
        asm_error(s, "DATA value must be an immediate constant or address");
        return;
    }
    AsmSym *y = name.sym;
    if (name.offset < y->bytes.len) {
        asm_error(s, "overlapping DATA entry for %.*s", SFMT(y->name));
        return;
    }
    if (name.offset > MAX_DATA) {
        asm_error(s, "offset too large for DATA: %.*s", SFMT(y->name));
        return;
    }
    y->is_data = true;
    data_value(s, y, name.offset, size, &v);
}

static void globl(Asm *s) {
    Addr name;
    i64 flags = 0, size;
    if (s->noperands != 2 && s->noperands != 3) {
        asm_error(s, "expect two or three operands for GLOBL");
        return;
    }
    operand(s, 0, &name);
    if (!valid_symbol(s, "GLOBL", &name, false)) return;
    if (s->noperands == 3) flags = integer(s, "GLOBL", 1);
    if (!immediate(s, "GLOBL", s->noperands - 1, &size)) return;
    if (name.sym->has_globl || name.sym->is_text) asm_error(s, "symbol %.*s redeclared", SFMT(name.sym->name));
    if (size < 0 || size > INT32_MAX) {
        asm_error(s, "GLOBL: bad size %lld", (long long)size);
        return;
    }
    name.sym->is_data = name.sym->has_globl = true;
    name.sym->flags = flags;
    name.sym->size = size;
    name.sym->pos = s->pos;
}

// ---- the others ------------------------------------------------------------------------------------------------------------

static void pcdata(Asm *s) {
    i64 key, value;
    if (s->noperands != 2) {
        asm_error(s, "expect two operands for PCDATA");
        return;
    }
    if (!immediate(s, "PCDATA", 0, &key) || !immediate(s, "PCDATA", 1, &value)) return;
    Prog *p = ANEW(s->tmp, Prog);
    p->op = ASM_PCDATA;
    p->nargs = 2;
    p->args[0] = (Addr){.kind = ADDR_IMM, .offset = key};
    p->args[1] = (Addr){.kind = ADDR_IMM, .offset = value};
    asm_append(s, p, true);
}

static void pcalign(Asm *s) {
    i64 n;
    if (s->noperands != 1) {
        asm_error(s, "expect one operand for PCALIGN");
        return;
    }
    if (!immediate(s, "PCALIGN", 0, &n)) return;
    if (n < 1 || n > 2048 || (n & (n - 1))) {
        asm_error(s, "alignment value of an instruction must be a power of two and in the range [8, 2048], got %lld",
                  (long long)n);
        return;
    }
    Prog *p = ANEW(s->tmp, Prog);
    p->op = ASM_PCALIGN;
    p->nargs = 1;
    p->args[0] = (Addr){.kind = ADDR_IMM, .offset = n};
    asm_append(s, p, true);
}

static void funcdata(Asm *s) {
    i64 n;
    Addr name;
    if (s->noperands != 2) {
        asm_error(s, "expect two operands for FUNCDATA");
        return;
    }
    if (!immediate(s, "FUNCDATA", 0, &n)) return;
    operand(s, 1, &name);
    if (!valid_symbol(s, "FUNCDATA", &name, true)) return;
    Prog *p = ANEW(s->tmp, Prog);
    p->op = ASM_FUNCDATA; // says nothing here: locals of assembly hold no pointers, arguments are known from Go
    asm_append(s, p, true);
}

static void nop(Asm *s, bool end) {
    Prog *p = ANEW(s->tmp, Prog);
    p->op = end ? ASM_END : ASM_NOP;
    asm_append(s, p, true);
}

bool asm_pseudo(Asm *s, Str word) {
    if (s->noperands > NELEM(s->operands)) s->noperands = NELEM(s->operands); // none takes as many
    s->is_jump = false;
    if (!memchr("TDGFPNE", word.ptr[0], 7)) return false; // what they begin with
    if (str_eq(word, S("TEXT"))) text(s);
    else if (str_eq(word, S("DATA"))) data(s);
    else if (str_eq(word, S("GLOBL"))) globl(s);
    else if (str_eq(word, S("FUNCDATA"))) funcdata(s);
    else if (str_eq(word, S("PCDATA"))) pcdata(s);
    else if (str_eq(word, S("PCALIGN"))) pcalign(s);
    else if (str_eq(word, S("NOP")) || str_eq(word, S("END"))) nop(s, word.ptr[0] == 'E');
    else return false;
    return true;
}
