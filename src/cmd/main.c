// main.c - `vole`: finds the command in its table and runs it.
#include "cmd/cmd.h"
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <signal.h>
#include <malloc.h>
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

static Str own_file(Arena *a) {
    char buf[4096];
    ssize_t n = readlink("/proc/self/exe", buf, sizeof buf);
    return n > 0 ? arena_str(a, (Str){buf, n}) : (Str){0};
}

Str cmd_cwd(Cmd *c) {
    if (!c->cwd.len) c->cwd = path_abs(c->a, S("."));
    return c->cwd;
}

// -C dir or -C=dir at the head of the words: *took says how many words it is. false: there is no such folder, as reported.
static bool change_dir(int n, char **words, int *took) {
    const char *dir, *w = n > 0 ? words[0] : "";
    *took = 0;
    if (w[0] == '-' && w[1] == '-') w++;
    if (strncmp(w, "-C=", 3) == 0) dir = w + 3;
    else if (strcmp(w, "-C") == 0 && n > 1) dir = words[1];
    else return true; // without its argument it is an error among the flags
    *took = w[2] == '=' ? 1 : 2;
    if (chdir(dir) != 0) return !cmd_fail("chdir %s: %s", dir, err_os(errno));
    Arena *a = arena_new("PWD");
    setenv("PWD", arena_cstr(a, path_abs(a, S("."))), 1);
    arena_free(a);
    return true;
}

static int run_command(const Command *command, const char *prog, int argc, char **argv) {
    Cmd c = {.command = command, .a = arena_new("command"), .prog = prog};
    c.exe = own_file(c.a);
    c.exe_dir = c.exe.len ? path_dir(c.exe) : S(".");
    int used = 0;
    Err err = {0};
    again_begin(&c);
    if (!env_read(c.a, c.exe_dir, &c.env, &err)) {
        cmd_fail("%.*s", SFMT(err.text));
        return 2;
    }
    if (!cmd_check_toolchain(&c, argc, argv) || !flags_env(&c)) return 1;
    bool own_flags = (command->flags & (FLAGS_DOC | FLAGS_TEST | FLAGS_VET | FLAGS_WATCH)) != 0;
    if (argc > 0 && !own_flags &&
        (strcmp(argv[0], "-h") == 0 || strcmp(argv[0], "-help") == 0 || strcmp(argv[0], "--help") == 0)) {
        fprintf(stderr, "usage: %s %s %s\nRun '%s help %s' for details.\n", prog, command->name, command->args, prog,
                command->name);
        return 2;
    }
    if (command->flags && !own_flags && !flags_parse(&c, argc, argv, &used)) return 2;
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
    static const char *const missing[] = {"bug"};
    for (i64 i = 0; i < NELEM(missing); i++)
        if (strcmp(word, missing[i]) == 0) return true;
    return false;
}

// What is told of the commands, or of those of a group, where no command is named: to standard error, and the exit code is 2.
static int show_usage(const char *prog, char *group) {
    char help[] = "help", *words[] = {help, group};
    int used;
    bool is_group;
    fflush(stdout);
    if (dup2(2, 1) < 0) return 2;
    run_command(look_up(1, words, &used, &is_group), prog, group ? 1 : 0, words + 1);
    return 2;
}

static int show_group_help(const char *prog, int n, char **words) {
    char help[] = "help", *help_words[] = {help};
    int used;
    bool is_group;
    words[1] = words[0];
    return run_command(look_up(1, help_words, &used, &is_group), prog, n - 1, words + 1);
}

// A flag where the command should be: go itself has none but -h.
static int fail_flag(const char *prog, const char *word) {
    const char *name = word + 1 + (word[1] == '-');
    if (strcmp(name, "h") != 0 && strcmp(name, "help") != 0)
        fprintf(stderr, "flag provided but not defined: -%.*s\n", (int)strcspn(name, "="), name);
    return show_usage(prog, NULL);
}

static int find_and_run(int argc, char **argv);

// Under the name of a tool vole is that tool.
static bool is_tool_name(const char *base) {
    static const char *const names[] = {"asm", "compile", "link", "pack"};
    for (i64 i = 0; i < NELEM(names); i++)
        if (strcmp(base, names[i]) == 0) return true;
    return false;
}

