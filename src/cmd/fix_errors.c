// fix_errors.c - `vole fix -errors`: applies the edits that help carries (diag_fix, diag_suggest), each only if it mends.
//
// In:   packages. Out: their files, changed; -diff: what would change. Exit code 1 if errors are left.
// Each round checks the packages in a child process, which sees the files as they would be by an overlay and tells its
// errors as events. An edit is kept if its error is gone, no more of its kind are left in that folder, and elsewhere errors
// are no more than before but where others had kept them from being looked for. So nothing is written that does not help.
// A file with errors of syntax is changed only if it has none in the end, and nothing else is mended in its folder before.
#include "cmd/modules.h"
#include "test/test.h"
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_EDITS = 500, MOST_CHECKS = 2000 };

typedef struct Edit {
    Str path;
    i64 lo, hi;
    Str text;
} Edit;
typedef struct Fix {
    Str title;
    VEC(Edit) edits;
} Fix;
typedef struct Found { // an error
    Str file, place, message;
    bool early; // it keeps others from being looked for: of syntax, of imports
    bool syntax;
    i64 line;
    VEC(Fix) fixes;
} Found;
typedef struct FoundList {
    Found *ptr;
    i64 len, cap;
} FoundList;

typedef struct Changed { // as it is and as it would be
    Str path, old, text;
} Changed;

typedef struct Done { // what is told of an edit, if it is not taken back
    Str path, text;
} Done;

typedef struct Fixer {
    Cmd *c;
    Arena *a;
    ProgramOptions o;
    Str dir; // of overlays
    bool diff;
    bool tests; // _test.go files are checked too: what they test is right
    VEC(Changed) files;
    VEC(Done) done;
    VEC(Str) kept; // why files are left alone, a line each
    Map *tried;    // fixes that did not mend
    i64 checks;
    int events; // of the child
} Fixer;

// ---- texts ------------------------------------------------------------------------------------------------

static Changed *file_of(Fixer *x, Str path) {
    for (i64 i = 0; i < x->files.len; i++)
        if (str_eq(x->files.ptr[i].path, path)) return &x->files.ptr[i];
    Changed f = {.path = arena_str(x->a, path)};
    if (!file_read(x->a, arena_cstr(x->a, path), &f.old)) return NULL;
    f.text = f.old;
    vec_push(x->a, &x->files, f);
    return &x->files.ptr[x->files.len - 1];
}

// The offset of an LSP position: characters are UTF-16 code units.
static i64 offset_of(Str text, i64 line, i64 character) {
    i64 at = 0;
    for (; line > 0 && at < text.len; at++)
        if (text.ptr[at] == '\n') line--;
    while (character > 0 && at < text.len && text.ptr[at] != '\n') {
        int size;
        character -= utf8_decode(text.ptr + at, text.len - at, &size) >= 0x10000 ? 2 : 1;
        at += size;
    }
    return at;
}

static bool is_there(void *ctx, Str path) { return file_exists(arena_cstr(ctx, path)); }

static Str above(Fixer *x, Str dir, const char *name) { return file_above(x->a, dir, name, S(""), is_there, x->a); }

// Of the module that the command runs in, or of a workspace.
static bool is_own(Fixer *x, Str path) {
    Str here = path_abs(x->a, S(".")), root = above(x, here, "go.mod");
    return !root.len || above(x, here, "go.work").len || str_eq(root, above(x, path_dir(path), "go.mod"));
}

// A line of its own before the package clause, as the go command has it.
static bool is_generated(Str text) {
    for (i64 lo = 0; lo < text.len;) {
        i64 nl = str_index(str_slice(text, lo, text.len), '\n'), hi = nl < 0 ? text.len : lo + nl;
        Str line = str_trim(str_slice(text, lo, hi));
        if (str_has_prefix(line, S("package "))) return false;
        if (str_has_prefix(line, S("// Code generated ")) && str_has_suffix(line, S(" DO NOT EDIT."))) return true;
        lo = hi + 1;
    }
    return false;
}

