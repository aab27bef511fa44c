// mod_graph.c - `mod graph`, `mod why`, `mod verify`: questions about the module graph.
#include "cmd/modules.h"
#include <stdio.h>
#include <stdlib.h>

static bool open_to_explore(Cmd *c, Modules *m) {
    return modules_open(c, (ModOptions){.use = MODUSE_EXPLORE, .need_root = true}, m);
}

int cmd_mod_graph(Cmd *c) {
    if (!modules_version_flag(c, "go", c->f.go)) return 2;
    if (c->nargs) return cmd_fail("'go mod graph' accepts no arguments");
    Modules m;
    Err err = {0};
    Buf out = {0};
    if (!open_to_explore(c, &m)) return 1;
    if (!mod_write_graph(m.state, c->f.go, &out, &err)) return cmd_fail("%.*s", SFMT(err.text));
    fwrite(out.ptr, 1, (size_t)out.len, stdout);
    buf_free(&out);
    return 0;
}

// ---- why

static void print_why(Cmd *c, Str name, Str why, const char *what, bool first) {
    printf("%s# %.*s\n", first ? "" : "\n", SFMT(name));
    if (why.len) printf("%.*s", SFMT(why));
    else printf("(main module does not need%s %s %.*s)\n", c->f.vendor ? " to vendor" : "", what, SFMT(name));
}

static bool load_all(Modules *m, ModLoadOptions o, ModMatch **all) {
    Str pattern = S("all");
    Err err = {0};
    if (mod_load_packages(m->state, o, &pattern, 1, all, &err)) return true;
    cmd_fail("%.*s", SFMT(err.text));
    return false;
}

// Modules of the build list that an argument names, and arguments that name none of it.
static bool named_modules(Modules *m, StrVec *out) {
    Cmd *c = m->c;
    ModVersion *list;
    i64 n;
    Err err = {0};
    if (!mod_build_list(m->state, &list, &n, &err)) return cmd_fail("%.*s", SFMT(err.text)) == 0;
    for (i64 k = 0; k < c->nargs; k++) {
        bool any = false, wild = str_find(c->args[k], S("...")) >= 0 || str_eq(c->args[k], S("all"));
        for (i64 i = 0; i < n; i++) {
            if (module_is_toolchain(list[i].path)) continue;
            bool hit = str_eq(c->args[k], S("all")) || mod_pattern_match(c->args[k], list[i].path);
            if (hit) vec_push(c->a, out, list[i].path);
            any |= hit;
        }
        if (any) continue;
        if (!wild) vec_push(c->a, out, c->args[k]); // not needed, as will be told
        else fprintf(stderr, "go: warning: pattern \"%.*s\" matched no module dependencies\n", SFMT(c->args[k]));
    }
    return true;
}

static int why_modules(Modules *m, ModLoadOptions o) {
    Cmd *c = m->c;
    StrVec mods = {0};
    ModMatch *all;
    for (i64 i = 0; i < c->nargs; i++)
        if (str_index(c->args[i], '@') >= 0)
            return cmd_fail("%.*s: 'go mod why' requires a module path, not a version query", SFMT(c->args[i]));
    if (!named_modules(m, &mods) || !load_all(m, o, &all)) return 1;
    for (i64 i = 0; i < mods.len; i++) {
        Str best = {0}, best_path = {0};
        i64 best_depth = 0, depth;
        for (i64 k = 0; k < mod_package_count(m->state); k++) {
            ModPackage *p = mod_package_at(m->state, k);
            if (p->from_test || !p->mod.path.len || !str_eq(p->mod.path, mods.ptr[i])) continue;
            Str why = mod_why(m->state, p->path, &depth);
            bool better = !best_depth || depth < best_depth || (depth == best_depth && str_cmp(p->path, best_path) < 0);
            if (depth > 0 && better) best = why, best_depth = depth, best_path = p->path;
        }
        print_why(c, mods.ptr[i], best, "module", i == 0);
    }
    return 0;
}

