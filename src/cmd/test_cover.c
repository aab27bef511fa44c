// test_cover.c - `test -cover`: what is counted in which program, the folders where programs write counts, profiles.
//
// In:   packages, jobs. Out: variants that are marked; what a program is told of it; lines of packages without tests; the profile of all,
//       which is that of the programs in the order of the packages.
// Without -coverpkg the package under test is counted in its own program alone. With it programs are told of matching packages that are
// not in them (metafiles.txt), so that percentages are of all.
#include "cmd/test_int.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void test_cover_options(Test *t) {
    TestCover *v = &t->cover;
    v->on = true;
    v->mode = cover_mode(t->c);
    v->patterns = cover_patterns(t->c);
    v->fd = -1;
    t->o.cover = true;
    t->o.cover_local = !v->patterns.len;
}

void test_cover_select(Test *t, Pkg **pkgs, i64 n) {
    TestCover *v = &t->cover;
    Pkg **all;
    if (!v->on || !v->patterns.len) return;
    i64 nall = load_with_tests(t->p->loader, pkgs, n, &all);
    cover_select(t->c, t->p->loader, all, nall, "tested", &v->pkgs, &v->npkgs);
}

void test_cover_variants(TestJob *j) {
    const TestCover *v = &j->t->cover;
    if (v->on && !v->patterns.len) j->program.test->cover = (u32)v->mode << PKG_COVER_SHIFT;
}

const TestMainCover *test_cover_main(TestJob *j) {
    const TestCover *v = &j->t->cover;
    Arena *a = j->t->c->a;
    if (!v->on) return NULL;
    TestMainCover *m = ANEW(a, TestMainCover);
    m->mode = cover_mode_names[v->mode];
    if (!v->patterns.len) vec_push(a, &m->paths, j->pkg->path);
    for (i64 i = 0; i < v->npkgs; i++) vec_push(a, &m->paths, v->pkgs[i]->path);
    Buf b = {0};
    for (i64 i = 0; i < v->patterns.len; i++) buf_printf(&b, "%s%.*s", i ? ", " : " in ", SFMT(v->patterns.ptr[i]));
    m->where = arena_str(a, buf_view(&b));
    buf_free(&b);
    return m;
}

// What programs of packages are made of, that these do not import.
void test_cover_key(Test *t, CacheHash *h) {
    const TestCover *v = &t->cover;
    if (!v->on) return;
    cache_key_add(h, str_c(cover_mode_names[v->mode]));
    for (i64 i = 0; i < v->npkgs; i++) {
        const CacheKey *k = test_package_key(t, v->pkgs[i]);
        cache_key_add(h, (Str){(const char *)k->b, sizeof k->b});
    }
}

// ---- files ------------------------------------------------------------------------------------------------------------

static Str write_meta(Test *t, TestJob *j, const CoverTable *table) {
    Arena *a = t->c->a;
    Str dir = path_dir(j->binary), path = path_join(a, dir, S("covmeta.package"));
    Buf b = {0};
    cover_meta_file(&b, table, t->cover.mode);
    if (!dir_make_all(a, dir) || !file_write_atomic(arena_cstr(a, path), buf_view(&b), 0666)) path.len = 0;
    buf_free(&b);
    return path;
}

// Of the tested packages, those that a program may lack.
static bool make_metafiles(Test *t) {
    Arena *a = t->c->a;
    Buf paths = {0}, files = {0};
    bool good = true;
    for (i64 i = 0; i < t->jobs.len; i++) {
        TestJob *j = t->jobs.ptr[i];
        const CoverTable *table = j->pkg->cover ? load_cover_read(t->p->loader, j->pkg) : NULL;
        if (!table || !table->funcs.len) continue;
        Str file = write_meta(t, j, table);
        good &= file.len > 0;
        buf_c(&paths, paths.len ? "," : "");
        buf_json(&paths, j->pkg->path);
        buf_c(&files, files.len ? "," : "");
        buf_json(&files, file);
    }
    Str p = buf_view(&paths), f = buf_view(&files);
    t->cover.metafiles =
        arena_printf(a, "{\"ImportPaths\":%s%.*s%s,\"MetaFileFragments\":%s%.*s%s}\n", p.len ? "[" : "null", SFMT(p),
                     p.len ? "]" : "", p.len ? "[" : "null", SFMT(f), p.len ? "]" : "");
    buf_free(&paths);
    buf_free(&files);
    return good || !cmd_fail("cannot write in %.*s: %s", SFMT(t->work), err_os(errno));
}

Str test_cover_dir(TestJob *j) {
    const TestCover *v = &j->t->cover;
    Arena *a = j->t->c->a;
    if (!v->on || j->t->c->f.c) return (Str){0};
    Str dir = path_join(a, path_dir(j->binary), S("gocoverdir"));
    if (dir_exists(arena_cstr(a, dir)) || j->t->c->f.n) return dir;
    if (!dir_make_all(a, dir)) fatal("failed to create temporary dir: mkdir %.*s: %s", SFMT(dir), err_os(errno));
    if (v->metafiles.len) file_write_atomic(arena_cstr(a, path_join(a, dir, S("metafiles.txt"))), v->metafiles, 0666);
    return dir;
}

Str test_cover_file(TestJob *j) { return path_join(j->t->c->a, path_dir(j->binary), S("_cover_.out")); }

