// share.c - modules of one process: a host's table of what it shares, a plugin's imports and relocations (abi/plugin.h).
//
// In:   symbols with Sym.share, LinkJob.share. Out: symbol vole.shared of a host; the segment PT_VOLE_PLUGIN of a plugin.
// What a plugin is made of, and where it holds addresses: need.c.
#include "link/share.h"
#include <stdlib.h>

typedef struct LinkPlugin {
    Map *index;         // Sym -> place in imports + 1
    VEC(Sym *) imports; // in order of their first reference
    LinkNodes *nodes;
    Sym *values;
    i64 at; // of the head in the file
} LinkPlugin;

static u64 name_hash(Str s) { return shared_hash(s.ptr, (u64)s.len); }

bool link_is_import(const Link *l, const Sym *s) { return l->plugin && s->from_elf; }

// ---- before marking ----------------------------------------------------------------------------------------------------

static bool is_missing(Link *l, const Reloc *r) {
    Str suffix = S("\302\267f");
    if (!r->sym || r->kind & (REL_WEAK | REL_OPTIONAL) || r->sym->kind != SYM_UNDEF) return false;
    if (!str_has_suffix(r->sym->name, suffix)) return true;
    return obj_sym(l->job->syms, str_slice(r->sym->name, 0, r->sym->name.len - suffix.len))->kind == SYM_UNDEF;
}

// Its sections that lead to what the program has not: Go functions of packages that it does not need.
static Map *find_broken(Link *l) {
    Map *broken = map_new_ptr(l->a);
    for (bool again = true; again;) {
        again = false;
        for (i64 i = 0; i < obj_count(l->job->syms); i++) {
            Sym *s = obj_at(l->job->syms, i), *place = s->from_elf ? s->section : NULL;
            bool bad = false;
            if (!place || map_get_ptr(broken, place)) continue;
            for (i64 k = 0; k < place->relocs.len && !bad; k++) {
                const Reloc *r = &place->relocs.ptr[k];
                bad = is_missing(l, r) || (r->sym && !(r->kind & REL_WEAK) && map_get_ptr(broken, link_place(r->sym)));
            }
            if (bad) map_set_ptr(broken, place, s), again = true;
        }
    }
    return broken;
}

// What Go code can name of the archive; what its C code calls in Go is there since ir/ reached it for a host. Of a program that can be patched as much as
// needs nothing that it has not: a patch that asks for more is none.
static void root_archive(Link *l) {
    Map *broken = l->job->kind == LINK_HOST ? NULL : find_broken(l);
    for (i64 i = 0; i < obj_count(l->job->syms); i++) {
        Sym *s = obj_at(l->job->syms, i);
        if (!s->from_elf || !s->section || str_index(s->name, '.') < 0) continue;
        bool plugin = str_has_prefix(s->name, S("plugin.")) || str_has_prefix(s->name, S("vole/plugin"));
        if (plugin && l->job->kind != LINK_HOST) continue;
        if (str_has_prefix(s->name, S("vole/hot.")) && !l->job->patch) continue;
        if (broken && map_get_ptr(broken, s->section)) continue;
        link_root(l, s);
    }
}

static void root_plugin(Link *l) {
    const LinkShare *sh = &l->job->share;
    Sym *v = l->plugin->values = obj_local(l->job->syms, l->a, SYM_RODATA);
    i64 size = 16 * sh->nsymbols;
    obj_define(v, SYM_RODATA, l->a, arena_alloc(l->a, size + 8, 8), size, 8);
    for (i64 i = 0; i < sh->nsymbols; i++) {
        obj_reloc(v, (u32)(16 * i), REL_ABS64, sh->symbols[i].type, 0);
        obj_reloc(v, (u32)(16 * i + 8), REL_ABS64, sh->symbols[i].value, 0);
    }
    link_root(l, v);
    for (i64 i = 0; i < sh->npackages; i++) {
        Sym *init = obj_sym(l->job->syms, sh->packages[i].init);
        if (init->kind != SYM_UNDEF) link_root(l, init);
    }
}

