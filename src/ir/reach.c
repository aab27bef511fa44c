// reach.c - what main reaches: the worklist that makes vole demand-driven.
//
// In:   package main, collected and (for the main module) checked.
// Out:  every function that can run has a body, every package variable that can be read its initial value, every
//       type whose descriptor the program can see a TypeRec. Nothing else was ever looked at.
//
// Method: a function is a value, {tree, Needs}; the worklist takes one after the other and acts on its needs, and nobody else queues
// anything. Interface calls follow rapid type analysis with gc's notion of a match: a method becomes reachable when its receiver's type
// reaches an interface and an interface method of the same name and signature is called somewhere. Types reach interfaces by
// conversion, and through the descriptor of a type that did (reflection can walk there).
#include "ir/symbols.h"
#include "ir/unit.h"
#include "abi/functab.h"

struct Reach {
    i64 next_func;
    VEC(TypeRec *) types;
    i64 next_type; // descriptors to walk
    VEC(TypeRec *) full;
    i64 next_full; // types in interfaces to walk
    VEC(ItabRec *) itabs;
    bool reflect_methods;
    IrFunc *rt[RT_COUNT];
    VEC(IrFunc *) codeless; // have to be built again
    i64 next_codeless;
    IrOrigin from; // whose needs are acted on
    Package *home; // where units of what it needs belong, if they have no package of their own
};

static const char *const rt_kinds[] = {
#define R(id, kind, sym, sig) #kind,
#include "abi/runtime.def"
#undef R
};

// ---- units: what a cache knows stands for what would be built -----------------------------------------------------

static const Unit *find_unit(IrProgram *p, UnitKind kind, Str sym) {
    return p->units ? p->units->find(p->units->ctx, kind, sym) : NULL;
}

static bool is_there(IrProgram *p, Str sym, const Package *pkg) {
    return p->units && p->units->there && p->units->there(p->units->ctx, sym, pkg);
}

static bool identify_type(IrProgram *p, TypeRec *r);

// A unit refers to what nothing leads to.
static void lost(IrProgram *p, Str sym) {
    if (!p->units->failed && p->units->lost) p->units->lost(p->units->ctx, sym);
    p->units->failed = true;
}

// The tree of whoever needed a thing first leads to it again, and then more than its symbol is known.
static bool follow_origin(IrProgram *p, IrOrigin o) {
    if (o.fn) return ir_build_again(p, o.fn);
    if (!o.type || !identify_type(p, o.type)) return false;
    ir_bare_needs(p, o.type);
    if (o.type->full) ir_full_needs(p, o.type);
    for (i64 i = 0; i < o.type->nmethods; i++) {
        if (o.type->methods[i].ifn) ir_method_code(p, o.type, i, true);
        if (o.type->methods[i].tfn) ir_method_code(p, o.type, i, false);
    }
    return true;
}

static bool identify_type(IrProgram *p, TypeRec *r) {
    if (!r->type) follow_origin(p, r->origin);
    if (!r->type) lost(p, r->symbol);
    return r->type != NULL;
}

static bool identify_func(IrProgram *p, IrFunc *f) {
    if (f->sig) return true;
    Str name = f->sym, abi0 = S(ABI0_SUFFIX);
    bool entry = str_has_suffix(name, abi0); // for assembly
    if (entry) name.len -= abi0.len;
    Object *o = ir_find_declared(p, name);
    if (o && o->kind == OBJ_FUNC && entry) ir_asm_entry(p, name, ir_func(p, o, NULL, (TypeList){0}));
    else if (o && o->kind == OBJ_FUNC) {
        check_object(p->checker, o);
        ir_func(p, o, NULL, (TypeList){0});
    }
    if (!f->sig) follow_origin(p, f->origin);
    if (!f->sig) lost(p, f->sym);
    return f->sig != NULL;
}

bool ir_identify_global(IrProgram *p, IrGlobal *g) {
    if (g->type) return true;
    Object *o = ir_find_declared(p, g->sym);
    if (o && o->kind == OBJ_VAR) ir_global(p, o);
    if (!g->type) follow_origin(p, g->origin);
    if (!g->type) lost(p, g->sym);
    return g->type != NULL;
}

// ---- functions --------------------------------------------------------------------------------------------------

static void reach_symbol(IrProgram *p, Str sym);

// Where the unit of a function belongs: with the package that declares it, or with who needs the instance or the made-up one.
static Package *home_of(IrProgram *p, const IrFunc *f) {
    bool own = (f->obj && !f->env) || f->is_init || f->lazy || (f->abi0 && f->pkg);
    if (own && f->pkg) return f->pkg;
    return f->home ? f->home : p->reach->home;
}

