// cmd.h - the command line: tables of commands and flags, and what the commands share.
//
// main.c finds the row of commands.def (a name of one word or two: "build", "mod tidy"), reads the settings (env/) and the
// flags (flags.def, those of the row's groups; $GOFLAGS first), and calls the row's function, whose result is the exit code.
// Errors: "go: ..." in the go command's words on stderr and 1; wrong usage: a line, the usage, and 2.
#pragma once
#include "cache/cache.h"
#include "env/env.h"
#include "program/program.h"

#define VOLE_VERSION "0.1.0"

// Groups of flags; a command takes the rows of flags.def that have a bit of its own.
#define FLAGS_C         (1ull << 0) // -C
#define FLAGS_MODCOMMON (1ull << 1) // -modfile -modcacherw -overlay
#define FLAGS_MOD       (1ull << 2) // -mod
#define FLAGS_NX        (1ull << 3) // -n -x
#define FLAGS_ABUILD    (1ull << 4) // the rest of the build flags
#define FLAGS_OUT       (1ull << 5) // -o of build
#define FLAGS_RUN       (1ull << 6)
#define FLAGS_ENV       (1ull << 7)
#define FLAGS_LIST      (1ull << 8)
#define FLAGS_GET       (1ull << 9)
#define FLAGS_DOWNLOAD  (1ull << 10)
#define FLAGS_EDIT      (1ull << 11) // mod edit, work edit
#define FLAGS_MODEDIT   (1ull << 12) // only mod edit
#define FLAGS_WORKEDIT  (1ull << 13) // only work edit
#define FLAGS_TIDY      (1ull << 14)
#define FLAGS_VENDOR    (1ull << 15) // mod vendor, work vendor
#define FLAGS_WHY       (1ull << 16)
#define FLAGS_GRAPH     (1ull << 17)
#define FLAGS_WORKUSE   (1ull << 18)
#define FLAGS_CLEAN     (1ull << 19)
#define FLAGS_GENERATE  (1ull << 20)
#define FLAGS_VERSION   (1ull << 21)
#define FLAGS_TOOL      (1ull << 22)
#define FLAGS_V         (1ull << 23) // -v
#define FLAGS_X         (1ull << 24) // -x without -n
#define FLAGS_DOC       (1ull << 25) // a program that is run reads them
#define FLAGS_JSON      (1ull << 26) // -json as build has it
#define FLAGS_BUILDWHY  (1ull << 27)
#define FLAGS_TEST      (1ull << 28)
#define FLAGS_TESTBIN   (1ull << 29) // test hands them on to the program, as -test.NAME=VALUE
#define FLAGS_VET       (1ull << 30) // the command reads its words itself
#define FLAGS_WATCH     (1ull << 31) // the same
#define FLAGS_KEYGEN    (1ull << 32) // plugin keygen
#define FLAGS_SIGN      (1ull << 33) // plugin sign, verify
#define FLAGS_VERIFY    (1ull << 34) // plugin verify
#define FLAGS_SHOW      (1ull << 35) // plugin show
#define FLAGS_MODCMD    (FLAGS_C | FLAGS_MODCOMMON)
#define FLAGS_BUILD     (FLAGS_C | FLAGS_MODCOMMON | FLAGS_MOD | FLAGS_NX | FLAGS_ABUILD | FLAGS_V)

typedef struct FlagItem { // a flag as it was given
    const char *name;
    Str value; // of a switch: "true" or "false"
} FlagItem;
typedef VEC(FlagItem) FlagItems;
typedef VEC(Str) StrVec;

