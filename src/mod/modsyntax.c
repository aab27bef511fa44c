// modsyntax.c - reads and prints the lines of go.mod and go.work files, and moves lines about.
//
// In: the text of a file. Out: a ModSyntax whose print is the canonical form of the same file. Knows nothing of what lines mean.
// Facts: go.dev/ref/mod#go-mod-file-lexical; what is printed is what `go mod edit -fmt` prints.
#include "mod/modsyntax.h"

// ---- tokens --------------------------------------------------------------------------------------

typedef enum TokKind {
    T_EOF,
    T_NEWLINE,
    T_COMMENT,
    T_BESIDE,
    T_WORD
} TokKind; // T_BESIDE: a comment behind words; ends the line
typedef struct Tok {
    TokKind kind;
    Str text;
    i32 row, col;
} Tok;

typedef struct Reader {
    Arena *a;
    Str name, text;
    i64 at;
    i32 row, col;
    bool words_in_line, failed;
    Tok next; // one token of lookahead
    Err *err;
    ModSyntax *out;
} Reader;

static bool fail_at(Reader *r, i32 row, i32 col, Str why) {
    if (r->failed) return false;
    r->failed = true;
    r->at = r->text.len;
    if (col > 1) return err_set(r->err, r->a, ERR_OTHER, "%.*s:%d:%d: %.*s", SFMT(r->name), row, col, SFMT(why));
    return err_set(r->err, r->a, ERR_OTHER, "%.*s:%d: %.*s", SFMT(r->name), row, SFMT(why));
}
static bool fail_here(Reader *r, Str why) { return fail_at(r, r->row, r->col, why); }

static i32 peek_rune(const Reader *r, int *size) {
    *size = 0;
    if (r->at >= r->text.len) return 0;
    return utf8_decode(r->text.ptr + r->at, r->text.len - r->at, size);
}
static i32 skip_rune(Reader *r) {
    int size;
    i32 c = peek_rune(r, &size);
    r->at += size;
    r->col++;
    if (c == '\n') r->row++, r->col = 1;
    return c;
}
static bool looks_at(const Reader *r, const char *two) {
    return r->at + 1 < r->text.len && r->text.ptr[r->at] == two[0] && r->text.ptr[r->at + 1] == two[1];
}
static bool is_word_rune(i32 c) {
    if (c > 0 && c < 0x80 && strchr(" ()[]{},", c)) return false;
    return c != 0 && rune_is_print(c);
}

static void read_comment(Reader *r) {
    i64 from = r->at;
    while (r->at < r->text.len && r->text.ptr[r->at] != '\n') skip_rune(r);
    Str text = str_slice(r->text, from, r->at);
    if (r->at < r->text.len) {
        skip_rune(r);
        if (str_has_suffix(text, S("\r"))) text.len--;
    }
    r->next.kind = r->words_in_line ? T_BESIDE : T_COMMENT;
    r->next.text = text;
    r->words_in_line = false;
}

static void read_quoted(Reader *r) {
    i64 from = r->at;
    i32 quote = skip_rune(r);
    for (;;) {
        bool escape = false;
        int size;
        i32 c = peek_rune(r, &size);
        if (size && c == '\n') {
            fail_here(r, S("unexpected newline in string"));
            return;
        }
        if (size) {
            skip_rune(r);
            if (c == quote) break;
            escape = c == '\\' && quote != '`';
        }
        if (!size || (escape && r->at >= r->text.len)) {
            fail_at(r, r->next.row, r->next.col, S("unexpected EOF in string"));
            return;
        }
        if (escape) skip_rune(r);
    }
    r->next.text = str_slice(r->text, from, r->at);
}

static void read_plain(Reader *r) {
    i64 from = r->at;
    int size;
    i32 c = peek_rune(r, &size);
    if (!is_word_rune(c)) {
        char enc[4];
        Str q = str_quote(r->a, (Str){enc, utf8_put(enc, c)});
        fail_here(r, arena_printf(r->a, "unexpected input character '%.*s'", (int)q.len - 2, q.ptr + 1));
        return;
    }
    while (is_word_rune(peek_rune(r, &size))) {
        if (looks_at(r, "//")) break;
        if (looks_at(r, "/*")) {
            fail_here(r, S("mod files must use // comments (not /* */ comments)"));
            return;
        }
        skip_rune(r);
    }
    r->next.text = str_slice(r->text, from, r->at);
}

