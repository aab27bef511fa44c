// patch.c - a program that can be changed while it runs, and the patches that change it (abi/patch.h).
//
// In:   symbols that are reached; the record of what the process has, which the link before this one made. Out: which symbols a patch brings and
// where all others are; or why the program must be started again. The record after this one.
//
// Symbols are the same if their contents are: bytes and relocations, of which functions, variables, descriptors and method tables count by name,
// constants by content. A function that changed gets a jump at its first entry, which stays what all others know of it, so its callers stay. One that has no room for
// it, or another shape, is another function: who names it changes too. Variables, descriptors and method tables never change; new ones come along.
#include "link/link_int.h"
#include "abi/gotype.h"
#include "abi/patch.h"
#include "abi/plugin.h"
#include <stdlib.h>

// ---- the record ----------------------------------------------------------------------------------------------------------

enum { REC_PATCHABLE = 1, REC_MOVED = 2 };
typedef struct RecSym { // sorted by key
    u64 key;            // hash of its name; of what has none, or is constant, its content
    u64 content, first; // of the latest body; of the one at addr
    u32 addr, size;     // what it is called by
    u32 body, body_size;
    u32 shape, name; // name: of those that a message may name, offset; 0: none
    u32 module, body_module;
    u8 kind, flags, pad[6];
} RecSym;
typedef struct RecHead {
    char magic[8];
    u64 nsyms, names_len, manifest_len, nmodules;
    u64 text, types; // what offsets in descriptors count from
    u64 next;        // where the next patch goes
    u64 moved;       // some function's first entry is not the one it began with
} RecHead;
static const char record_magic[8] = "volerec";
enum { FIRST_ADDR = 0x40000000, LAST_ADDR = 0x7f000000, GONE = 0xff };

typedef struct Record {
    const RecHead *head;
    const RecSym *syms;
    Str names, manifest;
    const u8 *modules; // by number, from 1: GONE, or in use
} Record;

static bool record_open(Record *r, Str bytes) {
    const RecHead *h = (const RecHead *)(const void *)bytes.ptr;
    if (bytes.len < (i64)sizeof *h || memcmp(h->magic, record_magic, sizeof h->magic) != 0) return false;
    u64 tables = sizeof *h + h->nsyms * sizeof(RecSym);
    if (tables + h->names_len + h->manifest_len + h->nmodules != (u64)bytes.len) return false;
    r->head = h;
    r->syms = (const RecSym *)(const void *)(bytes.ptr + sizeof *h);
    r->names = (Str){bytes.ptr + tables, (i64)h->names_len};
    r->manifest = (Str){r->names.ptr + r->names.len, (i64)h->manifest_len};
    r->modules = (const u8 *)(r->manifest.ptr + r->manifest.len);
    return true;
}

Str link_patch_open(LinkPatch *p, Arena *a) {
    Record *r = ANEW(a, Record);
    if (!record_open(r, p->base)) return (Str){0};
    p->of = r;
    return r->manifest;
}

static Str record_name(const Record *r, const RecSym *s) { return str_c(r->names.ptr + s->name); }

static u64 name_key(Str s) { return shared_hash(s.ptr, (u64)s.len) | 1; }

static const RecSym *record_find(const Record *r, u64 key) {
    u64 lo = 0, hi = r->head->nsyms;
    while (lo < hi) {
        u64 mid = (lo + hi) / 2;
        if (r->syms[mid].key < key) lo = mid + 1;
        else hi = mid;
    }
    return lo < r->head->nsyms && r->syms[lo].key == key ? &r->syms[lo] : NULL;
}

bool link_patch_has(const LinkPatch *p, Str name) { return record_find(p->of, name_key(name)); }

// ---- contents --------------------------------------------------------------------------------------------------------------

typedef struct Pick { // of a symbol that is reached
    Sym *sym;
    const RecSym *old; // what the process has in its place; NULL: nothing
    u64 content;
    bool take;  // the patch brings it
    bool moved; // others name it by another address than they did
    bool back;  // the process has its body, the first one
    Sym *body;  // taken, and called by its first entry: the body's own symbol
} Pick;
typedef struct LinkPatching {
    LinkPatch *job;
    Map *contents; // Sym -> u64 *
    Map *picks;    // Sym -> index + 1
    VEC(Pick) list;
    Record old; // head NULL: there is no process yet
    VEC(PatchRef) refs;
    VEC(PatchPoke) pokes;
    VEC(u32) inits, retired, others;
    VEC(Sym *) init_syms;
    i64 nfuncs;
    u32 number;
} LinkPatching;

static bool is_var(const Sym *s) { return s->kind >= SYM_DATA && s->kind <= SYM_NOPTRBSS; }
static bool is_constant(const Sym *s) { return s->kind == SYM_RODATA && !s->from_elf; }
static bool by_content(const Sym *s) { return !s->name.len || is_constant(s); }
static bool is_patchable(const Sym *s) {
    return s->kind == SYM_TEXT && s->code && s->size > PATCH_ENTRY && !memcmp(s->data, PATCH_NOP, 4);
}
static u32 shape_of(const Sym *s) {
    u32 shape = 0;
    if (is_patchable(s)) memcpy(&shape, s->data + 4, sizeof shape);
    return shape;
}

