// gen_range.c - for ... range over everything but functions.
//
// The range expression is evaluated once; hidden counters drive the loop, and the iteration variables are set (or declared anew)
// at the top of the body. What no source spells costs callers that inline the loop nothing, as in gc.
#include "ir/gen.h"

static Type *tint(Gen *g) { return gen_basic(g, TYPE_INT); }

static IrVar *counter(Gen *g, Type *t, IrNode *init) {
    IrVar *v = gen_temp_var(g, t);
    v->reassigned = true;
    gen_assign_node(g, gen_var(g, v), init, IRF_DCL);
    return v;
}

// The cost of inlining is that of the statement in the source: counters, the length and the variables are a part of it.
static void cost_nothing(Gen *g, i64 from) {
    for (i64 i = from; i < g->out->len; i++) {
        IrNode *s = g->out->ptr[i];
        if (s->op != X_S_ASSIGN || !s->a || s->a->op != X_VAR) continue;
        s->flags |= IRF_EXPANDED;
        s->i = 0;
    }
}

static void step(Gen *g, IrNode *loop, IrVar *i) {
    IrVec *old = gen_into(g, &loop->sub->post);
    gen_assign_node(g, gen_var(g, i), gen_binary(g, OP_ADD, gen_var(g, i), gen_int(g, i->type, 1)), 0);
    cost_nothing(g, g->out->len - 1);
    gen_into(g, old);
}

static bool is_used(Expr *e) { return e && !is_blank_expr(e); }

static Object *defined_var(const RangeStmt *s, Expr *lhs) {
    return s->def && is_used(lhs) && lhs->kind == ND_IDENT ? ((Ident *)lhs)->obj : NULL;
}

bool gen_range_defines(const RangeStmt *s) {
    Object *k = defined_var(s, s->key), *v = defined_var(s, s->value);
    return s->def && (!k || k->per_iteration) && (!v || v->per_iteration);
}

// Before Go 1.22 the variables are declared once, and each iteration assigns to them.
static void declare_once(Gen *g, const RangeStmt *s, Expr *lhs) {
    Object *o = defined_var(s, lhs);
    if (!o) return;
    IrVar *v = gen_declare(g, o);
    gen_assign_node(g, gen_var(g, v), gen_zero(g, v->type), IRF_DCL);
}

static void bind(Gen *g, RangeStmt *s, Expr *lhs, IrNode *val) {
    if (is_used(lhs)) gen_define_or_store(g, lhs, val, gen_range_defines(s));
}

static void bind2(Gen *g, RangeStmt *s, IrNode *k, IrNode *v) {
    if (!gen_range_defines(s) && is_used(s->key) && is_used(s->value)) {
        gen_store2(g, s->key, gen_temp(g, k), s->value, v);
        return;
    }
    bind(g, s, s->key, k);
    bind(g, s, s->value, v);
}

static IrNode *start_loop(Gen *g, RangeStmt *s, Stmt *label, IrNode *cond) {
    IrNode *loop = gen_unop(g, X_S_LOOP, NULL, cond);
    gen_add_target(g, &s->s, label, loop, loop, NULL);
    gen_emit(g, loop);
    g->loops++;
    return loop;
}

static void loop_body(Gen *g, RangeStmt *s, IrVec *old) {
    gen_block_stmt(g, s->body);
    gen_into(g, old);
    g->loops--;
}

static IrNode *less(Gen *g, IrVar *i, IrNode *n) { return gen_cmp(g, OP_LSS, gen_var(g, i), n); }

static void range_int(Gen *g, RangeStmt *s, Stmt *label) {
    Type *t = gen_type(g, s->e);
    if (s->e->val && is_used(s->key)) t = gen_type(g, s->key);
    if (s->def && is_used(s->key)) t = gen_subst(g, ((Ident *)s->key)->obj->type);
    IrNode *n = gen_stable(g, gen_expr_to(g, s->e, t));
    IrVar *i = counter(g, t, gen_int(g, t, 0));
    cost_nothing(g, g->out->len - 1);
    IrNode *loop = start_loop(g, s, label, less(g, i, n));
    IrVec *old = gen_into(g, &loop->sub->body);
    bind(g, s, s->key, gen_var(g, i));
    step(g, loop, i);
    loop_body(g, s, old);
}