static int why_packages(Modules *m, ModLoadOptions o) {
    Cmd *c = m->c;
    ModMatch *named, *all;
    Err err = {0};
    if (!mod_load_packages(m->state, o, c->args, c->nargs, &named, &err)) return cmd_fail("%.*s", SFMT(err.text));
    if (!load_all(m, o, &all)) return 1;
    bool first = true;
    for (i64 i = 0; i < i64_max(c->nargs, 1); i++)
        for (i64 k = 0; k < named[i].npaths; k++, first = false) {
            i64 depth;
            Str path = named[i].paths[k];
            print_why(c, path, mod_why(m->state, path, &depth), "package", first);
        }
    return 0;
}

int cmd_mod_why(Cmd *c) {
    Modules m;
    if (!open_to_explore(c, &m)) return 1;
    ModLoadOptions o = {.tests = !c->f.vendor,
                        .any_tags = true,
                        .use_vendor_all = c->f.vendor,
                        .silence_errors = true,
                        .vendor_in_goroot = true};
    return c->f.m ? why_modules(&m, o) : why_packages(&m, o);
}

// ---- verify

static bool damaged(Arena *a, ModVersion v, Str what) {
    fprintf(stderr, "%.*s %.*s: %.*s\n", SFMT(v.path), SFMT(v.version), SFMT(what));
    return false;
}

static Str zip_name(Modules *m, ModVersion v) {
    Arena *a = m->c->a;
    Str path = v.path, version = v.version;
    Err err = {0};
    module_escape_path(a, v.path, &path, &err);
    module_escape_version(a, v.version, &version, &err);
    Str cache = env_get(m->c->env, "GOMODCACHE");
    return arena_printf(a, "%.*s/cache/download/%.*s/@v/%.*s.zip", SFMT(cache), SFMT(path), SFMT(version));
}

// What is in the cache against the hash that was stored when it was downloaded.
static bool verify(Modules *m, ModVersion v) {
    Arena *a = m->c->a;
    FetchFiles f = {0};
    Err err = {0};
    Str hash, got, zip = zip_name(m, v);
    fetch_files(mod_fetcher(m->state), v, &f);
    if (!f.zip.len && !f.dir.len) return true; // not downloaded
    Str hash_file = arena_printf(a, "%.*shash", SFMT(zip));
    if (!file_read(a, arena_cstr(a, hash_file), &hash))
        return damaged(a, v, arena_printf(a, "missing ziphash: open %.*s: no such file or directory", SFMT(hash_file)));
    hash = str_trim(hash);
    bool ok = true;
    if (f.zip.len && !fetch_hash_zip(a, f.zip, &got, &err)) return damaged(a, v, err.text);
    if (f.zip.len && !str_eq(got, hash))
        ok = damaged(a, v, arena_printf(a, "zip has been modified (%.*s)", SFMT(f.zip)));
    if (f.dir.len && !fetch_hash_dir(a, f.dir, modver_string(a, v), &got, &err)) return damaged(a, v, err.text);
    if (f.dir.len && !str_eq(got, hash))
        ok = damaged(a, v, arena_printf(a, "dir has been modified (%.*s)", SFMT(f.dir)));
    return ok;
}

int cmd_mod_verify(Cmd *c) {
    if (c->nargs) return cmd_fail("verify takes no arguments");
    Modules m;
    ModVersion *list;
    i64 n;
    Err err = {0};
    bool ok = true;
    if (!open_to_explore(c, &m)) return 1;
    if (!mod_build_list(m.state, &list, &n, &err)) return cmd_fail("%.*s", SFMT(err.text));
    for (i64 i = 0; i < n; i++)
        if (list[i].version.len && !module_is_toolchain(list[i].path)) ok &= verify(&m, list[i]);
    if (ok) printf("all modules verified\n");
    return !ok;
}
