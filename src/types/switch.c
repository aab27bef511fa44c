// switch.c - expression and type switches.
#include "types/exprs.h"

static bool is_default(CaseClause *cc) { return cc->is_default || cc->exprs.len == 0; }

static void check_multiple_defaults(Checker *c, CaseClause **list, i64 n) {
    CaseClause *first = NULL;
    for (i64 i = 0; i < n; i++) {
        if (!is_default(list[i])) continue;
        if (!first) {
            first = list[i];
            continue;
        }
        Str at = pos_string(c, first->s.pos);
        check_errorf(c, AT(list[i]), "multiple defaults (first at %.*s)", SFMT(at));
    }
}

// ---- expression switches -----------------------------------------------------------------------------------

static void check_duplicate(Checker *c, Operand *v, ConstSet *seen) {
    SeenConst **slot = const_set_slot(c, seen, v->val, false);
    if (!slot) return;
    for (SeenConst *s = *slot; s; s = s->next) {
        if (!types_identical(s->type, v->type)) continue;
        Str vs = ostr(c, v);
        ErrMsg e;
        err_begin(&e, c);
        err_add(&e, at_op(v), "duplicate case %.*s in expression switch", SFMT(vs));
        err_add(&e, s->pos, "previous case");
        err_report(&e);
        return;
    }
    SeenConst *s = ANEW(c->arena, SeenConst);
    *s = (SeenConst){v->type, v->expr->pos, *slot};
    *slot = s;
}

static void check_case_value(Checker *c, Operand *x, Expr *e, ConstSet *seen) {
    Operand v;
    check_expr(c, NULL, &v, e);
    if (x->mode == MODE_INVALID || v.mode == MODE_INVALID) return;
    check_convert_untyped(c, &v, x->type);
    if (v.mode == MODE_INVALID) return;
    Operand res = v, tag = *x;
    check_comparison(c, &res, &tag, OP_EQL, true);
    if (res.mode == MODE_INVALID || v.mode != MODE_CONST) return;
    check_duplicate(c, &v, seen);
}

static void implicit_true(Checker *c, Operand *x, SwitchStmt *s) {
    Ident *id = ANEW(c->arena, Ident);
    id->x.kind = ND_IDENT;
    id->x.pos = s->clauses.len > 0 ? s->clauses.ptr[0]->s.pos : s->rbrace;
    id->name = intern_c(c->intern, "true");
    *x = (Operand){.mode = MODE_CONST, .type = BASIC(BOOL), .val = exact_bool(true), .expr = &id->x};
}

static void check_tag(Checker *c, Operand *x, SwitchStmt *s) {
    check_expr(c, NULL, x, s->tag);
    assign(c, x, NULL, IN("switch expression"));
    if (x->mode == MODE_INVALID || types_comparable(x->type) || types_has_nil(x->type)) return;
    Str xs = ostr(c, x), ts = tstr(c, x->type);
    if (type_valid(x->type))
        check_errorf(c, at_op(x), "cannot switch on %.*s (%.*s is not comparable)", SFMT(xs), SFMT(ts));
    invalidate(x);
}

void check_switch(Checker *c, SwitchStmt *s) {
    Operand x;
    ConstSet seen = {0};
    push_scope(c, "switch");
    if (s->init) check_stmt(c, s->init);
    if (s->tag) check_tag(c, &x, s);
    else implicit_true(c, &x, s);
    check_multiple_defaults(c, s->clauses.ptr, s->clauses.len);
    for (i64 i = 0; i < s->clauses.len; i++) {
        CaseClause *cc = s->clauses.ptr[i];
        for (i64 k = 0; k < cc->exprs.len; k++) check_case_value(c, &x, cc->exprs.ptr[k], &seen);
        push_scope(c, "case");
        check_stmts(c, &cc->body);
        pop_scope(c);
    }
    pop_scope(c);
}

// ---- type switches -----------------------------------------------------------------------------------------------

typedef struct SeenType {
    Type *type; // NULL: nil
    Expr *expr;
    struct SeenType *next; // of the same hash
} SeenType;
typedef struct TypeCases {
    Checker *c;
    Operand *x; // NULL: invalid
    Map *seen;  // SeenType by type_hash
} TypeCases;

