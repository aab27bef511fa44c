// units.c - the packs of a program's packages: units in the place of trees, and what was built for the next time.
//
// In:   packages with their files, the cache. Out: IrUnits for the worklist; after all code and data exist, packs with what is new.
// A pack's key is made of vole itself, what the package is compiled with, its files' contents and the keys of what it imports (and of
// the runtime, which everything uses): while it is the same, so is every unit in it. An instance, a wrapper or a descriptor without
// package of its own stands in the pack of who needed it, whose key covers all that it is made of.
#include "ir/unit.h"
#include "pack/pack.h"
#include "program/program.h"
#include <stdio.h>
#include <stdlib.h>

enum { DESCRIPTOR_SIZE = 48, METHOD_ENTRY_SIZE = 16 }; // abi/gotype.h: what meta_finish writes into

typedef struct PackRef {
    Package *pkg;
    CacheKey key;
    bool keyed, opened;
    Pack *pack;
    PackWriter *writer;
} PackRef;
struct ProgramUnits {
    Program *p;
    Arena *a;
    IrUnits units;
    Map *refs;       // Package -> PackRef
    Map *of_runtime; // the runtime and what it imports
    VEC(PackRef *) all;
    PackIndex *index;
    Str own; // what vole itself is
    i64 used;
};

// ---- keys --------------------------------------------------------------------------------------------------------------

static PackRef *ref_of(ProgramUnits *u, Package *pkg) {
    void **slot = map_slot_ptr(u->refs, pkg);
    if (!*slot) {
        PackRef *r = ANEW(u->a, PackRef);
        r->pkg = pkg;
        *slot = r;
    }
    return *slot;
}

static void add_file(ProgramUnits *u, CacheHash *h, Str name, Str path, Str text) {
    FileHash f;
    Str read = {0};
    cache_key_add(h, name);
    if (u->p->o.overlay_file.len && text.ptr) cache_key_add(h, text);
    else if (files_hash(u->p->o.files, u->a, arena_cstr(u->a, path), &f, &read))
        cache_key_add(h, (Str){(const char *)f.content, sizeof f.content});
    else cache_key_add(h, text.ptr ? text : S("unreadable"));
}

static void add_text(CacheHash *h, Str name, Str text) {
    FileHash f;
    files_hash_text(text, &f);
    cache_key_add(h, name);
    cache_key_add(h, (Str){(const char *)f.content, sizeof f.content});
}

// The package of an archive: of Go files alone it has the key of its folder.
static void add_archive(CacheHash *h, const Archive *p) {
    for (i64 i = 0; i < p->files.len; i++) add_text(h, p->files.ptr[i].name, p->files.ptr[i].text);
    for (i64 i = 0; i < p->objects.len; i++) {
        const AsmObject *o = &p->objects.ptr[i];
        add_text(h, path_base(o->file.path), o->file.text);
        for (i64 k = 0; k < o->includes.len; k++) add_text(h, o->includes.ptr[k].name, o->includes.ptr[k].text);
        for (i64 k = 0; k < o->defines.len; k++) cache_key_add(h, o->defines.ptr[k]);
    }
    for (i64 i = 0; i < p->embeds.len; i++) {
        cache_key_add(h, p->embeds.ptr[i].pattern);
        for (i64 k = 0; k < p->embeds.ptr[i].files.len; k++) cache_key_add(h, p->embeds.ptr[i].files.ptr[k]);
    }
    for (i64 i = 0; i < p->embedded.len; i++) add_text(h, p->embedded.ptr[i].name, p->embedded.ptr[i].text);
}

static void add_files(ProgramUnits *u, CacheHash *h, const Pkg *q) {
    static const FileKind kinds[] = {FILES_GO, FILES_S, FILES_H};
    if (q->archive) {
        add_archive(h, q->archive);
        return;
    }
    for (i64 k = 0; k < NELEM(kinds); k++)
        for (i64 i = 0; i < q->files[kinds[k]].len; i++) {
            const PkgFile *f = q->files[kinds[k]].ptr[i];
            if (f->hashed) {
                cache_key_add(h, f->name);
                cache_key_add(h, (Str){(const char *)f->hash.content, sizeof f->hash.content});
            } else add_file(u, h, f->name, f->path, f->text);
        }
    StrList embeds = q->embeds[IN_PACKAGE].len ? load_embed_files(u->p->loader, q, IN_PACKAGE) : (StrList){0};
    for (i64 i = 0; i < embeds.len; i++)
        add_file(u, h, embeds.ptr[i], path_join(u->a, q->dir, embeds.ptr[i]), (Str){0});
}

