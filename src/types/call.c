// call.c - calls: conversions, builtins, functions; instantiation of generic functions.
//
// In:  f(args). Out: an operand with the result (a tuple for several), argument and type argument records.
// A generic callee and generic functions among its arguments are inferred together: their type parameters
// are renamed apart, check_infer solves all of them, then each signature is instantiated.
#include "types/exprs.h"

static TypeList check_type_list(Checker *c, ExprVec *list) {
    TypeList r = {ANEWN(c->arena, Type *, list->len + 1), list->len};
    bool ok = true;
    for (i64 i = 0; i < list->len; i++) {
        r.ptr[i] = check_var_type(c, list->ptr[i]);
        ok &= type_valid(r.ptr[i]);
    }
    return ok ? r : (TypeList){0};
}

static Type *instantiate_signature(Checker *c, Pos pos, Expr *fun, Type *sig, TypeList targs, ExprVec *xlist) {
    Expr **exprs = ANEWN(c->arena, Expr *, targs.len + 1);
    for (i64 i = 0; xlist && i < xlist->len && i < targs.len; i++) exprs[i] = xlist->ptr[i];
    Type *inst = check_instantiate(c, pos, sig, targs, exprs);
    record_targs(c, fun, targs);
    return inst;
}

// Lengthens a list of type arguments to n with unknowns.
static TypeList pad_targs(Checker *c, TypeList l, i64 n) {
    if (l.ptr && l.len >= n) return l;
    TypeList r = {ANEWN(c->arena, Type *, n + 1), n};
    for (i64 i = 0; i < l.len; i++) r.ptr[i] = l.ptr[i];
    return r;
}

static TypeList append_types(Checker *c, TypeList a, TypeList b) {
    TypeList r = pad_targs(c, a, a.len + b.len);
    for (i64 i = 0; i < b.len; i++) r.ptr[a.len + i] = b.ptr[i];
    return r;
}

static Expr *named_place(Checker *c, Pos pos, Str desc) {
    Ident *id = ANEW(c->arena, Ident);
    id->x.kind = ND_IDENT;
    id->x.pos = pos;
    id->name = intern(c->intern, desc);
    return &id->x;
}

// The missing type arguments of x from the function type it is assigned to, as if x were the parameter
// of a generic function that is called with the assigned variable.
static TypeList infer_from_target(Checker *c, const Target *target, Pos pos, Operand *x, TypeList targs) {
    Type *sig = x->type, *params = c->u.empty_tuple;
    Operand arg = {0};
    if (target) {
        Type *plain = types_new_signature(c, NULL, sig->sig.params, sig->sig.results, sig->sig.variadic);
        Object *p = types_new_var(c, x->expr->pos, c->pkg, intern_c(c->intern, ""), plain);
        params = types_new_tuple(c, &p, 1);
        arg = (Operand){
            .mode = MODE_VALUE, .type = target->sig, .expr = named_place(c, node_start(x->expr), target->desc)};
    }
    TypeList tparams = check_rename_tparams(c, sig->sig.tparams, &params);
    return check_infer(c, pos, tparams, pad_targs(c, targs, tparams.len), params, target ? &arg : NULL, target ? 1 : 0,
                       target != NULL, NULL);
}

// Instantiates the generic function x with inst's type arguments and, with infer, what target says. Without
// infer an incomplete list is returned and x stays as it is; else .ptr is NULL.
TypeList func_inst(Checker *c, const Target *target, Pos pos, Operand *x, Index *inst, bool infer) {
    static const TypeList none = {0};
    if (inst) {
        pos = inst->x.pos;
        x->expr = &inst->x;
    }
    bool version_ok = check_verify_version(c, pos, 18, "function instantiation");
    TypeList targs = {0};
    if (inst) {
        targs = check_type_list(c, &inst->index);
        if (!targs.ptr) {
            invalidate(x);
            return none;
        }
    }
    Type *sig = types_under(x->type);
    i64 got = targs.len, want = sig->sig.tparams.len;
    if (got > want) {
        check_errorf(c, AT(inst->index.ptr[got - 1]), "got %lld type arguments but want %lld", (long long)got,
                     (long long)want);
        invalidate(x);
        return none;
    }
    if (got < want) {
        if (!infer) return targs;
        if (target && version_ok)
            check_verify_version(c, pos, 21, "%s instantiated function in assignment",
                                 inst ? "partially" : "implicitly");
        targs = infer_from_target(c, target, pos, x, targs);
        if (!targs.ptr) {
            invalidate(x);
            return none;
        }
    }
    x->type = instantiate_signature(c, x->expr->pos, x->expr, sig, targs, inst ? &inst->index : NULL);
    x->mode = MODE_VALUE;
    return none;
}

