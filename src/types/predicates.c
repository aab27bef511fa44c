// predicates.c - questions about types: what they are, identity, comparability, implementation,
// assignability. Nothing here reports errors; causes are handed back as text.
#include "types/decls.h"

// ---- basic kinds ----------------------------------------------------------------------------------------

enum {
    IS_BOOL = 1,
    IS_INT = 2,
    IS_UNSIGNED = 4,
    IS_FLOAT = 8,
    IS_COMPLEX = 16,
    IS_STRING = 32,
    IS_UNTYPED = 64,
    IS_NUMERIC = IS_INT | IS_FLOAT | IS_COMPLEX,
    IS_ORDERED = IS_INT | IS_FLOAT | IS_STRING,
    IS_CONST = IS_BOOL | IS_NUMERIC | IS_STRING
};

static int basic_info(const Type *t) {
    switch (t->kind) {
    case TYPE_BOOL: return IS_BOOL;
    case TYPE_INT:
    case TYPE_INT8:
    case TYPE_INT16:
    case TYPE_INT32:
    case TYPE_INT64: return IS_INT;
    case TYPE_UINT:
    case TYPE_UINT8:
    case TYPE_UINT16:
    case TYPE_UINT32:
    case TYPE_UINT64:
    case TYPE_UINTPTR: return IS_INT | IS_UNSIGNED;
    case TYPE_FLOAT32:
    case TYPE_FLOAT64: return IS_FLOAT;
    case TYPE_COMPLEX64:
    case TYPE_COMPLEX128: return IS_COMPLEX;
    case TYPE_STRING: return IS_STRING;
    case TYPE_UNTYPED_BOOL: return IS_BOOL | IS_UNTYPED;
    case TYPE_UNTYPED_INT:
    case TYPE_UNTYPED_RUNE: return IS_INT | IS_UNTYPED;
    case TYPE_UNTYPED_FLOAT: return IS_FLOAT | IS_UNTYPED;
    case TYPE_UNTYPED_COMPLEX: return IS_COMPLEX | IS_UNTYPED;
    case TYPE_UNTYPED_STRING: return IS_STRING | IS_UNTYPED;
    case TYPE_UNTYPED_NIL: return IS_UNTYPED;
    default: return 0;
    }
}

static bool is_basic(Type *t, int info) {
    if (type_is_param(t)) return false;
    return (basic_info(types_under(t)) & info) != 0;
}

bool type_is_untyped(Type *t) { return (basic_info(t) & IS_UNTYPED) != 0; }
bool type_is_typed(Type *t) { return !type_is_untyped(t); }
bool type_is_boolean(Type *t) { return is_basic(t, IS_BOOL); }
bool type_is_numeric(Type *t) { return is_basic(t, IS_NUMERIC); }
bool type_is_string(Type *t) { return is_basic(t, IS_STRING); }
bool type_is_integer(Type *t) { return is_basic(t, IS_INT); }
bool type_is_unsigned(Type *t) { return is_basic(t, IS_UNSIGNED); }
bool type_is_float(Type *t) { return is_basic(t, IS_FLOAT); }
bool type_is_complex(Type *t) { return is_basic(t, IS_COMPLEX); }
bool type_is_const_type(Type *t) { return is_basic(t, IS_CONST); }
bool type_is_untyped_numeric(Type *t) { return type_is_untyped(t) && (basic_info(t) & IS_NUMERIC); }

static bool all_basic_term(void *ctx, Type *t, Type *u) { return t && (basic_info(u) & *(int *)ctx) != 0; }

static bool all_basic(Type *t, int info) {
    if (!type_is_param(t)) return is_basic(t, info);
    return type_typeset_each(NULL, t, all_basic_term, &info);
}

bool type_all_boolean(Type *t) { return all_basic(t, IS_BOOL); }
bool type_all_integer(Type *t) { return all_basic(t, IS_INT); }
bool type_all_unsigned(Type *t) { return all_basic(t, IS_UNSIGNED); }
bool type_all_numeric(Type *t) { return all_basic(t, IS_NUMERIC); }
bool type_all_string(Type *t) { return all_basic(t, IS_STRING); }
bool type_all_ordered(Type *t) { return all_basic(t, IS_ORDERED); }
bool type_all_numeric_or_string(Type *t) { return all_basic(t, IS_NUMERIC | IS_STRING); }

