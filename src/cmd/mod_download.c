// mod_download.c - `mod download`: modules into the cache, of the arguments or of what the main module requires.
//
// Downloads run in parallel; the output is in the order of the arguments. Without arguments no checksums are kept (golang.org/issue/45332): whoever
// fills a cache need not want them in go.sum. Facts: `go help mod download`, cmd/go/internal/modcmd/download.go.
#include "cmd/modules.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Download {
    ModResolved *r;
    ModVersion mod; // what is fetched: the module, or what replaces it
    FetchFiles files;
    Str error;
} Download;
typedef struct Batch {
    Fetcher *f;
    Download *d;
} Batch;

// ---- which modules ------------------------------------------------------------------------------------------------------

static void say_skipped(Cmd *c, ModState *s) {
    static const char *const forms[] = {"", "@upgrade", "@patch"};
    for (i64 i = 0; i < mod_main_count(s); i++)
        for (i64 k = 0; k < c->nargs; k++)
            for (i64 f = 0; f < NELEM(forms); f++) {
                Str name = arena_printf(c->a, "%.*s%s", SFMT(mod_main_at(s, i)->path), forms[f]);
                if (str_eq(name, c->args[k]))
                    fprintf(stderr, "go: skipping download of %.*s that resolves to the main module\n", SFMT(name));
            }
}

// Since go 1.17 go.mod names all that the main module's packages need; the graph is loaded all the same, so that its go.mod files are there.
static bool default_args(Cmd *c, ModState *s, bool workspace, StrVec *args) {
    Err err = {0};
    ModVersion *list;
    i64 n;
    const ModFile *f = workspace ? NULL : mod_main_at(s, 0)->file;
    bool old = !f || !f->go.value.len || gover_cmp(f->go.value, S("1.17")) < 0;
    if (workspace || (old && f && f->require.len)) vec_push(c->a, args, S("all"));
    if (old) return true;
    if (!mod_build_list(s, &list, &n, &err)) return cmd_fail("%.*s", SFMT(err.text)) == 0;
    for (i64 i = 0; i < f->require.len; i++)
        if (f->require.ptr[i].mod.path.len) vec_push(c->a, args, f->require.ptr[i].mod.path);
    return true;
}

// ---- downloading ----------------------------------------------------------------------------------------------------------

static void download(void *ctx, i64 i, int worker) {
    Batch *b = ctx;
    Download *d = &b->d[i];
    RevInfo info;
    Str text;
    Err e = {0};
    (void)worker;
    if (d->error.len || d->r->reuse) return;
    bool ok = fetch_stat(b->f, d->mod.path, d->mod.version, &info, &e) && fetch_gomod(b->f, d->mod, &text, &e) &&
              fetch_zip(b->f, d->mod, &text, &e) && fetch_dir(b->f, d->mod, &text, &e);
    if (!ok) d->error = e.text;
    fetch_files(b->f, d->mod, &d->files);
}

static Download *download_all(Cmd *c, Fetcher *f, ModResolved *r, i64 n, i64 *count) {
    Download *d = ANEWN(c->a, Download, n + 1);
    *count = 0;
    for (i64 i = 0; i < n; i++) {
        Download one = {.r = &r[i], .mod = r[i].replaced ? r[i].replacement : r[i].mod, .error = r[i].error};
        bool local = !one.mod.version.len && !one.error.len; // a main module, or a folder instead of one
        if (!local && !module_is_toolchain(one.mod.path)) d[(*count)++] = one;
    }
    Batch b = {f, d};
    parallel_for(*count, 10, download, &b);
    return d;
}

// ---- output ---------------------------------------------------------------------------------------------------------------

static void put(json_t *o, const char *name, Str s) {
    if (s.len) json_object_set_new(o, name, json_stringn(s.ptr, (size_t)s.len));
}

// As encoding/json indents and escapes.
static void print_json(const Download *d) {
    json_t *o = json_object();
    put(o, "Path", d->mod.path);
    put(o, "Version", d->mod.version);
    put(o, "Query", d->r->query);
    put(o, "Error", d->error);
    put(o, "Info", d->files.info);
    put(o, "GoMod", d->files.gomod);
    put(o, "Zip", d->files.zip);
    put(o, "Dir", d->files.dir);
    put(o, "Sum", d->files.sum);
    put(o, "GoModSum", d->files.gomod_sum);
    json_t *origin = d->r->origin.len ? json_loadb(d->r->origin.ptr, (size_t)d->r->origin.len, 0, NULL) : NULL;
    if (origin) json_object_set_new(o, "Origin", origin);
    if (d->r->reuse) json_object_set_new(o, "Reuse", json_true());
    char *text = json_dumps(o, JSON_INDENT(1));
    for (const char *p = text; p && *p; p++) {
        if (*p == '\n') { // jansson's blanks at the beginning of a line are encoding/json's tabs
            putchar('\n');
            while (p[1] == ' ') putchar('\t'), p++;
        } else if (*p == '<' || *p == '>' || *p == '&') printf("\\u%04x", *p);
        else putchar(*p);
    }
    putchar('\n');
    free(text);
    json_decref(o);
}

static int report(const Cmd *c, const Download *d, i64 n) {
    int code = 0;
    for (i64 i = 0; i < n; i++) {
        if (c->f.json) print_json(&d[i]);
        else if (d[i].error.len) cmd_fail("%.*s", SFMT(d[i].error));
        if (d[i].error.len) code = 1;
    }
    fflush(stdout);
    return code;
}

static bool commit(ModState *s) {
    Err err = {0};
    return mod_commit(s, &err) || cmd_fail("%.*s", SFMT(err.text)) == 0;
}

int cmd_mod_download(Cmd *c) {
    Modules m;
    StrVec args = {0};
    Err err = {0};
    ModResolved *r;
    i64 n, count;
    if (!modules_open(c, (ModOptions){.use = MODUSE_UPDATE, .quiet = true}, &m)) return 1;
    ModState *s = m.state;
    Str work = mod_gowork_path(s);
    bool root = mod_main_count(s) > 0, workspace = work.len && !str_eq(work, S("off")), given = c->nargs > 0;
    if (root && given) say_skipped(c, s);
    for (i64 i = 0; i < c->nargs; i++) vec_push(c->a, &args, c->args[i]);
    if ((root || workspace) && !given && !default_args(c, s, workspace, &args)) return 1;
    if (!args.len && !root) return cmd_fail("no modules specified (see 'go help mod download')");
    if (!args.len) {
        fprintf(stderr, "go: no module dependencies to download\n");
        return 0;
    }
    if (c->f.reuse.len && root) {
        fprintf(stderr, "go mod download -reuse cannot be used inside a module\n");
        return 1;
    }
    if (!mod_resolve_args(s, c->f.reuse, args.ptr, args.len, &r, &n, &err)) return cmd_fail("%.*s", SFMT(err.text));
    bool keep = given || workspace;
    if (!keep && !commit(s)) return 1;
    Download *d = download_all(c, mod_fetcher(s), r, n, &count);
    int code = report(c, d, count);
    if (code && !c->f.json) return code;
    if (keep && root && !commit(s)) code = 1;
    if (err.text.len) code = cmd_fail("%.*s", SFMT(err.text));
    return code;
}
