// syntax_parse.c - the parser: errors with their positions, shapes of trees, directives, literals; and, where there is a
// GOROOT, that all of its packages parse.
//
//   syntax_parse            all checks
//   syntax_parse FILE...    prints the diagnostics of the files, one after the other, without a limit
#include "env/env.h"
#include "syntax/syntax.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct Session {
    Arena *a;
    Intern *in;
    SourceMap *sm;
    Diag *d;
} Session;

static int failures;

static Session session_new(void) {
    Session s = {.a = arena_new("test"), .in = intern_new(), .sm = source_map_new()};
    s.d = diag_new(s.sm, (DiagOptions){.all = true, .plain = true});
    return s;
}

static SourceFile *add_source(Session *s, Str path, Str text) {
    Str copy = arena_str(s->a, text); // a NUL behind it
    return source_map_add(s->sm, path, path, copy);
}

// What diag_flush prints.
static Str flush(Session *s) {
    int fd = memfd_create("diag", 0);
    diag_flush(s->d, fd);
    Str out = {0};
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    if (!file_read(s->a, name, &out)) fatal("cannot read back the diagnostics");
    close(fd);
    return out;
}

static void expect(const char *what, Str source, Str got, Str want) {
    if (str_eq(got, want)) return;
    failures++;
    printf("FAIL %s\n--- source\n%.*s\n--- got\n%.*s--- want\n%.*s", what, SFMT(source), SFMT(got), SFMT(want));
}

// ---- errors ------------------------------------------------------------------------------------------------------

typedef struct ErrorCase {
    const char *source, *errors;
} ErrorCase;

