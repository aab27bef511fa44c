// get.c - `get`: adds, raises, lowers and removes requirements of the current module (mod/get.h does the work).
#include "cmd/modfiles.h"
#include "cmd/modules.h"
#include <stdio.h>

static const char outside[] = "go.mod file not found in current directory or any parent directory.\n"
                              "\t'go get' is no longer supported outside a module.\n"
                              "\tTo build and install a command, use 'go install' with a version,\n"
                              "\tlike 'go install example.com/cmd@latest'\n"
                              "\tFor more information, see https://golang.org/doc/go-get-install-deprecation\n"
                              "\tor run 'go help get' or 'go help install'.";

// The go line of a workspace is at least that of the module.
static int update_work(Cmd *c, Str go) {
    Str gowork, text;
    ModFile *f;
    Err err = {0};
    if (!modfiles_find_work(c, &gowork)) return 1;
    if (!gowork.len || !modfiles_read_work(c, gowork, &text, &f, &err)) return 0;
    if (!work_raise_go(f, go)) return 0;
    modfile_sort_blocks(f);
    modfile_cleanup(f);
    return modfiles_write(c, gowork, &text, modfile_format(f), &err) ? 0 : cmd_fail("%.*s", SFMT(err.text));
}

static int check_flags(Cmd *c, Str *upgrade) {
    Str u = c->f.get_u;
    *upgrade = S("");
    if (u.ptr && (!u.len || str_eq(u, S("true")))) *upgrade = S("upgrade");
    else if (str_eq(u, S("patch"))) *upgrade = u;
    else if (u.len && !str_eq(u, S("false"))) return cmd_fail("unknown upgrade flag -u=%.*s", SFMT(u));
    if (flag_given(c, "d") && !c->f.d) return cmd_fail("-d flag may not be set to false");
    if (c->f.d) fprintf(stderr, "go: -d flag is deprecated. -d=true is a no-op\n");
    if (c->f.get_f) fprintf(stderr, "go: -f flag is a no-op\n");
    if (c->f.get_fix) fprintf(stderr, "go: -fix flag is a no-op\n");
    if (c->f.get_m) return cmd_fail("-m flag is no longer supported");
    if (c->f.insecure) return cmd_fail("-insecure flag is no longer supported; use GOINSECURE instead");
    return 0;
}

int cmd_get(Cmd *c) {
    Modules m;
    GetOptions o = {.tests = c->f.t, .tool = c->f.tool, .verbose = c->f.v, .args = c->args, .nargs = c->nargs};
    if (check_flags(c, &o.upgrade)) return 1;
    if (!modules_open(c, (ModOptions){.use = MODUSE_UPDATE, .no_workspace = true, .missing_found = true}, &m)) return 1;
    if (!mod_main_count(m.state)) return cmd_fail(outside);
    int rc = mod_get(m.state, o);
    return rc ? rc : update_work(c, mod_main_at(m.state, 0)->file->go.value);
}
