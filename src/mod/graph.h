// graph.h - main modules, requirements, the selected versions, and which module provides a package.
//
// A ModState is one command's view: it is opened from go.mod, go.work or vendor/, answers questions, collects changes, and
// writes go.mod and go.sum only in mod_commit. Minimal version selection with graph pruning (go 1.17) and lazy loading: go.dev/ref/mod.
// Single-threaded but for downloads. Errors are in the go command's words, without "go: ".
#pragma once
#include "mod/fetch.h"

typedef struct ModState ModState;
typedef enum ModMode { MOD_DEFAULT, MOD_READONLY, MOD_VENDOR, MOD_MOD } ModMode;
typedef struct DirImports {      // of one folder, for the import graph
    Str name;                    // package
    Str *imports, *test_imports; // sorted; test_imports: of _test.go files, both kinds
    i64 nimports, ntest_imports;
    bool no_go_files;
} DirImports;
// Imports of a folder's files: with the build's tags, or (any_tags) of all files that some build would take (tidy, vendor, "all").
typedef bool (*ModScanFn)(void *ctx, Str dir, bool any_tags, DirImports *, Err *);

// What a command does to go.mod when -mod is not given.
typedef enum ModUse {
    MODUSE_BUILD,   // vendor/ by rule, else readonly
    MODUSE_UPDATE,  // get, mod download, mod init, mod tidy, work sync: changes are wanted
    MODUSE_EXPLORE, // mod graph, mod why, mod verify: fetches what it needs, writes no go.mod
    MODUSE_VENDOR,  // mod vendor, work vendor: readonly, vendor/ is not looked at
} ModUse;

typedef struct ModOptions {
    Str cwd;
    ModUse use;
    ModMode mode;       // -mod; MOD_DEFAULT: not given
    Str modfile;        // -modfile
    bool no_root;       // pkg@version outside of any module (install, run)
    bool mend_sums;     // malformed lines of go.sum are no error: the command writes it anew (mod tidy)
    bool need_root;     // an error outside of a module (mod tidy, mod vendor, mod graph, mod why)
    bool locate_only;   // only where go.mod is: no file is read (env)
    bool no_workspace;  // go.work is not looked for (mod tidy, mod init, work ... on one module)
    bool work_command;  // `work use`, `work sync`: a go.work with an old go line is what they mend
    bool missing_found; // outside of a module, missing packages may be looked up (get, install pkg@version)
    Str tidy_go;        // mod tidy -go: for a go.mod without a go line
    bool force_use_modules;
    bool tags_any;
    Str *tags;
    i64 ntags;
    ModScanFn scan;
    void *scan_ctx;
    bool (*std_package)(void *ctx, Str path, Str *dir); // is in GOROOT (overlay included)
    void *std_ctx;
    bool allow_errors;                                          // list -e
    bool trace;                                                 // -x
    bool (*read_file)(void *ctx, Arena *, Str path, Str *text); // -overlay; NULL: the disk
    bool (*overlaid)(void *read_ctx, Str path);                 // is the overlay's: never written
    bool (*has_go_files)(void *read_ctx, Str dir);              // the same for folders; NULL: the disk
    bool (*list_dir)(void *read_ctx, Str dir, Str **names, i64 *n);
    bool (*is_dir)(void *read_ctx, Str dir);
    void *read_ctx;
    bool quiet; // no "go: downloading" lines
} ModOptions;

typedef struct ModMain {  // a main module
    Str path, dir, gomod; // gomod: file
    ModFile *file;
} ModMain;
typedef struct ModInfo { // what `list -m` and Package.Module tell
    Str path, version, dir, gomod, go_version, time, query, error, deprecated, sum, gomod_sum, origin;
    struct ModInfo *replace, *update;
    Str *versions, *retracted;
    i64 nversions, nretracted;
    bool main, indirect, reuse;
} ModInfo;

bool mod_open(Arena *, const Env *, Fetcher *, ModOptions, ModState **out, Err *);
Fetcher *mod_fetcher(const ModState *);
bool mod_enabled(const ModState *);    // false: GO111MODULE=off
Str mod_gomod_path(const ModState *);  // `env GOMOD`: file, "/dev/null" outside a module
Str mod_gowork_path(const ModState *); // `env GOWORK`
ModMode mod_mode(const ModState *);    // what holds (vendor by default where the folder and go 1.14 say so)
i64 mod_main_count(const ModState *);  // 0: outside a module
const ModMain *mod_main_at(const ModState *, i64);
const ModFile *mod_work_file(const ModState *);            // go.work, or NULL
const ModMain *mod_main_of_dir(const ModState *, Str dir); // whose folder contains dir, or NULL
const ModMain *mod_main_of_path(const ModState *, Str import_path);
const Str *mod_tools(const ModState *, i64 *n); // import paths of the main modules' tool lines, sorted
Str mod_go_version(ModState *, ModVersion); // language of a module of the build list: "1.21"; its go line, else 1.16

Str mod_rel_path(Arena *, Str base, Str target); // of two absolute paths
Str mod_in_dir(Arena *, Str path, Str dir);      // path below dir, "." for dir itself, ""; symbolic links do not hinder

// ---- import path -> folder. *mod.path is "" for the library. Resolved by what is required now; nothing is added.
// Errors by kind: ERR_IMPORT_MISSING ("no required module provides package ..." / "package x is not in std (...)"), ERR_AMBIGUOUS, ERR_SUM_MISSING ...
bool mod_find_package(ModState *, Str import_path, Str *dir, ModVersion *mod, Err *);
bool mod_in_vendor(ModState *, Str import_path);          // is vendor/PATH a package, listed or not
ModInfo *mod_info_of(ModState *, ModVersion);             // Package.Module
bool mod_dir_of(ModState *, ModVersion, Str *dir, Err *); // folder of a selected module (replacement, vendor, cache)

