// gen_stmt.c - statements without a file of their own; jumps.
#include "ir/gen.h"

// ---- jump targets ------------------------------------------------------------------------------------------------------

void gen_add_target(Gen *g, Stmt *s, Stmt *label, IrNode *brk, IrNode *cont, RangeFn *rf) {
    Target *t = ANEW(g->nodes, Target);
    *t = (Target){g, brk, cont, rf};
    map_set_ptr(gen_table(g, &g->targets), s, t);
    if (label) map_set_ptr(gen_table(g, &g->targets), label, t);
}

static IrNode *label_node(Gen *g, Stmt *s) {
    IrNode *n = map_get_ptr(g->labels, s);
    if (!n) {
        n = gen_node(g, X_S_LABEL, NULL);
        map_set_ptr(gen_table(g, &g->labels), s, n);
    }
    return n;
}

static void jump(Gen *g, IrOp op, IrNode *target) {
    IrNode *n = gen_node(g, op, NULL);
    n->target = target;
    gen_emit(g, n);
}

// Ends the body of a range over a function: state for the next entry, and whether to go on.
static void leave_body(Gen *g, i64 state, bool go_on) {
    IrVar *v = gen_capture(g, g->outer, g->rf->state);
    gen_assign_node(g, gen_var(g, v), gen_int(g, v->type, state), 0);
    IrNode *r = gen_node(g, X_S_RETURN, NULL);
    vec_push(g->nodes, &r->list, gen_bool(g, go_on));
    gen_emit(g, r);
}

static bool label_is_inside(RangeFn *rf, Stmt *label) {
    return label->pos > rf->stmt->body->s.pos && label->pos < rf->stmt->body->rbrace;
}

static i64 exit_code(RangeFn *rf, Arena *a, int kind, Stmt *target) {
    for (i64 i = 0; i < rf->exits.len; i++)
        if ((int)rf->exits.ptr[i].kind == kind && rf->exits.ptr[i].target == target) return i + 1;
    RangeExit e = {.target = target};
    e.kind = kind;
    vec_push(a, &rf->exits, e);
    return rf->exits.len;
}

// Numbers are internal/abi's RF_*: done 0, ready 1, panic 2, exhausted 3, missing panic 4.
void gen_leave(Gen *g, int kind, Stmt *target) {
    RangeFn *rf = g->rf;
    if (kind == RX_BREAK || kind == RX_CONTINUE) {
        Target *t = map_get_ptr(g->targets, target);
        if (t && !t->rf) {
            jump(g, kind == RX_BREAK ? X_S_BREAK : X_S_CONTINUE, kind == RX_BREAK ? t->brk : t->cont);
            return;
        }
        CHECK(rf != NULL);
        Target *own = map_get_ptr(g->outer->targets, target);
        if (own && own->rf == rf) {
            leave_body(g, kind == RX_BREAK ? 0 : 1, kind == RX_CONTINUE);
            return;
        }
    } else if (kind == RX_GOTO) {
        if (!rf || label_is_inside(rf, target)) {
            jump(g, X_S_GOTO, label_node(g, target));
            return;
        }
    } else if (!rf) {
        gen_emit(g, gen_node(g, X_S_RETURN, NULL));
        return;
    }
    i64 code = exit_code(rf, g->a, kind, target);
    IrVar *next = gen_capture(g, g->outer, rf->next);
    gen_assign_node(g, gen_var(g, next), gen_int(g, next->type, code), 0);
    leave_body(g, 0, false);
}

void gen_branch(Gen *g, BranchStmt *s) {
    switch (s->tok) {
    case TK_BREAK: gen_leave(g, RX_BREAK, s->target); break;
    case TK_CONTINUE: gen_leave(g, RX_CONTINUE, s->target); break;
    case TK_GOTO: gen_leave(g, RX_GOTO, s->target); break;
    default: CHECK(s->tok == TK_FALLTHROUGH && g->fallthrough); jump(g, X_S_GOTO, g->fallthrough);
    }
}

// ---- if, for --------------------------------------------------------------------------------------------------------------

static void gen_if_stmt(Gen *g, IfStmt *s) {
    if (s->init) gen_stmt(g, s->init, NULL);
    g->pos = s->cond->pos;
    IrNode *c = gen_cond(g, s->cond);
    if (c->op == X_CONST_INT) { // the other branch does not exist
        if (c->i) gen_block_stmt(g, s->then);
        else if (s->els) gen_stmt(g, s->els, NULL);
        return;
    }
    IrNode *n = gen_if(g, c);
    IrVec *old = gen_into(g, &n->sub->body);
    gen_block_stmt(g, s->then);
    gen_into(g, &n->sub->els);
    if (s->els) gen_stmt(g, s->els, NULL);
    gen_into(g, old);
}

// Variables of a three-part for that closures or pointers may keep: each iteration has its own.
static void renew_loop_vars(Gen *g, Stmt *init) {
    if (!init || init->kind != ND_ASSIGN_STMT || ((AssignStmt *)init)->op != OP_DEF) return;
    AssignStmt *s = (AssignStmt *)init;
    for (i64 i = 0; i < s->lhs.len; i++) {
        if (!gen_is_def_ident(s->lhs.ptr[i])) continue;
        Object *o = ((Ident *)s->lhs.ptr[i])->obj;
        IrVar *v = map_get_ptr(g->vars, o);
        if (!v || !o->per_iteration || !(o->captured || o->addr_taken || v->addr_taken)) continue;
        IrNode *t = gen_temp(g, gen_var(g, v));
        gen_assign_node(g, gen_var(g, v), t, IRF_DCL);
    }
}

