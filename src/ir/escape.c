// escape.c - which variables and objects may live in the frame.
//
// In:   built functions, one strongly connected component of the call graph (with the closures in them) after the other, callees first.
// Out:  IrVar.heap; IrNode.esc of NEW, MAKE_SLICE, SLICE_LIT, CLOSURE, MAKE_IFACE, CONCAT, APPEND; IrFunc.param_esc: how far each parameter leaks.
// Keeps: trees.
//
// Method: a graph of locations (variables, allocations, the heap). An edge src -> dst with n >= 0 says dst gets what n dereferences of src
// yield, -1 that dst gets src's address. For each location the least number of dereferences over all paths into it is found; what reaches
// something that outlives it by address must be on the heap, and what is stored in it then flows to the heap as well. Stores through pointers
// count as flows to the heap. Parameters remember the least dereferences on their way to the heap and to each result.
#include "ir/gen.h"
#include "ir/unit.h"

#define MAX_STACK_OBJECT (64 * 1024)
#define LEAKS            IR_LEAKS

typedef struct Spot Spot;
typedef struct Edge {
    Spot *src;
    i32 derefs;
} Edge;
struct Spot {
    IrVar *var;
    IrNode *node;
    const IrFunc *f;
    i32 loop;
    bool escapes, queued, big;
    i32 param, result; // index + 1
    VEC(Edge) in;
    u32 gen;
    i32 derefs;
    bool on_stack;
    u8 leak[LEAKS];
};
typedef VEC(Spot *) SpotVec;
typedef struct Escape {
    IrProgram *p;
    Arena *a;
    u32 gen, done;
    SpotVec locs, queue;
    Map *nodes, *fresh; // allocation -> Spot; temporary that holds a NEW -> its Spot
    Map *closures;      // IrVar that is only this one, a function of the batch -> IrFunc
    Map *consts;        // IrVar that is never anything else -> its constant
    Spot heap;
    const IrFunc *f;
    i32 loop;   // being walked
    Map *batch; // functions of this component
    Map *back_labels;
} Escape;
typedef struct Hole {
    Spot *dst;
    i32 derefs;
} Hole; // where a value goes; dst NULL: nowhere

static Spot *new_loc(Escape *e, IrVar *v, IrNode *n) {
    Spot *l = ANEW(e->a, Spot);
    l->var = v;
    l->node = n;
    l->f = e->f;
    l->loop = e->loop;
    vec_push(e->a, &e->locs, l);
    return l;
}

// By-value and by-reference captures are the variable itself: by-value ones are never assigned again.
static IrVar *canonical(IrVar *v) {
    while (v->kind == IRV_CAPTURE && v->outer) v = v->outer;
    return v;
}

// IrVar.spot may be of an earlier batch, or of the variable this one is a copy of.
static Spot *var_loc(Escape *e, IrVar *v) {
    v = canonical(v);
    if (v->spot < e->locs.len && e->locs.ptr[v->spot]->var == v) return e->locs.ptr[v->spot];
    v->spot = (i32)e->locs.len;
    return new_loc(e, v, NULL);
}

static void flow(Escape *e, Hole k, Spot *src) {
    if (!k.dst || (k.dst == src && k.derefs >= 0)) return;
    if (k.dst->escapes && k.derefs < 0) { // short cut: address to the heap
        if (!src->escapes) {
            src->escapes = true;
            if (!src->queued) vec_push(e->a, &e->queue, src);
            src->queued = true;
        }
        return;
    }
    Edge edge = {src, k.derefs};
    vec_push(e->a, &k.dst->in, edge);
}

static Hole deref(Hole k, i32 n) { return (Hole){k.dst, k.derefs + n}; }
static Hole heap_hole(Escape *e) { return (Hole){&e->heap, 0}; }
static const Hole nowhere;

static void expr(Escape *e, Hole k, IrNode *n);
static void stmts(Escape *e, IrVec *v);

// ---- expressions -------------------------------------------------------------------------------------------------------

static void exprs(Escape *e, Hole k, IrVec *v) {
    for (i64 i = 0; i < v->len; i++) expr(e, k, v->ptr[i]);
}

