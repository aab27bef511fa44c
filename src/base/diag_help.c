// diag_help.c - what helps with an error: the source underlined, notes about other places, advice, edits that mend it.
//
// All of it is lines that begin with spaces: gc's own further lines begin with a tab, and whoever takes those for a part of
// the message (GOROOT/test does, with regular expressions that end in $) leaves these alone. A fix shows the lines as they become ("+ "), or that go ("- "). The same as objects for editors: LSP's ranges.
#include "base/diag_int.h"

#define DIAG_INDENT "    "

// ---- what is told -----------------------------------------------------------------------------------

static DiagHint *add_hint(DiagError *e, DiagHintKind kind, const char *fmt, va_list ap) {
    DiagHint *h = ANEW(e->arena, DiagHint);
    h->kind = kind;
    h->text = arena_vprintf(e->arena, fmt, ap);
    if (e->last_hint) e->last_hint->next = h;
    else e->hints = h;
    return e->last_hint = h;
}

void diag_range(DiagError *e, Pos lo, Pos hi) {
    e->lo = lo;
    e->hi = hi;
}

void diag_note(DiagError *e, Pos lo, Pos hi, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    DiagHint *h = add_hint(e, DIAG_NOTE, fmt, ap);
    h->lo = lo;
    h->hi = hi;
    va_end(ap);
}

void diag_help(DiagError *e, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    add_hint(e, DIAG_HELP, fmt, ap);
    va_end(ap);
}

static void add_edits(DiagError *e, DiagHint *h, const DiagEdit *edits, i64 n) {
    DiagEdit *copy = ANEWN(e->arena, DiagEdit, n);
    for (i64 i = 0; i < n; i++) copy[i] = (DiagEdit){edits[i].lo, edits[i].hi, arena_str(e->arena, edits[i].text)};
    h->edits = copy;
    h->nedits = n;
}

void diag_fix(DiagError *e, const DiagEdit *edits, i64 n, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    add_edits(e, add_hint(e, DIAG_FIX, fmt, ap), edits, n);
    va_end(ap);
}

void diag_suggest(DiagError *e, const DiagEdit *edits, i64 n, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    add_edits(e, add_hint(e, DIAG_SUGGESTION, fmt, ap), edits, n);
    va_end(ap);
}

void diag_offer(DiagError *e, const DiagEdit *edits, i64 n, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    add_edits(e, add_hint(e, DIAG_OFFER, fmt, ap), edits, n);
    va_end(ap);
}

static bool is_of_syntax(const DiagError *e) { return e->phase && str_eq(str_c(e->phase), S("syntax")); }

// Where something does not parse, what checking says of the rest is a guess.
static void doubt_beside_syntax(DiagError **v, i64 n) {
    bool unparsed = false;
    for (i64 i = 0; i < n; i++) unparsed |= is_of_syntax(v[i]);
    for (i64 i = 0; unparsed && i < n; i++)
        for (DiagHint *h = is_of_syntax(v[i]) ? NULL : v[i]->hints; h; h = h->next)
            if (h->kind >= DIAG_SUGGESTION) h->kind = DIAG_OFFER;
}

void diag_doubt(DiagError **v, i64 n) {
    bool missed = false;
    for (i64 i = 0; i < n; i++) missed |= str_find(v[i]->msg, S("undefined")) >= 0;
    for (i64 i = 0; missed && i < n; i++)
        for (DiagHint *h = v[i]->hints; h && str_find(v[i]->msg, S("not used")) >= 0; h = h->next)
            if (h->kind >= DIAG_SUGGESTION) h->kind = DIAG_OFFER;
    doubt_beside_syntax(v, n);
}

void diag_source_is(DiagError *e, const char *phase) { e->phase = phase; }

void diag_advise(DiagError *e, Str advice) { e->advice = advice; }

// The advice becomes help where there is none.
static bool wants_advice(const DiagError *e) {
    for (const DiagHint *h = e->hints; h; h = h->next)
        if (h->kind != DIAG_NOTE) return false;
    return e->advice.len > 0;
}

// ---- the source line -----------------------------------------------------------------------------------

enum { EXCERPT_MAX = 160 }; // bytes of a source line that are shown

