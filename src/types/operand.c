// operand.c - operands in words.
//
// In:  operands and types. Out: the descriptions gc's messages have: "x (variable of type int)",
//      "1 << 70 (untyped int constant 1180591620717411303424)", "(number, string)".
#include "types/exprs.h"

Str estr(Checker *c, const void *e) { return expr_str(c->arena, e); }

const char *composite_kind(Type *t) {
    switch (types_under(t)->kind) {
    case TYPE_ARRAY: return "array";
    case TYPE_SLICE: return "slice";
    case TYPE_STRUCT: return "struct";
    case TYPE_POINTER: return "pointer";
    case TYPE_SIGNATURE: return "func";
    case TYPE_INTERFACE: return "interface";
    case TYPE_MAP: return "map";
    case TYPE_CHAN: return "chan";
    case TYPE_TUPLE: return "tuple";
    case TYPE_UNION: return "union";
    default: return "";
    }
}

static void put_type(Buf *b, Arena *a, Type *t, Package *rel) { buf_str(b, types_string(a, t, rel)); }

static void put_nil(Buf *b, Arena *a, const Operand *x, Package *rel) {
    if (!x->type || x->type->kind == TYPE_INVALID) buf_c(b, "nil (with invalid type)");
    else if (x->type->kind == TYPE_UNTYPED_NIL) buf_c(b, "nil");
    else {
        buf_c(b, "nil (of type ");
        put_type(b, a, x->type, rel);
        buf_c(b, ")");
    }
}

// " of struct type T", " of type P constrained by C": what the type is, where its name does not say it.
static void put_of_type(Buf *b, Arena *a, Type *t, Package *rel) {
    Type *plain = types_unalias(t);
    if (plain->kind == TYPE_INVALID) {
        buf_c(b, " with invalid type");
        return;
    }
    buf_c(b, " of ");
    if (type_is_generic(t)) buf_c(b, "generic ");
    if (plain->kind != TYPE_PARAM && (t->kind == TYPE_ALIAS || t->kind == TYPE_NAMED)) {
        const char *what = composite_kind(t);
        if (*what) buf_c(b, what);
        else if (types_under(t)->kind == TYPE_UNSAFE_POINTER) buf_c(b, "Pointer");
        else put_type(b, a, types_under(t), rel);
        buf_char(b, ' ');
    }
    buf_c(b, "type ");
    put_type(b, a, t, rel);
    if (plain->kind == TYPE_PARAM) {
        buf_c(b, " constrained by ");
        put_type(b, a, plain->param.bound, rel);
        if (has_empty_typeset(plain)) buf_c(b, " with empty type set");
    }
}

static const char *builtin_name(i32 id) {
    static const char *const names[] = {
#define B(i, name, nargs, variadic, kind) name,
#include "types/builtins.def"
#undef B
    };
    return names[id];
}

static Str operand_expr(Arena *a, const Operand *x, Package *rel) {
    if (x->expr) return expr_str(a, x->expr);
    if (x->mode == MODE_BUILTIN) return str_c(builtin_name(x->builtin));
    if (x->mode == MODE_TYPE) return types_string(a, x->type, rel);
    if (x->mode == MODE_CONST && x->val) return exact_text(a, x->val);
    return S("");
}

static void put_operand(Buf *b, Arena *a, const Operand *x, Package *rel) {
    static const char *const modes[] = {
        [MODE_INVALID] = "invalid operand",
        [MODE_NO_VALUE] = "no value",
        [MODE_BUILTIN] = "built-in",
        [MODE_TYPE] = "type",
        [MODE_CONST] = "constant",
        [MODE_VARIABLE] = "variable",
        [MODE_MAP_INDEX] = "map index expression",
        [MODE_VALUE] = "value",
        [MODE_NIL] = "nil",
        [MODE_COMMA_OK] = "comma, ok expression",
        [MODE_COMMA_ERR] = "comma, error expression",
    };
    Str expr = operand_expr(a, x, rel);
    if (expr.len) {
        buf_str(b, expr);
        buf_c(b, " (");
    }
    bool has_type = x->mode != MODE_INVALID && x->mode != MODE_NO_VALUE && x->mode != MODE_BUILTIN &&
                    x->mode != MODE_TYPE && x->type;
    if (has_type && type_is_untyped(x->type)) {
        put_type(b, a, x->type, rel);
        buf_char(b, ' ');
        has_type = false;
    }
    buf_c(b, modes[x->mode]);
    if (x->mode == MODE_CONST && x->val) {
        Str val = exact_text(a, x->val);
        if (!str_eq(val, expr)) {
            buf_char(b, ' ');
            buf_str(b, val);
        }
    }
    if (has_type) put_of_type(b, a, x->type, rel);
    if (expr.len) buf_char(b, ')');
}

void operand_string(Buf *b, const Operand *x, Package *rel) {
    Arena *a = arena_new("operand string");
    if (x->mode == MODE_NIL) put_nil(b, a, x, rel);
    else put_operand(b, a, x, rel);
    arena_free(a);
}

// Untyped numbers are just "number": no type is asked for in particular.
static Str summary_of(Checker *c, Type *t) {
    if (!t || t->kind == TYPE_INVALID) return S("unknown type");
    if (!type_is_untyped(t)) return tstr(c, t);
    if (type_is_numeric(t)) return S("number");
    Str s = tstr(c, t);
    return str_has_prefix(s, S("untyped ")) ? str_slice(s, 8, s.len) : s;
}

Str types_summary(Checker *c, Type **list, i64 n, bool variadic, bool has_dots) {
    Buf b = {0};
    buf_char(&b, '(');
    for (i64 i = 0; i < n; i++) {
        if (i) buf_c(&b, ", ");
        bool last = i == n - 1;
        Type *t = list[i];
        if (last && variadic) buf_c(&b, "...");
        if (last && variadic && t && t->kind == TYPE_SLICE) t = t->slice.elem;
        buf_str(&b, summary_of(c, t));
        if (last && has_dots) buf_c(&b, "...");
    }
    buf_char(&b, ')');
    Str s = arena_str(c->arena, buf_view(&b));
    buf_free(&b);
    return s;
}

Str tuple_summary(Checker *c, Type *tuple, bool variadic) {
    i64 n = tuple_len(tuple);
    Type **list = ANEWN(c->arena, Type *, n + 1);
    for (i64 i = 0; i < n; i++) list[i] = tuple->tuple.vars[i]->type;
    return types_summary(c, list, n, variadic, false);
}

Str operands_summary(Checker *c, OperandVec *v, bool has_dots) {
    Type **list = ANEWN(c->arena, Type *, v->len + 1);
    for (i64 i = 0; i < v->len; i++) list[i] = v->ptr[i].type;
    return types_summary(c, list, v->len, false, has_dots);
}
