// diag_int.h - inside of base/: an error as diag.c keeps it, and what diag_help.c adds below gc's lines.
#pragma once
#include "base/base.h"
#include <pthread.h>

typedef enum DiagHintKind { DIAG_NOTE, DIAG_HELP, DIAG_OFFER, DIAG_SUGGESTION, DIAG_FIX } DiagHintKind;
typedef struct DiagHint {
    DiagHintKind kind;
    Str text;
    Pos lo, hi;            // of a note: the place it is about
    const DiagEdit *edits; // of a fix or suggestion, in order, all of one file
    i64 nedits;
    struct DiagHint *next;
} DiagHint;

struct DiagError {
    Pos pos;
    Pos lo, hi; // what is underlined; 0: the word at pos
    Str where;  // instead of pos
    Str msg;    // may have several lines
    pthread_t thread;
    i64 seq;
    Str owner; // the package whose build reported it
    Str pkg;   // whose heading is above it
    bool all;  // no limit
    const char *phase;
    Arena *arena;
    DiagHint *hints, *last_hint;
    Str advice; // if no hint but notes is there
    // set by diag_flush:
    Loc loc; // as reported
    Loc raw; // line directives not applied
};

typedef struct DiagStyle {
    const char *place, *mark, *help, *off;
} DiagStyle;

void diag_doubt(DiagError **, i64 n); // of one package: what is no certain fix beside the other errors
void diag_print_help(SourceMap *, Buf *, const DiagError *, const DiagStyle *); // lines that begin with spaces
void diag_json_error(SourceMap *, Buf *, const DiagError *);                    // as an object
