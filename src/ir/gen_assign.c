// gen_assign.c - assignments, declarations, returns.
//
// The left side's calls, the right side's, then operands of index expressions and dereferences on the left; several values go into
// temporaries before the stores, which are made from left to right.
#include "ir/gen.h"

typedef struct Dest {
    enum { D_BLANK, D_PLACE, D_MAP } kind;
    IrNode *place, *m, *key;
    Type *type;
} Dest;

bool gen_is_def_ident(Expr *e) {
    if (e->kind != ND_IDENT) return false;
    Ident *id = (Ident *)e;
    return id->obj && !id->name->blank && id->obj->pos == id->x.pos;
}

static Index *map_index(Gen *g, Expr *e) {
    e = unparen(e);
    if (e->kind != ND_INDEX || ((Index *)e)->targs) return NULL;
    return type_is(gen_type(g, ((Index *)e)->e), TYPE_MAP) ? (Index *)e : NULL;
}

static void discard(Gen *g, IrNode *v) {
    if (!v || !v->type) {
        if (v) gen_emit_expr(g, v);
        return;
    }
    if (v->op == X_VAR || v->op == X_CONST_INT || v->op == X_CONST_STRING || v->op == X_ZERO || v->op == X_FUNC ||
        v->op == X_GLOBAL)
        return;
    gen_emit_expr(g, v);
}

static void define_var(Gen *g, Object *obj, IrNode *val) {
    IrVar *v = gen_declare(g, obj);
    if (!val) {
        IrNode *d = gen_node(g, X_S_DCL, NULL);
        d->var = v;
        gen_emit(g, d);
        return;
    }
    gen_assign_node(g, gen_var(g, v), val, IRF_DCL);
}

void gen_store(Gen *g, Expr *lhs, IrNode *val) {
    if (is_blank_expr(lhs)) {
        discard(g, val);
        return;
    }
    Index *x = map_index(g, lhs);
    if (x) {
        IrNode *m = gen_expr(g, x->e);
        IrNode *key = gen_store_key(g, m->type, x->index.ptr[0]);
        val = gen_stable(g, gen_convert(g, val, type_elem(m->type)));
        gen_assign_node(g, gen_map_slot(g, m, key), val, 0);
        return;
    }
    IrNode *place = gen_place(g, lhs);
    gen_assign_node(g, place, gen_hoist(g, gen_convert(g, val, place->type)), 0);
}

void gen_define_or_store(Gen *g, Expr *lhs, IrNode *val, bool def) {
    if (def && gen_is_def_ident(lhs)) {
        Object *o = ((Ident *)lhs)->obj;
        define_var(g, o, gen_convert(g, val, gen_subst(g, o->type)));
    } else gen_store(g, lhs, val);
}

// Both are the same variables, fields, elements and constants without a call between.
static bool same_place(Expr *a, Expr *b) {
    a = unparen(a);
    b = unparen(b);
    if (a->val || b->val) return a->val && b->val && a->type == b->type && exact_compare(a->val, EXO_EQ, b->val);
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case ND_IDENT: return ((Ident *)a)->obj == ((Ident *)b)->obj && ((Ident *)a)->obj->kind == OBJ_VAR;
    case ND_STAR: return same_place(((Star *)a)->e, ((Star *)b)->e);
    case ND_SELECTOR: {
        Selector *x = (Selector *)a, *y = (Selector *)b;
        if (!x->selection || !y->selection)
            return !x->selection && !y->selection && x->sel->obj == y->sel->obj && x->sel->obj->kind == OBJ_VAR;
        return x->selection->kind == SEL_FIELD && y->selection->kind == SEL_FIELD && x->sel->name == y->sel->name &&
               same_place(x->e, y->e);
    }
    case ND_INDEX: {
        Index *x = (Index *)a, *y = (Index *)b;
        return !x->targs && !y->targs && same_place(x->e, y->e) && same_place(x->index.ptr[0], y->index.ptr[0]);
    }
    default: return false;
    }
}

