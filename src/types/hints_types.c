// hints_types.c - values that do not have the type that is wanted: conversions, methods that lack, counts.
//
// An edit that puts something around an expression is offered where the end of the expression is known for sure, and a type
// is written only where its name means that type.
#include "types/exprs.h"

// ---- what can be written ------------------------------------------------------------------------------

static char byte_before(Checker *c, Pos p) {
    SourceFile *f = diag_source(c->diag, p);
    i64 i = f ? (i64)(p - f->base) - 1 : -1;
    return i >= 0 && i < f->text.len ? f->text.ptr[i] : 0;
}

// node_end counts on there being no spaces in front of a closing bracket.
static bool end_of(Checker *c, const Expr *e, Pos *end) {
    *end = node_end(e);
    while (e->kind == ND_BINARY || e->kind == ND_UNARY || e->kind == ND_STAR)
        e = e->kind == ND_BINARY  ? ((const Binary *)e)->r
            : e->kind == ND_UNARY ? ((const Unary *)e)->e
                                  : ((const Star *)e)->e;
    switch (e->kind) {
    case ND_PAREN:
    case ND_TYPE_ASSERT: return byte_before(c, *end) == ')';
    case ND_INDEX:
    case ND_SLICE: return byte_before(c, *end) == ']';
    case ND_IDENT:
    case ND_BASIC_LIT:
    case ND_SELECTOR:
    case ND_CALL:
    case ND_COMPOSITE_LIT: return true;
    default: return false;
    }
}

// The package's name in the file; NULL: it is not imported.
static Object *import_of(Checker *c, const Package *p, Str path) {
    const File *f = c->env.file;
    for (i64 i = 0, n = f && f->scope ? scope_len(f->scope) : 0; i < n; i++) {
        Object *o = scope_at(f->scope, i);
        if (o->kind == OBJ_PKG_NAME && o->imported && (p ? o->imported == p : str_eq(o->imported->path, path)))
            return o;
    }
    return NULL;
}

static bool can_name(Checker *c, Type *t) {
    switch (t->kind) {
    case TYPE_POINTER: return can_name(c, t->pointer.elem);
    case TYPE_SLICE: return can_name(c, t->slice.elem);
    case TYPE_MAP: return can_name(c, t->map.key) && can_name(c, t->map.elem);
    case TYPE_NAMED: {
        Object *o = t->named.obj;
        if (t->named.targs.len || t->named.tparams.len || !o) return false;
        if (!o->pkg || o->pkg == c->pkg) return lookup_name(c, o->name) == o;
        Object *pn = import_of(c, o->pkg, (Str){0});
        return pn && pn->name == o->pkg->name && o->name->exported && lookup_name(c, pn->name) == pn;
    }
    default:
        return t->kind > TYPE_INVALID && t->kind < TYPE_UNTYPED_BOOL &&
               scope_lookup_parent(c->env.scope, intern(c->intern, tstr(c, t)), 0, NULL) ==
                   scope_lookup(c->u.scope, intern(c->intern, tstr(c, t)));
    }
}

typedef enum Trust { CHOICE, LIKELY, SURE } Trust; // an edit that may mean something else, that mends, that is meant

// Puts before and after around e.
static bool wrap(Checker *c, const Expr *e, Str before, Str after, Trust trust, Str title) {
    Pos end;
    if (!end_of(c, e, &end)) return false;
    DiagEdit v[2] = {{node_start(e), node_start(e), before}, {end, end, after}};
    DiagEdit *from = before.len ? v : v + 1;
    i64 n = (before.len > 0) + (after.len > 0);
    if (trust == SURE) diag_fix(c->error, from, n, "%.*s", SFMT(title));
    else if (trust == CHOICE) diag_offer(c->error, from, n, "%.*s", SFMT(title));
    else diag_suggest(c->error, from, n, "%.*s", SFMT(title));
    return true;
}

static bool is_operand(const Expr *e) {
    return e->kind == ND_IDENT || e->kind == ND_SELECTOR || e->kind == ND_CALL || e->kind == ND_INDEX ||
           e->kind == ND_PAREN;
}

static bool call_wrap(Checker *c, const Expr *e, Str path, const char *func, Trust trust) {
    Object *pn = import_of(c, NULL, path);
    Str base = path_base(path), name = pn ? pn->name->s : base;
    Str before = arena_printf(c->arena, "%.*s.%s(", SFMT(name), func);
    if (pn)
        return wrap(c, e, before, S(")"), trust, arena_printf(c->arena, "convert it with %.*s.%s", SFMT(name), func));
    Pos end;
    if (!c->env.file || scope_lookup_parent(c->env.scope, intern(c->intern, base), 0, NULL) || !end_of(c, e, &end))
        return false;
    DiagEdit v[3] = {hint_import_edit(c, path), {node_start(e), node_start(e), before}, {end, end, S(")")}};
    if (v[0].hi > v[1].lo) return false;
    diag_fix(c->error, v, 3, "convert it with %.*s.%s, and add import \"%.*s\"", SFMT(base), func, SFMT(path));
    return true;
}