static void read_token(Reader *r) {
    while (r->at < r->text.len && strchr(" \t\r", r->text.ptr[r->at]) && r->text.ptr[r->at]) skip_rune(r);
    r->next = (Tok){T_EOF, S(""), r->row, r->col};
    if (r->at >= r->text.len) return;
    if (looks_at(r, "//")) {
        read_comment(r);
        return;
    }
    if (looks_at(r, "/*")) {
        fail_here(r, S("mod files must use // comments (not /* */ comments)"));
        return;
    }
    char c = r->text.ptr[r->at];
    r->next.kind = c == '\n' ? T_NEWLINE : T_WORD;
    r->words_in_line = c != '\n';
    if (c && strchr("\n()[]{},", c)) {
        r->next.text = str_slice(r->text, r->at, r->at + 1);
        skip_rune(r);
    } else if (c == '"' || c == '`') {
        read_quoted(r);
    } else {
        read_plain(r);
    }
    if (r->failed) r->next.kind = T_EOF;
}

static Tok take(Reader *r) {
    Tok t = r->next;
    read_token(r);
    return t;
}
static bool ends_line(Tok t) { return t.kind == T_EOF || t.kind == T_BESIDE || t.kind == T_NEWLINE; }
static bool is_word(Tok t, const char *w) { return t.kind == T_WORD && t.text.len == 1 && t.text.ptr[0] == *w; }

// ---- statements ----------------------------------------------------------------------------------

// The end of a line: its comment, if there is one, goes to beside.
static void take_end(Reader *r, StrVec *beside) {
    Tok t = take(r);
    if (t.kind == T_BESIDE) vec_push(r->a, beside, t.text);
}

static ModLine *read_block_line(Reader *r) {
    ModLine *l = ANEW(r->a, ModLine);
    l->in_block = true;
    l->row = r->next.row;
    l->col = r->next.col;
    while (!ends_line(r->next)) vec_push(r->a, &l->words, take(r).text);
    take_end(r, &l->beside);
    return l;
}

// Behind "(" at the end of a line.
static void read_block(Reader *r, ModStmt *s) {
    StrVec above = {0};
    take_end(r, &s->at_open);
    for (;;) {
        Tok t = r->next;
        if (t.kind == T_EOF) {
            fail_here(r, arena_printf(r->a, "syntax error (unterminated block started at %.*s:%d:%d)", SFMT(r->name),
                                      s->row, s->col));
            return;
        }
        if (t.kind == T_NEWLINE) { // a blank line: kept between lines and comments, once
            take(r);
            if (above.len ? above.ptr[above.len - 1].len > 0 : s->lines.len > 0) vec_push(r->a, &above, S(""));
        } else if (t.kind == T_COMMENT) {
            vec_push(r->a, &above, take(r).text);
        } else if (is_word(t, ")")) {
            break;
        } else {
            ModLine *l = read_block_line(r);
            l->before = above;
            above = (StrVec){0};
            vec_push(r->a, &s->lines, l);
        }
    }
    take(r);
    if (above.len != 1 || above.ptr[0].len) s->at_end = above;
    if (!ends_line(r->next)) fail_here(r, S("syntax error (expected newline after closing paren)"));
    else take_end(r, &s->beside);
}

static ModStmt *read_stmt(Reader *r) {
    ModStmt *s = ANEW(r->a, ModStmt);
    s->kind = STMT_LINE;
    s->row = r->next.row;
    s->col = r->next.col;
    for (bool first = true;; first = false) {
        if (ends_line(r->next)) break;
        Tok t = take(r);
        if (!first && is_word(t, "(")) {
            if (ends_line(r->next)) {
                s->kind = STMT_BLOCK;
                read_block(r, s);
                return s;
            }
            if (is_word(r->next, ")")) {
                Tok close = take(r);
                if (ends_line(r->next)) {
                    s->kind = STMT_BLOCK;
                    take_end(r, &s->beside);
                    return s;
                }
                vec_push(r->a, &s->words, t.text);
                t = close;
            }
        }
        vec_push(r->a, &s->words, t.text);
    }
    ModLine *l = s->line = ANEW(r->a, ModLine);
    l->words = s->words;
    l->row = s->row;
    l->col = s->col;
    s->words = (StrVec){0};
    take_end(r, &l->beside);
    return s;
}

