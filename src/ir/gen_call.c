// gen_call.c - calls, go and defer.
//
// The callee and the receiver are evaluated first, then the arguments; calls inside them become statements, the rest is
// evaluated where the call node stands. go and defer evaluate the operands of their call into a closure func().
#include "ir/gen.h"

bool is_tuple_expr(Expr *e) {
    return e->type && types_unalias(e->type)->kind == TYPE_TUPLE && types_unalias(e->type)->tuple.n != 1;
}

IrNode **gen_tuple(Gen *g, Expr *e, i64 *n) {
    IrNode *call = gen_expr_root(g, e);
    CHECK(call && call->type && call->type->kind == TYPE_TUPLE);
    *n = tuple_len(call->type);
    IrNode **vals = ANEWN(g->nodes, IrNode *, *n + 1);
    IrNode *s = gen_unop(g, X_S_ASSIGN_MULTI, NULL, NULL);
    s->b = call;
    s->flags = IRF_DCL;
    for (i64 i = 0; i < *n; i++) {
        IrVar *v = gen_temp_var(g, tuple_at(call->type, i));
        vec_push(g->nodes, &s->list, gen_var(g, v));
        vals[i] = gen_var(g, v);
    }
    gen_emit(g, s);
    return vals;
}

// ---- arguments -----------------------------------------------------------------------------------------------------------

static void pack_variadic(Gen *g, IrNode **vals, i64 n, Type *slice, IrVec *out) {
    if (!n) {
        vec_push(g->nodes, out, gen_zero(g, slice));
        return;
    }
    IrNode *lit = gen_node(g, X_SLICE_LIT, slice);
    lit->i = n;
    lit->idx = ANEWN(g->a, i64, n);
    for (i64 i = 0; i < n; i++) {
        lit->idx[i] = i;
        vec_push(g->nodes, &lit->list, vals[i]);
    }
    vec_push(g->nodes, out, lit);
}

static bool is_large_arg(Type *t) {
    Type *u = types_under(t);
    return (u->kind == TYPE_ARRAY || u->kind == TYPE_STRUCT) && types_size(u) >= IR_LARGE_ARG;
}

static bool has_large(Type *tuple) {
    for (i64 i = 0; i < tuple_len(tuple); i++)
        if (is_large_arg(tuple_at(tuple, i))) return true;
    return false;
}

void gen_call_args(Gen *g, ExprVec args, bool has_dots, Type *sig, IrVec *out) {
    sig = types_under(sig);
    Type *params = sig->sig.params;
    if (has_large(params) || has_large(sig->sig.results)) g->f->large_calls = true;
    i64 np = tuple_len(params), n = args.len;
    bool pack = sig->sig.variadic && !has_dots;
    i64 fixed = pack ? np - 1 : np;
    IrNode **vals;
    bool tuple = n == 1 && is_tuple_expr(args.ptr[0]);
    if (tuple) vals = gen_tuple(g, args.ptr[0], &n);
    else vals = ANEWN(g->nodes, IrNode *, n + 1);
    for (i64 i = 0; i < n; i++) {
        Type *t = i < fixed ? tuple_at(params, i) : type_elem(tuple_at(params, np - 1));
        vals[i] = tuple ? gen_convert(g, vals[i], t) : gen_expr_to(g, args.ptr[i], t);
    }
    for (i64 i = 0; i < fixed; i++) vec_push(g->nodes, out, vals[i]);
    if (pack) pack_variadic(g, vals + fixed, n - fixed, tuple_at(params, np - 1), out);
}

// ---- methods ---------------------------------------------------------------------------------------------------------------

i64 ir_iface_method_index(Checker *c, Type *iface, const Name *name, Package *pkg) {
    Object **ms;
    i64 n = types_iface_methods(c, types_under(iface), &ms);
    for (i64 i = 0; i < n; i++)
        if (ms[i]->name == name && (name->exported || !pkg || ms[i]->pkg == pkg)) return i;
    bug("interface %.*s has no method %.*s", SFMT(types_string(arena_new("bug"), iface, NULL)), SFMT(name->s));
}

