// env_write.c - `env -w` and `env -u`: changes the GOENV file, keeping its comments and the order of its blocks.
//
// The file is replaced atomically: an interrupted command leaves the old one.
#include "env/env_int.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

typedef VEC(Str) Lines;

static Str line_key(Str line) {
    i64 eq = str_index(line, '=');
    return eq < 0 || memchr(line.ptr, '#', (size_t)eq) ? (Str){0} : str_slice(line, 0, eq);
}

static bool check_path_value(const Env *e, Str key, Str val, Err *err) {
    if (!val.len) return true;
    if (str_eq(key, S("GOPATH")) && val.ptr[0] == '~')
        return err_set(err, e->a, ERR_OTHER, "GOPATH entry cannot start with shell metacharacter '~': \"%.*s\"",
                       SFMT(val));
    if ((str_eq(key, S("GOPATH")) || str_eq(key, S("GOMODCACHE"))) && val.ptr[0] != '/')
        return err_set(err, e->a, ERR_OTHER, "%.*s entry is relative; must be absolute path: \"%.*s\"", SFMT(key),
                       SFMT(val));
    if (str_eq(key, S("GOTMPDIR")) && val.ptr[0] != '/')
        return err_set(err, e->a, ERR_OTHER, "GOTMPDIR must be an absolute path");
    if (str_eq(key, S("CC")) || str_eq(key, S("CXX"))) {
        Str word = str_trim(val);
        if (!word.len) return err_set(err, e->a, ERR_OTHER, "%.*s entry cannot contain only space", SFMT(key));
        i64 blank = str_index(word, ' ');
        if (word.ptr[0] != '\'' && word.ptr[0] != '"' && blank > 0) word = str_slice(word, 0, blank);
        if (word.ptr[0] != '/' && word.ptr[0] != '\'' && word.ptr[0] != '"' && str_index(word, '/') >= 0)
            return err_set(err, e->a, ERR_OTHER, "%.*s entry is relative; must be absolute path: \"%.*s\"", SFMT(key),
                           SFMT(word));
    }
    return true;
}

static bool check_write(const Env *e, Str key, Str val, Err *err) {
    const VarRow *row = env_row(key);
    if (row && (row->where & FIXED)) return err_set(err, e->a, ERR_OTHER, "%.*s cannot be modified", SFMT(key));
    if (row && (row->where & OS_ONLY))
        return err_set(err, e->a, ERR_OTHER, "%.*s can only be set using the OS environment", SFMT(key));
    bool there = false; // a name that only the file knows
    for (i64 i = 0; i < e->user.len; i++) there |= str_eq(e->user.ptr[i].name, key);
    if (!row && !there) return err_set(err, e->a, ERR_OTHER, "unknown go command variable %.*s", SFMT(key));
    if (str_eq(key, S("GO111MODULE")) && val.len && !str_eq(val, S("auto")) && !str_eq(val, S("on")) &&
        !str_eq(val, S("off")))
        return err_set(err, e->a, ERR_OTHER, "invalid GO111MODULE value \"%.*s\"", SFMT(val));
    if (!check_path_value(e, key, val, err)) return false;
    for (i64 i = 0; i < val.len; i++) {
        int n;
        if (utf8_decode(val.ptr + i, val.len - i, &n) == RUNE_ERROR && n == 1)
            return err_set(err, e->a, ERR_OTHER, "invalid UTF-8 in %.*s=... value", SFMT(key));
        if (val.ptr[i] == '\n' || val.ptr[i] == '\r' || val.ptr[i] == '\v')
            return err_set(err, e->a, ERR_OTHER, "invalid newline in %.*s=... value", SFMT(key));
    }
    return true;
}

// GOOS and GOARCH as they will be after the change must be a pair that Go knows.
static bool check_target(const Env *e, Str *sets, i64 n, Err *err) {
    Str os = env_get(e, "GOOS"), arch = env_get(e, "GOARCH");
    bool asked = false;
    for (i64 i = 0; i < n; i++) {
        if (str_has_prefix(sets[i], S("GOOS="))) os = str_slice(sets[i], 5, sets[i].len), asked = true;
        if (str_has_prefix(sets[i], S("GOARCH="))) arch = str_slice(sets[i], 7, sets[i].len), asked = true;
    }
    if (!asked) return true;
    if (!os.len) os = S("linux");
    if (!arch.len) arch = S("amd64");
    Str wrong = env_target_error(e->a, os, arch);
    return !wrong.len || err_set(err, e->a, ERR_OTHER, "%.*s", SFMT(wrong));
}

