// list.c - `vole list`: packages, as import paths, by a template, or as JSON.
//
// The library is listed as it stands in the GOROOT, not as vole builds it: tools that read the answer type-check its files.
#include "cmd/list_int.h"
#include "cmd/modules.h"
#include <stdio.h>

static bool wants_json(const Cmd *c) { return c->f.list_json.ptr && !str_eq(c->f.list_json, S("false")); }

static bool fail(const char *text) {
    fprintf(stderr, "%s\n", text);
    return false;
}

// Flags that do not go together, in the order in which the go command looks at them.
static bool check_flags(const Cmd *c) {
    const Flags *f = &c->f;
    const struct {
        bool bad;
        const char *text;
    } rules[] = {
        {f->f.len && wants_json(c), "go list -f cannot be used with -json"},
        {f->reuse.len && !f->m, "go list -reuse cannot be used without -m"},
        {f->m && f->compiled, "go list -compiled cannot be used with -m"},
        {f->m && f->deps, "go list -deps cannot be used with -m"},
        {f->m && f->export, "go list -export cannot be used with -m"},
        {f->m && f->find, "go list -find cannot be used with -m"},
        {f->m && f->test, "go list -test cannot be used with -m"},
        {!f->m && f->u, "go list -u can only be used with -m"},
        {!f->m && f->versions, "go list -versions can only be used with -m"},
        {f->find && f->deps, "go list -deps cannot be used with -find"},
        {f->find && f->test, "go list -test cannot be used with -find"},
        {f->find && f->export, "go list -export cannot be used with -find"},
    };
    for (i64 i = 0; i < NELEM(rules); i++)
        if (rules[i].bad) return fail(rules[i].text);
    return true;
}

// ---- loading ------------------------------------------------------------------------------------------------------

// Only a list of JSON fields without them says that the files are not wanted.
static bool asks_embed_files(const List *l) {
    for (i64 i = 0; i < l->fields.len; i++)
        if (str_has_suffix(l->fields.ptr[i], S("EmbedFiles"))) return true;
    return l->fields.len == 0;
}

static bool check_retracted(const List *l) {
    if (!l->c->f.retracted) return true;
    if (mod_mode(l->mods) == MOD_VENDOR) return fail("go list -retracted cannot be used when vendoring is enabled");
    return mod_enabled(l->mods) || fail("go list -retracted can only be used in module-aware mode");
}

// Version control is asked where its answer shows: whoever lists many programs does not wait for it.
static bool asks_stamps(const List *l) {
    const Cmd *c = l->c;
    if (l->fields.len) return list_asks_stale(l);
    if (c->f.x || flag_given(c, "buildvcs") || list_asks_stale(l)) return true;
    return str_find(c->f.f, S(".Error")) >= 0 || str_find(c->f.f, S(".Incomplete")) >= 0;
}

static bool open_loader(List *l) {
    Cmd *c = l->c;
    if (!build_options(c, &l->o)) return false;
    ProgramOptions *o = &l->o;
    l->cgo = list_uses_cgo(c);
    SourceMap *sources = source_map_new();
    l->diag = diag_new(sources, (DiagOptions){.plain = true});
    LoadOptions lo = {.goroot = o->goroot,
                      .additions = o->overlay,
                      .go_version = o->go_version,
                      .cwd = o->cwd,
                      .goos = o->goos,
                      .goarch = o->goarch,
                      .tags = o->tags,
                      .ntags = o->ntags,
                      .threads = o->threads,
                      .cgo = l->cgo,
                      .no_cgo = !l->cgo,
                      .env = o->env,
                      .modules = o->modules,
                      .overlay_file = o->overlay_file,
                      .modcacherw = o->modcacherw,
                      .vcs = asks_stamps(l) ? o->vcs : VCS_NEVER,
                      .allow_errors = c->f.e,
                      .tests = c->f.test,
                      .cover = cover_wanted(c),
                      .cover_local = cover_wanted(c) && !c->f.coverpkg.len,
                      .heads_of_tests = true,
                      .no_embed_files = !asks_embed_files(l) && !list_asks_stale(l) && !c->f.export,
                      .no_imports = c->f.find};
    l->loader = load_new(l->a, intern_new(), l->diag, sources, lo);
    l->nodes = map_new_ptr(l->a);
    l->modules = map_new_str(l->a);
    bool ok = load_open_modules(l->loader, &l->mods);
    diag_flush(l->diag, 2);
    return ok && check_retracted(l);
}

static void report(List *l, const PkgError *e) {
    fprintf(stderr, "%.*s\n", SFMT(load_error_text(l->loader, e)));
    l->rc = 1;
}

static bool load(List *l) {
    Pkg **pkgs;
    i64 npkgs;
    load_packages(l->loader, l->c->args, l->c->nargs, &pkgs, &npkgs);
    if (diag_flush(l->diag, 2) > 0) return false;
    for (i64 i = 0; i < npkgs; i++) load_stamp(l->loader, pkgs[i]);
    diag_flush(l->diag, 2);
    for (i64 i = 0; i < npkgs; i++) {
        ListPkg *n = list_node(l, pkgs[i]);
        if (n->error && !l->c->f.e) report(l, n->error);
        else vec_push(l->a, &l->pkgs, n);
    }
    return l->rc == 0;
}

// Of what a test consists of, the first error: its own, else one of what it imports.
static const PkgError *error_of_test(List *l, ListPkg *n) {
    if (n->error || !n->incomplete) return n->error;
    ListPkgs root = {0};
    vec_push(l->a, &root, n);
    ListPkgs all = list_closure(l, &root);
    for (i64 i = 0; i < all.len; i++)
        if (all.ptr[i]->error) return all.ptr[i]->error;
    return NULL;
}