static void read_file(Reader *r) {
    ModStmt *note = NULL; // comments that nothing stands below yet
    for (;;) {
        TokKind kind = r->next.kind;
        if (kind == T_COMMENT) {
            if (!note) note = ANEW(r->a, ModStmt);
            vec_push(r->a, &note->before, take(r).text);
            continue;
        }
        if (kind == T_NEWLINE || kind == T_EOF) {
            if (note) vec_push(r->a, &r->out->stmts, note);
            note = NULL;
            if (kind == T_EOF) return;
            take(r);
            continue;
        }
        ModStmt *s = read_stmt(r);
        if (note && s->line) s->line->before = note->before;
        else if (note) s->before = note->before;
        note = NULL;
        vec_push(r->a, &r->out->stmts, s);
    }
}

ModSyntax *modsyntax_parse(Arena *a, Str name, Str text, Err *err) {
    Reader r = {.a = a, .name = name, .text = text, .row = 1, .col = 1, .err = err};
    r.out = ANEW(a, ModSyntax);
    r.out->a = a;
    read_token(&r);
    read_file(&r);
    return r.failed ? NULL : r.out;
}

// ---- printing ------------------------------------------------------------------------------------

typedef struct Printer {
    Buf out;
    int margin;
    StrVec pending; // comments for the end of the line
    Arena *a;
} Printer;

static void trim_line(Printer *p) {
    while (p->out.len && (p->out.ptr[p->out.len - 1] == ' ' || p->out.ptr[p->out.len - 1] == '\t')) p->out.len--;
}
static void print_margin(Printer *p) {
    for (int i = 0; i < p->margin; i++) buf_char(&p->out, '\t');
}
static bool ends_with(const Printer *p, Str s) { return str_has_suffix(buf_view(&p->out), s); }

static void end_line(Printer *p) {
    for (i64 i = 0; i < p->pending.len; i++) {
        if (i) {
            trim_line(p);
            buf_char(&p->out, '\n');
            print_margin(p);
        } else {
            buf_char(&p->out, ' ');
        }
        buf_str(&p->out, str_trim(p->pending.ptr[i]));
    }
    p->pending.len = 0;
    trim_line(p);
    if (p->out.len && !ends_with(p, S("\n\n"))) buf_char(&p->out, '\n'); // never two blank lines
    print_margin(p);
}

static void print_before(Printer *p, const StrVec *before) {
    if (!before->len) return;
    trim_line(p);
    if (p->out.len && !ends_with(p, S("\n"))) buf_char(&p->out, '\n');
    print_margin(p);
    for (i64 i = 0; i < before->len; i++) {
        buf_str(&p->out, str_trim(before->ptr[i]));
        end_line(p);
    }
}
static void queue_beside(Printer *p, const StrVec *beside) {
    for (i64 i = 0; i < beside->len; i++) vec_push(p->a, &p->pending, beside->ptr[i]);
}

static bool is_one_of(Str w, const char *set) { return w.len == 1 && strchr(set, w.ptr[0]); }

static void print_words(Printer *p, const StrVec *words) {
    bool space = false;
    for (i64 i = 0; i < words->len; i++) {
        Str w = words->ptr[i];
        if (space && !is_one_of(w, ",)]}")) buf_char(&p->out, ' ');
        buf_str(&p->out, w);
        space = !is_one_of(w, "([{");
    }
}

static void print_line(Printer *p, const ModLine *l) {
    print_before(p, &l->before);
    print_words(p, &l->words);
    queue_beside(p, &l->beside);
}

static void print_block(Printer *p, const ModStmt *s) {
    print_before(p, &s->before);
    print_words(p, &s->words);
    buf_c(&p->out, " (");
    queue_beside(p, &s->at_open);
    p->margin++;
    for (i64 i = 0; i < s->lines.len; i++) {
        end_line(p);
        print_line(p, s->lines.ptr[i]);
    }
    p->margin--;
    end_line(p);
    print_before(p, &s->at_end);
    buf_char(&p->out, ')');
    queue_beside(p, &s->beside);
}

