// list_int.h - inside of `list`: packages and test variants as nodes of a graph, and what is shown of them.
//
// list_graph.c  Pkgs of the loader           ->  ListPkgs: with what the linker adds, and test binaries and variants
// list_show.c   ListPkgs, ModInfos           ->  GoVals
// list.c        GoVals                       ->  text, JSON, templates
#pragma once
#include "cmd/cmd.h"
#include "cmd/goval.h"
#include "cmd/template.h"

typedef enum ListKind { LIST_PLAIN, LIST_TEST, LIST_XTEST, LIST_MAIN } ListKind;
typedef struct ListPkg ListPkg;
typedef VEC(ListPkg *) ListPkgs;
typedef VEC(const PkgError *) ListErrors;
struct ListPkg {
    Pkg *pkg; // of a variant: the package under test, or the one that is compiled again for it
    ListKind kind;
    Str path, plain;             // as shown; plain: without " [x.test]"
    Str for_test, for_main;      // variant of a test; of a main package with a profile
    ListPkgs uses;               // what it imports, the linker's needs included
    StrVec imports, raw_imports; // as shown, and as they stand in the files
    StrVec deps;
    ListErrors deps_errors;
    const PkgError *error;
    bool incomplete, dep_only, listed, has_target;
    Str default_godebug;     // of a variant
    Str export, build_id;    // list_export.c
    const TestProgram *test; // of LIST_MAIN: whose main package it is
};
typedef struct List {
    Cmd *c;
    Arena *a;
    ProgramOptions o;
    Diag *diag;
    Loader *loader;
    ModState *mods;     // NULL: none
    Map *nodes;         // Pkg -> ListPkg of kind LIST_PLAIN
    Map *modules;       // "path version" -> GoVal of its ModInfo
    ListPkgs pkgs;      // what is listed
    StrVec fields;      // of -json=; none: all
    bool cgo;           // files for a C compiler are looked at
    Template *template; // of -f
    int rc;
} List;

// list_graph.c
void list_sort_once(StrVec *); // and what is there twice goes
ListPkg *list_node(List *, Pkg *);
void list_add_tests(List *);               // -test: variants of what is listed are added behind it
ListPkgs list_closure(List *, ListPkgs *); // depth first, what is imported before what imports it
bool list_add_profiles(List *);            // variants for main packages with a default.pgo; true: there are some
void list_name_variants(List *, ListPkgs *all);
void list_collect_deps(List *, ListPkgs *all);

// list_export.c: -export, of what is listed; false: nothing is shown
bool list_export(List *);

// list_show.c
GoVal list_package_value(List *, const ListPkg *);
GoVal list_module_value(Arena *, const ModInfo *);
GoVal list_context_value(Cmd *, const ProgramOptions *);
bool list_uses_cgo(const Cmd *); // CGO_ENABLED=1 was said

// list_testmain.c: the file of a test's main package, in the build cache; "_testmain.go" where that is off or its tests are malformed
Str list_test_main(List *, const ListPkg *);

// list_stale.c: "": it is not stale, or why it is; whether the command asks for it
Str list_stale(List *, ListPkg *);
bool list_asks_stale(const List *);

// list_doc.c: of the text of a Go file
Str doc_synopsis(Arena *, Str text);
