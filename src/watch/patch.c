// patch.c - patches of running programs: the connection with a program, and what becomes of a patch that was built (abi/patch.h).
//
// A program is told in VOLE_PATCH where we listen; the first process of our user that comes has the connection. A patch is its file; the answer says that it was
// applied, or why not: then the program is built and started again. While an answer is awaited nothing else is built for the target: what it is made
// against is known only afterwards.
#include "abi/patch.h"
#include "watch/loop.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE = 5 }; // seconds for an answer

static void close_file(Target *t, int *fd) {
    if (*fd < 0) return;
    events_file(t->w->events, *fd, 0, NULL, NULL);
    close(*fd);
    *fd = -1;
}

// Builds, which are copies of this process, look at them as they are then.
static void take_notes(Target *t, int fd) {
    struct stat st;
    if (t->patch.notes.len) munmap((void *)(uintptr_t)t->patch.notes.ptr, (size_t)t->patch.notes.len);
    t->patch.notes = (Str){0};
    if (fd < 0) return;
    void *p = fstat(fd, &st) == 0 && st.st_size > 0 ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0)
                                                    : MAP_FAILED;
    if (p != MAP_FAILED) t->patch.notes = (Str){p, st.st_size};
    close(fd);
}

static void forget(Target *t, Str *file) {
    if (file->len) unlink(file->ptr);
    *file = (Str){0};
}

// ---- the connection ------------------------------------------------------------------------------------------------------

static void on_answer(void *ctx, u32 what);

static void on_program(void *ctx, u32 what) {
    Target *t = ctx;
    struct ucred peer = {0};
    socklen_t len = sizeof peer;
    int fd = accept4(t->patch.listen, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 || peer.uid != geteuid() ||
        !events_file(t->w->events, fd, EPOLLIN, on_answer, t)) {
        close(fd);
        return;
    }
    close_file(t, &t->patch.fd);
    t->patch.fd = fd;
    close_file(t, &t->patch.listen);
}

Str patch_listen(Target *t, Arena *a) {
    u8 random[16];
    Str mode = t->patch.mode == PATCH_AUTO ? S(PATCH_CAREFUL) : S("vole-patch-");
    char name[64];
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    patch_leave(t);
    if (t->patch.mode == PATCH_NEVER || getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) return (Str){0};
    memcpy(name, mode.ptr, (size_t)mode.len);
    for (int i = 0; i < 16; i++) snprintf(name + mode.len + 2 * i, 3, "%02x", random[i]);
    size_t n = strlen(name);
    memcpy(un.sun_path + 1, name, n);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + n);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&un, len) == 0 && listen(fd, 4) == 0 &&
        events_file(t->w->events, fd, EPOLLIN, on_program, t)) {
        t->patch.listen = fd;
        return arena_printf(a, "VOLE_PATCH=%s", name);
    }
    if (fd >= 0) close(fd);
    return (Str){0};
}

void patch_leave(Target *t) {
    close_file(t, &t->patch.listen);
    close_file(t, &t->patch.fd);
    take_notes(t, -1);
}

Str patch_base(const Target *t) { return t->patch.fd >= 0 && t->pid ? t->patch.record : (Str){0}; }

void patch_started(Target *t) {
    if (t->patch.next.len) forget(t, &t->patch.record);
    if (t->patch.next.len) t->patch.record = t->patch.next;
    t->patch.next = (Str){0};
}

// ---- a patch -------------------------------------------------------------------------------------------------------------

static void end_wait(Target *t) {
    t->patch.waits = false;
    timer_stop(t->w->events, &t->patch.timer);
}

// Builds and starts it again.
static void give_up(Target *t, Str why) {
    end_wait(t);
    t->patch.why = arena_str(t->w->cycle, why);
    forget(t, &t->patch.next);
    close_file(t, &t->patch.fd);
    t->fresh = true;
    target_build(t);
}

