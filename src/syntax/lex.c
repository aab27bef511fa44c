// lex.c - source text -> tokens.
//
// In:    a SourceFile's text, which a NUL follows. Out: one token at a time in the Lexer's fields; literals and names are
//        slices of the text. Before the first token the whole text is scanned once for line starts and for bytes that
//        are not plain ASCII; only if there are any, lex_check_bytes looks at the encoding of what has been read.
// Errors are worded and placed as gc's scanner does it.
#include "syntax/syntax_int.h"
#include <stdio.h>

enum { C_LETTER = 1, C_DIGIT = 2, C_BLANK = 4, C_NEWLINE = 8 };

static const u8 class[256] = {
    ['a' ... 'z'] = C_LETTER, ['A' ... 'Z'] = C_LETTER, ['_'] = C_LETTER, ['0' ... '9'] = C_DIGIT,
    [' '] = C_BLANK,          ['\t'] = C_BLANK,         ['\r'] = C_BLANK, ['\n'] = C_NEWLINE,
};

static const char *const token_texts[] = {
#define T(n, s) s,
#define K(n, s) s,
#include "syntax/tokens.def"
#undef T
#undef K
};

const char *token_text(enum Token t) { return t < TK_COUNT ? token_texts[t] : "?"; }

const char *op_text(Op op) {
    static const char *const texts[OP_COUNT] = {
        [OP_NONE] = "",  [OP_DEF] = ":",   [OP_NOT] = "!",     [OP_RECV] = "<-", [OP_TILDE] = "~",
        [OP_ADDR] = "&", [OP_OROR] = "||", [OP_ANDAND] = "&&", [OP_EQL] = "==",  [OP_NEQ] = "!=",
        [OP_LSS] = "<",  [OP_LEQ] = "<=",  [OP_GTR] = ">",     [OP_GEQ] = ">=",  [OP_ADD] = "+",
        [OP_SUB] = "-",  [OP_OR] = "|",    [OP_XOR] = "^",     [OP_MUL] = "*",   [OP_DIV] = "/",
        [OP_REM] = "%",  [OP_AND] = "&",   [OP_ANDNOT] = "&^", [OP_SHL] = "<<",  [OP_SHR] = ">>",
    };
    return op < OP_COUNT ? texts[op] : "?";
}

void lex_error(Lexer *l, Pos pos, const char *fmt, ...) {
    char small[512];
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    DiagError *e;
    int n = vsnprintf(small, sizeof small, fmt, ap);
    if (n < (int)sizeof small) {
        e = diag_error(l->diag, pos, "%s", small);
    } else {
        Str s = arena_vprintf(l->arena, fmt, again);
        e = diag_error(l->diag, pos, "%.*s", SFMT(s));
    }
    diag_source_is(e, "syntax");
    if (diag_helps(l->diag)) syntax_help(l->src, e, pos);
    va_end(again);
    va_end(ap);
    l->nerrors++;
    l->nreported++;
    l->syntax_errors |= strncmp(fmt, "syntax error", 12) == 0;
}

// ---- the text as a whole -------------------------------------------------------------------------

static bool is_bom(const u8 *p) { return p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF; }

enum { MAX_ERRORS = 1000 }; // of a file; what comes after is not said of its bytes

typedef signed char Bytes16 __attribute__((vector_size(16)));

// Behind blocks of nothing but ASCII without NUL.
static const u8 *skip_plain(const u8 *p, const u8 *end) {
    for (; end - p >= 16; p += 16) {
        Bytes16 v;
        u64 any[2];
        memcpy(&v, p, 16);
        Bytes16 odd = (Bytes16)(v <= 0);
        memcpy(any, &odd, 16);
        if (any[0] | any[1]) break;
    }
    return p;
}

void lex_check_bytes(Lexer *l) {
    if (!l->odd) return;
    const u8 *p = l->checked;
    while (p < l->p && l->nerrors <= MAX_ERRORS) {
        int size = 1;
        if (*p && *p < 0x80) {
            const u8 *q = skip_plain(p, l->p);
            p = q > p ? q : p + 1;
            continue;
        }
        if (*p == 0) lex_error(l, lex_pos_at(l, p), "invalid NUL character");
        else {
            i32 r = utf8_decode((const char *)p, l->end - p, &size);
            if (r == RUNE_ERROR && size == 1) lex_error(l, lex_pos_at(l, p), "invalid UTF-8 encoding");
            else if (r == 0xFEFF && p > l->text)
                lex_error(l, lex_pos_at(l, p), "invalid BOM in the middle of the file");
        }
        p += size;
    }
    l->checked = p;
}