// ---- arguments ----------------------------------------------------------------------------------------------

// One argument: a value, or a generic function that may lack type arguments (then *targs has those it has).
static void check_arg(Checker *c, Expr *e, Operand *x, TypeList *targs, bool infer) {
    if (e->kind != ND_INDEX) {
        raw_expr(c, NULL, x, e, NULL, true);
        exclude(c, x, NOT_VALUE);
        return;
    }
    *x = (Operand){.type = INVALID, .expr = e};
    if (check_index_expr(c, x, (Index *)e)) {
        *targs = func_inst(c, NULL, e->pos, x, (Index *)e, infer);
        x->expr = e;
        if (targs->ptr) return;
    }
    x->expr = e;
    record_operand(c, x);
    exclude(c, x, NOT_VALUE);
}

static void check_args(Checker *c, ExprVec *list, OperandVec *out, TypeList **atargs) {
    bool infer = list->len == 0 || !check_allow_version(c, node_start(list->ptr[0]), 21);
    *atargs = ANEWN(c->arena, TypeList, list->len + 1);
    for (i64 i = 0; i < list->len; i++) {
        Operand x;
        check_arg(c, list->ptr[i], &x, &(*atargs)[i], infer);
        if (list->len > 1) single_value(c, &x);
        if (list->len == 1 && x.mode != MODE_INVALID && x.type && x.type->kind == TYPE_TUPLE) {
            for (i64 k = 0; k < x.type->tuple.n; k++) {
                Operand v = {.mode = MODE_VALUE, .type = x.type->tuple.vars[k]->type, .expr = list->ptr[0]};
                vec_push(c->bodies, out, v);
            }
            *atargs = ANEWN(c->arena, TypeList, out->len + 1);
            return;
        }
        vec_push(c->bodies, out, x);
    }
}

// The parameters as the call sees them: the last one of a variadic function repeated or dropped.
static Type *spread_params(Checker *c, Type *sig, i64 nargs) {
    Type *params = sig->sig.params;
    i64 npars = params->tuple.n;
    Object **vars = ANEWN(c->arena, Object *, nargs + 1), *last = params->tuple.vars[npars - 1];
    Type *elem = last->type->kind == TYPE_SLICE ? last->type->slice.elem : last->type;
    for (i64 i = 0; i < nargs; i++) {
        if (i < npars - 1) vars[i] = params->tuple.vars[i];
        else if (i == npars - 1) vars[i] = types_new_var(c, last->pos, last->pkg, last->name, elem);
        else vars[i] = vars[npars - 1];
    }
    return types_new_tuple(c, vars, nargs);
}

static void report_arg_count(Checker *c, Call *call, Type *sig, OperandVec *args, i64 npars) {
    Pos at = AT(call);
    bool many = args->len > npars;
    if (many) at = at_op(&args->ptr[npars]);
    else if (args->len > 0) at = at_op(&args->ptr[args->len - 1]);
    Str fun = estr(c, call->fun), have = operands_summary(c, args, call->has_dots),
        want = tuple_summary(c, sig->sig.params, sig->sig.variadic);
    check_errorf(c, at, "%s arguments in call to %.*s\n\thave %.*s\n\twant %.*s", many ? "too many" : "not enough",
                 SFMT(fun), SFMT(have), SFMT(want));
    hint_arg_count(c, call, sig, args->len);
}

// The parameter list for nargs arguments; NULL after an error.
static Type *params_for_call(Checker *c, Call *call, Type *sig, OperandVec *args, bool *adjusted) {
    Type *params = sig->sig.params;
    i64 npars = params->tuple.n, nargs = args->len;
    Str fun;
    *adjusted = false;
    if (sig->sig.variadic && call->has_dots) {
        if (call->args.len == 1 && nargs > 1) {
            Str s = estr(c, call->args.ptr[0]);
            check_errorf(c, AT(call), "cannot use ... with %lld-valued %.*s", (long long)nargs, SFMT(s));
            return NULL;
        }
    } else if (sig->sig.variadic) {
        if (nargs >= npars - 1) {
            params = spread_params(c, sig, nargs);
            *adjusted = true;
            npars = nargs;
        } else {
            npars--; // for the message
        }
    } else if (call->has_dots) {
        fun = estr(c, call->fun);
        check_errorf(c, AT(call), "cannot use ... in call to non-variadic %.*s", SFMT(fun));
        return NULL;
    }
    if (nargs == npars) return params;
    report_arg_count(c, call, sig, args, npars);
    return NULL;
}

static bool is_generic_func(const Operand *x) {
    return x->mode != MODE_INVALID && x->type && x->type->kind == TYPE_SIGNATURE && x->type->sig.tparams.len > 0;
}

