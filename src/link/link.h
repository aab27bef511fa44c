// link.h - layout, relocation, ELF: symbols and the runtime archive -> one static executable.
//
// Nothing is searched for and nothing is left out afterwards: what has no path of relocations from the entry point is
// not laid out. The output depends on the symbols' names and contents only, never on the order they were made in.
#pragma once
#include "obj/obj.h"
#include "meta/meta.h"

typedef enum LinkKind {
    LINK_EXE,
    LINK_HOST,  // an executable that loads plugins: it has all of the runtime, and says what it has
    LINK_PLUGIN // abi/plugin.h
} LinkKind;
typedef struct LinkPackage { // in order of initialisation
    Str path, init;          // init: a function, or nothing defines it
    u64 content;             // hash of its files
    const u32 *imports;      // indexes in the list
    i64 nimports;
} LinkPackage;
typedef struct LinkSymbol { // what Lookup finds
    Str name;
    bool is_func;
    Sym *type, *value; // descriptor of the function's type or of a pointer to the variable; func value or variable
} LinkSymbol;
typedef struct LinkLazy {
    Sym *init, *variable;
} LinkLazy;
typedef struct LinkShare { // of a host and of a plugin
    LinkPackage *packages;
    LinkSymbol *symbols; // sorted by name
    LinkLazy *lazies;
    i64 npackages, nsymbols, nlazies;
    Str path, manifest; // plugin's path; what both must agree on (abi/plugin.h)
    u64 settings;       // hash of the manifest's beginning
} LinkShare;

typedef struct LinkPatch { // patch.c: a program that can be changed while it runs
    Str base;              // record of what runs; empty: nothing
    Str notes;             // PatchNotes of what runs: no function is patched that has run; empty: whatever has run
    Str manifest;          // what is remembered of packages, "package\tPATH..." lines
    Str refused;           // out; in: why it must be started again all the same
    bool made;             // out: the image is a patch, no executable
    Str changed;           // a function that is in it; of those that the program had the first
    i64 nfuncs;            // that changed or are new
    Str *edited;           // how symbols of packages begin that somebody edits, or that import such
    i64 nedited;
    bool pruned; // symbols that the process has need not be defined; if no patch comes of it, all must be linked again
    bool whole;  // they are defined
    u64 next;
    Buf record;              // what the process is afterwards; of an executable link_patch_finish makes it
    struct Link *unfinished; // of which no record was made yet
    const struct Record *of; // base, opened
} LinkPatch;
Str link_patch_open(LinkPatch *, Arena *);        // what base remembers of packages; empty: it is no record
void link_patch_finish(LinkPatch *);              // the image was written, what it was linked from is still there
bool link_patch_has(const LinkPatch *, Str name); // of a symbol of the process

// renew.c: in the place of a link: the image of an earlier one with what changed. A record of all symbols, and what changes with each renewal.
typedef struct LinkRecord {
    Buf base, state;
} LinkRecord;
typedef struct LinkDecl { // where a declaration stands
    u64 key;              // link_renew_decl
    i32 line;
} LinkDecl;
typedef struct LinkRenewal {
    Symtab *syms; // what was made now, and nothing else is defined there but what is_same says
    bool (*is_same)(void *ctx, const Sym *);
    Str base, state;
    const LinkDecl *decls; // all that may have moved
    i64 ndecls;
    Buf *image; // of the earlier link; it becomes the new one
    Str (*file_name)(void *ctx, Arena *, const FileRef *);
    void *ctx;
    Arena *arena;
    const char *why; // out: what it cannot be renewed for; then nothing was changed
    Str who;         // which symbol that is about
    Buf new_state;   // out
} LinkRenewal;
bool link_renew(LinkRenewal *);
u64 link_renew_decl(const FileRef *, Str decl); // of a LineAnchor

typedef struct LinkJob {
    LinkKind kind;
    LinkShare share;
    LinkPatch *patch;   // NULL: none
    LinkRecord *record; // out; NULL: nobody wants it
    Symtab *syms;
    Arena *arena;
    Diag *diag;
    Str archive_path, archive; // the runtime: ar archive of ELF objects
    Str main_sym;              // Go function main.main
    Str *inits;
    i64 ninits;                 // package initialisers, in order
    Str build_version, modinfo; // "go1.26.11 vole ..."; text without the 16-byte markers
    bool strip_symbols, strip_debug;
    Str goexit_file; // where the library has runtime.goexit, the outermost frame of every goroutine; empty: not found
    i32 goexit_line;
    Str (*file_name)(void *ctx, Arena *, const FileRef *); // path that line tables show (-trimpath)
    void *ctx;
} LinkJob;

// Makes the image of an executable or a plugin. False after errors (in Diag). The bytes are the caller's to write; image is malloc'd (buf_free).
bool link_executable(LinkJob *, Buf *image);
