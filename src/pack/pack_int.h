// pack_int.h - inside of pack/: the pack's layout.
#pragma once
#include "pack/pack.h"

#define PACK_MAGIC  "volepak3"
#define STATIC_MARK "<>" // behind the name of a symbol that has no place in the table of symbols
enum { PACK_HEAD = 8 + 3 * 4, PACK_ENTRY = 6 * 4 };
enum { IS_DUPOK = 1, IS_LOCAL = 2, IS_TENTATIVE = 4, HAS_DATA = 8, HAS_CODE = 16, HAS_MASK = 32 }; // of a symbol
enum { REF_NAME, REF_OWN, REF_STRING, REF_STRING_HEADER, REF_CONST }; // of a relocation's target

typedef struct PackFile PackFile;
struct PackFile {
    FileRef ref;
    PackFile *next;
};
enum { PACK_FILES = 32 }; // lists, by the string of the file's name

struct Pack {
    u32 nstrings, nunits;
    const u8 *string_offs, *index;
    Str strings;
    Str head;
    const u8 *units;
    i64 units_len;
    void *owner;
    UnitNames *names; // the strings, for who reads needs
    // Written by any thread, with atomic operations: what strings and files are for the first table of symbols that asks.
    struct PackSyms {
        Symtab *table; // NULL: nobody asked so far
        Sym **of;      // by string; NULL: not asked for
        PackFile *files[PACK_FILES];
    } * syms;
};
typedef struct PackUnit {
    u32 hash, sym, kind, gen, off, len;
} PackUnit;

static inline u32 pack_u32(const u8 *p) { return (u32)p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24; }
static inline u32 pack_hash(Str s, UnitKind kind) { return (u32)hash_bytes(s.ptr, s.len, 7 + kind); }
PackUnit pack_unit(const Pack *, i64 i);
bool pack_holds_unit(const Pack *, PackUnit); // its bytes are inside
Str pack_string(const Pack *, u32 id);        // empty if there is no such
