// shell.c - commands as text that a shell takes, and their execution.
//
// In:   words, folders, texts. Out: lines on standard error in which the work folder is $WORK, so that they can be typed in any shell;
//       what they do is done by this process, but for the tools, which are processes of their own.
// A line "cd DIR" stands in front of a command that does not run where the one before it ran.
#include "cmd/shell.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

// ---- text --------------------------------------------------------------------------------------------------------------

// In double quotes, or in a document: what the shell would take for its own is escaped.
static void put_escaped(Buf *b, Str s, bool quotes) {
    for (i64 i = 0; i < s.len; i++) {
        char ch = s.ptr[i];
        if (ch == '\\' || ch == '$' || ch == '`' || (quotes && ch == '"')) buf_char(b, '\\');
        buf_char(b, ch);
    }
}

static void put_text(const Shell *s, Buf *b, Str text, bool quotes) {
    while (text.len) {
        i64 at = s->work.len ? str_find(text, s->work) : -1;
        put_escaped(b, str_slice(text, 0, at < 0 ? text.len : at), quotes);
        if (at < 0) return;
        buf_c(b, "$WORK");
        text = str_slice(text, at + s->work.len, text.len);
    }
}

static bool is_plain(const Shell *s, Str word) {
    if (str_eq(word, S("# cp"))) return true;
    if (s->work.len && str_has_prefix(word, s->work)) word = str_slice(word, s->work.len, word.len);
    for (i64 i = 0; i < word.len; i++)
        if (strchr(" \t\r\n\"'$`\\*?[]<>|&;(){}#!~=%", word.ptr[i]) && !(word.ptr[i] == '=' && i > 0)) return false;
    return word.len > 0;
}

static void put_word(const Shell *s, Buf *b, Str word) {
    bool plain = is_plain(s, word);
    if (!plain) buf_char(b, '"');
    put_text(s, b, word, true);
    if (!plain) buf_char(b, '"');
}

static void show(Shell *s, Buf *b) {
    if (s->print) build_note(s->c, (Str){0}, buf_view(b));
    buf_free(b);
}

static void show_dir(Shell *s, Buf *b, Str dir) {
    if (!dir.len || str_eq(dir, s->dir)) return;
    s->dir = dir;
    buf_c(b, "cd ");
    put_word(s, b, dir);
    buf_c(b, "\n");
}

// A command of plain words, and what it is: it is done by this process.
static void show_words(Shell *s, const Str *words, i64 n, const char *note) {
    Buf b = {0};
    for (i64 i = 0; i < n; i++) {
        if (i) buf_c(&b, " ");
        put_word(s, &b, words[i]);
    }
    buf_printf(&b, "%s\n", note);
    show(s, &b);
}

// ---- the folder ------------------------------------------------------------------------------------------------------------

void shell_open_in(Shell *s, Cmd *c, Str work) {
    *s = (Shell){.c = c, .print = c->f.x || c->f.n, .run = !c->f.n, .work = work};
    if (s->run) return;
    build_note(c, (Str){0}, S("WORK=${WORK:-$(mktemp -d)}\n")); // for who types what follows
    s->work = S("$WORK");
}

bool shell_open(Shell *s, Cmd *c) {
    shell_open_in(s, c, (Str){0});
    if (!s->run) return true;
    Str dir;
    if (!work_make_dir(c, "go-buildXXXXXX", &dir))
        return !cmd_fail("creating work dir: mkdir %.*s: %s", SFMT(dir), err_os(errno));
    s->work = dir;
    signal(SIGINT, SIG_IGN); // it ends the tool that runs, and so the build; the folder is removed
    if (s->print || c->f.work) build_note(c, (Str){0}, arena_printf(c->a, "WORK=%.*s\n", SFMT(dir)));
    return true;
}

int shell_close(Shell *s, int rc) {
    if (s->run && !s->c->f.work) dir_remove_all(s->c->a, s->work, NULL);
    if (s->run) signal(SIGINT, SIG_DFL);
    return rc;
}

void shell_title(Shell *s, Str package) {
    if (!s->run) build_note(s->c, package, arena_printf(s->c->a, "\n#\n# %.*s\n#\n\n", SFMT(package)));
}

// ---- files -----------------------------------------------------------------------------------------------------------------

bool shell_mkdir(Shell *s, Str dir) {
    Str words[] = {S("mkdir"), S("-p"), dir};
    show_words(s, words, 3, "");
    if (!s->run || dir_make_all(s->c->a, dir)) return true;
    return !cmd_fail("mkdir %.*s: %s", SFMT(dir), err_os(errno));
}

bool shell_file(Shell *s, Str path, Str text) {
    Buf b = {0};
    buf_c(&b, "cat >");
    put_word(s, &b, path);
    buf_c(&b, " << EOF # internal\n");
    put_text(s, &b, text, false);
    if (text.len && text.ptr[text.len - 1] != '\n') buf_c(&b, "\n");
    buf_c(&b, "EOF\n");
    show(s, &b);
    if (!s->run || file_write_atomic(arena_cstr(s->c->a, path), text, 0666)) return true;
    return !cmd_fail("open %.*s: %s", SFMT(path), err_os(errno));
}

