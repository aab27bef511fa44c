// syntax_int.h - what the files of syntax/ share: the lexer's state, the parser's state, directives.
#pragma once
#include "syntax/syntax.h"

// ---- directives ------------------------------------------------------------------------------------

// Flags that only the parser knows, above those of PragmaFlag.
enum {
    PRAGMA_GO_BUILD = 1 << 16,
    PRAGMA_FUNC_OTHER = 1 << 17,
    PRAGMA_FUNC_ANY = 0xFFFF & ~PRAGMA_NOTINHEAP,
    PRAGMA_FUNC_OK = PRAGMA_FUNC_ANY | PRAGMA_FUNC_OTHER
};

typedef struct PragmaPos {
    u32 flag;
    Pos pos;
} PragmaPos;

// Directives seen and not yet claimed by a declaration.
typedef struct Pragma {
    u32 flags;
    VEC(PragmaPos) at;
    VEC(Str) patterns; // of //go:embed
    VEC(Pos) embeds;   // one a //go:embed line
} Pragma;

// ---- lexer -----------------------------------------------------------------------------------------

typedef struct Lexer {
    const u8 *text, *end; // *end is NUL
    const u8 *p;          // next byte to look at
    Pos base;             // of text
    bool nlsemi;          // a newline here ends the statement
    bool odd;             // the text has bytes that lex_check_bytes must look at
    const u8 *checked;    // how far it has done so
    // The current token.
    u8 tok, op, prec; // op and prec: of TK_OP, TK_STAR, TK_ASSIGN_OP
    u8 kind;          // of TK_LITERAL
    bool bad;         // literal that was complained about
    Pos pos;
    Str lit; // TK_NAME, TK_LITERAL: text; TK_SEMI: "semicolon", "newline" or "EOF"
    // Surroundings.
    Arena *arena, *keep; // of nodes; of what lasts as long as the file
    Arena *lines;        // of what positions are found by
    Diag *diag;
    SourceFile *src;
    File *file;
    ParseOptions opt;
    i64 nerrors, nreported; // nreported: without those left out as follow-ups
    bool syntax_errors;     // of those, some say "syntax error"
    bool top;               // before the package clause
    bool has_pragma;        // pragma holds something
    Pragma pragma;
} Lexer;

void lex_init(Lexer *, Arena *, Diag *, SourceFile *, File *, ParseOptions); // the first token is not read yet
// In the middle of a text that was looked through before, bytes and all.
void lex_resume(Lexer *, Arena *, Diag *, SourceFile *, File *, i64 offset);
void lex_next(Lexer *);
void lex_check_bytes(Lexer *); // NULs, bad encodings and BOMs in what has been read since the last call
void lex_error(Lexer *, Pos, const char *fmt, ...) PRINTF_LIKE(3, 4); // counted in nerrors
static inline Pos lex_pos_at(const Lexer *l, const u8 *p) { return l->base + (Pos)(p - l->text); }

// Literals; each begins at l->p, which has just passed what is named.
void lex_number(Lexer *, const u8 *start, bool seen_point); // nothing, or the point
void lex_string(Lexer *, const u8 *start);                  // the quote
void lex_raw_string(Lexer *, const u8 *start);              // the quote
void lex_rune(Lexer *, const u8 *start);                    // the quote

// A comment [start, end) that begins with "//go:", "//line " or "/*line ".
void lex_directive(Lexer *, const u8 *start, const u8 *end);
void pragma_clear(Lexer *); // reports what nobody claimed
void pragma_check(Lexer *, const Pragma *, u32 allowed, bool embed_ok);

// ---- parser ----------------------------------------------------------------------------------------

typedef struct Parser {
    Lexer lx;
    Intern *intern;
    File *file;
    int fnest;           // function nesting, for resynchronisation
    int xnest;           // expression nesting; < 0: in a statement header, where { begins the block
    int depth;           // recursion
    i64 last_error_line; // of a syntax error
    void **stack;        // scratch for lists; malloc'd
    i64 nstack, capstack;
} Parser;

enum { MAX_DEPTH = 10000 }; // of nested expressions, types and statements

