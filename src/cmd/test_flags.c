// test_flags.c - the words behind `test`: its own flags, those that it hands on to the programs, packages, arguments of the programs.
//
// Flags may stand in front of the packages and behind them. A word that is no flag ends the list of packages if something else stood
// between; then it and all behind it are the programs', and so is all behind -args. A flag that is not known is the programs' too.
// Those of $GOFLAGS come first; one that is given again does not count there.
#include "cmd/test_int.h"
#include <stdio.h>
#include <stdlib.h>

typedef struct Words {
    Cmd *c;
    TestFlags *f;
    bool in_list, list_ended; // of packages
    bool after_flag;          // of a flag that is not known and may want a value
    Str unknown;              // the first flag that is not known
    StrVec args;
} Words;

// ---- values -----------------------------------------------------------------------------------------------------------

static bool is_int(Str s) {
    i64 at = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+');
    if (at == s.len) return false;
    for (i64 i = at; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return s.len - at < 19;
}

static Str vet_error(Arena *a, Str value) {
    if (str_index(value, '=') >= 0) return S("-vet argument cannot contain equal signs");
    if (str_index(value, ' ') >= 0) return S("-vet argument is comma-separated list, cannot contain spaces");
    static const char *const known[] = {
        "all",          "off",           "appends",     "asmdecl",          "assign",       "atomic",
        "bool",         "bools",         "buildtag",    "buildtags",        "cgocall",      "composites",
        "copylocks",    "defers",        "directive",   "errorsas",         "framepointer", "hostport",
        "httpresponse", "ifaceassert",   "loopclosure", "lostcancel",       "methods",      "nilfunc",
        "printf",       "rangeloops",    "shift",       "sigchanyzer",      "slog",         "stdmethods",
        "stdversion",   "stringintconv", "structtag",   "testinggoroutine", "tests",        "timeformat",
        "unmarshal",    "unreachable",   "unsafeptr",   "unusedresult",     "waitgroup"};
    StrVec names = split_words(a, value, ",");
    Str single = {0};
    for (i64 i = 0; i < names.len; i++) {
        bool ok = false;
        for (i64 k = 0; k < NELEM(known); k++) ok |= str_eq(names.ptr[i], str_c(known[k]));
        if (!ok)
            return arena_printf(a, "-vet argument must be a supported analyzer or a distinguished value; found %.*s",
                                SFMT(names.ptr[i]));
        if (str_eq(names.ptr[i], S("all")) || str_eq(names.ptr[i], S("off"))) single = names.ptr[i];
    }
    if (!single.len || names.len < 3) return (Str){0};
    return arena_printf(a, "-vet does not accept \"%.*s\" in a list with other analyzers", SFMT(single));
}

Str test_flag_error(Arena *a, Str name, Str value) {
    i64 ns;
    bool on;
    if (str_eq(name, S("count")) || str_eq(name, S("parallel"))) return flags_int(value, &ns);
    if (str_eq(name, S("timeout"))) return duration_parse(value, &ns) ? (Str){0} : S("parse error");
    if (str_eq(name, S("vet"))) return vet_error(a, value);
    if (str_eq(name, S("shuffle")) && !str_eq(value, S("on")) && !str_eq(value, S("off")) && !is_int(value))
        return arena_printf(a,
                            "-shuffle argument must be \"on\", \"off\", or an int64: strconv.ParseInt: parsing "
                            "%.*s: invalid syntax",
                            SFMT(str_quote(a, value)));
    if (str_eq(name, S("v")) && value.len && !str_eq(value, S("test2json")) && !flags_bool(value, &on))
        return arena_printf(a, "invalid flag -test.v=%.*s", SFMT(value));
    return (Str){0};
}

// As the program gets it.
static Str passed_value(Cmd *c, const FlagItem *item) {
    Str name = str_c(item->name), v = item->value;
    i64 ns;
    bool on = true;
    if (str_eq(name, S("timeout")) && duration_parse(v, &ns)) return duration_text(c->a, ns);
    if (str_eq(name, S("outputdir")) && v.len) return path_abs(c->a, v);
    if (str_eq(name, S("v")) && !str_eq(v, S("test2json"))) {
        if (v.len) flags_bool(v, &on);
        return on ? S("true") : S("false");
    }
    if ((str_eq(name, S("count")) || str_eq(name, S("parallel"))) && !flags_int(v, &ns).len)
        return arena_printf(c->a, "%lld", (long long)ns);
    if (str_eq(name, S("shuffle")) && is_int(v)) return arena_printf(c->a, "%lld", atoll(arena_cstr(c->a, v)));
    return v;
}

static bool is_passed(const char *name) {
    for (i64 i = 0; i < flags_count(); i++) {
        FlagInfo f = flags_at(i);
        if ((f.groups & FLAGS_TESTBIN) && strcmp(f.name, name) == 0) return true;
    }
    return false;
}

static Str passed(Cmd *c, const FlagItem *item) {
    return arena_printf(c->a, "-test.%s=%.*s", item->name, SFMT(passed_value(c, item)));
}

// ---- words ------------------------------------------------------------------------------------------------------------

static bool fail_usage(Cmd *c, int *rc) {
    fprintf(stderr, "usage: go test %s\nRun 'go help test' and 'go help testflag' for details.\n", c->command->args);
    *rc = 2;
    return false;
}

static void take_rest(Words *w, char **argv, i64 n) {
    for (i64 i = 0; i < n; i++) vec_push(w->c->a, &w->args, str_c(argv[i]));
}

// A word that is no flag; false: it and the rest are the programs'.
static bool take_word(Words *w, Str word, bool after_flag) {
    if (w->in_list || !w->list_ended) {
        w->in_list = w->list_ended = true;
        vec_push(w->c->a, &w->f->packages, word);
        return true;
    }
    if (!after_flag) return false;
    vec_push(w->c->a, &w->args, word);
    return true;
}

// How many words the flag takes; 0: all that follow are the programs', -1: it is wrong.
static i64 take_flag(Words *w, char **argv, i64 n, int *rc) {
    Cmd *c = w->c;
    Str word = str_c(argv[0]), err;
    bool took, has_value;
    w->in_list = false;
    switch (flags_take(c, word, n > 1 ? argv[1] : NULL, &took, &has_value, &err)) {
    case FLAG_TAKEN: {
        const FlagItem *item = &c->given.ptr[c->given.len - 1];
        if (is_passed(item->name)) vec_push(c->a, &w->args, passed(c, item));
        return took ? 2 : 1;
    }
    case FLAG_WRONG:
        fprintf(stderr, "%.*s\n", SFMT(err));
        fail_usage(c, rc);
        return -1;
    case FLAG_UNKNOWN: break;
    }
    Str name = str_slice(word, str_has_prefix(word, S("--")) ? 2 : 1, word.len);
    if (str_eq(name, S("h")) || str_eq(name, S("help"))) {
        fail_usage(c, rc);
        return -1;
    }
    w->list_ended = true;
    if (str_eq(name, S("args"))) {
        take_rest(w, argv + 1, n - 1);
        return 0;
    }
    if (!w->unknown.len) w->unknown = word;
    vec_push(c->a, &w->args, word);
    w->after_flag = !has_value;
    return 1;
}

static bool take_words(Words *w, int *rc) {
    Cmd *c = w->c;
    for (i64 i = 0; i < c->nargs;) {
        Str word = c->args[i];
        bool after_flag = w->after_flag, flag = word.len > 1 && word.ptr[0] == '-' && !str_eq(word, S("--"));
        i64 n = 1;
        w->after_flag = false;
        if (flag) n = take_flag(w, c->argv + i, c->nargs - i, rc);
        if (n < 0) return false;
        if (n == 0) break;
        if (!flag && (str_eq(word, S("--")) || !take_word(w, word, after_flag))) {
            take_rest(w, c->argv + i, c->nargs - i);
            break;
        }
        i += n;
    }
    if (!w->unknown.len || !c->f.c) return true;
    fprintf(stderr, "go: unknown flag %.*s cannot be used with -c\n", SFMT(w->unknown));
    return fail_usage(c, rc);
}

// ---- all of it --------------------------------------------------------------------------------------------------------

const char *test_profile_flag(const Cmd *c) {
    const Flags *f = &c->f;
    return f->blockprofile.len   ? "-blockprofile"
           : f->cpuprofile.len   ? "-cpuprofile"
           : f->memprofile.len   ? "-memprofile"
           : f->mutexprofile.len ? "-mutexprofile"
           : f->test_trace.len   ? "-trace"
                                 : NULL;
}

static int compare_items(const void *pa, const void *pb) {
    return strcmp(((const FlagItem *)pa)->name, ((const FlagItem *)pb)->name);
}

// What $GOFLAGS hands on, in the order of the names, unless the command line says it again.
static void take_env_flags(Cmd *c, i64 nenv, bool json, StrVec *out) {
    FlagItems items = {0};
    for (i64 i = 0; i < nenv; i++) {
        const FlagItem *item = &c->given.ptr[i];
        bool again = !is_passed(item->name) || (json && strcmp(item->name, "v") == 0);
        for (i64 k = i + 1; k < c->given.len; k++) again |= strcmp(c->given.ptr[k].name, item->name) == 0;
        if (!again) vec_push(c->a, &items, *item);
    }
    if (items.len) qsort(items.ptr, (size_t)items.len, sizeof *items.ptr, compare_items);
    for (i64 i = 0; i < items.len; i++) vec_push(c->a, out, passed(c, &items.ptr[i]));
}

static bool asks_help(const StrVec *args) {
    for (i64 i = 0; i < args->len && !str_eq(args->ptr[i], S("--")); i++)
        if (str_eq(args->ptr[i], S("-h")) || str_eq(args->ptr[i], S("-help")) || str_eq(args->ptr[i], S("--help")))
            return true;
    return false;
}

// Of a list with commas.
static bool has_setting(const char *list, const char *setting) {
    size_t n = strlen(setting);
    for (const char *at = list; at; at = strchr(at, ',')) {
        if (*at == ',') at++;
        if (strncmp(at, setting, n) == 0 && (at[n] == 0 || at[n] == ',')) return true;
    }
    return false;
}

static void settle(Cmd *c, TestFlags *f) {
    f->json = c->f.json;
    f->json_builds = f->json && !has_setting(getenv("GODEBUG"), "gotestjsonbuildtext=1");
    f->timeout = 600ll * 1000000000;
    f->v = c->f.test_v.ptr && !c->f.test_v.len;
    if (c->f.test_v.len && !flags_bool(c->f.test_v, &f->v)) f->v = true; // test2json
    if (c->f.timeout.len) duration_parse(c->f.timeout, &f->timeout);
}

bool test_flags(Cmd *c, TestFlags *f, int *rc) {
    i64 nenv = c->given.len;
    Words w = {.c = c, .f = f};
    *f = (TestFlags){0};
    if (!take_words(&w, rc)) return false;
    settle(c, f);
    StrVec all = {0};
    if (f->json) vec_push(c->a, &all, S("-test.v=test2json"));
    take_env_flags(c, nenv, f->json, &all);
    if (f->timeout > 0 && !flag_given(c, "timeout"))
        vec_push(c->a, &all, arena_printf(c->a, "-test.timeout=%.*s", SFMT(duration_text(c->a, f->timeout))));
    if ((test_profile_flag(c) || c->f.artifacts) && !flag_given(c, "outputdir"))
        vec_push(c->a, &all, arena_printf(c->a, "-test.outputdir=%.*s", SFMT(path_abs(c->a, S(".")))));
    f->help = asks_help(&w.args);
    for (i64 i = 0; i < w.args.len; i++) vec_push(c->a, &all, w.args.ptr[i]);
    f->args = all;
    return true;
}
