// show.c - the module graph as text (mod graph), why a package is needed (mod why), what tidy would change (mod tidy -diff).
#include "mod/graph_int.h"

typedef struct Printer {
    ModState *s;
    ModGraph *g;
    Buf *out;
} Printer;

static void print_edges(void *ctx, ModVersion v) {
    Printer *p = ctx;
    const ModList *l = graph_required_by(p->s, p->g, v);
    for (i64 i = 0; l && i < l->v.len; i++)
        buf_printf(p->out, "%.*s %.*s\n", SFMT(modver_string(p->s->a, v)), SFMT(modver_string(p->s->a, l->v.ptr[i])));
}

// As the given go version sees it: before 1.17 nothing is pruned.
static bool graph_for_go(ModState *s, Str go, ModGraph **g, Err *err) {
    Reqs *rs;
    Str v;
    if (!mod_current_reqs(s, &rs, err)) return false;
    if (reqs_selected(s, rs, S("go"), &v) && gover_cmp(v, S("1.21")) >= 0 && gover_cmp(go, v) < 0)
        return err_set(err, s->a, ERR_OTHER, "requested Go version %.*s cannot load module graph (requires Go >= %.*s)",
                       SFMT(go), SFMT(v));
    if (pruning_of(go) == UNPRUNED && rs->pruning != UNPRUNED) rs = reqs_new(s, UNPRUNED, rs->roots, rs->direct);
    ModErr e = {{{0}, 0}, {{0}, {0}}};
    *g = reqs_graph(s, rs, &e);
    if (e.err.text.len) *err = moderr_err(s->a, e);
    return !e.err.text.len;
}

bool mod_write_graph(ModState *s, Str go, Buf *out, Err *err) {
    Printer p = {.s = s, .out = out};
    if (go.len ? !graph_for_go(s, go, &p.g, err) : !mod_load_graph(s, &p.g, err)) return false;
    graph_walk(s, p.g, print_edges, &p);
    return true;
}

Str mod_why(ModState *s, Str path, i64 *depth) {
    const LPkg *p = s->loaded ? map_get_str(s->loaded->cache, path) : NULL;
    VEC(const LPkg *) st = {0};
    for (; p; p = p->stack) vec_push(s->a, &st, p);
    Buf b = {0};
    for (i64 i = st.len - 1; i >= 0; i--)
        buf_printf(&b, "%.*s%s\n", SFMT(st.ptr[i]->p.path), st.ptr[i]->test_of ? ".test" : "");
    Str r = b.len ? arena_str(s->a, buf_view(&b)) : (Str){0};
    buf_free(&b);
    *depth = st.len;
    return r;
}

bool mod_tidy_diff(ModState *s, ModTidyDiff *d, Err *err) {
    *d = (ModTidyDiff){0};
    if (!commit_update_file(s, &d->gomod, &d->tidy_gomod, err)) return false;
    PkgLoader *l = s->loaded;
    Map *keep = l && gover_cmp(l->compat, S("1.16")) > 0 ? tidy_keep_sums(s, l, s->reqs, mod_complete(s)) : l->keep;
    fetch_gosum_texts(s->fetch, keep, &d->gosum, &d->tidy_gosum);
    return true;
}
