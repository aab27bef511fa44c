// units.c - the packs of a program's packages: units in the place of trees, and what was built for the next time.
//
// In:   packages with their files, the cache. Out: IrUnits for the worklist; after all code and data exist, packs with what is new.
// Of a package that nobody edits the pack's key is its contents' with all that it imports: while it is the same, so is every unit in it.
// The pack of one that somebody edits is found by what it is called; its units hold one by one (fresh.c). An instance, a wrapper or a
// descriptor without package of its own stands in the pack of who needed it, whose key covers all that it is made of.
#include "program/units_int.h"
#include <stdio.h>
#include <stdlib.h>

enum { DESCRIPTOR_SIZE = 48, METHOD_ENTRY_SIZE = 16 }; // abi/gotype.h: what meta_finish writes into

// ---- finding -----------------------------------------------------------------------------------------------------------

// The pack of a tracked package is of use while its outline is the one of now.
static bool fits(ProgramUnits *u, PackRef *r) {
    CacheKey outline;
    if (!r->pkg->tracked) return true;
    if (!units_read_head(u, r, pack_head(r->pack), &outline)) return false;
    return r->now >= 0 || key_eq(&outline, units_outline(u, r));
}

static void forget(PackRef *r) {
    r->pack = NULL;
    r->states.len = 0;
    r->now = -1;
}

void units_open(ProgramUnits *u, PackRef *r) {
    if (r->opened) return;
    r->opened = true;
    vec_push(u->a, &u->all, r);
    if (!cache_find(u->p->o.cache, units_id(u, r), arena_cstr(u->a, r->pkg->path), &r->bytes)) return;
    r->pack = pack_open(u->a, r->bytes, r);
    if (r->pack && !fits(u, r)) forget(r);
}

void program_close_units(ProgramUnits *u) {
    for (i64 i = 0; i < u->all.len; i++) cache_forget(u->p->o.cache, u->all.ptr[i]->bytes);
    u->all.len = 0;
}

// A patch is built, and the running program has this one with all that it needs. Of a package's initialiser those of variables are asked for,
// which may come along.
static void leave_out(ProgramUnits *u, Unit *x) {
    UnitNeeds none = {.names = x->needs.names};
    if (x->kind != UNIT_FUNC || !link_patch_has(u->p->o.patch, x->sym)) return;
    if (!str_has_suffix(x->sym, S(".init"))) {
        x->needs = none;
        x->flags |= UNIT_THERE;
        return;
    }
    i64 n = 0;
    for (i64 i = 0; i < x->needs.len; i++)
        if (x->needs.ptr[i].kind == NEED_LAZY) x->needs.ptr[n++] = x->needs.ptr[i];
    x->needs.len = n;
}

// Too much is no harm.
static bool names_edited(ProgramUnits *u, Str type) {
    for (i64 i = 0; i < u->p->packages.len; i++) {
        Package *q = u->p->packages.ptr[i];
        if (q->tracked && str_find(type, ir_package_prefix(u->p->ir, q)) >= 0) return true;
    }
    return false;
}

static bool is_there(void *ctx, Str sym, const Package *pkg) {
    ProgramUnits *u = ctx;
    if (!link_patch_has(u->p->o.patch, sym)) return false;
    if (str_has_prefix(sym, S("type:"))) return !names_edited(u, sym);
    if (pkg) return !pkg->tracked;
    const Unit *x = pack_find(u->index, UNIT_GLOBAL, sym, 0);
    return x && !((const PackRef *)pack_owner(x->pack))->pkg->tracked;
}

static const Unit *find(void *ctx, UnitKind kind, Str sym) {
    ProgramUnits *u = ctx;
    Unit *x;
    for (i64 i = 0; (x = pack_find(u->index, kind, sym, i)) && !units_fresh(u, x); i++) {
    }
    if (!x || (x->flags & UNIT_CODELESS && u->p->ir->whole_types)) return NULL; // others may link against its code
    const PackRef *r = pack_owner(x->pack);
    x->home = r->pkg;
    if (r->pkg->tracked) x->lines = &u->lines; // of the same state, too: its lines may be recorded from an earlier one
    else if (u->units.there) leave_out(u, x);
    u->used++;
    return x;
}

