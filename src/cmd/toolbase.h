// toolbase.h - what `vole tool compile`, `asm` and `link` share: their options, rewriting of paths, results.
#pragma once
#include "cmd/cmd.h"

// Options that are not the command's but the tool's: no modules, no flags of builds; packages are those of archives. False: reported.
bool tool_options(Cmd *, ProgramOptions *);
int tool_version(Cmd *, const char *tool, Str how); // -V, -V=full
bool tool_write(Cmd *, Str path, const Buf *, int mode);
int tool_end(Diag *, int fd, int rc); // prints what was reported; 2 if that were errors, else rc
int tool_fail(const char *tool, Str text);

// -trimpath "from=>to;from": what stands in the place of a path in messages and tables.
typedef struct PathRule {
    Str from, to;
} PathRule;
typedef VEC(PathRule) PathRules;
PathRules path_rules(Arena *, Str flag);
Str path_rewrite(Arena *, const PathRules *, Str abs);
