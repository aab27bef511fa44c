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

typedef struct Method {
    TypeRec *rec;
    i64 index;
} Method; // one entry of a method table
typedef struct Waiting {
    VEC(Method) list;
    bool called, wanted; // wanted: called, or a method of an interface type whose descriptor is there
} Waiting;               // by method key

struct Reach {
    i64 next_func;
    VEC(TypeRec *) types;
    i64 next_type; // descriptors to walk
    VEC(TypeRec *) full;
    i64 next_full; // types in interfaces to walk
    VEC(ItabRec *) itabs;
    Map *methods; // key -> Waiting
    bool reflect_methods;
    IrFunc *rt[RT_COUNT];
};

static const char *const rt_kinds[] = {
#define R(id, kind, sym, sig) #kind,
#include "abi/runtime.def"
#undef R
};

// ---- functions --------------------------------------------------------------------------------------------------

static void reach_symbol(IrProgram *p, Str sym);

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

static void reach_func(IrProgram *p, IrFunc *f) {
    if (f->queued) return;
    f->queued = true;
    if (f->by_name) { // a caller's view of a function
        reach_symbol(p, f->sym);
        return;
    }
    vec_push(p->arena, &p->order, f);
    if (f->has_body || f->abi0) return;
    bool intrinsic = ir_intrinsic(f->sym) >= 0 && p->is_std(p, f->pkg);
    if (intrinsic || !ir_asm_body(p, f)) reach_callees(p, f->sym);
}

// Reaches the Go function that defines a symbol, if a Go function does; else it is the archive's.
static void reach_symbol(IrProgram *p, Str sym) {
    IrFunc *f = ir_find_func(p, sym);
    if (f) reach_func(p, f);
}

static void reach_rt(IrProgram *p, RtFn fn) {
    if (p->reach->rt[fn]) return;
    Str sym = str_c(rt_symbol(fn));
    if (strcmp(rt_kinds[fn], "GO") != 0) {
        reach_callees(p, sym);
        return;
    }
    p->reach->rt[fn] = ir_find_func(p, sym);
    if (p->reach->rt[fn]) reach_func(p, p->reach->rt[fn]);
}

IrFunc *ir_rt_func(IrProgram *p, RtFn fn) { return p->reach->rt[fn]; }

// ---- package variables -----------------------------------------------------------------------------------------------

static void reach_global(IrProgram *p, IrGlobal *g) {
    if (g->reached) return;
    g->reached = true;
    if (p->asm_var) p->asm_var(p, g);
    if (g->lazy_init) reach_func(p, g->lazy_init);
}

static void set_lazy_init(IrProgram *p, IrGlobal *g, IrFunc *init) {
    g->lazy_init = init;
    if (g->reached) reach_func(p, init);
}

// ---- types ---------------------------------------------------------------------------------------------------------------

static TypeRec *reach_type(IrProgram *p, Type *t) {
    TypeRec *r = ir_type_rec(p, t);
    if (r->used) return r;
    r->used = true;
    vec_push(p->arena, &p->used_types, r->type);
    vec_push(p->arena, &p->reach->types, r);
    return r;
}

// A value of this type is in an interface: its methods may be called, reflection can look at it.
static void reach_full(IrProgram *p, Type *t) {
    TypeRec *r = reach_type(p, t);
    if (r->full) return;
    r->full = true;
    vec_push(p->arena, &p->reach->full, r);
}

static void reach_alg(IrProgram *p, IrAlg a) {
    if (a.fn) reach_func(p, a.fn);
    else if (a.row >= 0) reach_rt(p, (RtFn)a.row);
}

// Values of the type can be compared through its descriptor.
static void reach_equal(IrProgram *p, TypeRec *r) {
    if (r->need_eq || !types_comparable(r->type)) return;
    r->need_eq = true;
    IrAlg a = ir_eq_alg(p, r->type);
    r->eq = a.fn;
    reach_alg(p, a);
    if (!a.fn) reach_symbol(p, ir_eq_symbol(p, r->type));
}

