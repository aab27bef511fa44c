// renew.h - inside of link/: what a link leaves so that the next one can renew its image (renew_record.c writes it, renew.c reads it).
//
// Base: RenewHead, symbols, slots of their hash table, anchors, declarations. State, which changes with each renewal: RenewState, lines.
#pragma once
#include "link/link_int.h"

typedef struct RenewSym {   // symbols that are laid out come first, in the order of their addresses by section
    u64 key;                // of its name; of what has none, its content; 0: it is that of several
    u32 addr, size, parent; // parent: which symbol's relocation led here, an index; itself: it is a root
    u32 place;              // the one it lies in, an index
    u32 room;               // bytes to the next one, which is aligned to
    u32 next_align;         // that; 0: nothing may grow or shrink there
    u32 elf;                // in the symbol table; 0: not
    u8 kind, section, align_log;
    bool anonymous, summed, several; // no name; link_fips_summed; its key is that of others too
} RenewSym;
typedef struct RenewAnchor {
    u32 off, decl; // a line in the image that moves with a declaration
} RenewAnchor;
typedef struct RenewTable { // offset in the image, bytes
    u32 off, len;
} RenewTable;
typedef struct RenewHead {
    char magic[8];
    u32 nsyms, nlaid, mask, nanchors, ndecls, nfuncs, nfiles;
    RenewTable funcs, names, pctab, inltree, files, symtab, data_mask;
    u64 text, types; // what offsets in descriptors count from
    i64 image;       // its size
    u64 addr[OS_COUNT];
    i64 off[OS_COUNT];
} RenewHead;
typedef struct RenewState {
    u32 pctab_len, ndecls; // bytes of pctab in use; lines follow
} RenewState;
#define RENEW_MAGIC "volernw1"

u64 link_renew_name(Str name);                      // never 0
u64 link_renew_content(Arena *, Map *known, Sym *); // of what has no name; known: Sym -> what was found out
u64 link_renew_decl(const FileRef *, Str decl);     // of a LineAnchor
static inline u64 link_renew_key(Arena *a, Map *known, Sym *s) {
    return s->name.len ? link_renew_name(s->name) : link_renew_content(a, known, s);
}
