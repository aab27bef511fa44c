// convert.c - the output of a test program as JSON events, as `go doc test2json` describes them.
//
// In:   the output, in any pieces. Out: whole events, a line each. Lines that package testing writes ("=== RUN", "--- PASS:") become
//       events; a report is held back until what belongs to it has passed: then its subtests come first. A program that was told
//       -test.v=test2json puts ^V before these lines; from the first such line on none without it counts.
// Lines longer than LONGEST_LINE are plain output; an output event has at most LONGEST_EVENT bytes and is cut between characters.
#include "test/test.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LONGEST_LINE = 4096, LONGEST_EVENT = 1024, MARK = 0x16 };

typedef struct Event {
    Str action, test, key, value, path, failed_build;
    const Str *output;
    f64 elapsed;
    bool has_elapsed;
} Event;
typedef struct LineBuffer {
    char *b;
    i64 len, cap;
    bool mid; // in the middle of a long line
    void (*line)(Converter *, Str);
    void (*part)(Converter *, Str); // of a long line
} LineBuffer;
struct Converter {
    Arena *a;
    Buf *out;
    Str package, test, result, failed_build;
    bool times, need_mark;
    i64 began; // ns
    VEC(Event) reports;
    LineBuffer in, output;
};

// ---- events -----------------------------------------------------------------------------------------------------------

static i64 monotonic(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (i64)t.tv_sec * 1000000000 + t.tv_nsec;
}

// RFC 3339 with as many digits as needed, local time.
static void print_time(Buf *b) {
    struct timespec t;
    struct tm tm;
    char text[64];
    clock_gettime(CLOCK_REALTIME, &t);
    localtime_r(&t.tv_sec, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    buf_printf(b, "\"Time\":\"%s", text);
    if (t.tv_nsec) {
        snprintf(text, sizeof text, ".%09ld", t.tv_nsec);
        for (size_t n = strlen(text); text[n - 1] == '0'; n--) text[n - 1] = 0;
        buf_c(b, text);
    }
    long zone = tm.tm_gmtoff / 60;
    if (zone == 0) buf_c(b, "Z\",");
    else buf_printf(b, "%c%02ld:%02ld\",", zone < 0 ? '-' : '+', labs(zone) / 60, labs(zone) % 60);
}

static void print_field(Buf *b, const char *name, Str value) {
    if (!value.len) return;
    buf_printf(b, ",\"%s\":", name);
    buf_json(b, value);
}

// The shortest decimal form that reads back as the same number.
static void print_number(Buf *b, f64 x) {
    char text[40];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x) break;
    }
    if (strchr(text, 'e') && x >= 1) snprintf(text, sizeof text, "%.0f", x);
    buf_c(b, text);
}

static void emit(Converter *c, Event e) {
    Buf *b = c->out;
    buf_char(b, '{');
    if (c->times) print_time(b);
    buf_c(b, "\"Action\":");
    buf_json(b, e.action);
    print_field(b, "Package", c->package);
    print_field(b, "Test", e.test.len ? e.test : c->test);
    if (e.has_elapsed) {
        buf_c(b, ",\"Elapsed\":");
        print_number(b, e.elapsed);
    }
    if (e.output) {
        buf_c(b, ",\"Output\":");
        buf_json(b, *e.output);
    }
    print_field(b, "FailedBuild", e.failed_build);
    print_field(b, "Key", e.key);
    print_field(b, "Value", e.value);
    print_field(b, "Path", e.path);
    buf_c(b, "}\n");
}

static void emit_output(Converter *c, Str s) { emit(c, (Event){.action = S("output"), .output = &s}); }

// Reports at this depth and below.
static void flush_reports(Converter *c, i64 depth) {
    c->test = (Str){0};
    while (c->reports.len > depth) emit(c, c->reports.ptr[--c->reports.len]);
}

// ---- lines ------------------------------------------------------------------------------------------------------------

// Where the line at the start of s ends; *width: 1 for its newline, 0 before a mark. -1: not in s.
static i64 line_end(Str s, i64 *width) {
    for (i64 i = 0; i < s.len; i++) {
        *width = s.ptr[i] == '\n';
        if (*width || (s.ptr[i] == MARK && i > 0)) return i;
    }
    return -1;
}

static bool is_benchmark(Str name) {
    static const Str word = {"Benchmark", 9};
    int size;
    if (!str_has_prefix(name, word)) return false;
    return name.len == word.len || !rune_is_lower(utf8_decode(name.ptr + word.len, name.len - word.len, &size));
}