void gen_for(Gen *g, ForStmt *s, Stmt *label) {
    if (s->init) gen_stmt(g, s->init, NULL);
    IrNode *loop = gen_node(g, X_S_LOOP, NULL);
    gen_add_target(g, &s->s, label, loop, loop, NULL);
    g->loops++;
    IrVec pre = {0}, *old = gen_into(g, &pre);
    if (s->cond) {
        IrNode *c = gen_cond(g, s->cond);
        if (c->op != X_CONST_INT || !c->i || pre.len) loop->a = gen_block(g, pre, c);
        if (c->op == X_CONST_INT && !c->i && !pre.len) { // never entered
            gen_into(g, old);
            g->loops--;
            return;
        }
    }
    IrVec post = {0};
    gen_into(g, &post);
    if (s->post) gen_stmt(g, s->post, NULL);
    gen_into(g, &loop->sub->body);
    gen_block_stmt(g, s->body);
    gen_into(g, &loop->sub->post);
    g->pos = s->post ? s->post->pos : s->s.pos;
    renew_loop_vars(g, s->init);
    for (i64 i = 0; i < post.len; i++) gen_emit(g, post.ptr[i]);
    gen_into(g, old);
    g->loops--;
    gen_emit(g, loop);
}

// ---- others -----------------------------------------------------------------------------------------------------------------

static void gen_expr_stmt(Gen *g, ExprStmt *s) {
    IrNode *v = gen_expr_root(g, s->e);
    if (!v || v->op == X_VAR || v->op == X_CONST_INT) return;
    g->pos = s->e->pos;
    gen_emit_expr(g, v);
}

static void gen_inc_dec(Gen *g, IncDecStmt *s) {
    BasicLit *one = ANEW(g->nodes, BasicLit);
    one->x = (Expr){
        .kind = ND_BASIC_LIT, .mode = MODE_CONST, .pos = s->s.pos, .type = s->e->type, .val = exact_i64(g->a, 1)};
    AssignStmt a = {.s = s->s, .op = s->inc ? OP_ADD : OP_SUB};
    vec_push(g->nodes, &a.lhs, s->e);
    vec_push(g->nodes, &a.rhs, &one->x);
    gen_assign(g, &a);
}

static void gen_send_stmt(Gen *g, SendStmt *s) {
    IrNode *ch = gen_expr(g, s->ch);
    IrNode *val = gen_expr_to(g, s->val, type_elem(ch->type));
    gen_send(g, ch, val);
}

void gen_stmts(Gen *g, const void *of, StmtVec *v) {
    if (g->counted && !v->len) gen_count_within(g, of);
    for (i64 i = 0; i < v->len; i++) gen_stmt(g, v->ptr[i], NULL);
}

void gen_block_stmt(Gen *g, BlockStmt *b) { gen_stmts(g, b, &b->list); }

void gen_stmt(Gen *g, Stmt *s, Stmt *label) {
    g->pos = s->pos;
    i64 save = g->ahead;
    if (g->counted) gen_count_before(g, s);
    g->ahead = gen_count_stmt(s);
    switch (s->kind) {
    case ND_EMPTY_STMT: break;
    case ND_EXPR_STMT: gen_expr_stmt(g, (ExprStmt *)s); break;
    case ND_SEND_STMT: gen_send_stmt(g, (SendStmt *)s); break;
    case ND_ASSIGN_STMT: gen_assign(g, (AssignStmt *)s); break;
    case ND_INC_DEC_STMT: gen_inc_dec(g, (IncDecStmt *)s); break;
    case ND_GO_STMT:
    case ND_DEFER_STMT: gen_go_defer(g, (CallStmt *)s); break;
    case ND_RETURN_STMT: gen_return(g, (ReturnStmt *)s); break;
    case ND_BRANCH_STMT: gen_branch(g, (BranchStmt *)s); break;
    case ND_BLOCK_STMT: gen_block_stmt(g, (BlockStmt *)s); break;
    case ND_IF_STMT: gen_if_stmt(g, (IfStmt *)s); break;
    case ND_SWITCH_STMT: gen_switch(g, (SwitchStmt *)s, label); break;
    case ND_TYPE_SWITCH_STMT: gen_type_switch(g, (TypeSwitchStmt *)s, label); break;
    case ND_SELECT_STMT: gen_select(g, (SelectStmt *)s, label); break;
    case ND_FOR_STMT: gen_for(g, (ForStmt *)s, label); break;
    case ND_RANGE_STMT: gen_range(g, (RangeStmt *)s, label); break;
    case ND_DECL_STMT: gen_local_decl(g, (DeclStmt *)s); break;
    case ND_LABELED_STMT:
        gen_emit(g, label_node(g, s));
        gen_stmt(g, ((LabeledStmt *)s)->stmt, s);
        break;
    default: gen_unsupported(g, s->pos, "this statement");
    }
    g->ahead = save;
}