static bool find_line(void *ctx, const FileRef *f, Str decl, i32 *line) {
    const ProgramUnits *u = ctx;
    const PackRef *r = map_get_str(u->by_path, f->pkg);
    const DeclPrint *d = r ? map_get_str(r->decls->by_key, decl) : NULL;
    if (d) *line = d->line;
    return d != NULL;
}

static void mark_runtime(ProgramUnits *u, Package *pkg) {
    if (map_get_ptr(u->of_runtime, pkg)) return;
    map_set_ptr(u->of_runtime, pkg, pkg);
    for (i64 i = 0; i < pkg->nimports; i++) mark_runtime(u, pkg->imports[i]);
}

static void lost(void *ctx, Str sym) {
    ProgramUnits *u = ctx;
    if (u->p->o.trace_units) fprintf(stderr, "vole: cache: units: nothing leads to %.*s\n", SFMT(sym));
}

static ProgramUnits *new_units(Program *p) {
    if (!p->o.cache || !p->o.files || p->no_units) return NULL;
    ProgramUnits *u = ANEW(p->arena, ProgramUnits);
    u->p = p;
    u->a = arena_new_in(p->arena, "units");
    u->own = own_content(u->a);
    u->runtime = load_std(p->loader, S("runtime"));
    if (!u->own.len || !u->runtime) return NULL;
    u->refs = map_new_ptr(u->a);
    u->marked = map_new_ptr(u->a);
    u->of_runtime = map_new_ptr(u->a);
    u->by_path = map_new_str(u->a);
    mark_runtime(u, u->runtime);
    u->units = (IrUnits){.find = find, .lost = lost, .ctx = u};
    u->lines = (UnitLines){find_line, u};
    return u;
}

bool program_was_checked(void *program, Package *pkg) {
    Program *p = program;
    if (!p->early && !p->not_early) p->early = new_units(p);
    p->not_early = !p->early;
    if (p->not_early || !units_tracked(p->early, pkg)) return false;
    PackRef *r = units_ref(p->early, pkg);
    units_open(p->early, r);
    bool checked = r->pack != NULL && r->now >= 0;
    for (i64 i = 0; r->pack && !checked && i < r->states.len; i++)
        checked = key_eq(&r->states.ptr[i].own, units_own(p->early, r));
    return checked;
}

bool program_start_units(Program *p) {
    ProgramUnits *u = p->early ? p->early : new_units(p);
    p->early = NULL; // another round opens the packs anew
    p->units = u;
    if (!u) return false;
    p->ir->units = &u->units;
    u->units.there = program_prunes(p) ? is_there : NULL;
    VEC(Pack *) packs = {0};
    for (i64 i = 0; i < p->packages.len; i++) {
        PackRef *r = units_ref(u, p->packages.ptr[i]);
        if (units_tracked(u, r->pkg)) map_set_str(u->by_path, r->pkg->path, r);
        units_open(u, r);
        if (r->pack) vec_push(u->a, &packs, r->pack);
    }
    for (i64 i = 0; i < u->all.len; i++) // threads will ask
        if (u->all.ptr[i]->pkg->tracked) units_decls(u, u->all.ptr[i]);
    u->index = pack_index_new(u->a, packs.ptr, packs.len);
    return true;
}