// What the archive's code for a symbol calls in Go.
static void reach_callees(IrProgram *p, Str sym) {
    static const struct {
        const char *caller, *callee;
    } table[] = {
#define N(caller, callee) {caller, callee},
#include "abi/goneeds.def"
#undef N
    };
    for (i64 i = 0; i < NELEM(table); i++)
        if (str_eq(sym, str_c(table[i].caller))) reach_symbol(p, str_c(table[i].callee));
}

// What callers ask of a function is known at once.
static void take_unit(IrFunc *f, const Unit *u) {
    f->unit = u;
    if (!u) return;
    f->has_body = true;
    f->cost = u->cost;
    f->param_esc = u->escapes.len ? (u8 *)u->escapes.ptr : NULL;
}

// A unit says that no Go function defines it, and nobody pushes one there.
static const Unit *find_extern(IrProgram *p, Str sym) {
    const Unit *u = find_unit(p, UNIT_EXTERN, sym);
    return u && !ir_may_be_pushed(p, sym) ? u : NULL;
}

static void note_extern(IrProgram *p, Str sym, Package *pkg) {
    void **slot = map_slot_str(p->externs, sym);
    if (!*slot) *slot = ANEW(p->arena, IrExtern);
    IrExtern *e = *slot;
    e->sym = sym;
    if (pkg) e->pkg = pkg;
}

static void reach_identified(IrProgram *p, IrFunc *f) {
    f->home = home_of(p, f);
    if (f->has_body || f->abi0) return;
    bool intrinsic = ir_intrinsic(f->sym) >= 0 && p->is_std(p, f->pkg);
    if (!intrinsic && ir_asm_body(p, f)) {
        take_unit(f, find_unit(p, UNIT_FUNC, f->sym));
        return;
    }
    note_extern(p, f->sym, f->pkg);
    reach_callees(p, f->sym);
}

static void reach_func(IrProgram *p, IrFunc *f) {
    if (f->queued) return;
    f->queued = true;
    if (f->by_name) { // a caller's view of a function
        reach_symbol(p, f->sym);
        return;
    }
    vec_push(p->arena, &p->order, f);
    if (!f->origin.fn && !f->origin.type) f->origin = p->reach->from;
    f->home = home_of(p, f);
    if (f->has_body || !f->sig) take_unit(f, find_unit(p, UNIT_FUNC, f->sym));
    const Unit *e = f->unit || f->sig ? NULL : find_extern(p, f->sym);
    if (e && e->flags & UNIT_NO_ASM) reach_callees(p, f->sym);
    else if (!f->unit && identify_func(p, f)) reach_identified(p, f);
}

static bool is_codeless(const IrFunc *f) { return f->unit && f->unit->flags & UNIT_CODELESS; }

// Somebody who is built now needs it, and may refer to its code: that is seen when all are compiled, but there must be something to compile.
static void want_tree(IrProgram *p, IrFunc *f) {
    if (is_codeless(f) && !f->asked) vec_push(p->arena, &p->reach->codeless, f);
}

// Somebody refers to its code who may not be compiled now. NULL: nothing is reached.
static void reach_code(IrProgram *p, IrFunc *f) {
    if (!f) return;
    reach_func(p, f);
    want_tree(p, f);
    f->asked = true;
}

void ir_take_tree(IrFunc *f) {
    if (!f->built || !is_codeless(f)) return;
    f->codeless = f->unit;
    f->home = f->unit->home;
    f->unit = NULL;
}

// Reaches the Go function that defines a symbol, if a Go function does; else it is the archive's.
static IrFunc *find_func(IrProgram *p, Str sym) {
    if (find_unit(p, UNIT_FUNC, sym)) return ir_func_of_symbol(p, sym);
    if (find_extern(p, sym)) return NULL;
    IrFunc *f = ir_find_func(p, sym);
    if (!f) note_extern(p, sym, NULL);
    return f;
}

static void reach_symbol(IrProgram *p, Str sym) { reach_code(p, find_func(p, sym)); }

static void reach_rt(IrProgram *p, RtFn fn) {
    if (p->reach->rt[fn]) return;
    Str sym = str_c(rt_symbol(fn));
    if (strcmp(rt_kinds[fn], "GO") != 0) {
        reach_callees(p, sym);
        return;
    }
    p->reach->rt[fn] = find_func(p, sym);
    reach_code(p, p->reach->rt[fn]);
}

IrFunc *ir_rt_func(IrProgram *p, RtFn fn) { return p->reach->rt[fn]; }

// ---- package variables -----------------------------------------------------------------------------------------------

static void reach_global(IrProgram *p, IrGlobal *g) {
    if (g->reached) return;
    g->reached = true;
    g->origin = p->reach->from;
    g->home = g->pkg ? g->pkg : p->reach->home;
    g->unit = find_unit(p, UNIT_GLOBAL, g->sym);
    g->there = is_there(p, g->sym, g->pkg);
    if (g->there) return;
    if (g->type && !g->unit && p->asm_var) p->asm_var(p, g);
    if (g->lazy_init) reach_func(p, g->lazy_init);
}

