// get_report.c - what `get` tells at its end: packages that have problems, retracted and deprecated modules, changes.
//
// In:   the resolver after the last change of the requirements, before and after go.mod is written.
// Out:  lines on standard error; tool lines (-tool) in the go.mod that is to be written.
#include "mod/get_int.h"
#include <stdio.h>
#include <stdlib.h>

enum { RESOLVED = 1, NAMED = 2, HAS_PACKAGE = 4, DIRECT = 8 };
typedef struct Relevant { // a module that something may be told of
    ModVersion m;
    int flags;
} Relevant;
typedef struct Modules {
    VEC(Relevant) list;
    Map *index; // "path@version" -> 1 + place
} Modules;

static void note_module(Resolver *r, Modules *mods, ModVersion m, int flag) {
    if (!m.path.len) return;
    void **slot = map_slot_str(mods->index, modver_string(r->a, m));
    if (!*slot) {
        vec_push(r->a, &mods->list, ((Relevant){m, 0}));
        *slot = (void *)(intptr_t)mods->list.len;
    }
    mods->list.ptr[(intptr_t)*slot - 1].flags |= flag;
}

static int by_path(const void *x, const void *y) {
    return str_cmp(((const Relevant *)x)->m.path, ((const Relevant *)y)->m.path);
}

static ModLoadOptions final_load(const Resolver *r) {
    return (ModLoadOptions){.vendor_in_goroot = true, .tests = r->o.tests, .allow_errors = true, .silence_no_go = true};
}

// ---- the workspace

typedef struct WorkFiles { // how a workspace reads files: go.mod as it will be written
    const ModOptions *below;
    Str gomod, text;
    bool have;
} WorkFiles;

static bool read_work_file(void *ctx, Arena *a, Str path, Str *text) {
    const WorkFiles *w = ctx;
    if (w->have && str_eq(path, w->gomod)) {
        *text = w->text;
        return true;
    }
    if (w->below->read_file) return w->below->read_file(w->below->read_ctx, a, path, text);
    return file_read(a, arena_cstr(a, path), text);
}

static bool work_has_go_files(void *ctx, Str dir) {
    const WorkFiles *w = ctx;
    return w->below->has_go_files(w->below->read_ctx, dir);
}

static bool work_list_dir(void *ctx, Str dir, Str **names, i64 *n) {
    const WorkFiles *w = ctx;
    return w->below->list_dir(w->below->read_ctx, dir, names, n);
}

static bool work_is_dir(void *ctx, Str dir) {
    const WorkFiles *w = ctx;
    return w->below->is_dir(w->below->read_ctx, dir);
}

ModState *get_open_work(Resolver *r, const Str *gomod) {
    ModState *s = r->s, *work;
    WorkFiles *w = ANEW(r->a, WorkFiles);
    *w = (WorkFiles){.below = &s->o, .gomod = s->mains.ptr[0]->m.gomod, .have = gomod != NULL};
    if (gomod) w->text = *gomod;
    ModOptions o = s->o;
    o.use = MODUSE_BUILD;
    o.mode = MOD_DEFAULT;
    o.no_workspace = false;
    o.need_root = false;
    o.read_file = read_work_file;
    o.read_ctx = w;
    if (o.has_go_files) o.has_go_files = work_has_go_files;
    if (o.list_dir) o.list_dir = work_list_dir;
    if (o.is_dir) o.is_dir = work_is_dir;
    o.overlaid = NULL; // it is not written
    Err err = {0};
    Fetcher *f = fetch_new(r->a, s->env, (FetchOptions){.progress = true, .parallel = 8});
    if (!mod_open(r->a, s->env, f, o, &work, &err)) {
        if (gomod) get_error(r, err.text);
        return NULL;
    }
    return work->workspace && mod_main_named(work, s->mains.ptr[0]->m.path) ? work : NULL;
}

bool get_work_has(const Resolver *r, Str package) {
    for (i64 i = 0; i < r->work->mains.len; i++) {
        const Main *m = r->work->mains.ptr[i];
        Str dir;
        bool go_files;
        if (mod_dir_in(r->work, package, m->prefix, m->m.dir, true, &dir, &go_files)) return true;
    }
    return false;
}