bool type_is_param(Type *t) {
    t = types_unalias(t);
    return t && t->kind == TYPE_PARAM;
}

bool type_is_interface_not_param(Type *t) { return !type_is_param(t) && types_under(t)->kind == TYPE_INTERFACE; }

bool type_is_generic(Type *t) {
    if (!t) return false;
    if (t->kind == TYPE_ALIAS && t->alias.tparams.len && !t->alias.targs.len) return true;
    t = as_named(t);
    return t && t->named.orig == t && t->named.tparams.len > 0;
}

bool has_name(Type *t) {
    t = types_unalias(t);
    return t->kind <= TYPE_UNTYPED_NIL || t->kind == TYPE_NAMED || t->kind == TYPE_PARAM;
}

bool is_type_lit(Type *t) {
    t = types_unalias(t);
    return t->kind != TYPE_NAMED && t->kind != TYPE_PARAM;
}

bool is_iface_ptr(Type *t) {
    if (type_is_param(t)) return false;
    Type *u = types_under(t);
    return u->kind == TYPE_POINTER && types_under(u->pointer.elem)->kind == TYPE_INTERFACE;
}

bool has_empty_typeset(Type *t) {
    t = types_unalias(t);
    if (!t || t->kind != TYPE_PARAM || !t->param.bound) return false;
    Type *u = types_under(t->param.bound);
    return u->kind == TYPE_INTERFACE && u->iface.tset->state == 2 && typeset_is_empty(u->iface.tset);
}

// ---- type sets of operand types -----------------------------------------------------------------------------

bool type_typeset_each(Checker *c, Type *t, bool (*fn)(void *, Type *, Type *), void *ctx) {
    Type *p = types_unalias(t);
    if (p->kind != TYPE_PARAM) return fn(ctx, t, types_under(t));
    struct TypeSet *s = type_set(param_iface(p));
    if (!typeset_has_terms(s)) return fn(ctx, NULL, NULL);
    for (i64 i = 0; i < s->terms.n; i++) {
        Type *e = s->terms.t[i].type;
        Type *u = s->terms.t[i].tilde ? types_unalias(e) : types_under(e);
        if (!fn(ctx, e, u)) return false;
    }
    return true;
}

typedef struct Common {
    Checker *c;
    bool (*cond)(Type *, Type *, Str *);
    Str *err, why;
    Type *ct, *cu;
} Common;

static bool fail_common(Common *m, Str s) {
    if (m->err) *m->err = s;
    m->cu = NULL;
    return false;
}

static bool common_term(void *ctx, Type *t, Type *u) {
    Common *m = ctx;
    Str why = {0};
    if (m->cond && !m->cond(t, u, &why)) return fail_common(m, why);
    if (!u) return fail_common(m, S("no specific type"));
    if (!m->cu) {
        m->ct = t;
        m->cu = u;
        return true;
    }
    if (m->cu->kind == TYPE_CHAN && u->kind == TYPE_CHAN) {
        if (!types_identical(m->cu->chan.elem, u->chan.elem))
            return fail_common(m, m->c ? sprintf_(m->c, "channels %.*s and %.*s have different element types",
                                                  SFMT(tstr(m->c, m->ct)), SFMT(tstr(m->c, t)))
                                       : why);
        if (m->cu->chan.dir == u->chan.dir) return true;
        if (m->cu->chan.dir == CHAN_BOTH) {
            m->ct = t;
            m->cu = u;
        } else if (u->chan.dir != CHAN_BOTH) {
            return fail_common(m, m->c ? sprintf_(m->c, "channels %.*s and %.*s have conflicting directions",
                                                  SFMT(tstr(m->c, m->ct)), SFMT(tstr(m->c, t)))
                                       : why);
        }
        return true;
    }
    if (!types_identical(m->cu, u))
        return fail_common(m, m->c ? sprintf_(m->c, "%.*s and %.*s have different underlying types",
                                              SFMT(tstr(m->c, m->ct)), SFMT(tstr(m->c, t)))
                                   : why);
    return true;
}

Type *type_common_under(Checker *c, Type *t, bool (*cond)(Type *, Type *, Str *), Str *err) {
    Common m = {.c = err ? c : NULL, .cond = cond, .err = err};
    return type_typeset_each(c, t, common_term, &m) ? m.cu : NULL;
}

