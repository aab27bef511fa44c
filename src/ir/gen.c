// gen.c - building a function: entry points, variables, names.
//
// In:   a declared function whose body was checked. Out: IrFunc.body, params, results, locals; closures in it are built with it.
// Never: looks at another function's body.
#include "ir/gen.h"

#define MAX_STACK_VAR (128 * 1024) // larger variables live on the heap

IrGen *ir_gen(IrProgram *p) {
    if (!p->gen) {
        p->gen = ANEW(p->arena, IrGen);
        p->gen->intrinsic_funcs = map_new_str(p->arena);
        p->gen->group_types = map_new_str(p->arena);
        p->gen->counted = map_new_ptr(p->arena);
        p->gen->tmp = arena_new_in(p->arena, "tables of a function");
        p->gen->copies = arena_new_in(p->arena, "copies");
        p->gen->inlining = arena_new_in(p->arena, "tables of inlining");
    }
    return p->gen;
}

void gen_init(Gen *g, IrProgram *p, IrFunc *f, Package *pkg, TypeEnv *env, FuncInfo *info, Gen *outer) {
    *g = (Gen){.p = p,
               .c = p->checker,
               .a = p->arena,
               .u = types_universe(p->checker),
               .f = f,
               .pkg = pkg,
               .env = env,
               .info = info,
               .outer = outer};
    ir_begin_trees(p, f);
    g->nodes = ir_node_arena(p);
    g->needs = outer ? outer->needs : f->needs;
    g->out = &f->body;
    g->nlits = &g->counters[0];
    g->nranges = &g->counters[1];
    g->nwraps = &g->counters[2];
    g->name_base = f->sym;
    g->pos = f->pos;
    if (pkg && pkg->flags & PKG_COVER) g->counted = gen_counted(p, pkg);
}

Map *gen_table(Gen *g, Map **m) {
    if (*m) return *m;
    IrGen *all = ir_gen(g->p);
    const Gen *top = g;
    while (top->outer) top = top->outer;
    if (!all->owner) all->owner = top;
    return *m = map_new_ptr(all->owner == top ? all->tmp : g->a);
}

// ---- variables -----------------------------------------------------------------------------------------------------

static IrVar *new_var(Gen *g, IrVarKind kind, Type *t, const Name *name, Object *obj) {
    IrVar *v = ANEW(kind == IRV_CAPTURE ? g->a : g->nodes, IrVar);
    v->kind = kind;
    v->type = t;
    v->name = name;
    v->obj = obj;
    v->pos = obj ? obj->pos : g->pos;
    v->is_blank = name && name->blank && kind != IRV_RESULT; // a blank result still has a value
    v->reassigned = obj && (obj->reassigned || obj->addr_taken || obj->is_result);
    types_layout(t);
    if (kind == IRV_LOCAL && t->size > MAX_STACK_VAR) v->heap = v->addr_taken = true;
    return v;
}

IrVar *gen_new_var(Gen *g, Type *t, const Name *name, Object *obj) {
    IrVar *v = new_var(g, IRV_LOCAL, t, name, obj);
    v->index = (i32)g->f->locals.len;
    vec_push(g->nodes, &g->f->locals, v);
    return v;
}

IrVar *ir_temp(IrProgram *p, IrFunc *f, Type *t, Pos pos) {
    IrVar *v = ANEW(ir_node_arena(p), IrVar);
    v->kind = IRV_LOCAL;
    v->type = t;
    v->pos = pos;
    v->autotmp = true;
    v->index = (i32)f->locals.len;
    types_layout(t);
    if (t->size > MAX_STACK_VAR) v->heap = v->addr_taken = true;
    vec_push(ir_node_arena(p), &f->locals, v);
    return v;
}

IrVar *gen_temp_var(Gen *g, Type *t) { return ir_temp(g->p, g->f, t, g->pos); }

IrVar *gen_declare(Gen *g, Object *obj) {
    IrVar *v = gen_new_var(g, gen_subst(g, obj->type), obj->name, obj);
    map_set_ptr(gen_table(g, &g->vars), obj, v);
    return v;
}

static bool captured_by_ref(const IrVar *v) {
    if (v->kind == IRV_RESULT) return true;
    if (v->kind == IRV_CAPTURE) return v->by_ref;
    return v->reassigned || v->addr_taken || types_size(v->type) > 128;
}

IrVar *gen_capture(Gen *g, Gen *owner, IrVar *v) {
    if (g == owner) return v;
    IrVar *outer = gen_capture(g->outer, owner, v);
    IrVar *cap = map_get_ptr(g->caps, outer);
    if (cap) return cap;
    cap = new_var(g, IRV_CAPTURE, outer->type, outer->name, outer->obj);
    cap->index = (i32)g->capvars.len;
    cap->outer = outer;
    cap->by_ref = captured_by_ref(outer);
    cap->reassigned = outer->reassigned;
    cap->autotmp = outer->autotmp;
    if (cap->by_ref && outer->kind != IRV_CAPTURE) outer->addr_taken = outer->heap = true;
    map_set_ptr(gen_table(g, &g->caps), outer, cap);
    vec_push(g->a, &g->capvars, cap);
    IrNode *val = gen_node(g, X_VAR, outer->type);
    val->var = outer;
    if (cap->by_ref) {
        IrNode *addr = gen_node(g, X_ADDR, gen_pointer(g, outer->type));
        addr->a = val;
        addr->flags = IRF_NONNIL;
        val = addr;
    }
    vec_push(g->nodes, &g->capvals, val);
    return cap;
}

