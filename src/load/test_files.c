// test_files.c - what keeps a package's tests from being built: _test.go files that do not parse, tests of a wrong form.
//
// In:   a package with test files. Out: the first error, in the words of the library's parser and of the go command; NULL.
// Only `list -test` asks, for the generated program: the package itself is listed all the same.
#include "load/load_int.h"

typedef struct Reading {
    Loader *l;
    PkgError *err;
    PkgFile *file;
    SourceFile *src;
} Reading;

// ---- files that do not parse ------------------------------------------------------------------------------------------

// gc's parser names first what it found, the library's what it expected.
static Str reword(Arena *a, PkgFile *f, i64 offset, Str text) {
    text = str_slice(text, str_has_prefix(text, S("syntax error: ")) ? 14 : 0, text.len);
    Str token = head_token(a, f, offset);
    if (str_has_prefix(text, S("non-declaration statement outside function body")))
        return arena_printf(a, "expected declaration, found %.*s", SFMT(token));
    i64 comma = str_find(text, S(", expected "));
    if (str_has_prefix(text, S("unexpected ")) && comma > 0)
        return arena_printf(a, "%.*s, found %.*s", SFMT(str_slice(text, comma + 2, text.len)), SFMT(token));
    if (str_has_prefix(text, S("unexpected ")) && str_find(text, S(" at end of statement")) > 0)
        return arena_printf(a, "expected ';', found %.*s", SFMT(token));
    return text;
}

static bool syntax_error(Reading *r, const Diag *d) {
    Pos pos;
    Str text;
    if (!diag_first(d, &pos, &text) || pos < r->src->base) return false;
    r->err->at = (TextPos){r->file, pos - r->src->base};
    r->err->text = reword(r->l->a, r->file, r->err->at.offset, text);
    return true;
}

// ---- tests of a wrong form ----------------------------------------------------------------------------------------------

// TestX, but not Testing.
static bool is_named(Str name, const char *kind) {
    i64 n = (i64)strlen(kind);
    return str_has_prefix(name, str_c(kind)) && (name.len == n || name.ptr[n] < 'a' || name.ptr[n] > 'z');
}

static bool takes_one(const FuncDecl *f, Str type) { // *T or *p.T
    const FieldList *params = &f->type->params;
    if (f->type->results.fields.len || params->fields.len != 1) return false;
    const Star *star = (const Star *)params->fields.ptr[0]->type;
    if (!star || star->x.kind != ND_STAR) return false;
    const Expr *e = star->e;
    if (e->kind == ND_IDENT) return str_eq(((const Ident *)e)->name->s, type);
    return e->kind == ND_SELECTOR && str_eq(((const Selector *)e)->sel->name->s, type);
}

static bool wrong_form(Reading *r, const FuncDecl *f) {
    static const struct { const char *kind, *type; } kinds[] = {{"Test", "T"}, {"Benchmark", "B"}, {"Fuzz", "F"}};
    Str name = f->name->name->s;
    if (f->recv || (str_eq(name, S("TestMain")) && takes_one(f, S("M")))) return false;
    for (i64 i = 0; i < NELEM(kinds); i++) {
        if (!is_named(name, kinds[i].kind)) continue;
        const char *t = kinds[i].type;
        Arena *a = r->l->a;
        Str why = {0};
        if (!takes_one(f, str_c(t)))
            why = arena_printf(a, "must be: func %.*s(%c *testing.%s)", SFMT(name), t[0] | 32, t);
        if (f->type->tparams) why = S("test functions cannot have type parameters");
        if (!why.len) return false;
        // where "func" stands
        Str before = str_slice(r->file->text, 0, f->d.pos - r->src->base);
        while (before.len && !str_has_suffix(before, S("func"))) before.len--;
        Loc at = source_map_loc(r->l->sources, r->src->base + (Pos)before.len - 4, false);
        r->err->text = arena_printf(a, "%.*s:%d:%d: wrong signature for %.*s, %.*s", SFMT(r->file->path), at.raw_line,
                                    at.col, SFMT(name), SFMT(why));
        return true;
    }
    return false;
}

// ---- all of it ----------------------------------------------------------------------------------------------------------

static bool is_wrong(Reading *r, PkgFile *f) {
    Loader *l = r->l;
    r->file = f;
    r->src = source_map_add(l->sources, load_display_path(l, f->path), f->path, f->text);
    Diag *d = diag_new(l->sources, (DiagOptions){.plain = true});
    File *file = parse_file(l->a, l->intern, d, r->src, (ParseOptions){0});
    bool bad = file->syntax_errors && syntax_error(r, d);
    diag_free(d);
    for (i64 i = 0; i < file->decls.len && !bad; i++)
        if (file->decls.ptr[i]->kind == ND_FUNC_DECL) bad = wrong_form(r, (FuncDecl *)file->decls.ptr[i]);
    return bad;
}

PkgError *load_test_error(Loader *l, const Pkg *p) {
    static const FileKind kinds[] = {FILES_TEST_GO, FILES_XTEST_GO};
    PkgError *e = ANEW(l->a, PkgError);
    *e = (PkgError){.kind = ERR_OTHER};
    Reading r = {.l = l, .err = e};
    for (i64 k = 0; k < NELEM(kinds); k++)
        for (i64 i = 0; i < p->files[kinds[k]].len; i++)
            if (is_wrong(&r, p->files[kinds[k]].ptr[i])) return e;
    return NULL;
}
