// stmt.c - statements and function bodies.
//
// In:  a body, its signature, its FuncInfo. Out: everything inside checked and recorded.
// Function literals are checked at the end of the statement they stand in, while its scope is still as it
// was. Unused variables are found when a scope closes: all uses have been seen then.
#include "types/exprs.h"

// ---- scopes ---------------------------------------------------------------------------------------------

Scope *push_scope(Checker *c, const char *comment) {
    c->env.scope = scope_new(c->bodies, c->env.scope, comment);
    return c->env.scope;
}

void check_sigs_usage(Checker *c, Scope *s) {
    for (i64 i = 0; i < scope_len(s); i++) {
        Object *v = scope_at(s, i);
        if (v->kind != OBJ_VAR || v->used || v->is_param || v->is_result || v->is_recv) continue;
        check_soft_errorf(c, v->pos, "declared and not used: %.*s", SFMT(v->name->s));
        hint_unused_var(c, v);
    }
}

void pop_scope(Checker *c) {
    check_sigs_usage(c, c->env.scope);
    c->env.scope = scope_parent(c->env.scope);
}

void check_stmts(Checker *c, StmtVec *list) {
    for (i64 i = 0; i < list->len; i++) check_stmt(c, list->ptr[i]);
}

// ---- simple statements ---------------------------------------------------------------------------------------

static void check_expr_stmt(Checker *c, ExprStmt *s) {
    Operand x;
    ExprUse use = raw_expr(c, NULL, &x, s->e, NULL, false);
    const char *msg = x.mode == MODE_BUILTIN ? "must be called"
                      : x.mode == MODE_TYPE  ? "is not an expression"
                                             : "is not used";
    if (use == USE_STATEMENT && x.mode != MODE_BUILTIN && x.mode != MODE_TYPE) return;
    if (x.mode == MODE_INVALID) return;
    Str xs = ostr(c, &x);
    check_errorf(c, at_op(&x), "%.*s %s", SFMT(xs), msg);
    hint_not_used(c, &x);
}

static void check_send(Checker *c, SendStmt *s) {
    Operand ch, val;
    check_expr(c, NULL, &ch, s->ch);
    check_expr(c, NULL, &val, s->val);
    if (ch.mode == MODE_INVALID || val.mode == MODE_INVALID) return;
    Type *elem = chan_elem(c, node_start(s), &ch, false);
    if (elem) assign(c, &val, elem, IN("send"));
}

static void check_inc_dec(Checker *c, IncDecStmt *s) {
    Operand x;
    check_expr(c, NULL, &x, s->e);
    if (x.mode == MODE_INVALID) return;
    if (!type_all_numeric(x.type)) {
        Str es = estr(c, s->e), ts = tstr(c, x.type);
        if (!type_valid(x.type)) return;
        check_errorf(c, AT(s->e), "invalid operation: %.*s%s (non-numeric type %.*s)", SFMT(es), s->inc ? "++" : "--",
                     SFMT(ts));
        return;
    }
    assign_var(c, s->e, NULL, &x, "assignment");
}

static void check_assign_stmt(Checker *c, AssignStmt *s) {
    if (s->op == OP_NONE) {
        AssignStmt *outer = c->env.assign;
        c->env.assign = s;
        assign_vars(c, &s->lhs, &s->rhs);
        c->env.assign = outer;
    } else if (s->op == OP_DEF) {
        AssignStmt *outer = c->env.assign;
        c->env.assign = s;
        short_var_decl(c, s, false);
        c->env.assign = outer;
    } else if (s->lhs.len != 1 || s->rhs.len != 1) {
        check_errorf(c, AT(s), "assignment operation %s= requires single-valued expressions", op_text(s->op));
    } else {
        Operand x;
        check_binary(c, &x, NULL, s->lhs.ptr[0], s->rhs.ptr[0], s->op);
        assign_var(c, s->lhs.ptr[0], NULL, &x, "assignment");
    }
}

