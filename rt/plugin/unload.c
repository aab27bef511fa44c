// unload.c - a plugin out of the running program, when it is proved that nothing refers to it.
//
// Runs: SYSTEM, under package plugin's mutex. Nothing: no goroutine is in its code, no pointer that the collector can reach leads into it, no object has one of its types,
// no other plugin was linked with it. From the look at the stacks until its memory has gone the world is stopped.
#include "gc/gc.h"
#include "lang/lang.h"
#include "plugin/plugin.h"
#include "sched/sched.h"

static SYSTEM bool inside(const Plugin *p, usize a) { return a - (usize)p->base < p->size; }

// A method table of a plugin's type goes with that plugin, of its interface with that one.
SYSTEM void *plugin_itab_room(const GoType *t, const GoInterfaceType *inter, usize size) {
    for (Plugin *p = plugins; p; p = p->next) {
        if (!inside(p, (usize)t) && !inside(p, (usize)inter)) continue;
        if (p->end - p->room < size) continue;
        p->room += size;
        return (void *)(p->room - size);
    }
    return NULL;
}

static SYSTEM bool held(Loaded *out, const char *error, const char *subject) {
    out->error = error;
    out->subject = subject;
    return true;
}

static SYSTEM bool used_by_another(const Plugin *p, Loaded *out) {
    for (Plugin *q = plugins; q; q = q->next)
        for (u32 i = 0; q != p && i < q->head->imports.n; i++)
            if (inside(p, q->imports[i] & ~PLUGIN_BROUGHT))
                return held(out, "used by plugin", plugin_name(q->head, q->head->path));
    return false;
}

static SYSTEM bool is_runtime(const FuncRec *f) { // as where a coroutine begins, in the plugin's copy
    static const char path[] = "runtime.";
    const char *name = func_name(f);
    u32 i = 0;
    while (path[i] && name[i] == path[i]) i++;
    return !path[i];
}

// The outermost of its functions on a goroutine's stack tells most.
static SYSTEM bool runs(const Plugin *p, Loaded *out) {
    u64 at = 0;
    for (G *g; (g = g_next(&at));) {
        if (g_is_dead(g)) continue;
        const FuncRec *last = NULL;
        Unwinder u;
        for (unwind_init(&u, g, 0, 0); u.ok; unwind_next(&u))
            if (inside(p, u.frame.pc) && (!last || !is_runtime(u.frame.fn))) last = u.frame.fn;
        if (!last) continue;
        out->goroutine = (i64)g->goid;
        return held(out, "is in", func_name(last));
    }
    return false;
}

// The function there, or that of a func value.
static SYSTEM const FuncRec *function_at(usize at) {
    const FuncRec *f = find_func(at);
    if (f || at % sizeof(usize)) return f;
    usize code = *(const usize *)at;
    f = find_func(code);
    return f && func_entry(f) == code ? f : NULL;
}

static SYSTEM bool is_referred_to(const Plugin *p, Loaded *out) {
    Holder h = {.lo = (usize)p->base, .size = p->size, .module = p->module, .skip = out->skip, .nskip = out->nskip};
    if (!gc_find_holder(&h)) return false;
    const FuncRec *f = h.at ? function_at(h.at) : NULL;
    out->passing = h.passing;
    out->at = f ? func_name(f) : plugin_name_at(p, h.at ? h.at : (usize)h.typ);
    if (h.typ) return held(out, "a value is left of", NULL);
    if (h.g) out->goroutine = (i64)h.g->goid;
    if (h.g) return held(out, "has", NULL);
    if (h.variable) return held(out, "package variable", shared_variable(h.variable));
    return held(out, h.what ? h.what : "a frame of the runtime has", NULL);
}

static SYSTEM void take_out(Plugin *p) {
    i32 n = 0;
    for (i32 i = 0; i < rt_nmodules; i++)
        if (rt_modules[i] != p->module) rt_modules[n++] = rt_modules[i];
    rt_nmodules = n;
    for (Plugin **l = &plugins; *l; l = &(*l)->next)
        if (*l == p) {
            *l = p->next;
            break;
        }
    u64 at = 0;
    for (G *g; (g = g_next(&at));) { // who created it is told no more
        if (inside(p, g->gopc)) g->gopc = 0;
        if (inside(p, g->startpc)) g->startpc = 0;
    }
    specials_drop_module((Extent){(usize)p->base, p->size});
    itabs_forget((usize)p->base, p->size);
    func_caches_clear();
}

SYSTEM bool rt_plugin_unload(Plugin *p, Loaded *out) {
    if (used_by_another(p, out)) return false;
    gc_stop_between_cycles("unload plugin");
    for (i32 i = 0; i < gomaxprocs; i++) mcaches_flush(allp[i], true);
    sweep_all();
    memclr(out->lookups, sizeof *out->lookups);
    bool stays = runs(p, out) || is_referred_to(p, out);
    out->passing |= stays && specials_pending(); // what runs or is queued may be the plugin's, or let go of it
    bool goes = !stays && !out->nskip;
    if (goes) take_out(p);
    start_the_world();
    specials_wake(); // sweeping found some
    if (!goes) return !stays;
    if (!p->alone) shared_remove(p);
    plugin_debug_end(p);
    os_unmap(p->base, p->size);
    plugin_record_free(p);
    return true;
}
