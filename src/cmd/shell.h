// shell.h - the commands of a build by steps, as a shell would take them: printed (-x, -n), done (all but -n), or both.
#pragma once
#include "cmd/cmd.h"
#include <stdio.h>

typedef struct Shell {
    Cmd *c;
    Str work; // the folder; with -n the text "$WORK"
    Str dir;  // where the command that was printed last runs
    bool print, run;
    FILE *to;
} Shell;
typedef struct ShellRun {
    Str dir; // "": wherever
    Str env; // "NAME=value" in front of the command; "": none
    StrVec args;
    Str package; // TOOLEXEC_IMPORTPATH
} ShellRun;

bool shell_open(Shell *, Cmd *);              // the folder is made, and told; false: reported
void shell_open_in(Shell *, Cmd *, Str work); // in a folder that somebody else made, and removes
int shell_close(Shell *, int rc);
void shell_title(Shell *, Str package); // -n: what the commands from here on are for
bool shell_mkdir(Shell *, Str dir);
bool shell_file(Shell *, Str path, Str text);          // writes it
void shell_show(Shell *, StrVec words);                // a command that somebody else runs
int shell_run(Shell *, const ShellRun *, Str *output); // its exit code; what it wrote to both streams
bool shell_copy(Shell *, Str from, Str to);
bool shell_place(Shell *, Str package, Str from, Str to, int mode, bool move); // a result
void shell_remove(Shell *, Str dir);
