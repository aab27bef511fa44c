// gen.h - inside of ir/: building the tree of one function.
//
// gen_expr emits what must happen in order (calls, receives, map accesses, allocations with effects) as statements into g->out
// and returns a tree without such effects, which the caller uses exactly once, in a statement emitted later. That is gc's order too:
// all calls of a statement in lexical order, plain loads after them. Where a tree must be used twice, or must be evaluated
// before something that follows, gen_temp/gen_stable put it into a variable.
// A call node therefore stands only at the root of S_EXPR, S_ASSIGN.b, S_ASSIGN_MULTI.b or of a single S_RETURN value.
#pragma once
#include "ir/ir.h"
#include "types/check.h"

typedef struct Gen Gen;
typedef struct RangeFn RangeFn;

// Where break and continue of a statement go. In the Gen that holds the statement.
typedef struct Target {
    Gen *g;
    IrNode *brk, *cont;
    RangeFn *rf; /* the statement is a range over a function: brk, cont NULL */
} Target;
// An exit out of the body of a range over a function to something further out.
typedef struct RangeExit {
    enum { RX_RETURN, RX_BREAK, RX_CONTINUE, RX_GOTO } kind;
    Stmt *target;
} RangeExit;
struct RangeFn {
    RangeStmt *stmt;
    Gen *parent, *body;
    IrVar *state, *next;  // of parent; next: NULL until an exit needs it
    VEC(RangeExit) exits; // exit i sets next = i + 1
};

struct Gen {
    IrProgram *p;
    Checker *c;
    Arena *a, *nodes; // of the program; of the function's tree, which ends when it is compiled
    const struct Universe *u;
    IrFunc *f;
    Needs *needs; // of the outermost function around f
    Package *pkg;
    TypeEnv *env;
    FuncInfo *info;                // info: of the source function; range bodies share it
    Gen *outer;                    // function around a literal or range body, while that is built
    RangeFn *rf;                   // this is the body of a range over a function
    const struct Counted *counted; // its package's blocks are counted; NULL: they are not
    IrVec *out;                    // where statements go
    Map *vars;                     // Object -> IrVar of this function
    Map *caps;                     // IrVar of the outer function -> IrVar (capture) of this one
    VEC(IrVar *) capvars;
    IrVec capvals;                   // captures and what X_CLOSURE puts there
    Map *targets;                    // Stmt -> Target
    Map *labels;                     // LabeledStmt -> S_LABEL node
    IrVar *defer_token, *recover_sp; // of the real function, for range bodies inside
    i64 *nlits, *nranges, *nwraps;   // counters for names; shared by a function and its range bodies
    i64 counters[3];
    Str name_base;       // symbol that names of closures start with
    bool literal;        // inside a function literal: nested names are base.N
    Pos pos;             // of the statement being generated
    IrNode *fallthrough; // innermost switch clause: the label that fallthrough goes to
    i64 loops;           // loops around the statement
    i64 ahead;           // calls of the statement that are not begun yet (gen_order.c)
    IrVec keep;          // pointers that stay alive until behind the next statement (uintptr arguments of system calls)
};

