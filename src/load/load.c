// load.c - packages: from the command line and from imports, in waves of parallel parsing.
//
// Out:  Packages with parsed files; Package.imports complete and acyclic. Nothing is type-checked here.
#include "load/load_int.h"
#include <errno.h>
#include <stdlib.h>

static Package *find_import(Loader *, Package *from, Pos, Str path);

// ---- parsing -------------------------------------------------------------------------------------------------------

typedef struct Wave {
    Loader *l;
    VEC(ParseJob) jobs;
} Wave;

static void parse_one(void *ctx, i64 i, int worker) {
    Wave *w = ctx;
    ParseJob *j = &w->jobs.ptr[i];
    LoadPackage *lp = j->pkg->load;
    ParseOptions o = {.user_code = lp && !lp->std};
    j->pkg->files[j->index] = parse_file(w->l->arenas[worker], w->l->intern, w->l->diag, j->src, o);
}

static Package *new_package(Loader *l, Str path, Str dir, bool std, Str root) {
    Package *p = ANEW(l->a, Package);
    LoadPackage *lp = ANEW(l->a, LoadPackage);
    p->path = p->link_path = arena_str(l->a, path);
    p->dir = dir;
    p->load = lp;
    lp->std = std;
    lp->root = root;
    p->go_minor = std ? 26 : l->o.lang_minor ? l->o.lang_minor : l->module_minor ? (i32)l->module_minor : 26;
    vec_push(l->a, &l->all, p);
    return p;
}

static void add_files(Loader *l, Package *p, DirFiles *f) {
    p->nfiles = f->names.len;
    p->files = ANEWN(l->a, File *, p->nfiles + 1);
    for (i64 i = 0; i < p->nfiles; i++) {
        Str abs = path_join(l->a, f->dirs.ptr[i], f->names.ptr[i]);
        SourceFile *src = source_map_add(l->sources, load_display_path(l, abs), abs, f->texts.ptr[i]);
        p->files[i] = (File *)(void *)src; // until the wave is parsed
    }
    vec_push(l->a, &l->wave, p);
}

static Str quoted_path(Loader *l, BasicLit *lit) {
    Str s;
    if (!lit || lit->bad || !lit_unquote(l->a, lit->text, &s)) return (Str){0};
    return s;
}

static void check_names(Loader *l, Package *p) {
    for (i64 i = 0; i < p->nfiles; i++) {
        File *f = p->files[i];
        if (!f || !f->package) continue;
        if (!p->name) p->name = f->package->name;
        else if (p->name != f->package->name) {
            diag_error_at(l->diag, (Str){0}, "found packages %.*s (%.*s) and %.*s (%.*s) in %.*s", SFMT(p->name->s),
                          SFMT(path_base(p->files[0]->src->path)), SFMT(f->package->name->s),
                          SFMT(path_base(f->src->path)), SFMT(p->dir));
            return;
        }
    }
    if (p->name && str_eq(p->name->s, S("main"))) p->link_path = S("main");
}

static int cmp_package(const void *a, const void *b) {
    return str_cmp((*(Package *const *)a)->path, (*(Package *const *)b)->path);
}

static void resolve_imports(Loader *l, Package *p) {
    Map *seen = map_new_str(l->a);
    VEC(Package *) list = {0};
    for (i64 i = 0; i < p->nfiles; i++) {
        File *f = p->files[i];
        for (i64 k = 0; f && k < f->imports.len; k++) {
            ImportDecl *d = f->imports.ptr[k];
            Str path = quoted_path(l, d->path);
            if (!path.len || str_eq(path, S("unsafe")) || map_get_str(seen, path)) continue;
            if (types_bad_import_path(l->a, path).len) continue; // the checker says so
            Package *q = find_import(l, p, d->path->x.pos, path);
            map_set_str(seen, path, q ? q : (Package *)seen);
            if (q) vec_push(l->a, &list, q);
        }
    }
    if (list.len) qsort(list.ptr, (size_t)list.len, sizeof(Package *), cmp_package);
    p->imports = list.ptr;
    p->nimports = list.len;
}

void load_parse_wave(Loader *l) {
    while (l->wave.len > 0) {
        Wave w = {.l = l};
        i64 n = l->wave.len;
        Package **pkgs = ANEWN(l->a, Package *, n);
        memcpy(pkgs, l->wave.ptr, (size_t)n * sizeof *pkgs);
        l->wave.len = 0;
        for (i64 i = 0; i < n; i++)
            for (i64 k = 0; k < pkgs[i]->nfiles; k++) {
                ParseJob j = {pkgs[i], k, (SourceFile *)(void *)pkgs[i]->files[k]};
                vec_push(l->a, &w.jobs, j);
            }
        parallel_for(w.jobs.len, l->o.threads, parse_one, &w);
        for (i64 i = 0; i < n; i++) {
            check_names(l, pkgs[i]);
            resolve_imports(l, pkgs[i]); // queues the next wave
        }
    }
}

