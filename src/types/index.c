// index.c - index and slice expressions.
//
// In:  x[i], x[i:j:k]. Out: operands; constant indices checked against lengths known at compile time.
#include "types/exprs.h"

Type *array_ptr_deref(Type *t) {
    Type *p = types_unalias(t);
    if (p->kind == TYPE_POINTER && types_under(p->pointer.elem)->kind == TYPE_ARRAY)
        return types_under(p->pointer.elem);
    return t;
}

// ---- indices -----------------------------------------------------------------------------------------

bool is_valid_index(Checker *c, Operand *x, const char *what, bool allow_negative) {
    if (x->mode == MODE_INVALID) return false;
    check_convert_untyped(c, x, BASIC(INT));
    if (x->mode == MODE_INVALID) return false;
    const char *why = NULL;
    if (!type_all_integer(x->type)) why = "must be integer";
    else if (x->mode == MODE_CONST && !allow_negative && exact_sign(x->val) < 0) why = "must not be negative";
    else if (x->mode == MODE_CONST && !const_representable(c, x->val, BASIC(INT), &x->val)) why = "overflows int";
    if (!why) return true;
    Str s = ostr(c, x);
    check_errorf(c, at_op(x), "invalid argument: %s %.*s %s", what, SFMT(s), why);
    return false;
}

Type *check_index_value(Checker *c, Expr *e, i64 max, i64 *val) {
    Operand x;
    *val = -1;
    check_expr(c, NULL, &x, e);
    if (!is_valid_index(c, &x, "index", false)) return INVALID;
    if (x.mode != MODE_CONST) return x.type;
    i64 v;
    if (!exact_is_i64(x.val, &v)) return INVALID; // unknown
    if (max >= 0 && v >= max) {
        Str s = exact_text(c->arena, x.val);
        check_errorf(c, AT(e), "invalid argument: index %.*s out of bounds [0:%lld]", SFMT(s), (long long)max);
        return INVALID;
    }
    *val = v;
    return x.type;
}

static Expr *single_index(Checker *c, Index *e) {
    if (e->index.len == 0) {
        Str s = estr(c, e->e);
        check_errorf(c, AT(e), "missing index for %.*s", SFMT(s));
        return NULL;
    }
    if (e->index.len > 1) check_errorf(c, AT(e->index.ptr[1]), "invalid operation: more than one index");
    return e->index.ptr[0];
}

// ---- x[i] --------------------------------------------------------------------------------------------------

// What indexing a type gives.
typedef struct Indexed {
    Type *key /* maps */, *elem;
    i64 len;
    u8 mode;
} Indexed;

static Indexed index_type(Checker *c, Operand *x, Type *u) {
    Indexed r = {NULL, NULL, -1, MODE_VARIABLE};
    switch (u->kind) {
    case TYPE_STRING:
    case TYPE_UNTYPED_STRING:
        r.elem = c->u.byte_;
        r.mode = MODE_VALUE;
        if (x->mode == MODE_CONST && exact_kind(x->val) == EX_STRING) r.len = exact_string_val(x->val).len;
        break;
    case TYPE_ARRAY:
        r.elem = u->array.elem;
        r.len = u->array.len;
        if (x->mode != MODE_VARIABLE) r.mode = MODE_VALUE;
        break;
    case TYPE_POINTER: {
        Type *a = types_under(u->pointer.elem);
        if (a->kind != TYPE_ARRAY) break;
        r.elem = a->array.elem;
        r.len = a->array.len;
        break;
    }
    case TYPE_SLICE: r.elem = u->slice.elem; break;
    case TYPE_MAP:
        r.key = u->map.key;
        r.elem = u->map.elem;
        r.mode = MODE_MAP_INDEX;
        break;
    default: break;
    }
    return r;
}

typedef struct IndexCtx {
    Checker *c;
    Operand *x;
    Indexed r;
    bool first;
} IndexCtx;

