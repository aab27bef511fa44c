// tests.c - what `test` builds of a package p: variants of packages, and the program that runs the tests.
//
// In:   a package of the graph whose test files were looked into. Out: four Pkgs. `test` is p with the test files of its own package,
//       `xtest` is p_test, made of those outside of it, `main` imports both; what lies between these and p is there a second time,
//       compiled with the test files in view. A variant shares the files of its origin and has its own imports.
// The packages of the graph itself are not changed. Errors: in the order test, xtest, main, as the go command asks for them.
#include "load/load_int.h"
#include <stdlib.h>

static const TextPos nowhere = {0};
static const char *const main_imports[] = {"os", "reflect", "runtime", "testing", "testing/internal/testdeps"};
static const char *const cover_imports[] = {"internal/coverage/cfile", "runtime/coverage"};

Str load_desc(Arena *a, const Pkg *p) {
    return p->for_test.len ? arena_printf(a, "%.*s [%.*s.test]", SFMT(p->path), SFMT(p->for_test)) : p->path;
}

static Pkg *copy(Loader *l, const Pkg *p, Str for_test) {
    Pkg *v = ANEW(l->a, Pkg);
    *v = *p;
    v->origin = p->origin ? p->origin : p;
    v->for_test = for_test;
    v->package = NULL;
    return v;
}

// ---- imports ----------------------------------------------------------------------------------------------------------

typedef struct Import {
    PkgWord word;
    Pkg *pkg;
} Import;
typedef VEC(Import) Imports;

static int compare_imports(const void *pa, const void *pb) {
    const Import *a = pa, *b = pb;
    return str_cmp(a->word.text, b->word.text);
}

static void set_imports(Loader *l, Pkg *v, Imports *list) {
    PkgWords words = {0};
    v->deps = ANEWN(l->a, Pkg *, list->len + 1);
    if (list->len) qsort(list->ptr, (size_t)list->len, sizeof *list->ptr, compare_imports);
    for (i64 i = 0; i < list->len; i++) {
        if (words.len && str_eq(words.ptr[words.len - 1].text, list->ptr[i].word.text)) continue;
        v->deps[words.len] = list->ptr[i].pkg;
        vec_push(l->a, &words, list->ptr[i].word);
    }
    v->imports[IN_PACKAGE] = words;
}

void load_import_too(Loader *l, Pkg *p, Str path) {
    Imports list = {0};
    for (i64 i = 0; i < p->imports[IN_PACKAGE].len; i++) {
        if (str_eq(p->imports[IN_PACKAGE].ptr[i].text, path)) return;
        vec_push(l->a, &list, ((Import){p->imports[IN_PACKAGE].ptr[i], p->deps ? p->deps[i] : NULL}));
    }
    vec_push(l->a, &list, ((Import){{path, nowhere}, load_path(l, path)}));
    set_imports(l, p, &list);
}

static void own_imports(Loader *l, const Pkg *p, Imports *list) {
    for (i64 i = 0; i < p->imports[IN_PACKAGE].len; i++)
        vec_push(l->a, list, ((Import){p->imports[IN_PACKAGE].ptr[i], p->deps ? p->deps[i] : NULL}));
}

// What test files import. top: what the stack of errors calls them.
static void import_tests(Loader *l, Pkg *p, ImportScope scope, Str top, Pkg *v, Imports *list) {
    for (i64 i = 0; i < p->imports[scope].len; i++) {
        const PkgError *refused = NULL;
        PkgWord *w = &p->imports[scope].ptr[i];
        bool none = str_eq(w->text, S("unsafe")) || str_eq(w->text, S("C")) || types_bad_import_path(l->a, w->text).len;
        Pkg *q = none ? NULL : load_test_import(l, p, w, top, &refused);
        vec_push(l->a, list, ((Import){*w, q}));
        if (refused && !v->error) v->error = (PkgError *)(uintptr_t)refused;
        if (q && (refused || q->incomplete)) v->incomplete = true;
    }
}

