// test_cache.c - whether the result of a test is known, before it is built and when it is.
//
// In:   a job. Out: its output of an earlier run, or after a run that passed, an entry for the next time. Two keys: of all that the
//       program is made of, so that nothing need be built, and of the program itself, which a comment does not change.
// Not where output goes straight to ours, outside of modules and the library, nor with arguments that ask for more than verdicts.
#include "cmd/test_int.h"
#include <stdlib.h>

// ---- what a program is made of ----------------------------------------------------------------------------------------

static void add_key(CacheHash *h, const CacheKey *k) { cache_key_add(h, (Str){(const char *)k->b, sizeof k->b}); }

static void add_file(Test *t, CacheHash *h, Str name, Str path, Str text) {
    FileHash f;
    Arena *a = t->c->a;
    cache_key_add(h, name);
    if (!t->o.overlay_file.len && files_hash(t->o.files, a, arena_cstr(a, path), &f, NULL))
        cache_key_add(h, (Str){(const char *)f.content, sizeof f.content});
    else cache_key_add(h, text);
}

static void add_files(Test *t, CacheHash *h, const Pkg *p) {
    static const FileKind kinds[] = {FILES_GO, FILES_S, FILES_H};
    for (i64 k = 0; k < NELEM(kinds); k++)
        for (i64 i = 0; i < p->files[kinds[k]].len; i++) {
            const PkgFile *f = p->files[kinds[k]].ptr[i];
            add_file(t, h, f->name, f->path, f->text);
        }
    for (i64 i = 0; i < p->embed_files.len; i++)
        add_file(t, h, p->embed_files.ptr[i], path_join(t->c->a, p->dir, p->embed_files.ptr[i]), (Str){0});
}

const CacheKey *test_package_key(Test *t, Pkg *p) {
    CacheKey *k = map_get_ptr(t->keys, p);
    if (k) return k;
    k = ANEW(t->c->a, CacheKey);
    map_set_ptr(t->keys, p, k); // a cycle was an error before
    CacheHash *h = cache_key_new(t->c->a, "test package 1");
    cache_key_add(h, p->path);
    cache_key_add(h, p->dir);
    cache_key_add(h, p->for_test);
    cache_key_add(h, (Str){(const char *)&p->go_minor, sizeof p->go_minor});
    add_files(t, h, p);
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++)
        if (p->deps[i]) add_key(h, test_package_key(t, p->deps[i]));
    *k = cache_key_end(h);
    return k;
}

static bool is_of_tests(const char *name) {
    for (i64 i = 0; i < flags_count(); i++)
        if (strcmp(flags_at(i).name, name) == 0 && (flags_at(i).groups & (FLAGS_TEST | FLAGS_TESTBIN))) return true;
    return false;
}

