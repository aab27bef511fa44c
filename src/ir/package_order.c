// package_order.c - Go's order of package initialisation.
//
// In:   IrProgram.packages, all of them, and runtime_pkg. Out: the same list in order: of all packages whose imports are initialised the one
//       with the least path goes next; the runtime and what it imports go before everything else.
// A heap holds the packages that may go next. Every package of the list is looked at once, and every import twice.
#include "ir/symbols.h"

typedef struct Waiting {
    Package *pkg;
    bool runtime; // the runtime imports it, or it is the runtime
    i64 left;     // imports that did not go yet
    VEC(struct Waiting *) users;
} Waiting;
typedef struct Ready { // the least first
    Waiting **heap;
    i64 n;
} Ready;

static bool goes_before(const Waiting *x, const Waiting *y) {
    if (x->runtime != y->runtime) return x->runtime;
    return str_cmp(x->pkg->path, y->pkg->path) < 0;
}

static void push(Ready *r, Waiting *w) {
    i64 i = r->n++;
    for (; i > 0 && goes_before(w, r->heap[(i - 1) / 2]); i = (i - 1) / 2) r->heap[i] = r->heap[(i - 1) / 2];
    r->heap[i] = w;
}

static Waiting *pop(Ready *r) {
    Waiting *least = r->heap[0], *last = r->heap[--r->n];
    i64 i = 0;
    for (;;) {
        i64 k = 2 * i + 1;
        if (k >= r->n) break;
        if (k + 1 < r->n && goes_before(r->heap[k + 1], r->heap[k])) k++;
        if (!goes_before(r->heap[k], last)) break;
        r->heap[i] = r->heap[k];
        i = k;
    }
    r->heap[i] = last;
    return least;
}

static void mark_runtime(Map *known, Package *pkg) {
    Waiting *w = map_get_ptr(known, pkg);
    CHECK(w != NULL); // what a package imports is in the list
    if (w->runtime) return;
    w->runtime = true;
    for (i64 i = 0; i < pkg->nimports; i++) mark_runtime(known, pkg->imports[i]);
}

static void count_imports(Arena *a, Map *known, Waiting *w) {
    w->left = w->pkg->nimports;
    for (i64 i = 0; i < w->pkg->nimports; i++) {
        Waiting *on = map_get_ptr(known, w->pkg->imports[i]);
        CHECK(on != NULL);
        vec_push(a, &on->users, w);
    }
}

void ir_sort_packages(IrProgram *p) {
    i64 n = p->packages.len;
    Arena *a = arena_new_in(p->arena, "order of packages");
    Map *known = map_new_ptr(a);
    Waiting *all = ANEWN(a, Waiting, n + 1);
    Ready ready = {ANEWN(a, Waiting *, n + 1), 0};
    for (i64 i = 0; i < n; i++) {
        all[i].pkg = p->packages.ptr[i];
        map_set_ptr(known, all[i].pkg, &all[i]);
    }
    if (p->runtime_pkg) mark_runtime(known, p->runtime_pkg);
    for (i64 i = 0; i < n; i++) count_imports(a, known, &all[i]);
    for (i64 i = 0; i < n; i++)
        if (!all[i].left) push(&ready, &all[i]);
    for (i64 k = 0; k < n; k++) {
        CHECK(ready.n > 0); // import cycles were reported by load/
        Waiting *w = pop(&ready);
        p->packages.ptr[k] = w->pkg;
        for (i64 i = 0; i < w->users.len; i++)
            if (--w->users.ptr[i]->left == 0) push(&ready, w->users.ptr[i]);
    }
    arena_free(a);
}
