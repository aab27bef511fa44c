// need.c - what of a plugin counts: found from what it exports and initialises, with what it is linked against; all of it is looked at before it is changed.
//
// In:   a plugin that is mapped, its head and small tables whole (file.c). Out: nodes, imports, functions that count, packages that are there.
// Runs: SYSTEM, under package plugin's mutex. Changes nothing outside of the plugin's record and tables.
#include "plugin/plugin.h"

typedef struct Search {
    Plugin *p;
    Loaded *out;
    const PluginNode *nodes;
    const PluginPlace *places;
    const PluginImport *imports;
} Search;

static SYSTEM bool damaged(Search *s) {
    if (!s->out->error) s->out->error = "the file is damaged";
    return false;
}

static inline SYSTEM bool inside(u64 at, u64 n, u64 from, u64 size) {
    return at >= from && n <= size && at - from <= size - n;
}

// Pages that will be changed become the process's own when they are written first: read before, they would be copied with a message to all processors.
static inline SYSTEM void touch(Plugin *p, u32 at) {
    if (at / OS_PAGE == p->touched) return;
    __atomic_fetch_or(p->base + at, 0, __ATOMIC_RELAXED);
    p->touched = at / OS_PAGE;
}

static inline SYSTEM bool want(Search *s, u32 node) {
    Plugin *p = s->p;
    if (node >= p->head->nodes.n) return damaged(s);
    u8 bit = (u8)(1u << (node & 7));
    if (p->seen[node >> 3] & bit) return true;
    p->seen[node >> 3] |= bit;
    p->needed[p->nneeded++] = node;
    return true;
}
static SYSTEM bool is_needed(const Plugin *p, u32 node) {
    return node < p->head->nodes.n && p->seen[node >> 3] >> (node & 7) & 1;
}

static SYSTEM bool is_node_whole(Search *s, u32 node) {
    return plugin_table_is_whole(s->p, s->p->head->nodes.at + node * (u32)sizeof(PluginNode), 2 * sizeof(PluginNode)) &&
           inside(s->nodes[node].at, s->nodes[node].size, 0, s->p->file.span);
}

// Its own definition counts.
static SYSTEM bool bring(Search *s, u32 k) {
    const PluginImport *im = &s->imports[k];
    Plugin *p = s->p;
    u32 node = im->node_kind >> SHARED_KIND_BITS;
    if (im->name >= p->head->kept || (!im->def && !plugin_name_is_whole(p, im->name))) return damaged(s);
    if (!im->def) {
        s->out->error = "the host does not have";
        s->out->subject = plugin_name(p->head, im->name);
        return false;
    }
    if (!want(s, node) || !is_node_whole(s, node)) return damaged(s);
    const PluginNode *n = &s->nodes[node];
    if (!inside(im->def, im->size, n->at, n->size)) return damaged(s);
    p->imports[k] = (u32)(usize)(p->base + im->def) | PLUGIN_BROUGHT;
    p->brought[p->nbrought++] = k;
    return true;
}

static SYSTEM bool resolve(Search *s, u32 k) {
    Plugin *p = s->p;
    if (k >= p->head->imports.n) return damaged(s);
    if (p->imports[k]) return true;
    const PluginImport *im = &s->imports[k];
    if (!plugin_table_is_whole(p, p->head->imports.at + k * (u32)sizeof *im, sizeof *im)) return damaged(s);
    u32 kind = im->node_kind & SHARED_KINDS;
    u8 *there = kind == SHARE_ITAB ? NULL : shared_find(im->hash, kind, p->alone);
    if (!there) return bring(s, k);
    p->imports[k] = (u32)(usize)there;
    return true;
}

static inline SYSTEM bool follow_place(Search *s, const PluginNode *n, PluginPlace pl) {
    u32 kind = pl.target & PLUGIN_KIND, to = pl.target >> PLUGIN_TARGET_SHIFT, width = kind == PLUGIN_ABS64 ? 8 : 4;
    bool own = pl.target & PLUGIN_OWN;
    if (kind >= PLUGIN_NKINDS || !inside(pl.at, width, n->at, n->size)) return damaged(s);
    if (!own || kind != PLUGIN_PC32) touch(s->p, pl.at), touch(s->p, pl.at + width - 1);
    return !own ? resolve(s, to) : to == PLUGIN_NONE || want(s, to);
}

static SYSTEM bool follow(Search *s, u32 node) {
    Plugin *p = s->p;
    if (!is_node_whole(s, node)) return damaged(s);
    const PluginNode *n = &s->nodes[node];
    u32 from = n[0].places, to = n[1].places;
    if (from > to || to > p->head->places.n) return damaged(s);
    if (!plugin_table_is_whole(p, p->head->places.at + from * (u32)sizeof(PluginPlace),
                               (to - from) * sizeof(PluginPlace)))
        return damaged(s);
    if (n->func != PLUGIN_NONE && n->func >= p->head->ends.n) return damaged(s);
    if (n->func != PLUGIN_NONE && n->func >= p->nfuncs) p->nfuncs = n->func + 1;
    for (u32 i = from; i < to; i++)
        if (!follow_place(s, n, s->places[i])) return false;
    return true;
}

