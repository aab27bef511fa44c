// keeper.c - the processes between vole and the programs that it runs: they see that nothing outlives it.
//
// The first keeper is a copy of vole from when it was small. For each program it forks one more, which is the subreaper of all that
// program starts, so whoever is below it in the table of processes belongs to the tree, in sessions and groups of its own too. Keepers
// hear no signals, have a group of their own and none of vole's files open; they end when vole and their trees are gone. The first is
// a subreaper too: it kills what a keeper that was killed leaves behind.
// Nothing here uses arenas: other threads of vole may have held their locks when it was forked.
#include "serve/keeper.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

// ---- the table of processes -----------------------------------------------------------------------------------------

typedef struct ProcessRow {
    pid_t pid, parent;
    bool below, zombie;
} ProcessRow;
typedef struct ProcessTable {
    ProcessRow *ptr;
    i64 len, cap;
} ProcessTable;

// "N (any text) S PARENT ...": the text may hold anything, so it is its last parenthesis that counts.
static bool read_row(const char *pid, ProcessRow *row) {
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC), parent;
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    char state;
    if (fd >= 0) close(fd);
    if (n <= 0) return false;
    text[n] = 0;
    char *p = strrchr(text, ')');
    if (!p || sscanf(p + 1, " %c %d", &state, &parent) != 2) return false;
    *row = (ProcessRow){.pid = (pid_t)strtol(pid, NULL, 10), .parent = parent, .zombie = state == 'Z' || state == 'X'};
    return true;
}

static int compare_rows(const void *a, const void *b) {
    pid_t x = ((const ProcessRow *)a)->pid, y = ((const ProcessRow *)b)->pid;
    return (x > y) - (x < y);
}

static void read_table(ProcessTable *t) {
    DIR *d = opendir("/proc");
    t->len = 0;
    for (struct dirent *e; d && (e = readdir(d));) {
        ProcessRow row;
        if (e->d_name[0] < '1' || e->d_name[0] > '9' || !read_row(e->d_name, &row)) continue;
        if (t->len == t->cap) {
            t->cap = t->cap ? 2 * t->cap : 256;
            t->ptr = realloc(t->ptr, (size_t)t->cap * sizeof *t->ptr);
            if (!t->ptr) _exit(1);
        }
        t->ptr[t->len++] = row;
    }
    if (d) closedir(d);
    if (t->len) qsort(t->ptr, (size_t)t->len, sizeof *t->ptr, compare_rows);
}

static bool is_below(const ProcessTable *t, pid_t pid) {
    ProcessRow key = {.pid = pid}, *r = bsearch(&key, t->ptr, (size_t)t->len, sizeof key, compare_rows);
    return r && r->below;
}

// Marks whoever descends from us, but not the trees of our children in `not`.
static void mark_below(ProcessTable *t, const pid_t * not, i64 nnot) {
    pid_t self = getpid();
    for (bool more = true; more;) {
        more = false;
        for (i64 i = 0; i < t->len; i++) {
            ProcessRow *r = &t->ptr[i];
            bool skip = r->below || (r->parent != self && !is_below(t, r->parent));
            for (i64 k = 0; k < nnot && !skip; k++) skip = not [k] == r->pid;
            if (!skip) r->below = more = true;
        }
    }
}

// A signal to all of them; how many there were that are not dead yet.
static i64 signal_below(ProcessTable *t, const pid_t * not, i64 nnot, int sig) {
    i64 n = 0;
    read_table(t);
    mark_below(t, not, nnot);
    for (i64 i = 0; i < t->len; i++)
        if (t->ptr[i].below && !t->ptr[i].zombie) n += kill(t->ptr[i].pid, sig) == 0;
    return n;
}

// ---- starting a program ---------------------------------------------------------------------------------------------

typedef struct Start {
    const TreeOrder *order;
    char **argv, **env;
    const char *dir;
    int fd[ORDER_MOST]; // as they were sent
} Start;