// ---- conversions ------------------------------------------------------------------------------------------

static bool is_bytes_or_runes(Type *u) {
    if (u->kind != TYPE_SLICE) return false;
    u8 k = types_under(u->slice.elem)->kind;
    return k == TYPE_UINT8 || k == TYPE_INT32;
}

static bool same(Type *a, Type *b) { return types_identical(a, b); }

static Object *method_of(Checker *c, Type *t, const char *name) {
    Object *m = lookup_impl(c, t, true, c->pkg, intern_c(c->intern, name), false, NULL, NULL, NULL);
    if (!m || m->kind != OBJ_FUNC) return NULL;
    check_obj_decl(c, m);
    return m->type && m->type->kind == TYPE_SIGNATURE ? m : NULL;
}

// x.M() gives a t.
static bool method_gives(Checker *c, Type *t, const char *name, Type *want) {
    Object *m = method_of(c, t, name);
    return m && !tuple_len(m->type->sig.params) && tuple_len(m->type->sig.results) == 1 &&
           same(m->type->sig.results->tuple.vars[0]->type, want);
}

static bool to_string(Checker *c, const Operand *x, Type *t) {
    Type *u = types_under(x->type);
    if (x->mode == MODE_CONST && u->kind == TYPE_UNTYPED_RUNE && x->expr->kind == ND_BASIC_LIT) {
        Str s = ((BasicLit *)x->expr)->text;
        if (s.len < 3 || s.ptr[1] == '"' || s.ptr[1] == '\\') return false;
        hint_replace(c, x->expr, arena_printf(c->arena, "\"%.*s\"", SFMT(str_slice(s, 1, s.len - 1))),
                     "a string has double quotes");
        return true;
    }
    if (!same(t, BASIC(STRING))) return false;
    if (is_operand(x->expr) && method_gives(c, x->type, "Error", BASIC(STRING)))
        return wrap(c, x->expr, S(""), S(".Error()"), SURE, S("take its text"));
    if (is_operand(x->expr) && method_gives(c, x->type, "String", BASIC(STRING)))
        return wrap(c, x->expr, S(""), S(".String()"), SURE, S("take its text"));
    if (u->kind == TYPE_INT32 || u->kind == TYPE_UINT8 || u->kind == TYPE_UNTYPED_RUNE)
        return wrap(c, x->expr, S("string("), S(")"), LIKELY, S("string of a rune or byte is that character"));
    if (u->kind == TYPE_UNTYPED_INT || same(x->type, BASIC(INT)))
        return call_wrap(c, x->expr, S("strconv"), "Itoa", SURE);
    if (type_is_numeric(u) || type_is_boolean(u)) return call_wrap(c, x->expr, S("fmt"), "Sprint", SURE);
    return false;
}

static bool from_string(Checker *c, const Operand *x, Type *u) {
    if (x->mode == MODE_CONST && x->expr->kind == ND_BASIC_LIT) {
        Str s = exact_string_val(x->val);
        bool digits = s.len > 0;
        for (i64 i = 0; i < s.len; i++) digits &= s.ptr[i] >= '0' && s.ptr[i] <= '9';
        if (digits && s.len < 3 && s.ptr[0] != '0') hint_replace(c, x->expr, s, "a number has no quotes");
        else if (s.len == 1 && (u->kind == TYPE_UINT8 || u->kind == TYPE_INT32) && s.ptr[0] > ' ' && s.ptr[0] < 127 &&
                 s.ptr[0] != '\'' && s.ptr[0] != '\\')
            hint_replace(c, x->expr, arena_printf(c->arena, "'%c'", s.ptr[0]), "a character has single quotes");
        else return false;
        return true;
    }
    if (type_is_integer(u))
        diag_help(c->error, "strconv.Atoi reads a number from a string: it returns the number and an error");
    else if (type_is_float(u))
        diag_help(c->error, "strconv.ParseFloat reads a number from a string: it returns the number and an error");
    else if (type_is_boolean(u))
        diag_help(c->error, "strconv.ParseBool reads a bool from a string: it returns the bool and an error");
    return true;
}

// All values of v are values of u.
static bool is_wider(Type *v, Type *u) {
    if (type_is_untyped(v) || type_is_untyped(u) || type_is_param(v) || type_is_param(u)) return false;
    i64 from = types_size(v), to = types_size(u);
    if (!type_is_integer(v)) return !type_is_integer(u) && to >= from;
    if (!type_is_integer(u)) return to == 8;
    return type_is_unsigned(v) == type_is_unsigned(u) ? to >= from : type_is_unsigned(v) && to > from;
}