void lex_init(Lexer *l, Arena *a, Diag *d, SourceFile *src, File *file, ParseOptions opt) {
    *l = (Lexer){.arena = a, .keep = a, .diag = d, .src = src, .file = file, .opt = opt, .top = true};
    l->lines = opt.lines ? opt.lines : a;
    l->text = l->p = (const u8 *)src->text.ptr;
    l->end = l->text + src->text.len;
    l->base = src->base;
    src->ndirectives = 0;
    l->checked = l->text;
    src->nlines = 0;
    l->odd = source_find_lines(l->lines, src);
    if (l->end - l->text >= 3 && is_bom(l->text)) l->p += 3;
}

void lex_resume(Lexer *l, Arena *a, Diag *d, SourceFile *src, File *file, i64 offset) {
    *l = (Lexer){.arena = a, .keep = a, .diag = d, .src = src, .file = file, .lines = a};
    l->text = (const u8 *)src->text.ptr;
    l->p = l->checked = l->text + offset;
    l->end = l->text + src->text.len;
    l->base = src->base;
}

// ---- names and keywords ----------------------------------------------------------------------------

#define WORD(s, t)                                                                                                     \
    if (n == sizeof(s) - 1 && memcmp(p, s, sizeof(s) - 1) == 0) return t

static u8 find_keyword(const u8 *p, i64 n) {
    switch (p[0]) {
    case 'b': WORD("break", TK_BREAK); break;
    case 'c':
        WORD("case", TK_CASE);
        WORD("const", TK_CONST);
        WORD("chan", TK_CHAN);
        WORD("continue", TK_CONTINUE);
        break;
    case 'd':
        WORD("defer", TK_DEFER);
        WORD("default", TK_DEFAULT);
        break;
    case 'e': WORD("else", TK_ELSE); break;
    case 'f':
        WORD("func", TK_FUNC);
        WORD("for", TK_FOR);
        WORD("fallthrough", TK_FALLTHROUGH);
        break;
    case 'g':
        WORD("go", TK_GO);
        WORD("goto", TK_GOTO);
        break;
    case 'i':
        WORD("if", TK_IF);
        WORD("import", TK_IMPORT);
        WORD("interface", TK_INTERFACE);
        break;
    case 'm': WORD("map", TK_MAP); break;
    case 'p': WORD("package", TK_PACKAGE); break;
    case 'r':
        WORD("return", TK_RETURN);
        WORD("range", TK_RANGE);
        break;
    case 's':
        WORD("struct", TK_STRUCT);
        WORD("switch", TK_SWITCH);
        WORD("select", TK_SELECT);
        break;
    case 't': WORD("type", TK_TYPE); break;
    case 'v': WORD("var", TK_VAR); break;
    }
    return TK_NAME;
}

bool word_is_keyword(Str w) { return w.len > 0 && find_keyword((const u8 *)w.ptr, w.len) != TK_NAME; }

// " 'x'" behind U+0078, where x can be shown.
static const char *rune_quoted(i32 r, char out[12]) {
    bool hidden = r < 0x20 || (0x7F <= r && r < 0xA1) || r == 0xAD || (0x2000 <= r && r <= 0x200F) ||
                  (0x2028 <= r && r <= 0x202F) || (0x205F <= r && r <= 0x206F) || (0xD800 <= r && r < 0xF900) ||
                  r == 0x3000 || r == 0xFEFF || (0xFFF0 <= r && r <= 0xFFFB) || r >= 0xE0000;
    if (hidden) return "";
    out[0] = ' ', out[1] = '\'';
    int n = utf8_put(out + 2, r);
    out[2 + n] = '\'', out[3 + n] = 0;
    return out;
}

