// expr.c - expressions: the dispatcher, operators, comparisons, shifts.
//
// In:  an expression. Out: an Operand (mode, type, value) and the same recorded in the tree.
// An error leaves mode MODE_INVALID; what is built on an invalid operand is invalid and silent.
// Untyped operands keep their untyped type until the context decides: see record.c. The left operand of a
// non-constant shift is marked, for it must turn out to be an integer then.
#include "types/exprs.h"

// ---- type sets ----------------------------------------------------------------------------------------

bool under_is(Checker *c, Type *t, EachType fn, void *ctx) { return type_typeset_each(c, t, fn, ctx); }

typedef struct CommonCtx {
    Checker *c;
    TypeCond cond;
    Str *err;
    Type *t, *u;
} CommonCtx;

// what: with @ for the type seen first and for t.
static bool fail_common(CommonCtx *m, const char *what, Type *t) {
    Str a = tstr(m->c, m->t), b = tstr(m->c, t), w = str_c(what);
    i64 i = str_find(w, S("@")), j = str_rindex(w, '@');
    *m->err = arena_printf(m->c->arena, "%.*s%.*s%.*s%.*s%s", (int)i, what, SFMT(a), (int)(j - i - 1), what + i + 1,
                           SFMT(b), what + j + 1);
    m->u = NULL;
    return false;
}

static bool merge_chans(CommonCtx *m, Type *t, Type *u) {
    if (!types_identical(m->u->chan.elem, u->chan.elem))
        return fail_common(m, "channels @ and @ have different element types", t);
    if (m->u->chan.dir == u->chan.dir || u->chan.dir == CHAN_BOTH) return true;
    if (m->u->chan.dir != CHAN_BOTH) return fail_common(m, "channels @ and @ have conflicting directions", t);
    m->t = t;
    m->u = u;
    return true;
}

static bool add_common(void *ctx, Type *t, Type *u) {
    CommonCtx *m = ctx;
    if (m->cond && !m->cond(m->c, t, u, m->err)) {
        m->u = NULL;
        return false;
    }
    if (!u) {
        m->u = NULL;
        *m->err = S("no specific type");
        return false;
    }
    if (!m->u) {
        m->t = t;
        m->u = u;
        return true;
    }
    if (m->u->kind == TYPE_CHAN && u->kind == TYPE_CHAN) return merge_chans(m, t, u);
    return types_identical(m->u, u) || fail_common(m, "@ and @ have different underlying types", t);
}

Type *common_under(Checker *c, Type *t, TypeCond cond, Str *err) {
    Str ignored;
    CommonCtx m = {c, cond, err ? err : &ignored, NULL, NULL};
    *m.err = S("");
    return type_typeset_each(c, t, add_common, &m) ? m.u : NULL;
}

// ---- entry points ----------------------------------------------------------------------------------------

Object *lookup_name(Checker *c, const Name *n) { return scope_lookup_parent(c->env.scope, n, c->env.pos, NULL); }

Target *make_target(Target *t, Type *type, Str desc) {
    if (!type || types_under(type)->kind != TYPE_SIGNATURE) return NULL;
    *t = (Target){types_under(type), desc};
    return t;
}

void exclude(Checker *c, Operand *x, unsigned modes) {
    if (!(modes & 1u << x->mode)) return;
    Str s = ostr(c, x);
    const char *msg = x->mode == MODE_BUILTIN   ? "must be called"
                      : x->mode == MODE_TYPE    ? "is not an expression"
                      : modes & 1u << MODE_TYPE ? "used as value"
                                                : "used as value or type";
    check_errorf(c, at_op(x), "%.*s %s", SFMT(s), msg);
    invalidate(x);
}

void single_value(Checker *c, Operand *x) {
    if (x->mode != MODE_VALUE || !x->type || x->type->kind != TYPE_TUPLE) return;
    Str s = ostr(c, x);
    check_errorf(c, at_op(x), "multiple-value %.*s in single-value context", SFMT(s));
    invalidate(x);
}

void expr_with_target(Checker *c, const Target *t, Operand *x, Expr *e) {
    raw_expr(c, t, x, e, NULL, false);
    exclude(c, x, NOT_VALUE);
    single_value(c, x);
}

void check_expr(Checker *c, Type *target, Operand *x, Expr *e) {
    Target t;
    expr_with_target(c, make_target(&t, target, S("variable")), x, e);
}

void generic_expr(Checker *c, Operand *x, Expr *e) {
    raw_expr(c, NULL, x, e, NULL, true);
    exclude(c, x, NOT_VALUE);
    single_value(c, x);
}

