// patch.c - functions of the running program are replaced by those of a patch (abi/patch.h), and patches that nothing uses any more go.
//
// Runs: SYSTEM, on behalf of package vole/hot. A patch was linked for its place, so there is little to do: copy, give the runtime its method tables and its
// module, then write jumps with the world stopped. A jump lies where one instruction was or another jump, so no goroutine stands inside of it;
// who stands at its beginning has the arguments in their places and goes on in the new function. Who is further in the old one finishes there.
#include "plugin/patch.h"
#include "abi/plugin.h"
#include "gc/gc.h"
#include "lang/lang.h"
#include "sched/sched.h"

static Patch *patches, *spare; // the last one first

static SYSTEM bool fail(PatchLoaded *out, const char *error, const char *subject) {
    out->error = error;
    out->subject = subject;
    return false;
}

static SYSTEM const void *table(const PatchLoaded *p, PatchTable t) { return p->file + t.at; }

// ---- loading -----------------------------------------------------------------------------------------------------------

static SYSTEM bool is_table(const PatchLoaded *p, PatchTable t, u64 size) {
    return t.at % 8 == 0 && t.at + t.n * size <= (u64)p->file_size - sizeof(PatchHead);
}

static SYSTEM bool is_sound(const PatchLoaded *p) {
    const PatchHead *h = p->head;
    u64 loaded = (u64)h->text + h->rodata + h->data, rest = (u64)p->file_size - sizeof *h;
    for (u32 i = 0; i < sizeof h->magic; i++)
        if (h->magic[i] != PATCH_MAGIC[i]) return false;
    if (loaded > rest || loaded > h->size || (h->text | h->rodata | h->data | h->base | h->size) % OS_PAGE)
        return false;
    if (h->module < h->base || h->module - h->base + sizeof(Module) > loaded) return false;
    return is_table(p, h->pokes, sizeof(PatchPoke)) && is_table(p, h->refs, sizeof(PatchRef)) &&
           is_table(p, h->others, sizeof(u32)) && is_table(p, h->inits, sizeof(u32)) &&
           is_table(p, h->retired, sizeof(u32)) && h->sum == plugin_sum(p->file, rest);
}

static SYSTEM bool read_file(PatchLoaded *p, i64 fd, i64 size) {
    if (size < (i64)sizeof(PatchHead)) return fail(p, "the patch is damaged", NULL);
    p->file_size = size;
    p->file = os_map((usize)size);
    if (!p->file) return fail(p, "there is no memory for the patch", NULL);
    if (!os_read_at(fd, p->file, (usize)size, 0)) return fail(p, "the patch cannot be read", NULL);
    p->head = (const PatchHead *)(const void *)(p->file + size - sizeof(PatchHead));
    return is_sound(p) || fail(p, "the patch is damaged", NULL);
}

typedef struct __attribute__((packed, may_alias)) Word32 {
    u32 v;
} Word32;
typedef struct __attribute__((packed, may_alias)) Word64 {
    u64 v;
} Word64;

static SYSTEM void share_itabs(const PatchLoaded *p) {
    const PatchRef *r = table(p, p->head->refs);
    for (u32 i = 0; i < p->head->refs.n; i++) {
        u64 own = r[i].itab, one = (u64)(usize)itab_share((GoItab *)(usize)own);
        u8 *at = (u8 *)(usize)r[i].at;
        if (one == own) continue;
        if (r[i].kind == 0) ((Word64 *)at)->v += one - own;
        else ((Word32 *)at)->v += (u32)(one - own);
    }
}

static SYSTEM void protect(const PatchHead *h) {
    u8 *p = (u8 *)(usize)h->base;
    bool ok = os_protect(p, h->text, OS_READ | OS_EXEC);
    if (h->rodata) ok = ok && os_protect(p + h->text, h->rodata, OS_READ);
    if (!ok) throw_("runtime: cannot protect the memory of a patch");
}

static SYSTEM usize entries_size(const Patch *p) { return (p->nentries * sizeof(u32) + OS_PAGE - 1) & -(usize)OS_PAGE; }

static SYSTEM void keep_entries(Patch *p, const PatchLoaded *of) {
    const PatchPoke *k = table(of, of->head->pokes);
    p->nentries = of->head->pokes.n;
    p->entries = p->nentries ? (u32 *)os_map(entries_size(p)) : NULL;
    p->held = p->nentries && !p->entries;
    for (u32 i = 0; p->entries && i < p->nentries; i++) p->entries[i] = k[i].entry;
}

