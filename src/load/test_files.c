// test_files.c - what the _test.go files of a package say: the functions that a test runs, or what keeps them from being built.
//
// In:   a package with test files. Out: tests, benchmarks, fuzz targets, examples with output and TestMain in the order of the files;
//       the first error (a file that does not parse, a test of a wrong form) in the words of the library's parser and of the go command.
#include "load/load_int.h"

typedef struct Reading {
    Loader *l;
    PkgError *err;
    PkgFile *file;
    SourceFile *src;
    TestFuncs *out;
    bool external; // the file is of package p_test
} Reading;

// ---- files that do not parse ------------------------------------------------------------------------------------------

// gc's parser names first what it found, the library's what it expected.
static Str reword(Arena *a, PkgFile *f, i64 offset, Str text) {
    text = str_slice(text, str_has_prefix(text, S("syntax error: ")) ? 14 : 0, text.len);
    Str token = head_token(a, f, offset);
    if (str_has_prefix(text, S("non-declaration statement outside function body")))
        return arena_printf(a, "expected declaration, found %.*s", SFMT(token));
    i64 comma = str_find(text, S(", expected "));
    if (str_has_prefix(text, S("unexpected ")) && comma > 0) {
        Str want = str_slice(text, comma + 2, text.len);
        if (str_eq(want, S("expected expression"))) want = S("expected operand");
        return arena_printf(a, "%.*s, found %.*s", SFMT(want), SFMT(token));
    }
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

// ---- functions --------------------------------------------------------------------------------------------------------

// TestX, but not Testing.
static bool is_named(Str name, const char *kind) {
    i64 n = (i64)strlen(kind);
    int size;
    if (!str_has_prefix(name, str_c(kind))) return false;
    return name.len == n || !rune_is_lower(utf8_decode(name.ptr + n, name.len - n, &size));
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

// type: what it must take, "T". False: it does not.
static bool check_form(Reading *r, const FuncDecl *f, Str type) {
    Arena *a = r->l->a;
    Str name = f->name->name->s, why = {0};
    if (!takes_one(f, type))
        why = arena_printf(a, "must be: func %.*s(%c *testing.%.*s)", SFMT(name), type.ptr[0] | 32, SFMT(type));
    if (f->type->tparams) why = S("test functions cannot have type parameters");
    if (!why.len) return true;
    // where "func" stands
    Str before = str_slice(r->file->text, 0, f->d.pos - r->src->base);
    while (before.len && !str_has_suffix(before, S("func"))) before.len--;
    Loc at = source_map_loc(r->l->sources, r->src->base + (Pos)before.len - 4, false);
    r->err->text = arena_printf(a, "%.*s:%d:%d: wrong signature for %.*s, %.*s", SFMT(r->file->path), at.raw_line,
                                at.col, SFMT(name), SFMT(why));
    return false;
}

static void keep(Reading *r, TestFuncVec *list, TestFunc f) {
    f.external = r->external;
    vec_push(r->l->a, list, f);
    r->out->uses[r->external] = true;
}

static void take_example(Reading *r, const FuncDecl *f) {
    TestFunc x = {.name = f->name->name->s};
    bool has;
    if (f->type->tparams || f->type->params.fields.len || !f->body) return;
    i64 lo = (i64)(f->body->s.pos - r->src->base) + 1, hi = (i64)(f->body->rbrace - r->src->base);
    x.output = example_output(r->l->a, str_slice(r->file->text, lo, i64_max(lo, hi)), &has, &x.unordered);
    if (has) keep(r, &r->out->examples, x); // others are only compiled
}

static bool take_func(Reading *r, const FuncDecl *f) {
    TestFuncs *out = r->out;
    struct {
        const char *kind, *type;
        TestFuncVec *list;
    } kinds[] = {{"Test", "T", &out->tests}, {"Benchmark", "B", &out->benchmarks}, {"Fuzz", "F", &out->fuzz_targets}};
    TestFunc x = {.name = f->name->name->s};
    if (f->recv) return true;
    if (str_eq(x.name, S("TestMain")) && !takes_one(f, S("T"))) {
        if (!check_form(r, f, S("M"))) return false;
        if (out->main.len) r->err->text = S("multiple definitions of TestMain");
        else keep(r, &out->main, x);
        return !r->err->text.len;
    }
    for (i64 i = 0; i < NELEM(kinds); i++) {
        if (!is_named(x.name, kinds[i].kind)) continue;
        if (!check_form(r, f, str_c(kinds[i].type))) return false;
        keep(r, kinds[i].list, x);
        return true;
    }
    if (is_named(x.name, "Example")) take_example(r, f);
    return true;
}

// ---- all of it ----------------------------------------------------------------------------------------------------------

static bool take_file(Reading *r, PkgFile *f) {
    Loader *l = r->l;
    r->file = f;
    r->src = source_map_add(l->sources, load_display_path(l, f->path), f->path, load_text(l, f));
    Diag *d = diag_new(l->sources, (DiagOptions){.plain = true});
    File *file = parse_file(l->a, l->intern, d, r->src, (ParseOptions){0});
    bool good = !file->syntax_errors || !syntax_error(r, d);
    diag_free(d);
    for (i64 i = 0; i < file->decls.len && good; i++)
        if (file->decls.ptr[i]->kind == ND_FUNC_DECL) good = take_func(r, (FuncDecl *)file->decls.ptr[i]);
    return good;
}

PkgError *load_test_funcs(Loader *l, const Pkg *p, TestFuncs *out) {
    static const FileKind kinds[] = {FILES_TEST_GO, FILES_XTEST_GO};
    PkgError *e = ANEW(l->a, PkgError);
    *e = (PkgError){.kind = ERR_OTHER};
    *out = (TestFuncs){0};
    Reading r = {.l = l, .err = e, .out = out};
    for (i64 k = 0; k < NELEM(kinds); k++) {
        r.external = kinds[k] == FILES_XTEST_GO;
        for (i64 i = 0; i < p->files[kinds[k]].len; i++)
            if (!take_file(&r, p->files[kinds[k]].ptr[i])) return e;
    }
    return NULL;
}

PkgError *load_test_error(Loader *l, const Pkg *p) {
    TestFuncs funcs;
    return load_test_funcs(l, p, &funcs);
}
