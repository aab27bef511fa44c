// gen_expr.c - expressions: operands, selectors, indexing, operators.
#include "ir/gen.h"

// ---- constants ---------------------------------------------------------------------------------------------------

static Type *default_of_exact(Gen *g, const Exact *v) {
    switch (exact_kind(v)) {
    case EX_BOOL: return gen_basic(g, TYPE_BOOL);
    case EX_STRING: return gen_basic(g, TYPE_STRING);
    case EX_INT: return gen_basic(g, TYPE_INT);
    case EX_FLOAT: return gen_basic(g, TYPE_FLOAT64);
    default: return gen_basic(g, TYPE_COMPLEX128);
    }
}

static i64 extend_int(u8 kind, u64 v) {
    switch (kind) {
    case TYPE_INT8: return (i8)v;
    case TYPE_INT16: return (i16)v;
    case TYPE_INT32: return (i32)v;
    case TYPE_UINT8: return (u8)v;
    case TYPE_UINT16: return (u16)v;
    case TYPE_UINT32: return (u32)v;
    default: return (i64)v;
    }
}

static f64 float_of(u8 kind, const Exact *v) {
    return kind == TYPE_FLOAT32 || kind == TYPE_COMPLEX64 ? (f64)exact_to_f32(v) : exact_to_f64(v);
}

IrNode *gen_const(Gen *g, Type *t, const Exact *v) {
    Type *u = types_under(t);
    if (u->kind == TYPE_INTERFACE) return gen_to_iface(g, gen_const(g, default_of_exact(g, v), v), t);
    IrNode *n = NULL;
    switch (u->kind) {
    case TYPE_BOOL: return gen_int(g, t, exact_bool_val(v));
    case TYPE_STRING: return gen_string(g, t, exact_string_val(v));
    case TYPE_FLOAT32:
    case TYPE_FLOAT64:
        n = gen_node(g, X_CONST_FLOAT, t);
        n->f = float_of(u->kind, exact_to_float(g->a, v));
        return n;
    case TYPE_COMPLEX64:
    case TYPE_COMPLEX128: {
        const Exact *c = exact_to_complex(g->a, v);
        n = gen_node(g, X_CONST_COMPLEX, t);
        n->f = float_of(u->kind, exact_real(g->a, c));
        n->f2 = float_of(u->kind, exact_imag(g->a, c));
        return n;
    }
    case TYPE_POINTER:
    case TYPE_UNSAFE_POINTER: return gen_zero(g, t);
    default:
        CHECK(u->kind >= TYPE_INT && u->kind <= TYPE_UINTPTR);
        return gen_int(g, t, extend_int(u->kind, exact_low64(exact_to_int(g->a, v))));
    }
}

static bool is_nil_expr(Expr *e) {
    return e->mode == MODE_NIL || (e->type && types_unalias(e->type)->kind == TYPE_UNTYPED_NIL);
}

// ---- names -----------------------------------------------------------------------------------------------------------

IrNode *gen_func_ref(Gen *g, IrFunc *f, Type *sig) {
    IrNode *n = gen_node(g, X_FUNC, sig);
    n->fn = f;
    n->flags |= IRF_NONNIL;
    return n;
}

IrNode *gen_func_value(Gen *g, Object *obj, TypeList *targs) {
    IrFunc *f = gen_func(g, obj, g->env, targs ? *targs : (TypeList){0});
    return gen_func_ref(g, f, f->sig);
}

static IrNode *gen_object(Gen *g, Object *obj, TypeList *targs) {
    switch (obj->kind) {
    case OBJ_VAR: {
        if (obj->func) return gen_var(g, gen_lookup(g, obj));
        IrGlobal *gl = gen_global(g, obj);
        IrNode *n = gen_node(g, X_GLOBAL, types_unalias(obj->type));
        n->global = gl;
        return n;
    }
    case OBJ_FUNC: return gen_func_value(g, obj, targs);
    case OBJ_CONST: return gen_const(g, gen_subst(g, obj->type), obj->val);
    default: bug("object kind %d as an operand: %.*s", obj->kind, SFMT(obj->name->s));
    }
}