void expr_with_hint(Checker *c, Operand *x, Expr *e, Type *hint) {
    raw_expr(c, NULL, x, e, hint, false);
    exclude(c, x, NOT_VALUE);
    single_value(c, x);
}

void check_expr_or_type(Checker *c, Operand *x, Expr *e, bool allow_generic) {
    raw_expr(c, NULL, x, e, NULL, allow_generic);
    exclude(c, x, 1u << MODE_NO_VALUE);
    single_value(c, x);
}

void check_multi_expr(Checker *c, Operand *x, Expr *e, bool *comma_ok) {
    raw_expr(c, NULL, x, e, NULL, false);
    exclude(c, x, NOT_VALUE);
    if (comma_ok) *comma_ok = x->mode == MODE_MAP_INDEX || x->mode == MODE_COMMA_OK || x->mode == MODE_COMMA_ERR;
}

void check_raw_expr(Checker *c, Type *target, Operand *x, Expr *e, Type *hint, bool allow_generic) {
    Target t;
    raw_expr(c, make_target(&t, target, S("variable")), x, e, hint, allow_generic);
}

// The values of e: those of a tuple, or one, or with allow_comma_ok a value and a bool.
void multi_values(Checker *c, Expr *e, bool allow_comma_ok, OperandVec *out, bool *comma_ok) {
    Operand x;
    bool two;
    check_multi_expr(c, &x, e, &two);
    *comma_ok = false;
    if (x.mode != MODE_INVALID && x.type && x.type->kind == TYPE_TUPLE) {
        for (i64 i = 0; i < x.type->tuple.n; i++) {
            Operand v = {.mode = MODE_VALUE, .type = x.type->tuple.vars[i]->type, .expr = e};
            vec_push(c->bodies, out, v);
        }
        return;
    }
    vec_push(c->bodies, out, x);
    if (!allow_comma_ok || !two) return;
    Operand ok = {.mode = MODE_VALUE, .type = x.mode == MODE_COMMA_ERR ? c->u.error_ : BASIC(UNTYPED_BOOL), .expr = e};
    vec_push(c->bodies, out, ok);
    *comma_ok = true;
}

void expr_list(Checker *c, ExprVec *list, OperandVec *out) {
    bool comma_ok;
    if (list->len == 1) {
        multi_values(c, list->ptr[0], false, out, &comma_ok);
        return;
    }
    for (i64 i = 0; i < list->len; i++) {
        Operand x;
        check_expr(c, NULL, &x, list->ptr[i]);
        vec_push(c->bodies, out, x);
    }
}

// ---- evaluating for uses only -------------------------------------------------------------------------------

// A local variable on the left of an assignment is not used by that.
static bool use_ident(Checker *c, Ident *id, bool lhs) {
    Operand x = {.mode = MODE_VALUE};
    if (id->name->blank) return true;
    Object *v = lhs ? lookup_name(c, id->name) : NULL;
    if (v && (v->kind != OBJ_VAR || v->pkg != c->pkg)) v = NULL;
    bool used = v && v->used;
    check_expr_or_type(c, &x, &id->x, true);
    if (v) v->used = used;
    return x.mode != MODE_INVALID;
}

bool use_expr(Checker *c, Expr *e, bool lhs) {
    if (!e) return true;
    Expr *inner = unparen(e);
    if (inner->kind == ND_IDENT) return use_ident(c, (Ident *)inner, lhs);
    if (inner->kind == ND_KEY_VALUE) return use_expr(c, ((KeyValue *)inner)->value, lhs);
    Operand x;
    raw_expr(c, NULL, &x, e, NULL, true);
    return x.mode != MODE_INVALID;
}

void check_use(Checker *c, Expr *e) { use_expr(c, e, false); }

bool use_exprs(Checker *c, ExprVec *v) {
    bool ok = true;
    for (i64 i = 0; i < v->len; i++) ok &= use_expr(c, v->ptr[i], false);
    return ok;
}

bool use_lhs(Checker *c, ExprVec *v) {
    bool ok = true;
    for (i64 i = 0; i < v->len; i++) ok &= use_expr(c, v->ptr[i], true);
    return ok;
}

// ---- unary ------------------------------------------------------------------------------------------------

static bool operator_defined(Checker *c, Operand *x, Op op, bool (*pred)(Type *)) {
    if (pred && pred(x->type)) return true;
    Str s = ostr(c, x);
    check_errorf(c, at_op(x), "invalid operation: operator %s not defined on %.*s", op_text(op), SFMT(s));
    invalidate(x);
    return false;
}