static bool may_change(Fixer *x, const Changed *f) {
    const char *why = NULL;
    if (str_has_prefix(f->path, x->o.goroot) || str_has_prefix(f->path, env_get(x->c->env, "GOMODCACHE"))) return false;
    if (str_find(f->path, S("/vendor/")) >= 0) why = "is of a vendor folder";
    else if (!is_own(x, f->path)) why = "is of another module";
    else if (is_generated(f->old)) why = "is generated: what generates it is to be mended";
    if (!why) return true;
    Str line = arena_printf(x->a, "%.*s %s", SFMT(short_path(x->c, f->path)), why);
    for (i64 i = 0; i < x->kept.len; i++)
        if (str_eq(x->kept.ptr[i], line)) return false;
    vec_push(x->a, &x->kept, line);
    return false;
}

// ---- events ---------------------------------------------------------------------------------------------------

static Str string_of(Fixer *x, const json_t *o, const char *key) {
    const json_t *v = json_object_get(o, key);
    return json_is_string(v) ? arena_str(x->a, (Str){json_string_value(v), (i64)json_string_length(v)}) : (Str){0};
}

static i64 place_of(Str text, const json_t *range, const char *end) {
    const json_t *p = json_object_get(range, end);
    return offset_of(text, json_integer_value(json_object_get(p, "line")),
                     json_integer_value(json_object_get(p, "character")));
}

static bool read_edit(Fixer *x, const json_t *o, Edit *e) {
    Changed *f = file_of(x, string_of(x, o, "file"));
    if (!f || !may_change(x, f)) return false;
    const json_t *range = json_object_get(o, "range");
    *e =
        (Edit){f->path, place_of(f->text, range, "start"), place_of(f->text, range, "end"), string_of(x, o, "newText")};
    return e->lo <= e->hi && e->hi <= f->text.len;
}

static void read_fix(Fixer *x, const json_t *o, Found *to) {
    Fix fix = {.title = string_of(x, o, "title")};
    const json_t *edits = json_object_get(o, "edits");
    if (json_is_true(json_object_get(o, "byChoice"))) return; // it compiles, but may mean something else
    for (size_t i = 0; i < json_array_size(edits); i++) {
        Edit e;
        if (!read_edit(x, json_array_get(edits, i), &e)) return;
        vec_push(x->a, &fix.edits, e);
    }
    if (fix.edits.len) vec_push(x->a, &to->fixes, fix);
}

static void read_found(Fixer *x, const json_t *o, FoundList *list) {
    Found f = {.file = string_of(x, o, "file"), .message = string_of(x, o, "message")};
    const json_t *start = json_object_get(json_object_get(o, "range"), "start"), *fixes = json_object_get(o, "fixes");
    f.place = arena_printf(x->a, "%.*s:%lld:%lld", SFMT(short_path(x->c, f.file)),
                           (long long)json_integer_value(json_object_get(start, "line")) + 1,
                           (long long)json_integer_value(json_object_get(start, "character")) + 1);
    Str source = string_of(x, o, "source");
    f.early = !str_eq(source, S("types"));
    f.line = json_integer_value(json_object_get(start, "line"));
    f.syntax = str_eq(source, S("syntax"));
    for (size_t i = 0; i < json_array_size(fixes); i++) read_fix(x, json_array_get(fixes, i), &f);
    vec_push(x->a, list, f);
}

// Errors that have no place count, but nothing can be done about them.
static FoundList read_events(Fixer *x, Str text) {
    FoundList list = {0};
    for (i64 lo = 0; lo < text.len;) {
        i64 nl = str_index(str_slice(text, lo, text.len), '\n'), hi = nl < 0 ? text.len : lo + nl;
        json_t *event = json_loadb(text.ptr + lo, (size_t)(hi - lo), 0, NULL),
               *d = json_object_get(event, "Diagnostic");
        if (d) read_found(x, d, &list);
        json_decref(event);
        lo = hi + 1;
    }
    return list;
}

