// netpoll.c - readiness of file descriptors: epoll, edge triggered. Interface: internal/poll.runtime_poll*. System stack.
//
// A PollDesc has a word for each direction: NONE, READY, WAIT (about to park) or the parked goroutine; whoever replaces it owns what it replaced.
// Descriptors are never unmapped, so a late event finds one whose tag has changed. pd->lock protects deadlines and closing.
//
// A service reads a request with one read(2) and is told by the next that there is no more: EAGAIN, a third of its system calls. That call is left out
// where its answer is known (read_call): of a TCP socket, a read that did not fill its buffer took all there was, and what comes later is an event,
// which netpoll counts. Not so where the end of the stream, an error or urgent data has been told of already, for these come without another event; nor
// of other descriptors, some of which have borders between messages; nor where the kernel counts otherwise: a socket with SO_RCVLOWAT tells of less than
// that by no event, one of another protocol on top of TCP (TCP_ULP: kTLS) ends a read at a record's end, and bpf(2) may put sockets into maps.
//
// A service of files writes a head and sends the file behind it: two packets, two wakes of the peer. Where the last writes to a TCP socket were each
// followed at once by sendfile(2), a write says MSG_MORE. If the goroutine then does anything else (any system call, parking, being preempted) the
// kernel is told to send what it has, first.
#include "sched/sched.h"
#include "os/linux/linux.h"

#define PD_NONE  0ull
#define PD_READY 1ull
#define PD_WAIT  2ull
enum { POLL_OK, POLL_CLOSING, POLL_TIMEOUT, POLL_NOT_POLLABLE };
typedef struct PollDesc PollDesc;
struct PollDesc {
    PollDesc *link;
    i32 fd;
    u32 tag;
    u64 rg, wg; // atomic
    Lock lock;
    bool closing, event_err;
    i64 rd, wd; // deadlines: 0 none, <0 expired
    Timer rt, wt;
    bool rt_set, wt_set, timers_ready;
    u64 events;    // atomic: how often netpoll was told something about reading
    u64 drained;   // as many had been told of when a read left nothing behind; 0: none did
    bool told;     // atomic: of an end, an error or urgent data
    u8 kind;       // enum below
    u8 empty_runs; // reads in a row of a drained socket that found nothing, up to EMPTY_RUNS
    u8 left_out;   // reads that were not made
    u8 followed;   // writes in a row that sendfile(2) followed, up to FOLLOWED
};
enum { KIND_NOT_ASKED, KIND_TCP, KIND_OTHER };
enum {
    EMPTY_RUNS = 3,
    LEFT_OUT_IN_ROW = 15,
    FOLLOWED = 3,
    HEAD_SIZE = 4096 // of a write that can be a head
};                   // so many make it likely; then one is made, in case the peer sends without waiting for us

// M.io: 0, or a PollDesc (they are aligned to 64 bytes) with these. A hint: what it says is looked at again.
enum {
    IO_READ = 1,  // prepared for reading
    IO_WRITE = 2, // prepared for writing
    IO_WROTE = 4, // just written to
    IO_MORE = 8,  // and the kernel was told that more comes
    IO_BITS = 63,
    MSG_MORE = 0x8000
};

typedef struct __attribute__((packed)) {
    u32 events;
    u64 data;
} EpollEvent;
enum { EPOLLIN = 1, EPOLLPRI = 2, EPOLLOUT = 4, EPOLLERR = 8, EPOLLHUP = 16, EPOLLRDHUP = 0x2000 };
#define EPOLLET 0x80000000u

static struct {
    Lock lock;
    i32 epfd, evfd;
    u32 ready;
    PollDesc *free;
    u32 break_sent;
    i32 waiters;
} poll = {.lock = RANKED(POLL)};