// The array a loop reads: a copy, unless nothing can change the variable meanwhile.
static IrNode *array_operand(Gen *g, Expr *e) {
    IrNode *a = gen_place(g, e);
    IrNode *root = a;
    while (root->op == X_FIELD) root = root->a;
    if (root->op == X_VAR && !root->var->reassigned && root->var->kind != IRV_RESULT) return a;
    return gen_temp(g, a);
}

static void bind_element(Gen *g, RangeStmt *s, IrNode *base, IrVar *i) {
    if (!is_used(s->value)) {
        bind(g, s, s->key, gen_var(g, i));
        return;
    }
    IrNode *elem = gen_index_node(g, gen_dup(g, base), gen_var(g, i), true);
    bind2(g, s, gen_var(g, i), elem);
}

static IrNode *bytes_of_string(Gen *g, Expr *e) { // range []byte(s) reads the string itself
    e = unparen(e);
    if (e->kind != ND_CALL || ((Call *)e)->fun->mode != MODE_TYPE) return NULL;
    Expr *arg = ((Call *)e)->args.ptr[0];
    if (!arg->type || !type_is(gen_type(g, arg), TYPE_STRING) ||
        types_under(type_elem(gen_type(g, e)))->kind != TYPE_UINT8)
        return NULL;
    return gen_expr_to(g, arg, gen_basic(g, TYPE_STRING));
}

static void range_slice(Gen *g, RangeStmt *s, Stmt *label) {
    Type *u = types_under(gen_type(g, s->e));
    bool value = is_used(s->value);
    IrNode *base, *n;
    if (u->kind == TYPE_POINTER) {
        IrNode *p = gen_stable(g, gen_expr(g, s->e));
        base = gen_deref(g, p, false);
        n = gen_int(g, tint(g), types_under(u->pointer.elem)->array.len);
    } else if (u->kind == TYPE_ARRAY) {
        base = value ? array_operand(g, s->e) : NULL;
        if (!value && !s->e->val) {
            i64 at = g->out->len;
            IrNode *p = gen_place(g, s->e);
            if (g->out->len != at)
                gen_nil_checks(g, p); // without a call in it the length is constant and nothing is evaluated
        }
        n = gen_int(g, tint(g), u->array.len);
    } else {
        base = bytes_of_string(g, s->e);
        base = gen_stable(g, base ? base : gen_expr(g, s->e));
        n = gen_unop(g, X_LEN, tint(g), gen_dup(g, base));
    }
    i64 from = g->out->len;
    n = gen_stable(g, n);
    IrVar *i = counter(g, tint(g), gen_int(g, tint(g), 0));
    cost_nothing(g, from);
    IrNode *loop = start_loop(g, s, label, less(g, i, n));
    IrVec *old = gen_into(g, &loop->sub->body);
    bind_element(g, s, base, i);
    cost_nothing(g, 0);
    step(g, loop, i);
    loop_body(g, s, old);
}

static void range_string(Gen *g, RangeStmt *s, Stmt *label) {
    Type *rune = gen_basic(g, TYPE_INT32);
    IrNode *str = gen_stable(g, gen_expr(g, s->e));
    IrNode *n = gen_stable(g, gen_unop(g, X_LEN, tint(g), gen_dup(g, str)));
    IrVar *i = counter(g, tint(g), gen_int(g, tint(g), 0)), *next = counter(g, tint(g), gen_int(g, tint(g), 0));
    IrNode *loop = start_loop(g, s, label, less(g, i, n));
    IrVec *old = gen_into(g, &loop->sub->body);
    IrVar *r = counter(g, rune, gen_numconv(g, gen_index_node(g, gen_dup(g, str), gen_var(g, i), true), rune));
    gen_assign_node(g, gen_var(g, next), gen_binary(g, OP_ADD, gen_var(g, i), gen_int(g, tint(g), 1)), 0);
    IrNode *c = gen_if(g, gen_cmp(g, OP_GEQ, gen_var(g, r), gen_int(g, rune, 0x80)));
    IrNode *m = gen_unop(g, X_S_ASSIGN_MULTI, NULL, NULL);
    m->b = gen_rt(g, RT_DECODERUNE, gen_tuple_type(g, rune, tint(g)), 2,
                  gen_bitcast(g, gen_dup(g, str), gen_basic(g, TYPE_STRING)), gen_var(g, i));
    vec_push(g->nodes, &m->list, gen_var(g, r));
    vec_push(g->nodes, &m->list, gen_var(g, next));
    vec_push(g->nodes, &c->sub->body, m);
    IrNode *rv = is_used(s->value) ? gen_temp(g, gen_var(g, r)) : NULL;
    if (rv) bind2(g, s, gen_var(g, i), rv);
    else bind(g, s, s->key, gen_var(g, i));
    gen_into(g, &loop->sub->post);
    gen_assign_node(g, gen_var(g, i), gen_var(g, next), 0);
    gen_into(g, &loop->sub->body);
    loop_body(g, s, old);
}