// Address of a place, as a value that goes to k.
static void address(Escape *e, Hole k, IrNode *lv) {
    switch (lv->op) {
    case X_VAR: flow(e, deref(k, -1), var_loc(e, lv->var)); break;
    case X_FIELD:
    case X_BITCAST: address(e, k, lv->a); break;
    case X_DEREF: expr(e, k, lv->a); break;
    case X_INDEX:
        expr(e, nowhere, lv->b);
        if (type_is(lv->a->type, TYPE_ARRAY)) address(e, k, lv->a);
        else expr(e, k, lv->a);
        break;
    case X_GLOBAL: break;
    default: expr(e, nowhere, lv);
    }
}

static Spot *alloc(Escape *e, Hole k, IrNode *n, bool big) {
    Spot *l = map_get_ptr(e->nodes, n);
    if (!l) {
        l = new_loc(e, NULL, n);
        map_set_ptr(e->nodes, n, l);
    }
    if (big) {
        l->big = true;
        flow(e, (Hole){&e->heap, -1}, l);
    }
    flow(e, deref(k, -1), l);
    return l;
}

static bool const_size(IrNode *n, i64 elem, i64 *bytes) {
    if (!n) return true;
    if (n->op != X_CONST_INT || n->i < 0 || (elem && n->i > MAX_STACK_OBJECT / elem)) return false;
    *bytes = i64_max(*bytes, n->i * elem);
    return true;
}

static bool is_literal(const IrNode *n) {
    return n->op == X_CONST_INT || n->op == X_CONST_FLOAT || n->op == X_CONST_STRING;
}
static bool is_const(const IrNode *n) { return n->op == X_CONST_INT; }

// uintptr -> pointer: pointers may have been turned into the integer in this same expression.
static void unsafe_value(Escape *e, Hole k, IrNode *n) {
    if (n->op == X_BITCAST && type_is(n->a->type, TYPE_UNSAFE_POINTER)) expr(e, k, n->a);
    else if (n->op == X_BITCAST || n->op == X_CONV) unsafe_value(e, k, n->a);
    else if (n->op == X_BINARY && n->oper != OP_SHL && n->oper != OP_SHR && type_is(n->type, TYPE_UINTPTR)) {
        unsafe_value(e, k, n->a);
        unsafe_value(e, k, n->b);
    } else expr(e, nowhere, n);
}

// In an interface, a variable that is one constant is read-only data. (As in gc, through captures too.)
static void use_constant(Escape *e, IrNode *n) {
    const IrNode *c = n->a->op == X_VAR ? map_get_ptr(e->consts, canonical(n->a->var)) : NULL;
    if (!c || c->type != n->a->type) return;
    Pos pos = n->a->pos;
    i32 inl = n->a->inl;
    *n->a = *c;
    n->a->pos = pos;
    n->a->inl = inl;
}

static void closure(Escape *e, Hole k, IrNode *n) {
    Spot *l = alloc(e, k, n, false);
    bool inside = map_get_ptr(e->batch, n->fn);
    for (i64 i = 0; i < n->list.len; i++) {
        IrVar *cap = n->fn->captures[i];
        if (!cap->outer) { // operand of a wrapped call, bound receiver: flows into the body
            Hole into = heap_hole(e);
            if (inside) {
                into = (Hole){var_loc(e, cap), 0};
                into.dst->f = n->fn;
                into.dst->loop = 1;
            }
            expr(e, into, n->list.ptr[i]);
        }
        if (cap->by_ref) address(e, (Hole){l, 0}, n->list.ptr[i]->a);
        else expr(e, (Hole){l, 0}, n->list.ptr[i]);
    }
}

static void composite(Escape *e, Hole k, IrNode *n) { exprs(e, k, &n->list); }

static void call(Escape *e, Hole *results, i64 nresults, IrNode *n);

