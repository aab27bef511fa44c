// syntax.h - Go source text -> tree.
//
// In:   a SourceFile. Out: a File of nodes in the package's arena; errors in Diag with the wording of
// gc's parser ("syntax error: unexpected newline, expected ..."). After an error the parser resyncs
// and goes on; the tree then holds ND_BAD_EXPR/ND_BAD_STMT, on which the checker is silent.
// Positions: Node.pos is what gc's syntax package calls Pos() (a binary expression's is its operator, an
// assignment's its operator, a call's its "(", a selector's its ".", an index's its "[", ...);
// node_start/node_end give the extent. Errors are reported at node_start in most cases.
// Directives (//line, //go:...) are dealt with here, misplaced ones included. Parentheses around types are not kept,
// except in expressions.
// Fields below a line "checker:" are filled by types/ and only read afterwards.
#pragma once
#include "base/base.h"

typedef struct Type Type; // types/types.h
typedef struct Object Object;
typedef struct Scope Scope;
typedef struct Selection Selection;
typedef struct TypeList TypeList;
typedef struct Node Node;
typedef struct Expr Expr;
typedef struct Stmt Stmt;
typedef struct Decl Decl;
typedef struct BlockStmt BlockStmt;
typedef struct FuncType FuncType;
typedef struct FieldList FieldList;

enum Token {
#define T(n, s) TK_##n,
#define K(n, s) TK_##n,
#include "syntax/tokens.def"
#undef T
#undef K
    TK_COUNT
};
const char *token_text(enum Token);

// Operators, binary ones in order of precedence.
typedef enum Op {
    OP_NONE,
    OP_DEF /* := */,
    OP_NOT,
    OP_RECV,
    OP_TILDE,
    OP_ADDR /* unary & */, // unary only (also ADD SUB XOR AND MUL are used unary; & of an operand is OP_ADDR)
    OP_OROR,
    OP_ANDAND,
    OP_EQL,
    OP_NEQ,
    OP_LSS,
    OP_LEQ,
    OP_GTR,
    OP_GEQ,
    OP_ADD,
    OP_SUB,
    OP_OR,
    OP_XOR,
    OP_MUL,
    OP_DIV,
    OP_REM,
    OP_AND,
    OP_ANDNOT,
    OP_SHL,
    OP_SHR,
    OP_COUNT
} Op;
const char *op_text(Op);

typedef enum NodeKind {
    // expressions and types
    ND_BAD_EXPR,
    ND_IDENT,
    ND_BASIC_LIT,
    ND_COMPOSITE_LIT,
    ND_FUNC_LIT,
    ND_PAREN,
    ND_SELECTOR,
    ND_INDEX,
    ND_SLICE,
    ND_TYPE_ASSERT,
    ND_TYPE_SWITCH_GUARD,
    ND_CALL,
    ND_STAR,
    ND_UNARY,
    ND_BINARY,
    ND_KEY_VALUE,
    ND_ARRAY_TYPE,
    ND_SLICE_TYPE,
    ND_DOTS,
    ND_STRUCT_TYPE,
    ND_FUNC_TYPE,
    ND_INTERFACE_TYPE,
    ND_MAP_TYPE,
    ND_CHAN_TYPE,
    // statements
    ND_BAD_STMT,
    ND_EMPTY_STMT,
    ND_EXPR_STMT,
    ND_SEND_STMT,
    ND_ASSIGN_STMT,
    ND_INC_DEC_STMT,
    ND_GO_STMT,
    ND_DEFER_STMT,
    ND_RETURN_STMT,
    ND_BRANCH_STMT,
    ND_BLOCK_STMT,
    ND_IF_STMT,
    ND_SWITCH_STMT,
    ND_TYPE_SWITCH_STMT,
    ND_SELECT_STMT,
    ND_FOR_STMT,
    ND_RANGE_STMT,
    ND_LABELED_STMT,
    ND_DECL_STMT,
    ND_CASE_CLAUSE,
    ND_COMM_CLAUSE,
    // declarations
    ND_IMPORT_DECL,
    ND_CONST_DECL,
    ND_VAR_DECL,
    ND_TYPE_DECL,
    ND_FUNC_DECL,
    ND_COUNT
} NodeKind;

struct Node {
    u8 kind;
    Pos pos;
};

