// needs.c - the needs of a function: what its tree refers to.
//
// gen*.c notes what it makes nodes of; one walk over the finished nodes adds descriptors, itabs, interface methods and runtime functions,
// those included that ssa/ will call on its own when it expands a node.
#include "ir/gen.h"
#include "ir/symbols.h"

// ---- one need ---------------------------------------------------------------------------------------------------

static Need *add(Needs *n, NeedKind kind) {
    vec_push(n->a, &n->list, ((Need){.kind = (u8)kind}));
    return &n->list.ptr[n->list.len - 1];
}

void need_func(Needs *n, IrFunc *f) { add(n, NEED_FUNC)->fn = f; }
void need_closure(Needs *n, IrFunc *f) { add(n, NEED_CLOSURE)->fn = f; }
void need_type(Needs *n, Type *t) { add(n, NEED_TYPE)->type = ir_type_rec(n->p, t); }
void need_type_full(Needs *n, Type *t) { add(n, NEED_TYPE_FULL)->type = ir_type_rec(n->p, t); }
void need_type_asked(Needs *n, Type *t) { add(n, NEED_TYPE_ASKED)->type = ir_type_rec(n->p, t); }
void need_type_equal(Needs *n, Type *t) { add(n, NEED_TYPE_EQUAL)->type = ir_type_rec(n->p, t); }
void need_itab(Needs *n, Type *concrete, Type *iface) {
    add(n, NEED_ITAB)->itab = ir_itab_rec(n->p, ir_type_rec(n->p, concrete), ir_type_rec(n->p, iface));
}
static void need_itab_asked(Needs *n, Type *concrete, Type *iface) {
    need_itab(n, concrete, iface);
    n->list.ptr[n->list.len - 1].kind = NEED_ITAB_ASKED;
}
void need_method_wanted(Needs *n, IrMethodKey *k) { add(n, NEED_METHOD_WANTED)->method = k; }
void need_reflection(Needs *n) { add(n, NEED_REFLECTION); }
void need_symbol(Needs *n, Str sym) {
    Str *s = ANEW(n->p->arena, Str);
    *s = sym;
    add(n, NEED_SYMBOL)->sym = s;
}

void need_rt(Needs *n, RtFn row) {
    if (n->rows[row / 64] >> (row % 64) & 1) return;
    n->rows[row / 64] |= (u64)1 << (row % 64);
    add(n, NEED_RT)->row = row;
}

void need_global(Needs *n, IrGlobal *g) { add(n, NEED_GLOBAL)->global = g; }

void need_alg(Needs *n, IrAlg a) {
    if (a.fn) need_func(n, a.fn);
    else if (a.row >= 0) need_rt(n, (RtFn)a.row);
}

// Bodies that are inlined share their data, whoever is compiled first; so it has a name.
Str gen_data_name(Gen *g) {
    const IrFunc *f = g->f;
    while (f->outer) f = f->outer;
    return arena_printf(g->a, "%.*s..stmp_%lld", SFMT(f->sym), (long long)g->needs->ndata++);
}

IrData *need_data(Needs *n, IrData *d) { return add(n, NEED_DATA)->data = d; }

void need_value(Needs *n, IrGlobal *g, IrData *d) {
    Need *x = add(n, NEED_VALUE);
    x->global = g;
    x->data = d;
}

void need_lazy(Needs *n, IrGlobal *g, IrFunc *init) {
    Need *x = add(n, NEED_LAZY);
    x->global = g;
    x->init = init;
}

IrFunc *gen_func(Gen *g, Object *func, TypeEnv *outer_env, TypeList targs) {
    IrFunc *f = ir_func(g->p, func, outer_env, targs);
    need_func(g->needs, f);
    return f;
}

IrGlobal *gen_global(Gen *g, Object *var) {
    IrGlobal *x = ir_global(g->p, var);
    need_global(g->needs, x);
    return x;
}

// ---- of a tree --------------------------------------------------------------------------------------------------------

typedef struct Walk {
    IrProgram *p;
    Needs *n;
} Walk;

static void walk_node(Walk *w, IrNode *x);
static void walk_list(Walk *w, const IrVec *v) {
    for (i64 i = 0; i < v->len; i++) walk_node(w, v->ptr[i]);
}

static void rt(Walk *w, RtFn fn) { need_rt(w->n, fn); }