// Of numbers only what loses nothing is likely, and between two declared types nothing is: they differ on purpose.
static Trust trust_conversion(Type *x, Type *t) {
    Type *v = types_under(x), *u = types_under(t);
    bool numbers = type_is_numeric(v) && type_is_numeric(u);
    if ((x->kind == TYPE_NAMED && t->kind == TYPE_NAMED) || (numbers && !is_wider(v, u))) return CHOICE;
    return numbers && type_is_integer(v) != type_is_integer(u) ? LIKELY : SURE;
}

// A string literal where bytes, runes or an error are wanted.
static bool from_literal(Checker *c, const Operand *x, Type *t) {
    if (x->mode != MODE_CONST || x->expr->kind != ND_BASIC_LIT || !type_is_string(x->type)) return false;
    if (same(t, types_universe(c)->error_)) return call_wrap(c, x->expr, S("errors"), "New", SURE);
    if (!is_bytes_or_runes(types_under(t)) || !can_name(c, t)) return false;
    Str ts = tstr(c, t);
    return wrap(c, x->expr, arena_printf(c->arena, "%.*s(", SFMT(ts)), S(")"), SURE,
                arena_printf(c->arena, "convert it to %.*s", SFMT(ts)));
}

// T(x), where it means the same value in another type.
static bool convert(Checker *c, const Operand *x, Type *t) {
    Type *v = types_under(x->type), *u = types_under(t);
    bool text = (type_is_string(v) && is_bytes_or_runes(u)) || (is_bytes_or_runes(v) && type_is_string(u));
    bool numbers = type_is_numeric(v) && type_is_numeric(u) && type_is_complex(v) == type_is_complex(u);
    bool alike = same(v, u) && u->kind != TYPE_POINTER && u->kind != TYPE_INTERFACE && u->kind != TYPE_SIGNATURE;
    if (!text && !numbers && !alike) return false;
    Operand y = *x;
    Str cause = S(""), ts = tstr(c, t);
    if (x->mode == MODE_CONST || !type_convertible(c, &y, t, &cause) || !can_name(c, t) || t->kind == TYPE_POINTER)
        return false;
    return wrap(c, x->expr, arena_printf(c->arena, "%.*s(", SFMT(ts)), S(")"), trust_conversion(x->type, t),
                arena_printf(c->arena, "convert it to %.*s", SFMT(ts)));
}

static bool with_pointer(Checker *c, const Operand *x, Type *t) {
    Type *v = types_under(x->type), *u = types_under(t);
    if (v->kind == TYPE_POINTER && same(v->pointer.elem, t) && is_operand(x->expr))
        return wrap(c, x->expr, S("*"), S(""), SURE, S("take what it points to"));
    bool addressable = x->mode == MODE_VARIABLE || x->expr->kind == ND_COMPOSITE_LIT;
    if (u->kind == TYPE_POINTER && same(u->pointer.elem, x->type) && addressable && x->expr->kind != ND_PAREN)
        return wrap(c, x->expr, S("&"), S(""), SURE, S("take its address"));
    return false;
}

static bool by_call(Checker *c, const Operand *x, Type *t) {
    Type *v = types_under(x->type);
    if (v->kind != TYPE_SIGNATURE || tuple_len(v->sig.params) || tuple_len(v->sig.results) != 1 || !is_operand(x->expr))
        return false;
    if (!types_assignable(c, v->sig.results->tuple.vars[0]->type, t)) return false;
    return wrap(c, x->expr, S(""), S("()"), SURE, S("call it"));
}

static bool by_assertion(Checker *c, const Operand *x, Type *t) {
    Type *v = types_under(x->type);
    if (v->kind != TYPE_INTERFACE || type_is_param(x->type) || !is_operand(x->expr) || !can_name(c, t)) return false;
    if (types_under(t)->kind != TYPE_INTERFACE && check_missing_method(c, t, x->type, true, NULL)) return false;
    Str ts = tstr(c, t);
    return wrap(c, x->expr, S(""), arena_printf(c->arena, ".(%.*s)", SFMT(ts)), CHOICE,
                arena_printf(c->arena, "assert that it holds %.*s (it panics if not)", SFMT(ts)));
}

// The value a variable of that type has at first; "": it cannot be written.
static Str zero_value(Checker *c, Type *t) {
    Type *u = types_under(t);
    if (type_is_param(t)) return S("");
    if (type_is_boolean(u)) return S("false");
    if (type_is_numeric(u)) return S("0");
    if (type_is_string(u)) return S("\"\"");
    if (types_has_nil(t)) return S("nil");
    if ((u->kind == TYPE_STRUCT || u->kind == TYPE_ARRAY) && t->kind == TYPE_NAMED && can_name(c, t)) {
        Str ts = tstr(c, t);
        return arena_printf(c->arena, "%.*s{}", SFMT(ts));
    }
    return S("");
}

// ---- methods that lack -----------------------------------------------------------------------------------------

