// flags.c - parses flags by the table flags.def: -name value, -name=value, --name; the command line's and $GOFLAGS's.
#include "cmd/test_int.h"
#include <stdio.h>

typedef enum FlagKind { FLAG_BOOL, FLAG_STRING, FLAG_OPTIONAL, FLAG_LISTED } FlagKind;
typedef struct FlagRow {
    const char *name, *value;
    u64 groups;
    size_t field;
    FlagKind kind;
    const char *help;
} FlagRow;
#undef S
static const FlagRow rows[] = {
#define B(f, n, groups, help)      {n, NULL, groups, offsetof(Flags, f), FLAG_BOOL, help},
#define S(f, n, val, groups, help) {n, val, groups, offsetof(Flags, f), FLAG_STRING, help},
#define O(f, n, val, groups, help) {n, val, groups, offsetof(Flags, f), FLAG_OPTIONAL, help},
#define L(n, val, groups, help)    {n, val, groups, 0, FLAG_LISTED, help},
#include "cmd/flags.def"
#undef L
#undef O
#undef S
#undef B
};
#define STR(z) str_c(z)

static const FlagRow *find(Str name, u64 groups) {
    for (i64 i = 0; i < NELEM(rows); i++)
        if ((rows[i].groups & groups) && str_eq(name, STR(rows[i].name))) return &rows[i];
    return NULL;
}

bool flags_bool(Str v, bool *on) {
    static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True"};
    static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};
    for (i64 i = 0; i < NELEM(yes); i++) {
        *on = str_eq(v, STR(yes[i]));
        if (*on || str_eq(v, STR(no[i]))) return true;
    }
    return false;
}

// "0x", "0b", "0o" or "0" in front of more: past it, and the base.
static i64 skip_base(Str s, i64 at, u64 *base) {
    *base = 10;
    if (s.len - at < 2 || s.ptr[at] != '0') return at;
    char c = s.ptr[at + 1] | 32;
    *base = c == 'x' ? 16 : c == 'b' ? 2 : 8;
    return at + (c == 'x' || c == 'b' || c == 'o' ? 2 : 1);
}

Str flags_int(Str value, i64 *n) {
    bool minus = value.len && value.ptr[0] == '-', over = false;
    u64 base, v = 0, most = (u64)INT64_MAX + minus;
    i64 sign = minus || (value.len && value.ptr[0] == '+'), at = skip_base(value, sign, &base);
    bool good = at > sign, digit = base == 8 && value.ptr[at - 1] == '0'; // "_" stands behind a digit or a base
    for (; at < value.len; at++) {
        char c = value.ptr[at];
        u64 d = c >= '0' && c <= '9' ? (u64)(c - '0') : (c | 32) >= 'a' ? (u64)((c | 32) - 'a') + 10 : base;
        if (c == '_' && good) {
            good = digit = false;
            continue;
        }
        if (d >= base) return STR("parse error");
        over |= v > (most - d) / base;
        v = over ? v : v * base + d;
        good = digit = true;
    }
    if (!good || !digit) return STR("parse error");
    *n = minus ? (i64)(0 - v) : (i64)v;
    return over ? STR("value out of range") : (Str){0};
}

// What is wrong with the value of a flag; "": nothing. from: where the flag was found.
static Str value_error(Arena *a, const FlagRow *r, Str value, const char *from) {
    bool on, is_bool = r->kind == FLAG_BOOL;
    i64 n;
    Str why = {0};
    if (r->field == offsetof(Flags, buildvcs)) {
        is_bool = true;
        if (value.len && !str_eq(value, STR("auto")) && !flags_bool(value, &on))
            why = STR("value is neither 'auto' nor a valid bool");
    } else if (r->field == offsetof(Flags, compiler)) {
        if (!str_eq(value, STR("gc")) && !str_eq(value, STR("gccgo")))
            why = arena_printf(a, "unknown compiler %.*s", SFMT(str_quote(a, value)));
    } else if (r->field == offsetof(Flags, gcflags) || r->field == offsetof(Flags, ldflags) ||
               r->field == offsetof(Flags, asmflags) || r->field == offsetof(Flags, gccgoflags)) {
        why = toolflags_error(a, value);
    } else if (r->field == offsetof(Flags, exec)) {
        StrVec words = {0};
        char open;
        if (!split_quoted(a, value, &words, &open)) why = arena_printf(a, "unterminated %c string", open);
    } else if (r->field == offsetof(Flags, p)) {
        why = flags_int(value, &n);
    } else if (r->field == offsetof(Flags, covermode)) {
        bool ok =
            !value.len || str_eq(value, STR("set")) || str_eq(value, STR("count")) || str_eq(value, STR("atomic"));
        if (!ok) why = STR("valid modes are \"set\", \"count\", or \"atomic\"");
    } else if (r->groups & (FLAGS_TEST | FLAGS_TESTBIN)) {
        is_bool |= r->field == offsetof(Flags, test_v);
        if (r->kind == FLAG_BOOL && !flags_bool(value, &on)) why = STR("parse error");
        else why = test_flag_error(a, str_c(r->name), value);
    } else if (is_bool && !flags_bool(value, &on)) why = STR("parse error");
    if (!why.len) return why;
    return arena_printf(a, "invalid %svalue %.*s for %s-%s%s: %.*s", is_bool ? "boolean " : "",
                        SFMT(str_quote(a, value)), is_bool && !*from ? "" : "flag ", r->name, from, SFMT(why));
}

