// vet.h - the analyzers of GOROOT/src/cmd's vet and fix over packages, for `vet`, `fix` and `test`.
//
// vet_unit.c    packages                     ->  units with keys; what is known of them; the description of a batch
// vet_run.c     description                  ->  one process of the program (lib/cmd/vendor/.../unitchecker), and its answers
// vet_tool.c    units, -vettool              ->  the same answers of a program that looks at one package at a time
// vet_show.c    answers                      ->  lines as the go command prints them, files with fixes
// vet_flags.c   words of the command line    ->  build flags, flags of the analyzers, packages
// vet.c         all of it
#pragma once
#include "cmd/cmd.h"

typedef enum VetForm { VET_LINES, VET_JSON, VET_FIX, VET_DIFF } VetForm;
typedef struct VetFix {
    Str file, content;
} VetFix;
typedef struct VetUnit {
    Pkg *pkg;
    bool root, has_keys;
    bool looked, settled; // whether known_file is known; whether what it depends on was looked at
    i64 index;            // in the batch; -1: not in it
    CacheKey known_key, found_key;
    Str known_file; // of the cache, with its types and facts; "": not known
    Str known_data; // the same as it was found out by this run
    // answers, of a root
    bool done, failed, known; // failed: it could not be checked; known: nothing had to be done
    StrVec errors;            // "file:line:column: message"
    Str found, text;          // in the form of the run; what the program says besides
    VEC(VetFix) fixes;
    bool exit; // the program says that something is wrong
} VetUnit;
typedef VEC(VetUnit *) VetUnits;
typedef struct Vet Vet;
struct Vet {
    Cmd *c;
    const char *tool; // "vet", "fix"
    Str program;      // its file; "": not asked for yet
    StrVec flags;     // of its analyzers
    bool chosen;      // the user says which analyzers run; else the library has its own choice
    bool testing;
    bool foreign; // the program is not ours: -vettool
    Str version;  // of such a program, as it tells it
    VetForm form;
    Loader *loader;
    Cache *cache;     // NULL: nothing is kept
    FileTable *files; // NULL without cache
    ProgramOptions *o;
    u64 own_key;
    Map *units; // Pkg -> VetUnit
    VetUnits roots, batch;
    VetUnits wanted;                   // their types and facts are wanted
    void (*settled)(Vet *, VetUnit *); // called for each root when it is done; NULL: nobody asks
    void *ctx;
};

// vet_unit.c
void vet_init(Vet *, Cmd *, ProgramOptions *, Loader *);
VetUnit *vet_add(Vet *, Pkg *);        // its findings are wanted
bool vet_look(Vet *, VetUnit *);       // true: they are known
VetUnit *vet_want(Vet *, Pkg *);       // its types and facts are wanted
bool vet_find_known(Vet *, VetUnit *); // known_file, after vet_run; false: it could not be checked
bool vet_describe(Vet *, Buf *out);    // of what is not known; false: nothing is left to do
bool vet_own_choice(const Vet *, const Pkg *);
void vet_config(Vet *, VetUnit *,
                Buf *); // the members of a vet.cfg that say what the package is, without its closing brace
void vet_commands(Vet *, VetUnit *, Buf *); // what the go command would run for it (-n, -x)
// vet_run.c. One process for all that is not known; each root is settled in turn. False: reported.
bool vet_run(Vet *);
bool vet_program(Vet *); // Vet.program
// vet_tool.c. Vet.program is another's. False: reported.
bool vet_ask_version(Vet *);
bool vet_run_tool(Vet *);
// vet_show.c
bool vet_show(Vet *, VetUnit *, i64 context, Buf *out, Buf *err); // false: something is wrong with it
bool vet_apply(Vet *);
// vet_flags.c. False: reported, and the exit code.
typedef struct VetFlags {
    StrVec packages, tool_flags;
    bool json, diff, fix;
    Str obsolete_fix;
    i64 context; // -1: none
} VetFlags;
bool vet_flags(Cmd *, const char *tool, Str program, VetFlags *, int *rc);
