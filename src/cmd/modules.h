// modules.h - what the commands about modules share: the module graph of the current folder, opened for one of them.
#pragma once
#include "cmd/cmd.h"
#include "mod/mod.h"

typedef struct Modules {
    Cmd *c;
    Loader *loader;
    ModState *state;
} Modules;
// -modfile, -modcacherw and the settings are filled in. False: reported.
bool modules_open(Cmd *, ModOptions, Modules *);
bool modules_version_flag(Cmd *, const char *flag, Str version); // of -go and -compat; false: reported
Str diff_text(Arena *, const char *old_name, Str old, const char *new_name, Str new_text); // "" if they are the same
// list_modules.c: `list -m`; show NULL: as text.
int list_modules(Cmd *, ModState *, void (*show)(void *ctx, const ModInfo *), void *ctx);
