// child.c - a function in a process of its own, so that its memory and its errors are gone when it is done.
//
// The caller has no other threads when this is called (those of a phase have ended), so the child may use all of libc.
#include "cmd/cmd.h"
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int cmd_in_child(int (*run)(void *), void *arg) {
    int status = 0;
    Seen *w = seen_use(NULL);
    int fd = w ? memfd_create("seen", MFD_CLOEXEC) : -1; // what the child looks at, for the parent's list
    i64 seen = w ? seen_count(w) : 0;
    seen_use(w);
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0) return cmd_fail("fork: %s", err_os(errno));
    if (pid == 0) {
        int rc = run(arg);
        fflush(NULL);
        if (fd >= 0) seen_send(w, seen, fd);
        _exit(rc);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (w) seen_receive(w, fd);
    if (fd >= 0) close(fd);
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    return cmd_fail("a build ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
}
