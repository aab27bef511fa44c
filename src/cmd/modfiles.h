// modfiles.h - what the commands that change go.mod and go.work share: where the files are, how they are read and written.
#pragma once
#include "cmd/cmd.h"
#include "mod/mod.h"

Str modfiles_short(Arena *, Str path);                     // relative to the current folder where that is shorter
Str modfiles_dir(Arena *, Str path);                       // as a use or replace line names a folder: ./x, ../x, /x
Str modfiles_find_up(Arena *, const char *name, Str stop); // in the current folder or above, below stop; "": none
bool modfiles_find_mod(Cmd *, Str *gomod);   // -modfile, else go.mod at or above the current folder; false: reported
bool modfiles_find_work(Cmd *, Str *gowork); // "": there is none; false: GOWORK is wrong, reported
bool modfiles_read_text(Cmd *, Str path, Str *, Err *);
bool modfiles_read_mod(Cmd *, Str gomod, ModFile **, Err *); // of a module that the user works on
bool modfiles_read_work(Cmd *, Str gowork, Str *text, ModFile **, Err *);
// Under a lock of the file; it must still have the text that was read (NULL: whatever it has; it is made if it is not there).
bool modfiles_write(Cmd *, Str path, const Str *was, Str text, Err *);
bool work_raise_go(ModFile *, Str go); // work.c: the go line of a go.work is at least go
#define MODFILES_NO_WORK                                                                                               \
    "no go.work file found\n\t(run 'go work init' first or specify path using GOWORK environment variable)"
