// hints.h - inside of types/: what helps with the error that was reported last (Checker.error), below gc's words.
//
// Each function is called right behind the report it helps with, and does nothing if that was not shown or nobody wants
// help: on the good path none of this runs. A suggestion is a fix that stands to reason; a fix is one that must compile.
#pragma once
#include "types/state.h"

// hints.c: names
void hint_undefined(Checker *, Ident *, bool want_type);
void hint_undefined_in(Checker *, Selector *, Package *);                 // pkg.x
void hint_missing_member(Checker *, Operand *, Ident *sel);               // x.f
bool hint_translate_member(Checker *, const Operand *, const Ident *sel); // hints_members.c: x.length
void hint_missing_field(Checker *, Type *, Expr *key);                    // T{f: ...}
void hint_declared(Checker *, Object *);                                  // "NAME is declared at ..."

void hint_near_label(Checker *, Ident *, LabeledStmt *const *labels, i64 n);

// hints_edit.c: what goes, what comes
void hint_unused_var(Checker *, Object *);
void hint_unused_label(Checker *, LabeledStmt *);
void hint_unused_guard(Checker *, TypeSwitchGuard *);
void hint_unused_import(Checker *, Object *);
DiagEdit hint_import_edit(Checker *, Str path); // of the file that is being checked
// Adds an import to the file, beside up to one other edit behind it; sure: it is known to compile.
void hint_add_import(Checker *, Str path, bool sure, const DiagEdit *also, i64 nalso);
void hint_constant(Checker *, const Operand *); // hints_members.c: it is assigned to
void hint_replace(Checker *, const void *node, Str text, const char *fmt, ...) PRINTF_LIKE(4, 5); // a fix

// hints_types.c: values that do not have the type or number that is wanted
void hint_unassignable(Checker *, Operand *, Type *);
void hint_spread(Checker *, Operand *, Type *,
                 Expr *callee); // of a slice where one of a variadic function's elements is wanted
void hint_missing_methods(Checker *, Type *v, Type *iface);
void hint_mismatch(Checker *, Operand *x, Operand *y, Op, bool assigns); // assigns: x op= y
void hint_incomparable(Checker *, Operand *, Op);
void hint_condition(Checker *, Operand *);
void hint_not(Checker *, Operand *, Unary *);
void hint_not_used(Checker *, Operand *);
void hint_no_new(Checker *, AssignStmt *);
void hint_suspended(Checker *, Expr *);
void hint_arg_count(Checker *, Call *, Type *sig, i64 nargs);
void hint_assign_count(Checker *, ExprVec *rhs, AssignStmt *, i64 l, i64 r); // AssignStmt: NULL if it is a declaration
void hint_return_count(Checker *, Stmt *, Operand *, i64 have);
void hint_missing_return(Checker *, Type *sig, Pos rbrace);
