// infer.c - type arguments from function arguments, constraints and untyped constants.
//
// Method: unify parameter types with the types of typed arguments; unify type parameters with
// their core types and methods with constraint methods until nothing is learned any more; give
// untyped constants their default types; substitute the results into each other.
#include "types/unify.h"

typedef struct Infer {
    Checker *c;
    Unifier u;
    Pos pos;
    TypeList tparams, targs;
    Type *params;
    Operand *args;
    i64 nargs;
    bool reverse;
    Pos err_pos;
    Str err;
} Infer;

// ---- does a type mention one of these parameters? ------------------------------------------------------------------

static bool in_params(TypeList l, Type *t) {
    for (i64 i = 0; i < l.len; i++)
        if (l.ptr[i] == t) return true;
    return false;
}

static bool mentions(TypeList l, Type *t, int depth);

static bool vars_mention(TypeList l, Type *tuple, int depth) {
    for (i64 i = 0; i < tuple->tuple.n; i++)
        if (mentions(l, tuple->tuple.vars[i]->type, depth)) return true;
    return false;
}

static bool iface_mentions(TypeList l, Type *t, int depth) {
    struct TypeSet *s = type_set(t);
    for (i64 i = 0; i < s->nmethods; i++)
        if (mentions(l, s->methods[i]->type, depth)) return true;
    if (s->terms.all) return false;
    for (i64 i = 0; i < s->terms.n; i++)
        if (!mentions(l, s->terms.t[i].type, depth)) return false;
    return s->terms.n > 0;
}

static bool mentions(TypeList l, Type *t, int depth) {
    t = types_unalias(t);
    if (!t || t->kind <= TYPE_UNTYPED_NIL || depth > 100) return false;
    if (t->kind != TYPE_INTERFACE && types_is_generic_free(t)) return false;
    depth++;
    switch (t->kind) {
    case TYPE_ARRAY:
    case TYPE_SLICE:
    case TYPE_POINTER:
    case TYPE_CHAN: return mentions(l, t->slice.elem, depth);
    case TYPE_MAP: return mentions(l, t->map.key, depth) || mentions(l, t->map.elem, depth);
    case TYPE_TUPLE: return vars_mention(l, t, depth);
    case TYPE_SIGNATURE: return vars_mention(l, t->sig.params, depth) || vars_mention(l, t->sig.results, depth);
    case TYPE_INTERFACE: return iface_mentions(l, t, depth);
    case TYPE_PARAM: return in_params(l, t);
    case TYPE_STRUCT:
        for (i64 i = 0; i < t->strct.nfields; i++)
            if (mentions(l, t->strct.fields[i].var->type, depth)) return true;
        return false;
    case TYPE_NAMED:
        for (i64 i = 0; i < t->named.targs.len; i++)
            if (mentions(l, t->named.targs.ptr[i], depth)) return true;
        return false;
    default: return false;
    }
}

bool check_is_parameterized(TypeList tparams, Type *t) { return mentions(tparams, t, 0); }

// ---- renaming ----------------------------------------------------------------------------------------------------------

TypeList check_rename_tparams(Checker *c, TypeList tp, Type **t) {
    if (!tp.len) return tp;
    TypeList n = {ANEWN(c->arena, Type *, tp.len), tp.len};
    for (i64 i = 0; i < tp.len; i++) {
        Object *old = tp.ptr[i]->param.obj;
        Object *o = obj_new(c, OBJ_TYPE_NAME, old->pos, old->pkg, old->name, NULL);
        n.ptr[i] = param_new(c, o, NULL);
        n.ptr[i]->param.index = tp.ptr[i]->param.index;
    }
    for (i64 i = 0; i < tp.len; i++) n.ptr[i]->param.bound = subst_type(c, tp.ptr[i]->param.bound, tp, n);
    if (t && *t) *t = subst_type(c, *t, tp, n);
    return n;
}

// ---- errors ---------------------------------------------------------------------------------------------------------------

static void fail_at(Infer *f, Pos pos, Str msg) {
    f->err_pos = pos;
    f->err = msg;
}

