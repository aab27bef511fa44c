// fuzz_asm.c - text of a .s file: tokens, macros, operands, frames, instructions. Includes are found in no folder but "go_asm.h".
//
// What was assembled without an error must hold together: relocations inside of the bytes, lines and call sites in order.
#include "fuzz.h"
#include "asm/asm.h"
#include <stdlib.h>

static Str header(void *ctx) {
    return S("#define const_n 8\n#define T__size 24\n#define T_f 16\n#define twice(x) x; x\n");
}

static void check_text(const Sym *s, const CodeNotes *c) {
    i64 at = 0;
    check(s->code != NULL && s->size >= 0);
    for (i64 i = 0; i < s->relocs.len; i++) check(s->relocs.ptr[i].sym && s->relocs.ptr[i].off + 4 <= s->size);
    for (i64 i = 0; i < c->lines.len; at = c->lines.ptr[i++].pc)
        check(c->lines.ptr[i].pc >= at && c->lines.ptr[i].pc <= s->size);
    at = 0;
    for (i64 i = 0; i < c->sps.len; at = c->sps.ptr[i++].pc)
        check(c->sps.ptr[i].pc >= at && c->sps.ptr[i].pc <= s->size);
    LineWalk w = obj_lines(s->code);
    for (at = 0; obj_lines_next(&w); at = w.pc) check(w.pc >= at && w.pc <= s->size && w.line > 0);
}

void fuzz_one(Str text) {
    FuzzSource f = fuzz_source(text, (DiagOptions){.all = true});
    Symtab *syms = obj_symtab_new(f.arena);
    AsmDefine defines[] = {{S("GOARCH_amd64"), S("1")}, {S("GOOS_linux"), S("1")}};
    AsmOptions o = {.sources = f.sources, .package = S("p"), .goarch = S("amd64"), .goos = S("linux")};
    AsmResult r;
    o.defines = defines;
    o.ndefines = 2;
    o.go_asm_h = header;
    bool ok = asm_file(f.arena, f.diag, syms, f.src, &o, &r);
    check(ok == (diag_count(f.diag) == 0));
    for (i64 i = 0; ok && i < r.texts.len; i++) check_text(r.texts.ptr[i], r.notes.ptr[i]);
    for (i64 i = 0; ok && i < r.datas.len; i++)
        for (i64 k = 0; k < r.datas.ptr[i]->relocs.len; k++)
            check(r.datas.ptr[i]->relocs.ptr[k].off + 8 <= r.datas.ptr[i]->size);
    fuzz_done(&f);
}