static void set_lazy_init(IrProgram *p, IrGlobal *g, IrFunc *init) {
    g->lazy_init = init;
    if (g->reached && !g->there) reach_func(p, init);
}

// ---- types ---------------------------------------------------------------------------------------------------------------

// Of a declared type that is no instance and not local.
static Package *own_package(Type *t) {
    t = types_unalias(t);
    return t->named.targs.len || t->named.local_in ? NULL : t->named.obj->pkg;
}

static void reach_full(IrProgram *p, TypeRec *r);

static void reach_type(IrProgram *p, TypeRec *r) {
    if (r->used) return;
    r->used = true;
    r->origin = p->reach->from;
    r->home = r->type && types_unalias(r->type)->kind == TYPE_NAMED ? own_package(r->type) : NULL;
    if (!r->home) r->home = p->reach->home;
    r->unit = find_unit(p, UNIT_TYPE, r->symbol);
    r->there = is_there(p, r->symbol, NULL);
    vec_push(p->arena, &p->used_types, r);
    vec_push(p->arena, &p->reach->types, r);
    if (p->whole_types) reach_full(p, r);
}

// A value of this type is in an interface: its methods may be called, reflection can look at it.
static void reach_full(IrProgram *p, TypeRec *r) {
    reach_type(p, r);
    if (r->full) return;
    r->full = true;
    vec_push(p->arena, &p->reach->full, r);
}

static void act_on(IrProgram *p, const Needs *n);
static void act_on_unit(IrProgram *p, const UnitNeeds *n);

// Everything that is needed until leave() is needed by a type.
static struct Reach enter_type(IrProgram *p, TypeRec *r) {
    struct Reach *reach = p->reach, old = {.from = reach->from, .home = reach->home};
    reach->from = (IrOrigin){.type = r};
    reach->home = r->home;
    return old;
}

static void leave(IrProgram *p, struct Reach old) {
    p->reach->from = old.from;
    p->reach->home = old.home;
}

static IrFunc *method_code(IrProgram *p, TypeRec *r, i64 i, bool iface_entry) {
    const UnitMethod *m = r->unit && i < r->unit->nmethods ? &r->unit->methods[i] : NULL;
    Str sym = !m ? (Str){0} : iface_entry ? m->ifn : m->tfn;
    if (sym.len) return ir_func_of_symbol(p, sym);
    if (!identify_type(p, r)) return NULL;
    r->more = true;
    if (!r->entries) ir_method_table(p, r);
    return ir_method_code(p, r, i, iface_entry);
}

static void reach_method(IrProgram *p, TypeRec *r, i64 i, bool by_reflection) {
    struct Reach old = enter_type(p, r);
    if (!r->methods[i].ifn) {
        IrFunc *f = method_code(p, r, i, true);
        r->methods[i].ifn = f;
        reach_code(p, f);
    }
    r->wanted |= by_reflection;
    if (by_reflection && !r->methods[i].tfn) {
        IrFunc *f = method_code(p, r, i, false);
        r->methods[i].tfn = f;
        reach_code(p, f);
        reach_full(p, r->methods[i].sig); // reflect reads its parameters
    }
    leave(p, old);
}

static void set_wanted(IrMethodKey *k) {
    if (k->wanted) return;
    k->wanted = true;
    for (i64 i = 0; i < k->types.len; i++) k->types.ptr[i].rec->wanted = true;
}

static void call_method(IrProgram *p, IrMethodKey *k) {
    if (k->called) return;
    k->called = true;
    set_wanted(k);
    for (i64 i = 0; i < k->types.len; i++) reach_method(p, k->types.ptr[i].rec, k->types.ptr[i].index, false);
}

static void keys_of_unit(IrProgram *p, TypeRec *r) {
    r->nkeys = r->unit->nkeys;
    r->keys = ANEWN(p->arena, IrMethodKey *, r->nkeys + 1);
    for (i64 i = 0; i < r->nkeys; i++) r->keys[i] = ir_method_key(p, r->unit->keys[i]);
}

static void walk_bare(IrProgram *p, TypeRec *r) {
    struct Reach old = enter_type(p, r);
    if (r->unit) {
        keys_of_unit(p, r);
        if (!r->there) act_on_unit(p, &r->unit->needs);
    } else if (identify_type(p, r)) {
        r->bare_needs = ir_bare_needs(p, r);
        act_on(p, r->bare_needs);
    }
    leave(p, old);
}

static void methods_of_unit(IrProgram *p, TypeRec *r) {
    r->nmethods = r->unit->nmethods;
    r->methods = ANEWN(p->arena, TypeMethod, r->nmethods + 1);
    for (i64 i = 0; i < r->nmethods; i++) {
        const UnitMethod *m = &r->unit->methods[i];
        r->methods[i].key = ir_method_key(p, m->key);
        r->methods[i].sig = ir_type_of_symbol(p, m->sig);
        r->methods[i].exported = m->exported;
    }
}

