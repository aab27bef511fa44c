// vet_unit.c - packages as the program of analyzers sees them: units, what is known of each, and the description of the rest.
//
// In:   packages whose findings are wanted (roots), with all that they import. Out: keys of what each unit is made of; facts and findings
// that an earlier command left in the cache; JSON that describes what is left (lib/cmd/vendor/golang.org/x/tools/go/analysis/unitchecker).
// Never: looks into a file but for its hash.
#include "cmd/vet.h"

void vet_init(Vet *v, Cmd *c, ProgramOptions *o, Loader *l) {
    v->c = c;
    v->o = o;
    v->loader = l;
    v->units = map_new_ptr(c->a);
    v->own_key = cmd_own_key(c);
    v->cache = o->cache;
    v->files = o->files;
}

static VetUnit *unit_of(Vet *v, Pkg *p) {
    VetUnit *u = map_get_ptr(v->units, p);
    if (u) return u;
    u = ANEW(v->c->a, VetUnit);
    *u = (VetUnit){.pkg = p, .index = -1};
    map_set_ptr(v->units, p, u);
    return u;
}

VetUnit *vet_add(Vet *v, Pkg *p) {
    VetUnit *u = unit_of(v, p);
    if (!u->root) vec_push(v->c->a, &v->roots, u);
    u->root = true;
    return u;
}

VetUnit *vet_want(Vet *v, Pkg *p) {
    VetUnit *u = unit_of(v, p);
    vec_push(v->c->a, &v->wanted, u);
    return u;
}

// Analyzers that are too noisy for the library are off there, unless the user chose some.
bool vet_own_choice(const Vet *v, const Pkg *p) { return p->std && !v->chosen && strcmp(v->tool, "vet") == 0; }

// ---- keys -------------------------------------------------------------------------------------------------------------

static void add_key(CacheHash *h, const CacheKey *k) { cache_key_add(h, (Str){(const char *)k->b, sizeof k->b}); }

static void add_files(Vet *v, CacheHash *h, const Pkg *p, FileKind kind) {
    Arena *a = v->c->a;
    for (i64 i = 0; i < p->files[kind].len; i++) {
        PkgFile *f = p->files[kind].ptr[i];
        FileHash hash;
        cache_key_add(h, load_real_path(v->loader, f->path));
        if (v->files && !v->o->overlay_file.len && files_hash(v->files, a, arena_cstr(a, f->path), &hash, NULL))
            cache_key_add(h, (Str){(const char *)hash.content, sizeof hash.content});
        else cache_key_add(h, load_text(v->loader, f));
    }
    cache_key_add(h, S("."));
}

static Str go_version(Vet *v, const Pkg *p) {
    Str local = v->o->go_version;
    if (p->std || !p->module.path.len || p->command_line_files)
        return str_has_prefix(local, S("go")) ? local : arena_printf(v->c->a, "go%.*s", SFMT(local));
    return arena_printf(v->c->a, "go1.%d", (int)p->go_minor);
}

static void add_flags(Vet *v, CacheHash *h, const Pkg *p) {
    bool own = vet_own_choice(v, p);
    cache_key_add(h, str_c(v->tool));
    cache_key_add(h, own ? S("library") : S("flags"));
    cache_key_add(h, v->version);
    for (i64 i = 0; i < v->flags.len && !own; i++) cache_key_add(h, v->flags.ptr[i]);
}

// Of its own sources and all that it imports, with the analyzers that run over them.
static void make_keys(Vet *v, VetUnit *u) {
    static const FileKind more[] = {FILES_S, FILES_H, FILES_IGNORED_GO, FILES_IGNORED_OTHER};
    const Pkg *p = u->pkg;
    if (u->has_keys) return;
    u->has_keys = true; // a cycle was an error before
    CacheHash *h = cache_key_new(v->c->a, "vet types and facts 1");
    cache_key_add(h, (Str){(const char *)&v->own_key, sizeof v->own_key});
    add_flags(v, h, p);
    cache_key_add(h, v->o->goarch);
    cache_key_add(h, p->path);
    cache_key_add(h, go_version(v, p));
    cache_key_add(h, p->module.path);
    cache_key_add(h, p->module.version);
    add_files(v, h, p, FILES_GO);
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++) {
        if (!p->deps[i]) continue;
        VetUnit *d = unit_of(v, p->deps[i]);
        make_keys(v, d);
        cache_key_add(h, p->imports[IN_PACKAGE].ptr[i].text);
        add_key(h, &d->known_key);
    }
    u->known_key = cache_key_end(h);
    if (!u->root) return;
    static const char *const forms[] = {"lines", "JSON", "fix", "diff"};
    h = cache_key_new(v->c->a, "vet findings 1");
    add_key(h, &u->known_key);
    cache_key_add(h, str_c(forms[v->form]));
    cache_key_add(h, v->testing ? S("test") : S(""));
    for (i64 k = 0; k < NELEM(more); k++) add_files(v, h, p, more[k]);
    u->found_key = cache_key_end(h);
}