static Str tparams_string(Checker *c, TypeList l) {
    if (l.len == 1) return l.ptr[0]->param.obj->name->s;
    if (l.len == 2)
        return sprintf_(c, "%.*s and %.*s", SFMT(l.ptr[0]->param.obj->name->s), SFMT(l.ptr[1]->param.obj->name->s));
    Buf b = {0};
    for (i64 i = 0; i < l.len; i++) {
        if (i) buf_c(&b, ", ");
        if (i == l.len - 1) buf_c(&b, "and ");
        buf_str(&b, l.ptr[i]->param.obj->name->s);
    }
    Str s = arena_str(c->arena, buf_view(&b));
    buf_free(&b);
    return s;
}

static TypeList inferred_list(Infer *f) {
    TypeList l = {ANEWN(f->c->arena, Type *, f->tparams.len), f->tparams.len};
    for (i64 i = 0; i < l.len; i++) l.ptr[i] = unifier_at(&f->u, f->tparams.ptr[i]);
    return l;
}

static void mismatch(Infer *f, Type *tpar, Type *targ, Operand *arg) {
    Checker *c = f->c;
    Pos pos = arg->expr ? node_start(arg->expr) : f->pos;
    Str ts = tstr(c, targ), es = arg->expr ? expr_str(c->arena, arg->expr) : S("argument"), ps = tstr(c, tpar);
    TypeList l = inferred_list(f);
    bool all_failed = true;
    for (i64 i = 0; i < l.len; i++)
        if (l.ptr[i]) all_failed = false;
    if (all_failed) {
        fail_at(f, pos,
                sprintf_(c, "type %.*s of %.*s does not match %.*s (cannot infer %.*s)", SFMT(ts), SFMT(es), SFMT(ps),
                         SFMT(tparams_string(c, f->tparams))));
        return;
    }
    Type *inf = subst_type(c, tpar, f->tparams, l);
    if (inf == tpar)
        fail_at(f, pos, sprintf_(c, "type %.*s of %.*s does not match %.*s", SFMT(ts), SFMT(es), SFMT(ps)));
    else if (f->reverse)
        fail_at(f, pos,
                sprintf_(c, "inferred type %.*s for %.*s does not match type %.*s of %.*s", SFMT(tstr(c, inf)),
                         SFMT(ps), SFMT(ts), SFMT(es)));
    else
        fail_at(f, pos,
                sprintf_(c, "type %.*s of %.*s does not match inferred type %.*s for %.*s", SFMT(ts), SFMT(es),
                         SFMT(tstr(c, inf)), SFMT(ps)));
}

// ---- the three sources ----------------------------------------------------------------------------------------------------

typedef VEC(i64) Indices;

static bool use_arguments(Infer *f, Indices *untyped) {
    for (i64 i = 0; i < f->nargs && i < f->params->tuple.n; i++) {
        Operand *a = &f->args[i];
        if (a->mode == MODE_INVALID) continue;
        Type *par = f->params->tuple.vars[i]->type;
        if (!mentions(f->tparams, par, 0) && !mentions(f->tparams, a->type, 0)) continue;
        if (type_is_typed(a->type)) {
            if (!unify(&f->u, par, a->type, UNIFY_ASSIGN)) {
                mismatch(f, par, a->type, a);
                return false;
            }
        } else if (par->kind == TYPE_PARAM && a->mode != MODE_NIL && a->type->kind != TYPE_UNTYPED_NIL) {
            vec_push(f->c->arena, untyped, i);
        }
    }
    return true;
}

// The core of a constraint: its only term, or the common underlying type (with ~ if any term has one).
static bool core_term(Type *tp, UnionTerm *out, bool *single) {
    struct TypeSet *s = type_set(param_iface(tp));
    *single = false;
    if (!typeset_has_terms(s)) return false;
    if (s->terms.n == 1) {
        *out = s->terms.t[0];
        *single = true;
        return true;
    }
    Type *core = types_core(tp);
    if (!core) return false;
    *out = (UnionTerm){false, core};
    for (i64 i = 0; i < s->terms.n; i++)
        if (s->terms.t[i].tilde) out->tilde = true;
    return true;
}

static bool equiv_unify(void *ctx, Type *x, Type *y) { return unify(ctx, x, y, UNIFY_EXACT); }