// ---- the variants -----------------------------------------------------------------------------------------------------

static void append_files(Arena *a, PkgFiles *to, const PkgFiles *from) {
    for (i64 i = 0; i < from->len; i++) vec_push(a, to, from->ptr[i]);
}

static void take_files(Loader *l, Pkg *v, const Pkg *p, FileKind kind, bool own) {
    PkgFiles files = {0};
    if (own) append_files(l->a, &files, &p->files[FILES_GO]);
    append_files(l->a, &files, &p->files[kind]);
    v->files[FILES_GO] = files;
    Linknames names = {0};
    for (i64 i = 0; own && i < p->linknames.len; i++) vec_push(l->a, &names, p->linknames.ptr[i]);
    const Linknames *more = &p->test_linknames[kind == FILES_XTEST_GO];
    for (i64 i = 0; i < more->len; i++) vec_push(l->a, &names, more->ptr[i]);
    v->linknames = names;
    v->files[FILES_TEST_GO] = v->files[FILES_XTEST_GO] = (PkgFiles){0};
}

static int compare_words(const void *pa, const void *pb) {
    const PkgWord *a = pa, *b = pb;
    return str_cmp(a->text, b->text);
}

static void take_embeds(Loader *l, Pkg *v, const Pkg *p, ImportScope scope, bool own, Str top) {
    PkgWords words = {0};
    for (i64 i = 0; own && i < p->embeds[IN_PACKAGE].len; i++) vec_push(l->a, &words, p->embeds[IN_PACKAGE].ptr[i]);
    for (i64 i = 0; i < p->embeds[scope].len; i++) vec_push(l->a, &words, p->embeds[scope].ptr[i]);
    if (words.len) qsort(words.ptr, (size_t)words.len, sizeof *words.ptr, compare_words);
    v->embeds[IN_PACKAGE] = words;
    v->embed_files = (StrList){0};
    v->embed_lists = NULL;
    vec_push(l->a, &l->stack, ((ImportStep){top, nowhere}));
    if (!l->o.no_embed_files) embed_resolve(l, v);
    l->stack.len--;
}

static Pkg *test_variant(Loader *l, Pkg *p) {
    Pkg *v = copy(l, p, p->path);
    Str top = arena_printf(l->a, "%.*s (test)", SFMT(p->path));
    Imports list = {0};
    own_imports(l, p, &list);
    import_tests(l, p, IN_TEST, top, v, &list);
    set_imports(l, v, &list);
    take_files(l, v, p, FILES_TEST_GO, true);
    take_embeds(l, v, p, IN_TEST, true, top);
    return v;
}

static Pkg *xtest_variant(Loader *l, Pkg *p) {
    Pkg *v = copy(l, p, p->path);
    Imports list = {0};
    v->path = arena_printf(l->a, "%.*s_test", SFMT(p->path));
    v->cover = 0;
    v->name = arena_printf(l->a, "%.*s_test", SFMT(p->name));
    v->error = NULL;
    v->incomplete = false;
    for (int k = 0; k < FILES_KINDS; k++) v->files[k] = (PkgFiles){0}; // assembly is of p
    import_tests(l, p, IN_XTEST, v->path, v, &list);
    set_imports(l, v, &list);
    take_files(l, v, p, FILES_XTEST_GO, false);
    take_embeds(l, v, p, IN_XTEST, false, v->path);
    return v;
}