static void set_flag(Cmd *c, const FlagRow *r, Str value) {
    char *base = (char *)&c->f + r->field;
    bool on = true;
    if (r->kind == FLAG_STRING || r->kind == FLAG_OPTIONAL) memcpy(base, &value, sizeof value);
    if (r->kind == FLAG_BOOL) {
        flags_bool(value, &on);
        memcpy(base, &on, sizeof on);
        value = on ? STR("true") : STR("false");
    }
    FlagItem item = {r->name, value};
    vec_push(c->a, &c->given, item);
}

static void split_flag(Str arg, Str *name, Str *value, bool *has_value) {
    *name = str_slice(arg, str_has_prefix(arg, STR("--")) ? 2 : 1, arg.len);
    i64 eq = str_index(*name, '=');
    *has_value = eq >= 0;
    *value = eq >= 0 ? str_slice(*name, eq + 1, name->len) : (Str){0};
    if (eq >= 0) *name = str_slice(*name, 0, eq);
}

// -test.run is -run where the program takes it.
static const FlagRow *find_passed(Str name, u64 groups) {
    const FlagRow *r = find(name, groups);
    if (r || !str_has_prefix(name, STR("test.")) || !(groups & FLAGS_TESTBIN)) return r;
    return find(str_slice(name, 5, name.len), FLAGS_TESTBIN);
}

FlagTaken flags_take(Cmd *c, Str arg, const char *next, bool *took_next, bool *has_value, Str *err) {
    Str name, value;
    split_flag(arg, &name, &value, has_value);
    *took_next = false;
    *err = (Str){0};
    const FlagRow *r = NULL;
    if (!name.len || name.ptr[0] == '-' || name.ptr[0] == '=')
        *err = arena_printf(c->a, "bad flag syntax: %.*s", SFMT(arg));
    else if (!(r = find_passed(name, c->command->flags))) return FLAG_UNKNOWN;
    else if ((r->kind == FLAG_STRING || r->kind == FLAG_LISTED) && !*has_value) {
        if (next) value = str_c(next);
        else *err = arena_printf(c->a, "flag needs an argument: -%.*s", SFMT(name));
        *took_next = next != NULL;
    }
    if (!err->len && str_eq(name, STR("C")))
        *err = arena_printf(c->a, "invalid value \"%.*s\" for flag -C: -C flag must be first flag on command line",
                            SFMT(value));
    if (err->len) return FLAG_WRONG;
    if (!*has_value && !*took_next) value = r->kind == FLAG_OPTIONAL ? STR("") : STR("true");
    *err = value_error(c->a, r, value, "");
    if (err->len) return FLAG_WRONG;
    set_flag(c, r, value);
    return FLAG_TAKEN;
}

static bool one_flag(Cmd *c, Str arg, const char *next, bool *took_next) {
    Str name, value, err;
    bool has_value;
    FlagTaken taken = flags_take(c, arg, next, took_next, &has_value, &err);
    split_flag(arg, &name, &value, &has_value);
    if (taken == FLAG_UNKNOWN) usage_error(c, "flag provided but not defined: -%.*s", SFMT(name));
    else if (taken == FLAG_WRONG) usage_error(c, "%.*s", SFMT(err));
    return taken == FLAG_TAKEN;
}

bool flags_parse(Cmd *c, int argc, char **argv, int *used) {
    int i = 0;
    while (i < argc && argv[i][0] == '-' && argv[i][1]) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        bool took;
        if (!one_flag(c, str_c(argv[i]), i + 1 < argc ? argv[i + 1] : NULL, &took)) return false;
        i += took ? 2 : 1;
    }
    *used = i;
    return true;
}

// Flags of go commands that vole does not have (yet): they may stand in GOFLAGS.
static bool of_other_commands(Str name) {
    static const char *const names[] = {"testlogfile", "vettool", "fixtool"};
    for (i64 i = 0; i < NELEM(names); i++)
        if (str_eq(name, str_c(names[i]))) return true;
    return false;
}

