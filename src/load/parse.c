// parse.c - the graph -> types' Packages: files of what is edited (main modules) at once and in parallel, others when the checker asks.
//
// What is wrong with the syntax of a package that nobody asks for is not found: it is trusted, as bodies are.
#include "load/load_int.h"
#include <stdlib.h>

typedef struct ParseJob {
    Package *pkg;
    i64 index;
    PkgFile *file;
} ParseJob;
typedef struct Wave {
    Loader *l;
    VEC(ParseJob) jobs;
} Wave;

static void parse_one(void *ctx, i64 i, int worker) {
    Wave *w = ctx;
    ParseJob *j = &w->jobs.ptr[i];
    bool lazy = j->pkg->trusted && !(j->pkg->flags & PKG_COVER); // all blocks of one that is counted are told
    ParseOptions o = {.user_code = !j->pkg->std, .lazy_bodies = lazy};
    o.bodies = w->l->bodies[worker];
    o.lines = w->l->lines[worker];
    j->pkg->files[j->index] = parse_file(w->l->arenas[worker], w->l->intern, w->l->diag, j->file->src, o);
}

void load_add_source(Loader *l, const Pkg *p, PkgFile *f) {
    if (f->src) return;
    f->src = source_map_add(l->sources, load_display_path(l, fs_real(l, f->path)), f->path, load_text(l, f));
    f->src->ref = (FileRef){.pkg = p->origin ? p->origin->path : p->path, .name = f->name, .literal = p->test_main};
}

// By whoever builds: of a main module or a folder that takes the place of one, named on the command line, or of no module. What a version
// of a module or a vendor folder holds was built by others before.
static bool is_edited(const Loader *l, const Pkg *q) {
    ModVersion r;
    if (q->std || q->archive) return false;
    if (q->named || q->main_module || !q->module.version.len) return true;
    return mod_replacement(l->mods, q->module, &r) && !r.version.len;
}

static void add_jobs(Wave *w, Package *p) {
    const Pkg *q = p->load;
    const PkgFiles *files = &q->files[FILES_GO];
    for (i64 i = 0; i < files->len; i++) {
        PkgFile *f = files->ptr[i];
        load_add_source(w->l, q, f);
        vec_push(w->l->a, &w->jobs, ((ParseJob){p, i, f}));
    }
}

static void set_heading(Loader *l, const Package *p) {
    const PkgFiles *files = &load_pkg(p)->files[FILES_GO];
    Str desc = load_desc(l->a, load_pkg(p));
    for (i64 i = 0; i < files->len; i++)
        if (files->ptr[i]->src) diag_set_package(l->diag, files->ptr[i]->src->base, desc, p->flags & PKG_ALL_ERRORS);
}

static void parse_later(void *loader, Package *p) {
    Wave w = {.l = loader};
    p->parse = NULL;
    add_jobs(&w, p);
    if (w.l->headings) set_heading(w.l, p);
    parallel_for(w.jobs.len, 1, parse_one, &w);
}

void load_parse_ahead(Loader *l, Package **pkgs, i64 n) {
    Wave w = {.l = l};
    for (i64 i = 0; i < n; i++) {
        if (!pkgs[i]->parse) continue;
        pkgs[i]->parse = NULL;
        add_jobs(&w, pkgs[i]);
        if (l->headings) set_heading(l, pkgs[i]);
    }
    parallel_for(w.jobs.len, l->o.threads, parse_one, &w);
}

// Files of the command line have no import path: what they say tells such plugins apart.
static Str plugin_path(Loader *l, const Pkg *q) {
    Str given = l->o.plugin_path ? l->o.plugin_path(l->o.flags_ctx, l, q) : (Str){0};
    if (given.len) return given;
    if (!q->command_line_files) return q->path;
    CacheHash *h = cache_key_new(l->a, "unnamed plugin");
    for (i64 i = 0; i < q->files[FILES_GO].len; i++) {
        cache_key_add(h, q->files[FILES_GO].ptr[i]->name);
        cache_key_add(h, load_text(l, q->files[FILES_GO].ptr[i]));
    }
    CacheKey k = cache_key_end(h);
    Buf b = {0};
    buf_c(&b, "plugin/unnamed-");
    for (i64 i = 0; i < NELEM(k.b); i++) buf_printf(&b, "%02x", k.b[i]);
    Str path = arena_str(l->a, buf_view(&b));
    buf_free(&b);
    return path;
}

