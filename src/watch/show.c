// show.c - what the user and editors read: lines on standard error, with -json events on standard output.
//
// An event is a line {"Time":..., "Action":..., ...}. What `log` and `color` of the configuration say is kept here. With -json no line is
// written, and what programs write is an event too.
#include "watch/loop.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static bool is_shown(const Watch *w, ShowKind kind) {
    if (w->o.json) return false;
    if (kind == SHOW_ERROR) return true;
    return !w->c->log_silent && (kind == SHOW_MAIN || !w->c->log_main_only);
}

static const char *color_code(Str name) {
    static const struct {
        const char *name, *code;
    } all[] = {{"red", "31"},     {"green", "32"}, {"yellow", "33"}, {"blue", "34"},
               {"magenta", "35"}, {"cyan", "36"},  {"white", "37"}};
    for (i64 i = 0; i < NELEM(all); i++)
        if (str_eq(name, str_c(all[i].name))) return all[i].code;
    return NULL;
}

static const char *color_of(const Watch *w, ShowKind kind) {
    const WatchConfig *c = w->c;
    if (!w->color) return NULL;
    switch (kind) {
    case SHOW_MAIN: return color_code(c->color_main);
    case SHOW_WATCHER: return color_code(c->color_watcher);
    case SHOW_BUILD: return color_code(c->color_build);
    case SHOW_RUNNER: return color_code(c->color_runner);
    case SHOW_ERROR: return "31";
    }
    return NULL;
}

static void write_out(int fd, const Buf *b) {
    for (i64 at = 0; at < b->len;) {
        ssize_t n = write(fd, b->ptr + at, (size_t)(b->len - at));
        if (n <= 0) return;
        at += n;
    }
}

static void add_time(const Watch *w, Buf *b) {
    char text[32];
    time_t now = time(NULL);
    struct tm tm;
    if (!w->c->log_time || !localtime_r(&now, &tm)) return;
    strftime(text, sizeof text, "[%H:%M:%S] ", &tm);
    buf_c(b, text);
}

static void line(Watch *w, ShowKind kind, Str text) {
    Buf b = {0};
    const char *color = color_of(w, kind);
    if (!is_shown(w, kind)) return;
    add_time(w, &b);
    if (color) buf_printf(&b, "\33[%sm", color);
    buf_str(&b, text);
    buf_c(&b, color ? "\33[0m\n" : "\n");
    write_out(2, &b);
    buf_free(&b);
}

void show_line(Watch *w, ShowKind kind, const char *fmt, ...) {
    Arena *a = arena_new("line");
    va_list ap;
    va_start(ap, fmt);
    line(w, kind, arena_vprintf(a, fmt, ap));
    va_end(ap);
    arena_free(a);
}

void show_text(Watch *w, Str text) {
    Buf b = {0};
    if (w->o.json || !text.len) return;
    buf_str(&b, text);
    if (text.ptr[text.len - 1] != '\n') buf_char(&b, '\n');
    write_out(2, &b);
    buf_free(&b);
}

void show_text_raw(Watch *w, Str text) {
    Buf b = {0};
    if (w->o.json) return;
    buf_str(&b, text);
    write_out(2, &b);
    buf_free(&b);
}

void show_output(Watch *w, const Target *t, Str text) {
    const char *color = w->color ? color_code(w->c->color_app) : NULL;
    Buf b = {0};
    if (w->o.json) {
        ShowEvent e = show_event(w, t, "output");
        event_str(&e, "Output", text);
        event_end(&e);
        return;
    }
    if (color) buf_printf(&b, "\33[%sm", color);
    buf_str(&b, text);
    if (color) buf_c(&b, "\33[0m");
    write_out(1, &b);
    buf_free(&b);
}

// "a.go, b.go and 3 more", with the name of the service in front if there are several.
static void add_changed(const Watch *w, const Target *t, Buf *b) {
    i64 n = w->changed.len;
    if (t && t->name.len) buf_printf(b, "%.*s: ", SFMT(t->name));
    for (i64 i = 0; i < n && i < 3; i++) buf_printf(b, "%s%.*s", i ? ", " : "", SFMT(w->changed.ptr[i]));
    if (n > 3) buf_printf(b, " and %lld more", (long long)n - 3);
    if (n) buf_c(b, ": ");
}

void show_cycle(Watch *w, const Target *t, const char *fmt, ...) {
    Arena *a = arena_new("line");
    Buf b = {0};
    va_list ap;
    va_start(ap, fmt);
    add_changed(w, t, &b);
    buf_str(&b, arena_vprintf(a, fmt, ap));
    va_end(ap);
    line(w, SHOW_MAIN, buf_view(&b));
    buf_free(&b);
    arena_free(a);
}

void show_clear(Watch *w) {
    Buf b = {0};
    if (w->o.json || !isatty(2)) return;
    buf_c(&b, w->c->keep_scroll ? "\33[2J\33[H" : "\33c");
    write_out(2, &b);
    buf_free(&b);
}

// ---- events -----------------------------------------------------------------------------------------------------------

ShowEvent show_event(Watch *w, const Target *t, const char *action) {
    ShowEvent e = {.w = w};
    struct timespec now;
    struct tm tm;
    char text[32] = "";
    if (!w->o.json) return e;
    clock_gettime(CLOCK_REALTIME, &now);
    if (gmtime_r(&now.tv_sec, &tm)) strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    buf_printf(&e.b, "{\"Time\":\"%s.%09ldZ\",\"Action\":\"%s\"", text, now.tv_nsec, action);
    if (t && t->name.len) event_str(&e, "Service", t->name);
    return e;
}

static bool begin_member(ShowEvent *e, const char *key) {
    if (!e->b.len) return false;
    buf_printf(&e->b, ",\"%s\":", key);
    return true;
}

void event_str(ShowEvent *e, const char *key, Str s) {
    if (begin_member(e, key)) buf_json(&e->b, s);
}

void event_int(ShowEvent *e, const char *key, i64 n) {
    if (begin_member(e, key)) buf_printf(&e->b, "%lld", (long long)n);
}

void event_raw(ShowEvent *e, const char *key, Str json) {
    if (begin_member(e, key)) buf_str(&e->b, json);
}

void event_list(ShowEvent *e, const char *key, const StrItems *v) {
    if (!begin_member(e, key)) return;
    buf_char(&e->b, '[');
    for (i64 i = 0; i < v->len; i++) {
        if (i) buf_char(&e->b, ',');
        buf_json(&e->b, v->ptr[i]);
    }
    buf_char(&e->b, ']');
}

void event_end(ShowEvent *e) {
    if (e->b.len) buf_c(&e->b, "}\n"), write_out(1, &e->b);
    buf_free(&e->b);
}