// Takes a rune above ASCII that goes on (or begins) a name, with a complaint if it cannot. False for what lex_check_bytes
// complains about.
static bool take_name_rune(Lexer *l, const u8 **p, bool first) {
    int size;
    char q[12];
    i32 r = utf8_decode((const char *)*p, l->end - *p, &size);
    if ((r == RUNE_ERROR && size == 1) || r == 0xFEFF) {
        *p += size;
        return false;
    }
    if (rune_is_digit(r)) {
        if (first) lex_error(l, lex_pos_at(l, *p), "identifier cannot begin with digit U+%04X%s", r, rune_quoted(r, q));
    } else if (!rune_is_letter(r)) {
        lex_error(l, lex_pos_at(l, *p), "invalid character U+%04X%s in identifier", r, rune_quoted(r, q));
    }
    *p += size;
    return true;
}

// start is a letter, or a rune that was taken up to p.
static void lex_name(Lexer *l, const u8 *start, const u8 *p) {
    for (;;) {
        while (class[*p] & (C_LETTER | C_DIGIT)) p++;
        if (*p >= 0x80) take_name_rune(l, &p, false);
        else if (*p == 0 && p < l->end) p++; // lex_check_bytes complains
        else break;
    }
    l->p = p;
    i64 n = p - start;
    l->tok = n >= 2 && n <= 11 ? find_keyword(start, n) : TK_NAME;
    if (l->tok == TK_NAME) {
        l->lit = (Str){(const char *)start, n};
        l->nlsemi = true;
    } else {
        l->nlsemi = (BIT(TK_BREAK) | BIT(TK_CONTINUE) | BIT(TK_FALLTHROUGH) | BIT(TK_RETURN)) >> l->tok & 1;
    }
}

// ---- comments --------------------------------------------------------------------------------------

static bool begins_with(const u8 *p, const u8 *end, const char *s) {
    i64 n = (i64)strlen(s);
    return end - p >= n && memcmp(p, s, (size_t)n) == 0;
}

// p is at "//"; returns the newline (or the end).
static const u8 *skip_line_comment(Lexer *l, const u8 *p) {
    const u8 *nl = memchr(p, '\n', (size_t)(l->end - p));
    if (!nl) nl = l->end;
    if ((p[2] == 'g' && begins_with(p, nl, "//go:")) || (p[2] == 'l' && begins_with(p, nl, "//line ")))
        lex_directive(l, p, nl);
    return nl;
}

// p is at "/*"; returns what follows the comment.
static const u8 *skip_block_comment(Lexer *l, const u8 *start, bool *has_newline) {
    const u8 *p = start + 2;
    for (; p < l->end; p++) {
        if (*p == '\n') *has_newline = true;
        else if (*p == '*' && p[1] == '/') {
            p += 2;
            if (begins_with(start, p, "/*line ")) lex_directive(l, start, p);
            return p;
        }
    }
    lex_error(l, lex_pos_at(l, start), "comment not terminated");
    return l->end;
}

// ---- tokens ----------------------------------------------------------------------------------------

static void set_op(Lexer *l, Op op, int prec) {
    l->tok = TK_OP;
    l->op = (u8)op;
    l->prec = (u8)prec;
}

// An operator that may be followed by '='.
static const u8 *set_assignable(Lexer *l, const u8 *p, Op op, int prec) {
    set_op(l, op, prec);
    if (*p != '=') return p;
    l->tok = TK_ASSIGN_OP;
    return p + 1;
}

static void set_semi(Lexer *l, Str lit) {
    l->tok = TK_SEMI;
    l->lit = lit;
}

enum { PREC_OROR = 1, PREC_ANDAND, PREC_CMP, PREC_ADD, PREC_MUL };

