// renew.c - the last image of a program with what changed since, in the place of a link (link/renew.c puts it together).
//
// In:   the worklist's end, the packs, what the last build of this output left in the cache, the output itself. Out: the new image, and what the next
// build needs; or nothing, and all is defined and linked.
//
// What an image is made of: settings and packages as they are for others (`world`), what main reaches and in which state (`reached`), and functions. While
// the first two are the same, every descriptor, variable and function is but those of packages that somebody edits: of these the print says
// whether one is (fresh.c); those that differ, and all that were built now, are put anew.
#include "program/units_int.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Sum { // of things in any order
    u64 v[2];
} Sum;
typedef struct Print {
    u64 name, print;
} Print;
typedef struct RenewEntry { // prints follow, then LinkRecord.state
    char magic[8];
    CacheKey world, base;
    u64 reached[2], image_hash;
    i64 image_size;
    u64 nprints, state_len;
} RenewEntry;
struct ProgramRenew {
    CacheKey id, world;
    Sum reached;
    const RenewEntry *last; // NULL: there was none, or it does not fit
    const Print *prints;
    Str state;
};
static const char magic[8] = "volernw";
enum { NAMES = 31, REACHED = 32, ALSO_REACHED = 33, PRINTS = 34 }; // seeds

static u64 mix(u64 h, u64 v) { return hash_bytes(&v, sizeof v, h); }
static void add_i64(CacheHash *h, i64 n) { cache_key_add(h, (Str){(const char *)&n, sizeof n}); }
static void add_key(CacheHash *h, const CacheKey *k) { cache_key_add(h, (Str){(const char *)k->b, sizeof k->b}); }

// ---- the world ------------------------------------------------------------------------------------------------------------

static void add_package(ProgramUnits *u, CacheHash *h, PackRef *r) {
    const Pkg *q = load_pkg(r->pkg);
    cache_key_add(h, r->pkg->path);
    cache_key_add(h, q->dir);
    cache_key_add(h, q->module.path);
    cache_key_add(h, q->module.version);
    add_key(h, r->pkg->tracked ? units_outline(u, r) : units_exact(u, r));
}

static void add_content(Program *p, CacheHash *h, Str path) {
    FileHash f = {0};
    files_hash(p->o.files, p->arena, arena_cstr(p->arena, path), &f, NULL); // which counts as having read it
    cache_key_add(h, path);
    cache_key_add(h, (Str){(const char *)f.content, sizeof f.content});
}

static CacheKey world_of(Program *p, Package *main) {
    ProgramUnits *u = p->units;
    const ProgramOptions *o = &p->o;
    CacheHash *h = cache_key_new(p->arena, "world of an image 1");
    cache_key_add(h, u->own);
    for (i64 i = 0; i < p->packages.len; i++) add_package(u, h, units_ref(u, p->packages.ptr[i]));
    cache_key_add(h, main->path);
    cache_key_add(h, load_pkg(main)->default_godebug);
    cache_key_add(h, program_module_info(p, main));
    cache_key_add(h, o->go_version);
    cache_key_add(h, o->experiments);
    cache_key_add(h, o->goroot);
    add_i64(h, o->trimpath | o->strip_symbols << 1 | o->strip_debug << 2 | o->test_binary << 3 | o->any_linkname << 4);
    add_content(p, h, o->archive_path);
    add_content(p, h,
                path_join(p->arena, o->goroot, arena_printf(p->arena, "src/runtime/asm_%.*s.s", SFMT(o->goarch))));
    return cache_key_end(h);
}

// ---- what is reached --------------------------------------------------------------------------------------------------------

static void add_thing(Sum *s, char kind, Str name, u64 state) {
    s->v[0] += mix(hash_bytes(name.ptr, name.len, REACHED), state << 8 | (u8)kind);
    s->v[1] += mix(hash_bytes(name.ptr, name.len, ALSO_REACHED), state << 8 | (u8)kind);
}

static u64 state_of_type(const TypeRec *r) {
    u64 h = (u64)(r->full | r->need_eq << 1 | r->want_name << 2 | r->wanted << 3);
    for (i64 i = 0; i < r->nmethods; i++)
        if (r->methods[i].ifn || r->methods[i].tfn)
            h = mix(h, (u64)i << 2 | (u64)(r->methods[i].ifn != NULL) << 1 | (r->methods[i].tfn != NULL));
    return h;
}