bool shell_copy(Shell *s, Str from, Str to) {
    Str words[] = {S("# cp"), from, to}, text; // the build does not need it
    show_words(s, words, 3, "");
    if (!s->run) return true;
    if (!file_read(s->c->a, arena_cstr(s->c->a, from), &text)) return false;
    if (file_write_atomic(arena_cstr(s->c->a, to), text, 0666)) return true;
    return dir_make_all(s->c->a, path_dir(to)) && file_write_atomic(arena_cstr(s->c->a, to), text, 0666);
}

bool shell_place(Shell *s, Str package, Str from, Str to, int mode, bool move) {
    Str words[] = {move ? S("mv") : S("cp"), from, to}, text;
    show_words(s, words, 3, "");
    if (!s->run) return true;
    if (!file_read(s->c->a, arena_cstr(s->c->a, from), &text))
        return !cmd_fail("open %.*s: %s", SFMT(from), err_os(errno));
    Buf image = {.ptr = (u8 *)text.ptr, .len = text.len};
    bool ok = write_output(package, to, &image, s->c->a, mode);
    if (ok && move && !s->c->f.work) unlink(arena_cstr(s->c->a, from));
    return ok;
}

void shell_remove(Shell *s, Str dir) {
    Str words[] = {S("rm"), S("-rf"), dir};
    if (!s->c->f.work) show_words(s, words, 3, "");
}

// ---- tools -----------------------------------------------------------------------------------------------------------------

static void show_run(Shell *s, const ShellRun *r) {
    Buf b = {0};
    show_dir(s, &b, r->dir);
    if (r->env.len) {
        i64 eq = str_index(r->env, '=');
        buf_printf(&b, "%.*s=", SFMT(str_slice(r->env, 0, eq)));
        put_word(s, &b, str_slice(r->env, eq + 1, r->env.len));
        buf_c(&b, " ");
    }
    for (i64 i = 0; i < r->args.len; i++) {
        if (i) buf_c(&b, " ");
        put_word(s, &b, r->args.ptr[i]);
    }
    buf_c(&b, "\n");
    show(s, &b);
}

static char **environment(Shell *s, const ShellRun *r) {
    i64 n = 0, k = 0;
    while (environ[n]) n++;
    char **env = ANEWN(s->c->a, char *, n + 4);
    i64 name = str_index(r->env, '=') + 1;
    for (i64 i = 0; i < n; i++) {
        bool own = strncmp(environ[i], "TOOLEXEC_IMPORTPATH=", 20) == 0 || strncmp(environ[i], "PWD=", 4) == 0;
        if (name > 0 && strncmp(environ[i], r->env.ptr, (size_t)name) == 0) own = true;
        if (!own) env[k++] = environ[i];
    }
    if (r->env.len) env[k++] = (char *)arena_cstr(s->c->a, r->env);
    if (r->package.len)
        env[k++] = (char *)arena_cstr(s->c->a, arena_printf(s->c->a, "TOOLEXEC_IMPORTPATH=%.*s", SFMT(r->package)));
    if (r->dir.len) env[k++] = (char *)arena_cstr(s->c->a, arena_printf(s->c->a, "PWD=%.*s", SFMT(r->dir)));
    return env;
}

static void read_all(int fd, Buf *b) {
    u8 part[4096];
    for (;;) {
        ssize_t n = read(fd, part, sizeof part);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;
        buf_bytes(b, part, n);
    }
}

static int start(Shell *s, const ShellRun *r, char **argv, int out, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, out, 2);
    if (r->dir.len) posix_spawn_file_actions_addchdir_np(&actions, arena_cstr(s->c->a, r->dir));
    posix_spawnattr_t attr;
    sigset_t restored;
    posix_spawnattr_init(&attr);
    sigemptyset(&restored);
    sigaddset(&restored, SIGINT);
    sigaddset(&restored, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attr, &restored);
    sigset_t none; // `test` blocks what it waits for
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    int err = posix_spawnp(pid, argv[0], &actions, &attr, argv, environment(s, r));
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&actions);
    return err;
}

static int execute(Shell *s, const ShellRun *r, Str *output) {
    int pipe_[2], status = 0;
    pid_t pid;
    Buf b = {0};
    char **argv = ANEWN(s->c->a, char *, r->args.len + 1);
    for (i64 i = 0; i < r->args.len; i++) argv[i] = (char *)arena_cstr(s->c->a, r->args.ptr[i]);
    fflush(NULL);
    if (pipe2(pipe_, O_CLOEXEC) != 0) return cmd_fail("pipe: %s", err_os(errno));
    int err = start(s, r, argv, pipe_[1], &pid);
    close(pipe_[1]);
    if (!err) read_all(pipe_[0], &b);
    close(pipe_[0]);
    *output = arena_str(s->c->a, buf_view(&b));
    buf_free(&b);
    if (err) return cmd_fail("fork/exec %s: %s", argv[0], err_os(err));
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void shell_show(Shell *s, StrVec words) { show_words(s, words.ptr, words.len, ""); }

int shell_run(Shell *s, const ShellRun *r, Str *output) {
    *output = (Str){0};
    show_run(s, r);
    return s->run ? execute(s, r, output) : 0;
}
