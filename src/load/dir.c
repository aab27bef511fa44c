// dir.c - the files of one folder: which belong to the package by name and constraint, and what their heads say.
//
// In:   a Pkg with path and dir. Out: its lists of files, name, imports, embed patterns, directives; an error where the folder
//       holds no package ("no Go files in", "found packages"). Without LoadOptions.tests or heads_of_tests, _test.go files are only named.
#include "load/load_int.h"
#include <errno.h>
#include <stdlib.h>

static const char *const noarch[] = {
#define NOARCH(p) p,
#define HOLDS(p, tag)
#include "load/overrides.def"
#undef HOLDS
#undef NOARCH
    NULL};
static const struct {
    const char *path, *tag;
} holds[] = {
#define NOARCH(p)
#define HOLDS(p, tag) {p, tag},
#include "load/overrides.def"
#undef HOLDS
#undef NOARCH
};

typedef struct Scan {
    Loader *l;
    Pkg *p;
    BuildTags tags;
    bool all;           // constraints do not count: files named one by one, or by an overlay's list
    bool tests;         // look into _test.go files
    bool own;           // all files are the package's own, whatever they are called
    PkgFile *first;     // which gave the package its name
    PkgFile *commented; // and its import comment
    TextPos cgo_import; // of the first file that was left out because it imports "C"
    PkgWords imports[IMPORT_SCOPES], embeds[IMPORT_SCOPES];
} Scan;

static bool listed(Str path, const char *const *list) {
    for (; *list; list++)
        if (str_eq(path, str_c(*list))) return true;
    return false;
}

static BuildTags tags_for(Loader *l, Str path) {
    BuildTags t = {l->o.goos, l->o.goarch, l->o.tags, l->o.ntags, false, l->o.cgo, l->any_tags};
    if (!l->o.overlay.len) return t; // the library as the go command sees it
    t.unknown_arch = listed(path, noarch);
    for (i64 i = 0; i < NELEM(holds); i++)
        if (str_eq(path, str_c(holds[i].path))) t.own = str_c(holds[i].tag);
    return t;
}

static Str extension(Str name) {
    i64 dot = str_rindex(name, '.');
    return dot < 0 ? (Str){0} : str_slice(name, dot, name.len);
}

static FileKind kind_of(Str ext) {
    static const struct {
        const char *ext;
        u8 kind;
    } kinds[] = {{".go", FILES_GO},   {".c", FILES_C},       {".cc", FILES_CXX},    {".cpp", FILES_CXX},
                 {".cxx", FILES_CXX}, {".m", FILES_M},       {".h", FILES_H},       {".hh", FILES_H},
                 {".hpp", FILES_H},   {".hxx", FILES_H},     {".f", FILES_F},       {".F", FILES_F},
                 {".for", FILES_F},   {".f90", FILES_F},     {".s", FILES_S},       {".S", FILES_S},
                 {".sx", FILES_S},    {".syso", FILES_SYSO}, {".swig", FILES_SWIG}, {".swigcxx", FILES_SWIGCXX}};
    for (i64 i = 0; i < NELEM(kinds); i++)
        if (str_eq(ext, str_c(kinds[i].ext))) return kinds[i].kind;
    return FILES_KINDS;
}

static void keep(Scan *s, FileKind k, PkgFile *f) { vec_push(s->l->a, &s->p->files[k], f); }

// ---- Go files ---------------------------------------------------------------------------------------------------------

static void append(Arena *a, PkgWords *to, const PkgWords *from) {
    for (i64 i = 0; i < from->len; i++) vec_push(a, to, from->ptr[i]);
}

static void invalid(Scan *s, PkgFile *f, Str package) {
    keep(s, FILES_INVALID_GO, f);
    graph_error(s->l, s->p, ERR_OTHER, "found packages %.*s (%.*s) and %.*s (%.*s) in %.*s", SFMT(s->p->name),
                SFMT(s->first->name), SFMT(package), SFMT(f->name), SFMT(s->p->dir));
}

