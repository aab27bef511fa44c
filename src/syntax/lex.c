// lex.c - Go source text to tokens.
//
// In:   a SourceFile whose text ends in a NUL. Out: one token after the other; line starts are noted in the SourceFile.
// Errors carry gc's wording. Semicolons are inserted as the specification says: at a newline or the end of the file
// after a token that can end a statement (nlsemi).
#include "syntax/lex.h"
#include <stdio.h>

enum { C_OTHER, C_LETTER = 1, C_DIGIT = 2, C_SPACE = 4 };
static const u8 char_class[256] = {
    [' '] = C_SPACE, ['\t'] = C_SPACE, ['\r'] = C_SPACE, ['0' ... '9'] = C_DIGIT, ['a' ... 'z'] = C_LETTER, ['A' ... 'Z'] = C_LETTER, ['_'] = C_LETTER,
};

static const char *const token_texts[] = {
#define T(n, s) s,
#define K(n, s) s,
#include "syntax/tokens.def"
#undef T
#undef K
};
const char *token_text(enum Token t) { return token_texts[t]; }

static Pos pos_at(const Lexer *l, const char *p) { return l->src->base + (Pos)(p - l->base); }

static void error_at(Lexer *l, const char *p, const char *msg) {
    l->failed = true;
    diag_error(l->diag, pos_at(l, p), "%s", msg);
}

static void note_line(Lexer *l, const char *start) {
    SourceFile *s = l->src;
    if (s->nlines == s->caplines) vec_grow(l->arena, (void **)&s->lines, &s->caplines, sizeof(u32));
    s->lines[s->nlines++] = (u32)(start - l->base);
}

void lex_init(Lexer *l, Arena *a, Intern *in, Diag *d, SourceFile *src) {
    *l = (Lexer){.src = src, .arena = a, .intern = in, .diag = d, .p = src->text.ptr, .base = src->text.ptr, .end = src->text.ptr + src->text.len};
    src->nlines = 0;
    note_line(l, l->base);
    if (src->text.len >= 3 && memcmp(l->p, "\xef\xbb\xbf", 3) == 0) l->p += 3;
}

// ---- characters ------------------------------------------------------------------------------------------------------

// Rune at p (not ASCII); reports bad encodings.
static i32 decode(Lexer *l, const char *p, int *size) {
    i32 r = utf8_decode(p, l->end - p, size);
    if (r == RUNE_ERROR && *size == 1) error_at(l, p, "invalid UTF-8 encoding");
    else if (r == 0xfeff && p > l->base) error_at(l, p, "invalid BOM in the middle of the file");
    return r;
}

static void format_rune(char *out, size_t n, i32 r) { // as Go's %#U
    char enc[5] = {0};
    utf8_encode(enc, r);
    bool printable = r >= 0x20 && r != 0x7f && !(r >= 0x80 && r < 0xa0);
    if (printable) snprintf(out, n, "U+%04X '%s'", (unsigned)r, enc);
    else snprintf(out, n, "U+%04X", (unsigned)r);
}

// Bytes inside comments and strings that are not ASCII, and NULs.
static const char *skip_odd(Lexer *l, const char *p) {
    if (*p == 0) {
        error_at(l, p, "invalid NUL character");
        return p + 1;
    }
    int size;
    decode(l, p, &size);
    return p + size;
}

// ---- comments --------------------------------------------------------------------------------------------------------

bool lex_at_line_start(const Lexer *l, const char *p) { return p == l->base || p[-1] == '\n'; }

static void line_comment(Lexer *l, const char *start) { // p behind the slashes
    const char *p = l->p;
    for (;;) {
        u8 c = (u8)*p;
        if (c == '\n' || (c == 0 && p >= l->end)) break;
        if (c == 0 || c >= 0x80) p = skip_odd(l, p);
        else p++;
    }
    l->p = p;
    const char *end = p > start && p[-1] == '\r' ? p - 1 : p;
    Str text = {start, end - start};
    if (l->directive && (str_has_prefix(text, S("//go:")) || (lex_at_line_start(l, start) && str_has_prefix(text, S("//line "))))) l->directive(l->ctx, pos_at(l, start), text);
}