// ---- selectors -----------------------------------------------------------------------------------------------------------

IrNode *gen_walk_path(Gen *g, IrNode *base, i32 *path, i64 n) {
    for (i64 i = 0; i < n; i++) {
        if (type_is(base->type, TYPE_POINTER)) base = gen_deref(g, base, false);
        base = gen_field(g, base, path[i]);
    }
    return base;
}

static IrNode *gen_selector(Gen *g, Selector *s) {
    if (!s->selection) return gen_object(g, s->sel->obj, s->sel->targs);
    switch (s->selection->kind) {
    case SEL_METHOD_VAL: return gen_method_value(g, s);
    case SEL_METHOD_EXPR: return gen_method_expr(g, s);
    default: return gen_walk_path(g, gen_place(g, s->e), s->selection->path, s->selection->npath);
    }
}

// ---- indexing ------------------------------------------------------------------------------------------------------------

static IrNode *gen_int_operand(Gen *g, Expr *e) {
    if (e->val) {
        Type *t = gen_type(g, e);
        u8 k = types_under(t)->kind;
        if (k < TYPE_INT || k > TYPE_UINTPTR) t = gen_basic(g, TYPE_INT); // 2.0 is an integer constant
        return gen_const(g, t, e->val);
    }
    return gen_expr(g, e);
}

static IrNode *gen_index(Gen *g, Index *x) {
    if (x->targs) {
        Expr *f = unparen(x->e);
        if (f->kind == ND_IDENT) return gen_func_value(g, ((Ident *)f)->obj, x->targs);
        return gen_func_value(g, ((Selector *)f)->sel->obj, x->targs);
    }
    Type *t = gen_type(g, x->e);
    Type *u = types_under(t);
    if (u->kind == TYPE_MAP) {
        IrNode *m = gen_expr(g, x->e), *ok;
        IrNode *key = gen_map_key(g, t, x->index.ptr[0]);
        bool view = key->op == X_STRING_HEADER; // the bytes may change
        Late l = view ? (Late){0} : gen_late(g);
        return gen_late_end(g, l, gen_map_get(g, m, key, false, &ok));
    }
    IrNode *base = gen_place(g, x->e);
    if (u->kind == TYPE_POINTER) base = gen_deref(g, base, false);
    IrNode *idx = gen_int_operand(g, x->index.ptr[0]);
    if (type_is(base->type, TYPE_ARRAY) && !is_lvalue_node(base) && idx->op != X_CONST_INT) base = gen_temp(g, base);
    return gen_index_node(g, base, idx, false);
}

static IrNode *slice_bound(Gen *g, Expr *e) {
    if (!e) return NULL;
    IrNode *n = gen_int_operand(g, e);
    return n->op == X_VAR || n->op == X_GLOBAL ? n : gen_early(g, n);
}

static IrNode *gen_slice_expr(Gen *g, SliceExpr *x) {
    Type *u = types_under(gen_type(g, x->e));
    IrNode *base;
    if (u->kind == TYPE_ARRAY) base = gen_addr(g, gen_place(g, x->e));
    else base = gen_expr(g, x->e);
    IrNode *n = gen_unop(g, X_SLICE, gen_type(g, &x->x), base);
    n->b = slice_bound(g, x->lo);
    n->c = slice_bound(g, x->hi);
    n->d = slice_bound(g, x->max);
    return gen_early(g, n);
}

// ---- places ----------------------------------------------------------------------------------------------------------------

