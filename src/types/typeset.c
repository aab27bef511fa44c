// typeset.c - interfaces and unions: their type sets, and the type expressions that make them.
//
// The type set of an interface is its methods, plus terms ("all types", or a union of types with
// or without ~), plus the comparable bit, which is only ever set together with "all types".
#include "types/decls.h"

enum { MAX_TERMS = 100 };

// ---- terms -------------------------------------------------------------------------------------------------

bool term_disjoint(UnionTerm x, UnionTerm y) {
    Type *ux = y.tilde ? types_under(x.type) : x.type;
    Type *uy = x.tilde ? types_under(y.type) : y.type;
    return !types_identical(ux, uy);
}

bool term_includes(UnionTerm x, Type *t) { return types_identical(x.type, x.tilde ? types_under(t) : t); }

// Adds y to r, merging with a term it overlaps.
static void terms_add(Arena *a, Terms *r, i64 *cap, UnionTerm y) {
    for (i64 i = 0; i < r->n; i++) {
        if (term_disjoint(r->t[i], y)) continue;
        if (!r->t[i].tilde && y.tilde) {
            r->t[i] = y;
            // the wider term may swallow later ones
            i64 k = i + 1;
            for (i64 j = i + 1; j < r->n; j++)
                if (term_disjoint(r->t[j], y)) r->t[k++] = r->t[j];
            r->n = k;
        }
        return;
    }
    if (r->n == *cap) vec_grow(a, (void **)&r->t, cap, (i64)sizeof *r->t);
    r->t[r->n++] = y;
}

Terms terms_union(Arena *a, Terms x, Terms y) {
    if (x.all || y.all) return (Terms){.all = true};
    Terms r = {0};
    i64 cap = 0;
    for (i64 i = 0; i < x.n; i++) terms_add(a, &r, &cap, x.t[i]);
    for (i64 i = 0; i < y.n; i++) terms_add(a, &r, &cap, y.t[i]);
    return r;
}

Terms terms_intersect(Arena *a, Terms x, Terms y) {
    if (x.all) return y;
    if (y.all) return x;
    Terms r = {0};
    i64 cap = 0;
    for (i64 i = 0; i < x.n; i++)
        for (i64 j = 0; j < y.n; j++)
            if (!term_disjoint(x.t[i], y.t[j])) terms_add(a, &r, &cap, !x.t[i].tilde || y.t[j].tilde ? x.t[i] : y.t[j]);
    return r;
}

static bool term_subset(UnionTerm x, UnionTerm y) { return !term_disjoint(x, y) && (!x.tilde || y.tilde); }

bool terms_subset(Terms x, Terms y) {
    if (y.all) return true;
    if (x.all) return false;
    for (i64 i = 0; i < x.n; i++) {
        bool in = false;
        for (i64 j = 0; !in && j < y.n; j++) in = term_subset(x.t[i], y.t[j]);
        if (!in) return false;
    }
    return true;
}

bool terms_equal(Terms x, Terms y) { return terms_subset(x, y) && terms_subset(y, x); }

// Terms are printed with full package paths, as gc does.
Str term_string(Checker *c, UnionTerm t) {
    Buf b = {0};
    if (t.tilde) buf_char(&b, '~');
    write_type(&b, t.type, TS_PATH, NULL, c);
    Str s = arena_str(c->arena, buf_view(&b));
    buf_free(&b);
    return s;
}

Str terms_string(Checker *c, Terms x) {
    if (x.all) return S("𝓤");
    if (!x.n) return S("∅");
    Buf b = {0};
    for (i64 i = 0; i < x.n; i++) {
        if (i) buf_c(&b, " | ");
        buf_str(&b, term_string(c, x.t[i]));
    }
    Str s = arena_str(c->arena, buf_view(&b));
    buf_free(&b);
    return s;
}

// ---- type sets -----------------------------------------------------------------------------------------------

bool typeset_is_empty(struct TypeSet *s) { return !s->terms.all && s->terms.n == 0; }
bool typeset_is_method_set(struct TypeSet *s) { return !s->comparable && s->terms.all; }
bool typeset_is_all(struct TypeSet *s) { return typeset_is_method_set(s) && s->nmethods == 0; }
bool typeset_has_terms(struct TypeSet *s) { return !s->terms.all && s->terms.n > 0; }

