// buildinfo.c - what a program's build info says of modules and of version control.
//
// In:   a main package with its graph. Out: "path", "mod" and "dep" lines, and "build\tvcs..." lines, as the go command's
//       linker input has them. Asks git only where LoadOptions.vcs wants it and the package is in a work tree.
#include "load/load_int.h"
#include <stdlib.h>
#include <unistd.h>

typedef struct Deps {
    Loader *l;
    Arena *a;
    Map *seen;    // Pkg
    Map *modules; // "path@version"
    VEC(ModVersion) list;
} Deps;

static void collect(Deps *d, const Pkg *p) {
    if (!p || map_get_ptr(d->seen, p)) return;
    map_set_ptr(d->seen, p, d);
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++) collect(d, p->deps[i]);
    if (!p->module.path.len || p->std) return;
    Str key = modver_string(d->a, p->module);
    if (map_get_str(d->modules, key)) return;
    map_set_str(d->modules, key, d);
    vec_push(d->a, &d->list, p->module);
}

static int compare_modules(const void *pa, const void *pb) {
    const ModVersion *a = pa, *b = pb;
    return str_cmp(a->path, b->path);
}

static Str sum_of(Loader *l, ModVersion v) {
    FetchFiles f = {{0}};
    if (v.version.len && l->fetcher && mod_mode(l->mods) != MOD_VENDOR) fetch_files(l->fetcher, v, &f);
    return f.sum;
}

static void module_line(Loader *l, Buf *b, const char *what, ModVersion v, Str version) {
    ModVersion r;
    buf_printf(b, "%s\t%.*s\t%.*s", what, SFMT(v.path), SFMT(version));
    if (mod_replacement(l->mods, v, &r)) {
        Str rv = r.version.len ? r.version : S("(devel)");
        buf_printf(b, "\n=>\t%.*s\t%.*s\t%.*s\n\n", SFMT(r.path), SFMT(rv), SFMT(sum_of(l, r)));
    } else buf_printf(b, "\t%.*s\n", SFMT(sum_of(l, v)));
}

// ---- version control ---------------------------------------------------------------------------------------------------

static void missing_program(Loader *l, Str vcs) {
    static const char *const names[][2] = {
        {"git", "Git"}, {"hg", "Mercurial"}, {"svn", "Subversion"}, {"bzr", "Bazaar"}, {"fossil", "Fossil"}};
    for (i64 i = 0; i < NELEM(names); i++)
        if (str_eq(vcs, str_c(names[i][0])))
            diag_error_at(l->diag, (Str){0}, "go: missing %s command. See https://golang.org/s/gogetcmd", names[i][1]);
}

typedef struct StampAnswer {
    Str module; // path
    VcsStatus status;
    Err err;
    bool good;
} StampAnswer;

// The answer is not made of files that could be looked at again: the question is put again. One that nobody keeps is asked for once.
static bool ask_vcs(Loader *l, const Pkg *p, VcsStatus *s, Err *err) {
    Str text;
    Seen *w = seen_use(NULL);
    StampAnswer *known = l->stamp;
    if (!known || w || !str_eq(known->module, p->module.path)) {
        known = l->stamp = ANEW(l->a, StampAnswer);
        known->module = p->module.path;
        known->good =
            vcs_status(l->a, l->o.env, l->o.modules.trace, l->o.cwd, p->module.path, &known->status, &known->err);
    }
    bool ok = known->good;
    *s = known->status, *err = known->err;
    u64 state = w ? vcs_state(l->a, l->o.cwd, ok ? s : NULL) : 0;
    seen_use(w);
    seen_note(SEEN_ANSWER, S("vcs"), NULL, state);
    if (w && s->root.len) file_read(l->a, arena_cstr(l->a, path_join(l->a, s->root, S("go.mod"))), &text);
    return ok;
}

// That a folder is in the work tree of the current one. False: *wrong, unless that is no error.
static bool in_same_tree(Loader *l, Str dir, Str root, const char *what, Str *wrong) {
    VcsStatus s;
    Err err = {0};
    if (!vcs_find(l->a, dir, &s, &err)) {
        Str none = str_quote(l->a, dir);
        *wrong = err.text.len
                     ? err.text
                     : arena_printf(l->a, "directory %.*s is not using a known version control system", SFMT(none));
        return false;
    }
    if (str_eq(s.root, root)) return true;
    if (l->o.vcs == VCS_ALWAYS)
        *wrong = arena_printf(l->a, "main %s is in repository %.*s but current directory is in repository %.*s", what,
                              SFMT(str_quote(l->a, s.root)), SFMT(str_quote(l->a, root)));
    return false;
}

