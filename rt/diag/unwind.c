// unwind.c - walks the Go frames of a goroutine that is not running, or of a SYS call in progress.
//
// Any stack, no locks. A Go frame has a constant size, so a frame is found from (pc, RSP in the body): return address at RSP + frame_size.
// Three places have other shapes: morestack (the function is at its entry; its argument registers are saved below), asyncPreempt (registers saved
// below, pc is any instruction of the body), and a goroutine that never ran (pc is the entry).
#include "rt.h"

#define MORESTACK_SAVE 320
#define ASYNC_SAVE     384 // registers and flags; the interrupted pc follows
extern u8 morestack_return[], async_return[], goexit_return[];
extern u8 go_sigpanic[] GOSYM("runtime.sigpanic");

// Fills u->frame for a function at pc whose body RSP is sp.
static SIGNAL void set_frame(Unwinder *u, usize pc, usize sp, u8 kind, usize *regs) {
    Frame *f = &u->frame;
    usize at = kind == FRAME_CALL ? pc - 1 : pc, off = at - (usize)rt_modules[0]->text;
    if (!f->fn || off - f->fn->entry >= f->fn->size || f->fn - rt_modules[0]->funcs >= (i64)rt_modules[0]->nfuncs ||
        f->fn < rt_modules[0]->funcs)
        f->fn = find_func(at);
    f->pc = pc;
    f->sp = sp;
    f->kind = kind;
    f->regs = regs;
    f->g = u->g;
    f->is_fault = kind != FRAME_CALL;
    f->dead = false;
    if (!f->fn) {
        u->ok = false;
        return;
    }
    usize size = kind == FRAME_ENTRY ? 0 : f->fn->flags & FUNC_SP_TABLE ? func_sp(f->fn, at) : f->fn->frame_size;
    f->fp = sp + size + 8;
    u->ok = f->fp <= u->g->stack_hi || u->g->stack_hi == 0;
    if (!u->ok) return;
    u->next_pc = *(usize *)(f->fp - 8);
    u->next_sp = f->fp;
    u->next_fault = f->fn->flags & FUNC_SIGPANIC || func_entry(f->fn) == (usize)go_sigpanic;
    if (kind == FRAME_FAULT) f->dead = f->fn->deferreturn == 0;
}
// Called by a fault, whose registers lie above the return address; runtime.sigpanicUnaligned calls as others do.
static SIGNAL void set_fault_frame(Unwinder *u) {
    const FuncRec *f = find_func(u->next_pc);
    bool stub = f && f->flags & FUNC_SIGPANIC;
    usize *regs = stub ? NULL : (usize *)u->next_sp;
    set_frame(u, u->next_pc, u->next_sp + (stub ? 0 : FAULT_SAVE), FRAME_FAULT, regs);
}

SIGNAL void unwind_init(Unwinder *u, G *g, usize pc, usize sp) {
    *u = (Unwinder){.g = g, .ok = true};
    u8 kind = FRAME_CALL;
    usize *regs = NULL;
    if (!pc) {
        if (g->syscallsp) {
            pc = g->syscallpc;
            sp = g->syscallsp;
        } else {
            pc = g->sched.pc;
            sp = g->sched.sp;
            if (g->sched.ctxt) kind = FRAME_ENTRY;
        }
    }
    if (!pc) {
        u->ok = false;
        return;
    }
    if (pc == (usize)morestack_return) {
        regs = (usize *)sp;
        sp += MORESTACK_SAVE;
        pc = *(usize *)sp; // in the prologue's slow path
        sp += 8;
        kind = FRAME_ENTRY;
    } else if (pc == (usize)async_return) {
        regs = (usize *)sp;
        sp += ASYNC_SAVE;
        pc = *(usize *)sp;
        sp += 8;
        kind = FRAME_ASYNC;
    }
    if (pc == (usize)goexit_return) {
        u->ok = false;
        return;
    }
    set_frame(u, pc, sp, kind, regs);
}

SIGNAL void unwind_next(Unwinder *u) {
    if (!u->ok) return;
    if (u->frame.fn->flags & FUNC_TOP || u->next_pc == (usize)goexit_return || u->next_pc == 0) {
        u->ok = false;
        return;
    }
    if (u->next_fault) set_fault_frame(u);
    else set_frame(u, u->next_pc, u->next_sp, FRAME_CALL, NULL);
}
