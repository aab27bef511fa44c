// graph.c - packages and what they import: loading depth first, with the rules of importing.
//
// In:   import paths of the command line. Out: Pkgs with deps, acyclic unless one has an error. An error belongs to the
//       package that it is about; one that could not be found is a Pkg with nothing but an error.
#include "load/load_int.h"
#include <stdarg.h>

static void load(Loader *, Pkg *, Str path, TextPos at, const Resolved *);

// ---- errors -------------------------------------------------------------------------------------------------------------

static PkgError *new_error(Loader *l, i32 kind, Str text) {
    PkgError *e = ANEW(l->a, PkgError);
    *e = (PkgError){.text = text, .kind = kind, .nstack = l->stack.len};
    e->stack = ANEWN(l->a, ImportStep, l->stack.len + 1);
    if (l->stack.len) memcpy(e->stack, l->stack.ptr, (size_t)l->stack.len * sizeof *e->stack);
    return e;
}

void graph_error(Loader *l, Pkg *p, i32 kind, const char *fmt, ...) {
    p->incomplete = true;
    if (p->error) return;
    va_list ap;
    va_start(ap, fmt);
    p->error = new_error(l, kind, arena_vprintf(l->a, fmt, ap));
    va_end(ap);
}

// Before a package is on the stack its error is at the import that leads to it.
static void blame_import(Loader *l, Pkg *p, TextPos at) {
    bool on_top = l->stack.len && str_eq(l->stack.ptr[l->stack.len - 1].path, p->path);
    bool own = p->error->nstack > l->stack.len; // the package itself is on the error's stack
    if (l->stack.len && !on_top && !own && !p->error->at.file) p->error->at = at;
}

static Pkg *new_pkg(Loader *l, Str path) {
    Pkg *p = ANEW(l->a, Pkg);
    p->path = arena_str(l->a, path);
    return p;
}

Pkg *graph_error_pkg(Loader *l, Str path, Err err) {
    Pkg *p = new_pkg(l, path);
    graph_error(l, p, err.kind, "%.*s", SFMT(err.text));
    return p;
}

// ---- rules of importing ----------------------------------------------------------------------------------------------------

static i64 find_internal(Str path) {
    for (i64 i = path.len - 8; i >= 0; i--)
        if (memcmp(path.ptr + i, "internal", 8) == 0 && (i == 0 || path.ptr[i - 1] == '/') &&
            (i + 8 == path.len || path.ptr[i + 8] == '/'))
            return i;
    return -1;
}

// An import path with an element "internal" may be used only below the parent of that element.
static bool internal_ok(Loader *l, const Pkg *from, const Pkg *p) {
    i64 at = find_internal(p->path);
    if (at < 0) return true;
    if (p->std && from->std) return true; // lib/ imports across
    // cmd/dist builds the first toolchain from copies of library packages (sort) under this path, as the go command allows.
    if (p->std && str_has_prefix(from->path, S("bootstrap/"))) return true;
    if (p->std)
        return str_in_path(from->dir, path_join(l->a, l->goroot_src, str_slice(p->path, 0, at > 0 ? at - 1 : 0)));
    if (!p->module.path.len && !p->main_module) { // no module: folders count
        i64 n = at + p->dir.len - p->path.len;
        return n <= 0 || n > p->dir.len || mod_in_dir(l->a, from->dir, str_slice(p->dir, 0, at > 0 ? n - 1 : n)).len;
    }
    Str parent = str_slice(p->path, 0, at > 0 ? at - 1 : 0), importer = from->path;
    if (from->command_line_files) {
        Resolved r = resolve_dir(l, from->dir);
        importer = r.err.text.len ? S(".") : r.path;
    }
    return str_in_path(importer, parent);
}

static i64 find_vendor(Str path) {
    for (i64 i = path.len - 8; i >= 0; i--)
        if (memcmp(path.ptr + i, "/vendor/", 8) == 0) return i + 1;
    return str_has_prefix(path, S("vendor/")) ? 0 : -1;
}

// A package in a vendor folder is for what is below the folder that has it.
static bool vendor_ok(Loader *l, const Pkg *from, const Pkg *p) {
    i64 v = find_vendor(p->path), n = v - (v > 0) + p->dir.len - p->path.len;
    if (v < 0 || n < 0 || n > p->dir.len) return true;
    return mod_in_dir(l->a, from->dir, path_clean(l->a, str_slice(p->dir, 0, n))).len > 0;
}

static PkgError *refused(Loader *l, TextPos at, const char *fmt, ...) PRINTF_LIKE(3, 4);
static PkgError *refused(Loader *l, TextPos at, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    PkgError *e = new_error(l, ERR_OTHER, arena_vprintf(l->a, fmt, ap));
    va_end(ap);
    e->at = at;
    return e;
}