// ---- expressions ---------------------------------------------------------------------------------
struct Expr {
    u8 kind;
    u8 mode;     // checker: enum OperandMode of types.h (0: not checked)
    u8 comma_ok; // checker: used in a two-value context; type is then still the single value's type
    u8 flags;    // checker: private
    Pos pos;
    Type *type; // checker: final type (of untyped operands: the type they were converted to); tuple for multi-value calls
    const Exact *val; // checker: constant value, NULL if not constant
};
typedef VEC(Expr *) ExprVec;

typedef struct Ident {
    Expr x;
    const Name *name;
    Object *obj;     /* checker: what it denotes or declares */
    TypeList *targs; /* checker: inferred or given instantiation of a generic function */
} Ident;
typedef enum LitKind { LIT_INT, LIT_FLOAT, LIT_IMAG, LIT_RUNE, LIT_STRING } LitKind;
typedef struct BasicLit {
    Expr x;
    u8 lit;
    bool bad;
    Str text; /* as in the source */
} BasicLit;
enum { LIT_NUMBERS = 1, LIT_INTS }; // integer literals, also in braces of their own; nothing but integer literals
typedef struct CompositeLit {
    Expr x;
    Expr *type; /* or NULL when elided */
    ExprVec elems;
    int nkeys;
    u8 unparsed; // LIT_NUMBERS, LIT_INTS: not looked at yet, elems is empty (parse_literal)
    Pos rbrace;
    u64 *ints; // instead of elems: what the checker took from the text of a table of integers
    i64 nints;
} CompositeLit; // elems: KeyValue or plain; x.type: the literal's type (elided &T{}: pointer type, checker sets implicit_addr)
typedef struct FuncLit {
    Expr x;
    FuncType *type;
    BlockStmt *body;
    struct FuncInfo *info; /* checker */
} FuncLit;
typedef struct Paren {
    Expr x;
    Expr *e;
} Paren;
typedef struct Selector {
    Expr x;
    Expr *e;
    Ident *sel;
    Selection *selection; /* checker: NULL for a qualified identifier (then sel->obj) */
} Selector;
typedef struct Index {
    Expr x;
    Expr *e;
    ExprVec index;   /* one, or type arguments */
    TypeList *targs; /* checker: if it is an instantiation of a generic function (complete, inferred ones included) */
} Index;
typedef struct SliceExpr {
    Expr x;
    Expr *e;
    Expr *lo, *hi, *max;
    bool full;
} SliceExpr;
typedef struct TypeAssert {
    Expr x;
    Expr *e;
    Expr *type;
} TypeAssert;
typedef struct TypeSwitchGuard {
    Expr x;
    Ident *lhs; /* or NULL */
    Expr *e;
} TypeSwitchGuard; // e.(type), elsewhere than in TypeSwitchStmt the checker complains
typedef struct Call {
    Expr x;
    Expr *fun;
    ExprVec args;
    bool has_dots;
    Pos rparen;
} Call; // conversion, builtin or call: see fun->mode
typedef struct Star {
    Expr x;
    Expr *e;
} Star; // *e: dereference or pointer type
typedef struct Unary {
    Expr x;
    Op op;
    Expr *e;
} Unary;
typedef struct Binary {
    Expr x;
    Op op;
    Expr *l, *r;
} Binary;
typedef struct KeyValue {
    Expr x;
    Expr *key, *value;
} KeyValue;
typedef struct ArrayType {
    Expr x;
    Expr *len; /* NULL for [...] */
    Expr *elem;
} ArrayType;
typedef struct SliceType {
    Expr x;
    Expr *elem;
} SliceType;
typedef struct DotsType {
    Expr x;
    Expr *elem;
} DotsType; // ...T in a parameter list
typedef struct Field {
    Pos pos;
    Ident *name; /* NULL: unnamed / embedded */
    Expr *type;  /* shared by a, b T */
    BasicLit *tag;
    bool embedded;
} Field;
struct FieldList {
    Pos open, close;
    VEC(Field *) fields;
};
typedef struct StructType {
    Expr x;
    FieldList fields;
} StructType;
struct FuncType {
    Expr x;
    FieldList *tparams; /* or NULL */
    FieldList params, results;
};
typedef struct InterfaceType {
    Expr x;
    FieldList methods;
} InterfaceType; // name+FuncType: method; name NULL: embedded element (unions as ND_BINARY OP_OR, ~ as ND_UNARY OP_TILDE)
typedef struct MapType {
    Expr x;
    Expr *key, *elem;
} MapType;
typedef enum ChanDir { CHAN_BOTH, CHAN_SEND, CHAN_RECV } ChanDir;
typedef struct ChanType {
    Expr x;
    u8 dir;
    Expr *elem;
} ChanType;