bool typeset_is_comparable(struct TypeSet *s) {
    if (s->terms.all) return s->comparable;
    for (i64 i = 0; i < s->terms.n; i++)
        if (!comparable_strict(s->terms.t[i].type)) return false;
    return s->terms.n > 0;
}

Object *typeset_lookup(struct TypeSet *s, const Package *pkg, const Name *name, bool fold, i64 *index) {
    for (i64 i = 0; i < s->nmethods; i++) {
        if (!same_id(s->methods[i], pkg, name, fold)) continue;
        if (index) *index = i;
        return s->methods[i];
    }
    return NULL;
}

typedef struct MethodSeen {
    Object *m;
    Pos pos;
} MethodSeen;
typedef struct Build {
    Checker *c;
    VEC(MethodSeen) seen;
    Map *by_name;
} Build;
typedef struct DupCheck {
    Pos pos, other_pos;
    Object *m, *other;
} DupCheck;

static void report_duplicate(Checker *c, Pos pos, Object *m, Pos other) {
    ErrMsg e;
    err_begin(&e, c);
    err_add(&e, pos, "duplicate method %.*s", SFMT(m->name->s));
    err_add(&e, other, "other declaration of method %.*s", SFMT(m->name->s));
    err_report(&e);
}

static void check_duplicate(Checker *c, void *arg) {
    DupCheck *d = arg;
    if ((d->pos && !check_allow_version(c, d->pos, 14)) || !types_identical(d->m->type, d->other->type))
        report_duplicate(c, d->pos, d->m, d->other_pos);
}

static MethodSeen *find_seen(Build *b, Object *m) {
    if (b->by_name && m->name->exported) {
        i64 i = (i64)(intptr_t)map_get_ptr(b->by_name, m->name);
        return i ? &b->seen.ptr[i - 1] : NULL;
    }
    for (i64 i = 0; i < b->seen.len; i++)
        if (same_id(b->seen.ptr[i].m, m->pkg, m->name, false)) return &b->seen.ptr[i];
    return NULL;
}

static void add_method(Build *b, Pos pos, Object *m, bool is_explicit) {
    Checker *c = b->c;
    MethodSeen *o = find_seen(b, m);
    if (!o) {
        vec_push(c->arena, &b->seen, ((MethodSeen){m, pos}));
        if (b->by_name) map_set_ptr(b->by_name, m->name, (void *)(intptr_t)b->seen.len);
        if (!b->by_name && b->seen.len == 24) {
            b->by_name = map_new_ptr(c->arena);
            for (i64 i = 0; i < b->seen.len; i++)
                map_set_ptr(b->by_name, b->seen.ptr[i].m->name, (void *)(intptr_t)(i + 1));
        }
    } else if (is_explicit) {
        report_duplicate(c, pos, m, o->pos);
    } else if (o->m != m || !check_allow_version(c, pos, 14)) {
        DupCheck *d = ANEW(c->arena, DupCheck);
        *d = (DupCheck){pos, o->pos, m, o->m};
        check_later(c, check_duplicate, d);
    }
}

// Is t an interface of another package that can only be a constraint?
static bool is_imported_constraint(Checker *c, Type *t) {
    Type *n = as_named(t);
    if (!n || n->named.obj->pkg == c->pkg || !n->named.obj->pkg) return false;
    Type *u = types_under(n);
    return u->kind == TYPE_INTERFACE && !typeset_is_method_set(type_set(u));
}

static bool union_terms(Checker *c, Pos pos, Type *t, Terms *out) {
    Terms all = {0};
    for (i64 i = 0; i < t->uni.nterms; i++) {
        UnionTerm e = t->uni.terms[i];
        Type *u = types_under(e.type);
        Terms one = {0};
        if (u->kind == TYPE_INTERFACE) {
            if (!type_is_param(e.type)) one = compute_type_set(c, pos, u)->terms;
        } else if (u->kind == TYPE_INVALID) {
            continue;
        } else if (!e.tilde || types_identical(e.type, u)) {
            one.t = &t->uni.terms[i];
            one.n = 1;
        }
        all = terms_union(c->arena, all, one);
        if (all.n > MAX_TERMS) {
            if (pos)
                check_errorf(c, pos, "cannot handle more than %d union terms (implementation limitation)", MAX_TERMS);
            return false;
        }
    }
    *out = all;
    return true;
}