void program_define_descriptors(Program *p) {
    for (i64 i = 0; p->units && i < p->ir->used_types.len; i++) {
        TypeRec *r = p->ir->used_types.ptr[i];
        if (!r->descriptor) continue;
        Sym *s = obj_sym(p->syms, r->symbol);
        if (s->kind != SYM_UNDEF) continue;
        r->methods_at = r->descriptor->methods_at;
        bool ok = unit_define(r->descriptor, p->syms, p->units->a) && s->kind == SYM_TYPE &&
                  s->size >= DESCRIPTOR_SIZE &&
                  (!r->methods_at || r->methods_at <= s->size - METHOD_ENTRY_SIZE * r->nmethods);
        if (!ok) p->units->units.failed = true;
        s->arena = p->units->a;
    }
    for (i64 i = 0; p->units && i < p->ir->global_order.len; i++) {
        IrGlobal *g = p->ir->global_order.ptr[i];
        if (g->reached && g->unit && !g->type && !g->there && !unit_define(g->unit, p->syms, p->units->a))
            p->units->units.failed = true;
    }
}

bool program_has_pack(const Program *p, Package *pkg) { return p->units && units_ref(p->units, pkg)->pack; }
bool program_uses_units(const Program *p) { return p->units && p->units->used; }
// Of trees that are final: they are what the units were taken for. False: the build begins again.
bool program_units_hold(Program *p) {
    if (!p->units || units_hold(p->units)) return true;
    if (p->o.trace_units) fprintf(stderr, "vole: cache: units: a change shows in callers, once more\n");
    return false;
}

bool program_units_failed(const Program *p) { return p->units && p->units->units.failed; }

// ---- keeping -------------------------------------------------------------------------------------------------------------

// One pack after the other: first what goes into which, then each is written in an arena that ends with it.
typedef struct Keep {
    ProgramUnits *u;
    Arena *all;     // of all packs
    Arena *tmp;     // of one
    Map *closures;  // IrFunc -> SymList of the functions in it
    Map *summaries; // of units_summarise
    PackRef *r;     // the pack that is being written
    PackWriter *writer;
} Keep;
typedef VEC(Sym *) SymList;

typedef struct OldUnits {
    ProgramUnits *u;
    PackRef *r;
} OldUnits;

static i64 generation(void *ctx, UnitKind kind, Str sym, u32 gen) {
    const OldUnits *o = ctx;
    const PackRef *r = o->r;
    const Unit *x;
    bool stale = false;
    if (!r->pkg->tracked) return 0;
    if (kind != UNIT_FUNC) return r->now;
    for (i64 i = 0; (x = pack_find(o->u->index, kind, sym, i)); i++)
        if (x->pack == r->pack && units_known(o->u, x, &stale)) return stale ? -1 : r->now;
    return r->folded ? (i64)(u32)UNITS_NO_STATE : gen;
}

// Its symbols were added.
static void finish_unit(Keep *k, Unit x) {
    x.gen = k->r->pkg->tracked ? (u32)k->r->now : 0;
    pack_add_unit(k->writer, &x);
}

static void add_unit(Keep *k, Unit x, Sym **roots, i64 n) {
    pack_add_symbols(k->writer, x.kind, roots, n);
    finish_unit(k, x);
}

static void plan(Keep *k, Package *home, KeptKind kind, void *thing) {
    PackRef *r = home ? units_ref(k->u, home) : NULL;
    if (r) vec_push(k->all, &r->kept, ((Kept){kind, thing}));
}

