// initorder.c - the order in which a package's variables are initialized.
//
// A variable waits for those that its initializer refers to, directly or through functions. Of
// the variables that wait for nothing the first in the source is next. What waits for itself is
// an initialization cycle.
#include "types/decls.h"

typedef struct GNode {
    Object *obj;
    DeclInfo *d;
    VEC(struct GNode *) pred; // who waits for it
    i64 ndeps;
    i64 heap; // index in the queue, -1 when taken
} GNode;

typedef struct Graph {
    Checker *c;
    Arena *a;
    Package *p;
    VEC(GNode *) nodes;
    Map *by_obj;
    GNode **queue;
    i64 n;
    i32 mark;
    Map *seen;
    Map *tables; // Object -> InitKind
} Graph;

static bool is_const(const GNode *g) { return g->obj->kind == OBJ_CONST; }

// ---- dependencies ------------------------------------------------------------------------------------------------

typedef VEC(Object *) ObjVec;

static void add_deps(Graph *g, ObjVec *out, DeclInfo *d) {
    for (i64 i = 0; i < d->deps.len; i++) vec_push(g->a, out, d->deps.ptr[i]);
}

// What o refers to; a variable of a multi-value declaration has the references of them all.
static ObjVec deps_of(Graph *g, Object *o) {
    ObjVec v = {0};
    DeclInfo *d = o->decl_info;
    if (o->kind == OBJ_FUNC) {
        FuncInfo *fi = d->fdecl && d->fdecl->body ? func_info(g->c, o) : NULL;
        if (fi && !fi->body_ended) check_body(g->c, fi);
    }
    if (o->kind == OBJ_VAR && d->nlhs > 1) {
        for (i64 i = 0; i < d->nlhs; i++) add_deps(g, &v, d->lhs[i]->decl_info);
    } else {
        add_deps(g, &v, d);
    }
    return v;
}

// Variables and constants that n reaches, through functions or not.
static void connect(Graph *g, GNode *n) {
    Map *seen = map_new_ptr(g->a);
    ObjVec work = {0};
    vec_push(g->a, &work, n->obj);
    while (work.len) {
        Object *o = work.ptr[--work.len];
        ObjVec deps = deps_of(g, o);
        for (i64 i = 0; i < deps.len; i++) {
            Object *d = deps.ptr[i];
            if (map_get_ptr(seen, d)) continue;
            map_set_ptr(seen, d, d);
            if (d->kind == OBJ_FUNC) {
                vec_push(g->a, &work, d);
                continue;
            }
            GNode *t = map_get_ptr(g->by_obj, d);
            if (!t) continue;
            vec_push(g->a, &t->pred, n);
            n->ndeps++;
        }
    }
}

// ---- tables of data ------------------------------------------------------------------------------------------------------
//
// What a variable of the library waits for, and that it has no effect, is shown by its syntax if its value is a literal of data alone, another
// variable, or a map to such or to variables: it is checked when somebody asks for it.

enum { MAX_DATA_DEPTH = 8 }; // of types in each other

static bool is_data_type(Type *t, int depth) {
    if (!t || depth > MAX_DATA_DEPTH) return false;
    Type *u = types_under(t);
    switch (u->kind) {
    case TYPE_ARRAY: return is_data_type(u->array.elem, depth + 1);
    case TYPE_SLICE: return is_data_type(u->slice.elem, depth + 1);
    case TYPE_POINTER: return is_data_type(u->pointer.elem, depth + 1);
    case TYPE_STRUCT:
        for (i64 i = 0; i < u->strct.nfields; i++)
            if (!is_data_type(u->strct.fields[i].var->type, depth + 1)) return false;
        return true;
    default: return TYPE_BOOL <= u->kind && u->kind <= TYPE_STRING;
    }
}