// The lines of an "ambiguous import" error name the modules: "\tpath version (folder)".
static void note_ambiguous(Resolver *r, Modules *mods, Str text) {
    for (i64 nl; (nl = str_index(text, '\n')) >= 0;) {
        text = str_slice(text, nl + 1, text.len);
        Str line = str_trim(str_slice(text, 0, str_index(text, '\n') < 0 ? text.len : str_index(text, '\n')));
        i64 a = str_index(line, ' '), b = str_find(line, S(" ("));
        if (a > 0 && b > a)
            note_module(r, mods, (ModVersion){str_slice(line, 0, a), str_slice(line, a + 1, b)}, HAS_PACKAGE);
    }
}

// Loads the named packages once more, now telling what is wrong with them.
static void load_named(Resolver *r, ModState *s, Modules *mods) {
    StrVec patterns = {0};
    for (i64 i = 0; i < r->all_queries.len; i++)
        if (r->all_queries.ptr[i]->matches_packages) vec_push(r->a, &patterns, r->all_queries.ptr[i]->pattern);
    if (!patterns.len) return;
    ModMatch *matches;
    Err err = {0};
    if (!mod_load_packages(s, final_load(r), patterns.ptr, patterns.len, &matches, &err)) {
        get_error(r, err.text);
        return;
    }
    for (i64 i = 0; i < mod_package_count(s); i++) {
        const ModPackage *p = mod_package_at(s, i);
        if (p->from_test) continue;
        if (p->err.text.len && !(p->dir.len && p->err.kind == ERR_NO_GO_FILES)) r->failed = true;
        note_module(r, mods, p->mod, HAS_PACKAGE);
        if (p->err.kind == ERR_AMBIGUOUS) note_ambiguous(r, mods, p->err.text);
    }
    for (i64 i = 0; i < patterns.len; i++) {
        if (matches[i].nerrs) r->failed = true;
        for (i64 k = 0; k < matches[i].npaths; k++) {
            const ModPackage *p = mod_package(s, matches[i].paths[k]);
            if (p) note_module(r, mods, p->mod, NAMED);
        }
    }
}

static void tell_deprecated(Resolver *r, ModState *s, const Modules *mods) {
    for (i64 i = 0; i < mods->list.len; i++) {
        const Relevant *m = &mods->list.ptr[i];
        bool told = m->flags & (RESOLVED | NAMED) || (m->flags & (HAS_PACKAGE | DIRECT)) == (HAS_PACKAGE | DIRECT);
        Str text = told && !module_is_toolchain(m->m.path) && !str_eq(m->m.version, S("none"))
                       ? mod_deprecation(s, m->m)
                       : S("");
        if (!text.len) continue;
        fprintf(stderr, "go: module %.*s is deprecated: %.*s\n", SFMT(m->m.path),
                SFMT(mod_short_message(r->a, text, "")));
    }
}

static void tell_retracted(ModState *s, const Modules *mods) {
    Str path = S("");
    for (i64 i = 0; i < mods->list.len; i++) {
        const Relevant *m = &mods->list.ptr[i];
        Err err = {0};
        if (!(m->flags & (RESOLVED | NAMED | HAS_PACKAGE)) || !m->m.version.len || str_eq(m->m.version, S("none")))
            continue;
        if (module_is_toolchain(m->m.path)) continue;
        if (mod_check_retracted(s, m->m, &err) || err.kind != ERR_DISALLOWED) continue;
        fprintf(stderr, "go: warning: %.*s\n", SFMT(err.text));
        path = path.len ? S("<module>") : m->m.path;
    }
    if (path.len)
        fprintf(stderr, "go: to switch to the latest unretracted version, run:\n\tgo get %.*s@latest\n", SFMT(path));
}

