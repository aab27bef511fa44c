// info.c - `vole version`, `vole help`.
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