// Where the code of a line ends: before white space and a // comment that begins behind `at`.
static i64 code_end(Str text, i64 lo, i64 at, i64 hi) {
    char quote = 0;
    i64 end = lo;
    for (i64 i = lo; i < hi; i++) {
        char c = text.ptr[i];
        if (!quote && i > at && c == '/' && i + 1 < hi && text.ptr[i + 1] == '/') return end;
        if (quote && quote != '`' && c == '\\') i++;
        else if (c == quote) quote = 0;
        else if (!quote && (c == '"' || c == '\'' || c == '`')) quote = c;
        if (c != ' ' && c != '\t') end = i64_min(i + 1, hi);
    }
    return end;
}

static bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (u8)c >= 0x80;
}

// The word at a place ends there; of other things one byte is taken.
static i64 word_end(Str text, i64 at) {
    i64 i = at;
    while (i < text.len && is_word(text.ptr[i])) i++;
    return i64_max(i, at + 1);
}

static void put_line(Buf *out, Str text, i64 lo, i64 hi) {
    for (i64 i = lo; i < hi; i++) buf_char(out, text.ptr[i] == '\t' || (u8)text.ptr[i] >= ' ' ? text.ptr[i] : '?');
    buf_char(out, '\n');
}

// The line without its indentation and without a comment at its end; below, what lies in [lo, hi) is underlined from a
// caret on. hi 0: the word at lo.
static void print_excerpt(Buf *out, Loc l, Pos from, Pos to, const DiagStyle *st) {
    if (!l.file) return;
    Str text = l.file->text;
    i64 at = (i64)(from - l.file->base), lo = at - (l.col - 1), hi = at;
    if (at < 0 || lo < 0 || at > text.len) return;
    i64 stop = to > from ? i64_min((i64)(to - l.file->base), text.len) : word_end(text, at);
    while (hi < text.len && text.ptr[hi] != '\n') hi++;
    while (hi > lo && text.ptr[hi - 1] == '\r') hi--;
    while (lo < at && (text.ptr[lo] == ' ' || text.ptr[lo] == '\t')) lo++;
    hi = i64_max(code_end(text, lo, at, hi), at);
    if (at - lo > EXCERPT_MAX * 3 / 4) {
        lo = at - EXCERPT_MAX / 2;
        while (lo < at && (text.ptr[lo] & 0xC0) == 0x80) lo++;
    }
    if (hi - lo > EXCERPT_MAX) hi = lo + EXCERPT_MAX;
    if (str_trim((Str){text.ptr + lo, hi - lo}).len == 0) return;
    buf_c(out, DIAG_INDENT);
    put_line(out, text, lo, hi);
    buf_c(out, DIAG_INDENT);
    for (i64 i = lo; i < at; i++)
        if ((text.ptr[i] & 0xC0) != 0x80) buf_char(out, text.ptr[i] == '\t' ? '\t' : ' ');
    buf_printf(out, "%s^", st->mark);
    for (i64 i = at + 1; i < i64_min(stop, hi); i++)
        if ((text.ptr[i] & 0xC0) != 0x80) buf_char(out, '~');
    buf_printf(out, "%s\n", st->off);
}

// ---- a fix ------------------------------------------------------------------------------------------

static i64 line_start(Str text, i64 at) {
    while (at > 0 && text.ptr[at - 1] != '\n') at--;
    return at;
}

static i64 line_end(Str text, i64 at) {
    while (at < text.len && text.ptr[at] != '\n') at++;
    return at;
}

// Lines of s, each behind sign, without the indentation of the first one; empty ones are left out.
static void print_lines(Buf *out, Str s, const char *sign, const DiagStyle *st) {
    i64 indent = 0;
    for (i64 lo = 0, hi; lo < s.len; lo = hi + 1) {
        hi = line_end(s, lo);
        i64 end = hi;
        while (end > lo && (s.ptr[end - 1] == ' ' || s.ptr[end - 1] == '\t' || s.ptr[end - 1] == '\r')) end--;
        if (end == lo) continue;
        i64 skip = 0;
        while (lo + skip < end && (s.ptr[lo + skip] == ' ' || s.ptr[lo + skip] == '\t')) skip++;
        if (!indent) indent = skip + 1;
        lo += i64_min(skip, indent - 1);
        buf_printf(out, DIAG_INDENT "%s%s%s ", st->help, sign, st->off);
        put_line(out, s, lo, i64_min(end, lo + EXCERPT_MAX));
    }
}

