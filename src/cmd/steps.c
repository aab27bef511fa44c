// steps.c - a build as a list of commands: each package an archive, each program a link; printed, done, or both.
//
// In:   packages with their graph, of which nothing is parsed; where programs go. Out: the commands of -n and -x; without -n what they make.
// An archive has a key, of all that it is made of; what the cache holds is used from there and its commands are not shown, but what they
// said is. A build without these flags does the same in one process and leaves the same bytes (tests/cli/31-steps.sh).
#include "cmd/steps.h"
#include "cmd/shell.h"
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct Step {
    Pkg *pkg;
    int number;
    Str dir;     // $WORK/b001
    Str archive; // where it is read from
    CacheKey key;
    bool done, failed;
    Str said;        // by the tools, where that is not told
    VEC(Pkg *) deps; // all that it needs, itself excluded; in order
} Step;
struct Steps {
    Cmd *c;
    Program *p;
    const ProgramOptions *o;
    Shell sh;
    Arena *a;
    Map *of; // Pkg -> Step
    int count;
    Str own, self, tools; // what vole is; its file; the folder of links by which it is a tool
    Pkg *runtime;
    bool quiet; // nothing is told
};
typedef VEC(Pkg *) PkgVec;

bool steps_wanted(const Cmd *c) { return c->f.n || c->f.x || c->f.work || c->f.toolexec.len; }

static bool is_main(const Pkg *p) { return str_eq(p->name, S("main")); }
static Str link_path(const Steps *s, const Pkg *p) {
    if (s->o->plugin) return load_link_path(s->p->loader, p);
    return is_main(p) && !p->for_test.len ? S("main") : p->path;
}

static Steps *new_steps(Cmd *c, Program *p, const ProgramOptions *o) {
    Steps *s = ANEW(c->a, Steps);
    char exe[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe);
    *s = (Steps){.c = c, .p = p, .o = o, .a = c->a, .of = map_new_ptr(c->a)};
    s->own = own_content(s->a); // it is in build ids
    s->tools = path_dir(cmd_beside(c, "tool/linux_amd64/compile", "../lib/vole/tool/linux_amd64/compile"));
    s->self = n > 0 ? arena_str(s->a, (Str){exe, n}) : S("vole");
    return s;
}

Steps *steps_new(Cmd *c, Program *p, const ProgramOptions *o, bool quiet) {
    Steps *s = new_steps(c, p, o);
    s->quiet = quiet;
    return shell_open(&s->sh, c) ? s : NULL;
}

Steps *steps_new_in(Cmd *c, Program *p, const ProgramOptions *o, Str work) {
    Steps *s = new_steps(c, p, o);
    shell_open_in(&s->sh, c, work);
    return s;
}

int steps_end(Steps *s, int rc) { return shell_close(&s->sh, rc); }

static Step *step_of(Steps *s, Pkg *p) {
    void **slot = map_slot_ptr(s->of, p);
    if (!*slot) {
        Step *x = ANEW(s->a, Step);
        *x = (Step){.pkg = p, .number = ++s->count};
        x->dir = arena_printf(s->a, "%.*s/b%03d", SFMT(s->sh.work), x->number);
        *slot = x;
    }
    return *slot;
}

// ---- dependencies ----------------------------------------------------------------------------------------------------------

static void collect(Steps *s, Map *seen, PkgVec *out, Pkg *p) {
    if (!p || map_get_ptr(seen, p)) return;
    map_set_ptr(seen, p, p);
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++) collect(s, seen, out, p->deps[i]);
    if (!load_is_fake(p)) vec_push(s->a, out, p);
}

// The runtime of a program: of a test that which sees the package under test as it is tested.
static Pkg *runtime_of(Steps *s, const Pkg *main, const PkgVec *deps) {
    for (i64 i = 0; main->test_main && i < deps->len; i++)
        if (str_eq(deps->ptr[i]->path, S("runtime"))) return deps->ptr[i];
    return s->runtime;
}

