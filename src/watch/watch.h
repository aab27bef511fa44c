// watch.h - `vole watch`: from a saved file to the changed program. Building itself is a callback (src/cmd/watch.c gives it).
//
// keys.def    every key of .air.toml        ->  fields of WatchConfig, flags, what `watch init` writes
// toml.c, config.c  files and flags         ->  WatchConfig
// changes.c   paths                         ->  a batch of what changed, once it is quiet (inotify.c, poll.c)
// rules.c     a path                        ->  whether the configuration watches it, and which rule it fires
// loop.c      batches, keys, exits          ->  builds, restarts, commands
// show.c      what happened                 ->  a line a cycle, JSON events, colours, the keys of the terminal
// Programs are run by serve/. One thread (base/events.h); builds run in a child process that is killed if a newer save overtakes it.
#pragma once
#include "serve/serve.h"

typedef struct StrItems {
    Str *ptr;
    i64 len, cap;
} StrItems;

// What a build said; it came from the child as bytes.
typedef struct WatchBuilt {
    bool good;
    Str program;      // path of the executable
    Str errors;       // as they were printed
    Str errors_json;  // for the overlay and for -json; {"errors":[...]}
    StrItems files;   // all that the build read or looked for outside of GOROOT and module cache: absolute paths
    StrItems folders; // whose lists of names count
    i64 functions_made, functions_kept;
} WatchBuilt;
// What cmd/ does for watch. Each runs in a forked child of the resident process and ends it.
typedef struct WatchDo {
    void *ctx;
    bool (*build)(void *ctx, Str target, Str output, WatchBuilt *); // target: of the services that are watched
    bool (*check)(void *ctx, Str target, WatchBuilt *);             // vet's subset
    int (*test)(void *ctx, const StrItems *changed);                // tests that a change can affect
} WatchDo;