// m[k] = append(m[k], ...) is one operation of the map.
static bool gen_map_append(Gen *g, Index *x, Expr *rhs) {
    Call *c = (Call *)unparen(rhs);
    if (c->x.kind != ND_CALL || gen_builtin_id(c->fun) != BUILTIN_APPEND || c->args.len < 2 ||
        is_tuple_expr(c->args.ptr[0]) || !same_place(&x->x, c->args.ptr[0]) ||
        (c->has_dots && c->args.ptr[1]->mode == MODE_NIL))
        return false;
    IrNode *m = gen_stable(g, gen_expr(g, x->e));
    IrNode *key = gen_stable(g, gen_store_key(g, m->type, x->index.ptr[0]));
    if (!types_identical(gen_type(g, &c->x), type_elem(m->type))) return false;
    gen_begin(g, &c->x);
    IrNode *n = gen_unop(g, X_APPEND, type_elem(m->type), NULL);
    gen_append_elems(g, c, n);
    for (i64 i = 0; i < n->list.len; i++) n->list.ptr[i] = gen_stable(g, n->list.ptr[i]);
    IrNode *slot = gen_map_slot(g, m, key);
    n->a = gen_dup(g, slot);
    gen_assign_node(g, slot, n, 0);
    return true;
}

static void gen_assign_one(Gen *g, Expr *lhs, Expr *rhs, bool def) {
    if (is_blank_expr(lhs)) {
        discard(g, gen_expr_root(g, rhs));
        return;
    }
    if (def && gen_is_def_ident(lhs)) {
        Object *o = ((Ident *)lhs)->obj;
        define_var(g, o, gen_expr_root_to(g, rhs, gen_subst(g, o->type)));
        return;
    }
    Index *x = map_index(g, lhs);
    if (x && gen_map_append(g, x, rhs)) return;
    if (x) {
        IrNode *m = gen_expr(g, x->e);
        IrNode *key = gen_store_key(g, m->type, x->index.ptr[0]);
        IrNode *val = gen_stable(g, gen_expr_to(g, rhs, type_elem(m->type)));
        gen_assign_node(g, gen_map_slot(g, m, key), val, 0);
        return;
    }
    IrNode *place = gen_place(g, lhs);
    IrNode *val = place->op == X_VAR ? gen_expr_root_to(g, rhs, place->type) : gen_expr_to(g, rhs, place->type);
    gen_assign_node(g, place, val, 0);
}

// ---- several values -----------------------------------------------------------------------------------------------------

// Calls in the operands are done, other operands are not read yet.
static Dest destination(Gen *g, Expr *lhs, bool def) {
    Dest d = {.kind = D_PLACE};
    if (is_blank_expr(lhs) || (def && gen_is_def_ident(lhs))) {
        d.kind = D_BLANK;
        if (!is_blank_expr(lhs)) d.type = gen_subst(g, ((Ident *)lhs)->obj->type);
        return d;
    }
    Index *x = map_index(g, lhs);
    if (x) {
        d.kind = D_MAP;
        d.m = gen_expr(g, x->e);
        d.type = type_elem(d.m->type);
        d.key = gen_store_key(g, d.m->type, x->index.ptr[0]);
        return d;
    }
    d.place = gen_place(g, lhs);
    d.type = d.place->type;
    return d;
}

static void fix(Gen *g, Dest *d) {
    if (d->kind == D_MAP) {
        d->m = gen_stable(g, d->m);
        d->key = gen_stable(g, d->key);
    } else if (d->kind == D_PLACE) {
        d->place = gen_stable_place(g, d->place);
    }
}

static void finish(Gen *g, Dest *d, Expr *lhs, IrNode *val, bool def) {
    if (d->kind == D_BLANK) {
        if (def && gen_is_def_ident(lhs)) define_var(g, ((Ident *)lhs)->obj, gen_convert(g, val, d->type));
        return;
    }
    val = gen_stable(g, gen_convert(g, val, d->type));
    gen_assign_node(g, d->kind == D_MAP ? gen_map_slot(g, d->m, d->key) : d->place, val, 0);
}

