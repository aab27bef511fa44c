// edit.h - what mod_edit_requirements does, with its conflicts one by one. Private to edit.c and get.c.
#pragma once
#include "mod/graph_int.h"

typedef struct ModConflict { // a way of requirements from a wanted version to one that cannot be
    ModVersion *path;
    i64 npath;
    ModVersion constraint; // the last of path is above this wanted version
    Err err;               // or its requirements cannot be read
    ModVersion err_mod;    // which version err is of
} ModConflict;
typedef VEC(ModConflict) ModConflicts;
// False: *err, and *conflicts if that is why.
bool mod_edit(ModState *, const ModVec *must, const ModVec *try_, bool *changed, ModConflicts *, Err *);
Str mod_conflict_text(Arena *, const ModConflict *); // of the first and the last
Str mod_conflict_way(Arena *, const ModConflict *);  // of all between
Str mod_conflict_err(Arena *, const ModConflict *);
Str mod_conflicts_text(Arena *, const ModConflicts *);