static u64 content_of(Link *l, const Sym *s);
static u64 id_of(Link *l, const Sym *s) {
    const RecSym *r = s->kind == SYM_ABS && s->name.len && l->job->patch->of
                          ? record_find(l->job->patch->of, name_key(s->name))
                          : NULL;
    if (r && r->kind == SYM_RODATA) return r->content; // a constant that the process has
    if (s->from_elf || !by_content(s)) return s->name.len ? name_key(s->name) : 2;
    return content_of(l, s);
}

// What depends on what else is in the program: methods that nobody calls, whether a pointer's type is there.
static bool is_left_out(const Sym *s, const Reloc *r) {
    return !r->sym || (r->kind & REL_WEAK) || r->kind == REL_REACH ||
           (s->kind == SYM_TYPE && r->off == offsetof(GoType, ptr_to_this));
}

static u64 content_of(Link *l, const Sym *s) {
    void **slot = map_slot_ptr(l->patch->contents, s);
    if (*slot) return *(u64 *)*slot;
    u64 *p = ANEW(l->a, u64);
    *p = 1; // one that leads to itself
    *slot = p;
    u64 h = shared_mix(s->kind, (u64)s->size);
    if (s->data) h = shared_mix(h, plugin_sum(s->data, (u64)s->size));
    if (s->nptrwords) h = shared_mix(h, shared_hash((const char *)s->ptrmask, (u64)(s->nptrwords + 7) / 8));
    for (i64 i = 0; i < s->relocs.len; i++) {
        const Reloc *r = &s->relocs.ptr[i];
        if (is_left_out(s, r)) continue;
        h = shared_mix(shared_mix(h, (u64)r->off << 8 | r->kind), (u64)r->addend);
        h = shared_mix(h, id_of(l, r->sym));
    }
    return *p = h | 1;
}

static u64 key_of(Link *l, const Sym *s) { return by_content(s) ? content_of(l, s) : name_key(s->name); }

// ---- function literals -------------------------------------------------------------------------------------------------
// They are named after their place: with one more in front of them the same literal has another name. If a function has as many as before, each is
// the one of that number; else those of equal contents are the same, and between such either as many are left on both sides or none on one.

typedef struct Literal {
    Str name;
    i64 number;
    u64 content;
    i64 pick;          // new ones: index into list
    const RecSym *old; // old ones
} Literal;
typedef VEC(Literal) Literals;
typedef struct Family {
    Literals was, now;
} Family;

// The function around and the number: p.F.func2, p.F.func2.1, p.F.gowrap1.
static bool is_literal(Str name, Str *parent, i64 *number) {
    i64 n = name.len, k;
    while (n > 0 && name.ptr[n - 1] >= '0' && name.ptr[n - 1] <= '9') n--;
    if (n == name.len || n == 0) return false;
    *number = 0;
    for (k = n; k < name.len && k < n + 9; k++) *number = *number * 10 + (name.ptr[k] - '0');
    k = n;
    while (k > 0 && name.ptr[k - 1] >= 'a' && name.ptr[k - 1] <= 'z') k--;
    Str word = str_slice(name, k, n);
    bool plain = !word.len && n > 0 && name.ptr[n - 1] == '.' && str_find(name, S(".func")) >= 0;
    if (!plain && !str_eq(word, S("func")) && !str_eq(word, S("gowrap")) && !str_eq(word, S("deferwrap"))) return false;
    *parent = str_slice(name, 0, n); // with the word: each kind is counted for itself
    return k > 0;
}

static int cmp_literal(const void *pa, const void *pb) {
    const Literal *a = pa, *b = pb;
    return a->number < b->number ? -1 : a->number > b->number;
}

static Family *family_of(Link *l, Map *families, Str parent) {
    void **slot = map_slot_str(families, parent);
    if (!*slot) *slot = ANEW(l->a, Family);
    return *slot;
}

static void collect_families(Link *l, Map *families) {
    LinkPatching *p = l->patch;
    Str parent;
    i64 number;
    for (i64 i = 0; i < p->list.len; i++) {
        const Sym *s = p->list.ptr[i].sym;
        if (s->kind != SYM_TEXT || s->from_elf || !is_patchable(s) || !is_literal(s->name, &parent, &number)) continue;
        vec_push(l->a, &family_of(l, families, parent)->now, ((Literal){s->name, number, content_of(l, s), i, NULL}));
    }
    for (u64 i = 0; i < p->old.head->nsyms; i++) {
        const RecSym *r = &p->old.syms[i];
        Str name = r->name ? record_name(&p->old, r) : (Str){0};
        if (r->kind != SYM_TEXT || !name.len || !is_literal(name, &parent, &number)) continue;
        Family *f = map_get_str(families, parent);
        if (f) vec_push(l->a, &f->was, ((Literal){name, number, r->content, -1, r}));
    }
}

