// asmcall.c - calls between compiled Go and assembly.
//
// A function that Go declares and assembly defines is two symbols: NAME has the compiler's convention and is made here, a body that
// calls NAME·abi0, the assembly. A Go function that assembly refers to gets NAME·abi0, whose body calls NAME. ssa/ puts arguments and
// results of functions with IrFunc.abi0 on the stack, in Go's layout, and keeps the current G over calls of assembly.
#include "ir/gen.h"

#include "abi/functab.h"

static void make_forward(IrProgram *p, IrFunc *f) {
    Gen g;
    gen_init(&g, p, f, f->pkg, NULL, NULL, NULL);
    gen_signature(&g, NULL, NULL, NULL);
    MethodRef ref = {.fn = f->make_arg, .sig = types_under(f->sig)};
    gen_return_call(&g, gen_forward_call(&g, &ref, 0));
    gen_finish(&g);
}

bool ir_asm_body(IrProgram *p, IrFunc *f) {
    if (!p->asm_find || !p->asm_find(p, f->sym, f->pkg)) return false;
    ir_asm_way(p, f);
    return true;
}

void ir_asm_way(IrProgram *p, IrFunc *f) {
    f->make_arg = f->assembly = ir_abi0_func(p, arena_printf(p->arena, "%.*s" ABI0_SUFFIX, SFMT(f->sym)), f);
    f->make = make_forward;
    f->has_body = f->wrapper = f->uintptrkeepalive = true;
}

IrFunc *ir_asm_entry(IrProgram *p, Str sym, IrFunc *f) {
    IrFunc *w = ir_made_func(p, arena_printf(p->arena, "%.*s" ABI0_SUFFIX, SFMT(sym)), f->sig, f->pkg, make_forward, f);
    w->abi0 = w->wrapper = true;
    w->dupok = false;
    w->pos = f->pos;
    if (!f->nparams && !types_under(f->sig)->sig.params->tuple.n && !types_under(f->sig)->sig.results->tuple.n)
        w->nosplit = true; // ssa/ makes it a jump
    return w;
}

Type *ir_asm_signature(IrProgram *p, Str sym) {
    Object *o = ir_find_declared(p, sym);
    if (!o || o->kind != OBJ_FUNC) return NULL;
    check_object(p->checker, o);
    return o->type && o->type->kind == TYPE_SIGNATURE ? o->type : NULL;
}
