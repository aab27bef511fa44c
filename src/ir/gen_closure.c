// gen_closure.c - function literals, method values, method expressions.
#include "ir/gen.h"

IrNode *gen_func_lit(Gen *g, FuncLit *l) {
    Gen inner;
    Type *sig = gen_type(g, &l->x);
    IrFunc *f = gen_new_closure(g, &inner, gen_closure_name(g, "func"), sig, l->x.pos);
    f->node = (Node *)l;
    f->end_pos = l->body->rbrace;
    f->has_defer = l->info->has_defer;
    f->has_recover = l->info->has_recover;
    inner.info = l->info;
    inner.literal = true;
    gen_signature(&inner, l->type, NULL, types_unalias(l->info->sig ? l->info->sig : l->x.type));
    gen_fill_body(&inner, l->body);
    return gen_make_closure(g, &inner);
}

// ---- calls with a function's own parameters -------------------------------------------------------------------------------

IrNode *gen_forward_call(Gen *g, MethodRef *m, i64 first) {
    IrNode *n = gen_node(g, m->fn ? X_CALL : X_CALL_IFACE, result_type(m->sig));
    if (m->fn) {
        n->fn = m->fn;
        need_func(g->needs, m->fn);
        if (m->recv) vec_push(g->nodes, &n->list, m->recv);
    } else {
        n->a = m->recv;
        n->i = m->index;
    }
    for (i64 i = first; i < g->f->nparams; i++) vec_push(g->nodes, &n->list, gen_var(g, g->f->params[i]));
    return n;
}

void gen_return_call(Gen *g, IrNode *call) {
    IrNode *ret = gen_node(g, X_S_RETURN, NULL);
    if (!call->type) gen_emit_expr(g, call);
    else if (call->type->kind != TYPE_TUPLE) vec_push(g->nodes, &ret->list, call);
    else {
        IrNode *s = gen_unop(g, X_S_ASSIGN_MULTI, NULL, NULL);
        s->b = call;
        s->flags = IRF_DCL;
        for (i64 i = 0; i < tuple_len(call->type); i++) {
            IrVar *v = gen_temp_var(g, tuple_at(call->type, i));
            vec_push(g->nodes, &s->list, gen_var(g, v));
            vec_push(g->nodes, &ret->list, gen_var(g, v));
        }
        gen_emit(g, s);
    }
    gen_emit(g, ret);
}

// ---- method values -----------------------------------------------------------------------------------------------------------

typedef struct BoundMethod {
    MethodRef m;
} BoundMethod;

static void make_bound(IrProgram *p, IrFunc *f) {
    BoundMethod *b = f->make_arg;
    Gen g;
    gen_init(&g, p, f, f->pkg, NULL, NULL, NULL);
    gen_signature(&g, NULL, NULL, NULL);
    MethodRef m = b->m;
    m.recv = gen_var(&g, f->captures[0]);
    gen_return_call(&g, gen_forward_call(&g, &m, 0));
}

static Type *strip_recv(Gen *g, Type *sig) {
    Type *s = types_under(sig);
    return s->sig.recv ? types_made_signature(g->c, NULL, s->sig.params, s->sig.results, s->sig.variadic) : sig;
}

IrNode *gen_method_value(Gen *g, Selector *s) {
    MethodRef m;
    gen_method(g, s, &m);
    Late late = gen_late(g);
    IrNode *recv = gen_stable(g, m.recv);
    if (!m.fn) gen_nil_check(g, gen_unop(g, X_ITAB_WORD, gen_uptr(g), gen_dup(g, recv)));
    Str base =
        m.fn ? m.fn->sym : arena_printf(g->a, "%.*s.%.*s", SFMT(types_link_name(g->c, m.iface)), SFMT(s->sel->name->s));
    BoundMethod *b = ANEW(g->a, BoundMethod);
    b->m = m;
    IrFunc *f = ir_made_func(g->p, arena_printf(g->a, "%.*s-fm", SFMT(base)), strip_recv(g, m.sig),
                             m.fn ? m.fn->pkg : g->pkg, make_bound, b);
    need_func(g->needs, f);
    if (!f->ncaptures) {
        IrVar *cap = ANEW(g->a, IrVar);
        cap->kind = IRV_CAPTURE;
        cap->type = recv->type;
        cap->name = intern_c(g->p->intern, "R");
        types_layout(recv->type);
        f->captures = ANEWN(g->a, IrVar *, 1);
        f->captures[0] = cap;
        f->ncaptures = 1;
        f->wrapper = f->is_closure = f->needctxt = true;
        Object *fields[2] = {gen_code_field(g), types_made_field(g->c, g->pkg, cap->name, recv->type)};
        f->closure_type = types_made_struct(g->c, fields, 2);
    }
    IrNode *n = gen_node(g, X_CLOSURE, gen_type(g, &s->x));
    n->fn = f;
    vec_push(g->nodes, &n->list, recv);
    return gen_late_end(g, late, n);
}

// ---- method expressions ----------------------------------------------------------------------------------------------------------

static void make_iface_method_expr(IrProgram *p, IrFunc *f) {
    MethodRef *m = f->make_arg;
    Gen g;
    gen_init(&g, p, f, f->pkg, NULL, NULL, NULL);
    gen_signature(&g, NULL, NULL, NULL);
    MethodRef call = *m;
    call.recv = gen_var(&g, f->params[0]);
    gen_return_call(&g, gen_forward_call(&g, &call, 1));
}

IrNode *gen_method_expr(Gen *g, Selector *s) {
    Type *recv = gen_subst(g, s->selection->recv), *sig = gen_type(g, &s->x);
    gen_note_reflection(g, s->sel->name, sig);
    if (is_iface(recv)) {
        MethodRef *m = ANEW(g->a, MethodRef);
        m->iface = recv;
        m->index = ir_iface_method_index(g->c, recv, s->sel->name, s->selection->obj->pkg);
        Object **ms;
        types_iface_methods(g->c, types_under(recv), &ms);
        m->sig = ms[m->index]->type;
        Str sym = arena_printf(g->a, "%.*s.%.*s", SFMT(types_link_name(g->c, recv)), SFMT(s->sel->name->s));
        IrFunc *f = ir_made_func(g->p, sym, sig, g->pkg, make_iface_method_expr, m);
        need_func(g->needs, f);
        f->wrapper = true;
        return gen_func_ref(g, f, sig);
    }
    MethodEntry *ms;
    i64 n = types_method_set(g->c, recv, &ms);
    for (i64 i = 0; i < n; i++)
        if (ms[i].name == s->sel->name && (ms[i].name->exported || ms[i].func->pkg == s->selection->obj->pkg)) {
            IrFunc *f = ir_method_wrapper(g->p, recv, &ms[i]);
            need_func(g->needs, f);
            return gen_func_ref(g, f, sig);
        }
    bug("method expression %.*s without method", SFMT(s->sel->name->s));
}
