// load.c - a plugin into the running program: mapped, linked with what is there, made known to collector, unwinder and reflection.
//
// Runs: SYSTEM, on behalf of package plugin, under its mutex. Until the module stands in rt_modules nobody knows of it; from then on it is never changed.
#include "lang/lang.h"
#include "plugin/plugin.h"

extern const Shared shared_ GOSYM("vole.shared");

static SYSTEM bool fail(Loaded *out, const char *error, const char *subject) {
    out->error = error;
    out->subject = subject;
    return false;
}

// ---- memory ------------------------------------------------------------------------------------------------------------

static SYSTEM usize pages(usize n) { return (n + OS_PAGE - 1) & -(usize)OS_PAGE; }

static SYSTEM void *reserve(usize *at, u64 n, usize size) {
    usize from = *at;
    *at = (from + n * size + 7) & -(usize)8;
    return (void *)from;
}

// The loader's tables, from an address on: the small ones first. Result: where they end.
static SYSTEM usize place_tables(Plugin *p, const PluginHead *h, usize at) {
    p->there = reserve(&at, h->packages.n, sizeof *p->there);
    p->whole = reserve(&at, h->sums.n, sizeof *p->whole);
    p->seen = reserve(&at, h->nodes.n / 8 + 1, sizeof *p->seen);
    p->inits = reserve(&at, (u64)h->packages.n + h->lazies.n, sizeof *p->inits);
    p->imports = reserve(&at, h->imports.n, sizeof *p->imports);
    p->needed = reserve(&at, h->nodes.n, sizeof *p->needed);
    p->brought = reserve(&at, h->imports.n, sizeof *p->brought);
    p->late = reserve(&at, h->places.n, sizeof *p->late);
    p->typelinks = reserve(&at, h->typelinks.n, sizeof *p->typelinks);
    return at;
}

static SYSTEM bool map_plugin(Plugin *p, const PluginFile *f, Loaded *out) {
    enum { ITAB_ROOM = OS_PAGE };
    PluginHead read;
    const char *wrong = plugin_head_read(f, &read);
    if (wrong) return fail(out, wrong, NULL);
    usize head = f->span, tables = head + pages(f->head_at % OS_PAGE + f->head_size);
    p->size = pages(place_tables(p, &read, tables) + ITAB_ROOM);
    p->base = os_map_low(p->size);
    if (!p->base) return fail(out, "no memory below 2 GiB for the plugin", NULL);
    wrong = plugin_file_map(f, p->base, p->base + head);
    const PluginHead *h = (const PluginHead *)(void *)(p->base + head + f->head_at % OS_PAGE);
    if (!wrong) wrong = plugin_head_check(&read, h);
    if (wrong) return fail(out, wrong, NULL);
    p->head = h;
    p->room = place_tables(p, h, (usize)p->base + tables);
    p->end = (usize)p->base + p->size;
    *(volatile u8 *)p->whole = 0; // written before they are read, their pages come at once
    *(volatile u32 *)p->imports = 0;
    p->module = (Module *)(void *)(p->base + h->module);
    wrong = plugin_tables_check(p);
    return wrong ? fail(out, wrong, NULL) : true;
}

// ---- places ------------------------------------------------------------------------------------------------------------

// Words at any address.
typedef struct __attribute__((packed, may_alias)) Word32 {
    u32 v;
} Word32;
typedef struct __attribute__((packed, may_alias)) Word64 {
    u64 v;
} Word64;

static inline SYSTEM void fix(const Plugin *p, PluginPlace pl, u64 v) {
    u8 *place = p->base + pl.at;
    switch (pl.target & PLUGIN_KIND) {
    case PLUGIN_ABS64: ((Word64 *)place)->v += v; return;
    case PLUGIN_PC32:
        if (pl.target & PLUGIN_OWN) return;
        v -= (u64)(usize)place;
        break;
    case PLUGIN_TYPE_OFF: v -= (u64)(usize)module_.types; break;
    case PLUGIN_TEXT_OFF: v -= (u64)(usize)module_.text; break;
    }
    ((Word32 *)place)->v += (u32)v;
}

// All but what refers to method tables: those places are listed.
static SYSTEM void fix_nodes(Plugin *p) {
    const PluginHead *h = p->head;
    const PluginNode *nodes = plugin_table(h, h->nodes);
    const PluginPlace *places = plugin_table(h, h->places);
    for (u32 i = 0; i < p->nneeded; i++) {
        u32 node = p->needed[i], end = nodes[node + 1].places;
        for (u32 k = nodes[node].places; k < end; k++) {
            u32 to = places[k].target >> PLUGIN_TARGET_SHIFT;
            if (places[k].target & PLUGIN_OWN) fix(p, places[k], (u64)(usize)p->base);
            else if (places[k].target & PLUGIN_ITAB) p->late[p->nlate++] = k;
            else fix(p, places[k], p->imports[to] & ~PLUGIN_BROUGHT);
        }
    }
}

// Of a plugin that shares only with the host: a pair of the host's is the host's, with its code.
static SYSTEM GoItab *host_itab(const Plugin *p, GoItab *own) {
    if ((usize)own->type - (usize)p->base < p->size || (usize)own->inter - (usize)p->base < p->size)
        return itab_share(own);
    GoItab *made = rt_make_itab(own->inter, own->type);
    return made->fun[0] ? made : own;
}