static void put_signature(Checker *c, Buf *b, Object *m) {
    check_obj_decl(c, m);
    Buf t = {0};
    write_type(&t, m->type, TS_DIAG, c->pkg, c);
    Str s = buf_view(&t);
    if (str_has_prefix(s, S("func"))) s = str_slice(s, 4, s.len);
    buf_printf(b, "%.*s%.*s", SFMT(m->name->s), SFMT(s));
    buf_free(&t);
}

enum { MOST_METHODS = 20 };

// Where a method of the type could be written: behind its declaration; 0: it is not of this package.
static Pos behind_type(Checker *c, const Object *o) {
    const DeclInfo *d = o->decl_info;
    if (o->pkg != c->pkg || !d || !d->tdecl || !d->file || d->file->scope != o->file->scope) return 0;
    SourceFile *f = diag_source(c->diag, o->pos);
    if (!f || o->parent != c->pkg->scope || (d->tdecl->group)) return 0;
    i64 i = (i64)(node_end(d->tdecl) - f->base);
    while (i < f->text.len && f->text.ptr[i] != '\n') i++;
    return f->base + (Pos)i;
}

static Str receiver_name(Checker *c, const Object *o) {
    char r = o->name->s.ptr[0];
    r = r >= 'A' && r <= 'Z' ? (char)(r + 32) : r >= 'a' && r <= 'z' ? r : 'x';
    return arena_printf(c->arena, "%c", r);
}

static bool is_missing(Checker *c, Type *v, Object *m) {
    return !lookup_impl(c, v, true, m->pkg, m->name, false, NULL, NULL, NULL);
}

// A method of nearly that name may be the one that is meant.
static bool has_near_method(Type *named, const Object *m) {
    for (i64 i = 0; i < named_nmethods(named); i++) {
        Str name = named->named.orig->named.methods[i]->name->s;
        if (str_distance(name, m->name->s) <= str_near_limit(m->name->s)) return true;
    }
    return false;
}

// Methods that v lacks for the interface t, and stubs of them.
static bool missing_methods(Checker *c, const Operand *x, Type *v, Type *t) {
    bool ptr;
    Type *named = as_named(type_deref(v, &ptr));
    if (types_under(t)->kind != TYPE_INTERFACE || !named || types_under(named)->kind == TYPE_INTERFACE) return false;
    struct TypeSet *want = type_set(types_under(t));
    Buf list = {0}, stubs = {0};
    Object *o = named->named.obj;
    i64 n = 0, wrong = 0, near = 0;
    Str recv = receiver_name(c, o);
    for (i64 i = 0; i < want->nmethods; i++) {
        Object *m = want->methods[i];
        if (!is_missing(c, v, m)) continue;
        wrong += !m->name->exported && m->pkg != c->pkg;
        near += has_near_method(named, m);
        if (++n > MOST_METHODS) break;
        if (n > 1) buf_c(&list, "; ");
        put_signature(c, &list, m);
        buf_printf(&stubs, "\n\nfunc (%.*s %s%.*s) ", SFMT(recv), ptr ? "*" : "", SFMT(o->name->s));
        put_signature(c, &stubs, m);
        buf_c(&stubs, " {\n\tpanic(\"not implemented\")\n}");
    }
    Pos at = n && !wrong && n <= MOST_METHODS && !named->named.orig->named.tparams.len ? behind_type(c, o) : 0;
    if (n) diag_help(c->error, "it lacks %s%.*s", n > 1 ? "the methods " : "the method ", SFMT(buf_view(&list)));
    if (at) {
        DiagEdit e = {at, at, buf_view(&stubs)};
        if (near) diag_offer(c->error, &e, 1, "rename what is meant, or write %s", n > 1 ? "them" : "it");
        else diag_suggest(c->error, &e, 1, "write %s", n > 1 ? "them" : "it");
    }
    bool addressable =
        x && (x->mode == MODE_VARIABLE || x->expr->kind == ND_COMPOSITE_LIT) && x->expr->kind != ND_PAREN;
    if (!n && !ptr && addressable && !check_missing_method(c, types_new_pointer(c, v), t, true, NULL))
        wrap(c, x->expr, S("&"), S(""), SURE, S("its methods have pointer receivers: take its address"));
    buf_free(&list);
    buf_free(&stubs);
    if (o->pkg == c->pkg) hint_declared(c, o);
    return true;
}

void hint_missing_methods(Checker *c, Type *v, Type *t) {
    if (c->error) missing_methods(c, NULL, v, t);
}

static void hint_range(Checker *c, Type *t) {
    i64 bits = 8 * types_size(types_under(t));
    if (!type_is_integer(t) || type_is_untyped(t) || bits > 32) return;
    i64 max = ((i64)1 << (type_is_unsigned(t) ? bits : bits - 1)) - 1;
    diag_help(c->error, "%.*s holds %lld to %lld", SFMT(tstr(c, t)), type_is_unsigned(t) ? 0LL : -(long long)max - 1,
              (long long)max);
}

