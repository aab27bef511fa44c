// gen_chan.c - channel operations and select.
#include "ir/gen.h"

static IrNode *as_uptr(Gen *g, IrNode *p) { return gen_bitcast(g, p, gen_uptr(g)); }

static IrVar *elem_var(Gen *g, Type *t) {
    IrVar *v = gen_temp_var(g, t);
    v->reassigned = true;
    IrNode *d = gen_node(g, X_S_DCL, NULL);
    d->var = v;
    gen_emit(g, d);
    return v;
}

IrNode *gen_recv(Gen *g, IrNode *ch, bool comma_ok, IrNode **ok) {
    Type *t = type_elem(ch->type);
    ch = gen_stable(g, ch);
    IrVar *v = elem_var(g, t);
    IrNode *addr = as_uptr(g, gen_addr(g, gen_var(g, v)));
    if (comma_ok) *ok = gen_temp(g, gen_rt(g, RT_CHANRECV2, gen_basic(g, TYPE_BOOL), 2, ch, addr));
    else gen_emit_expr(g, gen_rt(g, RT_CHANRECV1, NULL, 2, ch, addr));
    return gen_var(g, v);
}

void gen_send(Gen *g, IrNode *ch, IrNode *val) {
    ch = gen_stable(g, ch);
    gen_emit_expr(g, gen_rt(g, RT_CHANSEND1, NULL, 2, ch, as_uptr(g, gen_temp_addr(g, val))));
}

// ---- select ----------------------------------------------------------------------------------------------------------

typedef struct Case {
    CommClause *clause;
    bool send;
    IrNode *ch, *val;
    IrVar *elem;
    i64 slot;
    Expr *lhs[2];
    bool def; // of a receive: v, ok
} Case;

static Unary *receive_of(Expr *e) {
    e = unparen(e);
    return e->kind == ND_UNARY && ((Unary *)e)->op == OP_RECV ? (Unary *)e : NULL;
}

static void analyse_case(Gen *g, Case *c) {
    Stmt *s = c->clause->comm;
    g->pos = s->pos;
    if (s->kind == ND_SEND_STMT) {
        SendStmt *x = (SendStmt *)s;
        c->send = true;
        c->ch = gen_stable(g, gen_expr(g, x->ch));
        c->val = gen_expr_to(g, x->val, type_elem(c->ch->type));
        c->val = gen_stable(g, c->val);
        return;
    }
    Expr *e;
    if (s->kind == ND_EXPR_STMT) e = ((ExprStmt *)s)->e;
    else {
        AssignStmt *x = (AssignStmt *)s;
        e = x->rhs.ptr[0];
        c->def = x->op == OP_DEF;
        for (i64 i = 0; i < x->lhs.len && i < 2; i++) c->lhs[i] = is_blank_expr(x->lhs.ptr[i]) ? NULL : x->lhs.ptr[i];
    }
    c->ch = gen_stable(g, gen_expr(g, receive_of(e)->e));
}

static void store_received(Gen *g, Case *c, IrNode *val, IrNode *ok) {
    if (c->lhs[0]) gen_define_or_store(g, c->lhs[0], val, c->def);
    if (c->lhs[1]) gen_define_or_store(g, c->lhs[1], ok, c->def);
}

static void gen_clause_body(Gen *g, CommClause *c) { gen_stmts(g, c, &c->body); }

static IrNode *break_block(Gen *g, SelectStmt *s, Stmt *label) {
    IrNode *b = gen_node(g, X_S_BLOCK, NULL);
    gen_emit(g, b);
    gen_add_target(g, &s->s, label, b, NULL, NULL);
    return b;
}

static void gen_select_one(Gen *g, Case *c) {
    if (c->send) gen_send(g, c->ch, c->val);
    else {
        IrNode *ok = NULL, *v = gen_recv(g, c->ch, c->lhs[1] != NULL, &ok);
        store_received(g, c, v, ok);
    }
    gen_clause_body(g, c->clause);
}

static void gen_select_nb(Gen *g, Case *c, CommClause *def) {
    Type *boolean = gen_basic(g, TYPE_BOOL);
    IrNode *sel, *ok = NULL;
    if (c->send) sel = gen_temp(g, gen_rt(g, RT_SELECTNBSEND, boolean, 2, c->ch, as_uptr(g, gen_temp_addr(g, c->val))));
    else {
        IrNode *addr = gen_zero(g, gen_uptr(g));
        if (c->lhs[0]) {
            c->elem = elem_var(g, type_elem(c->ch->type));
            addr = as_uptr(g, gen_addr(g, gen_var(g, c->elem)));
        }
        gen_assign2(g, gen_rt(g, RT_SELECTNBRECV, gen_tuple_type(g, boolean, boolean), 2, addr, c->ch), &sel, &ok);
    }
    IrNode *s = gen_if(g, sel);
    IrVec *old = gen_into(g, &s->sub->body);
    if (!c->send) store_received(g, c, c->elem ? gen_var(g, c->elem) : NULL, ok);
    gen_clause_body(g, c->clause);
    gen_into(g, &s->sub->els);
    gen_clause_body(g, def);
    gen_into(g, old);
}

