// env.c - `vole env`: prints the settings, writes them (-w), forgets them (-u).
#include "cmd/cmd.h"
#include "cmd/modfiles.h"
#include "mod/mod.h"
#include <stdio.h>
#include <stdlib.h>

typedef VEC(EnvVar) Vars;

static Str gomod(Cmd *c) {
    ModOptions o = {.cwd = path_abs(c->a, S(".")), .locate_only = true, .no_workspace = true};
    ModState *s;
    Err err = {0};
    return mod_open(c->a, c->env, NULL, o, &s, &err) ? mod_gomod_path(s) : (Str){0};
}

static Str gowork(Cmd *c) {
    const char *set = getenv("GOWORK");
    if (set && *set) return str_c(set);
    return str_eq(env_get(c->env, "GO111MODULE"), S("off")) ? (Str){0}
                                                            : modfiles_find_up(c->a, "go.work", env_goroot(c->env));
}

static int by_name(const void *a, const void *b) {
    return str_cmp(((const EnvVar *)a)->name, ((const EnvVar *)b)->name);
}

static void all_vars(Cmd *c, Vars *v) {
    EnvVar mod = {S("GOMOD"), gomod(c), {0}, false}, work = {S("GOWORK"), gowork(c), {0}, false};
    for (i64 i = 0; i < env_count(c->env); i++) vec_push(c->a, v, env_at(c->env, i));
    vec_push(c->a, v, mod);
    vec_push(c->a, v, work);
    qsort(v->ptr, (size_t)v->len, sizeof *v->ptr, by_name);
}

static Str value_of(Cmd *c, const Vars *v, Str name) {
    for (i64 i = 0; i < v->len; i++)
        if (str_eq(v->ptr[i].name, name)) return v->ptr[i].value;
    return env_get(c->env, arena_cstr(c->a, name));
}

// A value as the shell reads it: within single quotes.
static void print_shell(Buf *b, const EnvVar *v) {
    buf_printf(b, "%.*s='", SFMT(v->name));
    for (i64 i = 0; i < v->value.len; i++) {
        if (v->value.ptr[i] == '\'') buf_c(b, "'\\''");
        else buf_char(b, v->value.ptr[i]);
    }
    buf_c(b, "'\n");
}

// A string as encoding/json writes it without escaping of HTML.
static void print_json(Buf *b, Str s) {
    buf_char(b, '"');
    for (i64 i = 0; i < s.len; i++) {
        u8 ch = (u8)s.ptr[i];
        if (ch == '"' || ch == '\\') buf_printf(b, "\\%c", ch);
        else if (ch == '\n') buf_c(b, "\\n");
        else if (ch == '\t') buf_c(b, "\\t");
        else if (ch == '\r') buf_c(b, "\\r");
        else if (ch < ' ') buf_printf(b, "\\u%04x", ch);
        else buf_char(b, (char)ch);
    }
    buf_char(b, '"');
}

static int print_vars(Cmd *c) {
    Vars all = {0}, shown = {0};
    Buf b = {0};
    all_vars(c, &all);
    for (i64 i = 0; i < all.len; i++)
        if (c->nargs == 0 && (!c->f.changed || all.ptr[i].changed)) vec_push(c->a, &shown, all.ptr[i]);
    for (i64 i = 0; i < c->nargs; i++) {
        EnvVar one = {.name = c->args[i], .value = value_of(c, &all, c->args[i])};
        for (i64 k = 0; k < all.len; k++)
            if (str_eq(all.ptr[k].name, one.name)) one.changed = all.ptr[k].changed;
        if (!c->f.changed || one.changed) vec_push(c->a, &shown, one);
    }
    if (c->f.json) qsort(shown.ptr, (size_t)shown.len, sizeof *shown.ptr, by_name);
    if (c->f.json) buf_c(&b, "{");
    for (i64 i = 0; i < shown.len; i++) {
        if (c->f.json) {
            buf_c(&b, i ? ",\n\t" : "\n\t");
            print_json(&b, shown.ptr[i].name);
            buf_c(&b, ": ");
            print_json(&b, shown.ptr[i].value);
        } else if (c->nargs && !c->f.changed) buf_printf(&b, "%.*s\n", SFMT(shown.ptr[i].value));
        else print_shell(&b, &shown.ptr[i]);
    }
    if (c->f.json) buf_c(&b, shown.len ? "\n}\n" : "}\n");
    fwrite(b.ptr, 1, (size_t)b.len, stdout);
    buf_free(&b);
    return 0;
}