// The type as it is written of the i-th parameter of a function literal.
static Expr *param_type(const Expr *e, i64 i, i64 n) {
    const FuncLit *f = e->kind == ND_FUNC_LIT ? (const FuncLit *)e : NULL;
    return f && f->type->params.fields.len == n ? f->type->params.fields.ptr[i]->type : NULL;
}

// The first of them that has another type.
static bool by_part(Checker *c, const Operand *x, const char *what, Type *have, Type *want) {
    i64 n = tuple_len(have);
    for (i64 i = 0; i < n; i++) {
        Type *a = have->tuple.vars[i]->type, *b = want->tuple.vars[i]->type;
        if (same(a, b)) continue;
        Expr *written = *what == 'p' ? param_type(x->expr, i, n) : NULL;
        Str title = arena_printf(c->arena, "its %s %lld is %.*s, wanted is %.*s", what, (long long)i + 1,
                                 SFMT(tstr(c, a)), SFMT(tstr(c, b)));
        if (written && can_name(c, b)) hint_replace(c, written, tstr(c, b), "%.*s", SFMT(title));
        else diag_help(c->error, "%.*s", SFMT(title));
        return true;
    }
    return false;
}

// Functions that differ: in how many parameters or results they have, or in their types.
static bool by_signature(Checker *c, const Operand *x, Type *t) {
    Type *v = types_under(x->type), *u = types_under(t);
    if (v->kind != TYPE_SIGNATURE || u->kind != TYPE_SIGNATURE || v->sig.variadic != u->sig.variadic) return false;
    for (int results = 0; results < 2; results++) {
        Type *have = results ? v->sig.results : v->sig.params, *want = results ? u->sig.results : u->sig.params;
        const char *what = results ? "result" : "parameter";
        i64 n = tuple_len(have), m = tuple_len(want);
        if (n == m && by_part(c, x, what, have, want)) return true;
        if (n == m) continue;
        diag_help(c->error, "it has %lld %s%s, wanted is %lld", (long long)n, what, n == 1 ? "" : "s", (long long)m);
        return true;
    }
    return false;
}

void hint_unassignable(Checker *c, Operand *x, Type *t) {
    if (!c->error || !t || !x->expr || !type_valid(x->type)) return;
    if (x->expr->type && x->expr->type->kind == TYPE_TUPLE) return; // one of several values
    if (x->expr->kind == ND_IDENT && x->mode == MODE_VALUE && types_under(x->type)->kind != TYPE_SIGNATURE)
        return; // what range gives to it
    Type *u = types_under(t);
    if (is_nil(x)) {
        Str zero = zero_value(c, t);
        if (zero.len && !types_has_nil(t)) hint_replace(c, x->expr, zero, "its zero value is %.*s", SFMT(zero));
        return;
    }
    if (x->mode == MODE_CONST && type_is_numeric(x->type) && type_is_numeric(u)) {
        hint_range(c, t);
        if (type_is_integer(u) && type_is_float(x->type))
            diag_help(c->error, "%.*s has no fractions", SFMT(tstr(c, t)));
        return;
    }
    if (from_literal(c, x, t)) return;
    if (u->kind == TYPE_INTERFACE && !type_is_param(t) && missing_methods(c, x, x->type, t)) return;
    if (with_pointer(c, x, t) || by_call(c, x, t) || convert(c, x, t)) return;
    if (type_is_string(u) && to_string(c, x, t)) return;
    if (type_is_string(x->type) && from_string(c, x, u)) return;
    if (!by_signature(c, x, t)) by_assertion(c, x, t);
}

void hint_spread(Checker *c, Operand *x, Type *t, Expr *callee) {
    Type *v = types_under(x->type), *f = callee && callee->type ? types_under(callee->type) : NULL;
    if (!c->error || !f || f->kind != TYPE_SIGNATURE || !f->sig.variadic) return;
    if (v->kind == TYPE_SLICE && same(v->slice.elem, t))
        wrap(c, x->expr, S(""), S("..."), LIKELY, S("pass its elements"));
}

// ---- two operands ---------------------------------------------------------------------------------------------------

static void mismatch_with_string(Checker *c, Operand *x, Operand *y, Op op, bool assigns) {
    Operand *s = type_is_string(x->type) ? x : y, *o = s == x ? y : x;
    bool compares = op >= OP_EQL && op <= OP_GEQ;
    if (s->mode == MODE_CONST && type_is_untyped(s->type) && compares) hint_unassignable(c, s, o->type);
    else if ((op != OP_ADD && !compares) || (assigns && o == x) || (x->mode == MODE_CONST && y->mode == MODE_CONST))
        return;
    else if (same(s->type, BASIC(STRING)) || type_is_untyped(s->type)) hint_unassignable(c, o, BASIC(STRING));
}