Type *types_core(Type *t) { return type_common_under(NULL, t, NULL, NULL); }

// ---- identity -------------------------------------------------------------------------------------------------

typedef struct TpPair {
    Type *x, *y;
    struct TpPair *prev;
} TpPair; // type parameters of two generic signatures
typedef struct Cmp {
    bool ignore_tags;
    TpPair *tps;
    i64 depth;
} Cmp;

static bool identical(Cmp *c, Type *x, Type *y, IfacePair *p);

static bool identical_tuples(Cmp *c, Type *x, Type *y, IfacePair *p) {
    if (x->tuple.n != y->tuple.n) return false;
    for (i64 i = 0; i < x->tuple.n; i++)
        if (!identical(c, x->tuple.vars[i]->type, y->tuple.vars[i]->type, p)) return false;
    return true;
}

static bool identical_structs(Cmp *c, Type *x, Type *y, IfacePair *p) {
    if (x->strct.nfields != y->strct.nfields) return false;
    for (i64 i = 0; i < x->strct.nfields; i++) {
        StructField *f = &x->strct.fields[i], *g = &y->strct.fields[i];
        if (f->var->embedded != g->var->embedded) return false;
        if (!c->ignore_tags && !str_eq(f->tag, g->tag)) return false;
        if (!same_id(f->var, g->var->pkg, g->var->name, false)) return false;
        if (!identical(c, f->var->type, g->var->type, p)) return false;
    }
    return true;
}

static bool identical_sigs(Cmp *c, Type *x, Type *y, IfacePair *p) {
    i64 n = x->sig.tparams.len;
    if (n != y->sig.tparams.len || x->sig.variadic != y->sig.variadic) return false;
    TpPair pairs[16], *saved = c->tps;
    if (n > NELEM(pairs)) return x == y;
    for (i64 i = 0; i < n; i++) {
        pairs[i] = (TpPair){x->sig.tparams.ptr[i], y->sig.tparams.ptr[i], c->tps};
        c->tps = &pairs[i];
    }
    bool ok = true;
    for (i64 i = 0; ok && i < n; i++)
        ok = identical(c, x->sig.tparams.ptr[i]->param.bound, y->sig.tparams.ptr[i]->param.bound, p);
    ok = ok && identical_tuples(c, x->sig.params, y->sig.params, p) &&
         identical_tuples(c, x->sig.results, y->sig.results, p);
    c->tps = saved;
    return ok;
}

static bool same_pair(IfacePair *p, Type *x, Type *y) {
    for (; p; p = p->prev)
        if ((p->x == x && p->y == y) || (p->x == y && p->y == x)) return true;
    return false;
}

static bool identical_terms(Cmp *c, Terms a, Terms b, IfacePair *p) {
    if (a.all || b.all) return a.all == b.all;
    if (!c->tps) return terms_equal(a, b);
    if (a.n != b.n) return false;
    for (i64 i = 0; i < a.n; i++)
        if (a.t[i].tilde != b.t[i].tilde || !identical(c, a.t[i].type, b.t[i].type, p)) return false;
    return true;
}

static bool identical_ifaces(Cmp *c, Type *x, Type *y, IfacePair *p) {
    struct TypeSet *a = type_set(x), *b = type_set(y);
    if (a->comparable != b->comparable || a->nmethods != b->nmethods || !identical_terms(c, a->terms, b->terms, p))
        return false;
    if (same_pair(p, x, y)) return true;
    IfacePair q = {x, y, p};
    for (i64 i = 0; i < a->nmethods; i++) {
        if (!same_id(a->methods[i], b->methods[i]->pkg, b->methods[i]->name, false)) return false;
        if (!identical(c, a->methods[i]->type, b->methods[i]->type, &q)) return false;
    }
    return true;
}

static bool identical_named(Cmp *c, Type *x, Type *y, IfacePair *p) {
    TypeList xa = x->named.targs, ya = y->named.targs;
    if (x->named.orig != y->named.orig || xa.len != ya.len || !xa.len) return false;
    for (i64 i = 0; i < xa.len; i++)
        if (!identical(c, xa.ptr[i], ya.ptr[i], p)) return false;
    return true;
}

