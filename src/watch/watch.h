// watch.h - `vole watch`: from a saved file to the changed program. Building itself is a callback (src/cmd/watch.c gives it).
//
// keys.def    every key of .air.toml        ->  fields of WatchConfig, flags, what `watch init` writes
// toml.c, config.c  files and flags         ->  WatchConfig
// envfile.c   .env files                    ->  variables
// rules.c     a path                        ->  whether the configuration watches it, and which rule it fires
// changes.c   folders                       ->  a batch of what changed, once it is quiet (inotify, or looking again and again)
// job.c       a function or a command       ->  a process that can be given up, its output and its end
// loop.c      batches, keys, exits          ->  builds, checks, restarts, commands
// show.c      what happened                 ->  a line a cycle, JSON events, colours, the keys of the terminal
// Programs are run by serve/. One thread (base/events.h); builds run in a child process that is killed if a newer save overtakes it.
#pragma once
#include "serve/serve.h"

typedef struct StrItems {
    Str *ptr;
    i64 len, cap;
} StrItems;

// ---- config.c ---------------------------------------------------------------------------------------------------------
typedef struct WatchRule { // [[build.rules]]: a command instead of a build
    Str name, cmd;
    StrItems include_dir, include_ext, include_file, exclude_regex;
    i64 delay; // ns
} WatchRule;
typedef struct WatchServiceConfig { // [[service]]: one of several programs
    Str name, package, cmd;         // package: built here; else cmd builds
    StrItems entrypoint, args, env, depends_on;
    bool restart_with; // it is restarted when one that it depends on was
} WatchServiceConfig;
typedef enum WatchPatch {
    PATCH_AUTO,
    PATCH_NEVER,
    PATCH_ALWAYS
} WatchPatch; // functions that change: see patch in keys.def
typedef struct WatchConfig {
    Str file;                // where it was read; "": nowhere
    Str wd;                  // the folder that the command works in
    VEC(const char *) given; // names of keys that a file or a flag sets
    VEC(Str) warnings;       // of keys that nobody knows
    VEC(WatchRule) rules;    //
    VEC(WatchServiceConfig) services;
    bool banner_given;
#define TEXT                                   Str
#define LIST                                   StrItems
#define ARGS                                   StrItems
#define FLAG                                   bool
#define PATCHES                                WatchPatch
#define MS                                     i64 // ns
#define TIME                                   i64 // ns
#define NUMBER                                 i64
#define KEY(kind, field, name, standard, help) kind field;
#include "watch/keys.def"
#undef KEY
#undef TEXT
#undef LIST
#undef ARGS
#undef FLAG
#undef PATCHES
#undef MS
#undef TIME
#undef NUMBER
} WatchConfig;
typedef struct WatchFlag { // as it was given, in order
    Str name, value;
} WatchFlag;
// file: of -c; "": .air.toml or .config/air.toml of wd, or none. False: *err, with file and line.
bool config_read(Arena *, Str wd, Str file, const WatchFlag *, i64 nflags, WatchConfig *, Err *);
bool config_is_key(Str name, bool *is_switch);
bool config_given(const WatchConfig *, const char *key);
void config_print(Buf *);             // what `watch init` writes
void config_help(Buf *);              // keys, for the help text
Str config_root(const WatchConfig *); // absolute, without links
// The words of a command that is a plain `go build`, without "go build"; false: it is something else.
bool config_is_go_build(Arena *, Str cmd, StrItems *words);

// ---- envfile.c --------------------------------------------------------------------------------------------------------
// Variables of a .env file: NAME=VALUE, quotes, comments, `export`. False: *err names the line.
bool envfile_parse(Arena *, Str text, StrItems *names, StrItems *values, Err *);

// ---- rules.c ----------------------------------------------------------------------------------------------------------
typedef struct WatchRules WatchRules;
WatchRules *rules_new(Arena *, const WatchConfig *, Err *); // NULL: a regular expression is wrong
enum { RULE_NONE = -2, RULE_BUILD = -1 };                   // 0 and up: one of WatchConfig.rules
i64 rules_match(const WatchRules *, Str path);              // of a file, absolute
bool rules_enter(const WatchRules *, Str dir);              // may something below it count? absolute
void rules_roots(const WatchRules *, Arena *, StrItems *);  // folders where watching begins

