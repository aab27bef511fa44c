// list_doc.c - what the comment in front of a package clause says: the synopsis of its documentation.
//
// In:   the text of a Go file that parses. Out: "" where there is nothing.
#include "cmd/list_int.h"

static i64 block_len(Str s) { // of the comment that begins here with its marks; -1: it does not end
    i64 end = str_find(str_slice(s, 2, s.len), S("*/"));
    return end < 0 ? -1 : end + 4;
}

static Str line_at(Str text, i64 at) {
    i64 end = at;
    while (end < text.len && text.ptr[end] != '\n') end++;
    return str_slice(text, at, end);
}

// Offset of the word "package"; *doc, *end: the comments directly in front of it, or equal.
static i64 find_clause(Str text, i64 *doc, i64 *end) {
    i64 at = str_has_prefix(text, S("\xef\xbb\xbf")) ? 3 : 0;
    *doc = *end = at;
    bool fresh = true; // a comment that begins here begins a group
    for (i64 lines = 0; at < text.len;) {
        char c = text.ptr[at];
        if (c == '\n' || c == ' ' || c == '\t' || c == '\r') {
            if (c == '\n' && ++lines > 1) fresh = true;
            at++;
            continue;
        }
        Str rest = str_slice(text, at, text.len);
        bool line = str_has_prefix(rest, S("//")), block = str_has_prefix(rest, S("/*"));
        if (!line && !block) {
            if (lines > 1) *doc = *end = at;
            return str_has_prefix(rest, S("package")) ? at : -1;
        }
        if (fresh) *doc = at;
        fresh = false;
        lines = 0;
        i64 len = block ? block_len(rest) : line_at(text, at).len;
        if (len < 0) return -1;
        at += len;
        *end = at;
    }
    return -1;
}

static bool is_directive(Str s) { // behind "//": "go:build x", "line ", "extern ", "export "
    if (str_has_prefix(s, S("line ")) || str_has_prefix(s, S("extern ")) || str_has_prefix(s, S("export ")))
        return true;
    i64 colon = str_index(s, ':');
    if (colon <= 0 || colon + 1 >= s.len) return false;
    for (i64 i = 0; i <= colon + 1; i++) {
        char c = s.ptr[i];
        if (i != colon && !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) return false;
    }
    return true;
}

// The lines of a group of comments without their marks.
static void comment_text(Buf *b, Str s) {
    for (i64 at = 0; at < s.len;) {
        Str rest = str_slice(s, at, s.len);
        if (str_has_prefix(rest, S("/*"))) {
            i64 len = block_len(rest); // the group ends behind it
            buf_str(b, str_slice(rest, 2, len - 2));
            buf_char(b, '\n');
            at += len;
        } else if (str_has_prefix(rest, S("//"))) {
            Str line = line_at(s, at);
            Str body = str_slice(line, 2, line.len);
            if (!is_directive(body)) {
                if (body.len && body.ptr[0] == ' ') body = str_slice(body, 1, body.len);
                buf_str(b, body);
                buf_char(b, '\n');
            }
            at += line.len;
        } else at++;
    }
}

// A full stop ends a sentence unless it stands behind a single upper-case letter.
static Str first_sentence(Str s) {
    i32 c1 = 0, c2 = 0, c3 = 0; // what stands in front, the nearest first
    for (i64 i = 0; i < s.len;) {
        int size;
        i32 r = utf8_decode(s.ptr + i, s.len - i, &size);
        if (r == '\n' || r == '\r' || r == '\t') r = ' ';
        if (r == ' ' && c1 == '.' && (!rune_is_upper(c2) || rune_is_upper(c3))) return str_slice(s, 0, i);
        if (c1 == 0x3002 || c1 == 0xFF0E) return str_slice(s, 0, i);
        c3 = c2, c2 = c1, c1 = r;
        i += size;
    }
    return s;
}

// ---- links to what has documentation: "[bytes.Buffer]" loses its brackets ------------------------------------------------