static void expr(Escape *e, Hole k, IrNode *n) {
    if (!n) return;
    if (k.dst && k.derefs >= 0 && n->type && n->type->kind != TYPE_TUPLE && !types_has_pointers(n->type)) k.dst = NULL;
    switch (n->op) {
    case X_VAR:
        if (k.dst) flow(e, k, var_loc(e, n->var));
        break;
    case X_ADDR: address(e, k, n->a); break;
    case X_DEREF: expr(e, deref(k, 1), n->a); break;
    case X_FIELD: expr(e, k, n->a); break;
    case X_INDEX:
        expr(e, nowhere, n->b);
        expr(e, type_is(n->a->type, TYPE_ARRAY) ? k : deref(k, 1), n->a);
        break;
    case X_SLICE:
    case X_SLICE_HEADER:
    case X_STRING_HEADER:
        expr(e, k, n->a);
        expr(e, nowhere, n->b);
        expr(e, nowhere, n->c);
        expr(e, nowhere, n->d);
        break;
    case X_PTR: expr(e, k, n->a); break;
    case X_BITCAST:
        if (type_is(n->a->type, TYPE_UINTPTR) && types_has_pointers(n->type)) unsafe_value(e, k, n->a);
        else expr(e, k, n->a);
        break;
    case X_CONCAT: // a copy, or the only operand that is not empty, which the runtime copies if it lies in the frame and the result may not
        alloc(e, k, n, false);
        exprs(e, nowhere, &n->list);
        break;
    case X_BINARY:
        if (type_is(n->type, TYPE_STRING)) {
            alloc(e, k, n, false);
            k = nowhere;
        }
        expr(e, k, n->a); // unsafe.Add
        expr(e, nowhere, n->b);
        break;
    case X_COND:
        expr(e, nowhere, n->a);
        expr(e, k, n->b);
        expr(e, k, n->c);
        break;
    case X_MIN_MAX: exprs(e, k, &n->list); break;
    case X_MAKE_IFACE:
        use_constant(e, n);
        if (type_direct_iface(n->a->type)) expr(e, k, n->a);
        else expr(e, (Hole){alloc(e, k, n, types_size(n->a->type) > MAX_STACK_OBJECT), 0}, n->a);
        break;
    case X_IFACE_TO_IFACE:
    case X_DATA_WORD:
    case X_ITAB_WORD:
    case X_TYPE_WORD: expr(e, k, n->a); break;
    case X_IFACE_HEADER:
        expr(e, nowhere, n->a);
        expr(e, k, n->b);
        break;
    case X_ASSERT:
    case X_UNPACK: {
        Type *t = n->op == X_ASSERT ? n->atype : n->type;
        if (n->type && n->type->kind == TYPE_TUPLE && k.dst && !types_has_pointers(t)) k.dst = NULL;
        expr(e, is_iface(t) || type_direct_iface(t) ? k : deref(k, 1), n->a);
        break;
    }
    case X_CLOSURE: closure(e, k, n); break;
    case X_NEW: alloc(e, k, n, types_size(n->atype) > MAX_STACK_OBJECT); break;
    case X_MAKE_SLICE: {
        i64 bytes = 0, elem = types_size(type_elem(n->type));
        expr(e, nowhere, n->a);
        expr(e, nowhere, n->b);
        // A capacity that is known is room for any length; what is not known may turn out to be little (build_slice.c).
        alloc(e, k, n,
              const_size(n->b ? n->b : n->a, elem, &bytes) ? bytes > MAX_STACK_OBJECT : is_const(n->b ? n->b : n->a));
        break;
    }
    case X_SLICE_LIT: {
        Spot *l = alloc(e, k, n, n->i * types_size(type_elem(n->type)) > MAX_STACK_OBJECT);
        exprs(e, (Hole){l, 0}, &n->list);
        break;
    }
    case X_COMPOSITE: composite(e, k, n); break;
    case X_APPEND: {
        Hole elems = heap_hole(e);
        bool ptrs = types_has_pointers(type_elem(n->type));
        if (ptrs) expr(e, deref(heap_hole(e), 1), n->a); // growing copies the old elements
        expr(e, k, n->a);
        if (!(n->flags & IRF_SPREAD)) alloc(e, k, n, false)->loop = 1; // used once in a call of the function
        if (n->flags & IRF_SPREAD) elems = ptrs ? deref(elems, 1) : nowhere;
        exprs(e, elems, &n->list);
        break;
    }
    case X_COPY:
        expr(e, nowhere, n->a);
        expr(e, types_has_pointers(type_elem(n->a->type)) ? deref(heap_hole(e), 1) : nowhere, n->b);
        break;
    case X_CALL:
    case X_CALL_CLOSURE:
    case X_CALL_IFACE:
    case X_CALL_RT: call(e, &k, 1, n); break;
    case X_BLOCK:
        stmts(e, &n->sub->body);
        expr(e, k, n->a);
        break;
    default: // operators: operands are looked at for their effects only
        expr(e, nowhere, n->a);
        expr(e, nowhere, n->b);
        expr(e, nowhere, n->c);
        expr(e, nowhere, n->d);
        exprs(e, nowhere, &n->list);
    }
}

