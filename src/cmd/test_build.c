// test_build.c - packages of the command line -> jobs, and the programs of the jobs, each built in a worker (test_workers.c).
//
// What is wrong with a package before anything is compiled is told at once, with "[setup failed]"; what a build says is told when it
// ends, each package's errors once, whoever imports it.
#include "cmd/steps.h"
#include "cmd/test_int.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- packages that cannot be set up -----------------------------------------------------------------------------------

static void setup_failed(Test *t, const Pkg *p, Str failed) {
    TestJob j = {.t = t, .pkg = (Pkg *)(uintptr_t)p};
    if (t->f.json) {
        j.json = convert_new(t->c->a, &j.events, p->path, true);
        if (t->f.json_builds) convert_failed_build(j.json, failed);
    }
    test_write(&j, "FAIL\t%.*s [setup failed]\n", SFMT(p->path));
    if (j.json) convert_end(j.json, true, false);
    test_show(j.json ? buf_view(&j.events) : buf_view(&j.held));
    buf_free(&j.events);
    buf_free(&j.held);
    t->rc = 1;
}

// blamed: whose build it is, in JSON
static void report(Test *t, const Pkg *p, const Pkg *blamed, const PkgError *e) {
    Str text = load_error_text(t->p->loader, e), head = arena_printf(t->c->a, "# %.*s\n", SFMT(p->path));
    if (!p->path.len) head = (Str){0};
    text = arena_printf(t->c->a, "%.*s%.*s\n", SFMT(head), SFMT(text));
    Buf b = {0};
    if (t->f.json_builds) diag_event(&b, load_desc(t->c->a, blamed), text, true);
    else buf_str(&b, text);
    fflush(stdout);
    fwrite(b.ptr, 1, (size_t)b.len, t->f.json_builds ? stdout : stderr);
    fflush(t->f.json_builds ? stdout : stderr);
    buf_free(&b);
}

static void report_all(Test *t, const Pkg *p, Pkg *q, Map *seen, const Pkg **first) {
    if (!q || map_get_ptr(seen, q)) return;
    map_set_ptr(seen, q, q);
    for (i64 i = 0; q->deps && i < q->imports[IN_PACKAGE].len; i++) report_all(t, p, q->deps[i], seen, first);
    const PkgError *e = q->error ? q->error : load_head_error(t->p->loader, q);
    if (!e) return;
    report(t, p, q, e);
    if (!*first) *first = q;
}

// What package testing tells of it
static Str shown_path(const Pkg *p) {
    bool none = str_has_prefix(p->path, S("_/")) || str_eq(p->path, S("command-line-arguments"));
    return none ? (Str){0} : p->path;
}

// False: reported.
static bool set_up(Test *t, TestJob *j) {
    Arena *a = t->c->a;
    Loader *l = t->p->loader;
    const Pkg *failed = NULL;
    TestFuncs funcs;
    report_all(t, j->pkg, j->pkg, map_new_ptr(a), &failed);
    if (failed) {
        setup_failed(t, j->pkg, load_desc(a, failed));
        return false;
    }
    j->has_tests = j->pkg->files[FILES_TEST_GO].len + j->pkg->files[FILES_XTEST_GO].len > 0;
    if (!j->has_tests) return true;
    const PkgError *e = NULL;
    if (!load_test_program(l, j->pkg, &j->program, &failed)) e = failed->error;
    else if ((e = load_test_funcs(l, j->pkg, &funcs))) failed = j->program.main;
    if (e) {
        report(t, j->pkg, failed, e);
        setup_failed(t, j->pkg, load_desc(a, failed));
        return false;
    }
    test_cover_variants(j);
    const TestMainCover *cover = test_cover_main(j);
    Str text = testmain_text(a, &j->program, &funcs, shown_path(j->pkg), j->pkg->module.path, cover, t->c->f.leaks);
    load_test_main(l, &j->program, text);
    j->main_text = text;
    return true;
}

// ---- names ------------------------------------------------------------------------------------------------------------

static Str binary_name(Test *t, const Pkg *p) {
    Str base = p->command_line_files ? p->name : executable_name(p->path);
    return arena_printf(t->c->a, "%.*s.test", SFMT(base));
}

static bool is_null(Str path) { return str_eq(path, S("/dev/null")); }

static bool into_dir(Test *t) {
    Str o = t->c->f.o;
    return o.len && (o.ptr[o.len - 1] == '/' || dir_exists(arena_cstr(t->c->a, o)));
}

// Where the program is kept; "": nowhere.
static Str target_of(Test *t, const Pkg *p) {
    Flags *f = &t->c->f;
    bool keeps =
        f->c || f->o.len || f->blockprofile.len || f->cpuprofile.len || f->memprofile.len || f->mutexprofile.len;
    if (!keeps || is_null(f->o)) return (Str){0};
    if (!f->o.len) return path_abs(t->c->a, binary_name(t, p));
    return path_abs(t->c->a, into_dir(t) ? path_join(t->c->a, f->o, binary_name(t, p)) : f->o);
}