static Pkg *test_main(Loader *l, TestProgram *t) {
    Pkg *p = t->plain, *v = ANEW(l->a, Pkg);
    *v = (Pkg){.path = arena_printf(l->a, "%.*s.test", SFMT(p->path)),
               .name = S("main"),
               .dir = p->dir,
               .root = p->root,
               .module = p->module,
               .main_module = p->main_module,
               .go_minor = p->go_minor,
               .named = true,
               .loaded = true,
               .cover = l->o.cover ? PKG_COVER_MAIN | PKG_COVER_TEST : 0,
               .test_main = true,
               .tested = p};
    Imports list = {0};
    for (i64 i = 0; i < NELEM(main_imports); i++) {
        Str path = str_c(main_imports[i]);
        Pkg *q = str_eq(path, p->path) ? p : load_path(l, path);
        vec_push(l->a, &list, ((Import){{path, nowhere}, q}));
        if (q->incomplete) v->incomplete = true;
    }
    for (i64 i = 0; l->o.cover && i < NELEM(cover_imports); i++) {
        Str path = str_c(cover_imports[i]);
        vec_push(l->a, &list, ((Import){{path, nowhere}, str_eq(path, p->path) ? p : load_path(l, path)}));
    }
    if (l->o.leaks) vec_push(l->a, &list, ((Import){{S("unsafe"), nowhere}, load_path(l, S("unsafe"))}));
    if (t->test->files[FILES_GO].len) vec_push(l->a, &list, ((Import){{p->path, nowhere}, t->test}));
    if (t->xtest) vec_push(l->a, &list, ((Import){{t->xtest->path, nowhere}, t->xtest}));
    set_imports(l, v, &list);
    for (i64 i = 0; i < p->directives.len; i++) vec_push(l->a, &v->directives, p->directives.ptr[i]);
    for (i64 i = 0; i < p->test_directives.len; i++) vec_push(l->a, &v->directives, p->test_directives.ptr[i]);
    godebug_resolve(l, v);
    v->directives = (PkgWords){0}; // what is wrong with them is told of the packages that have them
    return v;
}

// ---- what lies between -------------------------------------------------------------------------------------------------

static void walk(Loader *l, Pkg *p, Map *seen, PkgList *out) {
    if (!p || map_get_ptr(seen, p)) return;
    map_set_ptr(seen, p, p);
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++) walk(l, p->deps[i], seen, out);
    vec_push(l->a, out, p);
}

static PkgList closure(Loader *l, Pkg *root) { // what is imported before what imports it
    PkgList out = {0};
    walk(l, root, map_new_ptr(l->a), &out);
    return out;
}

i64 load_with_tests(Loader *l, Pkg **roots, i64 n, Pkg ***out) {
    static const ImportScope scopes[] = {IN_TEST, IN_XTEST};
    PkgList all = {0};
    Map *seen = map_new_ptr(l->a);
    for (i64 i = 0; i < n; i++) {
        walk(l, roots[i], seen, &all);
        for (i64 k = 0; k < NELEM(scopes); k++) {
            Pkg unused = {0};
            Imports list = {0};
            import_tests(l, roots[i], scopes[k], roots[i]->path, &unused, &list);
            for (i64 m = 0; m < list.len; m++) walk(l, list.ptr[m].pkg, seen, &all);
        }
    }
    *out = all.ptr;
    return all.len;
}

static Pkg *split(Loader *l, Pkg *p, Str for_test) {
    Pkg *v = copy(l, p, for_test);
    v->deps = ANEWN(l->a, Pkg *, p->imports[IN_PACKAGE].len + 1);
    memcpy(v->deps, p->deps, (size_t)p->imports[IN_PACKAGE].len * sizeof(Pkg *));
    return v;
}

static void recompile(Loader *l, TestProgram *t) {
    Map *copies = map_new_ptr(l->a);
    PkgList all = closure(l, t->main);
    if (t->test != t->plain) map_set_ptr(copies, t->plain, t->test);
    for (i64 i = 0; i < all.len; i++) {
        Pkg *p = all.ptr[i];
        bool own = p == t->main || p == t->test || p == t->xtest;
        if (p == t->plain && !own) continue;
        for (i64 k = 0; p->deps && k < p->imports[IN_PACKAGE].len; k++) {
            Pkg *v = p->deps[k] ? map_get_ptr(copies, p->deps[k]) : NULL;
            if (!v || v == p->deps[k]) continue;
            if (!own) {
                Pkg *mine = split(l, p, t->plain->path);
                map_set_ptr(copies, p, mine);
                p = mine;
                own = true;
            }
            p->deps[k] = v;
        }
    }
}