static bool is_blank(Str s) {
    for (i64 i = 0; i < s.len; i++)
        if (!strchr(" \t\r\n", s.ptr[i])) return false;
    return true;
}

// The lines of `text` that edits[0..n) touch, as they become; *lo, *hi: where they are.
static void edited_lines(Buf *to, const SourceFile *f, const DiagEdit *edits, i64 n, i64 *lo, i64 *hi) {
    Str text = f->text;
    *lo = line_start(text, (i64)(edits[0].lo - f->base));
    *hi = line_end(text, (i64)(edits[n - 1].hi - f->base));
    i64 at = *lo;
    for (i64 i = 0; i < n; i++) {
        buf_str(to, str_slice(text, at, (i64)(edits[i].lo - f->base)));
        buf_str(to, edits[i].text);
        at = (i64)(edits[i].hi - f->base);
    }
    buf_str(to, str_slice(text, at, i64_max(at, *hi)));
}

// What an edit inserts as lines of its own is shown without the lines around it.
static bool is_lines(const SourceFile *f, const DiagEdit *e) {
    i64 at = (i64)(e->lo - f->base);
    bool fresh = at == 0 || f->text.ptr[at - 1] == '\n';
    return e->lo == e->hi && ((fresh && str_has_suffix(e->text, S("\n"))) || (e->text.len && e->text.ptr[0] == '\n'));
}

// What goes together with its lines.
static bool takes_lines(const SourceFile *f, const DiagEdit *e) {
    i64 lo = (i64)(e->lo - f->base), hi = (i64)(e->hi - f->base);
    return !e->text.len && hi > lo && (!lo || f->text.ptr[lo - 1] == '\n') && f->text.ptr[hi - 1] == '\n';
}

static void print_edits(Buf *out, const SourceFile *f, const DiagHint *h, const DiagStyle *st) {
    for (i64 i = 0, j; i < h->nedits; i = j) {
        j = i + 1;
        if (is_lines(f, &h->edits[i])) {
            print_lines(out, h->edits[i].text, "+", st);
            continue;
        }
        if (takes_lines(f, &h->edits[i])) {
            i64 lo = (i64)(h->edits[i].lo - f->base);
            print_lines(out, str_slice(f->text, lo, (i64)(h->edits[i].hi - f->base)), "-", st);
            continue;
        }
        i64 end = line_end(f->text, (i64)(h->edits[i].hi - f->base));
        for (; j < h->nedits && (i64)(h->edits[j].lo - f->base) <= end && !is_lines(f, &h->edits[j]); j++)
            end = line_end(f->text, (i64)(h->edits[j].hi - f->base));
        Buf b = {0};
        i64 lo, hi;
        edited_lines(&b, f, h->edits + i, j - i, &lo, &hi);
        if (is_blank(buf_view(&b))) print_lines(out, str_slice(f->text, lo, hi), "-", st);
        else print_lines(out, buf_view(&b), "+", st);
        buf_free(&b);
    }
}

static void print_hint(SourceMap *m, Buf *out, const DiagHint *h, const DiagStyle *st) {
    static const char *const words[] = {"note", "help", "help", "help", "fix"};
    buf_printf(out, DIAG_INDENT "%s%s:%s %.*s", st->help, words[h->kind], st->off, SFMT(h->text));
    if (h->kind == DIAG_NOTE && h->lo) {
        Loc l = source_map_loc(m, h->lo, true);
        buf_printf(out, " at %.*s:%d:%d\n", SFMT(l.path), l.line, l.col);
        print_excerpt(out, source_map_loc(m, h->lo, false), h->lo, h->hi, st);
        return;
    }
    buf_char(out, '\n');
    if (h->nedits) print_edits(out, source_map_loc(m, h->edits[0].lo, false).file, h, st);
}

