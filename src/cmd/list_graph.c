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
    if (str_eq(p->name, S("main")) && p->deps) { // the linker takes it in
        ListPkg *rt = list_node(l, library(l, S("runtime")));
        if (!has_use(n, rt)) vec_push(l->a, &n->uses, rt);
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

// Packages that test files import, in the order of their paths.
static void import_tests(List *l, Pkg *p, ImportScope scope, ListPkg *n, Str top, ListPkg *self, bool *needs_self) {
    for (i64 i = 0; i < p->imports[scope].len; i++) {
        const PkgError *refused = NULL;
        PkgWord *w = &p->imports[scope].ptr[i];
        vec_push(l->a, &n->raw_imports, w->text);
        Pkg *q = load_test_import(l->loader, p, w, top, &refused);
        vec_push(l->a, &n->imports, q ? q->path : w->text);
        if (!q) continue;
        if (refused && !n->error) n->error = refused;
        if (refused || q->incomplete) n->incomplete = true;
        ListPkg *use = list_node(l, q);
        if (use == self && needs_self) *needs_self = true;
        else vec_push(l->a, &n->uses, use);
    }
}

static void append_strs(Arena *a, StrVec *to, const StrVec *from) {
    for (i64 i = 0; i < from->len; i++) vec_push(a, to, from->ptr[i]);
}

static ListPkg *test_variant(List *l, ListPkg *plain) {
    Pkg *p = plain->pkg;
    ListPkg *n = new_node(l, p, LIST_TEST, p->path);
    n->error = plain->error;
    n->incomplete = plain->incomplete;
    n->for_test = p->path;
    import_tests(l, p, IN_TEST, n, arena_printf(l->a, "%.*s (test)", SFMT(p->path)), NULL, NULL);
    append_strs(l->a, &n->imports, &plain->imports);
    append_strs(l->a, &n->raw_imports, &plain->raw_imports);
    for (i64 i = 0; i < plain->uses.len; i++) vec_push(l->a, &n->uses, plain->uses.ptr[i]);
    return n;
}

static ListPkg *xtest_variant(List *l, ListPkg *plain, ListPkg *test) {
    Pkg *p = plain->pkg;
    bool needs = false;
    ListPkg *n = new_node(l, p, LIST_XTEST, arena_printf(l->a, "%.*s_test", SFMT(p->path)));
    n->for_test = p->path;
    import_tests(l, p, IN_XTEST, n, n->path, plain, &needs);
    if (n->error) n->incomplete = true;
    if (needs) vec_push(l->a, &n->uses, test);
    return n;
}

void list_sort_once(StrVec *v) {
    i64 k = 0;
    str_sort(v->ptr, v->len);
    for (i64 i = 0; i < v->len; i++)
        if (i == 0 || !str_eq(v->ptr[i], v->ptr[i - 1])) v->ptr[k++] = v->ptr[i];
    v->len = k;
}

static ListPkg *test_main(List *l, ListPkg *plain, ListPkg *test, ListPkg *xtest) {
    static const char *const needs[] = {"os", "reflect", "testing", "testing/internal/testdeps", "runtime"};
    Pkg *p = plain->pkg;
    ListPkg *n = new_node(l, p, LIST_MAIN, arena_printf(l->a, "%.*s.test", SFMT(p->path)));
    n->error = load_test_error(l->loader, p);
    n->incomplete = n->error != NULL;
    for (i64 i = 0; i < NELEM(needs); i++) {
        Str path = str_c(needs[i]);
        if (i < NELEM(needs) - 1) vec_push(l->a, &n->imports, path);
        bool self = str_eq(path, test->plain);
        Pkg *q = self ? p : library(l, path);
        vec_push(l->a, &n->uses, self ? test : list_node(l, q));
        if (q->incomplete) n->incomplete = true;
    }
    if (p->files[FILES_GO].len + p->files[FILES_CGO].len + p->files[FILES_TEST_GO].len) {
        vec_push(l->a, &n->uses, test);
        vec_push(l->a, &n->imports, test->plain);
    }
    if (xtest) {
        vec_push(l->a, &n->uses, xtest);
        vec_push(l->a, &n->imports, xtest->plain);
    }
    list_sort_once(&n->imports);
    append_strs(l->a, &n->raw_imports, &n->imports);
    return n;
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

// What imports the package under test is compiled again, with the package that has the test files.
static void recompile(List *l, ListPkg *main, ListPkg *plain, ListPkg *test, ListPkg *xtest) {
    Map *copies = map_new_ptr(l->a);
    ListPkgs root = {0};
    map_set_ptr(copies, plain, test);
    vec_push(l->a, &root, main);
    ListPkgs all = list_closure(l, &root);
    for (i64 i = 0; i < all.len; i++) {
        ListPkg *n = all.ptr[i];
        if (n == plain) continue;
        bool own = n == main || n == test || n == xtest;
        for (i64 k = 0; k < n->uses.len; k++) {
            ListPkg *copy = map_get_ptr(copies, n->uses.ptr[k]);
            if (!copy || copy == n->uses.ptr[k]) continue;
            if (!own) {
                ListPkg *mine = copy_node(l, n);
                mine->for_test = plain->pkg->path;
                map_set_ptr(copies, n, mine);
                n = mine;
                own = true;
            }
            n->uses.ptr[k] = copy;
        }
    }
    const PkgError *cycle = list_test_cycle(l, test);
    if (cycle) {
        test->error = cycle;
        test->incomplete = true;
    }
}

// Where a package's files import another one; a test's own files may do so too.
static TextPos import_position(const ListPkg *by, const ListPkg *n) {
    for (int scope = IN_PACKAGE; scope < (by->kind == LIST_TEST ? IMPORT_SCOPES : IN_TEST); scope++)
        for (i64 i = 0; scope != IN_XTEST && i < by->pkg->imports[scope].len; i++) {
            const PkgWord *w = &by->pkg->imports[scope].ptr[i];
            Pkg *dep = scope == IN_PACKAGE && by->pkg->deps ? by->pkg->deps[i] : NULL;
            if (dep ? dep == n->pkg : str_eq(w->text, n->plain)) return w->at;
        }
    return (TextPos){0};
}

// The shortest way from the test files back to the package that they belong to.
const PkgError *list_test_cycle(List *l, ListPkg *test) {
    Map *importer = map_new_ptr(l->a); // node -> who imports it; the test itself for the first ones
    ListPkgs queue = {0};
    for (i64 i = 0; i < test->uses.len; i++) {
        if (map_get_ptr(importer, test->uses.ptr[i])) continue;
        map_set_ptr(importer, test->uses.ptr[i], test);
        vec_push(l->a, &queue, test->uses.ptr[i]);
    }
    for (i64 i = 0; i < queue.len && !map_get_ptr(importer, test); i++)
        for (i64 k = 0; k < queue.ptr[i]->uses.len; k++) {
            ListPkg *dep = queue.ptr[i]->uses.ptr[k];
            if (map_get_ptr(importer, dep)) continue;
            map_set_ptr(importer, dep, queue.ptr[i]);
            vec_push(l->a, &queue, dep);
        }
    if (!map_get_ptr(importer, test)) return NULL;
    VEC(ImportStep) back = {0};
    ListPkg *at = test;
    do {
        ListPkg *by = map_get_ptr(importer, at);
        vec_push(l->a, &back, ((ImportStep){at->plain, import_position(by, at)}));
        at = by;
    } while (at != test);
    vec_push(l->a, &back, ((ImportStep){test->plain, {0}}));
    PkgError *e = ANEW(l->a, PkgError);
    *e = (PkgError){.text = S("import cycle not allowed in test"), .is_cycle = true, .nstack = back.len};
    e->stack = ANEWN(l->a, ImportStep, back.len);
    for (i64 i = 0; i < back.len; i++) e->stack[i] = back.ptr[back.len - 1 - i];
    return e;
}

void list_add_tests(List *l) {
    i64 n = l->pkgs.len;
    for (i64 i = 0; i < n; i++) {
        ListPkg *plain = l->pkgs.ptr[i], *test = plain, *xtest = NULL;
        Pkg *p = plain->pkg;
        if (!p->files[FILES_TEST_GO].len && !p->files[FILES_XTEST_GO].len) continue;
        if (p->files[FILES_TEST_GO].len || str_eq(p->name, S("main"))) test = test_variant(l, plain);
        if (p->files[FILES_XTEST_GO].len) xtest = xtest_variant(l, plain, test);
        ListPkg *main = test_main(l, plain, test, xtest);
        recompile(l, main, plain, test, xtest);
        vec_push(l->a, &l->pkgs, main);
        if (test != plain) vec_push(l->a, &l->pkgs, test);
        if (xtest) vec_push(l->a, &l->pkgs, xtest);
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