static bool is_std_name(Str s) { // what doc comments know without an import
    static const char names[] =
        " bufio bytes cmp context crypto embed encoding errors expvar flag fmt hash html image io iter log maps "
        "math mime net os path plugin reflect regexp runtime slices sort strconv strings structs sync syscall "
        "testing time unicode unique unsafe weak ";
    for (const char *p = names; *p; p++)
        if (*p == ' ' && str_has_prefix(str_c(p + 1), s) && p[1 + s.len] == ' ') return s.len > 0;
    return false;
}

static bool is_name(Str s) {
    int size;
    for (i64 i = 0; i < s.len; i += size) {
        i32 r = utf8_decode(s.ptr + i, s.len - i, &size);
        if (r != '_' && !rune_is_letter(r) && (i == 0 || !rune_is_digit(r))) return false;
    }
    return s.len > 0;
}

static bool is_import_path(Str s) {
    char before = '/';
    for (i64 i = 0; i < s.len; before = s.ptr[i++]) {
        char c = s.ptr[i];
        bool good = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (c && strchr("-._~/+", c));
        if (!good || (before == '/' && (c == '/' || c == '-'))) return false;
    }
    return before != '/';
}

// "pkg.Name", "pkg.Type.Method": the package is one of the library's first level, or has a slash in its path.
static bool is_doc_link(Str s) {
    if (str_has_prefix(s, S("*"))) s = str_slice(s, 1, s.len);
    for (int part = 0; part < 2; part++) {
        i64 dot = str_rindex(s, '.');
        if (!is_name(str_slice(s, dot + 1, s.len))) break;
        if (dot < 0) return is_std_name(s);
        s = str_slice(s, 0, dot);
    }
    return str_index(s, '/') > 0 ? is_import_path(s) : is_std_name(s);
}

static bool is_edge(char c) { return !c || ((u8)c < 128 && strchr(" \t\n!\"#%&'()*,-./:;?@[\\]_{}", c)); }

static Str without_links(Arena *a, Str s) {
    Buf b = {0};
    for (i64 i = 0; i < s.len; i++) {
        i64 end = s.ptr[i] == '[' ? str_index(str_slice(s, i, s.len), ']') : -1;
        Str text = str_slice(s, i + 1, i + i64_max(end, 1));
        bool edges = end > 1 && is_edge(i ? s.ptr[i - 1] : 0) && is_edge(i + end + 1 < s.len ? s.ptr[i + end + 1] : 0);
        if (!edges || !is_doc_link(text)) {
            buf_char(&b, (u8)s.ptr[i]);
            continue;
        }
        buf_str(&b, text);
        i += end;
    }
    s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

// The first paragraph on one line, with the quotes of doc comments.
static Str one_line(Arena *a, Str text) {
    Buf b = {0};
    for (i64 i = 0; i < text.len; i++) {
        char c = text.ptr[i], next = i + 1 < text.len ? text.ptr[i + 1] : 0;
        bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (c == '\n' && next == '\n') break;
        if (blank && (!b.len || b.ptr[b.len - 1] == ' ')) continue;
        if (c == '`' && next == '`') buf_c(&b, "\xe2\x80\x9c"), i++;
        else if (c == '\'' && next == '\'') buf_c(&b, "\xe2\x80\x9d"), i++;
        else buf_char(&b, blank ? ' ' : c);
    }
    Str s = str_trim(arena_str(a, buf_view(&b)));
    buf_free(&b);
    return s;
}

Str doc_synopsis(Arena *a, Str text) {
    static const char *const no_docs[] = {"copyright", "all rights", "author"};
    i64 doc, end;
    if (find_clause(text, &doc, &end) < 0 || doc == end) return (Str){0};
    Buf b = {0};
    comment_text(&b, str_slice(text, doc, end));
    Str s = str_trim(arena_str(a, buf_view(&b)));
    buf_free(&b);
    if (str_has_prefix(s, S("# "))) return (Str){0};
    s = one_line(a, without_links(a, first_sentence(s)));
    for (i64 i = 0; i < NELEM(no_docs); i++) {
        Str no = str_c(no_docs[i]);
        bool same = s.len >= no.len;
        for (i64 k = 0; k < no.len && same; k++) same = (s.ptr[k] | 32) == no.ptr[k] || s.ptr[k] == no.ptr[k];
        if (same) return (Str){0};
    }
    return s;
}
