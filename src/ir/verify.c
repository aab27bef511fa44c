// verify.c - is a tree what ops.def says?
//
// In:   a built function. Out: nothing, or bug() with the node. Run in debug builds and by tests over the whole library.
#include "ir/gen.h"

typedef struct Verifier {
    IrProgram *p;
    const IrFunc *f;
    Map *vars, *targets, *labels;
    i64 depth;
} Verifier;

static void wrong(Verifier *v, const IrNode *n, const char *what) {
    Buf b = {0};
    IrFunc one = *v->f;
    one.body = (IrVec){0};
    one.locals.len = 0;
    vec_push(v->p->arena, &one.body, (IrNode *)(intptr_t)n);
    ir_print_func(&b, &one);
    Loc l = source_map_loc(v->p->sources, n->pos, true);
    bug("tree of %.*s, %.*s:%d: %s: %s\n%.*s", SFMT(v->f->sym), SFMT(l.path), l.line, ir_op_name(n->op), what,
        SFMT(buf_view(&b)));
}
#define NEED(c, what)                                                                                                  \
    do {                                                                                                               \
        if (!(c)) wrong(v, n, what);                                                                                   \
    } while (0)

static void expr(Verifier *v, const IrNode *n, bool root);
static void stmts(Verifier *v, const IrVec *s);

static bool same(Type *a, Type *b) { return a == b || types_identical(a, b); }
static u8 kind(Type *t) { return types_under(t)->kind; }
static bool is_num(u8 k) { return k >= TYPE_INT && k <= TYPE_COMPLEX128; }
static bool is_integer(u8 k) { return k >= TYPE_INT && k <= TYPE_UINTPTR; }
static bool is_ptr(u8 k) {
    return k == TYPE_POINTER || k == TYPE_UNSAFE_POINTER || k == TYPE_MAP || k == TYPE_CHAN || k == TYPE_SIGNATURE;
}

static void args(Verifier *v, const IrNode *n, Type *sig, i64 skip) {
    sig = types_under(sig);
    NEED(sig->kind == TYPE_SIGNATURE, "signature");
    Type *params = sig->sig.params;
    i64 np = tuple_len(params) + skip;
    NEED(n->list.len == np, "number of arguments");
    if (skip && sig->sig.recv) NEED(same(n->list.ptr[0]->type, types_unalias(sig->sig.recv->type)), "receiver type");
    for (i64 i = skip; i < np; i++) NEED(same(n->list.ptr[i]->type, tuple_at(params, i - skip)), "argument type");
    Type *r = result_type(sig);
    NEED(!r == !n->type, "result");
    if (r && r->kind != TYPE_TUPLE) NEED(same(r, n->type), "result type");
}

static void call(Verifier *v, const IrNode *n, bool root) {
    NEED(root, "call inside a tree");
    Object **ms;
    switch (n->op) {
    case X_CALL:
        NEED(n->fn && n->fn->sig, "callee");
        args(v, n, n->fn->sig, types_under(n->fn->sig)->sig.recv ? 1 : 0);
        break;
    case X_CALL_CLOSURE:
        NEED(n->a, "callee");
        args(v, n, n->a->type, 0);
        break;
    case X_CALL_IFACE: {
        NEED(n->a && is_iface(n->a->type), "interface");
        i64 k = types_iface_methods(v->p->checker, types_under(n->a->type), &ms);
        NEED(n->i < k, "method index");
        args(v, n, ms[n->i]->type, 0);
        break;
    }
    case X_APPEND:
        NEED(n->a && same(n->a->type, n->type) && n->list.len > 0, "operands");
        if (!(n->flags & IRF_SPREAD))
            for (i64 i = 0; i < n->list.len; i++) NEED(same(n->list.ptr[i]->type, type_elem(n->type)), "element type");
        break;
    case X_COPY: NEED(n->a && n->b && kind(n->a->type) == TYPE_SLICE, "operands"); break;
    default: break;
    }
}

