// query.h - more of version queries than graph.h has: what `get` and `list -m` ask for.
#pragma once
#include "mod/graph.h"

typedef Str (*ModCurrentFn)(void *ctx, Str path); // the version of a module that is selected now; "none"
bool query_is_revision(Str path, Str query);      // asks for one version or revision, not for the best of several
bool mod_versions(ModState *, Str path, Str **list, i64 *n, Str *origin, Err *); // with those of replace lines
Str mod_no_package_text(ModState *, ModVersion, Str query, Str pattern); // "module m@q found, but does not contain ..."
// mod_query_pattern with versions that are taken for the selected ones.
bool mod_query_pattern_from(ModState *, Str pattern, Str query, ModCurrentFn, ModAllowedFn, void *ctx,
                            ModQueryResult **, i64 *n, ModVersion *mod_only, Err *);
// The same without a module that has no package that matches: ERR_NO_PACKAGE.
bool mod_query_packages_from(ModState *, Str pattern, Str query, ModCurrentFn, ModAllowedFn, void *ctx,
                             ModQueryResult **, i64 *n, Err *);
// Always false: a version was asked for of what the main module is or contains.
bool mod_fail_main_packages(ModState *, Str pattern, Str query, const Str *pkgs, i64 n, Err *);
bool mod_fail_main_version(ModState *, Str pattern, Str query, const ModVersion *mains, i64 n, Err *);
