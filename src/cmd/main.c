// main.c - `vole`: finds the command in its table and runs it.
#include "cmd/cmd.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const Command commands[] = {
#define CMD(name, run, flags, args, summary, text) {name, run, flags, args, summary, text},
#include "cmd/commands.def"
#undef CMD
};
const i64 ncommands = NELEM(commands);

int usage_error(Cmd *c, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\nusage: %s %s %s\nRun '%s help %s' for details.\n", c->prog, c->command->name, c->command->args,
            c->prog, c->command->name);
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

// -C dir, if it is the first flag: the number of words that it takes; -1: reported.
static int change_dir(Cmd *c, int argc, char **argv) {
    if (argc == 0) return 0;
    const char *w = argv[0], *dir = NULL;
    if (w[0] == '-' && w[1] == '-') w++;
    if (strncmp(w, "-C=", 3) == 0) dir = w + 3;
    else if (strcmp(w, "-C") == 0) {
        dir = argc > 1 ? argv[1] : NULL;
        if (!dir) return usage_error(c, "flag needs an argument: -C"), -1;
    } else return 0;
    c->f.C = str_c(dir);
    if (chdir(dir) == 0) {
        setenv("PWD", arena_cstr(c->a, path_abs(c->a, S("."))), 1);
        return w[2] == '=' ? 1 : 2;
    }
    cmd_fail("chdir %s: %s", dir, err_os(errno));
    return -1;
}

static int run_command(const Command *command, const char *prog, int argc, char **argv) {
    Cmd c = {.command = command, .a = arena_new("command"), .prog = prog};
    c.exe_dir = exe_dir(c.a);
    int used = 0, skip = command->flags & FLAGS_C ? change_dir(&c, argc, argv) : 0;
    Err err = {0};
    if (skip < 0) return 2;
    argc -= skip;
    argv += skip;
    if (!env_read(c.a, c.exe_dir, &c.env, &err)) {
        cmd_fail("%.*s", SFMT(err.text));
        return 2;
    }
    if (!flags_env(&c)) return 1;
    if (argc > 0 && (strcmp(argv[0], "-h") == 0 || strcmp(argv[0], "-help") == 0 || strcmp(argv[0], "--help") == 0)) {
        fprintf(stderr, "usage: %s %s %s\nRun '%s help %s' for details.\n", prog, command->name, command->args, prog,
                command->name);
        return 2;
    }
    if (command->flags && !flags_parse(&c, argc, argv, &used)) return 2;
    c.nargs = argc - used;
    c.argv = argv + used;
    c.args = ANEWN(c.a, Str, c.nargs + 1);
    for (i64 i = 0; i < c.nargs; i++) c.args[i] = str_c(c.argv[i]);
    int rc = command->run(&c);
    if (fflush(stdout) != 0 && rc == 0) rc = cmd_fail("write to standard output: %s", err_os(errno));
    return rc;
}

// The row that the words name: two of them for a command of a group. *is_group: some commands begin with the first word.
static const Command *look_up(int n, char **words, int *used, bool *is_group) {
    char two[64] = "";
    *is_group = false;
    if (n > 1) snprintf(two, sizeof two, "%s %s", words[0], words[1]);
    for (i64 i = 0; i < ncommands; i++) {
        size_t len = strlen(words[0]);
        if (strcmp(commands[i].name, two) == 0) return *used = 2, &commands[i];
        *is_group |= strncmp(commands[i].name, words[0], len) == 0 && commands[i].name[len] == ' ';
    }
    for (i64 i = 0; i < ncommands && !*is_group; i++)
        if (strcmp(commands[i].name, words[0]) == 0) return *used = 1, &commands[i];
    return NULL;
}

// Commands of go that there are not: people's Makefiles call them, and shall hear that it is not their fault.
static bool is_missing(const char *word) {
    static const char *const missing[] = {"bug", "fix", "telemetry", "test", "vet"};
    for (i64 i = 0; i < NELEM(missing); i++)
        if (strcmp(word, missing[i]) == 0) return true;
    return false;
}

static int find_and_run(int argc, char **argv) {
    char help[] = "help", *help_words[] = {help};
    const char *slash = strrchr(argv[0], '/'), *base = slash ? slash + 1 : argv[0];
    const char *prog = strcmp(base, "go") == 0 ? "go" : "vole";
    int n = argc - 1, used = 0, rc = 0;
    char **words = argv + 1;
    bool group, bare = n < 1;
    if (bare || strcmp(words[0], "-h") == 0 || strcmp(words[0], "--help") == 0 || strcmp(words[0], "-help") == 0) {
        words = help_words;
        n = 1;
    }
    const Command *command = look_up(n, words, &used, &group);
    if (command) {
        rc = run_command(command, prog, n - used, words + used);
        return bare ? 2 : rc;
    }
    if (group && (n == 1 || strcmp(words[1], "help") == 0)) {
        words[n > 1] = words[0];
        rc = run_command(look_up(1, help_words, &used, &group), prog, 1, words + (n > 1));
        return n == 1 ? 2 : rc;
    }
    if (is_missing(words[0])) return fprintf(stderr, "go: not supported yet: %s %s\n", prog, words[0]), 1;
    if (group)
        fprintf(stderr, "go %s %s: unknown command\nRun '%s help %s' for usage.\n", words[0], words[1], prog, words[0]);
    else fprintf(stderr, "%s %s: unknown command\nRun '%s help' for usage.\n", prog, words[0], prog);
    return 2;
}

typedef struct MainArgs {
    int argc, rc;
    char **argv;
} MainArgs;

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