IrNode *gen_place(Gen *g, Expr *e) {
    Pos save = g->pos;
    g->pos = e->pos;
    IrNode *n;
    if (e->val) n = gen_const(g, gen_type(g, e), e->val);
    else switch (e->kind) {
        case ND_PAREN: n = gen_place(g, ((Paren *)e)->e); break;
        case ND_IDENT:
            n = is_nil_expr(e) ? gen_zero(g, gen_type(g, e)) : gen_object(g, ((Ident *)e)->obj, ((Ident *)e)->targs);
            break;
        case ND_SELECTOR: n = gen_selector(g, (Selector *)e); break;
        case ND_INDEX: n = gen_index(g, (Index *)e); break;
        case ND_STAR: n = gen_deref(g, gen_expr(g, ((Star *)e)->e), false); break;
        default: n = gen_expr(g, e);
        }
    g->pos = save;
    return n;
}

IrNode *gen_addr_of(Gen *g, Expr *e) {
    e = unparen(e);
    if (e->kind == ND_COMPOSITE_LIT) return gen_composite_addr(g, (CompositeLit *)e, gen_type(g, e));
    return gen_addr(g, gen_place(g, e));
}

// ---- comparisons -------------------------------------------------------------------------------------------------------------

static i64 count_leaves(Type *t) {
    Type *u = types_under(t);
    i64 n = 0;
    if (u->kind == TYPE_STRUCT) {
        for (i64 i = 0; i < u->strct.nfields; i++)
            if (!u->strct.fields[i].var->name->blank) n += count_leaves(u->strct.fields[i].var->type);
        return n;
    }
    if (u->kind == TYPE_ARRAY) {
        if (u->array.len > 8) return 100;
        return u->array.len * count_leaves(u->array.elem);
    }
    return 1;
}

// Address of an operand that is only read through; a local variable stays on the stack.
static IrNode *gen_read_addr(Gen *g, IrNode *v) {
    if (!is_lvalue_node(v)) v = gen_temp(g, v);
    IrNode *root = v;
    while (root->op == X_FIELD || (root->op == X_INDEX && type_is(root->a->type, TYPE_ARRAY))) root = root->a;
    if (root->op == X_VAR && !root->var->addr_taken) {
        root->var->addr_taken = true;
        IrNode *n = gen_unop(g, X_ADDR, gen_pointer(g, v->type), v);
        n->flags |= IRF_NONNIL;
        return n;
    }
    return gen_addr(g, v);
}

static IrNode *gen_and(Gen *g, IrNode *a, IrNode *b) {
    if (!a) return b;
    IrNode *n = gen_unop(g, X_ANDAND, gen_basic(g, TYPE_BOOL), a);
    n->b = b;
    return n;
}

static IrNode *gen_equal_leaves(Gen *g, IrNode *a, IrNode *b, IrNode *all) {
    Type *u = types_under(a->type);
    if (u->kind == TYPE_STRUCT) {
        for (i64 i = 0; i < u->strct.nfields; i++)
            if (!u->strct.fields[i].var->name->blank)
                all = gen_equal_leaves(g, gen_field(g, gen_dup(g, a), i), gen_field(g, gen_dup(g, b), i), all);
        return all;
    }
    if (u->kind == TYPE_ARRAY) {
        for (i64 i = 0; i < u->array.len; i++) {
            IrNode *k = gen_int(g, gen_basic(g, TYPE_INT), i);
            all = gen_equal_leaves(g, gen_index_node(g, gen_dup(g, a), k, true),
                                   gen_index_node(g, gen_dup(g, b), gen_dup(g, k), true), all);
        }
        return all;
    }
    return gen_and(g, all, gen_compare(g, OP_EQL, a, b));
}

static i64 count_nodes(const IrNode *n) {
    return n ? 1 + count_nodes(n->a) + count_nodes(n->b) + count_nodes(n->c) : 0;
}

// The cost of inlining is that of the comparison in the source.
static IrNode *gen_equal_parts(Gen *g, IrNode *a, IrNode *b) {
    IrNode *all = gen_equal_leaves(g, a, b, NULL);
    if (all && (all->op == X_ANDAND || all->op == X_COMPARE)) {
        all->flags |= IRF_EXPANDED;
        all->i = 1 + count_nodes(a) + count_nodes(b);
    }
    return all;
}