static void intersect(Checker *c, Terms *terms, bool *comp, Terms y, bool ycomp) {
    *terms = terms_intersect(c->arena, *terms, y);
    *comp = *comp || ycomp;
    if (!*comp || terms->all) return;
    Terms r = {0};
    i64 cap = 0;
    for (i64 i = 0; i < terms->n; i++)
        if (comparable_strict(terms->t[i].type)) terms_add(c->arena, &r, &cap, terms->t[i]);
    *terms = r;
    *comp = false;
}

static bool may_embed(Checker *c, Pos pos, const char *what, Type *t) {
    if (!pos || check_allow_version(c, pos, 18)) return true;
    return check_verify_version(c, pos, 18, "embedding %s %.*s", what, SFMT(tstr(c, t)));
}

static void add_embedded(Build *b, Type *t, Pos pos, Terms *terms, bool *comp) {
    Checker *c = b->c;
    Type *u = types_under(t);
    Terms y = {.all = true};
    bool ycomp = false;
    if (u->kind == TYPE_INTERFACE) {
        if (type_is_param(t)) return;
        struct TypeSet *s = compute_type_set(c, pos, u);
        if (is_imported_constraint(c, t) && !may_embed(c, pos, "constraint interface", t)) return;
        for (i64 i = 0; i < s->nmethods; i++) add_method(b, pos, s->methods[i], false);
        y = s->terms;
        ycomp = s->comparable;
    } else if (u->kind == TYPE_UNION) {
        if (!may_embed(c, pos, "interface element", u)) return;
        if (!union_terms(c, pos, u, &y)) return;
    } else {
        if (u->kind == TYPE_INVALID || u->kind == TYPE_ALIAS) return;
        if (!may_embed(c, pos, "non-interface type", t)) return;
        y = (Terms){.t = ANEW(c->arena, UnionTerm), .n = 1};
        y.t[0].type = t;
    }
    intersect(c, terms, comp, y, ycomp);
}

struct TypeSet *compute_type_set(Checker *c, Pos pos, Type *it) {
    struct TypeSet *s = it->iface.tset;
    if (s->state) return s;
    if (!s->complete) return c->u.empty_interface->iface.tset;
    s->state = 1;
    s->terms.all = true;
    Build b = {.c = c};
    for (i64 i = 0; i < it->iface.nmethods; i++) add_method(&b, it->iface.methods[i]->pos, it->iface.methods[i], true);
    Terms terms = {.all = true};
    bool comp = false;
    for (i64 i = 0; i < it->iface.nembeddeds; i++)
        add_embedded(&b, it->iface.embeddeds[i], it->iface.embed_pos ? it->iface.embed_pos[i] : 0, &terms, &comp);
    s->nmethods = b.seen.len;
    s->methods = ANEWN(c->arena, Object *, b.seen.len ? b.seen.len : 1);
    for (i64 i = 0; i < b.seen.len; i++) s->methods[i] = b.seen.ptr[i].m;
    sort_methods(s->methods, s->nmethods);
    s->terms = terms;
    s->comparable = comp;
    s->state = 2;
    return s;
}

struct TypeSet *type_set(Type *it) {
    struct TypeSet *s = it->iface.tset;
    return s->state ? s : compute_type_set(s->c, s->pos, it);
}

Type *param_iface(Type *p) {
    Checker *c = p->param.c;
    Type *bound = p->param.bound;
    if (!bound) return c->u.empty_interface;
    if (type_is_param(bound)) return c->u.empty_interface;
    Type *u = types_under(bound);
    if (u->kind == TYPE_INTERFACE) return u;
    if (u->kind == TYPE_INVALID || u->kind == TYPE_ALIAS) return c->u.empty_interface;
    Type *it = iface_new(c);
    it->iface.embeddeds = ANEWN(c->arena, Type *, 1);
    it->iface.embeddeds[0] = bound;
    it->iface.nembeddeds = 1;
    it->iface.implicit = true;
    it->iface.tset->complete = true;
    p->param.bound = it;
    return it;
}

