// tool_compile.c - `vole tool compile`: a package is checked and becomes an archive that holds it as the later steps need it.
//
// In:   flags as gc's compiler has them, Go files, archives of what they import (-importcfg). Out: the archive (archive/archive.h),
//       go_asm.h if it was asked for; listings and decisions (-S, -m) on standard output.
// vole makes code of what a program reaches, so what is linked is made when it is linked. -S and -m make all of the package's here.
#include "cmd/toolbase.h"
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

typedef struct Compile {
    Cmd *c;
    ProgramOptions o;
    PathRules trim;
    Str path, out, import_config, embed_config, symabis, asm_header, build_id, version;
    bool asked_version, std, complete, pack;
    FilesPackage files;
    VEC(Str) dirs;
    VEC(ArchiveEmbed) embeds;
    ArchiveTexts embedded;
} Compile;

static bool is(const char *a, const char *b) { return strcmp(a, b) == 0; }

static void take(void *ctx, const char *name, Str v) {
    Compile *m = ctx;
    bool on = str_eq(v, S("true"));
    if (is(name, "V")) m->asked_version = true, m->version = v;
    else if (is(name, "p")) m->path = v;
    else if (is(name, "o")) m->out = v;
    else if (is(name, "importcfg")) m->import_config = v;
    else if (is(name, "embedcfg")) m->embed_config = v;
    else if (is(name, "symabis")) m->symabis = v;
    else if (is(name, "asmhdr")) m->asm_header = v;
    else if (is(name, "buildid")) m->build_id = v;
    else if (is(name, "trimpath")) m->trim = path_rules(m->c->a, v);
    else if (is(name, "I")) vec_push(m->c->a, &m->dirs, v);
    else if (is(name, "std")) m->std = on;
    else if (is(name, "complete")) m->complete = on;
    else if (is(name, "pack")) m->pack = on;
}

// ---- -embedcfg: {"Patterns": {PATTERN: [FILE...]}, "Files": {FILE: PATH}} ---------------------------------------------------

static Str json_str(const json_t *j) { return (Str){json_string_value(j), (i64)json_string_length(j)}; }

static bool read_patterns(Compile *m, json_t *patterns) {
    Arena *a = m->c->a;
    const char *key;
    json_t *list, *item;
    size_t i;
    json_object_foreach(patterns, key, list) {
        ArchiveEmbed e = {.pattern = arena_str(a, str_c(key))};
        json_array_foreach(list, i, item) {
            if (!json_is_string(item)) return false;
            vec_push(a, &e.files, arena_str(a, json_str(item)));
        }
        vec_push(a, &m->embeds, e);
    }
    return true;
}

static bool read_embedded(Compile *m, json_t *files, Err *err) {
    Arena *a = m->c->a;
    const char *key;
    json_t *item;
    json_object_foreach(files, key, item) {
        ArchiveText t = {.name = arena_str(a, str_c(key))};
        if (!json_is_string(item)) return err_set(err, a, ERR_OTHER, "%.*s: malformed", SFMT(m->embed_config));
        const char *path = arena_cstr(a, json_str(item));
        if (!file_read(a, path, &t.text)) return err_set(err, a, ERR_OTHER, "embed %s: %s", path, err_os(errno));
        vec_push(a, &m->embedded, t);
    }
    return true;
}

static bool read_embed_config(Compile *m, Err *err) {
    Arena *a = m->c->a;
    Str text;
    if (!m->embed_config.len) return true;
    if (!file_read(a, arena_cstr(a, m->embed_config), &text))
        return err_set(err, a, ERR_OTHER, "open %.*s: %s", SFMT(m->embed_config), err_os(errno));
    json_t *root = json_loadb(text.ptr, (size_t)text.len, 0, NULL);
    json_t *patterns = json_object_get(root, "Patterns"), *files = json_object_get(root, "Files");
    bool ok = patterns && files && read_patterns(m, patterns);
    if (!ok) err_set(err, a, ERR_OTHER, "%.*s: malformed", SFMT(m->embed_config));
    ok = ok && read_embedded(m, files, err);
    json_decref(root);
    m->files.embed_data = map_new_str(a);
    for (i64 i = 0; i < m->embedded.len; i++)
        map_set_str(m->files.embed_data, m->embedded.ptr[i].name, &m->embedded.ptr[i].text);
    return ok;
}

// ---- the archive ---------------------------------------------------------------------------------------------------------------

static void add_imports(Compile *m, const Pkg *p, Archive *out) {
    const PkgWords *words = &p->imports[IN_PACKAGE];
    for (i64 i = 0; i < words->len; i++)
        if (p->deps[i]) vec_push(m->c->a, &out->imports, ((ArchiveImport){words->ptr[i].text, p->deps[i]->path}));
}