static bool is_iface(Type *t) { return type_is(t, TYPE_INTERFACE); }

static Str method_key(IrProgram *p, const Name *name, Package *pkg, Type *sig) {
    Str s = types_link_name(p->checker, sig);
    if (name->exported) return arena_printf(p->arena, "%.*s %.*s", SFMT(name->s), SFMT(s));
    return arena_printf(p->arena, "%.*s.%.*s %.*s", SFMT(pkg->path), SFMT(name->s), SFMT(s));
}

static Waiting *waiting(IrProgram *p, Str key) {
    void **slot = map_slot_str(p->reach->methods, key);
    if (!*slot) *slot = ANEW(p->arena, Waiting);
    return *slot;
}

static void set_wanted(Waiting *w) {
    if (w->wanted) return;
    w->wanted = true;
    for (i64 i = 0; i < w->list.len; i++) w->list.ptr[i].rec->wanted = true;
}

static void want_methods(IrProgram *p, Type *iface) {
    Object **ms;
    i64 n = types_iface_methods(p->checker, iface, &ms);
    for (i64 i = 0; i < n; i++) set_wanted(waiting(p, method_key(p, ms[i]->name, ms[i]->pkg, ms[i]->type)));
}

// Masks beyond this many bytes are made by the runtime when they are first needed (internal/abi.MaxPtrmaskBytes).
enum { MAX_MASK_BYTES = 2048 };
bool ir_mask_on_demand(Type *t) {
    Type *u = types_under(t);
    types_layout(u);
    return (u->ptrdata / 8 + 7) / 8 > MAX_MASK_BYTES;
}

// What a descriptor needs even when nobody can see it: the map's hasher, the parts that the runtime reads.
static void walk_bare(IrProgram *p, TypeRec *r) {
    Type *u = types_under(r->type);
    types_layout(r->type);
    switch (u->kind) {
    case TYPE_MAP: {
        reach_type(p, u->map.key);
        reach_type(p, u->map.elem);
        reach_type(p, ir_map_group_type(p, r->type));
        IrAlg a = ir_hash_alg(p, u->map.key);
        r->hash = a.fn;
        reach_alg(p, a);
        if (!a.fn) reach_symbol(p, ir_hash_symbol(p, u->map.key));
        reach_equal(p, ir_type_rec(p, u->map.key));
        break;
    }
    case TYPE_CHAN: reach_type(p, u->chan.elem); break;
    case TYPE_ARRAY:
        if (ir_mask_on_demand(u)) reach_type(p, u->array.elem);
        break;
    case TYPE_STRUCT:
        for (i64 i = 0; ir_mask_on_demand(u) && i < u->strct.nfields; i++)
            if (types_has_pointers(u->strct.fields[i].var->type)) reach_type(p, u->strct.fields[i].var->type);
        break;
    case TYPE_INTERFACE:
        reach_full(p, r->type); // the runtime looks at its methods
        want_methods(p, u);
        break;
    default: break;
    }
}

static void full_children(IrProgram *p, Type *u) {
    switch (u->kind) {
    case TYPE_ARRAY:
        reach_full(p, u->array.elem);
        reach_full(p, types_new_slice(p->checker, u->array.elem));
        break;
    case TYPE_SLICE: reach_full(p, u->slice.elem); break;
    case TYPE_POINTER: reach_full(p, u->pointer.elem); break;
    case TYPE_CHAN: reach_full(p, u->chan.elem); break;
    case TYPE_MAP:
        reach_full(p, u->map.key);
        reach_full(p, u->map.elem);
        break;
    case TYPE_STRUCT:
        for (i64 i = 0; i < u->strct.nfields; i++) reach_full(p, u->strct.fields[i].var->type);
        break;
    case TYPE_SIGNATURE:
        for (i64 i = 0; i < u->sig.params->tuple.n; i++) reach_full(p, u->sig.params->tuple.vars[i]->type);
        for (i64 i = 0; i < u->sig.results->tuple.n; i++) reach_full(p, u->sig.results->tuple.vars[i]->type);
        break;
    case TYPE_INTERFACE: {
        Object **ms;
        i64 n = types_iface_methods(p->checker, u, &ms);
        for (i64 i = 0; i < n; i++) reach_type(p, ms[i]->type);
        break;
    }
    default: break;
    }
}

