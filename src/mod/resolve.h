// resolve.h - module arguments of commands: "path", "path@query", "x/...", "all" -> module versions.
#pragma once
#include "mod/graph.h"

typedef struct ModResolved {
    ModVersion mod; // what the replace lines made of it is in replacement
    ModVersion replacement;
    bool replaced, main;
    bool reuse; // an earlier answer holds (-reuse): nothing needs to be fetched
    Str query;  // behind the '@', where it is not the version itself
    Str origin; // JSON, "" if none
    Str error;  // what is wrong with this one
} ModResolved;
// Several modules may be resolved though *err is set at the end: the graph could not be loaded whole. False: an argument is malformed.
bool mod_resolve_args(ModState *, Str reuse_file, const Str *args, i64 n, ModResolved **, i64 *count, Err *);