// All that a package imports, directly or not, in an order in which each can be made; with the runtime for a program.
static PkgVec all_deps(Steps *s, Pkg *p, bool program) {
    PkgVec out = {0};
    Map *seen = map_new_ptr(s->a);
    map_set_ptr(seen, p, p);
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++) collect(s, seen, &out, p->deps[i]);
    if (program) collect(s, seen, &out, runtime_of(s, p, &out));
    return out;
}

static int by_path(const void *a, const void *b) { return str_cmp((*(Pkg *const *)a)->path, (*(Pkg *const *)b)->path); }

static Str import_config(Steps *s, Pkg *p, PkgVec deps, bool program) {
    Buf b = {0};
    buf_c(&b, "# import config\n");
    for (i64 i = 0; !program && p->deps && i < p->imports[IN_PACKAGE].len; i++)
        if (p->deps[i] && !str_eq(p->deps[i]->path, p->imports[IN_PACKAGE].ptr[i].text))
            buf_printf(&b, "importmap %.*s=%.*s\n", SFMT(p->imports[IN_PACKAGE].ptr[i].text), SFMT(p->deps[i]->path));
    if (program) buf_printf(&b, "packagefile %.*s=%.*s\n", SFMT(p->path), SFMT(step_of(s, p)->archive));
    if (deps.len) qsort(deps.ptr, (size_t)deps.len, sizeof *deps.ptr, by_path);
    for (i64 i = 0; i < deps.len; i++)
        buf_printf(&b, "packagefile %.*s=%.*s\n", SFMT(deps.ptr[i]->path), SFMT(step_of(s, deps.ptr[i])->archive));
    Str text = arena_str(s->a, buf_view(&b));
    buf_free(&b);
    return text;
}

// ---- words of commands -----------------------------------------------------------------------------------------------------

static void add(Steps *s, StrVec *v, Str w) { vec_push(s->a, v, w); }
static void add_c(Steps *s, StrVec *v, const char *w) { vec_push(s->a, v, str_c(w)); }
static void add_pair(Steps *s, StrVec *v, const char *flag, Str value) {
    add_c(s, v, flag);
    add(s, v, value);
}
static void add_all(Steps *s, StrVec *v, StrVec more) {
    for (i64 i = 0; i < more.len; i++) add(s, v, more.ptr[i]);
}

static StrVec tool_words(Steps *s, const char *tool) {
    StrVec v = {0};
    Str program = path_join(s->a, s->tools, str_c(tool));
    if (file_may_run(arena_cstr(s->a, program))) {
        add(s, &v, program);
        return v;
    }
    add(s, &v, s->self);
    add_c(s, &v, "tool");
    add_c(s, &v, tool);
    return v;
}

static bool is_generated(Steps *s, const Pkg *p, const PkgFile *f) {
    return p->test_main || (p->std && f->text.ptr && !file_exists(arena_cstr(s->a, f->path)));
}

static void add_rule(Steps *s, StrVec *rules, Str from, Str to) {
    Str rule = arena_printf(s->a, "%.*s=>%.*s", SFMT(from), SFMT(to));
    for (i64 i = 0; i < rules->len; i++)
        if (str_eq(rules->ptr[i], rule)) return;
    add(s, rules, rule);
}

// What files are called in messages and tables: where they are, or with -trimpath where every build would have them.
static StrVec trim_rules(Steps *s, Step *x) {
    static const FileKind kinds[] = {FILES_GO, FILES_S, FILES_H};
    StrVec rules = {0};
    Loader *l = s->p->loader;
    for (i64 k = 0; k < NELEM(kinds); k++)
        for (i64 i = 0; i < x->pkg->files[kinds[k]].len; i++) {
            const PkgFile *f = x->pkg->files[kinds[k]].ptr[i];
            FileRef ref = {.pkg = x->pkg->origin ? x->pkg->origin->path : x->pkg->path, .name = f->name};
            if (x->pkg->test_main) continue; // a name alone
            Str shown = load_ref_name(l, s->a, &ref, s->o->trimpath), real = load_real_path(l, f->path);
            if (is_generated(s, x->pkg, f)) add_rule(s, &rules, x->dir, path_dir(shown));
            else if (!str_eq(real, f->path)) add_rule(s, &rules, real, shown);
            else if (s->o->trimpath) add_rule(s, &rules, path_dir(f->path), path_dir(shown));
        }
    return rules;
}