#define P "package p\n"
static const ErrorCase error_cases[] = {
    {"", "x.go:1:1: syntax error: package statement must be first\n"},
    {"package", "x.go:1:8: syntax error: unexpected EOF, expected name\n"},
    {P "x := 1\n", "x.go:2:1: syntax error: non-declaration statement outside function body\n"},
    {P "var x = 1\nimport \"fmt\"\n", "x.go:3:1: syntax error: imports must appear before other declarations\n"},
    {P "import fmt\n", "x.go:2:11: syntax error: missing import path\n"},
    {P "import 1\n", "x.go:2:8: syntax error: import path must be a string\n"},
    {P "func f()\n{\n}\n", "x.go:3:1: syntax error: unexpected semicolon or newline before {\n"},
    {P "func () f() {}\n", "x.go:2:9: method has no receiver\n"},
    {P "func (a, b T) f() {}\n", "x.go:2:15: method has multiple receivers\n"},
    {P "func {}\n", "x.go:2:6: syntax error: unexpected {, expected name or (\n"},
    {P "func (T) {}\n", "x.go:2:10: syntax error: unexpected {, expected name\n"},
    {P "func (T) m[P any]() {}\n", "x.go:2:11: syntax error: method must have no type parameters\n"},
    {P "func f[]() {}\n", "x.go:2:8: syntax error: empty type parameter list\n"},
    {P "func f[P]() {}\n", "x.go:2:9: syntax error: missing type constraint\n"},
    {P "func f(a int, []int) {}\n", "x.go:2:15: syntax error: missing parameter name\n"},
    {P "func f(a int, b) {}\n", "x.go:2:16: syntax error: missing parameter type\n"},
    {P "func f(a ...int, b int) {}\n", "x.go:2:10: can only use ... with final parameter\n"},
    {P "func f() (a ...int) {}\n", "x.go:2:13: invalid use of ...\n"},
    {P "func f(...) {}\n", "x.go:2:11: syntax error: ... is missing type\n"},
    {P "type T\n", "x.go:2:7: syntax error: unexpected newline in type declaration\n"},
    {P "type T[P *C,] int\ntype U[n,] int\n", "x.go:3:10: syntax error: missing type constraint\n"},
    {P "type T[10,] int\n", "x.go:2:10: syntax error: unexpected comma; expected ]\n"},
    {P "type T struct { (U) }\n", "x.go:2:17: syntax error: cannot parenthesize embedded type\n"},
    {P "type T struct { x y, }\n",
     "x.go:2:20: syntax error: unexpected comma in struct type; possibly missing semicolon or newline or }\n"},
    {P "type I interface { m[P any]() }\n", "x.go:2:21: interface method must have no type parameters\n"},
    {P "type I interface { ~ }\n", "x.go:2:22: syntax error: unexpected }, expected type\n"},
    {P "type M map[int]\n", "x.go:2:16: syntax error: unexpected newline, expected type\n"},
    {P "type C chan\n", "x.go:3:1: syntax error: missing channel element type\n"},
    {P "var x <-<-chan int\n", "x.go:2:9: syntax error: unexpected <-, expected keyword chan\n"},
    {P "const x := 1\n", "x.go:2:9: syntax error: unexpected :=, expected =\n"},
    {P "var x = func[P any]() {}\n", "x.go:2:13: syntax error: function type must have no type parameters\n"},
    {P "func f() { x y }\n", "x.go:2:14: syntax error: unexpected name y at end of statement\n"},
    {P "func f() { f(1 2) }\n",
     "x.go:2:16: syntax error: unexpected literal 2 in argument list; possibly missing comma or )\n"},
    {P "func f() { _ = []int{1, 2\n}\n}\n",
     "x.go:2:26: syntax error: unexpected newline in composite literal; possibly missing comma or }\n"},
    {P "func f() { _ = x[] }\n", "x.go:2:18: syntax error: unexpected ], expected operand\n"},
    {P "func f() { _ = x[1::2] }\n", "x.go:2:20: middle index required in 3-index slice\n"},
    {P "func f() { _ = x[1:2:] }\n", "x.go:2:22: final index required in 3-index slice\n"},
    {P "func f() { _ = x[1 }\n", "x.go:2:20: syntax error: unexpected }, expected comma, : or ]\n"},
    {P "func f() { x. }\n", "x.go:2:15: syntax error: unexpected }, expected name or (\n"},
    {P "func f() { _ = (T){} }\n", "x.go:2:19: syntax error: cannot parenthesize type in composite literal\n"},
    {P "func f() { go (g()) }\n", "x.go:2:15: expression in go must not be parenthesized\n"},
    {P "func f() { if { } }\n", "x.go:2:15: syntax error: missing condition in if statement\n"},
    {P "func f() { if x := 1; { } }\n", "x.go:2:21: syntax error: missing condition in if statement\n"},
    {P "func f() { if x\n{ } }\n", "x.go:2:16: syntax error: unexpected newline, expected { after if clause\n"},
    {P "func f() { if x = y { } }\n", "x.go:2:17: syntax error: cannot use assignment x = y as value\n"},
    {P "func f() { if x || y = z { } }\n", "x.go:2:22: syntax error: cannot use assignment (x || y) = z as value\n"},
    {P "func f() { if x {} else x }\n", "x.go:2:25: syntax error: else must be followed by if or statement block\n"},
    {P "func f() { for var i = 0; i < 1; i++ {} }\n",
     "x.go:2:20: syntax error: var declaration not allowed in for initializer\n"},
    {P "func f() { for i := 0; i < 1; i := 2 {} }\n",
     "x.go:2:33: syntax error: cannot declare in post statement of for loop\n"},
    {P "func f() { for x\n{ } }\n", "x.go:3:1: syntax error: unexpected {, expected for loop condition\n"},
    {P "func f() { switch x { y } }\n", "x.go:2:23: syntax error: unexpected name y, expected case or default or }\n"},
    {P "func f() { a, b }\n", "x.go:2:17: syntax error: unexpected }, expected := or = or comma\n"},
    {P "func f() { goto ; }\n", "x.go:2:17: syntax error: unexpected semicolon, expected name\n"},
    {P "func f() {\n", "x.go:3:1: syntax error: unexpected EOF, expected }\n"},
    // resynchronisation: one error each, and the functions behind are fine
    {P "func f() { x y }\nfunc g() { var 1 }\nfunc h() { return }\nfunc i() { a b }\n",
     "x.go:2:14: syntax error: unexpected name y at end of statement\n"
     "x.go:3:16: syntax error: unexpected literal 1, expected name\n"
     "x.go:5:14: syntax error: unexpected name b at end of statement\n"},
    // literals
    {P "var x = 08\n", "x.go:2:10: invalid digit '8' in octal literal\n"},
    {P "var x = 0b12\n", "x.go:2:12: invalid digit '2' in binary literal\n"},
    {P "var x = 0x\n", "x.go:2:11: hexadecimal literal has no digits\n"},
    {P "var x = 1_\n", "x.go:2:10: '_' must separate successive digits\n"},
    {P "var x = 1__0\n", "x.go:2:11: '_' must separate successive digits\n"},
    {P "var x = 0x1.0\n", "x.go:2:14: hexadecimal mantissa requires a 'p' exponent\n"},
    {P "var x = 1p3\n", "x.go:2:10: 'p' exponent requires hexadecimal mantissa\n"},
    {P "var x = 1e\n", "x.go:2:11: exponent has no digits\n"},
    {P "var x = 0o1.5\n", "x.go:2:12: invalid radix point in octal literal\n"},
    {P "var x = ''\n", "x.go:2:10: empty rune literal or unescaped '\n"},
    {P "var x = 'ab'\n", "x.go:2:9: more than one character in rune literal\n"},
    {P "var x = '\\q'\n", "x.go:2:11: unknown escape\n"},
    {P "var x = \"\\400\"\n", "x.go:2:14: octal escape value 256 > 255\n"},
    {P "var x = \"\\ud800\"\n", "x.go:2:16: escape is invalid Unicode code point U+D800\n"},
    {P "var x = \"\\xg\"\n", "x.go:2:12: invalid character 'g' in hexadecimal escape\n"},
    {P "var x = \"a\nvar y int\n", "x.go:2:11: newline in string\n"},
    {P "var x = `a\n", "x.go:2:9: string not terminated\n"},
    {P "/* a\n", "x.go:2:1: comment not terminated\n"},
    {P "var x = 1 # 2\n", "x.go:2:11: invalid character U+0023 '#'\nx.go:2:13: syntax error: unexpected literal 2 "
                          "after top level declaration\n"},
    {P "var x\xc2\xb7y int\n", "x.go:2:6: invalid character U+00B7 '\xc2\xb7' in identifier\n"},
    {P "var \xd9\xa3 int\n", "x.go:2:5: identifier cannot begin with digit U+0663 '\xd9\xa3'\n"},
    {P "// \xff\n", "x.go:2:4: invalid UTF-8 encoding\n"},
    {P "// \xef\xbb\xbf\n", "x.go:2:4: invalid BOM in the middle of the file\n"},
    {"\xef\xbb\xbfpackage p\n", ""},
    // directives
    {P "//line a.go:10\nx\n", "a.go:10: syntax error: non-declaration statement outside function body\n"},
    {P "/*line b.go:3:7*/x\n", "b.go:3:7: syntax error: non-declaration statement outside function body\n"},
    {P "//line a.go:x\n", "x.go:2:13: invalid line number: x\n"},
    {P "//line a.go:0\n", "x.go:2:13: invalid line number: 0\n"},
    {P "//go:noinline\nvar x int\n", "x.go:2:3: misplaced compiler directive\n"},
    {P "//go:noinline\nfunc f() {}\n", ""},
    {P "func f() { //go:noinline\n}\n", "x.go:2:14: misplaced compiler directive\n"},
    {P "//go:linkname a b\n", "x.go:2:3: //go:linkname only allowed in Go files that import \"unsafe\"\n"},
    {P "import _ \"unsafe\"\n//go:linkname\n//go:linkname a b c\n",
     "x.go:4:3: usage: //go:linkname localname [linkname]\n"},
    {P "//go:embed a\nvar x string\n", ""}, // the checker's
    {P "import _ \"embed\"\n//go:embed\nvar x string\n", "x.go:3:3: usage: //go:embed pattern...\n"},
    {P "//go:systemstack\nfunc f()\n", "x.go:2:3: //go:systemstack only allowed in runtime\n"},
};