static bool recv_cond(Checker *c, Type *t, Type *u, Str *err) {
    if (!u) {
        *err = S("no specific channel type");
        return false;
    }
    if (u->kind == TYPE_CHAN && u->chan.dir != CHAN_SEND) return true;
    Str s = tstr(c, t);
    *err = arena_printf(c->arena, u->kind == TYPE_CHAN ? "send-only channel %.*s" : "non-channel %.*s", SFMT(s));
    return false;
}

static bool send_cond(Checker *c, Type *t, Type *u, Str *err) {
    if (!u) {
        *err = S("no specific channel type");
        return false;
    }
    if (u->kind == TYPE_CHAN && u->chan.dir != CHAN_RECV) return true;
    Str s = tstr(c, t);
    *err = arena_printf(c->arena, u->kind == TYPE_CHAN ? "receive-only channel %.*s" : "non-channel %.*s", SFMT(s));
    return false;
}

Type *chan_elem(Checker *c, Pos pos, Operand *x, bool recv) {
    Str cause;
    Type *u = common_under(c, x->type, recv ? recv_cond : send_cond, &cause);
    if (u) return u->chan.elem;
    if (!type_valid(x->type)) return NULL;
    const char *verb = recv ? "receive from" : "send to";
    Str s = ostr(c, x);
    if (type_is_param(x->type))
        check_errorf(c, pos, "invalid operation: cannot %s %.*s: %.*s", verb, SFMT(s), SFMT(cause));
    else check_errorf(c, pos, "invalid operation: cannot %s %.*s %.*s", verb, SFMT(cause), SFMT(s));
    return NULL;
}

static void check_address_of(Checker *c, Operand *x, Unary *e) {
    if (unparen(e->e)->kind != ND_COMPOSITE_LIT && x->mode != MODE_VARIABLE) {
        Str s = ostr(c, x);
        check_errorf(c, at_op(x), "invalid operation: cannot take address of %.*s", SFMT(s));
        invalidate(x);
        return;
    }
    mark_address_taken(e->e);
    x->mode = MODE_VALUE;
    x->type = types_new_pointer(c, x->type);
}

static void check_receive(Checker *c, Operand *x) {
    Type *elem = chan_elem(c, node_start(x->expr), x, true);
    if (!elem) {
        invalidate(x);
        return;
    }
    x->mode = MODE_COMMA_OK;
    x->type = elem;
    c->env.has_call_or_recv = true;
}

static void check_unary(Checker *c, Operand *x, Unary *e) {
    check_expr(c, NULL, x, e->e);
    if (x->mode == MODE_INVALID) return;
    Op op = e->op;
    if (op == OP_ADDR) {
        check_address_of(c, x, e);
        return;
    }
    if (op == OP_RECV) {
        check_receive(c, x);
        return;
    }
    if (op == OP_TILDE) {
        bool integer = type_all_integer(x->type);
        check_errorf(c, AT(e), "cannot use ~ outside of interface or type constraint%s",
                     integer ? " (use ^ for bitwise complement)" : "");
        if (!integer) {
            invalidate(x);
            return;
        }
        op = OP_XOR;
    }
    bool (*pred)(Type *) = op == OP_NOT ? type_all_boolean : op == OP_XOR ? type_all_integer : type_all_numeric;
    if (!operator_defined(c, x, op, pred)) {
        hint_not(c, x, e);
        return;
    }
    if (x->mode != MODE_CONST) {
        x->mode = MODE_VALUE;
        return;
    }
    if (exact_kind(x->val) == EX_UNKNOWN) return;
    int bits = type_is_unsigned(x->type) ? (int)(8 * types_size(types_under(x->type))) : 0;
    ExactOp xop = op == OP_NOT ? EXO_NOT : op == OP_XOR ? EXO_COMPL : op == OP_SUB ? EXO_NEG : EXO_PLUS;
    x->val = exact_unary(c->arena, xop, x->val, bits);
    x->expr = &e->x;
    check_overflow(c, x, e->x.pos);
}

// ---- comparison -------------------------------------------------------------------------------------------

