// range.c - for ... range x.
//
// In:  integers, strings, arrays and pointers to them, slices, maps, channels, iterator functions.
// Out: types of the iteration variables; RangeStmt.const_len where x is not evaluated.
#include "types/exprs.h"

typedef struct Ranged {
    Type *key, *val;
    Str cause;
    bool ok;
} Ranged;

static bool range_cond(Checker *c, Type *t, Type *u, Str *err) {
    if (!u || u->kind != TYPE_CHAN || u->chan.dir != CHAN_SEND) return true;
    Str s = tstr(c, t);
    *err = arena_printf(c->arena, "receive from send-only channel %.*s", SFMT(s));
    return false;
}

static Ranged bad_range(Checker *c, Str cause) { return (Ranged){INVALID, INVALID, cause, false}; }
static Ranged good_range(Type *key, Type *val) { return (Ranged){key, val, S(""), true}; }

#define FUNC_MUST "func must be func(yield func(...) bool): "

static Ranged range_func(Checker *c, Type *sig) {
    Str err;
    if (sig->sig.params->tuple.n != 1) return bad_range(c, S(FUNC_MUST "wrong argument count"));
    if (tuple_len(sig->sig.results) != 0) return bad_range(c, S(FUNC_MUST "unexpected results"));
    Type *yield = common_under(c, sig->sig.params->tuple.vars[0]->type, NULL, &err);
    if (!yield) return bad_range(c, arena_printf(c->arena, FUNC_MUST "in yield type, %.*s", SFMT(err)));
    if (yield->kind != TYPE_SIGNATURE) return bad_range(c, S(FUNC_MUST "argument is not func"));
    i64 n = yield->sig.params->tuple.n;
    if (n > 2) return bad_range(c, S(FUNC_MUST "yield func has too many parameters"));
    Type *result = tuple_len(yield->sig.results) == 1 ? yield->sig.results->tuple.vars[0]->type : NULL;
    if (!result || !types_identical(result, BASIC(BOOL)))
        return bad_range(c, result && type_is_boolean(result)
                                ? S(FUNC_MUST "yield func returns user-defined boolean, not bool")
                                : S(FUNC_MUST "yield func does not return bool"));
    Object **p = yield->sig.params->tuple.vars;
    return good_range(n >= 1 ? p[0]->type : NULL, n >= 2 ? p[1]->type : NULL);
}

// Types of the variables of a range over t.
static Ranged range_types(Checker *c, Pos pos, Type *t) {
    Str err;
    Type *u = common_under(c, t, range_cond, &err);
    if (!u) return bad_range(c, err);
    u = array_ptr_deref(u);
    switch (u->kind) {
    case TYPE_ARRAY: return good_range(BASIC(INT), u->array.elem);
    case TYPE_SLICE: return good_range(BASIC(INT), u->slice.elem);
    case TYPE_MAP: return good_range(u->map.key, u->map.elem);
    case TYPE_CHAN: return good_range(u->chan.elem, NULL);
    case TYPE_SIGNATURE:
        if (!check_allow_version(c, pos, 23)) return bad_range(c, S("requires go1.23 or later"));
        return range_func(c, u);
    default: break;
    }
    if (type_is_string(u)) return good_range(BASIC(INT), c->u.rune_);
    if (!type_is_integer(u)) return (Ranged){NULL, NULL, S(""), false};
    if (!check_allow_version(c, pos, 22)) return bad_range(c, S("requires go1.22 or later"));
    return good_range(t, NULL);
}

static void report_range(Checker *c, RangeStmt *s, Operand *x, Ranged *r) {
    if (r->ok && (r->key || !s->key) && (r->val || !s->value) && !s->extra) return;
    Str xs = ostr(c, x);
    if (!type_valid(x->type)) return;
    if (!r->ok && r->cause.len)
        check_soft_errorf(c, at_op(x), "cannot range over %.*s: %.*s", SFMT(xs), SFMT(r->cause));
    else if (!r->ok) check_soft_errorf(c, at_op(x), "cannot range over %.*s", SFMT(xs));
    else if (!r->key && s->key)
        check_soft_errorf(c, AT(s->key), "range over %.*s permits no iteration variables", SFMT(xs));
    else if (!r->val && s->value)
        check_soft_errorf(c, AT(s->value), "range over %.*s permits only one iteration variable", SFMT(xs));
    else if (s->extra) check_soft_errorf(c, AT(s->extra), "range clause permits at most two iteration variables");
}

