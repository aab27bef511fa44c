// link_int.h - inside of link/: the state of one link.
#pragma once
#include "link/link.h"

enum { LINK_BASE = 0x400000 }; // where executables lie
typedef enum OutSec {
    OS_TEXT,
    OS_RODATA,
    OS_TYPE,
    OS_ITAB,
    OS_TABLES,
    OS_BUILDINFO,
    OS_NOPTRDATA,
    OS_DATA,
    OS_BSS,
    OS_NOPTRBSS,
    OS_COUNTERS,
    OS_COUNT
} OutSec;
typedef struct Section {
    VEC(Sym *) syms;
    i64 size, align;
    u64 addr;
    i64 off;
} Section;
typedef struct ElfFunc {
    Sym *section;
    i64 off, size;
    Str name;
    u32 flags, frame_size;
} ElfFunc; // C or assembly function

// Tables of the module's record. Of those before TAB_DATA_MASK no node of a plugin needs all: the loader itself looks at what it needs.
typedef enum LinkTable {
    TAB_FUNCS,
    TAB_NAMES,
    TAB_PCTAB,
    TAB_INLTREE,
    TAB_FILES,
    TAB_TYPELINKS,
    TAB_ITABLINKS,
    TAB_DATA_MASK,
    TAB_COUNT
} LinkTable;

typedef struct Link {
    LinkJob *job;
    Arena *a;
    VEC(Sym *) work; // reached, relocations not followed yet
    VEC(Sym *) live; // reached, in order of discovery
    VEC(ElfFunc) elf_funcs;
    Section sec[OS_COUNT];
    Sym *start[OS_COUNT], *end[OS_COUNT]; // boundary symbols
    Sym *module;
    Sym *tables[TAB_COUNT];
    TextEnt *ents; // what tables have of functions, by address
    i64 nents, pctab_len, symtab_off;
    Sym *fips, *fips_bounds[8]; // go:fipsinfo, NULL if it is not live; what its ranges begin and end with
    VEC(Buf) bufs;              // what tables are made of; link_end
    u64 base;                   // address of the first segment
    struct LinkPlugin *plugin;  // share.c; NULL: it is an executable
    Buf ends;                   // of a plugin: PluginEnds
    Sym *shared;                // of a host
    struct LinkPatching *patch; // patch.c; NULL: nothing can be patched
    bool lacks;                 // patch.c: something is neither here nor in the process
    u64 text, types;            // what offsets in descriptors count from
} Link;

void link_read_archive(Link *);                  // elf_read.c: every section of every member becomes a Sym
void link_mark(Link *, Sym *entry);              // mark.c: what the entry reaches
void link_layout(Link *);                        // layout.c: sections, tables, addresses
void link_sort(Link *, Sym **, i64 n);           // order.c: of one section
void link_text_order(Link *);                    // text_order.c: of text that is sorted
void link_write(Link *, Buf *image, Sym *entry); // elf_write.c: relocates and writes
// fips.c: go:fipsinfo, before the layout, with all addresses, in the image
void link_fips_begin(Link *);
void link_fips_place(Link *);
void link_fips_sum(Link *, Buf *image);
bool link_fips_summed(const Sym *); // it belongs to what is summed
// share.c: what modules of one process know of each other (abi/plugin.h)
void link_share_begin(Link *);                    // before marking: what is reached besides the entry
void link_share_order(Link *, Sym **syms, i64 n); // of a section, behind link_sort
void link_share_place(Link *);                    // a host's table, while tables are laid out
bool link_is_import(const Link *, const Sym *);   // not of this module
bool link_share_reloc(Link *, Sym *from, const Reloc *, u8 *place, u64 addr); // of a plugin; false: as an executable's
void link_share_write(Link *, Buf *image, i64 *at);                           // a plugin's head and tables
void link_share_sum(const Link *, Buf *image);
void link_renew_record(Link *, i64 image, LinkRecord *); // renew_record.c: when the image is written
i64 link_func_at(const FuncRec *, i64 n,
                 u32 entry);  // layout.c: the function that begins there, by binary search; -1: none does
i64 link_pctab_room(i64 len); // layout.c: so that many functions may change before something moves
// What a relocation at address `at` puts to p; elf_write.c. False: it does not fit.
bool link_put(u8 *p, int kind, u64 at, u64 v, bool gone, u64 text, u64 types);
// patch.c
bool link_patch_known(Link *, Sym *);  // nothing defines it: the process has it
bool link_patch_import(Link *, Sym *); // nothing defines it; false: that is an error
bool link_patch_select(Link *);        // after marking: true: a patch is made, of what is live now
void link_patch_offsets(Link *);
void link_patch_itab(Link *, const Sym *from, const Reloc *);
void link_patch_record(Link *);
void link_patch_write(Link *, Buf *image);
Sym *link_table(Link *, const void *bytes, i64 size, i64 align); // layout.c: a constant
void link_root(Link *, Sym *);                                   // mark.c
static inline u64 link_addr(const Sym *s) { return s->section ? s->section->addr + (u64)s->section_off : s->addr; }
void link_end(Link *);                                        // gives back what the link made besides its arena
static inline void link_look_ahead(const Sym *s, i64 reloc) { // its target will be looked at soon
    if (reloc < s->relocs.len) __builtin_prefetch(s->relocs.ptr[reloc].sym);
}
static inline Sym *link_place(Sym *s) { return s->section ? s->section : s; } // the Sym that is laid out