static void add_i64(CacheHash *h, i64 n) { cache_key_add(h, (Str){(const char *)&n, sizeof n}); }

static const CacheKey *key_of(ProgramUnits *u, Package *pkg) {
    PackRef *r = ref_of(u, pkg);
    if (r->keyed) return &r->key;
    r->keyed = true;
    const ProgramOptions *o = &u->p->o;
    const Pkg *q = load_pkg(pkg);
    CacheHash *h = cache_key_new(u->a, "pack 1");
    cache_key_add(h, u->own);
    cache_key_add(h, o->go_version);
    cache_key_add(h, o->goos);
    cache_key_add(h, o->goarch);
    cache_key_add(h, o->experiments);
    cache_key_add(h, pkg->path);
    cache_key_add(h, pkg->link_path);
    add_i64(h, pkg->flags);
    add_i64(h, pkg->go_minor);
    add_i64(h, q->std);
    add_i64(h, o->any_linkname); // which a package may not have been built with otherwise
    for (i64 i = 0; i < q->flags.asm_defines.len; i++) cache_key_add(h, q->flags.asm_defines.ptr[i]);
    for (i64 i = 0; i < q->flags.asm_dirs.len; i++) cache_key_add(h, q->flags.asm_dirs.ptr[i]);
    add_files(u, h, q);
    for (i64 i = 0; i < pkg->nimports; i++) {
        const CacheKey *k = key_of(u, pkg->imports[i]);
        cache_key_add(h, (Str){(const char *)k->b, sizeof k->b});
    }
    if (!map_get_ptr(u->of_runtime, pkg)) { // what the library pulls out of it by name may be inlined
        const CacheKey *k = key_of(u, u->p->ir->runtime_pkg);
        cache_key_add(h, (Str){(const char *)k->b, sizeof k->b});
    }
    r->key = cache_key_end(h);
    return &r->key;
}

// ---- finding -----------------------------------------------------------------------------------------------------------

static Pack *pack_of(ProgramUnits *u, Package *pkg) {
    PackRef *r = ref_of(u, pkg);
    Str bytes;
    if (r->opened) return r->pack;
    r->opened = true;
    const CacheKey *k = key_of(u, pkg);
    if (cache_find(u->p->o.cache, k, arena_cstr(u->a, pkg->path), &bytes)) r->pack = pack_open(u->a, bytes);
    vec_push(u->a, &u->all, r);
    return r->pack;
}

static const Unit *find(void *ctx, UnitKind kind, Str sym) {
    ProgramUnits *u = ctx;
    const Unit *x = pack_find(u->index, kind, sym);
    u->used += x != NULL;
    return x;
}

// By content: machines with the same vole share packs, wherever it is. The library's files are a part of each package's key.
static Str own_content(ProgramUnits *u) {
    FileHash h;
    Watch *w = watch_use(NULL); // a part of every manifest's key
    bool ok = files_hash(u->p->o.files, u->a, "/proc/self/exe", &h, NULL);
    watch_use(w);
    return ok ? arena_str(u->a, (Str){(const char *)h.content, sizeof h.content}) : (Str){0};
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

bool program_start_units(Program *p) {
    if (!p->o.cache || !p->o.files || p->no_units || !p->ir->runtime_pkg) return false;
    ProgramUnits *u = ANEW(p->arena, ProgramUnits);
    u->p = p;
    u->a = arena_new("units");
    u->refs = map_new_ptr(u->a);
    u->of_runtime = map_new_ptr(u->a);
    mark_runtime(u, p->ir->runtime_pkg);
    u->own = own_content(u);
    if (!u->own.len) return false;
    u->units = (IrUnits){.find = find, .lost = lost, .ctx = u};
    p->units = u;
    p->ir->units = &u->units;
    VEC(Pack *) packs = {0};
    for (i64 i = 0; i < load_package_count(p->loader); i++) {
        Pack *k = pack_of(u, load_package_at(p->loader, i));
        if (k) vec_push(u->a, &packs, k);
    }
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
        if (g->reached && g->unit && !g->type && !unit_define(g->unit, p->syms, p->units->a))
            p->units->units.failed = true;
    }
}

bool program_has_pack(const Program *p, Package *pkg) { return p->units && pack_of(p->units, pkg) != NULL; }
bool program_uses_units(const Program *p) { return p->units && p->units->used; }
bool program_units_failed(const Program *p) { return p->units && p->units->units.failed; }

// ---- keeping -------------------------------------------------------------------------------------------------------------

typedef struct Keep {
    ProgramUnits *u;
    Arena *tmp;
    Map *closures; // IrFunc -> SymList of the functions in it
} Keep;
typedef VEC(Sym *) SymList;