static ExactOp exact_op(Op op) {
    static const u8 ops[OP_COUNT] = {
        [OP_OROR] = EXO_LOR, [OP_ANDAND] = EXO_LAND,   [OP_EQL] = EXO_EQ,  [OP_NEQ] = EXO_NE,  [OP_LSS] = EXO_LT,
        [OP_LEQ] = EXO_LE,   [OP_GTR] = EXO_GT,        [OP_GEQ] = EXO_GE,  [OP_ADD] = EXO_ADD, [OP_SUB] = EXO_SUB,
        [OP_OR] = EXO_OR,    [OP_XOR] = EXO_XOR,       [OP_MUL] = EXO_MUL, [OP_DIV] = EXO_QUO, [OP_REM] = EXO_REM,
        [OP_AND] = EXO_AND,  [OP_ANDNOT] = EXO_ANDNOT, [OP_SHL] = EXO_SHL, [OP_SHR] = EXO_SHR,
    };
    return (ExactOp)ops[op];
}

static bool is_comparison(Op op) { return op >= OP_EQL && op <= OP_GEQ; }
static bool is_shift(Op op) { return op == OP_SHL || op == OP_SHR; }

static Str incomparable_cause(Checker *c, Type *t) {
    u8 k = types_under(t)->kind;
    if (k == TYPE_SLICE || k == TYPE_SIGNATURE || k == TYPE_MAP)
        return arena_printf(c->arena, "%s can only be compared to nil", composite_kind(t));
    Str cause = S("");
    type_comparable_dynamic(c, t, true, &cause);
    return cause;
}

static void comparison_error(Checker *c, Operand *x, Operand *y, Operand *at, Str cause, Op op, bool switch_case) {
    if (!cause.len) {
        if (type_is_param(x->type) || type_is_param(y->type)) {
            if (!type_is_param(x->type)) at = y;
            Str t = tstr(c, at->type);
            cause = arena_printf(c->arena, "type parameter %.*s cannot use operator %s", SFMT(t), op_text(op));
        } else {
            Str what = str_c(composite_kind(at->type));
            if (!what.len) what = tstr(c, at->type);
            cause = arena_printf(c->arena, "operator %s not defined on %.*s", op_text(op), SFMT(what));
        }
    }
    Str xs = estr(c, x->expr), ys = estr(c, y->expr);
    if (switch_case)
        check_errorf(c, at_op(x), "invalid case %.*s in switch on %.*s (%.*s)", SFMT(xs), SFMT(ys), SFMT(cause));
    else
        check_errorf(c, at_op(at), "invalid operation: %.*s %s %.*s (%.*s)", SFMT(xs), op_text(op), SFMT(ys),
                     SFMT(cause));
    invalidate(x);
}

// The operand that cannot be compared, or NULL.
static Operand *incomparable_operand(Checker *c, Operand *x, Operand *y, Op op, Str *cause) {
    if (op != OP_EQL && op != OP_NEQ) return !type_all_ordered(x->type) ? x : !type_all_ordered(y->type) ? y : NULL;
    if (is_nil(x) || is_nil(y)) return types_has_nil(is_nil(x) ? y->type : x->type) ? NULL : y;
    Operand *bad = !types_comparable(x->type) ? x : !types_comparable(y->type) ? y : NULL;
    if (bad) *cause = incomparable_cause(c, bad->type);
    return bad;
}

void check_comparison(Checker *c, Operand *x, Operand *y, Op op, bool switch_case) {
    if (!type_valid(x->type) || !type_valid(y->type)) {
        invalidate(x);
        return;
    }
    if (switch_case) op = OP_EQL;
    if (!check_assignable_types(c, x, y->type, NULL) && !check_assignable_types(c, y, x->type, NULL)) {
        Str xt = tstr(c, x->type), yt = tstr(c, y->type);
        Str cause = arena_printf(c->arena, "mismatched types %.*s and %.*s", SFMT(xt), SFMT(yt));
        comparison_error(c, x, y, y, cause, op, switch_case);
        hint_mismatch(c, x, y, op, false);
        return;
    }
    Str cause = S("");
    Operand *bad = incomparable_operand(c, x, y, op, &cause);
    if (bad) {
        comparison_error(c, x, y, bad, cause, op, switch_case);
        if (is_nil(x) || is_nil(y)) hint_mismatch(c, x, y, op, false);
        else hint_incomparable(c, bad, op);
        return;
    }
    if (x->mode == MODE_CONST && y->mode == MODE_CONST) {
        bool known = exact_kind(x->val) != EX_UNKNOWN && exact_kind(y->val) != EX_UNKNOWN;
        x->val = known ? exact_bool(exact_compare(x->val, exact_op(op), y->val)) : exact_bool(false);
    } else {
        x->mode = MODE_VALUE;
        update_expr_type(c, x->expr, types_default(c, x->type), true);
        update_expr_type(c, y->expr, types_default(c, y->type), true);
    }
    x->type = BASIC(UNTYPED_BOOL);
}