void diag_print_help(SourceMap *m, Buf *out, const DiagError *e, const DiagStyle *st) {
    Pos from = e->lo ? e->lo : e->pos;
    if (e->pos && e->raw.file) print_excerpt(out, source_map_loc(m, from, false), from, e->hi, st);
    DiagHint advice = {.kind = DIAG_HELP, .text = e->advice};
    if (wants_advice(e)) print_hint(m, out, &advice, st);
    for (const DiagHint *h = e->hints; h; h = h->next) print_hint(m, out, h, st);
}

// ---- for editors ---------------------------------------------------------------------------------------

// Of a line, from its start: UTF-16 code units, as LSP counts.
static i64 utf16_column(Str text, i64 lo, i64 at) {
    i64 n = 0;
    for (i64 i = lo; i < at && i < text.len;) {
        int size;
        n += utf8_decode(text.ptr + i, text.len - i, &size) >= 0x10000 ? 2 : 1;
        i += size;
    }
    return n;
}

static void json_position(SourceMap *m, Buf *out, Pos pos) {
    Loc l = source_map_loc(m, pos, false);
    i64 at = l.file ? (i64)(pos - l.file->base) : 0;
    buf_printf(out, "{\"line\":%d,\"character\":%lld}", l.line - 1,
               l.file ? (long long)utf16_column(l.file->text, at - (l.col - 1), at) : 0LL);
}

static void json_range(SourceMap *m, Buf *out, Pos lo, Pos hi) {
    Loc l = source_map_loc(m, lo, false);
    if (hi < lo || !hi) hi = l.file ? l.file->base + (Pos)word_end(l.file->text, (i64)(lo - l.file->base)) : lo;
    buf_c(out, "\"file\":");
    buf_json(out, l.file && l.file->abs_path.len ? l.file->abs_path : l.path);
    buf_c(out, ",\"range\":{\"start\":");
    json_position(m, out, lo);
    buf_c(out, ",\"end\":");
    json_position(m, out, hi);
    buf_c(out, "}");
}

static void json_fix(SourceMap *m, Buf *out, const DiagHint *h) {
    buf_c(out, "{\"title\":");
    buf_json(out, h->text);
    buf_c(out, ",\"edits\":[");
    for (i64 i = 0; i < h->nedits; i++) {
        buf_c(out, i ? ",{" : "{");
        json_range(m, out, h->edits[i].lo, h->edits[i].hi ? h->edits[i].hi : h->edits[i].lo);
        buf_c(out, ",\"newText\":");
        buf_json(out, h->edits[i].text);
        buf_c(out, "}");
    }
    buf_c(out, h->kind == DIAG_FIX ? "],\"isPreferred\":true}" : h->kind == DIAG_OFFER ? "],\"byChoice\":true}" : "]}");
}

// Fixes and suggestions are one list.
static void json_hints(SourceMap *m, Buf *out, const DiagError *e, DiagHintKind kind, const char *name) {
    i64 n = 0;
    for (const DiagHint *h = e->hints; h; h = h->next) {
        if (h->kind != kind && (kind != DIAG_FIX || h->kind < DIAG_OFFER)) continue;
        if (n++) buf_c(out, ",");
        else buf_printf(out, ",\"%s\":[", name);
        if (kind == DIAG_FIX) json_fix(m, out, h);
        else if (kind == DIAG_HELP) buf_json(out, h->text);
        else {
            buf_c(out, "{");
            json_range(m, out, h->lo, h->hi);
            buf_c(out, ",\"message\":");
            buf_json(out, h->text);
            buf_c(out, "}");
        }
    }
    if (n) buf_c(out, "]");
}

void diag_json_error(SourceMap *m, Buf *out, const DiagError *e) {
    buf_c(out, "{");
    json_range(m, out, e->lo ? e->lo : e->pos, e->hi);
    buf_c(out, ",\"severity\":1,\"source\":");
    buf_json(out, str_c(e->phase ? e->phase : "types"));
    buf_c(out, ",\"message\":");
    buf_json(out, e->msg);
    json_hints(m, out, e, DIAG_NOTE, "related");
    if (wants_advice(e)) {
        buf_c(out, ",\"help\":[");
        buf_json(out, e->advice);
        buf_c(out, "]");
    } else json_hints(m, out, e, DIAG_HELP, "help");
    json_hints(m, out, e, DIAG_FIX, "fixes");
    buf_c(out, "}");
}