SYSTEM bool netpoll_ready(void) { return __atomic_load_n(&poll.ready, __ATOMIC_ACQUIRE); }
SYSTEM bool netpoll_any_waiters(void) { return __atomic_load_n(&poll.waiters, __ATOMIC_RELAXED) > 0; }
SYSTEM void netpoll_adjust(i32 delta) {
    if (delta) __atomic_fetch_add(&poll.waiters, delta, __ATOMIC_RELAXED);
}

SYSTEM void rt_poll_init(void) {
    lock(&poll.lock);
    if (!poll.ready) {
        poll.epfd = (i32)sys_call(SYS_epoll_create1, O_CLOEXEC, 0, 0, 0, 0, 0);
        poll.evfd = (i32)sys_call(SYS_eventfd2, 0, O_CLOEXEC | O_NONBLOCK, 0, 0, 0, 0);
        if (poll.epfd < 0 || poll.evfd < 0) throw_("runtime: netpollinit failed");
        EpollEvent ev = {EPOLLIN, (u64)&poll.evfd};
        if (sys_call(SYS_epoll_ctl, poll.epfd, 1, poll.evfd, (i64)&ev, 0, 0) < 0)
            throw_("runtime: netpollinit failed to register eventfd");
        __atomic_store_n(&poll.ready, 1, __ATOMIC_RELEASE);
    }
    unlock(&poll.lock);
}
SYSTEM bool rt_poll_is_descriptor(usize fd) { return poll.ready && ((i32)fd == poll.epfd || (i32)fd == poll.evfd); }

