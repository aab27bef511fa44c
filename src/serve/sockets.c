// sockets.c - listening sockets that outlive the programs that asked for them.
//
// Programs ask over an abstract Unix socket with a name that nobody guesses, and only those of our user are answered; it vanishes with
// us, whatever ends us. Who has a socket is known by pidfds: as long as one of them lives, or a program is being replaced, we keep our
// copy. An answer depends on what the kernel says of our copy (address, options, that it listens), not on what was said when it was left.
#include "abi/sockets.h"
#include "serve/address.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct Held Held;
typedef struct Holder { // a process that has it
    Held *held;
    struct Holder *next;
    pid_t pid;
    int fd; // pidfd
    i64 run;
} Holder;
struct Held {
    Sockets *sockets;
    Held *next;
    Holder *holders;
    int fd;
    bool ours;    // configured: for LISTEN_FDS
    Str path;     // of a Unix socket; "": none
    ino_t socket; // as /proc names it
};
typedef struct Run {
    struct Run *next;
    i64 number;
    void (*listens)(void *ctx);
    void *ctx;
    u32 *page; // that its processes see; NULL: none asked for it
    int fd;    // of the page
} Run;
typedef struct Question { // a connection whose question has not come yet
    Sockets *sockets;
    struct Question *next, **link;
    int fd;
} Question;
struct Sockets {
    Arena *a; // for errors
    Events *events;
    int fd; // on which programs ask
    char name[48];
    Held *held;
    Run *runs;
    Question *questions;
    i64 nrun, keep;
    VEC(int) ours;
};

static void *must_alloc(size_t n) {
    void *p = calloc(1, n);
    if (!p) fatal("out of memory");
    return p;
}

// ---- what is held --------------------------------------------------------------------------------------------------

static void free_holder(Holder *r) {
    events_file(r->held->sockets->events, r->fd, 0, NULL, NULL);
    close(r->fd);
    free(r);
}

static void drop_held(Held *h) {
    Held **at = &h->sockets->held;
    while (*at != h) at = &(*at)->next;
    *at = h->next;
    while (h->holders) {
        Holder *r = h->holders;
        h->holders = r->next;
        free_holder(r);
    }
    if (h->path.len) unlink(h->path.ptr);
    close(h->fd);
    free((char *)(uintptr_t)h->path.ptr);
    free(h);
}

static void drop_unheld(Sockets *s) {
    for (Held *h = s->held, *next; h; h = next) {
        next = h->next;
        if (!h->holders && !h->ours && s->keep == 0) drop_held(h);
    }
}

static void on_holder_end(void *ctx, u32 what) {
    Holder *r = ctx;
    Sockets *s = r->held->sockets;
    Holder **at = &r->held->holders;
    while (*at != r) at = &(*at)->next;
    *at = r->next;
    free_holder(r);
    drop_unheld(s);
}

static void add_holder(Held *h, pid_t pid, i64 run) {
    for (Holder *r = h->holders; r; r = r->next)
        if (r->pid == pid) return;
    Holder *r = must_alloc(sizeof *r);
    *r = (Holder){.held = h, .next = h->holders, .pid = pid, .run = run, .fd = (int)syscall(SYS_pidfd_open, pid, 0)};
    if (r->fd >= 0 && events_file(h->sockets->events, r->fd, EPOLLIN, on_holder_end, r)) {
        h->holders = r;
        return;
    }
    if (r->fd >= 0) close(r->fd);
    free(r);
}

static Held *add_held(Sockets *s, int fd) {
    struct stat st;
    Held *h = must_alloc(sizeof *h);
    *h = (Held){.sockets = s, .next = s->held, .fd = fd};
    if (fstat(fd, &st) == 0) h->socket = st.st_ino;
    s->held = h;
    return h;
}

// ---- matching -------------------------------------------------------------------------------------------------------

static int get_option(int fd, int level, int name) {
    int v = 0;
    socklen_t len = sizeof v;
    return getsockopt(fd, level, name, &v, &len) == 0 ? v : -1;
}