// ---- checking ------------------------------------------------------------------------------------------------

// Test files, each package's in a program of its own. False: there are errors.
static bool check_tests(Fixer *x, i64 at) {
    ProgramOptions o = x->o;
    o.tests = true;
    Program *p = program_new(o);
    Pkg **loaded;
    Package **pkgs;
    TestProgram t;
    TestFuncs funcs;
    i64 n, m;
    const Pkg *failed = NULL;
    const PkgError *e = NULL;
    load_packages(p->loader, x->c->args, x->c->nargs, &loaded, &n);
    if (diag_flush(p->diag, 2) > 0) return false;
    if (at >= n || loaded[at]->std) return at >= n || check_tests(x, at + 1);
    if (!load_test_program(p->loader, loaded[at], &t, &failed)) e = failed->error;
    else e = load_test_funcs(p->loader, loaded[at], &funcs);
    if (e) fprintf(stderr, "%.*s\n", SFMT(load_error_text(p->loader, e)));
    bool good = !e;
    if (!e && loaded[at]->files[FILES_TEST_GO].len + loaded[at]->files[FILES_XTEST_GO].len > 0) {
        load_test_main(p->loader, &t, testmain_text(x->a, &t, &funcs, loaded[at]->path, (Str){0}, NULL, false));
        good = program_parse(p, &t.main, 1, &pkgs, &m) && m == 1 && program_check(p, pkgs[0]);
    }
    good &= diag_flush(p->diag, 2) == 0;
    return check_tests(x, at + 1) && good;
}

static int check_in_child(void *arg) {
    Fixer *x = arg;
    Package **pkgs;
    i64 n;
    bool good = true;
    if (dup2(x->events, 1) < 0) return 1;
    again_child_begin(x->c);
    Program *p = program_new(x->o);
    good = program_load(p, x->c->args, x->c->nargs, &pkgs, &n);
    for (i64 i = 0; good && i < n; i++) program_check(p, pkgs[i]);
    good &= diag_count(p->diag) == 0;
    diag_flush(p->diag, 2);
    return !good || (x->tests && !check_tests(x, 0));
}

static bool write_overlay(Fixer *x) {
    json_t *root = json_object(), *replace = json_object();
    bool good = true;
    for (i64 i = 0; i < x->files.len && good; i++) {
        const Changed *f = &x->files.ptr[i];
        if (str_eq(f->old, f->text)) continue;
        Str to = path_join(x->a, x->dir, arena_printf(x->a, "%lld.go", (long long)i));
        good = file_write_atomic(arena_cstr(x->a, to), f->text, 0600);
        json_object_set_new(replace, arena_cstr(x->a, f->path), json_stringn(to.ptr, (size_t)to.len));
    }
    json_object_set_new(root, "Replace", replace);
    good = good && json_dump_file(root, arena_cstr(x->a, x->o.overlay_file), 0) == 0;
    json_decref(root);
    return good || !cmd_fail("cannot write below %.*s: %s", SFMT(x->dir), err_os(errno));
}

// The errors of the packages with the files as they would be. False: that could not be found out.
static bool check(Fixer *x, FoundList *list, bool *clean) {
    Str text = {0};
    x->events = memfd_create("errors", MFD_CLOEXEC);
    x->checks++;
    if (x->events < 0 || !write_overlay(x)) return false;
    *clean = cmd_in_child(check_in_child, x) == 0;
    bool good = lseek(x->events, 0, SEEK_SET) == 0 && file_read_open(x->a, x->events, "events", &text);
    close(x->events);
    if (good) *list = read_events(x, text);
    return good;
}