typedef struct Flags { // filled from flags.def; an optional value (O) has ptr NULL if the flag was not given, len 0 without value
    Str o, tags, ldflags, gcflags, asmflags, gccgoflags, C, p, mod, modfile, overlay, buildmode, pkgdir, installsuffix,
        compiler, exec, buildvcs, toolexec, pgo, why;
    bool v, x, n, work, a, i, r, debug_cache, trimpath, json, race, msan, asan, cover, linkshared, modcacherw, u, w,
        changed;
    Str covermode, coverpkg;
    Str list_json, f, reuse; // list, mod download
    bool compiled, deps, e, export, find, m, retracted, test, versions;
    Str get_u;                                        // -u, -u=patch
    bool t, tool, insecure, d, get_f, get_fix, get_m; // get
    bool fmt, print, diff, vendor;                    // mod edit, tidy, why
    Str go, compat;
    bool cache, modcache, testcache, fuzzcache; // clean
    Str run, skip;                              // generate, test
    Str comment;                                // plugin keygen
    bool decls;                                 // plugin show
    Str watch_c, watch_color;                   // watch
    bool watch_d, watch_v;
    bool c, artifacts, benchmem, failfast, fullpath, test_short, leaks;
    Str vet, coverprofile, bench, benchtime, blockprofile, blockprofilerate, count, cpu, cpuprofile, fuzz, test_list,
        memprofile, memprofilerate, mutexprofile, mutexprofilefraction, outputdir, parallel, timeout, fuzztime,
        fuzzminimizetime, test_trace, test_v, shuffle;
} Flags;

typedef struct Cmd Cmd;
typedef struct Command {
    const char *name; // "build", "mod tidy"; of a group of commands "mod"
    int (*run)(Cmd *);
    u64 flags;           // groups
    const char *args;    // behind the name in the usage
    const char *summary; // a line
    const char *text;    // paragraphs for `help`
} Command;
struct Cmd {
    const Command *command;
    Arena *a;
    Flags f;
    FlagItems given; // in the order of the command line; $GOFLAGS's before
    Str *args;
    i64 nargs;           // behind the flags
    char **argv;         // the raw tail, for run
    Str exe, exe_dir;    // vole's own file, its folder
    Str cwd;             // cmd_cwd
    const char *prog;    // "vole", or "go" through a link of that name
    Env *env;            // settings; read before the command runs
    StrVec named;        // packages of the command line, where each is built by a child
    Cache *cache;        // cmd_cache
    Str made;            // the program that `build` wrote last, and the hash of its bytes
    u64 made_hash;       //
    Str patch_file;      // where a patch goes that is made in the place of a program
    i64 nmade;           // how many programs it wrote
    bool cover_told;     // cover.c: patterns that match nothing
    struct Again *again; // again.c; NULL: the command is done whatever was done before
};

extern const Command commands[]; // in the order of commands.def
extern const i64 ncommands;
#define CMD(name, run, flags, args, summary, text) int run(Cmd *);
#include "cmd/commands.def"
#undef CMD

// main.c
bool cmd_check_toolchain(Cmd *, int argc, char **argv); // GOTOOLCHAIN; false: reported
Str cmd_cwd(Cmd *);                                     // the current folder; asked for once
int cmd_fail(const char *fmt, ...) PRINTF_LIKE(1, 2);   // "go: ..." on stderr; 1
int usage_error(Cmd *, const char *fmt, ...) PRINTF_LIKE(2, 3);

// cover.c: -cover
bool cover_wanted(const Cmd *);
CoverMode cover_mode(const Cmd *);
extern const char *const cover_mode_names[]; // by CoverMode
StrVec cover_patterns(const Cmd *);          // of -coverpkg
void cover_options(Cmd *,
                   ProgramOptions *); // of build, install, run: what is counted is chosen when packages are known
// Of these those that match a pattern (none: what is built, and the main module), marked. what: "built", "tested"
void cover_select(Cmd *, Loader *, Pkg **, i64 n, const char *what, Pkg ***out, i64 *nout);

