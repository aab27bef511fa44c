// diag.c - errors of the user's program: collected from any thread, sorted, printed.
//
// Nothing is printed before diag_flush. There the errors are sorted by package, then position
// (those without one first), repetitions
// on a line are dropped, and of the rest the ten reported first in each package are shown, as gc does.
#include "base/diag_int.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Heading {
    Str pkg;
    bool all; // errors are shown
} Heading;

struct Diag {
    Mutex lock; // over all below
    Arena *arena;
    SourceMap *sources;
    DiagOptions opt;
    VEC(DiagError *) errors;
    i64 count;     // since the last flush
    Map *packages; // base of a file -> Heading *
    Str subject;   // of diag_subject
    bool heading;
};

Diag *diag_new(SourceMap *sources, DiagOptions opt) {
    Arena *a = arena_new("diagnostics");
    Diag *d = ANEW(a, Diag);
    d->arena = a;
    d->sources = sources;
    d->opt = opt;
    d->packages = map_new_num(a);
    return d;
}

void diag_free(Diag *d) { arena_free(d->arena); } // which holds d itself

static DiagError *add(Diag *d, DiagError e, const char *fmt, va_list ap) {
    mutex_lock(&d->lock);
    DiagError *p = ANEW(d->arena, DiagError);
    *p = e;
    p->msg = arena_vprintf(d->arena, fmt, ap);
    p->where = e.where.len ? arena_str(d->arena, e.where) : e.where;
    p->pkg = e.pkg.len ? arena_str(d->arena, e.pkg) : e.pkg;
    p->thread = pthread_self();
    p->seq = d->errors.len;
    p->owner = d->subject;
    p->arena = d->arena;
    if (!e.pos && d->heading && !e.pkg.len) p->pkg = d->subject;
    vec_push(d->arena, &d->errors, p);
    d->count++;
    mutex_unlock(&d->lock);
    return p;
}

DiagError *diag_error(Diag *d, Pos pos, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    DiagError *e = add(d, (DiagError){.pos = pos}, fmt, ap);
    va_end(ap);
    return e;
}

DiagError *diag_error_at(Diag *d, Str where, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    DiagError *e = add(d, (DiagError){.where = where}, fmt, ap);
    va_end(ap);
    return e;
}

void diag_error_in(Diag *d, Str pkg, Str where, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    add(d, (DiagError){.where = where, .pkg = pkg, .all = true}, fmt, ap);
    va_end(ap);
}

SourceFile *diag_source(Diag *d, Pos pos) { return pos ? source_map_loc(d->sources, pos, false).file : NULL; }

Str diag_text(const DiagError *e) { return e->msg; }

bool diag_helps(const Diag *d) { return !d->opt.plain; }

i64 diag_count(const Diag *d) {
    Diag *m = (Diag *)d;
    mutex_lock(&m->lock);
    i64 n = m->count;
    mutex_unlock(&m->lock);
    return n;
}

void diag_set_package(Diag *d, Pos file_base_lo, Str pkg, bool all) {
    mutex_lock(&d->lock);
    Heading *h = ANEW(d->arena, Heading);
    *h = (Heading){arena_str(d->arena, pkg), all};
    map_set_num(d->packages, file_base_lo, h);
    mutex_unlock(&d->lock);
}

void diag_subject(Diag *d, Str pkg, bool heading) {
    mutex_lock(&d->lock);
    d->subject = arena_str(d->arena, pkg);
    d->heading = heading;
    mutex_unlock(&d->lock);
}

