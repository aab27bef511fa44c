// record.c - what the checker writes into the tree.
//
// An expression of untyped type is recorded at once and marked XF_UNTYPED. When its context is known,
// update_expr_type gives it (and the operands that share its type) the final type; constants that stay
// untyped to the end are only operands of constant expressions and never become values.
// Variables: who assigns to them, who takes their address (captures: typexpr.c).
#include "types/exprs.h"

void record_type_and_value(Checker *c, Expr *e, u8 mode, Type *t, const Exact *v) {
    if (mode == MODE_INVALID) return;
    e->mode = mode;
    e->type = t;
    e->val = mode == MODE_CONST ? v : NULL;
    e->flags &= (u8) ~(XF_UNTYPED | XF_SHIFT_LHS);
}

void record_operand(Checker *c, Operand *x) {
    if (x->mode == MODE_INVALID) return;
    Type *t = x->mode == MODE_NO_VALUE ? c->u.empty_tuple : x->type;
    record_type_and_value(c, x->expr, x->mode, t, x->val);
    if (t && type_is_untyped(t)) x->expr->flags |= XF_UNTYPED;
}

void record_untyped(Checker *c) {}

void update_expr_val(Expr *e, const Exact *v) {
    if (e->flags & XF_UNTYPED) e->val = v;
}

static bool is_comparison(Op op) { return op >= OP_EQL && op <= OP_GEQ; }

static void update_operands(Checker *c, Expr *e, Type *t, bool final) {
    if (e->kind == ND_PAREN) {
        update_expr_type(c, ((Paren *)e)->e, t, final);
        return;
    }
    if (e->val) return; // the operands of a constant are never materialised
    if (e->kind == ND_UNARY) update_expr_type(c, ((Unary *)e)->e, t, final);
    if (e->kind != ND_BINARY) return;
    Binary *b = (Binary *)e;
    if (is_comparison(b->op)) return;
    update_expr_type(c, b->l, t, final);
    if (b->op != OP_SHL && b->op != OP_SHR) update_expr_type(c, b->r, t, final);
}

void update_expr_type(Checker *c, Expr *e, Type *t, bool final) {
    if (!(e->flags & XF_UNTYPED)) return;
    update_operands(c, e, t, final);
    if (!final && type_is_untyped(t)) {
        e->type = types_under(t);
        return;
    }
    bool shift_lhs = e->flags & XF_SHIFT_LHS;
    e->flags &= (u8) ~(XF_UNTYPED | XF_SHIFT_LHS);
    if (shift_lhs && !type_all_integer(t)) {
        Str es = estr(c, e), ts = tstr(c, t);
        check_errorf(c, AT(e), "invalid operation: shifted operand %.*s (type %.*s) must be integer", SFMT(es),
                     SFMT(ts));
        return;
    }
    if (e->val) {
        Operand x = {.mode = e->mode, .type = e->type, .val = e->val, .expr = e};
        check_convert_untyped(c, &x, t);
        if (x.mode == MODE_INVALID) return;
        e->val = x.val;
    }
    e->type = t;
}

void record_comma_ok(Expr *e) {
    for (;; e = ((Paren *)e)->e) {
        e->comma_ok = true;
        if (e->kind != ND_PAREN) return;
    }
}

// The identifier of a function that is instantiated, and the index expression if there is one.
void record_targs(Checker *c, Expr *fun, TypeList targs) {
    TypeList *list = ANEW(c->arena, TypeList);
    *list = targs;
    fun = unparen(fun);
    if (fun->kind == ND_INDEX) {
        ((Index *)fun)->targs = list;
        fun = unparen(((Index *)fun)->e);
    }
    if (fun->kind == ND_IDENT) ((Ident *)fun)->targs = list;
    else if (fun->kind == ND_SELECTOR) ((Selector *)fun)->sel->targs = list;
}

// ---- variables ---------------------------------------------------------------------------------------

Object *root_variable(Expr *e) {
    for (;;) {
        e = unparen(e);
        if (e->kind == ND_IDENT) {
            Object *o = ((Ident *)e)->obj;
            return o && o->kind == OBJ_VAR ? o : NULL;
        }
        if (e->kind == ND_SELECTOR) {
            Selector *s = (Selector *)e;
            if (!s->selection) return s->sel->obj && s->sel->obj->kind == OBJ_VAR ? s->sel->obj : NULL;
            if (s->selection->kind != SEL_FIELD || s->selection->indirect) return NULL;
            e = s->e;
        } else if (e->kind == ND_INDEX) {
            e = ((Index *)e)->e;
            if (!e->type || (types_under(e->type)->kind != TYPE_ARRAY && !type_is_param(e->type))) return NULL;
        } else {
            return NULL;
        }
    }
}

void mark_address_taken(Expr *e) {
    Object *v = root_variable(e);
    if (v) v->addr_taken = true;
}

void mark_reassigned(Expr *e) {
    Object *v = root_variable(e);
    if (v) v->reassigned = true;
}