static void node_type(Verifier *v, const IrNode *n) {
    NEED(n->type != NULL, "no type");
    NEED(n->type->kind != TYPE_PARAM && n->type->kind != TYPE_INVALID && n->type->kind != TYPE_ALIAS, "kind of type");
    NEED(!(n->type->kind >= TYPE_UNTYPED_BOOL && n->type->kind <= TYPE_UNTYPED_NIL), "untyped");
    NEED(n->type->kind == TYPE_TUPLE || n->type->kind == TYPE_NAMED || types_is_generic_free(n->type),
         "generic type"); // Named: local types keep their open origin
}

static void var(Verifier *v, const IrNode *n, const IrVar *x) {
    NEED(map_get_ptr(v->vars, x), "variable of another function");
}

static void check_expr_op(Verifier *v, const IrNode *n) {
    u8 k = n->type ? kind(n->type) : 0;
    switch (n->op) {
    case X_CONST_INT: NEED(k == TYPE_BOOL || is_integer(k), "type"); break;
    case X_CONST_FLOAT: NEED(k == TYPE_FLOAT32 || k == TYPE_FLOAT64, "type"); break;
    case X_CONST_COMPLEX: NEED(k == TYPE_COMPLEX64 || k == TYPE_COMPLEX128, "type"); break;
    case X_CONST_STRING: NEED(k == TYPE_STRING, "type"); break;
    case X_VAR:
        NEED(n->var && same(n->type, n->var->type), "variable's type");
        var(v, n, n->var);
        break;
    case X_GLOBAL: NEED(n->global != NULL, "global"); break;
    case X_FUNC:
    case X_CODE_ADDR: NEED(n->fn != NULL, "function"); break;
    case X_ADDR:
        NEED(n->a && is_lvalue_node(n->a) && k == TYPE_POINTER && same(type_elem(n->type), n->a->type), "operand");
        break;
    case X_DEREF:
        NEED(n->a && kind(n->a->type) == TYPE_POINTER && same(type_elem(n->a->type), n->type), "operand");
        break;
    case X_FIELD:
        NEED(n->a && kind(n->a->type) == TYPE_STRUCT && n->i < types_under(n->a->type)->strct.nfields &&
                 same(n->type, types_unalias(types_under(n->a->type)->strct.fields[n->i].var->type)),
             "operand");
        break;
    case X_INDEX:
        NEED(n->a && n->b && is_integer(kind(n->b->type)), "operands");
        NEED(kind(n->a->type) == TYPE_STRING || ((kind(n->a->type) == TYPE_ARRAY || kind(n->a->type) == TYPE_SLICE) &&
                                                 same(type_elem(n->a->type), n->type)),
             "operand types");
        break;
    case X_SLICE:
        NEED(n->a && (kind(n->a->type) == TYPE_SLICE || kind(n->a->type) == TYPE_STRING ||
                      (kind(n->a->type) == TYPE_POINTER && kind(type_elem(n->a->type)) == TYPE_ARRAY)),
             "operand");
        NEED(k == TYPE_SLICE || k == TYPE_STRING, "type");
        break;
    case X_LEN: NEED(n->a && (kind(n->a->type) == TYPE_SLICE || kind(n->a->type) == TYPE_STRING), "operand"); break;
    case X_CAP: NEED(n->a && kind(n->a->type) == TYPE_SLICE, "operand"); break;
    case X_PTR:
        NEED(n->a && (kind(n->a->type) == TYPE_SLICE || kind(n->a->type) == TYPE_STRING) && is_ptr(k), "operand");
        break;
    case X_UNARY:
        NEED(n->a && same(n->a->type, n->type) && (n->oper == OP_SUB || n->oper == OP_XOR || n->oper == OP_NOT),
             "operand");
        break;
    case X_BINARY:
        NEED(n->a && n->b, "operands");
        if (n->oper == OP_SHL || n->oper == OP_SHR)
            NEED(same(n->a->type, n->type) && is_integer(k) && is_integer(kind(n->b->type)), "shift operands");
        else if (k != TYPE_UNSAFE_POINTER)
            NEED(same(n->a->type, n->type) && same(n->b->type, n->type) && is_num(k), "operand types");
        break;
    case X_COMPARE:
        NEED(n->a && n->b && same(n->a->type, n->b->type) && k == TYPE_BOOL && n->oper >= OP_EQL && n->oper <= OP_GEQ,
             "operands");
        break;
    case X_ANDAND:
    case X_OROR:
        NEED(n->a && n->b && kind(n->a->type) == TYPE_BOOL && kind(n->b->type) == TYPE_BOOL, "operands");
        break;
    case X_COND:
        NEED(n->a && n->b && n->c && same(n->b->type, n->type) && same(n->c->type, n->type), "operands");
        break;
    case X_CONCAT: NEED(n->list.len >= 2, "operands"); break;
    case X_CONV: NEED(n->a && is_num(kind(n->a->type)) && is_num(k), "operand"); break;
    case X_BITCAST: NEED(n->a && types_size(n->a->type) == types_size(n->type), "operand"); break;
    case X_MIN_MAX:
        NEED(n->list.len == 2 && same(n->list.ptr[0]->type, n->type) && same(n->list.ptr[1]->type, n->type),
             "operands");
        break;
    case X_MAKE_IFACE: NEED(n->a && is_iface(n->type) && !is_iface(n->a->type), "operand"); break;
    case X_IFACE_TO_IFACE: NEED(n->a && is_iface(n->type) && is_iface(n->a->type), "operand"); break;
    case X_ASSERT: NEED(n->a && is_iface(n->a->type) && n->atype, "operand"); break;
    case X_TYPE_WORD:
    case X_ITAB_WORD:
    case X_DATA_WORD:
    case X_UNPACK: NEED(n->a && is_iface(n->a->type), "operand"); break;
    case X_IFACE_HEADER: NEED(n->a && n->b && is_iface(n->type), "operands"); break;
    case X_TYPE_ADDR: NEED(n->atype, "type"); break;
    case X_ITAB_ADDR: NEED(n->atype && n->btype, "types"); break;
    case X_CLOSURE:
        NEED(n->fn && n->list.len == n->fn->ncaptures && n->fn->closure_type, "captures");
        for (i64 i = 0; i < n->list.len; i++) {
            IrVar *c = n->fn->captures[i];
            Type *t = n->list.ptr[i]->type;
            NEED(c->by_ref ? kind(t) == TYPE_POINTER && same(type_elem(t), c->type) : same(t, c->type),
                 "captured value");
        }
        break;
    case X_NEW: NEED(n->atype && kind(n->type) == TYPE_POINTER && same(type_elem(n->type), n->atype), "type"); break;
    case X_MAKE_SLICE: NEED(n->a && k == TYPE_SLICE, "operand"); break;
    case X_COMPOSITE:
    case X_SLICE_LIT: {
        NEED(!n->list.len || n->idx, "indices");
        Type *u = types_under(n->type);
        for (i64 i = 0; i < n->list.len; i++)
            NEED(same(n->list.ptr[i]->type,
                      u->kind == TYPE_STRUCT ? types_unalias(u->strct.fields[n->idx[i]].var->type) : type_elem(u)),
                 "element type");
        break;
    }
    default: break;
    }
}

