// pack.h - packs: the units of a package (ir/unit.h) with their symbols, as bytes.
//
// With a unit go its code and data, relocations and function tables, so that a program is linked from it without tree, types or source.
//
// Pack: "volepak2", then u32 counts of strings and units; offsets of the strings (n + 1), the units {u32 hash of the symbol, symbol, kind,
// offset, length}, the bytes of the strings, the bytes of the units. Little endian, ours.
// Packs are other people's bytes: every count, offset and length is checked; what does not hold is a unit that is not there. Code, data and
// the function tables inside are taken as they are, as the program's own: they are the runtime's to read.
// Ownership: what is read points into the pack's bytes, which must stay as long as the program.
#pragma once
#include "ir/unit.h"
#include "obj/obj.h"

// ---- reading
typedef struct Pack Pack;
Pack *pack_open(Arena *, Str bytes); // NULL: it is none
i64 pack_count(const Pack *);
// All units of several packs by name; of equal names the first counts, since all are the same.
typedef struct PackIndex PackIndex;
PackIndex *pack_index_new(Arena *, Pack **, i64 n);
const Unit *pack_find(PackIndex *, UnitKind, Str sym); // NULL: not there, or not a unit
// Defines the unit's symbols; any thread, each unit once. False: damaged; then some may be defined.
bool unit_define(const Unit *, Symtab *, Arena *);
bool unit_define_all(const Unit *, Symtab *, Arena *, Sym ***own, i64 *nown); // and says which they are

// ---- writing
typedef struct PackWriter PackWriter;
PackWriter *pack_write(Arena *, const Pack *old); // old: its units stay, unless a new one has their name; NULL: none
// Only Unit's fields up to keys and methods_at count. `roots`: the symbols that are its own; what they lead to without a name comes along.
void pack_add(PackWriter *, const Unit *, Sym **roots, i64 nroots);
void pack_end(PackWriter *, Buf *out);