static bool check_tests(List *l) {
    static const ListKind order[] = {LIST_TEST, LIST_XTEST, LIST_MAIN};
    for (i64 k = 0; k < NELEM(order); k++)
        for (i64 i = 0; i < l->pkgs.len; i++) {
            const PkgError *e = l->pkgs.ptr[i]->kind == order[k] ? error_of_test(l, l->pkgs.ptr[i]) : NULL;
            if (!e) continue;
            fprintf(stderr, "go: can't load test package: %.*s\n", SFMT(load_error_text(l->loader, e)));
            l->rc = 1;
            return false;
        }
    return true;
}

// False: nothing is shown.
static bool settle(List *l) {
    const Flags *f = &l->c->f;
    bool automatic = !f->pgo.len || str_eq(f->pgo, S("auto")), profiles = automatic && list_add_profiles(l);
    if (f->test) list_add_tests(l);
    if (f->test && !f->e && !check_tests(l)) return false;
    for (i64 i = 0; i < l->pkgs.len; i++) l->pkgs.ptr[i]->listed = true;
    ListPkgs all = list_closure(l, &l->pkgs);
    if (f->deps) {
        l->pkgs = all;
        for (i64 i = 0; i < all.len && !f->e; i++)
            if (all.ptr[i]->error) report(l, all.ptr[i]->error);
    }
    for (i64 i = 0; i < all.len; i++) all.ptr[i]->dep_only = !all.ptr[i]->listed;
    if (f->test || profiles) list_name_variants(l, &all);
    if (f->export && !list_export(l)) return false;
    list_collect_deps(l, &all);
    return true;
}

// ---- output -------------------------------------------------------------------------------------------------------

static GoVal context_of(void *l) { return list_context_value(((List *)l)->c, &((List *)l)->o); }

static GoVal module_of(void *ctx, Str path) {
    List *l = ctx;
    Str version = l->mods ? mod_selected(l->mods, path) : S("none");
    ModInfo none = {.path = path};
    if (!str_eq(version, S("none"))) return list_module_value(l->a, mod_info_of(l->mods, (ModVersion){path, version}));
    none.error = arena_printf(l->a, "module %.*s: not a known dependency", SFMT(path));
    return list_module_value(l->a, &none);
}

// False: the template failed; what it printed before stands.
static bool show_value(List *l, Buf *out, GoVal v) {
    if (!l->template) {
        json_print(l->a, out, &v, l->fields.ptr, l->fields.len);
        buf_char(out, '\n');
        return true;
    }
    TemplateEnv env = {l, context_of, module_of};
    Err err;
    bool good = template_exec(l->a, l->template, &env, v, out, &err);
    if (good && out->len && out->ptr[out->len - 1] != '\n') buf_char(out, '\n');
    if (good) return true;
    fwrite(out->ptr, 1, (size_t)out->len, stdout);
    fflush(stdout);
    out->len = 0;
    l->rc = 1;
    fprintf(stderr, "%.*s\n", SFMT(err.text));
    return false;
}

static bool show(List *l, Buf *out, const ListPkg *n) {
    if (wants_json(l->c) || l->template) return show_value(l, out, list_package_value(l, n));
    buf_printf(out, "%.*s\n", SFMT(n->path));
    return true;
}

static int list_packages(List *l) {
    Buf out = {0};
    if (!open_loader(l) || !load(l)) return 1;
    if (!settle(l)) return 1;
    for (i64 i = 0; i < l->pkgs.len; i++)
        if (!show(l, &out, l->pkgs.ptr[i])) break;
    fwrite(out.ptr, 1, (size_t)out.len, stdout);
    buf_free(&out);
    return l->rc;
}

static void show_module(void *ctx, const ModInfo *m) {
    List *l = ctx;
    Buf out = {0};
    if (l->rc == 0) show_value(l, &out, list_module_value(l->a, m));
    fwrite(out.ptr, 1, (size_t)out.len, stdout);
    buf_free(&out);
}

static int list_m(List *l) {
    Modules m;
    Str mode = l->c->f.mod;
    ModOptions o = {.use = MODUSE_BUILD, .allow_errors = l->c->f.e};
    if (str_eq(mode, S("mod"))) o.mode = MOD_MOD;
    else if (str_eq(mode, S("vendor"))) o.mode = MOD_VENDOR;
    else if (str_eq(mode, S("readonly"))) o.mode = MOD_READONLY;
    else if (mode.len) return cmd_fail("-mod may only be set to readonly, vendor, or mod (not \"%.*s\")", SFMT(mode));
    if (l->c->f.reuse.len && !l->c->nargs)
        return fail("go: list -m -reuse only has an effect with module@version arguments"), 1;
    if (!modules_open(l->c, o, &m)) return 1;
    if (l->template && !build_options(l->c, &l->o)) return 1; // {{context}}
    l->mods = m.state;
    if (!check_retracted(l)) return 1;
    int rc = list_modules(l->c, m.state, wants_json(l->c) || l->template ? show_module : NULL, l);
    return rc ? rc : l->rc;
}

int cmd_list(Cmd *c) {
    List l = {.c = c, .a = c->a};
    if (!check_flags(c)) return 1;
    Err err = {0};
    if (c->f.f.len && !template_parse(c->a, c->f.f, &l.template, &err))
        return fprintf(stderr, "%.*s\n", SFMT(err.text)), 1;
    bool all = str_eq(c->f.list_json, S("true")) || !c->f.list_json.len;
    if (wants_json(c) && !all) l.fields = split_words(c->a, c->f.list_json, ",");
    return c->f.m ? list_m(&l) : list_packages(&l);
}
