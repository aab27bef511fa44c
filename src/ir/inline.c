// inline.c - inlining into one function.
//
// In:   a function whose callees are final (components.c sees to the order). Out: calls of small functions are their bodies; calls of
// closures that are assigned once are direct, and inlined as well (iterators of range loops, less functions of sorts). IrFunc.inlined
// keeps the tree for tracebacks.
// Reads of other functions: the body as callers see it (IrFunc.spare where there is one), parameters, cost.
//
// Method: a call stands at the root of a statement, so inlining replaces that statement by: parameters, the body with
// `return` as assignments to result temporaries and a break, the statement with the result temporary.
#include "ir/gen.h"

#define BUDGET          IR_INLINE_BUDGET
#define BUDGET_ONCE     800 // of a closure with one call
#define CALL_COST       57
#define BIG_FUNCTION    5000 // callers beyond that take only tiny ones
#define BUDGET_BIG      20
#define BYTE_ORDER_COST 15
#define MAX_NESTED                                                                                                     \
    32 // calls in each other in what is inlined: chains of functions that do nothing but call the next cost nothing
#define MAX_ROUNDS 4 // of inlining methods whose interface calls became direct

typedef struct Inliner {
    IrProgram *p;
    Arena *a, *nodes, *tmp; // nodes: of f; tmp: tables, until the round over it ends
    IrFunc *f;
    bool sized, inlinable; // size was asked for; nothing in f forbids that it is inlined
    i64 size;              // of f
    Map *defs;             /* IrVar -> CLOSURE or FUNC it holds */
    bool ifaces,
        direct_only; /* a call of an interface method was seen; other calls were looked at in an earlier round */
    bool changed;    // the tree is not the one whose size was asked for
    VEC(IrFunc *) active;
} Inliner;
typedef struct Clone {
    Inliner *in;
    IrFunc *from, *to;
    Map *vars, *targets;
    i32 inl, base;
    IrVar **results;
    IrNode *block;
    bool breaks;
    bool whole;  /* a function, not a call */
    bool keep;   /* the same functions with variables of their own */
    bool again;  /* the same functions, from such a copy */
    bool packed; // `from` is such a copy: its nodes are read by ir_unpack_node
} Clone;

// ---- cost -----------------------------------------------------------------------------------------------------------

typedef struct Cost {
    i64 n, most;
    const bool *merged; // by IrNode.inl: reads and writes of words byte by byte, which become one access; NULL: none
} Cost;

static bool cost_list(const IrVec *v, Cost *c);

// What is called is known where it is inlined, mostly: then it is a call like others, or inlined as well. As in gc.
static bool is_own_param(const IrNode *n) { return n->op == X_VAR && n->var->kind == IRV_PARAM && !n->var->reassigned; }

// A field of what a pointer leads to is one access; the address of a variable's first field is the variable's. As in gc.
static const IrNode *skip_places(const IrNode *n) {
    const IrNode *f = n->op == X_ADDR ? n->a : n, *of = f->op == X_FIELD ? f->a : NULL;
    if (!of) return n;
    const IrNode *var = of->op == X_DEREF ? of->a : of;
    if (n->op == X_ADDR) return f->i == 0 && var->op == X_VAR ? var : n;
    return of->op == X_DEREF ? of : n;
}

static bool cost_node(const IrNode *n, Cost *c) {
    if (!n) return true;
    n = skip_places(n);
    if (n->op == X_S_ASSIGN && n->a && n->a->op == X_VAR && n->b->op == X_VAR)
        return true; // what inlining leaves behind
    if (n->flags & IRF_EXPANDED) {
        c->n += n->i;
        return true;
    }
    // What holds an operand until it is used is not in the source.
    if (n->op == X_S_ASSIGN && n->a && n->a->op == X_VAR && n->a->var->autotmp) return cost_node(n->b, c);
    if (c->merged && n->inl >= 0 && c->merged[n->inl]) return true;
    switch (n->op) {
    case X_RECOVER:
    case X_CALLER_SP:
    case X_CALLER_PC:
    case X_OWN_SP:
    case X_CLOSURE_PTR:
    case X_S_DEFER: return false;
    case X_CALL: c->n += ir_is_intrinsic(n->fn) ? 1 : CALL_COST; break;
    case X_CALL_CLOSURE: c->n += is_own_param(n->a) ? 1 : CALL_COST; break;
    case X_CALL_IFACE: c->n += CALL_COST; break;
    case X_CALL_RT:
        if (n->rt == RT_GORECOVER || n->rt == RT_DEFERRANGEFUNC || n->rt == RT_DEFERPROCAT || n->rt == RT_SELECTGO)
            return false;
        c->n += 8;
        break;
    case X_CLOSURE: c->n += 10; break;
    case X_S_GO: c->n += 20; break;
    case X_S_ASSIGN:
    case X_S_LABEL:
    case X_S_BLOCK:
    case X_BITCAST:
    case X_S_DCL: break;
    default: c->n += 1;
    }
    if (n->a && !cost_node(n->a, c)) return false;
    if (n->b && !cost_node(n->b, c)) return false;
    if (n->c && !cost_node(n->c, c)) return false;
    if (n->d && !cost_node(n->d, c)) return false;
    if (n->list.len && !cost_list(&n->list, c)) return false;
    return !ir_has_body(n) ||
           (cost_list(&n->sub->body, c) && cost_list(&n->sub->els, c) && cost_list(&n->sub->post, c));
}