static void check_errors(void) {
    for (i64 i = 0; i < NELEM(error_cases); i++) {
        Session s = session_new();
        Str text = str_c(error_cases[i].source);
        parse_file(s.a, s.in, s.d, add_source(&s, S("x.go"), text), (ParseOptions){.user_code = true});
        expect("errors", text, flush(&s), str_c(error_cases[i].errors));
        arena_free(s.a);
    }
}

// ---- trees -------------------------------------------------------------------------------------------------------

typedef struct PrintCase {
    const char *source, *printed;
} PrintCase;

#define DOTS "\xe2\x80\xa6"
static const PrintCase print_cases[] = {
    // NULL: as in the source
    {"a + b*c", "a + b * c"},
    {"(a+b) * c", "(a + b) * c"},
    {"a &^ b << 3", NULL},
    {"-<-ch", NULL},
    {"*p.q", NULL},
    {"!(a && b)", NULL},
    {"f(a, b...)", NULL},
    {"x.(T)", NULL},
    {"a[i:j:k]", NULL},
    {"a[:]", NULL},
    {"&T{1, 2}", "&T{" DOTS "}"},
    {"&(T{})", "&T{}"},
    {"[]int{}", NULL},
    {"[...]int{1}", "[...]int{" DOTS "}"},
    {"T[[]int]{k: v}", "T[[]int]{" DOTS "}"},
    {"func(a, b int, c ...string) (x, y bool) { return }", "func(a, b int, c ...string) (x, y bool) {" DOTS "}"},
    {"func() {}", NULL},
    {"(<-chan int)(nil)", NULL},
    {"(chan (<-chan int))(nil)", NULL},
    {"(chan<- int)(nil)", NULL},
    {"<-chan (<-chan int)(nil)", NULL},
    {"struct{a, b int; c string \"t\"; *T}{}", NULL},
    {"interface{ m(int) string; n(); ~int|string }(nil)", "interface{m(int) string; n(); ~int | string}(nil)"},
    {"map[string][]*T{}", NULL},
    {"G[int, string](x)", NULL},
};