Str modsyntax_format(const ModSyntax *x) {
    Printer p = {.a = x->a};
    for (i64 i = 0; i < x->stmts.len; i++) {
        const ModStmt *s = x->stmts.ptr[i];
        if (s->kind == STMT_NOTE) print_before(&p, &s->before);
        else if (s->kind == STMT_LINE) print_line(&p, s->line);
        else print_block(&p, s);
        if (s->kind != STMT_NOTE) end_line(&p);
        if (i + 1 < x->stmts.len) end_line(&p);
    }
    while (ends_with(&p, S("\n\n")) || (p.out.len == 1 && p.out.ptr[0] == '\n')) p.out.len--;
    Str text = arena_str(x->a, buf_view(&p.out));
    buf_free(&p.out);
    return text;
}

// ---- changes -------------------------------------------------------------------------------------

static StrVec copy_words(Arena *a, const Str *words, i64 n) {
    StrVec v = {0};
    for (i64 i = 0; i < n; i++) vec_push(a, &v, words[i]);
    return v;
}

Str modstmt_verb(const ModStmt *s) {
    const StrVec *w = s->kind == STMT_BLOCK ? &s->words : s->kind == STMT_LINE ? &s->line->words : NULL;
    return w && w->len ? w->ptr[0] : S("");
}

static void insert_stmt(ModSyntax *x, i64 at, ModStmt *s) {
    vec_push(x->a, &x->stmts, s);
    memmove(x->stmts.ptr + at + 1, x->stmts.ptr + at, sizeof(s) * (size_t)(x->stmts.len - 1 - at));
    x->stmts.ptr[at] = s;
}

ModLine *modsyntax_insert(ModSyntax *x, i64 at, const Str *words, i64 n) {
    ModStmt *s = ANEW(x->a, ModStmt);
    s->kind = STMT_LINE;
    s->line = ANEW(x->a, ModLine);
    s->line->words = copy_words(x->a, words, n);
    insert_stmt(x, at, s);
    return s->line;
}

ModStmt *modsyntax_insert_block(ModSyntax *x, i64 at, Str verb) {
    ModStmt *s = ANEW(x->a, ModStmt);
    s->kind = STMT_BLOCK;
    vec_push(x->a, &s->words, verb);
    insert_stmt(x, at, s);
    return s;
}

ModStmt *modsyntax_as_block(ModSyntax *x, i64 at) {
    ModStmt *s = x->stmts.ptr[at];
    if (s->kind == STMT_BLOCK) return s;
    ModLine *l = s->line;
    s->kind = STMT_BLOCK;
    s->line = NULL;
    s->words = copy_words(x->a, l->words.ptr, 1);
    l->words = copy_words(x->a, l->words.ptr + 1, l->words.len - 1);
    l->in_block = true;
    vec_push(x->a, &s->lines, l);
    return s;
}

static ModLine *add_to_block(ModSyntax *x, ModStmt *s, i64 at, const Str *words, i64 n) {
    ModLine *l = ANEW(x->a, ModLine);
    l->in_block = true;
    l->words = copy_words(x->a, words + 1, n - 1);
    vec_push(x->a, &s->lines, l);
    memmove(s->lines.ptr + at + 1, s->lines.ptr + at, sizeof(l) * (size_t)(s->lines.len - 1 - at));
    s->lines.ptr[at] = l;
    return l;
}

// Where hint stands: statement, and place in its block (-1: the statement itself). Without hint the last statement of the verb.
static bool find_hint(const ModSyntax *x, const ModLine *hint, Str verb, i64 *stmt, i64 *in_block) {
    for (i64 i = x->stmts.len - 1; i >= 0; i--) {
        const ModStmt *s = x->stmts.ptr[i];
        *stmt = i;
        *in_block = -1;
        if (hint ? s->line == hint : str_eq(modstmt_verb(s), verb)) return true;
        for (i64 j = 0; hint && j < s->lines.len; j++)
            if (s->lines.ptr[j] == hint) {
                *in_block = j;
                return true;
            }
    }
    return false;
}

ModLine *modsyntax_add(ModSyntax *x, const ModLine *hint, const Str *words, i64 n) {
    i64 at, inner;
    if (!find_hint(x, hint, words[0], &at, &inner)) return modsyntax_insert(x, x->stmts.len, words, n);
    if (!str_eq(modstmt_verb(x->stmts.ptr[at]), words[0])) return modsyntax_insert(x, at + 1, words, n);
    ModStmt *s = modsyntax_as_block(x, at);
    return add_to_block(x, s, inner >= 0 ? inner + 1 : s->lines.len, words, n);
}