i64 types_iface_methods(Checker *c, Type *t, Object ***out) {
    struct TypeSet *s = type_set(types_under(t));
    *out = s->methods;
    return s->nmethods;
}

// ---- unions ------------------------------------------------------------------------------------------------------

typedef VEC(Expr *) Exprs;

static void flatten(Checker *c, Expr *e, Exprs *bins, Exprs *leaves) {
    if (e->kind == ND_BINARY && ((Binary *)e)->op == OP_OR) {
        flatten(c, ((Binary *)e)->l, bins, leaves);
        vec_push(c->arena, bins, e);
        e = ((Binary *)e)->r;
    }
    vec_push(c->arena, leaves, e);
}

static UnionTerm parse_tilde(Checker *c, Expr *tx) {
    Expr *x = tx;
    bool tilde = x->kind == ND_UNARY && ((Unary *)x)->op == OP_TILDE;
    if (tilde) x = ((Unary *)x)->e;
    Type *t = check_type(c, x);
    if (type_is_param(t)) {
        if (tilde)
            check_errorf(c, node_start(x), "type in term %.*s cannot be a type parameter",
                         SFMT(expr_str(c->arena, tx)));
        else check_errorf(c, node_start(x), "term cannot be a type parameter");
        t = c->u.basic[TYPE_INVALID];
    }
    UnionTerm r = {tilde, t};
    if (tilde) {
        Type *u = type_new(c, TYPE_UNION);
        u->uni.terms = ANEW(c->arena, UnionTerm);
        u->uni.terms[0] = r;
        u->uni.nterms = 1;
        record_type(c, tx, u);
    }
    return r;
}

typedef struct UnionCheck {
    UnionTerm *terms;
    i64 n;
    Expr **leaves;
} UnionCheck;

static i64 overlapping(UnionTerm *terms, i64 n, UnionTerm y) {
    for (i64 i = 0; i < n; i++) {
        if (!type_valid(terms[i].type) || types_under(terms[i].type)->kind == TYPE_INTERFACE) continue;
        if (!term_disjoint(terms[i], y)) return i;
    }
    return -1;
}

static void check_iface_term(Checker *c, Pos pos, UnionTerm t, Type *u) {
    struct TypeSet *s = type_set(u);
    Str ts = term_string(c, t);
    if (s->nmethods) check_errorf(c, pos, "cannot use %.*s in union (%.*s contains methods)", SFMT(ts), SFMT(ts));
    else if (t.type == c->u.comparable_) check_errorf(c, pos, "cannot use comparable in union");
    else if (s->comparable)
        check_errorf(c, pos, "cannot use %.*s in union (%.*s embeds comparable)", SFMT(ts), SFMT(ts));
}

static void check_union_terms(Checker *c, void *arg) {
    UnionCheck *k = arg;
    for (i64 i = 0; i < k->n; i++) {
        UnionTerm t = k->terms[i];
        if (!type_valid(t.type)) continue;
        Type *u = types_under(t.type);
        Pos pos = node_start(k->leaves[i]);
        if (t.tilde && u->kind == TYPE_INTERFACE) {
            check_errorf(c, pos, "invalid use of ~ (%.*s is an interface)", SFMT(tstr(c, t.type)));
            continue;
        }
        if (t.tilde && !types_identical(u, t.type)) {
            check_errorf(c, pos, "invalid use of ~ (underlying type of %.*s is %.*s)", SFMT(tstr(c, t.type)),
                         SFMT(tstr(c, u)));
            continue;
        }
        if (u->kind == TYPE_INTERFACE) {
            check_iface_term(c, pos, t, u);
            continue;
        }
        i64 j = overlapping(k->terms, i, t);
        if (j >= 0)
            check_soft_errorf(c, pos, "overlapping terms %.*s and %.*s", SFMT(term_string(c, t)),
                              SFMT(term_string(c, k->terms[j])));
    }
}

