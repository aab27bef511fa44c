// check.h - inside of types/: what the files of the checker offer each other. Its state: state.h.
//
// decls.h is private to declarations and types (universe, scopes, collect, decl, typexpr, signature, named, typeset, lookup,
// predicates, subst, infer, unify, validtype, mono, initorder, latecheck, driver); exprs.h adds what is private to expressions
// and statements. The method is that of go/types (well-known; facts and wordings, not its code).
#pragma once
#include "types/state.h"

// ---- declarations and types --------------------------------------------------------------------------------------
Type *check_type(Checker *, Expr *);                     // type expression -> type (invalid after an error); records
Type *check_var_type(Checker *, Expr *);                 // also rejects constraint interfaces
Type *check_generic_type(Checker *, Expr *, Str *cause); // generic type without instantiation allowed
Type *check_def_type(Checker *, Expr *, Object *def);
void check_ident(
    Checker *, Operand *, Ident *,
    bool want_type); // any identifier: sets operand mode, resolves the object on demand, notes use and dependency
Type *check_func_type(Checker *, FuncType *, Field *recv,
                      Scope **body_scope);   // signature with parameters declared in *body_scope
void check_decl_stmt(Checker *, DeclStmt *); // local const, type, var declarations
void check_obj_decl(Checker *, Object *);
void check_declare(Checker *, Scope *, Ident *, Object *, Pos scope_pos); // reports redeclaration
void check_add_dependency(Checker *, Object *);
Type *check_instantiate(
    Checker *, Pos, Type *orig, TypeList targs,
    Expr **
        arg_exprs); // type or signature (result not generic); constraints are verified later, reported. arg_exprs: NULL or targs.len entries, NULL where inferred
// .ptr NULL if that failed. err_reason NULL: the error was reported at its place. Else: not reported; *err_reason (empty: stay
// silent, reported before) belongs at c->infer_pos; the caller puts "in call to f, " in front of it.
TypeList check_infer(Checker *, Pos, TypeList tparams, TypeList targs, Type *params, Operand *args, i64 nargs,
                     bool reverse, Str *err_reason);
TypeList check_rename_tparams(Checker *, TypeList tparams,
                              Type **typ);             // fresh type parameters for inference; *typ is rewritten to them
bool check_is_parameterized(TypeList tparams, Type *); // mentions one of tparams
bool check_has_invalid(Type *);                        // is the invalid type (through aliases)
bool check_implements(Checker *, Pos, Type *v, Type *t, bool constraint, bool comparable_as_iface, Str *cause);
bool check_assignable_types(Checker *, Operand *, Type *t, Str *cause); // operand assignability
bool check_missing_method(Checker *, Type *v, Type *iface, bool static_,
                          Str *cause); // true: one is missing or has the wrong type, cause says "(missing method M)" ...
bool check_allow_version(Checker *, Pos, int go_minor); // of the file being checked (env.file, else the package)
bool check_verify_version(Checker *, Pos, int go_minor, const char *fmt, ...)
    PRINTF_LIKE(4, 5); // reports "<fmt> requires go1.N or later"
// Delayed actions: a FIFO. They run with the package, file and declaration that were current when they were pushed.
void check_later(Checker *, void (*fn)(Checker *, void *), void *arg);
i64 check_delayed_top(Checker *); // mark before a statement ...
void check_process_delayed(Checker *,
                           i64 top); // ... run what was pushed since (function literals before scopes change)
// Package objects: scope_lookup in pkg->scope collects the package on the way if that was not done yet.
// check_func_type records its scope in sig->sig.scope: check_func_body opens the body in it.
bool type_is_typed(Type *);
bool type_is_boolean(Type *);
bool type_is_numeric(Type *);
bool type_is_string(Type *);
bool type_is_integer(Type *);
bool type_is_unsigned(Type *);
bool type_is_float(Type *);
bool type_is_complex(Type *);
bool type_is_const_type(Type *);
bool type_is_untyped(Type *);
bool type_is_untyped_numeric(Type *);
bool type_all_boolean(Type *);
bool type_all_integer(Type *);
bool type_all_unsigned(Type *);
bool type_all_numeric(Type *);
bool type_all_string(Type *);
bool type_all_ordered(Type *);
bool type_all_numeric_or_string(Type *); // over type sets
bool type_is_param(Type *);
bool type_is_interface_not_param(Type *);
bool type_is_generic(Type *);
bool type_comparable_dynamic(Checker *, Type *, bool dynamic, Str *cause);
bool type_typeset_each(Checker *, Type *t, bool (*fn)(void *ctx, Type *t, Type *under),
                       void *ctx); // terms of t's type set; (NULL,NULL) once if it has no specific types
Type *type_common_under(Checker *, Type *t, bool (*cond)(Type *t, Type *u, Str *err),
                        Str *err); // single underlying type of the set, chan/bytestring rules as 1.26
Object *check_lookup_field_or_method(Checker *, Type *, bool addressable, Package *, const Name *, bool fold_case,
                                     i32 **path, i64 *npath, bool *indirect);
Type *types_subst_list(Checker *, Type *, TypeList tparams, TypeList targs); // plain substitution

// ---- expressions and statements ----------------------------------------------------------------------------------
void check_expr(Checker *, Type *target /* or NULL */, Operand *, Expr *); // single value
void check_multi_expr(Checker *, Operand *, Expr *, bool *comma_ok);
void check_expr_or_type(Checker *, Operand *, Expr *, bool allow_generic);
void check_raw_expr(Checker *, Type *target, Operand *, Expr *, Type *hint, bool allow_generic);
void check_const_decl(Checker *, Object *, Expr *type, Expr *init, bool inherited);
void check_var_decl(Checker *, Object *, Object **lhs, i64 nlhs, Expr *type,
                    Expr *init); // lhs: all variables of a multi-value init, or NULL
void check_init_const(Checker *, Object *lhs, Operand *);
void check_init_vars(Checker *, Object **lhs, i64 nlhs, Expr **rhs, i64 nrhs, Stmt *return_stmt);
void check_assignment(Checker *, Operand *, Type *, const char *context);
void check_func_body(Checker *, DeclInfo *, Str name, Type *sig, BlockStmt *, FuncInfo *,
                     const Exact *iota); // statements, labels, returns, usage
void check_convert_untyped(Checker *, Operand *, Type *target);
void check_conversion(Checker *, Operand *, Type *);
bool type_convertible(Checker *, Operand *, Type *, Str *cause);
i64 check_array_length(Checker *, Expr *); // -1 after an error
bool const_representable(Checker *, const Exact *, Type *basic, const Exact **rounded);
void record_type_and_value(Checker *, Expr *, u8 mode, Type *, const Exact *);
void record_untyped(Checker *); // at the end of a declaration: final types of untyped expressions
void operand_string(Buf *, const Operand *, Package *rel);
void check_selector(Checker *, Operand *, Selector *, bool want_type); // qualified identifiers, fields, methods
void check_use(Checker *, Expr *);                                     // evaluates e only for its uses, errors or not
void check_sigs_usage(Checker *, Scope *);                             // unused variables

// ---- errors (they add gc's suffix of version errors) ---------------------------------------------------------------
void check_errorf(Checker *, Pos, const char *fmt, ...)
    PRINTF_LIKE(3, 4); // silent if an argument says "invalid type"/"invalid operand"
void check_soft_errorf(Checker *, Pos, const char *fmt, ...) PRINTF_LIKE(3, 4);
Str tstr(Checker *, Type *); // relative to the current package, in the checker's arena
Str ostr(Checker *, const Operand *);
