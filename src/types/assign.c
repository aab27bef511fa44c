// assign.c - assignments and initialisations: = := var const, parameters, results.
//
// In:  operands and where they go. Out: untyped operands have their final type; variables without a type
//      get one. A variable that only ever stands on the left of = is not used.
#include "types/exprs.h"

static Str context_str(Checker *c, Context k) {
    if (!k.callee) return str_c(k.text);
    Str f = estr(c, k.callee);
    return arena_printf(c->arena, "%s%.*s", k.text, SFMT(f));
}

// Gives an untyped x the type it has in a variable of type t (NULL: of no type). False after an error.
static bool assign_untyped(Checker *c, Operand *x, Type *t, Context k) {
    Type *target = t;
    if (is_nil(x)) {
        if (!t) {
            Str ks = context_str(c, k);
            check_errorf(c, at_op(x), "use of untyped nil in %.*s", SFMT(ks));
            return false;
        }
    } else if (!t || type_is_interface_not_param(t)) {
        target = types_default(c, x->type);
    }
    Type *newtype;
    const Exact *v;
    Misfit why = implicit_type(c, x, target, &newtype, &v);
    if (why != FITS) {
        Str xs = ostr(c, x), ts = tstr(c, target), ks = context_str(c, k);
        check_errorf(c, at_op(x), "cannot use %.*s as %.*s value in %.*s%s", SFMT(xs), SFMT(ts), SFMT(ks),
                     why == MISFIT_TRUNCATED   ? " (truncated)"
                     : why == MISFIT_OVERFLOWS ? " (overflows)"
                                               : "");
        hint_unassignable(c, x, target);
        return false;
    }
    if (v) {
        x->val = v;
        update_expr_val(x->expr, v);
    }
    if (newtype != x->type) {
        x->type = newtype;
        update_expr_type(c, x->expr, newtype, false);
    }
    return true;
}

static void report_unassignable(Checker *c, Operand *x, Type *t, Context k, Str cause) {
    Str xs = ostr(c, x), ts = tstr(c, t), ks = context_str(c, k);
    if (cause.len)
        check_errorf(c, at_op(x), "cannot use %.*s as %.*s value in %.*s: %.*s", SFMT(xs), SFMT(ts), SFMT(ks),
                     SFMT(cause));
    else check_errorf(c, at_op(x), "cannot use %.*s as %.*s value in %.*s", SFMT(xs), SFMT(ts), SFMT(ks));
    hint_spread(c, x, t, k.callee);
    hint_unassignable(c, x, t);
}

void assign(Checker *c, Operand *x, Type *t, Context k) {
    single_value(c, x);
    if (x->mode == MODE_INVALID) return;
    if (x->mode == MODE_NO_VALUE || x->mode == MODE_BUILTIN || x->mode == MODE_TYPE) {
        Str xs = ostr(c, x), ts = t ? tstr(c, t) : S("_"), ks = context_str(c, k);
        check_errorf(c, at_op(x), "cannot assign %.*s to %.*s in %.*s", SFMT(xs), SFMT(ts), SFMT(ks));
        invalidate(x);
        return;
    }
    if (type_is_untyped(x->type) && !assign_untyped(c, x, t, k)) {
        invalidate(x);
        return;
    }
    Type *u = types_under(x->type);
    if (u->kind == TYPE_SIGNATURE && u->sig.tparams.len > 0) {
        Str xs = ostr(c, x), ks = context_str(c, k);
        check_errorf(c, at_op(x), "cannot use generic function %.*s without instantiation in %.*s", SFMT(xs), SFMT(ks));
        invalidate(x);
        return;
    }
    Str cause = S("");
    if (!t || check_assignable_types(c, x, t, &cause)) return;
    report_unassignable(c, x, t, k, cause);
    invalidate(x);
}

void check_assignment(Checker *c, Operand *x, Type *t, const char *context) { assign(c, x, t, IN(context)); }

// ---- declarations ------------------------------------------------------------------------------------------

void check_init_const(Checker *c, Object *lhs, Operand *x) {
    if (x->mode == MODE_INVALID || !type_valid(x->type) || (lhs->type && !type_valid(lhs->type))) {
        if (!lhs->type) lhs->type = INVALID;
        return;
    }
    if (x->mode != MODE_CONST) {
        Str s = ostr(c, x);
        check_errorf(c, at_op(x), "%.*s is not constant", SFMT(s));
        if (!lhs->type) lhs->type = INVALID;
        return;
    }
    if (!lhs->type) lhs->type = x->type;
    assign(c, x, lhs->type, IN("constant declaration"));
    if (x->mode != MODE_INVALID) lhs->val = x->val;
}