static PackWriter *writer_of(ProgramUnits *u, Package *pkg) {
    PackRef *r = ref_of(u, pkg);
    pack_of(u, pkg);
    if (!r->writer) r->writer = pack_write(u->a, r->pack);
    return r->writer;
}

static UnitNeed need_by_symbol(const Need *n) {
    UnitNeed x = {.kind = n->kind};
    switch ((NeedKind)n->kind) {
    case NEED_CLOSURE:
    case NEED_DATA:
    case NEED_ASM:
    case NEED_REFLECTION: break;
    case NEED_FUNC: x.sym = n->fn->sym; break;
    case NEED_SYMBOL: x.sym = n->sym; break;
    case NEED_GLOBAL:
    case NEED_VALUE: x.sym = n->global->sym; break;
    case NEED_LAZY:
        x.sym = n->global->sym;
        x.init = n->init->sym;
        break;
    case NEED_TYPE:
    case NEED_TYPE_NAME:
    case NEED_TYPE_FULL:
    case NEED_TYPE_EQUAL: x.sym = n->type->symbol; break;
    case NEED_ITAB:
        x.sym = n->itab->type->symbol;
        x.init = n->itab->iface->symbol;
        break;
    case NEED_METHOD:
    case NEED_METHOD_WANTED: x.sym = ir_key_text(n->method); break;
    case NEED_RT: x.row = n->row; break;
    }
    return x;
}

// Each once.
static UnitNeeds needs_by_symbol(Keep *k, const Needs *n) {
    UnitNeeds out = {.ptr = ANEWN(k->tmp, UnitNeed, n->list.len + 1)};
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
        out.ptr[out.len++] = need_by_symbol(x);
    }
    return out;
}

static void collect_code(Keep *k) {
    Program *p = k->u->p;
    for (i64 i = 0; i < p->ir->order.len; i++) {
        IrFunc *f = p->ir->order.ptr[i], *root = ir_outermost(f);
        if (!f->built || root->unit) continue;
        Sym *s = obj_sym(p->syms, f->sym);
        if (s->kind != SYM_TEXT) continue;
        void **slot = map_slot_ptr(k->closures, root);
        if (!*slot) *slot = ANEW(k->u->a, SymList);
        SymList *list = *slot;
        vec_push(k->u->a, list, s);
    }
}

static void keep_func(Keep *k, IrFunc *f) {
    if (!f->built || f->unit || f->outer || f->by_name || !f->home || !f->needs) return;
    bool assembly = f->assembly || f->abi0;
    if (assembly && f->home->is_main_module) return;
    Unit u = {.kind = UNIT_FUNC, .sym = f->sym, .cost = f->cost, .needs = needs_by_symbol(k, f->needs)};
    if (f->param_esc) u.escapes = (Str){(const char *)f->param_esc, f->nparams * IR_LEAKS};
    if (assembly) u.cost = -1; // nobody looks into it
    if (f->assembly) {
        u.flags = UNIT_WAY;
        Str pkg = program_asm_package(k->u->p, f->assembly->sym);
        u.needs.ptr[u.needs.len++] = (UnitNeed){NEED_ASM, 0, f->assembly->sym, pkg};
    }
    SymList *code = map_get_ptr(k->closures, f), roots = {0};
    for (i64 i = 0; code && i < code->len; i++) vec_push(k->tmp, &roots, code->ptr[i]);
    for (i64 i = 0; i < f->needs->list.len; i++) {
        const Need *n = &f->needs->list.ptr[i];
        Sym *s = n->kind == NEED_VALUE ? n->global->link : NULL;
        if (s && s->kind != SYM_UNDEF) vec_push(k->tmp, &roots, s); // values without size have no symbol
    }
    pack_add(writer_of(k->u, f->home), &u, roots.ptr, roots.len);
}

// A pack has it already, but not all that was reached: what is more goes there, since that one is found.
static Package *home_of_type(Keep *k, const TypeRec *r) {
    const Unit *old = pack_find(k->u->index, UNIT_TYPE, r->symbol);
    for (i64 i = 0; old && i < k->u->all.len; i++)
        if (k->u->all.ptr[i]->pack == old->pack) return k->u->all.ptr[i]->pkg;
    return r->home;
}