// ---- changes.c --------------------------------------------------------------------------------------------------------
typedef enum ChangeKind { CHANGE_MADE, CHANGE_WRITTEN, CHANGE_GONE } ChangeKind;
typedef struct Change {
    ChangeKind kind;
    Str path; // absolute
} Change;
typedef struct ChangesOptions {
    bool poll, follow_links;
    i64 interval;                        // of polling, ns
    i64 delay;                           // a batch ends so long after its first change; 0: when it is quiet
    Str quiet_file;                      // while it is there, more is to come (.git/index.lock); "": none
    bool (*enters)(void *ctx, Str dir);  // folders below a tree
    bool (*counts)(void *ctx, Str path); // files and folders whose changes are told
    void (*batch)(void *ctx, const Change *, i64 n,
                  i64 began); // valid until it returns; began: when the first was seen
    void (*notice)(void *ctx, Str text);
    void *ctx;
} ChangesOptions;
typedef struct Changes Changes;
Changes *changes_new(Arena *, Events *, const ChangesOptions *);
void changes_tree(Changes *, Str dir);                       // with all below that enters() lets in; it need not exist
void changes_folder(Changes *, Str dir);                     // alone; it need not exist
void changes_each(Changes *, void (*)(void *ctx, Str path)); // all files that count; with ctx of the options
void changes_free(Changes *);
i64 changes_count(const Changes *, bool polled); // folders

// ---- job.c ------------------------------------------------------------------------------------------------------------
typedef struct Job Job;
typedef struct JobOptions {
    int (*run)(void *arg, int result); // in a copy of this process; `result`: a descriptor for bytes that come back
    void *arg;
    Str command;                      // or /bin/sh -c
    const char *dir;                  // NULL: ours
    char *const *env;                 // NULL: ours
    void (*text)(void *ctx, Str);     // its output as it comes; NULL: nobody
    void (*result)(void *ctx, Job *); // its result is whole (run only), it may go on; NULL: nobody
    void (*done)(void *ctx, Job *);   // it has ended; the job is gone behind that
    void *ctx;
} JobOptions;
typedef struct JobPipe {
    Job *job;
    int fd; // -1: at its end
    Buf buf;
} JobPipe;
struct Job {
    JobOptions o;
    Events *events;
    pid_t pid;
    int pidfd;
    JobPipe out, back; // its output (both streams); its result
    int status;        // as waitpid has it
    i64 began;
};
Job *job_start(Events *, const JobOptions *); // NULL: errno
void job_kill(Job *);                         // and all of its group; no callback comes any more
void job_leave(Job *);                        // it ends by itself; no callback comes any more
bool job_good(const Job *);                   // to done: it exited with 0
Str job_fate(Arena *, const Job *);           // "exit status 1"

// ---- loop.c -----------------------------------------------------------------------------------------------------------
enum { WATCH_NOTHING = -1, WATCH_THERE = -2, WATCH_NO_FOLDER = -3, WATCH_NO_FILE = -4 };
typedef struct WatchFile { // as the build saw it
    Str path;
    i64 size, mtime; // ns; size < 0: nothing was there; something was; it was no folder, or no file, if anything
    u64 hash;        // of its bytes; 0: not known
} WatchFile;
typedef VEC(WatchFile) WatchFiles;
// What a build said; it came from the child as bytes.
typedef struct WatchBuilt {
    bool good;
    Str program;       // path of the executable
    u64 image;         // hash of its bytes
    bool patchable;    // in: make a program that can be patched
    bool careful;      // in: of which nothing is patched that has run outside of requests
    Str notes;         // in: what has (abi/patch.h); "": not known
    Str base;          // in: the record of the one that runs; "": none
    pid_t maker;       // in: who makes that file, if it is not there yet
    Str record;        // out: of what it is then
    bool patched;      // out: program is a patch
    Str refused;       // out: why it is none
    Str changed;       // out: a function that it changes
    i64 nfuncs;        // out: changed and new functions
    StrItems packages; // to test
    WatchFiles files;  // all that it read or looked for outside of GOROOT and module cache: absolute paths
    StrItems folders;  // whose lists of names count
    StrItems every;    // whose names count whatever they look like
} WatchBuilt;
// What cmd/ does for watch, each in a forked child of the resident process. words: flags and package of a `build`. Errors go to standard error.
typedef struct WatchDo {
    void *ctx;
    void (*build)(void *ctx, const StrItems *words, Str output, bool color,
                  WatchBuilt *);                      // output: without -o among words
    int (*check)(void *ctx, const StrItems *folders); // vet's subset, of packages
    // Packages of `words` whose tests the changed files can affect (none changed: all that have tests), and what that depends on.
    bool (*select)(void *ctx, const StrItems *words, const StrItems *changed, WatchBuilt *, StrItems *packages);
    int (*test)(void *ctx, const StrItems *words, const StrItems *packages);
    void (*finish)(void *ctx); // after the result was sent
} WatchDo;
typedef struct WatchOptions {
    WatchConfig config;
    StrItems words; // flags of builds
    Str package;    // "": the configuration's, or "."
    StrItems args;  // of the program
    Str work;       // a private folder
    Str version;    // of vole
    bool json, debug, test;
    bool panics; // programs show panics as people read them (rt/diag/source.c): standard error is a terminal
} WatchOptions;
int watch_run(Arena *, const WatchOptions *, const WatchDo *);
