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
    Initializer in = {.rhs = d->init, .nlhs = d->nlhs ? d->nlhs : 1};
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
    for (i64 i = 0; i < p->objects.len; i++)
        if (p->objects.ptr[i]->kind == OBJ_VAR) check_var_init(c, p->objects.ptr[i]);
    check_process_delayed(c, 0);
    Graph g = {.c = c, .p = p, .a = arena_new("init order")};
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