// Counts no further than is of interest.
static bool cost_list(const IrVec *v, Cost *c) {
    for (i64 i = 0; i < v->len && c->n <= c->most; i++) {
        if (!cost_node(v->ptr[i], c)) return false;
        for (i64 k = 0; k < v->ptr[i]->sub->ncases; k++)
            if (!cost_list(&v->ptr[i]->sub->cases[k].body, c)) return false;
    }
    return true;
}

// Reads and writes of words byte by byte: ssa/combine.c makes one access of each.
static bool is_byte_order(const IrFunc *f) {
    static const char *const prefixes[] = {"encoding/binary.littleEndian.", "encoding/binary.bigEndian.",
                                           "internal/byteorder."};
    for (i64 i = 0; i < NELEM(prefixes); i++)
        if (str_has_prefix(f->sym, str_c(prefixes[i]))) return true;
    return false;
}

// Of calls that were inlined into f, one within the other.
static i64 nested_calls(const IrFunc *f, Arena *tmp) {
    i64 most = 0, *depth = ANEWN(tmp, i64, f->inlined.len + 1);
    for (i64 i = 0; i < f->inlined.len; i++) {
        i32 parent = f->inlined.ptr[i].parent;
        depth[i] = parent < 0 ? 1 : depth[parent] + 1;
        most = i64_max(most, depth[i]);
    }
    return most;
}

// Which of the calls that were inlined into f are such ones. NULL: none.
static const bool *merged_calls(const IrFunc *f, Arena *tmp) {
    bool *merged = NULL;
    for (i64 i = 0; i < f->inlined.len; i++) {
        if (!is_byte_order(f->inlined.ptr[i].callee)) continue;
        if (!merged) merged = ANEWN(tmp, bool, f->inlined.len);
        merged[i] = true;
    }
    return merged;
}

// in: knows its size, which is as good, if it asked for it and changed nothing since.
static void set_cost(const Inliner *in) {
    IrFunc *f = in->f;
    Cost c = {.most = BUDGET_ONCE};
    f->cost = -1;
    if (f->noinline || f->has_defer || f->has_recover || f->uintptrescapes || f->uintptrkeepalive || f->is_init ||
        f->lazy || !f->has_body || !f->built || ir_has_flag(f, PKG_NO_INLINE))
        return;
    if (str_eq(f->sym, S("runtime.throw")) || str_eq(f->sym, S("runtime.fatal"))) return;
    if (f->inlined.len > MAX_NESTED && nested_calls(f, in->tmp) > MAX_NESTED) return;
    c.merged = merged_calls(f, in->tmp);
    if (in->sized && !in->changed && !c.merged) f->cost = in->inlinable ? (i32)in->size : -1;
    else if (cost_list(&f->body, &c)) f->cost = (i32)i64_min(c.n, 1 << 30);
    if (f->cost > 0 && is_byte_order(f)) f->cost = (i32)i64_min(f->cost, BYTE_ORDER_COST);
}

// ---- copies ----------------------------------------------------------------------------------------------------------

static IrCopy copy_of(const IrFunc *f) {
    if (f->spare) return *f->spare;
    return (IrCopy){f->body, f->params, f->results, f->captures, f->locals.ptr, f->locals.len};
}

static IrNode *clone(Clone *c, const IrNode *n);
static IrFunc *clone_closure(Clone *c, IrFunc *f);

static IrVar *clone_var(Clone *c, IrVar *v) {
    if (!v) return NULL;
    IrVar *x = map_get_ptr(c->vars, v);
    if (x) return x;
    x = ANEW(v->kind == IRV_CAPTURE ? c->in->a : c->in->nodes, IrVar);
    *x = *v;
    if (!c->keep && (!c->whole || v->kind == IRV_LOCAL)) {
        x->kind = IRV_LOCAL;
        x->index = (i32)c->to->locals.len;
        x->is_blank = false;
        vec_push(c->in->nodes, &c->to->locals, x);
    }
    map_set_ptr(c->vars, v, x);
    return x;
}

