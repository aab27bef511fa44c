// mod_file.c - go.mod, go.work, go.sum, vendor/modules.txt: how they are read, printed, changed, and what is said of bad ones.
// The printed forms and the errors are those of `go mod edit` of Go 1.26. With a file as argument (and "work"): prints its canonical form.
#include "mod/mod.h"
#include <stdio.h>

static int failures;
#define EXPECT(c, ...)                                                                                                 \
    do {                                                                                                               \
        if (!(c)) failures++, printf("%d: %s: ", __LINE__, #c), printf(__VA_ARGS__), printf("\n");                     \
    } while (0)
#define EXPECT_TEXT(got, want, in)                                                                                     \
    do {                                                                                                               \
        Str got_ = (got);                                                                                              \
        EXPECT(str_eq(got_, str_c(want)), "%s:\n--- got\n%.*s\n--- want\n%s", in, SFMT(got_), want);                   \
    } while (0)

// text, canonical form
static const char *const forms[][2] = {
    {"", ""},
    {"\n\n", ""},
    {"module x", "module x\n"},
    {"module   \"x\" // c\n", "module x // c\n"},
    {"module \"a b\"\n", "module \"a b\"\n"},
    {"// head\n// more\n\n// of module\nmodule x\n// tail", "// head\n// more\n\n// of module\nmodule x\n\n// tail\n"},
    {"module x\ngo 1.20\nrequire a.b/c v1.0.0\n", "module x\n\ngo 1.20\n\nrequire a.b/c v1.0.0\n"},
    {"require (\n\n\ta.b/c v1.0.0 // indirect\n\n\n  // of d\n a.b/d   v1.2.3 // x\n\n)\n",
     "require (\n\ta.b/c v1.0.0 // indirect\n\n\t// of d\n\ta.b/d v1.2.3 // x\n)\n"},
    {"require ( // open\n a.b/c v1.0.0\n // last\n) // close\n",
     "require ( // open\n\ta.b/c v1.0.0\n// last\n) // close\n"},
    {"require ()\nmodule x\n", "require (\n)\n\nmodule x\n"},
    {"replace a.b/c v1.0.0 => ./d\nreplace a.b/e => f.g/h v1.2.3\n",
     "replace a.b/c v1.0.0 => ./d\n\nreplace a.b/e => f.g/h v1.2.3\n"},
    {"module a.b/c\nretract [ v1.0.0 , v1.1.0 ] // bad\nretract v1.2.0\n",
     "module a.b/c\n\nretract [v1.0.0, v1.1.0] // bad\n\nretract v1.2.0\n"},
    {"module x\r\n\r\ngo 1.21\r\n", "module x\n\ngo 1.21\n"},
    {"require a.b/c v1.0.0+meta\nexclude a.b/c v1\n", "require a.b/c v1.0.0\n\nexclude a.b/c v1.0.0\n"},
    {"godebug (\n default=go1.21\n panicnil=1\n)\ntool a.b/c/cmd/d\nignore ./node_modules\ntoolchain go1.22.1\n",
     "godebug (\n\tdefault=go1.21\n\tpanicnil=1\n)\n\ntool a.b/c/cmd/d\n\nignore ./node_modules\n\ntoolchain "
     "go1.22.1\n"},
};

static const char *const bad[][2] = {
    {"foo\n", "go.mod:1: unknown directive: foo"},
    {"module x\nfoo bar\ngo x\n", "go.mod:2: unknown directive: foo\n"
                                  "go.mod:3: invalid go version 'x': must match format 1.23.0"},
    {"module x\nmodule y\n", "go.mod:2: repeated module statement"},
    {"module\n", "go.mod:1: usage: module module/path"},
    {"module 'x'\n", "go.mod:1: invalid quoted string: unquoted string cannot contain quote"},
    {"module `x`\n", "go.mod:1: invalid quoted string: unquoted string cannot contain quote"},
    {"module \"\\q\"\n", "go.mod:1: invalid quoted string: invalid syntax"},
    {"module \"x\n", "go.mod:1:10: unexpected newline in string"},
    {"module \"x", "go.mod:1:8: unexpected EOF in string"},
    {"module x /* c */\n", "go.mod:1:10: mod files must use // comments (not /* */ comments)"},
    {"module x\nfoo\001bar\n", "go.mod:2:4: unexpected input character '\\x01'"},
    {"require (\n a.b/c v1.0.0\n", "go.mod:3: syntax error (unterminated block started at go.mod:1:1)"},
    {"require (\n) x\n", "go.mod:2:4: syntax error (expected newline after closing paren)"},
    {"foo (\n)\n", "go.mod:1: unknown block type: foo"},
    {"go (\n 1.20\n)\n", "go.mod:1: unknown block type: go"},
    {"require x (\n)\n", "go.mod:1: unknown block type: require x"},
    {"go 1.20\ngo 1.21\n", "go.mod:2: repeated go statement"},
    {"go 1.20 1.21\n", "go.mod:1: go directive expects exactly one argument"},
    {"toolchain 1.20\n", "go.mod:1: invalid toolchain version '1.20': must match format go1.23.0 or default"},
    {"require a.b/c\n", "go.mod:1: usage: require module/path v1.2.3"},
    {"require a.b/c master\n", "go.mod:1: require a.b/c: version \"master\" invalid: must be of the form v1.2.3"},
    {"require a.b/c v2.0.0\n", "go.mod:1: require a.b/c: version \"v2.0.0\" invalid: should be v0 or v1, not v2"},
    {"require a.b/c/v2 v1.0.0\n", "go.mod:1: require a.b/c/v2: version \"v1.0.0\" invalid: should be v2, not v1"},
    {"require gopkg.in/x v1.0.0\n", "go.mod:1: invalid module path"},
    {"exclude (\n\ta.b/c\n)\n", "go.mod:2:2: usage: exclude module/path v1.2.3"},
    {"replace a.b/c v1.0.0\n", "go.mod:1: usage: replace module/path [v1.2.3] => other/module v1.4\n"
                               "\t or replace module/path [v1.2.3] => ../local/directory"},
    {"replace a.b/c => d.e/f\n", "go.mod:1: replacement module without version must be directory path (rooted or "
                                 "starting with . or ..)"},
    {"replace a.b/c => d.e/f@v1.0.0\n",
     "go.mod:1: replacement module must match format 'path version', not 'path@version'"},
    {"replace a.b/c => ./f v1.0.0\n", "go.mod:1: replacement module directory path \"./f\" cannot have version"},
    {"replace a.b/c => .\\f\n", "go.mod:1: replacement directory appears to be Windows path (on a non-windows system)"},
    {"retract [v1.0.0\n", "go.mod:1: expected ',' after version"},
    {"retract [v1.0.0, v1.1.0\n", "go.mod:1: expected ']' after version"},
    {"retract v1.0.0 v1.1.0\n", "go.mod:1: unexpected token after version: \"v1.1.0\""},
    {"godebug x\n", "go.mod:1: usage: godebug key=value"},
    {"tool a b\n", "go.mod:1: tool directive expects exactly one argument"},
    {"use ./a\n", "go.mod:1: unknown directive: use"},
};

static const char *const bad_work[][2] = {
    {"module x\n", "go.work:1: unknown directive: module"},
    {"require (\n)\n", "go.work:1: unknown block type: require"},
    {"go 1.20\nuse\n", "go.work:2: usage: use local/dir"},
};

static void check_texts(Arena *a) {
    for (i64 i = 0; i < NELEM(forms); i++) {
        Err err = {0};
        ModFile *f = modfile_parse(a, S("go.mod"), str_c(forms[i][0]), NULL, NULL, &err);
        EXPECT(f, "%s: %.*s", forms[i][0], SFMT(err.text));
        if (!f) continue;
        EXPECT_TEXT(modfile_format(f), forms[i][1], forms[i][0]);
        ModFile *again = modfile_parse(a, S("go.mod"), str_c(forms[i][1]), NULL, NULL, &err);
        EXPECT(again, "%s: %.*s", forms[i][1], SFMT(err.text));
        if (again) EXPECT_TEXT(modfile_format(again), forms[i][1], forms[i][1]);
    }
    for (i64 i = 0; i < NELEM(bad); i++) {
        Err err = {0};
        EXPECT(!modfile_parse(a, S("go.mod"), str_c(bad[i][0]), NULL, NULL, &err), "%s", bad[i][0]);
        EXPECT_TEXT(err.text, bad[i][1], bad[i][0]);
    }
    for (i64 i = 0; i < NELEM(bad_work); i++) {
        Err err = {0};
        EXPECT(!workfile_parse(a, S("go.work"), str_c(bad_work[i][0]), NULL, NULL, &err), "%s", bad_work[i][0]);
        EXPECT_TEXT(err.text, bad_work[i][1], bad_work[i][0]);
    }
}

// What a dependency's file says is read with patience.
static void check_lax(Arena *a) {
    Err err = {0};
    ModFile *f = modfile_parse_lax(a, S("go.mod"),
                                   S("module x\ngo v1.13.x\nfuture thing\nfuture (\n x\n)\nreplace nonsense\n"
                                     "retract (v1.0.0, v2)\nrequire a.b/c v1.0.0\n"),
                                   NULL, NULL, &err);
    EXPECT(f, "%.*s", SFMT(err.text));
    if (!f) return;
    EXPECT_TEXT(f->go.value, "1.13", "lax go");
    EXPECT(f->require.len == 1 && f->replace.len == 0 && f->retract.len == 0, "lax lists");
    EXPECT(!modfile_parse_lax(a, S("go.mod"), S("go devel\n"), NULL, NULL, &err), "go devel");
}

static void check_meaning(Arena *a) {
    Err err = {0};
    ModFile *f = modfile_parse(a, S("go.mod"),
                               S("// Text.\n//\n// Deprecated: use y\n// instead.\n//\n// More.\nmodule x.org/m\n"
                                 "require (\n a.b/c v1.0.0 // indirect\n a.b/d v1.0.0 // indirect; why\n a.b/e v1.0.0 "
                                 "// indirectly\n)\n// all bad\nretract (\n v1.0.0\n // one\n v1.1.0\n)\n"),
                               NULL, NULL, &err);
    EXPECT(f, "%.*s", SFMT(err.text));
    if (!f) return;
    EXPECT_TEXT(f->deprecated, "use y\ninstead.", "deprecated");
    EXPECT_TEXT(f->module, "x.org/m", "module");
    EXPECT(f->require.ptr[0].indirect && f->require.ptr[1].indirect && !f->require.ptr[2].indirect, "indirect");
    EXPECT_TEXT(f->retract.ptr[0].rationale, "all bad", "rationale of the block");
    EXPECT_TEXT(f->retract.ptr[1].rationale, "one", "rationale of the line");
    EXPECT_TEXT(modfile_module_path(a, S("// module no\n module \"x/y\" // c\n")), "x/y", "module path");
    EXPECT_TEXT(modfile_module_path(a, S("modulex y\nmodule\nmodule z")), "z", "module path");
    EXPECT_TEXT(modfile_module_path(a, S("go 1.20\n")), "", "module path");
    static const char *const dirs[] = {".", "..", "./x", "../x", "/x", "\\x", ".\\x", "C:x", "c:/x"};
    static const char *const nodirs[] = {"", "x", ".x", "...", "..x/y", "a.b/c"};
    for (i64 i = 0; i < NELEM(dirs); i++) EXPECT(modfile_is_dir_path(str_c(dirs[i])), "%s", dirs[i]);
    for (i64 i = 0; i < NELEM(nodirs); i++) EXPECT(!modfile_is_dir_path(str_c(nodirs[i])), "%s", nodirs[i]);
    static const char *const gos[] = {"1.21", "1.21.0", "1.21rc1", "1.21.3-x", "1", "01.2", "1.02", "1.21.", "1.21rc"};
    for (i64 i = 0; i < NELEM(gos); i++) EXPECT(modfile_is_go_version(str_c(gos[i])) == (i < 3), "%s", gos[i]);
}

static ModFile *parse(Arena *a, const char *text) {
    Err err = {0};
    ModFile *f = modfile_parse(a, S("go.mod"), str_c(text), NULL, NULL, &err);
    if (!f) printf("%s: %.*s\n", text, SFMT(err.text)), failures++;
    return f ? f : modfile_new(a, S("go.mod"), false);
}
static Str settled(ModFile *f) {
    modfile_sort_blocks(f);
    modfile_cleanup(f);
    return modfile_format(f);
}

static void check_edits(Arena *a) {
    Err err = {0};
    ModFile *f = modfile_new(a, S("go.mod"), false);
    modfile_set_module(f, S("x.org/m"), &err);
    modfile_add_require(f, S("a.b/c"), S("v1.0.0"), &err);
    modfile_set_go(f, S("1.21"), &err);
    modfile_set_toolchain(f, S("go1.22.0"), &err);
    EXPECT_TEXT(settled(f), "module x.org/m\n\ngo 1.21\n\ntoolchain go1.22.0\n\nrequire a.b/c v1.0.0\n", "new file");
    modfile_add_require(f, S("a.b/a"), S("v1.1.0"), &err);
    modfile_drop_toolchain(f);
    EXPECT_TEXT(settled(f), "module x.org/m\n\ngo 1.21\n\nrequire (\n\ta.b/a v1.1.0\n\ta.b/c v1.0.0\n)\n",
                "block made");
    modfile_drop_require(f, S("a.b/a"));
    modfile_add_exclude(f, S("a.b/c"), S("v1.10.0"), &err);
    modfile_add_exclude(f, S("a.b/c"), S("v1.9.0"), &err);
    EXPECT_TEXT(settled(f),
                "module x.org/m\n\ngo 1.21\n\nrequire a.b/c v1.0.0\n\nexclude (\n\ta.b/c v1.9.0\n\ta.b/c v1.10.0\n)\n",
                "block undone, excludes in order of versions");
    EXPECT(!modfile_add_exclude(f, S("a.b/c"), S("v2.0.0"), &err), "exclude v2");
    EXPECT_TEXT(err.text, "version \"v2.0.0\" invalid: should be v2.0.0+incompatible (or module a.b/c/v2)", "exclude");
    EXPECT(!modfile_add_exclude(f, S("a.b/c/v2"), S("v2"), &err), "exclude v2");
    EXPECT_TEXT(err.text, "version \"v2\" invalid: must be of the form v2.2.3", "exclude");
    EXPECT(!modfile_set_go(f, S("go1"), &err), "set_go");
    EXPECT_TEXT(err.text, "invalid language version \"go1\"", "set_go");

    f = parse(a, "module x\nreplace a.b/c => ./c // keep\nreplace a.b/c v1.0.0 => ./d\nretract v1.0.0\n");
    modfile_add_replace(f, (ModVersion){S("a.b/c"), S("")}, (ModVersion){S("e.f/g"), S("v1.2.3")}, &err);
    modfile_add_retract(f, S("v1.1.0"), S("v1.2.0"), S("why\nso"), &err);
    modfile_add_word(f, S("tool"), S("a.b/c/t"), &err);
    modfile_add_godebug(f, S("k"), S("v"), &err);
    EXPECT_TEXT(settled(f),
                "module x\n\nreplace a.b/c => e.f/g v1.2.3 // keep\n\nretract (\n\t// why\n\t// so\n\t[v1.1.0, "
                "v1.2.0]\n\tv1.0.0\n)\n\ntool a.b/c/t\n\ngodebug k=v\n",
                "replace all");
    modfile_drop_retract(f, S("v1.1.0"), S("v1.2.0"));
    modfile_drop_word(f, S("tool"), S("a.b/c/t"));
    modfile_drop_godebug(f, S("k"));
    modfile_drop_replace(f, (ModVersion){S("a.b/c"), S("")});
    EXPECT_TEXT(settled(f), "module x\n\nretract v1.0.0\n", "dropped");

    f = workfile_parse(a, S("go.work"), S("// top\n\nuse ./a\n"), NULL, NULL, &err);
    modfile_set_go(f, S("1.22"), &err);
    modfile_set_toolchain(f, S("go1.22.1"), &err);
    modfile_add_word(f, S("use"), S("./b c"), &err);
    modfile_add_word(f, S("use"), S("./a"), &err);
    EXPECT_TEXT(settled(f), "// top\n\ngo 1.22\n\ntoolchain go1.22.1\n\nuse (\n\t\"./b c\"\n\t./a\n)\n", "go.work");
}

static void check_set_require(Arena *a) {
    ModRequire want[] = {{{S("a.b/c"), S("v1.5.0")}, false, NULL},
                         {{S("a.b/d"), S("v1.0.0")}, true, NULL},
                         {{S("a.b/e"), S("v1.0.0")}, true, NULL},
                         {{S("a.b/f"), S("v1.0.0")}, false, NULL}};
    static const char *const cases[][3] = {
        // before, one block, two blocks
        {"module x\n",
         "module x\n\nrequire (\n\ta.b/c v1.5.0\n\ta.b/d v1.0.0 // indirect\n\ta.b/e v1.0.0 // "
         "indirect\n\ta.b/f v1.0.0\n)\n",
         "module x\n\nrequire (\n\ta.b/c v1.5.0\n\ta.b/f v1.0.0\n)\n\nrequire (\n\ta.b/d v1.0.0 // indirect\n\ta.b/e "
         "v1.0.0 // indirect\n)\n"},
        {"module x\nrequire (\n a.b/d v1.0.0\n\n a.b/c v1.0.0 // indirect; note\n a.b/gone v1.0.0\n)\n",
         "module x\n\nrequire (\n\ta.b/c v1.5.0 // note\n\ta.b/d v1.0.0 // indirect\n\ta.b/e v1.0.0 // "
         "indirect\n\ta.b/f v1.0.0\n)\n",
         "module x\n\nrequire (\n\ta.b/c v1.5.0 // note\n\ta.b/f v1.0.0\n)\n\nrequire (\n\ta.b/d v1.0.0 // "
         "indirect\n\ta.b/e v1.0.0 // indirect\n)\n"},
        {"module x\nrequire a.b/c v1.0.0\nrequire a.b/d v1.0.0 // indirect\ngo 1.20\n",
         "module x\n\nrequire a.b/c v1.5.0\n\nrequire (\n\ta.b/d v1.0.0 // indirect\n\ta.b/e v1.0.0 // "
         "indirect\n\ta.b/f v1.0.0\n)\n\ngo 1.20\n",
         "module x\n\nrequire (\n\ta.b/c v1.5.0\n\ta.b/f v1.0.0\n)\n\nrequire (\n\ta.b/d v1.0.0 // indirect\n\ta.b/e "
         "v1.0.0 // indirect\n)\n\ngo 1.20\n"},
        {"module x\n// mine\nrequire a.b/d v1.0.0\n",
         "module x\n\nrequire (\n\ta.b/c v1.5.0\n\t// mine\n\ta.b/d v1.0.0 // indirect\n\ta.b/e v1.0.0 // "
         "indirect\n\ta.b/f v1.0.0\n)\n",
         "module x\n\n// mine\nrequire a.b/d v1.0.0 // indirect\n\nrequire (\n\ta.b/c v1.5.0\n\ta.b/f "
         "v1.0.0\n)\n\nrequire a.b/e v1.0.0 // indirect\n"},
    };
    for (i64 i = 0; i < NELEM(cases); i++)
        for (int sep = 0; sep < 2; sep++) {
            ModFile *f = parse(a, cases[i][0]);
            modfile_set_require(f, want, NELEM(want), sep);
            modfile_cleanup(f);
            EXPECT_TEXT(modfile_format(f), cases[i][1 + sep], cases[i][0]);
            EXPECT(f->require.len == NELEM(want), "%s: %ld requirements", cases[i][0], (long)f->require.len);
        }
}

static void check_sums(Arena *a) {
    SumFile f;
    Err err = {0};
    EXPECT(sumfile_parse(a, S("go.sum"),
                         S("b v1.10.0 h1:b=\nb v1.9.0/go.mod h1:a=\n\nb v1.9.0 h1:c=\nb v1.9.0 h1:c=\na v1.0.0 "
                           "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=\n"),
                         &f, &err),
           "%.*s", SFMT(err.text));
    EXPECT_TEXT(sumfile_format(a, &f), "b v1.9.0 h1:c=\nb v1.9.0/go.mod h1:a=\nb v1.10.0 h1:b=\n", "go.sum");
    EXPECT(!sumfile_parse(a, S("go.sum"), S("a v1\nb v1.0.0 h1:x=\n"), &f, &err), "malformed");
    EXPECT_TEXT(err.text, "malformed go.sum:\ngo.sum:1: wrong number of fields 2", "go.sum");
    EXPECT(f.lines.len == 1, "the good line");
}

static void check_vendor(Arena *a) {
    VendorFile f;
    Err err = {0};
    vendorfile_parse(a, S("modules.txt"),
                     S("## workspace\nlost/package\n# a.b/c v1.0.0 => ./c\n## explicit; go 1.21\na.b/c\na.b/c/d\n# "
                       "a.b/e v1.2.0\nnot a package\na.b/e\n# strange line\nx\n# a.b/f => g.h/i v1.0.0\n"),
                     &f, &err);
    EXPECT(f.workspace && f.modules.len == 3, "%ld modules", (long)f.modules.len);
    if (f.modules.len != 3) return;
    VendorModule *m = f.modules.ptr;
    EXPECT(m->explicit_ && m->has_replacement && m->packages.len == 2, "first module");
    EXPECT_TEXT(m->replacement.path, "./c", "replacement");
    EXPECT_TEXT(m->go_version, "1.21", "go");
    EXPECT(!m[1].explicit_ && m[1].packages.len == 1, "second module");
    EXPECT(!m[2].mod.version.len && str_eq(m[2].replacement.version, S("v1.0.0")), "third module");
}

int main(int argc, char **argv) {
    Arena *a = arena_new("test");
    if (argc > 1) {
        Str text;
        Err err = {0};
        if (!file_read(a, argv[1], &text)) return 2;
        ModFile *f = (argc > 2 ? workfile_parse : modfile_parse)(a, path_base(str_c(argv[1])), text, NULL, NULL, &err);
        if (f) fwrite(settled(f).ptr, 1, (size_t)settled(f).len, stdout);
        else printf("%.*s\n", SFMT(err.text));
        return !f;
    }
    check_texts(a);
    check_lax(a);
    check_meaning(a);
    check_edits(a);
    check_set_require(a);
    check_sums(a);
    check_vendor(a);
    arena_free(a);
    return failures != 0;
}
