// directive.c - comments that mean something: //line, /*line*/, //go:.
//
// Errors of //line count as the parser's own, those of //go: do not: they are the compiler's.
// Directives gather in the Lexer's pragma until a declaration takes them (parse.c) or pragma_clear finds that nobody did.
#include "syntax/syntax_int.h"

// ---- line directives -------------------------------------------------------------------------------

// The number behind the last colon of s. Returns the index behind the colon, 0 if there is none.
static i64 trailing_number(Str s, u64 *n, bool *ok) {
    i64 i = str_rindex(s, ':') + 1;
    *n = 0, *ok = i > 0 && i < s.len;
    for (i64 k = i; i > 0 && k < s.len; k++) {
        if (s.ptr[k] < '0' || s.ptr[k] > '9' || *n > UINT64_MAX / 10 - 10) *ok = false;
        else *n = *n * 10 + (u64)(s.ptr[k] - '0');
    }
    return i;
}

enum { MAX_LINE_OR_COL = 1 << 30 };

// text begins at `at`; the directive holds from offset `from` on.
static void add_line_directive(Lexer *l, Str text, Pos at, u32 from) {
    u64 n, n2;
    bool ok, ok2;
    i64 i = trailing_number(text, &n, &ok);
    if (i == 0) return; // an ordinary comment
    if (!ok) {
        lex_error(l, at + (Pos)i, "invalid line number: %.*s", SFMT(str_slice(text, i, text.len)));
        return;
    }
    SourceFile *f = l->src;
    LineDirective d = {.offset = from, .file.literal = true};
    i64 i2 = trailing_number(str_slice(text, 0, i - 1), &n2, &ok2);
    if (i2 && ok2) {
        if (n == 0 || n > MAX_LINE_OR_COL) {
            lex_error(l, at + (Pos)i, "invalid column number: %.*s", SFMT(str_slice(text, i, text.len)));
            return;
        }
        d.col = (i32)n;
        text = str_slice(text, 0, i - 1);
        n = n2, i = i2;
    }
    if (n == 0 || n > MAX_LINE_OR_COL) {
        lex_error(l, at + (Pos)i, "invalid line number: %.*s", SFMT(str_slice(text, i, text.len)));
        return;
    }
    d.line = (i32)n;
    d.file.name = str_slice(text, 0, i - 1);
    if (!d.file.name.len && d.col) d.file.name = f->ndirectives ? f->directives[f->ndirectives - 1].file.name : f->path;
    if (f->ndirectives == f->capdirectives)
        vec_grow(l->lines, (void **)&f->directives, &f->capdirectives, sizeof(LineDirective));
    f->directives[f->ndirectives++] = d;
}

// ---- the Go version of a //go:build line -----------------------------------------------------------

typedef struct BuildExpr {
    Str s;
    bool bad;
    int depth;
} BuildExpr;

static void skip_blanks(BuildExpr *b) {
    while (b->s.len && (b->s.ptr[0] == ' ' || b->s.ptr[0] == '\t')) b->s = str_slice(b->s, 1, b->s.len);
}

static bool take(BuildExpr *b, Str what) {
    skip_blanks(b);
    if (!str_has_prefix(b->s, what)) return false;
    b->s = str_slice(b->s, what.len, b->s.len);
    return true;
}

static int min_or(BuildExpr *, int sign);

static int tag_version(Str tag, int sign) {
    if (sign < 0) return -1;
    if (str_eq(tag, S("go1"))) return 0;
    i64 at = str_find(tag, S("go1."));
    if (at < 0 || at + 4 == tag.len || tag.len - at > 12) return -1;
    int n = 0;
    for (i64 i = at + 4; i < tag.len; i++) {
        if (tag.ptr[i] < '0' || tag.ptr[i] > '9') return -1;
        n = n * 10 + (tag.ptr[i] - '0');
    }
    return n;
}

