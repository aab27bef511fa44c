// builtins.c - calls of predeclared functions and of those of package unsafe.
//
// In:  a call whose callee is a builtin. Out: the result in x (its expr is set by the caller); arguments
//      have their final types. make, new and Offsetof look at their arguments themselves.
#include "types/exprs.h"

typedef struct Bcall { // one call
    Checker *c;
    Operand *x;
    Call *call;
    BuiltinId id;
    const char *name;
    OperandVec args;
    i64 nargs;
} Bcall;

static const struct {
    const char *name;
    i8 nargs;
    bool variadic;
    u8 use;
} builtins[] = {
#define EXPR                 USE_EXPRESSION
#define STMT                 USE_STATEMENT
#define B(i, n, na, v, kind) {n, na, v, kind},
#include "types/builtins.def"
#undef B
#undef EXPR
#undef STMT
};

ExprUse builtin_use(BuiltinId id) { return (ExprUse)builtins[id].use; }

static bool set_value(Bcall *b, Type *t) {
    b->x->mode = MODE_VALUE;
    b->x->type = t;
    return true;
}

static bool set_int_const(Bcall *b, Type *t, i64 v) {
    set_const(b->x, t, exact_i64(b->c->arena, v));
    return true;
}

static bool set_no_value(Bcall *b) {
    b->x->mode = MODE_NO_VALUE;
    return true;
}

// "invalid argument: <x> <what>"
static bool arg_error(Bcall *b, Operand *x, const char *prefix, const char *what) {
    Str s = ostr(b->c, x);
    if (type_valid(types_under(x->type))) check_errorf(b->c, at_operand(b->c, x), "%s%.*s%s", prefix, SFMT(s), what);
    return false;
}

static bool is_byte_slice(Checker *c, Type *u) {
    return u->kind == TYPE_SLICE && types_identical(u->slice.elem, c->u.byte_);
}

// An untyped string that is used at run time becomes a string.
static void settle(Checker *c, Operand *x) {
    if (x->type && type_is_untyped(x->type)) update_expr_type(c, x->expr, types_default(c, x->type), true);
}

// ---- slices -----------------------------------------------------------------------------------------

typedef struct ElemCtx {
    Checker *c;
    Operand *x;
    Type *elem;
    Str err;
} ElemCtx;

static bool elem_term(void *ctx, Type *t, Type *u) {
    ElemCtx *e = ctx;
    Checker *c = e->c;
    if (!u || u->kind != TYPE_SLICE) {
        Str s = ostr(c, e->x);
        e->err = is_nil(e->x) ? S("argument must be a slice; have untyped nil")
                              : arena_printf(c->arena, "argument must be a slice; have %.*s", SFMT(s));
        return false;
    }
    if (e->elem && !types_identical(e->elem, u->slice.elem)) {
        Str a = tstr(c, e->elem), b = tstr(c, u->slice.elem), s = ostr(c, e->x);
        e->err =
            arena_printf(c->arena, "mismatched slice element types %.*s and %.*s in %.*s", SFMT(a), SFMT(b), SFMT(s));
        return false;
    }
    if (!e->elem) e->elem = u->slice.elem;
    return true;
}

// Element type of a slice operand; after an error (worded with `what`) NULL.
static Type *slice_elem(Bcall *b, Operand *x, const char *what) {
    ElemCtx e = {b->c, x, NULL, S("")};
    if (type_valid(types_under(x->type)) && under_is(b->c, x->type, elem_term, &e) && e.elem) return e.elem;
    if (e.err.len) check_errorf(b->c, at_operand(b->c, x), "invalid %s: %.*s", what, SFMT(e.err));
    return NULL;
}

typedef struct BytesCtx {
    Checker *c;
    bool has_string;
} BytesCtx;

static bool bytes_or_string(void *ctx, Type *t, Type *u) {
    BytesCtx *b = ctx;
    if (!u) return false;
    if (type_is_string(u)) b->has_string = true;
    return type_is_string(u) || is_byte_slice(b->c, u);
}

