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
    return pages((most + 1) * (sizeof(u8 *) + sizeof(void *) + sizeof(PluginSpan) + 1) +
                 plugin_units(f->loaded + f->head_size) + 2);
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
    if (!wrong) wrong = plugin_head_check(f, h);
    if (wrong) return fail(out, wrong, NULL);
    p->head = h;
    p->module = (Module *)(void *)(p->base + h->module);
    p->imports = (u8 **)(void *)(p->base + f->span);
    p->inits = (void (**)(void))(p->imports + h->imports.n);
    p->spans = (PluginSpan *)(void *)(p->inits + h->packages.n + h->lazies.n);
    p->own = (bool *)(p->spans + h->imports.n + 1);
    p->whole = (u8 *)(p->own + h->imports.n);
    wrong = plugin_tables_check(p);
    return wrong ? fail(out, wrong, NULL) : true;
}

// ---- symbols -----------------------------------------------------------------------------------------------------------

static SYSTEM bool resolve(Plugin *p, Loaded *out) {
    const PluginHead *h = p->head;
    const PluginImport *im = plugin_table(h, h->imports);
    for (u32 i = 0; i < h->imports.n; i++) {
        u8 *there = im[i].kind == SHARE_ITAB ? NULL : shared_find(im[i].hash, im[i].kind, p->alone);
        if (!there && !plugin_name_is_whole(p, im[i].name)) return fail(out, "the file is damaged", NULL);
        if (!there && !im[i].def) return fail(out, "the host does not have", plugin_name(h, im[i].name));
        p->own[i] = !there;
        p->imports[i] = there ? there : p->base + im[i].def;
    }
    return true;
}

// All but definitions that do not count; one that shares bytes with one that counts does (equal code is one). Of two that lie together, only
// padding is between: less than ALIGN. Method tables count until the one of their pair is known.
static SYSTEM void find_spans(Plugin *p) {
    enum { ALIGN = 32 };
    const PluginImport *im = plugin_table(p->head, p->head->imports);
    u32 from = 0, counts = 0; // where the span begins, where the last definition that counts ends
    p->nspans = 0;
    for (u32 i = 0; i < p->head->imports.n; i++) {
        u32 lo = im[i].def, hi = lo + im[i].size;
        if (p->own[i] && hi > counts) counts = hi;
        if (p->own[i] || !lo) continue;
        if (lo < counts) lo = counts;
        for (u32 k = i + 1; k < p->head->imports.n && im[k].def < hi; k++)
            if (p->own[k]) hi = im[k].def;
        if (hi <= lo || hi <= from) continue;
        if (counts <= from && lo < from + ALIGN) lo = from;
        if (from < lo) p->spans[p->nspans++] = (PluginSpan){from, lo};
        from = hi;
    }
    if (from < p->file.span) p->spans[p->nspans++] = (PluginSpan){from, (u32)p->file.span};
}

// ---- places ------------------------------------------------------------------------------------------------------------

// Words at any address.
typedef struct __attribute__((packed, may_alias)) Word32 {
    u32 v;
} Word32;
typedef struct __attribute__((packed, may_alias)) Word64 {
    u64 v;
} Word64;

// A table of places in order, u32 or PluginRef, as far as they lie in spans.
typedef struct Places {
    const Plugin *p;
    PluginTable t;
    u32 width; // of an element, which begins with the place
    u32 next;
    u32 from, to; // this much of the segment is known to be whole
    bool damaged;
} Places;

// No element lies in two units.
static SYSTEM void next_unit(Places *w, u32 at) {
    w->from = at - (at - (u32)sizeof *w->p->head) % PLUGIN_UNIT, w->to = w->from + PLUGIN_UNIT;
    if (!plugin_table_is_whole(w->p, at, w->width)) w->damaged = true;
}
static inline SYSTEM const u8 *element(Places *w, u32 i) {
    u32 at = w->t.at + i * w->width;
    if (at < w->from || at >= w->to) next_unit(w, at);
    return (const u8 *)w->p->head + at;
}
static SYSTEM u32 place(Places *w, u32 i) { return *(const u32 *)(const void *)element(w, i); }

// The first one that is not in front of from: by steps that double, since what is left out is left out in long pieces.
static SYSTEM void seek(Places *w, u32 from) {
    u32 step = 1, lo = w->next;
    if (lo >= w->t.n || place(w, lo) >= from) return;
    while (step < w->t.n - lo && place(w, lo + step) < from) lo += step, step *= 2;
    u32 hi = step < w->t.n - lo ? lo + step : w->t.n; // lo is in front, hi is not
    while (hi - lo > 1) {
        u32 mid = lo + (hi - lo) / 2;
        if (place(w, mid) < from) lo = mid;
        else hi = mid;
    }
    w->next = hi;
}

// False: the table is damaged, or an element is not what it must be.
typedef bool PlaceFunc(Plugin *, const u8 *element, i32 kind) SYSTEM;
static SYSTEM bool each_place(Plugin *p, PluginTable t, u32 width, i32 kind, PlaceFunc *f) {
    Places w = {.p = p, .t = t, .width = width};
    for (u32 i = 0; i < p->nspans && w.next < t.n; i++) {
        seek(&w, p->spans[i].from);
        for (; w.next < t.n && place(&w, w.next) < p->spans[i].to; w.next++)
            if (w.damaged || !f(p, element(&w, w.next), kind)) return false;
        if (w.damaged) return false;
    }
    return true;
}