static SYSTEM void describe(Patch *p) {
    DebugCode c = {.module = &p->copy};
    u8 *room = os_map(debug_size(&c));
    if (!room) return; // debuggers do without
    debug_make(&p->debug, room, &c);
    debug_add(&p->debug);
}

static SYSTEM void publish(const PatchLoaded *of) {
    const PatchHead *h = of->head;
    Patch *p = spare;
    if (p) spare = p->next;
    else p = persistent_alloc(sizeof *p, 8);
    *p = (Patch){.next = patches, .base = (u8 *)(usize)h->base, .size = h->size, .number = h->number};
    p->text = h->text;
    p->fixed = h->text + h->rodata;
    keep_entries(p, of);
    p->copy = *(Module *)(usize)h->module;
    patches = p;
    stop_the_world("load patch");
    rt_modules[rt_nmodules++] = &p->copy;
    start_the_world();
    describe(p);
}

SYSTEM bool rt_patch_load(i64 fd, i64 size, PatchLoaded *out) {
    if (!read_file(out, fd, size)) return false;
    const PatchHead *h = out->head;
    u8 *base = (u8 *)(usize)h->base;
    if (rt_nmodules == MAX_MODULES) return fail(out, "there are too many patches in memory", NULL);
    if (!os_map_at(base, h->size)) return fail(out, "the memory for the patch is taken", NULL);
    os_sync_code(); // the first time takes some milliseconds: not while the world is stopped
    memcpy(base, out->file, (usize)h->text + h->rodata + h->data);
    share_itabs(out);
    if (!ran_add(out, (const Module *)(usize)h->module)) return fail(out, "too many functions came with patches", NULL);
    protect(h);
    publish(out);
    out->inits = table(out, h->inits);
    out->ninits = h->inits.n;
    out->functions = h->nfuncs;
    return true;
}

// ---- applying ----------------------------------------------------------------------------------------------------------

static SYSTEM const PatchPoke *poke_of(const PatchLoaded *p, usize pc) {
    const PatchPoke *k = table(p, p->head->pokes);
    for (u32 i = 0; i < p->head->pokes.n; i++)
        if (pc - k[i].old < k[i].old_size) return &k[i];
    return NULL;
}

static SYSTEM bool is_way_in(const FuncRec *f) { // of a `go` statement
    const char *name = func_name(f);
    for (; *name; name++)
        if (name[0] == '.' && name[1] == 'g' && name[2] == 'o' && name[3] == 'w' && name[4] == 'r') return true;
    return false;
}

// A function that a goroutine began with may never return: what changed of it would never run. The first goroutine's functions neither.
static SYSTEM bool goes_on(PatchLoaded *p, G *g) {
    const FuncRec *last = NULL, *outer = NULL, *in = NULL;
    bool last_old = false, outer_old = false;
    Unwinder u;
    for (unwind_init(&u, g, 0, 0); u.ok; unwind_next(&u)) {
        bool old = poke_of(p, u.frame.pc) != NULL;
        if (old) in = u.frame.fn, p->running++;
        if (!u.frame.fn || u.frame.fn->flags & FUNC_TOP) continue;
        outer = last, outer_old = last_old;
        last = u.frame.fn, last_old = old;
    }
    if (last && is_way_in(last)) last = outer, last_old = outer_old;
    if (!in || !(last_old || g->goid == 1)) return true;
    p->goroutine = (i64)g->goid;
    return fail(p, "runs", func_name(last_old ? last : in));
}

static SYSTEM bool all_go_on(PatchLoaded *p) {
    p->running = p->goroutine = 0;
    u64 at = 0;
    for (G *g; (g = g_next(&at));) {
        if (g_is_dead(g)) continue;
        if (!goes_on(p, g)) return false;
    }
    return true;
}

static SYSTEM bool is_new_start(PatchLoaded *p, u32 entry) {
    if (!ran_before(entry)) return false;
    const FuncRec *f = find_func(entry);
    p->ran = true;
    return !fail(p, PATCH_RAN, f ? func_name(f) : "a function");
}

