// needs.c - what machine code for a body will refer to without a node saying so: panics of checks, runtime helpers, descriptors.
//
// In:   a built body, before inlining and escape analysis. Out: ir_need_rt, ir_need_type, ir_eq_func for all that ssa/build*.c may emit
// for its nodes. Errs on the side of too much: what is not referred to in the end is not linked.
#include "ir/ir.h"

typedef struct Needs { IrProgram *p; IrFunc *f; } Needs;
static bool is_unsigned(Type *t) { u8 k = types_under(t)->kind; return k >= TYPE_UINT && k <= TYPE_UINTPTR; }
static bool is_integer(Type *t) { u8 k = types_under(t)->kind; return (k >= TYPE_INT && k <= TYPE_UINTPTR) || k == TYPE_UNTYPED_INT || k == TYPE_UNTYPED_RUNE; }
static void need_type(Needs *n, Type *t) { if (t) ir_need_type(n->p, t); }
static void need_if_pointers(Needs *n, Type *t) { types_layout(t); if (types_has_pointers(t)) ir_need_type(n->p, t); }
static void need_panic(Needs *n, RtFn fn, Type *index) { ir_need_rt(n->p, (RtFn)(fn + (index && is_unsigned(index) ? 1 : 0))); }
// Types larger than the scalars the builder takes apart are moved through typedmemmove.
static bool is_large(Type *t) {
    types_layout(t);
    u8 k = types_under(t)->kind;
    return (k == TYPE_STRUCT || k == TYPE_ARRAY) && types_has_pointers(t);
}
static void need_move(Needs *n, Type *t) { if (t && t->kind != TYPE_TUPLE && is_large(t)) ir_need_type(n->p, t); }
static void need_equal(Needs *n, Type *t) {
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_INTERFACE: ir_need_rt(n->p, RT_EFACEEQ); ir_need_rt(n->p, RT_IFACEEQ); break;
    case TYPE_STRUCT:
        ir_eq_func(n->p, t);
        for (i64 i = 0; i < u->strct.nfields; i++) need_equal(n, u->strct.fields[i].var->type);
        break;
    case TYPE_ARRAY: ir_eq_func(n->p, t); need_equal(n, u->array.elem); break;
    default: break;
    }
}
static void binary(Needs *n, IrNode *x) {
    u8 k = types_under(x->type)->kind;
    if (k == TYPE_STRING) ir_need_rt(n->p, RT_CONCATSTRING2);
    if (x->oper == OP_DIV || x->oper == OP_REM) {
        if (is_integer(x->type)) { if (x->b->op != X_CONST_INT || !x->b->i) ir_need_rt(n->p, RT_PANICDIVIDE); }
        else if (k == TYPE_COMPLEX64 || k == TYPE_COMPLEX128) ir_need_rt(n->p, RT_COMPLEX128DIV);
    }
    if ((x->oper == OP_SHL || x->oper == OP_SHR) && x->b->op != X_CONST_INT && !is_unsigned(x->b->type) && !(x->flags & IRF_NONNEG)) ir_need_rt(n->p, RT_PANICSHIFT);
}
static void slice(Needs *n, IrNode *x) {
    if (x->flags & IRF_NOCHECK) return;
    bool alen = types_under(x->a->type)->kind != TYPE_SLICE;
    Type *ti = x->b ? x->b->type : NULL, *tj = x->c ? x->c->type : NULL;
    if (x->d) {
        need_panic(n, alen ? RT_PANICSLICE3ALEN : RT_PANICSLICE3ACAP, x->d->type);
        need_panic(n, RT_PANICSLICE3B, tj); need_panic(n, RT_PANICSLICE3C, ti);
        return;
    }
    if (tj) need_panic(n, alen ? RT_PANICSLICEALEN : RT_PANICSLICEACAP, tj);
    if (ti) need_panic(n, RT_PANICSLICEB, ti);
}
static bool is_iface(Type *t) { return types_under(t)->kind == TYPE_INTERFACE; }
static void assertion(Needs *n, IrNode *x) {
    need_type(n, x->atype); need_type(n, x->a->type);
    if (is_iface(x->atype)) { ir_need_rt(n->p, RT_ASSERTE2I); ir_need_rt(n->p, RT_ASSERTE2I2); ir_need_rt(n->p, RT_PANICNILDOTTYPE); }
    else { ir_need_rt(n->p, RT_PANICDOTTYPEE); ir_need_rt(n->p, RT_PANICDOTTYPEI); }
    need_move(n, x->atype);
}
static void one(Needs *n, IrNode *x) {
    switch ((IrOp)x->op) {
    case X_INDEX: if (!(x->flags & IRF_NOCHECK)) need_panic(n, RT_PANICINDEX, x->b->type); break;
    case X_SLICE: slice(n, x); break;
    case X_BINARY: binary(n, x); break;
    case X_COMPARE: need_equal(n, x->a->type); break;
    case X_CONCAT: ir_need_rt(n->p, x->list.len == 2 ? RT_CONCATSTRING2 : x->list.len == 3 ? RT_CONCATSTRING3 : RT_CONCATSTRINGS); break;
    case X_MAKE_IFACE: need_type(n, x->a->type); need_move(n, x->a->type); break;
    case X_IFACE_TO_IFACE: need_type(n, x->type); ir_need_rt(n->p, RT_ASSERTE2I); break;
    case X_ASSERT: assertion(n, x); break;
    case X_NEW: need_if_pointers(n, x->atype); break;
    case X_CLOSURE: if (x->fn->closure_type) need_type(n, x->fn->closure_type); break;
    case X_MAKE_SLICE: need_type(n, types_under(x->type)->slice.elem); break;
    case X_SLICE_LIT: need_if_pointers(n, types_under(x->type)->slice.elem); need_move(n, types_under(x->type)->slice.elem); break;
    case X_APPEND: need_type(n, types_under(x->type)->slice.elem); break;
    case X_COPY: need_if_pointers(n, types_under(x->a->type)->slice.elem); break;
    case X_CALL_RT: case X_S_PANIC_RT: ir_need_rt(n->p, (RtFn)x->rt); break;
    case X_RECOVER: ir_need_rt(n->p, RT_GORECOVER); break;
    case X_TYPE_ADDR: need_type(n, x->atype); break;
    case X_ITAB_ADDR: ir_need_itab(n->p, x->atype, x->btype); break;
    case X_S_DCL: if (x->var && x->var->type) need_if_pointers(n, x->var->type); break;
    case X_S_DEFER: ir_need_rt(n->p, RT_DEFERRETURN); ir_need_rt(n->p, RT_DEFERPROC); break;
    case X_S_ASSIGN: if (x->a) { need_move(n, x->a->type); if (x->a->op == X_VAR && (x->flags & IRF_DCL)) need_if_pointers(n, x->a->var->type); } break;
    case X_S_ASSIGN_MULTI: for (i64 i = 0; i < x->list.len; i++) if (x->list.ptr[i]) { IrNode *l = x->list.ptr[i]; need_move(n, l->type); if (l->op == X_VAR && (x->flags & IRF_DCL)) need_if_pointers(n, l->var->type); } break;
    case X_S_STORE_ZERO: need_move(n, x->a->type); break;
    default: break;
    }
}
static void walk(Needs *n, IrNode *x);
static void walk_list(Needs *n, const IrVec *v) { for (i64 i = 0; i < v->len; i++) walk(n, v->ptr[i]); }
static void walk(Needs *n, IrNode *x) {
    if (!x) return;
    one(n, x);
    walk(n, x->a); walk(n, x->b); walk(n, x->c); walk(n, x->d);
    walk_list(n, &x->list); walk_list(n, &x->body); walk_list(n, &x->els); walk_list(n, &x->post);
    for (i64 i = 0; i < x->ncases; i++) if (i == 0 || x->cases[i].body.ptr != x->cases[i - 1].body.ptr) walk_list(n, &x->cases[i].body);
}
void ir_implied_needs(IrProgram *p, IrFunc *f) {
    Needs n = {p, f};
    for (i64 i = 0; i < f->nparams; i++) if (f->params[i]->addr_taken || f->params[i]->heap) need_if_pointers(&n, f->params[i]->type);
    for (i64 i = 0; i < f->nresults; i++) { if (f->results[i]->addr_taken) need_if_pointers(&n, f->results[i]->type); need_move(&n, f->results[i]->type); }
    walk_list(&n, &f->body);
}
