// fuzz_lex.c - the lexer must survive any bytes: it ends, its tokens lie in the text and in order, lines are counted.
#include "fuzz.h"
#include "syntax/syntax_int.h"
#include <stdlib.h>

void fuzz_one(Str text) {
    FuzzSource s = fuzz_source(text, (DiagOptions){.color = text.len & 1});
    File *file = ANEW(s.arena, File);
    file->src = s.src;
    Lexer l;
    lex_init(&l, s.arena, s.diag, s.src, file, (ParseOptions){.user_code = text.len & 2});
    Pos last = 0;
    i64 tokens = 0;
    do {
        lex_next(&l);
        lex_check_bytes(&l);
        if (l.pos < last || l.pos > s.src->base + s.src->size) abort();
        if (l.tok == TK_LITERAL && !l.bad) {
            Str value;
            if (l.lit.ptr < s.src->text.ptr || l.lit.ptr + l.lit.len > s.src->text.ptr + s.src->text.len) abort();
            lit_unquote(s.arena, l.lit, &value);
        }
        last = l.pos;
        if (++tokens > 2 * text.len + 2) abort();
    } while (l.tok != TK_EOF);
    pragma_clear(&l);
    for (i64 i = 1; i < s.src->nlines; i++)
        if (s.src->lines[i] <= s.src->lines[i - 1] || s.src->lines[i] > s.src->size) abort();
    fuzz_done(&s);
}
