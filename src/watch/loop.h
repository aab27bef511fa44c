// loop.h - inside of `watch`: the state of the resident process.
//
// loop.c    batches, keys, signals     ->  cycles: environment, commands before, builds, starts
// looked.c  what a build looked at     ->  bytes from its child; folders that are watched
// target.c  a target                   ->  its build, whether a change is one for it
// patch.c   patches of programs    ->  their answers, or a start
// start.c   targets that are built     ->  services, in the order of their dependencies
// beside.c  rules, checks, tests       ->  jobs beside the builds
// report.c  what a build says          ->  {"errors":[...]}; files that builds leave
// show.c    what happened              ->  lines, JSON events
// keys.c    a terminal                 ->  keys
#pragma once
#include "watch/watch.h"

typedef struct Watch Watch;
typedef struct FileSet { // what a build looked at
    Arena *a;            // NULL: nothing yet
    Map *files;          // path -> WatchFile
    Map *folders;        // path -> FOLDER_...
    bool deep;           // folders in such folders count: a pattern was matched with them
} FileSet;
enum { FOLDER_SOURCES = 1, FOLDER_ALL = 2 };
typedef struct TargetPatch { // patch.c
    WatchPatch mode;         // PATCH_AUTO: what ran for requests only
    int listen, fd;          // where the program is awaited; the connection; -1
    Str notes;               // of the program (abi/patch.h), its memory; "": not known
    Str record, next;        // files: of what runs; of what was built
    pid_t maker;             // who built that last
    bool waits;              // for an answer
    Str why;                 // the program is started again because
    Str changed;             // of the patch
    i64 nfuncs;
    Timer timer;
} TargetPatch;
typedef struct Target { // a program that is built and run
    Watch *w;
    i64 index;
    Str name;                         // "": the only one
    const WatchServiceConfig *config; // NULL: the only one
    bool inside;                      // built by WatchDo.build
    StrItems words;                   // of that build
    Str where;                        // -o among them; "": a private folder
    Str cmd;                          // else
    FileSet good, bad;                // of the last good build; of the last one, if it was not good
    bool dirty;                       // must be built
    bool fresh;                       // must be started, even if the program is the same
    bool waits;                       // is built, and waits for others
    bool ready, stopped;
    Job *build;
    i64 builds; // how many were begun
    i64 build_began, build_time;
    Str output;       // of the build that runs
    Arena *run[2];    // words of the program that runs, of the one before
    Str program, old; // that is started or runs; the one before, to be removed
    u64 image, next;  // of the program that runs; of the one that was built
    Service *service;
    pid_t pid;
    Timer again; // rerun
    TargetPatch patch;
} Target;
typedef struct RuleRun {
    Watch *w;
    const WatchRule *rule;
    Job *job;
    bool more; // matched again meanwhile
    Timer timer;
    Str path; // that changed
} RuleRun;
struct Watch {
    Arena *a, *cycle; // cycle: names of what changed, until the next one
    WatchOptions o;
    const WatchConfig *c; // o.config
    const WatchDo *d;
    Events *events;
    Trees *trees;
    Sockets *sockets;
    Proxy *proxy;      // NULL: none
    WatchRules *rules; // NULL: only what builds look at is watched
    Changes *changes;
    Map *hashes; // exclude_unchanged: path -> hash of what it held
    VEC(Target *) targets;
    VEC(RuleRun *) rule_runs;
    StrItems env_names, env_values; // of env_files
    i64 pre_at;                     // which command before
    Job *pre, *check, *test;
    bool check_bad, check_due, check_stale, test_more, told_idle;
    FileSet tested;                  // what the tests looked at: `watch test`
    Arena *tests;                    // of test_changed
    StrItems test_changed;           // paths, since tests passed
    i64 test_known, tested_packages; // how many of those the tests that run are about
    i64 since;                       // the save that the cycle is about
    StrItems changed;                // shown names
    int null;                        // /dev/null
    bool color, keys, ending;
    i64 cycles;
};

// loop.c
void loop_begin_cycle(Watch *);
void loop_restart(Watch *); // the key
void loop_quit(Watch *);
void loop_settle(Watch *);                  // something has ended: if nothing goes on, the cycle is over
Str loop_shown(Watch *, Arena *, Str path); // relative to the root

// looked.c
void built_encode(Buf *, const WatchBuilt *);
bool built_decode(Arena *, Str, WatchBuilt *);
void built_send(int fd, const Buf *);
bool set_take(Watch *, FileSet *, const WatchBuilt *,
              Arena *); // of whose memory it is; true: something has changed meanwhile
bool set_has(const FileSet *, Str path);
bool set_counts(const FileSet *, Str path);
bool set_asks(const FileSet *, const Change *); // does it change what was looked at?

// target.c
void target_init(Target *);
typedef enum Relevance { NO_MATTER, MATTERS, MATTERS_TO_PROGRAM } Relevance;
Relevance target_asks(Target *, const Change *);
bool target_counts(const Target *, Str path);
void target_build(Target *);
void target_give_up(Target *); // its build

// start.c
void start_replace(Target *, Str program, u64 image); // what start_built starts
void start_same(Target *);                            // what was built is what runs
void start_failed(Target *);                          // its build failed
void start_built(Target *, bool anew);                // anew: the program differs, or is to be started all the same
void start_waiting(Watch *);
void start_stop_all(Watch *);
char **start_env(Watch *, const StrItems *more);

// patch.c
Str patch_listen(Target *, Arena *);   // a variable for the program that is started; "": none
void patch_leave(Target *);            // the program that runs is not patched any more
void patch_because(Target *, Str why); // why the next start is none that a patch could be
Str patch_base(const Target *);        // the record of what runs; "": it cannot be patched
void patch_started(Target *);          // what was built is what runs
void patch_send(Target *, const WatchBuilt *);
void patch_drop(const WatchBuilt *);              // the patch that it is
void patch_replace(Target *, const WatchBuilt *); // a program was built, no patch

// beside.c
void beside_rule(Watch *, i64 rule, Str path);
void beside_check(Watch *);
void beside_note(Watch *, Str path); // has changed
void beside_test(Watch *);           // those that what has changed can affect
void beside_stop(Watch *);
bool beside_busy(const Watch *);

// report.c
void report_errors(Watch *, Target *, Str text); // of a failed build
void report_log(Watch *, Str text);
i64 report_json(Buf *, Str root, Str text); // the list of errors; how many

// show.c
typedef enum ShowKind { SHOW_MAIN, SHOW_WATCHER, SHOW_BUILD, SHOW_RUNNER, SHOW_ERROR } ShowKind;
void show_line(Watch *, ShowKind, const char *fmt, ...) PRINTF_LIKE(3, 4);
void show_text(Watch *, Str);     // what others said, whole lines
void show_text_raw(Watch *, Str); // a piece of it
void show_output(Watch *, const Target *, Str);
void show_cycle(Watch *, const Target *, const char *fmt, ...) PRINTF_LIKE(3, 4); // the line of a cycle
void show_clear(Watch *);
typedef struct ShowEvent {
    Watch *w;
    Buf b;
} ShowEvent;
ShowEvent show_event(Watch *, const Target *, const char *action); // -json
void event_str(ShowEvent *, const char *key, Str);
void event_int(ShowEvent *, const char *key, i64);
void event_list(ShowEvent *, const char *key, const StrItems *);
void event_raw(ShowEvent *, const char *key, Str json);
void event_end(ShowEvent *);

// keys.c
void keys_begin(Watch *);
void keys_end(Watch *);
