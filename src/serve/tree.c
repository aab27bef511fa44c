// tree.c - programs with all that they start. In: a command. Out: its process, its end, and that nothing of it is left.
//
// The work is done by keepers (keeper.c), processes that outlive us; here are their sockets. Starting waits until the program is
// executed or cannot be; everything else comes through Events.
#include "serve/keeper.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct Tree {
    Trees *trees;
    Tree *next, **link; // among those of trees
    TreeOptions o;      // its callbacks
    int fd;             // to its keeper
    pid_t pid;
    bool exited, terminal;
    Timer kill;
};
struct Trees {
    Arena *a; // for errors
    Events *events;
    Tree *all;
    int fd, self; // to the first keeper (-1: there is none); our pidfd
    pid_t keeper;
};

// ---- the first keeper ------------------------------------------------------------------------------------------------

static bool start_keeper(Trees *ts) {
    int fd[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) != 0) return false;
    fflush(NULL);
    ts->keeper = fork();
    if (ts->keeper == 0) keeper_run(fd[1], ts->self);
    close(fd[1]);
    if (ts->keeper < 0) return close(fd[0]), false;
    ts->fd = fd[0];
    return true;
}

// It ends when its socket does.
static void end_keeper(Trees *ts) {
    if (ts->fd >= 0) close(ts->fd);
    ts->fd = -1;
    while (ts->keeper > 0 && waitpid(ts->keeper, NULL, 0) < 0 && errno == EINTR) {
    }
    ts->keeper = 0;
}

Trees *trees_new(Arena *a, Events *events, Err *err) {
    Trees *ts = ANEW(a, Trees);
    *ts = (Trees){.a = a, .events = events, .fd = -1, .self = (int)syscall(SYS_pidfd_open, getpid(), 0)};
    if (ts->self >= 0) fcntl(ts->self, F_SETFD, FD_CLOEXEC);
    if (ts->self >= 0 && start_keeper(ts)) return ts;
    err_set(err, a, ERR_OTHER, "cannot keep processes: %s", err_os(errno));
    if (ts->self >= 0) close(ts->self);
    return NULL;
}

// ---- starting --------------------------------------------------------------------------------------------------------

static i64 count_strings(char *const *list) {
    i64 n = 0;
    while (list[n]) n++;
    return n;
}

static bool write_all(int fd, Str text) {
    while (text.len > 0) {
        ssize_t n = write(fd, text.ptr, (size_t)text.len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        text = str_slice(text, n, text.len);
    }
    return true;
}

static int write_order(const TreeOptions *o, const TreeOrder *order) {
    Buf b = {0};
    buf_bytes(&b, order, sizeof *order);
    for (i64 i = 0; i < order->argc; i++) buf_bytes(&b, o->argv[i], (i64)strlen(o->argv[i]) + 1);
    for (i64 i = 0; i < order->envc; i++) buf_bytes(&b, o->env[i], (i64)strlen(o->env[i]) + 1);
    buf_c(&b, o->dir ? o->dir : "");
    buf_zero(&b, 1);
    int fd = memfd_create("vole-order", MFD_CLOEXEC);
    if (fd >= 0 && !write_all(fd, buf_view(&b))) close(fd), fd = -1;
    buf_free(&b);
    return fd;
}

static bool send_order(int to, const int *fds, int n) {
    char byte = 0;
    struct iovec io = {&byte, 1};
    union {
        char bytes[CMSG_SPACE(sizeof(int) * ORDER_MOST)];
        struct cmsghdr align;
    } control = {0};
    struct msghdr m = {.msg_iov = &io,
                       .msg_iovlen = 1,
                       .msg_control = control.bytes,
                       .msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)n)};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    *c = (struct cmsghdr){
        .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int) * (size_t)n)};
    memcpy(CMSG_DATA(c), fds, sizeof(int) * (size_t)n);
    return sendmsg(to, &m, MSG_NOSIGNAL) == 1;
}

// The socket of a new keeper that has the order; -1: errno. Somebody may have killed the first keeper: then there is a new one.
static int ask_keeper(Trees *ts, const TreeOptions *o, int order) {
    int pair[2], fds[ORDER_MOST], null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const int given[3] = {o->in, o->out, o->err};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return close(null), -1;
    fds[ORDER_SOCKET] = pair[1], fds[ORDER_TEXT] = order;
    for (int i = 0; i < 3; i++) {
        int fd = given[i] >= 0 ? given[i] : i;
        fds[ORDER_IN + i] = fcntl(fd, F_GETFD) >= 0 ? fd : null;
    }
    for (i64 i = 0; i < o->npass; i++) fds[ORDER_PASS + i] = o->pass[i];
    int n = ORDER_PASS + (int)o->npass;
    bool sent = ts->fd >= 0 && send_order(ts->fd, fds, n);
    if (!sent && (ts->fd < 0 || errno == EPIPE || errno == ECONNRESET)) {
        end_keeper(ts);
        sent = start_keeper(ts) && send_order(ts->fd, fds, n);
    }
    int why = errno;
    close(pair[1]), close(null);
    if (!sent) close(pair[0]);
    errno = why;
    return sent ? pair[0] : -1;
}

static bool receive_news(int fd, TreeNews *news, int flags) {
    ssize_t n;
    while ((n = recv(fd, news, sizeof *news, flags)) < 0 && errno == EINTR) {
    }
    if (n >= 0 && n != (ssize_t)sizeof *news) errno = EPIPE;
    return n == (ssize_t)sizeof *news;
}