static IrVar **clone_vars(Clone *c, Arena *a, IrVar **v, i64 n) {
    IrVar **x = ANEWN(a, IrVar *, n + 1);
    for (i64 i = 0; i < n; i++) x[i] = clone_var(c, v[i]);
    return x;
}

static IrNode *clone_target(Clone *c, IrNode *n) { // the copy of a statement that jumps refer to
    IrNode *x = map_get_ptr(c->targets, n);
    if (!x) {
        x = ANEW(c->in->nodes, IrNode);
        map_set_ptr(c->targets, n, x);
    }
    return x;
}

static IrNode *make(Clone *c, IrOp op, const IrNode *at) {
    IrNode *n = ir_new(c->in->p, op, at->pos, NULL);
    n->inl = at->inl < 0 ? c->inl : c->base + at->inl;
    return n;
}

static IrNode *var_node(Clone *c, IrVar *v, const IrNode *at) {
    IrNode *n = make(c, X_VAR, at);
    n->var = v;
    n->type = v->type;
    return n;
}

static void clone_return(Clone *c, const IrNode *at, IrVec *out, bool last) {
    IrNode whole;
    const IrNode *n = c->packed ? ir_unpack_node(&whole, at) : at;
    i64 k = n->list.len;
    IrNode *vals[2];
    IrNode **v = k > 2 ? ANEWN(c->in->a, IrNode *, k) : vals;
    for (i64 i = 0; i < k; i++) v[i] = clone(c, n->list.ptr[i]);
    for (i64 i = 0; i < k && k > 1; i++) { // all values before the first result changes
        IrNode *s = make(c, X_S_ASSIGN, n);
        IrVar *t = ir_temp(c->in->p, c->to, v[i]->type, n->pos);
        s->flags = IRF_DCL;
        s->a = var_node(c, t, n);
        s->b = v[i];
        v[i] = var_node(c, t, n);
        vec_push(c->in->nodes, out, s);
    }
    for (i64 i = 0; i < k; i++) {
        IrNode *s = make(c, X_S_ASSIGN, n);
        s->a = var_node(c, c->results[i], n);
        s->b = v[i];
        vec_push(c->in->nodes, out, s);
    }
    if (last) return;
    IrNode *b = make(c, X_S_BREAK, n);
    b->target = c->block;
    c->breaks = true;
    vec_push(c->in->nodes, out, b);
}

static void clone_list(Clone *c, const IrVec *from, IrVec *to, bool tail) {
    if (c->whole && from->len) { // exactly as long
        to->ptr = ANEWN(c->in->nodes, IrNode *, from->len);
        to->cap = from->len;
    }
    for (i64 i = 0; i < from->len; i++) {
        IrNode *n = from->ptr[i];
        if (!c->whole && n->op == X_S_RETURN) {
            clone_return(c, n, to, tail && i == from->len - 1);
            if (tail && i == from->len - 1) return;
            continue;
        }
        vec_push(c->in->nodes, to, clone(c, n));
    }
}

static void clone_bodies(Clone *c, const IrNode *n, IrNode *x) {
    if (!ir_has_body(n)) return;
    clone_list(c, &n->sub->body, &x->sub->body, false);
    clone_list(c, &n->sub->els, &x->sub->els, false);
    clone_list(c, &n->sub->post, &x->sub->post, false);
    if (n->sub->ncases) {
        x->sub->ncases = n->sub->ncases;
        x->sub->cases = ANEWN(c->in->nodes, struct IrCase, n->sub->ncases);
        for (i64 i = 0; i < n->sub->ncases; i++) {
            x->sub->cases[i].lo = n->sub->cases[i].lo;
            x->sub->cases[i].hi = n->sub->cases[i].hi;
            clone_list(c, &n->sub->cases[i].body, &x->sub->cases[i].body, false);
        }
    }
}

