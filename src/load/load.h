// load.h - which files are a package: GOROOT, overlay, go.mod, build constraints, import paths, embedded files.
//
// A Loader serves one command. load_args names the packages of the command line; each Package comes with its files parsed
// and, transitively, the packages it imports (files are parsed in parallel, one wave of packages after the other).
// Errors are reported in the go command's words; a Package that could not be loaded is NULL or has `fake` set.
#pragma once
#include "types/types.h"

typedef struct Loader Loader;
typedef struct LoadOptions {
    Str goroot, overlay; // absolute; overlay: folder in GOROOT/src's shape whose packages replace GOROOT's
    Str cwd;
    Str goos, goarch;
    Str *tags;
    i64 ntags; // -tags
    int threads;
    int lang_minor; // -lang=go1.N for the packages of the main module; 0: as go.mod says
} LoadOptions;
typedef struct LoadPackage { // Package.load
    bool std, command_line_files;
    Str root; // root: GOROOT/src, overlay, or the module's folder
    i64 go_minor;
} LoadPackage;

Loader *load_new(Arena *, Intern *, Diag *, SourceMap *, LoadOptions);
// Arguments as the go command takes them: .go files, folders, import paths, patterns with "...". Packages in order, in *out.
bool load_args(Loader *, Str *args, i64 n, Package ***out, i64 *nout);
Package *load_import(void *loader, Package *from, ImportDecl *,
                     Str path); // ImportFn; path "runtime" with from NULL too
Package *load_std(Loader *, Str path);
Str load_module_path(const Loader *); // "" outside a module
i64 load_package_count(const Loader *);
Package *load_package_at(const Loader *, i64);
void load_set_headings(
    Loader *); // diagnostics get "# package" from here on, unless imports failed (as the go command prints them)
// Files selected by //go:embed patterns of a package, sorted; NULL after a reported error.
typedef struct EmbedFile {
    Str name, data;
} EmbedFile;
EmbedFile *load_embed(Loader *, Package *, EmbedPatterns *, i64 *n);
// Path a line table shows for a file; trimpath: import path form.
Str load_file_name(Loader *, Arena *, SourceFile *, bool trimpath);

// asm_files.c: files of assembly that belong to a package; none where the runtime or a Go file does it instead.
SourceFile **load_asm_files(Loader *, Package *, i64 *n);

// constraint.c
typedef struct BuildTags {
    Str goos, goarch;
    const Str *extra;
    i64 nextra;
    bool unknown_arch;
} BuildTags;
bool constraint_name_matches(Str file_name, const BuildTags *);
bool constraint_file_matches(Str text, const BuildTags *, bool *bad);