static bool identical_params(Cmp *c, Type *x, Type *y) {
    for (TpPair *t = c->tps; t; t = t->prev)
        if (t->x == x || t->y == y) return t->x == x && t->y == y;
    return false;
}

static bool identical_kind(Cmp *c, Type *x, Type *y, IfacePair *p) {
    switch (x->kind) {
    case TYPE_ARRAY:
        return (x->array.len < 0 || y->array.len < 0 || x->array.len == y->array.len) &&
               identical(c, x->array.elem, y->array.elem, p);
    case TYPE_SLICE: return identical(c, x->slice.elem, y->slice.elem, p);
    case TYPE_POINTER: return identical(c, x->pointer.elem, y->pointer.elem, p);
    case TYPE_MAP: return identical(c, x->map.key, y->map.key, p) && identical(c, x->map.elem, y->map.elem, p);
    case TYPE_CHAN: return x->chan.dir == y->chan.dir && identical(c, x->chan.elem, y->chan.elem, p);
    case TYPE_STRUCT: return identical_structs(c, x, y, p);
    case TYPE_TUPLE: return identical_tuples(c, x, y, p);
    case TYPE_SIGNATURE: return identical_sigs(c, x, y, p);
    case TYPE_INTERFACE: return identical_ifaces(c, x, y, p);
    case TYPE_NAMED: return identical_named(c, x, y, p);
    case TYPE_PARAM: return identical_params(c, x, y);
    case TYPE_UNION:
        if (x->uni.nterms != y->uni.nterms) return false;
        for (i64 i = 0; i < x->uni.nterms; i++)
            if (x->uni.terms[i].tilde != y->uni.terms[i].tilde ||
                !identical(c, x->uni.terms[i].type, y->uni.terms[i].type, p))
                return false;
        return true;
    case TYPE_ALIAS: return false; // incomplete
    default: return true;          // basic types: same kind
    }
}

static bool identical(Cmp *c, Type *x, Type *y, IfacePair *p) {
    x = types_unalias(x);
    y = types_unalias(y);
    if (x == y && (!c->tps || x->kind != TYPE_PARAM)) return true;
    if (!x || !y || x->kind != y->kind) return false;
    if (c->depth > 500) return false;
    if (x == y) return identical_params(c, x, y) || !c->tps;
    c->depth++;
    bool r = identical_kind(c, x, y, p);
    c->depth--;
    return r;
}

bool types_identical(Type *x, Type *y) {
    Cmp c = {0};
    return identical(&c, x, y, NULL);
}

bool type_identical_tags(Type *x, Type *y, bool ignore_tags) {
    Cmp c = {.ignore_tags = ignore_tags};
    return identical(&c, x, y, NULL);
}

// ---- comparability -------------------------------------------------------------------------------------------------

typedef struct Seen {
    Type *t;
    struct Seen *prev;
} Seen;

static bool comparable_rec(Type *t, bool dynamic, Str *cause, Checker *c, Seen *prev, int depth) {
    for (Seen *s = prev; s; s = s->prev)
        if (s->t == t) return true;
    if (depth > 200) return true;
    Seen seen = {t, prev};
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_UNTYPED_NIL: return false;
    case TYPE_POINTER:
    case TYPE_CHAN: return true;
    case TYPE_STRUCT:
        for (i64 i = 0; i < u->strct.nfields; i++) {
            Type *ft = u->strct.fields[i].var->type;
            if (comparable_rec(ft, dynamic, NULL, NULL, &seen, depth + 1)) continue;
            if (cause) *cause = sprintf_(c, "struct containing %.*s cannot be compared", SFMT(tstr(c, ft)));
            return false;
        }
        return true;
    case TYPE_ARRAY:
        if (comparable_rec(u->array.elem, dynamic, NULL, NULL, &seen, depth + 1)) return true;
        if (cause) *cause = sprintf_(c, "%.*s cannot be compared", SFMT(tstr(c, t)));
        return false;
    case TYPE_INTERFACE: {
        if (dynamic && !type_is_param(t)) return true;
        struct TypeSet *s = type_set(u);
        if (s->terms.all) {
            if (s->comparable) return true;
        } else {
            bool ok = s->terms.n > 0;
            for (i64 i = 0; ok && i < s->terms.n; i++)
                ok = comparable_rec(s->terms.t[i].type, false, NULL, NULL, &seen, depth + 1);
            if (ok) return true;
        }
        if (cause) *cause = typeset_is_empty(s) ? S("empty type set") : S("incomparable types in type set");
        return false;
    }
    case TYPE_SLICE:
    case TYPE_MAP:
    case TYPE_SIGNATURE:
    case TYPE_TUPLE:
    case TYPE_UNION: return false;
    default: return true;
    }
}

