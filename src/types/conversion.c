// conversion.c - T(x).
//
// Constants convert to constants where T is a constant type; else it is the types that decide.
#include "types/exprs.h"

static bool is_bytes_or_runes(Type *u) {
    if (u->kind != TYPE_SLICE) return false;
    u8 k = types_under(u->slice.elem)->kind;
    return k == TYPE_UINT8 || k == TYPE_INT32;
}

static Str utf8_of(Arena *a, u32 r) {
    if (r > 0x10FFFF || (r >= 0xD800 && r < 0xE000)) r = 0xFFFD;
    if (r < 0x80) return arena_printf(a, "%c", (char)r);
    if (r < 0x800) return arena_printf(a, "%c%c", 0xC0 | r >> 6, 0x80 | (r & 0x3F));
    if (r < 0x10000) return arena_printf(a, "%c%c%c", 0xE0 | r >> 12, 0x80 | (r >> 6 & 0x3F), 0x80 | (r & 0x3F));
    return arena_printf(a, "%c%c%c%c", 0xF0 | r >> 18, 0x80 | (r >> 12 & 0x3F), 0x80 | (r >> 6 & 0x3F),
                        0x80 | (r & 0x3F));
}

static const Exact *string_of_code_point(Checker *c, const Exact *v) {
    u64 r;
    if (!exact_is_u64(v, &r) || r > 0x10FFFF) r = 0xFFFD;
    if (r == 0) return exact_string(c->arena, (Str){"\0", 1});
    return exact_string(c->arena, utf8_of(c->arena, (u32)r));
}

// A constant x as a constant of type t.
static bool const_convertible(Checker *c, Operand *x, Type *t, const Exact **val) {
    Type *u = types_under(t);
    const Exact *v = x->val;
    if (u->kind == TYPE_INVALID || u->kind > TYPE_UNTYPED_NIL) return false;
    if (const_representable(c, x->val, u, &v)) {
        if (val) *val = v;
        return true;
    }
    if (val && type_is_integer(u) && exact_kind(exact_to_int(c->arena, x->val)) == EX_INT)
        *val = exact_to_int(c->arena, x->val); // messages show the integer
    if (!type_is_integer(x->type) || !type_is_string(u)) return false;
    if (val) *val = string_of_code_point(c, x->val);
    return true;
}

// ---- types ------------------------------------------------------------------------------------------------

static void add_cause(Checker *c, Str *cause, Str msg) {
    if (!cause) return;
    *cause = cause->len ? arena_printf(c->arena, "%.*s\n\t%.*s", SFMT(msg), SFMT(*cause)) : msg;
}

static bool is_integer_or_float(Type *t) { return type_is_integer(t) || type_is_float(t); }

static bool pointers_convertible(Type *v, Type *t) {
    if (v->kind != TYPE_POINTER || t->kind != TYPE_POINTER) return false;
    Type *a = v->pointer.elem, *b = t->pointer.elem;
    return !type_is_param(a) && !type_is_param(b) && type_identical_tags(types_under(a), types_under(b), true);
}

static bool unsafe_convertible(Type *vu, Type *tu) {
    bool v_word = vu->kind == TYPE_POINTER || vu->kind == TYPE_UINTPTR,
         t_word = tu->kind == TYPE_POINTER || tu->kind == TYPE_UINTPTR;
    return (v_word && tu->kind == TYPE_UNSAFE_POINTER) || (vu->kind == TYPE_UNSAFE_POINTER && t_word);
}

// Slice to array or array pointer; *known: the version decides.
static bool slice_to_array(Checker *c, Type *vu, Type *tu, Str *cause, bool *known) {
    *known = false;
    if (vu->kind != TYPE_SLICE) return false;
    bool ptr = tu->kind == TYPE_POINTER;
    Type *a = ptr ? types_under(tu->pointer.elem) : tu;
    if (a->kind != TYPE_ARRAY || !types_identical(vu->slice.elem, a->array.elem)) return false;
    *known = true;
    if (check_allow_version(c, 0, ptr ? 17 : 20)) return true;
    if (cause)
        *cause = ptr ? S("conversion of slice to array pointer requires go1.17 or later")
                     : S("conversion of slice to array requires go1.20 or later");
    return false;
}

typedef struct ConvCtx {
    Checker *c;
    Operand x;
    Type *t, *vterm;
    Type *vparam, *tparam;
    Str *cause;
} ConvCtx;

static bool convert_to_term(void *ctx, Type *t, Type *u) {
    ConvCtx *k = ctx;
    Checker *c = k->c;
    if (!t) return false;
    if (type_convertible(c, &k->x, t, k->cause)) return true;
    Str vs = tstr(c, k->x.type), ts = tstr(c, t), tp = tstr(c, k->tparam);
    if (k->vparam) {
        Str vp = tstr(c, k->vparam);
        add_cause(c, k->cause,
                  arena_printf(c->arena, "cannot convert %.*s (in %.*s) to type %.*s (in %.*s)", SFMT(vs), SFMT(vp),
                               SFMT(ts), SFMT(tp)));
    } else {
        add_cause(c, k->cause,
                  arena_printf(c->arena, "cannot convert %.*s to type %.*s (in %.*s)", SFMT(vs), SFMT(ts), SFMT(tp)));
    }
    return false;
}