static IrNode *clone(Clone *c, const IrNode *at) {
    if (!at) return NULL;
    IrNode whole;
    const IrNode *n = c->packed ? ir_unpack_node(&whole, at) : at;
    bool target = n->op == X_S_LOOP || n->op == X_S_BLOCK || n->op == X_S_LABEL || n->op == X_S_JUMP_TABLE;
    IrNode *x = target ? clone_target(c, (IrNode *)(intptr_t)at)
                       : ARAWN(c->keep ? c->in->tmp : c->in->nodes, IrNode, 1); // to be packed
    ir_copy_node(c->in->nodes, x, n);
    x->inl = c->whole ? n->inl : n->inl < 0 ? c->inl : c->base + n->inl;
    x->list = (IrVec){0};
    if (n->op == X_VAR || n->op == X_S_DCL) x->var = clone_var(c, n->var);
    bool same = c->keep || c->again;
    if (!same && n->op == X_BLOCK) c->to->has_blocks = true;
    if (!same && (n->op == X_CLOSURE || (n->op == X_FUNC && n->fn->outer && n->fn->outer == c->from)))
        x->fn = clone_closure(c, n->fn);
    if (!same && (n->op == X_CLOSURE || n->op == X_FUNC || n->op == X_CALL) && n->fn->outer) c->to->has_closures = true;
    if (n->op == X_S_BREAK || n->op == X_S_CONTINUE || n->op == X_S_GOTO) x->target = clone_target(c, n->target);
    if (n->a) x->a = clone(c, n->a);
    if (n->b) x->b = clone(c, n->b);
    if (n->c) x->c = clone(c, n->c);
    if (n->d) x->d = clone(c, n->d);
    if (n->list.len) {
        x->list.ptr = ANEWN(c->in->nodes, IrNode *, n->list.len);
        x->list.len = x->list.cap = n->list.len;
    }
    for (i64 i = 0; i < n->list.len; i++) x->list.ptr[i] = clone(c, n->list.ptr[i]);
    clone_bodies(c, n, x);
    if (c->keep && !target) return ir_pack_node(c->in->nodes, x);
    x->has = c->keep ? IR_NOT_PACKED : 0;
    return x;
}

// FROM's name in its package: (*T).M, F.func1.
static Str local_name(IrProgram *p, const IrFunc *from) {
    Str prefix = ir_package_prefix(p, from->pkg);
    if (str_has_prefix(from->sym, prefix) && from->sym.len > prefix.len && from->sym.ptr[prefix.len] == '.')
        return str_slice(from->sym, prefix.len + 1, from->sym.len);
    return from->sym;
}

// The name of a closure in its new function, as gc has it: that function's name, those of what was inlined, and the next number there.
static Str closure_name(Clone *c, const IrFunc *f) {
    Arena *a = c->in->a;
    IrProgram *p = c->in->p;
    Str tail = str_has_prefix(f->sym, c->from->sym) ? str_slice(f->sym, c->from->sym.len, f->sym.len) : S(".func1");
    if (c->whole) { // a closure of a closure that is cloned
        Str sym = arena_printf(a, "%.*s%.*s", SFMT(c->to->sym), SFMT(tail));
        if (!map_get_str(p->funcs, sym)) return sym;
    }
    while (tail.len && tail.ptr[tail.len - 1] >= '0' && tail.ptr[tail.len - 1] <= '9') tail.len--;
    Str func = S(".func");
    bool literal = str_has_suffix(tail, func) || str_has_suffix(tail, S("."));
    if (literal) {
        tail.len -= str_has_suffix(tail, func) ? func.len : 1;
        tail = arena_printf(a, "%.*s%s", SFMT(tail), c->to->is_closure ? "." : ".func");
    }
    Str base = c->whole ? (Str){0} : local_name(p, c->from);
    for (;;) {
        i64 n = ++c->to->nclosures;
        Str sym = arena_printf(a, "%.*s%s%.*s%.*s%lld", SFMT(c->to->sym), base.len ? "." : "", SFMT(base), SFMT(tail),
                               (long long)n);
        if (!map_get_str(p->funcs, sym)) return sym;
    }
}

// A closure inside an inlined body belongs to the caller now.
static IrFunc *clone_closure(Clone *c, IrFunc *f) {
    if (!f->outer) return f; // bound method: one for all
    IrProgram *p = c->in->p;
    Arena *a = c->in->a;
    IrFunc *g = ANEW(a, IrFunc);
    *g = *f;
    g->sym = closure_name(c, f);
    map_set_str(p->funcs, g->sym, g);
    vec_push(a, &p->order, g);
    g->outer = c->to;
    g->locals.ptr = NULL;
    g->locals.len = g->locals.cap = 0;
    g->spare = NULL;
    g->finished = g->given = g->in_data = false;
    Clone in = {.in = c->in,
                .from = f,
                .to = g,
                .vars = map_new_ptr(c->in->tmp),
                .targets = map_new_ptr(c->in->tmp),
                .whole = true,
                .packed = f->spare != NULL};
    IrCopy from = copy_of(f);
    g->params = clone_vars(&in, in.in->nodes, from.params, f->nparams);
    g->results = clone_vars(&in, in.in->nodes, from.results, f->nresults);
    g->captures = clone_vars(&in, a, from.captures, f->ncaptures);
    for (i64 i = 0; i < f->ncaptures; i++)
        if (from.captures[i]->outer) g->captures[i]->outer = clone_var(c, from.captures[i]->outer);
    for (i64 i = 0; i < from.nlocals; i++) clone_var(&in, from.locals[i]);
    g->body = (IrVec){0};
    clone_list(&in, &from.body, &g->body, false);
    return g;
}