static void walk_full(IrProgram *p, TypeRec *r) {
    struct Reach old = enter_type(p, r);
    if (r->unit && (r->unit->flags & UNIT_FULL)) {
        methods_of_unit(p, r);
        if (!r->there) act_on_unit(p, &r->unit->full);
    } else if (identify_type(p, r)) {
        if (r->unit) r->bare_needs = ir_bare_needs(p, r);
        r->unit = NULL; // it is written anew
        r->full_needs = ir_full_needs(p, r);
        act_on(p, r->full_needs);
    }
    leave(p, old);
    for (i64 i = 0; i < r->nmethods; i++) {
        IrMethodKey *k = r->methods[i].key;
        r->wanted |= k->wanted;
        if (k->called) reach_method(p, r, i, false);
        else vec_push(p->arena, &k->types, ((IrMethodOf){r, i}));
        if (p->whole_types || (p->reach->reflect_methods && r->methods[i].exported)) reach_method(p, r, i, true);
    }
}

static void reflect_on_methods(IrProgram *p) {
    if (p->reach->reflect_methods) return;
    p->reach->reflect_methods = true;
    for (i64 k = 0; k < p->reach->full.len; k++) {
        TypeRec *r = p->reach->full.ptr[k];
        for (i64 i = 0; i < r->nmethods; i++)
            if (r->methods[i].exported) reach_method(p, r, i, true);
    }
}

// ---- itabs ----------------------------------------------------------------------------------------------------------------

static void reach_itab(IrProgram *p, ItabRec *r) {
    reach_full(p, r->type);
    reach_type(p, r->iface);
    if (r->reached) return;
    r->reached = true;
    vec_push(p->arena, &p->reach->itabs, r);
}

i64 ir_itab_count(IrProgram *p) { return p->reach->itabs.len; }
ItabRec *ir_itab_at(IrProgram *p, i64 i) { return p->reach->itabs.ptr[i]; }

// After the queue ran dry: which entries of each itab can be called.
static void fill_itab(IrProgram *p, ItabRec *r) {
    r->nfuns = r->iface->nkeys;
    r->funs = ANEWN(p->arena, IrFunc *, r->nfuns + 1);
    for (i64 i = 0; i < r->nfuns; i++)
        for (i64 j = 0; j < r->type->nmethods; j++)
            if (r->type->methods[j].key == r->iface->keys[i]) r->funs[i] = r->type->methods[j].ifn;
}

static void fill_itabs(IrProgram *p) {
    for (i64 k = 0; k < p->reach->itabs.len; k++) fill_itab(p, p->reach->itabs.ptr[k]);
}

// ---- packages ----------------------------------------------------------------------------------------------------------------

static void make_init(IrProgram *p, IrFunc *f) { ir_build_package_init(p, f->make_arg, f); }

// Assembly refers to a symbol: a Go function gets an entry of assembly's convention.
IrAsmRef ir_reach_asm_ref(IrProgram *p, Str sym) {
    Object *o = ir_find_declared(p, sym);
    if (!o) return IR_ASM_NONE;
    if (o->kind == OBJ_VAR) {
        reach_global(p, ir_global(p, o));
        return IR_ASM_VAR;
    }
    IrFunc *f = ir_func(p, o, NULL, (TypeList){0});
    reach_code(p, f);
    if (p->asm_find(p, f->sym, f->pkg)) return IR_ASM_TEXT;
    reach_func(p, ir_asm_entry(p, sym, f));
    return IR_ASM_FUNC;
}

void ir_reach_asm_known(IrProgram *p, Str sym, IrAsmRef ref) {
    if (ref == IR_ASM_VAR) reach_global(p, ir_global_of_symbol(p, sym));
    if (ref == IR_ASM_FUNC || ref == IR_ASM_TEXT) reach_code(p, ir_func_of_symbol(p, sym));
    if (ref == IR_ASM_FUNC) reach_func(p, ir_func_of_symbol(p, arena_printf(p->arena, "%.*s" ABI0_SUFFIX, SFMT(sym))));
}

static void reach_inits(IrProgram *p) {
    p->inits = ANEWN(p->arena, IrFunc *, p->packages.len + 1);
    for (i64 i = 0; i < p->packages.len; i++) {
        Package *pkg = p->packages.ptr[i];
        Str sym = arena_printf(p->arena, "%.*s.init", SFMT(ir_package_prefix(p, pkg)));
        IrFunc *f = ir_made_func(p, sym, types_universe(p->checker)->empty_func, pkg, make_init, pkg);
        f->is_init = true;
        f->dupok = false;
        p->inits[i] = f;
        reach_func(p, f);
    }
}

