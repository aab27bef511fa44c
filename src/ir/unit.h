// unit.h - units as the worklist sees them: what a cache knows of a function, a descriptor, a variable, by symbols alone.
//
// A unit says what its owner needs (ir.h: Needs) and what callers must know of it; its code and data stay with who keeps it (pack/).
// Nothing in it depends on the program. It stays as long as the program does.
#pragma once
#include "ir/ir.h"

typedef enum UnitKind {
    UNIT_FUNC,
    UNIT_TYPE,
    UNIT_DESCRIPTOR, // its symbol is that of the type and ir_descriptor_key's flags: needs nothing
    UNIT_GLOBAL,
    UNIT_KINDS
} UnitKind;
typedef struct UnitNeed { // as Need, by symbol
    u8 kind;
    i32 row;
    Str sym, init; // NEED_LAZY: init; NEED_ITAB: sym the type, init the interface; NEED_METHOD...: sym the key
} UnitNeed;
typedef struct UnitNeeds {
    UnitNeed *ptr;
    i64 len;
} UnitNeeds;
typedef struct UnitMethod {
    Str key, sig, ifn, tfn; // ifn, tfn empty: not known
    bool exported;
} UnitMethod;
enum {                  // Unit.flags
    UNIT_EMPTY = 1,     // a package's initialiser that does nothing
    UNIT_FULL = 2,      // TYPE: `full` and methods are there
    UNIT_TENTATIVE = 16 // GLOBAL: the archive's definition takes its place
};
typedef struct Unit {
    UnitKind kind;
    u32 flags;
    Str sym;
    i32 cost;              // FUNC: inline.c
    Str escapes;           // FUNC: IrFunc.param_esc
    UnitNeeds needs, full; // TYPE: bare and full
    UnitMethod *methods;
    i64 nmethods;
    Str *keys; // TYPE of an interface: keys of its methods
    i64 nkeys;
    i64 methods_at;   // DESCRIPTOR: where its method table is
    const void *pack; // pack/: where it was found
    Str symbols;      // pack/: not decoded
} Unit;

// Where units come from; NULL in IrProgram: there are none.
typedef struct IrUnits {
    const Unit *(*find)(void *ctx, UnitKind, Str sym);
    void (*lost)(void *ctx, Str sym); // what made it fail; NULL: nobody wants to know
    void *ctx;
    bool failed; // one of them refers to what nobody knows: the program has to be built without
} IrUnits;
Package *ir_package_of(IrProgram *, Str prefix); // of symbols that begin so
Str ir_key_text(const IrMethodKey *);
Str ir_descriptor_key(Arena *, const TypeRec *); // the name of UNIT_DESCRIPTOR
