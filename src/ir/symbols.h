// symbols.h - inside of ir/: the tables of symbols, which the worklist and the builders of trees share.
//
// Written by: symbols.c alone, one thread; TypeRecs by any thread under `lock`, which guards their tables and arena.
#pragma once
#include "ir/ir.h"

typedef struct LinkLine {
    Package *pkg;
    const Linkname *line;
} LinkLine;
typedef VEC(LinkLine) LinkLines;
enum { TYPE_BLOCKS = 22, FIRST_TYPES = 256 }; // room for a billion of them
typedef struct IrSymbols {
    Arena *types;
    TypeRec *type_blocks[TYPE_BLOCKS]; // FIRST_TYPES, twice as many, ...: where they are they stay
    u32 ntypes;
    Map *itab_by_name, *type_by_name; // link names -> ItabRec, TypeRec
    Map *packages;                    // path and prefix as symbols spell it -> Package
    Map *linknames;                   // symbol -> LinkLines: who seems to name it by //go:linkname
    Map *globals;                     // Object -> IrGlobal
    Map *methods;                     // key -> IrMethodKey
    Mutex lock;
} IrSymbols;

typedef struct IrMethodOf {
    TypeRec *rec;
    i64 index;
} IrMethodOf;
struct IrMethodKey {
    Str key;
    VEC(IrMethodOf) types; // reach.c: full types that have the method, which is not called so far
    bool called, wanted;   // reach.c; wanted: called, or of an interface type whose descriptor is there
};

void ir_symbols_start(IrProgram *);
// By symbol alone; more is known when a tree leads there. The symbol is borrowed.
IrFunc *ir_func_of_symbol(IrProgram *, Str sym);
IrGlobal *ir_global_of_symbol(IrProgram *, Str sym);
TypeRec *ir_type_of_symbol(IrProgram *, Str sym);
void ir_note_package(IrProgram *, Package *);         // and what it imports, dependencies first, into p->packages
void ir_sort_packages(IrProgram *);                   // package_order.c: p->packages in the order of initialisation
IrFunc *ir_find_func(IrProgram *, Str sym);           // the Go function that defines a symbol, or NULL
const LinkLines *ir_link_lines(IrProgram *, Str sym); // NULL: nobody; also what only looks like such a line
bool ir_may_be_pushed(IrProgram *, Str sym);          // some line of them may define it
bool ir_is_link_line(IrProgram *, const LinkLine *);  // its package is parsed for that
ItabRec *ir_itab_rec(IrProgram *, TypeRec *concrete, TypeRec *iface);
IrMethodKey *ir_method_key(IrProgram *, Str key);
// type_needs.c
IrMethodKey *ir_iface_method_key(IrProgram *, Type *iface, i64 index);
void ir_method_table(IrProgram *, TypeRec *); // of a type, whose methods may be reached already
Needs *ir_bare_needs(IrProgram *, TypeRec *); // of any descriptor
Needs *ir_full_needs(IrProgram *, TypeRec *); // what a full one needs on top; fills the table of methods
IrFunc *ir_method_code(IrProgram *, TypeRec *, i64 i, bool iface_entry); // of method i: for Ifn or Tfn