static void check_printing(void) {
    for (i64 i = 0; i < NELEM(print_cases); i++) {
        Session s = session_new();
        const PrintCase *c = &print_cases[i];
        Str text = str_c(c->source);
        Expr *e = parse_expr(s.a, s.in, s.d, add_source(&s, S("x.go"), text));
        expect("printing", text, e ? expr_str(s.a, e) : flush(&s), str_c(c->printed ? c->printed : c->source));
        arena_free(s.a);
    }
}

static void check_dump(void) {
    static const char source[] =
        "//go:build linux && go1.21\n\npackage p\n\nimport m \"math\"\n\nconst (\n\ta = iota\n\tb\n)\n\n"
        "//go:noinline\nfunc (r *R[T]) f(x, y int) (n int) {\n\tfor i, v := range x {\n\t\tn += v\n\t}\n"
        "\tswitch t := y.(type) {\n\tcase int:\n\t\tgoto L\n\tdefault:\n\t}\nL:\n\treturn n\n}\n";
    static const char want[] =
        "package p\nversion go1.21\n"
        "ImportDecl @5:8\n  name: Ident m @5:8\n  path: BasicLit \"math\" @5:10\n"
        "ConstDecl iota=0 @8:2\n  name: Ident a @8:2\n  value: Ident iota @8:6\n"
        "ConstDecl iota=1 @9:2\n  name: Ident b @9:2\n"
        "FuncDecl f pragma=1 @13:6\n  recv: Ident r @13:7\n"
        "  recv: Star @13:9\n    Index @13:11\n      Ident R @13:10\n      index: Ident T @13:12\n"
        "  type: FuncType @13:17\n    param: Field x @13:18\n      Ident int @13:23\n"
        "    param: Field y @13:21\n      Ident int @13:23\n    result: Field n @13:29\n      Ident int @13:31\n"
        "  body: BlockStmt @13:36\n    RangeStmt := @14:2\n      key: Ident i @14:6\n      value: Ident v @14:9\n"
        "      range: Ident x @14:20\n      body: BlockStmt @14:22\n        AssignStmt += @15:5\n"
        "          lhs: Ident n @15:3\n          rhs: Ident v @15:8\n"
        "    TypeSwitchStmt @17:2\n      guard: TypeSwitchGuard @17:15\n        lhs: Ident t @17:9\n"
        "        Ident y @17:14\n      CaseClause @18:2\n        expr: Ident int @18:7\n"
        "        BranchStmt goto L @19:3\n      CaseClause default @20:2\n"
        "    LabeledStmt L @22:2\n      ReturnStmt @23:2\n        Ident n @23:9\n";
    Session s = session_new();
    File *f = parse_file(s.a, s.in, s.d, add_source(&s, S("x.go"), S(source)), (ParseOptions){0});
    Buf b = {0};
    tree_dump(&b, f);
    expect("dump", S(source), buf_view(&b), S(want));
    buf_free(&b);
    arena_free(s.a);
}

