// gen_rangefunc.c - range over a function.
//
// The body becomes a closure func(k, v) bool. A state variable says whether it may be entered; jumps out of the body store what is to be
// done in `next`, make the body return false, and the code behind the call does it (gen_leave in gen_stmt.c makes both halves).
// States are those of internal/abi: done 0, ready 1, panic 2, exhausted 3, missing panic 4.
#include "ir/gen.h"

static IrVar *int_var(Gen *g) {
    IrVar *v = gen_temp_var(g, gen_basic(g, TYPE_INT));
    v->reassigned = true;
    return v;
}

static void set(Gen *g, IrVar *v, i64 i, u16 flags) {
    gen_assign_node(g, gen_var(g, v), gen_int(g, v->type, i), flags);
}

static IrNode *is_state(Gen *g, IrVar *v, Op op, i64 i) {
    return gen_cmp(g, op, gen_var(g, v), gen_int(g, v->type, i));
}

static void panic_state(Gen *g, IrNode *state) {
    IrNode *n = gen_node(g, X_S_PANIC_RT, NULL);
    n->rt = RT_PANICRANGESTATE;
    vec_push(g->nodes, &n->list, state);
    gen_emit(g, n);
}

static void build_body(Gen *g, Gen *in, RangeFn *rf, RangeStmt *s) {
    gen_signature(in, NULL, NULL, NULL);
    IrVar *state = gen_capture(in, g, rf->state);
    IrNode *bad = gen_if(in, is_state(in, state, OP_NEQ, 1));
    IrVec *old = gen_into(in, &bad->sub->body);
    panic_state(in, gen_var(in, state));
    gen_into(in, old);
    set(in, state, 2, 0);
    Expr *lhs[2] = {s->key, s->value};
    bool def = gen_range_defines(s),
         both = !def && lhs[0] && lhs[1] && !is_blank_expr(lhs[0]) && !is_blank_expr(lhs[1]);
    if (both) gen_store2(in, lhs[0], gen_var(in, in->f->params[0]), lhs[1], gen_var(in, in->f->params[1]));
    for (i64 i = 0; i < 2 && i < in->f->nparams && !both; i++)
        if (lhs[i] && !is_blank_expr(lhs[i])) gen_define_or_store(in, lhs[i], gen_var(in, in->f->params[i]), def);
    in->loops = 1;
    gen_block_stmt(in, s->body);
    in->pos = s->body->rbrace;
    set(in, state, 1, 0);
    IrNode *r = gen_node(in, X_S_RETURN, NULL);
    vec_push(in->nodes, &r->list, gen_bool(in, true));
    gen_emit(in, r);
}

static void do_exits(Gen *g, RangeFn *rf) {
    for (i64 i = 0; i < rf->exits.len; i++) {
        IrNode *c = gen_if(g, is_state(g, rf->next, OP_EQL, i + 1));
        IrVec *old = gen_into(g, &c->sub->body);
        gen_leave(g, rf->exits.ptr[i].kind, rf->exits.ptr[i].target);
        gen_into(g, old);
    }
}

void gen_range_func(Gen *g, RangeStmt *s, Stmt *label, IrNode *fn) {
    Gen in;
    RangeFn *rf = ANEW(g->nodes, RangeFn);
    Type *yield = tuple_at(types_under(fn->type)->sig.params, 0);
    if (fn->op != X_FUNC) fn = gen_stable(g, fn);
    rf->stmt = s;
    rf->parent = g;
    rf->state = int_var(g);
    rf->next = int_var(g);
    Gen *root = g->rf ? NULL : g;
    IrVar *token = g->defer_token, *sp = g->recover_sp;
    if (root) g->defer_token = g->recover_sp = NULL;
    gen_add_target(g, &s->s, label, NULL, NULL, rf);
    gen_new_closure(g, &in, gen_closure_name(g, "-range"), yield, s->s.pos);
    in.rf = rf;
    in.nlits = g->nlits;
    in.nranges = g->nranges;
    in.nwraps = g->nwraps;
    in.name_base = g->name_base;
    in.literal = g->literal;
    build_body(g, &in, rf, s);
    g->pos = s->s.pos;
    if (root && g->defer_token)
        gen_assign_node(g, gen_var(g, g->defer_token),
                        gen_rt(g, RT_DEFERRANGEFUNC, g->defer_token->type, 1,
                               gen_node(g, X_OWN_SP, gen_basic(g, TYPE_UINTPTR))),
                        IRF_DCL);
    if (root && g->recover_sp) gen_assign_node(g, gen_var(g, g->recover_sp), gen_frame_depth(g), IRF_DCL);
    set(g, rf->state, 1, IRF_DCL);
    if (rf->exits.len) set(g, rf->next, 0, IRF_DCL);
    IrNode *call = gen_node(g, fn->op == X_FUNC ? X_CALL : X_CALL_CLOSURE, NULL);
    if (fn->op == X_FUNC) call->fn = fn->fn;
    else call->a = fn;
    vec_push(g->nodes, &call->list, gen_make_closure(g, &in));
    gen_emit_expr(g, call);
    IrNode *missing = gen_if(g, is_state(g, rf->state, OP_EQL, 2));
    IrVec *old = gen_into(g, &missing->sub->body);
    panic_state(g, gen_int(g, gen_basic(g, TYPE_INT), 4));
    gen_into(g, old);
    set(g, rf->state, 3, 0);
    if (root) {
        g->defer_token = token;
        g->recover_sp = sp;
    }
    do_exits(g, rf);
}
