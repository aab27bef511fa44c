// prog.c - a cache that a program keeps: GOCACHEPROG's protocol, lines of JSON over its standard input and output.
//
// In:   the words of the command. Out: a CacheRemote. Facts: cmd/go/internal/cacheprog.
// One question at a time. What takes longer than a few seconds, answers something else or ends is a failure, and the caller's to tell.
// The program's input is a socket, so that one that has ended is an error and no signal.
#include "cache/cache.h"
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { PATIENCE = 10, LONGEST = 1 << 20 }; // seconds for an answer, bytes of one

typedef struct Prog {
    Arena *a;
    Str *argv;
    i64 n;
    pid_t pid; // 0: not started
    int in, out;
    Buf got; // read and not yet understood
    i64 id;  // of the last question
    bool gets, puts, closes;
    bool failed; // there is nothing to wait for any more
    VEC(Str) maps;
} Prog;

static bool fail(Prog *p, Str *why, const char *what, int error) {
    p->failed = true;
    *why = error ? arena_printf(p->a, "%s: %s", what, err_os(error)) : str_c(what);
    return false;
}

// ---- the program ----------------------------------------------------------------------------------------------------------

static int spawn(Prog *p, int in, int out) {
    posix_spawn_file_actions_t act;
    posix_spawnattr_t attr;
    sigset_t restored;
    char **argv = ANEWN(p->a, char *, p->n + 1);
    for (i64 i = 0; i < p->n; i++) argv[i] = (char *)arena_cstr(p->a, p->argv[i]);
    posix_spawn_file_actions_init(&act);
    posix_spawn_file_actions_adddup2(&act, in, 0);
    posix_spawn_file_actions_adddup2(&act, out, 1);
    posix_spawnattr_init(&attr);
    sigemptyset(&restored);
    sigaddset(&restored, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attr, &restored);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
    int e = posix_spawnp(&p->pid, argv[0], &act, &attr, argv, environ);
    posix_spawn_file_actions_destroy(&act);
    posix_spawnattr_destroy(&attr);
    return e;
}

static bool send_all(Prog *p, const char *s, i64 n, Str *why) {
    while (n > 0) {
        ssize_t w = send(p->in, s, (size_t)n, MSG_NOSIGNAL);
        if (w < 0 && errno == EINTR) continue;
        if (w < 0) return fail(p, why, "write", errno == EAGAIN ? ETIMEDOUT : errno);
        s += w, n -= w;
    }
    return true;
}

static bool read_more(Prog *p, Str *why) {
    struct pollfd fd = {p->out, POLLIN, 0};
    int n = poll(&fd, 1, PATIENCE * 1000);
    if (n < 0 && errno == EINTR) return true;
    if (n == 0) return fail(p, why, "it does not answer", 0);
    buf_reserve(&p->got, 1 << 14);
    ssize_t r = read(p->out, p->got.ptr + p->got.len, 1 << 14);
    if (r < 0 && errno == EINTR) return true;
    if (r <= 0) return fail(p, why, "it ended", 0);
    p->got.len += r;
    return p->got.len <= LONGEST || fail(p, why, "its answer is too long", 0);
}

// The next value; the caller's.
static json_t *read_answer(Prog *p, Str *why) {
    for (;;) {
        json_error_t e;
        bool any = str_trim(buf_view(&p->got)).len > 0;
        json_t *v = NULL;
        if (any) v = json_loadb((const char *)p->got.ptr, (size_t)p->got.len, JSON_DISABLE_EOF_CHECK, &e);
        if (v) {
            i64 used = i64_min(e.position, p->got.len);
            memmove(p->got.ptr, p->got.ptr + used, (size_t)(p->got.len - used));
            p->got.len -= used;
            if (json_is_object(v)) return v;
            json_decref(v);
        } else if (!any || (!memchr(p->got.ptr, 0, (size_t)p->got.len) &&
                            json_error_code(&e) == json_error_premature_end_of_input)) {
            if (read_more(p, why)) continue;
            return NULL;
        }
        fail(p, why, "its answer is not understood", 0);
        return NULL;
    }
}

static bool take_abilities(Prog *p, Str *why) {
    json_t *v = read_answer(p, why), *name;
    size_t i;
    if (!v) return false;
    json_array_foreach(json_object_get(v, "KnownCommands"), i, name) {
        const char *s = json_string_value(name);
        if (!s) continue;
        p->gets |= strcmp(s, "get") == 0;
        p->puts |= strcmp(s, "put") == 0;
        p->closes |= strcmp(s, "close") == 0;
    }
    json_decref(v);
    return p->gets || p->puts || p->closes || fail(p, why, "it knows no commands", 0);
}

static bool start(Prog *p, Str *why) {
    int in[2], out[2], e;
    if (p->pid) return true;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0) return fail(p, why, "socketpair", errno);
    if (pipe2(out, O_CLOEXEC) != 0) {
        e = errno;
        close(in[0]), close(in[1]);
        return fail(p, why, "pipe", e);
    }
    e = spawn(p, in[1], out[1]);
    close(in[1]), close(out[1]);
    p->in = in[0], p->out = out[0];
    if (e) {
        close(p->in), close(p->out);
        p->pid = 0;
        return fail(p, why, "cannot be started", e);
    }
    struct timeval patience = {PATIENCE, 0};
    setsockopt(p->in, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return take_abilities(p, why);
}

