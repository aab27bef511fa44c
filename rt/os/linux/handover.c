// handover.c - under `vole watch` listening sockets outlive the program: a new one gets those of the one before (abi/sockets.h).
//
// With VOLE_SOCKETS in the environment all system calls of Go code come here: bind, listen, close and unlink of sockets are told to the
// watcher. A goroutine that accepts a connection is known from then on (G.serves). Before the program is told to end it becomes quiet: it accepts nothing more, and heads of HTTP/1.1 answers that it writes say
// "Connection: close", so that clients that keep connections come to the new program by themselves: net/http drops what it has not read
// when it shuts down. When nobody answers, all calls are what they were.
// Runs on the system stack, in a system call: it may block, takes no locks and allocates nothing. What is here is written before
// goroutines run, but for bits of a descriptor (by who calls for it) and page.
#include "os/os.h"
#include "abi/sockets.h"
#include "os/linux/linux.h"

enum {
    SYS_writev = 20,
    SYS_socket = 41,
    SYS_connect = 42,
    SYS_accept = 43,
    SYS_sendmsg = 46,
    SYS_recvmsg = 47,
    SYS_bind = 49,
    SYS_listen = 50,
    SYS_newfstatat = 262,
    SYS_unlinkat = 263,
    SYS_accept4 = 288,
    SYS_dup3 = 292,
    AF_UNIX = 1,
    AF_INET = 2,
    AF_INET6 = 10,
    SOCK_STREAM = 1,
    SOCK_SEQPACKET = 5,
    SOL_SOCKET = 1,
    SO_TYPE = 3,
    SO_RCVTIMEO = 20,
    SO_SNDTIMEO = 21,
    SCM_RIGHTS = 1,
    MSG_NOSIGNAL = 0x4000,
    MSG_CMSG_CLOEXEC = 0x40000000,
    AT_SYMLINK_NOFOLLOW = 0x100,
    MAP_SHARED = 1,
    S_IFMT = 0170000,
    S_IFSOCK = 0140000
};
typedef struct {
    void *base;
    usize len;
} KIovec;
typedef struct {
    void *name;
    u32 namelen;
    KIovec *iov;
    usize iovlen;
    void *control;
    usize controllen;
    u32 flags;
} KMsg;
typedef struct {
    usize len;
    i32 level, type, fd, pad;
} KFdMsg;

u8 rt_handover; // Syscall6 comes here: somebody watches, or wants to know which goroutines have accepted a connection
static bool watched;
static struct {
    u16 family;
    u8 name[110];
    u32 len;
} watcher;
static u64 watcher_run;
// By descriptor: bound to an address of its own choice; taken; a connection.
enum { FILES = 4096 };
static u64 bound[FILES / 64], taken[FILES / 64], accepted[FILES / 64];
static u32 *page; // of the watcher; set once, by whoever listens first

static SYSTEM void set_bit(u64 *bits, u64 fd, bool on) {
    if (fd >= FILES) return;
    u64 bit = 1ULL << (fd & 63);
    if (on) __atomic_fetch_or(&bits[fd / 64], bit, __ATOMIC_RELAXED);
    else __atomic_fetch_and(&bits[fd / 64], ~bit, __ATOMIC_RELAXED);
}
static SYSTEM bool has_bit(const u64 *bits, u64 fd) {
    return fd < FILES && __atomic_load_n(&bits[fd / 64], __ATOMIC_RELAXED) >> (fd & 63) & 1;
}

SYSTEM void handover_init(void) {
    const char *s = rt_getenv("VOLE_SOCKETS");
    u32 n = 1; // the first byte is 0: a name that is no path
    u64 run = 0;
    for (; s && *s && *s != '.' && n < sizeof watcher.name; s++) watcher.name[n++] = (u8)*s;
    bool good = s && *s == '.' && n > 1;
    for (s += good; good && *s >= '0' && *s <= '9'; s++) run = run * 10 + (u64)(*s - '0');
    watcher.family = AF_UNIX, watcher.len = 2 + n, watcher_run = run;
    watched = good;
    rt_handover |= good;
}

static SYSTEM i64 ask_open(void) {
    i64 fd = sys_call(SYS_socket, AF_UNIX, SOCK_SEQPACKET | O_CLOEXEC, 0, 0, 0, 0);
    i64 limit[2] = {5, 0}; // seconds: then it is as if nobody answered
    if (fd < 0) return fd;
    sys_call(SYS_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, (i64)limit, sizeof limit, 0);
    sys_call(SYS_setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, (i64)limit, sizeof limit, 0);
    i64 rc = sys_call(SYS_connect, fd, (i64)&watcher, watcher.len, 0, 0, 0);
    if (rc == 0) return fd;
    sys_call(SYS_close, fd, 0, 0, 0, 0, 0);
    return rc;
}

