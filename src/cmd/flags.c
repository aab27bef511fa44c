// flags.c - parses flags by the table flags.def: -name value, -name=value, --name.
#include "cmd/cmd.h"
#include <stdio.h>

typedef struct FlagRow {
    const char *name, *value;
    u32 commands;
    size_t field;
    bool is_bool;
    const char *help;
} FlagRow;
#undef S
static const FlagRow rows[] = {
#define B(f, n, cmds, help)      {n, NULL, cmds, offsetof(Flags, f), true, help},
#define S(f, n, val, cmds, help) {n, val, cmds, offsetof(Flags, f), false, help},
#include "cmd/flags.def"
#undef S
#undef B
};
#define STR(z) str_c(z)

static const FlagRow *find(Str name, u32 cmds) {
    for (i64 i = 0; i < NELEM(rows); i++)
        if ((rows[i].commands & cmds) && str_eq(name, STR(rows[i].name))) return &rows[i];
    return NULL;
}

static bool set_flag(Cmd *c, const FlagRow *r, Str value, bool has_value) {
    char *base = (char *)&c->f + r->field;
    if (!r->is_bool) {
        memcpy(base, &value, sizeof value);
        return true;
    }
    bool on = !has_value || str_eq(value, STR("true")) || str_eq(value, STR("1"));
    if (has_value && !on && !str_eq(value, STR("false")) && !str_eq(value, STR("0"))) {
        usage_error(c, "invalid boolean value \"%.*s\" for -%s", SFMT(value), r->name);
        return false;
    }
    memcpy(base, &on, sizeof on);
    return true;
}

static bool one_flag(Cmd *c, Str arg, const char *next, bool *took_next) {
    Str name = str_slice(arg, str_has_prefix(arg, STR("--")) ? 2 : 1, arg.len);
    i64 eq = str_index(name, '=');
    Str value = {0};
    *took_next = false;
    if (eq >= 0) {
        value = str_slice(name, eq + 1, name.len);
        name = str_slice(name, 0, eq);
    }
    const FlagRow *r = find(name, c->command->flags);
    if (!r) {
        usage_error(c, "flag provided but not defined: -%.*s", SFMT(name));
        return false;
    }
    if (!r->is_bool && eq < 0) {
        if (!next) {
            usage_error(c, "flag needs an argument: -%.*s", SFMT(name));
            return false;
        }
        value = str_c(next);
        *took_next = true;
    }
    return set_flag(c, r, value, eq >= 0);
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
    static const char *const names[] = {"bench",     "benchmem", "benchtime",     "count",      "coverprofile",
                                        "covermode", "coverpkg", "cpu",           "cpuprofile", "failfast",
                                        "fullpath",  "fuzz",     "insecure",      "list",       "modfile",
                                        "overlay",   "parallel", "pkgdir",        "run",        "short",
                                        "shuffle",   "skip",     "timeout",       "toolexec",   "u",
                                        "vet",       "w",        "installsuffix", "gccgoflags", "artifacts"};
    for (i64 i = 0; i < NELEM(names); i++)
        if (str_eq(name, str_c(names[i]))) return true;
    return false;
}

bool flags_env(Cmd *c) {
    Str s = env_get(c->env, "GOFLAGS");
    for (i64 at = 0; at < s.len;) {
        while (at < s.len && s.ptr[at] == ' ') at++;
        i64 from = at;
        while (at < s.len && s.ptr[at] != ' ') at++;
        if (at == from) continue;
        Str word = str_slice(s, from, at), name = str_slice(word, 1, word.len);
        i64 eq = str_index(name, '=');
        if (eq >= 0) name = str_slice(name, 0, eq);
        if (word.ptr[0] != '-' || (!find(name, ~0u) && !of_other_commands(name))) {
            fprintf(stderr,
                    word.ptr[0] == '-' ? "go: parsing $GOFLAGS: unknown flag %.*s\n"
                                       : "go: parsing $GOFLAGS: non-flag \"%.*s\"\n",
                    SFMT(word));
            return false;
        }
        if (!find(name, c->command->flags)) continue;
        bool took;
        if (!one_flag(c, word, NULL, &took)) return false;
    }
    return true;
}

void flags_print(Buf *b, const Command *c) {
    for (i64 i = 0; i < NELEM(rows); i++)
        if (rows[i].commands & c->flags)
            buf_printf(b, "\t-%s%s%s\n\t\t%s\n", rows[i].name, rows[i].value ? " " : "",
                       rows[i].value ? rows[i].value : "", rows[i].help);
}