// Those between two that are the same.
static bool pair_gap(LinkPatching *p, Family *f, i64 was, i64 was_end, i64 now, i64 now_end) {
    bool even = was_end - was == now_end - now;
    if (!even && was < was_end && now < now_end) return false;
    for (; now < now_end; now++) p->list.ptr[f->now.ptr[now].pick].old = even ? f->was.ptr[was++].old : NULL;
    return true;
}

// The longest common subsequence by contents; families are small.
static bool pair_family(Link *l, Family *f) {
    i64 n = f->was.len, m = f->now.len, w = m + 1;
    i64 *len = ANEWN(l->a, i64, (n + 1) * w);
    for (i64 i = n - 1; i >= 0; i--)
        for (i64 k = m - 1; k >= 0; k--)
            len[i * w + k] = f->was.ptr[i].content == f->now.ptr[k].content
                                 ? len[(i + 1) * w + k + 1] + 1
                                 : i64_max(len[(i + 1) * w + k], len[i * w + k + 1]);
    i64 from = 0, to = 0, i = 0, k = 0;
    while (i < n && k < m) {
        if (f->was.ptr[i].content != f->now.ptr[k].content) {
            if (len[(i + 1) * w + k] >= len[i * w + k + 1]) i++;
            else k++;
            continue;
        }
        if (!pair_gap(l->patch, f, from, i, to, k)) return false;
        l->patch->list.ptr[f->now.ptr[k].pick].old = f->was.ptr[i].old;
        from = ++i, to = ++k;
    }
    return pair_gap(l->patch, f, from, n, to, m);
}

static bool refuse(Link *l, const char *fmt, Str what) {
    if (!l->patch->job->refused.len) l->patch->job->refused = arena_printf(l->a, fmt, SFMT(what));
    return false;
}

static bool pair_literals(Link *l) {
    Map *families = map_new_str(l->a);
    collect_families(l, families);
    for (i64 i = 0; i < map_len(families); i++) {
        Family *f = map_at(families, i)->val;
        if (f->was.len) qsort(f->was.ptr, (size_t)f->was.len, sizeof f->was.ptr[0], cmp_literal);
        if (f->now.len) qsort(f->now.ptr, (size_t)f->now.len, sizeof f->now.ptr[0], cmp_literal);
        if (f->was.len == f->now.len || !f->was.len) continue; // each is the one of its name
        Str parent = map_at(families, i)->key.str;
        if (!pair_family(l, f))
            return refuse(l, "function literals of %.*s were changed and others added at once",
                          str_slice(parent, 0, str_rindex(parent, '.')));
    }
    return true;
}

// ---- what the patch brings -----------------------------------------------------------------------------------------------

static Pick *pick_of(Link *l, const Sym *s) {
    i64 i = (i64)(intptr_t)map_get_ptr(l->patch->picks, link_place((Sym *)(uintptr_t)s));
    return i ? &l->patch->list.ptr[i - 1] : NULL;
}

static Str shown_type(Str name) { return str_has_prefix(name, S("type:")) ? str_slice(name, 5, name.len) : name; }

static bool is_init(Str name) { // p.init, p.init.0, p.init·x
    i64 n = name.len;
    while (n > 0 && name.ptr[n - 1] >= '0' && name.ptr[n - 1] <= '9') n--;
    if (n < name.len && n > 0 && name.ptr[n - 1] == '.') name.len = n - 1;
    i64 of = str_find(name, S(".init\302\267"));
    return str_has_suffix(name, S(".init")) || (of >= 0 && str_find(str_slice(name, of + 7, name.len), S(".")) < 0);
}

// Its package is the same as it was, and nothing of another is in it: how it was compiled the last time does not matter.
static bool is_of_library(const Link *l, const Sym *s) {
    const LinkPatch *p = l->job->patch;
    for (i64 i = 0; i < p->nedited; i++)
        if (str_find(s->name, p->edited[i]) >= 0) return false;
    return str_index(s->name, '[') < 0;
}

static bool choose_func(Link *l, Pick *k) {
    const RecSym *old = k->old;
    bool same = old && (old->content == k->content || is_of_library(l, k->sym));
    k->take = !same;
    if (!old) return true;
    const RecSym *named = record_find(&l->patch->old, name_key(k->sym->name));
    bool fits = is_patchable(k->sym) && old->flags & REC_PATCHABLE && old->shape == shape_of(k->sym);
    if (k->take && fits && old->first == k->content && !l->patch->old.head->moved) k->take = false, k->back = true;
    k->moved = (k->take && !fits) || (named && named->addr != old->addr);
    return true;
}

static bool choose(Link *l, Pick *k) {
    Sym *s = k->sym;
    if (s->kind == SYM_TEXT) return choose_func(l, k);
    if (!k->old) return k->take = true;
    if (by_content(s) || k->old->content == k->content) return true;
    if (s->kind == SYM_TYPE) return refuse(l, "type %.*s has another layout or other methods", shown_type(s->name));
    if (s->kind == SYM_ITAB) return refuse(l, "method table %.*s is another", s->name);
    return refuse(l, "variable %.*s has another initial value", s->name);
}

