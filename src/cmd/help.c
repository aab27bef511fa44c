// help.c - `vole help [-man]`: the commands, one command with its flags, or the commands of a group ("mod").
#include "cmd/cmd.h"
#include <stdio.h>

static Str joined_args(Cmd *c) {
    Buf b = {0};
    for (i64 i = 0; i < c->nargs; i++) buf_printf(&b, "%s%.*s", i ? " " : "", SFMT(c->args[i]));
    Str s = arena_str(c->a, buf_view(&b));
    buf_free(&b);
    return s;
}

static bool in_group(const Command *cmd, Str group) {
    Str name = str_c(cmd->name);
    return name.len > group.len && str_has_prefix(name, group) && name.ptr[group.len] == ' ';
}

static void print_command(Buf *b, Cmd *c, const Command *one) {
    buf_printf(b, "usage: %s %s %s\n\n", c->prog, one->name, one->args);
    buf_printf(b, "%s\n", one->text[0] ? one->text : one->summary);
    if (one->flags) buf_c(b, "\nFlags:\n\n");
    flags_print(b, one);
    if (one->flags & FLAGS_WATCH) watch_help(b);
}

static void print_group(Buf *b, Cmd *c, Str group) {
    buf_printf(b, "usage: %s %.*s <command> [arguments]\n\nThe commands are:\n\n", c->prog, SFMT(group));
    for (i64 i = 0; i < ncommands; i++)
        if (in_group(&commands[i], group))
            buf_printf(b, "\t%-11s %s\n", commands[i].name + group.len + 1, commands[i].summary);
    buf_printf(b, "\nUse \"%s help %.*s <command>\" for more information about a command.\n", c->prog, SFMT(group));
}

static const char *group_summary(Str group) {
    return str_eq(group, S("mod"))      ? "module maintenance"
           : str_eq(group, S("work"))   ? "workspace maintenance"
           : str_eq(group, S("plugin")) ? "keys and signatures of plugins"
                                        : "further commands";
}

static void print_all(Buf *b, Cmd *c) {
    Str last = {0};
    buf_printf(b,
               "vole is a toolchain and runtime for Go programs.\n\nUsage:\n\n\t%s <command> [arguments]\n\nThe "
               "commands are:\n\n",
               c->prog);
    for (i64 i = 0; i < ncommands; i++) {
        Str name = str_c(commands[i].name);
        i64 blank = str_index(name, ' ');
        if (blank < 0) buf_printf(b, "\t%-11s %s\n", commands[i].name, commands[i].summary);
        else if (!str_eq(last, str_slice(name, 0, blank))) {
            last = str_slice(name, 0, blank);
            buf_printf(b, "\t%-11.*s %s\n", SFMT(last), group_summary(last));
        }
    }
    buf_printf(b, "\nUse \"%s help <command>\" for more information about a command.\n", c->prog);
}

// What upstream's go command explains besides its commands: its own texts are shown, by itself.
static bool is_upstream_topic(Str topic) {
    static const char *const topics[] = {"buildconstraint", "buildjson",  "buildmode",   "c",       "cache",
                                         "environment",     "filetype",   "go.mod",      "goauth",  "gopath",
                                         "goproxy",         "importpath", "module-auth", "modules", "packages",
                                         "private",         "vcs"};
    for (i64 i = 0; i < NELEM(topics); i++)
        if (str_eq(topic, str_c(topics[i]))) return true;
    return str_eq(topic, S("telemetry"));
}

int cmd_help(Cmd *c) {
    Buf b = {0};
    bool man = c->nargs > 0 && str_eq(c->args[0], S("-man"));
    c->args += man;
    c->nargs -= man;
    Str topic = joined_args(c);
    if (!man && is_upstream_topic(topic)) return upstream_go(c, "help");
    const Command *one = NULL;
    bool group = false;
    for (i64 i = 0; topic.len && i < ncommands; i++) {
        if (str_eq(topic, str_c(commands[i].name))) one = &commands[i];
        group |= in_group(&commands[i], topic);
    }
    if (topic.len && !one && !group) {
        fprintf(stderr, "%s help %.*s: unknown help topic. Run '%s help'.\n", c->prog, SFMT(topic), c->prog);
        return 2;
    }
    if (man) manual_print(&b, one);
    else if (one) print_command(&b, c, one);
    else if (group) print_group(&b, c, topic);
    else print_all(&b, c);
    fwrite(b.ptr, 1, (size_t)b.len, stdout);
    buf_free(&b);
    return 0;
}
