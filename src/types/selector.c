// selector.c - x.f: qualified identifiers, fields, method values, method expressions.
//
// Out: an operand, and the Selection that says how f is reached from x.
#include "types/exprs.h"

// ---- wording -------------------------------------------------------------------------------------------

static Str tail(Str s) {
    i64 i = 1;
    while (i < s.len && (s.ptr[i] & 0xC0) == 0x80) i++;
    return i >= s.len ? S("") : str_slice(s, i, s.len);
}

typedef enum Spelling { MISSING, MISSPELLED, UNEXPORTED, INACCESSIBLE } Spelling;

// How the object that was found instead of `sel` relates to it.
static Spelling spelling(Checker *c, const Name *sel, Object *alt) {
    if (!alt) return MISSING;
    if (alt->pkg == c->pkg) return MISSPELLED;
    bool same_tail = str_eq(tail(sel->s), tail(alt->name->s));
    if (sel->exported) return alt->name->exported ? MISSPELLED : same_tail ? UNEXPORTED : MISSING;
    if (alt->name->exported) return same_tail ? MISSPELLED : MISSING;
    return sel == alt->name ? INACCESSIBLE : MISSING;
}

static Str literal_error(Checker *c, Spelling sp, Str ts, Str name, Str alt) {
    Arena *a = c->arena;
    if (sp == INACCESSIBLE)
        return arena_printf(a, "cannot refer to unexported field %.*s in struct literal of type %.*s", SFMT(alt),
                            SFMT(ts));
    if (sp == MISSING)
        return arena_printf(a, "unknown field %.*s in struct literal of type %.*s", SFMT(name), SFMT(ts));
    return arena_printf(a, "unknown field %.*s in struct literal of type %.*s, but does have %s%.*s", SFMT(name),
                        SFMT(ts), sp == UNEXPORTED ? "unexported " : "", SFMT(alt));
}

Str lookup_error(Checker *c, Type *t, const Name *sel, Object *alt, bool struct_lit) {
    Spelling sp = spelling(c, sel, alt);
    Str ts = tstr(c, t), name = sel->s, altname = alt ? alt->name->s : S("");
    if (struct_lit) return literal_error(c, sp, ts, name, altname);
    const char *what = !alt ? "object" : alt->kind == OBJ_VAR ? "field" : "method";
    if (sp == INACCESSIBLE) return arena_printf(c->arena, "cannot refer to unexported %s %.*s", what, SFMT(altname));
    if (sp == MISSING) return arena_printf(c->arena, "type %.*s has no field or method %.*s", SFMT(ts), SFMT(name));
    return arena_printf(c->arena, "type %.*s has no field or method %.*s, but does have %s%s %.*s", SFMT(ts),
                        SFMT(name), sp == UNEXPORTED ? "unexported " : "", what, SFMT(altname));
}

// ---- qualified identifiers -----------------------------------------------------------------------------------

static Object *lookup_ignoring_case(Scope *s, const Name *n) {
    for (i64 i = 0; i < scope_len(s); i++) {
        Object *o = scope_at(s, i);
        if (o->name->exported && str_fold_eq(o->name->s, n->s)) return o;
    }
    return NULL;
}

static Object *lookup_imported(Checker *c, Package *pkg, Selector *e) {
    const Name *n = e->sel->name;
    Object *o = scope_lookup(pkg->scope, n);
    if (o && n->exported) return o;
    if (pkg->fake || n->blank) return NULL;
    Str s = estr(c, e);
    Object *alt = lookup_ignoring_case(pkg->scope, n);
    if (alt) check_errorf(c, AT(e->sel), "undefined: %.*s (but have %.*s)", SFMT(s), SFMT(alt->name->s));
    else check_errorf(c, AT(e->sel), "undefined: %.*s", SFMT(s));
    hint_undefined_in(c, e, pkg);
    return NULL;
}

