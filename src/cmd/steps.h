// steps.h - a build by steps: -n, -x, -work and -toolexec.
#pragma once
#include "cmd/cmd.h"

typedef struct StepsTarget {
    Pkg *pkg;
    Str name;   // of the file in the work folder; "": a.out
    Str path;   // where the program goes; "": it is made and not kept
    Str result; // of a main package without path: where it is until the work folder goes
} StepsTarget;
typedef struct Steps Steps;
bool steps_wanted(const Cmd *);
Steps *steps_new(Cmd *, Program *, const ProgramOptions *, bool quiet); // opens the work folder; NULL: reported
int steps_build(Steps *, StepsTarget *, i64 n);
void steps_show_run(Steps *, const StepsTarget *, const Str *args, i64 n); // what runs the program
typedef struct StepsArchive {
    Str file, build_id;
    bool cached; // else the file goes with the work folder
    Str said;    // where it could not be made: by the compiler; "": what it imports could not
} StepsArchive;
bool steps_archive(Steps *, Pkg *, StepsArchive *); // makes it, or finds it in the cache
// The program of a test. number: of its folder, $WORK/bNNN. make: the archives; link: the program, in its folder.
Steps *steps_new_in(Cmd *, Program *, const ProgramOptions *, Str work);
i64 steps_number(Steps *, Pkg *main);
bool steps_make(Steps *, Pkg *);
bool steps_link_test(Steps *, Pkg *main, Str name, Str path); // path: where it goes, too; "": nowhere
int steps_end(Steps *, int rc);
