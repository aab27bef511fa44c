// gen_node.c - constructors of nodes with the small foldings that keep trees readable.
#include "ir/gen.h"

const IrBody ir_no_body;

static IrBody *new_body(Arena *a, IrOp op) {
    switch (op) {
    case X_BLOCK:
    case X_S_IF:
    case X_S_LOOP:
    case X_S_BLOCK:
    case X_S_JUMP_TABLE: return ANEW(a, IrBody);
    default: return (IrBody *)&ir_no_body; // in read-only memory: nobody writes to it
    }
}

// ---- where nodes are ---------------------------------------------------------------------------------------------

Arena *ir_node_arena(IrProgram *p) { return p->trees ? p->trees->a : p->arena; }

void ir_begin_trees(IrProgram *p, IrFunc *f) {
    f = ir_outermost(f);
    if (!f->trees) {
        f->trees = ANEW(p->arena, IrTrees);
        vec_push(p->arena, &p->all_trees, f->trees);
    }
    if (!f->trees->a) f->trees->a = arena_new_small("nodes");
    p->trees = f->trees;
}

void ir_end_trees(IrProgram *p) { p->trees = NULL; }

void ir_hold_trees(IrFunc *f) {
    IrTrees *t = ir_outermost(f)->trees;
    if (t) __atomic_add_fetch(&t->users, 1, __ATOMIC_RELAXED);
}

void ir_release_trees(IrFunc *f) {
    IrTrees *t = ir_outermost(f)->trees;
    if (!t || __atomic_sub_fetch(&t->users, 1, __ATOMIC_ACQ_REL) != 0) return;
    arena_free(t->a);
    t->a = NULL;
}

void ir_free_trees(IrProgram *p) {
    for (i64 i = 0; i < p->all_trees.len; i++) arena_free(p->all_trees.ptr[i]->a);
    p->all_trees.len = 0;
}

IrNode *ir_new(IrProgram *p, IrOp op, Pos pos, Type *t) {
    IrNode *n = ANEW(ir_node_arena(p), IrNode);
    n->sub = new_body(ir_node_arena(p), op);
    n->op = (u8)op;
    n->pos = pos;
    n->inl = -1;
    n->type = t;
    return n;
}

void ir_copy_node(Arena *a, IrNode *to, const IrNode *from) {
    *to = *from;
    to->sub = new_body(a, from->op);
}

IrNode *gen_node(Gen *g, IrOp op, Type *t) { return ir_new(g->p, op, g->pos, t); }

IrNode *gen_unop(Gen *g, IrOp op, Type *t, IrNode *a) {
    IrNode *n = gen_node(g, op, t);
    n->a = a;
    return n;
}

IrNode *gen_int(Gen *g, Type *t, i64 i) {
    IrNode *n = gen_node(g, X_CONST_INT, t);
    n->i = i;
    return n;
}

IrNode *gen_bool(Gen *g, bool b) { return gen_int(g, gen_basic(g, TYPE_BOOL), b); }

IrNode *gen_string(Gen *g, Type *t, Str s) {
    IrNode *n = gen_node(g, X_CONST_STRING, t);
    n->str = s;
    return n;
}

IrNode *gen_zero(Gen *g, Type *t) { return gen_node(g, X_ZERO, t); }

IrNode *gen_var(Gen *g, IrVar *v) {
    IrNode *n = gen_node(g, X_VAR, v->type);
    n->var = v;
    return n;
}

bool is_lvalue_node(const IrNode *n) {
    for (;; n = n->a) {
        switch (n->op) {
        case X_VAR:
        case X_GLOBAL:
        case X_DEREF: return true;
        case X_FIELD: break;
        case X_INDEX:
            if (type_is(n->a->type, TYPE_SLICE)) return true;
            if (type_is(n->a->type, TYPE_STRING)) return false;
            break;
        default: return false;
        }
    }
}