static bool use_constraint(Infer *f, Type *tp) {
    Checker *c = f->c;
    Type *tx = unifier_at(&f->u, tp);
    UnionTerm core;
    bool single;
    if (core_term(tp, &core, &single)) {
        if (tx) {
            if (!unify(&f->u, tx, core.type, 0)) {
                fail_at(f, f->pos,
                        sprintf_(c, "%.*s (type %.*s) does not satisfy %.*s", SFMT(tstr(c, tp)), SFMT(tstr(c, tx)),
                                 SFMT(tstr(c, tp->param.bound))));
                return false;
            }
        } else if (single && !core.tilde) {
            unifier_set(&f->u, tp, core.type);
        }
    }
    if (!tx || mentions(f->tparams, tx, 0)) return true;
    Str cause = {0};
    if (has_all_methods(c, tx, param_iface(tp), true, equiv_unify, &f->u, &cause)) return true;
    fail_at(f, f->pos,
            sprintf_(c, "%.*s (type %.*s) does not satisfy %.*s %.*s", SFMT(tstr(c, tp)), SFMT(tstr(c, tx)),
                     SFMT(tstr(c, tp->param.bound)), SFMT(cause)));
    return false;
}

static bool use_constraints(Infer *f) {
    for (;;) {
        i64 n = unifier_unknowns(&f->u);
        for (i64 i = 0; i < f->tparams.len; i++)
            if (!use_constraint(f, f->tparams.ptr[i])) return false;
        if (unifier_unknowns(&f->u) == n) return true;
    }
}

static Type *max_untyped(Type *x, Type *y) {
    if (x == y) return x;
    if (type_is_untyped_numeric(x) && type_is_untyped_numeric(y)) return x->kind > y->kind ? x : y;
    return NULL;
}

static bool use_untyped(Infer *f, Indices *untyped) {
    Checker *c = f->c;
    Type **max = ANEWN(c->arena, Type *, f->tparams.len);
    for (i64 k = 0; k < untyped->len; k++) {
        i64 i = untyped->ptr[k];
        Type *tp = f->params->tuple.vars[i]->type;
        if (unifier_at(&f->u, tp)) continue;
        i64 j = 0;
        while (j < f->tparams.len && f->tparams.ptr[j] != tp) j++;
        if (j == f->tparams.len) continue;
        Operand *a = &f->args[i];
        if (!max[j]) {
            max[j] = a->type;
            continue;
        }
        Type *m = max_untyped(max[j], a->type);
        if (!m) {
            fail_at(f, a->expr ? node_start(a->expr) : f->pos,
                    sprintf_(c, "mismatched types %.*s and %.*s (cannot infer %.*s)", SFMT(tstr(c, max[j])),
                             SFMT(tstr(c, a->type)), SFMT(tstr(c, tp))));
            return false;
        }
        max[j] = m;
    }
    for (i64 j = 0; j < f->tparams.len; j++)
        if (max[j]) unifier_set(&f->u, f->tparams.ptr[j], types_default(c, max[j]));
    return true;
}

// ---- cycles through inferred types -------------------------------------------------------------------------------------------

typedef struct Chain {
    Type *t;
    struct Chain *up;
} Chain;

static void kill_cycles(TypeList tp, TypeList inf, Type *t, Chain *up, int depth);

static void kill_vars(TypeList tp, TypeList inf, Type *tuple, Chain *up, int depth) {
    for (i64 i = 0; i < tuple->tuple.n; i++) kill_cycles(tp, inf, tuple->tuple.vars[i]->type, up, depth);
}

static void kill_cycles(TypeList tp, TypeList inf, Type *t, Chain *up, int depth) {
    t = types_unalias(t);
    if (!t || t->kind <= TYPE_UNTYPED_NIL || depth > 200) return;
    i64 index = -1;
    for (i64 i = 0; i < tp.len; i++)
        if (tp.ptr[i] == t) index = i;
    for (Chain *s = up; s; s = s->up) {
        if (s->t != t) continue;
        if (index >= 0) inf.ptr[index] = NULL;
        return;
    }
    Chain me = {t, up};
    depth++;
    switch (t->kind) {
    case TYPE_ARRAY:
    case TYPE_SLICE:
    case TYPE_POINTER:
    case TYPE_CHAN: kill_cycles(tp, inf, t->slice.elem, &me, depth); break;
    case TYPE_MAP:
        kill_cycles(tp, inf, t->map.key, &me, depth);
        kill_cycles(tp, inf, t->map.elem, &me, depth);
        break;
    case TYPE_SIGNATURE:
        kill_vars(tp, inf, t->sig.params, &me, depth);
        kill_vars(tp, inf, t->sig.results, &me, depth);
        break;
    case TYPE_STRUCT:
        for (i64 i = 0; i < t->strct.nfields; i++) kill_cycles(tp, inf, t->strct.fields[i].var->type, &me, depth);
        break;
    case TYPE_UNION:
        for (i64 i = 0; i < t->uni.nterms; i++) kill_cycles(tp, inf, t->uni.terms[i].type, &me, depth);
        break;
    case TYPE_INTERFACE:
        for (i64 i = 0; i < t->iface.nmethods; i++) kill_cycles(tp, inf, t->iface.methods[i]->type, &me, depth);
        for (i64 i = 0; i < t->iface.nembeddeds; i++) kill_cycles(tp, inf, t->iface.embeddeds[i], &me, depth);
        break;
    case TYPE_NAMED:
        for (i64 i = 0; i < t->named.targs.len; i++) kill_cycles(tp, inf, t->named.targs.ptr[i], &me, depth);
        break;
    case TYPE_PARAM:
        if (index >= 0 && inf.ptr[index]) kill_cycles(tp, inf, inf.ptr[index], &me, depth);
        break;
    default: break;
    }
}