// Absolute, as the process sees it; "": an abstract name, or none.
static Str unix_path(const struct sockaddr_un *un, socklen_t len, pid_t pid) {
    i64 most = (i64)len - (i64)offsetof(struct sockaddr_un, sun_path), n = 0;
    char link[64], dir[4096];
    while (n < most && un->sun_path[n]) n++;
    if (n == 0) return (Str){0};
    snprintf(link, sizeof link, "/proc/%d/cwd", (int)pid);
    ssize_t k = un->sun_path[0] == '/' ? 0 : readlink(link, dir, sizeof dir - 1);
    if (k < 0) return (Str){0};
    char *p = must_alloc((size_t)(k + 1 + n + 1));
    memcpy(p, dir, (size_t)k);
    if (k > 0) p[k++] = '/';
    memcpy(p + k, un->sun_path, (size_t)n);
    return (Str){p, k + n};
}

static void free_path(Str p) { free((char *)(uintptr_t)p.ptr); }

static bool same_unix(const Held *h, const Address *x, const Address *y, pid_t pid) {
    if (!h->path.len) return x->len == y->len && memcmp(&x->a, &y->a, x->len) == 0;
    Str path = unix_path((const struct sockaddr_un *)&y->a, y->len, pid);
    bool same = str_eq(path, h->path);
    free_path(path);
    return same;
}

static bool same_address(const Held *h, const Address *y, pid_t pid) {
    Address x = {.len = sizeof x.a};
    const struct sockaddr_in *in = (const void *)&x.a, *jn = (const void *)&y->a;
    const struct sockaddr_in6 *in6 = (const void *)&x.a, *jn6 = (const void *)&y->a;
    if (getsockname(h->fd, (struct sockaddr *)&x.a, &x.len) != 0 || x.a.ss_family != y->a.ss_family) return false;
    if (x.a.ss_family == AF_UNIX) return same_unix(h, &x, y, pid);
    if (x.a.ss_family == AF_INET) return in->sin_port == jn->sin_port && in->sin_addr.s_addr == jn->sin_addr.s_addr;
    return x.a.ss_family == AF_INET6 && in6->sin6_port == jn6->sin6_port && in6->sin6_scope_id == jn6->sin6_scope_id &&
           memcmp(&in6->sin6_addr, &jn6->sin6_addr, 16) == 0;
}

static bool same_options(const Held *h, const SocketAsk *q) {
    static const int options[4][2] = SOCKET_OPTIONS;
    for (int i = 0; i < 4; i++)
        if (!(h->ours && i == 1) && get_option(h->fd, options[i][0], options[i][1]) != q->options[i]) return false;
    return true;
}

static bool has_open(pid_t pid, ino_t socket) {
    char dir[64], want[64], link[64];
    snprintf(dir, sizeof dir, "/proc/%d/fd", (int)pid);
    i64 len = snprintf(want, sizeof want, "socket:[%llu]", (unsigned long long)socket);
    DIR *d = opendir(dir);
    bool found = false;
    for (struct dirent *e; d && !found && (e = readdir(d));) {
        ssize_t n = readlinkat(dirfd(d), e->d_name, link, sizeof link);
        found = n == len && memcmp(link, want, (size_t)len) == 0;
    }
    if (d) closedir(d);
    return found;
}

// Whoever belongs to the same run and has it makes a second bind an error, as without us.
static bool is_in_use(const Held *h, i64 run) {
    for (const Holder *r = h->holders; r; r = r->next)
        if (r->run == run && has_open(r->pid, h->socket)) return true;
    return false;
}

// ---- questions ------------------------------------------------------------------------------------------------------

static Held *find_held(Sockets *s, const SocketAsk *q, pid_t pid) {
    Address at = {.len = q->len};
    memcpy(&at.a, q->address, (size_t)i64_min(q->len, (i64)sizeof at.a));
    for (Held *h = s->held; h; h = h->next)
        if (get_option(h->fd, SOL_SOCKET, SO_ACCEPTCONN) == 1 && same_options(h, q) && same_address(h, &at, pid) &&
            !is_in_use(h, (i64)q->run))
            return h;
    return NULL;
}