static void set_start_error(Trees *ts, const TreeOptions *o, const TreeNews *news, Err *err) {
    const char *name = o->argv[0], *why = err_os(news->value);
    if (news->in_chdir) err_set(err, ts->a, ERR_OTHER, "chdir %s: %s", o->dir, why);
    else if (strchr(name, '/') || news->value != ENOENT) err_set(err, ts->a, ERR_OTHER, "fork/exec %s: %s", name, why);
    else err_set(err, ts->a, ERR_NOT_EXIST, "exec: \"%s\": executable file not found in $PATH", name);
}

// Are we who is asked when somebody types?
static bool has_terminal(void) {
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
    bool has = fd >= 0 && tcgetpgrp(fd) == getpgrp();
    if (fd >= 0) close(fd);
    return has;
}

static void take_terminal_back(void) {
    sigset_t out, before;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
    sigemptyset(&out);
    sigaddset(&out, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &out, &before);
    if (fd >= 0) tcsetpgrp(fd, getpgrp()), close(fd);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void on_news(void *ctx, u32 what);

static Tree *add_tree(Trees *ts, const TreeOptions *o, int fd, pid_t pid, bool terminal) {
    Tree *t = calloc(1, sizeof *t);
    if (!t) fatal("out of memory");
    *t = (Tree){.trees = ts, .o = *o, .fd = fd, .pid = pid, .terminal = terminal, .next = ts->all, .link = &ts->all};
    if (t->next) t->next->link = &t->next;
    ts->all = t;
    if (!events_file(ts->events, fd, EPOLLIN, on_news, t)) fatal("epoll_ctl: %s", err_os(errno));
    return t;
}

Tree *tree_start(Trees *ts, const TreeOptions *o, Err *err) {
    if (o->npass > ORDER_MOST - ORDER_PASS) return err_set(err, ts->a, ERR_OTHER, "too many files to pass on"), NULL;
    bool terminal = o->terminal && has_terminal();
    TreeOrder order = {.argc = count_strings(o->argv),
                       .envc = count_strings(o->env),
                       .npass = o->npass,
                       .terminal = terminal,
                       .listen_fds = o->listen_fds,
                       .mask = *events_mask(ts->events)};
    TreeNews news = {0};
    int text = write_order(o, &order);
    int fd = text >= 0 ? ask_keeper(ts, o, text) : -1;
    if (fd < 0) news.value = errno;
    if (text >= 0) close(text);
    if (fd >= 0 && !receive_news(fd, &news, 0)) news = (TreeNews){.what = NEWS_FAILED, .value = errno};
    if (fd >= 0 && news.what == NEWS_STARTED) return add_tree(ts, o, fd, (pid_t)news.value, terminal);
    set_start_error(ts, o, &news, err);
    if (fd >= 0) close(fd);
    if (terminal) take_terminal_back();
    return NULL;
}

// ---- what comes back -----------------------------------------------------------------------------------------------------

static void drop_tree(Tree *t) {
    timer_stop(t->trees->events, &t->kill);
    events_file(t->trees->events, t->fd, 0, NULL, NULL);
    close(t->fd);
    *t->link = t->next;
    if (t->next) t->next->link = t->link;
    free(t);
}

static void note_exit(Tree *t, int status) {
    t->exited = true;
    if (t->terminal) take_terminal_back();
    if (t->o.exited) t->o.exited(t->o.ctx, status);
}

// A keeper that ends without a word was killed, and its program with it.
static void on_news(void *ctx, u32 what) {
    Tree *t = ctx;
    TreeNews news;
    bool came = receive_news(t->fd, &news, MSG_DONTWAIT);
    if (!came && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (came && news.what == NEWS_EXITED) {
        note_exit(t, news.value);
        return;
    }
    if (!t->exited) note_exit(t, SIGKILL);
    TreeOptions o = t->o;
    drop_tree(t);
    if (o.gone) o.gone(o.ctx, came ? news.value : 0);
}

// ---- words to a tree --------------------------------------------------------------------------------------------------

pid_t tree_pid(const Tree *t) { return t->pid; }
bool tree_exited(const Tree *t) { return t->exited; }

static void send_word(Tree *t, TreeWord w) { send(t->fd, &w, sizeof w, MSG_NOSIGNAL); }
static void kill_tree(void *t) { send_word(t, (TreeWord){.what = WORD_KILL}); }

void tree_signal(Tree *t, int sig) { send_word(t, (TreeWord){.what = WORD_SIGNAL, .signal = sig}); }

void tree_end(Tree *t, int sig, i64 kill_delay) {
    if (sig == SIGKILL) {
        kill_tree(t);
        return;
    }
    send_word(t, (TreeWord){.what = WORD_END, .signal = sig});
    timer_set(t->trees->events, &t->kill, kill_delay, kill_tree, t);
}

void trees_end(Trees *ts) {
    i64 until = events_now() + 10000000000;
    for (Tree *t = ts->all; t; t = t->next) kill_tree(t);
    while (ts->all) {
        Tree *t = ts->all;
        TreeNews news = {.what = NEWS_GONE};
        struct pollfd p = {.fd = t->fd, .events = POLLIN};
        i64 left = (until - events_now()) / 1000000;
        if (left > 0 && poll(&p, 1, (int)left) > 0) receive_news(t->fd, &news, MSG_DONTWAIT);
        if (news.what != NEWS_GONE) continue;
        if (t->terminal && !t->exited) take_terminal_back();
        drop_tree(t);
    }
    end_keeper(ts);
    if (ts->self >= 0) close(ts->self);
    ts->self = -1;
}