// ---- import paths ------------------------------------------------------------------------------------------------------

static bool has_dotted_domain(Str path) {
    i64 slash = str_index(path, '/');
    return str_index(slash < 0 ? path : str_slice(path, 0, slash), '.') >= 0;
}

// Folder of a std package: the overlay's if it has one. Empty: there is none.
static Str std_dir(Loader *l, Str path, Str *root) {
    if (l->o.overlay.len) {
        Str o = path_join(l->a, l->o.overlay, path);
        if (dir_exists(arena_cstr(l->a, o))) {
            Str *names;
            i64 n;
            if (dir_list(l->a, arena_cstr(l->a, o), &names, &n))
                for (i64 i = 0; i < n; i++)
                    if (str_has_suffix(names[i], S(".go")) || str_eq(names[i], S("files.list"))) {
                        *root = l->o.overlay;
                        return o;
                    }
        }
    }
    *root = path_join(l->a, l->o.goroot, S("src"));
    Str dir = path_join(l->a, *root, path);
    return dir_exists(arena_cstr(l->a, dir)) ? dir : (Str){0};
}

static void no_go_files(Loader *l, Pos pos, Str dir, DirFiles *f) {
    const char *text = f->any_excluded ? "build constraints exclude all Go files in" : "no Go files in";
    l->import_errors++;
    if (pos) diag_error(l->diag, pos, "%s %.*s", text, SFMT(dir));
    else diag_error_at(l->diag, (Str){0}, "%s %.*s", text, SFMT(dir));
}

static Package *open_package(Loader *l, Str path, Str dir, bool std, Str root, Pos pos) {
    Package *p = map_get_str(l->packages, path);
    if (p) return p->fake ? NULL : p;
    DirFiles f;
    load_select_files(l, path, dir, &f);
    p = new_package(l, path, dir, std, root);
    map_set_str(l->packages, p->path, p);
    if (f.names.len == 0) {
        no_go_files(l, pos, dir, &f);
        p->fake = true;
        return NULL;
    }
    p->is_main_module = !std;
    p->complete = !std && !f.any_asm;
    add_files(l, p, &f);
    return p;
}

static bool in_module(Loader *l, Str path) {
    Str m = l->module_path;
    return m.len && str_has_prefix(path, m) && (path.len == m.len || path.ptr[m.len] == '/');
}

// An import path with an element "internal" may be used only below the parent of that element.
static bool internal_ok(Loader *l, Package *from, Str path) {
    i64 at = -1;
    for (i64 i = 0; i + 8 <= path.len; i++)
        if (memcmp(path.ptr + i, "internal", 8) == 0 && (i == 0 || path.ptr[i - 1] == '/') &&
            (i + 8 == path.len || path.ptr[i + 8] == '/'))
            at = i;
    if (at < 0 || !from) return true;
    LoadPackage *lp = from->load;
    if (lp->std) return true;
    Str parent = at == 0 ? (Str){0} : str_slice(path, 0, at - 1);
    if (!parent.len) return false; // the library's
    Str fp = from->path;
    return (lp->command_line_files && in_module(l, path)) ||
           (str_has_prefix(fp, parent) && (fp.len == parent.len || fp.ptr[parent.len] == '/'));
}

static Package *import_error(Loader *l, Pos pos, Str path) {
    l->import_errors++;
    for (i64 i = 0; i < l->required.len; i++) {
        Str m = l->required.ptr[i];
        if (!str_has_prefix(path, m) || (path.len > m.len && path.ptr[m.len] != '/')) continue;
        diag_error(l->diag, pos,
                   "not supported yet: package %.*s of the required module %.*s (only the module of the current folder "
                   "and the library)",
                   SFMT(path), SFMT(m));
        return NULL;
    }
    if (str_eq(path, S("C"))) diag_error(l->diag, pos, "not supported yet: cgo (import \"C\")");
    else if (!has_dotted_domain(path))
        diag_error(l->diag, pos, "package %.*s is not in std (%.*s/src/%.*s)", SFMT(path), SFMT(l->o.goroot),
                   SFMT(path));
    else if (l->module_path.len)
        diag_error(l->diag, pos, "no required module provides package %.*s; to add it:\n\tgo get %.*s", SFMT(path),
                   SFMT(path));
    else
        diag_error(l->diag, pos,
                   "no required module provides package %.*s: go.mod file not found in current directory or any parent "
                   "directory; see 'go help modules'",
                   SFMT(path));
    return NULL;
}

