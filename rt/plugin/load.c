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

// The loader's tables: as large as what the head says, which is only known when it was read, so room for the most that it can hold.
static SYSTEM usize tables_room(const PluginFile *f) {
    u64 most = f->head_size / sizeof(PluginLazy); // imports, packages and initialisers are larger
    return pages(most * (sizeof(u8 *) + sizeof(void *) + 1));
}

static SYSTEM bool map_plugin(Plugin *p, const PluginFile *f, Loaded *out) {
    usize room = tables_room(f);
    p->size = f->span + room + pages(f->head_size + f->head_at % OS_PAGE);
    p->base = os_map_low(p->size);
    if (!p->base) return fail(out, "no memory below 2 GiB for the plugin", NULL);
    // asked first: from rt_plugin_link on nothing can be undone
    if (!os_protect(p->base, OS_PAGE, OS_READ | OS_EXEC) || !os_protect(p->base, OS_PAGE, OS_READ | OS_WRITE))
        return fail(out, "the system does not let data become code", NULL);
    const char *wrong = plugin_file_map(f, p->base, p->base + f->span + room);
    const PluginHead *h = (const PluginHead *)(void *)(p->base + f->span + room + f->head_at % OS_PAGE);
    if (!wrong) wrong = plugin_file_check(f, p->base, h);
    if (wrong) return fail(out, wrong, NULL);
    p->head = h;
    p->module = (Module *)(void *)(p->base + h->module);
    p->imports = (u8 **)(void *)(p->base + f->span);
    p->inits = (void (**)(void))(p->imports + h->imports.n);
    p->own = (bool *)(p->inits + h->packages.n + h->lazies.n);
    return true;
}

// ---- symbols -----------------------------------------------------------------------------------------------------------

static SYSTEM bool resolve(Plugin *p, Loaded *out) {
    const PluginHead *h = p->head;
    const PluginImport *im = plugin_table(h, h->imports);
    for (u32 i = 0; i < h->imports.n; i++) {
        const char *name = plugin_name(h, im[i].name);
        u8 *there = im[i].kind == SHARE_ITAB ? NULL : shared_find(im[i].hash, name, im[i].kind);
        if (!there && !im[i].def) return fail(out, "the host does not have", name);
        p->own[i] = !there;
        p->imports[i] = there ? there : p->base + im[i].def;
    }
    return true;
}

// Words at any address.
typedef struct __attribute__((packed, may_alias)) Word32 {
    u32 v;
} Word32;
typedef struct __attribute__((packed, may_alias)) Word64 {
    u64 v;
} Word64;

// Definitions that do not count, in order: what lies in them is left alone. Method tables count until the one of their pair is known.
typedef struct Dropped {
    const Plugin *p;
    const PluginImport *im;
    u32 i, n;
} Dropped;
static SYSTEM Dropped dropped(const Plugin *p) {
    return (Dropped){p, plugin_table(p->head, p->head->imports), 0, p->head->imports.n};
}
static SYSTEM bool lies_in_dropped(Dropped *d, u32 at) { // asked in order
    for (; d->i < d->n; d->i++) {
        const PluginImport *im = &d->im[d->i];
        if (im->def > at) return false;
        if (im->def && at - im->def < im->size) return !d->p->own[d->i];
        if (d->i + 1 < d->n && d->im[d->i + 1].def > at) return false;
    }
    return false;
}

static SYSTEM void fix_own(const Plugin *p) {
    const PluginHead *h = p->head;
    for (i32 k = 0; k < PLUGIN_NKINDS; k++) {
        const u32 *at = plugin_table(h, h->fixups[k]);
        u64 add = (u64)(usize)p->base;
        if (k == PLUGIN_TYPE_OFF) add -= (u64)(usize)module_.types;
        if (k == PLUGIN_TEXT_OFF) add -= (u64)(usize)module_.text;
        Dropped d = dropped(p);
        for (u32 i = 0; i < h->fixups[k].n; i++) {
            if (lies_in_dropped(&d, at[i])) continue;
            u8 *place = p->base + at[i];
            if (k == PLUGIN_ABS64) ((Word64 *)place)->v += add;
            else ((Word32 *)place)->v += (u32)add;
        }
    }
}

