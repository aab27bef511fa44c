// type_needs.c - the needs of a type descriptor, as functions have theirs.
//
// In:   a TypeRec of the worklist. Out: what its descriptor refers to, bare (size, pointers, a map's hasher) or full (a value of the
//       type is in an interface: reflection can walk to its parts), and its table of methods with the keys that interface calls match.
#include "ir/gen.h"
#include "ir/symbols.h"
#include "ir/unit.h"

static Str method_key(IrProgram *p, const Name *name, Package *pkg, Type *sig) {
    Str s = types_link_name(p->checker, sig);
    if (name->exported) return arena_printf(p->arena, "%.*s %.*s", SFMT(name->s), SFMT(s));
    return arena_printf(p->arena, "%.*s.%.*s %.*s", SFMT(pkg->path), SFMT(name->s), SFMT(s));
}

IrMethodKey *ir_iface_method_key(IrProgram *p, Type *iface, i64 index) {
    Object **ms;
    i64 n = types_iface_methods(p->checker, types_under(iface), &ms);
    CHECK(index < n);
    return ir_method_key(p, method_key(p, ms[index]->name, ms[index]->pkg, ms[index]->type));
}

// The type of a method as its entry in the method table has it (no receiver), for the concrete receiver type.
static Type *entry_sig(const MethodEntry *m) { return m->func->type; }

IrFunc *ir_method_code(IrProgram *p, TypeRec *r, i64 i, bool iface_entry) {
    const MethodEntry *e = &r->entries[i];
    return iface_entry ? ir_iface_entry(p, r->type, e) : ir_method_wrapper(p, r->type, e);
}

// Masks beyond this many bytes are made by the runtime when they are first needed (internal/abi.MaxPtrmaskBytes).
enum { MAX_MASK_BYTES = 2048 };
bool ir_mask_on_demand(Type *t) {
    Type *u = types_under(t);
    types_layout(u);
    return (u->ptrdata / 8 + 7) / 8 > MAX_MASK_BYTES;
}

static Needs *new_needs(IrProgram *p) {
    Needs *n = ANEW(p->arena, Needs);
    n->p = p;
    n->a = p->arena;
    return n;
}

// Values of the type can be compared through its descriptor.
static void need_equal(IrProgram *p, Needs *n, Type *t) {
    if (!types_comparable(t)) return;
    IrAlg a = ir_eq_alg(p, t);
    need_type_equal(n, t);
    need_alg(n, a);
    if (!a.fn) need_symbol(n, ir_eq_symbol(p, p->arena, t));
}

static void map_needs(IrProgram *p, Needs *n, Type *t) {
    Type *u = types_under(t);
    need_type(n, u->map.key);
    need_type(n, u->map.elem);
    need_type(n, ir_map_group_type(p, t));
    IrAlg a = ir_hash_alg(p, u->map.key);
    need_alg(n, a);
    if (!a.fn) need_symbol(n, ir_hash_symbol(p, p->arena, u->map.key));
    need_equal(p, n, u->map.key);
}

static void iface_needs(IrProgram *p, Needs *n, TypeRec *r) {
    Object **ms;
    need_type_full(n, r->type); // the runtime looks at its methods
    r->nkeys = types_iface_methods(p->checker, types_under(r->type), &ms);
    r->keys = ANEWN(p->arena, IrMethodKey *, r->nkeys + 1);
    for (i64 i = 0; i < r->nkeys; i++) {
        r->keys[i] = ir_iface_method_key(p, r->type, i);
        need_method_wanted(n, r->keys[i]);
    }
}

