// syntax_skip.c - bodies that are parsed when they are asked for: the same trees and the same errors as those of a file that is parsed at
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
    i64 funcs, unparsed, errors;
} Parsed;

typedef struct Sum {
    i64 files, funcs, unparsed, damaged, wrong_at_once, wrong_later;
} Sum;

static int failures;

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
    s->files++, s->funcs += later.funcs, s->unparsed += later.unparsed;
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
    static const char chars[] = "{}{}\"'`/\n\\*func type";
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

int main(int argc, char **argv) {
    Arena *a = arena_new("test");
    Str goroot, version, why;
    Sum all = {0}, bad = {0};
    check_cases();
    if (env_find_goroot(a, (Str){0}, &goroot, &version, &why)) {
        StrVec files = {0};
        gather(a, path_join(a, goroot, S("src")), &files);
        for (i64 i = 0; i < files.len; i++) {
            Arena *tmp = arena_new("file");
            Str text;
            if (file_read(tmp, arena_cstr(tmp, files.ptr[i]), &text)) compare(files.ptr[i], text, &all);
            arena_free(tmp);
        }
        expect(all.unparsed * 100 > all.funcs * 95, "most bodies wait");
        check_damaged(a, &files, argc > 1 ? strtoull(argv[1], NULL, 10) : 1, argc > 2 ? atoll(argv[2]) : 2000, &bad);
        printf("%lld files, %lld bodies, %lld of them waited; of %lld damaged files %lld are wrong, %lld of them only "
               "in a body\n",
               (long long)all.files, (long long)all.funcs, (long long)all.unparsed, (long long)bad.files,
               (long long)bad.wrong_at_once, (long long)bad.wrong_later);
    } else {
        printf("skipped: no GOROOT: %.*s\n", SFMT(why));
    }
    if (!failures) printf("ok\n");
    return failures != 0;
}