IrNode *gen_receiver(Gen *g, IrNode *x, Object *method) {
    Object *o = method->origin ? method->origin : method;
    bool is_ptr = type_is(x->type, TYPE_POINTER);
    if (o->ptr_recv) return is_ptr ? x : gen_addr(g, is_lvalue_node(x) ? x : gen_temp(g, x));
    return is_ptr && !type_is(types_unalias(x->type), TYPE_INTERFACE) && types_unalias(x->type)->kind == TYPE_POINTER
               ? gen_deref(g, x, false)
               : x;
}

static bool is_of_reflect(Type *t) {
    return t->kind == TYPE_NAMED && t->named.obj->pkg && str_eq(t->named.obj->pkg->path, S("reflect"));
}

// Reflection by method name or number keeps exported methods alive: whatever is called so and gives a reflect.Method or reflect.Value, or a sequence of them.
void gen_note_reflection(Gen *g, const Name *method, Type *sig) {
    if (str_eq(g->pkg->path, S("reflect"))) return;
    bool all = str_eq(method->s, S("Methods"));
    if (!all && !str_eq(method->s, S("Method")) && !str_eq(method->s, S("MethodByName"))) return;
    Type *results = types_under(sig)->sig.results;
    if (tuple_len(results) < 1) return;
    Type *t = types_unalias(tuple_at(results, 0));
    if (all && t->kind == TYPE_NAMED && t->named.targs.len) t = types_unalias(t->named.targs.ptr[0]);
    if (is_of_reflect(t)) need_reflection(g->needs);
}

void gen_method(Gen *g, Selector *s, MethodRef *m) {
    Selection *sel = s->selection;
    Object *obj = sel->obj;
    i32 *path = sel->path;
    i64 npath = sel->npath;
    TypeEnv *env = g->env;
    IrNode *base = gen_place(g, s->e);
    bool indirect;
    if (types_unalias(sel->recv)->kind == TYPE_PARAM ||
        (types_unalias(sel->recv)->kind == TYPE_POINTER &&
         types_unalias(types_unalias(sel->recv)->pointer.elem)->kind == TYPE_PARAM)) {
        obj = types_lookup(g->c, base->type, true, g->pkg, s->sel->name, &path, &npath, &indirect);
        if (!obj && obj == NULL)
            obj = types_lookup(g->c, base->type, true, sel->obj->pkg, s->sel->name, &path, &npath, &indirect);
        CHECK(obj != NULL);
        env = NULL;
    }
    IrNode *x = gen_walk_path(g, base, path, npath - 1);
    *m = (MethodRef){0};
    if (is_iface(x->type)) {
        m->recv = gen_hoist(g, x);
        m->iface = x->type;
        m->index = ir_iface_method_index(g->c, x->type, s->sel->name, obj->pkg);
        Object **ms;
        types_iface_methods(g->c, types_under(x->type), &ms);
        m->sig = ms[m->index]->type;
        gen_note_reflection(g, s->sel->name, m->sig);
        return;
    }
    m->recv = gen_receiver(g, x, obj);
    m->fn = gen_func(g, obj, env, (TypeList){0});
    m->sig = m->fn->sig;
    gen_note_reflection(g, s->sel->name, m->sig);
}

static IrNode *call_of_method(Gen *g, MethodRef *m) {
    if (m->fn && m->recv && is_large_arg(m->recv->type)) g->f->large_calls = true;
    IrNode *n = gen_node(g, m->fn ? X_CALL : X_CALL_IFACE, result_type(m->sig));
    if (m->fn) {
        n->fn = m->fn;
        vec_push(g->nodes, &n->list, m->recv);
    } else {
        n->a = m->recv;
        n->i = m->index;
    }
    return n;
}

// ---- functions that are operations ------------------------------------------------------------------------------------------