static IrNode *dcl_array(Gen *g, Type *elem, i64 n) {
    Type *t = types_made_array(g->c, elem, n);
    types_layout(t);
    return gen_var(g, elem_var(g, t));
}

static void gen_select_general(Gen *g, Case *cs, i64 n, CommClause *def) {
    Type *tint = gen_basic(g, TYPE_INT), *uptr = gen_uptr(g), *pair = types_made_array(g->c, uptr, 2);
    types_layout(pair);
    i64 nsends = 0, nrecvs = 0;
    for (i64 i = 0; i < n; i++) cs[i].slot = cs[i].send ? nsends++ : n - ++nrecvs;
    IrNode *cases = dcl_array(g, pair, n), *order = dcl_array(g, gen_basic(g, TYPE_UINT16), 2 * n);
    for (i64 i = 0; i < n; i++) {
        Case *c = &cs[i];
        IrNode *slot = gen_index_node(g, gen_dup(g, cases), gen_int(g, tint, c->slot), true);
        gen_assign_node(g, gen_index_node(g, slot, gen_int(g, tint, 0), true), as_uptr(g, c->ch), 0);
        IrNode *addr = NULL;
        if (c->send) addr = gen_temp_addr(g, c->val);
        else if (c->lhs[0]) {
            c->elem = elem_var(g, type_elem(c->ch->type));
            addr = gen_addr(g, gen_var(g, c->elem));
        }
        if (!addr) continue;
        slot = gen_index_node(g, gen_dup(g, cases), gen_int(g, tint, c->slot), true);
        gen_assign_node(g, gen_index_node(g, slot, gen_int(g, tint, 1), true), as_uptr(g, addr), 0);
    }
    IrNode *chosen, *ok;
    IrNode *call =
        gen_rt(g, RT_SELECTGO, gen_tuple_type(g, tint, gen_basic(g, TYPE_BOOL)), 5, as_uptr(g, gen_addr(g, cases)),
               as_uptr(g, gen_addr(g, order)), gen_int(g, tint, nsends), gen_int(g, tint, nrecvs), gen_bool(g, !def));
    gen_assign2(g, call, &chosen, &ok);
    IrNode *table = gen_unop(g, X_S_JUMP_TABLE, NULL, chosen);
    table->sub->cases = ANEWN(g->nodes, struct IrCase, n + 1);
    table->sub->ncases = n - !def; // without default the last case needs no test
    gen_emit(g, table);
    IrVec *old = g->out;
    for (i64 i = 0; i < n; i++) {
        bool last = i == n - 1 && !def;
        if (!last) table->sub->cases[i].lo = table->sub->cases[i].hi = cs[i].slot;
        gen_into(g, last ? &table->sub->els : &table->sub->cases[i].body);
        if (!cs[i].send) store_received(g, &cs[i], cs[i].elem ? gen_var(g, cs[i].elem) : NULL, ok);
        gen_clause_body(g, cs[i].clause);
    }
    if (def) {
        gen_into(g, &table->sub->els);
        gen_clause_body(g, def);
    }
    gen_into(g, old);
}

void gen_select(Gen *g, SelectStmt *s, Stmt *label) {
    i64 n = 0;
    CommClause *def = NULL;
    Case *cs = ANEWN(g->nodes, Case, s->clauses.len + 1);
    for (i64 i = 0; i < s->clauses.len; i++) {
        CommClause *c = s->clauses.ptr[i];
        if (!c->comm) def = c;
        else cs[n++].clause = c;
    }
    if (n == 0 && !def) {
        gen_emit_expr(g, gen_rt(g, RT_BLOCK, NULL, 0));
        return;
    }
    IrNode *block = break_block(g, s, label);
    IrVec *old = gen_into(g, &block->sub->body);
    for (i64 i = 0; i < n; i++) analyse_case(g, &cs[i]);
    if (n == 0) gen_clause_body(g, def);
    else if (n == 1 && !def) gen_select_one(g, &cs[0]);
    else if (n == 1) gen_select_nb(g, &cs[0], def);
    else gen_select_general(g, cs, n, def);
    gen_into(g, old);
}