static void select_imported(Checker *c, Operand *x, Selector *e, Package *pkg) {
    invalidate(x);
    Object *o = pkg ? lookup_imported(c, pkg, e) : NULL;
    if (!o) return;
    e->sel->obj = o;
    e->selection = NULL;
    check_obj_decl(c, o);
    x->type = o->type ? o->type : INVALID;
    switch (o->kind) {
    case OBJ_CONST:
        x->mode = MODE_CONST;
        x->val = o->val;
        break;
    case OBJ_TYPE_NAME: x->mode = MODE_TYPE; break;
    case OBJ_VAR: x->mode = MODE_VARIABLE; break;
    case OBJ_FUNC: x->mode = MODE_VALUE; break;
    case OBJ_BUILTIN:
        x->mode = MODE_BUILTIN;
        x->builtin = o->builtin;
        return;
    default: return;
    }
    if (!type_valid(x->type) || (x->mode == MODE_CONST && !x->val)) invalidate(x);
}

// ---- fields and methods ------------------------------------------------------------------------------------------

static void report_missing(Checker *c, Operand *x, Selector *e, bool ambiguous, bool indirect) {
    const Name *n = e->sel->name;
    Str es = estr(c, x->expr), ts = tstr(c, x->type), sel = n->s;
    Pos pos = node_start(e->sel);
    if (!type_valid(types_under(x->type))) return;
    if (ambiguous) {
        check_errorf(c, pos, "ambiguous selector %.*s.%.*s", SFMT(es), SFMT(sel));
    } else if (indirect && x->mode == MODE_TYPE) {
        check_errorf(c, pos, "invalid method expression %.*s.%.*s (needs pointer receiver (*%.*s).%.*s)", SFMT(ts),
                     SFMT(sel), SFMT(ts), SFMT(sel));
    } else if (indirect) {
        check_errorf(c, pos, "cannot call pointer method %.*s on %.*s", SFMT(sel), SFMT(ts));
    } else if (is_iface_ptr(x->type)) {
        bool param = type_is_param(types_under(x->type)->pointer.elem);
        check_errorf(c, pos, "%.*s.%.*s undefined (type %.*s is pointer to %s, not %s)", SFMT(es), SFMT(sel), SFMT(ts),
                     param ? "type parameter" : "interface", param ? "type parameter" : "interface");
    } else {
        i32 *path;
        i64 npath;
        bool ind;
        Object *alt =
            check_lookup_field_or_method(c, x->type, x->mode == MODE_VARIABLE, c->pkg, n, true, &path, &npath, &ind);
        Str why = lookup_error(c, x->type, n, alt, false);
        check_errorf(c, pos, "%.*s.%.*s undefined (%.*s)", SFMT(es), SFMT(sel), SFMT(why));
        hint_missing_member(c, x, e->sel);
    }
}

Type *clone_signature(Checker *c, Type *sig) {
    Type *t = type_new(c, TYPE_SIGNATURE);
    t->flags = sig->flags;
    t->sig = sig->sig;
    return t;
}

static void record_selection(Checker *c, Selector *e, SelKind kind, Type *recv, Object *o, i32 *path, i64 npath,
                             bool indirect) {
    Selection *s = ANEW(c->bodies, Selection);
    *s = (Selection){(u8)kind, recv, o, path, npath, indirect};
    e->selection = s;
    e->sel->obj = o;
}

