// info.c - what is told of modules and packages: where a package is, ModInfo, language version, retractions, deprecations.
//
// In:   the requirements, and what was loaded.
// Out:  answers; nothing here changes a requirement.
#include "mod/graph_int.h"
#include <sys/stat.h>

// ---- packages
bool mod_find_package(ModState *s, Str path, Str *dir, ModVersion *mod, Err *err) {
    LPkg *p = s->loaded ? map_get_str(s->loaded->cache, path) : NULL;
    if (p) {
        *dir = p->p.dir;
        *mod = p->p.mod;
        *err = p->ierr.err;
        return !p->ierr.err.text.len || p->ierr.err.kind == ERR_NO_GO_FILES;
    }
    if (s->loaded && mod_is_appengine(path)) return err_set(err, s->a, ERR_IMPORT_MISSING, "cannot find package");
    Reqs *rs;
    if (!mod_current_reqs(s, &rs, err)) return false;
    ModErr me = {{{0}, 0}, {{0}, {0}}};
    ModGraph *g = rs->pruning == UNPRUNED ? reqs_graph(s, rs, &me) : NULL;
    Found f;
    ImpErr e;
    if (imp_find(s, path, rs, me.err.text.len ? NULL : g, false, &f, &e)) {
        *dir = f.dir;
        *mod = f.mod;
        return true;
    }
    ModVersion could;
    if (e.err.kind == ERR_IMPORT_MISSING && s->has_root && s->mode != MOD_MOD) imp_query(s, path, rs, &could, &e);
    *err = e.err;
    return false;
}

bool mod_dir_of(ModState *s, ModVersion v, Str *dir, Err *err) {
    bool local, no_sum;
    if (s->mode == MOD_VENDOR && !mod_main_named(s, v.path)) {
        *dir = path_join(s->a, mod_vendor_dir(s), v.path);
        return true;
    }
    return mod_fetch(s, v, dir, &local, &no_sum, err);
}

Str mod_go_version(ModState *s, ModVersion v) {
    if (!v.path.len) return gover_lang(s->local);
    ModNode *n = mod_node(s, v);
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    Str go = n->go_version;
    bool main = !v.version.len && mod_main_named(s, v.path);
    if (!main && s->mode != MOD_VENDOR) {
        Summary *m = node_summary(s, n, &e);
        go = m ? m->go_version : (Str){0};
    }
    return gover_lang(go.len ? go : S("1.16"));
}

// ---- allowed versions
bool mod_check_excluded(void *state, ModVersion v, Err *err) {
    ModState *s = state;
    if (!mod_excluded(s, v)) return true;
    return err_set(err, s->a, ERR_DISALLOWED, "%.*s: excluded by go.mod", SFMT(modver_string(s->a, v)));
}

// The newest version of a module, retracted or not, or what replaces it: its go.mod tells retractions and deprecation.
static ModNode *newest(ModState *s, Str path, Err *err) {
    ModNode *n = map_get_str(s->latest, path);
    if (n) return n;
    ModVersion v = {path, {0}}, r;
    if (mod_replacement(s, v, &r)) v = r;
    else {
        RevInfo info;
        if (!mod_query(s, path, S("latest"), (Str){0}, NULL, NULL, &info, err)) return NULL;
        v.version = info.version;
        v = mod_resolve(s, v);
    }
    n = mod_node(s, v);
    map_set_str(s->latest, path, n);
    return n;
}

static Summary *newest_summary(ModState *s, ModVersion v, Err *err) {
    ModVersion r;
    *err = (Err){{0}, 0};
    if (!v.version.len || mod_replacement(s, (ModVersion){v.path, {0}}, &r)) return NULL;
    ModNode *n = newest(s, v.path, err);
    if (!n) return NULL;
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    Summary *m = node_raw_summary(s, n, &e, true);
    if (!m) *err = moderr_err(s->a, e);
    return m;
}

static bool retractions(ModState *s, ModVersion v, StrVec *why, Err *err) {
    Summary *m = newest_summary(s, v, err);
    bool is = false;
    for (i64 i = 0; m && m->file && i < m->file->retract.len; i++) {
        ModRetract *r = &m->file->retract.ptr[i];
        if (!r->low.len || modver_cmp(v.path, r->low, v.version) > 0 || modver_cmp(v.path, v.version, r->high) > 0)
            continue;
        is = true;
        if (r->rationale.len) vec_push(s->a, why, r->rationale);
    }
    if (err->text.len) {
        Str own = arena_printf(s->a, "%.*s: ", SFMT(modver_string(s->a, v))), text = err->text;
        Str module = arena_printf(s->a, "module %.*s: ", SFMT(v.path));
        if (str_has_prefix(text, own)) text = str_slice(text, own.len, text.len);
        else if (str_has_prefix(text, module)) text = str_slice(text, module.len, text.len);
        err->text =
            arena_printf(s->a, "loading module retractions for %.*s: %.*s", SFMT(modver_string(s->a, v)), SFMT(text));
    }
    return is;
}

bool mod_retraction(ModState *s, ModVersion v, Str *rationale, Err *err) {
    StrVec why = {0};
    bool is = retractions(s, v, &why, err);
    *rationale = why.len ? why.ptr[0] : (Str){0};
    return is;
}

