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

void amd64_emit_value(Emit *, Value *);
int amd64_size(int vtype); // operand size of an integer operation: 4 or 8
Mem amd64_slot_mem(const Slot *, i64 frame_size);