static void range_map(Gen *g, RangeStmt *s, Stmt *label) {
    Type *t = gen_type(g, s->e), *u = types_under(t), *uptr = gen_uptr(g);
    IrNode *m = gen_expr(g, s->e);
    IrVar *it = gen_temp_var(g, gen_map_iter_type(g));
    it->reassigned = true;
    IrNode *d = gen_node(g, X_S_DCL, NULL);
    d->var = it;
    gen_emit(g, d);
    gen_emit_expr(g, gen_rt(g, RT_MAPITERSTART, NULL, 3, gen_type_addr(g, t), m,
                            gen_bitcast(g, gen_addr(g, gen_var(g, it)), uptr)));
    IrNode *loop = start_loop(g, s, label, gen_cmp(g, OP_NEQ, gen_field(g, gen_var(g, it), 0), gen_zero(g, uptr)));
    IrVec *old = gen_into(g, &loop->sub->body);
    Type *kt = types_unalias(u->map.key), *vt = types_unalias(u->map.elem);
    IrNode *k =
        is_used(s->key)
            ? gen_temp(g, gen_deref(g, gen_bitcast(g, gen_field(g, gen_var(g, it), 0), gen_pointer(g, kt)), true))
            : NULL;
    IrNode *v =
        is_used(s->value)
            ? gen_temp(g, gen_deref(g, gen_bitcast(g, gen_field(g, gen_var(g, it), 1), gen_pointer(g, vt)), true))
            : NULL;
    if (k && v) bind2(g, s, k, v);
    else if (k) bind(g, s, s->key, k);
    else if (v) bind(g, s, s->value, v);
    gen_into(g, &loop->sub->post);
    gen_emit_expr(g, gen_rt(g, RT_MAPITERNEXT, NULL, 1, gen_bitcast(g, gen_addr(g, gen_var(g, it)), uptr)));
    gen_into(g, &loop->sub->body);
    loop_body(g, s, old);
}

static void range_chan(Gen *g, RangeStmt *s, Stmt *label) {
    IrNode *ch = gen_stable(g, gen_expr(g, s->e)), *ok;
    IrNode *loop = start_loop(g, s, label, NULL);
    IrVec *old = gen_into(g, &loop->sub->body);
    IrNode *v = gen_recv(g, ch, true, &ok);
    IrNode *c = gen_if(g, gen_not(g, ok));
    IrNode *brk = gen_node(g, X_S_BREAK, NULL);
    brk->target = loop;
    vec_push(g->nodes, &c->sub->body, brk);
    bind(g, s, s->key, v);
    loop_body(g, s, old);
}

void gen_range(Gen *g, RangeStmt *s, Stmt *label) {
    Type *t = gen_type(g, s->e), *u = types_under(t);
    if (!gen_range_defines(s)) declare_once(g, s, s->key), declare_once(g, s, s->value);
    if (s->e->val && u->kind != TYPE_STRING) {
        range_int(g, s, label);
        return;
    }
    switch (u->kind) {
    case TYPE_STRING: range_string(g, s, label); break;
    case TYPE_ARRAY:
    case TYPE_SLICE:
    case TYPE_POINTER: range_slice(g, s, label); break;
    case TYPE_MAP: range_map(g, s, label); break;
    case TYPE_CHAN: range_chan(g, s, label); break;
    case TYPE_SIGNATURE: gen_range_func(g, s, label, gen_expr(g, s->e)); break;
    default: range_int(g, s, label);
    }
}
