// workdir.c - the folder of -work and -x: it is made where the go command makes its own, and holds the programs that were linked.
//
// Nothing else of a build is ever on the disk. -work keeps the folder, -x alone removes it when the command ends.
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

bool work_open(Cmd *c) {
    if ((!c->f.work && !c->f.x) || c->f.n) return true;
    Str dir;
    if (!work_make_dir(c, "go-buildXXXXXX", &dir))
        return !cmd_fail("creating work dir: mkdir %.*s: %s", SFMT(dir), err_os(errno));
    c->work_dir = dir;
    build_note(c, (Str){0}, arena_printf(c->a, "WORK=%.*s\n", SFMT(dir)));
    return true;
}

bool work_program(Cmd *c, const Buf *image) {
    if (!c->work_dir.len || !c->f.work) return true;
    Str path = arena_printf(c->a, "%.*s/b%03d/exe/a.out", SFMT(c->work_dir), ++c->programs);
    return write_output((Str){0}, path, image, c->a, 0777);
}

int work_close(Cmd *c, int rc) {
    if (c->work_dir.len && !c->f.work) dir_remove_all(c->a, c->work_dir, NULL);
    return rc;
}
