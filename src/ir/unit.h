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
    UNIT_EXTERN, // a symbol that no Go function defines, but for those that are pushed there by name: the archive does
    // A package's assembly, its symbol is the package's. Needs: NEED_ASM its functions; what other names in it turned out to be: NEED_FUNC a Go
    // function, with an entry; NEED_SYMBOL a function of other assembly; NEED_GLOBAL; NEED_DATA the archive's.
    UNIT_ASM,
    UNIT_KINDS
} UnitKind;
typedef struct UnitNeed { // as Need, by names (UnitNames)
    u8 kind;
    u32 sym,  // NEED_ITAB: the type; NEED_METHOD...: the key; NEED_RT: the row
        init; // NEED_LAZY: init; NEED_ITAB: the interface; NEED_ASM: the package
} UnitNeed;
static inline bool unit_need_has_two(u8 kind) { // names
    return kind == NEED_LAZY || kind == NEED_ITAB || kind == NEED_ITAB_ASKED || kind == NEED_ASM;
}
typedef struct UnitNames {
    Str (*text)(const void *of, u32 name);
    const void *of;
    i64 n; // names are below it
    struct IrProgram
        *program; // reach.c: what `known` belongs to, by name: function, variable, type, key; NULL: nobody asked so far
    void **known; // NULL: nobody remembers
} UnitNames;
typedef struct UnitNeeds {
    UnitNeed *ptr;
    i64 len;
    UnitNames *names;
} UnitNeeds;
void unit_begin_needs(UnitNeeds *, Arena *, i64 most);        // a list to fill, of at most so many
void unit_add_need(UnitNeeds *, NeedKind, Str sym, Str init); // but NEED_RT
static inline Str unit_name(const UnitNeeds *n, u32 name) { return n->names->text(n->names->of, name); }
typedef struct UnitMethod {
    Str key, sig, ifn, tfn; // ifn, tfn empty: not known
    bool exported;
} UnitMethod;
enum {                   // Unit.flags
    UNIT_EMPTY = 1,      // a package's initialiser that does nothing
    UNIT_FULL = 2,       // TYPE: `full` and methods are there
    UNIT_CODELESS = 4,   // FUNC: whoever called it inlined it, and its code was not made
    UNIT_TRACKED = 8,    // FUNC: own and deps are there
    UNIT_TENTATIVE = 16, // GLOBAL: the archive's definition takes its place
    UNIT_WAY = 32,       // FUNC: the way to one of assembly (asmcall.c)
    UNIT_THERE = 128,    // FUNC: the running program has its code, and all that it needs (IrUnits.there)
    UNIT_NO_ASM = 64     // EXTERN: nor does assembly
};
// What a caller makes use of, of a function whose source may change: where a change does not change this, the caller stays as it is.
typedef struct UnitDep {
    Str sym;
    u64 summary; // its Unit.summary
    bool strict; // it calls the caller back: any change of it counts
} UnitDep;
typedef struct UnitLines {                                         // where declarations stand now; any thread
    bool (*find)(void *ctx, const FileRef *, Str decl, i32 *line); // false: there is no such declaration
    void *ctx;
} UnitLines;
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
    i64 methods_at; // DESCRIPTOR: where its method table is
    u32 gen;        // program/: of which state of its package
    Package *home;  // program/: in whose pack it is
    // TRACKED: the declaration that it is made of, as a hash (fingerprint.c); decl empty: the whole package; pkg empty: none, or one that
    // does not change. Summary: of what callers can see.
    Str own_pkg, own_decl;
    u64 own, summary;
    UnitDep *deps;
    i64 ndeps;
    const UnitLines *lines; // where its lines are looked up; NULL: they are as recorded
    const void *pack;       // pack/: where it was found
    Str symbols;            // pack/: not decoded
} Unit;

// Where units come from; NULL in IrProgram: there are none.
typedef struct IrUnits {
    const Unit *(*find)(void *ctx, UnitKind, Str sym);
    // A patch is built: the running program has this descriptor of a type in which nothing is that somebody edits; or this variable, initialised, and nobody
    // edits its package (NULL: only the symbol is known).
    bool (*there)(void *ctx, Str sym, const Package *); // NULL: nothing runs
    void (*lost)(void *ctx, Str sym);                   // what made it fail; NULL: nobody wants to know
    void *ctx;
    bool failed; // one of them refers to what nobody knows: the program has to be built without
} IrUnits;
Package *ir_package_of(IrProgram *, Str prefix); // of symbols that begin so
Package *ir_named_package(IrProgram *, Str sym); // the one in a symbol's name; NULL: it is not there
Str ir_key_text(const IrMethodKey *);
Str ir_descriptor_key(Arena *, const TypeRec *); // the name of UNIT_DESCRIPTOR