void link_share_begin(Link *l) {
    const LinkJob *j = l->job;
    if (j->kind == LINK_EXE && j->patch) root_archive(l);
    if (j->kind == LINK_EXE) return;
    if (j->kind == LINK_HOST) {
        l->shared = obj_sym(j->syms, S("vole.shared"));
        obj_define(l->shared, SYM_RODATA, l->a, arena_alloc(l->a, sizeof(Shared), 8), sizeof(Shared), 8);
        l->shared->local = true;
        link_root(l, l->shared);
        root_archive(l);
        return;
    }
    l->plugin = ANEW(l->a, LinkPlugin);
    l->plugin->index = map_new_ptr(l->a);
    root_plugin(l);
}

// ---- a host's table ----------------------------------------------------------------------------------------------------

typedef struct Entry {
    u64 hash;
    Sym *sym;
    u32 kind;
} Entry;

static int cmp_entry(const void *pa, const void *pb) {
    const Entry *a = pa, *b = pb;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return str_cmp(a->sym->name, b->sym->name);
}

static i64 list_entries(Link *l, Entry **out) {
    VEC(Entry) v = {0};
    for (i64 i = 0; i < obj_count(l->job->syms); i++) {
        Sym *s = obj_at(l->job->syms, i);
        bool archive = s->from_elf && s->section && s->section->reached;
        if (!archive && !(s->share && s->reached && !s->from_elf && s->kind != SYM_UNDEF)) continue;
        vec_push(l->a, &v, ((Entry){name_hash(s->name), s, archive ? SHARE_ARCHIVE : s->share}));
    }
    if (v.len) qsort(v.ptr, (size_t)v.len, sizeof v.ptr[0], cmp_entry);
    *out = v.ptr;
    return v.len;
}

static u32 put_name(Buf *names, Str name) {
    u32 at = (u32)names->len;
    buf_str(names, name);
    buf_u8(names, 0);
    return at;
}

static void place_packages(Link *l, Buf *names, u32 *at, SharedPackage *p) {
    const LinkShare *sh = &l->job->share;
    for (i64 i = 0; i < sh->npackages; i++) {
        at[i] = put_name(names, sh->packages[i].path);
        p[i] = (SharedPackage){.hash = name_hash(sh->packages[i].path),
                               .content = sh->packages[i].content,
                               .nimports = (u64)sh->packages[i].nimports};
    }
}

// Where those begin whose hashes have some upper bits: at most one symbol of one beginning, in the mean.
static Sym *place_index(Link *l, const Entry *e, i64 n, u64 *shift) {
    int bits = 1;
    while (1ll << bits < n) bits++;
    *shift = (u64)(64 - bits);
    i64 size = (1ll << bits) + 1, k = 0;
    u32 *first = ANEWN(l->a, u32, size);
    for (i64 i = 0; i < size; i++) {
        while (k < n && e[k].hash >> *shift < (u64)i) k++;
        first[i] = (u32)k;
    }
    return link_table(l, first, size * (i64)sizeof *first, 4);
}

// What a process of its own for a plugin initialises, and what must be initialised before.
static void refer_to_inits(Link *l, Sym *list) {
    const LinkShare *sh = &l->job->share;
    Buf imports = {0};
    for (i64 i = 0; i < sh->npackages; i++)
        buf_bytes(&imports, sh->packages[i].imports, sh->packages[i].nimports * (i64)sizeof(u32));
    Sym *table = link_table(l, imports.ptr, imports.len, 4);
    buf_free(&imports);
    i64 at = 0;
    for (i64 i = 0; i < sh->npackages; i++) {
        u32 place = (u32)((u64)i * sizeof(SharedPackage));
        obj_reloc(list, place + (u32)offsetof(SharedPackage, imports), REL_ABS64, table, at);
        at += sh->packages[i].nimports * (i64)sizeof(u32);
        Sym *init = obj_sym(l->job->syms, sh->packages[i].init);
        if (init->reached && init->kind != SYM_UNDEF)
            obj_reloc(list, place + (u32)offsetof(SharedPackage, init), REL_ABS64, init, 0);
    }
}

