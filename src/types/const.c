// const.c - constants and types: representability, rounding, overflow, the implicit conversion of untyped
// operands.
//
// Method: integer types are a sign and a width; a value fits if its exact integer form needs no more bits.
// Floats round to the type; they fit unless that gives an infinity.
#include "types/exprs.h"

void set_const(Operand *x, Type *t, const Exact *v) {
    x->mode = MODE_CONST;
    x->type = t;
    x->val = v;
}

// Bits of an integer type; negative for signed ones, 0 for untyped integers.
static int integer_width(u8 kind) {
    switch (kind) {
    case TYPE_INT8: return -8;
    case TYPE_INT16: return -16;
    case TYPE_INT32: return -32;
    case TYPE_INT:
    case TYPE_INT64: return -64;
    case TYPE_UINT8: return 8;
    case TYPE_UINT16: return 16;
    case TYPE_UINT32: return 32;
    case TYPE_UINT:
    case TYPE_UINT64:
    case TYPE_UINTPTR: return 64;
    default: return 0;
    }
}

static bool int_fits(const Exact *v, int width) {
    if (width == 0) return true;
    if (width > 0) return exact_sign(v) >= 0 && exact_bit_len(v) <= width;
    i64 i, half = width == -64 ? INT64_MIN : -(INT64_C(1) << (-width - 1));
    return exact_is_i64(v, &i) && i >= half && i <= ~half;
}

static bool int_representable(Checker *c, const Exact *v, u8 kind, const Exact **rounded) {
    v = exact_to_int(c->arena, v);
    if (exact_kind(v) != EX_INT) return false;
    if (rounded) *rounded = v;
    return int_fits(v, integer_width(kind));
}

// bits: 32, 64, or 0 for untyped (no rounding).
static bool round_float(Checker *c, const Exact *v, int bits, const Exact **out) {
    *out = v;
    if (bits == 0) return true;
    *out = bits == 32 ? exact_round_f32(c->arena, v) : exact_round_f64(c->arena, v);
    return exact_kind(*out) != EX_UNKNOWN;
}

static bool float_representable(Checker *c, const Exact *v, int bits, const Exact **rounded) {
    v = exact_to_float(c->arena, v);
    if (exact_kind(v) != EX_FLOAT && exact_kind(v) != EX_INT) return false;
    const Exact *r;
    if (!round_float(c, v, bits, &r)) return false;
    if (rounded && bits) *rounded = r;
    return true;
}

static bool complex_representable(Checker *c, const Exact *v, int bits, const Exact **rounded) {
    v = exact_to_complex(c->arena, v);
    if (exact_kind(v) != EX_COMPLEX) return false;
    const Exact *re, *im;
    if (!round_float(c, exact_real(c->arena, v), bits, &re) || !round_float(c, exact_imag(c->arena, v), bits, &im))
        return false;
    if (rounded && bits) *rounded = exact_binary(c->arena, EXO_ADD, re, exact_make_imag(c->arena, im), false);
    return true;
}

bool const_representable(Checker *c, const Exact *v, Type *t, const Exact **rounded) {
    if (exact_kind(v) == EX_UNKNOWN) return true; // reported before
    if (type_is_integer(t)) return int_representable(c, v, t->kind, rounded);
    if (type_is_float(t))
        return float_representable(c, v, t->kind == TYPE_FLOAT32 ? 32 : t->kind == TYPE_FLOAT64 ? 64 : 0, rounded);
    if (type_is_complex(t))
        return complex_representable(c, v,
                                     t->kind == TYPE_COMPLEX64    ? 32
                                     : t->kind == TYPE_COMPLEX128 ? 64
                                                                  : 0,
                                     rounded);
    if (type_is_string(t)) return exact_kind(v) == EX_STRING;
    if (type_is_boolean(t)) return exact_kind(v) == EX_BOOL;
    return false;
}

static Misfit representation(Checker *c, Operand *x, Type *basic, const Exact **out) {
    *out = x->val;
    if (const_representable(c, x->val, basic, out)) return FITS;
    if (!type_is_numeric(x->type) || !type_is_numeric(basic)) return MISFIT_OTHER;
    return !type_is_integer(x->type) && type_is_integer(basic) ? MISFIT_TRUNCATED : MISFIT_OVERFLOWS;
}

static void report_misfit(Checker *c, Misfit why, Operand *x, Type *target) {
    Str xs = ostr(c, x), ts = tstr(c, target);
    switch (why) {
    case MISFIT_TRUNCATED: check_errorf(c, at_op(x), "%.*s truncated to %.*s", SFMT(xs), SFMT(ts)); break;
    case MISFIT_OVERFLOWS: check_errorf(c, at_op(x), "%.*s overflows %.*s", SFMT(xs), SFMT(ts)); break;
    default: check_errorf(c, at_op(x), "cannot convert %.*s to type %.*s", SFMT(xs), SFMT(ts));
    }
}

