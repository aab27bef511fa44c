// summary.c - what go.mod of a module version says: read once, replacement applied, excluded requirements left out.
//
// In:   a version of the module graph (never a main module outside of a workspace: its requirements are the graph's roots).
// Out:  a Summary, or an error that belongs to a version (ModErr), which the reader of a graph words with the way to it.
#include "mod/graph_int.h"
#include <errno.h>

ModNode *mod_node(ModState *s, ModVersion v) {
    Buf b = {0};
    buf_str(&b, v.path);
    buf_char(&b, '@');
    buf_str(&b, v.version);
    ModNode *n = map_get_str(s->nodes, buf_view(&b));
    if (!n) {
        Str key = arena_str(s->a, buf_view(&b));
        n = ANEW(s->a, ModNode);
        n->v = (ModVersion){str_slice(key, 0, v.path.len), str_slice(key, v.path.len + 1, key.len)};
        map_set_str(s->nodes, key, n);
    }
    buf_free(&b);
    return n;
}

Pruning pruning_of(Str go_version) { return gover_cmp(go_version, S("1.17")) < 0 ? UNPRUNED : PRUNED; }

// ---- errors of versions
static void moderr_set(Arena *a, ModErr *e, ModVersion v, i32 kind, Str text) {
    e->mod = v;
    Str own = arena_printf(a, "%.*s: ", SFMT(modver_string(a, v)));
    if (str_has_prefix(text, own)) text = str_slice(text, own.len, text.len);
    e->err = (Err){text, kind};
}

Str moderr_text(Arena *a, ModErr e) {
    if (!e.mod.path.len) return e.err.text;
    return arena_printf(a, "%.*s: %.*s", SFMT(modver_string(a, e.mod)), SFMT(e.err.text));
}

Err moderr_err(Arena *a, ModErr e) { return (Err){moderr_text(a, e), e.err.kind}; }

// ---- text
static void take_text(ModNode *n, bool ok, Str text, Err err) {
    n->text_done = true;
    n->text_ok = ok;
    n->text = text;
    n->text_err = err;
}

static void load_text(ModState *s, ModNode *n) {
    if (n->text_done) return;
    Str text = {0};
    Err err = {{0}, 0};
    bool ok = fetch_gomod(s->fetch, n->v, &text, &err);
    take_text(n, ok, text, err);
}

static bool sum_missing(ModState *s, ModVersion actual) {
    if (!mod_must_have_sums(s) || !actual.version.len) return false;
    return !fetch_have_sum(s->fetch,
                           (ModVersion){actual.path, arena_printf(s->a, "%.*s/go.mod", SFMT(actual.version))});
}

// A version whose go.mod has to be fetched, NULL if it need not be (or will not be).
static ModNode *outside(ModState *s, ModNode *n) {
    if (n->done || module_is_toolchain(n->v.path) || s->mode == MOD_VENDOR) return NULL;
    ModVersion v = mod_resolve(s, n->v);
    if (!v.version.len || str_eq(v.version, S("none")) || sum_missing(s, v)) return NULL;
    n = mod_node(s, v);
    return n->text_done || n->raw_done ? NULL : n;
}

void node_prefetch(ModState *s, ModNode **list, i64 count) {
    VEC(ModNode *) want = {0};
    Map *seen = map_new_ptr(s->a);
    for (i64 i = 0; i < count; i++) {
        ModNode *n = outside(s, list[i]);
        if (!n || map_get_ptr(seen, n)) continue;
        map_set_ptr(seen, n, n);
        vec_push(s->a, &want, n);
    }
    if (want.len < 2) return;
    FetchJob *jobs = ANEWN(s->a, FetchJob, want.len);
    for (i64 i = 0; i < want.len; i++) jobs[i] = (FetchJob){.mod = want.ptr[i]->v, .gomod_only = true};
    fetch_many(s->fetch, jobs, want.len);
    for (i64 i = 0; i < want.len; i++) take_text(want.ptr[i], !jobs[i].err.text.len, jobs[i].result, jobs[i].err);
}

// ---- summaries
static Summary *summarize(ModState *s, ModNode *n, ModFile *f) {
    Summary *m = ANEW(s->a, Summary);
    m->file = f;
    m->module = f->module;
    m->deprecated = f->deprecated;
    m->go_version = f->go.value;
    m->toolchain = f->toolchain.value;
    m->pruning = f->go.value.len ? pruning_of(f->go.value) : UNPRUNED;
    if (f->go.value.len && !n->go_known) {
        n->go_version = f->go.value;
        n->go_known = true;
    }
    for (i64 i = 0; i < f->require.len; i++)
        if (f->require.ptr[i].mod.path.len) vec_push(s->a, &m->require, f->require.ptr[i].mod);
    if (m->go_version.len && gover_cmp(m->go_version, S("1.21")) >= 0)
        vec_push(s->a, &m->require, ((ModVersion){S("go"), m->go_version}));
    return m;
}

static Summary *toolchain_summary(ModState *s, ModNode *n) {
    Summary *m = ANEW(s->a, Summary);
    m->module = n->v.path;
    if (str_eq(n->v.path, S("go")) && gover_cmp(n->v.version, S("1.21")) >= 0) {
        Str t = arena_printf(s->a, "go%.*s", SFMT(n->v.version));
        vec_push(s->a, &m->require, ((ModVersion){S("toolchain"), t}));
    }
    return m;
}

