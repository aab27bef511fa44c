// functab.c - reads the linker's function tables (abi/functab.h): function of a pc, its lines and inlined calls, its stack maps.
//
// Any stack, no locks, no allocation but for one index (built once by SYSTEM callers; without it the search is binary over all functions).
#include "rt.h"

Module *rt_modules[MAX_MODULES] = {&module_};
i32 rt_nmodules = 1;

LEAF const char *func_name(const FuncRec *f) { return f ? module_of(f)->funcnames + f->name : ""; }
SIGNAL usize func_entry(const FuncRec *f) { return (usize)module_of(f)->text + f->entry; }
LEAF Module *module_of(const FuncRec *f) {
    for (i32 i = 0; i < rt_nmodules; i++)
        if (f >= rt_modules[i]->funcs && f < rt_modules[i]->funcs + rt_modules[i]->nfuncs) return rt_modules[i];
    return &module_;
}

LEAF u64 modules_data(void) {
    u64 n = 0;
    for (i32 i = 0; i < rt_nmodules; i++)
        n += (u64)(rt_modules[i]->edata - rt_modules[i]->data + rt_modules[i]->ebss - rt_modules[i]->bss);
    return n;
}

// Functions of the program that were found last, by address: stacks of a program lead through few places. Any thread writes whole words, a reader checks
// what it reads.
static FuncRec *recent[256];
LEAF FuncRec *find_func(usize pc) {
    FuncRec **place = &recent[(pc >> 4 ^ pc >> 12) & 255], *known = __atomic_load_n(place, __ATOMIC_RELAXED);
    if (known && pc - (usize)module_.text - known->entry < known->size) return known;
    for (i32 m = 0; m < rt_nmodules; m++) {
        Module *mod = rt_modules[m];
        if (pc < (usize)mod->text || pc >= (usize)mod->etext || mod->nfuncs == 0) continue;
        u32 off = (u32)(pc - (usize)mod->text);
        u64 lo = 0, hi = mod->nfuncs; // first record with entry > off
        while (lo < hi) {
            u64 mid = (lo + hi) / 2;
            if (mod->funcs[mid].entry <= off) lo = mid + 1;
            else hi = mid;
        }
        if (lo == 0) return NULL;
        FuncRec *f = &mod->funcs[lo - 1];
        if (off - f->entry >= f->size) return NULL;
        if (m == 0) __atomic_store_n(place, f, __ATOMIC_RELAXED);
        return f;
    }
    return NULL;
}

SIGNAL u64 functab_uleb(const u8 **p) {
    u64 v = 0;
    u32 sh = 0;
    for (;;) {
        u8 b = *(*p)++;
        v |= (u64)(b & 127) << sh;
        if (b < 128) return v;
        sh += 7;
    }
}
static SIGNAL i64 sleb(const u8 **p) {
    u64 v = 0;
    u32 sh = 0;
    u8 b;
    do {
        b = *(*p)++;
        v |= (u64)(b & 127) << sh;
        sh += 7;
    } while (b >= 128);
    if ((b & 64) && sh < 64) v |= ~0ull << sh;
    return (i64)v;
}

SIGNAL i32 func_lines(const FuncRec *f, usize pc, bool is_call, LogicalFrame *out, i32 max) {
    if (!f || max <= 0) return 0;
    Module *m = module_of(f);
    usize entry = (usize)m->text + f->entry, at = entry, want = is_call && pc > entry ? pc - 1 : pc;
    i64 inl = -1, line = 0;
    if (f->lines) {
        const u8 *p = m->pctab + f->lines;
        usize end = entry + f->size;
        for (bool first = true; at < end; first = false) { // an entry changes the state from its pc on
            const u8 *q = p;
            u64 head = functab_uleb(&q);
            usize next = at + (head >> 1);
            if (next > want || next >= end) break;
            if (!first && head == 0) break; // the end
            if (head & 1) inl += sleb(&q);
            line += sleb(&q);
            at = next;
            p = q;
        }
    }
    i32 n = 0;
    while (n < max) {
        LogicalFrame *o = &out[n++];
        const InlineRec *r = inl < 0 ? NULL : &m->inltree[f->inltree + inl];
        o->file = m->files[r ? r->file : f->file];
        o->line = (i32)(line + (r ? r->start_line : f->line));
        o->entry = entry;
        while (r && r->name == INLINE_PLACE) r = r->parent < 0 ? NULL : &m->inltree[f->inltree + r->parent];
        if (!r) {
            o->name = m->funcnames + f->name;
            o->start_line = f->line;
            o->wrapper = f->flags & FUNC_WRAPPER;
            break;
        }
        o->name = m->funcnames + r->name;
        o->start_line = r->start_line;
        o->wrapper = false;
        line = r->line;
        inl = r->parent;
    }
    return n;
}