void check_representable(Checker *c, Operand *x, Type *basic) {
    const Exact *v;
    Misfit why = representation(c, x, basic, &v);
    if (why == FITS) {
        x->val = v;
        return;
    }
    report_misfit(c, why, x, basic);
    invalidate(x);
}

// Name of an operation whose result may grow beyond the limit.
static const char *overflow_name(const Expr *e) {
    if (e && e->kind == ND_UNARY && ((const Unary *)e)->op == OP_XOR) return "bitwise complement ";
    if (!e || e->kind != ND_BINARY) return "";
    switch (((const Binary *)e)->op) {
    case OP_ADD: return "addition ";
    case OP_SUB: return "subtraction ";
    case OP_XOR: return "bitwise XOR ";
    case OP_MUL: return "multiplication ";
    case OP_SHL: return "shift ";
    default: return "";
    }
}

void check_overflow(Checker *c, Operand *x, Pos op_pos) {
    if (exact_kind(x->val) == EX_UNKNOWN) {
        check_errorf(c, op_pos, "constant result is not representable");
        return;
    }
    if (!type_is_untyped(x->type)) {
        check_representable(c, x, types_under(x->type));
        return;
    }
    if (exact_kind(x->val) == EX_INT && exact_bit_len(x->val) > 512) {
        check_errorf(c, op_pos, "constant %soverflow", overflow_name(x->expr));
        x->val = exact_unknown();
    }
}

// ---- implicit conversion of untyped operands ------------------------------------------------------

static int untyped_rank(const Type *t) // of numeric kinds: int < rune < float < complex
{
    return t->kind >= TYPE_UNTYPED_INT && t->kind <= TYPE_UNTYPED_COMPLEX ? t->kind : 0;
}

static Type *larger_untyped(Type *x, Type *y) {
    if (x == y || x->kind == y->kind) return x;
    if (!untyped_rank(x) || !untyped_rank(y)) return NULL;
    return untyped_rank(x) > untyped_rank(y) ? x : y;
}

typedef struct FitTerm {
    Checker *c;
    Operand *x;
} FitTerm;

static bool fits_term(void *ctx, Type *t, Type *u) {
    FitTerm *f = ctx;
    if (!u) return false;
    Type *nt;
    const Exact *v;
    return implicit_type(f->c, f->x, u, &nt, &v) == FITS;
}

// An untyped value that is no constant: a comparison, a shift, nil.
static bool value_fits_basic(Type *untyped, Type *target) {
    switch (untyped->kind) {
    case TYPE_UNTYPED_BOOL: return type_is_boolean(target);
    case TYPE_UNTYPED_INT:
    case TYPE_UNTYPED_RUNE:
    case TYPE_UNTYPED_FLOAT:
    case TYPE_UNTYPED_COMPLEX: return type_is_numeric(target);
    case TYPE_UNTYPED_STRING: return type_is_string(target);
    default: return false;
    }
}

static bool is_basic_kind(u8 k) { return k >= TYPE_BOOL && k <= TYPE_UNTYPED_NIL; }

// The type an untyped x has where target is wanted. *val is set for constants whose value is rounded.
Misfit implicit_type(Checker *c, Operand *x, Type *target, Type **newtype, const Exact **val) {
    *newtype = x->type;
    *val = NULL;
    if (x->mode == MODE_INVALID || !type_is_untyped(x->type) || !type_valid(target)) return FITS;
    if (type_is_untyped(target)) {
        Type *m = larger_untyped(x->type, target);
        if (!m) return MISFIT_OTHER;
        *newtype = m;
        return FITS;
    }
    *newtype = target;
    if (is_nil(x)) return types_has_nil(target) ? FITS : MISFIT_OTHER;
    Type *u = types_under(target);
    if (is_basic_kind(u->kind)) {
        if (x->mode == MODE_CONST) return representation(c, x, u, val);
        return value_fits_basic(x->type, target) ? FITS : MISFIT_OTHER;
    }
    if (u->kind != TYPE_INTERFACE) return MISFIT_OTHER;
    if (type_is_param(target)) {
        FitTerm f = {c, x};
        return under_is(c, target, fits_term, &f) ? FITS : MISFIT_OTHER;
    }
    if (!typeset_is_all(type_set(u))) return MISFIT_OTHER;
    *newtype = types_default(c, x->type); // dynamic values have concrete types
    return FITS;
}

void check_convert_untyped(Checker *c, Operand *x, Type *target) {
    Type *t;
    const Exact *v;
    Misfit why = implicit_type(c, x, target, &t, &v);
    if (why != FITS) {
        report_misfit(c, why, x, type_is_param(target) ? target : types_under(target));
        invalidate(x);
        return;
    }
    if (v) {
        x->val = v;
        update_expr_val(x->expr, v);
    }
    if (t != x->type) {
        x->type = t;
        update_expr_type(c, x->expr, t, false);
    }
}
