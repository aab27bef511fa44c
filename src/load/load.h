// load.h - from the words of the command line to the packages of a build, in the order of the data:
//
//   match.c   patterns, files, folders of the command line   ->  import paths
//   resolve.c import path, seen from a package                ->  folder (module, vendor, library, overlay)
//   dir.c     folder (constraint.c, head.c: heads of files)   ->  Pkg: lists of files, imports, patterns, directives
//   generated.c                                           ->  files that upstream's build generates
//   graph.c   Pkg and its imports                             ->  the graph, with the rules of importing and the errors
//   overlay.c                                             ->  files as -overlay shows them
//   embed.c, godebug.c                                        ->  files that //go:embed names, DefaultGODEBUG
//   test_files.c, examples.c  _test.go files                  ->  TestFuncs
//   tests.c   Pkg with test files                             ->  its variants, the program that runs the tests
//   cover.c   files of a package                            ->  the blocks that -cover counts
//   parse.c   the graph                                       ->  types' Packages, all files parsed in parallel
//
// A Loader serves one command. A Pkg is what is known of a package before any compiler looks at it; what is wrong with it is
// a value on it (Pkg.error), in the go command's words, which load_args reports.
#pragma once
#include "archive/archive.h"
#include "cache/cache.h"
#include "mod/mod.h"
#include "types/types.h"

typedef struct Loader Loader;
typedef struct Pkg Pkg;
typedef enum VcsUse { VCS_NEVER, VCS_AUTO, VCS_ALWAYS } VcsUse; // -buildvcs
typedef struct LoadOptions {
    Str goroot, overlay; // absolute; overlay: folder in GOROOT/src's shape whose packages replace GOROOT's; "": none
    Str additions; // the same where overlay is "": only its packages below vole/, which no GOROOT has, and plugin, which has more; "": none
    Str go_version; // "1.26.3" or "go1.26.3"
    Str cwd;
    Str goos, goarch;
    Str *tags;
    i64 ntags; // -tags
    int threads;
    bool cgo;            // files that import "C" are taken
    bool no_cgo;         // CGO_ENABLED=0 was said: that they are left out is no error
    bool tests;          // _test.go files are looked into
    bool heads_of_tests; // they are read, but what they import is not asked of modules
    bool no_embed_files; // what //go:embed patterns select is not looked up (list -json of other fields)
    bool no_imports;     // packages are not followed (list -find)
    const Env *env;      // NULL: no modules, no GOPATH: only the library, files and folders
    ModOptions modules;  // what the command says about go.mod; the rest is filled in here
    Str overlay_file;    // -overlay
    FileTable *files;    // contents of files; NULL: all are read
    VcsUse vcs;          // -buildvcs
    bool modcacherw, insecure, allow_errors; // allow_errors: list -e
    bool main_only; // of patterns, packages that are not main are left out; others have an error
    bool scripts;   // an argument may be a script (load_is_script) in the place of .go files (run)
    bool versioned; // arguments are package@version: no go.mod is looked at (install, run)
    void (*flags)(void *ctx, Loader *, Diag *, Pkg *); // fills Pkg.flags before the package is parsed; NULL: none
    Str (*plugin_path)(void *flags_ctx, Loader *,
                       const Pkg *); // by which a plugin is to be known; empty: by its import path. NULL: none
    void *flags_ctx;
    void (*chosen)(void *ctx, Loader *, Pkg **, i64 n); // of what the command line names, which is loaded; NULL: none
    void *chosen_ctx;
    bool cover;       // test programs write what was counted
    bool cover_local; // of the package under test alone: it always has a variant
    bool leaks;       // test programs tell of goroutines that can never run again
    // Of an edited package, before it is parsed: as it is it has no errors. NULL: nobody knows.
    bool (*was_checked)(void *ctx, Package *);
    void *was_checked_ctx;
    bool patchable;        // of what somebody edits, functions can be replaced while the program runs
    bool plugin;           // main packages are plugins: what they declare is named by their import path, not "main"
    ImportConfig *imports; // the tools of -x: packages are those of archives (archived.c); NULL: of folders
} LoadOptions;