static void take_import_comment(Scan *s, PkgFile *f, const FileHead *h) {
    Str path;
    if (!h->import_comment.ptr || !gopath_mode(s->l)) return;
    if (!str_unquote(s->l->a, h->import_comment, &path)) {
        i64 line = 1;
        for (const char *p = f->text.ptr; p < h->import_comment.ptr; p++) line += *p == '\n';
        graph_error(s->l, s->p, ERR_OTHER, "%.*s:%lld: cannot parse import comment", SFMT(f->path), (long long)line);
    } else if (!s->p->import_comment.len) {
        s->p->import_comment = path;
        s->commented = f;
    } else if (!str_eq(path, s->p->import_comment))
        graph_error(s->l, s->p, ERR_OTHER, "found import comments \"%.*s\" (%.*s) and \"%.*s\" (%.*s) in %.*s",
                    SFMT(s->p->import_comment), SFMT(s->commented->name), SFMT(path), SFMT(f->name), SFMT(s->p->dir));
}

static TextPos cgo_position(const FileHead *h) {
    for (i64 i = 0; i < h->imports.len; i++)
        if (str_eq(h->imports.ptr[i].text, S("C"))) return h->imports.ptr[i].at;
    return (TextPos){0};
}

static void take_go(Scan *s, PkgFile *f, const FileFacts *facts) {
    const FileHead h = facts->head;
    bool test = !s->own && str_has_suffix(f->name, S("_test.go")), xtest = false, good = facts->good;
    if (str_eq(h.package, S("documentation"))) {
        keep(s, FILES_IGNORED_GO, f);
        return;
    }
    Str name = h.package;
    if (test && str_has_suffix(name, S("_test")) && !str_eq(s->p->name, name)) {
        xtest = true;
        name = str_slice(name, 0, name.len - 5);
    }
    if (h.cgo && !s->l->o.cgo && !s->tags.any && !test) {
        if (!s->cgo_import.file) s->cgo_import = cgo_position(&h);
        keep(s, FILES_IGNORED_GO, f);
        return;
    }
    if (!s->p->name.len) {
        s->p->name = name;
        s->first = f;
    } else if (name.len && !str_eq(name, s->p->name)) invalid(s, f, name);
    if (!good) keep(s, FILES_INVALID_GO, f); // the parser says what is wrong
    if (!test) take_import_comment(s, f, &h);
    ImportScope scope = xtest ? IN_XTEST : test ? IN_TEST : IN_PACKAGE;
    keep(s, h.cgo ? FILES_CGO : xtest ? FILES_XTEST_GO : test ? FILES_TEST_GO : FILES_GO, f);
    append(s->l->a, &s->imports[scope], &h.imports);
    append(s->l->a, &s->embeds[scope], &h.embeds);
    if (scope == IN_PACKAGE) append(s->l->a, &s->p->directives, &h.directives);
    else append(s->l->a, &s->p->test_directives, &h.directives);
    Linknames *names = scope == IN_PACKAGE ? &s->p->linknames : &s->p->test_linknames[scope == IN_XTEST];
    for (i64 i = 0; i < h.linknames.len; i++) vec_push(s->l->a, names, h.linknames.ptr[i]);
}

static void take_text(Scan *s, PkgFile *f) {
    FileFacts facts;
    facts_of_text(s->l, f, true, &facts);
    take_go(s, f, &facts);
}

static void bad_constraint(Scan *s, PkgFile *f, const char *wrong) {
    const char *what = str_has_prefix(str_c(wrong), S("multiple")) ? "" : "parsing //go:build line: ";
    keep(s, FILES_INVALID_GO, f);
    graph_error(s->l, s->p, ERR_OTHER, "%.*s: %s%s", SFMT(f->name), what, wrong);
}

static void consider(Scan *s, Str dir, Str name) {
    bool named = s->all && s->p->command_line_files; // it is source, whatever its name says
    FileKind kind = named ? FILES_GO : kind_of(extension(name));
    if (kind == FILES_KINDS || ((name.ptr[0] == '_' || name.ptr[0] == '.') && !s->all)) return;
    Loader *l = s->l;
    PkgFile *f = ANEW(l->a, PkgFile);
    *f = (PkgFile){.name = name, .path = path_join(l->a, dir, name)};
    FileKind ignored = kind == FILES_GO ? FILES_IGNORED_GO : FILES_IGNORED_OTHER;
    if (!s->all && !constraint_name_matches(name, &s->tags)) {
        keep(s, ignored, f);
        return;
    }
    if (kind == FILES_SYSO) {
        keep(s, kind, f);
        return;
    }
    if (kind == FILES_GO && !s->tests && str_has_suffix(name, S("_test.go"))) {
        keep(s, FILES_TEST_GO, f);
        return;
    }
    FileFacts facts;
    if (!facts_of(l, f, kind == FILES_GO, s->p->command_line_files, &facts)) {
        if (errno == EISDIR || dir_exists(arena_cstr(l->a, f->path))) return;
        graph_error(l, s->p, ERR_OTHER, "open %.*s: %s", SFMT(f->path), err_os(errno));
        return;
    }
    const char *wrong = NULL;
    bool matches = s->all || constraint_file_matches(facts.constraints, &s->tags, &wrong);
    if (wrong && kind == FILES_GO) bad_constraint(s, f, wrong);
    else if (!matches) keep(s, ignored, f);
    else if (kind == FILES_GO) take_go(s, f, &facts);
    else if (kind == FILES_S && !str_eq(extension(name), S(".s"))) keep(s, FILES_IGNORED_OTHER, f); // for a C compiler
    else keep(s, kind, f);
}