// A value with words in quotes: cmd/internal/quoted's rules.
StrVec split_words(Arena *a, Str s, const char *seps) {
    StrVec v = {0};
    for (i64 at = 0; at < s.len;) {
        while (at < s.len && strchr(seps, s.ptr[at])) at++;
        char quote = at < s.len && (s.ptr[at] == '\'' || s.ptr[at] == '"') ? s.ptr[at++] : 0;
        i64 from = at;
        while (at < s.len && (quote ? s.ptr[at] != quote : !strchr(seps, s.ptr[at]))) at++;
        if (at > from || quote) vec_push(a, &v, str_slice(s, from, at));
        at += quote != 0;
    }
    return v;
}

static bool is_space(char ch) { return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r'; }

bool split_quoted(Arena *a, Str s, StrVec *out, char *open) {
    for (i64 at = 0; at < s.len;) {
        char ch = s.ptr[at];
        i64 from = at;
        if (is_space(ch)) {
            at++;
            continue;
        }
        if (ch == '\'' || ch == '"') {
            for (at = ++from; at < s.len && s.ptr[at] != ch; at++) {
            }
            *open = ch;
            if (at == s.len) return false;
            vec_push(a, out, str_slice(s, from, at));
            at++;
            continue;
        }
        while (at < s.len && !is_space(s.ptr[at])) at++;
        vec_push(a, out, str_slice(s, from, at));
    }
    return true;
}

bool flags_known(Str name) { return find_passed(name, ~0ull) || of_other_commands(name); }

// A word of GOFLAGS must be a flag of some command; that is looked at before any is set.
static bool check_env_flag(Str word) {
    Str name, value;
    bool has_value;
    split_flag(word, &name, &value, &has_value);
    if (!word.len || word.ptr[0] != '-' || !name.len || name.ptr[0] == '-')
        return !cmd_fail("parsing $GOFLAGS: non-flag \"%.*s\"", SFMT(word));
    if (flags_known(name)) return true;
    return !cmd_fail("parsing $GOFLAGS: unknown flag -%.*s", SFMT(name));
}

static bool env_flag(Cmd *c, Str word) {
    Str name, value;
    bool has_value;
    split_flag(word, &name, &value, &has_value);
    const FlagRow *r = word.len && word.ptr[0] == '-' ? find_passed(name, c->command->flags) : NULL;
    if (!r) return true;
    if (r->kind != FLAG_BOOL && r->kind != FLAG_OPTIONAL && !has_value)
        return !cmd_fail("flag needs an argument: -%.*s (from $GOFLAGS)", SFMT(name));
    if (!has_value) value = r->kind == FLAG_OPTIONAL ? STR("") : STR("true");
    Str err = value_error(c->a, r, value, " (from $GOFLAGS)");
    if (err.len) cmd_fail("%.*s", SFMT(err));
    else set_flag(c, r, value);
    return !err.len;
}

bool flags_env(Cmd *c) {
    StrVec words = {0};
    char open;
    bool shows = strcmp(c->command->name, "env") == 0; // GOFLAGS, whatever it is
    if (!split_quoted(c->a, env_get(c->env, "GOFLAGS"), &words, &open))
        return shows || !cmd_fail("parsing $GOFLAGS: unterminated %c string", open);
    bool others = (c->command->flags & FLAGS_VET) != 0;
    for (i64 i = 0; i < words.len && !shows && !others; i++)
        if (!check_env_flag(words.ptr[i])) return false;
    for (i64 i = 0; i < words.len; i++)
        if (!env_flag(c, words.ptr[i])) return false;
    return true;
}

bool flag_given(const Cmd *c, const char *name) {
    for (i64 i = 0; i < c->given.len; i++)
        if (strcmp(c->given.ptr[i].name, name) == 0) return true;
    return false;
}

void flags_print(Buf *b, const Command *c) {
    for (i64 i = 0; i < NELEM(rows); i++) {
        if (!(rows[i].groups & c->flags)) continue;
        const char *val = rows[i].value;
        buf_printf(b,
                   rows[i].kind == FLAG_OPTIONAL ? "\t-%s[=%s]\n"
                   : val                         ? "\t-%s %s\n"
                                                 : "\t-%s\n",
                   rows[i].name, val);
        buf_printf(b, "\t\t%s\n", rows[i].help);
    }
}

i64 flags_count(void) { return NELEM(rows); }

FlagInfo flags_at(i64 i) {
    return (FlagInfo){rows[i].name, rows[i].value, rows[i].help, rows[i].groups, rows[i].kind == FLAG_OPTIONAL};
}
