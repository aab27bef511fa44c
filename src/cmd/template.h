// template.h - the language of text/template over GoVals, as `list -f` has it.
//
// template_parse.c: text -> tree; template_exec.c: tree and a value -> text; template_func.c: the functions, printing;
// template_fmt.c: printf.
// Errors are in text/template's words.
#pragma once
#include "cmd/goval.h"

typedef struct Template Template;
typedef struct TemplateEnv { // functions of the host
    void *ctx;
    GoVal (*context)(void *ctx);
    GoVal (*module)(void *ctx, Str path);
    i64 max_steps; // 0: it may run for ever, as Go's
} TemplateEnv;
bool template_parse(Arena *, Str text, Template **, Err *);
bool template_exec(Arena *, const Template *, const TemplateEnv *, GoVal dot, Buf *out, Err *);

// ---- inside of the engine -------------------------------------------------------------------------------------------------
typedef enum TNodeKind {
    T_TEXT,
    T_ACTION,
    T_IF,
    T_RANGE,
    T_WITH,
    T_CALL,
    T_BREAK,
    T_CONTINUE, // statements
    T_FIELD,
    T_VAR,
    T_CHAIN,
    T_DOT,
    T_NIL,
    T_LITERAL,
    T_FUNC,
    T_PIPE, // operands
} TNodeKind;
typedef struct TNode TNode;
typedef VEC(TNode *) TNodes;
typedef VEC(TNodes) TCommands;
typedef VEC(Str) TNames;
struct TNode {
    TNodeKind kind;
    i64 pos;      // in the template's text
    Str text;     // of T_TEXT; of literals as written; of functions and {{template}}: the name
    TNames names; // fields; of T_VAR the variable first; of T_PIPE what it declares
    GoVal value;  // T_LITERAL
    TNode *inner; // T_CHAIN: in front of the fields; statements: the pipe
    TCommands commands;
    bool assigns, has_else;
    TNodes list, other; // bodies
};
struct Template {
    Arena *a;
    Str text;
    Map *defined; // name -> TNode whose list is the body
    TNode *main;
};
Str template_node_text(Arena *, const TNode *);
bool template_is_func(Str name);
bool template_truth(const GoVal *);
void template_print(Arena *, Buf *, const GoVal *, int depth); // as %v
bool template_has_shower(const GoStruct *);                    // String or Error
const GoMethod *template_shower(const GoVal *);                // NULL: none
Str template_float(Arena *, f64);                              // as %v
void template_format(Arena *, Buf *out, Str format, const GoVal *args, i64 n);
// A function with evaluated arguments (not and, or); false: *err says why.
bool template_func(Arena *, const TemplateEnv *, Str name, const GoVal *args, i64 n, GoVal *out, Err *);
