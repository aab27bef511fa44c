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

struct Reach {
    i64 next_func;
    VEC(TypeRec *) types;
    i64 next_type; // descriptors to walk
    VEC(TypeRec *) full;
    i64 next_full; // types in interfaces to walk
    VEC(ItabRec *) itabs;
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

static void reach_type(IrProgram *p, TypeRec *r) {
    if (r->used) return;
    r->used = true;
    vec_push(p->arena, &p->used_types, r);
    vec_push(p->arena, &p->reach->types, r);
}

// A value of this type is in an interface: its methods may be called, reflection can look at it.
static void reach_full(IrProgram *p, TypeRec *r) {
    reach_type(p, r);
    if (r->full) return;
    r->full = true;
    vec_push(p->arena, &p->reach->full, r);
}

static void reach_method(IrProgram *p, TypeRec *r, i64 i, bool by_reflection) {
    TypeMethod *m = &r->methods[i];
    if (!m->ifn) reach_func(p, m->ifn = ir_method_code(p, r, i, true));
    r->wanted |= by_reflection;
    if (!by_reflection || m->tfn) return;
    reach_func(p, m->tfn = ir_method_code(p, r, i, false));
    reach_full(p, m->sig); // reflect reads its parameters
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

static void act_on(IrProgram *p, const Needs *n);

static void walk_bare(IrProgram *p, TypeRec *r) {
    r->bare_needs = ir_bare_needs(p, r);
    act_on(p, r->bare_needs);
}

static void walk_full(IrProgram *p, TypeRec *r) {
    r->full_needs = ir_full_needs(p, r);
    act_on(p, r->full_needs);
    for (i64 i = 0; i < r->nmethods; i++) {
        IrMethodKey *k = r->methods[i].key;
        r->wanted |= k->wanted;
        if (k->called) reach_method(p, r, i, false);
        else vec_push(p->arena, &k->types, ((IrMethodOf){r, i}));
        if (p->reach->reflect_methods && r->methods[i].exported) reach_method(p, r, i, true);
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

static void act_on_need(IrProgram *p, const Need *n) {
    switch ((NeedKind)n->kind) {
    case NEED_FUNC: reach_func(p, n->fn); break;
    case NEED_SYMBOL: reach_symbol(p, n->sym); break;
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
    case NEED_TYPE_FULL: reach_full(p, n->type); break;
    case NEED_TYPE_EQUAL: n->type->need_eq = true; break;
    case NEED_ITAB: reach_itab(p, n->itab); break;
    case NEED_METHOD: call_method(p, n->method); break;
    case NEED_METHOD_WANTED: set_wanted(n->method); break;
    case NEED_REFLECTION: reflect_on_methods(p); break;
    case NEED_RT: reach_rt(p, (RtFn)n->row); break;
    }
}

static void act_on(IrProgram *p, const Needs *n) {
    for (i64 i = 0; i < n->list.len; i++) act_on_need(p, &n->list.ptr[i]);
}

// The function as a value: its tree and its needs. Looks at nothing but declarations, and changes nothing of the program.
static bool build_one(IrProgram *p, IrFunc *f) {
    if (f->built || !f->has_body || f->outer) return false;
    f->built = true;
    f->needs = ANEW(p->arena, Needs);
    f->needs->p = p;
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
            act_on(p, f->needs);
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

static void start_reach(IrProgram *p) {
    p->reach = ANEW(p->arena, struct Reach);
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
    return diag_count(p->diag) ? NULL : f;
}
