// version.h - module paths and versions: semver, pseudo-versions, Go versions, escaping, path patterns.
//
// Facts: go.dev/ref/mod, golang.org/x/mod/{semver,module}, cmd/go/internal/gover. All functions are pure; results are in the Arena.
#pragma once
#include "base/base.h"

typedef struct ModVersion {
    Str path, version; // version "" for a main module; "none" where a query says so
} ModVersion;
bool modver_eq(ModVersion, ModVersion);
Str modver_string(Arena *, ModVersion); // "path@version", "path"

// ---- semver: "v1.2.3-pre+meta"; shortened forms v1, v1.2 are valid
bool semver_valid(Str);
int semver_cmp(Str, Str);           // an invalid version is less than a valid one
Str semver_canonical(Arena *, Str); // "v1.2.0"; "" if invalid; drops the build part
Str semver_major(Str);              // "v1" of "v1.2.3"
Str semver_major_minor(Str);        // "v1.2"; "v1" of "v1"
Str semver_prerelease(Str);         // "-pre"
Str semver_build(Str);              // "+meta"

// ---- Go versions as in go and toolchain lines: "1.21", "1.21rc1", "1.21.3"
bool gover_valid(Str);
int gover_cmp(Str, Str);
Str gover_lang(Str); // "1.21" of "1.21.3"
bool gover_is_lang(Str);
bool gover_is_prerelease(Str);
i64 gover_minor(Str);          // 21; -1 if invalid
bool toolchain_valid(Str);     // what a toolchain line takes: "go1.21.3", "go1.21.3-custom", "default"
Str toolchain_to_version(Str); // "1.21.3" of "go1.21.3-custom"; "" if none
// Compares versions of a module: semver, or Go versions for the modules "go" and "toolchain". "" is the newest, "none" the oldest.
int modver_cmp(Str path, Str a, Str b);
bool modver_valid(Str path, Str version);
bool modver_is_prefix(Str path, Str version);     // "v1", "v1.2": a query, not a version
bool modver_is_prerelease(Str path, Str version); // of semver, or rc and beta of Go versions
Str modver_major_minor(Str path, Str version);

// ---- paths
bool module_check_path(Arena *, Str path, Err *); // of a module that can be downloaded
bool module_check_import_path(Arena *, Str path, Err *);
bool module_check_file_path(Arena *, Str path, Err *);
bool module_check(Arena *, ModVersion, Err *);                   // path and version fit (major version suffix)
bool module_split_path_major(Str path, Str *prefix, Str *major); // "x.org/a", "/v2"; gopkg.in rules; false: bad form
bool module_match_path_major(Str version, Str path_major);       // v2.0.0 fits "/v2"; +incompatible fits ""
bool module_check_path_major(Arena *, Str version, Str path_major, Err *);
Str module_path_major_prefix(Str path_major);                // "v2" of "/v2"
Str module_canonical_version(Arena *, Str);                  // semver_canonical, keeps +incompatible
bool module_escape_path(Arena *, Str path, Str *out, Err *); // "github.com/!azure"
bool module_escape_version(Arena *, Str version, Str *out, Err *);
bool module_unescape_path(Arena *, Str escaped, Str *out, Err *);
bool module_unescape_version(Arena *, Str escaped, Str *out, Err *);
bool module_match_prefix_patterns(Str globs, Str target); // GOPRIVATE and its like
bool module_is_toolchain(Str path);                       // "go", "toolchain"

// ---- pseudo-versions: vX.0.0-yyyymmddhhmmss-abcdefabcdef and its two other forms
bool pseudo_is(Str version);
Str pseudo_make(Arena *, Str major, Str older, Str time14, Str rev12); // older "" or the tag before
bool pseudo_parse(Arena *, Str version, Str *base, Str *time14, Str *rev, Err *);
