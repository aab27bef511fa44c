// syntax_skip.c - bodies and tables of numbers that are parsed when they are asked for: the same trees and the same errors as those of a file that is parsed at
// once, over all of GOROOT/src and over random damage to its files.
//
//   syntax_skip [SEED [EDITS]]
#include "env/env.h"
#include "syntax/syntax.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

typedef VEC(Str) StrVec;

typedef struct Parsed { // one file, parsed in one of the two ways
    Arena *a;
    Diag *d;
    File *f;
    i64 funcs, unparsed, literals, errors;
} Parsed;

typedef struct Sum {
    i64 files, funcs, unparsed, literals, damaged, wrong_at_once, wrong_later;
} Sum;

static int failures;

static void walk(Parsed *p, Intern *in, Expr *e);

static void walk_all(Parsed *p, Intern *in, const ExprVec *v) {
    for (i64 i = 0; i < v->len; i++) walk(p, in, v->ptr[i]);
}

static void check_ints(const Parsed *p, const CompositeLit *l, const u64 *ints, i64 n) {
    bool same = n == l->elems.len;
    for (i64 i = 0; same && i < n; i++) {
        const BasicLit *b = (const BasicLit *)l->elems.ptr[i];
        same = b->x.kind == ND_BASIC_LIT && b->lit == LIT_INT && strtoull(b->text.ptr, NULL, 0) == ints[i];
    }
    if (same) return;
    printf("FAIL %.*s: the numbers of a table are others\n", SFMT(p->f->src->path));
    failures++;
}

static void walk_literal(Parsed *p, Intern *in, CompositeLit *l) {
    bool unparsed = l->unparsed, ints = l->unparsed == LIT_INTS;
    i64 n = 0;
    u64 *v = ints ? literal_ints(p->a, p->f, l, &n) : NULL;
    p->literals += unparsed;
    parse_literal(p->a, in, p->d, p->f, l);
    if (ints) check_ints(p, l, v, n);
    if (!unparsed) walk_all(p, in, &l->elems); // one that was skipped holds nothing that was
}

// Where tables stand.
static void walk(Parsed *p, Intern *in, Expr *e) {
    if (!e) return;
    switch (e->kind) {
    case ND_COMPOSITE_LIT: walk_literal(p, in, (CompositeLit *)e); break;
    case ND_KEY_VALUE:
        walk(p, in, ((KeyValue *)e)->key);
        walk(p, in, ((KeyValue *)e)->value);
        break;
    case ND_UNARY: walk(p, in, ((Unary *)e)->e); break;
    case ND_BINARY:
        walk(p, in, ((Binary *)e)->l);
        walk(p, in, ((Binary *)e)->r);
        break;
    case ND_PAREN: walk(p, in, ((Paren *)e)->e); break;
    case ND_SELECTOR: walk(p, in, ((Selector *)e)->e); break;
    case ND_INDEX:
        walk(p, in, ((Index *)e)->e);
        walk_all(p, in, &((Index *)e)->index);
        break;
    case ND_SLICE: walk(p, in, ((SliceExpr *)e)->e); break;
    case ND_CALL:
        walk(p, in, ((Call *)e)->fun);
        walk_all(p, in, &((Call *)e)->args);
        break;
    }
}

static void parse_all_tables(Parsed *p, Intern *in) {
    for (i64 i = 0; i < p->f->decls.len; i++)
        if (p->f->decls.ptr[i]->kind == ND_VAR_DECL) walk_all(p, in, &((VarDecl *)p->f->decls.ptr[i])->values);
}

static void parse_all_bodies(Parsed *p, Intern *in) {
    for (i64 i = 0; i < p->f->decls.len; i++) {
        if (p->f->decls.ptr[i]->kind != ND_FUNC_DECL) continue;
        FuncDecl *d = (FuncDecl *)p->f->decls.ptr[i];
        p->funcs += d->body != NULL;
        p->unparsed += d->body && d->body->unparsed;
        Pos end = d->body ? d->body->rbrace : 0;
        parse_body(p->a, in, p->d, p->f, d->body);
        if (d->body && !d->body->had_errors && d->body->rbrace != end) {
            printf("FAIL %.*s: the body of %.*s ends elsewhere\n", SFMT(p->f->src->path), SFMT(d->name->name->s));
            failures++;
        }
    }
    p->errors = diag_count(p->d);
}

static Parsed parse(Str path, Str text, bool lazy) {
    Parsed p = {.a = arena_new("test")};
    SourceMap *sm = source_map_new();
    Intern *in = intern_new();
    p.d = diag_new(sm, (DiagOptions){.all = true, .plain = true});
    p.f = parse_file(p.a, in, p.d, source_map_add(sm, path, path, text), (ParseOptions){.lazy_bodies = lazy});
    parse_all_tables(&p, in);
    parse_all_bodies(&p, in);
    return p;
}

