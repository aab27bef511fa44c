// list_graph.c - the graph that `list` walks: packages with all that a build of them takes in, and their tests.
//
// In:   the loader's packages. Out: ListPkgs. A test of package p is three nodes: p with its test files "p [p.test]", the
//       package p_test of the files outside of it, and the program "p.test". What lies between these and p is compiled again
//       with the test files in view, so it is there twice: "q" and "q [p.test]".
#include "cmd/list_int.h"
#include <stdlib.h>

static ListPkg *new_node(List *l, Pkg *p, ListKind kind, Str path) {
    ListPkg *n = ANEW(l->a, ListPkg);
    *n = (ListPkg){.pkg = p, .kind = kind, .path = path, .plain = path};
    return n;
}

static bool has_use(const ListPkg *n, const ListPkg *use) {
    for (i64 i = 0; i < n->uses.len; i++)
        if (n->uses.ptr[i] == use) return true;
    return false;
}

static Pkg *library(List *l, Str path) { return load_path(l->loader, path); }

// A package that the linker takes in.
static void take_in(List *l, ListPkg *n, Str path) {
    ListPkg *p = list_node(l, library(l, path));
    if (!has_use(n, p)) vec_push(l->a, &n->uses, p);
}

ListPkg *list_node(List *l, Pkg *p) {
    ListPkg *n = map_get_ptr(l->nodes, p);
    if (n) return n;
    n = new_node(l, p, LIST_PLAIN, p->path);
    map_set_ptr(l->nodes, p, n);
    n->error = p->error ? p->error : load_head_error(l->loader, p);
    n->incomplete = p->incomplete || n->error;
    n->has_target = true;
    if (l->c->f.find) return n;
    for (i64 i = 0; i < p->imports[IN_PACKAGE].len; i++) {
        Str path = p->imports[IN_PACKAGE].ptr[i].text;
        Pkg *dep = p->deps ? p->deps[i] : NULL;
        if (str_eq(path, S("unsafe"))) dep = library(l, path);
        vec_push(l->a, &n->raw_imports, path);
        vec_push(l->a, &n->imports, dep ? dep->path : path);
        if (dep) vec_push(l->a, &n->uses, list_node(l, dep));
    }
    if (str_eq(p->name, S("main")) && p->deps) {
        take_in(l, n, S("runtime"));
        if (cover_wanted(l->c)) take_in(l, n, S("runtime/coverage"));
    }
    return n;
}

// ---- order ------------------------------------------------------------------------------------------------------------------

static void walk(List *l, ListPkg *n, Map *seen, ListPkgs *out) {
    if (map_get_ptr(seen, n)) return;
    map_set_ptr(seen, n, n);
    for (i64 i = 0; i < n->uses.len; i++) walk(l, n->uses.ptr[i], seen, out);
    vec_push(l->a, out, n);
}

ListPkgs list_closure(List *l, ListPkgs *roots) {
    ListPkgs out = {0};
    Map *seen = map_new_ptr(l->a);
    for (i64 i = 0; i < roots->len; i++) walk(l, roots->ptr[i], seen, &out);
    return out;
}

// ---- tests ------------------------------------------------------------------------------------------------------------------

static void append_strs(Arena *a, StrVec *to, const StrVec *from) {
    for (i64 i = 0; i < from->len; i++) vec_push(a, to, from->ptr[i]);
}

void list_sort_once(StrVec *v) {
    i64 k = 0;
    str_sort(v->ptr, v->len);
    for (i64 i = 0; i < v->len; i++)
        if (i == 0 || !str_eq(v->ptr[i], v->ptr[i - 1])) v->ptr[k++] = v->ptr[i];
    v->len = k;
}

static ListPkg *copy_node(List *l, const ListPkg *n) {
    ListPkg *copy = ANEW(l->a, ListPkg);
    *copy = *n;
    copy->has_target = false;
    copy->uses = (ListPkgs){0};
    copy->imports = (StrVec){0};
    for (i64 i = 0; i < n->uses.len; i++) vec_push(l->a, &copy->uses, n->uses.ptr[i]);
    append_strs(l->a, &copy->imports, &n->imports);
    return copy;
}

static ListPkg *variant(List *l, Pkg *v, const TestProgram *t);