// How it is built and shown, not what.
static bool is_of_the_way(const char *name) {
    static const char *const names[] = {"p", "x", "n", "work", "a"};
    for (i64 i = 0; i < NELEM(names); i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

static CacheKey build_key(TestJob *j) {
    Test *t = j->t;
    const ProgramOptions *o = &t->o;
    if (!t->own_key) t->own_key = cmd_own_key(t->c);
    u64 own = t->own_key;
    CacheHash *h = cache_key_new(t->c->a, "test build 1");
    cache_key_add(h, (Str){(const char *)&own, sizeof own});
    cache_key_add(h, o->goos);
    cache_key_add(h, o->goarch);
    cache_key_add(h, o->experiments);
    for (i64 i = 0; i < o->ntags; i++) cache_key_add(h, o->tags[i]);
    for (i64 i = 0; i < t->c->given.len; i++) {
        const FlagItem *f = &t->c->given.ptr[i];
        if (is_of_tests(f->name) || is_of_the_way(f->name)) continue;
        cache_key_add(h, str_c(f->name));
        cache_key_add(h, f->value);
    }
    cache_key_add(h, j->main_text);
    cache_key_add(h, t->c->f.vet);
    cache_key_add(h, load_build_info(t->p->loader, j->program.main, build_settings(t->c, o, j->program.main)));
    add_key(h, test_package_key(t, j->program.main));
    return cache_key_end(h);
}

// ---- arguments --------------------------------------------------------------------------------------------------------

static bool is_one_of(Str name, const char *const *list) {
    for (; *list; list++)
        if (str_eq(name, str_c(*list))) return true;
    return false;
}

// False: with these the program must run.
static bool add_arguments(const Test *t, CacheHash *h) {
    static const char *const count[] = {"-test.benchtime", "-test.cpu",   "-test.list",     "-test.parallel",
                                        "-test.run",       "-test.short", "-test.skip",     "-test.timeout",
                                        "-test.failfast",  "-test.v",     "-test.fullpath", NULL};
    static const char *const do_not[] = {"-test.coverprofile", "-test.outputdir", NULL};
    for (i64 i = 0; i < t->f.args.len; i++) {
        Str arg = t->f.args.ptr[i];
        i64 eq = str_index(arg, '=');
        Str name = str_slice(arg, 0, i64_max(eq, 0));
        if (is_one_of(name, count)) cache_key_add(h, arg);
        else if (!is_one_of(name, do_not)) return false;
    }
    return true;
}

static CacheKey result_key(TestJob *j, const char *of, Str program) {
    CacheHash *h = cache_key_new(j->t->c->a, of);
    cache_key_add(h, program);
    test_cover_key(j->t, h);
    add_arguments(j->t, h);
    return cache_key_end(h);
}

static ResultPlace place(const TestJob *j) {
    return (ResultPlace){env_get(j->t->c->env, "GOCACHE"), j->pkg->root, j->pkg->dir};
}

static bool may_be_known(const TestJob *j) {
    const Test *t = j->t;
    CacheHash *h = cache_key_new(t->c->a, "arguments");
    return t->f.packages.len && t->o.files && t->o.cache && j->has_tests && j->pkg->root.len &&
           !j->pkg->command_line_files && !t->c->f.c && !t->c->f.exec.len && !t->c->f.a && add_arguments(t, h);
}

// ---- programs that are kept (-c, -o) --------------------------------------------------------------------------------------

static CacheKey target_key(TestJob *j) {
    CacheKey made_of = build_key(j);
    CacheHash *h = cache_key_new(j->t->c->a, "test target 1");
    add_key(h, &made_of);
    return cache_key_end(h);
}

static Str target_digest(const TestJob *j) {
    Arena *a = arena_new("program");
    Str image, out = {0};
    if (file_read(a, arena_cstr(a, j->target), &image))
        out = arena_printf(j->t->c->a, "%016llx %lld", (unsigned long long)hash_bytes(image.ptr, image.len, 1),
                           (long long)image.len);
    arena_free(a);
    return out;
}

bool test_target_known(TestJob *j) {
    Str was;
    if (!j->target.len || !j->t->o.files || !j->t->o.cache || j->t->c->f.a) return false;
    CacheKey k = target_key(j);
    return cache_get(j->t->o.cache, &k, "target", &was) && str_eq(was, target_digest(j));
}

void test_keep_target(TestJob *j) {
    if (!j->target.len || !j->t->o.files || !j->t->o.cache) return;
    CacheKey k = target_key(j);
    cache_put(j->t->o.cache, &k, "target", target_digest(j));
}

// ---- before and behind a build ----------------------------------------------------------------------------------------

static bool take_result(TestJob *j, const ResultPlace *at, const CacheKey *key, const CacheKey *also) {
    TestResult r = {.has_profile = j->t->cover.out.len > 0};
    if (!results_find(j->t->c->a, j->t->o.cache, at, key, also, &r)) return false;
    j->known = r.output;
    j->profile = r.profile;
    return true;
}

static bool find_result(TestJob *j) {
    ResultPlace at = place(j);
    j->cacheable = may_be_known(j);
    if (!j->cacheable) return false;
    CacheKey made_of = build_key(j);
    j->keys[0] = result_key(j, "test result of sources 1", (Str){(const char *)made_of.b, sizeof made_of.b});
    if (j->target.len) return false; // the program is wanted
    return take_result(j, &at, &j->keys[0], NULL);
}

bool test_find_result(TestJob *j) {
    if (!j->looked) j->is_known = find_result(j);
    j->looked = true;
    return j->is_known;
}

bool test_find_built(TestJob *j) {
    ResultPlace at = place(j);
    Str image;
    Arena *a = arena_new("program");
    if (!j->cacheable || !file_read(a, arena_cstr(j->t->c->a, j->binary), &image)) {
        arena_free(a);
        return false;
    }
    u64 h[2] = {hash_bytes(image.ptr, image.len, 1), hash_bytes(image.ptr, image.len, 2)};
    arena_free(a);
    j->keys[1] = result_key(j, "test result of program 1", (Str){(const char *)h, sizeof h});
    return take_result(j, &at, &j->keys[1], &j->keys[0]);
}

void test_keep_result(TestJob *j, Str output) {
    Arena *a = j->t->c->a;
    ResultPlace at = place(j);
    Str log;
    if (!j->cacheable || !file_read(a, arena_cstr(a, path_join(a, path_dir(j->binary), S("testlog.txt"))), &log))
        return;
    TestResult r = {.output = output, .has_profile = j->t->cover.out.len > 0};
    if (r.has_profile) file_read(a, arena_cstr(a, test_cover_file(j)), &r.profile);
    for (i64 i = 0; i < NELEM(j->keys); i++) results_keep(a, j->t->o.cache, &at, &j->keys[i], log, &r);
}