static bool same_tree(const Parsed *x, const Parsed *y) {
    Buf bx = {0}, by = {0};
    tree_dump(&bx, x->f);
    tree_dump(&by, y->f);
    bool same = str_eq(buf_view(&bx), buf_view(&by));
    buf_free(&bx), buf_free(&by);
    return same;
}

// Without errors the trees are the same; an error is found in both ways, as soon as the bodies are asked for.
static void compare(Str path, Str text, Sum *s) {
    Parsed now = parse(path, text, false), later = parse(path, text, true);
    s->files++, s->funcs += later.funcs, s->unparsed += later.unparsed, s->literals += later.literals;
    s->wrong_at_once += now.errors > 0, s->wrong_later += later.errors > 0 && later.f->nerrors == 0;
    const char *what = NULL;
    if ((now.errors > 0) != (later.errors > 0)) what = "errors in one of the two ways only";
    else if (!now.errors && !same_tree(&now, &later)) what = "the trees differ";
    if (what) { // then the text follows
        printf("FAIL %.*s: %s\n", SFMT(path), what);
        if (!now.errors || !later.errors) diag_flush(now.errors ? now.d : later.d, 1);
        printf("%.*s\n", SFMT(text));

        failures++;
    }
    arena_free(now.a), arena_free(later.a);
}

// ---- files ------------------------------------------------------------------------------------------

static void gather(Arena *a, Str dir, StrVec *out) {
    DIR *d = opendir(arena_cstr(a, dir));
    if (!d) return;
    for (struct dirent *e; (e = readdir(d));) {
        Str name = arena_str(a, str_c(e->d_name)), path = path_join(a, dir, name);
        if (name.ptr[0] == '.') continue;
        if (e->d_type == DT_DIR) gather(a, path, out);
        else if (str_has_suffix(name, S(".go"))) vec_push(a, out, path);
    }
    closedir(d);
}

// ---- damage -----------------------------------------------------------------------------------------

static u64 next_random(u64 *x) {
    *x ^= *x << 13, *x ^= *x >> 7, *x ^= *x << 17;
    return *x;
}

// A character less, more, or another one, of those that decide where a body ends.
static Str damage(Arena *a, Str text, u64 *seed) {
    static const char chars[] = "{}{}\"'`/\n\\*,1x func type";
    char *p = arena_alloc(a, text.len + 2, 1);
    i64 at = (i64)(next_random(seed) % (u64)(text.len + 1));
    bool takes = next_random(seed) & 1 && at < text.len, puts = !takes || next_random(seed) & 1;
    if (takes && next_random(seed) % 4) // where something is that matters
        while (at + 1 < text.len && !strchr("{}\"'`/", text.ptr[at])) at++;
    i64 n = at;
    memcpy(p, text.ptr, (size_t)at);
    if (puts) p[n++] = chars[next_random(seed) % (sizeof chars - 1)];
    at += takes;
    memcpy(p + n, text.ptr + at, (size_t)(text.len - at));
    return (Str){p, n + text.len - at};
}

static void check_damaged(Arena *a, const StrVec *files, u64 seed, i64 edits, Sum *s) {
    for (i64 i = 0; i < edits; i++) {
        Str path = files->ptr[next_random(&seed) % (u64)files->len], text;
        Arena *tmp = arena_new("damage");
        if (file_read(tmp, arena_cstr(a, path), &text) && text.len < 60000) compare(path, damage(tmp, text, &seed), s);
        arena_free(tmp);
    }
}

static void expect(bool ok, const char *what) {
    if (ok) return;
    printf("FAIL %s\n", what);
    failures++;
}