// ---- one fix ------------------------------------------------------------------------------------------------------

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Whole lines: an empty one goes too that would be the second one, or the first or last one of a block.
static void widen_lines(Str text, i64 *lo, i64 *hi) {
    i64 before = *lo, after = *hi, lines = 0;
    while (after < text.len && is_space(text.ptr[after])) after++;
    while (before > 0 && (is_space(text.ptr[before - 1]) || text.ptr[before - 1] == '\n')) before--;
    char c = before ? text.ptr[before - 1] : 0, d = after < text.len ? text.ptr[after] : 0;
    for (i64 i = before; i < *lo; i++) lines += text.ptr[i] == '\n';
    if (d == '\n' && (lines > 1 || c == '{' || c == '(')) *hi = after + 1;
    else if ((d == '}' || d == ')') && lines > 1) *lo = str_index(str_slice(text, before, *lo), '\n') + before + 1;
}

// Removing takes the spaces or the ; that would be left, and the whole line with its comment if nothing else stands on it.
static void widen(Str text, i64 *lo, i64 *hi) {
    i64 a = *lo, b = *hi;
    while (a > 0 && is_space(text.ptr[a - 1])) a--;
    while (b < text.len && is_space(text.ptr[b])) b++;
    bool first = !a || text.ptr[a - 1] == '\n', whole = *hi > *lo && text.ptr[*hi - 1] == '\n';
    if (whole) {
        if (first && a == *lo) widen_lines(text, lo, hi);
        return;
    }
    if (first && b < text.len && text.ptr[b] == ';') {
        for (b++; b < text.len && is_space(text.ptr[b]);) b++;
        *hi = b;
    }
    bool comment = b + 1 < text.len && text.ptr[b] == '/' && text.ptr[b + 1] == '/';
    i64 end = b;
    while (comment && end < text.len && text.ptr[end] != '\n') end++;
    if (end < text.len && text.ptr[end] != '\n') {
        if (first) *hi = b;
        if (a > 0 && b < text.len && text.ptr[a - 1] == '{' && text.ptr[b] == '}') *lo = a, *hi = b;
        else if (a > 0 && b < text.len && text.ptr[a - 1] == ';' && text.ptr[b] == '}')
            *lo = a - 1, *hi = i64_max(*hi, b - 1);
        return;
    }
    if (first) {
        *lo = a, *hi = i64_min(end + 1, text.len);
        widen_lines(text, lo, hi);
    } else if (!comment) {
        *lo = a;
    }
}

// Lines end as they do in the file.
static Str with_line_ends(Fixer *x, Str text, Str fresh) {
    i64 nl = str_index(text, '\n');
    if (nl <= 0 || text.ptr[nl - 1] != '\r' || str_index(fresh, '\n') < 0) return fresh;
    char *to = ANEWN(x->a, char, fresh.len * 2);
    i64 n = 0;
    for (i64 i = 0; i < fresh.len; i++) {
        if (fresh.ptr[i] == '\n' && (!i || fresh.ptr[i - 1] != '\r')) to[n++] = '\r';
        to[n++] = fresh.ptr[i];
    }
    return (Str){to, n};
}

static void apply(Fixer *x, const Fix *fix) {
    for (i64 i = fix->edits.len - 1; i >= 0; i--) { // from the last one: the others stay where they are
        const Edit *e = &fix->edits.ptr[i];
        Changed *f = file_of(x, e->path);
        i64 lo = e->lo, hi = e->hi;
        if (!e->text.len && hi > lo && fix->edits.len == 1) widen(f->text, &lo, &hi);
        bool label =
            hi > e->lo && !e->text.len && f->text.ptr[e->hi - 1] == ':' && hi > e->hi; // labels stand further left
        Str fresh = with_line_ends(x, f->text, label && f->text.ptr[hi - 1] != '\n' ? S("\t") : e->text);
        if (lo == hi && lo > 0 && lo < f->text.len && f->text.ptr[lo] == '\n' && f->text.ptr[lo - 1] == '\r') lo = --hi;
        f->text = arena_printf(x->a, "%.*s%.*s%.*s", SFMT(str_slice(f->text, 0, lo)), SFMT(fresh),
                               SFMT(str_slice(f->text, hi, f->text.len)));
    }
}