static int run_as_tool(int argc, char **argv, char *base) {
    Arena *a = arena_new("words");
    char **words = ANEWN(a, char *, argc + 3), vole[] = "vole", tool[] = "tool";
    words[0] = vole;
    words[1] = tool;
    words[2] = base;
    memcpy(words + 3, argv + 1, (size_t)(argc - 1) * sizeof *words);
    return find_and_run(argc + 2, words);
}

static int find_and_run(int argc, char **argv) {
    char *slash = strrchr(argv[0], '/'), *base = slash ? slash + 1 : argv[0];
    if (is_tool_name(base)) return run_as_tool(argc, argv, base);
    const char *prog = strcmp(base, "go") == 0 ? "go" : "vole";
    int n = argc - 1, used = 0, took;
    char **words = argv + 1;
    bool group = false;
    const Command *command = n > 0 ? look_up(n, words, &used, &group) : NULL;
    int at = command ? used : group;
    if (!change_dir(n - at, words + at, &took)) return 1;
    n -= took;
    memmove(words + at, words + at + took, (size_t)(n - at) * sizeof *words);
    if (n < 1) return show_usage(prog, NULL);
    if (!command && took) command = look_up(n, words, &used, &group);
    if (command) return run_command(command, prog, n - used, words + used);
    if (group && n == 1) return show_usage(prog, words[0]);
    if (group && strcmp(words[1], "help") == 0) return show_group_help(prog, n, words);
    if (is_missing(words[0])) return fprintf(stderr, "go: not supported yet: %s %s\n", prog, words[0]), 1;
    if (words[0][0] == '-' && words[0][1]) return fail_flag(prog, words[0]);
    fprintf(stderr, "%s %s: unknown command\nRun '%s help%s%s' for usage.\n", prog, words[0], prog, group ? " " : "",
            group ? words[0] : "");
    return 2;
}

typedef struct MainArgs {
    int argc, rc;
    char **argv;
} MainArgs;

static void run_main(MainArgs *m) {
    void *stack = bug_thread_begin();
    m->rc = find_and_run(m->argc, m->argv);
    bug_thread_end(stack);
}

// Large blocks of arenas go back to the system when their phase ends, whatever was freed before.
static void keep_free_memory_small(void) {
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, 512 << 10);
#endif
}

// The phases recurse over trees; what the parser lets through fits a stack of 512 MB, whatever `ulimit -s` says: less where the address space is
// limited. Its lowest page cannot be touched.
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__ || !defined __GNUC__ || defined __clang__
static void *run_thread(void *m) {
    run_main(m);
    return NULL;
}

static bool run_on_large_stack(MainArgs *m) { // of a thread, which sanitizers know
    pthread_t t;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    for (int bits = 29; bits >= 26; bits--) {
        pthread_attr_setstacksize(&attr, (size_t)1 << bits);
        if (pthread_create(&t, &attr, run_thread, m) != 0) continue;
        bug_leave_to_others();
        pthread_join(t, NULL);
        return true;
    }
    return false;
}
#else
static void run_there(unsigned low, unsigned high) { run_main((MainArgs *)((uintptr_t)high << 32 | low)); }

static bool run_on_large_stack(MainArgs *m) {
    enum { GUARD = 4096 };
    for (int bits = 29; bits >= 26; bits--) {
        size_t size = (size_t)1 << bits;
        ucontext_t here, there;
        u8 *p =
            mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
        if (p == MAP_FAILED) continue;
        if (mprotect(p, GUARD, PROT_NONE) != 0 || getcontext(&there) != 0) return false;
        there.uc_stack = (stack_t){.ss_sp = p + GUARD, .ss_size = size - GUARD};
        there.uc_link = &here;
        makecontext(&there, (void (*)(void))run_there, 2, (unsigned)(uintptr_t)m, (unsigned)((uintptr_t)m >> 32));
        return swapcontext(&here, &there) == 0;
    }
    return false;
}
#endif

int main(int argc, char **argv) {
    keep_free_memory_small();
    MainArgs m = {.argc = argc, .argv = argv};
    bug_catch_signals();
    exact_use_memory();
    signal(SIGXFSZ, SIG_IGN); // a file that may not grow is an error of write
    if (!run_on_large_stack(&m)) fatal("out of memory");
    return m.rc;
}