bool load_is_script(Arena *,
                    Str path); // a file of any name whose first line says how it is run: path with a /, "#!" in front

// ---- what is known of a package -----------------------------------------------------------------------------------------
typedef enum FileKind { // lists of `go list -json`
    FILES_GO,
    FILES_CGO,
    FILES_IGNORED_GO,
    FILES_INVALID_GO,
    FILES_IGNORED_OTHER,
    FILES_C,
    FILES_CXX,
    FILES_M,
    FILES_H,
    FILES_F,
    FILES_S,
    FILES_SWIG,
    FILES_SWIGCXX,
    FILES_SYSO,
    FILES_TEST_GO,
    FILES_XTEST_GO,
    FILES_KINDS
} FileKind;
typedef enum ImportScope { IN_PACKAGE, IN_TEST, IN_XTEST, IMPORT_SCOPES } ImportScope;

typedef struct PkgFile {
    Str name, path; // path: absolute
    Str text;       // of Go files whose constraints hold, and of assembly; ptr NULL: not read so far (load_text)
    FileHash hash;  // of its content, if `hashed`
    bool hashed;
    bool made;       // its text is in memory only (generated.c)
    SourceFile *src; // NULL until something needs positions in it
} PkgFile;
typedef struct TextPos {
    PkgFile *file;
    u32 offset;
} TextPos;
typedef struct PkgWord { // an import path, an embed pattern, a //go:debug line; where it stands first
    Str text;
    TextPos at;
} PkgWord;
typedef struct ImportStep { // one of the chain of imports that leads to a package
    Str path;
    TextPos at; // of the import
} ImportStep;
typedef struct PkgError {
    Str text;
    i32 kind;          // ErrKind
    TextPos at;        // file NULL: none
    ImportStep *stack; // from a package of the command line to the one that is meant
    i64 nstack;
    bool is_cycle, always_stack;
} PkgError;
typedef VEC(PkgFile *) PkgFiles;
typedef VEC(PkgWord) PkgWords;
typedef VEC(Linkname) Linknames;
typedef VEC(Str) StrList;

typedef struct PkgFlags { // what -gcflags and -asmflags say of a package
    u32 bits;             // PKG_... of types.h
    i32 go_minor;         // -lang; 0: as go.mod says
    StrList asm_defines;  // "name=value", "name"
    StrList asm_dirs;
} PkgFlags;

struct Pkg {
    Str path, dir, root; // root: GOROOT, the module's folder
    Str name,
        for_test; // for_test: of a test variant the path of the package under test, its identity besides its own path
    const Pkg *origin;  // of a test variant: the package that its files belong to
    const Pkg *tested;  // of the program that `test` makes: whose tests it runs
    Str import_comment; // GOPATH mode: the path in `package x // import "path"`
    Str conflict_dir;   // GOPATH mode: the folder that has its import path
    PkgFiles files[FILES_KINDS];
    PkgWords imports[IMPORT_SCOPES]; // sorted by path, once each; "C" and "unsafe" included
    PkgWords embeds[IMPORT_SCOPES];  // patterns, sorted, once each
    PkgWords directives;             // "//go:debug..." and "//vole:..." in front of the package clause, in order
    Linknames linknames;             // Package.linknames
    Linknames test_linknames[2];     // those of its own _test.go files, of p_test's
    PkgWords test_directives;        // "//go:debug" lines of both
    StrList embed_files;
    Map *embed_lists; // pattern -> StrList *
    Pkg **deps;       // packages behind imports[IN_PACKAGE], in its order; NULL for "C" and "unsafe"
    PkgError *error;
    StrList match;     // patterns of the command line that named it
    ModVersion module; // path "": the library, or none
    Str default_godebug;
    i32 go_minor; // language version of its module
    PkgFlags flags;
    bool std; // of the library
    bool main_module, command_line_files, named,
        literal; // named: on the command line; literal: not by a pattern with dots
    bool incomplete, loading, loaded;
    u32 cover;             // PKG_COVER... of types.h
    bool test_main;        // the program that `test` makes
    bool bodies_elsewhere; // functions without body are those of files that are not among these
    Package *package;      // of the parsed files; NULL before
    Archive *archive;      // it came from there
    Map *embed_data;       // name -> Str *: contents that are not in the folder; NULL: all are
};