bool vet_look(Vet *v, VetUnit *u) {
    Str value;
    if (!v->cache || v->form == VET_FIX) return false;
    make_keys(v, u);
    if (!cache_find(v->cache, &u->found_key, "findings", &value)) return false;
    u->found = value;
    u->done = u->known = true;
    return true;
}

// ---- the description --------------------------------------------------------------------------------------------------

static bool is_analysed(const VetUnit *u) { return (u->root && !u->done) || !u->known_file.len; }

// Whether it is known, asked once; nothing below it counts here.
static void look_up(Vet *v, VetUnit *u) {
    if (u->looked) return;
    u->looked = true;
    if (!v->cache) return;
    make_keys(v, u);
    if (!cache_find_file(v->cache, &u->known_key, "types and facts", &u->known_file)) u->known_file = (Str){0};
}

// Looks up a unit and, where it is analysed, what it imports.
static void look_below(Vet *v, VetUnit *u) {
    const Pkg *p = u->pkg;
    if (u->looked) return;
    look_up(v, u);
    for (i64 i = 0; is_analysed(u) && p->deps && i < p->imports[IN_PACKAGE].len; i++)
        if (p->deps[i]) look_below(v, unit_of(v, p->deps[i]));
}

// Nothing is known that depends on something that is not: types would be there twice.
static bool forget(Vet *v, VetUnit *u) {
    const Pkg *p = u->pkg;
    if (u->settled) return !u->known_file.len && u->looked;
    u->settled = true;
    bool below = false;
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++)
        if (p->deps[i]) below |= forget(v, unit_of(v, p->deps[i]));
    if (below) u->known_file = (Str){0}, u->looked = true;
    return u->looked && !u->known_file.len;
}

static void take_in(Vet *v, VetUnit *u) {
    const Pkg *p = u->pkg;
    if (u->index >= 0) return;
    look_up(v, u);
    for (i64 i = 0; is_analysed(u) && p->deps && i < p->imports[IN_PACKAGE].len; i++)
        if (p->deps[i]) take_in(v, unit_of(v, p->deps[i]));
    u->index = v->batch.len;
    vec_push(v->c->a, &v->batch, u);
}

static void gather(Vet *v) {
    VetUnits all = {0};
    for (i64 i = 0; i < v->roots.len; i++)
        if (!v->roots.ptr[i]->done) vec_push(v->c->a, &all, v->roots.ptr[i]);
    for (i64 i = 0; i < v->wanted.len; i++) vec_push(v->c->a, &all, v->wanted.ptr[i]);
    for (i64 i = 0; i < all.len; i++) look_below(v, all.ptr[i]);
    for (i64 i = 0; i < all.len; i++) forget(v, all.ptr[i]);
    for (i64 i = 0; i < all.len; i++)
        if (is_analysed(all.ptr[i])) take_in(v, all.ptr[i]);
}

bool vet_find_known(Vet *v, VetUnit *u) {
    if (u->known_file.len || u->failed) return !u->failed;
    u->looked = false;
    look_up(v, u);
    return u->known_file.len > 0;
}

// Files as they stand on the disk, whatever -overlay calls them.
static void put_files(Vet *v, Buf *b, const char *name, const Pkg *p, const FileKind *kinds, i64 n) {
    bool first = true;
    buf_printf(b, ",\n\"%s\": [", name);
    for (i64 k = 0; k < n; k++)
        for (i64 i = 0; i < p->files[kinds[k]].len; i++, first = false) {
            if (!first) buf_char(b, ',');
            buf_json(b, load_real_path(v->loader, p->files[kinds[k]].ptr[i]->path));
        }
    buf_char(b, ']');
}

static void put_string(Buf *b, const char *name, Str s) {
    buf_printf(b, ",\n\"%s\": ", name);
    buf_json(b, s);
}