static void check_suspended_call(Checker *c, CallStmt *s) {
    const char *keyword = s->s.kind == ND_DEFER_STMT ? "defer" : "go";
    if (s->s.kind == ND_DEFER_STMT && c->env.func) c->env.func->has_defer = true;
    if (s->call->kind != ND_CALL) {
        if (s->call->kind != ND_BAD_EXPR)
            check_errorf(c, AT(s->call), "expression in %s must be function call", keyword), hint_suspended(c, s->call);
        check_use(c, s->call);
        return;
    }
    Operand x;
    ExprUse use = raw_expr(c, NULL, &x, s->call, NULL, false);
    if (use == USE_STATEMENT || x.mode == MODE_INVALID) return;
    Str xs = ostr(c, &x);
    check_errorf(c, at_op(&x), "%s %s %.*s", keyword,
                 use == USE_CONVERSION ? "requires function call, not conversion" : "discards result of", SFMT(xs));
}

// A bare return needs the named results to be what their names denote here.
static void check_bare_return(Checker *c, Stmt *s, Type *results) {
    for (i64 i = 0; i < results->tuple.n; i++) {
        Object *v = results->tuple.vars[i], *alt = lookup_name(c, v->name);
        if (!alt || alt == v) continue;
        Str os = object_string(c->arena, v, c->pkg);
        ErrMsg e;
        err_begin(&e, c);
        err_add(&e, AT(s), "result parameter %.*s not in scope at return", SFMT(v->name->s));
        err_add(&e, alt->pos, "inner declaration of %.*s", SFMT(os));
        err_report(&e);
    }
}

static void check_return(Checker *c, ReturnStmt *s) {
    Type *results = c->env.sig->sig.results;
    i64 n = tuple_len(results);
    bool named = n > 0 && results->tuple.vars[0]->name && results->tuple.vars[0]->name->s.len > 0;
    if (s->results.len == 0 && named) {
        check_bare_return(c, &s->s, results);
        return;
    }
    if (s->results.len == 0 && n == 0) return;
    for (i64 i = 0; named && i < n; i++) results->tuple.vars[i]->reassigned = true;
    init_vars(c, n ? results->tuple.vars : NULL, n, &s->results, &s->s);
}

// ---- structured statements --------------------------------------------------------------------------------------

static void check_condition(Checker *c, Expr *e, const char *what) {
    Operand x;
    if (!e) return;
    check_expr(c, NULL, &x, e);
    if (x.mode == MODE_INVALID || !type_valid(x.type)) return;
    if (!type_all_boolean(x.type))
        check_errorf(c, AT(e), "non-boolean condition in %s statement", what), hint_condition(c, &x);
    else update_expr_type(c, e, types_default(c, x.type), true);
}

static void check_block(Checker *c, BlockStmt *s) {
    push_scope(c, "block");
    check_stmts(c, &s->list);
    pop_scope(c);
}

static void check_if(Checker *c, IfStmt *s) {
    push_scope(c, "if");
    if (s->init) check_stmt(c, s->init);
    check_condition(c, s->cond, "if");
    if (s->then) check_stmt(c, &s->then->s);
    if (s->els) check_stmt(c, s->els);
    pop_scope(c);
}

static void check_for(Checker *c, ForStmt *s) {
    push_scope(c, "for");
    i64 top = check_delayed_top(c);
    if (s->init && s->init->kind == ND_ASSIGN_STMT && ((AssignStmt *)s->init)->op == OP_DEF) {
        short_var_decl(c, (AssignStmt *)s->init, check_allow_version(c, s->s.pos, 22));
        check_process_delayed(c, top);
    } else if (s->init) {
        check_stmt(c, s->init);
    }
    check_condition(c, s->cond, "for");
    if (s->post) {
        check_stmt(c, s->post);
        if (s->post->kind == ND_ASSIGN_STMT && ((AssignStmt *)s->post)->op == OP_DEF)
            use_exprs(c, &((AssignStmt *)s->post)->lhs);
    }
    if (s->body) check_stmt(c, &s->body->s);
    pop_scope(c);
}

static bool is_receive(Expr *e) {
    e = unparen(e);
    return e->kind == ND_UNARY && ((Unary *)e)->op == OP_RECV;
}

static bool is_valid_comm(Stmt *s) {
    if (!s || s->kind == ND_SEND_STMT || s->kind == ND_BAD_STMT) return true;
    if (s->kind == ND_ASSIGN_STMT) return ((AssignStmt *)s)->rhs.len == 1 && is_receive(((AssignStmt *)s)->rhs.ptr[0]);
    return s->kind == ND_EXPR_STMT && is_receive(((ExprStmt *)s)->e);
}

