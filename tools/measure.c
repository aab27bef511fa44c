// measure.c - runs a command and says what it used: `measure FILE command [argument...]`.
//
// Out: the command's own output; in FILE one line "exit-code user-seconds system-seconds peak-KiB" (128 + signal if one ended it).
// Why: ru_maxrss of a program started from Python is at least Python's own size, since the kernel keeps the larger of the two at exec.
// This process is small, and a forked child of it maps less than a page of data.
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

int main(int argc, char **argv) {
    if (argc < 3) {
        fputs("usage: measure FILE command [argument...]\n", stderr);
        return 2;
    }
    pid_t pid = fork();
    if (pid == 0) {
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    int status;
    struct rusage used;
    if (pid < 0 || wait4(pid, &status, 0, &used) != pid) {
        perror("measure");
        return 1;
    }
    FILE *f = fopen(argv[1], "w");
    if (!f) {
        perror(argv[1]);
        return 1;
    }
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    fprintf(f, "%d %.6f %.6f %ld\n", code, seconds(used.ru_utime), seconds(used.ru_stime), used.ru_maxrss);
    return fclose(f) ? 1 : 0;
}