Str load_link_path(Loader *l, const Pkg *q) {
    bool as_named = q->archive || q->for_test.len; // of a test, which imports it under its path
    if (!str_eq(q->name, S("main")) || as_named) return q->path;
    return l->o.plugin ? plugin_path(l, q) : S("main");
}

static void add_package(Wave *w, Pkg *q) {
    Loader *l = w->l;
    PkgFiles *files = &q->files[FILES_GO];
    Package *p = ANEW(l->a, Package);
    q->package = p;
    p->path = q->path;
    p->link_path = load_link_path(l, q);
    p->dir = q->dir;
    p->load = q;
    if (l->o.flags) l->o.flags(l->o.flags_ctx, l, l->diag, q);
    p->go_minor = q->flags.go_minor ? q->flags.go_minor : q->go_minor;
    p->flags = q->flags.bits | q->cover;
    p->std = q->std;
    p->is_main_module = is_edited(l, q);
    p->trusted = !p->is_main_module;
    if (l->o.patchable && p->is_main_module) p->flags |= PKG_PATCHABLE | PKG_UNLOADABLE;
    if (l->o.plugin) p->flags |= PKG_UNLOADABLE;
    p->complete = !q->std && !q->files[FILES_S].len && !q->bodies_elsewhere;
    if (q->name.len) p->name = intern(l->intern, q->name);
    p->nfiles = files->len;
    p->files = ANEWN(l->a, File *, p->nfiles + 1);
    p->linknames = q->linknames.ptr;
    p->nlinknames = q->linknames.len;
    vec_push(l->a, &l->all, p);
    if (!q->test_main) map_set_str(l->by_dir, q->dir, q->origin ? (Pkg *)(uintptr_t)q->origin : q);
    p->parse = parse_later;
    p->parse_ctx = l;
}

static int cmp_package(const void *a, const void *b) {
    return str_cmp((*(Package *const *)a)->path, (*(Package *const *)b)->path);
}

static void set_imports(Loader *l, Pkg *q) {
    Package *p = q->package;
    p->imports = ANEWN(l->a, Package *, q->imports[IN_PACKAGE].len + 1);
    for (i64 i = 0; i < q->imports[IN_PACKAGE].len; i++)
        if (q->deps[i]) p->imports[p->nimports++] = q->deps[i]->package;
    if (p->nimports) qsort(p->imports, (size_t)p->nimports, sizeof *p->imports, cmp_package);
}

// What somebody edits is parsed at once, unless it was checked as it is.
static void parse_edited(Wave *w, Package *p) {
    const LoadOptions *o = &w->l->o;
    if (!p->is_main_module) return;
    p->trusted = o->was_checked && o->was_checked(o->was_checked_ctx, p);
    if (p->trusted || !p->parse) return; // it may have been looked at to find that out
    p->parse = NULL;
    add_jobs(w, p);
}

// Breadth first, so that a program's own files come first.
void parse_all(Loader *l, Pkg **roots, i64 n) {
    Wave w = {.l = l};
    PkgList new = {0};
    for (i64 i = 0; i < n; i++)
        if (!roots[i]->package) {
            add_package(&w, roots[i]);
            vec_push(l->a, &new, roots[i]);
        }
    for (i64 at = 0; at < new.len; at++) {
        Pkg *q = new.ptr[at];
        for (i64 k = 0; k < q->imports[IN_PACKAGE].len; k++) {
            Pkg *d = q->deps[k];
            if (!d || d->package) continue;
            add_package(&w, d);
            vec_push(l->a, &new, d);
        }
    }
    for (i64 i = 0; i < new.len; i++) set_imports(l, new.ptr[i]);
    for (i64 i = 0; i < new.len; i++) parse_edited(&w, new.ptr[i]->package);
    parallel_for(w.jobs.len, l->o.threads, parse_one, &w);
}

void load_set_headings(Loader *l) {
    l->headings = true;
    for (; l->nheadings < l->all.len; l->nheadings++) set_heading(l, l->all.ptr[l->nheadings]);
}

static void release(const Loader *l, Arena **arenas) {
    for (int i = 0; i < l->o.threads; i++) {
        arena_free(arenas[i]);
        arenas[i] = NULL;
    }
}
void load_release_bodies(Loader *l) { release(l, l->bodies); }
void load_release_trees(Loader *l) { release(l, l->arenas); }