static bool write_archive(Compile *m, const Pkg *p, Str export_data) {
    Arena *a = m->c->a;
    Archive out = {.header = m->o.imports->header,
                   .build_id = m->build_id,
                   .path = p->path,
                   .name = p->name,
                   .dir = p->dir,
                   .go_minor = p->go_minor,
                   .flags = p->flags.bits & ~(u32)(PKG_LIST_CODE | PKG_TELL),
                   .std = p->std,
                   .export_data = export_data};
    const PkgFiles *files = &p->files[FILES_GO];
    for (i64 i = 0; i < files->len; i++) {
        Str path = path_rewrite(a, &m->trim, files->ptr[i]->path);
        if (i == 0) out.dir = path_dir(path);
        vec_push(a, &out.files, ((ArchiveText){files->ptr[i]->name, path, files->ptr[i]->text}));
    }
    add_imports(m, p, &out);
    for (i64 i = 0; i < m->embeds.len; i++) vec_push(a, &out.embeds, m->embeds.ptr[i]);
    out.embedded = m->embedded;
    Buf b = {0};
    archive_write(&out, &b);
    bool ok = tool_write(m->c, m->out, &b, 0666);
    buf_free(&b);
    return ok;
}

// ---- the steps ---------------------------------------------------------------------------------------------------------------

static bool set_files(Compile *m, StrVec args, i64 at, Err *err) {
    Arena *a = m->c->a;
    for (; at < args.len; at++) {
        Str text, path = path_clean(a, path_abs(a, args.ptr[at]));
        if (!file_read(a, arena_cstr(a, path), &text))
            return err_set(err, a, ERR_OTHER, "open %.*s: %s", SFMT(args.ptr[at]), err_os(errno));
        vec_push(a, &m->files.files, ((ArchiveText){path_base(path_rewrite(a, &m->trim, path)), path, text}));
    }
    m->files.path = m->path.len ? m->path : S("<unlinkable>");
    m->files.std = m->std;
    m->files.complete = m->complete;
    m->files.embeds = m->embeds.ptr;
    m->files.nembeds = m->embeds.len;
    return m->files.files.len > 0 || err_set(err, a, ERR_OTHER, "usage: compile [options] file.go...");
}

// What a build checks: all of the package, of the library only that the syntax is right. Listings alone need code.
static bool check(Compile *m, Program *p, Package *pkg) {
    load_parse_ahead(p->loader, &pkg, 1);
    if (!program_check(p, pkg)) return false;
    bool shows = (pkg->flags & (PKG_LIST_CODE | PKG_TELL)) != 0;
    if (!shows) return true; // the linker makes code
    return program_compile_only(p, pkg);
}

static bool write_header(Compile *m, Program *p, Package *pkg) {
    if (!m->asm_header.len) return true;
    Buf b = {0};
    buf_str(&b, program_asm_header(p, pkg));
    bool ok = !diag_count(p->diag) && tool_write(m->c, m->asm_header, &b, 0666);
    buf_free(&b);
    return ok;
}

static int compile(Compile *m, Program *p) {
    Package **pkgs;
    i64 n;
    Pkg *pkg = load_files(p->loader, &m->files);
    if (!program_parse(p, &pkg, 1, &pkgs, &n) || !n || !check(m, p, pkgs[0])) return tool_end(p->diag, 1, 2);
    Buf exported = {0};
    types_export_data(p->checker, pkgs[0], &exported);
    bool ok = !diag_count(p->diag) && write_header(m, p, pkgs[0]) && write_archive(m, pkg, buf_view(&exported));
    buf_free(&exported);
    return tool_end(p->diag, 1, ok ? 0 : 1);
}

static Str default_output(Compile *m) {
    Str base = path_base(m->files.files.ptr[0].path);
    return arena_printf(m->c->a, "%.*s.%s", SFMT(str_slice(base, 0, i64_max(str_rindex(base, '.'), 0))),
                        m->pack ? "a" : "o");
}

int tool_compile(Cmd *c, StrVec args) {
    Compile m = {.c = c};
    PkgFlags flags = {0};
    Err err = {0};
    if (!tool_options(c, &m.o)) return 2;
    Program *p = program_new(m.o);
    i64 at = toolflags_compile(c, p->diag, args, &flags, take, &m);
    if (at < 0) return tool_end(p->diag, 2, 2);
    if (m.asked_version) return tool_version(c, "compile", m.version);
    if (m.import_config.len && !import_config_read(m.o.imports, m.import_config, &err))
        return tool_fail("compile", err.text);
    for (i64 i = 0; i < m.dirs.len; i++) vec_push(c->a, &m.o.imports->dirs, m.dirs.ptr[i]);
    if (!read_embed_config(&m, &err)) return tool_fail("compile", err.text);
    if (!set_files(&m, args, at, &err)) return tool_fail("compile", err.text);
    m.files.flags = flags.bits;
    m.files.go_minor = flags.go_minor ? flags.go_minor : 26;
    if (!m.out.len) m.out = default_output(&m);
    return compile(&m, p);
}
