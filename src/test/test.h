// test.h - what `test` does besides building: the program that runs the tests, its processes, its results.
//
// testmain.c  TestFuncs                      ->  the Go file of package p.test
// process.c   programs                       ->  their output as it comes, how they ended; clocks, signals
// keeper.c    a folder                       ->  gone when this process is, however it ends
// convert.c   output of a test               ->  JSON events (`go doc test2json`)
// results.c   programs, what they looked at  ->  their output, if it was seen before
// duration.c  "1m30s"                        <-> nanoseconds
#pragma once
#include "cache/cache.h"
#include "load/load.h"
#include <signal.h>
#include <sys/types.h>

// duration.c: as package time reads and prints durations
bool duration_parse(Str, i64 *ns);
Str duration_text(Arena *, i64 ns);

// testmain.c. import_path, module_path: what package testing tells of the package
typedef struct TestMainCover { // with -cover
    const char *mode;
    Str where;     // " in p, q"; "": in the package
    StrList paths; // of the packages that are counted
} TestMainCover;
Str testmain_text(Arena *, const TestProgram *, const TestFuncs *, Str import_path, Str module_path,
                  const TestMainCover *, bool leaks);

// convert.c. A Converter writes whole events to out, which the caller empties.
typedef struct Converter Converter;
Converter *convert_new(Arena *, Buf *out, Str package, bool times);
void convert_write(Converter *, Str);
void convert_failed_build(Converter *, Str package);   // the package whose build failed
void convert_end(Converter *, bool exited, bool good); // exited: the test's process did, well or not

// results.c. program: a key of the program with its arguments
typedef struct ResultPlace {
    Str gocache, root, dir; // root: of the module or library that the package is in; dir: where the program runs
} ResultPlace;
typedef struct TestResult {
    Str output, profile; // profile: of its coverage
    bool has_profile;    // to results_find: one is wanted
} TestResult;
bool results_find(Arena *, Cache *, const ResultPlace *, const CacheKey *program, const CacheKey *also,
                  TestResult *); // also, if it is not NULL, leads there from then on
void results_keep(Arena *, Cache *, const ResultPlace *, const CacheKey *program, Str log, const TestResult *);
bool results_expire(Arena *, Str gocache); // all that there are; false: errno

// process.c
typedef struct Process Process;
typedef void (*ProcessOutput)(void *ctx, Str bytes);
typedef struct ProcessOptions {
    char *const *argv, *const *env; // argv NULL: run instead, in a copy of this process
    int (*run)(void *arg);          // its result is the exit code
    void *arg;
    const char *dir;      // of the process; NULL: ours
    bool direct;          // its output goes where ours does
    ProcessOutput output; // else: gets it
    void *ctx;
    i64 limit;      // ns until it is told to end with SIGQUIT; 0: none
    i64 wait_delay; // ns for what is left to do after that, and for output to end after its exit; 0: any time
} ProcessOptions;
struct Process {
    ProcessOptions o;
    pid_t pid;
    int fd;                 // of its output; -1: none any more
    i64 began, ended;       // ns
    int status;             // of waitpid
    Str failed;             // it could not be started: why
    bool exited, done;      // done: and its output has ended
    bool quit, killed, cut; // it was told to quit; was killed; its output did not end in time
    i64 deadline;           // of what comes next
};
typedef struct Processes {
    Arena *a;
    VEC(Process *) all; // that are not done
    bool told;          // by who takes output: something else than an end is to be looked at
    int signals, ended; // ended: the signal that asked us to end; 0: none
    sigset_t before;    // what was blocked
    pid_t keeper;       // a child that is not one of these
} Processes;
bool processes_begin(Processes *, Arena *); // from here on signals are received by processes_wait; false: errno
void processes_end(Processes *);
Process *process_start(Processes *, ProcessOptions);
// Waits until something has ended or was told, or a signal has come. Then `done` processes are no longer in the list.
void processes_wait(Processes *);
void processes_kill(Processes *); // all, at once
bool process_good(const Process *);
Str process_error(Arena *, const Process *); // "exit status 1", "signal: killed"

// keeper.c
typedef struct Keeper {
    pid_t pid;
    int fd;
} Keeper;
bool keeper_start(Keeper *, Arena *, Str dir);
void keeper_end(Keeper *); // removes the folder