static char *skip_strings(char *p, char **list, i64 n) {
    for (i64 i = 0; i < n; i++, p += strlen(p) + 1) list[i] = p;
    return p;
}

static bool read_order(Start *s) {
    struct stat st;
    if (fstat(s->fd[ORDER_TEXT], &st) != 0) return false;
    char *p = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, s->fd[ORDER_TEXT], 0);
    if (p == MAP_FAILED) return false;
    s->order = (const TreeOrder *)(void *)p;
    s->argv = calloc((size_t)s->order->argc + 1, sizeof *s->argv);
    s->env = calloc((size_t)s->order->envc + 3, sizeof *s->env);
    if (!s->argv || !s->env) return false;
    p = skip_strings(p + sizeof *s->order, s->argv, s->order->argc);
    s->dir = skip_strings(p, s->env, s->order->envc);
    return true;
}

// Files get the numbers that the program expects; none of them may be in the way of another.
static bool place_files(Start *s, int *report) {
    int above = (int)(3 + s->order->npass);
    int n = (int)(ORDER_PASS + s->order->npass);
    *report = fcntl(*report, F_DUPFD_CLOEXEC, above);
    for (int i = ORDER_IN; i < n; i++)
        if ((s->fd[i] = fcntl(s->fd[i], F_DUPFD_CLOEXEC, above)) < 0) return false;
    for (int i = ORDER_IN; i < n; i++)
        if (dup2(s->fd[i], i - ORDER_IN) < 0) return false;
    return *report >= 0;
}

static void take_terminal(void) {
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (fd >= 0) tcsetpgrp(fd, getpgrp()), close(fd);
}

static void tell_of_files(Start *s) {
    static const char *const names[] = {"LISTEN_FDS", "LISTEN_PID"};
    const int values[] = {(int)s->order->npass, (int)getpid()};
    for (int i = 0; i < 2; i++) {
        char *text = malloc(32);
        if (!text) _exit(1);
        snprintf(text, 32, "%s=%d", names[i], values[i]);
        s->env[s->order->envc + i] = text;
    }
}

NORETURN static void be_program(Start *s, int report, pid_t keeper) {
    TreeNews failed = {.what = NEWS_FAILED};
    static const int reset[] = {SIGINT, SIGQUIT, SIGXFSZ, SIGCHLD, SIGPIPE};
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != keeper) _exit(1);
    setpgid(0, 0);
    if (s->order->terminal) take_terminal();
    if (s->order->listen_fds) tell_of_files(s);
    for (i64 i = 0; i < NELEM(reset); i++) signal(reset[i], SIG_DFL);
    bool placed = place_files(s, &report);
    if (placed && s->dir[0] && chdir(s->dir) != 0) placed = false, failed.in_chdir = true;
    if (placed) {
        sigprocmask(SIG_SETMASK, &s->order->mask, NULL);
        environ = s->env;
        execvp(s->argv[0], s->argv);
    }
    failed.value = errno;
    ssize_t n = write(report, &failed, sizeof failed);
    _exit(n < 0 ? 126 : 127);
}

// ---- a keeper of one tree ---------------------------------------------------------------------------------------------

typedef struct Keeper {
    int fd, vole, signals; // fd: -1 once vole is gone
    pid_t first;           // 0 when it has ended
    bool none;             // nothing is left
    bool end, kill;        // it is told to end; all are killed
    int end_signal;
    i64 killed, tries;
    ProcessTable table;
} Keeper;

static void send_news(const Keeper *k, TreeNews news) {
    if (k->fd >= 0) send(k->fd, &news, sizeof news, MSG_NOSIGNAL);
}

