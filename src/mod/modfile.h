// modfile.h - go.mod, go.work, go.sum and vendor/modules.txt: parsed, edited in place, printed.
//
// A parsed file keeps its syntax (comments, blocks, blank lines), so that an edit changes nothing else; modfile_format prints as gofmt's
// relative for go.mod does. Facts: go.dev/ref/mod#go-mod-file, golang.org/x/mod/modfile. Errors: "go.mod:3:2: unknown directive: foo", all of
// them joined by '\n'. Everything is in the file's Arena; removed entries keep their place with path "" until modfile_cleanup.
#pragma once
#include "env/env.h"
#include "mod/version.h"

typedef struct ModSyntax ModSyntax; // the lines of a file (modsyntax.c)
typedef struct ModLine ModLine;

typedef struct ModRequire {
    ModVersion mod;
    bool indirect;
    ModLine *line;
} ModRequire;
typedef struct ModExclude {
    ModVersion mod;
    ModLine *line;
} ModExclude;
typedef struct ModReplace {
    ModVersion old, new_; // old.version "" : all versions; new_.version "": a folder
    ModLine *line;
} ModReplace;
typedef struct ModRetract {
    Str low, high, rationale;
    ModLine *line;
} ModRetract;
typedef struct ModWord { // go, toolchain, tool, ignore, use
    Str value;
    ModLine *line;
    Str module_path; // use: path of the module there, if known
} ModWord;
typedef struct ModGodebug {
    Str key, value;
    ModLine *line;
} ModGodebug;

typedef struct ModFile { // go.mod, or go.work (is_work)
    Arena *a;
    Str name; // as messages show it
    bool is_work;
    Str module, deprecated; // the text behind "Deprecated:" in the module line's comment
    ModLine *module_line;
    ModWord go, toolchain; // value "": none
    VEC(ModRequire) require;
    VEC(ModExclude) exclude;
    VEC(ModReplace) replace;
    VEC(ModRetract) retract;
    VEC(ModWord) tool, ignore, use;
    VEC(ModGodebug) godebug;
    ModSyntax *syntax;
} ModFile;

// An error of kind ERR_DISALLOWED is told as "require path: text", others by their text alone.
// Gives back the canonical form of a version in a require, exclude, replace or retract line ("master" -> pseudo-version); NULL: must be canonical.
typedef bool (*ModFixFn)(void *ctx, Str path, Str version, Str *out, Err *);
ModFile *modfile_parse(Arena *, Str name, Str text, ModFixFn, void *ctx, Err *); // NULL after an error
ModFile *modfile_parse_lax(Arena *, Str name, Str text, ModFixFn, void *ctx,
                           Err *); // of a dependency: ignores what it does not know
ModFile *workfile_parse(Arena *, Str name, Str text, ModFixFn, void *ctx, Err *);
ModFile *modfile_new(Arena *, Str name, bool is_work);
bool modfile_is_go_version(Str); // the form of a go line
bool modfile_is_toolchain(Str);  // what a toolchain line takes: "default", "go1.22.1-x"
bool modfile_must_quote(Str);    // is no word of a line as it stands
bool modfile_is_dir_path(Str);   // what a replacement without version must be: rooted, or begins with . or ..
Str modfile_module_path(Arena *, Str text); // fast look at the module line; "" if none
Str modfile_format(ModFile *);              // of what is there now
void modfile_cleanup(ModFile *);            // removes what the edits emptied
void modfile_sort_blocks(ModFile *);
i64 modline_number(const ModLine *); // where it stood when the file was read; 0: it was added

// Edits, in the words of `go mod edit`. All keep the rest of the file.
bool modfile_set_module(ModFile *, Str path, Err *);
bool modfile_set_go(ModFile *, Str version, Err *);
bool modfile_set_toolchain(ModFile *, Str name, Err *);
void modfile_drop_go(ModFile *);
void modfile_drop_toolchain(ModFile *);
bool modfile_add_require(ModFile *, Str path, Str version,
                         Err *); // sets the version where the path is required already
void modfile_drop_require(ModFile *, Str path);
// The requirements become exactly these (one block for direct, one for indirect ones if the file's go is 1.17 or newer and separate is set).
void modfile_set_require(ModFile *, const ModRequire *, i64 n, bool separate_indirect);
bool modfile_add_exclude(ModFile *, Str path, Str version, Err *);
void modfile_drop_exclude(ModFile *, Str path, Str version);
bool modfile_add_replace(ModFile *, ModVersion old, ModVersion new_, Err *);
void modfile_drop_replace(ModFile *, ModVersion old);
bool modfile_add_retract(ModFile *, Str low, Str high, Str rationale, Err *);
void modfile_drop_retract(ModFile *, Str low, Str high);
bool modfile_add_word(ModFile *, Str verb, Str value, Err *); // tool, ignore, use
void modfile_drop_word(ModFile *, Str verb, Str value);
bool modfile_add_godebug(ModFile *, Str key, Str value, Err *);
void modfile_drop_godebug(ModFile *, Str key);

// ---- go.sum: lines "path version[/go.mod] h1:hash"
typedef struct SumLine {
    ModVersion mod; // version may end in "/go.mod"
    Str hash;
} SumLine;
typedef struct SumFile {
    VEC(SumLine) lines;
} SumFile;
// An error tells of the first malformed line; the others are read all the same.
bool sumfile_parse(Arena *, Str name, Str text, SumFile *, Err *);
Str sumfile_format(Arena *, const SumFile *); // sorted by sumfile_cmp, without doubles
int sumfile_cmp(ModVersion, ModVersion);      // the order of go.sum: path, version, then "/go.mod" last

// ---- vendor/modules.txt
typedef struct VendorModule {
    ModVersion mod, replacement;
    bool explicit_, has_replacement;
    Str go_version;
    VEC(Str) packages;
} VendorModule;
typedef struct VendorFile {
    VEC(VendorModule) modules;
    bool workspace; // "## workspace" in its first line
} VendorFile;
bool vendorfile_parse(Arena *, Str name, Str text, VendorFile *, Err *);
// ---- the go line of a file that is newer than vole's Go
bool modfile_is_too_new(const Env *, const ModFile *); // NULL: no
bool modfile_too_new(Arena *, const Env *, Str what, Str go_version,
                     Err *); // sets the error of kind ERR_TOO_NEW; false
