// load_int.h - inside of load/.
#pragma once
#include "load/load.h"

typedef struct PendingImport {
    Package *from;
    ImportDecl *decl;
    Str path;
} PendingImport;
typedef struct ParseJob {
    Package *pkg;
    i64 index;
    SourceFile *src;
} ParseJob;

struct Loader {
    Arena *a;
    Intern *intern;
    Diag *diag;
    SourceMap *sources;
    LoadOptions o;
    Map *packages; // import path -> Package
    VEC(Package *) all;
    VEC(Package *) wave; // packages whose files are to be parsed next
    Arena **arenas;      // of the parsing threads
    Str module_root, module_path;
    i64 module_minor;
    bool module_read;
    VEC(Str) required;    // module paths that go.mod names
    i64 import_errors;    // found before any compilation: printed without "# package"
    VEC(Package *) stack; // cycle detection
};

// Files of a folder for a package: names of the .go files whose constraints hold. False: none, reported unless quiet.
typedef struct DirFiles {
    VEC(Str) names;
    VEC(Str) texts;
    VEC(Str) dirs;
    bool any_go, any_excluded, any_asm;
} DirFiles;
void load_select_files(Loader *, Str import_path, Str dir, DirFiles *);
Str load_display_path(Loader *, Str abs); // as diagnostics show it: relative to the current folder where shorter
bool load_read_module(Loader *);
void load_parse_wave(Loader *);