// ---- shifts ----------------------------------------------------------------------------------------------------

static void shift_error(Checker *c, Operand *x, Operand *at, const char *before, const char *after) {
    Str s = ostr(c, at);
    check_errorf(c, at_op(at), "invalid operation: %s%.*s%s", before, SFMT(s), after);
    invalidate(x);
}

static bool check_shift_count(Checker *c, Operand *x, Operand *y) {
    if (y->mode == MODE_CONST) {
        const Exact *v = exact_to_int(c->arena, y->val);
        if (exact_kind(v) == EX_INT && exact_sign(v) < 0) {
            shift_error(c, x, y, "negative shift count ", "");
            return false;
        }
        if (type_is_untyped(y->type)) {
            check_representable(c, y, BASIC(UINT));
            return y->mode != MODE_INVALID;
        }
        return true; // a typed constant may be of any numeric type as long as its value is an integer
    } else if (type_all_integer(y->type)) {
        if (type_all_unsigned(y->type)) return true;
        Str s = ostr(c, y);
        return check_verify_version(c, at_op(y), 13, "invalid operation: signed shift count %.*s", SFMT(s));
    } else if (type_is_untyped(y->type)) {
        check_convert_untyped(c, y, BASIC(UINT));
        return y->mode != MODE_INVALID;
    }
    shift_error(c, x, y, "shift count ", " must be integer");
    return false;
}

static void check_const_shift(Checker *c, Operand *x, Operand *y, Expr *e, Op op) {
    enum { SHIFT_LIMIT = 1023 - 1 + 52 };
    const Exact *xv = exact_to_int(c->arena, x->val), *yv = exact_to_int(c->arena, y->val);
    if (exact_kind(x->val) == EX_UNKNOWN || exact_kind(y->val) == EX_UNKNOWN) {
        x->val = exact_unknown();
        if (!type_is_integer(x->type)) x->type = BASIC(UNTYPED_INT);
        return;
    }
    u64 n;
    if (!exact_is_u64(yv, &n) || n > SHIFT_LIMIT) {
        shift_error(c, x, y, "invalid shift count ", "");
        return;
    }
    if (!type_is_integer(x->type)) x->type = BASIC(UNTYPED_INT); // 2.0 << 3
    x->val = exact_shift(c->arena, exact_op(op), xv, n);
    x->expr = e;
    check_overflow(c, x, e->kind == ND_BINARY ? e->pos : node_start(e));
}

static void check_shift(Checker *c, Operand *x, Operand *y, Expr *e, Op op) {
    bool int_const =
        x->mode == MODE_CONST && type_is_untyped(x->type) && exact_kind(exact_to_int(c->arena, x->val)) == EX_INT;
    bool unknown = x->mode == MODE_CONST && exact_kind(x->val) == EX_UNKNOWN;
    if (!type_all_integer(x->type) && !int_const && !(unknown && type_is_numeric(x->type))) {
        shift_error(c, x, x, "shifted operand ", " must be integer");
        return;
    }
    if (!check_shift_count(c, x, y)) {
        invalidate(x);
        return;
    }
    if (x->mode == MODE_CONST && y->mode == MODE_CONST) {
        check_const_shift(c, x, y, e ? e : x->expr, op);
        return;
    }
    if (y->mode == MODE_CONST && type_is_untyped(y->type)) update_expr_type(c, y->expr, BASIC(UINT), true);
    if (x->mode == MODE_CONST && type_is_untyped(x->type)) {
        if (x->expr->flags & XF_UNTYPED) x->expr->flags |= XF_SHIFT_LHS;
        x->mode = MODE_VALUE;
        return;
    }
    if (!type_all_integer(x->type)) {
        shift_error(c, x, x, "shifted operand ", " must be integer");
        return;
    }
    x->mode = MODE_VALUE;
}

// ---- binary --------------------------------------------------------------------------------------------------------

static bool is_pointer(Type *t) { return types_under(t)->kind == TYPE_POINTER; }

static bool may_convert(Operand *x, Operand *y) {
    if (!type_is_untyped(x->type) && !type_is_untyped(y->type)) return false;
    if (type_all_numeric(x->type) != type_all_numeric(y->type)) return false;
    if (type_is_interface_not_param(x->type) || type_is_interface_not_param(y->type)) return true;
    if (type_all_boolean(x->type) != type_all_boolean(y->type)) return false;
    if (type_all_string(x->type) != type_all_string(y->type)) return false;
    if (is_nil(x)) return types_has_nil(y->type);
    if (is_nil(y)) return types_has_nil(x->type);
    return !is_pointer(x->type) && !is_pointer(y->type);
}