static void keep_copy(Clone *c, IrFunc *f) {
    Arena *a = c->in->nodes;
    IrCopy *x = ANEW(a, IrCopy);
    x->params = clone_vars(c, a, f->params, f->nparams);
    x->results = clone_vars(c, a, f->results, f->nresults);
    x->captures = clone_vars(c, a, f->captures, f->ncaptures);
    for (i64 i = 0; i < f->ncaptures; i++) x->captures[i]->outer = clone_var(c, f->captures[i]->outer);
    x->locals = clone_vars(c, a, f->locals.ptr, x->nlocals = f->locals.len);
    clone_list(c, &f->body, &x->body, false);
    f->spare = x;
}

void ir_keep_copy(IrProgram *p, IrFunc **fs, i64 n) {
    Arena *tmp = ir_gen(p)->inlining;
    Inliner in = {.p = p, .a = p->arena, .nodes = ir_gen(p)->copies, .tmp = tmp};
    Clone c = {.in = &in, .vars = map_new_ptr(tmp), .targets = map_new_ptr(tmp), .whole = true, .keep = true};
    for (i64 i = 0; i < n; i++) keep_copy(&c, fs[i]);
    arena_reset(tmp);
}

// Its captures stay: who makes a closure of it may be in work, and looks at them.
static void make_again(Clone *c, IrFunc *f) {
    const IrCopy *from = f->spare;
    Arena *a = c->in->nodes;
    c->from = c->to = f;
    f->locals.ptr = NULL;
    f->locals.len = f->locals.cap = 0;
    f->params = clone_vars(c, a, from->params, f->nparams);
    f->results = clone_vars(c, a, from->results, f->nresults);
    for (i64 i = 0; i < f->ncaptures; i++) {
        map_set_ptr(c->vars, from->captures[i], f->captures[i]);
        if (from->captures[i]->outer) f->captures[i]->outer = clone_var(c, from->captures[i]->outer);
    }
    for (i64 i = 0; i < from->nlocals; i++) clone_var(c, from->locals[i]);
    f->body = (IrVec){0};
    clone_list(c, &from->body, &f->body, false);
}

void ir_make_again(IrProgram *p, IrFunc **fs, i64 n) {
    Arena *tmp = ir_gen(p)->inlining;
    ir_begin_trees(p, fs[0]);
    Inliner in = {.p = p, .a = p->arena, .nodes = ir_node_arena(p), .tmp = tmp};
    Clone c = {.in = &in, .vars = map_new_ptr(tmp), .targets = map_new_ptr(tmp), .whole = true, .again = true};
    c.packed = true;
    for (i64 i = 0; i < n; i++) make_again(&c, fs[i]);
    for (i64 i = 0; i < n; i++) ir_hold_trees(fs[i]);
    arena_reset(tmp);
    ir_end_trees(p);
}

void ir_end_copies(IrProgram *p) {
    arena_free(ir_gen(p)->copies);
    ir_gen(p)->copies = NULL;
}

// ---- which callee ------------------------------------------------------------------------------------------------------

static IrNode *known_func(Inliner *in, IrNode *n) { // FUNC or CLOSURE node that the value is, or NULL
    for (int i = 0; n && i < 20; i++) {
        while (n->op == X_BITCAST) n = n->a;
        if (n->op == X_FUNC || n->op == X_CLOSURE) return n;
        if (n->op != X_VAR || n->var->reassigned || n->var->kind != IRV_LOCAL) return NULL;
        n = map_get_ptr(in->defs, n->var);
    }
    return NULL;
}

static i64 count_uses(const IrVec *v, const IrVar *var);
static i64 count_node(const IrNode *n, const IrVar *var) {
    if (!n) return 0;
    i64 c = (n->op == X_VAR && n->var == var) + count_node(n->a, var) + count_node(n->b, var) + count_node(n->c, var) +
            count_node(n->d, var) + count_uses(&n->list, var) + count_uses(&n->sub->body, var) +
            count_uses(&n->sub->els, var) + count_uses(&n->sub->post, var);
    for (i64 k = 0; k < n->sub->ncases; k++) c += count_uses(&n->sub->cases[k].body, var);
    return c;
}
static i64 count_uses(const IrVec *v, const IrVar *var) {
    i64 c = 0;
    for (i64 i = 0; i < v->len; i++) c += count_node(v->ptr[i], var);
    return c;
}

static bool is_active(Inliner *in, const IrFunc *f) {
    for (i64 i = 0; i < in->active.len; i++)
        if (in->active.ptr[i] == f) return true;
    return in->f == f;
}

// Asked for while f is as it was, so that one walk serves for set_cost too where nothing is inlined.
static i64 size_of(Inliner *in) {
    if (in->sized) return in->size;
    Cost c = {.most = BIG_FUNCTION};
    in->sized = true;
    in->inlinable = cost_list(&in->f->body, &c);
    return in->size = c.n;
}