static Str trim_flag(Steps *s, Step *x) {
    StrVec rules = trim_rules(s, x);
    Buf b = {0};
    for (i64 i = 0; i < rules.len; i++) buf_printf(&b, "%.*s;", SFMT(rules.ptr[i]));
    buf_printf(&b, "%.*s=>", SFMT(x->dir));
    Str flag = arena_str(s->a, buf_view(&b));
    buf_free(&b);
    return flag;
}

// Seen from where the command runs, if that is above it.
static Str shown_file(Steps *s, Str dir, Str path) {
    bool below = str_has_prefix(path, dir) && path.len > dir.len && path.ptr[dir.len] == '/';
    return below ? arena_printf(s->a, ".%.*s", SFMT(str_slice(path, dir.len, path.len))) : path;
}

static Str build_id(Steps *s, const Step *x) {
    char hex[65];
    sodium_bin2hex(hex, sizeof hex, x->key.b, sizeof x->key.b);
    return arena_printf(s->a, "%.20s/%.20s", hex, hex);
}

static int backend_threads(Steps *s) {
    const char *procs = getenv("GOMAXPROCS");
    int n = procs && atoi(procs) > 0 ? atoi(procs) : s->o->threads;
    return n < 4 ? n : 4;
}

// ---- the cache ---------------------------------------------------------------------------------------------------------------

static Str cache_file(Steps *s, const CacheKey *k, const char *end) {
    char hex[65];
    Str dir = env_get(s->c->env, "GOCACHE");
    if (!dir.len || dir.ptr[0] != '/') return (Str){0};
    sodium_bin2hex(hex, sizeof hex, k->b, sizeof k->b);
    return arena_printf(s->a, "%.*s/vole/%.1s/%s%s", SFMT(dir), hex, hex, end);
}

static void add_file(Steps *s, CacheHash *h, const Pkg *p, const PkgFile *f) {
    Str text = f->text;
    FileRef ref = {.pkg = p->origin ? p->origin->path : p->path, .name = f->name, .literal = p->test_main};
    cache_key_add(h, load_ref_name(s->p->loader, s->a, &ref, s->o->trimpath)); // what tables call it
    if (!text.ptr && !file_read(s->a, arena_cstr(s->a, f->path), &text)) text = S("unreadable");
    cache_key_add(h, text);
}

static void add_words(CacheHash *h, const char *what, StrVec words) {
    cache_key_add(h, str_c(what));
    for (i64 i = 0; i < words.len; i++) cache_key_add(h, words.ptr[i]);
}

static void add_settings(Steps *s, CacheHash *h, Step *x) {
    Pkg *p = x->pkg;
    char numbers[64];
    cache_key_add(h, s->own);
    cache_key_add(h, s->o->goos);
    cache_key_add(h, s->o->goarch);
    cache_key_add(h, s->o->go_version);
    cache_key_add(h, s->o->experiments);
    cache_key_add(h, p->path);
    cache_key_add(h, p->for_test);
    snprintf(numbers, sizeof numbers, "%d %d %d", p->go_minor, p->std, s->o->trimpath);
    cache_key_add(h, str_c(numbers));
    add_words(h, "compile", toolflags_args(s->c, s->p->loader, "compile", p));
    add_words(h, "asm", toolflags_args(s->c, s->p->loader, "asm", p));
    add_words(h, "toolexec", (StrVec){.ptr = &s->c->f.toolexec, .len = 1});
}