static IrNode *equal_aggregate(Gen *g, IrNode *a, IrNode *b) {
    Type *t = a->type;
    i64 leaves = count_leaves(t);
    if (leaves <= 4) {
        a = gen_stable_place(g, is_lvalue_node(a) ? a : gen_temp(g, a));
        b = gen_stable_place(g, is_lvalue_node(b) ? b : gen_temp(g, b));
        IrNode *all = gen_equal_parts(g, a, b);
        if (all) return all;
        gen_emit_expr(g, a); // nothing to compare, but nil pointers on the way panic
        gen_emit_expr(g, b);
        return gen_bool(g, true);
    }
    IrNode *pa = gen_read_addr(g, a), *pb = gen_read_addr(g, b);
    Type *boolean = gen_basic(g, TYPE_BOOL), *uptr = gen_uptr(g);
    pa = gen_bitcast(g, pa, uptr);
    pb = gen_bitcast(g, pb, uptr);
    IrFunc *eq = type_plain_memory(t) ? NULL : ir_eq_alg(g->p, t).fn;
    if (!eq) {
        if (type_plain_memory(t))
            return gen_hoist(g, gen_rt(g, RT_MEMEQUAL, boolean, 3, pa, pb,
                                       gen_int(g, gen_basic(g, TYPE_UINTPTR), types_size(t))));
        // an array of strings, floats, ... of more elements than compared one by one always has a generated function
        bug("no equality function for %.*s", SFMT(types_string(g->a, t, NULL)));
    }
    IrNode *c = gen_node(g, X_CALL, boolean);
    c->fn = eq;
    need_func(g->needs, eq);
    vec_push(g->nodes, &c->list, pa);
    vec_push(g->nodes, &c->list, pb);
    return gen_hoist(g, c);
}

static IrNode *gen_equal_aggregate(Gen *g, IrNode *a, IrNode *b) {
    if (!is_lvalue_node(a)) a = gen_early(g, a);
    if (!is_lvalue_node(b)) b = gen_early(g, b);
    Late l = gen_late(g);
    return gen_late_end(g, l, equal_aggregate(g, a, b));
}

static bool is_nil_node(const IrNode *n) { return n->op == X_ZERO; }

IrNode *gen_compare(Gen *g, Op op, IrNode *a, IrNode *b) {
    Type *u = types_under(a->type);
    Type *tint = gen_basic(g, TYPE_INT);
    if (is_nil_node(a) && !is_nil_node(b)) {
        IrNode *t = a;
        a = b;
        b = t;
        op = op == OP_LSS ? OP_GTR : op == OP_GTR ? OP_LSS : op == OP_LEQ ? OP_GEQ : op == OP_GEQ ? OP_LEQ : op;
    }
    switch (u->kind) {
    case TYPE_STRUCT:
    case TYPE_ARRAY: {
        IrNode *e = gen_equal_aggregate(g, a, b);
        return op == OP_NEQ ? gen_not(g, e) : e;
    }
    case TYPE_SLICE:
        return gen_cmp(g, op, gen_unop(g, X_PTR, gen_pointer(g, type_elem(u)), a),
                       gen_zero(g, gen_pointer(g, type_elem(u))));
    case TYPE_INTERFACE:
        if (is_nil_node(b)) return gen_cmp(g, op, gen_unop(g, X_ITAB_WORD, gen_uptr(g), a), gen_zero(g, gen_uptr(g)));
        break;
    case TYPE_STRING:
        if (a->op == X_CONST_STRING && a->str.len == 0 && (op == OP_EQL || op == OP_NEQ)) {
            IrNode *t = a;
            a = b;
            b = t;
        }
        if (((b->op == X_CONST_STRING && b->str.len == 0) || is_nil_node(b)) && (op == OP_EQL || op == OP_NEQ))
            return gen_cmp(g, op, gen_unop(g, X_LEN, tint, a), gen_int(g, tint, 0));
        break;
    default: break;
    }
    return gen_cmp(g, op, a, b);
}