// ---- calls ----------------------------------------------------------------------------------------------------------------

static Hole result_hole(Hole *results, i64 n, i64 i) { return i < n ? results[i] : nowhere; }

static void call_unknown(Escape *e, IrNode *n) {
    expr(e, n->op == X_CALL_IFACE ? heap_hole(e) : nowhere, n->a);
    exprs(e, heap_hole(e), &n->list);
}

// A function of this component: its parameters and results are variables of the graph.
static void call_known(Escape *e, Hole *results, i64 nresults, IrNode *n, const IrFunc *f) {
    for (i64 i = 0; i < n->list.len; i++) {
        if (i < f->nparams) expr(e, (Hole){var_loc(e, f->params[i]), 0}, n->list.ptr[i]);
        else expr(e, heap_hole(e), n->list.ptr[i]);
    }
    for (i64 i = 0; i < f->nresults; i++) {
        Hole k = result_hole(results, nresults, i);
        if (k.dst && types_has_pointers(f->results[i]->type)) flow(e, k, var_loc(e, f->results[i]));
    }
}

static void call_summary(Escape *e, Hole *results, i64 nresults, IrNode *n, const IrFunc *f) {
    for (i64 i = 0; i < n->list.len; i++) {
        IrNode *x = n->list.ptr[i];
        const u8 *leak = f->param_esc + i * LEAKS;
        bool any = false;
        if (leak[0]) {
            expr(e, deref(heap_hole(e), leak[0] - 1), x);
            any = true;
        }
        for (i64 r = 0; r + 1 < LEAKS; r++) {
            Hole k = result_hole(results, nresults, r);
            if (!leak[r + 1] || !k.dst) continue;
            expr(e, deref(k, leak[r + 1] - 1), x);
            any = true;
        }
        if (!any) expr(e, nowhere, x);
    }
}

// A unit's summary is as long as its pack says.
static bool covers(const IrFunc *f, i64 nargs) { return !f->unit || nargs * LEAKS <= f->unit->escapes.len; }

static void call_intrinsic(Escape *e,
                           IrNode *n) { // addresses are only used; stored pointers are on the heap from then on
    for (i64 i = 0; i < n->list.len; i++) expr(e, i ? heap_hole(e) : nowhere, n->list.ptr[i]);
}

// Does the result of this conversion lie in its first argument if that is not nil?
static bool returns_buffer(RtFn f) {
    return f == RT_STRINGTOSLICERUNE || f == RT_STRINGTOSLICEBYTE || f == RT_SLICEBYTETOSTRING ||
           f == RT_SLICERUNETOSTRING || f == RT_INTSTRING;
}

static void call_runtime(Escape *e, Hole result, IrNode *n) {
    if (n->rt == RT_MAKEMAP || n->rt == RT_MAKEMAP_SMALL) alloc(e, result, n, false); // what is in it is on the heap
    static const u8 key_by_pointer[RT_COUNT] = {
        [RT_MAPASSIGN] = 3, [RT_CHANSEND1] = 2, [RT_SELECTNBSEND] = 2, [RT_SELECTGO] = 1};
    for (i64 i = 0; i < n->list.len; i++) {
        Hole k = nowhere;
        if (key_by_pointer[n->rt] == i + 1) k = deref(heap_hole(e), n->rt == RT_SELECTGO ? 2 : 1);
        if (returns_buffer(n->rt) && i == 0) k = result;
        bool keeps = (n->rt == RT_MAPASSIGN_FASTSTR || n->rt == RT_MAPASSIGN_FAST64PTR) && i == 2;
        if (keeps || (n->rt == RT_DEFERPROCAT && i == 0)) k = heap_hole(e);
        expr(e, k, n->list.ptr[i]);
    }
}