// How much of s ends with a whole character.
static i64 whole_runes(Str s) {
    for (i64 i = 1; i < 4 && i <= s.len; i++) {
        u8 ch = (u8)s.ptr[s.len - i];
        if ((ch & 0xC0) == 0x80) continue;
        i64 need = (ch & 0xE0) == 0xC0 ? 2 : (ch & 0xF0) == 0xE0 ? 3 : (ch & 0xF8) == 0xF0 ? 4 : 1;
        return i < need ? s.len - i : s.len;
    }
    return s.len;
}

// The name and figures of a benchmark's line come in pieces: what is in front of the first tab is shown at once.
static i64 begin_benchmark(Converter *c, LineBuffer *l, Str rest) {
    i64 tab = l->mid ? -1 : str_index(rest, '\t');
    Str name = str_slice(rest, 0, tab < 0 ? 0 : tab);
    while (name.len && name.ptr[name.len - 1] == ' ') name.len--;
    if (tab < 0 || !is_benchmark(name)) return 0;
    l->part(c, str_slice(rest, 0, tab + 1));
    l->mid = true;
    return tab + 1;
}

// Hands on the lines in the buffer; how many bytes were taken.
static i64 take_lines(Converter *c, LineBuffer *l) {
    i64 at = 0, width;
    while (at < l->len) {
        Str rest = {l->b + at, l->len - at};
        i64 end = line_end(rest, &width);
        if (end < 0) return at + begin_benchmark(c, l, rest);
        Str line = str_slice(rest, 0, end + width);
        if (l->mid) l->part(c, line);
        else l->line(c, line);
        l->mid = false;
        at += line.len;
    }
    return at;
}

static void drop(LineBuffer *l, i64 n) {
    memmove(l->b, l->b + n, (size_t)(l->len - n));
    l->len -= n;
}

static void write_lines(Converter *c, LineBuffer *l, Str s) {
    while (s.len) {
        i64 n = i64_min(l->cap - l->len, s.len);
        memcpy(l->b + l->len, s.ptr, (size_t)n);
        l->len += n;
        s = str_slice(s, n, s.len);
        i64 taken = take_lines(c, l);
        if (!taken && l->len == l->cap) {
            taken = whole_runes((Str){l->b, l->len});
            l->part(c, (Str){l->b, taken});
            l->mid = true;
        }
        drop(l, taken);
    }
}

static void flush_lines(Converter *c, LineBuffer *l) {
    if (l->len) l->part(c, (Str){l->b, l->len});
    l->len = 0;
}

static void write_output(Converter *c, Str s) { write_lines(c, &c->output, s); }

// ---- what lines mean --------------------------------------------------------------------------------------------------

static Str cut(Str *s, char at) { // what is in front of it; *s: what is behind
    i64 i = str_index(*s, at);
    Str head = i < 0 ? *s : str_slice(*s, 0, i);
    *s = i < 0 ? (Str){0} : str_slice(*s, i + 1, s->len);
    return head;
}

// "(1.50s)" behind the name of a report
static void take_elapsed(Converter *c, Event *e, Str *name) {
    i64 at = str_find(*name, S(" ("));
    if (at < 0) return;
    if (str_has_suffix(*name, S("s)"))) {
        const char *number = arena_cstr(c->a, str_slice(*name, at + 2, name->len - 2));
        char *end;
        f64 x = strtod(number, &end);
        if (*number && !*end) e->elapsed = x, e->has_elapsed = c->times;
    }
    *name = str_slice(*name, 0, at);
}

static bool begins_with_any(Str s, const char *const *words) {
    for (; *words; words++)
        if (str_has_prefix(s, str_c(*words))) return true;
    return false;
}

static void take_report(Converter *c, Str line, Event e, Str name, i64 depth, bool marked) {
    take_elapsed(c, &e, &name);
    if (c->reports.len < depth) { // deeper than anything it could belong to
        write_output(c, line);
        return;
    }
    c->need_mark = marked;
    flush_reports(c, depth);
    e.test = c->test = arena_str(c->a, name);
    vec_push(c->a, &c->reports, e);
    write_output(c, line);
}

