// mod_vendor.c - `mod vendor` and `work vendor`: the packages that a build and its tests need, copied below vendor/.
#include "cmd/modfiles.h"
#include "cmd/modules.h"
#include <stdio.h>

static bool may_build(void *ctx, Str file) {
    Str text;
    const char *wrong = NULL;
    BuildTags tags = {.any = true};
    Arena *a = arena_new("constraint");
    bool ok = !file_read(a, arena_cstr(a, file), &text) || constraint_file_matches(text, &tags, &wrong) || wrong;
    arena_free(a);
    return ok;
}

static bool embeds(void *ctx, Str dir, bool tests, Str **files, i64 *n, Err *err) {
    Modules *m = ctx;
    return load_dir_embeds(m->loader, dir, tests, files, n, err);
}

static int vendor(Cmd *c) {
    Modules m;
    ModOptions mo = {.use = MODUSE_VENDOR, .need_root = true};
    if (c->nargs) return cmd_fail("'go mod vendor' accepts no arguments");
    if (!modules_open(c, mo, &m)) return 1;
    ModLoadOptions o = {.any_tags = true,
                        .resolve_missing = true,
                        .use_vendor_all = true,
                        .allow_errors = c->f.e,
                        .silence_missing_std = true,
                        .vendor_in_goroot = true};
    Str all = S("all");
    ModMatch *matches;
    Err err = {0};
    if (!mod_load_packages(m.state, o, &all, 1, &matches, &err) || !mod_commit(m.state, &err))
        return cmd_fail("%.*s", SFMT(err.text));
    ModVendorOptions vo = {
        .out = c->f.o, .verbose = c->f.v, .errors = c->f.e, .may_build = may_build, .embeds = embeds, .ctx = &m};
    return mod_vendor(m.state, vo, &err) ? 0 : cmd_fail("%.*s", SFMT(err.text));
}

int cmd_mod_vendor(Cmd *c) {
    Str gowork;
    if (!modfiles_find_work(c, &gowork)) return 1;
    if (gowork.len)
        return cmd_fail("'go mod vendor' cannot be run in workspace mode. Run 'go work vendor' to vendor the workspace "
                        "or set 'GOWORK=off' to exit workspace mode.");
    return vendor(c);
}

int cmd_work_vendor(Cmd *c) {
    Str gowork;
    if (!modfiles_find_work(c, &gowork)) return 1;
    return gowork.len ? vendor(c) : cmd_fail(MODFILES_NO_WORK);
}