static void expr(Verifier *v, const IrNode *n, bool root) {
    if (!n) return;
    NEED(n->op < X_S_EXPR, "statement as an operand");
    if (is_call_node(n)) call(v, n, root);
    else node_type(v, n);
    check_expr_op(v, n);
    expr(v, n->a, false);
    expr(v, n->b, false);
    expr(v, n->c, false);
    expr(v, n->d, false);
    for (i64 i = 0; i < n->list.len; i++) {
        NEED(n->list.ptr[i], "absent operand in a list");
        expr(v, n->list.ptr[i], false);
    }
    if (n->op == X_BLOCK) stmts(v, &n->sub->body);
}

static void stmt(Verifier *v, const IrNode *n) {
    NEED(n->op >= X_S_EXPR && n->op < X_COUNT, "expression as a statement");
    if (n->op != X_S_ASSIGN && n->op != X_S_ASSIGN_MULTI) expr(v, n->a, n->op == X_S_EXPR);
    switch (n->op) {
    case X_S_DCL:
        NEED(n->var, "variable");
        var(v, n, n->var);
        break;
    case X_S_ASSIGN:
        NEED(n->b, "value");
        if (n->a) {
            NEED(is_lvalue_node(n->a) && same(n->a->type, n->b->type), "types of the two sides");
            expr(v, n->a, false);
        }
        expr(v, n->b, true);
        break;
    case X_S_ASSIGN_MULTI:
        NEED(n->b && n->b->type && n->b->type->kind == TYPE_TUPLE && tuple_len(n->b->type) == n->list.len, "values");
        for (i64 i = 0; i < n->list.len; i++) {
            if (!n->list.ptr[i]) continue;
            NEED(same(n->list.ptr[i]->type, tuple_at(n->b->type, i)), "types of the two sides");
            expr(v, n->list.ptr[i], false);
        }
        expr(v, n->b, true);
        break;
    case X_S_RETURN:
        NEED(!n->list.len || n->list.len == v->f->nresults, "number of results");
        for (i64 i = 0; i < n->list.len; i++) {
            NEED(same(n->list.ptr[i]->type, v->f->results[i]->type), "result type");
            expr(v, n->list.ptr[i], n->list.len == 1);
        }
        break;
    case X_S_BREAK:
    case X_S_CONTINUE: NEED(n->target && map_get_ptr(v->targets, n->target), "target is not around it"); break;
    case X_S_GOTO: NEED(n->target && n->target->op == X_S_LABEL, "target"); break;
    case X_S_PANIC_RT:
        for (i64 i = 0; i < n->list.len; i++) expr(v, n->list.ptr[i], false);
        break;
    case X_S_DEFER:
    case X_S_GO: NEED(n->a && kind(n->a->type) == TYPE_SIGNATURE, "function"); break;
    case X_S_IF: NEED(n->a && kind(n->a->type) == TYPE_BOOL, "condition"); break;
    default: break;
    }
    bool target = n->op == X_S_LOOP || n->op == X_S_BLOCK || n->op == X_S_JUMP_TABLE;
    if (target) map_set_ptr(v->targets, n, v);
    stmts(v, &n->sub->body);
    stmts(v, &n->sub->els);
    stmts(v, &n->sub->post);
    for (i64 i = 0; i < n->sub->ncases; i++) stmts(v, &n->sub->cases[i].body);
    if (target) map_set_ptr(v->targets, n, NULL);
}

static void stmts(Verifier *v, const IrVec *s) {
    for (i64 i = 0; i < s->len; i++) stmt(v, s->ptr[i]);
}

void ir_verify(IrProgram *p, const IrFunc *f) {
    Arena *a = arena_new("ir_verify");
    Verifier v = {.p = p, .f = f, .vars = map_new_ptr(a), .targets = map_new_ptr(a)};
    for (i64 i = 0; i < f->nparams; i++) map_set_ptr(v.vars, f->params[i], a);
    for (i64 i = 0; i < f->nresults; i++) map_set_ptr(v.vars, f->results[i], a);
    for (i64 i = 0; i < f->ncaptures; i++) map_set_ptr(v.vars, f->captures[i], a);
    for (i64 i = 0; i < f->locals.len; i++) map_set_ptr(v.vars, f->locals.ptr[i], a);
    stmts(&v, &f->body);
    arena_free(a);
}