Loader *load_new(Arena *, Intern *, Diag *, SourceMap *, LoadOptions);
// Arguments as the go command takes them: .go files, folders, import paths, patterns with "...". The packages in order,
// with all that they import; nothing is reported and nothing parsed. False: some have errors; *out may be used all the
// same (list -e).
bool load_packages(Loader *, Str *args, i64 n, Pkg ***out, i64 *nout);
i64 load_report(Loader *, Pkg **, i64 n);            // prints the errors of these packages and of what they import
Str load_error_text(Loader *, const PkgError *);     // as the go command prints it
Str load_error_position(Loader *, const PkgError *); // "a.go:3:8"; "": none
PkgError *load_head_error(Loader *,
                          const Pkg *p); // what is wrong with a file's package clause and imports; NULL: nothing
PkgError *load_test_error(Loader *,
                          const Pkg *p); // what is wrong with its _test.go files (tests: they were looked into)
Str load_text(Loader *, PkgFile *);      // reads it if that was not done; what goes wrong is in Diag, then it is empty
Str load_file_package(Loader *, PkgFile *); // its package clause's name; "": it has none
Str load_short_path(Loader *, Str abs);     // relative to the current folder where that is shorter
Str load_shown_path(Loader *, Str abs);     // the same, with "./" for a file of the current folder
Str load_desc(Arena *, const Pkg *);        // as the go command calls it: "p", "p [q.test]"

// ---- tests: what `test` builds of a package ------------------------------------------------------------------------------
typedef struct TestFunc {
    Str name, output;         // output: of an example
    bool external, unordered; // external: of package p_test
} TestFunc;
typedef VEC(TestFunc) TestFuncVec;
typedef struct TestFuncs {
    TestFuncVec tests, benchmarks, fuzz_targets, examples, main; // main: TestMain, at most one
    bool uses[2];                                                // something is called in package p; in p_test
} TestFuncs;
typedef struct TestProgram {
    Pkg *plain, *test; // test: with the test files of its own package; plain itself if there are none
    Pkg *xtest, *main; // xtest: the test files outside of it; NULL: there are none
} TestProgram;
// The functions that run, in the order of the files (LoadOptions.tests: they were looked into); NULL, or what is wrong with them.
PkgError *load_test_funcs(Loader *, const Pkg *, TestFuncs *);
// The variants of p, and of all between them and p, which are made again. False: *failed, one of them or of what they import, has an error.
bool load_test_program(Loader *, Pkg *p, TestProgram *, const Pkg **failed);
void load_test_main(Loader *, TestProgram *, Str text); // the file of its main package
// What `list` asks besides: a package that nothing imports ("runtime", "unsafe"); what a test file's import is (top: what
// the stack of errors calls the tests), NULL for "C"; the path that an import stands for; files of //go:embed.
Pkg *load_path(Loader *, Str path);
Pkg *load_test_import(Loader *, Pkg *from, const PkgWord *, Str top, const PkgError **refused);
Str load_resolve_path(Loader *, const Pkg *from, Str path);
StrList load_embed_files(Loader *, const Pkg *, ImportScope);
// What load_parse looks at besides: of a pattern, packages of nothing but tests go; others without files for a build are errors, reported.
bool load_buildable(Loader *, Pkg **, i64 *n);
// load_report of packages that load_packages gave, and their Packages; files of what is edited are parsed (parse.c).
bool load_parse(Loader *, Pkg **, i64 n, Package ***out, i64 *nout);
void load_parse_ahead(Loader *, Package **, i64 n); // what somebody will ask for, in parallel
// load_packages and load_parse. False after errors other than those of parsing.
bool load_args(Loader *, Str *args, i64 n, Package ***out, i64 *nout);
// For the help below errors. Import paths of packages called `name` that declare `member`
// (if not ""): library, main modules, required ones.
Paths load_packages_named(void *loader, Arena *, const Package *from, Str name, Str member);
Str load_path_near(Loader *, Arena *, Str wanted); // the import path most like one that there is not; ""
Package *load_import(void *loader, Package *from, ImportDecl *,
                     Str path);     // ImportFn; path "runtime" with from NULL too
