// keys.c - what packages are, as keys: their contents, with all they import, and what of it others can see.
//
// An exact key covers vole itself, how the package is compiled, its files and the exact keys of what it imports (and of the runtime, which
// everything uses): while it is the same, so is everything made of the package. Packages that somebody edits have an outline besides,
// which covers no bodies of functions: while that is the same, a unit depends on the declarations that it names alone (fresh.c).
#include "program/units_int.h"
#include <stdlib.h>

PackRef *units_ref(ProgramUnits *u, Package *pkg) {
    void **slot = map_slot_ptr(u->refs, pkg);
    if (!*slot) {
        PackRef *r = ANEW(u->a, PackRef);
        r->pkg = pkg;
        r->now = -1;
        *slot = r;
    }
    return *slot;
}

bool units_tracked(ProgramUnits *u, Package *pkg) {
    void **slot = map_slot_ptr(u->marked, pkg);
    if (*slot) return pkg->tracked;
    *slot = pkg;
    pkg->tracked = pkg->is_main_module && !load_pkg(pkg)->archive;
    for (i64 i = 0; i < pkg->nimports; i++) {
        bool imported = units_tracked(u, pkg->imports[i]);
        pkg->tracked |= imported && !pkg->std;
    }
    if (pkg->flags & PKG_COVER) pkg->tracked = false; // where a function's counters are depends on the whole package
    return pkg->tracked;
}

// ---- parts ---------------------------------------------------------------------------------------------------------------

static void add_i64(CacheHash *h, i64 n) { cache_key_add(h, (Str){(const char *)&n, sizeof n}); }
static void add_key(CacheHash *h, const CacheKey *k) { cache_key_add(h, (Str){(const char *)k->b, sizeof k->b}); }
static void add_list(CacheHash *h, const StrList *l) {
    add_i64(h, l->len);
    for (i64 i = 0; i < l->len; i++) cache_key_add(h, l->ptr[i]);
}

static void add_file(ProgramUnits *u, CacheHash *h, Str name, Str path, Str text) {
    FileHash f;
    Str read = {0};
    cache_key_add(h, name);
    if (u->p->o.overlay_file.len && text.ptr) cache_key_add(h, text);
    else if (files_hash(u->p->o.files, u->a, arena_cstr(u->a, path), &f, &read))
        cache_key_add(h, (Str){(const char *)f.content, sizeof f.content});
    else cache_key_add(h, text.ptr ? text : S("unreadable"));
}

static void add_text(CacheHash *h, Str name, Str text) {
    FileHash f;
    files_hash_text(text, &f);
    cache_key_add(h, name);
    cache_key_add(h, (Str){(const char *)f.content, sizeof f.content});
}

// The package of an archive: of Go files alone it has the key of its folder.
static void add_archive(CacheHash *h, const Archive *p) {
    for (i64 i = 0; i < p->files.len; i++) add_text(h, p->files.ptr[i].name, p->files.ptr[i].text);
    for (i64 i = 0; i < p->objects.len; i++) {
        const AsmObject *o = &p->objects.ptr[i];
        add_text(h, path_base(o->file.path), o->file.text);
        for (i64 k = 0; k < o->includes.len; k++) add_text(h, o->includes.ptr[k].name, o->includes.ptr[k].text);
        for (i64 k = 0; k < o->defines.len; k++) cache_key_add(h, o->defines.ptr[k]);
    }
    for (i64 i = 0; i < p->embeds.len; i++) {
        cache_key_add(h, p->embeds.ptr[i].pattern);
        for (i64 k = 0; k < p->embeds.ptr[i].files.len; k++) cache_key_add(h, p->embeds.ptr[i].files.ptr[k]);
    }
    for (i64 i = 0; i < p->embedded.len; i++) add_text(h, p->embedded.ptr[i].name, p->embedded.ptr[i].text);
}

