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

// ---- tools that go.mod names ------------------------------------------------------------------------------------------

static bool open_program(Cmd *c, Program **p, const Str **tools, i64 *n) {
    ProgramOptions o = {.main_only = true};
    ModState *mods;
    *n = 0;
    if (!build_options(c, &o)) return false;
    *p = program_new(o);
    bool ok = load_open_modules((*p)->loader, &mods);
    if (ok && mods && mod_enabled(mods)) *tools = mod_tools(mods, n);
    diag_flush((*p)->diag, 2);
    return ok;
}

static int no_such_tool(Str name) {
    fprintf(stderr, "go: no such tool \"%.*s\"\n", SFMT(name));
    return 2;
}

// The tool whose import path or program's name this is. "": none (*rc 2), or several (reported, *rc 1).
static Str find_tool(const Str *tools, i64 n, Str name, int *rc) {
    Str found = {0};
    i64 matches = 0;
    for (i64 i = 0; i < n; i++)
        if (str_eq(tools[i], name) || str_eq(executable_name(tools[i]), name)) found = tools[i], matches++;
    *rc = matches > 1 ? 1 : 2;
    if (matches == 1) return found;
    if (!matches) no_such_tool(name);
    else cmd_fail("tool \"%.*s\" is ambiguous; choose one of:", SFMT(name));
    for (i64 i = 0; i < n && matches; i++)
        if (str_eq(tools[i], name) || str_eq(executable_name(tools[i]), name))
            fprintf(stderr, "\t%.*s\n", SFMT(tools[i]));
    return (Str){0};
}

static int show_line(Cmd *c, Str path) {
    printf("%.*s", SFMT(path));
    for (i64 i = 1; i < c->nargs; i++) printf(" %.*s", SFMT(c->args[i]));
    printf("\n");
    return 0;
}

// A tool is built anew every time; -n keeps it, so that the line that is shown can be run.
static int module_tool(Cmd *c) {
    Program *p;
    const Str *tools;
    i64 n;
    int rc = 1;
    if (!env_goroot(c->env).len) return no_such_tool(c->args[0]);
    if (!open_program(c, &p, &tools, &n)) return 1;
    Str path = find_tool(tools, n, c->args[0], &rc), name = executable_name(path), kept;
    if (!path.len) return rc;
    Package *pkg = run_load(c, p, &path, 1);
    Buf image = {0};
    bool is_main;
    if (!pkg || !build_one(c, p, pkg, &image, &is_main)) return 1;
    if (!c->f.n) return run_image(c, &image, name, 1);
    return tool_keep(c, name, &image, &kept) ? show_line(c, kept) : 1;
}

static int list_module_tools(Cmd *c) {
    Program *p;
    const Str *tools;
    i64 n;
    if (!open_program(c, &p, &tools, &n)) return 1;
    for (i64 i = 0; i < n; i++) printf("%.*s\n", SFMT(tools[i]));
    return 0;
}

// ---- tools of the GOROOT ------------------------------------------------------------------------------------------------

static int list_tools(Cmd *c) {
    Str *names, dir = path_join(c->a, env_goroot(c->env), S("src/cmd"));
    i64 n;
    if (!env_goroot(c->env).len || !dir_list(c->a, arena_cstr(c->a, dir), &names, &n)) {
        fprintf(stderr, "go: no tool directory: %.*s\n", SFMT(dir));
        return 2;
    }
    for (i64 i = 0; i < n; i++)
        if (is_tool(c, names[i])) printf("%.*s\n", SFMT(names[i]));
    return list_module_tools(c);
}

// Becomes the program: arguments, streams, signals and the exit code are its own.
static int become(Cmd *c, Str path, Str name, i64 first) {
    char **argv = ANEWN(c->a, char *, c->nargs + 2);
    argv[0] = (char *)arena_cstr(c->a, name);
    for (i64 i = first; i < c->nargs; i++) argv[1 + i - first] = c->argv[i];
    fflush(stdout);
    Str root;
    if (!tool_goroot(c, &root)) return cmd_fail("cannot make links in the cache: %s", err_os(errno));
    setenv("GOROOT", arena_cstr(c->a, root), !str_eq(root, env_goroot(c->env)));
    signal(SIGXFSZ, SIG_DFL);
    execv(arena_cstr(c->a, path), argv);
    return cmd_fail("%.*s: %s", SFMT(path), err_os(errno));
}

// Tools that are vole's own: what they read and write is vole's.
static const struct {
    const char *name;
    int (*run)(Cmd *, StrVec args);
    bool own_usage; // not that of toolflags.def
} own_tools[] = {{"asm", tool_asm, false},
                 {"compile", tool_compile, false},
                 {"link", tool_link, false},
                 {"pack", tool_pack, false},
                 {"plugin", tool_plugin, true}};

// The line of -n begins with the link beside vole under which it is the tool, as upstream's tests that build programs want to see it.
// Where a copy of vole stands alone, it is vole's own command.
static int show_own(Cmd *c, const char *name) {
    const char *in_build = arena_cstr(c->a, arena_printf(c->a, "tool/linux_amd64/%s", name));
    Str link = cmd_beside(c, in_build, arena_cstr(c->a, arena_printf(c->a, "../lib/vole/%s", in_build)));
    bool there = file_may_run(arena_cstr(c->a, link));
    return show_line(c, there ? link : arena_printf(c->a, "%s tool %s", c->prog, name));
}