static u64 state_of_itab(const ItabRec *r) {
    u64 h = (u64)r->nfuns;
    for (i64 i = 0; i < r->nfuns; i++) h = h * 3 + (r->funs[i] != NULL);
    return h;
}

// Closures stand with their functions, what assembly defines with its package.
static bool counts(const IrFunc *f) { return !f->outer && (!f->abi0 || f->unit || f->built); }

static Sum reached_by(const IrProgram *ir) {
    Sum s = {{0}};
    for (i64 i = 0; i < ir->order.len; i++)
        if (counts(ir->order.ptr[i])) add_thing(&s, 'f', ir->order.ptr[i]->sym, 0);
    for (i64 i = 0; i < ir->used_types.len; i++)
        add_thing(&s, 't', ir->used_types.ptr[i]->symbol, state_of_type(ir->used_types.ptr[i]));
    for (i64 i = 0; i < ir_itab_count((IrProgram *)(uintptr_t)ir); i++) {
        const ItabRec *r = ir_itab_at((IrProgram *)(uintptr_t)ir, i);
        add_thing(&s, 'i', r->symbol, state_of_itab(r));
    }
    for (i64 i = 0; i < ir->global_order.len; i++)
        if (ir->global_order.ptr[i]->reached) add_thing(&s, 'g', ir->global_order.ptr[i]->sym, 0);
    for (i64 i = 0; i < ir->packages.len; i++) { // in order
        const IrFunc *f = ir->inits[i];
        bool runs = f && (f->unit || (f->built && f->body.len));
        add_thing(&s, 'p', ir->packages.ptr[i]->path, (u64)i << 1 | runs);
    }
    return s;
}

// ---- functions of packages that somebody edits --------------------------------------------------------------------------------

typedef struct Prints {
    VEC(Print) list;
    VEC(IrFunc *) funcs; // parallel to list, until it is sorted
} Prints;

static const Unit *unit_of(const IrFunc *f) { return f->unit ? f->unit : f->waits ? f->codeless : NULL; }

// What calls back depends on more of its package than its own declaration.
static u64 print_of(ProgramUnits *u, Package *home, const Unit *x) {
    u64 h = mix(PRINTS, x->own);
    bool strict = !x->own_pkg.len && !x->ndeps;
    for (i64 i = 0; i < x->ndeps; i++) {
        h = mix(hash_bytes(x->deps[i].sym.ptr, x->deps[i].sym.len, h), x->deps[i].summary);
        strict |= x->deps[i].strict;
    }
    h = hash_bytes(x->own_pkg.ptr, x->own_pkg.len, hash_bytes(x->own_decl.ptr, x->own_decl.len, h));
    if (strict) h = hash_bytes(units_own(u, units_ref(u, home))->b, sizeof(CacheKey), h);
    return h;
}

static void add_print(Program *p, Prints *out, IrFunc *f, Arena *tmp, Map *summaries) {
    const Unit *x = unit_of(f);
    Unit built = {.kind = UNIT_FUNC, .sym = f->sym, .cost = f->cost};
    Package *home = x ? x->home : f->home;
    if (f->outer || !home || !home->tracked || (x && !(x->flags & UNIT_TRACKED))) return;
    if (!x && (!f->built || !f->needs)) return;
    if (!x) units_summarise(p->units, f, &built, tmp, summaries);
    Print n = {hash_bytes(f->sym.ptr, f->sym.len, NAMES), print_of(p->units, home, x ? x : &built)};
    vec_push(p->arena, &out->list, n);
    vec_push(p->arena, &out->funcs, f);
}

static Prints all_prints(Program *p) {
    Prints out = {0};
    Arena *tmp = arena_new("prints");
    Map *summaries = map_new_ptr(tmp);
    for (i64 i = 0; i < p->ir->order.len; i++) add_print(p, &out, p->ir->order.ptr[i], tmp, summaries);
    arena_free(tmp);
    return out;
}

static int compare_prints(const void *pa, const void *pb) {
    const Print *a = pa, *b = pb;
    if (a->name != b->name) return a->name < b->name ? -1 : 1;
    return a->print < b->print ? -1 : a->print > b->print;
}

static bool is_as_it_was(const ProgramRenew *w, const Print *x) {
    return bsearch(x, w->prints, w->last->nprints, sizeof *x, compare_prints) != NULL;
}