// ---- statements ------------------------------------------------------------------------------------
struct Stmt {
    u8 kind;
    Pos pos;
};
typedef VEC(Stmt *) StmtVec;
typedef struct ExprStmt {
    Stmt s;
    Expr *e;
} ExprStmt;
typedef struct SendStmt {
    Stmt s;
    Expr *ch, *val;
} SendStmt;
typedef struct AssignStmt {
    Stmt s;
    Op op; /* OP_NONE '=', OP_DEF ':=', else op= */
    ExprVec lhs, rhs;
} AssignStmt;
typedef struct IncDecStmt {
    Stmt s;
    bool inc;
    Expr *e;
} IncDecStmt;
typedef struct CallStmt {
    Stmt s;
    Expr *call; /* anything; the checker wants a call */
} CallStmt;     // ND_GO_STMT, ND_DEFER_STMT
typedef struct ReturnStmt {
    Stmt s;
    ExprVec results;
} ReturnStmt;
typedef struct LabeledStmt LabeledStmt;
typedef struct BranchStmt {
    Stmt s;
    enum Token tok; /* BREAK CONTINUE FALLTHROUGH GOTO */
    Ident *label;
    Stmt *target; /* checker: LabeledStmt for labels (goto) or the enclosing statement (break, continue) */
} BranchStmt;
struct BlockStmt {
    Stmt s;
    StmtVec list;
    Pos rbrace;
    // of a function's body:
    bool had_errors; // with syntax errors: labels are not checked
    bool branches_checked, has_goto;
    bool unparsed; // not looked at yet: list is empty (parse_body)
};
typedef struct IfStmt {
    Stmt s;
    Stmt *init;
    Expr *cond;
    BlockStmt *then;
    Stmt *els; /* IfStmt or BlockStmt */
} IfStmt;
typedef struct CaseClause {
    Stmt s;
    ExprVec exprs;
    bool is_default;
    StmtVec body;
    Pos colon;
    Object *obj; /* checker: the variable of a type switch in this clause */
} CaseClause;
typedef struct SwitchStmt {
    Stmt s;
    Stmt *init;
    Expr *tag;
    VEC(CaseClause *) clauses;
    Pos lbrace, rbrace;
} SwitchStmt;
typedef struct TypeSwitchStmt {
    Stmt s;
    Stmt *init;
    TypeSwitchGuard *guard;
    VEC(CaseClause *) clauses;
    Pos lbrace, rbrace;
} TypeSwitchStmt;
typedef struct CommClause {
    Stmt s;
    Stmt *comm; /* send, receive as ExprStmt or AssignStmt; NULL default */
    StmtVec body;
    Pos colon;
} CommClause;
typedef struct SelectStmt {
    Stmt s;
    VEC(CommClause *) clauses;
    Pos lbrace, rbrace;
} SelectStmt;
typedef struct ForStmt {
    Stmt s;
    Stmt *init;
    Expr *cond;
    Stmt *post;
    BlockStmt *body;
} ForStmt;
typedef struct RangeStmt {
    Stmt s;
    bool def;
    Expr *key, *value; /* or NULL; def: Idents */
    Expr *extra;       /* a third variable, which is an error */
    Expr *e;
    BlockStmt *body;
    bool const_len; /* checker: e, an array or pointer to one, is not evaluated: its length is all that is needed */
} RangeStmt;
struct LabeledStmt {
    Stmt s;
    Ident *label;
    Stmt *stmt;
};
typedef struct DeclStmt {
    Stmt s;
    VEC(Decl *) decls;
} DeclStmt;