static bool in_package(Object *f, const char *path) { return f->pkg && str_eq(f->pkg->path, str_c(path)); }

// Are there pointers in values of the type beside those of strings?
static bool has_other_pointers(Type *t) {
    Type *u = types_under(t);
    if (u->kind == TYPE_STRING) return false;
    if (u->kind == TYPE_ARRAY) return u->array.len > 0 && has_other_pointers(u->array.elem);
    if (u->kind != TYPE_STRUCT) return types_has_pointers(u);
    for (i64 i = 0; i < u->strct.nfields; i++)
        if (has_other_pointers(u->strct.fields[i].var->type)) return true;
    return false;
}

// Calls that are nodes of their own. *done: handled (the node, or NULL for none).
static IrNode *gen_special_call(Gen *g, Object *f, Call *c, bool *done) {
    Str name = f->name->s;
    Type *uintptr = gen_basic(g, TYPE_UINTPTR);
    *done = true;
    if (in_package(f, "internal/runtime/sys") || in_package(f, "runtime")) {
        if (str_eq(name, S("GetCallerPC")) || str_eq(name, S("getcallerpc"))) return gen_node(g, X_CALLER_PC, uintptr);
        if (str_eq(name, S("GetCallerSP")) || str_eq(name, S("getcallersp"))) return gen_node(g, X_CALLER_SP, uintptr);
        if (str_eq(name, S("GetClosurePtr")) || str_eq(name, S("getclosureptr"))) {
            g->f->needctxt = true;
            return gen_node(g, X_CLOSURE_PTR, uintptr);
        }
        if (str_eq(name, S("getsp"))) return gen_node(g, X_OWN_SP, uintptr);
        if (str_eq(name, S("getg"))) return gen_node(g, X_GETG, gen_type(g, &c->x));
        if (str_eq(name, S("KeepAlive"))) {
            IrNode *v = gen_stable(g, gen_expr(g, c->args.ptr[0]));
            gen_emit(g, gen_unop(g, X_S_KEEPALIVE, NULL, v));
            return NULL;
        }
    }
    if (in_package(f, "internal/abi")) {
        if (str_eq(name, S("FuncPCABI0")) || str_eq(name, S("FuncPCABIInternal"))) {
            TypeList *targs;
            Object *callee = gen_static_func(c->args.ptr[0], &targs);
            IrNode *v = callee ? gen_func_value(g, callee, targs) : gen_expr(g, c->args.ptr[0]);
            if (v->op == X_FUNC) {
                IrNode *n = gen_node(g, X_CODE_ADDR, uintptr);
                n->fn = v->fn;
                return n;
            }
            if (is_iface(v->type)) v = gen_unop(g, X_DATA_WORD, gen_uptr(g), v);
            return gen_deref(g, gen_bitcast(g, gen_bitcast(g, v, gen_uptr(g)), gen_pointer(g, uintptr)), false);
        }
        if (str_eq(name, S("EscapeNonString"))) {
            IrNode *v = gen_temp(g, gen_expr(g, c->args.ptr[0]));
            if (!has_other_pointers(v->type)) return NULL;
            IrNode *keep = gen_unop(g, X_S_KEEPALIVE, NULL, v);
            keep->flags |= IRF_ESCAPES;
            gen_emit(g, keep);
            return NULL;
        }
    }
    *done = false;
    return NULL;
}

// An intrinsic that is called needs no body.
static IrFunc *intrinsic_func(Gen *g, Object *f, Str sym) {
    IrGen *pg = ir_gen(g->p);
    IrFunc *fn = map_get_str(pg->intrinsic_funcs, sym);
    if (fn) return fn;
    check_object(g->c, f);
    fn = ANEW(g->a, IrFunc);
    fn->sym = sym;
    fn->sig = f->type;
    fn->pkg = f->pkg;
    fn->obj = f;
    fn->noescape = fn->built = true;
    fn->scc = -1;
    fn->intrinsic = ir_intrinsic(sym) + 1;
    map_set_str(pg->intrinsic_funcs, sym, fn);
    return fn;
}