// All types of the set must be indexed alike; not addressable if one of them is not.
static bool merge_indexed(void *ctx, Type *t, Type *u) {
    IndexCtx *m = ctx;
    if (!u) return false;
    Indexed r = index_type(m->c, m->x, u);
    if (!r.elem) return false;
    if (m->first) {
        m->r = r;
        m->first = false;
        return true;
    }
    if (!m->r.key != !r.key || (r.key && !types_identical(r.key, m->r.key)) || !types_identical(r.elem, m->r.elem))
        return false;
    if (r.len >= 0 && (m->r.len < 0 || r.len < m->r.len)) m->r.len = r.len;
    if (r.mode == MODE_VALUE) m->r.mode = MODE_VALUE;
    return true;
}

static bool find_indexed(Checker *c, Operand *x, Indexed *r) {
    if (!type_is_param(x->type)) {
        *r = index_type(c, x, types_under(x->type));
        return r->elem != NULL;
    }
    IndexCtx m = {.c = c, .x = x, .first = true};
    if (!under_is(c, x->type, merge_indexed, &m) || m.first) return false;
    *r = m.r;
    return true;
}

bool check_index_expr(Checker *c, Operand *x, Index *e) {
    check_expr_or_type(c, x, e->e, true);
    if (x->mode == MODE_INVALID) {
        use_exprs(c, &e->index);
        x->expr = &e->x;
        return false;
    }
    if (x->mode == MODE_TYPE) {
        invalidate(x);
        x->type = check_var_type(c, &e->x);
        if (type_valid(x->type)) x->mode = MODE_TYPE;
        return false;
    }
    if (x->mode == MODE_VALUE && types_under(x->type)->kind == TYPE_SIGNATURE &&
        types_under(x->type)->sig.tparams.len > 0)
        return true;
    non_generic(c, NULL, x);
    if (x->mode == MODE_INVALID) return false;
    Indexed r;
    if (!type_valid(x->type) || !find_indexed(c, x, &r)) {
        Str s = ostr(c, x);
        if (x->mode == MODE_BUILTIN || type_valid(types_under(x->type)))
            check_errorf(c, e->x.pos, "cannot index %.*s", SFMT(s));
        use_exprs(c, &e->index);
        invalidate(x);
        return false;
    }
    if (type_is_untyped(x->type)) update_expr_type(c, e->e, types_default(c, x->type), true);
    Expr *index = single_index(c, e);
    if (!index) {
        invalidate(x);
        return false;
    }
    i64 v;
    if (r.key) {
        Operand k;
        check_expr(c, NULL, &k, index);
        assign(c, &k, r.key, IN("map index"));
    } else {
        check_index_value(c, index, r.len, &v);
    }
    x->mode = r.mode;
    x->type = r.elem;
    x->expr = &e->x;
    return false;
}

// ---- x[i:j:k] ----------------------------------------------------------------------------------------------------

typedef struct SliceCtx {
    Checker *c;
    Operand *x;
    Type *t, *u;
    bool has_string;
} SliceCtx;

// Strings count as []byte while the types are compared.
static bool merge_sliced(void *ctx, Type *t, Type *u) {
    SliceCtx *m = ctx;
    Checker *c = m->c;
    if (!u) {
        Str s = ostr(c, m->x), ts = tstr(c, m->x->type);
        check_errorf(c, at_op(m->x), "cannot slice %.*s: no specific type in %.*s", SFMT(s), SFMT(ts));
        return false;
    }
    if (type_is_string(u)) {
        u = types_new_slice(c, c->u.byte_);
        m->has_string = true;
    }
    if (!m->u) {
        m->t = t;
        m->u = u;
        return true;
    }
    if (types_identical(m->u, u)) return true;
    Str s = ostr(c, m->x), a = tstr(c, m->t), b = tstr(c, t);
    check_errorf(c, at_op(m->x), "cannot slice %.*s: %.*s and %.*s have different underlying types", SFMT(s), SFMT(a),
                 SFMT(b));
    return false;
}

static bool slice_error(Checker *c, Operand *x, const char *what) {
    Str s = ostr(c, x);
    check_errorf(c, at_op(x), "cannot slice %s%.*s", what, SFMT(s));
    return false;
}

