// vet_show.c - what is known of a unit as the go command prints it: findings as lines or JSON, errors below a heading; files with fixes.
//
// In:   units that are done. Out: text for standard output and standard error; with -fix, files. A finding is a record of four fields
// that end with NUL each: position, last line, message, error of an analyzer.
#include "cmd/vet.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

// "# path", and once more where the path is not all that names the variant.
static void heading(Buf *out, const Pkg *p) {
    buf_printf(out, "# %.*s\n", SFMT(p->path));
    if (p->for_test.len) buf_printf(out, "# [%.*s]\n", SFMT(p->path));
}

// ---- records ----------------------------------------------------------------------------------------------------------

typedef struct Record {
    Str pos, last, message, error;
} Record;

static Str field(Str *rest) {
    i64 end = str_index(*rest, 0);
    Str s = str_slice(*rest, 0, end < 0 ? rest->len : end);
    *rest = str_slice(*rest, end < 0 ? rest->len : end + 1, rest->len);
    return s;
}

static bool next_record(Str *rest, Record *r) {
    if (!rest->len) return false;
    r->pos = field(rest);
    r->last = field(rest);
    r->message = field(rest);
    r->error = field(rest);
    return true;
}

// "file:12:3" -> file, 12. false: there is no line.
static bool split_position(Str pos, Str *file, i64 *line) {
    i64 col = str_rindex(pos, ':'), at = str_rindex(str_slice(pos, 0, i64_max(col, 0)), ':');
    char number[24] = "";
    if (col < 0 || at < 0 || col - at > 20) return false;
    memcpy(number, pos.ptr + at + 1, (size_t)(col - at - 1));
    *file = str_slice(pos, 0, at);
    *line = strtoll(number, NULL, 10);
    return *line > 0;
}

static void context_lines(Vet *v, Buf *out, const Record *r, i64 context) {
    Str file, text;
    i64 line, n = 1;
    if (!split_position(r->pos, &file, &line) || !file_read(v->c->a, arena_cstr(v->c->a, file), &text)) return;
    i64 last = strtoll(arena_cstr(v->c->a, r->last), NULL, 10);
    for (i64 at = 0; at <= text.len; n++) {
        Str rest = str_slice(text, at, text.len);
        i64 nl = str_index(rest, '\n');
        Str l = str_slice(rest, 0, nl < 0 ? rest.len : nl);
        if (n >= line - context && n <= last + context) buf_printf(out, "%lld\t%.*s\n", (long long)n, SFMT(l));
        if (nl < 0) return;
        at += nl + 1;
    }
}

static void show_record(Vet *v, Buf *out, const Record *r, i64 context) {
    Str file, name;
    i64 line;
    if (split_position(r->pos, &file, &line)) {
        name = v->testing ? load_shown_path(v->loader, file) : load_short_path(v->loader, file); // as builds tell it
        buf_printf(out, "%.*s%.*s: ", SFMT(name), SFMT(str_slice(r->pos, file.len, r->pos.len)));
    } else buf_printf(out, "%.*s: ", SFMT(r->pos));
    buf_printf(out, "%.*s\n", SFMT(r->message));
    if (context >= 0) context_lines(v, out, r, context);
}

static bool show_records(Vet *v, VetUnit *u, i64 context, Buf *out) {
    Str rest = u->found;
    Record r;
    bool headed = vet_own_choice(v, u->pkg) || v->testing;
    if (!rest.len) return true;
    if (headed) heading(out, u->pkg);
    while (next_record(&rest, &r)) {
        if (r.error.len) buf_printf(out, "%s%s%.*s\n", headed ? v->tool : "", headed ? ": " : "", SFMT(r.error));
        else show_record(v, out, &r, context);
    }
    return false;
}

// ---- units ------------------------------------------------------------------------------------------------------------

// What the program of upstream would have said of a package that it could not check, or besides.
static void show_errors(Vet *v, VetUnit *u, Buf *err) {
    if (!u->errors.len) return;
    heading(err, u->pkg);
    for (i64 i = 0; i < u->errors.len; i++) {
        Record r = {.pos = u->errors.ptr[i]};
        Str file, text = u->errors.ptr[i];
        i64 line, end = str_find(text, S(": "));
        if (u->root) buf_printf(err, "%s: ", v->tool);
        if (end > 0 && split_position(str_slice(text, 0, end), &file, &line))
            buf_printf(err, "%.*s%.*s\n", SFMT(load_shown_path(v->loader, file)),
                       SFMT(str_slice(text, file.len, text.len)));
        else buf_printf(err, "%.*s\n", SFMT(r.pos));
    }
}

static bool is_in_folder(Str name) { // "x.go:1:2: ..."
    i64 end = str_index(name, ':'), slash = str_index(name, '/');
    return slash < 0 || (end >= 0 && end < slash);
}

// What a program said, with names below the current folder as the go command shows them.
static void show_text(Vet *v, VetUnit *u, Buf *err) {
    Str text = u->text, cwd = arena_printf(v->c->a, "%.*s/", SFMT(v->o->cwd));
    if (!text.len) return;
    heading(err, u->pkg);
    for (i64 at = 0; at < text.len;) {
        Str rest = str_slice(text, at, text.len);
        bool word = at == 0 || text.ptr[at - 1] == ' ' || text.ptr[at - 1] == '\n' || text.ptr[at - 1] == '\t';
        bool here = word && str_has_prefix(rest, cwd);
        if (!here) buf_char(err, rest.ptr[0]);
        else if (is_in_folder(str_slice(rest, cwd.len, rest.len))) buf_c(err, "./");
        at += here ? cwd.len : 1;
    }
    if (text.ptr[text.len - 1] != '\n') buf_char(err, '\n');
}

bool vet_show(Vet *v, VetUnit *u, i64 context, Buf *out, Buf *err) {
    if (!u->done || u->failed) {
        show_errors(v, u, err);
        show_text(v, u, err);
        return false;
    }
    show_text(v, u, err);
    if (v->form == VET_LINES || vet_own_choice(v, u->pkg)) return show_records(v, u, context, err);
    buf_str(out, u->found);
    return !u->exit && (v->form != VET_DIFF || !u->found.len);
}

// ---- fixes ------------------------------------------------------------------------------------------------------------

static bool write_fixed(Arena *a, const VetFix *f) {
    Str file = file_real_path(a, arena_cstr(a, f->file));
    struct stat st;
    return file.len && stat(arena_cstr(a, file), &st) == 0 &&
           file_write_atomic(arena_cstr(a, file), f->content, st.st_mode & 0777);
}

bool vet_apply(Vet *v) {
    Arena *a = v->c->a;
    Map *seen = map_new_str(a);
    for (i64 i = 0; i < v->roots.len; i++)
        for (i64 k = 0; k < v->roots.ptr[i]->fixes.len; k++) {
            VetFix *f = &v->roots.ptr[i]->fixes.ptr[k], *other = map_get_str(seen, f->file);
            if (other && !str_eq(other->content, f->content))
                return !cmd_fail("reading archive of fixes: inconsistent fixes to file %.*s", SFMT(f->file));
            map_set_str(seen, f->file, f);
        }
    bool good = true;
    for (i64 i = 0; i < map_len(seen); i++) {
        VetFix *f = map_at(seen, i)->val;
        if (write_fixed(a, f)) continue;
        good = !cmd_fail("applying fix: open %.*s: %s", SFMT(f->file), err_os(errno));
    }
    return good;
}