// Whether the program says what it was made of. False: it does not, or *wrong.
static bool find_stamp(Loader *l, const Pkg *p, VcsStatus *s, Str *wrong) {
    Err err = {0};
    if (l->o.vcs == VCS_NEVER || p->command_line_files || p->std || !p->main_module) return false;
    const ModMain *m = mod_main_of_path(l->mods, p->module.path);
    if (!vcs_find(l->a, l->o.cwd, s, &err)) return *wrong = err.text, false;
    if (!m || !(str_in_path(m->dir, s->root) || str_in_path(s->root, m->dir))) return false;
    if (l->o.vcs == VCS_AUTO && !file_on_path(l->a, s->vcs)) return false;
    Str root = s->root;
    if (!in_same_tree(l, p->dir, root, "package", wrong) || !in_same_tree(l, m->dir, root, "module", wrong))
        return false;
    if (ask_vcs(l, p, s, &err)) return true;
    if (err.kind == ERR_NOT_EXIST) missing_program(l, s->vcs);
    *wrong = err.text;
    return false;
}

static Str stamp_error(Loader *l, Str wrong) {
    return arena_printf(l->a, "error obtaining VCS status: %.*s\n\tUse -buildvcs=false to disable VCS stamping.",
                        SFMT(wrong));
}

static bool stamps(Loader *l, const Pkg *p, VcsStatus *s) {
    Str wrong = {0};
    bool good = find_stamp(l, p, s, &wrong);
    if (wrong.len) diag_error_at(l->diag, (Str){0}, "%.*s", SFMT(stamp_error(l, wrong)));
    return good;
}

void load_stamp(Loader *l, Pkg *p) {
    VcsStatus s;
    Str wrong = {0};
    bool only_tests = !p->files[FILES_GO].len && !p->files[FILES_CGO].len;
    if (p->error || p->incomplete || !str_eq(p->name, S("main")) || !l->mods || !mod_enabled(l->mods)) return;
    if (l->o.vcs == VCS_AUTO && only_tests) return;
    find_stamp(l, p, &s, &wrong);
    if (!wrong.len) return;
    p->error = ANEW(l->a, PkgError);
    *p->error = (PkgError){.text = stamp_error(l, wrong), .kind = ERR_OTHER};
    p->incomplete = true;
}

Str load_build_info(Loader *l, const Pkg *p, Str settings) {
    Arena *tmp = arena_new("build info");
    Deps d = {.l = l, .a = tmp, .seen = map_new_ptr(tmp), .modules = map_new_str(tmp)};
    Buf b = {0};
    VcsStatus vcs = {{0}};
    bool modules = l->mods && mod_enabled(l->mods), stamped = modules && stamps(l, p, &vcs);
    buf_printf(&b, "path\t%.*s\n", SFMT(p->path));
    ModVersion own = p->module;
    if (modules && own.path.len && !p->command_line_files)
        module_line(l, &b, "mod", own,
                    own.version.len              ? own.version
                    : stamped && vcs.version.len ? vcs.version
                                                 : S("(devel)"));
    if (modules) collect(&d, p);
    if (d.list.len) qsort(d.list.ptr, (size_t)d.list.len, sizeof(ModVersion), compare_modules);
    for (i64 i = 0; i < d.list.len; i++) {
        ModVersion v = d.list.ptr[i];
        if (modver_eq(v, own)) continue;
        module_line(l, &b, "dep", v, v.version.len ? v.version : S("(devel)"));
    }
    i64 cgo = str_find(settings, S("build\tCGO_ENABLED=")); // go's order
    if (cgo < 0) cgo = settings.len;
    buf_str(&b, str_slice(settings, 0, cgo));
    if (p->default_godebug.len) buf_printf(&b, "build\tDefaultGODEBUG=%.*s\n", SFMT(p->default_godebug));
    buf_str(&b, str_slice(settings, cgo, settings.len));
    if (stamped) {
        buf_printf(&b, "build\tvcs=%.*s\n", SFMT(vcs.vcs));
        if (vcs.revision.len) buf_printf(&b, "build\tvcs.revision=%.*s\n", SFMT(vcs.revision));
        if (vcs.time.len) buf_printf(&b, "build\tvcs.time=%.*s\n", SFMT(vcs.time));
        buf_printf(&b, "build\tvcs.modified=%s\n", vcs.modified ? "true" : "false");
    }
    Str s = arena_str(l->a, buf_view(&b));
    buf_free(&b);
    arena_free(tmp);
    return s;
}