// ---- the loop ----------------------------------------------------------------------------------------------------------------

static void act_on_need(IrProgram *p, const Need *n) {
    switch ((NeedKind)n->kind) {
    case NEED_FUNC:
        reach_func(p, n->fn);
        want_tree(p, n->fn);
        break;
    case NEED_SYMBOL: reach_symbol(p, *n->sym); break;
    case NEED_CLOSURE: vec_push(p->arena, &p->order, n->fn); break;
    case NEED_GLOBAL: reach_global(p, n->global); break;
    case NEED_VALUE: n->global->init = n->data; break;
    case NEED_LAZY: set_lazy_init(p, n->global, n->init); break;
    case NEED_DATA: vec_push(p->arena, &p->datas, n->data); break;
    case NEED_TYPE: reach_type(p, n->type); break;
    case NEED_TYPE_NAME:
        reach_type(p, n->type);
        n->type->want_name = true;
        break;
    case NEED_TYPE_FULL:
    case NEED_TYPE_ASKED: reach_full(p, n->type); break;
    case NEED_TYPE_EQUAL: n->type->need_eq = true; break;
    case NEED_ITAB:
    case NEED_ITAB_ASKED: reach_itab(p, n->itab); break;
    case NEED_METHOD: call_method(p, n->method); break;
    case NEED_METHOD_WANTED: set_wanted(n->method); break;
    case NEED_REFLECTION: reflect_on_methods(p); break;
    case NEED_RT: reach_rt(p, (RtFn)n->row); break;
    case NEED_CODE:
    case NEED_ASM: break;
    }
}

static void act_on(IrProgram *p, const Needs *n) {
    for (i64 i = 0; i < n->list.len; i++) act_on_need(p, &n->list.ptr[i]);
}

// What a unit's names stand for is looked up once for each pack, not for each need. The lower bits say what it is.
enum { NAME_FUNC, NAME_GLOBAL, NAME_TYPE, NAME_KEY, NAME_WHAT = 3 };

static void *look_up(IrProgram *p, int what, Str name) {
    switch (what) {
    case NAME_FUNC: return ir_func_of_symbol(p, name);
    case NAME_GLOBAL: return ir_global_of_symbol(p, name);
    case NAME_TYPE: return ir_type_of_symbol(p, name);
    default: return ir_method_key(p, name);
    }
}

static void *named(IrProgram *p, const UnitNeeds *n, u32 name, int what) {
    UnitNames *all = n->names;
    if (!all->known || name >= all->n) return look_up(p, what, unit_name(n, name));
    if (all->program != p) {
        memset(all->known, 0, (size_t)all->n * sizeof *all->known);
        all->program = p;
    }
    uintptr_t known = (uintptr_t)all->known[name];
    if (known && (known & NAME_WHAT) == (uintptr_t)what) return (void *)(known - (uintptr_t)what);
    void *x = look_up(p, what, unit_name(n, name));
    all->known[name] = (void *)((uintptr_t)x + (uintptr_t)what);
    return x;
}

static IrFunc *need_func_of(IrProgram *p, const UnitNeeds *n, u32 name) { return named(p, n, name, NAME_FUNC); }
static IrGlobal *need_global_of(IrProgram *p, const UnitNeeds *n, u32 name) { return named(p, n, name, NAME_GLOBAL); }
static TypeRec *need_type_of(IrProgram *p, const UnitNeeds *n, u32 name) { return named(p, n, name, NAME_TYPE); }
static IrMethodKey *need_key_of(IrProgram *p, const UnitNeeds *n, u32 name) { return named(p, n, name, NAME_KEY); }

static void act_on_unit_need(IrProgram *p, const UnitNeeds *all, const UnitNeed *n) {
    switch ((NeedKind)n->kind) {
    case NEED_FUNC: reach_func(p, need_func_of(p, all, n->sym)); break;
    case NEED_CODE: reach_code(p, need_func_of(p, all, n->sym)); break;
    case NEED_SYMBOL: reach_symbol(p, unit_name(all, n->sym)); break;
    case NEED_GLOBAL: reach_global(p, need_global_of(p, all, n->sym)); break;
    case NEED_VALUE: need_global_of(p, all, n->sym)->has_value = true; break;
    case NEED_LAZY: {
        IrFunc *init = need_func_of(p, all, n->init);
        init->lazy = true;
        if (!init->sig) init->origin = p->reach->from, init->home = p->reach->home;
        set_lazy_init(p, need_global_of(p, all, n->sym), init);
        break;
    }
    case NEED_TYPE: reach_type(p, need_type_of(p, all, n->sym)); break;
    case NEED_TYPE_NAME:
        reach_type(p, need_type_of(p, all, n->sym));
        need_type_of(p, all, n->sym)->want_name = true;
        break;
    case NEED_TYPE_FULL:
    case NEED_TYPE_ASKED: reach_full(p, need_type_of(p, all, n->sym)); break;
    case NEED_TYPE_EQUAL: need_type_of(p, all, n->sym)->need_eq = true; break;
    case NEED_ITAB:
    case NEED_ITAB_ASKED:
        reach_itab(p, ir_itab_rec(p, need_type_of(p, all, n->sym), need_type_of(p, all, n->init)));
        break;
    case NEED_METHOD: call_method(p, need_key_of(p, all, n->sym)); break;
    case NEED_METHOD_WANTED: set_wanted(need_key_of(p, all, n->sym)); break;
    case NEED_REFLECTION: reflect_on_methods(p); break;
    case NEED_RT: reach_rt(p, (RtFn)n->sym); break;
    case NEED_ASM:
        if (!p->asm_reach(p, unit_name(all, n->sym), unit_name(all, n->init))) lost(p, unit_name(all, n->sym));
        break;
    case NEED_CLOSURE: // parts of the unit
    case NEED_DATA: break;
    }
}