// Start and end of an expression, as a slice of its source.
static void check_extent(void) {
    static const char *const sources[] = {"a.b(c)[i]", "x + y*z", "T{1, 2}", "p.q.r",     "func(a int) {}", "a",
                                          "\"str\"",   "-x",      "*p",      "f(g(h()))", "x.(T)"};
    for (i64 i = 0; i < NELEM(sources); i++) {
        Session s = session_new();
        Str text = str_c(sources[i]), got = {0};
        SourceFile *src = add_source(&s, S("x.go"), text);
        Expr *e = parse_expr(s.a, s.in, s.d, src);
        if (e) got = str_slice(text, (i64)(node_start(e) - src->base), (i64)(node_end(e) - src->base));
        expect("extent", text, got, text);
        arena_free(s.a);
    }
}

// ---- literals, directives, limits --------------------------------------------------------------------------------

static void check_unquote(void) {
    static const struct {
        const char *text, *value;
        i64 len;
    } cases[] = {
        {"\"a\\n\\t\\\\\\\"\"", "a\n\t\\\"", 5},
        {"`a\\n\r`", "a\\n", 3},
        {"\"\\xff\\000\"", "\xff\0", 2},
        {"\"\\u00e9\\U0001F600\"", "\xc3\xa9\xf0\x9f\x98\x80", 6},
        {"\"\"", "", 0},
    };
    Arena *a = arena_new("test");
    for (i64 i = 0; i < NELEM(cases); i++) {
        Str got = S("(no value)");
        lit_unquote(a, str_c(cases[i].text), &got);
        expect("unquote", str_c(cases[i].text), got, (Str){cases[i].value, cases[i].len});
    }
    i32 r = 0;
    if (!lit_unquote_rune(S("'\\''"), &r) || r != '\'' || !lit_unquote_rune(S("'\xe2\x82\xac'"), &r) || r != 0x20AC ||
        !lit_unquote_rune(S("'\\U0010FFFF'"), &r) || r != 0x10FFFF || lit_unquote_rune(S("'\\'"), &r) ||
        lit_unquote(a, S("\"\\x1\""), &(Str){0}))
        failures++, puts("FAIL runes");
    arena_free(a);
}

static void check_directives(void) {
    static const char source[] =
        "package p\nimport _ \"embed\"\nimport _ \"unsafe\"\n//go:linkname a b.c\n//go:linkname d\nvar a, d int\n"
        "//go:embed x/*.txt \"with space\" `raw`\n//go:embed more\nvar f string\n";
    Session s = session_new();
    File *f = parse_file(s.a, s.in, s.d, add_source(&s, S("x.go"), S(source)), (ParseOptions){0});
    Buf b = {0};
    for (i64 i = 0; i < f->linknames.len; i++)
        buf_printf(&b, "%.*s=%.*s ", SFMT(f->linknames.ptr[i].local), SFMT(f->linknames.ptr[i].remote));
    VarDecl *v = (VarDecl *)f->decls.ptr[f->decls.len - 1];
    for (i64 i = 0; v->embed && i < v->embed->patterns.len; i++)
        buf_printf(&b, "[%.*s]", SFMT(v->embed->patterns.ptr[i]));
    expect("directives", S(source), buf_view(&b), S("a=b.c d= [x/*.txt][with space][raw][more]"));
    buf_free(&b);
    arena_free(s.a);
}

static void check_versions(void) {
    static const struct {
        const char *line, *version;
    } cases[] = {
        {"//go:build go1.20", "go1.20"},
        {"//go:build linux", ""},
        {"//go:build !go1.20", ""},
        {"//go:build !(!go1.20)", "go1.20"},
        {"//go:build go1.20 && go1.22", "go1.22"},
        {"//go:build go1.20 || go1.22", "go1.20"},
        {"//go:build linux || go1.22", ""},
        {"//go:build (a && go1.19) || (b && go1.21)", "go1.19"},
        {"//go:build go1", "go1"},
        {"//go:build go1.20 &&", ""},
        {"//go:build !(a || !go1.18)", "go1.18"},
    };
    for (i64 i = 0; i < NELEM(cases); i++) {
        Session s = session_new();
        Str text = arena_printf(s.a, "%s\n\npackage p\n", cases[i].line);
        File *f = parse_file(s.a, s.in, s.d, add_source(&s, S("x.go"), text), (ParseOptions){0});
        expect("version", text, f->go_version, str_c(cases[i].version));
        arena_free(s.a);
    }
}