// The type of a method as its entry in the method table has it (no receiver), for the concrete receiver type.
static Type *entry_sig(MethodEntry *m) { return m->func->type; }

static void reach_method(IrProgram *p, TypeRec *r, i64 i, bool by_reflection) {
    if (!r->ifn[i]) reach_func(p, r->ifn[i] = ir_iface_entry(p, r->type, &r->methods[i]));
    r->wanted |= by_reflection;
    if (by_reflection && !r->tfn[i]) {
        reach_func(p, r->tfn[i] = ir_method_wrapper(p, r->type, &r->methods[i]));
        reach_full(p, entry_sig(&r->methods[i])); // reflect reads its parameters
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

static void walk_full(IrProgram *p, TypeRec *r) {
    Type *u = types_under(r->type);
    full_children(p, u);
    reach_equal(p, r);
    if (pointer_has_methods(r->type)) reach_full(p, types_new_pointer(p->checker, r->type));
    if (is_iface(r->type)) return;
    r->nmethods = types_method_set(p->checker, r->type, &r->methods);
    r->ifn = ANEWN(p->arena, IrFunc *, r->nmethods + 1);
    r->tfn = ANEWN(p->arena, IrFunc *, r->nmethods + 1);
    for (i64 i = 0; i < r->nmethods; i++) {
        MethodEntry *m = &r->methods[i];
        check_object(p->checker, m->func->origin ? m->func->origin : m->func);
        reach_type(p, entry_sig(m));
        Waiting *w = waiting(p, method_key(p, m->name, m->pkg ? m->pkg : m->func->pkg, entry_sig(m)));
        Method e = {r, i};
        r->wanted |= w->wanted;
        if (w->called) reach_method(p, r, i, false);
        else vec_push(p->arena, &w->list, e);
        if (p->reach->reflect_methods && m->name->exported) reach_method(p, r, i, true);
    }
}

static void call_method(IrProgram *p, Type *iface, i64 index) {
    Object **ms;
    i64 n = types_iface_methods(p->checker, types_under(iface), &ms);
    CHECK(index < n);
    Waiting *w = waiting(p, method_key(p, ms[index]->name, ms[index]->pkg, ms[index]->type));
    if (w->called) return;
    w->called = true;
    set_wanted(w);
    for (i64 i = 0; i < w->list.len; i++) reach_method(p, w->list.ptr[i].rec, w->list.ptr[i].index, false);
}

static void reflect_on_methods(IrProgram *p) {
    if (p->reach->reflect_methods) return;
    p->reach->reflect_methods = true;
    for (i64 k = 0; k < p->reach->full.len; k++) {
        TypeRec *r = p->reach->full.ptr[k];
        for (i64 i = 0; i < r->nmethods; i++)
            if (r->methods[i].name->exported) reach_method(p, r, i, true);
    }
}

// ---- itabs ----------------------------------------------------------------------------------------------------------------

static void reach_itab(IrProgram *p, Type *concrete, Type *iface) {
    reach_full(p, concrete);
    reach_type(p, iface);
    ItabRec *r = ir_itab_rec(p, concrete, iface);
    if (r->reached) return;
    r->reached = true;
    vec_push(p->arena, &p->reach->itabs, r);
}

i64 ir_itab_count(IrProgram *p) { return p->reach->itabs.len; }
ItabRec *ir_itab_at(IrProgram *p, i64 i) { return p->reach->itabs.ptr[i]; }

// After the queue ran dry: which entries of each itab can be called.
static void fill_itabs(IrProgram *p) {
    for (i64 k = 0; k < p->reach->itabs.len; k++) {
        ItabRec *r = p->reach->itabs.ptr[k];
        TypeRec *t = ir_type_rec(p, r->type);
        Object **ms;
        r->nfuns = types_iface_methods(p->checker, types_under(r->iface), &ms);
        r->funs = ANEWN(p->arena, IrFunc *, r->nfuns + 1);
        for (i64 i = 0; i < r->nfuns; i++)
            for (i64 j = 0; j < t->nmethods; j++)
                if (t->methods[j].name == ms[i]->name &&
                    (ms[i]->name->exported || t->methods[j].func->pkg == ms[i]->pkg))
                    r->funs[i] = t->ifn[j];
    }
}

// ---- packages ----------------------------------------------------------------------------------------------------------------

static bool all_done(Map *done, Package *pkg) {
    for (i64 i = 0; i < pkg->nimports; i++)
        if (!map_get_ptr(done, pkg->imports[i])) return false;
    return true;
}

// Go's order of package initialisation: of all packages whose imports are initialised the one with the least path goes next.
// The runtime and what it imports go before everything else.
static void sort_packages(IrProgram *p) {
    i64 n = p->packages.len;
    Map *done = map_new_ptr(p->arena), *runtime_dep = map_new_ptr(p->arena);
    if (p->runtime_pkg) { // transitive imports of runtime
        VEC(Package *) work = {0};
        vec_push(p->arena, &work, p->runtime_pkg);
        for (i64 i = 0; i < work.len; i++) {
            Package *q = work.ptr[i];
            if (map_get_ptr(runtime_dep, q)) continue;
            map_set_ptr(runtime_dep, q, q);
            for (i64 k = 0; k < q->nimports; k++) vec_push(p->arena, &work, q->imports[k]);
        }
    }
    Package **sorted = ANEWN(p->arena, Package *, n + 1);
    i64 runtime_left = map_len(runtime_dep);
    for (i64 k = 0; k < n; k++) {
        Package *best = NULL;
        for (i64 i = 0; i < n; i++) {
            Package *q = p->packages.ptr[i];
            if (map_get_ptr(done, q) || !all_done(done, q)) continue;
            if (runtime_left > 0 && !map_get_ptr(runtime_dep, q)) continue;
            if (!best || str_cmp(q->path, best->path) < 0) best = q;
        }
        CHECK(best != NULL); // import cycles were reported by load/
        map_set_ptr(done, best, best);
        if (map_get_ptr(runtime_dep, best)) runtime_left--;
        sorted[k] = best;
    }
    memcpy(p->packages.ptr, sorted, (size_t)n * sizeof sorted[0]);
}

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
    reach_func(p, f);
    if (!p->asm_find(p, f->sym, f->pkg))
        reach_func(p, ir_asm_entry(p, sym, f)); // else one assembly function calls another
    return IR_ASM_FUNC;
}

static void reach_inits(IrProgram *p) {
    p->inits = ANEWN(p->arena, IrFunc *, p->packages.len + 1);
    for (i64 i = 0; i < p->packages.len; i++) {
        Package *pkg = p->packages.ptr[i];
        Str sym = arena_printf(p->arena, "%.*s.init", SFMT(ir_package_prefix(p, pkg)));
        Type *sig = types_new_signature(p->checker, NULL, types_universe(p->checker)->empty_tuple,
                                        types_universe(p->checker)->empty_tuple, false);
        IrFunc *f = ir_made_func(p, sym, sig, pkg, make_init, pkg);
        f->is_init = true;
        f->dupok = false;
        p->inits[i] = f;
        reach_func(p, f);
    }
}

// ---- the loop ----------------------------------------------------------------------------------------------------------------

static void act_on(IrProgram *p, const Need *n) {
    switch ((NeedKind)n->kind) {
    case NEED_FUNC: reach_func(p, n->fn); break;
    case NEED_CLOSURE: vec_push(p->arena, &p->order, n->fn); break;
    case NEED_GLOBAL: reach_global(p, n->global); break;
    case NEED_VALUE: n->global->init = n->data; break;
    case NEED_LAZY: set_lazy_init(p, n->global, n->init); break;
    case NEED_DATA: vec_push(p->arena, &p->datas, n->idata); break;
    case NEED_TYPE: reach_type(p, n->type); break;
    case NEED_TYPE_NAME: reach_type(p, n->type)->want_name = true; break;
    case NEED_TYPE_FULL: reach_full(p, n->type); break;
    case NEED_ITAB: reach_itab(p, n->type, n->iface); break;
    case NEED_METHOD: call_method(p, n->type, n->row); break;
    case NEED_REFLECTION: reflect_on_methods(p); break;
    case NEED_RT: reach_rt(p, (RtFn)n->row); break;
    }
}

// The function as a value: its tree and its needs. Looks at nothing but declarations, and changes nothing of the program.
static bool build_one(IrProgram *p, IrFunc *f) {
    if (f->built || !f->has_body || f->outer) return false;
    f->built = true;
    f->needs = ANEW(p->arena, Needs);
    f->needs->arena = p->arena;
    bug_context("ir", f->sym);
    if (f->make) f->make(p, f);
    else {
        check_body(p->checker, func_info(p->checker, f->obj));
        if (diag_count(p->diag)) return false; // its tree may have holes
        ir_build_func(p, f);
    }
    ir_implied_needs(p, f);
    return true;
}

static void run_queue(IrProgram *p) {
    struct Reach *r = p->reach;
    for (bool more = true; more;) {
        more = false;
        while (r->next_func < p->order.len) {
            IrFunc *f = p->order.ptr[r->next_func++];
            more = true;
            if (!build_one(p, f)) continue;
            for (i64 i = 0; i < f->needs->list.len; i++) act_on(p, &f->needs->list.ptr[i]);
        }
        while (r->next_type < r->types.len) {
            walk_bare(p, r->types.ptr[r->next_type++]);
            more = true;
        }
        while (r->next_full < r->full.len) {
            walk_full(p, r->full.ptr[r->next_full++]);
            more = true;
        }
    }
}

// Initialisers of variables that nobody reads are not called.
static void drop_lazy_calls(IrProgram *p) {
    for (i64 k = 0; k < p->packages.len; k++) {
        IrFunc *init = p->inits[k];
        i64 n = 0;
        for (i64 i = 0; i < init->body.len; i++) {
            IrNode *s = init->body.ptr[i];
            bool dead = s->op == X_S_EXPR && s->a && s->a->op == X_CALL && s->a->fn->lazy &&
                        (!s->a->fn->built || !s->a->fn->body.len); // never reached, or all static data
            if (!dead) init->body.ptr[n++] = s;
        }
        init->body.len = n;
    }
}

static void start_reach(IrProgram *p) {
    p->reach = ANEW(p->arena, struct Reach);
    p->reach->methods = map_new_str(p->arena);
    ir_symbols_start(p);
}

static void reach_all_functions(IrProgram *p, Package *pkg) {
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
    ir_mark_linknames(p);
    p->packages.len = 0; // only its own init
    vec_push(p->arena, &p->packages, pkg);
    reach_inits(p);
    reach_all_functions(p, pkg);
    run_queue(p);
    fill_itabs(p);
    drop_lazy_calls(p);
    return diag_count(p->diag) == 0;
}

IrFunc *ir_reach_main(IrProgram *p, Package *main) {
    start_reach(p);
    if (p->runtime_pkg) ir_note_package(p, p->runtime_pkg);
    ir_note_package(p, main);
    sort_packages(p);
    Object *m = scope_lookup(main->scope, intern_c(p->intern, "main"));
    CHECK(m && m->kind == OBJ_FUNC);
    reach_inits(p);
    IrFunc *f = ir_func(p, m, NULL, (TypeList){0});
    reach_func(p, f);
    reach_symbol(p, S("runtime.main"));
    reach_callees(p, S(""));
    run_queue(p);
    fill_itabs(p);
    drop_lazy_calls(p);
    return diag_count(p->diag) ? NULL : f;
}
