// toolbin.c - programs of GOROOT/src/cmd: built by vole when first used, kept in the cache, run.
//
// A program stands at GOCACHE/tools/KEY/NAME; KEY is made of the GOROOT's path and version and of vole's own file, so that a
// new one of either builds it again. It is built by a child process under a temporary name and renamed: of two commands that
// build it at once, the later one replaces an equal file.
#include "cmd/cmd.h"
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int cmd_spawn(Cmd *c, Str path, char *const *argv, char *const *env) {
    pid_t pid;
    int status = 0, err;
    fflush(stdout);
    posix_spawnattr_t attr;
    sigset_t restored;
    posix_spawnattr_init(&attr);
    sigemptyset(&restored);
    sigaddset(&restored, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attr, &restored);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
    err = posix_spawnp(&pid, arena_cstr(c->a, path), NULL, &attr, argv, env ? env : environ);
    posix_spawnattr_destroy(&attr);
    if (err) {
        errno = err;
        return -1;
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

u64 cmd_own_key(Cmd *c) {
    Str root = env_goroot(c->env), version = env_go_version(c->env), own = own_content(c->a);
    return hash_bytes(version.ptr, version.len, hash_bytes(own.ptr, own.len, hash_bytes(root.ptr, root.len, 1)));
}

static Str tool_dir(Cmd *c) {
    Str cache = env_get(c->env, "GOCACHE");
    const char *tmp = getenv("TMPDIR");
    u64 key = cmd_own_key(c);
    if (!cache.len || cache.ptr[0] != '/')
        cache = arena_printf(c->a, "%s/vole-%d", tmp && *tmp ? tmp : "/tmp", (int)getuid());
    return arena_printf(c->a, "%.*s/tools/%016llx", SFMT(cache), (unsigned long long)key);
}

// What of the user's settings says how his own programs are built does not reach the tools.
static char **tool_env(Cmd *c) {
    static const char *const reset[] = {
        "GOFLAGS=", "GO111MODULE=off", "GOWORK=off", "GOOS=", "GOARCH=", "GOENV=off", "CGO_ENABLED=0", "GOEXPERIMENT="};
    i64 n = 0, k = 0;
    while (environ[n]) n++;
    char **env = ANEWN(c->a, char *, n + NELEM(reset) + 2);
    for (i64 i = 0; i < n; i++) {
        bool own = strncmp(environ[i], "GOROOT=", 7) == 0;
        for (i64 r = 0; r < NELEM(reset); r++) {
            size_t len = (size_t)(strchr(reset[r], '=') - reset[r]) + 1;
            own |= strncmp(environ[i], reset[r], len) == 0;
        }
        if (!own) env[k++] = environ[i];
    }
    for (i64 r = 0; r < NELEM(reset); r++) env[k++] = (char *)arena_cstr(c->a, str_c(reset[r]));
    env[k++] = (char *)arena_cstr(c->a, arena_printf(c->a, "GOROOT=%.*s", SFMT(env_goroot(c->env))));
    return env;
}

// Upstream's programs count their uses in a folder of the user's settings, unless it says "off".
static void count_nothing(Cmd *c, Str dir) {
    Str own = path_join(c->a, dir, S("telemetry")), mode = path_join(c->a, own, S("mode"));
    if (!file_exists(arena_cstr(c->a, mode)) && dir_make_all(c->a, own))
        file_write_atomic(arena_cstr(c->a, mode), S("off\n"), 0666);
    setenv("TEST_TELEMETRY_DIR", arena_cstr(c->a, own), 0);
}

Str tool_path(Cmd *c, Str name) { return path_join(c->a, tool_dir(c), name); }

bool tool_binary(Cmd *c, Str name, Str *path) {
    Str dir = tool_dir(c), src = arena_printf(c->a, "%.*s/src/cmd/%.*s", SFMT(env_goroot(c->env)), SFMT(name));
    *path = path_join(c->a, dir, name);
    count_nothing(c, dir);
    if (access(arena_cstr(c->a, *path), X_OK) == 0) return true;
    if (!env_goroot(c->env).len || !dir_exists(arena_cstr(c->a, src))) {
        cmd_fail("no such tool \"%.*s\"", SFMT(name));
        return false;
    }
    if (!dir_make_all(c->a, dir)) {
        cmd_fail("mkdir %.*s: %s", SFMT(dir), err_os(errno));
        return false;
    }
    Str tmp = arena_printf(c->a, "%.*s.%d.tmp", SFMT(*path), (int)getpid());
    Str package = arena_printf(c->a, "cmd/%.*s", SFMT(name));
    char *argv[] = {(char *)"vole",
                    (char *)"build",
                    (char *)"-o",
                    (char *)arena_cstr(c->a, tmp),
                    (char *)"-ldflags=-s -w",
                    (char *)arena_cstr(c->a, package),
                    NULL};
    int rc = cmd_spawn(c, S("/proc/self/exe"), argv, tool_env(c));
    if (rc == 0 && rename(arena_cstr(c->a, tmp), arena_cstr(c->a, *path)) == 0) return true;
    if (rc == 0 || rc == -1) cmd_fail("building %.*s: %s", SFMT(package), err_os(errno));
    else cmd_fail("building %.*s failed", SFMT(package));
    unlink(arena_cstr(c->a, tmp));
    return false;
}

bool tool_keep(Cmd *c, Str name, const Buf *image, Str *path) {
    u64 key = hash_bytes(image->ptr, image->len, 1);
    *path = arena_printf(c->a, "%.*s/%016llx-d/%.*s", SFMT(tool_dir(c)), (unsigned long long)key, SFMT(name));
    if (access(arena_cstr(c->a, *path), X_OK) == 0) return true;
    if (!dir_make_all(c->a, path_dir(*path))) return !cmd_fail("mkdir %.*s: %s", SFMT(path_dir(*path)), err_os(errno));
    if (file_write_atomic(arena_cstr(c->a, *path), buf_view(image), 0777)) return true;
    return !cmd_fail("cannot write %.*s: %s", SFMT(*path), err_os(errno));
}

// A GOROOT without bin/go, as Debian's source package has it, and vole in its place: for programs that call $GOROOT/bin/go. Its other
// entries are those of the GOROOT.
bool tool_goroot(Cmd *c, Str *root) {
    Str real = env_goroot(c->env), view = path_join(c->a, tool_dir(c), S("goroot")), *names;
    const char *exe = arena_cstr(c->a, c->exe);
    i64 count;
    *root = real;
    if (file_may_run(arena_cstr(c->a, path_join(c->a, real, S("bin/go"))))) return true;
    if (!c->exe.len || !dir_make_all(c->a, path_join(c->a, view, S("bin")))) return false;
    bool ok = symlink(exe, arena_cstr(c->a, path_join(c->a, view, S("bin/go")))) == 0 || errno == EEXIST;
    ok = ok && dir_list(c->a, arena_cstr(c->a, real), &names, &count);
    for (i64 i = 0; ok && i < count; i++) {
        const char *from = arena_cstr(c->a, path_join(c->a, real, names[i]));
        if (!str_eq(names[i], S("bin")))
            ok = symlink(from, arena_cstr(c->a, path_join(c->a, view, names[i]))) == 0 || errno == EEXIST;
    }
    if (ok) *root = view;
    return ok;
}

// A folder of the cache that holds vole under the name "go", first in PATH: for programs that call the go command.
bool tool_path_env(Cmd *c) {
    const char *exe = arena_cstr(c->a, c->exe);
    Str dir = path_join(c->a, tool_dir(c), S("bin")), link = path_join(c->a, dir, S("go"));
    const char *path = getenv("PATH");
    if (!c->exe.len) return false;
    const char *z = arena_cstr(c->a, link);
    bool ok = symlink(exe, z) == 0 || errno == EEXIST; // mostly it is there
    if (!ok && errno == ENOENT && dir_make_all(c->a, dir)) ok = symlink(exe, z) == 0 || errno == EEXIST;
    if (!ok) return false;
    Str value = arena_printf(c->a, "%.*s:%s", SFMT(dir), path ? path : "/usr/bin:/bin");
    return setenv("PATH", arena_cstr(c->a, value), 1) == 0;
}