static bool fits(Inliner *in, IrNode *call, IrFunc *f, bool closure) {
    if (f->cost < 0 || is_active(in, f) || in->active.len > 12) return false;
    if (str_eq(f->sym, S("main.main"))) return false; // it could be; the runtime calls it
    if (call->list.len != f->nparams) return false;
    if (in->f->wrapper && f->cost >= CALL_COST)
        return false; // what it calls must see its frame: recover() looks through wrappers
    if (!closure && f->scc == in->f->scc && f->outer != in->f) return false; // recursion
    if (f->cost > BUDGET_ONCE) return false;
    bool big = size_of(in) > BIG_FUNCTION;
    if (f->cost <= (big ? BUDGET_BIG : BUDGET)) return true;
    if (!closure || big) return false;
    return call->a->op != X_VAR || count_uses(&in->f->body, call->a->var) + 0 <= 2; // its declaration and this call
}

// The function to inline for a call, with the closure node that has its captures. NULL: none.
static IrFunc *callee_of(Inliner *in, IrNode *call, IrNode **made) {
    *made = NULL;
    if (call->op == X_CALL)
        return call->fn->built && !ir_is_intrinsic(call->fn) && !call->fn->ncaptures && fits(in, call, call->fn, false)
                   ? call->fn
                   : NULL;
    if (call->op != X_CALL_CLOSURE) return NULL;
    IrNode *def = known_func(in, call->a);
    if (!def) return NULL;
    if (def->op == X_FUNC) {
        bool ok = def->fn->built && !ir_is_intrinsic(def->fn) && fits(in, call, def->fn, def->fn->outer != NULL);
        call->op = X_CALL;
        call->fn = def->fn;
        call->a = NULL;
        in->changed = true;
        return ok ? def->fn : NULL;
    }
    for (i64 i = 0; i < def->list.len; i++) {
        IrNode *v = def->list.ptr[i];
        IrVar *cap = def->fn->captures[i];
        if (cap->by_ref ? v->op != X_ADDR || v->a->op != X_VAR : v->op != X_VAR || v->var->reassigned) return NULL;
    }
    if (!def->fn->built || !fits(in, call, def->fn, def->fn->outer != NULL)) return NULL;
    *made = def;
    return def->fn;
}

// ---- expansion -----------------------------------------------------------------------------------------------------------

static void inline_list(Inliner *in, IrVec *v);
static void note_def(Inliner *in, IrNode *s) {
    if (s->op == X_S_ASSIGN && (s->flags & IRF_DCL) && s->a->op == X_VAR && !s->a->var->reassigned &&
        type_is(s->a->var->type, TYPE_SIGNATURE))
        map_set_ptr(in->defs, s->a->var, s->b);
}

static void expand(Inliner *in, IrNode *call, IrFunc *f, IrNode *made, IrVec *out, IrVar ***results) {
    Arena *a = in->a;
    IrFunc *to = in->f;
    IrCopy from = copy_of(f);
    Clone c = {.in = in, .from = f, .to = to, .vars = map_new_ptr(in->tmp), .targets = map_new_ptr(in->tmp)};
    c.packed = f->spare != NULL;
    c.inl = (i32)to->inlined.len;
    c.base = c.inl + 1;
    to->large_calls |= f->large_calls;
    vec_push(a, &to->inlined, ((IrInline){call->inl, f, call->pos}));
    for (i64 i = 0; i < f->inlined.len; i++) {
        IrInline x = f->inlined.ptr[i];
        x.parent = x.parent < 0 ? c.inl : c.base + x.parent;
        vec_push(a, &to->inlined, x);
    }
    for (i64 i = 0; made && i < f->ncaptures; i++) {
        IrNode *v = made->list.ptr[i];
        map_set_ptr(c.vars, from.captures[i], from.captures[i]->by_ref ? v->a->var : v->var);
    }
    for (i64 i = 0; i < f->nparams; i++) {
        IrNode *s = ir_new(in->p, X_S_ASSIGN, call->pos, NULL);
        s->inl = call->inl;
        s->flags = IRF_DCL;
        s->a = ir_new(in->p, X_VAR, call->pos, from.params[i]->type);
        s->a->inl = call->inl;
        s->a->var = clone_var(&c, from.params[i]);
        s->b = call->list.ptr[i];
        note_def(in, s);
        vec_push(in->nodes, out, s);
    }
    c.results = ANEWN(a, IrVar *, f->nresults + 1);
    for (i64 i = 0; i < f->nresults; i++) {
        c.results[i] = clone_var(&c, from.results[i]);
        c.results[i]->reassigned = true;
        c.results[i]->defer_result = false;
        IrNode *s = ir_new(in->p, X_S_DCL, call->pos, NULL);
        s->inl = call->inl;
        s->var = c.results[i];
        vec_push(in->nodes, out, s);
    }
    c.block = ir_new(in->p, X_S_BLOCK, call->pos, NULL);
    c.block->inl = call->inl;
    IrVec body = {0};
    clone_list(&c, &from.body, &body, true);
    vec_push(a, &in->active, f);
    inline_list(in, &body);
    in->active.len--;
    if (c.breaks) {
        c.block->sub->body = body;
        vec_push(in->nodes, out, c.block);
    } else
        for (i64 i = 0; i < body.len; i++) vec_push(in->nodes, out, body.ptr[i]);
    in->size += f->cost;
    in->changed = true;
    *results = c.results;
}

