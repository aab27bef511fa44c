// units_int.h - inside of units.c, keys.c and fresh.c: what is known of a package's pack.
#pragma once
#include "ir/unit.h"
#include "pack/pack.h"
#include "program/program.h"

typedef struct PackState { // of a package, when units in a pack were made
    CacheKey exact, own;   // PackRef's
} PackState;
typedef struct DeclTable { // where the declarations of a package stand
    DeclPrint *ptr;        // by file, then by line
    i64 len;
    Map *by_key; // key -> DeclPrint
    u64 whole;   // all of them together, as pkg.init shows them
} DeclTable;
typedef enum KeptKind { KEPT_FUNC, KEPT_TYPE, KEPT_DESCRIPTOR, KEPT_GLOBAL, KEPT_EXTERN, KEPT_ASM } KeptKind;
typedef struct Kept { // what becomes a unit of a pack
    KeptKind kind;
    void *thing;
} Kept;
typedef VEC(Kept) KeptVec;
typedef struct PackRef {
    Package *pkg;
    CacheKey own;   // contents of its files
    CacheKey exact; // and of all that it imports: what is made of it is the same
    // Of a tracked package: `seen` are its files without the bodies of functions; `outline` is that with what it imports: what declarations
    // mean is the same; `id` says which pack is its own, whatever the contents.
    CacheKey id, seen, outline;
    bool has_own, has_exact, has_id, has_seen, has_outline, opened, folded; // folded: numbers of states changed
    Str bytes;                                                              // of the pack, from the cache
    Pack *pack;
    KeptVec kept; // while packs are written
    // From the pack's head:
    VEC(PackState) states;
    i64 now; // the state that is this one; -1: none, units have to be looked at one by one
    CacheKey decls_of;
    DeclTable *recorded, *decls; // of decls_of; of now
} PackRef;
typedef struct Fresh Fresh;
struct ProgramUnits {
    Program *p;
    Arena *a;
    IrUnits units;
    Map *refs;    // Package -> PackRef
    Map *by_path; // import path -> PackRef of a tracked package
    Map *marked;  // packages of which it is known whether they are tracked
    Package *runtime;
    Map *of_runtime; // it and what it imports
    VEC(PackRef *) all;
    PackIndex *index;
    Str own; // what vole itself is
    i64 used;
    Fresh *fresh;
    UnitLines lines;
};

static inline bool key_eq(const CacheKey *a, const CacheKey *b) { return !memcmp(a->b, b->b, sizeof a->b); }

// keys.c
PackRef *units_ref(ProgramUnits *, Package *);
bool units_tracked(ProgramUnits *, Package *); // sets Package.tracked; before its keys are asked for
const CacheKey *units_own(ProgramUnits *, PackRef *);
const CacheKey *units_exact(ProgramUnits *, PackRef *);
const CacheKey *units_id(ProgramUnits *, PackRef *);
const CacheKey *units_outline(ProgramUnits *, PackRef *);
const CacheKey *units_seen(ProgramUnits *, PackRef *);
const DeclTable *units_decls(ProgramUnits *, PackRef *);               // of the files as they are
const DeclPrint *units_decl_at(const DeclTable *, Str file, i32 line); // NULL: none is there

enum { UNITS_NO_STATE = -1 }; // Unit.gen of a unit that always has to be looked at
bool units_read_head(ProgramUnits *, PackRef *, Str head, CacheKey *outline); // false: it is none
Str units_make_head(ProgramUnits *, PackRef *);
u32 units_add_state(ProgramUnits *, PackRef *);

// units.c
void units_open(ProgramUnits *, PackRef *); // finds its pack, once

// fresh.c: is a unit what would be built now
bool units_fresh(ProgramUnits *, const Unit *);
// After ir_optimise: what was taken for granted. False: some of it does not hold; the next build knows.
bool units_hold(ProgramUnits *);
// Fills own, summaries and dependences of a function that was built; summaries: IrFunc -> what is known, made by the caller.
void units_summarise(ProgramUnits *, IrFunc *, Unit *, Arena *tmp, Map *summaries);
bool units_known(ProgramUnits *, const Unit *, bool *stale); // false: nobody asked for it