static void tell_patched(Target *t, const PatchAnswer *a) {
    Watch *w = t->w;
    long long ms = (events_now() - w->since) / 1000000, n = t->patch.nfuncs;
    ShowEvent e = show_event(w, t, "patched");
    event_str(&e, "Function", t->patch.changed);
    event_int(&e, "Functions", n);
    event_int(&e, "Ms", ms);
    event_int(&e, "BuildMs", t->build_time / 1000000);
    event_int(&e, "StoppedUs", (i64)(a->stopped / 1000));
    event_int(&e, "Modules", a->modules);
    event_str(&e, "Text", str_c(a->text));
    event_end(&e);
    show_cycle(w, t, "patched %.*s%s%s in %lld ms%s%s", SFMT(t->patch.changed), t->patch.changed.len ? " " : "",
               n == 1 ? "(1 function)" : arena_printf(w->cycle, "(%lld functions)", n).ptr, ms, a->text[0] ? "; " : "",
               a->text);
    if (w->proxy) proxy_reload(w->proxy);
}

static void take_answer(Target *t, PatchAnswer *a) {
    a->text[sizeof a->text - 1] = 0;
    if (!a->good) {
        give_up(t, a->text[0] ? str_c(a->text) : S("the program refused the patch"));
        return;
    }
    end_wait(t);
    patch_started(t);
    t->image = 0; // it is none that was built
    t->patch.why = (Str){0};
    tell_patched(t, a);
    if (t->dirty) target_build(t);
    else loop_settle(t->w);
}

// *file: a descriptor that came with it, or -1.
static ssize_t receive(int fd, void *to, size_t size, int *file) {
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec io = {to, size};
    struct msghdr m = {
        .msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    *file = -1;
    ssize_t n = recvmsg(fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    const struct cmsghdr *c = n >= 0 ? CMSG_FIRSTHDR(&m) : NULL;
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(file, CMSG_DATA(c), sizeof *file);
    return n;
}

static void on_answer(void *ctx, u32 what) {
    Target *t = ctx;
    PatchAnswer a;
    int notes;
    ssize_t n = receive(t->patch.fd, &a, sizeof a, &notes);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (notes >= 0) take_notes(t, notes);
    if (n == (ssize_t)sizeof(PatchHello)) return;
    if (n == (ssize_t)sizeof a && t->patch.waits) take_answer(t, &a);
    else if (t->patch.waits) give_up(t, S("the program ended"));
    else close_file(t, &t->patch.fd);
}

static void lose_patience(void *ctx) { give_up(ctx, S("the program did not answer")); }

static bool send_file(int to, const char *path) {
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    PatchMessage head = {.size = fd >= 0 ? (u64)lseek(fd, 0, SEEK_END) : 0};
    struct iovec io = {&head, sizeof head};
    struct msghdr m = {
        .msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    *c = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))};
    memcpy(CMSG_DATA(c), &fd, sizeof fd);
    bool good = fd >= 0 && sendmsg(to, &m, MSG_NOSIGNAL) == (ssize_t)sizeof head;
    if (fd >= 0) close(fd);
    return good;
}

void patch_send(Target *t, const WatchBuilt *v) {
    Watch *w = t->w;
    forget(t, &t->patch.next);
    t->patch.next = arena_str(w->a, v->record);
    t->patch.changed = arena_str(w->cycle, v->changed);
    t->patch.nfuncs = v->nfuncs;
    Str file = arena_str(w->cycle, v->program);
    bool sent = t->patch.fd >= 0 && send_file(t->patch.fd, file.ptr);
    unlink(file.ptr);
    if (!sent) {
        give_up(t, S("the program cannot be reached"));
        return;
    }
    t->patch.waits = true;
    timer_set(w->events, &t->patch.timer, PATIENCE * 1000000000ll, lose_patience, t);
}

// The next start has a reason of its own.
void patch_because(Target *t, Str why) {
    if (t->patch.mode != PATCH_NEVER && t->patch.fd >= 0) t->patch.why = why;
}

// It changes nothing.
void patch_drop(const WatchBuilt *v) {
    unlink(v->program.ptr);
    unlink(v->record.ptr);
}

// What was built is to be started, for this reason; "": as always.
void patch_replace(Target *t, const WatchBuilt *v) {
    forget(t, &t->patch.next);
    t->patch.next = arena_str(t->w->a, v->record);
    if (v->refused.len) t->patch.why = arena_str(t->w->cycle, v->refused);
}