static bool is_pointer_as_int(const IrNode *x) { // the conversion to unsafe.Pointer between the two may be folded
    if (x->op != X_BITCAST || !type_is(x->type, TYPE_UINTPTR)) return false;
    return type_is(x->a->type, TYPE_UNSAFE_POINTER) || type_is(x->a->type, TYPE_POINTER);
}

static void keep_pointer(Gen *g, IrNode *x, IrVec *keep) {
    if (!is_pointer_as_int(x)) return;
    x->a = gen_stable(g, x->a);
    const IrNode *from = x->a;
    while (from->op == X_BITCAST) from = from->a;
    if (from->op == X_VAR || from->op == X_ADDR) vec_push(g->nodes, keep, gen_dup(g, x->a));
}

// f(uintptr(unsafe.Pointer(p))): what p points to lives until the call is done. The keepalives follow the statement with the call.
static void keep_uintptr_args(Gen *g, IrFunc *fn, IrNode *call) {
    if (!fn->uintptrkeepalive && !fn->uintptrescapes && fn->has_body) return;
    IrVec keep = {0};
    for (i64 i = 0; i < call->list.len; i++) {
        IrNode *x = call->list.ptr[i];
        keep_pointer(g, x, &keep);
        for (i64 k = 0; x->op == X_SLICE_LIT && k < x->list.len; k++) keep_pointer(g, x->list.ptr[k], &keep);
    }
    g->keep = keep;
}

// unique.Make(string(bytes)) copies what it keeps: it is given a view. As in gc.
static bool gen_viewed_arg(Gen *g, const Object *f, const IrFunc *fn, Call *c, IrVec *out) {
    bool make = f->pkg && str_eq(f->pkg->path, S("unique")) && str_eq(f->name->s, S("Make")) && c->args.len == 1;
    if (!make || !type_is(tuple_at(types_under(fn->sig)->sig.params, 0), TYPE_STRING)) return false;
    if (is_tuple_expr(c->args.ptr[0])) return false;
    Type *t = tuple_at(types_under(fn->sig)->sig.params, 0);
    vec_push(g->nodes, out, gen_convert(g, gen_string_tmp(g, c->args.ptr[0]), t));
    return true;
}

static IrNode *gen_static_call(Gen *g, Object *f, TypeList *targs, Call *c) {
    bool done;
    IrNode *n = gen_special_call(g, f, c, &done);
    if (done) return n;
    IrFunc *fn = NULL;
    if (!targs || !targs->len) {
        Str sym = ir_object_symbol(g->p, f, NULL);
        if (ir_intrinsic(sym) >= 0 && g->p->is_std(g->p, f->pkg)) fn = intrinsic_func(g, f, sym);
    }
    if (!fn) fn = gen_func(g, f, g->env, targs ? *targs : (TypeList){0});
    n = gen_node(g, X_CALL, result_type(fn->sig));
    n->fn = fn;
    if (!gen_viewed_arg(g, f, fn, c, &n->list)) gen_call_args(g, c->args, c->has_dots, fn->sig, &n->list);
    keep_uintptr_args(g, fn, n);
    return n;
}

// ---- calls --------------------------------------------------------------------------------------------------------------------

