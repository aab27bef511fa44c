// resolve.c - what the module arguments of a command name: a query is asked for, a path or pattern is looked up in the build list.
//
// Facts: cmd/go/internal/modload/list.go.
#include "mod/resolve.h"
#include "mod/graph_int.h"
#include "mod/query.h"
#include "mod/reuse.h"
#include <stdio.h>

typedef VEC(ModResolved) ResolvedList;
typedef struct Resolver {
    ModState *s;
    ResolvedList found;
    ModVersion *list; // the build list, if an argument needs it
    i64 nlist;
    Map *taken; // by patterns
    ModReuse reuse;
    Err graph_err;
} Resolver;

typedef struct Arg {
    Str path, query;
    bool asks, pattern;
} Arg;

static bool parse_arg(ModState *s, Str arg, Arg *out, Err *err) {
    i64 at = str_index(arg, '@');
    if (str_index(arg, '\\') >= 0) return err_set(err, s->a, ERR_OTHER, "module paths never use backslash");
    if (str_has_prefix(arg, S("./")) || str_has_prefix(arg, S("../")) || str_eq(arg, S(".")) || str_eq(arg, S("..")))
        return err_set(err, s->a, ERR_OTHER, "cannot use relative path %.*s to specify module", SFMT(arg));
    *out = (Arg){.path = at < 0 ? arg : str_slice(arg, 0, at), .asks = at >= 0};
    out->pattern = str_eq(arg, S("all")) || str_find(arg, S("...")) >= 0;
    if (out->pattern) return out->asks = false, out->path = arg, true;
    if (at < 0) return true;
    out->query = str_slice(arg, at + 1, arg.len);
    if (out->query.len && (out->query.ptr[0] == '-' || out->query.ptr[0] == '/'))
        return err_set(err, s->a, ERR_OTHER, "invalid module version %.*s", SFMT(str_quote(s->a, out->query)));
    return true;
}

static bool needs_root(const Arg *g) {
    return !g->asks || str_eq(g->query, S("upgrade")) || str_eq(g->query, S("patch"));
}

static bool check_root(ModState *s, Str arg, const Arg *g, Err *err) {
    if (!needs_root(g) || mod_main_count(s) > 0) return true;
    Str why = mod_no_root_error(s).text, q = str_quote(s->a, arg);
    const char *form = g->asks || g->pattern ? "" : " without -versions or an explicit version";
    return err_set(err, s->a, ERR_OTHER, "cannot match %.*s%s: %.*s", SFMT(q), form, SFMT(why));
}

// Where the error does not name the module itself.
static Str module_text(Arena *a, Str path, Str version, const Err *e) {
    Str own = arena_printf(a, "%.*s@", SFMT(path)), mod = arena_printf(a, "module %.*s: ", SFMT(path));
    if (str_has_prefix(e->text, own) || str_has_prefix(e->text, mod)) return e->text;
    if (e->kind == ERR_NO_MATCH || !version.len) return arena_printf(a, "%.*s%.*s", SFMT(mod), SFMT(e->text));
    return arena_printf(a, "%.*s%.*s: %.*s", SFMT(own), SFMT(version), SFMT(e->text));
}

// A version that was asked for is that version, whatever replaces it in the build list (listed).
static void add(Resolver *r, ModVersion v, Str query, Str origin, bool listed) {
    ModResolved m = {.mod = v, .origin = origin};
    if (!str_eq(query, v.version)) m.query = query;
    m.main = !v.version.len;
    m.replaced = listed && !m.main && mod_replacement(r->s, v, &m.replacement);
    vec_push(r->s->a, &r->found, m);
}

static void add_error(Resolver *r, Str path, Str version, Str origin, const Err *e) {
    ModResolved m = {.mod = {path, version}, .error = module_text(r->s->a, path, version, e), .origin = origin};
    vec_push(r->s->a, &r->found, m);
}

// The earlier answer, if it holds; its version may have one of its own, which says whether that is there.
static bool reuse(Resolver *r, Str path, Str query) {
    const ModInfo *old = reuse_find(r->s, &r->reuse, path, query);
    if (!old) return false;
    const ModInfo *same = reuse_find(r->s, &r->reuse, path, old->version);
    ModResolved m = {.mod = {path, old->version}, .origin = old->origin, .reuse = same != NULL};
    if (same) m.error = same->error;
    if (!str_eq(query, old->version)) m.query = query;
    vec_push(r->s->a, &r->found, m);
    return true;
}

static void ask(Resolver *r, const Arg *g) {
    ModState *s = r->s;
    RevInfo info = {0};
    Err e = {0};
    Str current = mod_main_count(s) > 0 ? mod_selected(s, g->path) : S("none");
    bool best = !query_is_revision(g->path, g->query);
    if (str_eq(current, S("none"))) {
        if (r->graph_err.text.len && needs_root(g)) return; // what it would be upgraded from is not known
        current = S("");
    }
    if (reuse(r, g->path, g->query)) return;
    if (!mod_query(s, g->path, g->query, current, best ? mod_check_allowed : NULL, s, &info, &e))
        add_error(r, g->path, g->query, info.origin, &e);
    else add(r, (ModVersion){g->path, info.version}, g->query, info.origin, false);
}

static void look_up(Resolver *r, Str path) {
    Err e = {0};
    for (i64 i = 0; i < r->nlist; i++)
        if (str_eq(r->list[i].path, path)) {
            add(r, r->list[i], r->list[i].version, S(""), true);
            return;
        }
    if (r->graph_err.text.len) return;
    if (mod_mode(r->s) == MOD_VENDOR)
        err_set(&e, r->s->a, ERR_OTHER,
                "can't resolve module using the vendor directory\n\t(Use -mod=mod or -mod=readonly to bypass.)");
    else err_set(&e, r->s->a, ERR_OTHER, "not a known dependency");
    add_error(r, path, S(""), S(""), &e);
}

static void match(Resolver *r, Str pattern) {
    bool any = false;
    for (i64 i = 0; i < r->nlist; i++) {
        ModVersion v = r->list[i];
        Str key = modver_string(r->s->a, v);
        if (module_is_toolchain(v.path) || map_get_str(r->taken, key)) continue;
        if (!str_eq(pattern, S("all")) && !mod_pattern_match(pattern, v.path)) continue;
        map_set_str(r->taken, key, r);
        add(r, v, v.version, S(""), true);
        any = true;
    }
    if (!any && !r->graph_err.text.len)
        tell("warning: pattern %.*s matched no module dependencies\n", SFMT(str_quote(r->s->a, pattern)));
}

bool mod_resolve_args(ModState *s, Str reuse_file, const Str *args, i64 n, ModResolved **out, i64 *count, Err *err) {
    Resolver r = {.s = s, .taken = map_new_str(s->a)};
    Arg *parsed = ANEWN(s->a, Arg, n + 1);
    bool graph = false;
    if (!reuse_read(s, reuse_file, &r.reuse, err)) return false;
    for (i64 i = 0; i < n; i++) {
        if (!parse_arg(s, args[i], &parsed[i], err) || !check_root(s, args[i], &parsed[i], err)) return false;
        graph |= needs_root(&parsed[i]);
    }
    if (graph) mod_build_list(s, &r.list, &r.nlist, &r.graph_err);
    for (i64 i = 0; i < n; i++) {
        if (parsed[i].asks) ask(&r, &parsed[i]);
        else if (parsed[i].pattern) match(&r, parsed[i].path);
        else look_up(&r, parsed[i].path);
    }
    *out = r.found.ptr, *count = r.found.len;
    *err = r.graph_err;
    return true;
}
