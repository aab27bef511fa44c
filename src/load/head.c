// head.c - the head of a Go file: package clause, imports, //go:debug lines; the embed patterns behind it.
//
// In:   a file's text. Out: FileHead, with offsets. Nothing is reported: what is malformed here, the parser says.
// Only as much is read as is needed; //go:embed lines are looked for in files that import "embed", with comments and
// strings recognised, nothing else.
#include "load/load_int.h"

typedef struct Reader {
    Arena *a;
    PkgFile *f;
    FileHead *h;
    const char *p, *end;
    bool bad;
} Reader;

static TextPos here(const Reader *r, const char *p) { return (TextPos){r->f, (u32)(p - r->f->text.ptr)}; }

static bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (u8)c >= 0x80;
}

static Str rest_of_line(const Reader *r, const char *p) {
    const char *e = memchr(p, '\n', (size_t)(r->end - p));
    return (Str){p, (e ? e : r->end) - p};
}

static bool skip_block(Reader *r) { // at "/*"
    i64 e = str_find((Str){r->p + 2, r->end - r->p - 2}, S("*/"));
    r->p = e < 0 ? r->end : r->p + e + 4;
    return e >= 0;
}

// Blanks, semicolons and comments. Directives are kept while the package clause is ahead.
static void skip(Reader *r) {
    while (r->p < r->end) {
        char c = *r->p;
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' || c == '\f') r->p++;
        else if (c == '/' && r->end - r->p > 1 && r->p[1] == '/') {
            Str line = rest_of_line(r, r->p);
            if (!r->h->package.len && str_has_prefix(line, S("//go:debug")))
                vec_push(r->a, &r->h->directives, ((PkgWord){str_trim(line), here(r, r->p)}));
            r->p += line.len;
        } else if (c == '/' && r->end - r->p > 1 && r->p[1] == '*') {
            if (!skip_block(r)) r->bad = true;
        } else return;
    }
}

static Str word(Reader *r) {
    skip(r);
    const char *from = r->p;
    while (r->p < r->end && is_word(*r->p)) r->p++;
    return (Str){from, r->p - from};
}

static void import_spec(Reader *r) {
    skip(r);
    const char *spec = r->p;
    if (r->p < r->end && *r->p == '.') r->p++;
    else word(r);
    skip(r);
    const char *from = r->p;
    char quote = r->p < r->end ? *r->p : 0;
    if (quote != '"' && quote != '`') {
        r->bad = true;
        return;
    }
    for (r->p++; r->p < r->end && *r->p != quote && (quote == '`' || *r->p != '\n'); r->p++)
        if (*r->p == '\\' && quote == '"' && r->p + 1 < r->end) r->p++;
    if (r->p >= r->end || *r->p != quote) {
        r->bad = true;
        return;
    }
    r->p++;
    Str path;
    if (!lit_unquote(r->a, (Str){from, r->p - from}, &path)) return;
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
        else r->bad = true;
    }
}

// ---- //go:embed -----------------------------------------------------------------------------------------------------

static void embed_line(Reader *r, Str line) {
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
            if (i >= line.len || !lit_unquote(r->a, str_slice(line, from, i + 1), &pattern)) return;
            i++;
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

bool head_read(Arena *a, PkgFile *f, FileHead *h) {
    *h = (FileHead){0};
    Reader r = {.a = a, .f = f, .h = h, .p = f->text.ptr, .end = f->text.ptr + f->text.len};
    if (str_has_prefix(f->text, S("\xef\xbb\xbf"))) r.p += 3;
    if (!str_eq(word(&r), S("package"))) return false;
    skip(&r);
    h->package = word(&r);
    if (!h->package.len) return false;
    import_decls(&r);
    for (i64 i = 0; i < h->imports.len; i++)
        if (str_eq(h->imports.ptr[i].text, S("embed"))) {
            find_embeds(&r);
            break;
        }
    return !r.bad;
}

// ---- what is wrong -------------------------------------------------------------------------------------------------

static bool is_keyword(Str w) {
    static const char *const words[] = {"break",  "case",        "chan", "const",   "continue", "default", "defer",
                                        "else",   "fallthrough", "for",  "func",    "go",       "goto",    "if",
                                        "import", "interface",   "map",  "package", "range",    "return",  "select",
                                        "struct", "switch",      "type", "var"};
    for (i64 i = 0; i < NELEM(words); i++)
        if (str_eq(w, str_c(words[i]))) return true;
    return false;
}

static Str found(Reader *r) { // the token that is next, as the library's parser names it
    skip(r);
    if (r->p >= r->end) return S("'EOF'");
    Str w = word(r);
    if (w.len) return is_keyword(w) ? arena_printf(r->a, "'%.*s'", SFMT(w)) : w;
    return arena_printf(r->a, "'%c'", *r->p);
}

// At the package clause; false: it is well-formed.
static bool clause_error(Arena *a, PkgFile *f, PkgError *e) {
    Reader r = {.a = a, .f = f, .h = ANEW(a, FileHead), .p = f->text.ptr, .end = f->text.ptr + f->text.len};
    if (str_has_prefix(f->text, S("\xef\xbb\xbf"))) r.p += 3;
    skip(&r);
    const char *at = r.p, *want = "'package'";
    if (str_eq(word(&r), S("package"))) {
        skip(&r);
        at = r.p;
        want = "'IDENT'";
        if (word(&r).len) return false;
    }
    r.p = at;
    e->at = here(&r, at);
    Str token = found(&r);
    e->text = arena_printf(a, "expected %s, found %.*s", want, SFMT(token));
    return true;
}

PkgError *load_clause_error(Loader *l, const Pkg *p) {
    PkgError *e = ANEW(l->a, PkgError);
    e->kind = ERR_OTHER;
    e->stack = ANEW(l->a, ImportStep);
    e->stack[0].path = p->path;
    e->nstack = 1;
    const PkgFiles *bad = &p->files[FILES_INVALID_GO];
    for (i64 i = 0; i < bad->len; i++)
        if (clause_error(l->a, bad->ptr[i], e)) return e;
    return NULL;
}
