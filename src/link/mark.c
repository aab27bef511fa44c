// mark.c - what the entry point reaches over relocations that are not weak.
//
// Func values (SYM·f) are made here when something refers to them. A symbol that is reached and nowhere defined is an error.
#include "abi/functab.h"
#include "link/link_int.h"

static void reach(Link *l, Sym *from, Sym *s) {
    s->reached = true;
    Sym *p = link_place(s);
    if (p->link) return;
    p->link = link_place(from); // who led here first
    p->reached = true;
    vec_push(l->a, &l->work, p);
    vec_push(l->a, &l->live, p);
}

static bool define_funcval(Link *l, Sym *s) {
    Str suffix = S("\302\267f");
    if (!str_has_suffix(s->name, suffix)) return false;
    obj_define(s, SYM_RODATA, l->a, arena_alloc(l->a, 8, 8), 8, 8);
    s->local = true;
    obj_reloc(s, 0, REL_ABS64, obj_sym(l->job->syms, str_slice(s->name, 0, s->name.len - suffix.len)), 0);
    return true;
}

static void follow(Link *l, Sym *from, Reloc *r) {
    if (r->sym && r->kind & REL_WEAK && r->sym->kind == SYM_UNDEF) link_patch_known(l, r->sym);
    if (!r->sym || (r->kind & REL_WEAK) || ((r->kind & REL_OPTIONAL) && r->sym->kind == SYM_UNDEF)) return;
    if (r->sym->kind == SYM_UNDEF && !r->sym->reached && !define_funcval(l, r->sym)) {
        if (link_patch_import(l, r->sym)) return;
        r->sym->reached = true;
        Str who = from->name.len ? from->name : S("(data)"), abi0 = S(ABI0_SUFFIX);
        if (str_has_suffix(who, abi0)) who.len -= abi0.len;
        diag_error_at(l->job->diag, who, "relocation target %.*s not defined", SFMT(r->sym->name));
        return;
    }
    if (r->sym->kind != SYM_UNDEF && r->sym->kind != SYM_ABS && !link_is_import(l, r->sym)) reach(l, from, r->sym);
}

void link_root(Link *l, Sym *s) {
    Reloc root = {0, REL_ABS64, s, 0};
    follow(l, s, &root);
}

static Sym *table_sym(Link *l, const char *name, SymKind kind) {
    Sym *s = obj_sym(l->job->syms, str_c(name));
    s->kind = kind;
    s->local = true;
    return s;
}

// The module record refers to everything the runtime starts with: initialisers and main.
static void make_module(Link *l) {
    LinkJob *j = l->job;
    Sym *inits = obj_local(j->syms, l->a, SYM_RODATA);
    obj_define(inits, SYM_RODATA, l->a, arena_alloc(l->a, 8 * (j->ninits + 1), 8), 8 * (j->ninits + 1), 8);
    for (i64 i = 0; i < j->ninits; i++) obj_reloc(inits, (u32)(8 * i), REL_ABS64, obj_sym(j->syms, j->inits[i]), 0);
    l->module = table_sym(l, "vole.module", SYM_RODATA);
    Module *m = (Module *)arena_alloc(l->a, sizeof(Module), 8);
    m->ninits = (u64)j->ninits;
    obj_define(l->module, SYM_RODATA, l->a, (u8 *)m, sizeof *m, 8);
    obj_reloc(l->module, offsetof(Module, inits), REL_ABS64, inits, 0);
    if (j->main_sym.len) obj_reloc(l->module, offsetof(Module, main_main), REL_ABS64, obj_sym(j->syms, j->main_sym), 0);
}

void link_mark(Link *l, Sym *entry) {
    make_module(l);
    link_share_begin(l);
    if (entry) link_root(l, entry);
    link_root(l, l->module);
    while (l->work.len > 0) {
        Sym *s = l->work.ptr[--l->work.len];
        for (i64 i = 0; i < s->relocs.len; i++) link_look_ahead(s, i);
        for (i64 i = 0; i < s->relocs.len; i++) follow(l, s, &s->relocs.ptr[i]);
    }
}
