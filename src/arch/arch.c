// arch.c - the list of machines; machine SSA and machine code as text.
#include "arch/arch.h"
#include "arch/amd64/amd64.h"

const Arch *arch_find(Str goarch) {
    static const Arch *const all[] = {&amd64_arch};
    for (i64 i = 0; i < NELEM(all); i++)
        if (str_eq(goarch, str_c(all[i]->name))) return all[i];
    return NULL;
}

// ---- machine SSA ----------------------------------------------------------------------------------------------------------
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

// ---- machine code ---------------------------------------------------------------------------------------------------------
static void put_quoted(Buf *o, Str s) {
    buf_char(o, '"');
    for (i64 i = 0; i < s.len; i++) {
        u8 c = (u8)s.ptr[i];
        if (c == '\n') buf_c(o, "\\n");
        else if (c == '\t') buf_c(o, "\\t");
        else if (c == '"' || c == '\\') buf_printf(o, "\\%c", c);
        else if (c < ' ' || c == 0x7f) buf_printf(o, "\\x%02x", c);
        else buf_char(o, (char)c);
    }
    buf_char(o, '"');
}

void arch_put_sym(Buf *o, const Sym *s, const Sym *text) {
    Str name = s->name, string = S("go:string."), number = S("go:const.");
    if (str_has_prefix(name, string)) {
        buf_str(o, string);
        put_quoted(o, str_slice(name, string.len, name.len));
    } else if (str_has_prefix(name, number)) {
        buf_printf(o, s->size == 4 ? "$f32." : s->size == 8 ? "$f64." : "$x128.");
        for (i64 i = s->size - 1; i >= 0; i--) buf_printf(o, "%02x", s->data[i]);
    } else if (name.len) {
        buf_str(o, name);
    } else {
        i64 nth = 1;
        for (i64 i = 0; i < text->relocs.len && text->relocs.ptr[i].sym != s; i++)
            nth += !text->relocs.ptr[i].sym->name.len;
        buf_printf(o, "%.*s..%lld", SFMT(text->name), (long long)nth);
    }
}

void arch_list(Buf *o, const Arch *a, const Sym *text, void (*put_line)(Buf *, const FileRef *, i32, void *),
               void *ctx) {
    LineWalk now = obj_lines(text->code), next = now;
    bool more = obj_lines_next(&next);
    for (i64 at = 0, n; at < text->size; at += n) {
        for (; more && next.pc <= at; more = obj_lines_next(&next)) now = next;
        buf_printf(o, "\t0x%04llx %05lld ", (unsigned long long)at, (long long)at);
        if (put_line) put_line(o, now.file, now.line, ctx);
        buf_char(o, '\t');
        n = a->list(o, text, at);
        if (!n) {
            buf_printf(o, "BYTE\t$%d", text->data[at]);
            n = 1;
        }
        buf_char(o, '\n');
    }
}