// Returns whether it contains a newline.
static bool block_comment(Lexer *l, const char *start) {
    bool newline = false;
    const char *p = l->p;
    for (;;) {
        u8 c = (u8)*p;
        if (c == '*' && p[1] == '/') break;
        if (c == '\n') {
            newline = true;
            note_line(l, p + 1);
            p++;
        } else if (c == 0 && p >= l->end) {
            error_at(l, start, "comment not terminated");
            l->p = p;
            return newline;
        } else if (c == 0 || c >= 0x80) p = skip_odd(l, p);
        else p++;
    }
    l->p = p + 2;
    Str text = {start, l->p - start};
    if (l->directive && str_has_prefix(text, S("/*line "))) l->directive(l->ctx, pos_at(l, start), text);
    return newline;
}

// ---- names and numbers ---------------------------------------------------------------------------------------------------

static int keyword(const char *p, i64 n) {
    if (n < 2 || n > 11) return 0;
    for (int t = TK_BREAK; t < TK_COUNT; t++) // the first letter settles nearly all
        if (token_texts[t][0] == p[0] && (i64)strlen(token_texts[t]) == n && memcmp(token_texts[t], p, (size_t)n) == 0) return t;
    return 0;
}

static bool ends_statement(enum Token t) { return t == TK_BREAK || t == TK_CONTINUE || t == TK_FALLTHROUGH || t == TK_RETURN; }

static void unicode_name(Lexer *l, bool first) {
    for (;; first = false) {
        u8 c = (u8)*l->p;
        if (char_class[c] & (C_LETTER | C_DIGIT)) { l->p++; continue; }
        if (c < 0x80) return;
        int size;
        char shown[40], msg[80];
        i32 r = decode(l, l->p, &size);
        bool bad_encoding = r == RUNE_ERROR && size == 1;
        if (!rune_is_letter(r) && !(rune_is_digit(r) && !first)) {
            if (!bad_encoding) {
                if (first && !rune_is_digit(r)) return;
                format_rune(shown, sizeof shown, r);
                if (first) snprintf(msg, sizeof msg, "identifier cannot begin with digit %s", shown);
                else snprintf(msg, sizeof msg, "invalid character %s in identifier", shown);
                if (r != 0xfeff) error_at(l, l->p, msg);
            } else if (first) return;
        }
        l->p += size;
    }
}

static void scan_name(Lexer *l, const char *start) {
    const char *p = l->p;
    while (char_class[(u8)*p] & (C_LETTER | C_DIGIT)) p++;
    l->p = p;
    if ((u8)*p >= 0x80) unicode_name(l, p == start);
    i64 n = l->p - start;
    int k = keyword(start, n);
    if (k) {
        l->tok = (enum Token)k;
        l->nlsemi = ends_statement(l->tok);
        return;
    }
    l->tok = TK_NAME;
    l->name = intern(l->intern, (Str){start, n});
    l->nlsemi = true;
}

typedef struct Num { int base; char prefix; bool digits, sep; const char *invalid; int invalid_digit; } Num;

static const char *base_name(int base) { return base == 2 ? "binary" : base == 8 ? "octal" : base == 10 ? "decimal" : "hexadecimal"; }

// Digits of the base with separators; notes the first that is too large for it. bit 0: digits seen, bit 1: '_' seen.
static int scan_digits(Lexer *l, int base, const char **invalid) {
    int seen = 0;
    for (;; l->p++) {
        char c = *l->p;
        if (c == '_') { seen |= 2; continue; }
        bool dec = c >= '0' && c <= '9', hex = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (base <= 10 ? !dec : !dec && !hex) return seen;
        if (base <= 10 && dec && c >= '0' + base && !*invalid) *invalid = l->p;
        seen |= 1;
    }
}