void link_share_place(Link *l) {
    if (!l->shared) return;
    const LinkShare *sh = &l->job->share;
    Entry *e;
    i64 n = list_entries(l, &e);
    Buf names = {0};
    u32 *at = ANEWN(l->a, u32, sh->npackages + 1);
    put_name(&names, S(""));
    SharedSym *syms = ANEWN(l->a, SharedSym, n + 1);
    SharedPackage *packages = ANEWN(l->a, SharedPackage, sh->npackages + 1);
    for (i64 i = 0; i < n; i++) {
        u32 name = e[i].kind == SHARE_FUNC ? 0 : put_name(&names, e[i].sym->name);
        syms[i] = (SharedSym){.hash = e[i].hash, .name_kind = name << SHARED_KIND_BITS | e[i].kind};
    }
    place_packages(l, &names, at, packages);
    u32 manifest = put_name(&names, sh->manifest);
    Sym *text = link_table(l, names.ptr, names.len, 1), *table = link_table(l, syms, n * (i64)sizeof *syms, 8),
        *list = link_table(l, packages, sh->npackages * (i64)sizeof *packages, 8);
    buf_free(&names);
    for (i64 i = 0; i < n; i++)
        obj_reloc(table, (u32)((u64)i * sizeof *syms + offsetof(SharedSym, addr)), REL_ABS32, e[i].sym, 0);
    for (i64 i = 0; i < sh->npackages; i++)
        obj_reloc(list, (u32)((u64)i * sizeof *packages + offsetof(SharedPackage, path)), REL_ABS64, text, at[i]);
    refer_to_inits(l, list);
    Shared *s = (Shared *)(void *)l->shared->data;
    s->nsyms = (u64)n;
    obj_reloc(l->shared, offsetof(Shared, first), REL_ABS64, place_index(l, e, n, &s->shift), 0);
    s->npackages = (u64)sh->npackages;
    s->settings = sh->settings;
    obj_reloc(l->shared, offsetof(Shared, names), REL_ABS64, text, 0);
    obj_reloc(l->shared, offsetof(Shared, syms), REL_ABS64, table, 0);
    obj_reloc(l->shared, offsetof(Shared, packages), REL_ABS64, list, 0);
    obj_reloc(l->shared, offsetof(Shared, manifest), REL_ABS64, text, manifest);
}

void link_share_order(Link *l, Sym **syms, i64 n) {
    if (!l->plugin) return;
    if (!l->plugin->nodes) l->plugin->nodes = link_nodes(l, l->plugin->values);
    link_nodes_sort(l, l->plugin->nodes, syms, n);
}

// ---- a plugin's relocations ----------------------------------------------------------------------------------------------

static u32 import_of(Link *l, Sym *s) {
    void **slot = map_slot_ptr(l->plugin->index, s);
    if (!*slot) {
        vec_push(l->a, &l->plugin->imports, s);
        *slot = (void *)(intptr_t)l->plugin->imports.len;
    }
    return (u32)(intptr_t)*slot - 1;
}

static int place_kind(int reloc) {
    switch (reloc) {
    case REL_ABS64: return PLUGIN_ABS64;
    case REL_ABS32: return PLUGIN_ABS32;
    case REL_PC32:
    case REL_CALL32: return PLUGIN_PC32;
    case REL_TYPE_OFF: return PLUGIN_TYPE_OFF;
    case REL_TEXT_OFF: return PLUGIN_TEXT_OFF;
    default: return -1;
    }
}