// A jump table's place.
static bool is_interior(const Reloc *r) { return r->kind == REL_ABS64 && r->addend > 0 && r->sym->kind == SYM_TEXT; }

static const Sym *changed_target(Link *l, const Sym *s) {
    for (i64 i = 0; i < s->relocs.len; i++) {
        const Reloc *r = &s->relocs.ptr[i];
        if (is_left_out(s, r) || r->sym->from_elf) continue;
        const Pick *t = pick_of(l, r->sym);
        if (t && (t->moved || (t->take && is_constant(s) && is_interior(r)))) return r->sym;
    }
    return NULL;
}

// Who names what has another address now changes with it.
static bool spread(Link *l) {
    LinkPatching *p = l->patch;
    bool again = false, any = false;
    for (i64 i = 0; i < p->list.len; i++) {
        const Pick *k = &p->list.ptr[i];
        any |= k->moved || (k->take && k->sym->kind == SYM_TEXT);
    }
    for (again = any; again;) {
        again = false;
        for (i64 i = 0; i < p->list.len; i++) {
            Pick *k = &p->list.ptr[i];
            const Sym *to = k->take || is_var(k->sym) ? NULL : changed_target(l, k->sym);
            if (!to) continue;
            if (k->sym->kind == SYM_TYPE || k->sym->kind == SYM_ITAB)
                return refuse(l, "%.*s has another signature", to->name);
            bool fits = k->sym->kind == SYM_TEXT && is_patchable(k->sym) && k->old->flags & REC_PATCHABLE;
            k->take = again = true;
            k->back = false;
            k->moved |= !fits;
        }
    }
    return true;
}

// ---- initialisation --------------------------------------------------------------------------------------------------------

static bool is_morestack(const Reloc *r) { return str_eq(r->sym->name, S("runtime.morestack")); }

// Calls of initialisers of variables are left out: which there are depends on the program. So is what comes behind the body, a jump back.
static u64 init_content(Link *l, const Sym *s) {
    u64 h = 1;
    i64 at = s->code ? s->code->body : 0;
    for (i64 i = 0; i <= s->relocs.len; i++) {
        const Reloc *r = i < s->relocs.len ? &s->relocs.ptr[i] : NULL;
        bool lazy = r && r->kind & REL_OPTIONAL, last = r && is_morestack(r);
        i64 to = r ? r->off - (lazy || last) : s->size;
        if (to > at) h = shared_mix(h, shared_hash((const char *)s->data + at, (u64)(to - at)));
        if (last) break;
        if (r) at = r->off + 4;
        if (r && !lazy) h = shared_mix(shared_mix(h, r->kind), shared_mix(id_of(l, r->sym), (u64)r->addend));
    }
    return h;
}

static const LinkLazy *lazy_of(const Link *l, const Sym *init) {
    const LinkShare *sh = &l->job->share;
    for (i64 i = 0; i < sh->nlazies; i++)
        if (sh->lazies[i].init == init) return &sh->lazies[i];
    return NULL;
}

static bool is_new_var(Link *l, const Sym *v) {
    const Pick *k = pick_of(l, v);
    return k && k->take;
}

static void add_init(Link *l, Sym *init) {
    if (pick_of(l, init)) vec_push(l->a, &l->patch->init_syms, init);
}

// Of a package that the process has: initialisers of variables that are new.
static void add_lazies(Link *l, const Sym *init) {
    for (i64 i = 0; i < init->relocs.len; i++) {
        const Reloc *r = &init->relocs.ptr[i];
        if (!(r->kind & REL_OPTIONAL) || r->sym->kind == SYM_UNDEF) continue;
        const LinkLazy *z = lazy_of(l, r->sym);
        if (z && is_new_var(l, z->variable)) add_init(l, r->sym);
    }
}

static bool has_package(const Record *r, Str path) {
    for (i64 at = 0; at < r->manifest.len;) {
        Str rest = str_slice(r->manifest, at, r->manifest.len);
        i64 n = str_index(rest, '\n');
        Str line = str_slice(rest, 0, n < 0 ? rest.len : n);
        at += line.len + 1;
        if (!str_has_prefix(line, S("package\t"))) continue;
        line = str_slice(line, 8, line.len);
        i64 tab = str_index(line, '\t');
        if (str_eq(str_slice(line, 0, tab < 0 ? line.len : tab), path)) return true;
    }
    return false;
}

static bool only_lazies(const Sym *init) {
    for (i64 i = 0; i < init->relocs.len; i++) {
        const Reloc *r = &init->relocs.ptr[i];
        if (!(r->kind & REL_OPTIONAL) && !is_morestack(r)) return false;
    }
    return true;
}

