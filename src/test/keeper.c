// keeper.c - a folder of temporary files that is gone when this process is, whatever ended it.
//
// A process of its own, out of reach of the terminal's signals, waits for the end of a pipe whose other end only we and our copies
// hold, and then removes the folder. It has no files of ours open, so that nobody waits for it.
#include "test/test.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void wait_and_remove(Arena *a, int fd, Str dir) {
    char byte;
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    setsid();
    int null = open("/dev/null", O_RDWR);
    for (int i = 0; i < 3 && null >= 0; i++) dup2(null, i);
    if (fd != 3) dup2(fd, 3);
    close_range(4, ~0u, 0);
    if (chdir("/") != 0) _exit(1);
    while (read(3, &byte, 1) < 0 && errno == EINTR) {
    }
    _exit(dir_remove_all(a, dir, NULL) ? 0 : 1);
}

bool keeper_start(Keeper *k, Arena *a, Str dir) {
    int fd[2];
    if (pipe2(fd, O_CLOEXEC) != 0) return false;
    k->pid = fork();
    if (k->pid == 0) {
        close(fd[1]);
        wait_and_remove(a, fd[0], dir);
    }
    close(fd[0]);
    k->fd = fd[1];
    if (k->pid < 0) close(fd[1]);
    return k->pid > 0;
}

void keeper_end(Keeper *k) {
    close(k->fd);
    while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR) {
    }
}
