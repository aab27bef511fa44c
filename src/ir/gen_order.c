// gen_order.c - which operands of a statement are read before the calls to their right, and which behind them.
//
// The language orders calls, receive operations and && || only; programs rely on what gc does with the rest, so this is gc's order:
// lengths, slices, assertions to types that are not pointers, the predeclared functions and && || are values at once, as calls are;
// variables, elements, fields, arithmetic, comparisons, map elements, strings made of bytes and composite literals are read when
// all calls of the statement are done. A value that an interface holds by address is copied at once if it is in no variable.
//
// Gen.ahead says how many calls of the statement are not begun yet. Where it is 0 nothing has to be done: gen_early returns its
// operand, and what gen_late encloses is emitted as it is. Else the one is a temporary, the other a BLOCK.
#include "ir/gen.h"

static bool is_effect(Expr *e) {
    if (e->val) return false;
    if (e->kind == ND_UNARY) return ((Unary *)e)->op == OP_RECV;
    if (e->kind != ND_CALL || ((Call *)e)->fun->mode == MODE_TYPE) return false;
    switch (gen_builtin_id(((Call *)e)->fun)) {
    case -1:
    case BUILTIN_APPEND:
    case BUILTIN_COPY:
    case BUILTIN_RECOVER: return true;
    default: return false; // the others read, or stand at the root of a statement
    }
}

typedef bool IsCounted(Expr *);

static i64 count(Expr *e, IsCounted *is);

static i64 count_all(const ExprVec *v, IsCounted *is) {
    i64 n = 0;
    for (i64 i = 0; i < v->len; i++) n += count(v->ptr[i], is);
    return n;
}

// In e, but not inside of functions and types.
static i64 count(Expr *e, IsCounted *is) {
    if (!e || e->val) return 0;
    i64 self = is(e);
    switch (e->kind) {
    case ND_COMPOSITE_LIT: return self + count_all(&((CompositeLit *)e)->elems, is);
    case ND_PAREN: return self + count(((Paren *)e)->e, is);
    case ND_SELECTOR: return self + count(((Selector *)e)->e, is);
    case ND_INDEX: return self + count(((Index *)e)->e, is) + count_all(&((Index *)e)->index, is);
    case ND_SLICE: {
        SliceExpr *x = (SliceExpr *)e;
        return self + count(x->e, is) + count(x->lo, is) + count(x->hi, is) + count(x->max, is);
    }
    case ND_TYPE_ASSERT: return self + count(((TypeAssert *)e)->e, is);
    case ND_CALL: return self + count(((Call *)e)->fun, is) + count_all(&((Call *)e)->args, is);
    case ND_STAR: return self + count(((Star *)e)->e, is);
    case ND_UNARY: return self + count(((Unary *)e)->e, is);
    case ND_BINARY: return self + count(((Binary *)e)->l, is) + count(((Binary *)e)->r, is);
    case ND_KEY_VALUE: return self + count(((KeyValue *)e)->key, is) + count(((KeyValue *)e)->value, is);
    default: return self; // names, literals of functions, types
    }
}

static bool is_literal(Expr *e) { return e->kind == ND_FUNC_LIT; }

i64 gen_count_calls(Expr *e) { return count(e, is_effect); }
i64 gen_count_literals(Expr *e) { return count(e, is_literal); }

static i64 count_comm(SelectStmt *s) {
    i64 n = 0;
    for (i64 i = 0; i < s->clauses.len; i++)
        if (s->clauses.ptr[i]->comm) n += gen_count_stmt(s->clauses.ptr[i]->comm);
    return n;
}

// Calls of the statement's own expressions; statements inside it count theirs when they are reached.
i64 gen_count_stmt(Stmt *s) {
    switch (s->kind) {
    case ND_EXPR_STMT: return gen_count_calls(((ExprStmt *)s)->e);
    case ND_SEND_STMT: return gen_count_calls(((SendStmt *)s)->ch) + gen_count_calls(((SendStmt *)s)->val);
    case ND_ASSIGN_STMT:
        return count_all(&((AssignStmt *)s)->lhs, is_effect) + count_all(&((AssignStmt *)s)->rhs, is_effect);
    case ND_INC_DEC_STMT: return gen_count_calls(((IncDecStmt *)s)->e);
    case ND_GO_STMT:
    case ND_DEFER_STMT: return gen_count_calls(((CallStmt *)s)->call);
    case ND_RETURN_STMT: return count_all(&((ReturnStmt *)s)->results, is_effect);
    case ND_IF_STMT: return gen_count_calls(((IfStmt *)s)->cond);
    case ND_SWITCH_STMT: return gen_count_calls(((SwitchStmt *)s)->tag);
    case ND_TYPE_SWITCH_STMT: return gen_count_calls(((TypeSwitchStmt *)s)->guard->e);
    case ND_FOR_STMT: return gen_count_calls(((ForStmt *)s)->cond);
    case ND_RANGE_STMT: return gen_count_calls(((RangeStmt *)s)->e);
    case ND_SELECT_STMT: return count_comm((SelectStmt *)s);
    default: return 0;
    }
}

i64 gen_count_values(VarDecl *d) { return count_all(&d->values, is_effect); }

void gen_begin(Gen *g, Expr *e) {
    if (g->ahead > 0 && is_effect(e)) g->ahead--;
}

IrNode *gen_early(Gen *g, IrNode *n) { return g->ahead > 0 && n && n->type ? gen_stable(g, n) : n; }

Late gen_late(Gen *g) {
    Late l = {.on = g->ahead > 0};
    if (l.on) {
        l.pre = ANEW(g->nodes, IrVec);
        l.old = gen_into(g, l.pre);
    }
    return l;
}

IrNode *gen_late_end(Gen *g, Late l, IrNode *value) {
    if (!l.on) return value;
    gen_into(g, l.old);
    return gen_block(g, *l.pre, value);
}

// The one part of a struct of one field or an array of one element.
static Type *sole_part(Type *t) {
    for (;;) {
        Type *u = types_under(t);
        if (u->kind == TYPE_STRUCT && u->strct.nfields == 1) t = u->strct.fields[0].var->type;
        else if (u->kind == TYPE_ARRAY && u->array.len == 1) t = u->array.elem;
        else return u;
    }
}

static bool boxed_by_value(Type *t) {
    i64 size = types_size(t), align = types_align(t);
    if (size == 2 && align == 2) return true;
    if ((size == 4 || size == 8) && align == size && !types_has_pointers(t)) return true;
    u8 k = sole_part(t)->kind;
    return k == TYPE_STRING || k == TYPE_SLICE;
}

IrNode *gen_early_boxed(Gen *g, IrNode *n) {
    return g->ahead > 0 && !is_lvalue_node(n) && !boxed_by_value(n->type) ? gen_early(g, n) : n;
}