bool type_comparable_dynamic(Checker *c, Type *t, bool dynamic, Str *cause) {
    return comparable_rec(t, dynamic, cause, c, NULL, 0);
}
bool comparable_strict(Type *t) { return comparable_rec(t, false, NULL, NULL, NULL, 0); }
bool types_comparable(Type *t) { return comparable_rec(t, true, NULL, NULL, NULL, 0); }

static bool term_has_nil(void *ctx, Type *t, Type *u) { return u && types_has_nil(u); }

bool types_has_nil(Type *t) {
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_UNSAFE_POINTER:
    case TYPE_SLICE:
    case TYPE_POINTER:
    case TYPE_SIGNATURE:
    case TYPE_MAP:
    case TYPE_CHAN: return true;
    case TYPE_INTERFACE: return !type_is_param(t) || type_typeset_each(NULL, t, term_has_nil, NULL);
    default: return false;
    }
}

Type *types_default(Checker *c, Type *t) {
    struct Universe *u = &c->u;
    switch (t->kind) {
    case TYPE_UNTYPED_BOOL: return u->basic[TYPE_BOOL];
    case TYPE_UNTYPED_INT: return u->basic[TYPE_INT];
    case TYPE_UNTYPED_RUNE: return u->rune_;
    case TYPE_UNTYPED_FLOAT: return u->basic[TYPE_FLOAT64];
    case TYPE_UNTYPED_COMPLEX: return u->basic[TYPE_COMPLEX128];
    case TYPE_UNTYPED_STRING: return u->basic[TYPE_STRING];
    default: return t;
    }
}

// ---- implements -------------------------------------------------------------------------------------------------------

static bool equiv_identical(void *ctx, Type *x, Type *y) { return types_identical(x, y); }

static bool mentions(Type *t, Type *x) {
    if (t->kind == TYPE_INTERFACE) {
        for (i64 i = 0; i < t->iface.nembeddeds; i++)
            if (mentions(t->iface.embeddeds[i], x)) return true;
        return false;
    }
    if (t->kind == TYPE_UNION) {
        for (i64 i = 0; i < t->uni.nterms; i++)
            if (mentions(t->uni.terms[i].type, x)) return true;
        return false;
    }
    return types_identical(t, x);
}

static bool check_comparability(Checker *c, Type *v, struct TypeSet *ts, bool constraint, const char *verb,
                                Str *cause) {
    if (!typeset_is_comparable(ts)) return true;
    if (comparable_strict(v)) return true;
    if (constraint && types_comparable(v)) {
        if (check_allow_version(c, 0, 20)) return true;
        if (cause) *cause = sprintf_(c, "%.*s to %s comparable requires go1.20 or later", SFMT(tstr(c, v)), verb);
        return false;
    }
    if (cause) *cause = sprintf_(c, "%.*s does not %s comparable", SFMT(tstr(c, v)), verb);
    return false;
}

// v is no interface: its type must be in the set.
static bool check_in_terms(Checker *c, Type *v, Type *t, Type *ti, const char *verb, Str *cause) {
    struct TypeSet *ts = type_set(ti);
    Type *alt = NULL;
    for (i64 i = 0; i < ts->terms.n; i++) {
        UnionTerm e = ts->terms.t[i];
        if (term_includes(e, v)) return true;
        if (!alt && !e.tilde && types_identical(e.type, types_under(e.type)) &&
            term_includes((UnionTerm){true, e.type}, v))
            alt = e.type;
    }
    if (!cause) return false;
    Str vs = tstr(c, v), tn = tstr(c, t), detail;
    if (alt) detail = sprintf_(c, "possibly missing ~ for %.*s in %.*s", SFMT(tstr(c, alt)), SFMT(tn));
    else if (mentions(ti, v))
        detail = sprintf_(c, "%.*s mentions %.*s, but %.*s is not in the type set of %.*s", SFMT(tn), SFMT(vs),
                          SFMT(vs), SFMT(tn));
    else detail = sprintf_(c, "%.*s missing in %.*s", SFMT(vs), SFMT(terms_string(c, ts->terms)));
    *cause = sprintf_(c, "%.*s does not %s %.*s (%.*s)", SFMT(vs), verb, SFMT(tn), SFMT(detail));
    return false;
}