static PkgError *may_import(Loader *l, const Pkg *from, const Pkg *p, Str path, TextPos at) {
    PkgError *e;
    i64 v = find_vendor(path);
    if (l->o.imports) return NULL; // who made the import configuration has looked
    if (!p->error && !internal_ok(l, from, p)) {
        e = refused(l, at, "use of internal package %.*s not allowed", SFMT(p->path));
        e->always_stack = true;
        return e;
    }
    if (!from->std && !vendor_ok(l, from, p)) return refused(l, at, "use of vendored package not allowed");
    if (!from->std && v >= 0) { // spelt out by the importer
        if (v > 0 || !str_in_path(from->path, S("vendor")))
            return refused(l, at, "%.*s must be imported as %.*s", SFMT(path), SFMT(str_slice(path, v + 7, path.len)));
    }
    if (str_eq(p->name, S("main")) && !str_eq(from->dir, p->dir))
        return refused(l, at, "import \"%.*s\" is a program, not an importable package", SFMT(path));
    if (!from->command_line_files && from->path.ptr[0] != '/' && from->path.ptr[0] != '_' &&
        (str_has_prefix(path, S("./")) || str_has_prefix(path, S("../"))))
        return refused(l, at, "local import \"%.*s\" in non-local package", SFMT(path));
    return NULL;
}

// ---- loading ----------------------------------------------------------------------------------------------------------------

static void push(Loader *l, Str path, TextPos at) { vec_push(l->a, &l->stack, ((ImportStep){path, at})); }

// A package that is known: it is either done or, being on the stack, closes a cycle.
static void reuse(Loader *l, Pkg *p, Str path, TextPos at) {
    push(l, path, at);
    if (!p->loaded) {
        graph_error(l, p, ERR_OTHER, "import cycle not allowed");
        p->error->is_cycle = true;
    }
    PkgError *e = p->error;
    if (e && e->nstack && !e->is_cycle && l->stack.len < e->nstack) {
        PkgError *shorter = new_error(l, e->kind, e->text);
        e->stack = shorter->stack;
        e->nstack = shorter->nstack;
    }
    l->stack.len--;
}

static Pkg *import(Loader *l, Pkg *from, Str path, TextPos at, const Resolved *r, PkgError **refusal) {
    Pkg *p = map_get_str(l->pkgs, r->path);
    if (p) reuse(l, p, path, at);
    else {
        p = new_pkg(l, r->path);
        map_set_str(l->pkgs, p->path, p);
        load(l, p, path, at, r);
    }
    if (refusal) *refusal = may_import(l, from, p, path, at);
    return p;
}

static void load_imports(Loader *l, Pkg *p) {
    PkgWords *words = &p->imports[IN_PACKAGE];
    p->deps = ANEWN(l->a, Pkg *, words->len + 1);
    for (i64 i = 0; i < words->len && !l->o.no_imports; i++) {
        Str path = words->ptr[i].text;
        PkgError *refusal;
        if (str_eq(path, S("C")) || str_eq(path, S("unsafe"))) continue;
        if (types_bad_import_path(l->a, path).len) continue; // the checker says so
        Resolved r = resolve_import(l, p, path);
        Pkg *q = p->deps[i] = import(l, p, path, words->ptr[i].at, &r, &refusal);
        if (refusal) {
            p->incomplete = true;
            if (!p->error) p->error = refusal;
        }
        if (q->incomplete) p->incomplete = true;
    }
    p->loaded = true;
}

static void check_file_names(Loader *l, Pkg *p) {
    Map *seen = map_new_str(l->a);
    for (int k = 0; k < FILES_KINDS; k++) // a name that a tool would take for a flag
        for (i64 i = 0; i < p->files[k].len; i++)
            if (p->files[k].ptr[i]->name.ptr[0] == '-')
                graph_error(l, p, ERR_OTHER, "invalid input file name \"%.*s\"", SFMT(p->files[k].ptr[i]->name));
    for (int k = 0; k < FILES_KINDS; k++)
        for (i64 i = 0; i < p->files[k].len && k != FILES_INVALID_GO; i++) {
            Str name = p->files[k].ptr[i]->name, low = str_lower(l->a, name);
            PkgFile *other = map_get_str(seen, low);
            if (!other) map_set_str(seen, low, p->files[k].ptr[i]);
            if (!other || str_eq(other->name, name)) continue;
            bool first = str_cmp(name, other->name) < 0;
            Str x = first ? name : other->name, y = first ? other->name : name;
            graph_error(l, p, ERR_OTHER, "case-insensitive file name collision: \"%.*s\" and \"%.*s\"", SFMT(x),
                        SFMT(y));
        }
}

static void check_collision(Loader *l, Pkg *p) {
    Str fold = str_lower(l->a, p->path);
    Pkg *other = map_get_str(l->folded, fold);
    if (!other) map_set_str(l->folded, fold, p);
    else if (other != p && !str_eq(other->path, p->path))
        graph_error(l, p, ERR_OTHER, "case-insensitive import collision: \"%.*s\" and \"%.*s\"", SFMT(p->path),
                    SFMT(other->path));
}