// Sends the question, with a descriptor if pass >= 0, and if there is an answer waits for it; *got: a descriptor that came, or -1.
static SYSTEM bool ask(SocketAsk *q, i32 pass, bool wait, i32 *got) {
    i64 fd = ask_open(), n;
    u32 answer = 0;
    KFdMsg control = {sizeof control - 4, SOL_SOCKET, SCM_RIGHTS, pass, 0};
    KIovec io = {q, sizeof *q};
    KMsg m = {.iov = &io, .iovlen = 1, .control = &control, .controllen = pass >= 0 ? sizeof control : 0};
    if (fd < 0) return false;
    q->run = watcher_run;
    n = sys_call(SYS_sendmsg, fd, (i64)&m, MSG_NOSIGNAL, 0, 0, 0);
    if (wait && n == sizeof *q) {
        io = (KIovec){&answer, sizeof answer};
        control.len = 0;
        m.controllen = sizeof control;
        while ((n = sys_call(SYS_recvmsg, fd, (i64)&m, MSG_CMSG_CLOEXEC, 0, 0, 0)) == -EINTR) {
        }
        if (n != sizeof answer) answer = 0;
        if (n >= 0 && got && control.len == sizeof control - 4 && control.type == SCM_RIGHTS) *got = control.fd;
    }
    sys_call(SYS_close, fd, 0, 0, 0, 0, 0);
    return answer == 1;
}

static SYSTEM i32 get_option(i64 fd, i32 level, i32 name) {
    i32 v = 0, len = sizeof v;
    return sys_call(SYS_getsockopt, fd, level, name, (i64)&v, (i64)&len, 0) == 0 ? v : -1;
}

// An address that a program chose: neither port 0 nor a name by the kernel.
static SYSTEM bool is_chosen(const u8 *a, usize len) {
    u16 family = len >= 4 ? *(const u16 *)(const void *)a : 0;
    bool inet = (family == AF_INET && len >= 16) || (family == AF_INET6 && len >= 28);
    return len <= SOCKETS_ADDRESS && (inet ? a[2] || a[3] : family == AF_UNIX);
}

static SYSTEM i64 do_bind(i64 fd, const u8 *a, usize len) {
    static const i32 options[4][2] = SOCKET_OPTIONS;
    SocketAsk q = {.what = SOCKETS_TAKE, .len = (u32)len};
    i32 got = -1;
    bool chosen = is_chosen(a, len) && get_option(fd, SOL_SOCKET, SO_TYPE) == SOCK_STREAM;
    if (chosen) {
        __builtin_memcpy(q.address, a, len);
        for (int i = 0; i < 4; i++) q.options[i] = get_option(fd, options[i][0], options[i][1]);
    }
    if (chosen && ask(&q, -1, true, &got) && got >= 0) {
        i64 rc = sys_call(SYS_dup3, got, fd, O_CLOEXEC, 0, 0, 0);
        sys_call(SYS_close, got, 0, 0, 0, 0, 0);
        set_bit(bound, (u64)fd, false);
        set_bit(taken, (u64)fd, rc >= 0);
        return rc < 0 ? rc : 0;
    }
    if (got >= 0) sys_call(SYS_close, got, 0, 0, 0, 0, 0);
    i64 rc = sys_call(SYS_bind, fd, (i64)a, (i64)len, 0, 0, 0);
    set_bit(bound, (u64)fd, chosen && rc == 0);
    set_bit(taken, (u64)fd, false);
    return rc;
}

