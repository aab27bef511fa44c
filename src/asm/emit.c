// emit.c - a function's instructions -> bytes, relocations, lines, call sites; data symbols.
//
// Branches start short and grow until all reach, so that each has its shortest form.
#include "asm/asm_int.h"
#include "abi/abi.h"

typedef struct Code {
    u8 bytes[24];
    AsmFixup fix[2];
    int nfix;
} Code;
typedef struct Emit {
    Asm *s;
    AsmText *t;
    VEC(Prog *) progs;
    Code *codes;
    i64 size;
    u32 align;
} Emit;

static bool is_target(const Prog *p) {
    for (i64 i = 0; i < p->nargs; i++)
        if (p->args[i].kind == ADDR_BRANCH) return true;
    return false;
}

// The text of a line without its comment.
static Str source_line(Asm *s, Pos pos) {
    Loc l = source_map_loc(s->o->sources, pos, false);
    if (!l.file) return (Str){0};
    Str t = l.file->text;
    i64 lo = pos - l.file->base, hi = lo;
    while (hi < t.len && t.ptr[hi] != '\n' && !(t.ptr[hi] == '/' && t.ptr[hi + 1] == '/')) hi++;
    return str_trim(str_slice(t, lo, hi));
}

static void bad_instruction(Emit *e, const Prog *p, Str error) {
    Str line = source_line(e->s, p->pos);
    asm_error_pos(e->s, p->pos, "%.*s: %.*s", SFMT(error), SFMT(line));
}

static void encode(Emit *e, i64 i, bool report) {
    Prog *p = e->progs.ptr[i];
    Code *c = &e->codes[i];
    Str error = S("invalid instruction");
    int size = 0;
    c->nfix = 0;
    if (amd64_encode(e->s->a, p, c->bytes, &size, c->fix, &c->nfix, &error)) p->size = (u8)size;
    else if (report) bad_instruction(e, p, error);
}

static void encode_fixed(Emit *e) {
    for (i64 i = 0; i < e->progs.len; i++) {
        Prog *p = e->progs.ptr[i];
        if (p->op >= ASM_OP_MACHINE && !is_target(p)) encode(e, i, true);
        else if (p->op >= ASM_OP_MACHINE) encode(e, i, false);
        if (p->op == ASM_PCALIGN && p->args[0].offset > e->align) e->align = (u32)p->args[0].offset;
    }
}

static i64 length(const Prog *p, i64 at) {
    if (p->op == ASM_PCALIGN) return align_up(at, p->args[0].offset) - at;
    return p->size;
}

static i64 place(Emit *e) {
    i64 at = 0;
    for (i64 i = 0; i < e->progs.len; i++) {
        e->progs.ptr[i]->pc = (u32)at;
        at += length(e->progs.ptr[i], at);
    }
    return at;
}

static Prog *target_of(const Prog *p) {
    for (i64 i = 0; i < p->nargs; i++)
        if (p->args[i].kind == ADDR_BRANCH) return p->args[i].target;
    return NULL;
}

static void settle(Emit *e) {
    for (bool again = true; again;) {
        again = false;
        e->size = place(e);
        for (i64 i = 0; i < e->progs.len; i++) {
            Prog *p = e->progs.ptr[i], *t = target_of(p);
            if (!t || p->long_branch) continue;
            i64 d = (i64)t->pc - ((i64)p->pc + p->size);
            if (d >= -128 && d <= 127) continue;
            p->long_branch = again = true;
            encode(e, i, false);
        }
    }
    for (i64 i = 0; i < e->progs.len; i++)
        if (is_target(e->progs.ptr[i])) {
            u8 size = e->progs.ptr[i]->size;
            encode(e, i, true);
            if (e->progs.ptr[i]->size != size && !e->s->nerrors)
                bad_instruction(e, e->progs.ptr[i], S("branch does not settle"));
        }
}

static void put_fixup(Emit *e, Sym *out, const Prog *p, const AsmFixup *f) {
    u32 at = p->pc + f->at;
    i64 addend = f->addend;
    RelocKind kind;
    if (f->kind == FIX_TLS_LE) {
        i32 off = TLS_G + (i32)f->addend;
        memcpy(out->data + at, &off, 4);
        return;
    }
    if (f->kind == FIX_ABS) kind = f->size == 8 ? REL_ABS64 : REL_ABS32;
    else {
        kind = f->kind == FIX_CALL ? REL_CALL32 : REL_PC32;
        addend -= p->size - f->at;
    }
    if (!f->sym->sym) bug("asm: reference to %.*s without a symbol", SFMT(f->sym->name));
    obj_reloc(out, at, kind, f->sym->sym, addend);
}