// Interface a, concrete b: same dynamic type and same value.
static IrNode *compare_with_concrete(Gen *g, Op op, IrNode *a, IrNode *b) {
    a = gen_stable(g, a);
    b = gen_stable(g, b);
    IrNode *word;
    if (is_empty_iface(g, a->type)) word = gen_type_addr(g, b->type);
    else {
        word = gen_node(g, X_ITAB_ADDR, gen_uptr(g));
        word->atype = b->type;
        word->btype = a->type;
    }
    IrNode *same = gen_cmp(g, OP_EQL, gen_unop(g, X_ITAB_WORD, gen_uptr(g), gen_dup(g, a)), word);
    IrVec pre = {0}, *old = gen_into(g, &pre);
    IrNode *eq = gen_compare(g, OP_EQL, gen_unop(g, X_UNPACK, b->type, gen_dup(g, a)), gen_dup(g, b));
    gen_into(g, old);
    IrNode *both = gen_and(g, same, gen_block(g, pre, eq));
    if (pre.len) both = gen_temp(g, both);
    return op == OP_NEQ ? gen_not(g, both) : both;
}

IrNode *gen_compare_mixed(Gen *g, Op op, IrNode *a, IrNode *b) {
    bool ia = is_iface(a->type), ib = is_iface(b->type);
    if (ia == ib) {
        if (ia && !types_identical(a->type, b->type) && !is_nil_node(a) && !is_nil_node(b)) {
            if (types_implements(g->c, a->type, b->type)) a = gen_convert(g, a, b->type);
            else b = gen_convert(g, b, a->type);
        }
        if (is_nil_node(a) && !is_nil_node(b)) a->type = b->type;
        if (is_nil_node(b) && !is_nil_node(a)) b->type = a->type;
        if (!ia && !types_identical(a->type, b->type))
            b = gen_convert(g, b, a->type); // assignable: channels of other directions, unnamed types
        return gen_compare(g, op, a, b);
    }
    if (!ia) {
        IrNode *t = a;
        a = b;
        b = t;
    }
    if (is_nil_node(b) && type_is(b->type, TYPE_UNTYPED_NIL)) return gen_compare(g, op, a, b);
    Late l = gen_late(g);
    return gen_late_end(g, l, compare_with_concrete(g, op, a, b));
}

// ---- operators -------------------------------------------------------------------------------------------------------------------

static void flatten_concat(Gen *g, IrNode *cat, IrNode *n) {
    if (n->op == X_CONCAT) {
        for (i64 i = 0; i < n->list.len; i++) flatten_concat(g, cat, n->list.ptr[i]);
        return;
    }
    IrNode *last = cat->list.len ? cat->list.ptr[cat->list.len - 1] : NULL;
    if (n->op == X_CONST_STRING && n->str.len == 0) return;
    if (last && last->op == X_CONST_STRING && n->op == X_CONST_STRING) {
        last->str = arena_printf(g->a, "%.*s%.*s", SFMT(last->str), SFMT(n->str));
        return;
    }
    vec_push(g->nodes, &cat->list, n);
}

static IrNode *gen_concat(Gen *g, Type *t, IrNode *a, IrNode *b) {
    bool longer = a->op == X_CONCAT; // a + b + c: its operands were just made, and get one more
    IrNode *n = longer ? a : gen_node(g, X_CONCAT, t);
    if (longer) n->type = t;
    else flatten_concat(g, n, a);
    flatten_concat(g, n, b);
    if (n->list.len == 0) return gen_string(g, t, S(""));
    return n->list.len == 1 ? gen_bitcast(g, n->list.ptr[0], t) : n;
}

