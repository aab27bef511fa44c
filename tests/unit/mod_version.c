// mod_version.c - module paths and versions: what is valid, how they compare, pseudo-versions, escaping, patterns.
#include "mod/mod.h"
#include <stdio.h>

static int failures;
#define EXPECT(c, ...)                                                                                                 \
    do {                                                                                                               \
        if (!(c)) failures++, printf("%d: %s: ", __LINE__, #c), printf(__VA_ARGS__), printf("\n");                     \
    } while (0)
#define EXPECT_STR(got, want, in)                                                                                      \
    do {                                                                                                               \
        Str got_ = (got);                                                                                              \
        EXPECT(str_eq(got_, str_c(want)), "%s: got %.*s, want %s", in, SFMT(got_), want);                              \
    } while (0)

// text, canonical, major, minor, prerelease, build; canonical "" : invalid
static const char *const semvers[][6] = {
    {"v1", "v1.0.0", "v1", "v1", "", ""},
    {"v1.2", "v1.2.0", "v1", "v1.2", "", ""},
    {"v1.2.3", "v1.2.3", "v1", "v1.2", "", ""},
    {"v1.2.3-pre", "v1.2.3-pre", "v1", "v1.2", "-pre", ""},
    {"v1.2.3-pre+meta", "v1.2.3-pre", "v1", "v1.2", "-pre", "+meta"},
    {"v1.2.3+meta.a-b", "v1.2.3", "v1", "v1.2", "", "+meta.a-b"},
    {"v1.2.3-a.1.0b", "v1.2.3-a.1.0b", "v1", "v1.2", "-a.1.0b", ""},
    {"v11.22.33+incompatible", "v11.22.33", "v11", "v11.22", "", "+incompatible"},
    {"v1.2.3+01", "v1.2.3", "v1", "v1.2", "", "+01"},
    {"", "", "", "", "", ""},
    {"1.2.3", "", "", "", "", ""},
    {"v", "", "", "", "", ""},
    {"v01.2.3", "", "", "", "", ""},
    {"v1.02.3", "", "", "", "", ""},
    {"v1.2.03", "", "", "", "", ""},
    {"v1.2.3.4", "", "", "", "", ""},
    {"v1.2.3-", "", "", "", "", ""},
    {"v1.2.3-a..b", "", "", "", "", ""},
    {"v1.2.3-01", "", "", "", "", ""},
    {"v1.2.3+", "", "", "", "", ""},
    {"v1.2-pre", "", "", "", "", ""},
    {"v1+meta", "", "", "", "", ""},
    {"v1.2.3-a_b", "", "", "", "", ""},
    {"v1.2.3 ", "", "", "", "", ""},
    {"v1.", "", "", "", "", ""},
};

// Each is older than the next.
static const char *const semver_order[] = {
    "bad",
    "v0.0.0",
    "v0.0.1",
    "v1.0.0-alpha",
    "v1.0.0-alpha.1",
    "v1.0.0-alpha.beta",
    "v1.0.0-beta",
    "v1.0.0-beta.2",
    "v1.0.0-beta.11",
    "v1.0.0-rc.1",
    "v1.0.0",
    "v1.2.0-0.20200101000000-abcdefabcdef",
    "v1.2.0",
    "v1.9.9",
    "v1.10.0",
    "v9",
    "v10",
};

static void test_semver(Arena *a) {
    for (i64 i = 0; i < NELEM(semvers); i++) {
        const char *const *t = semvers[i];
        Str v = str_c(t[0]);
        EXPECT(semver_valid(v) == (t[1][0] != 0), "%s", t[0]);
        EXPECT_STR(semver_canonical(a, v), t[1], t[0]);
        EXPECT_STR(semver_major(v), t[2], t[0]);
        EXPECT_STR(semver_major_minor(v), t[3], t[0]);
        EXPECT_STR(semver_prerelease(v), t[4], t[0]);
        EXPECT_STR(semver_build(v), t[5], t[0]);
    }
    for (i64 i = 0; i < NELEM(semver_order); i++)
        for (i64 j = 0; j < NELEM(semver_order); j++)
            EXPECT(semver_cmp(str_c(semver_order[i]), str_c(semver_order[j])) == (i > j) - (i < j), "%s %s",
                   semver_order[i], semver_order[j]);
    EXPECT(semver_cmp(S("v1.2.3+a"), S("v1.2.3+b")) == 0, "the build part does not count");
    EXPECT(semver_cmp(S("v1"), S("v1.0.0")) == 0, "short forms");
    EXPECT(modver_cmp(S("x"), S(""), S("v9.9.9")) > 0 && modver_cmp(S("x"), S("none"), S("v0.0.0-0")) < 0, "ends");
}

static const char *const go_order[] = {"1",         "1.5",     "1.19",    "1.20rc1", "1.20",   "1.20.1", "1.21",
                                       "1.21beta1", "1.21rc1", "1.21rc2", "1.21.0",  "1.21.3", "1.100",  "2.0"};

static void test_gover(Arena *a) {
    for (i64 i = 0; i < NELEM(go_order); i++)
        for (i64 j = 0; j < NELEM(go_order); j++)
            EXPECT(gover_cmp(str_c(go_order[i]), str_c(go_order[j])) == (i > j) - (i < j), "%s %s", go_order[i],
                   go_order[j]);
    EXPECT(gover_cmp(S("1.20"), S("1.20.0")) == 0 && gover_cmp(S("1.21"), S("1.21.0")) < 0, "language version");
    static const char *const bad[] = {"",       "go1.21",   "1.21.",     "1.021",   "1.21.01",
                                      "1.21rc", "1.21rc01", "1.21.3rc1", "1.21RC1", "v1.2"};
    for (i64 i = 0; i < NELEM(bad); i++)
        EXPECT(gover_valid(str_c(bad[i])) == (i == 5), "%s", bad[i]); // "1.21rc" passes upstream's parser too
    EXPECT_STR(gover_lang(S("1.21.3")), "1.21", "1.21.3");
    EXPECT_STR(gover_lang(S("1.21rc2")), "1.21", "1.21rc2");
    EXPECT_STR(gover_lang(S("1")), "1", "1");
    EXPECT(gover_is_lang(S("1.21")) && !gover_is_lang(S("1.21.0")) && !gover_is_lang(S("1.20")), "is_lang");
    EXPECT(gover_minor(S("1.26.3")) == 26 && gover_minor(S("x")) == -1, "minor");
    EXPECT_STR(toolchain_to_version(S("go1.21.3-custom")), "1.21.3", "custom");
    EXPECT_STR(toolchain_to_version(S("go1.21.3 foo")), "1.21.3", "blank");
    EXPECT_STR(toolchain_to_version(S("default")), "", "default");
    EXPECT_STR(toolchain_to_version(S("x/go1.21")), "", "slash");
    EXPECT(modver_cmp(S("toolchain"), S("go1.21rc1"), S("1.21.0")) < 0, "toolchain");
    EXPECT(modver_is_prefix(S("x"), S("v1.2")) && !modver_is_prefix(S("x"), S("v1.2.3")), "prefix");
    (void)a;
}

// path, what the error says behind "malformed module path ...: "; "" : valid
static const char *const mod_paths[][2] = {
    {"x.y/z", ""},
    {"github.com/Azure/go-sdk/v2", ""},
    {"gopkg.in/yaml.v2", ""},
    {"gopkg.in/yaml.v0", ""},
    {"x.y/z~1a", ""},
    {"", "empty string"},
    {"-x.y", "leading dash"},
    {"x.y//z", "double slash"},
    {"x.y/z/", "trailing slash"},
    {"/x.y", "empty path element"},
    {"x/y", "missing dot in first path element"},
    {"X.y/z", "invalid char 'X' in first path element"},
    {"x.y/.z", "leading dot in path element"},
    {"x.y/..", "invalid path element \"..\""},
    {"x.y/z.", "trailing dot in path element"},
    {"x.y/a+b", "invalid char '+'"},
    {"x.y/a b", "invalid char ' '"},
    {"x.y/\xc3\xa4", "invalid char '\xc3\xa4'"},
    {"x.y/\xff", "invalid UTF-8"},
    {"x.y/aux.go", "\"aux\" disallowed as path element component on Windows"},
    {"x.y/COM5", "\"COM5\" disallowed as path element component on Windows"},
    {"x.y/com0", ""},
    {"x.y/abc~12", "trailing tilde and digits in path element"},
    {"x.y/v1", "invalid version"},
    {"x.y/v01", "invalid version"},
    {"x.y/v2.3", "invalid version"},
    {"gopkg.in/yaml", "invalid version"},
};

static void test_paths(Arena *a) {
    for (i64 i = 0; i < NELEM(mod_paths); i++) {
        Err err = {0};
        bool ok = module_check_path(a, str_c(mod_paths[i][0]), &err);
        Str want = arena_printf(a, "malformed module path %.*s: %s", SFMT(str_quote(a, str_c(mod_paths[i][0]))),
                                mod_paths[i][1]);
        EXPECT(ok == !mod_paths[i][1][0], "%s: %.*s", mod_paths[i][0], SFMT(err.text));
        if (!ok) EXPECT(str_eq(err.text, want), "%.*s, want %.*s", SFMT(err.text), SFMT(want));
    }
    Err err = {0};
    EXPECT(module_check_import_path(a, S("a+b/c"), &err) && !module_check_import_path(a, S("-x"), &err),
           "import paths");
    EXPECT(module_check_file_path(a, S("-x/\xc3\xa4 (1).go"), &err), "%.*s", SFMT(err.text));
    EXPECT(!module_check_file_path(a, S("a/b:c"), &err) && !module_check_file_path(a, S("a/../b"), &err), "file paths");
    EXPECT(!module_check(a, (ModVersion){S("x.y/z"), S("v2.0.0")}, &err), "major");
    EXPECT_STR(err.text, "x.y/z@v2.0.0: invalid version: should be v0 or v1, not v2", "major");
    EXPECT(module_check(a, (ModVersion){S("x.y/z"), S("v2.0.0+incompatible")}, &err), "incompatible");
    EXPECT(module_check(a, (ModVersion){S("x.y/z/v2"), S("v2.1.0")}, &err), "v2");
    EXPECT(module_check(a, (ModVersion){S("gopkg.in/x.v1-unstable"), S("v1.1.0")}, &err), "unstable");
    EXPECT(module_match_path_major(S("v0.0.0-20200101000000-abcdefabcdef"), S(".v1")), "gopkg.in, v0.0.0-");
}

static void test_escape(Arena *a) {
    Str s;
    Err err = {0};
    EXPECT(module_escape_path(a, S("github.com/Azure/A-b"), &s, &err), "%.*s", SFMT(err.text));
    EXPECT_STR(s, "github.com/!azure/!a-b", "escape");
    EXPECT(module_unescape_path(a, s, &s, &err), "%.*s", SFMT(err.text));
    EXPECT_STR(s, "github.com/Azure/A-b", "unescape");
    EXPECT(!module_unescape_path(a, S("github.com/Azure"), &s, &err), "upper case");
    EXPECT(!module_unescape_path(a, S("github.com/!"), &s, &err), "'!' at the end");
    EXPECT(!module_unescape_path(a, S("github.com/!!a"), &s, &err), "two '!'");
    EXPECT(module_escape_version(a, S("v1.0.0-RC1"), &s, &err), "%.*s", SFMT(err.text));
    EXPECT_STR(s, "v1.0.0-!r!c1", "version");
    EXPECT(!module_escape_version(a, S("v1!"), &s, &err) && !module_escape_version(a, S("a/b"), &s, &err), "version");
}

// globs, target, matches
static const char *const globs[][3] = {
    {"x.y", "x.y/z", "y"},
    {"x.y/", "x.y/z", "y"},
    {"x.y/z", "x.y", "n"},
    {"*.corp.com", "git.corp.com/a", "y"},
    {"*.corp.com", "corp.com/a", "n"},
    {"a,b.c/*", "b.c/d/e", "y"},
    {"b.c/*", "b.c", "n"},
    {"*", "anything/at/all", "y"},
    {"x.?", "x.z/q", "y"},
    {"x.[a-c]", "x.b", "y"},
    {"x.[^a-c]", "x.b", "n"},
    {"x.[", "x.[", "n"},
    {"", "x", "n"},
    {",,", "x", "n"},
    {"*/*", "a/b/c", "y"},
    {"a*c*e", "abcde/f", "y"},
    {"a*c*e", "abcd/e", "n"},
    {"x.\\*", "x.*", "y"},
};

static void test_globs(void) {
    for (i64 i = 0; i < NELEM(globs); i++)
        EXPECT(module_match_prefix_patterns(str_c(globs[i][0]), str_c(globs[i][1])) == (globs[i][2][0] == 'y'), "%s %s",
               globs[i][0], globs[i][1]);
}

// version, base, time, rev; NULL: not one
static const char *const pseudos[][4] = {
    {"v1.0.0-20200102030405-abcdefabcdef", "", "20200102030405", "abcdefabcdef"},
    {"v0.0.0-20200102030405-abcdefabcdef", "", "20200102030405", "abcdefabcdef"},
    {"v1.2.4-0.20200102030405-abcdefabcdef", "v1.2.3", "20200102030405", "abcdefabcdef"},
    {"v1.3.0-0.20200102030405-abcdefabcdef", NULL, "", ""},
    {"v1.2.10-0.20200102030405-abcdefabcdef", "v1.2.9", "20200102030405", "abcdefabcdef"},
    {"v1.2.3-pre.0.20200102030405-abcdefabcdef", "v1.2.3-pre", "20200102030405", "abcdefabcdef"},
    {"v2.0.1-0.20200102030405-abcdefabcdef+incompatible", "v2.0.0+incompatible", "20200102030405", "abcdefabcdef"},
    {"v1.2.3", NULL, NULL, NULL},
    {"v1.2.3-20200102030405-abcdefabcdef", NULL, NULL, NULL},
    {"v1.0.0-2020010203040-abcdefabcdef", NULL, NULL, NULL},
    {"v1.0.0-20200102030405-abc_def", NULL, NULL, NULL},
};

static void test_pseudo(Arena *a) {
    for (i64 i = 0; i < NELEM(pseudos); i++) {
        const char *const *t = pseudos[i];
        Str base, time14, rev;
        Err err = {0};
        EXPECT(pseudo_is(str_c(t[0])) == (t[2] != NULL), "%s", t[0]);
        EXPECT(pseudo_parse(a, str_c(t[0]), &base, &time14, &rev, &err) == (t[1] != NULL), "%s", t[0]);
        if (!t[1]) continue;
        EXPECT_STR(base, t[1], t[0]);
        EXPECT_STR(time14, t[2], t[0]);
        EXPECT_STR(rev, t[3], t[0]);
        EXPECT_STR(pseudo_make(a, semver_major(str_c(t[0])), base, time14, rev), t[0], t[0]);
    }
    EXPECT_STR(pseudo_make(a, S(""), S(""), S("20200102030405"), S("abc")), "v0.0.0-20200102030405-abc", "no major");
    EXPECT_STR(pseudo_make(a, S("v1"), S("v1.2.99"), S("20200102030405"), S("abc")), "v1.2.100-0.20200102030405-abc",
               "carry");
}

int main(void) {
    Arena *a = arena_new("test");
    test_semver(a);
    test_gover(a);
    test_paths(a);
    test_escape(a);
    test_globs();
    test_pseudo(a);
    arena_free(a);
    return failures != 0;
}