// Operators and what shares their first character; p is behind c. NULL: not a token.
static const u8 *lex_operator(Lexer *l, u8 c, const u8 *p) {
    switch (c) {
    case '+':
        if (*p == '+') {
            l->tok = TK_INC, l->nlsemi = true;
            return p + 1;
        }
        return set_assignable(l, p, OP_ADD, PREC_ADD);
    case '-':
        if (*p == '-') {
            l->tok = TK_DEC, l->nlsemi = true;
            return p + 1;
        }
        return set_assignable(l, p, OP_SUB, PREC_ADD);
    case '*':
        p = set_assignable(l, p, OP_MUL, PREC_MUL);
        if (l->tok == TK_OP) l->tok = TK_STAR;
        return p;
    case '/': return set_assignable(l, p, OP_DIV, PREC_MUL);
    case '%': return set_assignable(l, p, OP_REM, PREC_MUL);
    case '&':
        if (*p == '&') {
            set_op(l, OP_ANDAND, PREC_ANDAND);
            return p + 1;
        }
        if (*p == '^') return set_assignable(l, p + 1, OP_ANDNOT, PREC_MUL);
        return set_assignable(l, p, OP_AND, PREC_MUL);
    case '|':
        if (*p == '|') {
            set_op(l, OP_OROR, PREC_OROR);
            return p + 1;
        }
        return set_assignable(l, p, OP_OR, PREC_ADD);
    case '^': return set_assignable(l, p, OP_XOR, PREC_ADD);
    case '<':
        if (*p == '<') return set_assignable(l, p + 1, OP_SHL, PREC_MUL);
        if (*p == '-') {
            l->tok = TK_ARROW;
            return p + 1;
        }
        set_op(l, *p == '=' ? OP_LEQ : OP_LSS, PREC_CMP);
        return p + (*p == '=');
    case '>':
        if (*p == '>') return set_assignable(l, p + 1, OP_SHR, PREC_MUL);
        set_op(l, *p == '=' ? OP_GEQ : OP_GTR, PREC_CMP);
        return p + (*p == '=');
    case '=':
        if (*p == '=') {
            set_op(l, OP_EQL, PREC_CMP);
            return p + 1;
        }
        l->tok = TK_ASSIGN;
        return p;
    case '!':
        if (*p == '=') set_op(l, OP_NEQ, PREC_CMP);
        else set_op(l, OP_NOT, 0);
        return p + (*p == '=');
    case '~': set_op(l, OP_TILDE, 0); return p;
    }
    return NULL;
}

static void set_closing(Lexer *l, u8 tok) {
    l->tok = tok;
    l->nlsemi = true;
}

void lex_next(Lexer *l) {
    bool nlsemi = l->nlsemi;
    const u8 skip = nlsemi ? C_BLANK : C_BLANK | C_NEWLINE;
    const u8 *p = l->p;
    l->nlsemi = false;
redo:
    while (class[*p] & skip) p++;
    l->pos = lex_pos_at(l, p);
    u8 c = *p;
    if (class[c] & C_LETTER) {
        lex_name(l, p, p + 1);
        return;
    }
    const u8 *start = p++;
    switch (c) {
    case 0:
        if (start < l->end) goto redo; // lex_check_bytes complains
        l->p = start;
        if (nlsemi) set_semi(l, S("EOF"));
        else l->tok = TK_EOF;
        return;
    case '\n': set_semi(l, S("newline")); break;
    case '0' ... '9':
        l->p = start;
        lex_number(l, start, false);
        return;
    case '"':
        l->p = p;
        lex_string(l, start);
        return;
    case '`':
        l->p = p;
        lex_raw_string(l, start);
        return;
    case '\'':
        l->p = p;
        lex_rune(l, start);
        return;
    case '(': l->tok = TK_LPAREN; break;
    case '[': l->tok = TK_LBRACK; break;
    case '{': l->tok = TK_LBRACE; break;
    case ',': l->tok = TK_COMMA; break;
    case ';': set_semi(l, S("semicolon")); break;
    case ')': set_closing(l, TK_RPAREN); break;
    case ']': set_closing(l, TK_RBRACK); break;
    case '}': set_closing(l, TK_RBRACE); break;
    case ':':
        l->tok = *p == '=' ? TK_DEFINE : TK_COLON;
        p += *p == '=';
        break;
    case '.':
        if (class[*p] & C_DIGIT) {
            l->p = p;
            lex_number(l, start, true);
            return;
        }
        l->tok = TK_DOT;
        if (p[0] == '.' && p[1] == '.') l->tok = TK_DOTDOTDOT, p += 2;
        break;
    case '/':
        if (*p == '/') {
            p = skip_line_comment(l, start);
            goto redo;
        }
        if (*p == '*') {
            bool has_newline = false;
            p = skip_block_comment(l, start, &has_newline);
            if (!has_newline || !nlsemi) goto redo;
            set_semi(l, S("newline"));
            break;
        }
        // fall through
    default:
        if (c >= 0x80) {
            p = start;
            if (take_name_rune(l, &p, true)) {
                lex_name(l, start, p);
                return;
            }
            goto redo;
        }
        p = lex_operator(l, c, p);
        if (!p) {
            char q[12];
            lex_error(l, l->pos, "invalid character U+%04X%s", c, rune_quoted(c, q));
            p = start + 1;
            goto redo;
        }
    }
    l->p = p;
}