static void define_var(Checker *c, Object *v, Operand *x, Expr *lhs, Type *t, bool over_int) {
    if (!t || !type_valid(t)) {
        v->type = INVALID;
        v->used = true;
    } else if (over_int) {
        init_var(c, v, x, "range clause");
    } else {
        Operand y = {.mode = MODE_VALUE, .type = t, .expr = lhs};
        init_var(c, v, &y, "assignment");
    }
}

static void define_vars(Checker *c, RangeStmt *s, Operand *x, Type **types, bool over_int) {
    Expr *lhs[2] = {s->key, s->value};
    Object *vars[2];
    int n = 0;
    bool per_iteration = check_allow_version(c, s->s.pos, 22);
    for (int i = 0; i < 2; i++) {
        if (!lhs[i]) continue;
        bool is_name = lhs[i]->kind == ND_IDENT;
        if (!is_name && lhs[i]->kind != ND_BAD_EXPR)
            check_errorf(c, AT(lhs[i]), "non-name %.*s on left side of :=", SFMT(estr(c, lhs[i])));
        Object *v =
            types_new_var(c, lhs[i]->pos, c->pkg, is_name ? ((Ident *)lhs[i])->name : intern_c(c->intern, "_"), NULL);
        v->func = c->env.func;
        v->per_iteration = per_iteration;
        v->reassigned = !per_iteration;
        define_var(c, v, x, lhs[i], types[i], over_int);
        if (!is_name) continue;
        ((Ident *)lhs[i])->obj = v;
        lhs[i]->mode = MODE_VARIABLE;
        lhs[i]->type = v->type;
        if (!v->name->blank) vars[n++] = v;
    }
    for (int i = 0; i < n; i++) check_declare(c, c->env.scope, NULL, vars[i], s->body ? s->body->s.pos : s->s.pos);
    if (n == 0) check_errorf(c, AT(s), "no new variables on left side of :=");
}

static void assign_range_vars(Checker *c, RangeStmt *s, Operand *x, Type **types, bool over_int) {
    Expr *lhs[2] = {s->key, s->value};
    for (int i = 0; i < 2; i++) {
        if (!lhs[i] || !types[i] || !type_valid(types[i])) continue;
        if (!over_int) {
            Operand y = {.mode = MODE_VALUE, .type = types[i], .expr = lhs[i]};
            assign_var(c, lhs[i], NULL, &y, "assignment");
            continue;
        }
        assign_var(c, lhs[i], NULL, x, "range clause");
        if (x->mode == MODE_INVALID || type_is_integer(x->type)) continue;
        Str ts = tstr(c, x->type);
        check_soft_errorf(c, AT(lhs[i]), "cannot use iteration variable of type %.*s", SFMT(ts));
    }
}

void check_range(Checker *c, RangeStmt *s) {
    Operand x;
    c->env.has_call_or_recv = false;
    check_expr(c, NULL, &x, s->e);
    Type *types[2] = {NULL, NULL};
    if (x.mode != MODE_INVALID) {
        s->const_len =
            !s->value && !c->env.has_call_or_recv && array_ptr_deref(types_under(x.type))->kind == TYPE_ARRAY;
        Ranged r = range_types(c, s->s.pos, x.type);
        report_range(c, s, &x, &r);
        types[0] = r.key;
        types[1] = r.val;
        if (r.ok && type_is_string(x.type)) update_expr_type(c, s->e, types_default(c, x.type), true);
    }
    push_scope(c, "range");
    bool over_int = x.mode != MODE_INVALID && type_is_integer(x.type);
    if (s->def) define_vars(c, s, &x, types, over_int);
    else if (s->key) assign_range_vars(c, s, &x, types, over_int);
    else if (over_int) assign(c, &x, NULL, IN("range clause"));
    if (s->body) check_stmt(c, &s->body->s);
    pop_scope(c);
}