static bool check_all(const Env *e, Str *sets, i64 nsets, Str *unsets, i64 nunsets, Err *err) {
    for (i64 i = 0; i < nsets; i++) {
        i64 eq = str_index(sets[i], '=');
        if (eq < 0)
            return err_set(err, e->a, ERR_OTHER, "arguments must be KEY=VALUE: invalid argument: %.*s", SFMT(sets[i]));
        Str key = str_slice(sets[i], 0, eq);
        if (!check_write(e, key, str_slice(sets[i], eq + 1, sets[i].len), err)) return false;
        for (i64 k = 0; k < i; k++)
            if (str_eq(line_key(sets[k]), key))
                return err_set(err, e->a, ERR_OTHER, "multiple values for key: %.*s", SFMT(key));
    }
    for (i64 i = 0; i < nunsets; i++)
        if (!check_write(e, unsets[i], (Str){0}, err)) return false;
    return check_target(e, sets, nsets, err);
}

static Lines split_lines(Arena *a, Str text) {
    Lines v = {0};
    for (i64 at = 0; at < text.len;) {
        i64 end = at;
        while (end < text.len && text.ptr[end] != '\n') end++;
        vec_push(a, &v, str_slice(text, at, end));
        at = end + 1;
    }
    return v;
}

enum { GONE = -1 }; // length of a line that is left out

static i64 find_key(const Lines *v, Str key) {
    for (i64 i = v->len; i-- > 0;)
        if (v->ptr[i].len != GONE && str_eq(line_key(v->ptr[i]), key)) return i;
    return -1;
}

static int cmp_key(const void *a, const void *b) {
    return str_cmp(line_key(*(const Str *)a), line_key(*(const Str *)b));
}

// Each run of NAME=VALUE lines is kept sorted.
static void sort_runs(Lines *v) {
    for (i64 from = 0, i = 0; i <= v->len; i++)
        if (i == v->len || !line_key(v->ptr[i]).len) {
            if (i > from + 1) qsort(v->ptr + from, (size_t)(i - from), sizeof(Str), cmp_key);
            from = i + 1;
        }
}

bool env_write(const Env *e, Str *sets, i64 nsets, Str *unsets, i64 nunsets, Err *err) {
    Arena *a = e->a;
    Str text = {0};
    if (!check_all(e, sets, nsets, unsets, nunsets, err)) return false;
    if (!e->file.len || str_eq(e->file, S("off")))
        return err_set(err, a, ERR_OTHER, "cannot find go env config: %s",
                       e->file.len ? "GOENV=off" : "neither $XDG_CONFIG_HOME nor $HOME are defined");
    if (!file_read(a, arena_cstr(a, e->file), &text) && (errno != ENOENT || nunsets))
        return err_set(err, a, ERR_OTHER, "reading go env config: open %.*s: %s", SFMT(e->file), err_os(errno));
    Lines v = split_lines(a, text);
    for (i64 i = 0; i < v.len; i++) { // of a name that is there twice the last line counts
        Str key = line_key(v.ptr[i]);
        if (key.len && find_key(&v, key) != i) v.ptr[i].len = GONE;
    }
    for (i64 i = 0; i < nsets; i++) {
        i64 at = find_key(&v, line_key(sets[i]));
        if (at >= 0) v.ptr[at] = sets[i];
        else vec_push(a, &v, sets[i]);
    }
    for (i64 i = 0; i < nunsets; i++) {
        i64 at = find_key(&v, unsets[i]);
        if (at >= 0) v.ptr[at].len = GONE;
    }
    Lines kept = {0};
    for (i64 i = 0; i < v.len; i++)
        if (v.ptr[i].len != GONE) vec_push(a, &kept, v.ptr[i]);
    sort_runs(&kept);
    Buf b = {0};
    for (i64 i = 0; i < kept.len; i++) buf_printf(&b, "%.*s\n", SFMT(kept.ptr[i]));
    bool ok = dir_make_all(a, path_dir(e->file)) && file_write_atomic(arena_cstr(a, e->file), buf_view(&b), 0666);
    int why = errno;
    buf_free(&b);
    return ok || err_set(err, a, ERR_OTHER, "writing go env config: open %.*s: %s", SFMT(e->file), err_os(why));
}