IrVar *gen_lookup(Gen *g, Object *obj) {
    for (Gen *o = g; o; o = o->outer) {
        IrVar *v = map_get_ptr(o->vars, obj);
        if (v) return gen_capture(g, o, v);
    }
    bug("variable %.*s has no place in %.*s", SFMT(obj->name->s), SFMT(g->f->sym));
}

Gen *gen_root(Gen *g) {
    while (g->rf) g = g->outer;
    return g;
}

static IrVar *add_param(Gen *g, IrVarKind kind, Object *obj, Type *t, i64 index) {
    IrVar *v = new_var(g, kind, t, obj && obj->name && obj->name->s.len ? obj->name : NULL, obj);
    v->index = (i32)index;
    if (obj) map_set_ptr(gen_table(g, &g->vars), obj, v);
    return v;
}

// Parameters and results. `names`: the declared signature, whose variables the body refers to (may be NULL); `sig`: the concrete one.
static void make_params(Gen *g, Type *names, Type *sig) {
    IrFunc *f = g->f;
    Type *recv = sig->sig.recv ? gen_subst(g, sig->sig.recv->type) : NULL;
    i64 np = tuple_len(sig->sig.params), nr = tuple_len(sig->sig.results), base = recv ? 1 : 0;
    f->params = ANEWN(g->nodes, IrVar *, np + base + 1);
    f->results = ANEWN(g->nodes, IrVar *, nr + 1);
    f->variadic = sig->sig.variadic;
    if (recv) f->params[0] = add_param(g, IRV_PARAM, names ? names->sig.recv : NULL, recv, 0);
    for (i64 i = 0; i < np; i++)
        f->params[base + i] = add_param(g, IRV_PARAM, names ? names->sig.params->tuple.vars[i] : NULL,
                                        tuple_at(sig->sig.params, i), base + i);
    for (i64 i = 0; i < nr; i++) {
        f->results[i] = add_param(g, IRV_RESULT, names ? names->sig.results->tuple.vars[i] : NULL,
                                  tuple_at(sig->sig.results, i), i);
        f->results[i]->defer_result = f->has_defer;
    }
    f->nparams = np + base;
    f->nresults = nr;
}

void gen_signature(Gen *g, FuncType *unused, Field *recv, Type *names) {
    make_params(g, names, types_under(g->f->sig));
}

void gen_finish(Gen *g) {
    IrFunc *f = g->f;
    IrGen *all = ir_gen(g->p);
    if (all->owner == g) {
        arena_reset(all->tmp);
        all->owner = NULL;
    }
    if (!g->outer) ir_end_trees(g->p);
    f->captures = g->capvars.ptr;
    f->ncaptures = g->capvars.len;
    if (f->ncaptures) f->needctxt = true;
    f->nclosures = *g->nlits;
    for (i64 i = 0; i < f->nresults; i++) f->results[i]->defer_result = f->has_defer;
}

// ---- functions --------------------------------------------------------------------------------------------------------

void gen_fill_body(Gen *g, BlockStmt *body) {
    gen_block_stmt(g, body);
    g->pos = body->rbrace;
    i64 n = g->f->body.len;
    if (n && g->f->body.ptr[n - 1]->op == X_S_RETURN) return;
    gen_emit(g, gen_node(g, X_S_RETURN, NULL));
}

void ir_build_func(IrProgram *p, IrFunc *f) {
    if (!f->has_body || !f->node || f->node->kind != ND_FUNC_DECL || f->outer) return;
    FuncDecl *d = (FuncDecl *)f->node;
    FuncInfo *info = func_info(p->checker, f->obj);
    Gen g;
    gen_init(&g, p, f, f->pkg, f->env, info, NULL);
    f->end_pos = d->body->rbrace;
    f->has_defer = info->has_defer;
    f->has_recover = info->has_recover;
    gen_signature(&g, d->type, d->recv, f->obj->type);
    gen_fill_body(&g, d->body);
    gen_finish(&g);
}

Str gen_closure_name(Gen *g, const char *why) {
    i64 *n = why[0] == '-' ? g->nranges : why[0] == 'f' ? g->nlits : g->nwraps;
    if (why[0] == '-') return arena_printf(g->a, "%.*s-range%lld", SFMT(g->name_base), (long long)++*n);
    if (why[0] == 'f' && g->literal) return arena_printf(g->a, "%.*s.%lld", SFMT(g->name_base), (long long)++*n);
    return arena_printf(g->a, "%.*s.%s%lld", SFMT(g->name_base), why, (long long)++*n);
}

