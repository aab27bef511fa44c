// skip.c - a function's body, or a table of numbers, that nobody has reached yet: found by its braces, parsed when it is asked for.
//
// In:   the text behind a body's "{". Out: its "}", or NULL if this body has to be parsed at once: braces that do not stand as gofmt
//       sets them (then an error may have moved them), text that is no token, directives, which mean something even where nobody looks.
// Keeps: positions and errors are those of a body that is parsed at once; parse_body writes to the declaration's body and its arena alone,
//       so that any thread may parse any body.
#include "syntax/syntax_int.h"
#include <stdlib.h>

// What the scan must look at; all else is between.
static const u8 is_special[256] = {['{'] = 1, ['}'] = 1, ['"'] = 1, ['`'] = 1, ['\''] = 1, ['/'] = 1};

typedef u8 Bytes16 __attribute__((vector_size(16)));

// The next special byte at or behind p, or end.
static const u8 *find_special(const u8 *p, const u8 *end) {
    for (; end - p >= 16; p += 16) {
        Bytes16 v;
        u64 any[2];
        memcpy(&v, p, 16);
        Bytes16 hit = (Bytes16)(v == '{') | (Bytes16)(v == '}') | (Bytes16)(v == '"') | (Bytes16)(v == '`') |
                      (Bytes16)(v == '\'') | (Bytes16)(v == '/');
        memcpy(any, &hit, 16);
        if (any[0] | any[1]) break;
    }
    while (p < end && !is_special[*p]) p++;
    return p;
}

// Each of these is behind the first byte of what it skips; NULL: not well-formed.
static const u8 *skip_string(const u8 *p, const u8 *end) {
    for (; p < end && *p != '\n'; p++) {
        if (*p == '"') return p + 1;
        if (*p == '\\' && ++p == end) return NULL;
        if (*p == '\n') return NULL;
    }
    return NULL;
}

static const u8 *skip_raw_string(const u8 *p, const u8 *end) {
    p = memchr(p, '`', (size_t)(end - p));
    return p ? p + 1 : NULL;
}

static const u8 *skip_rune(const u8 *p, const u8 *end) {
    enum { LONGEST = 10 }; // '\U0010FFFF'
    if (p == end || *p == '\'' || *p == '\n') return NULL;
    const u8 *q = p + (*p == '\\' ? 2 : 1);
    while (q < end && q - p <= LONGEST && *q != '\'' && *q != '\n') q++;
    return q < end && *q == '\'' ? q + 1 : NULL;
}

static bool begins(const u8 *p, const u8 *end, Str s) { return end - p >= s.len && !memcmp(p, s.ptr, (size_t)s.len); }

// p is at "/".
static const u8 *skip_comment(const u8 *p, const u8 *end) {
    if (begins(p, end, S("//"))) {
        if (begins(p, end, S("//go:")) || begins(p, end, S("//line "))) return NULL;
        p = memchr(p, '\n', (size_t)(end - p));
        return p ? p : NULL;
    }
    if (!begins(p, end, S("/*"))) return p + 1;
    if (begins(p, end, S("/*line "))) return NULL;
    for (p += 2; (p = memchr(p, '*', (size_t)(end - p))); p++)
        if (end - p >= 2 && p[1] == '/') return p + 2;
    return NULL;
}

const u8 *skip_quoted(const u8 *p, const u8 *end) {
    const u8 *q = *p == '"' ? skip_string(p + 1, end) : *p == '`' ? skip_raw_string(p + 1, end) : skip_rune(p + 1, end);
    return q ? q : p + 1;
}

const u8 *skip_body(const u8 *p, const u8 *end) {
    const u8 *open = p;
    for (i64 depth = 1; p < end;) {
        p = find_special(p, end);
        if (p == end) return NULL;
        switch (*p) {
        case '{': depth++, p++; break;
        case '}':
            if (--depth == 0) return p[-1] == '\n' || !memchr(open, '\n', (size_t)(p - open)) ? p : NULL;
            if (p[-1] == '\n') return NULL;
            p++;
            break;
        case '"': p = skip_string(p + 1, end); break;
        case '`': p = skip_raw_string(p + 1, end); break;
        case '\'': p = skip_rune(p + 1, end); break;
        default: p = skip_comment(p, end); break;
        }
        if (!p) return NULL;
    }
    return NULL;
}

void parse_body(Arena *a, Intern *in, Diag *d, File *f, BlockStmt *body) {
    if (!body || !body->unparsed) return;
    Parser p = {.intern = in, .file = f};
    lex_resume(&p.lx, a, d, f->src, f, body->s.pos - f->src->base);
    next(&p);
    BlockStmt *parsed = parse_func_body(&p);
    *body = *parsed;
    if (p.lx.nerrors) body->had_errors = true, body->list.len = 0; // it is not checked, nor compiled
    free(p.stack);
}