// Packages that nobody has are initialised whole, of others variables that nobody had.
static SYSTEM bool want_inits(Search *s) {
    Plugin *p = s->p;
    const PluginPackage *pk = plugin_table(p->head, p->head->packages);
    for (u32 i = 0; i < p->head->packages.n; i++) {
        u64 content;
        p->there[i] = shared_package(pk[i].hash, plugin_name(p->head, pk[i].path), p->alone, &content);
        if (!p->there[i] && pk[i].init && !want(s, pk[i].node)) return false;
    }
    return true;
}
static SYSTEM bool want_lazies(Search *s) {
    Plugin *p = s->p;
    const PluginPackage *pk = plugin_table(p->head, p->head->packages);
    const PluginLazy *lazy = plugin_table(p->head, p->head->lazies);
    for (u32 i = 0; i < p->head->packages.n; i++)
        for (u32 k = pk[i].lazy; p->there[i] && k < pk[i].lazy + pk[i].nlazy; k++)
            if (p->imports[lazy[k].import] & PLUGIN_BROUGHT && !want(s, lazy[k].node)) return false;
    return true;
}

// ---- function tables -------------------------------------------------------------------------------------------------------

static SYSTEM bool is_whole(const Plugin *p, const void *link_address, u64 n) {
    u64 at = (u64)(usize)link_address;
    return inside(at, n, 0, p->file.loaded) && plugin_loaded_is_whole(p, (u32)at, (u32)(at + n));
}

static SYSTEM bool is_file_name(const Plugin *p, u64 at) {
    for (u64 from = at; at < p->file.loaded; at++) {
        if ((at == from || at % PLUGIN_UNIT == 0) && !plugin_loaded_is_whole(p, (u32)at, (u32)at + 1)) return false;
        if (!p->base[at]) return true;
    }
    return false;
}

static SYSTEM bool are_named(const Plugin *p, u32 names) {
    const FuncRec *f = (const FuncRec *)(void *)(p->base + (usize)p->module->funcs);
    bool ok = names && !p->base[(usize)p->module->funcnames + names - 1];
    for (u32 i = 0; i < p->nfuncs; i++) ok &= f[i].name < names;
    return ok;
}

// Of the tables what the first p->nfuncs functions need. The module's record is not relocated yet.
static SYSTEM bool are_functions_whole(Plugin *p) {
    const Module *m = p->module;
    const PluginHead *h = p->head;
    const PluginEnds *e = plugin_table(h, h->ends);
    if (!p->nfuncs) return true;
    u32 last = p->nfuncs - 1;
    if (p->nfuncs > h->ends.n || p->nfuncs > m->nfuncs ||
        !plugin_table_is_whole(p, h->ends.at + last * (u32)sizeof *e, sizeof *e) || e[last].files > m->nfiles)
        return false;
    p->nfiles = e[last].files;
    p->files = (u64 *)(void *)(p->base + (usize)m->files);
    if (!inside((u64)(usize)m->files, p->nfiles * sizeof(u64), 0, p->file.loaded) || (usize)m->files % sizeof(u64))
        return false;
    for (u32 i = 0; i < p->nfiles; i++) touch(p, (u32)(usize)m->files + i * (u32)sizeof(u64));
    bool ok = is_whole(p, m->files, p->nfiles * sizeof(u64)) && is_whole(p, m->funcs, p->nfuncs * sizeof *m->funcs) &&
              is_whole(p, m->funcnames, e[last].names) && is_whole(p, m->pctab, e[last].pctab) &&
              is_whole(p, m->inltree, e[last].inltree);
    for (u32 i = 0; ok && i < p->nfiles; i++) ok = is_file_name(p, p->files[i]);
    return ok && are_named(p, e[last].names);
}

static SYSTEM bool list_typelinks(Plugin *p) {
    const PluginHead *h = p->head;
    const u32 *links = plugin_table(h, h->typelinks);
    if (!plugin_table_is_whole(p, h->typelinks.at, h->typelinks.n * sizeof *links)) return false;
    for (u32 i = 0; i < h->typelinks.n; i++) {
        if (!is_needed(p, links[i])) continue;
        const PluginNode *n = (const PluginNode *)plugin_table(h, h->nodes) + links[i];
        p->typelinks[p->ntypelinks++] = (i32)(p->base + n->at - module_.types);
    }
    return true;
}

SYSTEM bool plugin_find_needed(Plugin *p, Loaded *out) {
    const PluginHead *h = p->head;
    Search s = {p, out, plugin_table(h, h->nodes), plugin_table(h, h->places), plugin_table(h, h->imports)};
    if (h->nodes.n < 2 || !want(&s, 0) || !want(&s, 1) || !want_inits(&s)) return damaged(&s);
    for (u32 done = 0; done < p->nneeded;) {
        while (done < p->nneeded)
            if (!follow(&s, p->needed[done++])) return damaged(&s);
        if (!want_lazies(&s)) return false;
    }
    if (s.nodes[0].at != h->module || s.nodes[0].size < sizeof(Module)) return damaged(&s);
    for (u32 i = 0; i < p->nneeded; i++) {
        const PluginNode *n = &s.nodes[p->needed[i]];
        if (!plugin_loaded_is_whole(p, n->at, n->at + n->size)) return damaged(&s);
    }
    return (are_functions_whole(p) && list_typelinks(p)) || damaged(&s);
}