Needs *ir_bare_needs(IrProgram *p, TypeRec *r) {
    Needs *n = new_needs(p);
    Type *u = types_under(r->type);
    types_layout(r->type);
    switch (u->kind) {
    case TYPE_MAP: map_needs(p, n, r->type); break;
    case TYPE_CHAN: need_type(n, u->chan.elem); break;
    case TYPE_ARRAY:
        if (ir_mask_on_demand(u)) need_type(n, u->array.elem);
        break;
    case TYPE_STRUCT:
        for (i64 i = 0; ir_mask_on_demand(u) && i < u->strct.nfields; i++)
            if (types_has_pointers(u->strct.fields[i].var->type)) need_type(n, u->strct.fields[i].var->type);
        break;
    case TYPE_INTERFACE: iface_needs(p, n, r); break;
    default: break;
    }
    return n;
}

static void need_all_full(Needs *n, const Type *tuple) {
    for (i64 i = 0; i < tuple->tuple.n; i++) need_type_full(n, tuple->tuple.vars[i]->type);
}

static void part_needs(IrProgram *p, Needs *n, Type *u) {
    switch (u->kind) {
    case TYPE_ARRAY:
        need_type_full(n, u->array.elem);
        need_type_full(n, types_made_slice(p->checker, u->array.elem));
        break;
    case TYPE_SLICE: need_type_full(n, u->slice.elem); break;
    case TYPE_POINTER: need_type_full(n, u->pointer.elem); break;
    case TYPE_CHAN: need_type_full(n, u->chan.elem); break;
    case TYPE_MAP:
        need_type_full(n, u->map.key);
        need_type_full(n, u->map.elem);
        break;
    case TYPE_STRUCT:
        for (i64 i = 0; i < u->strct.nfields; i++) need_type_full(n, u->strct.fields[i].var->type);
        break;
    case TYPE_SIGNATURE:
        need_all_full(n, u->sig.params);
        need_all_full(n, u->sig.results);
        break;
    case TYPE_INTERFACE: {
        Object **ms;
        i64 count = types_iface_methods(p->checker, u, &ms);
        for (i64 i = 0; i < count; i++) need_type(n, ms[i]->type);
        break;
    }
    default: break;
    }
}

// Reflection can make *t: that needs a descriptor if it may have methods.
static bool pointer_has_methods(Type *t) {
    t = types_unalias(t);
    if (t->kind == TYPE_NAMED) return !is_iface(t);
    for (i64 i = 0; t->kind == TYPE_STRUCT && i < t->strct.nfields; i++)
        if (t->strct.fields[i].var->embedded) return true;
    return false;
}

void ir_method_table(IrProgram *p, TypeRec *r) {
    const TypeMethod *old = r->methods;
    if (is_iface(r->type)) return;
    r->nmethods = types_method_set(p->checker, r->type, &r->entries);
    r->methods = ANEWN(p->arena, TypeMethod, r->nmethods + 1);
    for (i64 i = 0; i < r->nmethods; i++) {
        const MethodEntry *e = &r->entries[i];
        check_object(p->checker, e->func->origin ? e->func->origin : e->func);
        r->methods[i] =
            (TypeMethod){.key = ir_method_key(p, method_key(p, e->name, e->pkg ? e->pkg : e->func->pkg, entry_sig(e))),
                         .sig = ir_type_rec(p, entry_sig(e)),
                         .exported = e->name->exported,
                         .ifn = old ? old[i].ifn : NULL,
                         .tfn = old ? old[i].tfn : NULL};
    }
}

Needs *ir_full_needs(IrProgram *p, TypeRec *r) {
    Needs *n = new_needs(p);
    part_needs(p, n, types_under(r->type));
    need_equal(p, n, r->type);
    if (pointer_has_methods(r->type)) need_type_full(n, types_new_pointer(p->checker, r->type));
    ir_method_table(p, r);
    for (i64 i = 0; i < r->nmethods; i++) need_type(n, entry_sig(&r->entries[i]));
    return n;
}

// A descriptor is one of a few, by what the program sees of the type.
Str ir_descriptor_key(Arena *a, const TypeRec *r) {
    int variant = (r->full ? 2 : r->want_name ? 1 : 0) + (r->need_eq ? 3 : 0);
    return arena_printf(a, "%.*s#%d", SFMT(r->symbol), variant);
}