// An overlay folder may name files to take from the GOROOT besides its own: files.list, a path under GOROOT/src a line,
// taken whatever its constraints.
static void consider_list(Scan *s) {
    Loader *l = s->l;
    Str text;
    if (!file_read(l->a, arena_cstr(l->a, path_join(l->a, s->p->dir, S("files.list"))), &text)) return;
    s->all = true;
    for (i64 at = 0; at < text.len;) {
        i64 end = at;
        while (end < text.len && text.ptr[end] != '\n') end++;
        Str line = str_slice(text, at, end);
        i64 hash = str_index(line, '#');
        line = str_trim(hash >= 0 ? str_slice(line, 0, hash) : line);
        at = end + 1;
        if (line.len == 0) continue;
        Str full = path_join(l->a, l->goroot_src, line);
        consider(s, path_dir(full), path_base(full));
    }
}

static void consider_generated(Scan *s, const Str *names, i64 n) {
    Err err;
    PkgFile *f = generated_file(s->l, s->p, names, n, &err);
    if (f) take_text(s, f);
    else if (err.text.len) graph_error(s->l, s->p, ERR_OTHER, "%.*s", SFMT(err.text));
}

// ---- the whole ----------------------------------------------------------------------------------------------------------

static int compare_words(const void *pa, const void *pb) {
    const PkgWord *a = pa, *b = pb;
    return str_cmp(a->text, b->text);
}

// Sorted, once each: of equal words the one that was read first stays.
static PkgWords clean_words(Arena *a, const PkgWords *all) {
    PkgWords out = {0};
    Map *seen = map_new_str(a);
    for (i64 i = 0; i < all->len; i++) {
        if (map_get_str(seen, all->ptr[i].text)) continue;
        map_set_str(seen, all->ptr[i].text, seen);
        vec_push(a, &out, all->ptr[i]);
    }
    if (out.len) qsort(out.ptr, (size_t)out.len, sizeof *out.ptr, compare_words);
    return out;
}

static Scan new_scan(Loader *l, Pkg *p) {
    return (Scan){.l = l, .p = p, .tags = tags_for(l, p->path), .tests = l->o.tests || l->o.heads_of_tests};
}

// Test files are not looked into unless asked for; whether their constraints hold matters when there is nothing else.
static void settle_tests(Scan *s) {
    PkgFiles all = s->p->files[FILES_TEST_GO];
    s->p->files[FILES_TEST_GO] = (PkgFiles){0};
    for (i64 i = 0; i < all.len; i++) {
        PkgFile *f = all.ptr[i];
        const char *wrong = NULL;
        if (fs_read(s->l, s->l->a, f->path, &f->text) && (s->all || constraint_file_matches(f->text, &s->tags, &wrong)))
            keep(s, FILES_TEST_GO, f);
        else keep(s, FILES_IGNORED_GO, f);
    }
}

static void no_go_files(Scan *s) {
    Pkg *p = s->p;
    if (s->cgo_import.file && !s->l->o.no_cgo) {
        graph_error(s->l, p, ERR_CONSTRAINTS, "not supported yet: cgo (import \"C\")");
        p->error->at = s->cgo_import;
        return;
    }
    if (!s->tests) settle_tests(s);
    if (p->files[FILES_TEST_GO].len + p->files[FILES_XTEST_GO].len > 0) return; // an error when it is to be built
    if (p->command_line_files) {
        graph_error(s->l, p, ERR_NO_GO_FILES, "go: no Go source files");
        return;
    }
    vec_push(s->l->a, &s->l->stack, ((ImportStep){p->path, {0}}));
    if (p->files[FILES_IGNORED_GO].len)
        graph_error(s->l, p, ERR_CONSTRAINTS, "build constraints exclude all Go files in %.*s", SFMT(p->dir));
    else graph_error(s->l, p, ERR_NO_GO_FILES, "no Go files in %.*s", SFMT(p->dir));
    s->l->stack.len--;
}