static bool names_data_type(Checker *c, Package *p, Ident *id) {
    Object *o = scope_lookup(p->scope, id->name);
    if (!o) o = scope_lookup(types_universe(c)->scope, id->name);
    if (!o || o->kind != OBJ_TYPE_NAME) return false;
    check_object(c, o);
    return is_data_type(o->type, 0);
}

static bool is_plain_type(Checker *c, Package *p, Expr *e) {
    switch (e->kind) {
    case ND_IDENT: return names_data_type(c, p, (Ident *)e);
    case ND_STAR: return is_plain_type(c, p, ((Star *)e)->e);
    case ND_SLICE_TYPE: return is_plain_type(c, p, ((SliceType *)e)->elem);
    case ND_ARRAY_TYPE: {
        const ArrayType *a = (ArrayType *)e;
        return (!a->len || a->len->kind == ND_BASIC_LIT) && is_plain_type(c, p, a->elem);
    }
    default: return false;
    }
}

// A constant: a literal, a name of the package's, operations on such.
static bool is_plain_constant(Package *p, Expr *e) {
    switch (e->kind) {
    case ND_BASIC_LIT: return true;
    case ND_IDENT: {
        Object *o = scope_lookup(p->scope, ((Ident *)e)->name);
        return o && o->kind == OBJ_CONST;
    }
    case ND_UNARY: {
        const Unary *u = (Unary *)e;
        return (u->op == OP_ADD || u->op == OP_SUB || u->op == OP_XOR) && is_plain_constant(p, u->e);
    }
    case ND_BINARY: return is_plain_constant(p, ((Binary *)e)->l) && is_plain_constant(p, ((Binary *)e)->r);
    default: return false;
    }
}

// The name of a field that is nothing else in the package, or an index.
static bool is_plain_key(Package *p, Expr *e) {
    bool name = e->kind == ND_IDENT;
    return is_plain_constant(p, e) || (name && !scope_lookup(p->scope, ((Ident *)e)->name));
}

static bool is_plain(Checker *c, Package *p, Expr *e);

static bool is_plain_literal(Checker *c, Package *p, CompositeLit *l) {
    if (l->type && !is_plain_type(c, p, l->type)) return false;
    for (i64 i = 0; i < l->elems.len; i++) {
        Expr *e = l->elems.ptr[i];
        if (e->kind == ND_KEY_VALUE) {
            if (!is_plain_key(p, ((KeyValue *)e)->key)) return false;
            e = ((KeyValue *)e)->value;
        }
        if (!is_plain(c, p, e)) return false;
    }
    return true;
}

static bool is_plain(Checker *c, Package *p, Expr *e) {
    if (e->kind == ND_COMPOSITE_LIT) return is_plain_literal(c, p, (CompositeLit *)e);
    const Unary *u = (Unary *)e;
    bool address = e->kind == ND_UNARY && (u->op == OP_ADDR || u->op == OP_AND);
    if (address) return u->e->kind == ND_COMPOSITE_LIT && is_plain_literal(c, p, (CompositeLit *)u->e);
    return is_plain_constant(p, e);
}

static Object *named_var(Package *p, Expr *e) {
    Object *o = e->kind == ND_IDENT ? scope_lookup(p->scope, ((Ident *)e)->name) : NULL;
    return o && o->kind == OBJ_VAR ? o : NULL;
}

// A map from constants to data or variables of the package, for which it waits.
static bool is_plain_map(Checker *c, Package *p, DeclInfo *d, CompositeLit *l) {
    for (i64 i = 0; i < l->elems.len; i++) {
        KeyValue *kv = (KeyValue *)l->elems.ptr[i];
        if (kv->x.kind != ND_KEY_VALUE || !is_plain_constant(p, kv->key)) return false;
        Object *var = named_var(p, kv->value);
        if (!var && !is_plain(c, p, kv->value)) return false;
        if (var) vec_push(c->arena, &d->deps, var);
    }
    return true;
}