// Sets x's type to that of the result and *len to the length, if known.
static bool slice_operand(Checker *c, Operand *x, SliceExpr *e, Type *u, i64 *len) {
    switch (u->kind) {
    case TYPE_STRING:
    case TYPE_UNTYPED_STRING:
        if (e->full) {
            check_errorf(c, AT(e->max ? e->max : &e->x), "invalid operation: 3-index slice of string");
            return false;
        }
        if (x->mode == MODE_CONST && exact_kind(x->val) == EX_STRING) *len = exact_string_val(x->val).len;
        if (type_is_untyped(x->type)) {
            x->type = BASIC(STRING);
            update_expr_type(c, e->e, x->type, true);
        }
        return true;
    case TYPE_ARRAY:
        if (x->mode != MODE_VARIABLE) return slice_error(c, x, "unaddressable value ");
        mark_address_taken(e->e);
        *len = u->array.len;
        x->type = types_new_slice(c, u->array.elem);
        return true;
    case TYPE_POINTER: {
        Type *a = types_under(u->pointer.elem);
        if (a->kind != TYPE_ARRAY) return slice_error(c, x, "");
        *len = a->array.len;
        x->type = types_new_slice(c, a->array.elem);
        return true;
    }
    case TYPE_SLICE: return true;
    default: return slice_error(c, x, "");
    }
}

static void check_slice_bounds(Checker *c, SliceExpr *e, i64 len) {
    Expr *index[3] = {e->lo, e->hi, e->max};
    i64 v[3];
    for (int i = 0; i < 3; i++) {
        v[i] = i == 0 ? 0 : len;
        if (index[i]) check_index_value(c, index[i], len >= 0 ? len + 1 : -1, &v[i]);
    }
    for (int i = 0; i < 2; i++)
        for (int j = i + 1; j < 3 && v[i] > 0; j++)
            if (v[j] >= 0 && v[j] < v[i]) {
                check_errorf(c, AT(index[j] ? index[j] : &e->x), "invalid slice indices: %lld < %lld", (long long)v[j],
                             (long long)v[i]);
                return;
            }
}

void check_slice_expr(Checker *c, Operand *x, SliceExpr *e) {
    check_expr(c, NULL, x, e->e);
    if (x->mode == MODE_INVALID) {
        use_expr(c, e->lo, false);
        use_expr(c, e->hi, false);
        use_expr(c, e->max, false);
        return;
    }
    SliceCtx m = {.c = c, .x = x};
    if (!type_valid(x->type) || !under_is(c, x->type, merge_sliced, &m) || !m.u) {
        invalidate(x);
        return;
    }
    if (m.has_string) m.u = type_is_param(x->type) ? BASIC(STRING) : types_under(x->type);
    i64 len = -1;
    if (!slice_operand(c, x, e, m.u, &len)) {
        invalidate(x);
        return;
    }
    x->mode = MODE_VALUE;
    if (e->full && (!e->hi || !e->max)) { // reported by the parser
        invalidate(x);
        return;
    }
    check_slice_bounds(c, e, len);
}

// ---- [n]T ---------------------------------------------------------------------------------------------------------

// A name that is no constant may be meant as a type parameter: the wording allows for that.
static bool is_length_name(Checker *c, Ident *id) {
    Object *o = lookup_name(c, id->name);
    if (!o) check_errorf(c, AT(id), "undefined array length %.*s or missing type constraint", SFMT(id->name->s));
    else if (o->kind != OBJ_CONST) check_errorf(c, AT(id), "invalid array length %.*s", SFMT(id->name->s));
    return o && o->kind == OBJ_CONST;
}

i64 check_array_length(Checker *c, Expr *e) {
    Operand x;
    i64 n;
    if (e->kind == ND_IDENT && !is_length_name(c, (Ident *)e)) return -1;
    check_expr(c, NULL, &x, e);
    if (x.mode == MODE_INVALID) return -1;
    Str s = ostr(c, &x);
    if (x.mode != MODE_CONST) {
        check_errorf(c, at_op(&x), "array length %.*s must be constant", SFMT(s));
        return -1;
    }
    bool integer = type_is_integer(x.type);
    if ((type_is_untyped(x.type) || integer) && exact_is_i64(exact_to_int(c->arena, x.val), &n) && n >= 0) {
        update_expr_type(c, e, integer && !type_is_untyped(x.type) ? x.type : BASIC(INT), true);
        return n;
    }
    if (integer) check_errorf(c, at_op(&x), "invalid array length %.*s", SFMT(s));
    else check_errorf(c, at_op(&x), "array length %.*s must be integer", SFMT(s));
    return -1;
}