static bool plan_inits(Link *l) {
    const LinkShare *sh = &l->job->share;
    for (i64 i = 0; i < sh->npackages; i++) {
        Sym *init = obj_sym(l->job->syms, sh->packages[i].init);
        if (init->kind == SYM_UNDEF) continue;
        if (!has_package(&l->patch->old, sh->packages[i].path)) {
            add_init(l, init);
            continue;
        }
        Pick *k = pick_of(l, init);
        if (k && k->take && (k->old ? k->old->shape != (u32)init_content(l, init) : !only_lazies(init)))
            return refuse(l, "the initialisation of package %.*s changed", sh->packages[i].path);
        add_lazies(l, init);
        if (k) k->take = k->moved = k->back = false;
    }
    return true;
}

static bool inits_stay(Link *l) {
    LinkPatching *p = l->patch;
    for (i64 i = 0; i < p->list.len; i++) {
        const Pick *k = &p->list.ptr[i];
        if (k->sym->kind != SYM_TEXT || !k->take) continue;
        if (str_eq(k->sym->name, l->job->main_sym))
            return refuse(l, "%.*s changed outside of its function literals", k->sym->name);
        if (k->old && is_init(k->sym->name)) return refuse(l, "%.*s changed, which ran already", k->sym->name);
    }
    return true;
}

// ---- what has run --------------------------------------------------------------------------------------------------------

static bool has_run(const LinkPatch *p, u32 entry) {
    const PatchNotes *n = (const PatchNotes *)(const void *)p->notes.ptr;
    if (p->notes.len < (i64)sizeof *n || sizeof *n + n->max * 5ull > (u64)p->notes.len || n->n > n->max) return true;
    const u8 *marks = (const u8 *)(n->entry + n->max);
    for (u32 i = n->n; i-- > 0;)
        if (n->entry[i] == entry) return marks[i];
    return true;
}

// p.init·x, or of a package that is new.
static bool refuse_init(Link *l, Str name) {
    i64 at = str_find(name, S(".init\302\267"));
    if (at < 0) return refuse(l, "%.*s runs when a program starts", name);
    Str package = str_slice(name, 0, at), variable = str_slice(name, at + 7, name.len);
    name = arena_printf(l->a, "%.*s.%.*s", SFMT(package), SFMT(variable));
    return refuse(l, "variable %.*s is new, and set when a program starts", name);
}

// What a start did is not done again; only a new start is as good as one.
static bool none_ran(Link *l) {
    LinkPatching *p = l->patch;
    if (!p->job->notes.len) return true;
    if (p->init_syms.len) return refuse_init(l, p->init_syms.ptr[p->init_syms.len - 1]->name);
    Str first = {0};
    for (i64 i = 0; i < p->list.len; i++) {
        const Pick *k = &p->list.ptr[i];
        bool changed = k->sym->kind == SYM_TEXT && k->old && (k->take || k->back) && k->old->flags & REC_PATCHABLE;
        if (!changed || (first.len && str_cmp(first, k->sym->name) < 0) || !has_run(p->job, k->old->addr)) continue;
        first = k->sym->name;
    }
    return !first.len || refuse(l, "%.*s " PATCH_RAN, first);
}

// ---- from the choice to symbols --------------------------------------------------------------------------------------------

static Sym *make_body(Link *l, const Sym *s) {
    Sym *b = obj_local(l->job->syms, l->a, SYM_TEXT);
    b->name = s->name;
    b->local = b->reached = true;
    b->data = s->data;
    b->size = s->size;
    b->relocs.ptr = s->relocs.ptr;
    b->relocs.len = s->relocs.len;
    b->relocs.cap = s->relocs.cap;
    b->code = s->code;
    b->align = s->align;
    b->arena = s->arena;
    return b;
}

static void lead_to_bodies(Link *l, Sym *s) {
    for (i64 i = 0; i < s->relocs.len; i++) {
        Reloc *r = &s->relocs.ptr[i];
        if (!r->sym || !is_interior(r)) continue;
        const Pick *k = pick_of(l, r->sym);
        if (k && k->body) r->sym = k->body;
    }
}

static bool place_old(Link *l) {
    LinkPatching *p = l->patch;
    for (i64 i = 0; i < obj_count(l->job->syms); i++) { // the archive's
        Sym *s = obj_at(l->job->syms, i);
        if (!s->from_elf || !s->section || !s->name.len) continue;
        const RecSym *r = record_find(&p->old, name_key(s->name));
        if (r) s->section->addr = r->addr - (u64)s->section_off;
    }
    l->live.len = 0;
    for (i64 i = 0; i < p->list.len; i++) {
        Pick *k = &p->list.ptr[i];
        bool stays = k->old && !k->moved;
        if (!k->take || (stays && k->sym->kind == SYM_TEXT)) k->sym->addr = k->old->addr;
        if (!k->take) continue;
        if (k->sym->kind == SYM_TEXT) p->nfuncs++;
        if (stays && k->sym->kind == SYM_TEXT) k->body = make_body(l, k->sym);
        vec_push(l->a, &l->live, k->body ? k->body : k->sym);
    }
    for (i64 i = 0; i < p->list.len; i++)
        if (p->list.ptr[i].take && is_constant(p->list.ptr[i].sym)) lead_to_bodies(l, p->list.ptr[i].sym);
    return true;
}