bool implements_(Checker *c, Type *v, Type *t, bool constraint, Str *cause) {
    Type *vu = types_under(v), *tu = types_under(t);
    if (vu->kind == TYPE_INVALID || tu->kind == TYPE_INVALID) return true;
    if (vu->kind == TYPE_POINTER && types_under(vu->pointer.elem)->kind == TYPE_INVALID) return true;
    const char *verb = constraint ? "satisfy" : "implement";
    if (tu->kind != TYPE_INTERFACE) {
        if (cause) {
            Str tn = tstr(c, t);
            Str d = is_iface_ptr(tu) ? sprintf_(c, "type %.*s is pointer to interface, not interface", SFMT(tn))
                                     : sprintf_(c, "%.*s is not an interface", SFMT(tn));
            *cause = sprintf_(c, "%.*s does not %s %.*s (%.*s)", SFMT(tstr(c, v)), verb, SFMT(tn), SFMT(d));
        }
        return false;
    }
    struct TypeSet *ts = type_set(tu);
    if (typeset_is_all(ts)) return true;
    if (vu->kind == TYPE_INTERFACE && typeset_is_empty(type_set(vu))) return true;
    if (typeset_is_empty(ts)) {
        if (cause) *cause = sprintf_(c, "cannot %s %.*s (empty type set)", verb, SFMT(tstr(c, t)));
        return false;
    }
    Str why = {0};
    if (!has_all_methods(c, v, t, true, equiv_identical, NULL, cause ? &why : NULL)) {
        if (cause)
            *cause = sprintf_(c, "%.*s does not %s %.*s %.*s", SFMT(tstr(c, v)), verb, SFMT(tstr(c, t)), SFMT(why));
        return false;
    }
    if (!typeset_has_terms(ts)) return check_comparability(c, v, ts, constraint, verb, cause);
    if (vu->kind == TYPE_INTERFACE) {
        if (!terms_subset(type_set(vu)->terms, ts->terms)) {
            if (cause) *cause = sprintf_(c, "%.*s does not %s %.*s", SFMT(tstr(c, v)), verb, SFMT(tstr(c, t)));
            return false;
        }
        return check_comparability(c, v, ts, constraint, verb, cause);
    }
    return check_in_terms(c, v, t, tu, verb, cause) && check_comparability(c, v, ts, constraint, verb, cause);
}

bool check_implements(Checker *c, Pos pos, Type *v, Type *t, bool constraint, bool comparable_as_iface, Str *cause) {
    return implements_(c, v, t, constraint, cause);
}

bool types_implements(Checker *c, Type *t, Type *iface) { return implements_(c, t, iface, false, NULL); }

i64 verify_targs(Checker *c, TypeList tparams, TypeList targs, Str *cause) {
    for (i64 i = 0; i < tparams.len && i < targs.len; i++) {
        param_iface(tparams.ptr[i]); // wraps the bound if it is no interface
        Type *bound = subst_type(c, tparams.ptr[i]->param.bound, tparams, targs);
        if (!implements_(c, targs.ptr[i], bound, true, cause)) return i;
    }
    return -1;
}

// ---- assignability ---------------------------------------------------------------------------------------------------------

typedef struct AssignTerm {
    Checker *c;
    Operand *x;
    Type *v, *t;
    Str *cause;
    bool ok;
} AssignTerm;

static bool assignable(Checker *c, Operand *x, Type *v, Type *t, Str *cause);

static void prepend(Checker *c, Str *cause, Str msg) {
    if (!cause) return;
    *cause = cause->len ? sprintf_(c, "%.*s\n\t%.*s", SFMT(msg), SFMT(*cause)) : msg;
}

