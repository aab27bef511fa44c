// linkname.c - may a package refer to a name of the library by //go:linkname? gc's linker decides, and so do we.
//
// In:    a reference from a package outside the library, after all packages were noted.
// Out:   an error in the words of gc's linker, or nothing.
// Rules: a function without a body (assembly, C) is open to everybody; what the library defines in Go only if some
//        //go:linkname line of the library names it; a few names have one reader each (blocked.def).
// Never: forbids anything with -ldflags=-checklinkname=0.
#include "ir/symbols.h"

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

static bool is_marked(IrProgram *p, Str sym) {
    const LinkLines *all = ir_link_lines(p, sym);
    for (i64 i = 0; all && i < all->len; i++)
        if (p->is_std(p, all->ptr[i].pkg) && ir_is_link_line(p, &all->ptr[i])) return true;
    return false;
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
