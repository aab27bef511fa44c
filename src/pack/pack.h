// pack.h - packs: the units of a package (ir/unit.h) with their symbols, as bytes.
//
// With a unit go its code and data, relocations and function tables, so that a program is linked from it without tree, types or source.
//
// Pack: "volepak3", then u32 counts of strings and units and of the head's bytes; offsets of the strings (n + 1), the units {u32 hash of the
// symbol, symbol, kind, generation, offset, length}, the bytes of the head, of the strings, of the units. Little endian, ours.
// The head and what a unit's generation means are the owner's (program/).
// Packs are other people's bytes: every count, offset and length is checked; what does not hold is a unit that is not there. Code, data and
// the function tables inside are taken as they are, as the program's own: they are the runtime's to read.
// Ownership: what is read points into the pack's bytes, which must stay as long as the program.
#pragma once
#include "ir/unit.h"
#include "obj/obj.h"

// ---- reading
typedef struct Pack Pack;
Pack *pack_open(Arena *, Str bytes, void *owner); // NULL: it is none
i64 pack_count(const Pack *);
Str pack_head(const Pack *);
void *pack_owner(const Pack *);
// All units of several packs by name.
typedef struct PackIndex PackIndex;
PackIndex *pack_index_new(Arena *, Pack **, i64 n);
Unit *pack_find(PackIndex *, UnitKind, Str sym,
                i64 nth); // the nth of that name; NULL: not there, or not a unit. lines is the caller's.
// Defines the unit's symbols; any thread, each unit once. False: damaged; then some may be defined.
bool unit_define(const Unit *, Symtab *, Arena *);
bool unit_define_all(const Unit *, Symtab *, Arena *, Sym ***own, i64 *nown); // and says which they are

// ---- writing
typedef struct PackWriter PackWriter;
// The units of `old` (NULL: none) that keep wants, unless a new one has their name; it gives each a generation, or -1.
typedef i64 PackKeep(void *ctx, UnitKind, Str sym, u32 generation);
PackWriter *pack_write(Arena *, const Pack *old, PackKeep *keep, void *ctx);
void pack_set_head(PackWriter *, Str); // stays the caller's until pack_end
// Unit's fields pack, symbols and lines do not count. `roots`: the symbols that are its own; what they lead to without a name comes along.
void pack_add(PackWriter *, const Unit *, Sym **roots, i64 nroots);
// The same in two steps. The first tells, until the next unit, which Sym.inlined the symbols refer to.
typedef VEC(Sym *) PackNames;
const PackNames *pack_add_symbols(PackWriter *, UnitKind, Sym **roots, i64 nroots);
void pack_add_unit(PackWriter *, const Unit *);
void pack_end(PackWriter *, Buf *out);