// A module of which go.sum knew the old version's content: the new one's goes there too.
static void fetch_sums(Resolver *r) {
    ModState *s = r->s;
    VEC(FetchJob) jobs = {0};
    VEC(ModVersion) whose = {0};
    for (i64 i = 0; i < r->build_list.len; i++) {
        ModVersion m = r->build_list.ptr[i], old = {m.path, get_version_in(r->initial, m.path)};
        if (str_eq(old.version, S("none")) || !old.version.len || module_is_toolchain(m.path)) continue;
        ModVersion now = mod_resolve(s, m), was = mod_resolve(s, old);
        if (modver_eq(now, was) || !now.version.len || !fetch_have_sum(s->fetch, was)) continue;
        FetchJob j = {.mod = now, .zip = true};
        vec_push(r->a, &jobs, j);
        vec_push(r->a, &whose, m);
    }
    if (!jobs.len) return;
    fetch_many(s->fetch, jobs.ptr, jobs.len);
    for (i64 i = 0; i < jobs.len; i++) {
        const FetchJob *j = &jobs.ptr[i];
        ModVersion m = whose.ptr[i];
        Str old = get_version_in(r->initial, m.path), by = S("");
        if (!j->err.text.len) continue;
        if (!modver_eq(j->mod, m)) by = arena_printf(r->a, " (replaced by %.*s)", SFMT(modver_string(r->a, j->mod)));
        get_error(r, arena_printf(r->a, "%s %.*s %.*s => %.*s%.*s: error finding sum for %.*s: %.*s",
                                  modver_cmp(m.path, m.version, old) < 0 ? "downgraded" : "upgraded", SFMT(m.path),
                                  SFMT(old), SFMT(m.version), SFMT(by), SFMT(modver_string(r->a, j->mod)),
                                  SFMT(j->err.text)));
    }
}

bool get_check_packages(Resolver *r) {
    Modules mods = {.index = map_new_str(r->a)};
    for (i64 i = 0; i < map_len(r->resolved); i++) {
        const Reason *why = map_at(r->resolved, i)->val;
        note_module(r, &mods, (ModVersion){map_at(r->resolved, i)->key.str, why->version}, RESOLVED);
    }
    ModState *s = r->s;
    Err err = {0};
    if (r->work) { // in the workspace everything must load too, with go.mod as it will be
        Str before, after;
        if (!commit_update_file(s, &before, &after, &err)) {
            get_error(r, err.text);
            return false;
        }
        ModState *work = get_open_work(r, &after);
        if (r->failed) return false;
        if (work) s = work;
    }
    load_named(r, s, &mods);
    Reqs *rs;
    if (!mod_current_reqs(s, &rs, &err)) {
        get_error(r, err.text);
        return false;
    }
    for (i64 i = 0; i < mods.list.len; i++)
        if (map_get_str(rs->direct, mods.list.ptr[i].m.path)) mods.list.ptr[i].flags |= DIRECT;
    if (mods.list.len > 1) qsort(mods.list.ptr, (size_t)mods.list.len, sizeof(Relevant), by_path);
    tell_deprecated(r, s, &mods);
    tell_retracted(s, &mods);
    fetch_sums(r);
    return !r->failed;
}

bool get_update_tools(Resolver *r) {
    StrVec patterns = {0};
    for (i64 i = 0; i < r->all_queries.len; i++) {
        Str p = r->all_queries.ptr[i]->pattern;
        if (mod_is_meta(p) || str_eq(p, S("toolchain"))) {
            get_error(r, arena_printf(r->a, "go get -tool does not work with \"%.*s\".", SFMT(p)));
            return false;
        }
        vec_push(r->a, &patterns, p);
    }
    if (!patterns.len) return true;
    ModMatch *matches;
    Err err = {0};
    if (!mod_load_packages(r->s, final_load(r), patterns.ptr, patterns.len, &matches, &err)) {
        get_error(r, err.text);
        return false;
    }
    Main *m = r->s->mains.ptr[0];
    for (i64 i = 0; i < patterns.len; i++)
        for (i64 k = 0; k < matches[i].npaths; k++) {
            m->needs_fix = true; // the file is to be written
            if (r->all_queries.ptr[i]->none) modfile_drop_word(m->m.file, S("tool"), matches[i].paths[k]);
            else modfile_add_word(m->m.file, S("tool"), matches[i].paths[k], &err);
        }
    return true;
}

