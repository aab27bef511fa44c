// cache_int.h - inside of cache/: what the table of files keeps beside it (notes.c).
#pragma once
#include "cache/cache.h"

typedef struct Notes Notes;
Notes *notes_open(Arena *, Str file, u64 vole); // vole: what this vole is
bool notes_get(Notes *, const FileHash *, Str *value);
void notes_put(Notes *, const FileHash *, Str value);
void notes_close(Notes *); // what is new is written