static void add_need(UnitNeeds *out, const Need *n) {
    Str none = {0};
    switch ((NeedKind)n->kind) {
    case NEED_CLOSURE:
    case NEED_DATA:
    case NEED_ASM:
    case NEED_CODE:
    case NEED_REFLECTION: unit_add_need(out, n->kind, none, none); break;
    case NEED_FUNC: unit_add_need(out, n->kind, n->fn->sym, none); break;
    case NEED_SYMBOL: unit_add_need(out, n->kind, *n->sym, none); break;
    case NEED_GLOBAL:
    case NEED_VALUE: unit_add_need(out, n->kind, n->global->sym, none); break;
    case NEED_LAZY: unit_add_need(out, n->kind, n->global->sym, n->init->sym); break;
    case NEED_TYPE:
    case NEED_TYPE_NAME:
    case NEED_TYPE_FULL:
    case NEED_TYPE_ASKED:
    case NEED_TYPE_EQUAL: unit_add_need(out, n->kind, n->type->symbol, none); break;
    case NEED_ITAB:
    case NEED_ITAB_ASKED: unit_add_need(out, n->kind, n->itab->type->symbol, n->itab->iface->symbol); break;
    case NEED_METHOD:
    case NEED_METHOD_WANTED: unit_add_need(out, n->kind, ir_key_text(n->method), none); break;
    case NEED_RT: out->ptr[out->len++] = (UnitNeed){n->kind, (u32)n->row, 0}; break;
    }
}

// Each once, with room for so many more.
static UnitNeeds needs_by_symbol(Keep *k, const Needs *n, i64 more) {
    UnitNeeds out;
    unit_begin_needs(&out, k->tmp, n->list.len + more);
    Map *seen[NEED_RT + 1] = {0};
    for (i64 i = 0; i < n->list.len; i++) {
        const Need *x = &n->list.ptr[i];
        if (x->kind == NEED_CLOSURE || x->kind == NEED_DATA) continue;
        if (x->kind == NEED_FUNC && x->fn->abi0 && !x->fn->built) continue; // assembly's: NEED_ASM
        if (x->kind < NEED_RT && x->kind != NEED_SYMBOL && x->kind != NEED_LAZY) {
            if (!seen[x->kind]) seen[x->kind] = map_new_ptr(k->tmp);
            void **slot = map_slot_ptr(seen[x->kind], x->fn);
            if (*slot) continue;
            *slot = k;
        }
        add_need(&out, x);
    }
    return out;
}

static const Str func_value = {"\302\267f", 3};

static void note_inlined(Keep *k, const IrFunc *f, Sym *code) {
    if (f->outer || !ir_is_inlined(f)) return;
    Sym *value = obj_find(k->u->p->syms, arena_printf(k->all, "%.*s%.*s", SFMT(f->sym), SFMT(func_value)));
    if (code) code->inlined = true;
    if (value) value->inlined = true;
}

static void collect_code(Keep *k) {
    Program *p = k->u->p;
    for (i64 i = 0; i < p->ir->order.len; i++) {
        IrFunc *f = p->ir->order.ptr[i], *root = ir_outermost(f);
        Sym *s = obj_find(p->syms, f->sym);
        note_inlined(k, f, s);
        if (!f->built || root->unit || !s || s->kind != SYM_TEXT) continue;
        void **slot = map_slot_ptr(k->closures, root);
        if (!*slot) *slot = ANEW(k->all, SymList);
        SymList *list = *slot;
        vec_push(k->all, list, s);
    }
}

// A line of a package that somebody edits moves with the declaration that it is in.
static void set_anchor(ProgramUnits *u, const FileRef *f, i32 line, LineAnchor *at) {
    PackRef *r = f && !f->literal ? map_get_str(u->by_path, f->pkg) : NULL;
    const DeclPrint *d = r ? units_decl_at(units_decls(u, r), f->name, line) : NULL;
    if (d) *at = (LineAnchor){d->key, d->line};
}

static void set_anchors(ProgramUnits *u, CodeInfo *c) {
    set_anchor(u, c->file, c->line, &c->anchor);
    for (i64 i = 0; i < c->ninls; i++) set_anchor(u, c->inls[i].file, c->inls[i].start, &c->inls[i].anchor);
}

static Package *home_of_func(const IrFunc *f) {
    if (!f->built || f->unit || f->outer || f->by_name || !f->needs) return NULL;
    if (f->codeless && f->waits) return NULL; // as it was
    return f->home && (f->assembly || f->abi0) && f->home->is_main_module ? NULL : f->home;
}