// An argument of a //go:uintptrescapes function: the pointers that were made integers in it escape.
static void uintptr_arg(Escape *e, IrNode *x) {
    if (x->op == X_BITCAST && type_is(x->type, TYPE_UINTPTR)) expr(e, heap_hole(e), x->a);
    else expr(e, heap_hole(e), x);
    for (i64 i = 0; x->op == X_SLICE_LIT && i < x->list.len; i++) uintptr_arg(e, x->list.ptr[i]);
}

// The function of this component that is called, by its literal or by a variable that is never anything else; NULL: not known.
static const IrFunc *called_closure(const Escape *e, const IrNode *n) {
    if (n->op == X_CLOSURE) return map_get_ptr(e->batch, n->fn);
    return n->op == X_VAR ? map_get_ptr(e->closures, canonical(n->var)) : NULL;
}

static void call(Escape *e, Hole *results, i64 nresults, IrNode *n) {
    const IrFunc *f = n->op == X_CALL ? n->fn : NULL;
    if (n->op == X_CALL_RT) {
        call_runtime(e, result_hole(results, nresults, 0), n);
        return;
    }
    const IrFunc *local = n->op == X_CALL_CLOSURE ? called_closure(e, n->a) : NULL;
    if (local) {
        expr(e, nowhere, n->a);
        call_known(e, results, nresults, n, local);
        return;
    }
    if (!f) call_unknown(e, n);
    else if (f->uintptrescapes)
        for (i64 i = 0; i < n->list.len; i++) uintptr_arg(e, n->list.ptr[i]);
    else if (map_get_ptr(e->batch, f)) call_known(e, results, nresults, n, f);
    else if (ir_is_intrinsic(f)) call_intrinsic(e, n);
    else if (f->param_esc && covers(f, n->list.len)) call_summary(e, results, nresults, n, f);
    else if (!f->has_body && f->noescape) exprs(e, nowhere, &n->list);
    else call_unknown(e, n);
}

// ---- statements ---------------------------------------------------------------------------------------------------------------

static Hole place_hole(Escape *e, IrNode *lv) {
    IrNode *n = lv;
    for (;;) {
        switch (n->op) {
        case X_VAR: return n->var->is_blank ? nowhere : (Hole){var_loc(e, n->var), 0};
        case X_FIELD:
        case X_BITCAST: n = n->a; break;
        case X_INDEX:
            expr(e, nowhere, n->b);
            if (!type_is(n->a->type, TYPE_ARRAY)) {
                expr(e, nowhere, n->a);
                return heap_hole(e);
            }
            n = n->a;
            break;
        case X_DEREF:
            if (n->a->op == X_VAR) { // a fresh object is filled
                Spot *fresh = map_get_ptr(e->fresh, n->a->var);
                if (fresh) return (Hole){fresh, 0};
            }
            expr(e, nowhere, n->a);
            return heap_hole(e);
        default: return heap_hole(e);
        }
    }
}

// The variable whose object a field lies in, behind one dereference; NULL: none.
static IrVar *object_of(const IrNode *n) {
    while (n->op == X_FIELD) n = n->a;
    return n->op == X_DEREF && n->a->op == X_VAR ? n->a->var : NULL;
}

// x.f = x.f[i:j], x.f = x.g: what was in the object stays there. (As gc: methods that shrink or reset a buffer do not make it escape.)
static bool stays_inside(const IrNode *place, const IrNode *value) {
    if (value->op == X_SLICE) value = value->a;
    IrVar *v = object_of(place);
    return v && v == object_of(value);
}