static int compare_seq(const void *pa, const void *pb) {
    const DiagError *a = *(DiagError *const *)pa, *b = *(DiagError *const *)pb;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

// ---- selection -----------------------------------------------------------------------------------

static void locate(Diag *d, DiagError *e) {
    if (!e->pos) return;
    e->loc = source_map_loc(d->sources, e->pos, true);
    e->raw = source_map_loc(d->sources, e->pos, false);
    Heading *h = e->raw.file ? map_get_num(d->packages, e->raw.file->base) : NULL;
    if (h) e->pkg = h->pkg, e->all = h->all;
}

static int compare_errors(const void *pa, const void *pb) {
    const DiagError *a = *(DiagError *const *)pa, *b = *(DiagError *const *)pb;
    int c = str_cmp(a->pkg, b->pkg);
    if (c) return c;
    if (a->pos != b->pos) return a->pos < b->pos ? -1 : 1;
    return (a->seq > b->seq) - (a->seq < b->seq);
}

void diag_settle(Diag *d) {
    mutex_lock(&d->lock);
    i64 n = d->errors.len;
    if (n) qsort(d->errors.ptr, (size_t)n, sizeof(DiagError *), compare_errors);
    for (i64 i = 0; i < n; i++) d->errors.ptr[i]->seq = i;
    mutex_unlock(&d->lock);
}

static bool same_line(const DiagError *a, const DiagError *b) {
    if (!a->pos || !b->pos) return !a->pos && !b->pos && str_eq(a->where, b->where);
    return a->raw.file == b->raw.file && a->raw.line == b->raw.line;
}

// The errors of v that are kept, in order of report: none that says the same as the one before it at the same line.
static i64 drop_repeated(DiagError **v, i64 n) {
    i64 count = 0;
    if (n) qsort(v, (size_t)n, sizeof *v, compare_seq);
    for (i64 i = 0; i < n; i++)
        if (!count || !same_line(v[i], v[count - 1]) || !str_eq(v[i]->msg, v[count - 1]->msg)) v[count++] = v[i];
    return count;
}

static bool is_same(const DiagError *a, const DiagError *b) {
    return same_line(a, b) && a->pos == b->pos && str_eq(a->msg, b->msg);
}

// ---- printing --------------------------------------------------------------------------------------

static void print_place(Buf *out, const DiagError *e) {
    if (!e->pos) {
        buf_str(out, e->where);
        return;
    }
    Str path = e->loc.path;
    if (!e->pkg.len && str_has_prefix(path, S("./")))
        path = str_slice(path, 2, path.len); // before any compilation the go command names files so
    buf_printf(out, "%.*s:%d", SFMT(path), e->loc.line);
    if (e->loc.col > 0) buf_printf(out, ":%d", e->loc.col);
}

// The message; lines after the first begin with a tab if it is about a place in the source.
static void print_message(Buf *out, Str msg, bool of_source) {
    while (msg.len && msg.ptr[msg.len - 1] == '\n') msg.len--;
    for (i64 i = 0; i < msg.len; i++) {
        buf_char(out, msg.ptr[i]);
        if (of_source && msg.ptr[i] == '\n' && i + 1 < msg.len && msg.ptr[i + 1] != '\t' && msg.ptr[i + 1] != '\n')
            buf_char(out, '\t');
    }
    buf_char(out, '\n');
}

static void error_text(Diag *d, Buf *out, const DiagError *e, const DiagStyle *st) {
    if (e->pos || e->where.len) {
        buf_c(out, st->place);
        print_place(out, e);
        buf_printf(out, ":%s ", st->off);
    }
    print_message(out, e->msg, e->pos != 0);
    if (!d->opt.plain) diag_print_help(d->sources, out, e, st);
}

static void add_events(Buf *out, Str package, Str text) { // one for each line
    for (i64 lo = 0, hi; lo < text.len; lo = hi) {
        for (hi = lo; hi < text.len && text.ptr[hi] != '\n'; hi++) {
        }
        hi = i64_min(hi + 1, text.len);
        buf_c(out, "{\"ImportPath\":");
        buf_json(out, package);
        buf_c(out, ",\"Action\":\"build-output\",\"Output\":");
        buf_json(out, str_slice(text, lo, hi));
        buf_c(out, "}\n");
    }
}

void diag_event(Buf *out, Str package, Str text, bool failed) {
    add_events(out, package, text);
    if (!failed) return;
    buf_c(out, "{\"ImportPath\":");
    buf_json(out, package);
    buf_c(out, ",\"Action\":\"build-fail\"}\n");
}

// What is printed of one package.
typedef struct Report {
    Diag *d;
    Buf *out;
    Str owner; // of the events
    const DiagStyle *style;
} Report;

static void put(const Report *r, Str text) {
    if (r->d->opt.json) add_events(r->out, r->owner, text);
    else buf_str(r->out, text);
}

// -json: besides, an event with what editors take of an error.
static void add_diagnostic(const Report *r, const DiagError *e) {
    if (!r->d->opt.json || r->d->opt.plain || !e->pos || !e->raw.file) return;
    buf_c(r->out, "{\"ImportPath\":");
    buf_json(r->out, r->owner);
    buf_c(r->out, ",\"Action\":\"build-diagnostic\",\"Diagnostic\":");
    diag_json_error(r->d->sources, r->out, e);
    buf_c(r->out, "}\n");
}

static void print_error(const Report *r, const DiagError *e) {
    Buf b = {0};
    error_text(r->d, &b, e, r->style);
    put(r, buf_view(&b));
    add_diagnostic(r, e);
    buf_free(&b);
}

static void print_heading(const Report *r, Str pkg) {
    Buf b = {0};
    buf_printf(&b, "# %.*s\n", SFMT(pkg));
    put(r, buf_view(&b));
    buf_free(&b);
}

static void print_too_many(const Report *r, const DiagError *last) {
    Buf b = {0};
    print_place(&b, last);
    buf_c(&b, ": too many errors\n");
    put(r, buf_view(&b));
    buf_free(&b);
}

enum { FIRST_ERRORS = 10 }; // shown of a package

// v[0..n) are the errors of one package. Returns how many are not dropped.
static i64 print_package(const Report *r, DiagError **v, i64 n) {
    if (v[0]->pkg.len && !r->d->opt.bare) print_heading(r, v[0]->pkg);
    i64 count = drop_repeated(v, n), shown = count;
    diag_doubt(v, count);
    const DiagError *last = NULL;
    bool all = r->d->opt.all;
    for (i64 i = 0; i < count; i++) all |= v[i]->all;
    if (count >= FIRST_ERRORS && !all) shown = FIRST_ERRORS, last = v[shown - 1];
    qsort(v, (size_t)shown, sizeof *v, compare_errors);
    for (i64 i = 0; i < shown; i++) {
        if (i && is_same(v[i], v[i - 1])) continue;
        print_error(r, v[i]);
    }
    if (last) print_too_many(r, last);
    return count;
}

static void write_out(int fd, Str s) {
    while (s.len > 0) {
        ssize_t w = write(fd, s.ptr, (size_t)s.len);
        if (w < 0 && errno == EINTR) continue;
        if (w <= 0) return; // nowhere left to say it
        s.ptr += w, s.len -= w;
    }
}

i64 diag_flush(Diag *d, int fd) {
    static const DiagStyle plain = {"", "", "", ""}, colored = {"\033[1m", "\033[1;31m", "\033[1;32m", "\033[0m"};
    Buf out = {0};
    i64 count = 0;
    mutex_lock(&d->lock);
    DiagError **v = d->errors.ptr;
    i64 n = d->errors.len;
    for (i64 i = 0; i < n; i++) locate(d, v[i]);
    if (n) qsort(v, (size_t)n, sizeof *v, compare_errors);
    for (i64 lo = 0, hi; lo < n; lo = hi) {
        for (hi = lo + 1; hi < n && str_eq(v[hi]->pkg, v[lo]->pkg); hi++) {
        }
        Report r = {d, &out, v[lo]->pkg.len ? v[lo]->pkg : v[lo]->owner, d->opt.color ? &colored : &plain};
        count += print_package(&r, v + lo, hi - lo);
        if (d->opt.json) diag_event(&out, r.owner, (Str){0}, true);
    }
    d->errors.len = 0;
    d->count = 0;
    mutex_unlock(&d->lock);
    write_out(d->opt.json && fd == 2 ? 1 : fd, buf_view(&out));
    buf_free(&out);
    return count;
}

bool diag_first(const Diag *d, Pos *pos, Str *text) {
    const DiagError *first = NULL;
    for (i64 i = 0; i < d->errors.len; i++)
        if (!first || d->errors.ptr[i]->pos < first->pos) first = d->errors.ptr[i];
    if (!first) return false;
    *pos = first->pos;
    *text = first->msg;
    return true;
}

Loc diag_loc(Diag *d, Pos pos) { return source_map_loc(d->sources, pos, true); }