static InitKind table_kind(Checker *c, Package *p, Object *o) {
    DeclInfo *d = o->decl_info;
    if (!p->std || !p->trusted || p->tracked || p->checked || p->flags & (PKG_COVER | PKG_PATCHABLE)) return INIT_ANY;
    if (o->kind != OBJ_VAR || o->name->blank || !d || d->type || !d->init || d->nlhs > 1) return INIT_ANY;
    Expr *e = d->init;
    Object *var = named_var(p, e);
    if (var) {
        vec_push(c->arena, &d->deps, var);
        return INIT_CODE;
    }
    if (e->kind == ND_UNARY) e = ((Unary *)e)->e;
    if (e->kind != ND_COMPOSITE_LIT) return INIT_ANY;
    CompositeLit *l = (CompositeLit *)e;
    if (e == d->init && l->type && l->type->kind == ND_MAP_TYPE) return is_plain_map(c, p, d, l) ? INIT_CODE : INIT_ANY;
    return is_plain(c, p, d->init) ? INIT_DATA : INIT_ANY;
}

// ---- the queue ------------------------------------------------------------------------------------------------------

static bool before(const GNode *x, const GNode *y) {
    if (is_const(x) != is_const(y)) return is_const(x);
    if (x->ndeps != y->ndeps) return x->ndeps < y->ndeps;
    return x->d->order < y->d->order;
}

static void place(Graph *g, i64 i, GNode *n) {
    g->queue[i] = n;
    n->heap = i;
}

static void sift_up(Graph *g, i64 i) {
    GNode *n = g->queue[i];
    for (; i > 0 && before(n, g->queue[(i - 1) / 2]); i = (i - 1) / 2) place(g, i, g->queue[(i - 1) / 2]);
    place(g, i, n);
}

static void sift_down(Graph *g, i64 i) {
    GNode *n = g->queue[i];
    for (;;) {
        i64 k = 2 * i + 1;
        if (k >= g->n) break;
        if (k + 1 < g->n && before(g->queue[k + 1], g->queue[k])) k++;
        if (!before(g->queue[k], n)) break;
        place(g, i, g->queue[k]);
        i = k;
    }
    place(g, i, n);
}

static GNode *pop(Graph *g) {
    GNode *n = g->queue[0];
    n->heap = -1;
    GNode *last = g->queue[--g->n];
    if (g->n) {
        place(g, 0, last);
        sift_down(g, 0);
    }
    return n;
}

// ---- cycles ------------------------------------------------------------------------------------------------------------

// Path from `from` to `to`, backwards, in out.
static bool find_path(Graph *g, Object *from, Object *to, Map *seen, ObjVec *out, int depth) {
    if (map_get_ptr(seen, from) || depth > 5000) return false;
    map_set_ptr(seen, from, from);
    ObjVec deps = deps_of(g, from);
    for (i64 i = 1; i < deps.len; i++) {
        Object *o = deps.ptr[i];
        i64 j = i;
        for (; j > 0 && ((DeclInfo *)deps.ptr[j - 1]->decl_info)->order > ((DeclInfo *)o->decl_info)->order; j--)
            deps.ptr[j] = deps.ptr[j - 1];
        deps.ptr[j] = o;
    }
    for (i64 i = 0; i < deps.len; i++) {
        if (deps.ptr[i] == to || find_path(g, deps.ptr[i], to, seen, out, depth + 1)) {
            vec_push(g->a, out, deps.ptr[i]);
            return true;
        }
    }
    return false;
}