static IrNode *gen_complex_div(Gen *g, IrNode *a, IrNode *b) {
    Type *t = a->type, *c128 = gen_basic(g, TYPE_COMPLEX128);
    Late l = gen_late(g);
    IrNode *q = gen_temp(g, gen_rt(g, RT_COMPLEX128DIV, c128, 2, gen_convert(g, a, c128), gen_convert(g, b, c128)));
    return gen_late_end(g, l, gen_convert(g, q, t));
}

IrNode *gen_binary_op(Gen *g, Op op, Type *t, IrNode *a, IrNode *b) {
    u8 k = types_under(t)->kind;
    IrNode *n;
    if (k == TYPE_STRING && op == OP_ADD) return gen_concat(g, t, a, b);
    if ((k == TYPE_COMPLEX64 || k == TYPE_COMPLEX128) && op == OP_DIV) return gen_complex_div(g, a, b);
    n = gen_binary(g, op, a, b);
    n->type = t;
    return n;
}

IrNode *gen_shift_node(Gen *g, Op op, Type *t, IrNode *a, IrNode *count) {
    IrNode *n = gen_binary(g, op, a, count);
    n->type = t;
    u8 k = types_under(count->type)->kind;
    if (count->op == X_CONST_INT || (k >= TYPE_UINT && k <= TYPE_UINTPTR)) n->flags |= IRF_NONNEG;
    return n;
}

IrNode *gen_shift_count(Gen *g, Expr *count) {
    if (count->val) return gen_const(g, gen_basic(g, TYPE_UINT), exact_to_int(g->a, count->val));
    return gen_expr(g, count);
}

static bool is_compare_op(Op op) { return op >= OP_EQL && op <= OP_GEQ; }

static bool is_untyped(Type *t) {
    t = types_unalias(t);
    return t->kind >= TYPE_UNTYPED_BOOL && t->kind <= TYPE_UNTYPED_NIL;
}

static IrNode *gen_comparison(Gen *g, Binary *b) {
    Type *lt = b->l->type, *rt = b->r->type;
    IrNode *l, *r;
    if (is_nil_expr(b->r) || (is_untyped(rt) && !is_untyped(lt))) {
        l = gen_string_tmp(g, b->l);
        r = is_iface(l->type) && !is_nil_expr(b->r) ? gen_expr(g, b->r) : gen_expr_to(g, b->r, l->type);
    } else if (is_nil_expr(b->l) || (is_untyped(lt) && !is_untyped(rt))) {
        Type *t = gen_type(g, b->r);
        l = is_iface(t) && !is_nil_expr(b->l) ? gen_expr(g, b->l) : gen_expr_to(g, b->l, t);
        r = gen_string_tmp(g, b->r);
    } else {
        l = gen_string_tmp(g, b->l);
        r = gen_string_tmp(g, b->r);
    }
    IrNode *n = gen_compare_mixed(g, b->op, l, r);
    if (!g->ahead && (l->op == X_STRING_HEADER || r->op == X_STRING_HEADER))
        n = gen_temp(g, n); // a view: compared before the bytes change
    Type *t = gen_type(g, &b->x);
    if (types_under(t)->kind == TYPE_BOOL && t != n->type) n = gen_bitcast(g, n, t);
    return n;
}

static IrNode *gen_binary_expr(Gen *g, Binary *b) {
    if (is_compare_op(b->op)) return gen_comparison(g, b);
    if (b->op == OP_ANDAND || b->op == OP_OROR) {
        IrNode *n = gen_cond(g, &b->x);
        return gen_has_effects(n) ? gen_temp(g, n) : gen_early(g, n);
    }
    Type *t = gen_type(g, &b->x);
    if (b->op == OP_SHL || b->op == OP_SHR) {
        IrNode *l = gen_expr_to(g, b->l, t);
        return gen_shift_node(g, b->op, t, l, gen_shift_count(g, b->r));
    }
    IrNode *l = gen_expr_to(g, b->l, t);
    IrNode *r = gen_expr_to(g, b->r, t);
    return gen_binary_op(g, b->op, t, l, r);
}