// ---- renewing -----------------------------------------------------------------------------------------------------------------

static bool read_entry(ProgramRenew *w, Str bytes) {
    const RenewEntry *e = (const RenewEntry *)(const void *)bytes.ptr;
    if (bytes.len < (i64)sizeof *e || memcmp(e->magic, magic, sizeof magic) != 0) return false;
    u64 rest = (u64)bytes.len - sizeof *e;
    if (e->nprints > rest / sizeof(Print) || e->state_len != rest - e->nprints * sizeof(Print)) return false;
    w->prints = (const Print *)(const void *)(e + 1);
    w->state = (Str){(const char *)(w->prints + e->nprints), (i64)e->state_len};
    w->last = e;
    return true;
}

// What a link depends on beside what is looked at here.
static bool may_renew(const Program *p) {
    const ProgramOptions *o = &p->o;
    if (!p->units || !o->output.len || o->plugin || o->patch || o->why.len || o->nx || o->cover || o->imports)
        return false;
    if (p->keep_bodies || p->ir->whole_types || !p->ir->ready) return false;
    for (i64 i = 0; i < p->packages.len; i++) { // ways to assembly are in no pack there
        const Package *q = p->packages.ptr[i];
        if (q->tracked && load_pkg(q)->files[FILES_S].len) return false;
        if (q->flags & (PKG_COVER | PKG_COUNT_EDGES)) return false;
    }
    return true;
}

static bool stands(const Program *p, const RenewEntry *e) {
    struct stat st;
    return stat(arena_cstr(p->arena, p->o.output), &st) == 0 && S_ISREG(st.st_mode) && st.st_size == e->image_size;
}

// One line whatever the name: those of strings are the strings.
static Str shown(Arena *a, Str name) {
    enum { MOST = 120 };
    bool plain = name.len <= MOST;
    for (i64 i = 0; i < name.len && plain; i++) plain = (u8)name.ptr[i] >= ' ' && name.ptr[i] != 0x7f;
    return plain ? name : str_quote(a, str_slice(name, 0, i64_min(name.len, MOST)));
}

static void say(const Program *p, const char *what, Str who) {
    if (!p->o.trace_units) return;
    who = shown(p->arena, who);
    fprintf(stderr, "vole: cache: image: %.*s%s%s\n", SFMT(who), who.len ? " " : "", what);
}

bool program_renew_begin(Program *p, Package *main) {
    p->renew = NULL;
    if (!may_renew(p)) return false;
    ProgramRenew *w = p->renew = ANEW(p->arena, ProgramRenew);
    Str bytes;
    w->world = world_of(p, main);
    CacheHash *h = cache_key_new(p->arena, "image 2");
    cache_key_add(h, p->units->own);
    cache_key_add(h, p->o.output);
    cache_key_add(h, main->path);
    w->id = cache_key_end(h);
    if (diag_count(p->diag) || !cache_get(p->o.cache, &w->id, "image", &bytes) || !read_entry(w, bytes)) return false;
    bool same = key_eq(&w->last->world, &w->world);
    if (!same) say(p, "other declarations or settings", (Str){0});
    if (same && stands(p, w->last)) return true;
    w->last = NULL;
    return false;
}

static bool map_image(Program *p, const RenewEntry *e, Buf *image) {
    int fd = open(arena_cstr(p->arena, p->o.output), O_RDONLY | O_CLOEXEC);
    struct stat st;
    bool ok = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == e->image_size && st.st_size > 0;
    // Readable at first: pages that may be written would all be copied at once.
    void *m = ok ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0) : MAP_FAILED;
    if (fd >= 0) close(fd);
    if (m == MAP_FAILED) return false;
    *image = (Buf){m, e->image_size, e->image_size};
    bool same = hash_bytes(image->ptr, image->len, 1) == e->image_hash;
    if (same && mprotect(m, (size_t)image->len, PROT_READ | PROT_WRITE) == 0) return true;
    program_unmap_image(image);
    return false;
}

void program_unmap_image(Buf *image) {
    munmap(image->ptr, (size_t)image->len);
    *image = (Buf){0};
}