// T.m: a function whose first parameter is the receiver.
static void method_expression(Checker *c, Operand *x, Selector *e, Object *m) {
    if (m->kind != OBJ_FUNC) {
        Str es = estr(c, x->expr), ts = tstr(c, x->type), sel = e->sel->name->s;
        check_errorf(c, AT(e->sel), "%.*s.%.*s undefined (type %.*s has no method %.*s)", SFMT(es), SFMT(sel), SFMT(ts),
                     SFMT(sel));
        invalidate(x);
        return;
    }
    Type *sig = m->type;
    if (!sig || sig->kind != TYPE_SIGNATURE || !sig->sig.recv) {
        if (sig && sig->kind == TYPE_SIGNATURE) check_errorf(c, AT(e), "illegal cycle in method declaration");
        invalidate(x);
        return;
    }
    Type *params = sig->sig.params;
    i64 n = params->tuple.n;
    Object **vars = ANEWN(c->arena, Object *, n + 1);
    const Name *name = NULL;
    if (n > 0 && params->tuple.vars[0]->name && params->tuple.vars[0]->name->s.len) {
        name = sig->sig.recv->name;
        if (!name || !name->s.len) name = intern_c(c->intern, "_");
    }
    vars[0] = types_new_var(c, sig->sig.recv->pos, sig->sig.recv->pkg, name ? name : intern_c(c->intern, ""), x->type);
    vars[0]->is_param = true;
    for (i64 i = 0; i < n; i++) vars[i + 1] = params->tuple.vars[i];
    x->mode = MODE_VALUE;
    x->type = types_new_signature(c, NULL, types_new_tuple(c, vars, n + 1), sig->sig.results, sig->sig.variadic);
    x->type->sig.tparams = sig->sig.tparams;
    check_add_dependency(c, m);
}

static void method_value(Checker *c, Operand *x, Selector *e, Object *m, bool indirect) {
    if (!m->type || m->type->kind != TYPE_SIGNATURE) {
        invalidate(x);
        return;
    }
    if (m->ptr_recv && !indirect && x->mode == MODE_VARIABLE) mark_address_taken(e->e); // (&x).m
    x->mode = MODE_VALUE;
    x->type = clone_signature(c, m->type);
    x->type->sig.recv = NULL;
    check_add_dependency(c, m);
}

static void select_member(Checker *c, Operand *x, Selector *e, bool want_type) {
    c->selector = e;
    check_expr_or_type(c, x, e->e, false);
    if (x->mode == MODE_INVALID) return;
    Str s;
    if (x->mode == MODE_BUILTIN) {
        s = ostr(c, x);
        check_errorf(c, e->x.pos, "invalid use of %.*s in selector expression", SFMT(s));
        invalidate(x);
        return;
    }
    if (want_type) {
        s = estr(c, e);
        check_errorf(c, AT(e->sel), "%.*s is not a type", SFMT(s));
        invalidate(x);
        return;
    }
    i32 *path = NULL;
    i64 npath = 0;
    bool indirect = false;
    Object *o = check_lookup_field_or_method(c, x->type, x->mode == MODE_VARIABLE, c->pkg, e->sel->name, false, &path,
                                             &npath, &indirect);
    if (!o) {
        report_missing(c, x, e, npath > 0, indirect);
        invalidate(x);
        return;
    }
    if (o->kind == OBJ_FUNC) check_obj_decl(c, o); // its signature may not be there yet
    bool is_type = x->mode == MODE_TYPE;
    record_selection(c, e,
                     is_type               ? SEL_METHOD_EXPR
                     : o->kind == OBJ_FUNC ? SEL_METHOD_VAL
                                           : SEL_FIELD,
                     x->type, o, path, npath, indirect);
    if (is_type) {
        method_expression(c, x, e, o);
    } else if (o->kind == OBJ_FUNC) {
        method_value(c, x, e, o, indirect);
    } else {
        x->mode = x->mode == MODE_VARIABLE || indirect ? MODE_VARIABLE : MODE_VALUE;
        x->type = o->type ? o->type : INVALID;
        if (!type_valid(x->type)) invalidate(x);
    }
}

void check_selector(Checker *c, Operand *x, Selector *e, bool want_type) {
    Object *pkg = e->e->kind == ND_IDENT ? lookup_name(c, ((Ident *)e->e)->name) : NULL;
    if (pkg && pkg->kind == OBJ_PKG_NAME) {
        ((Ident *)e->e)->obj = pkg;
        pkg->used = true;
        select_imported(c, x, e, pkg->imported);
    } else {
        select_member(c, x, e, want_type);
    }
    if (x->mode == MODE_INVALID) x->type = INVALID;
    x->expr = &e->x;
}