static void made_never(IrProgram *p, IrFunc *f) {}

// The function of a closure; `inner` becomes the state that builds its body.
IrFunc *gen_new_closure(Gen *outer, Gen *inner, Str sym, Type *sig, Pos pos) {
    IrFunc *f = ir_made_func(outer->p, sym, sig, outer->pkg, made_never, NULL);
    f->outer = outer->f;
    outer->f->has_closures = true;
    f->queued = true; // with the function around it
    need_closure(outer->needs, f);
    f->pos = pos;
    f->is_closure = true;
    f->dupok = outer->f->dupok;
    f->env = outer->env;
    gen_init(inner, outer->p, f, outer->pkg, outer->env, outer->info, outer);
    inner->pos = pos;
    return f;
}

// The word of a closure object that holds its code.
Object *gen_code_field(Gen *g) {
    TypeKind k = g->pkg && g->pkg->flags & PKG_UNLOADABLE ? TYPE_UNSAFE_POINTER : TYPE_UINTPTR;
    return types_made_field(g->c, g->pkg, intern_c(g->p->intern, "F"), gen_basic(g, k));
}

IrNode *gen_make_closure(Gen *outer, Gen *inner) {
    IrFunc *f = inner->f;
    gen_finish(inner);
    f->built = true;
    IrNode *n;
    if (!f->ncaptures) {
        n = gen_node(outer, X_FUNC, f->sig);
        n->fn = f;
    } else {
        n = gen_node(outer, X_CLOSURE, f->sig);
        n->fn = f;
        n->list = inner->capvals;
        Object **fields = ANEWN(outer->a, Object *, f->ncaptures + 1);
        fields[0] = gen_code_field(outer);
        for (i64 i = 0; i < f->ncaptures; i++) {
            Type *t = f->captures[i]->by_ref ? gen_pointer(outer, f->captures[i]->type) : f->captures[i]->type;
            const Name *name = intern(outer->p->intern, arena_printf(outer->a, "X%lld", (long long)i));
            fields[i + 1] = types_made_field(outer->c, outer->pkg, name, t);
        }
        f->closure_type = types_made_struct(outer->c, fields, f->ncaptures + 1);
    }
    return n;
}

i64 ir_closure_layout(const IrFunc *f, i64 *offsets) {
    i64 off = 8;
    for (i64 i = 0; i < f->ncaptures; i++) {
        const IrVar *v = f->captures[i];
        i64 size = v->by_ref ? 8 : types_size(v->type), align = v->by_ref ? 8 : types_align(v->type);
        off = align_up(off, align ? align : 1);
        if (offsets) offsets[i] = off;
        off += size;
    }
    return align_up(off, 8);
}

void gen_unsupported(Gen *g, Pos pos, const char *what) { diag_error(g->p->diag, pos, "not supported yet: %s", what); }

// ---- types -----------------------------------------------------------------------------------------------------------------

Type *gen_basic(Gen *g, TypeKind k) { return g->u->basic[k]; }
Type *gen_uptr(Gen *g) { return g->u->basic[TYPE_UNSAFE_POINTER]; }
Type *gen_pointer(Gen *g, Type *elem) {
    Type *t = types_new_pointer(g->c, elem);
    types_layout(t);
    return t;
}

Type *gen_subst(Gen *g, Type *t) {
    if (!t) return NULL;
    if (g->env) t = types_subst(g->c, t, g->env);
    t = types_unalias(t);
    if (t->kind >= TYPE_UNTYPED_BOOL && t->kind < TYPE_UNTYPED_NIL) t = types_default(g->c, t);
    return t;
}

Type *gen_type(Gen *g, Expr *e) {
    CHECK(e->type != NULL);
    return gen_subst(g, e->type);
}

Type *type_elem(Type *t) {
    t = types_under(t);
    switch (t->kind) {
    case TYPE_POINTER:
    case TYPE_SLICE: return types_unalias(t->slice.elem);
    case TYPE_ARRAY: return types_unalias(t->array.elem);
    case TYPE_CHAN: return types_unalias(t->chan.elem);
    case TYPE_MAP: return types_unalias(t->map.elem);
    default: bug("type_elem of kind %d", t->kind);
    }
}

i64 tuple_len(Type *t) { return t && t->kind == TYPE_TUPLE ? t->tuple.n : 0; }
Type *tuple_at(Type *t, i64 i) { return types_unalias(t->tuple.vars[i]->type); }
Type *result_type(Type *sig) {
    Type *r = types_under(sig)->sig.results;
    i64 n = tuple_len(r);
    return n == 0 ? NULL : n == 1 ? tuple_at(r, 0) : r;
}
bool is_iface(Type *t) { return type_is(t, TYPE_INTERFACE); }
bool is_empty_iface(Gen *g, Type *t) {
    Object **ms;
    return is_iface(t) && types_iface_methods(g->c, types_under(t), &ms) == 0;
}
bool is_blank_expr(Expr *e) {
    e = unparen(e);
    return e->kind == ND_IDENT && ((Ident *)e)->name->blank;
}