// Method tables last: what they are of must be known, then the one of each pair is.
static SYSTEM void relocate(Plugin *p) {
    const PluginImport *im = plugin_table(p->head, p->head->imports);
    const PluginPlace *places = plugin_table(p->head, p->head->places);
    fix_nodes(p);
    for (u32 i = 0; i < p->nfiles; i++) p->files[i] += (u64)(usize)p->base;
    for (u32 i = 0; i < p->nbrought; i++) {
        u32 k = p->brought[i];
        if ((im[k].node_kind & SHARED_KINDS) != SHARE_ITAB) continue;
        GoItab *own = (GoItab *)(void *)(p->base + im[k].def), *one = p->alone ? host_itab(p, own) : itab_share(own);
        p->imports[k] = (u32)(usize)one | (one == own ? PLUGIN_BROUGHT : 0);
    }
    for (u32 i = 0; i < p->nlate; i++) {
        PluginPlace pl = places[p->late[i]];
        fix(p, pl, p->imports[pl.target >> PLUGIN_TARGET_SHIFT] & ~PLUGIN_BROUGHT);
    }
}

// ---- initialisation --------------------------------------------------------------------------------------------------------

// Of a package that some module has only variables are initialised that nobody had.
static SYSTEM void plan_inits(Plugin *p) {
    const PluginHead *h = p->head;
    const PluginPackage *pk = plugin_table(h, h->packages);
    const PluginLazy *lazy = plugin_table(h, h->lazies);
    for (u32 i = 0; i < h->packages.n; i++) {
        if (!p->there[i] && pk[i].init) p->inits[p->ninits++] = (void (*)(void))(p->base + pk[i].init);
        for (u32 k = pk[i].lazy; p->there[i] && k < pk[i].lazy + pk[i].nlazy; k++)
            if (p->imports[lazy[k].import] & PLUGIN_BROUGHT)
                p->inits[p->ninits++] = (void (*)(void))(p->base + lazy[k].code);
    }
}

static Plugin *spare; // records of plugins that are gone
SYSTEM Plugin *plugin_record(void) {
    Plugin *p = spare;
    if (p) spare = p->next;
    else p = persistent_alloc(sizeof *p, 8);
    *p = (Plugin){0};
    return p;
}
SYSTEM void plugin_record_free(Plugin *p) {
    p->next = spare;
    spare = p;
}

// Who looks at modules finds one more or not; nobody has a pointer into it yet, and its variables lead to nothing in the heap, so a collection that
// is under way need not know of it: what is stored there was marked.
static SYSTEM void publish(Plugin *p) {
    itab_room = plugin_itab_room;
    p->copy = *p->module;
    p->module = &p->copy;
    p->copy.nfuncs = p->nfuncs, p->copy.nfiles = p->nfiles;
    p->copy.typelinks = p->typelinks, p->copy.ntypelinks = p->ntypelinks;
    p->copy.nitablinks = 0; // the runtime's table has them
    plan_inits(p);
    if (!p->alone) shared_add(p);
    p->next = plugins;
    plugins = p;
    __atomic_store_n(&rt_modules[rt_nmodules], p->module, __ATOMIC_RELEASE);
    __atomic_store_n(&rt_nmodules, rt_nmodules + 1, __ATOMIC_RELEASE);
    if (p->debug.at) debug_add(&p->debug);
}

// Without memory debuggers do not know of it.
static SYSTEM void describe(Plugin *p) {
    const PluginNode *nodes = plugin_table(p->head, p->head->nodes);
    u32 n = 0;
    for (u32 i = 0; i < p->nneeded; i++) // no longer needed
        if (nodes[p->needed[i]].func != PLUGIN_NONE) p->needed[n++] = nodes[p->needed[i]].func;
    p->nneeded = 0;
    DebugCode c = {.module = p->module, .funcs = p->needed, .nfuncs = n};
    usize size = n ? debug_size(&c) : 0, left = (p->head->nodes.n - n) * sizeof *p->needed;
    u8 *room = (u8 *)(((usize)(p->needed + n) + 7) & -(usize)8);
    if (!n || size + 8 > left) room = n ? os_map(size) : NULL; // few find room behind
    if (room) debug_make(&p->debug, room, &c);
}

SYSTEM void plugin_debug_end(Plugin *p) {
    void *room = (void *)(usize)p->debug.at;
    debug_remove(&p->debug);
    if (room && (usize)room - (usize)p->base >= p->size) os_unmap(room, p->debug.size);
}

SYSTEM bool rt_plugin_read(i64 fd, i64 size, Loaded *out) {
    PluginFile f;
    const char *wrong = plugin_file_open(&f, fd, (u64)size);
    if (wrong) return fail(out, wrong, NULL);
    if (rt_nmodules == MAX_MODULES) return fail(out, "too many plugins", NULL);
    Plugin *p = plugin_record();
    p->file = f;
    if (!map_plugin(p, &f, out)) {
        rt_plugin_drop(p);
        return false;
    }
    out->plugin = p;
    out->others = plugins;
    out->path = plugin_name(p->head, p->head->path);
    out->manifest = plugin_name(p->head, p->head->manifest);
    out->host = shared_.manifest;
    return true;
}

SYSTEM void rt_plugin_drop(Plugin *p) {
    if (p->base) os_unmap(p->base, p->size);
    plugin_record_free(p);
}

SYSTEM bool rt_plugin_link(Plugin *p, Loaded *out, bool alone) {
    p->alone = alone;
    if (!plugin_find_needed(p, out)) return false;
    relocate(p);
    if (!plugin_file_protect(&p->file, p->base)) {
        stop_the_world("forget plugin");
        itabs_forget((usize)p->base, p->size);
        start_the_world();
        return fail(out, "the system does not let data become code", NULL);
    }
    describe(p);
    publish(p);
    return true;
}