static SYSTEM void map_page(void) {
    SocketAsk q = {.what = SOCKETS_PAGE};
    i32 got = -1;
    u32 *none = NULL;
    if (__atomic_load_n(&page, __ATOMIC_ACQUIRE) || !ask(&q, -1, true, &got) || got < 0) return;
    i64 p = sys_call(SYS_mmap, 0, OS_PAGE, PROT_READ, MAP_SHARED, got, 0);
    sys_call(SYS_close, got, 0, 0, 0, 0, 0);
    if (p < 0 && p > -4096) return;
    if (__atomic_compare_exchange_n(&page, &none, (u32 *)p, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return;
    sys_call(SYS_munmap, p, OS_PAGE, 0, 0, 0, 0);
}

static SYSTEM i64 do_listen(i64 fd, i64 backlog) {
    SocketAsk q = {0};
    i64 rc = sys_call(SYS_listen, fd, backlog, 0, 0, 0, 0);
    if (rc != 0) return rc;
    if (!has_bit(taken, (u64)fd) && !has_bit(bound, (u64)fd)) return rc;
    map_page();
    q.what = has_bit(taken, (u64)fd) ? SOCKETS_LISTENS : SOCKETS_LEAVE;
    ask(&q, q.what == SOCKETS_LEAVE ? (i32)fd : -1, false, NULL);
    return rc;
}

static SYSTEM bool is_quiet(void) {
    const u32 *p = __atomic_load_n(&page, __ATOMIC_ACQUIRE);
    return p && __atomic_load_n(p, __ATOMIC_RELAXED) == 1;
}

// Connections wait for the next program.
static SYSTEM i64 do_accept(i64 fd, i64 a, i64 b, i64 flags) {
    bool ours = has_bit(taken, (u64)fd) || has_bit(bound, (u64)fd);
    if (ours && is_quiet()) return -EAGAIN;
    i64 rc = sys_call(SYS_accept4, fd, a, b, flags, 0, 0);
    if (rc < 0) return rc;
    set_bit(accepted, (u64)rc, ours);
    if (this_g()) this_g()->serves = 1;
    return rc;
}

static SYSTEM i64 do_close(i64 fd) {
    SocketAsk q = {.what = SOCKETS_CLOSED};
    bool ours = has_bit(taken, (u64)fd) || has_bit(bound, (u64)fd);
    set_bit(accepted, (u64)fd, false), set_bit(taken, (u64)fd, false), set_bit(bound, (u64)fd, false);
    i64 rc = sys_call(SYS_close, fd, 0, 0, 0, 0, 0);
    if (ours) ask(&q, -1, false, NULL);
    return rc;
}

// Does `low` stand there, in letters of any case?
static SYSTEM bool stands(const u8 *p, const u8 *end, const char *low) {
    for (; *low; low++, p++)
        if (p == end || (*p >= 'A' && *p <= 'Z' ? *p + 32 : *p) != (u8)*low) return false;
    return true;
}

// The length of the first line, if this begins with a whole head of a last answer in HTTP/1.1 that says nothing of its connection; else 0.
static SYSTEM i64 find_head(const u8 *p, i64 n) {
    const u8 *end = p + (n < 16384 ? n : 16384), *line = NULL;
    if (!stands(p, end, "http/1.1 ") || n < 16 || p[9] < '2' || p[9] > '9') return 0;
    for (const u8 *s = p; s < end; s++) {
        if (!stands(s, end, "\r\n")) continue;
        if (!line) line = s + 2;
        if (stands(s, end, "\r\n\r\n")) return line - p;
        if (stands(s, end, "\r\nconnection:")) return 0;
    }
    return 0;
}

static SYSTEM i64 do_write(i64 fd, const u8 *p, i64 n) {
    static const char field[] = "Connection: close\r\n";
    enum { FIELD = sizeof field - 1 };
    i64 line = is_quiet() && has_bit(accepted, (u64)fd) ? find_head(p, n) : 0;
    if (!line) return sys_call(SYS_write, fd, (i64)p, n, 0, 0, 0);
    KIovec io[3] = {
        {(void *)(usize)p, (usize)line}, {(void *)(usize)field, FIELD}, {(void *)(usize)(p + line), (usize)(n - line)}};
    i64 rc = sys_call(SYS_writev, fd, (i64)io, 3, 0, 0, 0);
    if (rc <= line) return rc;
    while (rc < line + FIELD) { // what we began must be whole
        struct {
            i32 fd;
            u16 events, revents;
        } wait = {(i32)fd, 4 /* POLLOUT */, 0};
        sys_call(SYS_poll, (i64)&wait, 1, -1, 0, 0, 0);
        i64 more = sys_call(SYS_write, fd, (i64)(field + rc - line), line + FIELD - rc, 0, 0, 0);
        if (more < 0 && more != -EAGAIN && more != -EINTR) return more;
        if (more > 0) rc += more;
    }
    return rc - FIELD;
}

static SYSTEM i64 do_unlink(i64 dir, const char *path, i64 flags) {
    u32 st[36] = {0}; // struct stat: st_mode is its word at 24
    SocketAsk q = {.what = SOCKETS_UNLINK};
    bool socket = dir == AT_FDCWD && flags == 0 &&
                  sys_call(SYS_newfstatat, AT_FDCWD, (i64)path, (i64)st, AT_SYMLINK_NOFOLLOW, 0, 0) == 0 &&
                  (st[6] & S_IFMT) == S_IFSOCK;
    if (socket) {
        while (q.len < SOCKETS_ADDRESS && path[q.len]) q.address[q.len] = (u8)path[q.len], q.len++;
        if (q.len < SOCKETS_ADDRESS && ask(&q, -1, true, NULL)) return 0;
    }
    return sys_call(SYS_unlinkat, dir, (i64)path, flags, 0, 0, 0);
}

// The system call a[0] with arguments a[1]...: what the kernel says, or would say.
SYSTEM i64 handover_call(const i64 *a) {
    if (a[0] == SYS_accept) return do_accept((i32)a[1], a[2], a[3], 0);
    if (!watched && a[0] != SYS_accept4) return sys_call(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
    switch (a[0]) {
    case SYS_write: return do_write((i32)a[1], (const u8 *)a[2], a[3]);
    case SYS_close: return do_close((i32)a[1]);
    case SYS_accept4: return do_accept((i32)a[1], a[2], a[3], a[4]);
    case SYS_bind: return do_bind((i32)a[1], (const u8 *)a[2], (u32)a[3]);
    case SYS_listen: return do_listen((i32)a[1], a[2]);
    case SYS_unlinkat: return do_unlink((i32)a[1], (const char *)a[2], (i32)a[3]);
    default: return sys_call(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
    }
}