#define TOK(p)  ((p)->lx.tok)
#define POS(p)  ((p)->lx.pos)
#define BIT(tk) (1ull << (tk))
static inline void next(Parser *p) { lex_next(&p->lx); }
static inline bool got(Parser *p, u8 tok) {
    if (p->lx.tok != tok) return false;
    lex_next(&p->lx);
    return true;
}
void want(Parser *, u8 tok);
bool got_assign(Parser *);          // "="; ":=" with a complaint
void advance(Parser *, u64 follow); // 0: one token
// Messages that begin with "expected ", "in ", "at " or "after " are completed with the current token.
void syntax_error(Parser *, const char *fmt, ...) PRINTF_LIKE(2, 3);
void syntax_error_at(Parser *, Pos, const char *fmt, ...) PRINTF_LIKE(3, 4);
const char *token_word(u8 tok); // "comma", "keyword if"
bool enter(Parser *);           // one level deeper; false (and end of input) if too deep
enum { MAX_CHAIN = 20000 };
bool chain_ok(Parser *p, int length); // reports when not
static inline void leave(Parser *p) { p->depth--; }

// Lists: for (List l = {...}; list_more(p, &l); list_sep(p, &l)) element; end = list_end(p, &l);
typedef struct List {
    const char *context;
    u8 sep, close;
    bool done; // set by the caller: no more elements
    bool broken;
} List;
bool list_more(Parser *, const List *);
void list_sep(Parser *, List *);
Pos list_end(Parser *, List *);

void grow_stack(Parser *);
static inline void push(Parser *p, void *x) {
    if (p->nstack == p->capstack) grow_stack(p);
    p->stack[p->nstack++] = x;
}
void *pop_list(Parser *, i64 mark, i64 *n); // what was pushed since mark, as an array in the arena

#define NEW_EXPR(p, T, k, at) ((T *)new_expr((p), (k), (i64)sizeof(T), (at)))
#define NEW_STMT(p, T, k, at) ((T *)new_stmt((p), (k), (i64)sizeof(T), (at)))
static inline void *new_expr(Parser *p, NodeKind k, i64 size, Pos at) {
    Expr *e = arena_alloc(p->lx.arena, size, 8);
    e->kind = (u8)k;
    e->pos = at;
    return e;
}
static inline void *new_stmt(Parser *p, NodeKind k, i64 size, Pos at) {
    Stmt *s = arena_alloc(p->lx.arena, size, 8);
    s->kind = (u8)k;
    s->pos = at;
    return s;
}

// parse.c
i64 line_of(const SourceFile *, Pos); // from 1
Ident *new_ident(Parser *, Pos, const Name *);
Ident *parse_name(Parser *);
BasicLit *parse_literal_opt(Parser *);
void parse_decls(Parser *, u8 keyword, DeclVec *, bool local); // keyword consumed; CONST, TYPE, VAR, IMPORT
// parse_expr.c
Expr *parse_expression(Parser *);
Expr *parse_binary(Parser *, Expr *left, int prec);
Expr *parse_primary(Parser *, Expr *operand, bool keep_parens);
ExprVec parse_expr_list(Parser *);
Expr *bad_expr(Parser *);
bool is_type_elem(const Expr *);
#define ELEMENTS ((List){"composite literal", TK_COMMA, TK_RBRACE, 0, 0})
void parse_elements(Parser *, CompositeLit *, List *);
// parse_type.c
Expr *parse_type(Parser *);
Expr *parse_type_opt(Parser *);
FuncType *parse_func_type(Parser *, const char *context); // context: why type parameters are not allowed, or NULL
Expr *parse_array_type(Parser *, Pos, Expr *len);
Expr *parse_slice_type(Parser *, Pos);
ExprVec parse_type_list(Parser *, bool strict, bool *comma);
void parse_params(Parser *, FieldList *, Ident *first, Expr *first_type, u8 close, bool need_names, bool dots_ok);
// parse_stmt.c
BlockStmt *parse_func_body(Parser *);
BlockStmt *parse_block(Parser *, const char *context);
// skip.c
const u8 *skip_quoted(const u8 *, const u8 *end);   // a string or rune literal that is well-formed
const u8 *skip_body(const u8 *open, const u8 *end); // from behind "{" to its "}"; NULL: it must be parsed to know
const u8 *skip_numbers(const u8 *open, const u8 *end,
                       u8 *unparsed); // the same of a literal that is LIT_NUMBERS or LIT_INTS
// print.c
void stmt_print(Buf *, const Stmt *); // simple statements, for messages