static IrNode *use(Inliner *in, IrVar *v, IrNode *at) {
    IrNode *n = ir_new(in->p, X_VAR, at->pos, v->type);
    n->inl = at->inl;
    n->var = v;
    return n;
}

static IrNode **call_slot(IrNode *s) {
    switch (s->op) {
    case X_S_EXPR: return &s->a;
    case X_S_ASSIGN:
    case X_S_ASSIGN_MULTI: return &s->b;
    case X_S_RETURN: return s->list.len == 1 ? &s->list.ptr[0] : NULL;
    default: return NULL;
    }
}

// Later rounds look at what was an interface call, and at what comes with its body.
static bool is_new_call(Inliner *in, IrNode *call) {
    bool direct = call->flags & IRF_DIRECT;
    call->flags &= (u16)~IRF_DIRECT;
    return direct || !in->direct_only || in->active.len;
}

static void inline_blocks(Inliner *in, IrNode *n) { // statements inside expressions
    if (!n) return;
    if (n->op == X_BLOCK) inline_list(in, &n->sub->body);
    if (n->a) inline_blocks(in, n->a);
    if (n->b) inline_blocks(in, n->b);
    if (n->c) inline_blocks(in, n->c);
    if (n->d) inline_blocks(in, n->d);
    for (i64 i = 0; i < n->list.len; i++) inline_blocks(in, n->list.ptr[i]);
}

static void inline_stmt(Inliner *in, IrNode *s, IrVec *out) {
    IrNode **slot = call_slot(s), *call = slot ? *slot : NULL, *made;
    bool any = call && (call->op == X_CALL || call->op == X_CALL_CLOSURE) && is_new_call(in, call);
    IrFunc *f = any ? callee_of(in, call, &made) : NULL;
    in->ifaces |= call && call->op == X_CALL_IFACE;
    if (!f) {
        if (in->f->has_blocks) {
            inline_blocks(in, s->a);
            inline_blocks(in, s->b);
            for (i64 i = 0; i < s->list.len; i++) inline_blocks(in, s->list.ptr[i]);
        }
        inline_list(in, &s->sub->body);
        inline_list(in, &s->sub->els);
        inline_list(in, &s->sub->post);
        for (i64 i = 0; i < s->sub->ncases; i++) inline_list(in, &s->sub->cases[i].body);
        note_def(in, s);
        vec_push(in->nodes, out, s);
        return;
    }
    IrVar **r;
    expand(in, call, f, made, out, &r);
    if (s->op == X_S_EXPR) return;
    if (s->op == X_S_ASSIGN_MULTI) {
        for (i64 i = 0; i < s->list.len; i++) {
            if (!s->list.ptr[i]) continue;
            IrNode *x = ir_new(in->p, X_S_ASSIGN, s->pos, NULL);
            x->inl = s->inl;
            x->flags = s->flags;
            x->a = s->list.ptr[i];
            x->b = use(in, r[i], s);
            vec_push(in->nodes, out, x);
        }
        return;
    }
    *slot = use(in, r[0], call);
    if (s->op == X_S_ASSIGN && s->a && (s->flags & IRF_DCL) && f->nresults == 1 &&
        type_is(s->b->type, TYPE_SIGNATURE)) { // a function that returns a closure
        IrNode *last = out->len ? out->ptr[out->len - 1] : NULL;
        if (last && last->op == X_S_ASSIGN && last->a && last->a->op == X_VAR && last->a->var == r[0] &&
            (last->b->op == X_CLOSURE || last->b->op == X_FUNC) && s->a->op == X_VAR && !s->a->var->reassigned) {
            s->b = last->b;
            out->len--;
        }
    }
    note_def(in, s);
    vec_push(in->nodes, out, s);
}

static void inline_list(Inliner *in, IrVec *v) {
    if (!v->len) return;
    IrVec out = {0};
    for (i64 i = 0; i < v->len; i++) inline_stmt(in, v->ptr[i], &out);
    *v = out;
}

// ---- cleaning up -----------------------------------------------------------------------------------------------------------