static void report_cycle(Graph *g, GNode *n) {
    Checker *c = g->c;
    ObjVec cycle = {0};
    if (!find_path(g, n->obj, n->obj, map_new_ptr(g->a), &cycle, 0)) return;
    Object *o = cycle.ptr[0];
    if (cycle.len == 1) {
        check_errorf(c, o->pos, "initialization cycle: %.*s refers to itself", SFMT(o->name->s));
        return;
    }
    ErrMsg e;
    err_begin(&e, c);
    err_add(&e, o->pos, "initialization cycle for %.*s", SFMT(o->name->s));
    for (i64 j = cycle.len - 1; j >= 0; j--) {
        Object *next = cycle.ptr[j];
        err_add(&e, o->pos, "%.*s refers to %.*s", SFMT(o->name->s), SFMT(next->name->s));
        o = next;
    }
    err_report(&e);
}

// ---- the order -----------------------------------------------------------------------------------------------------------

static void build(Graph *g) {
    Package *p = g->p;
    for (i64 i = 0; i < p->objects.len; i++) {
        Object *o = p->objects.ptr[i];
        if (o->kind != OBJ_VAR && (o->kind != OBJ_CONST || p->trusted)) continue;
        GNode *n = ANEW(g->a, GNode);
        n->obj = o;
        n->d = o->decl_info;
        vec_push(g->a, &g->nodes, n);
        map_set_ptr(g->by_obj, o, n);
    }
    for (i64 i = 0; i < g->nodes.len; i++) connect(g, g->nodes.ptr[i]);
    g->queue = ANEWN(g->a, GNode *, g->nodes.len + 1);
    for (i64 i = 0; i < g->nodes.len; i++) {
        place(g, g->n++, g->nodes.ptr[i]);
        sift_up(g, g->n - 1);
    }
}

static void emit(Graph *g, GNode *n, void *list, Map *emitted) {
    VEC(Initializer) *out = list;
    DeclInfo *d = n->d;
    if (n->obj->kind != OBJ_VAR || !d->init) return;
    Object *first = d->nlhs ? d->lhs[0] : n->obj;
    if (map_get_ptr(emitted, first)) return;
    map_set_ptr(emitted, first, first);
    Initializer in = {
        .rhs = d->init, .nlhs = d->nlhs ? d->nlhs : 1, .kind = (InitKind)(intptr_t)map_get_ptr(g->tables, n->obj)};
    in.lhs = d->lhs;
    if (!d->nlhs) {
        in.lhs = ANEWN(g->c->arena, Object *, 1);
        in.lhs[0] = n->obj;
    }
    vec_push(g->c->arena, out, in);
}

void init_order(Checker *c, Package *p) {
    PackageDecls *pa = package_decls(c, p);
    if (pa->initorder_done) return;
    pa->initorder_done = true;
    Graph g = {.c = c, .p = p, .a = arena_new("init order")};
    g.tables = map_new_ptr(g.a);
    for (i64 i = 0; i < p->objects.len; i++) {
        Object *o = p->objects.ptr[i];
        if (o->kind != OBJ_VAR) continue;
        InitKind kind = table_kind(c, p, o);
        if (kind != INIT_ANY) map_set_ptr(g.tables, o, (void *)(intptr_t)kind);
        else check_var_init(c, o);
    }
    check_process_delayed(c, 0);
    g.by_obj = map_new_ptr(g.a);
    build(&g);
    VEC(Initializer) out = {0};
    Map *emitted = map_new_ptr(g.a);
    while (g.n) {
        GNode *n = pop(&g);
        if (n->ndeps > 0) report_cycle(&g, n);
        for (i64 i = 0; i < n->pred.len; i++) {
            GNode *q = n->pred.ptr[i];
            q->ndeps--;
            if (q->heap >= 0) sift_up(&g, q->heap);
        }
        emit(&g, n, &out, emitted);
    }
    p->init_order = out.ptr;
    p->ninit = out.len;
    arena_free(g.a);
}

void types_init_order(Checker *c, Package *p) {
    check_collect(c, p);
    Package *saved = c->pkg;
    CheckEnv env = c->env;
    check_enter(c);
    c->pkg = p;
    c->env = (CheckEnv){0};
    init_order(c, p);
    c->env = env;
    c->pkg = saved;
    check_leave(c);
}
