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

// What debuggers are told of a function is less than what its record and its name take in the file, but for names that several have.
static SYSTEM usize debug_room(const PluginFile *f) { return f->loaded + OS_PAGE; }

// The loader's tables: as large as what the head says, which is only known when it was read, so room for the most that it can hold.
static SYSTEM usize tables_room(const PluginFile *f) {
    u64 most = f->head_size / sizeof(PluginLazy); // packages and initialisers are larger
    enum { NTABLES = PLUGIN_NKINDS + 1, GAPS = 64 };
    u64 imports = f->head_size / sizeof(PluginImport) + 1;
    return pages(imports * (sizeof(u32) + sizeof(PluginSpan) + NTABLES * sizeof(PluginRange) + 1) +
                 (most + 1) * sizeof(void *) + plugin_units(f->loaded + f->head_size) + debug_room(f) + GAPS);
}

static SYSTEM bool map_plugin(Plugin *p, const PluginFile *f, Loaded *out) {
    usize room = tables_room(f);
    p->size = f->span + room + pages(f->head_size + f->head_at % OS_PAGE);
    p->base = os_map_low(p->size);
    if (!p->base) return fail(out, "no memory below 2 GiB for the plugin", NULL);
    const char *wrong = plugin_file_map(f, p->base, p->base + f->span + room);
    const PluginHead *h = (const PluginHead *)(void *)(p->base + f->span + room + f->head_at % OS_PAGE);
    if (!wrong) wrong = plugin_head_check(f, h);
    if (wrong) return fail(out, wrong, NULL);
    p->head = h;
    p->module = (Module *)(void *)(p->base + h->module);
    p->inits = (void (**)(void))(void *)(p->base + f->span);
    p->imports = (u32 *)(p->inits + h->packages.n + h->lazies.n);
    p->own = (bool *)(p->imports + h->imports.n);
    p->whole = (u8 *)(p->own + h->imports.n);
    p->spans =
        (PluginSpan *)(void *)(p->whole + ((h->sums.n + 7) & -8u) + (-(usize)(p->whole) & 7)); // the last: few are used
    wrong = plugin_tables_check(p);
    return wrong ? fail(out, wrong, NULL) : true;
}

// ---- symbols -----------------------------------------------------------------------------------------------------------