// Replaces parameters in the inferred types by what was inferred for them.
static void simplify(Infer *f, TypeList inf) {
    Checker *c = f->c;
    for (i64 i = 0; i < f->tparams.len; i++) kill_cycles(f->tparams, inf, f->tparams.ptr[i], NULL, 0);
    bool *dirty = ANEWN(c->arena, bool, inf.len);
    for (i64 i = 0; i < inf.len; i++) dirty[i] = inf.ptr[i] && (i >= f->targs.len || !f->targs.ptr[i]);
    for (int round = 0; round < 100; round++) {
        bool again = false;
        for (i64 i = 0; i < inf.len; i++) {
            if (!dirty[i]) continue;
            Type *t = subst_type(c, inf.ptr[i], f->tparams, inf);
            dirty[i] = t != inf.ptr[i];
            if (!dirty[i]) continue;
            again = true;
            if (t->kind == TYPE_SIGNATURE && t->sig.tparams.len && !mentions(f->tparams, t, 0))
                t->sig.tparams = (TypeList){0};
            inf.ptr[i] = t;
        }
        if (!again) return;
    }
}

// ---- all of it ---------------------------------------------------------------------------------------------------------------------

static TypeList infer(Infer *f) {
    Checker *c = f->c;
    TypeList none = {0};
    bool complete = f->targs.len == f->tparams.len;
    for (i64 i = 0; i < f->targs.len; i++)
        if (!f->targs.ptr[i]) complete = false;
    if (complete) return f->targs;
    for (i64 i = 0; i < f->nargs; i++)
        if (f->args[i].mode == MODE_INVALID) return none;
    if (f->params->tuple.n) f->params = subst_type(c, f->params, f->tparams, f->targs);
    unifier_init(&f->u, c, f->tparams, f->targs, check_allow_version(c, f->pos, 21));
    Indices untyped = {0};
    if (!use_arguments(f, &untyped) || !use_constraints(f) || !use_untyped(f, &untyped)) return none;
    TypeList inf = inferred_list(f);
    simplify(f, inf);
    for (i64 i = 0; i < inf.len; i++) {
        if (inf.ptr[i] && !mentions(f->tparams, inf.ptr[i], 0)) continue;
        Object *o = f->tparams.ptr[i]->param.obj;
        fail_at(f, f->pos,
                sprintf_(c, "cannot infer %.*s (declared at %.*s)", SFMT(o->name->s), SFMT(pos_string(c, o->pos))));
        return none;
    }
    return inf;
}

TypeList check_infer(Checker *c, Pos pos, TypeList tparams, TypeList targs, Type *params, Operand *args, i64 nargs,
                     bool reverse, Str *reason) {
    Infer f = {.c = c,
               .pos = pos,
               .tparams = tparams,
               .targs = targs,
               .params = params ? params : c->u.empty_tuple,
               .args = args,
               .nargs = nargs,
               .reverse = reverse};
    TypeList r = infer(&f);
    if (reason) *reason = (Str){0};
    if (r.ptr || !f.err.len) return r;
    c->infer_pos = f.err_pos;
    if (reason) *reason = f.err;
    else check_errorf(c, f.err_pos, "%.*s", SFMT(f.err));
    return r;
}