// The value that a setting has after the change; false: it is not changed.
static bool value_after(Cmd *c, const char *name, Str fallback, Str *value) {
    Str key = str_c(name);
    const char *set = getenv(name);
    *value = env_get(c->env, name);
    for (i64 i = 0; i < c->nargs; i++) {
        Str arg = c->args[i];
        if (c->f.w && str_has_prefix(arg, key) && str_index(arg, '=') == key.len) {
            *value = str_slice(arg, key.len + 1, arg.len);
            return true;
        }
        if (c->f.u && str_eq(arg, key)) {
            *value = set && *set ? str_c(set) : fallback;
            return true;
        }
    }
    return false;
}

// What would be wrong with the target after the change: only what is changed is looked at, so that it can be mended.
static Str changed_target_error(Cmd *c) {
    Str goos, goarch, list, err = {0};
    bool os = value_after(c, "GOOS", S("linux"), &goos), arch = value_after(c, "GOARCH", S("amd64"), &goarch);
    if (os || arch) err = env_target_error(c->a, goos, goarch);
    if (!err.len && value_after(c, "GOEXPERIMENT", (Str){0}, &list)) err = env_experiment_error(c->a, list);
    return err;
}

static int change(Cmd *c) {
    Err err = {0};
    bool write = c->f.w;
    if (c->nargs == 0)
        return cmd_fail(write ? "no KEY=VALUE arguments given\nusage: %s env -w KEY=VALUE ..."
                              : "'%s env -u' requires an argument",
                        "go");
    for (i64 i = 0; i < c->nargs; i++) {
        Str arg = c->args[i], name = str_slice(arg, 0, i64_max(0, str_index(arg, '=')));
        if (write && str_index(arg, '=') < 0)
            return cmd_fail("arguments must be KEY=VALUE: invalid argument: %.*s", SFMT(arg));
        for (i64 k = 0; k < i && write; k++)
            if (str_has_prefix(c->args[k], name) && str_index(c->args[k], '=') == name.len)
                return cmd_fail("multiple values for key: %.*s", SFMT(name));
        const char *set = write ? getenv(arena_cstr(c->a, name)) : NULL;
        if (set && *set && !str_eq(str_c(set), str_slice(arg, name.len + 1, arg.len)))
            fprintf(stderr, "warning: go env -w %.*s=... does not override conflicting OS environment variable\n",
                    SFMT(name));
    }
    Str wrong = changed_target_error(c);
    if (wrong.len) return cmd_fail("%.*s", SFMT(wrong));
    bool ok = write ? env_write(c->env, c->args, c->nargs, NULL, 0, &err)
                    : env_write(c->env, NULL, 0, c->args, c->nargs, &err);
    return ok ? 0 : cmd_fail("%.*s", SFMT(err.text));
}

int cmd_env(Cmd *c) {
    if (c->f.json && c->f.u) return cmd_fail("cannot use -json with -u");
    if (c->f.json && c->f.w) return cmd_fail("cannot use -json with -w");
    if (c->f.u && c->f.w) return cmd_fail("cannot use -u with -w");
    if (c->f.w || c->f.u) return change(c);
    Str wrong = env_experiment_error(c->a, env_get(c->env, "GOEXPERIMENT"));
    if (!wrong.len && !c->nargs) wrong = env_target_error(c->a, env_get(c->env, "GOOS"), env_get(c->env, "GOARCH"));
    if (wrong.len) return cmd_fail("%.*s", SFMT(wrong));
    for (i64 i = 0; i < c->nargs; i++)
        if (str_index(c->args[i], '=') >= 0)
            return cmd_fail("invalid variable name \"%.*s\" (use -w to set variable)", SFMT(c->args[i]));
    return print_vars(c);
}
