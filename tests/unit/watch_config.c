// watch_config.c - the configuration of `vole watch`: values of files and flags, errors with their line, which files count, .env files.
#include "watch/watch.h"
#include "watch/toml.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int failures;
#define EXPECT(c, ...)                                                                                                 \
    do {                                                                                                               \
        if (!(c)) failures++, printf("%d: %s: ", __LINE__, #c), printf(__VA_ARGS__), printf("\n");                     \
    } while (0)

typedef struct Test {
    Arena *a;
    Str dir;
    WatchConfig c;
    Err err;
} Test;

static void put(Test *t, const char *name, const char *text) {
    Str path = path_join(t->a, t->dir, str_c(name));
    if (!file_write_atomic(arena_cstr(t->a, path), str_c(text), 0644)) fatal("%s", name);
}

static bool read_with(Test *t, const WatchFlag *flags, i64 n) {
    t->err = (Err){0};
    return config_read(t->a, t->dir, S(""), flags, n, &t->c, &t->err);
}

static bool read_text(Test *t, const char *text) {
    put(t, ".air.toml", text);
    return read_with(t, NULL, 0);
}

static bool is_list(const StrItems *v, const char *want) { // "a|b"
    Buf b = {0};
    for (i64 i = 0; i < v->len; i++) buf_printf(&b, "%s%.*s", i ? "|" : "", SFMT(v->ptr[i]));
    bool same = str_eq(buf_view(&b), str_c(want));
    if (!same) printf("   %.*s\n", (int)b.len, (const char *)b.ptr);
    buf_free(&b);
    return same;
}

static void check_defaults(Test *t) {
    EXPECT(read_with(t, NULL, 0) && !t->c.file.len, "%.*s", SFMT(t->err.text));
    EXPECT(is_list(&t->c.include_ext, "go|tpl|tmpl|html"), "include_ext");
    EXPECT(is_list(&t->c.exclude_dir, "assets|tmp|vendor|testdata"), "exclude_dir");
    EXPECT(t->c.rerun_delay == 500000000 && t->c.delay == 0 && t->c.keep_scroll && t->c.app_start_timeout == 5000000000,
           "times");
}

static void check_values(Test *t) {
    EXPECT(read_text(
               t,
               "tmp_dir = \"out\"\nenv_files = [\".env\", \".env.local\"]\n[build]\ncmd = \"make x\"\n"
               "entrypoint = \"./out/x\"\nargs_bin = [\"-a\", \"b c\"]\ndelay = 0\nkill_delay = 500\nrerun_delay = 0\n"
               "pre_cmd = []\nexclude_unchanged = true\npoll_interval = \"20ms\"\n[screen]\nkeep_scroll = "
               "false\n[misc]\nstartup_banner = \"\"\n"),
           "%.*s", SFMT(t->err.text));
    EXPECT(is_list(&t->c.entrypoint, "./out/x") && is_list(&t->c.args_bin, "-a|b c"), "lists");
    EXPECT(is_list(&t->c.env_files, ".env|.env.local"), "env_files");
    EXPECT(is_list(&t->c.exclude_dir, "assets|out|vendor|testdata"), "tmp_dir is excluded"); // as it is called
    EXPECT(t->c.kill_delay == 500000000 && t->c.poll_interval == 20000000, "times");
    EXPECT(!t->c.keep_scroll && t->c.rerun_delay == 0 && config_given(&t->c, "build.delay"), "zero values stand");
    EXPECT(t->c.banner_given && !t->c.startup_banner.len && t->c.exclude_unchanged, "misc");
    EXPECT(read_text(t, "build.kill_delay = 1500000000\n") && t->c.kill_delay == 1500000000, "ns");
    EXPECT(read_text(t, "build.kill_delay = \"1m1.5s\"\n") && t->c.kill_delay == 61500000000, "a duration");
    EXPECT(read_text(t, "[build]\ncmd = \"a\"\n[build.linux]\ncmd = \"b\"\n[build.windows]\ncmd = \"c\"\n") &&
               str_eq(t->c.cmd, S("b")),
           "platform");
    EXPECT(read_text(t, "[build.linux]\nargs_bin = [\"x\"]\n[build.windows]\nbin = 'C:\\x'\n") &&
               is_list(&t->c.args_bin, "x"),
           "platform");
    EXPECT(read_text(t, "x = 1\n[build]\ncmdd = \"a\"\n[build.linux]\nq = 1\n") && t->c.warnings.len == 3,
           "unknown keys: %lld", (long long)t->c.warnings.len);
}

static void check_flags(Test *t) {
    WatchFlag flags[] = {{S("build.exclude_dir"), S("a, b")},
                         {S("build.exclude_dir"), S("c")},
                         {S("build.stop_on_error"), S("false")},
                         {S("build.delay"), S("0")},
                         {S("tmp_dir"), S("tmp")}};
    put(t, ".air.toml", "tmp_dir = \"x\"\n[build]\nexclude_dir = [\"z\"]\nstop_on_error = true\ndelay = 1000\n");
    EXPECT(read_with(t, flags, NELEM(flags)), "%.*s", SFMT(t->err.text));
    EXPECT(is_list(&t->c.exclude_dir, "a|b|c"), "a flag given again appends");
    EXPECT(!t->c.stop_on_error && t->c.delay == 0 && str_eq(t->c.tmp_dir, S("tmp")),
           "a flag that names the default stands over the file");
    WatchFlag bad[] = {{S("proxy.proxy_port"), S("x")}};
    EXPECT(!read_with(t, bad, 1) && str_eq(t->err.text, S("invalid value \"x\" for flag --proxy.proxy_port")), "%.*s",
           SFMT(t->err.text));
}

static const char *const errors[][2] = {
    {"[build]\ncmd = 1\n", ".air.toml:2: build.cmd is an integer, not a string"},
    {"[build]\n\ninclude_ext = \"go\"\n", ".air.toml:3: build.include_ext is a string, not a list of strings"},
    {"build.include_ext = [\"go\",\n1]\n", ".air.toml:2: build.include_ext is an integer, not a list of strings"},
    {"build.poll = \"yes\"\n", ".air.toml:1: build.poll is a string, not true or false"},
    {"build.delay = -1\n", ".air.toml:1: build.delay is out of range: -1"},
    {"build.kill_delay = \"soon\"\n", ".air.toml:1: build.kill_delay is a string, not a time"},
    {"proxy.proxy_port = 70000\n", ".air.toml:1: proxy.proxy_port is out of range: 70000"},
    {"[build]\ncmd = \"x\n", ".air.toml:2: a string is not closed"},
    {"[[build.rules]]\ncmd = \"x\"\n", ".air.toml:1: a rule needs include_dir, include_ext or include_file"},
    {"\n[[build.rules]]\ninclude_ext = [\"css\"]\n", ".air.toml:2: a rule needs cmd"},
    {"[[service]]\npackage = \".\"\n", ".air.toml:1: a service needs a name"},
    {"[[service]]\nname = \"a\"\n", ".air.toml:1: a service needs a package, or cmd and entrypoint"},
    {"[[service]]\nname = \"a\"\npackage = \".\"\n[[service]]\nname = \"a\"\npackage = \".\"\n",
     ".air.toml:4: two services have the same name"},
    {"[[service]]\nname = \"a\"\npackage = \".\"\ndepends_on = [\"b\"]\n",
     ".air.toml: service a depends on b, which there is not"},
    {"[[service]]\nname = \"a\"\npackage = \".\"\ndepends_on = [\"a\"]\n",
     ".air.toml: services depend on each other in a circle: a"},
    {"root = \"/\"\n", "refusing to watch all of /; build.ignore_dangerous_root_dir = true allows it"},
    {"root = \"none\"\n", "root none: no such file or directory"},
};

static void check_errors(Test *t) {
    for (i64 i = 0; i < NELEM(errors); i++) {
        bool taken = read_text(t, errors[i][0]);
        EXPECT(!taken && str_eq(t->err.text, str_c(errors[i][1])), "%s: %.*s", errors[i][0], SFMT(t->err.text));
    }
}

// ---- rules --------------------------------------------------------------------------------------------------------------

static i64 match(Test *t, WatchRules *r, const char *path) {
    return rules_match(r, path_join(t->a, t->c.root, str_c(path)));
}
static bool enter(Test *t, WatchRules *r, const char *path) {
    return rules_enter(r, path_join(t->a, t->c.root, str_c(path)));
}

static void check_rules(Test *t) {
    EXPECT(read_text(t, ""), "%.*s", SFMT(t->err.text));
    WatchRules *r = rules_new(t->a, &t->c, &t->err);
    EXPECT(match(t, r, "a.go") == RULE_BUILD && match(t, r, "x/y/a.html") == RULE_BUILD, "by extension");
    EXPECT(match(t, r, "a_test.go") == RULE_NONE && match(t, r, "a.css") == RULE_NONE && match(t, r, "go") == RULE_NONE,
           "others");
    EXPECT(match(t, r, "tmp/a.go") == RULE_NONE && match(t, r, "vendor/x/a.go") == RULE_NONE &&
               match(t, r, ".x/a.go") == RULE_NONE,
           "folders");
    EXPECT(match(t, r, "x/tmp/a.go") == RULE_BUILD && match(t, r, "tmpx/a.go") == RULE_BUILD, "exact paths");
    EXPECT(!enter(t, r, "vendor") && !enter(t, r, "x/.git") && enter(t, r, "x/vendor"), "enter");

    EXPECT(read_text(t, "[build]\ninclude_ext = [\"*\"]\nbin = \"./m\"\nexclude_file = [\"x/*.log\", "
                        "\"y.txt\"]\nexclude_regex = ['_gen\\.go$', '\\d+\\.x', '(?:a|b)\\.z']\n"
                        "include_file = [\"Makefile\", \"tmp/keep\"]\ninclude_dir = [\"x\", \"w/v\"]\n"),
           "%.*s", SFMT(t->err.text));
    r = rules_new(t->a, &t->c, &t->err);
    EXPECT(match(t, r, "x/a") == RULE_BUILD && match(t, r, "a.go") == RULE_NONE && match(t, r, "w/a.go") == RULE_NONE &&
               match(t, r, "w/v/a") == RULE_BUILD,
           "include_dir");
    EXPECT(match(t, r, "m") == RULE_NONE && match(t, r, "Makefile") == RULE_BUILD &&
               match(t, r, "tmp/keep") == RULE_BUILD,
           "files by name");
    EXPECT(match(t, r, "x/a.log") == RULE_NONE && match(t, r, "x/y/a.log") == RULE_BUILD &&
               match(t, r, "y.txt") == RULE_NONE,
           "exclude_file");
    EXPECT(match(t, r, "x/a_gen.go") == RULE_NONE && match(t, r, "x/12.x") == RULE_NONE &&
               match(t, r, "x/b.z") == RULE_NONE && match(t, r, "x/c.z") == RULE_BUILD,
           "exclude_regex");
    EXPECT(enter(t, r, "w") && enter(t, r, "w/v/u") && !enter(t, r, "q") && enter(t, r, "tmp"), "enter");

    EXPECT(read_text(t, "[[build.rules]]\ncmd = \"css\"\ninclude_dir = [\"assets\"]\ninclude_ext = "
                        "[\"css\"]\nexclude_regex = [\"min\"]\n"
                        "[[build.rules]]\nname = \"sql\"\ncmd = \"gen\"\ninclude_file = [\"q.sql\"]\n"),
           "%.*s", SFMT(t->err.text));
    r = rules_new(t->a, &t->c, &t->err);
    EXPECT(match(t, r, "assets/x/a.css") == 0 && match(t, r, "a.css") == RULE_NONE &&
               match(t, r, "assets/a.min.css") == RULE_NONE,
           "a rule in an excluded folder");
    EXPECT(match(t, r, "q.sql") == 1 && match(t, r, "x/q.sql") == RULE_NONE && match(t, r, "a.go") == RULE_BUILD,
           "a rule of a file");
    EXPECT(enter(t, r, "assets") && str_eq(t->c.rules.ptr[0].name, S("rule-1")) &&
               str_eq(t->c.rules.ptr[1].name, S("sql")),
           "names");
    EXPECT(read_text(t, "build.exclude_regex = [\"(\"]\n"), "read");
    EXPECT(!rules_new(t->a, &t->c, &t->err) && t->err.text.len, "a wrong regular expression");
    t->err = (Err){0};
    EXPECT(read_text(t, "build.exclude_regex = ['\\pL']\n") && !rules_new(t->a, &t->c, &t->err) && t->err.text.len,
           "one that POSIX cannot say");
}

// ---- others -------------------------------------------------------------------------------------------------------------

static void check_commands(Test *t) {
    StrItems w;
    EXPECT(config_is_go_build(t->a, S("go build -o ./tmp/main ."), &w) && is_list(&w, "-o|./tmp/main|."), "plain");
    EXPECT(config_is_go_build(t->a, S(" vole  build -o=x -ldflags \"-s -w\" ./cmd/x"), &w) &&
               is_list(&w, "-o=x|-ldflags|-s -w|./cmd/x"),
           "quotes");
    EXPECT(config_is_go_build(t->a, S("go build -v -o x"), &w) && is_list(&w, "-v|-o|x|."), "no package");
    EXPECT(config_is_go_build(t->a, S("go build -o x -tags y"), &w) && is_list(&w, "-o|x|-tags|y|."), "no package");
    EXPECT(config_is_go_build(t->a, S("go build -o x -v y"), &w) && is_list(&w, "-o|x|-v|y"), "behind a switch");
    static const char *const others[] = {"go build . && ls", "make",        "go run .",  "CGO_ENABLED=0 go build .",
                                         "go build -o $X .", "go build 'x", "go",        "go vet",
                                         "go build `x`",     "go build",    "go build ."};
    for (i64 i = 0; i < NELEM(others); i++) EXPECT(!config_is_go_build(t->a, str_c(others[i]), &w), "%s", others[i]);
}

static void check_init(Test *t) {
    Buf b = {0};
    config_print(&b);
    EXPECT(read_text(t, arena_str(t->a, buf_view(&b)).ptr), "what init writes: %.*s", SFMT(t->err.text));
    EXPECT(t->c.warnings.len == 0 && str_eq(t->c.cmd, S("go build -o ./tmp/main .")) &&
               is_list(&t->c.entrypoint, "./tmp/main"),
           "its values");
    EXPECT(is_list(&t->c.exclude_regex, "_test.go") && t->c.keep_scroll && t->c.handover, "its values");
    buf_free(&b);
}

static void check_env(Test *t) {
    StrItems n = {0}, v = {0};
    Err err = {0};
    setenv("OUTER", "out", 1);
    const char *text = "# c\n\nA=1\n export B = two words # c\nC=\"x\\ny $A ${OUTER} "
                       "\\$A\"\nD='$A\\n'\nE=\nF=a#b\nG=\"two\nlines\"\nA=2\nH=$A-$NONE-\nI: yaml\r\nJ='x' # c";
    EXPECT(envfile_parse(t->a, str_c(text), &n, &v, &err), "%.*s", SFMT(err.text));
    EXPECT(is_list(&n, "A|B|C|D|E|F|G|A|H|I|J"), "names");
    EXPECT(is_list(&v, "1|two words|x\ny 1 out $A|$A\\n||a#b|two\nlines|2|2--|yaml|x"), "values");
    EXPECT(!envfile_parse(t->a, S("A=1\n\nwhat is this\n"), &n, &v, &err) && str_has_prefix(err.text, S("3: ")), "%.*s",
           SFMT(err.text));
    err = (Err){0};
    EXPECT(!envfile_parse(t->a, S("A=\"x\n\n"), &n, &v, &err) && str_has_prefix(err.text, S("1: ")), "%.*s",
           SFMT(err.text));
}

int main(void) {
    char dir[] = "/tmp/vole-configXXXXXX";
    Test t = {.a = arena_new("test")};
    if (!mkdtemp(dir)) return 1;
    t.dir = str_c(dir);
    check_defaults(&t);
    check_values(&t);
    check_flags(&t);
    check_errors(&t);
    check_rules(&t);
    check_commands(&t);
    check_init(&t);
    check_env(&t);
    dir_remove_all(t.a, t.dir, NULL);
    if (!failures) printf("config: all as expected\n");
    return failures > 0;
}