// Two programs of one name cannot both be kept.
static bool check_names(Test *t, Pkg **pkgs, i64 n) {
    Map *seen = map_new_str(t->c->a);
    bool good = true;
    for (i64 i = 0; i < n; i++) {
        Str name = binary_name(t, pkgs[i]);
        if (map_get_str(seen, name)) continue;
        map_set_str(seen, name, t);
        Buf b = {0};
        i64 count = 0;
        for (i64 k = i; k < n; k++)
            if (str_eq(binary_name(t, pkgs[k]), name)) buf_printf(&b, "%.*s\n", SFMT(pkgs[k]->path)), count++;
        if (count > 1) {
            fprintf(stderr, "cannot write test binary %.*s for multiple packages:\n%.*s\n", SFMT(name),
                    SFMT(buf_view(&b)));
            good = false;
        }
        buf_free(&b);
    }
    return good;
}

static bool fail(const char *fmt, ...) PRINTF_LIKE(1, 2);
static bool fail(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    return false;
}

static bool check_fuzz(Test *t, Pkg **pkgs, i64 n) {
    const char *profile = test_profile_flag(t->c);
    if (n != 1) return fail("cannot use -fuzz flag with multiple packages");
    if (t->c->f.coverprofile.len) return fail("cannot use -coverprofile flag with -fuzz flag");
    if (profile) return fail("cannot use %s flag with -fuzz flag", profile);
    if (!test_fuzz_allowed(t->p->loader, pkgs[0]))
        return fail("cannot use -fuzz flag on package outside the main module");
    return true;
}

static bool check_packages(Test *t, Pkg **pkgs, i64 n) {
    Flags *f = &t->c->f;
    const char *profile = test_profile_flag(t->c);
    if (n == 0) return fail("no packages to test");
    if (f->fuzz.len) return check_fuzz(t, pkgs, n);
    if (profile && n != 1) return fail("cannot use %s flag with multiple packages", profile);
    if (n == 1 || (!f->c && !f->o.len) || is_null(f->o)) return true;
    if (f->o.len && !into_dir(t)) return fail("with multiple packages, -o must refer to a directory or /dev/null");
    return check_names(t, pkgs, n);
}

static void mark_imported(Test *t) {
    Map *imported = map_new_ptr(t->c->a);
    for (i64 i = 0; i < t->jobs.len; i++) {
        const Pkg *p = t->jobs.ptr[i]->pkg;
        for (i64 k = 0; p->deps && k < p->imports[IN_PACKAGE].len; k++)
            if (p->deps[k]) map_set_ptr(imported, p->deps[k], t);
    }
    for (i64 i = 0; i < t->jobs.len; i++) t->jobs.ptr[i]->imported = map_get_ptr(imported, t->jobs.ptr[i]->pkg) != NULL;
}

// Each program's folder is that of its step.
static void start_steps(Test *t) {
    t->steps = steps_new_in(t->c, t->p, &t->o, t->work);
    for (i64 i = 0; i < t->jobs.len; i++) {
        TestJob *j = t->jobs.ptr[i];
        long long number = steps_number(t->steps, j->has_tests ? j->program.main : j->pkg);
        j->binary = arena_printf(t->c->a, "%.*s/b%03lld/%.*s", SFMT(t->work), number, SFMT(path_base(j->binary)));
    }
}

bool test_load(Test *t) {
    Pkg **pkgs;
    i64 n;
    t->p = program_new(t->o);
    load_packages(t->p->loader, t->f.packages.ptr, t->f.packages.len, &pkgs, &n);
    if (diag_flush(t->p->diag, 2) > 0 || !check_packages(t, pkgs, n)) return false;
    t->npackages = n;
    test_cover_select(t, pkgs, n);
    for (i64 i = 0; i < n; i++) {
        TestJob *j = ANEW(t->c->a, TestJob);
        *j = (TestJob){.t = t, .pkg = pkgs[i], .target = target_of(t, pkgs[i])};
        if (!set_up(t, j)) continue;
        j->binary =
            arena_printf(t->c->a, "%.*s/b%03lld/%.*s", SFMT(t->work), (long long)i + 1, SFMT(binary_name(t, pkgs[i])));
        vec_push(t->c->a, &t->jobs, j);
    }
    mark_imported(t);
    if (steps_wanted(t->c) && !t->cover.on && !t->c->f.fuzz.len) start_steps(t);
    return true;
}

// ---- builds -----------------------------------------------------------------------------------------------------------

// In a child: the package without its tests, which others import.
static int check_plain(void *arg) {
    TestJob *j = arg;
    Program *p = program_new(j->t->o);
    Package **pkgs;
    i64 n;
    bool good = program_load(p, &j->pkg->path, 1, &pkgs, &n);
    for (i64 i = 0; i < n; i++) good &= program_check(p, pkgs[i]);
    diag_flush(p->diag, 2);
    return !good;
}