// Its code and the values of variables that it gives.
static SymList roots_of_func(Keep *k, const IrFunc *f) {
    SymList *code = map_get_ptr(k->closures, f), roots = {0};
    for (i64 i = 0; code && i < code->len; i++) {
        vec_push(k->tmp, &roots, code->ptr[i]);
        if (f->home->tracked && code->ptr[i]->code) set_anchors(k->u, code->ptr[i]->code);
    }
    for (i64 i = 0; i < f->needs->list.len; i++) {
        const Need *n = &f->needs->list.ptr[i];
        Sym *s = n->kind == NEED_VALUE ? n->global->link : NULL;
        if (s && s->kind != SYM_UNDEF) vec_push(k->tmp, &roots, s); // values without size have no symbol
    }
    return roots;
}

static void add_code_needs(const PackNames *names, UnitNeeds *out) {
    for (i64 i = 0; i < names->len; i++) {
        Str sym = names->ptr[i]->name;
        if (str_has_suffix(sym, func_value)) sym.len -= func_value.len;
        unit_add_need(out, NEED_CODE, sym, (Str){0});
    }
}

static void keep_func(Keep *k, IrFunc *f) {
    bool assembly = f->assembly || f->abi0;
    SymList roots = roots_of_func(k, f);
    const PackNames *names = pack_add_symbols(k->writer, UNIT_FUNC, roots.ptr, roots.len);
    Unit u = {.kind = UNIT_FUNC, .sym = f->sym, .cost = f->cost};
    u.needs = needs_by_symbol(k, f->needs, names->len + 1); // and one of assembly
    add_code_needs(names, &u.needs);
    if (f->waits) u.flags |= UNIT_CODELESS;
    if (f->param_esc) u.escapes = (Str){(const char *)f->param_esc, f->nparams * IR_LEAKS};
    if (assembly) u.cost = -1; // nobody looks into it
    if (f->assembly) {
        u.flags |= UNIT_WAY;
        Str pkg = program_asm_package(k->u->p, f->assembly->sym);
        unit_add_need(&u.needs, NEED_ASM, f->assembly->sym, pkg);
    }
    if (f->home->tracked) units_summarise(k->u, f, &u, k->all, k->summaries);
    finish_unit(k, u);
}

// A pack has it already, but not all that was reached: what is more goes there, since that one is found.
static Package *home_of_type(const Keep *k, const TypeRec *r) {
    if (r->there || !r->home || !r->type || (r->unit ? !r->more : !r->bare_needs)) return NULL;
    const Unit *old = pack_find(k->u->index, UNIT_TYPE, r->symbol, 0);
    if (old) return ((const PackRef *)pack_owner(old->pack))->pkg;
    return r->home;
}

// A descriptor refers to the functions that it needs.
static UnitNeeds needs_of_type(Keep *k, const Needs *n) {
    UnitNeeds out = needs_by_symbol(k, n, n->list.len);
    for (i64 i = 0, len = out.len; i < len; i++)
        if (out.ptr[i].kind == NEED_FUNC) unit_add_need(&out, NEED_CODE, unit_name(&out, out.ptr[i].sym), (Str){0});
    return out;
}

static void keep_type(Keep *k, TypeRec *r) {
    const Unit *old = r->unit;
    Unit u = {.kind = UNIT_TYPE, .sym = r->symbol, .nmethods = r->nmethods, .nkeys = r->nkeys};
    u.needs = old ? old->needs : needs_of_type(k, r->bare_needs);
    if (old) {
        u.flags = old->flags;
        u.full = old->full;
    } else if (r->full_needs) {
        u.flags = UNIT_FULL;
        u.full = needs_of_type(k, r->full_needs);
    }
    u.methods = ANEWN(k->tmp, UnitMethod, r->nmethods + 1);
    for (i64 i = 0; i < r->nmethods; i++) {
        const TypeMethod *m = &r->methods[i];
        UnitMethod *x = &u.methods[i];
        *x = (UnitMethod){ir_key_text(m->key), m->sig->symbol, m->ifn ? m->ifn->sym : (Str){0},
                          m->tfn ? m->tfn->sym : (Str){0}, m->exported};
        if (!old || i >= old->nmethods) continue;
        if (!x->ifn.len) x->ifn = old->methods[i].ifn;
        if (!x->tfn.len) x->tfn = old->methods[i].tfn;
    }
    u.keys = ANEWN(k->tmp, Str, r->nkeys + 1);
    for (i64 i = 0; i < r->nkeys; i++) u.keys[i] = ir_key_text(r->keys[i]);
    add_unit(k, u, NULL, 0);
}