IrNode *gen_call(Gen *g, Call *c) {
    i32 id = gen_builtin_id(c->fun);
    if (id >= 0) return gen_builtin(g, c, id);
    Expr *fun = unparen(c->fun);
    TypeList *targs;
    Object *f = gen_static_func(fun, &targs);
    if (f) return gen_static_call(g, f, targs, c);
    if (fun->kind == ND_SELECTOR && ((Selector *)fun)->selection &&
        ((Selector *)fun)->selection->kind == SEL_METHOD_VAL) {
        MethodRef m;
        gen_method(g, (Selector *)fun, &m);
        IrNode *n = call_of_method(g, &m);
        if (!m.fn && !gen_is_stable(m.recv) && !is_lvalue_node(m.recv)) n->a = gen_temp(g, m.recv);
        gen_call_args(g, c->args, c->has_dots, m.sig, &n->list);
        if (m.fn) keep_uintptr_args(g, m.fn, n);
        return n;
    }
    IrNode *v = gen_key_hash(g, c), *n;
    if (v) return v;
    v = gen_expr(g, fun);
    Type *sig = types_under(v->type);
    if (v->op == X_FUNC) {
        n = gen_node(g, X_CALL, result_type(sig));
        n->fn = v->fn;
    } else {
        n = gen_node(g, X_CALL_CLOSURE, result_type(sig));
        n->a = v;
    }
    gen_call_args(g, c->args, c->has_dots, sig, &n->list);
    return n;
}

// ---- go, defer --------------------------------------------------------------------------------------------------------------------

void gen_nil_check(Gen *g, IrNode *word) {
    gen_emit_expr(g, gen_deref(g, gen_bitcast(g, word, gen_pointer(g, gen_basic(g, TYPE_UINT8))), false));
}

// Moves an operand of the deferred call into the closure.
static IrNode *capture_operand(Gen *g, Gen *inner, IrNode *x) {
    if (!x) return NULL;
    switch (x->op) {
    case X_CONST_INT:
    case X_CONST_FLOAT:
    case X_CONST_COMPLEX:
    case X_CONST_STRING:
    case X_ZERO:
    case X_FUNC:
    case X_TYPE_ADDR:
    case X_ITAB_ADDR:
    case X_DATA_ADDR: return x;
    default: break;
    }
    IrVar *cap = ANEW(g->a, IrVar);
    cap->kind = IRV_CAPTURE;
    cap->type = x->type;
    cap->pos = x->pos;
    cap->autotmp = true;
    cap->index = (i32)inner->capvars.len;
    types_layout(x->type);
    vec_push(g->a, &inner->capvars, cap);
    vec_push(g->nodes, &inner->capvals, x);
    return gen_var(inner, cap);
}

static void start_wrapper(Gen *g, Gen *inner, const char *why) {
    IrFunc *f = gen_new_closure(g, inner, gen_closure_name(g, why), g->u->empty_func, g->pos);
    f->wrapper = true;
    inner->pos = g->pos;
}

static IrNode *wrap_call(Gen *g, IrNode *call, const char *why) {
    Gen inner;
    start_wrapper(g, &inner, why);
    if (call->op == X_CALL_IFACE) {
        call->a = gen_stable(g, call->a);
        gen_nil_check(g, gen_unop(g, X_ITAB_WORD, gen_uptr(g), gen_dup(g, call->a)));
    }
    call->a = capture_operand(g, &inner, call->a);
    g->keep = (IrVec){0}; // the closure holds them, and keeps them alive until its call is done
    IrVec keep = {0};
    for (i64 i = 0; i < call->list.len; i++) {
        IrNode *x = call->list.ptr[i];
        if (is_pointer_as_int(x)) {
            x->a = capture_operand(g, &inner, x->a);
            if (x->a->op == X_VAR) vec_push(g->nodes, &keep, gen_dup(&inner, x->a));
            continue;
        }
        for (i64 k = 0; x->op == X_SLICE_LIT && k < x->list.len; k++)
            if (is_pointer_as_int(x->list.ptr[k])) {
                x->list.ptr[k]->a = gen_stable(g, x->list.ptr[k]->a);
                IrNode *c = capture_operand(g, &inner, gen_dup(g, x->list.ptr[k]->a));
                if (c->op == X_VAR) vec_push(g->nodes, &keep, c);
            }
        call->list.ptr[i] = capture_operand(g, &inner, x);
    }
    inner.keep = keep;
    gen_emit_expr(&inner, call);
    gen_emit(&inner, gen_node(&inner, X_S_RETURN, NULL));
    return gen_make_closure(g, &inner);
}

