// print.c - a Func as text, for people and for golden tests.
#include "ssa/ssa_int.h"

static const char *const type_names[] = {"void", "mem", "flags", "bool", "i8",   "i16",  "i32",
                                         "i64",  "ptr", "f32",   "f64",  "v128", "tuple"};
static const char *const kind_names[] = {"jump", "if", "ret", "exit", "table", "machine"};
static void print_value(Buf *o, const Func *f, const Value *v) {
    buf_printf(o, "    v%d = %s <%s>", v->id, ssa_op_info(f, v->op)->name, type_names[v->type]);
    if (v->auxint) buf_printf(o, " [%lld]", (long long)v->auxint);
    if (v->op == O_FCONST) buf_printf(o, " $%.17g", v->auxf);
    if (v->op == O_ADDR && v->sym) buf_printf(o, " {%.*s}", SFMT(v->sym->name));
    if (v->op == O_SLOT_ADDR) buf_printf(o, " {slot%d}", v->slot->id);
    if (v->op == O_CALL && v->call->sym) buf_printf(o, " {%.*s}", SFMT(v->call->sym->name));
    if (v->op >= O_MACHINE_FIRST && v->aux) buf_printf(o, " {aux}");
    for (int i = 0; i < v->nargs; i++) buf_printf(o, " v%d", v->args[i]->id);
    if (v->reg >= 0) buf_printf(o, " : %s", f->arch->regs[v->reg].name);
    if (v->home) buf_printf(o, " @slot%d", v->home->id);
    buf_printf(o, " (%d)\n", v->uses);
}
void ssa_print(Buf *o, const Func *f) {
    buf_printf(o, "func %.*s\n", SFMT(f->name));
    for (i64 i = 0; i < f->slots.len; i++) {
        const Slot *s = f->slots.ptr[i];
        buf_printf(o, "  slot%d size %lld align %lld%s%s%s", s->id, (long long)s->size, (long long)s->align,
                   s->has_pointers ? " ptrs" : "", s->is_arg ? " arg" : "", s->always_live ? " live" : "");
        if (s->is_arg) buf_printf(o, " off %lld", (long long)s->offset);
        if (s->var && s->var->name) buf_printf(o, " %.*s", SFMT(s->var->name->s));
        buf_char(o, '\n');
    }
    for (i64 i = 0; i < f->blocks.len; i++) {
        const Block *b = f->blocks.ptr[i];
        buf_printf(o, "  b%d:", b->id);
        for (i64 p = 0; p < b->preds.len; p++) buf_printf(o, " <-b%d", b->preds.ptr[p].b->id);
        if (b->loop_depth) buf_printf(o, " loop depth %d", b->loop_depth);
        buf_char(o, '\n');
        for (i64 k = 0; k < b->values.len; k++) print_value(o, f, b->values.ptr[k]);
        buf_printf(o, "    %s", kind_names[b->kind]);
        if (b->kind == BK_MACHINE) buf_printf(o, " %s", ssa_op_info(f, b->mop)->name);
        for (int c = 0; c < 2; c++)
            if (b->ctl[c]) buf_printf(o, " v%d", b->ctl[c]->id);
        for (i64 s = 0; s < b->succs.len; s++) buf_printf(o, " ->b%d", b->succs.ptr[s].b->id);
        buf_printf(o, "%s\n", b->likely > 0 ? " likely" : b->likely < 0 ? " unlikely" : "");
    }
}
