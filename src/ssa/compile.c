// compile.c - one function from IR to its symbol: build, passes, lowering, registers, encoding.
//
// The table of passes (passes.def) says what each needs; stale analyses are made again here and, in check mode, the Func is
// verified after every row. VOLE_DUMP_SSA=SUFFIX prints functions whose names end so after every pass.
#include "ssa/ssa_int.h"
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { N_DOM = 1, N_LOOPS = 2 };
typedef struct Pass {
    void (*run)(Func *);
    const char *name;
    u8 needs, when;
} Pass;
static const Pass passes[] = {
#define PASS(fn, name, needs, when) {pass_##fn, name, needs, when},
#include "ssa/passes.def"
#undef PASS
};
static bool is_dumped(const Func *f) {
    return f->opt && f->opt->dump_func && str_has_suffix(f->name, str_c(f->opt->dump_func));
}
static void dump(const Func *f, const char *when) {
    if (!is_dumped(f)) return;
    Buf o = {0};
    buf_printf(&o, "---- %s\n", when);
    ssa_print(&o, f);
    if (write(f->opt->dump_fd ? f->opt->dump_fd : 2, o.ptr, (size_t)o.len) < 0) {
    }
    buf_free(&o);
}
// For tests of the crash report: VOLE_CRASH=pass:function.
static void crash_if_asked(const Func *f, const char *pass) {
    size_t n = strlen(pass);
    const char *want = f->opt ? f->opt->crash : NULL;
    if (want && strncmp(want, pass, n) == 0 && want[n] == ':' && str_eq(f->name, str_c(want + n + 1))) raise(SIGSEGV);
}
void ssa_run_passes(Func *f) {
    dump(f, "build");
    for (i64 i = 0; i < NELEM(passes); i++) {
        const Pass *p = &passes[i];
        if (p->when && f->opt && (f->opt->no_opt || (f->opt->max_pass && i >= f->opt->max_pass))) continue;
        bug_context(p->name, f->name);
        if ((p->needs & N_DOM) && f->stale_dom) ssa_compute_dom(f);
        if ((p->needs & N_LOOPS) && (f->stale_loops || f->stale_dom)) ssa_compute_loops(f);
        crash_if_asked(f, p->name);
        p->run(f);
        dump(f, p->name);
        if (f->opt && f->opt->check) ssa_verify(f);
    }
}
// gc's limit on frames and on arguments. Func.slots is what will be laid out; spills come on top.
enum { FRAME_MAX = 1 << 30 };
static bool fits_stack(Func *f) {
    i64 locals = 0, args = f->abi ? f->abi->stack_size : 0, callee = f->outgoing;
    for (i64 i = 0; i < f->slots.len; i++)
        if (!f->slots.ptr[i]->is_arg) locals += f->slots.ptr[i]->size;
    if (locals + callee < FRAME_MAX && args < FRAME_MAX) return true;
    bool named = locals < FRAME_MAX && args < FRAME_MAX;
    Str more = named ? arena_printf(f->arena, " + %lld MB callee", (long long)callee >> 20) : (Str){0};
    ir_note_limit(f->prog, f->ir,
                  arena_printf(f->arena, "stack frame too large (>1GB): %lld MB locals + %lld MB args%.*s",
                               (long long)locals >> 20, (long long)args >> 20, SFMT(more)),
                  true);
    return false;
}

// In a symbol that lies beside others of its kind: the linker tells internal/fuzz where. The same is made again by whoever compiles the function again.
static void keep_tokens(const Func *f, Sym *code) {
    if (!f->tokens.len) return;
    Sym *s = obj_sym(f->syms, arena_printf(f->arena, "go:fuzztokens.%.*s", SFMT(f->name)));
    obj_reloc(code, 0, REL_REACH, s, 0);
    if (!obj_claim(s)) return;
    u8 *bytes = arena_alloc(f->out, f->tokens.len, 1);
    memcpy(bytes, f->tokens.ptr, (size_t)f->tokens.len);
    obj_define(s, SYM_RODATA, f->out, bytes, f->tokens.len, 1);
    s->local = s->dupok = true;
}

void ssa_compile(IrFunc *ir, IrProgram *prog, const Arch *arch, Symtab *syms, Arena *tmp, Arena *out, SsaOptions *opt) {
    bug_context("build", ir->sym);
    Func *f = ssa_build(ir, prog, arch, syms, tmp, out, opt);
    if (!fits_stack(f)) return;
    ssa_run_passes(f);
    bug_context("lower", ir->sym);
    arch->lower(f);
    dump(f, "lower");
    bug_context("regalloc", ir->sym);
    ssa_regalloc(f);
    dump(f, "regalloc");
    bug_context("emit", ir->sym);
    arch->emit(f, obj_sym(syms, ir->sym), out);
    keep_tokens(f, obj_sym(syms, ir->sym));
    bug_context(NULL, (Str){0});
}