static void check_select(Checker *c, SelectStmt *s) {
    CommClause *first = NULL;
    for (i64 i = 0; i < s->clauses.len; i++) {
        CommClause *cc = s->clauses.ptr[i];
        if (cc->comm) continue;
        Str at = first ? pos_string(c, first->s.pos) : S("");
        if (first) check_errorf(c, AT(cc), "multiple defaults (first at %.*s)", SFMT(at));
        else first = cc;
    }
    for (i64 i = 0; i < s->clauses.len; i++) {
        CommClause *cc = s->clauses.ptr[i];
        if (!is_valid_comm(cc->comm)) {
            check_errorf(c, AT(cc->comm), "select case must be send or receive (possibly with assignment)");
            continue;
        }
        push_scope(c, "case");
        if (cc->comm) check_stmt(c, cc->comm);
        check_stmts(c, &cc->body);
        pop_scope(c);
    }
}

static void check_one(Checker *c, Stmt *s) {
    switch (s->kind) {
    case ND_BAD_STMT:
    case ND_EMPTY_STMT: break;
    case ND_DECL_STMT: check_decl_stmt(c, (DeclStmt *)s); break;
    case ND_LABELED_STMT:
        if (((LabeledStmt *)s)->stmt) check_stmt(c, ((LabeledStmt *)s)->stmt);
        break;
    case ND_EXPR_STMT: check_expr_stmt(c, (ExprStmt *)s); break;
    case ND_SEND_STMT: check_send(c, (SendStmt *)s); break;
    case ND_INC_DEC_STMT: check_inc_dec(c, (IncDecStmt *)s); break;
    case ND_ASSIGN_STMT: check_assign_stmt(c, (AssignStmt *)s); break;
    case ND_GO_STMT:
    case ND_DEFER_STMT: check_suspended_call(c, (CallStmt *)s); break;
    case ND_RETURN_STMT: check_return(c, (ReturnStmt *)s); break;
    case ND_BRANCH_STMT: break; // branches.c
    case ND_BLOCK_STMT: check_block(c, (BlockStmt *)s); break;
    case ND_IF_STMT: check_if(c, (IfStmt *)s); break;
    case ND_SWITCH_STMT: check_switch(c, (SwitchStmt *)s); break;
    case ND_TYPE_SWITCH_STMT: check_type_switch(c, (TypeSwitchStmt *)s); break;
    case ND_SELECT_STMT: check_select(c, (SelectStmt *)s); break;
    case ND_FOR_STMT: check_for(c, (ForStmt *)s); break;
    case ND_RANGE_STMT: check_range(c, (RangeStmt *)s); break;
    default: check_errorf(c, AT(s), "invalid statement");
    }
}

void check_stmt(Checker *c, Stmt *s) {
    i64 top = check_delayed_top(c);
    check_one(c, s);
    check_process_delayed(c, top);
}

// ---- bodies ---------------------------------------------------------------------------------------------------------

static void own_tuple(FuncInfo *info, Type *tuple) {
    for (i64 i = 0; i < tuple_len(tuple); i++) tuple->tuple.vars[i]->func = info;
}

void check_func_body(Checker *c, DeclInfo *decl, Str name, Type *sig, BlockStmt *body, FuncInfo *info,
                     const Exact *iota) {
    if (!body || !sig || sig->kind != TYPE_SIGNATURE) return;
    CheckEnv saved = c->env;
    i64 depth = c->expr_depth;
    Scope *scope = sig->sig.scope ? sig->sig.scope : scope_new(c->arena, saved.scope, "function");
    c->env = (CheckEnv){.decl = decl, .scope = scope, .iota = iota, .func = info, .sig = sig, .file = saved.file};
    c->expr_depth = 0;
    own_tuple(info, sig->sig.params);
    own_tuple(info, sig->sig.results);
    if (sig->sig.recv) sig->sig.recv->func = info;
    check_branches(c, body);
    info->has_goto = body->has_goto;
    check_stmts(c, &body->list);
    if (tuple_len(sig->sig.results) > 0 && !is_terminating(&body->s))
        check_errorf(c, body->rbrace, "missing return"), hint_missing_return(c, sig, body->rbrace);
    check_sigs_usage(c, scope);
    info->body_checked = true;
    c->expr_depth = depth;
    c->env = saved;
}
