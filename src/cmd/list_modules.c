// list_modules.c - `list -m`: checks, what mod/modlist.h finds, errors; how a module is shown is the caller's matter.
#include "cmd/modules.h"
#include <stdio.h>

static int vendor_error(const char *what) {
    return cmd_fail("can't %s using the vendor directory\n\t(Use -mod=mod or -mod=readonly to bypass.)", what);
}

// -mod=vendor knows the modules that packages come from, not the graph.
static int check_vendor(Cmd *c) {
    if (c->f.versions) return vendor_error("determine available versions");
    if (c->f.u) return vendor_error("determine available upgrades");
    for (i64 i = 0; i < c->nargs; i++) {
        if (str_eq(c->args[i], S("all"))) return vendor_error("compute 'all'");
        if (str_find(c->args[i], S("...")) >= 0) return vendor_error("match module patterns");
    }
    return 0;
}

static void print_module(const ModInfo *m, bool versions) {
    Arena *a = arena_new("text");
    if (versions) {
        printf("%.*s", SFMT(m->path));
        for (i64 i = 0; i < m->nversions; i++) printf(" %.*s", SFMT(m->versions[i]));
        printf("%s\n", m->deprecated.len ? " (deprecated)" : "");
    } else {
        printf("%.*s\n", SFMT(modinfo_text(a, m)));
    }
    arena_free(a);
}

int list_modules(Cmd *c, ModState *s, void (*show)(void *ctx, const ModInfo *), void *ctx) {
    if (!mod_enabled(s)) return cmd_fail("list -m cannot be used with GO111MODULE=off");
    if (mod_mode(s) == MOD_VENDOR && check_vendor(c)) return 1;
    ModInfo **list;
    i64 n = 0;
    Err err = {0};
    ModListOptions o = {.updates = c->f.u, .versions = c->f.versions, .retracted = c->f.retracted, .reuse = c->f.reuse};
    bool ok = mod_list_modules(s, o, c->args, c->nargs, &list, &n, &err);
    for (i64 i = 0; i < n && !c->f.e; i++)
        if (list[i]->error.len) ok = !cmd_fail("%.*s", SFMT(list[i]->error));
    if (err.text.len && !c->f.e) ok = !cmd_fail("%.*s", SFMT(err.text));
    if (!ok && !c->f.e) return 1;
    for (i64 i = 0; i < n; i++) {
        if (show) show(ctx, list[i]);
        else print_module(list[i], c->f.versions);
    }
    return 0;
}