// The left side is the one that loses nothing in the other's type, or that is no declared type.
static bool converts_left(const Operand *x, const Operand *y) {
    Type *v = types_under(x->type), *u = types_under(y->type);
    if (!type_is_numeric(v) || !type_is_numeric(u) || type_is_untyped(y->type) || x->mode == MODE_CONST) return false;
    return is_wider(v, u) && (!is_wider(u, v) || (y->type->kind == TYPE_NAMED && x->type->kind != TYPE_NAMED));
}

void hint_mismatch(Checker *c, Operand *x, Operand *y, Op op, bool assigns) {
    if (!c->error || !x->expr || !y->expr) return;
    if (is_nil(x) || is_nil(y)) {
        Operand *nil = is_nil(x) ? x : y;
        u8 k = types_under(is_nil(x) ? y->type : x->type)->kind;
        if (k != TYPE_STRUCT && k != TYPE_ARRAY) hint_unassignable(c, nil, is_nil(x) ? y->type : x->type);
        else diag_help(c->error, "%s is never nil: a pointer to it can be", k == TYPE_STRUCT ? "a struct" : "an array");
        return;
    }
    if (type_is_string(x->type) != type_is_string(y->type)) mismatch_with_string(c, x, y, op, assigns);
    else if (op == OP_REM && type_is_float(x->type)) return;
    else if (type_is_untyped(x->type) || (!assigns && converts_left(x, y))) hint_unassignable(c, x, y->type);
    else hint_unassignable(c, y, x->type);
}

// A slice, map or func that is compared.
void hint_incomparable(Checker *c, Operand *x, Op op) {
    if (!c->error) return;
    Type *u = types_under(x->type);
    if (u->kind == TYPE_SLICE) diag_help(c->error, "slices.Equal compares slices, bytes.Equal []byte");
    else if (u->kind == TYPE_MAP) diag_help(c->error, "maps.Equal compares maps");
    else if (u->kind == TYPE_STRUCT)
        diag_help(c->error, op == OP_EQL || op == OP_NEQ ? "compare its fields, or use reflect.DeepEqual"
                                                         : "compare a field of it");
    else if (u->kind == TYPE_BOOL) diag_help(c->error, "bool values have no order");
}

// What is no bool where one is needed.
void hint_condition(Checker *c, Operand *x) {
    if (!c->error || !x->expr) return;
    Str zero = zero_value(c, x->type);
    if (!zero.len || zero.ptr[zero.len - 1] == '}') return;
    wrap(c, x->expr, S(""), arena_printf(c->arena, " != %.*s", SFMT(zero)), SURE, S("compare it"));
}

void hint_not(Checker *c, Operand *x, Unary *e) {
    if (!c->error || e->op != OP_NOT || !x->expr || !is_operand(x->expr)) return;
    Str zero = zero_value(c, x->type);
    if (!zero.len || zero.ptr[zero.len - 1] == '}') return;
    DiagEdit v[2] = {{e->x.pos, e->x.pos + 1, S("")}, {0, 0, arena_printf(c->arena, " == %.*s", SFMT(zero))}};
    if (!end_of(c, x->expr, &v[1].lo)) return;
    v[1].hi = v[1].lo;
    diag_fix(c->error, v, 2, "compare it with its zero value");
}

// ---- statements --------------------------------------------------------------------------------------------------

// append(s, ...) whose result is lost.
static bool offer_append(Checker *c, const Operand *x) {
    const Call *call = (const Call *)x->expr;
    if (call->x.kind != ND_CALL || call->fun->mode != MODE_BUILTIN || !call->args.len || !is_operand(call->args.ptr[0]))
        return false;
    const Ident *f = (const Ident *)call->fun;
    if (f->x.kind != ND_IDENT || !str_eq(f->name->s, S("append")) || call->args.ptr[0]->mode != MODE_VARIABLE)
        return false;
    Str s = estr(c, call->args.ptr[0]);
    DiagEdit e = {node_start(call), node_start(call), arena_printf(c->arena, "%.*s = ", SFMT(s))};
    diag_fix(c->error, &e, 1, "assign it: %.*s = append(...)", SFMT(s));
    return true;
}

// A value that stands alone.
void hint_not_used(Checker *c, Operand *x) {
    if (!c->error || !x->expr || offer_append(c, x)) return;
    Type *u = types_under(x->type);
    const Binary *b = (const Binary *)x->expr;
    if (x->mode == MODE_VALUE && u->kind == TYPE_SIGNATURE && !tuple_len(u->sig.params) && is_operand(x->expr)) {
        wrap(c, x->expr, S(""), S("()"), SURE, S("call it"));
    } else if (b->x.kind == ND_BINARY && b->op == OP_EQL && b->l->mode == MODE_VARIABLE) {
        DiagEdit e = {b->x.pos, b->x.pos + 2, S("=")};
        diag_fix(c->error, &e, 1, "to assign, write =");
    } else if (x->mode != MODE_BUILTIN && x->mode != MODE_TYPE && !type_is_untyped(x->type)) {
        DiagEdit e = {node_start(x->expr), node_start(x->expr), S("_ = ")};
        diag_fix(c->error, &e, 1, "if that is what you want, assign it to _");
    }
}