IrNode *gen_addr(Gen *g, IrNode *lv) {
    if (lv->op == X_DEREF && (lv->flags & IRF_NONNIL) && types_identical(type_elem(lv->a->type), lv->type))
        return lv->a;
    IrNode *root = lv;
    while (root->op == X_FIELD || (root->op == X_INDEX && type_is(root->a->type, TYPE_ARRAY))) root = root->a;
    if (root->op == X_VAR) {
        root->var->addr_taken = true;
        if (!root->var->autotmp && root->var->kind != IRV_CAPTURE) root->var->heap = true;
    }
    IrNode *n = gen_unop(g, X_ADDR, gen_pointer(g, lv->type), lv);
    n->flags |= IRF_NONNIL;
    return n;
}

// The value itself is a pointer known not to be nil (on DEREF the flag speaks of its operand).
static bool is_nonnil(const IrNode *n) {
    switch (n->op) {
    case X_NEW:
    case X_ADDR:
    case X_TYPE_ADDR:
    case X_ITAB_ADDR:
    case X_DATA_ADDR:
    case X_FUNC:
    case X_CLOSURE: return true;
    case X_VAR:
    case X_BITCAST: return n->flags & IRF_NONNIL;
    default: return false;
    }
}

IrNode *gen_deref(Gen *g, IrNode *ptr, bool nonnil) {
    if (ptr->op == X_ADDR) return ptr->a;
    IrNode *n = gen_unop(g, X_DEREF, type_elem(ptr->type), ptr);
    if (nonnil || is_nonnil(ptr)) n->flags |= IRF_NONNIL;
    return n;
}

IrNode *gen_field(Gen *g, IrNode *a, i64 i) {
    Type *s = types_under(a->type);
    CHECK(s->kind == TYPE_STRUCT && i < s->strct.nfields);
    IrNode *n = gen_unop(g, X_FIELD, types_unalias(s->strct.fields[i].var->type), a);
    n->i = i;
    return n;
}

IrNode *gen_index_node(Gen *g, IrNode *base, IrNode *index, bool nocheck) {
    Type *t = types_under(base->type);
    IrNode *n = gen_unop(g, X_INDEX, t->kind == TYPE_STRING ? gen_basic(g, TYPE_UINT8) : type_elem(t), base);
    n->b = index;
    if (t->kind == TYPE_ARRAY && index->op == X_CONST_INT && index->i >= 0 && index->i < t->array.len) nocheck = true;
    if (nocheck) n->flags |= IRF_NOCHECK;
    return n;
}

IrNode *gen_binary(Gen *g, Op op, IrNode *a, IrNode *b) {
    IrNode *n = gen_unop(g, X_BINARY, a->type, a);
    n->b = b;
    n->oper = op;
    return n;
}

IrNode *gen_cmp(Gen *g, Op op, IrNode *a, IrNode *b) {
    IrNode *n = gen_unop(g, X_COMPARE, gen_basic(g, TYPE_BOOL), a);
    n->b = b;
    n->oper = op;
    return n;
}

IrNode *gen_not(Gen *g, IrNode *a) {
    if (a->op == X_CONST_INT) return gen_int(g, a->type, !a->i);
    if (a->op == X_UNARY && a->oper == OP_NOT) return a->a;
    if (a->op == X_COMPARE && (a->oper == OP_EQL || a->oper == OP_NEQ)) {
        a->oper = a->oper == OP_EQL ? OP_NEQ : OP_EQL;
        return a;
    }
    IrNode *n = gen_unop(g, X_UNARY, a->type, a);
    n->oper = OP_NOT;
    return n;
}