static Pkg *import_of(const Pkg *v, Str path) {
    for (i64 i = 0; v->deps && i < v->imports[IN_PACKAGE].len; i++)
        if (str_eq(v->imports[IN_PACKAGE].ptr[i].text, path)) return v->deps[i];
    return NULL;
}

// What the words of one scope of p's files are to the variant v of p.
static void use_words(List *l, ListPkg *n, Pkg *v, const PkgWords *words, const TestProgram *t) {
    for (i64 i = 0; i < words->len; i++) {
        Str path = words->ptr[i].text;
        Pkg *dep = str_eq(path, S("unsafe")) ? library(l, path) : import_of(v, path);
        vec_push(l->a, &n->raw_imports, path);
        vec_push(l->a, &n->imports, dep ? dep->path : path);
        if (dep) vec_push(l->a, &n->uses, variant(l, dep, t));
    }
}

static void use_path(List *l, ListPkg *n, Str path, bool imported, const TestProgram *t) {
    Pkg *dep = import_of(t->main, path);
    if (!dep) return;
    if (imported) vec_push(l->a, &n->imports, path);
    vec_push(l->a, &n->uses, variant(l, dep, t));
}

// In the order in which the go command has them.
static void use_main(List *l, ListPkg *n, const TestProgram *t) {
    static const char *const needs[] = {"os", "reflect", "testing", "testing/internal/testdeps"};
    n->error = load_test_error(l->loader, t->plain);
    if (n->error) n->incomplete = true;
    for (i64 i = 0; i < NELEM(needs); i++) use_path(l, n, str_c(needs[i]), true, t);
    use_path(l, n, S("runtime"), false, t); // the linker takes it in
    for (i64 i = 0; cover_wanted(l->c) && i < 2; i++)
        use_path(l, n, str_c(i ? "runtime/coverage" : "internal/coverage/cfile"), false, t);
    if (t->test->files[FILES_GO].len) use_path(l, n, t->test->path, true, t);
    if (t->xtest) use_path(l, n, t->xtest->path, true, t);
    list_sort_once(&n->imports);
    append_strs(l->a, &n->raw_imports, &n->imports);
}

// A package that is made again since it imports one that is.
static ListPkg *split_variant(List *l, Pkg *v, const TestProgram *t) {
    ListPkg *plain = list_node(l, (Pkg *)(uintptr_t)v->origin), *n = copy_node(l, plain);
    map_set_ptr(l->nodes, v, n);
    for (i64 i = 0; i < n->uses.len; i++) {
        Pkg *dep = import_of(v, n->uses.ptr[i]->plain);
        for (i64 k = 0; !dep && v->deps && k < v->imports[IN_PACKAGE].len; k++) // by another path than that of the file
            if (v->deps[k] && str_eq(v->deps[k]->path, n->uses.ptr[i]->plain)) dep = v->deps[k];
        if (dep) n->uses.ptr[i] = variant(l, dep, t);
    }
    return n;
}

static ListPkg *variant(List *l, Pkg *v, const TestProgram *t) {
    ListPkg *n = map_get_ptr(l->nodes, v);
    if (n) return n;
    if (!v->for_test.len && !v->test_main) return list_node(l, v);
    if (v != t->main && v != t->test && v != t->xtest) n = split_variant(l, v, t);
    else {
        n = new_node(l, t->plain, v == t->main ? LIST_MAIN : v == t->test ? LIST_TEST : LIST_XTEST, v->path);
        map_set_ptr(l->nodes, v, n);
        n->error = v->error;
        n->incomplete = v->incomplete || v->error;
        n->default_godebug = v->default_godebug;
        if (v == t->test) use_words(l, n, v, &t->plain->imports[IN_TEST], t);
        if (v == t->test) use_words(l, n, v, &t->plain->imports[IN_PACKAGE], t);
        else if (v == t->xtest) use_words(l, n, v, &t->plain->imports[IN_XTEST], t);
        else use_main(l, n, t), n->test = t;
    }
    n->for_test = v->for_test;
    return n;
}

void list_add_tests(List *l) {
    i64 n = l->pkgs.len;
    for (i64 i = 0; i < n; i++) {
        Pkg *p = l->pkgs.ptr[i]->pkg;
        const Pkg *failed;
        if (!p->files[FILES_TEST_GO].len && !p->files[FILES_XTEST_GO].len) continue;
        TestProgram *t = ANEW(l->a, TestProgram);
        load_test_program(l->loader, p, t, &failed); // what is wrong is found on the nodes
        vec_push(l->a, &l->pkgs, variant(l, t->main, t));
        if (t->test != p) vec_push(l->a, &l->pkgs, variant(l, t->test, t));
        if (t->xtest) vec_push(l->a, &l->pkgs, variant(l, t->xtest, t));
    }
}