void check_const_decl(Checker *c, Object *o, Expr *type, Expr *init, bool inherited) {
    const Exact *iota = c->env.iota;
    Pos err_pos = c->env.err_pos;
    if (o->val) c->env.iota = o->val;
    c->env.err_pos = 0;
    o->val = exact_unknown();
    Operand x = {.mode = MODE_INVALID, .type = INVALID};
    bool ok = true;
    if (type) {
        Type *t = check_type(c, type);
        o->type = t;
        if (!type_is_const_type(t)) {
            Str ts = tstr(c, t);
            if (type_valid(types_under(t))) check_errorf(c, AT(type), "invalid constant type %.*s", SFMT(ts));
            o->type = INVALID;
            ok = false;
        }
    }
    if (ok && init) {
        if (inherited) c->env.err_pos = o->pos; // the expression stands elsewhere
        check_expr(c, NULL, &x, init);
    }
    if (ok) check_init_const(c, o, &x);
    c->env.iota = iota;
    c->env.err_pos = err_pos;
}

void init_var(Checker *c, Object *lhs, Operand *x, const char *context) {
    if (x->mode == MODE_INVALID || !type_valid(x->type) || (lhs->type && !type_valid(lhs->type))) {
        if (!lhs->type) lhs->type = INVALID;
        invalidate(x);
        return;
    }
    if (!lhs->type) {
        if (x->type->kind == TYPE_UNTYPED_NIL) {
            check_errorf(c, at_op(x), "use of untyped nil in %s", context);
            lhs->type = INVALID;
            invalidate(x);
            return;
        }
        lhs->type = types_default(c, x->type);
    }
    assign(c, x, lhs->type, IN(context));
}

void check_var_decl(Checker *c, Object *o, Object **lhs, i64 nlhs, Expr *type, Expr *init) {
    if (type) o->type = check_var_type(c, type);
    if (!init) {
        if (!type) o->type = INVALID;
        return;
    }
    if (!lhs || nlhs == 1) {
        Target t;
        Operand x;
        expr_with_target(c, make_target(&t, o->type, o->name->s), &x, init);
        init_var(c, o, &x, "variable declaration");
        return;
    }
    for (i64 i = 0; type && i < nlhs; i++) lhs[i]->type = o->type;
    check_init_vars(c, lhs, nlhs, &init, 1, NULL);
}

// ---- counts that do not match -------------------------------------------------------------------------------

static void assign_error(Checker *c, ExprVec *rhs, i64 l, i64 r) {
    Expr *first = rhs->ptr[0], *call = unparen(first);
    const char *vs = l == 1 ? "" : "s", *rs = r == 1 ? "" : "s";
    if (rhs->len == 1 && call->kind == ND_CALL) {
        Str f = estr(c, ((Call *)call)->fun);
        check_errorf(c, AT(first), "assignment mismatch: %lld variable%s but %.*s returns %lld value%s", (long long)l,
                     vs, SFMT(f), (long long)r, rs);
    } else {
        check_errorf(c, AT(first), "assignment mismatch: %lld variable%s but %lld value%s", (long long)l, vs,
                     (long long)r, rs);
    }
    hint_assign_count(c, rhs, c->env.assign && c->env.assign->rhs.ptr == rhs->ptr ? c->env.assign : NULL, l, r);
}

static void return_error(Checker *c, Stmt *s, Object **lhs, i64 l, OperandVec *rhs) {
    Type **want = ANEWN(c->arena, Type *, l + 1);
    for (i64 i = 0; i < l; i++) want[i] = lhs[i]->type;
    Pos at = AT(s);
    if (rhs->len > l) at = at_op(&rhs->ptr[l]);
    else if (rhs->len > 0) at = at_op(&rhs->ptr[rhs->len - 1]);
    Str have = operands_summary(c, rhs, false), wants = types_summary(c, want, l, false, false);
    check_errorf(c, at, "%s return values\n\thave %.*s\n\twant %.*s", rhs->len > l ? "too many" : "not enough",
                 SFMT(have), SFMT(wants));
    hint_return_count(c, s, rhs->ptr, rhs->len);
}

static bool is_single_call(ExprVec *rhs) { return rhs->len == 1 && unparen(rhs->ptr[0])->kind == ND_CALL; }

// ---- several at once -------------------------------------------------------------------------------------------

static void init_one_by_one(Checker *c, Object **lhs, ExprVec *rhs, Stmt *ret, const char *context) {
    for (i64 i = 0; i < rhs->len; i++) {
        Target t;
        Operand x;
        Str desc = ret && (!lhs[i]->name || !lhs[i]->name->s.len) ? S("result variable") : lhs[i]->name->s;
        expr_with_target(c, make_target(&t, lhs[i]->type, desc), &x, rhs->ptr[i]);
        init_var(c, lhs[i], &x, context);
    }
}