// What each import path stands for: the number of a unit (Imports), or a path (ImportMap).
static void put_imports(Vet *v, Buf *b, const Pkg *p, bool paths) {
    bool first = true;
    buf_c(b, paths ? ",\n\"ImportMap\": {" : ",\n\"Imports\":{");
    for (i64 i = 0; p->deps && i < p->imports[IN_PACKAGE].len; i++) {
        Str path = p->imports[IN_PACKAGE].ptr[i].text;
        Pkg *d = p->deps[i];
        if (!d && !str_eq(path, S("unsafe"))) continue;
        if (!first) buf_char(b, ',');
        first = false;
        buf_json(b, path);
        buf_char(b, ':');
        if (paths) buf_json(b, d ? d->path : path);
        else buf_printf(b, "%lld", d ? (long long)unit_of(v, d)->index : -1ll);
    }
    buf_char(b, '}');
}

// What the description of a batch and a vet.cfg both say of a package.
static void put_config(Vet *v, Buf *b, const Pkg *p) {
    static const FileKind go[] = {FILES_GO}, other[] = {FILES_S, FILES_H},
                          ignored[] = {FILES_IGNORED_GO, FILES_IGNORED_OTHER};
    buf_c(b, "{\"ID\": ");
    buf_json(b, p->path);
    put_string(b, "Compiler", S("gc"));
    put_string(b, "Dir", p->dir);
    put_string(b, "ImportPath", p->path);
    put_files(v, b, "GoFiles", p, go, NELEM(go));
    put_files(v, b, "NonGoFiles", p, other, NELEM(other));
    put_files(v, b, "IgnoredFiles", p, ignored, NELEM(ignored));
    put_string(b, "ModulePath", p->module.path);
    put_string(b, "ModuleVersion", p->module.version);
    put_string(b, "GoVersion", go_version(v, p));
}

// Of files that are in memory only.
static void put_texts(Vet *v, Buf *b, const Pkg *p) {
    bool first = true;
    buf_c(b, ",\n\"Texts\": {");
    for (i64 i = 0; i < p->files[FILES_GO].len; i++) {
        PkgFile *f = p->files[FILES_GO].ptr[i];
        if (!f->made) continue;
        if (!first) buf_char(b, ',');
        first = false;
        buf_json(b, load_real_path(v->loader, f->path));
        buf_char(b, ':');
        buf_json(b, load_text(v->loader, f));
    }
    buf_char(b, '}');
}

static void put_unit(Vet *v, Buf *b, VetUnit *u) {
    put_config(v, b, u->pkg);
    put_texts(v, b, u->pkg);
    if (is_analysed(u)) put_imports(v, b, u->pkg, false);
    put_string(b, "ForTest", u->pkg->for_test);
    put_string(b, "KnownFile", u->known_file);
    buf_printf(b, ",\"KnownOffset\":%d,\"Root\":%s,\"Std\":%s}", CACHE_HEAD, u->root && !u->done ? "true" : "false",
               u->pkg->std ? "true" : "false");
}

bool vet_describe(Vet *v, Buf *b) {
    gather(v);
    if (!v->batch.len) return false;
    buf_printf(b, "{\"Threads\":%d,\"KeepKnown\":%s,", v->o->threads, v->cache || v->wanted.len ? "true" : "false");
    if (!v->chosen && strcmp(v->tool, "vet") == 0)
        buf_printf(b, "\"DisableStd\":[\"unsafeptr\"%s],", v->testing ? ",\"unreachable\"" : "");
    buf_c(b, "\"Units\":[");
    for (i64 i = 0; i < v->batch.len; i++) {
        if (i) buf_c(b, ",\n");
        put_unit(v, b, v->batch.ptr[i]);
    }
    buf_c(b, "]}\n");
    return true;
}

void vet_config(Vet *v, VetUnit *u, Buf *b) {
    put_config(v, b, u->pkg);
    put_imports(v, b, u->pkg, true);
}

// ---- vet.cfg ----------------------------------------------------------------------------------------------------------

void vet_commands(Vet *v, VetUnit *u, Buf *b) {
    i64 n = 1;
    while (n <= v->roots.len && v->roots.ptr[n - 1] != u) n++;
    Str program = v->program.len ? v->program : tool_path(v->c, str_c(v->tool));
    buf_printf(b, "cat >$WORK/b%03lld/vet.cfg << 'EOF' # internal\n", (long long)n);
    vet_config(v, u, b);
    buf_printf(b, "}\nEOF\ncd %.*s\n%.*s", SFMT(u->pkg->dir), SFMT(program));
    bool own = vet_own_choice(v, u->pkg);
    if (own) buf_printf(b, " -unsafeptr=false%s", v->testing ? " -unreachable=false" : "");
    for (i64 i = 0; i < v->flags.len && !own; i++) buf_printf(b, " %.*s", SFMT(v->flags.ptr[i]));
    if (!own && v->form == VET_LINES && !v->testing) buf_c(b, " -json");
    buf_printf(b, " $WORK/b%03lld/vet.cfg\n", (long long)n);
}
