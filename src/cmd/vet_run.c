// vet_run.c - one process of the program of analyzers for all that is not known: it gets the description, and its answers go to units.
//
// An answer is a frame: a line "index kind length" and as many bytes. Facts and findings are kept in the cache as they come.
// Never: takes an answer for more than it says: a unit without "done" has failed.
#include "cmd/vet.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

bool vet_program(Vet *v) { return v->program.len || tool_binary(v->c, str_c(v->tool), &v->program); }

// ---- answers ----------------------------------------------------------------------------------------------------------

static void take_fix(Vet *v, VetUnit *u, Str bytes) {
    i64 end = str_index(bytes, 0);
    VetFix f = {str_slice(bytes, 0, end), str_slice(bytes, end + 1, bytes.len)};
    if (end > 0) vec_push(v->c->a, &u->fixes, f);
}

static void finish(Vet *v, VetUnit *u, Str state) {
    u->done = true;
    u->failed = str_eq(state, S("failed"));
    u->exit = str_eq(state, S("exit"));
    bool same_again = !u->failed && !u->text.len && v->form != VET_FIX && !(v->form == VET_DIFF && u->exit);
    if (v->cache && u->root && same_again) cache_share(v->cache, &u->found_key, "findings", u->found);
    if (u->root && v->settled) v->settled(v, u);
}

static void take_known(Vet *v, VetUnit *u, Str bytes) {
    if (v->cache) cache_share(v->cache, &u->known_key, "types and facts", bytes);
    if (v->wanted.len) u->known_data = bytes;
}

static void take_answer(Vet *v, i64 index, Str kind, Str bytes) {
    VetUnit *u = v->batch.ptr[index];
    bytes = arena_str(v->c->a, bytes);
    if (str_eq(kind, S("error"))) vec_push(v->c->a, &u->errors, bytes);
    else if (str_eq(kind, S("found"))) u->found = bytes;
    else if (str_eq(kind, S("text"))) u->text = bytes;
    else if (str_eq(kind, S("fixed"))) take_fix(v, u, bytes);
    else if (str_eq(kind, S("known"))) take_known(v, u, bytes);
    else if (str_eq(kind, S("done"))) finish(v, u, bytes);
}

typedef struct Answers { // bytes of the program that make no frame yet
    Buf b;
    bool broken;
} Answers;

// "12 found 345"
static bool read_head(Str line, i64 *index, Str *kind, i64 *len) {
    char word[16];
    long long a, n;
    char text[80];
    if (line.len >= (i64)sizeof text) return false;
    memcpy(text, line.ptr, (size_t)line.len);
    text[line.len] = 0;
    if (sscanf(text, "%lld %15s %lld", &a, word, &n) != 3 || a < 0 || n < 0) return false;
    i64 at = str_index(line, ' ') + 1;
    *index = a, *len = n;
    *kind = str_slice(line, at, at + (i64)strlen(word));
    return true;
}

static void take_frames(Vet *v, Answers *r) {
    i64 at = 0;
    while (!r->broken) {
        Str rest = str_slice(buf_view(&r->b), at, r->b.len), kind;
        i64 nl = str_index(rest, '\n'), index, len;
        if (nl < 0) break;
        r->broken = !read_head(str_slice(rest, 0, nl), &index, &kind, &len) || index >= v->batch.len;
        if (r->broken || rest.len < nl + 1 + len) break;
        take_answer(v, index, kind, str_slice(rest, nl + 1, nl + 1 + len));
        at += nl + 1 + len;
    }
    memmove(r->b.ptr, r->b.ptr + at, (size_t)(r->b.len - at));
    r->b.len -= at;
}

static bool read_answers(Vet *v, int fd) {
    Answers r = {0};
    char part[1 << 16];
    ssize_t n;
    while ((n = read(fd, part, sizeof part)) != 0) {
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) break;
        buf_bytes(&r.b, part, n);
        take_frames(v, &r);
    }
    bool good = !r.broken && n == 0 && r.b.len == 0;
    buf_free(&r.b);
    return good;
}

// ---- the process ------------------------------------------------------------------------------------------------------

static int description_file(Vet *v) {
    Buf b = {0};
    int fd = -1;
    if (vet_describe(v, &b)) fd = memfd_create("vet", MFD_CLOEXEC);
    for (i64 at = 0; fd >= 0 && at < b.len;) {
        ssize_t n = write(fd, b.ptr + at, (size_t)(b.len - at));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            close(fd);
            fd = -1;
        } else at += n;
    }
    buf_free(&b);
    if (fd >= 0) lseek(fd, 0, SEEK_SET);
    return fd;
}

static char **arguments(Vet *v) {
    Arena *a = v->c->a;
    char **argv = ANEWN(a, char *, v->flags.len + 3);
    i64 n = 0;
    argv[n++] = (char *)(uintptr_t)v->tool;
    for (i64 i = 0; i < v->flags.len; i++) argv[n++] = (char *)(uintptr_t)arena_cstr(a, v->flags.ptr[i]);
    argv[n++] = (char *)(uintptr_t) "vole-batch";
    return argv;
}

static bool start(Vet *v, int in, int out[2], pid_t *pid) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none;
    if (pipe2(out, O_CLOEXEC) != 0) return false;
    sigemptyset(&none);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in, 0);
    posix_spawn_file_actions_adddup2(&files, out[1], 1);
    errno = posix_spawn(pid, arena_cstr(v->c->a, v->program), &files, &attr, arguments(v), environ);
    int why = errno;
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attr);
    close(out[1]);
    if (why) close(out[0]);
    errno = why;
    return why == 0;
}

bool vet_run(Vet *v) {
    int out[2], status = 0;
    pid_t pid;
    if (!vet_program(v)) return false;
    int in = description_file(v);
    if (in < 0) return v->batch.len ? !cmd_fail("memfd_create: %s", err_os(errno)) : true;
    fflush(NULL);
    bool started = start(v, in, out, &pid);
    if (!started) cmd_fail("fork/exec %.*s: %s", SFMT(v->program), err_os(errno));
    close(in);
    if (!started) return false;
    bool good = read_answers(v, out[0]);
    close(out[0]);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (good && WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    return !cmd_fail("%s: the program of the analyzers ended badly", v->tool);
}
