// need.c - a plugin's nodes (abi/plugin.h) in the order in which they are needed, and their places.
//
// In:   symbols that are live, where relocations lead. Out: the order of a section's symbols; when all have their addresses, the tables of nodes, places,
// imports and packages' initialisers.
// The order: what the module's record, the symbols that Lookup finds and package main's initialiser need of what no host has; then, one after the other,
// each definition that a host may have, with what it alone needs. So it depends on what symbols are, not on the order they were made in.
#include "link/share.h"
#include <stdlib.h>

typedef struct Walk {
    Link *l;
    LinkNodes *n;
    VEC(Sym *) later; // definitions that a host may have
} Walk;

static i64 number_of(const LinkNodes *n, Sym *s) { return (i64)(intptr_t)map_get_ptr(n->index, link_place(s)) - 1; }

static void take(Walk *w, Sym *s) {
    void **slot = map_slot_ptr(w->n->index, link_place(s));
    if (*slot) return;
    vec_push(w->l->a, &w->n->order, link_place(s));
    *slot = (void *)(intptr_t)w->n->order.len;
}

static void need(Walk *w, Sym *s) {
    if (s->share) vec_push(w->l->a, &w->later, s);
    else take(w, s);
}

// What the loader itself looks at, as far as it is needed.
static bool is_piecewise(const Link *l, const Sym *s) {
    for (i64 i = 0; i < TAB_DATA_MASK; i++)
        if (s == l->tables[i]) return true;
    return false;
}

static bool is_node(const Link *l, const Sym *s) {
    return s && s->kind != SYM_UNDEF && s->kind != SYM_ABS && !link_is_import(l, s) && !is_piecewise(l, s) &&
           link_place((Sym *)(uintptr_t)s)->reached;
}

static void follow_all(Walk *w, const Sym *s) {
    for (i64 i = 0; i < s->relocs.len; i++)
        if (is_node(w->l, s->relocs.ptr[i].sym)) need(w, s->relocs.ptr[i].sym);
}

LinkNodes *link_nodes(Link *l, Sym *values) {
    LinkNodes *n = ANEW(l->a, LinkNodes);
    const LinkShare *sh = &l->job->share;
    Walk w = {.l = l, .n = n};
    i64 late = 0;
    n->index = map_new_ptr(l->a);
    take(&w, l->module);
    take(&w, values);
    for (i64 i = sh->npackages; i-- > 0;) { // the last one is main
        Sym *init = obj_sym(l->job->syms, sh->packages[i].init);
        if (!is_node(l, init)) continue;
        if (i == sh->npackages - 1) take(&w, init);
        else vec_push(l->a, &w.later, init);
    }
    for (i64 done = 0;;) {
        while (done < n->order.len) follow_all(&w, n->order.ptr[done++]);
        if (!late) n->sure = n->order.len;
        if (late == w.later.len) return n;
        take(&w, w.later.ptr[late++]);
    }
}

// ---- layout ----------------------------------------------------------------------------------------------------------------

typedef struct Ranked {
    i64 rank, was;
    Sym *sym;
} Ranked;

static int cmp_ranked(const void *pa, const void *pb) {
    const Ranked *a = pa, *b = pb;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    return a->was < b->was ? -1 : a->was > b->was;
}

// What FIPS sums lies in one piece; descriptors keep their order.
static i64 rank_of(const LinkNodes *n, Sym *s) {
    i64 number = number_of(n, s);
    bool sure = number >= 0 && number < n->sure;
    if (link_fips_summed(s)) return n->sure;
    if (s->kind == SYM_TYPE) return sure ? 0 : n->sure + 1;
    return sure ? number : n->sure + 1 + (number < 0 ? n->order.len : number);
}

void link_nodes_sort(Link *l, const LinkNodes *n, Sym **syms, i64 count) {
    if (!count) return;
    Ranked *v = ANEWN(l->a, Ranked, count);
    for (i64 i = 0; i < count; i++) v[i] = (Ranked){rank_of(n, syms[i]), i, syms[i]};
    qsort(v, (size_t)count, sizeof *v, cmp_ranked);
    for (i64 i = 0; i < count; i++) syms[i] = v[i].sym;
}

// ---- tables ----------------------------------------------------------------------------------------------------------------

static u32 func_of(const Link *l, const Sym *s) {
    if (s->kind != SYM_TEXT) return PLUGIN_NONE;
    const Sym *t = l->tables[TAB_FUNCS];
    i64 i = link_func_at((const FuncRec *)(const void *)t->data, t->size / (i64)sizeof(FuncRec),
                         (u32)(s->addr - l->sec[OS_TEXT].addr));
    return i < 0 ? PLUGIN_NONE : (u32)i;
}

u32 link_node(const LinkNodes *n, Sym *s) {
    i64 number = number_of(n, s);
    return number < 0 ? PLUGIN_NONE : (u32)number;
}

void link_nodes_add(Link *l, LinkNodes *n, Sym *from, u32 at, Sym *to, u32 kind) {
    if (kind == (PLUGIN_PC32 | PLUGIN_OWN)) { // nothing is changed there
        if (link_place(to) == from) return;
        for (i64 i = n->refs.len; i-- > 0 && n->refs.ptr[i].from == from;)
            if (n->refs.ptr[i].kind == kind && n->refs.ptr[i].to == to) return;
    }
    vec_push(l->a, &n->refs, ((LinkRef){from, to, at, kind}));
}

// The module's tables came with the layout.
static void take_tables(Link *l, LinkNodes *n) {
    Walk w = {.l = l, .n = n};
    for (i64 i = 0; i < l->module->relocs.len; i++)
        if (is_node(l, l->module->relocs.ptr[i].sym)) take(&w, l->module->relocs.ptr[i].sym);
}

// Places lie by node, in a node in the order in which they were added; imports in the order of places.
void link_nodes_finish(Link *l, LinkNodes *n, u32 (*import_of)(Link *, Sym *)) {
    take_tables(l, n);
    i64 count = n->order.len;
    n->nodes = ANEWN(l->a, PluginNode, count + 1);
    i64 *next = ANEWN(l->a, i64, count + 1);
    for (i64 i = 0; i < n->refs.len; i++) {
        i64 node = number_of(n, n->refs.ptr[i].from);
        if (node >= 0) next[node + 1]++;
    }
    for (i64 i = 0; i < count; i++) next[i + 1] += next[i];
    for (i64 i = 0; i <= count; i++) n->nodes[i].places = (u32)next[i];
    for (i64 i = 0; i < count; i++) {
        const Sym *s = n->order.ptr[i];
        n->nodes[i].at = (u32)s->addr, n->nodes[i].size = (u32)s->size, n->nodes[i].func = func_of(l, s);
    }
    n->nplaces = next[count];
    const LinkRef **sorted = ANEWN(l->a, const LinkRef *, n->nplaces + 1);
    for (i64 i = 0; i < n->refs.len; i++) {
        i64 node = number_of(n, n->refs.ptr[i].from);
        if (node >= 0) sorted[next[node]++] = &n->refs.ptr[i];
    }
    n->places = ANEWN(l->a, PluginPlace, n->nplaces + 1);
    for (i64 i = 0; i < n->nplaces; i++) {
        const LinkRef *r = sorted[i];
        u32 target = r->kind & PLUGIN_OWN ? link_node(n, r->to) : import_of(l, r->to);
        n->places[i] = (PluginPlace){r->at, target << PLUGIN_TARGET_SHIFT | r->kind};
    }
}
