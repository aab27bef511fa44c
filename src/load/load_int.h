// load_int.h - inside of load/.
#pragma once
#include "load/load.h"

typedef struct Godebug {
    Str key, value;
} Godebug;

typedef struct StdFolder {
    Str dir, root;
} StdFolder;
typedef struct Listing {
    Str *names;
    i64 n;
} Listing;

struct Loader {
    Arena *a;
    Intern *intern;
    Diag *diag;
    SourceMap *sources;
    LoadOptions o;
    Map *pkgs;        // import path -> Pkg
    Map *by_dir;      // folder -> Pkg, of what is parsed
    Map *std_folders; // import path -> StdFolder
    Map *listings;    // folder of the library or the module cache -> Listing
    Map *folded;      // lower-case import path -> Pkg
    Map *has_go;      // folder -> a non-NULL value: it has .go files; the loader itself: it has none
    VEC(Package *) all;
    Arena **lines;            // of the parsing threads; so are:
    Arena **arenas, **bodies; // NULL after load_release_trees, load_release_bodies
    Str goroot_src, module_cache;
    struct Overlay *overlay; // -overlay; NULL: none
    Fetcher *fetcher;
    ModState *mods; // NULL: there are none
    bool mods_opened, mods_failed;
    i64 module_minor;            // go line of the main module; 0: there is none
    VEC(Godebug) module_godebug; // of go.mod's godebug lines
    struct Table *godebug_table;
    bool headings;             // load_set_headings was called
    i64 nheadings;             // of `all`, then
    bool trace_files;          // what is read is told on standard error
    bool any_tags;             // what is read is for any build: mod tidy, mod vendor, "all"
    Map *looked[2];            // folder -> Pkg that dir_look made; [1]: for any tags
    VEC(ImportStep) stack;     // what is being loaded
    struct StampAnswer *stamp; // what version control said the last time
    Map *variants;             // import path -> Pkg of the test program that is parsed; NULL: none is
};

// head.c: package clause, imports, //go:debug lines and embed patterns of a file; false: not a well-formed head
typedef struct FileHead {
    Str package;
    PkgWords imports, embeds, directives;
    Linknames linknames; // candidates: of a file that imports "unsafe"
    Str import_comment;  // what stands behind "import" in the comment of the package clause's line; ptr NULL: none
    bool cgo;
} FileHead;
bool head_read(Arena *, PkgFile *, FileHead *);

// facts.c
typedef struct FileFacts {
    Str constraints; // constraint_comments
    FileHead head;   // of a Go file
    bool good;       // head_read's
} FileFacts;
bool facts_of(Loader *, PkgFile *, bool go, bool script, FileFacts *); // false: it cannot be read, errno
void facts_of_text(Loader *, PkgFile *, bool go, FileFacts *);         // of one whose text is there

Str head_token(Arena *, PkgFile *, i64 offset); // the token there, as the library's parser names it

// dir.c: fills Pkg.files, name, imports, embeds, directives and Pkg.error from its folder
void dir_scan(Loader *, Pkg *);
void dir_scan_files(Loader *, Pkg *, const Str *names, i64 n); // exactly these
void dir_scan_texts(Loader *, Pkg *, const ArchiveTexts *);    // Go files whose text is known
bool dir_has_package(Loader *, Str import_path, Str dir);

// generated.c: the file that is missing from p's folder, which holds names; NULL: none is, or *err.
PkgFile *generated_file(Loader *, const Pkg *p, const Str *names, i64 n, Err *err);

bool dir_has_go_files(Loader *, Str dir);
const Pkg *dir_look(Loader *, Str dir, bool any_tags); // a folder of a module, as it is without the rest of the graph

// overlay.c: the file system with -overlay
bool overlay_open(Loader *, Str file, Err *);
bool fs_is_overlaid(const Loader *, Str path);
bool fs_read(Loader *, Arena *, Str path, Str *text);
bool fs_list(Loader *, Str dir, Str **names, i64 *n);
Str fs_real(const Loader *, Str path);
bool fs_is_dir(Loader *, Str path);
bool fs_is_file(Loader *, Str path);

// resolve.c
typedef struct Resolved {
    Str path, dir, root; // dir "": err
    Str conflict_dir;    // of GOPATH: the folder that has the import path instead
    ModVersion module;
    bool std, main_module;
    i32 go_minor;
    Err err;
    Archive *archive; // in the place of dir
} Resolved;
Resolved resolve_import(Loader *, const Pkg *from, Str path); // from NULL: of the command line
Str resolve_std(Loader *, Str path, Str *root);               // folder of a library package, overlay first; "": none
bool resolve_library(Loader *, Str path, Resolved *);
bool resolve_std_vendor(Loader *, const Pkg *from, Str path,
                        Resolved *); // the library's own copies of packages from elsewhere
bool resolve_needs_modules(Loader *, Str path);
Resolved resolve_dir(Loader *,
                     Str dir); // a folder of a main module, the library, GOPATH: no packages of modules are looked up

// archived.c: with LoadOptions.imports
Resolved archived_import(Loader *, const Pkg *from, Str path);
void archived_fill(Loader *, Pkg *, Archive *);

// gopath.c
bool gopath_mode(const Loader *);
bool gopath_next(const Loader *, i64 *at, Str *root); // folders of GOPATH in turn; *at is 0 at first
Resolved gopath_import(Loader *, const Pkg *from, Str path);
Resolved gopath_folder(Loader *, Str dir);

// graph.c
Pkg *graph_load(Loader *, Str path); // of the command line
Pkg *graph_load_resolved(Loader *, Str path, Resolved);
void graph_load_scanned(Loader *, Pkg *);      // command-line-arguments: its files are known
Pkg *graph_error_pkg(Loader *, Str path, Err); // stands for what could not be found
void graph_error(Loader *, Pkg *, i32 kind, const char *fmt, ...) PRINTF_LIKE(4, 5); // unless it has one

// match.c
typedef VEC(Pkg *) PkgList;
bool match_args(Loader *, Str *args, i64 n, PkgList *out);
bool match_versions(Loader *, Str *args, i64 n, PkgList *out); // package@version
bool match_pattern(Str pattern, Str path);                     // "..." stands for anything

// select.c
void select_mains(Loader *, const Str *args, i64 n, PkgList *); // LoadOptions.main_only
void select_module(Loader *, ModVersion root, PkgList *);       // what is of another module has an error

// tests.c: what the packages of a test program are, by their import paths
void tests_choose(Loader *, Pkg *main);
Str example_output(Arena *, Str body, bool *has, bool *unordered); // examples.c

void embed_resolve(Loader *, Pkg *);
void godebug_resolve(Loader *, Pkg *);
Err godebug_check(Loader *, const char *verb, Str key, Str value);
bool godebug_report(Loader *, const Pkg *); // reports wrong //go:debug lines; false: there are some
void parse_all(Loader *, Pkg **roots, i64 n);
void load_add_source(Loader *, const Pkg *, PkgFile *); // makes PkgFile.src
Str report_position(Loader *, TextPos);                 // "a.go:3:8", as the go command shows it

// modules.c
bool modules_match(Loader *, const Str *patterns, i64 n, ModMatch **out);
bool modules_find(Loader *, Str path, Resolved *);
bool modules_use_outside(Loader *, const Str *args, i64 n, Str **patterns, ModVersion *root);

Str load_display_path(Loader *, Str abs); // as diagnostics show it: relative to the current folder where shorter
bool str_in_path(Str path, Str prefix);   // path is prefix or below it
