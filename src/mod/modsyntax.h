// modsyntax.h - the lines of a go.mod or go.work file, without their meaning. Private to modsyntax.c, modfile.c and modedit.c.
//
// A file is a list of statements: comments that stand alone, a line, or a block of lines in parentheses. Comments belong to
// the line below them (before) or beside them (beside); a blank line in a block is a comment "" before the next line.
// A line without words is dead: it is not printed after modsyntax_cleanup.
#pragma once
#include "mod/modfile.h"

typedef VEC(Str) StrVec;
struct ModLine {
    StrVec words; // without the verb if the line is in a block
    StrVec before, beside;
    i32 row, col;
    bool in_block;
};
typedef enum StmtKind { STMT_NOTE, STMT_LINE, STMT_BLOCK } StmtKind;
typedef struct ModStmt {
    StmtKind kind;
    ModLine *line;  // STMT_LINE: with its comments
    StrVec words;   // STMT_BLOCK: what stands before "("
    StrVec before;  // STMT_NOTE, STMT_BLOCK
    StrVec at_open; // beside "("
    StrVec at_end;  // above ")"
    StrVec beside;  // beside ")"
    VEC(ModLine *) lines;
    i32 row, col;
} ModStmt;
struct ModSyntax {
    Arena *a;
    VEC(ModStmt *) stmts;
};

ModSyntax *modsyntax_parse(Arena *, Str name, Str text, Err *); // NULL after an error, which has its position
Str modsyntax_format(const ModSyntax *);
// Adds a line of words (the first is the verb) behind hint, into its block if that has the verb; without hint behind the last of the verb.
ModLine *modsyntax_add(ModSyntax *, const ModLine *hint, const Str *words, i64 n);
ModLine *modsyntax_insert(ModSyntax *, i64 at, const Str *words, i64 n); // as the statement at
ModStmt *modsyntax_insert_block(ModSyntax *, i64 at, Str verb);
ModStmt *modsyntax_as_block(ModSyntax *, i64 at); // a line becomes a block of one line
void modsyntax_cleanup(ModSyntax *);              // dead lines and empty blocks go, blocks of one line become lines
Str modstmt_verb(const ModStmt *);                // "" of comments and dead lines
void modline_set(ModSyntax *, ModLine *, const Str *words, i64 n); // words with the verb
void modline_kill(ModLine *);
bool modline_is_indirect(const ModLine *);
void modline_set_indirect(ModSyntax *, ModLine *, bool);
Str modword_quote(Arena *, Str); // quoted where a file needs it