static bool check_append(Bcall *b) {
    Checker *c = b->c;
    Operand *x = b->x;
    Type *elem = slice_elem(b, x, "append");
    if (!elem) return false;
    Type *result = x->type;
    BytesCtx bytes = {c, false};
    bool is_bytes =
        b->nargs == 2 && b->call->has_dots && check_assignable_types(c, x, types_new_slice(c, c->u.byte_), NULL);
    if (is_bytes && type_valid(b->args.ptr[1].type) && under_is(c, b->args.ptr[1].type, bytes_or_string, &bytes) &&
        bytes.has_string) {
        settle(c, &b->args.ptr[1]);
        return set_value(b, result);
    }
    const Name *none = intern_c(c->intern, "");
    Object *params[2] = {types_new_var(c, 0, NULL, none, result),
                         types_new_var(c, 0, NULL, none, types_new_slice(c, elem))};
    Object *res = types_new_var(c, 0, NULL, none, result);
    Type *sig = types_new_signature(c, NULL, types_new_tuple(c, params, 2), types_new_tuple(c, &res, 1), true);
    check_arguments(c, b->call, sig, (TypeList){0}, NULL, &b->args, NULL);
    return set_value(b, result);
}

static bool check_copy(Bcall *b) {
    Checker *c = b->c;
    Operand *x = b->x, *y = &b->args.ptr[1];
    BytesCtx bytes = {c, false};
    bool special = check_assignable_types(c, x, types_new_slice(c, c->u.byte_), NULL) && type_valid(y->type) &&
                   under_is(c, y->type, bytes_or_string, &bytes);
    if (!special) {
        Type *dst = slice_elem(b, x, "copy"), *src;
        if (!dst) return false;
        src = type_all_string(y->type) ? c->u.byte_ : slice_elem(b, y, "copy");
        if (!src) return false;
        if (!types_identical(dst, src)) {
            Str xs = ostr(c, x), ys = ostr(c, y), ds = tstr(c, dst), ss = tstr(c, src);
            check_errorf(c, at_op(x),
                         "invalid copy: arguments %.*s and %.*s have different element types %.*s and %.*s", SFMT(xs),
                         SFMT(ys), SFMT(ds), SFMT(ss));
            return false;
        }
    }
    settle(c, y);
    return set_value(b, BASIC(INT));
}

// ---- len, cap -------------------------------------------------------------------------------------------

static bool has_length(u8 kind, bool is_len) {
    switch (kind) {
    case TYPE_STRING:
    case TYPE_UNTYPED_STRING:
    case TYPE_MAP: return is_len;
    case TYPE_ARRAY:
    case TYPE_SLICE:
    case TYPE_CHAN: return true;
    default: return false;
    }
}

static bool length_term(void *ctx, Type *t, Type *u) {
    Bcall *b = ctx;
    return u && has_length(array_ptr_deref(u)->kind, b->id == BUILTIN_LEN);
}

static bool check_len(Bcall *b) {
    Checker *c = b->c;
    Operand *x = b->x;
    Type *u = array_ptr_deref(types_under(x->type));
    if (type_is_param(x->type)) {
        if (under_is(c, x->type, length_term, b)) return set_value(b, BASIC(INT));
    } else if (has_length(u->kind, b->id == BUILTIN_LEN)) {
        if (u->kind == TYPE_ARRAY && !c->env.has_call_or_recv) {
            if (u->array.len >= 0) return set_int_const(b, BASIC(INT), u->array.len);
            set_const(x, BASIC(INT), exact_unknown());
            return true;
        }
        if (x->mode == MODE_CONST && exact_kind(x->val) == EX_STRING)
            return set_int_const(b, BASIC(INT), exact_string_val(x->val).len);
        return set_value(b, BASIC(INT));
    }
    if (type_valid(types_under(x->type))) {
        Str s = ostr(c, x);
        check_errorf(c, at_op(x), "invalid argument: %.*s for built-in %s", SFMT(s), b->name);
    }
    return false;
}

// ---- clear, close, delete ---------------------------------------------------------------------------------

static bool clear_term(void *ctx, Type *t, Type *u) {
    Bcall *b = ctx;
    if (u && (u->kind == TYPE_MAP || u->kind == TYPE_SLICE)) return true;
    return arg_error(b, b->x, "invalid argument: cannot clear ", ": argument must be (or constrained by) map or slice");
}

static bool close_term(void *ctx, Type *t, Type *u) {
    Bcall *b = ctx;
    if (!u || u->kind != TYPE_CHAN) return arg_error(b, b->x, "invalid operation: cannot close non-channel ", "");
    if (u->chan.dir == CHAN_RECV)
        return arg_error(b, b->x, "invalid operation: cannot close receive-only channel ", "");
    return true;
}

