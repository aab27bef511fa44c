// cover_int.h - what cover.c asks of cover_walk.c.
#pragma once
#include "syntax/syntax.h"

typedef void LiteralFn(void *ctx, const FuncLit *);
// Each literal that is not inside another one. NULL expressions and statements have none; control statements are not looked into.
void literals_in_expr(const Expr *, LiteralFn *, void *ctx);
void literals_in_simple(const Stmt *, LiteralFn *, void *ctx);
void literals_in_decl(const Decl *, LiteralFn *, void *ctx);

const u8 *simple_stmt_end(const u8 *start,
                          const u8 *end);       // behind the last token of a statement without a block of its own
const u8 *find_else(const u8 *, const u8 *end); // the next word "else"
