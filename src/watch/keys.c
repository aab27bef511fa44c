// keys.c - single keys of the terminal, and the terminal as it was at the end.
//
// r restart, q quit, c clear, o open the program in a browser, t run the tests that depend on what changed, h or ? this list.
#include "watch/loop.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <termios.h>
#include <unistd.h>

static void open_browser(Watch *w) {
    i64 port = w->proxy ? w->c->proxy_port : w->c->app_port;
    const char *with = getenv("BROWSER");
    if (!port) {
        show_line(w, SHOW_MAIN, "set proxy.app_port, so that it is known what to open");
        return;
    }
    Str cmd = arena_printf(w->cycle, "%s http://localhost:%lld/", with && *with ? with : "xdg-open", (long long)port);
    JobOptions o = {.command = cmd};
    if (!job_start(w->events, &o)) show_line(w, SHOW_ERROR, "cannot open a browser");
}

static void take_key(Watch *w, char key) {
    switch (key) {
    case 'r': loop_restart(w); return;
    case 'q':
    case 3:
    case 4: loop_quit(w); return;
    case 'c': show_clear(w); return;
    case 'o': open_browser(w); return;
    case 't': beside_test(w); return;
    case 'h':
    case '?': show_line(w, SHOW_MAIN, "r restart, t run tests, c clear, o open in a browser, q quit"); return;
    }
}

static void read_keys(void *ctx, u32 what) {
    Watch *w = ctx;
    char buf[64];
    ssize_t n = read(0, buf, sizeof buf);
    if (n <= 0) events_file(w->events, 0, 0, NULL, NULL);
    for (ssize_t i = 0; i < n && !w->ending; i++) take_key(w, buf[i]);
}

static bool set_mode(bool raw) {
    struct termios t;
    if (tcgetattr(0, &t) != 0) return false;
    if (raw) t.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    else t.c_lflag |= ICANON | ECHO;
    return tcsetattr(0, TCSANOW, &t) == 0;
}

// Only who owns the terminal reads from it.
void keys_begin(Watch *w) {
    if (w->o.json || !isatty(0) || tcgetpgrp(0) != getpgrp() || !set_mode(true)) return;
    w->keys = true;
    events_file(w->events, 0, EPOLLIN, read_keys, w);
}

void keys_end(Watch *w) {
    if (!w->keys) return;
    events_file(w->events, 0, 0, NULL, NULL);
    set_mode(false);
}
