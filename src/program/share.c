// share.c - what a host and its plugins know of each other: which symbols exist once in a process, packages, what Lookup finds.
//
// In:   all symbols, defined. Out: Sym.share, LinkJob.kind and .share (link/link.h, abi/plugin.h).
#include "abi/plugin.h"
#include "program/program.h"
#include <stdlib.h>

static Package *package_named(const Program *p, Str path) {
    for (i64 i = 0; i < p->packages.len; i++)
        if (str_eq(p->packages.ptr[i]->path, path)) return p->packages.ptr[i];
    return NULL;
}

bool program_is_host(const Program *p) {
    const Package *q = package_named(p, S("plugin"));
    return !p->o.plugin && q && q->std;
}

// Functions of package runtime are the host's: what C code and the unwinder know of them is so by address.
static bool is_runtime(const Program *p, const IrFunc *f) { return f->pkg == p->ir->runtime_pkg && !f->outer; }

static void mark(Symtab *syms, Str name, u8 share) {
    Sym *s = obj_sym(syms, name);
    if (s->kind != SYM_UNDEF) s->share = share;
}

static void mark_shared(Program *p) {
    IrProgram *ir = p->ir;
    for (i64 i = 0; i < ir->global_order.len; i++)
        if (ir->global_order.ptr[i]->reached) mark(p->syms, ir->global_order.ptr[i]->sym, SHARE_VAR);
    for (i64 i = 0; i < ir->used_types.len; i++) mark(p->syms, ir->used_types.ptr[i]->symbol, SHARE_TYPE);
    for (i64 i = 0; i < ir_itab_count(ir); i++) mark(p->syms, ir_itab_at(ir, i)->symbol, SHARE_ITAB);
    for (i64 i = 0; i < ir->order.len; i++)
        if (is_runtime(p, ir->order.ptr[i])) mark(p->syms, ir->order.ptr[i]->sym, SHARE_FUNC);
}

// A hash of the files that a package is compiled from.
static u64 content_of(Program *p, const Pkg *q) {
    u64 h = shared_hash(q->path.ptr, (u64)q->path.len);
    static const FileKind kinds[] = {FILES_GO, FILES_S, FILES_H};
    for (i64 k = 0; k < NELEM(kinds); k++)
        for (i64 i = 0; i < q->files[kinds[k]].len; i++) {
            PkgFile *f = q->files[kinds[k]].ptr[i];
            h = shared_mix(h, shared_hash(f->name.ptr, (u64)f->name.len));
            FileHash fh = f->hash;
            if (!f->hashed) files_hash_text(load_text(p->loader, f), &fh);
            h = shared_mix(h, shared_hash((const char *)fh.content, sizeof fh.content));
        }
    return h;
}

static void list_share_packages(Program *p, Arena *a, LinkShare *s) {
    IrProgram *ir = p->ir;
    s->packages = ANEWN(a, LinkPackage, ir->packages.len + 1);
    for (i64 i = 0; i < ir->packages.len; i++) {
        Package *q = ir->packages.ptr[i];
        if (!q->load) continue;
        s->packages[s->npackages++] = (LinkPackage){q->link_path.len ? q->link_path : q->path, ir->inits[i]->sym,
                                                    content_of(p, load_pkg(q)), q->std};
    }
}

static void list_lazies(Program *p, Arena *a, LinkShare *s) {
    IrProgram *ir = p->ir;
    s->lazies = ANEWN(a, LinkLazy, ir->global_order.len + 1);
    for (i64 i = 0; i < ir->global_order.len; i++) {
        IrGlobal *g = ir->global_order.ptr[i];
        if (!g->reached || !g->lazy_init) continue;
        s->lazies[s->nlazies++] = (LinkLazy){obj_sym(p->syms, g->lazy_init->sym), obj_sym(p->syms, g->sym)};
    }
}

static int cmp_symbol(const void *a, const void *b) {
    return str_cmp(((const LinkSymbol *)a)->name, ((const LinkSymbol *)b)->name);
}

static void list_symbols(Program *p, Package *main, Arena *a, LinkShare *s) {
    IrProgram *ir = p->ir;
    s->symbols = ANEWN(a, LinkSymbol, main->objects.len + 1);
    for (i64 i = 0; i < main->objects.len; i++) {
        Type *type;
        Object *o = ir_plugin_symbol(ir, main, i, &type);
        if (!o) continue;
        bool is_func = o->kind == OBJ_FUNC;
        Str value = is_func ? arena_printf(a, "%.*s\302\267f", SFMT(ir_func(ir, o, NULL, (TypeList){0})->sym))
                            : ir_global(ir, o)->sym;
        s->symbols[s->nsymbols++] = (LinkSymbol){o->name->s, is_func, obj_sym(p->syms, ir_type_symbol(ir, type)),
                                                 obj_sym(p->syms, value)};
    }
    qsort(s->symbols, (size_t)s->nsymbols, sizeof *s->symbols, cmp_symbol);
}

void program_share(Program *p, Package *main, LinkJob *j) {
    LinkShare *s = &j->share;
    j->kind = p->o.plugin ? LINK_PLUGIN : LINK_HOST;
    mark_shared(p);
    list_share_packages(p, j->arena, s);
    list_lazies(p, j->arena, s);
    if (p->o.plugin) list_symbols(p, main, j->arena, s);
    s->path = main->link_path;
    s->built = arena_printf(j->arena, "%.*s %.*s/%.*s", SFMT(j->build_version), SFMT(p->o.goos), SFMT(p->o.goarch));
}