// ---- declarations -------------------------------------------------------------------------------
struct Decl {
    u8 kind;
    Pos pos;
};
typedef VEC(Decl *) DeclVec;
typedef struct DeclGroup {
    int dummy;
} DeclGroup; // specs of one "const ( ... )" share it
typedef enum PragmaFlag {
    PRAGMA_NOINLINE = 1,
    PRAGMA_NOESCAPE = 2,
    PRAGMA_NOSPLIT = 4,
    PRAGMA_NORACE = 8,
    PRAGMA_NOCHECKPTR = 16,
    PRAGMA_UINTPTRESCAPES = 32,
    PRAGMA_UINTPTRKEEPALIVE = 64,
    PRAGMA_SYSTEMSTACK = 128,
    PRAGMA_NOWRITEBARRIER = 256,
    PRAGMA_YESWRITEBARRIERREC = 512,
    PRAGMA_NOTINHEAP = 1024,
    PRAGMA_EMBED = 2048,
    PRAGMA_LINKNAME_STD = 4096, // not set; see VarDecl.embed, File.linknames
} PragmaFlag;
typedef struct EmbedPatterns {
    VEC(Str) patterns;
    Pos pos;
} EmbedPatterns;
typedef struct ImportDecl {
    Decl d;
    Ident *name; /* NULL, "." or "_" too */
    BasicLit *path;
    DeclGroup *group;
} ImportDecl;
typedef struct ConstDecl {
    Decl d;
    VEC(Ident *) names;
    Expr *type;
    ExprVec values; /* both empty: repeats an earlier spec of the group */
    DeclGroup *group;
    int iota;
} ConstDecl;
typedef struct VarDecl {
    Decl d;
    VEC(Ident *) names;
    Expr *type;
    ExprVec values;
    DeclGroup *group;
    EmbedPatterns *embed;
} VarDecl;
typedef struct TypeDecl {
    Decl d;
    Ident *name;
    FieldList *tparams;
    bool alias;
    Expr *type;
    DeclGroup *group;
    u32 pragma;
} TypeDecl;
typedef struct FuncDecl {
    Decl d;
    Field *recv; /* or NULL; receiver type parameters as ND_INDEX in its type */
    int nrecv;   /* for errors */
    Ident *name;
    FuncType *type;
    BlockStmt *body; /* or NULL */
    u32 pragma;
    struct FuncInfo *info; /* checker */
} FuncDecl;

typedef struct Linkname {
    Pos pos;
    Str local;
    Str remote; /* empty: one-argument form */
    bool pull;  /* for certain local has no body, or is a variable (only of Package.linknames) */
} Linkname;
typedef struct File {
    SourceFile *src;
    Ident *package;              // NULL if the clause is bad
    VEC(VarDecl *) local_embeds; // variables of functions with //go:embed, which is an error
    DeclVec decls;
    VEC(ImportDecl *) imports; // also in decls
    VEC(Linkname) linknames;
    VEC(BlockStmt *) bodies; // of functions and function literals, inner ones first (user_code only)
    Str go_version;          // the least version without which the //go:build line cannot hold ("go1.21"), "" if none
    i64 nerrors;             // reported ones
    bool syntax_errors; // some say "syntax error", or the package clause is bad: only these keep the package from being checked
    Pos eof;
    Scope *scope; // checker: file scope
} File;

typedef struct ParseOptions {
    bool imports_only;       // stop after the import declarations
    bool comments_as_errors; // reserved
    bool user_code;          // complain about //go: directives that only the standard library may use
    Arena *bodies; // of the nodes inside functions' bodies, which can end before the file does; NULL: that of the file
    Arena *lines;  // of what positions are found by, while somebody may ask; NULL: that of the file
    bool lazy_bodies; // functions' bodies, and tables of numbers, stay unparsed where that is safe; syntax errors in them are not found
} ParseOptions;
// Parses src. Nodes live in arena (see ParseOptions.bodies); names in intern. Any thread, one arena a thread.
File *parse_file(Arena *, Intern *, Diag *, SourceFile *src, ParseOptions);
// Parses a declared function's body if that was not done yet; errors in Diag, then it is empty. Any thread, not two for one body.
void parse_body(Arena *, Intern *, Diag *, File *, BlockStmt *);
void parse_literal(Arena *, Intern *, Diag *, File *, CompositeLit *);
// The numbers of one that is LIT_INTS, in the arena.
u64 *literal_ints(Arena *, const File *, const CompositeLit *, i64 *n);
// False: no type is declared in this unparsed body.
bool body_may_declare_type(const File *, const BlockStmt *);
// hints.c: help with an error of syntax that was reported there; load/ reports some of its own.
void syntax_help(const SourceFile *, DiagError *, Pos);
// fingerprint.c: what files say, by hashes. `seen`: what others can see of them, the caller frees it.
typedef struct DeclPrint {
    Str key;       // of a function "F", "T.M", "*T.M", "init.0"; of a variable with a value "var x"
    Str file;      // its name in the folder
    i32 line, end; // as the file has them, whatever //line says
    u64 hash;
    u64 names; // of the names in it, each once, whatever their order
} DeclPrint;
typedef struct SourcePrint {
    Buf seen;
    VEC(DeclPrint) decls; // in the order of the source
    i64 ninits, nblanks;  // counted over all files
} SourcePrint;
void source_print(Arena *, SourceMap *, const File *, SourcePrint *); // adds to it; zero at first
const Ident *syntax_receiver(const Expr *type,
                             bool *pointer); // the type's name; pointer: set if it is one. NULL: malformed
