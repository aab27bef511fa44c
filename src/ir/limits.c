// limits.c - frames that no stack can hold and variables that no program can: errors of the program, with gc's limits and words.
//
// In:   trees after inlining and escape analysis, so it is settled what lives in frames. Errors are kept until all functions were looked
//       at, so that they do not stop the build of others.
// Counts variables, parameters and results, and the area for the largest call. Temporaries that the language asks for (the copy of an
// array that is ranged over) count although vole keeps large ones on the heap: gc has them in the frame, and so the limit is the same.
#include "ir/ir.h"

#define MAX_FRAME  ((i64)1 << 30)
#define MAX_SYMBOL 2000000000

static i64 plus(i64 a, i64 b) { return a > INT64_MAX - b ? INT64_MAX : a + b; }

static i64 vars_size(IrVar **v, i64 n) {
    i64 size = 0;
    for (i64 i = 0; i < n; i++) size = plus(size, types_size(v[i]->type));
    return size;
}

static i64 locals_size(const IrFunc *f) {
    i64 size = 0;
    for (i64 i = 0; i < f->locals.len; i++) {
        const IrVar *v = f->locals.ptr[i];
        if (!v->heap || v->autotmp || !v->name) size = plus(size, types_size(v->type));
    }
    return size;
}

static i64 max_call(const IrNode *n);

static i64 max_call_list(const IrVec *v) {
    i64 most = 0;
    for (i64 i = 0; i < v->len; i++) most = i64_max(most, max_call(v->ptr[i]));
    return most;
}

// Bytes of the arguments and results of the largest call in n.
static i64 max_call(const IrNode *n) {
    if (!n) return 0;
    i64 most = 0;
    if (n->op == X_CALL || n->op == X_CALL_CLOSURE || n->op == X_CALL_IFACE) {
        for (i64 i = 0; i < n->list.len; i++)
            if (n->list.ptr[i]->type) most = plus(most, types_size(n->list.ptr[i]->type));
        const Type *t = n->type ? types_unalias(n->type) : NULL;
        if (t && t->kind == TYPE_TUPLE)
            for (i64 i = 0; i < t->tuple.n; i++) most = plus(most, types_size(t->tuple.vars[i]->type));
        else if (t) most = plus(most, types_size(n->type));
    }
    most = i64_max(most, i64_max(i64_max(max_call(n->a), max_call(n->b)), i64_max(max_call(n->c), max_call(n->d))));
    most = i64_max(most, i64_max(max_call_list(&n->list), max_call_list(&n->sub->body)));
    most = i64_max(most, i64_max(max_call_list(&n->sub->els), max_call_list(&n->sub->post)));
    for (i64 i = 0; i < n->sub->ncases; i++) most = i64_max(most, max_call_list(&n->sub->cases[i].body));
    return most;
}

typedef struct Limit {
    const IrFunc *f;
    Str message;
    bool late;
} Limit;
struct IrLimits {
    Mutex lock;
    Arena *a;
    VEC(Limit) list;
};

void ir_note_limit(IrProgram *p, const IrFunc *f, Str message, bool late) {
    struct IrLimits *l = p->limits;
    mutex_lock(&l->lock);
    vec_push(l->a, &l->list, ((Limit){f, arena_str(l->a, message), late}));
    mutex_unlock(&l->lock);
}

bool ir_fits_stack(IrProgram *p, const IrFunc *f) {
    i64 locals = locals_size(f), args = plus(vars_size(f->params, f->nparams), vars_size(f->results, f->nresults));
    i64 callee = f->large_calls ? max_call_list(&f->body) : 0;
    if (plus(locals, callee) < MAX_FRAME && args < MAX_FRAME) return true;
    Str more = callee >= 1 << 20 && locals < MAX_FRAME && args < MAX_FRAME
                   ? arena_printf(p->arena, " + %lld MB callee", (long long)(callee >> 20))
                   : (Str){0};
    ir_note_limit(p, f,
                  arena_printf(p->arena, "stack frame too large (>1GB): %lld MB locals + %lld MB args%.*s",
                               (long long)(locals >> 20), (long long)(args >> 20), SFMT(more)),
                  false);
    return false;
}

static void check_global(IrProgram *p, const IrGlobal *g) {
    i64 size = types_size(g->type);
    if (g->reached && size > MAX_SYMBOL)
        diag_error(p->diag, g->pos, "%.*s: symbol too large (%lld bytes > %d bytes)", SFMT(g->sym), (long long)size,
                   MAX_SYMBOL);
}

void ir_start_limits(IrProgram *p) {
    p->limits = ANEW(p->arena, struct IrLimits);
    p->limits->a = arena_new_in(p->arena, "limits");
}

void ir_tell_limits(IrProgram *p, bool late) {
    struct IrLimits *l = p->limits;
    mutex_lock(&l->lock);
    for (i64 i = 0; i < l->list.len; i++)
        if (l->list.ptr[i].late == late)
            diag_error(p->diag, l->list.ptr[i].f->pos, "%.*s", SFMT(l->list.ptr[i].message));
    mutex_unlock(&l->lock);
    for (i64 i = 0; i < p->global_order.len && !late; i++)
        if (p->global_order.ptr[i]->type) check_global(p, p->global_order.ptr[i]); // else a unit has it
}