IrNode *gen_bitcast(Gen *g, IrNode *a, Type *t) {
    if (a->type == t) return a;
    if (a->op == X_ZERO || a->op == X_CONST_INT || a->op == X_CONST_STRING || a->op == X_CONST_FLOAT ||
        a->op == X_CONST_COMPLEX) {
        u8 from = types_under(a->type)->kind, to = types_under(t)->kind;
        if (a->op == X_ZERO || from == to) {
            a->type = t;
            return a;
        }
    }
    if (a->op == X_BITCAST && types_under(a->a->type)->kind != TYPE_UINTPTR &&
        types_under(a->type)->kind != TYPE_UINTPTR) {
        a->type = t; // a chain of reinterpretations is one
        return a;
    }
    IrNode *n = gen_unop(g, X_BITCAST, t, a);
    if (is_nonnil(a)) n->flags |= IRF_NONNIL;
    return n;
}

static bool fits_int(Type *u, i64 v) {
    switch (u->kind) {
    case TYPE_INT:
    case TYPE_INT64: return true;
    case TYPE_INT8: return v == (i8)v;
    case TYPE_INT16: return v == (i16)v;
    case TYPE_INT32: return v == (i32)v;
    case TYPE_UINT8: return v == (u8)v;
    case TYPE_UINT16: return v == (u16)v;
    case TYPE_UINT32: return v == (u32)v;
    default: return v >= 0;
    }
}

IrNode *gen_numconv(Gen *g, IrNode *a, Type *t) {
    Type *from = types_under(a->type), *to = types_under(t);
    if (from->kind == to->kind) return gen_bitcast(g, a, t);
    if (a->op == X_CONST_INT && to->kind >= TYPE_INT && to->kind <= TYPE_UINTPTR && fits_int(from, a->i) &&
        fits_int(to, a->i))
        return gen_int(g, t, a->i);
    return gen_unop(g, X_CONV, t, a);
}

IrNode *gen_rt(Gen *g, RtFn rt, Type *result, int n, ...) {
    IrNode *c = gen_node(g, X_CALL_RT, result);
    c->rt = rt;
    va_list ap;
    va_start(ap, n);
    for (int i = 0; i < n; i++) vec_push(g->nodes, &c->list, va_arg(ap, IrNode *));
    va_end(ap);
    return c;
}

IrNode *gen_type_addr(Gen *g, Type *t) {
    IrNode *n = gen_node(g, X_TYPE_ADDR, gen_uptr(g));
    n->atype = ir_canonical_type(g->p, t);
    need_type(g->needs, n->atype);
    n->flags |= IRF_NONNIL;
    return n;
}

IrNode *gen_block(Gen *g, IrVec body, IrNode *value) {
    if (!body.len) return value;
    IrNode *n = gen_unop(g, X_BLOCK, value ? value->type : NULL, value);
    g->f->has_blocks = true;
    n->sub->body = body;
    return n;
}

// ---- statements ----------------------------------------------------------------------------------------------------

void gen_emit(Gen *g, IrNode *s) {
    vec_push(g->nodes, g->out, s);
    IrVec keep = g->keep;
    g->keep = (IrVec){0};
    for (i64 i = 0; i < keep.len; i++) vec_push(g->nodes, g->out, gen_unop(g, X_S_KEEPALIVE, NULL, keep.ptr[i]));
}

void gen_assign_node(Gen *g, IrNode *lv, IrNode *val, u16 flags) {
    IrNode *s = gen_unop(g, X_S_ASSIGN, NULL, lv);
    s->b = val;
    s->flags = flags;
    gen_emit(g, s);
}

void gen_emit_expr(Gen *g, IrNode *e) { gen_emit(g, gen_unop(g, X_S_EXPR, NULL, e)); }

bool is_call_node(const IrNode *n) {
    return n->op == X_CALL || n->op == X_CALL_CLOSURE || n->op == X_CALL_IFACE || n->op == X_CALL_RT ||
           n->op == X_RECOVER || n->op == X_APPEND || n->op == X_COPY;
}

IrNode *gen_temp(Gen *g, IrNode *val) {
    CHECK(val->type != NULL && val->type->kind != TYPE_TUPLE);
    IrVar *v = gen_temp_var(g, val->type);
    IrNode *lv = gen_var(g, v);
    gen_assign_node(g, lv, val, IRF_DCL);
    IrNode *use = gen_var(g, v);
    if (is_nonnil(val)) use->flags |= IRF_NONNIL;
    return use;
}