// Of a state opened with no_root: patterns of arguments "pattern@version" (all the same version), and the module that provides the first,
// which is required from here on. Deprecation is told.
bool mod_use_outside(ModState *, const Str *args, i64 n, Str **patterns, ModVersion *root, Err *);

// ---- the import graph over packages: modload's loop. Roots are import paths (patterns are expanded by mod_match).
typedef struct ModLoadOptions {
    bool tests;     // of the root packages
    bool all_tests; // of all packages in "all" below go 1.16
    bool tidy, any_tags, use_vendor_all, silence_errors;
    bool resolve_missing; // may add requirements (get, tidy, -mod=mod); in readonly mode the error says how
    bool roots_imported;  // the roots' dependencies count as the main module's (get)
    bool allow_errors;    // -e: errors are printed, the rest is loaded
    bool silence_missing_std, silence_no_go, silence_unmatched, vendor_in_goroot;
    const ModMain *only; // patterns are matched in this main module (work sync)
    bool (*allow)(void *ctx, Str path, ModVersion, Err *);
    void *allow_ctx;
    bool verbose; // tidy -v
    Str tidy_go, tidy_compat;
} ModLoadOptions;
typedef struct ModPackage {
    Str path, dir;
    ModVersion mod;
    bool std, in_all, is_root, from_test;
    Err err;
    struct ModPackage **imports, *stack; // stack: who imported it first
    i64 nimports;
    struct ModPackage *test; // its tests' imports as a package of their own, or NULL
} ModPackage;
typedef struct ModMatch { // one pattern
    Str pattern;
    Str *paths; // import paths, sorted
    i64 npaths;
    Err *errs;
    i64 nerrs;
} ModMatch;
// Expands patterns (import paths, ./..., all, std, cmd, tool, work, x/...) and loads the import graph; requirements are completed as mode allows.
bool mod_load_packages(ModState *, ModLoadOptions, const Str *patterns, i64 n, ModMatch **matches, Err *);
bool mod_is_tool(const ModState *, Str path);         // a tool line of a main module names it
bool mod_pattern_match(Str pattern, Str name);        // "x/..." and the like
ModPackage *mod_package(ModState *, Str import_path); // after mod_load_packages; NULL
i64 mod_package_count(const ModState *);
ModPackage *mod_package_at(const ModState *, i64);

// ---- requirements
bool mod_build_list(ModState *, ModVersion **list, i64 *n, Err *);    // main modules first, then sorted by path
Str mod_selected(ModState *, Str path);                               // version; "none"
bool mod_edges(ModState *, ModVersion, ModVersion **reqs, i64 *n);    // of the loaded graph
bool mod_replacement(const ModState *, ModVersion, ModVersion *new_); // what replace lines say
bool mod_excluded(const ModState *, ModVersion);
bool mod_summary(ModState *, ModVersion, ModFile **, Err *);        // go.mod of any module version, replacement applied
bool mod_retraction(ModState *, ModVersion, Str *rationale, Err *); // true: retracted
Str mod_deprecation(ModState *, ModVersion);
void mod_info_retraction(ModState *, ModInfo *); // fills in retracted
// Changes (get.c): versions that must hold ("none" removes); tries to keep the rest; *conflict in words.
bool mod_edit_requirements(ModState *, const ModVersion *must, i64 n, const ModVersion *try_, i64 ntry, bool *changed,
                           Err *);
bool mod_set_direct(ModState *, const Str *paths, i64 n, bool direct);
// Writes go.mod (and go.work.sum, go.sum) if they changed and the mode lets them: atomically, or an error that says which command mends it.
bool mod_commit(ModState *, Err *);

// ---- mod vendor: after mod_load_packages("all") with use_vendor_all and any_tags
typedef struct ModVendorOptions {
    Str out;                                   // -o; "": vendor/ beside go.mod or go.work
    bool verbose, errors;                      // -v, -e
    bool (*may_build)(void *ctx, Str go_file); // some build takes the file: its constraint is not "ignore"
    bool (*embeds)(void *ctx, Str dir, bool tests, Str **files, i64 *n,
                   Err *); // of //go:embed in the folder's files, any build
    void *ctx;
} ModVendorOptions;
bool mod_vendor(ModState *, ModVendorOptions, Err *);
// ---- mod graph, mod why, mod tidy -diff
bool mod_write_graph(ModState *, Str go_version, Buf *, Err *);
Str mod_why(ModState *, Str path,
            i64 *depth); // import paths from a root to the package, a line each; "" if nothing needs it
typedef struct ModTidyDiff {
    Str gomod, tidy_gomod, gosum, tidy_gosum;
} ModTidyDiff;
bool mod_tidy_diff(ModState *, ModTidyDiff *, Err *); // instead of mod_commit

// ---- version queries (query.c): "latest", "upgrade", "patch", "none", "v1.2", ">=v1.2.3", "branch", "commit"
typedef bool (*ModAllowedFn)(void *ctx, ModVersion, Err *);
bool mod_query(ModState *, Str path, Str query, Str current, ModAllowedFn, void *ctx, RevInfo *, Err *);
typedef struct ModQueryResult {
    ModVersion mod;
    RevInfo rev;
    Str *packages;
    i64 npackages;
} ModQueryResult;
// Modules that provide a package or a pattern at a query; the longest path first.
bool mod_query_pattern(ModState *, Str pattern, Str query, ModAllowedFn, void *ctx, ModQueryResult **, i64 *n,
                       ModVersion *mod_only, Err *);