// Position of a '_' that does not stand between digits, or -1.
static i64 bad_separator(const char *s, i64 n) {
    char x1 = ' ', d = '.';
    i64 i = 0;
    if (n >= 2 && s[0] == '0') {
        x1 = (char)(s[1] | 0x20);
        if (x1 == 'x' || x1 == 'o' || x1 == 'b') { d = '0'; i = 2; }
    }
    for (; i < n; i++) {
        char d0 = d;
        d = s[i];
        bool digit = (d >= '0' && d <= '9') || (x1 == 'x' && (((d | 0x20) >= 'a' && (d | 0x20) <= 'f')));
        if (d == '_') {
            if (d0 != '0') return i;
        } else if (digit) d = '0';
        else {
            if (d0 == '_') return i - 1;
            d = '.';
        }
    }
    return d == '_' ? n - 1 : -1;
}

static void number_error(Lexer *l, const char *at, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void number_error(Lexer *l, const char *at, const char *fmt, ...) {
    char msg[160];
    if (l->bad) return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    l->bad = true;
    error_at(l, at, msg);
}

static void scan_number(Lexer *l, const char *start) {
    int base = 10, seen = 0;
    char prefix = 0;
    const char *invalid = NULL;
    l->tok = TK_LITERAL;
    l->nlsemi = true;
    l->bad = false;
    l->lit = LIT_INT;
    if (*l->p != '.') {
        if (*l->p == '0') {
            char c = (char)(l->p[1] | 0x20);
            l->p++;
            if (c == 'x' || c == 'o' || c == 'b') {
                base = c == 'x' ? 16 : c == 'o' ? 8 : 2;
                prefix = c;
                l->p++;
            } else {
                base = 8;
                prefix = '0';
                seen = 1;
            }
        }
        seen |= scan_digits(l, prefix == '0' ? 8 : base, &invalid);
    }
    if (*l->p == '.') {
        l->lit = LIT_FLOAT;
        if (prefix == 'o' || prefix == 'b') number_error(l, l->p, "invalid radix point in %s literal", base_name(base));
        l->p++;
        seen |= scan_digits(l, base == 8 && prefix == '0' ? 10 : base, &invalid);
        if (prefix == '0') invalid = NULL;
    }
    if (!(seen & 1)) number_error(l, start, "%s literal has no digits", base_name(base));
    char e = (char)(*l->p | 0x20);
    if (e == 'e' || e == 'p') {
        if (e == 'e' && prefix && prefix != '0') number_error(l, l->p, "'%c' exponent requires decimal mantissa", *l->p);
        else if (e == 'p' && prefix != 'x') number_error(l, l->p, "'%c' exponent requires hexadecimal mantissa", *l->p);
        l->p++;
        l->lit = LIT_FLOAT;
        if (*l->p == '+' || *l->p == '-') l->p++;
        const char *none = NULL;
        int ds = scan_digits(l, 10, &none);
        seen |= ds & 2;
        if (!(ds & 1)) number_error(l, start, "exponent has no digits");
        if (prefix == '0') invalid = NULL;
    } else if (prefix == 'x' && l->lit == LIT_FLOAT) number_error(l, start, "hexadecimal mantissa requires a 'p' exponent");
    if (*l->p == 'i') {
        l->lit = LIT_IMAG;
        l->p++;
        if (prefix == '0') invalid = NULL;
    }
    l->text = (Str){start, l->p - start};
    if (l->lit == LIT_INT && invalid) number_error(l, invalid, "invalid digit '%c' in %s literal", *invalid, base_name(base));
    i64 bad;
    if ((seen & 2) && !l->bad && (bad = bad_separator(start, l->text.len)) >= 0) number_error(l, start + bad, "'_' must separate successive digits");
}

// ---- strings and runes --------------------------------------------------------------------------------------------------

static int hex_val(char c) { return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : 99; }

// p behind the backslash. False: reported.
static bool scan_escape(Lexer *l, char quote) {
    int n, base;
    u32 max, x = 0;
    const char *start = l->p;
    char c = *l->p;
    if (c == quote || (c && strchr("abfnrtv\\", c))) { l->p++; return true; }
    if (c >= '0' && c <= '7') { n = 3; base = 8; max = 255; }
    else if (c == 'x') { l->p++; n = 2; base = 16; max = 255; }
    else if (c == 'u') { l->p++; n = 4; base = 16; max = 0x10ffff; }
    else if (c == 'U') { l->p++; n = 8; base = 16; max = 0x10ffff; }
    else {
        if (c == 0 && l->p >= l->end) return true; // complains about the missing end
        error_at(l, l->p, "unknown escape");
        return false;
    }
    for (int i = 0; i < n; i++, l->p++) {
        if (*l->p == 0 && l->p >= l->end) return true;
        int d = hex_val(*l->p);
        if (d >= base) {
            char msg[100], shown[24];
            int size = 1;
            i32 r = (u8)*l->p < 0x80 ? *l->p : utf8_decode(l->p, l->end - l->p, &size);
            if (r == '\n') snprintf(shown, sizeof shown, "'\\n'");
            else if (r == '\'') snprintf(shown, sizeof shown, "'\\''");
            else snprintf(shown, sizeof shown, "'%.*s'", size, l->p);
            snprintf(msg, sizeof msg, "invalid character %s in %s escape", shown, base == 8 ? "octal" : "hexadecimal");
            error_at(l, l->p, msg);
            return false;
        }
        x = x * (u32)base + (u32)d;
    }
    char msg[80];
    if (x > max && base == 8) {
        snprintf(msg, sizeof msg, "octal escape value %u > 255", x);
        error_at(l, start, msg);
        return false;
    }
    if (x > max || (x >= 0xd800 && x < 0xe000)) {
        char shown[40];
        format_rune(shown, sizeof shown, (i32)x);
        if (x >= 0xd800 && x < 0xe000) snprintf(shown, sizeof shown, "U+%04X", x);
        snprintf(msg, sizeof msg, "escape is invalid Unicode code point %s", shown);
        error_at(l, start, msg);
        return false;
    }
    return true;
}

static void literal(Lexer *l, const char *start, LitKind kind, bool bad) {
    l->tok = TK_LITERAL;
    l->nlsemi = true;
    l->lit = (u8)kind;
    l->bad = bad;
    l->text = (Str){start, l->p - start};
}

static void std_string(Lexer *l, const char *start) {
    bool bad = false;
    l->p++;
    for (;;) {
        u8 c = (u8)*l->p;
        if (c == '"') { l->p++; break; }
        if (c == '\\') {
            l->p++;
            if (!scan_escape(l, '"')) bad = true;
        } else if (c == '\n') {
            error_at(l, l->p, "newline in string");
            bad = true;
            break;
        } else if (c == 0 && l->p >= l->end) {
            error_at(l, start, "string not terminated");
            bad = true;
            break;
        } else if (c == 0 || c >= 0x80) l->p = skip_odd(l, l->p);
        else l->p++;
    }
    literal(l, start, LIT_STRING, bad);
}

static void raw_string(Lexer *l, const char *start) {
    bool bad = false;
    l->p++;
    for (;;) {
        u8 c = (u8)*l->p;
        if (c == '`') { l->p++; break; }
        if (c == '\n') {
            note_line(l, l->p + 1);
            l->p++;
        } else if (c == 0 && l->p >= l->end) {
            error_at(l, start, "string not terminated");
            bad = true;
            break;
        } else if (c == 0 || c >= 0x80) l->p = skip_odd(l, l->p);
        else l->p++;
    }
    literal(l, start, LIT_STRING, bad);
}

static void rune_literal(Lexer *l, const char *start) {
    bool bad = false;
    int n = 0;
    l->p++;
    for (;; n++) {
        u8 c = (u8)*l->p;
        if (c == '\'') {
            if (!bad && n == 0) error_at(l, start, "empty rune literal or unescaped ' in rune literal");
            else if (!bad && n != 1) error_at(l, start, "more than one character in rune literal");
            bad |= n != 1;
            l->p++;
            break;
        }
        if (c == '\\') {
            l->p++;
            if (!scan_escape(l, '\'')) bad = true;
        } else if (c == '\n') {
            if (!bad) error_at(l, l->p, "newline in rune literal");
            bad = true;
            break;
        } else if (c == 0 && l->p >= l->end) {
            if (!bad) error_at(l, start, "rune literal not terminated");
            bad = true;
            break;
        } else if (c == 0 || c >= 0x80) l->p = skip_odd(l, l->p);
        else l->p++;
    }
    literal(l, start, LIT_RUNE, bad);
}

// ---- the token dispatcher ------------------------------------------------------------------------------------------------

static void semi(Lexer *l, const char *text) {
    l->tok = TK_SEMI;
    l->text = str_c(text);
    l->nlsemi = false;
}

static void simple(Lexer *l, enum Token t, int n, bool nlsemi) {
    l->tok = t;
    l->p += n;
    l->nlsemi = nlsemi;
}

// An operator of n characters, or its assignment form.
static void oper(Lexer *l, Op op, i32 prec, int n) {
    l->p += n;
    l->op = op;
    l->prec = prec;
    l->nlsemi = false;
    if (*l->p == '=' && prec >= PREC_ADD) {
        l->p++;
        l->tok = TK_ASSIGN_OP;
    } else l->tok = op == OP_MUL ? TK_STAR : TK_OP;
}

static void odd_character(Lexer *l) {
    char shown[40], msg[80];
    int size = 1;
    if (*l->p == 0) error_at(l, l->p, "invalid NUL character");
    else {
        i32 r = (u8)*l->p < 0x80 ? *l->p : decode(l, l->p, &size);
        if (!(r == RUNE_ERROR && size == 1) && r != 0xfeff) {
            format_rune(shown, sizeof shown, r);
            snprintf(msg, sizeof msg, "invalid character %s", shown);
            error_at(l, l->p, msg);
        }
    }
    l->p += size;
}

static bool starts_unicode_name(Lexer *l) {
    int size;
    i32 r = utf8_decode(l->p, l->end - l->p, &size);
    return rune_is_letter(r) || rune_is_digit(r);
}

// Skips blanks and comments. True: a newline (or comment with one, or the end) ended the statement and made a semicolon.
static bool skip_blanks(Lexer *l) {
    for (;;) {
        const char *p = l->p;
        u8 c = (u8)*p;
        if (char_class[c] & C_SPACE) l->p++;
        else if (c == '\n') {
            note_line(l, p + 1);
            l->p++;
            if (l->nlsemi) { l->pos = pos_at(l, p); semi(l, "newline"); return true; }
        } else if (c == '/' && p[1] == '/') {
            l->p += 2;
            line_comment(l, p);
            if (l->nlsemi) { // the newline behind it is read next; the semicolon stands where the comment does
                l->pos = pos_at(l, p);
                if (*l->p == '\n') { note_line(l, l->p + 1); l->p++; }
                semi(l, l->p >= l->end && l->p[-1] != '\n' ? "EOF" : "newline");
                return true;
            }
        } else if (c == '/' && p[1] == '*') {
            l->p += 2;
            bool newline = block_comment(l, p);
            if (newline && l->nlsemi) { l->pos = pos_at(l, p); semi(l, "newline"); return true; }
        } else if (c == 0 && p >= l->end) {
            l->pos = pos_at(l, p);
            if (l->nlsemi) { semi(l, "EOF"); return true; }
            return false;
        } else return false;
    }
}

void lex_next(Lexer *l) { // dispatch
again:
    if (skip_blanks(l)) return;
    const char *p = l->p;
    u8 c = (u8)*p;
    l->pos = pos_at(l, p);
    if (char_class[c] & C_LETTER) { scan_name(l, p); return; }
    switch (c) {
    case 0:
        if (p >= l->end) { l->tok = TK_EOF; return; }
        odd_character(l);
        goto again;
    case '0' ... '9': scan_number(l, p); return;
    case '"': std_string(l, p); return;
    case '`': raw_string(l, p); return;
    case '\'': rune_literal(l, p); return;
    case '(': simple(l, TK_LPAREN, 1, false); return;
    case '[': simple(l, TK_LBRACK, 1, false); return;
    case '{': simple(l, TK_LBRACE, 1, false); return;
    case ',': simple(l, TK_COMMA, 1, false); return;
    case ';': simple(l, TK_SEMI, 1, false); l->text = S("semicolon"); return;
    case ')': simple(l, TK_RPAREN, 1, true); return;
    case ']': simple(l, TK_RBRACK, 1, true); return;
    case '}': simple(l, TK_RBRACE, 1, true); return;
    case ':':
        if (p[1] == '=') simple(l, TK_DEFINE, 2, false);
        else simple(l, TK_COLON, 1, false);
        return;
    case '.':
        if (p[1] >= '0' && p[1] <= '9') scan_number(l, p);
        else if (p[1] == '.' && p[2] == '.') simple(l, TK_DOTDOTDOT, 3, false);
        else simple(l, TK_DOT, 1, false);
        return;
    case '+':
        if (p[1] == '+') { simple(l, TK_INC, 2, true); return; }
        oper(l, OP_ADD, PREC_ADD, 1);
        return;
    case '-':
        if (p[1] == '-') { simple(l, TK_DEC, 2, true); return; }
        oper(l, OP_SUB, PREC_ADD, 1);
        return;
    case '*': oper(l, OP_MUL, PREC_MUL, 1); return;
    case '/': oper(l, OP_DIV, PREC_MUL, 1); return;
    case '%': oper(l, OP_REM, PREC_MUL, 1); return;
    case '&':
        if (p[1] == '&') oper(l, OP_ANDAND, PREC_ANDAND, 2);
        else if (p[1] == '^') oper(l, OP_ANDNOT, PREC_MUL, 2);
        else oper(l, OP_AND, PREC_MUL, 1);
        return;
    case '|':
        if (p[1] == '|') oper(l, OP_OROR, PREC_OROR, 2);
        else oper(l, OP_OR, PREC_ADD, 1);
        return;
    case '^': oper(l, OP_XOR, PREC_ADD, 1); return;
    case '~': oper(l, OP_TILDE, PREC_NONE, 1); return;
    case '<':
        if (p[1] == '<') oper(l, OP_SHL, PREC_MUL, 2);
        else if (p[1] == '=') oper(l, OP_LEQ, PREC_CMP, 2);
        else if (p[1] == '-') simple(l, TK_ARROW, 2, false);
        else oper(l, OP_LSS, PREC_CMP, 1);
        return;
    case '>':
        if (p[1] == '>') oper(l, OP_SHR, PREC_MUL, 2);
        else if (p[1] == '=') oper(l, OP_GEQ, PREC_CMP, 2);
        else oper(l, OP_GTR, PREC_CMP, 1);
        return;
    case '=':
        if (p[1] == '=') oper(l, OP_EQL, PREC_CMP, 2);
        else simple(l, TK_ASSIGN, 1, false);
        return;
    case '!':
        if (p[1] == '=') oper(l, OP_NEQ, PREC_CMP, 2);
        else oper(l, OP_NOT, PREC_NONE, 1);
        return;
    default:
        if (c >= 0x80 && starts_unicode_name(l)) { scan_name(l, p); return; }
        odd_character(l);
        goto again;
    }
}