// Least minor version without which an expression (sign < 0: its negation) cannot hold; -1: none, also after an error.
static int min_not(BuildExpr *b, int sign) {
    skip_blanks(b);
    if (++b->depth > 200) b->bad = true;
    if (b->bad) return -1;
    if (take(b, S("!"))) {
        skip_blanks(b);
        if (str_has_prefix(b->s, S("!"))) b->bad = true; // "double negation not allowed"
        return min_not(b, -sign);
    }
    if (take(b, S("("))) {
        int v = min_or(b, sign);
        if (!take(b, S(")"))) b->bad = true;
        return v;
    }
    i64 n = 0;
    for (; n < b->s.len; n++) {
        u8 c = (u8)b->s.ptr[n];
        if (c < 0x80 && !(c == '_' || c == '.' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')))
            break;
    }
    if (n == 0) b->bad = true;
    Str tag = str_slice(b->s, 0, n);
    b->s = str_slice(b->s, n, b->s.len);
    return tag_version(tag, sign);
}

static int min_and(BuildExpr *b, int sign) {
    int v = min_not(b, sign);
    while (!b->bad && take(b, S("&&"))) {
        int w = min_not(b, sign);
        v = (sign < 0) == (w < v) ? w : v; // an "and" needs both, its negation either
    }
    return v;
}

static int min_or(BuildExpr *b, int sign) {
    int v = min_and(b, sign);
    while (!b->bad && take(b, S("||"))) {
        int w = min_and(b, sign);
        v = (sign < 0) != (w < v) ? w : v;
    }
    return v;
}

static void set_go_version(Lexer *l, Str expr) {
    BuildExpr b = {.s = expr};
    int v = min_or(&b, 1);
    skip_blanks(&b);
    if (b.bad || b.s.len) return;
    if (v < 0) l->file->go_version = (Str){0};
    else l->file->go_version = v == 0 ? S("go1") : arena_printf(l->keep, "go1.%d", v);
}

// ---- //go: -----------------------------------------------------------------------------------------

typedef struct Verb {
    Str name;
    u32 flags;
    bool runtime_only, std_only;
} Verb;

static const Verb *find_verb(Str name) {
    static const Verb verbs[] = {
        {S("go:build"), PRAGMA_GO_BUILD, 0, 0},
        {S("go:noescape"), PRAGMA_NOESCAPE, 0, 0},
        {S("go:norace"), PRAGMA_NORACE, 0, 0},
        {S("go:nosplit"), PRAGMA_NOSPLIT | PRAGMA_NOCHECKPTR, 0, 0},
        {S("go:noinline"), PRAGMA_NOINLINE, 0, 0},
        {S("go:nocheckptr"), PRAGMA_NOCHECKPTR, 0, 0},
        {S("go:systemstack"), PRAGMA_SYSTEMSTACK, 1, 0},
        {S("go:nowritebarrier"), PRAGMA_NOWRITEBARRIER, 1, 0},
        {S("go:nowritebarrierrec"), PRAGMA_NOWRITEBARRIER | PRAGMA_FUNC_OTHER, 1, 0},
        {S("go:yeswritebarrierrec"), PRAGMA_YESWRITEBARRIERREC, 1, 0},
        {S("go:cgo_unsafe_args"), PRAGMA_NOCHECKPTR | PRAGMA_FUNC_OTHER, 0, 0},
        {S("go:uintptrkeepalive"), PRAGMA_UINTPTRKEEPALIVE, 0, 1},
        {S("go:uintptrescapes"), PRAGMA_UINTPTRESCAPES | PRAGMA_UINTPTRKEEPALIVE, 0, 0},
        {S("go:registerparams"), PRAGMA_FUNC_OTHER, 0, 0},
    };
    for (i64 i = 0; i < NELEM(verbs); i++)
        if (str_eq(verbs[i].name, name)) return &verbs[i];
    return NULL;
}

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static Str next_word(Str *s) {
    *s = str_trim(*s);
    i64 n = 0;
    while (n < s->len && !is_blank(s->ptr[n])) n++;
    Str w = str_slice(*s, 0, n);
    *s = str_slice(*s, n, s->len);
    return w;
}

static void add_linkname(Lexer *l, Pos pos, Str text) {
    next_word(&text);
    Str local = next_word(&text), remote = next_word(&text);
    if (!local.len || str_trim(text).len) {
        diag_error(l->diag, pos, "usage: //go:linkname localname [linkname]");
        return;
    }
    vec_push(l->keep, &l->file->linknames, ((Linkname){.pos = pos, .local = local, .remote = remote}));
}

// Splits one pattern off s: a word, `raw` or "quoted". False if a quoted one is malformed.
static bool next_pattern(Lexer *l, Str *s, Str *out, Str *bad) {
    char q = s->ptr[0];
    *bad = *s;
    if (q != '`' && q != '"') {
        *out = next_word(s);
        return true;
    }
    i64 i = 1;
    while (i < s->len && s->ptr[i] != q) i += q == '"' && s->ptr[i] == '\\' ? 2 : 1;
    if (i >= s->len) return false;
    Str quoted = str_slice(*s, 0, i + 1);
    *bad = quoted;
    if (!lit_unquote(l->keep, quoted, out)) return false;
    *s = *bad = str_slice(*s, i + 1, s->len);
    return !s->len || is_blank(s->ptr[0]);
}

static void add_embed(Lexer *l, Pos pos, Str text) {
    i64 before = l->pragma.patterns.len;
    Str s = str_trim(str_slice(text, S("go:embed").len, text.len)), pattern, bad;
    for (; s.len; s = str_trim(s)) {
        if (!next_pattern(l, &s, &pattern, &bad)) {
            diag_error(l->diag, pos, "invalid quoted string in //go:embed: %.*s", SFMT(bad));
            l->pragma.patterns.len = before;
            break;
        }
        vec_push(l->keep, &l->pragma.patterns, pattern);
    }
    if (l->pragma.patterns.len == before) {
        diag_error(l->diag, pos, "usage: //go:embed pattern...");
        return;
    }
    vec_push(l->keep, &l->pragma.embeds, pos);
}

static void add_flag(Lexer *l, Pos pos, Str text) {
    Str rest = text, name = next_word(&rest);
    const Verb *v = find_verb(name);
    if (l->opt.user_code) {
        Str lib = rest;
        bool import = str_eq(name, S("go:cgo_import_dynamic")) && next_word(&lib).len && next_word(&lib).len &&
                      next_word(&lib).len;
        if (str_has_prefix(text, S("go:cgo_")) && !import && !str_has_prefix(path_base(l->src->path), S("_cgo_")))
            diag_error(l->diag, pos, "//%.*s only allowed in cgo-generated code", SFMT(text));
        if (v && v->runtime_only) diag_error(l->diag, pos, "//%.*s only allowed in runtime", SFMT(name));
        if (v && v->std_only) diag_error(l->diag, pos, "//%.*s is only allowed in the standard library", SFMT(name));
    }
    if (!v) return;
    l->pragma.flags |= v->flags;
    vec_push(l->keep, &l->pragma.at, ((PragmaPos){v->flags, pos}));
}

// The file begins behind a byte order mark.
static bool begins_file(const Lexer *l, const u8 *p) {
    return p == l->text || (p == l->text + 3 && memcmp(l->text, "\xef\xbb\xbf", 3) == 0);
}

// Nothing but blanks before start on its line.
static bool is_alone(const Lexer *l, const u8 *start) {
    while (start > l->text && (start[-1] == ' ' || start[-1] == '\t' || start[-1] == '\r')) start--;
    return begins_file(l, start) || start[-1] == '\n';
}

static bool is_at_column_one(const Lexer *l, const u8 *start) { return begins_file(l, start) || start[-1] == '\n'; }

void lex_directive(Lexer *l, const u8 *start, const u8 *end) {
    bool block = start[1] == '*';
    const u8 *stop = block ? end - 2 : end;
    if (!block && stop[-1] == '\r') stop--;
    Str text = {(const char *)start + 2, stop - start - 2};
    Pos pos = lex_pos_at(l, start + 2);
    if (str_has_prefix(text, S("line "))) {
        if (!block && !is_at_column_one(l, start)) return;
        const u8 *from = block || end == l->end ? end : end + 1; // a line comment takes its newline along
        add_line_directive(l, str_slice(text, 5, text.len), pos + 5, (u32)(from - l->text));
        return;
    }
    if (l->top && str_has_prefix(text, S("go:build"))) {
        Str rest = text;
        if (str_eq(next_word(&rest), S("go:build"))) set_go_version(l, rest);
    }
    if (!is_alone(l, start)) {
        diag_error(l->diag, pos, "misplaced compiler directive");
        return;
    }
    l->has_pragma = true;
    if (str_has_prefix(text, S("go:linkname "))) add_linkname(l, pos, text);
    else if (str_eq(text, S("go:embed")) || str_has_prefix(text, S("go:embed "))) add_embed(l, pos, text);
    else add_flag(l, pos, text);
}

// ---- claims ----------------------------------------------------------------------------------------

void pragma_check(Lexer *l, const Pragma *pr, u32 allowed, bool embed_ok) {
    for (i64 i = 0; i < pr->at.len; i++)
        if (pr->at.ptr[i].flag & ~allowed) diag_error(l->diag, pr->at.ptr[i].pos, "misplaced compiler directive");
    for (i64 i = 0; i < pr->embeds.len && !embed_ok; i++)
        diag_error(l->diag, pr->embeds.ptr[i], "misplaced go:embed directive");
}

void pragma_clear(Lexer *l) {
    if (!l->has_pragma) return;
    for (i64 i = 0; i < l->pragma.at.len; i++)
        if (l->pragma.at.ptr[i].flag) diag_error(l->diag, l->pragma.at.ptr[i].pos, "misplaced compiler directive");
    for (i64 i = 0; i < l->pragma.embeds.len; i++)
        diag_error(l->diag, l->pragma.embeds.ptr[i], "misplaced go:embed directive");
    l->pragma = (Pragma){0};
    l->has_pragma = false;
}
