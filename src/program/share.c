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

static void mark(Symtab *syms, Str name, u8 share) {
    Sym *s = obj_sym(syms, name);
    if (s->kind != SYM_UNDEF) s->share = share;
}

// The package in a symbol's name; empty: it is in none.
static Str path_in(Str sym) {
    for (i64 i = sym.len; i-- > 0;)
        if (sym.ptr[i] == '/' || sym.ptr[i] == ':') {
            i64 dot = str_index(str_slice(sym, i, sym.len), '.');
            return dot < 0 || sym.ptr[i] == ':' ? (Str){0} : str_slice(sym, 0, i + dot);
        }
    i64 dot = str_index(sym, '.');
    return dot < 0 ? (Str){0} : str_slice(sym, 0, dot);
}

// The library's functions are the same in all modules, since its packages are: the host's serve. Instances may be of others' types. Of package runtime they
// must be: what C code and the unwinder know of them is so by address.
static void mark_library(Program *p) {
    Map *paths = map_new_str(p->arena);
    for (i64 i = 0; i < p->packages.len; i++)
        if (p->packages.ptr[i]->std) map_set_str(paths, ir_package_prefix(p->ir, p->packages.ptr[i]), paths);
    for (i64 i = 0; i < obj_count(p->syms); i++) {
        Sym *s = obj_at(p->syms, i);
        if (s->kind != SYM_TEXT || s->from_elf || str_index(s->name, '[') >= 0) continue;
        Str path = path_in(s->name);
        if (path.len && map_get_str(paths, path)) s->share = SHARE_FUNC;
    }
}

static void mark_shared(Program *p) {
    IrProgram *ir = p->ir;
    for (i64 i = 0; i < ir->global_order.len; i++)
        if (ir->global_order.ptr[i]->reached) mark(p->syms, ir->global_order.ptr[i]->sym, SHARE_VAR);
    for (i64 i = 0; i < ir->used_types.len; i++) mark(p->syms, ir->used_types.ptr[i]->symbol, SHARE_TYPE);
    for (i64 i = 0; i < ir_itab_count(ir); i++) mark(p->syms, ir_itab_at(ir, i)->symbol, SHARE_ITAB);
    mark_library(p);
}

// Without headers what an archive of the package has too.
u64 program_content(Program *p, Package *package, bool headers) {
    const Pkg *q = load_pkg(package);
    Str path = package->link_path.len ? package->link_path : q->path;
    u64 h = shared_hash(path.ptr, (u64)path.len);
    static const FileKind kinds[] = {FILES_GO, FILES_S, FILES_H};
    for (i64 k = 0; k < NELEM(kinds) - !headers; k++)
        for (i64 i = 0; i < q->files[kinds[k]].len; i++) {
            PkgFile *f = q->files[kinds[k]].ptr[i];
            if (kinds[k] == FILES_S && !headers && !load_assembles(q, f)) continue;
            h = shared_mix(h, shared_hash(f->name.ptr, (u64)f->name.len));
            FileHash fh = f->hash;
            if (!f->hashed) files_hash_text(load_text(p->loader, f), &fh);
            h = shared_mix(h, shared_hash((const char *)fh.content, sizeof fh.content));
        }
    return h;
}