static bool run_own(Cmd *c, int *rc) {
    StrVec args = {0};
    for (i64 i = 1; i < c->nargs; i++) vec_push(c->a, &args, c->args[i]);
    bool help = args.len == 1 && (str_eq(args.ptr[0], S("-h")) || str_eq(args.ptr[0], S("-help")));
    for (i64 i = 0; i < NELEM(own_tools); i++) {
        if (!str_eq(c->args[0], str_c(own_tools[i].name))) continue;
        *rc = help && !own_tools[i].own_usage ? toolflags_usage(own_tools[i].name)
              : c->f.n                        ? show_own(c, own_tools[i].name)
                                              : own_tools[i].run(c, args);
        return true;
    }
    return false;
}

// Upstream's programs cannot read vole's archives, in which there is no code.
static bool is_refused(Cmd *c) {
    static const char *const readers[] = {"nm", "objdump", "addr2line"};
    bool reads = false;
    for (i64 i = 0; i < NELEM(readers); i++) reads |= str_eq(c->args[0], str_c(readers[i]));
    for (i64 i = 1; i < c->nargs && reads; i++) {
        Str text;
        if (!file_exists(c->argv[i]) || !file_read(c->a, c->argv[i], &text) || !ar_is(text)) continue;
        if (str_find(str_slice(text, 0, i64_min(text.len, 200)), S(" vole/")) < 0) continue;
        fprintf(
            stderr,
            "%.*s: %s: an archive of vole holds source: there is code in what is linked (tool compile -S lists it)\n",
            SFMT(c->args[0]), c->argv[i]);
        return true;
    }
    return false;
}

int cmd_tool(Cmd *c) {
    Str path;
    int rc;
    if (c->nargs == 0) return list_tools(c);
    if (run_own(c, &rc)) return rc;
    if (is_refused(c)) return 1;
    if (!is_tool(c, c->args[0])) {
        bool dist = c->nargs > 1 && str_eq(c->args[0], S("dist")) && str_eq(c->args[1], S("list"));
        return dist ? dist_list(c, 2) : module_tool(c);
    }
    if (!tool_binary(c, c->args[0], &path)) return 2;
    return c->f.n ? show_line(c, path) : become(c, path, path, 1);
}

// ---- parts of upstream's go command -----------------------------------------------------------------------------------

static int become_go(Cmd *c, Str path, const char *word) {
    if (!tool_path_env(c)) return cmd_fail("%s: cannot make a link to vole in the cache: %s", word, err_os(errno));
    char **argv = ANEWN(c->a, char *, c->nargs + 3);
    argv[0] = (char *)"go";
    argv[1] = (char *)word;
    for (i64 i = 0; i < c->nargs; i++) argv[2 + i] = c->argv[i];
    fflush(stdout);
    setenv("GOROOT", arena_cstr(c->a, env_goroot(c->env)), 1);
    signal(SIGXFSZ, SIG_DFL);
    execv(arena_cstr(c->a, path), argv);
    return cmd_fail("%.*s: %s", SFMT(path), err_os(errno));
}

int upstream_go(Cmd *c, const char *word) {
    Str path;
    return tool_binary(c, S("go"), &path) ? become_go(c, path, word) : 1;
}

// Upstream's program asks the GOROOT and modules. Packages of vole's own ("vole/x", "vole/x.Symbol"), and plugin, of which it has more, are shown as that of
// the current folder.
static bool is_own_package(Str arg) {
    return str_has_prefix(arg, S("vole/")) || str_eq(arg, S("plugin")) || str_has_prefix(arg, S("plugin."));
}
static bool doc_of_own(Cmd *c) {
    for (i64 i = 0; i < c->nargs; i++) {
        Str arg = str_c(c->argv[i]), name = path_base(arg);
        if (!is_own_package(arg)) continue;
        i64 dot = str_index(name, '.');
        if (dot < 0) dot = name.len;
        Str path = str_slice(arg, 0, arg.len - name.len + dot),
            symbol = str_slice(name, i64_min(dot + 1, name.len), name.len);
        if (chdir(arena_cstr(c->a, path_join(c->a, cmd_library(c), path))) != 0)
            return cmd_fail("doc: package %.*s: %s", SFMT(path), err_os(errno)) == 0;
        if (symbol.len) {
            c->argv[i] = (char *)arena_cstr(c->a, symbol);
            return true;
        }
        for (c->nargs--; i < c->nargs; i++) c->argv[i] = c->argv[i + 1];
    }
    return true;
}

int cmd_doc(Cmd *c) { return doc_of_own(c) ? upstream_go(c, "doc") : 1; }

int cmd_telemetry(Cmd *c) {
    static const char name[] =
        "TEST_TELEMETRY_DIR"; // where programs that vole runs count; here the user's own settings are meant
    const char *given = getenv(name);
    Str path;
    if (!tool_binary(c, S("go"), &path)) return 1;
    if (!given) unsetenv(name);
    return become_go(c, path, "telemetry");
}