// ---- tables of numbers -----------------------------------------------------------------------------------

static bool is_digit(u8 c) { return c - '0' < 10u; }
static bool is_hex_digit(u8 c) { return is_digit(c) || (c | 32) - 'a' < 6u; }

// Behind the integer literal at p, which can be nothing else and has no underscores; NULL: there is none.
static const u8 *skip_int(const u8 *p, const u8 *end) {
    enum { LONGEST = 18 };
    const u8 *from = p;
    if (end - p > 2 && p[0] == '0' && (p[1] | 32) == 'x') {
        for (p += 2; p < end && is_hex_digit(*p); p++) {
        }
        if (p == from + 2) return NULL;
    } else if (p[0] == '0') p++;
    else
        while (p < end && is_digit(*p)) p++;
    if (p == from || p == end || p - from > LONGEST) return NULL;
    return memchr(", \t\n}/", *p, 6) ? p : NULL;
}

// Elements and commas take turns; a newline behind an element would be a semicolon.
const u8 *skip_numbers(const u8 *p, const u8 *end, u8 *unparsed) {
    i64 depth = 1;
    bool element = false; // stands before p
    *unparsed = LIT_INTS;
    while (p && p < end) {
        u8 c = *p;
        if (c == ' ' || c == '\t' || (c == '\n' && !element)) p++;
        else if (c == ',' && element) p++, element = false;
        else if (c == '{' && !element) p++, depth++, *unparsed = LIT_NUMBERS;
        else if (c == '}') {
            if (--depth == 0) return p;
            p++, element = true;
        } else if (c == '/' && begins(p, end, S("//"))) p = skip_comment(p, end);
        else if (is_digit(c) && !element) p = skip_int(p, end), element = true;
        else return NULL;
    }
    return NULL;
}

// What stands behind the "}" is not looked at.
void parse_literal(Arena *a, Intern *in, Diag *d, File *f, CompositeLit *l) {
    if (!l->unparsed) return;
    Parser p = {.intern = in, .file = f};
    List list = ELEMENTS;
    lex_resume(&p.lx, a, d, f->src, f, l->x.pos - f->src->base + 1);
    next(&p);
    parse_elements(&p, l, &list);
    l->unparsed = 0;
    if (p.lx.nerrors || POS(&p) != l->rbrace) bug("%.*s: not a table of numbers", SFMT(f->src->path));
    free(p.stack);
}

static u64 take_number(const u8 **at) {
    const u8 *p = *at;
    u64 v = 0;
    if (p[0] == '0' && (p[1] | 32) == 'x')
        for (p += 2; is_hex_digit(*p); p++) v = v << 4 | (*p <= '9' ? *p - '0' : (*p | 32) - 'a' + 10u);
    else
        for (; is_digit(*p); p++) v = v * 10 + (*p - '0'); // 18 digits at most
    *at = p;
    return v;
}

u64 *literal_ints(Arena *a, const File *f, const CompositeLit *l, i64 *n) {
    const u8 *text = (const u8 *)f->src->text.ptr;
    const u8 *p = text + (l->x.pos - f->src->base) + 1, *end = text + (l->rbrace - f->src->base);
    i64 cap = 1;
    for (const u8 *q = p; (q = memchr(q, ',', (size_t)(end - q))); q++) cap++; // those in comments, too
    u64 *out = ANEWN(a, u64, cap);
    *n = 0;
    while (p < end) {
        if (is_digit(*p)) out[(*n)++] = take_number(&p);
        else if (*p == '/') p = skip_comment(p, end);
        else p++;
    }
    return out;
}

// ---- types declared in it ------------------------------------------------------------------------------

static bool is_blank(u8 c) { return c == ' ' || c == '\t' || c == '\r'; }

// A statement can begin at p: of what stands before it, on its line, nothing but the end of another one or of a comment.
static bool can_begin(const u8 *p, const u8 *open) {
    while (p > open && is_blank(p[-1])) p--;
    if (p == open || memchr("\n;{}:", p[-1], 5)) return true;
    return p - open >= 2 && p[-1] == '/' && p[-2] == '*';
}

bool body_may_declare_type(const File *f, const BlockStmt *body) {
    const u8 *text = (const u8 *)f->src->text.ptr, *open = text + (body->s.pos - f->src->base) + 1;
    const u8 *end = text + (body->rbrace - f->src->base);
    for (const u8 *p = open; (p = memmem(p, (size_t)(end - p), "type", 4)); p += 4)
        if (end - p > 4 && (is_blank(p[4]) || p[4] == '(' || p[4] == '\n' || p[4] == '/') && can_begin(p, open))
            return true;
    return false;
}