// The language orders calls only; as in gc, variables are read when all calls are done.
static void gen_assign_values(Gen *g, Expr **lhs, i64 n, Expr **rhs, bool def) {
    Dest *d = ANEWN(g->nodes, Dest, n);
    IrNode **vals = ANEWN(g->nodes, IrNode *, n);
    for (i64 i = 0; i < n; i++) d[i] = destination(g, lhs[i], def);
    for (i64 i = 0; i < n; i++) {
        vals[i] = d[i].type ? gen_expr_to(g, rhs[i], d[i].type) : gen_expr(g, rhs[i]);
    }
    for (i64 i = 0; i < n; i++) fix(g, &d[i]);
    for (i64 i = 0; i < n; i++) vals[i] = gen_stable(g, vals[i]);
    for (i64 i = 0; i < n; i++) finish(g, &d[i], lhs[i], vals[i], def);
}

static bool is_comma_ok(Expr *e) {
    e = unparen(e);
    return e->kind == ND_INDEX || e->kind == ND_TYPE_ASSERT || (e->kind == ND_UNARY && ((Unary *)e)->op == OP_RECV);
}

static void gen_assign_tuple(Gen *g, Expr **lhs, i64 n, Expr *rhs, bool def) {
    Dest *d = ANEWN(g->nodes, Dest, n);
    for (i64 i = 0; i < n; i++) d[i] = destination(g, lhs[i], def);
    IrNode *two[2], **vals = two;
    i64 k = 2;
    if (is_comma_ok(rhs)) two[0] = gen_comma_ok(g, rhs, &two[1]);
    else vals = gen_tuple(g, rhs, &k);
    CHECK(k == n);
    for (i64 i = 0; i < n; i++) fix(g, &d[i]);
    for (i64 i = 0; i < n; i++) finish(g, &d[i], lhs[i], vals[i], def);
}

// ---- op= ------------------------------------------------------------------------------------------------------------------

static bool is_shift(Op op) { return op == OP_SHL || op == OP_SHR; }

// The right operand of op=, its calls done.
static IrNode *op_operand(Gen *g, Op op, Type *t, Expr *y) {
    return is_shift(op) ? gen_shift_count(g, y) : gen_expr_to(g, y, t);
}

static IrNode *op_value(Gen *g, Op op, IrNode *x, IrNode *y) {
    return is_shift(op) ? gen_shift_node(g, op, x->type, x, y) : gen_binary_op(g, op, x->type, x, y);
}

// m[k] op= y finds the slot once and works in it; the operand is computed before a new key gets a slot. A division may panic: it comes
// before that as well.
static void gen_map_assign_op(Gen *g, Index *x, Op op, Expr *y) {
    IrNode *m = gen_expr(g, x->e), *key = gen_store_key(g, m->type, x->index.ptr[0]), *ok;
    IrNode *r = gen_stable(g, op_operand(g, op, type_elem(m->type), y));
    m = gen_stable(g, m);
    key = gen_stable(g, key);
    if (op == OP_DIV || op == OP_REM) {
        IrNode *old = gen_map_get(g, gen_dup(g, m), gen_dup(g, key), false, &ok);
        IrNode *val = gen_stable(g, gen_hoist(g, op_value(g, op, old, r)));
        gen_assign_node(g, gen_map_slot(g, m, key), val, 0);
        return;
    }
    IrNode *slot = gen_map_slot(g, m, key);
    gen_assign_node(g, slot, gen_hoist(g, op_value(g, op, gen_dup(g, slot), r)), 0);
}

static void gen_assign_op(Gen *g, Expr *lhs, Op op, Expr *y) {
    Index *x = map_index(g, lhs);
    if (x) {
        gen_map_assign_op(g, x, op, y);
        return;
    }
    IrNode *place = gen_place(g, lhs);
    IrNode *r = op_operand(g, op, place->type, y); // its calls are done before the place is read
    place = gen_stable_place(g, place);
    gen_assign_node(g, place, gen_hoist(g, op_value(g, op, gen_dup(g, place), r)), 0);
}