IrNode *gen_hoist(Gen *g, IrNode *n) {
    return is_call_node(n) && n->type && n->type->kind != TYPE_TUPLE ? gen_temp(g, n) : n;
}

static bool is_const_node(const IrNode *n) {
    switch (n->op) {
    case X_CONST_INT:
    case X_CONST_FLOAT:
    case X_CONST_COMPLEX:
    case X_CONST_STRING:
    case X_ZERO:
    case X_FUNC:
    case X_CODE_ADDR:
    case X_TYPE_ADDR:
    case X_ITAB_ADDR:
    case X_DATA_ADDR: return true;
    default: return false;
    }
}

bool gen_is_stable(const IrNode *n) {
    if (is_const_node(n)) return true;
    if (n->op == X_ADDR) return n->a->op == X_VAR || n->a->op == X_GLOBAL;
    if (n->op == X_BITCAST) return gen_is_stable(n->a);
    if (n->op != X_VAR) return false;
    return n->var->autotmp
               ? !n->var->reassigned && !n->var->addr_taken
               : !n->var->reassigned && n->var->kind != IRV_RESULT && !(n->var->kind == IRV_CAPTURE && n->var->by_ref);
}

IrNode *gen_stable(Gen *g, IrNode *n) { return gen_is_stable(n) ? n : gen_temp(g, n); }

IrNode *gen_dup(Gen *g, IrNode *n) {
    if (!n) return NULL;
    CHECK(!n->sub->body.len && !n->sub->ncases && !is_call_node(n));
    IrNode *c = ANEW(ir_node_arena(g->p), IrNode);
    ir_copy_node(ir_node_arena(g->p), c, n);
    c->a = gen_dup(g, n->a);
    c->b = gen_dup(g, n->b);
    c->c = gen_dup(g, n->c);
    c->d = gen_dup(g, n->d);
    c->list = (IrVec){0};
    for (i64 i = 0; i < n->list.len; i++) vec_push(g->nodes, &c->list, gen_dup(g, n->list.ptr[i]));
    return c;
}

IrNode *gen_stable_place(Gen *g, IrNode *lv) {
    switch (lv->op) {
    case X_VAR:
    case X_GLOBAL: return lv;
    case X_FIELD: lv->a = gen_stable_place(g, lv->a); return lv;
    case X_DEREF: lv->a = gen_stable(g, lv->a); return lv;
    case X_INDEX:
        lv->a = type_is(lv->a->type, TYPE_ARRAY) ? gen_stable_place(g, lv->a) : gen_stable(g, lv->a);
        lv->b = gen_stable(g, lv->b);
        return lv;
    case X_BITCAST: lv->a = gen_stable_place(g, lv->a); return lv;
    default: return gen_temp(g, lv);
    }
}

IrNode *gen_temp_addr(Gen *g, IrNode *val) {
    IrNode *t = val->op == X_VAR && val->var->autotmp ? val : gen_temp(g, val);
    return gen_addr(g, t);
}

IrVec *gen_into(Gen *g, IrVec *out) {
    IrVec *old = g->out;
    g->out = out;
    return old;
}

IrNode *gen_if(Gen *g, IrNode *cond) {
    IrNode *s = gen_unop(g, X_S_IF, NULL, cond);
    gen_emit(g, s);
    return s;
}

bool gen_has_effects(const IrNode *n) {
    if (!n) return false;
    if (is_call_node(n) || n->sub->body.len) return true;
    if (gen_has_effects(n->a) || gen_has_effects(n->b) || gen_has_effects(n->c) || gen_has_effects(n->d)) return true;
    for (i64 i = 0; i < n->list.len; i++)
        if (gen_has_effects(n->list.ptr[i])) return true;
    return false;
}