bool test_cover_begin(Test *t) {
    TestCover *v = &t->cover;
    Arena *a = t->c->a;
    const Flags *f = &t->c->f;
    if (!v->on || f->c) return true;
    if (v->npkgs && !f->n && !make_metafiles(t)) return false;
    if (!f->coverprofile.len || f->n) return true;
    v->out = path_abs(a, f->outputdir.len && f->coverprofile.ptr[0] != '/' ? path_join(a, f->outputdir, f->coverprofile)
                                                                           : f->coverprofile);
    v->fd = open(arena_cstr(a, v->out), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (v->fd >= 0 && dprintf(v->fd, "mode: %s\n", cover_mode_names[v->mode]) > 0) return true;
    fprintf(stderr, "open %.*s: %s\n", SFMT(v->out), err_os(errno));
    return false;
}

void test_cover_end(Test *t) {
    if (t->cover.on && t->cover.fd >= 0) close(t->cover.fd);
}

// ---- packages without tests -------------------------------------------------------------------------------------------

typedef struct Line {
    const CoverFunc *f;
    const CoverUnit *u;
} Line;

static int compare_lines(const void *pa, const void *pb) {
    const Line *a = pa, *b = pb;
    int c = str_cmp(a->f->file, b->f->file);
    const i32 x[] = {a->u->line, a->u->end_line, a->u->col, a->u->end_col, a->u->stmts};
    const i32 y[] = {b->u->line, b->u->end_line, b->u->col, b->u->end_col, b->u->stmts};
    for (i64 i = 0; i < NELEM(x) && !c; i++) c = x[i] < y[i] ? -1 : x[i] > y[i];
    return c;
}

// The profile of a package that nothing ran of.
static Str empty_profile(Arena *a, const CoverTable *t, CoverMode mode, i64 *stmts) {
    VEC(Line) lines = {0};
    Buf b = {0};
    *stmts = 0;
    for (i64 i = 0; i < t->funcs.len; i++)
        for (i64 k = 0; k < t->funcs.ptr[i].units.len; k++)
            vec_push(a, &lines, ((Line){&t->funcs.ptr[i], &t->funcs.ptr[i].units.ptr[k]}));
    if (lines.len) qsort(lines.ptr, (size_t)lines.len, sizeof *lines.ptr, compare_lines);
    buf_printf(&b, "mode: %s\n", cover_mode_names[mode]);
    for (i64 i = 0; i < lines.len; i++) {
        const CoverUnit *u = lines.ptr[i].u;
        *stmts += u->stmts;
        buf_printf(&b, "%.*s:%d.%d,%d.%d %d 0\n", SFMT(lines.ptr[i].f->file), u->line, u->col, u->end_line, u->end_col,
                   u->stmts);
    }
    Str s = arena_str(a, buf_view(&b));
    buf_free(&b);
    return s;
}

// A command that says the same.
static void tell_command(TestJob *j, const CoverTable *table) {
    const Cmd *c = j->t->c;
    if (!c->f.x && !c->f.n) return;
    if (!c->f.n) write_meta(j->t, j, table);
    Str dir = path_dir(j->binary);
    fprintf(stderr, "%.*s/vole tool covdata percent -i $WORK%.*s\n", SFMT(c->exe_dir),
            SFMT(str_slice(dir, j->t->work.len, dir.len)));
}

bool test_cover_untested(TestJob *j) {
    Test *t = j->t;
    const TestCover *v = &t->cover;
    i64 stmts;
    if (!v->on || (v->patterns.len && !j->pkg->cover)) return false;
    const CoverTable *table = load_cover_read(t->p->loader, j->pkg);
    if (!table || !table->funcs.len) return false;
    tell_command(j, table);
    j->profile = empty_profile(t->c->a, table, v->mode, &stmts);
    if (t->c->f.n) return true;
    test_write(j, "\t%.*s\t\t%s", SFMT(j->pkg->path), stmts ? "coverage: 0.0% of statements\n" : "");
    return true;
}

// ---- the profile of all -----------------------------------------------------------------------------------------------

static void malformed(TestJob *j, Str text, Str head) {
    Arena *a = j->t->c->a;
    Str found = str_slice(text, 0, i64_min(text.len, head.len));
    fprintf(stderr, "test wrote malformed coverage profile %.*s: header %.*s, expected %.*s: %s\n",
            SFMT(test_cover_file(j)), SFMT(str_quote(a, found)), SFMT(str_quote(a, head)),
            found.len < head.len ? "unexpected EOF" : "<nil>");
    j->t->rc = 1;
}

static bool write_all(int fd, Str s) {
    while (s.len) {
        ssize_t n = write(fd, s.ptr, (size_t)s.len);
        if (n < 0 && errno != EINTR) return false;
        if (n > 0) s = str_slice(s, n, s.len);
    }
    return true;
}

void test_cover_merge(TestJob *j) {
    TestCover *v = &j->t->cover;
    Arena *a = j->t->c->a;
    if (!v->on || v->fd < 0) return;
    Str text = j->profile, head = arena_printf(a, "mode: %s\n", cover_mode_names[v->mode]);
    if (!text.len) file_read(a, arena_cstr(a, test_cover_file(j)), &text);
    if (!text.len) return;
    if (!str_has_prefix(text, head)) malformed(j, text, head);
    else if (!write_all(v->fd, str_slice(text, head.len, text.len))) {
        fprintf(stderr, "saving coverage profile: %s\n", err_os(errno));
        j->t->rc = 1;
    }
}
