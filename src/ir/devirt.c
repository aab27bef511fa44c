// devirt.c - calls of interface methods whose receiver's type the function itself shows.
//
// In:    a function after a round of inlining. Out: CALL_IFACE of a variable that holds values of one concrete type only (or nil) is a
//        CALL of the method, with flag DIRECT: inline.c looks at it next. Returns the functions that are called now.
// Keeps: everything else. Never: a method that the worklist did not build, or a type that something outside the function decides.
//
// Method: all assignments of the function to its interface variables are noted, whatever the order of execution. A variable whose
// address is taken, a parameter, a result or a capture is not known. Where the variable may still be nil, the nil check of the interface
// call stays in front of the receiver.
#include "ir/gen.h"
#include "ir/symbols.h"

typedef struct Holder { // what an interface variable is assigned
    VEC(const IrNode *) from;
    bool open; // something that is not known as well
    bool busy, done;
    Type *type;
} Holder;
typedef struct Devirt {
    IrProgram *p;
    IrFunc *f;
    Arena *a;
    Map *holders;
    IrFuncVec *called;
    Arena *called_arena;
} Devirt;
typedef struct Found {
    Type *type; // NULL: nothing but nil
    bool open;
} Found;

// ---- what is assigned -----------------------------------------------------------------------------------------------

static Holder *holder(Devirt *d, const IrVar *v) {
    Holder *h = map_get_ptr(d->holders, v);
    if (h) return h;
    h = ANEW(d->a, Holder);
    h->open = v->kind != IRV_LOCAL;
    map_set_ptr(d->holders, v, h);
    return h;
}

static const IrNode *root_var(const IrNode *n) {
    while (n->op == X_FIELD || n->op == X_BITCAST || (n->op == X_INDEX && type_is(n->a->type, TYPE_ARRAY))) n = n->a;
    return n->op == X_VAR && is_iface(n->var->type) ? n : NULL;
}

static void note_store(Devirt *d, const IrNode *to, const IrNode *from) {
    const IrNode *v = to ? root_var(to) : NULL;
    if (!v) return;
    Holder *h = holder(d, v->var);
    if (v == to && from) vec_push(d->a, &h->from, from);
    else h->open = true;
}

static void note_multi(Devirt *d, const IrNode *s) {
    for (i64 i = 0; i < s->list.len; i++)
        note_store(d, s->list.ptr[i], i == 0 && s->b->op == X_ASSERT && is_iface(s->b->atype) ? s->b : NULL);
}

static void note_stores(Devirt *d, const IrVec *v);
static void note_node(Devirt *d, const IrNode *n) {
    if (!n) return;
    if (n->op == X_S_ASSIGN) note_store(d, n->a, n->b);
    if (n->op == X_S_ASSIGN_MULTI) note_multi(d, n);
    if (n->op == X_ADDR) note_store(d, n->a, NULL);
    note_node(d, n->a);
    note_node(d, n->b);
    note_node(d, n->c);
    note_node(d, n->d);
    note_stores(d, &n->list);
    if (!ir_has_body(n)) return;
    note_stores(d, &n->sub->body);
    note_stores(d, &n->sub->els);
    note_stores(d, &n->sub->post);
    for (i64 i = 0; i < n->sub->ncases; i++) note_stores(d, &n->sub->cases[i].body);
}
static void note_stores(Devirt *d, const IrVec *v) {
    for (i64 i = 0; i < v->len; i++) note_node(d, v->ptr[i]);
}

// ---- of which type --------------------------------------------------------------------------------------------------

static Found merge(Found a, Found b) {
    if (a.open || b.open || (a.type && b.type && !types_identical(a.type, b.type))) return (Found){.open = true};
    return a.type ? a : b;
}

static Found find_type(Devirt *d, const IrNode *n);
static Found find_in(Devirt *d, const IrVar *v) {
    Holder *h = holder(d, v);
    Found r = {.type = h->type, .open = h->open};
    if (h->busy || h->done || h->open) return r;
    h->busy = true;
    for (i64 i = 0; i < h->from.len && !r.open; i++) r = merge(r, find_type(d, h->from.ptr[i]));
    h->busy = false;
    h->done = true;
    h->type = r.type;
    h->open = r.open;
    return r;
}

static Found find_type(Devirt *d, const IrNode *n) {
    switch (n->op) {
    case X_ZERO: return (Found){0};
    case X_MAKE_IFACE: return is_iface(n->a->type) ? (Found){.open = true} : (Found){.type = n->a->type};
    case X_BITCAST:
    case X_IFACE_TO_IFACE: return is_iface(n->a->type) ? find_type(d, n->a) : (Found){.open = true};
    case X_ASSERT: return is_iface(n->atype) ? find_type(d, n->a) : (Found){.open = true};
    case X_VAR: return is_iface(n->type) ? find_in(d, n->var) : (Found){.open = true};
    default: return (Found){.open = true};
    }
}

static bool is_nonnil(Devirt *d, const IrNode *n, int depth) {
    while (n->op == X_BITCAST || n->op == X_IFACE_TO_IFACE) n = n->a;
    if (n->op == X_MAKE_IFACE || (n->op == X_ASSERT && n->type->kind != TYPE_TUPLE)) return true;
    if (n->op != X_VAR || n->var->reassigned || depth > 8) return false;
    Holder *h = holder(d, n->var);
    return h->from.len == 1 && is_nonnil(d, h->from.ptr[0], depth + 1);
}

// ---- the call -------------------------------------------------------------------------------------------------------

static IrNode *make(Devirt *d, IrOp op, const IrNode *at, Type *t, IrNode *a) {
    IrNode *n = ir_new(d->p, op, at->pos, t);
    n->inl = at->inl;
    n->a = a;
    return n;
}