typedef struct DeleteCtx {
    Bcall *b;
    Type *key;
} DeleteCtx;

static bool delete_term(void *ctx, Type *t, Type *u) {
    DeleteCtx *d = ctx;
    if (!u || u->kind != TYPE_MAP) return arg_error(d->b, d->b->x, "invalid argument: ", " is not a map");
    if (d->key && !types_identical(d->key, u->map.key))
        return arg_error(d->b, d->b->x, "invalid argument: maps of ", " must have identical key types");
    d->key = u->map.key;
    return true;
}

static bool check_delete(Bcall *b) {
    DeleteCtx d = {b, NULL};
    if (!under_is(b->c, b->x->type, delete_term, &d) || !d.key) return false;
    *b->x = b->args.ptr[1];
    assign(b->c, b->x, d.key, IN("argument to delete"));
    return b->x->mode != MODE_INVALID && set_no_value(b);
}

// ---- complex, real, imag -------------------------------------------------------------------------------------

static u8 complex_of(u8 k) {
    return k == TYPE_FLOAT32         ? TYPE_COMPLEX64
           : k == TYPE_FLOAT64       ? TYPE_COMPLEX128
           : k == TYPE_UNTYPED_FLOAT ? TYPE_UNTYPED_COMPLEX
                                     : 0;
}
static u8 part_of(u8 k) {
    return k == TYPE_COMPLEX64         ? TYPE_FLOAT32
           : k == TYPE_COMPLEX128      ? TYPE_FLOAT64
           : k == TYPE_UNTYPED_COMPLEX ? TYPE_UNTYPED_FLOAT
                                       : 0;
}

typedef struct MapKind {
    u8 (*fn)(u8);
} MapKind;

static bool map_term(void *ctx, Type *t, Type *u) { return u && ((MapKind *)ctx)->fn(u->kind); }

// The result type fn gives for x's type; NULL if there is none. A type parameter would need a new one for
// the result: that is not supported by the language's implementations; *reported then.
static Type *map_type(Bcall *b, u8 (*fn)(u8), bool *reported) {
    Checker *c = b->c;
    Type *t = b->x->type;
    *reported = false;
    if (!type_is_param(t)) {
        u8 k = fn(types_under(t)->kind);
        return k ? c->u.basic[k] : NULL;
    }
    MapKind m = {fn};
    if (!under_is(c, t, map_term, &m)) return NULL;
    Str s = ostr(c, b->x);
    check_soft_errorf(c, at_op(b->x),
                      "%.*s not supported as argument to built-in %s for go1.18 (see go.dev/issue/50937)", SFMT(s),
                      b->name);
    *reported = true;
    return NULL;
}

static void to_untyped_float(Checker *c, Operand *x) {
    if (type_is_numeric(x->type) && exact_kind(x->val) != EX_UNKNOWN && exact_sign(exact_imag(c->arena, x->val)) == 0)
        x->type = BASIC(UNTYPED_FLOAT);
}

static void match_parts(Checker *c, Operand *x, Operand *y) {
    bool ux = type_is_untyped(x->type), uy = type_is_untyped(y->type);
    if (ux && !uy) check_convert_untyped(c, x, y->type);
    if (uy && !ux) check_convert_untyped(c, y, x->type);
    if (!ux || !uy) return;
    if (x->mode == MODE_CONST && y->mode == MODE_CONST) {
        to_untyped_float(c, x);
        to_untyped_float(c, y);
    } else { // a shift: it will not be an integer
        check_convert_untyped(c, x, BASIC(FLOAT64));
        check_convert_untyped(c, y, BASIC(FLOAT64));
    }
}

static bool check_complex(Bcall *b) {
    Checker *c = b->c;
    Operand *x = b->x, *y = &b->args.ptr[1];
    match_parts(c, x, y);
    if (x->mode == MODE_INVALID || y->mode == MODE_INVALID) return false;
    if (!types_identical(x->type, y->type)) {
        Str s = estr(c, b->call), xt = tstr(c, x->type), yt = tstr(c, y->type);
        check_errorf(c, at_op(x), "invalid operation: %.*s (mismatched types %.*s and %.*s)", SFMT(s), SFMT(xt),
                     SFMT(yt));
        return false;
    }
    bool reported;
    Type *t = map_type(b, complex_of, &reported);
    if (!t) {
        Str s = tstr(c, x->type);
        if (!reported)
            check_errorf(c, at_op(x), "invalid argument: arguments have type %.*s, expected floating-point", SFMT(s));
        return false;
    }
    if (x->mode != MODE_CONST || y->mode != MODE_CONST) return set_value(b, t);
    const Exact *re = exact_to_float(c->arena, x->val),
                *im = exact_make_imag(c->arena, exact_to_float(c->arena, y->val));
    set_const(x, t, exact_binary(c->arena, EXO_ADD, re, im, false));
    return true;
}