static IrNode *gen_unary(Gen *g, Unary *x) {
    Type *t = gen_type(g, &x->x);
    IrNode *a, *n;
    switch (x->op) {
    case OP_ADD: return gen_expr_to(g, x->e, t);
    case OP_ADDR:
    case OP_AND: return gen_addr_of(g, x->e);
    case OP_RECV: return gen_recv(g, gen_expr(g, x->e), false, &a);
    case OP_NOT:
        a = gen_cond(g, x->e);
        if (a->op == X_ANDAND || a->op == X_OROR) a = gen_early(g, a);
        n = gen_not(g, a);
        n->type = t;
        return gen_has_effects(n) ? gen_temp(g, n) : n;
    default:
        a = gen_expr_to(g, x->e, t);
        n = gen_unop(g, X_UNARY, t, a);
        n->oper = x->op;
        return n;
    }
}

IrNode *gen_cond(Gen *g, Expr *e) {
    Pos save = g->pos;
    e = unparen(e);
    g->pos = e->pos;
    IrNode *n = NULL;
    if (!e->val && e->kind == ND_UNARY && ((Unary *)e)->op == OP_NOT) {
        n = gen_not(g, gen_cond(g, ((Unary *)e)->e));
    } else if (!e->val && e->kind == ND_BINARY && (((Binary *)e)->op == OP_ANDAND || ((Binary *)e)->op == OP_OROR)) {
        Binary *b = (Binary *)e;
        bool and = b->op == OP_ANDAND;
        IrNode *l = gen_cond(g, b->l);
        if (l->op == X_CONST_INT && (bool)l->i != and) n = l;
        else if (l->op == X_CONST_INT) n = gen_cond(g, b->r);
        else {
            IrVec pre = {0}, *old = gen_into(g, &pre);
            IrNode *r = gen_cond(g, b->r);
            gen_into(g, old);
            n = gen_unop(g, and? X_ANDAND : X_OROR, gen_type(g, e), l);
            n->b = gen_block(g, pre, r);
        }
    } else n = gen_expr(g, e);
    g->pos = save;
    return n;
}

// ---- expressions ---------------------------------------------------------------------------------------------------------------------

static IrNode *gen_conv_or_call(Gen *g, Call *c) {
    if (c->fun->mode == MODE_TYPE) return gen_conversion(g, c);
    return gen_call(g, c);
}

static IrNode *gen_composite_expr(Gen *g, CompositeLit *l) {
    Type *t = gen_type(g, &l->x);
    if (type_is(t, TYPE_POINTER)) return gen_bitcast(g, gen_composite_addr(g, l, type_elem(t)), t); // elided &T
    return gen_composite(g, l);
}

IrNode *gen_expr_root(Gen *g, Expr *e) {
    Pos save = g->pos;
    g->pos = e->pos;
    gen_begin(g, e);
    IrNode *n;
    if (e->val) n = gen_const(g, gen_type(g, e), e->val);
    else if (is_nil_expr(e)) n = gen_zero(g, gen_type(g, e));
    else switch (e->kind) {
        case ND_PAREN: n = gen_expr_root(g, ((Paren *)e)->e); break;
        case ND_IDENT:
        case ND_SELECTOR:
        case ND_INDEX:
        case ND_STAR: n = gen_place(g, e); break;
        case ND_FUNC_LIT: n = gen_func_lit(g, (FuncLit *)e); break;
        case ND_COMPOSITE_LIT: n = gen_composite_expr(g, (CompositeLit *)e); break;
        case ND_SLICE: n = gen_slice_expr(g, (SliceExpr *)e); break;
        case ND_TYPE_ASSERT:
            n = gen_assert(g, gen_expr(g, ((TypeAssert *)e)->e), gen_type(g, e));
            if (!type_direct_iface(n->type)) n = gen_early(g, n);
            break;
        case ND_CALL: n = gen_conv_or_call(g, (Call *)e); break;
        case ND_UNARY: n = gen_unary(g, (Unary *)e); break;
        case ND_BINARY: n = gen_binary_expr(g, (Binary *)e); break;
        default: gen_unsupported(g, e->pos, "this expression"); n = gen_zero(g, gen_type(g, e));
        }
    g->pos = save;
    return n;
}