static void invalidate_untyped(Checker *c, Object **lhs, i64 l) {
    for (i64 i = 0; i < l; i++)
        if (!lhs[i]->type) lhs[i]->type = INVALID;
}

void init_vars(Checker *c, Object **lhs, i64 l, ExprVec *rhs, Stmt *ret) {
    const char *context = ret ? "return statement" : "assignment";
    OperandVec vals = {0};
    if (l == rhs->len && !is_single_call(rhs)) {
        init_one_by_one(c, lhs, rhs, ret, context);
        return;
    }
    if (rhs->len != 1) {
        if (use_exprs(c, rhs)) {
            if (ret) {
                expr_list(c, rhs, &vals);
                return_error(c, ret, lhs, l, &vals);
            } else if (rhs->len > 0) {
                assign_error(c, rhs, l, rhs->len);
            }
        }
        invalidate_untyped(c, lhs, l);
        return;
    }
    bool comma_ok;
    multi_values(c, rhs->ptr[0], l == 2 && !ret, &vals, &comma_ok);
    if (vals.len == l) {
        for (i64 i = 0; i < l; i++) init_var(c, lhs[i], &vals.ptr[i], context);
        if (comma_ok && vals.ptr[0].mode != MODE_INVALID && vals.ptr[1].mode != MODE_INVALID)
            record_comma_ok(rhs->ptr[0]);
        return;
    }
    if (vals.len == 0 || vals.ptr[0].mode != MODE_INVALID) {
        if (ret) return_error(c, ret, lhs, l, &vals);
        else assign_error(c, rhs, l, vals.len);
    }
    invalidate_untyped(c, lhs, l);
}

void check_init_vars(Checker *c, Object **lhs, i64 nlhs, Expr **rhs, i64 nrhs, Stmt *ret) {
    ExprVec v = {.ptr = rhs, .len = nrhs, .cap = nrhs};
    init_vars(c, lhs, nlhs, &v, ret);
}

// A variable that is named on the left only is not used: its mark is restored.
static Object *left_variable(Checker *c, Ident *id) {
    Object *v = id ? lookup_name(c, id->name) : NULL;
    return v && v->kind == OBJ_VAR && v->pkg == c->pkg ? v : NULL;
}

static void report_not_assignable(Checker *c, Operand *x) {
    Str s = estr(c, x->expr);
    Operand base;
    if (x->expr->kind == ND_SELECTOR) {
        check_expr(c, NULL, &base, ((Selector *)x->expr)->e);
        if (base.mode == MODE_MAP_INDEX) {
            check_errorf(c, at_op(x), "cannot assign to struct field %.*s in map", SFMT(s));
            return;
        }
    }
    check_errorf(c, at_op(x), "cannot assign to %.*s (neither addressable nor a map index expression)", SFMT(s));
    if (x->mode == MODE_CONST) hint_constant(c, x);
}

Type *check_lhs(Checker *c, Expr *lhs) {
    Expr *e = unparen(lhs);
    Ident *id = e->kind == ND_IDENT ? (Ident *)e : NULL;
    if (id && id->name->blank) {
        id->obj = NULL;
        return NULL;
    }
    Object *v = left_variable(c, id);
    bool used = v && v->used;
    Operand x;
    check_expr(c, NULL, &x, lhs);
    if (v) v->used = used;
    if (x.mode == MODE_INVALID || !type_valid(x.type)) return INVALID;
    if (x.mode == MODE_VARIABLE || x.mode == MODE_MAP_INDEX) {
        if (x.mode == MODE_VARIABLE) mark_reassigned(lhs);
        return x.type;
    }
    report_not_assignable(c, &x);
    return INVALID;
}

// lhs = rhs, or lhs = x if x is given (rhs is evaluated then).
void assign_var(Checker *c, Expr *lhs, Expr *rhs, Operand *x, const char *context) {
    Type *t = check_lhs(c, lhs);
    if (t && !type_valid(t)) {
        if (x) invalidate(x);
        else check_use(c, rhs);
        return;
    }
    Operand own;
    if (!x) {
        Target target, *tp = NULL;
        if (t && types_under(t)->kind == TYPE_SIGNATURE) tp = make_target(&target, t, estr(c, lhs));
        x = &own;
        expr_with_target(c, tp, x, rhs);
    }
    if (!t && strcmp(context, "assignment") == 0) context = "assignment to _ identifier";
    assign(c, x, t, IN(context));
}