static bool start_program(Keeper *k, Start *s) {
    int report[2];
    TreeNews news = {.what = NEWS_FAILED};
    pid_t self = getpid();
    if (pipe2(report, O_CLOEXEC) != 0 || (k->first = fork()) < 0) {
        news.value = errno;
        return send_news(k, news), false;
    }
    if (k->first == 0) be_program(s, report[1], self);
    close(report[1]);
    for (int i = ORDER_TEXT; i < ORDER_PASS + s->order->npass; i++) close(s->fd[i]);
    bool good = read(report[0], &news, sizeof news) != (ssize_t)sizeof news;
    close(report[0]);
    if (good) news = (TreeNews){.what = NEWS_STARTED, .value = k->first};
    send_news(k, news);
    return good;
}

static void kill_all(Keeper *k) {
    i64 n = signal_below(&k->table, NULL, 0, SIGKILL);
    if (!k->kill) k->killed = n;
    k->kill = true;
}

static void end_others(Keeper *k) {
    if (!k->end || k->kill || k->first || k->none) return;
    signal_below(&k->table, NULL, 0, k->end_signal);
    signal_below(&k->table, NULL, 0, SIGCONT);
}

static void reap(Keeper *k) {
    int status;
    pid_t pid;
    bool first = false;
    struct signalfd_siginfo info;
    while (read(k->signals, &info, sizeof info) > 0) {
    }
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid != k->first) continue;
        first = true, k->first = 0;
        send_news(k, (TreeNews){.what = NEWS_EXITED, .value = status});
    }
    k->none = pid < 0 && errno == ECHILD;
    if (first) end_others(k);
    if (k->kill && !k->none) kill_all(k);
}

static void signal_group(const Keeper *k, int sig) {
    if (!k->first) return;
    if (kill(-k->first, sig) != 0) kill(k->first, sig);
    else if (getpgid(k->first) != k->first) kill(k->first, sig); // it left its group
}

static void take_word(Keeper *k) {
    TreeWord w;
    ssize_t n = recv(k->fd, &w, sizeof w, 0);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (n != (ssize_t)sizeof w) {
        close(k->fd);
        k->fd = -1;
        kill_all(k);
    } else if (w.what == WORD_KILL) kill_all(k);
    else if (w.what == WORD_SIGNAL) signal_group(k, w.signal);
    else {
        k->end = true, k->end_signal = w.signal;
        signal_group(k, w.signal);
        signal_group(k, SIGCONT);
        end_others(k);
    }
}

// Until nothing is left, or what is left cannot be killed (it is somebody else's).
static void keep(Keeper *k) {
    struct pollfd p[3] = {{.events = POLLIN}, {.fd = k->vole, .events = POLLIN}, {.fd = k->signals, .events = POLLIN}};
    while (!k->none && k->tries < 200) {
        p[0].fd = k->fd;
        int wait = k->kill ? (k->tries < 20 ? 10 : 200) : -1;
        int n = poll(p, 3, wait);
        k->tries += n == 0;
        if (p[2].revents || n == 0) reap(k);
        if (p[0].revents && !k->none) take_word(k);
        if (p[1].revents && !k->none) {
            p[1].fd = -1; // said once
            kill_all(k);
        }
    }
    send_news(k, (TreeNews){.what = NEWS_GONE, .value = (int)k->killed});
}