// What is live before anything is laid out.
static void make_list(Link *l) {
    LinkPatching *p = l->patch;
    p->picks = map_new_ptr(l->a);
    p->contents = map_new_ptr(l->a);
    for (i64 i = 0; i < l->live.len; i++) {
        Sym *s = l->live.ptr[i];
        if (s->from_elf || s == l->module) continue;
        vec_push(l->a, &p->list, ((Pick){.sym = s}));
        map_set_ptr(p->picks, s, (void *)(intptr_t)p->list.len);
    }
}

static Str first_changed(const LinkPatching *p) {
    Str any = {0};
    for (i64 i = 0; i < p->list.len; i++) {
        const Pick *k = &p->list.ptr[i];
        if (k->sym->kind != SYM_TEXT || !(k->take || k->back)) continue;
        if (k->old && is_patchable(k->sym) && (!any.len || str_cmp(k->sym->name, any) < 0)) any = k->sym->name;
    }
    return any;
}

bool link_patch_known(Link *l, Sym *s) {
    const LinkPatch *p = l->job->patch;
    const RecSym *r = p && p->pruned ? record_find(p->of, name_key(s->name)) : NULL;
    if (!r) return false;
    s->kind = SYM_ABS;
    s->reached = true;
    s->addr = r->addr;
    return true;
}

bool link_patch_import(Link *l, Sym *s) {
    if (!l->job->patch || !l->job->patch->pruned) return false;
    l->lacks |= !link_patch_known(l, s);
    return true;
}

bool link_patch_select(Link *l) {
    LinkPatching *p = l->patch = ANEW(l->a, LinkPatching);
    p->job = l->job->patch;
    make_list(l);
    if (!p->job->base.len || p->job->refused.len || l->lacks) return false;
    if (!p->job->of) return refuse(l, "the record%.*s is damaged", S(""));
    p->old = *p->job->of;
    p->number = (u32)p->old.head->nmodules + 1;
    for (i64 i = 0; i < p->list.len; i++) {
        Pick *k = &p->list.ptr[i];
        k->content = content_of(l, k->sym);
        k->old = record_find(&p->old, key_of(l, k->sym));
        if (k->old && k->old->kind != k->sym->kind && !is_var(k->sym)) k->old = NULL;
    }
    if (!pair_literals(l)) return false;
    for (i64 i = 0; i < p->list.len; i++)
        if (!choose(l, &p->list.ptr[i])) return false;
    if (!plan_inits(l) || !spread(l) || !inits_stay(l) || !none_ran(l)) return false;
    if (p->old.head->next > LAST_ADDR) return refuse(l, "the memory for patches%.*s is used up", S(""));
    p->job->made = true;
    p->job->changed = first_changed(p);
    l->base = p->old.head->next;
    l->elf_funcs.len = 0;
    place_old(l);
    p->job->nfuncs = p->nfuncs;
    for (i64 i = 0; i < p->list.len; i++) p->job->nfuncs += p->list.ptr[i].back;
    vec_push(l->a, &l->live, l->module);
    return true;
}

// ---- what is written -------------------------------------------------------------------------------------------------------

// What is referred to may lie inside of the method table, or 4 bytes in front of it (an offset from an instruction's end): the table itself is told.
void link_patch_itab(Link *l, const Sym *from, const Reloc *r) {
    static const u8 kinds[] = {[REL_ABS64] = 1, [REL_ABS32] = 2, [REL_PC32] = 3};
    if (r->sym->kind != SYM_ITAB || r->kind >= sizeof kinds || !kinds[r->kind]) return;
    const Pick *k = pick_of(l, r->sym);
    if (!k || !k->take) return;
    PatchRef ref = {(u32)(from->addr + r->off), (u32)link_addr(r->sym), kinds[r->kind] - 1u};
    vec_push(l->a, &l->patch->refs, ref);
}

static PatchTable put_table(Buf *out, const void *ptr, i64 n, i64 size) {
    PatchTable t = {(u32)out->len, (u32)n};
    buf_bytes(out, ptr, n * size);
    buf_align(out, 8);
    return t;
}

static void list_pokes(Link *l) {
    LinkPatching *p = l->patch;
    for (i64 i = 0; i < p->list.len; i++) {
        const Pick *k = &p->list.ptr[i];
        bool other = k->sym->kind == SYM_TEXT && k->take && !k->body && k->old && k->old->flags & REC_PATCHABLE;
        if (other) vec_push(l->a, &p->others, k->old->addr);
        if (!k->body && !k->back) continue;
        PatchPoke poke = {.entry = k->old->addr,
                          .target = k->body ? (u32)k->body->addr : 0,
                          .old = k->old->body,
                          .old_size = k->old->body_size,
                          .shape = k->old->shape};
        vec_push(l->a, &p->pokes, poke);
    }
    for (i64 i = 0; i < p->init_syms.len; i++) vec_push(l->a, &p->inits, (u32)link_addr(p->init_syms.ptr[i]));
}

