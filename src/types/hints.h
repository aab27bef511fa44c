// hints.h - inside of types/: what helps with the error that was reported last (Checker.error), below gc's words.
//
// Each function is called right behind the report it helps with, and does nothing if that was not shown or nobody wants
// help: on the good path none of this runs. A suggestion is a fix that stands to reason; a fix is one that must compile.
#pragma once
#include "types/state.h"

// hints.c: names
void hint_undefined(Checker *, Ident *, bool want_type);
void hint_undefined_in(Checker *, Selector *, Package *);   // pkg.x
void hint_missing_member(Checker *, Operand *, Ident *sel); // x.f
void hint_missing_field(Checker *, Type *, Expr *key);      // T{f: ...}
void hint_declared(Checker *, Object *);                    // "NAME is declared at ..."

// hints_edit.c: what goes, what comes
void hint_unused_var(Checker *, Object *);
void hint_unused_import(Checker *, Object *);
void hint_add_import(Checker *, Str path, const DiagEdit *also); // also: one more edit, behind the imports; or NULL
void hint_replace(Checker *, const void *node, Str text, const char *fmt, ...) PRINTF_LIKE(4, 5); // a fix