static Package *find_import(Loader *l, Package *from, Pos pos, Str path) {
    Str root, dir;
    LoadPackage *lp = from ? from->load : NULL;
    if (str_has_prefix(path, S("./")) || str_has_prefix(path, S("../"))) {
        if (l->module_path.len && !(lp && lp->command_line_files)) {
            l->import_errors++;
            diag_error(l->diag, pos, "\"%.*s\" is relative, but relative import paths are not supported in module mode",
                       SFMT(path));
            return NULL;
        }
        dir = path_clean(l->a, path_join(l->a, from->dir, path));
        if (!dir_exists(arena_cstr(l->a, dir))) {
            diag_error(l->diag, pos, "package %.*s: cannot find folder %.*s", SFMT(path), SFMT(dir));
            return NULL;
        }
        return open_package(l, dir, dir, false, dir, pos);
    }
    if (!internal_ok(l, from, path)) {
        l->import_errors++;
        diag_error(l->diag, pos, "use of internal package %.*s not allowed", SFMT(path));
        return NULL;
    }
    if (in_module(l, path)) {
        dir = path_clean(l->a,
                         path_join(l->a, l->module_root,
                                   path.len == l->module_path.len ? S(".")
                                                                  : str_slice(path, l->module_path.len + 1, path.len)));
        if (!dir_exists(arena_cstr(l->a, dir))) {
            l->import_errors++;
            if (has_dotted_domain(path))
                diag_error(l->diag, pos, "no required module provides package %.*s; to add it:\n\tgo get %.*s",
                           SFMT(path), SFMT(path));
            else
                diag_error(l->diag, pos, "package %.*s is not in std (%.*s/src/%.*s)", SFMT(path), SFMT(l->o.goroot),
                           SFMT(path));
            return NULL;
        }
        return open_package(l, path, dir, false, l->module_root, pos);
    }
    if (!lp || lp->std) {
        Str vendored = arena_printf(l->a, "vendor/%.*s", SFMT(path));
        if (has_dotted_domain(path) && (dir = std_dir(l, vendored, &root)).len)
            return open_package(l, vendored, dir, true, root, pos);
    }
    if (!has_dotted_domain(path) && (dir = std_dir(l, path, &root)).len)
        return open_package(l, path, dir, true, root, pos);
    return import_error(l, pos, path);
}

// "import cycle not allowed" with the chain, as the go command prints it.
static void find_cycles(Loader *l, Package *p, Map *state) {
    uintptr_t st = (uintptr_t)map_get_ptr(state, p);
    if (st == 2) return;
    if (st == 1) {
        Buf b = {0};
        for (i64 i = 0; i < l->stack.len; i++)
            buf_printf(&b, i ? "\n\timports %.*s" : "package %.*s", SFMT(l->stack.ptr[i]->path));
        buf_printf(&b, "\n\timports %.*s: import cycle not allowed", SFMT(p->path));
        diag_error_at(l->diag, (Str){0}, "%.*s", SFMT(buf_view(&b)));
        buf_free(&b);
        return;
    }
    map_set_ptr(state, p, (void *)1);
    vec_push(l->a, &l->stack, p);
    for (i64 i = 0; i < p->nimports; i++) find_cycles(l, p->imports[i], state);
    l->stack.len--;
    map_set_ptr(state, p, (void *)2);
}

Package *load_import(void *loader, Package *from, ImportDecl *d, Str path) {
    Loader *l = loader;
    Package *p = find_import(l, from, d ? d->path->x.pos : 0, path);
    load_parse_wave(l);
    return p;
}

Package *load_std(Loader *l, Str path) {
    Str root, dir = std_dir(l, path, &root);
    Package *p = dir.len ? open_package(l, path, dir, true, root, 0) : NULL;
    load_parse_wave(l);
    return p;
}

// ---- the command line ------------------------------------------------------------------------------------------------------