// Of the languages that cgo compiles this is the one that is an error without cgo, too.
static void refuse_fortran(Scan *s) {
    Buf b = {0};
    for (i64 i = 0; i < s->p->files[FILES_F].len; i++) buf_printf(&b, " %.*s", SFMT(s->p->files[FILES_F].ptr[i]->name));
    vec_push(s->l->a, &s->l->stack, ((ImportStep){s->p->path, {0}}));
    graph_error(s->l, s->p, ERR_OTHER, "Fortran source files not allowed when not using cgo or SWIG:%.*s",
                SFMT(buf_view(&b)));
    s->l->stack.len--;
    buf_free(&b);
}

static void finish(Scan *s) {
    Pkg *p = s->p;
    for (int k = 0; k < IMPORT_SCOPES; k++) {
        p->imports[k] = clean_words(s->l->a, &s->imports[k]);
        p->embeds[k] = clean_words(s->l->a, &s->embeds[k]);
    }
    if (!p->files[FILES_GO].len && !p->files[FILES_CGO].len && !p->error) no_go_files(s);
    if (p->files[FILES_F].len && !p->error && !s->tags.any) refuse_fortran(s);
}

void dir_scan(Loader *l, Pkg *p) {
    Str *names;
    i64 n;
    if (!fs_list(l, p->dir, &names, &n)) {
        graph_error(l, p, ERR_OTHER, "open %.*s: %s", SFMT(p->dir), err_os(errno));
        return;
    }
    Scan s = new_scan(l, p);
    for (i64 i = 0; i < n; i++) consider(&s, p->dir, names[i]);
    if (l->o.overlay.len && str_has_prefix(p->dir, l->o.overlay)) consider_list(&s);
    consider_generated(&s, names, n);
    finish(&s);
}

void dir_scan_files(Loader *l, Pkg *p, const Str *names, i64 n) {
    Scan s = new_scan(l, p);
    s.all = true;
    for (i64 i = 0; i < n; i++) consider(&s, p->dir, names[i]);
    finish(&s);
}

void dir_scan_texts(Loader *l, Pkg *p, const ArchiveTexts *files) {
    Scan s = new_scan(l, p);
    s.own = true;
    for (i64 i = 0; i < files->len; i++) {
        const ArchiveText *t = &files->ptr[i];
        PkgFile *f = ANEW(l->a, PkgFile);
        *f = (PkgFile){.name = t->name, .path = t->path, .text = t->text};
        take_text(&s, f);
    }
    finish(&s);
}

// Whether the folder holds a .go file at all: what makes it a place of a package for the module that contains it.
bool dir_has_go_files(Loader *l, Str dir) {
    void *known = map_get_str(l->has_go, dir);
    if (known) return known != l;
    Str *names;
    i64 n;
    bool any = false;
    if (fs_list(l, dir, &names, &n))
        for (i64 i = 0; i < n && !any; i++)
            any = str_has_suffix(names[i], S(".go")) && !fs_is_dir(l, path_join(l->a, dir, names[i]));
    map_set_str(l->has_go, dir, any ? (void *)l->has_go : l);
    return any;
}

bool dir_has_package(Loader *l, Str import_path, Str dir) {
    if (!dir_has_go_files(l, dir)) return false;
    Pkg p = {.path = import_path, .dir = dir};
    dir_scan(l, &p);
    return !p.error || (p.error->kind != ERR_NO_GO_FILES && p.error->kind != ERR_CONSTRAINTS);
}

const Pkg *dir_look(Loader *l, Str dir, bool any_tags) {
    Pkg *p = map_get_str(l->looked[any_tags], dir);
    if (p) return p;
    p = ANEW(l->a, Pkg);
    *p = (Pkg){.path = dir, .dir = dir};
    map_set_str(l->looked[any_tags], arena_str(l->a, dir), p);
    i64 depth = l->stack.len;
    l->stack.len = 0;
    bool tests = l->o.tests;
    l->any_tags = any_tags;
    l->o.tests |= any_tags;
    dir_scan(l, p);
    l->o.tests = tests;
    l->any_tags = false;
    l->stack.len = depth;
    return p;
}