static void take_update(Converter *c, Str line, Event e, Str name, bool marked) {
    if (str_eq(e.action, S("artifacts"))) e.path = name, name = cut(&e.path, ' ');
    else if (str_eq(e.action, S("attr"))) {
        e.value = name;
        name = cut(&e.value, ' ');
        e.key = cut(&e.value, ' ');
    }
    c->need_mark = marked;
    flush_reports(c, 0);
    c->test = arena_str(c->a, name);
    if (str_eq(e.action, S("name"))) return; // it only says whose output follows
    bool pause = str_eq(e.action, S("pause"));
    if (pause) write_output(c, line);
    emit(c, e);
    if (!pause) write_output(c, line);
}

static bool take_verdict(Converter *c, Str line, Str trimmed, bool marked) {
    bool pass = str_eq(trimmed, S("PASS")), fail = str_eq(trimmed, S("FAIL")) || str_has_prefix(trimmed, S("FAIL\t"));
    if (!pass && !fail) return false;
    flush_reports(c, 0);
    c->need_mark = marked;
    write_output(c, line);
    c->result = pass ? S("pass") : S("fail");
    return true;
}

static Str without_newline(Str s) {
    if (s.len && s.ptr[s.len - 1] == '\n') {
        s.len--;
        if (s.len && s.ptr[s.len - 1] == '\r') s.len--;
    }
    return s;
}

static void take_line(Converter *c, Str line) {
    static const char *const updates[] = {"=== RUN   ", "=== PAUSE ", "=== CONT  ", "=== NAME  ",     "=== PASS  ",
                                          "=== FAIL  ", "=== SKIP  ", "=== ATTR  ", "=== ARTIFACTS ", NULL};
    static const char *const reports[] = {"--- PASS: ", "--- FAIL: ", "--- SKIP: ", "--- BENCH: ", NULL};
    bool marked = line.len && line.ptr[0] == MARK;
    if (c->need_mark && !marked) {
        write_output(c, line);
        return;
    }
    if (marked) {
        flush_lines(c, &c->output);
        line = str_slice(line, 1, line.len);
    }
    Str trimmed = without_newline(line);
    if (str_eq(trimmed, S("=== NAME"))) line = S("=== NAME  \n"), trimmed = S("=== NAME  ");
    if (take_verdict(c, line, trimmed, marked)) return;
    if (str_has_prefix(line, S("?   \t")) && str_has_suffix(trimmed, S("\t[no test files]")) && !c->reports.len)
        c->result = S("skip");
    i64 depth = 0;
    Str inner = line;
    bool update = begins_with_any(line, updates);
    while (!update && str_has_prefix(inner, S("    "))) inner = str_slice(inner, 4, inner.len), depth++;
    if (!update && !begins_with_any(inner, reports)) { // whose it is, its indentation says
        if (depth && depth <= c->reports.len) c->test = c->reports.ptr[depth - 1].test;
        write_output(c, line);
        return;
    }
    Str name = str_slice(inner, 4, inner.len), action = cut(&name, ' ');
    if (str_has_suffix(action, S(":"))) action.len--;
    Event e = {.action = str_lower(c->a, action)};
    name = str_trim(name);
    if (update) take_update(c, line, e, name, marked);
    else take_report(c, line, e, name, depth, marked);
}

// ---- all of it --------------------------------------------------------------------------------------------------------

Converter *convert_new(Arena *a, Buf *out, Str package, bool times) {
    Converter *c = ANEW(a, Converter);
    *c = (Converter){.a = a, .out = out, .package = package, .times = times, .began = monotonic()};
    c->in =
        (LineBuffer){.b = ANEWN(a, char, LONGEST_LINE), .cap = LONGEST_LINE, .line = take_line, .part = write_output};
    c->output = (LineBuffer){
        .b = ANEWN(a, char, LONGEST_EVENT), .cap = LONGEST_EVENT, .line = emit_output, .part = emit_output};
    emit(c, (Event){.action = S("start")});
    return c;
}

void convert_write(Converter *c, Str s) { write_lines(c, &c->in, s); }

void convert_failed_build(Converter *c, Str package) { c->failed_build = package; }

void convert_end(Converter *c, bool exited, bool good) {
    if (exited && !good) c->result = S("fail");
    else if (exited && !str_eq(c->result, S("skip"))) c->result = S("pass");
    flush_lines(c, &c->in);
    flush_lines(c, &c->output);
    if (!c->result.len) return;
    Event e = {.action = c->result, .has_elapsed = c->times};
    e.elapsed = (f64)((monotonic() - c->began + 500000) / 1000000) / 1000;
    if (str_eq(c->result, S("fail"))) e.failed_build = c->failed_build;
    emit(c, e);
}