static LinkDecl *list_decls(Program *p, i64 *n) {
    ProgramUnits *u = p->units;
    VEC(LinkDecl) list = {0};
    for (i64 i = 0; i < u->all.len; i++) {
        PackRef *r = u->all.ptr[i];
        const DeclTable *t = r->pkg->tracked ? units_decls(u, r) : NULL;
        FileRef f = {.pkg = r->pkg->path};
        for (i64 k = 0; t && k < t->len; k++)
            vec_push(p->arena, &list, ((LinkDecl){link_renew_decl(&f, t->ptr[k].key), t->ptr[k].line}));
    }
    *n = list.len;
    return list.ptr;
}

static bool define_changed(Program *p, const ProgramRenew *w, const Prints *now) {
    for (i64 i = 0; i < now->list.len; i++) {
        IrFunc *f = now->funcs.ptr[i];
        if (!f->unit || f->unit->flags & UNIT_CODELESS || is_as_it_was(w, &now->list.ptr[i])) continue;
        if (!unit_define(f->unit, p->syms, p->units->a)) return false;
    }
    return true;
}

static void keep_entry(Program *p, const CacheKey *base, Prints *now, const Buf *state, const Buf *image) {
    Buf b = {0};
    RenewEntry e = {
        .world = p->renew->world, .base = *base, .reached = {p->renew->reached.v[0], p->renew->reached.v[1]}};
    memcpy(e.magic, magic, sizeof magic);
    e.image_hash = p->image_hash = hash_bytes(image->ptr, image->len, 1);
    e.image_size = image->len;
    e.nprints = (u64)now->list.len;
    e.state_len = (u64)state->len;
    if (now->list.len) qsort(now->list.ptr, (size_t)now->list.len, sizeof now->list.ptr[0], compare_prints);
    buf_bytes(&b, &e, sizeof e);
    buf_bytes(&b, now->list.ptr, now->list.len * (i64)sizeof(Print));
    buf_bytes(&b, state->ptr, state->len);
    cache_put(p->o.cache, &p->renew->id, "image", buf_view(&b));
    buf_free(&b);
}

static bool refuse(const Program *p, const char *why, Str who) {
    say(p, why, who);
    return false;
}

static bool is_assembly(void *ctx, const Sym *s) { return program_asm_defines(ctx, (Sym *)(uintptr_t)s); }

void program_renew_ready(Program *p) {
    if (p->renew) p->renew->reached = reached_by(p->ir);
}

bool program_renew(Program *p, Str (*file_name)(void *, Arena *, const FileRef *), Buf *image) {
    ProgramRenew *w = p->renew;
    Str base;
    if (!w->last) return false;
    if (memcmp(w->reached.v, w->last->reached, sizeof w->last->reached) != 0)
        return refuse(p, "something else is reached", (Str){0});
    if (!cache_get(p->o.cache, &w->last->base, "base of an image", &base)) return false;
    Prints now = all_prints(p);
    Buf last;
    if (!define_changed(p, w, &now)) return refuse(p, "a unit is damaged", (Str){0});
    meta_emit_values(p->ir, p->syms, p->units->a);
    if (!map_image(p, w->last, &last)) return refuse(p, "the output is another's", (Str){0});
    LinkRenewal j = {.syms = p->syms,
                     .is_same = is_assembly,
                     .base = base,
                     .state = w->state,
                     .image = &last,
                     .file_name = file_name,
                     .ctx = p,
                     .arena = p->arena};
    j.decls = list_decls(p, &j.ndecls);
    bool ok = link_renew(&j);
    if (!ok) program_unmap_image(&last);
    if (!ok) return refuse(p, j.why, j.who);
    say(p, "renewed", (Str){0});
    *image = last;
    keep_entry(p, &w->last->base, &now, &j.new_state, image);
    buf_free(&j.new_state);
    return p->image_mapped = true;
}

void program_renew_keep(Program *p, LinkRecord *r, const Buf *image) {
    if (!r->base.len) return;
    Prints now = all_prints(p);
    CacheHash *h = cache_key_new(p->arena, "base of an image 2");
    u64 hash = hash_bytes(r->base.ptr, r->base.len, 3);
    add_key(h, &p->renew->id);
    add_i64(h, (i64)hash);
    CacheKey base = cache_key_end(h);
    cache_put(p->o.cache, &base, "base of an image", buf_view(&r->base));
    keep_entry(p, &base, &now, &r->state, image);
    buf_free(&r->base);
    buf_free(&r->state);
}