// GOPATH mode: `package x // import "path"` holds for who imports it.
static void check_import_comment(Loader *l, Pkg *p, TextPos at) {
    if (!p->import_comment.len || str_eq(p->import_comment, p->path) || p->error || p->std) return;
    if (str_find(p->path, S("/vendor/")) >= 0 || str_find(p->path, S("/internal/")) >= 0) return;
    graph_error(l, p, ERR_OTHER, "code in directory %.*s expects import \"%.*s\"", SFMT(p->dir),
                SFMT(p->import_comment));
    blame_import(l, p, at);
}

static void load_rest(Loader *l, Pkg *p, Str path, TextPos at) {
    bool failed = p->error != NULL;
    check_collision(l, p);
    if (p->error && !p->error->at.file) blame_import(l, p, at);
    if (!failed && p->error) {
        p->loaded = true;
        return;
    }
    if (!failed) check_import_comment(l, p, at);
    push(l, path, at);
    if (!p->std && !l->o.imports) check_file_names(l, p);
    if (str_index(p->dir, '\n') >= 0 || str_index(p->dir, '\r') >= 0) {
        Str dir = str_quote(l->a, p->dir);
        graph_error(l, p, ERR_OTHER, "invalid package directory %.*s", SFMT(dir));
    }
    if (!l->o.imports) godebug_resolve(l, p); // else the linker is told
    if (!l->o.no_embed_files && !l->o.imports) embed_resolve(l, p);
    load_imports(l, p);
    l->stack.len--;
}

// mod/ may have had the folder looked at already.
static void scan(Loader *l, Pkg *p) {
    const Pkg *known = p->std ? NULL : map_get_str(l->looked[false], p->dir);
    if (!known || known->error) {
        dir_scan(l, p);
        return;
    }
    memcpy(p->files, known->files, sizeof p->files);
    memcpy(p->imports, known->imports, sizeof p->imports);
    memcpy(p->embeds, known->embeds, sizeof p->embeds);
    p->directives = known->directives;
    p->linknames = known->linknames;
    memcpy(p->test_linknames, known->test_linknames, sizeof p->test_linknames);
    p->test_directives = known->test_directives;
    p->name = known->name;
    p->import_comment = known->import_comment;
}

static void load(Loader *l, Pkg *p, Str path, TextPos at, const Resolved *r) {
    p->dir = r->dir;
    p->root = r->root;
    p->conflict_dir = r->conflict_dir;
    p->std = r->std;
    p->module = r->module;
    p->main_module = r->main_module;
    p->go_minor = r->go_minor;
    if (str_index(path, '@') >= 0 && !l->o.imports) {
        push(l, path, at);
        graph_error(l, p, ERR_OTHER,
                    "can only use path@version syntax with 'go get' and 'go install' in module-aware mode");
        l->stack.len--;
    } else if (r->archive) archived_fill(l, p, r->archive);
    else if (!r->dir.len) graph_error(l, p, r->err.kind, "%.*s", SFMT(r->err.text));
    else scan(l, p);
    load_rest(l, p, path, at);
}

Pkg *graph_load_resolved(Loader *l, Str path, Resolved r) {
    static const TextPos nowhere = {0};
    return import(l, NULL, path, nowhere, &r, NULL);
}

Pkg *graph_load(Loader *l, Str path) { return graph_load_resolved(l, path, resolve_import(l, NULL, path)); }

void graph_load_scanned(Loader *l, Pkg *p) {
    static const TextPos nowhere = {0};
    map_set_str(l->pkgs, p->path, p);
    load_rest(l, p, p->path, nowhere);
}

Pkg *load_path(Loader *l, Str path) {
    if (!str_eq(path, S("unsafe"))) return graph_load(l, path);
    Resolved r = {.path = path, .dir = path_join(l->a, l->goroot_src, path), .root = l->goroot_src, .std = true};
    return graph_load_resolved(l, path, r);
}

Pkg *load_test_import(Loader *l, Pkg *from, const PkgWord *w, Str top, const PkgError **refused_) {
    static const TextPos nowhere = {0};
    if (str_eq(w->text, S("C"))) return NULL;
    if (str_eq(w->text, S("unsafe"))) return load_path(l, w->text);
    Resolved r = resolve_import(l, from, w->text);
    PkgError *refusal = NULL;
    push(l, top, nowhere);
    Pkg *p = import(l, from, w->text, w->at, &r, &refusal);
    l->stack.len--;
    *refused_ = refusal;
    return p;
}

Str load_resolve_path(Loader *l, const Pkg *from, Str path) {
    if ((!from->std && !gopath_mode(l)) || !from->dir.len) return path;
    Resolved r = resolve_import(l, from, path);
    return r.dir.len ? r.path : path;
}