static void assign(Escape *e, IrNode *s) {
    if (!s->a || stays_inside(s->a, s->b)) {
        expr(e, nowhere, s->b);
        return;
    }
    if ((s->flags & IRF_DCL) && s->a->op == X_VAR) {
        Spot *l = var_loc(e, s->a->var);
        l->loop = e->loop;
        l->f = e->f;
        expr(e, (Hole){l, 0}, s->b);
        if (s->b->op == X_CLOSURE && !s->a->var->reassigned && map_get_ptr(e->batch, s->b->fn))
            map_set_ptr(e->closures, s->a->var, s->b->fn);
        if (is_literal(s->b) && !s->a->var->reassigned) map_set_ptr(e->consts, s->a->var, s->b);
        if (s->b->op == X_NEW && s->a->var->autotmp) map_set_ptr(e->fresh, s->a->var, map_get_ptr(e->nodes, s->b));
        return;
    }
    expr(e, place_hole(e, s->a), s->b);
}

static void assign_multi(Escape *e, IrNode *s) {
    Hole *k = ANEWN(e->a, Hole, s->list.len + 1);
    for (i64 i = 0; i < s->list.len; i++) {
        IrNode *lv = s->list.ptr[i];
        if (!lv) continue;
        if ((s->flags & IRF_DCL) && lv->op == X_VAR) {
            Spot *l = var_loc(e, lv->var);
            l->loop = e->loop;
            l->f = e->f;
        }
        if (types_has_pointers(lv->type)) k[i] = place_hole(e, lv);
    }
    if (s->b->op == X_ASSERT) expr(e, k[0], s->b);
    else call(e, k, s->list.len, s->b);
}

static void ret(Escape *e, IrNode *s) {
    if (s->list.len == 1 && e->f->nresults == 1) expr(e, (Hole){var_loc(e, e->f->results[0]), 0}, s->list.ptr[0]);
    else
        for (i64 i = 0; i < s->list.len; i++) expr(e, (Hole){var_loc(e, e->f->results[i]), 0}, s->list.ptr[i]);
}

static void stmt(Escape *e, IrNode *s) {
    switch (s->op) {
    case X_S_EXPR: expr(e, nowhere, s->a); break;
    case X_S_DCL: {
        Spot *l = var_loc(e, s->var);
        l->loop = e->loop;
        l->f = e->f;
        break;
    }
    case X_S_ASSIGN: assign(e, s); break;
    case X_S_ASSIGN_MULTI: assign_multi(e, s); break;
    case X_S_LOOP:
        e->loop++;
        expr(e, nowhere, s->a);
        stmts(e, &s->sub->body);
        stmts(e, &s->sub->post);
        e->loop--;
        break;
    case X_S_LABEL:
        if (map_get_ptr(e->back_labels, s)) e->loop++;
        break;
    case X_S_RETURN: ret(e, s); break;
    case X_S_DEFER: {
        Hole k = heap_hole(e);
        if (!(s->flags & IRF_LOOP) && s->a->op == X_CLOSURE) {
            Spot *l = new_loc(e, NULL, NULL); // the record in the frame
            l->loop = 1;
            k = (Hole){l, 0};
        }
        expr(e, k, s->a);
        break;
    }
    case X_S_GO: expr(e, heap_hole(e), s->a); break;
    case X_S_PANIC_RT: exprs(e, heap_hole(e), &s->list); break;
    case X_S_STORE_ZERO:
    case X_S_KEEPALIVE: expr(e, s->flags & IRF_ESCAPES ? heap_hole(e) : nowhere, s->a); break;
    default:
        expr(e, nowhere, s->a);
        stmts(e, &s->sub->body);
        stmts(e, &s->sub->els);
        for (i64 i = 0; i < s->sub->ncases; i++) stmts(e, &s->sub->cases[i].body);
    }
}

static void stmts(Escape *e, IrVec *v) {
    for (i64 i = 0; i < v->len; i++) stmt(e, v->ptr[i]);
}

// Labels that a later goto jumps back to: what follows them is a loop.
static void find_back_labels(IrVec *v, Map *seen, Map *back) {
    for (i64 i = 0; i < v->len; i++) {
        IrNode *s = v->ptr[i];
        if (s->op == X_S_LABEL) map_set_ptr(seen, s, s);
        if (s->op == X_S_GOTO && map_get_ptr(seen, s->target)) map_set_ptr(back, s->target, s);
        find_back_labels(&s->sub->body, seen, back);
        find_back_labels(&s->sub->els, seen, back);
        find_back_labels(&s->sub->post, seen, back);
        for (i64 k = 0; k < s->sub->ncases; k++) find_back_labels(&s->sub->cases[k].body, seen, back);
    }
}

