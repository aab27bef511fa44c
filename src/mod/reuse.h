// reuse.h - what an earlier `mod download -json` or `list -m -json` told (-reuse).
#pragma once
#include "mod/graph_int.h"

typedef struct ModReuse {
    Map *by_query; // "path@query" and "path@version" -> ModInfo
} ModReuse;
bool reuse_read(ModState *, Str file, ModReuse *, Err *); // file "": nothing is known
// What was told for a query, if the repository still says the same; else NULL.
const ModInfo *reuse_find(ModState *, const ModReuse *, Str path, Str query);