// Sources that nest without end must give an error, not a crash; long chains must not.
static void check_nesting(void) {
    static const struct {
        const char *before, *unit;
        bool ok;
    } cases[] = {
        {"package p\nvar x = ", "(", 0},          {"package p\nvar x = ", "- ", 0},
        {"package p\nvar x ", "[]", 0},           {"package p\nvar x = ", "[]T{", 0},
        {"package p\nvar x = T", "{{", 0},        {"package p\nfunc f() {", "{", 0},
        {"package p\nfunc f() {", "L:", 0},       {"package p\nfunc f() { x = ", "func() {", 0},
        {"package p\ntype T ", "struct { f ", 0}, {"package p\nfunc f() { for ", "func() { for ", 0},
        {"package p\nvar x = 1", " + 1", 1},      {"package p\nfunc f() { if a {}", " else if b {}", 1},
        {"package p\nvar x = a", ".b(c)[d]", 1},  {"package p\nvar x = ", "f(", 0},
    };
    for (i64 i = 0; i < NELEM(cases); i++) {
        Session s = session_new();
        Buf b = {0};
        buf_c(&b, cases[i].before);
        for (int k = 0; k < (cases[i].ok && cases[i].unit[0] == ' ' ? 19000 : 100000); k++) buf_c(&b, cases[i].unit);
        if (cases[i].ok) buf_c(&b, str_find(str_c(cases[i].before), S("func")) >= 0 ? "}\n" : "\n");
        parse_file(s.a, s.in, s.d, add_source(&s, S("x.go"), buf_view(&b)), (ParseOptions){0});
        Str got = flush(&s);
        bool deep = str_find(got, S("nested too deeply")) >= 0;
        if (deep == cases[i].ok || (cases[i].ok && got.len))
            failures++, printf("FAIL nesting of %s: %.*s", cases[i].unit, (int)i64_min(got.len, 300), got.ptr);
        buf_free(&b);
        arena_free(s.a);
    }
}

// ---- GOROOT ------------------------------------------------------------------------------------------------------

typedef struct Sweep {
    Session s;
    i64 files, lines;
} Sweep;

static void sweep_folder(Sweep *w, Str dir) {
    Str *names;
    i64 n;
    Arena *a = arena_new("sweep");
    if (str_eq(path_base(dir), S("testdata")) || !dir_list(a, arena_cstr(a, dir), &names, &n)) n = 0;
    for (i64 i = 0; i < n; i++) {
        Str path = path_join(a, dir, names[i]), text;
        if (dir_exists(path.ptr)) sweep_folder(w, path);
        else if (str_has_suffix(path, S(".go")) && file_read(w->s.a, path.ptr, &text)) {
            SourceFile *src = source_map_add(w->s.sm, arena_str(w->s.a, path), arena_str(w->s.a, path), text);
            parse_file(a, w->s.in, w->s.d, src, (ParseOptions){0});
            w->files++, w->lines += src->nlines;
        }
    }
    arena_free(a);
}

static void sweep_goroot(void) {
    Sweep w = {.s = session_new()};
    Str goroot, version, message;
    if (!env_find_goroot(w.s.a, (Str){0}, &goroot, &version, &message)) {
        printf("skipped unit syntax_parse: no GOROOT: its sources are not parsed: %.*s\n", SFMT(message));
        return;
    }
    Str src = path_join(w.s.a, goroot, S("src"));
    sweep_folder(&w, src);
    expect("GOROOT", src, flush(&w.s), (Str){0});
    printf("%lld files, %lld lines\n", (long long)w.files, (long long)w.lines);
}

static void print_errors_of(char **files, int n) {
    for (int i = 0; i < n; i++) {
        Session s = session_new();
        Str text;
        if (!file_read(s.a, files[i], &text)) fatal("%s: cannot read", files[i]);
        SourceFile *src = source_map_add(s.sm, str_c(files[i]), str_c(files[i]), text);
        parse_file(s.a, s.in, s.d, src, (ParseOptions){.user_code = true});
        diag_flush(s.d, 1);
        arena_free(s.a);
    }
}

int main(int argc, char **argv) {
    if (argc > 1) {
        print_errors_of(argv + 1, argc - 1);
        return 0;
    }
    check_errors();
    check_printing();
    check_dump();
    check_extent();
    check_unquote();
    check_directives();
    check_versions();
    check_nesting();
    sweep_goroot();
    return failures != 0;
}
