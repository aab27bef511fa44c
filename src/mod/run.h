// run.h - running a program (git, GOAUTH's commands): arguments, standard input, what it wrote.
#pragma once
#include "mod/fetch_int.h"

typedef struct RunSpec {
    const char *dir; // NULL: here
    Str *args;       // args[0] is found through PATH
    i64 nargs;
    Str *env; // NAME=VALUE beside our own
    i64 nenv;
    Str input;
    int out_fd; // > 0: standard output goes there
    i64 limit;  // of the output; 0: MAX_TEXT
    bool join;  // standard error is a part of the output
} RunSpec;
typedef struct RunResult {
    Str out, err; // what it wrote
    int code;     // exit status; -1: killed
} RunResult;
// False: it could not be run, did not exit with 0, or wrote too much. *e: "exit status 128" and the like.
bool run_program(Arena *, const RunSpec *, RunResult *, Err *e);