// ---- solving -------------------------------------------------------------------------------------------------------------------

static bool contains(const IrFunc *outer, const IrFunc *f) { // f is a closure somewhere inside outer
    for (f = f ? f->outer : NULL; f; f = f->outer)
        if (f == outer) return true;
    return false;
}

static bool outlives(Escape *e, Spot *l, Spot *other) {
    if (l->escapes) return true;
    if (l->result) return true; // nobody knows what callers do with results
    if (l->f == other->f && l->loop < other->loop) return true;
    return contains(l->f, other->f);
}

static void set_escapes(Escape *e, Spot *l) {
    if (l->escapes) return;
    l->escapes = true;
    if (!l->queued) vec_push(e->a, &e->queue, l);
    l->queued = true;
}

static void leak(Spot *l, Spot *root, i32 derefs) {
    i64 slot = root->result && !root->escapes && root->f == l->f && root->result < LEAKS ? root->result : 0;
    u8 v = (u8)(i64_min(derefs, 100) + 1);
    if (!l->leak[slot] || l->leak[slot] > v) l->leak[slot] = v;
}

// What flows to the roots, which are one, or several that outlive the same things, so that any of them stands for all.
static void walk_roots(Escape *e, Spot **roots, i64 nroots) {
    SpotVec todo = {0};
    Spot *root = roots[0];
    e->gen++;
    for (i64 i = 0; i < nroots; i++) {
        roots[i]->gen = e->gen;
        roots[i]->derefs = 0;
        roots[i]->on_stack = true;
        vec_push(e->a, &todo, roots[i]);
    }
    while (todo.len) {
        Spot *l = todo.ptr[--todo.len];
        l->on_stack = false;
        i32 derefs = l->derefs;
        bool addr = derefs < 0;
        if (addr) derefs = 0; // what is stored in l does not flow with its address
        if (outlives(e, root, l)) {
            if (l->param && (root->escapes || root->result) && l != root) leak(l, root, addr ? 0 : derefs);
            else if (l->param && root->escapes) leak(l, root, 0);
            if (addr && !l->escapes) {
                set_escapes(e, l);
                continue;
            }
        }
        for (i64 i = 0; i < l->in.len; i++) {
            Edge *edge = &l->in.ptr[i];
            if (edge->src->escapes) continue;
            i32 d = derefs + edge->derefs;
            if (edge->src->gen == e->gen && edge->src->derefs <= d) continue;
            edge->src->gen = e->gen;
            edge->src->derefs = d;
            if (!edge->src->on_stack) {
                edge->src->on_stack = true;
                vec_push(e->a, &todo, edge->src);
            }
        }
    }
}

static void walk_queue(Escape *e, i64 *done) {
    for (; *done < e->queue.len; ++*done) {
        Spot *l = e->queue.ptr[*done];
        l->queued = false;
        walk_roots(e, &l, 1);
    }
}

typedef struct FuncSpots { // what a function declares and is no result, by loop
    SpotVec *by_loop;
    i64 nloops, cap;
} FuncSpots;

static void add_spot(Escape *e, FuncSpots *s, Spot *l) {
    while (s->cap <= l->loop) vec_grow(e->a, (void **)&s->by_loop, &s->cap, (i64)sizeof(SpotVec));
    s->nloops = i64_max(s->nloops, l->loop + 1);
    vec_push(e->a, &s->by_loop[l->loop], l);
}

static void drop_escaped(SpotVec *v) { // they are walked by themselves
    i64 n = 0;
    for (i64 i = 0; i < v->len; i++)
        if (!v->ptr[i]->escapes) v->ptr[n++] = v->ptr[i];
    v->len = n;
}

