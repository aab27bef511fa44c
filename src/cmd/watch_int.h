// watch_int.h - inside of the `watch` command.
//
// watch.c       words of the command line; builds and checks, in children of the resident process
// watch_test.c  packages whose tests a change can affect
#pragma once
#include "watch/watch.h"
#include "cmd/cmd.h"

typedef struct WatchCmd {
    Cmd *c;
    WatchOptions o;
    VEC(WatchFlag) flags;
    StrItems rest;   // words that are no flags
    StrItems behind; // "--"
    bool init;
    LinkPatch patch; // in a child: of the build
    Str record;      //             where its record goes
    Cmd child;       // in a child: the command that it runs
    int rc;          //
} WatchCmd;

// watch.c, in a child. command: that of this name with these words, as if it had been called, is w->child; false: reported.
bool watch_command(WatchCmd *, const char *name, const StrItems *words);
void watch_seen(WatchCmd *, const Seen *,
                WatchBuilt *); // what was looked at, less what no user edits; what was read comes last
// watch_test.c
bool watch_select(void *ctx, const StrItems *words, const StrItems *changed, WatchBuilt *, StrItems *packages);
int watch_test(void *ctx, const StrItems *words, const StrItems *packages);
