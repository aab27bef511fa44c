// needs.c - what a finished tree refers to, told to the worklist.
//
// One walk over the nodes of a function: descriptors, itabs, interface methods and runtime functions, those included that ssa/ will
// call on its own when it expands a node. Functions and package variables were needed when their nodes were made.
#include "ir/gen.h"

typedef struct Needs {
    IrProgram *p;
    IrFunc *f;
} Needs;

static void need_node(Needs *n, IrNode *x);
static void need_list(Needs *n, const IrVec *v) {
    for (i64 i = 0; i < v->len; i++) need_node(n, v->ptr[i]);
}

static void rt(Needs *n, RtFn fn) { ir_need_rt(n->p, fn); }

static void need_rts(Needs *n, const RtFn *v, i64 len) {
    for (i64 i = 0; i < len; i++) rt(n, v[i]);
}
#define RTS(n, ...) need_rts(n, (const RtFn[]){__VA_ARGS__}, NELEM(((const RtFn[]){__VA_ARGS__})))

static bool empty_iface(Needs *n, Type *t) {
    Object **ms;
    return types_iface_methods(n->p->checker, types_under(t), &ms) == 0;
}

static void need_slice_panics(Needs *n) {
    RTS(n, RT_PANICSLICEALEN, RT_PANICSLICEALENU, RT_PANICSLICEACAP, RT_PANICSLICEACAPU, RT_PANICSLICEB,
        RT_PANICSLICEBU);
}

static void need_slice3_panics(Needs *n) {
    RTS(n, RT_PANICSLICE3ALEN, RT_PANICSLICE3ALENU, RT_PANICSLICE3ACAP, RT_PANICSLICE3ACAPU, RT_PANICSLICE3B,
        RT_PANICSLICE3BU, RT_PANICSLICE3C, RT_PANICSLICE3CU);
}

static void need_iface_conversion(Needs *n, IrNode *x) {
    RTS(n, RT_CONVT, RT_CONVT16, RT_CONVT32, RT_CONVT64, RT_CONVTSTRING, RT_CONVTSLICE);
    if (is_iface(x->a->type)) return;
    if (empty_iface(n, x->type)) ir_type_in_iface(n->p, x->a->type);
    else ir_need_itab(n->p, x->a->type, x->type);
    ir_need_type(n->p, x->a->type);
}

static void need_assert(Needs *n, IrNode *x) {
    Type *to = x->atype, *from = x->a->type;
    if (types_unalias(to)->kind == TYPE_NAMED) ir_need_type_name(n->p, to);
    else ir_type_in_iface(n->p, to); // reflection must find it by name when it makes the type itself
    ir_need_type(n->p, from);
    RTS(n, RT_PANICNILDOTTYPE, RT_PANICDOTTYPEE, RT_PANICDOTTYPEI);
    if (is_iface(to)) RTS(n, RT_ASSERTE2I, RT_ASSERTE2I2);
    else if (!empty_iface(n, from)) ir_need_itab(n->p, to, from);
}

// A store that may need the descriptor for a copy with barriers.
static void need_copy(Needs *n, Type *t) {
    if (t && t->kind != TYPE_TUPLE && types_has_pointers(t) && types_size(t) > 8) ir_need_type(n->p, t);
}

// Structs and arrays are compared field by field or by their equality function.
static void need_equal(Needs *n, Type *t) {
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_INTERFACE: rt(n, empty_iface(n, t) ? RT_EFACEEQ : RT_IFACEEQ); break;
    case TYPE_STRUCT:
        for (i64 i = 0; i < u->strct.nfields; i++) need_equal(n, u->strct.fields[i].var->type);
        ir_eq_func(n->p, t);
        break;
    case TYPE_ARRAY:
        need_equal(n, u->array.elem);
        ir_eq_func(n->p, t);
        break;
    default: break;
    }
}

// An allocation without pointers needs no descriptor.
static void need_alloc(Needs *n, Type *t) {
    if (types_has_pointers(t)) ir_need_type(n->p, t);
}

static bool is_int(Type *t) {
    u8 k = types_under(t)->kind;
    return k >= TYPE_INT && k <= TYPE_UINTPTR;
}