static void add_files(ProgramUnits *u, CacheHash *h, const Pkg *q, FileKind kind) {
    for (i64 i = 0; i < q->files[kind].len; i++) {
        const PkgFile *f = q->files[kind].ptr[i];
        if (f->hashed) {
            cache_key_add(h, f->name);
            cache_key_add(h, (Str){(const char *)f->hash.content, sizeof f->hash.content});
        } else add_file(u, h, f->name, f->path, f->text);
    }
}

static void add_others(ProgramUnits *u, CacheHash *h, const Pkg *q) {
    add_files(u, h, q, FILES_S);
    add_files(u, h, q, FILES_H);
    StrList embeds = q->embeds[IN_PACKAGE].len ? load_embed_files(u->p->loader, q, IN_PACKAGE) : (StrList){0};
    for (i64 i = 0; i < embeds.len; i++)
        add_file(u, h, embeds.ptr[i], path_join(u->a, q->dir, embeds.ptr[i]), (Str){0});
}

// How a package is compiled.
static void add_settings(ProgramUnits *u, CacheHash *h, const Package *pkg) {
    const ProgramOptions *o = &u->p->o;
    const Pkg *q = load_pkg(pkg);
    cache_key_add(h, u->own);
    cache_key_add(h, o->go_version);
    cache_key_add(h, o->goos);
    cache_key_add(h, o->goarch);
    cache_key_add(h, o->experiments);
    cache_key_add(h, pkg->path);
    cache_key_add(h, pkg->link_path);
    add_i64(h, pkg->flags);
    add_i64(h, pkg->go_minor);
    add_i64(h, q->std);
    add_i64(h, o->any_linkname); // which a package may not have been built with otherwise
    add_list(h, &q->flags.asm_defines);
    add_list(h, &q->flags.asm_dirs);
}

typedef const CacheKey *KeyOf(ProgramUnits *, PackRef *);

static void add_imports(ProgramUnits *u, CacheHash *h, Package *pkg, KeyOf *key) {
    for (i64 i = 0; i < pkg->nimports; i++) add_key(h, key(u, units_ref(u, pkg->imports[i])));
    if (!map_get_ptr(u->of_runtime, pkg)) // what the library pulls out of it by name may be inlined
        add_key(h, key(u, units_ref(u, u->runtime)));
}

// ---- keys ----------------------------------------------------------------------------------------------------------------

const CacheKey *units_own(ProgramUnits *u, PackRef *r) {
    if (r->has_own) return &r->own;
    r->has_own = true;
    CacheHash *h = cache_key_new(u->a, "package 1");
    const Pkg *q = load_pkg(r->pkg);
    if (q->archive) add_archive(h, q->archive);
    else {
        add_files(u, h, q, FILES_GO);
        add_others(u, h, q);
    }
    r->own = cache_key_end(h);
    return &r->own;
}

// A package, by `part` of it and that of all it imports.
static CacheKey with_imports(ProgramUnits *u, PackRef *r, const char *purpose, KeyOf *part, KeyOf *whole) {
    CacheHash *h = cache_key_new(u->a, purpose);
    add_settings(u, h, r->pkg);
    add_key(h, part(u, r));
    add_imports(u, h, r->pkg, whole);
    return cache_key_end(h);
}

const CacheKey *units_exact(ProgramUnits *u, PackRef *r) {
    if (r->has_exact) return &r->exact;
    r->has_exact = true;
    r->exact = with_imports(u, r, "pack 3", units_own, units_exact);
    return &r->exact;
}

// The modules' versions and the names of the files, and the folder of what has no import path.
const CacheKey *units_id(ProgramUnits *u, PackRef *r) {
    if (!r->pkg->tracked) return units_exact(u, r);
    if (r->has_id) return &r->id;
    r->has_id = true;
    const Pkg *q = load_pkg(r->pkg);
    CacheHash *h = cache_key_new(u->a, "tracked pack 3");
    add_settings(u, h, r->pkg);
    cache_key_add(h, q->module.path);
    cache_key_add(h, q->module.version);
    if (q->command_line_files || !q->module.path.len) cache_key_add(h, q->dir);
    static const FileKind kinds[] = {FILES_GO, FILES_S, FILES_H};
    for (i64 k = 0; k < NELEM(kinds); k++)
        for (i64 i = 0; i < q->files[kinds[k]].len; i++) cache_key_add(h, q->files[kinds[k]].ptr[i]->name);
    add_imports(u, h, r->pkg, units_id);
    r->id = cache_key_end(h);
    return &r->id;
}