static void put_prog(Emit *e, Sym *out, i64 i) {
    Prog *p = e->progs.ptr[i];
    Code *c = &e->codes[i];
    if (p->op == ASM_PCALIGN) amd64_fill_nops(out->data + p->pc, length(p, p->pc));
    else if (p->op == ASM_RAW) {
        memcpy(out->data + p->pc, p->args[0].sval.ptr, p->size);
        if (p->args[0].sym) obj_reloc(out, p->pc + (u32)p->args[0].offset, REL_CALL32, p->args[0].sym->sym, -4);
    } else if (p->op >= ASM_OP_MACHINE) {
        memcpy(out->data + p->pc, c->bytes, p->size);
        for (int k = 0; k < c->nfix; k++) put_fixup(e, out, p, &c->fix[k]);
    }
}

static CodeNotes *describe(Emit *e, CodeInfo *code) {
    Asm *s = e->s;
    AsmText *t = e->t;
    i64 sp = 0, map = 0;
    CodeNotes *notes = ANEW(s->a, CodeNotes);
    code->frame_size = (u32)t->frame_size;
    notes->pos = t->pos;
    code->flags = FUNC_ASM;
    if (t->nosplit) code->flags |= FUNC_NOSPLIT;
    if (t->flags & (TF_WRAPPER | TF_ABIWRAPPER)) code->flags |= FUNC_WRAPPER;
    if (t->flags & TF_TOPFRAME) code->flags |= FUNC_TOP;
    vec_push(s->a, &notes->sps, ((SpEnt){0, 0}));
    for (i64 i = 0; i < e->progs.len; i++) {
        Prog *p = e->progs.ptr[i];
        u32 end = p->pc + p->size;
        if (p->op == ASM_PCDATA && p->args[0].offset == 1) map = p->args[1].offset == 1;
        if (p->size && (!notes->lines.len || notes->lines.ptr[notes->lines.len - 1].pos != p->pos))
            vec_push(s->a, &notes->lines, ((LineEnt){p->pc, -1, p->pos}));
        if (asm_is_call(s, p)) vec_push(s->a, &notes->calls, ((CallSite){end, (i32)map}));
        if (!p->spadj) continue;
        sp += p->spadj;
        vec_push(s->a, &notes->sps, ((SpEnt){end, (i32)sp}));
    }
    obj_encode(code, notes, s->o->sources, s->a, s->a);
    return notes;
}

CodeNotes *asm_emit_text(Asm *s, AsmText *t) {
    Emit e = {.s = s, .t = t, .align = 64}; // a line of the cache of decoded instructions: loops keep their speed
    for (Prog *p = t->first; p; p = p->next) vec_push(s->tmp, &e.progs, p);
    e.codes = ANEWN(s->tmp, Code, e.progs.len + 1);
    encode_fixed(&e);
    settle(&e);
    if (s->nerrors) return NULL;
    Sym *out = t->sym->sym;
    i64 relocs = out->relocs.len;
    CHECK(relocs == 0);
    obj_define(out, SYM_TEXT, s->a, arena_alloc(s->a, e.size + 1, 16), e.size, e.align);
    for (i64 i = 0; i < e.progs.len; i++) put_prog(&e, out, i);
    out->code = ANEW(s->a, CodeInfo);
    out->dupok |= (t->flags & TF_DUPOK) != 0;
    return describe(&e, out->code);
}

static i64 data_align(i64 size) {
    i64 align = 32;
    while (align > size && align > 1) align /= 2;
    return align;
}

void asm_emit_data(Asm *s, AsmSym *y) {
    i64 size = i64_max(y->size, y->bytes.len);
    u8 *data = NULL;
    if (y->bytes.len || (y->flags & TF_RODATA)) {
        data = arena_alloc(s->a, size + 1, 32);
        if (y->bytes.len) memcpy(data, y->bytes.ptr, (size_t)y->bytes.len);
    }
    bool noptr = y->flags & TF_NOPTR;
    SymKind kind = y->flags & TF_RODATA ? SYM_RODATA
                   : data               ? (noptr ? SYM_NOPTRDATA : SYM_DATA)
                                        : (noptr ? SYM_NOPTRBSS : SYM_BSS);
    obj_define(y->sym, kind, s->a, data, size, data_align(size));
    y->sym->dupok |= (y->flags & TF_DUPOK) != 0;
    for (i64 i = 0; i < y->relocs.len; i++) {
        Reloc *r = &y->relocs.ptr[i];
        AsmSym *to = (AsmSym *)(void *)r->sym;
        obj_reloc(y->sym, r->off, REL_ABS64, to->sym, r->addend);
    }
}