SIGNAL usize func_sp(const FuncRec *f, usize pc) {
    Module *m = module_of(f);
    const u8 *p = m->pctab + f->deferreturn_ret;
    usize at = func_entry(f), sp = 0;
    for (bool first = true;; first = false) {
        u64 d = functab_uleb(&p);
        if ((!first && d == 0) || at + d > pc) return sp;
        at += d;
        sp = (usize)sleb(&p);
    }
}

SIGNAL bool func_is_unsafe(const FuncRec *f, usize pc) {
    if (!f->unsafe) return false;
    const u8 *p = module_of(f)->pctab + f->unsafe;
    for (usize at = func_entry(f);;) {
        u64 gap = functab_uleb(&p), n = functab_uleb(&p);
        if (!n || pc < at + gap) return false;
        at += gap + n;
        if (pc < at) return true;
    }
}

// The head of f's maps; behind it lie stack objects or call sites: the result.
static SYSTEM const u8 *open_maps(const FuncRec *f, StackMap *out, const u8 **maps) {
    const u8 *p = module_of(f)->pctab + f->stackmap;
    out->frame_words = (u32)functab_uleb(&p);
    out->arg_words = (u32)functab_uleb(&p);
    u64 bytes = functab_uleb(&p);
    *maps = p;
    return p + bytes;
}
static SYSTEM void set_map(StackMap *m, const u8 *p) {
    m->first = (u32)functab_uleb(&p) * 8;
    m->n = (u32)functab_uleb(&p) * 8;
    m->bits = p;
}
SYSTEM bool func_objects(const FuncRec *f, ObjTable *out) {
    if (!(f->flags & FUNC_STACK_OBJECTS)) return false;
    const u8 *maps, *p = open_maps(f, &out->map, &maps);
    out->n = (u32)functab_uleb(&p);
    set_map(&out->map, maps + functab_uleb(&p));
    out->next = p;
    out->word = out->nwords = 0;
    return true;
}
SYSTEM bool next_object(ObjTable *t) {
    if (t->n == 0) return false;
    t->n--;
    t->word += t->nwords + (u32)functab_uleb(&t->next);
    t->nwords = (u32)functab_uleb(&t->next);
    return true;
}
static SYSTEM void skip_objects(const FuncRec *f, const u8 **p) {
    if (!(f->flags & FUNC_STACK_OBJECTS)) return;
    u64 n = functab_uleb(p);
    functab_uleb(p);
    for (u64 i = 0; i < 2 * n; i++) functab_uleb(p);
}

// The map of call site `ret` (offset from the entry); ~0: the entry map.
static SYSTEM bool find_map(const FuncRec *f, u32 site, StackMap *out) {
    if (!f->stackmap) return false;
    const u8 *maps, *p = open_maps(f, out, &maps);
    if (site == ~0u) {
        set_map(out, maps);
        return true;
    }
    skip_objects(f, &p);
    u64 at = 0;
    for (u64 n = functab_uleb(&p); n > 0; n--) {
        at += functab_uleb(&p);
        u64 k = functab_uleb(&p);
        if (at == site) {
            set_map(out, maps + k);
            return true;
        }
        if (at > site) break;
    }
    return false;
}

// Remembers the last answers: thousands of goroutines wait at few places. Entries are written whole under a sequence number.
typedef struct MapCache {
    u32 seq;
    u32 pad;
    usize pc;
    StackMap map;
} MapCache;
static MapCache map_cache[512];

SYSTEM void func_caches_clear(void) {
    for (u32 i = 0; i < sizeof map_cache / sizeof *map_cache; i++) map_cache[i].pc = 0;
}
SYSTEM bool frame_stackmap(const Frame *fr, StackMap *out) {
    const FuncRec *f = fr->fn;
    if (fr->dead || !f) return false;
    if (fr->kind == FRAME_ENTRY) return find_map(f, ~0u, out);
    if (fr->kind == FRAME_FAULT) return f->deferreturn && find_map(f, f->deferreturn_ret, out);
    if (fr->kind != FRAME_CALL) return false;
    MapCache *c = &map_cache[(fr->pc ^ fr->pc >> 9) & 511];
    u32 seq = __atomic_load_n(&c->seq, __ATOMIC_ACQUIRE);
    if (!(seq & 1) && c->pc == fr->pc) {
        *out = c->map;
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (__atomic_load_n(&c->seq, __ATOMIC_RELAXED) == seq) return true;
    }
    if (!find_map(f, (u32)(fr->pc - func_entry(f)), out)) return false;
    if (!(seq & 1) && __atomic_compare_exchange_n(&c->seq, &seq, seq + 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
        c->pc = fr->pc;
        c->map = *out;
        __atomic_store_n(&c->seq, seq + 2, __ATOMIC_RELEASE);
    }
    return true;
}
