// lex.h - inside of syntax/: the lexer.
#pragma once
#include "syntax/syntax.h"

typedef struct Lexer {
    SourceFile *src; Arena *arena; Intern *intern; Diag *diag;
    const char *p;            // next byte
    const char *base, *end;     // text; *end is NUL
    bool nlsemi;              // a newline here ends the statement
    bool failed;              // an error was reported
    // current token
    enum Token tok; Op op; i32 prec; Pos pos;
    const Name *name;         // TK_NAME
    u8 lit; bool bad; Str text; // TK_LITERAL; TK_SEMI: "semicolon", "newline" or "EOF"
    // comments of interest go here: //go:... and //line, with the position of their text
    void (*directive)(void *ctx, Pos pos, Str text); void *ctx;
} Lexer;

void lex_init(Lexer *, Arena *, Intern *, Diag *, SourceFile *);
void lex_next(Lexer *);
bool lex_at_line_start(const Lexer *, const char *p);

// Precedences of binary operators.
enum { PREC_NONE, PREC_OROR, PREC_ANDAND, PREC_CMP, PREC_ADD, PREC_MUL };