static bool convert_from_term(void *ctx, Type *v, Type *u) {
    ConvCtx *k = ctx;
    Checker *c = k->c;
    if (!v) return false;
    k->x.type = v;
    if (k->tparam) return under_is(c, k->tparam, convert_to_term, k);
    if (type_convertible(c, &k->x, k->t, k->cause)) return true;
    Str vs = tstr(c, v), vp = tstr(c, k->vparam), ts = tstr(c, k->t);
    add_cause(c, k->cause,
              arena_printf(c->arena, "cannot convert %.*s (in %.*s) to type %.*s", SFMT(vs), SFMT(vp), SFMT(ts)));
    return false;
}

bool type_convertible(Checker *c, Operand *x, Type *t, Str *cause) {
    if (check_assignable_types(c, x, t, cause)) return true;
    Type *v = types_unalias(x->type), *tt = types_unalias(t), *vu = types_under(v), *tu = types_under(tt);
    Type *vp = v->kind == TYPE_PARAM ? v : NULL, *tp = tt->kind == TYPE_PARAM ? tt : NULL;
    bool known;
    if (!vp && !tp && type_identical_tags(vu, tu, true)) return true;
    if (pointers_convertible(v, tt)) return true;
    if (!vp && !tp) {
        if (is_integer_or_float(vu) && is_integer_or_float(tu)) return true;
        if (type_is_complex(vu) && type_is_complex(tu)) return true;
        if ((type_is_integer(vu) || is_bytes_or_runes(vu)) && type_is_string(tu)) return true;
        if (type_is_string(vu) && is_bytes_or_runes(tu)) return true;
        if (unsafe_convertible(vu, tu)) return true;
        return slice_to_array(c, vu, tu, cause, &known);
    }
    ConvCtx k = {.c = c, .x = *x, .t = t, .vparam = vp, .tparam = tp, .cause = cause};
    return vp ? under_is(c, vp, convert_from_term, &k) : under_is(c, tp, convert_to_term, &k);
}

// ---- conversions -------------------------------------------------------------------------------------------

typedef struct ConstCtx {
    Checker *c;
    Operand *x;
    Type *t;
    Str *cause;
} ConstCtx;

static bool const_term(void *ctx, Type *t, Type *u) {
    ConstCtx *k = ctx;
    Checker *c = k->c;
    Str ts = tstr(c, k->t);
    if (!u) {
        *k->cause = arena_printf(c->arena, "%.*s does not contain specific types", SFMT(ts));
        return false;
    }
    if (type_is_string(k->x->type) && is_bytes_or_runes(u)) return true;
    if (const_convertible(c, k->x, u, NULL)) return true;
    Str us = tstr(c, u);
    if (type_is_integer(k->x->type) && type_is_integer(u)) {
        Str v = exact_text(c->arena, k->x->val);
        *k->cause = arena_printf(c->arena, "constant %.*s overflows %.*s (in %.*s)", SFMT(v), SFMT(us), SFMT(ts));
    } else {
        Str s = ostr(c, k->x);
        *k->cause = arena_printf(c->arena, "cannot convert %.*s to type %.*s (in %.*s)", SFMT(s), SFMT(us), SFMT(ts));
    }
    return false;
}

// The type an untyped argument gets.
static Type *final_arg_type(Checker *c, Operand *x, Type *t, bool const_arg) {
    if (x->type->kind == TYPE_UNTYPED_NIL) return t;
    if (type_is_interface_not_param(t) || (const_arg && !type_is_const_type(t))) return types_default(c, x->type);
    if (x->mode == MODE_CONST && type_is_integer(x->type) && type_all_string(t)) return x->type;
    return t;
}

void check_conversion(Checker *c, Operand *x, Type *t) {
    bool const_arg = x->mode == MODE_CONST, ok;
    Str cause = S("");
    if (!type_valid(t) || !type_valid(types_under(t))) {
        invalidate(x);
        return;
    }
    if (const_arg && type_is_const_type(t)) {
        ok = const_convertible(c, x, t, &x->val);
        if (!ok && type_is_integer(x->type) && type_is_integer(t)) {
            Str v = exact_text(c->arena, x->val), ts = tstr(c, t);
            check_errorf(c, at_op(x), "constant %.*s overflows %.*s", SFMT(v), SFMT(ts));
            invalidate(x);
            return;
        }
    } else if (const_arg && type_is_param(t)) {
        ConstCtx k = {c, x, t, &cause};
        ok = under_is(c, t, const_term, &k);
        x->mode = MODE_VALUE;
    } else {
        ok = type_convertible(c, x, t, &cause);
        if (ok) x->mode = MODE_VALUE;
    }
    if (!ok) {
        Str s = ostr(c, x), ts = tstr(c, t);
        if (cause.len)
            check_errorf(c, at_op(x), "cannot convert %.*s to type %.*s: %.*s", SFMT(s), SFMT(ts), SFMT(cause));
        else check_errorf(c, at_op(x), "cannot convert %.*s to type %.*s", SFMT(s), SFMT(ts));
        invalidate(x);
        return;
    }
    if (type_is_untyped(x->type)) update_expr_type(c, x->expr, final_arg_type(c, x, t, const_arg), true);
    x->type = t;
}