void assign_vars(Checker *c, ExprVec *lhs, ExprVec *rhs) {
    if (lhs->len == rhs->len && !is_single_call(rhs)) {
        for (i64 i = 0; i < lhs->len; i++) assign_var(c, lhs->ptr[i], rhs->ptr[i], NULL, "assignment");
        return;
    }
    if (rhs->len != 1) {
        bool ok_lhs = use_lhs(c, lhs), ok_rhs = use_exprs(c, rhs);
        if (ok_lhs && ok_rhs && rhs->len > 0) assign_error(c, rhs, lhs->len, rhs->len);
        return;
    }
    bool comma_ok;
    OperandVec vals = {0};
    multi_values(c, rhs->ptr[0], lhs->len == 2, &vals, &comma_ok);
    if (vals.len == lhs->len) {
        for (i64 i = 0; i < vals.len; i++) assign_var(c, lhs->ptr[i], NULL, &vals.ptr[i], "assignment");
        if (comma_ok && vals.ptr[0].mode != MODE_INVALID && vals.ptr[1].mode != MODE_INVALID)
            record_comma_ok(rhs->ptr[0]);
        return;
    }
    if (vals.len == 0 || vals.ptr[0].mode != MODE_INVALID) assign_error(c, rhs, lhs->len, vals.len);
    use_lhs(c, lhs);
}

// ---- := ---------------------------------------------------------------------------------------------------------

Object *new_local(Checker *c, Ident *id, Type *t) {
    Object *v = types_new_var(c, id->x.pos, c->pkg, id->name, t);
    v->func = c->env.func;
    return v;
}

static Object *dummy_var(Checker *c, Expr *e) {
    Object *v = types_new_var(c, e->pos, c->pkg, intern_c(c->intern, "_"), NULL);
    v->func = c->env.func;
    return v;
}

static bool is_repeated(ExprVec *lhs, i64 n, const Name *name) {
    if (name->blank) return false;
    for (i64 i = 0; i < n; i++)
        if (lhs->ptr[i]->kind == ND_IDENT && ((Ident *)lhs->ptr[i])->name == name) return true;
    return false;
}

// The variable lhs[i] of := stands for; *is_new if it is declared by this. NULL after an error.
static Object *short_decl_var(Checker *c, ExprVec *lhs, i64 i, bool *is_new) {
    Expr *e = lhs->ptr[i];
    Str s = estr(c, e);
    *is_new = false;
    if (e->kind != ND_IDENT) {
        use_expr(c, e, true);
        if (e->kind != ND_BAD_EXPR) check_errorf(c, AT(e), "non-name %.*s on left side of :=", SFMT(s));
        return NULL;
    }
    Ident *id = (Ident *)e;
    if (is_repeated(lhs, i, id->name)) {
        check_errorf(c, AT(e), "%.*s repeated on left side of :=", SFMT(s));
        return NULL;
    }
    Object *alt = scope_lookup(c->env.scope, id->name);
    if (alt) {
        id->obj = alt;
        if (alt->kind == OBJ_VAR) {
            alt->reassigned = true;
            return alt;
        }
        check_errorf(c, AT(e), "cannot assign to %.*s", SFMT(s));
        return NULL;
    }
    *is_new = true;
    id->obj = new_local(c, id, NULL);
    return id->obj;
}

static void record_defined(Ident *id, Object *v) {
    id->x.mode = MODE_VARIABLE;
    id->x.type = v->type;
}

void short_var_decl(Checker *c, AssignStmt *s, bool per_iteration) {
    i64 top = check_delayed_top(c), n = s->lhs.len, nnew = 0;
    Object **vars = ANEWN(c->arena, Object *, n + 1), **fresh = ANEWN(c->arena, Object *, n + 1);
    Ident **ids = ANEWN(c->arena, Ident *, n + 1);
    bool failed = false;
    for (i64 i = 0; i < n; i++) {
        bool is_new;
        vars[i] = short_decl_var(c, &s->lhs, i, &is_new);
        failed |= !vars[i];
        if (!vars[i]) vars[i] = dummy_var(c, s->lhs.ptr[i]);
        else ids[i] = (Ident *)s->lhs.ptr[i];
        if (is_new) vars[i]->per_iteration = per_iteration;
        if (is_new && !vars[i]->name->blank) fresh[nnew++] = vars[i];
    }
    init_vars(c, vars, n, &s->rhs, NULL);
    for (i64 i = 0; i < n; i++)
        if (ids[i]) record_defined(ids[i], vars[i]);
    check_process_delayed(c, top); // function literals do not see the new variables
    if (nnew == 0 && !failed) {
        check_soft_errorf(c, s->s.pos, "no new variables on left side of :=");
        hint_no_new(c, s);
        return;
    }
    Pos scope_pos = s->rhs.len > 0 ? node_end(s->rhs.ptr[s->rhs.len - 1]) : s->s.pos;
    for (i64 i = 0; i < nnew; i++) check_declare(c, c->env.scope, NULL, fresh[i], scope_pos);
}
