// wrappers.c - methods that no source declares: promoted ones, (*T).M for a T.M, entries of interface tables.
#include "ir/gen.h"

typedef struct Wrapper {
    Type *recv;
    MethodEntry e;
} Wrapper;

static Type *pointer_elem(Type *t) {
    t = types_unalias(t);
    return t->kind == TYPE_POINTER ? types_unalias(t->pointer.elem) : NULL;
}

bool type_direct_iface(Type *t) {
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_POINTER:
    case TYPE_CHAN:
    case TYPE_MAP:
    case TYPE_SIGNATURE:
    case TYPE_UNSAFE_POINTER: return true;
    case TYPE_STRUCT: return u->strct.nfields == 1 && type_direct_iface(u->strct.fields[0].var->type);
    case TYPE_ARRAY: return u->array.len == 1 && type_direct_iface(u->array.elem);
    default: return false;
    }
}

// if recv == nil, panic with the names of the type and the method
static void check_receiver(Gen *g, IrNode *recv) {
    IrNode *c = gen_if(g, gen_cmp(g, OP_EQL, recv, gen_zero(g, recv->type)));
    IrNode *n = gen_node(g, X_S_PANIC_RT, NULL);
    n->rt = RT_PANICWRAP;
    vec_push(g->nodes, &c->sub->body, n);
}

static void make_wrapper(IrProgram *p, IrFunc *f) {
    Wrapper *w = f->make_arg;
    Gen g;
    gen_init(&g, p, f, f->pkg, NULL, NULL, NULL);
    gen_signature(&g, NULL, NULL, NULL);
    Object *m = w->e.func, *o = m->origin ? m->origin : m;
    IrNode *recv = gen_var(&g, f->params[0]);
    if (pointer_elem(w->recv) && w->e.npath == 1 && !o->ptr_recv) check_receiver(&g, gen_dup(&g, recv));
    IrNode *x = gen_walk_path(&g, recv, w->e.path, w->e.npath - 1);
    MethodRef ref = {0};
    if (is_iface(x->type)) {
        ref.recv = x;
        ref.iface = x->type;
        ref.index = ir_iface_method_index(g.c, x->type, w->e.name, m->pkg);
        Object **ms;
        types_iface_methods(g.c, types_under(x->type), &ms);
        ref.sig = ms[ref.index]->type;
    } else {
        ref.recv = gen_receiver(&g, x, m);
        ref.fn = ir_func(p, m, NULL, (TypeList){0});
        ref.sig = ref.fn->sig;
    }
    gen_return_call(&g, gen_forward_call(&g, &ref, 1));
    gen_finish(&g);
}

static Str wrapper_symbol(IrProgram *p, Type *recv, const MethodEntry *e) {
    Type *elem = pointer_elem(recv), *t = types_unalias(elem ? elem : recv);
    Package *pkg = t->kind == TYPE_NAMED ? t->named.obj->pkg : NULL;
    Str type = types_link_name(p->checker, t), name = e->name->s;
    if (!e->name->exported && e->func->pkg && e->func->pkg != pkg)
        name = arena_printf(p->arena, "%.*s.%.*s", SFMT(ir_package_prefix(p, e->func->pkg)), SFMT(name));
    if (!elem) return arena_printf(p->arena, "%.*s.%.*s", SFMT(type), SFMT(name));
    if (!pkg) return arena_printf(p->arena, "(*%.*s).%.*s", SFMT(type), SFMT(name));
    Str prefix = pkg->link_path.len ? pkg->link_path : pkg->path; // as link names spell it
    Str local = str_has_prefix(type, prefix) ? str_slice(type, prefix.len + 1, type.len) : type;
    return arena_printf(p->arena, "%.*s.(*%.*s).%.*s", SFMT(ir_package_prefix(p, pkg)), SFMT(local), SFMT(name));
}

// The receiver's type in front of the method's parameters.
static Type *wrapper_sig(IrProgram *p, Type *recv, Object *m, Package *pkg) {
    Type *s = types_under(m->type);
    Object *var = types_made_var(p->checker, pkg, NULL, recv);
    return types_made_signature(p->checker, var, s->sig.params, s->sig.results, s->sig.variadic);
}

IrFunc *ir_method_wrapper(IrProgram *p, Type *recv, const MethodEntry *e) {
    Object *m = e->func, *o = m->origin ? m->origin : m;
    recv = types_unalias(recv);
    if (e->npath == 1 && !is_iface(recv) && (pointer_elem(recv) != NULL) == o->ptr_recv)
        return ir_func(p, m, NULL, (TypeList){0});
    Type *base = pointer_elem(recv) ? pointer_elem(recv) : recv;
    Package *pkg = base->kind == TYPE_NAMED && base->named.obj->pkg ? base->named.obj->pkg : m->pkg;
    Wrapper *w = ANEW(p->arena, Wrapper);
    w->recv = recv;
    w->e = *e;
    check_object(p->checker, o);
    IrFunc *f = ir_made_func(p, wrapper_symbol(p, recv, e), wrapper_sig(p, recv, m, pkg), pkg, make_wrapper, w);
    f->wrapper = true;
    return f;
}

IrFunc *ir_iface_entry(IrProgram *p, Type *recv, const MethodEntry *e) {
    if (!type_direct_iface(recv)) recv = types_new_pointer(p->checker, recv);
    return ir_method_wrapper(p, recv, e);
}
