// gen_assign.c - assignments, declarations, returns.
//
// One value: the left side's calls, the right side's, then the store. Several: operands of index expressions and dereferences on the
// left, then all values into temporaries, then the stores from left to right.
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
        IrNode *key = gen_expr_to(g, x->index.ptr[0], types_unalias(types_under(m->type)->map.key));
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
    if (x) {
        IrNode *m = gen_expr(g, x->e);
        IrNode *key = gen_expr_to(g, x->index.ptr[0], types_unalias(types_under(m->type)->map.key));
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
        d.key = gen_expr_to(g, x->index.ptr[0], types_unalias(types_under(d.m->type)->map.key));
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

static Dest prepare(Gen *g, Expr *lhs, bool def) {
    Dest d = destination(g, lhs, def);
    fix(g, &d);
    return d;
}

static void finish(Gen *g, Dest *d, Expr *lhs, IrNode *val, bool def) {
    if (d->kind == D_BLANK) {
        if (def && gen_is_def_ident(lhs)) define_var(g, ((Ident *)lhs)->obj, gen_convert(g, val, d->type));
        return;
    }
    val = gen_stable(g, gen_convert(g, val, d->type));
    gen_assign_node(g, d->kind == D_MAP ? gen_map_slot(g, d->m, d->key) : d->place, val, 0);
}

// Calls of predeclared functions that are operations of the tree have their place among the other calls.
static bool has_builtin(const IrNode *n) {
    if (!n) return false;
    if (n->op == X_LEN || n->op == X_CAP || n->op == X_COMPLEX || n->op == X_REAL || n->op == X_IMAG ||
        n->op == X_MAKE_SLICE || n->op == X_MIN_MAX)
        return true;
    for (i64 i = 0; i < n->list.len; i++)
        if (has_builtin(n->list.ptr[i])) return true;
    return has_builtin(n->a) || has_builtin(n->b) || has_builtin(n->c) || has_builtin(n->d);
}

// The language orders calls only; as in gc, variables are read when all calls are done.
static void gen_assign_values(Gen *g, Expr **lhs, i64 n, Expr **rhs, bool def) {
    Dest *d = ANEWN(g->a, Dest, n);
    IrNode **vals = ANEWN(g->a, IrNode *, n);
    for (i64 i = 0; i < n; i++) d[i] = destination(g, lhs[i], def);
    for (i64 i = 0; i < n; i++) {
        vals[i] = d[i].type ? gen_expr_to(g, rhs[i], d[i].type) : gen_expr(g, rhs[i]);
        if (has_builtin(vals[i])) vals[i] = gen_stable(g, vals[i]);
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
    Dest *d = ANEWN(g->a, Dest, n);
    for (i64 i = 0; i < n; i++) d[i] = prepare(g, lhs[i], def);
    IrNode *two[2], **vals = two;
    i64 k = 2;
    if (is_comma_ok(rhs)) two[0] = gen_comma_ok(g, rhs, &two[1]);
    else vals = gen_tuple(g, rhs, &k);
    CHECK(k == n);
    for (i64 i = 0; i < n; i++) finish(g, &d[i], lhs[i], vals[i], def);
}

// ---- op= ------------------------------------------------------------------------------------------------------------------

static IrNode *op_value(Gen *g, Op op, IrNode *x, Expr *y) {
    if (op == OP_SHL || op == OP_SHR) return gen_shift(g, op, x->type, x, y);
    IrNode *r = gen_expr_to(g, y, x->type);
    return gen_binary_op(g, op, x->type, x, r);
}

// m[k] op= y finds the slot once and works in it. What can panic is computed before a new key gets a slot.
static void gen_map_assign_op(Gen *g, Index *x, Op op, Expr *y) {
    IrNode *m = gen_expr(g, x->e), *key = gen_expr_to(g, x->index.ptr[0], types_unalias(types_under(m->type)->map.key));
    m = gen_stable(g, m);
    key = gen_stable(g, key);
    IrNode *r = gen_stable(g, gen_expr_to(g, y, type_elem(m->type)));
    IrNode *slot = gen_map_slot(g, m, key);
    gen_assign_node(g, slot, gen_hoist(g, gen_binary_op(g, op, slot->type, gen_dup(g, slot), r)), 0);
}

static void gen_assign_op(Gen *g, Expr *lhs, Op op, Expr *y) {
    Index *x = map_index(g, lhs);
    if (x && op != OP_DIV && op != OP_REM && op != OP_SHL && op != OP_SHR) {
        gen_map_assign_op(g, x, op, y);
        return;
    }
    if (x) {
        IrNode *m = gen_stable(g, gen_expr(g, x->e));
        IrNode *key = gen_stable(g, gen_expr_to(g, x->index.ptr[0], types_unalias(types_under(m->type)->map.key))), *ok;
        IrNode *old = gen_map_get(g, m, key, false, &ok);
        IrNode *val = gen_stable(g, gen_hoist(g, op_value(g, op, old, y)));
        gen_assign_node(g, gen_map_slot(g, gen_dup(g, m), gen_dup(g, key)), val, 0);
        return;
    }
    IrNode *place = gen_place(g, lhs);
    if (op == OP_SHL || op == OP_SHR) {
        place = gen_stable_place(g, place);
        gen_assign_node(g, place, gen_hoist(g, op_value(g, op, gen_dup(g, place), y)), 0);
        return;
    }
    IrNode *r = gen_expr_to(g, y, place->type); // its calls are done before the place is read
    place = gen_stable_place(g, place);
    gen_assign_node(g, place, gen_hoist(g, gen_binary_op(g, op, place->type, gen_dup(g, place), r)), 0);
}

// Two values into two places, as one assignment.
void gen_store2(Gen *g, Expr *l0, IrNode *v0, Expr *l1, IrNode *v1) {
    v0 = gen_stable(g, v0);
    v1 = gen_stable(g, v1);
    Dest d0 = prepare(g, l0, false), d1 = prepare(g, l1, false);
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
    Expr **lhs = ANEWN(g->a, Expr *, n);
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
        vals = ANEWN(g->a, IrNode *, n);
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
        for (i64 i = 0; i < n; i++) vec_push(g->a, &r->list, vals[i]);
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