static SYSTEM bool resolve(Plugin *p, Loaded *out) {
    const PluginHead *h = p->head;
    const PluginImport *im = plugin_table(h, h->imports);
    enum { AHEAD = 16 }; // what is asked for lies all over the host's table
    for (u32 i = 0; i < h->imports.n; i++) {
        if (i + 2 * AHEAD < h->imports.n) shared_expect(im[i + 2 * AHEAD].hash, false);
        if (i + AHEAD < h->imports.n) shared_expect(im[i + AHEAD].hash, true);
        u8 *there = im[i].kind == SHARE_ITAB ? NULL : shared_find(im[i].hash, im[i].kind, p->alone);
        if (!there && !plugin_name_is_whole(p, im[i].name)) return fail(out, "the file is damaged", NULL);
        if (!there && !im[i].def) return fail(out, "the host does not have", plugin_name(h, im[i].name));
        p->own[i] = !there;
        p->imports[i] = (u32)(usize)(there ? there : p->base + im[i].def);
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

// Pages that will be changed become the process's own when they are written first: read before, they would be copied with a message to all processors.
static SYSTEM void touch(Plugin *p, u32 at) {
    if (at / OS_PAGE != p->touched) __atomic_fetch_or(p->base + at, 0, __ATOMIC_RELAXED);
    p->touched = at / OS_PAGE;
}

// False: the table is damaged, or a place is none.
static SYSTEM bool find_places(Plugin *p, PluginTable t, u32 width, PluginRange *out) {
    Places w = {.p = p, .t = t, .width = width};
    u64 last = p->file.span - sizeof(u64);
    for (u32 i = 0; i < p->nspans; i++) {
        seek(&w, p->spans[i].from);
        out[i].from = w.next;
        for (u32 at; w.next < t.n && (at = place(&w, w.next)) < p->spans[i].to; w.next++) {
            if (w.damaged || at > last) return false;
            touch(p, at);
        }
        out[i].to = w.next;
    }
    return !w.damaged;
}

static SYSTEM bool are_refs(const Plugin *p) {
    const PluginRef *r = plugin_table(p->head, p->head->refs);
    bool ok = true;
    for (u32 i = 0; i < p->nspans; i++)
        for (u32 k = p->refs[i].from; k < p->refs[i].to; k++)
            ok &= (r[k].import_kind & 7) < PLUGIN_NKINDS && r[k].import_kind >> 3 < p->head->imports.n;
    return ok;
}

// Before anything is changed.
static SYSTEM bool check_used(Plugin *p) {
    const PluginHead *h = p->head;
    p->refs = (PluginRange *)(void *)(p->spans + p->nspans);
    bool ok = find_places(p, h->refs, sizeof(PluginRef), p->refs) && are_refs(p);
    for (i32 k = 0; k < PLUGIN_NKINDS; k++) {
        p->fixups[k] = p->refs + (k + 1) * (i32)p->nspans;
        ok = ok && find_places(p, h->fixups[k], sizeof(u32), p->fixups[k]);
    }
    for (u32 i = 0; ok && i < p->nspans; i++) ok = plugin_loaded_is_whole(p, p->spans[i].from, p->spans[i].to);
    return ok;
}

static SYSTEM void fix_own(Plugin *p, i32 kind) {
    const u32 *at = plugin_table(p->head, p->head->fixups[kind]);
    u64 add = (u64)(usize)p->base;
    if (kind == PLUGIN_TYPE_OFF) add -= (u64)(usize)module_.types;
    if (kind == PLUGIN_TEXT_OFF) add -= (u64)(usize)module_.text;
    for (u32 i = 0; i < p->nspans; i++)
        for (u32 k = p->fixups[kind][i].from; k < p->fixups[kind][i].to; k++) {
            u8 *place = p->base + at[k];
            if (kind == PLUGIN_ABS64) ((Word64 *)place)->v += add;
            else ((Word32 *)place)->v += (u32)add;
        }
}

static SYSTEM void fix_ref(Plugin *p, const PluginRef *r) {
    u8 *place = p->base + r->at;
    u64 v = p->imports[r->import_kind >> 3];
    switch (r->import_kind & 7) {
    case PLUGIN_ABS64: ((Word64 *)place)->v += v; return;
    case PLUGIN_PC32: v -= (u64)(usize)place; break;
    case PLUGIN_TYPE_OFF: v -= (u64)(usize)module_.types; break;
    case PLUGIN_TEXT_OFF: v -= (u64)(usize)module_.text; break;
    }
    ((Word32 *)place)->v += (u32)v;
}

static SYSTEM void fix_refs(Plugin *p, bool itabs) {
    const PluginRef *r = plugin_table(p->head, p->head->refs);
    const PluginImport *im = plugin_table(p->head, p->head->imports);
    for (u32 i = 0; i < p->nspans; i++)
        for (u32 k = p->refs[i].from; k < p->refs[i].to; k++)
            if ((im[r[k].import_kind >> 3].kind == SHARE_ITAB) == itabs) fix_ref(p, &r[k]);
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
    bool any = false;
    const PluginHead *h = p->head;
    const PluginImport *im = plugin_table(h, h->imports);
    for (i32 k = 0; k < PLUGIN_NKINDS; k++) fix_own(p, k);
    fix_refs(p, false);
    for (u32 i = 0; i < h->imports.n; i++) {
        if (im[i].kind != SHARE_ITAB) continue;
        GoItab *own = (GoItab *)(usize)p->imports[i], *one = p->alone ? host_itab(p, own) : itab_share(own);
        p->imports[i] = (u32)(usize)one;
        p->own[i] = one == own;
        any = true;
    }
    if (any) fix_refs(p, true);
}

// ---- initialisation --------------------------------------------------------------------------------------------------------

// Of a package that some module has only variables are initialised that nobody had.
static SYSTEM void plan_inits(Plugin *p) {
    const PluginHead *h = p->head;
    const PluginPackage *pk = plugin_table(h, h->packages);
    const PluginLazy *lazy = plugin_table(h, h->lazies);
    for (u32 i = 0; i < h->packages.n; i++) {
        u64 content;
        if (!shared_package(pk[i].hash, plugin_name(h, pk[i].path), p->alone, &content)) {
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

// Who looks at modules finds one more or not; nobody has a pointer into it yet, and its variables lead to nothing in the heap, so a collection that
// is under way need not know of it: what is stored there was marked.
static SYSTEM void publish(Plugin *p) {
    itab_room = plugin_itab_room;
    p->copy = *p->module;
    p->module = &p->copy;
    plan_inits(p);
    if (!p->alone) shared_add(p);
    p->next = plugins;
    plugins = p;
    __atomic_store_n(&rt_modules[rt_nmodules], p->module, __ATOMIC_RELEASE);
    __atomic_store_n(&rt_nmodules, rt_nmodules + 1, __ATOMIC_RELEASE);
    if (p->debug.at) debug_add(&p->debug);
}

// Behind the loader's tables.
static SYSTEM void describe(Plugin *p) {
    DebugCode c = {.module = p->module, .base = p->base, .spans = p->spans, .nspans = p->nspans};
    u8 *room = (u8 *)(p->refs + (PLUGIN_NKINDS + 1) * (usize)p->nspans);
    if (debug_size(&c) <= debug_room(&p->file)) debug_make(&p->debug, room, &c);
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
    if (!resolve(p, out)) return false;
    find_spans(p);
    if (!check_used(p)) return fail(out, "the file is damaged", NULL);
    relocate(p);
    describe(p);
    if (!plugin_file_protect(&p->file, p->base)) {
        stop_the_world("forget plugin");
        itabs_forget((usize)p->base, p->size);
        start_the_world();
        return fail(out, "the system does not let data become code", NULL);
    }
    trim(p);
    publish(p);
    return true;
}