static void list_share_packages(Program *p, Arena *a, LinkShare *s) {
    IrProgram *ir = p->ir;
    Map *index = map_new_ptr(a); // Package -> place in the list + 1
    s->packages = ANEWN(a, LinkPackage, ir->packages.len + 1);
    for (i64 i = 0; i < ir->packages.len; i++) {
        Package *q = ir->packages.ptr[i];
        if (!q->load) continue;
        LinkPackage *to = &s->packages[s->npackages++];
        *to = (LinkPackage){.path = q->link_path.len ? q->link_path : q->path, .init = ir->inits[i]->sym};
        map_set_ptr(index, q, (void *)(intptr_t)s->npackages);
        u32 *imports = ANEWN(a, u32, q->nimports + 1);
        for (i64 k = 0; k < q->nimports; k++) { // initialised before, so it is in the list
            i64 at = (i64)(intptr_t)map_get_ptr(index, q->imports[k]);
            if (at) imports[to->nimports++] = (u32)at - 1;
        }
        to->imports = imports;
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

// ---- what both must agree on ---------------------------------------------------------------------------------------------

// Build settings that change what code means or how it is laid out; the rest is each module's own.
static void put_settings(Str all, Buf *b) {
    static const char *const keys[] = {
        "-tags=", "-asmflags=", "GOARCH=", "GOOS=", "GOAMD64=", "GOEXPERIMENT=", "GOFIPS140="};
    for (i64 from = 0, to; from < all.len; from = to + 1) {
        for (to = from; to < all.len && all.ptr[to] != '\n';) to++;
        Str line = str_slice(all, from, to);
        if (str_has_prefix(line, S("build\t"))) line = str_slice(line, 6, line.len);
        for (i64 i = 0; i < NELEM(keys); i++)
            if (str_has_prefix(line, str_c(keys[i]))) buf_printf(b, "setting\t%.*s\n", SFMT(line));
    }
}

// -gcflags as far as they are the library's too.
static void put_code_settings(const Program *p, Buf *b) {
    u32 flags = p->ir->runtime_pkg->flags;
    if (flags & (PKG_NO_OPT | PKG_NO_INLINE))
        buf_printf(b, "setting\t-gcflags=all=%s%s\n", flags & PKG_NO_OPT ? "-N " : "",
                   flags & PKG_NO_INLINE ? "-l" : "");
}

static int cmp_item(const void *a, const void *b) {
    const ShapeItem *x = a, *y = b;
    int c = str_cmp(x->key, y->key);
    return c ? c : str_cmp(x->text, y->text);
}

void program_put_shape(Program *p, Arena *a, Buf *b, Package *q) {
    SourceShape s = {0};
    if (q->parse) load_parse_ahead(p->loader, &q, 1);
    for (i64 i = 0; i < q->nfiles; i++)
        if (q->files[i]) source_shape(a, q->files[i], &s);
    if (s.items.len) qsort(s.items.ptr, (size_t)s.items.len, sizeof s.items.ptr[0], cmp_item);
    for (i64 i = 0; i < s.items.len; i++)
        buf_printf(b, "\t%.*s\t%.*s\n", SFMT(s.items.ptr[i].key), SFMT(s.items.ptr[i].text));
}

// The module of a package and its version as a program tells them, "path version"; a space: none.
static Str module_of(Arena *a, Str info, Str path) {
    Str module = {0}, version = {0};
    for (i64 from = 0, to; from < info.len; from = to + 1) {
        for (to = from; to < info.len && info.ptr[to] != '\n';) to++;
        Str line = str_slice(info, from, to);
        if (!str_has_prefix(line, S("mod\t")) && !str_has_prefix(line, S("dep\t"))) continue;
        line = str_slice(line, 4, line.len);
        i64 tab = str_index(line, '\t');
        Str name = str_slice(line, 0, tab < 0 ? line.len : tab),
            rest = str_slice(line, tab < 0 ? line.len : tab + 1, line.len);
        bool in = str_has_prefix(path, name) && (path.len == name.len || path.ptr[name.len] == '/');
        if (!in || name.len < module.len) continue;
        tab = str_index(rest, '\t');
        module = name, version = str_slice(rest, 0, tab < 0 ? rest.len : tab);
    }
    return arena_printf(a, "%.*s %.*s", SFMT(module), SFMT(version));
}

// Of what a build from archives knows too.
static void make_manifest(Program *p, Package *main, Arena *a, Str version, LinkShare *s) {
    IrProgram *ir = p->ir;
    Str info = program_module_info(p, main);
    LinkPackage *at = s->packages; // in the same order
    Buf b = {0};
    Str own = own_content(a);
    buf_printf(&b, "go\t%.*s\nvole\t%016llx\n", SFMT(version), (unsigned long long)hash_bytes(own.ptr, own.len, 1));
    put_settings(info, &b);
    put_code_settings(p, &b);
    s->settings = shared_hash((const char *)b.ptr, (u64)b.len);
    buf_str(&b, p->capabilities);
    for (i64 i = 0; i < ir->packages.len; i++) {
        Package *q = ir->packages.ptr[i];
        if (!q->load) continue;
        Str path = at->path;
        at->content = program_content(p, q, false);
        buf_printf(&b, "package\t%.*s\t%016llx\t", SFMT(path), (unsigned long long)at++->content);
        if (q->std) buf_c(&b, "std");
        else buf_str(&b, module_of(a, info, path));
        buf_c(&b, "\n");
        if (!q->std && !str_eq(path, S("main"))) program_put_shape(p, a, &b, q);
    }
    s->manifest = arena_str(a, buf_view(&b));
    buf_free(&b);
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
        bool is_func = o->kind == OBJ_FUNC, nothing = !is_func && !types_size(ir_global(ir, o)->type);
        Str value = nothing   ? S("runtime.zerobase")
                    : is_func ? arena_printf(a, "%.*s\302\267f", SFMT(ir_func(ir, o, NULL, (TypeList){0})->sym))
                              : ir_global(ir, o)->sym;
        s->symbols[s->nsymbols++] =
            (LinkSymbol){o->name->s, is_func, obj_sym(p->syms, ir_type_symbol(ir, type)), obj_sym(p->syms, value)};
    }
    qsort(s->symbols, (size_t)s->nsymbols, sizeof *s->symbols, cmp_symbol);
}

void program_share(Program *p, Package *main, LinkJob *j) {
    LinkShare *s = &j->share;
    if (p->o.plugin || program_is_host(p)) j->kind = p->o.plugin ? LINK_PLUGIN : LINK_HOST;
    if (j->kind != LINK_EXE) mark_shared(p);
    list_share_packages(p, j->arena, s);
    list_lazies(p, j->arena, s);
    if (p->o.plugin) list_symbols(p, main, j->arena, s);
    if (j->kind == LINK_EXE) return; // it only can be patched
    s->path = main->link_path;
    make_manifest(p, main, j->arena, j->build_version, s);
}