static void act_on_unit(IrProgram *p, const UnitNeeds *n) {
    for (i64 i = 0; i < n->len; i++) act_on_unit_need(p, n, &n->ptr[i]);
}

// ---- needs for who only looks ------------------------------------------------------------------------------------------

static void give_unit_need(IrProgram *p, const UnitNeeds *all, const UnitNeed *n, IrNeedVisit *visit, void *ctx) {
    Need x = {.kind = n->kind};
    Str sym;
    switch ((NeedKind)n->kind) {
    case NEED_FUNC: x.fn = need_func_of(p, all, n->sym); break;
    case NEED_SYMBOL: sym = unit_name(all, n->sym), x.sym = &sym; break;
    case NEED_GLOBAL:
    case NEED_VALUE: x.global = need_global_of(p, all, n->sym); break;
    case NEED_LAZY: x.global = need_global_of(p, all, n->sym), x.init = need_func_of(p, all, n->init); break;
    case NEED_TYPE:
    case NEED_TYPE_NAME:
    case NEED_TYPE_FULL:
    case NEED_TYPE_ASKED:
    case NEED_TYPE_EQUAL: x.type = need_type_of(p, all, n->sym); break;
    case NEED_ITAB:
    case NEED_ITAB_ASKED: x.itab = ir_itab_rec(p, need_type_of(p, all, n->sym), need_type_of(p, all, n->init)); break;
    case NEED_METHOD:
    case NEED_METHOD_WANTED: x.method = need_key_of(p, all, n->sym); break;
    case NEED_RT: x.row = (i32)n->sym; break;
    case NEED_REFLECTION: break;
    case NEED_CODE: // of what its callees need
    case NEED_ASM:  // assembly's own
    case NEED_CLOSURE:
    case NEED_DATA: return;
    }
    visit(ctx, &x);
}

static void give_needs(IrProgram *p, const Needs *n, const UnitNeeds *u, IrNeedVisit *visit, void *ctx) {
    for (i64 i = 0; n && i < n->list.len; i++)
        if (n->list.ptr[i].kind != NEED_CLOSURE && n->list.ptr[i].kind != NEED_DATA) visit(ctx, &n->list.ptr[i]);
    for (i64 i = 0; !n && u && i < u->len; i++) give_unit_need(p, u, &u->ptr[i], visit, ctx);
}

void ir_each_need(IrProgram *p, const IrFunc *f, IrNeedVisit *visit, void *ctx) {
    give_needs(p, f->needs, f->unit ? &f->unit->needs : NULL, visit, ctx);
}

void ir_each_type_need(IrProgram *p, const TypeRec *r, IrNeedVisit *visit, void *ctx) {
    give_needs(p, r->bare_needs, r->unit ? &r->unit->needs : NULL, visit, ctx);
    if (r->full) give_needs(p, r->full_needs, r->unit ? &r->unit->full : NULL, visit, ctx);
}

// Is it in the list already? seen: places in the list + 1, by hash.
static bool is_repeated(const Needs *n, u32 *seen, u64 mask, const Need *x, i64 at) {
    u64 i = ((u64)(uintptr_t)x->fn + x->kind) * 0x9e3779b97f4a7c15ull >> 32;
    for (;; i++) {
        u32 k = seen[i &= mask];
        if (!k) break;
        const Need *y = &n->list.ptr[k - 1];
        if (y->fn == x->fn && y->kind == x->kind && y->row == x->row && y->init == x->init) return true;
    }
    seen[i] = (u32)(at + 1);
    return false;
}