Type *parse_union(Checker *c, Expr *e) {
    Exprs bins = {0}, leaves = {0};
    flatten(c, e, &bins, &leaves);
    UnionTerm *terms = ANEWN(c->arena, UnionTerm, leaves.len);
    i64 n = 0;
    Type *u = NULL;
    for (i64 i = 0; i < leaves.len; i++) {
        UnionTerm t = parse_tilde(c, leaves.ptr[i]);
        if (leaves.len == 1 && !t.tilde) return t.type;
        if (n >= MAX_TERMS) {
            if (type_valid(u))
                check_errorf(c, node_start(leaves.ptr[i]),
                             "cannot handle more than %d union terms (implementation limitation)", MAX_TERMS);
            u = c->u.basic[TYPE_INVALID];
        } else {
            terms[n++] = t;
            u = type_new(c, TYPE_UNION);
            u->uni.terms = terms;
            u->uni.nterms = n;
        }
        if (i > 0) record_type(c, bins.ptr[i - 1], u);
    }
    if (!type_valid(u)) return u;
    UnionCheck *k = ANEW(c->arena, UnionCheck);
    *k = (UnionCheck){terms, n, leaves.ptr};
    check_later(c, check_union_terms, k);
    return u;
}

// ---- interface types ------------------------------------------------------------------------------------------------

typedef struct IfaceLater {
    Type *t;
    Pos pos;
} IfaceLater;

static void compute_later(Checker *c, void *arg) {
    IfaceLater *l = arg;
    compute_type_set(c, l->pos, l->t);
}

static Object *iface_method(Checker *c, Type *it, Field *f, Object *def) {
    if (f->name->name->blank) {
        check_errorf(c, f->name->x.pos, "methods must have a unique non-blank name");
        return NULL;
    }
    Type *sig = check_type(c, f->type);
    if (!sig || sig->kind != TYPE_SIGNATURE) {
        if (type_valid(sig))
            check_errorf(c, node_start(f->type), "invalid syntax tree: %.*s is not a method signature",
                         SFMT(tstr(c, sig)));
        return NULL;
    }
    Type *rt = it;
    if (def && def->type && as_named(def->type)) rt = as_named(def->type);
    sig->sig.recv = types_new_var(c, f->name->x.pos, c->pkg, NULL, rt);
    sig->sig.recv->is_recv = true;
    Object *m = obj_new(c, OBJ_FUNC, f->name->x.pos, c->pkg, f->name->name, sig);
    f->name->obj = m;
    return m;
}

void check_interface_type(Checker *c, Type *it, InterfaceType *e, Object *def) {
    VEC(Object *) methods = {0};
    VEC(Type *) embeds = {0};
    VEC(Pos) pos = {0};
    it->iface.tset->pos = e->x.pos;
    LateChecks *late = c->env.iface_depth ? NULL : late_list(c);
    if (late) vec_push(c->arena, &late->anon_ifaces, e);
    c->env.iface_depth++;
    for (i64 i = 0; i < e->methods.fields.len; i++) {
        Field *f = e->methods.fields.ptr[i];
        if (!f->name) {
            vec_push(c->arena, &embeds, parse_union(c, f->type));
            vec_push(c->arena, &pos, node_start(f->type));
            continue;
        }
        Object *m = iface_method(c, it, f, def);
        if (m) vec_push(c->arena, &methods, m);
    }
    c->env.iface_depth--;
    it->iface.methods = methods.ptr;
    it->iface.nmethods = methods.len;
    it->iface.embeddeds = embeds.ptr;
    it->iface.nembeddeds = embeds.len;
    it->iface.embed_pos = pos.ptr;
    it->iface.tset->complete = true;
    if (!methods.len && !embeds.len) return;
    sort_methods(it->iface.methods, it->iface.nmethods);
    IfaceLater *l = ANEW(c->arena, IfaceLater);
    *l = (IfaceLater){it, e->x.pos};
    check_later(c, compute_later, l);
}
