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

// Segments, what is kept of the head, and the loader's own tables.
static SYSTEM bool map_plugin(Plugin *p, const PluginFile *f, Loaded *out) {
    u64 n = f->head->imports.n, most = f->head->packages.n + f->head->lazies.n;
    usize kept = (f->head->kept + 7) & -8ull, tables = n * sizeof(u8 *) + most * sizeof(void *) + n;
    p->size = (f->span + kept + tables + OS_PAGE - 1) & -(usize)OS_PAGE;
    p->base = os_map_low(p->size);
    if (!p->base) return fail(out, "no memory below 2 GiB for the plugin", NULL);
    // asked first: from relocate on nothing can be undone
    if (!os_protect(p->base, OS_PAGE, OS_READ | OS_EXEC) || !os_protect(p->base, OS_PAGE, OS_READ | OS_WRITE)) {
        os_unmap(p->base, p->size);
        return fail(out, "the system does not let data become code", NULL);
    }
    for (i32 i = 0; i < 3; i++) memcpy(p->base + f->seg[i].addr, f->bytes + f->seg[i].at, f->seg[i].file_size);
    u8 *at = p->base + f->span;
    memcpy(at, f->head, f->head->kept);
    p->head = (const PluginHead *)(void *)at;
    p->imports = (u8 **)(void *)(at + kept);
    p->inits = (void (**)(void))(p->imports + n);
    p->own = (bool *)(p->inits + most);
    p->module = (Module *)(void *)(p->base + f->head->module);
    return true;
}

static SYSTEM void protect(Plugin *p, const PluginFile *f) {
    for (i32 i = 0; i < 3; i++) {
        u64 lo = f->seg[i].addr & -(u64)OS_PAGE, hi = (f->seg[i].addr + f->seg[i].size + OS_PAGE - 1) & -(u64)OS_PAGE;
        if (hi > lo && !os_protect(p->base + lo, hi - lo, f->seg[i].access)) throw_("plugin: cannot protect memory");
    }
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

static SYSTEM void put32(u8 *at, u64 v) {
    u32 x = (u32)v;
    memcpy(at, &x, 4);
}

static SYSTEM void fix_own(const Plugin *p, const PluginHead *h) {
    for (i32 k = 0; k < PLUGIN_NKINDS; k++) {
        const u32 *at = plugin_table(h, h->fixups[k]);
        u64 add = (u64)(usize)p->base;
        if (k == PLUGIN_TYPE_OFF) add -= (u64)(usize)module_.types;
        if (k == PLUGIN_TEXT_OFF) add -= (u64)(usize)module_.text;
        for (u32 i = 0; i < h->fixups[k].n; i++) {
            u8 *place = p->base + at[i];
            u64 v = 0;
            memcpy(&v, place, k == PLUGIN_ABS64 ? 8 : 4);
            v += add;
            memcpy(place, &v, k == PLUGIN_ABS64 ? 8 : 4);
        }
    }
}

static SYSTEM void fix_ref(const Plugin *p, const PluginRef *r) {
    u8 *place = p->base + r->at;
    u64 v = (u64)(usize)p->imports[r->import_kind >> 3] + (u64)r->addend;
    switch (r->import_kind & 7) {
    case PLUGIN_ABS64: memcpy(place, &v, 8); break;
    case PLUGIN_ABS32: put32(place, v); break;
    case PLUGIN_PC32: put32(place, v - (u64)(usize)place); break;
    case PLUGIN_TYPE_OFF: put32(place, v - (u64)(usize)module_.types); break;
    case PLUGIN_TEXT_OFF: put32(place, v - (u64)(usize)module_.text); break;
    }
}

// Method tables last: what they are of must be known, then the one of each pair is.
static SYSTEM void relocate(Plugin *p, const PluginHead *h) {
    const PluginRef *r = plugin_table(h, h->refs);
    const PluginImport *im = plugin_table(h, h->imports);
    fix_own(p, h);
    for (u32 i = 0; i < h->refs.n; i++)
        if (im[r[i].import_kind >> 3].kind != SHARE_ITAB) fix_ref(p, &r[i]);
    for (u32 i = 0; i < h->imports.n; i++) {
        if (im[i].kind != SHARE_ITAB) continue;
        GoItab *own = (GoItab *)(void *)p->imports[i];
        p->imports[i] = (u8 *)itab_share(own);
        p->own[i] = p->imports[i] == (u8 *)own;
    }
    for (u32 i = 0; i < h->refs.n; i++)
        if (im[r[i].import_kind >> 3].kind == SHARE_ITAB) fix_ref(p, &r[i]);
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

static SYSTEM void publish(Plugin *p) {
    plan_inits(p);
    shared_add(p);
    p->next = plugins;
    plugins = p;
    stop_the_world("load plugin");
    rt_modules[rt_nmodules++] = p->module;
    start_the_world();
}

SYSTEM bool rt_plugin_check(const u8 *file, i64 size, Loaded *out) {
    PluginFile f;
    const char *wrong = plugin_file_open(&f, file, (u64)size);
    if (wrong) return fail(out, wrong, NULL);
    out->path = plugin_name(f.head, f.head->path);
    out->manifest = plugin_name(f.head, f.head->manifest);
    out->host = shared_.manifest;
    return true;
}

SYSTEM bool rt_plugin_load(const u8 *file, i64 size, Loaded *out) {
    PluginFile f;
    const char *wrong = plugin_file_open(&f, file, (u64)size);
    if (wrong) return fail(out, wrong, NULL);
    if (rt_nmodules == MAX_MODULES) return fail(out, "too many plugins", NULL);
    Plugin *p = persistent_alloc(sizeof *p, 8);
    if (!map_plugin(p, &f, out)) return false;
    out->path = plugin_name(p->head, p->head->path);
    if (!resolve(p, out)) {
        out->subject = plugin_name(f.head, (u32)(out->subject - (const char *)p->head)); // the caller's bytes stay
        out->path = NULL;
        os_unmap(p->base, p->size);
        return false;
    }
    relocate(p, f.head);
    protect(p, &f);
    publish(p);
    out->plugin = p;
    return true;
}