IrNode *gen_expr(Gen *g, Expr *e) {
    Pos save = g->pos;
    IrNode *n = gen_expr_root(g, e);
    g->pos = e->pos;
    n = gen_hoist(g, n);
    g->pos = save;
    return n;
}

IrNode *gen_expr_root_to(Gen *g, Expr *e, Type *t) {
    if (is_nil_expr(e)) return gen_zero(g, t);
    if (e->val) {
        Type *et = gen_type(g, e);
        if (is_iface(t) && !is_iface(et)) return gen_to_iface(g, gen_const(g, et, e->val), t);
        return gen_const(g, t, e->val);
    }
    IrNode *n = gen_expr_root(g, e);
    if (types_identical(n->type, t)) return n;
    Pos save = g->pos;
    g->pos = e->pos;
    n = gen_convert(g, gen_hoist(g, n), t);
    g->pos = save;
    return n;
}

IrNode *gen_expr_to(Gen *g, Expr *e, Type *t) {
    Pos save = g->pos;
    IrNode *n = gen_expr_root_to(g, e, t);
    g->pos = e->pos;
    n = gen_hoist(g, n);
    g->pos = save;
    return n;
}

// ---- assertions, comma-ok ------------------------------------------------------------------------------------------------------------

IrNode *gen_assert(Gen *g, IrNode *x, Type *to) {
    IrNode *n = gen_unop(g, X_ASSERT, to, x);
    n->atype = to;
    return n;
}

void gen_assert2(Gen *g, IrNode *x, Type *to, IrNode **val, IrNode **ok) {
    IrNode *n = gen_unop(g, X_ASSERT, NULL, x);
    n->atype = to;
    n->type = gen_tuple_type(g, to, gen_basic(g, TYPE_BOOL));
    IrNode *s = gen_unop(g, X_S_ASSIGN_MULTI, NULL, NULL);
    s->b = n;
    s->flags = IRF_DCL;
    IrVar *v = gen_temp_var(g, to), *o = gen_temp_var(g, gen_basic(g, TYPE_BOOL));
    vec_push(g->nodes, &s->list, gen_var(g, v));
    vec_push(g->nodes, &s->list, gen_var(g, o));
    gen_emit(g, s);
    *val = gen_var(g, v);
    *ok = gen_var(g, o);
}

IrNode *gen_comma_ok(Gen *g, Expr *e, IrNode **ok) {
    e = unparen(e);
    Pos save = g->pos;
    g->pos = e->pos;
    IrNode *v = NULL;
    if (e->kind == ND_INDEX) {
        Index *x = (Index *)e;
        Type *t = gen_type(g, x->e);
        IrNode *m = gen_expr(g, x->e);
        IrNode *key = gen_map_key(g, t, x->index.ptr[0]);
        v = gen_map_get(g, m, key, true, ok);
    } else if (e->kind == ND_UNARY) {
        gen_begin(g, e);
        v = gen_recv(g, gen_expr(g, ((Unary *)e)->e), true, ok);
    } else {
        CHECK(e->kind == ND_TYPE_ASSERT);
        TypeAssert *x = (TypeAssert *)e;
        gen_assert2(g, gen_expr(g, x->e), gen_subst(g, x->type->type), &v, ok);
    }
    g->pos = save;
    return v;
}