// What has run already would not run again.
static SYSTEM bool none_ran(PatchLoaded *p) {
    const PatchPoke *k = table(p, p->head->pokes);
    const u32 *o = table(p, p->head->others);
    p->ran = false;
    if (ran_state() == RAN_ANYTHING) return true;
    if (ran_state() == RAN_UNKNOWN) return fail(p, "the program cannot note which functions run", NULL);
    for (u32 i = 0; i < p->head->pokes.n; i++)
        if (is_new_start(p, k[i].entry)) return false;
    for (u32 i = 0; i < p->head->others.n; i++)
        if (is_new_start(p, o[i])) return false;
    return true;
}

static SYSTEM void write_entry(const PatchPoke *k) {
    if (ran_state() == RAN_NOTED && ran_lead(k->entry, k->target)) return;
    u8 code[PATCH_ENTRY];
    u32 far = k->target - (k->entry + 5);
    memcpy(code, PATCH_NOP, 4);
    memcpy(code + 4, &k->shape, 4);
    if (k->target) code[0] = 0xe9, memcpy(code + 1, &far, 4);
    u64 word;
    memcpy(&word, code, sizeof word);
    __atomic_store_n((u64 *)(usize)k->entry, word, __ATOMIC_RELEASE);
}

// Other threads of the runtime may run code of these pages, so they stay executable.
static SYSTEM bool open_entries(const PatchLoaded *p, int access) {
    const PatchPoke *k = table(p, p->head->pokes);
    bool ok = true;
    if (ran_state() == RAN_NOTED) return ran_open(access);
    for (u32 i = 0; i < p->head->pokes.n; i++)
        ok = ok && os_protect((u8 *)(k[i].entry & -(usize)OS_PAGE), OS_PAGE, access);
    return ok;
}

SYSTEM bool rt_patch_apply(PatchLoaded *out) {
    const PatchPoke *k = table(out, out->head->pokes);
    stop_the_world("patch");
    i64 began = nanotime();
    bool good = none_ran(out) && all_go_on(out);
    if (good && !open_entries(out, OS_READ | OS_WRITE | OS_EXEC))
        good = fail(out, "the system does not let code be changed", NULL);
    for (u32 i = 0; good && i < out->head->pokes.n; i++) write_entry(&k[i]);
    if (good) open_entries(out, OS_READ | OS_EXEC), os_sync_code();
    out->stopped = nanotime() - began;
    start_the_world();
    return good;
}

static SYSTEM void count(PatchLoaded *out) {
    out->modules = out->retired = 0;
    for (const Patch *p = patches; p; p = p->next) {
        out->modules++;
        out->retired += p->retired && !p->held;
    }
}

SYSTEM void rt_patch_done(PatchLoaded *out) {
    const u32 *gone = out->head ? table(out, out->head->retired) : NULL;
    for (u32 i = 0; gone && !out->error && i < out->head->retired.n; i++)
        for (Patch *p = patches; p; p = p->next)
            if (p->number == gone[i]) p->retired = true;
    count(out);
    if (out->file) os_unmap(out->file, (usize)out->file_size);
    out->file = NULL;
    out->head = NULL;
}

// ---- patches that nothing uses -----------------------------------------------------------------------------------------

typedef struct Span2 { // of memory, with patches that may go
    usize lo, size;
} Span2;
static SYSTEM bool inside(Span2 s, usize a) { return a - s.lo < s.size; }

static SYSTEM bool runs(Span2 s) {
    u64 at = 0;
    for (G *g; (g = g_next(&at));) {
        if (g_is_dead(g)) continue;
        Unwinder u;
        for (unwind_init(&u, g, 0, 0); u.ok; unwind_next(&u))
            if (inside(s, u.frame.pc)) return true;
    }
    return false;
}

static SYSTEM bool is_referred_to(Span2 s) {
    Holder h = {.lo = s.lo, .size = s.size};
    return gc_find_holder(&h);
}

static SYSTEM void take_out(Span2 s) {
    i32 n = 0;
    for (i32 i = 0; i < rt_nmodules; i++)
        if (!inside(s, (usize)rt_modules[i]->text)) rt_modules[n++] = rt_modules[i];
    rt_nmodules = n;
    u64 at = 0;
    for (G *g; (g = g_next(&at));) { // who created it is told no more
        if (inside(s, g->gopc)) g->gopc = 0;
        if (inside(s, g->startpc)) g->startpc = 0;
    }
    itabs_forget(s.lo, s.size);
    func_caches_clear();
}