NORETURN static void keep_tree(Start *s, int vole) {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    setpgid(0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    Keeper k = {.fd = s->fd[ORDER_SOCKET], .vole = vole, .signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (k.signals < 0 || !read_order(s)) send_news(&k, (TreeNews){.what = NEWS_FAILED, .value = errno});
    else if (start_program(&k, s)) keep(&k);
    _exit(0);
}

// ---- the first keeper -------------------------------------------------------------------------------------------------

typedef struct First {
    int fd, vole, signals;
    pid_t *keepers;
    i64 len, cap;
    ProcessTable table;
} First;

// Descriptors that came with an order; < 0: the socket ended.
static int receive_order(int fd, int *fds) {
    char byte;
    struct iovec io = {&byte, 1};
    union {
        char bytes[CMSG_SPACE(sizeof(int) * ORDER_MOST)];
        struct cmsghdr align;
    } control;
    struct msghdr m = {
        .msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
    if (n <= 0) return n < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : -1;
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    if (!c || c->cmsg_type != SCM_RIGHTS) return 0;
    int count = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(fds, CMSG_DATA(c), (size_t)count * sizeof(int));
    return count;
}

static bool take_order(First *f) {
    Start s = {0};
    int n = receive_order(f->fd, s.fd);
    if (n < 0) return false;
    if (f->len == f->cap) {
        f->cap = f->cap ? 2 * f->cap : 16;
        f->keepers = realloc(f->keepers, (size_t)f->cap * sizeof *f->keepers);
        if (!f->keepers) _exit(1);
    }
    pid_t pid = n >= ORDER_PASS ? fork() : -1;
    if (pid == 0) {
        close(f->fd), close(f->signals);
        keep_tree(&s, f->vole);
    }
    if (pid > 0) f->keepers[f->len++] = pid;
    for (int i = 0; i < n; i++) close(s.fd[i]);
    return true;
}

// A keeper that was killed leaves its tree to us: nobody waits for that any more.
static void reap_keepers(First *f) {
    struct signalfd_siginfo info;
    int status;
    pid_t pid;
    while (read(f->signals, &info, sizeof info) > 0) {
    }
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (i64 i = 0; i < f->len; i++)
            if (f->keepers[i] == pid) f->keepers[i--] = f->keepers[--f->len];
    if (f->len == 0 && pid < 0) return; // nobody at all
    for (int i = 0; i < 400 && signal_below(&f->table, f->keepers, f->len, SIGKILL) > 0; i++) poll(NULL, 0, 5);
}

// As others see us: the name says what we are, and killing vole by its name spares us.
static void name_keeper(void) {
    unsigned long from = 0, to = 0;
    char text[1024];
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    if (fd >= 0) close(fd);
    prctl(PR_SET_NAME, "keeper", 0, 0, 0);
    text[n > 0 ? n : 0] = 0;
    char *p = strrchr(text, ')');
    for (int i = 3; p && i <= 48; i++) p = strchr(p + 1, ' '); // fields 48 and 49: where the arguments lie
    if (!p || sscanf(p, "%lu %lu", &from, &to) != 2 || from < (unsigned long)&from || to < from + 8) return;
    memset((char *)from, 0, to - from);
    memcpy((char *)from, "keeper", 6);
}

void keeper_run(int fd, int vole) {
    sigset_t all, child;
    sigfillset(&all), sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &all, NULL);
    signal(SIGCHLD, SIG_DFL);
    setpgid(0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    name_keeper();
    First f = {.fd = fcntl(fd, F_DUPFD_CLOEXEC, 64), .vole = fcntl(vole, F_DUPFD_CLOEXEC, 64)};
    int null = open("/dev/null", O_RDWR);
    for (int i = 0; i < 3 && null >= 0; i++) dup2(null, i);
    if (f.fd < 0 || f.vole < 0 || dup2(f.fd, 3) < 0 || dup2(f.vole, 4) < 0) _exit(1);
    close_range(5, ~0u, 0);
    f.fd = 3, f.vole = 4;
    fcntl(3, F_SETFD, FD_CLOEXEC), fcntl(4, F_SETFD, FD_CLOEXEC);
    f.signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    struct pollfd p[3] = {
        {.fd = 3, .events = POLLIN}, {.fd = 4, .events = POLLIN}, {.fd = f.signals, .events = POLLIN}};
    for (bool more = true; more;) {
        poll(p, 3, -1);
        if (p[2].revents) reap_keepers(&f);
        if (p[0].revents) more = take_order(&f);
        if (p[1].revents) more = false;
    }
    // Each keeper sees for itself that vole is gone; one that is killed now has us no more.
    while (f.len > 0 && poll(&p[2], 1, -1) > 0) reap_keepers(&f);
    _exit(0);
}