static void keep_type(Keep *k, TypeRec *r) {
    if (!r->home || !r->type || (r->unit ? !r->more : !r->bare_needs)) return;
    const Unit *old = r->unit;
    Unit u = {.kind = UNIT_TYPE, .sym = r->symbol, .nmethods = r->nmethods, .nkeys = r->nkeys};
    u.needs = old ? old->needs : needs_by_symbol(k, r->bare_needs);
    if (old) {
        u.flags = old->flags;
        u.full = old->full;
    } else if (r->full_needs) {
        u.flags = UNIT_FULL;
        u.full = needs_by_symbol(k, r->full_needs);
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
    pack_add(writer_of(k->u, home_of_type(k, r)), &u, NULL, 0);
}

static void keep_descriptor(Keep *k, TypeRec *r) {
    if (!r->home || r->descriptor) return;
    Sym *s = obj_sym(k->u->p->syms, r->symbol);
    if (s->kind != SYM_TYPE) return;
    Unit u = {.kind = UNIT_DESCRIPTOR, .sym = ir_descriptor_key(k->u->a, r), .methods_at = r->methods_at};
    pack_add(writer_of(k->u, r->home), &u, &s, 1);
}

// Variables that assembly may define are asked for again: where the package may be edited, or if it does.
static void keep_global(Keep *k, IrGlobal *g) {
    Sym *s = g->link;
    if (!g->reached || g->unit || !g->type || g->init || g->has_value || !g->pkg || !s || !g->home) return;
    bool empty = !types_size(g->type);
    if (!empty && (s->kind == SYM_UNDEF || (s->kind != SYM_BSS && s->kind != SYM_NOPTRBSS))) return;
    if (load_pkg(g->pkg)->files[FILES_S].len && (g->pkg->is_main_module || program_asm_defines(k->u->p, s))) return;
    Unit u = {.kind = UNIT_GLOBAL, .sym = g->sym};
    pack_add(writer_of(k->u, g->home), &u, &s, empty ? 0 : 1);
}

// In the pack of the package that the symbol names, or in that of one with assembly, which might define it. What is edited is looked at each time.
static void keep_extern(Keep *k, const IrExtern *e) {
    Package *home = ir_named_package(k->u->p->ir, e->sym);
    if (!home || home->is_main_module) return;
    if (e->pkg && e->pkg != home && load_pkg(e->pkg)->files[FILES_S].len) {
        bool covered = map_get_ptr(k->u->of_runtime, home) && !map_get_ptr(k->u->of_runtime, e->pkg);
        if (!covered || e->pkg->is_main_module) return; // one key must say what both are
        home = e->pkg;
    }
    Unit u = {.kind = UNIT_EXTERN, .flags = e->pkg ? UNIT_NO_ASM : 0, .sym = e->sym};
    pack_add(writer_of(k->u, home), &u, NULL, 0);
}

void program_keep_unit(Program *p, Package *home, const Unit *u, Sym **roots, i64 n) {
    pack_add(writer_of(p->units, home), u, roots, n);
}

static void store(ProgramUnits *u, PackRef *r) {
    Buf b = {0};
    pack_end(r->writer, &b);
    cache_share(u->p->o.cache, &r->key, arena_cstr(u->a, r->pkg->path), buf_view(&b));
    buf_free(&b);
    r->writer = NULL;
}

void program_keep_units(Program *p) {
    ProgramUnits *u = p->units;
    if (!u || diag_count(p->diag)) return;
    if (p->o.trace_units) {
        i64 made = 0, found = 0;
        for (i64 i = 0; i < p->ir->order.len; i++) {
            const IrFunc *f = p->ir->order.ptr[i];
            found += f->unit != NULL;
            if (f->built && !f->outer && !f->unit) {
                made++;
                if (getenv("VOLE_UNITS")) fprintf(stderr, "made %.*s\n", SFMT(f->sym));
            } else if (f->built && !f->outer && getenv("VOLE_UNITS")) fprintf(stderr, "again %.*s\n", SFMT(f->sym));
        }
        fprintf(stderr, "vole: cache: units: %lld functions from packs, %lld made\n", (long long)found,
                (long long)made);
    }
    Keep k = {.u = u, .tmp = arena_new("kept units"), .closures = map_new_ptr(u->a)};
    collect_code(&k);
    for (i64 i = 0; i < p->ir->order.len; i++) keep_func(&k, p->ir->order.ptr[i]);
    for (i64 i = 0; i < p->ir->used_types.len; i++) {
        keep_type(&k, p->ir->used_types.ptr[i]);
        keep_descriptor(&k, p->ir->used_types.ptr[i]);
    }
    for (i64 i = 0; i < p->ir->global_order.len; i++) keep_global(&k, p->ir->global_order.ptr[i]);
    for (i64 i = 0; i < map_len(p->ir->externs); i++) keep_extern(&k, map_at(p->ir->externs, i)->val);
    program_keep_assembly(p);
    for (i64 i = 0; i < u->all.len; i++)
        if (u->all.ptr[i]->writer) store(u, u->all.ptr[i]);
    arena_free(k.tmp);
}