// Gives a generic function argument type parameters of its own.
static TypeList rename_arg(Checker *c, Operand *x) {
    Type *sig = clone_signature(c, x->type), *t = sig;
    TypeList tparams = check_rename_tparams(c, sig->sig.tparams, &t);
    if (t != sig) t = clone_signature(c, t);
    t->sig.tparams = tparams;
    x->type = t;
    return tparams;
}

static void report_inference(Checker *c, Call *call, Str why) {
    if (!why.len) return;
    Str fun = estr(c, call->fun);
    check_errorf(c, c->infer_pos ? c->infer_pos : AT(call), "in call to %.*s, %.*s", SFMT(fun), SFMT(why));
}

typedef struct Inference { // of a call
    TypeList tparams, targs;
    i64 ncallee;  // the first ones belong to the callee
    i64 ngeneric; // generic arguments
} Inference;

static void collect_callee(Checker *c, Call *call, Type *sig, TypeList targs, Type **params, Inference *inf) {
    inf->ncallee = sig->sig.tparams.len;
    if (!inf->ncallee) return;
    check_verify_version(c, AT(call), 18, "%s",
                         call->fun->kind == ND_INDEX ? "function instantiation" : "implicit function instantiation");
    inf->tparams = check_rename_tparams(c, sig->sig.tparams, params);
    inf->targs = pad_targs(c, targs, inf->ncallee);
}

static void collect_args(Checker *c, OperandVec *args, TypeList *atargs, Inference *inf) {
    for (i64 i = 0; i < args->len; i++) {
        Operand *x = &args->ptr[i];
        if (!is_generic_func(x)) continue;
        if (inf->ngeneric++ == 0) check_verify_version(c, at_op(x), 21, "implicitly instantiated function as argument");
        inf->tparams = append_types(c, inf->tparams, rename_arg(c, x));
        if (atargs) inf->targs = append_types(c, inf->targs, atargs[i]);
        inf->targs = pad_targs(c, inf->targs, inf->tparams.len);
    }
}

static TypeList sublist(TypeList l, i64 lo, i64 hi) { return (TypeList){l.ptr + lo, hi - lo}; }

static void instantiate_args(Checker *c, Call *call, OperandVec *args, Inference *inf) {
    i64 at = inf->ncallee;
    for (i64 i = 0; i < args->len && inf->ngeneric > 0; i++) {
        Operand *x = &args->ptr[i];
        if (!is_generic_func(x)) continue;
        i64 n = x->type->sig.tparams.len;
        x->type = instantiate_signature(c, call->x.pos, x->expr, x->type, sublist(inf->targs, at, at + n), NULL);
        record_operand(c, x);
        at += n;
    }
}

// Checks args against sig. Result: the signature, instantiated if it was generic; sig itself after an error.
Type *check_arguments(Checker *c, Call *call, Type *sig, TypeList targs, ExprVec *xlist, OperandVec *args,
                      TypeList *atargs) {
    bool adjusted;
    Type *params = params_for_call(c, call, sig, args, &adjusted), *result = sig;
    if (!params) return sig;
    Inference inf = {0};
    collect_callee(c, call, sig, targs, &params, &inf);
    collect_args(c, args, atargs, &inf);
    if (inf.tparams.len > 0) {
        Str why = S("");
        inf.targs = check_infer(c, call->x.pos, inf.tparams, inf.targs, params, args->ptr, args->len, false, &why);
        if (!inf.targs.ptr) {
            report_inference(c, call, why);
            return sig;
        }
        if (inf.ncallee > 0) {
            TypeList own = sublist(inf.targs, 0, inf.ncallee);
            result = instantiate_signature(c, call->x.pos, call->fun, sig, own, xlist);
            params =
                adjusted ? types_subst_list(c, params, sublist(inf.tparams, 0, inf.ncallee), own) : result->sig.params;
        }
        instantiate_args(c, call, args, &inf);
    }
    for (i64 i = 0; i < args->len; i++)
        assign(c, &args->ptr[i], params->tuple.vars[i]->type, (Context){"argument to ", call->fun});
    return result;
}

// ---- calls -----------------------------------------------------------------------------------------------------