static Package *home_of_descriptor(const Keep *k, const TypeRec *r) {
    if (r->there || !r->home || r->descriptor) return NULL;
    return obj_sym(k->u->p->syms, r->symbol)->kind == SYM_TYPE ? r->home : NULL;
}

static void keep_descriptor(Keep *k, TypeRec *r) {
    Sym *s = obj_sym(k->u->p->syms, r->symbol);
    Unit u = {.kind = UNIT_DESCRIPTOR, .sym = ir_descriptor_key(k->tmp, r), .methods_at = r->methods_at};
    add_unit(k, u, &s, 1);
}

// Variables that assembly may define are asked for again: where the package may be edited, or if it does.
static Package *home_of_global(const Keep *k, const IrGlobal *g) {
    Sym *s = g->link;
    if (!g->reached || g->unit || !g->type || g->init || g->has_value || !g->pkg || !s) return NULL;
    bool empty = !types_size(g->type);
    if (!empty && s->kind != SYM_BSS && s->kind != SYM_NOPTRBSS) return NULL;
    bool assembly = load_pkg(g->pkg)->files[FILES_S].len > 0;
    return assembly && (g->pkg->is_main_module || program_asm_defines(k->u->p, s)) ? NULL : g->home;
}

static void keep_global(Keep *k, IrGlobal *g) {
    Unit u = {.kind = UNIT_GLOBAL, .sym = g->sym};
    Sym *s = g->link;
    add_unit(k, u, &s, types_size(g->type) ? 1 : 0);
}

// In the pack of the package that the symbol names, or in that of one with assembly, which might define it. What is edited is looked at each time.
static Package *home_of_extern(const Keep *k, const IrExtern *e) {
    Package *home = ir_named_package(k->u->p->ir, e->sym);
    if (!home || home->is_main_module) return NULL;
    if (!e->pkg || e->pkg == home || !load_pkg(e->pkg)->files[FILES_S].len) return home;
    bool covered = map_get_ptr(k->u->of_runtime, home) && !map_get_ptr(k->u->of_runtime, e->pkg);
    return covered && !e->pkg->is_main_module ? e->pkg : NULL; // one key must say what both are
}

static void keep_extern(Keep *k, const IrExtern *e) {
    Unit u = {.kind = UNIT_EXTERN, .flags = e->pkg ? UNIT_NO_ASM : 0, .sym = e->sym};
    add_unit(k, u, NULL, 0);
}

static void plan_assembly(void *ctx, Package *pkg, void *assembly) { plan(ctx, pkg, KEPT_ASM, assembly); }

static void add_assembly(void *ctx, const Unit *u, Sym **roots, i64 n) { add_unit(ctx, *u, roots, n); }

static void keep(Keep *k, const Kept *x) {
    switch (x->kind) {
    case KEPT_FUNC: keep_func(k, x->thing); break;
    case KEPT_TYPE: keep_type(k, x->thing); break;
    case KEPT_DESCRIPTOR: keep_descriptor(k, x->thing); break;
    case KEPT_GLOBAL: keep_global(k, x->thing); break;
    case KEPT_EXTERN: keep_extern(k, x->thing); break;
    case KEPT_ASM: program_keep_assembly(k->u->p, x->thing, k->tmp, add_assembly, k); break;
    }
}