static void all_rts(Walk *w, const RtFn *v, i64 len) {
    for (i64 i = 0; i < len; i++) rt(w, v[i]);
}
#define RTS(w, ...) all_rts(w, (const RtFn[]){__VA_ARGS__}, NELEM(((const RtFn[]){__VA_ARGS__})))

static bool empty_iface(Walk *w, Type *t) {
    Object **ms;
    return types_iface_methods(w->p->checker, types_under(t), &ms) == 0;
}

static void need_slice_panics(Walk *w) {
    RTS(w, RT_PANICSLICEALEN, RT_PANICSLICEALENU, RT_PANICSLICEACAP, RT_PANICSLICEACAPU, RT_PANICSLICEB,
        RT_PANICSLICEBU);
}

static void need_slice3_panics(Walk *w) {
    RTS(w, RT_PANICSLICE3ALEN, RT_PANICSLICE3ALENU, RT_PANICSLICE3ACAP, RT_PANICSLICE3ACAPU, RT_PANICSLICE3B,
        RT_PANICSLICE3BU, RT_PANICSLICE3C, RT_PANICSLICE3CU);
}

static void need_iface_conversion(Walk *w, IrNode *x) {
    RTS(w, RT_CONVT, RT_CONVT16, RT_CONVT32, RT_CONVT64, RT_CONVTSTRING, RT_CONVTSLICE);
    if (is_iface(x->a->type)) return;
    if (empty_iface(w, x->type)) need_type_full(w->n, x->a->type);
    else need_itab(w->n, x->a->type, x->type);
    need_type(w->n, x->a->type);
}

static void need_assert(Walk *w, IrNode *x) {
    Type *to = x->atype, *from = x->a->type;
    if (types_unalias(to)->kind == TYPE_NAMED) add(w->n, NEED_TYPE_NAME)->type = ir_type_rec(w->p, to);
    else need_type_asked(w->n, to); // reflection must find it by name when it makes the type itself
    need_type(w->n, from);
    RTS(w, RT_PANICNILDOTTYPE, RT_PANICDOTTYPEE, RT_PANICDOTTYPEI);
    if (is_iface(to)) RTS(w, RT_ASSERTE2I, RT_ASSERTE2I2);
    else if (!empty_iface(w, from)) need_itab_asked(w->n, to, from);
}

// A store that may need the descriptor for a copy with barriers.
static void need_copy(Walk *w, Type *t) {
    if (t && t->kind != TYPE_TUPLE && types_has_pointers(t) && types_size(t) > 8) need_type(w->n, t);
}

// Structs and arrays are compared field by field or by their equality function.
static void need_equal(Walk *w, Type *t) {
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_INTERFACE: rt(w, empty_iface(w, t) ? RT_EFACEEQ : RT_IFACEEQ); break;
    case TYPE_STRUCT:
        for (i64 i = 0; i < u->strct.nfields; i++) need_equal(w, u->strct.fields[i].var->type);
        need_alg(w->n, ir_eq_alg(w->p, t));
        break;
    case TYPE_ARRAY:
        need_equal(w, u->array.elem);
        need_alg(w->n, ir_eq_alg(w->p, t));
        break;
    default: break;
    }
}

// An allocation without pointers needs no descriptor.
static void need_alloc(Walk *w, Type *t) {
    if (types_has_pointers(t)) need_type(w->n, t);
}

static bool is_int(Type *t) {
    u8 k = types_under(t)->kind;
    return k >= TYPE_INT && k <= TYPE_UINTPTR;
}