static TextPos import_position(const Pkg *by, const Pkg *p) {
    for (i64 i = 0; i < by->imports[IN_PACKAGE].len; i++)
        if (by->deps[i] == p) return by->imports[IN_PACKAGE].ptr[i].at;
    return nowhere;
}

static PkgError *cycle_error(Loader *l, Map *importer, Pkg *test) {
    VEC(ImportStep) back = {0};
    Pkg *at = test;
    do {
        Pkg *by = map_get_ptr(importer, at);
        vec_push(l->a, &back, ((ImportStep){at->path, import_position(by, at)}));
        at = by;
    } while (at != test);
    vec_push(l->a, &back, ((ImportStep){test->path, nowhere}));
    PkgError *e = ANEW(l->a, PkgError);
    *e = (PkgError){.text = S("import cycle not allowed in test"), .is_cycle = true, .nstack = back.len};
    e->stack = ANEWN(l->a, ImportStep, back.len);
    for (i64 i = 0; i < back.len; i++) e->stack[i] = back.ptr[back.len - 1 - i];
    return e;
}

// The shortest way from the test files back to the package that they belong to; NULL: there is none.
static PkgError *find_cycle(Loader *l, Pkg *test) {
    Map *importer = map_new_ptr(l->a); // Pkg -> who imports it first
    PkgList queue = {0};
    vec_push(l->a, &queue, test);
    for (i64 i = 0; i < queue.len && !map_get_ptr(importer, test); i++) {
        Pkg *by = queue.ptr[i];
        for (i64 k = 0; by->deps && k < by->imports[IN_PACKAGE].len; k++) {
            Pkg *dep = by->deps[k];
            if (!dep || map_get_ptr(importer, dep)) continue;
            map_set_ptr(importer, dep, by);
            vec_push(l->a, &queue, dep);
        }
    }
    return map_get_ptr(importer, test) ? cycle_error(l, importer, test) : NULL;
}

// ---- all of it --------------------------------------------------------------------------------------------------------

static const Pkg *first_error(Loader *l, const TestProgram *t) {
    Pkg *const order[] = {t->test, t->xtest, t->main};
    for (i64 i = 0; i < NELEM(order); i++) {
        if (!order[i]) continue;
        if (order[i]->error) return order[i];
        if (!order[i]->incomplete) continue;
        PkgList all = closure(l, order[i]);
        for (i64 k = 0; k < all.len; k++)
            if (all.ptr[k]->error) return all.ptr[k];
    }
    return NULL;
}

bool load_test_program(Loader *l, Pkg *p, TestProgram *t, const Pkg **failed) {
    *t = (TestProgram){.plain = p, .test = p};
    if (p->files[FILES_TEST_GO].len || str_eq(p->name, S("main")) || l->o.cover_local) t->test = test_variant(l, p);
    if (p->files[FILES_XTEST_GO].len) t->xtest = xtest_variant(l, p);
    t->main = test_main(l, t);
    recompile(l, t);
    PkgError *cycle = t->test != p ? find_cycle(l, t->test) : NULL;
    if (cycle) t->test->error = cycle;
    *failed = first_error(l, t);
    return !*failed;
}

void load_test_main(Loader *l, TestProgram *t, Str text) {
    PkgFile *f = ANEW(l->a, PkgFile);
    *f = (PkgFile){.name = S("_testmain.go"), .path = S("_testmain.go"), .text = text};
    vec_push(l->a, &t->main->files[FILES_GO], f);
}

void tests_choose(Loader *l, Pkg *main) {
    PkgList all = closure(l, main);
    l->variants = map_new_str(l->a);
    for (i64 i = 0; i < all.len; i++) map_set_str(l->variants, all.ptr[i]->path, all.ptr[i]);
}
