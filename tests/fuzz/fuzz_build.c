// fuzz_build.c - what the checker lets through becomes machine code: trees, SSA that is verified after every pass, code, descriptors.
//
// There is no library: functions of the runtime are symbols without a definition, and nothing is linked.
#include "arch/arch.h"
#include "fuzz.h"
#include "meta/meta.h"

static Str no_linkname(IrProgram *p, Package *pkg, Str local) { return (Str){0}; }
static bool no_files(IrProgram *p, Object *var, IrEmbedFile **files, i64 *n) { return false; }

static void compile(IrProgram *ir, i64 seed) {
    Symtab *syms = obj_symtab_new(ir->arena);
    Arena *meta = arena_new("meta"), *tmp = arena_new("function"), *out = arena_new("code");
    SsaOptions o = {.check = true, .no_opt = seed % 4 == 0};
    meta_prepare(ir, syms, &(MetaDone){0});
    for (i64 i = 0; i < ir->order.len; i++) {
        IrFunc *f = ir->order.ptr[i];
        if (!f->built || ir_intrinsic(f->sym) >= 0) continue;
        ssa_compile(f, ir, arch_find(S("amd64")), syms, tmp, out, &o);
        arena_reset(tmp);
    }
    meta_emit(ir, syms, meta);
}

void fuzz_one(Str text) {
    FuzzSource s = fuzz_source(text, (DiagOptions){0});
    FuzzPackage p;
    if (fuzz_check(&s, &p)) {
        IrProgram ir = {.arena = arena_new("ir"),
                        .intern = s.intern,
                        .diag = s.diag,
                        .checker = p.checker,
                        .sources = s.sources,
                        .linkname = no_linkname,
                        .embed_files = no_files};
        p.pkg->flags = (text.len % 8 == 1 ? PKG_NO_INLINE : 0) | (text.len % 4 == 0 ? PKG_NO_OPT : 0);
        Object *m = scope_lookup(p.pkg->scope, intern_c(s.intern, "main"));
        bool is_main = str_eq(p.pkg->name->s, S("main")) && m && m->kind == OBJ_FUNC; // as program/ decides it
        if (is_main ? ir_reach_main(&ir, p.pkg) != NULL : ir_reach_package(&ir, p.pkg)) {
            ir_optimise(&ir);
            if (diag_count(s.diag) == 0) compile(&ir, text.len);
        }
    }
    fuzz_done(&s);
}