// ---- gen.c: nodes, variables, functions
void gen_init(Gen *, IrProgram *, IrFunc *, Package *, TypeEnv *, FuncInfo *, Gen *outer);
void gen_signature(Gen *, FuncType *recv_and_params, Field *recv, Type *sig); // params and results as IrVars
void gen_finish(Gen *); // captures into the function, needs of all nodes
IrNode *gen_node(Gen *, IrOp, Type *);
IrNode *gen_int(Gen *, Type *, i64);
IrNode *gen_bool(Gen *, bool);
IrNode *gen_string(Gen *, Type *, Str);
IrNode *gen_zero(Gen *, Type *);
IrNode *gen_var(Gen *, IrVar *);
IrNode *gen_addr(Gen *, IrNode *lvalue);
IrNode *gen_deref(Gen *, IrNode *ptr, bool nonnil);
IrNode *gen_field(Gen *, IrNode *, i64 i);
IrNode *gen_index_node(Gen *, IrNode *base, IrNode *index, bool nocheck);
IrNode *gen_binary(Gen *, Op, IrNode *, IrNode *);
IrNode *gen_cmp(Gen *, Op, IrNode *, IrNode *);
IrNode *gen_not(Gen *, IrNode *);
IrNode *gen_unop(Gen *, IrOp, Type *, IrNode *);
IrNode *gen_bitcast(Gen *, IrNode *, Type *);
IrNode *gen_numconv(Gen *, IrNode *, Type *);
IrNode *gen_rt(Gen *, RtFn, Type *result, int n, ...); // IrNode * operands
IrNode *gen_type_addr(Gen *, Type *);
IrNode *gen_block(Gen *, IrVec body, IrNode *value);
void gen_emit(Gen *, IrNode *stmt);
void gen_assign_node(Gen *, IrNode *lv, IrNode *val, u16 flags); // emits
void gen_emit_expr(Gen *, IrNode *);
IrVar *gen_new_var(Gen *, Type *, const Name *, Object *); // local, not declared yet
IrVar *gen_temp_var(Gen *, Type *);                        // stack even if its address is taken
IrNode *gen_temp(Gen *, IrNode *);                         // value into a new temporary; the VAR
IrNode *gen_stable(Gen *,
                   IrNode *);     // something that may be used several times through gen_dup (constants, temporaries)
IrNode *gen_dup(Gen *, IrNode *); // copy of a tree that is stable or an lvalue made of stable parts
bool gen_is_stable(const IrNode *);
IrNode *gen_stable_place(Gen *, IrNode *lvalue); // lvalue whose operands are stable
IrNode *gen_temp_addr(Gen *, IrNode *);          // address of a (temporary) variable that holds the value
IrNode *gen_hoist(Gen *, IrNode *);              // call-like roots into a temporary
IrNode *gen_if(Gen *, IrNode *cond);             // emits S_IF; fill body/els through gen_into
IrVec *gen_into(Gen *, IrVec *out);              // switches g->out, returns the old one
bool is_call_node(const IrNode *);
typedef VEC(IrFunc *) IrFuncVec;
// inline.c: a round over one function, the first is number 0. Called: the methods that it calls directly from now on; true: another round
// may inline them.
bool ir_inline_round(IrProgram *, IrFunc *, int round, Arena *, IrFuncVec *called);
void ir_keep_copy(IrProgram *, IrFunc **, i64 n); // inline.c: IrFunc.spare of a function and the closures in it
void ir_devirtualise(IrProgram *, IrFunc *, Arena *, IrFuncVec *called); // devirt.c
bool is_lvalue_node(const IrNode *);
void gen_unsupported(Gen *, Pos, const char *what);
Type *gen_subst(Gen *, Type *); // recorded type -> concrete; untyped -> default
Type *gen_type(Gen *, Expr *);  // of an expression
Type *gen_basic(Gen *, TypeKind);
Object *gen_code_field(Gen *);
Type *gen_pointer(Gen *, Type *elem);
Type *gen_uptr(Gen *);
Type *type_elem(Type *); // of pointer, slice, array, chan, map
i64 tuple_len(Type *);
Type *tuple_at(Type *, i64);
Type *result_type(Type *sig); // NULL, the type, or the tuple
bool is_iface(Type *);
bool is_empty_iface(Gen *, Type *);
bool is_blank_expr(Expr *);
IrVar *gen_lookup(Gen *, Object *);             // variable as seen from this function, captured if need be
IrVar *gen_capture(Gen *, Gen *owner, IrVar *); // the same for made-up ones
IrVar *gen_declare(Gen *, Object *);            // new local for a source variable
Gen *gen_root(Gen *);                           // the real function around range bodies
Str gen_closure_name(Gen *, const char *why);   // "func", "-range", "gowrap", "deferwrap"
IrFunc *gen_new_closure(Gen *outer, Gen *inner, Str sym, Type *sig, Pos);
IrNode *gen_make_closure(Gen *outer, Gen *inner); // after the body: FUNC or CLOSURE node

