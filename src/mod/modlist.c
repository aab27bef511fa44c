// modlist.c - `list -m`: what is known of modules that arguments name: of the build list, or at a version that is asked for.
//
// In:   arguments path, path@query, patterns, all; none: the main modules.
// Out:  a ModInfo each, in their order; what is wrong with one stands in its error. Nothing is required anew.
// Facts: go.dev/ref/mod#go-list-m, cmd/go/internal/modload/list.go.
#include "mod/get_int.h"
#include "mod/modlist.h"
#include "mod/reuse.h"
#include <stdio.h>

typedef struct Lister {
    ModState *s;
    Arena *a;
    ModListOptions o;
    Reqs *rs;
    ModGraph *g;  // NULL: the roots are all that is needed
    ModErr g_err; // reading it failed: it is incomplete
    Map *listed;  // "path@version" of what patterns matched
    ModReuse reuse;
    VEC(ModInfo *) out;
} Lister;

static bool is(Str s, const char *lit) { return str_eq(s, str_c(lit)); }
static bool is_wild(Str arg) { return is(arg, "all") || str_find(arg, S("...")) >= 0; }

static bool no_match(Lister *l, Str arg, const char *how, Err *err) {
    Err why = mod_no_root_error(l->s);
    return err_set(err, l->a, ERR_OTHER, "cannot match %.*s%s: %.*s", SFMT(str_quote(l->a, arg)), how, SFMT(why.text));
}

// Does an argument ask for more than the roots tell? False: it is wrong.
static bool look_at(Lister *l, Str arg, bool *graph, Err *err) {
    bool found, inside = l->s->has_root;
    Str query, have, path = get_cut_version(arg, &query, &found);
    if (str_index(arg, '\\') >= 0) return err_set(err, l->a, ERR_OTHER, "module paths never use backslash");
    if (is(arg, ".") || is(arg, "..") || str_has_prefix(arg, S("./")) || str_has_prefix(arg, S("../")))
        return err_set(err, l->a, ERR_OTHER, "cannot use relative path %.*s to specify module", SFMT(arg));
    if (is_wild(arg)) {
        *graph = true;
        return inside || no_match(l, arg, "", err);
    }
    if (found && query.len && (query.ptr[0] == '-' || query.ptr[0] == '/'))
        return err_set(err, l->a, ERR_OTHER, "invalid module version %.*s", SFMT(str_quote(l->a, query)));
    if (found && !is(query, "upgrade") && !is(query, "patch")) return true;
    if (reqs_selected(l->s, l->rs, path, &have) && l->rs->pruning != UNPRUNED) return true;
    *graph = true;
    if (inside || (!found && l->o.versions)) return true;
    return no_match(l, arg, found ? "" : " without -versions or an explicit version", err);
}

static Str selected(Lister *l, Str path) {
    Str v;
    if (l->g) return graph_selected(l->g, path);
    return reqs_selected(l->s, l->rs, path, &v) ? v : S("");
}

static ModInfo *add_error(Lister *l, Str path, Str version, Str text) {
    ModInfo *m = ANEW(l->a, ModInfo);
    m->path = path;
    m->version = version;
    m->error = text;
    vec_push(l->a, &l->out, m);
    return m;
}

// "path@version: text", unless the text says so itself.
static Str named_error(Lister *l, Str path, Str version, const Err *e) {
    Str own = arena_printf(l->a, "%.*s@", SFMT(path));
    if (e->kind == ERR_NO_MATCH) return arena_printf(l->a, "module %.*s: %.*s", SFMT(path), SFMT(e->text));
    if (str_has_prefix(e->text, own)) return e->text;
    if (str_has_prefix(e->text, arena_printf(l->a, "module %.*s: ", SFMT(path)))) return e->text;
    if (!version.len) return arena_printf(l->a, "module %.*s: %.*s", SFMT(path), SFMT(e->text));
    return arena_printf(l->a, "%.*s%.*s: %.*s", SFMT(own), SFMT(version), SFMT(e->text));
}