// Bodies that must not wait, and one that tells that it declares types.
static void check_cases(void) {
    static const struct {
        const char *text;
        bool waits, has_type;
    } cases[] = {
        {"func f() {\n\treturn\n}\n", true, false},
        {"func f() { g('}', '\\'', \"}\\\"\", `}`) /* } */ }\n", true, false},
        {"func f() {\n\tx := `\n}\n`\n}\n", true, false},
        {"func f() {\n\t//go:noinline\n}\n", false, false},
        {"func f() {\n//line x.go:1\n}\n", false, false},
        {"func f() {\n\t/*line x.go:1*/\n}\n", false, false},
        {"func f() {\n\tif x {\n}\n}\n", false, false},
        {"func f() {\n\tif x {\n\t}}\n", false, false},
        {"func f() {\n\ttype T int\n}\n", true, true},
        {"func f() { g(); type (T int) }\n", true, true},
        {"func f() {\n\tswitch x := y.(type) {\n\t}\n\t// type T int\n}\n", true, false},
    };
    for (i64 i = 0; i < NELEM(cases); i++) {
        Arena *a = arena_new("test");
        SourceMap *sm = source_map_new();
        Diag *d = diag_new(sm, (DiagOptions){.all = true, .plain = true});
        Str text = arena_printf(a, "package p\n%s", cases[i].text);
        SourceFile *src = source_map_add(sm, S("x.go"), S("x.go"), text);
        File *f = parse_file(a, intern_new(), d, src, (ParseOptions){.lazy_bodies = true});
        BlockStmt *b = ((FuncDecl *)f->decls.ptr[0])->body;
        expect(b->unparsed == cases[i].waits, cases[i].text);
        if (b->unparsed) expect(body_may_declare_type(f, b) == cases[i].has_type, cases[i].text);
        arena_free(a);
    }
}

// Tables: which wait, and as what.
static void check_tables(void) {
    static const struct {
        const char *elements;
        u8 unparsed;
    } cases[] = {
        {"0, 1, 22, 0x1F, 0XfF, 123456789012345678,\n", LIT_INTS},
        {"\n\t0, 1, // one\n\t2, 3,\n", LIT_INTS},
        {"1, 2, 3", LIT_INTS},
        {"{1, 2}, {3, 4}, {5, 6}, {7, 8},\n\t{}", LIT_NUMBERS},
        {"1, 2\n", 0}, // a semicolon
        {"1, 2,, 3", 0},
        {"1 2, 3", 0},
        {"{1}{2}, 3", 0},
        {"1, 2_000, 3", 0},
        {"1, 0123, 3", 0},
        {"1, 08, 3", 0},
        {"1, 2., 3", 0},
        {"1, 0x, 3", 0},
        {"1, 0x1p4, 3", 0},
        {"1, 2i, 3", 0},
        {"1, 1234567890123456789, 3", 0}, // as long as needs a closer look
        {"1, -2, 3", 0},
        {"1, '2', 3", 0},
        {"1: 2, 3: 4", 0},
        {"1, /* two */ 3", 0},
        {"1, //line x.go:7\n 3", 0},
    };
    for (i64 i = 0; i < NELEM(cases); i++) {
        Arena *a = arena_new("test");
        SourceMap *sm = source_map_new();
        Diag *d = diag_new(sm, (DiagOptions){.all = true, .plain = true});
        Str text = arena_printf(a, "package p\nvar v = []T{%50s%s}\n", "", cases[i].elements);
        SourceFile *src = source_map_add(sm, S("x.go"), S("x.go"), text);
        File *f = parse_file(a, intern_new(), d, src, (ParseOptions){.lazy_bodies = true});
        const CompositeLit *l = (CompositeLit *)((VarDecl *)f->decls.ptr[0])->values.ptr[0];
        expect(l->x.kind == ND_COMPOSITE_LIT && l->unparsed == cases[i].unparsed, cases[i].elements);
        arena_free(a);
    }
}

int main(int argc, char **argv) {
    Arena *a = arena_new("test");
    Str goroot, version, why;
    Sum all = {0}, bad = {0};
    check_cases();
    check_tables();
    if (env_find_goroot(a, (Str){0}, &goroot, &version, &why)) {
        StrVec files = {0};
        gather(a, path_join(a, goroot, S("src")), &files);
        for (i64 i = 0; i < files.len; i++) {
            Arena *tmp = arena_new("file");
            Str text;
            if (file_read(tmp, arena_cstr(tmp, files.ptr[i]), &text)) compare(files.ptr[i], text, &all);
            arena_free(tmp);
        }
        expect(all.literals > 1000, "tables of numbers wait");
        expect(all.unparsed * 100 > all.funcs * 95, "most bodies wait");
        check_damaged(a, &files, argc > 1 ? strtoull(argv[1], NULL, 10) : 1, argc > 2 ? atoll(argv[2]) : 2000, &bad);
        printf("%lld files, %lld bodies, %lld of them and %lld tables waited; of %lld damaged files %lld are wrong, "
               "%lld of them only "
               "in a body\n",
               (long long)all.files, (long long)all.funcs, (long long)all.unparsed, (long long)all.literals,
               (long long)bad.files, (long long)bad.wrong_at_once, (long long)bad.wrong_later);
    } else {
        printf("skipped: no GOROOT: %.*s\n", SFMT(why));
    }
    if (!failures) printf("ok\n");
    return failures != 0;
}