void match_types(Checker *c, Operand *x, Operand *y) {
    if (!may_convert(x, y)) return;
    check_convert_untyped(c, x, y->type);
    if (x->mode == MODE_INVALID) return;
    check_convert_untyped(c, y, x->type);
    if (y->mode == MODE_INVALID) invalidate(x);
}

// Complex divisors whose parts underflow to 0 when squared count as zero.
static bool is_zero_divisor(Checker *c, Operand *x, Operand *y) {
    if (y->mode != MODE_CONST || exact_kind(y->val) == EX_UNKNOWN) return false;
    if ((x->mode == MODE_CONST || type_all_integer(x->type)) && exact_sign(y->val) == 0) return true;
    if (x->mode != MODE_CONST || !type_is_complex(x->type)) return false;
    const Exact *re = exact_real(c->arena, y->val), *im = exact_imag(c->arena, y->val);
    return exact_sign(exact_binary(c->arena, EXO_MUL, re, re, false)) == 0 &&
           exact_sign(exact_binary(c->arena, EXO_MUL, im, im, false)) == 0;
}

static void mismatch_error(Checker *c, Operand *x, Operand *y, Expr *e, Expr *l, Expr *r, Op op) {
    if (type_valid(x->type) && type_valid(y->type)) {
        Str xt = tstr(c, x->type), yt = tstr(c, y->type);
        if (e) {
            Str es = estr(c, e);
            check_errorf(c, at_op(x), "invalid operation: %.*s (mismatched types %.*s and %.*s)", SFMT(es), SFMT(xt),
                         SFMT(yt));
        } else {
            Str ls = estr(c, l), rs = estr(c, r);
            check_errorf(c, at_op(x), "invalid operation: %.*s %s= %.*s (mismatched types %.*s and %.*s)", SFMT(ls),
                         op_text(op), SFMT(rs), SFMT(xt), SFMT(yt));
        }
        if (c->error) diag_range(c->error, node_start(l), node_end(r));
        hint_mismatch(c, x, y, op, !e);
    }
    invalidate(x);
}

static bool (*binary_predicate(Op op))(Type *) {
    switch (op) {
    case OP_ADD: return type_all_numeric_or_string;
    case OP_SUB:
    case OP_MUL:
    case OP_DIV: return type_all_numeric;
    case OP_REM:
    case OP_AND:
    case OP_OR:
    case OP_XOR:
    case OP_ANDNOT: return type_all_integer;
    case OP_ANDAND:
    case OP_OROR: return type_all_boolean;
    default: return NULL;
    }
}

// x op y into x. e: the expression, NULL for an assignment operation.
static void combine(Checker *c, Operand *x, Operand *y, Expr *e, Expr *l, Expr *r, Op op) {
    if (x->mode == MODE_INVALID) return;
    if (y->mode == MODE_INVALID) {
        invalidate(x);
        x->expr = y->expr;
        return;
    }
    if (is_shift(op)) {
        check_shift(c, x, y, e, op);
        return;
    }
    match_types(c, x, y);
    if (x->mode == MODE_INVALID) return;
    if (is_comparison(op)) {
        check_comparison(c, x, y, op, false);
        return;
    }
    if (!types_identical(x->type, y->type)) {
        mismatch_error(c, x, y, e, l, r, op);
        return;
    }
    if (!operator_defined(c, x, op, binary_predicate(op))) return;
    if ((op == OP_DIV || op == OP_REM) && is_zero_divisor(c, x, y)) {
        check_errorf(c, at_op(y), "invalid operation: division by zero");
        invalidate(x);
        return;
    }
    if (x->mode != MODE_CONST || y->mode != MODE_CONST) {
        x->mode = MODE_VALUE;
        return;
    }
    if (exact_kind(x->val) == EX_UNKNOWN || exact_kind(y->val) == EX_UNKNOWN) {
        x->val = exact_unknown();
        return;
    }
    bool int_div = op == OP_DIV && type_is_integer(x->type);
    const Exact *xv = x->val, *yv = y->val;
    if (int_div || op == OP_REM) { // values of integer type may come as integral floats
        xv = exact_to_int(c->arena, xv);
        yv = exact_to_int(c->arena, yv);
    }
    x->val = exact_binary(c->arena, exact_op(op), xv, yv, int_div);
    if (e) x->expr = e;
    check_overflow(c, x, e ? e->pos : node_start(x->expr));
}

