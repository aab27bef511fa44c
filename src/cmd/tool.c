// tool.c - `vole tool`: programs of GOROOT/src/cmd, and tools that go.mod names; `vole doc`.
#include "cmd/cmd.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Commands of GOROOT/src/cmd that are no tools: the go command itself and what it calls by other ways.
static bool is_tool(Cmd *c, Str name) {
    static const char *const not_tools[] = {"go", "gofmt", "internal", "vendor", "tools", "api", "relnote"};
    for (i64 i = 0; i < NELEM(not_tools); i++)
        if (str_eq(name, str_c(not_tools[i]))) return false;
    for (i64 i = 0; i < name.len; i++)
        if (!((name.ptr[i] >= 'a' && name.ptr[i] <= 'z') || (name.ptr[i] >= '0' && name.ptr[i] <= '9') ||
              name.ptr[i] == '_'))
            return false;
    return name.len > 0 &&
           dir_exists(arena_cstr(c->a, arena_printf(c->a, "%.*s/src/cmd/%.*s", SFMT(env_goroot(c->env)), SFMT(name))));
}

static int list_tools(Cmd *c) {
    Str *names, dir = path_join(c->a, env_goroot(c->env), S("src/cmd"));
    i64 n;
    if (!env_goroot(c->env).len || !dir_list(c->a, arena_cstr(c->a, dir), &names, &n)) {
        fprintf(stderr, "go: no tool directory: %.*s\n", SFMT(dir));
        return 2;
    }
    for (i64 i = 0; i < n; i++)
        if (is_tool(c, names[i])) printf("%.*s\n", SFMT(names[i]));
    return 0;
}

// Becomes the program: arguments, streams, signals and the exit code are its own.
static int become(Cmd *c, Str path, Str name, i64 first) {
    char **argv = ANEWN(c->a, char *, c->nargs + 2);
    argv[0] = (char *)arena_cstr(c->a, name);
    for (i64 i = first; i < c->nargs; i++) argv[1 + i - first] = c->argv[i];
    fflush(stdout);
    setenv("GOROOT", arena_cstr(c->a, env_goroot(c->env)), 0);
    signal(SIGXFSZ, SIG_DFL);
    execv(arena_cstr(c->a, path), argv);
    return cmd_fail("%.*s: %s", SFMT(path), err_os(errno));
}

int cmd_tool(Cmd *c) {
    Str path;
    if (c->nargs == 0) return list_tools(c);
    if (!is_tool(c, c->args[0])) {
        fprintf(stderr, "go: no such tool \"%.*s\"\n", SFMT(c->args[0]));
        return 2;
    }
    if (!tool_binary(c, c->args[0], &path)) return 2;
    if (c->f.n) {
        printf("%.*s", SFMT(path));
        for (i64 i = 1; i < c->nargs; i++) printf(" %.*s", SFMT(c->args[i]));
        printf("\n");
        return 0;
    }
    return become(c, path, path, 1);
}

// The documentation browser is a part of upstream's go command, which is built for it; it finds vole as its `go`.
int cmd_doc(Cmd *c) {
    Str path;
    if (!tool_binary(c, S("go"), &path)) return 1;
    if (!tool_path_env(c)) return cmd_fail("doc: cannot make a link to vole in the cache: %s", err_os(errno));
    char **argv = ANEWN(c->a, char *, c->nargs + 3);
    argv[0] = (char *)"go";
    argv[1] = (char *)"doc";
    for (i64 i = 0; i < c->nargs; i++) argv[2 + i] = c->argv[i];
    fflush(stdout);
    setenv("GOROOT", arena_cstr(c->a, env_goroot(c->env)), 1);
    signal(SIGXFSZ, SIG_DFL);
    execv(arena_cstr(c->a, path), argv);
    return cmd_fail("%.*s: %s", SFMT(path), err_os(errno));
}