const CacheKey *units_outline(ProgramUnits *u, PackRef *r) {
    if (!r->pkg->tracked) return units_exact(u, r);
    units_open(u, r); // its head may say what is seen; and that asks for the outline, too
    if (r->has_outline) return &r->outline;
    r->has_outline = true;
    r->outline = with_imports(u, r, "outline 3", units_seen, units_outline);
    return &r->outline;
}

// ---- declarations --------------------------------------------------------------------------------------------------------

static int compare_places(const void *pa, const void *pb) {
    const DeclPrint *a = pa, *b = pb;
    int c = str_cmp(a->file, b->file);
    if (c || a->line != b->line) return c ? c : a->line < b->line ? -1 : 1;
    return str_cmp(a->key, b->key);
}

// pkg.init has code of variables' values, and calls of init functions. (What an init function does is not in it.)
static u64 part_of_init(const DeclPrint *d) {
    if (str_has_prefix(d->key, S("var "))) return d->hash;
    return str_has_prefix(d->key, S("init.")) ? 1 : d->names; // names decide the order of initialisation
}

static DeclTable *make_table(ProgramUnits *u, SourcePrint *s) {
    DeclTable *t = ANEW(u->a, DeclTable);
    t->ptr = s->decls.ptr;
    t->len = s->decls.len;
    t->by_key = map_new_str(u->a);
    if (t->len) qsort(t->ptr, (size_t)t->len, sizeof *t->ptr, compare_places);
    for (i64 i = 0; i < t->len; i++) {
        const DeclPrint *d = &t->ptr[i];
        map_set_str(t->by_key, d->key, &t->ptr[i]);
        u64 part = part_of_init(d);
        t->whole = hash_bytes(&part, sizeof part, hash_bytes(d->key.ptr, d->key.len, t->whole));
    }
    return t;
}

// Reads the package's files. They are parsed, for nobody asks this of what nobody edited.
static void look_at_source(ProgramUnits *u, PackRef *r) {
    SourcePrint s = {0};
    load_parse_ahead(u->p->loader, &r->pkg, 1);
    for (i64 i = 0; i < r->pkg->nfiles; i++) // nobody asks for the lines of what is not right
        if (!r->pkg->files[i]->nerrors) source_print(u->a, u->p->sources, r->pkg->files[i], &s);
    CacheHash *h = cache_key_new(u->a, "seen 3");
    cache_key_add(h, buf_view(&s.seen));
    for (i64 i = 0; i < r->pkg->nfiles; i++) add_i64(h, r->pkg->files[i]->nerrors);
    add_others(u, h, load_pkg(r->pkg));
    r->seen = cache_key_end(h);
    r->has_seen = true;
    r->decls = make_table(u, &s);
    buf_free(&s.seen);
}

const CacheKey *units_seen(ProgramUnits *u, PackRef *r) {
    if (!r->has_seen) look_at_source(u, r);
    return &r->seen;
}

const DeclTable *units_decls(ProgramUnits *u, PackRef *r) {
    if (!r->decls && r->recorded && key_eq(&r->decls_of, units_own(u, r))) r->decls = r->recorded;
    if (!r->decls) look_at_source(u, r);
    return r->decls;
}

const DeclPrint *units_decl_at(const DeclTable *t, Str file, i32 line) {
    i64 lo = 0, hi = t->len; // the last one that begins at line or before
    while (lo < hi) {
        i64 mid = (lo + hi) / 2;
        int c = str_cmp(t->ptr[mid].file, file);
        if (c < 0 || (!c && t->ptr[mid].line <= line)) lo = mid + 1;
        else hi = mid;
    }
    const DeclPrint *d = lo ? &t->ptr[lo - 1] : NULL;
    return d && str_eq(d->file, file) && line <= d->end ? d : NULL;
}