// Variables of one function and loop outlive what is in its inner loops and closures: nothing, mostly.
static void walk_locals(Escape *e) {
    Map *funcs = map_new_ptr(e->a), *outer = map_new_ptr(e->a);
    for (i64 i = 0; i < e->locs.len; i++) {
        Spot *l = e->locs.ptr[i];
        void **slot = map_slot_ptr(funcs, l->f);
        if (!*slot) {
            *slot = ANEW(e->a, FuncSpots);
            for (const IrFunc *f = l->f ? l->f->outer : NULL; f; f = f->outer) map_set_ptr(outer, f, e);
        }
        if (!l->result) add_spot(e, *slot, l);
    }
    for (i64 i = 0; i < map_len(funcs); i++) {
        MapEnt *ent = map_at(funcs, i);
        FuncSpots *s = ent->val;
        i64 n = map_get_ptr(outer, ent->key.ptr) ? s->nloops : s->nloops - 1;
        for (i64 k = 0; k < n; k++) {
            drop_escaped(&s->by_loop[k]);
            if (s->by_loop[k].len) walk_roots(e, s->by_loop[k].ptr, s->by_loop[k].len);
        }
    }
}

static void solve(Escape *e) {
    i64 done = 0;
    walk_queue(e, &done);
    for (i64 i = 0; i < e->locs.len; i++)
        if (e->locs.ptr[i]->result && !e->locs.ptr[i]->escapes) walk_roots(e, &e->locs.ptr[i], 1);
    walk_locals(e);
    e->heap.queued = true;
    vec_push(e->a, &e->queue, &e->heap);
    walk_queue(e, &done);
}

// ---- functions ------------------------------------------------------------------------------------------------------------------

static void enter(Escape *e, IrFunc *f) {
    e->f = f;
    e->loop = 1;
    for (i64 i = 0; i < f->nparams; i++) {
        Spot *l = var_loc(e, f->params[i]);
        l->f = f;
        l->loop = 1;
        l->param = (i32)i + 1;
    }
    for (i64 i = 0; i < f->nresults; i++) {
        Spot *l = var_loc(e, f->results[i]);
        l->f = f;
        l->loop = 1;
        l->result = (i32)i + 1;
    }
}

static void publish(Escape *e, IrFunc *f) {
    f->param_esc = ANEWN(e->p->arena, u8, f->nparams * LEAKS + 1);
    for (i64 i = 0; i < f->nparams; i++) {
        Spot *l = var_loc(e, f->params[i]);
        memcpy(f->param_esc + i * LEAKS, l->leak, LEAKS);
        if (l->escapes) f->param_esc[i * LEAKS] = 1;
        if (!types_has_pointers(f->params[i]->type)) memset(f->param_esc + i * LEAKS, 0, LEAKS);
    }
    f->escape_done = 1;
}

// Results of a closure outlive only what is inside it; those of a function whose results nobody keeps are looked at by its callers.
void ir_escape_batch(IrProgram *p, IrFunc **fs, i64 n) {
    Arena *a = arena_new("escape");
    Escape e = {.p = p,
                .a = a,
                .nodes = map_new_ptr(a),
                .fresh = map_new_ptr(a),
                .closures = map_new_ptr(a),
                .consts = map_new_ptr(a),
                .batch = map_new_ptr(a),
                .back_labels = map_new_ptr(a)};
    e.heap.escapes = true;
    for (i64 i = 0; i < n; i++) map_set_ptr(e.batch, fs[i], fs[i]);
    for (i64 i = 0; i < n; i++) {
        enter(&e, fs[i]);
        find_back_labels(&fs[i]->body, map_new_ptr(a), e.back_labels);
    }
    for (i64 i = 0; i < n; i++) { // declarations before uses in closures: outer functions come first
        e.f = fs[i];
        e.loop = 1;
        stmts(&e, &fs[i]->body);
    }
    solve(&e);
    for (i64 i = 0; i < e.locs.len; i++) {
        Spot *l = e.locs.ptr[i];
        if (l->var) {
            bool too_big = l->var->kind == IRV_LOCAL && types_size(l->var->type) > 128 * 1024;
            if (l->var->kind != IRV_CAPTURE) l->var->heap = l->var->addr_taken && (l->escapes || too_big);
        } else if (l->node) l->node->esc = l->escapes ? ESC_HEAP : ESC_STACK;
    }
    for (i64 i = 0; i < n; i++) publish(&e, fs[i]);
    arena_free(a);
}
