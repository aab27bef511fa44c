// env.h - the settings of the go command: process environment, the file that `go env -w` writes, GOROOT/go.env, defaults.
//
// An Env is read once a command and then only read (any thread). Names are those of `go help environment`.
// A setting comes from the first of: process environment, GOENV file, GOROOT/go.env, default (env.def).
#pragma once
#include "base/base.h"

typedef struct Env Env;
typedef struct EnvVar {
    Str name, value, fallback; // fallback: the default, which -changed compares with
    bool changed;              // differs from the default
} EnvVar;

// False: *err says what is wrong with the GOENV file. exe_dir: folder of the running vole.
bool env_read(Arena *, Str exe_dir, Env **out, Err *err);
Str env_get(const Env *,
            const char *name); // "" if unset and without default; GOMOD, GOWORK and the like are the caller's
bool env_has(const Env *, const char *name); // set in the process environment or the GOENV file, even if empty
Str env_goroot(const Env *);                 // "" if none was found: env_goroot_error says where it was looked for
Str env_goroot_error(const Env *);
Str env_go_version(const Env *);                                                       // "go1.26.3" of the GOROOT
Str env_go_number(const Env *);                                                        // "1.26.3"
Str env_file(const Env *);                                                             // GOENV: path, or "off"
bool env_write(const Env *, Str *sets, i64 nsets, Str *unsets, i64 nunsets, Err *err); // `env -w NAME=VALUE`, `-u NAME`
typedef struct EnvTarget {
    const char *goos, *goarch;
    u32 properties;
} EnvTarget;
enum { TARGET_CGO = 1, TARGET_FIRST = 2, TARGET_BROKEN = 4, TARGET_RACE = 8, TARGET_MSAN = 16, TARGET_ASAN = 32 };
const EnvTarget *env_targets(i64 *n); // all that Go knows, in the order of their names
bool env_target_has(Str goos, Str goarch, u32 property);
// target.c: "" if Go has the target, or the list of experiments, whether vole builds for it or not; else what is wrong.
Str env_target_error(Arena *, Str goos, Str goarch);
// Experiments that differ from the default: "jsonv2,nodwarf5", in Go's order.
Str env_experiments(Arena *, Str list, Str *error);
Str env_experiment_error(Arena *, Str list);
// arch_tags.c: build tags of the machine's features ("amd64.v1"), as GOAMD64 and the like say; *error: a value is none of theirs.
typedef VEC(Str) EnvTags;
EnvTags env_arch_tags(Arena *, const Env *, Str goarch, Str *error);
i64 env_count(const Env *); // variables that `env` prints, in its order
EnvVar env_at(const Env *, i64 i);
// Where a GOROOT of Go 1.26 is looked for, in order: wanted or $GOROOT, beside `go` on PATH, the usual places, vole's data folder.
// False: *message says what was looked at and how to mend it.
bool env_find_goroot(Arena *, Str wanted, Str *goroot, Str *version, Str *message);