static Package *package_of_files(Loader *l, Str *args, i64 n) {
    DirFiles f = {0};
    Str dir = {0};
    for (i64 i = 0; i < n; i++) {
        Str text, abs = path_clean(l->a, args[i].ptr[0] == '/' ? args[i] : path_join(l->a, l->o.cwd, args[i]));
        if (!str_has_suffix(args[i], S(".go"))) {
            diag_error_at(l->diag, (Str){0}, "named files must be .go files: %.*s", SFMT(args[i]));
            return NULL;
        }
        if (!file_read(l->a, arena_cstr(l->a, abs), &text)) {
            if (errno == ENOENT && l->module_path.len)
                diag_error_at(l->diag, (Str){0}, "no required module provides package %.*s; to add it:\n\tgo get %.*s",
                              SFMT(args[i]), SFMT(args[i]));
            else if (errno == ENOENT)
                diag_error_at(l->diag, (Str){0},
                              "no required module provides package %.*s: go.mod file not found in current directory or "
                              "any parent directory; see 'go help modules'",
                              SFMT(args[i]));
            else diag_error_at(l->diag, args[i], "%s", strerror(errno));
            return NULL;
        }
        if (dir.len && !str_eq(dir, path_dir(abs))) {
            diag_error_at(l->diag, (Str){0}, "named files must all be in one directory; have %.*s and %.*s",
                          SFMT(path_dir(args[i - 1])), SFMT(path_dir(args[i])));
            return NULL;
        }
        dir = path_dir(abs);
        vec_push(l->a, &f.names, path_base(abs));
        vec_push(l->a, &f.texts, text);
        vec_push(l->a, &f.dirs, dir);
    }
    Package *p = new_package(l, S("command-line-arguments"), dir, false, dir);
    ((LoadPackage *)p->load)->command_line_files = true;
    p->is_main_module = p->complete = true;
    map_set_str(l->packages, p->path, p);
    add_files(l, p, &f);
    return p;
}

// Import path of a folder inside the module or GOROOT; empty if it is in neither.
static Str path_of_dir(Loader *l, Str dir, bool *std) {
    Str src = path_join(l->a, l->o.goroot, S("src"));
    *std = str_has_prefix(dir, src) && dir.len > src.len;
    if (*std) return str_slice(dir, src.len + 1, dir.len);
    if (!l->module_root.len || !str_has_prefix(dir, l->module_root)) return (Str){0};
    if (dir.len == l->module_root.len) return l->module_path;
    return dir.ptr[l->module_root.len] == '/'
               ? path_join(l->a, l->module_path, str_slice(dir, l->module_root.len + 1, dir.len))
               : (Str){0};
}

static Package *package_of_dir(Loader *l, Str dir, bool quiet) {
    bool std = false;
    Str path = path_of_dir(l, dir, &std);
    if (!path.len) {
        diag_error_at(l->diag, (Str){0},
                      "go: go.mod file not found in current directory or any parent directory; see 'go help modules'");
        return NULL;
    }
    if (std) return load_std(l, path);
    DirFiles f;
    if (quiet) {
        load_select_files(l, path, dir, &f);
        if (!f.names.len) return NULL;
    }
    return open_package(l, path, dir, false, l->module_root, 0);
}

typedef struct Pkgs {
    VEC(Package *) v;
} Pkgs;

static void walk_dirs(Loader *l, Str dir, Pkgs *out, i64 depth) {
    Str *names;
    i64 n;
    Package *p = package_of_dir(l, dir, true);
    if (p) vec_push(l->a, &out->v, p);
    if (depth > 200 || !dir_list(l->a, arena_cstr(l->a, dir), &names, &n)) return;
    for (i64 i = 0; i < n; i++) {
        Str sub = path_join(l->a, dir, names[i]);
        if (names[i].ptr[0] == '.' || names[i].ptr[0] == '_' || str_eq(names[i], S("testdata")) ||
            str_eq(names[i], S("vendor")))
            continue;
        if (!dir_exists(arena_cstr(l->a, sub)) || file_exists(arena_cstr(l->a, path_join(l->a, sub, S("go.mod")))))
            continue;
        walk_dirs(l, sub, out, depth + 1);
    }
}