static ExprUse check_conversion_call(Checker *c, Operand *x, Call *call) {
    non_generic(c, NULL, x);
    if (x->mode == MODE_INVALID) {
        x->expr = &call->x;
        return USE_CONVERSION;
    }
    Type *t = x->type;
    i64 n = call->args.len;
    Str ts;
    invalidate(x);
    if (n == 1) {
        check_expr(c, NULL, x, call->args.ptr[0]);
        if (x->mode == MODE_INVALID) {
        } else if (type_is_interface_not_param(t) && !typeset_is_method_set(type_set(types_under(t)))) {
            ts = tstr(c, t);
            check_errorf(
                c, AT(call),
                "cannot use interface %.*s in conversion (contains specific type constraints or is comparable)",
                SFMT(ts));
            invalidate(x);
        } else if (call->has_dots) {
            ts = tstr(c, t);
            check_errorf(c, AT(call->args.ptr[0]), "invalid use of ... in conversion to %.*s", SFMT(ts));
            invalidate(x);
        } else {
            check_conversion(c, x, t);
        }
    } else {
        use_exprs(c, &call->args);
        ts = tstr(c, t);
        if (n == 0) check_errorf(c, AT(call), "missing argument in conversion to %.*s", SFMT(ts));
        else check_errorf(c, AT(call->args.ptr[n - 1]), "too many arguments in conversion to %.*s", SFMT(ts));
    }
    x->expr = &call->x;
    return USE_CONVERSION;
}

static ExprUse fail_call(Checker *c, Operand *x, Call *call) {
    use_exprs(c, &call->args);
    invalidate(x);
    x->expr = &call->x;
    return USE_STATEMENT;
}

static bool func_cond(Checker *c, Type *t, Type *u, Str *err) {
    if (!u || u->kind == TYPE_SIGNATURE) return true;
    Str s = tstr(c, t);
    *err = arena_printf(c->arena, "%.*s is not a function", SFMT(s));
    return false;
}

static bool uses_params(TypeList tparams, Type *t) {
    return tparams.len > 0 && t && check_is_parameterized(tparams, t);
}

static ExprUse check_func_call(Checker *c, Operand *x, Call *call, Index *inst) {
    Str cause;
    Type *sig = common_under(c, x->type, func_cond, &cause);
    if (!sig) {
        Str s = ostr(c, x);
        if (type_valid(x->type))
            check_errorf(c, at_op(x), "invalid operation: cannot call %.*s: %.*s", SFMT(s), SFMT(cause));
        return fail_call(c, x, call);
    }
    bool was_generic = sig->sig.tparams.len > 0;
    TypeList targs = {0};
    ExprVec *xlist = NULL;
    if (inst) {
        targs = check_type_list(c, &inst->index);
        xlist = &inst->index;
        i64 want = sig->sig.tparams.len;
        if (targs.ptr && targs.len > want) {
            check_errorf(c, AT(xlist->ptr[want]), "got %lld type arguments but want %lld", (long long)targs.len,
                         (long long)want);
            targs.ptr = NULL;
        }
        if (!targs.ptr) return fail_call(c, x, call);
        if (targs.len == want && want > 0) {
            check_verify_version(c, AT(inst), 18, "function instantiation");
            sig = instantiate_signature(c, inst->x.pos, &inst->x, sig, targs, xlist);
            targs = (TypeList){0};
            xlist = NULL;
        }
    }
    OperandVec args = {0};
    TypeList *atargs;
    check_args(c, &call->args, &args, &atargs);
    sig = check_arguments(c, call, sig, targs, xlist, &args, atargs);
    if (was_generic && sig->sig.tparams.len == 0) record_type_and_value(c, call->fun, MODE_VALUE, sig, NULL);
    Type *results = sig->sig.results;
    x->mode = tuple_len(results) == 0 ? MODE_NO_VALUE : MODE_VALUE;
    if (tuple_len(results) > 0)
        x->type =
            tuple_len(results) == 1 ? results->tuple.vars[0]->type : results; // else that of the function, for messages
    x->val = NULL;
    x->expr = &call->x;
    c->env.has_call_or_recv = true;
    if (x->mode == MODE_VALUE && (!x->type || !type_valid(x->type) || uses_params(sig->sig.tparams, x->type)))
        invalidate(x);
    return USE_STATEMENT;
}

ExprUse check_call(Checker *c, Operand *x, Call *call) {
    Index *inst = NULL;
    if (call->fun->kind == ND_INDEX) {
        if (check_index_expr(c, x, (Index *)call->fun)) inst = (Index *)call->fun;
        x->expr = call->fun;
        record_operand(c, x);
    } else {
        check_expr_or_type(c, x, call->fun, true);
    }
    switch (x->mode) {
    case MODE_INVALID: return fail_call(c, x, call);
    case MODE_TYPE: return check_conversion_call(c, x, call);
    case MODE_BUILTIN: {
        BuiltinId id = (BuiltinId)x->builtin;
        if (!check_builtin(c, x, call, id)) invalidate(x);
        x->expr = &call->x;
        if (x->mode != MODE_INVALID && x->mode != MODE_CONST) c->env.has_call_or_recv = true;
        return builtin_use(id);
    }
    default: return check_func_call(c, x, call, inst);
    }
}