static bool write_program(TestJob *j, const Buf *image) {
    Arena *a = j->t->c->a;
    Str main = path_join(a, path_dir(j->binary), S("_testmain.go")); // some programs look at it
    Buf text = {(u8 *)(uintptr_t)j->main_text.ptr, j->main_text.len, 0};
    if (!j->t->c->f.c && !write_output(j->pkg->path, j->binary, image, a, 0777)) return false;
    if (!j->t->c->f.c && !write_output(j->pkg->path, main, &text, a, 0666)) return false;
    if (!j->target.len) return true;
    if (!write_output(j->pkg->path, j->target, image, a, 0777)) return false;
    test_keep_target(j);
    return true;
}

// A program that has no tests is not linked: what -buildvcs=true finds wrong is told all the same.
static bool can_be_stamped(TestJob *j) {
    if (j->t->o.vcs != VCS_ALWAYS || !str_eq(j->pkg->name, S("main"))) return true;
    load_build_info(j->t->p->loader, j->pkg, (Str){0});
    return diag_flush(j->t->p->diag, 2) == 0;
}

bool test_build(TestJob *j) {
    Program *p = j->t->p;
    Pkg *root = j->has_tests ? j->program.main : j->pkg;
    Package **pkgs;
    i64 n;
    bool is_main;
    Buf image = {0};
    if (!j->has_tests && !root->files[FILES_GO].len) return true;
    bool good = program_parse(p, &root, 1, &pkgs, &n) && n == 1 && program_check(p, pkgs[0]);
    if (!good && j->imported && j->program.test != j->pkg && cmd_in_child(check_plain, j) != 0) return false;
    if (!good) diag_flush(p->diag, 2);
    if (!good || !j->has_tests) return good && can_be_stamped(j);
    good = build_one(j->t->c, p, pkgs[0], &image, &is_main) && write_program(j, &image);
    buf_free(&image);
    return good;
}

// Archives are made, or found, in any case: what compilers say is said again. A result that is known needs no program.
static bool build_by_steps(TestJob *j) {
    Test *t = j->t;
    if (!j->has_tests) return !j->pkg->files[FILES_GO].len || (steps_make(t->steps, j->pkg) && can_be_stamped(j));
    bool says = t->c->f.gcflags.len > 0;                          // what compilers said is told again
    if (t->c->f.c && !t->c->f.n && !says && test_target_known(j)) // it looks as if it was written
        return utimensat(AT_FDCWD, arena_cstr(t->c->a, j->target), NULL, 0) == 0;
    if (!steps_make(t->steps, j->program.main)) return false;
    bool known = !t->c->f.n && test_find_result(j);
    if (known) return true;
    bool good = steps_link_test(t->steps, j->program.main, path_base(j->binary), j->target);
    if (good && !t->c->f.n) test_keep_target(j);
    return good;
}

void test_start_build(TestJob *j) {
    if (j->t->steps) {
        test_end_build(j, build_by_steps(j));
        return;
    }
    bool known = test_find_result(j);
    if (j->t->c->f.n) j->known = (Str){0};
    if (known || j->t->c->f.n) {
        j->stage = TEST_BUILT;
        return;
    }
    j->stage = TEST_BUILDING;
    test_give(j);
}

// ---- what builds say --------------------------------------------------------------------------------------------------

// The end of what belongs together at the start of s: of a package's errors, or of an event's package.
static i64 block_end(Str s, bool json) {
    i64 at = 0;
    Str head = str_slice(s, 0, json ? i64_max(str_index(s, ','), 0) : 0);
    while (at < s.len) {
        Str rest = str_slice(s, at, s.len);
        if (at && json && !str_has_prefix(rest, head)) break;
        if (at && !json && str_has_prefix(rest, S("# "))) break;
        i64 nl = str_index(rest, '\n');
        at = nl < 0 ? s.len : at + nl + 1;
    }
    return at;
}

// The package that a block is about, in JSON or behind "# ".
static Str block_package(Arena *a, Str block, bool json) {
    Str name;
    if (json && str_has_prefix(block, S("{\"ImportPath\":"))) {
        i64 end = str_find(block, S(",\"Action\""));
        return end > 14 && str_unquote(a, str_slice(block, 14, end), &name) ? name : (Str){0};
    }
    i64 nl = str_index(block, '\n');
    return !json && nl > 2 && str_has_prefix(block, S("# ")) ? str_slice(block, 2, nl) : (Str){0};
}

static void tell_text(TestJob *j) {
    Test *t = j->t;
    Arena *a = t->c->a;
    Str s = arena_str(a, buf_view(&j->text));
    fflush(stdout);
    while (s.len) {
        Str block = str_slice(s, 0, block_end(s, t->f.json_builds)),
            package = block_package(a, block, t->f.json_builds);
        s = str_slice(s, block.len, s.len);
        if (package.len) j->failed_build = package;
        if (map_get_str(t->told, block)) continue;
        map_set_str(t->told, block, t);
        if (t->f.json_builds && block.ptr[0] == '{') test_show(block);
        else if (write(2, block.ptr, (size_t)block.len) < 0) return;
    }
}

void test_end_build(TestJob *j, bool good) {
    j->stage = TEST_BUILT;
    j->build_failed = !good;
    j->failed_build = j->has_tests ? load_desc(j->t->c->a, j->program.test) : j->pkg->path;
    tell_text(j);
    buf_free(&j->text);
    if (j->build_failed) j->t->rc = 1;
}