typedef struct Tally {
    i64 early, late, others; // in the error's folder; elsewhere
} Tally;

static Tally tally(const FoundList *v, Str dir) {
    Tally t = {0};
    for (i64 i = 0; i < v->len; i++) {
        if (!str_eq(path_dir(v->ptr[i].file), dir)) t.others++;
        else if (v->ptr[i].early) t.early++;
        else t.late++;
    }
    return t;
}

static i64 first_syntax_error(const FoundList *v, Str path) {
    i64 line = -1;
    for (i64 i = 0; i < v->len; i++)
        if (v->ptr[i].syntax && str_eq(v->ptr[i].file, path) && (line < 0 || v->ptr[i].line < line))
            line = v->ptr[i].line;
    return line;
}

// As many errors of syntax, but the first one is further down: the parser got along (take_back, if that was a guess).
static bool is_better(const FoundList *old, const FoundList *now, const Found *f) {
    Tally a = tally(old, path_dir(f->file)), b = tally(now, path_dir(f->file));
    if (b.early != a.early) return b.early < a.early;
    if (f->syntax) return first_syntax_error(now, f->file) > first_syntax_error(old, f->file);
    return b.late < a.late && (b.others <= a.others || b.late == 0);
}

static bool has_syntax_errors(const FoundList *v, Str path, bool dir) {
    for (i64 i = 0; i < v->len; i++)
        if (v->ptr[i].syntax && str_eq(dir ? path_dir(v->ptr[i].file) : v->ptr[i].file, path)) return true;
    return false;
}

// Where something does not parse, what else is said is a guess.
static bool may_try(const FoundList *v, const Found *f, const Fix *fix) {
    for (i64 i = 0; i < fix->edits.len && !f->syntax; i++)
        if (has_syntax_errors(v, path_dir(fix->edits.ptr[i].path), true)) return false;
    return true;
}

static Str key_of(Fixer *x, const Found *f, const Fix *fix) {
    const Changed *file = file_of(x, fix->edits.ptr[0].path);
    i64 lo = fix->edits.ptr[0].lo, hi = fix->edits.ptr[fix->edits.len - 1].hi;
    while (lo > 0 && file->text.ptr[lo - 1] != '\n') lo--;
    while (hi < file->text.len && file->text.ptr[hi] != '\n') hi++;
    return arena_printf(x->a, "%.*s\n%.*s\n%.*s", SFMT(f->message), SFMT(fix->title),
                        SFMT(str_slice(file->text, lo, hi)));
}

// True: it mended the error, and *list is what is left.
static bool try_fix(Fixer *x, const Found *f, const Fix *fix, FoundList *list, bool *clean, bool *failed) {
    Str key = key_of(x, f, fix);
    if (map_get_str(x->tried, key)) return false;
    map_set_str(x->tried, key, x);
    VEC(Str) before = {0};
    for (i64 i = 0; i < x->files.len; i++) vec_push(x->a, &before, x->files.ptr[i].text);
    apply(x, fix);
    FoundList now;
    bool now_clean;
    *failed = x->checks >= MOST_CHECKS || !check(x, &now, &now_clean);
    if (!*failed && (now_clean || is_better(list, &now, f))) {
        *list = now;
        *clean = now_clean;
        return true;
    }
    for (i64 i = 0; i < before.len; i++) x->files.ptr[i].text = before.ptr[i];
    return false;
}

