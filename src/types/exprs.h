// exprs.h - inside of types/: expressions and statements.
#pragma once
#include "types/decls.h"

// Expr.flags
enum {
    XF_UNTYPED = 1,   // type is untyped and may still change (update_expr_type)
    XF_SHIFT_LHS = 2, // untyped left operand of a non-constant shift: its final type must be an integer type
    XF_PANIC = 4,     // call of the predeclared panic
};

typedef VEC(Operand) OperandVec;

// What an expression may do as a statement.
typedef enum ExprUse { USE_CONVERSION, USE_EXPRESSION, USE_STATEMENT } ExprUse;

// Why an untyped operand does not fit a type.
typedef enum Misfit { FITS, MISFIT_TRUNCATED, MISFIT_OVERFLOWS, MISFIT_OTHER } Misfit;

// Where a value goes, in words; the callee is printed only when an error needs it.
typedef struct Context {
    const char *text;
    Expr *callee;
} Context;
#define IN(t) ((Context){(t), NULL})

// The function type a generic function is assigned to, and what to call its place in messages.
typedef struct Target {
    Type *sig;
    Str desc;
} Target;

#define INVALID  (c->u.basic[TYPE_INVALID])
#define BASIC(k) (c->u.basic[TYPE_##k])
#define AT(n)    at_node(c, n)

// Where an error about a node is reported; what it is about is remembered, to be underlined.
static inline Pos at_node(Checker *c, const void *n) {
    c->about = n;
    return c->about_start = node_start(n);
}
static inline Pos at_operand(Checker *c, const Operand *x) { return x->expr ? at_node(c, x->expr) : 0; }
#define at_op(x) at_operand(c, x)
static inline bool is_nil(const Operand *x) { return x->mode == MODE_NIL; }
static inline void invalidate(Operand *x) { x->mode = MODE_INVALID; }
static inline i64 tuple_len(const Type *t) { return t ? t->tuple.n : 0; }

// operand.c
const char *composite_kind(Type *); // "array", ...; "" for basic types
Str estr(Checker *, const void *expr);
Str types_summary(Checker *, Type **list, i64 n, bool variadic,
                  bool has_dots); // "(int, string)" of counts that do not match
Str tuple_summary(Checker *, Type *tuple, bool variadic);
Str operands_summary(Checker *, OperandVec *, bool has_dots);

// const.c
void check_overflow(Checker *, Operand *, Pos op_pos);
void check_representable(Checker *, Operand *, Type *basic);
Misfit implicit_type(Checker *, Operand *, Type *target, Type **newtype, const Exact **val);
void set_const(Operand *, Type *, const Exact *);

// record.c
void record_operand(Checker *, Operand *);
void update_expr_type(Checker *, Expr *, Type *, bool final);
void update_expr_val(Expr *, const Exact *);
void record_comma_ok(Expr *);
void record_targs(Checker *, Expr *fun, TypeList targs);
Object *root_variable(Expr *); // variable a place is part of, without going through a pointer
void mark_address_taken(Expr *);
void mark_reassigned(Expr *);

// expr.c
ExprUse raw_expr(Checker *, const Target *, Operand *, Expr *, Type *hint, bool allow_generic);
void expr_with_target(Checker *, const Target *, Operand *, Expr *);
void expr_with_hint(Checker *, Operand *, Expr *, Type *hint);
void generic_expr(Checker *, Operand *, Expr *);
void multi_values(Checker *, Expr *, bool allow_comma_ok, OperandVec *, bool *comma_ok);
void expr_list(Checker *, ExprVec *, OperandVec *);
void exclude(Checker *, Operand *, unsigned modes);
enum { NOT_VALUE = 1 << MODE_NO_VALUE | 1 << MODE_BUILTIN | 1 << MODE_TYPE };
void single_value(Checker *, Operand *);
void non_generic(Checker *, const Target *, Operand *);
Target *make_target(Target *, Type *, Str desc); // NULL if the type is no function type
void check_binary(Checker *, Operand *, Expr *e, Expr *l, Expr *r, Op);
void match_types(Checker *, Operand *x, Operand *y);
void check_comparison(Checker *, Operand *x, Operand *y, Op, bool switch_case);
Type *chan_elem(Checker *, Pos, Operand *, bool recv);
void type_assertion(Checker *, Expr *e, Operand *x, Type *t, bool type_switch);
Object *lookup_name(Checker *, const Name *);
bool use_expr(Checker *, Expr *, bool lhs);
bool use_exprs(Checker *, ExprVec *);
bool use_lhs(Checker *, ExprVec *);

