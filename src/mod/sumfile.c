// sumfile.c - go.sum: lines "path version[/go.mod] h1:hash".
//
// In: text. Out: its lines in order, without the hash of an empty go.mod that early go commands wrote. A line of another form is an
// error, but the lines around it are read all the same. Facts: go.dev/ref/mod#go-sum-files.
#include "mod/modfile.h"
#include <stdlib.h>

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The next word of *line; "" at its end.
static Str take_word(Str *line) {
    i64 from = 0, to;
    while (from < line->len && is_blank(line->ptr[from])) from++;
    for (to = from; to < line->len && !is_blank(line->ptr[to]);) to++;
    Str w = str_slice(*line, from, to);
    *line = str_slice(*line, to, line->len);
    return w;
}

bool sumfile_parse(Arena *a, Str name, Str text, SumFile *f, Err *err) {
    *f = (SumFile){0};
    bool ok = true;
    i64 row = 0;
    for (i64 at = 0; at < text.len;) {
        Str line = str_slice(text, at, text.len), word[3];
        i64 end = str_index(line, '\n'), n = 0;
        if (end >= 0) line.len = end;
        at += line.len + 1;
        row++;
        for (Str w = take_word(&line); w.len; w = take_word(&line), n++)
            if (n < 3) word[n] = w;
        if (!n) continue;
        if (n != 3) {
            if (ok)
                err_set(err, a, ERR_OTHER, "malformed go.sum:\n%.*s:%ld: wrong number of fields %ld", SFMT(name),
                        (long)row, (long)n);
            ok = false;
            continue;
        }
        if (str_eq(word[2], S("h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="))) continue;
        SumLine s = {{word[0], word[1]}, word[2]};
        vec_push(a, &f->lines, s);
    }
    return ok;
}

static void split_file(Str version, Str *v, Str *file) {
    i64 slash = str_index(version, '/');
    if (slash < 0) slash = version.len;
    *v = str_slice(version, 0, slash);
    *file = str_slice(version, slash, version.len);
}

int sumfile_cmp(ModVersion x, ModVersion y) {
    int c = str_cmp(x.path, y.path);
    if (c) return c;
    Str xv, xf, yv, yf;
    split_file(x.version, &xv, &xf);
    split_file(y.version, &yv, &yf);
    if (str_eq(xv, yv)) return str_cmp(xf, yf);
    c = semver_cmp(xv, yv);
    return c ? c : str_cmp(xv, yv);
}

static int cmp_lines(const void *px, const void *py) {
    const SumLine *x = px, *y = py;
    int c = sumfile_cmp(x->mod, y->mod);
    return c ? c : str_cmp(x->hash, y->hash);
}

Str sumfile_format(Arena *a, const SumFile *f) {
    i64 n = f->lines.len;
    SumLine *v = ANEWN(a, SumLine, n + 1);
    if (n > 0) memcpy(v, f->lines.ptr, sizeof *v * (size_t)n);
    qsort(v, (size_t)n, sizeof *v, cmp_lines);
    Buf b = {0};
    for (i64 i = 0; i < n; i++) {
        if (i && modver_eq(v[i].mod, v[i - 1].mod) && str_eq(v[i].hash, v[i - 1].hash)) continue;
        buf_printf(&b, "%.*s %.*s %.*s\n", SFMT(v[i].mod.path), SFMT(v[i].mod.version), SFMT(v[i].hash));
    }
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}