// ---- needs.c
void need_func(Needs *, IrFunc *);
void need_type(Needs *, Type *);
void need_type_asked(Needs *, Type *);
void need_type_full(Needs *, Type *);
void need_type_equal(Needs *, Type *);
void need_itab(Needs *, Type *concrete, Type *iface);
void need_method_wanted(Needs *, IrMethodKey *);
void need_symbol(Needs *, Str sym);
void need_alg(Needs *, IrAlg);
void need_rt(Needs *, RtFn);
void need_global(Needs *, IrGlobal *);
void need_value(Needs *, IrGlobal *, IrData *);
void need_lazy(Needs *, IrGlobal *, IrFunc *init);
void need_reflection(Needs *);
void need_closure(Needs *, IrFunc *);
IrData *need_data(Needs *, IrData *);
Str gen_data_name(Gen *);
IrFunc *gen_func(Gen *, Object *func, TypeEnv *outer_env, TypeList targs); // that the function refers to
IrGlobal *gen_global(Gen *, Object *var);                                  // the same

// ---- gen_expr.c
IrNode *gen_expr(Gen *, Expr *);            // value, no calls left in it
IrNode *gen_expr_root(Gen *, Expr *);       // the same, but a call may stand at its root
IrNode *gen_expr_to(Gen *, Expr *, Type *); // converted as by assignment
IrNode *gen_expr_root_to(Gen *, Expr *, Type *);
IrNode *gen_place(Gen *, Expr *);   // lvalue for addressable expressions, else value
IrNode *gen_addr_of(Gen *, Expr *); // &e
IrNode *gen_cond(Gen *, Expr *);    // bool tree; && and || may hold blocks with calls
IrNode *gen_const(Gen *, Type *, const Exact *);
IrNode *gen_func_value(Gen *, Object *, TypeList *targs);
IrNode *gen_walk_path(Gen *, IrNode *base, i32 *path, i64 n);
IrNode *gen_func_ref(Gen *, IrFunc *, Type *sig);
IrNode *gen_comma_ok(Gen *, Expr *, IrNode **ok);         // v, ok of map index, receive, assertion; both stable
IrNode *gen_compare(Gen *, Op, IrNode *, IrNode *);       // of identical types, any comparable one
IrNode *gen_compare_mixed(Gen *, Op, IrNode *, IrNode *); // one may be an interface
bool gen_has_effects(const IrNode *);
IrNode *gen_binary_op(Gen *, Op, Type *, IrNode *, IrNode *); // arithmetic, concatenation
IrNode *gen_shift_node(Gen *, Op, Type *, IrNode *, IrNode *count);
IrNode *gen_string_tmp(Gen *, Expr *); // string(bytes) as a view of the bytes: only where it is used up at once
Type *gen_tuple_type(Gen *, Type *, Type *);
void gen_assign2(Gen *, IrNode *call, IrNode **a, IrNode **b); // two results into temporaries
IrNode *gen_shift_count(Gen *, Expr *);
IrNode *gen_assert(Gen *, IrNode *iface, Type *to); // panics
void gen_assert2(Gen *, IrNode *iface, Type *to, IrNode **val, IrNode **ok);

// ---- gen_order.c
typedef struct Late {
    bool on;
    IrVec *pre, *old;
} Late;
i64 gen_count_calls(Expr *);    // calls, receives, append, copy: what other operands may depend on
i64 gen_count_literals(Expr *); // functions
i64 gen_count_stmt(Stmt *);
i64 gen_count_values(VarDecl *);
void gen_begin(Gen *, Expr *);                    // its operands come next
IrNode *gen_early(Gen *, IrNode *);               // the value as it is before the calls ahead
IrNode *gen_early_boxed(Gen *, IrNode *);         // the same for what becomes an interface's or a map key's memory
Late gen_late(Gen *);                             // what is emitted from here to gen_late_end ...
IrNode *gen_late_end(Gen *, Late, IrNode *value); // ... happens when the value is used, behind the calls ahead

