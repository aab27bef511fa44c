// arch.c - the list of machines; machine SSA as text.
#include "arch/arch.h"
#include "arch/amd64/amd64.h"

const Arch *arch_find(Str goarch) {
    static const Arch *const all[] = {&amd64_arch};
    for (i64 i = 0; i < NELEM(all); i++)
        if (str_eq(goarch, str_c(all[i]->name))) return all[i];
    return NULL;
}

static void dump_place(Buf *o, const Func *f, const Value *v) {
    if (v->reg >= 0) buf_printf(o, "%s", f->arch->regs[v->reg].name);
    else if (v->op == O_RELOAD) buf_printf(o, "[slot%d]", v->args[0]->home ? v->args[0]->home->id : -1);
    else buf_printf(o, "v%d", v->id);
}

static void dump_value(Buf *o, const Func *f, const Value *v) {
    static const char *const types[] = {"void", "mem", "flags", "bool", "i8",   "i16",  "i32",
                                        "i64",  "ptr", "f32",   "f64",  "v128", "tuple"};
    buf_printf(o, "    v%d", v->id);
    if (v->reg >= 0) buf_printf(o, " %s", f->arch->regs[v->reg].name);
    if (v->reg2 >= 0) buf_printf(o, " %s", f->arch->regs[v->reg2].name);
    buf_printf(o, " = %s <%s>", ssa_op_info(f, v->op)->name, types[v->type]);
    if (v->op >= O_MACHINE_FIRST && v->cc) buf_printf(o, " cc%d", v->cc);
    if (v->am) buf_printf(o, " am%02x", v->am);
    if (v->auxint) buf_printf(o, " [%lld]", (long long)v->auxint);
    if (v->am & AM_SYM || v->op == A_MOVSYM) buf_printf(o, " {%.*s}", SFMT(v->sym->name));
    if ((v->am & AM_BASE) == AM_SLOT) buf_printf(o, " {slot%d}", v->slot->id);
    if (v->op == O_CALL && v->call->sym) buf_printf(o, " {%.*s} map %d", SFMT(v->call->sym->name), v->call->map);
    for (int i = 0; i < v->nargs; i++) {
        buf_printf(o, " v%d", v->args[i]->id);
        if (v->args[i]->reg >= 0) {
            buf_char(o, ':');
            dump_place(o, f, v->args[i]);
        }
    }
    if (v->home) buf_printf(o, " @slot%d+%lld", v->home->id, (long long)v->home->offset);
    buf_char(o, '\n');
}

void arch_dump(Buf *o, const Func *f) {
    buf_printf(o, "func %.*s frame %lld\n", SFMT(f->name), (long long)f->frame_size);
    for (i64 i = 0; i < f->blocks.len; i++) {
        const Block *b = f->blocks.ptr[i];
        buf_printf(o, "  b%d:", b->id);
        for (i64 p = 0; p < b->preds.len; p++) buf_printf(o, " <-b%d", b->preds.ptr[p].b->id);
        if (b->loop_depth) buf_printf(o, " depth %d", b->loop_depth);
        buf_char(o, '\n');
        for (i64 k = 0; k < b->values.len; k++) dump_value(o, f, b->values.ptr[k]);
        static const char *const kinds[] = {"jump", "if", "ret", "exit", "table", "cc"};
        buf_printf(o, "    %s", kinds[b->kind]);
        if (b->kind == BK_MACHINE) buf_printf(o, "%d", b->mop);
        for (int c = 0; c < 2; c++)
            if (b->ctl[c]) {
                buf_char(o, ' ');
                dump_place(o, f, b->ctl[c]);
            }
        for (i64 s = 0; s < b->succs.len; s++) buf_printf(o, " ->b%d", b->succs.ptr[s].b->id);
        buf_char(o, '\n');
    }
}