static void make_key(Steps *s, Step *x) {
    static const FileKind kinds[] = {FILES_GO, FILES_S, FILES_H};
    Pkg *p = x->pkg;
    CacheHash *h = cache_key_new(s->a, "archive 3");
    add_settings(s, h, x);
    cache_key_add(h, link_path(s, p));
    for (i64 k = 0; k < NELEM(kinds); k++)
        for (i64 i = 0; i < p->files[kinds[k]].len; i++) add_file(s, h, p, p->files[kinds[k]].ptr[i]);
    for (i64 i = 0; i < p->embed_files.len; i++) {
        PkgFile f = {.name = p->embed_files.ptr[i], .path = path_join(s->a, p->dir, p->embed_files.ptr[i])};
        add_file(s, h, p, &f);
    }
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++) {
        if (!p->deps[i] || load_is_fake(p->deps[i])) continue;
        const Step *d = step_of(s, p->deps[i]);
        cache_key_add(h, (Str){(const char *)d->key.b, sizeof d->key.b});
    }
    x->key = cache_key_end(h);
}

// What tools say of files of the folder where they run, in the words of a build: "./x.go:3:12: ...".
static Str with_dots(Steps *s, const Step *x, Str text) {
    Buf b = {0};
    if (!str_eq(x->pkg->dir, s->o->cwd)) return text;
    while (text.len) {
        i64 nl = str_index(text, '\n'), n = nl < 0 ? text.len : nl + 1;
        Str line = str_slice(text, 0, n), file = str_slice(line, 0, i64_max(str_index(line, ':'), 0));
        bool named = str_has_suffix(file, S(".go")) || str_has_suffix(file, S(".s"));
        if (named && str_index(file, '/') < 0) buf_c(&b, "./");
        buf_str(&b, line);
        text = str_slice(text, n, text.len);
    }
    text = arena_str(s->a, buf_view(&b));
    buf_free(&b);
    return text;
}

static void tell_output(Steps *s, Step *x, Str text) {
    text = with_dots(s, x, text);
    if (text.len && s->quiet) x->said = text;
    if (!text.len || s->quiet) return;
    Str name = load_desc(s->a, x->pkg);
    build_note(s->c, name, arena_printf(s->a, "# %.*s\n%.*s", SFMT(name), SFMT(text)));
}

// What the cache has must be whole: else it is made anew.
static bool use_cached(Steps *s, Step *x) {
    Str file = cache_file(s, &x->key, "-d"), bytes, said;
    Archive *found;
    Err err = {0};
    Str header = archive_header(s->a, s->o->goos, s->o->goarch, s->o->go_version, s->o->experiments);
    if (s->c->f.a || !file.len || !file_read(s->a, arena_cstr(s->a, file), &bytes)) return false;
    if (!archive_read(s->a, file, bytes, header, &found, &err)) return false;
    x->archive = file;
    if (s->sh.run && file_read(s->a, arena_cstr(s->a, cache_file(s, &x->key, "-o")), &said)) tell_output(s, x, said);
    return true;
}

static void keep(Steps *s, Step *x, Str said) {
    Str file = cache_file(s, &x->key, "-d");
    if (!file.len || !shell_copy(&s->sh, x->archive, file)) return; // a cache that cannot be written
    if (s->sh.run && said.len) file_write_atomic(arena_cstr(s->a, cache_file(s, &x->key, "-o")), said, 0666);
}

// ---- tools -------------------------------------------------------------------------------------------------------------------

static bool run(Steps *s, Step *x, Str dir, Str env, StrVec args, Str *said) {
    StrVec words = {0};
    char open;
    split_quoted(s->a, s->c->f.toolexec, &words, &open);
    add_all(s, &words, args);
    Str name = load_desc(s->a, x->pkg);
    ShellRun r = {.dir = dir, .env = env, .args = words, .package = name};
    Str out;
    int rc = shell_run(&s->sh, &r, &out);
    tell_output(s, x, out);
    if (said) *said = out;
    if (rc == 0) return true;
    if (!out.len && !s->quiet) build_note(s->c, name, arena_printf(s->a, "# %.*s\nexit status %d\n", SFMT(name), rc));
    return false;
}