// A version that was named, as an earlier command told it if that still holds.
static ModInfo *info_of(Lister *l, Str path, Str version) {
    const ModInfo *old = reuse_find(l->s, &l->reuse, path, version);
    if (!old) return mod_info_version(l->s, (ModVersion){path, version}, false);
    ModInfo *m = ANEW(l->a, ModInfo);
    *m = *old;
    m->query = m->dir = S("");
    return m;
}

static void list_query(Lister *l, Str path, Str query) {
    Str current = selected(l, path);
    bool up = is(query, "upgrade") || is(query, "patch");
    if (is(current, "none") && l->g_err.err.text.len && up) return;
    bool any = query_is_revision(path, query) || l->o.retracted;
    RevInfo rev = {0};
    Err err = {0};
    const ModInfo *old = reuse_find(l->s, &l->reuse, path, query);
    if (old) rev = (RevInfo){.version = old->version, .time = old->time, .origin = old->origin};
    else if (!mod_query(l->s, path, query, current, any ? NULL : mod_check_allowed, l->s, &rev, &err)) {
        add_error(l, path, query, named_error(l, path, query, &err))->origin = rev.origin;
        return;
    }
    ModInfo *m = info_of(l, path, rev.version);
    if (!str_eq(query, m->version)) m->query = query;
    m->origin = rev.origin;
    vec_push(l->a, &l->out, m);
}

static void list_path(Lister *l, Str path) {
    Str v = selected(l, path);
    Err err = {S("not a known dependency"), ERR_OTHER};
    if (is(v, "none") && l->g_err.err.text.len) return;
    if (!is(v, "none")) {
        vec_push(l->a, &l->out, mod_info_version(l->s, (ModVersion){path, v}, true));
        return;
    }
    if (mod_mode(l->s) == MOD_VENDOR)
        err.text = S("can't resolve module using the vendor directory\n\t(Use -mod=mod or -mod=readonly to bypass.)");
    else if (l->o.versions) err.text = S("");
    add_error(l, path, S(""), err.text.len ? named_error(l, path, S(""), &err) : err.text);
}

static void list_pattern(Lister *l, Str pattern) {
    ModVec list = graph_build_list(l->s, l->g);
    bool any = false;
    for (i64 i = 0; i < list.len; i++) {
        ModVersion m = list.ptr[i];
        if (module_is_toolchain(m.path) || (!is(pattern, "all") && !mod_pattern_match(pattern, m.path))) continue;
        Str key = modver_string(l->a, m);
        if (map_get_str(l->listed, key)) continue;
        map_set_str(l->listed, key, l);
        vec_push(l->a, &l->out, mod_info_version(l->s, m, true));
        any = true;
    }
    if (!any && !l->g_err.err.text.len)
        fprintf(stderr, "warning: pattern %.*s matched no module dependencies\n", SFMT(str_quote(l->a, pattern)));
}

// ---- -u, -versions, -retracted -------------------------------------------------------------------

static void note_error(ModInfo *m, const Err *e) {
    if (!m->error.len) m->error = e->text;
}

static void add_update(Lister *l, ModInfo *m) {
    RevInfo rev;
    Err err = {0};
    if (!m->version.len) return;
    if (!mod_query(l->s, m->path, S("upgrade"), m->version, mod_check_allowed, l->s, &rev, &err)) {
        if (err.kind != ERR_NO_MATCH && err.kind != ERR_NOT_EXIST && err.kind != ERR_DISALLOWED) note_error(m, &err);
        return;
    }
    if (modver_cmp(m->path, rev.version, m->version) <= 0) return;
    m->update = ANEW(l->a, ModInfo);
    m->update->path = m->path;
    m->update->version = rev.version;
    m->update->time = rev.time;
}

static void add_versions(Lister *l, ModInfo *m) {
    Str *list, origin;
    i64 n = 0;
    Err err = {0};
    StrVec kept = {0};
    bool ok = mod_versions(l->s, m->path, &list, &n, &origin, &err);
    for (i64 i = 0; ok && i < n; i++) {
        ModVersion v = {m->path, list[i]};
        Err no = {0};
        if (l->o.retracted ? mod_check_excluded(l->s, v, &no) : mod_check_allowed(l->s, v, &no)) {
            vec_push(l->a, &kept, list[i]);
        } else if (no.kind != ERR_DISALLOWED) {
            err = no;
            ok = false;
            kept.len = 0;
        }
    }
    if (!ok) note_error(m, &err);
    m->versions = kept.ptr;
    m->nversions = kept.len;
}