static IrNode *wrap_builtin(Gen *g, Call *c, i32 id, const char *why) {
    IrNode *args[64];
    Gen inner;
    if (c->args.len > 64) {
        gen_unsupported(g, c->x.pos, "deferred builtin with more than 64 operands");
        return gen_zero(g, g->u->empty_func);
    }
    i64 n = 1;
    if (id == BUILTIN_RECOVER) { // as if this function called it
        Gen *root = gen_root(g);
        root->f->has_recover = true;
        args[0] = root == g ? gen_frame_depth(g) : gen_int(g, gen_basic(g, TYPE_UINTPTR), 0);
    } else n = gen_builtin_operands(g, c, id, args);
    start_wrapper(g, &inner, why);
    for (i64 i = 0; i < n; i++) args[i] = capture_operand(g, &inner, args[i]);
    IrNode *v = id == BUILTIN_RECOVER ? gen_recover_at(&inner, args[0]) : gen_builtin_args(&inner, c, id, args, n);
    if (v && v->type) gen_emit_expr(&inner, v);
    gen_emit(&inner, gen_node(&inner, X_S_RETURN, NULL));
    return gen_make_closure(g, &inner);
}

static IrNode *deferred_value(Gen *g, Call *c, const char *why) {
    i32 id = gen_builtin_id(c->fun);
    if (id >= 0) {
        gen_begin(g, &c->x);
        return wrap_builtin(g, c, id, why);
    }
    IrNode *call = gen_expr_root(g, &c->x);
    bool plain = call && call->op == X_CALL && !call->list.len && !call->type && !call->fn->noescape;
    if (plain && !ir_is_intrinsic(call->fn)) return gen_func_ref(g, call->fn, call->fn->sig);
    if (call && call->op == X_CALL_CLOSURE && !call->list.len && !call->type) return call->a;
    if (!call || !is_call_node(call)) { // conversion, operation: evaluated, nothing left to do later
        if (call) gen_emit_expr(g, call);
        Gen inner;
        start_wrapper(g, &inner, why);
        gen_emit(&inner, gen_node(&inner, X_S_RETURN, NULL));
        return gen_make_closure(g, &inner);
    }
    return wrap_call(g, call, why);
}

static void gen_defer(Gen *g, IrNode *fn) {
    Gen *root = gen_root(g);
    root->f->has_defer = true;
    if (root != g) { // inside the body of a range over a function: the defer belongs to the function around it
        if (!root->defer_token) {
            root->defer_token = gen_temp_var(root, g->u->empty_interface);
        }
        IrVar *token = gen_capture(g, root, root->defer_token);
        gen_emit_expr(g, gen_rt(g, RT_DEFERPROCAT, NULL, 2, fn, gen_var(g, token)));
        root->f->has_loop_defer = true;
        return;
    }
    bool loop = g->loops > 0 || (g->info && g->info->has_goto);
    IrNode *s = gen_unop(g, X_S_DEFER, NULL, fn);
    if (loop) {
        s->flags |= IRF_LOOP;
        g->f->has_loop_defer = true;
    } else if (fn->op == X_CLOSURE) fn->esc = ESC_STACK;
    gen_emit(g, s);
}

void gen_go_defer(Gen *g, CallStmt *s) {
    bool is_go = s->s.kind == ND_GO_STMT;
    Expr *e = unparen(s->call);
    g->pos = e->pos;
    if (e->kind != ND_CALL) {
        gen_unsupported(g, e->pos, "go or defer of this expression");
        return;
    }
    IrNode *fn = deferred_value(g, (Call *)e, is_go ? "gowrap" : "deferwrap");
    g->pos = s->s.pos;
    if (is_go) gen_emit(g, gen_unop(g, X_S_GO, NULL, fn));
    else gen_defer(g, fn);
}