void load_release_bodies(Loader *); // what is inside functions is not looked at any more, nor is this tree checked again
void load_release_trees(Loader *);  // nor at anything else of a tree: all is compiled
Package *load_std(Loader *, Str path);
Str load_module_path(const Loader *);          // of the only main module; ""
bool load_open_modules(Loader *, ModState **); // at the first call; false: reported. *mods NULL without LoadOptions.env
// Build info of a main package; settings: its lines "build\t..." but those of version control.
Str load_build_info(Loader *, const Pkg *main, Str settings);
void load_stamp(Loader *, Pkg *main); // what is wrong with its work tree becomes its error, as `list` tells it
i64 load_package_count(const Loader *);
Package *load_package_at(const Loader *, i64);
bool load_matches(Loader *, Str pattern, const Pkg *); // of a flag: a folder, an import path, all, std, cmd, tool, work
void load_set_headings(Loader *); // diagnostics get "# package" from here on (as the go command prints them)
// Files that //go:embed patterns of a package select, sorted; NULL after a reported error.
typedef struct EmbedFile {
    Str name, data;
} EmbedFile;
EmbedFile *load_embed(Loader *, Package *, EmbedPatterns *, i64 *n);
// Files that //go:embed patterns of any file in a folder select (mod vendor); tests: of _test.go files too.
bool load_dir_embeds(Loader *, Str dir, bool tests, Str **files, i64 *n, Err *);
// Path a line table shows for a file; trimpath: import path form. And as diagnostics and listings show it.
Str load_ref_name(Loader *, Arena *, const FileRef *, bool trimpath);
Str load_ref_display(Loader *, const FileRef *);
Str load_real_path(Loader *, Str path); // of a file: what -overlay has in its place
static inline const Pkg *load_pkg(const Package *p) { return p->load; }

// cover.c: blocks of a package, for -cover; of one that is parsed, and of one that need not be (NULL: it has errors).
const CoverTable *load_cover_table(Loader *, const Package *);
const CoverTable *load_cover_read(Loader *, Pkg *);
void load_import_too(Loader *, Pkg *, Str path); // tests.c: of the library, as if a file of it imported it
// tests.c: what these packages and their tests import, before what imports it, and they themselves.
i64 load_with_tests(Loader *, Pkg **, i64 n, Pkg ***out);

// archived.c: a package that is its archive, and one of files that were named one by one (`tool compile`).
typedef struct FilesPackage {
    Str path;
    ArchiveTexts files; // whatever their names end in
    i32 go_minor;
    u32 flags; // PKG_... of types.h
    bool std, complete;
    ArchiveEmbed *embeds; // -embedcfg
    i64 nembeds;
    Map *embed_data;
} FilesPackage;
Pkg *load_archive(Loader *, Archive *);
Pkg *load_files(Loader *, const FilesPackage *);

// asm_files.c: files of assembly that belong to a package; none where the runtime or a Go file does it instead.
SourceFile **load_asm_files(Loader *, Package *, i64 *n);
bool load_uses_assembly(const Pkg *);
Str load_link_path(Loader *, const Pkg *);         // what its symbols begin with: "main", or of a plugin its path
bool load_assembles(const Pkg *, const PkgFile *); // one of its .s files
bool load_is_fake(const Pkg *);                    // "unsafe", and the library's "builtin": there is nothing to compile

// constraint.c
typedef struct BuildTags {
    Str goos, goarch;
    const Str *extra;
    i64 nextra;
    bool unknown_arch, cgo;
    bool any; // every tag but "ignore" holds where it helps
    Str own;  // one more tag that holds, or empty
} BuildTags;
bool constraint_name_matches(Str file_name, const BuildTags *);
bool constraint_file_matches(Str text, const BuildTags *, const char **wrong); // *wrong: what is malformed
Str constraint_comments(Str text); // all that constraint_file_matches looks at of it; empty if there are no constraints