static bool check_part(Bcall *b) {
    Checker *c = b->c;
    Operand *x = b->x;
    if (type_is_untyped(x->type)) {
        if (x->mode != MODE_CONST) check_convert_untyped(c, x, BASIC(COMPLEX128));
        else if (type_is_numeric(x->type)) x->type = BASIC(UNTYPED_COMPLEX);
        if (x->mode == MODE_INVALID) return false;
    }
    bool reported;
    Type *t = map_type(b, part_of, &reported);
    if (!t) {
        Str s = tstr(c, x->type);
        if (!reported)
            check_errorf(c, at_op(x), "invalid argument: argument has type %.*s, expected complex type", SFMT(s));
        return false;
    }
    if (x->mode != MODE_CONST) return set_value(b, t);
    set_const(x, t, b->id == BUILTIN_REAL ? exact_real(c->arena, x->val) : exact_imag(c->arena, x->val));
    return true;
}

// ---- make, new -----------------------------------------------------------------------------------------------------

static bool make_cond(Checker *c, Type *t, Type *u, Str *err) {
    if (u && (u->kind == TYPE_SLICE || u->kind == TYPE_MAP || u->kind == TYPE_CHAN)) return true;
    *err = u ? S("type must be slice, map, or channel") : S("no specific type");
    return false;
}

static bool check_make(Bcall *b) {
    Checker *c = b->c;
    Expr *arg = b->call->args.ptr[0];
    Type *t = check_var_type(c, arg);
    if (!type_valid(t)) return false;
    Str cause;
    Type *u = common_under(c, t, make_cond, &cause);
    if (!u) {
        Str s = estr(c, arg);
        if (type_valid(types_under(t)))
            check_errorf(c, AT(arg), "invalid argument: cannot make %.*s: %.*s", SFMT(s), SFMT(cause));
        return false;
    }
    i64 min = u->kind == TYPE_SLICE ? 2 : 1;
    if (b->nargs < min || b->nargs > min + 1) {
        Str s = estr(c, b->call);
        check_errorf(c, AT(b->call), "invalid operation: %.*s expects %lld or %lld arguments; found %lld", SFMT(s),
                     (long long)min, (long long)min + 1, (long long)b->nargs);
        return false;
    }
    i64 sizes[2] = {-1, -1};
    for (i64 i = 1; i < b->nargs; i++) check_index_value(c, b->call->args.ptr[i], -1, &sizes[i - 1]);
    if (sizes[0] >= 0 && sizes[1] >= 0 && sizes[0] > sizes[1])
        check_errorf(c, AT(b->call->args.ptr[1]), "invalid argument: length and capacity swapped");
    return set_value(b, t);
}

static bool check_new(Bcall *b) {
    Checker *c = b->c;
    Operand *x = b->x;
    Expr *arg = b->call->args.ptr[0];
    check_expr_or_type(c, x, arg, false);
    exclude(c, x, 1u << MODE_NO_VALUE | 1u << MODE_BUILTIN);
    if (x->mode == MODE_INVALID) return false;
    if (x->mode == MODE_TYPE) {
        x->type = check_var_type(c, arg);
        if (!type_valid(x->type)) return false;
    } else {
        if (type_is_untyped(x->type)) assign(c, x, NULL, IN("argument to new"));
        if (x->mode == MODE_INVALID) return false;
        Str s = estr(c, arg);
        check_verify_version(c, AT(b->call->fun), 26, "new(%.*s)", SFMT(s));
    }
    return set_value(b, types_new_pointer(c, x->type));
}

// ---- min, max -------------------------------------------------------------------------------------------------------

