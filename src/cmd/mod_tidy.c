// mod_tidy.c - `mod tidy`: go.mod and go.sum as the packages of the main module and their tests need them.
#include "cmd/modules.h"
#include <stdio.h>

static int print_diff(Modules *m) {
    ModTidyDiff d;
    Err err = {0};
    if (!mod_tidy_diff(m->state, &d, &err)) return cmd_fail("%.*s", SFMT(err.text));
    Str gomod = diff_text(m->c->a, "current/go.mod", d.gomod, "tidy/go.mod", d.tidy_gomod);
    Str gosum = diff_text(m->c->a, "current/go.sum", d.gosum, "tidy/go.sum", d.tidy_gosum);
    if (gomod.len) printf("%.*s\n", SFMT(gomod));
    if (gosum.len) printf("%.*s\n", SFMT(gosum));
    return gomod.len || gosum.len;
}

int cmd_mod_tidy(Cmd *c) {
    if (!modules_version_flag(c, "go", c->f.go) || !modules_version_flag(c, "compat", c->f.compat)) return 2;
    if (c->nargs) return cmd_fail("'go mod tidy' accepts no arguments");
    Modules m;
    ModOptions mo = {
        .use = MODUSE_UPDATE, .need_root = true, .no_workspace = true, .tidy_go = c->f.go, .mend_sums = true};
    if (!modules_open(c, mo, &m)) return 1;
    ModLoadOptions o = {.tests = true,
                        .tidy = true,
                        .any_tags = true,
                        .resolve_missing = true,
                        .allow_errors = c->f.e,
                        .silence_missing_std = true,
                        .vendor_in_goroot = true,
                        .verbose = c->f.v,
                        .tidy_go = c->f.go,
                        .tidy_compat = c->f.compat};
    Str all = S("all");
    ModMatch *matches;
    Err err = {0};
    if (!mod_load_packages(m.state, o, &all, 1, &matches, &err)) return cmd_fail("%.*s", SFMT(err.text));
    if (c->f.diff) return print_diff(&m);
    return mod_commit(m.state, &err) ? 0 : cmd_fail("%.*s", SFMT(err.text));
}
