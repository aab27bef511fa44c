// info.c - `vole version`, `vole env`, `vole help`.
#include "cmd/cmd.h"
#include "env/env.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int cmd_version(Cmd *c) {
    Str goroot, version, message;
    if (!env_find_goroot(c->a, (Str){0}, &goroot, &version, &message)) version = S("go1.26");
    printf("vole version %s %.*s linux/amd64\n", VOLE_VERSION, SFMT(version));
    return 0;
}

typedef struct EnvVar {
    const char *name;
    Str value, fallback;
} EnvVar;

static Str env_or(const char *name, Str fallback) {
    const char *v = getenv(name);
    return v && *v ? str_c(v) : fallback;
}

static Str find_go_mod(Arena *a) {
    for (Str dir = path_abs(a, S("."));; dir = path_dir(dir)) {
        Str mod = path_join(a, dir, S("go.mod"));
        if (file_exists(arena_cstr(a, mod))) return mod;
        if (dir.len <= 1) return (Str){0};
    }
}

static void print_one(const Cmd *c, const EnvVar *v, bool json, bool last) {
    if (json) printf("\t\"%s\": \"%.*s\"%s\n", v->name, SFMT(v->value), last ? "" : ",");
    else printf("%s='%.*s'\n", v->name, SFMT(v->value));
    (void)c;
}

int cmd_env(Cmd *c) {
    Str goroot = {0}, version = {0}, message;
    env_find_goroot(c->a, (Str){0}, &goroot, &version, &message);
    Str home = env_or("HOME", S("/"));
    Str gopath = env_or("GOPATH", path_join(c->a, home, S("go")));
    EnvVar vars[] = {
        {"CGO_ENABLED", S("0"), S("0")},
        {"GOAMD64", S("v1"), S("v1")},
        {"GOARCH", env_or("GOARCH", S("amd64")), S("amd64")},
        {"GOBIN", env_or("GOBIN", S("")), S("")},
        {"GOCACHE", env_or("GOCACHE", path_join(c->a, home, S(".cache/vole"))),
         path_join(c->a, home, S(".cache/vole"))},
        {"GOEXE", S(""), S("")},
        {"GOFLAGS", env_or("GOFLAGS", S("")), S("")},
        {"GOHOSTARCH", S("amd64"), S("amd64")},
        {"GOHOSTOS", S("linux"), S("linux")},
        {"GOMOD", find_go_mod(c->a), S("")},
        {"GOMODCACHE", env_or("GOMODCACHE", path_join(c->a, gopath, S("pkg/mod"))),
         path_join(c->a, gopath, S("pkg/mod"))},
        {"GOOS", env_or("GOOS", S("linux")), S("linux")},
        {"GOPATH", gopath, path_join(c->a, home, S("go"))},
        {"GOROOT", goroot, goroot},
        {"GOTOOLCHAIN", S("local"), S("local")},
        {"GOVERSION", version, version},
        {"VOLEVERSION", S(VOLE_VERSION), S(VOLE_VERSION)},
    };
    if (c->nargs > 0 && !c->f.json) {
        for (i64 i = 0; i < c->nargs; i++) {
            Str v = {0};
            for (i64 k = 0; k < NELEM(vars); k++)
                if (str_eq(c->args[i], str_c(vars[k].name))) v = vars[k].value;
            printf("%.*s\n", SFMT(v));
        }
        return 0;
    }
    VEC(EnvVar) shown = {0};
    for (i64 k = 0; k < NELEM(vars); k++) {
        bool wanted = c->nargs == 0;
        for (i64 i = 0; i < c->nargs; i++) wanted |= str_eq(c->args[i], str_c(vars[k].name));
        if (wanted && !(c->f.changed && str_eq(vars[k].value, vars[k].fallback))) vec_push(c->a, &shown, vars[k]);
    }
    if (c->f.json) printf("{\n");
    for (i64 i = 0; i < shown.len; i++) print_one(c, &shown.ptr[i], c->f.json, i + 1 == shown.len);
    if (c->f.json) printf("}\n");
    return 0;
}

int cmd_help(Cmd *c) {
    Buf b = {0};
    const Command *one = NULL;
    for (i64 i = 0; c->nargs > 0 && i < ncommands; i++)
        if (str_eq(c->args[0], str_c(commands[i].name))) one = &commands[i];
    if (c->nargs > 0 && !one) {
        fprintf(stderr, "vole help %.*s: unknown help topic. Run 'vole help'.\n", SFMT(c->args[0]));
        return 2;
    }
    if (one) {
        buf_printf(&b, "usage: %s\n\n%s.\n", one->usage, one->summary);
        if (one->flags) buf_c(&b, "\nFlags:\n");
        flags_print(&b, one);
    } else {
        buf_c(&b, "vole is a toolchain and runtime for Go programs.\n\nUsage:\n\n\tvole <command> [arguments]\n\nThe "
                  "commands are:\n\n");
        for (i64 i = 0; i < ncommands; i++) buf_printf(&b, "\t%-11s %s\n", commands[i].name, commands[i].summary);
        buf_c(&b, "\nUse \"vole help <command>\" for more information about a command.\n");
    }
    fwrite(b.ptr, 1, (size_t)b.len, stdout);
    buf_free(&b);
    return 0;
}
