// modlist.h - `list -m`.
#pragma once
#include "mod/graph.h"

typedef struct ModListOptions {
    bool updates;   // -u: newer versions, retractions, deprecations
    bool versions;  // -versions
    bool retracted; // -retracted: these too
    Str reuse;      // -reuse: a file of earlier answers; "": none
} ModListOptions;
// What is known of the modules that the arguments name (none: the main modules). False: *err; some may have been found even so.
bool mod_list_modules(ModState *, ModListOptions, const Str *args, i64 n, ModInfo ***, i64 *nout, Err *);
Str modinfo_text(Arena *, const ModInfo *); // "path v1.0.0 [v1.1.0] => other v1.0.0"