static void add_more(Lister *l, ModInfo *m) {
    if (l->o.updates) add_update(l, m);
    if (l->o.versions) add_versions(l, m);
    if (l->o.retracted || l->o.updates) mod_info_retraction(l->s, m);
    if (l->o.updates && m->version.len) m->deprecated = mod_deprecation(l->s, (ModVersion){m->path, m->version});
}

// ---- all of it -----------------------------------------------------------------------------------

static bool list_args(Lister *l, const Str *args, i64 n, Err *err) {
    bool graph = false;
    for (i64 i = 0; i < n; i++)
        if (!look_at(l, args[i], &graph, err)) return false;
    if (graph) {
        l->rs = reqs_expand(l->s, l->rs, &l->g_err);
        ModErr ignored = {{{0}, 0}, {{0}, {0}}};
        l->g = reqs_graph(l->s, l->rs, &ignored);
        l->s->reqs = l->rs;
    }
    for (i64 i = 0; i < n; i++) {
        bool found;
        Str query, path = get_cut_version(args[i], &query, &found);
        if (found) list_query(l, path, query);
        else if (is_wild(args[i])) list_pattern(l, args[i]);
        else list_path(l, args[i]);
    }
    return true;
}

// Outside of any module the packages of named files are the only main module.
static void add_no_module(Lister *l) {
    ModInfo *m = ANEW(l->a, ModInfo);
    *m = (ModInfo){.path = S("command-line-arguments"), .go_version = l->s->local, .main = true};
    vec_push(l->a, &l->out, m);
}

bool mod_list_modules(ModState *s, ModListOptions o, const Str *args, i64 n, ModInfo ***out, i64 *nout, Err *err) {
    Lister l = {.s = s, .a = s->a, .o = o, .listed = map_new_str(s->a)};
    *nout = 0;
    if (!reuse_read(s, o.reuse, &l.reuse, err) || !mod_current_reqs(s, &l.rs, err) || !list_args(&l, args, n, err))
        return false;
    for (i64 i = 0; !n && i < s->mains.len; i++)
        if (!module_is_toolchain(s->mains.ptr[i]->m.path))
            vec_push(s->a, &l.out, mod_info_version(s, (ModVersion){s->mains.ptr[i]->m.path, S("")}, true));
    if (!n && !s->mains.len && !s->has_root) add_no_module(&l);
    for (i64 i = 0; i < l.out.len && (o.updates || o.versions || o.retracted); i++) {
        if (l.out.ptr[i]->reuse) continue;
        add_more(&l, l.out.ptr[i]);
        ModInfo *m = l.out.ptr[i], *r = m->replace;
        if (!r) continue;
        add_more(&l, r);
        if (s->mode == MOD_VENDOR || m->nretracted) continue;
        m->retracted = r->retracted; // what is in effect is the replacement
        m->nretracted = r->nretracted;
    }
    *out = l.out.ptr;
    *nout = l.out.len;
    if (l.g_err.err.text.len) {
        *err = moderr_err(s->a, l.g_err);
        return false;
    }
    return o.updates || mod_commit(s, err); // -u asks for more than go.sum has to know
}

static void put_version(Buf *b, const ModInfo *m) {
    buf_printf(b, "%.*s%s", SFMT(m->version), m->nretracted ? " (retracted)" : "");
}
static void put_module(Buf *b, const ModInfo *m) {
    buf_str(b, m->path);
    if (m->version.len) {
        buf_char(b, ' ');
        put_version(b, m);
    }
    if (m->version.len && m->update) {
        buf_c(b, " [");
        put_version(b, m->update);
        buf_char(b, ']');
    }
    if (m->deprecated.len) buf_c(b, " (deprecated)");
}

Str modinfo_text(Arena *a, const ModInfo *m) {
    Buf b = {0};
    put_module(&b, m);
    if (m->replace) {
        buf_c(&b, " => ");
        put_module(&b, m->replace);
    }
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}