void source_normal(Buf *out, Str text,
                   bool lines); // text without comments and superfluous blanks; lines: each newline stays
// shape.c: what code that was compiled elsewhere relies on.
typedef struct ShapeItem {
    Str key, text; // "type T", "const C", "var v", "method T.M", "func init, number 0", "import fmt in a.go"
} ShapeItem;
typedef struct SourceShape {
    VEC(ShapeItem) items; // in the order of the source
    i64 ninits;
} SourceShape;
void source_shape(Arena *, const File *, SourceShape *); // adds to it; zero at first
// cover.c: the blocks of functions whose executions `-cover` counts, as cmd/cover splits them.
typedef struct CoverUnit {
    i32 line, col, end_line, end_col, stmts; // columns 0: a //line directive says nothing of them
} CoverUnit;

typedef struct CoverFunc { // a declared function with the literals in it, or a literal in a variable's value
    Str name, file;        // file: as a profile has it
    bool lit;
    VEC(CoverUnit) units;
} CoverFunc;
typedef enum CoverMode { COVER_NONE, COVER_SET, COVER_COUNT, COVER_ATOMIC } CoverMode; // numbers of internal/coverage
typedef struct CoverHash {
    u8 b[16];
} CoverHash;
enum { COVER_HEAD = 3 }; // words in front of a function's counters: how many, the package's number, the function's
typedef struct CoverTable {
    VEC(CoverFunc) funcs;
    i64 nwords; // of all functions, one behind the other
    Str meta;   // what a profile says of them (cover_meta.c)
    CoverHash hash;
    Map *before; // Stmt -> the word that counts in front of it
    Map *within; // BlockStmt, CaseClause, CommClause with an empty list -> the word that counts in it
} CoverTable;
typedef struct CoverOptions {
    Str path, name, module; // of the package
    bool local;             // files are named by their whole paths, not by the package's
    bool without_atomic;    // sync/atomic in atomic mode: what counts is not counted
} CoverOptions;
CoverTable *cover_table(Arena *, SourceMap *, File *const *, i64 n, const CoverOptions *);
i64 cover_before(const CoverTable *, const void *stmt); // 0: nothing counts there
i64 cover_within(const CoverTable *, const void *list);
// cover_meta.c: as internal/coverage has it
void cover_meta(Arena *, CoverTable *, const CoverOptions *); // meta and hash
void cover_meta_file(Buf *, const CoverTable *, CoverMode);   // a file covmeta.HASH of this package alone
// Any expression of a snippet, for tests; NULL after an error.
Expr *parse_expr(Arena *, Intern *, Diag *, SourceFile *src);

Pos node_start(
    const void *
        node); // where gc reports errors of the node: its leftmost operand; a slice expression's "[" and a func type's "(" are not corrected
Pos node_end(const void *node); // behind its last byte (best effort)
Expr *unparen(Expr *);
void expr_print(
    Buf *,
    const Expr *); // as gc prints expressions in messages (types2's ExprString / syntax.String: func bodies as {…})
Str expr_str(Arena *, const Expr *);
void tree_dump(Buf *, const File *); // indented dump for tests
// Value of a LIT_STRING/LIT_RUNE literal's text (already validated by the lexer).
bool lit_unquote(Arena *, Str text, Str *out);
bool file_imports(Arena *, const File *, Str path); // however its path is written: "unsafe", `unsafe`, "\u0075nsafe"
bool word_is_keyword(Str);
bool lit_unquote_rune(Str text, i32 *out);