static bool keeps_path(Sockets *s, const SocketAsk *q, pid_t pid) {
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    if (q->len >= sizeof un.sun_path) return false;
    memcpy(un.sun_path, q->address, q->len);
    Str path = unix_path(&un, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + q->len), pid);
    bool found = false;
    for (Held *h = s->held; h && path.len; h = h->next) found |= str_eq(h->path, path);
    free_path(path);
    return found;
}

static void answer(int fd, u32 word, int pass) {
    struct iovec io = {&word, sizeof word};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1};
    if (pass >= 0) {
        m.msg_control = control.bytes, m.msg_controllen = sizeof control.bytes;
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        *c = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))};
        memcpy(CMSG_DATA(c), &pass, sizeof pass);
    }
    sendmsg(fd, &m, MSG_NOSIGNAL);
}

static Run *find_run(Sockets *s, i64 number) {
    Run *r = s->runs;
    while (r && r->number != number) r = r->next;
    return r;
}

static void tell_run(Sockets *s, i64 run) {
    Run *r = find_run(s, run);
    if (r && r->listens) r->listens(r->ctx);
}

// A page that its programs can only read.
static void make_page(Run *r) {
    int fd = memfd_create("vole-page", MFD_CLOEXEC);
    void *p =
        fd >= 0 && ftruncate(fd, 4096) == 0 ? mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (p == MAP_FAILED && fd >= 0) close(fd);
    if (p == MAP_FAILED) return;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int readonly = open(path, O_RDONLY | O_CLOEXEC);
    close(fd);
    r->page = p, r->fd = readonly;
}

static void answer_page(Sockets *s, int to, i64 run) {
    Run *r = find_run(s, run);
    if (r && !r->page) make_page(r);
    bool good = r && r->page && r->fd >= 0;
    answer(to, good, good ? r->fd : -1);
}

bool sockets_quiet(Sockets *s, i64 run) {
    Run *r = find_run(s, run);
    if (!r || !r->page) return false;
    __atomic_store_n(r->page, 1, __ATOMIC_RELEASE);
    return true;
}

static void take_left(Sockets *s, const SocketAsk *q, pid_t pid, int fd) {
    Address at = {.len = sizeof at.a};
    Held *h = add_held(s, fd);
    if (getsockname(fd, (struct sockaddr *)&at.a, &at.len) == 0 && at.a.ss_family == AF_UNIX)
        h->path = unix_path((const struct sockaddr_un *)&at.a, at.len, pid);
    add_holder(h, pid, (i64)q->run);
    drop_unheld(s);
}

// A process closed one that it had. It may have a copy.
static void take_closed(Sockets *s, pid_t pid) {
    for (Held *h = s->held; h; h = h->next)
        for (Holder **at = &h->holders; *at; at = &(*at)->next) {
            Holder *r = *at;
            if (r->pid != pid || has_open(pid, h->socket)) continue;
            *at = r->next;
            free_holder(r);
            break;
        }
    drop_unheld(s);
}

// fd: came along, ours to keep or close.
static void take_question(Sockets *s, int to, const SocketAsk *q, pid_t pid, int fd) {
    if (q->what == SOCKETS_TAKE) {
        Held *h = find_held(s, q, pid);
        if (h) add_holder(h, pid, (i64)q->run);
        answer(to, h != NULL, h ? h->fd : -1);
    } else if (q->what == SOCKETS_PAGE) answer_page(s, to, (i64)q->run);
    else if (q->what == SOCKETS_UNLINK) answer(to, keeps_path(s, q, pid), -1);
    if (q->what == SOCKETS_CLOSED) take_closed(s, pid);
    if (q->what == SOCKETS_LEAVE && fd >= 0) take_left(s, q, pid, fd), fd = -1;
    if (fd >= 0) close(fd);
    if (q->what == SOCKETS_LEAVE || q->what == SOCKETS_LISTENS) tell_run(s, (i64)q->run);
}

