// asm.c - one file of assembly: text to symbols, stage by stage.
#include "asm/asm_int.h"

// The linker tells what belongs to the FIPS 140 module by its name, and orders symbols so that the module lies together (src/link/fips.c): also
// the static ones, which else have no package in their name.
static bool in_fips_module(const Asm *s) { return str_has_prefix(s->prefix, S("crypto/internal/fips140/")); }

// Which Sym a name is: what the file defines as data has its plain name; functions and what is not known have the suffix.
static void bind_symbol(Asm *s, AsmSym *y) {
    if (y->sym) return;
    if (y->is_static) {
        y->sym = obj_local(s->syms, s->a, SYM_UNDEF);
        y->sym->name = y->name;
        if (in_fips_module(s)) y->sym->name = arena_printf(s->a, "%.*s%.*s", SFMT(s->prefix), SFMT(y->name));
        if (!y->is_text && !y->is_data) y->sym->name = arena_printf(s->a, "%.*s<>", SFMT(y->sym->name));
        return;
    }
    if (y->is_data || y->abi) y->sym = obj_sym(s->syms, y->name);
    else y->sym = obj_sym(s->syms, arena_printf(s->a, "%.*s" ABI0_SUFFIX, SFMT(y->name)));
}

static void check_duplicates(Asm *s, AsmSym *y) {
    if ((!y->is_text && !y->is_data) || y->is_static || y->sym->kind == SYM_UNDEF || y->sym->dupok) return;
    asm_error_pos(s, y->pos, "duplicated definition of symbol %.*s", SFMT(y->name));
}

static void finish(Asm *s, AsmResult *out) {
    for (i64 i = 0; i < s->lex.included.len; i++) vec_push(s->a, &out->included, s->lex.included.ptr[i]);
    for (i64 i = 0; i < s->all.len; i++) bind_symbol(s, s->all.ptr[i]);
    for (i64 i = 0; i < s->all.len; i++) check_duplicates(s, s->all.ptr[i]);
    if (s->nerrors) return;
    for (i64 i = 0; i < s->texts.len; i++) {
        asm_frame(s, s->texts.ptr[i]);
        CodeNotes *notes = asm_emit_text(s, s->texts.ptr[i]);
        vec_push(s->a, &out->notes, notes);
    }
    if (s->nerrors) return;
    for (i64 i = 0; i < s->texts.len; i++) {
        vec_push(s->a, &out->texts, s->texts.ptr[i]->sym->sym);
        vec_push(s->a, &out->args, s->texts.ptr[i]->args);
    }
    for (i64 i = 0; i < s->all.len; i++) {
        if (!s->all.ptr[i]->is_data) continue;
        asm_emit_data(s, s->all.ptr[i]);
        vec_push(s->a, &out->datas, s->all.ptr[i]->sym);
    }
}

bool asm_file(Arena *a, Diag *diag, Symtab *syms, SourceFile *file, const AsmOptions *o, AsmResult *out) {
    Asm *s = ANEW(a, Asm);
    *s = (Asm){.a = a,
               .tmp = arena_new("instructions"),
               .diag = diag,
               .syms = syms,
               .file = file,
               .o = o,
               .prefix = o->package};
    *out = (AsmResult){0};
    s->externs = map_new_str(a);
    s->statics = map_new_str(a);
    s->labels = map_new_str(a);
    asm_find_ops(&s->op);
    asm_lex_init(&s->lex, a, diag, file, o);
    asm_parse(s);                    // from here on every name and label is known
    if (!s->nerrors) finish(s, out); // frames, bytes, symbols
    for (i64 i = 0; i < s->all.len; i++) buf_free(&s->all.ptr[i]->bytes);
    arena_free(s->tmp);
    if (s->nerrors && !s->lex.stopped)
        diag_error_in(diag, o->heading, S("asm"), "assembly of %.*s failed", SFMT(file->path));
    return s->nerrors == 0;
}