static bool check_min_max(Bcall *b) {
    Checker *c = b->c;
    Operand *x = b->x;
    check_verify_version(c, AT(b->call->fun), 21, "built-in %s", b->name);
    for (i64 i = 0; i < b->nargs; i++) {
        Operand *a = &b->args.ptr[i];
        if (!type_all_ordered(a->type)) return arg_error(b, a, "invalid argument: ", " cannot be ordered");
        if (i == 0) continue;
        match_types(c, x, a);
        if (x->mode == MODE_INVALID) return false;
        if (!types_identical(x->type, a->type)) {
            Str xt = tstr(c, x->type), at = tstr(c, a->type), s = estr(c, a->expr);
            check_errorf(c, at_op(a),
                         "invalid argument: mismatched types %.*s (previous argument) and %.*s (type of %.*s)",
                         SFMT(xt), SFMT(at), SFMT(s));
            return false;
        }
        if (x->mode != MODE_CONST || a->mode != MODE_CONST) x->mode = MODE_VALUE;
        else if (exact_compare(a->val, b->id == BUILTIN_MAX ? EXO_GT : EXO_LT, x->val)) *x = *a;
    }
    if (x->mode != MODE_CONST) {
        x->mode = MODE_VALUE;
        assign(c, x, c->u.empty_interface,
               IN(b->id == BUILTIN_MAX ? "argument to built-in max" : "argument to built-in min"));
        if (x->mode == MODE_INVALID) return false;
    }
    Type *t = x->type;
    for (i64 i = 0; i < b->nargs; i++) update_expr_type(c, b->args.ptr[i].expr, t, true);
    return true;
}

// ---- panic, print, recover ----------------------------------------------------------------------------------------------

static bool check_panic(Bcall *b) {
    b->call->x.flags |= XF_PANIC;
    assign(b->c, b->x, b->c->u.empty_interface, IN("argument to panic"));
    return b->x->mode != MODE_INVALID && set_no_value(b);
}

static bool check_print(Bcall *b) {
    for (i64 i = 0; i < b->nargs; i++) {
        assign(b->c, &b->args.ptr[i], NULL,
               IN(b->id == BUILTIN_PRINT ? "argument to built-in print" : "argument to built-in println"));
        if (b->args.ptr[i].mode == MODE_INVALID) return false;
    }
    return set_no_value(b);
}

static bool check_recover(Bcall *b) {
    if (b->c->env.func) b->c->env.func->has_recover = true;
    return set_value(b, b->c->u.empty_interface);
}

// ---- package unsafe -----------------------------------------------------------------------------------------------------

// Depends on type arguments, or is a cycle not checked yet.
static bool has_var_size(Type *t, Type **seen, int nseen) {
    enum { DEEP = 64 };
    Type *n = types_unalias(t), *u = types_under(t);
    if (n->kind == TYPE_NAMED) {
        for (int i = 0; i < nseen; i++)
            if (seen[i] == n) return true;
        if (nseen == DEEP) return false;
        seen[nseen++] = n;
    }
    if (u->kind == TYPE_ARRAY) return has_var_size(u->array.elem, seen, nseen);
    if (u->kind == TYPE_INTERFACE) return type_is_param(t);
    if (u->kind != TYPE_STRUCT) return false;
    for (i64 i = 0; i < u->strct.nfields; i++)
        if (has_var_size(u->strct.fields[i].var->type, seen, nseen)) return true;
    return false;
}

static bool is_var_sized(Type *t) {
    Type *seen[64];
    return has_var_size(t, seen, 0);
}

static bool check_size_or_align(Bcall *b) {
    Checker *c = b->c;
    bool is_size = b->id == BUILTIN_UNSAFE_SIZEOF;
    assign(c, b->x, NULL, IN(is_size ? "argument to unsafe.Sizeof" : "argument to unsafe.Alignof"));
    if (b->x->mode == MODE_INVALID || !type_valid(types_under(b->x->type))) return false;
    Type *t = b->x->type;
    if (is_var_sized(t)) return set_value(b, BASIC(UINTPTR));
    i64 v = is_size ? types_size(t) : types_align(t);
    if (v < 0) return arg_error(b, b->x, "", " is too large");
    return set_int_const(b, BASIC(UINTPTR), v);
}

static i64 offset_of(Type *base, const i32 *path, i64 npath) {
    i64 off = 0;
    for (i64 i = 0; i < npath; i++) {
        Type *s = types_under(base);
        if (s->kind != TYPE_STRUCT) return 0;
        i64 o = types_field_offset(s, path[i]);
        if (o < 0) return -1;
        off += o;
        base = s->strct.fields[path[i]].var->type;
    }
    return off;
}

