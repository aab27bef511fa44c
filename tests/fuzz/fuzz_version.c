// fuzz_version.c - `version -m FILE`: any bytes may be said to be an executable.
#include "cmd/cmd.h"
#include "fuzz.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char file[] = "/tmp/vole-fuzz-XXXXXX";

static void set_up(void) {
    static bool done;
    if (done) return;
    done = true;
    int fd = mkstemp(file);
    if (fd < 0 || !freopen("/dev/null", "w", stdout)) abort();
    close(fd);
}

void fuzz_one(Str text) {
    set_up();
    Arena *a = arena_new("fuzz");
    Cmd *c = ANEW(a, Cmd);
    Str args[] = {str_c(file)};
    c->a = a;
    c->args = args;
    c->nargs = 1;
    c->f.m = true;
    if (!file_write_atomic(file, text, 0644)) abort();
    if (cmd_version(c) > 1) abort();
    c->f.json = true;
    cmd_version(c);
    arena_free(a);
}