static SYSTEM bool fix_own(Plugin *p, const u8 *element, i32 kind) {
    u8 *place = p->base + *(const u32 *)(const void *)element;
    u64 add = (u64)(usize)p->base;
    if (kind == PLUGIN_TYPE_OFF) add -= (u64)(usize)module_.types;
    if (kind == PLUGIN_TEXT_OFF) add -= (u64)(usize)module_.text;
    if (kind == PLUGIN_ABS64) ((Word64 *)place)->v += add;
    else ((Word32 *)place)->v += (u32)add;
    return true;
}

static SYSTEM bool fix_ref(Plugin *p, const u8 *element, i32 itabs) {
    const PluginRef *r = (const PluginRef *)(const void *)element;
    const PluginImport *im = plugin_table(p->head, p->head->imports);
    if ((im[r->import_kind >> 3].kind == SHARE_ITAB) != itabs) return true;
    u8 *place = p->base + r->at;
    u64 v = (u64)(usize)p->imports[r->import_kind >> 3];
    switch (r->import_kind & 7) {
    case PLUGIN_ABS64: ((Word64 *)place)->v += v; return true;
    case PLUGIN_PC32: v -= (u64)(usize)place; break;
    case PLUGIN_TYPE_OFF: v -= (u64)(usize)module_.types; break;
    case PLUGIN_TEXT_OFF: v -= (u64)(usize)module_.text; break;
    }
    ((Word32 *)place)->v += (u32)v;
    return true;
}

static SYSTEM bool is_place(const Plugin *p, const u8 *element, i32 kind) {
    (void)kind;
    return *(const u32 *)(const void *)element + sizeof(u64) <= p->file.span;
}
static SYSTEM bool is_ref(const Plugin *p, const u8 *element, i32 kind) {
    u32 ik = ((const PluginRef *)(const void *)element)->import_kind;
    return is_place(p, element, kind) && (ik & 7) < PLUGIN_NKINDS && ik >> 3 < p->head->imports.n;
}

// Pages that will be changed become the process's own when they are written first: read before, they would be copied with a message to all processors.
static SYSTEM bool touch(Plugin *p, const u8 *element, i32 kind) {
    u32 at = *(const u32 *)(const void *)element;
    if (!is_place(p, element, kind)) return false;
    if (at / OS_PAGE != p->touched) __atomic_fetch_or(p->base + at, 0, __ATOMIC_RELAXED);
    p->touched = at / OS_PAGE;
    return true;
}
static SYSTEM bool touch_ref(Plugin *p, const u8 *element, i32 kind) {
    return is_ref(p, element, kind) && touch(p, element, kind);
}

// Before anything is changed.
static SYSTEM bool check_used(Plugin *p) {
    const PluginHead *h = p->head;
    bool ok = each_place(p, h->refs, sizeof(PluginRef), 0, touch_ref);
    for (i32 k = 0; ok && k < PLUGIN_NKINDS; k++) ok = each_place(p, h->fixups[k], sizeof(u32), k, touch);
    for (u32 i = 0; ok && i < p->nspans; i++) ok = plugin_loaded_is_whole(p, p->spans[i].from, p->spans[i].to);
    return ok;
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
    const PluginHead *h = p->head;
    const PluginImport *im = plugin_table(h, h->imports);
    for (i32 k = 0; k < PLUGIN_NKINDS; k++) each_place(p, h->fixups[k], sizeof(u32), k, fix_own);
    each_place(p, h->refs, sizeof(PluginRef), false, fix_ref);
    for (u32 i = 0; i < h->imports.n; i++) {
        if (im[i].kind != SHARE_ITAB) continue;
        GoItab *own = (GoItab *)(void *)p->imports[i];
        p->imports[i] = (u8 *)(p->alone ? host_itab(p, own) : itab_share(own));
        p->own[i] = p->imports[i] == (u8 *)own;
    }
    each_place(p, h->refs, sizeof(PluginRef), true, fix_ref);
}

// ---- initialisation --------------------------------------------------------------------------------------------------------

// Of a package that some module has only variables are initialised that nobody had.
static SYSTEM void plan_inits(Plugin *p) {
    const PluginHead *h = p->head;
    const PluginPackage *pk = plugin_table(h, h->packages);
    const PluginLazy *lazy = plugin_table(h, h->lazies);
    for (u32 i = 0; i < h->packages.n; i++) {
        if (!shared_package(pk[i].hash, plugin_name(h, pk[i].path), p->alone)) {
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
    if (!p->alone) shared_add(p);
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

SYSTEM bool rt_plugin_link(Plugin *p, Loaded *out, bool alone) {
    p->alone = alone;
    if (!resolve(p, out)) return false;
    find_spans(p);
    if (!check_used(p)) return fail(out, "the file is damaged", NULL);
    relocate(p);
    plugin_file_protect(&p->file, p->base);
    trim(p);
    publish(p);
    return true;
}