static bool check_offsetof(Bcall *b) {
    Checker *c = b->c;
    Operand *x = b->x;
    Expr *arg = b->call->args.ptr[0];
    Selector *sel = (Selector *)unparen(arg);
    Str s;
    if (sel->x.kind != ND_SELECTOR) {
        s = estr(c, arg);
        check_errorf(c, AT(arg), "invalid argument: %.*s is not a selector expression", SFMT(s));
        check_use(c, arg);
        return false;
    }
    check_expr(c, NULL, x, sel->e);
    if (x->mode == MODE_INVALID) return false;
    Type *base = x->type, *p = types_under(base);
    if (p->kind == TYPE_POINTER && types_under(p->pointer.elem)->kind == TYPE_STRUCT) base = p->pointer.elem;
    i32 *path = NULL;
    i64 npath = 0;
    bool indirect = false;
    Object *f = check_lookup_field_or_method(c, base, false, c->pkg, sel->sel->name, false, &path, &npath, &indirect);
    Str bs = tstr(c, base), name = sel->sel->name->s;
    if (!f) {
        check_errorf(c, at_op(x), "invalid argument: %.*s has no single field %.*s", SFMT(bs), SFMT(name));
        return false;
    }
    if (f->kind == OBJ_FUNC) {
        s = estr(c, arg);
        check_errorf(c, AT(arg), "invalid argument: %.*s is a method value", SFMT(s));
        return false;
    }
    if (indirect) {
        check_errorf(c, at_op(x), "invalid argument: field %.*s is embedded via a pointer in %.*s", SFMT(name),
                     SFMT(bs));
        return false;
    }
    Selection *selection = ANEW(c->arena, Selection);
    *selection = (Selection){SEL_FIELD, base, f, path, npath, false};
    sel->selection = selection;
    sel->sel->obj = f;
    record_type_and_value(c, &sel->x, x->mode == MODE_VARIABLE ? MODE_VARIABLE : MODE_VALUE, f->type, NULL);
    if (is_var_sized(base)) return set_value(b, BASIC(UINTPTR));
    i64 off = offset_of(base, path, npath);
    if (off < 0) return arg_error(b, x, "", " is too large");
    return set_int_const(b, BASIC(UINTPTR), off);
}

static bool check_unsafe_add(Bcall *b) {
    Checker *c = b->c;
    check_verify_version(c, AT(b->call->fun), 17, "unsafe.Add");
    assign(c, b->x, BASIC(UNSAFE_POINTER), IN("argument to unsafe.Add"));
    if (b->x->mode == MODE_INVALID || !is_valid_index(c, &b->args.ptr[1], "length", true)) return false;
    return set_value(b, BASIC(UNSAFE_POINTER));
}

static bool check_unsafe_slice(Bcall *b) {
    Checker *c = b->c;
    check_verify_version(c, AT(b->call->fun), 17, "unsafe.Slice");
    Type *u = common_under(c, b->x->type, NULL, NULL);
    if (!u || u->kind != TYPE_POINTER) return arg_error(b, b->x, "invalid argument: ", " is not a pointer");
    if (!is_valid_index(c, &b->args.ptr[1], "length", false)) return false;
    return set_value(b, types_new_slice(c, u->pointer.elem));
}

static bool check_unsafe_slice_data(Bcall *b) {
    Checker *c = b->c;
    check_verify_version(c, AT(b->call->fun), 20, "unsafe.SliceData");
    Type *u = common_under(c, b->x->type, NULL, NULL);
    if (!u || u->kind != TYPE_SLICE) return arg_error(b, b->x, "invalid argument: ", " is not a slice");
    return set_value(b, types_new_pointer(c, u->slice.elem));
}

static bool check_unsafe_string(Bcall *b) {
    Checker *c = b->c;
    check_verify_version(c, AT(b->call->fun), 20, "unsafe.String");
    assign(c, b->x, types_new_pointer(c, c->u.byte_), IN("argument to unsafe.String"));
    if (b->x->mode == MODE_INVALID || !is_valid_index(c, &b->args.ptr[1], "length", false)) return false;
    return set_value(b, BASIC(STRING));
}