// Two values into two places, as one assignment.
void gen_store2(Gen *g, Expr *l0, IrNode *v0, Expr *l1, IrNode *v1) {
    v0 = gen_stable(g, v0);
    v1 = gen_stable(g, v1);
    Dest d0 = destination(g, l0, false), d1 = destination(g, l1, false);
    fix(g, &d0);
    fix(g, &d1);
    finish(g, &d0, l0, v0, false);
    finish(g, &d1, l1, v1, false);
}

void gen_assign(Gen *g, AssignStmt *s) {
    bool def = s->op == OP_DEF;
    if (s->op != OP_NONE && !def) gen_assign_op(g, s->lhs.ptr[0], s->op, s->rhs.ptr[0]);
    else if (s->lhs.len == 1 && s->rhs.len == 1) gen_assign_one(g, s->lhs.ptr[0], s->rhs.ptr[0], def);
    else if (s->rhs.len == 1) gen_assign_tuple(g, s->lhs.ptr, s->lhs.len, s->rhs.ptr[0], def);
    else gen_assign_values(g, s->lhs.ptr, s->lhs.len, s->rhs.ptr, def);
}

// ---- declarations -----------------------------------------------------------------------------------------------------------

static void gen_var_decl(Gen *g, VarDecl *d) {
    i64 n = d->names.len;
    g->ahead = gen_count_values(d);
    Expr **lhs = ANEWN(g->nodes, Expr *, n);
    for (i64 i = 0; i < n; i++) lhs[i] = &d->names.ptr[i]->x;
    if (!d->values.len) {
        for (i64 i = 0; i < n; i++)
            if (!d->names.ptr[i]->name->blank) define_var(g, d->names.ptr[i]->obj, NULL);
    } else if (n == 1 && d->values.len == 1) {
        Type *t = d->type ? gen_subst(g, d->type->type) : NULL;
        if (is_blank_expr(lhs[0]) && t) discard(g, gen_expr_root_to(g, d->values.ptr[0], t));
        else gen_assign_one(g, lhs[0], d->values.ptr[0], true);
    } else if (d->values.len == 1) gen_assign_tuple(g, lhs, n, d->values.ptr[0], true);
    else gen_assign_values(g, lhs, n, d->values.ptr, true);
}

void gen_local_decl(Gen *g, DeclStmt *s) {
    for (i64 i = 0; i < s->decls.len; i++)
        if (s->decls.ptr[i]->kind == ND_VAR_DECL) gen_var_decl(g, (VarDecl *)s->decls.ptr[i]);
}

// ---- return -------------------------------------------------------------------------------------------------------------------

void gen_return(Gen *g, ReturnStmt *s) {
    Gen *root = gen_root(g);
    IrFunc *f = root->f;
    i64 n = s->results.len;
    if (!n) {
        gen_leave(g, RX_RETURN, NULL);
        return;
    }
    IrNode **vals;
    bool store = g != root || f->has_defer;
    if (n == 1 && f->nresults != 1) {
        vals = gen_tuple(g, s->results.ptr[0], &n);
        for (i64 i = 0; i < n; i++) vals[i] = gen_convert(g, vals[i], f->results[i]->type);
    } else {
        vals = ANEWN(g->nodes, IrNode *, n);
        for (i64 i = 0; i < n; i++) {
            Type *t = f->results[i]->type;
            vals[i] =
                n == 1 && !store ? gen_expr_root_to(g, s->results.ptr[i], t) : gen_expr_to(g, s->results.ptr[i], t);
            if (g->keep.len) vals[i] = gen_hoist(g, vals[i]);
        }
    }
    g->pos = s->s.pos;
    if (!store) {
        IrNode *r = gen_node(g, X_S_RETURN, NULL);
        for (i64 i = 0; i < n; i++) vec_push(g->nodes, &r->list, vals[i]);
        gen_emit(g, r);
        return;
    }
    if (n > 1)
        for (i64 i = 0; i < n; i++) vals[i] = gen_stable(g, vals[i]);
    for (i64 i = 0; i < n; i++) {
        f->results[i]->reassigned = true;
        gen_assign_node(g, gen_var(g, gen_capture(g, root, f->results[i])), vals[i], 0);
    }
    gen_leave(g, RX_RETURN, NULL);
}