// ---- gen_lit.c
void gen_literal_elems(Gen *, CompositeLit *, Type *under, void *vec_of_elem, i64 *len);
IrNode *gen_composite(Gen *, CompositeLit *);                  // value
IrNode *gen_composite_addr(Gen *, CompositeLit *, Type *elem); // &T{...}
// ---- gen_static.c
bool gen_static_value(Gen *, IrData *, i64 off, Expr *, Type *t,
                      bool readonly); // whole value into the data, or false (nothing reached)
bool gen_is_static(Gen *, Expr *, Type *t, bool readonly);
IrData *gen_data(Gen *, Type *, i64 size, bool readonly);
void gen_embed(Gen *, IrGlobal *);
Object *gen_static_func(Expr *, TypeList **targs); // declared function that the expression names, or NULL
// ---- gen_conv.c
IrNode *gen_convert(Gen *, IrNode *, Type *to); // any conversion between concrete types, implicit ones included
IrNode *gen_conversion(Gen *, Call *);          // T(x)
IrNode *gen_to_iface(Gen *, IrNode *, Type *iface);
// ---- gen_call.c
IrNode *gen_call(Gen *, Call *);           // call node (not hoisted), any builtin; NULL value: no result
IrNode **gen_tuple(Gen *, Expr *, i64 *n); // values of a multi-value call, in temporaries
bool is_tuple_expr(Expr *);
IrNode *gen_receiver(Gen *, IrNode *walked, Object *method); // takes or follows the address as the method wants
i64 ir_iface_method_index(Checker *, Type *iface, const Name *, Package *);
void gen_nil_check(Gen *, IrNode *ptr_word);
void gen_nil_checks(Gen *, IrNode *place); // gen_builtin.c
void gen_call_args(Gen *, ExprVec args, bool has_dots, Type *sig, IrVec *out);
typedef struct MethodRef {
    IrNode *recv;
    IrFunc *fn;
    i64 index;
    Type *iface;
    Type *sig;
} MethodRef;                                     // fn: static; else interface call on recv
void gen_method(Gen *, Selector *, MethodRef *); // evaluates the receiver
void gen_go_defer(Gen *, CallStmt *);
void gen_note_reflection(Gen *, const Name *method, Type *sig);
// ---- gen_builtin.c
IrNode *gen_builtin(Gen *, Call *, i32 id);
IrNode *gen_builtin_args(Gen *, Call *, i32 id, IrNode **args, i64 n); // operands already evaluated
i64 gen_builtin_operands(Gen *, Call *, i32 id, IrNode **args);        // evaluates them
i32 gen_builtin_id(Expr *fun);                                         // -1 if it is none
IrNode *gen_append(Gen *, Call *);
void gen_append_elems(Gen *, Call *, IrNode *append);
IrNode *gen_frame_depth(Gen *);
IrNode *gen_recover_at(Gen *, IrNode *depth); // recover() on behalf of another frame
// ---- gen_map.c
IrNode *gen_map_get(Gen *, IrNode *m, IrNode *key, bool comma_ok, IrNode **ok); // temporary value
IrNode *gen_map_slot(Gen *, IrNode *m, IrNode *key);                            // lvalue of m[key], made if absent
IrNode *gen_key_hash(Gen *, const Call *); // of a fast function of internal/runtime/maps; NULL: no such call
void gen_map_delete(Gen *, IrNode *m, IrNode *key);
IrNode *gen_map_key(Gen *, Type *map, Expr *key);             // key operand, string([]byte) without copy
IrNode *gen_map_key_in_memory(Gen *, Type *map, IrNode *key); // a key that the runtime takes by address is copied early
IrNode *gen_store_key(Gen *, Type *map, Expr *key);           // of the left side
Type *gen_map_iter_type(Gen *);
IrNode *gen_new_map(Gen *, Type *, IrNode *hint); // hint NULL: none
// ---- gen_chan.c, gen_select.c
IrNode *gen_recv(Gen *, IrNode *ch, bool comma_ok, IrNode **ok);
void gen_send(Gen *, IrNode *ch, IrNode *val);
void gen_select(Gen *, SelectStmt *, Stmt *labeled);
// ---- gen_closure.c
void gen_fill_body(Gen *, BlockStmt *);
IrNode *gen_forward_call(Gen *, MethodRef *, i64 first_param); // call of a method with this function's own parameters
void gen_return_call(Gen *, IrNode *call);
IrNode *gen_func_lit(Gen *, FuncLit *);
IrNode *gen_method_value(Gen *, Selector *);
IrNode *gen_method_expr(Gen *, Selector *);
// ---- gen_stmt.c, gen_assign.c
void gen_stmt(Gen *, Stmt *, Stmt *label);        // label: the LabeledStmt around it, or NULL
void gen_stmts(Gen *, const void *of, StmtVec *); // of: the block or clause that has them
void gen_block_stmt(Gen *, BlockStmt *);
void gen_assign(Gen *, AssignStmt *);
void gen_store(Gen *, Expr *lhs, IrNode *val); // lhs = val (val: any type assignable)
bool gen_range_defines(const RangeStmt *);     // the iteration variables are declared anew in each iteration
void gen_define_or_store(Gen *, Expr *lhs, IrNode *val, bool def);
void gen_store2(Gen *, Expr *l0, IrNode *v0, Expr *l1, IrNode *v1); // l0, l1 = v0, v1
void gen_return(Gen *, ReturnStmt *);
void gen_branch(Gen *, BranchStmt *);
void gen_leave(Gen *, int kind, Stmt *target); // RX_*: break, continue, goto, return (results are stored) from anywhere
void gen_add_target(Gen *, Stmt *, Stmt *label, IrNode *brk, IrNode *cont, RangeFn *);
IrNode *gen_loop_node(Gen *);
void gen_local_decl(Gen *, DeclStmt *);
bool gen_is_def_ident(Expr *); // identifier that declares its object here
// ---- gen_range.c, gen_rangefunc.c, gen_switch.c
void gen_range(Gen *, RangeStmt *, Stmt *label);
void gen_range_func(Gen *, RangeStmt *, Stmt *label, IrNode *fn);
void gen_for(Gen *, ForStmt *, Stmt *label);
void gen_switch(Gen *, SwitchStmt *, Stmt *label);
void gen_type_switch(Gen *, TypeSwitchStmt *, Stmt *label);
// ---- gen_counters.c: -cover
const struct Counted *gen_counted(IrProgram *, Package *);
void gen_count_before(Gen *, const Stmt *);
void gen_count_within(Gen *, const void *list);
void gen_register_counters(Gen *); // of package g->pkg, in its initialiser
void gen_cover_hook(Gen *);        // of package main's
// ---- wrappers.c, alg.c
bool type_plain_memory(Type *); // equality is that of the bytes
// ---- program state of ir/
typedef struct IrGen {
    Map *intrinsic_funcs;
    Type *iter_type, *map_type;
    Map *group_types;
    Map *counted;     // Package -> Counted
    Arena *tmp;       // tables of the function that is being built: until its gen_finish
    const Gen *owner; // of what is in it, the outermost one; NULL: it is empty
    Arena *inlining;  // tables of the function that is inlined into, until the round ends
    Arena *copies;    // IrFunc.spare of all, until ir_end_copies
} IrGen;
Map *gen_table(Gen *, Map **); // one of vars, caps, targets, labels, to put something in
IrGen *ir_gen(IrProgram *);
void ir_escape_batch(IrProgram *, IrFunc **,
                     i64 n); // escape.c: one component of the call graph, closures behind the functions around them

// ---- copies.c ----------------------------------------------------------------------------------------------------------
enum { IR_NOT_PACKED = 0xff };                 // IrNode.has of a node that is kept as it stands
IrNode *ir_pack_node(Arena *, const IrNode *); // its nodes and lists are those of the arena already
const IrNode *ir_unpack_node(IrNode *to, const IrNode *packed);