static bool write_generated(Steps *s, Step *x) {
    for (i64 i = 0; i < x->pkg->files[FILES_GO].len; i++) {
        const PkgFile *f = x->pkg->files[FILES_GO].ptr[i];
        if (is_generated(s, x->pkg, f) && !shell_file(&s->sh, path_join(s->a, x->dir, f->name), f->text)) return false;
    }
    return true;
}

static void add_files(Steps *s, Step *x, StrVec *v) {
    for (i64 i = 0; i < x->pkg->files[FILES_GO].len; i++) {
        const PkgFile *f = x->pkg->files[FILES_GO].ptr[i];
        Str path =
            is_generated(s, x->pkg, f) ? path_join(s->a, x->dir, f->name) : load_real_path(s->p->loader, f->path);
        add(s, v, shown_file(s, s->o->cwd, path));
    }
}

static bool compile(Steps *s, Step *x, Str *said) {
    Pkg *p = x->pkg;
    StrVec v = tool_words(s, "compile");
    i32 minor = p->go_minor ? p->go_minor : 26;
    x->archive = path_join(s->a, x->dir, S("_pkg_.a"));
    add_pair(s, &v, "-o", x->archive);
    add_pair(s, &v, "-trimpath", trim_flag(s, x));
    add_pair(s, &v, "-p", link_path(s, p));
    add(s, &v, arena_printf(s->a, "-lang=go1.%d", minor));
    if (p->std) add_c(s, &v, "-std");
    if (!load_uses_assembly(p)) add_c(s, &v, "-complete");
    else add_pair(s, &v, "-symabis", path_join(s->a, x->dir, S("symabis")));
    add_pair(s, &v, "-buildid", build_id(s, x));
    add_pair(s, &v, "-goversion", s->o->go_version);
    add(s, &v, arena_printf(s->a, "-c=%d", backend_threads(s)));
    add_c(s, &v, "-nolocalimports");
    add_pair(s, &v, "-importcfg", path_join(s->a, x->dir, S("importcfg")));
    if (p->embed_files.len) add_pair(s, &v, "-embedcfg", path_join(s->a, x->dir, S("embedcfg")));
    add_c(s, &v, "-pack");
    if (load_uses_assembly(p)) add_pair(s, &v, "-asmhdr", path_join(s->a, x->dir, S("go_asm.h")));
    add_all(s, &v, toolflags_args(s->c, s->p->loader, "compile", p));
    add_files(s, x, &v);
    return run(s, x, s->o->cwd, (Str){0}, v, said);
}

// ---- assembly and embedded files -------------------------------------------------------------------------------------------

static StrVec asm_words(Steps *s, Step *x) {
    StrVec v = tool_words(s, "asm");
    add_pair(s, &v, "-p", link_path(s, x->pkg));
    add_pair(s, &v, "-trimpath", trim_flag(s, x));
    add_pair(s, &v, "-I", arena_printf(s->a, "%.*s/", SFMT(x->dir)));
    add_pair(s, &v, "-I", path_join(s->a, s->o->goroot, S("pkg/include")));
    add_pair(s, &v, "-I", path_join(s->a, s->o->goroot, S("src/runtime"))); // textflag.h, where that folder is missing
    add_pair(s, &v, "-D", arena_printf(s->a, "GOOS_%.*s", SFMT(s->o->goos)));
    add_pair(s, &v, "-D", arena_printf(s->a, "GOARCH_%.*s", SFMT(s->o->goarch)));
    if (str_eq(s->o->goarch, S("amd64"))) add_pair(s, &v, "-D", S("GOAMD64_v1"));
    add_all(s, &v, toolflags_args(s->c, s->p->loader, "asm", x->pkg));
    return v;
}

static Str asm_path(Steps *s, Step *x, const PkgFile *f) {
    return shown_file(s, x->pkg->dir, load_real_path(s->p->loader, f->path));
}

