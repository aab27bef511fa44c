// linux.h - numbers and layouts of the Linux kernel interface on amd64. Only rt/os/linux and rt/sched/netpoll include it.
#pragma once
#include "rt.h"
enum {
    SYS_read = 0,
    SYS_write = 1,
    SYS_close = 3,
    SYS_poll = 7,
    SYS_mmap = 9,
    SYS_mprotect = 10,
    SYS_munmap = 11,
    SYS_rt_sigaction = 13,
    SYS_rt_sigprocmask = 14,
    SYS_rt_sigreturn = 15,
    SYS_pread64 = 17,
    SYS_sched_yield = 24,
    SYS_madvise = 28,
    SYS_nanosleep = 35,
    SYS_setitimer = 38,
    SYS_getpid = 39,
    SYS_sendfile = 40,
    SYS_sendto = 44,
    SYS_recvfrom = 45,
    SYS_setsockopt = 54,
    SYS_getsockopt = 55,
    SYS_clone = 56,
    SYS_exit = 60,
    SYS_kill = 62,
    SYS_fcntl = 72,
    SYS_getrusage = 98,
    SYS_sigaltstack = 131,
    SYS_arch_prctl = 158,
    SYS_gettid = 186,
    SYS_futex = 202,
    SYS_sched_getaffinity = 204,
    SYS_clock_gettime = 228,
    SYS_exit_group = 231,
    SYS_timer_create = 222,
    SYS_timer_settime = 223,
    SYS_timer_delete = 226,
    SYS_epoll_ctl = 233,
    SYS_tgkill = 234,
    SYS_openat = 257,
    SYS_epoll_pwait = 281,
    SYS_eventfd2 = 290,
    SYS_epoll_create1 = 291,
    SYS_getrandom = 318
};
enum {
    POLLNVAL = 32,
    PROT_NONE = 0,
    PROT_READ = 1,
    PROT_WRITE = 2,
    MAP_PRIVATE = 2,
    MAP_FIXED = 16,
    MAP_ANONYMOUS = 32,
    MAP_32BIT = 64,
    MAP_NORESERVE = 0x4000,
    MAP_STACK = 0x20000,
    MADV_DONTNEED = 4,
    MADV_HUGEPAGE = 14,
    MADV_NOHUGEPAGE = 15
};
enum {
    FUTEX_WAIT_PRIVATE = 128,
    FUTEX_WAKE_PRIVATE = 129,
    ARCH_SET_FS = 0x1002,
    AT_FDCWD = -100,
    O_RDONLY = 0,
    O_RDWR = 2,
    O_CLOEXEC = 02000000,
    O_NONBLOCK = 04000
};
enum { EINTR = 4, EAGAIN = 11, ENOMEM = 12, EEXIST = 17, EPERM = 1, ESRCH = 3, ENOSYS = 38, ENOTSOCK = 88 };
enum {
    SIGHUP = 1,
    SIGINT = 2,
    SIGQUIT = 3,
    SIGILL = 4,
    SIGTRAP = 5,
    SIGABRT = 6,
    SIGBUS = 7,
    SIGFPE = 8,
    SIGKILL = 9,
    SIGUSR1 = 10,
    SIGSEGV = 11,
    SIGUSR2 = 12,
    SIGPIPE = 13,
    SIGALRM = 14,
    SIGTERM = 15,
    SIGSTKFLT = 16,
    SIGCHLD = 17,
    SIGCONT = 18,
    SIGSTOP = 19,
    SIGTSTP = 20,
    SIGTTIN = 21,
    SIGTTOU = 22,
    SIGURG = 23,
    SIGXCPU = 24,
    SIGXFSZ = 25,
    SIGVTALRM = 26,
    SIGPROF = 27,
    SIGWINCH = 28,
    SIGIO = 29,
    SIGPWR = 30,
    SIGSYS = 31
};
enum {
    SA_SIGINFO = 4,
    SA_RESTORER = 0x04000000,
    SA_ONSTACK = 0x08000000,
    SA_RESTART = 0x10000000,
    SIG_BLOCK = 0,
    SIG_UNBLOCK = 1,
    SIG_SETMASK = 2,
    SS_DISABLE = 2
};
enum {
    CLONE_VM = 0x100,
    CLONE_FS = 0x200,
    CLONE_FILES = 0x400,
    CLONE_SIGHAND = 0x800,
    CLONE_SYSVSEM = 0x40000,
    CLONE_THREAD = 0x10000,
    CLONE_SETTLS = 0x80000
};
typedef struct {
    i64 sec, nsec;
} KTimespec;
typedef struct {
    void *handler;
    u64 flags;
    void *restorer;
    u64 mask;
} KSigaction;
typedef struct {
    void *sp;
    i32 flags;
    usize size;
} KStack;
typedef struct {
    i32 signo, err, code, pad;
    usize addr;
} KSiginfo;
// ucontext: flags, link, stack (24), then the general registers
enum {
    CTX_R8,
    CTX_R9,
    CTX_R10,
    CTX_R11,
    CTX_R12,
    CTX_R13,
    CTX_R14,
    CTX_R15,
    CTX_RDI,
    CTX_RSI,
    CTX_RBP,
    CTX_RBX,
    CTX_RDX,
    CTX_RAX,
    CTX_RCX,
    CTX_RSP,
    CTX_RIP,
    CTX_EFLAGS
};
typedef struct {
    u64 flags;
    void *link;
    KStack stack;
    u64 reg[23];
} KUcontext;