bool link_share_reloc(Link *l, Sym *from, const Reloc *r, u8 *place, u64 addr) {
    int kind = place_kind(r->kind & ~(REL_WEAK | REL_OPTIONAL));
    if (kind < 0) return true;
    i64 width = kind == PLUGIN_ABS64 ? 8 : 4;
    bool own = !link_is_import(l, r->sym) && !r->sym->share;
    link_nodes_add(l, l->plugin->nodes, from, (u32)(from->addr + r->off), r->sym,
                   (u32)kind | (own                           ? PLUGIN_OWN
                                : r->sym->share == SHARE_ITAB ? PLUGIN_ITAB
                                                              : 0));
    if (own && kind == PLUGIN_PC32) return false;
    u64 v = own ? addr : (u64)r->addend;
    memcpy(place, &v, (size_t)width);
    return true;
}

// ---- a plugin's head -------------------------------------------------------------------------------------------------------

typedef struct HeadWriter {
    Link *l;
    Buf *out, names;
    i64 at; // of the head in the file
    PluginHead h;
} HeadWriter;

static PluginTable put_table(HeadWriter *w, const void *ptr, i64 n, i64 size) {
    PluginTable t = {(u32)(w->out->len - w->at), (u32)n};
    buf_bytes(w->out, ptr, n * size);
    buf_align(w->out, 8);
    return t;
}

static u32 import_address(const Sym *s) { return s->from_elf ? 0 : (u32)link_addr(s); }

static void put_imports(HeadWriter *w, i64 names) {
    Link *l = w->l;
    i64 n = l->plugin->imports.len;
    PluginImport *v = ANEWN(l->a, PluginImport, n + 1);
    for (i64 i = 0; i < n; i++) {
        Sym *s = l->plugin->imports.ptr[i];
        v[i] = (PluginImport){.hash = name_hash(s->name),
                              .name = (u32)names + put_name(&w->names, s->name),
                              .def = import_address(s),
                              .size = (u32)s->size,
                              .node_kind = link_node(l->plugin->nodes, s) << SHARED_KIND_BITS |
                                           (s->from_elf ? SHARE_ARCHIVE : s->share)};
    }
    w->h.imports = put_table(w, v, n, sizeof *v);
}

static void put_lazies(HeadWriter *w, const LinkPackage *p, PluginPackage *out, PluginLazy *lazies, i64 *nlazies) {
    Link *l = w->l;
    const Sym *init = obj_sym(l->job->syms, p->init);
    out->lazy = (u32)*nlazies;
    if (!init->reached || init->from_elf || init->kind == SYM_UNDEF) return;
    out->init = (u32)link_addr(init);
    out->node = link_node(l->plugin->nodes, (Sym *)(uintptr_t)init);
    for (i64 i = 0; i < init->relocs.len; i++) {
        const Reloc *r = &init->relocs.ptr[i];
        if (!(r->kind & REL_OPTIONAL) || r->sym->kind == SYM_UNDEF) continue;
        for (i64 k = 0; k < l->job->share.nlazies; k++) {
            const LinkLazy *z = &l->job->share.lazies[k];
            if (z->init != r->sym || !map_get_ptr(l->plugin->index, z->variable)) continue;
            lazies[(*nlazies)++] =
                (PluginLazy){(u32)link_addr(r->sym), link_node(l->plugin->nodes, r->sym), import_of(l, z->variable)};
            break;
        }
    }
    out->nlazy = (u32)*nlazies - out->lazy;
}

static void put_packages(HeadWriter *w, i64 names) {
    const LinkShare *sh = &w->l->job->share;
    PluginPackage *v = ANEWN(w->l->a, PluginPackage, sh->npackages + 1);
    PluginLazy *lazies = ANEWN(w->l->a, PluginLazy, sh->nlazies + 1);
    i64 nlazies = 0;
    for (i64 i = 0; i < sh->npackages; i++) {
        const LinkPackage *p = &sh->packages[i];
        v[i] = (PluginPackage){
            .path = (u32)names + put_name(&w->names, p->path), .hash = name_hash(p->path), .content = p->content};
        put_lazies(w, p, &v[i], lazies, &nlazies);
    }
    w->h.packages = put_table(w, v, sh->npackages, sizeof *v);
    w->h.lazies = put_table(w, lazies, nlazies, sizeof *lazies);
}

