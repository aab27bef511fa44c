// args.c - the arguments of a frame as text, as gc prints them: words in hexadecimal, braces as their types have them (abi/functab.h, Arguments).
//
// Any stack, no locks, no allocation. A word is printed where the tables say that it is what the function was called with (or what the parameter is
// now); with a ? behind it where the function was stopped between two places that the tables know; _ where it is nowhere any more.
#include "diag/sink.h"

typedef struct ArgReader {
    const Frame *fr;
    Sink *s;
    u64 known;      // of ARG_SLOTs, in their order
    bool surely;    // the tables know this pc
    bool first;     // behind a brace
    i32 slot;       // that comes next
    u32 pc;         // from the entry
    const u8 *next; // in the table
} ArgReader;

// What is in its slot at r->pc, from the pairs at p.
static SIGNAL u64 known_slots(const u8 *p, u32 want) {
    u64 bits = 0, at = 0;
    for (bool first = true;; first = false) {
        u64 d = functab_uleb(&p);
        if ((!first && d == 0) || at + d > want) return bits;
        at += d;
        bits = functab_uleb(&p);
    }
}
static SIGNAL const u8 *skip_args(const u8 *p, bool *slots) {
    *slots = false;
    for (u8 b; (b = *p++) != ARG_END;) {
        if (b < ARG_NOWHERE) continue;
        u8 kind = b & ARG_KIND;
        *slots |= kind == ARG_SLOT;
        if (kind != ARG_NOWHERE) functab_uleb(&p);
        if (b & ARG_REG) functab_uleb(&p);
    }
    return p;
}

static SIGNAL void put_word(ArgReader *r, u8 size, usize at, bool surely) {
    u64 v = 0;
    __builtin_memcpy(&v, (const void *)at, (usize)1 << size); // little-endian
    sink_hex(r->s, v);
    if (!surely) sink_str(r->s, "?");
}
// The saved argument register that b says, or 0.
static SIGNAL usize saved_register(const ArgReader *r, u64 reg) {
    const Frame *f = r->fr;
    if (!f->regs || (f->kind != FRAME_ENTRY && (f->kind != FRAME_FAULT || r->pc >= reg >> 4))) return 0;
    return (usize)&f->regs[reg & 15];
}
static SIGNAL void put_arg(ArgReader *r, u8 b) {
    u8 kind = b & ARG_KIND, size = b & ARG_SIZE;
    u64 at = kind == ARG_NOWHERE ? 0 : functab_uleb(&r->next), reg = b & ARG_REG ? functab_uleb(&r->next) : 0;
    usize saved = b & ARG_REG ? saved_register(r, reg) : 0;
    if (kind == ARG_STACK) {
        put_word(r, size, r->fr->fp + at, true);
        return;
    }
    i32 slot = kind == ARG_SLOT ? r->slot++ : -1;
    if (saved) put_word(r, size, saved, true);
    else if (slot >= 0 && r->known >> slot & 1) put_word(r, size, r->fr->sp + at, r->surely);
    else sink_str(r->s, "_");
}

SIGNAL void put_args(Sink *s, const Frame *fr) {
    const FuncRec *f = fr->fn;
    if (f->flags & (FUNC_ASM | FUNC_SYSTEM)) {
        sink_str(s, "(...)");
        return;
    }
    sink_str(s, "(");
    ArgReader r = {.fr = fr, .s = s, .first = true, .pc = (u32)(fr->pc - func_entry(f))};
    if (f->args) {
        bool slots;
        r.next = module_of(f)->pctab + f->args;
        const u8 *places = skip_args(r.next, &slots);
        r.surely = fr->kind != FRAME_ASYNC;
        if (slots && fr->kind != FRAME_ENTRY) r.known = known_slots(places, fr->kind == FRAME_CALL ? r.pc - 1 : r.pc);
        for (u8 b; (b = *r.next++) != ARG_END;) {
            if (!r.first && b != ARG_CLOSE) sink_str(s, ", ");
            r.first = b == ARG_OPEN;
            if (b == ARG_OPEN) sink_str(s, "{");
            else if (b == ARG_CLOSE) sink_str(s, "}");
            else if (b == ARG_MORE) sink_str(s, "...");
            else put_arg(&r, b);
        }
    }
    sink_str(s, ")");
}