// flags.c. Parses flags of a command from argv; false: reported. A flag stands before the first argument.
bool flags_parse(Cmd *, int argc, char **argv, int *used);
bool flags_env(Cmd *);      // GOFLAGS; of vet and fix, words that are no flags of ours are left to them
bool flags_known(Str name); // of some command
// One flag, for a command that also has flags of others (-test.NAME is NAME then). *err: what is wrong with it, in the words of package flag.
typedef enum FlagTaken { FLAG_TAKEN, FLAG_WRONG, FLAG_UNKNOWN } FlagTaken;
FlagTaken flags_take(Cmd *, Str arg, const char *next, bool *took_next, bool *has_value, Str *err);
void flags_print(Buf *, const Command *);
typedef struct FlagInfo {            // a row of flags.def
    const char *name, *value, *help; // value NULL: a switch
    u64 groups;
    bool optional; // the value
} FlagInfo;
i64 flags_count(void);
FlagInfo flags_at(i64);
bool flags_bool(Str value, bool *on); // as strconv.ParseBool; false: neither
Str flags_int(Str value, i64 *n);     // as strconv.ParseInt with base 0; "", or what is wrong
bool flag_given(const Cmd *, const char *name);
StrVec split_words(Arena *, Str, const char *seps); // of a flag's value: words may stand in ' or "
// As the go command splits commands and lists of arguments at blanks; false: a quote is not closed, *open is it.
bool split_quoted(Arena *, Str, StrVec *, char *open);

// manual.c: a page in the man(7) macros; of all commands if NULL
void manual_print(Buf *, const Command *);

// build.c. Options of a build from flags and settings; false: reported.
Str cmd_library(Cmd *); // folder of packages that replace the GOROOT's, or are vole's own
bool build_options(Cmd *, ProgramOptions *);
bool cmd_is_plain(void); // VOLE_PLAIN: what is told is told in the words of go alone
Str cmd_beside(Cmd *, const char *in_build, const char *installed); // a part of vole, found from where it is itself
bool cmd_is_versioned(Str arg);                                     // package@version
void use_versions(const Cmd *, ProgramOptions *);                   // arguments are such: outside of any module
int build_command(Cmd *, ProgramOptions);                           // of the arguments; where -o says
bool build_one(Cmd *, Program *, Package *, Buf *image, bool *is_main);
Str executable_name(Str import_path); // its last element, or the one before a major version
Str build_settings(Cmd *, const ProgramOptions *, const Pkg *main); // lines "build\t..." of the build info
// built.c: the record of what was built without errors; GOCACHE/built
typedef enum Built { BUILT_NEVER, BUILT_SAME, BUILT_OTHERWISE } Built;
void built_note(Cmd *, const ProgramOptions *, Loader *, const Pkg *);
Built built_look(Cmd *, const ProgramOptions *, Loader *,
                 const Pkg *);                       // with these settings, and whether of these files
void build_note(const Cmd *, Str package, Str text); // on stderr, or with -json an event
bool output_may_be_replaced(const char *path);
bool write_output(Str package, Str path, const Buf *image, Arena *, int mode); // makes folders; false: reported

// toolflags.c: what -gcflags, -asmflags, -ldflags say. error: of a value's form, "" if there is none. package: LoadOptions.flags with
// the Cmd. program: the linker's, into the program's options; false: reported.
Str toolflags_error(Arena *, Str value);
u32 test_fuzz_flags(const Cmd *, const Pkg *); // test_fuzz.c: PKG_..., of -fuzz
void toolflags_package(void *cmd, Loader *, Diag *, Pkg *);
bool toolflags_program(Cmd *, Program *, const Pkg *main);
Str toolflags_plugin_path(void *cmd, Loader *, const Pkg *); // -ldflags=-pluginpath=; empty: none
// The tools themselves: the flags at the head of args, others than settings go to `own`. The index behind them; -1: reported.
typedef void (*ToolOwn)(void *ctx, const char *name, Str value);
i64 toolflags_compile(Cmd *, Diag *, StrVec args, PkgFlags *, ToolOwn own, void *ctx);
i64 toolflags_asm(Cmd *, Diag *, StrVec args, PkgFlags *, ToolOwn own, void *ctx);
i64 toolflags_link(Cmd *, Diag *, StrVec args, ProgramOptions *, ToolOwn own, void *ctx);
StrVec toolflags_args(Cmd *, Loader *, const char *tool,
                      const Pkg *);    // what the user says for "compile", "asm" or "link" of a package