static bool local_text(ModState *s, ModNode *n, Str *name, Str *text) {
    Str dir = n->v.path;
    if (dir.ptr[0] != '/') dir = path_join(s->a, mod_replace_base(s), dir);
    Str file = path_join(s->a, dir, S("go.mod"));
    *name = mod_short_path(s, file);
    errno = 0;
    if (mod_read_text(s, file, text)) return true;
    const char *why = errno && errno != ENOENT ? err_os(errno) : "no such file or directory";
    moderr_set(s->a, &n->raw_err, n->v, ERR_NOT_EXIST,
               arena_printf(s->a, "reading %.*s: open %.*s: %s", SFMT(*name), SFMT(file), why));
    return false;
}

static bool raw_text(ModState *s, ModNode *n, Str *name, Str *text) {
    if (!n->v.version.len) return local_text(s, n, name, text);
    *name = S("go.mod");
    load_text(s, n);
    *text = n->text;
    if (!n->text_ok) moderr_set(s->a, &n->raw_err, n->v, n->text_err.kind, n->text_err.text);
    return n->text_ok;
}

static ModFile *raw_file(ModState *s, ModNode *n) {
    Main *m = n->v.version.len ? NULL : mod_main_named(s, n->v.path);
    if (m) return m->m.file;
    Str name, text;
    if (!raw_text(s, n, &name, &text)) return NULL;
    Err why = {{0}, 0};
    ModFile *f = modfile_parse_lax(s->a, name, text, NULL, NULL, &why);
    if (!f)
        moderr_set(s->a, &n->raw_err, n->v, ERR_OTHER,
                   arena_printf(s->a, "parsing %.*s: %.*s", SFMT(name), SFMT(why.text)));
    return f;
}

static void load_raw(ModState *s, ModNode *n) {
    n->raw_done = true;
    if (module_is_toolchain(n->v.path)) {
        n->raw = toolchain_summary(s, n);
        return;
    }
    if (!n->v.version.len && !s->mains.len && str_eq(n->v.path, S("command-line-arguments"))) {
        n->raw = ANEW(s->a, Summary); // a workspace without modules
        n->raw->module = n->v.path;
        return;
    }
    ModFile *f = raw_file(s, n);
    if (!f) return;
    n->raw = summarize(s, n, f);
    if (gover_cmp(n->raw->go_version, s->local) <= 0 || gover_cmp(n->raw->go_version, S("1.21")) < 0) return;
    Str what = arena_printf(s->a, "module %.*s", SFMT(modver_string(s->a, n->v)));
    mod_too_new(s, what, n->raw->go_version, &n->raw_err.err);
}

Summary *node_raw_summary(ModState *s, ModNode *n, ModErr *err, bool too_new_is_fine) {
    if (!n->raw_done) load_raw(s, n);
    if (!n->raw_err.err.text.len || (too_new_is_fine && n->raw)) return n->raw;
    *err = n->raw_err;
    return NULL;
}

// -mod=vendor: nothing is known of a vendored module's requirements: it requires all that is vendored.
static Summary *vendored_summary(ModState *s, ModNode *n) {
    Summary *m = ANEW(s->a, Summary);
    m->module = n->v.path;
    ModNode *v = map_get_str(s->vendor.version, n->v.path);
    if (v == n) m->require = s->vendor.list;
    return m;
}

static bool check_declared_path(ModState *s, ModNode *n, ModVersion actual, const Summary *m) {
    if (!actual.version.len) return true; // a folder: anything goes
    if (!m->module.len) {
        moderr_set(s->a, &n->err, actual, ERR_OTHER, S("parsing go.mod: missing module line"));
        return false;
    }
    if (str_eq(m->module, n->v.path) || str_eq(m->module, actual.path)) return true;
    moderr_set(s->a, &n->err, actual, ERR_OTHER,
               arena_printf(s->a,
                            "parsing go.mod:\n\tmodule declares its path as: %.*s\n\t        but was required as: %.*s",
                            SFMT(m->module), SFMT(n->v.path)));
    return false;
}

static Summary *without_excluded(ModState *s, Summary *m) {
    bool any = false;
    for (i64 i = 0; i < m->require.len && !any; i++) any = mod_excluded(s, m->require.ptr[i]);
    if (!any) return m;
    Summary *c = ANEW(s->a, Summary);
    *c = *m;
    c->require = (ModVec){0};
    for (i64 i = 0; i < m->require.len; i++)
        if (!mod_excluded(s, m->require.ptr[i])) vec_push(s->a, &c->require, m->require.ptr[i]);
    return c;
}

static void load_summary(ModState *s, ModNode *n) {
    n->done = true;
    if (module_is_toolchain(n->v.path)) {
        n->summary = node_raw_summary(s, n, &n->err, false);
        return;
    }
    if (s->mode == MOD_VENDOR) {
        n->summary = vendored_summary(s, n);
        return;
    }
    ModVersion actual = mod_resolve(s, n->v);
    if (sum_missing(s, actual)) {
        moderr_set(s->a, &n->err, actual, ERR_SUM_MISSING,
                   arena_printf(s->a, "missing go.sum entry for go.mod file; to add it:\n\tgo mod download %.*s",
                                SFMT(n->v.path)));
        return;
    }
    Summary *m = node_raw_summary(s, mod_node(s, actual), &n->err, false);
    if (m && check_declared_path(s, n, actual, m)) n->summary = without_excluded(s, m);
}

Summary *node_summary(ModState *s, ModNode *n, ModErr *err) {
    if (!n->done) load_summary(s, n);
    if (!n->summary) *err = n->err;
    return n->summary;
}

bool mod_summary(ModState *s, ModVersion v, ModFile **out, Err *err) {
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    Summary *m = node_summary(s, mod_node(s, v), &e);
    if (!m) {
        *err = moderr_err(s->a, e);
        return false;
    }
    *out = m->file;
    return true;
}