// The worklist has gone over the types that the function's needs name, so the method is there if the type has it.
static const MethodEntry *find_method(IrProgram *p, TypeRec *r, const IrMethodKey *key) {
    if (!r->full) return NULL;
    if (!r->entries) ir_method_table(p, r); // the worklist knew it by a unit
    for (i64 i = 0; i < r->nmethods; i++) {
        if (r->methods[i].key != key || !r->methods[i].ifn) continue;
        ir_walk_func(p, r->methods[i].ifn); // a wrapper leads to the method
        return &r->entries[i];
    }
    return NULL;
}

static Type *check_pointer(Devirt *d) {
    return types_new_pointer(d->p->checker, types_universe(d->p->checker)->basic[TYPE_UINT8]);
}

// The interface value in front of the call of a method, checked for nil where it may be.
static IrNode *checked_operand(Devirt *d, IrNode *call, IrNode *v, IrNode *value) {
    if (is_nonnil(d, v, 0)) return value;
    IrNode *copy = ANEW(ir_node_arena(d->p), IrNode);
    ir_copy_node(ir_node_arena(d->p), copy, v);
    Type *word = types_universe(d->p->checker)->basic[TYPE_UNSAFE_POINTER], *byte = check_pointer(d);
    IrNode *deref = make(d, X_BITCAST, call, byte, make(d, X_ITAB_WORD, call, word, copy));
    deref = make(d, X_DEREF, call, type_elem(byte), deref);
    IrNode *block = make(d, X_BLOCK, call, value->type, value);
    d->f->has_blocks = true;
    vec_push(ir_node_arena(d->p), &block->sub->body, make(d, X_S_EXPR, call, NULL, deref));
    return block;
}

// The value's field that the method is promoted from.
static IrNode *walk_path(Devirt *d, IrNode *call, IrNode *x, const MethodEntry *e) {
    for (i64 i = 0; i + 1 < e->npath; i++) {
        Type *t = types_unalias(x->type);
        if (t->kind == TYPE_POINTER) x = make(d, X_DEREF, call, types_unalias(t->pointer.elem), x);
        Type *u = types_under(x->type);
        x = make(d, X_FIELD, call, types_unalias(u->strct.fields[e->path[i]].var->type), x);
        x->i = e->path[i];
    }
    return x;
}

// What the method takes, or NULL: the type does not say which method it is.
static IrNode *receiver(Devirt *d, IrNode *call, IrNode *v, Type *t, const MethodEntry *e) {
    Object *m = e->func, *o = m->origin ? m->origin : m;
    IrNode *x = v->op == X_MAKE_IFACE ? v->a : checked_operand(d, call, v, make(d, X_UNPACK, call, t, v));
    x = walk_path(d, call, x, e);
    if (is_iface(x->type)) return NULL; // an embedded interface
    bool pointer = types_unalias(x->type)->kind == TYPE_POINTER;
    if (pointer && !o->ptr_recv) return make(d, X_DEREF, call, types_unalias(types_unalias(x->type)->pointer.elem), x);
    if (!pointer && o->ptr_recv) return make(d, X_ADDR, call, types_new_pointer(d->p->checker, x->type), x);
    return x;
}

static void call_directly(Devirt *d, IrNode *call) {
    IrNode *v = call->a;
    while (v->op == X_BITCAST || v->op == X_IFACE_TO_IFACE) v = v->a;
    if ((v->op != X_VAR && v->op != X_MAKE_IFACE) || !is_iface(v->type)) return;
    Found found = find_type(d, v);
    if (found.open || !found.type) return;
    const IrMethodKey *key = ir_iface_method_key(d->p, call->a->type, call->i);
    const MethodEntry *e = find_method(d->p, ir_type_rec(d->p, found.type), key);
    IrNode *recv = e ? receiver(d, call, v, found.type, e) : NULL;
    if (!recv) return;
    IrFunc *fn = ir_func(d->p, e->func, NULL, (TypeList){0});
    if (fn->has_body && !fn->queued) return;
    IrVec list = {0};
    vec_push(ir_node_arena(d->p), &list, recv);
    for (i64 i = 0; i < call->list.len; i++) vec_push(ir_node_arena(d->p), &list, call->list.ptr[i]);
    call->op = X_CALL;
    call->fn = fn;
    call->a = NULL;
    call->i = 0;
    call->list = list;
    call->flags |= IRF_DIRECT;
    vec_push(d->called_arena, d->called, fn);
    vec_push(d->p->arena, &d->f->direct, ((IrDirect){call->pos, call->inl, found.type}));
}

static void call_list(Devirt *d, const IrVec *v);
static void call_node(Devirt *d, IrNode *n) {
    if (!n) return;
    if (n->op == X_CALL_IFACE) call_directly(d, n);
    call_node(d, n->a);
    call_node(d, n->b);
    call_node(d, n->c);
    call_node(d, n->d);
    call_list(d, &n->list);
    if (!ir_has_body(n)) return;
    call_list(d, &n->sub->body);
    call_list(d, &n->sub->els);
    call_list(d, &n->sub->post);
    for (i64 i = 0; i < n->sub->ncases; i++) call_list(d, &n->sub->cases[i].body);
}
static void call_list(Devirt *d, const IrVec *v) {
    for (i64 i = 0; i < v->len; i++) call_node(d, v->ptr[i]);
}

void ir_devirtualise(IrProgram *p, IrFunc *f, Arena *a, IrFuncVec *called) {
    Devirt d = {.p = p, .f = f, .a = arena_new("devirt"), .called = called, .called_arena = a};
    d.holders = map_new_ptr(d.a);
    note_stores(&d, &f->body);
    call_list(&d, &f->body);
    arena_free(d.a);
}