static void need_expr(Walk *w, IrNode *x) {
    switch (x->op) {
    case X_INDEX:
        if (!(x->flags & IRF_NOCHECK)) RTS(w, RT_PANICINDEX, RT_PANICINDEXU);
        break;
    case X_SLICE:
        if (x->d) need_slice3_panics(w);
        else need_slice_panics(w);
        break;
    case X_BINARY:
        if ((x->oper == OP_DIV || x->oper == OP_REM) && is_int(x->type)) rt(w, RT_PANICDIVIDE);
        if (x->oper == OP_DIV && !is_int(x->type)) rt(w, RT_COMPLEX128DIV);
        if ((x->oper == OP_SHL || x->oper == OP_SHR) && !(x->flags & IRF_NONNEG)) rt(w, RT_PANICSHIFT);
        break;
    case X_COMPARE: need_equal(w, x->a->type); break;
    case X_CONCAT: RTS(w, RT_CONCATSTRINGS, RT_CONCATSTRING2, RT_CONCATSTRING3); break;
    case X_MAKE_IFACE: need_iface_conversion(w, x); break;
    case X_IFACE_TO_IFACE:
        need_type(w->n, x->type);
        RTS(w, RT_ASSERTE2I, RT_ASSERTE2I2);
        break;
    case X_ASSERT: need_assert(w, x); break;
    case X_TYPE_ADDR: // type switches compare with it
        if (types_unalias(x->atype)->kind == TYPE_NAMED) need_type(w->n, x->atype);
        else need_type_asked(w->n, x->atype);
        break;
    case X_ITAB_ADDR: need_itab_asked(w->n, x->atype, x->btype); break;
    case X_CALL_IFACE: add(w->n, NEED_METHOD)->method = ir_iface_method_key(w->p, x->a->type, x->i); break;
    case X_CALL_RT:
        if (x->rt == RT_MAKEMAP_SMALL) rt(w, RT_RAND); // for one in the frame
        rt(w, (RtFn)x->rt);
        break;
    case X_S_PANIC_RT: rt(w, (RtFn)x->rt); break;
    case X_CLOSURE:
        need_type(w->n, x->fn->closure_type);
        for (i64 i = 0; i < x->list.len; i++) need_copy(w, x->list.ptr[i]->type);
        break;
    case X_NEW:
        if (!(x->flags & IRF_OR_NIL)) need_alloc(w, x->atype);
        break;
    case X_MAKE_SLICE:
        need_type(w->n, type_elem(x->type));
        RTS(w, RT_MAKESLICE, RT_PANICMAKESLICELEN, RT_PANICMAKESLICECAP);
        break;
    case X_COMPOSITE: {
        Type *u = types_under(x->type);
        for (i64 i = 0; u->kind == TYPE_STRUCT && i < u->strct.nfields; i++) need_copy(w, u->strct.fields[i].var->type);
        if (u->kind == TYPE_ARRAY) need_copy(w, u->array.elem);
        need_copy(w, x->type);
        break;
    }
    case X_SLICE_LIT: need_alloc(w, type_elem(x->type)); break;
    case X_APPEND:
        need_type(w->n, type_elem(x->type));
        rt(w, RT_GROWSLICE);
        if (ir_is_extension(x)) rt(w, RT_PANICMAKESLICELEN);
        break;
    case X_COPY: need_type(w->n, type_elem(x->a->type)); break;
    case X_RECOVER: rt(w, RT_GORECOVER); break;
    case X_DEREF:
    case X_GLOBAL: need_copy(w, x->type); break;
    case X_S_ASSIGN:
        if (x->a && x->a->op != X_VAR) need_copy(w, x->a->type);
        break;
    case X_S_STORE_ZERO: need_copy(w, x->a->type); break;
    case X_S_DEFER: RTS(w, RT_DEFERPROC, RT_DEFERRETURN); break;
    default: break;
    }
}

static void walk_node(Walk *w, IrNode *x) {
    if (!x) return;
    need_expr(w, x);
    if (x->a) walk_node(w, x->a);
    if (x->b) walk_node(w, x->b);
    if (x->c) walk_node(w, x->c);
    if (x->d) walk_node(w, x->d);
    if (x->list.len) walk_list(w, &x->list);
    if (!ir_has_body(x)) return;
    walk_list(w, &x->sub->body);
    walk_list(w, &x->sub->els);
    walk_list(w, &x->sub->post);
    for (i64 i = 0; i < x->sub->ncases; i++) walk_list(w, &x->sub->cases[i].body);
}

static void need_var(Walk *w, const IrVar *v) {
    if (v->heap || (v->addr_taken && v->kind != IRV_CAPTURE)) need_alloc(w, v->type);
}

static void walk_func(Walk *w, const IrFunc *f) {
    walk_list(w, &f->body);
    for (i64 i = 0; i < f->nparams; i++) need_var(w, f->params[i]);
    for (i64 i = 0; i < f->nresults; i++) need_var(w, f->results[i]);
    for (i64 i = 0; i < f->locals.len; i++) need_var(w, f->locals.ptr[i]);
    if (f->has_defer) rt(w, RT_DEFERRETURN);
}

void ir_implied_needs(IrProgram *p, IrFunc *f) {
    Walk w = {p, f->needs};
    walk_func(&w, f);
    for (i64 i = 0, n = f->needs->list.len; i < n; i++)
        if (f->needs->list.ptr[i].kind == NEED_CLOSURE) walk_func(&w, f->needs->list.ptr[i].fn);
}
