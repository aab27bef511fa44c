// emit.h - shared by emit.c (values) and emit_func.c (functions).
#pragma once
#include "arch/amd64/amd64.h"

typedef struct Emit {
    Func *f;
    Enc e;
    Sym *out;
    Arena *arena;
    CodeInfo *code;
    bool flags_live; // between a flags value and its user: constants must not be made by xor
    Sym *morestack;
    VEC(struct SiteAt {
        u32 pc;
        i32 map;
        bool defer_return;
    })
    sites;
} Emit;

// ---- args.c
typedef struct ArgWord { // of the arguments, that came in a register
    const AbiLoc *loc;
    const IrVar *var;
    i64 note;     // its place in CodeNotes.args
    Value *value; // O_ARG; NULL: nobody reads it
    const Slot *slot;
    i64 off; // where it is stored; NULL: nowhere
    i16 reg; // -1: not of interest
} ArgWord;
typedef struct ArgState { // bits of words: in their slots, still in their registers
    u32 slots, regs;
} ArgState;
typedef struct Args {
    Func *f;
    ArgWord words[10];
    int n;
    bool any_slot;
    ArgState *in;     // by block
    u32 noted, ended; // bits of words: slots as told last; registers that were written
} Args;
Args *amd64_find_args(Func *);
void amd64_args_step(const Args *, ArgState *, Value *);
void amd64_args_note(Args *, const ArgState *, u32 pc);
void amd64_args_fault(Args *, const ArgState *before, const ArgState *behind, u32 from, u32 to);
bool amd64_may_fault(const Func *, const Value *);

void amd64_emit_value(Emit *, Value *);
void amd64_load_g(Enc *e);
int amd64_size(int vtype); // operand size of an integer operation: 4 or 8
Mem amd64_slot_mem(const Slot *, i64 frame_size);