void check_binary(Checker *c, Operand *x, Expr *e, Expr *l, Expr *r, Op op) {
    Operand y;
    check_expr(c, NULL, x, l);
    check_expr(c, NULL, &y, r);
    combine(c, x, &y, e, l, r, op);
}

// a + b + c + ... leans to the left: the chain is walked in a loop, for it may be long.
static void check_binary_chain(Checker *c, Operand *x, Binary *e) {
    Binary *small[16], **chain = small;
    i64 n = 1;
    for (Binary *b = e; b->l->kind == ND_BINARY; b = (Binary *)b->l) n++;
    if (n > NELEM(small)) chain = ANEWN(c->arena, Binary *, n);
    chain[0] = e;
    for (i64 i = 1; i < n; i++) chain[i] = (Binary *)chain[i - 1]->l;
    check_expr(c, NULL, x, chain[n - 1]->l);
    for (i64 i = n - 1; i >= 0; i--) {
        Operand y;
        Binary *b = chain[i];
        check_expr(c, NULL, &y, b->r);
        combine(c, x, &y, &b->x, b->l, b->r, b->op);
        x->expr = &b->x;
        if (i > 0) record_operand(c, x);
    }
}

// ---- indirection, assertion ---------------------------------------------------------------------------------------------

typedef struct DerefCtx {
    Checker *c;
    Operand *x;
    Type *base;
} DerefCtx;

static bool deref_term(void *ctx, Type *t, Type *u) {
    DerefCtx *d = ctx;
    if (!u || u->kind != TYPE_POINTER) {
        Str s = ostr(d->c, d->x);
        check_errorf(d->c, at_operand(d->c, d->x), "invalid operation: cannot indirect %.*s", SFMT(s));
        return false;
    }
    if (d->base && !types_identical(u->pointer.elem, d->base)) {
        Str s = ostr(d->c, d->x);
        check_errorf(d->c, at_operand(d->c, d->x), "invalid operation: pointers of %.*s must have identical base types",
                     SFMT(s));
        return false;
    }
    d->base = u->pointer.elem;
    return true;
}

static void check_star(Checker *c, Operand *x, Star *e) {
    check_expr_or_type(c, x, e->e, false);
    if (x->mode == MODE_INVALID) return;
    if (x->mode == MODE_TYPE) {
        Type *t = check_var_type(c, e->e);
        x->type = types_new_pointer(c, t);
        return;
    }
    DerefCtx d = {c, x, NULL};
    if ((!type_valid(x->type) && x->mode != MODE_BUILTIN) || !under_is(c, x->type, deref_term, &d) || !d.base) {
        invalidate(x);
        return;
    }
    x->mode = MODE_VARIABLE;
    x->type = d.base;
}

static bool identical_types(void *ctx, Type *x, Type *y) { return types_identical(x, y); }

void type_assertion(Checker *c, Expr *e, Operand *x, Type *t, bool type_switch) {
    if (types_under(t)->kind == TYPE_INTERFACE) return;
    Str cause = S("");
    if (has_all_methods(c, t, x->type, false, identical_types, NULL, &cause)) return;
    Str es = estr(c, e), ts = tstr(c, t);
    if (type_switch) {
        Str xs = ostr(c, x);
        check_errorf(c, AT(e), "impossible type switch case: %.*s\n\t%.*s cannot have dynamic type %.*s %.*s", SFMT(es),
                     SFMT(xs), SFMT(ts), SFMT(cause));
    } else {
        Str xt = tstr(c, x->type);
        check_errorf(c, AT(e), "impossible type assertion: %.*s\n\t%.*s does not implement %.*s %.*s", SFMT(es),
                     SFMT(ts), SFMT(xt), SFMT(cause));
    }
}

static void check_type_assert(Checker *c, Operand *x, TypeAssert *e) {
    check_expr(c, NULL, x, e->e);
    if (x->mode == MODE_INVALID) return;
    bool ok = true;
    if (type_is_param(x->type)) {
        Str s = ostr(c, x);
        check_errorf(c, at_op(x), "invalid operation: cannot use type assertion on type parameter value %.*s", SFMT(s));
        ok = false;
    } else if (types_under(x->type)->kind != TYPE_INTERFACE) {
        Str s = ostr(c, x);
        if (type_valid(x->type)) check_errorf(c, at_op(x), "invalid operation: %.*s is not an interface", SFMT(s));
        ok = false;
    }
    Type *t = ok ? check_var_type(c, e->type) : INVALID;
    if (!type_valid(t)) {
        invalidate(x);
        return;
    }
    type_assertion(c, &e->x, x, t, false);
    x->mode = MODE_COMMA_OK;
    x->type = t;
}