static SYSTEM void fix_ref(const Plugin *p, const PluginRef *r) {
    u8 *place = p->base + r->at;
    u64 v = (u64)(usize)p->imports[r->import_kind >> 3];
    switch (r->import_kind & 7) {
    case PLUGIN_ABS64: ((Word64 *)place)->v += v; return;
    case PLUGIN_PC32: v -= (u64)(usize)place; break;
    case PLUGIN_TYPE_OFF: v -= (u64)(usize)module_.types; break;
    case PLUGIN_TEXT_OFF: v -= (u64)(usize)module_.text; break;
    }
    ((Word32 *)place)->v += (u32)v;
}

// Method tables last: what they are of must be known, then the one of each pair is.
static SYSTEM void relocate(Plugin *p) {
    const PluginHead *h = p->head;
    const PluginRef *r = plugin_table(h, h->refs);
    const PluginImport *im = plugin_table(h, h->imports);
    fix_own(p);
    Dropped d = dropped(p);
    for (u32 i = 0; i < h->refs.n; i++)
        if (!lies_in_dropped(&d, r[i].at) && im[r[i].import_kind >> 3].kind != SHARE_ITAB) fix_ref(p, &r[i]);
    for (u32 i = 0; i < h->imports.n; i++) {
        if (im[i].kind != SHARE_ITAB) continue;
        GoItab *own = (GoItab *)(void *)p->imports[i];
        p->imports[i] = (u8 *)itab_share(own);
        p->own[i] = p->imports[i] == (u8 *)own;
    }
    d = dropped(p);
    for (u32 i = 0; i < h->refs.n; i++)
        if (!lies_in_dropped(&d, r[i].at) && im[r[i].import_kind >> 3].kind == SHARE_ITAB) fix_ref(p, &r[i]);
}

// ---- initialisation --------------------------------------------------------------------------------------------------------

// Of a package that some module has only variables are initialised that nobody had.
static SYSTEM void plan_inits(Plugin *p) {
    const PluginHead *h = p->head;
    const PluginPackage *pk = plugin_table(h, h->packages);
    const PluginLazy *lazy = plugin_table(h, h->lazies);
    for (u32 i = 0; i < h->packages.n; i++) {
        if (!shared_package(pk[i].hash, plugin_name(h, pk[i].path))) {
            if (pk[i].init) p->inits[p->ninits++] = (void (*)(void))(p->base + pk[i].init);
            continue;
        }
        for (u32 k = pk[i].lazy; k < pk[i].lazy + pk[i].nlazy; k++)
            if (p->own[lazy[k].import]) p->inits[p->ninits++] = (void (*)(void))(p->base + lazy[k].code);
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

static SYSTEM void publish(Plugin *p) {
    itab_room = plugin_itab_room;
    p->copy = *p->module;
    p->module = &p->copy;
    plan_inits(p);
    shared_add(p);
    p->next = plugins;
    plugins = p;
    stop_the_world("load plugin");
    rt_modules[rt_nmodules++] = p->module;
    start_the_world();
}

// What only linking needed; but for room for method tables.
static SYSTEM void trim(Plugin *p) {
    enum { ROOM = OS_PAGE };
    u8 *kept = (u8 *)p->head + ((p->head->kept + 7) & -8u);
    u8 *end = p->base + pages((usize)(kept - p->base) + ROOM);
    usize left = p->base + p->size > end ? (usize)(p->base + p->size - end) : 0;
    if (left) os_unmap(end, left);
    p->size -= left;
    p->room = (usize)kept;
    p->end = (usize)p->base + p->size;
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
    out->path = plugin_name(p->head, p->head->path);
    out->manifest = plugin_name(p->head, p->head->manifest);
    out->host = shared_.manifest;
    return true;
}

SYSTEM void rt_plugin_drop(Plugin *p) {
    if (p->base) os_unmap(p->base, p->size);
    plugin_record_free(p);
}

SYSTEM bool rt_plugin_link(Plugin *p, Loaded *out) {
    if (!resolve(p, out)) return false;
    relocate(p);
    plugin_file_protect(&p->file, p->base);
    trim(p);
    publish(p);
    return true;
}
