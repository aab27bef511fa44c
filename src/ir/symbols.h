// symbols.h - inside of ir/: the tables of symbols, which the worklist and the builders of trees share.
//
// Written by: symbols.c alone, one thread; TypeRecs by any thread under `lock`.
#pragma once
#include "ir/ir.h"

typedef struct IrSymbols {
    Map *itab_by_name, *type_by_name; // link names -> ItabRec, TypeRec
    Map *packages;                    // path and prefix as symbols spell it -> Package
    Map *pushes;                      // symbol -> Object with a body that is defined under it
    Map *globals;                     // Object -> IrGlobal
    Mutex lock;
} IrSymbols;

void ir_symbols_start(IrProgram *);
void ir_note_package(IrProgram *, Package *); // and what it imports, dependencies first, into p->packages
IrFunc *ir_find_func(IrProgram *, Str sym);   // the Go function that defines a symbol, or NULL
ItabRec *ir_itab_rec(IrProgram *, Type *concrete, Type *iface);