SYSTEM void netpoll_break(void) {
    u32 zero = 0;
    if (!__atomic_compare_exchange_n(&poll.break_sent, &zero, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) return;
    u64 one = 1;
    while (sys_call(SYS_write, poll.evfd, (i64)&one, 8, 0, 0, 0) == -EINTR) {
    }
}

// Replaces the word of one direction by READY (io) or NONE; the goroutine that waited, if any.
static SYSTEM G *unblock(PollDesc *pd, int mode, bool io, i32 *delta) {
    u64 *w = mode == 'r' ? &pd->rg : &pd->wg;
    for (;;) {
        u64 old = __atomic_load_n(w, __ATOMIC_ACQUIRE), new = io ? PD_READY : PD_NONE;
        if (old == PD_READY) return NULL;
        if (old == PD_NONE && !io) return NULL;
        if (!__atomic_compare_exchange_n(w, &old, new, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) continue;
        if (old <= PD_WAIT) return NULL;
        --*delta;
        return (G *)old;
    }
}
SYSTEM G *netpoll(i64 delay, i32 *delta) {
    *delta = 0;
    if (!poll.ready) return NULL;
    i64 ms = delay < 0                  ? -1
             : delay == 0               ? 0
             : delay < 1000000          ? 1
             : delay < 1000000000000000 ? (delay + 999999) / 1000000
                                        : 1000000000;
    EpollEvent ev[128];
    i64 n;
    do n = sys_call(SYS_epoll_pwait, poll.epfd, (i64)ev, 128, ms, 0, 0);
    while (n == -EINTR && delay < 0);
    G *list = NULL, **end = &list;
    for (i64 i = 0; i < n; i++) {
        if (ev[i].data == (u64)&poll.evfd) {
            if (delay != 0) {
                u64 v;
                sys_call(SYS_read, poll.evfd, (i64)&v, 8, 0, 0, 0);
                __atomic_store_n(&poll.break_sent, 0, __ATOMIC_SEQ_CST);
            }
            continue;
        }
        PollDesc *pd = (PollDesc *)(ev[i].data & 0xffffffffffffull);
        if ((pd->tag & 0xffff) != ev[i].data >> 48) continue; // closed and reused
        if (ev[i].events & EPOLLERR) pd->event_err = ev[i].events == EPOLLERR;
        G *g;
        if (ev[i].events & (EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
            __atomic_store_n(&pd->told, true, __ATOMIC_RELAXED);
        if (ev[i].events & ~(u32)EPOLLOUT) __atomic_fetch_add(&pd->events, 1, __ATOMIC_SEQ_CST);
        if (ev[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR) && (g = unblock(pd, 'r', true, delta))) {
            *end = g;
            end = &g->schedlink;
        }
        if (ev[i].events & (EPOLLOUT | EPOLLHUP | EPOLLERR) && (g = unblock(pd, 'w', true, delta))) {
            *end = g;
            end = &g->schedlink;
        }
    }
    *end = NULL;
    return list;
}

// ---- descriptors

typedef struct {
    PollDesc *pd;
    i64 err;
} OpenResult;
static void read_deadline(Timer *t, usize seq, i64 delta);
static void write_deadline(Timer *t, usize seq, i64 delta);
SYSTEM OpenResult rt_poll_open(usize fd) {
    lock(&poll.lock);
    PollDesc *pd = poll.free;
    if (pd) poll.free = pd->link;
    unlock(&poll.lock);
    if (!pd) pd = persistent_alloc(sizeof *pd, 64);
    lock_rank(&pd->lock, POLLDESC);
    lock(&pd->lock);
    pd->fd = (i32)fd;
    pd->closing = pd->event_err = false;
    pd->tag++;
    pd->rg = pd->wg = PD_NONE;
    pd->rd = pd->wd = 0;
    if (!pd->timers_ready) {
        timer_init(&pd->rt, read_deadline, pd);
        timer_init(&pd->wt, write_deadline, pd);
        pd->timers_ready = true;
    }
    pd->rt_set = pd->wt_set = false;
    pd->events = 1;
    pd->drained = 0;
    pd->told = false;
    pd->kind = KIND_NOT_ASKED;
    pd->empty_runs = pd->left_out = pd->followed = 0;
    unlock(&pd->lock);
    EpollEvent ev = {EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET, (u64)pd | (u64)(pd->tag & 0xffff) << 48};
    i64 r = sys_call(SYS_epoll_ctl, poll.epfd, 1, (i64)fd, (i64)&ev, 0, 0);
    if (r < 0) {
        lock(&poll.lock);
        pd->link = poll.free;
        poll.free = pd;
        unlock(&poll.lock);
        return (OpenResult){NULL, -r};
    }
    return (OpenResult){pd, 0};
}
SYSTEM void rt_poll_close(PollDesc *pd) {
    if (!pd->closing) throw_("runtime: close polldesc w/o unblock");
    EpollEvent ev = {0, 0};
    sys_call(SYS_epoll_ctl, poll.epfd, 2, pd->fd, (i64)&ev, 0, 0);
    lock(&pd->lock);
    pd->tag++;
    unlock(&pd->lock);
    lock(&poll.lock);
    pd->link = poll.free;
    poll.free = pd;
    unlock(&poll.lock);
}
static SYSTEM i64 check_error(PollDesc *pd, i64 mode) {
    if (pd->closing) return POLL_CLOSING;
    if ((mode == 'r' && pd->rd < 0) || (mode == 'w' && pd->wd < 0)) return POLL_TIMEOUT;
    if (mode == 'r' && pd->event_err) return POLL_NOT_POLLABLE;
    return POLL_OK;
}
// What follows is no sendfile(2), so nothing waits for it. Unless the program itself has corked the socket.
static LEAF void more_does_not_come(PollDesc *pd) {
    enum { IPPROTO_TCP = 6, TCP_CORK = 3 };
    i32 cork = 0, size = sizeof cork;
    if (pd->closing || sys_call(SYS_getsockopt, pd->fd, IPPROTO_TCP, TCP_CORK, (i64)&cork, (i64)&size, 0) < 0 || cork)
        return;
    sys_call(SYS_setsockopt, pd->fd, IPPROTO_TCP, TCP_CORK, (i64)&cork, sizeof cork, 0);
}
static LEAF void io_end(M *m) {
    PollDesc *pd = (PollDesc *)(m->io & ~(usize)IO_BITS);
    if (m->io & IO_WROTE) pd->followed = 0;
    if (m->io & IO_MORE) more_does_not_come(pd);
    m->io = 0;
}
// The goroutine stops here.
LEAF void netpoll_io_end(M *m) {
    if (m->io & IO_WROTE) io_end(m);
}
static LEAF i64 plain_call(const i64 *call) {
    return sys_call(call[0], call[1], call[2], call[3], call[4], call[5], call[6]);
}
static LEAF void prepared(PollDesc *pd, i64 mode) {
    M *m = this_m();
    if (mode == 'r') {
        io_end(m);
        m->io = (usize)pd | IO_READ;
    } else if ((m->io & ~(usize)IO_BITS) == (usize)pd && m->io & IO_WROTE) m->io |= IO_WRITE;
    else {
        io_end(m);
        m->io = (usize)pd | IO_WRITE;
    }
}
SYSTEM i64 rt_poll_reset(PollDesc *pd, i64 mode) {
    i64 e = check_error(pd, mode);
    if (e) return e;
    __atomic_store_n(mode == 'r' ? &pd->rg : &pd->wg, PD_NONE, __ATOMIC_SEQ_CST);
    prepared(pd, mode);
    return POLL_OK;
}

// ---- what the poller knows of system calls

u8 rt_poll_all_reads; // atomic: the program asked for what makes empty sockets hard to know; set by Syscall6, for ever
static LEAF i32 socket_option(i32 fd, i64 level, i64 name) { // 0 also of one that is not there
    i32 value = 0, size = sizeof value;
    return sys_call(SYS_getsockopt, fd, level, name, (i64)&value, (i64)&size, 0) == 0 ? value : 0;
}
static LEAF bool is_plain_tcp(PollDesc *pd) { // what was inherited may have been set up by others
    enum { SOL_SOCKET = 1, SO_PROTOCOL = 38, SO_RCVLOWAT = 18, TCP = 6, TCP_ULP = 31 };
    if (pd->kind == KIND_NOT_ASKED)
        pd->kind = socket_option(pd->fd, SOL_SOCKET, SO_PROTOCOL) == TCP &&
                           socket_option(pd->fd, SOL_SOCKET, SO_RCVLOWAT) <= 1 && !socket_option(pd->fd, TCP, TCP_ULP)
                       ? KIND_TCP
                       : KIND_OTHER;
    return pd->kind == KIND_TCP;
}
// read(2) and write(2) of a socket that is known to be one, without what files have on the way: 65 ns less each. Where that is not allowed (seccomp) or the
// number has become another's they are what they were.
static LEAF i64 socket_call(PollDesc *pd, const i64 *call) {
    if (pd->kind != KIND_TCP || call[3] <= 0) return plain_call(call);
    i64 n = sys_call(call[0] == SYS_read ? SYS_recvfrom : SYS_sendto, call[1], call[2], call[3], 0, 0, 0);
    return unlikely(n == -ENOTSOCK || n == -ENOSYS || n == -EPERM) ? plain_call(call) : n;
}
static LEAF i64 read_call(PollDesc *pd, const i64 *call) {
    if (pd->fd != (i32)call[1] || pd->closing || pd->kind == KIND_OTHER ||
        __atomic_load_n(&pd->told, __ATOMIC_RELAXED) || __atomic_load_n(&rt_poll_all_reads, __ATOMIC_RELAXED))
        return plain_call(call);
    u64 events = __atomic_load_n(&pd->events, __ATOMIC_SEQ_CST);
    bool drained = pd->drained == events;
    if (drained && pd->empty_runs >= EMPTY_RUNS && pd->left_out < LEFT_OUT_IN_ROW && is_plain_tcp(pd)) {
        pd->left_out++;
        return -EAGAIN;
    }
    i64 n = socket_call(pd, call);
    if (n > 0) pd->drained = n < call[3] ? events : 0;
    if (drained) {
        pd->left_out = 0;
        if (n != -EAGAIN) pd->empty_runs = 0;
        else if (pd->empty_runs < EMPTY_RUNS) pd->empty_runs++;
    }
    return n;
}
static LEAF i64 write_call(M *m, PollDesc *pd, const i64 *call) {
    if (pd->fd != (i32)call[1] || pd->closing || pd->kind == KIND_OTHER || call[3] > HEAD_SIZE) return plain_call(call);
    m->io = (usize)pd | IO_WROTE;
    if (pd->followed < FOLLOWED || !is_plain_tcp(pd)) return socket_call(pd, call);
    m->io |= IO_MORE;
    return sys_call(SYS_sendto, call[1], call[2], call[3], MSG_MORE, 0, 0);
}
static LEAF i64 sendfile_call(M *m, PollDesc *pd, usize io, const i64 *call) {
    if (!(io & IO_WROTE) || pd->fd != (i32)call[1]) {
        m->io = io;
        io_end(m);
        return plain_call(call);
    }
    if (pd->followed < FOLLOWED) pd->followed++;
    i64 n = plain_call(call);
    if (n <= 0 && io & IO_MORE) {
        m->io = io;
        io_end(m);
    }
    return n;
}
// A system call {number, arguments} of a goroutine whose M has just asked the poller something. Called by Syscall6.
LEAF i64 rt_poll_call(const i64 *call) {
    M *m = this_m();
    usize io = m->io;
    PollDesc *pd = (PollDesc *)(io & ~(usize)IO_BITS);
    m->io = 0;
    if (call[0] == SYS_sendfile) return sendfile_call(m, pd, io, call);
    if (io & IO_WROTE) {
        m->io = io;
        io_end(m);
    }
    if (call[0] == SYS_read && io & IO_READ) return read_call(pd, call);
    if (call[0] == SYS_write && io & IO_WRITE) return write_call(m, pd, call);
    return plain_call(call);
}

typedef struct {
    PollDesc *pd;
    i64 mode;
} WaitArg;
static i64 wait_step(PollDesc *pd, i64 mode, bool ignore_err);
static SYSTEM void wait_resume(G *g) {
    PollDesc *pd = g->param;
    i64 mode = (i64)g->ret1;
    g->param = NULL;
    g->ret1 = 0;
    u64 *w = mode == 'r' ? &pd->rg : &pd->wg;
    u64 old = __atomic_exchange_n(w, PD_NONE, __ATOMIC_SEQ_CST);
    i64 e = check_error(pd, mode);
    if (!e && old != PD_READY) e = wait_step(pd, mode, false); // deadline moved, or a stale wake-up: again
    if (!e) prepared(pd, mode);
    g->ret0 = (usize)e;
}
static SYSTEM void commit_wait(G *g, void *word) {
    u64 wait = PD_WAIT;
    if (__atomic_compare_exchange_n((u64 *)word, &wait, (u64)g, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
        __atomic_fetch_add(&poll.waiters, 1, __ATOMIC_RELAXED);
        return;
    }
    ready(g); // became ready, closed or timed out meanwhile
}
// POLL_OK when ready; parks (does not return) when not.
static SYSTEM i64 wait_step(PollDesc *pd, i64 mode, bool ignore_err) {
    u64 *w = mode == 'r' ? &pd->rg : &pd->wg;
    for (;;) {
        u64 old = PD_READY;
        if (__atomic_compare_exchange_n(w, &old, PD_NONE, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
            prepared(pd, mode);
            return POLL_OK;
        }
        old = PD_NONE;
        if (__atomic_compare_exchange_n(w, &old, PD_WAIT, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) break;
        if (old != PD_READY && old != PD_NONE) throw_("runtime: double wait");
    }
    i64 e = ignore_err ? 0 : check_error(pd, mode); // closing and deadlines set their flag before they look at the word
    if (e) {
        __atomic_store_n(w, PD_NONE, __ATOMIC_SEQ_CST);
        return e;
    }
    G *g = this_g();
    g->param = pd;
    g->ret1 = (usize)mode;
    park_then(commit_wait, w, WAIT_IO_WAIT, wait_resume);
}
// World stopped: one that waits for a descriptor waits no longer; false: it is about to run.
SYSTEM bool poll_cancel(G *g) {
    PollDesc *pd = g->param;
    u64 *w = g->ret1 == 'r' ? &pd->rg : &pd->wg;
    if (*w != (u64)g) return false;
    *w = PD_NONE;
    poll.waiters--;
    return true;
}
SYSTEM i64 rt_poll_wait(PollDesc *pd, i64 mode) {
    i64 e = check_error(pd, mode);
    return e ? e : wait_step(pd, mode, false);
}
SYSTEM void rt_poll_wait_canceled(PollDesc *pd, i64 mode) { wait_step(pd, mode, true); }

// ---- deadlines

// seq: the timer's when it was due. It changes only under pd->lock, with each setting and stopping.
static SYSTEM void deadline_hit(Timer *t, int mode, usize seq) {
    PollDesc *pd = t->carg;
    lock(&pd->lock);
    if (seq != t->seq) { // set anew or closed since
        unlock(&pd->lock);
        return;
    }
    if (mode == 'r') {
        pd->rd = -1;
        pd->rt_set = false;
    } else {
        pd->wd = -1;
        pd->wt_set = false;
    }
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    i32 delta = 0;
    G *g = unblock(pd, mode, false, &delta);
    unlock(&pd->lock);
    if (g) ready(g);
    netpoll_adjust(delta);
}
static SYSTEM void read_deadline(Timer *t, usize seq, i64 delta) { deadline_hit(t, 'r', seq); }
static SYSTEM void write_deadline(Timer *t, usize seq, i64 delta) { deadline_hit(t, 'w', seq); }

static SYSTEM void set_one(PollDesc *pd, bool read, i64 d) {
    i64 *slot = read ? &pd->rd : &pd->wd;
    Timer *t = read ? &pd->rt : &pd->wt;
    bool *set = read ? &pd->rt_set : &pd->wt_set;
    if (*set) {
        timer_stop(t);
        *set = false;
    }
    *slot = d;
    if (d > 0) {
        timer_reset(t, d, 0);
        *set = true;
    }
}
SYSTEM void rt_poll_set_deadline(PollDesc *pd, i64 d, i64 mode) {
    lock(&pd->lock);
    if (pd->closing) {
        unlock(&pd->lock);
        return;
    }
    if (d > 0) {
        d += nanotime();
        if (d <= 0) d = INT64_MAX;
        if (!sched.sysmon_started) {
            unlock(&pd->lock);
            procs_init();
            lock(&pd->lock);
        }
    }
    bool r = mode == 'r' || mode == 'r' + 'w', w = mode == 'w' || mode == 'r' + 'w';
    if (r) set_one(pd, true, d);
    if (w) set_one(pd, false, d);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    G *rg = NULL, *wg = NULL;
    i32 delta = 0;
    if (pd->rd < 0) rg = unblock(pd, 'r', false, &delta);
    if (pd->wd < 0) wg = unblock(pd, 'w', false, &delta);
    unlock(&pd->lock);
    if (rg) ready(rg);
    if (wg) ready(wg);
    netpoll_adjust(delta);
}
SYSTEM void rt_poll_unblock(PollDesc *pd) {
    lock(&pd->lock);
    if (pd->closing) throw_("runtime: unblock on closing polldesc");
    pd->closing = true;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    i32 delta = 0;
    G *rg = unblock(pd, 'r', false, &delta), *wg = unblock(pd, 'w', false, &delta);
    if (pd->rt_set) {
        timer_stop(&pd->rt);
        pd->rt_set = false;
    }
    if (pd->wt_set) {
        timer_stop(&pd->wt);
        pd->wt_set = false;
    }
    unlock(&pd->lock);
    if (rg) ready(rg);
    if (wg) ready(wg);
    netpoll_adjust(delta);
}
