// testmain.c - the Go file of package p.test: tables of what is tested, and main, which hands them to package testing.
//
// In:   the functions that load_test_funcs found. Out: a file's text. p is called _test there, p_test _xtest; one of which nothing is
//       called is imported all the same, so that it is compiled.
#include "test/test.h"

static const char *package_name(const TestFunc *f) { return f->external ? "_xtest" : "_test"; }

static void print_table(Buf *b, const char *name, const char *type, const TestFuncVec *list) {
    buf_printf(b, "\nvar %s = []testing.%s{\n", name, type);
    for (i64 i = 0; i < list->len; i++) {
        const TestFunc *f = &list->ptr[i];
        buf_printf(b, "\t{\"%.*s\", %s.%.*s},\n", SFMT(f->name), package_name(f), SFMT(f->name));
    }
    buf_c(b, "}\n");
}

static void print_examples(Arena *a, Buf *b, const TestFuncVec *list) {
    buf_c(b, "\nvar examples = []testing.InternalExample{\n");
    for (i64 i = 0; i < list->len; i++) {
        const TestFunc *f = &list->ptr[i];
        buf_printf(b, "\t{\"%.*s\", %s.%.*s, %.*s, %s},\n", SFMT(f->name), package_name(f), SFMT(f->name),
                   SFMT(str_quote(a, f->output)), f->unordered ? "true" : "false");
    }
    buf_c(b, "}\n");
}

static void print_imports(Arena *a, Buf *b, const TestProgram *t, const TestFuncs *f) {
    buf_c(b, "import (\n\t\"os\"\n\t\"testing\"\n\t\"testing/internal/testdeps\"\n");
    if (f->main.len) buf_c(b, "\t\"reflect\"\n");
    if (t->test->files[FILES_GO].len)
        buf_printf(b, "\t%s %.*s\n", f->uses[false] ? "_test" : "_", SFMT(str_quote(a, t->test->path)));
    if (t->xtest) buf_printf(b, "\t%s %.*s\n", f->uses[true] ? "_xtest" : "_", SFMT(str_quote(a, t->xtest->path)));
    buf_c(b, ")\n");
}

static void print_main(Buf *b, const TestFuncs *f) {
    buf_c(b, "\nfunc main() {\n"
             "\tm := testing.MainStart(testdeps.TestDeps{}, tests, benchmarks, fuzzTargets, examples)\n");
    if (f->main.len)
        buf_printf(b,
                   "\t%s.TestMain(m)\n"
                   "\tos.Exit(int(reflect.ValueOf(m).Elem().FieldByName(\"exitCode\").Int()))\n}\n",
                   package_name(f->main.ptr));
    else buf_c(b, "\tos.Exit(m.Run())\n}\n");
}

Str testmain_text(Arena *a, const TestProgram *t, const TestFuncs *f, Str import_path, Str module_path) {
    Buf b = {0};
    buf_c(&b, "package main\n\n");
    print_imports(a, &b, t, f);
    print_table(&b, "tests", "InternalTest", &f->tests);
    print_table(&b, "benchmarks", "InternalBenchmark", &f->benchmarks);
    print_table(&b, "fuzzTargets", "InternalFuzzTarget", &f->fuzz_targets);
    print_examples(a, &b, &f->examples);
    buf_printf(&b, "\nfunc init() {\n\ttestdeps.ModulePath = %.*s\n\ttestdeps.ImportPath = %.*s\n}\n",
               SFMT(str_quote(a, module_path)), SFMT(str_quote(a, import_path)));
    print_main(&b, f);
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}