// ---- questions ------------------------------------------------------------------------------------------------------------

static void add_base64(Buf *b, const void *bytes, i64 n) {
    size_t room = sodium_base64_ENCODED_LEN((size_t)n, sodium_base64_VARIANT_ORIGINAL);
    buf_reserve(b, (i64)room);
    sodium_bin2base64((char *)b->ptr + b->len, room, bytes, (size_t)n, sodium_base64_VARIANT_ORIGINAL);
    b->len += (i64)room - 1;
}

static void add_bytes(Buf *b, const char *name, const void *bytes, i64 n) {
    buf_printf(b, ",\"%s\":\"", name);
    add_base64(b, bytes, n);
    buf_c(b, "\"");
}

// Sends it and reads the answer to it; NULL: *why.
static json_t *converse(Prog *p, Buf *question, Str *why) {
    bool sent = send_all(p, (const char *)question->ptr, question->len, why);
    buf_free(question);
    json_t *v = sent ? read_answer(p, why) : NULL;
    if (!v) return NULL;
    const char *error = json_string_value(json_object_get(v, "Err"));
    if (json_integer_value(json_object_get(v, "ID")) != p->id) fail(p, why, "it answers another question", 0);
    else if (error && *error) *why = arena_str(p->a, str_c(error));
    else return v;
    json_decref(v);
    return NULL;
}

static Buf question(Prog *p, const char *command, const CacheKey *k) {
    Buf b = {0};
    buf_printf(&b, "{\"ID\":%lld,\"Command\":\"%s\"", (long long)++p->id, command);
    if (k) add_bytes(&b, "ActionID", k->b, sizeof k->b);
    return b;
}

static bool map_answer(Prog *p, const char *path, Str *entry, Str *why) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(p, why, "the file that it names", errno);
    bool plain = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
    void *m = plain ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    close(fd);
    if (m == MAP_FAILED) return fail(p, why, "the file that it names is not an entry", 0);
    *entry = (Str){m, st.st_size};
    vec_push(p->a, &p->maps, *entry);
    return true;
}

static bool prog_get(void *ctx, const CacheKey *k, Str *entry, Str *why) {
    Prog *p = ctx;
    if (!start(p, why) || !p->gets) return false;
    Buf b = question(p, "get", k);
    buf_c(&b, "}\n");
    json_t *v = converse(p, &b, why);
    if (!v) return false;
    const char *path = json_string_value(json_object_get(v, "DiskPath"));
    bool miss = json_is_true(json_object_get(v, "Miss"));
    bool good = !miss && (path ? map_answer(p, path, entry, why) : fail(p, why, "it names no file", 0));
    json_decref(v);
    return good;
}

static bool prog_put(void *ctx, const CacheKey *k, const Str *parts, i64 n, Str *why) {
    Prog *p = ctx;
    if (!start(p, why)) return false;
    if (!p->puts) return true; // a cache that is only read
    Buf whole = {0}, b = question(p, "put", k);
    u8 sum[crypto_hash_sha256_BYTES];
    for (i64 i = 0; i < n; i++) buf_str(&whole, parts[i]);
    crypto_hash_sha256(sum, whole.ptr, (u64)whole.len);
    add_bytes(&b, "OutputID", sum, sizeof sum);
    buf_printf(&b, ",\"BodySize\":%lld}\n\n\"", (long long)whole.len);
    add_base64(&b, whole.ptr, whole.len);
    buf_c(&b, "\"\n");
    buf_free(&whole);
    json_t *v = converse(p, &b, why);
    json_decref(v);
    return v != NULL;
}

// It may answer before it ends or just end; one that does neither is ended.
static void prog_close(void *ctx) {
    Prog *p = ctx;
    Str why = S("");
    for (i64 i = 0; i < p->maps.len; i++) munmap((void *)(uintptr_t)p->maps.ptr[i].ptr, (size_t)p->maps.ptr[i].len);
    p->maps.len = 0;
    if (!p->pid) return;
    if (p->closes && !p->failed) {
        Buf b = question(p, "close", NULL);
        buf_c(&b, "}\n");
        send_all(p, (const char *)b.ptr, b.len, &why);
        buf_free(&b);
    }
    close(p->in);
    while (!p->failed && read_more(p, &why)) p->got.len = 0;
    if (!str_eq(why, S("it ended"))) kill(p->pid, SIGKILL);
    close(p->out);
    buf_free(&p->got);
    while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    p->pid = 0;
}

CacheRemote cache_program(Arena *a, Str *argv, i64 n) {
    Prog *p = ANEW(a, Prog);
    *p = (Prog){.a = a, .argv = argv, .n = n};
    return (CacheRemote){argv[0], prog_get, prog_put, prog_close, p};
}
