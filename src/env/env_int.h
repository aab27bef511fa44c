// env_int.h - inside of env/.
#pragma once
#include "env/env.h"

enum { LISTED = 1, SETTABLE = 2, FIXED = 4, OS_ONLY = 8 };
typedef struct VarRow {
    const char *name;
    u32 where;
    const char *fallback;
} VarRow;
extern const VarRow env_vars[];
extern const i64 env_nvars;

typedef struct EnvLine { // NAME=VALUE of a file
    Str name, value;
} EnvLine;
typedef VEC(EnvLine) EnvLines;
struct Env {
    Arena *a;
    EnvLines user, goroot_file; // GOENV, GOROOT/go.env
    Str goroot, goroot_error, version, file;
    VEC(EnvVar) vars; // one for each row of vars.def
};
Str env_home(Arena *); // HOME, else the password file's; "" if there is none
const VarRow *env_row(Str name);
Str env_goroot_around(Arena *, Str exe_dir);
