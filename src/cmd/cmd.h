// cmd.h - the command line: tables of commands and flags, and what they share.
#pragma once
#include "env/env.h"
#include "program/program.h"

#define VOLE_VERSION "0.1.0"

typedef struct Flags { // filled from flags.def
    Str o, tags, ldflags, gcflags, asmflags, C, p, mod, modfile, overlay, buildmode, pkgdir, installsuffix, compiler,
        exec, buildvcs, toolexec;
    bool v, x, n, work, a, trimpath, json, race, msan, asan, cover, linkshared, modcacherw, u, w, pgo_dummy, changed;
    Str pgo;
} Flags;

typedef struct Cmd Cmd;
typedef struct Command {
    const char *name, *usage, *summary;
    int (*run)(Cmd *);
    u32 flags; // which of flags.def it takes
} Command;
struct Cmd {
    const Command *command;
    Arena *a;
    Flags f;
    Str *args;
    i64 nargs;   // behind the flags
    char **argv; // the raw tail, for run
    Str exe_dir;
    Env *env;     // settings; read before the command runs
    bool several; // packages are built: results are kept only in a folder named by -o
};
enum { FLAGS_BUILD = 1, FLAGS_RUN = 2, FLAGS_ENV = 4, FLAGS_LIST = 8 };

int cmd_build(Cmd *);
int cmd_run(Cmd *);
int cmd_version(Cmd *);
int cmd_env(Cmd *);
int cmd_help(Cmd *);
// Parses flags of a command from argv; false: reported. A flag stands before the first argument.
bool flags_parse(Cmd *, int argc, char **argv, int *used);
bool flags_env(Cmd *); // GOFLAGS
void flags_print(Buf *, const Command *);
// Options of a build from flags and environment; false: reported.
bool build_options(Cmd *, ProgramOptions *);
bool build_one(Cmd *, Program *, Package *, Buf *image, bool *is_main);
int cmd_fail(const char *fmt, ...) PRINTF_LIKE(1, 2); // "go: ..." on stderr; 1
int usage_error(Cmd *, const char *fmt, ...) PRINTF_LIKE(2, 3);
extern const Command commands[];
extern const i64 ncommands;
