// examples.c - what an example must print: the last comment in its body, if that begins with "Output:" or "Unordered output:".
//
// In:   the text between a function's braces, which parses. Out: the comment's text behind that word, as go/doc reads it: without the
//       comment's marks, directives, blanks at the ends of lines, and of empty lines that follow each other but one.
#include "load/load_int.h"
#include <ctype.h>

typedef struct Group { // comments without anything between them but the end of a line
    VEC(Str) comments;
    i64 end;     // behind the last one
    bool behind; // it stands behind code: what follows on the next line is not of it
} Group;

static i64 skip_quoted(Str s, i64 at) { // at: behind the quote
    char quote = s.ptr[at - 1];
    for (; at < s.len && s.ptr[at] != quote; at++)
        if (s.ptr[at] == '\\' && quote != '`') at++;
    return at + 1;
}

static i64 comment_end(Str s, i64 at) {
    if (s.ptr[at + 1] == '/') {
        while (at < s.len && s.ptr[at] != '\n') at++;
        return at;
    }
    i64 n = str_find(str_slice(s, at + 2, s.len), S("*/"));
    return n < 0 ? s.len : at + 2 + n + 2;
}

static i64 count_lines(Str s) {
    i64 n = 0;
    for (i64 i = 0; i < s.len; i++) n += s.ptr[i] == '\n';
    return n;
}

static void add_comment(Arena *a, Group *g, Str s, i64 at, i64 end, i64 code_end) {
    bool follows = g->comments.len && g->end > code_end;
    i64 lines = follows ? count_lines(str_slice(s, g->end, at)) : 0;
    if (!follows || lines > !g->behind) {
        bool behind = code_end > 0 && !count_lines(str_slice(s, code_end, at));
        *g = (Group){.behind = behind};
    }
    vec_push(a, &g->comments, str_slice(s, at, end));
    g->end = end;
}

static Group last_group(Arena *a, Str s) {
    Group g = {0};
    for (i64 at = 0, code_end = 0; at < s.len;) {
        char ch = s.ptr[at];
        bool comment = ch == '/' && at + 1 < s.len && (s.ptr[at + 1] == '/' || s.ptr[at + 1] == '*');
        if (comment) {
            i64 end = comment_end(s, at);
            add_comment(a, &g, s, at, end, code_end);
            at = end;
        } else if (isspace((u8)ch)) at++;
        else {
            at = ch == '"' || ch == '`' || ch == '\'' ? skip_quoted(s, at + 1) : at + 1;
            code_end = at;
        }
    }
    return g;
}

// ---- text -------------------------------------------------------------------------------------------------------------

static bool is_directive(Str s) { // behind "//": "line ", "extern ", "export ", or "[a-z0-9]+:[a-z0-9]"
    if (str_has_prefix(s, S("line ")) || str_has_prefix(s, S("extern ")) || str_has_prefix(s, S("export ")))
        return true;
    i64 colon = str_index(s, ':');
    if (colon <= 0 || colon + 1 >= s.len) return false;
    for (i64 i = 0; i <= colon + 1; i++)
        if (i != colon && !islower((u8)s.ptr[i]) && !isdigit((u8)s.ptr[i])) return false;
    return true;
}

static void add_line(Buf *b, Str line) {
    while (line.len && strchr(" \t\n\r", line.ptr[line.len - 1])) line.len--;
    bool empty_before = b->len < 2 ? b->len == 0 : b->ptr[b->len - 2] == '\n';
    if (!line.len && empty_before) return;
    buf_str(b, line);
    buf_char(b, '\n');
}

static void add_text(Buf *b, Str c) {
    bool lines = c.ptr[1] == '/';
    c = str_slice(c, 2, c.len - (lines ? 0 : 2));
    if (lines && c.len && c.ptr[0] == ' ') c = str_slice(c, 1, c.len);
    else if (lines && is_directive(c)) return;
    for (i64 at = 0; at <= c.len;) {
        i64 end = at;
        while (end < c.len && c.ptr[end] != '\n') end++;
        add_line(b, str_slice(c, at, end));
        at = end + 1;
    }
}

static bool takes_word(Str *s, Str word) {
    for (i64 i = 0; i < word.len; i++)
        if (i >= s->len || tolower((u8)s->ptr[i]) != word.ptr[i]) return false;
    *s = str_slice(*s, word.len, s->len);
    return true;
}

Str example_output(Arena *a, Str body, bool *has, bool *unordered) {
    Buf b = {0};
    Group g = last_group(a, body);
    *has = *unordered = false;
    for (i64 i = 0; i < g.comments.len; i++) add_text(&b, g.comments.ptr[i]);
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    while (s.len && isspace((u8)s.ptr[0])) s = str_slice(s, 1, s.len);
    *unordered = takes_word(&s, S("unordered "));
    *has = takes_word(&s, S("output:"));
    if (!*has) return (Str){0};
    while (s.len && s.ptr[0] == ' ') s = str_slice(s, 1, s.len);
    return s.len && s.ptr[0] == '\n' ? str_slice(s, 1, s.len) : s;
}