static void put_symbols(HeadWriter *w, i64 names) {
    const LinkShare *sh = &w->l->job->share;
    PluginSymbol *v = ANEWN(w->l->a, PluginSymbol, sh->nsymbols + 1);
    for (i64 i = 0; i < sh->nsymbols; i++)
        v[i] = (PluginSymbol){(u32)names + put_name(&w->names, sh->symbols[i].name), sh->symbols[i].is_func,
                              (u32)(2 * i), (u32)(2 * i + 1)};
    w->h.symbols = put_table(w, v, sh->nsymbols, sizeof *v);
}

static u64 loaded_size(const Link *l) { return (u64)(l->sec[OS_DATA].off + l->sec[OS_DATA].size); }

static void put_typelinks(HeadWriter *w) {
    const Sym *s = w->l->tables[TAB_TYPELINKS];
    u32 *v = ANEWN(w->l->a, u32, s->relocs.len + 1);
    for (i64 i = 0; i < s->relocs.len; i++) v[i] = link_node(w->l->plugin->nodes, s->relocs.ptr[i].sym);
    w->h.typelinks = put_table(w, v, s->relocs.len, sizeof *v);
}

// Room for the sums; then what is read when a plugin is opened and later; then what only linking it needs. Result: where the names are, which the tables
// must know.
static i64 put_tables(HeadWriter *w, i64 names, i64 nsums) {
    LinkPlugin *p = w->l->plugin;
    LinkNodes *n = p->nodes;
    w->h.sums = (PluginTable){sizeof w->h, (u32)nsums};
    buf_zero(w->out, nsums * (i64)sizeof(u64));
    put_packages(w, names);
    put_symbols(w, names);
    w->h.path = (u32)names + put_name(&w->names, w->l->job->share.path);
    put_imports(w, names);
    names = w->out->len - w->at;
    buf_bytes(w->out, w->names.ptr, w->names.len);
    w->h.manifest = (u32)(w->out->len - w->at);
    buf_str(w->out, w->l->job->share.manifest);
    buf_u8(w->out, 0);
    w->h.kept = (u32)(w->out->len - w->at);
    buf_align(w->out, 8);
    w->h.nodes = put_table(w, n->nodes, n->order.len + 1, sizeof(PluginNode));
    w->h.nodes.n--;
    w->h.places = put_table(w, n->places, n->nplaces, sizeof(PluginPlace));
    put_typelinks(w);
    w->h.ends = put_table(w, w->l->ends.ptr, w->l->ends.len / (i64)sizeof(PluginEnds), sizeof(PluginEnds));
    return names;
}

// Several times: where the names lie is known when the tables' sizes are, how many sums there are when all is there.
void link_share_write(Link *l, Buf *image, i64 *at) {
    link_nodes_finish(l, l->plugin->nodes, import_of);
    i64 names = 0, nsums = 0;
    for (int round = 0; round < 4; round++) {
        HeadWriter w = {.l = l, .out = image, .at = round ? *at : image->len};
        l->plugin->at = *at = image->len = w.at;
        buf_zero(image, sizeof w.h);
        names = put_tables(&w, names, nsums);
        buf_free(&w.names);
        memcpy(w.h.magic, PLUGIN_MAGIC, sizeof w.h.magic);
        w.h.version = PLUGIN_VERSION;
        w.h.size = (u32)(image->len - w.at);
        w.h.module = (u32)link_addr(l->module);
        w.h.values = (u32)link_addr(l->plugin->values);
        w.h.settings = l->job->share.settings;
        memcpy(image->ptr + w.at, &w.h, sizeof w.h);
        nsums = (i64)plugin_sums(NULL, loaded_size(l), &w.h, NULL);
    }
}

void link_share_sum(const Link *l, Buf *image) {
    PluginHead *h = (PluginHead *)(void *)(image->ptr + l->plugin->at);
    plugin_sums(image->ptr, loaded_size(l), h, (u64 *)(void *)((u8 *)h + h->sums.at));
    h->checksum = plugin_checksum(h);
}