Str mod_short_message(Arena *a, Str text, const char *empty) {
    (void)a;
    i64 nl = str_index(text, '\n');
    text = str_trim(nl < 0 ? text : str_slice(text, 0, nl));
    if (!text.len) return str_c(empty);
    if (text.len > 500) return S("(message omitted: too long)");
    for (i64 i = 0; i < text.len; i++)
        if ((u8)text.ptr[i] < 32 && text.ptr[i] != '\t')
            return S("(message omitted: contains non-printable characters)");
    return text;
}

bool mod_check_retracted(void *state, ModVersion v, Err *err) {
    ModState *s = state;
    Str why;
    Err e = {{0}, 0};
    bool is = mod_retraction(s, v, &why, &e);
    if (e.text.len) {
        *err = e;
        return false;
    }
    if (!is) return true;
    const char *base = "retracted by module author";
    Str text = why.len ? mod_short_message(s->a, why, base) : (Str){0};
    return err_set(err, s->a, ERR_DISALLOWED, "%.*s: %s%s%.*s", SFMT(modver_string(s->a, v)), base,
                   text.len ? ": " : "", SFMT(text));
}

bool mod_check_allowed(void *state, ModVersion v, Err *err) {
    return mod_check_excluded(state, v, err) && mod_check_retracted(state, v, err);
}

Str mod_deprecation(ModState *s, ModVersion v) {
    Err e;
    Summary *m = newest_summary(s, v, &e);
    return m ? m->deprecated : (Str){0};
}

// ---- ModInfo
static bool sums_ok(ModState *s, bool of_graph, ModVersion v, const char *suffix) {
    if (!of_graph || !v.version.len || !mod_must_have_sums(s)) return true;
    return fetch_have_sum(s->fetch, (ModVersion){v.path, arena_printf(s->a, "%.*s%s", SFMT(v.version), suffix)});
}

static void info_of_cache(ModState *s, ModInfo *m, bool of_graph) {
    ModVersion v = {m->path, m->version};
    if (module_is_toolchain(m->path)) return;
    Err err = {{0}, 0};
    if (m->version.len) {
        RevInfo rev;
        if (mod_query(s, m->path, m->version, (Str){0}, NULL, NULL, &rev, &err)) {
            m->version = v.version = rev.version;
            m->time = rev.time;
        } else m->error = err.text;
    }
    if (!m->go_version.len && sums_ok(s, of_graph, v, "/go.mod")) {
        ModErr e;
        Summary *sum = node_raw_summary(s, mod_node(s, v), &e, false);
        if (sum) m->go_version = sum->go_version;
    }
    if (!m->version.len) return;
    FetchFiles f = {0};
    fetch_files(s->fetch, v, &f);
    if (sums_ok(s, of_graph, v, "/go.mod")) {
        m->gomod = f.gomod;
        m->gomod_sum = f.gomod_sum;
    }
    if (sums_ok(s, of_graph, v, "")) {
        m->dir = f.dir;
        m->sum = f.sum;
    }
}

static void info_of_main(ModState *s, Main *main, ModInfo *m) {
    m->main = true;
    m->dir = main->m.dir;
    m->gomod = s->o.modfile.len && !s->workspace ? path_clean(s->a, s->o.modfile) : main->m.gomod;
    m->go_version = mod_node(s, (ModVersion){main->m.path, {0}})->go_version;
}

static void info_of_replaced(ModState *s, ModInfo *m, ModVersion r) {
    ModInfo *n = m->replace = ANEW(s->a, ModInfo);
    n->path = r.path;
    n->version = r.version;
    n->go_version = m->go_version;
    if (!r.version.len) {
        n->dir = r.path.ptr[0] == '/' ? r.path : path_join(s->a, mod_replace_base(s), r.path);
        n->gomod = path_join(s->a, n->dir, S("go.mod"));
    }
    if (s->mode != MOD_VENDOR) {
        info_of_cache(s, n, true);
        m->dir = n->dir;
        m->gomod = n->gomod;
    }
    m->go_version = n->go_version;
}

// of_graph false: a version that was named (list -m path@version), whatever replaces it.
ModInfo *mod_info_version(ModState *s, ModVersion v, bool of_graph) {
    ModInfo *m = ANEW(s->a, ModInfo);
    m->path = v.path;
    m->version = v.version;
    Main *main = v.version.len ? NULL : mod_main_named(s, v.path);
    if (main) {
        info_of_main(s, main, m);
        return m;
    }
    ModNode *n = mod_node(s, v);
    if (n->go_known) m->go_version = n->go_version;
    m->indirect = of_graph && s->reqs && !map_get_str(s->reqs->direct, v.path);
    ModVersion r;
    if (of_graph && mod_replacement(s, v, &r)) info_of_replaced(s, m, r);
    else if (!of_graph || s->mode != MOD_VENDOR) info_of_cache(s, m, of_graph);
    return m;
}

ModInfo *mod_info_of(ModState *s, ModVersion v) {
    Reqs *rs;
    Err e = {{0}, 0};
    mod_current_reqs(s, &rs, &e);
    return mod_info_version(s, v, true);
}

void mod_info_retraction(ModState *s, ModInfo *m) {
    StrVec why = {0};
    Err e;
    if (!m->version.len) return;
    bool is = retractions(s, (ModVersion){m->path, m->version}, &why, &e);
    if (is && !why.len) vec_push(s->a, &why, S("retracted by module author"));
    if (is) {
        m->retracted = why.ptr;
        m->nretracted = why.len;
    } else if (e.text.len && e.kind != ERR_NOT_EXIST && e.kind != ERR_NO_MATCH && !m->error.len) m->error = e.text;
}