static bool make_symabis(Steps *s, Step *x) {
    if (!load_uses_assembly(x->pkg)) return true;
    StrVec v = asm_words(s, x);
    if (!shell_file(&s->sh, path_join(s->a, x->dir, S("go_asm.h")), (Str){0})) return false;
    add_c(s, &v, "-gensymabis");
    add_pair(s, &v, "-o", path_join(s->a, x->dir, S("symabis")));
    const PkgFiles *files = &x->pkg->files[FILES_S];
    for (i64 i = 0; i < files->len; i++)
        if (load_assembles(x->pkg, files->ptr[i])) add(s, &v, asm_path(s, x, files->ptr[i]));
    return run(s, x, x->pkg->dir, (Str){0}, v, NULL);
}

static bool assemble(Steps *s, Step *x) {
    if (!load_uses_assembly(x->pkg)) return true;
    StrVec pack = tool_words(s, "pack");
    add_c(s, &pack, "r");
    add(s, &pack, x->archive);
    for (i64 i = 0; i < x->pkg->files[FILES_S].len; i++) {
        const PkgFile *f = x->pkg->files[FILES_S].ptr[i];
        if (!load_assembles(x->pkg, f)) continue;
        Str name = f->name;
        Str object = arena_printf(s->a, "%.*s/%.*s.o", SFMT(x->dir), SFMT(str_slice(name, 0, str_rindex(name, '.'))));
        StrVec v = asm_words(s, x);
        add_pair(s, &v, "-o", object);
        add(s, &v, asm_path(s, x, f));
        if (!run(s, x, x->pkg->dir, (Str){0}, v, NULL)) return false;
        add(s, &pack, object);
    }
    ShellRun r = {.args = pack};
    Str said;
    int rc = shell_run(&s->sh, &r, &said);
    tell_output(s, x, said);
    return rc == 0;
}

static void put_json_list(Buf *b, Str *items, i64 n) {
    buf_c(b, "[");
    for (i64 i = 0; i < n; i++) {
        if (i) buf_c(b, ",");
        buf_json(b, items[i]);
    }
    buf_c(b, "]");
}

static bool write_embed_config(Steps *s, Step *x) {
    Pkg *p = x->pkg;
    Buf b = {0};
    if (!p->embed_files.len) return true;
    buf_c(&b, "{\"Patterns\":{");
    for (i64 i = 0; i < p->embeds[IN_PACKAGE].len; i++) {
        Str pattern = p->embeds[IN_PACKAGE].ptr[i].text;
        StrList *files = map_get_str(p->embed_lists, pattern);
        if (i) buf_c(&b, ",");
        buf_json(&b, pattern);
        buf_c(&b, ":");
        put_json_list(&b, files->ptr, files->len);
    }
    buf_c(&b, "},\"Files\":{");
    for (i64 i = 0; i < p->embed_files.len; i++) {
        if (i) buf_c(&b, ",");
        buf_json(&b, p->embed_files.ptr[i]);
        buf_c(&b, ":");
        buf_json(&b, load_real_path(s->p->loader, path_join(s->a, p->dir, p->embed_files.ptr[i])));
    }
    buf_c(&b, "}}\n");
    bool ok = shell_file(&s->sh, path_join(s->a, x->dir, S("embedcfg")), buf_view(&b));
    buf_free(&b);
    return ok;
}

static bool make_archive(Steps *s, Step *x) {
    Str said = {0};
    Str name = load_desc(s->a, x->pkg);
    if (s->c->f.v && !s->o->test_binary) build_note(s->c, name, arena_printf(s->a, "%.*s\n", SFMT(name)));
    shell_title(&s->sh, name);
    if (!shell_mkdir(&s->sh, arena_printf(s->a, "%.*s/", SFMT(x->dir)))) return false;
    Str config = import_config(s, x->pkg, all_deps(s, x->pkg, false), false);
    if (!shell_file(&s->sh, path_join(s->a, x->dir, S("importcfg")), config)) return false;
    if (!write_embed_config(s, x) || !write_generated(s, x) || !make_symabis(s, x)) return false;
    if (!compile(s, x, &said) || !assemble(s, x)) return false;
    keep(s, x, said);
    return true;
}