void modline_set(ModSyntax *x, ModLine *l, const Str *words, i64 n) {
    l->words = l->in_block ? copy_words(x->a, words + 1, n - 1) : copy_words(x->a, words, n);
}

void modline_kill(ModLine *l) { l->words.len = l->beside.len = 0; }

static void append_all(Arena *a, StrVec *to, const StrVec *from) {
    for (i64 i = 0; i < from->len; i++) vec_push(a, to, from->ptr[i]);
}

// The one line of a block takes its place, with the comments of both.
static void unwrap_block(ModSyntax *x, ModStmt *s) {
    ModLine *l = s->lines.ptr[0];
    StrVec words = copy_words(x->a, s->words.ptr, s->words.len),
           before = copy_words(x->a, s->before.ptr, s->before.len);
    append_all(x->a, &words, &l->words);
    append_all(x->a, &before, &l->before);
    l->words = words;
    l->before = before;
    l->in_block = false;
    *s = (ModStmt){.kind = STMT_LINE, .line = l, .row = s->row, .col = s->col};
}

void modsyntax_cleanup(ModSyntax *x) {
    i64 kept = 0;
    for (i64 i = 0; i < x->stmts.len; i++) {
        ModStmt *s = x->stmts.ptr[i];
        if (s->kind == STMT_LINE && !s->line->words.len) continue;
        if (s->kind == STMT_BLOCK) {
            i64 n = 0;
            for (i64 j = 0; j < s->lines.len; j++)
                if (s->lines.ptr[j]->words.len) s->lines.ptr[n++] = s->lines.ptr[j];
            s->lines.len = n;
            if (!n) continue;
            if (n == 1 && !s->at_end.len) unwrap_block(x, s);
        }
        x->stmts.ptr[kept++] = s;
    }
    x->stmts.len = kept;
}

// ---- "// indirect" -------------------------------------------------------------------------------

static Str comment_text(Str comment) {
    if (str_has_prefix(comment, S("//"))) comment = str_slice(comment, 2, comment.len);
    return comment;
}

i64 modline_number(const ModLine *l) { return l ? l->row : 0; }

bool modline_is_indirect(const ModLine *l) {
    if (!l->beside.len) return false;
    Str t = str_trim(comment_text(l->beside.ptr[0]));
    if (str_eq(t, S("indirect"))) return true;
    return str_has_prefix(t, S("indirect;")) && t.len > 9 && (t.ptr[9] == ' ' || t.ptr[9] == '\t');
}

void modline_set_indirect(ModSyntax *x, ModLine *l, bool indirect) {
    if (modline_is_indirect(l) == indirect) return;
    StrVec v = copy_words(x->a, l->beside.ptr, l->beside.len); // the line may be a copy of another
    if (!v.len) vec_push(x->a, &v, S("//"));
    Str t = comment_text(v.ptr[0]), rest = str_trim(t);
    if (!indirect) {
        i64 at = str_find(t, S("indirect;"));
        if (at < 0) v.len = 0;
        else v.ptr[0] = arena_printf(x->a, "//%.*s", (int)(t.len - at - 9), t.ptr + at + 9);
    } else if (!rest.len) {
        v.ptr[0] = S("// indirect");
    } else {
        v.ptr[0] = arena_printf(x->a, "// indirect; %.*s", SFMT(rest));
    }
    l->beside = v;
}

// ---- quoting -------------------------------------------------------------------------------------

bool modfile_must_quote(Str s) {
    if (!s.len || str_find(s, S("//")) >= 0 || str_find(s, S("/*")) >= 0) return true;
    for (i64 i = 0; i < s.len;) {
        int size;
        i32 c = utf8_decode(s.ptr + i, s.len - i, &size);
        i += size;
        if (c == ' ' || c == '"' || c == '\'' || c == '`') return true;
        if (c > 0 && c < 0x80 && strchr("()[]{},", c)) {
            if (s.len > 1) return true;
        } else if (!rune_is_print(c)) {
            return true;
        }
    }
    return false;
}

Str modword_quote(Arena *a, Str s) { return modfile_must_quote(s) ? str_quote(a, s) : s; }