void hint_no_new(Checker *c, AssignStmt *s) {
    if (!c->error) return;
    DiagEdit e = {s->s.pos, s->s.pos + 2, S("=")};
    diag_fix(c->error, &e, 1, "all are declared already: assign with =");
}

// go f, defer f: no call.
void hint_suspended(Checker *c, Expr *e) {
    if (!c->error) return;
    if (e->kind == ND_FUNC_LIT || is_operand(e)) {
        Pos end = node_end(e);
        DiagEdit v = {end, end, S("()")};
        if (e->kind == ND_FUNC_LIT && ((FuncLit *)e)->type->params.fields.len) return;
        diag_suggest(c->error, &v, 1, "call it");
    }
}

// ---- counts ------------------------------------------------------------------------------------------------------------

static Object *called(const Expr *fun) {
    if (fun->kind == ND_IDENT) return ((const Ident *)fun)->obj;
    return fun->kind == ND_SELECTOR ? ((const Selector *)fun)->sel->obj : NULL;
}

static void declared_func(Checker *c, const Expr *fun) {
    Object *o = called(fun);
    if (o && o->kind == OBJ_FUNC && o->pkg) hint_declared(c, o);
}

void hint_arg_count(Checker *c, Call *call, Type *sig, i64 nargs) {
    if (!c->error) return;
    Type *p = sig->sig.params;
    i64 n = tuple_len(p);
    if (nargs < n) {
        Buf b = {0};
        for (i64 i = nargs; i < n; i++) {
            const Object *v = p->tuple.vars[i];
            bool named = v->name && v->name->s.len;
            buf_printf(&b, "%s%.*s%s%.*s", i > nargs ? ", " : "", SFMT(named ? v->name->s : S("")), named ? " " : "",
                       SFMT(tstr(c, v->type)));
        }
        diag_help(c->error, "missing: %.*s", SFMT(buf_view(&b)));
        buf_free(&b);
    } else if (call->args.len == nargs && !call->has_dots) {
        Pos lo = n ? node_end(call->args.ptr[n - 1]) : node_start(call->args.ptr[0]), end;
        if (!n || end_of(c, call->args.ptr[n - 1], &end)) {
            DiagEdit e = {lo, call->rparen, S("")};
            diag_suggest(c->error, &e, 1, "leave out what is too much");
        }
    }
    declared_func(c, call->fun);
}

// l variables, r values, which may come from one call.
void hint_assign_count(Checker *c, ExprVec *rhs, AssignStmt *s, i64 l, i64 r) {
    if (!c->error) return;
    Expr *first = rhs->ptr[0], *call = unparen(first);
    bool one_call = rhs->len == 1 && call->kind == ND_CALL;
    if (s && one_call && r > l && l > 0) {
        Buf b = {0};
        for (i64 i = l; i < r; i++) buf_c(&b, ", _");
        Pos at = node_end(s->lhs.ptr[l - 1]);
        DiagEdit e = {at, at, buf_view(&b)};
        diag_suggest(c->error, &e, 1, "to ignore %s, assign to _", r - l > 1 ? "the others" : "the other");
        buf_free(&b);
    } else if (s && r > 0 && r < l && s->lhs.len == l) {
        DiagEdit e = {node_end(s->lhs.ptr[r - 1]), node_end(s->lhs.ptr[l - 1]), S("")};
        diag_suggest(c->error, &e, 1, "leave out what has no value");
    }
    if (one_call) declared_func(c, ((Call *)call)->fun);
}

static Str zero_values(Checker *c, Type *results, i64 from) {
    Buf b = {0};
    Str out = S("");
    bool good = true;
    for (i64 i = from; i < tuple_len(results); i++) {
        Str z = zero_value(c, results->tuple.vars[i]->type);
        good &= z.len > 0;
        buf_printf(&b, "%s%.*s", i ? ", " : "", SFMT(z));
    }
    if (good) out = arena_str(c->arena, buf_view(&b));
    buf_free(&b);
    return out;
}

// The result that a returned value is for, from result `from` on: of its very type, else the first it can be assigned to; -1: none.
static i64 result_for(Checker *c, Operand *x, Type *results, i64 from, i64 to) {
    for (i64 i = from; i < to && !is_nil(x); i++)
        if (same(x->type, results->tuple.vars[i]->type)) return i;
    for (i64 i = from; i < to; i++) {
        Str cause = S("");
        Operand y = *x;
        if (check_assignable_types(c, &y, results->tuple.vars[i]->type, &cause)) return i;
    }
    return -1;
}

