// debugger.h - inside of rt/plugin: what debuggers are told of modules that were loaded (debugger.c).
#pragma once
#include "rt.h"

typedef struct DebugCode {
    const Module *module; // relocated
    const u32 *funcs;     // indexes of its functions that count; NULL: all do
    u64 nfuncs;
} DebugCode;
// GDB's struct jit_code_entry. Of a module; never moves.
typedef struct DebugImage {
    struct DebugImage *next, *prev;
    const u8 *at; // NULL: nobody was told
    u64 size;
} DebugImage;

usize debug_size(const DebugCode *); // SYSTEM: bytes that debug_make writes
void debug_make(DebugImage *, u8 *room,
                const DebugCode *); // SYSTEM: room: aligned to 8; as long as the image is told of
void debug_add(DebugImage *);       // SYSTEM
void debug_remove(DebugImage *);    // SYSTEM: before its code and its room go