// ---- the dispatcher -------------------------------------------------------------------------------------------------------

void non_generic(Checker *c, const Target *target, Operand *x) {
    if (x->mode == MODE_INVALID || x->mode == MODE_NO_VALUE || !x->type) return;
    const char *what = NULL;
    u8 k = x->type->kind;
    if ((k == TYPE_ALIAS || k == TYPE_NAMED) && type_is_generic(x->type)) what = "type";
    if (k == TYPE_SIGNATURE && x->type->sig.tparams.len > 0) {
        if (target) {
            func_inst(c, target, x->expr->pos, x, NULL, true);
            return;
        }
        what = "function";
    }
    if (!what) return;
    Str s = estr(c, x->expr);
    check_errorf(c, at_op(x), "cannot use generic %s %.*s without instantiation", what, SFMT(s));
    invalidate(x);
    x->type = INVALID;
}

static ExprUse check_kind(Checker *c, const Target *target, Operand *x, Expr *e, Type *hint) {
    switch (e->kind) {
    case ND_IDENT: check_ident(c, x, (Ident *)e, false); break;
    case ND_BASIC_LIT: check_basic_lit(c, x, (BasicLit *)e); break;
    case ND_FUNC_LIT: check_func_lit(c, x, (FuncLit *)e); break;
    case ND_COMPOSITE_LIT: check_composite_lit(c, x, (CompositeLit *)e, hint); break;
    case ND_PAREN: {
        ExprUse use = raw_expr(c, NULL, x, ((Paren *)e)->e, NULL, false);
        x->expr = e;
        return use;
    }
    case ND_SELECTOR: check_selector(c, x, (Selector *)e, false); break;
    case ND_INDEX:
        if (check_index_expr(c, x, (Index *)e)) func_inst(c, target, e->pos, x, (Index *)e, true);
        break;
    case ND_SLICE: check_slice_expr(c, x, (SliceExpr *)e); break;
    case ND_TYPE_ASSERT: check_type_assert(c, x, (TypeAssert *)e); break;
    case ND_TYPE_SWITCH_GUARD:
        check_errorf(c, AT(e), "invalid syntax tree: use of .(type) outside type switch");
        check_use(c, ((TypeSwitchGuard *)e)->e);
        break;
    case ND_CALL: return check_call(c, x, (Call *)e);
    case ND_STAR: check_star(c, x, (Star *)e); break;
    case ND_UNARY:
        check_unary(c, x, (Unary *)e);
        if (((Unary *)e)->op == OP_RECV) {
            x->expr = e;
            return USE_STATEMENT;
        }
        break;
    case ND_BINARY: check_binary_chain(c, x, (Binary *)e); break;
    case ND_KEY_VALUE: check_errorf(c, AT(e), "no key:value expected"); break;
    case ND_DOTS: check_errorf(c, AT(e), "invalid use of ..."); break;
    case ND_ARRAY_TYPE:
    case ND_SLICE_TYPE:
    case ND_STRUCT_TYPE:
    case ND_FUNC_TYPE:
    case ND_INTERFACE_TYPE:
    case ND_MAP_TYPE:
    case ND_CHAN_TYPE:
        x->mode = MODE_TYPE;
        x->type = check_type(c, e);
        break;
    default: break; // ND_BAD_EXPR: reported before
    }
    x->expr = e;
    return x->mode == MODE_INVALID ? USE_STATEMENT : USE_EXPRESSION; // no follow-up error for an invalid one
}

ExprUse raw_expr(Checker *c, const Target *target, Operand *x, Expr *e, Type *hint, bool allow_generic) {
    enum { DEPTH_LIMIT = 20000 };
    *x = (Operand){.mode = MODE_INVALID, .type = INVALID, .expr = e};
    if (c->expr_depth > DEPTH_LIMIT) {
        check_errorf(c, AT(e), "expression nested too deeply");
        return USE_STATEMENT;
    }
    c->expr_depth++;
    ExprUse use = check_kind(c, target, x, e, hint);
    c->expr_depth--;
    if (!allow_generic) non_generic(c, target, x);
    if (c->work.path.len > 0 && x->mode != MODE_INVALID && x->mode != MODE_NO_VALUE && x->mode != MODE_BUILTIN &&
        !finite_size(c, x->type)) {
        invalidate(x);
        x->type = INVALID;
    }
    record_operand(c, x);
    return use;
}