// A message names the files that were checked: those of the overlay are the user's.
static Str in_own_words(const Fixer *x, Str message) {
    Buf b = {0};
    Str left = message, dir = arena_printf(x->a, "%.*s/", SFMT(x->dir));
    for (i64 at; (at = str_find(left, dir)) >= 0;) {
        i64 n = 0, i = at + dir.len;
        buf_str(&b, str_slice(left, 0, at));
        for (; i < left.len && left.ptr[i] >= '0' && left.ptr[i] <= '9' && n < x->files.len; i++)
            n = 10 * n + (left.ptr[i] - '0');
        bool known = n < x->files.len && str_has_prefix(str_slice(left, i, left.len), S(".go:"));
        if (known) buf_printf(&b, "./%.*s", SFMT(short_path(x->c, x->files.ptr[n].path)));
        else buf_str(&b, dir);
        left = str_slice(left, known ? i + 3 : at + dir.len, left.len);
    }
    buf_str(&b, left);
    Str out = arena_str(x->a, buf_view(&b));
    buf_free(&b);
    return out;
}

static Str first_line(Str s) {
    i64 nl = str_index(s, '\n');
    return nl < 0 ? s : str_slice(s, 0, nl);
}

// What takes something away comes last: it may be needed when the rest is as it was meant.
static bool is_removal(const Found *f) { return str_find(f->message, S("not used")) >= 0; }

// What is not used may be what is not found elsewhere: under another name, in another block, hidden by a variable.
static bool is_missed(const FoundList *v, const Found *f) {
    for (i64 i = 0; i < v->len; i++)
        if (str_find(v->ptr[i].message, S("undefined")) >= 0 && str_eq(path_dir(v->ptr[i].file), path_dir(f->file)))
            return true;
    return false;
}

// The first fix that mends something.
static bool mend_some(Fixer *x, FoundList *list, bool removals, bool *clean, bool *failed) {
    for (i64 i = 0; i < list->len; i++)
        for (i64 j = 0; j < list->ptr[i].fixes.len; j++) {
            Found f = list->ptr[i];
            if (is_removal(&f) != removals || (removals && is_missed(list, &f))) break;
            if (!may_try(list, &f, &f.fixes.ptr[j])) continue;
            if (!try_fix(x, &f, &f.fixes.ptr[j], list, clean, failed)) {
                if (*failed) return false;
                continue;
            }
            Done d = {f.fixes.ptr[j].edits.ptr[0].path,
                      arena_printf(x->a, "%.*s: %.*s: %.*s", SFMT(f.place),
                                   SFMT(first_line(in_own_words(x, f.message))), SFMT(f.fixes.ptr[j].title))};
            vec_push(x->a, &x->done, d);
            return true;
        }
    return false;
}

static bool mend_one(Fixer *x, FoundList *list, bool *clean, bool *failed) {
    return mend_some(x, list, false, clean, failed) || (!*failed && mend_some(x, list, true, clean, failed));
}

// ---- results ----------------------------------------------------------------------------------------------------

// Files that still do not parse are as they were: what was tried there is not known to be meant. True: there are such.
static bool take_back(Fixer *x, const FoundList *list) {
    bool any = false;
    for (i64 i = 0; i < x->files.len; i++) {
        Changed *f = &x->files.ptr[i];
        if (str_eq(f->old, f->text) || !has_syntax_errors(list, f->path, false)) continue;
        any = true;
        f->text = f->old;
        for (i64 j = 0; j < x->done.len; j++)
            if (str_eq(x->done.ptr[j].path, f->path)) x->done.ptr[j].text = (Str){0};
    }
    return any;
}

static void tell_done(const Fixer *x) {
    for (i64 i = 0; i < x->done.len && !x->diff; i++)
        if (x->done.ptr[i].text.len) fprintf(stderr, "%.*s\n", SFMT(x->done.ptr[i].text));
}