static u32 whole_pages(i64 n) { return (u32)align_up(n, 4096); }

// Behind the sections, which are in the image.
void link_patch_write(Link *l, Buf *image) {
    LinkPatching *p = l->patch;
    PatchHead h = {.base = (u32)l->base, .module = (u32)link_addr(l->module), .number = p->number};
    const Section *last = &l->sec[OS_NOPTRBSS];
    h.text = (u32)(l->sec[OS_RODATA].off);
    h.rodata = (u32)(l->sec[OS_BUILDINFO].off) - h.text;
    buf_zero(image, (i64)whole_pages(image->len) - image->len);
    h.data = (u32)image->len - h.text - h.rodata;
    h.size = whole_pages((i64)(last->addr - l->base) + last->size);
    if (h.size < (u32)image->len) h.size = (u32)image->len;
    list_pokes(l);
    h.pokes = put_table(image, p->pokes.ptr, p->pokes.len, sizeof(PatchPoke));
    h.refs = put_table(image, p->refs.ptr, p->refs.len, sizeof(PatchRef));
    h.others = put_table(image, p->others.ptr, p->others.len, sizeof(u32));
    h.inits = put_table(image, p->inits.ptr, p->inits.len, sizeof(u32));
    h.retired = put_table(image, p->retired.ptr, p->retired.len, sizeof(u32));
    h.nfuncs = (u32)p->nfuncs;
    memcpy(h.magic, PATCH_MAGIC, sizeof h.magic);
    h.sum = plugin_sum((const u8 *)image->ptr, (u64)image->len);
    buf_bytes(image, &h, sizeof h);
    p->job->next = l->base + h.size;
}

// ---- the next record ---------------------------------------------------------------------------------------------------------

typedef struct RecWriter {
    Link *l;
    Arena *a;
    VEC(RecSym) syms;
    Buf names;
    u8 *modules;
    i64 nmodules;
} RecWriter;

// Those of the record before stay where they are.
static u32 rec_name(RecWriter *w, const RecSym *old, Str name) {
    if (old && old->name && str_eq(record_name(&w->l->patch->old, old), name)) return old->name;
    u32 at = (u32)w->names.len;
    buf_str(&w->names, name);
    buf_u8(&w->names, 0);
    return at;
}

static bool is_package_init(const Link *l, const Sym *s) {
    const LinkShare *sh = &l->job->share;
    for (i64 i = 0; i < sh->npackages; i++)
        if (str_eq(sh->packages[i].init, s->name)) return true;
    return false;
}

static RecSym rec_of(RecWriter *w, const Pick *k) {
    Link *l = w->l;
    LinkPatching *p = l->patch;
    const Sym *s = k->sym;
    RecSym r = {.key = key_of(l, s), .content = k->content, .first = k->content, .kind = s->kind};
    r.addr = r.body = (u32)link_addr(s);
    r.size = r.body_size = (u32)s->size;
    r.module = r.body_module = p->number;
    if (is_patchable(s)) r.flags = REC_PATCHABLE, r.shape = shape_of(s), r.name = rec_name(w, k->old, s->name);
    if (s->kind == SYM_TEXT && str_has_suffix(s->name, S(".init")) && is_package_init(l, s))
        r.shape = (u32)init_content(l, s);
    if (!k->old) return r;
    bool new_body = k->body != NULL;
    if (!k->take || new_body) {
        u32 name = r.name, shape = r.shape;
        u64 key = r.key;
        r = *k->old;
        r.key = key, r.name = name, r.shape = shape, r.content = k->content;
    }
    if (new_body) r.body = (u32)k->body->addr, r.body_size = (u32)s->size, r.body_module = p->number;
    if (k->back) r.body = r.addr, r.body_size = r.size, r.body_module = r.module;
    return r;
}

static int cmp_rec(const void *pa, const void *pb) {
    const RecSym *a = pa, *b = pb;
    return a->key < b->key ? -1 : a->key > b->key;
}

// What the process has and the program of now does not; of patches not functions that somebody edits: others may be called by what was not looked at.
static void keep_old(RecWriter *w, const Map *known) {
    const Record *old = &w->l->patch->old;
    i64 n = (i64)old->head->nsyms, k = 0;
    const RecSym *new = w->syms.ptr, *end = new + w->syms.len;
    RecSym *all = ANEWN(w->a, RecSym, n + w->syms.len + 1);
    for (i64 i = 0; i < n; i++) {
        const RecSym *r = &old->syms[i];
        bool edited = r->kind == SYM_TEXT && r->flags & REC_PATCHABLE;
        if (map_get_num(known, r->key) || (r->module && edited)) continue;
        while (new < end &&new->key < r->key) all[k++] = *new ++;
        all[k++] = *r;
    }
    while (new < end) all[k++] = *new ++;
    w->syms.ptr = all;
    w->syms.len = w->syms.cap = k;
}

