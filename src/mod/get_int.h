// get_int.h - inside of `get`: arguments as queries, what may answer them (PathSet), what did (Resolver.resolved).
#pragma once
#include "mod/edit.h"
#include "mod/get.h"
#include "mod/query.h"

typedef struct PathSet { // what may provide a path: one of it is to be chosen
    Str path;
    ModVec with_package; // modules that contain the package
    ModVersion mod;      // a module of that path without one; path "": none
    Err err;
} PathSet;
typedef VEC(PathSet) PathSets;

typedef struct GetQuery {
    Str raw, raw_version; // as it was written; what stands behind @
    Str pattern, version; // version: "upgrade" or "patch" if none was written
    bool local, wild, none;
    bool conflicted; // was told already
    PathSets candidates;
    Map *seen; // paths that have been asked about
    ModVec resolved;
    bool matches_packages;
} GetQuery;
typedef VEC(GetQuery *) GetQueries;

typedef struct Reason { // why a module has to be at a version
    Str version;
    GetQuery *query;
} Reason;

typedef struct Resolver {
    ModState *s;
    Arena *a;
    GetOptions o;
    GetQueries all_queries;
    Map *resolved; // module path -> Reason
    ModVec build_list;
    Map *selected, *initial; // path -> Str *: of the build list now and at the beginning
    ModState *work;          // the workspace that the main module is in; NULL: in none
    bool failed;             // an error was told
} Resolver;

void get_error(Resolver *, Str text);                         // "go: text"
void get_query_error(Resolver *, const GetQuery *, Str text); // with the query, if the text does not name it
Str get_version_in(const Map *versions, Str path);            // "none"
Str get_cut_version(Str arg, Str *version, bool *found);      // of path@version
// get_report.c: the result as a whole. False: told.
bool get_check_packages(Resolver *);
bool get_update_tools(Resolver *);
ModState *get_open_work(Resolver *, const Str *gomod); // with this text for the main module's go.mod
bool get_work_has(const Resolver *, Str package);
void get_report_changes(Resolver *, const ModVec *before, const ModVec *after);