static bool is_nil_expr(Checker *c, Expr *e) {
    e = unparen(e);
    if (e->kind != ND_IDENT) return false;
    Object *o = lookup_name(c, ((Ident *)e)->name);
    return o && o->kind == OBJ_NIL;
}

// True if the type was there already.
static bool note_type(TypeCases *tc, Type *t, Expr *e) {
    Checker *c = tc->c;
    u64 hash = type_hash(t, 0);
    SeenType *first = map_get_num(tc->seen, hash);
    for (SeenType *s = first; s; s = s->next) {
        if (!t != !s->type || (t && !types_identical(t, s->type))) continue;
        Str ts = t ? tstr(c, t) : S("nil");
        ErrMsg m;
        err_begin(&m, c);
        err_add(&m, AT(e), "duplicate case %.*s in type switch", SFMT(ts));
        err_add(&m, AT(s->expr), "previous case");
        err_report(&m);
        return true;
    }
    SeenType *s = ANEW(c->arena, SeenType);
    *s = (SeenType){t, e, first};
    map_set_num(tc->seen, hash, s);
    return false;
}

// The type of the variable in a clause with these cases.
static Type *check_case_types(TypeCases *tc, ExprVec *list) {
    Checker *c = tc->c;
    Type *t = NULL;
    for (i64 i = 0; i < list->len; i++) {
        Expr *e = list->ptr[i];
        Operand nil;
        t = NULL;
        if (is_nil_expr(c, e)) {
            check_expr(c, NULL, &nil, e);
        } else {
            t = check_var_type(c, e);
            if (!type_valid(t)) continue;
        }
        if (!note_type(tc, t, e) && tc->x && t) type_assertion(c, e, tc->x, t, true);
    }
    if (list->len == 1 && t) return t;
    return tc->x ? tc->x->type : INVALID;
}

static bool check_guard(Checker *c, Operand *x, TypeSwitchGuard *g) {
    check_expr(c, NULL, x, g->e);
    if (x->mode == MODE_INVALID || !type_valid(x->type)) return false;
    bool param = type_is_param(x->type);
    if (!param && types_under(x->type)->kind == TYPE_INTERFACE) return true;
    Str xs = ostr(c, x);
    if (param) check_errorf(c, at_op(x), "cannot use type switch on type parameter value %.*s", SFMT(xs));
    else check_errorf(c, at_op(x), "%.*s is not an interface", SFMT(xs));
    return false;
}

// The clause's variable; all clauses' variables are used if one of them is.
static Object *declare_clause_var(Checker *c, CaseClause *cc, Ident *lhs, Type *t) {
    Object *v = new_local(c, lhs, t);
    check_declare(c, c->env.scope, NULL, v, cc->colon);
    cc->obj = v;
    return v;
}

void check_type_switch(Checker *c, TypeSwitchStmt *s) {
    push_scope(c, "switch");
    if (s->init) check_stmt(c, s->init);
    Ident *lhs = s->guard->lhs;
    if (lhs) lhs->obj = NULL;
    if (lhs && lhs->name->blank) {
        check_soft_errorf(c, AT(lhs), "no new variable on left side of :=");
        lhs = NULL;
    }
    Operand x;
    TypeCases tc = {.c = c, .seen = map_new_num(c->arena)};
    if (check_guard(c, &x, s->guard)) tc.x = &x;
    check_multiple_defaults(c, s->clauses.ptr, s->clauses.len);
    bool used = false;
    for (i64 i = 0; i < s->clauses.len; i++) {
        CaseClause *cc = s->clauses.ptr[i];
        Type *t = check_case_types(&tc, &cc->exprs);
        push_scope(c, "case");
        Object *v = lhs ? declare_clause_var(c, cc, lhs, t) : NULL;
        check_stmts(c, &cc->body);
        if (v) {
            used |= v->used;
            v->used = true; // reported once, below
        }
        pop_scope(c);
        if (v && !used) v->used = false;
    }
    if (lhs && !used) {
        check_soft_errorf(c, AT(lhs), "%.*s declared and not used", SFMT(lhs->name->s));
        hint_unused_guard(c, s->guard);
    }
    pop_scope(c);
}