static bool check_unsafe_string_data(Bcall *b) {
    Checker *c = b->c;
    check_verify_version(c, AT(b->call->fun), 20, "unsafe.StringData");
    assign(c, b->x, BASIC(STRING), IN("argument to unsafe.StringData"));
    return b->x->mode != MODE_INVALID && set_value(b, types_new_pointer(c, c->u.byte_));
}

// ---- dispatch ---------------------------------------------------------------------------------------------------------------

static bool dispatch(Bcall *b) {
    switch (b->id) {
    case BUILTIN_APPEND: return check_append(b);
    case BUILTIN_CAP:
    case BUILTIN_LEN: return check_len(b);
    case BUILTIN_CLEAR:
        check_verify_version(b->c, at_node(b->c, b->call->fun), 21, "clear");
        return under_is(b->c, b->x->type, clear_term, b) && set_no_value(b);
    case BUILTIN_CLOSE: return under_is(b->c, b->x->type, close_term, b) && set_no_value(b);
    case BUILTIN_COMPLEX: return check_complex(b);
    case BUILTIN_COPY: return check_copy(b);
    case BUILTIN_DELETE: return check_delete(b);
    case BUILTIN_IMAG:
    case BUILTIN_REAL: return check_part(b);
    case BUILTIN_MAKE: return check_make(b);
    case BUILTIN_MAX:
    case BUILTIN_MIN: return check_min_max(b);
    case BUILTIN_NEW: return check_new(b);
    case BUILTIN_PANIC: return check_panic(b);
    case BUILTIN_PRINT:
    case BUILTIN_PRINTLN: return check_print(b);
    case BUILTIN_RECOVER: return check_recover(b);
    case BUILTIN_UNSAFE_ADD: return check_unsafe_add(b);
    case BUILTIN_UNSAFE_ALIGNOF:
    case BUILTIN_UNSAFE_SIZEOF: return check_size_or_align(b);
    case BUILTIN_UNSAFE_OFFSETOF: return check_offsetof(b);
    case BUILTIN_UNSAFE_SLICE: return check_unsafe_slice(b);
    case BUILTIN_UNSAFE_SLICE_DATA: return check_unsafe_slice_data(b);
    case BUILTIN_UNSAFE_STRING: return check_unsafe_string(b);
    case BUILTIN_UNSAFE_STRING_DATA: return check_unsafe_string_data(b);
    default: bug("builtin %d", (int)b->id);
    }
}

// The arguments of functions that take values; the first one goes to x.
static bool eval_args(Bcall *b) {
    b->nargs = b->call->args.len;
    if (b->id == BUILTIN_MAKE || b->id == BUILTIN_NEW || b->id == BUILTIN_UNSAFE_OFFSETOF) return true;
    expr_list(b->c, &b->call->args, &b->args);
    b->nargs = b->args.len;
    for (i64 i = 0; i < b->nargs; i++)
        if (b->args.ptr[i].mode == MODE_INVALID) return false;
    if (b->nargs > 0) *b->x = b->args.ptr[0];
    return true;
}

static bool check_args_and_call(Bcall *b) {
    if (!eval_args(b)) return false;
    int want = builtins[b->id].nargs;
    if (b->nargs >= want && (builtins[b->id].variadic || b->nargs <= want)) return dispatch(b);
    Str s = estr(b->c, b->call);
    check_errorf(b->c, at_node(b->c, b->call), "invalid operation: %s arguments for %.*s (expected %d, found %lld)",
                 b->nargs < want ? "not enough" : "too many", SFMT(s), want, (long long)b->nargs);
    return false;
}

bool check_builtin(Checker *c, Operand *x, Call *call, BuiltinId id) {
    Bcall b = {.c = c, .x = x, .call = call, .id = id, .name = builtins[id].name};
    if (call->has_dots && id != BUILTIN_APPEND) {
        check_errorf(c, AT(call), "invalid operation: invalid use of ... with built-in %s", b.name);
        use_exprs(c, &call->args);
        return false;
    }
    if (id != BUILTIN_LEN && id != BUILTIN_CAP) return check_args_and_call(&b);
    bool saved = c->env.has_call_or_recv;
    c->env.has_call_or_recv = false; // len and cap of an array are constant unless the operand does something
    bool ok = check_args_and_call(&b);
    c->env.has_call_or_recv = saved;
    return ok;
}
