// why.c - `vole build -why=SYMBOL|PACKAGE`: the way from main to what a program holds, from the needs that the worklist acted on.
//
// In:   a program whose worklist ran dry. Out: on standard output a heading, then one line a step, main first; a package of which only
//       the initialisers run is led to by its imports.
#include "ir/unit.h"
#include "program/program.h"
#include <stdio.h>

typedef VEC(Str) Steps;

static bool names_package(const Program *p, Str sym, Str what) {
    Str prefix = ir_escape_path(p->arena, what);
    return str_has_prefix(sym, prefix) && sym.len > prefix.len && sym.ptr[prefix.len] == '.';
}

// The function of that symbol; else the first of that package that is more than an initialiser.
static const IrFunc *find_func(Program *p, Str what) {
    const IrFunc *of_package = NULL;
    for (i64 i = 0; i < p->ir->order.len; i++) {
        const IrFunc *f = p->ir->order.ptr[i];
        if (str_eq(f->sym, what)) return f;
        if (!of_package && !f->is_init && !f->outer && names_package(p, f->sym, what)) of_package = f;
    }
    return of_package;
}

static TypeRec *find_type(Program *p, Str what) {
    TypeRec *r = ir_known_type(p->ir, what);
    return r && r->used ? r : NULL;
}

static IrGlobal *find_global(Program *p, Str what) {
    IrGlobal *g = map_get_str(p->ir->globals, what);
    return g && g->reached ? g : NULL;
}

// To the one that nobody needed: main, what the runtime starts with, a package's initialiser.
static const IrFunc *follow(Program *p, const IrFunc *f, IrOrigin o, Steps *steps) {
    const IrFunc *last = f;
    for (i64 n = 0; (o.fn || o.type) && n < 100000; n++) {
        last = o.fn;
        vec_push(p->arena, steps, o.fn ? o.fn->sym : o.type->symbol);
        o = o.fn ? o.fn->origin : o.type->origin;
    }
    return last;
}

// By breadth first search, from main.
static bool import_steps(Program *p, Package *main, Str what, Steps *steps) {
    VEC(Package *) queue = {0};
    Map *from = map_new_ptr(p->arena);
    vec_push(p->arena, &queue, main);
    for (i64 i = 0; i < queue.len; i++) {
        Package *q = queue.ptr[i];
        if (str_eq(q->path, what)) {
            for (; q; q = q == main ? NULL : map_get_ptr(from, q)) vec_push(p->arena, steps, q->path);
            return true;
        }
        for (i64 k = 0; k < q->nimports; k++) {
            if (q->imports[k] == main || map_get_ptr(from, q->imports[k])) continue;
            map_set_ptr(from, q->imports[k], q);
            vec_push(p->arena, &queue, q->imports[k]);
        }
    }
    return false;
}

void program_tell_why(Program *p, Package *main) {
    Str what = p->o.why;
    Steps steps = {0};
    const IrFunc *f = find_func(p, what);
    const TypeRec *r = f ? NULL : find_type(p, what);
    const IrGlobal *g = f || r ? NULL : find_global(p, what);
    if (f) vec_push(p->arena, &steps, f->sym);
    else if (r) vec_push(p->arena, &steps, r->symbol);
    else if (g) vec_push(p->arena, &steps, g->sym);
    const IrFunc *root = steps.len ? follow(p, f, f ? f->origin : r ? r->origin : g->origin, &steps) : NULL;
    if (!steps.len) import_steps(p, main, what, &steps);
    else if (root && root->is_init) import_steps(p, main, root->pkg->path, &steps);
    printf("# %.*s\n", SFMT(what));
    if (!steps.len) printf("(%.*s does not hold it)\n", SFMT(main->path));
    for (i64 i = steps.len - 1; i >= 0; i--) printf("%.*s\n", SFMT(steps.ptr[i]));
    fflush(stdout);
}
