// work_sync.c - `work sync`: every module of the workspace requires what the workspace selects for its packages.
//
// The modules that the packages of one main module ("all", any build) come from are raised to the workspace's versions in that
// module's go.mod, one module after the other; go.work's go line becomes at least what the modules then ask for.
#include "cmd/modfiles.h"
#include "cmd/modules.h"
#include <stdlib.h>

typedef VEC(ModVersion) Versions;

static ModLoadOptions load_options(void) {
    return (ModLoadOptions){
        .tests = true, .any_tags = true, .allow_errors = true, .silence_errors = true, .vendor_in_goroot = true};
}

static int by_path(const void *x, const void *y) {
    const ModVersion *a = x, *b = y;
    int c = str_cmp(a->path, b->path);
    return c ? c : modver_cmp(a->path, a->version, b->version);
}

// What the workspace selects of the modules that provide the packages of "all", seen from one main module.
static bool selected_for(Modules *w, const ModMain *main, Versions *out) {
    Str all = S("all");
    ModMatch *matches;
    Err err = {0};
    ModLoadOptions o = load_options();
    o.only = main;
    o.silence_unmatched = true;
    if (!mod_load_packages(w->state, o, &all, 1, &matches, &err)) return cmd_fail("%.*s", SFMT(err.text)) == 0;
    Map *seen = map_new_str(w->c->a);
    for (i64 i = 0; i < mod_package_count(w->state); i++) {
        ModPackage *p = mod_package_at(w->state, i);
        Str key = modver_string(w->c->a, p->mod);
        if (p->from_test || !p->mod.version.len || map_get_str(seen, key)) continue;
        map_set_str(seen, key, p);
        vec_push(w->c->a, out, p->mod);
    }
    if (out->len) qsort(out->ptr, (size_t)out->len, sizeof *out->ptr, by_path);
    return true;
}

// Raises them in the module's own go.mod; *go: its go line afterwards.
static bool sync_module(Cmd *c, const ModMain *main, const Versions *must, Str *go) {
    Modules m;
    bool changed = false;
    Err err = {0};
    ModOptions mo = {.cwd = main->dir, .use = MODUSE_UPDATE, .need_root = true, .no_workspace = true};
    if (!modules_open(c, mo, &m)) return false;
    if (!mod_edit_requirements(m.state, must->ptr, must->len, NULL, 0, &changed, &err)) return true; // stays as it is
    if (changed) {
        Str all = S("all");
        ModMatch *matches;
        ModLoadOptions o = load_options();
        o.tidy = o.silence_missing_std = true;
        if (!mod_load_packages(m.state, o, &all, 1, &matches, &err) || !mod_commit(m.state, &err))
            return cmd_fail("%.*s", SFMT(err.text)) == 0;
    }
    Str now = mod_main_at(m.state, 0)->file->go.value;
    if (now.len && gover_cmp(*go, now) < 0) *go = now;
    return true;
}

static bool raise_go(Cmd *c, Str gowork, Str go) {
    Str text;
    ModFile *f;
    Err err = {0};
    if (!modfiles_read_work(c, gowork, &text, &f, &err)) return cmd_fail("%.*s", SFMT(err.text)) == 0;
    if (gover_cmp(f->go.value.len ? f->go.value : S("1.18"), go) >= 0) return true;
    modfile_set_go(f, go, &err);
    Str t = toolchain_to_version(f->toolchain.value);
    if (f->toolchain.value.len && (gover_cmp(t, go) <= 0 || gover_cmp(t, S("1.21")) < 0)) modfile_drop_toolchain(f);
    modfile_cleanup(f);
    return modfiles_write(c, gowork, &text, modfile_format(f), &err) || cmd_fail("%.*s", SFMT(err.text)) == 0;
}

int cmd_work_sync(Cmd *c) {
    Str gowork, go = S("");
    Modules w;
    ModVersion *list;
    i64 n;
    Err err = {0};
    if (!modfiles_find_work(c, &gowork)) return 1;
    if (!gowork.len) return cmd_fail(MODFILES_NO_WORK);
    if (!modules_open(c, (ModOptions){.use = MODUSE_UPDATE, .need_root = true, .work_command = true}, &w)) return 1;
    if (!mod_build_list(w.state, &list, &n, &err)) return cmd_fail("%.*s", SFMT(err.text));
    n = mod_main_count(w.state);
    Versions *must = ANEWN(c->a, Versions, n + 1);
    for (i64 i = 0; i < n; i++)
        if (!selected_for(&w, mod_main_at(w.state, i), &must[i])) return 1;
    for (i64 i = 0; i < n; i++)
        if (!sync_module(c, mod_main_at(w.state, i), &must[i], &go)) return 1;
    return !raise_go(c, gowork, go);
}