static bool is_variant(const ListPkg *n) { return n->for_test.len || n->for_main.len; }

// ---- profiles -----------------------------------------------------------------------------------------------------------

// With several packages each main package with a profile has what it imports for itself.
static ListPkg *split(List *l, ListPkg *n, const ListPkg *main, Map *done) {
    ListPkg *known = map_get_ptr(done, n), *own = n;
    if (known) return known;
    if (n != main) {
        own = copy_node(l, n);
        own->for_main = main->plain;
    }
    map_set_ptr(done, n, own);
    for (i64 i = 0; i < own->uses.len; i++) own->uses.ptr[i] = split(l, own->uses.ptr[i], main, done);
    return own;
}

bool list_add_profiles(List *l) {
    bool any = false;
    if (l->pkgs.len < 2) return false;
    for (i64 i = 0; i < l->pkgs.len; i++) {
        ListPkg *n = l->pkgs.ptr[i];
        if (!str_eq(n->pkg->name, S("main"))) continue;
        if (!file_exists(arena_cstr(l->a, path_join(l->a, n->pkg->dir, S("default.pgo"))))) continue;
        split(l, n, n, map_new_ptr(l->a));
        any = true;
    }
    return any;
}

// ---- names --------------------------------------------------------------------------------------------------------------

// Variants are called "q [p.test]" from here on, in the lists of imports too.
void list_name_variants(List *l, ListPkgs *all) {
    for (i64 i = 0; i < all->len; i++) {
        ListPkg *n = all->ptr[i];
        if (n->for_main.len) n->path = arena_printf(l->a, "%.*s [%.*s]", SFMT(n->plain), SFMT(n->for_main));
        if (n->for_test.len) n->path = arena_printf(l->a, "%.*s [%.*s.test]", SFMT(n->plain), SFMT(n->for_test));
    }
    for (i64 i = 0; i < all->len; i++) {
        ListPkg *n = all->ptr[i];
        for (i64 k = 0; k < n->uses.len; k++)
            for (i64 m = 0; m < n->imports.len && is_variant(n->uses.ptr[k]); m++)
                if (str_eq(n->imports.ptr[m], n->uses.ptr[k]->plain)) n->imports.ptr[m] = n->uses.ptr[k]->path;
    }
}

// ---- all that a package needs -------------------------------------------------------------------------------------------

static Str error_order(const PkgError *e) { return e->nstack ? e->stack[e->nstack - 1].path : (Str){0}; }

static int compare_errors(const void *pa, const void *pb) {
    const PkgError *a = *(const PkgError *const *)pa, *b = *(const PkgError *const *)pb;
    if (!a->nstack && !b->nstack) return str_cmp(a->text, b->text);
    if (!a->nstack || !b->nstack) return a->nstack ? 1 : -1;
    return str_cmp(error_order(a), error_order(b));
}

static void add_error(List *l, ListErrors *v, const PkgError *e) {
    for (i64 i = 0; e && i < v->len; i++)
        if (v->ptr[i] == e) return;
    if (e) vec_push(l->a, v, e);
}

// In the order of list_closure: what is imported is done before.
void list_collect_deps(List *l, ListPkgs *all) {
    for (i64 i = 0; i < all->len; i++) {
        ListPkg *n = all->ptr[i];
        n->deps = (StrVec){0};
        n->deps_errors = (ListErrors){0};
        for (i64 k = 0; k < n->uses.len; k++) {
            const ListPkg *use = n->uses.ptr[k];
            if (use == n) continue; // imports itself
            vec_push(l->a, &n->deps, use->path);
            append_strs(l->a, &n->deps, &use->deps);
            add_error(l, &n->deps_errors, use->error);
            for (i64 m = 0; m < use->deps_errors.len; m++) add_error(l, &n->deps_errors, use->deps_errors.ptr[m]);
        }
        list_sort_once(&n->deps);
        if (n->deps_errors.len)
            qsort(n->deps_errors.ptr, (size_t)n->deps_errors.len, sizeof *n->deps_errors.ptr, compare_errors);
    }
}