static void need_expr(Needs *n, IrNode *x) {
    switch (x->op) {
    case X_INDEX:
        if (!(x->flags & IRF_NOCHECK)) RTS(n, RT_PANICINDEX, RT_PANICINDEXU);
        break;
    case X_SLICE:
        if (x->d) need_slice3_panics(n);
        else need_slice_panics(n);
        break;
    case X_BINARY:
        if ((x->oper == OP_DIV || x->oper == OP_REM) && is_int(x->type)) rt(n, RT_PANICDIVIDE);
        if (x->oper == OP_DIV && !is_int(x->type)) rt(n, RT_COMPLEX128DIV);
        if ((x->oper == OP_SHL || x->oper == OP_SHR) && !(x->flags & IRF_NONNEG)) rt(n, RT_PANICSHIFT);
        break;
    case X_COMPARE: need_equal(n, x->a->type); break;
    case X_CONCAT: RTS(n, RT_CONCATSTRINGS, RT_CONCATSTRING2, RT_CONCATSTRING3); break;
    case X_MAKE_IFACE: need_iface_conversion(n, x); break;
    case X_IFACE_TO_IFACE:
        ir_need_type(n->p, x->type);
        RTS(n, RT_ASSERTE2I, RT_ASSERTE2I2);
        break;
    case X_ASSERT: need_assert(n, x); break;
    case X_TYPE_ADDR: // type switches compare with it
        if (types_unalias(x->atype)->kind == TYPE_NAMED) ir_need_type(n->p, x->atype);
        else ir_type_in_iface(n->p, x->atype);
        break;
    case X_ITAB_ADDR: ir_need_itab(n->p, x->atype, x->btype); break;
    case X_CALL_IFACE: ir_iface_method_called(n->p, x->a->type, x->i); break;
    case X_CALL_RT:
    case X_S_PANIC_RT: rt(n, (RtFn)x->rt); break;
    case X_CLOSURE: ir_need_type(n->p, x->fn->closure_type); break;
    case X_NEW:
        if (!(x->flags & IRF_OR_NIL)) need_alloc(n, x->atype);
        break;
    case X_MAKE_SLICE:
        ir_need_type(n->p, type_elem(x->type));
        RTS(n, RT_MAKESLICE, RT_PANICMAKESLICELEN, RT_PANICMAKESLICECAP);
        break;
    case X_COMPOSITE: {
        Type *u = types_under(x->type);
        for (i64 i = 0; u->kind == TYPE_STRUCT && i < u->strct.nfields; i++) need_copy(n, u->strct.fields[i].var->type);
        if (u->kind == TYPE_ARRAY) need_copy(n, u->array.elem);
        need_copy(n, x->type);
        break;
    }
    case X_SLICE_LIT: need_alloc(n, type_elem(x->type)); break;
    case X_APPEND:
        ir_need_type(n->p, type_elem(x->type));
        rt(n, RT_GROWSLICE);
        if (ir_is_extension(x)) rt(n, RT_PANICMAKESLICELEN);
        break;
    case X_COPY: ir_need_type(n->p, type_elem(x->a->type)); break;
    case X_RECOVER: rt(n, RT_GORECOVER); break;
    case X_DEREF:
    case X_GLOBAL: need_copy(n, x->type); break;
    case X_S_ASSIGN:
        if (x->a && x->a->op != X_VAR) need_copy(n, x->a->type);
        break;
    case X_S_STORE_ZERO: need_copy(n, x->a->type); break;
    case X_S_DEFER: RTS(n, RT_DEFERPROC, RT_DEFERRETURN); break;
    default: break;
    }
}

static void need_node(Needs *n, IrNode *x) {
    if (!x) return;
    need_expr(n, x);
    need_node(n, x->a);
    need_node(n, x->b);
    need_node(n, x->c);
    need_node(n, x->d);
    need_list(n, &x->list);
    need_list(n, &x->sub->body);
    need_list(n, &x->sub->els);
    need_list(n, &x->sub->post);
    for (i64 i = 0; i < x->sub->ncases; i++) need_list(n, &x->sub->cases[i].body);
}

static void need_var(Needs *n, const IrVar *v) {
    if (v->heap || (v->addr_taken && v->kind != IRV_CAPTURE)) need_alloc(n, v->type);
}

void ir_implied_needs(IrProgram *p, IrFunc *f) {
    Needs n = {p, f};
    need_list(&n, &f->body);
    for (i64 i = 0; i < f->nparams; i++) need_var(&n, f->params[i]);
    for (i64 i = 0; i < f->nresults; i++) need_var(&n, f->results[i]);
    for (i64 i = 0; i < f->locals.len; i++) need_var(&n, f->locals.ptr[i]);
    if (f->has_defer) rt(&n, RT_DEFERRETURN);
}