static void store(Keep *k, PackRef *r) {
    ProgramUnits *u = k->u;
    Buf b = {0};
    k->tmp = arena_new("pack");
    k->r = r;
    if (r->pkg->tracked) units_add_state(u, r);
    k->writer = pack_write(k->tmp, r->pack, generation, &(OldUnits){u, r});
    for (i64 i = 0; i < r->kept.len; i++) keep(k, &r->kept.ptr[i]);
    if (r->pkg->tracked) pack_set_head(k->writer, units_make_head(u, r));
    pack_end(k->writer, &b);
    cache_share(u->p->o.cache, units_id(u, r), arena_cstr(k->tmp, r->pkg->path), buf_view(&b));
    buf_free(&b);
    arena_free(k->tmp);
}

enum { FEW = 20 }; // functions that are named

static bool is_made(const IrFunc *f) { return f->built && !f->outer && !f->unit && !(f->codeless && f->waits); }
static bool is_found(const IrFunc *f) { return f->unit || (f->codeless && f->waits); }

static void trace(const Program *p) {
    i64 made = 0, found = 0;
    bool each = getenv("VOLE_UNITS") != NULL;
    for (i64 i = 0; i < p->ir->order.len; i++) {
        found += is_found(p->ir->order.ptr[i]);
        made += is_made(p->ir->order.ptr[i]);
    }
    for (i64 i = 0; i < p->ir->order.len && (each || made <= FEW); i++) {
        const IrFunc *f = p->ir->order.ptr[i];
        if (is_made(f)) fprintf(stderr, "vole: cache: made %.*s\n", SFMT(f->sym));
    }
    fprintf(stderr, "vole: cache: units: %lld functions from packs, %lld made\n", (long long)found, (long long)made);
}

// The lines that its head records are those of its source. A package that was checked has a pack, if an empty one: to say so.
static bool is_recorded(ProgramUnits *u, PackRef *r) {
    if (!r->pkg->tracked) return true;
    return r->pack ? key_eq(&r->decls_of, units_own(u, r)) : !program_is_checked(u->p, r->pkg);
}

static void plan_all(Keep *k) {
    Program *p = k->u->p;
    for (i64 i = 0; i < p->ir->order.len; i++) {
        IrFunc *f = p->ir->order.ptr[i];
        plan(k, home_of_func(f), KEPT_FUNC, f);
    }
    for (i64 i = 0; i < p->ir->used_types.len; i++) {
        TypeRec *r = p->ir->used_types.ptr[i];
        plan(k, home_of_type(k, r), KEPT_TYPE, r);
        plan(k, home_of_descriptor(k, r), KEPT_DESCRIPTOR, r);
    }
    for (i64 i = 0; i < p->ir->global_order.len; i++) {
        IrGlobal *g = p->ir->global_order.ptr[i];
        plan(k, home_of_global(k, g), KEPT_GLOBAL, g);
    }
    for (i64 i = 0; i < map_len(p->ir->externs); i++) {
        IrExtern *e = map_at(p->ir->externs, i)->val;
        plan(k, home_of_extern(k, e), KEPT_EXTERN, e);
    }
    program_plan_assembly(p, plan_assembly, k);
}

void program_keep_units(Program *p) {
    ProgramUnits *u = p->units;
    if (!u || diag_count(p->diag)) return;
    if (p->o.trace_units) trace(p);
    Arena *all = arena_new("kept units");
    Keep k = {.u = u, .all = all, .closures = map_new_ptr(all), .summaries = map_new_ptr(all)};
    collect_code(&k);
    plan_all(&k);
    for (i64 i = 0; i < u->all.len; i++) {
        PackRef *r = u->all.ptr[i];
        if (r->kept.len || !is_recorded(u, r)) store(&k, r);
        r->kept = (KeptVec){0};
    }
    arena_free(all);
}