static SYSTEM void free_patches(Span2 s) {
    for (Patch **l = &patches; *l;) {
        Patch *p = *l;
        if (!inside(s, (usize)p->base)) {
            l = &p->next;
            continue;
        }
        *l = p->next;
        if (p->entries) os_unmap((u8 *)p->entries, entries_size(p));
        DebugImage d = p->debug;
        debug_remove(&p->debug);
        if (d.at) os_unmap((void *)(usize)d.at, d.size);
        os_unmap(p->base, p->size);
        p->next = spare;
        spare = p;
    }
}

// From p on those that follow each other and may go.
static SYSTEM Span2 run_of(const Patch *p, i32 most) {
    Span2 s = {(usize)p->base, p->size};
    for (const Patch *q = p->next; q && q->retired && !q->held && --most > 0; q = q->next) {
        s.size += s.lo - (usize)q->base;
        s.lo = (usize)q->base;
    }
    return s;
}

// A distance stands behind the operation of a call or jump (of two bytes if it has a condition: 8x alone begins places in large frames, whose numbers lead
// into the next patches), or behind the byte that says that an operand is at one (rm 101 without a base).
static SYSTEM bool is_distance(const u8 *code, const u8 *a) {
    return (a[-1] & 0xfe) == 0xe8 || (a - code > 1 && a[-2] == 0x0f && (a[-1] & 0xf0) == 0x80) ||
           (a[-1] & 0xc7) == 0x05;
}

// What is never written to and stays: code that calls what is in s, also by the jump at an entry, and constants that name it. Each place whose
// four bytes are an address of s counts, and in code a distance to it from what follows them, with up to 4 bytes of a constant between.
static SYSTEM bool names(const Patch *p, Span2 s) {
    const u8 *end = p->base + p->fixed - sizeof(u32), *code = p->base + p->text - sizeof(u32);
    for (const u8 *a = p->base; a <= end; a++) {
        u32 v = ((const Word32 *)(const void *)a)->v, to = v + (u32)(usize)(a + sizeof v);
        if (inside(s, v)) return true;
        if (a > p->base && a <= code && to + 4 - (u32)s.lo < s.size + 4 && is_distance(p->base, a)) return true;
    }
    return false;
}

// The program's own functions, which may be called by values of before, lead to their last bodies whether they have a name or not.
static SYSTEM bool leads_into(const Patch *p, Span2 s) {
    enum { PROGRAM_END = 1 << 30 }; // patches lie behind
    for (u32 i = 0; i < p->nentries; i++) {
        usize at = p->entries[i];
        const u8 *code = (const u8 *)at;
        if (at >= PROGRAM_END || code[0] != 0xe9) continue;
        if (inside(s, at + 5 + ((const Word32 *)(const void *)(code + 1))->v)) return true;
    }
    return false;
}

static SYSTEM bool is_called(Span2 s) {
    for (const Patch *p = patches; p; p = p->next)
        if (inside(s, (usize)p->base) ? leads_into(p, s) : names(p, s)) return true;
    return false;
}

static SYSTEM bool sweep(Span2 s, PatchLoaded *out) {
    gc_stop_between_cycles("unload patches");
    for (i32 i = 0; i < gomaxprocs; i++) mcaches_flush(allp[i], true);
    sweep_all();
    memclr(out->lookups, sizeof *out->lookups);
    bool stays = runs(s) || is_referred_to(s);
    if (!stays) take_out(s);
    start_the_world();
    if (!stays) free_patches(s);
    return !stays;
}

// One look at all; whether any went. Those that code of others leads to may go when that has gone.
static SYSTEM bool sweep_each(i32 most, PatchLoaded *out) {
    bool any = false;
    for (Patch *p = patches, *next; p; p = next) {
        next = p->next;
        if (!p->retired || p->held) continue;
        Span2 s = run_of(p, most);
        while (next && inside(s, (usize)next->base)) next = next->next;
        if (is_called(s)) continue;
        bool gone = sweep(s, out);
        any |= gone;
        if (!gone && most == 1) p->held = true;
    }
    return any;
}

// Many at once; if something refers to one of them, each for itself. What stays then is not looked at again.
SYSTEM void rt_patch_sweep(PatchLoaded *out) {
    enum { MANY = 1 << 20 };
    sweep_each(MANY, out);
    while (sweep_each(1, out)) {
    }
    for (Patch *p = patches; p; p = p->next) p->held |= p->retired;
    count(out);
}