static bool assign_to_term(void *ctx, Type *e, Type *u) {
    AssignTerm *a = ctx;
    a->ok = false;
    if (!e) return false;
    a->ok = assignable(a->c, a->x, a->v, e, a->cause);
    if (!a->ok && a->cause)
        prepend(a->c, a->cause,
                sprintf_(a->c, "cannot assign %.*s to %.*s (in %.*s)", SFMT(tstr(a->c, a->v)), SFMT(tstr(a->c, e)),
                         SFMT(tstr(a->c, a->t))));
    return a->ok;
}

static bool assign_from_term(void *ctx, Type *e, Type *u) {
    AssignTerm *a = ctx;
    a->ok = false;
    if (!e) return false;
    a->ok = assignable(a->c, a->x, e, a->t, a->cause);
    if (!a->ok && a->cause)
        prepend(a->c, a->cause,
                sprintf_(a->c, "cannot assign %.*s (in %.*s) to %.*s", SFMT(tstr(a->c, e)), SFMT(tstr(a->c, a->v)),
                         SFMT(tstr(a->c, a->t))));
    return a->ok;
}

// Is the untyped operand representable as t?
static bool untyped_fits(Checker *c, Operand *x, Type *v, Type *t) {
    Type *u = types_under(t);
    if (u->kind == TYPE_INVALID) return true;
    int vi = basic_info(v), ui = basic_info(u);
    if (u->kind <= TYPE_UNTYPED_NIL && u->kind != TYPE_UNSAFE_POINTER) {
        if (v->kind == TYPE_UNTYPED_NIL) return false;
        if (x && x->mode == MODE_CONST && x->val) return const_representable(c, x->val, u, NULL);
        if (vi & IS_BOOL) return ui & IS_BOOL;
        if (vi & IS_NUMERIC) return ui & IS_NUMERIC;
        if (vi & IS_STRING) return ui & IS_STRING;
        return false;
    }
    if (type_is_interface_not_param(t)) return v->kind == TYPE_UNTYPED_NIL || type_set(u)->nmethods == 0;
    return v->kind == TYPE_UNTYPED_NIL && types_has_nil(t);
}

static bool untyped_fits_term(void *ctx, Type *e, Type *u) {
    AssignTerm *a = ctx;
    return e && untyped_fits(a->c, a->x, a->v, e);
}

static bool assignable(Checker *c, Operand *x, Type *v0, Type *t0, Str *cause) {
    if (!type_valid(v0) || !type_valid(t0)) return true;
    Type *v = types_unalias(v0), *t = types_unalias(t0);
    if (types_identical(v, t)) return true;
    Type *vu = types_under(v), *tu = types_under(t);
    bool vp = v->kind == TYPE_PARAM, tp = t->kind == TYPE_PARAM;
    AssignTerm at = {c, x, v0, t0, cause, false};
    if (type_is_untyped(vu)) return tp ? type_typeset_each(c, t, untyped_fits_term, &at) : untyped_fits(c, x, vu, t);
    if (types_identical(vu, tu) && (!has_name(v) || !has_name(t)) && !vp && !tp)
        return true; // in this order: type sets of invalid cycles depend on it
    if ((tu->kind == TYPE_INTERFACE && !tp) || is_iface_ptr(tu)) {
        if (implements_(c, v, t, false, cause)) return true;
        if (!vp) return false;
        if (cause) *cause = (Str){0};
    }
    if (vu->kind == TYPE_INTERFACE && !vp && implements_(c, t, v, false, NULL)) {
        if (cause) *cause = S("need type assertion");
        return false;
    }
    if (vu->kind == TYPE_CHAN && vu->chan.dir == CHAN_BOTH && tu->kind == TYPE_CHAN &&
        types_identical(vu->chan.elem, tu->chan.elem))
        return !has_name(v) || !has_name(t);
    if (!has_name(v) && tp) {
        type_typeset_each(c, t, assign_to_term, &at);
        return at.ok;
    }
    if (vp && !has_name(t)) {
        type_typeset_each(c, v, assign_from_term, &at);
        return at.ok;
    }
    return false;
}

bool check_assignable_types(Checker *c, Operand *x, Type *t, Str *cause) {
    if (x->mode == MODE_INVALID) return true;
    return assignable(c, x, x->type, t, cause);
}

bool types_assignable(Checker *c, Type *v, Type *t) { return assignable(c, NULL, v, t, NULL); }