static void one_arg(Loader *l, Str arg, Pkgs *out) {
    bool local = arg.ptr[0] == '/' || str_eq(arg, S(".")) || str_eq(arg, S("..")) || str_has_prefix(arg, S("./")) ||
                 str_has_prefix(arg, S("../"));
    if (str_has_suffix(arg, S("/...")) || str_eq(arg, S("..."))) {
        Str base = str_eq(arg, S("...")) ? S(".") : str_slice(arg, 0, arg.len - 4);
        if (!local && in_module(l, base))
            base = base.len == l->module_path.len
                       ? l->module_root
                       : path_join(l->a, l->module_root, str_slice(base, l->module_path.len + 1, base.len));
        else if (!local) base = path_join(l->a, path_join(l->a, l->o.goroot, S("src")), base);
        walk_dirs(l, path_clean(l->a, base.ptr[0] == '/' ? base : path_join(l->a, l->o.cwd, base)), out, 0);
        return;
    }
    Package *p;
    if (local) {
        Str dir = path_clean(l->a, arg.ptr[0] == '/' ? arg : path_join(l->a, l->o.cwd, arg));
        if (!dir_exists(arena_cstr(l->a, dir))) {
            diag_error_at(l->diag, (Str){0}, "stat %.*s: directory not found", SFMT(dir));
            return;
        }
        p = package_of_dir(l, dir, false);
    } else if (in_module(l, arg)) p = find_import(l, NULL, 0, arg);
    else {
        Str root;
        if (has_dotted_domain(arg) || !std_dir(l, arg, &root).len) {
            if (!has_dotted_domain(arg))
                diag_error_at(l->diag, (Str){0}, "package %.*s is not in std (%.*s/src/%.*s)", SFMT(arg),
                              SFMT(l->o.goroot), SFMT(arg));
            else
                diag_error_at(l->diag, (Str){0}, "no required module provides package %.*s; to add it:\n\tgo get %.*s",
                              SFMT(arg), SFMT(arg));
            return;
        }
        p = load_std(l, arg);
    }
    if (p) vec_push(l->a, &out->v, p);
}

static i64 parse_errors(const Loader *l) {
    i64 n = 0;
    for (i64 i = 0; i < l->all.len; i++)
        for (i64 k = 0; k < l->all.ptr[i]->nfiles; k++) {
            File *f = l->all.ptr[i]->files[k];
            if (f) n += f->nerrors;
        }
    return n;
}

bool load_args(Loader *l, Str *args, i64 n, Package ***out, i64 *nout) {
    i64 before = diag_count(l->diag);
    load_read_module(l);
    static const Str dot = {".", 1};
    if (n == 0) {
        args = (Str *)&dot;
        n = 1;
    }
    Pkgs pkgs = {0};
    bool files = false;
    for (i64 i = 0; i < n; i++)
        files |= str_has_suffix(args[i], S(".go")) && !dir_exists(arena_cstr(l->a, args[i])); // of the current folder
    if (files) {
        Package *p = package_of_files(l, args, n);
        if (p) vec_push(l->a, &pkgs.v, p);
    } else {
        for (i64 i = 0; i < n; i++) one_arg(l, args[i], &pkgs);
    }
    load_parse_wave(l);
    Map *state = map_new_ptr(l->a);
    for (i64 i = 0; i < pkgs.v.len; i++) find_cycles(l, pkgs.v.ptr[i], state);
    *out = pkgs.v.ptr;
    *nout = pkgs.v.len;
    return diag_count(l->diag) == before + parse_errors(l);
}

Loader *load_new(Arena *a, Intern *in, Diag *d, SourceMap *sm, LoadOptions o) {
    Loader *l = ANEW(a, Loader);
    *l = (Loader){.a = a, .intern = in, .diag = d, .sources = sm, .o = o};
    l->packages = map_new_str(a);
    if (l->o.threads < 1) l->o.threads = 1;
    l->arenas = ANEWN(a, Arena *, l->o.threads);
    for (int i = 0; i < l->o.threads; i++) l->arenas[i] = arena_new("syntax");
    return l;
}

Str load_module_path(const Loader *l) { return l->module_path; }
void load_set_headings(Loader *l) {
    if (l->import_errors) return;
    for (i64 i = 0; i < l->all.len; i++) {
        Package *p = l->all.ptr[i];
        for (i64 k = 0; k < p->nfiles; k++)
            if (p->files[k]) diag_set_package(l->diag, p->files[k]->src->base, p->path);
    }
}

Package *load_package_at(const Loader *l, i64 i) { return l->all.ptr[i]; }
i64 load_package_count(const Loader *l) { return l->all.len; }

Str load_file_name(Loader *l, Arena *a, SourceFile *f, bool trimpath) {
    if (!trimpath) return f->abs_path;
    Str src = path_join(a, l->o.goroot, S("src/"));
    if (str_has_prefix(f->abs_path, src))
        return str_slice(f->abs_path, src.len + (src.ptr[src.len - 1] != '/'), f->abs_path.len);
    if (l->o.overlay.len && str_has_prefix(f->abs_path, l->o.overlay))
        return str_slice(f->abs_path, l->o.overlay.len + 1, f->abs_path.len);
    if (l->module_root.len && str_has_prefix(f->abs_path, l->module_root))
        return path_join(a, l->module_path, str_slice(f->abs_path, l->module_root.len + 1, f->abs_path.len));
    return arena_printf(a, "./%.*s", SFMT(path_base(f->abs_path)));
}
