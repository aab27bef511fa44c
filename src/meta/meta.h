// meta.h - what the runtime reads beside code: type descriptors, itabs, static data, function tables.
//
// meta_prepare runs before the back end gets a function (every IrGlobal and IrData that is known so far gets its Sym); meta_emit when all
// are known and code is there (single thread): fills descriptors, itabs, data. meta_functab runs in the linker when
// the order of text is settled.
#pragma once
#include "ir/ir.h"
#include "obj/obj.h"

typedef struct MetaDone { // how far meta_prepare went; zero at the start
    i64 globals, datas;
} MetaDone;
void meta_prepare(IrProgram *, Symtab *, MetaDone *);
void meta_emit(IrProgram *, Symtab *, Arena *);
void meta_emit_values(IrProgram *, Symtab *,
                      Arena *); // only static data, and variables with values that were built now
void meta_finish(IrProgram *, Symtab *,
                 Arena *); // puts into descriptors what depends on the program: after units were kept

// Function tables of text symbols that have addresses, sorted by address. Strings and tables are deduplicated.
typedef struct FuncTab {
    Buf recs, names, pctab, inltree;
    VEC(Str) files;
    i64 nfuncs;
    bool want_ends; // set before
    Buf ends; // by function: bytes of names, pctab, inltree, then number of files that it and those before need (u32)
} FuncTab;
typedef struct TextEnt {
    Sym *sym;
    Str name;
    u64 addr;
    i64 size;
    u32 flags, frame_size;
    Str file; // empty: none is known
    i32 line;
} TextEnt; // sym->code NULL: assembly or C, described by the rest
void meta_functab(FuncTab *, Arena *, TextEnt *, i64 n, u64 text_base,
                  Str (*file_name)(void *ctx, Arena *, const FileRef *), void *ctx);
