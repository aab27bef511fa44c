// report.c - what a failed build says: for people as it was printed, for programs as a list, and in the file of `build.log`.
//
// {"file","line","col","text","source"}: of lines "FILE:LINE:COL: TEXT"; indented lines that follow are advice and belong to the text, but for
// the source and its underline; other lines are errors without place, "# package" is no error. Colours are left out.
#include "watch/loop.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Message {
    Str file, text;
    i64 line, col;
} Message;

static Str without_colors(Arena *a, Str s) {
    char *p = arena_alloc(a, s.len + 1, 1);
    i64 n = 0;
    for (i64 i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\33' && i + 1 < s.len && s.ptr[i + 1] == '[') {
            while (i < s.len && s.ptr[i] != 'm') i++;
            continue;
        }
        p[n++] = s.ptr[i];
    }
    return (Str){p, n};
}

static i64 number_at(Str s, i64 *at) { // ":12"; 0: there is none
    i64 n = 0, i = *at;
    if (i >= s.len || s.ptr[i] != ':') return 0;
    for (i++; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9' && n < 1000000000; i++) n = n * 10 + s.ptr[i] - '0';
    if (n) *at = i;
    return n;
}

static bool read_place(Str line, Message *m) {
    i64 at = str_index(line, ':');
    if (at <= 0) return false;
    m->file = str_slice(line, 0, at);
    m->line = number_at(line, &at);
    m->col = m->line ? number_at(line, &at) : 0;
    if (!m->line || at >= line.len || line.ptr[at] != ':') return false;
    m->text = str_trim(str_slice(line, at + 1, line.len));
    return true;
}

static Str source_line(Arena *a, Str root, const Message *m) {
    Str path = m->file.len && m->file.ptr[0] == '/' ? m->file : path_join(a, root, m->file), text;
    if (!file_read(a, arena_cstr(a, path_clean(a, path)), &text)) return (Str){0};
    for (i64 n = 1;; n++) {
        i64 end = str_index(text, '\n');
        if (n == m->line) return end < 0 ? text : str_slice(text, 0, end);
        if (end < 0) return (Str){0};
        text = str_slice(text, end + 1, text.len);
    }
}

// The source line again, or what underlines it.
static bool is_picture(Str line, Str source) {
    i64 marks = 0;
    for (i64 i = 0; i < line.len; i++) marks += line.ptr[i] == '^' || line.ptr[i] == '~';
    return marks == line.len || str_eq(line, str_trim(source));
}

static void add_message(Buf *b, Arena *a, Str root, const Message *m) {
    buf_c(b, "{\"file\":");
    buf_json(b, m->file);
    buf_printf(b, ",\"line\":%lld,\"col\":%lld,\"text\":", (long long)m->line, (long long)m->col);
    buf_json(b, m->text);
    buf_c(b, ",\"source\":");
    buf_json(b, m->line ? source_line(a, root, m) : (Str){0});
    buf_char(b, '}');
}

i64 report_json(Buf *b, Str root, Str text) {
    Arena *a = arena_new("report");
    VEC(Message) all = {0};
    for (text = without_colors(a, text); text.len;) {
        i64 end = str_index(text, '\n');
        Str line = str_slice(text, 0, end < 0 ? text.len : end);
        text = end < 0 ? (Str){0} : str_slice(text, end + 1, text.len);
        Message m = {.text = line}, *last = all.len ? &all.ptr[all.len - 1] : NULL;
        if (!str_trim(line).len || str_has_prefix(line, S("# "))) continue;
        bool indented = line.ptr[0] == ' ' || line.ptr[0] == '\t';
        if (indented && last) {
            if (is_picture(str_trim(line), source_line(a, root, last))) continue;
            last->text = arena_printf(a, "%.*s\n%.*s", SFMT(last->text), SFMT(str_trim(line)));
        } else {
            if (!read_place(line, &m)) m = (Message){.text = line};
            vec_push(a, &all, m);
        }
    }
    buf_char(b, '[');
    for (i64 i = 0; i < all.len; i++) {
        if (i) buf_char(b, ',');
        add_message(b, a, root, &all.ptr[i]);
    }
    buf_char(b, ']');
    i64 n = all.len;
    arena_free(a);
    return n;
}

void report_log(Watch *w, Str text) {
    if (!w->c->file.len || !w->c->log_file.len) return;
    Str dir = path_join(w->cycle, w->c->root, w->c->tmp_dir), path = path_join(w->cycle, dir, w->c->log_file);
    if (!dir_make_all(w->cycle, dir)) return;
    int fd = open(arena_cstr(w->cycle, path), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0) return;
    if (write(fd, text.ptr, (size_t)text.len) != text.len)
        show_line(w, SHOW_ERROR, "cannot write %.*s: %s", SFMT(path), err_os(errno));
    close(fd);
}

static bool is_one_alive(const Watch *w) {
    bool any = false;
    for (i64 i = 0; i < w->targets.len; i++) any |= w->targets.ptr[i]->pid != 0 || w->targets.ptr[i]->build;
    return any && !w->c->stop_on_error;
}

void report_errors(Watch *w, Target *t, Str text) {
    Buf b = {0}, page = {0};
    i64 n = report_json(&b, w->c->root, text);
    ShowEvent e = show_event(w, t, "build-failed");
    event_int(&e, "Ms", t->build_time / 1000000);
    event_raw(&e, "Errors", buf_view(&b));
    event_str(&e, "Text", text);
    event_end(&e);
    show_text(w, text);
    const char *goes_on = t->pid && !w->c->stop_on_error ? "; the last good program goes on" : "";
    show_cycle(w, t, "%lld error%s%s", (long long)n, n == 1 ? "" : "s", goes_on);
    report_log(w, text);
    if (w->proxy) {
        buf_c(&page, "{\"errors\":");
        buf_str(&page, buf_view(&b));
        buf_char(&page, '}');
        proxy_error(w->proxy, buf_view(&page));
        proxy_expect(w->proxy, is_one_alive(w));
    }
    buf_free(&b);
    buf_free(&page);
}