static void mark_addresses(const IrVec *v, Map *used, bool clear);
static void mark_node(const IrNode *n, Map *used) {
    if (!n) return;
    if (n->op == X_VAR && type_is(n->var->type, TYPE_SIGNATURE)) map_set_ptr(used, n->var, n->var);
    if (n->op == X_ADDR) {
        const IrNode *r = n->a;
        while (r->op == X_FIELD || r->op == X_BITCAST || (r->op == X_INDEX && type_is(r->a->type, TYPE_ARRAY)))
            r = r->a;
        if (r->op == X_VAR) r->var->addr_taken = true;
    }
    if (n->a) mark_node(n->a, used);
    if (n->b) mark_node(n->b, used);
    if (n->c) mark_node(n->c, used);
    if (n->d) mark_node(n->d, used);
    if (n->list.len) mark_addresses(&n->list, used, false);
    if (!ir_has_body(n)) return;
    mark_addresses(&n->sub->body, used, false);
    mark_addresses(&n->sub->els, used, false);
    mark_addresses(&n->sub->post, used, false);
    for (i64 i = 0; i < n->sub->ncases; i++) mark_addresses(&n->sub->cases[i].body, used, false);
}
static void mark_addresses(const IrVec *v, Map *used, bool clear) {
    for (i64 i = 0; i < v->len; i++) {
        IrNode *s = v->ptr[i];
        if (s->op == X_S_ASSIGN && (s->flags & IRF_DCL) && s->a->op == X_VAR)
            mark_node(s->b, used); // the declaration is no use
        else mark_node(s, used);
    }
}

// Declarations of closures that are not used any more.
static bool drop_closures(IrVec *v, Map *used) {
    i64 n = 0;
    bool any = false;
    for (i64 i = 0; i < v->len; i++) {
        IrNode *s = v->ptr[i];
        bool dead = s->op == X_S_ASSIGN && (s->flags & IRF_DCL) && s->a->op == X_VAR &&
                    (s->b->op == X_CLOSURE || s->b->op == X_FUNC || s->b->op == X_VAR) &&
                    type_is(s->a->type, TYPE_SIGNATURE) && type_is(s->a->var->type, TYPE_SIGNATURE) &&
                    !map_get_ptr(used, s->a->var);
        any |= dead;
        if (dead) continue;
        if (ir_has_body(s)) {
            any |= drop_closures(&s->sub->body, used);
            any |= drop_closures(&s->sub->els, used);
            any |= drop_closures(&s->sub->post, used);
            for (i64 k = 0; k < s->sub->ncases; k++) any |= drop_closures(&s->sub->cases[k].body, used);
        }
        if (s->a && s->a->op == X_BLOCK) any |= drop_closures(&s->a->sub->body, used);
        v->ptr[n++] = s;
    }
    v->len = n;
    return any;
}

static void clean(Inliner *in, IrFunc *f) {
    for (int round = 0; round < 8; round++) {
        Arena *a = arena_new("inline");
        Map *used = map_new_ptr(a);
        for (i64 i = 0; i < f->locals.len; i++)
            f->locals.ptr[i]->addr_taken = types_size(f->locals.ptr[i]->type) > 128 * 1024;
        for (i64 i = 0; i < f->nparams; i++) f->params[i]->addr_taken = false;
        for (i64 i = 0; i < f->nresults; i++) f->results[i]->addr_taken = false;
        mark_addresses(&f->body, used, true);
        for (i64 i = 0; i < f->locals.len; i++) f->locals.ptr[i]->heap &= f->locals.ptr[i]->addr_taken;
        for (i64 i = 0; i < f->nparams; i++) f->params[i]->heap &= f->params[i]->addr_taken;
        for (i64 i = 0; i < f->nresults; i++) f->results[i]->heap &= f->results[i]->addr_taken;
        bool again = drop_closures(&f->body, used);
        arena_free(a);
        if (!again) break;
    }
}

// A round over one function. Called: the methods that it calls directly from now on; there is another round if there are any.
bool ir_inline_round(IrProgram *p, IrFunc *f, int round, Arena *a, IrFuncVec *called) {
    Arena *tmp = ir_gen(p)->inlining;
    ir_begin_trees(p, f);
    Inliner in = {.p = p,
                  .a = p->arena,
                  .nodes = ir_node_arena(p),
                  .tmp = tmp,
                  .f = f,
                  .defs = map_new_ptr(tmp),
                  .direct_only = round > 0};
    i64 before = f->inlined.len, calls = called->len;
    if (!ir_has_flag(f, PKG_NO_INLINE)) inline_list(&in, &f->body);
    if (f->inlined.len != before) clean(&in, f);
    set_cost(&in);
    if (in.ifaces && round < MAX_ROUNDS && !ir_has_flag(f, PKG_NO_OPT)) ir_devirtualise(p, f, a, called);
    arena_reset(tmp);
    ir_end_trees(p);
    return called->len != calls;
}