// Constants that have a name are found by it too, where nothing defines them.
static void add_named(RecWriter *w, Map *known, const Sym *s, RecSym r) {
    r.key = name_key(s->name);
    if (!is_constant(s) || !s->name.len || str_has_prefix(s->name, S("go:")) || map_get_num(known, r.key)) return;
    map_set_num(known, r.key, w);
    vec_push(w->a, &w->syms, r);
}

static void list_symbols(RecWriter *w) {
    Link *l = w->l;
    LinkPatching *p = l->patch;
    Map *known = map_new_num(w->a);
    for (i64 i = 0; i < p->list.len; i++) {
        const Pick *k = &p->list.ptr[i];
        if (p->number && k->take && is_constant(k->sym)) continue; // each patch has its own
        RecSym r = rec_of(w, k);
        if (map_get_num(known, r.key)) continue; // constants of one content
        map_set_num(known, r.key, w);
        vec_push(w->a, &w->syms, r);
        if (!p->number) add_named(w, known, k->sym, r);
    }
    for (i64 i = 0; !p->number && i < obj_count(l->job->syms); i++) {
        const Sym *s = obj_at(l->job->syms, i);
        if (!s->from_elf || !s->section || !s->section->reached || !s->name.len) continue;
        RecSym r = {.key = name_key(s->name), .content = 1, .addr = (u32)link_addr(s), .kind = s->kind};
        if (map_get_num(known, r.key)) continue;
        map_set_num(known, r.key, w);
        vec_push(w->a, &w->syms, r);
    }
    if (w->syms.len) qsort(w->syms.ptr, (size_t)w->syms.len, sizeof w->syms.ptr[0], cmp_rec);
    if (p->old.head) keep_old(w, known);
}

// Patches of which nothing is called by name, and no function leads into.
static void retire(RecWriter *w) {
    LinkPatching *p = w->l->patch;
    u8 *used = ANEWN(w->a, u8, w->nmodules + 1);
    for (i64 i = 0; i < w->syms.len; i++) used[w->syms.ptr[i].module] = used[w->syms.ptr[i].body_module] = 1;
    for (i64 i = 1; i < w->nmodules; i++) {
        if (used[i] || w->modules[i - 1] == GONE) continue;
        w->modules[i - 1] = GONE;
        vec_push(w->l->a, &p->retired, (u32)i);
    }
}

// Before link_patch_write, which tells the process who retires; addresses are final.
void link_patch_record(Link *l) {
    LinkPatching *p = l->patch;
    bool first = !p->job->made;
    if (first) p->number = 0, p->old = (Record){0};
    for (i64 i = 0; first && i < p->list.len; i++) {
        Pick *k = &p->list.ptr[i];
        *k = (Pick){.sym = k->sym, .content = content_of(l, k->sym)};
    }
    RecWriter w = {.l = l, .a = l->a, .nmodules = first ? 0 : (i64)p->number};
    w.modules = ANEWN(l->a, u8, w.nmodules + 1);
    for (i64 i = 0; p->old.head && i < (i64)p->old.head->nmodules; i++) w.modules[i] = p->old.modules[i];
    if (p->old.head) buf_str(&w.names, p->old.names);
    else buf_u8(&w.names, 0);
    list_symbols(&w);
    retire(&w);
    RecHead h = {.nsyms = (u64)w.syms.len,
                 .names_len = (u64)w.names.len,
                 .manifest_len = (u64)p->job->manifest.len,
                 .nmodules = (u64)w.nmodules,
                 .text = l->text,
                 .types = l->types,
                 .next = FIRST_ADDR,
                 .moved = p->old.head ? p->old.head->moved : 0};
    memcpy(h.magic, record_magic, sizeof h.magic);
    if (!first) h.next = l->base + (u64)whole_pages((i64)(l->sec[OS_COUNTERS].addr - l->base) + 4096 * 2);
    for (i64 i = 0; i < p->list.len; i++) h.moved |= p->list.ptr[i].moved;
    Buf *out = &p->job->record;
    buf_bytes(out, &h, sizeof h);
    buf_bytes(out, w.syms.ptr, w.syms.len * (i64)sizeof(RecSym));
    buf_bytes(out, w.names.ptr, w.names.len);
    buf_str(out, p->job->manifest);
    buf_bytes(out, w.modules, w.nmodules);
    buf_free(&w.names);
}

void link_patch_offsets(Link *l) {
    bool made = l->patch && l->patch->job->made;
    l->text = made ? l->patch->old.head->text : l->sec[OS_TEXT].addr;
    l->types = made ? l->patch->old.head->types : l->sec[OS_TYPE].addr;
}

void link_patch_finish(LinkPatch *p) {
    if (!p->unfinished) return;
    link_patch_record(p->unfinished);
    link_end(p->unfinished);
    p->unfinished = NULL;
}