// Each need once.
static void drop_repeated(Needs *n) {
    u64 mask = 7;
    while ((i64)mask < 2 * n->list.len) mask = mask * 2 + 1;
    u32 small[256], *seen = small;
    if (mask < NELEM(small)) memset(seen, 0, (mask + 1) * sizeof *seen);
    else seen = ANEWN(n->a, u32, (i64)mask + 1);
    i64 len = 0;
    for (i64 i = 0; i < n->list.len; i++)
        if (!is_repeated(n, seen, mask, &n->list.ptr[i], len)) n->list.ptr[len++] = n->list.ptr[i];
    n->list.len = len;
}

// They stay when the tree has gone.
static void settle_needs(IrProgram *p, Needs *n) {
    drop_repeated(n);
    Need *list = ANEWN(p->arena, Need, n->list.len ? n->list.len : 1);
    if (n->list.len) memcpy(list, n->list.ptr, (size_t)n->list.len * sizeof list[0]);
    n->list.ptr = list;
    n->list.cap = n->list.len;
    n->a = p->arena;
}

// The function as a value: its tree and its needs. Looks at nothing but declarations, and changes nothing of the program.
static bool build_one(IrProgram *p, IrFunc *f) {
    if (f->built || !f->has_body || f->outer) return false;
    IrTrees *trees = p->trees;
    f->built = true;
    f->needs = ANEW(p->arena, Needs);
    f->needs->p = p;
    ir_begin_trees(p, f);
    f->needs->a = ir_node_arena(p);
    bug_context("ir", f->sym);
    if (f->make) f->make(p, f);
    else {
        check_body(p->checker, func_info(p->checker, f->obj));
        if (diag_count(p->diag)) return false; // its tree may have holes
        ir_build_func(p, f);
        if (p->end_bodies) check_end_body(p->checker, func_info(p->checker, f->obj));
    }
    ir_implied_needs(p, f);
    settle_needs(p, f->needs);
    p->trees = trees; // of whom it was built for
    return true;
}

bool ir_build_again(IrProgram *p, IrFunc *f) {
    if (f->built) return true;
    struct Reach old = {.from = p->reach->from, .home = p->reach->home};
    bool ok = identify_func(p, f) && build_one(p, f);
    leave(p, old);
    bool there = f->unit && f->unit->flags & UNIT_THERE; // nobody asked for what it calls, which may be inlined into it
    for (i64 i = 0; ok && i < f->needs->list.len; i++) {
        const Need *n = &f->needs->list.ptr[i];
        if (n->kind == NEED_CLOSURE || n->kind == NEED_DATA || (there && n->kind == NEED_FUNC)) act_on_need(p, n);
    }
    return ok;
}

static void run_func(IrProgram *p, IrFunc *f) {
    if (f->walked || (!f->unit && !build_one(p, f))) return;
    f->walked = true;
    struct Reach old = {.from = p->reach->from, .home = p->reach->home};
    p->reach->from = (IrOrigin){.fn = f};
    p->reach->home = f->home;
    if (f->unit) act_on_unit(p, &f->unit->needs);
    else act_on(p, f->needs);
    leave(p, old);
}

// What only a name is known of, and no unit has: who needed it knows more.
static void settle_globals(IrProgram *p) {
    for (i64 i = 0; i < p->global_order.len; i++) {
        IrGlobal *g = p->global_order.ptr[i];
        if (!g->reached || g->there || g->type || g->unit || g->has_value || !ir_identify_global(p, g)) continue;
        if (p->asm_var) p->asm_var(p, g);
    }
}

static void settle_types(IrProgram *p) {
    for (i64 i = 0; i < p->used_types.len; i++) {
        TypeRec *r = p->used_types.ptr[i];
        if (r->there) continue;
        r->descriptor = find_unit(p, UNIT_DESCRIPTOR, ir_descriptor_key(p->arena, r));
        if (!r->descriptor && identify_type(p, r) && r->full && !r->entries) ir_method_table(p, r);
    }
}

static bool walk_types(IrProgram *p) {
    struct Reach *r = p->reach;
    bool any = false;
    while (r->next_type < r->types.len) {
        walk_bare(p, r->types.ptr[r->next_type++]);
        any = true;
    }
    while (r->next_full < r->full.len) {
        walk_full(p, r->full.ptr[r->next_full++]);
        any = true;
    }
    return any;
}

void ir_walk_func(IrProgram *p, IrFunc *f) {
    run_func(p, f);
    while (p->ready && walk_types(p)) { // which methods it can call directly is known then
    }
}

static void reach_next(IrProgram *p) {
    IrFunc *f = p->order.ptr[p->reach->next_func++];
    if (!p->ready) ir_walk_func(p, f);
    else {
        ir_complete(p, f);
        if (f->unit && !is_codeless(f)) p->ready(p, f);
    }
}

// Their trees, for code that nobody needed before.
static bool build_codeless(IrProgram *p) {
    struct Reach *r = p->reach;
    bool any = false;
    while (p->ready && r->next_codeless < r->codeless.len) {
        IrFunc *f = r->codeless.ptr[r->next_codeless++];
        if (!is_codeless(f)) continue;
        ir_complete_again(p, f);
        any = true;
    }
    return any;
}