// Each value in the place of the result it is for, zero values in the others. False: they do not fit.
static bool spread_values(Checker *c, Operand *v, i64 have, Type *results, Buf *b) {
    i64 want = tuple_len(results), at = 0;
    for (i64 i = 0; i < have; i++, at++) {
        i64 to = result_for(c, &v[i], results, at, want - (have - i - 1));
        if (to < 0 || !v[i].expr) return false;
        for (; at < to; at++) {
            Str zero = zero_value(c, results->tuple.vars[at]->type);
            if (!zero.len) return false;
            buf_printf(b, "%.*s, ", SFMT(zero));
        }
        Pos end;
        SourceFile *f = diag_source(c->diag, node_start(v[i].expr));
        if (!f || !end_of(c, v[i].expr, &end)) return false;
        Str text = str_slice(f->text, (i64)(node_start(v[i].expr) - f->base), (i64)(end - f->base));
        buf_printf(b, "%.*s%s", SFMT(text), at + 1 < want ? ", " : "");
    }
    if (at == want) return true;
    Str zeros = zero_values(c, results, at);
    if (at && str_has_prefix(zeros, S(", "))) zeros = str_slice(zeros, 2, zeros.len);
    buf_str(b, zeros);
    return zeros.len > 0;
}

static void too_few_results(Checker *c, const ReturnStmt *r, Operand *v, i64 have, Type *results) {
    Buf b = {0};
    Pos lo = r->s.pos + (Pos)sizeof("return") - 1;
    if (spread_values(c, v, have, results, &b)) {
        DiagEdit e = {lo, lo, arena_printf(c->arena, " %.*s", SFMT(buf_view(&b)))};
        if (have) {
            e = (DiagEdit){node_start(r->results.ptr[0]), 0, buf_view(&b)};
            end_of(c, r->results.ptr[have - 1], &e.hi);
        }
        diag_suggest(c->error, &e, 1, "return zero values");
    }
    buf_free(&b);
}

// What is left out may be an error that someone wants to know: a reader decides.
static void too_many_results(Checker *c, const ReturnStmt *r, Operand *v, i64 have, Type *results) {
    i64 want = tuple_len(results), fits = -1;
    Pos end;
    if (!end_of(c, r->results.ptr[have - 1], &end)) return;
    if (!want) {
        diag_help(c->error, "the function has no results: write their types behind its parameters, or return nothing");
        return;
    }
    for (i64 i = 0; want == 1 && i < have; i++)
        if (!is_nil(&v[i]) && result_for(c, &v[i], results, 0, 1) == 0) {
            if (fits >= 0) return;
            fits = i;
        }
    Pos stop;
    if (fits < 0 || !end_of(c, r->results.ptr[fits], &stop)) return;
    SourceFile *f = diag_source(c->diag, node_start(r->results.ptr[fits]));
    if (!f) return;
    Str text = str_slice(f->text, (i64)(node_start(r->results.ptr[fits]) - f->base), (i64)(stop - f->base));
    DiagEdit e = {node_start(r->results.ptr[0]), end, text};
    diag_offer(c->error, &e, 1, "only %.*s fits by its type", SFMT(text));
}

void hint_return_count(Checker *c, Stmt *s, Operand *v, i64 have) {
    ReturnStmt *r = (ReturnStmt *)s;
    Type *results = c->env.sig ? c->env.sig->sig.results : NULL;
    if (!c->error || s->kind != ND_RETURN_STMT || r->results.len != have) return;
    if (have < tuple_len(results)) too_few_results(c, r, v, have, results);
    else if (have > tuple_len(results)) too_many_results(c, r, v, have, results);
    if (c->env.func && c->env.func->obj) hint_declared(c, c->env.func->obj);
}

void hint_missing_return(Checker *c, Type *sig, Pos rbrace) {
    if (!c->error) return;
    Type *results = sig->sig.results;
    bool named = results->tuple.vars[0]->name && results->tuple.vars[0]->name->s.len;
    Str zeros = named ? S("") : zero_values(c, results, 0);
    if (!named && !zeros.len) return;
    SourceFile *f = diag_source(c->diag, rbrace);
    i64 i = f ? (i64)(rbrace - f->base) : 0;
    while (i > 0 && strchr(" \t", f->text.ptr[i - 1])) i--;
    if (i && f->text.ptr[i - 1] == '{') {
        DiagEdit whole = {f->base + (Pos)i, rbrace,
                          arena_printf(c->arena, " return%s%.*s ", zeros.len ? " " : "", SFMT(zeros))};
        diag_suggest(c->error, &whole, 1, "all ways through the function must end with a return");
        return;
    }
    if (!i || f->text.ptr[i - 1] != '\n') return;
    Str indent = str_slice(f->text, i, (i64)(rbrace - f->base));
    DiagEdit e = {f->base + (Pos)i, f->base + (Pos)i,
                  arena_printf(c->arena, "%.*s\treturn%s%.*s\n", SFMT(indent), zeros.len ? " " : "", SFMT(zeros))};
    diag_suggest(c->error, &e, 1, "all ways through the function must end with a return");
}
