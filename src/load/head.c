// head.c - the head of a Go file: package clause, imports, //go:debug lines; the embed patterns and //go:linkname lines behind it.
//
// In:   a file's text. Out: FileHead, with offsets. Nothing is reported: what is malformed here is asked for in the words of the
// library's parser (load_head_error).
// Only as much is read as is needed; //go:embed lines are looked for in files that import "embed", with comments and
// strings recognised, nothing else. What looks like a //go:linkname line counts as one: the parser knows better, if it is asked.
#include "load/load_int.h"
#include <stdio.h>

typedef struct Reader {
    Arena *a;
    PkgFile *f;
    FileHead *h;
    const char *p, *end;
    bool bad, bad_path; // no well-formed head; an import path that cannot be one
    PkgError *err;      // filled with the first of what is wrong, where it is asked for
} Reader;

static TextPos here(const Reader *r, const char *p) { return (TextPos){r->f, (u32)(p - r->f->text.ptr)}; }

static bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (u8)c >= 0x80;
}

static Str rest_of_line(const Reader *r, const char *p) {
    const char *e = memchr(p, '\n', (size_t)(r->end - p));
    return (Str){p, (e ? e : r->end) - p};
}

static void wrong(Reader *r, const char *at, Str text) {
    if (r->err && !r->bad && !r->bad_path) {
        r->err->at = here(r, at);
        r->err->text = text;
    }
    r->bad = true;
}

static void skip_block(Reader *r) { // at "/*"
    i64 e = str_find((Str){r->p + 2, r->end - r->p - 2}, S("*/"));
    if (e < 0) wrong(r, r->p, S("comment not terminated"));
    r->p = e < 0 ? r->end : r->p + e + 4;
}

// Blanks, semicolons and comments. Directives are kept while the package clause is ahead.
static void skip(Reader *r) {
    while (r->p < r->end) {
        char c = *r->p;
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' || c == '\f') r->p++;
        else if (c == '/' && r->end - r->p > 1 && r->p[1] == '/') {
            Str line = rest_of_line(r, r->p);
            if (!r->h->package.len && (str_has_prefix(line, S("//go:debug")) || str_has_prefix(line, S("//vole:"))))
                vec_push(r->a, &r->h->directives, ((PkgWord){str_trim(line), here(r, r->p)}));
            r->p += line.len;
        } else if (c == '/' && r->end - r->p > 1 && r->p[1] == '*') skip_block(r);
        else return;
    }
}

static Str word(Reader *r) {
    skip(r);
    const char *from = r->p;
    while (r->p < r->end && is_word(*r->p)) r->p++;
    return (Str){from, r->p - from};
}

// A path of characters that no path can have is left out; it is told with the whole name of the file, as the go command does.
static bool take_path(Reader *r, Str path, const char *spec) {
    if ((path.len && path.ptr[0] == '/') || !types_bad_import_path(r->a, path).len) return true;
    if (r->err && !r->bad && !r->bad_path) {
        i64 line = 1, start = 0, offset = spec - r->f->text.ptr;
        for (i64 i = 0; i < offset; i++)
            if (r->f->text.ptr[i] == '\n') line++, start = i + 1;
        r->err->nstack = 0;
        r->err->text = arena_printf(r->a, "%.*s:%lld:%lld: invalid import path: %.*s", SFMT(r->f->path),
                                    (long long)line, (long long)(offset - start + 1), SFMT(path));
    }
    r->bad_path = true;
    return false;
}

static void import_spec(Reader *r) {
    skip(r);
    const char *spec = r->p;
    if (r->p < r->end && *r->p == '.') r->p++;
    else if (r->p >= r->end || *r->p < '0' || *r->p > '9') word(r);
    const char *from = r->p;
    while (from < r->end && (*from == ' ' || *from == '\t' || *from == '\r')) from++;
    if (from > spec && from < r->end && *from == '\n') { // which ends it, behind a name
        wrong(r, from, S("missing import path"));
        return;
    }
    skip(r);
    from = r->p;
    char quote = r->p < r->end ? *r->p : 0;
    if (quote != '"' && quote != '`') {
        bool literal = quote == '\'' || (quote >= '0' && quote <= '9');
        wrong(r, from, literal ? S("import path must be a string") : S("missing import path"));
        return;
    }
    for (r->p++; r->p < r->end && *r->p != quote && (quote == '`' || *r->p != '\n'); r->p++)
        if (*r->p == '\\' && quote == '"' && r->p + 1 < r->end) r->p++;
    if (r->p >= r->end || *r->p != quote) {
        wrong(r, from, quote == '`' ? S("raw string literal not terminated") : S("string literal not terminated"));
        return;
    }
    r->p++;
    Str path;
    if (!lit_unquote(r->a, (Str){from, r->p - from}, &path)) {
        r->bad_path = true;
        return;
    }
    if (!take_path(r, path, spec)) return;
    if (str_eq(path, S("C"))) r->h->cgo = true;
    vec_push(r->a, &r->h->imports, ((PkgWord){path, here(r, spec)}));
}