// Visits the types of t's type set; stops when fn says false.
typedef bool (*EachType)(void *ctx, Type *t, Type *under);
bool under_is(Checker *, Type *, EachType, void *ctx);
// The single underlying type of t's set; NULL and *err if there is none. cond may refuse a type.
typedef bool (*TypeCond)(Checker *, Type *t, Type *under, Str *err);
Type *common_under(Checker *, Type *, TypeCond, Str *err);

// index.c
bool check_index_expr(Checker *, Operand *, Index *); // true: a generic function, to be instantiated by the caller
void check_slice_expr(Checker *, Operand *, SliceExpr *);
Type *check_index_value(Checker *, Expr *, i64 max, i64 *val); // invalid type if bad; *val -1 if not constant
bool is_valid_index(Checker *, Operand *, const char *what, bool allow_negative);
Type *array_ptr_deref(Type *);

// call.c
ExprUse check_call(Checker *, Operand *, Call *);
TypeList func_inst(Checker *, const Target *, Pos, Operand *, Index *inst, bool infer);
Type *check_arguments(Checker *, Call *, Type *sig, TypeList targs, ExprVec *xlist, OperandVec *args, TypeList *atargs);

// selector.c
Str lookup_error(Checker *, Type *, const Name *, Object *alt, bool struct_lit);
Type *clone_signature(Checker *, Type *);

// constset.c
typedef struct ConstSet {
    Map *nums, *strs, *others;
} ConstSet; // constants seen, each with the types it had
typedef struct SeenConst {
    Type *type;
    Pos pos;
    struct SeenConst *next;
} SeenConst;
SeenConst **const_set_slot(Checker *, ConstSet *, const Exact *, bool all_kinds); // NULL if such values are not tracked

// builtins.c, conversion.c, literal.c
bool check_builtin(Checker *, Operand *, Call *, BuiltinId);
ExprUse builtin_use(BuiltinId);
void check_basic_lit(Checker *, Operand *, BasicLit *);
void check_func_lit(Checker *, Operand *, FuncLit *);
void check_composite_lit(Checker *, Operand *, CompositeLit *, Type *hint);

// assign.c
void assign(Checker *, Operand *, Type *, Context);
Type *check_lhs(Checker *, Expr *); // NULL for _
void assign_var(Checker *, Expr *lhs, Expr *rhs, Operand *, const char *context);
void assign_vars(Checker *, ExprVec *lhs, ExprVec *rhs);
void init_var(Checker *, Object *, Operand *, const char *context);
void init_vars(Checker *, Object **lhs, i64 nlhs, ExprVec *rhs, Stmt *return_stmt);
void short_var_decl(Checker *, AssignStmt *, bool per_iteration);
Object *new_local(Checker *, Ident *, Type *);

// stmt.c, switch.c, range.c
enum { BREAK_OK = 1, CONTINUE_OK = 2 };
void check_stmt(Checker *, Stmt *);
void check_stmts(Checker *, StmtVec *);
Scope *push_scope(Checker *, const char *comment);
void pop_scope(Checker *); // reports unused variables
void check_switch(Checker *, SwitchStmt *);
void check_type_switch(Checker *, TypeSwitchStmt *);
void check_range(Checker *, RangeStmt *);

// branches.c, return.c
void check_branches(Checker *, BlockStmt *);
bool is_terminating(Stmt *);