// ---- changes -------------------------------------------------------------------------------------

typedef struct Change {
    Str path, old, now; // "": not there
} Change;
typedef VEC(Change) Changes;

static void note_change(Resolver *r, Changes *list, Map *index, Change c) {
    void **slot = map_slot_str(index, c.path);
    if (!*slot) {
        vec_push(r->a, list, c);
        *slot = (void *)(intptr_t)list->len;
    }
    list->ptr[(intptr_t)*slot - 1] = c;
}

static int rank(Str path) { return str_eq(path, S("go")) ? 0 : str_eq(path, S("toolchain")) ? 1 : 2; }
static int by_change(const void *x, const void *y) {
    const Change *a = x, *b = y;
    return rank(a->path) != rank(b->path) ? rank(a->path) - rank(b->path) : str_cmp(a->path, b->path);
}

static Str there(const Map *versions, Str path) {
    const Str *v = map_get_str(versions, path);
    return v ? *v : S("");
}
static Str named_in(const ModVec *list, const char *path) {
    Str v = S("");
    for (i64 i = 0; i < list->len; i++)
        if (str_eq(list->ptr[i].path, str_c(path))) v = list->ptr[i].version;
    return v;
}

static void tell_change(const Change *c) {
    if (!c->old.len) {
        fprintf(stderr, "go: added %.*s %.*s\n", SFMT(c->path), SFMT(c->now));
    } else if (!c->now.len || str_eq(c->now, S("none"))) {
        fprintf(stderr, "go: removed %.*s %.*s\n", SFMT(c->path), SFMT(c->old));
    } else if (modver_cmp(c->path, c->now, c->old) < 0) {
        fprintf(stderr, "go: downgraded %.*s %.*s => %.*s\n", SFMT(c->path), SFMT(c->old), SFMT(c->now));
    } else {
        fprintf(stderr, "go: upgraded %.*s %.*s => %.*s\n", SFMT(c->path), SFMT(c->old), SFMT(c->now));
        if (str_eq(c->path, S("go")) && gover_cmp(c->old, S("1.17")) < 0 && gover_cmp(c->now, S("1.17")) >= 0)
            fprintf(stderr,
                    "\tnote: expanded dependencies to upgrade to go 1.17 or higher; run 'go mod tidy' to clean up\n");
    }
}

// Of modules that arguments named, and of those that go.mod requires.
void get_report_changes(Resolver *r, const ModVec *before, const ModVec *after) {
    Changes list = {0};
    Map *index = map_new_str(r->a);
    for (i64 i = 0; i < map_len(r->resolved); i++) {
        Str path = map_at(r->resolved, i)->key.str, now = ((Reason *)map_at(r->resolved, i)->val)->version;
        Str old = there(r->initial, path);
        if (module_is_toolchain(path) || str_eq(old, now) || (!old.len && str_eq(now, S("none")))) continue;
        note_change(r, &list, index, (Change){path, old, now});
    }
    for (i64 i = 0; i < before->len; i++) {
        ModVersion m = before->ptr[i];
        Str now = there(r->selected, m.path);
        if (!module_is_toolchain(m.path) && !str_eq(m.version, now))
            note_change(r, &list, index, (Change){m.path, m.version, now});
    }
    for (i64 i = 0; i < after->len; i++) {
        ModVersion m = after->ptr[i];
        Str old = there(r->initial, m.path);
        if (!module_is_toolchain(m.path) && !str_eq(old, m.version))
            note_change(r, &list, index, (Change){m.path, old, m.version});
    }
    static const char *const own[] = {"go", "toolchain"};
    for (i64 i = 0; i < NELEM(own); i++) {
        Str old = named_in(before, own[i]), now = named_in(after, own[i]);
        if (!str_eq(old, now)) note_change(r, &list, index, (Change){str_c(own[i]), old, now});
    }
    if (list.len > 1) qsort(list.ptr, (size_t)list.len, sizeof(Change), by_change);
    for (i64 i = 0; i < list.len; i++) tell_change(&list.ptr[i]);
}