static void run_queue(IrProgram *p) {
    struct Reach *r = p->reach;
    for (bool more = true; more;) {
        more = false;
        while (r->next_func < p->order.len) {
            reach_next(p);
            more = true;
        }
        more |= walk_types(p);
        more |= build_codeless(p);
        if (!more && p->units && !p->units->failed) {
            i64 before = p->order.len;
            settle_globals(p);
            more = p->order.len > before || r->next_type < r->types.len;
        }
    }
    if (p->units && !p->units->failed) settle_types(p);
}

static void start_reach(IrProgram *p) {
    p->reach = ANEW(p->arena, struct Reach);
    p->externs = map_new_str(p->arena);
    ir_start_limits(p);
    ir_symbols_start(p);
}

static void reach_all_functions(IrProgram *p, Package *pkg) {
    check_collect(p->checker, pkg);
    for (i64 i = 0; i < pkg->objects.len; i++) {
        Object *o = pkg->objects.ptr[i];
        if (o->kind == OBJ_VAR && !o->name->blank) reach_global(p, ir_global(p, o));
        if (o->kind != OBJ_FUNC || o->name->blank) continue;
        check_object(p->checker, o);
        FuncInfo *info = func_info(p->checker, o);
        if (o->type && o->type->kind == TYPE_SIGNATURE && info && !info->tparams.len)
            reach_func(p, ir_func(p, o, NULL, (TypeList){0}));
    }
}

bool ir_reach_package(IrProgram *p, Package *pkg) {
    start_reach(p);
    if (p->runtime_pkg) ir_note_package(p, p->runtime_pkg);
    ir_note_package(p, pkg);
    p->packages.len = 0; // only its own init
    vec_push(p->arena, &p->packages, pkg);
    reach_inits(p);
    reach_all_functions(p, pkg);
    run_queue(p);
    fill_itabs(p);
    return diag_count(p->diag) == 0;
}

// A host has all of the archive, and so all that it calls, and the one variable of Go that it looks at.
static void reach_all_callees(IrProgram *p) {
    static const char *const callees[] = {
#define N(caller, callee) callee,
#include "abi/goneeds.def"
#undef N
    };
    for (i64 i = 0; i < NELEM(callees); i++) reach_symbol(p, str_c(callees[i]));
    reach_global(p, ir_global(p, ir_find_declared(p, S("runtime.MemProfileRate"))));
}

static void begin_main(IrProgram *p, Package *main) {
    start_reach(p);
    if (p->runtime_pkg) ir_note_package(p, p->runtime_pkg);
    ir_note_package(p, main);
    ir_sort_packages(p);
}

Object *ir_plugin_symbol(IrProgram *p, Package *main, i64 i, Type **type) {
    Object *o = main->objects.ptr[i];
    if (!o->name->exported || (o->kind != OBJ_FUNC && o->kind != OBJ_VAR)) return NULL;
    check_object(p->checker, o);
    *type = o->type;
    if (o->kind == OBJ_VAR) *type = types_new_pointer(p->checker, o->type);
    FuncInfo *info = o->kind == OBJ_FUNC ? func_info(p->checker, o) : NULL;
    return info && info->tparams.len ? NULL : o;
}

// Compiled code asks the host's variable, which only runtime.main names, before it uses an instruction (ssa/build_intrin.c).
bool ir_reach_plugin(IrProgram *p, Package *main) {
    begin_main(p, main);
    reach_global(p, ir_global(p, ir_find_declared(p, S("runtime.x86HasPOPCNT"))));
    reach_inits(p);
    check_collect(p->checker, main);
    for (i64 i = 0; i < main->objects.len; i++) {
        Type *type;
        Object *o = ir_plugin_symbol(p, main, i, &type);
        if (!o) continue;
        if (o->kind == OBJ_VAR) reach_global(p, ir_global(p, o));
        else reach_func(p, ir_func(p, o, NULL, (TypeList){0}));
        reach_full(p, ir_type_rec(p, type));
    }
    run_queue(p);
    fill_itabs(p);
    return diag_count(p->diag) == 0;
}

IrFunc *ir_reach_main(IrProgram *p, Package *main) {
    begin_main(p, main);
    Object *m = scope_lookup(main->scope, intern_c(p->intern, "main"));
    CHECK(m && m->kind == OBJ_FUNC);
    reach_inits(p);
    IrFunc *f = ir_func(p, m, NULL, (TypeList){0});
    reach_code(p, f);
    reach_symbol(p, S("runtime.main"));
    reach_callees(p, S(""));
    if (p->whole_types) reach_all_callees(p);
    run_queue(p);
    fill_itabs(p);
    return diag_count(p->diag) ? NULL : f;
}
