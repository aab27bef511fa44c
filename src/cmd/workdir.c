// workdir.c - folders for a command's own files: made where the go command makes its own.
#include "cmd/cmd.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool work_make_dir(Cmd *c, const char *pattern, Str *dir) {
    Str top = env_get(c->env, "GOTMPDIR");
    const char *tmp = getenv("TMPDIR");
    if (!top.len) top = tmp && *tmp ? str_c(tmp) : S("/tmp");
    char *path = (char *)arena_cstr(c->a, path_join(c->a, path_abs(c->a, top), str_c(pattern))); // ours alone
    *dir = str_c(path);
    return mkdtemp(path) != NULL;
}
