// get.h - `get`: which versions arguments mean, and the requirements that follow.
#pragma once
#include "mod/graph.h"

typedef struct GetOptions {
    Str upgrade;  // -u: "upgrade" or "patch"; "": not given
    bool tests;   // -t
    bool tool;    // -tool
    bool verbose; // -v: conflicts with the whole way to them
    const Str *args;
    i64 nargs;
} GetOptions;
// Of a state opened for MODUSE_UPDATE without a workspace. Writes go.mod and go.sum only if everything worked; what is wrong and what
// changed is told on standard error ("go: ..."). The exit code.
int mod_get(ModState *, GetOptions);