// False: it, or what it imports, could not be made; others are made all the same.
static bool make_package(Steps *s, Pkg *p) {
    if (!p || load_is_fake(p)) return true;
    Step *x = step_of(s, p);
    if (x->done) return !x->failed;
    x->done = true;
    bool ok = true;
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++) ok &= make_package(s, p->deps[i]);
    if (ok) make_key(s, x);
    x->failed = !ok || !(use_cached(s, x) || make_archive(s, x));
    return !x->failed;
}

bool steps_archive(Steps *s, Pkg *p, StepsArchive *out) {
    bool ok = make_package(s, p);
    Step *x = step_of(s, p);
    Str kept = ok ? cache_file(s, &x->key, "-d") : (Str){0};
    *out = (StepsArchive){.said = x->said};
    if (!ok) return false;
    bool there = kept.len && file_exists(arena_cstr(s->a, kept)); // else the cache cannot be written
    *out = (StepsArchive){.file = there ? kept : x->archive, .build_id = build_id(s, x), .cached = there};
    return true;
}

// ---- programs ------------------------------------------------------------------------------------------------------------------

static Str link_config(Steps *s, Pkg *p, Str modinfo) {
    Str config = import_config(s, p, all_deps(s, p, true), true), quoted = str_quote(s->a, modinfo_wrap(s->a, modinfo));
    return arena_printf(s->a, "%.*smodinfo %.*s\n", SFMT(config), SFMT(quoted));
}

static StrVec link_words(Steps *s, Step *x, Str out) {
    StrVec v = tool_words(s, "link");
    add_pair(s, &v, "-o", out);
    add_pair(s, &v, "-importcfg", path_join(s->a, x->dir, S("importcfg.link")));
    if (x->pkg->default_godebug.len)
        add(s, &v, arena_printf(s->a, "-X=runtime.godebugDefault=%.*s", SFMT(x->pkg->default_godebug)));
    if (x->pkg->test_main) add_c(s, &v, "-X=testing.testBinary=1");
    add_c(s, &v, s->o->plugin ? "-buildmode=plugin" : "-buildmode=exe");
    add(s, &v, arena_printf(s->a, "-buildid=%.*s", SFMT(build_id(s, x))));
    add_all(s, &v, toolflags_args(s->c, s->p->loader, "link", x->pkg));
    add(s, &v, x->archive);
    return v;
}

// The program that stands there already was made by the same command.
static Str link_record(Steps *s, Step *x, Str modinfo) {
    CacheHash *h = cache_key_new(s->a, "link 2");
    PkgVec deps = all_deps(s, x->pkg, true);
    cache_key_add(h, s->own);
    cache_key_add(h, modinfo);
    cache_key_add(h, x->pkg->default_godebug);
    cache_key_add(h, s->o->plugin ? S("plugin") : S("exe"));
    cache_key_add(h, (Str){(const char *)x->key.b, sizeof x->key.b});
    for (i64 i = 0; i < deps.len; i++) {
        const Step *d = step_of(s, deps.ptr[i]);
        cache_key_add(h, (Str){(const char *)d->key.b, sizeof d->key.b});
    }
    add_words(h, "flags", toolflags_args(s->c, s->p->loader, "link", x->pkg));
    CacheKey k = cache_key_end(h);
    return cache_file(s, &k, "-x");
}

static Str digest(Steps *s, Str file) {
    Str text;
    if (!file.len || !file_read(s->a, arena_cstr(s->a, file), &text)) return (Str){0};
    return arena_printf(s->a, "%016llx %lld\n", (unsigned long long)hash_bytes(text.ptr, text.len, 1),
                        (long long)text.len);
}

static bool is_up_to_date(Steps *s, Str record, Str path) {
    Str was, is = s->c->f.a ? (Str){0} : digest(s, path);
    return is.len && record.len && file_read(s->a, arena_cstr(s->a, record), &was) && str_eq(was, is);
}