int toolflags_usage(const char *tool); // on standard error, with the flags that there are; 2
// tool_compile.c, tool_asm.c, tool_link.c, tool_pack.c: `vole tool NAME`, working alone; toolbase.h is what they share
int tool_asm(Cmd *, StrVec args);
int tool_compile(Cmd *, StrVec args);
int tool_link(Cmd *, StrVec args);
int tool_pack(Cmd *, StrVec args);
int tool_plugin(Cmd *, StrVec args); // tool_plugin.c

// fix_errors.c: `fix -errors`
bool fix_errors_asked(const Cmd *);
int fix_errors(Cmd *);

// workdir.c
bool work_make_dir(Cmd *, const char *pattern, Str *dir); // below GOTMPDIR, TMPDIR or /tmp; false: errno

// watch.c
void watch_help(Buf *);

// pgo.c: the file of -pgo for a main package, "" if there is none. check: it is a profile; false: reported
Str pgo_file(Cmd *, const Pkg *main);
bool pgo_check(Cmd *, Diag *, const Pkg *main);

// run.c: the one main package of the arguments, parsed (NULL: reported); becomes a program, which gets the arguments from first on
Package *run_load(Cmd *, Program *, const Str *args, i64 nargs);
int run_image(Cmd *, const Buf *image, Str name, i64 first);
// tool.c: becomes upstream's go command, built from the GOROOT, with this word and the arguments; it finds vole as its `go`.
int upstream_go(Cmd *, const char *word);
int dist_list(Cmd *, i64 first); // dist.c: `tool dist list` with its flags, without the program

// install.c: where `install` puts the program of a main package; "" if it is not one or there is no place
Str install_target(Cmd *, const Pkg *);

// version.c: build info of a program's file: "go1.26.3", lines of modules and settings; false: it has none
bool build_info_of(Arena *, Str file, Str *version, Str *mod);

// packages.c: the packages of the arguments with their files, nothing parsed; errors are the packages' own. False: reported.
bool cmd_packages(Cmd *, Program **, Pkg ***, i64 *n);
Str short_path(Cmd *, Str abs); // below the current folder: relative to it
bool in_dependency(const Pkg *);
int cmd_package_error(Program *, const Pkg *); // shows it; 1

// again.c: what an earlier command of the same words did is not done again. begin: before anything is looked at. done: true, and all
// outputs are there. image: the program that `run` built then. made, ran: what is written or run now; end: with the exit code, which it returns.
Cache *cmd_cache(Cmd *); // the build cache with those that GOCACHEPROG and VOLECACHEURL name; opened at the first call
void again_begin(Cmd *);
bool again_done(Cmd *);
void again_packs(Cmd *, ProgramOptions *); // what the build keeps of its functions goes into the cache of the command
void again_packs_alone(Cmd *, ProgramOptions *); // the same of a tool, which ends with again_child_end
bool again_image(Cmd *, i64 nargs, Str *name, Buf *image);
void again_made(Cmd *, Str path, const Buf *image, u64 hash);
void again_ran(Cmd *, Str name, const Buf *image);
int again_end(Cmd *, int rc);
void again_child_begin(Cmd *); // in a child process that builds
int again_child_end(Cmd *, int rc);

// child.c: runs a function in a child process; its result, the child's exit code
int cmd_in_child(int (*run)(void *), void *arg);

// toolbin.c: a program of GOROOT/src/cmd, built when first used and kept in the cache; false: reported.
bool tool_binary(Cmd *, Str name, Str *path);
Str tool_path(Cmd *, Str name); // where it is or will be
u64 cmd_own_key(Cmd *); // of vole's own file and the GOROOT: what another vole left in the cache has another one
bool tool_keep(Cmd *, Str name, const Buf *image, Str *path); // puts a program there by its content; false: reported
bool tool_path_env(Cmd *);                                    // PATH begins with a folder where `go` is vole
bool tool_goroot(Cmd *, Str *root); // where bin/go is one: the GOROOT, or a folder of links in the cache; false: errno
int cmd_spawn(Cmd *, Str path, char *const *argv,
              char *const *env); // waits; exit code as a shell has it, -1: not started