// ---- heads of packs -------------------------------------------------------------------------------------------------------
//
// Head of a tracked package's pack: outline, seen; count and {exact, own} of its states; the contents that the declarations are of, their
// hash as a whole, count and {key, file, line, end, hash, names}. Strings are behind their lengths.

enum { MAX_STATES = 64 }; // units of older ones are made again

static bool read_key(ByteReader *b, CacheKey *k) {
    Str s = br_bytes(b, sizeof k->b);
    if (s.len) memcpy(k->b, s.ptr, sizeof k->b);
    return s.len != 0;
}

static DeclTable *read_decls(ProgramUnits *u, ByteReader *b) {
    SourcePrint s = {0};
    u64 whole = br_u64(b);
    i64 n = br_count(b);
    for (i64 i = 0; i < n && !b->bad; i++) {
        DeclPrint d = {.key = br_str(b), .file = br_str(b), .line = (i32)br_sleb(b), .end = (i32)br_sleb(b)};
        d.hash = br_u64(b);
        d.names = br_u64(b);
        vec_push(u->a, &s.decls, d);
    }
    DeclTable *t = make_table(u, &s);
    return t->whole == whole ? t : NULL;
}

bool units_read_head(ProgramUnits *u, PackRef *r, Str head, CacheKey *outline) {
    ByteReader b = byte_reader(head);
    CacheKey seen;
    if (!read_key(&b, outline) || !read_key(&b, &seen)) return false;
    i64 n = br_count(&b);
    for (i64 i = 0; i < n && !b.bad; i++) {
        PackState s;
        if (!read_key(&b, &s.exact) || !read_key(&b, &s.own)) break;
        vec_push(u->a, &r->states, s);
        if (key_eq(&s.exact, units_exact(u, r))) r->now = i;
        if (key_eq(&s.own, units_own(u, r))) r->seen = seen, r->has_seen = true;
    }
    read_key(&b, &r->decls_of);
    r->recorded = read_decls(u, &b);
    return !b.bad && r->recorded;
}

Str units_make_head(ProgramUnits *u, PackRef *r) {
    Buf b = {0};
    const DeclTable *t = units_decls(u, r);
    buf_bytes(&b, units_outline(u, r)->b, sizeof(CacheKey));
    buf_bytes(&b, units_seen(u, r)->b, sizeof(CacheKey));
    buf_uleb(&b, (u64)r->states.len);
    for (i64 i = 0; i < r->states.len; i++) buf_bytes(&b, &r->states.ptr[i], sizeof(PackState));
    buf_bytes(&b, units_own(u, r)->b, sizeof(CacheKey));
    buf_u64(&b, t->whole);
    buf_uleb(&b, (u64)t->len);
    for (i64 i = 0; i < t->len; i++) {
        const DeclPrint *d = &t->ptr[i];
        buf_uleb(&b, (u64)d->key.len);
        buf_str(&b, d->key);
        buf_uleb(&b, (u64)d->file.len);
        buf_str(&b, d->file);
        buf_sleb(&b, d->line);
        buf_sleb(&b, d->end);
        buf_u64(&b, d->hash);
        buf_u64(&b, d->names);
    }
    Str s = arena_str(u->a, buf_view(&b));
    buf_free(&b);
    return s;
}

// The state that new units are of.
u32 units_add_state(ProgramUnits *u, PackRef *r) {
    if (r->now >= 0) return (u32)r->now;
    if (r->states.len >= MAX_STATES) r->states.len = 0, r->folded = true;
    vec_push(u->a, &r->states, ((PackState){*units_exact(u, r), *units_own(u, r)}));
    r->now = r->states.len - 1;
    return (u32)r->now;
}