// What the program will say of how it was made. False: reported.
static bool find_modinfo(Steps *s, Pkg *main, Str *modinfo) {
    if (pgo_check(s->c, s->p->diag, main))
        *modinfo = load_build_info(s->p->loader, main, build_settings(s->c, s->o, main));
    return diag_flush(s->p->diag, 2) == 0;
}

static bool link_file(Steps *s, Step *x, Str dir, Str modinfo, Str out) {
    Str goroot = arena_printf(s->a, "GOROOT=%.*s", SFMT(s->o->trimpath ? (Str){0} : s->o->goroot));
    Str config = link_config(s, x->pkg, modinfo);
    if (!shell_mkdir(&s->sh, arena_printf(s->a, "%.*s/", SFMT(dir)))) return false;
    if (!shell_file(&s->sh, path_join(s->a, x->dir, S("importcfg.link")), config)) return false;
    return run(s, x, s->o->cwd, goroot, link_words(s, x, out), NULL);
}

bool steps_link_test(Steps *s, Pkg *main, Str name, Str path) {
    Step *x = step_of(s, main);
    Str modinfo, out = path_join(s->a, x->dir, name);
    if (!find_modinfo(s, main, &modinfo) || !link_file(s, x, x->dir, modinfo, out)) return false;
    return !path.len || shell_place(&s->sh, main->path, out, path, 0777, false);
}

static bool link_program(Steps *s, StepsTarget *t) {
    Step *x = step_of(s, t->pkg);
    Str modinfo, dir = path_join(s->a, x->dir, S("exe"));
    if (!find_modinfo(s, t->pkg, &modinfo)) return false;
    Str record = link_record(s, x, modinfo);
    if (is_up_to_date(s, record, t->path)) return true;
    t->result = path_join(s->a, dir, t->name.len ? t->name : S("a.out"));
    if (!link_file(s, x, dir, modinfo, t->result)) return false;
    if (!t->path.len) return true;
    if (!shell_place(&s->sh, t->pkg->path, t->result, t->path, 0777, true)) return false;
    if (s->sh.run && record.len && dir_make_all(s->a, path_dir(record)))
        file_write_atomic(arena_cstr(s->a, record), digest(s, t->path), 0666);
    shell_remove(&s->sh, arena_printf(s->a, "%.*s/", SFMT(x->dir)));
    return true;
}

void steps_show_run(Steps *s, const StepsTarget *t, const Str *args, i64 n) {
    StrVec v = {0};
    if (t->result.len) add(s, &v, t->result);
    for (i64 i = 0; i < n; i++) add(s, &v, args[i]);
    shell_show(&s->sh, v);
}

i64 steps_number(Steps *s, Pkg *main) { return step_of(s, main)->number; }

// False: reported.
static bool load_runtime(Steps *s) {
    if (s->runtime) return true;
    s->runtime = load_path(s->p->loader, S("runtime"));
    if (!s->runtime->incomplete || !load_report(s->p->loader, &s->runtime, 1)) return true;
    diag_flush(s->p->diag, 2);
    return false;
}

bool steps_make(Steps *s, Pkg *p) {
    if (!load_runtime(s) || !make_package(s, p)) return false;
    PkgVec deps = all_deps(s, p, p->test_main);
    return !p->test_main || make_package(s, runtime_of(s, p, &deps));
}

int steps_build(Steps *s, StepsTarget *targets, i64 n) {
    bool ok = true;
    for (i64 i = 0; i < n; i++) step_of(s, targets[i].pkg);
    if (!load_runtime(s)) return 1;
    for (i64 i = 0; i < n; i++) {
        Pkg *p = targets[i].pkg;
        bool made = make_package(s, p);
        if (made && is_main(p)) made = make_package(s, s->runtime) && link_program(s, &targets[i]);
        else if (made && targets[i].path.len)
            made = shell_place(&s->sh, p->path, step_of(s, p)->archive, targets[i].path, 0666, false);
        if (made && s->sh.run) built_note(s->c, &s->p->o, s->p->loader, p);
        ok &= made;
    }
    return ok ? 0 : 1;
}
