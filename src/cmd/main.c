// main.c - `vole`: finds the command in its table and runs it.
#include "cmd/cmd.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const Command commands[] = {
    {"build", "vole build [-o output] [build flags] [packages]", "compile packages and dependencies", cmd_build,
     FLAGS_BUILD},
    {"env", "vole env [-json] [-changed] [-u] [-w] [var ...]", "print Go environment information", cmd_env, FLAGS_ENV},
    {"help", "vole help [command]", "what vole can do", cmd_help, 0},
    {"run", "vole run [build flags] [-exec xprog] package [arguments...]", "compile and run a Go program", cmd_run,
     FLAGS_BUILD | FLAGS_RUN},
    {"version", "vole version", "print the version", cmd_version, 0},
};
const i64 ncommands = NELEM(commands);

int usage_error(Cmd *c, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\nusage: %s\nRun 'vole help %s' for details.\n", c->command->usage, c->command->name);
    return 2;
}

int cmd_fail(const char *fmt, ...) {
    va_list ap;
    fflush(stdout);
    va_start(ap, fmt);
    fputs("go: ", stderr);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    return 1;
}

static Str exe_dir(Arena *a) {
    char buf[4096];
    ssize_t n = readlink("/proc/self/exe", buf, sizeof buf);
    return n > 0 ? arena_str(a, path_dir((Str){buf, n})) : S(".");
}

static int run_command(const Command *command, int argc, char **argv) {
    Cmd c = {.command = command, .a = arena_new("command")};
    c.exe_dir = exe_dir(c.a);
    int used = 0;
    Err err = {0};
    if (!env_read(c.a, c.exe_dir, &c.env, &err)) return cmd_fail("%.*s", SFMT(err.text));
    if (!flags_env(&c) || !flags_parse(&c, argc, argv, &used)) return 2;
    if (c.f.C.len && chdir(arena_cstr(c.a, c.f.C)) != 0) {
        fprintf(stderr, "vole: chdir %.*s: no such folder\n", SFMT(c.f.C));
        return 1;
    }
    c.nargs = argc - used;
    c.argv = argv + used;
    c.args = ANEWN(c.a, Str, c.nargs + 1);
    for (i64 i = 0; i < c.nargs; i++) c.args[i] = str_c(c.argv[i]);
    return command->run(&c);
}

typedef struct MainArgs {
    int argc, rc;
    char **argv;
} MainArgs;

static int find_and_run(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "help";
    if (strcmp(name, "-h") == 0 || strcmp(name, "--help") == 0) name = "help";
    for (i64 i = 0; i < ncommands; i++)
        if (strcmp(commands[i].name, name) == 0) {
            int rc = run_command(&commands[i], argc > 2 ? argc - 2 : 0, argv + (argc > 2 ? 2 : argc));
            return argc > 1 ? rc : 2;
        }
    fprintf(stderr, "vole %s: unknown command\nRun 'vole help' for usage.\n", name);
    return 2;
}

static void *run_main(void *arg) {
    MainArgs *m = arg;
    void *stack = bug_thread_begin();
    m->rc = find_and_run(m->argc, m->argv);
    bug_thread_end(stack);
    return NULL;
}

// The phases recurse over trees; what the parser lets through fits this stack, whatever `ulimit -s` says.
int main(int argc, char **argv) {
    MainArgs m = {.argc = argc, .argv = argv};
    pthread_t t;
    pthread_attr_t attr;
    bug_catch_signals();
    exact_use_memory();
    signal(SIGXFSZ, SIG_IGN); // a file that may not grow is an error of write
    pthread_attr_init(&attr);
    for (int bits = 29; bits >= 26; bits--) { // less where the address space is limited
        pthread_attr_setstacksize(&attr, (size_t)1 << bits);
        if (pthread_create(&t, &attr, run_main, &m) != 0) continue;
        bug_leave_to_others();
        pthread_join(t, NULL);
        return m.rc;
    }
    fatal("out of memory");
}