static int receive_question(int fd, SocketAsk *q, int *came) {
    struct iovec io = {q, sizeof *q};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct msghdr m = {
        .msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(came, CMSG_DATA(c), sizeof *came);
    return (int)n;
}

static void end_question(Question *w) {
    events_file(w->sockets->events, w->fd, 0, NULL, NULL);
    close(w->fd);
    *w->link = w->next;
    if (w->next) w->next->link = w->link;
    free(w);
}

static void on_question(void *ctx, u32 what) {
    Question *w = ctx;
    SocketAsk q;
    struct ucred peer = {0};
    socklen_t len = sizeof peer;
    int came = -1, n = receive_question(w->fd, &q, &came);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    bool good = n == (int)sizeof q && q.len <= SOCKETS_ADDRESS &&
                getsockopt(w->fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.uid == geteuid() && peer.pid > 0;
    if (good) take_question(w->sockets, w->fd, &q, peer.pid, came);
    else if (came >= 0) close(came);
    end_question(w);
}

static void on_connection(void *ctx, u32 what) {
    Sockets *s = ctx;
    int fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    Question *w = must_alloc(sizeof *w);
    *w = (Question){.sockets = s, .fd = fd, .next = s->questions, .link = &s->questions};
    if (w->next) w->next->link = &w->next;
    s->questions = w;
    if (!events_file(s->events, fd, EPOLLIN, on_question, w)) end_question(w);
}

// ---- the whole ------------------------------------------------------------------------------------------------------

static int open_name(Sockets *s) {
    u8 random[16];
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) return -1;
    memcpy(s->name, "vole-", 5);
    for (int i = 0; i < 16; i++) snprintf(s->name + 5 + 2 * i, 3, "%02x", random[i]);
    size_t n = strlen(s->name);
    memcpy(un.sun_path + 1, s->name, n);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + n);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&un, len) == 0 && listen(fd, 128) == 0) return fd;
    if (fd >= 0) close(fd);
    return -1;
}

Sockets *sockets_new(Arena *a, Events *e, Err *err) {
    Sockets *s = ANEW(a, Sockets);
    s->a = a, s->events = e, s->fd = open_name(s);
    if (s->fd >= 0 && events_file(e, s->fd, EPOLLIN, on_connection, s)) return s;
    err_set(err, a, ERR_OTHER, "cannot keep sockets: %s", err_os(errno));
    if (s->fd >= 0) close(s->fd);
    return NULL;
}

bool sockets_bind(Sockets *s, Str text, Err *err) {
    Address at;
    if (!address_parse(s->a, text, "::", &at, err)) return false;
    int fd = address_listen(&at, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return err_set(err, s->a, ERR_OTHER, "listen %.*s: %s", SFMT(text), err_os(errno));
    Held *h = add_held(s, fd);
    h->ours = true;
    if (at.a.ss_family == AF_UNIX) h->path = unix_path((struct sockaddr_un *)&at.a, at.len, getpid());
    vec_push(s->a, &s->ours, fd);
    return true;
}

const int *sockets_fds(const Sockets *s, i64 *n) {
    *n = s->ours.len;
    return s->ours.ptr;
}

i64 sockets_run(Sockets *s, void (*listens)(void *ctx), void *ctx) {
    Run *r = must_alloc(sizeof *r);
    *r = (Run){.next = s->runs, .number = ++s->nrun, .listens = listens, .ctx = ctx};
    s->runs = r;
    return r->number;
}

void sockets_run_end(Sockets *s, i64 run) {
    for (Run **at = &s->runs; *at; at = &(*at)->next) {
        Run *r = *at;
        if (r->number != run) continue;
        *at = r->next;
        if (r->page) munmap(r->page, 4096);
        if (r->page && r->fd >= 0) close(r->fd);
        free(r);
        return;
    }
}

Str sockets_env(const Sockets *s, Arena *a, i64 run) {
    return arena_printf(a, "VOLE_SOCKETS=%s.%lld", s->name, (long long)run);
}

void sockets_keep(Sockets *s, bool on) {
    s->keep += on ? 1 : -1;
    drop_unheld(s);
}

void sockets_free(Sockets *s) {
    while (s->questions) end_question(s->questions);
    while (s->held) drop_held(s->held);
    while (s->runs) sockets_run_end(s, s->runs->number);
    events_file(s->events, s->fd, 0, NULL, NULL);
    close(s->fd);
}