static bool put_files(Fixer *x) {
    for (i64 i = 0; i < x->files.len; i++) {
        const Changed *f = &x->files.ptr[i];
        struct stat st;
        if (str_eq(f->old, f->text)) continue;
        const char *path = arena_cstr(x->a, f->path), *name = arena_cstr(x->a, short_path(x->c, f->path));
        if (x->diff) {
            Str d = diff_text(x->a, name, f->old, name, f->text);
            fwrite(d.ptr, 1, (size_t)d.len, stdout);
            continue;
        }
        Str real = file_real_path(x->a, path); // a link stays one
        if (!real.len || stat(path, &st) != 0 ||
            !file_write_atomic(arena_cstr(x->a, real), f->text, (int)(st.st_mode & 0777))) {
            return !cmd_fail("cannot write %s: %s", path, err_os(errno));
        }
    }
    return true;
}

// Packages first, then with their tests.
static bool mend_tests_too(Fixer *x, FoundList *list, bool *clean) {
    bool failed = !check(x, list, clean);
    for (i64 n = 0; !failed && n < MOST_EDITS; n++) {
        if (*clean && x->tests) break;
        if (*clean) {
            x->tests = true;
            failed = !check(x, list, clean);
        } else if (!mend_one(x, list, clean, &failed)) break;
    }
    return !failed;
}

static int mend_all(Fixer *x) {
    FoundList list = {0};
    bool clean = false;
    if (!mend_tests_too(x, &list, &clean) || (take_back(x, &list) && !check(x, &list, &clean))) return 1;
    tell_done(x);
    if (!put_files(x)) return 1;
    if (clean && x->tests) return 0;
    for (i64 i = 0; i < x->kept.len; i++)
        fprintf(stderr, "vole fix -errors: not changed: %.*s\n", SFMT(x->kept.ptr[i]));
    for (i64 i = 0; i < list.len; i++)
        fprintf(stderr, "%.*s: %.*s\n", SFMT(list.ptr[i].place), SFMT(in_own_words(x, list.ptr[i].message)));
    if (!list.len)
        fprintf(stderr, "vole fix -errors: there are errors that have no place in a file: vole build shows them\n");
    return 1;
}

static bool parse_words(Cmd *c, bool *diff) {
    char **argv = ANEWN(c->a, char *, c->nargs + 1);
    int argc = 0, used = 0;
    for (i64 i = 0; i < c->nargs; i++) {
        Str s = c->args[i];
        if (str_has_prefix(s, S("--"))) s = str_slice(s, 1, s.len);
        if (str_eq(s, S("-diff"))) *diff = true;
        else if (!str_eq(s, S("-errors"))) argv[argc++] = c->argv[i];
    }
    if (!flags_parse(c, argc, argv, &used)) return false;
    c->nargs = argc - used;
    for (i64 i = 0; i < c->nargs; i++) c->args[i] = str_c(argv[used + i]);
    return true;
}

bool fix_errors_asked(const Cmd *c) {
    for (i64 i = 0; i < c->nargs; i++) {
        if (str_eq(c->args[i], S("-errors")) || str_eq(c->args[i], S("--errors"))) return true;
        if (!c->args[i].len || c->args[i].ptr[0] != '-') return false;
    }
    return false;
}

int fix_errors(Cmd *c) {
    Fixer x = {.c = c, .a = c->a, .tried = map_new_str(c->a)};
    if (!parse_words(c, &x.diff)) return 2;
    if (!build_options(c, &x.o)) return 1;
    if (x.o.overlay_file.len) {
        fprintf(stderr, "vole: not supported yet: fix -errors with -overlay\n");
        return 1;
    }
    if (!work_make_dir(c, "vole-fix-XXXXXX", &x.dir)) return cmd_fail("cannot make a folder: %s", err_os(errno));
    x.o.overlay_file = path_join(c->a, x.dir, S("overlay.json"));
    x.o.json = x.o.all_errors = true;
    x.o.plain = x.o.color = false;
    int rc = mend_all(&x);
    Str left;
    if (!dir_remove_all(c->a, x.dir, &left)) cmd_fail("cannot remove %.*s: %s", SFMT(left), err_os(errno));
    return rc;
}
