// parse.h - inside of syntax/: the parser's state and the calls between its files.
#pragma once
#include "syntax/lex.h"

typedef struct PragmaMark { u32 flag; Pos pos; } PragmaMark;

typedef struct Parser {
    Lexer l;                 // l.tok is the current token
    Arena *a; Diag *diag; File *file;
    i32 fnest, xnest;        // function nesting; expression nesting (< 0: in control clause: no composite literals of bare type names)
    i32 depth;               // nesting of everything, against stack overflow
    i64 last_error_line;     // one syntax error a line
    u32 pragma; EmbedPatterns *embed; // collected from //go: comments for the next declaration
    VEC(PragmaMark) marks;   // where each of them stands
    bool user_code;
    bool too_deep;
} Parser;

// parse.c: tokens and errors
bool got(Parser *, enum Token); void want(Parser *, enum Token); bool got_assign(Parser *);
static inline void next_tok(Parser *p) { lex_next(&p->l); }
void syntax_error_at(Parser *, Pos, const char *msg); void syntax_error(Parser *, const char *msg);
void plain_error(Parser *, Pos, const char *msg); // without "syntax error: ": the checker still runs
void advance(Parser *, const enum Token *follow, i64 n);
const char *tok_string(enum Token);
bool enter(Parser *);        // one level deeper; false (and reported once) beyond the limit
static inline void leave(Parser *p) { p->depth--; }
Pos list_of(Parser *, const char *context, enum Token sep, enum Token close, bool (*f)(Parser *, void *), void *ctx);
Ident *new_ident(Parser *, Pos, const Name *); Ident *parse_name(Parser *);
Expr *bad_expr(Parser *, Pos);
#define NEW_EXPR(p, T, k, at) ((T *)new_expr((p), (i64)sizeof(T), (k), (at)))
#define NEW_STMT(p, T, k, at) ((T *)new_stmt((p), (i64)sizeof(T), (k), (at)))
void *new_expr(Parser *, i64 size, NodeKind, Pos); void *new_stmt(Parser *, i64 size, NodeKind, Pos);
// parse_expr.c
Expr *parse_expr_(Parser *); Expr *parse_binary(Parser *, Expr *x, i32 prec); Expr *parse_unary(Parser *); void parse_expr_list(Parser *, ExprVec *);
Expr *parse_pexpr(Parser *, Expr *x, bool keep_parens); Expr *type_or_nil(Parser *); Expr *parse_type(Parser *); Expr *parse_operand_lit(Parser *);
Expr *qualified_name(Parser *, Ident *first);
BasicLit *parse_lit(Parser *);
FuncType *parse_func_type(Parser *, Pos, const char *context);
FieldList *parse_param_list(Parser *, FieldList *, Ident *first_name, Expr *first_type, enum Token close, bool require_names);
Expr *parse_array_or_targs(Parser *);
Expr *array_type(Parser *, Pos, Expr *len); Expr *slice_type(Parser *, Pos);
void parse_type_list(Parser *, ExprVec *);
// parse_stmt.c
BlockStmt *parse_func_body(Parser *); BlockStmt *parse_block(Parser *, Pos); void parse_stmt_list(Parser *, StmtVec *);
Stmt *stmt_or_nil(Parser *);
// parse_decl.c
void parse_decl_group(Parser *, DeclVec *, enum Token keyword); void clear_pragma(Parser *); // what nothing takes is misplaced
u32 take_pragma(Parser *, u32 allowed); // for the declaration that begins; others are misplaced
enum { PRAGMA_GO_BUILD = 1 << 30, PRAGMA_OF_FUNC = 0x7FF & ~PRAGMA_NOTINHEAP };