static void import_decls(Reader *r) {
    while (!r->bad) {
        const char *at = r->p; // in front of comments, which may hold directives of what comes next
        if (!str_eq(word(r), S("import"))) {
            r->p = at;
            return;
        }
        skip(r);
        if (r->p >= r->end || *r->p != '(') {
            import_spec(r);
            continue;
        }
        r->p++;
        for (skip(r); !r->bad && r->p < r->end && *r->p != ')'; skip(r)) import_spec(r);
        if (r->p < r->end) r->p++;
        else wrong(r, r->p, S("expected ')', found 'EOF'"));
    }
}

// ---- //go:embed -----------------------------------------------------------------------------------------------------

// A malformed line has no patterns: the compiler says what is wrong with it.
static void embed_line(Reader *r, Str line) {
    i64 before = r->h->embeds.len;
    static const Str verb = {"//go:embed", 10};
    if (!str_has_prefix(line, verb) || line.len == verb.len || (line.ptr[10] != ' ' && line.ptr[10] != '\t')) return;
    for (i64 i = verb.len; i < line.len;) {
        char c = line.ptr[i];
        if (c == ' ' || c == '\t' || c == '\r') {
            i++;
            continue;
        }
        i64 from = i;
        Str pattern;
        if (c == '"' || c == '`') {
            for (i++; i < line.len && line.ptr[i] != c; i++)
                if (c == '"' && line.ptr[i] == '\\') i++;
            bool good = i < line.len && lit_unquote(r->a, str_slice(line, from, i + 1), &pattern);
            i++;
            if (!good || (i < line.len && !strchr(" \t\r", line.ptr[i]))) {
                r->h->embeds.len = before;
                return;
            }
        } else {
            while (i < line.len && line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r') i++;
            pattern = str_slice(line, from, i);
        }
        vec_push(r->a, &r->h->embeds, ((PkgWord){pattern, here(r, line.ptr + from)}));
    }
}

static void skip_literal(Reader *r, char quote) {
    for (r->p++; r->p < r->end && *r->p != quote && (quote == '`' || *r->p != '\n'); r->p++)
        if (*r->p == '\\' && quote != '`' && r->p + 1 < r->end) r->p++;
    if (r->p < r->end) r->p++;
}

static void find_embeds(Reader *r) {
    while (r->p < r->end) {
        char c = *r->p;
        if (c == '"' || c == '`' || c == '\'') skip_literal(r, c);
        else if (c == '/' && r->end - r->p > 1 && r->p[1] == '/') {
            Str line = rest_of_line(r, r->p);
            embed_line(r, line);
            r->p += line.len;
        } else if (c == '/' && r->end - r->p > 1 && r->p[1] == '*') skip_block(r);
        else r->p++;
    }
}

// ---- //go:linkname --------------------------------------------------------------------------------------------------

static bool is_alone(const Reader *r, const char *p) {
    while (p > r->f->text.ptr && (p[-1] == ' ' || p[-1] == '\t' || p[-1] == '\r')) p--;
    return p == r->f->text.ptr || p[-1] == '\n';
}

static Str next_word(Str *line) {
    Str s = str_trim(*line);
    i64 n = 0;
    while (n < s.len && !strchr(" \t\r\f\v", s.ptr[n])) n++;
    *line = str_slice(s, n, s.len);
    return str_slice(s, 0, n);
}

// A declaration of a function that ends on this line without a body: no brace, and a line break ends a statement there.
static bool has_no_body(Str line) {
    i64 depth = 0, word = line.len;
    for (i64 i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (c == '{' || c == '/' || c == '"' || c == '`') return false;
        depth += (c == '(') - (c == ')');
    }
    while (word > 0 && is_word(line.ptr[word - 1])) word--;
    Str last = str_slice(line, word, line.len);
    return depth == 0 && (last.len ? !word_is_keyword(last) : line.len && line.ptr[line.len - 1] == ')');
}

// What stands near behind the line that names it says so. False: it may have a body.
static bool has_no_body_near(const Reader *r, const char *from, Str local) {
    enum { NEAR = 1500 };
    char func[100], var[100];
    i64 room = i64_min(r->end - from, NEAR);
    if (local.len > (i64)sizeof func - 10) return false;
    snprintf(func, sizeof func, "\nfunc %.*s(", SFMT(local));
    snprintf(var, sizeof var, "\nvar %.*s ", SFMT(local));
    const char *f = memmem(from, (size_t)room, func, strlen(func));
    if (!f) return memmem(from, (size_t)room, var, strlen(var)) != NULL;
    return has_no_body(str_trim(rest_of_line(r, f + 1)));
}

static void find_linknames(Reader *r) {
    static const Str verb = {"//go:linkname ", 14};
    for (const char *p = r->f->text.ptr; (p = memmem(p, (size_t)(r->end - p), verb.ptr, (size_t)verb.len));) {
        Str line = rest_of_line(r, p + verb.len), local = next_word(&line), remote = next_word(&line);
        const char *next = line.ptr + line.len;
        if (is_alone(r, p) && local.len && !str_trim(line).len)
            vec_push(r->a, &r->h->linknames,
                     ((Linkname){.local = local, .remote = remote, .pull = has_no_body_near(r, next, local)}));
        p = next;
    }
}

// The library's parser takes no NUL as far as it reads, wherever else it stumbles.
static void unexpected_nul(Reader *r) {
    r->bad = true;
    if (r->err)
        *r->err = (PkgError){.kind = ERR_OTHER,
                             .text = arena_printf(r->a, "read %.*s: unexpected NUL in input", SFMT(r->f->path))};
}

// As far as the library's parser reads: to the token behind the imports, or to the end where the head is malformed.
static void check_encoding(Reader *r) {
    Reader next = *r;
    const char *start = r->f->text.ptr, *p = start;
    next.err = NULL;
    skip(&next);
    i64 read = r->bad ? r->f->text.len : i64_min(next.p - start + 1, r->f->text.len);
    if (memchr(start, 0, (size_t)read)) {
        unexpected_nul(r);
        return;
    }
    for (int size = 1; p < next.p && !r->bad; p += size) {
        size = 1;
        if ((u8)*p < 0x80) continue;
        i32 rune = utf8_decode(p, r->end - p, &size);
        if (size == 1) wrong(r, p, S("illegal UTF-8 encoding"));
        else if (rune == 0xFEFF && p != start) wrong(r, p, S("illegal byte order mark"));
    }
}

static void start(Reader *r, Arena *a, PkgFile *f, FileHead *h) {
    *r = (Reader){.a = a, .f = f, .h = h, .p = f->text.ptr, .end = f->text.ptr + f->text.len};
    if (str_has_prefix(f->text, S("\xef\xbb\xbf"))) r->p += 3;
}

// Behind the package's name, in a comment that ends on its line: import "path".
static Str import_comment(const Reader *r) {
    Str line = str_trim(rest_of_line(r, r->p));
    bool block = str_has_prefix(line, S("/*"));
    i64 end = block ? str_find(line, S("*/")) : line.len;
    if (end < 0 || (!block && !str_has_prefix(line, S("//")))) return (Str){0};
    Str text = str_trim(str_slice(line, 2, end));
    if (!str_has_prefix(text, S("import")) || (text.len > 6 && is_word(text.ptr[6]))) return (Str){0};
    return str_trim(str_slice(text, 6, text.len));
}

static bool has_import(const FileHead *h, Str path) {
    for (i64 i = 0; i < h->imports.len; i++)
        if (str_eq(h->imports.ptr[i].text, path)) return true;
    return false;
}

bool head_read(Arena *a, PkgFile *f, FileHead *h) {
    Reader r;
    *h = (FileHead){0};
    start(&r, a, f, h);
    if (!str_eq(word(&r), S("package"))) return false;
    skip(&r);
    h->package = word(&r);
    if (!h->package.len) return false;
    h->import_comment = import_comment(&r);
    import_decls(&r);
    check_encoding(&r);
    if (r.bad) h->imports = (PkgWords){0};
    if (has_import(h, S("unsafe"))) find_linknames(&r);
    if (has_import(h, S("embed"))) find_embeds(&r);
    return !r.bad && !r.bad_path;
}

// ---- what is wrong -------------------------------------------------------------------------------------------------

static Str token_word(Reader *r) { // letters and digits, others than those of ASCII too
    const char *from = r->p;
    while (r->p < r->end && is_word(*r->p)) {
        int size;
        i32 c = utf8_decode(r->p, r->end - r->p, &size);
        if (c >= 0x80 && !rune_is_letter(c) && !rune_is_digit(c)) break;
        r->p += size;
    }
    return (Str){from, r->p - from};
}

// The operator at p, as long as it can be.
static Str operator_at(const char *p, const char *end) {
    static const char *const longer[] = {"<<=", ">>=", "&^=", "...", "&&", "||", "<-", "++", "--",
                                         "==",  "!=",  "<=",  ">=",  ":=", "+=", "-=", "*=", "/=",
                                         "%=",  "&=",  "|=",  "^=",  "<<", ">>", "&^"};
    Str rest = {p, end - p};
    for (i64 i = 0; i < NELEM(longer); i++)
        if (str_has_prefix(rest, str_c(longer[i]))) return str_c(longer[i]);
    return str_slice(rest, 0, 1);
}

static Str found(Reader *r) { // the token that is next, as the library's parser names it
    skip(r);
    if (r->p >= r->end) return S("'EOF'");
    Str w = token_word(r);
    if (w.len) return word_is_keyword(w) ? arena_printf(r->a, "'%.*s'", SFMT(w)) : w;
    return arena_printf(r->a, "'%.*s'", SFMT(operator_at(r->p, r->end)));
}

Str head_token(Arena *a, PkgFile *f, i64 offset) {
    FileHead h = {0};
    Reader r;
    start(&r, a, f, &h);
    r.p = f->text.ptr + i64_min(offset, f->text.len);
    return found(&r);
}

static bool head_error(Arena *a, PkgFile *f, PkgError *e) {
    FileHead h = {0};
    Reader r;
    start(&r, a, f, &h);
    r.err = e;
    int size;
    bool utf16 = str_has_prefix(f->text, S("\xff\xfe")) || str_has_prefix(f->text, S("\xfe\xff"));
    if (utf16) wrong(&r, r.p, S("illegal UTF-8 encoding (got UTF-16)"));
    else if (r.p < r.end && (u8)*r.p >= 0x80 && (utf8_decode(r.p, r.end - r.p, &size), size == 1))
        wrong(&r, r.p, S("illegal UTF-8 encoding"));
    skip(&r);
    const char *at = r.p, *want = "'package'";
    if (!r.bad && str_eq(word(&r), S("package"))) {
        skip(&r);
        at = r.p;
        want = "'IDENT'";
        h.package = word(&r);
        if (h.package.len) {
            import_decls(&r);
            check_encoding(&r);
            return r.bad || r.bad_path;
        }
    }
    r.p = at;
    Str token = r.bad ? (Str){0} : found(&r);
    wrong(&r, at, arena_printf(a, "expected %s, found %.*s", want, SFMT(token)));
    if (!utf16) check_encoding(&r);
    return true;
}

PkgError *load_head_error(Loader *l, const Pkg *p) {
    const PkgFiles *bad = &p->files[FILES_INVALID_GO];
    for (i64 i = 0; i < bad->len; i++) {
        PkgError *e = ANEW(l->a, PkgError);
        *e = (PkgError){.kind = ERR_OTHER, .stack = ANEW(l->a, ImportStep), .nstack = 1};
        e->stack[0].path = p->path;
        load_text(l, bad->ptr[i]);
        if (head_error(l->a, bad->ptr[i], e) && e->text.len) return e;
    }
    return NULL;
}

Str load_file_package(Loader *l, PkgFile *f) {
    FileHead h;
    if (!f->text.ptr && !fs_read(l, l->a, f->path, &f->text)) return (Str){0};
    head_read(l->a, f, &h);
    return h.package;
}
