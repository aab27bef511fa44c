// linkname.c - may a package refer to a name of the library by //go:linkname? gc's linker decides, and so do we.
//
// In:    a reference from a package outside the library, after all packages were noted.
// Out:   an error in the words of gc's linker, or nothing.
// Rules: a function without a body (assembly, C) is open to everybody; what the library defines in Go only if some
//        //go:linkname line of the library names it; a few names have one reader each (blocked.def).
// Never: forbids anything with -ldflags=-checklinkname=0.
#include "ir/ir.h"

static bool is_blocked(Str sym) {
    static const char *const names[] = {
#define B(name, reader) name,
#include "ir/blocked.def"
#undef B
    };
    for (i64 i = 0; i < NELEM(names); i++)
        if (str_eq(sym, str_c(names[i]))) return true;
    return false;
}

static void mark_package(IrProgram *p, Package *pkg) {
    for (i64 i = 0; i < pkg->nfiles; i++) {
        File *f = pkg->files[i];
        for (i64 k = 0; k < f->linknames.len; k++) {
            Linkname *l = &f->linknames.ptr[k];
            Str name = l->remote;
            if (!name.len) name = arena_printf(p->arena, "%.*s.%.*s", SFMT(ir_package_prefix(p, pkg)), SFMT(l->local));
            map_set_str(p->linkname_marks, name, l);
        }
    }
}

void ir_mark_linknames(IrProgram *p) {
    p->linkname_marks = map_new_str(p->arena);
    for (i64 i = 0; i < p->packages.len; i++)
        if (p->is_std(p, p->packages.ptr[i])) mark_package(p, p->packages.ptr[i]);
}

static bool is_marked(IrProgram *p, Str sym) {
    if (!p->linkname_marks) ir_mark_linknames(p);
    return map_get_str(p->linkname_marks, sym) != NULL;
}

static bool is_open(IrProgram *p, Str sym, Object *owner) {
    if (!owner || !p->is_std(p, owner->pkg) || is_marked(p, sym)) return true;
    return owner->kind == OBJ_FUNC && owner->decl && !((FuncDecl *)owner->decl)->body;
}

void ir_check_pull(IrProgram *p, Package *from, Str sym, Object *owner) {
    if (p->opt_any_linkname || (!is_blocked(sym) && is_open(p, sym, owner))) return;
    if (map_get_str(p->linkname_refused, sym)) return;
    map_set_str(p->linkname_refused, sym, from);
    diag_error_at(p->diag, S("link"), "%.*s: invalid reference to %.*s", SFMT(ir_package_prefix(p, from)), SFMT(sym));
}
